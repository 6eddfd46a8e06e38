"""What the slots of a plan say for themselves."""

from dataclasses import replace
from datetime import timedelta
import json

from hypothesis import assume, given
import pytest

from custom_components.sigenstor_panel.model.command import Action
from custom_components.sigenstor_panel.model.message import Message
from custom_components.sigenstor_panel.optimiser.contract import OptimiserSettings, PlanInputs
from custom_components.sigenstor_panel.optimiser.model import Case, InfeasibleCaseError, Kept, Plan
from custom_components.sigenstor_panel.optimiser.plan_reasons import reason, slot_reasons
from custom_components.sigenstor_panel.optimiser.planner.plan import plan
from custom_components.sigenstor_panel.optimiser.recommend import recommend
from tests.english import english
from tests.optimiser.examples import HOME, ahead, settings, situations

EVENING = {-1: 500.0, 6: 5000.0, 7: 5000.0}
HOURS = timedelta(hours=3)
USUAL = tuple(
    f"reason.{key}"
    for key in (
        *("battery_powers_home", "solar_charges", "full", "full_solar_sold", "solar_sold", "at_reserve"),
        *("grid_powers_home", "nothing_to_do"),
    )
)


def planned(inputs: PlanInputs) -> Plan:
    return plan(Case(slots=inputs.slots, soc=inputs.soc), HOME)


def reasons(inputs: PlanInputs) -> tuple[str, ...]:
    """Return what is told of each slot, as read when it begins."""
    found = planned(inputs)
    said = slot_reasons(found, inputs, HOME)
    return tuple(english(each, inputs.now + slot.start) for each, slot in zip(said, found.slots, strict=True))


def test_a_charge_says_what_for_and_then_what_it_costs_now_and_saves_later() -> None:
    said = reasons(ahead(buy={-1: 0.25, 0: 0.041, 6: 0.38, 7: 0.38}, load=EVENING, soc=10))
    assert said[0] == "Charging from the grid, to use it at 18:00. Buying costs 4.1 c. Buying costs 38 c at 18:00."


def test_a_charge_that_earns_money_says_that_solar_is_off() -> None:
    said = reasons(ahead(buy={-1: 0.25, 0: -0.05}, sell=-0.08, pv=3000.0, soc=10))
    assert said[0] == (
        "Charging from the grid with solar off, because buying earns money. Buying earns 5.0 c. "
        "Feed-in costs 8.0 c, so export is limited to 0 W."
    )


def test_a_charge_for_export_says_what_feed_in_earns_when() -> None:
    said = reasons(ahead(buy={-1: 0.3, 0: 0.05}, sell={-1: 0.05, 5: 0.8}, soc=10))
    assert said[0] == "Charging from the grid, to sell it at 17:00. Buying costs 5.0 c. Feed-in earns 80 c at 17:00."


def test_an_export_says_that_it_earns_more_than_what_is_stored_is_worth() -> None:
    said = reasons(ahead(buy={-1: 0.2, 0: 0.9}, sell={-1: 0.05, 0: 0.8}))
    assert said[0] == "Selling: feed-in earns more than the stored energy will save later. Feed-in earns 80 c."


def test_an_export_that_solar_makes_up_for_says_by_when() -> None:
    said = reasons(ahead(buy=0.3, sell={-1: 0.05, 0: 0.8}, pv={-1: 0.0, 3: 9000.0, 4: 9000.0}, soc=50))
    assert said[0] == "Selling: solar refills the battery by 17:00. Feed-in earns 80 c."


def test_an_export_that_the_grid_makes_up_for_says_by_when() -> None:
    said = reasons(ahead(buy={-1: 0.3, 3: 0.05, 4: 0.05}, sell={-1: 0.02, 0: 0.8}, soc=50))
    assert said[0] == "Selling: the battery is charged again by 16:00. Feed-in earns 80 c."


