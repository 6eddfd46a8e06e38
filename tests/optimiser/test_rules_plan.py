"""What the rules would do with the hours to come."""

from itertools import pairwise

from examples import ahead, settings
import pytest

from custom_components.sigenstor_panel.command import Action
from custom_components.sigenstor_panel.optimiser.contract import InputError, PlanInputs, Strategy
from custom_components.sigenstor_panel.optimiser.model import Case, Plan
from custom_components.sigenstor_panel.optimiser.planner import plan
from custom_components.sigenstor_panel.optimiser.recommend import recommend
from custom_components.sigenstor_panel.optimiser.rules_plan import rules_plan
from custom_components.sigenstor_panel.optimiser.settle import Truth, order_of, settle

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


@pytest.mark.parametrize("inputs", [CHEAP_THEN_DEAR, PAYING_TO_EXPORT])
def test_it_costs_what_its_orders_cost_and_never_less_than_the_plan(inputs: PlanInputs) -> None:
    best = planned(inputs)
    way, _ = rules_plan(inputs, RULES, best)
    truth = Truth(start=inputs.now, slots=inputs.slots, soc=inputs.soc)
    settled = settle(truth, RULES.planner, lambda index, *_: order_of(way.slots[index]))
    assert way.cost == pytest.approx(settled.cost)
    assert way.slots[-1].soc_after == pytest.approx(settled.soc[-1])
    assert way.objective >= best.objective - 1e-6


def test_without_an_engine_nothing_can_be_said() -> None:
    nobody = settings(Strategy.RULES, price_weight=0, solar_weight=0, usage_weight=0)
    with pytest.raises(InputError, match="no engine is asked"):
        rules_plan(CHEAP_THEN_DEAR, nobody, planned(CHEAP_THEN_DEAR))
