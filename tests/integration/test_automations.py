"""Automations start with what begins at a system, and go on under what is so there."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from forecasts import Move
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.sigenstor_panel.condition import CONDITIONS
from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.model.message import plain
from custom_components.sigenstor_panel.trigger import TRIGGERS
from simulator import Simulator

pytestmark = pytest.mark.usefixtures("pacific_home")

type Act = Callable[..., Awaitable[Any]]
type Automate = Callable[..., Awaitable[list[Event]]]

TARIFF = {
    "source": "tariff",
    "buy": {"flat_per_kwh": 0.3, "bands": [{"per_kwh": 0.9, "start": "19:00", "end": "20:00"}]},
}
"""The clock stands at 18:00 where Home Assistant is."""


@pytest.fixture
def entry(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """The entry with a tariff that is dear in an hour."""
    hass.config_entries.async_update_entry(entry, options={**entry.options, "prices": TARIFF})
    return entry


@pytest.fixture
def automate(hass: HomeAssistant) -> Automate:
    """Set up an automation, and return where its runs gather: `await automate("outage_started")`."""

    async def set_up(
        trigger: str | dict[str, Any], conditions: list[dict[str, Any]] | None = None, /, **options: Any
    ) -> list[Event]:
        runs = async_capture_events(hass, "automation_ran")
        trigger = trigger if isinstance(trigger, dict) else {"trigger": f"{DOMAIN}.{trigger}", "options": options}
        automation = {
            "triggers": [trigger],
            "conditions": conditions or [],
            "actions": [{"event": "automation_ran", "event_data_template": {"trigger": "{{ trigger }}"}}],
        }
        assert await async_setup_component(hass, "automation", {"automation": [automation]})
        await hass.async_block_till_done()
        (state,) = hass.states.async_all("automation")
        assert state.state == "on", "the automation is not valid"
        return runs

    return set_up


async def read(controlled: ConfigEntry[Any], simulator: Simulator, **changes: Any) -> None:
    """Let the plant be otherwise, and read it."""
    simulator.set(**changes)
    simulator.advance(1)
    await controlled.runtime_data.telemetry.async_refresh()


async def test_a_price_of_ones_own_begins_a_spike(controlled: ConfigEntry[Any], automate: Automate, move: Move) -> None:
    runs = await automate("price_spike_started", above=0.8)
    await move(dt_util.utcnow() + timedelta(minutes=59))
    assert not runs
    await move(dt_util.utcnow() + timedelta(minutes=2))
    assert len(runs) == 1
    told = runs[0].data["trigger"]
    assert (told["buy"], told["system"], told["config_entry_id"]) == (0.9, "SigenStor", controlled.entry_id)
    await move(dt_util.utcnow() + timedelta(minutes=5))
    assert len(runs) == 1


async def test_where_the_retailer_says_nothing_of_spikes_there_are_none_without_a_price(
    controlled: ConfigEntry[Any], automate: Automate, move: Move
) -> None:
    runs = await automate("price_spike_started")
    await move(dt_util.utcnow() + timedelta(minutes=61))
    assert not runs


async def test_a_spike_is_told_once_it_is_within_the_time_that_one_wants_to_know_it(
    controlled: ConfigEntry[Any], automate: Automate, move: Move
) -> None:
    runs = await automate("price_spike_forecast", above=0.8, within="00:30:00")
    await move(dt_util.utcnow() + timedelta(minutes=29))
    assert not runs
    await move(dt_util.utcnow() + timedelta(minutes=2))
    assert [run.data["trigger"]["buy"] for run in runs] == [0.9]
    assert runs[0].data["trigger"]["start"] == "2026-01-15T03:00:00+00:00"


async def test_what_is_so_at_the_start_does_not_begin(
    controlled: ConfigEntry[Any], automate: Automate, move: Move
) -> None:
    runs = await automate("price_spike_forecast", above=0.8, within="02:00:00")
    await move(dt_util.utcnow() + timedelta(minutes=1))
    assert not runs


async def test_a_charge_is_told_shortly_before_the_plan_does_it(
    hass: HomeAssistant, simulator: Simulator, controlled: ConfigEntry[Any], automate: Automate, move: Move
) -> None:
    await read(controlled, simulator, soc=12)
    await controlled.runtime_data.optimiser.async_optimise("test")
    plan = controlled.runtime_data.optimiser.data.decision.recommendation.plan
    starts = [
        slot.start
        for before, slot in zip(plan.slots, plan.slots[1:], strict=False)
        if slot.action == "charge" and before.action != "charge"
    ]
    assert starts, "a dear hour ahead is worth charging for"
    runs = await automate("charge_planned", within="00:01:00")
    now = dt_util.utcnow()
    await move(now + starts[0] - timedelta(seconds=30))
    assert len(runs) == 1


async def test_the_end_of_an_override_is_told(controlled: ConfigEntry[Any], automate: Automate, act: Act) -> None:
    runs = await automate("override_ended")
    await act("force_hold", duration="01:00:00")
    assert not runs
    await act("clear_override")
    assert len(runs) == 1


async def test_an_override_that_ends_while_the_entry_reloads_has_ended(
    hass: HomeAssistant, controlled: ConfigEntry[Any], automate: Automate, act: Act, move: Move
) -> None:
    runs = await automate("override_ended")
    await act("force_hold", duration="00:01:00")
    assert await hass.config_entries.async_unload(controlled.entry_id)
    await move(dt_util.utcnow() + timedelta(minutes=2))
    assert not runs
    assert await hass.config_entries.async_setup(controlled.entry_id)
    await hass.async_block_till_done()
    await controlled.runtime_data.control.async_tick()
    await hass.async_block_till_done()
    assert len(runs) == 1


async def test_an_outage_begins_and_ends(
    hass: HomeAssistant, controlled: ConfigEntry[Any], automate: Automate, simulator: Simulator
) -> None:
    runs = await automate("outage_started", [{"condition": f"{DOMAIN}.is_outage"}])
    await read(controlled, simulator, faults={"grid_outage": True})
    await hass.async_block_till_done()
    assert len(runs) == 1
    await read(controlled, simulator, faults={"grid_outage": False})
    await hass.async_block_till_done()
    assert len(runs) == 1


async def test_the_grid_is_back_when_an_outage_ends(
    hass: HomeAssistant, controlled: ConfigEntry[Any], automate: Automate, simulator: Simulator
) -> None:
    runs = await automate("outage_ended")
    await read(controlled, simulator, faults={"grid_outage": True})
    await hass.async_block_till_done()
    assert not runs
    await read(controlled, simulator, faults={"grid_outage": False})
    await hass.async_block_till_done()
    assert len(runs) == 1


async def test_an_alert_is_told_with_its_message(
    hass: HomeAssistant, controlled: ConfigEntry[Any], automate: Automate
) -> None:
    runs = await automate("alert_raised")
    control = controlled.runtime_data.control
    control.async_set_updated_data(replace(control.data, alert=plain("Something is wrong.")))
    await hass.async_block_till_done()
    assert [run.data["trigger"]["message"] for run in runs] == ["Something is wrong."]


@pytest.mark.parametrize(
    ("condition", "options", "holds"),
    [
        ("is_outage", {}, False),
        ("is_charging", {}, True),
        ("is_charging", {"because_of": "manual"}, True),
        ("is_charging", {"because_of": ["schedule", "optimiser"]}, False),
        ("price_is", {"below": 0.5}, True),
        ("price_is", {"above": 0.5}, False),
        ("price_is", {"level": ["low", "neutral"]}, False),
    ],
)
async def test_a_condition_holds_while_it_is_so(
    hass: HomeAssistant,
    controlled: ConfigEntry[Any],
    automate: Automate,
    act: Act,
    simulator: Simulator,
    condition: str,
    options: dict[str, Any],
    holds: bool,
) -> None:
    await act("force_charge", power_w=2000, duration="01:00:00")
    await read(controlled, simulator)
    when = {"condition": f"{DOMAIN}.{condition}", "options": {**options, "config_entry_id": controlled.entry_id}}
    runs = await automate({"trigger": "event", "event_type": "now"}, [when])
    hass.bus.async_fire("now")
    await hass.async_block_till_done()
    assert bool(runs) is holds


async def test_of_a_system_that_is_not_loaded_nothing_is_so(
    hass: HomeAssistant, controlled: ConfigEntry[Any], automate: Automate
) -> None:
    runs = await automate(
        {"trigger": "event", "event_type": "now"}, [{"condition": f"{DOMAIN}.price_is", "options": {"below": 9}}]
    )
    assert await hass.config_entries.async_unload(controlled.entry_id)
    hass.bus.async_fire("now")
    await hass.async_block_till_done()
    assert not runs


@pytest.mark.parametrize(
    "automation",
    [
        {"triggers": [{"trigger": f"{DOMAIN}.outage_started", "options": {"config_entry_id": "none"}}]},
        {"triggers": [{"trigger": f"{DOMAIN}.outage_started", "options": {"above": 1}}]},
        {"triggers": [{"trigger": f"{DOMAIN}.price_spike_forecast", "options": {"within": "48:00:00"}}]},
        {"triggers": [], "conditions": [{"condition": f"{DOMAIN}.price_is"}]},
        {"triggers": [], "conditions": [{"condition": f"{DOMAIN}.is_charging", "options": {"because_of": "luck"}}]},
    ],
)
async def test_an_automation_that_cannot_be_is_refused(
    hass: HomeAssistant, controlled: ConfigEntry[Any], automation: dict[str, Any]
) -> None:
    assert await async_setup_component(hass, "automation", {"automation": [{"actions": [], **automation}]})
    await hass.async_block_till_done()
    assert [state.state for state in hass.states.async_all("automation")] == ["unavailable"]


def test_there_are_triggers_and_conditions_for_what_matters() -> None:
    assert len(TRIGGERS) == 7
    assert len(CONDITIONS) == 3
