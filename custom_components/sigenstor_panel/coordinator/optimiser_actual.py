"""What was measured, in steps of five minutes, from the recorder's statistics of this plant's own sensors."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from homeassistant.components.recorder.statistics import StatisticsRow, statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..model.prices import PriceSlot
from ..optimiser.efficiency import Span
from ..optimiser.model import PlannerSettings, PlanSlotInput
from ..optimiser.settle import ActualSlots, Settlement
from ..statistics.energy import DURATIONS, KWH

STEP: Final = timedelta(minutes=5)
ENERGIES: Final = ("house_energy", "pv_energy", "grid_import_energy", "grid_export_energy", "battery_discharged_energy")
BATTERY_ENERGIES: Final = ("battery_charged_energy", "battery_discharged_energy")
SOC: Final = "state_of_charge"

_LEAST_PRICED = 0.9
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actual:
    """What was measured between two moments: what any decision had to deal with, and what became of it."""

    slots: ActualSlots
    settlement: Settlement
    """What was really paid; its wear is that of the settings."""


class _CounterReadings:
    """What a counter showed, in kWh; between two readings it counted evenly."""

    def __init__(self, readings: dict[datetime, float]) -> None:
        self.times = sorted(readings)
        self._kwh = [readings[time] for time in self.times]

    def at(self, moment: datetime) -> float:
        """Return what it showed; before the first reading as the first, after the last as the last."""
        after = bisect_right(self.times, moment)
        if after == 0:
            return self._kwh[0]
        if after == len(self.times):
            return self._kwh[-1]
        share = (moment - self.times[after - 1]) / (self.times[after] - self.times[after - 1])
        return self._kwh[after - 1] + share * (self._kwh[after] - self._kwh[after - 1])

    def between(self, start: datetime, end: datetime) -> float:
        """Return what it counted; a counter that was corrected downwards counted nothing."""
        return max(0.0, self.at(end) - self.at(start))


def read_actual(
    hass: HomeAssistant,
    statistic_ids: dict[str, str],
    start: datetime,
    end: datetime,
    *,
    vehicles: Sequence[str],
    prices: Sequence[PriceSlot],
    settings: PlannerSettings,
    whole: bool,
) -> Actual | None:
    """Return what was measured from `start` to `end`; None where too little is known of it.

    `vehicles` are the statistic ids of what vehicles took, which grid and battery served with the house. Unless the
    `whole` is wanted, as much of it as there is. Runs in the recorder's executor.
    """
    levels: dict[datetime, float] = {}
    readings: dict[str, dict[datetime, float]] = {key: {} for key in ENERGIES}
    of_vehicles: dict[str, dict[datetime, float]] = {statistic_id: {} for statistic_id in vehicles}
    for period, duration in sorted(DURATIONS.items(), reverse=True):
        found = statistics_during_period(
            hass, start - _HOUR, end, {*statistic_ids.values(), *vehicles}, period, KWH, {"sum", "mean"}
        )
        for key in ENERGIES:
            readings[key] |= _sums(found.get(statistic_ids[key], ()), duration)
        for statistic_id in vehicles:
            of_vehicles[statistic_id] |= _sums(found.get(statistic_id, ()), duration)
        levels |= _means(found.get(statistic_ids[SOC], ()), duration)
    if not levels or not all(readings.values()):
        return None
    counters = {key: _CounterReadings(found_) for key, found_ in readings.items()}
    first = max(counter.times[0] for counter in counters.values())
    last = min(counter.times[-1] for counter in counters.values())
    if whole and (first > start or last < end):
        return None
    loads = [counters["house_energy"], *(_CounterReadings(found_) for found_ in of_vehicles.values() if found_)]
    return _settled(counters, loads, levels, max(first, start), min(last, end), prices=prices, settings=settings)


def read_spans(hass: HomeAssistant, statistic_ids: dict[str, str], start: datetime, end: datetime) -> tuple[Span, ...]:
    """Return what went in and out of the battery hour by hour, and what that made of its state of charge.

    Hours with a gap are left out. Runs in the recorder's executor.
    """
    period: Final = "5minute"
    ids = set(statistic_ids.values())
    found = statistics_during_period(hass, start, end, ids, period, KWH, {"sum", "mean"})
    levels = _means(found.get(statistic_ids[SOC], ()), DURATIONS[period])
    readings = [_sums(found.get(statistic_ids[key], ()), DURATIONS[period]) for key in BATTERY_ENERGIES]
    if not all(readings):
        return ()
    charged, discharged = map(_CounterReadings, readings)
    first, last = (max(c.times[0] for c in (charged, discharged)), min(c.times[-1] for c in (charged, discharged)))
    moments = [moment for moment in sorted(levels) if first <= moment <= last][:: _HOUR // DURATIONS[period]]
    return tuple(
        Span(charged.between(before, after), discharged.between(before, after), levels[after] - levels[before])
        for before, after in pairwise(moments)
        if after - before == _HOUR
    )


def _settled(
    counters: dict[str, _CounterReadings],
    loads: Sequence[_CounterReadings],
    levels: dict[datetime, float],
    start: datetime,
    end: datetime,
    *,
    prices: Sequence[PriceSlot],
    settings: PlannerSettings,
) -> Actual | None:
    slots: list[PlanSlotInput] = []
    cost = imported = exported = 0.0
    starts = [slot.start for slot in prices]
    priced = 0
    moment = start
    while moment < end:
        after = min(moment + STEP, end)
        index = bisect_right(starts, moment) - 1
        if index < 0:
            return None
        price = prices[index]
        priced += moment < price.end
        sell = price.sell_per_kwh or 0.0
        in_kwh = counters["grid_import_energy"].between(moment, after)
        out_kwh = counters["grid_export_energy"].between(moment, after)
        cost += in_kwh * price.buy_per_kwh - out_kwh * sell
        imported, exported = imported + in_kwh, exported + out_kwh
        w_per_kwh = 1000 / ((after - moment) / _HOUR)
        slots.append(
            PlanSlotInput(
                duration=after - moment,
                buy_per_kwh=price.buy_per_kwh,
                sell_per_kwh=sell,
                pv_w=counters["pv_energy"].between(moment, after) * w_per_kwh,
                load_w=sum(load.between(moment, after) for load in loads) * w_per_kwh,
            )
        )
        moment = after
    if not slots or priced < _LEAST_PRICED * len(slots):
        return None
    discharged = counters["battery_discharged_energy"].between(start, end)
    soc = _level_at(levels, start), _level_at(levels, end)
    return Actual(
        slots=ActualSlots(start=start, slots=tuple(slots), soc=soc[0]),
        settlement=Settlement(
            cost=cost,
            wear=discharged * settings.wear_per_kwh,
            soc=soc,
            import_kwh=imported,
            export_kwh=exported,
            charged_kwh=0.0,
            discharged_kwh=discharged,
            curtailed_kwh=0.0,
            cycles=discharged / settings.capacity_kwh,
        ),
    )


def _sums(rows: Iterable[StatisticsRow], duration: timedelta) -> dict[datetime, float]:
    """Return what the counter showed at the end of each row."""
    return {
        dt_util.utc_from_timestamp(row["start"]) + duration: total
        for row in rows
        if (total := row.get("sum")) is not None
    }


def _means(rows: Iterable[StatisticsRow], duration: timedelta) -> dict[datetime, float]:
    """Return the mean of each row at its middle."""
    return {
        dt_util.utc_from_timestamp(row["start"]) + duration / 2: mean
        for row in rows
        if (mean := row.get("mean")) is not None
    }


def _level_at(levels: dict[datetime, float], moment: datetime) -> float:
    return levels[min(levels, key=lambda known: abs(known - moment))]
