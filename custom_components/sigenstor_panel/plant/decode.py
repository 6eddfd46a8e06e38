"""Turns what the registers hold into `Telemetry`: units, signs, and only what can be true."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from ..model.message import Message
from ..model.telemetry import (
    THREE_PHASES_W_PER_A,
    AcChargerTelemetry,
    AlarmGroup,
    ChargerState,
    ControlRegisters,
    DcChargerTelemetry,
    EmsWorkMode,
    EnergyCounters,
    GridStatus,
    InverterTelemetry,
    PvString,
    RemoteEmsMode,
    RunningState,
    SmartLoad,
    Source,
    Telemetry,
)
from .alarms import AC_CHARGER_ALARMS, ALARM_REGISTERS, INVERTER_ALARM_REGISTERS, AlarmRegisters, alarms_of
from .energy import EnergyDecoder
from .plausibility import (
    Bounds,
    house_power_w,
    plausible_battery_power_w,
    powers_that_agree,
    pv_power_w,
    within,
)
from .readers import AcChargerReader, InverterReader, PlantReading
from .registers import FIRST_PV_STRINGS, NO_LIMIT, PV_STRINGS, SMART_LOADS, PlantControl, PlantStatus
from .soc import SocGuard

RUNNING_STATES: Mapping[int, RunningState] = {
    0: RunningState.STANDBY,
    1: RunningState.RUNNING,
    2: RunningState.FAULT,
    3: RunningState.SHUTDOWN,
    7: RunningState.ENVIRONMENTAL_ABNORMALITY,
}
EMS_WORK_MODES: Mapping[int, EmsWorkMode] = {
    0: EmsWorkMode.SELF_CONSUMPTION,
    1: EmsWorkMode.AI,
    2: EmsWorkMode.TIME_OF_USE,
    5: EmsWorkMode.FULL_FEED_IN,
    6: EmsWorkMode.VPP,
    7: EmsWorkMode.REMOTE,
    9: EmsWorkMode.CUSTOM,
}
GRID_STATUSES: Mapping[int, GridStatus] = {
    0: GridStatus.ON_GRID,
    1: GridStatus.OFF_GRID_AUTO,
    2: GridStatus.OFF_GRID_MANUAL,
}
REMOTE_EMS_MODES: Mapping[int, RemoteEmsMode] = {
    0: RemoteEmsMode.PCS_REMOTE,
    1: RemoteEmsMode.STANDBY,
    2: RemoteEmsMode.SELF_CONSUMPTION,
    3: RemoteEmsMode.CHARGE_GRID_FIRST,
    4: RemoteEmsMode.CHARGE_PV_FIRST,
    5: RemoteEmsMode.DISCHARGE_PV_FIRST,
    6: RemoteEmsMode.DISCHARGE_ESS_FIRST,
    8: RemoteEmsMode.VEHICLE_TO_GRID,
}

AC_CHARGER_STATES: Mapping[int, ChargerState] = {
    0: ChargerState.STARTING,
    1: ChargerState.NO_VEHICLE,
    2: ChargerState.CONNECTED,
    3: ChargerState.CONNECTED,
    4: ChargerState.CHARGING,
    5: ChargerState.CHARGING,
    6: ChargerState.FAULT,
    7: ChargerState.FAULT,
}
"""Appendix 7: starting, then the states A, B1, B2, C1, C2, F and E of IEC 61851-1."""

DC_CHARGER_STATES: Mapping[int, ChargerState] = {
    0: ChargerState.NO_VEHICLE,
    1: ChargerState.CONNECTED,
    2: ChargerState.PREPARING,
    3: ChargerState.CHARGING,
    4: ChargerState.FAULT,
    5: ChargerState.SCHEDULED,
}

UNHEARD_AFTER = timedelta(minutes=15)
"""How long the house is unknown for want of a charger's power: an AC charger was asked three times by then."""

