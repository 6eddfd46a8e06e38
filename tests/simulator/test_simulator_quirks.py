"""What can be made to go wrong, each with what a client then sees."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
import socket
from typing import Any
from zoneinfo import ZoneInfo

from modbus_connection.exceptions import ModbusConnectionError, ModbusError, ModbusExceptionError, ModbusTimeoutError
from modbus_connection.pymodbus import ModbusConnection, PymodbusUnit, connect_tcp
import pytest

from simulator import Simulator
from simulator.options import defaults
from simulator.quirks import FAULTS, QUIRKS

NIGHT = datetime(2026, 1, 10, 1, tzinfo=ZoneInfo("Australia/Brisbane"))


async def refusal(request: Awaitable[object]) -> int | None:
    """Return the exception code a request is refused with, None when it is done."""
    try:
        await request
    except ModbusExceptionError as error:
        return error.exception_code
    return None


@pytest.fixture
def plant(connection: ModbusConnection) -> PymodbusUnit:
    """The plant."""
    return connection.for_unit(247)


def kilowatts(words: list[int]) -> float:
    """Return a signed 32-bit power in kW."""
    value = words[0] << 16 | words[1]
    return (value - (1 << 32) if value >> 31 else value) / 1000


@pytest.mark.parametrize("options", [QUIRKS, FAULTS])
def test_every_option_is_described_and_its_off_value_is_allowed(options: Any) -> None:
    for name, option in options.items():
        assert option.description
        assert option.parse(defaults(options)[name]) == option.off


async def test_before_spc113_control_is_refused_until_remote_ems_is_on(
    simulator: Simulator, plant: PymodbusUnit
) -> None:
    simulator.set(quirks={"pre_spc113_gating": True})
    firmware = await plant._conn.for_unit(1).read_input_registers(30525, 15)
    assert b"SPC110" in b"".join(word.to_bytes(2) for word in firmware)
    for address, words in ((40031, [2]), (40032, [0, 1]), (40034, [0, 1]), (40036, [0, 1])):
        assert await refusal(plant.write_registers(address, words)) == 2
    assert await refusal(plant.write_registers(40038, [0, 1])) is None
    await plant.write_register(40029, 1)
    assert await refusal(plant.write_registers(40032, [0, 1])) is None


async def test_the_export_limit_reverts_by_itself(simulator: Simulator, plant: PymodbusUnit) -> None:
    await plant.write_registers(40038, [0, 7000])
    simulator.set(quirks={"export_limit_reverts_s": 30})
    await plant.write_registers(40038, [0, 2000])
    simulator.advance(20)
    await plant.write_registers(40038, [0, 1000])
    simulator.advance(29)
    assert await plant.read_holding_registers(40038, 2) == [0, 1000]
    simulator.advance(1)
    assert await plant.read_holding_registers(40038, 2) == [0, 7000]


def test_the_cut_off_above_the_soc_imports_several_kilowatts(command: Callable[..., Simulator]) -> None:
    simulator = command(
        {40048: 40, 40040: 0}, at=NIGHT, soc=39, house_power_w=500, quirks={"discharge_cutoff_import_bug": True}
    )
    assert simulator.plant.state.grid_w == 4500


async def test_counters_read_zero_for_a_while_after_a_client_connects(socket_enabled: None, build: Any) -> None:
    async with build(quirks={"counters_zero_after_reconnect_s": 5}) as simulator:
        connection = await connect_tcp("127.0.0.1", port=simulator.modbus_port, timeout=3)
        plant, inverter = connection.for_unit(247), connection.for_unit(1)
        assert await plant.read_input_registers(30088, 4) == [0, 0, 0, 0]
        assert await plant.read_input_registers(30216, 8) == [0] * 8
        assert await inverter.read_input_registers(30568, 4) == [0, 0, 0, 0]
        assert await plant.read_input_registers(30014, 1) == [500]
        simulator.advance(5)
        assert await plant.read_input_registers(30088, 4) != [0, 0, 0, 0]
        await connection.close()


async def test_a_missing_register_refuses_every_read_that_touches_it(simulator: Simulator, plant: PymodbusUnit) -> None:
    simulator.set(quirks={"missing_registers": [30286, [30272, 30275]]})
    assert await refusal(plant.read_input_registers(30286, 1)) == 2
    assert await refusal(plant.read_input_registers(30270, 10)) == 2
    assert await refusal(plant.read_input_registers(30276, 10)) is None
    simulator.set(quirks={"missing_registers": None})
    assert await refusal(plant.read_input_registers(30270, 17)) is None


async def test_a_late_reply_comes_and_comes_late(simulator: Simulator, plant: PymodbusUnit) -> None:
    simulator.set(quirks={"late_reply_s": 0.2})
    loop = asyncio.get_running_loop()
    asked = loop.time()
    assert await plant.read_input_registers(30014, 1) == [500]
    assert loop.time() - asked >= 0.19


async def test_a_client_that_leaves_before_a_late_reply_leaves_nothing_behind(simulator: Simulator) -> None:
    simulator.set(quirks={"late_reply_s": 3600})
    connection = await connect_tcp("127.0.0.1", port=simulator.modbus_port, timeout=0.1)
    with pytest.raises(ModbusError):
        await connection.for_unit(247).read_input_registers(30014, 1)
    await connection.close()


@pytest.mark.parametrize("how", ["quirk", "pause"])
async def test_a_stalled_server_accepts_and_says_nothing_until_it_goes_on(simulator: Simulator, how: str) -> None:
    if how == "quirk":
        simulator.set(quirks={"stalled": True})
    else:
        await simulator.pause()
    connection = await connect_tcp("127.0.0.1", port=simulator.modbus_port, timeout=0.1)
    with pytest.raises(ModbusTimeoutError):
        await connection.for_unit(247).read_input_registers(30014, 1)
    await connection.close()
    assert simulator.requests[0].outcome == "stalled"
    simulator.set(quirks={"stalled": False})
    await simulator.resume()
    connection = await connect_tcp("127.0.0.1", port=simulator.modbus_port, timeout=3)
    assert await connection.for_unit(247).read_input_registers(30014, 1) == [500]
    await connection.close()


async def test_a_connection_is_dropped_after_every_few_requests(simulator: Simulator) -> None:
    simulator.set(quirks={"drop_after_requests": 2})
    reader, writer = await asyncio.open_connection("127.0.0.1", simulator.modbus_port)
    request = b"\x00\x01\x00\x00\x00\x06\xf7\x04\x75\x3e\x00\x01"
    writer.write(request)
    await reader.readexactly(11)
    writer.write(request)
    await reader.readexactly(11)
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


async def test_load_power_is_nonsense_now_and_then(simulator: Simulator, plant: PymodbusUnit) -> None:
    simulator.set(quirks={"load_power_nonsense": True})
    seen = []
    for _ in range(60):
        seen.append(kilowatts(await plant.read_input_registers(30284, 2)))
        simulator.advance(10)
    assert 1 <= seen.count(-373.0) <= 25
    assert all(0.3 <= value <= 6 for value in seen if value != -373.0)


def test_without_top_up_mode_4_charges_from_surplus_only(command: Callable[..., Simulator]) -> None:
    simulator = command({40029: 1, 40031: 4}, at=NIGHT, quirks={"grid_charge_top_up_missing": True})
    assert simulator.plant.state.battery_w == 0


async def test_an_ignored_write_is_answered_as_done(simulator: Simulator, plant: PymodbusUnit) -> None:
    simulator.set(quirks={"silently_ignored_registers": [40032]})
    await plant.write_registers(40032, [0, 1234, 0, 4321])
    assert await plant.read_holding_registers(40032, 4) == [0, 10_000, 0, 4321]


async def test_a_refused_write_answers_exception_4(simulator: Simulator, plant: PymodbusUnit) -> None:
    simulator.set(quirks={"refused_registers": [[40032, 40035]]})
    assert await refusal(plant.write_registers(40034, [0, 1])) == 4
    assert await refusal(plant.write_registers(40036, [0, 1])) is None


async def test_alarms_and_states_show_in_their_registers(simulator: Simulator, plant: PymodbusUnit) -> None:
    simulator.set(
        faults={"pcs_1": 4, "pcs_2": 8, "ess": 1, "gateway": 2, "dc_charger": 3, "plant_1": 5, "plant_2": 6},
    )
    assert await plant.read_input_registers(30027, 4) == [4, 8, 1, 2]
    assert await plant.read_input_registers(30072, 1) == [3]
    assert await plant.read_input_registers(30280, 2) == [5, 6]
    assert await plant._conn.for_unit(1).read_input_registers(30605, 5) == [4, 8, 1, 2, 3]
    simulator.set(faults={"running_state": 2, "on_off_grid": 2})
    assert await plant.read_input_registers(30051, 1) == [2]
    assert await plant.read_input_registers(30009, 1) == [2]
    simulator.set(faults=dict.fromkeys(FAULTS))
    assert await plant.read_input_registers(30027, 4) == [0, 0, 0, 0]
    assert await plant.read_input_registers(30051, 1) == [1]


async def test_dropped_connections_are_closed_and_new_ones_served(simulator: Simulator) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", simulator.modbus_port)
    writer.write(b"\x00\x01\x00\x00\x00\x06\xf7\x04\x75\x3e\x00\x01")
    await reader.readexactly(11)
    await simulator.drop_connections()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    writer.close()
    connection = await connect_tcp("127.0.0.1", port=simulator.modbus_port, timeout=3)
    assert await connection.for_unit(247).read_input_registers(30014, 1) == [500]
    await connection.close()


async def test_stopping_does_not_wait_for_clients(simulator: Simulator) -> None:
    port = simulator.modbus_port
    writers = [(await asyncio.open_connection("127.0.0.1", port))[1] for _ in range(3)]
    with socket.create_connection(("127.0.0.1", port)):
        # So many turns of the loop that the connection is accepted and not yet announced.
        for _ in range(3):
            await asyncio.sleep(0)
        async with asyncio.timeout(30):
            await simulator._server.stop()
    for writer in writers:
        writer.close()


async def test_a_stopped_device_refuses_connections_and_comes_back_on_the_same_ports(simulator: Simulator) -> None:
    modbus_port, control_port = simulator.modbus_port, simulator.control_port
    connection = await connect_tcp("127.0.0.1", port=modbus_port, timeout=3)
    await connection.for_unit(247).write_register(40029, 1)
    await simulator.stop()
    with pytest.raises(ModbusError):
        await connection.for_unit(247).read_input_registers(30014, 1)
    await connection.close()
    with pytest.raises(ModbusConnectionError):
        await connect_tcp("127.0.0.1", port=modbus_port, timeout=3)
    await simulator.start()
    assert (simulator.modbus_port, simulator.control_port) == (modbus_port, control_port)
    connection = await connect_tcp("127.0.0.1", port=modbus_port, timeout=3)
    assert await connection.for_unit(247).read_input_registers(30003, 1) == [7]
    await connection.close()
