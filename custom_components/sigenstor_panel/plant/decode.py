"""Turns what the registers hold into `Telemetry`: units, signs, and only what can be true."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ..model.telemetry import (
    AlarmGroup,
    ControlRegisters,
    EmsWorkMode,
    EnergyCounters,
    GridStatus,
    InverterTelemetry,
    PvString,
    RemoteEmsMode,
    RunningState,
    Source,
    Telemetry,
)
from .alarms import ALARM_REGISTERS, active_alarms
from .client import InverterReader, PlantClient
from .plausibility import (
    CounterGuard,
    DailyDifference,
    house_power_w,
    near_midnight,
    plausible_battery_power_w,
    plausible_power_w,
    pv_power_w,
    within,
)
from .registers import NO_LIMIT_WRITABLE, PlantControl, PlantStatus

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

_SAME_HOUSE_KWH = 0.5
"""How far a midnight that was recorded may be from what the house itself counted since."""

_MAX_STRINGS = 4
"""PV strings 1–4 share a block with the grid connection; larger inverters are read up to here."""

_GRID_TOTALS = ("grid_import", "grid_export")


class TelemetryDecoder:
    """Decodes one reading after the other, remembering the counters in between."""

    def __init__(self) -> None:
        """Start without a history."""
        self._guard = CounterGuard()
        self._daily = {key: DailyDifference() for key in (*_GRID_TOTALS, "third_party_pv")}

    def decode(self, client: PlantClient, *, now: datetime, local: datetime) -> Telemetry:
        """Return the client's last reading, taken at `now` (UTC), which is `local` at the plant."""
        status = client.status
        answering = [reader for reader in client.inverters if reader.answered]
        grid_w = plausible_power_w(status.grid_power)
        battery_w = plausible_battery_power_w(
            status.battery_power, status.rated_charge_power, status.rated_discharge_power
        )
        pv_w = pv_power_w(status.own_pv_power, status.third_party_pv_power)
        reported_house_w = status.general_load_power if status.total_load_power is None else status.total_load_power
        return Telemetry(
            timestamp=now,
            source=Source.MODBUS,
            soc=within(status.soc, 0, 100),
            battery_power_w=battery_w,
            grid_power_w=grid_w,
            pv_power_w=pv_w,
            house_power_w=house_power_w(reported_house_w, grid_w=grid_w, pv_w=pv_w, battery_w=battery_w),
            third_party_pv_power_w=plausible_power_w(status.third_party_pv_power),
            rated_capacity_kwh=within(status.rated_capacity, 0.1, 100_000),
            state_of_health=within(status.state_of_health, 1, 100),
            rated_charge_power_w=plausible_power_w(status.rated_charge_power),
            rated_discharge_power_w=plausible_power_w(status.rated_discharge_power),
            available_charge_power_w=plausible_power_w(status.available_charge_power),
            available_discharge_power_w=plausible_power_w(status.available_discharge_power),
            available_charge_energy_kwh=within(status.available_charge_energy, 0, 100_000),
            available_discharge_energy_kwh=within(status.available_discharge_energy, 0, 100_000),
            average_cell_temperature_c=_average_cell_temperature_c(status, answering),
            running_state=_named(RUNNING_STATES, status.running_state),
            ems_work_mode=_named(EMS_WORK_MODES, status.ems_work_mode),
            grid_status=_named(GRID_STATUSES, status.on_off_grid),
            energy=self._energy(client, now, local),
            control=control_registers(client.control),
            alarms=_alarms(status),
            inverters={reader.info.serial_number: _inverter(reader) for reader in answering},
        )

    def _energy(self, client: PlantClient, now: datetime, local: datetime) -> EnergyCounters:
        status, inverters = client.status, client.inverters
        midnight, today = near_midnight(local), local.date()

        def total(key: str, value: float | None) -> float | None:
            return self._guard.accept(key, value, now)

        def daily(key: str, value: float | None, lifetime: float | None) -> float | None:
            # Counters that read 0 for a moment do so all at once.
            return self._guard.accept(key, value, now, may_be_zero=bool(lifetime), may_restart=midnight)

        own_pv = total("own_pv", status.own_pv_energy)
        other_pv = total("third_party_pv", status.third_party_pv_energy or None)
        grid_import = total("grid_import", status.grid_import_energy)
        grid_export = total("grid_export", status.grid_export_energy)
        own_pv_today = status.pv_energy_today
        if own_pv_today is None:
            own_pv_today = _sum_all([reader.pv_energy.pv_energy_today for reader in inverters])
        return EnergyCounters(
            pv_kwh=_plus(own_pv, other_pv),
            house_kwh=total("house", status.house_energy),
            grid_import_kwh=grid_import,
            grid_export_kwh=grid_export,
            battery_charged_kwh=total("battery_charged", status.battery_charged_energy),
            battery_discharged_kwh=total("battery_discharged", status.battery_discharged_energy),
            pv_today_kwh=_plus(
                daily("own_pv_today", own_pv_today, status.own_pv_energy),
                self._daily["third_party_pv"].since_midnight(other_pv, today),
            ),
            house_today_kwh=daily("house_today", status.house_energy_today, status.house_energy),
            grid_import_today_kwh=self._daily["grid_import"].since_midnight(grid_import, today),
            grid_export_today_kwh=self._daily["grid_export"].since_midnight(grid_export, today),
            battery_charged_today_kwh=daily(
                "battery_charged_today",
                _sum_all([reader.status.battery_charged_energy_today for reader in inverters]),
                status.battery_charged_energy,
            ),
            battery_discharged_today_kwh=daily(
                "battery_discharged_today",
                _sum_all([reader.status.battery_discharged_energy_today for reader in inverters]),
                status.battery_discharged_energy,
            ),
        )

    @property
    def lacks_midnight(self) -> bool:
        """Whether the energy of the grid since midnight is not known, for want of what its totals were then."""
        return any(self._daily[key].day and self._daily[key].at_midnight is None for key in _GRID_TOTALS)

    def recall_midnight(self, day: date, at_midnight: Mapping[str, float], energy: EnergyCounters) -> None:
        """Take the totals in kWh that were recorded at the start of a day for those that the decoder lacks.

        The house has a daily counter of its own: a midnight at which nothing was recorded disagrees with it.
        """
        house_kwh = at_midnight.get("house")
        if house_kwh is None or energy.house_kwh is None or energy.house_today_kwh is None:
            return
        if abs(energy.house_kwh - house_kwh - energy.house_today_kwh) > _SAME_HOUSE_KWH:
            return
        for key in _GRID_TOTALS:
            daily = self._daily[key]
            if daily.day == day and daily.at_midnight is None:
                daily.at_midnight = at_midnight.get(key)

    def memory(self) -> dict[str, Any]:
        """Return what must survive a restart, as JSON: the totals at midnight."""
        return {
            key: {"day": difference.day.isoformat(), "at_midnight": difference.at_midnight, "latest": difference.latest}
            for key, difference in self._daily.items()
            if difference.day is not None
        }

    def remember(self, memory: Mapping[str, Mapping[str, Any]]) -> None:
        """Take up what `memory` returned before a restart."""
        for key, values in memory.items():
            if key in self._daily:
                self._daily[key] = DailyDifference(
                    day=date.fromisoformat(values["day"]), at_midnight=values["at_midnight"], latest=values["latest"]
                )


