"""The score of a day says what the decisions made of it, against what was possible."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings as hypothesis_settings, strategies as st
import pytest

from benchmark.plan_cases import usual_case
from custom_components.sigenstor_panel.model.command import Action
from custom_components.sigenstor_panel.model.message import plain
from custom_components.sigenstor_panel.optimiser.contract import (
    Engine,
    OptimiserSettings,
    PlanInputs,
    Recommendation,
    Strategy,
)
from custom_components.sigenstor_panel.optimiser.model import Case, PlannerSettings, PlanSlotInput, case_from_dict
from custom_components.sigenstor_panel.optimiser.planner.plan import plan
from custom_components.sigenstor_panel.optimiser.scoring.score import DayScore, score_day
from custom_components.sigenstor_panel.optimiser.settle import (
    ActualSlots,
    no_battery,
    perfect_foresight,
    settle,
    settled,
)

START = datetime(2026, 1, 15, 14, tzinfo=UTC)
DAY = timedelta(days=1)


def a_day(**changes: object) -> tuple[ActualSlots, PlannerSettings]:
    case, settings = case_from_dict(usual_case(96, 15, **changes))
    return ActualSlots(start=START, slots=case.slots, soc=case.soc), settings


def decide(inputs: PlanInputs, settings: OptimiserSettings) -> Recommendation:
    """Follow the plan; by rules, never touch the battery."""
    if settings.strategy is Strategy.RULES:
        return Recommendation(
            action=Action.HOLD, target_power_w=0, reason=plain("Held"), confidence=1.0, engine=Engine.FALLBACK
        )
    planned = plan(Case(slots=inputs.slots, soc=inputs.soc), settings.planner)
    now = planned.slots[0]
    return Recommendation(
        action=now.action,
        target_power_w=round(max(now.charge_w, now.discharge_w)),
        reason=plain("Planned"),
        confidence=1.0,
        engine=Engine.PLANNER,
        plan=planned,
    )


def inputs_at(now: datetime, slots: tuple[PlanSlotInput, ...]) -> PlanInputs:
    return PlanInputs(now=now, zone="UTC", soc=50.0, present=Action.HOLD, slots=slots)


def foreseen(measured: ActualSlots, every: int, days: int = 2) -> list[PlanInputs]:
    """Return a decision every so many slots that sees the measured, and the same day again after it."""
    endless = measured.slots * (days + 1)
    count = len(measured.slots)
    return [
        inputs_at(measured.start + index * measured.slots[0].duration, endless[index : index + days * count])
        for index in range(0, count, every)
    ]


def costs(score: DayScore) -> list[float]:
    ways = [score.no_battery, score.self_consumption, score.rules, score.plan, score.perfect_foresight]
    return [way.cost for way in ways if way is not None]


def test_who_sees_everything_makes_all_of_the_possible_saving() -> None:
    measured, planner = a_day()
    score = score_day(measured, foreseen(measured, 8), OptimiserSettings(planner=planner), decide)

    assert score.share_vs_no_battery == pytest.approx(1, abs=0.002)
    assert score.share_vs_self_consumption == pytest.approx(1, abs=0.005)


def test_rules_that_never_touch_the_battery_cost_what_no_battery_does() -> None:
    measured, planner = a_day()
    settings = OptimiserSettings(strategy=Strategy.RULES, planner=planner)
    score = score_day(measured, foreseen(measured, 8), settings, decide)

    assert score.rules is not None
    assert score.rules.cost == pytest.approx(score.no_battery.cost)
    assert score.share_vs_no_battery == 0
    assert score.share_vs_self_consumption is not None
    assert score.share_vs_self_consumption < 0


def test_a_day_without_a_known_decision_has_no_share() -> None:
    measured, planner = a_day()
    score = score_day(measured, [], OptimiserSettings(planner=planner), decide)

    assert score.plan is None
    assert score.rules is None
    assert score.share_vs_no_battery is None
    assert score.perfect_foresight.cost < score.self_consumption.cost


def test_the_share_is_of_what_really_happened_whatever_was_advised() -> None:
    measured, planner = a_day()
    settings = OptimiserSettings(planner=planner)
    rested = settle(measured, planner, no_battery)

    for known in ([], foreseen(measured, 8)):
        score = score_day(measured, known, settings, decide, rested)
        assert score.share_vs_no_battery == 0
        assert score.share_vs_self_consumption is not None
        assert score.share_vs_self_consumption < 0


def test_no_share_is_beyond_all_that_was_possible_with_a_battery_better_than_its_settings() -> None:
    measured, planner = a_day()
    lossless = replace(planner, charge_efficiency=1.0, discharge_efficiency=1.0)
    happened = settled(perfect_foresight(measured, lossless), lossless)
    score = score_day(measured, [], OptimiserSettings(planner=planner), decide, happened)

    assert score.share_vs_no_battery == 1
    assert score.share_vs_self_consumption == 1
    assert score.actual == score.perfect_foresight


def test_a_day_on_which_nothing_could_be_saved_has_no_share() -> None:
    measured, planner = a_day(buy=[0.3] * 96, sell=[0.3] * 96, terminal_per_kwh=0.2)
    planner = replace(planner, wear_per_kwh=0.5)
    score = score_day(measured, foreseen(measured, 96), OptimiserSettings(planner=planner), decide)

    assert score.share_vs_no_battery is None


def test_between_decisions_the_last_plan_goes_on() -> None:
    measured, planner = a_day()
    once, often = (
        score_day(measured, foreseen(measured, every), OptimiserSettings(planner=planner), decide) for every in (96, 4)
    )

    assert once.plan is not None
    assert often.plan is not None
    assert once.plan.cost == pytest.approx(often.plan.cost, abs=0.01)


def test_a_decision_in_the_middle_of_a_slot_takes_effect_at_once() -> None:
    measured, planner = a_day(buy=[0.1] + [0.9] * 95, sell=[0.05] * 96, pv_kw=[0.0] * 96, soc0=0.1)
    late = inputs_at(
        START + timedelta(minutes=5), (replace(measured.slots[0], duration=timedelta(minutes=10)), *measured.slots[1:])
    )
    score = score_day(measured, [late], OptimiserSettings(planner=planner), decide)

    assert score.plan is not None
    assert score.plan.import_kwh > score.self_consumption.import_kwh - 0.1
    assert score.plan.cost < score.self_consumption.cost
    assert score.plan.cost > score.perfect_foresight.cost


def test_what_is_left_is_worth_what_the_hours_after_the_day_make_of_it() -> None:
    measured, planner = a_day(buy=[0.2] * 96, sell=[0.05] * 96, pv_kw=[0.0] * 96, soc0=0.1)
    dear = tuple(replace(slot, buy_per_kwh=2.0) for slot in measured.slots)
    knowing = inputs_at(START, measured.slots + dear)
    score = score_day(measured, [knowing], OptimiserSettings(planner=planner), decide)

    assert score.plan is not None
    assert score.plan.soc_after > 90
    assert score.share_vs_self_consumption == pytest.approx(1, abs=0.005)


@hypothesis_settings(max_examples=25, deadline=None)
@given(st.integers(min_value=0, max_value=10**9))
def test_nothing_beats_perfect_foresight_and_the_order_of_decisions_does_not_matter(seed: int) -> None:
    random = Random(seed)
    measured, planner = a_day(soc0=random.uniform(0.1, 1), cap_kwh=random.choice([8.0, 24.0, 48.0]))
    measured = replace(
        measured,
        slots=tuple(
            replace(slot, buy_per_kwh=slot.buy_per_kwh * random.uniform(0.5, 2), load_w=random.uniform(0, 4000))
            for slot in measured.slots
        ),
    )
    wrong = [
        replace(each, slots=tuple(replace(slot, buy_per_kwh=random.uniform(0.05, 0.8)) for slot in each.slots))
        for each in foreseen(measured, 16)
    ]
    settings = OptimiserSettings(planner=planner)
    score = score_day(measured, wrong, settings, decide)

    assert min(costs(score)) >= score.perfect_foresight.cost - 0.005
    assert score_day(measured, random.sample(wrong, len(wrong)), settings, decide) == score
