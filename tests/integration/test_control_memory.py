"""What control must know is on disk, is told from what was lost, and is found out from the record where it can be."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
import os
from pathlib import Path
import subprocess
import threading
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.control import memory, recovery
from custom_components.sigenstor_panel.control.state_file import StateFile
from custom_components.sigenstor_panel.coordinator import control_storage
from custom_components.sigenstor_panel.coordinator.control import ControlService
from custom_components.sigenstor_panel.model.message import plain
from custom_components.sigenstor_panel.records.audit_log import AuditLog, AuditUnavailableError
from custom_components.sigenstor_panel.repairs import async_create_fix_flow
from simulator import Simulator
from tests.english import english
from tests.integration.conftest import NIGHT

type Act = Callable[..., Awaitable[Any]]
type Writes = Callable[[], list[int]]
type Lose = Callable[[], None]

OWNERS = {40032: 8.0, 40034: 9.0, 40047: 96.0, 40048: 10.0}


@pytest.fixture(autouse=True)
def recovered_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a recovered memory, whose settings are lost, read back at once what it wrote: the clocks stand still."""
    settings = memory.ControlSettings(acknowledge_after=timedelta(0))
    monkeypatch.setattr(recovery, "ControlMemory", partial(memory.ControlMemory, settings=settings))


@pytest.fixture(autouse=True)
def owners(simulator: Simulator) -> None:
    """Let the owner's registers differ from all that control writes."""
    simulator.plant.holding.update(OWNERS)


def remove(path: Path) -> None:
    path.unlink()


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def fill_with_nul(path: Path) -> None:
    path.write_bytes(b"\0" * path.stat().st_size)


@pytest.fixture(params=[remove, truncate, fill_with_nul])
def lose(request: pytest.FixtureRequest, state_file: StateFile) -> Lose:
    """Lose both copies of the state, as a power cut or a failing disk does."""

    def lose() -> None:
        for path in (state_file.path, state_file.path.with_name(f"{state_file.path.name}.copy")):
            request.param(path)

    return lose


@pytest.fixture
async def left_under_control(
    hass: HomeAssistant, simulator: Simulator, controlled: ConfigEntry[Any], act: Act
) -> ConfigEntry[Any]:
    """The entry, not loaded, with the plant still charging: as after a crash."""
    control: ControlService = controlled.runtime_data.control
    await control.async_change_settings(hand_back_on_stop=False)
    await act("set_schedule", **NIGHT)
    await act("force_charge", power_w=1000)
    assert simulator.plant.holding[40029] == 1
    await hass.config_entries.async_unload(controlled.entry_id)
    assert simulator.plant.holding[40029] == 1
    return controlled


def issue_of(hass: HomeAssistant, key: str, entry: ConfigEntry[Any]) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{key}_{entry.entry_id}")


async def settle(control: ControlService) -> None:
    """Let control see the plant twice more."""
    for _ in range(2):
        await control.telemetry.async_refresh()
        await control.async_tick()


async def test_a_limit_that_no_such_battery_can_have_had_is_not_given_back_but_asked_about(
    hass: HomeAssistant, left_under_control: ConfigEntry[Any], state_file: StateFile
) -> None:
    data = state_file.load()
    assert data is not None
    data["saved"]["charge_limit_w"] = 9_000_000
    state_file.save(data)
    await hass.config_entries.async_setup(left_under_control.entry_id)
    remembered = left_under_control.runtime_data.control.controller.memory
    assert remembered.saved.charge_limit_w is None
    assert remembered.limits_doubt is memory.LimitsDoubt.NEVER_READ


async def test_the_owners_registers_are_recovered_from_the_record_and_given_back(
    hass: HomeAssistant, simulator: Simulator, left_under_control: ConfigEntry[Any], lose: Lose
) -> None:
    lose()
    assert await hass.config_entries.async_setup(left_under_control.entry_id)
    await settle(left_under_control.runtime_data.control)
    assert simulator.plant.holding[40029] == 0
    assert {address: simulator.plant.holding[address] for address in OWNERS} == OWNERS
    issue = issue_of(hass, "control_memory_recovered", left_under_control)
    assert issue is not None
    assert "what its own settings were" in (issue.translation_placeholders or {})["message"]


