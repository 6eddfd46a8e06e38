"""What electricity costs and earns over time, in the units and signs that the whole project uses.

Prices are in $/kWh of the contract's currency with tax; a feed-in price above 0 means that you are paid.
All moments are aware and in UTC; the end of a slot is no longer part of it.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from typing import Final

MAX_PRICE_PER_KWH: Final = 100_000.0
"""In any currency; in some a kWh costs thousands."""

FORECAST_STANDS_FOR: Final = timedelta(minutes=10)
"""How long after it was fetched a forecast stands in for the price in force: one answer may be missed, not two."""


class PriceLevel(StrEnum):
    """How high a price is, in words; ascending."""

    EXTREMELY_LOW = "extremely_low"
    VERY_LOW = "very_low"
    LOW = "low"
    NEUTRAL = "neutral"
    HIGH = "high"
    SPIKE = "spike"


class SpikeStatus(StrEnum):
    """Whether the market spikes; ascending."""

    NONE = "none"
    POTENTIAL = "potential"
    SPIKE = "spike"


_LEVELS = tuple(PriceLevel)
_SPIKES = tuple(SpikeStatus)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSlot:
    """What a kWh costs and earns in [start, end)."""

    start: datetime
    end: datetime
    buy_per_kwh: float
    sell_per_kwh: float | None = None
    """Above 0 you are paid; None without feed-in."""
    buy_low_per_kwh: float | None = None
    buy_high_per_kwh: float | None = None
    sell_low_per_kwh: float | None = None
    sell_high_per_kwh: float | None = None
    estimate: bool = False
    """The price is in force but not confirmed yet."""
    spike: SpikeStatus | None = None
    level: PriceLevel | None = None
    renewables: float | None = None
    """The share of renewables in the grid, percent."""
    demand_window: bool | None = None
    forecast: bool = False

    @property
    def duration(self) -> timedelta:
        """How long the slot is."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPrices:
    """The prices of a day as far as they are known; means are weighted by time."""

    buy_min: float
    buy_mean: float
    buy_max: float
    sell_min: float | None
    sell_mean: float | None
    sell_max: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """All prices that are known, past and to come; the slots are sorted and do not overlap."""

    slots: tuple[PriceSlot, ...]
    fetched_at: datetime
    source: str
    stale: bool = False
    spot: bool = False
    """Of a market that says what an interval costs only once it has begun: all that is ahead is a forecast."""

    def at(self, moment: datetime) -> PriceSlot | None:
        """Return the slot that a moment lies in; None where nothing is known."""
        index = bisect_right(self.slots, moment, key=_start) - 1
        return self.slots[index] if index >= 0 and moment < self.slots[index].end else None

    def current(self, now: datetime) -> PriceSlot | None:
        """Return the slot in force now."""
        return self.at(now)

    def unconfirmed(self, now: datetime) -> bool:
        """Return whether what is said of the slot in force may still change."""
        slot = self.at(now)
        return slot is not None and (slot.estimate or (self.spot and slot.forecast))

    @property
    def forecast_stands_until(self) -> datetime:
        """The moment from which a forecast of the price in force is nothing but a guess."""
        return self.fetched_at + FORECAST_STANDS_FOR

    def guessed(self, now: datetime) -> bool:
        """Return whether nobody has said what the slot in force costs, but long ago, as a forecast."""
        slot = self.at(now)
        return self.spot and slot is not None and slot.forecast and now >= self.forecast_stands_until

    def next_after(self, now: datetime) -> PriceSlot | None:
        """Return the first slot that begins after now."""
        index = bisect_right(self.slots, now, key=_start)
        return self.slots[index] if index < len(self.slots) else None

    def today(self, now: datetime, zone: tzinfo) -> DayPrices | None:
        """Return the lowest, mean and highest prices of the local day; None when nothing of it is known."""
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        tomorrow = (midnight + timedelta(days=1)).astimezone(UTC)
        parts = list(clipped(self.slots, midnight.astimezone(UTC), tomorrow))
        if not parts:
            return None
        buy_mean = _mean(parts, lambda slot: slot.buy_per_kwh)
        assert buy_mean is not None
        sells = [slot for slot in parts if slot.sell_per_kwh is not None]
        sell_prices = [slot.sell_per_kwh for slot in sells if slot.sell_per_kwh is not None]
        return DayPrices(
            buy_min=min(slot.buy_per_kwh for slot in parts),
            buy_mean=buy_mean,
            buy_max=max(slot.buy_per_kwh for slot in parts),
            sell_min=min(sell_prices, default=None),
            sell_mean=_mean(sells, lambda slot: slot.sell_per_kwh) if sells else None,
            sell_max=max(sell_prices, default=None),
        )


def clipped(slots: Iterable[PriceSlot], start: datetime, end: datetime) -> Iterator[PriceSlot]:
    """Yield the parts of the slots that lie in [start, end)."""
    for slot in slots:
        if slot.start >= start and slot.end <= end:
            yield slot
        elif slot.start < end and slot.end > start:
            yield replace(slot, start=max(slot.start, start), end=min(slot.end, end))


