"""What all tests share: a simulated SigenStor over real TCP, and an entry that reads it."""

import custom_components  # isort: skip  # noqa: F401  Home Assistant looks for it before its own fixtures run

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from datetime import UTC, datetime
import logging
import os
from pathlib import Path
import sys
import threading
from typing import Any

import freezegun
from freezegun.api import FrozenDateTimeFactory, real_monotonic
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er
from hypothesis import HealthCheck, settings
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
import pytest_socket
from sqlalchemy import create_engine, make_url, text
from syrupy.assertion import SnapshotAssertion

from custom_components.sigenstor_panel.const import CONF_INVERTER_UNIT_IDS, CONF_PLANT_UNIT_ID, DOMAIN
from simulator import Simulator, SimulatorSettings

# How long an example takes says something about the machine, nothing about the code. A check of a commit tries the
# same examples every time, so that it fails only for what the commit changed; at a desk they are new in every run.
settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("untimed")

# The test kit has every statement to the database logged, which drowns what a person wants to read.
logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
# So does each of the hundreds of entities that a system has, and each platform.
for name in ("helpers.entity_registry", "loader", "setup"):
    logging.getLogger(f"homeassistant.{name}").setLevel(logging.WARNING)

NOON = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
"""Midday in Brisbane, in summer."""


SLOW_FOLDERS = ("backtest", "planner")


def pytest_configure(config: pytest.Config) -> None:
    """Make ready for a server: `scripts/test-databases` names one."""
    url: str = config.getoption("dburl")
    if url.startswith("sqlite"):
        return
    # Its driver needs sockets before the first fixture could let it have them.
    pytest_socket.disable_socket = lambda **_allowed: None
    if url.startswith("mysql://"):
        import pymysql  # stands in for mysqlclient, which needs a compiler

        pymysql.install_as_MySQLdb()
        # The test kit teaches the driver its own type of datetime, by the names of mysqlclient.
        pymysql.converters.DateTime2literal = pymysql.converters.escape_datetime
        sys.modules["MySQLdb.converters"] = pymysql.converters


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what the inner loop can do without: a whole Home Assistant, random examples, days of planning."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        function = getattr(item, "obj", None)
        random_examples = hasattr(function, "hypothesis") or hasattr(function, "_hypothesis_state_machine_class")
        if "hass" in fixtures or random_examples or item.path.parent.name in SLOW_FOLDERS:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Leave that to PYTHONASYNCIODEBUG, in place of the test kit's fixture: it takes half of the time.

    Home Assistant itself refuses calls from another thread, whether it debugs or not.
    """


@pytest.fixture(autouse=True)
def disable_http_server(request: pytest.FixtureRequest) -> None:
    """Do without where there is no Home Assistant: patching takes as long as many a test."""
    if "hass" in request.fixturenames:
        request.getfixturevalue("disable_http_server")


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Snapshots the way Home Assistant writes them."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
def freezer() -> Generator[FrozenDateTimeFactory]:
    """Clocks that stand still, from the moment at which the simulator starts, until a test moves them."""
    with freezegun.freeze_time(NOON) as clock:
        yield clock


@pytest.fixture(autouse=True)
def use_custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant load this integration where a test uses it, after its recorder is made or the clocks stop."""
    first = "recorder_mock" if "recorder_mock" in request.fixturenames else "freezer"
    for name in (first, "hass"):
        if name in request.fixturenames:
            request.getfixturevalue(name)
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture(autouse=True)
def ended_threads() -> Generator[None]:
    """Give threads of ours that have done their job the moment that they need to end."""
    yield
    for thread in _threads():
        thread.join(10)


