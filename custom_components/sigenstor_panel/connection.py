"""The Modbus link: Home Assistant's shared connection, one per device, handed to the plant client."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from homeassistant.components.modbus import async_get_temporary_unit, async_get_unit
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant
from modbus_connection import ModbusTcpParams, ModbusUnit

from .const import CONF_MESSAGE_SPACING_S, CONF_PLANT_UNIT_ID, DEFAULT_MESSAGE_SPACING_S, SECTION_POLLING
from .plant.client import INVERTER_UNIT_IDS, PlantClient


def _params(data: Mapping[str, Any]) -> ModbusTcpParams:
    return ModbusTcpParams(host=data[CONF_HOST], port=data[CONF_PORT])


def client_for_entry(hass: HomeAssistant, entry: ConfigEntry[Any]) -> PlantClient:
    """Return a client on the entry's connection, which closes when the entry unloads."""

    def unit_for(unit_id: int) -> ModbusUnit:
        return async_get_unit(hass, entry, _params(entry.data), unit_id)

    return PlantClient(
        unit_for,
        plant_unit_id=entry.data[CONF_PLANT_UNIT_ID],
        message_spacing_s=entry.options.get(SECTION_POLLING, {}).get(CONF_MESSAGE_SPACING_S, DEFAULT_MESSAGE_SPACING_S),
    )


@asynccontextmanager
async def temporary_client(hass: HomeAssistant, data: Mapping[str, Any]) -> AsyncIterator[PlantClient]:
    """Yield a client for a config flow; a connection that an entry already holds is shared."""
    plant_unit_id: int = data[CONF_PLANT_UNIT_ID]
    async with AsyncExitStack() as stack:
        units = {
            unit_id: await stack.enter_async_context(async_get_temporary_unit(hass, _params(data), unit_id))
            for unit_id in {plant_unit_id, *INVERTER_UNIT_IDS}
        }
        yield PlantClient(units.__getitem__, plant_unit_id=plant_unit_id)