_PV_NOISE_W = 50
"""An input for third-party PV that nothing is connected to may show a few W."""

_SAME_CLOCK_S = 300
_EARLIEST_CLOCK_S = 1_500_000_000
"""A clock before this was never set."""


class TelemetryDecoder:
    """Decodes one reading after the other, remembering what it needs of those before."""

    def __init__(self, poll_s: float = 10.0) -> None:
        """Start without a history; `poll_s` is how often the plant is read."""
        self.energy = EnergyDecoder()
        self._soc = SocGuard(poll_s)
        self._has_third_party_pv = False
        self._unheard_since: dict[int, datetime] = {}
        self.rated_w: int | None = None
        """What the inverters are rated for together, those that never answered left out."""

    def decode(self, reading: PlantReading, zone: tzinfo) -> Telemetry:
        """Return what a reading says; `zone` is the plant's."""
        status, answering, now = reading.status, reading.answering, reading.taken_at
        local = now.astimezone(zone)
        self.rated_w = max(_rated_w(reading.inverters) or 0, self.rated_w or 0) or None
        bounds = Bounds(self.rated_w)
        rated_charge_w, rated_discharge_w = (
            bounds.limit_w(raw_w) for raw_w in (status.rated_charge_power, status.rated_discharge_power)
        )
        dc_chargers, ac_chargers = self._chargers(reading, bounds)
        chargers: dict[int, DcChargerTelemetry | AcChargerTelemetry | None] = {
            inverter.unit_id: dc_chargers.get(inverter.info.serial_number)
            for inverter in reading.inverters
            if inverter.has_dc_charger
        }
        chargers |= {reader.unit_id: ac_chargers.get(reader.unit_id) for reader in reading.ac_chargers}
        powers_w = {unit_id: None if charger is None else charger.power_w for unit_id, charger in chargers.items()}
        unheard = self._unheard(powers_w, now)
        # What is not said is unknown, not nothing, until that has gone on for too long.
        vehicles = [0 if unit_id in unheard else power_w for unit_id, power_w in powers_w.items()]
        charged_kwh = {f"dc_charger_{serial}": charger.charged_kwh for serial, charger in dc_chargers.items()}
        charged_kwh |= {f"ac_charger_{unit_id}": charger.energy_kwh for unit_id, charger in ac_chargers.items()}
        # One that counts nothing takes nothing away.
        charged_kwh = {charger: kwh for charger, kwh in charged_kwh.items() if kwh is not None}
        if any(charger is None and unit_id not in unheard for unit_id, charger in chargers.items()):
            charged_kwh["silent"] = None
        grid_w, battery_w, own_pv_w, third_party_w = powers_that_agree(
            (
                None if _meter_is_lost(status) else bounds.power_w(status.grid_power),
                plausible_battery_power_w(status.battery_power, rated_charge_w, rated_discharge_w, bounds.most_w),
                bounds.power_w(status.own_pv_power),
                bounds.power_w(status.third_party_pv_power),
            ),
            status.total_load_power,
        )
        self._has_third_party_pv = (
            self._has_third_party_pv or self.energy.has_third_party_pv or (third_party_w or 0) > _PV_NOISE_W
        )
        pv_w = pv_power_w(own_pv_w, third_party_w, bounds.most_w, has_third_party=self._has_third_party_pv)
        phases_w = [
            _not_all_ones(None if grid_w is None else bounds.power_w(power_w))
            for power_w in (status.grid_phase_a_power, status.grid_phase_b_power, status.grid_phase_c_power)
        ]
        clock_off_s = _clock_off_s(status, local)
        capacity_kwh = bounds.capacity_kwh(status.rated_capacity)
        return Telemetry(
            timestamp=now,
            source=Source.MODBUS,
            soc=self._soc.accept(
                status.soc,
                now,
                of_inverters=_soc_of(answering),
                capacity_kwh=capacity_kwh,
                rated_w=max(rated_charge_w or 0, rated_discharge_w or 0),
            ),
            battery_power_w=battery_w,
            grid_power_w=grid_w,
            pv_power_w=pv_w,
            house_power_w=house_power_w(
                _reported_house_w(status, vehicles),
                grid_w=grid_w,
                pv_w=pv_w,
                battery_w=battery_w,
                vehicles_w=None if None in vehicles else sum(power_w or 0 for power_w in vehicles),
                most_w=bounds.most_w,
            ),
            third_party_pv_power_w=third_party_w,
            grid_phase_a_power_w=phases_w[0],
            grid_phase_b_power_w=phases_w[1],
            grid_phase_c_power_w=phases_w[2],
            rated_capacity_kwh=capacity_kwh,
            state_of_health=within(status.state_of_health, 1, 100),
            rated_charge_power_w=rated_charge_w,
            rated_discharge_power_w=rated_discharge_w,
            available_charge_power_w=bounds.limit_w(status.available_charge_power),
            available_discharge_power_w=bounds.limit_w(status.available_discharge_power),
            available_charge_energy_kwh=bounds.stored_kwh(status.available_charge_energy),
            available_discharge_energy_kwh=bounds.stored_kwh(status.available_discharge_energy),
            average_cell_temperature_c=_average_cell_temperature_c(status, answering),
            running_state=_named(RUNNING_STATES, status.running_state),
            ems_work_mode=_named(EMS_WORK_MODES, status.ems_work_mode),
            grid_status=_named(GRID_STATUSES, status.on_off_grid),
            energy=self.energy.decode(
                reading,
                bounds,
                local=local,
                clock_agrees=_same_clock(status, clock_off_s, local),
                vehicles_kwh=charged_kwh,
            ),
            control=control_registers(reading.control, bounds),
            alarms=_alarms(status, ALARM_REGISTERS),
            inverters={reader.info.serial_number: _inverter(reader, bounds) for reader in answering},
            dc_chargers=dc_chargers,
            ac_chargers=ac_chargers,
            smart_loads=self._smart_loads(reading, bounds),
            vehicles_unknown=None in powers_w.values(),
            unheard_chargers=unheard,
            meter_connected=None if status.meter_status is None else status.meter_status == 1,
            clock_off_s=clock_off_s,
            utc_offset_min=within(status.system_time_zone, -14 * 60, 14 * 60),
        )

    def _unheard(self, powers_w: Mapping[int, int | None], now: datetime) -> tuple[int, ...]:
        """Return the units of the chargers that have not said for too long what they take."""
        self._unheard_since = {
            unit_id: self._unheard_since.get(unit_id, now) for unit_id, power_w in powers_w.items() if power_w is None
        }
        return tuple(unit_id for unit_id, since in self._unheard_since.items() if now - since >= UNHEARD_AFTER)

    def _chargers(
        self, reading: PlantReading, bounds: Bounds
    ) -> tuple[dict[str, DcChargerTelemetry], dict[int, AcChargerTelemetry]]:
        """Return the chargers that answered, with what they counted."""
        now = reading.taken_at
        dc_chargers: dict[str, DcChargerTelemetry] = {}
        for reader in reading.answering:
            if reader.dc_charger_answered:
                serial, counters = reader.info.serial_number, reader.dc_charger
                dc_chargers[serial] = replace(
                    _dc_charger(reader, bounds),
                    charged_kwh=self.energy.count(f"dc_charger_{serial}_charged", counters.charged_energy, bounds, now),
                    discharged_kwh=self.energy.count(
                        f"dc_charger_{serial}_discharged", counters.discharged_energy, bounds, now
                    ),
                )
        ac_chargers = {
            charger.unit_id: replace(
                _ac_charger(charger, bounds),
                energy_kwh=self.energy.count(f"ac_charger_{charger.unit_id}", charger.status.energy, bounds, now),
            )
            for charger in reading.ac_chargers
            if charger.answered
        }
        return dc_chargers, ac_chargers

    def _smart_loads(self, reading: PlantReading, bounds: Bounds) -> dict[int, SmartLoad]:
        """Return the smart loads that have counted something, now or before a restart."""
        loads: dict[int, SmartLoad] = {}
        for number in SMART_LOADS:
            key = f"smart_load_{number}"
            if number in reading.smart_loads_in_use or self.energy.has_counted(key):
                power_w = bounds.power_w(getattr(reading.smart_loads, f"power_{number}", None))
                energy_kwh = getattr(reading.smart_loads, f"energy_{number}", None)
                loads[number] = SmartLoad(
                    power_w=_not_all_ones(power_w),
                    energy_kwh=self.energy.count(key, energy_kwh, bounds, reading.taken_at),
                )
        return loads

    @property
    def lacks_midnight(self) -> bool:
        """Whether the energy of the grid since midnight is not known, for want of what its totals were then."""
        return self.energy.lacks_midnight

    def recall_midnight(self, day: date, at_midnight: Mapping[str, float], energy: EnergyCounters) -> None:
        """Take the totals in kWh that were recorded at the start of a day for those that the decoder lacks."""
        self.energy.recall_midnight(day, at_midnight, energy)

    def memory(self) -> dict[str, Any]:
        """Return what must survive a restart, as JSON."""
        return self.energy.memory()

    def remember(self, memory: Mapping[str, Mapping[str, Any]]) -> None:
        """Take up what `memory` returned before a restart."""
        self.energy.remember(memory)


