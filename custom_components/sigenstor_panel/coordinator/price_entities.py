"""Prices that other integrations publish: in the state and the attributes of entities, or as the answer of an action."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er

from ..model.message import say
from ..model.prices import FORECAST_STANDS_FOR, MAX_PRICE_PER_KWH, Prices, merged
from ..model.validation import InvalidInputError
from ..price_sources.shapes import (
    SPOT_MARKETS,
    PriceRow,
    forecast_rows,
    has_forecast,
    price_factor,
    price_interval,
    slots_from_rows,
    state_is_next,
)
from .price_actions import PriceActions
from .price_feeds import INTERVAL, KEEP, EntityConfig, Fetched, NoPricesError, interval_start

_LONGEST_FILL = timedelta(minutes=30)
_POLL = timedelta(minutes=1)
_POLL_WHILE_UNCONFIRMED = timedelta(seconds=15)
_TOGETHER = (
    ("_current_day_rates", "_next_day_rates"),  # Octopus Energy
    ("_forecast", "_price"),  # Amber Electric
    ("_price", "_forecast"),
    ("costsflexup", "forecasted_costs_flex_up"),  # LocalVolts
    ("earningsflexup", "forecasted_costs_flex_up"),
)
"""The ends of the names of entities that hold parts of the same prices."""


class EntityFeed:
    """Reads the prices that other integrations publish, once a minute, and more often while one is not confirmed.

    What an integration spreads over entities, or keeps for an action that answers, is read together.
    """

    def __init__(self, hass: HomeAssistant, config: EntityConfig) -> None:
        """Start with nothing known."""
        self._hass = hass
        self._config = config
        self._answers = PriceActions(hass)
        self._last: Prices | None = None
        self._reported: list[datetime] = []
        """When the entities of each price were last written."""

    async def async_fetch(self, now: datetime) -> Fetched:
        """Return what the entities say, with the past day as they said it then; without feed-in where that fails."""
        config, problem, sell = self._config, None, None
        self._reported.clear()
        buy = await self._async_rows(config.buy_entity, now)
        if config.sell_entity is not None:
            try:
                sell = await self._async_sell(config.sell_entity, now)
            except NoPricesError as err:
                problem = err.message
        new = slots_from_rows(buy, sell)
        if not new:
            raise NoPricesError(say("problem.entity_empty_forecast", entity=config.buy_entity))
        known = self._last.slots if self._last else ()
        past = [slot for slot in known if slot.end > now - KEEP and slot.start < new[0].start]
        spot = self._of_spot_market(config.buy_entity)
        slots = tuple(
            replace(slot, forecast=slot.start > now or (spot and slot.forecast)) for slot in merged(past, new)
        )
        fetched_at = min(self._reported, default=now) if spot else now
        renewed = self._last is not None and spot and fetched_at >= self._last.fetched_at + INTERVAL
        if self._last is None or self._last.slots != slots or renewed:
            self._last = Prices(slots=slots, fetched_at=fetched_at, source=config.buy_entity, spot=spot)
        poll = _POLL_WHILE_UNCONFIRMED if self._last.unconfirmed(now) else _POLL
        minute = now.replace(second=0, microsecond=0)
        next_poll_at = minute + ((now - minute) // poll + 1) * poll
        return Fetched(prices=self._last, next_poll_at=next_poll_at, problem=problem)

    async def _async_sell(self, entity_id: str, now: datetime) -> Sequence[PriceRow] | float:
        """Return the feed-in prices; the state of an entity that knows no others, nor an interval, counts for all hours."""
        state = self._state(entity_id)
        if (
            has_forecast(state.attributes)
            or price_interval(state.attributes) is not None
            or self._answers.knows(entity_id)
            or self._of_spot_market(entity_id)
        ):
            return await self._async_rows(entity_id, now, sell=True)
        try:
            price = _price(state)
        except InvalidInputError as err:
            raise _no_price_of(state, err) from err
        if price is None:
            raise NoPricesError(say("problem.entity_no_price", entity=entity_id))
        return price

    async def _async_rows(self, entity_id: str, now: datetime, *, sell: bool = False) -> tuple[PriceRow, ...]:
        """Return all that is published of an entity's prices; what cannot be read of it does not spoil the rest."""
        if answered := await self._answers.async_rows(entity_id, now):
            return answered
        spot = self._of_spot_market(entity_id)
        states = (self._state(entity_id), *self._others(entity_id))
        self._reported.append(max(state.last_reported for state in states))
        rows: list[PriceRow] = []
        said: _Said | None = None
        problem: NoPricesError | None = None
        for state in states:
            try:
                if has_forecast(state.attributes):
                    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
                    rows += forecast_rows(state.attributes, unit, sell=sell)
            except InvalidInputError as err:
                problem = problem or _no_price_of(state, err)
            try:
                said = said or _said(state, now, spot=spot)
            except InvalidInputError as err:
                problem = problem or _no_price_of(state, err)
            except NoPricesError as err:
                problem = problem or err
        if not rows and said is None:
            if problem is None and has_forecast(states[0].attributes):
                return ()
            raise problem or NoPricesError(say("problem.entity_no_price", entity=entity_id))
        rows = sorted((replace(row, forecast=spot) for row in rows), key=lambda row: row.start)
        return tuple(rows if said is None else _joined(said, rows, now, spot=spot))

    def _state(self, entity_id: str) -> State:
        state = self._hass.states.get(entity_id)
        if state is None or state.state == STATE_UNAVAILABLE:
            raise NoPricesError(say("problem.entity_not_available", entity=entity_id))
        return state

    def _of_spot_market(self, entity_id: str) -> bool:
        entry = er.async_get(self._hass).async_get(entity_id)
        return entry is not None and entry.platform in SPOT_MARKETS

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


