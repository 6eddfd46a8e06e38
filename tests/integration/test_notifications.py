"""The phones that the options name are told what happens, not too often, and not at night unless it matters."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from forecasts import Move
from forms import choose, fill_in, suggested
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.sigenstor_panel.automation.notifications import PAUSE
from custom_components.sigenstor_panel.const import NotificationEvent
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.model.prices import PriceSlot, SpikeStatus
from custom_components.sigenstor_panel.model.telemetry import GridStatus
from simulator import Simulator

type Act = Callable[..., Awaitable[Any]]

EVENTS = [event.value for event in NotificationEvent]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def phone(hass: HomeAssistant) -> list[ServiceCall]:
    """What a phone was sent."""
    calls: list[ServiceCall] = async_mock_service(hass, "notify", "mobile_app_phone")
    return calls


@pytest.fixture
def options() -> dict[str, Any]:
    """What is wanted; a test may want something else."""
    return {"targets": ["notify.mobile_app_phone"], "events": EVENTS}


@pytest.fixture
def entry(
    hass: HomeAssistant, entry: MockConfigEntry, phone: list[ServiceCall], options: dict[str, Any]
) -> MockConfigEntry:
    """The entry with a phone that is told."""
    hass.config_entries.async_update_entry(entry, options={**entry.options, "notifications": options})
    return entry


@pytest.fixture
def grid(hass: HomeAssistant, controlled: ConfigEntry[Any], simulator: Simulator) -> Callable[[bool], Awaitable[None]]:
    """Let the grid fail or return, and read the plant."""

    async def switch(there: bool) -> None:
        simulator.set(faults={"grid_outage": not there})
        simulator.advance(1)
        await controlled.runtime_data.telemetry.async_refresh()
        await hass.async_block_till_done(wait_background_tasks=True)

    return switch


type Grid = Callable[[bool], Awaitable[None]]


def texts(calls: list[ServiceCall]) -> list[str]:
    return [call.data["message"] for call in calls]


async def later(controlled: ConfigEntry[Any], move: Move, by: timedelta) -> None:
    """Let time go by, with a reading at its end."""
    await move(dt_util.utcnow() + by)
    await controlled.runtime_data.telemetry.async_refresh()
    await move(dt_util.utcnow() + timedelta(seconds=1))


async def test_an_outage_is_told_at_once_and_its_end_not_sooner_than_a_pause_later(
    controlled: ConfigEntry[Any], phone: list[ServiceCall], grid: Grid, move: Move
) -> None:
    assert phone == []
    await grid(False)
    assert phone[0].data["title"] == "SigenStor"
    assert texts(phone)[0].startswith("The grid is down. The battery is at ")
    await grid(True)
    outages = [text for text in texts(phone) if "grid is" in text]
    assert len(outages) == 1
    await later(controlled, move, PAUSE)
    assert "The grid is back" in texts(phone)


async def test_a_grid_that_flickers_is_told_once(
    controlled: ConfigEntry[Any], phone: list[ServiceCall], grid: Grid, move: Move
) -> None:
    for there in (False, True, False, True, False):
        await grid(there)
    await later(controlled, move, PAUSE)
    assert len([text for text in texts(phone) if "grid is" in text]) == 1


@pytest.mark.parametrize("options", [{"targets": ["notify.mobile_app_phone"], "events": ["outage"]}])
async def test_a_home_that_somebody_disconnected_has_no_outage(
    hass: HomeAssistant, controlled: ConfigEntry[Any], simulator: Simulator, phone: list[ServiceCall]
) -> None:
    simulator.set(faults={"on_off_grid": 2})
    simulator.advance(1)
    await controlled.runtime_data.telemetry.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert controlled.runtime_data.telemetry.data.grid_status is GridStatus.OFF_GRID_MANUAL
    assert phone == []


@pytest.mark.parametrize("options", [{"targets": ["notify.mobile_app_phone"], "events": ["refusal"]}])
async def test_nobody_is_told_of_what_was_not_chosen(phone: list[ServiceCall], grid: Grid) -> None:
    await grid(False)
    assert phone == []


@pytest.mark.parametrize(
    "options",
    [
        {
            "targets": ["notify.mobile_app_phone"],
            "events": ["outage", "refusal", "override_ended"],
            "quiet_from": "17:00:00",
            "quiet_to": "07:00:00",
        }
    ],
)
async def test_quiet_hours_are_quiet_except_for_safety(
    phone: list[ServiceCall], grid: Grid, act: Act, move: Move
) -> None:
    await act("force_hold", duration="00:01:00")
    await move(dt_util.utcnow() + 2 * MINUTE)
    assert phone == []
    await grid(False)
    assert len(phone) == 1


@pytest.mark.parametrize("options", [{"targets": ["notify.mobile_app_phone"], "events": ["override_ended"]}])
async def test_the_end_of_an_override_is_told_once_a_pause(phone: list[ServiceCall], act: Act, move: Move) -> None:
    for _ in range(2):
        await act("force_hold", duration="00:01:00")
        await move(dt_util.utcnow() + 2 * MINUTE)
    assert len(phone) == 1
    assert texts(phone)[0].startswith("Override: ")


@pytest.mark.parametrize("options", [{"targets": ["notify.mobile_app_phone"], "events": ["data_lost"]}])
async def test_a_plant_is_lost_when_it_has_not_answered_for_a_while_and_is_told_when_it_is_back(
    controlled: ConfigEntry[Any], simulator: Simulator, phone: list[ServiceCall], move: Move
) -> None:
    await simulator.stop()
    for _ in range(8):
        await later(controlled, move, MINUTE)
    assert phone == []
    for _ in range(6):
        await later(controlled, move, MINUTE)
    assert texts(phone) == ["The system has not answered for ten minutes"]
    await simulator.start()
    for _ in range(11):
        await later(controlled, move, MINUTE)
    assert texts(phone)[1:] == ["The system answers again"]


@pytest.mark.parametrize("options", [{"targets": ["notify.mobile_app_phone"], "events": ["alert"]}])
async def test_an_alert_is_told_with_what_control_says(
    hass: HomeAssistant, controlled: ConfigEntry[Any], phone: list[ServiceCall], move: Move
) -> None:
    control = controlled.runtime_data.control
    alerted = replace(control.data, alert=plain("the battery does not obey"))
    fine = control.data
    control.async_set_updated_data(alerted)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert texts(phone) == ["Control needs your attention: the battery does not obey"]
    await move(dt_util.utcnow() + PAUSE)
    control.async_set_updated_data(fine)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert texts(phone)[1:] == ["Control works again"]


@pytest.mark.parametrize("options", [{"targets": ["notify.mobile_app_phone"], "events": ["alert"]}])
async def test_another_alert_while_one_stands_is_told_too(
    hass: HomeAssistant, controlled: ConfigEntry[Any], phone: list[ServiceCall], move: Move
) -> None:
    control = controlled.runtime_data.control
    for alert in (say("control.not_saved"), say("control.moves_though_stopped")):
        control.async_set_updated_data(replace(control.data, alert=alert))
        await move(dt_util.utcnow() + PAUSE)
        control.async_set_updated_data(replace(control.data, alert=alert))
        await hass.async_block_till_done(wait_background_tasks=True)
    told = [text.partition(": ")[2] for text in texts(phone)]
    assert [text for text in told if text] == [
        "The state of control could not be written to disk yet",
        "The battery moves although the emergency stop is on",
    ]


@pytest.mark.parametrize("options", [{"targets": ["notify.silent", "notify.mobile_app_phone"], "events": ["outage"]}])
async def test_a_target_that_hangs_keeps_no_other_from_it(
    hass: HomeAssistant, controlled: ConfigEntry[Any], phone: list[ServiceCall], simulator: Simulator
) -> None:
    release = asyncio.Event()

    async def hang(_call: ServiceCall) -> None:
        await release.wait()

    hass.services.async_register("notify", "silent", hang)
    simulator.set(faults={"grid_outage": True})
    simulator.advance(1)
    await controlled.runtime_data.telemetry.async_refresh()
    await hass.async_block_till_done()
    assert len(phone) == 1
    release.set()
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.mark.parametrize("options", [{"targets": ["notify.mobile_app_phone"], "events": ["price_spike"]}])
async def test_a_spike_is_told_half_an_hour_ahead(
    hass: HomeAssistant, controlled: ConfigEntry[Any], phone: list[ServiceCall], move: Move
) -> None:
    start = dt_util.utcnow() + timedelta(minutes=45)
    slots = [
        PriceSlot(start=start, end=start + timedelta(minutes=30), buy_per_kwh=3.0, spike=SpikeStatus.SPIKE),
    ]
    prices = SimpleNamespace(data=SimpleNamespace(slots=slots))
    object.__setattr__(controlled.runtime_data, "prices", prices)
    await move(dt_util.utcnow() + 10 * MINUTE)
    assert phone == []
    await move(dt_util.utcnow() + 10 * MINUTE)
    assert texts(phone) == [f"A price spike begins at {dt_util.as_local(start):%H:%M}"]
    await move(start + timedelta(minutes=31))
    assert texts(phone)[1:] == ["The price spike is over"]


@pytest.mark.parametrize(
    "options", [{"targets": ["notify.gone", "notify.tablet", "notify.mobile_app_phone"], "events": ["outage"]}]
)
@pytest.mark.parametrize("error", [HomeAssistantError, ValueError, OSError, TimeoutError])
async def test_a_target_that_fails_keeps_no_other_from_it(
    error: type[Exception],
    hass: HomeAssistant,
    controlled: ConfigEntry[Any],
    phone: list[ServiceCall],
    grid: Grid,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sent = async_mock_service(hass, "notify", "send_message")

    async def fail(call: ServiceCall) -> None:
        raise error("no such phone")

    hass.services.async_register("notify", "gone", fail)
    await grid(False)
    assert len(phone) == 1
    assert sent[0].data["entity_id"] == "notify.tablet"
    assert "notify.gone could not be told: no such phone" in caplog.text


async def test_who_is_told_is_chosen_in_a_form_that_lists_what_there_is(
    hass: HomeAssistant, controlled: MockConfigEntry, phone: list[ServiceCall]
) -> None:
    hass.states.async_set("notify.tablet", "unknown", {"friendly_name": "Tablet in the hall"})
    form = await choose(hass, controlled, "notifications")
    assert suggested(form)["targets"] == ["notify.mobile_app_phone"]
    targets = next(field for name, field in form["data_schema"].schema.items() if name == "targets")
    assert targets.config["options"] == [
        {"value": "notify.tablet", "label": "Tablet in the hall"},
        {"value": "notify.mobile_app_phone", "label": "notify.mobile_app_phone"},
    ]
    half = {"targets": ["notify.tablet"], "events": ["alarm"], "quiet_from": "22:00:00"}
    form = await fill_in(hass, form, half)
    assert form["errors"] == {"base": "quiet_hours"}
    await fill_in(hass, form, {**half, "quiet_to": "06:00:00"})
    assert controlled.options["notifications"] == {**half, "quiet_to": "06:00:00"}
    await fill_in(hass, await choose(hass, controlled, "notifications"), {"targets": [], "events": ["alarm"]})
    assert "notifications" not in controlled.options
