"""The Modbus connections: one per device, shared by every entry and config flow that talks to it."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST, CONF_PORT, EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import CONF_MESSAGE_SPACING_S, CONF_PLANT_UNIT_ID, DEFAULT_MESSAGE_SPACING_S, DOMAIN, SECTION_POLLING
from ..plant.client import PlantClient
from ..plant.transport import PlantConnection

_CONNECTIONS: HassKey[dict[tuple[str, int], _Shared]] = HassKey(f"{DOMAIN}_connections")


@dataclass(slots=True)
class _Shared:
    """A connection and how many hold it."""

    connection: PlantConnection
    holders: int = 0


@callback
def _connections(hass: HomeAssistant) -> dict[tuple[str, int], _Shared]:
    """Return the open connections, which close last of all: control releases the plant while Home Assistant stops."""
    if (connections := hass.data.get(_CONNECTIONS)) is None:
        connections = hass.data[_CONNECTIONS] = {}

        @callback
        def close_all(_event: Event) -> None:
            for shared in connections.values():
                shared.connection.close()

        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, close_all)
    return connections


@callback
def _hold(hass: HomeAssistant, data: Mapping[str, Any]) -> tuple[PlantConnection, Callable[[], None]]:
    """Return the connection to a device, and what to call when it is not needed any more."""
    connections = _connections(hass)
    address = data[CONF_HOST].lower(), data[CONF_PORT]
    shared = connections.setdefault(address, _Shared(PlantConnection(*address)))
    shared.holders += 1

    @callback
    def release() -> None:
        shared.holders -= 1
        if not shared.holders:
            del connections[address]
            shared.connection.close()

    return shared.connection, release


@callback
def client_for_entry(hass: HomeAssistant, entry: ConfigEntry[Any]) -> PlantClient:
    """Return a client on the device's connection, which the entry holds until it is unloaded."""
    connection, release = _hold(hass, entry.data)
    entry.async_on_unload(release)
    return PlantClient(
        connection.for_unit,
        plant_unit_id=entry.data[CONF_PLANT_UNIT_ID],
        message_spacing_s=entry.options.get(SECTION_POLLING, {}).get(CONF_MESSAGE_SPACING_S, DEFAULT_MESSAGE_SPACING_S),
        link=connection,
    )


@asynccontextmanager
async def temporary_client(hass: HomeAssistant, data: Mapping[str, Any]) -> AsyncGenerator[PlantClient]:
    """Yield a client for a config flow, on the connection that an entry already has to the device if there is one."""
    connection, release = _hold(hass, data)
    try:
        yield PlantClient(connection.for_unit, plant_unit_id=data[CONF_PLANT_UNIT_ID], link=connection)
    finally:
        release()
