"""The vocabulary: looking prices up, days, overlaps, and slot arithmetic that loses nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.model.prices import (
    PriceLevel,
    Prices,
    PriceSlot,
    SpikeStatus,
    merged,
    resample,
    without_overlap,
)

START = datetime(2026, 4, 4, 12, tzinfo=UTC)
SYDNEY = ZoneInfo("Australia/Sydney")
HAVANA = ZoneInfo("America/Havana")
MINUTE = timedelta(minutes=1)


def slot(start_min: int, minutes: int, buy: float = 0.3, sell: float | None = None, **more: object) -> PriceSlot:
    start = START + start_min * MINUTE
    end = start + minutes * MINUTE
    return PriceSlot(start=start, end=end, buy_per_kwh=buy, sell_per_kwh=sell, **more)  # type: ignore[arg-type]


def prices(*slots: PriceSlot) -> Prices:
    return Prices(slots=slots, fetched_at=START, source="test")


@st.composite
def slot_lists(draw: st.DrawFn, *, overlapping: bool = False) -> tuple[PriceSlot, ...]:
    slots, at = [], draw(st.integers(-30, 30))
    for minutes in draw(st.lists(st.sampled_from([5, 30, 17]), max_size=20)):
        at += draw(st.sampled_from([0, 0, 0, 5, 40]))
        slots.append(slot(at, minutes, draw(st.floats(-1, 20)), draw(st.floats(-1, 20))))
        at += draw(st.sampled_from([0, minutes])) if overlapping else minutes
    return tuple(slots)


def covered(slots: Sequence[PriceSlot]) -> set[datetime]:
    return {each.start + minute * MINUTE for each in slots for minute in range(round(each.duration / MINUTE))}


def cost(slots: Sequence[PriceSlot]) -> float:
    return sum(each.buy_per_kwh * (each.duration / MINUTE) for each in slots)


def income(slots: Sequence[PriceSlot]) -> float:
    return sum((each.sell_per_kwh or 0) * (each.duration / MINUTE) for each in slots)


def test_the_start_of_a_slot_belongs_to_it_and_its_end_does_not() -> None:
    known = prices(slot(0, 5, 0.1), slot(5, 5, 0.2), slot(20, 5, 0.3))
    assert known.current(START) == known.slots[0]
    assert known.at(START + 5 * MINUTE) == known.slots[1]
    assert known.at(START + 10 * MINUTE) is None
    assert known.at(START - timedelta.resolution) is None
    assert known.next_after(START) == known.slots[1]
    assert known.next_after(START + 5 * MINUTE) == known.slots[2]
    assert known.next_after(START + 20 * MINUTE) is None
    assert prices().current(START) is None


def test_the_day_is_weighted_by_time_and_cut_at_local_midnight() -> None:
    # 12:00 UTC is 23:00 in Sydney, the evening before daylight saving ends.
    day = prices(slot(30, 60, 0.4, 0.1), slot(90, 30, 0.1, -0.05)).today(START + 70 * MINUTE, SYDNEY)
    assert day is not None
    assert (day.buy_min, day.buy_max) == (0.1, 0.4)
    assert day.buy_mean == pytest.approx((0.4 * 30 + 0.1 * 30) / 60)
    assert (day.sell_min, day.sell_max) == (-0.05, 0.1)
    assert day.sell_mean == pytest.approx(0.025)


def test_a_day_with_25_hours_has_25_hours() -> None:
    first = datetime(2026, 4, 5, tzinfo=SYDNEY).astimezone(UTC)
    hours = [
        PriceSlot(
            start=first + timedelta(hours=n), end=first + timedelta(hours=n + 1), buy_per_kwh=1.0 if n == 24 else 0.0
        )
        for n in range(26)
    ]
    day = prices(*hours).today(first, SYDNEY)
    assert day is not None
    assert day.buy_mean == pytest.approx(1 / 25)
    assert (day.sell_min, day.sell_mean, day.sell_max) == (None, None, None)


def test_the_whole_day_counts_whatever_the_time_of_day() -> None:
    first = datetime(2026, 1, 15, tzinfo=SYDNEY)
    day = [
        PriceSlot(start=start.astimezone(UTC), end=(start + timedelta(hours=1)).astimezone(UTC), buy_per_kwh=price)
        for start, price in ((first + timedelta(hours=n), 2.4 if n == 0 else 0.0) for n in range(24))
    ]
    hour = timedelta(hours=1)
    before, after = (
        PriceSlot(start=start, end=start + hour, buy_per_kwh=1e9) for start in (day[0].start - hour, day[-1].end)
    )
    now = first.replace(hour=13, minute=37, second=42, microsecond=500_000)
    found = prices(before, *day, after).today(now, SYDNEY)
    assert found is not None
    assert (found.buy_min, found.buy_max) == (0.0, 2.4)
    assert found.buy_mean == pytest.approx(0.1)


def test_a_day_that_begins_twice_begins_the_first_time() -> None:
    # In Havana the clock goes from 01:00 back to 00:00 on 1 November 2026.
    first = datetime(2026, 11, 1, tzinfo=HAVANA).astimezone(UTC)
    hour = timedelta(hours=1)
    known = prices(
        PriceSlot(start=first - hour, end=first, buy_per_kwh=9.0),
        PriceSlot(start=first, end=first + hour, buy_per_kwh=1.0),
        PriceSlot(start=first + hour, end=first + 25 * hour, buy_per_kwh=0.0),
    )
    for now in (first + hour / 2, first + 3 * hour / 2, first + 12 * hour):
        day = known.today(now, HAVANA)
        assert day is not None
        assert day.buy_mean == pytest.approx(1 / 25)


def test_a_day_of_which_nothing_is_known_has_no_prices() -> None:
    assert prices(slot(0, 5)).today(START + timedelta(days=2), UTC) is None


def test_where_slots_overlap_the_shortest_counts_and_the_rest_of_the_longer_stays() -> None:
    found = without_overlap([slot(0, 30, 0.3), slot(10, 5, 0.1)])
    assert [(each.start, each.buy_per_kwh) for each in found] == [
        (START, 0.3),
        (START + 10 * MINUTE, 0.1),
        (START + 15 * MINUTE, 0.3),
    ]
    assert covered(found) == covered([slot(0, 30)])


def test_of_two_slots_for_the_same_time_the_latest_given_counts() -> None:
    assert without_overlap([slot(0, 5, 0.1), slot(0, 5, 0.2)]) == (slot(0, 5, 0.2),)


def test_new_prices_win_over_old_ones_and_old_ones_fill_what_is_left() -> None:
    found = merged([slot(0, 30, 0.3), slot(30, 30, 0.4)], [slot(10, 30, 0.1)])
    assert [(each.start, each.end, each.buy_per_kwh) for each in found] == [
        (START, START + 10 * MINUTE, 0.3),
        (START + 10 * MINUTE, START + 40 * MINUTE, 0.1),
        (START + 40 * MINUTE, START + 60 * MINUTE, 0.4),
    ]


@given(slot_lists(overlapping=True))
def test_nothing_overlaps_and_nothing_is_lost(slots: tuple[PriceSlot, ...]) -> None:
    found = without_overlap(slots)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert covered(found) == covered(slots)
    assert all(each.end > each.start for each in found)


@given(slot_lists(), slot_lists())
def test_a_merge_covers_what_either_covered_and_changes_no_new_price(
    old: tuple[PriceSlot, ...], new: tuple[PriceSlot, ...]
) -> None:
    found = merged(old, new)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert covered(found) == covered(old) | covered(new)
    assert set(new) <= set(found)


@given(slot_lists(), st.sampled_from([5, 7, 30, 60]), st.integers(-60, 60), st.integers(0, 900))
def test_resampling_leaves_no_gap_no_overlap_and_the_same_cost(
    slots: tuple[PriceSlot, ...], step_min: int, first_min: int, minutes: int
) -> None:
    start, end = START + first_min * MINUTE, START + (first_min + minutes) * MINUTE
    found = resample(slots, step_min * MINUTE, start, end)
    inside = [each for each in covered(slots) if start <= each < end]
    assert covered(found) == set(inside)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(each.duration <= step_min * MINUTE for each in found)
    assert all(
        (each.start - start) // (step_min * MINUTE) == (each.end - start - timedelta.resolution) // (step_min * MINUTE)
        for each in found
    )
    known = prices(*slots)
    expected = [known.at(each) for each in inside]
    assert cost(found) == pytest.approx(sum(each.buy_per_kwh for each in expected if each), abs=1e-9)
    assert income(found) == pytest.approx(sum(each.sell_per_kwh or 0 for each in expected if each), abs=1e-9)


def test_at_the_edge_of_a_gap_the_rest_of_a_step_is_one_slot() -> None:
    found = resample([slot(2, 3, 0.1), slot(5, 15, 0.4)], 10 * MINUTE, START, START + 20 * MINUTE)
    assert [(each.start, each.end) for each in found] == [
        (START + 2 * MINUTE, START + 10 * MINUTE),
        (START + 10 * MINUTE, START + 20 * MINUTE),
    ]
    assert found[0].buy_per_kwh == pytest.approx((0.1 * 3 + 0.4 * 5) / 8)


@given(slot_lists())
def test_resampling_to_the_resolution_that_is_there_changes_nothing(slots: tuple[PriceSlot, ...]) -> None:
    fine = resample(slots, MINUTE, START - 60 * MINUTE, START + 2000 * MINUTE)
    assert cost(fine) == pytest.approx(cost(slots), abs=1e-9)
    assert resample(fine, MINUTE, START - 60 * MINUTE, START + 2000 * MINUTE) == fine


def test_a_joined_slot_keeps_the_most_remarkable_marks() -> None:
    calm = slot(0, 5, 0.1, spike=SpikeStatus.NONE, level=PriceLevel.LOW, renewables=80.0, demand_window=False)
    wild = slot(
        5,
        5,
        9.0,
        spike=SpikeStatus.SPIKE,
        level=PriceLevel.SPIKE,
        renewables=20.0,
        demand_window=True,
        estimate=True,
        forecast=True,
    )
    (joined,) = resample([calm, wild], 10 * MINUTE, START, START + 10 * MINUTE)
    assert (joined.spike, joined.level, joined.demand_window) == (SpikeStatus.SPIKE, PriceLevel.SPIKE, True)
    assert (joined.estimate, joined.forecast, joined.renewables) == (True, True, 50.0)
    assert joined.sell_per_kwh is None


def test_a_joined_slot_has_the_mean_bounds_of_its_forecasts() -> None:
    low = {"buy_low_per_kwh": 0.1, "buy_high_per_kwh": 0.2, "sell_low_per_kwh": 0.3, "sell_high_per_kwh": 0.4}
    high = {"buy_low_per_kwh": 0.5, "buy_high_per_kwh": 0.6, "sell_low_per_kwh": 0.7, "sell_high_per_kwh": 0.8}
    (joined,) = resample([slot(0, 15, **low), slot(15, 5, **high)], 20 * MINUTE, START, START + 20 * MINUTE)
    for field, value in low.items():
        assert getattr(joined, field) == pytest.approx(value + 0.1)
    (joined,) = resample([slot(0, 15, **low), slot(15, 5)], 20 * MINUTE, START, START + 20 * MINUTE)
    assert {getattr(joined, field) for field in low} == {None}


def test_a_joined_slot_is_as_dear_as_its_dearest_part() -> None:
    parts = [slot(0, 5, level=PriceLevel.VERY_LOW), slot(5, 5, level=PriceLevel.HIGH), slot(10, 5)]
    (joined,) = resample(parts, 15 * MINUTE, START, START + 15 * MINUTE)
    assert joined.level is PriceLevel.HIGH


def test_a_joined_slot_without_marks_has_none() -> None:
    (joined,) = resample([slot(0, 5), slot(5, 5)], 10 * MINUTE, START, START + 10 * MINUTE)
    assert joined == slot(0, 10)
