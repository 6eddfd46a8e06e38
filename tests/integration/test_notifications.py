"""The phones that the options name are told what happens, not too often, and not at night unless it matters."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any

from forecasts import Move
from forms import choose, fill_in, suggested
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser, async_mock_service

from custom_components.sigenstor_panel.automation import notifications
from custom_components.sigenstor_panel.automation.notifications import PAUSE
from custom_components.sigenstor_panel.const import NotificationEvent
from custom_components.sigenstor_panel.control.intents import OverrideKind
from custom_components.sigenstor_panel.coordinator.optimiser_state import OptimiserState
from custom_components.sigenstor_panel.model.message import Message, plain, say
from custom_components.sigenstor_panel.model.prices import PriceSlot, SpikeStatus
from custom_components.sigenstor_panel.model.telemetry import GridStatus
from custom_components.sigenstor_panel.optimiser.expensive_hours import ExpensiveHours
from simulator import Simulator

pytestmark = pytest.mark.usefixtures("pacific_home")

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


SPIKES = ["price_spike_ahead", "price_spike"]


def spike(controlled: ConfigEntry[Any], *, minutes: float, lasts: float = 30, sell: float | None = None) -> datetime:
    """Let the prices have one spike only, so many minutes from now; return its start."""
    start = dt_util.utcnow() + minutes * MINUTE
    end = start + lasts * MINUTE
    slot = PriceSlot(start=start, end=end, buy_per_kwh=3.0, sell_per_kwh=sell, spike=SpikeStatus.SPIKE)
    prices = SimpleNamespace(data=SimpleNamespace(slots=[slot]))
    object.__setattr__(controlled.runtime_data, "prices", prices)
    return start


@pytest.mark.parametrize("options", [{"targets": ["notify.mobile_app_phone"], "events": SPIKES}])
async def test_a_spike_is_told_half_an_hour_ahead_and_when_it_begins_and_ends(
    hass: HomeAssistant, controlled: ConfigEntry[Any], phone: list[ServiceCall], move: Move
) -> None:
    start = spike(controlled, minutes=45)
    await move(dt_util.utcnow() + 10 * MINUTE)
    assert phone == []
    await move(dt_util.utcnow() + 10 * MINUTE)
    assert texts(phone) == [f"A price spike begins at {dt_util.as_local(start):%H:%M}"]
    await move(start + MINUTE)
    await move(start + 31 * MINUTE)
    await move(start + 45 * MINUTE)
    assert texts(phone)[1:] == ["A price spike has begun", "The price spike is over"]
    assert len({call.data["data"]["tag"] for call in phone}) == 1


@pytest.mark.parametrize("options", [{"targets": ["notify.mobile_app_phone"], "events": SPIKES}])
async def test_a_spike_that_is_not_expected_any_more_is_told_a_pause_later(
    hass: HomeAssistant, controlled: ConfigEntry[Any], phone: list[ServiceCall], move: Move
) -> None:
    start = spike(controlled, minutes=21)
    await move(dt_util.utcnow() + MINUTE)
    object.__setattr__(controlled.runtime_data, "prices", None)
    await move(start - 15 * MINUTE)
    assert len(phone) == 1
    await move(start - 10 * MINUTE)
    assert texts(phone)[1:] == ["The price spike is no longer expected"]


@pytest.mark.parametrize("options", [{"targets": ["notify.mobile_app_phone"], "events": SPIKES[:1]}])
async def test_a_spike_that_was_over_sooner_than_a_pause_was_expected_all_the_same(
    hass: HomeAssistant, controlled: ConfigEntry[Any], phone: list[ServiceCall], move: Move
) -> None:
    start = spike(controlled, minutes=3, lasts=5)
    for minute in (-2, 1, 6, 12):
        await move(start + minute * MINUTE)
    assert len(phone) == 1


@pytest.mark.parametrize(
    "options",
    [
        {
            "targets": ["notify.mobile_app_phone"],
            "events": ["emergency_stop", *SPIKES],
            "quiet_from": "17:00:00",
            "quiet_to": "07:00:00",
        }
    ],
)
async def test_an_emergency_stop_is_told_in_quiet_hours_and_a_spike_is_not(
    controlled: ConfigEntry[Any], phone: list[ServiceCall], act: Act, move: Move
) -> None:
    spike(controlled, minutes=20, lasts=120)
    await move(dt_util.utcnow() + MINUTE)
    assert phone == []
    await act("emergency_stop")
    await act("clear_emergency_stop")
    await move(dt_util.utcnow() + PAUSE)
    assert texts(phone) == [
        "Emergency stop. The battery neither charges nor discharges until the emergency stop is cleared.",
        "The emergency stop has been cleared",
    ]
    path = f"/sigenstor/dashboard?plant={controlled.entry_id}"
    assert phone[0].data["data"]["actions"] == [{"title": "Open panel", "action": "URI", "uri": path}]
    assert (phone[0].data["data"]["url"], phone[0].data["data"]["clickAction"]) == (path, path)


@pytest.fixture
def expensive(monkeypatch: pytest.MonkeyPatch) -> Callable[[ExpensiveHours | None], None]:
    """Let the plan say this of the expensive hours; it is of this moment whenever it is asked."""
    now = property(lambda _state: SimpleNamespace(now=dt_util.utcnow()))
    monkeypatch.setattr(OptimiserState, "inputs", now)
    monkeypatch.setattr(OptimiserState, "plan", property(lambda _state: SimpleNamespace(slots=())))

    def foresee(hours: ExpensiveHours | None) -> None:
        monkeypatch.setattr(OptimiserState, "expensive_hours", property(lambda _state: hours))

    foresee(None)
    return foresee


@pytest.mark.parametrize("options", [{"targets": ["notify.mobile_app_phone"], "events": ["battery_short"]}])
async def test_a_battery_that_will_not_last_is_told_once_plans_agree_and_that_it_will_after_hours(
    expensive: Callable[[ExpensiveHours | None], None],
    controlled: ConfigEntry[Any],
    phone: list[ServiceCall],
    move: Move,
) -> None:
    now = dt_util.utcnow()
    hours = ExpensiveHours(end=now + 9 * 60 * MINUTE, most_per_kwh=0.6, bought_kwh=2.34, empty_at=now + 7 * 60 * MINUTE)
    expensive(hours)
    for minute in (1, 10, 14):
        await move(now + minute * MINUTE)
    assert phone == []
    await move(now + 16 * MINUTE)
    [told] = texts(phone)
    end, empty = (f"{dt_util.as_local(moment):%H:%M}" for moment in (hours.end, hours.empty_at or now))
    assert told.startswith(f"The battery will not last through the expensive hours, which end at {end}")
    assert f"down to its reserve at {empty}" in told
    assert "About 2.3 kWh will be bought" in told
    expensive(replace(hours, empty_at=None))
    await move(now + 100 * MINUTE)
    assert len(phone) == 1
    await move(now + 200 * MINUTE)
    assert texts(phone)[1:] == ["The battery is now expected to last through the expensive hours"]


@pytest.mark.parametrize("options", [{"targets": ["notify.mobile_app_phone"], "events": ["battery_short"]}])
async def test_nothing_is_told_when_the_expensive_hours_are_over(
    expensive: Callable[[ExpensiveHours | None], None],
    controlled: ConfigEntry[Any],
    phone: list[ServiceCall],
    move: Move,
) -> None:
    now = dt_util.utcnow()
    expensive(ExpensiveHours(end=now + 60 * MINUTE, most_per_kwh=0.6, bought_kwh=2.0, empty_at=now))
    for minute in (1, 17):
        await move(now + minute * MINUTE)
    assert len(phone) == 1
    expensive(None)
    await move(now + 300 * MINUTE)
    assert len(phone) == 1


REPORTS = {"targets": ["notify.mobile_app_phone"], "events": ["evening_summary", "monthly_report"]}


@pytest.mark.parametrize(
    ("options", "evening_at", "month_at"),
    [
        (REPORTS, "20:00", "08:00"),
        ({**REPORTS, "quiet_from": "18:30:00", "quiet_to": "09:15:00"}, "18:30", "09:15"),
        ({**REPORTS, "quiet_from": "22:00:00", "quiet_to": "07:00:00"}, "20:00", "08:00"),
    ],
)
async def test_the_evening_is_summed_up_before_quiet_hours_and_the_month_on_the_first_after_them(
    evening_at: str,
    month_at: str,
    controlled: ConfigEntry[Any],
    phone: list[ServiceCall],
    move: Move,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def month(_runtime: object) -> Message:
        return plain("the month")

    monkeypatch.setattr(notifications, "evening", lambda _runtime, _now: plain("the evening"))
    monkeypatch.setattr(notifications, "async_month", month)
    await move(dt_util.start_of_local_day(date(2026, 1, 31)))
    phone.clear()
    sent: list[tuple[str, str]] = []
    for day, (hour, minute) in product(("2026-01-31", "2026-02-01"), ((8, 0), (9, 15), (18, 30), (20, 0))):
        clock = dt_util.start_of_local_day(date.fromisoformat(day)) + timedelta(hours=hour, minutes=minute)
        await move(clock)
        sent += [(f"{clock:%d %H:%M}", text) for text in texts(phone)[len(sent) :]]
    assert sent == [
        (f"31 {evening_at}", "the evening"),
        (f"01 {month_at}", "the month"),
        (f"01 {evening_at}", "the evening"),
    ]
    report = next(call for call in phone if call.data["message"] == "the month")
    query = f"plant={controlled.entry_id}&tab=money&span=month&date=2026-01-31"
    assert report.data["data"]["url"] == f"/sigenstor/history?{query}"


type Tap = Callable[..., Awaitable[None]]


@pytest.fixture
def tap(hass: HomeAssistant, phone: list[ServiceCall], hass_admin_user: MockUser) -> Tap:
    """Tap the only button of the last notification, or of an earlier one, as the app tells of it."""

    async def do(index: int = -1, user: MockUser = hass_admin_user) -> None:
        [button] = phone[index].data["data"]["actions"]
        data = {"action": button["action"], "title": button["title"]}
        hass.bus.async_fire("mobile_app_notification_action", data, context=Context(user_id=user.id))
        await hass.async_block_till_done(wait_background_tasks=True)

    return do


AHEAD = {"targets": ["notify.mobile_app_phone"], "events": ["price_spike_ahead"]}


@pytest.mark.parametrize("options", [AHEAD])
async def test_a_button_holds_the_battery_until_the_spike_and_the_answer_stops_that_again(
    controlled: ConfigEntry[Any], phone: list[ServiceCall], move: Move, tap: Tap
) -> None:
    start = spike(controlled, minutes=25)
    await move(dt_util.utcnow() + MINUTE)
    assert phone[0].data["data"]["actions"][0]["title"] == "Hold until it begins"
    assert phone[0].data["data"]["actions"][0]["authenticationRequired"] is True
    await tap()
    override = controlled.runtime_data.control.data.override
    assert override is not None
    assert (override.kind, override.expires_at) == (OverrideKind.FORCE_HOLD, start)
    assert texts(phone)[1:] == [f"Force hold until {dt_util.as_local(start):%H:%M}"]
    assert phone[1].data["data"]["actions"][0]["title"] == "Stop override"
    await tap()
    assert controlled.runtime_data.control.data.override is None
    assert texts(phone)[2:] == ["The override has been stopped"]


@pytest.mark.parametrize("options", [AHEAD])
async def test_a_button_replaces_no_override_that_somebody_began_after_it_was_offered(
    act: Act, controlled: ConfigEntry[Any], phone: list[ServiceCall], move: Move, tap: Tap
) -> None:
    spike(controlled, minutes=25)
    await move(dt_util.utcnow() + MINUTE)
    await act("force_charge", power_w=1000, target_soc=90)
    await tap(0)
    override = controlled.runtime_data.control.data.override
    assert override is not None
    assert override.kind is OverrideKind.FORCE_CHARGE
    assert texts(phone)[-1] == "This button is too old. Nothing was done"


@pytest.mark.parametrize("options", [AHEAD])
async def test_a_button_that_is_too_old_does_nothing_and_says_so(
    controlled: ConfigEntry[Any], phone: list[ServiceCall], move: Move, tap: Tap
) -> None:
    spike(controlled, minutes=25)
    await move(dt_util.utcnow() + MINUTE)
    await move(dt_util.utcnow() + 60 * MINUTE)
    spike(controlled, minutes=25)
    await tap(0)
    assert controlled.runtime_data.control.data.override is None
    assert texts(phone)[-1] == "This button is too old. Nothing was done"


@pytest.mark.parametrize("options", [AHEAD])
async def test_a_button_for_a_spike_that_has_begun_or_will_not_come_does_nothing_and_says_so(
    controlled: ConfigEntry[Any], phone: list[ServiceCall], move: Move, tap: Tap
) -> None:
    start = spike(controlled, minutes=10)
    await move(dt_util.utcnow() + MINUTE)
    await move(start + MINUTE)
    await tap(0)
    object.__setattr__(controlled.runtime_data, "prices", None)
    await tap(0)
    assert controlled.runtime_data.control.data.override is None
    assert texts(phone)[1:] == ["Prices have changed in the meantime. Nothing was done"] * 2


@pytest.mark.parametrize("options", [AHEAD])
async def test_a_stop_ends_the_override_that_it_was_offered_for_and_no_later_one(
    controlled: ConfigEntry[Any], phone: list[ServiceCall], act: Act, move: Move, tap: Tap
) -> None:
    await act("force_hold")
    spike(controlled, minutes=25)
    await move(dt_util.utcnow() + MINUTE)
    assert phone[0].data["data"]["actions"][0]["title"] == "Stop override"
    await act("clear_override")
    await act("force_hold")
    await tap(0)
    assert controlled.runtime_data.control.data.override is not None
    assert texts(phone)[1:] == ["That override has already ended. Nothing was done"]


@pytest.mark.parametrize("options", [AHEAD])
async def test_who_may_only_look_is_refused_by_a_button_too_in_home_assistants_language(
    hass: HomeAssistant,
    controlled: ConfigEntry[Any],
    phone: list[ServiceCall],
    move: Move,
    tap: Tap,
    hass_read_only_user: MockUser,
) -> None:
    spike(controlled, minutes=25)
    await move(dt_util.utcnow() + MINUTE)
    await hass.config.async_update(language="de")
    await tap(user=hass_read_only_user)
    assert controlled.runtime_data.control.data.override is None
    assert texts(phone)[1:] == ["Du darfst diesen SigenStor ansehen, aber nicht steuern."]


@pytest.mark.parametrize("options", [AHEAD])
async def test_a_button_of_a_system_that_is_not_loaded_says_so(
    hass: HomeAssistant, controlled: ConfigEntry[Any], phone: list[ServiceCall], move: Move, tap: Tap
) -> None:
    spike(controlled, minutes=25)
    await move(dt_util.utcnow() + MINUTE)
    await hass.config_entries.async_unload(controlled.entry_id)
    await tap()
    assert len(phone) == 2
    assert "not loaded" in texts(phone)[1]


@pytest.mark.parametrize("options", [{"targets": ["notify.mobile_app_phone"], "events": ["price_spike"]}])
@pytest.mark.parametrize(("sell", "worth", "offered"), [(2.0, 0.5, True), (0.05, 0.5, False), (2.0, None, False)])
async def test_to_export_is_offered_while_it_pays_more_than_the_plan_can_make_of_it(
    sell: float,
    worth: float | None,
    offered: bool,
    controlled: ConfigEntry[Any],
    phone: list[ServiceCall],
    move: Move,
    tap: Tap,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(OptimiserState, "stored_per_kwh", lambda _state, _now: worth)
    start = spike(controlled, minutes=1, sell=sell)
    await move(start + MINUTE)
    assert ("actions" in phone[0].data["data"]) is offered
    if offered:
        await tap()
        override = controlled.runtime_data.control.data.override
        assert override is not None
        assert (override.kind, override.expires_at) == (OverrideKind.FORCE_EXPORT, start + 30 * MINUTE)


@pytest.mark.parametrize(
    "action",
    [
        "other:1",
        "sigenstor_panel:",
        "sigenstor_panel:{id}:fly:1:notify.mobile_app_phone",
        "sigenstor_panel:{id}:stop:1:notify.boss",
    ],
)
async def test_what_is_no_button_of_a_phone_does_nothing(
    action: str, hass: HomeAssistant, controlled: ConfigEntry[Any], phone: list[ServiceCall], act: Act
) -> None:
    boss = async_mock_service(hass, "notify", "boss")
    await act("force_hold")
    told = len(phone)
    hass.bus.async_fire("mobile_app_notification_action", {"action": action.format(id=controlled.entry_id)})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert controlled.runtime_data.control.data.override is not None
    assert len(phone) == told
    assert boss == []


@pytest.mark.parametrize("options", [{"targets": ["notify.slack", "notify.tablet"], "events": ["emergency_stop"]}])
async def test_a_target_that_is_no_phone_gets_the_text_alone(
    hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act
) -> None:
    slack = async_mock_service(hass, "notify", "slack")
    entity = async_mock_service(hass, "notify", "send_message")
    await act("emergency_stop")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert slack[0].data.keys() == {"title", "message"}
    assert entity[0].data.keys() == {"title", "message", "entity_id"}


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
