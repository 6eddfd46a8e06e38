"""Spikes as a market operator announces them: some that come, some that never do, at any hour, on and off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from random import Random
from typing import NamedTuple

from custom_components.sigenstor_panel.model.prices import PriceSlot

_HALF_HOUR = timedelta(minutes=30)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)

_FALSE_A_DAY = 0.12
"""Announced on so many days of a market that never spikes; on more where it does."""
_EARLY = 0.5
"""Of the true spikes, so many are announced hours before; the others are not."""
_LEAD_H = 2.0, 30.0
_WITHDRAWN_H = 2.0
"""How long before its time an announcement that does not come true is withdrawn on average."""
_SHOWN = 0.6
"""In so many of the forecasts while it stands an announcement is there."""
_SPREAD = 0.5
"""How wrong an announced height is, as a standard deviation of its logarithm."""
_LASTS_ON = 0.4
"""So often the forecasts let a spike last longer than it does."""
_FALSE_PER_KWH = 0.4, 20.0
_HOURS = ((0.55, 16.0, 20.5), (0.2, 6.0, 9.0), (0.25, 0.0, 24.0))
"""When announced spikes that do not come begin: how often, and between which hours."""


class Pair(NamedTuple):
    """What a kWh costs and earns."""

    buy_per_kwh: float
    sell_per_kwh: float


@dataclass(frozen=True, slots=True)
class Announcement:
    """A price said of some half-hours, [first, last], between two moments."""

    first: int
    last: int
    price: Pair
    since: datetime
    until: datetime


class Announcements:
    """What is announced of the half-hours of a market, the same for a seed."""

    def __init__(
        self, starts: Sequence[datetime], spikes: Sequence[Pair | None], calm: Sequence[Pair], random: Random
    ) -> None:
        """Take the half-hours by their start, what they cost where they spike, and what they would cost else."""
        self._random = random
        self._seed = random.random()
        self._standing: list[list[Announcement]] = [[] for _ in starts]
        self._factors: dict[tuple[int, int], float | None] = {}
        days = {start.date() for start in starts}
        spiky = {start.date() for start, spike in zip(starts, spikes, strict=True) if spike is not None}
        for index, spike in enumerate(spikes):
            if spike is not None and (index == 0 or spikes[index - 1] is None):
                self._true(index, starts, spikes)
        for day in sorted(days):
            if random.random() < _FALSE_A_DAY + len(spiky) / len(days):
                self._false(day.toordinal() - min(days).toordinal(), starts, calm)

    def of(self, index: int, now: datetime) -> Pair | None:
        """Return what a half-hour is announced to cost at a moment; None where nothing is."""
        for said in self._standing[index]:
            if said.since <= now < said.until:
                factor = self._factor(said.first, int(now.timestamp() // _HALF_HOUR.total_seconds()))
                if factor is not None:
                    return Pair(said.price.buy_per_kwh * factor, said.price.sell_per_kwh * factor)
        return None

    def _factor(self, first: int, run: int) -> float | None:
        """Return by how much an announcement is off in a forecast; None where it is not there."""
        if (first, run) not in self._factors:
            shown = Random(f"{self._seed} {first} {run}")
            self._factors[first, run] = exp(shown.gauss(0, _SPREAD)) if shown.random() < _SHOWN else None
        return self._factors[first, run]

    def _true(self, first: int, starts: Sequence[datetime], spikes: Sequence[Pair | None]) -> None:
        last = first
        while last + 1 < len(spikes) and spikes[last + 1] is not None:
            last += 1
        inside = [spike for spike in spikes[first : last + 1] if spike is not None]
        highest = max(inside)
        if self._random.random() < _EARLY:
            since = starts[first] - self._random.uniform(*_LEAD_H) * _HOUR
            self._say(Announcement(first, last, highest, since, starts[last] + _HALF_HOUR))
        if self._random.random() < _LASTS_ON:
            after = last + self._random.choice((1, 2, 4))
            said = Announcement(last + 1, after, inside[-1], starts[first], starts[last] + 2 * _HALF_HOUR)
            self._say(said)

    def _false(self, day: int, starts: Sequence[datetime], calm: Sequence[Pair]) -> None:
        _, begin, end = self._random.choices(_HOURS, [share for share, _, _ in _HOURS])[0]
        midnight = starts[0].replace(hour=0, minute=0)
        moment = midnight + day * _DAY + self._random.uniform(begin, end) * _HOUR
        first = (moment - starts[0]) // _HALF_HOUR
        last = first + self._random.randint(0, 5)
        low, high = _FALSE_PER_KWH
        height = low * (high / low) ** self._random.random()
        if not 0 <= first < len(starts):
            return
        price = Pair(calm[first].buy_per_kwh + height, calm[first].sell_per_kwh + height)
        since = starts[first] - self._random.uniform(*_LEAD_H) * _HOUR
        until = starts[first] - min(self._random.expovariate(1 / _WITHDRAWN_H), _LEAD_H[1]) * _HOUR
        self._say(Announcement(first, last, price, since, until))

    def _say(self, said: Announcement) -> None:
        for index in range(said.first, min(said.last + 1, len(self._standing))):
            self._standing[index].append(said)


def half_hours(prices: Sequence[PriceSlot], per_block: int) -> list[datetime]:
    """Return when the half-hours of intervals begin."""
    return [prices[index].start for index in range(0, len(prices), per_block)]