@pytest.fixture
def hass(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> HomeAssistant:
    """Let `async_block_till_done` wait for what Home Assistant does not know of, too: our threads, control and its record.

    Clocks that are moved meanwhile would let a job of a moment look like one that hangs. What hangs on purpose, or
    waits for the clock, is left alone after a second.
    """
    block_till_done = hass.async_block_till_done

    async def till_at_rest(wait_background_tasks: bool = False) -> None:
        until_s = real_monotonic() + 1.0
        await block_till_done(wait_background_tasks)
        while (threads := _threads()) or not _control_at_rest(hass):
            if real_monotonic() >= until_s:
                return
            for thread in threads:
                thread.join(0.02)
            await asyncio.sleep(0)
            await block_till_done(wait_background_tasks)

    monkeypatch.setattr(hass, "async_block_till_done", till_at_rest)
    # Frozen clocks are numbers so large that what is due now would be late by less than the loop's own resolution, 1 ns:
    # it would be looked at again and again, and never done.
    monkeypatch.setattr(hass.loop, "_clock_resolution", 1e-6)
    return hass


def _threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("sigenstor_panel")]


def _control_at_rest(hass: HomeAssistant) -> bool:
    entries = hass.config_entries.async_loaded_entries(DOMAIN)
    idle = all(entry.runtime_data.control.controller.idle for entry in entries)
    return idle and not any("/sigenstor_panel/control/" in _source(task) for task in asyncio.all_tasks())


def _source(task: asyncio.Task[Any]) -> str:
    code = getattr(task.get_coro(), "cr_code", None)
    return code.co_filename if code else ""


@pytest.fixture
def recorder_config() -> dict[str, Any]:
    """Leave out the events by which each entity is registered: there are hundreds, and each is recorded on its own."""
    return {"exclude": {"event_types": [dr.EVENT_DEVICE_REGISTRY_UPDATED, er.EVENT_ENTITY_REGISTRY_UPDATED]}}


@pytest.fixture
def records_url(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str]:
    """Return the address of a fresh database for records: a file, or one on the server of `--dburl`."""
    url: str = request.config.getoption("dburl")
    if url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'records.db'}"
        return
    import sqlalchemy_utils  # only in the environment of scripts/test-databases

    sqlalchemy_utils.create_database(url, encoding="utf8mb4" if url.startswith("mysql") else "utf8")
    yield url
    if url.startswith("mysql"):
        sqlalchemy_utils.drop_database(url)
        return
    server = make_url(url)
    engine = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # A test may leave a connection behind, as a crash does.
        connection.execute(text(f"DROP DATABASE {server.database} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def simulator_settings() -> dict[str, Any]:
    """What a test's simulator starts with; tests change it by parametrising this fixture."""
    return {}


@pytest.fixture
async def simulator(socket_enabled: None, simulator_settings: dict[str, Any]) -> AsyncGenerator[Simulator]:
    """A simulated SigenStor whose clock only tests move."""
    async with Simulator(SimulatorSettings(**{"realtime": False, "start": NOON, **simulator_settings})) as simulator:
        yield simulator


@pytest.fixture
def entry(hass: HomeAssistant, simulator: Simulator) -> MockConfigEntry:
    """An entry for the simulated plant, not set up yet, that sends requests without pauses."""
    serial_number = simulator.plant.inverters[0].serial_number
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="SigenStor",
        unique_id=serial_number,
        data={
            CONF_HOST: "127.0.0.1",
            CONF_PORT: simulator.modbus_port,
            CONF_PLANT_UNIT_ID: 247,
            CONF_INVERTER_UNIT_IDS: list(range(1, len(simulator.plant.inverters) + 1)),
        },
        options={
            "polling": {"poll_interval_s": 10, "stale_after_s": 60, "message_spacing_s": 0.0, "panel_interval_s": 10}
        },
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigEntry[Any]:
    """The entry, set up."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.fixture
def state_of(hass: HomeAssistant) -> Callable[..., State]:
    """Find a state by the key of its entity: `state_of("soc")`, `state_of("soc", inverter="…")`."""

    def find(key: str, *, platform: str = "sensor", inverter: str | None = None) -> State:
        (entry,) = hass.config_entries.async_entries(DOMAIN)
        unique_id = f"{entry.unique_id}_{key}" if inverter is None else f"{entry.unique_id}_inverter_{inverter}_{key}"
        entity_id = er.async_get(hass).async_get_entity_id(platform, DOMAIN, unique_id)
        assert entity_id is not None, f"there is no {platform} {key}"
        state = hass.states.get(entity_id)
        assert state is not None, f"{entity_id} has no state"
        return state

    return find
