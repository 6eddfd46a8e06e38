"""One reading of the plant, in the units and signs that the whole project uses.

Battery power > 0 charges, grid power > 0 imports, PV and house are never negative, and
`grid = house + battery − pv`. A value that the plant does not serve, or that cannot be true, is None.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .message import Message


class AlarmGroup(StrEnum):
    """The part of the plant that an alarm belongs to."""

    PCS = "pcs"
    ESS = "ess"
    GATEWAY = "gateway"
    DC_CHARGER = "dc_charger"
    PLANT = "plant"


class Source(StrEnum):
    """Where a reading came from."""

    MODBUS = "modbus"
    CLOUD = "cloud"


class RunningState(StrEnum):
    """What the plant or an inverter is doing (Sigenergy Modbus Protocol V2.9, appendix 1)."""

    STANDBY = "standby"
    RUNNING = "running"
    FAULT = "fault"
    SHUTDOWN = "shutdown"
    ENVIRONMENTAL_ABNORMALITY = "environmental_abnormality"


class EmsWorkMode(StrEnum):
    """Who decides what the battery does (register 30003)."""

    SELF_CONSUMPTION = "self_consumption"
    AI = "ai"
    TIME_OF_USE = "time_of_use"
    FULL_FEED_IN = "full_feed_in"
    VPP = "vpp"
    REMOTE = "remote"
    CUSTOM = "custom"


class GridStatus(StrEnum):
    """Whether the plant is connected to the grid (register 30009)."""

    ON_GRID = "on_grid"
    OFF_GRID_AUTO = "off_grid_auto"
    OFF_GRID_MANUAL = "off_grid_manual"


class RemoteEmsMode(StrEnum):
    """What a remote controller asked for (register 40031, appendix 6)."""

    PCS_REMOTE = "pcs_remote"
    STANDBY = "standby"
    SELF_CONSUMPTION = "self_consumption"
    CHARGE_GRID_FIRST = "charge_grid_first"
    CHARGE_PV_FIRST = "charge_pv_first"
    DISCHARGE_PV_FIRST = "discharge_pv_first"
    DISCHARGE_ESS_FIRST = "discharge_ess_first"
    VEHICLE_TO_GRID = "vehicle_to_grid"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyCounters:
    """Energies in kWh: lifetime totals, and since local midnight."""

    pv_kwh: float | None = None
    house_kwh: float | None = None
    grid_import_kwh: float | None = None
    grid_export_kwh: float | None = None
    battery_charged_kwh: float | None = None
    battery_discharged_kwh: float | None = None
    pv_today_kwh: float | None = None
    house_today_kwh: float | None = None
    grid_import_today_kwh: float | None = None
    grid_export_today_kwh: float | None = None
    battery_charged_today_kwh: float | None = None
    battery_discharged_today_kwh: float | None = None
    vehicle_charged_kwh: float | None = None
    """What vehicles took from the DC charger; `vehicle_discharged_kwh` is what they gave."""
    vehicle_discharged_kwh: float | None = None
    ac_charger_kwh: float | None = None
    """What the AC chargers took; counted anew since the firmware that brought this counter."""
    generator_kwh: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRegisters:
    """What the control registers hold (40029–40048); a limit of None is no limit."""

    remote_ems_enabled: bool | None = None
    remote_ems_mode: RemoteEmsMode | None = None
    charge_limit_w: int | None = None
    discharge_limit_w: int | None = None
    pv_limit_w: int | None = None
    export_limit_w: int | None = None
    import_limit_w: int | None = None
    backup_soc: float | None = None
    charge_cutoff_soc: float | None = None
    discharge_cutoff_soc: float | None = None
    unread: tuple[str, ...] = ()
    """Those of the above that the plant refused to say: they are None, and what they hold is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PvString:
    """One string of PV panels at an inverter."""

    number: int
    voltage_v: float
    current_a: float

    @property
    def power_w(self) -> int:
        """The power of the string in W."""
        return round(self.voltage_v * self.current_a)


