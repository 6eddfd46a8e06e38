"""Systems of other sizes and parts: units, PV-only inverters, chargers, clocks, meters, exchanged inverters."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
import struct
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
from modbus_connection.exceptions import ModbusExceptionError, ModbusTimeoutError
from modbus_connection.pymodbus import ModbusConnection, connect_tcp
import pytest

from simulator import Simulator, SimulatorSettings
from simulator.readings import BATTERY_REGISTERS
from simulator.registers import register_table

BRISBANE = ZoneInfo("Australia/Brisbane")
NIGHT = datetime(2026, 1, 10, 1, tzinfo=BRISBANE)

type Build = Callable[..., Simulator]


@asynccontextmanager
async def served(build: Build, **settings: Any) -> AsyncIterator[tuple[Simulator, ModbusConnection]]:
    """Serve a plant and connect to it."""
    async with build(**settings) as simulator:
        connection = await connect_tcp("127.0.0.1", port=simulator.modbus_port, timeout=3)
        try:
            yield simulator, connection
        finally:
            await connection.close()


async def refusal(request: Awaitable[object]) -> int | None:
    """Return the exception code a request is refused with, None when it is done."""
    try:
        await request
    except ModbusExceptionError as error:
        return error.exception_code
    return None


async def number(connection: ModbusConnection, unit: int, address: int, kind: str = "i") -> int:
    """Return a raw 32-bit value."""
    words = await connection.for_unit(unit).read_input_registers(address, 2)
    return int(struct.unpack(f">{kind}", struct.pack(">2H", *words))[0])


async def serial_number(connection: ModbusConnection, unit: int) -> str:
    """Return an inverter's serial number."""
    words = await connection.for_unit(unit).read_input_registers(30515, 10)
    return b"".join(word.to_bytes(2) for word in words).rstrip(b"\0").decode()


@pytest.mark.parametrize("units", [(1, 4), (3,), (20,), (11, 12), (246,)])
async def test_inverters_answer_at_their_units_and_nowhere_else(
    socket_enabled: None, build: Build, units: tuple[int, ...]
) -> None:
    async with served(build, units=units) as (_, connection):
        found = [
            unit
            for unit in (1, 2, 3, 4, 5, 11, 12, 13, 20, 246)
            if await refusal(connection.for_unit(unit).read_input_registers(30500, 60)) is None
        ]
        assert found == list(units)
        assert len({await serial_number(connection, unit) for unit in units}) == len(units)
        assert await number(connection, 247, 30068) == 10_000 * len(units)


async def test_a_proxy_shows_other_units_than_the_plants_own(socket_enabled: None, build: Build) -> None:
    async with served(build, units=(1, 2), unit_map={100: 247, 31: 1, 32: 2}) as (simulator, connection):
        assert await connection.for_unit(100).read_input_registers(30014, 1) == [500]
        assert await serial_number(connection, 32) == simulator.plant.inverters[1].serial_number
        for unit in (1, 2, 247):
            assert await refusal(connection.for_unit(unit).read_input_registers(30014, 1)) == 2
        await connection.for_unit(100).write_register(40029, 1)
        assert [(each.unit, each.address) for each in simulator.write_log] == [(100, 40029)]
        assert simulator.plant.holding[40029] == 1


@pytest.mark.parametrize("code", [2, 10, 11])
async def test_a_unit_that_is_not_there_may_be_refused_in_other_ways(
    simulator: Simulator, connection: ModbusConnection, code: int
) -> None:
    simulator.set(quirks={"unknown_unit": code})
    assert await refusal(connection.for_unit(9).read_input_registers(30500, 1)) == code


async def test_a_unit_that_is_not_there_may_be_silent(simulator: Simulator) -> None:
    simulator.set(quirks={"unknown_unit": 0})
    connection = await connect_tcp("127.0.0.1", port=simulator.modbus_port, timeout=0.15)
    with pytest.raises(ModbusTimeoutError):
        await connection.for_unit(9).read_input_registers(30500, 1)
    await connection.close()


