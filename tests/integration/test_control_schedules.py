"""Schedules as switches and as a calendar, and what they do to the plant when their time comes."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.control.state_file import StateFile
from custom_components.sigenstor_panel.coordinator.control import ControlService
from simulator import Simulator
from tests.integration.conftest import NIGHT

type StateOf = Callable[..., State]
type Act = Callable[..., Awaitable[Any]]
type Use = Callable[..., Awaitable[None]]
type Writes = Callable[[], list[int]]

WEDNESDAY_NOON = datetime(2026, 1, 14, 12, 0)
HOLD_AT_NOON = {"name": "Lunch", "action": "hold", "start": "12:00", "end": "13:00"}


def schedule_switches(hass: HomeAssistant) -> list[str]:
    """Return the entity ids of the schedules' switches."""
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return [entity.entity_id for entity in entities if entity.translation_key == "schedule"]


@pytest.fixture
def noon(freezer: FrozenDateTimeFactory) -> datetime:
    """A Wednesday noon where Home Assistant is."""
    moment = WEDNESDAY_NOON.replace(tzinfo=dt_util.get_default_time_zone())
    freezer.move_to(moment)
    return moment


@pytest.fixture
async def calendar_events(hass: HomeAssistant, controlled: ConfigEntry[Any]) -> Callable[..., Awaitable[Any]]:
    """Ask the calendar for its events."""

    async def ask(start: datetime, end: datetime) -> Any:
        entity_id = "calendar.sigenstor_schedules"
        response = await hass.services.async_call(
            "calendar",
            "get_events",
            {"entity_id": entity_id, "start_date_time": start, "end_date_time": end},
            blocking=True,
            return_response=True,
        )
        assert response is not None
        return response[entity_id]["events"]

    return ask


async def test_a_schedule_has_a_switch_with_its_name_as_long_as_it_exists(
    hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act
) -> None:
    assert schedule_switches(hass) == []
    schedule = await act("set_schedule", **NIGHT)
    assert schedule_switches(hass) == ["switch.sigenstor_night"]
    switch = hass.states.get("switch.sigenstor_night")
    assert switch is not None
    assert switch.state == "on"
    assert switch.attributes["friendly_name"] == "SigenStor control Night"
    assert switch.attributes["start"] == "22:30:00"
    assert switch.attributes["days"] == ["mon", "tue"]

    await act("set_schedule", id=schedule["id"], name="Cheap hours")
    switch = hass.states.get("switch.sigenstor_night")
    assert switch is not None
    assert switch.attributes["friendly_name"] == "SigenStor control Cheap hours"

    await act("delete_schedule", id=schedule["id"])
    assert schedule_switches(hass) == []
    assert hass.states.get("switch.sigenstor_night") is None


async def test_a_switch_keeps_what_a_person_called_it_over_a_reload(
    hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act
) -> None:
    await act("set_schedule", **NIGHT)
    er.async_get(hass).async_update_entity("switch.sigenstor_night", new_entity_id="switch.mine")
    assert await hass.config_entries.async_reload(controlled.entry_id)
    await hass.async_block_till_done()
    assert schedule_switches(hass) == ["switch.mine"]


async def test_a_switch_of_a_schedule_that_went_missing_while_away_is_cleaned_up(
    hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act, state_file: StateFile
) -> None:
    await act("set_schedule", **NIGHT)
    await hass.config_entries.async_unload(controlled.entry_id)
    stored = state_file.load()
    assert stored is not None
    state_file.save({**stored, "schedules": []})
    await hass.config_entries.async_setup(controlled.entry_id)
    await hass.async_block_till_done()
    assert schedule_switches(hass) == []


async def test_turning_a_schedule_off_and_on_changes_nothing_else_of_it(
    hass: HomeAssistant, control: ControlService, act: Act, use: Use
) -> None:
    before = await act("set_schedule", **NIGHT)
    for service, enabled in (("turn_off", False), ("turn_on", True)):
        await use("switch", f"schedule_{before['id']}", service)
        (schedule,) = control.controller.memory.schedules
        assert schedule.as_dict() == {**before, "enabled": enabled}
        switch = hass.states.get("switch.sigenstor_night")
        assert switch is not None
        assert switch.state == ("on" if enabled else "off")


async def test_a_schedule_acts_in_its_window_only_while_its_switch_is_on(
    simulator: Simulator, noon: datetime, control: ControlService, act: Act, use: Use, state_of: StateOf
) -> None:
    schedule = await act("set_schedule", **HOLD_AT_NOON, enabled=False)
    assert simulator.plant.holding[40029] == 0
    await use("switch", f"schedule_{schedule['id']}", "turn_on")
    assert simulator.plant.holding[40029] == 1
    assert simulator.plant.holding[40032] == simulator.plant.holding[40034] == 0
    state = state_of("control_state")
    assert state.state == "holding"
    assert state.attributes["owner"] == "Lunch"
    assert state.attributes["actor"] == "schedule"
    assert state.attributes["reason"] == "Holding until 13:00"
    assert datetime.fromisoformat(state.attributes["expires_at"]) == noon + timedelta(hours=1)


