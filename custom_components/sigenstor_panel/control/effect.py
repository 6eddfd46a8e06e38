"""Whether the battery does what it was told, judged by the sign and the size of its power."""

from enum import StrEnum

from ..command import Action, Command
from ..telemetry import Source, Telemetry

_NOISE_W = 200
_TOO_MUCH = 1.1
_TOO_LITTLE = 0.5


class Effect(StrEnum):
    """What can be seen of a command."""

    AS_TOLD = "as_told"
    UNKNOWN = "unknown"
    TOO_LITTLE = "too_little"
    WRONG = "wrong"


def effect_of(command: Command, telemetry: Telemetry) -> Effect:
    """Return whether the battery power fits the command.

    Charging may be held down by the grid import limit, discharging by PV that already fills the inverter or the
    export limit; only what nothing explains counts as too little.
    """
    battery_w = telemetry.battery_power_w
    # What the cloud shows may be from before the command.
    if battery_w is None or telemetry.source is not Source.MODBUS:
        return Effect.UNKNOWN
    most_w = command.power_w * _TOO_MUCH + _NOISE_W
    match command.action:
        case Action.CHARGE:
            if not -_NOISE_W <= battery_w <= most_w:
                return Effect.WRONG
            least_w = _TOO_LITTLE * min(command.power_w, telemetry.available_charge_power_w or 0)
            return Effect.TOO_LITTLE if battery_w < least_w - _NOISE_W else Effect.AS_TOLD
        case Action.DISCHARGE:
            return Effect.AS_TOLD if -_NOISE_W <= -battery_w <= most_w else Effect.WRONG
        case Action.HOLD:
            return Effect.AS_TOLD if abs(battery_w) <= _NOISE_W else Effect.WRONG
        case Action.SELF_CONSUME | Action.RELEASE:
            return Effect.AS_TOLD
