"""Tariffs entered by hand: bands, days, clocks that change, and input that is refused."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.model.prices import PriceSlot
from custom_components.sigenstor_panel.model.validation import InvalidInputError
from custom_components.sigenstor_panel.price_sources.tariff import Tariff, parse_tariff
from tests.english import says

SYDNEY = ZoneInfo("Australia/Sydney")
TIME_OF_USE = {
    "buy": {
        "flat_per_kwh": 0.25,
        "bands": [
            {"per_kwh": 0.55, "start": "15:00", "end": "21:00", "days": ["mon", "tue", "wed", "thu", "fri"]},
            {"per_kwh": 0.12, "start": "22:30", "end": "06:00"},
        ],
    },
    "sell": {"flat_per_kwh": 0.04, "bands": [{"per_kwh": 0.15, "start": "17:10", "end": "20:00"}]},
}


def at(tariff: Tariff, local: datetime) -> tuple[float, float | None]:
    slots = tariff.slots(local, local + timedelta(minutes=1), SYDNEY)
    return slots[0].buy_per_kwh, slots[0].sell_per_kwh


@pytest.mark.parametrize(
    ("day", "hour", "minute", "expected"),
    [
        (9, 14, 59, (0.25, 0.04)),  # a Monday
        (9, 15, 0, (0.55, 0.04)),
        (9, 17, 10, (0.55, 0.15)),
        (9, 21, 0, (0.25, 0.04)),
        (9, 22, 30, (0.12, 0.04)),
        (10, 5, 59, (0.12, 0.04)),
        (10, 6, 0, (0.25, 0.04)),
        (14, 15, 0, (0.25, 0.04)),  # a Saturday
    ],
)
def test_the_band_that_covers_the_time_counts(day: int, hour: int, minute: int, expected: tuple[float, float]) -> None:
    assert at(parse_tariff(TIME_OF_USE), datetime(2026, 3, day, hour, minute, tzinfo=SYDNEY)) == expected


def test_a_band_across_midnight_belongs_to_the_day_it_starts_on() -> None:
    tariff = parse_tariff(
        {"buy": {"flat_per_kwh": 0.3, "bands": [{"per_kwh": 0.1, "start": "23:00", "end": "01:00", "days": ["sun"]}]}}
    )
    assert at(tariff, datetime(2026, 3, 9, 0, 30, tzinfo=SYDNEY)) == (0.1, None)
    assert at(tariff, datetime(2026, 3, 8, 0, 30, tzinfo=SYDNEY)) == (0.3, None)
    assert at(tariff, datetime(2026, 3, 9, 23, 30, tzinfo=SYDNEY)) == (0.3, None)


def test_a_band_that_ends_when_it_starts_is_all_day() -> None:
    tariff = parse_tariff(
        {"buy": {"flat_per_kwh": 0.3, "bands": [{"per_kwh": 0.2, "start": "00:00", "end": "00:00", "days": ["sat"]}]}}
    )
    assert at(tariff, datetime(2026, 3, 14, 23, 59, tzinfo=SYDNEY)) == (0.2, None)
    assert at(tariff, datetime(2026, 3, 15, 0, 0, tzinfo=SYDNEY)) == (0.3, None)


@pytest.mark.parametrize(
    ("day", "hours", "cheap_hours"),
    [
        (datetime(2026, 4, 5, tzinfo=SYDNEY), 25, 3),  # 02:00 to 03:00 comes twice
        (datetime(2026, 10, 4, tzinfo=SYDNEY), 23, 1),  # and here not at all
        (datetime(2026, 6, 1, tzinfo=SYDNEY), 24, 2),
    ],
)
def test_a_band_follows_the_clock_on_the_wall_when_it_changes(day: datetime, hours: int, cheap_hours: int) -> None:
    tariff = parse_tariff({"buy": {"flat_per_kwh": 0.3, "bands": [{"per_kwh": 0.1, "start": "01:00", "end": "03:00"}]}})
    slots = tariff.slots(day, day + timedelta(days=1), SYDNEY)
    hour = timedelta(hours=1)
    assert sum((slot.duration for slot in slots), timedelta()) == hours * hour
    assert sum((slot.duration for slot in slots if slot.buy_per_kwh == 0.1), timedelta()) == cheap_hours * hour


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    st.integers(1, 72 * 60),
    st.sampled_from(["Australia/Sydney", "Australia/Adelaide", "Australia/Lord_Howe", "Europe/London"]),
)
def test_slots_have_no_gap_and_at_any_moment_the_price_of_the_wall_clock(
    since: datetime, minutes: int, zone_name: str
) -> None:
    zone = ZoneInfo(zone_name)
    tariff = parse_tariff(TIME_OF_USE)
    slots = tariff.slots(since, since + timedelta(minutes=minutes), zone)
    assert slots[0].start == since
    assert slots[-1].end == since + timedelta(minutes=minutes)
    assert all(before.end == after.start for before, after in pairwise(slots))
    for slot in slots:
        assert slot.duration <= timedelta(minutes=30)
        last = (slot.end - timedelta.resolution).astimezone(zone)
        assert tariff.buy.at(last) == slot.buy_per_kwh
        assert tariff.sell is not None
        assert tariff.sell.at(last) == slot.sell_per_kwh


def test_a_flat_tariff_is_the_same_at_all_times() -> None:
    since = datetime(2026, 3, 9, tzinfo=UTC)
    slots = parse_tariff({"buy": {"flat_per_kwh": 0.31}, "sell": None}).slots(
        since, since + timedelta(hours=48), SYDNEY
    )
    assert len(slots) == 96
    assert slots[0] == PriceSlot(start=since, end=since + timedelta(minutes=30), buy_per_kwh=0.31)
    assert {(slot.buy_per_kwh, slot.sell_per_kwh, slot.forecast) for slot in slots} == {(0.31, None, False)}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "buy must be given"),
        ({"buy": 0.3}, "buy must be an object"),
        ({"buy": {}}, r"buy\.flat_per_kwh must be from"),
        ({"buy": {"flat_per_kwh": float("nan")}}, r"buy\.flat_per_kwh must be from"),
        ({"buy": {"flat_per_kwh": True}}, r"buy\.flat_per_kwh must be from"),
        ({"buy": {"flat_per_kwh": 0.3}, "sell": {"flat_per_kwh": "4"}}, r"sell\.flat_per_kwh must be from"),
        ({"buy": {"flat_per_kwh": 0.3, "bands": 1}}, r"buy\.bands must be a list"),
        ({"buy": {"flat_per_kwh": 0.3, "bands": [1]}}, r"buy\.bands\[0\] must be an object"),
    ],
)
def test_a_bad_tariff_is_refused_with_the_field_named(data: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidInputError, check=says(sentence)):
        parse_tariff(data)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"start": "25:00"}, "start"),
        ({"end": None}, "end"),
        ({"days": []}, "days"),
        ({"days": ["someday"]}, "days"),
        ({"days": [[]]}, "days"),
        ({"per_kwh": None}, "per_kwh"),
    ],
)
def test_a_bad_band_is_refused_with_the_field_named(change: dict[str, Any], field: str) -> None:
    band = {"per_kwh": 0.1, "start": "01:00", "end": "03:00", **change}
    with pytest.raises(InvalidInputError) as refused:
        parse_tariff({"buy": {"flat_per_kwh": 0.3, "bands": [band]}})
    assert refused.value.field == f"buy.bands[0].{field}"
