"""What the commands have in common: which plant they mean, who may give them, and errors by name."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.components.websocket_api.const import WebSocketCommandHandler
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import voluptuous as vol

from ..const import DOMAIN
from ..plants import Access, check_access, entry_of, known_entry
from ..runtime import SigenStorConfigEntry
from .feed import FeedKind, async_subscribe

MAX_SUBSCRIPTIONS: Final = 100
"""Of one connection: a page of each of twenty systems needs fewer."""

type WebsocketMessage = dict[str, Any]
type Run = Callable[[HomeAssistant, SigenStorConfigEntry, WebsocketMessage], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, eq=False)
class _Subscription:
    """What ends a subscription of this integration, to tell it from those of others."""

    end: CALLBACK_TYPE

    def __call__(self) -> None:
        """End it."""
        self.end()


def optional(*fields: str) -> dict[vol.Marker, Any]:
    """Return the schema of fields that may be left out; what they may hold is checked later, in a sentence."""
    return {vol.Optional(field): object for field in fields}


def plant_command(
    name: str, fields: Mapping[vol.Marker, Any] | None = None
) -> Callable[[Run], WebSocketCommandHandler]:
    """Return a decorator that makes a command of a function: it reads from a plant that is loaded."""

    def decorate(run: Run) -> WebSocketCommandHandler:
        async def handle(hass: HomeAssistant, connection: ActiveConnection, msg: WebsocketMessage) -> None:
            try:
                entry = entry_of(hass, msg.get("entry_id"))
                check_access(hass, entry, connection.user, Access.READ)
                result = await run(hass, entry, msg)
            except HomeAssistantError as err:
                _send_error(connection, msg, err)
            else:
                connection.send_result(msg["id"], result)

        return _described(name, fields, websocket_api.async_response(handle))

    return decorate


def subscription(name: str, kind: FeedKind) -> WebSocketCommandHandler:
    """Return the command that follows a plant, whether it is loaded or not."""

    @callback
    def subscribe(hass: HomeAssistant, connection: ActiveConnection, msg: WebsocketMessage) -> None:
        try:
            entry = known_entry(hass, msg.get("entry_id"))
            check_access(hass, entry, connection.user, Access.READ)
            _check_room(connection)
        except HomeAssistantError as err:
            _send_error(connection, msg, err)
            return
        connection.send_result(msg["id"])
        connection.subscriptions[msg["id"]] = _Subscription(
            async_subscribe(hass, entry, kind, lambda event: connection.send_event(msg["id"], event))
        )

    return _described(name, None, subscribe)


def _check_room(connection: ActiveConnection) -> None:
    """Refuse one subscription too many."""
    if sum(isinstance(one, _Subscription) for one in connection.subscriptions.values()) >= MAX_SUBSCRIPTIONS:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="too_many_subscriptions",
            translation_placeholders={"limit": str(MAX_SUBSCRIPTIONS)},
        )


def _described(
    name: str, fields: Mapping[vol.Marker, Any] | None, handler: WebSocketCommandHandler
) -> WebSocketCommandHandler:
    schema = {vol.Required("type"): f"{DOMAIN}/{name}", vol.Optional("entry_id"): str, **(fields or {})}
    return websocket_api.websocket_command(schema)(handler)


def _send_error(connection: ActiveConnection, msg: WebsocketMessage, err: HomeAssistantError) -> None:
    connection.send_error(
        msg["id"],
        err.translation_key or websocket_api.ERR_HOME_ASSISTANT_ERROR,
        str(err),
        translation_domain=err.translation_domain,
        translation_key=err.translation_key,
        translation_placeholders=err.translation_placeholders,
    )
