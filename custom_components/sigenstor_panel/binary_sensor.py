"""Binary sensors: alarms by group, and the link to the plant."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.binary_sensor import (
    DOMAIN as BINARY_SENSOR_DOMAIN,
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .control.status import ControlStatus
from .coordinator.prices import PricesCoordinator
from .entity import (
    AcChargerEntity,
    ControlEntity,
    PlantEntity,
    SystemEntity,
    async_add_in_steps,
    async_remove_entities,
)
from .model.message import Message
from .model.prices import PriceSlot, SpikeStatus
from .model.telemetry import AlarmGroup, Telemetry
from .runtime import SigenStorConfigEntry
from .texts import localize

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class SigenBinarySensorDescription(BinarySensorEntityDescription):
    """Describes a binary sensor of the plant."""

    value_fn: Callable[[Telemetry], bool | None]


@dataclass(frozen=True, kw_only=True)
class AlarmDescription(BinarySensorEntityDescription):
    """Describes the problem sensor of an alarm group."""

    group: AlarmGroup


@dataclass(frozen=True, kw_only=True)
class ControlBinarySensorDescription(BinarySensorEntityDescription):
    """Describes a binary sensor of control."""

    value_fn: Callable[[ControlStatus], bool]
    attributes_fn: Callable[[ControlStatus, HomeAssistant], dict[str, Any] | None]


ALARM_SENSORS = tuple(
    AlarmDescription(
        key=f"{group}_alarm",
        translation_key=f"{group}_alarm",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        group=group,
    )
    for group in AlarmGroup
)

AC_CHARGER_ALARM = BinarySensorEntityDescription(
    key="charger_alarm",
    translation_key="charger_alarm",
    device_class=BinarySensorDeviceClass.PROBLEM,
    entity_category=EntityCategory.DIAGNOSTIC,
)

PLANT_SENSORS = (
    SigenBinarySensorDescription(
        key="remote_ems",
        translation_key="remote_ems",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda telemetry: telemetry.control.remote_ems_enabled,
    ),
)


@dataclass(frozen=True, kw_only=True)
class PriceFlagDescription(BinarySensorEntityDescription):
    """Describes a yes or no about the price in force."""

    value_fn: Callable[[PriceSlot], bool | None]


PRICE_FLAGS = (
    PriceFlagDescription(
        key="price_spike",
        translation_key="price_spike",
        value_fn=lambda slot: None if slot.spike is None else slot.spike is SpikeStatus.SPIKE,
    ),
    PriceFlagDescription(
        key="demand_window", translation_key="demand_window", value_fn=lambda slot: slot.demand_window
    ),
    PriceFlagDescription(
        key="price_estimate",
        translation_key="price_estimate",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda slot: slot.estimate,
    ),
)

CONNECTION_SENSOR = BinarySensorEntityDescription(
    key="connection",
    translation_key="connection",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)

CONTROL_SENSORS = (
    ControlBinarySensorDescription(
        key="override_active",
        translation_key="override_active",
        value_fn=lambda status: status.override is not None,
        attributes_fn=lambda status, _hass: None if status.override is None else status.override.as_dict(),
    ),
    ControlBinarySensorDescription(
        key="control_problem",
        translation_key="control_problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda status: status.alert is not None,
        attributes_fn=lambda status, hass: {"message": None if status.alert is None else localize(hass, status.alert)},
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SigenStorConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the binary sensors."""
    telemetry = entry.runtime_data.telemetry
    control = entry.runtime_data.control
    entities: list[BinarySensorEntity] = [AlarmSensor(telemetry, description) for description in ALARM_SENSORS]
    entities += [PlantBinarySensor(telemetry, description) for description in PLANT_SENSORS]
    entities += [AcChargerAlarm(telemetry, AC_CHARGER_ALARM, each.unit_id) for each in telemetry.client.ac_chargers]
    entities.append(ConnectionSensor(telemetry, CONNECTION_SENSOR))
    entities += [ControlBinarySensor(control, description) for description in CONTROL_SENSORS]
    if (prices := entry.runtime_data.prices) is None:
        async_remove_entities(hass, BINARY_SENSOR_DOMAIN, entry, PRICE_FLAGS)
    else:
        entities += [PriceFlag(prices, description, telemetry) for description in PRICE_FLAGS]
    await async_add_in_steps(async_add_entities, entities)


class AlarmSensor(PlantEntity, BinarySensorEntity):
    """On while the plant reports an alarm of a group; the attribute names the alarms."""

    entity_description: AlarmDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """Whether any alarm of the group is active; None where the reading knows nothing of alarms."""
        return None if self._alarms is None else bool(self._alarms)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """The active alarms, and the serial numbers of the inverters that report one."""
        group, inverters = self.entity_description.group, self.coordinator.data.inverters
        reporting = [serial_number for serial_number, each in inverters.items() if each.alarms.get(group)]
        return {"alarms": _names(self.hass, self._alarms), "inverters": reporting}

    @property
    def _alarms(self) -> tuple[Message, ...] | None:
        return self.coordinator.data.alarms.get(self.entity_description.group)


class AcChargerAlarm(AcChargerEntity, BinarySensorEntity):
    """On while an AC charger reports an alarm; the attribute names the alarms."""

    @property
    @override
    def is_on(self) -> bool | None:
        """Whether any alarm is active; None where nobody can say."""
        return None if self._alarms is None else bool(self._alarms)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """The active alarms."""
        return {"alarms": _names(self.hass, self._alarms)}

    @property
    def _alarms(self) -> tuple[Message, ...] | None:
        return None if (charger := self.reading) is None else charger.alarms


def _names(hass: HomeAssistant, alarms: tuple[Message, ...] | None) -> list[str] | None:
    """Return the names of alarms; None where nobody can say which there are."""
    return None if alarms is None else [localize(hass, alarm) for alarm in alarms]


class PlantBinarySensor(PlantEntity, BinarySensorEntity):
    """A state of the plant."""

    entity_description: SigenBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """The state in the last reading."""
        return self.entity_description.value_fn(self.coordinator.data)


class ConnectionSensor(PlantEntity, BinarySensorEntity):
    """Whether the plant answered the last time it was asked."""

    @property
    @override
    def is_on(self) -> bool:
        """Whether the last poll succeeded."""
        return self.coordinator.last_update_success

    @property
    @override
    def available(self) -> bool:
        """Return True: the sensor shows whether there is a connection."""
        return True


class ControlBinarySensor(ControlEntity, BinarySensorEntity):
    """A state of control."""

    entity_description: ControlBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool:
        """Return the state of control that is described."""
        return self.entity_description.value_fn(self.status)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """What there is to know about it."""
        return self.entity_description.attributes_fn(self.status, self.hass)


class PriceFlag(SystemEntity[PricesCoordinator], BinarySensorEntity):
    """A yes or no about the price in force."""

    entity_description: PriceFlagDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """What the source says of the price in force; None where it says nothing."""
        slot = self.coordinator.data.current(dt_util.utcnow())
        return None if slot is None else self.entity_description.value_fn(slot)
