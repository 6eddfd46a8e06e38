"""What can go wrong with single requests, as a client sees it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any

from aiohttp import ClientSession
from modbus_connection.exceptions import ModbusExceptionError, ModbusTimeoutError
from modbus_connection.pymodbus import ModbusConnection, PymodbusUnit, connect_tcp
import pytest

from simulator import Simulator

RATED_AND_LIMITS = [[30010, 30011], [30068, 30071], [30550, 30553], [40032, 40045]]


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
async def impatient(simulator: Simulator) -> AsyncIterator[ModbusConnection]:
    """A client that does not wait long."""
    connection = await connect_tcp("127.0.0.1", port=simulator.modbus_port, timeout=0.15)
    yield connection
    await connection.close()


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, 10, 11])
async def test_a_register_is_refused_for_write_alone(simulator: Simulator, plant: PymodbusUnit, code: int) -> None:
    simulator.disturb(access="write", addresses=[40032], exception=code)
    assert await refusal(plant.write_registers(40032, [0, 1])) == code
    assert await refusal(plant.write_registers(40031, [2])) is None
    assert await plant.read_holding_registers(40032, 2) == [0, 10_000]


async def test_a_register_refused_for_read_takes_every_block_it_lies_in(
    simulator: Simulator, plant: PymodbusUnit
) -> None:
    simulator.disturb(access="read", addresses=[[30031, 30034]], exception=2)
    assert await refusal(plant.read_input_registers(30005, 60)) == 2
    assert await refusal(plant.read_input_registers(30005, 26)) is None
    assert await refusal(plant.read_input_registers(30035, 30)) is None


async def test_a_refusal_can_be_for_one_unit_only(simulator: Simulator, connection: ModbusConnection) -> None:
    simulator.disturb(unit=1, exception=11)
    assert await refusal(connection.for_unit(1).read_input_registers(30578, 1)) == 11
    assert await refusal(connection.for_unit(247).read_input_registers(30014, 1)) is None


async def test_a_busy_plant_refuses_some_requests_and_then_takes_them(
    simulator: Simulator, connection: ModbusConnection
) -> None:
    simulator.disturb(addresses=[[40029, 40048]], exception=6, times=2)
    plant = connection.for_unit(247)
    assert await plant.read_input_registers(30014, 1) == [500]
    assert [await refusal(plant.write_register(40029, 1)) for _ in range(3)] == [6, 6, None]
    assert await plant.read_holding_registers(40029, 1) == [1]


async def test_a_refusal_may_end_after_a_time(simulator: Simulator, plant: PymodbusUnit) -> None:
    simulator.disturb(exception=4, for_s=60)
    simulator.advance(59)
    assert await refusal(plant.read_input_registers(30014, 1)) == 4
    simulator.advance(1)
    assert await refusal(plant.read_input_registers(30014, 1)) is None


async def test_an_address_may_stay_silent_while_others_answer(
    simulator: Simulator, impatient: ModbusConnection
) -> None:
    simulator.disturb(addresses=[40034], silent=True, times=1)
    plant = impatient.for_unit(247)
    with pytest.raises(ModbusTimeoutError):
        await plant.write_registers(40034, [0, 1])
    assert simulator.requests[-1].outcome == "silent"
    assert simulator.plant.holding[40034] == 10
    await plant.write_registers(40034, [0, 1])
    assert simulator.plant.holding[40034] == 0.001


async def test_one_reply_may_be_late(simulator: Simulator, plant: PymodbusUnit) -> None:
    loop = asyncio.get_running_loop()
    simulator.disturb(addresses=[30014], delay_s=0.2, times=1)
    asked = loop.time()
    assert await plant.read_input_registers(30014, 1) == [500]
    assert loop.time() - asked >= 0.19
    assert simulator.plant.disturbances.as_list() == []


async def test_an_offline_unit_may_make_everybody_wait(
    simulator: Simulator, connection: ModbusConnection, impatient: ModbusConnection
) -> None:
    simulator.disturb(unit=1, stalls_s=0.5)
    loop = asyncio.get_running_loop()
    asked = loop.time()
    with pytest.raises(ModbusTimeoutError):
        await impatient.for_unit(1).read_input_registers(30578, 1)
    assert await connection.for_unit(247).read_input_registers(30014, 1) == [500]
    assert loop.time() - asked >= 0.49


async def test_a_write_may_be_acknowledged_and_not_taken(simulator: Simulator, plant: PymodbusUnit) -> None:
    simulator.disturb(addresses=[40032], ignored=True, times=1)
    await plant.write_registers(40032, [0, 1234])
    assert await plant.read_holding_registers(40032, 2) == [0, 10_000]
    await plant.write_registers(40032, [0, 1234])
    assert await plant.read_holding_registers(40032, 2) == [0, 1234]


async def test_a_write_may_read_back_right_and_not_be_obeyed(simulator: Simulator, plant: PymodbusUnit) -> None:
    simulator.set(quirks={"disobeyed_registers": [40034]}, pv_power_w=0, house_power_w=900)
    await plant.write_register(40029, 1)
    await plant.write_registers(40034, [0, 0])
    simulator.advance(5)
    assert await plant.read_holding_registers(40034, 2) == [0, 0]
    assert simulator.plant.state.battery_w == -900
    simulator.set(quirks={"disobeyed_registers": None})
    assert simulator.plant.state.battery_w == 0


async def test_a_limit_on_pv_is_obeyed_on_a_firmware_that_does(simulator: Simulator, plant: PymodbusUnit) -> None:
    simulator.set(pv_power_w=3000, house_power_w=900)
    await plant.write_registers(40036, [0, 1200])
    simulator.advance(5)
    assert simulator.plant.state.pv_w == 1200
    simulator.set(quirks={"disobeyed_registers": [40036]})
    await plant.write_registers(40036, [0xFFFF, 0xFFFF])
    await plant.write_registers(40036, [0, 500])
    simulator.advance(5)
    assert await plant.read_holding_registers(40036, 2) == [0, 500]
    assert simulator.plant.state.pv_w == 1200


@pytest.mark.parametrize("battery_w", [-500, 0, 2500])
async def test_the_battery_may_do_as_it_likes(simulator: Simulator, plant: PymodbusUnit, battery_w: int) -> None:
    simulator.set(battery_power_w=battery_w, house_power_w=800, pv_power_w=0)
    await plant.write_registers(40029, [1])
    await plant.write_registers(40031, [1])
    simulator.advance(1)
    state = simulator.plant.state
    assert (state.battery_w, state.grid_w) == (battery_w, 800 + battery_w)


async def test_rated_values_and_limits_may_read_a_watt_low(simulator: Simulator, connection: ModbusConnection) -> None:
    simulator.set(quirks={"rounded_down_registers": RATED_AND_LIMITS})
    plant = connection.for_unit(247)
    await plant.write_registers(40032, [0, 5000, 0, 0])
    assert await plant.read_holding_registers(40032, 4) == [0, 4999, 0, 0]
    assert await plant.read_input_registers(30068, 2) == [0, 9999]
    assert await connection.for_unit(1).read_input_registers(30550, 2) == [0, 9999]
    assert await plant.read_holding_registers(40038, 2) == [0xFFFF, 0xFFFF]
    assert simulator.plant.control.charge_limit_w == 5000


@pytest.mark.parametrize(("refused", "codes"), [("none", [None, None]), ("all_ones", [3, None]), ("both", [3, 3])])
async def test_no_limit_may_be_refused(
    simulator: Simulator, plant: PymodbusUnit, refused: str, codes: list[int | None]
) -> None:
    simulator.set(quirks={"unset_limits_refused": refused})
    asked = [await refusal(plant.write_registers(40038, [0xFFFF, low])) for low in (0xFFFF, 0xFFFE)]
    assert asked == codes
    assert await refusal(plant.write_registers(40038, [0, 10_000])) is None


@pytest.mark.parametrize(("reads", "words"), [(0, [0, 0, 0, 0]), ("all_ones", [0xFFFF] * 4), (12.34, [0, 0, 0, 1234])])
async def test_a_counter_may_read_nonsense_for_some_polls(
    simulator: Simulator, plant: PymodbusUnit, reads: Any, words: list[int]
) -> None:
    good = await plant.read_input_registers(30088, 12)
    simulator.disturb(access="read", addresses=[30088], reads=reads, times=2)
    for _ in range(2):
        assert await plant.read_input_registers(30088, 12) == [*words, *good[4:]]
    assert await plant.read_input_registers(30088, 12) == good


async def test_a_register_may_read_random_words_that_are_not_the_true_ones(
    simulator: Simulator, plant: PymodbusUnit
) -> None:
    good = await plant.read_input_registers(30088, 4)
    simulator.disturb(access="read", addresses=[30088], reads="random")
    random = await plant.read_input_registers(30088, 4)
    assert random != good
    assert await plant.read_input_registers(30088, 4) == random


async def test_one_sample_of_the_state_of_charge_may_be_wrong(simulator: Simulator, plant: PymodbusUnit) -> None:
    simulator.disturb(addresses=[30014], reads=100, times=1)
    assert [(await plant.read_input_registers(30014, 1))[0] for _ in range(2)] == [1000, 500]


async def test_disturbances_are_set_and_taken_away_through_the_control_port(
    simulator: Simulator, plant: PymodbusUnit
) -> None:
    url = f"http://127.0.0.1:{simulator.control_port}/plant"
    async with ClientSession() as session:
        wanted = {"disturbances": [{"access": "write", "addresses": [40031], "exception": 4, "times": 5}]}
        async with session.post(url, json=wanted) as response:
            assert (await response.json())["disturbances"][0]["times"] == 5
        assert await refusal(plant.write_register(40031, 2)) == 4
        async with session.post(url, json={"disturbances": []}) as response:
            assert response.status == 200
    assert await refusal(plant.write_register(40031, 2)) is None


@pytest.mark.parametrize(
    ("disturbances", "sentence"),
    [
        ("x", "disturbances must be a list of objects."),
        ([{}], r"disturbances\[0\] must have one of exception, silent"),
        ([{"silent": True}, {"exception": 4, "silent": True}], r"disturbances\[1\] must have one of"),
        ([{"exception": 0}], r"disturbances\[0\].exception must be an exception code"),
        ([{"silent": True, "access": "look"}], r"disturbances\[0\].access must be read, write or any"),
        ([{"reads": "zero"}], r"disturbances\[0\].reads must be a number, all_ones or random"),
        ([{"silent": True, "times": 0}], r"disturbances\[0\].times must be 1 or more"),
    ],
)
def test_a_disturbance_that_makes_no_sense_is_refused_with_a_sentence(
    build: Any, disturbances: Any, sentence: str
) -> None:
    simulator: Simulator = build()
    with pytest.raises(ValueError, match=sentence):
        simulator.set(soc=10, disturbances=disturbances)
    assert simulator.plant.state.soc == 50
