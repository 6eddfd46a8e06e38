"""The Open-Meteo client: what it asks for, what it makes of answers shaped like the real ones, and its errors."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
import json
from typing import Any

from aiohttp import ClientSession, web
import pytest

from custom_components.sigenstor_panel.clients import open_meteo
from custom_components.sigenstor_panel.clients.open_meteo import (
    OpenMeteoClient,
    OpenMeteoOutageError,
    OpenMeteoRateLimitError,
    OpenMeteoRequestError,
)
from custom_components.sigenstor_panel.model.solar import PvArray
from custom_components.sigenstor_panel.optimiser.sun.forecast import forecast_slots
from simulator import Simulator
from simulator.inverter import PV_PEAK_W
from simulator.plant import PV_AZIMUTH, PV_TILT
from tests.english import english, says

BRISBANE = (-27.47, 153.03)
NORTH = PvArray(name="North", peak_kw=6.6, azimuth=0, tilt=22, year_installed=2021)
T0 = 1_768_435_200
"""Midnight UTC on 2026-01-15."""

ANSWER: dict[str, Any] = {
    "latitude": -27.5,
    "longitude": 153.0,
    "generationtime_ms": 0.11,
    "utc_offset_seconds": 0,
    "timezone": "GMT",
    "timezone_abbreviation": "GMT",
    "elevation": 11.0,
    "hourly_units": {"time": "unixtime", "global_tilted_irradiance": "W/m²", "cloud_cover": "%"},
    "hourly": {
        "time": [T0, T0 + 3600, T0 + 7200, T0 + 10_800],
        "global_tilted_irradiance": [640.5, 801.2, -0.6, None],
        "shortwave_radiation": [600.0, 750.0, -0.2, None],
        "cloud_cover": [20, 40, 100, None],
        "temperature_2m": [24.0, 26.0, 27.0, None],
    },
}


class Service:
    """A weather service that answers what a test tells it to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 200
        self.text = json.dumps(ANSWER)
        self.queries: list[dict[str, str]] = []

    def answers(self, **hourly: Any) -> None:
        self.text = json.dumps(ANSWER | {"hourly": ANSWER["hourly"] | hourly})

    async def handle(self, request: web.Request) -> web.Response:
        self.queries.append(dict(request.query))
        return web.Response(status=self.status, text=self.text, content_type="application/json")


