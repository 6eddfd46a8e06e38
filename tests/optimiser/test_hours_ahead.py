"""Parts of the hours ahead are what a walk over every minute finds, and cost the same wherever they begin."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.optimiser.engines.ahead import Columns
from custom_components.sigenstor_panel.optimiser.model import PlanSlotInput

MINUTES = st.sampled_from([1, 5, 30])
PRICES = st.integers(-100, 2000).map(lambda cents: cents / 100)


@st.composite
def slots(draw: st.DrawFn) -> list[PlanSlotInput]:
    rows = draw(st.lists(st.tuples(MINUTES, PRICES, st.integers(0, 9000)), min_size=1, max_size=12))
    return [
        PlanSlotInput(duration=timedelta(minutes=minutes), buy_per_kwh=buy, sell_per_kwh=buy / 2, pv_w=pv_w, load_w=500)
        for minutes, buy, pv_w in rows
    ]


def by_minute(given_slots: list[PlanSlotInput]) -> list[float]:
    """Return the price of every minute."""
    return [slot.buy_per_kwh for slot in given_slots for _ in range(slot.duration // timedelta(minutes=1))]


@given(slots(), st.integers(0, 90), st.integers(1, 180), st.data())
def test_the_mean_and_the_highest_are_those_of_the_minutes(
    given_slots: list[PlanSlotInput], after: int, lasts: int, data: st.DataObject
) -> None:
    columns = Columns(given_slots)
    now = data.draw(st.integers(0, len(given_slots) - 1))
    prices = by_minute(given_slots[now:])[after : after + lasts]
    part = columns.between(now, after / 60, (after + lasts) / 60)
    assert (part is None) == (not prices)
    if part is None:
        return
    assert part.mean(columns.buy) == pytest.approx(sum(prices) / len(prices))
    assert part.total(columns.buy) == pytest.approx(sum(prices) / 60)
    highest, in_hours = part.highest(columns.buy)
    assert highest == max(prices)
    assert round(in_hours * 60) == after + prices.index(highest)
    assert sum(part.hours) == pytest.approx(len(prices) / 60)


@given(slots(), st.integers(1, 60))
def test_the_cheapest_stretch_is_the_cheapest_of_all_that_begin_with_a_slot(
    given_slots: list[PlanSlotInput], lasts: int
) -> None:
    columns, prices = Columns(given_slots), by_minute(given_slots)
    part = columns.between(0, 0, 24)
    assert part is not None
    starts = [round(part.begins(index) * 60) for index in range(len(given_slots))]
    stretches = {start: prices[start : start + lasts] for start in starts if start == 0 or start + lasts <= len(prices)}
    means = {start: sum(each) / len(each) for start, each in stretches.items()}
    in_hours, mean = part.cheapest(columns.buy, lasts / 60)
    assert mean == pytest.approx(min(means.values()))
    assert means[round(in_hours * 60)] == pytest.approx(mean)


@given(slots(), PRICES)
def test_the_mean_of_equal_prices_is_that_price(given_slots: list[PlanSlotInput], price: float) -> None:
    flat = [replace(slot, buy_per_kwh=price) for slot in given_slots]
    columns = Columns([*given_slots, *flat])
    part = columns.between(len(given_slots), 0, 48)
    assert part is not None
    assert part.mean(columns.buy) == price
