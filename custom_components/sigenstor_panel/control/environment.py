"""What control needs of the world: a test can break, stop and set all of it."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Protocol

from ..model.audit_entry import Outcome
from ..model.command import Action, Actor
from ..model.telemetry import ControlRegisters, Telemetry
from .memory import ControlMemory


class Plant(Protocol):
    """The device, as far as control needs it; its methods raise `ModbusError` within a few seconds."""

    def telemetry(self) -> Telemetry | None:
        """Return the last reading."""

    async def read_control(self) -> ControlRegisters:
        """Read the control registers now."""

    async def write(self, field: str, value: float) -> None:
        """Write one control register, on a connection on which the plant has said who it is."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlEvent:
    """Something that happened, for people and automations."""

    kind: str
    """`command`, `refusal`, `alert` or `override_ended`."""

    actor: Actor
    owner: str
    action: Action
    power_w: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Everything outside that the controller needs."""

    plant: Plant
    audit: Audit
    save: Callable[[ControlMemory], Coroutine[Any, Any, None]]
    """Writes the memory to disk; raises `OSError`."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    zone: Callable[[], tzinfo]
    on_event: Callable[[ControlEvent], None]
    on_change: Callable[[], None] = lambda: None
    """Called when what people see may have changed."""

    firmware: Callable[[], str] = lambda: ""
    rated_w: Callable[[], int | None] = lambda: None
    """What all inverters together are rated for; None where they do not say."""
