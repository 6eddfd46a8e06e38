"""The world of a soak: the simulated plant, a real state file and a real record on disk, and the controller between them."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from modbus_connection import (
    ModbusConnectionError,
    ModbusError,
    ModbusExceptionError,
    ModbusTimeoutError,
    ModbusUnit,
)

from custom_components.sigenstor_panel.control.controller import Controller
from custom_components.sigenstor_panel.control.environment import ControlEvent, Environment
from custom_components.sigenstor_panel.control.memory import ControlMemory, ControlSettings
from custom_components.sigenstor_panel.control.state_file import StateFile
from custom_components.sigenstor_panel.model.audit_entry import Outcome
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, Telemetry
from custom_components.sigenstor_panel.plant.client import PlantClient
from custom_components.sigenstor_panel.plant.decode import TelemetryDecoder, control_registers
from custom_components.sigenstor_panel.records.audit_log import AuditLog, AuditUnavailableError
from simulator import SimulatorSettings
from simulator.device import Device, ModbusError as DeviceError, NoAnswerError
from simulator.other_writers import OTHER_WRITERS, RunningWriter
from simulator.plant import Plant

POLL_S: Final = 10
ZONE: Final = ZoneInfo("Australia/Adelaide")
CONTROL_REGISTERS: Final = (40029, 40031, 40032, 40034, 40038, 40047, 40048)


class KilledError(BaseException):
    """The process was killed: nothing more of it runs."""


class Unit:
    """One unit of the simulated plant; what others write does not pass the controller's faults."""

    def __init__(self, world: World, unit_id: int, *, ours: bool = True) -> None:
        """Take the world and the unit."""
        self._world = world
        self._unit_id = unit_id
        self._ours = ours

    def require_timeout(self, seconds: float | None) -> None:
        """There is no wire to wait for."""

    def set_message_spacing(self, seconds: float) -> None:
        """There is no wire to keep quiet."""

    async def read_input_registers(self, address: int, count: int) -> list[int]:
        """Read as the device does."""
        await self._pause()
        return self._answer(lambda: self._world.device.read(self._unit_id, address, count))

    read_holding_registers = read_input_registers

    async def write_register(self, address: int, value: int) -> None:
        """Write as the device does."""
        await self.write_registers(address, [value])

    async def write_registers(self, address: int, values: list[int]) -> None:
        """Write as the device does."""
        # What is on the wire already when a stop is pressed cannot be taken back.
        stopped = self._world.controller.memory.emergency_stop
        await self._pause()
        self._answer(lambda: self._world.device.write(self._unit_id, address, values))
        self._world.note_write(address, values, ours=self._ours, stopped=stopped)

    async def _pause(self) -> None:
        if self._ours:
            await self._world.at_await()

    def _answer[T](self, ask: Callable[[], T]) -> T:
        if self._ours and self._world.link_down:
            raise ModbusConnectionError("the simulated plant is away")
        try:
            return ask()
        except DeviceError as err:
            raise ModbusExceptionError.from_code(err.code) from err
        except NoAnswerError as err:
            raise ModbusTimeoutError("no answer") from err


@dataclass(frozen=True, slots=True)
class Seen:
    """A write that reached the plant."""

    address: int
    words: tuple[int, ...]
    steady_s: float
    ours: bool
    soc: float
    recorded: bool
    """Whether a row of the record was open for it, or the record was out of order."""

    stopped: bool
    """Whether the emergency stop was active."""


@dataclass
class Trouble:
    """What is wrong with the world at the moment."""

    disk_full: bool = False
    audit_broken: bool = False
    hangs: asyncio.Event = field(default_factory=asyncio.Event)
    """Cleared while disk and record never answer."""

    def __post_init__(self) -> None:
        """Begin with everything in order."""
        self.hangs.set()


class RecordOnDisk:
    """The real record, with a database that can break or hang."""

    def __init__(self, world: World, log: AuditLog) -> None:
        """Take the open log."""
        self._world = world
        self._log = log
        self.open_rows = set[int]()

    async def begin(self, **attempt: Any) -> int:
        """Record that a write is about to happen."""
        await self._world.at_await()
        await self._world.trouble.hangs.wait()
        if self._world.trouble.audit_broken:
            raise AuditUnavailableError("the database is broken")
        row = self._log.begin(**attempt)
        self.open_rows.add(row)
        self._world.commands += 1
        return row

    async def complete(self, row: int, outcome: Outcome, read_back: dict[str, Any] | None, detail: str) -> None:
        """Record what came of it."""
        await self._world.at_await()
        await self._world.trouble.hangs.wait()
        if self._world.trouble.audit_broken:
            raise AuditUnavailableError("the database is broken")
        self._log.complete(row, outcome, read_back, detail)
        self.open_rows.discard(row)


