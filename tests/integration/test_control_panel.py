"""The websocket API, the download of the audit, and diagnostics: what a panel and a helper get to see."""

from collections.abc import Awaitable, Callable
import csv
from datetime import UTC, datetime, timedelta
import io
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.coordinator.control import ControlService
from custom_components.sigenstor_panel.diagnostics import async_get_config_entry_diagnostics
from custom_components.sigenstor_panel.model.message import plain
from custom_components.sigenstor_panel.records.audit_log import AuditLog, AuditUnavailableError
from simulator import Simulator
from tests.integration.conftest import NIGHT

type Act = Callable[..., Awaitable[Any]]
type Writes = Callable[[], list[int]]

AUDIT_CSV = f"/api/{DOMAIN}/audit.csv"


@pytest.fixture
async def ask(
    hass: HomeAssistant, controlled: ConfigEntry[Any], hass_ws_client: WebSocketGenerator
) -> Callable[..., Awaitable[Any]]:
    """Send a command of the integration as an administrator and return the answer."""
    client = await hass_ws_client(hass)

    async def send(command: str, /, **fields: Any) -> Any:
        await client.send_json_auto_id({"type": f"{DOMAIN}/{command}", **fields})
        return await client.receive_json()

    return send


@pytest.fixture
async def ask_as_guest(
    hass: HomeAssistant,
    controlled: ConfigEntry[Any],
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
) -> Callable[..., Awaitable[Any]]:
    """Send a command as somebody who is no administrator."""
    client = await hass_ws_client(hass, hass_read_only_access_token)

    async def send(command: str, /, **fields: Any) -> Any:
        await client.send_json_auto_id({"type": f"{DOMAIN}/{command}", **fields})
        return await client.receive_json()

    return send


async def until(client: Any, state: str) -> Any:
    """Wait for an event in which control is in this state, and return its status."""
    while True:
        live = (await client.receive_json())["event"]["live"]
        if live is not None and live["control"]["state"] == state:
            return live["control"]


async def test_a_subscription_sends_the_status_now_and_when_it_changes(
    hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": f"{DOMAIN}/live/subscribe"})
    assert (await client.receive_json())["success"]
    status = await until(client, "released")
    assert status["settings"]["limits"]["max_soc"] == 98

    await act("force_hold")
    await until(client, "writing")
    assert (await until(client, "holding"))["owner"] == {"key": "word.override_force_hold"}


async def test_a_subscription_goes_on_over_a_reload(
    hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": f"{DOMAIN}/live/subscribe", "entry_id": controlled.entry_id})
    await client.receive_json()
    await until(client, "released")

    await hass.config_entries.async_reload(controlled.entry_id)
    await until(client, "released")
    await act("force_hold")
    await until(client, "writing")
    await until(client, "holding")


async def test_a_subscription_that_ended_leaves_nobody_listening(
    hass: HomeAssistant, control: ControlService, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass)
    before = len(control._listeners)
    await client.send_json_auto_id({"type": f"{DOMAIN}/live/subscribe"})
    subscription = (await client.receive_json())["id"]
    await client.receive_json()
    assert len(control._listeners) == before + 1
    await client.send_json_auto_id({"type": "unsubscribe_events", "subscription": subscription})
    assert (await client.receive_json())["success"]
    assert len(control._listeners) == before


BAD_INPUT = [
    ("audit/query", {"start": "soon"}, "start must be a date and time"),
    ("audit/query", {"limit": 5000}, "limit must be from 1 to 1000"),
    ("audit/query", {"actor": "cat"}, "actor must be one of manual, schedule, optimiser, safety, system"),
    ("audit/query", {"outcome": "good"}, "outcome must be one of started, confirmed, refused"),
    ("audit/query", {"newest_first": "yes"}, "newest_first must be true or false"),
]


async def test_bad_input_is_named_and_explained(ask: Callable[..., Awaitable[Any]], subtests: pytest.Subtests) -> None:
    for command, fields, sentence in BAD_INPUT:
        with subtests.test(command=command, fields=fields):
            answer = await ask(command, **fields)
            assert answer["error"]["code"] == "invalid_input"
            assert answer["error"]["message"].startswith(sentence)


async def test_somebody_who_is_no_administrator_looks(
    ask_as_guest: Callable[..., Awaitable[Any]], control: ControlService
) -> None:
    schedule = await control.async_set_schedule({**NIGHT, "enabled": False})
    assert (await ask_as_guest("schedules/list"))["result"] == {"schedules": [schedule.as_dict()]}
    assert (await ask_as_guest("audit/query"))["success"]


async def test_the_audit_is_queried_by_range(
    ask: Callable[..., Awaitable[Any]], freezer: FrozenDateTimeFactory, act: Act
) -> None:
    await act("force_hold")
    now = datetime.now(UTC)
    found = (await ask("audit/query", start=(now - timedelta(hours=1)).isoformat(), limit=10, offset=0))["result"]
    assert found["total"] == 1
    assert found["rows"][0]["owner"] == {"key": "word.override_force_hold"}
    earlier = await ask("audit/query", start="2020-01-01", end=(now - timedelta(hours=1)).isoformat())
    assert earlier["result"] == {"total": 0, "rows": []}


async def test_the_audit_is_filtered_and_shown_newest_first(ask: Callable[..., Awaitable[Any]], act: Act) -> None:
    await act("force_charge", power_w=1000)
    await act("emergency_stop")
    newest = (await ask("audit/query", newest_first=True, limit=1))["result"]
    assert (newest["total"], newest["rows"][0]["actor"]) == (2, "safety")
    by_hand = (await ask("audit/query", actor="manual", outcome="confirmed"))["result"]
    assert (by_hand["total"], by_hand["rows"][0]["action"]) == (1, "charge")
    assert (await ask("audit/query", outcome="failed"))["result"] == {"total": 0, "rows": []}


async def test_a_command_for_a_plant_that_is_not_there_is_an_error_and_no_crash(
    hass: HomeAssistant, ask: Callable[..., Awaitable[Any]], controlled: ConfigEntry[Any]
) -> None:
    for command in ("live/subscribe", "schedules/list", "audit/query"):
        answer = await ask(command, entry_id="unknown")
        assert answer["error"]["code"] == "service_config_entry_not_found"
    await hass.config_entries.async_unload(controlled.entry_id)
    for command in ("schedules/list", "audit/query"):
        assert (await ask(command))["error"]["code"] == "service_config_entry_not_loaded"


async def test_the_audit_is_downloaded_as_csv(
    freezer: FrozenDateTimeFactory, act: Act, hass_client: ClientSessionGenerator
) -> None:
    await act("force_charge", power_w=1000)
    await act("emergency_stop")
    client = await hass_client()
    response = await client.get(AUDIT_CSV, params={"start": (datetime.now(UTC) - timedelta(hours=1)).isoformat()})
    assert response.status == 200
    assert response.content_type == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(await response.text())))
    assert [(row["actor"], row["action"], row["outcome"]) for row in rows] == [
        ("manual", "charge", "confirmed"),
        ("safety", "hold", "confirmed"),
    ]
    assert json.loads(rows[0]["wanted"])["charge_limit_w"] == 1000


