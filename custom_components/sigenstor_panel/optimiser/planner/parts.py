"""The cost to come where it is not convex: convex parts side by side, exact.

One slot back, every part is joined with every convex piece of the slot's cost; of all that this gives, the lowest
counts at each energy.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import inf

from .cost import Piece, hull
from .value import KWH, Value

_SAME_COST = 1e-9
_SAME_SLOPE = 1e-10

type Segment = tuple[float, float, float, float]
"""A straight line: where it starts and ends in kWh, its cost at the start in $, and its slope."""


def before(parts: Sequence[Value], pieces: Sequence[Piece], least: float, most: float, count: int) -> list[Value]:
    """Return the cost to come one slot earlier, for energies from least to most; nothing where there is no way.

    Where it has more parts than so many, neighbours become one that is nowhere above them.
    """
    ways = [way for piece in pieces for part in parts if (way := part.before(piece, least, most)) is not None]
    if len(ways) < 2:
        return ways
    lines = [_segments(way) for way in ways]
    while len(lines) > 1:
        pairs = [_lowest(left, right) for left, right in zip(lines[::2], lines[1::2], strict=False)]
        lines = pairs + lines[len(lines) & ~1 :]
    return _fewer(_convex(lines[0]), count)


def _segments(value: Value) -> list[Segment]:
    start, cost = value.start, value.cost
    found: list[Segment] = []
    for slope, length in zip(value.slopes, value.lengths, strict=True):
        if length > 0:
            found.append((start, start + length, cost, slope))
            start += length
            cost += slope * length
    return found or [(start, start, cost, 0.0)]


def _lowest(left: list[Segment], right: list[Segment]) -> list[Segment]:
    """Return the lower of two costs at every energy that one of them has."""
    found: list[Segment] = []
    done, i, j = min(left[0][0], right[0][0]), 0, 0
    while i < len(left) and j < len(right):
        a, b = left[i], right[j]
        start, end = max(a[0], b[0], done), min(a[1], b[1])
        if done < start:
            first = a if a[0] < b[0] else b
            _add(found, first, max(first[0], done), min(first[1], start))
        if start <= end:
            rise = a[3] - b[3]
            above = a[2] + a[3] * (start - a[0]) - b[2] - b[3] * (start - b[0])
            above_after = above + rise * (end - start)
            if above <= _SAME_COST and above_after <= _SAME_COST:
                _add(found, a, start, end)
            elif above >= -_SAME_COST and above_after >= -_SAME_COST:
                _add(found, b, start, end)
            else:
                crossing = start - above / rise
                lower, then = (a, b) if above < 0 else (b, a)
                _add(found, lower, start, crossing)
                _add(found, then, crossing, end)
        done = end
        i, j = i + (a[1] <= end), j + (b[1] <= end)
    for segment in left[i:] + right[j:]:
        _add(found, segment, max(segment[0], done), segment[1])
    return found


def _add(found: list[Segment], segment: Segment, start: float, end: float) -> None:
    """Add a part of a segment, to the last one where that goes on in the same direction."""
    first, last, cost, slope = segment
    if end - start <= KWH < last - first:
        return
    cost += slope * (start - first)
    if found:
        last_start, last_end, last_cost, last_slope = found[-1]
        off = last_cost + last_slope * (start - last_start) - cost
        if abs(last_slope - slope) <= _SAME_SLOPE and start - last_end <= KWH and abs(off) <= _SAME_COST:
            found[-1] = last_start, end, last_cost, last_slope
            return
    found.append((start, end, cost, slope))


def _convex(segments: Sequence[Segment]) -> list[Value]:
    """Return a cost as convex parts, as few as there can be."""
    parts: list[Value] = []
    last_end = last_cost = 0.0
    for start, end, cost, slope in segments:
        touches = parts and start - last_end <= KWH and abs(cost - last_cost) <= _SAME_COST
        if touches and slope >= parts[-1].slopes[-1]:
            parts[-1].slopes.append(slope)
            parts[-1].lengths.append(end - last_end)
            parts[-1] = parts[-1]._replace(end=end)
        else:
            parts.append(Value(start, end, cost, [slope], [end - start]))
        last_end, last_cost = end, cost + slope * (end - start)
    return parts


def _fewer(parts: list[Value], count: int) -> list[Value]:
    """Join the neighbours with the smallest dents between them, as far as there are too many and they touch."""
    while (excess := len(parts) - count) > 0:
        dents = [_dent(left, right) for left, right in pairwise(parts)]
        deepest = sorted(dents)[excess - 1]
        if deepest == inf:
            break
        joined = parts[:1]
        for dent, part in zip(dents, parts[1:], strict=True):
            if dent <= deepest:
                joined[-1] = Value(*hull([Piece(*joined[-1]), Piece(*part)]))
            else:
                joined.append(part)
        parts = joined
    return parts


def _dent(left: Value, right: Value) -> float:
    """Return about how much, in $, the cost falls between two parts where they become one."""
    if right.start - left.end > KWH:
        return inf
    step = abs(right.cost - left.at(left.end))
    width, further = left.lengths[-1], right.lengths[0]
    return step + (left.slopes[-1] - right.slopes[0]) * width * further / max(width + further, KWH)