def _named[T](names: Mapping[int, T], code: int | None) -> T | None:
    return None if code is None else names.get(code)


def _sum_all(values: list[float | None]) -> float | None:
    """Return the sum, None when a part of it is unknown: a sum that lacks an inverter would fall."""
    known = [value for value in values if value is not None]
    return round(sum(known), 2) if known and len(known) == len(values) else None


def _plus(value: float | None, extra: float | None) -> float | None:
    return value if value is None or extra is None else round(value + extra, 2)


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 1) if known else None


def _average_cell_temperature_c(status: PlantStatus, inverters: list[InverterReader]) -> float | None:
    """Return the plant's own average (V2.9 firmware), else the mean over its inverters."""
    if (own := _temperature(status.average_cell_temperature)) is not None:
        return own
    return _mean([_temperature(reader.status.average_cell_temperature) for reader in inverters])


def _temperature(value: float | None) -> float | None:
    return within(value, -40, 120)


def _cell_voltage(value: float | None) -> float | None:
    return within(value, 0.5, 5)


def control_registers(control: PlantControl) -> ControlRegisters:
    """Return what the control registers held when they were last read."""
    enabled = control.remote_ems_enabled
    return ControlRegisters(
        remote_ems_enabled=None if enabled is None else enabled == 1,
        remote_ems_mode=_named(REMOTE_EMS_MODES, control.remote_ems_mode),
        charge_limit_w=_limit_w(control.charge_limit),
        discharge_limit_w=_limit_w(control.discharge_limit),
        pv_limit_w=_limit_w(control.pv_limit),
        export_limit_w=_limit_w(control.export_limit),
        import_limit_w=_limit_w(control.import_limit),
        backup_soc=within(control.backup_soc, 0, 100),
        charge_cutoff_soc=within(control.charge_cutoff_soc, 0, 100),
        discharge_cutoff_soc=within(control.discharge_cutoff_soc, 0, 100),
    )