class _Said(NamedTuple):
    """The price that a state is."""

    row: PriceRow
    own_interval: bool
    """Whether the entity says which interval it is for; else it is taken to be for the one in progress."""


def _said(state: State, now: datetime, *, spot: bool) -> _Said | None:
    """Return the price that a state is; None where it is none that is in force.

    A state from before the interval in progress is not confirmed: of a spot market until there is a new one, of others
    for the minute in which a new one may still come. Raises NoPricesError for one of a spot market that is too old.
    """
    price = _price(state)
    if price is None or state_is_next(state.attributes):
        return None
    if interval := price_interval(state.attributes):
        return _Said(PriceRow(*interval, price, estimate=state.attributes.get("estimate") is True), own_interval=True)
    if spot and now - state.last_reported >= FORECAST_STANDS_FOR:
        wait_s = FORECAST_STANDS_FOR.total_seconds()
        raise NoPricesError(say("problem.entity_old", entity=state.entity_id, wait_s=wait_s))
    start = interval_start(now)
    unconfirmed = state.last_reported < start and (spot or now < start + _POLL)
    return _Said(PriceRow(start, start + INTERVAL, price, estimate=unconfirmed), own_interval=False)


def _joined(said: _Said, rows: list[PriceRow], now: datetime, *, spot: bool) -> list[PriceRow]:
    """Return what a state says, with the forecast; what is in force is known until the forecast begins."""
    row, covered = said.row, any(each.start <= now < each.end for each in rows)
    if covered and not said.own_interval and (row.estimate or not spot):
        return rows
    rows = [
        replace(each, start=row.end) if row.start <= each.start < row.end else each
        for each in rows
        if not row.start <= each.start < each.end <= row.end
    ]
    if not covered and row.end <= now < row.end + FORECAST_STANDS_FOR:
        # The next price is late: until it comes, the last one is all there is to go by.
        rows.append(PriceRow(row.end, interval_start(now) + INTERVAL, row.per_kwh, estimate=True, forecast=spot))
    elif not covered and not said.own_interval:
        ahead = min((each.start for each in rows if each.start >= row.end), default=row.end)
        if row.end < ahead <= now + _LONGEST_FILL:
            rows.append(PriceRow(row.end, ahead, row.per_kwh, forecast=spot))
    return sorted([*rows, row], key=lambda each: each.start)


def _price(state: State) -> float | None:
    """Return an entity's state per kWh of the currency; None where it is not a price."""
    try:
        value = float(state.state)
    except ValueError:
        return None
    price = value * price_factor(state.attributes.get(ATTR_UNIT_OF_MEASUREMENT))
    return price if -MAX_PRICE_PER_KWH <= price <= MAX_PRICE_PER_KWH else None


def _no_price_of(state: State, err: InvalidInputError) -> NoPricesError:
    return NoPricesError(say("problem.entity_prices", entity=state.entity_id, cause=err.message))
