"""A controller on a simulated plant, with a disk, an audit and clocks that a test can break, stop and set.

Everything is real except the wire and the waiting: registers go through the plant client to the simulator's
register space, with its validation, and the physics run in steps of a second.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import json
from typing import Any
from zoneinfo import ZoneInfo

from modbus_connection import ModbusConnectionError, ModbusError, ModbusExceptionError, ModbusTimeoutError, ModbusUnit

from custom_components.sigenstor_panel.control.controller import Controller
from custom_components.sigenstor_panel.control.environment import ControlEvent, Environment
from custom_components.sigenstor_panel.control.memory import ControlMemory, ControlSettings
from custom_components.sigenstor_panel.model.command import Action, Actor
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, Telemetry
from custom_components.sigenstor_panel.plant.client import PlantClient
from custom_components.sigenstor_panel.plant.decode import TelemetryDecoder, control_registers
from custom_components.sigenstor_panel.records.audit_log import AuditUnavailableError, Outcome
from simulator import SimulatorSettings
from simulator.device import Device, ModbusError as DeviceError, NoAnswerError
from simulator.other_writers import OTHER_WRITERS, RunningWriter
from simulator.plant import Plant

BRISBANE = ZoneInfo("Australia/Brisbane")
START = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
POLL_S = 10


class Died(BaseException):
    """The process was killed."""


class Unit:
    """One unit of the simulated plant, without a wire; `ours` is false for others who write to it."""

    def __init__(self, rig: Rig, unit_id: int, *, ours: bool = True) -> None:
        self._rig = rig
        self._unit_id = unit_id
        self._ours = ours

    def require_timeout(self, seconds: float | None) -> None:
        """There is no wire to wait for."""

    def set_message_spacing(self, seconds: float) -> None:
        """There is no wire to keep quiet."""

    async def read_input_registers(self, address: int, count: int) -> list[int]:
        """Read as the device does."""
        return self._answer(lambda: self._rig.device.read(self._unit_id, address, count))

    read_holding_registers = read_input_registers

    async def write_register(self, address: int, value: int) -> None:
        """Write as the device does."""
        await self.write_registers(address, [value])

    async def write_registers(self, address: int, values: list[int]) -> None:
        """Write as the device does, unless the process dies just before."""
        if not self._ours:
            self._answer(lambda: self._rig.device.write(self._unit_id, address, values))
            return
        await self._rig.before_write()
        if self._rig.dies_at_write is not None:
            if self._rig.dies_at_write == 0:
                self._rig.dies_at_write = None
                raise Died
            self._rig.dies_at_write -= 1
        self._answer(lambda: self._rig.device.write(self._unit_id, address, values))
        self._rig.note_write(address, values)

    def _answer[T](self, ask: Callable[[], T]) -> T:
        if self._rig.link_down and self._ours:
            raise ModbusConnectionError("the simulated plant is away")
        try:
            return ask()
        except DeviceError as err:
            raise ModbusExceptionError.from_code(err.code) from err
        except NoAnswerError as err:
            raise ModbusTimeoutError("no answer") from err


@dataclass
class Row:
    """One row of the record."""

    actor: Actor
    owner: str
    action: Action
    power_w: int
    steady_s: float
    telemetry: Telemetry | None
    last_write_s: float | None
    """When the plant was last written before this."""

    writes: list[int] = field(default_factory=list)
    outcome: Outcome = Outcome.STARTED
    detail: str = ""


class Record:
    """The audit, in memory."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self.rows: list[Row] = []

    async def begin(self, *, actor: Actor, owner: str, action: Action, power_w: int | None, **_: Any) -> int:
        """Record that a write is about to happen."""
        await self._rig.audit_answers.wait()
        if self._rig.audit_broken:
            raise AuditUnavailableError("the simulated database is broken")
        rig = self._rig
        last_write_s = rig.writes[-1].steady_s if rig.writes else None
        self.rows.append(Row(actor, owner, action, power_w or 0, rig.steady_s, rig.telemetry, last_write_s))
        return len(self.rows) - 1

    async def complete(self, row: int, outcome: Outcome, read_back: dict[str, Any] | None, detail: str) -> None:
        """Record what came of it."""
        await self._rig.audit_answers.wait()
        if self._rig.audit_broken:
            raise AuditUnavailableError("the simulated database is broken")
        assert self.rows[row].outcome is Outcome.STARTED
        self.rows[row].outcome, self.rows[row].detail = outcome, detail


@dataclass(frozen=True)
class WriteSeen:
    """A write that reached the plant."""

    address: int
    words: tuple[int, ...]
    steady_s: float
    soc: float
    row: Row | None


