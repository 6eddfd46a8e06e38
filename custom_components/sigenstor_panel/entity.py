"""What all entities share: which device they belong to, and when their value counts."""

from abc import abstractmethod
import asyncio
from collections.abc import Iterable
from itertools import batched
from typing import Any, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback, EntityPlatform
from homeassistant.helpers.update_coordinator import CoordinatorEntity, DataUpdateCoordinator

from .const import DOMAIN, MANUFACTURER
from .control.status import ControlStatus
from .coordinator.control import ControlService
from .coordinator.habits import HabitsCoordinator
from .coordinator.optimiser import OptimiserCoordinator
from .coordinator.prices import PricesCoordinator
from .coordinator.sun import SunCoordinator
from .coordinator.telemetry import TelemetryCoordinator
from .model.telemetry import AcChargerTelemetry, ChargerId, DcChargerTelemetry, InverterInfo, InverterTelemetry
from .plants import Access, async_check_access
from .runtime import SigenStorConfigEntry

PANEL_URL = "homeassistant://sigenstor"
"""The panel, as the device page opens it."""

_ENTITIES_PER_STEP = 2


async def async_add_in_steps(async_add_entities: AddConfigEntryEntitiesCallback, entities: Iterable[Entity]) -> None:
    """Add entities a few at a time: registering all of a plant's at once would hold the event loop up."""
    for step in batched(entities, _ENTITIES_PER_STEP, strict=False):
        # Before, not after: all platforms are set up in one step of the loop until they first wait.
        await asyncio.sleep(0)
        async_add_entities(step)


async def async_check_may_configure(entity: CoordinatorEntity[Any]) -> None:
    """Refuse a user who is no administrator; raises `ServiceValidationError`."""
    await async_check_access(entity.hass, entity.coordinator.config_entry, entity._context, Access.CONFIGURE)  # noqa: SLF001


def plant_device_info(telemetry: TelemetryCoordinator) -> DeviceInfo:
    """Return the plant's device."""
    entry = telemetry.config_entry
    first = telemetry.inverters[0]
    return DeviceInfo(
        identifiers={(DOMAIN, entry.unique_id or entry.entry_id)},
        manufacturer=MANUFACTURER,
        model="SigenStor",
        name=entry.title,
        sw_version=first.firmware or None,
        configuration_url=PANEL_URL,
    )


def part_identifier(telemetry: TelemetryCoordinator, part: str) -> str:
    """Return what identifies the device of a part of this integration, such as control."""
    return f"{telemetry.config_entry.unique_id}_{part}"


def part_device_info(telemetry: TelemetryCoordinator, part: str) -> DeviceInfo:
    """Return the device of a part of this integration."""
    return DeviceInfo(
        identifiers={(DOMAIN, part_identifier(telemetry, part))},
        entry_type=DeviceEntryType.SERVICE,
        translation_key=part,
        translation_placeholders={"plant": telemetry.config_entry.title},
        configuration_url=PANEL_URL,
    )


def inverter_identifier(telemetry: TelemetryCoordinator, info: InverterInfo) -> str:
    """Return what identifies an inverter's device: the plant's identifier is its first inverter's serial number."""
    return f"{telemetry.config_entry.unique_id}_inverter_{info.identity}"


def inverter_device_info(telemetry: TelemetryCoordinator, info: InverterInfo) -> DeviceInfo:
    """Return an inverter's device."""
    return DeviceInfo(
        identifiers={(DOMAIN, inverter_identifier(telemetry, info))},
        manufacturer=MANUFACTURER,
        model=info.model or None,
        serial_number=info.serial_number,
        sw_version=info.firmware or None,
        translation_key="inverter",
        translation_placeholders={"plant": telemetry.config_entry.title, "number": str(info.unit_id)},
    )


def dc_charger_identifier(telemetry: TelemetryCoordinator, info: InverterInfo) -> str:
    """Return what identifies the device of the DC charger at an inverter."""
    return f"{telemetry.config_entry.unique_id}_dc_charger_{info.identity}"


def ac_charger_identifier(telemetry: TelemetryCoordinator, unit_id: int) -> str:
    """Return what identifies an AC charger's device: it says no serial number."""
    return f"{telemetry.config_entry.unique_id}_ac_charger_{unit_id}"


def charger_device_info(telemetry: TelemetryCoordinator, kind: str, identifier: str, number: int) -> DeviceInfo:
    """Return a charger's device; `kind` is dc_charger or ac_charger."""
    return DeviceInfo(
        identifiers={(DOMAIN, identifier)},
        manufacturer=MANUFACTURER,
        translation_key=kind,
        translation_placeholders={"plant": telemetry.config_entry.title, "number": str(number)},
    )


def charger_devices(telemetry: TelemetryCoordinator) -> Iterable[DeviceInfo]:
    """Yield the devices of the chargers."""
    for info in telemetry.inverters:
        if info.serial_number in telemetry.data.dc_chargers:
            identifier = dc_charger_identifier(telemetry, info)
            yield charger_device_info(telemetry, "dc_charger", identifier, info.unit_id)
    for charger in telemetry.client.ac_chargers:
        identifier = ac_charger_identifier(telemetry, charger.unit_id)
        yield charger_device_info(telemetry, "ac_charger", identifier, charger.unit_id)


PARTS: dict[type[DataUpdateCoordinator[Any]], str] = {
    ControlService: "control",
    OptimiserCoordinator: "optimiser",
    HabitsCoordinator: "optimiser",
    PricesCoordinator: "prices",
    SunCoordinator: "solar",
}
"""The part of this integration that a coordinator's entities belong to; the plant's own are on its device."""


