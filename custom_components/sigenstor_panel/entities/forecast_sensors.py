"""Sensors of prices, sun and habits; what they show is in `forecast_tables`."""

from collections.abc import Iterable
from typing import Any, override

from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN, SensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..coordinator.habits import HabitsCoordinator
from ..coordinator.prices import PricesCoordinator
from ..coordinator.sun import SunCoordinator
from ..entity import SystemEntity, async_remove_entities
from ..runtime import SigenStorConfigEntry
from ..texts import currency_of
from .forecast_tables import HABIT_SENSORS, PRICE_SENSORS, SUN_SENSORS, ForecastDescription
from .write_gate import SensorValue


def forecast_sensors(hass: HomeAssistant, entry: SigenStorConfigEntry) -> Iterable[SensorEntity]:
    """Yield the sensors of the sources that there are; those of sources that are gone are removed."""
    runtime = entry.runtime_data
    if runtime.prices is None:
        async_remove_entities(hass, SENSOR_DOMAIN, entry, PRICE_SENSORS)
    else:
        yield from (PriceSensor(runtime.prices, description, runtime.telemetry) for description in PRICE_SENSORS)
    if runtime.sun is None:
        async_remove_entities(hass, SENSOR_DOMAIN, entry, SUN_SENSORS)
    else:
        yield from (SunSensor(runtime.sun, description, runtime.telemetry) for description in SUN_SENSORS)
    yield from (HabitSensor(runtime.habits, description, runtime.telemetry) for description in HABIT_SENSORS)


class _ForecastSensor[C: PricesCoordinator | SunCoordinator | HabitsCoordinator](SystemEntity[C], SensorEntity):
    """A sensor whose value moves with the clock."""

    entity_description: ForecastDescription[Any]
    _unrecorded_attributes = frozenset({"default_profile", "fetched_at", "forecast", "source", "stale"})

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        """The unit of its kind, or one of the currency."""
        return self.entity_description.unit_in(currency_of(self.hass, self.coordinator.config_entry))

    @property
    def _shown(self) -> Any:
        return self.coordinator.data

    @property
    @override
    def native_value(self) -> SensorValue:
        """The value for now."""
        return self.entity_description.value_fn(self._shown, dt_util.utcnow(), dt_util.get_default_time_zone())

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """The hours to come, where the sensor stands for them; never recorded."""
        attributes_fn = self.entity_description.attributes_fn
        return None if attributes_fn is None else attributes_fn(self._shown, dt_util.utcnow())


class PriceSensor(_ForecastSensor[PricesCoordinator]):
    """A price."""


class SunSensor(_ForecastSensor[SunCoordinator]):
    """A part of the PV forecast."""

    @property
    @override
    def attribution(self) -> str | None:
        """Whose weather it is, as its licence asks."""
        return self.coordinator.attribution


class HabitSensor(_ForecastSensor[HabitsCoordinator]):
    """What the house is expected to use."""

    @property
    @override
    def _shown(self) -> HabitsCoordinator:
        return self.coordinator
