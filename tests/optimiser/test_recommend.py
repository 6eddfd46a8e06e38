"""What is recommended, by the plan and by the rules, and what is when nothing can be."""

from dataclasses import replace
from datetime import datetime, timedelta
import re
from typing import Any

from hypothesis import given
import pytest

from custom_components.sigenstor_panel.model.command import Action
from custom_components.sigenstor_panel.model.message import say
from custom_components.sigenstor_panel.optimiser.contract import (
    Degradation,
    Engine,
    InputError,
    OptimiserSettings,
    PlanInputs,
    RulesSettings,
    Strategy,
)
from custom_components.sigenstor_panel.optimiser.model import CaseError, InfeasibleCaseError, PlanSlotInput
from custom_components.sigenstor_panel.optimiser.recommend import by_rules, decide, fallback, recommend
from tests.english import english
from tests.optimiser.examples import HOME, ahead, settings, situations

DEAR_EVENING = {-1: 0.25, 0: 0.041, 6: 0.38, 7: 0.38}
CASES = {
    "charge": ahead(buy=DEAR_EVENING, load={-1: 500.0, 6: 5000.0, 7: 5000.0}, soc=20),
    "discharge": ahead(buy={-1: 0.2, 0: 0.9}, sell={-1: 0.05, 0: 0.8}),
    "hold": ahead(buy={-1: 0.25, 5: 0.9}, load={-1: 500.0, 5: 6000.0}, soc=30),
    "self_consume": ahead(buy=0.3),
}


@pytest.mark.parametrize("action", CASES)
def test_the_plan_decides_by_its_first_slot(action: str) -> None:
    found = recommend(CASES[action], settings())
    assert found.plan is not None
    first = found.plan.slots[0]
    assert found.action is first.action is Action(action)
    assert found.engine is Engine.PLANNER
    powers = {Action.CHARGE: first.charge_w, Action.DISCHARGE: first.discharge_w}
    assert found.target_power_w == round(powers.get(first.action, 0))
    assert [opinion.engine for opinion in found.opinions] == [Engine.PLANNER, Engine.PRICE, Engine.SOLAR, Engine.USAGE]


@pytest.mark.parametrize(
    ("buy", "pv_w", "source"), [(-0.05, 3000.0, "grid"), (0.01, 1000.0, "solar_first"), (-0.05, 50.0, "solar_first")]
)
def test_pv_gives_way_to_the_grid_only_where_importing_earns_money(buy: float, pv_w: float, source: str) -> None:
    evening = {-1: 500.0, 6: 5000.0, 7: 5000.0}
    found = recommend(ahead(buy={-1: 0.3, 0: buy}, sell=-0.08, pv=pv_w, load=evening, soc=10), settings())
    assert (found.action, found.source) == (Action.CHARGE, source)


def test_the_rules_decide_by_their_engines_and_show_the_plan_beside_them() -> None:
    found = recommend(CASES["charge"], settings(Strategy.RULES))
    assert (found.engine, found.action, found.target_power_w) == (Engine.PRICE, Action.CHARGE, 10_000)
    assert english(found.reason) == "Charging: buying is cheap now. Buying costs 4.1 c. Buying costs 38 c at 18:00."
    assert found.plan is not None
    assert (found.opinions[0].engine, found.opinions[0].weight) == (Engine.PLANNER, 0.0)
    alone = by_rules(CASES["charge"], settings())
    assert alone == replace(found, plan=None, opinions=found.opinions[1:])


@pytest.mark.parametrize("strategy", Strategy)
def test_nothing_is_exported_where_feed_in_costs_money(strategy: Strategy) -> None:
    found = recommend(ahead(sell=-0.03, pv=3000.0, soc=100), settings(strategy))
    assert found.export_limit_w == 0
    assert "Feed-in costs 3.0 c, so export is limited to 0 W." in english(found.reason)
    assert recommend(ahead(sell=0.0, pv=3000.0, soc=100), settings(strategy)).export_limit_w is None


def test_the_plan_is_surer_the_more_its_action_gains() -> None:
    little = recommend(ahead(buy=0.1, sell={-1: 0.05, 0: 0.3, 1: 0.29}), settings())
    much = recommend(ahead(buy=0.1, sell={-1: 0.05, 0: 0.9}), settings())
    assert little.action is much.action is Action.DISCHARGE
    assert 0.5 <= little.confidence < much.confidence <= 1