@pytest.fixture
async def service(socket_enabled: None) -> AsyncIterator[Service]:
    service = Service()
    app = web.Application()
    app.add_routes([web.get("/v1/forecast", service.handle)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield service
    await runner.cleanup()


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
def client(session: ClientSession, service: Service) -> OpenMeteoClient:
    return OpenMeteoClient(session, base_url=service.url)


async def test_a_label_stands_for_the_hour_before_it(client: OpenMeteoClient) -> None:
    hours = await client.forecast(*BRISBANE, NORTH)
    assert hours[0].start == datetime.fromtimestamp(T0, UTC) - timedelta(hours=1)
    assert hours[0].tilted_w_m2 == 640.5
    assert hours[1].start == datetime.fromtimestamp(T0, UTC)
    assert hours[1].tilted_w_m2 == 801.2
    assert hours[1].shortwave_w_m2 == 750


async def test_values_of_a_moment_become_means_of_the_hour_between_two_moments(client: OpenMeteoClient) -> None:
    hours = await client.forecast(*BRISBANE, NORTH)
    assert [hour.cloud_cover for hour in hours[:3]] == [20, 30, 70]
    assert [hour.temperature_c for hour in hours[:3]] == [24, 25, 26.5]


async def test_small_negative_radiation_is_none_at_all(client: OpenMeteoClient) -> None:
    hour = (await client.forecast(*BRISBANE, NORTH))[2]
    assert (hour.tilted_w_m2, hour.shortwave_w_m2) == (0, 0)


async def test_hours_beyond_what_the_weather_model_knows_are_left_off(
    client: OpenMeteoClient, service: Service
) -> None:
    service.answers(cloud_cover=[20, None, None, None])
    assert len(await client.forecast(*BRISBANE, NORTH)) == 3


async def test_missing_radiation_is_unknown_and_not_zero(client: OpenMeteoClient, service: Service) -> None:
    nothing = [None] * 4
    service.answers(global_tilted_irradiance=nothing, shortwave_radiation=None, cloud_cover=[20, 40, 60, 80])
    hours = await client.forecast(*BRISBANE, NORTH)
    assert len(hours) == 4
    assert {hour.tilted_w_m2 for hour in hours} == {None}
    assert {hour.shortwave_w_m2 for hour in hours} == {None}
    assert hours[3].cloud_cover == 70


async def test_values_that_are_no_numbers_or_cannot_be_are_unknown(client: OpenMeteoClient, service: Service) -> None:
    service.answers(
        global_tilted_irradiance=["640", True, float("nan"), float("inf")], cloud_cover=[10**400, 101, -1, 50]
    )
    hours = await client.forecast(*BRISBANE, NORTH)
    assert {hour.tilted_w_m2 for hour in hours} == {None}
    assert [hour.cloud_cover for hour in hours] == [None, None, None, 50]


@pytest.mark.parametrize(
    ("compass", "asked"), [(0, "-180"), (90, "-90"), (180, "0"), (270, "90"), (360, "180"), (12.5, "-167.5")]
)
async def test_compass_directions_are_turned_into_open_meteos(
    client: OpenMeteoClient, service: Service, compass: float, asked: str
) -> None:
    await client.forecast(*BRISBANE, PvArray(name="Any", peak_kw=5, azimuth=compass, tilt=30, year_installed=2020))
    assert service.queries[0]["azimuth"] == asked
    assert service.queries[0]["tilt"] == "30"


async def test_a_request_asks_for_hourly_values_in_si_units_and_unix_times(
    client: OpenMeteoClient, service: Service
) -> None:
    await client.forecast(*BRISBANE, NORTH, forecast_days=2, past_days=0)
    (query,) = service.queries
    assert (query["latitude"], query["longitude"]) == ("-27.4700", "153.0300")
    assert query["timeformat"] == "unixtime"
    assert (query["forecast_days"], query["past_days"]) == ("2", "0")
    assert set(query["hourly"].split(",")) == set(ANSWER["hourly"]) - {"time"}
    assert not {"models", "apikey", "minutely_15", "timezone"} & set(query)


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/", "/v1/forecast"])
async def test_a_base_url_may_be_written_in_any_usual_way(
    session: ClientSession, service: Service, suffix: str
) -> None:
    assert await OpenMeteoClient(session, base_url=service.url + suffix).forecast(*BRISBANE, NORTH)


async def test_a_key_goes_with_the_request(session: ClientSession, service: Service) -> None:
    await OpenMeteoClient(session, base_url=service.url, api_key="k3y").forecast(*BRISBANE, NORTH)
    assert service.queries[0]["apikey"] == "k3y"


async def test_a_key_leads_to_the_customers_host(session: ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    assert OpenMeteoClient(session)._url == "https://api.open-meteo.com/v1/forecast"
    assert OpenMeteoClient(session, api_key="k")._url == "https://customer-api.open-meteo.com/v1/forecast"


async def test_a_refused_request_gives_the_reason(client: OpenMeteoClient, service: Service) -> None:
    service.status = 400
    service.text = '{"error":true,"reason":"Latitude must be in range of -90 to 90°. Given: 95.0."}'
    with pytest.raises(OpenMeteoRequestError, check=says("Latitude must be in range")) as refused:
        await client.forecast(95, 153, NORTH)
    assert english(refused.value.message).endswith("Given: 95.0.")


async def test_an_error_in_an_answer_that_looks_fine_is_an_error(client: OpenMeteoClient, service: Service) -> None:
    service.text = '{"error":true,"reason":"The API key is invalid."}'
    with pytest.raises(OpenMeteoRequestError, check=says("The API key is invalid")):
        await client.forecast(*BRISBANE, NORTH)


@pytest.mark.parametrize("text", ['{"error":true,"reason":"Hourly API request limit exceeded."}', "", "<html>"])
async def test_too_many_requests_are_told_apart(client: OpenMeteoClient, service: Service, text: str) -> None:
    service.status, service.text = 429, text
    with pytest.raises(OpenMeteoRateLimitError):
        await client.forecast(*BRISBANE, NORTH)


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (500, "Internal Server Error"),
        (502, "<html>Bad Gateway</html>"),
        (200, ""),
        (200, "<html>captive portal</html>"),
        (200, '{"latitude":-27.5,"hourly":{"time":[17'),
        (200, "[]"),
        (200, "null"),
        (200, "{}"),
        (200, '{"hourly":[]}'),
        (200, '{"hourly":{}}'),
        (200, '{"hourly":{"time":[]}}'),
        (200, '{"hourly":{"time":["2026-01-15T00:00"]}}'),
        (200, '{"hourly":{"time":[1768435200,1768436100]}}'),
        (200, '{"hourly":{"time":[1768435201]}}'),
        (200, '{"hourly":{"time":[99999999999999]}}'),
        (200, '{"hourly":{"time":[1768435200],"cloud_cover":[]}}'),
        (200, '{"hourly":{"time":[1768435200],"cloud_cover":5}}'),
        (200, '{"hourly":{"time":[1768435200],"cloud_cover":[null]}}'),
    ],
)
async def test_what_cannot_be_used_is_an_outage(
    client: OpenMeteoClient, service: Service, status: int, text: str
) -> None:
    service.status, service.text = status, text
    with pytest.raises(OpenMeteoOutageError):
        await client.forecast(*BRISBANE, NORTH)


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_other_refusals_name_their_status(client: OpenMeteoClient, service: Service, status: int) -> None:
    service.status, service.text = status, "no"
    with pytest.raises(OpenMeteoRequestError, check=says(str(status))):
        await client.forecast(*BRISBANE, NORTH)


async def test_an_unreachable_service_is_an_outage_and_its_error_holds_no_key(session: ClientSession) -> None:
    client = OpenMeteoClient(session, base_url="http://127.0.0.1:1", api_key="s3cret")
    with pytest.raises(OpenMeteoOutageError, check=says("cannot be reached")) as outage:
        await client.forecast(*BRISBANE, NORTH)
    assert "s3cret" not in english(outage.value.message)


@pytest.mark.parametrize("base_url", ["not a url", "ftp://127.0.0.1", "http://"])
async def test_a_base_url_that_is_none_is_refused(session: ClientSession, base_url: str) -> None:
    with pytest.raises(OpenMeteoRequestError, check=says("not a valid URL")):
        await OpenMeteoClient(session, base_url=base_url).forecast(*BRISBANE, NORTH)


@pytest.mark.parametrize("simulator_settings", [{"open_meteo_port": 0}])
async def test_silence_is_an_outage(
    simulator: Simulator, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_meteo, "REQUEST_TIMEOUT_S", 0.1)
    simulator.set(quirks={"open_meteo_outage": "timeout"})
    with pytest.raises(OpenMeteoOutageError, check=says("cannot be reached")):
        await OpenMeteoClient(session, base_url=simulator.open_meteo_url).forecast(*BRISBANE, NORTH)


@pytest.mark.parametrize("simulator_settings", [{"open_meteo_port": 0}])
@pytest.mark.parametrize("cloud_cover", [None, 0.0, 1.0])
async def test_the_model_forecasts_what_the_simulated_panels_then_give(
    simulator: Simulator, session: ClientSession, cloud_cover: float | None, build_day: Callable[..., float]
) -> None:
    simulator.set(cloud_cover=cloud_cover)
    array = PvArray(name="All", peak_kw=PV_PEAK_W / 1000, azimuth=PV_AZIMUTH, tilt=PV_TILT, year_installed=2026)
    hours = await OpenMeteoClient(session, base_url=simulator.open_meteo_url).forecast(*BRISBANE, array)
    slots = forecast_slots([(array, hours)], latitude=BRISBANE[0], longitude=BRISBANE[1], step_min=30)
    assert all(before.end == after.start for before, after in pairwise(slots))
    forecast_kwh = actual_kwh = 0.0
    for slot in slots:
        actual_w = build_day(simulator, slot.start)
        forecast_kwh += slot.power_w / 2000
        actual_kwh += actual_w / 2000
        if cloud_cover is not None:
            assert slot.power_w == pytest.approx(actual_w, rel=0.03, abs=60)
    assert forecast_kwh == pytest.approx(actual_kwh, rel=0.02)


@pytest.fixture
def build_day() -> Callable[[Simulator, datetime], float]:
    """Return the mean PV power the simulated plant could give in the half hour from a moment."""

    def mean_w(simulator: Simulator, start: datetime) -> float:
        plant = simulator.plant
        powers = []
        for minute in range(1, 30, 2):
            moment_s = start.timestamp() + 60 * minute
            weather = plant.sky.at(moment_s, plant.cloud_cover, plant.ambient_temperature_c)
            powers.append(sum(plant._pv_available_w(weather)))
        return sum(powers) / len(powers)

    return mean_w
