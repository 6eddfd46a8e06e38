"""Buttons and limits of vehicle chargers: what they show, and what they do to the chargers' registers."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.const import CONF_AC_CHARGER_UNIT_IDS, DOMAIN
from custom_components.sigenstor_panel.coordinator.control import ControlService
from custom_components.sigenstor_panel.model.message import plain
from simulator import Simulator

UNIT = 5

type Use = Callable[..., Awaitable[None]]
type Writes = Callable[[], list[int]]


@pytest.fixture
def simulator_settings() -> dict[str, Any]:
    return {"ac_charger_units": (UNIT,)}


@pytest.fixture
def entry(hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry) -> MockConfigEntry:
    """A home with a vehicle at each kind of charger, and neither charges."""
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_AC_CHARGER_UNIT_IDS: [UNIT]})
    simulator.set(ac_charger_power_w=0, dc_charger_power_w=0)
    return entry


@pytest.fixture
def dc(controlled: ConfigEntry[Any]) -> str:
    """What keys of the DC charger's entities begin with."""
    return f"dc_charger_{controlled.unique_id}"


@pytest.fixture
def shown(hass: HomeAssistant, controlled: ConfigEntry[Any]) -> Callable[[str, str], State]:
    """Return the state of an entity, by platform and key."""

    def state(platform: str, key: str) -> State:
        entity_id = er.async_get(hass).async_get_entity_id(platform, DOMAIN, f"{controlled.unique_id}_{key}")
        assert entity_id is not None, key
        state = hass.states.get(entity_id)
        assert state is not None
        return state

    return state


async def rows(control: ControlService) -> list[tuple[str, str, str]]:
    """Return action, owner and outcome of what was recorded."""
    now = dt_util.utcnow()
    found = await control.audit.query(now - timedelta(days=1), now + timedelta(days=1), limit=100)
    return [(row.action.value, row.owner, row.outcome.value) for row in found]


async def test_chargers_have_buttons_and_limits_of_their_own(shown: Callable[[str, str], State], dc: str) -> None:
    current = shown("number", f"ac_charger_{UNIT}_current_limit")
    assert (current.attributes["min"], current.attributes["max"]) == (6, 32)
    assert current.attributes["unit_of_measurement"] == "A"
    for key in ("charge_limit", "discharge_limit"):
        limit = shown("number", f"{dc}_{key}")
        assert (limit.state, limit.attributes["min"], limit.attributes["max"]) == ("25000", 0, 25_000)
    for charger in (f"ac_charger_{UNIT}", dc):
        for key in ("start_charging", "stop_charging"):
            assert shown("button", f"{charger}_{key}").state != STATE_UNAVAILABLE


async def test_a_limit_is_written_to_its_charger_and_recorded_with_its_name(
    hass: HomeAssistant,
    control: ControlService,
    simulator: Simulator,
    use: Use,
    shown: Callable[[str, str], State],
    writes: Writes,
) -> None:
    registry = dr.async_get(hass)
    (device,) = [
        each
        for each in dr.async_entries_for_config_entry(registry, control.config_entry.entry_id)
        if (DOMAIN, f"{control.config_entry.unique_id}_ac_charger_{UNIT}") in each.identifiers
    ]
    registry.async_update_device(device.id, name_by_user="Garage")
    await use("number", f"ac_charger_{UNIT}_current_limit", "set_value", value=10)
    assert simulator.plant.ac_chargers[0].holding[42001] == 10
    assert shown("number", f"ac_charger_{UNIT}_current_limit").state == "10.0"
    assert writes() == [42001]
    assert await rows(control) == [("charger_limit", plain("Garage"), "confirmed")]


async def test_the_dc_charger_is_limited_both_ways(simulator: Simulator, use: Use, dc: str, writes: Writes) -> None:
    await use("number", f"{dc}_charge_limit", "set_value", value=7_400)
    await use("number", f"{dc}_discharge_limit", "set_value", value=0)
    holding = simulator.plant.inverters[0].holding
    assert (holding[41002], holding[41004]) == (7.4, 0)
    assert writes() == [41002, 41004]


@pytest.mark.parametrize(("charger", "address"), [(f"ac_charger_{UNIT}", 42000), ("dc", 41000)])
async def test_a_charger_is_stopped_and_started(
    control: ControlService, simulator: Simulator, use: Use, dc: str, writes: Writes, charger: str, address: int
) -> None:
    key = dc if charger == "dc" else charger
    target = simulator.plant.inverters[0] if charger == "dc" else simulator.plant.ac_chargers[0]
    await use("button", f"{key}_stop_charging", "press")
    assert target.holding[address] == 1
    await use("button", f"{key}_start_charging", "press")
    assert target.holding[address] == 0
    assert writes() == [address, address]
    assert [row[0] for row in await rows(control)] == ["charger_stop", "charger_start"]


async def test_off_the_grid_no_charger_is_started(
    control: ControlService, simulator: Simulator, use: Use, writes: Writes
) -> None:
    simulator.set(faults={"grid_outage": True})
    simulator.advance(1)
    await control.telemetry.async_refresh()
    before = len(writes())
    with pytest.raises(HomeAssistantError, match="Off grid"):
        await use("button", f"ac_charger_{UNIT}_start_charging", "press")
    assert not [address for address in writes()[before:] if address >= 41000]
    assert (await rows(control))[-1][0::2] == ("charger_start", "refused")


async def test_a_charger_that_is_offline_offers_nothing(
    control: ControlService, simulator: Simulator, shown: Callable[[str, str], State]
) -> None:
    simulator.disturb(unit=UNIT, exception=11)
    await control.telemetry.async_refresh()
    for platform, key in (("number", "current_limit"), ("button", "start_charging"), ("button", "stop_charging")):
        assert shown(platform, f"ac_charger_{UNIT}_{key}").state == STATE_UNAVAILABLE


async def test_a_limit_beyond_the_rating_is_refused(use: Use, dc: str, controlled: Any, writes: Writes) -> None:
    with pytest.raises(ServiceValidationError):
        await use("number", f"{dc}_charge_limit", "set_value", value=25_100)
    with pytest.raises(ServiceValidationError):
        await use("number", f"ac_charger_{UNIT}_current_limit", "set_value", value=5)
    assert writes() == []
