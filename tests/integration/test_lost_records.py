"""What is lost of a record while Home Assistant runs is said under Repairs, once, until somebody has read it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
import sqlite3
from typing import Any

from homeassistant.components.repairs import ConfirmRepairFlow
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.records import database
from custom_components.sigenstor_panel.repairs import async_create_fix_flow

type Act = Callable[..., Awaitable[Any]]


@pytest.fixture
def path(hass_config_dir: str) -> Path:
    return Path(hass_config_dir, f"{DOMAIN}_audit.db")


def issue_of(hass: HomeAssistant, record: str, entry: ConfigEntry[Any]) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"record_lost_{record}_{entry.entry_id}")


def told(hass: HomeAssistant, record: str, entry: ConfigEntry[Any]) -> str:
    issue = issue_of(hass, record, entry)
    assert issue is not None
    assert issue.is_persistent, "it waits for whoever reads it, also over a restart"
    assert issue.translation_placeholders is not None
    return issue.translation_placeholders["message"]


async def test_a_file_that_is_deleted_is_made_anew_and_both_losses_are_said_until_they_are_read(
    hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act, path: Path
) -> None:
    optimiser = controlled.runtime_data.optimiser
    await act("force_hold")
    await optimiser.async_optimise()
    await hass.async_add_executor_job(path.unlink)
    await act("emergency_stop")
    await hass.async_block_till_done()
    for _ in range(2):
        recorded = await optimiser.async_optimise()
    assert recorded.id > 0
    await controlled.runtime_data.control.async_tick()
    await hass.async_block_till_done()
    assert "audit log was deleted or replaced" in told(hass, "audit", controlled)
    assert "decisions and savings per day was deleted or replaced" in told(hass, "decisions", controlled)

    for record in ("audit", "decisions"):
        issue = issue_of(hass, record, controlled)
        assert issue is not None
        assert isinstance(await async_create_fix_flow(hass, issue.issue_id, issue.data), ConfirmRepairFlow)
        ir.async_delete_issue(hass, DOMAIN, issue.issue_id)
    await optimiser.async_optimise()
    await act("clear_emergency_stop")
    assert issue_of(hass, "audit", controlled) is issue_of(hass, "decisions", controlled) is None


async def test_decisions_that_a_locked_file_did_not_take_are_counted_and_logged_once(
    hass: HomeAssistant,
    controlled: ConfigEntry[Any],
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(database, "_BUSY_TIMEOUT_MS", 0)
    optimiser = controlled.runtime_data.optimiser
    # What it writes as it starts is over.
    await hass.async_block_till_done(wait_background_tasks=True)
    await optimiser.async_optimise()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for _ in range(3):
        await optimiser.async_optimise()
    assert issue_of(hass, "decisions", controlled) is None
    other.close()
    await optimiser.async_optimise()
    text, missed = told(hass, "decisions", controlled).rsplit(": ", 1)
    assert text.endswith("Decisions that are missing from it")
    # The optimiser may have decided by itself meanwhile.
    assert int(missed) >= 3
    assert caplog.text.count("decisions_written") + caplog.text.count("decisions_opened") == 1
