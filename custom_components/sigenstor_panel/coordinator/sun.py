"""Keeps a PV forecast: fetched hourly, kept across restarts, corrected by what the panels really gave."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import uniform
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_utc_time_change
from homeassistant.helpers.storage import Store
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from ..clients.open_meteo import OpenMeteoError, OpenMeteoRateLimitError
from ..const import DOMAIN, LOGGER
from ..model.backoff import Backoff
from ..model.message import Message, say
from ..model.solar import ForecastAccuracy, PvArray, SolarForecast, SolarSlot
from ..model.telemetry import GridStatus, RemoteEmsMode, RunningState, Telemetry
from ..optimiser.sun.forecast import PowerSlot
from ..optimiser.sun.learning import SunLearning
from ..optimiser.sun.meter import HourMeter
from ..optimiser.sun.nowcast import RecentPv
from ..statistics.sun import add_day
from ..texts import localize
from .sun_sources import STEP_MIN, EnergyPlatformSource, NoForecastError, OpenMeteoSource, SunSource
from .telemetry import TelemetryCoordinator

INTERVAL = timedelta(hours=1)
_RETRY = Backoff(300.0, INTERVAL.total_seconds())
YOUNG = timedelta(minutes=50)
"""Up to this age, a forecast from before a restart is used until the next hourly request."""

_STORAGE_VERSION = 1
_SAVE_DELAY_S = 60

_AT_LIMIT_W = 150
"""How near to a limit counts as held back by it."""
_BATTERY_MARGIN_W = 500
_FOLLOWS_SURPLUS = {None, RemoteEmsMode.SELF_CONSUMPTION, RemoteEmsMode.CHARGE_PV_FIRST}
_PV_COMES_SECOND = {RemoteEmsMode.CHARGE_GRID_FIRST, RemoteEmsMode.DISCHARGE_ESS_FIRST}


@dataclass(frozen=True, slots=True, kw_only=True)
class SunConfig:
    """Where the forecast is for and where it comes from: Open-Meteo, unless an energy platform's entry is named."""

    latitude: float
    longitude: float
    arrays: tuple[PvArray, ...] = ()
    inverter_limit_w: float | None = None
    base_url: str | None = None
    api_key: str | None = None
    energy_platform_entry_id: str | None = None

    def fingerprint(self) -> list[Any]:
        """Return, as JSON values, what a forecast and its correction hold for."""
        arrays = [[array.peak_kw, array.azimuth, array.tilt, array.year_installed] for array in self.arrays]
        return [self.latitude, self.longitude, arrays, self.inverter_limit_w, self.energy_platform_entry_id]

    def source(self, hass: HomeAssistant) -> SunSource:
        """Return the source of forecasts."""
        if self.energy_platform_entry_id is not None:
            return EnergyPlatformSource(
                hass, latitude=self.latitude, longitude=self.longitude, entry_id=self.energy_platform_entry_id
            )
        return OpenMeteoSource(
            hass,
            latitude=self.latitude,
            longitude=self.longitude,
            arrays=self.arrays,
            inverter_limit_w=self.inverter_limit_w,
            base_url=self.base_url,
            api_key=self.api_key,
        )


def jittered(wait: timedelta, jitter: Callable[[float, float], float] = uniform) -> timedelta:
    """Return a wait ±5 %, so that homes do not all ask at once."""
    return wait * jitter(0.95, 1.05)


