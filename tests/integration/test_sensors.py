"""What the sensors show of a plant that is read over real Modbus TCP."""

from collections.abc import Callable
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from syrupy.assertion import SnapshotAssertion

from custom_components.sigenstor_panel.entities.optimiser_settings import OPTIMISER_SENSORS
from simulator import Simulator

type StateOf = Callable[..., State]


async def test_the_power_flow_is_the_plants_own(loaded: ConfigEntry, simulator: Simulator, state_of: StateOf) -> None:
    true = simulator.plant.state
    assert float(state_of("battery_power").state) == true.battery_w
    assert float(state_of("grid_power").state) == true.grid_w
    assert float(state_of("pv_power").state) == true.pv_w
    assert float(state_of("house_power").state) == true.house_w
    assert float(state_of("state_of_charge").state) == pytest.approx(true.soc, abs=0.1)


async def test_grid_import_and_export_are_the_two_sides_of_the_grid_power(
    loaded: ConfigEntry, simulator: Simulator, state_of: StateOf
) -> None:
    for house_power_w in (200, 12_000):
        simulator.set(soc=100, house_power_w=house_power_w)
        simulator.advance(60)
        await loaded.runtime_data.telemetry.async_refresh()
        grid_w = float(state_of("grid_power").state)
        assert float(state_of("grid_import_power").state) == max(0, grid_w)
        assert float(state_of("grid_export_power").state) == max(0, -grid_w)


async def test_every_enabled_entity_has_a_value(
    freezer: FrozenDateTimeFactory, hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry
) -> None:
    await hass.config.async_set_time_zone("Australia/Brisbane")
    freezer.tick(3600)
    simulator.advance(3600)  # counters above 0
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    # Counters wait for a second reading that agrees with the first.
    freezer.tick(61)
    await entry.runtime_data.telemetry.async_refresh()
    not_yet = {"button", "event"}  # unknown until the first time
    states = [state for state in hass.states.async_all() if state.domain not in not_yet]
    empty = [state.entity_id for state in states if state.state in ("unknown", "unavailable")]
    # The error of a profile needs weeks, money needs prices, and the day of the grid its midnight.
    not_today = ("grid_import_energy_today", "grid_export_energy_today")
    waiting = ("_forecast_error", *not_today, *(description.key for description in OPTIMISER_SENSORS))
    registered = [er.async_get(hass).async_get(entity_id) for entity_id in empty]
    assert [entity for entity in registered if entity is None or not entity.unique_id.endswith(waiting)] == []


async def test_the_entities_are_the_ones_that_people_know(
    loaded: ConfigEntry, entity_registry: er.EntityRegistry, snapshot: SnapshotAssertion
) -> None:
    """States move with the simulated weather; what must not change unnoticed is everything else."""
    entities = er.async_entries_for_config_entry(entity_registry, loaded.entry_id)
    assert {
        entity.entity_id: {
            "unique_id": entity.unique_id,
            "name": entity.original_name,
            "device_class": entity.original_device_class,
            "unit": entity.unit_of_measurement,
            "category": entity.entity_category,
            "capabilities": entity.capabilities,
            "enabled": entity.disabled_by is None,
        }
        for entity in sorted(entities, key=lambda entity: entity.entity_id)
    } == snapshot


async def test_rare_entities_are_off_until_someone_wants_them(
    loaded: ConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    entities = er.async_entries_for_config_entry(entity_registry, loaded.entry_id)
    enabled = [entity for entity in entities if entity.disabled_by is None]
    assert len([entity for entity in enabled if "sensor" in entity.domain]) <= 60
    assert len(enabled) < len(entities)


async def test_a_small_change_waits_for_a_minute_and_a_large_one_does_not(
    hass: HomeAssistant,
    loaded: ConfigEntry,
    simulator: Simulator,
    state_of: StateOf,
    freezer: FrozenDateTimeFactory,
) -> None:
    async def show(house_power_w: int) -> float:
        freezer.tick(timedelta(seconds=10))
        simulator.set(house_power_w=house_power_w)
        await loaded.runtime_data.telemetry.async_refresh()
        return float(state_of("house_power").state)

    assert await show(3000) == 3000
    assert await show(3020) == 3000
    assert await show(4000) == 4000
    for _ in range(5):
        assert await show(4020) == 4000
    assert await show(4020) == 4020


@pytest.mark.parametrize("simulator_settings", [{"inverters": 2}])
async def test_each_inverter_and_each_part_of_the_integration_is_a_device_under_the_plant(
    simulator: Simulator, loaded: ConfigEntry, device_registry: dr.DeviceRegistry, state_of: StateOf
) -> None:
    devices = {device.name: device for device in dr.async_entries_for_config_entry(device_registry, loaded.entry_id)}
    plant = devices.pop("SigenStor")
    assert {device.via_device_id for device in devices.values()} == {plant.id}
    inverters = {"SigenStor inverter 1", "SigenStor inverter 2"}
    assert {devices[name].serial_number for name in inverters} == {
        one.serial_number for one in simulator.plant.state.inverters
    }
    assert devices.keys() == inverters | {"SigenStor control", "SigenStor optimiser"}
    for one in simulator.plant.state.inverters:
        assert state_of("running_state", inverter=one.serial_number).state == "running"
