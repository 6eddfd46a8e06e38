"""The way from a command to registers that are held in memory: what a firmware refuses, ignores or hides is set by a test."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, override

from bench import Bench, BenchPlant
from guardrail_examples import HOLD, TELEMETRY
from modbus_connection import IllegalDataValueError, ModbusTimeoutError
import pytest

from custom_components.sigenstor_panel.control.alerts import Alert
from custom_components.sigenstor_panel.control.controller import Controller
from custom_components.sigenstor_panel.control.execution import Done, Execution
from custom_components.sigenstor_panel.control.intents import Intent
from custom_components.sigenstor_panel.control.memory import ControlMemory, ControlSettings
from custom_components.sigenstor_panel.control.record import Record
from custom_components.sigenstor_panel.model.audit_entry import Outcome
from custom_components.sigenstor_panel.model.command import Actor, Command
from custom_components.sigenstor_panel.model.message import Message, plain, say
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, RemoteEmsMode, Telemetry
from custom_components.sigenstor_panel.plant.register_writes import BATTERY_LIMITS, MODE_CODES
from custom_components.sigenstor_panel.plant.registers import NO_LIMIT, NO_LIMIT_WRITABLE
from custom_components.sigenstor_panel.plant.transport import told

OWNERS = ControlRegisters(
    remote_ems_enabled=False,
    remote_ems_mode=RemoteEmsMode.SELF_CONSUMPTION,
    charge_limit_w=8000,
    discharge_limit_w=9000,
    pv_limit_w=None,
    export_limit_w=5000,
    backup_soc=0.0,
    charge_cutoff_soc=100.0,
    discharge_cutoff_soc=0.0,
)
SETTINGS = ControlSettings(acknowledge_after=timedelta(0))
REFUSES = IllegalDataValueError(3)
_MODES = {code: mode for mode, code in MODE_CODES.items()}


class WiredPlant(BenchPlant):
    """Registers that can be written."""

    def __init__(self) -> None:
        super().__init__()
        self.reading = replace(TELEMETRY, control=OWNERS)
        self.holds = OWNERS
        self.written: list[tuple[str, float]] = []
        self.refuses: set[str] = set()
        self.ignores: set[str] = set()
        self.away = False
        self.hides_limits = False
        """Whether the battery limits read 0, and are refused, while remote EMS is off."""

        self.unread: tuple[str, ...] = ()
        self.at_read: Callable[[], None] = lambda: None
        self.at_write: Callable[[str], None] = lambda _field: None

    @property
    def hidden(self) -> bool:
        return self.hides_limits and not self.holds.remote_ems_enabled

    async def read_control(self) -> ControlRegisters:
        self.reads += 1
        self.at_read()
        if self.away:
            raise ModbusTimeoutError("the simulated plant is away")
        found = replace(self.holds, **dict.fromkeys(BATTERY_LIMITS, 0)) if self.hidden else self.holds
        return replace(found, **dict.fromkeys(self.unread), unread=self.unread)

    async def write(self, field: str, value: float) -> None:
        self.at_write(field)
        if self.away:
            raise ModbusTimeoutError("the simulated plant is away")
        name = f"{field}_w" if field.endswith("_limit") else field
        if field in self.refuses or (self.hidden and name in BATTERY_LIMITS):
            raise REFUSES
        self.written.append((field, value))
        held: Any = value
        if name.endswith("_w"):
            held = None if value in (NO_LIMIT, NO_LIMIT_WRITABLE) else value
        elif field == "remote_ems_enabled":
            held = bool(value)
        elif field == "remote_ems_mode":
            held = _MODES[int(value)]
        if field not in self.ignores:
            self.holds = replace(self.holds, **{name: held})

    @property
    def fields(self) -> list[str]:
        """The registers that were written, in order."""
        return [field for field, _ in self.written]


class Wired(Bench):
    """An execution, its record and its plant."""

    def __init__(self, **memory: Any) -> None:
        self.wire = WiredPlant()
        super().__init__(ControlMemory(**{"settings": SETTINGS, **memory}), self.wire)
        self.record = Record(self.env, self.alerts, self.tasks, self.preempted)
        self.real = Execution(self.env, self.state, self.alerts, self.record, self.preempted)
        self.seen_writing: list[bool] = []
        for _ in range(2):
            self.real.registers.soc.update(replace(TELEMETRY))

    @override
    def changed(self) -> None:
        """Note whether people see registers being written."""
        self.seen_writing.append(self.real.writing)

    def read(self, **telemetry: Any) -> Telemetry:
        return super().read(**{"control": self.wire.holds, **telemetry})

    def forget(self) -> None:
        """Forget what was written, recorded and told."""
        self.audit.attempts.clear()
        self.audit.outcomes.clear()
        self.wire.written.clear()
        self.events.clear()

    async def apply(self, command: Command, actor: Actor = Actor.MANUAL, **how: Any) -> Done:
        return await self.real.apply(command, asks(command, actor), WHY, **{"export_limit_w": None, **how})

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        """The rows of the record: what was asked for, and what came of it last."""
        return [
            (
                attempt["action"].value,
                self.audit.outcomes[row][-1][0].value if row in self.audit.outcomes else "started",
            )
            for row, attempt in enumerate(self.audit.attempts)
        ]


WHY = plain("because")
HELD = replace(OWNERS, remote_ems_enabled=True, charge_limit_w=0, discharge_limit_w=0)
OURS: dict[str, Any] = {
    "remote_ems_enabled": (True,),
    "remote_ems_mode": (RemoteEmsMode.SELF_CONSUMPTION,),
    "charge_limit_w": (0,),
    "discharge_limit_w": (0,),
}
AWAY = say("control.unreachable", plain("the simulated plant is away"))
STOP_FIRST = (Outcome.FAILED, None, say("control.stop_first"))
SAVED = replace(OWNERS, remote_ems_mode=RemoteEmsMode.SELF_CONSUMPTION)


def asks(command: Command, actor: Actor = Actor.MANUAL) -> Intent:
    return Intent(command=command, actor=actor, requested_by=plain("Anna"), reason=plain("asked"), expires_at=None)


def planned(command: Command) -> Intent:
    """Return a command as the optimiser asks for it."""
    return Intent(
        command=command,
        actor=Actor.OPTIMISER,
        requested_by=say("word.actor_optimiser"),
        reason=plain("cheap"),
        expires_at=None,
    )


def refusal(*, register: str, number: str) -> Any:
    return say(
        "control.not_taken",
        say(
            "control.register_refused", register=say(f"control.register_{register}", number=number), cause=told(REFUSES)
        ),
    )


async def limit_export(held: Wired) -> None:
    """Have an export limit to be given back, too."""
    await held.apply(HOLD, export_limit_w=2000)
    held.forget()
    held.read()


def debugged(caplog: pytest.LogCaptureFixture, module: str) -> list[str]:
    """Return what a module of control noted for whoever looks for a fault."""
    names = [record.getMessage() for record in caplog.records if record.name.endswith(f"control.{module}")]
    caplog.clear()
    return names


class Steered(Wired):
    """A whole controller over registers that are held in memory, and a battery that does what they say."""

    def __init__(self, **memory: Any) -> None:
        super().__init__(**memory)
        self.obeys = True
        self.controller = Controller(self.env, self.state.memory)

    @property
    def battery_w(self) -> int:
        holds = self.wire.holds
        mode = holds.remote_ems_mode if holds.remote_ems_enabled and self.obeys else None
        if mode in (RemoteEmsMode.CHARGE_PV_FIRST, RemoteEmsMode.CHARGE_GRID_FIRST):
            return holds.charge_limit_w or 0
        if mode in (RemoteEmsMode.DISCHARGE_PV_FIRST, RemoteEmsMode.DISCHARGE_ESS_FIRST):
            return -(holds.discharge_limit_w or 0)
        return 0

    async def tick(self, seconds: float = 10.0, **telemetry: Any) -> None:
        """Let time pass, have the plant read, and do what is due."""
        self.wait(seconds)
        found = replace(self.wire.holds, **dict.fromkeys(BATTERY_LIMITS, 0)) if self.wire.hidden else self.wire.holds
        self.read(**{"control": found, "battery_power_w": self.battery_w, **telemetry})
        await self.controller.async_tick()

    async def settle(self) -> None:
        """Let what goes on in the background get as far as it can."""
        for _ in range(30):
            await asyncio.sleep(0)

    def alarmed(self, alert: Alert) -> Message | None:
        """Return what the controller says, where this is the alert that says it."""
        return self.controller.alert if alert in self.controller.alerts else None
