"""Which plants there are, and the entities that belong to them."""

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
import voluptuous as vol

from ..const import DOMAIN
from ..plants import Access, may, plants_of
from ..texts import currency_of
from .websocket import WebsocketMessage


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/plants"})
@callback
def list_plants(hass: HomeAssistant, connection: ActiveConnection, msg: WebsocketMessage) -> None:
    """Return every plant that is not disabled."""
    plants = [
        {
            "entry_id": entry.entry_id,
            "title": entry.title,
            "loaded": entry.state is ConfigEntryState.LOADED,
            "currency": currency_of(hass, entry),
            "time_zone": hass.config.time_zone,
            "may_control": may(hass, entry, connection.user, Access.CONTROL),
            "entities": _entities(hass, entry.entry_id, f"{entry.unique_id}_"),
        }
        for entry in plants_of(hass)
    ]
    connection.send_result(msg["id"], {"plants": plants})


def _entities(hass: HomeAssistant, entry_id: str, prefix: str) -> dict[str, str]:
    """Return the plant's own enabled entities by key; those of its inverters have keys of the same names."""
    return {
        entity.unique_id.removeprefix(prefix): entity.entity_id
        for entity in er.async_entries_for_config_entry(er.async_get(hass), entry_id)
        if entity.disabled_by is None
        and entity.unique_id.startswith(prefix)
        and not entity.unique_id.startswith(f"{prefix}inverter_")
    }


COMMANDS = (list_plants,)
