"""Which convex piece of each slot the cheapest way uses, found on a grid of energies: near the best where many are odd."""

from collections.abc import Sequence
from math import ceil, floor, inf
from operator import add
from typing import NamedTuple

from .cost import Piece
from .value import KWH, Value

_POINTS = 5000
"""How many energies all slots together may have."""
_MOST_CELLS = 96
_LEAST_CELLS = 24


class _Moves(NamedTuple):
    """What a slot costs by the number of cells that it stores, from `first` on, and by which piece."""

    first: int
    costs: list[float]
    pieces: list[int]


def pieces_by_grid(
    slots: Sequence[Sequence[Piece]], least: float, most: float, start: float, final: Value
) -> list[int] | None:
    """Return the index of the piece that each slot uses; None where the grid is too coarse to say."""
    cells = min(_MOST_CELLS, _POINTS // len(slots))
    if cells < _LEAST_CELLS or most - least < KWH:
        return None
    width = (most - least) / cells
    moves = [_moves(pieces, width, cells) for pieces in slots]
    after = [_at(final, least + cell * width, width) for cell in range(cells + 1)]
    values = [after]
    for slot in reversed(moves):
        padded, count = _padded(slot, after, cells), len(slot.costs)
        after = [min(map(add, slot.costs, padded[cell : cell + count], strict=True)) for cell in range(cells + 1)]
        values.append(after)
    values.reverse()
    cell, found = round((start - least) / width), []
    for slot, after in zip(moves, values[1:], strict=True):
        padded = _padded(slot, after, cells)
        costs = list(map(add, slot.costs, padded[cell : cell + len(slot.costs)], strict=True))
        best = costs.index(min(costs))
        if costs[best] == inf:
            return None
        found.append(slot.pieces[best])
        cell += slot.first + best
    return found


def _moves(pieces: Sequence[Piece], width: float, cells: int) -> _Moves:
    first = max(ceil((min(piece.start for piece in pieces) - KWH) / width), -cells)
    last = min(floor((max(piece.end for piece in pieces) + KWH) / width), cells)
    costs, indices = [], []
    for move in range(min(first, 0), max(last, 0) + 1):
        stored = move * width
        cost, index = min(
            (
                (piece.at(stored), index)
                for index, piece in enumerate(pieces)
                if piece.start - KWH <= stored <= piece.end + KWH
            ),
            default=(inf, 0),
        )
        costs.append(cost)
        indices.append(index)
    return _Moves(min(first, 0), costs, indices)


def _padded(slot: _Moves, after: list[float], cells: int) -> list[float]:
    """Return the costs to come from the energy that the first move leads to from the first cell; inf off the grid."""
    beyond = slot.first + len(slot.costs)
    return [inf] * -slot.first + after + [inf] * max(beyond, 0)


def _at(value: Value, energy: float, width: float) -> float:
    near = min(max(energy, value.start), value.end)
    return value.at(near) if abs(near - energy) <= width / 2 else inf
