"""The registers that are read, as typed components.

Addresses, types and gains: Sigenergy Modbus Protocol V2.9. Power registers have gain 1000 on kW,
so their raw value is the power in W; energies have gain 100 on kWh.

Every component is one read tier of one unit. `register_ranges` are the blocks that one request covers:
a block may span reserved gaps, and holds at most 124 registers.
"""

from modbus_connection.model import Component, NumberField, gauge, int32, integer, string, uint32, uint64

NO_LIMIT = 0xFFFF_FFFF
"""What an unset limit reads: "no limit", never 4 294 967 kW."""

NO_LIMIT_WRITABLE = 0xFFFF_FFFE
"""What other integrations write for "no limit", where the plant refuses `NO_LIMIT`; read as that too."""

MAX_REGISTERS_PER_READ = 124


def _unset(registers: int) -> frozenset[int]:
    """Return what a number reads that the device does not know: all ones, or all ones but the sign."""
    ones = (1 << 16 * registers) - 1
    return frozenset({ones, ones >> 1})


def _power(address: int) -> NumberField[int]:
    """A signed power in W; all ones are −1 W too, which only the other powers can tell apart."""
    return int32(address, unit="W", nan=_unset(2) - {0xFFFF_FFFF} | {0x8000_0000})


def _power_limit(address: int, *, writable: bool = False) -> NumberField[int]:
    """An unsigned power in W, None while no limit is set."""
    return uint32(address, unit="W", nan=_unset(2) | {NO_LIMIT_WRITABLE}, writable=writable)


def _energy(address: int) -> NumberField[float]:
    """An energy in kWh from a 32-bit counter."""
    return uint32(address, scale=0.01, unit="kWh", nan=_unset(2))


def _lifetime_energy(address: int) -> NumberField[float]:
    """An energy in kWh from a 64-bit counter, which may be a 32-bit one inside."""
    return uint64(address, scale=0.01, unit="kWh", nan=_unset(4) | _unset(2))


def _code(address: int, *, writable: bool = False) -> NumberField[int]:
    """A state code or a set of alarm bits."""
    return integer(address, signed=False, nan=_unset(1), writable=writable)


def _percent(address: int, *, writable: bool = False) -> NumberField[float]:
    """A percentage from 0 to 100."""
    return gauge(address, 0.1, signed=False, unit="%", nan=_unset(1), writable=writable)


def _temperature(address: int) -> NumberField[float]:
    """A temperature in °C."""
    return gauge(address, 0.1, unit="°C", nan=_unset(1) | {0x8000})


def _voltage(address: int) -> NumberField[float]:
    """A voltage of the grid in V."""
    return uint32(address, scale=0.01, unit="V", nan=_unset(2))


def _cell_voltage(address: int) -> NumberField[float]:
    """A cell voltage in V."""
    return gauge(address, 0.001, signed=False, unit="V", nan=_unset(1))


def _string_voltage(address: int) -> NumberField[float]:
    """The voltage of a PV string in V; all ones are −0.1 V too."""
    return gauge(address, 0.1, unit="V", nan=0x7FFF)


def _string_current(address: int) -> NumberField[float]:
    """The current of a PV string in A; all ones are −0.01 A too."""
    return gauge(address, 0.01, unit="A", nan=0x7FFF)


class SigenComponent(Component):
    """A part of a SigenStor that is read in as few requests as the device allows."""

    max_span = MAX_REGISTERS_PER_READ

    required: frozenset[str] = frozenset()
    """Fields that every SigenStor has; without them the device is something else."""

    optional: bool = False
    """Whether a device may lack all of it. Otherwise a refusal of everything means that the unit is away."""