def _reported_house_w(status: PlantStatus, vehicles: list[int | None]) -> int | None:
    """Return what the plant says the house takes: the general load has no chargers, the total what vehicles take."""
    total_w, general_w = status.total_load_power, status.general_load_power
    if total_w is None or None in vehicles or (vehicles and general_w is not None):
        return general_w
    return total_w - sum(max(0, power_w or 0) for power_w in vehicles)


def _not_all_ones(power_w: int | None) -> int | None:
    """Return a power that nothing else can confirm: all ones are −1 W, too."""
    return None if power_w == -1 else power_w


def _meter_is_lost(status: PlantStatus) -> bool:
    """Return whether the grid's power reads 0 for want of a meter."""
    return status.meter_status == 0 and status.grid_power == 0


def _clock_off_s(status: PlantStatus, local: datetime) -> float | None:
    """Return by how much the device's clock is ahead, be it UTC or the home's local time; None where it says nothing."""
    time_s = status.system_time
    if time_s is None or time_s < _EARLIEST_CLOCK_S:
        return None
    ahead_s = time_s - local.timestamp()
    return min(ahead_s, ahead_s - _offset_s(local), key=abs)


def _offset_s(local: datetime) -> float:
    return (local.utcoffset() or timedelta(0)).total_seconds()


