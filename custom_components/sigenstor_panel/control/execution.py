"""Takes a command to the plant: what is written, remembered before, recorded, read back and remembered after."""

import asyncio
from dataclasses import dataclass, replace
import logging
from typing import Any

from ..model.audit_entry import AuditUnavailableError, Outcome
from ..model.command import Action, Actor, Command
from ..model.message import Message, say, told_by
from ..model.telemetry import ControlRegisters, GridStatus, RemoteEmsMode
from ..plant import ModbusError
from ..plant.register_writes import (
    AT_REST,
    BATTERY_LIMITS,
    PV_LIMIT,
    HoldMethod,
    Situation,
    blind_hold,
    differences,
    hides_limits,
    owner_registers,
    pv_given_back,
    registers_for,
    seen_hiding,
    stop_writes,
    tight_cutoffs,
    writes_for,
)
from ..plant.transport import told
from .alerts import Alert, Alerts
from .environment import ControlEvent, Environment
from .guardrails import RELEASE
from .intents import Intent
from .ownership import adopt, after_writing
from .record import Record
from .registers import ALWAYS_OURS, Registers, only_owed
from .state import State
from .waiting import PreemptedError
from .write_memory import WriteMemory
from .writer import Result, Writer

_LOGGER = logging.getLogger(__name__)