class PlantStatus(SigenComponent):
    """Everything the plant reports (unit 247, input registers, two requests).

    Counters and health ride along with the power readings: they sit in the same two blocks.
    """

    register_space = "input"
    register_ranges = ((30000, 30097), (30194, 30286))
    required = frozenset({"grid_power", "soc", "own_pv_power", "battery_power"})

    system_time = uint32(30000, unit="s", nan=_unset(2))
    system_time_zone = integer(30002, unit="min", nan=_unset(1) | {0x8000})
    ems_work_mode = _code(30003)
    meter_status = _code(30004)
    grid_power = _power(30005)
    on_off_grid = _code(30009)
    soc = _percent(30014)
    alarm_1 = _code(30027)
    alarm_2 = _code(30028)
    alarm_3 = _code(30029)
    alarm_4 = _code(30030)
    own_pv_power = _power(30035)
    battery_power = _power(30037)
    available_charge_power = _power_limit(30047)
    available_discharge_power = _power_limit(30049)
    running_state = _code(30051)
    grid_phase_a_power = _power(30052)
    grid_phase_b_power = _power(30054)
    grid_phase_c_power = _power(30056)
    available_charge_energy = _energy(30064)
    available_discharge_energy = _energy(30066)
    rated_charge_power = _power_limit(30068)
    rated_discharge_power = _power_limit(30070)
    alarm_5 = _code(30072)
    rated_capacity = _energy(30083)
    state_of_health = _percent(30087)
    own_pv_energy = _lifetime_energy(30088)
    house_energy_today = _energy(30092)
    house_energy = _lifetime_energy(30094)
    third_party_pv_power = _power(30194)
    third_party_pv_energy = _lifetime_energy(30196)
    battery_charged_energy = _lifetime_energy(30200)
    battery_discharged_energy = _lifetime_energy(30204)
    dc_charger_charged_energy = _lifetime_energy(30208)
    dc_charger_discharged_energy = _lifetime_energy(30212)
    grid_import_energy = _lifetime_energy(30216)
    grid_export_energy = _lifetime_energy(30220)
    generator_energy = _lifetime_energy(30224)
    common_load_energy = _lifetime_energy(30228)
    ac_charger_energy = _lifetime_energy(30232)
    pv_energy_today = _energy(30272)
    alarm_6 = _code(30280)
    alarm_7 = _code(30281)
    general_load_power = _power(30282)
    total_load_power = _power(30284)
    average_cell_temperature = _temperature(30286)


class PlantControl(SigenComponent):
    """The plant's control registers (unit 247, holding registers, one request).

    Only what commands need can be written. Start/stop of the plant (40000) is not even declared.
    """

    register_space = "holding"
    register_ranges = ((40029, 40048),)

    remote_ems_enabled = _code(40029, writable=True)
    remote_ems_mode = _code(40031, writable=True)
    charge_limit = _power_limit(40032, writable=True)
    discharge_limit = _power_limit(40034, writable=True)
    pv_limit = _power_limit(40036, writable=True)
    export_limit = _power_limit(40038, writable=True)
    import_limit = _power_limit(40040)
    pcs_export_limit = _power_limit(40042)
    pcs_import_limit = _power_limit(40044)
    backup_soc = _percent(40046)
    charge_cutoff_soc = _percent(40047, writable=True)
    discharge_cutoff_soc = _percent(40048, writable=True)


class InverterIdentity(SigenComponent):
    """What an inverter is (its own unit, input registers, one request)."""

    register_space = "input"
    register_ranges = ((30500, 30553),)

    model = string(30500, 15)
    serial_number = string(30515, 10)
    firmware = string(30525, 15)
    rated_power = _power_limit(30540)
    rated_capacity = _energy(30548)
    rated_charge_power = _power_limit(30550)
    rated_discharge_power = _power_limit(30552)


class InverterStatus(SigenComponent):
    """What an inverter and its battery do, its alarms, and the battery's counters (one request)."""

    register_space = "input"
    register_ranges = ((30566, 30623),)

    battery_charged_energy_today = _energy(30566)
    battery_discharged_energy_today = _energy(30572)
    running_state = _code(30578)
    active_power = _power(30587)
    available_charge_power = _power_limit(30591)
    available_discharge_power = _power_limit(30593)
    available_charge_energy = _energy(30595)
    available_discharge_energy = _energy(30597)
    battery_power = _power(30599)
    soc = _percent(30601)
    state_of_health = _percent(30602)
    average_cell_temperature = _temperature(30603)
    average_cell_voltage = _cell_voltage(30604)
    alarm_1 = _code(30605)
    alarm_2 = _code(30606)
    alarm_3 = _code(30607)
    alarm_4 = _code(30608)
    alarm_5 = _code(30609)
    max_cell_temperature = _temperature(30620)
    min_cell_temperature = _temperature(30621)
    max_cell_voltage = _cell_voltage(30622)
    min_cell_voltage = _cell_voltage(30623)


class InverterPvEnergy(SigenComponent):
    """An inverter's PV counter of the day, for plants whose firmware has none of its own (one request)."""

    register_space = "input"
    register_ranges = ((31509, 31510),)
    optional = True

    pv_energy_today = _energy(31509)


