"""What may be asked of the plant, whoever asks: telemetry, limits, last write, command → a verdict with a reason.

Pure: no clock, no device, nothing remembered. Every command passes through `judge` right before it is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from ..model.command import AUTOMATIC_ACTORS, Action, Actor, ChargeSource, Command
from ..model.message import Message, say
from ..model.telemetry import AlarmGroup, ControlRegisters, EmsWorkMode, GridStatus, RemoteEmsMode, Source, Telemetry

OFF_GRID = frozenset({GridStatus.OFF_GRID_AUTO, GridStatus.OFF_GRID_MANUAL})

_CONNECTION_MARGIN_W = 300
"""How far below the connection's limit the guardrail aims: the house changes between two readings."""

_CONNECTION_BAND_W = 1_000
"""How far below the connection's limit a charge may stay: a house that varies within it is not a write."""

_COVER_STEP_W = 500
"""What the battery covers during a hold is a multiple of this, so that a change of the house is not a write."""


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
    main_fuse_w: int | None = None
    """What the home's connection carries; None where only the plant's own import limit counts."""


DEFAULT_LIMITS = SafetyLimits()
_AGAINST_W = 200
"""From this power on, a battery is taken to go the other way than it was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWrite:
    """What was written last: the command, and when the writing ended."""

    command: Command
    at: datetime


class VerdictKind(StrEnum):
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
    CONNECTION = "connection"
    PV_LIMIT = "pv_limit"
    VPP = "vpp"


_MOVING = (Action.CHARGE, Action.DISCHARGE)
_CHARGE_MODES = (RemoteEmsMode.CHARGE_GRID_FIRST, RemoteEmsMode.CHARGE_PV_FIRST)
_DISCHARGE_MODES = (RemoteEmsMode.DISCHARGE_PV_FIRST, RemoteEmsMode.DISCHARGE_ESS_FIRST)
_URGENT_RULES = frozenset({Rule.BATTERY_ALARM, Rule.TEMPERATURE, Rule.OFF_GRID})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What may be written, and why it differs from what was asked."""

    kind: VerdictKind
    command: Command
    rule: Rule | None = None
    reason: Message | None = None
    not_before: datetime | None = None
    ramping_to_w: int | None = None
    """The power that is reached in further steps, while there are any."""

    urgent: bool = False
    """Whether it must not wait: for the cooldown, or for the record."""


