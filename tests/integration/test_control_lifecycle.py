"""What of control outlives a reload, a removal and a stop, and what does not."""

from collections.abc import Awaitable, Callable
from typing import Any

from forecasts import until
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.coordinator.habits import HabitsCoordinator
from simulator import Simulator
from tests.integration.conftest import NIGHT

type Act = Callable[..., Awaitable[Any]]
type StateOf = Callable[..., State]
type Use = Callable[..., Awaitable[None]]
type Writes = Callable[[], list[int]]


async def look_again(entry: ConfigEntry[Any], simulator: Simulator) -> None:
    """Let the battery come to rest, and control see it."""
    simulator.advance(1)
    await entry.runtime_data.telemetry.async_refresh()
    await entry.runtime_data.control.async_tick()


async def test_unloading_hands_the_plant_back_with_its_own_limits(
    hass: HomeAssistant, simulator: Simulator, controlled: ConfigEntry[Any], act: Act
) -> None:
    before = dict(simulator.plant.holding)
    await act("force_charge", power_w=1000)
    await act("set_export_limit", power_w=3000)
    assert simulator.plant.holding[40029] == 1
    await hass.config_entries.async_unload(controlled.entry_id)
    assert simulator.plant.holding == before
    assert simulator.plant.holding[40029] == 0


async def test_a_stop_of_home_assistant_hands_the_plant_back_before_anything_else_stops(
    hass: HomeAssistant, simulator: Simulator, controlled: ConfigEntry[Any], act: Act
) -> None:
    before = dict(simulator.plant.holding)
    await act("force_hold")
    assert simulator.plant.holding != before
    found = list[dict[int, Any]]()
    hass.bus.async_listen_once(
        EVENT_HOMEASSISTANT_STOP, callback(lambda _: found.append(dict(simulator.plant.holding)))
    )
    await hass.async_stop()
    assert found == [before]
    assert simulator.plant.holding == before


async def test_an_unloaded_plant_has_nothing_left_to_do_when_home_assistant_stops(
    hass: HomeAssistant, controlled: ConfigEntry[Any]
) -> None:
    jobs = len(hass._shutdown_jobs)
    await hass.config_entries.async_reload(controlled.entry_id)
    assert len(hass._shutdown_jobs) == jobs
    await hass.config_entries.async_unload(controlled.entry_id)
    assert len(hass._shutdown_jobs) == jobs - 1


async def test_a_set_up_that_fails_after_control_began_hands_the_plant_back(
    hass: HomeAssistant,
    simulator: Simulator,
    controlled: ConfigEntry[Any],
    act: Act,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = dict(simulator.plant.holding)
    await act("force_hold", duration="02:00:00")

    async def fail(_habits: HabitsCoordinator) -> None:
        assert simulator.plant.holding == before
        freezer.tick(61)
        await until(lambda: simulator.plant.holding[40029] == 1, "the override that goes on")
        raise ConfigEntryNotReady

    monkeypatch.setattr(HabitsCoordinator, "async_config_entry_first_refresh", fail)
    await hass.config_entries.async_reload(controlled.entry_id)
    assert controlled.state is ConfigEntryState.SETUP_RETRY
    assert simulator.plant.holding == before


async def test_unloading_leaves_a_plant_alone_that_was_never_touched(
    hass: HomeAssistant, controlled: ConfigEntry[Any], writes: Writes
) -> None:
    await hass.config_entries.async_unload(controlled.entry_id)
    assert writes() == []


async def test_an_override_goes_on_after_a_reload(
    hass: HomeAssistant, simulator: Simulator, controlled: ConfigEntry[Any], act: Act, state_of: StateOf
) -> None:
    await act("force_hold", duration="02:00:00")
    await hass.config_entries.async_reload(controlled.entry_id)
    await hass.async_block_till_done()
    assert state_of("override", platform="select").state == "force_hold"


async def test_an_emergency_stop_survives_a_reload(
    hass: HomeAssistant, simulator: Simulator, controlled: ConfigEntry[Any], use: Use, state_of: StateOf
) -> None:
    await use("switch", "emergency_stop", "turn_on")
    await hass.config_entries.async_reload(controlled.entry_id)
    await hass.async_block_till_done()
    assert state_of("emergency_stop", platform="switch").state == "on"
    await look_again(controlled, simulator)
    assert state_of("control_state").state == "stopped"
    assert simulator.plant.holding[40032] == simulator.plant.holding[40034] == 0
    assert ir.async_get(hass).async_get_issue(DOMAIN, f"emergency_stop_{controlled.entry_id}")


async def test_an_emergency_stop_and_the_schedules_survive_removing_and_adding_the_plant_again(
    hass: HomeAssistant, simulator: Simulator, controlled: ConfigEntry[Any], act: Act, state_of: StateOf
) -> None:
    await act("set_schedule", **NIGHT)
    await act("emergency_stop")
    await hass.config_entries.async_remove(controlled.entry_id)
    assert simulator.plant.holding[40032] == simulator.plant.holding[40034] == 0

    again = MockConfigEntry(
        domain=DOMAIN,
        title="SigenStor",
        unique_id=controlled.unique_id,
        data=dict(controlled.data),
        options=dict(controlled.options),
    )
    again.add_to_hass(hass)
    assert await hass.config_entries.async_setup(again.entry_id)
    await hass.async_block_till_done()
    assert state_of("emergency_stop", platform="switch").state == "on"
    await look_again(again, simulator)
    assert state_of("control_state").state == "stopped"
    assert hass.states.get("switch.sigenstor_night") is not None
    assert (await act("query_audit", start="2020-01-01"))["total"] == 1
