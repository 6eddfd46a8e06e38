"""Monitors and controls a Sigenergy SigenStor home battery."""

import asyncio
from typing import Any

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.typing import ConfigType

from .automation.buttons import async_listen_for_taps
from .automation.notifications import async_start_notifications
from .backup import async_forget_restored_orders
from .const import DOMAIN
from .coordinator.connection import client_for_entry
from .coordinator.control import ControlService
from .coordinator.fixable_issues import async_keep_wrong_plant
from .coordinator.habits import HabitsCoordinator
from .coordinator.inverters import async_forget_unit
from .coordinator.issues import async_check_recorder
from .coordinator.left_behind import async_leave_behind, async_taken_up
from .coordinator.optimiser import OptimiserCoordinator
from .coordinator.optimiser_learning import learning_store
from .coordinator.prices import PricesCoordinator
from .coordinator.sources import price_config, pv_arrays, sun_config
from .coordinator.sun import SunCoordinator, sun_store
from .coordinator.telemetry import TelemetryCoordinator, telemetry_store
from .entity import (
    PARTS,
    ac_charger_identifier,
    charger_devices,
    dc_charger_identifier,
    inverter_device_info,
    inverter_identifier,
    part_device_info,
    part_identifier,
    plant_device_info,
)
from .model.message import say
from .panel import async_hide_panel, async_register_panel_api, async_serve_bundle, async_show_panel
from .plants import plants_of
from .runtime import SigenStorConfigEntry, SigenStorRuntimeData
from .services import async_register_actions
from .texts import async_load_texts

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
    """Set up what all plants share: the actions, the websocket API, the downloads, the panel and the cards."""
    await async_load_texts(hass)
    await async_forget_restored_orders(hass)
    async_check_recorder(hass)
    async_register_actions(hass)
    async_listen_for_taps(hass)
    async_register_panel_api(hass)
    await async_serve_bundle(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: SigenStorConfigEntry) -> bool:
    """Set up a plant."""
    # First: a plant that does not answer is something to see in the panel.
    await async_show_panel(hass)
    telemetry = TelemetryCoordinator(hass, entry, client_for_entry(hass, entry))
    try:
        await telemetry.async_config_entry_first_refresh()
    finally:
        async_keep_wrong_plant(hass, entry, telemetry.last_exception)
    # Before anything that may take long or fail: a stop that waits is the first thing to be done.
    control = ControlService(hass, entry, telemetry)
    try:
        await control.async_start()
        await _async_set_up_around(hass, entry, control)
    except BaseException:
        await control.async_stop(say("control.setup_failed"))
        raise
    return True


