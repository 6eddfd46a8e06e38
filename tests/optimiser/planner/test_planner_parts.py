"""The cost to come in convex parts is the lowest of all ways, and with fewer parts nowhere above that."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from hypothesis import given, strategies as st
import pytest

from benchmark.plan_cases import feed_in_above_buy, random_case
from custom_components.sigenstor_panel.optimiser.model import case_from_dict
from custom_components.sigenstor_panel.optimiser.planner.cost import Limits, Piece, slot_cost
from custom_components.sigenstor_panel.optimiser.planner.parts import before
from custom_components.sigenstor_panel.optimiser.planner.plan import plan
from custom_components.sigenstor_panel.optimiser.planner.value import Value

MANY = 10_000
KWH = 1e-7


def slots_from_the_last(seed: int) -> Iterator[list[Piece]]:
    """Yield the pieces of odd slots that orders can carry out."""
    case, settings = case_from_dict(random_case(seed, most=6))
    limits = Limits.of(settings)._replace(house_first=True)
    for slot in reversed(case.slots):
        yield slot_cost(slot, slot.hours, limits, orders_only=True)


def at(parts: Sequence[Value], energy: float) -> float:
    near = [part.at(energy) for part in parts if part.start - KWH <= energy <= part.end + KWH]
    return min(near, default=float("inf"))


def least(parts: Sequence[Value], pieces: Sequence[Piece], energy: float) -> float:
    """Return the lowest cost of all ways from an energy that end at a corner of the slot's cost or the cost to come."""
    costs = [float("inf")]
    for piece in pieces:
        corners = list(accumulate(piece.lengths, initial=piece.start))
        for part in parts:
            ends = [end - energy for end in accumulate(part.lengths, initial=part.start)]
            costs += [
                piece.at(stored) + part.at(energy + stored)
                for stored in corners + ends
                if piece.start - KWH <= stored <= piece.end + KWH
                and part.start - KWH <= energy + stored <= part.end + KWH
            ]
    return min(costs)


@given(st.integers(0, 10**6), st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_at_every_energy_it_is_the_lowest_of_all_ways(seed: int, shares: list[float]) -> None:
    most = 10.0
    parts = [Value(0.0, most, 0.0, [-0.2], [most])]
    for pieces in slots_from_the_last(seed):
        after = parts
        parts = before(after, pieces, 0.0, most, MANY)
        assert all(left.end <= right.start + KWH for left, right in pairwise(parts))
        assert all(part.slopes == sorted(part.slopes) for part in parts)
        for energy in (share * most for share in shares):
            assert at(parts, energy) == pytest.approx(least(after, pieces, energy), abs=1e-5)


@given(st.integers(0, 10**6), st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_with_fewer_parts_it_is_nowhere_above(seed: int, shares: list[float]) -> None:
    most = 10.0
    exact = [Value(0.0, most, 0.0, [-0.2], [most])]
    few = exact
    for pieces in slots_from_the_last(seed):
        exact, few = before(exact, pieces, 0.0, most, MANY), before(few, pieces, 0.0, most, 2)
        assert len(few) <= 2
        for energy in (share * most for share in shares):
            assert at(few, energy) <= at(exact, energy) + 1e-6


@given(st.integers(0, 10**6))
def test_where_feed_in_is_above_buy_all_day_a_plan_meets_its_bound(seed: int) -> None:
    found = plan(*case_from_dict(feed_in_above_buy(seed)))
    assert found.objective == pytest.approx(found.bound, abs=1e-5)
