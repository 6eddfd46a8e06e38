"""Writes registers one by one, reads them back, and keeps the record of it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from modbus_connection import ModbusError

from ..command import Action, Actor, Command
from ..plant.commands import Write, differences
from ..telemetry import ControlRegisters, Telemetry
from .audit import AlreadyCompletedError, AuditUnavailableError, Outcome
from .intents import Intent


class Plant(Protocol):
    """The device, as far as control needs it; its methods raise `ModbusError`."""

    def telemetry(self) -> Telemetry | None:
        """Return the last reading."""

    async def read_control(self) -> ControlRegisters:
        """Read the control registers now."""

    async def write(self, field: str, value: float) -> None:
        """Write one control register."""


class Audit(Protocol):
    """The record of every write; its methods raise `AuditUnavailableError`."""

    async def begin(
        self,
        *,
        time: datetime,
        actor: Actor,
        owner: str,
        action: Action,
        reason: str,
        power_w: int | None,
        previous: dict[str, Any],
        wanted: dict[str, Any],
    ) -> int:
        """Record that a write is about to happen; return the row."""

    async def complete(self, row: int, outcome: Outcome, read_back: dict[str, Any] | None, detail: str) -> None:
        """Record what came of it."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a write."""

    outcome: Outcome
    found: ControlRegisters | None
    """What was read back; None when it could not be."""

    detail: str


@dataclass(slots=True)
class Row:
    """A row of the record that has no outcome yet."""

    id: int
    begun: datetime
    attempt: dict[str, Any]
    attempts: int = 0


class _OvertakenError(Exception):
    """An emergency stop overtook what was being written."""


class Writer:
    """The only caller of the plant's write method."""

    def __init__(self, plant: Plant, audit: Audit, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        """Initialize the writer."""
        self.plant = plant
        self._audit = audit
        self._now = now
        self._monotonic = monotonic
        self.overtaken = asyncio.Event()
        """Set by an emergency stop: what is being written ends at the next register."""

        self.written_at_s: float | None = None
        """When the last register was written, by the steady clock."""

        self._failed: tuple[Outcome, str] | None = None
        """How the attempt that was completed last failed; None when it did not."""

        self._kept: tuple[Row, Result] | None = None
        """The row that waits for another attempt, and what came of the last one."""

    async def write(
        self, writes: tuple[Write, ...], wanted: ControlRegisters, *, acknowledge_after: timedelta
    ) -> Result:
        """Write register by register, rest, and read back."""
        self.written_at_s = self._monotonic()
        try:
            for write in writes:
                self._yield_to_emergency_stop()
                await self.plant.write(write.field, write.value)
                self.written_at_s = self._monotonic()
            await self._rest(acknowledge_after)
            found = await self.plant.read_control()
        except ModbusError as err:
            return Result(Outcome.FAILED, None, str(err) or type(err).__name__)
        except _OvertakenError:
            return Result(Outcome.FAILED, None, "An emergency stop overtook it")
        wrong = differences(wanted, found)
        detail = "; ".join(f"{name} is {is_now}, not {should}" for name, (should, is_now) in wrong.items())
        return Result(Outcome.REVERTED if wrong else Outcome.CONFIRMED, found, detail)

    async def begin(
        self, command: Command, intent: Intent, reason: str, previous: ControlRegisters, wanted: ControlRegisters
    ) -> Row:
        """Record that a command is about to be written, or find the row that says so. Raises `AuditUnavailableError`."""
        attempt: dict[str, Any] = {
            "actor": intent.actor,
            "owner": intent.owner,
            "action": command.action,
            "reason": reason,
            "power_w": command.power_w,
            "previous": asdict(previous),
            "wanted": asdict(wanted),
        }
        if self._kept is not None and self._kept[0].attempt == attempt:
            return self._kept[0]
        now = self._now()
        return Row(await self._audit.begin(time=now, **attempt), now, attempt)

    async def complete(self, row: Row | None, result: Result, *, again: bool = False) -> str | None:
        """Record what came of it; return why that was not possible, if it was not.

        What is tried again and fails as before leaves its row started, for the next attempt.
        """
        if row is None:
            return None
        # Only now: no write is to wait for the record of an earlier one.
        problem = await self.let_go(but=row)
        row.attempts += 1
        failed = None if result.outcome is Outcome.CONFIRMED else (result.outcome, result.detail)
        if row.attempts > 1:
            tried = f"{row.attempts} attempts in {(self._now() - row.begun).total_seconds() / 60:.0f} min"
            result = replace(result, detail=f"{result.detail}; {tried}" if result.detail else tried)
        if again and failed is not None and failed == self._failed:
            self._kept = row, result
            return problem
        if unrecorded := await self._finish(row, result):
            return unrecorded
        self._failed = failed
        return problem

    async def let_go(self, *, but: Row | None = None) -> str | None:
        """Record what came of the row that waits for another attempt; return why that was not possible, if it was not."""
        kept, self._kept = self._kept, None
        return None if kept is None or kept[0] is but else await self._finish(*kept)

    async def _finish(self, row: Row, result: Result) -> str | None:
        found = None if result.found is None else asdict(result.found)
        try:
            await self._audit.complete(row.id, result.outcome, found, result.detail)
        except (AuditUnavailableError, AlreadyCompletedError) as err:
            return str(err)
        return None

    def _yield_to_emergency_stop(self) -> None:
        if self.overtaken.is_set():
            raise _OvertakenError

    async def _rest(self, duration: timedelta) -> None:
        """Wait, but not when an emergency stop comes."""
        with suppress(TimeoutError):
            async with asyncio.timeout(duration.total_seconds()):
                await self.overtaken.wait()
        self._yield_to_emergency_stop()
