"""Where prices come from: Amber, entities of other integrations, or a tariff. To the coordinator they are one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from math import ceil
from typing import Final, Protocol

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
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
from ..const import LOGGER
from ..model.message import Message, MessageError, say
from ..model.prices import MAX_PRICE_PER_KWH, Prices, PriceSlot, merged
from ..model.validation import InvalidInputError
from ..price_sources.shapes import (
    NOT_IN_FORCE,
    PriceRow,
    forecast_attribute,
    forecast_rows,
    has_forecast,
    price_factor,
    slots_from_rows,
)
from ..price_sources.tariff import HORIZON, Tariff
from .price_actions import PriceActions

AMBER_SOURCE: Final = "amber"
NEM: Final = timezone(timedelta(hours=10))
"""Market time; it knows no daylight saving."""
INTERVAL: Final = timedelta(minutes=5)
POLL_OFFSET: Final = timedelta(seconds=25)
"""How far into an interval its price is usually confirmed."""
SHORTEST_PAUSE: Final = timedelta(minutes=1)

_FORECAST_INTERVALS = 288
_DAY_OF_INTERVALS = 288
_KEEP = timedelta(hours=30)
_RESERVE = 5
"""Requests that are left to Home Assistant's own Amber integration, which shares the limit."""
_HISTORY_AT = timedelta(hours=6)
"""When, in market time, yesterday's meter data is expected."""
_HISTORY_RETRY = timedelta(hours=1)
_LONGEST_FILL = timedelta(minutes=30)
_HALF_HOUR = timedelta(minutes=30)
_TOGETHER = (
    ("_current_day_rates", "_next_day_rates"),  # Octopus Energy
    ("_forecast", "_price"),  # Amber Electric
    ("_price", "_forecast"),
)
"""The ends of the names of entities that hold parts of the same prices."""


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
        self._slots = tuple(slot for slot in merged(known, reply.slots) if slot.end > now - _KEEP)
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


class EntityFeed:
    """Reads the prices that other integrations publish, once a minute.

    What an integration spreads over entities, or keeps for an action that answers, is read together.
    """

    def __init__(self, hass: HomeAssistant, config: EntityConfig) -> None:
        """Start with nothing known."""
        self._hass = hass
        self._config = config
        self._answers = PriceActions(hass)
        self._last: Prices | None = None

    async def async_fetch(self, now: datetime) -> Fetched:
        """Return what the entities say, with the past day as they said it then."""
        buy = await self._async_rows(self._config.buy_entity, now)
        sell = None if self._config.sell_entity is None else await self._async_sell(self._config.sell_entity, now)
        new = slots_from_rows(buy, sell)
        if not new:
            raise NoPricesError(say("problem.entity_empty_forecast", entity=self._config.buy_entity))
        known = self._last.slots if self._last else ()
        past = [slot for slot in known if slot.end > now - _KEEP and slot.start < new[0].start]
        slots = tuple(replace(slot, forecast=slot.start > now) for slot in merged(past, new))
        if self._last is None or self._last.slots != slots:
            self._last = Prices(slots=slots, fetched_at=now, source=self._config.buy_entity)
        return Fetched(prices=self._last, next_poll_at=now.replace(second=0, microsecond=0) + timedelta(minutes=1))

    async def _async_sell(self, entity_id: str, now: datetime) -> Sequence[PriceRow] | float:
        state = self._state(entity_id)
        if has_forecast(state.attributes) or self._answers.knows(entity_id):
            return await self._async_rows(entity_id, now)
        price = self._price(state)
        if price is None:
            raise NoPricesError(say("problem.entity_no_price", entity=entity_id))
        return price

    def _state(self, entity_id: str) -> State:
        state = self._hass.states.get(entity_id)
        if state is None or state.state == STATE_UNAVAILABLE:
            raise NoPricesError(say("problem.entity_not_available", entity=entity_id))
        return state

    async def _async_rows(self, entity_id: str, now: datetime) -> tuple[PriceRow, ...]:
        """Return all that is published of an entity's prices; before a forecast comes the price in force."""
        answered = await self._async_answered(entity_id, now)
        if answered:
            return answered
        state = self._state(entity_id)
        rows: list[PriceRow] = []
        own = forecast_attribute(state.attributes)
        in_force = None if own in NOT_IN_FORCE else self._price(state)
        for other in (state, *self._others(entity_id)):
            if has_forecast(other.attributes):
                rows += self._forecast(other)
            elif in_force is None:
                in_force = self._price(other)
        if own is None and in_force is None:
            raise NoPricesError(say("problem.entity_no_price", entity=entity_id))
        rows.sort(key=lambda row: row.start)
        start, end = interval_start(now), rows[0].start if rows else now + _LONGEST_FILL
        if in_force is not None and now < end <= now + _LONGEST_FILL and (rows or own is None):
            # What is in force is known until the forecast begins; without any, for the interval in progress.
            return PriceRow(start, end if rows else start + INTERVAL, in_force), *rows
        return tuple(rows)

    def _others(self, entity_id: str) -> list[State]:
        """Return the entities in which the same integration publishes the rest."""
        registry = er.async_get(self._hass)
        if (this := registry.async_get(entity_id)) is None or this.config_entry_id is None:
            return []
        names = [entity_id.removesuffix(own) + other for own, other in _TOGETHER if entity_id.endswith(own)]
        entries = [entry for name in names if (entry := registry.async_get(name)) is not None]
        states = [
            self._hass.states.get(entry.entity_id) for entry in entries if entry.config_entry_id == this.config_entry_id
        ]
        return [state for state in states if state is not None and state.state != STATE_UNAVAILABLE]

    async def _async_answered(self, entity_id: str, now: datetime) -> tuple[PriceRow, ...]:
        try:
            return await self._answers.async_rows(entity_id, now)
        except InvalidInputError as err:
            raise _no_price_of(entity_id, err) from err

    @staticmethod
    def _forecast(state: State) -> tuple[PriceRow, ...]:
        try:
            return forecast_rows(state.attributes, state.attributes.get(ATTR_UNIT_OF_MEASUREMENT))
        except InvalidInputError as err:
            raise _no_price_of(state.entity_id, err) from err

    @staticmethod
    def _price(state: State) -> float | None:
        """Return an entity's state per kWh of the currency; None where it is not a price."""
        try:
            value = float(state.state)
        except ValueError:
            return None
        try:
            price = value * price_factor(state.attributes.get(ATTR_UNIT_OF_MEASUREMENT))
        except InvalidInputError as err:
            raise _no_price_of(state.entity_id, err) from err
        return price if -MAX_PRICE_PER_KWH <= price <= MAX_PRICE_PER_KWH else None


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


def _no_price_of(entity_id: str, err: InvalidInputError) -> NoPricesError:
    return NoPricesError(say("problem.entity_prices", entity=entity_id, cause=err.message))