def test_a_hold_says_for_when() -> None:
    said = reasons(ahead(buy={-1: 0.25, 5: 0.9}, load={-1: 500.0, 5: 6000.0}, soc=30))
    reason = "Keeping the stored energy, to use it at 17:00. Buying costs 25 c. Buying costs 90 c at 17:00."
    assert said[:2] == (reason, reason)


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        (ahead(), "The battery covers what solar does not. Buying costs 25 c."),
        (ahead(pv=2500.0), "Surplus solar charges the battery. Feed-in earns 5.0 c."),
        (ahead(pv=2500.0, soc=100), "The battery is full, so surplus solar is sold. Feed-in earns 5.0 c."),
        (ahead(soc=10), "The battery is at its reserve of 10 %, so the home buys from the grid. Buying costs 25 c."),
    ],
)
def test_self_consumption_says_what_the_battery_does_by_itself(inputs: PlanInputs, reason: str) -> None:
    assert reasons(inputs)[0] == reason


def test_negative_feed_in_says_what_export_is_limited_to() -> None:
    said = reasons(ahead(pv=2500.0, soc=100, sell=-0.03))
    assert said[0].startswith("The battery is full. ")
    assert said[0].endswith(" Feed-in costs 3.0 c, so export is limited to 0 W.")


def test_a_price_that_is_not_known_is_said_to_be_estimated() -> None:
    inputs = ahead()
    inputs = replace(inputs, slots=(*inputs.slots[:4], replace(inputs.slots[4], extrapolated=True)))
    said = reasons(inputs)
    assert "estimated" not in said[3]
    assert said[4] == (
        "The battery covers what solar does not. Buying costs 25 c. This price is estimated from the average of the past week."
    )


@pytest.mark.parametrize(
    ("at", "peak", "time"), [(12, 3, "15:00"), (12, 6, "18:00"), (19, 7, "02:00 tomorrow"), (20, 11, "07:00 tomorrow")]
)
def test_times_are_those_of_the_home(at: int, peak: int, time: str) -> None:
    inputs = ahead(at=at, buy={-1: 0.25, 0: 0.01, peak: 0.9}, load={-1: 0.0, peak: 9000.0}, soc=10)
    said = english(recommend(inputs, settings()).reason, inputs.now)
    assert said.startswith(f"Charging from the grid, to use it at {time}. ")
    assert f". Buying costs 90 c at {time}. A stored kWh is worth " in said


def test_what_is_kept_for_a_spike_says_how_often_it_is_needed() -> None:
    inputs = ahead()
    found = planned(inputs)
    often, seldom = (
        english(
            reason(replace(found, kept=Kept(kwh=12.0, above_per_kwh=8.0, chance=chance, within=HOURS)), inputs, HOME)
        )
        for chance in (0.38, 0.004)
    )
    kept = "12.0 kWh is kept for a price spike: prices above 800 c follow within 3 h in"
    assert f" {kept} 40 % of such cases. A stored kWh is worth " in often
    assert f" {kept} 1 % of such cases. " in seldom


@given(situations())
def test_every_action_has_a_reason_with_its_price(situation: tuple[PlanInputs, OptimiserSettings]) -> None:
    inputs, chosen = situation
    try:
        found = plan(Case(slots=inputs.slots, soc=inputs.soc), chosen.planner)
    except InfeasibleCaseError:
        assume(False)
        raise
    said = slot_reasons(found, inputs, chosen.planner)
    begins = {
        Action.CHARGE: ("reason.charge_",),
        Action.DISCHARGE: ("reason.use", "reason.sell"),
        Action.HOLD: ("reason.hold",),
        Action.SELF_CONSUME: USUAL,
    }
    for slot, each in zip(found.slots, said, strict=True):
        assert each.key.startswith(begins[slot.action])
        assert each.details[0].key.startswith(("reason.buying_", "reason.feeding_"))
        assert ("export is limited to " in english(each)) is (slot.export_limit_w is not None)
        assert Message.from_dict(json.loads(each.as_text())) == each
    first = reason(found, inputs, chosen.planner)
    assert (first.key, first.details[: len(said[0].details)]) == (said[0].key, said[0].details)
