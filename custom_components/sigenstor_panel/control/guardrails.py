"""What may be asked of the plant, whoever asks: telemetry, limits, last write, command → a verdict with a reason.

Pure: no clock, no device, nothing remembered. Every command passes through `judge` right before it is written.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ..command import AUTOMATIC_ACTORS, Action, Actor, Command
from ..telemetry import AlarmGroup, ControlRegisters, GridStatus, RemoteEmsMode, Source, Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyLimits:
    """What the owner allows; the defaults are the safe ones."""

    min_soc: float = 5.0
    max_soc: float = 98.0
    min_temperature_c: float = 0.0
    max_temperature_c: float = 45.0
    step_w: int = 1000
    cooldown: timedelta = timedelta(seconds=60)
    max_age: timedelta = timedelta(seconds=30)


DEFAULT_LIMITS = SafetyLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWrite:
    """What was written last: the command, and when the writing ended."""

    command: Command
    at: datetime


class Decision(StrEnum):
    """What becomes of a command."""

    ALLOWED = "allowed"
    ADJUSTED = "adjusted"
    WAIT = "wait"
    """Not now: the command may be asked again at `not_before`."""
    REFUSED = "refused"


class Rule(StrEnum):
    """The guardrail that decided."""

    STATE_OF_CHARGE = "state_of_charge"
    TEMPERATURE = "temperature"
    STEP = "step"
    COOLDOWN = "cooldown"
    FRESH_DATA = "fresh_data"
    RATED_LIMITS = "rated_limits"
    BATTERY_ALARM = "battery_alarm"
    OFF_GRID = "off_grid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What may be written, and why it differs from what was asked."""

    decision: Decision
    command: Command
    rule: Rule | None = None
    reason: str = ""
    not_before: datetime | None = None
    ramping_to_w: int | None = None
    """The power that is reached in further steps, while there are any."""


HOLD = Command(action=Action.HOLD)
RELEASE = Command(action=Action.RELEASE)


def judge(
    command: Command,
    actor: Actor,
    *,
    telemetry: Telemetry | None,
    limits: SafetyLimits,
    last: LastWrite | None,
    now: datetime,
) -> Verdict:
    """Return what may be written now.

    Resting is always allowed: hold and release pass without fresh data. Off the grid the plant is handed back, since
    a battery on hold would leave the house dark. The actor `safety` is exempt from step and cooldown.
    """
    verdict = _bounded(command, actor, telemetry, limits, now)
    if verdict.decision is Decision.REFUSED:
        return verdict
    if verdict.command.action in (Action.CHARGE, Action.DISCHARGE):
        assert telemetry is not None
        verdict = _stepped(verdict, telemetry, limits, last)
        verdict = _rated(verdict, telemetry)
    if actor is Actor.SAFETY or last is None or verdict.command == last.command:
        return verdict
    free_at = last.at + limits.cooldown
    if now < free_at:
        wait_s = (free_at - now).total_seconds()
        return replace(
            verdict,
            decision=Decision.WAIT,
            rule=Rule.COOLDOWN,
            reason=f"Waiting {wait_s:.0f} s: at most one change every {limits.cooldown.total_seconds():.0f} s",
            not_before=free_at,
        )
    return verdict


def _bounded(
    command: Command, actor: Actor, telemetry: Telemetry | None, limits: SafetyLimits, now: datetime
) -> Verdict:
    """Apply everything that depends on the state of the plant but not on what was written before."""
    if telemetry is not None and telemetry.grid_status in (GridStatus.OFF_GRID_AUTO, GridStatus.OFF_GRID_MANUAL):
        return _instead(command, RELEASE, Rule.OFF_GRID, "Off grid: the SigenStor supplies the house by itself")
    if command.action not in (Action.CHARGE, Action.DISCHARGE):
        if actor in AUTOMATIC_ACTORS and (stale := why_stale(telemetry, limits, now)):
            return Verdict(decision=Decision.REFUSED, command=command, rule=Rule.FRESH_DATA, reason=stale)
        return Verdict(decision=Decision.ALLOWED, command=command)
    if telemetry is None or (stale := why_stale(telemetry, limits, now)):
        return Verdict(
            decision=Decision.REFUSED,
            command=command,
            rule=Rule.FRESH_DATA,
            reason=why_stale(telemetry, limits, now) or "",
        )
    if alarms := telemetry.alarms.get(AlarmGroup.ESS, ()):
        return _instead(command, RELEASE, Rule.BATTERY_ALARM, f"Battery alarm: {', '.join(alarms)}")
    if reason := _temperature(telemetry, limits):
        return _instead(command, HOLD, Rule.TEMPERATURE, reason)
    if reason := _state_of_charge(command, telemetry, limits):
        return _instead(command, HOLD, Rule.STATE_OF_CHARGE, reason)
    return Verdict(decision=Decision.ALLOWED, command=command)


def why_stale(telemetry: Telemetry | None, limits: SafetyLimits, now: datetime) -> str | None:
    """Return why a reading does not say how the plant is now; None when it does."""
    if telemetry is None:
        return "There is no reading of the plant"
    if telemetry.source is not Source.MODBUS:
        return "The plant is read through the cloud: nothing is controlled on such values"
    age_s = (now - telemetry.timestamp).total_seconds()
    if age_s > limits.max_age.total_seconds():
        return f"The last reading is {age_s:.0f} s old, at most {limits.max_age.total_seconds():.0f} s are allowed"
    if age_s < 0:
        return "The last reading is from the future: the clock was set back"
    return None