def test_the_plan_is_less_sure_of_prices_that_are_not_known_and_of_what_was_replaced() -> None:
    inputs = CASES["discharge"]
    guessed = replace(inputs, slots=(inputs.slots[0], *(replace(slot, extrapolated=True) for slot in inputs.slots[1:])))
    poor = replace(inputs, degradations=(Degradation.NO_PV_FORECAST,))
    sure = recommend(inputs, settings()).confidence
    assert recommend(guessed, settings()).confidence < sure
    assert recommend(poor, settings()).confidence < sure


@pytest.mark.parametrize("strategy", Strategy)
@pytest.mark.parametrize("missing", [Degradation.NO_PRICES, Degradation.NO_TELEMETRY])
def test_without_prices_or_battery_there_is_nothing_to_recommend(strategy: Strategy, missing: Degradation) -> None:
    inputs = ahead(degradations=(missing,))
    with pytest.raises(InputError):
        recommend(inputs, settings(strategy))
    found = decide(inputs, settings(strategy))
    assert (found.action, found.engine, found.confidence, found.target_power_w) == (
        Action.SELF_CONSUME,
        Engine.FALLBACK,
        0,
        0,
    )


def test_what_no_plan_can_keep_leaves_self_consumption_or_the_rules() -> None:
    inputs, impossible = ahead(soc=20, hours=1), replace(HOME, soc_final=100.0)
    chosen = OptimiserSettings(planner=impossible)
    with pytest.raises(InfeasibleCaseError):
        recommend(inputs, chosen)
    assert decide(inputs, chosen).engine is Engine.FALLBACK
    found = recommend(inputs, replace(chosen, strategy=Strategy.RULES))
    assert found.plan is None
    assert found.engine is not Engine.FALLBACK


def test_the_fallback_says_why() -> None:
    because = say("reason.no_plan", say("word.degradation_no_prices"))
    found = fallback(because, (Degradation.NO_PV_FORECAST, Degradation.NO_PRICES))
    assert english(found.reason) == (
        "No plan is possible, so the battery stays in self-consumption. No prices. No solar forecast."
    )


def test_what_no_plan_can_keep_is_said_without_the_names_of_a_case_file() -> None:
    found = decide(ahead(soc=20, hours=1), OptimiserSettings(planner=replace(HOME, soc_final=100.0)))
    assert english(found.reason) == (
        "No plan is possible, so the battery stays in self-consumption. "
        "The limits do not allow the required state of charge."
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"soc": float("nan")}, "soc"),
        ({"soc": 101.0}, "soc"),
        ({"slots": ()}, "slots"),
        ({"slots": ahead().slots * 15}, "slots"),
        ({"now": datetime(2026, 1, 1)}, "now"),
    ],
)
def test_inputs_that_make_no_sense_cannot_be_made(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as raised:
        replace(ahead(), **changes)
    assert raised.value.field == field


@pytest.mark.parametrize(
    ("field", "value"), [("buy_per_kwh", 2e9), ("pv_w", float("inf")), ("load_w", 1e300), ("cloud_cover", 101.0)]
)
def test_a_slot_that_makes_no_sense_is_refused(field: str, value: float) -> None:
    with pytest.raises(CaseError):
        replace(ahead(), slots=(replace(ahead().slots[0], **{field: value}),))


@pytest.mark.parametrize(
    "rules",
    [
        {"price_weight": -1},
        {"solar_weight": float("nan")},
        {"cheap_buy_per_kwh": 0.5},
        {"usage_min_soc": 101},
        {"solar_hours": 1000},
    ],
)
def test_thresholds_that_make_no_sense_are_refused(rules: dict[str, float]) -> None:
    with pytest.raises(InputError) as raised:
        RulesSettings(**rules)
    assert raised.value.field in rules


@pytest.mark.parametrize(
    ("field", "value"), [("capacity_kwh", 1e-300), ("charge_limit_w", 1e300), ("charge_efficiency", 1e-9)]
)
def test_a_battery_that_is_none_is_refused(field: str, value: float) -> None:
    with pytest.raises(InputError) as raised:
        OptimiserSettings(planner=replace(HOME, **{field: value}))
    assert raised.value.field == field


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match=r"field=zone problem=invalid\.case_zone value='Brisbane'"):
        recommend(replace(ahead(), zone="Brisbane"), settings())


