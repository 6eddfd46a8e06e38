"""The single writer: takes what is wished for through the guardrails to the plant, and sees that it took effect.

No Home Assistant in here: the device, the disk, the audit and the clocks are handed in, so that a test can drive it
through faults, restarts and clock jumps. Everything that writes runs under one lock.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
import logging
from typing import Any

from modbus_connection import ModbusError

from ..command import Action, Actor, ChargeSource, Command
from ..plant.commands import Bounds, Situation, differences, registers_for, writes_for
from ..telemetry import ControlRegisters, Telemetry
from .audit import AuditUnavailableError, Outcome
from .effect import Effect, effect_of
from .guardrails import RELEASE, Decision, LastWrite, Rule, Verdict, judge, why_stale
from .intents import Intent, Override, Wishes, arbitrate
from .memory import ControlMemory, ControlMode
from .writer import Audit, Plant, Result, Row, Writer

_LOGGER = logging.getLogger(__name__)

_EFFECT_AFTER = timedelta(seconds=30)
_RELEASE_RETRY = timedelta(seconds=30)
_LONGEST_RELEASE_RETRY = timedelta(minutes=5)
_EFFECT_CONFIRM_AFTER = timedelta(seconds=10)
_BACK_OFF = timedelta(minutes=5)
_LONGEST_BACK_OFF = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlEvent:
    """Something that happened, for people and automations."""

    kind: str
    """`command`, `refusal`, `alert` or `override_ended`."""

    actor: Actor
    owner: str
    action: Action
    power_w: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Everything outside that the controller needs."""

    plant: Plant
    audit: Audit
    save: Callable[[ControlMemory], Awaitable[None]]
    """Writes the memory to disk; raises `OSError`."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    zone: Callable[[], tzinfo]
    on_event: Callable[[ControlEvent], None]


def _is_for_safety(intent: Intent) -> bool:
    """Whether not writing would be the greater danger."""
    return intent.actor in (Actor.SAFETY, Actor.SYSTEM)


class Controller:
    """Takes wishes to the plant."""

    def __init__(self, environment: Environment, memory: ControlMemory) -> None:
        """Take up the memory; nothing is written yet."""
        self._env = environment
        self._lock = asyncio.Lock()
        self._writer = Writer(environment.plant, environment.audit, environment.now, environment.monotonic)
        self._stop_confirmed = False
        self._release_pending = False
        self._release_failures = 0
        self._failures = 0
        self._back_off_until_s = 0.0
        self._effect_due_s: float | None = None
        self._doubts = 0
        self._refused: tuple[str, Rule | None] | None = None
        self._unsaved = False
        self._closed = False
        self.memory = memory
        if memory.applied is not None:
            since_s = (environment.now() - memory.applied.at).total_seconds()
            self._writer.written_at_s = environment.monotonic() - max(0.0, since_s)
        self.automatic: Intent | None = None
        """What the optimiser wishes; set by its coordinator."""

        self.intent: Intent | None = None
        self.verdict: Verdict | None = None
        self.alert: str | None = None
        """What a person should know and do something about; None while all is well."""

    # -- wishes ---------------------------------------------------------------

    async def async_set_override(self, override: Override | None) -> None:
        """Take or clear a manual override; a person's new wish ends a back-off."""
        async with self._lock:
            await self._remember(override=override)
            self._failures, self._back_off_until_s, self.alert = 0, 0.0, None
            self._release_failures = 0
            await self._cycle()

    async def async_change(self, **changes: Any) -> None:
        """Change schedules, settings or the export limit."""
        async with self._lock:
            await self._remember(**changes)
            await self._cycle()

    async def async_emergency_stop(self) -> None:
        """Put the battery on hold at once, and write nothing more until a person clears it."""
        self.memory = replace(self.memory, emergency_stop=True, override=None)
        self._stop_confirmed = False
        self._writer.overtaken.set()
        async with self._lock:
            self._writer.overtaken.clear()
            await self._remember_if_possible(emergency_stop=True, override=None)
            await self._cycle()

    async def async_clear_emergency_stop(self) -> None:
        """Let control go on."""
        async with self._lock:
            await self._remember(emergency_stop=False)
            self._stop_confirmed = False
            self._release_failures = 0
            self.alert = None
            await self._cycle()

    async def async_close(self, reason: str) -> None:
        """Write nothing more; before that, give the plant back, unless it is stopped or the owner chose otherwise."""
        async with self._lock:
            self._closed = True
            if self.memory.saved is None or self.memory.emergency_stop or not self.memory.settings.hand_back_on_stop:
                return
            intent = Intent(command=RELEASE, actor=Actor.SYSTEM, owner="Home Assistant", reason=reason, expires_at=None)
            await self._write(RELEASE, intent, reason, export_limit_w=None)

    async def async_tick(self) -> None:
        """Do what is due; called every few seconds."""
        if not self._lock.locked():
            async with self._lock:
                await self._cycle()

    # -- one cycle ------------------------------------------------------------

    async def _cycle(self) -> None:
        if self._closed:
            return
        if self._unsaved:
            await self._remember_if_possible()
        now = self._env.now()
        telemetry = self._env.plant.telemetry()
        soc = None if telemetry is None else telemetry.soc
        await self._end_override(soc, now)
        memory = self.memory
        self.intent = intent = self._wish(soc, now)
        if memory.emergency_stop and self._stop_confirmed:
            return
        if intent.actor is not Actor.SAFETY and not await self._all_clear(intent, telemetry):
            return
        command = self._with_source(intent.command)
        self.verdict = verdict = judge(
            command,
            intent.actor,
            telemetry=telemetry,
            limits=memory.settings.limits,
            last=self._last_write(now),
            now=now,
        )
        if verdict.decision is Decision.REFUSED:
            await self._refuse(intent, verdict)
            return
        self._refused = None
        if verdict.decision is Decision.WAIT or telemetry is None:
            return
        if intent.actor is not Actor.SAFETY and self._needs_nothing(verdict, telemetry, now):
            return
        await self._write(verdict.command, intent, verdict.reason or intent.reason, memory.export_limit_w)

    async def _all_clear(self, intent: Intent, telemetry: Telemetry | None) -> bool:
        """Whether nothing of what was written before stands in the way."""
        if self._release_pending and not await self._release_again(telemetry):
            return False
        if telemetry is not None and not await self._effective(telemetry):
            return False
        return not self._backing_off(intent)

    def _wish(self, soc: float | None, now: datetime) -> Intent:
        """Return the wish that counts."""
        memory = self.memory
        wishes = Wishes(
            override=memory.override,
            schedules=memory.schedules,
            automatic=self.automatic if memory.settings.mode is ControlMode.AUTO else None,
            optimiser_above_schedules=memory.settings.optimiser_above_schedules,
            emergency_stop=memory.emergency_stop,
            holding=memory.applied is not None and memory.applied.command.action is Action.HOLD,
        )
        return arbitrate(wishes, soc=soc, now=now, zone=self._env.zone())

    def _with_source(self, command: Command) -> Command:
        if command.action is Action.CHARGE and self.memory.charge_via_grid:
            return replace(command, source=ChargeSource.GRID)
        return command

    def _last_write(self, now: datetime) -> LastWrite | None:
        """Return the last write by the steady clock: the wall clock may have been set meanwhile."""
        applied, written_at_s = self.memory.applied, self._writer.written_at_s
        if applied is None or written_at_s is None:
            return None
        return replace(applied, at=now - timedelta(seconds=self._env.monotonic() - written_at_s))

    def _needs_nothing(self, verdict: Verdict, telemetry: Telemetry, now: datetime) -> bool:
        """Whether the plant already does it, or may not be written yet to do it again."""
        memory, command, last = self.memory, verdict.command, self._last_write(now)
        release = command.action is Action.RELEASE and memory.export_limit_w is None
        if memory.saved is None and release:
            return True
        if last is None:
            return False
        if last.command != command:
            # A battery near full or empty tapers by itself: following that would be a write a minute.
            tapers = verdict.rule is Rule.RATED_LIMITS and command == replace(last.command, power_w=command.power_w)
            return tapers and self._same_registers(last.command, telemetry)
        # A release that left nothing to write, or was cut off after its last write, is still to be settled: otherwise
        # what the owner changes afterwards would be set back to what was saved.
        if memory.saved is not None and not release and self._same_registers(command, telemetry):
            return True
        return now < last.at + memory.settings.limits.cooldown

    def _same_registers(self, command: Command, telemetry: Telemetry) -> bool:
        situation = self._situation(telemetry, telemetry.control, self.memory.export_limit_w)
        return not differences(registers_for(command, situation), telemetry.control)

    def _situation(self, telemetry: Telemetry, present: ControlRegisters, export_limit_w: int | None) -> Situation:
        limits = self.memory.settings.limits
        if why_stale(telemetry, limits, self._env.now()):
            # The cut-offs keep their distance from the state of charge: an old one, or the cloud's, is as good as none.
            telemetry = replace(telemetry, soc=None)
        return Situation(
            telemetry=telemetry,
            present=present,
            saved=self.memory.saved or present,
            bounds=Bounds(min_soc=limits.min_soc, max_soc=limits.max_soc),
            export_limit_w=export_limit_w,
        )

    # -- writing --------------------------------------------------------------

    async def _write(
        self, command: Command, intent: Intent, reason: str, export_limit_w: int | None, *, again: bool = False
    ) -> bool:
        """Bring the plant to a command and see that it was taken; return whether it was."""
        telemetry = self._env.plant.telemetry()
        if telemetry is None:
            return False
        try:
            present = await self._env.plant.read_control()
        except ModbusError as err:
            _LOGGER.debug("The control registers could not be read: %s", err)
            return False
        saved = self.memory.saved or present
        situation = replace(self._situation(telemetry, present, export_limit_w), saved=saved)
        if writes := writes_for(command, situation):
            wanted = registers_for(command, situation)
            try:
                # To disk before the device: whoever comes after a crash finds what was under way, and what was before.
                await self._remember(saved=saved, applied=LastWrite(command=command, at=self._env.now()))
                row = await self._writer.begin(command, intent, reason, present, wanted)
            except (AuditUnavailableError, OSError) as err:
                self._alert(f"Nothing is written to the plant, because it cannot be recorded: {err}")
                if not _is_for_safety(intent):
                    return False
                row = None
            result = await self._writer.write(writes, wanted, acknowledge_after=self.memory.settings.acknowledge_after)
            await self._complete(row, result, again=again)
            if result.outcome is not Outcome.CONFIRMED:
                await self._unconfirmed(intent, result.detail)
                return False
            self._event("command", intent, reason, command)
        await self._settled(command, intent, saved, export_limit_w)
        return True

    async def _complete(self, row: Row | None, result: Result, *, again: bool = False) -> None:
        if problem := await self._writer.complete(row, result, again=again):
            self._alert(f"What came of a write could not be recorded: {problem}")

    async def _settled(
        self, command: Command, intent: Intent, saved: ControlRegisters, export_limit_w: int | None
    ) -> None:
        """Take note that the plant holds what was asked for."""
        released = command.action is Action.RELEASE and export_limit_w is None
        before = self.memory.applied
        at = self._env.now() if before is None or before.command == command else before.at
        await self._remember_if_possible(saved=None if released else saved, applied=LastWrite(command=command, at=at))
        self._doubts = self._release_failures = 0
        self._effect_due_s = None if released else self._env.monotonic() + _EFFECT_AFTER.total_seconds()
        if intent.actor is Actor.SAFETY:
            self._stop_confirmed = True
        if problem := await self._writer.let_go():
            self._alert(f"What came of a write could not be recorded: {problem}")

    async def _unconfirmed(self, intent: Intent, detail: str) -> None:
        """Revert what was not taken; an emergency stop is tried again instead, and overtakes everything."""
        if intent.actor is Actor.SAFETY:
            self._alert(f"The emergency stop was not taken by the plant yet: {detail}")
        elif intent.command.action is Action.RELEASE:
            self._release_pending = True
            self._release_failures += 1
            self._alert(f"The plant could not be handed back yet: {detail}")
        elif not self._writer.overtaken.is_set():
            await self._revert(detail)

    async def _revert(self, why: str) -> None:
        """Give the plant back after something went wrong, and leave it alone for a while."""
        self._failures += 1
        back_off = min(_LONGEST_BACK_OFF, _BACK_OFF * 2 ** min(self._failures - 1, 10))
        self._back_off_until_s = self._env.monotonic() + back_off.total_seconds()
        self._alert(f"The SigenStor did not do what it was told and was handed back: {why}")
        await self._release(f"Reverting: {why}")

    async def _release(self, why: str, *, again: bool = False) -> bool:
        """Give the plant back whatever is wished for; tried again until it is taken."""
        self._release_pending = True
        self._effect_due_s = None
        intent = Intent(command=RELEASE, actor=Actor.SYSTEM, owner="Safety", reason=why, expires_at=None)
        self._release_pending = not await self._write(RELEASE, intent, why, export_limit_w=None, again=again)
        return not self._release_pending

    async def _release_again(self, telemetry: Telemetry | None) -> bool:
        """Give the plant back after it refused, when that is due; less and less often, while it goes on refusing."""
        if why_stale(telemetry, self.memory.settings.limits, self._env.now()):
            # A plant that was away may take now what it refused before.
            self._release_failures = 0
        retry = min(_LONGEST_RELEASE_RETRY, _RELEASE_RETRY * 2 ** min(max(self._release_failures - 1, 0), 10))
        since_s = self._env.monotonic() - (self._writer.written_at_s or 0.0)
        return since_s >= retry.total_seconds() and await self._release("Trying again to hand back", again=True)

    # -- afterwards -----------------------------------------------------------

    async def _effective(self, telemetry: Telemetry) -> bool:
        """Return whether the battery does what it was told, as far as that can be seen; revert when it does not."""
        applied, due_s = self.memory.applied, self._effect_due_s
        if applied is None or due_s is None or self._env.monotonic() < due_s:
            return True
        match effect_of(applied.command, telemetry):
            case Effect.AS_TOLD:
                self._effect_due_s = None
                self._failures = 0
                return True
            case Effect.UNKNOWN:
                return True
            case effect:
                self._doubts += 1
                if self._doubts < 2:
                    self._effect_due_s = self._env.monotonic() + _EFFECT_CONFIRM_AFTER.total_seconds()
                    return True
        if effect is Effect.TOO_LITTLE:
            if applied.command.source is ChargeSource.SOLAR_FIRST:
                _LOGGER.info("The plant does not top up from the grid in its solar-first mode; using grid-first")
                await self._remember_if_possible(charge_via_grid=True)
            self._effect_due_s = None
            return True
        battery_w = telemetry.battery_power_w
        await self._revert(f"the battery is at {battery_w} W after {applied.command.action} was asked for")
        return False

    def _backing_off(self, intent: Intent) -> bool:
        """Whether to leave the plant alone after a revert; it was handed back then."""
        left_s = self._back_off_until_s - self._env.monotonic()
        if left_s <= 0 or intent.command.action is Action.RELEASE:
            return False
        self.verdict = Verdict(
            decision=Decision.WAIT,
            command=RELEASE,
            reason=f"Trying again in {left_s / 60:.0f} min: {self.alert or 'the last command did not take effect'}",
            not_before=self._env.now() + timedelta(seconds=left_s),
        )
        return True

    async def _end_override(self, soc: float | None, now: datetime) -> None:
        override = self.memory.override
        if override is None or (reason := override.finished(soc, now)) is None:
            return
        await self._remember_if_possible(override=None)
        self._event(
            "override_ended",
            Intent(command=RELEASE, actor=Actor.MANUAL, owner=override.kind.label, reason=reason, expires_at=None),
            reason,
            RELEASE,
        )

    async def _refuse(self, intent: Intent, verdict: Verdict) -> None:
        """Say once, and record, that a wish is refused."""
        if self._refused == (refused := (intent.owner, verdict.rule)):
            return
        self._refused = refused
        self._event("refusal", intent, verdict.reason, verdict.command)
        telemetry = self._env.plant.telemetry()
        present = ControlRegisters() if telemetry is None else telemetry.control
        try:
            row = await self._writer.begin(verdict.command, intent, intent.reason, present, present)
        except AuditUnavailableError as err:
            self._alert(f"A refusal could not be recorded: {err}")
        else:
            await self._complete(row, Result(Outcome.REFUSED, None, verdict.reason))

    def _event(self, kind: str, intent: Intent, reason: str, command: Command) -> None:
        self._env.on_event(
            ControlEvent(
                kind=kind,
                actor=intent.actor,
                owner=intent.owner,
                action=command.action,
                power_w=command.power_w,
                reason=reason,
            )
        )

    def _alert(self, message: str) -> None:
        """Say, once, what a person should know and do something about."""
        if message == self.alert:
            return
        self.alert = message
        _LOGGER.warning(message)
        if self.intent is not None:
            self._event("alert", self.intent, message, self.intent.command)

    async def _remember(self, **changes: Any) -> None:
        """Change the memory, on disk first. Raises `OSError`, and then nothing has changed."""
        memory = replace(self.memory, **changes)
        await self._env.save(memory)
        self.memory, self._unsaved = memory, False

    async def _remember_if_possible(self, **changes: Any) -> None:
        """Change the memory even when the disk does not take it; that is tried again."""
        try:
            await self._remember(**changes)
        except OSError as err:
            self.memory, self._unsaved = replace(self.memory, **changes), True
            self._alert(f"The state of control could not be written to disk: {err}")