async def test_what_was_recovered_is_on_disk_and_the_issue_stays_until_it_was_read(
    hass: HomeAssistant, left_under_control: ConfigEntry[Any], lose: Lose, state_file: StateFile
) -> None:
    lose()
    await hass.config_entries.async_setup(left_under_control.entry_id)
    assert state_file.load() is not None
    await hass.config_entries.async_reload(left_under_control.entry_id)
    issue = issue_of(hass, "control_memory_recovered", left_under_control)
    assert issue is not None
    assert issue.is_persistent
    flow = await async_create_fix_flow(hass, issue.issue_id, None)
    flow.hass, flow.handler, flow.issue_id = hass, DOMAIN, issue.issue_id
    form = await flow.async_step_init()
    assert form["step_id"] == "confirm"
    assert form["description_placeholders"] == issue.translation_placeholders


async def test_an_emergency_stop_is_recovered_from_the_record(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    controlled: ConfigEntry[Any],
    act: Act,
    lose: Lose,
) -> None:
    await act("force_charge", power_w=1000)
    await act("emergency_stop")
    await hass.config_entries.async_unload(controlled.entry_id)
    lose()
    assert await hass.config_entries.async_setup(controlled.entry_id)
    control: ControlService = controlled.runtime_data.control
    assert control.data.emergency_stop
    assert simulator.plant.holding[40032] == simulator.plant.holding[40034] == 0
    freezer.tick(61)
    await act("clear_emergency_stop")
    await settle(control)
    assert simulator.plant.holding[40029] == 0
    assert {address: simulator.plant.holding[address] for address in OWNERS} == OWNERS


async def test_damaged_files_without_a_record_stop_set_up_and_are_kept(
    hass: HomeAssistant, controlled: ConfigEntry[Any], state_file: StateFile, writes: Writes
) -> None:
    await hass.config_entries.async_unload(controlled.entry_id)
    for path in (state_file.path, state_file.path.with_name(f"{state_file.path.name}.copy")):
        path.write_text("{")
    for _ in range(2):
        await hass.config_entries.async_reload(controlled.entry_id)
        assert controlled.state is ConfigEntryState.SETUP_ERROR
        assert controlled.error_reason_translation_key == "control_memory_unreadable"
        assert {path.read_text() for path in state_file.path.parent.glob("*.damaged")} == {"{"}
    assert writes() == []
    for path in state_file.path.parent.glob("*.damaged"):
        path.unlink()
    assert await hass.config_entries.async_reload(controlled.entry_id)


@pytest.mark.parametrize(("name", "value"), [("emergency_stop", "true"), ("settings", {}), ("export_limit_w", -1)])
async def test_a_damaged_value_is_a_damaged_file_and_the_other_copy_counts(
    hass: HomeAssistant, controlled: ConfigEntry[Any], state_file: StateFile, name: str, value: object
) -> None:
    control: ControlService = controlled.runtime_data.control
    await control.async_set_export_limit(3000)
    await hass.config_entries.async_unload(controlled.entry_id)
    stored = state_file.load()
    assert stored is not None
    copy = state_file.path.with_name(f"{state_file.path.name}.copy").read_bytes()
    state_file.save({**stored, name: value})
    state_file.path.with_name(f"{state_file.path.name}.copy").write_bytes(copy)
    assert await hass.config_entries.async_setup(controlled.entry_id)
    assert controlled.runtime_data.control.data.export_limit_w == 3000


