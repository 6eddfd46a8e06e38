"""A running demo stack for the end-to-end tests, in a folder and on ports of their own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from demo import ports
from demo.stack import DemoStack, StackSettings


@pytest.fixture(scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DemoStack]:
    """Return the stack, started once for all tests."""
    folder: Path = tmp_path_factory.mktemp("demo")
    settings = StackSettings(
        folder=folder, hass_port=ports.any_free(), modbus_port=ports.any_free(), control_port=ports.any_free()
    )
    async with DemoStack(settings) as stack:
        yield stack
