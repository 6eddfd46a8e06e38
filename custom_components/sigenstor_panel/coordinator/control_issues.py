"""What a person is told under Repairs about control."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..control.memory import ControlMemory, LimitsDoubt
from ..control.ownership import describe, register
from ..control.status import ControlStatus
from ..model.message import Message, say
from ..texts import localize
from .system_issue import create_issue, settle_issue

_WHY_LIMITS_ARE_IN_DOUBT = {
    LimitsDoubt.FOUND_UNDER_REMOTE: say("control.limits_found_under_remote"),
    LimitsDoubt.NEVER_READ: say("control.limits_never_read"),
}


@callback
def async_raise_or_settle(hass: HomeAssistant, entry: ConfigEntry[Any], status: ControlStatus) -> None:
    """Keep issues in step with control: an alert, an active emergency stop, limits that may not be the owner's."""
    if status.alert is None:
        settle_issue(hass, "control_alert", entry)
    else:
        create_issue(hass, "control_alert", entry, message=localize(hass, status.alert))
    if status.emergency_stop:
        fix = {"entry_id": entry.entry_id, "fix": "emergency_stop"}
        create_issue(hass, "emergency_stop", entry, data=fix)
    else:
        settle_issue(hass, "emergency_stop", entry)
    if (doubt := _WHY_LIMITS_ARE_IN_DOUBT.get(status.limits_doubt)) is None:
        settle_issue(hass, "limits_in_doubt", entry)
        return
    limits = tuple(
        say("control.register_holds", register=register(name), value=describe(name, limit_w))
        for name, limit_w in status.limits_below_rating.items()
    )
    now = say("control.limits_now", limits=limits) if limits else say("control.no_limits_now")
    message = localize(hass, doubt.explained(now))
    data: dict[str, str | int] = {"entry_id": entry.entry_id, "limits": True}
    create_issue(hass, "limits_in_doubt", entry, data=data, message=message)


@callback
def async_tell_stop_waits(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Say that an emergency stop has not reached the plant yet; also after a restart."""
    data = {"entry_id": entry.entry_id, "fix": "emergency_stop_waits"}
    create_issue(hass, "emergency_stop_waits", entry, persistent=True, data=data)


@callback
def async_settle_stop_waits(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Take back what `async_tell_stop_waits` said: control runs."""
    settle_issue(hass, "emergency_stop_waits", entry)


@callback
def async_tell_recovered(hass: HomeAssistant, entry: ConfigEntry[Any], memory: ControlMemory, lost: Message) -> None:
    """Say what was lost of the state of control, and what was found out; until somebody has read it."""
    found = [say("control.found_stop")] if memory.emergency_stop else []
    if memory.saved is not None:
        found.append(say("control.recovered_registers"))
    told = lost.explained(*(found or [say("control.recovered_handed_back")]))
    create_issue(hass, "control_memory_recovered", entry, persistent=True, fixable=True, message=localize(hass, told))


@callback
def async_tell_lost(hass: HomeAssistant, entry: ConfigEntry[Any], record: str, lost: Message) -> None:
    """Say what was lost of a record; until somebody has read it."""
    message = localize(hass, lost)
    create_issue(hass, "record_lost", entry, of=f"_{record}", persistent=True, fixable=True, message=message)
