"""What a person is told under Repairs about control."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..control.memory import ControlMemory, LimitsDoubt
from ..control.ownership import REGISTERS, describe
from ..control.status import ControlStatus

_DOUBTS = {
    LimitsDoubt.FOUND_UNDER_REMOTE: "Something else had remote control of the battery when SigenStor Panel began, and "
    "the battery's limits may be what it had set for a while. They are given back as they were found.",
    LimitsDoubt.NEVER_READ: "The battery's limits could not be read before the emergency stop overwrote them. They are "
    "given back as no limit: if you had set some, set them again.",
}


@callback
def async_raise_or_settle(hass: HomeAssistant, entry: ConfigEntry[Any], status: ControlStatus) -> None:
    """Keep issues in step with control: an alert, an active emergency stop, limits that may not be the owner's."""
    for key, text in (("control_alert", status.alert), ("emergency_stop", status.emergency_stop or None)):
        if text is None:
            ir.async_delete_issue(hass, DOMAIN, f"{key}_{entry.entry_id}")
        else:
            fix = {"entry_id": entry.entry_id, "fix": key} if key == "emergency_stop" else None
            _create(hass, key, entry, data=fix, fixable=fix is not None, message=str(text))
    if (doubt := _DOUBTS.get(status.limits_doubt)) is None:
        ir.async_delete_issue(hass, DOMAIN, f"limits_in_doubt_{entry.entry_id}")
        return
    limits = [f"{REGISTERS[name]}: {describe(name, limit_w)}" for name, limit_w in status.limits_below_rating.items()]
    message = f"{doubt} Now: {', '.join(limits) or 'no limit below what the battery is rated for'}."
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
    ir.async_delete_issue(hass, DOMAIN, f"emergency_stop_waits_{entry.entry_id}")


@callback
def async_tell_recovered(hass: HomeAssistant, entry: ConfigEntry[Any], memory: ControlMemory, lost: str) -> None:
    """Say what was lost of the state of control, and what was found out; until somebody has read it."""
    found = ["the emergency stop is active"] if memory.emergency_stop else []
    if memory.saved is not None:
        found.append("the plant was under control, and its own registers are known")
    message = f"{lost}. Found in the record: {'; '.join(found) or 'the plant was handed back'}."
    _create(hass, "control_memory_recovered", entry, persistent=True, fixable=True, message=message)


def _create(
    hass: HomeAssistant,
    key: str,
    entry: ConfigEntry[Any],
    *,
    persistent: bool = False,
    fixable: bool = False,
    data: dict[str, Any] | None = None,
    **placeholders: str,
) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{key}_{entry.entry_id}",
        data=data,
        is_fixable=fixable,
        is_persistent=persistent,
        severity=ir.IssueSeverity.WARNING,
        translation_key=key,
        translation_placeholders={"plant": entry.title, **placeholders},
    )
