"""Prices that integrations keep for an action that answers: core's Nord Pool and Tibber have them in no entity."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util

from ..const import LOGGER
from ..model.message import say
from ..model.validation import InvalidInputError
from ..price_sources.shapes import PriceRow, forecast_rows
from .price_feeds import NoPricesError

_AGAIN: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class _Action:
    """An action, what it is asked with for each call, and the unit and the place of the prices in its answer."""

    name: str
    calls: Callable[[str, datetime], list[dict[str, Any]]]
    unit: str
    lists: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    """By area or home."""
    names: Callable[[HomeAssistant, er.RegistryEntry], Collection[str]]
    """What the area or home of an entity may be called in the answer."""


def _by_day(entry_id: str, midnight: datetime) -> list[dict[str, Any]]:
    days = (midnight.date(), midnight.date() + timedelta(days=1))
    return [{"config_entry": entry_id, "date": day.isoformat()} for day in days]


def _two_days(_entry_id: str, midnight: datetime) -> list[dict[str, Any]]:
    return [{"start": midnight.isoformat(), "end": (midnight + timedelta(days=2)).isoformat()}]


def _area(_hass: HomeAssistant, entity: er.RegistryEntry) -> Collection[str]:
    """Return what a unique id such as `SE3-current_price` is made of."""
    return entity.unique_id.split("-")


def _home(hass: HomeAssistant, entity: er.RegistryEntry) -> Collection[str]:
    device = None if entity.device_id is None else dr.async_get(hass).async_get(entity.device_id)
    return () if device is None or device.name is None else (device.name,)


_ACTIONS: Final = {
    "nordpool": _Action("get_prices_for_date", _by_day, "EUR/MWh", lambda answer: answer, _area),
    "tibber": _Action("get_prices", _two_days, "EUR/kWh", lambda answer: answer.get("prices", {}), _home),
}
"""By integration; the currency is the entity's, whatever it is."""


class PriceActions:
    """Asks an integration for its prices, a few times an hour, and keeps the last answer."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start with nothing known."""
        self._hass = hass
        self._asked_at: dict[str, datetime] = {}
        self._rows: dict[str, tuple[PriceRow, ...]] = {}
        self._ambiguous: dict[str, NoPricesError] = {}

    def knows(self, entity_id: str) -> bool:
        """Return whether an entity is of an integration that has such an action."""
        return self._action(entity_id) is not None

    async def async_rows(self, entity_id: str, now: datetime) -> tuple[PriceRow, ...]:
        """Return what the integration of an entity answers; nothing where it has no action, or none that answers.

        Raises NoPricesError where it answers for others too, and does not say which of them the entity is of.
        """
        found = self._action(entity_id)
        if found is None:
            return ()
        asked_at = self._asked_at.get(entity_id)
        if asked_at is None or not timedelta() <= now - asked_at < _AGAIN:
            self._asked_at[entity_id] = now
            self._ambiguous.pop(entity_id, None)
            try:
                if rows := await self._async_ask(*found, now):
                    self._rows[entity_id] = rows
            except NoPricesError as err:
                self._ambiguous[entity_id] = err
        if entity_id in self._ambiguous:
            raise self._ambiguous[entity_id]
        return self._rows.get(entity_id, ())

    def _action(self, entity_id: str) -> tuple[er.RegistryEntry, _Action] | None:
        entity = er.async_get(self._hass).async_get(entity_id)
        if entity is None or entity.config_entry_id is None or (action := _ACTIONS.get(entity.platform)) is None:
            return None
        return entity, action

    async def _async_ask(self, entity: er.RegistryEntry, action: _Action, now: datetime) -> tuple[PriceRow, ...]:
        """Return the prices of all answers that can be read."""
        rows: list[PriceRow] = []
        midnight = dt_util.start_of_local_day(dt_util.as_local(now))
        assert entity.config_entry_id is not None
        for data in action.calls(entity.config_entry_id, midnight):
            try:
                answer = await self._hass.services.async_call(
                    entity.platform, action.name, data, blocking=True, return_response=True
                )
                if answer and (lists := action.lists(answer)):
                    rows += forecast_rows({"prices": self._of(entity, action, lists)}, action.unit)
            except (HomeAssistantError, InvalidInputError) as err:
                # Tomorrow's are not there before the early afternoon.
                LOGGER.debug("%s.%s gave no prices: %s", entity.platform, action.name, err)
        return tuple(sorted(rows, key=lambda row: row.start))

    def _of(self, entity: er.RegistryEntry, action: _Action, lists: Mapping[str, Any]) -> Any:
        """Return the prices of the area or home of an entity; a single one is taken without being named."""
        named = [name for name in lists if name in action.names(self._hass, entity)]
        entries = self._hass.config_entries.async_entries(entity.platform)
        if not named and len(lists) == len(entries) == 1:
            named = list(lists)
        if len(named) != 1:
            raise NoPricesError(say("problem.entity_ambiguous", entity=entity.entity_id, names=", ".join(lists)))
        return lists[named[0]]
