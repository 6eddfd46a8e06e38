"""What is remembered of writing: what is under way, what it overwrote, and what the plant holds since."""

from typing import Any

from ..model.audit_entry import Outcome
from ..model.command import Action, Command
from ..model.telemetry import ControlRegisters, Telemetry
from ..plant.register_writes import BATTERY_LIMITS, differences, seen_hiding
from .environment import Environment
from .guardrails import LastWrite
from .ownership import after_writing, before_writing, rated_powers_w, without_pv_limit
from .record import Record
from .state import State
from .writer import Result


class WriteMemory:
    """The part of control's memory that changes with each write."""

    def __init__(self, env: Environment, state: State, record: Record) -> None:
        """Initialize; what is remembered already stays."""
        self._env = env
        self._state = state
        self._record = record

    @property
    def owes_limits(self) -> bool:
        """Whether a battery limit of ours is to be given back."""
        return not self._state.memory.written.keys().isdisjoint(BATTERY_LIMITS)

    async def before(
        self,
        command: Command,
        telemetry: Telemetry | None,
        present: ControlRegisters,
        targets: dict[str, Any],
        names: set[str],
        *,
        urgent: bool,
    ) -> None:
        """Write down what is under way, and what was before: whoever comes after a crash finds both."""
        memory = before_writing(self._state.memory, present, targets, names, rated_powers_w(telemetry))
        changes = {
            "saved": memory.saved,
            "written": memory.written,
            "limits_doubt": memory.limits_doubt,
            "pending": LastWrite(command=command, at=self._env.now()),
        }
        await (self._state.keep(**changes) if urgent else self._state.remember(**changes))

    async def after(self, command: Command, result: Result, targets: dict[str, Any]) -> None:
        """Take note of what the plant holds after a write."""
        released = command.action is Action.RELEASE
        memory = after_writing(self._state.memory, result.found, targets, released=released)
        changes: dict[str, Any] = {"saved": memory.saved, "written": memory.written}
        if result.outcome is Outcome.CONFIRMED:
            changes |= {"applied": LastWrite(command=command, at=self._env.now()), "pending": None}
        await self.keep(**changes)

    async def settled(self, command: Command, present: ControlRegisters, targets: dict[str, Any]) -> None:
        """Take note that the plant holds a command already."""
        released = command.action is Action.RELEASE
        memory = after_writing(self._state.memory, present, targets, released=released)
        before = memory.applied
        at = self._env.now() if before is None or before.command == command else before.at
        await self.keep(
            saved=memory.saved,
            written=memory.written,
            applied=LastWrite(command=command, at=at),
            pending=None,
        )

    async def pv_freed(self) -> None:
        """Take note that no limit on PV is owed."""
        memory = without_pv_limit(self._state.memory)
        await self.keep(written=memory.written, saved=memory.saved, applied=memory.applied)

    async def learn_hiding(
        self, result: Result, before: ControlRegisters, targets: dict[str, Any], *, owed: bool
    ) -> Result:
        """Take note that this firmware hides the battery limits, and return what came of the write in that light."""
        found = result.found
        if found is None or self._state.memory.limits_hidden:
            return result
        # A limit of ours that was written a moment ago may show up late.
        if not seen_hiding(before, found) and (owed or not seen_hiding(found, before)):
            return result
        await self._state.keep(limits_hidden=True)
        if result.outcome is Outcome.REVERTED and not differences(targets, found, limits_hidden=True):
            return Result(Outcome.CONFIRMED, found, None)
        return result

    async def keep(self, **changes: Any) -> None:
        """Keep what came of a row of the record: up to that row, everything is known."""
        await self._state.keep(last_row=self._record.last_row or self._state.memory.last_row, **changes)