HOLD = Command(action=Action.HOLD)
RELEASE = Command(action=Action.RELEASE)
SUPPLY = Command(action=Action.SELF_CONSUME, charging_allowed=False)
"""The battery supplies the house and is not charged."""


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
    a battery on hold would leave the house dark. What a guardrail itself puts in place does not wait.
    """
    verdict = _bounded(command, actor, telemetry, limits, now)
    if verdict.command.pv_limit_w is not None:
        why_free = _why_pv_is_free(verdict.command, actor, telemetry, limits, last=last, now=now)
        verdict = _pv_bounded(verdict, why_free)
    if verdict.kind in (VerdictKind.REFUSED, VerdictKind.WAIT):
        return verdict
    if telemetry is not None and verdict.command.action in _MOVING:
        verdict = _stepped(verdict, telemetry, limits, last)
        verdict = _rated(verdict, telemetry)
    if telemetry is not None:
        fresh = why_stale(telemetry, limits, now) is None
        verdict = _within_connection(verdict, telemetry, limits, last, fresh=fresh)
        if last is not None and _may_not_go_on(last.command, telemetry, limits, fresh=fresh):
            verdict = replace(verdict, urgent=True)
    if verdict.urgent or last is None or verdict.command == last.command:
        return verdict
    free_at = last.at + limits.cooldown
    if now < free_at:
        wait_s = (free_at - now).total_seconds()
        return replace(
            verdict,
            kind=VerdictKind.WAIT,
            rule=Rule.COOLDOWN,
            reason=say(
                "control.cooldown",
                say("control.cooldown_length", cooldown_s=limits.cooldown.total_seconds()),
                wait_s=wait_s,
            ),
            not_before=free_at,
        )
    return verdict


def _bounded(
    command: Command, actor: Actor, telemetry: Telemetry | None, limits: SafetyLimits, now: datetime
) -> Verdict:
    """Apply everything that depends on the state of the plant but not on what was written before."""
    if telemetry is not None and telemetry.grid_status in OFF_GRID:
        return _instead(command, RELEASE, Rule.OFF_GRID, say("control.off_grid"))
    stale = why_stale(telemetry, limits, now)
    moving = command.action in _MOVING
    if stale is None and telemetry is not None and (alarms := _battery_alarms(telemetry)):
        return _instead(command, RELEASE, Rule.BATTERY_ALARM, say("control.battery_alarm", alarms=alarms))
    if stale is not None and (moving or actor in AUTOMATIC_ACTORS):
        return Verdict(kind=VerdictKind.REFUSED, command=command, rule=Rule.FRESH_DATA, reason=stale)
    if telemetry is not None and telemetry.ems_work_mode is EmsWorkMode.VPP and actor is not Actor.MANUAL:
        return Verdict(kind=VerdictKind.WAIT, command=command, rule=Rule.VPP, reason=say("control.vpp_waits"))
    if not moving or telemetry is None:
        return Verdict(kind=VerdictKind.ALLOWED, command=command)
    if unfit := _temperature(command, telemetry, limits):
        return unfit
    if full_or_empty := _state_of_charge(command, telemetry, limits):
        return _instead(command, HOLD, Rule.STATE_OF_CHARGE, full_or_empty)
    return Verdict(kind=VerdictKind.ALLOWED, command=command)


def why_stale(telemetry: Telemetry | None, limits: SafetyLimits, now: datetime) -> Message | None:
    """Return why a reading does not say how the plant is now; None when it does."""
    if telemetry is None:
        return say("control.no_reading")
    if telemetry.source is not Source.MODBUS:
        return say("control.cloud_reading")
    age_s = (now - telemetry.timestamp).total_seconds()
    if age_s > (most_s := limits.max_age.total_seconds()):
        return say("control.old_reading", say("control.age_allowed", most_s=most_s), age_s=age_s)
    if age_s < 0:
        return say("control.future_reading")
    return None


def any_alarm(telemetry: Telemetry) -> bool:
    """Return whether the plant, or any inverter of it, says that something is wrong."""
    return any(names for alarms in _alarms(telemetry) for names in alarms.values())


def _battery_alarms(telemetry: Telemetry) -> tuple[Message, ...]:
    """Return what the plant and its inverters say of the battery, each alarm once."""
    names = list[Message]()
    for alarms in _alarms(telemetry):
        names += [name for name in alarms.get(AlarmGroup.ESS, ()) if name not in names]
    return tuple(names)


def _alarms(telemetry: Telemetry) -> list[Mapping[AlarmGroup, tuple[Message, ...]]]:
    """Return the merged alarms of the plant, and those of each inverter: the merged ones may come later, or never."""
    return [telemetry.alarms, *(inverter.alarms for inverter in telemetry.inverters.values())]


def _temperature(command: Command, telemetry: Telemetry, limits: SafetyLimits) -> Verdict | None:
    """Return what happens instead where the battery may not work, looking at its worst cells."""
    degrees = _cell_temperatures_c(telemetry)
    if not degrees:
        return _instead(command, HOLD, Rule.TEMPERATURE, say("control.temperature_unknown"))
    if max(degrees) > limits.max_temperature_c:
        most = say("control.warmest_allowed", limit_c=limits.max_temperature_c)
        warm = say("control.too_warm", most, cells_c=max(degrees))
        return _instead(command, HOLD, Rule.TEMPERATURE, warm)
    if min(degrees) >= limits.min_temperature_c:
        return None
    least = say("control.coldest_allowed", limit_c=limits.min_temperature_c)
    cold = say("control.too_cold", least, cells_c=min(degrees))
    # Charging damages cold cells; discharging does not.
    return _instead(command, SUPPLY if command.action is Action.CHARGE else HOLD, Rule.TEMPERATURE, cold)


def _cell_temperatures_c(telemetry: Telemetry) -> list[float]:
    highest = [inverter.max_cell_temperature_c for inverter in telemetry.inverters.values()]
    lowest = [inverter.min_cell_temperature_c for inverter in telemetry.inverters.values()]
    average = [telemetry.average_cell_temperature_c]
    return [value for value in (*highest, *lowest, *average) if value is not None]


def _may_not_go_on(command: Command, telemetry: Telemetry, limits: SafetyLimits, *, fresh: bool) -> bool:
    """Return whether what was written last has to end, whatever comes instead."""
    if command.action in _MOVING and _temperature(command, telemetry, limits) is not None:
        return True
    most_w, demand_w = connection_w(telemetry, limits), _demand_w(command, telemetry) if fresh else None
    if most_w is None or demand_w is None or command.action not in (*_MOVING, Action.HOLD):
        return False
    return demand_w + command.signed_power_w - command.cover_w > most_w


def _state_of_charge(command: Command, telemetry: Telemetry, limits: SafetyLimits) -> Message | None:
    soc = telemetry.soc
    if soc is None:
        return say("control.soc_unknown")
    if command.action is Action.CHARGE and soc >= limits.max_soc:
        return say("control.no_charging", say("control.charging_ends", limit_soc=limits.max_soc), soc=soc)
    if command.action is Action.DISCHARGE and soc <= limits.min_soc:
        return say("control.no_discharging", say("control.discharging_ends", limit_soc=limits.min_soc), soc=soc)
    return None


def _stepped(verdict: Verdict, telemetry: Telemetry, limits: SafetyLimits, last: LastWrite | None) -> Verdict:
    """Move up to the wanted power in steps. Less power needs none, so a change of direction starts at 0."""
    command = verdict.command
    power_w = ramp_base_w(command, telemetry, last) + limits.step_w
    if power_w >= command.power_w:
        return verdict
    return Verdict(
        kind=VerdictKind.ADJUSTED,
        command=replace(command, power_w=power_w),
        rule=Rule.STEP,
        reason=say("control.ramping", power_w=command.power_w),
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
        signed_w = -last.command.cover_w
    elif last is not None and last.command.action in _MOVING and _follows(last.command.action, control):
        # A battery that goes the other way is somebody else's meanwhile.
        if last.command.signed_power_w * signed_w >= 0 or abs(signed_w) < _AGAINST_W:
            signed_w = last.command.signed_power_w
        most_w = control.charge_limit_w if charging else control.discharge_limit_w
    base_w = max(0, signed_w if charging else -signed_w)
    return base_w if most_w is None else min(base_w, most_w)


def _follows(action: Action, control: ControlRegisters) -> bool:
    """Return whether the plant is in a mode that follows the set-point of a command, as far as its registers say."""
    modes = _CHARGE_MODES if action is Action.CHARGE else _DISCHARGE_MODES
    return control.remote_ems_enabled is not False and control.remote_ems_mode in {*modes, None}


def _rated(verdict: Verdict, telemetry: Telemetry) -> Verdict:
    """Cap at what the plant reports as rated and as available; this reduction needs no steps."""
    command = verdict.command
    if command.action is Action.CHARGE:
        reported = (telemetry.rated_charge_power_w, telemetry.available_charge_power_w)
    else:
        reported = (telemetry.rated_discharge_power_w, telemetry.available_discharge_power_w)
    known = [value for value in reported if value is not None]
    if not known:
        return _instead(command, HOLD, Rule.RATED_LIMITS, say("control.rating_unknown"))
    most_w = max(0, min(known))
    if command.power_w <= most_w:
        return verdict
    reason = say("control.can_take" if command.action is Action.CHARGE else "control.can_give", most_w=most_w)
    if most_w == 0:
        return _instead(command, HOLD, Rule.RATED_LIMITS, reason)
    return Verdict(
        kind=VerdictKind.ADJUSTED,
        command=replace(command, power_w=most_w),
        rule=Rule.RATED_LIMITS,
        reason=reason,
    )


def connection_w(telemetry: Telemetry, limits: SafetyLimits) -> int | None:
    """Return what the connection carries, in W: the plant's import limit, the main fuse, or None for neither."""
    known = [limit for limit in (telemetry.control.import_limit_w, limits.main_fuse_w) if limit is not None]
    return min(known) if known else None


