"""An emergency stop that is pressed while the entry is not loaded: taken, stored, and done before anything else."""

import asyncio
from collections.abc import Awaitable, Callable
import threading
from typing import Any

from forecasts import until
from homeassistant.config_entries import ConfigEntry, ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.control.state_file import StateFile
from custom_components.sigenstor_panel.coordinator.habits import HabitsCoordinator
from simulator import Simulator

type Act = Callable[..., Awaitable[Any]]
type Writes = Callable[[], list[int]]


def waits(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
    """Return whether a person is told that the stop has not been carried out yet."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"emergency_stop_waits_{entry.entry_id}") is not None


def is_held(simulator: Simulator) -> bool:
    holding = simulator.plant.holding
    return holding[40029] == 1 and holding[40032] == holding[40034] == 0


def stored(state_file: StateFile) -> Any:
    found = state_file.load()
    assert found is not None
    return found


@pytest.fixture
async def away(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, quick_control: dict[str, Any]
) -> MockConfigEntry:
    """The entry, waiting for a plant that does not answer."""
    await simulator.stop()
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    return entry


async def stop(hass: HomeAssistant) -> Any:
    return await hass.services.async_call(DOMAIN, "emergency_stop", blocking=True, return_response=True)


async def test_it_is_stored_and_a_person_is_told_that_it_waits(
    hass: HomeAssistant, away: MockConfigEntry, state_file: StateFile
) -> None:
    response = await stop(hass)
    assert response["emergency_stop"] is True
    await hass.async_block_till_done()
    assert stored(state_file)["emergency_stop"] is True
    assert waits(hass, away)


async def test_it_tries_the_plant_at_once(
    hass: HomeAssistant, simulator: Simulator, away: MockConfigEntry, state_file: StateFile
) -> None:
    await simulator.start()
    await stop(hass)
    await hass.async_block_till_done()
    assert away.state is ConfigEntryState.LOADED
    assert is_held(simulator)
    assert away.runtime_data.control.data.emergency_stop
    assert stored(state_file)["emergency_stop"] is True
    assert not waits(hass, away)


async def test_it_comes_before_habits_prices_and_platforms(
    hass: HomeAssistant, simulator: Simulator, away: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = list[bool]()
    refresh = HabitsCoordinator.async_config_entry_first_refresh

    async def look(habits: HabitsCoordinator) -> None:
        held.append(is_held(simulator))
        await refresh(habits)

    monkeypatch.setattr(HabitsCoordinator, "async_config_entry_first_refresh", look)
    await stop(hass)
    await simulator.start()
    await hass.config_entries.async_reload(away.entry_id)
    assert held == [True]


async def test_it_outlives_a_restart(
    hass: HomeAssistant, simulator: Simulator, away: MockConfigEntry, quick_control: dict[str, Any]
) -> None:
    await stop(hass)
    await hass.async_block_till_done()
    # What Home Assistant knew is gone; what is on disk is not.
    hass.data.pop(f"{DOMAIN}.control")
    await simulator.start()
    await hass.config_entries.async_reload(away.entry_id)
    assert is_held(simulator)


async def test_an_override_from_before_is_over(
    hass: HomeAssistant, simulator: Simulator, controlled: ConfigEntry[Any], act: Act, state_file: StateFile
) -> None:
    await act("force_charge", power_w=1000, duration="02:00:00")
    await hass.config_entries.async_unload(controlled.entry_id)
    assert stored(state_file)["override"] is not None
    await stop(hass)
    assert stored(state_file)["override"] is None
    await hass.config_entries.async_setup(controlled.entry_id)
    assert is_held(simulator)
    assert controlled.runtime_data.control.data.override is None


async def test_pressed_while_the_entry_is_being_set_up_it_goes_to_whoever_runs(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    quick_control: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def hang(_habits: HabitsCoordinator) -> None:
        begun.set()
        await go_on.wait()

    monkeypatch.setattr(HabitsCoordinator, "async_config_entry_first_refresh", hang)
    setting_up = hass.async_create_task(hass.config_entries.async_setup(entry.entry_id))
    await begun.wait()
    assert entry.state is ConfigEntryState.SETUP_IN_PROGRESS
    assert not is_held(simulator)
    await stop(hass)
    assert is_held(simulator)
    assert not waits(hass, entry)
    go_on.set()
    await setting_up
    assert entry.runtime_data.control.data.emergency_stop


async def test_pressed_while_the_disk_is_being_read_it_is_taken_by_what_begins_then(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    quick_control: dict[str, Any],
    state_file: StateFile,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, go_on, load = threading.Event(), threading.Event(), StateFile.load

    def slow(file: StateFile) -> Any:
        found = load(file)
        begun.set()
        go_on.wait()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(StateFile, "load", slow)
        setting_up = hass.async_create_task(hass.config_entries.async_setup(entry.entry_id))
        await asyncio.to_thread(begun.wait)
        stopping = hass.async_create_task(stop(hass))
        for _ in range(3):
            await asyncio.sleep(0)
        go_on.set()
        assert (await stopping)["emergency_stop"] is True
        await setting_up
    assert is_held(simulator)
    assert stored(state_file)["emergency_stop"] is True
    memory = entry.runtime_data.control.controller.memory.as_dict()
    await until(lambda: stored(state_file) == memory, "what the running controller knows to be on disk")


async def test_a_disk_that_does_not_take_it_is_said_and_it_is_done_all_the_same(
    hass: HomeAssistant, simulator: Simulator, away: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(StateFile, "save", full)
        with pytest.raises(HomeAssistantError, match=r"could not be saved.*No space left on device"):
            await stop(hass)
    await simulator.start()
    await hass.config_entries.async_reload(away.entry_id)
    assert is_held(simulator)
    assert away.runtime_data.control.data.emergency_stop


async def test_a_state_that_is_lost_does_not_keep_it_from_being_done(
    hass: HomeAssistant, simulator: Simulator, away: MockConfigEntry, state_file: StateFile
) -> None:
    for path in (state_file.path, state_file.path.with_name(f"{state_file.path.name}.copy")):
        path.write_text("{")
    with pytest.raises(HomeAssistantError, match=r"could not be saved"):
        await stop(hass)
    await simulator.start()
    await hass.config_entries.async_reload(away.entry_id)
    assert is_held(simulator)
    assert stored(state_file)["emergency_stop"] is True


async def test_a_plant_that_was_disabled_is_left_alone(
    hass: HomeAssistant, controlled: ConfigEntry[Any], writes: Writes, state_file: StateFile
) -> None:
    await hass.config_entries.async_set_disabled_by(controlled.entry_id, ConfigEntryDisabler.USER)
    with pytest.raises(HomeAssistantError):
        await stop(hass)
    assert stored(state_file)["emergency_stop"] is False
    assert writes() == []


async def test_clearing_needs_a_plant_that_is_loaded(
    hass: HomeAssistant, away: MockConfigEntry, state_file: StateFile
) -> None:
    await stop(hass)
    with pytest.raises(HomeAssistantError):
        await hass.services.async_call(DOMAIN, "clear_emergency_stop", blocking=True)
    assert stored(state_file)["emergency_stop"] is True
