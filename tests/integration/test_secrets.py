"""Nothing that is written, shown or sent holds a secret, an address, the place or a serial number, also when all fails."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
import json
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from forecasts import CLOUDS, amber_option, array, solar_option, until
from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import MATCH_ALL
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_capture_events,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
from sqlalchemy.exc import OperationalError

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.control.state_file import StateFile
from custom_components.sigenstor_panel.coordinator import optimiser_history, optimiser_scores, telemetry
from custom_components.sigenstor_panel.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from custom_components.sigenstor_panel.model.message import plain
from custom_components.sigenstor_panel.model.telemetry import EnergyCounters
from custom_components.sigenstor_panel.optimiser.model import CaseError
from custom_components.sigenstor_panel.panel import rows
from custom_components.sigenstor_panel.statistics import energy
from simulator import Simulator
from simulator.endpoint import HTTP_FAULTS
from simulator.my_sigen import PASSWORD, USERNAME

API_KEY = "a-secret-key-of-open-meteo"
NAME = "Grandma's heating"

WIRE = ("pymodbus", "modbus_connection", "sqlalchemy", "aiosqlite", "asyncio", "pytest", "homeassistant.core")
"""They show the wire, statements or whole events when they are told to, which is what they are for."""

COMMANDS: dict[str, dict[str, Any]] = {
    "live/subscribe": {},
    "plan/subscribe": {},
    "schedules/list": {},
    "audit/query": {},
    "decisions/query": {},
    "scores/query": {},
    "history/query": {"start": "2026-01-14T00:00:00Z", "end": "2026-01-15T00:00:00Z", "period": "hour"},
    "plan/what_if": {"reserve_soc": 20},
}


@pytest.fixture
def simulator_settings() -> dict[str, Any]:
    return {**CLOUDS, "my_sigen_port": 0}


@pytest.fixture
async def home(
    hass: HomeAssistant, clouds: MockConfigEntry, simulator: Simulator, quick_control: dict[str, Any]
) -> MockConfigEntry:
    """The entry, set up with everything that has a secret."""
    assert simulator.my_sigen is not None
    login = {"region": "aus", "username": USERNAME, "password": PASSWORD, "base_url": simulator.my_sigen.url}
    options = {
        **clouds.options,
        "prices": amber_option(simulator),
        "solar": solar_option(simulator, api_key=API_KEY),
        "cloud": login,
    }
    hass.config_entries.async_update_entry(clouds, options=options)
    hass.config_entries.async_add_subentry(clouds, array())
    assert await hass.config_entries.async_setup(clouds.entry_id)
    await hass.async_block_till_done()
    runtime = clouds.runtime_data
    await until(lambda: runtime.prices.data and runtime.sun.data, "prices and PV forecast")
    await hass.async_block_till_done()
    schedule = {"name": NAME, "action": "hold", "start": "02:00", "end": "03:00"}
    await hass.services.async_call(DOMAIN, "set_schedule", schedule, blocking=True)
    return clouds


@pytest.fixture
def secrets(hass: HomeAssistant, home: MockConfigEntry, simulator: Simulator) -> list[str]:
    """What is not to be found anywhere."""
    return [
        amber_option(simulator)["token"],
        amber_option(simulator)["site_id"],
        API_KEY,
        PASSWORD,
        USERNAME,
        "127.0.0.1",
        str(hass.config.latitude),
        str(hass.config.longitude),
        *(inverter.serial_number for inverter in simulator.plant.inverters),
    ]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """What was logged by us and by Home Assistant, at the level of debug."""
    caplog.set_level(logging.DEBUG)

    def text() -> str:
        return "\n".join(
            f"{record.name}: {record.getMessage()} {record.exc_text or ''}"
            for record in caplog.records
            if not record.name.startswith(WIRE)
        )

    return text


def ours(text: str) -> str:
    """Return what this integration logged: at debug, the recorder logs what it is given, and the server who asks."""
    return "\n".join(line for line in text.splitlines() if line.startswith("custom_components."))


def check(text: str, secrets: list[str]) -> None:
    """Fail for a secret, and show what is around it."""
    for secret in secrets:
        at = text.lower().find(secret.lower())
        assert at < 0, f"{secret} is in: …{text[max(0, at - 150) : at + 80]}…"


@pytest.fixture
def time_passes(
    hass: HomeAssistant, home: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> Callable[[], Awaitable[None]]:
    """Let everybody who is asked now and then be asked once more."""

    async def pass_time() -> None:
        for minutes in (2, 20, 70):
            freezer.tick(timedelta(minutes=minutes))
            async_fire_time_changed(hass, dt_util.utcnow(), fire_all=True)
            await home.runtime_data.telemetry.async_refresh()
            await home.runtime_data.prices.async_refresh()
            await home.runtime_data.sun.async_refresh()
            await hass.async_block_till_done(wait_background_tasks=True)

    return pass_time


@pytest.fixture
def everything_fails(
    home: MockConfigEntry, simulator: Simulator, time_passes: Callable[[], Awaitable[None]]
) -> Callable[[], Awaitable[None]]:
    """Let every service and the plant go away, and be missed."""

    async def fail() -> None:
        await simulator.stop()
        await time_passes()
        runtime = home.runtime_data
        assert not runtime.telemetry.last_update_success
        assert runtime.prices.problem
        assert runtime.sun.problem

    return fail


async def test_the_log_holds_no_secret(
    hass: HomeAssistant,
    logged: Callable[[], str],
    home: MockConfigEntry,
    secrets: list[str],
    everything_fails: Callable[[], Awaitable[None]],
) -> None:
    check(logged(), secrets)
    await everything_fails()
    assert "does not respond" in logged()
    assert await hass.config_entries.async_unload(home.entry_id)
    await hass.config_entries.async_setup(home.entry_id)
    check(logged(), secrets)


async def test_diagnostics_hold_no_secret_and_no_name(
    hass: HomeAssistant, home: MockConfigEntry, secrets: list[str], everything_fails: Callable[[], Awaitable[None]]
) -> None:
    for _ in range(2):
        text = json.dumps(await async_get_config_entry_diagnostics(hass, home), default=str)
        check(text, [*secrets, NAME])
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), home.entry_id):
            of_device = await async_get_device_diagnostics(hass, home, device)
            assert of_device["registers"]
            check(json.dumps(of_device, default=str), [*secrets, NAME])
        await everything_fails()


async def test_events_hold_no_secret(
    hass: HomeAssistant, home: MockConfigEntry, secrets: list[str], everything_fails: Callable[[], Awaitable[None]]
) -> None:
    events = async_capture_events(hass, MATCH_ALL)
    await hass.services.async_call(DOMAIN, "force_hold", {"duration": "01:00:00"}, blocking=True)
    await hass.services.async_call(DOMAIN, "clear_override", {}, blocking=True)
    await everything_fails()
    assert events
    check("\n".join(str(event.as_dict()) for event in events), secrets)


async def test_states_hold_no_secret(
    hass: HomeAssistant, home: MockConfigEntry, secrets: list[str], everything_fails: Callable[[], Awaitable[None]]
) -> None:
    for _ in range(2):
        check("\n".join(f"{state.state} {state.attributes}" for state in hass.states.async_all()), secrets)
        await everything_fails()


@pytest.mark.parametrize("fault", [fault for fault in HTTP_FAULTS if fault != "timeout"])
async def test_however_the_services_fail_nothing_that_is_told_holds_a_secret(
    hass: HomeAssistant,
    logged: Callable[[], str],
    home: MockConfigEntry,
    simulator: Simulator,
    time_passes: Callable[[], Awaitable[None]],
    secrets: list[str],
    fault: str,
) -> None:
    events = async_capture_events(hass, MATCH_ALL)
    simulator.set(quirks=dict.fromkeys(("amber_outage", "open_meteo_outage", "cloud_outage"), fault))
    await time_passes()
    assert home.runtime_data.prices.problem
    told = [str(event.as_dict()) for event in events]
    told += [f"{state.state} {state.attributes}" for state in hass.states.async_all()]
    told += [f"{flow['context'].get('title_placeholders')}" for flow in hass.config_entries.flow.async_progress()]
    told += [f"{issue.issue_id} {issue.translation_placeholders}" for issue in ir.async_get(hass).issues.values()]
    told.append(json.dumps(await async_get_config_entry_diagnostics(hass, home), default=str))
    check("\n".join([*told, logged()]), secrets)


async def test_no_file_that_home_assistant_writes_and_logs_the_name_of_has_a_secret_in_it(
    hass: HomeAssistant, home: MockConfigEntry, hass_storage: dict[str, Any], secrets: list[str]
) -> None:
    await hass.config_entries.async_unload(home.entry_id)
    await hass.async_block_till_done()
    names = [name for name in hass_storage if name.startswith(DOMAIN)]
    assert {name.rpartition(".")[2] for name in names} >= {"telemetry", "sun"}
    check("\n".join(names), secrets)


async def test_websocket_answers_hold_no_secret(
    hass: HomeAssistant,
    home: MockConfigEntry,
    secrets: list[str],
    hass_ws_client: WebSocketGenerator,
    hass_admin_user: MockUser,
    everything_fails: Callable[[], Awaitable[None]],
) -> None:
    for fails in (False, True):
        if fails:
            await everything_fails()
        login = await hass.auth.async_create_refresh_token(hass_admin_user, "https://example.org/")
        client = await hass_ws_client(hass, hass.auth.async_create_access_token(login))
        for command, fields in COMMANDS.items():
            await client.send_json_auto_id({"type": f"{DOMAIN}/{command}", **fields})
            check(json.dumps(await client.receive_json()), secrets)
            if command.endswith("subscribe"):
                check(json.dumps(await client.receive_json()), secrets)
        await client.close()


async def test_exceptions_and_repairs_hold_no_secret(
    hass: HomeAssistant,
    home: MockConfigEntry,
    state_file: StateFile,
    secrets: list[str],
    monkeypatch: pytest.MonkeyPatch,
    everything_fails: Callable[[], Awaitable[None]],
) -> None:
    def fail(_path: Path, mode: str = "r", *_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device", str(state_file.path))

    monkeypatch.setattr(Path, "open", fail)
    told = []
    for action in ("force_hold", "clear_override", "emergency_stop"):
        try:
            await hass.services.async_call(DOMAIN, action, {}, blocking=True)
        except HomeAssistantError as err:
            told.append(f"{err} {err.translation_placeholders}")
    assert told
    check("\n".join(told), secrets)
    monkeypatch.undo()
    await everything_fails()
    await hass.config_entries.async_unload(home.entry_id)
    with pytest.raises(HomeAssistantError) as failed:
        await hass.services.async_call(DOMAIN, "force_hold", {}, blocking=True)
    check(str(failed.value), secrets)
    await hass.services.async_call(DOMAIN, "emergency_stop", {}, blocking=True)
    await hass.config_entries.async_remove(home.entry_id)
    await hass.async_block_till_done()
    issues = [issue for (domain, _), issue in ir.async_get(hass).issues.items() if domain == DOMAIN]
    assert {issue.translation_key for issue in issues} >= {"left_behind"}
    for issue in issues:
        check(f"{issue.issue_id} {issue.translation_placeholders}", secrets)


async def test_what_is_lost_of_control_is_told_without_its_serial_number(
    hass: HomeAssistant,
    logged: Callable[[], str],
    entry: MockConfigEntry,
    state_file: StateFile,
    simulator: Simulator,
) -> None:
    state_file.path.parent.mkdir(parents=True, exist_ok=True)
    state_file.path.write_text("this is no state")
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.reason
    check(f"{entry.reason}\n{logged()}", [simulator.plant.inverters[0].serial_number])


async def test_another_inverter_that_answers_is_told_without_its_serial_number(
    hass: HomeAssistant,
    logged: Callable[[], str],
    home: MockConfigEntry,
    simulator: Simulator,
    secrets: list[str],
    hass_ws_client: WebSocketGenerator,
    freezer: FrozenDateTimeFactory,
) -> None:
    events = async_capture_events(hass, MATCH_ALL)
    await hass.services.async_call(DOMAIN, "force_hold", {"duration": "01:00:00"}, blocking=True)
    simulator.set(exchange_inverter=1)
    foreign = simulator.plant.inverters[0].serial_number
    assert foreign not in secrets
    told = []
    for _ in range(2):
        try:
            await hass.services.async_call(DOMAIN, "emergency_stop", {}, blocking=True)
        except HomeAssistantError as err:
            told.append(f"{err} {err.translation_placeholders}")
        freezer.tick(61)
        await home.runtime_data.telemetry.async_refresh()
        await home.runtime_data.control.async_tick()
        await hass.async_block_till_done()
    issues = [issue for (domain, _), issue in ir.async_get(hass).issues.items() if domain == DOMAIN]
    keys = {issue.translation_key for issue in issues}
    assert keys >= {"control_alert", "inverter_exchanged"}
    told += [f"{issue.issue_id} {issue.translation_placeholders}" for issue in issues]
    told += [str(event.as_dict()) for event in events]
    told += [f"{state.state} {state.attributes}" for state in hass.states.async_all()]
    client = await hass_ws_client(hass)
    for command in ("audit/query", "live/subscribe"):
        await client.send_json_auto_id({"type": f"{DOMAIN}/{command}"})
        told.append(json.dumps(await client.receive_json()))
    check("\n".join([*told, ours(logged())]), [*secrets, foreign])


@pytest.mark.usefixtures("recorder_mock")
class TestRecorder:
    """What the recorder cannot read: its errors have the statement in them, and with it names of statistics."""

    async def test_what_it_cannot_read_is_told_without_a_serial_number(
        self,
        hass: HomeAssistant,
        logged: Callable[[], str],
        home: MockConfigEntry,
        secrets: list[str],
        monkeypatch: pytest.MonkeyPatch,
        hass_ws_client: WebSocketGenerator,
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            named = f"{DOMAIN}:buy_price_{home.unique_id}"
            raise OperationalError(f"SELECT '{named}'", {"statistic_id": named}, Exception("disk I/O error"))

        for module in (energy, optimiser_history, rows):
            monkeypatch.setattr(module, "statistics_during_period", fail)
        monkeypatch.setattr(optimiser_scores, "read_actual", fail)
        monkeypatch.setattr(telemetry, "read_counters", fail)
        runtime = home.runtime_data
        await runtime.telemetry._async_recall_midnight(EnergyCounters())
        await runtime.habits.async_refresh()
        runtime.optimiser._history._read_at = None
        await runtime.optimiser.async_optimise()
        await runtime.optimiser.afterwards.async_score()
        told = ours(logged())
        client = await hass_ws_client(hass)
        await client.send_json_auto_id({"type": f"{DOMAIN}/history/query", **COMMANDS["history/query"]})
        answer = json.dumps(await client.receive_json())
        for sentence in (
            "counted at midnight could not be read",
            "The history of SigenStor could not be read",
            "The past prices and PV of SigenStor could not be read",
            "What SigenStor did could not be read",
        ):
            assert f"{sentence}: disk I/O error" in told
        assert "disk I/O error" in answer
        check(f"{told}\n{answer}", secrets)

    async def test_a_day_that_cannot_be_scored_is_told_without_a_serial_number(
        self,
        hass: HomeAssistant,
        logged: Callable[[], str],
        home: MockConfigEntry,
        secrets: list[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fail(*_: object) -> None:
            raise CaseError("slots", plain("none"))

        monkeypatch.setattr(
            optimiser_scores, "read_actual", lambda *_, **__: SimpleNamespace(slots=None, settlement=None)
        )
        monkeypatch.setattr(optimiser_scores, "score_day", fail)
        await home.runtime_data.optimiser.afterwards.async_score()
        assert "A day of SigenStor could not be scored" in logged()
        check(ours(logged()), secrets)