def own_pv_w(telemetry: Telemetry) -> int | None:
    """Return what the PV of the SigenStor itself gives: nobody else's inverter obeys its registers."""
    if telemetry.pv_power_w is None:
        return None
    return max(0, telemetry.pv_power_w - (telemetry.third_party_pv_power_w or 0))


def _pv_bounded(verdict: Verdict, why_free: Message | None) -> Verdict:
    """Let PV give all it can wherever something is not as it should be: nothing depends on limiting it."""
    if verdict.kind in (VerdictKind.REFUSED, VerdictKind.WAIT):
        return replace(verdict, command=replace(verdict.command, pv_limit_w=None))
    if why_free is None:
        return verdict
    return replace(
        verdict,
        kind=VerdictKind.ADJUSTED,
        command=replace(verdict.command, pv_limit_w=None),
        rule=verdict.rule or Rule.PV_LIMIT,
        reason=verdict.reason or say("control.pv_not_limited", why_free),
    )


def _why_pv_is_free(
    command: Command,
    actor: Actor,
    telemetry: Telemetry | None,
    limits: SafetyLimits,
    *,
    last: LastWrite | None,
    now: datetime,
) -> Message | None:
    """Return why PV may not be limited; None when it may."""
    below_0 = command.pv_limit_w is not None and command.pv_limit_w < 0
    if below_0 or actor not in (Actor.OPTIMISER, Actor.MANUAL) or command.action is Action.RELEASE:
        return say("control.nobody_asks")
    if telemetry is None:
        return say("control.no_reading")
    if (stale := why_stale(telemetry, limits, now)) is not None:
        return stale
    if telemetry.grid_status is not GridStatus.ON_GRID:
        return say("control.grid_unknown")
    if any_alarm(telemetry):
        return say("control.some_alarm")
    if telemetry.ems_work_mode is EmsWorkMode.VPP:
        return say("control.vpp_waits")
    most_w = connection_w(telemetry, limits)
    if most_w is None:
        return None
    limited = last is not None and last.command.pv_limit_w is not None
    demand_w = _demand_w(Command(action=Action.HOLD, pv_limit_w=command.pv_limit_w), telemetry)
    if demand_w is None or demand_w > most_w - (_CONNECTION_MARGIN_W if limited else _CONNECTION_BAND_W):
        return say("control.connection_exceeded")
    return None


