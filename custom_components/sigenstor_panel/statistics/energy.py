"""Reads energies and means from the recorder's statistics; the functions block: call them in the recorder's executor."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, Literal

from homeassistant.components.recorder.statistics import StatisticsRow, statistics_during_period
from homeassistant.const import UnitOfEnergy, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from sqlalchemy.exc import SQLAlchemyError

from ..optimiser.load.habits import LoadSample

type StatisticsPeriod = Literal["5minute", "hour"]

DURATIONS: Final[dict[StatisticsPeriod, timedelta]] = {"5minute": timedelta(minutes=5), "hour": timedelta(hours=1)}
KWH: Final[dict[str, str]] = {"energy": UnitOfEnergy.KILO_WATT_HOUR}
_WATT: Final[dict[str, str]] = {"power": UnitOfPower.WATT}


class RecorderStoppedError(SQLAlchemyError):
    """The recorder takes no more work: it stops before Home Assistant does."""


async def async_in_recorder[*Ts, T](hass: HomeAssistant, job: Callable[[*Ts], T], *args: *Ts) -> T:
    """Run a job in the recorder's executor; what cannot be read raises SQLAlchemyError."""
    recorder = get_instance(hass)
    try:
        return await recorder.async_add_executor_job(job, *args)
    except RuntimeError as err:
        if not recorder.stop_requested:
            raise
        raise RecorderStoppedError(str(err)) from err


def read_energy(hass: HomeAssistant, statistic_id: str, start: datetime, period: StatisticsPeriod) -> list[LoadSample]:
    """Return what a counter counted since `start`, as far as it is known without gaps."""
    duration = DURATIONS[period]
    found = statistics_during_period(hass, start - duration, None, {statistic_id}, period, KWH, {"sum"})
    return list(_as_samples(found.get(statistic_id, []), duration))


def read_power(hass: HomeAssistant, statistic_id: str, start: datetime, period: StatisticsPeriod) -> list[LoadSample]:
    """Return the energies that the means of a power since `start` come to."""
    duration = DURATIONS[period]
    found = statistics_during_period(hass, start, None, {statistic_id}, period, _WATT, {"mean"})
    return [
        LoadSample(
            start=dt_util.utc_from_timestamp(row["start"]),
            duration=duration,
            energy_kwh=max(0.0, mean_w) / 1000 * (duration / DURATIONS["hour"]),
        )
        for row in found.get(statistic_id, [])
        if (mean_w := row.get("mean")) is not None
    ]


def read_counters(hass: HomeAssistant, statistic_ids: set[str], moment: datetime) -> dict[str, float]:
    """Return what counters showed at a moment in kWh, by statistic id; those that were recorded right up to it."""
    shown: dict[str, float] = {}
    for period, duration in DURATIONS.items():
        start = moment - duration
        found = statistics_during_period(hass, start, moment, statistic_ids, period, KWH, {"state"})
        for statistic_id, rows in found.items():
            if rows[0]["start"] == start.timestamp() and (state := rows[0].get("state")) is not None:
                shown.setdefault(statistic_id, state)
    return shown


def _as_samples(rows: Iterable[StatisticsRow], duration: timedelta) -> Iterator[LoadSample]:
    """Yield the differences of neighbouring sums; after a gap nobody knows when the energy was used."""
    for before, row in pairwise(rows):
        sum_before_kwh, sum_kwh = before.get("sum"), row.get("sum")
        if sum_before_kwh is None or sum_kwh is None or row["start"] - before["start"] != duration.total_seconds():
            continue
        # A counter that was corrected downwards says nothing about the load.
        if sum_kwh >= sum_before_kwh:
            start = dt_util.utc_from_timestamp(row["start"])
            yield LoadSample(start=start, duration=duration, energy_kwh=sum_kwh - sum_before_kwh)