def _same_clock(status: PlantStatus, clock_off_s: float | None, local: datetime) -> bool:
    """Return whether the device's days may be taken for the home's, as far as its clock says."""
    if clock_off_s is None:
        return True
    zone_min = status.system_time_zone
    same_zone = zone_min is None or zone_min * 60 == _offset_s(local)
    return same_zone and abs(clock_off_s) <= _SAME_CLOCK_S


def _soc_of(inverters: Iterable[InverterReader]) -> float | None:
    """Return the state of charge by the inverters that have a battery, weighted by what each holds."""
    known = [
        (reader.status.soc, reader.identity.rated_capacity or 1.0)
        for reader in inverters
        if reader.has_battery and reader.status.soc is not None
    ]
    weight = sum(capacity for _, capacity in known)
    return sum(soc * capacity for soc, capacity in known) / weight if weight else None


def _named[T](names: Mapping[int, T], code: int | None) -> T | None:
    return None if code is None else names.get(code)


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 1) if known else None


def _average_cell_temperature_c(status: PlantStatus, inverters: Iterable[InverterReader]) -> float | None:
    """Return the plant's own average (V2.9 firmware), else the mean over its inverters."""
    if (own := _temperature(status.average_cell_temperature)) is not None:
        return own
    return _mean([_temperature(reader.status.average_cell_temperature) for reader in inverters if reader.has_battery])