def _within_connection(
    verdict: Verdict, telemetry: Telemetry, limits: SafetyLimits, last: LastWrite | None, *, fresh: bool
) -> Verdict:
    """Keep what the home takes from the grid below what its connection carries."""
    most_w, command = connection_w(telemetry, limits), verdict.command
    if most_w is None or command.action not in (*_MOVING, Action.HOLD):
        return verdict
    demand_w = _demand_w(replace(HOLD, pv_limit_w=command.pv_limit_w), telemetry) if fresh else None
    excess_w = None if demand_w is None else demand_w - most_w
    if command.action is Action.CHARGE:
        verdict = _charging_within(verdict, most_w, _demand_w(command, telemetry) if fresh else None, last)
    elif command.action is Action.DISCHARGE and excess_w is not None:
        # Once it covers the house, a house that varies is no reason to end that.
        stays_w = _COVER_STEP_W if _cover_w(last) else 0
        if excess_w > command.power_w - stays_w:
            verdict = _instead(command, HOLD, Rule.CONNECTION, say("control.connection_exceeded"))
    if verdict.command.action is not Action.HOLD:
        return verdict
    return _covered(verdict, telemetry, limits, excess_w, last)


def _demand_w(command: Command, telemetry: Telemetry) -> int | None:
    """Return what the home takes from the grid besides the battery; negative while it feeds in."""
    if telemetry.grid_power_w is None or telemetry.battery_power_w is None:
        return None
    demand_w, pv_w = telemetry.grid_power_w - telemetry.battery_power_w, own_pv_w(telemetry) or 0
    if command.action is Action.CHARGE and command.source is ChargeSource.GRID:
        # The grid-first mode holds the PV of the SigenStor itself at 0 W.
        demand_w += pv_w
    elif command.pv_limit_w is not None:
        demand_w += max(0, pv_w - command.pv_limit_w)
    return demand_w


