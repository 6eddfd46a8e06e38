"""Which inverters belong to a system: as they were found, as they are remembered, and as they change."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util.hass_dict import HassKey

from ..const import CONF_AC_CHARGER_UNIT_IDS, CONF_INVERTER_UNIT_IDS, CONF_REPLACED, DOMAIN
from ..model.telemetry import InverterInfo
from ..plant.client import PlantClient
from ..plant.readers import InverterReader

_CLAIMED: HassKey[set[str]] = HassKey(f"{DOMAIN}_claimed")
"""The serial numbers of the inverters of the entries that are loaded, or being set up."""


class KnownInverters:
    """The inverters of one entry; one that was silent at the start is as it was remembered."""

    def __init__(self, entry: ConfigEntry[Any], memory: Mapping[str, Any]) -> None:
        """Take up what was remembered of them."""
        assert entry.unique_id is not None
        self._replaced: Mapping[str, str] = entry.data.get(CONF_REPLACED, {})
        self._known_as = {by: known_as for known_as, by in self._replaced.items()}
        self.unit_ids: list[int] = entry.data[CONF_INVERTER_UNIT_IDS]
        self.charger_unit_ids: list[int] = entry.data.get(CONF_AC_CHARGER_UNIT_IDS, [])
        known = {field.name for field in fields(InverterInfo)}
        self._infos: dict[int, InverterInfo] = {}
        left = list[InverterInfo]()
        for stored in memory.get("inverters", []):
            info = InverterInfo(**{name: value for name, value in stored.items() if name in known})
            if info.unit_id in self.unit_ids:
                self._infos[info.unit_id] = self._current(info)
            else:
                left.append(info)
        new = [unit_id for unit_id in self.unit_ids if unit_id not in self._infos]
        if len(left) == len(new) == 1:
            # It is, or what replaced it is, at another unit now.
            self._infos[new[0]] = self._current(replace(left[0], unit_id=new[0]))
        if all(info.identity != entry.unique_id for info in self._infos.values()):
            first = InverterInfo(
                unit_id=self.unit_ids[0], serial_number=entry.unique_id, model="", firmware="", rated_power_w=None
            )
            self._infos.setdefault(self.unit_ids[0], self._current(first))

    def _current(self, info: InverterInfo) -> InverterInfo:
        """Return an inverter as the one that took its place, if one did."""
        by = self._replaced.get(info.identity, info.serial_number)
        return info if by == info.serial_number else replace(info, serial_number=by, known_as=info.identity)

    @property
    def serial_numbers(self) -> dict[int, str]:
        """The serial numbers by unit."""
        return {unit_id: info.serial_number for unit_id, info in self._infos.items()}

    @property
    def infos(self) -> tuple[InverterInfo, ...]:
        """Those that are known, in the order of the entry."""
        return tuple(self._infos[unit_id] for unit_id in self.unit_ids if unit_id in self._infos)

    def take(self, readers: Iterable[InverterReader], client: PlantClient) -> None:
        """Take up what inverters of this system have said about themselves."""
        for reader in readers:
            info = reader.info
            if info.serial_number and client.belongs(reader):
                self._infos[reader.unit_id] = replace(info, known_as=self._known_as.get(info.serial_number))

    def memory(self) -> list[dict[str, Any]]:
        """Return what must survive a restart, as JSON."""
        return [asdict(info) for info in self.infos]


@callback
def async_claim(hass: HomeAssistant, entry: ConfigEntry[Any], serial_numbers: set[str]) -> bool:
    """Take inverters for an entry until it is unloaded, or not set up after all; return whether all were free.

    Entries are set up at the same time: each inverter is controlled by one of them only.
    """
    claimed = hass.data.setdefault(_CLAIMED, set())
    if claimed & serial_numbers:
        return False
    claimed |= serial_numbers

    @callback
    def release() -> None:
        claimed.difference_update(serial_numbers)

    entry.async_on_unload(release)
    return True


@callback
def serial_numbers_of_others(hass: HomeAssistant, entry: ConfigEntry[Any] | None = None) -> set[str]:
    """Return the serial numbers of the inverters of other entries, loaded or not."""
    return {
        device.serial_number
        for other in hass.config_entries.async_entries(DOMAIN)
        if other is not entry
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), other.entry_id)
        if device.serial_number
    }


@callback
def async_take_in(
    hass: HomeAssistant, entry: ConfigEntry[Any], found: str, unit_id: int, place_of: tuple[str, int] | None = None
) -> None:
    """Take an inverter that was found into an entry, in the place of one at another unit or as one more."""
    data, unit_ids = dict(entry.data), entry.data[CONF_INVERTER_UNIT_IDS]
    if place_of is None:
        data[CONF_INVERTER_UNIT_IDS] = [*unit_ids, unit_id]
    else:
        known_as, left = place_of
        data[CONF_INVERTER_UNIT_IDS] = [unit_id if each == left else each for each in unit_ids]
        data[CONF_REPLACED] = {**data.get(CONF_REPLACED, {}), known_as: found}
    hass.config_entries.async_update_entry(entry, data=data)
    hass.config_entries.async_schedule_reload(entry.entry_id)


@callback
def async_forget_unit(hass: HomeAssistant, entry: ConfigEntry[Any], unit_id: int) -> None:
    """Take a unit that is gone out of an entry, and set the entry up anew."""
    data = {
        key: [one for one in value if one != unit_id]
        if key in (CONF_INVERTER_UNIT_IDS, CONF_AC_CHARGER_UNIT_IDS)
        else value
        for key, value in entry.data.items()
    }
    hass.config_entries.async_update_entry(entry, data=data)
    hass.config_entries.async_schedule_reload(entry.entry_id)
