"""The electricity market over a simulated home: high prices in the evening, low or negative ones at a sunny midday."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import lru_cache
from math import exp
from typing import NamedTuple

from .noise import lattice, smooth
from .weather import Sky

NEM = timezone(timedelta(hours=10))
"""Market time; it knows no daylight saving."""
INTERVAL_S = 300
GST = 1.1

_MOOD_CHANNEL = 50
_SPIKE_CHANNEL = 51
_FORECAST_CHANNEL = 54
_ESTIMATE_CHANNEL = 55
_CONFIRM_CHANNEL = 56
_DAYS_BETWEEN_SPIKES = 15


class MarketPrice(NamedTuple):
    """Prices of an interval in c/kWh with GST, in the signs of the market: feed-in above 0 is earned."""

    spot: float
    general: float
    feed_in: float
    renewables: float


class SimulatedMarket:
    """Prices as a pure function of a seed, the sky and the time."""

    def __init__(self, seed: int, sky: Sky) -> None:
        """Keep what fixes the prices."""
        self._seed = seed
        self._sky = sky

    def settled(self, start_s: int, minutes: int) -> MarketPrice:
        """Return the final price of an interval of 5 or 30 minutes, the mean of its 5-minute prices."""
        prices = [self._interval(start_s + offset) for offset in range(0, minutes * 60, INTERVAL_S)]
        return MarketPrice(*(sum(values) / len(values) for values in zip(*prices, strict=True)))

    def forecast(self, start_s: int, minutes: int, now_s: float) -> MarketPrice:
        """Return what is expected of an interval at a moment; wrong the more the further ahead it lies."""
        settled = self.settled(start_s, minutes)
        lead_h = max(0.0, (start_s - now_s) / 3600)
        issue = int(now_s // 1800)
        wobble = smooth(self._seed, _FORECAST_CHANNEL, issue * 7.3 + start_s / 9000) - 0.5
        return _moved(settled, wobble * (1 + lead_h) ** 0.5 * (2 + 0.2 * abs(settled.spot)))

    def estimate(self, start_s: int, minutes: int) -> MarketPrice:
        """Return what Amber shows before the price is confirmed; now and then far from it."""
        error = lattice(self._seed, _ESTIMATE_CHANNEL, start_s // INTERVAL_S)
        return _moved(self.settled(start_s, minutes), 200.0 if error > 0.98 else 12 * (error - 0.5))

    def confirmed_after_s(self, start_s: int) -> float:
        """Return how long after its start a 5-minute price is confirmed, 20 to 35 s."""
        return 20 + 15 * lattice(self._seed, _CONFIRM_CHANNEL, start_s // INTERVAL_S)

    def _interval(self, start_s: int) -> MarketPrice:
        return _price(self._seed, self._sky, start_s)


def predispatch_end_s(now_s: float) -> int:
    """Return where AEMO's forecast ends: 04:00 market time, of the day after tomorrow from 12:30 on."""
    now = datetime.fromtimestamp(now_s, NEM)
    days = 2 if (now.hour, now.minute) >= (12, 30) else 1
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight + timedelta(days=days, hours=4)).timestamp())


def demand_window(start_s: int) -> bool:
    """Return whether an interval counts for the demand charge: weekdays, 15:00 to 21:00."""
    local = datetime.fromtimestamp(start_s, NEM)
    return local.weekday() < 5 and 15 <= local.hour < 21


def _moved(price: MarketPrice, cents: float) -> MarketPrice:
    return MarketPrice(price.spot + cents, price.general + GST * cents, price.feed_in + cents, price.renewables)


@lru_cache(maxsize=8192)
def _price(seed: int, sky: Sky, start_s: int) -> MarketPrice:
    """Return the price of the 5 minutes from a Unix time."""
    local = datetime.fromtimestamp(start_s, sky.zone)
    hour = local.hour + local.minute / 60
    sun = sky.at(start_s + INTERVAL_S / 2).global_w_m2 / 1000
    spot = (
        11
        - 17 * sun
        + 6 * exp(-(((hour - 7.2) / 1.2) ** 2))
        + 20 * exp(-(((hour - 18.6) / 1.7) ** 2))
        + 5 * (smooth(seed, _MOOD_CHANNEL, start_s / 5400) - 0.5)
        + _spike(seed, local.toordinal(), hour)
    )
    network = 14.0 if 16 <= hour < 21 else 3.0 if 10 <= hour < 15 else 6.0
    return MarketPrice(
        spot=spot,
        general=GST * spot + network + 2.5,
        # The network charges for export at midday.
        feed_in=spot - 1.5 if 10 <= hour < 14 else spot,
        renewables=min(95.0, 25 + 60 * sun + 10 * smooth(seed, _MOOD_CHANNEL, start_s / 20_000)),
    )


def _spike(seed: int, day: int, hour: float) -> float:
    """Return what a rare evening of scarcity adds, in c/kWh."""
    if lattice(seed, _SPIKE_CHANNEL, day) * _DAYS_BETWEEN_SPIKES >= 1:
        return 0.0
    start = 17 + 2 * lattice(seed, _SPIKE_CHANNEL + 1, day)
    hours = 0.5 + lattice(seed, _SPIKE_CHANNEL + 2, day)
    return 60 + 400 * lattice(seed, _SPIKE_CHANNEL + 2, -day) if start <= hour < start + hours else 0.0