async def _async_set_up_around(hass: HomeAssistant, entry: SigenStorConfigEntry, control: ControlService) -> None:
    """Set up everything that reads a plant or requests something of it."""
    telemetry = control.telemetry
    assert entry.unique_id is not None
    async_taken_up(hass, entry.unique_id)
    entry.async_on_unload(
        telemetry.async_add_listener(lambda: async_keep_wrong_plant(hass, entry, telemetry.last_exception))
    )
    habits = HabitsCoordinator(hass, entry)
    await habits.async_config_entry_first_refresh()
    prices, sun = _prices(hass, entry), _sun(hass, entry, telemetry)
    optimiser = OptimiserCoordinator(hass, entry, control=control, habits=habits, prices=prices, sun=sun)
    entry.runtime_data = SigenStorRuntimeData(
        telemetry=telemetry,
        control=control,
        habits=habits,
        prices=prices,
        sun=sun,
        optimiser=optimiser,
    )
    _create_devices(hass, entry)
    _remove_stale_devices(hass, entry)
    # The plant runs without prices and sun: both are fetched in the background.
    coming: list[asyncio.Task[None]] = []
    if prices is not None:
        coming.append(entry.async_create_background_task(hass, prices.async_refresh(), f"{prices.name} start"))
    if sun is not None:
        coming.append(entry.async_create_background_task(hass, sun.async_start(), f"{sun.name} start"))
    entry.async_create_background_task(hass, optimiser.async_start(coming), f"{optimiser.name} start")
    _reload_when_arrays_change(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    entry.async_on_unload(async_start_notifications(hass, entry))


async def async_unload_entry(hass: HomeAssistant, entry: SigenStorConfigEntry) -> bool:
    """Unload a plant: release it first; its connection closes afterwards."""
    if unloaded := await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        await entry.runtime_data.control.async_stop(say("control.unloading"))
    return unloaded


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: SigenStorConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Let go of an inverter or a charger that does not answer any more; one that answers stays."""
    telemetry = entry.runtime_data.telemetry
    if telemetry.lets_go_of_dc_charger(device.identifiers):
        return True
    unit_id = telemetry.gone_unit(device.identifiers)
    if unit_id is None:
        return False
    async_forget_unit(hass, entry, unit_id)
    return True


async def async_remove_entry(hass: HomeAssistant, entry: SigenStorConfigEntry) -> None:
    """Forget what was learned about a plant, ask about the rest, and take the panel away with the last one."""
    await async_leave_behind(hass, entry)
    await telemetry_store(hass, entry.entry_id).async_remove()
    await sun_store(hass, entry.entry_id).async_remove()
    await learning_store(hass, entry.entry_id).async_remove()
    if not plants_of(hass):
        async_hide_panel(hass)


def _parts(runtime: SigenStorRuntimeData) -> set[str]:
    """Return the parts of this integration that run."""
    running = (runtime.control, runtime.optimiser, runtime.prices, runtime.sun)
    return {PARTS[type(coordinator)] for coordinator in running if coordinator is not None}


def _create_devices(hass: HomeAssistant, entry: SigenStorConfigEntry) -> None:
    """Create the plant's device and those that belong to it.

    Up front: before Home Assistant 2026.8, an entity's device could not name by its id the one that it belongs to.
    """
    registry, runtime = dr.async_get(hass), entry.runtime_data
    telemetry = runtime.telemetry
    plant = registry.async_get_or_create(config_entry_id=entry.entry_id, **plant_device_info(telemetry))
    for device_info in (
        *(part_device_info(telemetry, part) for part in sorted(_parts(runtime))),
        *(inverter_device_info(telemetry, info) for info in telemetry.inverters),
        *charger_devices(telemetry),
    ):
        device = registry.async_get_or_create(config_entry_id=entry.entry_id, **device_info)
        registry.async_update_device(device.id, via_device_id=plant.id)


def _prices(hass: HomeAssistant, entry: SigenStorConfigEntry) -> PricesCoordinator | None:
    config = price_config(entry)
    return None if config is None else PricesCoordinator(hass, entry, config)


def _sun(hass: HomeAssistant, entry: SigenStorConfigEntry, telemetry: TelemetryCoordinator) -> SunCoordinator | None:
    rated_power_w = sum(info.rated_power_w or 0 for info in telemetry.inverters) or None
    config = sun_config(hass, entry, rated_power_w)
    return None if config is None else SunCoordinator(hass, entry, config, telemetry)


def _reload_when_arrays_change(hass: HomeAssistant, entry: SigenStorConfigEntry) -> None:
    """Take up PV arrays that are added, changed or removed."""
    arrays = pv_arrays(entry)

    @callback
    def changed(change: ConfigEntryChange, changed_entry: ConfigEntry[Any]) -> None:
        if (
            change is ConfigEntryChange.UPDATED
            and changed_entry.entry_id == entry.entry_id
            and pv_arrays(entry) != arrays
        ):
            hass.config_entries.async_schedule_reload(entry.entry_id)

    entry.async_on_unload(async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, changed))


def _remove_stale_devices(hass: HomeAssistant, entry: SigenStorConfigEntry) -> None:
    """Remove the devices of inverters that are no longer part of the plant, and of sources that the owner gave up."""
    telemetry = entry.runtime_data.telemetry
    current = {
        (DOMAIN, entry.unique_id),
        *((DOMAIN, part_identifier(telemetry, part)) for part in _parts(entry.runtime_data)),
        *((DOMAIN, inverter_identifier(telemetry, info)) for info in telemetry.inverters),
        *((DOMAIN, dc_charger_identifier(telemetry, info)) for info in telemetry.inverters),
        *((DOMAIN, ac_charger_identifier(telemetry, charger.unit_id)) for charger in telemetry.client.ac_chargers),
    }
    registry = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        if not current & device.identifiers:
            registry.async_remove_device(device.id)
