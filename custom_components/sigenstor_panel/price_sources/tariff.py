"""Tariffs entered by hand: flat, or by the day of the week and the time of day on the clock on the wall."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Any, Final

from ..model.message import say
from ..model.prices import PriceSlot
from ..model.validation import DAY_NAMES, PER_KWH, InvalidInputError, number_in, required, time_of_day

MAX_PRICE_PER_KWH: Final = 1000.0
HORIZON: Final = timedelta(hours=48)

_HALF_HOUR = timedelta(minutes=30)
_EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A price of its own at some hours; it crosses midnight when end is before start, and equal means all day."""

    per_kwh: float
    start: time
    end: time
    days: frozenset[int] = _EVERY_DAY
    """The days that it starts on; 0 is Monday."""

    def covers(self, local: datetime) -> bool:
        """Return whether the band counts at a moment of the clock on the wall."""
        now, today = local.time(), local.weekday()
        if self.start < self.end:
            return today in self.days and self.start <= now < self.end
        if now >= self.start:
            return today in self.days
        return now < self.end and (today - 1) % 7 in self.days


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What a kWh costs or earns: the price of the first band that counts, else the flat price."""

    flat_per_kwh: float
    bands: tuple[Band, ...] = ()

    def at(self, local: datetime) -> float:
        """Return the price in $/kWh at a moment of the clock on the wall."""
        return next((band.per_kwh for band in self.bands if band.covers(local)), self.flat_per_kwh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """The rates of a home; no sell rate is no feed-in."""

    buy: Rate
    sell: Rate | None = None

    def slots(self, since: datetime, until: datetime, zone: tzinfo) -> tuple[PriceSlot, ...]:
        """Return the prices of [since, until) in slots of at most half an hour, without a gap."""
        bands = self.buy.bands + (self.sell.bands if self.sell else ())
        since, until = since.astimezone(UTC), until.astimezone(UTC)
        cuts = sorted({since, until, *_half_hours(since, until), *_band_edges(bands, since, until, zone)})
        slots = []
        for start, end in pairwise(cuts):
            local = start.astimezone(zone)
            sell = None if self.sell is None else self.sell.at(local)
            slots.append(PriceSlot(start=start, end=end, buy_per_kwh=self.buy.at(local), sell_per_kwh=sell))
        return tuple(slots)


def parse_tariff(data: Mapping[str, Any]) -> Tariff:
    """Return the tariff that people entered: {"buy": rate, "sell": rate or null}.

    A rate is {"flat_per_kwh", "bands": [{"per_kwh", "start", "end", "days"}]}; bands and days may be left out.
    Raises InvalidInputError naming the field, such as "buy.bands[0].start".
    """
    sell = data.get("sell")
    return Tariff(buy=_rate("buy", required(data, "buy")), sell=None if sell is None else _rate("sell", sell))


def _rate(field: str, value: object) -> Rate:
    data = _object(field, value)
    bands = data.get("bands", [])
    if not isinstance(bands, list | tuple):
        raise InvalidInputError(f"{field}.bands", say("invalid.list"), bands)
    return Rate(
        flat_per_kwh=_price(f"{field}.flat_per_kwh", data.get("flat_per_kwh")),
        bands=tuple(_band(f"{field}.bands[{index}]", band) for index, band in enumerate(bands)),
    )


def _band(field: str, value: object) -> Band:
    data = _object(field, value)
    return Band(
        per_kwh=_price(f"{field}.per_kwh", data.get("per_kwh")),
        start=time_of_day(f"{field}.start", data.get("start")),
        end=time_of_day(f"{field}.end", data.get("end")),
        days=_days(f"{field}.days", data.get("days", DAY_NAMES)),
    )


def _object(field: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidInputError(field, say("invalid.object"), value)
    return value


def _price(field: str, value: object) -> float:
    return float(number_in(field, value, -MAX_PRICE_PER_KWH, MAX_PRICE_PER_KWH, PER_KWH))


def _days(field: str, value: object) -> frozenset[int]:
    days = list(value) if isinstance(value, list | tuple | set | frozenset) else []
    if not days or any(day not in DAY_NAMES for day in days):
        raise InvalidInputError(field, say("invalid.weekdays"), value)
    return frozenset(DAY_NAMES.index(day) for day in days)


def _half_hours(since: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the half hours between two moments; clocks change at half hours only, so no slot has two offsets."""
    moment = since.replace(minute=since.minute // 30 * 30, second=0, microsecond=0) + _HALF_HOUR
    while moment < until:
        yield moment
        moment += _HALF_HOUR


def _band_edges(bands: tuple[Band, ...], since: datetime, until: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield the moments between two others at which a band begins or ends, both where the clock shows one twice."""
    edges = {edge for band in bands for edge in (band.start, band.end)}
    day, last_day = since.astimezone(zone).date(), until.astimezone(zone).date()
    while day <= last_day:
        for edge in edges:
            for fold in (0, 1):
                moment = datetime.combine(day, edge.replace(fold=fold), zone).astimezone(UTC)
                if since < moment < until:
                    yield moment
        day += timedelta(days=1)
