"""The mySigen client against the stand-in for the app's cloud, over real HTTP; and the answers that it refuses."""

from collections.abc import AsyncIterator, Callable
from typing import Any

from aiohttp import ClientSession, web
import pytest

from custom_components.sigenstor_panel.clients.my_sigen import (
    REGIONS,
    EnergyFlow,
    MySigenAuthError,
    MySigenClient,
    MySigenError,
    encrypted,
    region_url,
)
from simulator import Simulator
from simulator.my_sigen import PASSWORD, TOKEN_LIFETIME_S, USERNAME, MySigenEndpoint
from tests.english import english, says

FLOW = {"batterySoc": 55, "pvPower": 3.2, "thirdPvPower": 1, "loadPower": 1.2, "batteryPower": 2, "buySellPower": 1}

type Connect = Callable[..., MySigenClient]


@pytest.fixture
def simulator_settings() -> dict[str, Any]:
    return {"my_sigen_port": 0}


@pytest.fixture
def cloud(simulator: Simulator) -> MySigenEndpoint:
    assert simulator.my_sigen is not None
    return simulator.my_sigen


@pytest.fixture
async def connect(cloud: MySigenEndpoint) -> AsyncIterator[Connect]:
    """Return a client of the stand-in: `connect()`, or with something else than what is right."""
    async with ClientSession() as session:

        def client(username: str = USERNAME, password: str = PASSWORD, **more: Any) -> MySigenClient:
            return MySigenClient(session, username, password, **{"region": "aus", "base_url": cloud.url, **more})

        yield client


def test_a_password_is_encrypted_as_the_app_does() -> None:
    assert encrypted("hunter2") == "XMyyQmcAaoySfwGOwwCWIg=="


def test_every_region_has_an_address_of_its_own() -> None:
    assert len({region_url(region) for region in REGIONS}) == len(REGIONS)


async def test_the_flow_has_the_powers_and_signs_of_the_plant(connect: Connect, simulator: Simulator) -> None:
    simulator.set(pv_power_w=1000, house_power_w=3000, third_party_power_w=500, soc=60)
    simulator.advance(5)
    flow, state = await connect().energy_flow(), simulator.plant.state
    assert flow == EnergyFlow(
        soc=pytest.approx(state.soc, abs=0.05),
        pv_w=state.pv_w + state.third_party_w,
        house_w=state.house_w,
        battery_w=state.battery_w,
        grid_w=state.grid_w,
    )
    assert flow.battery_w < 0, "the battery feeds the house"
    assert flow.grid_w == pytest.approx(flow.house_w + flow.battery_w - flow.pv_w, abs=2)


async def test_one_login_serves_until_it_runs_out(connect: Connect, cloud: MySigenEndpoint) -> None:
    now_s = 1000.0
    client = connect(clock=lambda: now_s)
    for _ in range(3):
        await client.energy_flow()
    assert cloud.request_paths.count("/auth/oauth/token") == 1
    assert cloud.request_paths.count("/device/owner/station/home") == 1
    now_s += TOKEN_LIFETIME_S
    await client.energy_flow()
    assert cloud.request_paths.count("/auth/oauth/token") == 2


async def test_a_login_that_was_ended_elsewhere_is_renewed(connect: Connect) -> None:
    client = connect()
    await client.energy_flow()
    await connect().energy_flow()
    with pytest.raises(MySigenAuthError):
        await client.energy_flow()
    assert (await client.energy_flow()).soc > 0


@pytest.mark.parametrize("wrong", [{"username": "somebody@example.com"}, {"password": "hunter3"}])
async def test_a_wrong_login_is_refused_without_a_word_of_it(connect: Connect, wrong: dict[str, str]) -> None:
    with pytest.raises(MySigenAuthError) as refused:
        await connect(**wrong).energy_flow()
    assert not any(secret in english(refused.value.message) for secret in (*wrong.values(), encrypted("hunter3")))


@pytest.mark.parametrize(
    ("outage", "said"),
    [
        ("http_500", "HTTP 500"),
        ("html_403", "blocks this internet connection"),
        ("bad_balance", "contradict each other"),
    ],
)
async def test_an_outage_is_no_refused_login(connect: Connect, simulator: Simulator, outage: str, said: str) -> None:
    client = connect()
    await client.energy_flow()
    simulator.set(quirks={"cloud_outage": outage})
    with pytest.raises(MySigenError, check=says(said)) as failed:
        await client.energy_flow()
    assert not isinstance(failed.value, MySigenAuthError)
    simulator.set(quirks={"cloud_outage": None})
    await client.energy_flow()


async def test_silence_ends_in_an_error(
    connect: Connect, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.sigenstor_panel.clients.my_sigen.TIMEOUT_S", 0.1)
    simulator.set(quirks={"cloud_outage": "timeout"})
    with pytest.raises(MySigenError, check=says("in time")):
        await connect().energy_flow()


async def test_a_cloud_that_cannot_be_reached_is_named(connect: Connect, cloud: MySigenEndpoint) -> None:
    await cloud.stop()
    with pytest.raises(MySigenError, check=says("cannot be reached")):
        await connect().energy_flow()


@pytest.mark.parametrize(
    ("station", "flow", "said"),
    [
        ({}, FLOW, "no system"),
        (None, FLOW, "shape"),
        ({"stationId": 1}, [], "shape"),
        ({"stationId": 1}, {**FLOW, "batterySoc": None}, "batterySoc is missing"),
        ({"stationId": 1}, {**FLOW, "loadPower": "1.2"}, "loadPower is missing"),
        ({"stationId": 1}, {**FLOW, "batterySoc": 130}, "contradict each other"),
        ({"stationId": 1}, {**FLOW, "loadPower": -1.2}, "contradict each other"),
    ],
)
async def test_an_answer_of_another_shape_is_refused(
    socket_enabled: None, station: Any, flow: Any, said: str, connect: Connect
) -> None:
    async def answer(request: web.Request) -> web.Response:
        data = {
            "/auth/oauth/token": {"access_token": "a", "expires_in": 100},
            "/device/owner/station/home": station,
            "/device/sigen/station/energyflow": flow,
        }[request.path]
        return web.json_response({"code": 0, "data": data})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        with pytest.raises(MySigenError, check=says(said)):
            await connect(base_url=url).energy_flow()
    finally:
        await runner.cleanup()
