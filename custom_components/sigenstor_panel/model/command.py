"""What can be asked of the plant, in words; how it is done is the plant's business."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What the battery is to do."""

    SELF_CONSUME = "self_consume"
    CHARGE = "charge"
    HOLD = "hold"
    DISCHARGE = "discharge"
    RELEASE = "release"
    """Return the plant to its owner's own mode and limits."""

    @property
    def sign(self) -> int:
        """The sign of the battery power that is asked for: 1 charging, -1 discharging, 0 otherwise."""
        return (self is Action.CHARGE) - (self is Action.DISCHARGE)


class ChargerAction(StrEnum):
    """What a vehicle charger is to do."""

    START = "charger_start"
    STOP = "charger_stop"
    LIMIT = "charger_limit"


class ChargeSource(StrEnum):
    """Where charging power comes from first."""

    SOLAR_FIRST = "solar_first"
    GRID = "grid"
    """From the grid while PV is held at 0 W: where buying earns money, or solar-first does not top up from the grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing asked of the plant; `power_w` counts for charge and discharge and is never negative."""

    action: Action
    power_w: int = 0
    source: ChargeSource = ChargeSource.SOLAR_FIRST
    export_limit_w: int | None = None
    """The most power at the meter, within what else limits it; the battery feeds the house on top of it."""

    pv_limit_w: int | None = None
    """The most that the PV may give; None: all it can."""

    floor_soc: float | None = None
    """Where a discharge ends, for the hardware to keep to."""

    cover_w: int = 0
    """What the battery gives during a hold, so that the house does not ask more of the connection than it can carry."""

    charging_allowed: bool = True
    """Whether the battery may take what the PV has left over, while the house is supplied."""

    @property
    def signed_power_w(self) -> int:
        """The battery power that is asked for: > 0 charging, < 0 discharging, 0 otherwise."""
        return self.action.sign * self.power_w


class Actor(StrEnum):
    """Who asks."""

    MANUAL = "manual"
    SCHEDULE = "schedule"
    OPTIMISER = "optimiser"
    SAFETY = "safety"
    SYSTEM = "system"


AUTOMATIC_ACTORS = frozenset({Actor.SCHEDULE, Actor.OPTIMISER})
"""Those that act without a person having asked just now."""
