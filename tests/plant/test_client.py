"""The plant client against a simulated SigenStor over real Modbus TCP."""

from collections.abc import AsyncGenerator

from modbus_connection import IllegalDataAddressError, ModbusConnectionError, ModbusError, ModbusTimeoutError
import pytest

from custom_components.sigenstor_panel.plant.client import PlantClient
from custom_components.sigenstor_panel.plant.probing import NotASigenStorError
from custom_components.sigenstor_panel.plant.transport import PlantConnection
from simulator import Simulator


@pytest.fixture
async def connection(simulator: Simulator) -> AsyncGenerator[PlantConnection]:
    """A connection to the simulated plant."""
    connection = PlantConnection("127.0.0.1", simulator.modbus_port)
    yield connection
    connection.close()


class Clock:
    """A clock that only tests move."""

    now_s = 0.0

    def __call__(self) -> float:
        """Return the time in s."""
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    """The client's clock."""
    return Clock()


@pytest.fixture
def client(connection: PlantConnection, clock: Clock) -> PlantClient:
    """A client that sends requests without pauses."""
    return PlantClient(connection.for_unit, message_spacing_s=0, clock=clock, link=connection)


async def requests_of(simulator: Simulator, client: PlantClient, *, slow: bool) -> int:
    """Return how many requests a read takes."""
    before = simulator.request_count
    await client.async_read(slow=slow)
    return simulator.request_count - before


async def test_a_fast_read_of_a_plant_with_one_inverter_takes_four_requests(
    simulator: Simulator, client: PlantClient
) -> None:
    await client.async_identify([1])
    await client.async_read(slow=True)
    assert await requests_of(simulator, client, slow=False) == 4
    assert await requests_of(simulator, client, slow=True) == 6


@pytest.mark.parametrize("simulator_settings", [{"inverters": 3}])
async def test_all_inverters_are_found(simulator: Simulator, client: PlantClient) -> None:
    found = await client.async_find_inverters()
    assert [info.unit_id for info in found] == [1, 2, 3]
    assert [info.serial_number for info in found] == [
        inverter.serial_number for inverter in simulator.plant.state.inverters
    ]
    assert found[0].model == simulator.plant.state.inverters[0].model
    assert found[0].rated_power_w == 10_000


async def test_registers_that_a_firmware_lacks_are_found_once_and_not_asked_again(
    simulator: Simulator, client: PlantClient
) -> None:
    simulator.set(quirks={"missing_registers": [[30272, 30275], [30280, 30286], 31037]})
    await client.async_identify([1])
    await client.async_read(slow=True)
    assert client.status.soc is not None
    assert client.status.pv_energy_today is None
    assert client.status.total_load_power is None
    assert client.status.grid_import_energy is not None
    assert client.inverters[0].electrical.insulation_resistance is None
    assert client.inverters[0].electrical.grid_frequency is not None
    assert client.missing["PlantStatus@247"] == {
        "pv_energy_today",
        "alarm_6",
        "alarm_7",
        "general_load_power",
        "total_load_power",
        "average_cell_temperature",
    }
    await client.async_read(slow=True)
    refused = [request for request in simulator.requests if request.outcome != "ok"]
    await client.async_read(slow=True)
    assert [request for request in simulator.requests if request.outcome != "ok"] == refused


async def test_what_was_missing_before_a_restart_is_not_asked_for(
    simulator: Simulator, connection: PlantConnection, client: PlantClient
) -> None:
    simulator.set(quirks={"missing_registers": [[30272, 30286]]})
    await client.async_identify([1])
    await client.async_read(slow=True)
    simulator.requests.clear()

    restarted = PlantClient(connection.for_unit, message_spacing_s=0, link=connection)
    await restarted.async_identify([1])
    restarted.assume_missing(client.missing)
    await restarted.async_read(slow=True)
    assert {request.outcome for request in simulator.requests} == {"ok"}
    assert restarted.missing == client.missing