@dataclass(frozen=True, slots=True, kw_only=True)
class InverterTelemetry:
    """One reading of one inverter and of the battery at it."""

    serial_number: str
    running_state: RunningState | None = None
    active_power_w: int | None = None
    battery_power_w: int | None = None
    soc: float | None = None
    state_of_health: float | None = None
    average_cell_temperature_c: float | None = None
    max_cell_temperature_c: float | None = None
    min_cell_temperature_c: float | None = None
    average_cell_voltage_v: float | None = None
    max_cell_voltage_v: float | None = None
    min_cell_voltage_v: float | None = None
    internal_temperature_c: float | None = None
    grid_frequency_hz: float | None = None
    phase_a_voltage_v: float | None = None
    phase_b_voltage_v: float | None = None
    phase_c_voltage_v: float | None = None
    insulation_resistance_mohm: float | None = None
    available_charge_power_w: int | None = None
    available_discharge_power_w: int | None = None
    available_charge_energy_kwh: float | None = None
    available_discharge_energy_kwh: float | None = None
    pack_count: int | None = None
    alarms: Mapping[AlarmGroup, tuple[Message, ...]] = field(default_factory=dict)
    """The alarms by group, without the groups of which nobody can say that there is none."""
    pv_strings: tuple[PvString, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InverterInfo:
    """What an inverter says about itself."""

    unit_id: int
    serial_number: str
    model: str
    firmware: str
    rated_power_w: int | None
    rated_capacity_kwh: float | None = None
    rated_charge_power_w: int | None = None
    has_battery: bool = True
    """False for an inverter that was found to have none."""
    known_as: str | None = None
    """The serial number of the inverter in whose place it is."""

    @property
    def identity(self) -> str:
        """What its device and its entities are known by."""
        return self.known_as or self.serial_number


type ChargerId = str | int
"""The serial number of the inverter that a DC charger is at, or the unit of an AC charger."""

THREE_PHASES_W_PER_A = 690.0
"""What an AC charger takes that does not say it."""


class ChargerState(StrEnum):
    """What a vehicle charger is doing."""

    STARTING = "starting"
    NO_VEHICLE = "no_vehicle"
    CONNECTED = "connected"
    PREPARING = "preparing"
    SCHEDULED = "scheduled"
    CHARGING = "charging"
    DISCHARGING = "discharging"
    FAULT = "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class DcChargerTelemetry:
    """One reading of the DC charger at an inverter; power > 0 charges the vehicle, < 0 feeds the house from it."""

    power_w: int | None
    state: ChargerState | None = None
    vehicle_soc: float | None = None
    vehicle_voltage_v: float | None = None
    session_charged_kwh: float | None = None
    session_discharged_kwh: float | None = None
    session_charging_s: int | None = None
    session_discharging_s: int | None = None
    charged_kwh: float | None = None
    discharged_kwh: float | None = None
    rated_charge_power_w: int | None = None
    rated_discharge_power_w: int | None = None
    charge_limit_w: int | None = None
    discharge_limit_w: int | None = None

    @property
    def most_w(self) -> int | None:
        """The most that it may charge with; None where it does not say."""
        known = [limit_w for limit_w in (self.rated_charge_power_w, self.charge_limit_w) if limit_w is not None]
        return min(known, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcChargerTelemetry:
    """One reading of an AC charger; `alarms` is None where they cannot be read."""

    power_w: int | None
    state: ChargerState | None = None
    energy_kwh: float | None = None
    rated_power_w: int | None = None
    rated_current_a: float | None = None
    """The most it may take: what it or its breaker is rated for."""
    current_limit_a: float | None = None
    alarms: tuple[Message, ...] | None = None
    power_per_a: float = THREE_PHASES_W_PER_A
    """What each ampere comes to in W."""

    @property
    def most_w(self) -> int | None:
        """The most that it may charge with; None where it does not say."""
        known = [amps for amps in (self.rated_current_a, self.current_limit_a) if amps is not None]
        return round(min(known) * self.power_per_a) if known else self.rated_power_w


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartLoad:
    """What a load takes that the plant switches."""

    power_w: int | None
    energy_kwh: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telemetry:
    """One reading of the plant, taken at `timestamp` (aware, UTC)."""

    timestamp: datetime
    source: Source
    soc: float | None
    battery_power_w: int | None
    grid_power_w: int | None
    pv_power_w: int | None
    house_power_w: int | None
    """What the house takes; what vehicles take is not part of it where a charger says it."""
    grid_phase_a_power_w: int | None = None
    grid_phase_b_power_w: int | None = None
    grid_phase_c_power_w: int | None = None
    third_party_pv_power_w: int | None = None
    rated_capacity_kwh: float | None = None
    state_of_health: float | None = None
    rated_charge_power_w: int | None = None
    rated_discharge_power_w: int | None = None
    available_charge_power_w: int | None = None
    available_discharge_power_w: int | None = None
    available_charge_energy_kwh: float | None = None
    available_discharge_energy_kwh: float | None = None
    average_cell_temperature_c: float | None = None
    running_state: RunningState | None = None
    ems_work_mode: EmsWorkMode | None = None
    grid_status: GridStatus | None = None
    energy: EnergyCounters = EnergyCounters()
    control: ControlRegisters = ControlRegisters()
    alarms: Mapping[AlarmGroup, tuple[Message, ...]]
    inverters: Mapping[str, InverterTelemetry]
    """The inverters that answered, by serial number."""
    dc_chargers: Mapping[str, DcChargerTelemetry] = field(default_factory=dict)
    """The DC chargers, by the serial number of the inverter each is at."""
    ac_chargers: Mapping[int, AcChargerTelemetry] = field(default_factory=dict)
    """The AC chargers that answered, by unit."""
    smart_loads: Mapping[int, SmartLoad] = field(default_factory=dict)
    """The smart loads that have counted something, by number."""
    vehicles_unknown: bool = False
    unheard_chargers: tuple[int, ...] = ()
    """The units of chargers whose power has been unknown for so long that the house counts without it; of a DC charger,
    its inverter's."""
    """Whether a charger that is known does not say what it takes."""
    meter_connected: bool | None = None
    clock_off_s: float | None = None
    """By how much the device's clock is ahead of ours; None where it does not say."""
    utc_offset_min: int | None = None
    """The device's own time zone."""

    def charger(self, charger_id: ChargerId) -> DcChargerTelemetry | AcChargerTelemetry | None:
        """Return a charger; None while it does not answer."""
        return self.ac_chargers.get(charger_id) if isinstance(charger_id, int) else self.dc_chargers.get(charger_id)

    @property
    def vehicle_power_w(self) -> int | None:
        """What all vehicles take together, < 0 while they give; None where a charger does not say it, or there is none."""
        powers_w = [charger.power_w for charger in self.dc_chargers.values()]
        powers_w += [charger.power_w for charger in self.ac_chargers.values()]
        known = [power_w for power_w in powers_w if power_w is not None]
        return sum(known) if known and len(known) == len(powers_w) and not self.vehicles_unknown else None

    @property
    def stored_energy_kwh(self) -> float | None:
        """The energy in the battery: rated capacity × state of health × state of charge."""
        if self.rated_capacity_kwh is None or self.soc is None:
            return None
        health = 100.0 if self.state_of_health is None else self.state_of_health
        return self.rated_capacity_kwh * health / 100 * self.soc / 100

    @property
    def cycles(self) -> float | None:
        """Full cycles so far: lifetime discharged energy / rated capacity (there is no counter)."""
        discharged_kwh = self.energy.battery_discharged_kwh
        if discharged_kwh is None or not self.rated_capacity_kwh:
            return None
        return discharged_kwh / self.rated_capacity_kwh

    @property
    def average_cell_voltage_v(self) -> float | None:
        """The mean cell voltage over the inverters."""
        voltages = [
            inverter.average_cell_voltage_v
            for inverter in self.inverters.values()
            if inverter.average_cell_voltage_v is not None
        ]
        return sum(voltages) / len(voltages) if voltages else None
