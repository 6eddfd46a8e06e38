"""The audit log, reached from the event loop."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Unpack

from ..model.message import Message, say
from .audit_log import (
    Attempt,
    AuditEntry,
    AuditFilter,
    AuditLog,
    AuditQuery,
    AuditUnavailableError,
    Outcome,
    RegisterValues,
)
from .csv_text import InWords
from .trail import Trail


class AuditTrail(Trail[AuditLog]):
    """The audit log, off the event loop; its methods raise `AuditUnavailableError`."""

    def __init__(self, log: AuditLog) -> None:
        """Initialize; nothing is opened yet."""
        super().__init__(log, "audit", _silent)

    async def open(self) -> list[AuditEntry]:
        """Open the log and return what a crash interrupted."""
        return await self._jobs.run(self._log.open)

    async def begin(self, **attempt: Unpack[Attempt]) -> int:
        """Record that a write is about to happen; return the row."""
        return await self.run(lambda: self._log.begin(**attempt))

    async def complete(
        self, row: int, outcome: Outcome, read_back: RegisterValues | None, detail: Message | None
    ) -> None:
        """Record what came of it."""
        await self.run(lambda: self._log.complete(row, outcome, read_back, detail))

    async def query(
        self,
        start: datetime,
        end: datetime,
        **asked: Unpack[AuditQuery],
    ) -> list[AuditEntry]:
        """Return the rows of [start, end), oldest first unless it is told otherwise; only those that the filter keeps."""
        return await self.run(lambda: self._log.query(start, end, **asked))

    async def count(self, start: datetime, end: datetime, **only: Unpack[AuditFilter]) -> int:
        """Return how many rows `query` would find without a limit."""
        return await self.run(lambda: self._log.count(start, end, **only))

    async def read_attempts[T](self, read: Callable[[Iterator[AuditEntry]], T], *, after: int = 0) -> T:
        """Return what a function makes of the rows after one whose writes may have reached the plant, oldest first."""
        return await self.run(lambda: read(self._log.attempts(after=after)))

    async def purge(self) -> None:
        """Delete the record of the plant."""
        await self.run(self._log.purge)

    def export_csv(self, start: datetime, end: datetime, tell: InWords) -> Iterator[str]:
        """Return the rows as pieces of CSV; each step blocks, so take them with `run`."""
        return self._log.export_csv(start, end, tell)


def _silent(wait_s: float) -> AuditUnavailableError:
    return AuditUnavailableError(say("problem.audit_log_silent", wait_s=wait_s))
