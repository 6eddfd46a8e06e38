"""What a plan says, what it does with prices that are not known, and what it refuses."""

from datetime import UTC, datetime, timedelta

import pytest

from benchmark.plan_cases import usual_case
from custom_components.sigenstor_panel.model.command import Action
from custom_components.sigenstor_panel.model.prices import PriceSlot
from custom_components.sigenstor_panel.optimiser.model import CaseError, InfeasibleCaseError, case_from_dict
from custom_components.sigenstor_panel.optimiser.plan_reasons import worth
from custom_components.sigenstor_panel.optimiser.planner.horizon import plan_slots
from custom_components.sigenstor_panel.optimiser.planner.plan import plan
from tests.english import english

NOW = datetime(2026, 1, 15, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("buy", []),
        ("buy", [float("nan")]),
        ("sell", [0.1]),
        ("step_min", 0),
        ("load_kw", [-1.0] * 48),
        ("cap_kwh", 0),
        ("soc0", 1.4),
        ("soc_min", 1.1),
        ("eta_c", 0),
        ("eta_d", "high"),
        ("soc_final", 0.05),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(CaseError) as raised:
        case_from_dict(usual_case() | {field: value})
    assert raised.value.field == field


def test_a_load_beyond_all_limits_has_no_plan_that_keeps_them() -> None:
    with pytest.raises(InfeasibleCaseError, match="import_limit_kw"):
        plan(*case_from_dict(usual_case(load_kw=[60.0] * 48)), strict=True)


@pytest.mark.parametrize("inverter_limit_kw", [None, 5.0])
def test_a_house_takes_what_it_takes_and_the_battery_helps(inverter_limit_kw: float | None) -> None:
    case, settings = case_from_dict(usual_case(load_kw=[22.0] * 48, inverter_limit_kw=inverter_limit_kw))
    found = plan(case, settings)
    assert max(slot.import_w for slot in found.slots) == pytest.approx(22000)
    assert found.slots[-1].soc_after < case.soc
    assert not any(slot.charge_w > slot.pv_w + 1 for slot in found.slots)


def test_a_house_that_takes_all_there_is_with_a_battery_that_gives_nothing_has_a_plan() -> None:
    # The load less the load is not always 0 where it is summed up by way of the export limit.
    loads_kw = [0.5 + index / 70 for index in range(48)]
    changes = {"import_limit_kw": 0.0, "export_limit_kw": 100.0, "p_discharge_kw": 0.0, "inverter_limit_kw": 10.0}
    found = plan(*case_from_dict(usual_case(load_kw=loads_kw, pv_kw=[0.0] * 48, **changes)))
    assert [slot.import_w for slot in found.slots] == pytest.approx([load_kw * 1000 for load_kw in loads_kw])


def test_a_flat_tariff_asks_for_nothing_but_self_consumption() -> None:
    found = plan(*case_from_dict(usual_case(buy=[0.3] * 48, sell=[0.05] * 48)))
    assert {slot.action for slot in found.slots} == {Action.SELF_CONSUME}


def test_export_is_limited_where_it_would_cost_money() -> None:
    found = plan(*case_from_dict(usual_case(sell=[-0.05] * 48, cap_kwh=1.0)))
    assert all(slot.export_limit_w == 0 and slot.export_w == 0 for slot in found.slots)
    assert any(slot.curtailed_w > 1000 for slot in found.slots)


def test_the_reason_says_what_a_stored_kwh_is_worth() -> None:
    case, settings = case_from_dict(usual_case())
    sentence = english(worth(plan(case, settings), settings))
    assert sentence == "A stored kWh is worth 2.9 c: charging pays below 2.7 c, selling above 5.0 c"


def test_unknown_prices_are_those_of_the_typical_day_and_flagged() -> None:
    half = timedelta(minutes=30)
    first = NOW - timedelta(minutes=10)
    prices = [
        PriceSlot(start=first + half * index, end=first + half * (index + 1), buy_per_kwh=index / 100, sell_per_kwh=0.0)
        for index in range(48)
    ]
    slots = plan_slots(NOW, NOW + timedelta(hours=36), prices, lambda *_: 0.0, lambda *_: 500.0)

    assert slots[0].buy_per_kwh == 0.0
    assert slots[0].duration == timedelta(minutes=20)
    assert sum((slot.duration for slot in slots), timedelta(0)) == timedelta(hours=36)
    assert [slot.extrapolated for slot in slots] == [index >= 48 for index in range(len(slots))]
    assert slots[48].buy_per_kwh == pytest.approx(0.0)
    assert slots[50].buy_per_kwh == pytest.approx(0.02)


@pytest.mark.parametrize("power_kw", [0.02, 0.2])
@pytest.mark.parametrize(
    ("prices", "load_kw", "soc0", "action"),
    [
        ([0.1, 0.9], 0.0, 0.1, Action.CHARGE),
        ([0.9, 0.1], 0.0, 0.5, Action.DISCHARGE),
        ([0.1, 0.9], 1.0, 0.12, Action.HOLD),
    ],
)
def test_a_few_watts_are_an_action_of_their_own(
    prices: list[float], load_kw: float, soc0: float, action: Action, power_kw: float
) -> None:
    case = usual_case(
        count=2,
        buy=prices,
        sell=prices,
        pv_kw=[0.0] * 2,
        load_kw=[load_kw * power_kw, power_kw],
        soc0=soc0,
        cap_kwh=power_kw * 24,
        p_charge_kw=0.0 if action is Action.HOLD else power_kw,
        p_discharge_kw=power_kw,
        terminal_per_kwh=0.0,
    )
    assert plan(*case_from_dict(case)).slots[0].action is action


@pytest.mark.parametrize(("power_kw", "action"), [(0.009, Action.SELF_CONSUME), (0.011, Action.CHARGE)])
def test_less_than_ten_watts_are_not(power_kw: float, action: Action) -> None:
    nothing = [0.0] * 2
    prices = [0.1, 0.9]
    case = usual_case(2, buy=prices, sell=prices, pv_kw=nothing, load_kw=nothing, soc0=0.1, p_charge_kw=power_kw)
    assert plan(*case_from_dict(case)).slots[0].action is action
