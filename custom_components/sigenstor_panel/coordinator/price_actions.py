"""Prices that integrations keep for an action that answers: core's Nord Pool and Tibber have them in no entity."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ..const import LOGGER
from ..price_sources.shapes import PriceRow, forecast_rows

_AGAIN: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class _Action:
    """An action, what it is asked with for each call, and the unit and the place of the prices in its answer."""

    name: str
    calls: Callable[[str, datetime], list[dict[str, Any]]]
    unit: str
    lists: Callable[[Mapping[str, Any]], list[Any]]


def _by_day(entry_id: str, midnight: datetime) -> list[dict[str, Any]]:
    days = (midnight.date(), midnight.date() + timedelta(days=1))
    return [{"config_entry": entry_id, "date": day.isoformat()} for day in days]


def _two_days(_entry_id: str, midnight: datetime) -> list[dict[str, Any]]:
    return [{"start": midnight.isoformat(), "end": (midnight + timedelta(days=2)).isoformat()}]


_ACTIONS: Final = {
    "nordpool": _Action("get_prices_for_date", _by_day, "EUR/MWh", lambda answer: list(answer.values())),
    "tibber": _Action("get_prices", _two_days, "EUR/kWh", lambda answer: list(answer.get("prices", {}).values())),
}
"""By integration; the currency is the home's, whatever it is."""


class PriceActions:
    """Asks an integration for its prices, a few times an hour, and keeps the last answer."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start with nothing known."""
        self._hass = hass
        self._asked_at: dict[str, datetime] = {}
        self._rows: dict[str, tuple[PriceRow, ...]] = {}

    def knows(self, entity_id: str) -> bool:
        """Return whether an entity is of an integration that has such an action."""
        return self._action(entity_id) is not None

    async def async_rows(self, entity_id: str, now: datetime) -> tuple[PriceRow, ...]:
        """Return what the integration of an entity answers; nothing where it has no action, or none that answers."""
        action = self._action(entity_id)
        if action is None:
            return ()
        asked_at = self._asked_at.get(entity_id)
        if asked_at is None or not timedelta() <= now - asked_at < _AGAIN:
            self._asked_at[entity_id] = now
            if rows := await self._async_ask(*action, now):
                self._rows[entity_id] = rows
        return self._rows.get(entity_id, ())

    def _action(self, entity_id: str) -> tuple[str, str, _Action] | None:
        entry = er.async_get(self._hass).async_get(entity_id)
        if entry is None or entry.config_entry_id is None or (action := _ACTIONS.get(entry.platform)) is None:
            return None
        return entry.platform, entry.config_entry_id, action

    async def _async_ask(self, domain: str, entry_id: str, action: _Action, now: datetime) -> tuple[PriceRow, ...]:
        rows: list[PriceRow] = []
        midnight = dt_util.start_of_local_day(dt_util.as_local(now))
        for data in action.calls(entry_id, midnight):
            try:
                answer = await self._hass.services.async_call(
                    domain, action.name, data, blocking=True, return_response=True
                )
            except HomeAssistantError as err:
                # Tomorrow's are not there before the early afternoon.
                LOGGER.debug("%s.%s gave no prices: %s", domain, action.name, err)
                continue
            if answer and (lists := action.lists(answer)):
                rows += forecast_rows({"prices": lists[0]}, action.unit)
        return tuple(sorted(rows, key=lambda row: row.start))
