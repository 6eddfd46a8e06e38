"""One cycle of control: which request wins, what the guardrails allow of it, and that the plant does it.

What is due is done in one order: what was not saved or recorded yet, what others wrote, what was not taken back yet, and
only then the request. It runs under the lock of the controller.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from ..model.audit_entry import Outcome
from ..model.command import Action, Actor, Command
from ..model.message import Message, say
from ..model.telemetry import ControlRegisters, Telemetry
from ..plant.register_writes import owner_registers
from .chargers import Chargers
from .environment import Environment
from .execution import Done, Execution
from .guardrails import RELEASE, LastWrite, Rule, Verdict, VerdictKind, judge, why_stale
from .intents import Intent, Override, Requests, SocRange, arbitrate
from .memory import ControlMode, LimitsDoubt
from .obedience import Obedience
from .others import Others
from .ownership import limits_below_rating, rated_powers_w
from .pv_limit import PvLimit
from .record import Record
from .release import Release
from .state import State
from .stop import EmergencyStop
from .watch import EffectWatch
from .writer import Result

_MOVING = (Action.CHARGE, Action.DISCHARGE)


class Cycle:
    """What is done every few seconds, and after every request."""

    def __init__(
        self,
        env: Environment,
        state: State,
        record: Record,
        execution: Execution,
        preempted: asyncio.Event,
        *,
        pv: PvLimit,
        stop: EmergencyStop,
        chargers: Chargers,
        effect: EffectWatch,
        release: Release,
        obedience: Obedience,
        others: Others,
        ended: Callable[[], None],
    ) -> None:
        """Initialize; nothing is due yet. `ended` is called at the end of each cycle."""
        self._env = env
        self._state = state
        self._record = record
        self._execution = execution
        self._preempted = preempted
        self._pv = pv
        self._stop = stop
        self._chargers = chargers
        self._effect = effect
        self._release = release
        self._obedience = obedience
        self._others = others
        self._ended = ended
        self._refused: tuple[Message, Rule | None] | None = None
        self._override_ends_s: float | None = None
        self.automatic: Intent | None = None
        """What the optimiser requests."""

        self.intent: Intent | None = None
        self.verdict: Verdict | None = None
        self.problem: Message | None = None
        """Why the last cycle did not bring the request about."""

        self.closed = False
        """Whether control has ended: nothing is written any more."""

        self.time_override(state.memory.override)

    async def run(self) -> None:
        """Do what is due. Raises `PreemptedError`."""
        self.problem = None
        if self.closed:
            return
        self._pv.asked = False
        self._chargers.note()
        try:
            await self._bring_about()
        finally:
            if self._pv.asked:
                self._pv.tell()
            elif not self._preempted.is_set():
                await self.end_pv()
            self._ended()

    async def end_pv(self, why: Message | None = None, *, at_once: bool = False) -> None:
        """End what limits PV: nothing of this cycle asks for it."""
        reason = None if self.verdict is None else self.verdict.reason
        await self._pv.end_test(why or self.problem or reason or say("control.something_first"))
        try:
            await self._pv.free(self._export_limit_w, at_once=at_once)
        finally:
            self._pv.tell()

    @property
    def limits_below_rating(self) -> dict[str, int]:
        """The battery limits, in W, that hold or will hold without this controller and lie below the rating."""
        telemetry, present, memory = self._env.plant.telemetry(), self._execution.registers.present, self._state.memory
        if telemetry is None or present is None:
            return {}
        owner = owner_registers(memory.saved, memory.written, present)
        return limits_below_rating(owner, rated_powers_w(telemetry))

    @property
    def soc_range(self) -> SocRange:
        """How far an override may move the battery: the safety limits, and what the owner set in the SigenStor."""
        memory, present = self._state.memory, self._execution.registers.present or ControlRegisters()
        limits, owner = memory.settings.limits, owner_registers(memory.saved, memory.written, present)
        own_min = max(owner.discharge_cutoff_soc or 0.0, owner.backup_soc or 0.0)
        own_max = 100.0 if owner.charge_cutoff_soc is None else owner.charge_cutoff_soc
        return SocRange(
            min_soc=max(limits.min_soc, own_min),
            max_soc=min(limits.max_soc, own_max),
            min_is_own=own_min > limits.min_soc,
            max_is_own=own_max < limits.max_soc,
        )

    def target_met(self, override: Override) -> Message | None:
        """Return that there is nothing to do for an override; None while there is."""
        within = self.soc_range
        met = override.target_met(self._execution.registers.confirmed_soc, within)
        return None if met is None else say("control.target_met", override.ends_before(within), **met)

    def held(self, telemetry: Telemetry) -> Command | None:
        """Return the command that was applied last, where the registers hold it."""
        applied = self._state.memory.applied
        return applied.command if applied is not None and self._held_by(applied.command, telemetry) else None

    def choose(self) -> None:
        """Take the request that wins now; nothing is judged yet."""
        self.intent, self.verdict = self._request(self._env.now()), None

    def time_override(self, override: Override | None) -> None:
        """Take note when an override ends by the steady clock; its time never gets longer than it was asked for."""
        self._override_ends_s = None
        if override is not None and override.expires_at is not None:
            left = min(override.expires_at - self._env.now(), override.expires_at - override.started_at)
            self._override_ends_s = self._env.monotonic() + max(0.0, left.total_seconds())

    async def _bring_about(self) -> None:
        await self._state.flush()
        self._record.catch_up()
        now = self._env.now()
        telemetry = self._env.plant.telemetry()
        self._execution.registers.soc.update(telemetry)
        await self._obedience.note_firmware()
        await self._end_override(now)
        await self._pv.take_for_test(telemetry)
        self.intent = intent = self._request(now)
        if self._state.memory.emergency_stop:
            await self._stop.tick()
            return
        self._others.say_whether_a_vpp_is_there(telemetry, intent)
        if telemetry is not None and not why_stale(telemetry, self._state.memory.settings.limits, now):
            await self._others.look(telemetry)
            await self._pv.watch(telemetry)
            await self._settle_doubt()
        if not await self._all_clear(intent, telemetry):
            return
        command = self._obedience.as_learned(intent.command)
        command = self._pv.as_allowed(command, others_set_it=self._others.set_pv_limit)
        if command.action is Action.RELEASE and not self._state.memory.written and self._export_limit_w is None:
            self.verdict = Verdict(kind=VerdictKind.ALLOWED, command=command)
            self._effect.end()
            return
        self.verdict = verdict = judge(
            command,
            intent.actor,
            telemetry=telemetry,
            limits=self._state.memory.settings.limits,
            last=self._last_write(now),
            now=now,
        )
        self._pv.asked = verdict.command.pv_limit_w is not None
        if verdict.kind is VerdictKind.REFUSED:
            await self._refuse(intent, verdict)
            return
        self._refused = None
        if verdict.kind is VerdictKind.WAIT or telemetry is None:
            return
        if not verdict.urgent and self._moves_more(verdict.command) and self._execution.registers.confirmed_soc is None:
            reason = say("control.second_soc")
            self.verdict = replace(verdict, kind=VerdictKind.WAIT, rule=Rule.FRESH_DATA, reason=reason)
            return
        if self._already_applied(verdict, telemetry, now):
            if self._effect.due_s is None and verdict.command.action is not Action.RELEASE:
                # It was written before a restart, or held already.
                self._effect.written(self._env.monotonic())
            return
        await self._take(verdict, intent)

    def _moves_more(self, command: Command) -> bool:
        """Return whether a command moves the battery otherwise than the last one, or with more power."""
        applied = self._state.memory.applied
        before = None if applied is None else applied.command
        less = before is not None and before.action is command.action and command.power_w <= before.power_w
        return command.action in _MOVING and not less

    async def _all_clear(self, intent: Intent, telemetry: Telemetry | None) -> bool:
        """Return whether nothing of what was written before stands in the way."""
        if self._release.pending and not self._state.memory.written:
            # It gave itself back, or somebody else did.
            await self._record.flush_pending()
            self._taken(RELEASE, Done(True))
        if self._release.pending and not await self._release.again(telemetry):
            return False
        if telemetry is not None and not await self._effective(telemetry):
            return False
        if stand_back_s := self._others.stand_back_s(intent):
            self._wait(stand_back_s, self._others.message)
            return False
        return not self._backing_off(intent)

    async def _take(self, verdict: Verdict, intent: Intent) -> None:
        """Bring the plant to what the guardrails allow."""
        reason = verdict.reason or intent.reason
        urgent = verdict.urgent or intent.actor is Actor.SYSTEM
        done = await self._execution.apply(
            verdict.command, intent, reason, export_limit_w=self._export_limit_w, urgent=urgent
        )
        if done.only_pv:
            # The rest of the command does not depend on it.
            await self._pv.not_taken(done.detail)
            self._pv.asked = False
            self.verdict = verdict = replace(verdict, command=replace(verdict.command, pv_limit_w=None))
            done = await self._execution.apply(
                verdict.command, intent, reason, export_limit_w=self._export_limit_w, urgent=urgent
            )
        if done.taken:
            self._taken(verdict.command, done)
            return
        self.problem = done.detail
        if not done.refused_by_plant:
            return
        if verdict.command.action is Action.RELEASE:
            self._release.refused(done)
        else:
            await self._release.revert(done.detail or reason)

    def _taken(self, command: Command, done: Done) -> None:
        """Take note that the plant holds a command."""
        self._release.any_taken()
        if command.action is Action.RELEASE:
            self._release.taken()
        elif done.changed:
            self._effect.written(self._env.monotonic())

    def _request(self, now: datetime) -> Intent:
        """Return the request that counts."""
        memory = self._state.memory
        requests = Requests(
            override=memory.override,
            schedules=memory.schedules,
            automatic=self.automatic if memory.settings.mode is ControlMode.AUTO else None,
            optimiser_above_schedules=memory.settings.optimiser_above_schedules,
            emergency_stop=memory.emergency_stop,
            holding=memory.applied is not None and memory.applied.command.action is Action.HOLD,
        )
        intent = arbitrate(requests, soc=self._execution.registers.confirmed_soc, now=now, zone=self._env.zone())
        before_target = None if memory.override is None else memory.override.ends_before(self.soc_range)
        if intent.actor is Actor.MANUAL and before_target is not None:
            intent = replace(intent, reason=intent.reason.explained(before_target))
        test = self._pv.test
        if test is None or memory.emergency_stop or memory.override is not None:
            return intent
        command = Command(action=Action.SELF_CONSUME) if intent.command.action is Action.RELEASE else intent.command
        return Intent(
            command=replace(command, pv_limit_w=test.limit_w),
            actor=Actor.MANUAL,
            requested_by=say("control.pv_test"),
            reason=say("control.pv_testing", limit_w=test.limit_w),
            expires_at=None,
        )

    @property
    def _export_limit_w(self) -> int | None:
        return None if self._others.set_export_limit else self._state.memory.export_limit_w

    def _last_write(self, now: datetime) -> LastWrite | None:
        """Return the last write by the steady clock: the wall clock may have been set meanwhile."""
        applied, written_at_s = self._state.memory.applied, self._execution.writer.written_at_s
        if applied is None or written_at_s is None:
            return None
        return replace(applied, at=now - timedelta(seconds=self._env.monotonic() - written_at_s))

    def _already_applied(self, verdict: Verdict, telemetry: Telemetry, now: datetime) -> bool:
        """Return whether the plant already does it, or may not be written yet to do it again."""
        command, last = verdict.command, self._last_write(now)
        if last is None:
            return False
        if last.command != command:
            # A battery near full or empty tapers by itself: following that would be a write a minute.
            tapers = verdict.rule is Rule.RATED_LIMITS and command == replace(last.command, power_w=command.power_w)
            return tapers and self._held_by(last.command, telemetry)
        settled = self._state.memory.pending is None and self._held_by(command, telemetry)
        if settled and (command.action is not Action.RELEASE or not self._state.memory.written):
            return True
        if settled and self._export_limit_w is not None:
            return True
        return not verdict.urgent and now < last.at + self._state.memory.settings.limits.cooldown

    def _held_by(self, command: Command, telemetry: Telemetry) -> bool:
        return self._execution.registers.held_by(command, telemetry, self._export_limit_w)

    async def _effective(self, telemetry: Telemetry) -> bool:
        """Return whether the battery does what it was told, as far as that can be seen; find a remedy if not."""
        applied = self._state.memory.applied
        if applied is None or not self._state.memory.written or not self._held_by(applied.command, telemetry):
            return True
        return await self._obedience.judge(applied.command, telemetry)

    def _backing_off(self, intent: Intent) -> bool:
        """Return whether to leave the plant alone after a revert; it was handed back then."""
        left_s = self._release.back_off_s
        if not left_s or intent.command.action is Action.RELEASE:
            return False
        self._wait(left_s, self._release.back_off_reason)
        return True

    def _wait(self, left_s: float, why: Message | None) -> None:
        self.verdict = Verdict(
            kind=VerdictKind.WAIT,
            command=RELEASE,
            reason=say("control.trying_again", why, wait_s=60 * max(1, round(left_s / 60))),
            not_before=self._env.now() + timedelta(seconds=left_s),
        )
        self.problem = self.verdict.reason

    async def _settle_doubt(self) -> None:
        """Ask no more about limits that are not there any more."""
        if self._state.memory.limits_doubt is LimitsDoubt.FOUND_UNDER_REMOTE and not self.limits_below_rating:
            await self._state.keep(limits_doubt=LimitsDoubt.NONE)

    async def _end_override(self, now: datetime) -> None:
        override = self._state.memory.override
        if override is None:
            return
        reason = override.finished(self._execution.registers.confirmed_soc, now, self.soc_range)
        if reason is None and self._override_ends_s is not None and self._env.monotonic() >= self._override_ends_s:
            reason = say("control.time_over", override=override.kind.label)
        if reason is None:
            return
        await self._state.keep(override=None)
        self._override_ends_s = None
        ended = Intent(
            command=RELEASE,
            actor=Actor.MANUAL,
            requested_by=override.kind.label,
            reason=reason,
            expires_at=None,
        )
        self._execution.event("override_ended", ended, reason, RELEASE)

    async def _refuse(self, intent: Intent, verdict: Verdict) -> None:
        """Say once, and record, that a request is refused."""
        self.problem = reason = verdict.reason or intent.reason
        if self._refused == (refused := (intent.requested_by, verdict.rule)):
            return
        self._refused = refused
        self._execution.event("refusal", intent, reason, verdict.command)
        present = self._execution.registers.present
        if present is None:
            return
        row = await self._record.begin(verdict.command, intent, intent.reason, present, {}, urgent=True)
        await self._record.complete(row, Result(Outcome.REFUSED, None, reason))
