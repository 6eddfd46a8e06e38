"""Entities of control: what each of them shows, and what it does to the plant's registers."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.coordinator.control import ControlService
from custom_components.sigenstor_panel.model.message import plain
from custom_components.sigenstor_panel.records.audit_log import AuditUnavailableError
from simulator import Simulator

type StateOf = Callable[..., State]
type Use = Callable[..., Awaitable[None]]
type Writes = Callable[[], list[int]]

REMOTE_EMS, MODE, CHARGE_LIMIT, DISCHARGE_LIMIT = 40029, 40031, 40032, 40034
SELF_CONSUMPTION, CHARGE_PV_FIRST, DISCHARGE_ESS_FIRST = 2, 4, 6


async def later(control: ControlService, simulator: Simulator, freezer: FrozenDateTimeFactory, seconds: int) -> None:
    """Let time pass for Home Assistant and for the plant; then control looks again."""
    freezer.tick(seconds)
    simulator.advance(seconds)
    await control.telemetry.async_refresh()
    await control.async_tick()
    await control.hass.async_block_till_done(wait_background_tasks=True)


async def test_control_starts_by_leaving_the_plant_alone(
    controlled: ConfigEntry[Any], state_of: StateOf, writes: Writes
) -> None:
    assert writes() == []
    state = state_of("control_state")
    assert state.state == "released"
    assert state.attributes["owner"] == "Self-consumption"
    assert state.attributes["actor"] == "system"
    assert state.attributes["wanted"] == state.attributes["applied"] == "release"
    assert state.attributes["expires_at"] is None
    assert state_of("override", platform="select").state == "none"
    assert state_of("control_mode", platform="select").state == "manual"
    assert state_of("emergency_stop", platform="switch").state == "off"
    assert state_of("override_active", platform="binary_sensor").state == "off"
    assert state_of("control_problem", platform="binary_sensor").state == "off"
    assert state_of("schedules", platform="calendar").state == "off"


@pytest.mark.parametrize(
    ("option", "state", "registers"),
    [
        ("force_charge", "charging", {MODE: CHARGE_PV_FIRST, CHARGE_LIMIT: 1.0}),
        ("force_hold", "holding", {MODE: SELF_CONSUMPTION, CHARGE_LIMIT: 0, DISCHARGE_LIMIT: 0}),
        ("force_export", "discharging", {DISCHARGE_LIMIT: 1.0}),
    ],
)
async def test_choosing_an_override_makes_the_plant_do_it_and_says_who_wants_it(
    simulator: Simulator,
    controlled: ConfigEntry[Any],
    use: Use,
    state_of: StateOf,
    option: str,
    state: str,
    registers: dict[int, float],
) -> None:
    await use("select", "override", "select_option", option=option)
    holding = simulator.plant.holding
    assert holding[REMOTE_EMS] == 1
    assert {address: holding[address] for address in registers} == registers
    assert state_of("override", platform="select").state == option
    assert state_of("override_active", platform="binary_sensor").state == "on"
    shown = state_of("control_state")
    assert shown.state == state
    assert shown.attributes["owner"] == option.replace("_", " ").capitalize()
    assert shown.attributes["actor"] == "manual"
    assert shown.attributes["reason"]


@pytest.mark.parametrize(
    ("platform", "key", "service", "data"),
    [
        ("select", "override", "select_option", {"option": "none"}),
        ("button", "clear_override", "press", {}),
    ],
)
async def test_clearing_an_override_gives_the_plant_back(
    simulator: Simulator,
    control: ControlService,
    use: Use,
    state_of: StateOf,
    freezer: FrozenDateTimeFactory,
    platform: str,
    key: str,
    service: str,
    data: dict[str, Any],
) -> None:
    before = dict(simulator.plant.holding)
    await use("select", "override", "select_option", option="force_hold")
    assert simulator.plant.holding != before
    await later(control, simulator, freezer, 61)
    await use(platform, key, service, **data)
    assert simulator.plant.holding == before
    assert state_of("control_state").state == "released"
    assert state_of("override_active", platform="binary_sensor").state == "off"


async def test_the_control_mode_is_kept_and_writes_nothing(
    control: ControlService, use: Use, state_of: StateOf, writes: Writes
) -> None:
    for mode in ("auto", "learning", "manual"):
        await use("select", "control_mode", "select_option", option=mode)
        assert control.controller.memory.settings.mode == mode
        assert state_of("control_mode", platform="select").state == mode
    assert writes() == []


async def test_the_emergency_stop_holds_the_battery_and_ends_the_override(
    hass: HomeAssistant, simulator: Simulator, control: ControlService, use: Use, state_of: StateOf, writes: Writes
) -> None:
    await use("select", "override", "select_option", option="force_charge")
    await use("switch", "emergency_stop", "turn_on")
    holding = simulator.plant.holding
    assert (holding[MODE], holding[CHARGE_LIMIT], holding[DISCHARGE_LIMIT]) == (SELF_CONSUMPTION, 0, 0)
    simulator.advance(1)
    await control.telemetry.async_refresh()
    await control.async_tick()
    assert state_of("control_state").state == "stopped"
    assert state_of("override", platform="select").state == "none"
    assert ir.async_get(hass).async_get_issue(DOMAIN, f"emergency_stop_{control.config_entry.entry_id}")

    stopped = writes()
    with pytest.raises(ServiceValidationError, match="emergency stop is active"):
        await use("select", "override", "select_option", option="force_charge")
    assert state_of("override", platform="select").state == "none"
    assert writes() == stopped

    await use("switch", "emergency_stop", "turn_off")
    assert state_of("emergency_stop", platform="switch").state == "off"
    assert not ir.async_get(hass).async_get_issue(DOMAIN, f"emergency_stop_{control.config_entry.entry_id}")


async def test_the_emergency_stop_can_be_pressed_while_the_plant_is_silent(
    simulator: Simulator, control: ControlService, use: Use, state_of: StateOf, freezer: FrozenDateTimeFactory
) -> None:
    await simulator.stop()
    freezer.tick(120)
    await control.telemetry.async_refresh()
    assert state_of("state_of_charge").state == "unavailable"
    await use("switch", "emergency_stop", "turn_on")
    assert state_of("emergency_stop", platform="switch").state == "on"
    assert state_of("control_state").state == "stopping"

    await simulator.start()
    await later(control, simulator, freezer, 10)
    assert simulator.plant.holding[CHARGE_LIMIT] == simulator.plant.holding[DISCHARGE_LIMIT] == 0


@pytest.mark.parametrize(
    ("key", "value", "setting"),
    [
        ("override_power", 2500, lambda settings: settings.override_power_w),
        ("charge_target_soc", 70, lambda settings: settings.charge_target_soc),
        ("export_floor_soc", 35, lambda settings: settings.export_floor_soc),
        ("min_soc", 12, lambda settings: settings.limits.min_soc),
        ("max_soc", 90, lambda settings: settings.limits.max_soc),
        ("min_temperature", 4, lambda settings: settings.limits.min_temperature_c),
        ("max_temperature", 41, lambda settings: settings.limits.max_temperature_c),
        ("power_step", 500, lambda settings: settings.limits.step_w),
        ("cooldown", timedelta(seconds=90), lambda settings: settings.limits.cooldown),
    ],
)
async def test_a_number_changes_its_setting_and_nothing_at_the_plant(
    control: ControlService,
    use: Use,
    state_of: StateOf,
    writes: Writes,
    key: str,
    value: Any,
    setting: Callable[[Any], Any],
) -> None:
    shown = value.total_seconds() if isinstance(value, timedelta) else value
    await use("number", key, "set_value", value=shown)
    assert setting(control.controller.memory.settings) == value
    assert float(state_of(key, platform="number").state) == shown
    assert writes() == []


BAD_NUMBERS = [
    ("min_soc", 4),
    ("max_soc", 99),
    ("min_temperature", -1),
    ("max_temperature", 46),
    ("power_step", 1100),
    ("cooldown", 59),
    ("override_power", 99),
    ("override_power", 1e9),
    ("override_power", float("nan")),
    ("cooldown", float("nan")),
    ("charge_target_soc", float("inf")),
    ("export_floor_soc", -5),
]


async def test_a_number_never_loosens_a_safety_limit_and_takes_no_nonsense(
    control: ControlService, use: Use, writes: Writes, subtests: pytest.Subtests
) -> None:
    before = control.controller.memory
    for key, value in BAD_NUMBERS:
        with subtests.test(key=key, value=value):
            with pytest.raises(ServiceValidationError):
                await use("number", key, "set_value", value=value)
            assert control.controller.memory == before
            assert writes() == []


async def test_a_number_reaches_up_to_a_limit_that_its_owner_has_loosened(
    control: ControlService, state_of: StateOf
) -> None:
    assert state_of("max_soc", platform="number").attributes["max"] == 98
    await control.async_change_settings(max_soc=100, min_soc=2)
    assert state_of("max_soc", platform="number").attributes["max"] == 100
    assert state_of("min_soc", platform="number").attributes["min"] == 2


async def test_the_override_power_ends_at_what_the_battery_is_rated_for(
    simulator: Simulator, controlled: ConfigEntry[Any], state_of: StateOf
) -> None:
    rated_w = max(simulator.plant.rated_charge_w, simulator.plant.rated_discharge_w)
    assert state_of("override_power", platform="number").attributes["max"] == rated_w


async def test_every_command_is_an_event(controlled: ConfigEntry[Any], use: Use, state_of: StateOf) -> None:
    await use("select", "override", "select_option", option="force_charge")
    event = state_of("control", platform="event")
    assert event.attributes["event_type"] == "command"
    assert event.attributes["owner"] == "Force charge"
    assert event.attributes["actor"] == "manual"
    assert event.attributes["action"] == "charge"
    assert event.attributes["power_w"] == 1000
    assert event.attributes["reason"].startswith("Force charge at 1.0 kW until 95 %")


async def test_a_refusal_is_an_event_and_a_state(
    simulator: Simulator, control: ControlService, use: Use, state_of: StateOf, freezer: FrozenDateTimeFactory
) -> None:
    await simulator.stop()
    freezer.tick(45)
    with pytest.raises(HomeAssistantError, match="The last reading is 45 s old"):
        await use("select", "override", "select_option", option="force_charge")
    event = state_of("control", platform="event")
    assert event.attributes["event_type"] == "refusal"
    assert event.attributes["reason"] == "The last reading is 45 s old. At most 30 s are allowed."
    assert state_of("override", platform="select").state == "none"
    assert state_of("control_state").state == "released"


async def test_the_end_of_an_override_is_an_event(
    simulator: Simulator, control: ControlService, use: Use, state_of: StateOf, freezer: FrozenDateTimeFactory
) -> None:
    await use("select", "override", "select_option", option="force_charge")
    simulator.set(soc=96)
    for _ in range(2):
        await control.telemetry.async_refresh()
        await control.async_tick()
    event = state_of("control", platform="event")
    assert event.attributes["event_type"] == "override_ended"
    assert event.attributes["reason"] == "Force charge ended: the battery is at 96 %, the target was 95 %"
    assert state_of("override", platform="select").state == "none"


async def test_what_a_person_should_know_is_a_problem_and_a_repair_issue(
    hass: HomeAssistant,
    control: ControlService,
    use: Use,
    state_of: StateOf,
    writes: Writes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def full(**_attempt: Any) -> int:
        raise AuditUnavailableError(plain("The audit log cannot be written: the disk is full"))

    monkeypatch.setattr(control.audit, "begin", full)
    with pytest.raises(HomeAssistantError, match="the disk is full"):
        await use("select", "override", "select_option", option="force_charge")
    assert writes() == []
    problem = state_of("control_problem", platform="binary_sensor")
    assert problem.state == "on"
    assert "the disk is full" in problem.attributes["message"]
    issue = ir.async_get(hass).async_get_issue(DOMAIN, f"control_alert_{control.config_entry.entry_id}")
    assert issue is not None
    assert issue.translation_placeholders == {"plant": "SigenStor", "message": problem.attributes["message"]}
