"""The logbook: what control did, refused and raised, in sentences."""

from collections.abc import Callable
from typing import Any, Final

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ENTITY_ID,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
    LazyEventPartialState,
)
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN, EVENT_CONTROL

_SENTENCES: Final = {
    "command": "did what {owner} asked for: {reason}",
    "refusal": "refused {owner}: {reason}",
    "alert": "needs attention: {reason}",
    "override_ended": "ended the override: {reason}",
}


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[LazyEventPartialState], dict[str, Any]]], None],
) -> None:
    """Describe the events of control."""

    @callback
    def describe(event: LazyEventPartialState) -> dict[str, Any]:
        data = event.data
        sentence = _SENTENCES.get(data.get("kind", ""), "{reason}")
        return {
            LOGBOOK_ENTRY_NAME: data.get("system"),
            LOGBOOK_ENTRY_MESSAGE: sentence.format(owner=data.get("owner"), reason=data.get("reason")),
            LOGBOOK_ENTRY_ENTITY_ID: data.get(ATTR_ENTITY_ID),
        }

    async_describe_event(DOMAIN, EVENT_CONTROL, describe)
