"""Setting what is true: in-process and through the JSON endpoint."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
import json
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession
import pytest

from simulator import Simulator, SimulatorSettings
from simulator.weather import Sky

type Build = Callable[..., Simulator]


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """A plain HTTP session."""
    async with ClientSession() as session:
        yield session


def url(simulator: Simulator) -> str:
    """Return the address of the control endpoint."""
    return f"http://127.0.0.1:{simulator.control_port}/plant"


async def test_get_returns_the_same_as_the_snapshot(simulator: Simulator, session: ClientSession) -> None:
    async with session.get(url(simulator)) as response:
        assert response.status == 200
        seen = await response.json()
    assert seen == simulator.snapshot()
    assert seen["soc"] == 50
    assert seen["grid_w"] == seen["house_w"] + seen["battery_w"] - seen["pv_w"] - seen["third_party_w"]
    assert seen["control"]["mode"] == "self_consumption"
    assert seen["control"]["export_limit_w"] is None
    assert seen["modbus"]["port"] == simulator.modbus_port


async def test_post_sets_a_part_and_returns_all(simulator: Simulator, session: ClientSession) -> None:
    changes = {"soc": 12.5, "house_power_w": 800, "quirks": {"late_reply_s": 0.5}, "faults": {"ess": 4}}
    async with session.post(url(simulator), json=changes) as response:
        assert response.status == 200
        seen = await response.json()
    assert (seen["soc"], seen["house_w"], seen["quirks"]["late_reply_s"], seen["alarms"]["ess"]) == (12.5, 800, 0.5, 4)
    assert seen["overrides"]["house_power_w"] == 800


@pytest.mark.parametrize(
    ("content", "content_type", "status", "sentence"),
    [
        (b'{"soc": 101}', "application/json", 400, "soc must be a number from 0 to 100, not 101."),
        (b'{"sock": 1}', "application/json", 400, "There is no field 'sock'"),
        (b'{"quirks": {"x": 1}}', "application/json", 400, "quirks has no 'x'"),
        (b"[1]", "application/json", 400, "The body must be a JSON object."),
        (b"{", "application/json", 400, "The body must be a JSON object."),
        (b"\xff", "application/json", 400, "The body must be a JSON object."),
        (b'{"soc": 1}', "text/plain", 415, "The content type must be application/json."),
    ],
)
async def test_a_bad_request_is_refused_with_a_sentence_and_changes_nothing(
    simulator: Simulator, session: ClientSession, content: bytes, content_type: str, status: int, sentence: str
) -> None:
    before = simulator.snapshot()
    async with session.post(url(simulator), data=content, headers={"Content-Type": content_type}) as response:
        assert response.status == status
        assert (await response.json())["error"].startswith(sentence)
    assert simulator.snapshot() == before


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"soc": -1}, "soc"),
        ({"soc": None}, "soc"),
        ({"soc": True}, "soc"),
        ({"soc": "50"}, "soc"),
        ({"soc": float("nan")}, "soc"),
        ({"cloud_cover": 1.1}, "cloud_cover"),
        ({"house_power_w": -5}, "house_power_w"),
        ({"cell_temperature_c": 1000}, "cell_temperature_c"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2026-01-10T06:00:00"}, "time"),
        ({"time": 5}, "time"),
        ({"quirks": ["stalled"]}, "quirks"),
        ({"quirks": {"stalled": 1}}, "quirks.stalled"),
        ({"quirks": {"late_reply_s": "soon"}}, "quirks.late_reply_s"),
        ({"quirks": {"missing_registers": "30000"}}, "quirks.missing_registers"),
        ({"quirks": {"missing_registers": [[5, 1]]}}, "quirks.missing_registers"),
        ({"quirks": {"missing_registers": [[1, 2, 3]]}}, "quirks.missing_registers"),
        ({"quirks": {"missing_registers": 5}}, "quirks.missing_registers"),
        ({"quirks": {"drop_after_requests": 1.5}}, "quirks.drop_after_requests"),
        ({"faults": {"pcs_1": 65_536}}, "faults.pcs_1"),
        ({"faults": {"running_state": 5}}, "faults.running_state"),
        ({"faults": {"running_state": [1]}}, "faults.running_state"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_bad_value_names_its_field_and_nothing_is_changed(build: Build, changes: dict[str, Any], names: str) -> None:
    simulator = build()
    before = simulator.snapshot()
    with pytest.raises(ValueError, match=names):
        simulator.set(house_power_w=123, **changes) if "house_power_w" not in changes else simulator.set(**changes)
    assert simulator.snapshot() == before


def test_null_gives_an_override_back_to_the_simulation(build: Build) -> None:
    simulator, untouched = build(), build()
    simulator.set(
        cloud_cover=1.0, house_power_w=5000, ambient_temperature_c=-10, pv_power_w=0, quirks={"late_reply_s": 3}
    )
    state = simulator.plant.state
    assert (state.house_w, state.pv_w, state.weather.temperature_c, state.weather.cloud_cover) == (5000, 0, -10, 1)
    simulator.set(
        cloud_cover=None, house_power_w=None, ambient_temperature_c=None, pv_power_w=None, quirks={"late_reply_s": None}
    )
    assert simulator.snapshot() == untouched.snapshot()


def test_what_is_set_shows_at_once_without_time_going_by(build: Build) -> None:
    simulator = build()
    before = simulator.plant.state
    simulator.set(soc=100, house_power_w=0, cell_temperature_c=31)
    after = simulator.plant.state
    assert after.time == before.time
    assert (after.soc, after.battery_w, after.cell_temperature_c) == (100, 0, 31)
    assert after.energy_totals_kwh == before.energy_totals_kwh


def test_a_snapshot_is_json(build: Build) -> None:
    simulator = build(inverters=2)
    simulator.set(quirks={"missing_registers": [1, [2, 3]]})
    assert json.loads(json.dumps(simulator.snapshot())) == simulator.snapshot()


def test_the_future_sky_is_the_one_the_plant_will_have(build: Build) -> None:
    simulator = build()
    later_s = simulator.plant.time_s + 7200
    forecast = simulator.plant.sky.at(later_s)
    simulator.advance(7201)
    assert simulator.plant.state.weather == forecast
    assert isinstance(simulator.plant.sky, Sky)


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"speed": 0}, "speed"),
        ({"speed": 1e6}, "speed"),
        ({"inverters": 0}, "inverters"),
        ({"soc": 120}, "soc"),
        ({"modbus_port": 70_000}, "modbus_port"),
        ({"latitude": 91}, "latitude"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"start": datetime(2026, 1, 1)}, "start"),
        ({"quirks": {"late_reply_s": -1}}, "quirks.late_reply_s"),
    ],
)
def test_bad_settings_name_the_field(settings: dict[str, Any], names: str) -> None:
    with pytest.raises(ValueError, match=names):
        SimulatorSettings(**settings)


async def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_open(simulator: Simulator) -> None:
    for port in ("modbus_port", "control_port"):
        second = Simulator(SimulatorSettings(realtime=False, **{port: getattr(simulator, port)}))
        with pytest.raises(OSError, match=str(getattr(simulator, port))):
            await second.start()
        await second.stop()


async def test_the_clock_runs_by_itself_as_much_faster_as_asked(socket_enabled: None, build: Build) -> None:
    loop = asyncio.get_running_loop()
    async with build(realtime=True, speed=600.0) as simulator:
        began = loop.time()
        start = simulator.plant.state.time
        await asyncio.sleep(0.5)
        gone_s = (simulator.plant.state.time - start).total_seconds()
        assert 60 <= gone_s <= 600 * (loop.time() - began) + 1
    stopped_at = simulator.plant.state.time
    await asyncio.sleep(0.2)
    assert simulator.plant.state.time == stopped_at


async def test_without_realtime_only_advance_moves_the_clock(simulator: Simulator) -> None:
    start = simulator.plant.state.time
    await asyncio.sleep(0.3)
    assert simulator.plant.state.time == start


def test_the_clock_starts_now_unless_told_otherwise() -> None:
    state = Simulator(SimulatorSettings(realtime=False)).plant.state
    assert abs((state.time - datetime.now(ZoneInfo("UTC"))).total_seconds()) < 60
