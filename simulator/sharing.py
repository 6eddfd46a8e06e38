"""Whole watts shared out so that nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Return whole parts by weight that add up to a total.

    No part is above its weight unless the total is above the weights' sum.
    """
    shares = []
    seen = given = 0
    sum_of_weights = sum(weights)
    for weight in weights:
        seen += weight
        reached = total * seen // sum_of_weights if sum_of_weights else 0
        shares.append(reached - given)
        given = reached
    return shares


def three_phases(total: int, weights: tuple[int, int, int] = (1, 1, 1)) -> tuple[int, int, int]:
    """Return a power as its three phases, equal ones unless weighted."""
    first, second, third = share_out(total, weights)
    return first, second, third
