"""Backups: the record in one is whole, and an override in one does not come back to life when it is restored."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
import sqlite3
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN, LOGGER
from .control.memory import ControlMemory
from .control.state_file import NewerStateError, StateLostError
from .coordinator.control_storage import DISK_TIMEOUT_S, ControlStorage, control_storage
from .errors import cause
from .records.snapshot import Snapshot

_LONGEST: Final = timedelta(hours=6)
"""How long a backup may take before its log grows no more."""


@dataclass(slots=True)
class _Backup:
    """A backup that is being made."""

    snapshot: Snapshot
    cancel: CALLBACK_TYPE


_RUNNING: HassKey[_Backup] = HassKey(f"{DOMAIN}_backup")


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Hold the record's file as it is, and put a note into the backup that it is one."""
    if (running := hass.data.pop(_RUNNING, None)) is not None:
        running.cancel()
        await hass.async_add_executor_job(running.snapshot.end)
    snapshot = Snapshot(Path(hass.config.path(f"{DOMAIN}_audit.db")))
    note = _note(hass)

    def begin() -> None:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(dt_util.utcnow().isoformat(), encoding="utf-8")
        snapshot.begin()

    @callback
    def too_long(_now: datetime) -> None:
        hass.async_create_background_task(async_post_backup(hass), f"{DOMAIN} backup")

    try:
        await hass.async_add_executor_job(begin)
    except (OSError, sqlite3.Error) as err:
        await hass.async_add_executor_job(_end, snapshot, note)
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="backup_failed", translation_placeholders={"error": cause(err)}
        ) from err
    hass.data[_RUNNING] = _Backup(snapshot, async_call_later(hass, _LONGEST, too_long))


async def async_post_backup(hass: HomeAssistant) -> None:
    """Let the record's file change again."""
    if (running := hass.data.pop(_RUNNING, None)) is not None:
        running.cancel()
        await hass.async_add_executor_job(_end, running.snapshot, _note(hass))


async def async_forget_restored_orders(hass: HomeAssistant) -> None:
    """Drop the overrides of all plants where this Home Assistant is a restored backup.

    An emergency stop stays: a battery at rest is safe, and who restored the backup may count on it. An override that
    cannot be dropped on disk is not taken up, and the note stays, for the next start.
    """
    note, is_dropped = _note(hass), True
    if not await hass.async_add_executor_job(note.exists):
        return
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.unique_id is None:
            continue
        storage = control_storage(hass, entry.unique_id)
        try:
            async with asyncio.timeout(DISK_TIMEOUT_S):
                await _async_forget(storage, entry.title)
        except OSError as err:
            storage.drops_override, is_dropped = True, False
            LOGGER.warning(
                "%s: an override of the restored backup could not be dropped on disk: %s", entry.title, cause(err)
            )
    if is_dropped:
        try:
            await hass.async_add_executor_job(note.unlink, True)
        except OSError as err:
            LOGGER.warning("What says that this is a restored backup could not be deleted: %s", cause(err))


async def _async_forget(storage: ControlStorage, title: str) -> None:
    try:
        stored = await storage.saver.load()
    except NewerStateError, StateLostError:
        # Control says so when it starts.
        return
    if stored is None or (memory := ControlMemory.from_dict(stored)).override is None:
        return
    await storage.saver.save(replace(memory, override=None).as_dict())
    LOGGER.warning("%s: this is a restored backup; %s in it is over", title, memory.override.kind)


def _end(snapshot: Snapshot, note: Path) -> None:
    snapshot.end()
    note.unlink(missing_ok=True)


def _note(hass: HomeAssistant) -> Path:
    return Path(hass.config.path(STORAGE_DIR, f"{DOMAIN}.backup"))
