"""What the rules would do with the hours to come, as a plan: each slot is decided from what the slots before it left."""

from dataclasses import replace
from datetime import timedelta

from ..model.message import Message
from .aggregator import best
from .contract import OptimiserSettings, PlanInputs
from .engines import Columns, LaterSlot, opinions
from .model import Plan, PlanSlot
from .planner.orders import Order
from .settle import ActualSlots, Policy, settle


def rules_plan(inputs: PlanInputs, settings: OptimiserSettings, planned: Plan) -> tuple[Plan, tuple[Message, ...]]:
    """Return the way of the rules and the reason of each slot.

    What a stored kWh is worth is taken from the plan of the same inputs. Raises InputError without engines.
    """
    columns = Columns(inputs.slots)
    slots: list[PlanSlot] = []
    reasons: list[Message] = []
    since, soc, present, wear = timedelta(0), inputs.soc, inputs.present, 0.0
    for index, (given, usual) in enumerate(zip(inputs.slots, planned.slots, strict=True)):
        now = inputs.now + since
        known = LaterSlot(now, inputs.zone, soc, present, inputs.degradations, columns, index)
        advice = best(opinions(known, settings))
        limit_w = 0.0 if given.sell_per_kwh < 0 else None
        order = Order(advice.action, advice.target_power_w, limit_w)
        done = settle(ActualSlots(start=now, slots=(given,), soc=soc), settings.planner, _always(order))
        watts = 1000 / given.hours
        slots.append(
            PlanSlot(
                start=since,
                duration=given.duration,
                import_w=done.import_kwh * watts,
                export_w=done.export_kwh * watts,
                charge_w=done.charged_kwh * watts,
                discharge_w=done.discharged_kwh * watts,
                pv_w=given.pv_w - done.curtailed_kwh * watts,
                curtailed_w=done.curtailed_kwh * watts,
                soc_before=soc,
                soc_after=done.soc[-1],
                cost=done.cost,
                action=advice.action,
                export_limit_w=limit_w,
                marginal_per_kwh=usual.marginal_per_kwh,
                extrapolated=given.extrapolated,
            )
        )
        reasons.append(advice.reason)
        since, soc, present, wear = since + given.duration, done.soc[-1], advice.action, wear + done.wear
    cost = sum(slot.cost for slot in slots)
    left = planned.terminal_per_kwh * settings.planner.capacity_kwh * soc / 100
    way = replace(planned, slots=tuple(slots), cost=cost, objective=cost + wear - left)
    return way, tuple(reasons)


def _always(order: Order) -> Policy:
    return lambda *_: order
