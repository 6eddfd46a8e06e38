"""A controller on a simulated plant, with a disk, an audit and clocks that a test can break, stop and set.

Everything is real except the wire and the waiting: registers go through the plant client to the simulator's
register space, with its validation, and the physics run in steps of a second.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
import json
from typing import Any, override
from zoneinfo import ZoneInfo

from custom_components.sigenstor_panel.control.controller import Controller
from custom_components.sigenstor_panel.control.environment import ControlEvent, Environment
from custom_components.sigenstor_panel.control.memory import ControlMemory, ControlSettings
from custom_components.sigenstor_panel.model.command import Action, Actor
from custom_components.sigenstor_panel.model.message import Message, plain
from custom_components.sigenstor_panel.records.audit_log import AuditUnavailableError, Outcome
from simulator import SimulatorSettings
from soak.home import Home, Row, WriteSeen

BRISBANE = ZoneInfo("Australia/Brisbane")
START = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
POLL_S = 10


class Died(BaseException):
    """The process was killed."""


class Record:
    """The audit, in memory."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self.rows: list[Row] = []

    async def begin(self, *, actor: Actor, owner: Message, action: Action, power_w: int | None, **_: Any) -> int:
        """Record that a write is about to happen."""
        await self._rig.audit_answers.wait()
        if self._rig.audit_broken:
            raise AuditUnavailableError(plain("the simulated database is broken"))
        rig = self._rig
        last_write_s = rig.writes[-1].steady_s if rig.writes else None
        self.rows.append(Row(actor, owner, action, power_w or 0, rig.steady_s, rig.data, last_write_s))
        return len(self.rows) - 1

    async def complete(
        self, row: int, outcome: Outcome, read_back: dict[str, Any] | None, detail: Message | None
    ) -> None:
        """Record what came of it."""
        await self._rig.audit_answers.wait()
        if self._rig.audit_broken:
            raise AuditUnavailableError(plain("the simulated database is broken"))
        assert self.rows[row].outcome is Outcome.STARTED
        self.rows[row].outcome, self.rows[row].detail = outcome, detail


class Rig(Home):
    """The plant, what is around the controller, and the controller."""

    def __init__(self, settings: ControlSettings | None = None, **plant: Any) -> None:
        self.now, self.steady_s = START, 1000.0
        super().__init__(SimulatorSettings(**{"start": START, "soc": 50.0, "realtime": False, **plant}), BRISBANE)
        self.disk_full = self.audit_broken = False
        self.dies_at_write: int | None = None
        self.audit_answers, self.disk_answers = asyncio.Event(), asyncio.Event()
        self.audit_answers.set()
        self.disk_answers.set()
        self.at_write: Callable[[], Awaitable[None]] | None = None
        """What happens right before our next write reaches the plant."""

        self.firmware = ""
        self.events: list[ControlEvent] = []
        self.writes: list[WriteSeen] = []
        self.record = Record(self)
        self.recall: Callable[[ControlMemory], ControlMemory] = lambda on_disk: on_disk
        """What a controller that starts makes of the state on disk."""

        settings = settings or ControlSettings(acknowledge_after=timedelta(0))
        self.disk = json.dumps(ControlMemory(settings=settings).as_dict())
        self.controller = self._new_controller()

    def _new_controller(self) -> Controller:
        return Controller(
            Environment(
                plant=self.controlled_plant,
                audit=self.record,
                save=self._save,
                now=lambda: self.now,
                monotonic=lambda: self.steady_s,
                zone=lambda: BRISBANE,
                on_event=self.events.append,
                firmware=lambda: self.firmware,
            ),
            self.recall(ControlMemory.from_dict(json.loads(self.disk))),
        )

    @override
    async def before_request(self, *, writing: bool) -> None:
        """Let happen what is to happen right before a write of ours, unless the process dies there."""
        if not writing:
            return
        at_write, self.at_write = self.at_write, None
        if at_write is not None:
            await at_write()
        if self.dies_at_write is not None:
            if self.dies_at_write == 0:
                self.dies_at_write = None
                raise Died
            self.dies_at_write -= 1

    async def _save(self, memory: ControlMemory) -> None:
        await self.disk_answers.wait()
        if self.disk_full:
            raise OSError("No space left on the simulated device")
        self.disk = json.dumps(memory.as_dict())

    @override
    def note_write(self, address: int, values: list[int], *, before: float | None, ours: bool) -> None:
        """Remember a write of ours that reached the plant, and the row it belongs to."""
        if not ours:
            return
        row = self.record.rows[-1] if self.record.rows and self.record.rows[-1].outcome is Outcome.STARTED else None
        if row is not None:
            row.writes.append(address)
        self.writes.append(WriteSeen(address, tuple(values), self.steady_s, self.plant.state.soc, row))

    async def run(self, seconds: int) -> None:
        """Let time pass, for the plant, the polling and the controller."""
        for _ in range(0, seconds, POLL_S):
            for _ in range(POLL_S):
                self.plant.step(1.0)
                await self.run_others()
            self.now += timedelta(seconds=POLL_S)
            self.steady_s += POLL_S
            await self.poll()
            await self.controller.async_tick()
            # What a cancelled caller left behind goes on by itself.
            for _ in range(30):
                if len(asyncio.all_tasks()) == 1:
                    break
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
