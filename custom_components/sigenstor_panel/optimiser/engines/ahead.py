"""The slots of some inputs as columns, and parts of them; sums over time cost the same however long a part is."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import accumulate
from operator import mul
from typing import Final

from ..model import PlanSlotInput

_US: Final = timedelta(microseconds=1)
_HOUR_US: Final = 3_600_000_000
_PARTS: Final = 1e9


class Column:
    """A value of each slot, also in billionths, whose sums over time are exact."""

    def __init__(self, values: Iterable[float], lasts_us: list[int]) -> None:
        """Add up these values."""
        self.values = list(values)
        self.billionths = [round(value * _PARTS) for value in self.values]
        self.sums: list[int] = list(accumulate(map(mul, self.billionths, lasts_us, strict=True), initial=0))
        """Billionths × microseconds of all slots before each, and of all."""
        self._highest = [list(range(len(self.values)))]
        self._above: dict[float, list[int]] = {}

    def highest(self, level: int) -> list[int]:
        """Return where the highest value is of as many slots as 2 to the power of a level, from each slot on; the first."""
        values = self.values
        while level >= len(self._highest):
            row = self._highest[-1]
            later = row[1 << len(self._highest) - 1 :]
            self._highest.append([a if values[a] >= values[b] else b for a, b in zip(row, later, strict=False)])
        return self._highest[level]

    def above(self, value: float) -> list[int]:
        """Return the slots where it is above a value."""
        if value not in self._above:
            self._above[value] = [index for index, each in enumerate(self.values) if each > value]
        return self._above[value]


class Columns:
    """The slots of some inputs, column by column."""

    def __init__(self, slots: Sequence[PlanSlotInput]) -> None:
        """Add up what the engines look at."""
        self.slots = slots
        lasts_us = [slot.duration // _US for slot in slots]
        self.bounds_us = list(accumulate(lasts_us, initial=0))
        """Where the slots begin and the last one ends."""
        self.hours = [last_us / _HOUR_US for last_us in lasts_us]
        self.buy = Column((slot.buy_per_kwh for slot in slots), lasts_us)
        """What a kWh costs, $."""
        self.sell = Column((slot.sell_per_kwh for slot in slots), lasts_us)
        """What a kWh earns, $."""
        self.pv_w = Column((slot.pv_w for slot in slots), lasts_us)
        self.load_w = Column((slot.load_w for slot in slots), lasts_us)
        self.needed_w = [max(0.0, slot.load_w - slot.pv_w) for slot in slots]
        """What the house takes beyond the PV."""

    def ahead(self, now: int, hours: float) -> HoursAhead:
        """Return so many hours from the start of a slot on."""
        origin_us = self.bounds_us[now]
        end_us = min(origin_us + round(hours * _HOUR_US), self.bounds_us[-1])
        return HoursAhead(self, origin_us, origin_us, end_us, now)

    def between(self, now: int, after: float, until: float) -> HoursAhead | None:
        """Return what lies between two numbers of hours from the start of a slot; None beyond the last slot."""
        origin_us = self.bounds_us[now]
        begin_us = origin_us + round(after * _HOUR_US)
        end_us = min(origin_us + round(until * _HOUR_US), self.bounds_us[-1])
        if begin_us >= end_us:
            return None
        return HoursAhead(self, origin_us, begin_us, end_us, bisect_right(self.bounds_us, begin_us) - 1)


class HoursAhead:
    """Some of the hours ahead, slot by slot; of the first slot and the last, as much as lies in them."""

    def __init__(self, of: Columns, origin_us: int, begin_us: int, end_us: int, first: int) -> None:
        """Take the slots from a first one on with some part between two times, in microseconds since the very first."""
        self.of, self._origin_us, self._begin_us, self._end_us = of, origin_us, begin_us, end_us
        self.first = first
        self.last = bisect_left(of.bounds_us, end_us, lo=first)

    @property
    def slots(self) -> Sequence[PlanSlotInput]:
        """The slots."""
        return self.of.slots[self.first : self.last]

    @property
    def hours(self) -> list[float]:
        """How long each lasts."""
        bounds, hours = self.of.bounds_us, self.of.hours[self.first : self.last]
        hours[0] = (bounds[self.first + 1] - self._begin_us) / _HOUR_US
        hours[-1] = (self._end_us - max(bounds[self.last - 1], self._begin_us)) / _HOUR_US
        return hours

    def begins(self, index: int) -> float:
        """Return in how many hours from now one of the slots begins."""
        return (max(self.of.bounds_us[self.first + index], self._begin_us) - self._origin_us) / _HOUR_US

    def values(self, column: Column) -> list[float]:
        """Return a value of each slot."""
        return column.values[self.first : self.last]

    def total(self, column: Column) -> float:
        """Return value × hours over all of it: of powers in W, the energy in Wh."""
        return self._sum(column) / _PARTS / _HOUR_US

    def mean(self, column: Column) -> float:
        """Return the mean of a value over time."""
        return self._sum(column) / (self._end_us - self._begin_us) / _PARTS

    def _sum(self, column: Column) -> int:
        """Return billionths × microseconds over all of it."""
        bounds_us, sums, values, first, last = (
            self.of.bounds_us,
            column.sums,
            column.billionths,
            self.first,
            self.last - 1,
        )
        until = sums[last] + values[last] * (self._end_us - bounds_us[last])
        return until - sums[first] - values[first] * (self._begin_us - bounds_us[first])

    def highest(self, column: Column) -> tuple[float, float]:
        """Return the highest value, and in how many hours it is; of equals, the first."""
        level = (self.last - self.first).bit_length() - 1
        row, values = column.highest(level), column.values
        one, other = row[self.first], row[self.last - (1 << level)]
        index = one if values[one] >= values[other] else other
        return values[index], self.begins(index - self.first)

    def first_above(self, column: Column, value: float) -> int | None:
        """Return the first of the slots where a value is above another; None where it is nowhere."""
        above = column.above(value)
        at = bisect_left(above, self.first)
        return above[at] - self.first if at < len(above) and above[at] < self.last else None

    def cheapest(self, column: Column, hours: float) -> tuple[float, float]:
        """Return in how many hours the stretch with the lowest mean begins, and that mean; of equals, the first.

        It lasts so many hours and begins with a slot, or is all of the hours ahead.
        """
        bounds, lasts_us = self.of.bounds_us, round(hours * _HOUR_US)
        found: tuple[int, float] | None = None
        last = self.first
        for index in range(self.first, self.last):
            begin_us = max(bounds[index], self._begin_us)
            end_us = min(begin_us + lasts_us, self._end_us)
            if found is not None and end_us < begin_us + lasts_us:
                break
            while bounds[last + 1] < end_us:
                last += 1
            total = _until(column, bounds, last, end_us) - _until(column, bounds, index, begin_us)
            mean = total / (end_us - begin_us)
            if found is None or mean < found[1]:
                found = begin_us, mean
        assert found is not None
        return (found[0] - self._origin_us) / _HOUR_US, found[1] / _PARTS


def _until(column: Column, bounds_us: list[int], index: int, moment_us: int) -> int:
    """Return billionths × microseconds of everything before a moment in one of the slots."""
    return column.sums[index] + column.billionths[index] * (moment_us - bounds_us[index])
