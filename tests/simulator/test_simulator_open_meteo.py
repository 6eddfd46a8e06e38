"""The stand-in for Open-Meteo: the same sky as the plant's, told the way the service tells it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from aiohttp import ClientSession
import pytest

from simulator import Simulator
from simulator.__main__ import parse_arguments
from simulator.plant import PV_AZIMUTH, PV_TILT

type Ask = Callable[..., Awaitable[tuple[int, Any]]]

RADIATION = "global_tilted_irradiance,shortwave_radiation,direct_radiation,diffuse_radiation,direct_normal_irradiance"
QUERY = {
    "latitude": "-27.47",
    "longitude": "153.03",
    "tilt": f"{PV_TILT:g}",
    "azimuth": f"{PV_AZIMUTH - 180:g}",
    "hourly": f"{RADIATION},cloud_cover,temperature_2m,wind_speed_10m",
    "wind_speed_unit": "ms",
    "timeformat": "unixtime",
    "forecast_days": "3",
    "past_days": "1",
}


@pytest.fixture
async def simulator(socket_enabled: None, build: Callable[..., Simulator]) -> AsyncIterator[Simulator]:
    """A plant at noon under a clear sky, with its weather service."""
    async with build(open_meteo_port=0) as simulator:
        yield simulator


@pytest.fixture
async def ask(simulator: Simulator) -> AsyncIterator[Ask]:
    """Ask for a forecast with some parameters changed; None leaves one out."""
    async with ClientSession() as session:

        async def _ask(**changes: str | None) -> tuple[int, Any]:
            query = {name: value for name, value in (QUERY | changes).items() if value is not None}
            async with session.get(f"{simulator.open_meteo_url}/v1/forecast", params=query) as response:
                return response.status, await response.json(content_type=None)

        yield _ask


async def test_hours_run_from_utc_midnight_yesterday_for_as_many_days_as_were_asked_for(ask: Ask) -> None:
    status, body = await ask()
    assert status == 200
    times = body["hourly"]["time"]
    assert times[0] == datetime(2026, 1, 9, tzinfo=UTC).timestamp()
    assert len(times) == 4 * 24
    assert all(after - before == 3600 for before, after in pairwise(times))
    assert all(len(values) == len(times) for values in body["hourly"].values())


async def test_radiation_is_the_mean_of_the_hour_before_its_label(ask: Ask, simulator: Simulator) -> None:
    _, body = await ask()
    sky = simulator.plant.sky
    for label, tilted in zip(body["hourly"]["time"], body["hourly"]["global_tilted_irradiance"], strict=True):
        samples = [sky.at(label - second).on_plane_w_m2(PV_TILT, PV_AZIMUTH) for second in range(30, 3600, 60)]
        assert tilted == pytest.approx(sum(samples) / 60, abs=12)


async def test_clouds_and_temperature_are_those_of_the_moment(ask: Ask, simulator: Simulator) -> None:
    _, body = await ask()
    hourly = body["hourly"]
    for index, label in enumerate(hourly["time"]):
        weather = simulator.plant.sky.at(label)
        assert hourly["cloud_cover"][index] == pytest.approx(100 * weather.cloud_cover, abs=0.06)
        assert hourly["temperature_2m"][index] == pytest.approx(weather.temperature_c, abs=0.06)
        assert hourly["wind_speed_10m"][index] == pytest.approx(weather.wind_m_s, abs=0.06)


async def test_radiation_dips_a_little_below_zero_at_night(ask: Ask) -> None:
    _, body = await ask()
    values = body["hourly"]["global_tilted_irradiance"]
    assert -2 < min(values) < 0
    assert max(values) > 300


async def test_azimuth_zero_is_south_there(ask: Ask) -> None:
    _, north = await ask(azimuth="-180", tilt="40", latitude="-27.47")
    _, south = await ask(azimuth="0", tilt="40", latitude="-27.47")
    _, east = await ask(azimuth="-90", tilt="40")
    assert sum(south["hourly"]["global_tilted_irradiance"]) != sum(north["hourly"]["global_tilted_irradiance"])
    # 08:00 in Brisbane is 22:00 UTC the day before.
    morning = north["hourly"]["time"].index(datetime(2026, 1, 9, 22, tzinfo=UTC).timestamp())
    assert east["hourly"]["global_tilted_irradiance"][morning] > north["hourly"]["global_tilted_irradiance"][morning]
    assert north["hourly"]["shortwave_radiation"] == south["hourly"]["shortwave_radiation"]


async def test_a_sky_that_was_set_is_forecast(ask: Ask, simulator: Simulator) -> None:
    simulator.set(cloud_cover=1.0, ambient_temperature_c=31)
    _, body = await ask()
    assert set(body["hourly"]["cloud_cover"]) == {100.0}
    assert set(body["hourly"]["temperature_2m"]) == {31.0}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"latitude": "95"}, "Latitude must be in range"),
        ({"longitude": "-181"}, "Longitude must be in range"),
        ({"latitude": None}, "'latitude' is required"),
        ({"latitude": "north"}, "required for key 'latitude'"),
        ({"latitude": "nan"}, "Latitude must be in range"),
        ({"tilt": "91"}, "Tilt must be"),
        ({"azimuth": "220"}, "Azimuth must be"),
        ({"forecast_days": "17"}, "'forecast_days' is out of allowed range"),
        ({"past_days": "93"}, "'past_days' is out of allowed range"),
        ({"hourly": "moonlight"}, "invalid String value moonlight"),
    ],
)
async def test_a_wrong_request_is_refused_with_a_reason(ask: Ask, changes: dict[str, str | None], reason: str) -> None:
    status, body = await ask(**changes)
    assert status == 400
    assert body["error"] is True
    assert reason in body["reason"]


async def test_outages_come_and_go(ask: Ask, simulator: Simulator) -> None:
    simulator.set(quirks={"open_meteo_outage": "http_429"})
    assert (await ask())[0] == 429
    simulator.set(quirks={"open_meteo_outage": "no_radiation"})
    status, body = await ask()
    assert status == 200
    assert set(body["hourly"]["global_tilted_irradiance"]) == {None}
    assert None not in body["hourly"]["cloud_cover"]
    simulator.set(quirks={"open_meteo_outage": None})
    assert (await ask())[0] == 200


def test_no_weather_service_is_served_unless_asked_for(build: Callable[..., Simulator]) -> None:
    assert build().open_meteo_port is None
    assert build().open_meteo_url is None
    assert parse_arguments([]).open_meteo_port is None
    assert parse_arguments(["--open-meteo-port", "5023"]).open_meteo_port == 5023


def test_an_outage_that_does_not_exist_is_refused(build: Callable[..., Simulator]) -> None:
    with pytest.raises(ValueError, match="open_meteo_outage must be none, http_401"):
        build().set(quirks={"open_meteo_outage": "earthquake"})
