"""What the optimiser asks of control, and which change of it is worth a write."""

from dataclasses import replace

import pytest

from custom_components.sigenstor_panel.coordinator.optimiser_commands import command_of, keep_if_similar
from custom_components.sigenstor_panel.model.command import Action, Command
from custom_components.sigenstor_panel.optimiser.contract import Engine, Recommendation

PV_OFF = Command(action=Action.HOLD, pv_limit_w=0)


@pytest.mark.parametrize(("planned_w", "asked_w"), [(None, None), (0, 0), (487, 500), (1_020, 1_000)])
def test_a_limit_on_pv_is_asked_for_in_whole_steps(planned_w: int | None, asked_w: int | None) -> None:
    advice = Recommendation(
        action=Action.HOLD, target_power_w=0, reason="", confidence=1.0, engine=Engine.PLANNER, pv_limit_w=planned_w
    )
    assert command_of(advice) == Command(action=Action.HOLD, pv_limit_w=asked_w)


@pytest.mark.parametrize(("more_w", "kept"), [(0, True), (200, True), (-200, True), (300, False), (-300, False)])
def test_a_power_that_is_much_the_same_stays(more_w: int, kept: bool) -> None:
    before = Command(action=Action.CHARGE, power_w=3_000)
    after = replace(before, power_w=3_000 + more_w)
    assert keep_if_similar(before, after) == (before if kept else after)


@pytest.mark.parametrize(("after_w", "kept"), [(0, True), (200, True), (300, False), (None, False)])
def test_a_limit_that_is_much_the_same_stays(after_w: int | None, kept: bool) -> None:
    after = replace(PV_OFF, pv_limit_w=after_w)
    assert keep_if_similar(PV_OFF, after) == (PV_OFF if kept else after)
    assert keep_if_similar(after, PV_OFF) == (after if kept else PV_OFF)
