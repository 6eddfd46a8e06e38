"""The plan costs what the HiGHS solver says is the least."""

import pytest

from benchmark.plan_cases import feed_in_above_buy, random_case, usual_case
from benchmark.plan_milp import solve
from custom_components.sigenstor_panel.optimiser.model import InfeasibleCaseError, Plan, case_from_dict
from custom_components.sigenstor_panel.optimiser.planner.plan import plan

CENT_FRACTION = 1e-5


def planned(case: dict) -> Plan | None:
    try:
        return plan(*case_from_dict(case), strict=True)
    except InfeasibleCaseError:
        return None


@pytest.mark.parametrize("seed", range(240))
def test_odd_cases_cost_what_the_solver_finds_or_have_no_plan_for_either(seed: int) -> None:
    case = random_case(seed)
    found, oracle = planned(case), solve(case).objective

    if oracle is None:
        assert found is None
    else:
        assert found is not None
        assert found.objective == pytest.approx(oracle, abs=CENT_FRACTION)
        assert found.bound <= oracle + CENT_FRACTION


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"cap_kwh": 8.0},
        {"cap_kwh": 48.0, "soc_final": 0.5},
        {"inverter_limit_kw": 5.0},
        {"sell": [0.05] * 17 + [0.6] * 4 + [0.05] * 3},
        {"buy": [-0.05] * 24, "sell": [-0.15] * 24},
        {"soc0": 0.02},
        {"soc0": 1.0, "soc_max": 0.9},
        {"export_limit_kw": 0.0},
    ],
    ids=str,
)
def test_a_usual_day_costs_what_the_solver_finds(changes: dict) -> None:
    case = usual_case(24, 60, **changes)
    found = planned(case)

    assert found is not None
    assert found.objective == pytest.approx(solve(case).objective, abs=CENT_FRACTION)


def test_two_days_of_five_minutes_are_exact_by_their_own_bound() -> None:
    found = planned(usual_case(576, 5))

    assert found is not None
    assert found.objective - found.bound < CENT_FRACTION


@pytest.mark.parametrize("seed", [0, 2, 3, 4, 8])
def test_where_feed_in_is_above_buy_all_day_a_plan_costs_what_the_solver_finds(seed: int) -> None:
    file = feed_in_above_buy(seed)
    found = plan(*case_from_dict(file))
    assert found.objective == pytest.approx(solve(file, gap=1e-7).objective, abs=CENT_FRACTION)
    assert found.objective - found.bound < CENT_FRACTION


def test_where_next_to_every_slot_is_odd_a_plan_tells_how_far_it_may_be_from_the_optimum() -> None:
    file = usual_case(240, 5, sell=[0.45] * 240, load_kw=[0.3 + index % 7 / 2 for index in range(240)], cap_kwh=48.0)
    found = plan(*case_from_dict(file))
    assert found.bound < found.objective < found.bound + 0.1
