"""What an owner gets: the integration copied into a bare Home Assistant, which gets by without internet afterwards."""

from collections.abc import AsyncGenerator
from pathlib import Path
import re

from bare import BareHome
import pytest

from demo.api import HassApi
from demo.waiting import wait_until
from simulator import Simulator, SimulatorSettings

FLOW = "/api/config/config_entries/flow"
ENTRIES = "/api/config/config_entries/entry?domain=sigenstor_panel"
SOC = "sensor.sigenstor_state_of_charge"
OURS = re.compile(r"(WARNING|ERROR|CRITICAL).*(sigenstor|pymodbus|modbus_connection)", re.IGNORECASE)
CUSTOM = "has not been tested by Home Assistant"

OTHER_MODBUS = """\
modbus:
  - name: Another device
    type: tcp
    host: 127.0.0.1
    port: 9
"""


@pytest.fixture
async def simulator() -> AsyncGenerator[Simulator]:
    """A SigenStor."""
    async with Simulator(SimulatorSettings()) as simulator:
        yield simulator


@pytest.fixture(
    params=[("oldest", ""), ("newest", ""), ("newest", OTHER_MODBUS)],
    ids=["oldest", "newest", "newest, beside its own Modbus integration"],
)
async def home(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[BareHome]:
    """A bare Home Assistant at either end of the range that is promised."""
    release, configuration = request.param
    home = BareHome(tmp_path, configuration=configuration)
    await home.install(release)
    yield home
    await home.stop()


async def has_values(api: HassApi) -> bool:
    """Return whether the integration reads the plant."""
    return await api.state(SOC) not in {None, "unknown", "unavailable"}


async def test_it_installs_what_it_needs_once_and_restarts_without_a_package_index(
    home: BareHome, simulator: Simulator
) -> None:
    await home.start(index=True)
    async with HassApi(home.url) as api:
        step = await api.post(FLOW, {"handler": "sigenstor_panel"})
        where = {"host": "127.0.0.1", "port": simulator.modbus_port, "advanced": {}}
        step = await api.post(f"{FLOW}/{step['flow_id']}", where)
        assert step["type"] == "create_entry", step
        await wait_until(lambda: has_values(api), "values")
    await home.stop()
    assert not noise(home)
    installed = home.installed()
    assert any(name.startswith("modbus_connection-") for name in installed)

    await home.start(index=False)
    async with HassApi(home.url) as api:
        await wait_until(lambda: has_values(api), "values after the restart")
        (entry,) = await api.get(ENTRIES)
        assert entry["state"] == "loaded"
    await home.stop()
    assert not noise(home)
    assert home.installed() == installed
    assert not re.search(r"(Attempting install|Unable to install|Requirements for)", home.log)


def noise(home: BareHome) -> list[str]:
    """Return what was logged about the integration that an owner should not see."""
    return [line for line in home.log.splitlines() if OURS.search(line) and CUSTOM not in line]
