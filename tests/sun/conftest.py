"""A place with panels, and a coordinator for it that talks to the stand-in of Open-Meteo."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from roof import PANELS, Start

from custom_components.sigenstor_panel.coordinator.sun import SunConfig, SunCoordinator
from custom_components.sigenstor_panel.coordinator.telemetry import TelemetryCoordinator
from custom_components.sigenstor_panel.texts import async_load_texts
from simulator import Simulator


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """A configuration folder of its own for each test."""
    return str(tmp_path)


@pytest.fixture
def simulator_settings() -> dict[str, Any]:
    """A plant with its weather service."""
    return {"open_meteo_port": 0}


@pytest.fixture
async def start(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> AsyncGenerator[Start]:
    """Start a coordinator for the simulated place, at the simulated time: `await start(arrays=())`."""
    await hass.config.async_set_time_zone("Australia/Brisbane")
    await async_load_texts(hass)
    freezer.move_to(simulator.plant.state.time)

    started: list[SunCoordinator] = []

    async def _start(telemetry: TelemetryCoordinator | None = None, **changes: Any) -> SunCoordinator:
        config: dict[str, Any] = {
            "latitude": simulator.settings.latitude,
            "longitude": simulator.settings.longitude,
            "arrays": (PANELS,),
            "base_url": simulator.open_meteo_url,
        }
        coordinator = SunCoordinator(hass, entry, SunConfig(**config | changes), telemetry)
        started.append(coordinator)
        await coordinator.async_start()
        return coordinator

    yield _start
    for coordinator in started:
        await coordinator.async_shutdown()
