"""What could have been known of the prices: forecasts of a file, or made up with errors like those of real ones."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import exp, pi, sqrt
from random import Random
from statistics import fmean, median
from typing import Protocol

from backtest.announcements import Announcements, Pair, half_hours
from custom_components.sigenstor_panel.model.prices import PriceSlot

_HALF_HOUR = timedelta(minutes=30)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_PUBLISHED = timedelta(hours=12, minutes=30)
_TRADING_DAY = timedelta(hours=4)

_ERRORS = ((0.0, 0.27), (30.0, 0.55), (120.0, 0.62), (1440.0, 0.77))
"""By lead in minutes: the mean absolute error as a share of how far calm prices are from usual on average.

In South Australia's summer, where calm prices are 5.3 c from usual, that is what was measured there: 1.4 c at once,
2.9 c at 30 minutes, 3.3 c at 2 hours, 4.1 c at 24 hours.
"""
_PERSISTENT = 0.5
"""How much of an error's variance is the same for all hours, and alike from one forecast to the next."""
_PERSISTS = 0.98
"""How alike that part is in neighbouring forecasts, half an hour apart: half of it is gone after 17 hours."""
_SPIKE_PER_KWH = 0.30
"""A price this far above what is usual at its time of day is a spike."""
_SPIKE_SPREAD = 0.3
_NEXT_IS_RIGHT = 0.7
"""How often the forecast of the next interval within a spike is that interval's own, not the half-hour's."""
_SELL_SHARE = 0.907
"""How much the feed-in price moves when the buy price moves by 1."""
_ALIKE_NEXT = 0.8
"""How alike the errors of neighbouring half-hours are, and those of the same half-hour in neighbouring forecasts."""
_USUAL_DAYS = 7
_MOST_BLOCKS = 84


class Foresight(Protocol):
    """What is known of prices to come."""

    def after(self, now: datetime) -> Sequence[PriceSlot]:
        """Return what is forecast for the time after the interval that begins now, sorted, without overlap."""


class ForecastFile:
    """The forecasts of a file: at any time, those of the latest query."""

    def __init__(self, queries: Mapping[datetime, tuple[PriceSlot, ...]]) -> None:
        """Take the forecasts by the time of their query, the earliest first."""
        self._times = list(queries)
        self._forecasts = list(queries.values())

    def after(self, now: datetime) -> Sequence[PriceSlot]:
        """Return the latest forecast; nothing before the first query."""
        index = bisect_right(self._times, now) - 1
        return [slot for slot in self._forecasts[index] if slot.end > now] if index >= 0 else []