async def test_one_plant_may_answer_at_two_addresses(socket_enabled: None, build: Build) -> None:
    async with served(build, second_modbus_port=0) as (simulator, first):
        assert simulator.second_modbus_port
        second = await connect_tcp("127.0.0.1", port=simulator.second_modbus_port, timeout=3)
        await second.for_unit(247).write_register(40029, 1)
        assert await first.for_unit(247).read_holding_registers(40029, 1) == [1]
        assert await serial_number(second, 1) == await serial_number(first, 1)
        assert (len(simulator.write_log), simulator.connection_count) == (1, 2)
        await second.close()


@pytest.mark.parametrize(("answer", "word"), [("zero", 0), ("all_ones", 0xFFFF), ("exception", None)])
async def test_an_inverter_without_a_battery_has_nothing_to_say_about_one(
    socket_enabled: None, build: Build, answer: str, word: int | None
) -> None:
    quirks = {"battery_registers_without_battery": answer}
    async with served(build, units=(1, 2), pv_only_units=(2,), quirks=quirks) as (simulator, connection):
        simulator.set(soc=80)
        pv_only = connection.for_unit(2)
        table = register_table("inverter").by_address
        for address in BATTERY_REGISTERS & set(table):
            request = pv_only.read_input_registers(address, table[address].count)
            if word is None:
                assert await refusal(request) == 2
            else:
                assert await request == [word] * table[address].count
        assert await number(connection, 2, 31035) > 0
        assert await connection.for_unit(1).read_input_registers(30601, 1) == [800]
        assert await connection.for_unit(247).read_input_registers(30014, 1) == [800]
        assert await number(connection, 247, 30068) == 10_000
        assert await number(connection, 247, 30083) == 2400
        assert await number(connection, 247, 30010) == 20_000


def test_the_battery_of_a_mixed_plant_is_that_of_its_hybrid(build: Build) -> None:
    simulator = build(start=NIGHT, units=(1, 2), pv_only_units=(2,), soc=40)
    simulator.set(house_power_w=3000)
    simulator.advance(60)
    hybrid, pv_only = simulator.plant.state.inverters
    assert (hybrid.battery_w, pv_only.battery_w) == (-3000, 0)
    assert simulator.plant.state.soc == hybrid.soc
    assert simulator.plant.state.cell_temperature_c == hybrid.cell_temperature_c


async def test_a_plant_may_have_no_battery_at_all(socket_enabled: None, build: Build) -> None:
    async with served(build, pv_only_units=(1,)) as (simulator, connection):
        simulator.set(soc=50, house_power_w=1000)
        simulator.advance(60)
        assert await connection.for_unit(247).read_input_registers(30014, 1) == [0]
        assert await number(connection, 247, 30037) == 0
        assert await number(connection, 247, 30083) == 0


@pytest.mark.parametrize(("inverters", "rated_w", "plant_w"), [(1, 110_000, 110_000), (10, 120_000, 1_200_000)])
async def test_commercial_systems_show_their_ratings_and_take_orders_of_their_size(
    socket_enabled: None, build: Build, inverters: int, rated_w: int, plant_w: int
) -> None:
    size = {"inverters": inverters, "rated_w": rated_w, "capacity_kwh": 240.0, "pv_peak_w": 2 * rated_w}
    async with served(build, **size) as (simulator, connection):
        assert await number(connection, 247, 30010) == plant_w
        assert await number(connection, 247, 30083) == 24_000 * inverters
        assert await number(connection, 1, 30540) == rated_w
        plant = connection.for_unit(247)
        await plant.write_register(40029, 1)
        await plant.write_registers(40032, list(divmod(plant_w, 0x10000)))
        await plant.write_register(40031, 3)
        simulator.set(house_power_w=90_000)
        assert await number(connection, 247, 30037) == plant_w
        assert await number(connection, 247, 30005) == plant_w + 90_000


