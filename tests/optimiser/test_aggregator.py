"""Which opinion becomes the recommendation."""

from itertools import permutations

import pytest

from custom_components.sigenstor_panel.model.command import Action
from custom_components.sigenstor_panel.model.message import plain
from custom_components.sigenstor_panel.optimiser.aggregator import best
from custom_components.sigenstor_panel.optimiser.contract import Engine, InputError, Opinion

CHARGE, DISCHARGE, HOLD, SELF_CONSUME = Action.CHARGE, Action.DISCHARGE, Action.HOLD, Action.SELF_CONSUME


def says(engine: Engine, action: Action, confidence: float = 0.5, weight: float = 1.0) -> Opinion:
    power_w = 5000 if action in {CHARGE, DISCHARGE} else 0
    return Opinion(
        engine=engine,
        action=action,
        target_power_w=power_w,
        reason=plain(f"{engine} says {action}"),
        confidence=confidence,
        weight=weight,
    )


def test_the_highest_weight_times_confidence_wins_and_all_opinions_stay_visible() -> None:
    opinions = (
        says(Engine.PRICE, HOLD, confidence=0.4, weight=1.0),
        says(Engine.SOLAR, CHARGE, confidence=0.6, weight=0.8),
        says(Engine.USAGE, SELF_CONSUME, confidence=0.7, weight=0.6),
    )
    found = best(opinions)
    assert (found.engine, found.action, found.target_power_w) == (Engine.SOLAR, CHARGE, 5000)
    assert (found.reason, found.confidence) == (plain("solar says charge"), 0.6)
    assert found.opinions == opinions


@pytest.mark.parametrize(
    ("actions", "winner"),
    [
        ((DISCHARGE, CHARGE, HOLD), HOLD),
        ((DISCHARGE, CHARGE, CHARGE), CHARGE),
        ((DISCHARGE, HOLD, SELF_CONSUME), SELF_CONSUME),
    ],
)
def test_a_tie_goes_to_the_safest_action_in_whatever_order_they_are_heard(
    actions: tuple[Action, ...], winner: Action
) -> None:
    opinions = [says(*pair) for pair in zip((Engine.PRICE, Engine.SOLAR, Engine.USAGE), actions, strict=True)]
    assert {best(order).action for order in permutations(opinions)} == {winner}


def test_a_tie_of_the_same_action_goes_to_the_engine_that_is_named_first() -> None:
    assert best([says(Engine.USAGE, CHARGE), says(Engine.PRICE, CHARGE)]).engine is Engine.PRICE


def test_a_conflict_leaves_the_winner_less_sure_the_nearer_its_opponent_comes() -> None:
    def sure(against: float) -> float:
        return best([says(Engine.PRICE, CHARGE, 0.8), says(Engine.USAGE, DISCHARGE, against)]).confidence

    assert sure(0.8) == pytest.approx(0.4)
    assert sure(0.8) < sure(0.4) < 0.8
    assert best([says(Engine.PRICE, CHARGE, 0.8), says(Engine.USAGE, HOLD, 0.7)]).confidence == pytest.approx(0.8)


def test_an_opinion_of_weight_0_is_shown_and_does_not_count() -> None:
    shown = says(Engine.PLANNER, DISCHARGE, confidence=1.0, weight=0.0)
    found = best([shown, says(Engine.PRICE, CHARGE, confidence=0.1)])
    assert (found.action, found.confidence) == (CHARGE, 0.1)
    assert shown in found.opinions


def test_without_any_weight_nothing_is_recommended() -> None:
    with pytest.raises(InputError, match=r"reason\.no_engine"):
        best([says(Engine.PRICE, CHARGE, weight=0.0)])