def _charging_within(verdict: Verdict, most_w: int, demand_w: int | None, last: LastWrite | None) -> Verdict:
    command = verdict.command
    if demand_w is None:
        return _instead(command, HOLD, Rule.CONNECTION, say("control.house_unknown"))
    room_w = most_w - demand_w
    before_w = None
    if last is not None and last.command == replace(command, power_w=last.command.power_w):
        before_w = last.command.power_w
    more = before_w is not None and command.power_w > before_w
    if command.power_w <= room_w - (_CONNECTION_MARGIN_W if more else 0):
        return verdict
    reason = say("control.connection_carries", most_w=most_w, house_w=demand_w)
    if before_w is not None and room_w - _CONNECTION_BAND_W <= before_w <= min(room_w, command.power_w):
        power_w = before_w
    else:
        power_w = (room_w - _CONNECTION_MARGIN_W) // 100 * 100
    if power_w <= 0:
        return _instead(command, HOLD, Rule.CONNECTION, reason)
    reduced = replace(command, power_w=power_w)
    return Verdict(kind=VerdictKind.ADJUSTED, command=reduced, rule=Rule.CONNECTION, reason=reason)


def _covered(
    verdict: Verdict, telemetry: Telemetry, limits: SafetyLimits, excess_w: int | None, last: LastWrite | None
) -> Verdict:
    """Let the battery give, during a hold, what the house takes above what the connection carries."""
    before_w = _cover_w(last)
    too_warm = max(_cell_temperatures_c(telemetry), default=0.0) > limits.max_temperature_c
    if telemetry.soc is None or telemetry.soc <= limits.min_soc or too_warm:
        return verdict
    cover_w = before_w
    if excess_w is not None:
        needed_w = ceil((excess_w + _CONNECTION_MARGIN_W) / _COVER_STEP_W) * _COVER_STEP_W
        # A house that varies around a step, or around the limit, is no reason for a write.
        if not before_w - _COVER_STEP_W <= needed_w <= before_w:
            cover_w = max(0, needed_w) if excess_w > 0 or before_w else 0
    # What the battery can give at the moment is no reason for a write either: this is a limit, not a set-point.
    if telemetry.rated_discharge_power_w is not None:
        cover_w = min(cover_w, max(0, telemetry.rated_discharge_power_w))
    if cover_w == 0:
        return verdict
    return replace(
        verdict,
        kind=VerdictKind.ADJUSTED,
        command=replace(verdict.command, cover_w=cover_w),
        rule=Rule.CONNECTION,
        reason=say("control.covering", cover_w=cover_w),
    )


def _cover_w(last: LastWrite | None) -> int:
    return last.command.cover_w if last is not None and last.command.action is Action.HOLD else 0


def _instead(asked: Command, instead: Command, rule: Rule, reason: Message) -> Verdict:
    if instead.action is not Action.RELEASE:
        # What the battery may not do changes nothing about what may be fed in, or what PV may give.
        instead = replace(instead, export_limit_w=asked.export_limit_w, pv_limit_w=asked.pv_limit_w)
    urgent = rule in _URGENT_RULES
    if asked == instead:
        return Verdict(kind=VerdictKind.ALLOWED, command=asked, urgent=urgent)
    return Verdict(kind=VerdictKind.ADJUSTED, command=instead, rule=rule, reason=reason, urgent=urgent)
