"""The register space over real TCP, as a client sees it."""

import asyncio
from collections.abc import Awaitable
import struct

from modbus_connection.exceptions import ModbusExceptionError
from modbus_connection.pymodbus import ModbusConnection, PymodbusUnit
import pytest

from simulator import Simulator
from simulator.readings import INVERTER_READINGS, PLANT_READINGS
from simulator.registers import register_table


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


@pytest.fixture
def inverter(connection: ModbusConnection) -> PymodbusUnit:
    """The first inverter."""
    return connection.for_unit(1)


async def raw(simulator: Simulator, *frames: bytes) -> bytes:
    """Send bytes in one go and return what comes back within a moment of silence."""
    reader, writer = await asyncio.open_connection("127.0.0.1", simulator.modbus_port)
    writer.write(b"".join(frames))
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def frame(transaction: int, unit: int, body: bytes) -> bytes:
    """Return a Modbus TCP frame."""
    return struct.pack(">HHHB", transaction, 0, len(body) + 1, unit) + body


async def test_every_register_of_the_table_can_be_read_alone_with_either_function_code(
    plant: PymodbusUnit, inverter: PymodbusUnit
) -> None:
    for unit, device in ((plant, "plant"), (inverter, "inverter")):
        for register in register_table(device).by_address.values():
            if register.readable:
                by_input = await unit.read_input_registers(register.address, register.count)
                by_holding = await unit.read_holding_registers(register.address, register.count)
                assert len(by_input) == register.count
                assert by_input == by_holding


def test_every_reading_belongs_to_a_register_of_the_table() -> None:
    assert set(PLANT_READINGS) <= set(register_table("plant").by_address)
    assert set(INVERTER_READINGS) <= set(register_table("inverter").by_address)


async def test_registers_show_the_true_state(simulator: Simulator, plant: PymodbusUnit, inverter: PymodbusUnit) -> None:
    simulator.set(soc=43.2, cell_temperature_c=-3.4, house_power_w=2345, pv_power_w=0)
    state = simulator.plant.state

    def signed(words: list[int]) -> int:
        return int(struct.unpack(">i", struct.pack(">2H", *words))[0])

    assert await plant.read_input_registers(30014, 1) == [432]
    assert await plant.read_input_registers(30286, 1) == [0x10000 - 34]
    assert signed(await plant.read_input_registers(30005, 2)) == state.grid_w == 0
    assert signed(await plant.read_input_registers(30037, 2)) == state.battery_w == -2345
    assert signed(await plant.read_input_registers(30284, 2)) == 2345
    assert await plant.read_input_registers(30083, 2) == [0, 2400]
    seconds = await plant.read_input_registers(30000, 2)
    assert seconds[0] << 16 | seconds[1] == state.time.timestamp()
    assert await plant.read_input_registers(30002, 1) == [600]
    model = await inverter.read_input_registers(30500, 15)
    assert b"".join(word.to_bytes(2) for word in model).rstrip(b"\0") == b"SigenStor EC 10.0 TP"
    assert await inverter.read_input_registers(30601, 1) == [432]
    assert await inverter.read_input_registers(31024, 3) == [3, 4, 4]


async def test_a_counter_of_64_bits_has_its_high_word_first(simulator: Simulator, plant: PymodbusUnit) -> None:
    words = await plant.read_input_registers(30088, 4)
    assert words[:2] == [0, 0]
    raw_value = words[2] << 16 | words[3]
    assert raw_value / 100 == pytest.approx(simulator.plant.state.energy_totals_kwh["pv"], abs=0.01)


async def test_power_in_one_read_balances_to_the_watt(simulator: Simulator, plant: PymodbusUnit) -> None:
    for _ in range(20):
        simulator.advance(37)
        low = await plant.read_input_registers(30000, 124)
        high = await plant.read_input_registers(30194, 93)

        def watts(address: int, low: list[int] = low, high: list[int] = high) -> int:
            words = low[address - 30000 :] if address < 30194 else high[address - 30194 :]
            return int(struct.unpack(">i", struct.pack(">2H", *words[:2]))[0])

        assert watts(30005) == watts(30284) + watts(30037) - watts(30035) - watts(30194)
        assert watts(30052) + watts(30054) + watts(30056) == watts(30005)


