"""What control needs of the world: a test can break, stop and set all of it."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
import logging
from typing import Any, Protocol, Unpack

from ..model.audit_entry import Attempt, Outcome
from ..model.command import Action, Actor
from ..model.message import Message
from ..model.telemetry import AcChargerTelemetry, ChargerId, ControlRegisters, DcChargerTelemetry, Telemetry
from .memory import ControlMemory

_LOGGER = logging.getLogger(__name__)


class Plant(Protocol):
    """The device, as far as control needs it; its methods raise `ModbusError` within a few seconds."""

    def telemetry(self) -> Telemetry | None:
        """Return the last reading."""

    async def read_control(self) -> ControlRegisters:
        """Read the control registers now."""

    async def write(self, field: str, value: float) -> None:
        """Write one control register, on a connection on which the plant has said who it is."""

    async def read_charger(self, charger_id: ChargerId) -> DcChargerTelemetry | AcChargerTelemetry:
        """Read a vehicle charger now."""

    async def write_charger(self, charger_id: ChargerId, field: str, value: float) -> None:
        """Write one register of a vehicle charger."""


class Audit(Protocol):
    """The record of every write; its methods raise `AuditUnavailableError`."""

    async def begin(self, **attempt: Unpack[Attempt]) -> int:
        """Record that a write is about to happen; return the row."""

    async def complete(
        self, row: int, outcome: Outcome, read_back: dict[str, Any] | None, detail: Message | None
    ) -> None:
        """Record what came of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlEvent:
    """Something that happened, for people and automations."""

    kind: str
    """`command`, `refusal`, `alert` or `override_ended`."""

    actor: Actor
    owner: Message
    action: Action
    power_w: int
    reason: Message


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

    _failed: set[str] = field(default_factory=set, compare=False)
    """The listeners whose failure was logged."""

    def tell(self, event: ControlEvent) -> None:
        """Tell people and automations that something happened, whatever becomes of that."""
        self._call("on_event", lambda: self.on_event(event))

    def changed(self) -> None:
        """Say that what people see may have changed, whatever becomes of that."""
        self._call("on_change", self.on_change)

    def _call(self, name: str, listener: Callable[[], None]) -> None:
        try:
            listener()
        except Exception:  # Whatever it is, the plant is waiting.
            if name not in self._failed:
                self._failed.add(name)
                _LOGGER.exception("What listens to control failed (%s)", name)
