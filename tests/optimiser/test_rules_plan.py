"""What the rules would do with the hours to come."""

from dataclasses import replace
from itertools import pairwise

from examples import ahead, settings, situations
from hypothesis import assume, given, reject, strategies as st
import pytest

from custom_components.sigenstor_panel.model.command import Action
from custom_components.sigenstor_panel.optimiser import aggregator
from custom_components.sigenstor_panel.optimiser.contract import (
    InputError,
    OptimiserSettings,
    PlanInputs,
    Strategy,
)
from custom_components.sigenstor_panel.optimiser.engines import opinions
from custom_components.sigenstor_panel.optimiser.model import Case, InfeasibleCaseError, Plan
from custom_components.sigenstor_panel.optimiser.planner.orders import Order, order_of
from custom_components.sigenstor_panel.optimiser.planner.plan import plan
from custom_components.sigenstor_panel.optimiser.recommend import recommend
from custom_components.sigenstor_panel.optimiser.rules_plan import rules_plan
from custom_components.sigenstor_panel.optimiser.settle import ActualSlots, settle

RULES = settings(Strategy.RULES)
CHEAP_THEN_DEAR = ahead(buy={-1: 0.25, 1: 0.04, 2: 0.04, 8: 0.6, 9: 0.6}, soc=40)
PAYING_TO_EXPORT = ahead(pv=6000, sell=-0.1, soc=95)


def planned(inputs: PlanInputs) -> Plan:
    return plan(Case(slots=inputs.slots, soc=inputs.soc), RULES.planner)


def test_the_first_slot_is_what_the_rules_recommend_now() -> None:
    way, reasons = rules_plan(CHEAP_THEN_DEAR, RULES, planned(CHEAP_THEN_DEAR))
    advice = recommend(CHEAP_THEN_DEAR, RULES)
    assert (way.slots[0].action, reasons[0]) == (advice.action, advice.reason)


def test_every_slot_starts_where_the_one_before_ended() -> None:
    way, reasons = rules_plan(CHEAP_THEN_DEAR, RULES, planned(CHEAP_THEN_DEAR))
    assert len(way.slots) == len(reasons) == len(CHEAP_THEN_DEAR.slots)
    for before, after in pairwise(way.slots):
        assert after.soc_before == before.soc_after
        assert after.start == before.start + before.duration


def test_cheap_hours_charge_the_battery() -> None:
    way, _ = rules_plan(CHEAP_THEN_DEAR, RULES, planned(CHEAP_THEN_DEAR))
    assert way.slots[1].action is Action.CHARGE
    assert way.slots[1].import_w > 0


def test_nothing_is_exported_where_feed_in_costs_money() -> None:
    way, _ = rules_plan(PAYING_TO_EXPORT, RULES, planned(PAYING_TO_EXPORT))
    assert {slot.export_limit_w for slot in way.slots} == {0.0}
    assert sum(slot.export_w for slot in way.slots) == 0
    assert sum(slot.curtailed_w for slot in way.slots) > 0


@given(situations(), st.integers(1, 8))
def test_each_slot_is_decided_as_it_would_be_on_its_own(
    situation: tuple[PlanInputs, OptimiserSettings], repeats: int
) -> None:
    inputs, options = situation
    assume(any((options.rules.price_weight, options.rules.solar_weight, options.rules.usage_weight)))
    inputs = replace(inputs, slots=inputs.slots * repeats)
    try:
        way, reasons = rules_plan(inputs, options, plan(Case(slots=inputs.slots, soc=inputs.soc), options.planner))
    except InfeasibleCaseError:
        reject()
    alone, now, soc, present = [], inputs.now, inputs.soc, inputs.present
    for index, slot in enumerate(inputs.slots):
        known = replace(inputs, now=now, soc=soc, present=present, slots=inputs.slots[index:])
        advice = aggregator.best(opinions(known, options))
        order = Order(advice.action, advice.target_power_w, way.slots[index].export_limit_w)
        actual = ActualSlots(start=now, slots=(slot,), soc=soc)
        soc = settle(actual, options.planner, lambda *_, order=order: order).soc[-1]
        now, present = now + slot.duration, advice.action
        alone.append((advice.action, advice.reason, soc))
    walked = [(slot.action, reason, slot.soc_after) for slot, reason in zip(way.slots, reasons, strict=True)]
    assert walked == alone


@pytest.mark.parametrize("inputs", [CHEAP_THEN_DEAR, PAYING_TO_EXPORT])
def test_it_costs_what_its_orders_cost_and_never_less_than_the_plan(inputs: PlanInputs) -> None:
    best = planned(inputs)
    way, _ = rules_plan(inputs, RULES, best)
    actual = ActualSlots(start=inputs.now, slots=inputs.slots, soc=inputs.soc)
    settled = settle(actual, RULES.planner, lambda index, *_: order_of(way.slots[index]))
    assert way.cost == pytest.approx(settled.cost)
    assert way.slots[-1].soc_after == pytest.approx(settled.soc[-1])
    assert way.objective >= best.objective - 1e-6


def test_without_an_engine_nothing_can_be_said() -> None:
    nobody = settings(Strategy.RULES, price_weight=0, solar_weight=0, usage_weight=0)
    with pytest.raises(InputError, match=r"reason\.no_engine"):
        rules_plan(CHEAP_THEN_DEAR, nobody, planned(CHEAP_THEN_DEAR))