PV_FREED = say("control.pv_freed")


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a command."""

    taken: bool
    """Whether the plant holds it."""

    detail: Message | None = None
    """Why not."""

    changed: bool = False
    """Whether registers had to be written."""

    refused_by_plant: bool = False
    """Whether the plant was written and did not take it, rather than not being written at all."""

    outcome: Outcome | None = None
    """What came of the write where it was read back."""

    only_pv: bool = False
    """Whether nothing but the limit on PV was not taken."""


class Execution:
    """The way from a command to the registers."""

    def __init__(
        self, env: Environment, state: State, alerts: Alerts, record: Record, preempted: asyncio.Event
    ) -> None:
        """Initialize; nothing is read or written yet."""
        self._env = env
        self._state = state
        self._alerts = alerts
        self._record = record
        self._memory = WriteMemory(env, state, record)
        self.writer = Writer(env.plant, env.monotonic, preempted)
        self.registers = Registers(env, state, self.writer, preempted)
        self.writing = False

    async def apply(
        self,
        command: Command,
        intent: Intent,
        reason: Message,
        *,
        export_limit_w: int | None,
        urgent: bool = False,
        again: bool = False,
        attempts: int = 3,
    ) -> Done:
        """Bring the plant to a command and see that it was taken. Raises `PreemptedError`.

        A release is tried as many times while the battery limits read 0 and nobody knows whether the plant hides them.
        """
        telemetry = self._env.plant.telemetry()
        if telemetry is None:
            return Done(False, say("control.not_read_yet"))
        try:
            present = await self.registers.read_twice()
        except ModbusError as err:
            return Done(False, say("control.unreachable", told(err)))
        self._state.memory, _ = adopt(self._state.memory, present)
        if command.pv_limit_w is None:
            # First: before firmware SPC113 it is taken only while remote EMS is on.
            await self.free_pv(intent.actor, switch_on=command.action is Action.RELEASE)
            present = self.registers.present or present
        situation = self.registers.situation(telemetry, present, export_limit_w)
        if command.action is not Action.RELEASE and hides_limits(present):
            return await self._apply_uncovered(command, intent, reason, situation, urgent=urgent)
        targets = self.registers.to_write(command, situation)
        if only_owed(command, situation, targets) or not writes_for(command, targets, situation):
            await self._memory.settled(command, present, targets)
            await self._record.flush_pending()
            return Done(True)
        done = await self._write(command, intent, reason, situation, targets, urgent=urgent, again=again)
        if done.taken:
            self.event("command", intent, reason, command)
        elif attempts > 1 and command.action is Action.RELEASE and await self._may_show_limits(done, intent, targets):
            return await self.apply(
                command,
                intent,
                reason,
                export_limit_w=export_limit_w,
                urgent=urgent,
                again=again,
                attempts=attempts - 1,
            )
        return done

    async def _may_show_limits(self, done: Done, intent: Intent, targets: dict[str, Any]) -> bool:
        """Return whether limits that read 0 may be given back, or be seen to be hidden, at the next attempt.

        Firmware that hides them refuses them while remote EMS is off: it is switched on for that.
        """
        present = self.registers.present
        if present is None or done.outcome is None or self._state.memory.limits_hidden:
            return False
        if not hides_limits(present) or not set(differences(targets, present)) & set(BATTERY_LIMITS):
            return False
        at_rest = present.remote_ems_mode in AT_REST
        return done.outcome is Outcome.REVERTED or (at_rest and await self._switched_on(intent, present))

    async def _write(
        self,
        command: Command,
        intent: Intent,
        reason: Message,
        situation: Situation,
        targets: dict[str, Any],
        *,
        urgent: bool,
        again: bool = False,
    ) -> Done:
        """Write what differs, remembered and recorded before, read back and remembered after."""
        writes = writes_for(command, targets, situation)
        names = {_name(write.field) for write in writes}
        if command.action is not Action.RELEASE:
            names |= ALWAYS_OURS
        present, owed = situation.present, self._memory.owes_limits
        try:
            await self._memory.before(command, situation.telemetry, present, targets, names, urgent=urgent)
            row = await self._record.begin(command, intent, reason, present, targets, urgent=urgent)
        except (AuditUnavailableError, OSError) as err:
            alert = Alert.NOT_SAVED if isinstance(err, OSError) else Alert.NOT_RECORDED
            self._alerts.set(alert, say("control.nothing_written", told_by(err)))
            return Done(False, say("control.not_recordable", told_by(err)))
        try:
            result = await self._written(writes, targets, every=command.action is Action.RELEASE, preemptible=True)
        except PreemptedError:
            self._record.give_up(row)
            raise
        if not any(_name(write.field) in BATTERY_LIMITS for write in writes):
            result = await self._memory.learn_hiding(result, present, targets, owed=owed)
        await self._record.complete(row, result, again=again)
        await self._memory.after(command, result, targets)
        if result.outcome is not Outcome.CONFIRMED:
            outcome = None if result.found is None else result.outcome
            only_pv = command.pv_limit_w is not None and self._only_pv(result, targets)
            return Done(False, result.detail, changed=True, refused_by_plant=True, outcome=outcome, only_pv=only_pv)
        return Done(True, changed=True)

    def _only_pv(self, result: Result, targets: dict[str, Any]) -> bool:
        if result.found is None:
            return result.refused == PV_LIMIT.removesuffix("_w")
        hidden = self._state.memory.limits_hidden
        return set(differences(targets, result.found, limits_hidden=hidden)) == {PV_LIMIT}

    async def _apply_uncovered(
        self, command: Command, intent: Intent, reason: Message, situation: Situation, *, urgent: bool
    ) -> Done:
        """Switch remote EMS on first, so that the owner's battery limits can be read before they are overwritten."""
        on = Command(action=Action.SELF_CONSUME)
        targets = {"remote_ems_enabled": True, "remote_ems_mode": RemoteEmsMode.SELF_CONSUMPTION}
        done = await self._write(on, intent, reason, situation, targets, urgent=urgent)
        if not done.taken or self.registers.present is None or hides_limits(self.registers.present):
            return done
        return await self.apply(command, intent, reason, export_limit_w=situation.export_limit_w, urgent=urgent)

    async def free_pv(self, actor: Actor, *, switch_on: bool = False) -> Done:
        """Give the PV limit back now, if it is ours; it waits for no cooldown, and nothing that waits for one waits longer.

        With `switch_on`, remote EMS is switched on where the plant takes it only then; whoever asks for that switches it
        off afterwards. Raises `PreemptedError`.
        """
        if PV_LIMIT not in self._state.memory.written:
            return Done(True)
        try:
            present = await self.registers.read()
        except ModbusError as err:
            return Done(False, say("control.unreachable", told(err)))
        self.registers.present = present
        memory, _ = adopt(self._state.memory, present)
        await self._state.keep(written=memory.written, saved=memory.saved)
        if PV_LIMIT not in memory.written:
            await self._memory.pv_freed()
            return Done(True)
        write, targets = pv_given_back(owner_registers(memory.saved, memory.written, present), self._env.rated_w())
        if not differences(targets, present):
            await self._memory.pv_freed()
            return Done(True)
        # Under an emergency stop the record goes on to say so: whoever recovers from it looks at its last row.
        actor = actor if actor is Actor.SAFETY else Actor.SYSTEM
        intent = Intent(
            command=RELEASE, actor=actor, requested_by=say("control.safety"), reason=PV_FREED, expires_at=None
        )
        row = await self._record.begin(RELEASE, intent, PV_FREED, present, targets, urgent=True)
        written_at_s = self.writer.written_at_s
        try:
            result = await self._written((write,), targets, every=True, preemptible=True)
        except PreemptedError:
            self._record.give_up(row)
            raise
        finally:
            self.writer.written_at_s = written_at_s
        await self._record.complete(row, result)
        if result.outcome is Outcome.CONFIRMED:
            await self._memory.pv_freed()
            return Done(True, changed=True)
        # A mode that moves the battery is left at once, as at the begin of any command.
        if switch_on and await self._switched_on(intent, present):
            return await self.free_pv(actor)
        return Done(False, result.detail, changed=True, refused_by_plant=True)

    async def _switched_on(self, intent: Intent, present: ControlRegisters) -> bool:
        """Switch remote EMS on, in self-consumption, and return whether it is on now and was not before."""
        telemetry = self._env.plant.telemetry()
        if telemetry is None or present.remote_ems_enabled:
            return False
        if telemetry.grid_status is not GridStatus.ON_GRID:
            return False
        targets = {"remote_ems_enabled": True, "remote_ems_mode": RemoteEmsMode.SELF_CONSUMPTION}
        situation = self.registers.situation(telemetry, present, None)
        on = Command(action=Action.SELF_CONSUME)
        return (await self._write(on, intent, intent.reason, situation, targets, urgent=True)).taken

    async def give_back_limits(self) -> None:
        """Give back the limits and cut-offs that still hold our value, and leave mode and remote EMS as they are.

        Somebody else controls the plant now: what a hold of ours left at 0 would be in the way.
        """
        telemetry, present = self._env.plant.telemetry(), self.registers.present
        if telemetry is None or present is None:
            return
        situation = self.registers.situation(telemetry, present, None)
        targets = {name: value for name, value in registers_for(RELEASE, situation).items() if name not in ALWAYS_OURS}
        command = Command(action=Action.SELF_CONSUME)
        writes = tuple(write for write in writes_for(command, targets, situation) if _name(write.field) in targets)
        if not writes:
            return
        reason = say("control.standing_back")
        intent = Intent(
            command=RELEASE,
            actor=Actor.SYSTEM,
            requested_by=say("control.safety"),
            reason=reason,
            expires_at=None,
        )
        row = await self._record.begin(RELEASE, intent, reason, present, targets, urgent=True)
        try:
            result = await self._written(writes, targets, every=True, preemptible=True)
        except PreemptedError:
            self._record.give_up(row)
            raise
        await self._record.complete(row, result)
        memory = after_writing(self._state.memory, result.found, targets, released=False)
        kept = {name: ours for name, ours in memory.written.items() if name not in targets}
        if result.outcome is Outcome.CONFIRMED:
            await self._memory.keep(written=kept, saved=memory.saved if kept else None)

    async def hold_now(self, intent: Intent, method: HoldMethod, *, pressed: bool) -> Done:
        """Stop the battery, whatever can be read and whatever is refused; each register is tried.

        A stop that was pressed has a row of the record even where the registers hold it already.
        """
        try:
            present: ControlRegisters | None = await self._env.plant.read_control()
        except ModbusError as err:
            _LOGGER.debug("The control registers could not be read: %s", err)
            present = None
        if present is not None:
            self.registers.present = present
            self._state.memory, _ = adopt(self._state.memory, present)
        telemetry = self._env.plant.telemetry()
        targets = blind_hold(method)
        if method is HoldMethod.CUTOFFS and telemetry is not None:
            targets |= tight_cutoffs(self.registers.soc_now(telemetry), present or telemetry.control)
        if present is not None and not differences(targets, present):
            if pressed:
                row = await self._record.begin(intent.command, intent, intent.reason, present, targets, urgent=True)
                await self._record.complete(row, Result(Outcome.CONFIRMED, present, None))
            await self._memory.settled(intent.command, present, targets)
            return Done(True)
        writes = stop_writes(targets, present)
        known = present or self.registers.present or (ControlRegisters() if telemetry is None else telemetry.control)
        names = {_name(write.field) for write in writes} | ALWAYS_OURS
        owed = self._memory.owes_limits
        await self._memory.before(intent.command, telemetry, known, targets, names, urgent=True)
        row = await self._record.begin(intent.command, intent, intent.reason, known, targets, urgent=True)
        if present is not None and hides_limits(present) and present.remote_ems_mode in AT_REST:
            await self._uncover_limits(present, owed=owed)
        result = await self._written(writes, targets, every=True, preemptible=False)
        await self._record.complete(row, result)
        await self._memory.after(intent.command, result, targets)
        if result.outcome is not Outcome.CONFIRMED:
            return Done(False, result.detail, changed=True, refused_by_plant=result.found is not None)
        self.event("command", intent, intent.reason, intent.command)
        return Done(True, changed=True)

    async def _uncover_limits(self, before: ControlRegisters, *, owed: bool) -> None:
        """Switch remote EMS on, and remember the owner's battery limits before they are overwritten.

        A limit of 0 is not believed: given back, it would leave a dead battery.
        """
        try:
            await self.writer.switch_on()
            found = await self._env.plant.read_control()
        except ModbusError as err:
            _LOGGER.debug("The owner's battery limits could not be read: %s", err)
            return
        if not owed and seen_hiding(found, before):
            await self._state.keep(limits_hidden=True)
        limits_w = {name: limit_w for name in BATTERY_LIMITS if (limit_w := getattr(found, name))}
        if self._state.memory.saved is not None:
            await self._state.keep(saved=replace(self._state.memory.saved, **limits_w))

    def event(self, kind: str, intent: Intent, reason: Message, command: Command) -> None:
        """Tell people and automations that something happened."""
        self._env.tell(
            ControlEvent(
                kind=kind,
                actor=intent.actor,
                owner=intent.requested_by,
                action=command.action,
                power_w=command.power_w,
                reason=reason,
            )
        )

    async def _written(
        self, writes: tuple[Any, ...], targets: dict[str, Any], *, every: bool, preemptible: bool
    ) -> Result:
        self.writing = True
        self._env.changed()
        try:
            result = await self.writer.write(
                writes,
                targets,
                acknowledge_after=self._state.memory.settings.acknowledge_after,
                limits_hidden=self._state.memory.limits_hidden,
                every=every,
                preemptible=preemptible,
            )
        finally:
            self.writing = False
        if result.found is not None:
            self.registers.present = result.found
        return result


def _name(field: str) -> str:
    """Return the field of `ControlRegisters` for a register's."""
    return f"{field}_w" if field.endswith("_limit") else field
