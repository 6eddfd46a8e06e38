"""What could have been known of the prices: forecasts of a file, or made up with errors of the size measured."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import erf, exp, pi, sqrt
from random import Random
from statistics import fmean, median
from typing import Protocol

from custom_components.sigenstor_panel.prices import PriceSlot

_HALF_HOUR = timedelta(minutes=30)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_PUBLISHED = timedelta(hours=12, minutes=30)
_TRADING_DAY = timedelta(hours=4)

_ERRORS = ((0.0, 0.014, 0.005), (30.0, 0.029, 0.010), (120.0, 0.033, 0.015), (1440.0, 0.041, 0.030))
"""By lead in minutes: mean absolute error and how much too low, in $/kWh, in calm hours."""
_SPIKE_PER_KWH = 0.30
"""A price this far from what is usual at its time of day is not foreseen for longer than an hour."""
_SPIKE_SPREAD = 0.3
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


class MadeUpForecasts:
    """Forecasts made from what came true, with errors as they were measured on real ones, the same for a seed.

    5-minute intervals for an hour, half-hours after it, until the trading day's end at 4:00 (from 12:30 on, the next
    one's). Every half-hour there is a new forecast, whose errors are much like those of the one before and of its
    neighbours. A spike becomes visible at some time in the hour before it, and its height only roughly.
    """

    def __init__(self, prices: Sequence[PriceSlot], seed: int) -> None:
        """Take all prices, in intervals that divide half an hour, from the start of one."""
        self._prices = prices
        self._step = prices[0].duration
        self._per_block = max(1, _HALF_HOUR // self._step)
        self._random = Random(seed)
        self._calm = _calm(prices, self._per_block)
        blocks = range(0, len(prices), self._per_block)
        self._blocks = [_mean(self._calm[first : first + self._per_block]) for first in blocks]
        self._notice = [self._random.random() * _HOUR for _ in blocks]
        self._spreads = self._calibrated()
        self._run = -1
        self._errors: list[float] = []
        self.bias_per_kwh = _ERRORS[0][2], _ERRORS[-1][2]

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
            slots.append(self._slot(start, start + _HALF_HOUR, self._blocks[at], start - now, self._errors[at - block]))
        return slots

    def _near(self, at: int, now: datetime) -> PriceSlot:
        price = self._prices[at]
        lead = price.start - now
        own = self._errors[at // self._per_block - self._run] * 0.7 + self._random.gauss() * 0.714
        true = price.buy_per_kwh, price.sell_per_kwh or 0.0
        if true != self._calm[at] and lead <= self._notice[at // self._per_block]:
            height = exp(self._random.gauss(0, _SPIKE_SPREAD))
            return self._slot(price.start, price.end, (true[0] * height, true[1] * height), lead, own)
        return self._slot(price.start, price.end, self._calm[at], lead, own)

    def _slot(
        self, start: datetime, end: datetime, price: tuple[float, float], lead: timedelta, error: float
    ) -> PriceSlot:
        minutes = lead / timedelta(minutes=1)
        off = error * _between(self._spreads, minutes) - _between([row[::2] for row in _ERRORS], minutes)
        return PriceSlot(
            start=start,
            end=end,
            buy_per_kwh=price[0] + off,
            sell_per_kwh=price[1] + off * _SELL_SHARE,
            forecast=True,
        )

    def _advance(self, block: int) -> None:
        """Move on to the forecast whose first half-hour is the block."""
        while self._run < block:
            fresh, fresh_part = self._random.gauss(), sqrt(1 - _ALIKE_NEXT**2)
            errors, self._errors = self._errors[1:], []
            for at in range(_MOST_BLOCKS):
                fresh = fresh * _ALIKE_NEXT + fresh_part * self._random.gauss() if at else fresh
                kept = errors[at] * _ALIKE_NEXT + fresh_part * fresh if at < len(errors) else fresh
                self._errors.append(kept)
            self._run += 1

    def _calibrated(self) -> list[tuple[float, float]]:
        """Return, by lead, the spread of errors that makes the whole mean absolute error what it should be.

        Half-hours smooth the intervals in them: that is an error already.
        """
        rough = [(price[0] - self._blocks[index // self._per_block][0]) for index, price in enumerate(self._calm)][::37]
        spreads = []
        for lead, target, bias in _ERRORS:
            off = [each - bias for each in (rough if lead > 60 else [0.0])]
            low, high = 0.0, 0.2
            for _ in range(30):
                middle = (low + high) / 2
                low, high = (middle, high) if fmean(_absolute(each, middle) for each in off) < target else (low, middle)
            spreads.append((lead, low))
        return spreads


def _calm(prices: Sequence[PriceSlot], per_block: int) -> list[tuple[float, float]]:
    """Return the prices without what is far from usual at their time of day, in the week around."""
    pairs = [(price.buy_per_kwh, price.sell_per_kwh or 0.0) for price in prices]
    per_day = _DAY // prices[0].duration
    reach = _USUAL_DAYS // 2 * per_day
    calm = []
    usual = (0.0, 0.0)
    for index, pair in enumerate(pairs):
        if index % per_block == 0:
            near = range(max(index % per_day, index - reach), min(len(pairs), index + reach + 1), per_day)
            around = [pairs[day + part] for day in near for part in range(per_block) if day + part < len(pairs)]
            usual = median(buy for buy, _ in around), median(sell for _, sell in around)
        calm.append(usual if abs(pair[0] - usual[0]) > _SPIKE_PER_KWH else pair)
    return calm


def _known_until(now: datetime) -> datetime:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + _TRADING_DAY + (2 if now - midnight >= _PUBLISHED else 1) * _DAY


def _mean(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return fmean(buy for buy, _ in pairs), fmean(sell for _, sell in pairs)


def _between(points: Sequence[tuple[float, float]], at: float) -> float:
    """Return the value at a point, on straight lines between the known ones."""
    for (left, low), (right, high) in pairwise(points):
        if at <= right:
            return low + (high - low) * (at - left) / (right - left)
    return points[-1][1]


def _absolute(mean: float, spread: float) -> float:
    """Return the mean absolute value of a normal distribution."""
    if spread < 1e-9:
        return abs(mean)
    ratio = mean / spread
    return spread * sqrt(2 / pi) * exp(-ratio * ratio / 2) + mean * erf(ratio / sqrt(2))
