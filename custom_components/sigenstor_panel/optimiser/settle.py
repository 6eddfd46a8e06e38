"""What a stretch of time costs when it comes true: the plant under one order after another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..model.command import Action
from ..model.message import say
from .model import Case, CaseError, PlannerSettings, PlanSlot, PlanSlotInput, PowerSteps
from .planner.orders import Flow, Order, flow
from .planner.plan import plan

_HOUR = timedelta(hours=1)
_ASKED = (Action.CHARGE, Action.DISCHARGE)
"""The actions that have a power."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualSlots:
    """What came true: slots from `start` (aware) on without a gap, and the SoC at the start, percent."""

    start: datetime
    slots: tuple[PlanSlotInput, ...]
    soc: float

    def __post_init__(self) -> None:
        """Raise CaseError where there is nothing to settle or the SoC makes no sense."""
        if self.start.tzinfo is None:
            raise CaseError("start", say("invalid.case_time", value=str(self.start)))
        Case(slots=self.slots, soc=self.soc)

    @property
    def end(self) -> datetime:
        """When the last slot ends."""
        return self.start + sum((slot.duration for slot in self.slots), timedelta(0))


type Policy = Callable[[int, float, float], Order]
"""The order for the slot of an index, from the SoC in percent and the battery power in W at its start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What the slots cost under a policy, and where the energy went."""

    cost: float
    """$ paid for import less what export earned."""
    wear: float
    """$ of wear, for what was discharged."""
    soc: tuple[float, ...]
    """Percent, at the start of each slot and at the end of the last."""
    import_kwh: float
    export_kwh: float
    charged_kwh: float
    """At the AC bus, as is what was discharged."""
    discharged_kwh: float
    curtailed_kwh: float
    cycles: float
    """How often the whole capacity was taken out of the battery."""
    costs: tuple[float, ...] = ()
    """$ of each slot, where they are known; without wear."""


def settle(
    actual: ActualSlots, settings: PlannerSettings, policy: Policy, steps: PowerSteps | None = None
) -> Settlement:
    """Return what the plant makes of a policy's orders, slot by slot, where powers that are asked for come in steps.

    A SoC outside its bounds widens them to where it is. The house takes what it takes, also above the import limit.
    """
    kwh_per_percent = settings.capacity_kwh / 100
    energy = actual.soc * kwh_per_percent
    bounds = energy_bounds(settings, energy)
    cost = imported = exported = charged = discharged = curtailed = 0.0
    soc, battery_w = [actual.soc], 0.0
    costs: list[float] = []
    for index, slot in enumerate(actual.slots):
        orders = _stepped(policy(index, soc[-1], battery_w), battery_w, slot.duration, steps)
        hours, before = slot.hours / len(orders), cost
        for order in orders:
            now, energy = moved(slot, order, settings, hours, energy, bounds)
            cost += (slot.buy_per_kwh if now.grid_w > 0 else slot.sell_per_kwh) * now.grid_w * hours / 1000
            imported += max(now.grid_w, 0.0) * hours / 1000
            exported -= min(now.grid_w, 0.0) * hours / 1000
            curtailed += now.curtailed_w * hours / 1000
            battery_kwh = now.battery_w * hours / 1000
            if battery_kwh > 0:
                charged += battery_kwh
            else:
                discharged -= battery_kwh
            battery_w = order.battery_w if order.action in _ASKED else now.battery_w
        soc.append(min(energy / kwh_per_percent, 100.0))
        costs.append(cost - before)
    return Settlement(
        cost=cost,
        wear=discharged * settings.wear_per_kwh,
        soc=tuple(soc),
        import_kwh=imported,
        export_kwh=exported,
        charged_kwh=charged,
        discharged_kwh=discharged,
        curtailed_kwh=curtailed,
        cycles=discharged / settings.discharge_efficiency / settings.capacity_kwh,
        costs=tuple(costs),
    )


def energy_bounds(settings: PlannerSettings, energy_kwh: float) -> tuple[float, float]:
    """Return the least and the most that may be stored in kWh; an energy outside widens them to where it is."""
    kwh_per_percent = settings.capacity_kwh / 100
    least, most = settings.soc_min * kwh_per_percent, settings.soc_max * kwh_per_percent
    return min(least, energy_kwh), max(most, energy_kwh)


def moved(  # noqa: PLR0917
    slot: PlanSlotInput,
    order: Order,
    settings: PlannerSettings,
    hours: float,
    energy_kwh: float,
    bounds: tuple[float, float],
) -> tuple[Flow, float]:
    """Return the mean powers under an order for some hours, and what is stored after them in kWh."""
    least, most = bounds
    room_w = (most - energy_kwh) / (hours * settings.charge_efficiency) * 1000
    held_w = (energy_kwh - least) * settings.discharge_efficiency / hours * 1000
    now = flow(slot, order, settings, max(room_w, 0.0), max(held_w, 0.0))
    battery_kwh = now.battery_w * hours / 1000
    if battery_kwh > 0:
        energy_kwh += battery_kwh * settings.charge_efficiency
    else:
        energy_kwh += battery_kwh / settings.discharge_efficiency
    return now, min(max(energy_kwh, least), most)


def settled(slots: Sequence[PlanSlot], settings: PlannerSettings) -> Settlement:
    """Return what a plan makes of its slots, whether or not there is an order that does the same."""

    def kwh(power_w: Callable[[PlanSlot], float]) -> float:
        return sum(power_w(slot) * (slot.duration / _HOUR) for slot in slots) / 1000

    discharged = kwh(lambda slot: slot.discharge_w)
    return Settlement(
        cost=sum(slot.cost for slot in slots),
        wear=discharged * settings.wear_per_kwh,
        soc=(slots[0].soc_before, *(min(slot.soc_after, 100.0) for slot in slots)),
        import_kwh=kwh(lambda slot: slot.import_w),
        export_kwh=kwh(lambda slot: slot.export_w),
        charged_kwh=kwh(lambda slot: slot.charge_w),
        discharged_kwh=discharged,
        curtailed_kwh=kwh(lambda slot: slot.curtailed_w),
        cycles=discharged / settings.discharge_efficiency / settings.capacity_kwh,
        costs=tuple(slot.cost for slot in slots),
    )


def no_battery(_index: int, _soc: float, _battery_w: float) -> Order:
    """Leave the battery as it is: what the home would pay without one."""
    return Order(Action.HOLD)


def self_consumption(_index: int, _soc: float, _battery_w: float) -> Order:
    """Follow the house."""
    return Order()


def perfect_foresight(
    actual: ActualSlots, settings: PlannerSettings, after: tuple[PlanSlotInput, ...] = ()
) -> tuple[PlanSlot, ...]:
    """Return the cheapest way through what comes true and what is expected `after` it, as far as it comes true.

    It is the optimum of the physical problem: no order has to be able to do it.
    """
    return plan(Case(slots=actual.slots + after, soc=actual.soc), settings).slots[: len(actual.slots)]


def _stepped(order: Order, battery_w: float, duration: timedelta, steps: PowerSteps | None) -> list[Order]:
    """Return an order in the steps in which it comes, each for an equal part of the time."""
    if steps is None or order.action not in _ASKED:
        return [order]
    return [order._replace(power_w=abs(power_w)) for power_w in steps.way(battery_w, order.battery_w, duration)]
