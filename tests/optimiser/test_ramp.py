"""A plan that knows it cannot have all the power at once."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
import pytest

from custom_components.sigenstor_panel.model.command import Action
from custom_components.sigenstor_panel.model.message import Message
from custom_components.sigenstor_panel.optimiser.contract import OptimiserSettings, PlanInputs
from custom_components.sigenstor_panel.optimiser.model import Case, CaseError, PowerSteps
from custom_components.sigenstor_panel.optimiser.planner.orders import Order
from custom_components.sigenstor_panel.optimiser.planner.plan import plan
from custom_components.sigenstor_panel.optimiser.ramp import early_start
from custom_components.sigenstor_panel.optimiser.recommend import recommend
from custom_components.sigenstor_panel.optimiser.scoring.score import order_by
from custom_components.sigenstor_panel.optimiser.settle import ActualSlots, settle
from custom_components.sigenstor_panel.panel.plan_rows import planned_as_dict
from tests.english import english
from tests.optimiser.examples import HOME, ahead, settings, situations

A_KILOWATT_A_MINUTE = PowerSteps(step_w=1000, every_s=60)
EARLY = (
    "Starting early, to sell at full power at 17:10. Feed-in earns 1200 c at 17:10. "
    "The power changes by 1.0 kW at a time."
)
FIVE_MINUTES = timedelta(minutes=5)
STEPPED = replace(settings(), steps=A_KILOWATT_A_MINUTE)


def day(spike: dict[int, float], **changes: float) -> PlanInputs:
    """Return half a day in slots of five minutes, with a feed-in of so many $ in some of them."""
    buy = {-1: 0.3} | {slot: sell + 0.1 for slot, sell in spike.items()}
    return ahead(at=17, hours=144, minutes=5, buy=buy, sell={-1: 0.1} | spike, **changes)


@pytest.mark.parametrize(
    ("start_w", "target_w", "powers_w"),
    [
        (0, 5000, [1000, 2000, 3000, 4000, 5000]),
        (0, -2500, [-1000, -2000, -2500, -2500, -2500]),
        (-3000, 2000, [1000, 2000, 2000, 2000, 2000]),
        (8000, 6500, [7000, 6500, 6500, 6500, 6500]),
        (3000, 0, [0, 0, 0, 0, 0]),
    ],
)
def test_power_comes_in_steps_and_goes_at_once_when_it_turns_or_ends(
    start_w: float, target_w: float, powers_w: list[float]
) -> None:
    assert A_KILOWATT_A_MINUTE.way(start_w, target_w, FIVE_MINUTES) == powers_w


def test_a_time_shorter_than_a_step_still_has_one() -> None:
    assert A_KILOWATT_A_MINUTE.way(0, 5000, timedelta(seconds=20)) == [1000]


def test_an_export_that_pays_soon_begins_before_and_says_why() -> None:
    found = recommend(day({2: 12.0, 3: 12.0}), STEPPED)
    assert (found.action, found.target_power_w) == (Action.DISCHARGE, 4000)
    assert english(found.reason).startswith(f"{EARLY} A stored kWh is worth ")


def test_a_power_beyond_the_limit_at_the_start_is_not_gone_for() -> None:
    """The battery gives more than the plan may ask of it, because the limit was lowered, and 100 W a minute are slow."""
    lowered = replace(STEPPED, planner=replace(HOME, discharge_limit_w=5000), steps=PowerSteps(step_w=100, every_s=60))
    inputs = day({1: 12.0, 2: 12.0}, battery_w=-6000.0)
    early = early_start(plan(inputs.case, lowered.planner), inputs, lowered)
    assert early is None or abs(early.battery_w) <= 5000


def test_the_plan_page_says_why_its_first_slot_is_not_as_planned() -> None:
    inputs = day({2: 12.0, 3: 12.0})
    first, second, *_ = (slot["reason"] for slot in planned_as_dict(inputs, STEPPED)["slots"])
    assert english(Message.from_dict(first)) == EARLY
    assert second["key"] == "reason.battery_powers_home"


def test_a_charge_that_pays_soon_begins_before() -> None:
    inputs = ahead(at=12, hours=144, minutes=5, buy={-1: 0.3, 1: -2.0, 2: -2.0}, sell=-3.0, soc=20)
    found = recommend(inputs, STEPPED)
    assert (found.action, found.target_power_w) == (Action.CHARGE, 5000)


@pytest.mark.parametrize(
    ("inputs", "steps"),
    [
        (day({2: 12.0}), None),
        (day({2: 12.0}), PowerSteps(step_w=10_000, every_s=60)),
        (day({}), A_KILOWATT_A_MINUTE),
        (day({8: 12.0}), A_KILOWATT_A_MINUTE),
        (day({2: 12.0}, soc=10.0), A_KILOWATT_A_MINUTE),
        (day({0: 12.0, 1: 12.0, 2: 12.0}), A_KILOWATT_A_MINUTE),
    ],
    ids=["at once", "in one step", "nothing comes", "too far away", "nothing to give", "already begun"],
)
def test_otherwise_the_plan_is_right_as_it_is(inputs: PlanInputs, steps: PowerSteps | None) -> None:
    found, at_once = recommend(inputs, replace(settings(), steps=steps)), recommend(inputs, settings())
    assert (found.action, found.target_power_w) == (at_once.action, at_once.target_power_w)


def test_beginning_early_earns_more_of_a_spike_of_ten_minutes() -> None:
    whole = day({4: 12.0, 5: 12.0})
    actual = ActualSlots(start=whole.now, slots=whole.slots, soc=whole.soc)

    def earned(chosen: OptimiserSettings) -> float:
        def order(index: int, soc: float, battery_w: float) -> Order:
            now = whole.now + index * FIVE_MINUTES
            found = recommend(replace(whole, now=now, soc=soc, battery_w=battery_w, slots=whole.slots[index:]), chosen)
            return order_by(found)

        return -settle(actual, HOME, order, A_KILOWATT_A_MINUTE).cost

    at_once = -settle(actual, HOME, lambda index, *_: Order(Action.DISCHARGE, 10_000 * (index in {4, 5}))).cost
    assert earned(settings()) < 0.7 * at_once
    assert earned(STEPPED) > 0.9 * at_once


@given(situations())
def test_an_early_start_goes_the_way_of_what_it_is_for_and_within_its_limits(
    situation: tuple[PlanInputs, OptimiserSettings],
) -> None:
    inputs, chosen = situation
    try:
        planned = plan(Case(slots=inputs.slots, soc=inputs.soc), chosen.planner)
    except CaseError:
        return
    early = early_start(planned, inputs, chosen)
    if early is None:
        return
    later = planned.slots[early.slot]
    assert early.slot > 0
    assert early.battery_w * later.battery_w > 0
    most_w = chosen.planner.charge_limit_w if early.battery_w > 0 else chosen.planner.discharge_limit_w
    assert abs(early.battery_w) <= most_w
