"""The emergency stop while an entry is not loaded: it is the first thing that is done once the plant answers."""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError, ConfigEntryNotReady, HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_send

from ..const import DOMAIN
from ..model.message import told_by
from ..texts import localize
from .control_issues import async_tell_stop_waits
from .control_storage import audit_in_recorder, audit_trail, control_storage

STOP_TAKEN: Final = f"{DOMAIN}_stop_taken"
"""The signal that a stop was taken while an entry is not loaded, with the entry."""

_WORTH_A_RELOAD = {ConfigEntryState.SETUP_ERROR, ConfigEntryState.SETUP_RETRY}


async def async_stop_unloaded(hass: HomeAssistant, entry: ConfigEntry[Any]) -> dict[str, Any]:
    """Take an emergency stop, and try the plant at once.

    Raises `HomeAssistantError` where it could not be stored: it is taken all the same, but not over a restart.
    """
    assert entry.unique_id is not None
    async_dispatcher_send(hass, STOP_TAKEN, entry)
    storage = control_storage(hass, entry.unique_id)
    if storage.running is not None:
        # It is being set up or unloaded.
        await storage.running.async_emergency_stop()
        return _response(entry)
    storage.request_stop()
    async_tell_stop_waits(hass, entry)
    if entry.state in _WORTH_A_RELOAD and not hass.is_stopping:
        hass.config_entries.async_schedule_reload(entry.entry_id)
    audit = audit_trail(hass, entry.unique_id, in_recorder=audit_in_recorder(entry))
    try:
        await storage.async_store_stop(audit)
    except (ConfigEntryError, ConfigEntryNotReady, OSError) as err:
        placeholders = getattr(err, "translation_placeholders", None) or {}
        error = placeholders.get("error") or localize(hass, told_by(err))
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="stop_not_saved",
            translation_placeholders={"error": error},
        ) from None
    finally:
        await audit.close()
    return _response(entry)


def _response(entry: ConfigEntry[Any]) -> dict[str, Any]:
    return {"emergency_stop": True, "entry_state": entry.state.value}
