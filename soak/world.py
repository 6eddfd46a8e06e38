"""The world of a soak: the simulated plant, a real state file and a real record on disk, and the controller between them."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, override
from zoneinfo import ZoneInfo

from custom_components.sigenstor_panel.control.controller import Controller
from custom_components.sigenstor_panel.control.environment import ControlEvent, Environment
from custom_components.sigenstor_panel.control.guardrails import SafetyLimits
from custom_components.sigenstor_panel.control.memory import ControlMemory, ControlSettings
from custom_components.sigenstor_panel.control.recovery import caught_up
from custom_components.sigenstor_panel.control.state_file import StateFile
from custom_components.sigenstor_panel.model.audit_entry import Outcome
from custom_components.sigenstor_panel.model.message import Message, plain
from custom_components.sigenstor_panel.model.telemetry import Telemetry
from custom_components.sigenstor_panel.model.threads import HANGS_AFTER_S
from custom_components.sigenstor_panel.records.audit_log import AuditLog, AuditUnavailableError
from simulator import SimulatorSettings
from simulator.device import Device
from simulator.plant import SimulatedPlant

from .home import Home

POLL_S: Final = 10
STEP_S: Final = 5
ZONE: Final = ZoneInfo("Australia/Adelaide")
NOT_READ: Final = {
    "PlantStatus@247": frozenset(
        (
            *("battery_charged_energy", "battery_discharged_energy", "grid_export_energy", "grid_import_energy"),
            *("house_energy", "house_energy_today", "own_pv_energy", "pv_energy_today", "third_party_pv_energy"),
            *("available_charge_energy", "available_discharge_energy", "rated_capacity", "state_of_health"),
            *("system_time", "system_time_zone", "average_cell_temperature"),
        )
    ),
    "InverterStatus@1": frozenset(
        (
            *("battery_charged_energy_today", "battery_discharged_energy_today", "active_power", "battery_power"),
            *("average_cell_voltage", "max_cell_voltage", "min_cell_voltage", "soc", "state_of_health"),
            *("running_state",),
        )
    ),
}
"""What control does not look at: reading it would take most of the time of a soak."""

PV_LIMIT: Final = 40036
CONTROL_REGISTERS: Final = (40029, 40031, 40032, 40034, 40036, 40038, 40047, 40048)


@dataclass(frozen=True, slots=True)
class Seen:
    """A write that reached a plant."""

    address: int
    words: tuple[int, ...]
    before: float | None
    """What the register held, in its own unit."""

    before_by_others: bool
    """Whether somebody else wrote that."""

    steady_s: float
    ours: bool
    soc: float
    recorded: bool
    """Whether a row of the record was open for it, or the record was out of order."""

    stopped: bool
    """Whether the emergency stop was active when it was sent."""

    elsewhere: bool
    """Whether another plant answered."""


@dataclass
class Attempt:
    """A row of the record, and what was known when it was begun."""

    attempt: dict[str, Any]
    steady_s: float
    telemetry: Telemetry | None
    limits: SafetyLimits
    last_write_s: float | None
    readings_agree: bool
    """Whether the last two readings agree on the state of charge."""

    late: bool
    """Whether it could not be recorded at once: then more may have been known."""

    after_death: bool
    """Whether it is the first of its process, which may not know when the last write was."""

    outcome: Outcome = Outcome.STARTED
    read_back: dict[str, Any] | None = None


@dataclass
class Trouble:
    """What is wrong with the disk and the record at the moment."""

    disk_full: bool = False
    audit_broken: bool = False
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    """Cleared while disk and record never answer."""

    def __post_init__(self) -> None:
        """Begin with everything in order."""
        self.answers.set()


class RecordOnDisk:
    """The real record, with a database that can break or hang."""

    def __init__(self, world: World, log: AuditLog) -> None:
        """Take the open log."""
        self._world = world
        self._log = log
        self.rows: dict[int, Attempt] = {}
        """The rows that are not completed."""

        self._hangs_since_s: float | None = None

    async def begin(self, **attempt: Any) -> int:
        """Record that a write is about to happen."""
        await self._answer()
        world = self._world
        row = self._log.begin(**attempt)
        self.rows[row] = seen = Attempt(
            attempt,
            world.steady_s,
            world.data,
            world.controller.memory.settings.limits,
            world.last_write_s,
            world.readings_agree,
            attempt["time"] != world.now,
            world.just_started,
        )
        world.just_started = False
        world.commands += 1
        if timedelta(0) <= world.now - attempt["time"] <= timedelta(seconds=5):
            world.attempts.append(seen)
        return row

    async def complete(
        self, row: int, outcome: Outcome, read_back: dict[str, Any] | None, detail: Message | None
    ) -> None:
        """Record what came of it."""
        await self._answer()
        self._log.complete(row, outcome, read_back, detail)
        if (seen := self.rows.pop(row, None)) is not None:
            seen.outcome, seen.read_back = outcome, read_back

    async def _answer(self) -> None:
        await self._world.at_await()
        trouble = self._world.trouble
        if not trouble.answers.is_set():
            # As `AuditTrail` does: while one request hangs, others fail.
            self._hangs_since_s = self._hangs_since_s or self._world.steady_s
            if self._world.steady_s - self._hangs_since_s > HANGS_AFTER_S:
                raise AuditUnavailableError(plain("the database does not answer"))
        await trouble.answers.wait()
        self._hangs_since_s = None
        if self._world.trouble.audit_broken:
            raise AuditUnavailableError(plain("the database is broken"))


class World(Home):
    """Everything around the controller, and the controller. Its time is the event loop's."""

    def __init__(self, folder: Path, *, start: datetime, firmware: str, settings: ControlSettings) -> None:
        """Begin with a plant that nobody controls."""
        self._started_s = asyncio.get_running_loop().time()
        self._start = start.astimezone(UTC)
        self.clock_is_off_by = timedelta(0)
        super().__init__(SimulatorSettings(start=start, realtime=False, soc=50.0, firmware=firmware), ZONE)
        self.firmware = firmware
        self.folder = folder
        self.trouble = Trouble()
        self.events: list[ControlEvent] = []
        self.writes: list[Seen] = []
        """What was written and was not checked yet."""

        self.attempts: list[Attempt] = []
        """The rows of the record since the last one that was checked, oldest first."""

        self.commands = self.our_writes = 0
        self.last_write_s: float | None = None
        self.readings_agree = False
        self.just_started = True
        self.awaits_left: int | None = None
        self.at_zero: Callable[[], Awaitable[None]] | None = None
        self._killed = False
        self._elsewhere = False
        self._stopped = False
        self.by_others = set[int]()
        """The registers that somebody else wrote last."""

        self._stepped_s = 0
        self._path = folder / "control"
        memory = ControlMemory(settings=settings, pv_limit_obeyed=True)
        StateFile(self._path, ControlMemory.from_dict).save(memory.as_dict())
        self.controller = self._new_controller()

    @property
    @override
    def steady_s(self) -> float:  # type: ignore[override]
        """The steady clock."""
        return asyncio.get_running_loop().time()

    @property
    @override
    def now(self) -> datetime:  # type: ignore[override]
        """The wall clock, which somebody may set."""
        return self._start + timedelta(seconds=self.steady_s - self._started_s) + self.clock_is_off_by

    def _new_controller(self) -> Controller:
        self._file = StateFile(self._path, ControlMemory.from_dict)
        self._log = AuditLog(f"sqlite:///{self.folder / 'audit.db'}", "soak")
        self._log.open()
        self.record = RecordOnDisk(self, self._log)
        stored = self._file.load()
        assert stored is not None
        memory = ControlMemory.from_dict(stored)
        assert memory.last_row is not None
        memory = caught_up(memory, self._log.attempts(after=memory.last_row))
        return Controller(
            Environment(
                plant=self.controlled_plant,
                audit=self.record,
                save=self._save,
                now=lambda: self.now,
                monotonic=lambda: self.steady_s,
                zone=lambda: ZONE,
                on_event=self.events.append,
                firmware=lambda: self.firmware,
            ),
            memory,
        )

    async def _save(self, memory: ControlMemory) -> None:
        await self.at_await()
        await self.trouble.answers.wait()
        if self.trouble.disk_full:
            raise OSError(28, "No space left on device")
        self._file.save(memory.as_dict())

    async def at_await(self) -> None:
        """Let happen what is to happen at one of the controller's awaits: a process that was killed comes no further."""
        if self._killed:
            raise asyncio.CancelledError
        if self.awaits_left is None:
            return
        if self.awaits_left > 0:
            self.awaits_left -= 1
            return
        self.awaits_left = None
        if self.at_zero is not None:
            await self.at_zero()

    @override
    async def before_request(self, *, writing: bool) -> None:
        """Let the plant go on to this moment, and happen what is to happen at this await."""
        if writing:
            # What is on the wire already when a stop is pressed cannot be taken back.
            self._stopped = self.controller.memory.emergency_stop
        await self.at_await()
        self.let_plant_go_on()

    def let_plant_go_on(self) -> None:
        """Let the plant live up to this moment."""
        while self._stepped_s + STEP_S <= self.steady_s - self._started_s:
            self.plant.step(STEP_S)
            self._stepped_s += STEP_S

    @override
    def note_write(self, address: int, values: list[int], *, before: float | None, ours: bool) -> None:
        """Remember a write that was taken."""
        if ours:
            self.our_writes += 1
            if address != PV_LIMIT:
                # It is given back without waiting, and nothing waits for that.
                self.last_write_s = self.steady_s
        self.writes.append(
            Seen(
                address,
                tuple(values),
                before,
                address in self.by_others,
                self.steady_s,
                ours,
                self.plant.state.soc,
                bool(self.record.rows) or self.trouble.audit_broken or not self.trouble.answers.is_set(),
                self._stopped,
                ours and self._elsewhere,
            )
        )
        if ours:
            self.by_others.discard(address)
        elif before != self.plant.holding[address]:
            # Who wrote the very value that stands there already, nobody can see.
            self.by_others.add(address)

    def let_another_plant_answer(self, *, another: bool) -> None:
        """Put another plant at the address of this one, or take it away again."""
        self._elsewhere = another
        self.device = Device(self.plant)
        if another:
            stranger = SimulatedPlant(SimulatorSettings(start=self._start, realtime=False, firmware=self.firmware))
            for inverter in stranger.inverters:
                inverter.exchange()
            self.device = Device(stranger)
        self.link.lost()

    async def run(self, seconds: int, check: Callable[[], None]) -> None:
        """Let time pass for the plant, for others, for the polling and for the controller; check after each poll."""
        for _ in range(0, seconds, POLL_S):
            for _ in range(2):
                await asyncio.sleep(POLL_S / 2)
                self.let_plant_go_on()
                await self.run_others()
            await self.poll()
            await self.controller.async_tick()
            check()

    @override
    async def poll(self) -> None:
        """Read the plant; that is no await of the controller's."""
        awaits_left, self.awaits_left = self.awaits_left, None
        first, before = not self.client.inverters, self.data
        try:
            await super().poll()
        finally:
            self.awaits_left = awaits_left
            if first:
                self.client.assume_missing(NOT_READ)
        if self.data is not before:
            known = [reading.soc for reading in (before, self.data) if reading is not None and reading.soc is not None]
            self.readings_agree = len(known) == 2 and abs(known[0] - known[1]) <= 1

    async def kill(self) -> None:
        """End the controller as SIGKILL does, and start another one from what is on disk."""
        self.awaits_left = None
        self._killed = True
        self._log.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await settle()
        self._killed = False
        self.just_started = True
        self.controller = self._new_controller()
        await self.poll()
        await self.controller.async_tick()

    async def do(self, work: Awaitable[object]) -> None:
        """Ask the controller for something, as an action does: what it refuses is an error for the person."""
        with suppress(Exception):
            await work

    def close(self) -> None:
        """Close what is open."""
        self._log.close()


async def settle() -> None:
    """Let everything that can run now run."""
    for _ in range(20):
        await asyncio.sleep(0)
