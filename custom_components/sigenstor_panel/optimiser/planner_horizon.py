"""The slots to plan, from what is known of the prices; what is not known is filled from the typical day."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from statistics import fmean
from typing import Protocol

from .model import CaseError, PlanSlotInput

_DAY = timedelta(days=1)
_STEP = timedelta(minutes=30)

type MeanPower = Callable[[datetime, datetime], float]
"""The mean power in W that is expected between two moments."""


class KnownPrice(Protocol):
    """What a kWh costs and earns in [start, end)."""

    @property
    def start(self) -> datetime: ...  # noqa: D102
    @property
    def end(self) -> datetime: ...  # noqa: D102
    @property
    def buy_per_kwh(self) -> float: ...  # noqa: D102
    @property
    def sell_per_kwh(self) -> float | None: ...  # noqa: D102


def plan_slots(
    now: datetime, until: datetime, prices: Sequence[KnownPrice], pv_w: MeanPower, load_w: MeanPower
) -> tuple[PlanSlotInput, ...]:
    """Return the slots from now on, the one in progress first with exactly the price in force.

    Prices are sorted and do not overlap; past ones count towards the typical day. Raises CaseError without any price.
    """
    if not prices:
        raise CaseError("buy", "no price is known")
    typical = _typical_day(prices)
    slots = []
    moment = now
    for price in prices:
        if price.end <= moment or price.start >= until:
            continue
        for start, end in _cut(moment, min(price.start, until)):
            slots.append(_slot(start, end, typical(start), pv_w, load_w, extrapolated=True))
        start, end = max(price.start, moment), min(price.end, until)
        sell = price.sell_per_kwh or 0.0
        slots.append(_slot(start, end, (price.buy_per_kwh, sell), pv_w, load_w, extrapolated=False))
        moment = end
    for start, end in _cut(moment, until):
        slots.append(_slot(start, end, typical(start), pv_w, load_w, extrapolated=True))
    return tuple(slots)


def _slot(
    start: datetime,
    end: datetime,
    price: tuple[float, float],
    pv_w: MeanPower,
    load_w: MeanPower,
    *,
    extrapolated: bool,
) -> PlanSlotInput:
    return PlanSlotInput(
        duration=end - start,
        buy_per_kwh=price[0],
        sell_per_kwh=price[1],
        pv_w=pv_w(start, end),
        load_w=load_w(start, end),
        extrapolated=extrapolated,
    )


def _cut(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Cut an interval at the half-hours."""
    while start < end:
        last = min(start + _STEP - (start - datetime.min.replace(tzinfo=UTC)) % _STEP, end)
        yield start, last
        start = last


def _typical_day(prices: Sequence[KnownPrice]) -> Callable[[datetime], tuple[float, float]]:
    """Return how to look up the mean price at a time of day; where none is known there, the mean of all."""
    known = defaultdict[timedelta, list[tuple[float, float]]](list)
    for price in prices:
        for start, _ in _cut(price.start, price.end):
            known[_time_of_day(start)].append((price.buy_per_kwh, price.sell_per_kwh or 0.0))
    means = {time: (fmean(buy for buy, _ in pairs), fmean(sell for _, sell in pairs)) for time, pairs in known.items()}
    overall = fmean(buy for buy, _ in means.values()), fmean(sell for _, sell in means.values())
    return lambda moment: means.get(_time_of_day(moment), overall)


def _time_of_day(moment: datetime) -> timedelta:
    since = (moment - datetime.min.replace(tzinfo=UTC)) % _DAY
    return since - since % _STEP
