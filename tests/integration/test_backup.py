"""A backup holds a whole record, holds nobody up, and brings no order back to life when it is restored."""

# ruff: noqa: ASYNC240  nothing else runs in the event loop of a test

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
import shutil
import sqlite3
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.sigenstor_panel.backup import (
    async_forget_restored_orders,
    async_post_backup,
    async_pre_backup,
)
from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.control.memory import ControlMemory
from custom_components.sigenstor_panel.control.state_file import StateFile
from custom_components.sigenstor_panel.coordinator import control_storage as control_storage_module
from simulator import Simulator

OVERRIDE = {
    "kind": "force_charge",
    "power_w": 5000,
    "target_soc": 100.0,
    "started_at": "2026-01-01T00:00:00+00:00",
    "expires_at": None,
}

type Act = Callable[..., Awaitable[Any]]


@pytest.fixture
def record(hass: HomeAssistant) -> Path:
    """The file of the record."""
    return Path(hass.config.path(f"{DOMAIN}_audit.db"))


@pytest.fixture
def note(hass: HomeAssistant) -> Path:
    """What says in a backup that it is one."""
    return Path(hass.config.path(".storage", f"{DOMAIN}.backup"))


def rows_in(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        (count,) = connection.execute("SELECT count(*) FROM sigenstor_panel_audit").fetchone()
    connection.close()
    return int(count)


async def test_the_file_stays_as_it_is_while_it_is_copied_and_control_goes_on_writing(
    hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act, record: Path, tmp_path: Path
) -> None:
    await async_pre_backup(hass)
    held = record.read_bytes()
    await act("force_hold", duration="01:00:00")
    assert (await act("query_audit"))["total"] == 1
    assert record.read_bytes() == held
    copied = tmp_path / "copied.db"
    shutil.copy(record, copied)
    assert rows_in(copied) == 0

    with_log = tmp_path / "with_log.db"
    shutil.copy(record, with_log)
    shutil.copy(f"{record}-wal", f"{with_log}-wal")
    assert rows_in(with_log) == 1

    await async_post_backup(hass)
    assert rows_in(record) == 1
    assert record.read_bytes() != held


async def test_a_backup_that_never_says_that_it_is_over_is_over_after_hours(
    hass: HomeAssistant, controlled: ConfigEntry[Any], note: Path
) -> None:
    await async_pre_backup(hass)
    assert note.exists()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=7), fire_all=True)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not note.exists()


async def test_without_a_record_there_is_nothing_to_hold(hass: HomeAssistant, note: Path) -> None:
    await async_pre_backup(hass)
    await async_post_backup(hass)
    await async_post_backup(hass)
    assert not note.exists()


async def test_a_record_that_cannot_be_held_fails_the_backup_in_a_sentence(
    hass: HomeAssistant, record: Path, note: Path
) -> None:
    record.write_bytes(b"this is no database, and long enough to be one" * 100)
    with pytest.raises(HomeAssistantError) as failed:
        await async_pre_backup(hass)
    assert failed.value.translation_placeholders == {"error": "file is not a database"}
    assert not note.exists()


@pytest.mark.parametrize("stopped", [False, True])
async def test_an_override_in_a_restored_backup_is_over_and_a_stop_is_not(
    hass: HomeAssistant,
    quick_control: dict[str, Any],
    state_file: StateFile,
    entry: MockConfigEntry,
    note: Path,
    stopped: bool,
) -> None:
    state_file.save({**quick_control, "override": OVERRIDE, "emergency_stop": stopped})
    note.write_text("2026-01-01T00:00:00+00:00")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    status = entry.runtime_data.control.data
    assert status.override is None
    assert status.emergency_stop is stopped
    assert not note.exists()


async def test_an_old_backup_brings_back_neither_an_order_nor_what_the_owner_has_changed_since(
    hass: HomeAssistant,
    controlled: ConfigEntry[Any],
    act: Act,
    simulator: Simulator,
    writes: Callable[[], list[int]],
    record: Path,
    tmp_path: Path,
) -> None:
    storage = Path(hass.config.path(".storage"))
    await act("force_charge", power_w=1000)
    await controlled.runtime_data.control.async_tick()
    assert simulator.plant.holding[40029] == 1
    await async_pre_backup(hass)
    backup = tmp_path / "backup"
    shutil.copytree(storage, backup)
    shutil.copy(record, backup)
    await async_post_backup(hass)

    await act("clear_override")
    assert await hass.config_entries.async_unload(controlled.entry_id)
    simulator.plant.holding[40048] = 300
    owners, written = dict(simulator.plant.holding), writes()
    shutil.copy(backup / record.name, record)
    (backup / record.name).unlink()
    shutil.copytree(backup, storage, dirs_exist_ok=True)
    record.with_name(f"{record.name}-wal").unlink(missing_ok=True)
    hass.data.pop(control_storage_module._STORAGES)  # as a Home Assistant that starts

    await async_forget_restored_orders(hass)
    assert await hass.config_entries.async_setup(controlled.entry_id)
    for _ in range(3):
        await controlled.runtime_data.telemetry.async_refresh()
        await controlled.runtime_data.control.async_tick()
    assert controlled.runtime_data.control.data.override is None
    assert simulator.plant.holding == owners
    assert writes() == written


async def test_a_restored_override_that_a_full_disk_keeps_is_over_all_the_same_and_a_later_one_is_not(
    hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await act("force_hold")
    note.write_text("2026-01-01T00:00:00+00:00")
    assert await hass.config_entries.async_unload(controlled.entry_id)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(StateFile, "save", fail)
        await async_forget_restored_orders(hass)
    assert note.exists()
    assert await hass.config_entries.async_setup(controlled.entry_id)
    runtime = controlled.runtime_data
    assert runtime.control.data.override is None

    await runtime.telemetry.async_refresh()
    await act("force_hold")
    assert await hass.config_entries.async_reload(controlled.entry_id)
    assert controlled.runtime_data.control.data.override is not None


async def test_a_disk_that_fails_for_one_system_keeps_no_other_from_being_forgotten(
    hass: HomeAssistant,
    quick_control: dict[str, Any],
    state_file: StateFile,
    entry: MockConfigEntry,
    note: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    MockConfigEntry(domain=DOMAIN, unique_id="second").add_to_hass(hass)
    second = StateFile(state_file.path.with_name(f"{DOMAIN}.second.control"), ControlMemory.from_dict)
    second.save({**quick_control, "override": OVERRIDE})
    note.write_text("2026-01-01T00:00:00+00:00")
    load = StateFile.load

    def fail_for_the_first(file: StateFile) -> Any:
        if file.path == state_file.path:
            raise OSError(5, "Input/output error")
        return load(file)

    monkeypatch.setattr(StateFile, "load", fail_for_the_first)
    await async_forget_restored_orders(hass)
    stored = second.load()
    assert stored is not None
    assert stored["override"] is None
    assert note.exists()


async def test_without_a_restored_backup_an_override_goes_on(
    hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act
) -> None:
    await act("force_hold", duration="01:00:00")
    await async_pre_backup(hass)
    await async_post_backup(hass)
    assert await hass.config_entries.async_unload(controlled.entry_id)
    await async_forget_restored_orders(hass)
    assert await hass.config_entries.async_setup(controlled.entry_id)
    await hass.async_block_till_done()
    assert controlled.runtime_data.control.data.override is not None