class KnownAhead:
    """What came true, as far ahead and as finely as it is forecast."""

    def __init__(self, prices: Sequence[PriceSlot]) -> None:
        """Take all prices, in intervals that divide half an hour, from the start of one."""
        self._prices = prices
        self._per_block = max(1, _HALF_HOUR // prices[0].duration)

    def after(self, now: datetime) -> Sequence[PriceSlot]:
        """Return the prices after the interval that begins now."""
        prices, per_block = self._prices, self._per_block
        index = (now - prices[0].start) // prices[0].duration + 1
        until, slots = _known_until(now), []
        while index < len(prices) and (start := prices[index].start) < until:
            count = per_block if index % per_block == 0 and start >= now + _HOUR else 1
            block = prices[index : index + count]
            price = _mean([Pair(each.buy_per_kwh, each.sell_per_kwh or 0.0) for each in block])
            slots.append(PriceSlot(start=start, end=block[-1].end, **price._asdict(), forecast=True))
            index += count
        return slots


class MadeUpForecasts:
    """Forecasts made from what came true, with errors sized by the market's own prices, the same for a seed.

    5-minute intervals for an hour, half-hours after it, until the trading day's end at 4:00 (from 12:30 on, the next
    one's). Every half-hour there is a new forecast. Its errors have no bias over the months, but last: half of their
    variance is one error for all hours that takes most of a day to go. A spike becomes visible at some time in the
    hour before it, or is announced long before; others are announced and do not come.
    """

    def __init__(self, prices: Sequence[PriceSlot], seed: int, *, calm_ahead: bool = False) -> None:
        """Take all prices, in intervals that divide half an hour, from the start of one; calm ones may be known ahead."""
        self._prices = prices
        self._calm_ahead = calm_ahead
        self._step = prices[0].duration
        self._per_block = max(1, _HALF_HOUR // self._step)
        self._random = Random(seed)
        usual = _usual(prices, self._per_block)
        pairs = [Pair(price.buy_per_kwh, price.sell_per_kwh or 0.0) for price in prices]
        self._spikes = [_is_spike(pair, usual[index // self._per_block]) for index, pair in enumerate(pairs)]
        self._calm = [
            usual[index // self._per_block] if spikes else pair
            for index, (pair, spikes) in enumerate(zip(pairs, self._spikes, strict=True))
        ]
        own = range(0, len(prices), self._per_block)
        self._blocks = [_mean(self._calm[first : first + self._per_block]) for first in own]
        self._true = [self._spike_of(pairs, first) for first in own]
        self._notice = [self._random.random() * _HOUR for _ in own]
        self.usual_error_per_kwh = fmean(
            abs(block.buy_per_kwh - usual[index].buy_per_kwh) for index, block in enumerate(self._blocks)
        )
        """How far calm prices are from usual on average."""
        self._announced = Announcements(half_hours(prices, self._per_block), self._true, self._blocks, self._random)
        self._run = -1
        self._errors: list[float] = []
        self._level = self._random.gauss()

    def after(self, now: datetime) -> Sequence[PriceSlot]:
        """Return the forecast at the start of an interval; they are asked for in order."""
        index = (now - self._prices[0].start) // self._step + 1
        block = index // self._per_block
        self._advance(block)
        soon = -(-(index + _HOUR // self._step) // self._per_block) * self._per_block
        slots = [self._near(at, now) for at in range(index, min(soon, len(self._prices)))]
        until = _known_until(now)
        for at in range(soon // self._per_block, len(self._blocks)):
            start = self._prices[at * self._per_block].start
            if start >= until:
                break
            price = self._announced.of(at, now) or self._blocks[at]
            slots.append(self._slot(start, start + _HALF_HOUR, price, start - now, self._errors[at - block]))
        return slots

    def _near(self, at: int, now: datetime) -> PriceSlot:
        price, block = self._prices[at], at // self._per_block
        lead = price.start - now
        own = self._errors[block - self._run] * 0.7 + self._random.gauss() * 0.714
        said = self._announced.of(block, now) or self._calm[at]
        spike = self._true[block]
        if spike is not None and lead <= self._notice[block]:
            if lead <= self._step and self._random.random() < _NEXT_IS_RIGHT:
                spike = Pair(price.buy_per_kwh, price.sell_per_kwh or 0.0) if self._spikes[at] else self._calm[at]
            height = exp(self._random.gauss(0, _SPIKE_SPREAD))
            said = Pair(spike.buy_per_kwh * height, spike.sell_per_kwh * height)
        return self._slot(price.start, price.end, said, lead, own)

    def _slot(self, start: datetime, end: datetime, price: Pair, lead: timedelta, error: float) -> PriceSlot:
        share = _between(_ERRORS, lead / timedelta(minutes=1))
        spread = share * self.usual_error_per_kwh / sqrt(2 / pi)
        off = 0.0 if self._calm_ahead else spread * (sqrt(1 - _PERSISTENT) * error + sqrt(_PERSISTENT) * self._level)
        return PriceSlot(
            start=start,
            end=end,
            buy_per_kwh=price.buy_per_kwh + off,
            sell_per_kwh=price.sell_per_kwh + off * _SELL_SHARE,
            forecast=True,
        )

    def _advance(self, block: int) -> None:
        """Move on to the forecast whose first half-hour is the block."""
        while self._run < block:
            self._level = self._level * _PERSISTS + sqrt(1 - _PERSISTS**2) * self._random.gauss()
            fresh, fresh_part = self._random.gauss(), sqrt(1 - _ALIKE_NEXT**2)
            errors, self._errors = self._errors[1:], []
            for at in range(_MOST_BLOCKS):
                fresh = fresh * _ALIKE_NEXT + fresh_part * self._random.gauss() if at else fresh
                kept = errors[at] * _ALIKE_NEXT + fresh_part * fresh if at < len(errors) else fresh
                self._errors.append(kept)
            self._run += 1

    def _spike_of(self, pairs: Sequence[Pair], first: int) -> Pair | None:
        """Return the mean price of the intervals of a half-hour that spike; None where none does."""
        inside = [pairs[at] for at in range(first, min(first + self._per_block, len(pairs))) if self._spikes[at]]
        return _mean(inside) if inside else None


def _is_spike(pair: Pair, usual: Pair) -> bool:
    return pair.buy_per_kwh - usual.buy_per_kwh > _SPIKE_PER_KWH


def _usual(prices: Sequence[PriceSlot], per_block: int) -> list[Pair]:
    """Return what is usual in each half-hour: the median at its time of day in the week around."""
    pairs = [(price.buy_per_kwh, price.sell_per_kwh or 0.0) for price in prices]
    per_day = _DAY // prices[0].duration
    reach = _USUAL_DAYS // 2 * per_day
    usual = []
    for index in range(0, len(pairs), per_block):
        near = range(max(index % per_day, index - reach), min(len(pairs), index + reach + 1), per_day)
        around = [pairs[day + part] for day in near for part in range(per_block) if day + part < len(pairs)]
        usual.append(Pair(median(buy for buy, _ in around), median(sell for _, sell in around)))
    return usual


def _known_until(now: datetime) -> datetime:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + _TRADING_DAY + (2 if now - midnight >= _PUBLISHED else 1) * _DAY


def _mean(pairs: Sequence[Pair]) -> Pair:
    return Pair(fmean(pair.buy_per_kwh for pair in pairs), fmean(pair.sell_per_kwh for pair in pairs))


def _between(points: Sequence[tuple[float, float]], at: float) -> float:
    """Return the value at a point, on straight lines between the known ones."""
    for (left, low), (right, high) in pairwise(points):
        if at <= right:
            return low + (high - low) * (at - left) / (right - left)
    return points[-1][1]
