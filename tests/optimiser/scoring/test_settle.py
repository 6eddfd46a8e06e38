"""What the plant makes of an order when the day comes true."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings as hypothesis_settings, strategies as st
import pytest

from benchmark.plan_cases import random_case, usual_case
from custom_components.sigenstor_panel.model.command import Action, ChargeSource
from custom_components.sigenstor_panel.optimiser.model import (
    CaseError,
    PlannerSettings,
    PlanSlotInput,
    PowerSteps,
    case_from_dict,
)
from custom_components.sigenstor_panel.optimiser.planner.orders import Order, order_of
from custom_components.sigenstor_panel.optimiser.planner.plan import plan
from custom_components.sigenstor_panel.optimiser.settle import (
    ActualSlots,
    Settlement,
    no_battery,
    perfect_foresight,
    self_consumption,
    settle,
    settled,
)

START = datetime(2026, 1, 15, 14, tzinfo=UTC)
SEEDS = st.integers(min_value=0, max_value=10**9)
many = hypothesis_settings(max_examples=100, deadline=None)


def an_hour(pv_w: float, load_w: float, soc: float = 50.0, **prices: float) -> ActualSlots:
    prices = {"buy_per_kwh": 0.3, "sell_per_kwh": 0.1} | prices
    slot = PlanSlotInput(duration=timedelta(hours=1), pv_w=pv_w, load_w=load_w, **prices)
    return ActualSlots(start=START, slots=(slot,), soc=soc)


def home(**changes: float) -> PlannerSettings:
    _, settings = case_from_dict(usual_case())
    return replace(settings, **changes)


def ordered(actual: ActualSlots, settings: PlannerSettings, *order: object) -> Settlement:
    return settle(actual, settings, lambda *_: Order(*order))


@pytest.mark.parametrize(
    ("order", "pv_w", "load_w", "changes", "battery_kwh", "grid_kwh", "curtailed_kwh"),
    [
        ((Action.SELF_CONSUME,), 4000, 1000, {}, 3, 0, 0),
        ((Action.SELF_CONSUME,), 0, 2500, {}, -2.5, 0, 0),
        ((Action.SELF_CONSUME,), 14000, 1000, {"export_limit_w": 2000}, 10, -2, 1),
        ((Action.SELF_CONSUME, 0, 0), 12000, 1000, {"charge_limit_w": 4000}, 4, 0, 7),
        ((Action.SELF_CONSUME,), 0, 12000, {"discharge_limit_w": 5000}, -5, 7, 0),
        ((Action.HOLD,), 4000, 1000, {}, 0, -3, 0),
        ((Action.HOLD,), 0, 2500, {}, 0, 2.5, 0),
        ((Action.CHARGE, 5000), 2000, 1000, {}, 5, 4, 0),
        ((Action.CHARGE, 1000), 4000, 1000, {}, 1, -2, 0),
        ((Action.CHARGE, 9000), 0, 1000, {"import_limit_w": 6000}, 5, 6, 0),
        ((Action.CHARGE, 9000), 0, 8000, {"import_limit_w": 6000}, 0, 8, 0),
        ((Action.CHARGE, 5000, None, ChargeSource.GRID), 4000, 1000, {}, 5, 6, 4),
        ((Action.CHARGE, 9000, None, ChargeSource.GRID), 4000, 1000, {"import_limit_w": 6000}, 5, 6, 4),
        ((Action.HOLD, 0, None, ChargeSource.GRID), 4000, 1000, {}, 0, -3, 0),
        ((Action.DISCHARGE, 5000), 0, 1000, {}, -5, -4, 0),
        ((Action.DISCHARGE, 5000), 0, 8000, {}, -5, 3, 0),
        ((Action.DISCHARGE, 9000), 3000, 1000, {"export_limit_w": 5000}, -3, -5, 0),
        ((Action.DISCHARGE, 9000), 8000, 1000, {"export_limit_w": 5000}, 0, -5, 2),
        ((Action.DISCHARGE, 9000), 3000, 1000, {"inverter_limit_w": 5000}, -2, -4, 0),
        ((Action.SELF_CONSUME,), 7000, 1000, {"inverter_limit_w": 5000}, 6, 0, 0),
        ((Action.HOLD,), 7000, 1000, {"inverter_limit_w": 5000}, 0, -4, 2),
    ],
)
def test_an_order_moves_what_the_limits_leave(
    order: tuple,
    pv_w: float,
    load_w: float,
    changes: dict[str, float],
    battery_kwh: float,
    grid_kwh: float,
    curtailed_kwh: float,
) -> None:
    found = ordered(an_hour(pv_w, load_w), home(**changes), *order)

    assert found.charged_kwh - found.discharged_kwh == pytest.approx(battery_kwh)
    assert found.import_kwh - found.export_kwh == pytest.approx(grid_kwh)
    assert found.curtailed_kwh == pytest.approx(curtailed_kwh)
    assert found.cost == pytest.approx(0.3 * found.import_kwh - 0.1 * found.export_kwh)
    assert found.wear == pytest.approx(0.02 * found.discharged_kwh)


def test_power_that_comes_in_steps_moves_less_at_first_and_all_of_it_where_the_plant_acts_by_itself() -> None:
    slots = tuple(replace(slot, duration=timedelta(minutes=5)) for slot in an_hour(0, 6000).slots * 3)
    actual = ActualSlots(start=START, slots=slots, soc=50)
    orders = [Order(Action.CHARGE, 5000), Order(Action.CHARGE, 5000), Order()]
    found = settle(actual, home(), lambda index, *_: orders[index], PowerSteps(step_w=1000, every_s=60))

    assert found.charged_kwh == pytest.approx((3 + 5) / 12)
    assert found.discharged_kwh == pytest.approx(6 / 12)


def test_charging_ends_when_the_battery_is_full() -> None:
    found = ordered(an_hour(0, 0, soc=95), home(soc_max=100), Action.CHARGE, 10000)
    assert found.soc == (95, pytest.approx(100))
    assert found.charged_kwh == pytest.approx(0.05 * 24 / 0.95)


def test_discharging_ends_at_the_reserve() -> None:
    found = ordered(an_hour(0, 0, soc=15), home(soc_min=10), Action.DISCHARGE, 10000)
    assert found.soc == (15, pytest.approx(10))
    assert found.cycles == pytest.approx(0.05)


def test_a_soc_below_the_reserve_is_not_taken_further_out() -> None:
    assert ordered(an_hour(0, 3000, soc=4), home(soc_min=10), Action.SELF_CONSUME).soc == (4, 4)


def test_nothing_to_settle_is_refused_by_name() -> None:
    with pytest.raises(CaseError, match="buy"):
        ActualSlots(start=START, slots=(), soc=50)
    with pytest.raises(CaseError, match=r"field=start problem=invalid\.case_time"):
        replace(an_hour(0, 0), start=datetime(2026, 1, 15))


@many
@given(SEEDS)
def test_energy_is_neither_made_nor_lost_whatever_is_ordered(seed: int) -> None:
    case, settings = case_from_dict(random_case(seed))
    random = Random(seed)
    orders = [
        Order(
            random.choice(list(Action)),
            random.uniform(0, 12000),
            random.choice([None, 0.0, 3000.0]),
            random.choice(list(ChargeSource)),
        )
        for _ in case.slots
    ]
    found = settle(ActualSlots(start=START, slots=case.slots, soc=case.soc), settings, lambda index, *_: orders[index])

    pv_kwh = sum(slot.pv_w * slot.hours for slot in case.slots) / 1000
    load_kwh = sum(slot.load_w * slot.hours for slot in case.slots) / 1000
    supplied = pv_kwh - found.curtailed_kwh + found.import_kwh + found.discharged_kwh
    assert supplied == pytest.approx(load_kwh + found.export_kwh + found.charged_kwh, abs=1e-6)
    stored = found.charged_kwh * settings.charge_efficiency - found.discharged_kwh / settings.discharge_efficiency
    gained = (found.soc[-1] - found.soc[0]) / 100 * settings.capacity_kwh
    assert gained == pytest.approx(stored, abs=1e-6)
    assert found.curtailed_kwh >= -1e-9
    least, most = min(settings.soc_min, case.soc), max(settings.soc_max, case.soc)
    assert all(least - 1e-6 <= soc <= most + 1e-6 for soc in found.soc)


@pytest.mark.parametrize("cap_kwh", [8.0, 24.0, 48.0])
def test_the_plan_of_what_comes_true_costs_what_it_said(cap_kwh: float) -> None:
    case, settings = case_from_dict(usual_case(288, 5, cap_kwh=cap_kwh))
    actual = ActualSlots(start=START, slots=case.slots, soc=case.soc)

    best = perfect_foresight(actual, settings)
    found = settle(actual, settings, lambda index, *_: order_of(best[index]))
    assert found.cost == pytest.approx(plan(case, settings).cost, abs=0.002)
    assert settled(best, settings).cost == pytest.approx(plan(case, settings).cost)


def test_a_plan_that_is_paid_for_importing_while_the_sun_shines_costs_what_it_said() -> None:
    paid = [-0.10 if 20 <= slot < 28 else 0.3 for slot in range(48)]
    case, settings = case_from_dict(usual_case(buy=paid, sell=[price - 0.05 for price in paid], cap_kwh=60.0, soc0=0.1))
    actual = ActualSlots(start=START, slots=case.slots, soc=case.soc)
    planned = plan(case, settings)

    assert {planned.slots[index].source for index in range(20, 28)} == {ChargeSource.GRID}
    best = perfect_foresight(actual, settings)
    found = settle(actual, settings, lambda index, *_: order_of(best[index]))
    assert found.cost == pytest.approx(planned.cost, abs=0.002)
    assert found.curtailed_kwh > 10


def test_perfect_foresight_is_the_free_optimum_also_where_no_order_can_do_it() -> None:
    """Paid for importing with a full battery and the sun up: the limit imports with PV unused, no order does."""
    case, settings = case_from_dict(usual_case(8, buy=[-0.2] * 8, sell=[-0.3] * 8, pv_kw=[3.0] * 8, soc0=1.0))
    actual = ActualSlots(start=START, slots=case.slots, soc=case.soc)
    best = perfect_foresight(actual, settings)

    limit = settled(best, settings)
    assert limit.cost == pytest.approx(plan(case, settings).cost)
    assert limit.cost < settle(actual, settings, lambda index, *_: order_of(best[index])).cost - 0.1


def test_self_consumption_beats_no_battery_where_feed_in_is_below_buy() -> None:
    case, settings = case_from_dict(usual_case(288, 5, soc0=0.1))
    actual = ActualSlots(start=START, slots=case.slots, soc=case.soc)
    assert settle(actual, settings, self_consumption).cost < settle(actual, settings, no_battery).cost - 1


def test_a_battery_that_perfect_foresight_fills_is_not_fuller_than_full() -> None:
    """The steps on many ways to 100 % add up to a little more, which is no state of charge."""
    for seed in range(40):
        random = Random(seed)
        slots = tuple(
            replace(an_hour(random.uniform(3000, 9000), 500.0).slots[0], duration=timedelta(minutes=5))
            for _ in range(24)
        )
        best = perfect_foresight(ActualSlots(start=START, slots=slots, soc=80.0), home())
        assert max(settled(best, home()).soc) == 100
