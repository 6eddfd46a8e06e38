"""What the engines share: the hours ahead, what the battery can do now, and how sure one can be."""

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta, tzinfo
from itertools import accumulate
from math import sumprod
from operator import sub
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from ...model.command import Action
from ...model.message import Message, say
from ..contract import Degradation, Engine, InputError, Opinion, OptimiserSettings, PlanInputs
from ..model import PlanSlotInput
from ..reasons import price_then

_TRUST = {
    Engine.PRICE: (Degradation.STALE_PRICES, 0.5),
    Engine.SOLAR: (Degradation.NO_PV_FORECAST, 0.5),
    Engine.USAGE: (Degradation.NO_LOAD_PROFILE, 0.5),
}
"""What an engine cannot do without, and what its confidence is worth when it has to."""


class MakeOpinion(Protocol):
    """How an engine says what to do, why, how sure it is from 0 to 1, and at what power."""

    def __call__(self, action: Action, reason: Message, confidence: float, power_w: int = 0) -> Opinion: ...  # noqa: D102


class LaterSlot(NamedTuple):
    """What is known at the start of a later slot of inputs; it was checked with them."""

    now: datetime
    zone: str
    soc: float
    present: Action
    degradations: tuple[Degradation, ...]
    slots: tuple[PlanSlotInput, ...]
    hours: list[float]
    """How long each slot is; to work that out at every moment would be slow."""


type EngineInputs = PlanInputs | LaterSlot
"""What is decided on."""


class HoursAhead(NamedTuple):
    """Some of the hours ahead, slot by slot; of the first slot and the last, as much as lies in them."""

    begins: list[float]
    """In hours from now."""
    hours: list[float]
    """How long each lasts."""
    slots: tuple[PlanSlotInput, ...]

    @property
    def buy(self) -> list[float]:
        """What a kWh costs, $."""
        return [slot.buy_per_kwh for slot in self.slots]

    @property
    def sell(self) -> list[float]:
        """What a kWh earns, $."""
        return [slot.sell_per_kwh for slot in self.slots]

    @property
    def pv_w(self) -> list[float]:
        """What the sun gives."""
        return [slot.pv_w for slot in self.slots]

    @property
    def load_w(self) -> list[float]:
        """What the house takes."""
        return [slot.load_w for slot in self.slots]

    @property
    def surplus_kwh(self) -> list[float]:
        """The PV above what the house takes; negative: below."""
        return self.kwh([slot.pv_w - slot.load_w for slot in self.slots])

    def kwh(self, watts: list[float]) -> list[float]:
        """Return the energies of powers."""
        return [each / 1000 * hours for each, hours in zip(watts, self.hours, strict=True)]

    def mean(self, values: list[float]) -> float:
        """Return the mean of a value over time."""
        return sumprod(values, self.hours) / sum(self.hours)

    def total_kwh(self, watts: list[float]) -> float:
        """Return the energy of powers over all of it."""
        return sumprod(watts, self.hours) / 1000

    def highest(self, values: list[float]) -> tuple[float, float]:
        """Return the highest value, and in how many hours it is; of equals, the first."""
        found = max(values)
        return found, self.begins[values.index(found)]


class Outlook:
    """The inputs as the engines look at them."""

    def __init__(self, inputs: EngineInputs, settings: OptimiserSettings) -> None:
        """Work out what the battery can do in the slot in progress, within all limits."""
        self.inputs, self.settings, self.rules = inputs, settings, settings.rules
        self.zone = _zone(inputs.zone)
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
        hours = inputs.hours if isinstance(inputs, LaterSlot) else [each.hours for each in inputs.slots]
        self._bounds = list(accumulate(hours, initial=0.0))
        """Where the slots begin and the last one ends, in hours from now."""
        self._stretches: dict[tuple[float, float], HoursAhead] = {}

    def ahead(self, hours: float, after: float = 0.0) -> HoursAhead:
        """Return what lies between two numbers of hours from now."""
        if (known := self._stretches.get((hours, after))) is not None:
            return known
        slots = self.inputs.slots
        first, last = bisect_right(self._bounds, after) - 1, bisect_left(self._bounds, hours, hi=len(slots))
        if first >= last:
            return HoursAhead([], [], ())
        begins = [after, *self._bounds[first + 1 : last]]
        ends = [*self._bounds[first + 1 : last], min(self._bounds[last], hours)]
        found = HoursAhead(begins, list(map(sub, ends, begins, strict=True)), slots[first:last])
        self._stretches[hours, after] = found
        return found

    def pays(self, later_per_kwh: float) -> float:
        """Return the price up to which it pays to charge for a use later, with losses and wear counted in."""
        limits = self.settings.planner
        return (later_per_kwh - limits.wear_per_kwh) * limits.charge_efficiency * limits.discharge_efficiency

    def time(self, hours: float) -> datetime:
        """Return what time it is in so many hours."""
        return self.inputs.now + timedelta(seconds=round(hours * 3600))

    def buying_at(self, per_kwh: float, hours: float) -> Message:
        """Return what a kWh from the grid costs in so many hours."""
        return price_then(per_kwh, exported=False, then_at=self.time(hours))

    def keep(self) -> Action:
        """Return how to keep what is stored: on hold, unless it is the sun that would fill the battery."""
        return Action.HOLD if self.need_w > 0 and self.held_kwh > 0 else Action.SELF_CONSUME

    def voice(self, engine: Engine, weight: float) -> MakeOpinion:
        """Return how an engine says its opinion; it is less sure where it lacks what it looks at."""
        missing, trust = _TRUST[engine]
        trust = trust if missing in self.inputs.degradations else 1.0

        def says(action: Action, reason: Message, confidence: float, power_w: int = 0) -> Opinion:
            return Opinion(
                engine=engine,
                action=action,
                target_power_w=power_w,
                reason=reason,
                confidence=round(confidence * trust, 3),
                weight=weight,
            )

        return says


def _zone(name: str) -> tzinfo:
    """Return the time zone of an IANA name; raise InputError where there is none."""
    try:
        return ZoneInfo(name)
    except KeyError, ValueError, OSError:
        raise InputError("zone", say("invalid.case_zone", value=repr(name))) from None
