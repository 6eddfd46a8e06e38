"""Others who write to the same plant, each over a connection of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession
from modbus_connection.pymodbus import ModbusConnection, PymodbusUnit, connect_tcp
import pytest

from simulator import Simulator
from simulator.other_writers import OTHER_WRITERS, RunningWriter
from simulator.registers import register_table

NIGHT = datetime(2026, 1, 10, 1, tzinfo=ZoneInfo("Australia/Brisbane"))


@pytest.fixture
def plant(connection: ModbusConnection) -> PymodbusUnit:
    """The plant, as the integration reaches it."""
    return connection.for_unit(247)


def written(simulator: Simulator, client: str) -> list[tuple[int, Any]]:
    """Return what somebody wrote, in order."""
    return [(each.address, each.value) for each in simulator.write_log if each.client == client]


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something that happens in the background."""
    for _ in range(600):
        if holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("It did not happen within 30 s.")


@pytest.mark.parametrize("name", OTHER_WRITERS)
async def test_every_other_writer_is_described_and_taken_by_the_plant(simulator: Simulator, name: str) -> None:
    script = OTHER_WRITERS[name]
    assert script.description
    simulator.set(other_writers=[name], soc=50)
    await simulator.pass_time(1)
    for address, value in script.writes:
        assert simulator.plant.holding[address] == value
    simulator.set(other_writers=[])
    await simulator.pass_time(1)
    for address, value in script.at_end:
        assert simulator.plant.holding[address] == value
    assert {each.outcome for each in simulator.write_log} == {"ok"}
    assert set(written(simulator, name)) <= {*script.writes, *script.at_end}
    await until(lambda: simulator.connection_count == 0)
    assert simulator.other_writers.names_by_port == {}


async def test_a_writer_with_a_period_writes_again_whatever_is_there(simulator: Simulator, plant: PymodbusUnit) -> None:
    simulator.set(other_writers=["network_operator"])
    await simulator.pass_time(9)
    await plant.write_registers(40038, [0, 8000])
    assert simulator.plant.holding[40038] == 8
    await simulator.pass_time(1)
    assert simulator.plant.holding[40038] == 1.5
    await simulator.pass_time(50)
    assert written(simulator, "network_operator") == [(40038, 1.5)] * 7


async def test_a_writer_without_a_period_writes_once(simulator: Simulator, plant: PymodbusUnit) -> None:
    simulator.set(other_writers=["owner_reserve"])
    await simulator.pass_time(1)
    await plant.write_register(40048, 50)
    await simulator.pass_time(120)
    assert simulator.plant.holding[40048] == 5


async def test_a_writer_that_looks_first_writes_only_what_somebody_else_changed(
    simulator: Simulator, plant: PymodbusUnit
) -> None:
    simulator.set(other_writers=["second_controller"])
    await simulator.pass_time(60)
    # 40034 was at 10 kW already.
    assert written(simulator, "second_controller") == [(40029, 1), (40032, 3), (40031, 4)]
    await plant.write_registers(40032, [0, 0])
    await simulator.pass_time(10)
    assert written(simulator, "second_controller")[3:] == [(40032, 3)]


async def test_the_log_tells_writers_apart(simulator: Simulator, plant: PymodbusUnit) -> None:
    simulator.set(other_writers=["power_sync", "network_operator"])
    await simulator.pass_time(1)
    simulator.advance(29)
    await plant.write_registers(40032, [0, 1500, 0, 2500])
    ours = [each for each in simulator.write_log if each.client not in OTHER_WRITERS]
    assert [(each.unit, each.address, each.value, each.outcome) for each in ours] == [
        (247, 40032, 1.5, "ok"),
        (247, 40034, 2.5, "ok"),
    ]
    assert {each.client.rpartition(":")[0] for each in ours} == {"127.0.0.1"}
    assert {each.client for each in simulator.write_log} - {ours[0].client} == {"power_sync", "network_operator"}
    assert (ours[0].time - simulator.write_log[0].time).total_seconds() == 30