async def test_a_vehicle_that_feeds_the_house_shows_below_zero_and_is_no_load(
    simulator: Simulator, connection: ModbusConnection
) -> None:
    simulator.set(dc_charger_power_w=-12_500, vehicle_soc=70, house_power_w=2000, pv_power_w=0)
    simulator.set(soc=100)
    assert await number(connection, 1, 31502) == -12_500
    assert await number(connection, 247, 30284) == 2000
    assert await number(connection, 247, 30005) == -10_500
    pv_w, grid_w, battery_w = [await number(connection, 247, address) for address in (30035, 30005, 30037)]
    assert pv_w + grid_w - battery_w == -10_500
    assert pv_w + grid_w - battery_w + 12_500 == 2000
    assert await connection.for_unit(1).read_input_registers(31504, 1) == [700]


async def test_a_dc_charger_is_counted_limited_and_stopped(simulator: Simulator, connection: ModbusConnection) -> None:
    simulator.set(dc_charger_power_w=9000, house_power_w=1000, pv_power_w=0, soc=0)
    assert await number(connection, 247, 30284) == 10_000
    assert await number(connection, 247, 30282) == 1000
    assert await number(connection, 247, 30005) == 10_000
    simulator.advance(3600)
    assert await number(connection, 1, 31519) == pytest.approx(900, abs=1)
    words = await connection.for_unit(247).read_input_registers(30208, 4)
    assert words[3] == pytest.approx(900, abs=1)
    charger = connection.for_unit(1)
    await charger.write_registers(41002, [0, 3000])
    simulator.advance(1)
    assert await number(connection, 1, 31502) == 3000
    await charger.write_register(41000, 1)
    simulator.advance(1)
    assert await number(connection, 1, 31502) == 0
    assert await charger.read_input_registers(31513, 1) == [0]
    assert await refusal(charger.write_registers(41002, [0, 25_001])) == 3


@given(
    dc_w=st.integers(-25_000, 25_000),
    ac_w=st.integers(0, 22_000),
    house_w=st.integers(0, 15_000),
    pv_w=st.integers(0, 10_000),
    mode=st.sampled_from(range(7)),
    outage=st.booleans(),
)
def test_power_balances_with_chargers_to_the_watt(
    dc_w: int, ac_w: int, house_w: int, pv_w: int, mode: int, outage: bool
) -> None:
    simulator = Simulator(SimulatorSettings(start=NIGHT, realtime=False, ac_charger_units=(5,)))
    simulator.plant.holding.update({40029: 1, 40031: mode})
    simulator.set(
        dc_charger_power_w=dc_w,
        ac_charger_power_w=ac_w,
        house_power_w=house_w,
        pv_power_w=pv_w,
        faults={"grid_outage": outage},
    )
    state = simulator.plant.state
    taken_w = state.house_w + state.dc_charger_w + state.ac_charger_w + state.battery_w
    assert state.grid_w == taken_w - state.pv_w
    assert sum(state.grid_phases_w) == state.grid_w
    assert 0 <= state.house_w <= house_w
    assert outage or (state.house_w, state.dc_charger_w) == (house_w, dc_w)
    assert not outage or (state.grid_w, state.dc_charger_w, state.ac_charger_w) == (0, 0, 0)


async def test_an_ac_charger_has_a_unit_of_its_own(socket_enabled: None, build: Build) -> None:
    async with served(build, start=NIGHT, ac_charger_units=(5,)) as (simulator, connection):
        charger = connection.for_unit(5)
        assert await charger.read_input_registers(32000, 1) == [1]
        simulator.set(ac_charger_power_w=7400, house_power_w=600, soc=0)
        assert await charger.read_input_registers(32000, 1) == [5]
        assert await number(connection, 5, 32003) == 7400
        assert await number(connection, 247, 30284) == 8000
        assert await number(connection, 247, 30005) == 8000
        before = await number(connection, 5, 32001)
        simulator.advance(3600)
        assert await number(connection, 5, 32001) - before == pytest.approx(740, abs=1)
        await charger.write_registers(42001, [0, 600])
        simulator.advance(1)
        assert await number(connection, 5, 32003) == 6 * 230 * 3
        assert await refusal(charger.write_registers(42001, [0, 500])) == 3
        await charger.write_register(42000, 1)
        simulator.advance(1)
        assert await number(connection, 5, 32003) == 0
        assert await refusal(charger.read_input_registers(30500, 15)) == 2


