"""The main fuse: what blows it, and what does not."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession
from modbus_connection.pymodbus import ModbusConnection
import pytest

from simulator import Simulator

NIGHT = datetime(2026, 1, 10, 1, tzinfo=ZoneInfo("Australia/Brisbane"))


def house(build: Any, registers: dict[int, float], **settings: Any) -> Simulator:
    """Build a plant at night with control registers set."""
    simulator: Simulator = build(start=NIGHT, **settings)
    simulator.plant.holding.update(registers)
    return simulator


@pytest.mark.parametrize(("seconds", "blown"), [(5, False), (6, True)])
def test_the_fuse_blows_when_more_is_imported_for_longer_than_it_holds(build: Any, seconds: int, blown: bool) -> None:
    simulator = house(build, {40029: 1, 40031: 3}, main_fuse_w=12_000)
    simulator.set(house_power_w=2500)
    simulator.advance(seconds)
    assert simulator.fuse_blown is blown
    simulator.set(house_power_w=500)
    simulator.advance(600)
    assert simulator.fuse_blown is blown
    assert simulator.plant.fuse.highest_import_w == 12_500


def test_short_peaks_do_not_add_up(build: Any) -> None:
    simulator = house(build, {40029: 1, 40034: 0}, main_fuse_w=10_000)
    for _ in range(5):
        simulator.set(house_power_w=12_000)
        simulator.advance(4)
        simulator.set(house_power_w=1000)
        simulator.advance(1)
    assert not simulator.fuse_blown


def test_a_fuse_in_amperes_is_that_of_the_fullest_phase(build: Any) -> None:
    simulator = house(build, {40029: 1, 40034: 0}, main_fuse_a=32)
    simulator.set(house_power_w=12_000)
    simulator.advance(1)
    assert max(simulator.plant.state.grid_phases_w) < 32 * 230
    simulator.advance(60)
    assert not simulator.fuse_blown
    simulator.set(house_power_w=20_000)
    assert max(simulator.plant.state.grid_phases_w) > 32 * 230
    simulator.advance(60)
    assert simulator.fuse_blown


@pytest.mark.parametrize("mode", [3, 4])
def test_charging_honours_the_import_limit_and_leaves_the_fuse_whole(build: Any, mode: int) -> None:
    simulator = house(build, {40029: 1, 40031: mode, 40040: 9.0}, main_fuse_w=9000)
    simulator.set(house_power_w=4000)
    simulator.advance(60)
    assert simulator.plant.state.grid_w == 9000
    assert not simulator.fuse_blown


def test_a_hold_does_not_limit_what_the_house_imports(build: Any) -> None:
    simulator = house(build, {40029: 1, 40034: 0, 40040: 10.0}, main_fuse_w=14_000)
    simulator.set(house_power_w=15_000)
    simulator.advance(10)
    assert simulator.plant.state.grid_w == 15_000
    assert simulator.fuse_blown


async def test_the_fuse_is_set_seen_and_replaced_through_the_control_port(
    simulator: Simulator, connection: ModbusConnection
) -> None:
    url = f"http://127.0.0.1:{simulator.control_port}/plant"
    plant = connection.for_unit(247)
    await plant.write_register(40029, 1)
    await plant.write_register(40031, 3)
    async with ClientSession() as session:
        wanted = {"main_fuse_w": 8000, "main_fuse_holds_s": 2, "pv_power_w": 0}
        async with session.post(url, json=wanted) as response:
            assert response.status == 200
        simulator.advance(3)
        async with session.get(url) as response:
            assert (await response.json())["fuse_blown"] is True
        async with session.post(url, json={"main_fuse_w": 16_000}) as response:
            assert (await response.json())["fuse_blown"] is False
