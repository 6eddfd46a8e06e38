"""Everything that is true of the plant at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from .ems import Control
from .weather import Weather


class RunningStateCode(IntEnum):
    """Running state (Sigenergy Modbus Protocol V2.9, appendix 1)."""

    STANDBY = 0
    RUNNING = 1
    FAULT = 2
    SHUTDOWN = 3
    ENVIRONMENTAL_ABNORMALITY = 7


@dataclass(frozen=True, slots=True)
class InverterState:
    """One inverter with its battery and its PV strings."""

    unit: int
    model: str
    serial_number: str
    firmware: str
    running_state: RunningStateCode
    has_battery: bool
    rated_w: int
    rated_battery_w: int
    capacity_kwh: float
    soc: float
    energy_kwh: float
    cell_temperature_c: float
    cell_voltage_v: float
    internal_temperature_c: float
    pv_w: int
    battery_w: int
    output_w: int
    charge_available_w: int
    discharge_available_w: int
    charge_available_kwh: float
    discharge_available_kwh: float
    energy_totals_kwh: Mapping[str, float]
    energy_today_kwh: Mapping[str, float]
    dc_charger_rated_w: int
    dc_charger_w: int
    dc_charged_kwh: float
    dc_discharged_kwh: float
    vehicle_soc: float


@dataclass(frozen=True, slots=True)
class AcChargerState:
    """An AC charger."""

    unit: int
    system_state: int
    power_w: int
    energy_kwh: float


@dataclass(frozen=True, slots=True)
class PlantState:
    """The plant; grid = house + battery - pv - third party + chargers, to the watt."""

    time: datetime
    utc_offset_min: int
    device_clock_s: float
    device_utc_offset_min: int | None
    weather: Weather
    control: Control
    firmware: str
    running_state: RunningStateCode
    ems_mode: int
    on_off_grid: int
    meter_lost: bool
    soc: float
    cell_temperature_c: float
    grid_w: int
    pv_w: int
    battery_w: int
    house_w: int
    third_party_w: int
    dc_charger_w: int
    ac_charger_w: int
    grid_phases_w: tuple[int, int, int]
    inverter_phases_w: tuple[int, int, int]
    ac_voltage_v: float
    ac_frequency_hz: float
    pv_available_w: int
    charge_available_w: int
    discharge_available_w: int
    charge_available_kwh: float
    discharge_available_kwh: float
    rated_power_w: int
    rated_charge_w: int
    rated_discharge_w: int
    capacity_kwh: float
    alarms: Mapping[str, int]
    energy_totals_kwh: Mapping[str, float]
    energy_since_upgrade_kwh: Mapping[str, float]
    energy_today_kwh: Mapping[str, float]
    pv_yesterday_kwh: float
    inverters: tuple[InverterState, ...]
    ac_chargers: tuple[AcChargerState, ...]

    @property
    def remote_ems(self) -> bool:
        """Return whether the plant takes its mode from a controller (40029)."""
        return self.control.remote_ems