async def test_a_charger_that_is_offline_may_stall_everybody(socket_enabled: None, build: Build) -> None:
    async with served(build, ac_charger_units=(5,)) as (simulator, connection):
        simulator.disturb(unit=5, stalls_s=0.4)
        impatient = await connect_tcp("127.0.0.1", port=simulator.modbus_port, timeout=0.1)
        with pytest.raises(ModbusTimeoutError):
            await impatient.for_unit(5).read_input_registers(32000, 1)
        with pytest.raises(ModbusTimeoutError):
            await impatient.for_unit(247).read_input_registers(30014, 1)
        assert await connection.for_unit(247).read_input_registers(30014, 1) == [500]
        await impatient.close()


def test_an_import_limit_of_zero_stops_the_chargers_and_so_does_an_outage(build: Build) -> None:
    simulator = build(start=NIGHT, ac_charger_units=(5,))
    simulator.set(ac_charger_power_w=7400, dc_charger_power_w=3000)
    assert simulator.plant.state.ac_charger_w + simulator.plant.state.dc_charger_w == 10_400
    simulator.plant.holding[40040] = 0.0
    simulator.set()
    assert simulator.plant.state.ac_charger_w == simulator.plant.state.dc_charger_w == 0
    simulator.plant.holding[40040] = None
    simulator.set(faults={"grid_outage": True})
    assert simulator.plant.state.ac_charger_w == simulator.plant.state.dc_charger_w == 0
    assert not simulator.house_is_dark


async def test_the_devices_clock_may_be_wrong(simulator: Simulator, connection: ModbusConnection) -> None:
    simulator.set(device_clock_offset_s=-5400, device_utc_offset_min=-300)
    assert await number(connection, 247, 30000) == simulator.plant.time_s - 5400
    assert await connection.for_unit(247).read_input_registers(30002, 1) == [0x10000 - 300]
    simulator.set(device_clock_offset_s=0, device_utc_offset_min=None)
    assert await connection.for_unit(247).read_input_registers(30002, 1) == [600]


@pytest.mark.parametrize("hour", [23.0, 1.0, 15.5, 0.0])
async def test_daily_counters_begin_at_the_devices_midnight(
    simulator: Simulator, connection: ModbusConnection, hour: float
) -> None:
    start = datetime(2026, 1, 10, int(hour), int(hour % 1 * 60), tzinfo=BRISBANE)
    simulator.set(device_midnight_h=hour, house_power_w=3600)
    simulator.set(time=datetime.fromtimestamp(start.timestamp() - 10, BRISBANE).isoformat())
    simulator.advance(9)
    # The time was set on another day: counting began there.
    assert simulator.plant.state.energy_today_kwh["house"] == pytest.approx(0.009)
    simulator.advance(1)
    assert await number(connection, 247, 30092) == 0
    simulator.advance(100)
    assert await number(connection, 247, 30092) == 10
    assert (await connection.for_unit(1).read_input_registers(30566, 2))[0] == 0


async def test_totals_go_on_while_the_daily_counters_begin_anew(
    simulator: Simulator, connection: ModbusConnection
) -> None:
    simulator.set(device_midnight_h=15.5, house_power_w=3600, pv_power_w=5000)
    simulator.advance(3 * 3600)
    before = simulator.plant.state.energy_totals_kwh
    assert simulator.plant.state.energy_today_kwh["pv"] == pytest.approx(15)
    simulator.advance(1800)
    after = simulator.plant.state
    assert after.energy_today_kwh["pv"] == 0
    assert after.energy_totals_kwh["pv"] == pytest.approx(before["pv"] + 2.5)
    assert await number(connection, 1, 31509) == 0


