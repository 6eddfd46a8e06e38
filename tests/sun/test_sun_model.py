"""The PV model: against the sun's geometry, a case computed by hand, and the arithmetic of slots."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from astral import Observer
from astral.sun import azimuth as astral_azimuth, elevation as astral_elevation
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.sigenstor_panel.model.solar import PvArray, WeatherHour
from custom_components.sigenstor_panel.optimiser.sun.forecast import (
    PowerSlot,
    PvCorrection,
    array_power_w,
    forecast_slots,
    slots_of_energy,
    sun_position,
)

BRISBANE = {"latitude": -27.47, "longitude": 153.03}
WINTER = datetime(2026, 6, 20, 14, tzinfo=UTC)
"""Midnight in Brisbane before the shortest day."""
SUMMER = datetime(2026, 1, 14, 14, tzinfo=UTC)
NORTH = PvArray(name="North", peak_kw=6.6, azimuth=0, tilt=22, year_installed=2026)
HOUR = timedelta(hours=1)

STEPS = st.sampled_from([5, 15, 30])
RADIATION = st.one_of(st.none(), st.just(0.0), st.floats(0, 1400))


def a_day(start: datetime, **values: float | None) -> list[WeatherHour]:
    return [WeatherHour(start=start + HOUR * hour, **values) for hour in range(24)]


def energy_kwh(slots: tuple[PowerSlot, ...]) -> float:
    return sum(slot.power_w * (slot.end - slot.start).total_seconds() for slot in slots) / 3.6e6


@settings(deadline=None)
@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),
    st.floats(-66, 66),
    st.floats(-180, 180),
)
def test_the_sun_stands_where_another_almanac_has_it(moment: datetime, latitude: float, longitude: float) -> None:
    sun = sun_position(moment, latitude, longitude)
    observer = Observer(latitude, longitude)
    assert sun.elevation == pytest.approx(astral_elevation(observer, moment, with_refraction=False), abs=0.8)
    if abs(sun.elevation) < 80:
        difference = sun.azimuth - astral_azimuth(observer, moment)
        assert (difference + 180) % 360 - 180 == pytest.approx(0, abs=4)


def test_the_power_of_an_array_is_what_a_hand_computes() -> None:
    # Cell: 25 + 0.0342 × 800 = 52.36 °C, so 1 − 0.004 × 27.36 = 0.89056.
    # 6600 W × 0.8 × 0.89056 × 0.96 × 0.98³ = 4248.61 W.
    power_w = array_power_w(peak_kw=6.6, irradiance_w_m2=800, temperature_c=25, years=3)
    assert power_w == pytest.approx(4248.61, abs=0.01)


def test_cold_cells_give_more_than_their_rating_and_an_array_of_the_future_does_not() -> None:
    cold_w = array_power_w(peak_kw=1, irradiance_w_m2=1000, temperature_c=-20, years=0)
    assert cold_w == pytest.approx(1000 * (1 - 0.004 * (34.2 - 45)) * 0.96)
    assert array_power_w(peak_kw=1, irradiance_w_m2=1000, temperature_c=-20, years=-4) == cold_w


@pytest.mark.parametrize("irradiance_w_m2", [0, -3])
def test_no_light_gives_no_power(irradiance_w_m2: float) -> None:
    assert array_power_w(peak_kw=5, irradiance_w_m2=irradiance_w_m2, temperature_c=10, years=1) == 0


def test_panels_to_the_north_beat_panels_to_the_south_in_a_brisbane_winter() -> None:
    hours = a_day(WINTER, cloud_cover=10.0, temperature_c=15.0)
    north = energy_kwh(forecast_slots([(NORTH, hours)], **BRISBANE, step_min=15))
    south = energy_kwh(forecast_slots([(replace(NORTH, azimuth=180), hours)], **BRISBANE, step_min=15))
    assert north > 1.4 * south > 0


@pytest.mark.parametrize("midnight", [WINTER, SUMMER])
@pytest.mark.parametrize("cloud_cover", [0.0, 60.0, 100.0])
def test_nothing_comes_at_night(midnight: datetime, cloud_cover: float) -> None:
    slots = forecast_slots([(NORTH, a_day(midnight, cloud_cover=cloud_cover))], **BRISBANE, step_min=5)
    for slot in slots:
        elevations = [sun_position(moment, **BRISBANE).elevation for moment in (slot.start, slot.end)]
        if max(elevations) < 0:
            assert slot.power_w == 0
        elif min(elevations) > 1:
            assert slot.power_w > 0


def test_the_morning_belongs_to_panels_that_face_east() -> None:
    hours = a_day(SUMMER, cloud_cover=0.0, temperature_c=25.0)
    east, west = (
        forecast_slots([(replace(NORTH, azimuth=azimuth), hours)], **BRISBANE, step_min=30) for azimuth in (90, 270)
    )
    at_eight = 8 * 2
    assert east[at_eight].power_w > 1.5 * west[at_eight].power_w


def test_the_hour_of_sunrise_is_not_spread_in_a_straight_line() -> None:
    # The sun rises at about 06:38 in Brisbane on the shortest day.
    hour = WeatherHour(start=WINTER + 6 * HOUR, tilted_w_m2=20.0, cloud_cover=0.0, temperature_c=10.0)
    slots = forecast_slots([(NORTH, [hour])], **BRISBANE, step_min=5)
    assert [slot.power_w for slot in slots[:7]] == [0] * 7
    assert slots[-1].power_w > 2 * slots[9].power_w > 0


def test_cloud_cover_stands_in_where_radiation_is_missing() -> None:
    clear, grey = (
        energy_kwh(forecast_slots([(NORTH, a_day(SUMMER, cloud_cover=cover))], **BRISBANE, step_min=30))
        for cover in (0.0, 100.0)
    )
    assert 30 < clear < 50
    assert 0.2 * clear < grey < 0.4 * clear


def test_level_radiation_is_tilted_where_tilted_radiation_is_missing() -> None:
    noon = WeatherHour(start=WINTER + 11 * HOUR, shortwave_w_m2=500.0, cloud_cover=0.0, temperature_c=15.0)
    steep = replace(NORTH, tilt=50)
    level_w, steep_w = (
        forecast_slots([(array, [noon])], **BRISBANE, step_min=30)[0].power_w
        for array in (replace(NORTH, tilt=0), steep)
    )
    assert level_w == pytest.approx(6600 * 0.5 * 0.96, rel=0.08)
    assert steep_w > 1.2 * level_w


def test_an_hour_without_weather_is_like_the_one_before() -> None:
    hours = a_day(SUMMER, cloud_cover=100.0, temperature_c=20.0)
    hours[12] = WeatherHour(start=hours[12].start)
    slots = forecast_slots([(NORTH, hours)], **BRISBANE, step_min=30)
    assert {slot.cloud_cover for slot in slots} == {100.0}


def test_the_inverter_cuts_off_what_it_cannot_pass_on() -> None:
    hours = a_day(SUMMER, tilted_w_m2=900.0, cloud_cover=0.0, temperature_c=20.0)
    slots = forecast_slots([(NORTH, hours), (NORTH, hours)], **BRISBANE, step_min=5, inverter_limit_w=5000)
    assert max(slot.power_w for slot in slots) == 5000
    assert max(slot.model_w for slot in slots) == 5000


def test_two_arrays_give_what_each_gives() -> None:
    hours = a_day(SUMMER, tilted_w_m2=300.0, cloud_cover=0.0, temperature_c=20.0)
    east = replace(NORTH, azimuth=90, peak_kw=3.0)
    both = forecast_slots([(NORTH, hours), (east, hours)], **BRISBANE, step_min=15)
    single = [forecast_slots([(array, hours)], **BRISBANE, step_min=15) for array in (NORTH, east)]
    assert [slot.power_w for slot in both] == pytest.approx(
        [a.power_w + b.power_w for a, b in zip(*single, strict=True)]
    )


def test_only_hours_that_every_array_has_are_forecast() -> None:
    hours = a_day(SUMMER, cloud_cover=0.0)
    slots = forecast_slots([(NORTH, hours[:20]), (NORTH, hours[2:])], **BRISBANE, step_min=30)
    assert (slots[0].start, slots[-1].end) == (hours[2].start, hours[20].start)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(RADIATION, st.one_of(st.none(), st.floats(0, 100))), min_size=1, max_size=30),
    STEPS,
    st.integers(0, 360),  # the hours stay within one year of ageing
    st.floats(0, 360),
    st.floats(0, 90),
    st.floats(-66, 66),
    st.floats(-180, 180),
)
def test_slots_have_no_gap_and_no_overlap_and_keep_each_hours_energy(
    weather: list[tuple[float | None, float | None]],
    step_min: int,
    day: int,
    azimuth: float,
    tilt: float,
    latitude: float,
    longitude: float,
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
    hours = [
        WeatherHour(start=start + HOUR * index, tilted_w_m2=tilted, cloud_cover=cover, temperature_c=20.0)
        for index, (tilted, cover) in enumerate(weather)
    ]
    array = PvArray(name="Any", peak_kw=5, azimuth=azimuth, tilt=tilt, year_installed=2026)
    slots = forecast_slots([(array, hours)], latitude=latitude, longitude=longitude, step_min=step_min)
    assert slots[0].start == start
    assert slots[-1].end == start + HOUR * len(hours)
    assert all(before.end == after.start for before, after in pairwise(slots))
    assert all(slot.end - slot.start == timedelta(minutes=step_min) for slot in slots)
    assert all(slot.power_w >= 0 for slot in slots)
    for index, hour in enumerate(hours):
        if hour.tilted_w_m2 is not None:
            expected_w = array_power_w(peak_kw=5, irradiance_w_m2=hour.tilted_w_m2, temperature_c=20, years=0)
            per_hour = 60 // step_min
            of_hour = slots[index * per_hour : (index + 1) * per_hour]
            assert sum(slot.power_w for slot in of_hour) / per_hour == pytest.approx(expected_w, rel=1e-9, abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0, 1200), min_size=1, max_size=24), st.sampled_from([15, 30]))
def test_longer_slots_are_the_means_of_shorter_ones(radiation: list[float], step_min: int) -> None:
    hours = [
        WeatherHour(start=SUMMER + HOUR * index, tilted_w_m2=each, cloud_cover=40.0, temperature_c=20.0)
        for index, each in enumerate(radiation)
    ]
    fine = forecast_slots([(NORTH, hours)], **BRISBANE, step_min=5)
    count = step_min // 5
    coarse = [sum(slot.power_w for slot in fine[i : i + count]) / count for i in range(0, len(fine), count)]
    slots = forecast_slots([(NORTH, hours)], **BRISBANE, step_min=step_min)
    assert [slot.power_w for slot in slots] == pytest.approx(coarse)


@pytest.mark.parametrize("step_min", [0, 7, 25, 120, -5])
def test_slots_that_do_not_divide_an_hour_are_refused(step_min: int) -> None:
    with pytest.raises(ValueError, match=f"^{step_min}$"):
        forecast_slots([(NORTH, a_day(SUMMER, cloud_cover=0.0))], **BRISBANE, step_min=step_min)


def test_no_arrays_and_no_energy_give_no_slots() -> None:
    assert forecast_slots([], **BRISBANE, step_min=15) == ()
    assert slots_of_energy({}, **BRISBANE, step_min=15) == ()


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.integers(0, 47), st.floats(0, 20_000), min_size=1), STEPS)
def test_energies_of_another_forecast_are_kept_and_between_them_only_the_night_is_known(
    energies: dict[int, float], step_min: int
) -> None:
    energy_wh = {SUMMER + HOUR * index: value for index, value in energies.items()}
    slots = slots_of_energy(energy_wh, **BRISBANE, step_min=step_min)
    assert all(before.end <= after.start for before, after in pairwise(slots))
    assert energy_kwh(slots) * 1000 == pytest.approx(sum(energies.values()), rel=1e-9, abs=1e-6)
    known = {slot.start.replace(minute=0) for slot in slots}
    assert known >= set(energy_wh)
    for start in known - set(energy_wh):
        assert sun_position(start + HOUR / 2, BRISBANE["latitude"], BRISBANE["longitude"]).elevation < 12


def test_a_forecast_that_begins_tomorrow_knows_nothing_of_todays_sun_and_all_of_tonight() -> None:
    tomorrow = {SUMMER + HOUR * (24 + hour): 1000.0 for hour in range(6, 19)}
    slots = slots_of_energy(tomorrow, **BRISBANE, step_min=30, since=SUMMER, until=SUMMER + 48 * HOUR)
    known = {(slot.start - SUMMER) // HOUR for slot in slots}
    assert not known & set(range(8, 17))
    assert known >= {0, 1, 2, 3, 20, 21, 22, 23} | set(range(30, 48))


def test_a_hole_at_noon_is_not_known() -> None:
    given_ = {SUMMER + HOUR * hour: 1000.0 for hour in range(5, 19) if hour != 12}
    slots = slots_of_energy(given_, **BRISBANE, step_min=60)
    assert SUMMER + 12 * HOUR not in {slot.start for slot in slots}


def test_weather_without_any_cloud_cover_is_corrected_by_what_was_learned_without_one() -> None:
    correction = PvCorrection()
    for actual_w in (700, 900) * 10:
        correction.learn(1000, actual_w, None, 60)
    hours = a_day(SUMMER, tilted_w_m2=500.0, temperature_c=20.0)
    plain = forecast_slots([(NORTH, hours)], **BRISBANE, step_min=30)
    corrected = forecast_slots([(NORTH, hours)], **BRISBANE, step_min=30, correction=correction)
    assert corrected[24].power_w == pytest.approx(0.8 * plain[24].power_w, rel=0.02)
    assert corrected[24].cloud_cover is None


def test_the_forecast_of_others_is_bounded_by_what_was_learned_and_not_scaled() -> None:
    correction = PvCorrection()
    for actual_w in (700, 900) * 10:
        correction.learn(1000, actual_w, None, 60)
    [slot] = slots_of_energy({SUMMER + 12 * HOUR: 1000.0}, **BRISBANE, step_min=60, correction=correction)[-1:]
    assert (slot.low_w, slot.power_w, slot.high_w) == pytest.approx((700, 1000, 1000))


def test_what_was_learned_scales_the_forecast_and_bounds_it() -> None:
    correction = PvCorrection()
    for actual_w in (700, 900) * 10:
        correction.learn(1000, actual_w, 10, 60)
    hours = a_day(SUMMER, tilted_w_m2=500.0, cloud_cover=10.0, temperature_c=20.0)
    plain = forecast_slots([(NORTH, hours)], **BRISBANE, step_min=30)
    corrected = forecast_slots([(NORTH, hours)], **BRISBANE, step_min=30, correction=correction)
    noon = 24
    assert corrected[noon].power_w == pytest.approx(0.8 * plain[noon].power_w, rel=0.02)
    assert corrected[noon].model_w == plain[noon].power_w
    low_w, high_w = corrected[noon].low_w, corrected[noon].high_w
    assert low_w is not None
    assert high_w is not None
    assert low_w < corrected[noon].power_w < high_w
    dawn = 12
    assert corrected[dawn].power_w == plain[dawn].power_w
