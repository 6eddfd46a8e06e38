"""A folder for each test; and for control a plant at night, a controller that need not wait for it, and ways to both."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from forecasts import Move, amber_option, array, solar_option, until
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.control import memory
from custom_components.sigenstor_panel.control.state_file import StateFile
from custom_components.sigenstor_panel.coordinator.control import ControlService
from simulator import Simulator

WRITES = {6, 16}
"""The Modbus functions that write."""

NIGHT = {
    "name": "Night",
    "action": "charge",
    "start": "22:30",
    "end": "05:00",
    "days": ["mon", "tue"],
    "power_w": 2500,
    "target_soc": 80,
}


@pytest.fixture
async def pacific_home(hass: HomeAssistant) -> None:
    """A home where the clocks that stand still show 18:00."""
    await hass.config.async_set_time_zone("America/Vancouver")


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """A configuration folder of its own for each test: the audit log lives there."""
    return str(tmp_path)


@pytest.fixture
def state_file(hass_config_dir: str, simulator: Simulator) -> StateFile:
    """Where the state of control is kept."""
    name = f"{DOMAIN}.{simulator.plant.inverters[0].serial_number}.control"
    return StateFile(Path(hass_config_dir, ".storage", name), memory.ControlMemory.from_dict)


@pytest.fixture
def quick_control(state_file: StateFile, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A controller that reads back at once what it wrote; the simulator never needs longer."""
    monkeypatch.setattr(memory, "ACKNOWLEDGE_RANGE_S", (0.0, 10.0))
    data = memory.ControlMemory().as_dict()
    data["settings"]["acknowledge_after"] = 0.0
    state_file.save(data)
    return data


@pytest.fixture
async def controlled(
    freezer: FrozenDateTimeFactory,  # first: the controller takes its clocks when it starts
    hass: HomeAssistant,
    quick_control: dict[str, Any],
    simulator: Simulator,
    entry: MockConfigEntry,
) -> ConfigEntry[Any]:
    """The entry, set up at night: the house draws 500 W and nothing comes from the sun. The clocks stand still."""
    simulator.set(pv_power_w=0, house_power_w=500)
    simulator.advance(1)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    # Nothing is done on the state of charge of a single reading.
    await entry.runtime_data.telemetry.async_refresh()
    await entry.runtime_data.control.async_tick()
    return entry


@pytest.fixture
def control(controlled: ConfigEntry[Any]) -> ControlService:
    """The control service of the entry that is set up."""
    service = controlled.runtime_data.control
    assert isinstance(service, ControlService)
    return service


@pytest.fixture
def writes(simulator: Simulator) -> Callable[[], list[int]]:
    """Return the addresses that were written so far."""
    return lambda: [request.address for request in simulator.requests if request.function_code in WRITES]


@pytest.fixture
def use(hass: HomeAssistant, controlled: ConfigEntry[Any]) -> Callable[..., Awaitable[None]]:
    """Use an entity by its key: `await use("switch", "emergency_stop", "turn_on")`."""

    async def act(platform: str, key: str, service: str, /, **data: Any) -> None:
        entity_id = er.async_get(hass).async_get_entity_id(platform, DOMAIN, f"{controlled.unique_id}_{key}")
        assert entity_id is not None, f"there is no {platform} {key}"
        await hass.services.async_call(platform, service, {"entity_id": entity_id, **data}, blocking=True)
        await hass.async_block_till_done()

    return act


@pytest.fixture
def act(hass: HomeAssistant, controlled: ConfigEntry[Any]) -> Callable[..., Awaitable[Any]]:
    """Call an action of the integration and return its response: `await act("force_hold", duration="01:00:00")`."""

    async def call(action: str, /, **data: Any) -> Any:
        response = await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)
        await hass.async_block_till_done()
        return response

    return call


@pytest.fixture
async def clouds(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> MockConfigEntry:
    """The entry, not set up yet, in a home where the simulator is: the clocks stand still together."""
    freezer.move_to(simulator.plant.state.time)
    await hass.config.async_set_time_zone("Australia/Brisbane")
    hass.config.latitude, hass.config.longitude = simulator.settings.latitude, simulator.settings.longitude
    hass.config.currency = "AUD"
    return entry


@pytest.fixture
async def forecasting(hass: HomeAssistant, clouds: MockConfigEntry, simulator: Simulator) -> MockConfigEntry:
    """The entry, set up with prices and a PV forecast from both stand-ins, which have answered."""
    options = {**clouds.options, "prices": amber_option(simulator), "solar": solar_option(simulator)}
    hass.config_entries.async_update_entry(clouds, options=options)
    hass.config_entries.async_add_subentry(clouds, array())
    assert await hass.config_entries.async_setup(clouds.entry_id)
    await hass.async_block_till_done()
    runtime = clouds.runtime_data
    await until(lambda: runtime.prices.data and runtime.sun.data, "prices and PV forecast")
    await hass.async_block_till_done()
    return clouds


@pytest.fixture
def move(hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator) -> Move:
    """Move every clock to a moment, and let what is due happen."""

    async def _move(moment: datetime) -> None:
        freezer.move_to(moment)
        simulator.set(time=moment)
        async_fire_time_changed(hass, moment, fire_all=False)
        await hass.async_block_till_done(wait_background_tasks=True)

    return _move
