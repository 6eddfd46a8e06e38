"""What stored energy is worth where prices may spike: the cost to come by regime, on a grid of energies.

One slot back, the cost to come in a regime is that of the slot at the regime's prices, and the mean of what may come
after it: what to do is decided anew in every slot, when its price is known.
"""

from bisect import insort
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final, NamedTuple

from ..model import Kept, PlanSlotInput
from ..regimes import LEAST_PER_KWH, TYPICAL_PER_KWH, Market, Moves, Regime, moves, reached, regime_of
from .cost import Piece, hull, slot_cost
from .search import Found, Problem, SearchStep, backward, forward, objective_of
from .value import Value

AHEAD: Final = timedelta(hours=24)
"""How far ahead spikes are reckoned with; after that, the cost to come is the plain plan's."""
_LOOK: Final = timedelta(hours=3)
"""How far ahead a reason looks for a spike."""
_CELLS: Final = 48
_SAME_KWH: Final = 0.01
_USUAL: Final = (Regime.USUAL, Regime.TENSE)

type Slopes = list[float]
"""The slopes of a convex function of the stored energy in the cells of the grid."""


def with_chances(problem: Problem, found: Found, now: datetime, market: Market) -> tuple[Found, Kept | None]:
    """Return the steps to take if prices come as forecast, in view of what else may come, and what is kept for it."""
    slots = problem.slots
    starts = [now + since for since in accumulate((slot.duration for slot in slots[:-1]), initial=timedelta())]
    ahead = sum(start < now + AHEAD for start in starts)
    pieces = [pieces[step.piece] for pieces, step in zip(problem.pieces, found.steps, strict=True)]
    plain = found.values or backward(problem, pieces)
    way = [
        moves(start, start + slot.duration, slot.buy_per_kwh, now, market, warned=slot.warned)
        for start, slot in zip(starts[1:ahead], slots[1:ahead], strict=True)
    ]
    prices = dict(TYPICAL_PER_KWH)
    if market.regime in prices:
        prices[market.regime] = slots[0].buy_per_kwh
    costs = list(_costs(problem, pieces[:ahead], prices))
    grid = _Grid(problem.least, (problem.most - problem.least) / _CELLS)
    after = _expected(costs, way, grid.sampled(plain[ahead]), grid)
    told = [market.regime, *(regime_of(slot.buy_per_kwh) for slot in slots[1:ahead])]
    hedged = [grid.value(after[at][regime]) for at, regime in enumerate(told)]
    first = _first(problem, hedged[0], found.steps[0], market)
    rest = problem._replace(
        slots=slots[1:], hours=problem.hours[1:], pieces=problem.pieces[1:], start=problem.start + first.stored
    )
    steps = [first, *forward(rest, [[value] for value in (*hedged, *plain[ahead + 1 :])])]
    more_kwh = steps[0].stored - found.steps[0].stored
    kept = None if more_kwh < _SAME_KWH else _kept(problem.start + steps[0].stored - problem.least, starts, way, market)
    return Found(steps, objective_of(problem, steps), found.bound), kept


def _kept(kwh: float, starts: Sequence[datetime], way: Sequence[Moves], market: Market) -> Kept:
    """Return for which spike energy is kept: of all that are dearer than now, the one that counts most."""
    soon = [rows for start, rows in zip(starts[1:], way, strict=False) if start < starts[0] + _LOOK]
    chances = {
        each: reached(soon, market.regime, each) for each in LEAST_PER_KWH if each > min(market.regime, Regime.SPIKE)
    }
    above = max(chances, key=lambda each: chances[each] * TYPICAL_PER_KWH[each])
    return Kept(kwh=kwh, above_per_kwh=LEAST_PER_KWH[above], chance=chances[above], within=_LOOK)


