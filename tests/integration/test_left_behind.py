"""What a deleted entry leaves on disk, and how it goes away for good."""

from collections.abc import Awaitable, Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
import sqlite3
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.control.state_file import StateFile
from custom_components.sigenstor_panel.model.message import plain
from custom_components.sigenstor_panel.records.audit_log import AuditLog, AuditUnavailableError
from custom_components.sigenstor_panel.repairs import LeftBehindFlow, async_create_fix_flow
from simulator import Simulator
from tests.integration.conftest import NIGHT

type Act = Callable[..., Awaitable[Any]]


def issue_of(hass: HomeAssistant, entry: ConfigEntry[Any]) -> ir.IssueEntry | None:
    name = f"left_behind_{sha256(str(entry.unique_id).encode()).hexdigest()[:12]}"
    return ir.async_get(hass).async_get_issue(DOMAIN, name)


async def flow_of(hass: HomeAssistant, entry: ConfigEntry[Any]) -> LeftBehindFlow:
    issue = issue_of(hass, entry)
    assert issue is not None
    flow = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    assert isinstance(flow, LeftBehindFlow)
    flow.hass, flow.handler, flow.flow_id, flow.issue_id = hass, DOMAIN, "flow", issue.issue_id
    return flow


def add_again(hass: HomeAssistant, entry: ConfigEntry[Any]) -> MockConfigEntry:
    again = MockConfigEntry(
        domain=DOMAIN,
        title="SigenStor",
        unique_id=entry.unique_id,
        data=dict(entry.data),
        options=dict(entry.options),
    )
    again.add_to_hass(hass)
    return again


def rows(folder: str, table: str) -> int:
    with closing(sqlite3.connect(Path(folder, f"{DOMAIN}_audit.db"))) as database:
        (count,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(count)


@pytest.fixture
async def deleted(hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act) -> ConfigEntry[Any]:
    """An entry with a schedule and an override, which was deleted."""
    await act("set_schedule", **NIGHT)
    await act("force_charge", power_w=1000, duration="02:00:00")
    await hass.config_entries.async_remove(controlled.entry_id)
    return controlled


async def test_the_override_is_dropped_and_the_rest_is_kept(deleted: ConfigEntry[Any], state_file: StateFile) -> None:
    stored = state_file.load()
    assert stored is not None
    assert stored["override"] is None
    assert [schedule["name"] for schedule in stored["schedules"]] == ["Night"]


async def test_an_override_does_not_go_on_when_the_plant_is_added_again(
    hass: HomeAssistant, simulator: Simulator, deleted: ConfigEntry[Any]
) -> None:
    again = add_again(hass, deleted)
    assert await hass.config_entries.async_setup(again.entry_id)
    for _ in range(2):
        await again.runtime_data.telemetry.async_refresh()
        await again.runtime_data.control.async_tick()
    assert again.runtime_data.control.data.override is None
    assert simulator.plant.holding[40029] == 0
    assert issue_of(hass, again) is None


async def test_an_emergency_stop_is_kept_and_said(
    hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act, state_file: StateFile
) -> None:
    await act("emergency_stop")
    await hass.config_entries.async_remove(controlled.entry_id)
    stored = state_file.load()
    assert stored is not None
    assert stored["emergency_stop"] is True
    issue = issue_of(hass, controlled)
    assert issue is not None
    assert (issue.translation_placeholders or {})["emergency_stop"] == "active"


async def test_the_owner_is_asked_what_is_to_become_of_it(hass: HomeAssistant, deleted: ConfigEntry[Any]) -> None:
    flow = await flow_of(hass, deleted)
    asked = await flow.async_step_init()
    assert asked["menu_options"] == ["keep", "delete"]
    placeholders = asked["description_placeholders"]
    assert placeholders is not None
    assert placeholders["schedules"] == "1"
    assert "serial_number" not in placeholders


async def test_keeping_it_changes_nothing(
    hass: HomeAssistant, deleted: ConfigEntry[Any], state_file: StateFile
) -> None:
    before = state_file.path.read_bytes()
    await (await flow_of(hass, deleted)).async_step_keep()
    assert state_file.path.read_bytes() == before


async def test_deleting_it_leaves_nothing_of_the_plant(
    hass: HomeAssistant, deleted: ConfigEntry[Any], state_file: StateFile, hass_config_dir: str
) -> None:
    assert rows(hass_config_dir, "sigenstor_panel_audit") > 0
    assert (await (await flow_of(hass, deleted)).async_step_delete())["type"] == "create_entry"
    assert list(state_file.path.parent.glob(f"{state_file.path.name}*")) == []
    for table in ("sigenstor_panel_audit", "sigenstor_panel_decisions", "sigenstor_panel_scores"):
        assert rows(hass_config_dir, table) == 0
    again = add_again(hass, deleted)
    assert await hass.config_entries.async_setup(again.entry_id)
    assert again.runtime_data.control.data.schedules == ()


async def test_nothing_is_deleted_of_a_plant_that_came_back(
    hass: HomeAssistant, deleted: ConfigEntry[Any], state_file: StateFile
) -> None:
    flow = await flow_of(hass, deleted)
    add_again(hass, deleted)
    assert (await flow.async_step_delete())["reason"] == "set_up_again"
    assert state_file.load() is not None


async def test_what_cannot_be_deleted_is_said_and_can_be_tried_again(
    hass: HomeAssistant, deleted: ConfigEntry[Any], state_file: StateFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_log: AuditLog) -> None:
        raise AuditUnavailableError(plain("The audit log cannot be written: the database is broken"))

    with monkeypatch.context() as patch:
        patch.setattr(AuditLog, "purge", broken)
        answer = await (await flow_of(hass, deleted)).async_step_delete()
    assert answer["reason"] == "not_deleted"
    assert "the database is broken" in (answer["description_placeholders"] or {})["error"]
    assert state_file.load() is not None
    assert (await (await flow_of(hass, deleted)).async_step_delete())["type"] == "create_entry"
    assert state_file.load() is None


async def test_what_cannot_be_read_is_left_and_asked_about(
    hass: HomeAssistant, controlled: ConfigEntry[Any], state_file: StateFile
) -> None:
    await hass.config_entries.async_unload(controlled.entry_id)
    newer = state_file.path.read_text().replace('"version": 2', '"version": 3', 1)
    state_file.path.write_text(newer)
    await hass.config_entries.async_remove(controlled.entry_id)
    assert state_file.path.read_text() == newer
    issue = issue_of(hass, controlled)
    assert issue is not None
    assert (issue.translation_placeholders or {})["schedules"] == "unknown"
