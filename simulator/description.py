"""What is true of a plant at this moment, put together from its parts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from .grid import RATED_FREQUENCY_HZ, RATED_VOLTAGE_V, grid_phases_w, grid_supply, inverter_phases_w
from .inverter import Inverter
from .state import AcChargerState, InverterState, PlantState, RunningStateCode

if TYPE_CHECKING:
    from .plant import SimulatedPlant


def describe(plant: SimulatedPlant) -> PlantState:
    """Return everything that is true of a plant now."""
    flows = plant.flows
    time = datetime.fromtimestamp(plant.time_s, UTC)
    inverters = tuple(_describe_inverter(plant, inverter) for inverter in plant.inverters)
    with_battery = [each for each in inverters if each.has_battery] or inverters
    voltage_v, frequency_hz = _supply(plant)
    return PlantState(
        time=time,
        utc_offset_min=int((time.astimezone(plant.zone).utcoffset() or timedelta()).total_seconds() // 60),
        device_clock_s=plant.time_s + plant.device_clock_offset_s,
        device_utc_offset_min=plant.device_utc_offset_min,
        weather=plant.weather,
        control=plant.control,
        firmware=plant.firmware,
        running_state=plant.running_state(),
        ems_mode=plant.ems_mode,
        on_off_grid=plant.on_off_grid,
        meter_lost=bool(plant.faults["meter_lost"]),
        soc=plant.soc,
        cell_temperature_c=sum(each.cell_temperature_c for each in with_battery) / len(with_battery),
        grid_w=flows.grid_w,
        pv_w=flows.pv_w,
        battery_w=flows.battery_w,
        house_w=flows.house_w,
        third_party_w=flows.third_party_w,
        dc_charger_w=flows.dc_charger_w,
        ac_charger_w=flows.ac_charger_w,
        grid_phases_w=grid_phases_w(flows, plant.seed, plant.time_s),
        inverter_phases_w=inverter_phases_w(flows),
        ac_voltage_v=voltage_v,
        ac_frequency_hz=frequency_hz,
        pv_available_w=plant.pv_potential_w,
        charge_available_w=sum(each.charge_available_w for each in inverters),
        discharge_available_w=sum(each.discharge_available_w for each in inverters),
        charge_available_kwh=sum(each.charge_available_kwh for each in inverters),
        discharge_available_kwh=sum(each.discharge_available_kwh for each in inverters),
        rated_power_w=plant.rated_power_w,
        rated_charge_w=plant.rated_charge_w,
        rated_discharge_w=plant.rated_discharge_w,
        capacity_kwh=plant.capacity_kwh,
        alarms=plant.alarms,
        energy_totals_kwh=plant.counters.totals_kwh,
        energy_since_upgrade_kwh=plant.counters.since_upgrade_kwh,
        energy_today_kwh=plant.counters.today_kwh,
        pv_yesterday_kwh=plant.pv_yesterday_kwh,
        inverters=inverters,
        ac_chargers=tuple(
            AcChargerState(charger.unit, charger.system_state, charger.power_w, charger.energy_kwh)
            for charger in plant.ac_chargers
        ),
    )


def _describe_inverter(plant: SimulatedPlant, inverter: Inverter) -> InverterState:
    battery = inverter.battery
    running_state = plant.running_state(inverter)
    running = running_state is RunningStateCode.RUNNING
    headroom = max(plant.control.charge_cut_off_soc - battery.soc, 0)
    reserve = max(battery.soc - plant.control.discharge_cut_off_soc, 0)
    charger = plant.dc_charger
    hosts_charger = inverter is plant.inverters[0]
    output_w = inverter.pv_w - inverter.battery_w - (charger.power_w if hosts_charger else 0)
    return InverterState(
        unit=inverter.unit,
        model=inverter.model,
        serial_number=inverter.serial_number,
        firmware=plant.firmware,
        running_state=running_state,
        has_battery=inverter.has_battery,
        rated_w=inverter.rating.power_w,
        rated_battery_w=battery.rated_w,
        capacity_kwh=battery.capacity_kwh,
        soc=battery.soc,
        energy_kwh=battery.energy_kwh,
        cell_temperature_c=battery.temperature_c,
        cell_voltage_v=battery.cell_voltage_v(inverter.battery_w),
        internal_temperature_c=plant.weather.temperature_c + 8 + 22 * abs(output_w) / inverter.rating.power_w,
        pv_w=inverter.pv_w,
        battery_w=inverter.battery_w,
        output_w=output_w,
        charge_available_w=battery.charge_available_w() if running and headroom else 0,
        discharge_available_w=battery.discharge_available_w() if running and reserve else 0,
        charge_available_kwh=battery.capacity_kwh * headroom / 100 if running else 0.0,
        discharge_available_kwh=battery.capacity_kwh * reserve / 100 if running else 0.0,
        energy_totals_kwh=inverter.counters.totals_kwh,
        energy_today_kwh=inverter.counters.today_kwh,
        dc_charger_rated_w=charger.rated_w if hosts_charger else 0,
        dc_charger_w=charger.power_w if hosts_charger else 0,
        dc_charged_kwh=charger.charged_kwh if hosts_charger else 0.0,
        dc_discharged_kwh=charger.discharged_kwh if hosts_charger else 0.0,
        vehicle_soc=charger.vehicle_soc if hosts_charger and charger.rated_w else 0.0,
    )


def _supply(plant: SimulatedPlant) -> tuple[float, float]:
    """Return voltage and frequency at the inverters' AC side."""
    if plant.on_off_grid:
        formed = plant.running_state() is RunningStateCode.RUNNING
        return (RATED_VOLTAGE_V, RATED_FREQUENCY_HZ) if formed else (0.0, 0.0)
    return grid_supply(plant.seed, plant.time_s, plant.flows.grid_w)
