"""Finds out from the audit log what control must know, where the state on disk is lost or older than the log. Pure.

The record says what each register held before it was written first, and whether an emergency stop came last. Schedules,
settings and overrides are not in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..model.audit_entry import AuditEntry, Outcome
from ..model.command import Action, Actor, ChargerAction, Command
from ..model.telemetry import ControlRegisters
from ..model.validation import InvalidInputError
from ..plant.register_writes import BATTERY_LIMITS, PV_LIMIT, SET_BY_COMMANDS, same
from .guardrails import LastWrite
from .memory import ControlMemory, LimitsDoubt, known_values, register_value


def recover(rows: Iterable[AuditEntry]) -> ControlMemory | None:
    """Return what the rows that may have reached the plant, oldest first, tell; None where there are none."""
    memory = caught_up(ControlMemory(last_row=None), rows)
    return None if memory.last_row is None else replace(memory, applied=None)


def caught_up(memory: ControlMemory, rows: Iterable[AuditEntry]) -> ControlMemory:
    """Return the memory with what later rows tell, oldest first: the disk may have been full when they were written."""
    past, last_row, stopped, applied = _Past(memory), memory.last_row, memory.emergency_stop, memory.applied
    for row in rows:
        last_row = max(row.id, last_row or 0)
        # What a vehicle charger was told is not given back.
        if not isinstance(row.action, ChargerAction):
            past.take(row)
            # Whoever clears a stop has something written; a stop that failed is still one.
            stopped = memory.emergency_stop or row.actor is Actor.SAFETY
            if "remote_ems_enabled" in row.wanted:
                # A step counts from no power that was not read back.
                power_w = (row.power_w or 0) if row.outcome is Outcome.CONFIRMED else 0
                applied = LastWrite(command=Command(action=row.action, power_w=power_w), at=row.time)
    if last_row == memory.last_row:
        return memory
    doubt = LimitsDoubt.FOUND_UNDER_REMOTE if past.doubtful else LimitsDoubt.NONE
    return replace(
        memory,
        emergency_stop=stopped,
        override=None if stopped else memory.override,
        saved=ControlRegisters(**past.owners) if past.written else None,
        written=past.written,
        limits_doubt=memory.limits_doubt if memory.limits_doubt is not LimitsDoubt.NONE else doubt,
        applied=applied,
        last_row=last_row,
    )


class _Past:
    """What the rows so far tell."""

    def __init__(self, memory: ControlMemory) -> None:
        self.owners: dict[str, Any] = {} if memory.saved is None else known_values(memory.saved)
        """What the registers in `written` are given back to."""

        self.written: dict[str, tuple[Any, ...]] = dict(memory.written)
        """All that was written to each since it was the owner's."""

        self.doubtful = False
        """Whether what is given back may not be the owner's."""

    def take(self, row: AuditEntry) -> None:
        """Go on with the next row."""
        previous, wanted = _known(row.previous), _known(row.wanted)
        if all(value is None for value in previous.values()):
            previous = {}  # nothing could be read
        if not self.written:
            self.doubtful = bool(previous.get("remote_ems_enabled"))
        for name in SET_BY_COMMANDS:
            # A release limits no battery: what it wants of a limit that is not ours is the owner's.
            owners = row.action is Action.RELEASE and name in BATTERY_LIMITS and name not in self.written
            if name in wanted and not owners:
                self._write(name, wanted[name], previous)
        if row.outcome is Outcome.CONFIRMED and row.action is Action.RELEASE:
            self._release(wanted)

    def _write(self, name: str, value: Any, previous: Mapping[str, Any]) -> None:
        ours = self.written.get(name, ())
        if name in previous and not any(same(name, one, previous[name]) for one in ours):
            if not ours and same(name, value, previous[name]):
                return  # it was left alone
            # On old firmware the battery limits read 0 while remote EMS is off: that says nothing.
            says_nothing = name in BATTERY_LIMITS and not previous[name] and not previous.get("remote_ems_enabled")
            if not says_nothing:
                self.owners[name] = previous[name]
        elif not ours:
            self.doubtful = True
        if not any(same(name, one, value) for one in ours):
            self.written[name] = (*ours, value)

    def _release(self, wanted: Mapping[str, Any]) -> None:
        whole = wanted.get("remote_ems_enabled") is False
        for name in list(self.written):
            if name not in wanted:
                # A limit on PV is given back by a row of its own.
                settled = whole and name != PV_LIMIT
            else:
                # A limit of ours that stays, or a cut-off that the state of charge did not allow yet, is still owed.
                settled = (
                    name.startswith("remote_ems")
                    or name in BATTERY_LIMITS
                    or same(name, wanted[name], self.owners.get(name))
                )
            if settled:
                del self.written[name]
                self.owners.pop(name, None)
        self.doubtful = self.doubtful and bool(self.written)


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that registers can hold."""
    known = {}
    for name in SET_BY_COMMANDS:
        if name in values:
            try:
                known[name] = register_value(name, values[name])
            except InvalidInputError:
                continue
    return known