async def test_a_download_of_a_range_without_rows_is_the_header(
    controlled: ConfigEntry[Any], hass_client: ClientSessionGenerator
) -> None:
    client = await hass_client()
    response = await client.get(
        AUDIT_CSV, params={"start": "2020-01-01", "end": "2020-02-01", "entry_id": controlled.entry_id}
    )
    assert (await response.text()).startswith("id,time,actor,owner,")
    assert len((await response.text()).splitlines()) == 1


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"start": "yesterday"}, "start must be a date and time"),
        ({"end": "2026-99-01"}, "end must be a date and time"),
        ({"start": "2026-01-02", "end": "2026-01-01"}, "end must be after start"),
        ({"entry_id": "unknown"}, "not found"),
    ],
)
async def test_a_download_with_bad_input_is_refused_in_a_sentence(
    controlled: ConfigEntry[Any], hass_client: ClientSessionGenerator, params: dict[str, str], sentence: str
) -> None:
    client = await hass_client()
    response = await client.get(AUDIT_CSV, params=params)
    assert response.status == 400
    assert sentence in (await response.json())["message"]


async def test_a_download_that_cannot_be_read_says_so_before_it_starts(
    control: ControlService, hass_client: ClientSessionGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise AuditUnavailableError(plain("The audit log cannot be read: the disk is gone"))

    monkeypatch.setattr(AuditLog, "_read", broken)
    client = await hass_client()
    response = await client.get(AUDIT_CSV)
    assert response.status == 503
    assert "the disk is gone" in (await response.json())["message"]


async def test_nobody_downloads_the_audit_without_logging_in(
    controlled: ConfigEntry[Any],
    hass_client: ClientSessionGenerator,
    hass_client_no_auth: ClientSessionGenerator,
    hass_read_only_access_token: str,
) -> None:
    assert (await (await hass_client_no_auth()).get(AUDIT_CSV)).status == 401
    assert (await (await hass_client(hass_read_only_access_token)).get(AUDIT_CSV)).status == 200


async def test_diagnostics_hold_the_status_and_the_last_20_rows_of_the_audit(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory, control: ControlService, act: Act
) -> None:
    for _ in range(12):
        for action in ("emergency_stop", "clear_emergency_stop"):
            freezer.tick(61)
            simulator.advance(61)
            await control.telemetry.async_refresh()
            await act(action)
    total = (await act("query_audit", start="2020-01-01"))["total"]
    assert total > 20
    diagnostics = (await async_get_config_entry_diagnostics(hass, control.config_entry))["control"]
    assert diagnostics["status"]["state"] == "released"
    assert diagnostics["found_at_start"] == {"key": "control.started", "details": [{"key": "control.found_own_mode"}]}
    assert diagnostics["audit"]["total"] == total
    whole = await act("query_audit", start="2020-01-01", limit=1000)
    assert [row["id"] for row in diagnostics["audit"]["rows"]] == [row["id"] for row in whole["rows"][-20:]]
    assert diagnostics["audit"]["rows"][-2]["reason"] == {"key": "control.stopped"}
    assert whole["rows"][-2]["reason"].startswith("The battery neither charges nor discharges")


async def test_diagnostics_are_there_without_the_audit(
    hass: HomeAssistant, control: ControlService, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: Any, **_more: Any) -> Any:
        raise AuditUnavailableError(plain("The audit log cannot be read: the disk is gone"))

    monkeypatch.setattr(control.audit, "query", broken)
    diagnostics = await async_get_config_entry_diagnostics(hass, control.config_entry)
    assert diagnostics["control"]["audit"] == "The audit log cannot be read: the disk is gone"
