"""What the sensors of vehicle chargers and smart loads show."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfElectricCurrent, UnitOfTime

from ..model.telemetry import AcChargerTelemetry, ChargerState, DcChargerTelemetry, SmartLoad
from .plant_sensors import RARE, SigenSensorDescription, energy, percentage_of_battery, power, state, voltage
from .write_gate import Deadband


def _session_energy(
    key: str, value_fn: Callable[[DcChargerTelemetry], float | None]
) -> SigenSensorDescription[DcChargerTelemetry]:
    """Describe the energy of a session, which falls to 0 at any time and so is no counter for statistics."""
    return replace(energy(key, value_fn, **RARE), state_class=None)


def _session_time(
    key: str, value_fn: Callable[[DcChargerTelemetry], int | None]
) -> SigenSensorDescription[DcChargerTelemetry]:
    return SigenSensorDescription[DcChargerTelemetry](
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_unit_of_measurement=UnitOfTime.MINUTES,
        suggested_display_precision=0,
        deadband=Deadband(60.0),
        value_fn=value_fn,
        **RARE,
    )


DC_CHARGER_SENSORS: tuple[SigenSensorDescription[DcChargerTelemetry], ...] = (
    state("charger_state", ChargerState, lambda charger: charger.state),
    power("charger_power", lambda charger: charger.power_w),
    percentage_of_battery("vehicle_soc", lambda charger: charger.vehicle_soc),
    energy("charger_energy", lambda charger: charger.charged_kwh),
    energy("charger_discharged_energy", lambda charger: charger.discharged_kwh),
    _session_energy("session_energy", lambda charger: charger.session_charged_kwh),
    _session_energy("session_discharged_energy", lambda charger: charger.session_discharged_kwh),
    _session_time("session_charging_time", lambda charger: charger.session_charging_s),
    _session_time("session_discharging_time", lambda charger: charger.session_discharging_s),
    voltage("vehicle_voltage", lambda charger: charger.vehicle_voltage_v, precision=0, deadband=Deadband(5.0), **RARE),
    power("charger_charge_limit", lambda charger: charger.charge_limit_w, **RARE),
    power("charger_discharge_limit", lambda charger: charger.discharge_limit_w, **RARE),
    power("charger_rated_power", lambda charger: charger.rated_charge_power_w, **RARE),
)


def _current(key: str, value_fn: Any) -> SigenSensorDescription[AcChargerTelemetry]:
    return SigenSensorDescription[AcChargerTelemetry](
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.CURRENT,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        suggested_display_precision=0,
        value_fn=value_fn,
        **RARE,
    )


AC_CHARGER_SENSORS: tuple[SigenSensorDescription[AcChargerTelemetry], ...] = (
    state("charger_state", ChargerState, lambda charger: charger.state),
    power("charger_power", lambda charger: charger.power_w),
    energy("charger_energy", lambda charger: charger.energy_kwh),
    power("charger_rated_power", lambda charger: charger.rated_power_w, **RARE),
    _current("charger_rated_current", lambda charger: charger.rated_current_a),
    _current("charger_current_limit", lambda charger: charger.current_limit_a),
)

SMART_LOAD_SENSORS: tuple[SigenSensorDescription[SmartLoad], ...] = (
    power("smart_load_power", lambda load: load.power_w, **RARE),
    energy("smart_load_energy", lambda load: load.energy_kwh, **RARE),
)
