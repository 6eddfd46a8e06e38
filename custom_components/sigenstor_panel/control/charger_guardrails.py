"""What may be asked of a vehicle charger: telemetry, limits, request → why not. Pure."""

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
) -> Message | None:
    """Return why a request is refused; None when it may be written.

    To stop is allowed whatever else is wrong; a lower limit also off the grid, and whatever the connection carries.
    """
    charger = None if telemetry is None else telemetry.charger(request.charger_id)
    if telemetry is None or charger is None:
        return say("control.charger_silent")
    if request.action is ChargerAction.STOP:
        return None
    if emergency_stop:
        return say("control.stop_active")
    if stale := why_stale(telemetry, limits, now):
        return stale
    if charger.state is ChargerState.SCHEDULED:
        return say("control.charger_scheduled")
    if request.action is ChargerAction.START:
        return _unfit(charger, telemetry) or _off_grid(telemetry) or _beyond(charger, charger.most_w, telemetry, limits)
    return _limit(request, charger, telemetry, limits)


def range_of(limit: ChargerLimit, charger: DcChargerTelemetry | AcChargerTelemetry) -> tuple[float, float] | None:
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


def _unfit(charger: DcChargerTelemetry | AcChargerTelemetry, telemetry: Telemetry) -> Message | None:
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


def _limit(
    request: ChargerRequest,
    charger: DcChargerTelemetry | AcChargerTelemetry,
    telemetry: Telemetry,
    limits: SafetyLimits,
) -> Message | None:
    allowed = None if request.limit is None else range_of(request.limit, charger)
    if request.limit is None or allowed is None:
        return say("control.charger_rating_unknown")
    lowest, highest = allowed
    # Not a number is within nothing.
    if not lowest <= request.value <= highest:
        if request.limit is ChargerLimit.CURRENT:
            return say("control.charger_current_range", lowest_a=lowest, highest_a=highest)
        return say("control.charger_power_range", lowest_w=lowest, highest_w=highest)
    before = getattr(charger, request.limit)
    if before is not None and request.value <= before:
        return None
    if why := _off_grid(telemetry):
        return why
    match request.limit, charger:
        case ChargerLimit.CURRENT, AcChargerTelemetry():
            return _beyond(charger, round(request.value * charger.power_per_a), telemetry, limits)
        case ChargerLimit.CHARGE, _:
            return _beyond(charger, round(request.value), telemetry, limits)
    return None


def _off_grid(telemetry: Telemetry) -> Message | None:
    return say("control.off_grid") if telemetry.grid_status in OFF_GRID else None


def _beyond(
    charger: DcChargerTelemetry | AcChargerTelemetry, most_w: int | None, telemetry: Telemetry, limits: SafetyLimits
) -> Message | None:
    """Return why the connection does not carry what a charger may take, counting on nothing that the battery gives."""
    carries_w = connection_w(telemetry, limits)
    if carries_w is None:
        return None
    if most_w is None:
        return say("control.charger_rating_unknown")
    if telemetry.grid_power_w is None or telemetry.battery_power_w is None:
        return say("control.house_unknown")
    house_w = telemetry.grid_power_w - telemetry.battery_power_w - (charger.power_w or 0)
    if house_w + most_w <= carries_w:
        return None
    return say("control.charger_beyond", most_w=carries_w, house_w=house_w, charger_w=most_w)
