"""Adds a system's sensors to the Energy dashboard: what the owner has there stays, and nothing is there twice."""

from collections.abc import Iterable, Iterator, Mapping
import re
from typing import Any, Final, cast

from homeassistant.components.energy.data import BatterySourceType, EnergyPreferencesUpdate, async_get_manager
from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN
from ..runtime import SigenStorConfigEntry
from ..texts import currency_of

type _Source = dict[str, Any]

_SAME: Final = (
    ("stat_cost", "entity_energy_price", "number_energy_price"),
    ("stat_compensation", "entity_energy_price_export", "number_energy_price_export"),
    ("power_config", "stat_rate"),
)
"""Fields that say the same; what the owner chose of one leaves no room for the others."""
_CHARGER: Final = re.compile(r"((?:ac|dc)_charger_.+_)charger_energy")


async def async_add_to_energy_dashboard(hass: HomeAssistant, entry: SigenStorConfigEntry) -> dict[str, list[str]]:
    """Add what is missing of a system, and return it: the sensors `added`, and the kinds of sources that were `kept`.

    A kind that the owner has from elsewhere is kept: the same energy would count twice.
    """
    if "energy" not in hass.config.components:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_energy_dashboard")
    manager = await async_get_manager(hass)
    present = manager.data or manager.default_preferences()
    before: list[_Source] = [dict(source) for source in present["energy_sources"]]
    devices: list[_Source] = [dict(device) for device in present["device_consumption"]]
    sensors, sources, kept = _sensors(hass, entry), list(before), []
    for ours in _sources(hass, entry, sensors):
        of_kind = [index for index, source in enumerate(sources) if source["type"] == ours["type"]]
        same = next((index for index in of_kind if _energies(sources[index]) & _energies(ours)), None)
        if same is not None:
            elsewhere = {sensor for _, sensor in _uses(sources[index] for index in of_kind if index != same)}
            sources[same] = _completed(sources[same], ours, elsewhere)
        elif any(not _of_us(hass, sources[index]) for index in of_kind):
            kept.append(ours["type"])
        else:
            sources.append(ours)
    known = {device["stat_consumption"] for device in devices}
    new = [charger for charger in _chargers(sensors) if charger["stat_consumption"] not in known]
    if sources != before or new:
        update = {"energy_sources": sources, "device_consumption": [*devices, *new]}
        await manager.async_update(cast("EnergyPreferencesUpdate", update))
    added = {sensor for _, sensor in {*_uses(sources), *_uses(new)} - {*_uses(before)}}
    return {"added": sorted(added), "kept": kept}


def _sensors(hass: HomeAssistant, entry: SigenStorConfigEntry) -> dict[str, str]:
    """Return the enabled sensors of a system by key."""
    prefix = f"{entry.unique_id}_"
    return {
        entity.unique_id.removeprefix(prefix): entity.entity_id
        for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        if entity.domain == SENSOR_DOMAIN and entity.disabled_by is None and entity.unique_id.startswith(prefix)
    }


def _sources(hass: HomeAssistant, entry: SigenStorConfigEntry, sensors: Mapping[str, str]) -> Iterator[_Source]:
    """Yield the sources of a system whose counters of energy are there."""
    # The dashboard takes every price to be in the currency of Home Assistant.
    priced = currency_of(hass, entry) == hass.config.currency
    if {"grid_import_energy", "grid_export_energy"} <= sensors.keys():
        yield {
            "type": "grid",
            "stat_energy_from": sensors["grid_import_energy"],
            "stat_energy_to": sensors["grid_export_energy"],
            "stat_cost": None,
            "entity_energy_price": sensors.get("buy_price") if priced else None,
            "number_energy_price": None,
            "stat_compensation": None,
            "entity_energy_price_export": sensors.get("sell_price") if priced else None,
            "number_energy_price_export": None,
            "cost_adjustment_day": 0,
            **_power("stat_rate", sensors.get("grid_power")),
        }
    if "pv_energy" in sensors:
        solar = {"type": "solar", "stat_energy_from": sensors["pv_energy"]}
        power = {"stat_rate": sensors["pv_power"]} if "pv_power" in sensors else {}
        forecast = None if entry.runtime_data.sun is None else [entry.entry_id]
        yield {**solar, **power, "config_entry_solar_forecast": forecast}
    if {"battery_discharged_energy", "battery_charged_energy"} <= sensors.keys():
        battery = {
            "type": "battery",
            "stat_energy_from": sensors["battery_discharged_energy"],
            "stat_energy_to": sensors["battery_charged_energy"],
            # The dashboard's is positive while discharging.
            **_power("stat_rate_inverted", sensors.get("battery_power")),
        }
        # Older releases refuse what they do not know.
        if "stat_soc" in BatterySourceType.__optional_keys__ and "state_of_charge" in sensors:
            battery["stat_soc"] = sensors["state_of_charge"]
        yield battery


def _power(direction: str, sensor: str | None) -> _Source:
    return {} if sensor is None else {"power_config": {direction: sensor}}


def _chargers(sensors: Mapping[str, str]) -> Iterator[_Source]:
    """Yield the vehicle chargers as devices."""
    for key, sensor in sensors.items():
        if found := _CHARGER.fullmatch(key):
            power = sensors.get(f"{found[1]}charger_power")
            yield {"stat_consumption": sensor, **({} if power is None else {"stat_rate": power})}


def _completed(source: _Source, ours: _Source, elsewhere: set[str]) -> _Source:
    """Return a source of a system with what the owner left open, and with its power the right way round."""
    completed = dict(source)
    for field, value in ours.items():
        alternatives = next((names for names in _SAME if field in names), (field,))
        used = {sensor for _, sensor in _uses([{field: value}])}
        if value is not None and used.isdisjoint(elsewhere) and all(source.get(name) is None for name in alternatives):
            completed[field] = value
    config = ours.get("power_config", {})
    present = source.get("power_config") or {"stat_rate": source.get("stat_rate")}
    if [*present.values()] == [*config.values()] and present != config:
        completed["power_config"] = config
    return completed


def _energies(source: _Source) -> set[str]:
    return {energy for name in ("stat_energy_from", "stat_energy_to") if (energy := source.get(name)) is not None}


def _of_us(hass: HomeAssistant, source: _Source) -> bool:
    registry = er.async_get(hass)
    entities = [registry.async_get(energy) for energy in _energies(source)]
    return any(entity is not None and entity.platform == DOMAIN for entity in entities)


def _uses(sources: Iterable[_Source]) -> Iterator[tuple[str, str]]:
    """Yield what each sensor is used as."""
    for source in sources:
        for field, value in {**source, **source.get("power_config", {})}.items():
            if isinstance(value, str) and value.startswith(f"{SENSOR_DOMAIN}."):
                yield field, value
