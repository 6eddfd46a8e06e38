"""What may be asked of a vehicle charger: telemetry, limits, request → why not. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..model.command import ChargerAction
from ..model.message import Message, say
from ..model.telemetry import (
    AcChargerTelemetry,
    AlarmGroup,
    ChargerId,
    ChargerState,
    DcChargerTelemetry,
    Telemetry,
)
from .guardrails import OFF_GRID, SafetyLimits, connection_w, why_stale

type Charger = DcChargerTelemetry | AcChargerTelemetry

AT_REST_W = 100
"""What a charger may take that charges no vehicle."""

LEAST_CURRENT_A = 6.0
"""No vehicle charges with less, and the charger takes no less."""


class ChargerLimit(StrEnum):
    """A limit of a charger, by the name of its field in the reading."""

    CURRENT = "current_limit_a"
    """Of AC chargers."""

    CHARGE = "charge_limit_w"
    """Of DC chargers, as is the other."""

    DISCHARGE = "discharge_limit_w"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerRequest:
    """One thing that a person asks of a charger; a limit has its name and its value."""

    charger_id: ChargerId
    name: str
    """What people call the charger."""

    action: ChargerAction
    limit: ChargerLimit | None = None
    value: float = 0.0


def why_not(
    request: ChargerRequest,
    *,
    telemetry: Telemetry | None,
    limits: SafetyLimits,
    now: datetime,
    emergency_stop: bool,
    present: Mapping[ChargerId, Charger] | None = None,
    told: Mapping[ChargerId, ChargerAction] | None = None,
) -> Message | None:
    """Return why a request is refused; None when it may be written.

    To stop is allowed whatever else is wrong; a lower limit also off the grid, and whatever the connection carries.
    `present` is what chargers said just now, `told` whether one was started or stopped here last.
    """
    present, told = present or {}, told or {}
    charger = None if telemetry is None else telemetry.charger(request.charger_id)
    if telemetry is None or charger is None:
        return say("control.charger_silent")
    charger = present.get(request.charger_id, charger)
    if request.action is ChargerAction.STOP:
        return None
    if emergency_stop:
        return say("control.stop_active")
    if stale := why_stale(telemetry, limits, now):
        return stale
    if charger.state is ChargerState.SCHEDULED:
        return say("control.charger_scheduled")
    if request.action is ChargerAction.START:
        why, most_w = _unfit(charger, telemetry) or _off_grid(telemetry), charger.most_w
    else:
        why, most_w = _limit(request, charger, telemetry)
    if why is not None or (request.action is ChargerAction.LIMIT and most_w is None):
        return why
    return _beyond(request.charger_id, most_w, telemetry, limits, present=present, told=told)


def chargers_in(telemetry: Telemetry) -> dict[ChargerId, Charger]:
    """Return all chargers that answered."""
    chargers = dict[ChargerId, Charger](telemetry.dc_chargers.items())
    chargers.update(telemetry.ac_chargers.items())
    return chargers


def may_take(charger: Charger, told: ChargerAction | None) -> bool:
    """Return whether a charger charges, or may begin to without being asked here."""
    if charger.state in (ChargerState.CHARGING, ChargerState.DISCHARGING) or abs(charger.power_w or 0) > AT_REST_W:
        return True
    if told is not None:
        return told is not ChargerAction.STOP
    return charger.state is not ChargerState.NO_VEHICLE


def range_of(limit: ChargerLimit, charger: Charger) -> tuple[float, float] | None:
    """Return what a limit may be; None where the charger does not have it, or does not say what it is rated for."""
    lowest, rated = 0.0, None
    match limit, charger:
        case ChargerLimit.CURRENT, AcChargerTelemetry():
            lowest, rated = LEAST_CURRENT_A, charger.rated_current_a
        case ChargerLimit.CHARGE, DcChargerTelemetry():
            rated = charger.rated_charge_power_w
        case ChargerLimit.DISCHARGE, DcChargerTelemetry():
            rated = charger.rated_discharge_power_w
    return None if not rated or rated < lowest else (lowest, float(rated))


def _unfit(charger: Charger, telemetry: Telemetry) -> Message | None:
    """Return why a charger cannot begin."""
    of_dc = telemetry.alarms.get(AlarmGroup.DC_CHARGER, ())
    if alarms := charger.alarms if isinstance(charger, AcChargerTelemetry) else of_dc:
        return say("control.charger_alarm", alarms=alarms)
    if charger.state is ChargerState.FAULT:
        return say("control.charger_fault")
    # A DC charger may say the same of a vehicle that it does not charge.
    if charger.state is ChargerState.NO_VEHICLE and isinstance(charger, AcChargerTelemetry):
        return say("control.no_vehicle")
    return None


def _limit(request: ChargerRequest, charger: Charger, telemetry: Telemetry) -> tuple[Message | None, int | None]:
    """Return why a limit is refused, and what the connection has to carry with it; None where that does not matter."""
    allowed = None if request.limit is None else range_of(request.limit, charger)
    if request.limit is None or allowed is None:
        return say("control.charger_rating_unknown"), None
    lowest, highest = allowed
    # Not a number is within nothing.
    if not lowest <= request.value <= highest:
        if request.limit is ChargerLimit.CURRENT:
            return say("control.charger_current_range", lowest_a=lowest, highest_a=highest), None
        return say("control.charger_power_range", lowest_w=lowest, highest_w=highest), None
    before = getattr(charger, request.limit)
    if before is not None and request.value <= before:
        return None, None
    if why := _off_grid(telemetry):
        return why, None
    match request.limit, charger:
        case ChargerLimit.CURRENT, AcChargerTelemetry():
            return None, round(request.value * charger.power_per_a)
        case ChargerLimit.CHARGE, _:
            return None, round(request.value)
    return None, None


def _off_grid(telemetry: Telemetry) -> Message | None:
    return say("control.off_grid") if telemetry.grid_status in OFF_GRID else None


def _beyond(
    charger_id: ChargerId,
    most_w: int | None,
    telemetry: Telemetry,
    limits: SafetyLimits,
    *,
    present: Mapping[ChargerId, Charger],
    told: Mapping[ChargerId, ChargerAction],
) -> Message | None:
    """Return why the connection does not carry what a charger may take, counting on nothing that the battery gives.

    Another charger that may begin counts with the most that it may take.
    """
    carries_w = connection_w(telemetry, limits)
    if carries_w is None:
        return None
    if most_w is None:
        return say("control.charger_rating_unknown")
    if telemetry.grid_power_w is None or telemetry.battery_power_w is None:
        return say("control.house_unknown")
    seen = chargers_in(telemetry)
    # What a charger takes is part of the grid power of the same reading, not of a later one.
    taken_w = {each: charger.power_w or 0 for each, charger in seen.items()}
    house_w = telemetry.grid_power_w - telemetry.battery_power_w - taken_w.get(charger_id, 0)
    for other_id, other in {**seen, **present}.items():
        was = seen.get(other_id, other)
        if other_id == charger_id or not any(may_take(each, told.get(other_id)) for each in (was, other)):
            continue
        if other.most_w is None:
            return say("control.charger_rating_unknown")
        house_w += max(other.most_w, other.power_w or 0) - taken_w.get(other_id, 0)
    if house_w + most_w <= carries_w:
        return None
    return say("control.charger_beyond", most_w=carries_w, house_w=house_w, charger_w=most_w)