def _temperature(telemetry: Telemetry, limits: SafetyLimits) -> str | None:
    """Return why the battery may not work, looking at its worst cells."""
    highest = [inverter.max_cell_temperature_c for inverter in telemetry.inverters.values()]
    lowest = [inverter.min_cell_temperature_c for inverter in telemetry.inverters.values()]
    average = [telemetry.average_cell_temperature_c]
    known = [value for value in (*highest, *lowest, *average) if value is not None]
    if not known:
        return "The battery temperature is unknown"
    if max(known) > limits.max_temperature_c:
        return f"The battery is too warm: {max(known):.1f} °C, at most {limits.max_temperature_c:.1f} °C are allowed"
    if min(known) < limits.min_temperature_c:
        return f"The battery is too cold: {min(known):.1f} °C, at least {limits.min_temperature_c:.1f} °C are needed"
    return None


def _state_of_charge(command: Command, telemetry: Telemetry, limits: SafetyLimits) -> str | None:
    soc = telemetry.soc
    if soc is None:
        return "The state of charge is unknown"
    if command.action is Action.CHARGE and soc >= limits.max_soc:
        return f"The battery is at {soc:.1f} %: no charging at or above {limits.max_soc:.1f} %"
    if command.action is Action.DISCHARGE and soc <= limits.min_soc:
        return f"The battery is at {soc:.1f} %: no discharging at or below {limits.min_soc:.1f} %"
    return None


def _stepped(verdict: Verdict, telemetry: Telemetry, limits: SafetyLimits, last: LastWrite | None) -> Verdict:
    """Move towards the wanted power in steps. Stopping needs no steps, so a change of direction starts at 0."""
    command = verdict.command
    base_w = ramp_base_w(command, telemetry, last)
    low_w, high_w = base_w - limits.step_w, base_w + limits.step_w
    power_w = max(0, min(max(command.power_w, low_w), high_w))
    if power_w == command.power_w:
        return verdict
    return Verdict(
        decision=Decision.ADJUSTED,
        command=replace(command, power_w=power_w),
        rule=Rule.STEP,
        reason=f"Ramping to {command.power_w / 1000:.1f} kW",
        ramping_to_w=command.power_w,
    )


def ramp_base_w(command: Command, telemetry: Telemetry, last: LastWrite | None) -> int:
    """Return the power, in the command's direction, that its steps count from.

    That is the last set-point as far as the plant holds it: one that was written down right before a crash may never
    have reached the plant. Where there is none, it is what the battery does by itself.
    """
    charging, control = command.action is Action.CHARGE, telemetry.control
    signed_w = telemetry.battery_power_w or 0
    most_w = None
    if last is not None and last.command.action is Action.HOLD:
        signed_w = 0
    elif last is not None and last.command.action in (Action.CHARGE, Action.DISCHARGE) and _follows(control):
        signed_w = last.command.signed_power_w
        most_w = control.charge_limit_w if charging else control.discharge_limit_w
    base_w = max(0, signed_w if charging else -signed_w)
    return base_w if most_w is None else min(base_w, most_w)


def _follows(control: ControlRegisters) -> bool:
    """Whether the plant is in a mode that follows a set-point, as far as its registers say."""
    return control.remote_ems_enabled is not False and control.remote_ems_mode is not RemoteEmsMode.SELF_CONSUMPTION


def _rated(verdict: Verdict, telemetry: Telemetry) -> Verdict:
    """Cap at what the plant reports as rated and as available; this reduction needs no steps."""
    command = verdict.command
    if command.action is Action.CHARGE:
        reported = (telemetry.rated_charge_power_w, telemetry.available_charge_power_w)
    else:
        reported = (telemetry.rated_discharge_power_w, telemetry.available_discharge_power_w)
    known = [value for value in reported if value is not None]
    if not known:
        return _instead(command, HOLD, Rule.RATED_LIMITS, "The plant does not say what its battery is rated for")
    most_w = max(0, min(known))
    if command.power_w <= most_w:
        return verdict
    reason = (
        f"The battery can take {most_w / 1000:.1f} kW"
        if command.action is Action.CHARGE
        else (f"The battery can give {most_w / 1000:.1f} kW")
    )
    if most_w == 0:
        return _instead(command, HOLD, Rule.RATED_LIMITS, reason)
    return Verdict(
        decision=Decision.ADJUSTED,
        command=replace(command, power_w=most_w),
        rule=Rule.RATED_LIMITS,
        reason=reason,
    )


def _instead(asked: Command, instead: Command, rule: Rule, reason: str) -> Verdict:
    if instead.action is not Action.RELEASE:
        # What the battery may not do changes nothing about what may be fed in.
        instead = replace(instead, export_limit_w=asked.export_limit_w)
    if asked == instead:
        return Verdict(decision=Decision.ALLOWED, command=asked)
    return Verdict(decision=Decision.ADJUSTED, command=instead, rule=rule, reason=reason)
