"""Monitors and controls a Sigenergy SigenStor home battery."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import ConfigType

from .connection import client_for_entry
from .const import DOMAIN
from .control.service import ControlService
from .coordinator.telemetry import TelemetryCoordinator, telemetry_store
from .entity import inverter_identifier, plant_device_info
from .panel import async_register_panel_api
from .runtime import SigenStorConfigEntry, SigenStorRuntimeData
from .services import async_register_actions

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)
PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CALENDAR,
    Platform.EVENT,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what all plants share: the actions, the websocket API and the download."""
    async_register_actions(hass)
    async_register_panel_api(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: SigenStorConfigEntry) -> bool:
    """Set up a plant."""
    telemetry = TelemetryCoordinator(hass, entry, client_for_entry(hass, entry))
    await telemetry.async_config_entry_first_refresh()
    # Up front: an inverter's device names the plant it belongs to by its id.
    plant = dr.async_get(hass).async_get_or_create(config_entry_id=entry.entry_id, **plant_device_info(telemetry))
    control = ControlService(hass, entry, telemetry)
    entry.runtime_data = SigenStorRuntimeData(telemetry=telemetry, control=control, plant_device_id=plant.id)
    _remove_stale_inverters(hass, entry)
    await control.async_start()
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: SigenStorConfigEntry) -> bool:
    """Unload a plant: hand it back first; its connection closes afterwards."""
    if unloaded := await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        await entry.runtime_data.control.async_stop("The integration is being unloaded")
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: SigenStorConfigEntry) -> None:
    """Forget what was learned about a plant."""
    await telemetry_store(hass, entry.entry_id).async_remove()


def _remove_stale_inverters(hass: HomeAssistant, entry: SigenStorConfigEntry) -> None:
    """Remove the devices of inverters that are no longer part of the plant."""
    telemetry = entry.runtime_data.telemetry
    current = {
        (DOMAIN, entry.unique_id),
        *((DOMAIN, inverter_identifier(telemetry, info)) for info in telemetry.inverters),
    }
    registry = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        if not current & device.identifiers:
            registry.async_remove_device(device.id)
