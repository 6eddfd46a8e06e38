"""The telemetry coordinator: failure, recovery, staleness, restarts, and values that cannot be true."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.coordinator.telemetry import TelemetryCoordinator, retry_after_s
from simulator import Simulator

type StateOf = Callable[..., State]


async def poll(loaded: ConfigEntry, simulator: Simulator, freezer: FrozenDateTimeFactory, seconds: float) -> None:
    """Let time pass for Home Assistant and for the plant, then poll."""
    freezer.tick(seconds)
    simulator.advance(seconds)
    await loaded.runtime_data.telemetry.async_refresh()


async def test_a_missed_poll_keeps_the_last_values_until_they_are_stale(
    hass: HomeAssistant,
    loaded: ConfigEntry,
    simulator: Simulator,
    state_of: StateOf,
    freezer: FrozenDateTimeFactory,
) -> None:
    await simulator.stop()
    freezer.tick(10)
    await loaded.runtime_data.telemetry.async_refresh()
    assert state_of("connection", platform="binary_sensor").state == "off"
    assert state_of("state_of_charge").state == "50.0"
    assert state_of("data_source").state == "modbus"

    freezer.tick(55)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert state_of("state_of_charge").state == "unavailable"
    assert state_of("data_source").state == "none"
    assert state_of("last_update").state != "unavailable"


async def test_values_return_without_a_restart_when_the_plant_does(
    hass: HomeAssistant,
    loaded: ConfigEntry,
    simulator: Simulator,
    state_of: StateOf,
    freezer: FrozenDateTimeFactory,
) -> None:
    await simulator.stop()
    for _ in range(8):
        freezer.tick(10)
        await loaded.runtime_data.telemetry.async_refresh()
    assert state_of("state_of_charge").state == "unavailable"
    await simulator.start()
    simulator.set(soc=73)
    freezer.tick(10)
    await loaded.runtime_data.telemetry.async_refresh()
    assert float(state_of("state_of_charge").state) == pytest.approx(73, abs=0.1)
    assert state_of("connection", platform="binary_sensor").state == "on"


async def test_an_outage_is_logged_once_when_it_starts_and_once_when_it_ends(
    loaded: ConfigEntry, simulator: Simulator, freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    caplog.set_level(logging.INFO, logger=f"custom_components.{DOMAIN}")
    await simulator.stop()
    for _ in range(5):
        freezer.tick(10)
        await loaded.runtime_data.telemetry.async_refresh()
    await simulator.start()
    for _ in range(5):
        await poll(loaded, simulator, freezer, 10)
    ours = [record for record in caplog.records if record.name == f"custom_components.{DOMAIN}"]
    assert [record.levelname for record in ours if record.levelno >= logging.INFO] == ["ERROR", "INFO"]


def test_retries_slow_down_to_once_a_minute() -> None:
    pauses_s = [retry_after_s(failures, 10, lambda _low, _high: 1.0) for failures in range(1, 7)]
    assert pauses_s == [10, 20, 40, 60, 60, 60]
    assert all(48 <= retry_after_s(500, 10) <= 72 for _ in range(50))


async def test_momentary_zero_counters_after_a_reconnect_never_reach_an_entity(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    state_of: StateOf,
    freezer: FrozenDateTimeFactory,
) -> None:
    await hass.config.async_set_time_zone("Australia/Brisbane")
    freezer.tick(7200)
    simulator.advance(7200)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await poll(entry, simulator, freezer, 10)
    counters = ["pv_energy", "grid_import_energy", "house_energy", "pv_energy_today", "house_energy_today"]
    before = {key: float(state_of(key).state) for key in counters}
    assert all(value > 0 for value in before.values())

    simulator.set(quirks={"counters_zero_after_reconnect_s": 60})
    await simulator.drop_connections()
    for _ in range(12):
        await poll(entry, simulator, freezer, 10)
        for key in counters:
            assert float(state_of(key).state) >= before[key]
    assert float(state_of("house_energy").state) > before["house_energy"]


async def test_nonsense_load_power_never_reaches_the_house_sensor(
    loaded: ConfigEntry, simulator: Simulator, state_of: StateOf, freezer: FrozenDateTimeFactory
) -> None:
    simulator.set(quirks={"load_power_nonsense": True})
    coordinator: TelemetryCoordinator = loaded.runtime_data.telemetry
    nonsense = 0
    for _ in range(180):
        await poll(loaded, simulator, freezer, 10)
        nonsense += (coordinator.client.status.total_load_power or 0) < 0
        assert coordinator.data.house_power_w == simulator.plant.state.house_w
    assert nonsense


async def test_daily_energies_start_again_at_midnight(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    await hass.config.async_set_time_zone("Australia/Brisbane")
    evening = datetime(2026, 1, 15, 13, 30, tzinfo=UTC)
    freezer.move_to(evening)
    simulator.set(time=evening, soc=5, house_power_w=3000)
    simulator.advance(60)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    coordinator: TelemetryCoordinator = entry.runtime_data.telemetry
    for _ in range(29):
        await poll(entry, simulator, freezer, 60)
    for _ in range(5):
        await poll(entry, simulator, freezer, 60)
    energy = coordinator.data.energy
    assert energy.grid_import_today_kwh == pytest.approx(0.2, abs=0.1)
    assert energy.house_today_kwh == pytest.approx(0.2, abs=0.1)


async def test_the_grid_energy_of_the_day_survives_a_restart(
    hass: HomeAssistant, loaded: ConfigEntry, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    simulator.set(soc=5, house_power_w=12_000)
    for _ in range(60):
        await poll(loaded, simulator, freezer, 1200)
    before = loaded.runtime_data.telemetry.data.energy.grid_import_today_kwh
    assert before > 1
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert loaded.runtime_data.telemetry.data.energy.grid_import_today_kwh == pytest.approx(before, abs=0.05)


@pytest.mark.parametrize("simulator_settings", [{"quirks": {"missing_registers": [[30272, 30286]]}}])
async def test_registers_that_the_firmware_lacks_are_not_asked_again_after_a_restart(
    hass: HomeAssistant, loaded: ConfigEntry, simulator: Simulator
) -> None:
    simulator.requests.clear()
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert {request.outcome for request in simulator.requests} == {"ok"}


async def test_new_firmware_is_looked_at_afresh(
    hass: HomeAssistant,
    loaded: ConfigEntry,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    device_registry: dr.DeviceRegistry,
) -> None:
    simulator.set(quirks={"pre_spc113_gating": True})
    await poll(loaded, simulator, freezer, 61)
    await hass.async_block_till_done()
    [plant] = (
        device
        for device in dr.async_entries_for_config_entry(device_registry, loaded.entry_id)
        if device.identifiers == {(DOMAIN, loaded.unique_id)}
    )
    assert plant.sw_version == simulator.plant.firmware


async def test_another_plant_at_the_same_address_is_not_shown(
    loaded: ConfigEntry, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await simulator.stop()
    freezer.tick(10)
    await loaded.runtime_data.telemetry.async_refresh()
    simulator.plant.inverters[0].serial_number = "999Z999Z9999"
    await simulator.start()
    simulator.set(soc=11)
    freezer.tick(10)
    await loaded.runtime_data.telemetry.async_refresh()
    assert not loaded.runtime_data.telemetry.last_update_success
    assert loaded.runtime_data.telemetry.data.soc == 50.0


async def test_an_entry_whose_plant_does_not_answer_is_tried_again(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    await simulator.stop()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "no_answer"


async def test_an_entry_is_not_set_up_with_another_plant(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(entry, unique_id="SOMETHING ELSE")
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "wrong_plant"


async def test_unloading_closes_the_connection(hass: HomeAssistant, loaded: ConfigEntry, simulator: Simulator) -> None:
    assert simulator.connection_count == 1
    assert await hass.config_entries.async_unload(loaded.entry_id)
    await hass.async_block_till_done()
    assert loaded.state is ConfigEntryState.NOT_LOADED


async def test_removing_an_entry_forgets_what_was_learned(
    hass: HomeAssistant, loaded: ConfigEntry, hass_storage: dict[str, Any]
) -> None:
    key = f"{DOMAIN}.{loaded.entry_id}.telemetry"
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert key in hass_storage
    assert await hass.config_entries.async_remove(loaded.entry_id)
    assert key not in hass_storage


@pytest.mark.parametrize("simulator_settings", [{"inverters": 2}])
async def test_an_inverter_that_is_no_longer_part_of_the_plant_loses_its_device(
    hass: HomeAssistant, loaded: ConfigEntry, device_registry: dr.DeviceRegistry
) -> None:

    def has_device_of_second() -> bool:
        devices = dr.async_entries_for_config_entry(device_registry, loaded.entry_id)
        return any(device.name == "SigenStor inverter 2" for device in devices)

    assert has_device_of_second()
    hass.config_entries.async_update_entry(loaded, data={**loaded.data, "inverter_unit_ids": [1]})
    assert await hass.config_entries.async_reload(loaded.entry_id)
    assert not has_device_of_second()


@pytest.mark.parametrize("simulator_settings", [{"inverters": 2}])
async def test_an_inverter_that_goes_silent_takes_only_its_own_entities_away(
    loaded: ConfigEntry,
    simulator: Simulator,
    state_of: StateOf,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    second = simulator.plant.inverters[1]
    simulator.plant.inverters.remove(second)
    for _ in range(3):
        await poll(loaded, simulator, freezer, 10)
    assert state_of("running_state", inverter=second.serial_number).state == "unavailable"
    assert state_of("running_state").state == "running"
    assert caplog.text.count("inverter 2 does not answer") == 1
    simulator.plant.inverters.append(second)
    loaded.runtime_data.telemetry.client.inverters[1].silent_until = 0.0  # the minute is over
    await poll(loaded, simulator, freezer, 10)
    assert state_of("running_state", inverter=second.serial_number).state == "running"
    assert caplog.text.count("inverter 2 answers again") == 1


async def test_the_last_update_shows_the_age_of_the_values(
    loaded: ConfigEntry, simulator: Simulator, freezer: FrozenDateTimeFactory, state_of: StateOf
) -> None:
    await poll(loaded, simulator, freezer, 120)
    shown = datetime.fromisoformat(state_of("last_update").state)
    assert loaded.runtime_data.telemetry.data.timestamp - shown < timedelta(seconds=1)