def without_overlap(slots: Iterable[PriceSlot]) -> tuple[PriceSlot, ...]:
    """Return the slots sorted, each moment covered once: by the shortest slot there, of equals by the latest given.

    A short slot is the better resolved price where Amber's 5-minute rows meet its 30-minute ones.
    """
    given = list(slots)
    ordered = sorted(given, key=_start)
    if all(before.end <= after.start for before, after in pairwise(ordered)):
        return tuple(ordered)
    given.reverse()
    kept: list[PriceSlot] = []
    for slot in sorted(given, key=lambda slot: slot.duration):
        gaps = _uncovered(kept, slot.start, slot.end)
        kept.extend(
            slot if (start, end) == (slot.start, slot.end) else replace(slot, start=start, end=end)
            for start, end in gaps
        )
        kept.sort(key=_start)
    return tuple(kept)


def merged(old: Sequence[PriceSlot], new: Sequence[PriceSlot]) -> tuple[PriceSlot, ...]:
    """Return what both know, where both know something what the new ones say; both are sorted without overlap."""
    kept = [
        part
        for slot in old
        for start, end in _uncovered(new, slot.start, slot.end)
        for part in clipped((slot,), start, end)
    ]
    return tuple(sorted([*kept, *new], key=_start))


def resample(slots: Sequence[PriceSlot], step: timedelta, start: datetime, end: datetime) -> tuple[PriceSlot, ...]:
    """Return the slots of [start, end) cut at every step from start, with means weighted by time.

    A constant power costs the same before and after. What was not known stays unknown: at the edge of a gap
    a slot is shorter than the step.
    """
    resampled: list[PriceSlot] = []
    parts: list[PriceSlot] = []
    for part in _cut(slots, step, start, end):
        crosses = parts and (part.start - start) // step != (parts[0].start - start) // step
        if parts and (crosses or part.start != parts[-1].end):
            resampled.append(_joined(parts))
            parts = []
        parts.append(part)
    if parts:
        resampled.append(_joined(parts))
    return tuple(resampled)


def _start(slot: PriceSlot) -> datetime:
    return slot.start


def _uncovered(slots: Sequence[PriceSlot], start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the parts of [start, end) that none of the slots covers; they are sorted without overlap."""
    for slot in slots[max(0, bisect_right(slots, start, key=_start) - 1) :]:
        if slot.start >= end:
            break
        if slot.end <= start:
            continue
        if slot.start > start:
            yield start, slot.start
        start = slot.end
    if start < end:
        yield start, end


def _cut(slots: Sequence[PriceSlot], step: timedelta, start: datetime, end: datetime) -> Iterator[PriceSlot]:
    for slot in clipped(slots, start, end):
        cut = slot.start
        while cut < slot.end:
            boundary = min(slot.end, start + ((cut - start) // step + 1) * step)
            whole = (cut, boundary) == (slot.start, slot.end)
            yield slot if whole else replace(slot, start=cut, end=boundary)
            cut = boundary


def _joined(parts: Sequence[PriceSlot]) -> PriceSlot:
    """Return one slot for neighbours: mean prices, and the most remarkable of their marks."""
    if len(parts) == 1:
        return parts[0]
    buy = _mean(parts, lambda slot: slot.buy_per_kwh)
    assert buy is not None
    windows = [slot.demand_window for slot in parts if slot.demand_window is not None]
    return PriceSlot(
        start=parts[0].start,
        end=parts[-1].end,
        buy_per_kwh=buy,
        sell_per_kwh=_mean(parts, lambda slot: slot.sell_per_kwh),
        buy_low_per_kwh=_mean(parts, lambda slot: slot.buy_low_per_kwh),
        buy_high_per_kwh=_mean(parts, lambda slot: slot.buy_high_per_kwh),
        sell_low_per_kwh=_mean(parts, lambda slot: slot.sell_low_per_kwh),
        sell_high_per_kwh=_mean(parts, lambda slot: slot.sell_high_per_kwh),
        estimate=any(slot.estimate for slot in parts),
        spike=max((slot.spike for slot in parts if slot.spike), key=_SPIKES.index, default=None),
        level=max((slot.level for slot in parts if slot.level), key=_LEVELS.index, default=None),
        renewables=_mean(parts, lambda slot: slot.renewables),
        demand_window=any(windows) if windows else None,
        forecast=any(slot.forecast for slot in parts),
    )


def _mean(slots: Sequence[PriceSlot], value_fn: Callable[[PriceSlot], float | None]) -> float | None:
    """Return a mean weighted by time; None when a part of it is not known."""
    total = weight = 0.0
    for slot in slots:
        if (value := value_fn(slot)) is None:
            return None
        seconds = slot.duration.total_seconds()
        total += value * seconds
        weight += seconds
    return total / weight
