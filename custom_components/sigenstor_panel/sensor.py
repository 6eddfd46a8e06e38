"""Sensors of the plant and its inverters; what they show is described in `entities/`."""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, override

from homeassistant.components.sensor import SensorEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .control.status import ControlStatus
from .coordinator.telemetry import TelemetryCoordinator
from .entities.charger_sensors import AC_CHARGER_SENSORS, DC_CHARGER_SENSORS, SMART_LOAD_SENSORS
from .entities.forecast_sensors import forecast_sensors
from .entities.optimiser_sensors import optimiser_sensors
from .entities.plant_sensors import (
    BATTERY_SENSORS,
    CONTROL_SENSORS,
    INVERTER_SENSORS,
    LINK_SENSORS,
    PLANT_SENSORS,
    SigenSensorDescription,
    string_sensors,
)
from .entities.write_gate import SensorValue, WriteGate
from .entity import (
    AcChargerEntity,
    ControlEntity,
    DcChargerEntity,
    DeviceEntity,
    InverterEntity,
    PlantEntity,
    async_add_in_steps,
)
from .model.telemetry import AcChargerTelemetry, DcChargerTelemetry, InverterTelemetry, SmartLoad, Telemetry
from .plants import in_words, status_as_dict
from .runtime import SigenStorConfigEntry

PARALLEL_UPDATES = 0

CONTROL_ATTRIBUTES = (
    "owner",
    "actor",
    "wanted",
    "applied",
    "power_w",
    "ramping_to_w",
    "reason",
    "wish",
    "expires_at",
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SigenStorConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the sensors, also of what appears later: an inverter that is silent now says nothing of its strings."""
    telemetry, added = entry.runtime_data.telemetry, set[object]()

    @callback
    def add_what_appeared() -> None:
        if new := list(_appearing(telemetry, added)):
            async_add_entities(new)

    await async_add_in_steps(async_add_entities, chain(_sensors(hass, entry), _appearing(telemetry, added)))
    entry.async_on_unload(telemetry.async_add_listener(add_what_appeared))


def _sensors(hass: HomeAssistant, entry: SigenStorConfigEntry) -> Iterator[SensorEntity]:
    runtime = entry.runtime_data
    telemetry = runtime.telemetry
    yield from (PlantSensor(telemetry, description) for description in PLANT_SENSORS)
    yield from (LinkSensor(telemetry, description) for description in LINK_SENSORS)
    yield from (ControlSensor(runtime.control, description) for description in CONTROL_SENSORS)
    yield from forecast_sensors(hass, entry)
    yield from optimiser_sensors(runtime.optimiser)
    for info in telemetry.inverters:
        descriptions = INVERTER_SENSORS + (BATTERY_SENSORS if info.has_battery else ())
        yield from (InverterSensor(telemetry, description, info) for description in descriptions)
        if info.serial_number in telemetry.data.dc_chargers:
            yield from (DcChargerSensor(telemetry, description, info) for description in DC_CHARGER_SENSORS)
    for charger in telemetry.client.ac_chargers:
        yield from (AcChargerSensor(telemetry, description, charger.unit_id) for description in AC_CHARGER_SENSORS)


def _appearing(telemetry: TelemetryCoordinator, added: set[object]) -> Iterator[SensorEntity]:
    """Yield the sensors of the PV strings and smart loads of the last reading that are not in `added` yet."""
    for info in telemetry.inverters:
        inverter = telemetry.data.inverters.get(info.serial_number)
        for string in inverter.pv_strings if inverter else ():
            if (key := (info.serial_number, string.number)) not in added:
                added.add(key)
                yield from (InverterSensor(telemetry, each, info) for each in string_sensors(string.number))
    for number in telemetry.data.smart_loads:
        if number not in added:
            added.add(number)
            yield from (SmartLoadSensor(telemetry, description, number) for description in SMART_LOAD_SENSORS)


class _GatedSensor(PlantEntity, SensorEntity):
    """A sensor that writes its state when the change is worth it; the live view does not depend on it."""

    entity_description: SigenSensorDescription[Any]
    _gate: WriteGate

    @property
    @override
    @abstractmethod
    def native_value(self) -> SensorValue:
        """The value in the last reading."""

    @override
    async def async_added_to_hass(self) -> None:
        """Start with the state that is written when the entity is added."""
        await super().async_added_to_hass()
        self._gate = WriteGate(self.entity_description.deadband)
        self._gate.opens(self._shown_value, available=self.available, now=dt_util.utcnow())

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        if self._gate.opens(self._shown_value, available=self.available, now=dt_util.utcnow()):
            self.async_write_ha_state()

    @property
    def _shown_value(self) -> SensorValue:
        return self.native_value if self.available else None


class PlantSensor(_GatedSensor):
    """A sensor of the plant."""

    entity_description: SigenSensorDescription[Telemetry]

    @property
    @override
    def native_value(self) -> SensorValue:
        """The value in the last reading."""
        return self.entity_description.value_fn(self.coordinator.data)


class _DeviceSensor[R](DeviceEntity[R], _GatedSensor):
    """A sensor of a device beside the system."""

    entity_description: SigenSensorDescription[R]

    @property
    @override
    def native_value(self) -> SensorValue:
        """The value in the last reading of the device."""
        return None if (reading := self.reading) is None else self.entity_description.value_fn(reading)


class InverterSensor(InverterEntity, _DeviceSensor[InverterTelemetry]):
    """A sensor of one inverter."""


class DcChargerSensor(DcChargerEntity, _DeviceSensor[DcChargerTelemetry]):
    """A sensor of the DC charger at an inverter."""


class AcChargerSensor(AcChargerEntity, _DeviceSensor[AcChargerTelemetry]):
    """A sensor of an AC charger."""


class SmartLoadSensor(_GatedSensor):
    """A sensor of a load that the plant switches."""

    entity_description: SigenSensorDescription[SmartLoad]

    def __init__(
        self, coordinator: TelemetryCoordinator, description: SigenSensorDescription[SmartLoad], number: int
    ) -> None:
        """Initialize the sensor."""
        placeholders = {"number": str(number)}
        super().__init__(
            coordinator,
            replace(description, key=f"{description.key}_{number}", translation_placeholders=placeholders),
        )
        self._number = number

    @property
    @override
    def native_value(self) -> SensorValue:
        """The value in the last reading of this load."""
        load = self.coordinator.data.smart_loads.get(self._number)
        return None if load is None else self.entity_description.value_fn(load)


class LinkSensor(_GatedSensor):
    """A sensor about the link to the plant; it has something to say while the plant is away, too."""

    entity_description: SigenSensorDescription[TelemetryCoordinator]

    @property
    @override
    def native_value(self) -> SensorValue:
        """What is known of the link."""
        return self.entity_description.value_fn(self.coordinator)

    @property
    @override
    def available(self) -> bool:
        """Return True: where the values come from, and how old they are, is known without a connection too."""
        return True


class ControlSensor(ControlEntity, SensorEntity):
    """What control is doing; the attributes say for whom, why and until when."""

    entity_description: SigenSensorDescription[ControlStatus]

    @property
    @override
    def native_value(self) -> SensorValue:
        """What control is doing."""
        return self.entity_description.value_fn(self.status)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """For whom, why and until when."""
        status = status_as_dict(self.status, in_words(self.hass, self.coordinator.config_entry))
        return {name: value for name, value in status.items() if name in CONTROL_ATTRIBUTES}
