"""Whether the battery does what it was commanded to, judged by the sign and the size of its power."""

from enum import StrEnum

from ..model.command import Action, Command
from ..model.telemetry import Source, Telemetry

NOISE_W = 200
"""What a battery at rest shows: its own electronics, and the measurement."""

_TOO_MUCH = 1.1
_TOO_LITTLE = 0.5

_SURPLUS_W = 500
"""What the PV has left over, or the house lacks, before a resting battery is worth a question."""

_NEAR_CUTOFF_SOC = 1.0
"""A battery this close to a cut-off may rest already."""


class Effect(StrEnum):
    """What can be seen of a command."""

    AS_COMMANDED = "as_commanded"
    UNKNOWN = "unknown"
    TOO_LITTLE = "too_little"
    WRONG = "wrong"


def effect_of(command: Command, telemetry: Telemetry) -> Effect:
    """Return whether the battery power fits the command.

    Charging may be held down by the grid import limit, discharging by PV that already fills the inverter or by the
    export limit, either by a cut-off; only what nothing explains counts as too little.
    """
    battery_w = telemetry.battery_power_w
    # What the cloud shows may be from before the command.
    if battery_w is None or telemetry.source is not Source.MODBUS:
        return Effect.UNKNOWN
    most_w = command.power_w * _TOO_MUCH + NOISE_W
    match command.action:
        case Action.CHARGE:
            if not -NOISE_W <= battery_w <= most_w:
                return Effect.WRONG
            least_w = _TOO_LITTLE * min(command.power_w, telemetry.available_charge_power_w or 0)
            missing = battery_w < least_w - NOISE_W and not _charge_is_held_down(telemetry)
            return Effect.TOO_LITTLE if missing else Effect.AS_COMMANDED
        case Action.DISCHARGE:
            if not -NOISE_W <= -battery_w <= most_w:
                return Effect.WRONG
            least_w = _TOO_LITTLE * min(command.power_w, telemetry.available_discharge_power_w or 0)
            missing = -battery_w < least_w - NOISE_W and not _discharge_is_held_down(command, telemetry)
            return Effect.TOO_LITTLE if missing else Effect.AS_COMMANDED
        case Action.HOLD:
            return Effect.AS_COMMANDED if is_at_rest(telemetry, command.cover_w) else Effect.WRONG
        case Action.SELF_CONSUME if not command.charging_allowed and battery_w > NOISE_W:
            return Effect.WRONG
        case Action.SELF_CONSUME:
            return Effect.TOO_LITTLE if _rests_without_reason(command, telemetry) else Effect.AS_COMMANDED
        case Action.RELEASE:
            return Effect.AS_COMMANDED


def is_at_rest(telemetry: Telemetry, cover_w: int = 0) -> bool:
    """Return whether the battery neither charges nor gives more than it is to cover; an unknown power is no rest."""
    battery_w = telemetry.battery_power_w
    return battery_w is not None and -cover_w * _TOO_MUCH - NOISE_W <= battery_w <= NOISE_W


def _charge_is_held_down(telemetry: Telemetry) -> bool:
    """Return whether the import limit or the state of charge explains that the battery takes little."""
    limit_w = telemetry.control.import_limit_w
    at_limit = limit_w is not None and (telemetry.grid_power_w or 0) >= limit_w - NOISE_W
    return at_limit or _near_ceiling(telemetry)


def _discharge_is_held_down(command: Command, telemetry: Telemetry) -> bool:
    """Return whether the export limit, the PV or the state of charge explains that the battery gives little."""
    limits = [limit for limit in (command.export_limit_w, telemetry.control.export_limit_w) if limit is not None]
    exported_w = -(telemetry.grid_power_w or 0)
    if limits and exported_w >= _TOO_LITTLE * min(limits) - NOISE_W:
        return True
    if (
        telemetry.rated_discharge_power_w
        and (telemetry.pv_power_w or 0) >= _TOO_LITTLE * telemetry.rated_discharge_power_w
    ):
        return True
    return _near_floor(telemetry)


def _rests_without_reason(command: Command, telemetry: Telemetry) -> bool:
    house_w, pv_w = telemetry.house_power_w, telemetry.pv_power_w
    if house_w is None or pv_w is None or telemetry.vehicles_unknown or not is_at_rest(telemetry):
        return False
    house_w += telemetry.vehicle_power_w or 0
    if pv_w - house_w > _SURPLUS_W:
        limit_w = telemetry.control.charge_limit_w
        free_w = min(telemetry.available_charge_power_w or 0, limit_w if limit_w is not None else _SURPLUS_W + 1)
        return command.charging_allowed and free_w > _SURPLUS_W and not _near_ceiling(telemetry)
    if house_w - pv_w > _SURPLUS_W:
        limit_w = telemetry.control.discharge_limit_w
        free_w = min(telemetry.available_discharge_power_w or 0, limit_w if limit_w is not None else _SURPLUS_W + 1)
        return free_w > _SURPLUS_W and not _near_floor(telemetry)
    return False


def _near_floor(telemetry: Telemetry) -> bool:
    floors = [soc for soc in (telemetry.control.discharge_cutoff_soc, telemetry.control.backup_soc) if soc is not None]
    return telemetry.soc is None or telemetry.soc <= max(floors, default=0.0) + _NEAR_CUTOFF_SOC


def _near_ceiling(telemetry: Telemetry) -> bool:
    cutoff = telemetry.control.charge_cutoff_soc
    return telemetry.soc is None or telemetry.soc >= min(100.0 if cutoff is None else cutoff, 99.0) - _NEAR_CUTOFF_SOC
