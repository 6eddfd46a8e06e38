"""The slots to plan, from what is known of the prices; what is not known is filled from the typical day."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from ...model.message import say
from ...model.prices import PriceSlot
from ..model import CaseError, PlanSlotInput

_MINUTE = timedelta(minutes=1)
_STEP = timedelta(minutes=30)

type MeanPower = Callable[[datetime, datetime], float]
"""The mean power in W that is expected between two moments."""


class TypicalDay:
    """Prices by the half-hours of a clock."""

    def __init__(self, zone: tzinfo, prices: Iterable[PriceSlot], before: TypicalDay | None = None) -> None:
        """Take some prices, after those of another day."""
        self.known = defaultdict[timedelta, list[tuple[float, float, float | None]]](list)
        if before is not None:
            self.known.update({time: parts.copy() for time, parts in before.known.items()})
        for price in prices:
            for start, end, time in _cut(price.start, price.end, zone):
                self.known[time].append(((end - start) / _MINUTE, price.buy_per_kwh, price.sell_per_kwh))

    def mean(self, time: timedelta) -> tuple[float, float]:
        """Return the mean price at a time of day, by minutes; where none is known there, the mean of all."""
        if time in self.known:
            return _mean(self.known[time])
        return _mean([(1.0, *_mean(parts)) for parts in self.known.values()])


def plan_slots(  # noqa: PLR0917
    now: datetime,
    until: datetime,
    prices: Sequence[PriceSlot],
    pv_w: MeanPower,
    load_w: MeanPower,
    zone: tzinfo = UTC,
    before: TypicalDay | None = None,
) -> tuple[PlanSlotInput, ...]:
    """Return the slots from now on, the one in progress first with exactly the price in force.

    Prices are sorted and do not overlap; past ones count towards the typical day on the clock of the home's zone, also
    those of a typical day `before`. Raises CaseError without any price.
    """
    if not prices:
        raise CaseError("buy", say("word.degradation_no_prices"))
    typical = TypicalDay(zone, prices, before).mean
    slots: list[PlanSlotInput] = []
    moment = now

    def guessed(end: datetime) -> Iterator[PlanSlotInput]:
        for start, last, time in _cut(moment, end, zone):
            yield _slot(start, last, typical(time), pv_w, load_w, extrapolated=True)

    for price in prices:
        if price.end <= moment or price.start >= until:
            continue
        slots += guessed(min(price.start, until))
        start, end = max(price.start, moment), min(price.end, until)
        sell = price.sell_per_kwh
        if sell is None:
            # Nothing is sold now for a price that is not known; later, it is as on other days.
            sell = typical(_time_of_day(start, zone))[1] if slots else 0.0
        known = price.buy_per_kwh, sell
        estimate = not slots and price.estimate
        slots.append(_slot(start, end, known, pv_w, load_w, estimate=estimate))
        moment = end
    slots += guessed(until)
    return tuple(slots)


def _slot(
    start: datetime,
    end: datetime,
    price: tuple[float, float],
    pv_w: MeanPower,
    load_w: MeanPower,
    *,
    extrapolated: bool = False,
    estimate: bool = False,
) -> PlanSlotInput:
    return PlanSlotInput(
        duration=end - start,
        buy_per_kwh=price[0],
        sell_per_kwh=price[1],
        pv_w=pv_w(start, end),
        load_w=load_w(start, end),
        extrapolated=extrapolated,
        estimate=estimate,
    )


def _cut(start: datetime, end: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Cut an interval at the half-hours of a clock; yield also what it shows at the start of the half-hour."""
    while start < end:
        since = _since_midnight(start, zone)
        into = since % _STEP
        last = min(start + _STEP - into, end)
        yield start, last, since - into
        start = last


def _mean(parts: Sequence[tuple[float, float, float | None]]) -> tuple[float, float]:
    """Return the mean prices of parts, each with its weight first; where no sell price is known, 0."""
    sold = [(weight, sell) for weight, _, sell in parts if sell is not None]
    total, sold_total = sum(weight for weight, _, _ in parts), sum(weight for weight, _ in sold)
    buy = sum(weight * buy for weight, buy, _ in parts) / total
    return buy, sum(weight * sell for weight, sell in sold) / sold_total if sold else 0.0


def _time_of_day(moment: datetime, zone: tzinfo) -> timedelta:
    since = _since_midnight(moment, zone)
    return since - since % _STEP


def _since_midnight(moment: datetime, zone: tzinfo) -> timedelta:
    """Return what the clock shows."""
    local = moment.astimezone(zone)
    return timedelta(hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
