"""What a plan keeps for spikes that may come."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import example, given, strategies as st
import pytest

from benchmark.plan_cases import random_case, usual_case
from custom_components.sigenstor_panel.optimiser.model import (
    Case,
    InfeasibleCaseError,
    Plan,
    PlannerSettings,
    Spot,
    case_from_dict,
)
from custom_components.sigenstor_panel.optimiser.planner.plan import plan
from custom_components.sigenstor_panel.optimiser.regimes import Market, Regime

EVENING = datetime(2026, 1, 15, 7, 30, tzinfo=UTC)
"""17:30 in the market."""
NIGHT = datetime(2026, 1, 15, 13, 0, tzinfo=UTC)


def home(buy: list[float], **changes: float) -> tuple[Case, PlannerSettings]:
    """Return 5-minute slots of an evening without sun, feed-in 10 c below buy."""
    count = len(buy)
    file = usual_case(count, 5, buy=buy, sell=[price - 0.1 for price in buy], pv_kw=[0.0] * count, **changes)
    return case_from_dict(file | {"load_kw": [0.5] * count, "terminal_per_kwh": 0.2})


def seen(case: Case, settings: PlannerSettings, regime: Regime, *, now: datetime = EVENING, often: float = 1) -> Plan:
    return plan(replace(case, spot=Spot(now, Market(regime, often))), settings)


def test_the_last_kwh_is_kept_at_a_dollar_and_sold_at_the_cap() -> None:
    low = {"cap_kwh": 12.0, "soc0": 0.14, "soc_min": 0.1}
    dollar, settings = home([1.2] + [0.4] * 60, **low)
    cap, _ = home([21.0] + [0.4] * 60, **low)

    assert plan(dollar, settings).slots[0].export_w > 1000
    assert seen(dollar, settings, Regime.DEAR).slots[0].export_w < 1
    assert seen(cap, settings, Regime.CAP).slots[0].export_w > 1000


def test_a_full_battery_is_sold_at_a_dollar_too() -> None:
    """Most spikes are over long before it is empty: simply to wait for more would lose."""
    case, settings = home([1.2] + [0.4] * 60, cap_kwh=48.0, soc0=1.0)
    assert seen(case, settings, Regime.DEAR).slots[0].discharge_w == pytest.approx(10_000)


def test_in_a_spike_nothing_is_bought_on_the_chance_of_a_higher_one() -> None:
    case, settings = home([1.2] + [0.4] * 60, cap_kwh=12.0, soc0=0.14, soc_min=0.1)
    assert seen(case, settings, Regime.DEAR).slots[0].charge_w < 1


def test_what_is_kept_says_for_which_price_and_how_often_that_follows() -> None:
    case, settings = home([1.2] + [0.4] * 60, cap_kwh=12.0, soc0=0.14, soc_min=0.1)
    kept = seen(case, settings, Regime.DEAR).kept

    assert plan(case, settings).kept is None
    assert kept is not None
    assert 0 < kept.kwh <= 12 * 0.04 + 1e-6
    assert kept.above_per_kwh == 8.0
    assert 0.2 < kept.chance < 0.6
    assert kept.within == timedelta(hours=3)


def test_where_there_are_no_spikes_it_costs_next_to_nothing() -> None:
    case, settings = case_from_dict(usual_case(96, 30))
    believing, waiting = plan(case, settings), seen(case, settings, Regime.USUAL, now=NIGHT, often=0.1)

    assert waiting.objective - believing.objective < 0.005 * abs(believing.objective)
    assert waiting.bound == believing.bound


def test_a_dollar_that_is_announced_for_tomorrow_is_not_believed() -> None:
    """A plan that believes it keeps all for it; this one sells tonight what tonight pays."""
    buy = [0.3] + [0.6] * 3 + [0.25] * 34 + [1.6] * 3 + [0.25] * 20
    file = usual_case(61, 30, buy=buy, sell=[price - 0.1 for price in buy], pv_kw=[0.0] * 61, cap_kwh=8.0, soc0=1.0)
    case, settings = case_from_dict(file | {"p_charge_kw": 0.0, "terminal_per_kwh": 0.2})
    believing, doubting = plan(case, settings), seen(case, settings, Regime.USUAL, often=0.3)

    assert believing.slots[4].soc_before > 95
    assert doubting.slots[4].soc_before < 80


def test_the_reserve_is_never_touched_and_every_limit_is_kept() -> None:
    case, settings = home([1.5, 9.0, 21.0] * 30, soc0=0.5, soc_min=0.3)
    for regime in Regime:
        for slot in seen(case, settings, regime, often=20).slots:
            assert slot.soc_after >= 30 - 1e-6
            assert slot.discharge_w <= settings.discharge_limit_w + 1e-6
            assert slot.export_w <= settings.export_limit_w + 1e-6


@given(seed=st.integers(0, 10_000), regime=st.sampled_from(Regime), often=st.floats(0, 20))
@example(seed=550, regime=Regime.USUAL, often=0.0)
def test_whatever_the_chances_a_plan_keeps_its_limits_and_its_bound(seed: int, regime: Regime, often: float) -> None:
    case, settings = case_from_dict(random_case(seed) | {"soc_final": None})
    try:
        best = plan(case, settings)
    except InfeasibleCaseError:
        return
    found = seen(case, settings, regime, often=often)

    assert found.objective >= best.bound - 1e-5
    assert len(found.slots) == len(case.slots)
    least, most = min(settings.soc_min, case.soc), max(settings.soc_max, case.soc)
    for slot in found.slots:
        assert least - 1e-6 <= slot.soc_after <= most + 1e-6
