"""The order in which a recorder and Home Assistant start, and coordinators of prices on clocks that tests move."""

from collections.abc import AsyncIterator
from datetime import datetime

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from moments import SERIAL, START, Make, Move
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.coordinator.prices import AmberConfig, PriceConfig, PricesCoordinator
from custom_components.sigenstor_panel.texts import async_load_texts
from simulator import Simulator, SimulatorSettings
from simulator.amber import SITE_IDS


@pytest.fixture
async def amber(socket_enabled: None) -> AsyncIterator[Simulator]:
    async with Simulator(SimulatorSettings(realtime=False, amber_port=0, start=START)) as simulator:
        yield simulator


@pytest.fixture
async def make(freezer: FrozenDateTimeFactory, hass: HomeAssistant) -> AsyncIterator[Make]:
    """Make a coordinator for an entry that is being set up; the clock stands at the start."""
    freezer.move_to(START)
    await hass.config.async_set_time_zone("Australia/Brisbane")
    await async_load_texts(hass)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="SigenStor",
        unique_id=SERIAL,
        options={"prices": {"source": "amber", "token": "psk_demo", "site_id": "home", "base_url": "http://127.0.0.1"}},
    )
    entry.add_to_hass(hass)
    entry.mock_state(hass, ConfigEntryState.SETUP_IN_PROGRESS)
    made: list[PricesCoordinator] = []

    def _make(config: PriceConfig) -> PricesCoordinator:
        made.append(PricesCoordinator(hass, entry, config))
        return made[-1]

    yield _make
    for coordinator in made:
        await coordinator.async_shutdown()


@pytest.fixture
async def prices(make: Make, amber: Simulator) -> PricesCoordinator:
    assert amber.amber_url is not None
    return make(AmberConfig(token="psk_demo", site_id=SITE_IDS[0], base_url=amber.amber_url))


@pytest.fixture
def move(hass: HomeAssistant, freezer: FrozenDateTimeFactory, request: pytest.FixtureRequest) -> Move:
    """Move every clock to a moment, and let what is due happen."""

    async def _move(moment: datetime) -> None:
        freezer.move_to(moment)
        if "amber" in request.fixturenames:
            request.getfixturevalue("amber").set(time=moment)
        async_fire_time_changed(hass, moment, fire_all=False)
        await hass.async_block_till_done(wait_background_tasks=True)

    return _move
