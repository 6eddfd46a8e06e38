"""What control asks of a plant: within a deadline, and only of the plant that was set up."""

import asyncio
from collections.abc import AsyncGenerator, Callable

from hostile import HostileDevice, frame, honest
from modbus_connection import ServerDeviceBusyError
import pytest

from custom_components.sigenstor_panel.plant import client as plant_client
from custom_components.sigenstor_panel.plant.client import AnotherPlantError, PlantClient
from custom_components.sigenstor_panel.plant.transport import DeadlineError, PlantConnection, UnidentifiedPlantError
from simulator import Simulator

WRITES = {6, 16}


@pytest.fixture
async def connection(simulator: Simulator) -> AsyncGenerator[PlantConnection]:
    """A connection to the simulated plant."""
    connection = PlantConnection("127.0.0.1", simulator.modbus_port)
    yield connection
    connection.close()


@pytest.fixture
async def client(connection: PlantConnection) -> PlantClient:
    """A client that knows its plant."""
    client = PlantClient(connection.for_unit, message_spacing_s=0, link=connection)
    await client.async_identify([1])
    return client


@pytest.fixture
def written(simulator: Simulator) -> Callable[[], list[int]]:
    """Return the registers that were written so far."""
    return lambda: [request.address for request in simulator.requests if request.function_code in WRITES]


def refused(code: int) -> Callable[[bytes], list[bytes]]:
    """Refuse a request."""
    return lambda request: [frame(request[:2], request[6], request[7] | 0x80, bytes([code]))]


async def lose(simulator: Simulator, connection: PlantConnection) -> None:
    """Let the device close the connection, and wait until that is known."""
    await simulator.drop_connections()
    while connection.connected:  # noqa: ASYNC110  nobody is told
        await asyncio.sleep(0)


async def test_a_plant_is_identified_on_the_connection_on_which_it_said_who_it_is(
    simulator: Simulator, connection: PlantConnection, client: PlantClient
) -> None:
    assert client.identified
    generation = client.connection_generation
    await lose(simulator, connection)
    assert await client.async_confirm_identity() == simulator.plant.inverters[0].serial_number
    assert client.identified
    assert client.connection_generation == generation + 1


async def test_a_plant_that_was_never_asked_who_it_is_is_not_written_to(
    connection: PlantConnection, written: Callable[[], list[int]]
) -> None:
    stranger = PlantClient(connection.for_unit, message_spacing_s=0, link=connection)
    await stranger.async_read_control()
    with pytest.raises(UnidentifiedPlantError):
        await stranger.async_write("remote_ems_enabled", 1)
    assert not written()


async def test_a_write_on_a_new_connection_asks_first_who_answers(
    simulator: Simulator, connection: PlantConnection, client: PlantClient, written: Callable[[], list[int]]
) -> None:
    await lose(simulator, connection)
    simulator.requests.clear()
    await client.async_write("remote_ems_enabled", 1)
    assert [request.address for request in simulator.requests] == [30500, 40029]
    await client.async_write("remote_ems_mode", 2)
    assert written() == [40029, 40031]


async def test_another_plant_at_the_address_is_never_written_to(
    simulator: Simulator, connection: PlantConnection, client: PlantClient, written: Callable[[], list[int]]
) -> None:
    simulator.plant.inverters[0].serial_number = "999Z999Z9999"
    simulator.set(soc=11)
    await lose(simulator, connection)
    for _ in range(2):
        with pytest.raises(AnotherPlantError):
            await client.async_write("remote_ems_enabled", 1)
    assert not client.identified
    assert not written()


async def test_a_read_on_a_new_connection_asks_who_answers(
    simulator: Simulator, connection: PlantConnection, client: PlantClient
) -> None:
    await client.async_read(slow=True)
    await lose(simulator, connection)
    assert not client.identified
    await client.async_read(slow=False)
    assert client.identified


@pytest.mark.parametrize("simulator_settings", [{"inverters": 2}])
async def test_any_inverter_of_the_plant_can_say_who_it_is(
    simulator: Simulator, connection: PlantConnection, client: PlantClient
) -> None:
    await client.async_identify([1, 2])
    await client.async_read(slow=True)
    second = simulator.plant.inverters[1].serial_number
    client.inverters[0].answered = False
    assert await client.async_confirm_identity() == second


async def test_what_control_asks_of_a_silent_plant_ends_at_the_deadline(
    simulator: Simulator, client: PlantClient, written: Callable[[], list[int]]
) -> None:
    simulator.set(quirks={"stalled": True})
    with pytest.raises(DeadlineError):
        await client.async_read_control(deadline_s=0.2)
    assert not client.identified
    with pytest.raises(DeadlineError):
        await client.async_write("remote_ems_enabled", 1, deadline_s=0.2)
    simulator.set(quirks={"stalled": False})
    await client.async_write("remote_ems_enabled", 1)
    await client.async_read_control()
    assert client.control.remote_ems_enabled == 1
    assert written() == [40029]


async def test_a_write_waits_for_its_turn_only_until_its_deadline(
    simulator: Simulator, client: PlantClient, written: Callable[[], list[int]]
) -> None:
    simulator.set(quirks={"stalled": True})
    reading = asyncio.create_task(client.async_read_control(deadline_s=30))
    await asyncio.sleep(0)
    with pytest.raises(DeadlineError):
        await client.async_write("remote_ems_enabled", 1, deadline_s=0.1)
    assert not reading.done()
    reading.cancel()
    assert not written()


async def test_a_busy_plant_is_asked_again_for_a_value_but_never_told_twice(
    device: HostileDevice, link: PlantConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plant_client, "BUSY_PAUSES_S", (0, 0, 0))
    client = PlantClient(link.for_unit, message_spacing_s=0, link=link)
    device.answers = [refused(6), refused(6), honest]
    await client.async_identify([1])
    assert len(device.requests) == 3
    device.answers = [refused(6)] * 2
    with pytest.raises(ServerDeviceBusyError):
        await client.async_write("remote_ems_enabled", 1)
    assert len(device.requests) == 4
    device.answers = [refused(6)] * 9
    with pytest.raises(ServerDeviceBusyError):
        await client.async_read_control()
    assert len(device.requests) == 8


async def test_a_plant_that_stays_busy_is_given_up_at_the_deadline(
    device: HostileDevice, link: PlantConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plant_client, "BUSY_PAUSES_S", (60,))
    client = PlantClient(link.for_unit, message_spacing_s=0, link=link)
    device.answers = [refused(6)]
    with pytest.raises(DeadlineError):
        await client.async_read_control(deadline_s=0.5)


async def test_a_busy_inverter_is_not_taken_for_one_that_is_not_there(
    device: HostileDevice, link: PlantConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plant_client, "BUSY_PAUSES_S", ())
    device.answers = [refused(6)]
    with pytest.raises(ServerDeviceBusyError):
        await PlantClient(link.for_unit, message_spacing_s=0, link=link).async_find_inverters()
