"""Of all opinions, the one that counts most."""

from collections.abc import Sequence
from typing import Protocol

from ..model.command import Action
from ..model.message import say
from .contract import Engine, InputError, Opinion, Recommendation

_SAFEST = (Action.SELF_CONSUME, Action.HOLD, Action.CHARGE, Action.DISCHARGE)
"""What wins a tie: what leaves the plant to itself, then what moves no energy, then what stores it."""
_FIRST = tuple(Engine)
_OPPOSITE = {Action.CHARGE: Action.DISCHARGE, Action.DISCHARGE: Action.CHARGE}


class Scored(Protocol):
    """What is compared of an opinion."""

    @property
    def engine(self) -> Engine: ...  # noqa: D102
    @property
    def action(self) -> Action: ...  # noqa: D102
    @property
    def confidence(self) -> float: ...  # noqa: D102
    @property
    def weight(self) -> float: ...  # noqa: D102


def winner[Each: Scored](opinions: Sequence[Each]) -> Each:
    """Return the opinion with the highest weight × confidence; raise InputError without any.

    Ties go to the safest action, then to the engine that is named first.
    """
    asked = [opinion for opinion in opinions if opinion.weight > 0]
    if not asked:
        raise InputError("weights", say("reason.no_engine"))
    return min(asked, key=lambda each: (-_score(each), _SAFEST.index(each.action), _FIRST.index(each.engine)))


def best(opinions: Sequence[Opinion]) -> Recommendation:
    """Return the opinion that wins as a recommendation; raise InputError without any.

    Where another engine wants the opposite, the winner is as much less sure as that one's score is near its own: half
    as sure in a tie.
    """
    found = winner(opinions)
    against = max((_score(each) for each in opinions if each.action is _OPPOSITE.get(found.action)), default=0.0)
    agreed = _score(found) / (_score(found) + against) if against else 1.0
    return Recommendation(
        action=found.action,
        target_power_w=found.target_power_w,
        reason=found.reason,
        confidence=round(found.confidence * agreed, 3),
        engine=found.engine,
        opinions=tuple(opinions),
    )


def _score(opinion: Scored) -> float:
    return opinion.weight * opinion.confidence