async def test_a_refused_write_is_in_the_log_with_its_refusal(simulator: Simulator, plant: PymodbusUnit) -> None:
    simulator.disturb(addresses=[40038], exception=4)
    simulator.set(other_writers=["network_operator"])
    await simulator.pass_time(10)
    assert [each.outcome for each in simulator.write_log] == ["exception 4", "exception 4"]


async def test_a_writer_comes_back_after_a_reboot(simulator: Simulator) -> None:
    simulator.set(other_writers=["power_sync"])
    await simulator.pass_time(1)
    simulator.reboot()
    assert simulator.plant.holding[40029] == 0
    await simulator.pass_time(120)
    assert simulator.plant.holding[40029] == 1


async def test_a_writer_that_charges_under_a_hold_moves_the_battery(simulator: Simulator, plant: PymodbusUnit) -> None:
    simulator.set(pv_power_w=0, house_power_w=500)
    for address, words in ((40029, [1]), (40032, [0, 0, 0, 0])):
        await plant.write_registers(address, words)
    simulator.advance(1)
    assert simulator.plant.state.battery_w == 0
    simulator.set(other_writers=["power_sync"])
    await simulator.pass_time(2)
    assert simulator.plant.state.battery_w == 10_000


async def test_the_clock_lets_others_write_by_itself(socket_enabled: None, build: Any) -> None:
    async with build(realtime=True, speed=600.0) as simulator:
        url = f"http://127.0.0.1:{simulator.control_port}/plant"
        async with ClientSession() as session, session.post(url, json={"other_writers": ["power_sync"]}) as response:
            assert (await response.json())["other_writers"] == ["power_sync"]
        await until(lambda: len(written(simulator, "power_sync")) >= 6)


def test_an_unknown_writer_is_refused_with_the_known_ones(build: Any) -> None:
    with pytest.raises(ValueError, match=r"other_writers must be a list of evcc_hold, evcc_charge"):
        build().set(other_writers=["nobody"])


@pytest.fixture
async def own_link(simulator: Simulator) -> AsyncIterator[PymodbusUnit]:
    """Another connection than the integration's."""
    connection = await connect_tcp("127.0.0.1", port=simulator.modbus_port, timeout=3)
    yield connection.for_unit(247)
    await connection.close()


async def test_a_writer_works_on_any_link_that_reads_and_writes(simulator: Simulator, own_link: PymodbusUnit) -> None:
    writer = RunningWriter(OTHER_WRITERS["evcc_hold"], own_link, lambda: simulator.plant.time_s)
    await writer.run_due()
    assert simulator.plant.holding[40048] == 60
    await writer.end()
    assert simulator.plant.holding[40048] == 20


async def test_a_virtual_power_plant_shows_in_the_mode_and_has_the_battery(
    simulator: Simulator, plant: PymodbusUnit
) -> None:
    simulator.set(pv_power_w=0, house_power_w=600, vpp={"power_w": -4000, "for_s": 300})
    assert await plant.read_input_registers(30003, 1) == [6]
    assert (simulator.plant.state.battery_w, simulator.plant.state.grid_w) == (-4000, -3400)
    assert await plant.read_holding_registers(40029, 3) == [0, 0, 2]
    simulator.advance(301)
    assert await plant.read_input_registers(30003, 1) == [0]
    assert simulator.plant.state.battery_w == -600


async def test_writing_during_a_virtual_power_plants_dispatch_imports_2_kw(
    simulator: Simulator, plant: PymodbusUnit
) -> None:
    simulator.set(pv_power_w=0, house_power_w=600, vpp={"for_s": 600})
    await plant.write_register(40029, 1)
    simulator.advance(1)
    assert simulator.plant.state.grid_w == 2000
    simulator.advance(60)
    assert simulator.plant.state.battery_w == -4000
    assert await plant.read_input_registers(30003, 1) == [6]
    simulator.set(vpp={"for_s": 0})
    assert await plant.read_input_registers(30003, 1) == [7]


def test_every_address_of_a_script_is_a_register_that_can_be_written() -> None:
    table = register_table("plant").by_address
    for script in OTHER_WRITERS.values():
        assert all(table[address].writable for address, _ in (*script.writes, *script.at_end))
