"""Gives the Energy dashboard the PV forecast."""

from homeassistant.components.energy.types import SolarForecastType
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .coordinator.sun import SunCoordinator


async def async_get_solar_forecast(hass: HomeAssistant, config_entry_id: str) -> SolarForecastType | None:
    """Return the energy of each hour in Wh; None while there is no forecast."""
    entry = hass.config_entries.async_get_entry(config_entry_id)
    sun = getattr(getattr(entry, "runtime_data", None), "sun", None)
    if not isinstance(sun, SunCoordinator) or sun.data is None:
        return None
    energies_wh = sun.data.watt_hours_by_hour(dt_util.get_default_time_zone())
    return {"wh_hours": {hour.isoformat(): round(wh, 1) for hour, wh in energies_wh.items()}}
