"""Reboots of the inverters, and the house while the grid is away."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession
from modbus_connection.exceptions import ModbusError, ModbusTimeoutError
from modbus_connection.pymodbus import ModbusConnection, connect_tcp
import pytest

from simulator import Simulator

NIGHT = datetime(2026, 1, 10, 1, tzinfo=ZoneInfo("Australia/Brisbane"))
LIMITED = {40031: 3, 40032: 2.0, 40034: 1.0, 40038: 5.0, 40040: 7.0, 40047: 90, 40048: 20}


async def read(simulator: Simulator, address: int, count: int, patience_s: float = 3) -> list[int]:
    """Read holding registers of the plant over a connection of its own."""
    connection = await connect_tcp("127.0.0.1", port=simulator.modbus_port, timeout=patience_s)
    try:
        return await connection.for_unit(247).read_holding_registers(address, count)
    finally:
        await connection.close()


@pytest.mark.parametrize("forgets_limits", [False, True])
async def test_a_reboot_forgets_remote_control_and_may_forget_the_limits(
    simulator: Simulator, connection: ModbusConnection, forgets_limits: bool
) -> None:
    simulator.plant.holding.update({40029: 1, **LIMITED})
    simulator.reboot(silent_s=20, forgets_limits=forgets_limits)
    with pytest.raises(ModbusError):
        await connection.for_unit(247).read_holding_registers(40029, 1)
    with pytest.raises(ModbusTimeoutError):
        await read(simulator, 40029, 1, patience_s=0.15)
    simulator.advance(20)
    assert await read(simulator, 40029, 1) == [0]
    mode_and_limits = await read(simulator, 40031, 5)
    assert mode_and_limits == ([2, 0, 10_000, 0, 10_000] if forgets_limits else [3, 0, 2000, 0, 1000])
    assert await read(simulator, 40047, 2) == [900, 200]


def test_nothing_runs_while_the_inverters_reboot(build: Any) -> None:
    simulator: Simulator = build(start=NIGHT)
    simulator.set(house_power_w=700)
    assert simulator.plant.state.battery_w == -700
    simulator.reboot(silent_s=30)
    simulator.advance(30)
    state = simulator.plant.state
    assert (state.battery_w, state.grid_w) == (0, 700)
    simulator.advance(1)
    assert simulator.plant.state.battery_w == -700


async def test_a_reboot_and_the_dark_house_are_seen_through_the_control_port(simulator: Simulator) -> None:
    simulator.set(faults={"grid_outage": True}, house_power_w=700)
    url = f"http://127.0.0.1:{simulator.control_port}/plant"
    async with ClientSession() as session:
        async with session.get(url) as response:
            assert (await response.json())["house_is_dark"] is False
        async with session.post(url, json={"reboot": {"silent_s": 10}}) as response:
            seen = await response.json()
            assert (seen["rebooting"], seen["house_is_dark"]) == (True, True)
        async with session.post(url, json={"reboot": {"for_s": 10}}) as response:
            assert response.status == 400


@pytest.mark.parametrize(
    ("registers", "dark"),
    [
        ({}, False),
        ({40029: 1, 40031: 2, 40034: 0}, True),
        ({40029: 1, 40031: 1}, True),
        ({40048: 60}, True),
        ({40029: 1, 40031: 2, 40034: 0.5}, True),
        ({40029: 1, 40031: 5, 40034: 2}, False),
    ],
)
def test_off_the_grid_the_house_has_power_only_where_the_battery_may_discharge(
    build: Any, registers: dict[int, float], dark: bool
) -> None:
    simulator: Simulator = build(start=NIGHT, soc=50)
    simulator.plant.holding.update(registers)
    simulator.set(house_power_w=1000, faults={"grid_outage": True})
    assert simulator.house_is_dark is dark
    simulator.advance(60)
    assert simulator.plant.house_dark_s == (60 if dark else 0)
    simulator.set(faults={"grid_outage": False})
    simulator.advance(60)
    assert simulator.house_is_dark is False
    assert simulator.plant.house_dark_s == (60 if dark else 0)


def test_what_a_dark_house_did_not_get_is_counted(build: Any) -> None:
    simulator: Simulator = build(start=NIGHT)
    simulator.plant.holding.update({40029: 1, 40034: 0.4})
    simulator.set(house_power_w=1000, faults={"grid_outage": True})
    simulator.advance(3600)
    assert simulator.plant.house_unserved_kwh == pytest.approx(0.6)


async def test_the_grid_goes_and_comes_back_in_its_registers(
    simulator: Simulator, connection: ModbusConnection
) -> None:
    plant = connection.for_unit(247)
    seen = []
    for outage in (False, True, False):
        simulator.set(faults={"grid_outage": outage})
        seen.append(((await plant.read_input_registers(30009, 1))[0], (await plant.read_input_registers(30027, 1))[0]))
    assert seen == [(0, 0), (1, 1 << 9), (0, 0)]
