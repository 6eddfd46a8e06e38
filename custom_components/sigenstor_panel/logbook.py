"""The logbook: what control did, refused and raised."""

from collections.abc import Callable
from typing import Any

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ENTITY_ID,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
    LazyEventPartialState,
)
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN, EVENT_CONTROL
from .model.message import Message, plain, say
from .texts import localize


def _told(kind: str, owner: Message, reason: Message) -> Message:
    match kind:
        case "command":
            return say("control.logbook_command", owner=owner, reason=reason)
        case "refusal":
            return say("control.logbook_refusal", owner=owner, reason=reason)
        case "alert":
            return say("control.logbook_alert", reason=reason)
        case "override_ended":
            return say("control.logbook_override_ended", reason=reason)
    return reason


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[LazyEventPartialState], dict[str, Any]]], None],
) -> None:
    """Describe the events of control."""

    @callback
    def describe(event: LazyEventPartialState) -> dict[str, Any]:
        data = event.data
        told = _told(data.get("kind", ""), plain(str(data.get("owner"))), plain(str(data.get("reason"))))
        return {
            LOGBOOK_ENTRY_NAME: data.get("system"),
            LOGBOOK_ENTRY_MESSAGE: localize(hass, told),
            LOGBOOK_ENTRY_ENTITY_ID: data.get(ATTR_ENTITY_ID),
        }

    async_describe_event(DOMAIN, EVENT_CONTROL, describe)