async def test_a_read_spans_gaps_beside_real_registers_but_not_gaps_alone(plant: PymodbusUnit) -> None:
    words = await plant.read_input_registers(30072, 13)
    assert words == [0] * 11 + [0, 2400]
    assert await refusal(plant.read_input_registers(30073, 10)) == 2
    assert await refusal(plant.read_input_registers(35000, 1)) == 2
    assert await refusal(plant.read_holding_registers(40026, 3)) == 2


async def test_124_registers_can_be_read_at_once_and_125_cannot(plant: PymodbusUnit) -> None:
    assert len(await plant.read_input_registers(30000, 124)) == 124
    assert await refusal(plant.read_input_registers(30000, 125)) == 3


async def test_units_that_are_not_there_answer_exception_2(connection: ModbusConnection) -> None:
    for unit in (2, 100, 246, 248):
        assert await refusal(connection.for_unit(unit).read_input_registers(30000, 1)) == 2


async def test_a_second_inverter_answers_at_its_own_unit(socket_enabled: None, build: object) -> None:
    async with build(inverters=2) as simulator:  # type: ignore[operator]
        first = await raw(simulator, frame(1, 1, struct.pack(">BHH", 4, 30515, 10)))
        second = await raw(simulator, frame(1, 2, struct.pack(">BHH", 4, 30515, 10)))
    assert b"110A123B0001" in first
    assert b"110A123B0002" in second


async def test_a_limit_that_is_not_set_reads_all_bits_one(plant: PymodbusUnit) -> None:
    assert await plant.read_holding_registers(40032, 14) == [0, 10_000, 0, 10_000] + [0xFFFF] * 10


async def test_remote_ems_shows_in_the_work_mode_as_soon_as_it_is_written(plant: PymodbusUnit) -> None:
    assert await plant.read_input_registers(30003, 1) == [0]
    await plant.write_register(40029, 1)
    assert await plant.read_input_registers(30003, 1) == [7]
    await plant.write_register(40029, 0)
    assert await plant.read_input_registers(30003, 1) == [0]


async def test_a_written_mode_acts_at_the_next_step_and_only_under_remote_ems(
    simulator: Simulator, plant: PymodbusUnit
) -> None:
    simulator.set(pv_power_w=0, soc=50)
    await plant.write_registers(40032, [0, 4000])
    await plant.write_register(40031, 3)
    simulator.advance(1)
    assert simulator.plant.state.battery_w < 0
    await plant.write_register(40029, 1)
    simulator.advance(1)
    assert simulator.plant.state.battery_w == 4000


async def test_cut_offs_show_where_they_are_read_too(plant: PymodbusUnit) -> None:
    await plant.write_registers(40046, [100, 950, 120])
    assert await plant.read_input_registers(30085, 2) == [950, 120]
    assert await plant.read_holding_registers(40046, 3) == [100, 950, 120]


@pytest.mark.parametrize(
    ("address", "words", "code"),
    [
        (30014, [500], 2),  # read-only
        (40026, [1], 2),  # reserved
        (45000, [1], 2),  # unknown
        (40029, [2], 3),
        (40031, [7], 3),
        (40032, [0, 10_001], 3),
        (40034, [0xFFFF, 0xFFFF], 3),
        (40047, [1001], 3),
        (40007, [500], 3),
        (40032, [5], 3),  # half a value
        (40033, [5, 0], 3),  # two halves
        (40029, [1, 0, 2, 0, 5000], None),  # several values, back to back
        (40025, [0, 0], 2),  # a value and a gap
        (40038, [0xFFFF, 0xFFFF], None),
    ],
)
async def test_a_write_is_taken_or_refused_as_the_protocol_says(
    plant: PymodbusUnit, address: int, words: list[int], code: int | None
) -> None:
    assert await refusal(plant.write_registers(address, words)) == code


async def test_a_refused_write_changes_nothing_of_it(plant: PymodbusUnit) -> None:
    before = await plant.read_holding_registers(40029, 20)
    assert await refusal(plant.write_registers(40029, [1, 0, 9])) == 3
    assert await plant.read_holding_registers(40029, 20) == before