async def test_a_file_of_a_newer_version_stops_set_up_and_is_left_alone(
    hass: HomeAssistant, controlled: ConfigEntry[Any], state_file: StateFile, writes: Writes
) -> None:
    await hass.config_entries.async_unload(controlled.entry_id)
    newer = state_file.path.read_text().replace('"version": 2', '"version": 3', 1)
    state_file.path.write_text(newer)
    assert not await hass.config_entries.async_setup(controlled.entry_id)
    assert controlled.state is ConfigEntryState.SETUP_ERROR
    assert controlled.error_reason_translation_key == "control_memory_newer"
    assert state_file.path.read_text() == newer
    assert writes() == []


@pytest.fixture
def break_audit() -> Iterator[pytest.MonkeyPatch]:
    """A way to break the database of the record, and to mend it with `undo`."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def broken(*_: object, **__: object) -> None:
    """Do what a database does that is not there."""
    raise AuditUnavailableError(plain("The audit log cannot be opened: the database is broken"))


async def test_without_the_record_a_plant_under_control_is_left_alone_until_it_is_back(
    hass: HomeAssistant,
    simulator: Simulator,
    left_under_control: ConfigEntry[Any],
    lose: Lose,
    writes: Writes,
    break_audit: pytest.MonkeyPatch,
) -> None:
    lose()
    break_audit.setattr(AuditLog, "open", broken)
    before = writes()
    await hass.config_entries.async_setup(left_under_control.entry_id)
    assert left_under_control.state is ConfigEntryState.SETUP_RETRY
    assert left_under_control.error_reason_translation_key == "control_memory_unknown"
    assert writes() == before
    break_audit.undo()
    await hass.config_entries.async_reload(left_under_control.entry_id)
    await settle(left_under_control.runtime_data.control)
    assert {address: simulator.plant.holding[address] for address in OWNERS} == OWNERS


async def test_a_new_plant_that_nobody_controls_starts_without_a_record(
    hass: HomeAssistant, controlled: ConfigEntry[Any], state_file: StateFile, break_audit: pytest.MonkeyPatch
) -> None:
    await hass.config_entries.async_unload(controlled.entry_id)
    state_file.delete()
    break_audit.setattr(AuditLog, "open", broken)
    assert await hass.config_entries.async_setup(controlled.entry_id)
    assert issue_of(hass, "control_memory_recovered", controlled) is None


@pytest.fixture
def small_disk(hass_config_dir: str) -> Iterator[Path]:
    """A file system of its own for the state, which a test can fill."""
    folder = Path(hass_config_dir, ".storage")
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


async def test_on_a_full_disk_nothing_is_begun_and_that_is_said(
    hass: HomeAssistant, small_disk: Path, control: ControlService, act: Act, writes: Writes, state_file: StateFile
) -> None:
    disk = os.statvfs(small_disk)
    (small_disk / "other").write_bytes(b"x" * disk.f_bavail * disk.f_bsize)
    with pytest.raises(HomeAssistantError, match=r"could not be saved: .*No space left"):
        await act("force_charge", power_w=1000)
    assert control.data.override is None
    assert writes() == []
    stored = state_file.load()
    assert stored is not None
    assert stored["override"] is None
    (small_disk / "other").unlink()
    await act("force_charge", power_w=1000)
    assert writes() != []


async def test_on_a_full_disk_an_emergency_stop_is_carried_out_and_stored_once_there_is_room(
    hass: HomeAssistant,
    simulator: Simulator,
    small_disk: Path,
    control: ControlService,
    act: Act,
    state_file: StateFile,
) -> None:
    await act("force_charge", power_w=1000)
    disk = os.statvfs(small_disk)
    (small_disk / "other").write_bytes(b"x" * disk.f_bavail * disk.f_bsize)
    await act("emergency_stop")
    assert simulator.plant.holding[40032] == simulator.plant.holding[40034] == 0
    assert control.data.emergency_stop
    assert control.data.alert is not None
    assert "No space left" in english(control.data.alert)
    (small_disk / "other").unlink()
    await settle(control)
    stored = state_file.load()
    assert stored is not None
    assert stored["emergency_stop"]


async def test_a_stop_that_a_full_disk_did_not_take_outlives_the_process_by_its_row_of_the_record(
    hass: HomeAssistant,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    small_disk: Path,
    controlled: ConfigEntry[Any],
    act: Act,
) -> None:
    await act("force_charge", power_w=1000)
    disk = os.statvfs(small_disk)
    (small_disk / "other").write_bytes(b"x" * disk.f_bavail * disk.f_bsize)
    await act("emergency_stop")
    await hass.config_entries.async_unload(controlled.entry_id)
    assert await hass.config_entries.async_setup(controlled.entry_id)
    control: ControlService = controlled.runtime_data.control
    await settle(control)
    assert control.data.emergency_stop
    assert control.data.override is None
    assert simulator.plant.holding[40032] == simulator.plant.holding[40034] == 0
    (small_disk / "other").unlink()
    freezer.tick(61)
    await act("clear_emergency_stop")
    await settle(control)
    assert simulator.plant.holding[40029] == 0
    assert {address: simulator.plant.holding[address] for address in OWNERS} == OWNERS


async def test_while_home_assistant_is_stopping_it_is_still_written(
    hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act, state_file: StateFile
) -> None:
    await act("force_hold", duration="02:00:00")
    await hass.async_stop()
    stored = state_file.load()
    assert stored is not None
    assert stored["written"] == {}
    assert stored["override"] is not None


@contextmanager
def database_that_hangs(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[asyncio.Event]:
    """Let nothing that is asked of the record be answered; the event says that something was asked."""
    asked, answers = asyncio.Event(), threading.Event()

    def hang(*_: object, **__: object) -> None:
        hass.loop.call_soon_threadsafe(asked.set)
        answers.wait()
        raise AuditUnavailableError(plain("The database is gone"))

    for name in ("begin", "complete", "open", "close", "query", "attempts"):
        monkeypatch.setattr(AuditLog, name, hang)
    try:
        yield asked
    finally:
        answers.set()
        for thread in threading.enumerate():
            if thread.name == "sigenstor_panel audit":
                thread.join()


@pytest.mark.parametrize("pressed", ["before", "meanwhile"])
async def test_a_database_that_hangs_at_the_start_does_not_hold_up_a_stop(
    hass: HomeAssistant,
    simulator: Simulator,
    quick_control: dict[str, Any],
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    pressed: str,
) -> None:
    # Without frozen clocks: what waits has to end by itself. One that waits as for anything else waits an hour.
    simulator.set(pv_power_w=0, house_power_w=500)
    simulator.advance(1)
    assert await hass.config_entries.async_setup(entry.entry_id)
    if pressed == "before":
        await hass.services.async_call(DOMAIN, "emergency_stop", blocking=True)
    assert await hass.config_entries.async_unload(entry.entry_id)
    simulator.plant.holding.update({40032: 8.0, 40034: 9.0})
    monkeypatch.setattr(control_storage, "AUDIT_TIMEOUT_S", 3600)
    with database_that_hangs(hass, monkeypatch) as asked:
        async with asyncio.timeout(60):
            starting = hass.async_create_task(hass.config_entries.async_setup(entry.entry_id))
            if pressed == "meanwhile":
                await asked.wait()
                await hass.services.async_call(DOMAIN, "emergency_stop", blocking=True)
            assert await starting
        assert simulator.plant.holding[40032] == simulator.plant.holding[40034] == 0
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_database_that_hangs_holds_up_neither_a_stop_nor_an_unload(
    hass: HomeAssistant,
    simulator: Simulator,
    quick_control: dict[str, Any],
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Without frozen clocks: what waits has to end by itself.
    simulator.set(pv_power_w=0, house_power_w=500)
    simulator.advance(1)
    assert await hass.config_entries.async_setup(entry.entry_id)
    with database_that_hangs(hass, monkeypatch):
        await hass.services.async_call(DOMAIN, "emergency_stop", blocking=True)
        assert simulator.plant.holding[40032] == simulator.plant.holding[40034] == 0
        assert await hass.config_entries.async_unload(entry.entry_id)
