"""A plan counts only what an order can carry out, and its orders do what it counts."""

from dataclasses import replace
from datetime import timedelta
from math import inf

from hypothesis import given, strategies as st
import pytest

from benchmark.plan_cases import random_case
from custom_components.sigenstor_panel.model.command import Action, ChargeSource
from custom_components.sigenstor_panel.optimiser.contract import OptimiserSettings
from custom_components.sigenstor_panel.optimiser.model import (
    Case,
    InfeasibleCaseError,
    Plan,
    PlannerSettings,
    PlanSlotInput,
    case_from_dict,
)
from custom_components.sigenstor_panel.optimiser.planner.orders import Flow, Order, flow, order_for, order_of
from custom_components.sigenstor_panel.optimiser.planner.plan import plan
from custom_components.sigenstor_panel.optimiser.recommend import recommend
from tests.optimiser.examples import HOME, ahead

SAME_W = 15.0


def one_slot(soc: float, *, buy: float = -0.10, sell: float = -0.15, pv: float = 3000, load: float = 1000) -> Plan:
    inputs = ahead(buy={0: buy, -1: 0.3}, sell={0: sell, -1: 0.05}, pv={0: pv, -1: 0}, load=load, soc=soc, minutes=30)
    return plan(inputs.case, HOME)


def test_a_battery_with_room_is_charged_from_the_grid_with_pv_off() -> None:
    first = one_slot(95.0).slots[0]
    assert (first.action, first.source) == (Action.CHARGE, ChargeSource.GRID)
    assert first.import_w == pytest.approx(1000 + first.charge_w)


def test_the_last_percent_too_is_an_order_to_charge_and_not_self_consumption() -> None:
    """Self-consumption would charge the same, from the sun, and earn nothing."""
    first = one_slot(99.0).slots[0]
    assert first.charge_w > 500
    assert (first.action, first.source) == (Action.CHARGE, ChargeSource.GRID)
    assert first.cost < -0.07


def test_a_full_battery_counts_no_import_that_nothing_carries_out() -> None:
    """To make room it may discharge into the house first, but a slot that holds imports nothing while the sun shines."""
    slots = one_slot(100.0, pv=6000).slots
    assert slots[0].import_w == pytest.approx(0)
    free = plan(Case(slots=ahead(buy=-0.1, sell=-0.15, pv=3000, soc=100).slots, soc=100), HOME)
    assert free.slots[0].import_w > 0


def test_with_a_limit_on_pv_that_is_obeyed_a_full_battery_leaves_the_house_to_the_grid() -> None:
    inputs = ahead(buy={0: -0.1, -1: 0.3}, sell={0: -0.15, -1: 0.05}, pv={0: 3000, -1: 0}, load=1000, soc=100)
    found = recommend(replace(inputs, pv_limit_obeyed=True), OptimiserSettings(planner=HOME))
    assert found.pv_limit_w == 0
    assert found.plan is not None
    assert found.plan.slots[0].import_w == pytest.approx(1000)
    assert recommend(inputs, OptimiserSettings(planner=HOME)).pv_limit_w is None


def test_the_least_that_does_what_is_planned_with_battery_grid_and_pv_is_asked_for() -> None:
    """The battery is charged with 1 kW in all three, and would be by self-consumption."""
    slot = PlanSlotInput(duration=timedelta(hours=1), buy_per_kwh=-0.1, sell_per_kwh=-0.1, pv_w=2000, load_w=1000)

    def asked(planned: Flow, *, pv_limit: bool = False) -> Order:
        return order_for(planned, slot, HOME, inf, inf, 0.0, pv_limit=pv_limit)

    assert asked(Flow(1000, 0, 0)).action is Action.SELF_CONSUME
    assert asked(Flow(1000, 2000, 2000)).source is ChargeSource.GRID
    assert asked(Flow(1000, 1500, 1500), pv_limit=True) == Order(Action.CHARGE, 1000, 0.0, pv_limit_w=500)


def orders_do_what_is_planned(case: Case, settings: PlannerSettings) -> None:
    planned = plan(replace(case, orders_only=True), settings)
    kwh_per_percent = settings.capacity_kwh / 100
    least, most = min(settings.soc_min, case.soc), max(settings.soc_max, case.soc)
    for given_, slot in zip(case.slots, planned.slots, strict=True):
        room_w = (most - slot.soc_before) * kwh_per_percent / given_.hours / settings.charge_efficiency * 1000
        held_w = (slot.soc_before - least) * kwh_per_percent / given_.hours * settings.discharge_efficiency * 1000
        done = flow(given_, order_of(slot), settings, max(room_w, 0.0), max(held_w, 0.0))
        assert done.battery_w == pytest.approx(slot.battery_w, abs=SAME_W)
        assert done.grid_w == pytest.approx(slot.grid_w, abs=SAME_W + 100)
        cost = (given_.buy_per_kwh if done.grid_w > 0 else given_.sell_per_kwh) * done.grid_w * given_.hours / 1000
        assert cost == pytest.approx(slot.cost, abs=0.12 * abs(given_.buy_per_kwh) + 0.01)


@given(
    soc=st.sampled_from((10.0, 55.0, 99.0, 100.0)),
    buy=st.sampled_from((-0.95, -0.1, -0.01, 0.02, 0.3)),
    gap=st.sampled_from((0.02, 0.1)),
    pv=st.sampled_from((0.0, 500.0, 3000.0, 12_000.0)),
    load=st.sampled_from((0.0, 1000.0, 4000.0)),
    inverter=st.sampled_from((None, 5000.0, 10_000.0)),
    minutes=st.sampled_from((5, 30)),
    pv_limit=st.booleans(),
)
def test_under_its_order_a_plant_does_what_the_plan_counts(
    soc: float, buy: float, gap: float, pv: float, load: float, inverter: float | None, minutes: int, *, pv_limit: bool
) -> None:
    slots = tuple(
        PlanSlotInput(
            duration=timedelta(minutes=minutes), buy_per_kwh=price, sell_per_kwh=price - gap, pv_w=pv, load_w=load
        )
        for price in (buy, buy, 0.3, buy, 0.5, 0.1)
    )
    orders_do_what_is_planned(Case(slots=slots, soc=soc, pv_limit=pv_limit), replace(HOME, inverter_limit_w=inverter))


@given(seed=st.integers(0, 10_000))
def test_counting_orders_only_is_never_cheaper_than_the_free_optimum(seed: int) -> None:
    case, settings = case_from_dict(random_case(seed))
    try:
        free = plan(case, settings, strict=True)
        bound = plan(replace(case, orders_only=True), settings, strict=True)
    except InfeasibleCaseError:
        return
    assert bound.objective >= free.bound - 1e-5