def _temperature(value: float | None) -> float | None:
    return within(value, -40, 120)


def _cell_voltage(value: float | None) -> float | None:
    return within(value, 0.5, 5)


def control_registers(control: PlantControl, bounds: Bounds = Bounds(NO_LIMIT)) -> ControlRegisters:  # noqa: B008  frozen
    """Return what the control registers held when they were last read; a limit beyond the bounds is none."""
    enabled = control.remote_ems_enabled
    return ControlRegisters(
        remote_ems_enabled=None if enabled is None else enabled == 1,
        remote_ems_mode=_named(REMOTE_EMS_MODES, control.remote_ems_mode),
        charge_limit_w=bounds.limit_w(control.charge_limit),
        discharge_limit_w=bounds.limit_w(control.discharge_limit),
        pv_limit_w=bounds.limit_w(control.pv_limit),
        export_limit_w=bounds.limit_w(control.export_limit),
        import_limit_w=bounds.limit_w(control.import_limit),
        backup_soc=within(control.backup_soc, 0, 100),
        charge_cutoff_soc=within(control.charge_cutoff_soc, 0, 100),
        discharge_cutoff_soc=within(control.discharge_cutoff_soc, 0, 100),
        unread=tuple(name for name in _CONTROL_REGISTERS if name.removesuffix("_w") not in control.resolved_fields),
    )


_CONTROL_REGISTERS = tuple(field.name for field in fields(ControlRegisters) if field.name != "unread")


def _alarms(status: object, registers_of: AlarmRegisters) -> dict[AlarmGroup, tuple[Message, ...]]:
    """Return the alarms by group, without the groups of which nobody can say that there is none."""
    alarms = {group: alarms_of(status, registers) for group, registers in registers_of.items()}
    return {group: names for group, names in alarms.items() if names is not None}


def _rated_w(inverters: Iterable[InverterReader]) -> int | None:
    return sum(inverter.info.rated_power_w or 0 for inverter in inverters) or None


def charger_of(
    reader: InverterReader | AcChargerReader, inverters: Iterable[InverterReader]
) -> DcChargerTelemetry | AcChargerTelemetry:
    """Return what was read last of a charger of a plant with these inverters, without what it has counted."""
    bounds = Bounds(_rated_w(inverters))
    return _dc_charger(reader, bounds) if isinstance(reader, InverterReader) else _ac_charger(reader, bounds)


def _dc_charger(reader: InverterReader, bounds: Bounds) -> DcChargerTelemetry:
    charger, limits = reader.dc_charger, reader.dc_charger_control
    state = _named(DC_CHARGER_STATES, charger.state)
    power_w = _not_all_ones(bounds.power_w(charger.power))
    if state is ChargerState.CHARGING and power_w is not None and power_w < 0:
        state = ChargerState.DISCHARGING
    return DcChargerTelemetry(
        power_w=power_w,
        state=state,
        vehicle_soc=within(charger.vehicle_soc, 0, 100),
        vehicle_voltage_v=within(charger.vehicle_voltage, 0, 1500),
        session_charged_kwh=bounds.day_kwh(charger.session_charged_energy),
        session_charging_s=charger.session_charging_time,
        session_discharging_s=charger.session_discharging_time,
        session_discharged_kwh=bounds.day_kwh(charger.session_discharged_energy),
        rated_charge_power_w=bounds.limit_w(charger.rated_charge_power),
        rated_discharge_power_w=bounds.limit_w(charger.rated_discharge_power),
        charge_limit_w=bounds.limit_w(limits.charge_limit),
        discharge_limit_w=bounds.limit_w(limits.discharge_limit),
    )


