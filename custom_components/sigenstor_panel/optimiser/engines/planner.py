"""The plan's first slot as an opinion, and how sure it is."""

from ...model.command import Action
from ..contract import Degradation, Engine, Opinion, OptimiserSettings, PlanInputs, Strategy
from ..model import Plan, PlannerSettings, PlanSlot, PlanSlotInput
from ..plan_reasons import reason, thresholds
from ..planner.orders import order_of
from ..ramp import early_start

_CLEAR_PER_KWH = 0.10
"""A price this far from where the action would change leaves no doubt."""
_TRUST = {Degradation.STALE_PRICES: 0.6, Degradation.NO_PV_FORECAST: 0.8, Degradation.NO_LOAD_PROFILE: 0.9}
_UNCONFIRMED = 0.5
_DAY_MIN = 24 * 60


def opinion(plan: Plan, inputs: PlanInputs, settings: OptimiserSettings) -> Opinion:
    """Return what the plan does in the slot in progress; under the rules its weight is 0, it is only shown."""
    action, battery_w, limits = plan.slots[0].action, order_of(plan.slots[0]).battery_w, settings.planner
    early = early_start(plan, inputs, settings)
    if early is not None:
        action, battery_w = Action.CHARGE if early.battery_w > 0 else Action.DISCHARGE, early.battery_w
    most_w = int(limits.charge_limit_w if battery_w > 0 else limits.discharge_limit_w)
    return Opinion(
        engine=Engine.PLANNER,
        action=action,
        target_power_w=min(round(abs(battery_w)), most_w),
        reason=reason(plan, inputs, limits, early),
        confidence=confidence(plan, inputs, settings),
        weight=1.0 if settings.strategy is Strategy.PLAN else 0.0,
    )


def confidence(plan: Plan, inputs: PlanInputs, settings: OptimiserSettings) -> float:
    """Return how sure the plan is of its first slot, 0–1.

    Half where the action gains nothing over leaving it, up to all of it where it gains 10 c a kWh; less for each hour
    of the day ahead whose prices are not known (all: half), and for what had to be replaced.
    """
    first = plan.slots[0]
    sure = 0.5 + 0.5 * min(1.0, max(0.0, _gain(first, inputs.slots[0], settings.planner)) / _CLEAR_PER_KWH)
    day = [slot for slot in plan.slots if slot.start.total_seconds() < _DAY_MIN * 60]
    known = sum(slot.duration.total_seconds() for slot in day if not slot.extrapolated)
    sure *= 0.5 + 0.5 * known / sum(slot.duration.total_seconds() for slot in day)
    if inputs.slots[0].estimate:
        sure *= _UNCONFIRMED
    for degradation in inputs.degradations:
        sure *= _TRUST.get(degradation, 1.0)
    return round(sure, 3)


def _gain(slot: PlanSlot, given: PlanSlotInput, settings: PlannerSettings) -> float:
    """Return what the action of a slot gains over leaving it, in $ for each kWh."""
    _, charge_below, use_above = thresholds(slot, settings)
    buy, sell = given.buy_per_kwh, given.sell_per_kwh
    if slot.action is Action.CHARGE:
        return charge_below - (buy if slot.import_w > 0 else sell)
    if slot.action is Action.DISCHARGE:
        return (sell if slot.export_w > 0 else buy) - use_above
    stores = given.pv_w > given.load_w
    if slot.action is Action.HOLD:
        return sell - charge_below if stores else use_above - buy
    if slot.charge_w > 0 or slot.discharge_w > 0:
        return charge_below - sell if stores else buy - use_above
    return use_above - sell if stores else buy - charge_below