async def test_registers_that_were_refused_for_a_while_are_read_again_within_the_hour(
    simulator: Simulator, client: PlantClient, clock: Clock
) -> None:
    # 30029: battery alarms; 40032: the limit that control sets; 31037: insulation.
    simulator.set(quirks={"missing_registers": [30029, [40032, 40033], 31037]})
    await client.async_identify([1])
    for _ in range(2):
        with pytest.raises(IllegalDataAddressError):
            await client.async_read(slow=True)
    await client.async_read(slow=True)
    assert (client.control.charge_limit, client.status.alarm_3) == (None, None)

    simulator.set(quirks={"missing_registers": [31037]})
    await client.async_read(slow=True)
    assert (client.control.charge_limit, client.status.alarm_3) == (None, None)
    clock.now_s += 3601
    for _ in range(3):
        await client.async_read(slow=True)
    assert None not in (client.control.charge_limit, client.status.alarm_3)
    assert client.inverters[0].electrical.grid_frequency is not None
    assert {name for names in client.missing.values() for name in names} == {"insulation_resistance"}


async def test_asking_again_makes_no_reading_much_later(
    simulator: Simulator, client: PlantClient, clock: Clock
) -> None:
    simulator.set(quirks={"missing_registers": [[30098, 30195], [30216, 30286], [31037, 31100]]})
    await client.async_identify([1])
    for _ in range(4):
        await client.async_read(slow=True)
    assert sum(map(len, client.missing.values())) > 20
    simulator.requests.clear()
    await client.async_read(slow=True)
    usual = len(simulator.requests)
    clock.now_s += 3601
    for _ in range(10):
        simulator.requests.clear()
        await client.async_read(slow=True)
        assert len(simulator.requests) <= usual + 4  # three fields, and the block of one that is served