def _ac_charger(reader: AcChargerReader, bounds: Bounds) -> AcChargerTelemetry:
    status = reader.status
    rated_a, breaker_a = (within(amps, 0, 1000) for amps in (status.rated_current, status.breaker_current))
    rated_w = bounds.limit_w(status.rated_power)
    return AcChargerTelemetry(
        power_w=within(status.power, 0, bounds.most_w),
        state=_named(AC_CHARGER_STATES, status.state),
        rated_power_w=rated_w,
        rated_current_a=min((amps for amps in (rated_a, breaker_a) if amps), default=None),
        current_limit_a=within(reader.control.current_limit, 0, 1000),
        alarms=alarms_of(status, AC_CHARGER_ALARMS),
        power_per_a=rated_w / rated_a if rated_w and rated_a else THREE_PHASES_W_PER_A,
    )


def _inverter(reader: InverterReader, bounds: Bounds) -> InverterTelemetry:
    status, electrical = reader.status, reader.electrical
    return InverterTelemetry(
        serial_number=reader.info.serial_number,
        running_state=_named(RUNNING_STATES, status.running_state),
        active_power_w=bounds.power_w(status.active_power),
        internal_temperature_c=_temperature(electrical.internal_temperature),
        grid_frequency_hz=within(electrical.grid_frequency, 40, 70),
        phase_a_voltage_v=within(electrical.phase_a_voltage, 0, 1000),
        phase_b_voltage_v=within(electrical.phase_b_voltage, 0, 1000),
        phase_c_voltage_v=within(electrical.phase_c_voltage, 0, 1000),
        insulation_resistance_mohm=within(electrical.insulation_resistance, 0, 65),
        alarms=_alarms(status, INVERTER_ALARM_REGISTERS),
        pv_strings=_pv_strings(reader),
        **(_battery_of(reader, bounds) if reader.has_battery else {}),
    )


def _battery_of(reader: InverterReader, bounds: Bounds) -> dict[str, Any]:
    status = reader.status
    return {
        "battery_power_w": bounds.power_w(status.battery_power),
        "soc": within(status.soc, 0, 100),
        "state_of_health": within(status.state_of_health, 1, 100),
        "average_cell_temperature_c": _temperature(status.average_cell_temperature),
        "max_cell_temperature_c": _temperature(status.max_cell_temperature),
        "min_cell_temperature_c": _temperature(status.min_cell_temperature),
        "average_cell_voltage_v": _cell_voltage(status.average_cell_voltage),
        "max_cell_voltage_v": _cell_voltage(status.max_cell_voltage),
        "min_cell_voltage_v": _cell_voltage(status.min_cell_voltage),
        "available_charge_power_w": bounds.limit_w(status.available_charge_power),
        "available_discharge_power_w": bounds.limit_w(status.available_discharge_power),
        "available_charge_energy_kwh": bounds.stored_kwh(status.available_charge_energy),
        "available_discharge_energy_kwh": bounds.stored_kwh(status.available_discharge_energy),
        "pack_count": reader.electrical.pack_count,
    }


def _pv_strings(reader: InverterReader) -> tuple[PvString, ...]:
    components = [
        (number, reader.electrical if number in FIRST_PV_STRINGS else reader.strings) for number in PV_STRINGS
    ]
    readings = (
        (number, getattr(component, f"pv{number}_voltage", None), getattr(component, f"pv{number}_current", None))
        for number, component in components[: reader.electrical.string_count or 0]
    )
    # At dusk both are a digit or two below 0; all ones at both is a string that nobody knows.
    return tuple(
        PvString(number=number, voltage_v=max(0.0, voltage_v), current_a=max(0.0, current_a))
        for number, voltage_v, current_a in readings
        if voltage_v is not None and current_a is not None and not (voltage_v == -0.1 and current_a == -0.01)
    )
