"""Where a PV forecast can come from: Open-Meteo, or another integration's energy platform."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, Final, Protocol

from homeassistant.components.energy.websocket_api import async_get_energy_platforms
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util

from ..clients.open_meteo import OpenMeteoClient
from ..const import DOMAIN
from ..model.message import MessageError, plain, say
from ..model.solar import MAX_PEAK_KW, PvArray
from ..model.validation import at_most
from ..optimiser.sun.forecast import PowerSlot, PvCorrection, forecast_slots, slots_of_energy

STEP_MIN = 15

_HOUR = timedelta(hours=1)
_FARTHEST: Final = timedelta(days=16)
_MAX_PERIODS: Final = 3_000
"""More than two weeks both ways of quarters of an hour."""
_MOST_WH: Final = 1000 * MAX_PEAK_KW


class NoForecastError(MessageError):
    """The source has no forecast to give."""


class SunSource(Protocol):
    """Something that forecasts PV power."""

    name: str

    async def slots(self, correction: PvCorrection) -> tuple[PowerSlot, ...]:
        """Return a new forecast. Raises OpenMeteoError or NoForecastError."""


class OpenMeteoSource:
    """Weather from Open-Meteo, one array after another, through the PV model."""

    name = "open_meteo"

    def __init__(
        self,
        hass: HomeAssistant,
        *,
        latitude: float,
        longitude: float,
        arrays: tuple[PvArray, ...],
        inverter_limit_w: float | None,
        base_url: str | None,
        api_key: str | None,
    ) -> None:
        """Take the place and the arrays there."""
        self._hass = hass
        self._client = OpenMeteoClient(async_get_clientsession(hass), base_url=base_url, api_key=api_key)
        self._latitude = latitude
        self._longitude = longitude
        self._arrays = arrays
        self._inverter_limit_w = inverter_limit_w

    async def slots(self, correction: PvCorrection) -> tuple[PowerSlot, ...]:
        """Ask for the weather over each array and model its power."""
        if not self._arrays:
            raise NoForecastError(say("problem.no_pv_array"))
        # One request at a time: that is what the free service asks for.
        weather = [
            (array, await self._client.forecast(self._latitude, self._longitude, array)) for array in self._arrays
        ]
        # Some hundred slots take longer than the event loop may be held up.
        slots = await self._hass.async_add_executor_job(
            partial(
                forecast_slots,
                weather,
                latitude=self._latitude,
                longitude=self._longitude,
                step_min=STEP_MIN,
                inverter_limit_w=self._inverter_limit_w,
                correction=correction,
            )
        )
        if not slots:
            raise NoForecastError(say("problem.no_hour_in_common"))
        return slots


class EnergyPlatformSource:
    """The solar forecast that another integration gives the Energy dashboard."""

    name = "energy_platform"

    def __init__(self, hass: HomeAssistant, *, latitude: float, longitude: float, entry_id: str) -> None:
        """Take the place and the config entry whose forecast to use."""
        self._hass = hass
        self._latitude = latitude
        self._longitude = longitude
        self._entry_id = entry_id

    async def slots(self, correction: PvCorrection) -> tuple[PowerSlot, ...]:
        """Spread the other integration's hours over slots; it has its own corrections, and is only bounded."""
        entry = self._hass.config_entries.async_get_entry(self._entry_id)
        if entry is None or entry.domain == DOMAIN:
            raise NoForecastError(say("problem.forecast_gone"))
        get_forecast = (await async_get_energy_platforms(self._hass)).get(entry.domain)
        if get_forecast is None:
            raise NoForecastError(say("problem.forecast_not_loaded", title=entry.title))
        try:
            forecast: Mapping[str, Any] | None = await get_forecast(self._hass, self._entry_id)
            energy_wh = _energy_by_hour(forecast["wh_hours"], dt_util.utcnow()) if forecast else {}
        except Exception as err:
            raise NoForecastError(say("problem.forecast_failed", plain(type(err).__name__), title=entry.title)) from err
        if not energy_wh:
            raise NoForecastError(say("problem.forecast_empty", title=entry.title))
        last_day = dt_util.as_local(max(energy_wh)).date()
        return slots_of_energy(
            energy_wh,
            latitude=self._latitude,
            longitude=self._longitude,
            step_min=STEP_MIN,
            since=dt_util.as_utc(dt_util.start_of_local_day()),
            until=dt_util.as_utc(dt_util.start_of_local_day(last_day + timedelta(days=1))),
            correction=correction,
        )


def _energy_by_hour(wh_hours: Mapping[str, float], now: datetime) -> dict[datetime, float]:
    """Return the energy of each local hour in Wh, from periods of an hour or less named by their start.

    An hour that the periods do not cover is not known. Periods that cannot be are left out; raises what is wrong with
    the first where none is good.
    """
    at_most("wh_hours", wh_hours, _MAX_PERIODS)
    periods: dict[datetime, float] = {}
    problem: Exception | None = None
    for text, value_wh in wh_hours.items():
        try:
            start, energy_wh = dt_util.as_utc(datetime.fromisoformat(text)), float(value_wh)
        except (ValueError, TypeError, OverflowError) as err:
            problem = problem or err
            continue
        if abs(start - now) < _FARTHEST and 0 <= energy_wh <= _MOST_WH:
            periods[start] = energy_wh
    if problem is not None and not periods:
        raise problem
    # The first and the last period of a day may be shorter: Forecast.Solar's begin at sunrise and end at sunset.
    gaps = Counter(after - before for before, after in pairwise(sorted(periods)) if after - before <= _HOUR)
    step = max(gaps, key=lambda gap: (gaps[gap], gap), default=_HOUR)
    hours: dict[datetime, list[float]] = {}
    for start, energy_wh in periods.items():
        local = dt_util.as_local(start)
        since = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        hours.setdefault(start - since, []).append(energy_wh)
    return {hour: sum(energies) for hour, energies in hours.items() if len(energies) >= _HOUR // step}
