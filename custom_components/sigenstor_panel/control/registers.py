"""The control registers as the plant holds them, and what a command comes to on them."""

import asyncio
from dataclasses import replace
import logging
from typing import Any

from ..model.command import Action, Command
from ..model.message import say
from ..model.telemetry import ControlRegisters, Telemetry
from ..plant import ModbusError
from ..plant.register_writes import (
    CUTOFFS,
    PV_LIMIT,
    Situation,
    SocBounds,
    differences,
    owner_registers,
    registers_for,
    same,
)
from ..plant.registers import NO_LIMIT
from ..plant.transport import PlantError
from .confirmed_soc import ConfirmedSoc
from .environment import Environment
from .guardrails import why_stale
from .memory import known_values
from .ownership import ForeignChange, adopt
from .state import State
from .waiting import PreemptedError
from .writer import Writer

_LOGGER = logging.getLogger(__name__)

ALWAYS_OURS = frozenset({"remote_ems_enabled", "remote_ems_mode"})
"""What a command that moves the battery is responsible for, whoever wrote it before."""


class Registers:
    """What is known of the plant's control registers; nothing is written here."""

    def __init__(self, env: Environment, state: State, writer: Writer, preempted: asyncio.Event) -> None:
        """Initialize; nothing is read yet."""
        self._env = env
        self._state = state
        self._writer = writer
        self._preempted = preempted
        self.soc = ConfirmedSoc()
        self.present: ControlRegisters | None = None
        """As they were read last, by whoever."""

    def situation(self, telemetry: Telemetry, present: ControlRegisters, export_limit_w: int | None) -> Situation:
        """Return what a command is translated with."""
        memory = self._state.memory
        limits = memory.settings.limits
        return Situation(
            telemetry=replace(telemetry, soc=self.soc_now(telemetry)),
            present=present,
            owner=owner_registers(memory.saved, memory.written, present),
            written=memory.written,
            bounds=SocBounds(min_soc=limits.min_soc, max_soc=limits.max_soc),
            export_limit_w=export_limit_w,
            hold_method=memory.hold_method,
            discharge_ess_first=memory.discharge_ess_first,
            limits_hidden=memory.limits_hidden,
        )

    def soc_now(self, telemetry: Telemetry) -> float | None:
        """Return the state of charge from which the cut-offs keep their distance: an old one is as good as none."""
        stale = why_stale(telemetry, self._state.memory.settings.limits, self._env.now())
        return None if stale else self.soc.at(telemetry)

    @property
    def confirmed_soc(self) -> float | None:
        """The state of charge that two readings agree on and the last one does not contradict."""
        telemetry = self._env.plant.telemetry()
        return None if telemetry is None else self.soc.at(telemetry)

    def held_by(self, command: Command, telemetry: Telemetry, export_limit_w: int | None) -> bool:
        """Return whether the registers, as they were read last, hold a command."""
        situation = self.situation(telemetry, self.present or telemetry.control, export_limit_w)
        targets = self.to_write(command, situation)
        if only_owed(command, situation, targets):
            return True
        return not differences(targets, situation.present, limits_hidden=situation.limits_hidden)

    async def look(self, telemetry: Telemetry) -> list[ForeignChange]:
        """Take note of what the registers hold; return what somebody else wrote to them."""
        memory = self._state.memory
        if adopt(memory, telemetry.control)[0] is memory:
            self.present = telemetry.control
            return []
        # The reading may be older than our last write.
        try:
            self.present = await self.read()
        except ModbusError as err:
            _LOGGER.debug("The control registers could not be read: %s", err)
            return []
        memory, changes = adopt(memory, self.present)
        await self._state.keep(written=memory.written, saved=memory.saved)
        return changes

    async def read(self) -> ControlRegisters:
        """Read the control registers, unless an emergency stop waits: a slow plant takes seconds. Raises `PreemptedError`."""
        if self._preempted.is_set():
            raise PreemptedError
        return await self._env.plant.read_control()

    async def read_twice(self) -> ControlRegisters:
        """Read the control registers; what is going to be given back is read twice before it is believed."""
        present = await self.read()
        if not self._state.memory.written:
            once_more = await self.read()
            changes = any(
                not same(name, is_now, getattr(once_more, name)) for name, is_now in known_values(present).items()
            )
            if changes or present.unread != once_more.unread:
                raise PlantError(say("problem.registers_change"))
        self.present = present
        return present

    def to_write(self, command: Command, situation: Situation) -> dict[str, Any]:
        """Return what registers are to hold, without what is given back already as far as anybody can tell.

        A limit that cannot be read, but for which the plant took the owner's value, keeps nothing waiting; it stays owed
        until it is read.
        """
        targets = registers_for(command, situation)
        if command.action is not Action.RELEASE:
            return targets
        unread, taken = situation.present.unread, self._writer.taken
        return {
            name: wanted
            for name, wanted in targets.items()
            if name in ALWAYS_OURS
            or name not in unread
            or taken.get(name.removesuffix("_w")) != (NO_LIMIT if wanted is None else wanted)
        }


def only_owed(command: Command, situation: Situation, targets: dict[str, Any]) -> bool:
    """Return whether nothing but cut-offs is to be given back, and the state of charge does not allow that yet.

    On the way there, each percent would be a write.
    """
    if command.action is not Action.RELEASE or not situation.written:
        return False
    if not set(situation.written) <= {*CUTOFFS, PV_LIMIT}:
        return False
    if set(targets) - set(situation.written):
        return False
    return not any(same(name, targets[name], getattr(situation.owner, name)) for name in targets)
