"""What people, schedules and the optimiser want of the battery, and which of them gets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Final, Self

from ..model.command import Action, Actor, Command
from ..model.message import Message, plain, say
from ..model.validation import (
    MAX_POWER_W,
    InvalidInputError,
    choice,
    instant,
    nothing_for_hold,
    power_w as checked_power_w,
    required,
    soc as checked_soc,
)
from .schedules import Schedule, ScheduleAction, Window, active_window, parse_schedule, windows

__all__ = [
    "Intent",
    "InvalidInputError",
    "Override",
    "OverrideKind",
    "Requests",
    "Schedule",
    "ScheduleAction",
    "Window",
    "active_window",
    "arbitrate",
    "new_override",
    "parse_schedule",
    "windows",
]

DEFAULT_OVERRIDE_POWER_W: Final = 1_000
DEFAULT_CHARGE_TARGET_SOC: Final = 95.0
DEFAULT_FLOOR_SOC: Final = 20.0
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
MIN_DURATION: Final = timedelta(minutes=1)
MAX_DURATION: Final = timedelta(hours=24)
ALLOWED_DURATION: Final = say("invalid.duration", minutes=MIN_DURATION // _MINUTE, hours=MAX_DURATION // _HOUR)


_TARGET_MARGIN: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SocRange:
    """Between which states of charge the battery may be moved."""

    min_soc: float = 0.0
    max_soc: float = 100.0
    min_is_own: bool = False
    """Whether the lower end is set in the SigenStor, and is no safety limit."""

    max_is_own: bool = False


WHOLE_RANGE: Final = SocRange()


class OverrideKind(StrEnum):
    """What a person can force the battery to do."""

    FORCE_CHARGE = "force_charge"
    FORCE_HOLD = "force_hold"
    FORCE_EXPORT = "force_export"

    @property
    def label(self) -> Message:
        """Return what people see: "Force charge"."""
        return say(f"word.override_{self.value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A person's order, which lasts until its target, its expiry or a stop."""

    kind: OverrideKind
    power_w: int
    """Above 0 for charge and export, 0 for hold."""
    target_soc: float | None
    """Charge up to this, export down to this; a hold lets the battery supply the house down to this, if not None."""
    started_at: datetime
    expires_at: datetime | None

    def finished(self, soc: float | None, now: datetime, within: SocRange = WHOLE_RANGE) -> Message | None:
        """Return why the override is over, or None while it is not; an unknown SoC ends nothing."""
        if self.expires_at is not None and now >= self.expires_at:
            return say("control.time_over", override=self.kind.label)
        if (met := self.target_met(soc, within)) is None:
            return None
        return say("control.target_over", self.ends_before(within), override=self.kind.label, **met)

    def target_met(self, soc: float | None, within: SocRange = WHOLE_RANGE) -> dict[str, float] | None:
        """Return the state of charge and the target, as values of a message, once the battery is as near as it may go."""
        if self.target_soc is None or soc is None or self.kind is OverrideKind.FORCE_HOLD:
            return None
        charging = self.kind is OverrideKind.FORCE_CHARGE
        nearest = min(self.target_soc, within.max_soc) if charging else max(self.target_soc, within.min_soc)
        if not _reached(nearest, soc, charging=charging):
            return None
        return {"soc": soc, "target_soc": self.target_soc}

    def ends_before(self, within: SocRange) -> Message | None:
        """Return what ends the override before its target; None where nothing does."""
        if self.target_soc is None or self.kind is OverrideKind.FORCE_HOLD:
            return None
        if self.kind is OverrideKind.FORCE_CHARGE:
            key, limit_soc, is_own = "control.charging_ends", within.max_soc, within.max_is_own
            beyond = self.target_soc > limit_soc
        else:
            key, limit_soc, is_own = "control.discharging_ends", within.min_soc, within.min_is_own
            beyond = self.target_soc < limit_soc
        return say(f"{key}_as_set" if is_own else key, limit_soc=limit_soc) if beyond else None

    def as_dict(self) -> dict[str, Any]:
        """Return the override as JSON can hold it."""
        return {
            "kind": self.kind.value,
            "power_w": self.power_w,
            "target_soc": self.target_soc,
            "started_at": self.started_at.isoformat(),
            "expires_at": None if self.expires_at is None else self.expires_at.isoformat(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the override that `as_dict` described; what was damaged since is refused."""
        kind = choice("kind", required(data, "kind"), OverrideKind)
        power, target = _power_and_target(kind, required(data, "power_w"), required(data, "target_soc"))
        expires_at = required(data, "expires_at")
        return cls(
            kind=kind,
            power_w=power,
            target_soc=target,
            started_at=instant("started_at", required(data, "started_at")),
            expires_at=None if expires_at is None else instant("expires_at", expires_at),
        )


def new_override(
    kind: OverrideKind,
    *,
    now: datetime,
    power_w: float | None = None,
    target_soc: float | None = None,
    duration: timedelta | None = None,
    default_power_w: int = DEFAULT_OVERRIDE_POWER_W,
    default_charge_target_soc: float = DEFAULT_CHARGE_TARGET_SOC,
    default_floor_soc: float = DEFAULT_FLOOR_SOC,
    most_w: int = MAX_POWER_W,
) -> Override:
    """Return the override that is asked for, starting now; the defaults stand in for what is None."""
    if duration is not None and (not isinstance(duration, timedelta) or not MIN_DURATION <= duration <= MAX_DURATION):
        raise InvalidInputError("duration", ALLOWED_DURATION, duration)
    if kind is not OverrideKind.FORCE_HOLD:
        default_soc = default_charge_target_soc if kind is OverrideKind.FORCE_CHARGE else default_floor_soc
        power_w = default_power_w if power_w is None else power_w
        target_soc = default_soc if target_soc is None else target_soc
    power, target = _power_and_target(kind, power_w, target_soc, most_w)
    started_at = now.astimezone(UTC)
    return Override(
        kind=kind,
        power_w=power,
        target_soc=target,
        started_at=started_at,
        expires_at=None if duration is None else started_at + duration,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is asked of the plant, by whom, why and until when."""

    command: Command
    actor: Actor
    requested_by: Message
    """What people see: "Force charge", a schedule's name, "Optimiser"."""
    reason: Message
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """Everything that is wanted at one moment."""

    override: Override | None
    schedules: tuple[Schedule, ...]
    automatic: Intent | None
    """The optimiser's; None unless the control mode is auto and it has something to say."""
    optimiser_above_schedules: bool
    emergency_stop: bool
    holding: bool = False
    """Whether the battery is on hold now; a schedule that reached its target then stays there."""


EMERGENCY_STOP: Final = Intent(
    command=Command(action=Action.HOLD),
    actor=Actor.SAFETY,
    requested_by=say("control.emergency_stop"),
    reason=say("control.stopped"),
    expires_at=None,
)
SELF_CONSUMPTION: Final = Intent(
    command=Command(action=Action.RELEASE),
    actor=Actor.SYSTEM,
    requested_by=say("word.action_self_consume"),
    reason=say("control.nothing_asked"),
    expires_at=None,
)


def arbitrate(requests: Requests, *, soc: float | None, now: datetime, zone: tzinfo) -> Intent:
    """Return the request that wins, as an intent; `zone` is for the schedules.

    Emergency stop, then override, then schedules and optimiser in the order the user chose, then the
    plant's own mode. The guardrails, which see the result, stand between the first two.
    """
    if requests.emergency_stop:
        return EMERGENCY_STOP
    if requests.override is not None and requests.override.finished(soc, now) is None:
        return _override_intent(requests.override, soc, holding=requests.holding)
    automatic = requests.automatic
    if automatic is not None and automatic.expires_at is not None and now >= automatic.expires_at:
        automatic = None
    window = active_window(requests.schedules, now, zone)
    scheduled = None if window is None else _schedule_intent(window, soc, holding=requests.holding)
    ranked = (automatic, scheduled) if requests.optimiser_above_schedules else (scheduled, automatic)
    return ranked[0] or ranked[1] or SELF_CONSUMPTION


def _override_intent(override: Override, soc: float | None, *, holding: bool) -> Intent:
    action = {
        OverrideKind.FORCE_CHARGE: Action.CHARGE,
        OverrideKind.FORCE_HOLD: Action.HOLD,
        OverrideKind.FORCE_EXPORT: Action.DISCHARGE,
    }[override.kind]
    keeping = override.target_soc if action is Action.HOLD else None
    margin = _TARGET_MARGIN if holding else 0.0
    # The floor stands in the hardware too: a state of charge that is not known for a moment ends nothing.
    reached = holding if soc is None else keeping is not None and _reached(keeping, soc, charging=False, margin=margin)
    if keeping is not None and not reached:
        action = Action.SELF_CONSUME
    return Intent(
        command=Command(
            action=action,
            power_w=override.power_w,
            floor_soc=override.target_soc if action in {Action.DISCHARGE, Action.SELF_CONSUME} else None,
        ),
        actor=Actor.MANUAL,
        requested_by=override.kind.label,
        reason=_override_reason(override),
        expires_at=override.expires_at,
    )


def _override_reason(override: Override) -> Message:
    target_soc, until_at = override.target_soc, override.expires_at
    if target_soc is None:
        return say("control.force_hold") if until_at is None else say("control.force_hold_until", until_at=until_at)
    if override.kind is OverrideKind.FORCE_HOLD:
        if until_at is None:
            return say("control.keep", target_soc=target_soc)
        return say("control.keep_until", target_soc=target_soc, until_at=until_at)
    power_w, charging = override.power_w, override.kind is OverrideKind.FORCE_CHARGE
    if until_at is None:
        key = "control.force_charge" if charging else "control.force_export"
        return say(key, power_w=power_w, target_soc=target_soc)
    key = "control.force_charge_until" if charging else "control.force_export_until"
    return say(key, power_w=power_w, target_soc=target_soc, until_at=until_at)


def _schedule_intent(window: Window, soc: float | None, *, holding: bool) -> Intent:
    schedule, until_at = window.schedule, window.end
    charging = schedule.action is ScheduleAction.CHARGE
    target = schedule.target_soc
    action = Action(schedule.action)
    floor_soc = target if action is Action.DISCHARGE else None
    command = Command(action=action, power_w=schedule.power_w, floor_soc=floor_soc)
    # A battery on hold drifts a little: going after every tenth of a percent would be a write a minute.
    margin = _TARGET_MARGIN if holding else 0.0
    if target is not None and soc is not None and _reached(target, soc, charging=charging, margin=margin):
        command = Command(action=Action.HOLD)
        reason = say("control.target_reached", target_soc=target, until_at=until_at)
    elif schedule.action is ScheduleAction.HOLD:
        reason = say("control.holding", until_at=until_at)
    elif schedule.action is ScheduleAction.SELF_CONSUME:
        reason = say("control.self_consuming", until_at=until_at)
    elif target is None:
        key = "control.charging" if charging else "control.discharging"
        reason = say(key, power_w=schedule.power_w, until_at=until_at)
    else:
        key = "control.charging_to" if charging else "control.discharging_to"
        reason = say(key, power_w=schedule.power_w, target_soc=target, until_at=until_at)
    return Intent(
        command=command,
        actor=Actor.SCHEDULE,
        requested_by=plain(schedule.name),
        reason=reason,
        expires_at=window.end,
    )


def _power_and_target(
    kind: OverrideKind, power: object, target: object, most_w: int = MAX_POWER_W
) -> tuple[int, float | None]:
    if kind is OverrideKind.FORCE_HOLD:
        nothing_for_hold(power, None)
        return 0, None if target is None else checked_soc("target_soc", target)
    return checked_power_w("power_w", power, most_w), checked_soc("target_soc", target)


def _reached(target_soc: float, soc: float, *, charging: bool, margin: float = 0.0) -> bool:
    return soc >= target_soc - margin if charging else soc <= target_soc + margin
