"""A device that answers what a test tells it to, and a connection to it."""

import asyncio
from collections.abc import AsyncGenerator

from hostile import HostileDevice
import pytest

from custom_components.sigenstor_panel.plant.transport import PlantConnection


@pytest.fixture
async def device(socket_enabled: None) -> AsyncGenerator[HostileDevice]:
    """The device, listening."""
    device = HostileDevice()
    server = await asyncio.start_server(device.serve, "127.0.0.1", 0)
    device.port = server.sockets[0].getsockname()[1]
    yield device
    server.close()
    for task in device.serving:
        task.cancel()
    await asyncio.gather(*device.serving, return_exceptions=True)
    await server.wait_closed()


@pytest.fixture
async def link(device: HostileDevice) -> AsyncGenerator[PlantConnection]:
    """A connection to the device."""
    connection = PlantConnection("127.0.0.1", device.port)
    yield connection
    connection.close()
