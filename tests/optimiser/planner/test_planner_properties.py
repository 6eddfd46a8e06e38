"""What holds for every plan."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import assume, example, given, settings as hypothesis_settings, strategies as st
import pytest

from benchmark.plan_cases import random_case
from custom_components.sigenstor_panel.optimiser.model import (
    Case,
    InfeasibleCaseError,
    Plan,
    PlannerSettings,
    case_as_dict,
    case_from_dict,
)
from custom_components.sigenstor_panel.optimiser.planner.plan import plan

SEEDS = st.integers(min_value=0, max_value=10**9)
NEAR = 1e-6
many = hypothesis_settings(max_examples=150, deadline=None)


def feasible(seed: int) -> tuple[Case, PlannerSettings, Plan]:
    case, settings = case_from_dict(random_case(seed, most=12))
    try:
        return case, settings, plan(case, settings, strict=True)
    except InfeasibleCaseError:
        assume(False)
        raise


def with_slots(case: Case, **changes: float) -> Case:
    """Multiply fields of every slot."""
    return replace(
        case,
        slots=tuple(
            replace(slot, **{name: getattr(slot, name) * factor for name, factor in changes.items()})
            for slot in case.slots
        ),
    )


def self_consumption_objective(case: Case, settings: PlannerSettings) -> float | None:
    """Return the objective of charging from surplus and discharging into the deficit; None where a limit breaks."""
    kwh = settings.capacity_kwh / 100
    energy, objective = case.soc * kwh, 0.0
    least, most = min(settings.soc_min * kwh, energy), max(settings.soc_max * kwh, energy)
    for slot in case.slots:
        hours, surplus = slot.hours, (slot.pv_w - slot.load_w) / 1000
        charge = min(max(surplus, 0), settings.charge_limit_w / 1000)
        charge = min(charge, (most - energy) / (hours * settings.charge_efficiency))
        discharge = min(max(-surplus, 0), settings.discharge_limit_w / 1000)
        discharge = min(discharge, (energy - least) * settings.discharge_efficiency / hours)
        grid = charge - discharge - surplus
        if grid * 1000 > settings.import_limit_w:
            return None
        grid = max(grid, -settings.export_limit_w / 1000)
        if slot.sell_per_kwh < 0:
            grid = max(grid, 0)
        energy += hours * (charge * settings.charge_efficiency - discharge / settings.discharge_efficiency)
        price = slot.buy_per_kwh if grid > 0 else slot.sell_per_kwh
        objective += hours * (price * grid + settings.wear_per_kwh * discharge)
    return objective - (settings.terminal_per_kwh or 0) * energy


@many
@given(SEEDS)
def test_energy_is_conserved_and_accounted_for(seed: int) -> None:
    case, settings, found = feasible(seed)
    objective = 0.0
    for given_slot, slot in zip(case.slots, found.slots, strict=True):
        stored = slot.charge_w * settings.charge_efficiency - slot.discharge_w / settings.discharge_efficiency
        gained = (slot.soc_after - slot.soc_before) / 100 * settings.capacity_kwh
        assert gained == pytest.approx(stored * given_slot.hours / 1000, abs=NEAR)
        assert slot.grid_w == pytest.approx(given_slot.load_w + slot.battery_w - slot.pv_w, abs=1e-3)
        assert slot.pv_w + slot.curtailed_w == pytest.approx(given_slot.pv_w, abs=NEAR)
        paid = given_slot.buy_per_kwh * slot.import_w - given_slot.sell_per_kwh * slot.export_w
        assert slot.cost == pytest.approx(paid * given_slot.hours / 1000, abs=NEAR)
        objective += slot.cost + settings.wear_per_kwh * slot.discharge_w * given_slot.hours / 1000
    left = found.slots[-1].soc_after / 100 * settings.capacity_kwh
    assert found.objective == pytest.approx(objective - found.terminal_per_kwh * left, abs=1e-5)
    assert found.cost == pytest.approx(sum(slot.cost for slot in found.slots), abs=NEAR)
    assert all(before.soc_after == after.soc_before for before, after in pairwise(found.slots))


@many
@given(SEEDS)
def test_bounds_are_kept_and_nothing_flows_both_ways(seed: int) -> None:
    case, settings, found = feasible(seed)
    least, most = min(settings.soc_min, case.soc), max(settings.soc_max, case.soc)
    for slot in found.slots:
        assert least - NEAR <= slot.soc_after <= most + NEAR
        assert 0 <= slot.charge_w <= settings.charge_limit_w + NEAR
        assert 0 <= slot.discharge_w <= settings.discharge_limit_w + NEAR
        assert 0 <= slot.import_w <= settings.import_limit_w + 1e-3
        assert 0 <= slot.export_w <= settings.export_limit_w + 1e-3
        assert slot.pv_w >= 0
        assert slot.curtailed_w >= -NEAR
        assert not (slot.charge_w and slot.discharge_w)
        assert not (slot.import_w and slot.export_w)
        if settings.inverter_limit_w is not None:
            assert abs(slot.pv_w - slot.battery_w) <= settings.inverter_limit_w + 1e-3
    if settings.soc_final is not None:
        assert found.slots[-1].soc_after == pytest.approx(settings.soc_final, abs=NEAR)


@many
@given(SEEDS)
def test_the_plan_is_never_worse_than_self_consumption(seed: int) -> None:
    case, settings = case_from_dict(random_case(seed, most=12) | {"soc_final": None, "inverter_limit_kw": None})
    usual = self_consumption_objective(case, settings)
    assume(usual is not None)
    assert usual is not None
    assert plan(case, settings).objective <= usual + 1e-5


@many
@given(SEEDS, st.floats(min_value=1, max_value=3))
def test_more_battery_never_costs_more(seed: int, factor: float) -> None:
    case, settings, found = feasible(seed)
    assume(settings.soc_min <= case.soc <= settings.soc_max)
    bigger = replace(
        settings,
        capacity_kwh=settings.capacity_kwh * factor,
        soc_min=settings.soc_min / factor,
        soc_final=None if settings.soc_final is None else settings.soc_final / factor,
        charge_limit_w=settings.charge_limit_w * factor,
        discharge_limit_w=settings.discharge_limit_w * factor,
    )
    assert plan(replace(case, soc=case.soc / factor), bigger).objective <= found.objective + 1e-5


@many
@given(SEEDS, st.floats(min_value=0.1, max_value=10))
@example(4066, 3.375)
def test_a_home_of_any_size_has_the_same_plan(seed: int, factor: float) -> None:
    case, settings, found = feasible(seed)
    scaled = replace(
        settings,
        capacity_kwh=settings.capacity_kwh * factor,
        charge_limit_w=settings.charge_limit_w * factor,
        discharge_limit_w=settings.discharge_limit_w * factor,
        import_limit_w=settings.import_limit_w * factor,
        export_limit_w=settings.export_limit_w * factor,
        inverter_limit_w=None if settings.inverter_limit_w is None else settings.inverter_limit_w * factor,
    )
    objective = plan(with_slots(case, pv_w=factor, load_w=factor), scaled).objective
    assert objective == pytest.approx(found.objective * factor, abs=1e-4)


@many
@given(SEEDS, st.floats(min_value=0.1, max_value=10))
def test_a_currency_of_any_worth_has_the_same_plan(seed: int, factor: float) -> None:
    case, settings, found = feasible(seed)
    scaled = replace(
        settings,
        wear_per_kwh=settings.wear_per_kwh * factor,
        terminal_per_kwh=(settings.terminal_per_kwh or 0) * factor,
    )
    objective = plan(with_slots(case, buy_per_kwh=factor, sell_per_kwh=factor), scaled).objective
    assert objective == pytest.approx(found.objective * factor, abs=1e-4)


@many
@given(SEEDS)
def test_cutting_slots_in_two_never_costs_more(seed: int) -> None:
    case, settings, found = feasible(seed)
    halves = tuple(replace(slot, duration=slot.duration / 2) for slot in case.slots for _ in range(2))
    assume(all(slot.duration % timedelta(microseconds=2) == timedelta(0) for slot in case.slots))

    assert plan(replace(case, slots=halves), settings).objective <= found.objective + 1e-5


@many
@given(SEEDS)
def test_where_nothing_pays_for_buying_to_sell_cutting_slots_in_two_changes_nothing(seed: int) -> None:
    case, settings, _ = feasible(seed)
    tame = replace(
        case,
        slots=tuple(
            replace(
                slot,
                duration=timedelta(minutes=30),
                buy_per_kwh=abs(slot.buy_per_kwh),
                sell_per_kwh=min(slot.sell_per_kwh, abs(slot.buy_per_kwh)),
            )
            for slot in case.slots
        ),
    )
    settings = replace(settings, soc_final=None)
    halves = tuple(replace(slot, duration=slot.duration / 2) for slot in tame.slots for _ in range(2))

    whole = plan(tame, settings).objective
    assert plan(replace(tame, slots=halves), settings).objective == pytest.approx(whole, abs=1e-5)


@many
@given(SEEDS)
def test_a_case_survives_its_file(seed: int) -> None:
    file = random_case(seed)
    case, settings = case_from_dict(file)
    again, settings_again = case_from_dict(case_as_dict(case, settings))

    assert [slot.duration for slot in again.slots] == [slot.duration for slot in case.slots]
    assert settings_again.capacity_kwh == settings.capacity_kwh
    assert again.soc == pytest.approx(case.soc)
    assert settings_again.soc_min == pytest.approx(settings.soc_min)
    assert settings_again.soc_final == pytest.approx(settings.soc_final)
