"""What connects the controller to the plant and to the audit log."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Unpack

from ..control.memory import ControlMemory
from ..control.recovery import recover
from ..model.telemetry import ControlRegisters, Telemetry
from ..model.threads import Jobs
from ..plant.client import PlantClient
from ..plant.decode import control_registers
from ..plant.transport import UnidentifiedPlantError
from ..records.audit_log import (
    Attempt,
    AuditEntry,
    AuditFilter,
    AuditLog,
    AuditUnavailableError,
    Outcome,
    RegisterValues,
)
from .telemetry import TelemetryCoordinator


class ControlledPlant:
    """The plant of a telemetry coordinator."""

    def __init__(self, telemetry: TelemetryCoordinator) -> None:
        """Initialize; nothing is read or written yet."""
        self._telemetry = telemetry
        self._client: PlantClient = telemetry.client

    def telemetry(self) -> Telemetry | None:
        """Return the last reading; guardrails look at its age."""
        return self._telemetry.data

    async def read_control(self) -> ControlRegisters:
        """Read the control registers now; those of another plant say nothing about this one."""
        if not self._client.identified:
            await self._client.async_confirm_identity()
        await self._client.async_read_control()
        if not self._client.identified:
            raise UnidentifiedPlantError("the connection was opened anew meanwhile")
        return control_registers(self._client.control)

    async def write(self, field: str, value: float) -> None:
        """Write one control register."""
        await self._client.async_write(field, value)


class AuditTrail:
    """The audit log, off the event loop; a log that could not be opened is tried again at every use.

    Its methods raise `AuditUnavailableError`: at once while the database does not answer. A caller that waits no longer
    does not end what it asked for.
    """

    def __init__(self, log: AuditLog) -> None:
        """Initialize; nothing is opened yet."""
        self._log = log
        self._jobs = Jobs("sigenstor_panel audit", lambda why: AuditUnavailableError(f"The audit log {why}."))
        self._open = False

    async def open(self) -> list[AuditEntry]:
        """Open the log and return what a crash interrupted."""
        interrupted = await self._jobs.run(self._log.open)
        self._open = True
        return interrupted

    async def close(self) -> None:
        """Let go of the database, once what is under way is recorded; one that hangs is left behind."""
        await self._jobs.end(self._log.close)

    async def begin(self, **attempt: Unpack[Attempt]) -> int:
        """Record that a write is about to happen; return the row."""
        return await self.run(lambda: self._log.begin(**attempt))

    async def complete(self, row: int, outcome: Outcome, read_back: RegisterValues | None, detail: str) -> None:
        """Record what came of it."""
        await self.run(lambda: self._log.complete(row, outcome, read_back, detail))

    async def query(
        self,
        start: datetime,
        end: datetime,
        *,
        limit: int,
        offset: int = 0,
        newest_first: bool = False,
        **only: Unpack[AuditFilter],
    ) -> list[AuditEntry]:
        """Return the rows of [start, end), oldest first unless it is told otherwise; only those that the filter keeps."""
        return await self.run(
            lambda: self._log.query(start, end, limit=limit, offset=offset, newest_first=newest_first, **only)
        )

    async def count(self, start: datetime, end: datetime, **only: Unpack[AuditFilter]) -> int:
        """Return how many rows `query` would find without a limit."""
        return await self.run(lambda: self._log.count(start, end, **only))

    async def recover(self) -> ControlMemory | None:
        """Return what the record says about the state of control; None where there is no record."""
        return await self.run(lambda: recover(self._log.attempts()))

    async def purge(self) -> None:
        """Delete the record of the plant."""
        await self.run(self._log.purge)

    def export_csv(self, start: datetime, end: datetime) -> Iterator[str]:
        """Return the rows as pieces of CSV; each step blocks, so take them with `run`."""
        return self._log.export_csv(start, end)

    async def run[T](self, job: Callable[[], T]) -> T:
        """Run a job that needs the open log."""
        if self._jobs.hanging_s:
            # Connections that hang stay with the old engine.
            self._open = False
        if not self._open:
            await self.open()
        return await self._jobs.run(job)
