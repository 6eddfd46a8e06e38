"""A plan as the panel shows it: every slot with what is expected and why, and what other ways would cost.

The functions take some milliseconds: call them in an executor.
"""

from typing import Any

from ..model.message import Message
from ..optimiser.contract import OptimiserSettings, PlanInputs, Strategy
from ..optimiser.model import Plan, PlannerSettings, PlanSlot, PlanSlotInput
from ..optimiser.plan_reasons import slot_reasons
from ..optimiser.planner.plan import plan
from ..optimiser.ramp import early_start
from ..optimiser.rules_plan import rules_plan
from ..optimiser.settle import ActualSlots, Settlement, no_battery, self_consumption, settle


def planned_as_dict(inputs: PlanInputs, settings: OptimiserSettings, planned: Plan | None = None) -> dict[str, Any]:
    """Return what the strategy in force makes of the hours to come, as JSON values.

    `planned` is the plan of the same inputs and settings, where there is one already. Raises CaseError without any.
    """
    if planned is None:
        planned = plan(inputs.case, settings.planner)
    if settings.strategy is Strategy.RULES:
        way, reasons = rules_plan(inputs, settings, planned)
    else:
        early = early_start(planned, inputs, settings)
        way, reasons = planned, slot_reasons(planned, inputs, settings.planner, early)
    expected = ActualSlots(start=inputs.now, slots=inputs.slots, soc=inputs.soc)
    nothing, usual = (settle(expected, settings.planner, by) for by in (no_battery, self_consumption))
    return {
        "made_at": inputs.now.isoformat(),
        "strategy": settings.strategy.value,
        "soc": inputs.soc,
        "soc_min": settings.planner.soc_min,
        "soc_max": settings.planner.soc_max,
        "slots": [
            _slot(inputs, given, slot, reason)
            for given, slot, reason in zip(inputs.slots, way.slots, reasons, strict=True)
        ],
        "cost": round(way.cost, 4),
        "objective": round(way.objective, 4),
        "no_battery_cost": round(nothing.cost, 4),
        "no_battery_objective": round(_objective(nothing, planned.terminal_per_kwh, settings.planner), 4),
        "self_consumption_cost": round(usual.cost, 4),
        "self_consumption_objective": round(_objective(usual, planned.terminal_per_kwh, settings.planner), 4),
        "degradations": [degradation.value for degradation in inputs.degradations],
    }


def _objective(settled: Settlement, terminal_per_kwh: float, settings: PlannerSettings) -> float:
    left_kwh = settings.capacity_kwh * settled.soc[-1] / 100
    return settled.cost + settled.wear - terminal_per_kwh * left_kwh


def _slot(inputs: PlanInputs, given: PlanSlotInput, slot: PlanSlot, reason: Message) -> dict[str, Any]:
    start = inputs.now + slot.start
    return {
        "start": start.isoformat(),
        "end": (start + slot.duration).isoformat(),
        "buy": given.buy_per_kwh,
        "sell": given.sell_per_kwh,
        "pv_w": round(given.pv_w),
        "house_w": round(given.load_w),
        "battery_w": round(slot.battery_w),
        "grid_w": round(slot.grid_w),
        "curtailed_w": round(slot.curtailed_w),
        "soc_before": round(slot.soc_before, 2),
        "soc_after": round(slot.soc_after, 2),
        "action": slot.action.value,
        "cost": round(slot.cost, 5),
        "export_limit_w": None if slot.export_limit_w is None else round(slot.export_limit_w),
        "marginal_per_kwh": round(slot.marginal_per_kwh, 5),
        "extrapolated": slot.extrapolated,
        "reason": reason.as_dict(),
    }
