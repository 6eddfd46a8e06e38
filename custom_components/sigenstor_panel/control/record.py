"""Keeps the record of every write: a row before the plant is touched, and what came of it."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ..model.audit_entry import AlreadyCompletedError, AuditUnavailableError, Outcome
from ..model.command import Command
from ..model.message import Message, say
from ..model.telemetry import ControlRegisters
from ..plant.register_writes import Targets
from .alerts import Alert, Alerts
from .environment import Environment
from .intents import Intent
from .memory import known_values
from .waiting import Tasks, wait_within
from .writer import Result

_BEGIN_WITHIN_S = 5.0
_WITHIN_FOR_SAFETY_S = 1.0
_MOST_LATE_ROWS = 500
_PREEMPTED = Result(Outcome.FAILED, None, say("control.stop_first"))


@dataclass(slots=True)
class Row:
    """A row of the record that has no outcome yet."""

    begun: datetime
    attempt: dict[str, Any]
    beginning: asyncio.Task[int]
    attempts: int = 0


class Record:
    """The record of one plant, which nothing that is for safety waits for longer than a second."""

    def __init__(self, env: Environment, alerts: Alerts, tasks: Tasks, preempted: asyncio.Event) -> None:
        """Initialize the record."""
        self._env = env
        self._alerts = alerts
        self._tasks = tasks
        self._preempted = preempted
        self.last_row: int | None = None
        """The row that was begun last; None before the first."""

        self._failed: tuple[Outcome, Message | None] | None = None
        """How the attempt that was completed last failed; None when it did not."""

        self._pending: tuple[Row, Result] | None = None
        """The row that waits for another attempt, and what came of the last one."""

        self._late: list[tuple[Row, Result]] = []
        """Rows that could not be recorded yet, with their outcomes."""

        self._flushing: asyncio.Task[None] | None = None

    async def begin(
        self,
        command: Command,
        intent: Intent,
        reason: Message,
        previous: ControlRegisters,
        wanted: Targets,
        *,
        urgent: bool,
    ) -> Row:
        """Record that a command is about to be written, or find the row that says so.

        Raises `AuditUnavailableError` or `PreemptedError`, unless it is urgent: that is recorded as soon as it can be.
        """
        attempt: dict[str, Any] = {
            "actor": intent.actor,
            "owner": intent.requested_by,
            "action": command.action,
            "reason": reason,
            "power_w": command.power_w,
            "previous": known_values(previous),
            "wanted": dict(wanted),
        }
        return await self.begin_attempt(attempt, urgent=urgent)

    async def begin_attempt(self, attempt: dict[str, Any], *, urgent: bool = False) -> Row:
        """Record an attempt, or find the row that does. Raises as `begin` does."""
        if self._pending is not None and self._pending[0].attempt == attempt:
            return self._pending[0]
        now = self._env.now()
        row = Row(now, attempt, self._tasks.start(self._begun(now, attempt)))
        if urgent:
            await wait_within(row.beginning, _WITHIN_FOR_SAFETY_S)
            return row
        try:
            in_time = await wait_within(row.beginning, _BEGIN_WITHIN_S, self._preempted)
        except BaseException:
            self.give_up(row)
            raise
        if not in_time:
            self._tasks.start(self._finish(row, Result(Outcome.FAILED, None, say("control.record_slow"))))
            raise AuditUnavailableError(say("problem.record_slow"))
        row.beginning.result()
        return row

    async def complete(self, row: Row, result: Result, *, again: bool = False) -> None:
        """Record what came of it, or see to it that it is recorded later.

        What is tried again and fails as before leaves its row started, for the next attempt.
        """
        # Only now: no write is to wait for the record of an earlier one.
        await self.flush_pending(but=row)
        row.attempts += 1
        failed = None if result.outcome is Outcome.CONFIRMED else (result.outcome, result.detail)
        if row.attempts > 1:
            spent_s = (self._env.now() - row.begun).total_seconds()
            tried = say("control.attempts", attempts=row.attempts, spent_s=spent_s)
            detail = tried if result.detail is None else result.detail.explained(tried)
            result = replace(result, detail=detail)
        if again and failed is not None and failed == self._failed:
            self._pending = row, result
            return
        if await wait_within(self._tasks.start(self._finish(row, result)), _WITHIN_FOR_SAFETY_S):
            self._failed = failed

    def give_up(self, row: Row) -> None:
        """Record, without waiting for it, that an emergency stop preempted what was being written."""
        self._tasks.start(self._finish(row, _PREEMPTED))

    async def flush_pending(self, *, but: Row | None = None) -> None:
        """Record what came of the row that waits for another attempt."""
        pending, self._pending = self._pending, None
        if pending is not None and pending[0] is not but:
            await wait_within(self._tasks.start(self._finish(*pending)), _WITHIN_FOR_SAFETY_S)

    def catch_up(self) -> None:
        """Try again to record what could not be recorded, in the background."""
        if self._late and (self._flushing is None or self._flushing.done()):
            self._flushing = self._tasks.start(self._record_late())

    async def _record_late(self) -> None:
        while self._late:
            row, result = self._late[0]
            if row.beginning.exception() is not None:
                row.beginning = self._tasks.start(self._begun(row.begun, row.attempt))
            try:
                await self._complete(await row.beginning, result)
            except AlreadyCompletedError:
                pass
            except AuditUnavailableError:
                return
            del self._late[0]
        self._alerts.clear(Alert.NOT_RECORDED)

    async def _begun(self, time: datetime, attempt: dict[str, Any]) -> int:
        self.last_row = row_id = await self._env.audit.begin(time=time, **attempt)
        return row_id

    async def _finish(self, row: Row, result: Result) -> None:
        try:
            await self._complete(await row.beginning, result)
        except AlreadyCompletedError:
            return
        except AuditUnavailableError as err:
            if result.outcome is not Outcome.REFUSED:
                self._late = [*self._late, (row, result)][-_MOST_LATE_ROWS:]
            self._alerts.set(Alert.NOT_RECORDED, say("control.not_recorded", err.message))
        else:
            if not self._late:
                self._alerts.clear(Alert.NOT_RECORDED)

    async def _complete(self, row_id: int, result: Result) -> None:
        found = result.of_charger if result.found is None else known_values(result.found)
        await self._env.audit.complete(row_id, result.outcome, found, result.detail)
