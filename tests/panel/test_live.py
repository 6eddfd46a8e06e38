"""What happens now, as everybody who looks sees it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from browsers import Browser
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_fire_time_changed

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.panel import feed
from custom_components.sigenstor_panel.panel.live import live as live_of
from simulator import Simulator

type OpenBrowser = Callable[..., Awaitable[Browser]]


@pytest.fixture
def reading(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, simulator: Simulator, plant: ConfigEntry[Any]
) -> Callable[..., Awaitable[None]]:
    """Change the plant and read it, without moving the clock."""

    async def read(**changes: Any) -> None:
        simulator.set(**changes)
        simulator.advance(1)
        await plant.runtime_data.telemetry.async_refresh()
        await hass.async_block_till_done()

    return read


@pytest.fixture
def wait(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Callable[[float], Awaitable[None]]:
    """Move the clocks, without anything that the plant would be polled for."""

    async def move(seconds: float) -> None:
        freezer.tick(timedelta(seconds=seconds))
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)

    return move


async def test_the_plants_are_listed_with_their_entities(
    hass: HomeAssistant, browser: Browser, plant: ConfigEntry[Any]
) -> None:
    (found,) = (await browser.result("plants"))["plants"]
    assert found["entry_id"] == plant.entry_id
    assert (found["title"], found["loaded"]) == ("SigenStor", True)
    assert (found["currency"], found["time_zone"]) == ("AUD", "Australia/Brisbane")
    assert found["entities"]["state_of_charge"] == "sensor.sigenstor_state_of_charge"
    assert found["entities"]["control_mode"] == "select.sigenstor_control_mode"
    # Of an inverter, and one that is disabled.
    assert not any("inverter" in key for key in found["entities"])
    assert "rated_capacity" not in found["entities"]


async def test_a_plant_that_is_not_loaded_is_listed_and_says_so(
    hass: HomeAssistant, browser: Browser, plant: ConfigEntry[Any]
) -> None:
    await hass.config_entries.async_unload(plant.entry_id)
    (found,) = (await browser.result("plants"))["plants"]
    assert (found["loaded"], found["entities"]["pv_power"]) == (False, "sensor.sigenstor_pv_power")


async def test_a_subscriber_gets_everything_that_is_known_now(browser: Browser) -> None:
    await browser.subscribe("live/subscribe")
    live = (await browser.event())["live"]
    telemetry = live["telemetry"]
    assert telemetry["source"] == "modbus"
    assert (telemetry["pv_w"], telemetry["house_w"]) == (3000, 500)
    assert telemetry["battery_w"] + telemetry["house_w"] == telemetry["pv_w"] + telemetry["grid_w"]
    assert (telemetry["grid_status"], telemetry["off_grid_since"]) == ("on_grid", None)
    assert telemetry["vehicle_w"] is None
    assert (telemetry["ems_mode"], telemetry["alarms"]) == ("self_consumption", [])
    assert telemetry["soc"] == pytest.approx(40, abs=0.1)
    assert live["control"]["state"] == "released"
    assert live["prices"]["now"]["buy"] == 0.3
    assert live["prices"]["now"]["sell"] == 0.05
    assert (live["prices"]["source"], live["prices"]["stale"], live["prices"]["problem"]) == ("tariff", False, None)
    assert live["today"]["pv_kwh"] >= 0


async def test_a_vehicle_is_part_of_it_where_there_is_a_charger(
    hass: HomeAssistant, plant: ConfigEntry[Any], reading: Callable[..., Awaitable[None]]
) -> None:
    plant.runtime_data.telemetry.client.inverters[0].has_dc_charger = True
    await reading(dc_charger_power_w=-2000, house_power_w=500, pv_power_w=0, battery_power_w=0)
    telemetry = live_of(hass, plant)["telemetry"]
    assert (telemetry["vehicle_w"], telemetry["house_w"], telemetry["grid_w"]) == (-2000, 500, -1500)


async def test_the_time_to_full_is_what_the_battery_lacks_at_its_present_power(
    browser: Browser, reading: Callable[..., Awaitable[None]]
) -> None:
    await reading(soc=40, pv_power_w=3000, house_power_w=1000)
    await browser.subscribe("live/subscribe")
    telemetry = (await browser.event())["live"]["telemetry"]
    usable_kwh = telemetry["capacity_kwh"] * telemetry["state_of_health"] / 100
    missing_kwh = usable_kwh * (100 - telemetry["soc"]) / 100
    assert telemetry["hours_to_full"] == pytest.approx(missing_kwh * 1000 / telemetry["battery_w"], abs=0.01)
    assert telemetry["hours_to_empty"] is None


async def test_a_forced_charge_is_full_at_the_safety_limit(
    hass: HomeAssistant, browser: Browser, plant: ConfigEntry[Any], reading: Callable[..., Awaitable[None]]
) -> None:
    await browser.subscribe("live/subscribe")
    before = (await browser.event())["live"]["telemetry"]
    await plant.runtime_data.control.async_change_settings(max_soc=60.0)
    await hass.services.async_call(DOMAIN, "force_charge", {"power_w": 2500}, blocking=True)
    # What the settings and the optimiser say comes between, now and then.
    while (after := (await browser.event())["live"])["control"]["applied"] != "charge":
        pass
    ratio = (60 - after["telemetry"]["soc"]) / (100 - after["telemetry"]["soc"])
    assert after["telemetry"]["hours_to_full"] == pytest.approx(before["hours_to_full"] * ratio, abs=0.02)


async def test_a_battery_at_rest_is_on_its_way_nowhere(
    browser: Browser, reading: Callable[..., Awaitable[None]]
) -> None:
    await reading(pv_power_w=500, house_power_w=500)
    await browser.subscribe("live/subscribe")
    telemetry = (await browser.event())["live"]["telemetry"]
    assert (telemetry["hours_to_full"], telemetry["hours_to_empty"]) == (None, None)


async def test_an_outage_is_told_with_when_it_began_and_how_long_the_battery_lasts(
    browser: Browser,
    hass: HomeAssistant,
    plant: ConfigEntry[Any],
    reading: Callable[..., Awaitable[None]],
    freezer: FrozenDateTimeFactory,
) -> None:
    freezer.tick(10)
    await reading(house_power_w=2000, faults={"on_off_grid": 1})
    seen_at = plant.runtime_data.telemetry.data.timestamp
    freezer.tick(10)
    await reading()
    telemetry = live_of(hass, plant)["telemetry"]
    assert (telemetry["grid_status"], telemetry["off_grid_since"]) == ("off_grid_auto", seen_at.isoformat())
    left_kwh = plant.runtime_data.telemetry.data.available_discharge_energy_kwh
    assert telemetry["hours_at_load"] == pytest.approx(left_kwh * 1000 / telemetry["house_w"], abs=0.01)
    await reading(faults={"on_off_grid": 0})
    telemetry = live_of(hass, plant)["telemetry"]
    assert (telemetry["grid_status"], telemetry["off_grid_since"]) == ("on_grid", None)


async def test_an_outage_that_nobody_saw_begin_has_no_beginning(
    hass: HomeAssistant,
    plant: ConfigEntry[Any],
    reading: Callable[..., Awaitable[None]],
    freezer: FrozenDateTimeFactory,
) -> None:
    freezer.tick(3600)
    await reading(faults={"on_off_grid": 2})
    telemetry = live_of(hass, plant)["telemetry"]
    assert (telemetry["grid_status"], telemetry["off_grid_since"]) == ("off_grid_manual", None)


async def test_every_alarm_is_told_with_its_group(
    hass: HomeAssistant, plant: ConfigEntry[Any], reading: Callable[..., Awaitable[None]]
) -> None:
    await reading(faults={"ess": 0b100_0100, "plant_1": 1 << 1})
    assert live_of(hass, plant)["telemetry"]["alarms"] == [
        {"group": "ess", "name": {"key": "alarm.temperature_too_high"}},
        {"group": "ess", "name": {"key": "alarm.thermal_runaway"}},
        {"group": "plant", "name": {"key": "alarm.meter_communication"}},
    ]


async def test_readings_are_sent_no_more_often_than_the_owner_chose_and_the_last_one_is_not_lost(
    browser: Browser,
    reading: Callable[..., Awaitable[None]],
    wait: Callable[[float], Awaitable[None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[Any] = []
    original = feed._Feed._send
    monkeypatch.setattr(feed._Feed, "_send", lambda self: (sent.append(self), original(self))[1])
    await browser.subscribe("live/subscribe")
    await browser.event()
    for power_w in (2000, 2100, 2200):
        await reading(pv_power_w=power_w)
    assert (await browser.event())["live"]["telemetry"]["pv_w"] == 2000
    assert len(sent) == 1
    await wait(10.5)
    assert (await browser.event())["live"]["telemetry"]["pv_w"] == 2200
    assert len(sent) == 2


async def test_a_command_and_a_new_price_are_sent_at_once(
    hass: HomeAssistant, browser: Browser, plant: ConfigEntry[Any], reading: Callable[..., Awaitable[None]]
) -> None:
    await browser.subscribe("live/subscribe")
    await browser.event()
    await reading(pv_power_w=2000)
    await browser.event()
    await hass.services.async_call(DOMAIN, "force_hold", {}, blocking=True)
    control = (await browser.event())["live"]["control"]
    assert (control["state"], control["applied"]) == ("writing", "release")
    control = (await browser.written())["live"]["control"]
    assert (control["state"], control["override"]["kind"]) == ("holding", "force_hold")
    plant.runtime_data.prices.async_update_listeners()
    assert (await browser.event())["live"]["prices"]["now"]["buy"] == 0.3


async def test_every_tab_gets_what_was_worked_out_once(
    hass: HomeAssistant, browser: Browser, open_browser: OpenBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await open_browser("guest")
    for tab in (browser, other):
        await tab.subscribe("live/subscribe")
        await tab.event()
    made: list[Any] = []
    original = feed._Feed._event
    monkeypatch.setattr(feed._Feed, "_event", lambda self: (made.append(self), original(self))[1])
    await hass.services.async_call(DOMAIN, "force_hold", {}, blocking=True)
    states = []
    while "holding" not in states:
        one, two = await browser.event(), await other.event()
        assert one == two
        states.append(one["live"]["control"]["state"])
    assert len(made) == len(states)


async def test_a_tab_that_closes_leaves_the_others_and_the_last_one_nothing_behind(
    hass: HomeAssistant, browser: Browser, open_browser: OpenBrowser, plant: ConfigEntry[Any]
) -> None:
    runtime = plant.runtime_data
    before = [len(part._listeners) for part in (runtime.telemetry, runtime.control, runtime.prices)]
    other = await open_browser("guest")
    tabs = {tab: await tab.subscribe("live/subscribe") for tab in (browser, other)}
    for tab in tabs:
        await tab.event()
    await browser.unsubscribe(tabs[browser])
    await hass.services.async_call(DOMAIN, "force_hold", {}, blocking=True)
    assert (await other.written())["live"]["control"]["state"] == "holding"
    await other.unsubscribe(tabs[other])
    assert [len(part._listeners) for part in (runtime.telemetry, runtime.control, runtime.prices)] == before
    assert hass.data[feed._FEEDS] == {}


async def test_a_subscription_goes_on_over_a_reload(
    hass: HomeAssistant, browser: Browser, plant: ConfigEntry[Any]
) -> None:
    await browser.subscribe("live/subscribe", entry_id=plant.entry_id)
    await browser.event()
    await hass.config_entries.async_reload(plant.entry_id)
    assert (await browser.event())["live"]["control"]["state"] == "released"
    await hass.async_block_till_done(wait_background_tasks=True)
    await hass.services.async_call(DOMAIN, "force_hold", {}, blocking=True)
    while (live := (await browser.event())["live"])["control"]["state"] != "holding":
        assert live["control"]["state"] in ("released", "writing")


async def test_a_stop_that_is_pressed_while_the_entry_reloads_is_seen_at_once(
    hass: HomeAssistant, browser: Browser, plant: ConfigEntry[Any]
) -> None:
    await browser.subscribe("live/subscribe", entry_id=plant.entry_id)
    assert (await browser.event())["live"]["control"]["emergency_stop"] is False
    await hass.config_entries.async_unload(plant.entry_id)
    await hass.services.async_call(DOMAIN, "emergency_stop", {}, blocking=True)
    control = (await browser.event())["live"]["control"]
    assert (control["state"], control["emergency_stop"], control["wanted"]) == ("stopping", True, "hold")
    await hass.config_entries.async_setup(plant.entry_id)
    assert (await browser.event())["live"]["control"]["emergency_stop"] is True


async def test_a_reload_that_fails_is_seen_at_once(
    hass: HomeAssistant, browser: Browser, plant: ConfigEntry[Any], simulator: Simulator
) -> None:
    await browser.subscribe("live/subscribe", entry_id=plant.entry_id)
    await browser.event()
    await simulator.stop()
    await hass.config_entries.async_reload(plant.entry_id)
    assert plant.state is ConfigEntryState.SETUP_RETRY
    assert await browser.event() == {"live": None}


async def test_a_plant_that_is_unloaded_and_stays_so_is_seen_after_a_few_seconds(
    hass: HomeAssistant, browser: Browser, plant: ConfigEntry[Any], wait: Callable[[float], Awaitable[None]]
) -> None:
    await browser.subscribe("live/subscribe", entry_id=plant.entry_id)
    assert (await browser.event())["live"] is not None
    await hass.config_entries.async_unload(plant.entry_id)
    await wait(9)
    followed = hass.data[feed._FEEDS][plant.entry_id, "live"]
    assert followed._latest != {"live": None}, "within the time of a reload, what was sent last counts"
    await wait(2)
    assert await browser.event() == {"live": None}


async def test_a_plant_that_is_not_loaded_is_followed_until_it_is(
    hass: HomeAssistant, browser: Browser, plant: ConfigEntry[Any]
) -> None:
    await hass.config_entries.async_unload(plant.entry_id)
    await browser.subscribe("live/subscribe")
    assert await browser.event() == {"live": None}
    await hass.config_entries.async_setup(plant.entry_id)
    assert (await browser.event())["live"]["control"]["state"] == "released"


async def test_a_plant_that_fell_silent_is_stale(
    browser: Browser, simulator: Simulator, wait: Callable[[float], Awaitable[None]], plant: ConfigEntry[Any]
) -> None:
    await browser.subscribe("live/subscribe")
    await browser.event()
    await simulator.stop()
    await plant.runtime_data.telemetry.async_refresh()
    await wait(62)
    while (telemetry := (await browser.event())["live"]["telemetry"])["source"] != "stale":
        assert telemetry["source"] == "modbus"
    assert telemetry["pv_w"] == 3000


async def test_a_subscription_to_a_plant_that_does_not_exist_is_refused(browser: Browser) -> None:
    assert (await browser.refusal("live/subscribe", entry_id="unknown")).startswith("service_config_entry_not_found")


@pytest.mark.parametrize(("source", "currency"), [("amber", "AUD"), ("tariff", "EUR")])
async def test_amounts_are_in_the_currency_of_the_contract_wherever_home_assistant_stands(
    hass: HomeAssistant, browser: Browser, plant: ConfigEntry[Any], source: str, currency: str
) -> None:
    hass.config.currency = "EUR"
    hass.config_entries.async_update_entry(plant, options={**plant.options, "prices": {"source": source}})
    (found,) = (await browser.result("plants"))["plants"]
    assert found["currency"] == currency


@pytest.mark.parametrize(("name", "may"), [("administrator", True), ("user", True), ("guest", False)])
async def test_everybody_is_told_whether_they_may_control(
    open_browser: OpenBrowser, plant: ConfigEntry[Any], name: str, may: bool
) -> None:
    (found,) = (await (await open_browser(name)).result("plants"))["plants"]
    assert found["may_control"] is may


@pytest.mark.parametrize(
    ("domain", "action", "data"),
    [
        (DOMAIN, "emergency_stop", {}),
        ("switch", "turn_on", {"entity_id": "switch.sigenstor_emergency_stop"}),
    ],
)
async def test_a_stop_names_who_pressed_it_first_and_when(
    hass: HomeAssistant, plant: ConfigEntry[Any], domain: str, action: str, data: dict[str, Any]
) -> None:
    assert live_of(hass, plant)["control"]["stopped"] is None
    alice, bob = MockUser(name="Alice").add_to_hass(hass), MockUser(name="Bob").add_to_hass(hass)
    for user in (alice, bob):
        user.mock_policy({"entities": True})
        await hass.services.async_call(domain, action, data, blocking=True, context=Context(user_id=user.id))
        await hass.async_block_till_done()
    assert live_of(hass, plant)["control"]["stopped"] == {"by": "Alice", "at": dt_util.utcnow().isoformat()}
    await hass.services.async_call(DOMAIN, "clear_emergency_stop", {}, blocking=True)
    assert live_of(hass, plant)["control"]["stopped"] is None


async def test_what_waits_says_how_strong_it_is_and_when_it_is_written(
    hass: HomeAssistant, plant: ConfigEntry[Any]
) -> None:
    await hass.services.async_call(DOMAIN, "force_charge", {"power_w": 1000}, blocking=True)
    await hass.services.async_call(DOMAIN, "force_export", {"power_w": 2000}, blocking=True)
    control = live_of(hass, plant)["control"]
    assert (control["state"], control["wanted"], control["wanted_power_w"]) == ("waiting", "discharge", 2000)
    assert datetime.fromisoformat(control["due_at"]) > dt_util.utcnow()
