"""The search for the best plan: dynamic programming on the stored energy, backwards and forwards again.

Where no slot's cost has a dent, the cost to come is convex and piecewise linear: a step is a merge of two sorted lists
of slopes. Where some do (negative prices, feed-in above buy), their hulls stand in for them first: that gives a bound,
and forwards the true cost decides. A plan above the bound is looked for again with the exact cost to come, in convex
parts.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ...model.message import say
from ..model import InfeasibleCaseError, PlanSlotInput
from .cost import Limits, Piece, hull
from .parts import before
from .value import Value

_SAME_COST = 1e-6
_PARTS = 2400
"""How many parts the costs to come of all slots together may have: it bounds the time that odd prices take."""
_LEAST_PARTS = 8


class SearchStep(NamedTuple):
    """What is stored in a slot in kWh, by which piece, and what a kWh more is worth after it."""

    stored: float
    piece: int
    marginal: float


class Problem(NamedTuple):
    """A case as the search needs it: the cost of each slot as convex pieces, energies in kWh, `final` at the end."""

    slots: Sequence[PlanSlotInput]
    hours: list[float]
    pieces: list[list[Piece]]
    limits: Limits
    least: float
    most: float
    start: float
    final: Value
    orders_only: bool = False
    """PV is left unused only where an order does that."""


class Found(NamedTuple):
    """The best steps, their objective in $, and what no plan can be below."""

    steps: list[SearchStep]
    objective: float
    bound: float
    values: Sequence[Value] = ()
    """The cost to come at the start of each slot, where every slot's cost is convex."""


def search(problem: Problem) -> Found:
    """Return the best steps for a problem; raise InfeasibleCaseError where there are none."""
    values = backward(problem, [hull(pieces) for pieces in problem.pieces])
    found = _refined(problem, forward(problem, [[value] for value in values]), values[0].at(problem.start))
    if found.objective <= found.bound + _SAME_COST:
        convex = all(len(pieces) == 1 for pieces in problem.pieces)
        return found._replace(values=values) if convex else found
    parts = _backward_in_parts(problem)
    bound = min(part.at(problem.start) for part in _around(parts[0], problem.start))
    exact = _refined(problem, forward(problem, parts), max(bound, found.bound))
    best = exact if exact.objective < found.objective - _SAME_COST else found
    return best._replace(bound=min(exact.bound, best.objective))


def _refined(problem: Problem, steps: list[SearchStep], bound: float) -> Found:
    """Improve the steps until they reach the bound, or a round with the pieces that they use finds nothing better."""
    objective = objective_of(problem, steps)
    while objective > bound + _SAME_COST:
        chosen = [pieces[step.piece] for pieces, step in zip(problem.pieces, steps, strict=True)]
        better = forward(problem, [[value] for value in backward(problem, chosen)])
        if (improved := objective_of(problem, better)) > objective - _SAME_COST:
            break
        steps, objective = better, improved
    return Found(steps, objective, bound)


def backward(problem: Problem, costs: Sequence[Piece]) -> list[Value]:
    """Return the cost to come at the start of each slot, and at the end of the last."""
    value, least, most = problem.final, problem.least, problem.most
    values = [value]
    for cost in reversed(costs):
        earlier = value.before(cost, least, most)
        if earlier is None:
            raise InfeasibleCaseError("import_limit_kw", say("reason.home_needs_more"))
        value = earlier
        values.append(value)
    if not _around([value], problem.start):
        raise InfeasibleCaseError("soc0", say("reason.soc_out_of_reach"))
    values.reverse()
    return values


def _backward_in_parts(problem: Problem) -> list[list[Value]]:
    """Return the exact cost to come at the start of each slot, and at the end of the last."""
    count = max(_LEAST_PARTS, _PARTS // len(problem.pieces))
    parts = [problem.final]
    values = [parts]
    for pieces in reversed(problem.pieces):
        parts = before(parts, pieces, problem.least, problem.most, count)
        values.append(parts)
    values.reverse()
    if not _around(values[0], problem.start):
        raise InfeasibleCaseError("soc0", say("reason.soc_out_of_reach"))
    return values


def forward(problem: Problem, values: Sequence[Sequence[Value]]) -> list[SearchStep]:
    """Return the best step of each slot, by its true cost and the parts of the cost to come after it."""
    energy, steps = problem.start, []
    preferences = _self_consumption(problem)
    for pieces, preferred, parts in zip(problem.pieces, preferences, values[1:], strict=True):
        if len(pieces) == len(parts) == 1:
            index, value = 0, parts[0]
            stored = value.best(pieces[0], energy, preferred)
        else:
            found = [
                (piece.at(stored) + part.at(energy + stored), index, stored, part)
                for index, piece in enumerate(pieces)
                for part in parts
                if (stored := part.best(piece, energy, preferred)) is not None
            ]
            _, index, stored, value = min(found, default=(0.0, 0, None, parts[0]))
        if stored is None:
            raise InfeasibleCaseError("import_limit_kw", say("reason.home_needs_more"))
        energy = min(max(energy + stored, value.start), value.end)
        steps.append(SearchStep(stored, index, value.marginal(pieces[index], stored, energy)))
    return steps


def _around(parts: Sequence[Value], energy: float) -> list[Value]:
    """Return the parts that a stored energy is in."""
    return [part for part in parts if part.start - 1e-7 <= energy <= part.end + 1e-7]


def _self_consumption(problem: Problem) -> list[float]:
    """Return what self-consumption would store in each slot if the battery were neither full nor empty."""
    limits = problem.limits
    per_in, per_out = limits.charge_efficiency, 1 / limits.discharge_efficiency
    preferences = []
    for slot, hours in zip(problem.slots, problem.hours, strict=True):
        surplus = (slot.pv_w - slot.load_w) / 1000
        preferences.append(surplus * hours * (per_in if surplus > 0 else per_out))
    return preferences


def objective_of(problem: Problem, steps: Sequence[SearchStep]) -> float:
    """Return what steps cost in $, with what is left at the end."""
    cost, energy = 0.0, problem.start
    for pieces, step in zip(problem.pieces, steps, strict=True):
        cost += pieces[step.piece].at(step.stored)
        energy += step.stored
    return cost + problem.final.at(energy)
