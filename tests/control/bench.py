"""One part of control on its own: a real memory and real alerts, clocks that a test sets, and an execution that only notes.

Nothing here waits or reaches a register, so that a test of a decision costs no more than the decision.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from guardrail_examples import NOW, TELEMETRY

from custom_components.sigenstor_panel.control.alerts import Alert, Alerts
from custom_components.sigenstor_panel.control.environment import ControlEvent, Environment
from custom_components.sigenstor_panel.control.execution import Done
from custom_components.sigenstor_panel.control.memory import ControlMemory
from custom_components.sigenstor_panel.control.ownership import ForeignChange
from custom_components.sigenstor_panel.control.state import State
from custom_components.sigenstor_panel.control.waiting import Tasks
from custom_components.sigenstor_panel.model.audit_entry import AuditUnavailableError, Outcome
from custom_components.sigenstor_panel.model.command import Actor
from custom_components.sigenstor_panel.model.message import Message, plain
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, Telemetry
from custom_components.sigenstor_panel.plant import ModbusError
from soak.simulated_time import SimulatedTimeLoop

TAKEN = Done(True, changed=True)
REFUSED = Done(False, plain("the simulated plant refuses"), changed=True, refused_by_plant=True)
AWAY = Done(False, plain("the simulated plant is away"))
BRISBANE = ZoneInfo("Australia/Brisbane")


@dataclass(frozen=True, slots=True)
class Call:
    """What the execution was asked for."""

    what: str
    steady_s: float
    arguments: dict[str, Any]


class BenchPlant:
    """The last reading, and what the registers hold when they are asked."""

    def __init__(self) -> None:
        self.reading: Telemetry | None = TELEMETRY
        self.registers: ControlRegisters | ModbusError = ControlRegisters()
        self.reads = 0

    def telemetry(self) -> Telemetry | None:
        return self.reading

    async def read_control(self) -> ControlRegisters:
        self.reads += 1
        if isinstance(self.registers, ModbusError):
            raise self.registers
        return self.registers


class BenchAudit:
    """Rows in memory; a test may let them hang or fail."""

    def __init__(self) -> None:
        self.attempts: list[dict[str, Any]] = []
        self.outcomes: dict[int, list[tuple[Outcome, dict[str, Any] | None, Message | None]]] = {}
        self.answers = asyncio.Event()
        self.answers.set()
        self.error: Exception | None = None

    async def begin(self, **attempt: Any) -> int:
        await self.answers.wait()
        if self.error is not None:
            raise self.error
        self.attempts.append(attempt)
        return len(self.attempts) - 1

    async def complete(
        self, row: int, outcome: Outcome, read_back: dict[str, Any] | None, detail: Message | None
    ) -> None:
        await self.answers.wait()
        if self.error is not None:
            raise self.error
        self.outcomes.setdefault(row, []).append((outcome, read_back, detail))

    def fail(self) -> None:
        """Let every row from now on fail."""
        self.error = AuditUnavailableError(plain("the simulated record is broken"))


class BenchWriter:
    written_at_s: float | None = None


class BenchRegisters:
    """Registers that hold what a test wants, and what others are said to have changed of them."""

    def __init__(self) -> None:
        self.present: ControlRegisters | None = None
        self.confirmed_soc: float | None = 50.0
        self.changes: list[ForeignChange] = []

    async def look(self, telemetry: Telemetry) -> list[ForeignChange]:
        self.present = telemetry.control
        return self.changes


class BenchExecution:
    """Notes what it is asked for, and says of it what a test wants said."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.calls: list[Call] = []
        self.done = TAKEN
        self.fates: list[Done] = []
        """What comes of the next calls; after them, `done`."""

        self.at_call: Callable[[], None] = lambda: None
        self.registers = BenchRegisters()
        self.writer = BenchWriter()

    def _note(self, what: str, arguments: dict[str, Any]) -> Done:
        self.calls.append(Call(what, self._bench.steady_s, arguments))
        self.at_call()
        return self.fates.pop(0) if self.fates else self.done

    async def hold_now(self, intent: Any, method: Any, *, pressed: bool) -> Done:
        return self._note("hold", {"intent": intent, "method": method, "pressed": pressed})

    async def apply(self, command: Any, intent: Any, reason: Message, **how: Any) -> Done:
        return self._note("apply", {"command": command, "intent": intent, "reason": reason, **how})

    async def give_back_limits(self) -> None:
        self._note("limits", {})

    async def free_pv(self, actor: Actor) -> Done:
        return self._note("free", {"actor": actor})


class Bench:
    """What a part of control is built on."""

    def __init__(self, memory: ControlMemory | None = None, plant: BenchPlant | None = None) -> None:
        self.now, self.steady_s, self.firmware = NOW, 1000.0, ""
        self.rated_w: int | None = None
        self.plant, self.audit = plant or BenchPlant(), BenchAudit()
        self.events: list[ControlEvent] = []
        self.raised: list[Message] = []
        self.disk: ControlMemory | None = None
        self.saves = 0
        self.disk_answers = asyncio.Event()
        self.disk_answers.set()
        self.disk_error: OSError | None = None
        self.env = Environment(
            plant=self.plant,  # type: ignore[arg-type]  no register is written here
            audit=self.audit,
            save=self._save,
            now=lambda: self.now,
            monotonic=lambda: self.steady_s,
            zone=lambda: BRISBANE,
            on_event=self.events.append,
            on_change=self.changed,
            firmware=lambda: self.firmware,
            rated_w=lambda: self.rated_w,
        )
        self.alerts, self.tasks, self.preempted = Alerts(self.raised.append), Tasks(), asyncio.Event()
        self.state = State(self.env, memory or ControlMemory(), self.alerts, self.tasks, self.preempted)
        self.execution = BenchExecution(self)

    def changed(self) -> None:
        """Take note that what people see may have changed."""

    async def _save(self, memory: ControlMemory) -> None:
        self.saves += 1
        await self.disk_answers.wait()
        if self.disk_error is not None:
            raise self.disk_error
        self.disk = memory

    def part[**P, T](self, of: Callable[P, T], *more: Any) -> T:
        """Return a part of control on this bench."""
        return of(self.env, self.state, self.alerts, self.execution, *more)  # type: ignore[call-arg, arg-type]

    def wait(self, seconds: float) -> None:
        """Let time pass on both clocks."""
        self.now += timedelta(seconds=seconds)
        self.steady_s += seconds

    def read(self, **telemetry: Any) -> Telemetry:
        """Let the plant have been read now."""
        self.plant.reading = reading = replace(TELEMETRY, timestamp=self.now, **telemetry)
        return reading

    def called(self, what: str) -> list[Call]:
        """Return the calls of one kind."""
        return [call for call in self.execution.calls if call.what == what]

    def said(self, alert: Alert) -> Message | None:
        """Return what an alert says, where it is the most important one that is active."""
        return self.alerts.first if alert in self.alerts else None


def simulate[B, T](make: Callable[[], B], scene: Callable[[B], Coroutine[Any, Any, T]]) -> T:
    """Play a scene with what is made for it, in an event loop whose pauses cost nothing."""

    async def play() -> T:
        return await scene(make())

    with asyncio.Runner(loop_factory=SimulatedTimeLoop) as runner:
        return runner.run(play())


def elapsed_s() -> float:
    """Return how long a scene has been going on."""
    return asyncio.get_running_loop().time()
