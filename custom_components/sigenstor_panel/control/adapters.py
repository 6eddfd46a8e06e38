"""What connects the controller to the plant and to the audit log."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Unpack

from homeassistant.core import HomeAssistant

from ..command import Actor
from ..coordinator.telemetry import TelemetryCoordinator
from ..plant.client import PlantClient
from ..plant.decode import control_registers
from ..telemetry import ControlRegisters, Telemetry
from .audit import Attempt, AuditEntry, AuditLog, Outcome, RegisterValues


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
        """Read the control registers now."""
        await self._client.async_read_control()
        return control_registers(self._client.control)

    async def write(self, field: str, value: float) -> None:
        """Write one control register."""
        await self._client.async_write(field, value)


class AuditTrail:
    """The audit log, off the event loop; a log that could not be opened is tried again at every use."""

    def __init__(self, hass: HomeAssistant, log: AuditLog) -> None:
        """Initialize; nothing is opened yet."""
        self._hass = hass
        self._log = log
        self._open = False

    async def open(self) -> list[AuditEntry]:
        """Open the log and return what a crash interrupted."""
        interrupted = await self._hass.async_add_executor_job(self._log.open)
        self._open = True
        return interrupted

    async def close(self) -> None:
        """Let go of the database."""
        await self._hass.async_add_executor_job(self._log.close)

    async def begin(self, **attempt: Unpack[Attempt]) -> int:
        """Record that a write is about to happen; return the row."""
        return await self._run(lambda: self._log.begin(**attempt))

    async def complete(self, row: int, outcome: Outcome, read_back: RegisterValues | None, detail: str) -> None:
        """Record what came of it."""
        await self._run(lambda: self._log.complete(row, outcome, read_back, detail))

    async def query(
        self, start: datetime, end: datetime, *, limit: int, offset: int = 0, actors: Collection[Actor] | None = None
    ) -> list[AuditEntry]:
        """Return the rows of [start, end), oldest first."""
        return await self._run(lambda: self._log.query(start, end, limit=limit, offset=offset, actors=actors))

    async def count(self, start: datetime, end: datetime, *, actors: Collection[Actor] | None = None) -> int:
        """Return how many rows there are in [start, end)."""
        return await self._run(lambda: self._log.count(start, end, actors=actors))

    def export_csv(self, start: datetime, end: datetime) -> Iterator[str]:
        """Return the rows as pieces of CSV; each step blocks, so take them in an executor."""
        return self._log.export_csv(start, end)

    async def _run[T](self, job: Callable[[], T]) -> T:
        if not self._open:
            await self.open()
        return await self._hass.async_add_executor_job(job)
