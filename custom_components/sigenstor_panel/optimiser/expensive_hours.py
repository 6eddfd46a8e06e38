"""Whether the battery lasts through the next hours in which power is expensive."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from .contract import PlanInputs
from .model import Plan, PlannerSettings

_AHEAD: Final = timedelta(hours=12)
_DAY: Final = timedelta(hours=24)
_EXPENSIVE: Final = 1.5
"""Times the mean buy price of the day ahead."""
_APART: Final = timedelta(hours=1)
"""Expensive hours further apart are not the same ones."""
_NEARLY_SOC: Final = 1.0
_NEARLY_POWER: Final = 0.95
_LEAST_KWH: Final = 1.0
"""Buying less is not worth telling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpensiveHours:
    """The next hours in which a kWh costs half as much again as on average, and what is bought in them."""

    end: datetime
    most_per_kwh: float
    bought_kwh: float
    """For want of stored energy, not of power."""
    empty_at: datetime | None
    """When the battery is down to its reserve; None: it lasts, or what is missing is next to nothing."""


def expensive_hours(inputs: PlanInputs, planned: Plan, settings: PlannerSettings) -> ExpensiveHours | None:
    """Return the next expensive hours by a plan; None where the next twelve hours have none.

    Guessed prices are not expensive, and a plan that sells stored energy before knows what it does.
    """
    slots = list(zip(inputs.slots, planned.slots, strict=True))
    day = [given for given, slot in slots if slot.start < _DAY]
    expensive_per_kwh = _EXPENSIVE * sum(given.buy_per_kwh * given.hours for given in day) / sum(g.hours for g in day)
    end: timedelta | None = None
    empty: timedelta | None = None
    bought_kwh, most_per_kwh, sells = 0.0, 0.0, False
    for given, slot in slots:
        if slot.start >= _AHEAD or (end is not None and slot.start - end >= _APART):
            break
        sells |= slot.discharge_w > 0 and slot.export_w > 0
        if given.extrapolated or given.buy_per_kwh <= 0 or given.buy_per_kwh < expensive_per_kwh:
            continue
        end = slot.start + slot.duration
        most_per_kwh = max(most_per_kwh, given.buy_per_kwh)
        if slot.discharge_w < _NEARLY_POWER * settings.discharge_limit_w:
            bought_kwh += slot.import_w / 1000 * given.hours
        if empty is None and slot.soc_after <= settings.soc_min + _NEARLY_SOC:
            empty = slot.start if slot.soc_before <= settings.soc_min + _NEARLY_SOC else end
    if end is None:
        return None
    short = empty is not None and bought_kwh >= _LEAST_KWH and not sells
    return ExpensiveHours(
        end=inputs.now + end,
        most_per_kwh=most_per_kwh,
        bought_kwh=bought_kwh,
        empty_at=inputs.now + empty if empty is not None and short else None,
    )
