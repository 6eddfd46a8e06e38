"""A simulator on loopback whose clock only the test moves, and a client for it."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from modbus_connection.pymodbus import ModbusConnection, connect_tcp
import pytest

from simulator import Simulator, SimulatorSettings

BRISBANE = ZoneInfo("Australia/Brisbane")
NOON = datetime(2026, 1, 10, 12, tzinfo=BRISBANE)
NIGHT = datetime(2026, 1, 10, 1, tzinfo=BRISBANE)

type Build = Callable[..., Simulator]


@pytest.fixture
def build() -> Build:
    """Build a simulator that is not started; the weather is fixed by its seed."""

    def _build(**settings: Any) -> Simulator:
        return Simulator(SimulatorSettings(**{"start": NOON, "realtime": False, **settings}))

    return _build


@pytest.fixture
async def simulator(socket_enabled: None, build: Build) -> AsyncIterator[Simulator]:
    """Serve a plant of one inverter at noon."""
    async with build() as simulator:
        yield simulator


@pytest.fixture
async def connection(simulator: Simulator) -> AsyncIterator[ModbusConnection]:
    """Connect to the served plant as the integration does."""
    connection = await connect_tcp("127.0.0.1", port=simulator.modbus_port, timeout=3)
    yield connection
    await connection.close()


@pytest.fixture
def command(build: Build) -> Callable[..., Simulator]:
    """Build a plant with registers set as a controller would, and one second gone by."""

    def _command(registers: Mapping[int, float | None], *, at: datetime = NOON, **true: Any) -> Simulator:
        simulator = build(start=at)
        simulator.plant.holding.update(registers)
        simulator.set(**true)
        simulator.advance(1)
        return simulator

    return _command