async def test_a_schedule_can_leave_the_battery_alone_and_one_for_a_day_is_gone_once_that_is_over(
    simulator: Simulator,
    noon: datetime,
    control: ControlService,
    act: Act,
    state_of: StateOf,
    freezer: FrozenDateTimeFactory,
) -> None:
    lunch = {"start": "12:00", "end": "13:00", "only_on": f"{noon:%Y-%m-%d}"}
    schedule = await act("set_schedule", name="Alone", action="self_consume", **lunch)
    assert simulator.plant.holding[40029] == 1
    state = state_of("control_state")
    assert (state.state, state.attributes["reason"]) == ("self_consuming", "Self-consumption until 13:00")
    with pytest.raises(ServiceValidationError, match="whose window is not over yet"):
        await act("set_schedule", name="Late", action="hold", **(lunch | {"only_on": f"{noon - timedelta(days=1):%F}"}))
    # What is not moved may be changed once it is over.
    freezer.move_to(noon + timedelta(hours=2))
    await act("set_schedule", id=schedule["id"], name="Was alone")
    freezer.move_to(noon + timedelta(days=2))
    kept = await act("set_schedule", **NIGHT)
    assert [one.id for one in control.controller.memory.schedules] == [kept["id"]]
    assert schedule["only_on"] == f"{noon:%Y-%m-%d}"


async def test_the_calendar_shows_every_window_and_what_happens_in_it(
    noon: datetime, act: Act, calendar_events: Callable[..., Awaitable[Any]]
) -> None:
    await act("set_schedule", **NIGHT)
    await act("set_schedule", **HOLD_AT_NOON)
    monday = noon + timedelta(days=5)
    events = await calendar_events(monday - timedelta(hours=1), monday + timedelta(hours=23))
    assert [(event["summary"], event["description"]) for event in events] == [
        ("Lunch", "Hold"),
        ("Night", "Charge at 2.5 kW up to 80 %"),
    ]
    night = events[1]
    assert datetime.fromisoformat(night["start"]) == monday.replace(hour=22, minute=30)
    assert datetime.fromisoformat(night["end"]) == monday.replace(day=20, hour=5)


async def test_the_calendar_leaves_out_schedules_that_are_off(
    noon: datetime, act: Act, calendar_events: Callable[..., Awaitable[Any]]
) -> None:
    await act("set_schedule", **HOLD_AT_NOON, enabled=False)
    assert await calendar_events(noon, noon + timedelta(days=7)) == []


async def test_the_calendar_answers_for_a_year_whatever_it_is_asked(
    noon: datetime, act: Act, calendar_events: Callable[..., Awaitable[Any]]
) -> None:
    await act("set_schedule", **HOLD_AT_NOON)
    events = await calendar_events(noon, noon.replace(year=2999))
    assert len(events) == 366


async def test_the_calendar_is_on_in_a_window_and_names_the_next_one_before_it(
    noon: datetime, act: Act, state_of: StateOf
) -> None:
    await act("set_schedule", **NIGHT)
    state = state_of("schedules", platform="calendar")
    assert state.state == "off"
    assert state.attributes["message"] == "Night"
    assert state.attributes["start_time"] == "2026-01-19 22:30:00"

    await act("set_schedule", **HOLD_AT_NOON)
    state = state_of("schedules", platform="calendar")
    assert state.state == "on"
    assert state.attributes["message"] == "Lunch"
    assert state.attributes["description"] == "Hold"


async def test_the_calendar_has_no_event_when_nothing_comes_within_two_weeks(
    noon: datetime, controlled: ConfigEntry[Any], state_of: StateOf
) -> None:
    assert "message" not in state_of("schedules", platform="calendar").attributes


async def test_the_calendar_shows_the_clock_on_the_wall_over_a_change_of_the_clocks(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    controlled: ConfigEntry[Any],
    act: Act,
    calendar_events: Callable[..., Awaitable[Any]],
) -> None:
    await hass.config.async_set_time_zone("Australia/Sydney")
    await act("set_schedule", **{**NIGHT, "start": "01:00", "end": "05:00", "days": ["sat", "sun"]})
    start = datetime(2026, 10, 2, 14, 0, tzinfo=UTC)
    events = await calendar_events(start, start + timedelta(days=2))
    lengths = [datetime.fromisoformat(event["end"]) - datetime.fromisoformat(event["start"]) for event in events]
    assert lengths == [timedelta(hours=4), timedelta(hours=3)]
