"""Begins early with what a plan wants soon, where the power of the battery changes in steps.

The plan knows nothing of the steps. Here a stored kWh has the worth that the plan found for it in each slot, so that
every power in every slot has a gain of its own; the best way from power to power is a small dynamic programme.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from typing import NamedTuple, Self

from ..model.command import Action
from .contract import OptimiserSettings, PlanInputs
from .model import Plan, PlannerSettings, PlanSlot, PlanSlotInput, PowerSteps
from .planner.orders import Order, flow, order_of

_AHEAD = timedelta(minutes=30)
"""How far ahead is looked."""
_POWERS = 10
"""How many powers between rest and the limit are told apart at most."""
_RELUCTANCE_PER_KWH = 0.1
"""$ that a kWh has to gain for being moved where the plan does not: the plan sees further."""


class EarlyStart(NamedTuple):
    """A power to go for in the first slot, for the sake of a later one."""

    battery_w: float
    """> 0 charging, < 0 discharging."""
    slot: int
    """The index of the later one."""
    step_w: float
    """By how much the power changes at a time."""


def early_start(plan: Plan, inputs: PlanInputs, settings: OptimiserSettings) -> EarlyStart | None:
    """Return how to begin with what the plan wants soon; None where what it wants now is right."""
    steps, limits = settings.steps, settings.planner
    coming = [slot for slot in plan.slots if slot.start < _AHEAD]
    if steps is None or max(abs(order_of(slot).battery_w) for slot in coming) <= steps.step_w:
        return None

    def reached(target_w: float) -> float:
        """Return the power at the end of the slot, within the limits also where the one at its start is not."""
        power_w = steps.way(inputs.battery_w, target_w, coming[0].duration)[-1]
        return min(max(power_w, -limits.discharge_limit_w), limits.charge_limit_w)

    target_w = _first_target(inputs.battery_w, list(zip(inputs.slots, coming, strict=False)), limits, steps)
    planned_w = order_of(coming[0]).battery_w
    start_w = reached(target_w)
    if start_w * planned_w < 0 or abs(start_w) <= abs(reached(planned_w)):
        return None
    if inputs.soc >= limits.soc_max if start_w > 0 else inputs.soc <= limits.soc_min:
        return None
    for index, slot in enumerate(coming):
        later_w = order_of(slot).battery_w
        if later_w * start_w > 0 and abs(later_w) > abs(planned_w):
            return EarlyStart(start_w, index, steps.step_w)
    return None


def _first_target(
    start_w: float, coming: Sequence[tuple[PlanSlotInput, PlanSlot]], limits: PlannerSettings, steps: PowerSteps
) -> float:
    """Return the power to go for in the first slot on the best way through all of them; 0 for none."""
    unit_w = max(steps.step_w, max(limits.charge_limit_w, limits.discharge_limit_w) / _POWERS)
    powers = range(-int(limits.discharge_limit_w // unit_w), int(limits.charge_limit_w // unit_w) + 1)
    after = dict.fromkeys(powers, 0.0)

    def then(battery_w: float) -> float:
        return after[min(max(round(battery_w / unit_w), powers.start), powers.stop - 1)]

    def best(start_w: float, slot: _Slot) -> tuple[float, float]:
        """Return the most that can be gained from a slot on, and the power to go for in it."""
        gain, hours = slot.gain, slot.given.hours
        found = max(gain(rest_w) * hours + then(rest_w) for rest_w in (slot.usual_w, 0.0)), 0.0
        for target_w in (power * unit_w for power in powers if power):
            way = steps.way(start_w, target_w, slot.given.duration)
            gained = sum(map(gain, way)) / len(way) * hours + then(way[-1])
            if gained > found[0]:
                found = gained, target_w
        return found

    first, *later = (_Slot.of(given, planned, limits) for given, planned in coming)
    for slot in reversed(later):
        after = {power: best(power * unit_w, slot)[0] for power in powers}
    return best(start_w, first)[1]


class _Slot(NamedTuple):
    """A slot as the way through it needs it."""

    given: PlanSlotInput
    gain: Callable[[float], float]
    """What a battery power in W gains in $ an hour, with the worth of what it stores."""
    usual_w: float
    """The battery power of self-consumption."""

    @classmethod
    def of(cls, given: PlanSlotInput, planned: PlanSlot, limits: PlannerSettings) -> Self:
        """Return a slot of a plan."""

        @cache
        def gain(battery_w: float) -> float:
            action = Action.CHARGE if battery_w > 0 else Action.DISCHARGE if battery_w < 0 else Action.HOLD
            moved = flow(
                given, Order(action, abs(battery_w), planned.export_limit_w, planned.source, planned.pv_limit_w), limits
            )
            price = given.buy_per_kwh if moved.grid_w > 0 else given.sell_per_kwh
            if moved.battery_w > 0:
                worth = moved.battery_w * limits.charge_efficiency * planned.marginal_per_kwh
            else:
                worth = moved.battery_w * (planned.marginal_per_kwh / limits.discharge_efficiency + limits.wear_per_kwh)
            same_way_w = planned.battery_w if planned.battery_w * moved.battery_w > 0 else 0.0
            beyond_w = max(0.0, abs(moved.battery_w) - abs(same_way_w))
            return (worth - price * moved.grid_w - _RELUCTANCE_PER_KWH * beyond_w) / 1000

        return cls(given, gain, flow(given, Order(export_limit_w=planned.export_limit_w), limits).battery_w)
