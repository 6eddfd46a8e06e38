"""The sky: the sun where it is, clouds that a seed fixes."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st
import pytest

from simulator.sun import sun_position
from simulator.weather import Sky

SKY = Sky(1, -27.47, 153.03)
JANUARY = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
TIMES = st.floats(JANUARY, JANUARY + 366 * 86_400)


# Reference elevations and azimuths: NOAA solar calculator's algorithm, rounded to a degree.
@pytest.mark.parametrize(
    ("moment", "latitude", "longitude", "elevation", "azimuth"),
    [
        (datetime(2026, 3, 20, 12, 7, tzinfo=UTC), 0.0, 0.0, 90, None),
        (datetime(2026, 6, 21, 12, 2, tzinfo=UTC), 51.48, 0.0, 62, 180),
        (datetime(2026, 12, 21, 11, 58, tzinfo=UTC), 51.48, 0.0, 15, 180),
        (datetime(2026, 6, 21, 1, 50, tzinfo=UTC), -27.47, 153.03, 39, 0),
        (datetime(2026, 12, 21, 18, 45, tzinfo=UTC), -27.47, 153.03, -1, 117),
    ],
)
def test_the_sun_stands_where_an_almanac_has_it(
    moment: datetime, latitude: float, longitude: float, elevation: float, azimuth: float | None
) -> None:
    sun = sun_position(moment.timestamp(), latitude, longitude)
    assert sun.elevation == pytest.approx(elevation, abs=1.2)
    if azimuth is not None:
        assert (sun.azimuth - azimuth + 180) % 360 - 180 == pytest.approx(0, abs=2)


@given(TIMES, st.integers(0, 1000), st.floats(-65, 65), st.floats(-180, 180))
def test_weather_is_always_plausible(time_s: float, seed: int, latitude: float, longitude: float) -> None:
    weather = Sky(seed, latitude, longitude).at(time_s)
    assert 0 <= weather.cloud_cover <= 1
    assert -45 < weather.temperature_c < 50
    assert 0 <= weather.wind_m_s < 10
    assert 0 <= weather.diffuse_w_m2 <= weather.global_w_m2 <= 1100
    assert 0 <= weather.direct_normal_w_m2 <= 1361
    assert 0 <= weather.on_plane_w_m2(22, 0) <= 1500
    if weather.sun.elevation <= 0:
        assert weather.global_w_m2 == 0


@given(TIMES)
def test_a_level_plane_gets_what_the_ground_gets(time_s: float) -> None:
    weather = SKY.at(time_s)
    if weather.sun.elevation > 5:
        assert weather.on_plane_w_m2(0, 0) == pytest.approx(weather.global_w_m2, rel=0.01)


@given(TIMES)
def test_the_sky_does_not_jump_within_ten_seconds(time_s: float) -> None:
    assert abs(SKY.at(time_s).cloud_cover - SKY.at(time_s + 10).cloud_cover) < 0.05
    assert abs(SKY.at(time_s).temperature_c - SKY.at(time_s + 10).temperature_c) < 0.2


@given(TIMES)
def test_the_same_seed_and_moment_give_the_same_sky_in_any_order(time_s: float) -> None:
    later = SKY.at(time_s + 86_400)
    assert SKY.at(time_s) == Sky(1, -27.47, 153.03).at(time_s)
    assert SKY.at(time_s + 86_400) == later


def test_there_are_blue_days_and_grey_days() -> None:
    cover = [SKY.at(JANUARY + hour * 3600).cloud_cover for hour in range(24 * 90)]
    days = [sum(cover[day * 24 : day * 24 + 24]) / 24 for day in range(90)]
    assert min(days) < 0.15
    assert max(days) > 0.85


def test_clouds_take_sunlight_away() -> None:
    noon = datetime(2026, 1, 10, 2, tzinfo=UTC).timestamp()
    assert SKY.at(noon, cloud_cover=1.0).global_w_m2 < 0.4 * SKY.at(noon, cloud_cover=0.0).global_w_m2
