"""Who pressed the emergency stop, and when: control itself does not ask."""

from collections.abc import Mapping
from typing import Any, Final, TypedDict

from homeassistant.components.switch import DOMAIN as SWITCH_DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import (
    ATTR_DOMAIN,
    ATTR_ENTITY_ID,
    ATTR_SERVICE,
    ATTR_SERVICE_DATA,
    EVENT_CALL_SERVICE,
    SERVICE_TOGGLE,
    SERVICE_TURN_ON,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..plants import plants_of
from ..runtime import SigenStorConfigEntry

_STOP: Final = "emergency_stop"
_SAVE_AFTER_S: Final = 1


class Press(TypedDict):
    """A press of the emergency stop."""

    at: str
    by: str | None
    """The user's name; None for an automation."""


_PRESSES = HassKey[dict[str, Press]](f"{DOMAIN}_stops")


@callback
def async_note_stops(hass: HomeAssistant) -> None:
    """Note from now on who stops a plant; what was noted before a restart is read in a moment."""
    presses = hass.data.setdefault(_PRESSES, {})
    store = Store[dict[str, Press]](hass, 1, f"{DOMAIN}.stops")

    async def load() -> None:
        for entry_id, press in (await store.async_load() or {}).items():
            presses.setdefault(entry_id, press)

    async def note(event: Event[Any]) -> None:
        stopped = [entry for entry in _stopped_by(hass, event.data) if not _is_stopped(entry)]
        user = await hass.auth.async_get_user(event.context.user_id) if stopped and event.context.user_id else None
        for entry in stopped:
            presses[entry.entry_id] = Press(at=event.time_fired.isoformat(), by=None if user is None else user.name)
            store.async_delay_save(lambda: presses, _SAVE_AFTER_S)

    hass.async_create_task(load(), f"{DOMAIN} stops")
    hass.bus.async_listen(EVENT_CALL_SERVICE, note, event_filter=_may_stop)


def press_of(hass: HomeAssistant, entry: SigenStorConfigEntry) -> Press | None:
    """Return the press that stopped a plant; None where nobody saw it."""
    return hass.data.get(_PRESSES, {}).get(entry.entry_id)


@callback
def _may_stop(data: Mapping[str, Any]) -> bool:
    return (data[ATTR_DOMAIN], data[ATTR_SERVICE]) in (
        (DOMAIN, _STOP),
        (SWITCH_DOMAIN, SERVICE_TURN_ON),
        (SWITCH_DOMAIN, SERVICE_TOGGLE),
    )


@callback
def _stopped_by(hass: HomeAssistant, data: Mapping[str, Any]) -> list[SigenStorConfigEntry]:
    """Return the plants that an action stops."""
    asked = data[ATTR_SERVICE_DATA]
    if data[ATTR_DOMAIN] == DOMAIN:
        return [entry for entry in plants_of(hass) if asked.get("config_entry_id") in (None, entry.entry_id)]
    registry, entity_ids = er.async_get(hass), cv.ensure_list(asked.get(ATTR_ENTITY_ID))
    return [
        entry
        for entry in plants_of(hass)
        if registry.async_get_entity_id(SWITCH_DOMAIN, DOMAIN, f"{entry.unique_id}_{_STOP}") in entity_ids
    ]


def _is_stopped(entry: SigenStorConfigEntry) -> bool:
    return entry.state is ConfigEntryState.LOADED and entry.runtime_data.control.data.emergency_stop
