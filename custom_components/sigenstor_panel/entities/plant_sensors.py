"""What the sensors show: tables of descriptions for the plant, its inverters and the link to them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorEntityDescription, SensorStateClass
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfEnergy,
    UnitOfFrequency,
    UnitOfPower,
    UnitOfTemperature,
)

from ..control.status import ControlState, ControlStatus
from ..coordinator.telemetry import TelemetryCoordinator
from ..model.telemetry import (
    EmsWorkMode,
    GridStatus,
    InverterTelemetry,
    PvString,
    RemoteEmsMode,
    RunningState,
    Telemetry,
)
from .write_gate import NO_DEADBAND, Deadband, SensorValue


@dataclass(frozen=True, kw_only=True)
class SigenSensorDescription[T](SensorEntityDescription):
    """Describes a sensor that shows a value of `T`."""

    value_fn: Callable[[T], SensorValue]
    deadband: Deadband = NO_DEADBAND


def power[T](key: str, value_fn: Callable[[T], int | None], **more: Any) -> SigenSensorDescription[T]:
    """Describe a power in W."""
    return SigenSensorDescription[T](
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        deadband=Deadband(100, share=0.05),
        value_fn=value_fn,
        **more,
    )


def energy[T](key: str, value_fn: Callable[[T], float | None], **more: Any) -> SigenSensorDescription[T]:
    """Describe a counter of energy in kWh."""
    return SigenSensorDescription[T](
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        deadband=Deadband(1.0),
        value_fn=value_fn,
        **more,
    )


def _stored_energy[T](key: str, value_fn: Callable[[T], float | None], **more: Any) -> SigenSensorDescription[T]:
    return SigenSensorDescription[T](
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.ENERGY_STORAGE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        deadband=Deadband(0.5),
        value_fn=value_fn,
        **more,
    )


def _temperature[T](key: str, value_fn: Callable[[T], float | None], **more: Any) -> SigenSensorDescription[T]:
    return SigenSensorDescription[T](
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=1,
        deadband=Deadband(1.0),
        value_fn=value_fn,
        **more,
    )


def voltage[T](
    key: str, value_fn: Callable[[T], float | None], *, precision: int, deadband: Deadband, **more: Any
) -> SigenSensorDescription[T]:
    """Describe a voltage in V."""
    return SigenSensorDescription[T](
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.VOLTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricPotential.VOLT,
        suggested_display_precision=precision,
        deadband=deadband,
        value_fn=value_fn,
        **more,
    )


def percentage_of_battery[T](key: str, value_fn: Callable[[T], float | None], **more: Any) -> SigenSensorDescription[T]:
    """Describe a state of charge in percent."""
    return SigenSensorDescription[T](
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.BATTERY,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=1,
        deadband=Deadband(1.0),
        value_fn=value_fn,
        **more,
    )


def _percentage[T](key: str, value_fn: Callable[[T], float | None], **more: Any) -> SigenSensorDescription[T]:
    return SigenSensorDescription[T](
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=1,
        value_fn=value_fn,
        **more,
    )


def state[T](
    key: str, options: type[StrEnum], value_fn: Callable[[T], StrEnum | None], **more: Any
) -> SigenSensorDescription[T]:
    """Describe a state that has names."""
    return SigenSensorDescription[T](
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.ENUM,
        options=[option.value for option in options],
        value_fn=value_fn,
        **more,
    )


RARE: dict[str, Any] = {"entity_category": EntityCategory.DIAGNOSTIC, "entity_registry_enabled_default": False}


def _import_w(telemetry: Telemetry) -> int | None:
    return None if telemetry.grid_power_w is None else max(0, telemetry.grid_power_w)


def _export_w(telemetry: Telemetry) -> int | None:
    return None if telemetry.grid_power_w is None else max(0, -telemetry.grid_power_w)


def _charge_w(telemetry: Telemetry) -> int | None:
    return None if telemetry.battery_power_w is None else max(0, telemetry.battery_power_w)


def _discharge_w(telemetry: Telemetry) -> int | None:
    return None if telemetry.battery_power_w is None else max(0, -telemetry.battery_power_w)


PLANT_SENSORS: tuple[SigenSensorDescription[Telemetry], ...] = (
    percentage_of_battery("state_of_charge", lambda telemetry: telemetry.soc),
    _stored_energy("stored_energy", lambda telemetry: telemetry.stored_energy_kwh),
    power("battery_power", lambda telemetry: telemetry.battery_power_w),
    power("battery_charge_power", _charge_w, entity_registry_enabled_default=False),
    power("battery_discharge_power", _discharge_w, entity_registry_enabled_default=False),
    power("pv_power", lambda telemetry: telemetry.pv_power_w),
    power("house_power", lambda telemetry: telemetry.house_power_w),
    power("grid_power", lambda telemetry: telemetry.grid_power_w),
    power("grid_import_power", _import_w),
    power("grid_export_power", _export_w),
    power("grid_phase_a_power", lambda telemetry: telemetry.grid_phase_a_power_w, **RARE),
    power("grid_phase_b_power", lambda telemetry: telemetry.grid_phase_b_power_w, **RARE),
    power("grid_phase_c_power", lambda telemetry: telemetry.grid_phase_c_power_w, **RARE),
    power("third_party_pv_power", lambda telemetry: telemetry.third_party_pv_power_w, **RARE),
    _temperature("cell_temperature", lambda telemetry: telemetry.average_cell_temperature_c),
    voltage("cell_voltage", lambda telemetry: telemetry.average_cell_voltage_v, precision=3, deadband=Deadband(0.02)),
    _percentage("state_of_health", lambda telemetry: telemetry.state_of_health),
    SigenSensorDescription[Telemetry](
        key="cycles",
        translation_key="cycles",
        state_class=SensorStateClass.TOTAL_INCREASING,
        suggested_display_precision=1,
        deadband=Deadband(1.0),
        value_fn=lambda telemetry: telemetry.cycles,
    ),
    energy("pv_energy", lambda telemetry: telemetry.energy.pv_kwh),
    energy("house_energy", lambda telemetry: telemetry.energy.house_kwh),
    energy("grid_import_energy", lambda telemetry: telemetry.energy.grid_import_kwh),
    energy("grid_export_energy", lambda telemetry: telemetry.energy.grid_export_kwh),
    energy("battery_charged_energy", lambda telemetry: telemetry.energy.battery_charged_kwh),
    energy("battery_discharged_energy", lambda telemetry: telemetry.energy.battery_discharged_kwh),
    energy("pv_energy_today", lambda telemetry: telemetry.energy.pv_today_kwh),
    energy("house_energy_today", lambda telemetry: telemetry.energy.house_today_kwh),
    energy("grid_import_energy_today", lambda telemetry: telemetry.energy.grid_import_today_kwh),
    energy("grid_export_energy_today", lambda telemetry: telemetry.energy.grid_export_today_kwh),
    energy("battery_charged_energy_today", lambda telemetry: telemetry.energy.battery_charged_today_kwh),
    energy("battery_discharged_energy_today", lambda telemetry: telemetry.energy.battery_discharged_today_kwh),
    state("running_state", RunningState, lambda telemetry: telemetry.running_state),
    state("ems_mode", EmsWorkMode, lambda telemetry: telemetry.ems_work_mode),
    state("grid_status", GridStatus, lambda telemetry: telemetry.grid_status),
    state("remote_ems_mode", RemoteEmsMode, lambda telemetry: telemetry.control.remote_ems_mode, **RARE),
    power("vehicle_power", lambda telemetry: telemetry.vehicle_power_w, **RARE),
    energy("vehicle_charged_energy", lambda telemetry: telemetry.energy.vehicle_charged_kwh, **RARE),
    energy("vehicle_discharged_energy", lambda telemetry: telemetry.energy.vehicle_discharged_kwh, **RARE),
    energy("ac_charger_energy", lambda telemetry: telemetry.energy.ac_charger_kwh, **RARE),
    energy("generator_energy", lambda telemetry: telemetry.energy.generator_kwh, **RARE),
    _stored_energy("rated_capacity", lambda telemetry: telemetry.rated_capacity_kwh, **RARE),
    _stored_energy("available_charge_energy", lambda telemetry: telemetry.available_charge_energy_kwh, **RARE),
    _stored_energy("available_discharge_energy", lambda telemetry: telemetry.available_discharge_energy_kwh, **RARE),
    power("rated_charge_power", lambda telemetry: telemetry.rated_charge_power_w, **RARE),
    power("rated_discharge_power", lambda telemetry: telemetry.rated_discharge_power_w, **RARE),
    power("available_charge_power", lambda telemetry: telemetry.available_charge_power_w, **RARE),
    power("available_discharge_power", lambda telemetry: telemetry.available_discharge_power_w, **RARE),
    power("charge_limit", lambda telemetry: telemetry.control.charge_limit_w, **RARE),
    power("discharge_limit", lambda telemetry: telemetry.control.discharge_limit_w, **RARE),
    power("export_limit", lambda telemetry: telemetry.control.export_limit_w, **RARE),
    power("import_limit", lambda telemetry: telemetry.control.import_limit_w, **RARE),
    _percentage("backup_soc", lambda telemetry: telemetry.control.backup_soc, **RARE),
    _percentage("charge_cutoff_soc", lambda telemetry: telemetry.control.charge_cutoff_soc, **RARE),
    _percentage("discharge_cutoff_soc", lambda telemetry: telemetry.control.discharge_cutoff_soc, **RARE),
)

BATTERY_SENSORS: tuple[SigenSensorDescription[InverterTelemetry], ...] = (
    power("battery_power", lambda inverter: inverter.battery_power_w, **RARE),
    percentage_of_battery("state_of_charge", lambda inverter: inverter.soc, **RARE),
    _percentage("state_of_health", lambda inverter: inverter.state_of_health, **RARE),
    _temperature("max_cell_temperature", lambda inverter: inverter.max_cell_temperature_c),
    _temperature("min_cell_temperature", lambda inverter: inverter.min_cell_temperature_c),
    _temperature("cell_temperature", lambda inverter: inverter.average_cell_temperature_c, **RARE),
    voltage(
        "cell_voltage", lambda inverter: inverter.average_cell_voltage_v, precision=3, deadband=Deadband(0.02), **RARE
    ),
    voltage(
        "max_cell_voltage", lambda inverter: inverter.max_cell_voltage_v, precision=3, deadband=Deadband(0.02), **RARE
    ),
    voltage(
        "min_cell_voltage", lambda inverter: inverter.min_cell_voltage_v, precision=3, deadband=Deadband(0.02), **RARE
    ),
    power("available_charge_power", lambda inverter: inverter.available_charge_power_w, **RARE),
    power("available_discharge_power", lambda inverter: inverter.available_discharge_power_w, **RARE),
    _stored_energy("available_charge_energy", lambda inverter: inverter.available_charge_energy_kwh, **RARE),
    _stored_energy("available_discharge_energy", lambda inverter: inverter.available_discharge_energy_kwh, **RARE),
    SigenSensorDescription[InverterTelemetry](
        key="battery_packs",
        translation_key="battery_packs",
        value_fn=lambda inverter: inverter.pack_count,
        **RARE,
    ),
)


INVERTER_SENSORS: tuple[SigenSensorDescription[InverterTelemetry], ...] = (
    state("running_state", RunningState, lambda inverter: inverter.running_state),
    power("active_power", lambda inverter: inverter.active_power_w, **RARE),
    _temperature("internal_temperature", lambda inverter: inverter.internal_temperature_c),
    voltage(
        "phase_a_voltage", lambda inverter: inverter.phase_a_voltage_v, precision=1, deadband=Deadband(2.0), **RARE
    ),
    voltage(
        "phase_b_voltage", lambda inverter: inverter.phase_b_voltage_v, precision=1, deadband=Deadband(2.0), **RARE
    ),
    voltage(
        "phase_c_voltage", lambda inverter: inverter.phase_c_voltage_v, precision=1, deadband=Deadband(2.0), **RARE
    ),
    SigenSensorDescription[InverterTelemetry](
        key="grid_frequency",
        translation_key="grid_frequency",
        device_class=SensorDeviceClass.FREQUENCY,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfFrequency.HERTZ,
        suggested_display_precision=2,
        deadband=Deadband(0.1),
        value_fn=lambda inverter: inverter.grid_frequency_hz,
        **RARE,
    ),
    SigenSensorDescription[InverterTelemetry](
        key="insulation_resistance",
        translation_key="insulation_resistance",
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement="MΩ",
        suggested_display_precision=2,
        deadband=Deadband(0.5),
        value_fn=lambda inverter: inverter.insulation_resistance_mohm,
        **RARE,
    ),
)


def string_sensors(number: int) -> tuple[SigenSensorDescription[InverterTelemetry], ...]:
    """Describe the sensors of one PV string."""

    def of_string[V](value_fn: Callable[[PvString], V]) -> Callable[[InverterTelemetry], V | None]:
        return lambda inverter: next(
            (value_fn(string) for string in inverter.pv_strings if string.number == number), None
        )

    descriptions: tuple[SigenSensorDescription[InverterTelemetry], ...] = (
        power("pv_string_power", of_string(lambda string: string.power_w), **RARE),
        voltage(
            "pv_string_voltage",
            of_string(lambda string: string.voltage_v),
            precision=0,
            deadband=Deadband(20.0),
            **RARE,
        ),
        SigenSensorDescription[InverterTelemetry](
            key="pv_string_current",
            translation_key="pv_string_current",
            device_class=SensorDeviceClass.CURRENT,
            state_class=SensorStateClass.MEASUREMENT,
            native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
            suggested_display_precision=1,
            deadband=Deadband(0.5),
            value_fn=of_string(lambda string: string.current_a),
            **RARE,
        ),
    )
    return tuple(
        replace(description, key=f"{description.key}_{number}", translation_placeholders={"number": str(number)})
        for description in descriptions
    )


LINK_SENSORS: tuple[SigenSensorDescription[TelemetryCoordinator], ...] = (
    SigenSensorDescription[TelemetryCoordinator](
        key="data_source",
        translation_key="data_source",
        device_class=SensorDeviceClass.ENUM,
        options=["modbus", "cloud", "none"],
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda telemetry: telemetry.source or "none",
    ),
    SigenSensorDescription[TelemetryCoordinator](
        key="last_update",
        translation_key="last_update",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda telemetry: telemetry.data.timestamp,
    ),
)

CONTROL_SENSORS: tuple[SigenSensorDescription[ControlStatus], ...] = (
    state("control_state", ControlState, lambda status: status.state),
)