def _costs(problem: Problem, pieces: Sequence[Piece], prices: Mapping[Regime, float]) -> Iterator[list[Piece]]:
    """Yield what each slot after the first costs in each regime.

    Where a spike is forecast, usual is what the slots before it cost: if it does not come, nothing is dear.
    """
    usual_per_kwh = next((slot.buy_per_kwh for slot in problem.slots if not regime_of(slot.buy_per_kwh)), 0.0)
    for slot, hours, piece in zip(problem.slots, problem.hours, pieces, strict=False):

        def cost(buy_per_kwh: float, slot: PlanSlotInput = slot, hours: float = hours) -> Piece:
            prices = buy_per_kwh, slot.sell_per_kwh + buy_per_kwh - slot.buy_per_kwh
            return hull(slot_cost(slot, hours, problem.limits, prices))

        spikes = regime_of(slot.buy_per_kwh) is not Regime.USUAL
        usual_per_kwh = usual_per_kwh if spikes else slot.buy_per_kwh
        if slot is not problem.slots[0]:
            usual = cost(usual_per_kwh) if spikes else piece
            yield [usual] * len(_USUAL) + [cost(price) for price in prices.values()]


def _first(problem: Problem, value: Value, plain: SearchStep, market: Market) -> SearchStep:
    """Return the first step; in a spike, nothing is bought on the chance of a higher one."""
    one = problem._replace(slots=problem.slots[:1], hours=problem.hours[:1], pieces=problem.pieces[:1])
    (step,) = forward(one, [[value], [value]])
    surplus_kwh = (problem.slots[0].pv_w - problem.slots[0].load_w) / 1000 * problem.hours[0]
    most_kwh = max(plain.stored, surplus_kwh * problem.limits.charge_efficiency, 0.0)
    return step if market.regime in _USUAL else step._replace(stored=min(step.stored, most_kwh))


def _expected(costs: Sequence[Sequence[Piece]], way: Sequence[Moves], last: Slopes, grid: _Grid) -> list[list[Slopes]]:
    """Return the cost expected after each slot, by the regime of the slot; there is one cost and one move fewer."""
    after = [last for _ in Regime]
    found = [after]
    for pieces, rows in zip(reversed(costs), reversed(way), strict=True):
        values = [grid.before(slopes, piece) for slopes, piece in zip(after, pieces, strict=True)]
        cells = list(zip(*values, strict=True))
        after = [[p * a + q * b + r * c + s * d + t * e for a, b, c, d, e in cells] for p, q, r, s, t in rows]
        found.append(after)
    found.reverse()
    return found


class _Grid(NamedTuple):
    """Cells of the same width in kWh, from the least energy on."""

    least: float
    width: float

    def value(self, slopes: Slopes) -> Value:
        """Return the cost to come with these slopes; its level does not matter."""
        return Value(self.least, self.least + _CELLS * self.width, 0.0, slopes, [self.width] * _CELLS)

    def sampled(self, value: Value) -> Slopes:
        """Return the slopes of a cost to come."""
        return self._cut(list(zip(value.slopes, value.lengths, strict=True)), self.least - value.start)

    def before(self, slopes: Slopes, slot: Piece) -> Slopes:
        """Return the cost to come one slot earlier, as `Value.before` does."""
        parts = [(slope, self.width) for slope in slopes]
        for slope, length in zip(slot.slopes, slot.lengths, strict=True):
            insort(parts, (-slope, length))
        return self._cut(parts, slot.end)

    def _cut(self, parts: list[tuple[float, float]], skip: float) -> Slopes:
        """Return the mean slope of each cell; parts before the first cell are skipped, beyond the ends they go on."""
        found: Slopes = []
        width = need = self.width
        total, index = 0.0, 0
        if skip < 0:
            parts.insert(0, (parts[0][0], -skip))
            skip = 0.0
        while index < len(parts) and skip >= parts[index][1]:
            skip -= parts[index][1]
            index += 1
        for slope, length in parts[index:]:
            length, skip = length - skip, 0.0  # noqa: PLW2901
            while length >= need:
                found.append((total + slope * need) / width)
                length, need, total = length - need, width, 0.0  # noqa: PLW2901
            total += slope * length
            need -= length
        return found[:_CELLS] + [parts[-1][0]] * (_CELLS - len(found))
