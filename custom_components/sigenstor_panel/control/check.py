"""A check that a person starts and watches: overrides one after the other, and what the battery does under them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from ..model.command import Action, Command
from ..model.message import Message, say, told_by
from ..model.telemetry import Telemetry
from .alerts import Alert, Alerts
from .check_result import CheckResult, Finding, Step, finding
from .effect import NOISE_W, Effect, effect_of
from .environment import Environment
from .execution import Execution
from .guardrails import Verdict, VerdictKind, why_stale
from .intents import Override, OverrideKind, new_override
from .pv_test import PvTest
from .state import State
from .waiting import NotDoneError

CHECK_POWER_W: Final = 1_000
HELD_S: Final = 50.0
"""For how long a command has to stand before the battery is said to follow it."""

_READINGS = 2
"""How many readings in a row have to show it."""

_READ_WITHIN_S = 90.0
_SLACK_S = 180.0

_KINDS = {
    Step.HOLD: (OverrideKind.FORCE_HOLD, Action.HOLD),
    Step.CHARGE: (OverrideKind.FORCE_CHARGE, Action.CHARGE),
    Step.DISCHARGE: (OverrideKind.FORCE_EXPORT, Action.DISCHARGE),
}


@dataclass(slots=True)
class _Seen:
    """What the battery did under a command."""

    action: Action
    fits: int = 0
    effect: Effect = Effect.UNKNOWN
    last: Telemetry | None = None
    said: Message | None = None

    def take(self, telemetry: Telemetry, command: Command, *, whole: bool) -> None:
        """Compare a reading with the command; a part of the power, or what is held down by something else, is no obedience."""
        self.last, self.effect = telemetry, effect_of(command, telemetry)
        seen_w = telemetry.battery_power_w or 0
        moves = command.action is Action.HOLD or abs(seen_w) > max(NOISE_W, command.power_w / 2 - NOISE_W)
        self.fits = self.fits + 1 if whole and moves and self.effect is Effect.AS_COMMANDED else 0
        self.said = say("control.check_seen", asked_w=command.signed_power_w, seen_w=seen_w)


type _Finding = tuple[bool | None, Message | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What the check asks of the controller, as people do."""

    override: Callable[[Override | None], Awaitable[None]]
    """Sets or clears the override. Raises `OSError` or `NotDoneError`."""

    test_pv: Callable[[], Awaitable[PvTest]]
    held: Callable[[Telemetry], Command | None]
    """Returns the command that was applied last, where the registers hold it."""

    verdict: Callable[[], Verdict | None]


