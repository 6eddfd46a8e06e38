"""System health: whether the plants answer, how old the readings are, and how busy the link is."""

from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .model.message import say
from .runtime import SigenStorConfigEntry
from .texts import localize


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register the information shown on the repairs page."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    entries: list[SigenStorConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    plants = [entry.runtime_data.telemetry for entry in entries]
    return {
        "plants_reachable": f"{sum(plant.last_update_success for plant in plants)}/{len(plants)}",
        "data_source": ", ".join(localize(hass, say(f"common.source_{plant.source or 'none'}")) for plant in plants),
        "age_of_last_reading_s": ", ".join(
            f"{plant.age.total_seconds():.0f}" for plant in plants if plant.age is not None
        ),
        "requests_per_hour": sum(plant.client.meter.requests_per_hour for plant in plants),
        "errors_per_hour": sum(plant.client.meter.errors_per_hour for plant in plants),
    }
