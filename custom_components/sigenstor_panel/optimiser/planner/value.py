"""The cost of all that is still to come as a function of the stored energy: convex, piecewise linear."""

from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import NamedTuple

from .cost import Piece

_TIE = 1e-9
"""$/kWh; slopes this close are equal: what is done then is what self-consumption would do."""
KWH = 1e-9
"""Energies this close are equal."""


class Value(NamedTuple):
    """The cost to come in $ for a stored energy in kWh from `start` to `end`; `cost` is the one at the start."""

    start: float
    end: float
    cost: float
    slopes: list[float]
    lengths: list[float]

    def before(self, slot: Piece, least: float, most: float) -> Value | None:
        """Return the cost to come one slot earlier, for energies from least to most; None where there is no way.

        This is the infimal convolution of the cost to come and the slot's: the slopes of both, sorted.
        """
        start, end = self.start - slot.end, self.end - slot.start
        if start > most + KWH or end < least - KWH:
            return None
        slopes, lengths, cost = self.slopes.copy(), self.lengths.copy(), self.cost + slot.cost
        for slope, length in zip(slot.slopes, slot.lengths, strict=True):
            cost += slope * length
            index = bisect_left(slopes, -slope)
            if index < len(slopes) and slopes[index] == -slope:
                lengths[index] += length
            else:
                slopes.insert(index, -slope)
                lengths.insert(index, length)
        if (excess := least - start) > 0:
            start, index = least, 0
            while index < len(slopes) and lengths[index] <= excess:
                cost += slopes[index] * lengths[index]
                excess -= lengths[index]
                index += 1
            if index < len(slopes):
                cost += slopes[index] * excess
                lengths[index] -= excess
            del slopes[:index], lengths[:index]
        if (excess := end - most) > 0:
            end = most
            while slopes and lengths[-1] <= excess:
                excess -= lengths.pop()
                slopes.pop()
            if slopes:
                lengths[-1] -= excess
        return Value(start, max(start, end), cost, slopes, lengths)

    def at(self, energy: float) -> float:
        """Return the cost to come at a stored energy."""
        return Piece(*self).at(energy)

    def best(self, slot: Piece, energy: float, preferred: float) -> float | None:
        """Return what to store in the slot before, from `energy`: of all that is best, what is nearest to the preferred.

        None where the slot leads nowhere.
        """
        if slot.start > self.end - energy + KWH or slot.end < self.start - energy - KWH:
            return None
        slopes, edges = self.slopes, list(accumulate(self.lengths, initial=self.start - energy))
        first, last, low = slot.start, None, None
        for slope, length in zip(slot.slopes, slot.lengths, strict=True):
            after = first + length
            if low is None and (edge := edges[bisect_left(slopes, -slope - _TIE)]) < after:
                low = max(first, edge)
            edge = edges[bisect_right(slopes, _TIE - slope)]
            if edge < after:
                last = max(first, edge)
                break
            first = after
        if low is None:
            low = first
        return min(max(preferred, low), first if last is None else last)

    def marginal(self, slot: Piece, stored: float, energy: float) -> float:
        """Return what one kWh more is worth, in $, at `energy` and after the slot stored what it did.

        Where the cost to come has a kink there, the slot's own slope decides: it may not contradict what was done.
        """
        edges = list(accumulate(self.lengths, initial=self.start))
        right, left = _around(self.slopes, edges, energy)
        slot_edges = list(accumulate(slot.lengths, initial=slot.start))
        slot_right, slot_left = _around(slot.slopes, slot_edges, stored)
        candidates = [edge for edge in (slot_left, None if right is None else -right) if edge is not None]
        ceilings = [edge for edge in (slot_right, None if left is None else -left) if edge is not None]
        if right is None and ceilings:
            return min(ceilings)
        return max(candidates) if candidates else min(ceilings, default=0.0)


def _around(slopes: list[float], edges: list[float], point: float) -> tuple[float | None, float | None]:
    """Return the slopes right and left of a point; None beyond the ends."""
    right = bisect_right(edges, point + KWH) - 1
    left = bisect_left(edges, point - KWH) - 1
    return (
        slopes[right] if 0 <= right < len(slopes) else None,
        slopes[left] if 0 <= left < len(slopes) else None,
    )
