"""The search for the best plan: dynamic programming on the stored energy, and branches where a slot is not convex.

Backwards, the cost to come stays convex and piecewise linear: a step is a merge of two sorted lists of slopes. Where
a slot's cost is not convex (negative prices, feed-in above buy) its hull stands in for it; forwards, its true cost
decides. The plan then found says which convex piece of each such slot it uses: with these instead of the hulls the
next round can only find better. What still parts it from the lower bound that the hulls give is branched on.
"""

from collections.abc import Sequence
from heapq import heappop, heappush
from math import inf
from typing import NamedTuple

from ...model.message import say
from ..model import InfeasibleCaseError, PlanSlotInput
from .cost import Limits, Piece, hull
from .grid import pieces_by_grid
from .value import KWH, Value

_SAME_COST = 1e-6
_WORTH_A_GRID = 2e-3
"""$ between a plan and its bound for which it is looked for on a grid too."""
_MOST_PIECES = 8
_EFFORT_SLOTS = 600
"""How many slots all branches together may solve: it bounds the time that odd prices take."""


class Step(NamedTuple):
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

    steps: list[Step]
    objective: float
    bound: float


def search(problem: Problem) -> Found:
    """Return the best steps for a problem; raise InfeasibleCaseError where there are none."""
    hulls = [hull(pieces) for pieces in problem.pieces]
    best: Found | None = None
    waiting: list[tuple[float, int, dict[int, int]]] = [(-inf, 0, {})]
    effort = max(2, _EFFORT_SLOTS // len(hulls))
    for branch in range(effort):
        if not waiting or (best and waiting[0][0] > best.objective - _SAME_COST):
            break
        _, _, fixed = heappop(waiting)
        costs = [problem.pieces[slot][fixed[slot]] if slot in fixed else cost for slot, cost in enumerate(hulls)]
        try:
            values = backward(problem, costs)
        except InfeasibleCaseError:
            if not fixed:
                raise
            continue
        bound = values[0].at(problem.start)
        if best and bound > best.objective - _SAME_COST:
            continue
        found = _found(problem, values, bound, on_grid=best is None)
        if best is None or found.objective < best.objective:
            best = found
        if bound >= best.objective - _SAME_COST:
            continue
        steps, loosest = _way_of_bound(problem, values, costs)
        if len(steps) == len(costs) and objective_of(problem, steps) < best.objective:
            best = _refined(problem, steps, bound)
        for piece, further in enumerate(_branches(problem, fixed, loosest)):
            heappush(waiting, (bound, branch * _MOST_PIECES + piece, further))
    assert best is not None
    return best._replace(bound=min(best.objective, waiting[0][0] if waiting else inf))


def _found(problem: Problem, values: Sequence[Value], bound: float, *, on_grid: bool) -> Found:
    """Return the best way that the costs to come lead to, or a grid where that is better."""
    found = _refined(problem, forward(problem, values), bound)
    if on_grid and found.objective > bound + _WORTH_A_GRID:
        return min(found, _by_grid(problem, bound) or found, key=lambda each: each.objective)
    return found


def _by_grid(problem: Problem, bound: float) -> Found | None:
    """Return the best way over the pieces that a grid of energies tells; None where it leads nowhere."""
    chosen = pieces_by_grid(problem.pieces, problem.least, problem.most, problem.start, problem.final)
    if chosen is None:
        return None
    pieces = [pieces[index] for pieces, index in zip(problem.pieces, chosen, strict=True)]
    try:
        return _refined(problem, forward(problem, backward(problem, pieces)), bound)
    except InfeasibleCaseError:
        return None


def _refined(problem: Problem, steps: list[Step], bound: float) -> Found:
    """Improve the steps until they reach the bound, or a round with the pieces that they use finds nothing better."""
    objective = objective_of(problem, steps)
    while objective > bound + _SAME_COST:
        chosen = [pieces[step.piece] for pieces, step in zip(problem.pieces, steps, strict=True)]
        better = forward(problem, backward(problem, chosen))
        if (improved := objective_of(problem, better)) > objective - _SAME_COST:
            break
        steps, objective = better, improved
    return Found(steps, objective, bound)


def _branches(problem: Problem, fixed: dict[int, int], loosest: int | None) -> list[dict[int, int]]:
    """Return what is fixed, with each of the pieces of the loosest slot."""
    return [] if loosest is None else [fixed | {loosest: piece} for piece in range(len(problem.pieces[loosest]))]


def _way_of_bound(problem: Problem, values: Sequence[Value], costs: Sequence[Piece]) -> tuple[list[Step], int | None]:
    """Return the steps that the bound counts, as far as they are possible, and the slot whose true cost is furthest above.

    Where no slot's is, the steps cost as much as the bound.
    """
    energy, widest, loosest = problem.start, 0.0, None
    preferences = _self_consumption(problem)
    steps: list[Step] = []
    for slot, (cost, pieces) in enumerate(zip(costs, problem.pieces, strict=True)):
        value = values[slot + 1]
        stored = value.best(cost, energy, preferences[slot])
        if stored is None:
            break
        energy = min(max(energy + stored, value.start), value.end)
        near = (
            (piece.at(stored), index)
            for index, piece in enumerate(pieces)
            if piece.start - KWH <= stored <= piece.end + KWH
        )
        true, index = min(near, default=(inf, 0))
        if true < inf and len(steps) == slot:
            steps.append(Step(stored, index, value.marginal(pieces[index], stored, energy)))
        if all(cost is not piece for piece in pieces) and (gap := true - cost.at(stored)) > widest:
            widest, loosest = gap, slot
    return steps, loosest


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
    if not value.start - 1e-7 <= problem.start <= value.end + 1e-7:
        raise InfeasibleCaseError("soc0", say("reason.soc_out_of_reach"))
    values.reverse()
    return values


def forward(problem: Problem, values: Sequence[Value]) -> list[Step]:
    """Return the best step of each slot, by its true cost and the cost to come after it."""
    energy, steps = problem.start, []
    preferences = _self_consumption(problem)
    for pieces, preferred, value in zip(problem.pieces, preferences, values[1:], strict=True):
        found = None
        if len(pieces) == 1:
            index, stored = 0, value.best(pieces[0], energy, preferred)
        else:
            found = [
                (piece.at(stored) + value.at(energy + stored), index, stored)
                for index, piece in enumerate(pieces)
                if (stored := value.best(piece, energy, preferred)) is not None
            ]
            _, index, stored = min(found, default=(0.0, 0, None))
        if stored is None:
            raise InfeasibleCaseError("import_limit_kw", say("reason.home_needs_more"))
        energy = min(max(energy + stored, value.start), value.end)
        steps.append(Step(stored, index, value.marginal(pieces[index], stored, energy)))
    return steps


def _self_consumption(problem: Problem) -> list[float]:
    """Return what self-consumption would store in each slot if the battery were neither full nor empty."""
    limits = problem.limits
    per_in, per_out = limits.charge_efficiency, 1 / limits.discharge_efficiency
    preferences = []
    for slot, hours in zip(problem.slots, problem.hours, strict=True):
        surplus = (slot.pv_w - slot.load_w) / 1000
        preferences.append(surplus * hours * (per_in if surplus > 0 else per_out))
    return preferences


def objective_of(problem: Problem, steps: Sequence[Step]) -> float:
    """Return what steps cost in $, with what is left at the end."""
    cost, energy = 0.0, problem.start
    for pieces, step in zip(problem.pieces, steps, strict=True):
        cost += pieces[step.piece].at(step.stored)
        energy += step.stored
    return cost + problem.final.at(energy)
