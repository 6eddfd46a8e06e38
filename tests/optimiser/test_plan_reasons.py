"""What the slots of a plan say for themselves."""

from dataclasses import replace
import re

from hypothesis import assume, given
import pytest

from custom_components.sigenstor_panel.model.command import Action
from custom_components.sigenstor_panel.optimiser.contract import OptimiserSettings, PlanInputs
from custom_components.sigenstor_panel.optimiser.model import Case, InfeasibleCaseError, Plan
from custom_components.sigenstor_panel.optimiser.plan_reasons import slot_reason, slot_reasons
from custom_components.sigenstor_panel.optimiser.planner.plan import plan
from custom_components.sigenstor_panel.optimiser.recommend import recommend
from tests.optimiser.examples import HOME, ahead, settings, situations

EVENING = {-1: 500.0, 6: 5000.0, 7: 5000.0}


def planned(inputs: PlanInputs) -> Plan:
    return plan(Case(slots=inputs.slots, soc=inputs.soc), HOME)


def reasons(inputs: PlanInputs) -> tuple[str, ...]:
    return slot_reasons(planned(inputs), inputs, HOME)


def test_a_charge_says_what_it_costs_now_and_what_it_saves_when() -> None:
    said = reasons(ahead(buy={-1: 0.25, 0: 0.041, 6: 0.38, 7: 0.38}, load=EVENING, soc=10))
    assert re.fullmatch(r"Charging at \d+\.\d kW: 4\.1 c now, 38 c at 18:00\.", said[0])


def test_a_charge_that_earns_money_says_that_pv_is_off() -> None:
    said = reasons(ahead(buy={-1: 0.25, 0: -0.05}, sell=-0.08, pv=3000.0, soc=10))
    assert said[0].startswith("Charging at 10.0 kW from the grid with PV off: -5 c now, ")


def test_a_charge_for_export_says_what_feed_in_earns_when() -> None:
    said = reasons(ahead(buy={-1: 0.3, 0: 0.05}, sell={-1: 0.05, 5: 0.8}, soc=10))
    assert said[0] == "Charging at 10.0 kW: 5 c now, feed-in 80 c at 17:00."


def test_an_export_says_what_feed_in_earns_and_a_stored_kwh_is_worth() -> None:
    said = reasons(ahead(buy={-1: 0.2, 0: 0.9}, sell={-1: 0.05, 0: 0.8}))
    assert re.fullmatch(r"Exporting at 10\.0 kW: feed-in 80 c now, a stored kWh is worth \d+ c\.", said[0])


def test_a_hold_says_for_when() -> None:
    said = reasons(ahead(buy={-1: 0.25, 5: 0.9}, load={-1: 500.0, 5: 6000.0}, soc=30))
    assert said[0] == "Holding 30 %: 25 c now, 90 c at 17:00."
    assert said[1] == "Holding 30 %: 25 c at 13:00, 90 c at 17:00."


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        (ahead(), "the battery feeds the house, buying costs 25 c now."),
        (ahead(pv=2500.0), "the sun charges the battery, feed-in earns 5 c now."),
        (ahead(pv=2500.0, soc=100), "the battery is full at 100 %, feed-in earns 5 c now."),
        (ahead(soc=10), "the battery is at its reserve of 10 %, buying costs 25 c now."),
    ],
)
def test_self_consumption_says_what_the_battery_does_by_itself(inputs: PlanInputs, reason: str) -> None:
    assert reasons(inputs)[0] == f"Self-consumption: {reason}"


def test_negative_feed_in_says_what_export_is_limited_to() -> None:
    said = reasons(ahead(pv=2500.0, soc=100, sell=-0.03))
    assert said[0].endswith("Feed-in costs 3 c: export limited to 0 W.")


def test_a_price_that_is_not_known_is_about_so_much() -> None:
    inputs = ahead()
    inputs = replace(inputs, slots=(*inputs.slots[:4], replace(inputs.slots[4], extrapolated=True)))
    assert "buying costs about 25 c at 16:00" in reasons(inputs)[4]


@pytest.mark.parametrize(
    ("at", "peak", "time", "day"),
    [
        (12, 3, "15:00", "today"),
        (12, 6, "18:00", "tonight"),
        (19, 7, "02:00", "tonight"),
        (20, 11, "07:00 tomorrow", "tomorrow"),
    ],
)
def test_times_are_those_of_the_home(at: int, peak: int, time: str, day: str) -> None:
    found = recommend(
        ahead(at=at, buy={-1: 0.25, 0: 0.01, peak: 0.9}, load={-1: 0.0, peak: 9000.0}, soc=10), settings()
    )
    assert f"90 c at {time}. A stored kWh is worth " in found.reason
    assert f" c {day}: charging below " in found.reason


@given(situations())
def test_every_action_has_a_reason_with_its_numbers(situation: tuple[PlanInputs, OptimiserSettings]) -> None:
    inputs, chosen = situation
    try:
        found = plan(Case(slots=inputs.slots, soc=inputs.soc), chosen.planner)
    except InfeasibleCaseError:
        assume(False)
        raise
    said = slot_reasons(found, inputs, chosen.planner)
    begins = {
        Action.CHARGE: r"Charging at [\d.]+ kW( from the grid with PV off)?: .*\d c ",
        Action.DISCHARGE: r"(Discharging|Exporting) at [\d.]+ kW: .*\d c ",
        Action.HOLD: r"Holding \d+ %: .*\d c ",
        Action.SELF_CONSUME: r"Self-consumption: .*\d c ",
    }
    for index, (slot, sentence) in enumerate(zip(found.slots, said, strict=True)):
        assert re.match(begins[slot.action], sentence)
        assert ("export limited to " in sentence) is (slot.export_limit_w is not None)
        assert sentence == slot_reason(found, inputs, chosen.planner, index)