def _limit_w(raw_w: int | None) -> int | None:
    return None if raw_w == NO_LIMIT_WRITABLE else raw_w


def _alarms(status: PlantStatus) -> dict[AlarmGroup, tuple[str, ...]]:
    return {
        group: tuple(
            alarm for field, meanings in registers for alarm in active_alarms(getattr(status, field) or 0, meanings)
        )
        for group, registers in ALARM_REGISTERS.items()
    }


def _inverter(reader: InverterReader) -> InverterTelemetry:
    status, electrical = reader.status, reader.electrical
    return InverterTelemetry(
        serial_number=reader.info.serial_number,
        running_state=_named(RUNNING_STATES, status.running_state),
        active_power_w=plausible_power_w(status.active_power),
        battery_power_w=plausible_power_w(status.battery_power),
        soc=within(status.soc, 0, 100),
        state_of_health=within(status.state_of_health, 1, 100),
        average_cell_temperature_c=_temperature(status.average_cell_temperature),
        max_cell_temperature_c=_temperature(status.max_cell_temperature),
        min_cell_temperature_c=_temperature(status.min_cell_temperature),
        average_cell_voltage_v=_cell_voltage(status.average_cell_voltage),
        max_cell_voltage_v=_cell_voltage(status.max_cell_voltage),
        min_cell_voltage_v=_cell_voltage(status.min_cell_voltage),
        internal_temperature_c=_temperature(electrical.internal_temperature),
        grid_frequency_hz=within(electrical.grid_frequency, 40, 70),
        phase_a_voltage_v=within(electrical.phase_a_voltage, 0, 1000),
        phase_b_voltage_v=within(electrical.phase_b_voltage, 0, 1000),
        phase_c_voltage_v=within(electrical.phase_c_voltage, 0, 1000),
        insulation_resistance_mohm=within(electrical.insulation_resistance, 0, 65),
        pack_count=electrical.pack_count,
        pv_strings=_pv_strings(reader),
    )


def _pv_strings(reader: InverterReader) -> tuple[PvString, ...]:
    electrical = reader.electrical
    readings = (
        (number, getattr(electrical, f"pv{number}_voltage"), getattr(electrical, f"pv{number}_current"))
        for number in range(1, min(electrical.string_count or 0, _MAX_STRINGS) + 1)
    )
    return tuple(
        PvString(number=number, voltage_v=voltage_v, current_a=current_a)
        for number, voltage_v, current_a in readings
        if voltage_v is not None and current_a is not None
    )
