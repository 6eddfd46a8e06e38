"""The efficiencies that are learned from what a battery's counters and its state of charge say."""

from math import sqrt
from random import Random

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.optimiser.efficiency import Efficiency, Span, learned

CAPACITY_KWH = 24.0
BELIEVED = Efficiency(sqrt(0.9), sqrt(0.9))


def days(charge: float, discharge: float, *, count: int = 10, rounding: float = 0.1, seed: int = 1) -> list[Span]:
    """Return hours of days on which a battery is filled and emptied, read from a state of charge in steps."""
    random, spans, soc = Random(seed), [], 20.0

    def shown() -> float:
        return round(soc / rounding) * rounding

    for _ in range(count):
        for direction in (1, -1):
            for _ in range(5):
                before, kwh = shown(), random.uniform(1.5, 3.5)
                stored = kwh * charge if direction > 0 else -kwh / discharge
                soc += stored / CAPACITY_KWH * 100
                spans.append(Span(max(direction, 0) * kwh, max(-direction, 0) * kwh, shown() - before))
    return spans


@given(st.floats(0.85, 0.95), st.floats(0.85, 0.94), st.integers(0, 1000))
def test_charge_and_discharge_are_told_apart(charge: float, discharge: float, seed: int) -> None:
    found = learned(days(charge, discharge, seed=seed), CAPACITY_KWH, BELIEVED)
    assert found is not None
    best = min(1.0, 0.9 / (charge * discharge)) ** 0.5
    assert found.charge == pytest.approx(charge * best, abs=0.01)
    assert found.discharge == pytest.approx(discharge * best, abs=0.01)


def test_more_is_never_believed_than_the_owner_says() -> None:
    found = learned(days(0.99, 0.98), CAPACITY_KWH, BELIEVED)
    assert found is not None
    assert found.charge * found.discharge == pytest.approx(0.9)


@pytest.mark.parametrize("spans", [[], days(0.9, 0.9, count=1), [Span(5.0, 0.0, 20.0)] * 100])
def test_without_enough_of_both_nothing_is_learned(spans: list[Span]) -> None:
    assert learned(spans, CAPACITY_KWH, BELIEVED) is None


@given(
    st.lists(st.tuples(st.floats(0, 20), st.floats(0, 20), st.floats(-100, 100)), min_size=5, max_size=50),
)
def test_whatever_the_counters_say_an_efficiency_is_one(rows: list[tuple[float, float, float]]) -> None:
    found = learned([Span(*row) for row in rows], CAPACITY_KWH, BELIEVED)
    assert found is None or all(0.5 < each <= 1 for each in found)
