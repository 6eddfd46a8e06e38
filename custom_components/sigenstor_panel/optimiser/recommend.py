"""From inputs to a recommendation: the plan's first slot, or what the engines make of it; no clock, nothing read."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..model.command import Action, ChargeSource
from ..model.message import Message, say
from .aggregator import best
from .contract import (
    Degradation,
    Engine,
    InputError,
    Opinion,
    OptimiserSettings,
    PlanInputs,
    Recommendation,
    Strategy,
)
from .engines import opinions, planner
from .model import CaseError, InfeasibleCaseError, Plan
from .planner.plan import plan
from .reasons import export_limited, missing, with_details

_NOTHING_TO_GO_BY = (Degradation.NO_PRICES, Degradation.NO_TELEMETRY)


def recommend(inputs: PlanInputs, settings: OptimiserSettings) -> Recommendation:
    """Return what to do now; raise CaseError, of which InputError is one, where that cannot be told.

    Nothing is bought or sold for a price in force that nobody quoted.
    """
    for degradation in inputs.degradations:
        if degradation in _NOTHING_TO_GO_BY:
            raise InputError("degradations", missing(degradation))
    found = _recommend(inputs, settings)
    if not inputs.slots[0].extrapolated:
        return found
    if not settings.guess_prices:
        without = fallback(say("reason.no_price_now"), inputs.degradations)
        return replace(without, opinions=found.opinions, plan=found.plan)
    if found.action in (Action.SELF_CONSUME, Action.HOLD):
        return found
    return replace(
        found,
        action=Action.SELF_CONSUME,
        target_power_w=0,
        pv_limit_w=None,
        source=ChargeSource.SOLAR_FIRST,
        reason=say("reason.no_price_now", replace(found.reason, details=()), *found.reason.details),
    )


def _recommend(inputs: PlanInputs, settings: OptimiserSettings) -> Recommendation:
    planned = _plan(inputs, settings)
    asked = opinions(inputs, settings)
    if planned is None:
        return _by_rules(asked, inputs)
    by_plan = planner.opinion(planned, inputs, settings)
    if settings.strategy is Strategy.RULES:
        return replace(_by_rules(asked, inputs), opinions=(by_plan, *asked), plan=planned)
    first = planned.slots[0]
    return Recommendation(
        action=by_plan.action,
        target_power_w=by_plan.target_power_w,
        reason=by_plan.reason,
        confidence=by_plan.confidence,
        engine=Engine.PLANNER,
        export_limit_w=None if first.export_limit_w is None else round(first.export_limit_w),
        pv_limit_w=None if first.pv_limit_w is None else round(first.pv_limit_w),
        source=first.source,
        opinions=(by_plan, *asked),
        plan=planned,
    )


def decide(inputs: PlanInputs, settings: OptimiserSettings) -> Recommendation:
    """Return what to do now: self-consumption, with the reason, where `recommend` cannot tell."""
    try:
        return recommend(inputs, settings)
    except CaseError as error:
        return fallback(no_plan(error), inputs.degradations)


def no_plan(error: CaseError) -> Message:
    """Return that there is no plan, and why."""
    technical = error.problem.key.startswith("invalid.")
    return say("reason.no_plan", error.message if technical else error.problem)


def fallback(reason: Message, degradations: Iterable[Degradation] = ()) -> Recommendation:
    """Return self-consumption because of what is wrong or missing."""
    causes = [cause for cause in map(missing, degradations) if cause not in reason.details]
    return Recommendation(
        action=Action.SELF_CONSUME,
        target_power_w=0,
        reason=with_details(reason, *causes),
        confidence=0.0,
        engine=Engine.FALLBACK,
    )


def _plan(inputs: PlanInputs, settings: OptimiserSettings) -> Plan | None:
    """Return the plan; None where no plan keeps the limits and it is not the plan that decides."""
    try:
        return plan(inputs.case, settings.planner)
    except InfeasibleCaseError:
        if settings.strategy is Strategy.PLAN:
            raise
        return None


def by_rules(inputs: PlanInputs, settings: OptimiserSettings) -> Recommendation:
    """Return what the rules recommend, without making a plan; raise InputError where no engine is asked.

    As it is compared with the plan on past days only, it takes every price as known.
    """
    return _by_rules(opinions(inputs, settings), inputs)


def _by_rules(asked: Sequence[Opinion], inputs: PlanInputs) -> Recommendation:
    """Return the best of the opinions; where feed-in costs money, nothing is exported."""
    found, sell = best(asked), inputs.slots[0].sell_per_kwh
    if sell >= 0:
        return found
    return replace(found, export_limit_w=0, reason=with_details(found.reason, export_limited(sell, 0)))
