"""Buttons and numbers of vehicle chargers; what they do goes through control."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.components.number import NumberDeviceClass, NumberEntity, NumberEntityDescription, NumberMode
from homeassistant.const import UnitOfElectricCurrent, UnitOfPower
from homeassistant.helpers.entity import EntityDescription

from ..control.charger_guardrails import ChargerLimit, ChargerRequest, range_of
from ..coordinator.control import ControlService
from ..entity import AcChargerEntity, DcChargerEntity
from ..model.command import ChargerAction
from ..model.telemetry import InverterInfo
from ..runtime import SigenStorRuntimeData


@dataclass(frozen=True, kw_only=True)
class ChargerButtonDescription(ButtonEntityDescription):
    """Describes a button of a charger."""

    action: ChargerAction


@dataclass(frozen=True, kw_only=True)
class ChargerNumberDescription(NumberEntityDescription):
    """Describes a limit of a charger."""

    limit: ChargerLimit


BUTTONS = (
    ChargerButtonDescription(key="start_charging", translation_key="start_charging", action=ChargerAction.START),
    ChargerButtonDescription(key="stop_charging", translation_key="stop_charging", action=ChargerAction.STOP),
)


def _power_limit(key: str, limit: ChargerLimit) -> ChargerNumberDescription:
    return ChargerNumberDescription(
        key=key,
        translation_key=key,
        device_class=NumberDeviceClass.POWER,
        mode=NumberMode.BOX,
        native_unit_of_measurement=UnitOfPower.WATT,
        native_step=100,
        limit=limit,
    )


CURRENT_LIMIT = ChargerNumberDescription(
    key="current_limit",
    translation_key="current_limit",
    device_class=NumberDeviceClass.CURRENT,
    native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
    native_step=1,
    limit=ChargerLimit.CURRENT,
)
POWER_LIMITS = (
    _power_limit("charge_limit", ChargerLimit.CHARGE),
    _power_limit("discharge_limit", ChargerLimit.DISCHARGE),
)


def charger_buttons(runtime: SigenStorRuntimeData) -> Iterator[ButtonEntity]:
    """Yield the buttons of all chargers."""
    for info in _with_dc_charger(runtime):
        yield from (DcChargerButton(runtime.control, description, info) for description in BUTTONS)
    for charger in runtime.telemetry.client.ac_chargers:
        yield from (AcChargerButton(runtime.control, description, charger.unit_id) for description in BUTTONS)


def charger_numbers(runtime: SigenStorRuntimeData) -> Iterator[NumberEntity]:
    """Yield the limits of all chargers; one that takes nothing from a vehicle has no limit for that."""
    for info in _with_dc_charger(runtime):
        charger = runtime.telemetry.data.dc_chargers[info.serial_number]
        for description in POWER_LIMITS:
            if description.limit is ChargerLimit.CHARGE or charger.rated_discharge_power_w:
                yield DcChargerNumber(runtime.control, description, info)
    for ac_charger in runtime.telemetry.client.ac_chargers:
        yield AcChargerNumber(runtime.control, CURRENT_LIMIT, ac_charger.unit_id)


def _with_dc_charger(runtime: SigenStorRuntimeData) -> Iterator[InverterInfo]:
    telemetry = runtime.telemetry
    return (info for info in telemetry.inverters if info.serial_number in telemetry.data.dc_chargers)


class _DcChargerControl(DcChargerEntity):
    """An entity that asks something of a DC charger."""

    def __init__(self, control: ControlService, description: EntityDescription, info: InverterInfo) -> None:
        """Initialize the entity."""
        super().__init__(control.telemetry, description, info)
        self._control = control


class _AcChargerControl(AcChargerEntity):
    """An entity that asks something of an AC charger."""

    def __init__(self, control: ControlService, description: EntityDescription, unit_id: int) -> None:
        """Initialize the entity."""
        super().__init__(control.telemetry, description, unit_id)
        self._control = control


async def _async_ask(entity: _DcChargerControl | _AcChargerControl, action: ChargerAction, **limit: Any) -> None:
    """Ask something of the charger of an entity, by the name that people gave it."""
    device = entity.device_entry
    name = "" if device is None else device.name_by_user or device.name or ""
    request = ChargerRequest(charger_id=entity.charger_id, name=name, action=action, **limit)
    await entity._control.async_charger(request)  # noqa: SLF001


class DcChargerButton(_DcChargerControl, ButtonEntity):
    """A button of the DC charger at an inverter."""

    entity_description: ChargerButtonDescription

    @override
    async def async_press(self) -> None:
        """Press it."""
        await _async_ask(self, self.entity_description.action)


class AcChargerButton(_AcChargerControl, ButtonEntity):
    """A button of an AC charger."""

    entity_description: ChargerButtonDescription

    @override
    async def async_press(self) -> None:
        """Press it."""
        await _async_ask(self, self.entity_description.action)


class _LimitOfCharger(NumberEntity):
    """What the limits of both kinds of chargers share."""

    entity_description: ChargerNumberDescription

    @property
    def _range(self) -> tuple[float, float] | None:
        assert isinstance(self, _DcChargerControl | _AcChargerControl)
        return None if self.reading is None else range_of(self.entity_description.limit, self.reading)

    @property
    @override
    def available(self) -> bool:
        """Whether the charger says what its limit may be."""
        return super().available and self._range is not None

    @property
    @override
    def native_min_value(self) -> float:
        """The least that the charger takes."""
        return 0.0 if (allowed := self._range) is None else allowed[0]

    @property
    @override
    def native_max_value(self) -> float:
        """What the charger is rated for."""
        return 0.0 if (allowed := self._range) is None else allowed[1]

    @property
    @override
    def native_value(self) -> float | None:
        """The present limit."""
        assert isinstance(self, _DcChargerControl | _AcChargerControl)
        return getattr(self.reading, self.entity_description.limit, None)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the limit."""
        assert isinstance(self, _DcChargerControl | _AcChargerControl)
        await _async_ask(self, ChargerAction.LIMIT, limit=self.entity_description.limit, value=value)


class DcChargerNumber(_LimitOfCharger, _DcChargerControl):
    """A limit of the DC charger at an inverter."""


class AcChargerNumber(_LimitOfCharger, _AcChargerControl):
    """The limit of an AC charger."""
