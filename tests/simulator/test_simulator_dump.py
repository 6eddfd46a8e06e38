"""An owner's diagnostics download, served again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
import json
from pathlib import Path
import re
import signal
import sys
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from modbus_connection.exceptions import ModbusExceptionError
from modbus_connection.pymodbus import ModbusConnection, connect_tcp
import pytest

from custom_components.sigenstor_panel.diagnostics import async_get_config_entry_diagnostics
from custom_components.sigenstor_panel.plant.client import PlantClient
from simulator import Simulator, SimulatorSettings
from simulator.dump import DumpError, load_dump

ROOT = Path(__file__).parents[2]
REGISTERS = {
    "247": {"input 30003": [7, 1], "holding 40029": [1, 0, 2, 0, 5000, 0, 4000], "input 30014": [615]},
    "3": {"input 30515": ["**REDACTED**"] * 10, "input 30578": [1]},
}


async def refusal(request: Awaitable[object]) -> int | None:
    """Return the exception code a request is refused with, None when it is done."""
    try:
        await request
    except ModbusExceptionError as error:
        return error.exception_code
    return None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A diagnostics download of a small plant."""
    path = tmp_path / "diagnostics.json"
    path.write_text(json.dumps({"home_assistant": {}, "data": {"entry": {}, "registers": REGISTERS}}))
    return path


@pytest.fixture
async def dumped(socket_enabled: None, file: Path) -> AsyncIterator[Simulator]:
    """Serve the download."""
    async with Simulator(SimulatorSettings(realtime=False, dump=file)) as simulator:
        yield simulator


@pytest.fixture
async def owner(dumped: Simulator) -> AsyncIterator[ModbusConnection]:
    """Connect to the owner's plant."""
    connection = await connect_tcp("127.0.0.1", port=dumped.modbus_port, timeout=3)
    yield connection
    await connection.close()


async def test_recorded_words_are_served_and_what_was_not_recorded_is_refused(owner: ModbusConnection) -> None:
    plant, inverter = owner.for_unit(247), owner.for_unit(3)
    assert await plant.read_input_registers(30003, 2) == [7, 1]
    assert await plant.read_holding_registers(40029, 7) == [1, 0, 2, 0, 5000, 0, 4000]
    assert await inverter.read_input_registers(30578, 1) == [1]
    assert await refusal(plant.read_input_registers(30003, 4)) == 2
    assert await refusal(plant.read_input_registers(30037, 2)) == 2
    assert await refusal(owner.for_unit(1).read_input_registers(30578, 1)) == 2


async def test_a_serial_number_that_was_taken_out_names_the_unit(owner: ModbusConnection) -> None:
    words = await owner.for_unit(3).read_input_registers(30515, 10)
    assert b"".join(word.to_bytes(2) for word in words).rstrip(b"\0") == b"DUMP0003"


async def test_a_write_to_an_owners_plant_is_read_back(owner: ModbusConnection) -> None:
    plant = owner.for_unit(247)
    await plant.write_registers(40032, [0, 1500])
    assert await plant.read_holding_registers(40032, 2) == [0, 1500]
    assert await refusal(plant.write_registers(40038, [0, 1])) == 2
    assert await refusal(plant.write_register(30014, 1)) == 2
    assert await refusal(plant.write_register(40032, 1)) == 2


async def test_an_owners_plant_can_be_disturbed_too(dumped: Simulator, owner: ModbusConnection) -> None:
    dumped.disturb(addresses=[30014], reads=0, times=1)
    dumped.disturb(access="write", exception=6, times=1)
    plant = owner.for_unit(247)
    assert [await plant.read_input_registers(30014, 1) for _ in range(2)] == [[0], [615]]
    assert [await refusal(plant.write_register(40029, 0)) for _ in range(2)] == [6, None]
    assert [each.outcome for each in dumped.write_log] == ["exception 6", "ok"]


async def test_our_own_diagnostics_can_be_served_again(
    hass: HomeAssistant, loaded: ConfigEntry[Any], simulator: Simulator, tmp_path: Path
) -> None:
    diagnostics = await async_get_config_entry_diagnostics(hass, loaded)
    path = tmp_path / "own.json"
    path.write_text(json.dumps({"data": diagnostics}, default=str))
    async with Simulator(SimulatorSettings(realtime=False, dump=path)) as again:
        connection = await connect_tcp("127.0.0.1", port=again.modbus_port, timeout=3)
        for unit, blocks in diagnostics["registers"].items():
            for name, words in blocks.items():
                space, start = name.split()
                device = connection.for_unit(int(unit))
                read = device.read_input_registers if space == "input" else device.read_holding_registers
                served = await read(int(start), len(words))
                assert [a for a, b in zip(served, words, strict=True) if isinstance(b, int)] == [
                    word for word in words if isinstance(word, int)
                ]
        client = PlantClient(connection.for_unit, message_spacing_s=0)
        assert [info.serial_number for info in await client.async_find_inverters()] == ["DUMP0001"]
        await client.async_read(slow=True)
        await connection.close()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is not JSON"),
        ("[]", "holds no registers"),
        ('{"1": {"input 30500": [1]}}', "holds no registers of the plant"),
        ('{"247": {"input": [1]}}', "holds no registers by unit and block"),
        ('{"247": {"input 30000": [70000]}}', "70000 is no 16-bit word"),
        ('{"247": 5}', "holds no registers by unit and block"),
    ],
)
def test_a_file_that_is_no_dump_is_refused_with_a_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "dump.json"
    path.write_text(content)
    with pytest.raises(DumpError, match=sentence):
        load_dump(path)


async def test_the_command_line_serves_a_dump(socket_enabled: None, file: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "simulator", "--modbus-port", "0", "--control-port", "0", "--dump", str(file)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    port = re.search(r"Modbus TCP on 127\.0\.0\.1:(\d+)", (await process.stdout.readline()).decode())
    assert port
    connection = await connect_tcp("127.0.0.1", port=int(port[1]), timeout=3)
    assert await connection.for_unit(247).read_input_registers(30014, 1) == [615]
    await connection.close()
    process.send_signal(signal.SIGTERM)
    assert (await process.communicate(), process.returncode) == ((b"", b""), 0)


async def test_a_dump_that_is_not_there_gives_a_sentence(socket_enabled: None, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "simulator", "--dump", str(tmp_path / "none.json")),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert (process.returncode, output) == (1, b"")
    assert errors.decode().startswith("simulator: [Errno 2]")