async def test_a_single_write_takes_one_register_and_not_half_a_value(plant: PymodbusUnit) -> None:
    assert await refusal(plant.write_register(40031, 5)) is None
    assert await refusal(plant.write_register(40032, 5)) == 3
    assert await plant.read_holding_registers(40031, 3) == [5, 0, 10_000]


async def test_a_write_only_register_takes_writes_and_is_not_read(simulator: Simulator, plant: PymodbusUnit) -> None:
    assert await refusal(plant.read_holding_registers(40000, 1)) == 2
    assert await plant.read_holding_registers(40000, 3) == [0, 0, 0]
    await plant.write_register(40000, 0)
    simulator.advance(1)
    assert await plant.read_input_registers(30051, 1) == [3]
    assert simulator.plant.state.pv_w == simulator.plant.state.battery_w == 0
    await plant.write_register(40000, 1)
    assert await plant.read_input_registers(30051, 1) == [1]


async def test_one_inverter_can_be_stopped_alone(socket_enabled: None, build: object) -> None:
    async with build(inverters=2) as simulator:  # type: ignore[operator]
        await raw(simulator, frame(1, 2, struct.pack(">BHH", 6, 40500, 0)))
        simulator.advance(1)
        first, second = simulator.plant.state.inverters
        assert (first.running_state, second.running_state) == (1, 3)
        assert first.pv_w > 0
        assert second.pv_w == second.battery_w == 0


async def test_a_broadcast_is_obeyed_without_an_answer(simulator: Simulator) -> None:
    answer = await raw(
        simulator,
        frame(1, 0, struct.pack(">BHH", 6, 40029, 1)),
        frame(2, 0, struct.pack(">BHH", 4, 30014, 1)),
    )
    assert answer == b""
    assert simulator.plant.state.remote_ems
    assert [request.outcome for request in simulator.requests] == ["broadcast", "broadcast"]


async def test_requests_that_arrive_together_are_answered_one_by_one_in_order(simulator: Simulator) -> None:
    body = struct.pack(">BHH", 4, 30014, 1)
    answer = await raw(simulator, frame(7, 247, body), frame(8, 247, body), frame(9, 1, body))
    assert answer == (
        frame(7, 247, b"\x04\x02" + struct.pack(">H", 500))
        + frame(8, 247, b"\x04\x02" + struct.pack(">H", 500))
        + frame(9, 1, b"\x84\x02")
    )


async def test_a_request_that_arrives_in_pieces_is_answered(simulator: Simulator) -> None:
    request = frame(5, 247, struct.pack(">BHH", 4, 30014, 1))
    reader, writer = await asyncio.open_connection("127.0.0.1", simulator.modbus_port)
    writer.write(request + request[:4])
    assert await reader.readexactly(11)
    writer.write(request[4:])
    assert await reader.readexactly(11) == frame(5, 247, b"\x04\x02" + struct.pack(">H", 500))
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("body", [b"\x01\x00\x00\x00\x01", b"\x63", b"\x10\x9c\x5d\x00\x05\x0a", b"\x04"])
async def test_what_is_not_a_known_request_answers_an_exception_and_does_not_end_the_connection(
    simulator: Simulator, body: bytes
) -> None:
    good = frame(2, 247, struct.pack(">BHH", 4, 30014, 1))
    answer = await raw(simulator, frame(1, 247, body), good)
    assert answer == frame(1, 247, bytes([body[0] | 0x80, 1])) + frame(2, 247, b"\x04\x02\x01\xf4")


async def test_requests_are_kept_as_they_came_in(simulator: Simulator, plant: PymodbusUnit) -> None:
    await plant.read_input_registers(30000, 10)
    await plant.write_registers(40032, [0, 1500])
    await plant.write_register(40029, 1)
    await refusal(plant.read_input_registers(39_999, 1))
    seen = [
        (request.unit, request.function_code, request.address, request.count, request.values, request.outcome)
        for request in simulator.requests
    ]
    assert seen == [
        (247, 4, 30000, 10, (), "ok"),
        (247, 16, 40032, 2, (0, 1500), "ok"),
        (247, 6, 40029, 1, (1,), "ok"),
        (247, 4, 39_999, 1, (), "exception 2"),
    ]
    assert simulator.request_count == 4
    assert simulator.requests[0].time == simulator.plant.state.time