@given(situations())
def test_what_is_recommended_is_within_all_limits_or_refused_by_name(
    situation: tuple[PlanInputs, OptimiserSettings],
) -> None:
    inputs, chosen = situation
    try:
        found = recommend(inputs, chosen)
    except CaseError:
        return
    planner = chosen.planner
    for each in (found, *found.opinions):
        assert each.action in {Action.SELF_CONSUME, Action.CHARGE, Action.HOLD, Action.DISCHARGE}
        assert 0 <= each.confidence <= 1
        most = {Action.CHARGE: planner.charge_limit_w, Action.DISCHARGE: planner.discharge_limit_w}
        assert 0 <= each.target_power_w <= most.get(each.action, 0)
        if each.action is Action.CHARGE:
            assert inputs.soc < planner.soc_max
        if each.action is Action.DISCHARGE:
            assert inputs.soc > planner.soc_min
        assert re.search(r"\d", english(each.reason))
        assert len(english(replace(each.reason, details=()))) <= 100
    assert found.export_limit_w is None or 0 <= found.export_limit_w <= planner.export_limit_w
    assert recommend(inputs, chosen) == found


@given(situations())
def test_deciding_never_fails(situation: tuple[PlanInputs, OptimiserSettings]) -> None:
    assert decide(*situation).action is not Action.RELEASE


def test_the_last_drop_of_room_is_no_trouble() -> None:
    found = recommend(ahead(buy={-1: 0.3, 0: 0.05}, soc=99.9999999999999), settings(Strategy.RULES))
    assert found.action is Action.CHARGE


def test_a_slot_of_a_microsecond_and_one_of_a_week_are_planned_alike() -> None:
    long = PlanSlotInput(duration=timedelta(days=7), buy_per_kwh=0.3, sell_per_kwh=0.05, pv_w=0, load_w=400)
    for slots in ((long,), (replace(long, duration=timedelta(microseconds=1)), long)):
        for strategy in Strategy:
            found = recommend(replace(ahead(), slots=slots), OptimiserSettings(strategy=strategy, planner=HOME))
            assert found.action in {Action.SELF_CONSUME, Action.HOLD}


def guessed(**changes: Any) -> PlanInputs:
    """Return hours of which the price in force, $14.50, is that of a typical day."""
    inputs = ahead(buy={0: 15.0, -1: 0.3}, sell={0: 14.5, -1: 0.05}, **changes)
    return replace(inputs, slots=(replace(inputs.slots[0], extrapolated=True), *inputs.slots[1:]))


@pytest.mark.parametrize("strategy", Strategy)
def test_for_a_price_that_nobody_quoted_nothing_is_bought_or_sold(strategy: Strategy) -> None:
    known = replace(guessed(), slots=tuple(replace(slot, extrapolated=False) for slot in guessed().slots))
    assert recommend(known, settings(strategy)).action is Action.DISCHARGE

    found = recommend(guessed(), settings(strategy))
    assert (found.action, found.engine) == (Action.SELF_CONSUME, Engine.FALLBACK)
    assert found.plan is not None

    allowed = recommend(guessed(), replace(settings(strategy), guess_prices=True))
    assert (allowed.action, allowed.target_power_w, allowed.engine is Engine.FALLBACK) == (
        Action.SELF_CONSUME,
        0,
        False,
    )


def test_with_leave_to_guess_energy_may_be_kept_for_a_typical_day() -> None:
    inputs = ahead(buy={-1: 0.2, 6: 0.9, 7: 0.9}, soc=15.0, load=800.0)
    inputs = replace(inputs, slots=tuple(replace(slot, extrapolated=True) for slot in inputs.slots))
    chosen = replace(settings(), guess_prices=True, planner=replace(HOME, charge_limit_w=0))
    assert recommend(inputs, chosen).action is Action.HOLD


def test_an_unconfirmed_price_makes_half_as_sure() -> None:
    inputs = ahead(buy={-1: 0.25, 8: 0.6})
    estimate = replace(inputs, slots=(replace(inputs.slots[0], estimate=True), *inputs.slots[1:]))
    assert recommend(estimate, settings()).confidence == pytest.approx(
        recommend(inputs, settings()).confidence / 2, abs=0.001
    )
