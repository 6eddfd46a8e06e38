"""What the engines share: the hours ahead, what the battery can do now, and how sure one can be."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from ...command import Action
from ..contract import Degradation, Engine, Opinion, OptimiserSettings, PlanInputs
from ..model import PlanSlotInput
from ..reasons import clock, home_zone

_TRUST = {
    Engine.PRICE: (Degradation.STALE_PRICES, 0.5),
    Engine.SOLAR: (Degradation.NO_PV_FORECAST, 0.5),
    Engine.USAGE: (Degradation.NO_LOAD_PROFILE, 0.5),
}
"""What an engine cannot do without, and what its confidence is worth when it has to."""


class Voice(Protocol):
    """How an engine says what to do, why, how sure it is from 0 to 1, and at what power."""

    def __call__(self, action: Action, reason: str, confidence: float, power_w: int = 0) -> Opinion: ...  # noqa: D102


class Stretch(NamedTuple):
    """A slot, or as much of it as lies in the hours looked at."""

    start: datetime
    hours: float
    slot: PlanSlotInput

    @property
    def surplus_kwh(self) -> float:
        """The PV above what the house takes; negative: below."""
        return (self.slot.pv_w - self.slot.load_w) / 1000 * self.hours


class Outlook:
    """The inputs as the engines look at them."""

    def __init__(self, inputs: PlanInputs, settings: OptimiserSettings) -> None:
        """Work out what the battery can do in the slot in progress, within all limits."""
        self.inputs, self.settings, self.rules = inputs, settings, settings.rules
        self.zone = home_zone(inputs.zone)
        self.slot = slot = inputs.slots[0]
        limits = settings.planner
        self.need_w = slot.load_w - slot.pv_w
        """What the house takes beyond the PV; negative: the surplus."""
        capacity_kwh = limits.capacity_kwh
        self.room_kwh = max(0.0, (limits.soc_max - inputs.soc) / 100 * capacity_kwh)
        self.held_kwh = max(0.0, (inputs.soc - limits.soc_min) / 100 * capacity_kwh)
        """What may be taken from the battery."""
        inverter_w = float("inf") if limits.inverter_limit_w is None else limits.inverter_limit_w
        charge = min(limits.charge_limit_w, limits.import_limit_w - self.need_w, inverter_w + slot.pv_w)
        discharge = min(limits.discharge_limit_w, limits.export_limit_w + self.need_w, inverter_w - slot.pv_w)
        self.charge_w = max(0, int(charge)) if self.room_kwh > 0 else 0
        """The most that the battery can be charged with, in W."""
        self.discharge_w = max(0, int(discharge)) if self.held_kwh > 0 else 0
        """The most that the battery can give, in W."""
        self.house_w = min(self.discharge_w, max(0, round(self.need_w)))
        """As much of it as the house takes."""

    def ahead(self, hours: float, after: float = 0.0) -> list[Stretch]:
        """Return what lies between two numbers of hours from now."""
        found, begin = [], 0.0
        for slot in self.inputs.slots:
            first, last = max(begin, after), min(begin + slot.hours, hours)
            if first < last:
                found.append(Stretch(self.inputs.now + timedelta(hours=first), last - first, slot))
            begin += slot.hours
            if begin >= hours:
                break
        return found

    def pays(self, later_per_kwh: float) -> float:
        """Return the price up to which it pays to charge for a use later, with losses and wear counted in."""
        limits = self.settings.planner
        return (later_per_kwh - limits.wear_per_kwh) * limits.charge_efficiency * limits.discharge_efficiency

    def clock(self, moment: datetime) -> str:
        """Return a moment as people say it."""
        return clock(moment, self.inputs.now, self.zone)

    def keep(self) -> Action:
        """Return how to keep what is stored: on hold, unless it is the sun that would fill the battery."""
        return Action.HOLD if self.need_w > 0 and self.held_kwh > 0 else Action.SELF_CONSUME

    def voice(self, engine: Engine, weight: float) -> Voice:
        """Return how an engine says its opinion; it is less sure where it lacks what it looks at."""
        missing, trust = _TRUST[engine]
        trust = trust if missing in self.inputs.degradations else 1.0

        def says(action: Action, reason: str, confidence: float, power_w: int = 0) -> Opinion:
            return Opinion(
                engine=engine,
                action=action,
                target_power_w=power_w,
                reason=reason,
                confidence=round(confidence * trust, 3),
                weight=weight,
            )

        return says


def buy(stretch: Stretch) -> float:
    """Return what a kWh costs, $."""
    return stretch.slot.buy_per_kwh


def sell(stretch: Stretch) -> float:
    """Return what a kWh earns, $."""
    return stretch.slot.sell_per_kwh


def load(stretch: Stretch) -> float:
    """Return what the house takes, W."""
    return stretch.slot.load_w


def mean(stretches: list[Stretch], value: Callable[[Stretch], float]) -> float:
    """Return the mean of a value over time."""
    return sum(value(each) * each.hours for each in stretches) / sum(each.hours for each in stretches)