class SunCoordinator(DataUpdateCoordinator[SolarForecast]):
    """Holds the last good PV forecast, marked stale when a later one could not be had."""

    config_entry: ConfigEntry[Any]

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        config: SunConfig,
        telemetry: TelemetryCoordinator | None = None,
    ) -> None:
        """Initialize the coordinator; it learns from `telemetry` when there is one."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=f"{entry.title} solar forecast",
            update_interval=INTERVAL,
            always_update=False,
        )
        self.config = config
        self.learning = SunLearning()
        self._telemetry = telemetry
        self._source = config.source(hass)
        self._store = sun_store(hass, entry.entry_id)
        self._kept: SolarForecast | None = None
        self._meter = HourMeter()
        self.recent = RecentPv()
        self._metered_at: datetime | None = None
        self._failures = 0
        self.problem: Message | None = None
        """Why the forecast is stale, or why there is none; None while all is well."""
        self._unsubscribe: list[CALLBACK_TYPE] = []

    @property
    def attribution(self) -> str | None:
        """Whose weather the forecast is made of, as its licence asks to say."""
        if self.config.energy_platform_entry_id is not None:
            return None
        return localize(self.hass, say("word.weather_by", service="Open-Meteo.com"))

    async def async_start(self) -> None:
        """Take up what was kept, fetch a forecast, and watch the plant and the clock.

        Without a forecast it starts all the same: the plant can be run without one.
        """
        # Before anything is waited for: what is subscribed to after a shutdown would never be let go.
        if self._telemetry is not None:
            self._unsubscribe.append(self._telemetry.async_add_listener(self._meter_plant))
        self._unsubscribe.append(
            async_track_utc_time_change(self.hass, self._next_slot, minute=list(range(0, 60, STEP_MIN)), second=0)
        )
        kept = await self._store.async_load()
        if kept is not None and kept["config"] == self.config.fingerprint():
            self.learning = SunLearning.from_dict(kept["learning"])
            # Earlier versions kept the start of the first slot alone; a forecast of theirs is fetched anew.
            if kept["forecast"] and "start" not in kept["forecast"]:
                self._kept = _forecast_from(kept["forecast"])
        await self.async_refresh()

    @override
    async def _async_update_data(self) -> SolarForecast:
        """Fetch a forecast; a young one from before a restart will do."""
        now = dt_util.utcnow()
        last, self._kept = self.data or self._kept, None
        if self.data is None and last is not None and timedelta() <= now - last.fetched_at < YOUNG:
            self.update_interval = last.fetched_at + jittered(INTERVAL) - now
            return replace(last, accuracy=self._accuracy())
        try:
            slots = await self._source.slots(self.learning.correction)
        except (OpenMeteoError, NoForecastError) as err:
            return self._failed(last, now, err)
        if self.data is not None and self.data.stale and self.last_update_success:
            LOGGER.info("%s: the solar forecast is renewed again", self.config_entry.title)
        self._failures = 0
        self.problem = None
        self.update_interval = jittered(INTERVAL)
        self.learning.issue(slots, now, self.config.latitude, self.config.longitude)
        self._store.async_delay_save(self._memory, _SAVE_DELAY_S)
        return SolarForecast(
            slots=tuple(_solar_slot(slot) for slot in slots),
            fetched_at=now,
            source=self._source.name,
            accuracy=self._accuracy(),
        )

    @override
    async def async_shutdown(self) -> None:
        """Stop, and keep what was fetched and learned."""
        await super().async_shutdown()
        while self._unsubscribe:
            self._unsubscribe.pop()()
        if self.data is not None:
            await self._store.async_save(self._memory())

    def _failed(
        self, last: SolarForecast | None, now: datetime, err: OpenMeteoError | NoForecastError
    ) -> SolarForecast:
        """Return the last good forecast, marked stale, while it reaches beyond now; ask again sooner at first."""
        self._failures += 1
        self.problem = err.message
        if isinstance(err, OpenMeteoRateLimitError):
            wait = INTERVAL
        else:
            wait = timedelta(seconds=_RETRY.pause_s(self._failures))
        self.update_interval = jittered(wait)
        if last is None or last.slot_at(now) is None:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="no_solar_forecast",
                translation_placeholders={"error": localize(self.hass, err.message)},
            ) from err
        if self._failures == 1:
            LOGGER.warning(
                "%s: the solar forecast cannot be renewed, the last one stays in use: %s", self.config_entry.title, err
            )
        return replace(last, stale=True, accuracy=self._accuracy())

    @callback
    def _next_slot(self, _now: datetime) -> None:
        """Tell listeners: the forecast for now changes with the clock, not only when it is fetched."""
        self.async_update_listeners()

    @callback
    def _meter_plant(self) -> None:
        """Take in the PV power of the latest reading, and learn when an hour is complete."""
        assert self._telemetry is not None
        reading = self._telemetry.data
        if reading is None or reading.pv_power_w is None or reading.timestamp == self._metered_at:
            return
        self._metered_at = reading.timestamp
        curtailed = pv_curtailed(reading)
        forecast = None if self.data is None else self.data.slot_at(reading.timestamp)
        forecast_w = None if forecast is None else forecast.power_w
        self.recent.add(reading.timestamp, reading.pv_power_w, forecast_w, curtailed=curtailed)
        hour = self._meter.add(reading.timestamp, reading.pv_power_w, curtailed=curtailed)
        if hour is None:
            return
        day = dt_util.as_local(hour.start).date()
        if self.learning.compare(hour, day):
            accuracy = self.learning.accuracy.day(day)
            assert accuracy is not None
            add_day(self.hass, self.config_entry, day, accuracy)
            self._store.async_delay_save(self._memory, _SAVE_DELAY_S)
            if self.data is not None:
                self.data = replace(self.data, accuracy=self._accuracy())
                self.async_update_listeners()

    def _accuracy(self) -> ForecastAccuracy | None:
        overall = self.learning.accuracy.overall()
        if overall is None:
            return None
        return ForecastAccuracy(
            hours=overall.hours, mean_absolute_error_w=overall.mean_absolute_error_w, bias_w=overall.bias_w
        )

    def _memory(self) -> dict[str, Any]:
        return {
            "config": self.config.fingerprint(),
            "forecast": None if self.data is None else _memory_of(self.data),
            "learning": self.learning.as_dict(),
        }


def sun_store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    """Return the store of an entry's solar forecast and of what was learned about it."""
    return Store(hass, _STORAGE_VERSION, f"{DOMAIN}.{entry_id}.sun", atomic_writes=True)


