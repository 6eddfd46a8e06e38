"""A running demo stack for the end-to-end tests, in a folder and on ports of their own."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from demo import ports
from demo.stack import TIME_ZONE, DemoStack, StackSettings


@pytest.fixture(scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DemoStack]:
    """Return the stack, started once for all tests."""
    folder: Path = tmp_path_factory.mktemp("demo")
    settings = StackSettings(
        folder=folder,
        hass_port=ports.any_free(),
        modbus_port=ports.any_free(),
        control_port=ports.any_free(),
        # The same hour whenever the tests run: in daylight, with PV.
        start=datetime.now(TIME_ZONE).replace(hour=10, minute=0),
    )
    async with DemoStack(settings) as stack:
        yield stack
