"""What a person is told under Repairs about control."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..control.memory import ControlMemory, LimitsDoubt
from ..control.ownership import describe, register
from ..control.status import ControlStatus
from ..model.message import Message, say
from ..texts import localize

_WHY_LIMITS_ARE_IN_DOUBT = {
    LimitsDoubt.FOUND_UNDER_REMOTE: say("control.limits_found_under_remote"),
    LimitsDoubt.NEVER_READ: say("control.limits_never_read"),
}


@callback
def async_raise_or_settle(hass: HomeAssistant, entry: ConfigEntry[Any], status: ControlStatus) -> None:
    """Keep issues in step with control: an alert, an active emergency stop, limits that may not be the owner's."""
    if status.alert is None:
        _settle(hass, "control_alert", entry)
    else:
        _create(hass, "control_alert", entry, message=localize(hass, status.alert))
    if status.emergency_stop:
        fix = {"entry_id": entry.entry_id, "fix": "emergency_stop"}
        _create(hass, "emergency_stop", entry, data=fix, fixable=True)
    else:
        _settle(hass, "emergency_stop", entry)
    if (doubt := _WHY_LIMITS_ARE_IN_DOUBT.get(status.limits_doubt)) is None:
        _settle(hass, "limits_in_doubt", entry)
        return
    limits = tuple(
        say("control.register_holds", register=register(name), value=describe(name, limit_w))
        for name, limit_w in status.limits_below_rating.items()
    )
    now = say("control.limits_now", limits=limits) if limits else say("control.no_limits_now")
    message = localize(hass, doubt.explained(now))
    data = {"entry_id": entry.entry_id, "limits": True}
    _create(hass, "limits_in_doubt", entry, data=data, fixable=True, message=message)


@callback
def async_tell_stop_waits(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Say that an emergency stop has not reached the plant yet; also after a restart."""
    data = {"entry_id": entry.entry_id, "fix": "emergency_stop_waits"}
    _create(hass, "emergency_stop_waits", entry, persistent=True, fixable=True, data=data)


@callback
def async_settle_stop_waits(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Take back what `async_tell_stop_waits` said: control runs."""
    _settle(hass, "emergency_stop_waits", entry)


@callback
def async_tell_recovered(hass: HomeAssistant, entry: ConfigEntry[Any], memory: ControlMemory, lost: Message) -> None:
    """Say what was lost of the state of control, and what was found out; until somebody has read it."""
    found = [say("control.found_stop")] if memory.emergency_stop else []
    if memory.saved is not None:
        found.append(say("control.recovered_registers"))
    told = lost.explained(*(found or [say("control.recovered_handed_back")]))
    _create(hass, "control_memory_recovered", entry, persistent=True, fixable=True, message=localize(hass, told))


@callback
def async_tell_lost(hass: HomeAssistant, entry: ConfigEntry[Any], record: str, lost: Message) -> None:
    """Say what was lost of a record; until somebody has read it."""
    message = localize(hass, lost)
    _create(hass, "record_lost", entry, of=f"_{record}", persistent=True, fixable=True, message=message)


def _settle(hass: HomeAssistant, key: str, entry: ConfigEntry[Any]) -> None:
    ir.async_delete_issue(hass, DOMAIN, f"{key}_{entry.entry_id}")


def _create(
    hass: HomeAssistant,
    key: str,
    entry: ConfigEntry[Any],
    *,
    of: str = "",
    persistent: bool = False,
    fixable: bool = False,
    data: dict[str, Any] | None = None,
    **placeholders: str,
) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{key}{of}_{entry.entry_id}",
        data=data,
        is_fixable=fixable,
        is_persistent=persistent,
        severity=ir.IssueSeverity.WARNING,
        translation_key=key,
        translation_placeholders={"plant": entry.title, **placeholders},
    )