class Check:
    """Whether the plant is read, holds, charges, discharges, and limits PV when it is asked to."""

    def __init__(self, env: Environment, state: State, alerts: Alerts, execution: Execution, doors: Doors) -> None:
        """Initialize; nothing is checked yet."""
        self._env = env
        self._state = state
        self._alerts = alerts
        self._execution = execution
        self._doors = doors
        self._cycle = asyncio.Event()
        self._begun: CheckResult | None = None
        self.step: Step | None = None
        """The step that runs; None while no check does."""

        self.ended: Message | None = None
        """Why the check that runs goes no further."""

        self.asked: Override | None = None
        """The override that the check asked for and has not put back."""

    @property
    def result(self) -> CheckResult | None:
        """Return what the check that runs has found so far, else what the last one found."""
        return self._begun or self._state.memory.check

    def begin(self) -> None:
        """Begin a check; `run` does it."""
        self._begun = CheckResult(at=self._env.now(), firmware=self._env.firmware())
        self.step, self.ended, self.asked = Step.READ, None, None

    def end(self) -> None:
        """End a check that runs: a person asks for something else, or control ends."""
        if self.step is not None and self.ended is None:
            self.ended = say("control.check_ended")
            self.cycled()

    def finish(self) -> None:
        """Take note that nothing is left of a check."""
        self._begun = self.step = self.ended = self.asked = None
        self._env.changed()

    def cycled(self) -> None:
        """Take note that control did what was due."""
        self._cycle.set()
        self._cycle = asyncio.Event()

    async def run(self) -> None:
        """Try one step after the other, and put back what was asked for."""
        try:
            for step in Step:
                self.step = step
                self._env.changed()
                obeyed, why = (None, self.ended) if self.ended else await self._try(step)
                self._found(finding(step, obeyed, (self.ended if obeyed is None else None) or why))
                if step is Step.READ and not obeyed:
                    self.ended = self.ended or say("control.check_not_read")
        finally:
            await self._put_back()

    async def _try(self, step: Step) -> _Finding:
        try:
            if step is Step.READ:
                return await self._read()
            if step is Step.PV_LIMIT:
                await self._doors.override(None)
                test = await self._doors.test_pv()
                return test.obeyed, test.said
            return await self._move(step)
        except (NotDoneError, OSError) as err:
            why = told_by(err)
            refused = why.key == "control.not_taken" and Alert.NOT_OBEYED in self._alerts
            return False if refused else None, why

    async def _read(self) -> _Finding:
        """Return whether new readings say what the battery does."""
        until_s, readings, last = self._env.monotonic() + _READ_WITHIN_S, 0, self._env.plant.telemetry()
        while self.ended is None:
            await self._cycle.wait()
            telemetry = self._env.plant.telemetry()
            stale = why_stale(telemetry, self._state.memory.settings.limits, self._env.now())
            if telemetry is not None and telemetry is not last and stale is None:
                last = telemetry
                if telemetry.soc is not None and telemetry.battery_power_w is not None:
                    readings += 1
                    if readings >= _READINGS:
                        seen_w, soc = telemetry.battery_power_w, telemetry.soc
                        return True, say("control.check_reading", soc=soc, seen_w=seen_w)
            if self._env.monotonic() >= until_s:
                return False, stale
        return None, None

    async def _move(self, step: Step) -> _Finding:
        """Return whether the battery does what an override asks for, once that stands."""
        settings, (kind, action) = self._state.memory.settings, _KINDS[step]
        # A change may wait for the one before it, and what does not follow is written once more in another way.
        longest_s = 2 * settings.limits.cooldown.total_seconds() + _SLACK_S
        override = new_override(
            kind,
            now=self._env.now(),
            power_w=None if step is Step.HOLD else CHECK_POWER_W,
            duration=timedelta(seconds=longest_s + _SLACK_S),
            default_charge_target_soc=settings.charge_target_soc,
            default_floor_soc=settings.export_floor_soc,
        )
        if (over := override.finished(self._execution.registers.confirmed_soc, self._env.now())) is not None:
            return None, over
        until_s = self._env.monotonic() + longest_s
        before, seen = self._doors.verdict(), _Seen(action)
        await self._doors.override(override)
        while self.ended is None:
            await self._cycle.wait()
            if self._state.memory.override is not override:
                self.asked = None
                return None, override.finished(self._execution.registers.confirmed_soc, self._env.now())
            if seen.said is not None and Alert.NOT_OBEYED in self._alerts:
                return False, seen.said
            verdict = None if (verdict := self._doors.verdict()) is before else verdict
            if verdict is not None and verdict.kind is VerdictKind.ADJUSTED and verdict.command.action is not action:
                return None, verdict.reason
            self._look(seen, verdict)
            now_s = self._env.monotonic()
            if seen.fits >= _READINGS and now_s - (self._execution.writer.written_at_s or 0.0) >= HELD_S:
                return True, seen.said
            if now_s >= until_s:
                explained = seen.effect in (Effect.AS_COMMANDED, Effect.UNKNOWN)
                return None if explained else False, seen.said or (None if verdict is None else verdict.reason)
        return None, None

    def _look(self, seen: _Seen, verdict: Verdict | None) -> None:
        """Take up a new reading under the command, once the registers hold it, or a first part of its power."""
        telemetry = self._env.plant.telemetry()
        held = None if telemetry is None or telemetry is seen.last else self._doors.held(telemetry)
        if telemetry is None or held is None or held.action is not seen.action:
            return
        if seen.said is None:
            # That was about the command before.
            self._alerts.clear(Alert.NOT_OBEYED)
        part = verdict is not None and (verdict.ramping_to_w is not None or verdict.command.power_w > held.power_w)
        seen.take(telemetry, held, whole=not part)

    def _found(self, found: Finding) -> None:
        if self._begun is not None:
            self._begun = replace(self._begun, findings=(*self._begun.findings, found))
        self._env.changed()

    async def _put_back(self) -> None:
        """Clear the override that is left; while the disk does not take that, try again."""
        while self.asked is not None and self._state.memory.override is self.asked:
            try:
                await self._doors.override(None)
            except NotDoneError, OSError:
                if self._state.memory.override is self.asked:
                    await self._cycle.wait()
