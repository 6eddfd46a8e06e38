"""The commands of control: its status as it changes, the schedules, and the audit log."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant
import voluptuous as vol

from ..plants import Access, query_audit, schedule_access, schedules_as_dict, status_as_dict, stopped_as_dict
from ..runtime import SigenStorConfigEntry
from .feed import FeedKind
from .websocket import WebsocketMessage, optional, plant_command, subscription

CONTROL_FEED = FeedKind(
    key="status",
    value_fn=lambda _hass, entry: status_as_dict(entry.runtime_data.control.data),
    at_once=lambda runtime: (runtime.control,),
    stopped_fn=stopped_as_dict,
)


@plant_command("schedules/list")
async def list_schedules(
    _hass: HomeAssistant, entry: SigenStorConfigEntry, _msg: WebsocketMessage
) -> Mapping[str, Any]:
    """Return the schedules."""
    return schedules_as_dict(entry.runtime_data.control.data)


@plant_command("schedules/set", {vol.Required("schedule"): dict}, access=lambda msg: schedule_access(msg["schedule"]))
async def set_schedule(_hass: HomeAssistant, entry: SigenStorConfigEntry, msg: WebsocketMessage) -> Mapping[str, Any]:
    """Create a schedule, or change the one whose id is given, and return it."""
    return {"schedule": (await entry.runtime_data.control.async_set_schedule(msg["schedule"])).as_dict()}


@plant_command("schedules/delete", {vol.Required("schedule_id"): str}, access=Access.CONFIGURE)
async def delete_schedule(
    _hass: HomeAssistant, entry: SigenStorConfigEntry, msg: WebsocketMessage
) -> Mapping[str, Any]:
    """Delete a schedule and return those that are left."""
    control = entry.runtime_data.control
    await control.async_delete_schedule(msg["schedule_id"])
    return schedules_as_dict(control.data)


_AUDIT_FIELDS = ("start", "end", "limit", "offset", "actor", "outcome", "newest_first")


@plant_command("audit/query", optional(*_AUDIT_FIELDS))
async def query(_hass: HomeAssistant, entry: SigenStorConfigEntry, msg: WebsocketMessage) -> Mapping[str, Any]:
    """Return a page of the audit log."""
    return await query_audit(entry.runtime_data.control, **{name: msg[name] for name in _AUDIT_FIELDS if name in msg})


COMMANDS = (
    subscription("control/subscribe", CONTROL_FEED),
    list_schedules,
    set_schedule,
    delete_schedule,
    query,
)