async def test_a_meter_that_is_not_connected_says_so_and_measures_nothing(
    simulator: Simulator, connection: ModbusConnection
) -> None:
    simulator.set(pv_power_w=6000, house_power_w=500, soc=100)
    assert await number(connection, 247, 30005) == -5500
    simulator.set(faults={"meter_lost": True})
    plant = connection.for_unit(247)
    assert await plant.read_input_registers(30004, 1) == [0]
    assert await number(connection, 247, 30005) == 0
    assert await plant.read_input_registers(30052, 12) == [0] * 12
    assert await number(connection, 247, 30035) == 6000


async def test_an_exchanged_inverter_has_another_serial_number_and_counts_from_zero(
    simulator: Simulator, connection: ModbusConnection
) -> None:
    old = await serial_number(connection, 1)
    plant_total = await connection.for_unit(247).read_input_registers(30088, 4)
    simulator.set(exchange_inverter=1)
    assert await serial_number(connection, 1) not in ("", old)
    assert await connection.for_unit(1).read_input_registers(30568, 4) == [0, 0, 0, 0]
    assert await connection.for_unit(247).read_input_registers(30088, 4) == plant_total
    assert await connection.for_unit(247).read_input_registers(30014, 1) == [500]


async def test_an_inverter_may_be_added_and_taken_away(simulator: Simulator, connection: ModbusConnection) -> None:
    simulator.set(add_inverter=7)
    assert await serial_number(connection, 7) == "110A123B0007"
    assert await number(connection, 247, 30068) == 20_000
    simulator.set(remove_inverter=1)
    assert await refusal(connection.for_unit(1).read_input_registers(30500, 1)) == 2
    assert await serial_number(connection, 7) == "110A123B0007"
    with pytest.raises(ValueError, match="no inverter at unit 7 that can be taken away"):
        simulator.set(remove_inverter=7)
    with pytest.raises(ValueError, match="no inverter at unit 9"):
        simulator.set(exchange_inverter=9)


async def test_a_part_of_a_sum_reads_zero_for_some_polls(simulator: Simulator, connection: ModbusConnection) -> None:
    simulator.set(third_party_power_w=3000)
    simulator.advance(36_000)
    good = await connection.for_unit(247).read_input_registers(30196, 4)
    assert good != [0, 0, 0, 0]
    simulator.disturb(addresses=[[30194, 30199], [30240, 30243]], reads=0, times=2)
    block = await connection.for_unit(247).read_input_registers(30194, 6)
    assert block == [0] * 6
    assert await connection.for_unit(247).read_input_registers(30196, 4) == good


@pytest.mark.parametrize(
    ("unit", "first", "count", "refused"),
    [
        (1, 31000, 42, (31005, 31010)),
        (1, 30578, 46, (30605, 30609)),
        (247, 30005, 68, (30031, 30034)),
        (247, 30194, 93, (30228, 30268)),
    ],
)
async def test_a_refused_register_takes_the_block_it_lies_in_and_nothing_else(
    simulator: Simulator, connection: ModbusConnection, unit: int, first: int, count: int, refused: tuple[int, int]
) -> None:
    simulator.set(quirks={"missing_registers": [list(refused)]})
    device = connection.for_unit(unit)
    assert await refusal(device.read_input_registers(first, count)) == 2
    assert await refusal(device.read_input_registers(first, refused[0] - first)) is None
    after = refused[1] + (4 if refused[1] == 30268 else 1)
    assert await refusal(device.read_input_registers(after, first + count - after)) is None


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"units": (1, 1)}, "units"),
        ({"units": ()}, "units"),
        ({"units": (247,)}, "units"),
        ({"units": (2,), "ac_charger_units": (2,)}, "units"),
        ({"rated_w": 0}, "rated_w"),
        ({"main_fuse_w": -1}, "main_fuse_w"),
    ],
)
def test_a_system_that_cannot_be_is_refused_with_the_field(settings: dict[str, Any], names: str) -> None:
    with pytest.raises(ValueError, match=names):
        SimulatorSettings(**settings)
