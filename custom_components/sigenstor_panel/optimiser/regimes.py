"""How the prices of a spot market move between usual and spikes: a chain of regimes, a step every five minutes.

The prior is counted in public prices; the home's own past days say how much likelier a spike is there, and what is
forecast shifts every step.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from ..model.prices import PriceSlot

type Row = tuple[float, ...]
"""The chance of each regime."""
type Moves = tuple[Row, ...]
"""From each regime, the chances of each."""


class Regime(IntEnum):
    """What a market is like in an interval; ascending."""

    USUAL = 0
    TENSE = 1
    """No dearer than usual, but there was a spike within the last hour."""
    DEAR = 2
    SPIKE = 3
    CAP = 4


LEAST_PER_KWH: Final[Mapping[Regime, float]] = {Regime.DEAR: 1.0, Regime.SPIKE: 2.8, Regime.CAP: 8.0}
"""The buy price in $ that a regime begins at."""
TYPICAL_PER_KWH: Final[Mapping[Regime, float]] = {Regime.DEAR: 1.4, Regime.SPIKE: 4.4, Regime.CAP: 15.0}
"""The mean buy price in it, $."""
TENSE_FOR: Final = timedelta(hours=1)
SPIKES_FROM: Final = timedelta(days=60)
"""How far back the home's own prices tell how likely spikes are."""

# Counted in 505 days of five-minute prices: AEMO's of New South Wales, Queensland and Victoria, 2024 and 2025, with the
# network's tariff, and a retailer's of South Australia. docs/backtests.md says which.
_MOVES: Final[Moves] = (
    (0.072, 0.861, 0.045, 0.007, 0.015),
    (0.000, 0.488, 0.323, 0.079, 0.110),
    (0.000, 0.155, 0.207, 0.397, 0.241),
    (0.000, 0.209, 0.122, 0.072, 0.597),
)
"""From tense, dear, spike and cap, in five minutes."""
_BEGINS_AS: Final[Row] = (0.0, 0.0, 0.72, 0.10, 0.18)
_BEGINS_A_DAY: Final[Row] = (
    *(0.0005,) * 6,
    *(0.004, 0.004, 0.002, 0.002, 0.001, 0.002, 0.002, 0.002, 0.006, 0.005),
    *(0.015, 0.050, 0.028, 0.010, 0.004, 0.002, 0.001, 0.001),
)
"""How often a spike begins in each hour of the market's day."""
_SPIKY_DAYS: Final = 0.107
"""The share of those days that had an hour with a mean above `_SPIKY_HOUR_PER_KWH`."""
_SPIKY_HOUR_PER_KWH: Final = 0.7

_WHERE_DEAR: Final = ((0.20, 0.1), (0.35, 0.5), (0.50, 2.0), (0.80, 4.0))
"""How much likelier a spike begins where a kWh is forecast to cost so much."""
_BELIEVED: Final = ((5.0, 0.5), (30.0, 0.3), (120.0, 0.1), (720.0, 0.06), (2880.0, 0.03))
"""By lead in minutes: how often a forecast of a spike, or of its end, decides over the chain."""
_WARNED: Final = 3.0
_WARNINGS: Final[Mapping[str | None, float]] = {"potential": _WARNED, "spike": 10.0}
"""What a retailer's warning is taken for: no public record of them says how often they come true."""
_PRIOR_DAYS: Final = 0.4
"""How many days with spikes the prior counts for."""
_HALF_LIFE_DAYS: Final = 20.0
_MOST_OFTEN: Final = 0.5
_STEP: Final = timedelta(minutes=5)
_MOST_STEPS: Final = 12
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_MARKET: Final = timezone(timedelta(hours=10))
"""The market's time, summer and winter."""


class Market(NamedTuple):
    """A spot market at the moment of a decision."""

    regime: Regime
    likelihood: float
    """How much likelier than the prior a spike is to begin."""


def regime_of(buy_per_kwh: float) -> Regime:
    """Return the regime of a price by itself."""
    return max((each for each, least in LEAST_PER_KWH.items() if buy_per_kwh >= least), default=Regime.USUAL)


def regime_at(now: datetime, prices: Iterable[PriceSlot]) -> Regime:
    """Return the regime of the price in force, with those of the hour before."""
    current = Regime.USUAL
    for price in prices:
        if price.start <= now and price.end > now - TENSE_FOR and (found := regime_of(price.buy_per_kwh)):
            current = found if price.end > now else Regime.TENSE
    return current