class SystemEntity[C: DataUpdateCoordinator[Any]](CoordinatorEntity[C]):
    """An entity of the system or of a part of this integration, with an id made of the key of its description."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: C, description: EntityDescription, telemetry: TelemetryCoordinator) -> None:
        """Initialize the entity; `telemetry` knows the device."""
        super().__init__(coordinator)
        self.entity_description = description
        self._title = telemetry.config_entry.title
        self._attr_unique_id = f"{telemetry.config_entry.unique_id}_{description.key}"
        part = PARTS.get(type(coordinator))
        self._attr_device_info = plant_device_info(telemetry) if part is None else part_device_info(telemetry, part)

    @override
    def add_to_platform_start(
        self, hass: HomeAssistant, platform: EntityPlatform, parallel_updates: asyncio.Semaphore | None
    ) -> None:
        """Begin the entity id with the name of the system, unless the name is only understood with that of its device."""
        super().add_to_platform_start(hass, platform, parallel_updates)
        part = PARTS.get(type(self.coordinator))
        if part is not None and not self.entity_description.key.startswith(part):
            self.internal_integration_suggested_object_id = f"{self._title} {self.suggested_object_id}"

    @property
    @override
    def available(self) -> bool:
        """Whether there is something to show, which may be old: it is marked then, not hidden."""
        return self.coordinator.data is not None


class PlantEntity(SystemEntity[TelemetryCoordinator]):
    """An entity of what was read from the system."""

    def __init__(self, coordinator: TelemetryCoordinator, description: EntityDescription) -> None:
        """Initialize the entity."""
        super().__init__(coordinator, description, coordinator)

    @property
    @override
    def available(self) -> bool:
        """Whether there is a reading that still counts; a missed poll alone does not take it away."""
        return self.coordinator.fresh


class ControlEntity(SystemEntity[ControlService]):
    """An entity of control; there once control runs, because the emergency stop must be within reach at any time."""

    def __init__(self, coordinator: ControlService, description: EntityDescription) -> None:
        """Initialize the entity."""
        super().__init__(coordinator, description, coordinator.telemetry)

    @property
    def status(self) -> ControlStatus:
        """What control is doing."""
        return self.coordinator.data


class OptimiserEntity(SystemEntity[OptimiserCoordinator]):
    """An entity of the optimiser; always there, since it says itself what it lacks."""

    def __init__(self, coordinator: OptimiserCoordinator, description: EntityDescription) -> None:
        """Initialize the entity."""
        super().__init__(coordinator, description, coordinator.telemetry)

    @property
    @override
    def available(self) -> bool:
        """Return True: the optimiser says why it cannot decide."""
        return True


@callback
def async_remove_entities(
    hass: HomeAssistant, platform: str, entry: SigenStorConfigEntry, descriptions: Iterable[EntityDescription]
) -> None:
    """Remove the entities of a source that the owner no longer wants."""
    registry = er.async_get(hass)
    for description in descriptions:
        unique_id = f"{entry.unique_id}_{description.key}"
        if entity_id := registry.async_get_entity_id(platform, DOMAIN, unique_id):
            registry.async_remove(entity_id)


class DeviceEntity[R](PlantEntity):
    """An entity of a device beside the system, which may be silent while the system answers."""

    def __init__(
        self, coordinator: TelemetryCoordinator, description: EntityDescription, identifier: str, device: DeviceInfo
    ) -> None:
        """Initialize the entity."""
        super().__init__(coordinator, description)
        self._attr_unique_id = f"{identifier}_{description.key}"
        self._attr_device_info = device

    @property
    @abstractmethod
    def reading(self) -> R | None:
        """The last reading of this device, None while it does not answer."""

    @property
    @override
    def available(self) -> bool:
        """Whether there is a reading of this device that still counts."""
        return super().available and self.reading is not None


class InverterEntity(DeviceEntity[InverterTelemetry]):
    """An entity of one inverter."""

    def __init__(self, coordinator: TelemetryCoordinator, description: EntityDescription, info: InverterInfo) -> None:
        """Initialize the entity."""
        identifier = inverter_identifier(coordinator, info)
        super().__init__(coordinator, description, identifier, inverter_device_info(coordinator, info))
        self._serial_number = info.serial_number

    @property
    @override
    def reading(self) -> InverterTelemetry | None:
        """The last reading of this inverter."""
        return self.coordinator.data.inverters.get(self._serial_number)


class DcChargerEntity(DeviceEntity[DcChargerTelemetry]):
    """An entity of the DC charger at an inverter."""

    def __init__(self, coordinator: TelemetryCoordinator, description: EntityDescription, info: InverterInfo) -> None:
        """Initialize the entity."""
        identifier = dc_charger_identifier(coordinator, info)
        device = charger_device_info(coordinator, "dc_charger", identifier, info.unit_id)
        super().__init__(coordinator, description, identifier, device)
        self.charger_id: ChargerId = info.serial_number
        self._serial_number = info.serial_number

    @property
    @override
    def reading(self) -> DcChargerTelemetry | None:
        """The last reading of this charger, None also while its inverter does not answer."""
        return self.coordinator.data.dc_chargers.get(self._serial_number)


class AcChargerEntity(DeviceEntity[AcChargerTelemetry]):
    """An entity of an AC charger."""

    def __init__(self, coordinator: TelemetryCoordinator, description: EntityDescription, unit_id: int) -> None:
        """Initialize the entity."""
        identifier = ac_charger_identifier(coordinator, unit_id)
        device = charger_device_info(coordinator, "ac_charger", identifier, unit_id)
        super().__init__(coordinator, description, identifier, device)
        self.charger_id: ChargerId = unit_id
        self._unit_id = unit_id

    @property
    @override
    def reading(self) -> AcChargerTelemetry | None:
        """The last reading of this charger."""
        return self.coordinator.data.ac_chargers.get(self._unit_id)
