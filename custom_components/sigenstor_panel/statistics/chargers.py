"""Finds the sensors of vehicle chargers, whose statistics tell what vehicles took and gave."""

import re
from typing import Any

from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er


def charger_sensors(hass: HomeAssistant, entry: ConfigEntry[Any], key: str) -> list[str]:
    """Return the entity ids of one sensor of every charger of a system, also of chargers that are silent."""
    of_charger = re.compile(rf"{re.escape(entry.unique_id or '')}_[ad]c_charger_.+_{key}")
    return [
        entity.entity_id
        for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        if entity.domain == SENSOR_DOMAIN and of_charger.fullmatch(entity.unique_id)
    ]
