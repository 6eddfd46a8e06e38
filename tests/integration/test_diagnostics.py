"""Diagnostics and system health tell what helps, and nothing secret."""

import asyncio
import json

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.diagnostics import REDACTED
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.diagnostics import async_get_config_entry_diagnostics
from simulator import Simulator


def words(text: str) -> list[int]:
    """Return a text as register words."""
    data = text.encode().ljust(20, b"\0")
    return [int.from_bytes(data[index : index + 2]) for index in range(0, 20, 2)]


async def test_diagnostics_hold_the_raw_registers_without_serial_number_or_host(
    hass: HomeAssistant, loaded: ConfigEntry, simulator: Simulator
) -> None:
    diagnostics = await async_get_config_entry_diagnostics(hass, loaded)
    text = json.dumps(diagnostics, default=str)
    serial_number = simulator.plant.inverters[0].serial_number
    assert serial_number not in text
    assert "127.0.0.1" not in text
    assert ", ".join(str(word) for word in words(serial_number)[:6]) not in text

    assert diagnostics["registers"]["247"]["input 30000"][14] == 500
    assert diagnostics["registers"]["1"]["input 30500"][15:25] == [REDACTED] * 10
    assert diagnostics["telemetry"]["soc"] == 50.0
    assert diagnostics["link"]["answered_last_poll"] is True
    assert diagnostics["link"]["requests_per_hour"] == simulator.request_count


async def test_diagnostics_say_what_went_wrong(hass: HomeAssistant, loaded: ConfigEntry, simulator: Simulator) -> None:
    await simulator.stop()
    await loaded.runtime_data.telemetry.async_refresh()
    diagnostics = await async_get_config_entry_diagnostics(hass, loaded)
    assert diagnostics["link"]["answered_last_poll"] is False
    assert diagnostics["link"]["last_error"]
    assert diagnostics["link"]["errors_per_hour"] > 0


async def test_system_health_says_whether_the_plant_answers(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, loaded: ConfigEntry, simulator: Simulator
) -> None:
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    info = await asyncio.wait_for(get_system_health_info(hass, DOMAIN), 5)
    assert info == {
        "plants_reachable": "1/1",
        "data_source": "Modbus",
        "age_of_last_reading_s": "0",
        "requests_per_hour": simulator.request_count,
        "errors_per_hour": 0,
    }
