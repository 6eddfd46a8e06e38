"""Of all opinions, the one that counts most."""

from collections.abc import Sequence

from ..model.command import Action
from ..model.message import say
from .contract import Engine, InputError, Opinion, Recommendation

_SAFEST = (Action.SELF_CONSUME, Action.HOLD, Action.CHARGE, Action.DISCHARGE)
"""What wins a tie: what leaves the plant to itself, then what moves no energy, then what stores it."""
_FIRST = tuple(Engine)
_OPPOSITE = {Action.CHARGE: Action.DISCHARGE, Action.DISCHARGE: Action.CHARGE}


def best(opinions: Sequence[Opinion]) -> Recommendation:
    """Return the opinion with the highest weight × confidence as a recommendation; raise InputError without any.

    Ties go to the safest action, then to the engine that is named first. Where another engine wants the opposite, the
    winner is as much less sure as that one's score is near its own: half as sure in a tie.
    """
    asked = [opinion for opinion in opinions if opinion.weight > 0]
    if not asked:
        raise InputError("weights", say("reason.no_engine"))
    winner = min(asked, key=lambda each: (-_score(each), _SAFEST.index(each.action), _FIRST.index(each.engine)))
    against = max((_score(each) for each in asked if each.action is _OPPOSITE.get(winner.action)), default=0.0)
    agreed = _score(winner) / (_score(winner) + against) if against else 1.0
    return Recommendation(
        action=winner.action,
        target_power_w=winner.target_power_w,
        reason=winner.reason,
        confidence=round(winner.confidence * agreed, 3),
        engine=winner.engine,
        opinions=tuple(opinions),
    )


def _score(opinion: Opinion) -> float:
    return opinion.weight * opinion.confidence