class InverterElectrical(SigenComponent):
    """An inverter's grid connection and PV strings (one request)."""

    register_space = "input"
    register_ranges = ((31000, 31041),)

    grid_frequency = gauge(31002, 0.01, signed=False, unit="Hz", nan=_unset(1))
    internal_temperature = _temperature(31003)
    phase_a_voltage = _voltage(31011)
    phase_b_voltage = _voltage(31013)
    phase_c_voltage = _voltage(31015)
    pack_count = _code(31024)
    string_count = _code(31025)
    pv1_voltage = _string_voltage(31027)
    pv1_current = _string_current(31028)
    pv2_voltage = _string_voltage(31029)
    pv2_current = _string_current(31030)
    pv3_voltage = _string_voltage(31031)
    pv3_current = _string_current(31032)
    pv4_voltage = _string_voltage(31033)
    pv4_current = _string_current(31034)
    pv_power = _power(31035)
    insulation_resistance = gauge(31037, 0.001, signed=False, unit="MΩ", nan=_unset(1))


PV_STRINGS = range(1, 37)
FIRST_PV_STRINGS = range(1, 5)
"""The strings whose registers are among those of the grid connection."""

InverterStrings: type[SigenComponent] = type(
    "InverterStrings",
    (SigenComponent,),
    {
        "register_space": "input",
        "register_ranges": ((31042, 31105),),
        "optional": True,
        **{
            f"pv{number}_voltage": _string_voltage(31032 + 2 * number)
            for number in PV_STRINGS
            if number not in FIRST_PV_STRINGS
        },
        **{
            f"pv{number}_current": _string_current(31033 + 2 * number)
            for number in PV_STRINGS
            if number not in FIRST_PV_STRINGS
        },
    },
)
"""The PV strings that only large inverters have (one request)."""


class DcChargerStatus(SigenComponent):
    """The DC charger at an inverter (its own unit, input registers, one request)."""

    register_space = "input"
    register_ranges = ((31500, 31526),)
    optional = True

    vehicle_voltage = gauge(31500, 0.1, signed=False, unit="V", nan=_unset(1))
    power = _power(31502)
    vehicle_soc = _percent(31504)
    session_charged_energy = _energy(31505)
    session_charging_time = uint32(31507, unit="s", nan=_unset(2))
    state = _code(31513)
    session_discharged_energy = _energy(31515)
    session_discharging_time = uint32(31517, unit="s", nan=_unset(2))
    charged_energy = _energy(31519)
    discharged_energy = _energy(31521)
    rated_charge_power = _power_limit(31523)
    rated_discharge_power = _power_limit(31525)


class DcChargerControl(SigenComponent):
    """The limits of the DC charger at an inverter (its own unit, holding registers, one request)."""

    register_space = "holding"
    register_ranges = ((41002, 41005),)
    optional = True

    charge_limit = _power_limit(41002)
    discharge_limit = _power_limit(41004)


class DcChargerOrders(SigenComponent):
    """What may be written to the DC charger at an inverter (its own unit); never read."""

    register_space = "holding"
    register_ranges = ((41000, 41005),)

    stopped = _code(41000, writable=True)
    charge_limit = _power_limit(41002, writable=True)
    discharge_limit = _power_limit(41004, writable=True)


class AcChargerStatus(SigenComponent):
    """An AC charger (a unit of its own, input registers, one request)."""

    register_space = "input"
    register_ranges = ((32000, 32014),)

    state = _code(32000)
    energy = _energy(32001)
    power = _power(32003)
    rated_power = _power_limit(32005)
    rated_current = int32(32007, scale=0.01, unit="A", nan=_unset(2))
    breaker_current = int32(32010, scale=0.01, unit="A", nan=_unset(2))
    alarm_1 = _code(32012)
    alarm_2 = _code(32013)
    alarm_3 = _code(32014)


class AcChargerControl(SigenComponent):
    """The limit of an AC charger (its own unit, holding registers, one request)."""

    register_space = "holding"
    register_ranges = ((42001, 42002),)
    optional = True

    current_limit = uint32(42001, scale=0.01, nan=_unset(2))


class AcChargerOrders(SigenComponent):
    """What may be written to an AC charger (its own unit); never read."""

    register_space = "holding"
    register_ranges = ((42000, 42002),)

    stopped = _code(42000, writable=True)
    current_limit = uint32(42001, scale=0.01, nan=_unset(2), writable=True)


SMART_LOADS = range(1, 25)

SmartLoads: type[SigenComponent] = type(
    "SmartLoads",
    (SigenComponent,),
    {
        "register_space": "input",
        "register_ranges": ((30098, 30193),),
        "optional": True,
        **{f"energy_{number}": _energy(30096 + 2 * number) for number in SMART_LOADS},
        **{f"power_{number}": _power(30144 + 2 * number) for number in SMART_LOADS},
    },
)
"""What the plant's smart loads take (unit 247, input registers, one request)."""
