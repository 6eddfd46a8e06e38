"""What people, schedules and the optimiser want of the battery, and which of them gets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Final, Self

from ..model.command import Action, Actor, Command
from ..model.message import say
from ..model.validation import (
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
DEFAULT_CHARGE_TARGET_SOC: Final = 100.0
DEFAULT_FLOOR_SOC: Final = 10.0
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
MIN_DURATION: Final = timedelta(minutes=1)
MAX_DURATION: Final = timedelta(hours=24)
ALLOWED_DURATION: Final = say("invalid.duration", minutes=MIN_DURATION // _MINUTE, hours=MAX_DURATION // _HOUR)


_TARGET_MARGIN: Final = 1.0


class OverrideKind(StrEnum):
    """What a person can force the battery to do."""

    FORCE_CHARGE = "force_charge"
    FORCE_HOLD = "force_hold"
    FORCE_EXPORT = "force_export"

    @property
    def label(self) -> str:
        """Return what people see: "Force charge"."""
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A person's order, which lasts until its target, its expiry or a stop."""

    kind: OverrideKind
    power_w: int
    """Above 0 for charge and export, 0 for hold."""
    target_soc: float | None
    """Charge up to this, export down to this; None for hold."""
    started_at: datetime
    expires_at: datetime | None

    def finished(self, soc: float | None, now: datetime) -> str | None:
        """Return why the override is over, or None while it is not; an unknown SoC ends nothing."""
        if self.expires_at is not None and now >= self.expires_at:
            return f"{self.kind.label} ended: its time is over"
        if self.target_soc is None or soc is None:
            return None
        charging = self.kind is OverrideKind.FORCE_CHARGE
        if not _reached(self.target_soc, soc, charging=charging):
            return None
        return f"{self.kind.label} ended: the battery is at {_percent(soc)}, the target was {_percent(self.target_soc)}"

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
) -> Override:
    """Return the override that is asked for, starting now; the defaults stand in for what is None."""
    if duration is not None and (not isinstance(duration, timedelta) or not MIN_DURATION <= duration <= MAX_DURATION):
        raise InvalidInputError("duration", ALLOWED_DURATION, duration)
    if kind is not OverrideKind.FORCE_HOLD:
        default_soc = default_charge_target_soc if kind is OverrideKind.FORCE_CHARGE else default_floor_soc
        power_w = default_power_w if power_w is None else power_w
        target_soc = default_soc if target_soc is None else target_soc
    power, target = _power_and_target(kind, power_w, target_soc)
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
    owner: str
    """What people see: "Force charge", a schedule's name, "Optimiser"."""
    reason: str
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
    owner="Emergency stop",
    reason="Emergency stop: the battery neither charges nor discharges until the stop is lifted",
    expires_at=None,
)
SELF_CONSUMPTION: Final = Intent(
    command=Command(action=Action.RELEASE),
    actor=Actor.SYSTEM,
    owner="Self-consumption",
    reason="Nothing is asked for: the SigenStor runs its own mode",
    expires_at=None,
)


def arbitrate(requests: Requests, *, soc: float | None, now: datetime, zone: tzinfo) -> Intent:
    """Return the one wish that counts; `zone` is for the schedules and for the times in reasons.

    Emergency stop, then override, then schedules and optimiser in the order the user chose, then the
    plant's own mode. The guardrails, which see the result, stand between the first two.
    """
    if requests.emergency_stop:
        return EMERGENCY_STOP
    if requests.override is not None and requests.override.finished(soc, now) is None:
        return _override_intent(requests.override, zone)
    automatic = requests.automatic
    if automatic is not None and automatic.expires_at is not None and now >= automatic.expires_at:
        automatic = None
    window = active_window(requests.schedules, now, zone)
    scheduled = None if window is None else _schedule_intent(window, soc, zone, holding=requests.holding)
    ranked = (automatic, scheduled) if requests.optimiser_above_schedules else (scheduled, automatic)
    return ranked[0] or ranked[1] or SELF_CONSUMPTION


def _override_intent(override: Override, zone: tzinfo) -> Intent:
    action = {
        OverrideKind.FORCE_CHARGE: Action.CHARGE,
        OverrideKind.FORCE_HOLD: Action.HOLD,
        OverrideKind.FORCE_EXPORT: Action.DISCHARGE,
    }[override.kind]
    label, until = override.kind.label, _until(override.expires_at, zone)
    if override.target_soc is None:
        reason = f"{label} {until or 'until it is stopped'}"
    else:
        to_target = _to_target(override.target_soc, charging=action is Action.CHARGE)
        reason = f"{label} at {_power(override.power_w)} {to_target}" + (f", at most {until}" if until else "")
    return Intent(
        command=Command(
            action=action,
            power_w=override.power_w,
            floor_soc=override.target_soc if action is Action.DISCHARGE else None,
        ),
        actor=Actor.MANUAL,
        owner=label,
        reason=reason,
        expires_at=override.expires_at,
    )


def _schedule_intent(window: Window, soc: float | None, zone: tzinfo, *, holding: bool) -> Intent:
    schedule, until = window.schedule, _until(window.end, zone)
    charging = schedule.action is ScheduleAction.CHARGE
    target = schedule.target_soc
    action = Action(schedule.action)
    floor_soc = target if action is Action.DISCHARGE else None
    command = Command(action=action, power_w=schedule.power_w, floor_soc=floor_soc)
    # A battery on hold drifts a little: going after every tenth of a percent would be a write a minute.
    margin = _TARGET_MARGIN if holding else 0.0
    if target is not None and soc is not None and _reached(target, soc, charging=charging, margin=margin):
        command = Command(action=Action.HOLD)
        reason = f"Target of {_percent(target)} reached: holding {until}"
    elif schedule.action is ScheduleAction.HOLD:
        reason = f"Holding {until}"
    else:
        doing = f"{'Charging' if charging else 'Discharging'} at {_power(schedule.power_w)}"
        limits = until if target is None else f"{_to_target(target, charging=charging)}, at most {until}"
        reason = f"{doing} {limits}"
    return Intent(command=command, actor=Actor.SCHEDULE, owner=schedule.name, reason=reason, expires_at=window.end)


def _power_and_target(kind: OverrideKind, power: object, target: object) -> tuple[int, float | None]:
    if kind is OverrideKind.FORCE_HOLD:
        nothing_for_hold(power, target)
        return 0, None
    return checked_power_w("power_w", power), checked_soc("target_soc", target)


def _reached(target_soc: float, soc: float, *, charging: bool, margin: float = 0.0) -> bool:
    return soc >= target_soc - margin if charging else soc <= target_soc + margin


def _to_target(target_soc: float, *, charging: bool) -> str:
    return f"{'until' if charging else 'down to'} {_percent(target_soc)}"


def _until(moment: datetime | None, zone: tzinfo) -> str:
    return "" if moment is None else f"until {moment.astimezone(zone):%H:%M}"


def _power(power_w: int) -> str:
    return f"{power_w} W" if power_w < 1_000 else f"{power_w / 1_000:.1f} kW"


def _percent(soc: float) -> str:
    return f"{round(soc, 1):g} %"
