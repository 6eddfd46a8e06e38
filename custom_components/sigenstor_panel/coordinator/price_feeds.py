"""Where prices come from: Amber, entities of other integrations (`price_entities`), or a tariff. To the coordinator they
are one.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from math import ceil
from typing import Final, Protocol

from homeassistant.util import dt as dt_util

from ..clients.amber import (
    AMBER_URL,
    MAX_RANGE_DAYS,
    AmberAuthError,
    AmberClient,
    AmberError,
    AmberOutageError,
    AmberRateLimitError,
    RateLimit,
)
from ..const import AMBER_SOURCE, LOGGER
from ..model.message import Message, MessageError, say
from ..model.prices import Prices, PriceSlot, merged
from ..price_sources.tariff import HORIZON, Tariff

NEM: Final = timezone(timedelta(hours=10))
"""Market time; it knows no daylight saving."""
INTERVAL: Final = timedelta(minutes=5)
POLL_OFFSET: Final = timedelta(seconds=25)
"""How far into an interval its price is usually confirmed."""
SHORTEST_PAUSE: Final = timedelta(minutes=1)

_FORECAST_INTERVALS = 288
_DAY_OF_INTERVALS = 288
KEEP: Final = timedelta(hours=30)
"""How long past prices are kept."""
_RESERVE = 5
"""Requests that are left to Home Assistant's own Amber integration, which shares the limit."""
_HISTORY_AT = timedelta(hours=6)
"""When, in market time, yesterday's meter data is expected."""
_HISTORY_RETRY = timedelta(hours=1)
_HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmberConfig:
    """A home on Amber Electric."""

    token: str = field(repr=False)
    site_id: str
    base_url: str = AMBER_URL


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityConfig:
    """A home whose prices another integration knows; without a sell entity there is no feed-in."""

    buy_entity: str
    sell_entity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffConfig:
    """A home whose tariff was entered by hand."""

    tariff: Tariff