@pytest.mark.parametrize("code", [2, 4, 6])
async def test_smart_loads_that_were_refused_at_first_are_looked_for_again_within_the_hour(
    simulator: Simulator, client: PlantClient, clock: Clock, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr("custom_components.sigenstor_panel.plant.client.BUSY_PAUSES_S", ())
    simulator.disturb(access="read", addresses=[[30098, 30145]], exception=code)
    await client.async_identify([1])
    await client.async_read(slow=True)
    assert client.smart_loads_in_use == set()
    simulator.set(disturbances=[])
    simulator.disturb(addresses=[30098], reads=123)
    for _ in range(64):
        clock.now_s += 60
        await client.async_read(slow=True)
    assert client.smart_loads_in_use == {1}
    assert client.smart_loads.energy_1 is not None


async def test_where_there_are_no_smart_loads_a_reading_asks_for_them_once_an_hour(
    simulator: Simulator, client: PlantClient, clock: Clock
) -> None:
    await client.async_identify([1])
    await client.async_read(slow=True)
    # Within the hour a DC charger is looked for, too.
    for minutes, requests in ((1, 6), (59, 8), (1, 6)):
        clock.now_s += 60 * minutes
        assert await requests_of(simulator, client, slow=True) == requests


class TestFindingMore:
    """Once an hour, somebody new is looked for."""

    @pytest.mark.parametrize(("unit", "hours"), [(20, 1), (40, 1), (41, 2), (246, 27)])
    async def test_an_inverter_is_found_at_any_unit_in_a_good_day(
        self, simulator: Simulator, client: PlantClient, unit: int, hours: int
    ) -> None:
        await client.async_identify([1])
        simulator.set(add_inverter=unit)
        found = [[info.unit_id for info in (await client.async_find_more())[0]] for _ in range(hours)]
        assert found == [*[[]] * (hours - 1), [unit]]

    @pytest.mark.parametrize("simulator_settings", [{"quirks": {"unknown_unit": 0}}])
    async def test_units_that_are_silent_cost_one_silence_an_hour_and_do_not_hide_those_behind_them(
        self, simulator: Simulator, client: PlantClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("custom_components.sigenstor_panel.plant.client._SILENCE_S", 0.02)
        await client.async_identify([1])
        simulator.set(add_inverter=5)
        simulator.requests.clear()
        found = []
        for _ in range(4):
            clock.now_s += 3600
            found.append([info.unit_id for info in (await client.async_find_more())[0]])
        assert [request.unit for request in simulator.requests if request.outcome == "silent"] == [2, 3, 4, 6]
        assert found == [[], [], [], [5]]
        clock.now_s += 86_400
        await client.async_find_more()
        assert simulator.requests[-1].unit == 2, "after a day it is asked again"


async def test_firmware_without_a_pv_counter_of_the_day_gets_it_from_its_inverters(
    simulator: Simulator, client: PlantClient
) -> None:
    simulator.advance(3600)
    simulator.set(quirks={"missing_registers": [[30272, 30275]]})
    await client.async_identify([1])
    await client.async_read(slow=True)
    expected = simulator.plant.state.inverters[0].energy_today_kwh["pv"]
    assert client.inverters[0].pv_energy.pv_energy_today == pytest.approx(expected, abs=0.01)


async def test_something_without_the_plants_core_registers_is_no_sigenstor(
    simulator: Simulator, client: PlantClient
) -> None:
    simulator.set(quirks={"missing_registers": [30014]})
    with pytest.raises(NotASigenStorError):
        await client.async_read(slow=False)
    assert not client.missing


async def test_a_plant_without_inverters_is_no_sigenstor(simulator: Simulator, client: PlantClient) -> None:
    simulator.set(quirks={"missing_registers": [[30500, 30553]]})
    with pytest.raises(NotASigenStorError):
        await client.async_find_inverters()


@pytest.mark.parametrize("simulator_settings", [{"inverters": 2}])
async def test_an_inverter_that_goes_silent_leaves_the_rest_readable_and_is_asked_again_after_a_minute(
    simulator: Simulator, client: PlantClient, clock: Clock
) -> None:
    await client.async_identify([1, 2])
    await client.async_read(slow=True)
    assert [reader.answered for reader in client.inverters] == [True, True]

    del simulator.plant.inverters[1:]
    await client.async_read(slow=False)
    assert [reader.answered for reader in client.inverters] == [True, False]
    assert client.status.soc is not None
    assert not any(key.endswith("@2") for key in client.missing)
    asked = [request.unit for request in simulator.requests]
    await client.async_read(slow=False)
    assert [request.unit for request in simulator.requests].count(2) == asked.count(2)

    clock.now_s += 61
    await client.async_read(slow=False)
    assert [request.unit for request in simulator.requests].count(2) > asked.count(2)


async def test_a_dropped_connection_costs_one_read_at_most(simulator: Simulator, client: PlantClient) -> None:
    await client.async_identify([1])
    await client.async_read(slow=True)
    await simulator.drop_connections()
    try:
        await client.async_read(slow=False)
    except ModbusError:
        await client.async_read(slow=False)
    assert client.status.soc is not None


async def test_a_plant_that_is_switched_off_raises_a_connection_error(
    simulator: Simulator, client: PlantClient
) -> None:
    await simulator.stop()
    with pytest.raises(ModbusConnectionError):
        await client.async_read(slow=False)
    await simulator.start()
    await client.async_read(slow=False)
    assert client.status.soc is not None


async def test_a_stalled_plant_raises_a_timeout_and_recovers(
    simulator: Simulator, client: PlantClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.status.modbus_unit.require_timeout(0.2)
    simulator.set(quirks={"stalled": True})
    with pytest.raises(ModbusTimeoutError):
        await client.async_read(slow=False)
    assert client.meter.errors_per_hour == 1
    simulator.set(quirks={"stalled": False})
    await client.async_read(slow=False)
    assert client.status.soc is not None


async def test_a_reply_that_comes_too_late_is_never_taken_for_another_ones(
    simulator: Simulator, client: PlantClient
) -> None:
    """The reply to a read that was given up must not answer the next one."""
    client.status.modbus_unit.require_timeout(0.2)
    client.control.modbus_unit.require_timeout(0.2)
    simulator.set(soc=42.0, quirks={"late_reply_s": 0.3})
    with pytest.raises(ModbusError):
        await client.async_read(slow=False)
    simulator.set(quirks={"late_reply_s": 0.0})
    await client.async_read(slow=False)
    assert client.status.soc == pytest.approx(42.0, abs=0.1)
    assert client.control.remote_ems_enabled == 0


async def test_the_meter_counts_the_last_hour(simulator: Simulator, client: PlantClient, clock: Clock) -> None:
    await client.async_read(slow=False)
    assert client.meter.requests_per_hour == simulator.request_count
    clock.now_s += 3601
    assert client.meter.requests_per_hour == 0