def pv_curtailed(reading: Telemetry) -> bool:
    """Return whether the plant may have taken less from the sun than there was."""
    if reading.grid_status not in {None, GridStatus.ON_GRID} or reading.running_state not in {
        None,
        RunningState.RUNNING,
    }:
        return True
    control = reading.control
    mode = control.remote_ems_mode if control.remote_ems_enabled else None
    if mode in _PV_COMES_SECOND:
        return True
    if control.pv_limit_w is not None and (reading.pv_power_w or 0) >= control.pv_limit_w - _AT_LIMIT_W:
        return True
    if control.export_limit_w is None or reading.grid_power_w is None:
        return False
    # A battery that follows the surplus and could take more holds the export at its limit without any loss.
    battery_w, most_w = reading.battery_power_w, reading.available_charge_power_w
    if (
        mode in _FOLLOWS_SURPLUS
        and battery_w is not None
        and most_w is not None
        and battery_w < most_w - _BATTERY_MARGIN_W
    ):
        return False
    return -reading.grid_power_w >= control.export_limit_w - _AT_LIMIT_W


def _solar_slot(slot: PowerSlot) -> SolarSlot:
    return SolarSlot(
        start=slot.start,
        end=slot.end,
        power_w=slot.power_w,
        low_w=slot.low_w,
        high_w=slot.high_w,
        cloud_cover=slot.cloud_cover,
    )


def _memory_of(forecast: SolarForecast) -> dict[str, Any]:
    return {
        "fetched_at": forecast.fetched_at.isoformat(),
        "source": forecast.source,
        "slots": [
            [slot.start.isoformat(), slot.power_w, slot.low_w, slot.high_w, slot.cloud_cover] for slot in forecast.slots
        ],
    }


def _forecast_from(kept: dict[str, Any]) -> SolarForecast:
    step = timedelta(minutes=STEP_MIN)
    return SolarForecast(
        slots=tuple(
            SolarSlot(
                start=datetime.fromisoformat(start),
                end=datetime.fromisoformat(start) + step,
                power_w=power_w,
                low_w=low_w,
                high_w=high_w,
                cloud_cover=cloud_cover,
            )
            for start, power_w, low_w, high_w, cloud_cover in kept["slots"]
        ),
        fetched_at=datetime.fromisoformat(kept["fetched_at"]),
        source=kept["source"],
    )
