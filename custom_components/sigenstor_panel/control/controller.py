"""Takes what is requested through the guardrails to the plant, and sees that it took effect.

No Home Assistant in here: the device, the disk, the audit and the clocks are handed in, so that a test can drive it
through faults, restarts and clock jumps. Everything that writes runs under one lock, in tasks of its own: whoever asked
may be cancelled at any time. An emergency stop preempts what is under way.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
import logging
from typing import Any

from ..model.message import Message, say
from ..model.telemetry import ControlRegisters, EmsWorkMode, GridStatus, Telemetry
from .alerts import Alert, Alerts
from .charger_guardrails import ChargerRequest
from .chargers import Chargers
from .check import Check, Doors
from .cycle import Cycle
from .environment import ControlEvent, Environment
from .execution import Execution
from .guardrails import Verdict, any_alarm, own_pv_w, why_stale
from .intents import Intent, Override
from .memory import ControlMemory, LimitsDoubt
from .obedience import Obedience
from .others import Others
from .ownership import owing_rated, rated_powers_w
from .pv_limit import PvLimit
from .pv_test import LEAST_PV_W, LONGEST_TEST_S, PvTest
from .record import Record
from .release import Release
from .state import State
from .stop import EmergencyStop
from .waiting import NotDoneError, PreemptedError, Tasks
from .watch import EffectWatch

__all__ = ["ControlEvent", "Controller", "Environment", "NotDoneError"]

_LOGGER = logging.getLogger(__name__)


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
        self._cycle = Cycle(
            environment,
            self._state,
            self._record,
            self._execution,
            self._preempted,
            pv=self._pv,
            stop=self._stop,
            chargers=self._chargers,
            effect=self._effect,
            release=self._release,
            obedience=self._obedience,
            others=self._others,
            ended=lambda: self.check.cycled(),  # noqa: PLW0108  the check is made below
        )
        doors = Doors(
            override=self._override_for_check,
            test_pv=self._test_pv_limit,
            held=self._cycle.held,
            verdict=lambda: self.verdict,
        )
        self.check = Check(environment, self._state, self.alerts, self._execution, doors)
        self._put_off = False
        if (last := memory.pending or memory.applied) is not None:
            since_s = (environment.now() - last.at).total_seconds()
            self._execution.writer.written_at_s = environment.monotonic() - max(0.0, since_s)

    @property
    def automatic(self) -> Intent | None:
        """What the optimiser requests."""
        return self._cycle.automatic

    @automatic.setter
    def automatic(self, request: Intent | None) -> None:
        self._cycle.automatic = request

    @property
    def intent(self) -> Intent | None:
        """The request that wins; None before the first cycle."""
        return self._cycle.intent

    @property
    def verdict(self) -> Verdict | None:
        """What the guardrails make of it."""
        return self._cycle.verdict

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
    def idle(self) -> bool:
        """Whether nothing is being done, not even a stop that was pressed a moment ago."""
        return not self._lock.locked() and not self._preempted.is_set()

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
        return self._execution.registers.present

    @property
    def pv_limit_w(self) -> int | None:
        """What PV is limited to by this controller; None: nothing."""
        return self._pv.limit_w

    @property
    def limits_below_rating(self) -> dict[str, int]:
        """The battery limits, in W, that hold or will hold without this controller and lie below the rating."""
        return self._cycle.limits_below_rating

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
        self._state.memory = replace(self.memory, emergency_stop=True, override=None)
        self._stop.begin()
        self._preempted.set()
        self._env.changed()
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
            await self._tasks.run(self._under_lock(self._cycle.run()))
        elif not self._put_off:
            self._put_off = True
            self._tasks.start(self._under_lock(self._made_up_for()))

    async def _override_for_check(self, override: Override | None) -> None:
        await self._tasks.run(self._set_override(override, by_check=True))

    async def _set_override(self, override: Override | None, *, by_check: bool = False) -> None:
        async with self._lock:
            if by_check:
                others = self.memory.override is not self.check.asked
                if self._cycle.closed or others or (override is not None and self.check.ended is not None):
                    raise NotDoneError(say("control.check_ended"))
            elif override is None:
                await self._pv.end_test(say("control.something_first"))
            if override is not None and self.memory.emergency_stop:
                raise NotDoneError(say("control.stop_active"))
            before = self.memory.override
            # In place of another override it is taken, and ends at once: that one is not wanted any more.
            if override is not None and before is None and (met := self._cycle.target_met(override)) is not None:
                raise NotDoneError(met)
            try:
                await self._state.remember(override=override)
                self._cycle.time_override(override)
                self._begin_anew()
                await self._cycle.run()
            except PreemptedError as err:
                raise NotDoneError(say("control.stop_first")) from err
            if self._cycle.problem is None:
                if by_check:
                    self.check.asked = override
                return
            if override is not None:
                await self._state.keep(override=before)
                self._cycle.time_override(before)
                self._cycle.choose()
            raise NotDoneError(self._cycle.problem)

    async def _change(self, **changes: Any) -> None:
        async with self._lock:
            try:
                await self._state.remember(**changes)
            except PreemptedError as err:
                raise NotDoneError(say("control.stop_first")) from err
            await self._cycle_unless_preempted()

    async def _emergency_stop(self) -> None:
        async with self._lock:
            self._preempted.clear()
            # Once more, under the lock: an override may have been saved in between.
            self._cycle.time_override(None)
            await self._state.force(emergency_stop=True, override=None)
            self._effect.end()
            self._cycle.choose()
            self._cycle.problem = None
            self._pv.asked = False
            try:
                await self._stop.hold(pressed=True)
                await self._cycle.end_pv(at_once=True)
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
                if not self._cycle.closed:
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
        if self._cycle.closed:
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
        if any_alarm(telemetry):
            return say("control.some_alarm")
        vpp = telemetry.ems_work_mode is EmsWorkMode.VPP
        if vpp or self._release.pending or self._release.back_off_s or self._others.control:
            return say("control.not_now")
        return None

    async def _close(self, reason: Message) -> None:
        while not self._cycle.closed:
            try:
                async with self._lock:
                    if self.check.asked is not None and self.memory.override is self.check.asked:
                        await self._state.keep(override=None)
                    await self._leave(reason)
                    self._cycle.closed = self._chargers.closed = True
            except PreemptedError:
                # The stop has the lock next; the plant is left stopped.
                continue
        await self._chargers.ended()
        # A stop that was pressed since then is done to its end.
        async with self._lock:
            return

    async def _leave(self, reason: Message) -> None:
        memory = self.memory
        self._pv.asked = False
        if memory.emergency_stop:
            if not self._stop.confirmed:
                await self._stop.hold()
        elif memory.written and memory.settings.hand_back_on_stop:
            await self._release.on_closing(reason)
        # Also where the plant is left as it is: without control, a limit on PV would stay for good.
        await self._cycle.end_pv(reason, at_once=True)

    async def _under_lock(self, work: Coroutine[Any, Any, None]) -> None:
        async with self._lock:
            try:
                await work
            except PreemptedError:
                _LOGGER.debug("An emergency stop came first")

    async def _made_up_for(self) -> None:
        self._put_off = False
        # An emergency stop has the lock next, and does not wait for this.
        if self._cycle.closed or self._preempted.is_set() or self._read_before_write():
            return
        try:
            await self._cycle.run()
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
            await self._cycle.run()
        except PreemptedError:
            _LOGGER.debug("An emergency stop came first")

    def _begin_anew(self) -> None:
        self._release.begin_anew()
        self._others.forget()

    def _on_alert(self, message: Message) -> None:
        if self.intent is not None:
            self._execution.event("alert", self.intent, message, self.intent.command)
        self._env.changed()
