"""The Energy dashboard is set up by one action: what the owner has stays, and nothing is there twice."""

from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.components.energy.data import async_get_manager
from homeassistant.components.energy.validate import async_validate
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.const import CONF_AC_CHARGER_UNIT_IDS
from simulator import Simulator

pytestmark = pytest.mark.usefixtures("recorder_mock")

type Act = Callable[..., Awaitable[Any]]
type Prefs = Callable[[], Awaitable[dict[str, Any]]]

UNIT = 5
TARIFF = {"source": "tariff", "buy": {"flat_per_kwh": 0.3, "bands": []}, "sell": {"flat_per_kwh": 0.1, "bands": []}}
GRID = {
    "type": "grid",
    "stat_energy_from": "sensor.sigenstor_grid_import_energy",
    "stat_energy_to": "sensor.sigenstor_grid_export_energy",
    "stat_cost": None,
    "entity_energy_price": "sensor.sigenstor_buy_price",
    "number_energy_price": None,
    "stat_compensation": None,
    "entity_energy_price_export": "sensor.sigenstor_feed_in_price",
    "number_energy_price_export": None,
    "cost_adjustment_day": 0,
    "power_config": {"stat_rate": "sensor.sigenstor_grid_power"},
    "stat_rate": "sensor.sigenstor_grid_power",
}
SOLAR = {
    "type": "solar",
    "stat_energy_from": "sensor.sigenstor_pv_energy",
    "stat_rate": "sensor.sigenstor_pv_power",
    "config_entry_solar_forecast": None,
}
BATTERY = {
    "type": "battery",
    "stat_energy_from": "sensor.sigenstor_battery_discharged_energy",
    "stat_energy_to": "sensor.sigenstor_battery_charged_energy",
    "power_config": {"stat_rate_inverted": "sensor.sigenstor_battery_power"},
    "stat_rate": "sensor.sigenstor_battery_power_inverted",
    "stat_soc": "sensor.sigenstor_state_of_charge",
}
FOREIGN = {**SOLAR, "stat_energy_from": "sensor.roof_energy", "stat_rate": "sensor.roof_power"}


@pytest.fixture
def simulator_settings() -> dict[str, Any]:
    return {"ac_charger_units": (UNIT,)}


@pytest.fixture
def entry(hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry) -> MockConfigEntry:
    simulator.set(dc_charger_power_w=0)
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, CONF_AC_CHARGER_UNIT_IDS: [UNIT]}, options={**entry.options, "prices": TARIFF}
    )
    return entry


@pytest.fixture
async def prefs(hass: HomeAssistant, controlled: ConfigEntry[Any]) -> Prefs:
    """Return what the Energy dashboard is set to."""
    assert await async_setup_component(hass, "energy", {})

    async def _prefs() -> dict[str, Any]:
        return dict((await async_get_manager(hass)).data or {})

    return _prefs


async def owner_has(hass: HomeAssistant, *sources: dict[str, Any], **more: Any) -> None:
    await (await async_get_manager(hass)).async_update({"energy_sources": list(sources), **more})  # type: ignore[typeddict-item]


async def test_an_empty_dashboard_gets_all_sensors_and_battery_power_the_right_way_round(
    hass: HomeAssistant, prefs: Prefs, act: Act
) -> None:
    answer = await act("set_up_energy_dashboard")
    assert (await prefs())["energy_sources"] == [GRID, SOLAR, BATTERY]
    chargers = {device["stat_consumption"]: device["stat_rate"] for device in (await prefs())["device_consumption"]}
    assert len(chargers) == 2
    assert all(energy.endswith("energy") and power.endswith("power") for energy, power in chargers.items())
    assert answer["kept"] == []
    assert {GRID["stat_energy_from"], BATTERY["stat_soc"], *chargers} <= {*answer["added"]}
    found = (await async_validate(hass)).as_dict()
    issues = [issue["type"] for source in found["energy_sources"] for issue in source]
    assert not {kind for kind in issues if "unit" in kind or "class" in kind}


async def test_a_second_time_nothing_is_added(hass: HomeAssistant, prefs: Prefs, act: Act) -> None:
    await act("set_up_energy_dashboard")
    before = await prefs()
    assert await act("set_up_energy_dashboard") == {"added": [], "kept": []}
    assert await prefs() == before


async def test_what_the_owner_has_from_elsewhere_stays_and_is_not_counted_twice(
    hass: HomeAssistant, prefs: Prefs, act: Act
) -> None:
    device = {"stat_consumption": "sensor.oven_energy"}
    await owner_has(hass, FOREIGN, device_consumption=[device])
    assert (await act("set_up_energy_dashboard"))["kept"] == ["solar"]
    assert (await prefs())["energy_sources"] == [FOREIGN, GRID, BATTERY]
    assert (await prefs())["device_consumption"][0] == device


async def test_a_source_that_the_owner_began_is_completed(hass: HomeAssistant, prefs: Prefs, act: Act) -> None:
    begun = {**GRID, "stat_energy_to": None, "entity_energy_price": None, "number_energy_price": 0.25, "name": "Mine"}
    del begun["power_config"], begun["stat_rate"]
    await owner_has(hass, begun)
    await act("set_up_energy_dashboard")
    grid = (await prefs())["energy_sources"][0]
    assert grid == {**GRID, "entity_energy_price": None, "number_energy_price": 0.25, "name": "Mine"}


async def test_battery_power_the_wrong_way_round_is_turned(hass: HomeAssistant, prefs: Prefs, act: Act) -> None:
    wrong = {"stat_rate": "sensor.sigenstor_battery_power"}
    await owner_has(hass, {**BATTERY, "power_config": wrong, **wrong})
    assert "sensor.sigenstor_battery_power" in (await act("set_up_energy_dashboard"))["added"]
    assert (await prefs())["energy_sources"][0] == BATTERY


async def test_prices_of_another_currency_are_left_out(hass: HomeAssistant, prefs: Prefs, act: Act) -> None:
    (entry,) = hass.config_entries.async_entries("sigenstor_panel")
    source = {"source": "entities", "buy_entity": "sensor.buy"}
    hass.states.async_set("sensor.buy", "0.3", {"unit_of_measurement": "SEK/kWh"})
    hass.config_entries.async_update_entry(entry, options={**entry.options, "prices": source})
    await act("set_up_energy_dashboard")
    assert (await prefs())["energy_sources"][0]["entity_energy_price"] is None


async def test_without_the_energy_integration_it_says_so(act: Act) -> None:
    with pytest.raises(ServiceValidationError, match="Energy"):
        await act("set_up_energy_dashboard")
