"""What the engines share: the hours ahead, what the battery can do now, and how sure one can be."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from ...model.command import Action
from ...model.message import Message, say
from ..contract import Degradation, Engine, InputError, Opinion, OptimiserSettings, PlanInputs
from ..reasons import price_then
from .ahead import Columns, HoursAhead

_TRUST = {
    Engine.PRICE: (Degradation.STALE_PRICES, 0.5),
    Engine.SOLAR: (Degradation.NO_PV_FORECAST, 0.5),
    Engine.USAGE: (Degradation.NO_LOAD_PROFILE, 0.5),
}
"""What an engine cannot do without, and what its confidence is worth when it has to."""


class View(NamedTuple):
    """An opinion whose reason is made only where somebody reads it: of a look ahead, most are not."""

    engine: Engine
    action: Action
    target_power_w: int
    why: Callable[[], Message]
    confidence: float
    weight: float

    def opinion(self) -> Opinion:
        """Return the opinion, with its reason."""
        return Opinion(
            engine=self.engine,
            action=self.action,
            target_power_w=self.target_power_w,
            reason=self.why(),
            confidence=self.confidence,
            weight=self.weight,
        )


class TakeView(Protocol):
    """How an engine says what to do, why, how sure it is from 0 to 1, and at what power."""

    def __call__(  # noqa: D102
        self, action: Action, why: Callable[[], Message], confidence: float, power_w: int = 0
    ) -> View: ...


class LaterSlot(NamedTuple):
    """What is known at the start of a later slot of inputs; it was checked with them."""

    now: datetime
    zone: str
    soc: float
    present: Action
    degradations: tuple[Degradation, ...]
    columns: Columns
    """Of all slots of the inputs; to add them up at every moment would be slow."""
    first: int
    """Which of them it is."""


type EngineInputs = PlanInputs | LaterSlot
"""What is decided on."""


class Outlook:
    """The inputs as the engines look at them."""

    def __init__(self, inputs: EngineInputs, settings: OptimiserSettings) -> None:
        """Work out what the battery can do in the slot in progress, within all limits."""
        self.inputs, self.settings, self.rules = inputs, settings, settings.rules
        self.zone = _zone(inputs.zone)
        if isinstance(inputs, LaterSlot):
            self.columns, self._index = inputs.columns, inputs.first
        else:
            self.columns, self._index = Columns(inputs.slots), 0
        self.slot = slot = self.columns.slots[self._index]
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
        self._ahead: dict[float, HoursAhead] = {}

    def ahead(self, hours: float) -> HoursAhead:
        """Return the hours from now on."""
        found = self._ahead.get(hours)
        if found is None:
            found = self._ahead[hours] = self.columns.ahead(self._index, hours)
        return found

    def between(self, after: float, until: float) -> HoursAhead | None:
        """Return what lies between two numbers of hours from now; None where nothing is known of it."""
        return self.columns.between(self._index, after, until)

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

    def opinions_of(self, engine: Engine, weight: float) -> TakeView:
        """Return how an engine says its view; it is less sure where it lacks what it looks at."""
        missing, trust = _TRUST[engine]
        trust = trust if missing in self.inputs.degradations else 1.0

        def says(action: Action, why: Callable[[], Message], confidence: float, power_w: int = 0) -> View:
            return View(engine, action, power_w, why, round(confidence * trust, 3), weight)

        return says


def _zone(name: str) -> tzinfo:
    """Return the time zone of an IANA name; raise InputError where there is none."""
    try:
        return ZoneInfo(name)
    except KeyError, ValueError, OSError:
        raise InputError("zone", say("invalid.case_zone", value=repr(name))) from None