class Rig:
    """The plant, what is around the controller, and the controller."""

    def __init__(self, settings: ControlSettings | None = None, **plant: Any) -> None:
        self.plant = Plant(SimulatorSettings(**{"start": START, "soc": 50.0, "realtime": False, **plant}))
        self.device = Device(self.plant)
        self.link_down = self.disk_full = self.audit_broken = False
        self.dies_at_write: int | None = None
        self.audit_answers, self.disk_answers = asyncio.Event(), asyncio.Event()
        self.audit_answers.set()
        self.disk_answers.set()
        self.at_write: Callable[[], Awaitable[None]] | None = None
        """What happens right before our next write reaches the plant."""

        self.firmware = ""
        self.others: dict[str, RunningWriter] = {}
        self.now, self.steady_s = START, 1000.0
        self.telemetry: Telemetry | None = None
        self.events: list[ControlEvent] = []
        self.writes: list[WriteSeen] = []
        self.record = Record(self)
        self.client = PlantClient(self._unit, message_spacing_s=0, clock=lambda: self.steady_s)
        self._decoder = TelemetryDecoder()
        settings = settings or ControlSettings(acknowledge_after=timedelta(0))
        self.disk = json.dumps(ControlMemory(settings=settings).as_dict())
        self.controller = self._new_controller()

    def _unit(self, unit_id: int) -> ModbusUnit:
        return Unit(self, unit_id)  # type: ignore[return-value]

    def _new_controller(self) -> Controller:
        return Controller(
            Environment(
                plant=_PlantOf(self),
                audit=self.record,
                save=self._save,
                now=lambda: self.now,
                monotonic=lambda: self.steady_s,
                zone=lambda: BRISBANE,
                on_event=self.events.append,
                firmware=lambda: self.firmware,
            ),
            ControlMemory.from_dict(json.loads(self.disk)),
        )

    async def before_write(self) -> None:
        """Let happen what is to happen right before a write of ours."""
        at_write, self.at_write = self.at_write, None
        if at_write is not None:
            await at_write()

    def let_others_write(self, *names: str) -> None:
        """Let other controllers write to the plant from now on, and nobody else."""
        self.others = {
            name: RunningWriter(OTHER_WRITERS[name], Unit(self, 247, ours=False), lambda: self.plant.time_s)
            for name in names
        }

    async def _save(self, memory: ControlMemory) -> None:
        await self.disk_answers.wait()
        if self.disk_full:
            raise OSError("No space left on the simulated device")
        self.disk = json.dumps(memory.as_dict())

    def note_write(self, address: int, values: list[int]) -> None:
        """Remember a write that reached the plant, and the row it belongs to."""
        row = self.record.rows[-1] if self.record.rows and self.record.rows[-1].outcome is Outcome.STARTED else None
        if row is not None:
            row.writes.append(address)
        self.writes.append(WriteSeen(address, tuple(values), self.steady_s, self.plant.state.soc, row))

    async def poll(self) -> None:
        """Read the plant, as the telemetry coordinator does."""
        if self.link_down:
            return
        if not self.client.inverters:
            await self.client.async_identify(range(1, len(self.plant.inverters) + 1))
        try:
            await self.client.async_read(slow=False)
        except ModbusError:
            return
        self.telemetry = self._decoder.decode(self.client, now=self.now, local=self.now.astimezone(BRISBANE))

    async def run(self, seconds: int) -> None:
        """Let time pass, for the plant, the polling and the controller."""
        for _ in range(0, seconds, POLL_S):
            for _ in range(POLL_S):
                self.plant.step(1.0)
                for other in self.others.values():
                    with suppress(ModbusExceptionError, ModbusTimeoutError):
                        await other.run_due()
            self.now += timedelta(seconds=POLL_S)
            self.steady_s += POLL_S
            await self.poll()
            await self.controller.async_tick()
            # What a cancelled caller left behind goes on by itself.
            for _ in range(30):
                await asyncio.sleep(0)

    async def restart(self) -> None:
        """Start the controller again from what is on disk."""
        self.dies_at_write = None
        for row in self.record.rows:
            if row.outcome is Outcome.STARTED:
                row.outcome = Outcome.INTERRUPTED
        self.controller = self._new_controller()
        await self.poll()
        await self.controller.async_tick()

    def register(self, address: int) -> float | None:
        """Return what a control register of the plant holds, in its own unit."""
        return self.plant.holding[address]

    @property
    def battery_w(self) -> int:
        """The true battery power."""
        return self.plant.state.battery_w


class _PlantOf:
    """The plant as the controller sees it."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig

    def telemetry(self) -> Telemetry | None:
        """Return the last reading."""
        return self._rig.telemetry

    async def read_control(self) -> ControlRegisters:
        """Read the control registers now."""
        await self._rig.client.async_read_control()
        return control_registers(self._rig.client.control)

    async def write(self, field: str, value: float) -> None:
        """Write one control register."""
        await self._rig.client.async_write(field, value)
