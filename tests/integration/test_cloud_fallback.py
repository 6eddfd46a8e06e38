"""The cloud stands in while Modbus does not answer: what is shown, what is left alone, and how it is set up."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
import logging
from typing import Any

from forecasts import CLOUDS, amber_option, until
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, State
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.control.effect import Effect, effect_of
from custom_components.sigenstor_panel.coordinator.cloud_fallback import CLOUD_STALE_AFTER
from custom_components.sigenstor_panel.coordinator.optimiser_state import OptimiserStatus
from custom_components.sigenstor_panel.diagnostics import async_get_config_entry_diagnostics
from custom_components.sigenstor_panel.model.command import Action, Command
from custom_components.sigenstor_panel.model.message import say
from custom_components.sigenstor_panel.model.telemetry import AlarmGroup, Source
from custom_components.sigenstor_panel.panel.live import live
from simulator import Simulator
from simulator.my_sigen import PASSWORD, USERNAME, MySigenEndpoint

type StateOf = Callable[..., State]

CUT_OFFS = (40047, 40048)
"""The registers of the states of charge at which charging and discharging end."""


@pytest.fixture
def simulator_settings() -> dict[str, Any]:
    return {"my_sigen_port": 0}


@pytest.fixture
def cloud(simulator: Simulator) -> MySigenEndpoint:
    assert simulator.my_sigen is not None
    return simulator.my_sigen


@pytest.fixture
def priced(hass: HomeAssistant, clouds: MockConfigEntry, simulator: Simulator) -> None:
    """Let the entry know prices, without which nothing is decided."""
    hass.config_entries.async_update_entry(clouds, options={**clouds.options, "prices": amber_option(simulator)})


@pytest.fixture
async def plant(
    hass: HomeAssistant, entry: MockConfigEntry, cloud: MySigenEndpoint, freezer: FrozenDateTimeFactory
) -> ConfigEntry[Any]:
    """The entry, set up with the cloud as a fallback."""
    login = {"region": "aus", "username": USERNAME, "password": PASSWORD, "base_url": cloud.url}
    hass.config_entries.async_update_entry(entry, options={**entry.options, "cloud": login})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


async def lose_modbus(
    hass: HomeAssistant, plant: ConfigEntry[Any], simulator: Simulator, freezer: FrozenDateTimeFactory, polls: int = 9
) -> None:
    """Let the plant answer no Modbus any more, and poll it on until its last reading is stale."""
    await simulator._server.stop()
    for _ in range(polls):
        freezer.tick(10)
        async_fire_time_changed(hass)
        await plant.runtime_data.telemetry.async_refresh()
        await hass.async_block_till_done(wait_background_tasks=True)


async def test_while_modbus_answers_the_cloud_is_not_asked(
    hass: HomeAssistant,
    plant: ConfigEntry[Any],
    cloud: MySigenEndpoint,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    for _ in range(10):
        freezer.tick(60)
        await plant.runtime_data.telemetry.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert cloud.request_paths == []


async def test_while_modbus_does_not_answer_the_cloud_stands_in_and_says_so(
    hass: HomeAssistant,
    plant: ConfigEntry[Any],
    simulator: Simulator,
    state_of: StateOf,
    freezer: FrozenDateTimeFactory,
) -> None:
    simulator.set(soc=66, house_power_w=700)
    simulator.advance(5)
    await lose_modbus(hass, plant, simulator, freezer)
    assert state_of("data_source").state == "cloud"
    assert float(state_of("state_of_charge").state) == pytest.approx(66, abs=0.2)
    assert float(state_of("house_power").state) == pytest.approx(700, abs=10)
    assert state_of("connection", platform="binary_sensor").state == "off"


async def test_the_cloud_knows_nothing_of_alarms(
    hass: HomeAssistant,
    plant: ConfigEntry[Any],
    simulator: Simulator,
    state_of: StateOf,
    freezer: FrozenDateTimeFactory,
) -> None:
    await lose_modbus(hass, plant, simulator, freezer)
    assert {state_of(f"{group}_alarm", platform="binary_sensor").state for group in AlarmGroup} == {"unknown"}
    telemetry = live(hass, plant)["telemetry"]
    assert (telemetry["source"], telemetry["alarms"], telemetry["grid_status"]) == ("cloud", None, None)


async def test_nothing_is_controlled_on_what_the_cloud_says(
    hass: HomeAssistant, plant: ConfigEntry[Any], simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    await lose_modbus(hass, plant, simulator, freezer)
    control = plant.runtime_data.control
    with pytest.raises(HomeAssistantError, match="read through the cloud"):
        await hass.services.async_call(DOMAIN, "force_charge", {"power_w": 2000}, blocking=True)
    await control.async_tick()
    assert (control.data.override, control.data.applied) == (None, Action.RELEASE)
    assert simulator.plant.state.control.remote_ems is False


@pytest.mark.parametrize(
    ("action", "registers"), [("emergency_stop", {40029: 1, 40032: 0, 40034: 0}), ("clear_override", {40029: 0})]
)
@pytest.mark.usefixtures("quick_control")
async def test_a_stop_and_a_hand_back_go_on_trying_modbus_while_the_cloud_stands_in(
    hass: HomeAssistant,
    plant: ConfigEntry[Any],
    simulator: Simulator,
    state_of: StateOf,
    freezer: FrozenDateTimeFactory,
    action: str,
    registers: dict[int, int],
) -> None:
    simulator.set(pv_power_w=0, house_power_w=500)
    await plant.runtime_data.telemetry.async_refresh()
    await hass.services.async_call(DOMAIN, "force_charge", {"power_w": 1000}, blocking=True)
    assert simulator.plant.holding[40029] == 1
    simulator.disturb(exception=4)
    asked = []
    for number in range(8):
        freezer.tick(60)
        simulator.requests.clear()
        await plant.runtime_data.telemetry.async_refresh()
        await hass.async_block_till_done(wait_background_tasks=True)
        polled = len(simulator.requests)
        if number == 3:
            with suppress(HomeAssistantError):
                await hass.services.async_call(DOMAIN, action, blocking=True)
        await plant.runtime_data.control.async_tick()
        # A poll ends at its first block, of input registers: what asks for others, or after it, is control.
        others = any(each.function_code != 4 for each in simulator.requests)
        asked.append((state_of("data_source").state, others or len(simulator.requests) > polled))
    assert asked[-4:] == [("cloud", True)] * 4

    simulator.set(disturbances=[])
    freezer.tick(60)
    await plant.runtime_data.control.async_tick()
    assert {register: simulator.plant.holding[register] for register in registers} == registers


async def test_nothing_is_judged_by_what_the_cloud_says(
    hass: HomeAssistant, plant: ConfigEntry[Any], simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    simulator.set(pv_power_w=0, house_power_w=3000)
    simulator.advance(5)
    await lose_modbus(hass, plant, simulator, freezer)
    reading = plant.runtime_data.telemetry.data
    told = Command(action=Action.CHARGE, power_w=2000)
    assert effect_of(told, reading) is Effect.UNKNOWN
    assert effect_of(told, replace(reading, source=Source.MODBUS)) is Effect.WRONG


@pytest.mark.parametrize(("polled", "source", "cut_offs"), [(False, "cloud", [100, 5]), (True, "modbus", [98, 5])])
@pytest.mark.usefixtures("quick_control")
async def test_the_cut_offs_are_set_by_what_modbus_says_and_not_by_what_the_cloud_does(
    hass: HomeAssistant,
    plant: ConfigEntry[Any],
    simulator: Simulator,
    state_of: StateOf,
    freezer: FrozenDateTimeFactory,
    polled: bool,
    source: str,
    cut_offs: list[int],
) -> None:
    await lose_modbus(hass, plant, simulator, freezer)
    await simulator._server.start()
    if polled:
        await plant.runtime_data.telemetry.async_refresh()
    assert state_of("data_source").state == source
    await hass.services.async_call(DOMAIN, "force_hold", blocking=True)
    assert state_of("control_state").state == "holding"
    assert [simulator.plant.holding[register] for register in CUT_OFFS] == cut_offs


@pytest.mark.parametrize("simulator_settings", [{**CLOUDS, "my_sigen_port": 0}])
@pytest.mark.usefixtures("priced")
async def test_nothing_is_decided_on_what_the_cloud_says_until_modbus_is_back(
    hass: HomeAssistant, plant: ConfigEntry[Any], simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    runtime = plant.runtime_data
    optimiser, controller = runtime.optimiser, runtime.control.controller
    await until(lambda: runtime.prices.data, "prices")
    await optimiser.async_optimise()
    assert controller.automatic is not None
    await lose_modbus(hass, plant, simulator, freezer)
    assert runtime.telemetry.source is Source.CLOUD
    await optimiser.async_optimise()
    assert optimiser.data.status is OptimiserStatus.WAITING
    assert optimiser.data.problem == say("reason.no_telemetry")
    assert controller.automatic is None
    await simulator._server.start()
    freezer.tick(10)
    await runtime.telemetry.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert optimiser.data.decision.row.trigger == "plant_back"
    assert controller.automatic is not None


async def test_the_cloud_is_asked_once_a_minute_at_most(
    hass: HomeAssistant,
    plant: ConfigEntry[Any],
    cloud: MySigenEndpoint,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
) -> None:
    await lose_modbus(hass, plant, simulator, freezer, polls=24)
    flows = cloud.request_paths.count("/device/sigen/station/energyflow")
    assert flows == 4, "240 s less the 30 s of the first three failures"


async def test_the_cloud_stands_in_after_three_failures_and_not_before(
    hass: HomeAssistant,
    plant: ConfigEntry[Any],
    cloud: MySigenEndpoint,
    simulator: Simulator,
    state_of: StateOf,
) -> None:
    telemetry = plant.runtime_data.telemetry
    await simulator._server.stop()
    for _ in range(2):
        await telemetry.async_refresh()
        await hass.async_block_till_done(wait_background_tasks=True)
    assert cloud.request_paths == []
    assert state_of("data_source").state == "modbus"
    await telemetry.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert state_of("data_source").state == "cloud"
    assert not plant.runtime_data.telemetry.readable


async def test_what_the_cloud_said_gets_stale_too(
    hass: HomeAssistant,
    plant: ConfigEntry[Any],
    simulator: Simulator,
    state_of: StateOf,
    freezer: FrozenDateTimeFactory,
) -> None:
    await lose_modbus(hass, plant, simulator, freezer)
    simulator.set(quirks={"cloud_outage": "http_500"})
    freezer.tick(CLOUD_STALE_AFTER + timedelta(seconds=5))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert state_of("data_source").state == "none"
    assert state_of("state_of_charge").state == "unavailable"


async def test_modbus_takes_over_again_as_soon_as_it_answers(
    hass: HomeAssistant,
    plant: ConfigEntry[Any],
    simulator: Simulator,
    state_of: StateOf,
    freezer: FrozenDateTimeFactory,
) -> None:
    await lose_modbus(hass, plant, simulator, freezer)
    await simulator._server.start()
    simulator.set(soc=40)
    freezer.tick(10)
    await plant.runtime_data.telemetry.async_refresh()
    assert state_of("data_source").state == "modbus"
    assert float(state_of("state_of_charge").state) == pytest.approx(40, abs=0.2)
    assert state_of("connection", platform="binary_sensor").state == "on"


async def test_a_refused_login_is_logged_once_and_left_alone_for_an_hour(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    cloud: MySigenEndpoint,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    login = {"region": "aus", "username": USERNAME, "password": "wrong", "base_url": cloud.url}
    hass.config_entries.async_update_entry(entry, options={**entry.options, "cloud": login})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    caplog.set_level(logging.INFO)
    await lose_modbus(hass, entry, simulator, freezer, polls=30)
    assert cloud.request_paths == ["/auth/oauth/token"]
    assert caplog.text.count("cannot stand in") == 1


async def test_the_login_is_tried_before_it_is_kept(
    hass: HomeAssistant, loaded: ConfigEntry[Any], cloud: MySigenEndpoint, simulator: Simulator
) -> None:
    async def fill_in(**answers: Any) -> Any:
        step = await hass.config_entries.options.async_init(loaded.entry_id)
        for choice in ("cloud", "my_sigen"):
            step = await hass.config_entries.options.async_configure(step["flow_id"], {"next_step_id": choice})
        form = {"region": "aus", "username": USERNAME, "password": PASSWORD, "advanced": {"base_url": cloud.url}}
        return await hass.config_entries.options.async_configure(step["flow_id"], form | answers)

    assert (await fill_in(password="wrong"))["errors"] == {"base": "invalid_cloud_login"}
    simulator.set(quirks={"cloud_outage": "http_500"})
    assert (await fill_in())["errors"] == {"base": "cloud_unavailable"}
    simulator.set(quirks={"cloud_outage": None})
    assert (await fill_in())["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert loaded.options["cloud"]["username"] == USERNAME

    step = await hass.config_entries.options.async_init(loaded.entry_id)
    for choice in ("cloud", "my_sigen"):
        step = await hass.config_entries.options.async_configure(step["flow_id"], {"next_step_id": choice})
    assert PASSWORD not in str(step["data_schema"].schema), "the form shows no password"
    assert all((field.description or {}).get("suggested_value") != PASSWORD for field in step["data_schema"].schema)
    diagnostics = str(await async_get_config_entry_diagnostics(hass, loaded))
    assert PASSWORD not in diagnostics
    assert USERNAME not in diagnostics


async def test_the_cloud_can_be_given_up_again(hass: HomeAssistant, plant: ConfigEntry[Any]) -> None:
    step = await hass.config_entries.options.async_init(plant.entry_id)
    for choice in ("cloud", "no_cloud"):
        step = await hass.config_entries.options.async_configure(step["flow_id"], {"next_step_id": choice})
    await hass.async_block_till_done()
    assert "cloud" not in plant.options
