"""What stays on disk when an entry is deleted, and how it goes away for good."""

import asyncio
from dataclasses import replace
from hashlib import sha256
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN, LOGGER
from ..control.memory import ControlMemory
from ..control.state_file import NewerStateError, StateLostError
from ..errors import translated_errors
from ..model.message import say
from ..records.decision_log import DecisionStore, OptimiserLog
from ..texts import localize
from .control_storage import (
    DISK_TIMEOUT_S,
    audit_in_recorder,
    audit_trail,
    control_storage,
    database_url,
    without_plant,
)


async def async_leave_behind(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Drop the override of a plant whose entry is deleted, keep the rest, and ask what is to become of it."""
    assert entry.unique_id is not None
    saver = control_storage(hass, entry.unique_id).saver
    memory: ControlMemory | None = None
    try:
        async with asyncio.timeout(DISK_TIMEOUT_S):
            if (stored := await saver.load()) is None:
                return
            memory = ControlMemory.from_dict(stored)
            if memory.override is not None:
                await saver.save(replace(memory, override=None).as_dict())
    except (NewerStateError, OSError, StateLostError) as err:
        LOGGER.warning(
            "%s: what control remembers could not be changed: %s", entry.title, without_plant(err, entry.unique_id)
        )
    stopped = memory is not None and memory.emergency_stop
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(entry.unique_id),
        data={"plant": entry.unique_id, "in_recorder": audit_in_recorder(entry)},
        is_fixable=True,
        # Without an entry nobody could answer it after a restart.
        is_persistent=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="left_behind",
        translation_placeholders={
            "plant": entry.title,
            "schedules": localize(hass, say("control.unknown")) if memory is None else str(len(memory.schedules)),
            "emergency_stop": localize(hass, say("control.active" if stopped else "control.not_active")),
        },
    )


@callback
def async_taken_up(hass: HomeAssistant, plant: str) -> None:
    """Ask no more what is to become of what a plant left: it is set up again."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(plant))


async def async_purge(hass: HomeAssistant, plant: str, *, in_recorder: bool) -> None:
    """Delete all that is kept of a plant. Raises `HomeAssistantError`."""
    records = audit_trail(hass, plant, in_recorder=in_recorder)
    decisions = DecisionStore(OptimiserLog(database_url(hass, in_recorder=in_recorder), plant))
    try:
        with translated_errors():
            # The file last: as long as it is there, it can be tried again.
            await records.purge()
            await decisions.purge()
            await control_storage(hass, plant).saver.delete()
    finally:
        await records.close()
        await decisions.close()


def _issue_id(plant: str) -> str:
    # Not the serial number itself: issues are shown and logged.
    return f"left_behind_{sha256(plant.encode()).hexdigest()[:12]}"