class World:
    """Everything around the controller, and the controller."""

    def __init__(self, folder: Path, *, start: datetime, firmware: str, settings: ControlSettings) -> None:
        """Begin with a plant that nobody controls."""
        self.plant = Plant(SimulatorSettings(start=start, realtime=False, soc=50.0, firmware=firmware))
        self.device = Device(self.plant)
        self.firmware = firmware
        self.folder = folder
        self.trouble = Trouble()
        self.link_down = False
        self.now, self.steady_s = start.astimezone(UTC), 1_000.0
        self.telemetry: Telemetry | None = None
        self.events: list[ControlEvent] = []
        self.writes: list[Seen] = []
        self.others: dict[str, RunningWriter] = {}
        self.commands = 0
        self.awaits_left: int | None = None
        self.at_zero: Callable[[], None] = lambda: None
        self.client = PlantClient(self._unit, message_spacing_s=0, clock=lambda: self.steady_s)
        self._decoder = TelemetryDecoder()
        self._path = folder / "control"
        StateFile(self._path, ControlMemory.from_dict).save(ControlMemory(settings=settings).as_dict())
        self.controller = self._new_controller()

    def _unit(self, unit_id: int) -> ModbusUnit:
        return Unit(self, unit_id)  # type: ignore[return-value]

    def _new_controller(self) -> Controller:
        self._file = StateFile(self._path, ControlMemory.from_dict)
        self._log = AuditLog(f"sqlite:///{self.folder / 'audit.db'}", "soak")
        self._log.open()
        self.record = RecordOnDisk(self, self._log)
        stored = self._file.load()
        assert stored is not None
        return Controller(
            Environment(
                plant=PlantOf(self),
                audit=self.record,
                save=self._save,
                now=lambda: self.now,
                monotonic=lambda: self.steady_s,
                zone=lambda: ZONE,
                on_event=self.events.append,
                firmware=lambda: self.firmware,
            ),
            ControlMemory.from_dict(stored),
        )

    async def _save(self, memory: ControlMemory) -> None:
        await self.at_await()
        await self.trouble.hangs.wait()
        if self.trouble.disk_full:
            raise OSError(28, "No space left on device")
        self._file.save(memory.as_dict())

    async def at_await(self) -> None:
        """Let happen what is to happen at one of the controller's awaits."""
        if self.awaits_left is None:
            return
        if self.awaits_left == 0:
            self.awaits_left = None
            self.at_zero()
            await asyncio.sleep(0)
            return
        self.awaits_left -= 1

    def note_write(self, address: int, values: list[int], *, ours: bool, stopped: bool) -> None:
        """Remember a write that reached the plant."""
        self.writes.append(
            Seen(
                address,
                tuple(values),
                self.steady_s,
                ours,
                self.plant.state.soc,
                bool(self.record.open_rows) or self.trouble.audit_broken or not self.trouble.hangs.is_set(),
                stopped,
            )
        )

    def let_others_write(self, *names: str) -> None:
        """Let these write to the plant from now on, and nobody else."""
        self.others = {
            name: RunningWriter(OTHER_WRITERS[name], Unit(self, 247, ours=False), lambda: self.plant.time_s)
            for name in names
        }

    async def run(self, seconds: int, check: Callable[[], None]) -> None:
        """Let time pass for the plant, for others, for the polling and for the controller; check after each poll."""
        for _ in range(0, seconds, POLL_S):
            for second in range(POLL_S):
                self.plant.step(1.0)
                if self.others and second % 5 == 0:
                    await self._others_write()
            self.now += timedelta(seconds=POLL_S)
            self.steady_s += POLL_S
            await self.poll()
            await self.controller.async_tick()
            await settle()
            check()

    async def _others_write(self) -> None:
        for other in self.others.values():
            with suppress(ModbusError):
                await other.run_due()

    async def poll(self) -> None:
        """Read the plant, as the telemetry coordinator does."""
        if self.link_down:
            return
        awaits_left, self.awaits_left = self.awaits_left, None
        try:
            if not self.client.inverters:
                await self.client.async_identify(range(1, len(self.plant.inverters) + 1))
            await self.client.async_read(slow=False)
        except ModbusError:
            return
        finally:
            self.awaits_left = awaits_left
        self.telemetry = self._decoder.decode(self.client, now=self.now, local=self.now.astimezone(ZONE))

    async def kill(self) -> None:
        """End the controller as SIGKILL does, and start another one from what is on disk."""
        self.awaits_left = None
        self._log.close()
        dead = self.controller
        for task in [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]:
            task.cancel()
        await settle()
        del dead
        self.controller = self._new_controller()
        await self.poll()
        await self.controller.async_tick()

    async def do(self, work: Awaitable[None]) -> None:
        """Ask the controller for something, as an action does: what it refuses is an error for the person."""
        with suppress(Exception):
            await work

    def close(self) -> None:
        """Close what is open."""
        self._log.close()


class PlantOf:
    """The plant as the controller sees it."""

    def __init__(self, world: World) -> None:
        """Take the world."""
        self._world = world

    def telemetry(self) -> Telemetry | None:
        """Return the last reading."""
        return self._world.telemetry

    async def read_control(self) -> ControlRegisters:
        """Read the control registers now."""
        await self._world.client.async_read_control()
        return control_registers(self._world.client.control)

    async def write(self, name: str, value: float) -> None:
        """Write one control register."""
        await self._world.client.async_write(name, value)


async def settle() -> None:
    """Let everything that can run now run."""
    for _ in range(20):
        await asyncio.sleep(0)
