"""Looking at an address, for the forms that ask for one: which plant answers there, and whose it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant, callback

from ..const import CONF_AC_CHARGER_UNIT_IDS, CONF_INVERTER_UNIT_IDS, CONF_REPLACED, CONF_UNITS_BY_HAND
from ..model.telemetry import InverterInfo
from ..plant import ModbusConnectionError, ModbusError, ModbusTimeoutError, ServerDeviceBusyError
from ..plant.client import UNIT_IDS
from ..plant.probing import NotASigenStorError
from .connection import temporary_client
from .inverters import serial_numbers_of_others


@dataclass(frozen=True, slots=True)
class FoundSystem:
    """What was found at an address."""

    inverters: tuple[InverterInfo, ...]
    ac_charger_unit_ids: list[int]

    @property
    def serial_numbers(self) -> set[str]:
        """The serial numbers of all inverters."""
        return {info.serial_number for info in self.inverters}

    @property
    def unique_id(self) -> str:
        """A plant is known by the serial number of its first inverter; it has none of its own."""
        return self.inverters[0].serial_number

    @property
    def units(self) -> dict[str, list[int]]:
        """The units of the inverters and, where there are any, of the AC chargers, as entry data."""
        chargers = {CONF_AC_CHARGER_UNIT_IDS: self.ac_charger_unit_ids} if self.ac_charger_unit_ids else {}
        return {CONF_INVERTER_UNIT_IDS: [info.unit_id for info in self.inverters], **chargers}


async def async_look(hass: HomeAssistant, data: Mapping[str, Any]) -> tuple[FoundSystem | None, dict[str, str]]:
    """Return the plant at an address, or the error to show."""
    if not _is_host(data[CONF_HOST]):
        return None, {CONF_HOST: "invalid_host"}
    unit_ids: Iterable[int] | None = UNIT_IDS
    if CONF_UNITS_BY_HAND in data and (unit_ids := _units(data[CONF_UNITS_BY_HAND])) is None:
        return None, {"base": "invalid_units"}
    assert unit_ids is not None
    async with temporary_client(hass, data) as client:
        try:
            await client.async_read(slow=False)
            inverters = await client.async_find_inverters(unit_ids)
        except ModbusConnectionError:
            return None, {"base": "cannot_connect"}
        except ModbusTimeoutError, ServerDeviceBusyError:
            return None, {"base": "busy"}
        except ModbusError, NotASigenStorError:
            return None, {"base": "not_a_sigenstor"}
        return FoundSystem(tuple(inverters), [charger.unit_id for charger in client.ac_chargers]), {}


def is_plant_of(entry: ConfigEntry[Any], found: FoundSystem) -> bool:
    """Return whether the inverter that an entry is known by, or the one in its place, is among those that were found."""
    replaced: Mapping[str, str] = entry.data.get(CONF_REPLACED, {})
    return replaced.get(entry.unique_id or "", entry.unique_id) in found.serial_numbers


@callback
def why_not(hass: HomeAssistant, entry: ConfigEntry[Any], found: FoundSystem) -> str | None:
    """Return why an entry may not move to where a plant was found; None when it may."""
    if not is_plant_of(entry, found):
        return "another_plant"
    return "already_configured" if found.serial_numbers & serial_numbers_of_others(hass, entry) else None


def _units(text: str) -> list[int] | None:
    """Return the units that a person named, such as "1, 4"; None where it is no list of units."""
    parts = text.replace(",", " ").split()
    if not parts or not all(part.isdecimal() and 1 <= int(part) <= 246 for part in parts):
        return None
    return list(dict.fromkeys(int(part) for part in parts))


def _is_host(host: str) -> bool:
    """Return whether this can be a host name or an address: not a URL, nothing with spaces."""
    return bool(host) and not any(character.isspace() or character in "/?#@" for character in host)
