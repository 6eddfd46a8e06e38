"""The connection to a device: one, whoever talks to it, open from the first request until nobody needs it any more."""

import asyncio
from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from modbus_connection import ClientClosedError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.control.intents import OverrideKind
from custom_components.sigenstor_panel.coordinator.connection import temporary_client
from custom_components.sigenstor_panel.coordinator.control import ControlService
from simulator import Simulator


async def connections(simulator: Simulator) -> int:
    """Return how many connections the device has, once it knows of those that were closed."""
    for _ in range(100):
        await asyncio.sleep(0)
    return simulator.connection_count


async def test_a_config_flow_uses_the_connection_that_an_entry_has_to_the_device(
    hass: HomeAssistant, loaded: ConfigEntry[Any], simulator: Simulator
) -> None:
    async with temporary_client(hass, {**loaded.data, "host": "127.0.0.1"}) as client:
        await client.async_read(slow=False)
        assert await connections(simulator) == 1
    await loaded.runtime_data.telemetry.async_refresh()
    assert loaded.runtime_data.telemetry.last_update_success
    assert await connections(simulator) == 1


async def test_a_config_flow_alone_closes_its_connection(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: Simulator
) -> None:
    async with temporary_client(hass, entry.data) as client:
        assert await connections(simulator) == 0
        await client.async_find_inverters()
        assert await connections(simulator) == 1
    assert await connections(simulator) == 0
    with pytest.raises(ClientClosedError):
        await client.async_read(slow=False)


async def test_a_second_entry_of_a_system_is_refused_and_leaves_its_connection_to_the_first(
    hass: HomeAssistant, loaded: ConfigEntry[Any], simulator: Simulator
) -> None:
    other = MockConfigEntry(
        domain=loaded.domain,
        title="Other",
        unique_id=loaded.unique_id,
        data={**loaded.data, "host": "127.0.0.1"},
        options=loaded.options,
    )
    other.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(other.entry_id)
    assert other.error_reason_translation_key == "controlled_elsewhere"
    await loaded.runtime_data.telemetry.async_refresh()
    assert loaded.runtime_data.telemetry.last_update_success
    assert await connections(simulator) == 1
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert await connections(simulator) == 0


async def test_an_entry_that_cannot_be_set_up_leaves_no_connection_behind(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: Simulator
) -> None:
    hass.config_entries.async_update_entry(entry, unique_id="SOMETHING ELSE")
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert await connections(simulator) == 0


async def test_unloading_hands_the_plant_back_before_the_connection_closes(
    hass: HomeAssistant, control: ControlService, controlled: ConfigEntry[Any], simulator: Simulator
) -> None:
    await control.async_force(OverrideKind.FORCE_CHARGE, power_w=2000, duration=timedelta(hours=1))
    assert simulator.snapshot()["remote_ems"]
    assert await hass.config_entries.async_unload(controlled.entry_id)
    assert not simulator.snapshot()["remote_ems"]
    assert await connections(simulator) == 0


async def test_the_connection_outlives_the_stop_of_home_assistant_and_closes_last(
    hass: HomeAssistant, loaded: ConfigEntry[Any], simulator: Simulator
) -> None:
    client = loaded.runtime_data.telemetry.client
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    await client.async_write("export_limit", 5000)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_CLOSE)
    await hass.async_block_till_done()
    assert await connections(simulator) == 0