def likelihood(prices: Iterable[PriceSlot], now: datetime) -> float:
    """Return how much likelier than the prior spikes are, from the past prices of the home; later days count for more.

    Each hour counts with its mean, so that it does not matter whether prices are kept by five minutes or by hours.
    """
    hours: dict[datetime, float] = {}
    for price in prices:
        start = price.start
        while start < price.end and start < now and not price.forecast:
            hour = start.replace(minute=0, second=0, microsecond=0)
            end = min(hour + _HOUR, price.end)
            hours[hour] = hours.get(hour, 0.0) + price.buy_per_kwh * ((end - start) / _HOUR)
            start = end
    today = now.astimezone(_MARKET).toordinal()
    days: dict[int, float] = {}
    for hour, mean_per_kwh in hours.items():
        ago = today - hour.astimezone(_MARKET).toordinal()
        days[ago] = max(days.get(ago, 0.0), mean_per_kwh)
    weights: dict[int, float] = {ago: 0.5 ** (ago / _HALF_LIFE_DAYS) for ago in days if ago > 0}
    spiky = sum(weight for ago, weight in weights.items() if days[ago] >= _SPIKY_HOUR_PER_KWH)
    return (_PRIOR_DAYS + spiky) / (_PRIOR_DAYS + _SPIKY_DAYS * sum(weights.values()))


def warning(status: str | None, highest_per_kwh: float | None) -> float:
    """Return how much likelier a spike is to begin where the retailer warns of one, or thinks of such a price."""
    by_price = _WARNED if highest_per_kwh is not None and regime_of(highest_per_kwh) else 1.0
    return max(by_price, _WARNINGS.get(status, 1.0))


def moves(
    start: datetime, end: datetime, said_per_kwh: float, now: datetime, market: Market, *, warned: float = 1.0
) -> Moves:
    """Return the chances to move into each regime in a slot, from that of the slot before; `said` is its forecast."""
    told = regime_of(said_per_kwh)
    dearer = 1.0 if told else between(_WHERE_DEAR, said_per_kwh)
    a_day = _BEGINS_A_DAY[start.astimezone(_MARKET).hour] * market.likelihood * dearer * warned
    begins = min(a_day / (_HOUR / _STEP), _MOST_OFTEN)
    chain = _chain(float(f"{begins:.2g}"), min(max(1, round((end - start) / _STEP)), _MOST_STEPS))
    believed = between(_BELIEVED, (start - now) / timedelta(minutes=1))
    if told is Regime.USUAL:
        # A usual price that is forecast tells of the end of a spike, but nothing of one that nobody has seen yet.
        return chain[0], *(_shifted(row, Regime.TENSE, believed) for row in chain[1:])
    return tuple(_shifted(row, told, believed) for row in chain)


def reached(way: Sequence[Moves], first: Regime, least: Regime) -> float:
    """Return the chance that a regime, or one above, comes in some slot of the way."""
    chances = [float(each is first) for each in Regime]
    found = 0.0
    for rows in way:
        chances = [sum(chances[each] * rows[each][later] for each in Regime) for later in Regime]
        found += sum(chances[least:])
        chances[least:] = [0.0] * len(chances[least:])
    return found


def between(points: Sequence[tuple[float, float]], at: float) -> float:
    """Return the value at a point, on straight lines between known ones, beyond them that of the last."""
    if at <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if at <= right:
            return low + (high - low) * (at - left) / (right - left)
    return points[-1][1]


def _shifted(row: Row, told: Regime, believed: float) -> Row:
    return tuple((1 - believed) * chance + (believed if each == told else 0.0) for each, chance in enumerate(row))


@lru_cache(maxsize=2048)
def _chain(begins: float, steps: int) -> Moves:
    """Return the chances after so many steps, where a spike begins with a chance in each."""
    usual = tuple(begins * share + (1 - begins if each == 0 else 0.0) for each, share in enumerate(_BEGINS_AS))
    one: Moves = (usual, *_MOVES)
    found = one
    for _ in range(steps - 1):
        found = tuple(tuple(sum(row[via] * one[via][each] for via in Regime) for each in Regime) for row in found)
    return found
