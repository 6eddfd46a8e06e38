"""Arrays that people describe, and the questions that a forecast answers."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.model.solar import PvArray, SolarForecast, SolarSlot, new_array
from custom_components.sigenstor_panel.model.validation import InvalidInputError
from tests.english import says

BRISBANE = ZoneInfo("Australia/Brisbane")
ADELAIDE = ZoneInfo("Australia/Adelaide")
MIDNIGHT = datetime(2026, 1, 14, 14, tzinfo=UTC)
NORTH = {"name": "North", "peak_kw": 6.6, "azimuth": 0, "tilt": 22, "year_installed": 2021}


def steady(power_w: float = 1000, *, hours: int = 48, start: datetime = MIDNIGHT, step_min: int = 15) -> SolarForecast:
    step = timedelta(minutes=step_min)
    count = hours * 60 // step_min
    slots = [SolarSlot(start=start + step * i, end=start + step * (i + 1), power_w=power_w) for i in range(count)]
    return SolarForecast(slots=tuple(slots), fetched_at=start, source="test")


def test_an_array_is_taken_as_described() -> None:
    assert new_array(NORTH | {"name": " North "}) == PvArray(
        name="North", peak_kw=6.6, azimuth=0, tilt=22, year_installed=2021
    )


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("peak_kw", 0, "from 0.1 to 1000 kW"),
        ("peak_kw", -5, "from 0.1 to 1000 kW"),
        ("peak_kw", 6600, "from 0.1 to 1000 kW"),
        ("peak_kw", float("nan"), "from 0.1 to 1000 kW"),
        ("azimuth", 400, "from 0 to 360°"),
        ("azimuth", -90, "from 0 to 360°"),
        ("azimuth", "north", "from 0 to 360°"),
        ("tilt", 91, "from 0 to 90°"),
        ("year_installed", 1969, "from 1990 to"),
        ("year_installed", 2020.5, "a whole number"),
        ("year_installed", 2999, "from 1990 to"),
        ("name", "", "a name"),
    ],
)
def test_an_array_that_cannot_be_is_refused_with_the_field_named(field: str, value: Any, allowed: str) -> None:
    with pytest.raises(InvalidInputError, check=says(f"{field} must be {allowed}")) as refused:
        new_array(NORTH | {field: value})
    assert refused.value.field == field


@pytest.mark.parametrize("field", NORTH)
def test_an_array_with_a_field_left_out_is_refused(field: str) -> None:
    with pytest.raises(InvalidInputError, check=says(f"{field} must be given")):
        new_array({name: value for name, value in NORTH.items() if name != field})


def test_a_forecast_with_an_overlap_is_refused() -> None:
    slots = steady().slots
    for wrong in ((slots[1], slots[0]), (slots[0], slots[0])):
        with pytest.raises(ValueError, match="<"):
            SolarForecast(slots=wrong, fetched_at=MIDNIGHT, source="test")


def test_what_lies_in_a_gap_is_not_known_and_no_sum_counts_it_as_nothing() -> None:
    slots = steady().slots
    forecast = SolarForecast(slots=(slots[0], slots[2]), fetched_at=MIDNIGHT, source="test")
    assert forecast.power_at(slots[1].start) is None
    assert forecast.energy_kwh(slots[0].start, slots[2].end) is None
    assert forecast.energy_kwh(slots[2].start, slots[2].end) is not None


def test_the_power_now_is_that_of_its_slot_and_unknown_outside_the_forecast() -> None:
    forecast = steady()
    assert forecast.power_at(MIDNIGHT) == 1000
    assert forecast.power_at(MIDNIGHT + timedelta(hours=47, minutes=59)) == 1000
    assert forecast.power_at(MIDNIGHT - timedelta(seconds=1)) is None
    assert forecast.power_at(MIDNIGHT + timedelta(hours=48)) is None
    assert SolarForecast(slots=(), fetched_at=MIDNIGHT, source="test").power_at(MIDNIGHT) is None


@given(st.integers(0, 48 * 3600), st.integers(0, 48 * 3600))
def test_the_energy_of_any_span_is_its_length_times_a_steady_power(first: int, second: int) -> None:
    start, end = (MIDNIGHT + timedelta(seconds=seconds) for seconds in sorted((first, second)))
    assert steady(2000).energy_kwh(start, end) == pytest.approx(2 * (end - start).total_seconds() / 3600)


def test_days_are_local_days() -> None:
    forecast = steady()
    noon = MIDNIGHT + timedelta(hours=12)
    assert forecast.today(noon, BRISBANE) == pytest.approx(24)
    assert forecast.remaining(noon, BRISBANE) == pytest.approx(12)
    assert forecast.tomorrow(noon, BRISBANE) == pytest.approx(24)
    assert forecast.next_hour(noon) == pytest.approx(1)


def test_a_day_that_the_forecast_does_not_cover_is_unknown_rather_than_small() -> None:
    forecast = steady(hours=36)
    noon = MIDNIGHT + timedelta(hours=12)
    assert forecast.today(noon, BRISBANE) == pytest.approx(24)
    assert forecast.tomorrow(noon, BRISBANE) is None
    assert forecast.today(noon, ADELAIDE) is None
    assert steady(start=noon).today(noon, BRISBANE) is None


def test_the_day_on_which_clocks_go_back_has_25_hours() -> None:
    forecast = steady(start=datetime(2026, 4, 4, tzinfo=UTC), hours=72)
    assert forecast.today(datetime(2026, 4, 5, 2, tzinfo=UTC), ADELAIDE) == pytest.approx(25)


@pytest.mark.parametrize("step_min", [5, 15, 30])
def test_the_energies_by_hour_are_those_of_the_slots(step_min: int) -> None:
    energies_wh = steady(600, hours=24, step_min=step_min).watt_hours_by_hour(BRISBANE)
    assert list(energies_wh) == [MIDNIGHT + timedelta(hours=hour) for hour in range(24)]
    assert list(energies_wh.values()) == pytest.approx([600] * 24)


def test_hours_are_those_of_the_clock() -> None:
    energies_wh = steady(600, hours=24, step_min=15).watt_hours_by_hour(ADELAIDE)
    assert {hour.astimezone(ADELAIDE).minute for hour in energies_wh} == {0}
    assert list(energies_wh.values()) == pytest.approx([300, *[600] * 23, 300])