type PriceConfig = AmberConfig | EntityConfig | TariffConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a feed knows now, and when to ask it again."""

    prices: Prices
    next_poll_at: datetime
    problem: Message | None = None
    """Why the prices are stale."""
    settled: tuple[PriceSlot, ...] = ()
    """Prices of past days, when they were fetched this time."""


class NoPricesError(MessageError):
    """A feed has no prices at the moment."""

    def __init__(self, message: Message, retry_after_s: float | None = None) -> None:
        """Say why, and after how long asking again may help."""
        super().__init__(message)
        self.retry_after_s = retry_after_s


class AskedTooSoonError(NoPricesError):
    """The source was not even asked: what is planned stays planned."""


class PriceFeed(Protocol):
    """One source of prices."""

    async def async_fetch(self, now: datetime) -> Fetched:
        """Return the prices. Raises NoPricesError or AmberAuthError."""


def interval_start(moment: datetime) -> datetime:
    """Return the start of the 5-minute interval that a moment lies in."""
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)


def next_mark(now: datetime) -> datetime:
    """Return the next moment that is +25 s into an interval."""
    mark = interval_start(now) + POLL_OFFSET
    return mark if mark > now else mark + INTERVAL


class AmberFeed:
    """Asks Amber at +25 s into each interval, and a minute later again while the price is an estimate.

    In the quiet rest of an interval, once a day, it asks for the past week's prices.
    """

    def __init__(self, client: AmberClient, site_id: str) -> None:
        """Start with nothing known."""
        self._client = client
        self._site_id = site_id
        self._slots: tuple[PriceSlot, ...] = ()
        self._last: Fetched | None = None
        self._problem: Message | None = None
        """Why the last request for prices failed."""
        self._asked_at: datetime | None = None
        self._fetched_at: datetime | None = None
        self._confirmed: datetime | None = None
        """The interval whose price is confirmed."""
        self._history_due = False
        self._history_day: date | None = None
        self._history_not_before: datetime | None = None

    async def async_fetch(self, now: datetime) -> Fetched:
        """Ask once, unless that would be less than a minute after the last time."""
        if self._asked_at is not None and timedelta() <= now - self._asked_at < SHORTEST_PAUSE:
            if self._last is None or self._problem is not None:
                raise AskedTooSoonError(self._problem or say("problem.asked_too_soon", service="Amber"))
            return replace(self._last, next_poll_at=max(self._last.next_poll_at, self._asked_at + SHORTEST_PAUSE))
        self._asked_at = now
        if self._last is not None and self._confirmed == interval_start(now) and self._history_wanted(now):
            return await self._async_history(now, self._last)
        try:
            self._last = await self._async_prices(now)
        except AmberError as err:
            self._problem = err.message
            if isinstance(err, AmberAuthError):
                raise
            retry_after_s = err.retry_after_s if isinstance(err, AmberRateLimitError) else None
            raise NoPricesError(err.message, retry_after_s) from err
        self._problem = None
        return self._last

    async def _async_prices(self, now: datetime) -> Fetched:
        previous = _DAY_OF_INTERVALS
        if self._fetched_at is not None and now > self._fetched_at:
            previous = min(previous, ceil((now - self._fetched_at) / INTERVAL) + 1)
        reply = await self._client.current_prices(
            self._site_id, next_intervals=_FORECAST_INTERVALS, previous_intervals=previous
        )
        if not reply.slots:
            raise AmberOutageError(say("problem.amber_no_prices"))
        self._fetched_at = now
        # HTTP 200 without a forecast happens in market outages: what was forecast before still counts for something.
        outage = not any(slot.forecast for slot in reply.slots)
        first = reply.slots[0].start
        known = self._slots if outage else [slot for slot in self._slots if slot.start < first]
        self._slots = tuple(slot for slot in merged(known, reply.slots) if slot.end > now - KEEP)
        fetched_at = self._last.prices.fetched_at if outage and self._last is not None else now
        prices = Prices(slots=self._slots, fetched_at=fetched_at, source=AMBER_SOURCE, stale=outage, spot=True)
        self._confirmed = interval_start(now) if _confirmed(prices.current(now)) else None
        return Fetched(
            prices=prices,
            next_poll_at=self._next_poll_at(now, reply.rate_limit),
            problem=say("problem.amber_no_forecast") if outage else None,
        )

    def _next_poll_at(self, now: datetime, limit: RateLimit | None = None) -> datetime:
        soonest, mark = now + SHORTEST_PAUSE, next_mark(now)
        if limit is not None and limit.remaining < _RESERVE:
            soonest = max(soonest, now + timedelta(seconds=limit.reset_s))
        if self._confirmed is None or (self._history_wanted(soonest) and soonest + SHORTEST_PAUSE <= mark):
            return soonest
        return max(soonest, mark)

    def _history_wanted(self, now: datetime) -> bool:
        day = (now.astimezone(NEM) - _HISTORY_AT).date()
        if day != self._history_day:
            self._history_day = day
            self._history_due = True
        return self._history_due and (self._history_not_before is None or now >= self._history_not_before)

    async def _async_history(self, now: datetime, last: Fetched) -> Fetched:
        """Return the last prices with those of the past week; failing to get it says nothing about the prices."""
        today = now.astimezone(NEM).date()
        week = today - timedelta(days=MAX_RANGE_DAYS), today - timedelta(days=1)
        settled: tuple[PriceSlot, ...] = ()
        try:
            settled = await self._client.prices(self._site_id, *week)
        except AmberError as err:
            if isinstance(err, AmberAuthError):
                raise
            LOGGER.debug("Past prices have to wait: %s", err)
            self._history_not_before = now + _HISTORY_RETRY
        else:
            self._history_due = False
        self._last = replace(last, next_poll_at=self._next_poll_at(now))
        return replace(self._last, settled=settled)


class TariffFeed:
    """Lays a tariff out over today and the next two days."""

    def __init__(self, tariff: Tariff) -> None:
        """Keep the tariff; nothing else is needed."""
        self._tariff = tariff

    async def async_fetch(self, now: datetime) -> Fetched:
        """Return the prices from local midnight on."""
        since = dt_util.start_of_local_day(dt_util.as_local(now))
        step = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0) + _HALF_HOUR
        slots = self._tariff.slots(since, step + HORIZON, dt_util.get_default_time_zone())
        return Fetched(prices=Prices(slots=slots, fetched_at=now, source="tariff"), next_poll_at=step)


def _confirmed(slot: PriceSlot | None) -> bool:
    """Return whether a price needs no second look; a half hour's stays an estimate until it is over."""
    return slot is not None and not slot.forecast and (not slot.estimate or slot.duration > INTERVAL)
