"""What the rules would do with the hours to come, as a plan: each slot is decided from what the slots before it left."""

from dataclasses import replace
from datetime import timedelta

from ..model.message import Message
from .aggregator import winner
from .contract import OptimiserSettings, PlanInputs
from .engines import Columns, LaterSlot, views
from .model import Plan, PlanSlot
from .planner.orders import Order
from .settle import energy_bounds, moved


def rules_plan(inputs: PlanInputs, settings: OptimiserSettings, planned: Plan) -> tuple[Plan, tuple[Message, ...]]:
    """Return the way of the rules and the reason of each slot.

    What a stored kWh is worth is taken from the plan of the same inputs. Raises InputError without engines.
    """
    home, columns = settings.planner, Columns(inputs.slots)
    slots: list[PlanSlot] = []
    reasons: list[Message] = []
    since, soc, present, wear = timedelta(0), inputs.soc, inputs.present, 0.0
    kwh_per_percent = home.capacity_kwh / 100
    for index, (given, usual, hours) in enumerate(zip(inputs.slots, planned.slots, columns.hours, strict=True)):
        now = inputs.now + since
        known = LaterSlot(now, inputs.zone, soc, present, inputs.degradations, columns, index)
        advice = winner(views(known, settings))
        limit_w = 0.0 if given.sell_per_kwh < 0 else None
        order = Order(advice.action, advice.target_power_w, limit_w)
        energy_kwh = soc * kwh_per_percent
        done, energy_kwh = moved(given, order, home, hours, energy_kwh, energy_bounds(home, energy_kwh))
        before, soc = soc, min(energy_kwh / kwh_per_percent, 100.0)
        slot = PlanSlot(
            start=since,
            duration=given.duration,
            import_w=max(done.grid_w, 0.0),
            export_w=max(-done.grid_w, 0.0),
            charge_w=max(done.battery_w, 0.0),
            discharge_w=max(-done.battery_w, 0.0),
            pv_w=given.pv_w - done.curtailed_w,
            curtailed_w=done.curtailed_w,
            soc_before=before,
            soc_after=soc,
            cost=(given.buy_per_kwh if done.grid_w > 0 else given.sell_per_kwh) * done.grid_w * hours / 1000,
            action=advice.action,
            export_limit_w=limit_w,
            marginal_per_kwh=usual.marginal_per_kwh,
            extrapolated=given.extrapolated,
        )
        slots.append(slot)
        reasons.append(advice.why())
        since, present, wear = since + given.duration, advice.action, wear + slot.discharge_w * hours / 1000
    cost = sum(slot.cost for slot in slots)
    left = planned.terminal_per_kwh * kwh_per_percent * soc
    way = replace(planned, slots=tuple(slots), cost=cost, objective=cost + wear * home.wear_per_kwh - left)
    return way, tuple(reasons)
