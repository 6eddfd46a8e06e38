"""The commands of control: the schedules and the audit log."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant

from ..plants import query_audit, schedules_as_dict
from ..runtime import SigenStorConfigEntry
from .websocket import WebsocketMessage, optional, plant_command


@plant_command("schedules/list")
async def list_schedules(
    _hass: HomeAssistant, entry: SigenStorConfigEntry, _msg: WebsocketMessage
) -> Mapping[str, Any]:
    """Return the schedules."""
    return schedules_as_dict(entry.runtime_data.control.data)


_AUDIT_FIELDS = ("start", "end", "limit", "offset", "actor", "outcome", "newest_first")


@plant_command("audit/query", optional(*_AUDIT_FIELDS))
async def query(_hass: HomeAssistant, entry: SigenStorConfigEntry, msg: WebsocketMessage) -> Mapping[str, Any]:
    """Return a page of the audit log."""
    return await query_audit(entry.runtime_data.control, **{name: msg[name] for name in _AUDIT_FIELDS if name in msg})


COMMANDS = (list_schedules, query)
