"""A pytest plugin that starts the process, and then each test, at a moment: `python -m pytest -p tests.at_moment`.

`TEST_MOMENT` says when, with its offset from UTC, and `TEST_HOME` in which time zone a test's home is unless the test
says so itself. Clocks run on from the moment; how long things take (the monotonic clock) stays as it is.
"""

from collections.abc import Generator
from datetime import datetime
import os

import pytest
import time_machine

MOMENT = datetime.fromisoformat(os.environ["TEST_MOMENT"]).timestamp()
HOME = os.environ["TEST_HOME"]
KIT_HOME = "US/Pacific"
"""Where the test kit puts every home."""

clock = time_machine.travel(MOMENT).start()  # before anything else is imported


def pytest_configure() -> None:
    from homeassistant.core_config import Config

    set_time_zone = Config.async_set_time_zone

    async def async_set_time_zone(self: Config, time_zone_str: str) -> None:
        await set_time_zone(self, HOME if time_zone_str == KIT_HOME else time_zone_str)

    Config.async_set_time_zone = async_set_time_zone  # type: ignore[method-assign]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    clock.move_to(MOMENT)
    return (yield)
