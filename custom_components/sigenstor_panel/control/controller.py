"""Takes what is requested through the guardrails to the plant, and sees that it took effect.

No Home Assistant in here: the device, the disk, the audit and the clocks are handed in, so that a test can drive it
through faults, restarts and clock jumps. Everything that writes runs under one lock, in tasks of its own: whoever asked
may be cancelled at any time. An emergency stop preempts what is under way.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
import logging
from typing import Any

from ..model.audit_entry import AuditUnavailableError, Outcome
from ..model.command import Action, Actor, Command
from ..model.message import Message, say
from ..model.telemetry import ControlRegisters, EmsWorkMode, GridStatus, Telemetry
from ..plant.register_writes import owner_registers
from .alerts import Alert, Alerts
from .charger_guardrails import ChargerRequest
from .chargers import Chargers
from .check import Check, Doors
from .environment import ControlEvent, Environment
from .execution import Done, Execution, rated_powers_w
from .guardrails import RELEASE, LastWrite, Rule, Verdict, VerdictKind, judge, own_pv_w, why_stale
from .intents import Intent, Override, Requests, arbitrate
from .memory import ControlMemory, ControlMode, LimitsDoubt
from .obedience import Obedience
from .others import Others
from .ownership import limits_below_rating, owing_rated
from .pv_limit import PvLimit
from .pv_test import LEAST_PV_W, LONGEST_TEST_S, PvTest
from .record import Record
from .release import Release
from .state import State
from .stop import EmergencyStop
from .waiting import NotDoneError, PreemptedError, Tasks
from .watch import EffectWatch
from .writer import Result

__all__ = ["ControlEvent", "Controller", "Environment", "NotDoneError"]

_LOGGER = logging.getLogger(__name__)

_MOVING = (Action.CHARGE, Action.DISCHARGE)


class Controller:
    """Takes requests to the plant."""

    def __init__(self, environment: Environment, memory: ControlMemory) -> None:
        """Take up the memory; nothing is written yet."""
        self._env = environment
        self._lock = asyncio.Lock()
        self._tasks = Tasks()
        self._preempted = asyncio.Event()
        self.alerts = Alerts(self._on_alert)
        self._state = State(environment, memory, self.alerts, self._tasks, self._preempted)
        self._record = Record(environment, self.alerts, self._tasks, self._preempted)
        self._execution = Execution(environment, self._state, self.alerts, self._record, self._preempted)
        self._pv = PvLimit(environment, self._state, self.alerts, self._execution)
        self._stop = EmergencyStop(environment, self._state, self.alerts, self._execution)
        self._chargers = Chargers(environment, self._state, self.alerts, self._record, self._preempted, lock=self._lock)
        self._effect = EffectWatch()
        self._release = Release(environment, self._state, self.alerts, self._execution, self._effect)
        self._obedience = Obedience(environment, self._state, self.alerts, self._effect, self._release)
        self._others = Others(environment, self._state, self.alerts, self._execution, self._effect)
        doors = Doors(
            override=self._override_for_check,
            test_pv=self._test_pv_limit,
            held=self._held,
            verdict=lambda: self.verdict,
        )
        self.check = Check(environment, self._state, self.alerts, self._execution, doors)
        self._override_ends_s = _override_ends_s(memory.override, environment)
        self._refused: tuple[Message, Rule | None] | None = None
        self._problem: Message | None = None
        self._closed = False
        self._put_off = False
        if (last := memory.pending or memory.applied) is not None:
            since_s = (environment.now() - last.at).total_seconds()
            self._execution.writer.written_at_s = environment.monotonic() - max(0.0, since_s)
        self.automatic: Intent | None = None
        """What the optimiser requests; set by its coordinator."""

        self.intent: Intent | None = None
        self.verdict: Verdict | None = None

    @property
    def memory(self) -> ControlMemory:
        """What control remembers."""
        return self._state.memory

    @property
    def alert(self) -> Message | None:
        """What a person should know and do something about; None while all is well."""
        return self.alerts.first

    @property
    def writing(self) -> bool:
        """Whether registers are being written at this moment."""
        return self._execution.writing

    @property
    def stop_confirmed(self) -> bool:
        """Whether the battery was seen to rest under the emergency stop."""
        return self._stop.confirmed

    @property
    def supplying(self) -> bool:
        """Whether the plant was given back under the stop, since the house is off the grid."""
        return self._stop.supplying

    @property
    def present(self) -> ControlRegisters | None:
        """The control registers as they were read last; None before the first reading."""
        return self._execution.present

    @property
    def pv_limit_w(self) -> int | None:
        """What PV is limited to by this controller; None: nothing."""
        return self._pv.limit_w

    @property
    def limits_below_rating(self) -> dict[str, int]:
        """The battery limits, in W, that hold or will hold without this controller and lie below the rating."""
        telemetry, present, memory = self._env.plant.telemetry(), self.present, self.memory
        if telemetry is None or present is None:
            return {}
        owner = owner_registers(memory.saved, memory.written, present)
        return limits_below_rating(owner, rated_powers_w(telemetry))

    # -- requests -------------------------------------------------------------

    async def async_set_override(self, override: Override | None) -> None:
        """Take or clear a manual override; a person's new request ends a back-off.

        Raises `OSError` or `NotDoneError`; an override that was not carried out is not kept.
        """
        self.check.end()
        await self._tasks.run(self._set_override(override))

    async def async_change(self, **changes: Any) -> None:
        """Change schedules, settings or the export limit. Raises `OSError`."""
        await self._tasks.run(self._change(**changes))

    async def async_emergency_stop(self) -> None:
        """Put the battery on hold at once, and write nothing but that until a person clears it."""
        self.check.end()
        await self._tasks.run(self._emergency_stop())

    async def async_clear_emergency_stop(self) -> None:
        """Let control go on. Raises `OSError`."""
        await self._tasks.run(self._clear_emergency_stop())

    async def async_settle_limits(self, *, to_rated: bool) -> None:
        """Keep battery limits that may not be the owner's, or have the rated power in their place.

        Raises `OSError` or `NotDoneError`.
        """
        await self._tasks.run(self._settle_limits(to_rated=to_rated))

    async def async_charger(self, request: ChargerRequest) -> None:
        """Start, stop or limit a vehicle charger. Raises `NotDoneError`."""
        await self._tasks.run(self._charger(request))

    async def async_test_pv_limit(self) -> PvTest:
        """Limit PV to half of its power for a minute at most, and return whether it followed.

        Raises `NotDoneError` where that cannot be tried now.
        """
        if self.check.step is not None:
            raise NotDoneError(say("control.test_running"))
        return await self._test_pv_limit()

    async def async_check(self) -> None:
        """Begin to find out what the plant obeys, which goes on by itself. Raises `NotDoneError`."""
        await self._tasks.run(self._begin_check())

    async def _test_pv_limit(self) -> PvTest:
        test = await self._tasks.run(self._begin_pv_test())
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_TEST_S):
                await test.over.wait()
        return test

    async def async_close(self, reason: Message) -> None:
        """Write nothing more; before that, give the plant back, unless it is stopped or the owner chose otherwise."""
        self.check.end()
        await self._tasks.run(self._close(reason))

    async def async_tick(self) -> None:
        """Do what is due; called every few seconds. While something is written, it is put off until that has ended."""
        if not self._lock.locked():
            await self._tasks.run(self._under_lock(self._cycle()))
        elif not self._put_off:
            self._put_off = True
            self._tasks.start(self._under_lock(self._made_up_for()))

    async def _override_for_check(self, override: Override | None) -> None:
        await self._tasks.run(self._set_override(override, by_check=True))

    async def _set_override(self, override: Override | None, *, by_check: bool = False) -> None:
        async with self._lock:
            if by_check:
                others = self.memory.override is not self.check.asked
                if self._closed or others or (override is not None and self.check.ended is not None):
                    raise NotDoneError(say("control.check_ended"))
            elif override is None:
                await self._pv.end_test(say("control.something_first"))
            if override is not None and self.memory.emergency_stop:
                raise NotDoneError(say("control.stop_active"))
            if override is not None and (met := override.target_met(self._execution.confirmed_soc)) is not None:
                raise NotDoneError(say("control.target_met", **met))
            before = self.memory.override
            try:
                await self._state.remember(override=override)
                self._override_ends_s = _override_ends_s(override, self._env)
                self._begin_anew()
                await self._cycle()
            except PreemptedError as err:
                raise NotDoneError(say("control.stop_first")) from err
            if self._problem is None:
                if by_check:
                    self.check.asked = override
                return
            if override is not None:
                await self._state.keep(override=before)
                self._override_ends_s = _override_ends_s(before, self._env)
                self.intent, self.verdict = self._request(self._env.now()), None
            raise NotDoneError(self._problem)

    async def _change(self, **changes: Any) -> None:
        async with self._lock:
            try:
                await self._state.remember(**changes)
            except PreemptedError as err:
                raise NotDoneError(say("control.stop_first")) from err
            await self._cycle_unless_preempted()

    async def _emergency_stop(self) -> None:
        self._state.memory = replace(self.memory, emergency_stop=True, override=None)
        self._stop.begin()
        self._preempted.set()
        self._env.changed()
        async with self._lock:
            self._preempted.clear()
            # Once more, under the lock: an override may have been saved in between.
            self._override_ends_s = None
            await self._state.force(emergency_stop=True, override=None)
            self._effect.end()
            self.intent, self.verdict, self._problem = self._request(self._env.now()), None, None
            self._pv.asked = False
            try:
                await self._stop.hold(pressed=True)
                await self._end_pv(at_once=True)
            except PreemptedError:
                # Pressed again: that press holds the battery.
                _LOGGER.debug("The emergency stop was pressed again")

    async def _clear_emergency_stop(self) -> None:
        async with self._lock:
            try:
                await self._state.remember(emergency_stop=False)
            except PreemptedError as err:
                raise NotDoneError(say("control.stop_first")) from err
            self.alerts.clear(Alert.NOT_STOPPED)
            self._begin_anew()
            await self._cycle_unless_preempted()

    async def _settle_limits(self, *, to_rated: bool) -> None:
        async with self._lock:
            changes: dict[str, Any] = {"limits_doubt": LimitsDoubt.NONE}
            present, telemetry = self.present, self._env.plant.telemetry()
            if to_rated and (self._others.control or present is None or telemetry is None):
                raise NotDoneError(say("control.limits_of_others"))
            if to_rated and present is not None:
                owing = owing_rated(self.memory, present, rated_powers_w(telemetry))
                changes |= {"saved": owing.saved, "written": owing.written}
            try:
                await self._state.remember(**changes)
            except PreemptedError as err:
                raise NotDoneError(say("control.stop_first")) from err
            await self._cycle_unless_preempted()

    async def _charger(self, request: ChargerRequest) -> None:
        try:
            await self._chargers.carry_out(request)
        except PreemptedError as err:
            raise NotDoneError(say("control.stop_first")) from err

    async def _begin_check(self) -> None:
        async with self._lock:
            why_not = self._why_no_test(self._env.plant.telemetry())
            if self.check.step is not None:
                why_not = say("control.test_running")
            if why_not is not None:
                raise NotDoneError(why_not)
            self.check.begin()
        self._tasks.start(self._run_check())

    async def _run_check(self) -> None:
        try:
            await self.check.run()
            async with self._lock:
                if not self._closed:
                    await self._state.keep(check=self.check.result)
        finally:
            self.check.finish()

    async def _begin_pv_test(self) -> PvTest:
        async with self._lock:
            telemetry = self._env.plant.telemetry()
            why_not = self.check.ended or self._why_no_test(telemetry)
            pv_w = 0 if telemetry is None else own_pv_w(telemetry) or 0
            if why_not is None and pv_w < LEAST_PV_W:
                why_not = say("control.pv_too_little", say("control.pv_needed", least_w=LEAST_PV_W), pv_w=pv_w)
            if why_not is not None:
                raise NotDoneError(why_not)
            self._pv.test = test = PvTest(before_w=pv_w, limit_w=pv_w // 2, asked_s=self._env.monotonic())
            self._others.forget()
            await self._cycle_unless_preempted()
            return test

    def _why_no_test(self, telemetry: Telemetry | None) -> Message | None:
        """Return why nothing can be tried now; None where it can."""
        memory = self.memory
        if self._closed:
            return say("control.has_ended")
        if memory.emergency_stop:
            return say("control.stop_active")
        if memory.override is not None:
            return say("control.override_active")
        if self._pv.test is not None:
            return say("control.test_running")
        if telemetry is None or (stale := why_stale(telemetry, memory.settings.limits, self._env.now())):
            return say("control.no_reading") if telemetry is None else stale
        if telemetry.grid_status is not GridStatus.ON_GRID:
            return say("control.grid_unknown")
        if any(telemetry.alarms.values()):
            return say("control.some_alarm")
        vpp = telemetry.ems_work_mode is EmsWorkMode.VPP
        if vpp or self._release.pending or self._release.back_off_s or self._others.control:
            return say("control.not_now")
        return None

    async def _close(self, reason: Message) -> None:
        while not self._closed:
            try:
                async with self._lock:
                    if self.check.asked is not None and self.memory.override is self.check.asked:
                        await self._state.keep(override=None)
                    await self._leave(reason)
                    self._closed = self._chargers.closed = True
            except PreemptedError:
                # The stop has the lock next; the plant is left stopped.
                continue
        await self._chargers.ended()

    async def _leave(self, reason: Message) -> None:
        memory = self.memory
        self._pv.asked = False
        if memory.emergency_stop:
            if not self._stop.confirmed:
                await self._stop.hold()
        elif memory.written and memory.settings.hand_back_on_stop:
            await self._release.on_closing(reason)
        # Also where the plant is left as it is: without control, a limit on PV would stay for good.
        await self._end_pv(reason, at_once=True)

    # -- one cycle ------------------------------------------------------------

    async def _under_lock(self, work: Coroutine[Any, Any, None]) -> None:
        async with self._lock:
            try:
                await work
            except PreemptedError:
                _LOGGER.debug("An emergency stop came first")

    async def _made_up_for(self) -> None:
        self._put_off = False
        # An emergency stop has the lock next, and does not wait for this.
        if self._closed or self._preempted.is_set() or self._read_before_write():
            return
        try:
            await self._cycle()
        finally:
            self._env.changed()

    def _read_before_write(self) -> bool:
        """Return whether the last reading is from before the last write: it says nothing of what that did."""
        telemetry, written_s = self._env.plant.telemetry(), self._execution.writer.written_at_s
        if telemetry is None or written_s is None:
            return False
        age_s = (self._env.now() - telemetry.timestamp).total_seconds()
        return age_s >= self._env.monotonic() - written_s

    async def _cycle_unless_preempted(self) -> None:
        try:
            await self._cycle()
        except PreemptedError:
            _LOGGER.debug("An emergency stop came first")

    async def _cycle(self) -> None:
        self._problem = None
        if self._closed:
            return
        self._pv.asked = False
        self._chargers.note()
        try:
            await self._bring_about()
        finally:
            if self._pv.asked:
                self._pv.tell()
            elif not self._preempted.is_set():
                await self._end_pv()
            self.check.cycled()

    async def _end_pv(self, why: Message | None = None, *, at_once: bool = False) -> None:
        """End what limits PV: nothing of this cycle asks for it."""
        reason = None if self.verdict is None else self.verdict.reason
        await self._pv.end_test(why or self._problem or reason or say("control.something_first"))
        try:
            await self._pv.free(at_once=at_once)
        finally:
            self._pv.tell()

    async def _bring_about(self) -> None:
        await self._state.flush()
        self._record.catch_up()
        now = self._env.now()
        telemetry = self._env.plant.telemetry()
        self._execution.soc.update(telemetry)
        await self._obedience.note_firmware()
        await self._end_override(now)
        await self._pv.take_for_test(telemetry)
        self.intent = intent = self._request(now)
        if self.memory.emergency_stop:
            await self._stop.tick()
            return
        self._others.say_whether_a_vpp_is_there(telemetry, intent)
        if telemetry is not None and not why_stale(telemetry, self.memory.settings.limits, now):
            await self._others.look(telemetry)
            await self._pv.watch(telemetry)
            await self._settle_doubt()
        if not await self._all_clear(intent, telemetry):
            return
        command = self._obedience.as_learned(intent.command)
        command = self._pv.as_allowed(command, others_set_it=self._others.set_pv_limit)
        if command.action is Action.RELEASE and not self.memory.written and self._export_limit_w is None:
            self.verdict = Verdict(kind=VerdictKind.ALLOWED, command=command)
            self._effect.end()
            return
        self.verdict = verdict = judge(
            command,
            intent.actor,
            telemetry=telemetry,
            limits=self.memory.settings.limits,
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
        if verdict.command.action in _MOVING and self._execution.confirmed_soc is None:
            reason = say("control.second_soc")
            self.verdict = replace(verdict, kind=VerdictKind.WAIT, rule=Rule.FRESH_DATA, reason=reason)
            return
        if self._already_applied(verdict, telemetry, now):
            return
        await self._take(verdict, intent)

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
        self._problem = done.detail
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
        elif done.changed or self._effect.due_s is None:
            self._effect.written(self._env.monotonic())

    async def _all_clear(self, intent: Intent, telemetry: Telemetry | None) -> bool:
        """Return whether nothing of what was written before stands in the way."""
        if self._release.pending and not self.memory.written:
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

    def _request(self, now: datetime) -> Intent:
        """Return the request that counts."""
        memory = self.memory
        requests = Requests(
            override=memory.override,
            schedules=memory.schedules,
            automatic=self.automatic if memory.settings.mode is ControlMode.AUTO else None,
            optimiser_above_schedules=memory.settings.optimiser_above_schedules,
            emergency_stop=memory.emergency_stop,
            holding=memory.applied is not None and memory.applied.command.action is Action.HOLD,
        )
        intent = arbitrate(requests, soc=self._execution.confirmed_soc, now=now, zone=self._env.zone())
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
        return None if self._others.set_export_limit else self.memory.export_limit_w

    def _last_write(self, now: datetime) -> LastWrite | None:
        """Return the last write by the steady clock: the wall clock may have been set meanwhile."""
        applied, written_at_s = self.memory.applied, self._execution.writer.written_at_s
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
        settled = self.memory.pending is None and self._held_by(command, telemetry)
        if settled and (command.action is not Action.RELEASE or not self.memory.written):
            return True
        if settled and self._export_limit_w is not None:
            return True
        return not verdict.urgent and now < last.at + self.memory.settings.limits.cooldown

    def _held(self, telemetry: Telemetry) -> Command | None:
        applied = self.memory.applied
        return applied.command if applied is not None and self._held_by(applied.command, telemetry) else None

    def _held_by(self, command: Command, telemetry: Telemetry) -> bool:
        return self._execution.held_by(command, telemetry, self._export_limit_w)

    # -- afterwards -----------------------------------------------------------

    async def _effective(self, telemetry: Telemetry) -> bool:
        """Return whether the battery does what it was told, as far as that can be seen; find a remedy if not."""
        applied = self.memory.applied
        if applied is None or not self.memory.written or not self._held_by(applied.command, telemetry):
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
        self._problem = self.verdict.reason

    async def _settle_doubt(self) -> None:
        """Ask no more about limits that are not there any more."""
        if self.memory.limits_doubt is LimitsDoubt.FOUND_UNDER_REMOTE and not self.limits_below_rating:
            await self._state.keep(limits_doubt=LimitsDoubt.NONE)

    def _begin_anew(self) -> None:
        self._release.begin_anew()
        self._others.forget()

    async def _end_override(self, now: datetime) -> None:
        override = self.memory.override
        if override is None:
            return
        reason = override.finished(self._execution.confirmed_soc, now)
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
        self._problem = reason = verdict.reason or intent.reason
        if self._refused == (refused := (intent.requested_by, verdict.rule)):
            return
        self._refused = refused
        self._execution.event("refusal", intent, reason, verdict.command)
        present = self._execution.present
        if present is None:
            return
        try:
            row = await self._record.begin(verdict.command, intent, intent.reason, present, {}, urgent=True)
        except AuditUnavailableError:
            return
        await self._record.complete(row, Result(Outcome.REFUSED, None, reason))

    def _on_alert(self, message: Message) -> None:
        if self.intent is not None:
            self._execution.event("alert", self.intent, message, self.intent.command)
        self._env.changed()


def _override_ends_s(override: Override | None, env: Environment) -> float | None:
    """Return when an override ends by the steady clock; its time never gets longer than it was asked for."""
    if override is None or override.expires_at is None:
        return None
    left = min(override.expires_at - env.now(), override.expires_at - override.started_at)
    return env.monotonic() + max(0.0, left.total_seconds())
