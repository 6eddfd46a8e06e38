"""A month in a few figures, as the panel's report shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from homeassistant.components.recorder.statistics import StatisticsRow, statistics_during_period
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import DATA_INSTANCE
from homeassistant.util import dt as dt_util
from sqlalchemy.exc import SQLAlchemyError

from ..const import LOGGER, OPTION_SUPPLY_PER_DAY
from ..optimiser.self_powered import EnergySpan, self_powered_percent
from ..records.decision_log import ScoreStore
from ..records.decision_rows import DayRecord, Savings
from ..statistics.chargers import charger_sensors
from ..statistics.energy import KWH, async_in_recorder
from .optimiser_history import statistic_id_of

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The days of a month that were settled; amounts in the currency of the contract, > 0 paid."""

    days: int
    paid: float
    """For energy alone."""
    supply: float | None
    """What the contract costs besides; None: not known."""
    saved: float
    """Against no battery."""
    best_day: date
    best_saved: float
    paid_before: float | None
    """For energy, on average per day of the month before; None: not known."""
    self_powered_percent: float | None


async def async_month(hass: HomeAssistant, entry: ConfigEntry[Any], scores: ScoreStore, first: date) -> Month | None:
    """Return the month that begins on a day; None where no day of it was settled. Raises RecordsUnavailableError."""
    next_first = (first + timedelta(days=31)).replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    found = await scores.query(before, next_first - timedelta(days=1))
    days, earlier = [day for day in found if day.day >= first], [day for day in found if day.day < first]
    if not days:
        return None
    best = max(days, key=_saved)
    supply_per_day = entry.options.get(OPTION_SUPPLY_PER_DAY)
    return Month(
        days=len(days),
        paid=_paid(days),
        supply=supply_per_day * len(days) if supply_per_day else None,
        saved=sum(map(_saved, days)),
        best_day=best.day,
        best_saved=_saved(best),
        paid_before=_paid(earlier) / len(earlier) if earlier else None,
        self_powered_percent=await _async_self_powered(hass, entry, first, next_first),
    )


def _paid(days: Sequence[DayRecord]) -> float:
    return sum(day.paid for day in days)


def _saved(day: DayRecord) -> float:
    return Savings.of(day).vs_no_battery


async def _async_self_powered(
    hass: HomeAssistant, entry: ConfigEntry[Any], first: date, next_first: date
) -> float | None:
    """Return how much of the usage was own solar, vehicles included; None where that is not known."""
    keys = ("pv_energy", "house_energy", "grid_import_energy", "battery_charged_energy", "battery_discharged_energy")
    found = [statistic_id_of(hass, entry.unique_id or "", key) for key in keys]
    ids = [each for each in found if each is not None]
    if len(ids) < len(keys) or DATA_INSTANCE not in hass.data:
        return None
    vehicles = charger_sensors(hass, entry, "charger_energy")
    start, end = (dt_util.as_utc(dt_util.start_of_local_day(day)) for day in (first, next_first))

    def read() -> list[EnergySpan]:
        rows = statistics_during_period(hass, start - _HOUR, end, {*ids, *vehicles}, "hour", KWH, {"sum"})
        counted = {each: _counted(rows.get(each, ())) for each in (*ids, *vehicles)}
        house = counted[ids[1]]
        for hour in house:
            house[hour] += sum(counted[each].get(hour, 0.0) for each in vehicles)
        return [EnergySpan(*(counted[each].get(hour, 0.0) for each in ids)) for hour in house]

    try:
        return self_powered_percent(await async_in_recorder(hass, read))
    except SQLAlchemyError as err:
        LOGGER.warning("What %s used could not be read: %s", entry.title, err)
        return None


def _counted(rows: Iterable[StatisticsRow]) -> dict[float, float]:
    """Return what was counted by the start of the hour; a counter that was corrected downwards counted nothing."""
    return {
        after["start"]: max(0.0, (after.get("sum") or 0.0) - (before.get("sum") or 0.0))
        for before, after in pairwise(rows)
    }
