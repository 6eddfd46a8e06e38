"""The websocket API of control: its status as it changes, the schedules, and the audit log."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
import voluptuous as vol

from ..const import DOMAIN
from ..control.service import ControlService
from ..control_access import entry_of, query_audit, schedules_as_dict, status_as_dict
from ..runtime import SigenStorConfigEntry

_OF_PLANT = {vol.Optional("entry_id"): str}

type _Message = dict[str, Any]
type _Handler = Callable[[HomeAssistant, ActiveConnection, _Message], Awaitable[None]]


@callback
def async_register_commands(hass: HomeAssistant) -> None:
    """Register the commands."""
    for command in (subscribe, list_schedules, set_schedule, delete_schedule, query):
        websocket_api.async_register_command(hass, command)


def _answer(run: Callable[[ControlService, _Message], Awaitable[Mapping[str, Any]]]) -> _Handler:
    """Send what `run` returns, or its error by name and with its sentence."""

    async def handle(hass: HomeAssistant, connection: ActiveConnection, msg: _Message) -> None:
        try:
            result = await run(entry_of(hass, msg.get("entry_id")).runtime_data.control, msg)
        except HomeAssistantError as err:
            _send_error(connection, msg, err)
        else:
            connection.send_result(msg["id"], result)

    handle.__name__ = run.__name__
    return handle


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/control/subscribe", **_OF_PLANT})
@callback
def subscribe(hass: HomeAssistant, connection: ActiveConnection, msg: _Message) -> None:
    """Send the status of control now and whenever it changes."""
    try:
        entry = entry_of(hass, msg.get("entry_id"))
    except HomeAssistantError as err:
        _send_error(connection, msg, err)
        return
    feed = _StatusFeed(entry, lambda event: connection.send_event(msg["id"], event))
    connection.subscriptions[msg["id"]] = feed.stop
    connection.send_result(msg["id"])
    feed.follow()


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/schedules/list", **_OF_PLANT})
@websocket_api.async_response
@_answer
async def list_schedules(control: ControlService, _msg: _Message) -> Mapping[str, Any]:
    """Return the schedules."""
    return schedules_as_dict(control.data)


@websocket_api.websocket_command(
    {vol.Required("type"): f"{DOMAIN}/schedules/set", vol.Required("schedule"): dict, **_OF_PLANT}
)
@websocket_api.require_admin
@websocket_api.async_response
@_answer
async def set_schedule(control: ControlService, msg: _Message) -> Mapping[str, Any]:
    """Create a schedule, or change the one whose id is given, and return it."""
    return {"schedule": (await control.async_set_schedule(msg["schedule"])).as_dict()}


@websocket_api.websocket_command(
    {vol.Required("type"): f"{DOMAIN}/schedules/delete", vol.Required("schedule_id"): str, **_OF_PLANT}
)
@websocket_api.require_admin
@websocket_api.async_response
@_answer
async def delete_schedule(control: ControlService, msg: _Message) -> Mapping[str, Any]:
    """Delete a schedule and return those that are left."""
    await control.async_delete_schedule(msg["schedule_id"])
    return schedules_as_dict(control.data)


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/audit/query",
        **{vol.Optional(field): object for field in ("start", "end", "limit", "offset")},
        **_OF_PLANT,
    }
)
@websocket_api.async_response
@_answer
async def query(control: ControlService, msg: _Message) -> Mapping[str, Any]:
    """Return a page of the audit log."""
    return await query_audit(
        control, start=msg.get("start"), end=msg.get("end"), limit=msg.get("limit"), offset=msg.get("offset")
    )


class _StatusFeed:
    """Sends the status of one plant's control, across reloads of its entry; None while it is not loaded."""

    def __init__(self, entry: SigenStorConfigEntry, send: Callable[[Mapping[str, Any]], None]) -> None:
        self._entry = entry
        self._send = send
        self._stop_status: CALLBACK_TYPE | None = None
        self._stop_entry = entry.async_on_state_change(self.follow)

    @callback
    def follow(self) -> None:
        """Listen to the control that runs now, if one does."""
        if self._entry.state is not ConfigEntryState.LOADED:
            if self._leave():
                self._send({"status": None})
            return
        self._leave()
        control = self._entry.runtime_data.control

        @callback
        def send_status() -> None:
            self._send({"status": status_as_dict(control.data)})

        self._stop_status = control.async_add_listener(send_status)
        send_status()

    @callback
    def stop(self) -> None:
        """Send nothing more."""
        self._stop_entry()
        self._leave()

    def _leave(self) -> bool:
        """Stop listening; return whether there was something to listen to."""
        stop, self._stop_status = self._stop_status, None
        if stop is not None:
            stop()
        return stop is not None


def _send_error(connection: ActiveConnection, msg: _Message, err: HomeAssistantError) -> None:
    connection.send_error(
        msg["id"],
        err.translation_key or websocket_api.ERR_HOME_ASSISTANT_ERROR,
        str(err),
        translation_domain=err.translation_domain,
        translation_key=err.translation_key,
        translation_placeholders=err.translation_placeholders,
    )
