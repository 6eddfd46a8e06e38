"""What each input register of the plant and of an inverter shows.

Source of the addresses: Sigenergy Modbus Protocol V2.9. A register without an entry reads 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .battery import PACKS, STATE_OF_HEALTH
from .chargers import AC_RATED_A, AC_RATED_W, AC_VOLTAGE_V, DC_CHARGING, DC_IDLE, VEHICLE_VOLTAGE_V
from .grid import RATED_FREQUENCY_HZ, RATED_VOLTAGE_V
from .inverter import PV_STRINGS
from .registers import Value
from .state import AcChargerState, InverterState, PlantState

APPARENT_POWER_SHARE = 1.1
STRING_VOLTAGE_V = 520.0
LINE_TO_PHASE = 3**0.5
OUTPUT_TYPE_THREE_PHASE_WITH_NEUTRAL = 2
REACTIVE_SHARE_OF_LOAD = 0.12

type PlantReading = Callable[[PlantState], Value]
type InverterReading = Callable[[PlantState, InverterState], Value]
type AcChargerReading = Callable[[AcChargerState], Value]


def _kw(field: str) -> PlantReading:
    return lambda plant: getattr(plant, field) / 1000


def _reactive_kvar(plant: PlantState) -> float:
    return plant.house_w * REACTIVE_SHARE_OF_LOAD / 1000


def _total(*names: str) -> PlantReading:
    return lambda plant: sum(plant.energy_totals_kwh[name] for name in names)


def _since_upgrade(name: str) -> PlantReading:
    return lambda plant: plant.energy_since_upgrade_kwh[name]


def _alarm(name: str) -> PlantReading:
    return lambda plant: plant.alarms[name]


def _metered(reading: PlantReading) -> PlantReading:
    """Return a reading of the meter; 0 where it is not connected."""
    return lambda plant: 0 if plant.meter_lost else reading(plant)


def _grid_phase_kw(index: int) -> PlantReading:
    return _metered(lambda plant: plant.grid_phases_w[index] / 1000)


def _total_load_kw(plant: PlantState) -> float:
    # A vehicle that feeds the house is no load.
    return (plant.house_w + max(plant.dc_charger_w, 0) + plant.ac_charger_w) / 1000


def _inverter_phase_kw(index: int) -> PlantReading:
    return lambda plant: plant.inverter_phases_w[index] / 1000


PLANT_ALARMS: Mapping[int, str] = {
    30027: "pcs_1",
    30028: "pcs_2",
    30029: "ess",
    30030: "gateway",
    30072: "dc_charger",
    30280: "plant_1",
    30281: "plant_2",
}

CHARGED = ("dc_charged", "ac_charged")

PLANT_COUNTERS: Mapping[int, PlantReading] = {
    30088: _total("pv"),
    30092: lambda plant: sum(plant.energy_today_kwh[name] for name in ("house", *CHARGED)),
    30094: _total("house", *CHARGED),
    30196: _total("third_party"),
    30200: _total("charged"),
    30204: _total("discharged"),
    30208: _total("dc_charged"),
    30212: _total("dc_discharged"),
    30216: _total("imported"),
    30220: _total("exported"),
    30228: _since_upgrade("house"),
    30232: _since_upgrade("ac_charged"),
    30236: _since_upgrade("pv"),
    30240: _since_upgrade("third_party"),
    30244: _since_upgrade("charged"),
    30248: _since_upgrade("discharged"),
    30252: _since_upgrade("dc_charged"),
    30256: _since_upgrade("dc_discharged"),
    30260: _since_upgrade("imported"),
    30264: _since_upgrade("exported"),
    30272: lambda plant: plant.energy_today_kwh["pv"],
    30274: lambda plant: plant.pv_yesterday_kwh,
}

LOAD_POWERS = frozenset({30282, 30284})

PLANT_READINGS: Mapping[int, PlantReading] = {
    30000: lambda plant: plant.device_clock_s // 1,
    30002: lambda plant: plant.utc_offset_min if plant.device_utc_offset_min is None else plant.device_utc_offset_min,
    30003: lambda plant: plant.ems_mode,
    30004: lambda plant: 0 if plant.meter_lost else 1,
    30005: _metered(_kw("grid_w")),
    30007: _metered(_reactive_kvar),
    30009: lambda plant: plant.on_off_grid,
    30010: _kw("rated_power_w"),
    30012: lambda plant: plant.rated_power_w * APPARENT_POWER_SHARE / 1000,
    30014: lambda plant: plant.soc,
    30015: _inverter_phase_kw(0),
    30017: _inverter_phase_kw(1),
    30019: _inverter_phase_kw(2),
    30031: lambda plant: sum(inverter.output_w for inverter in plant.inverters) / 1000,
    30035: _kw("pv_w"),
    30037: _kw("battery_w"),
    30039: lambda plant: min(plant.rated_power_w, plant.pv_available_w + plant.discharge_available_w) / 1000,
    30041: lambda plant: min(plant.rated_power_w, plant.charge_available_w) / 1000,
    30043: lambda plant: plant.rated_power_w * 0.6 / 1000,
    30045: lambda plant: plant.rated_power_w * 0.6 / 1000,
    30047: _kw("charge_available_w"),
    30049: _kw("discharge_available_w"),
    30051: lambda plant: plant.running_state,
    30052: _grid_phase_kw(0),
    30054: _grid_phase_kw(1),
    30056: _grid_phase_kw(2),
    **dict.fromkeys((30058, 30060, 30062), _metered(lambda plant: _reactive_kvar(plant) / 3)),
    30064: lambda plant: plant.charge_available_kwh,
    30066: lambda plant: plant.discharge_available_kwh,
    30068: _kw("rated_charge_w"),
    30070: _kw("rated_discharge_w"),
    30083: lambda plant: plant.capacity_kwh,
    30085: lambda plant: plant.control.charge_cut_off_soc,
    30086: lambda plant: plant.control.discharge_cut_off_soc,
    30087: lambda plant: STATE_OF_HEALTH if plant.capacity_kwh else 0,
    30194: _kw("third_party_w"),
    30276: lambda _: RATED_FREQUENCY_HZ,
    30277: lambda _: RATED_VOLTAGE_V,
    30282: _kw("house_w"),
    30284: _total_load_kw,
    30286: lambda plant: plant.cell_temperature_c,
    **{address: _alarm(name) for address, name in PLANT_ALARMS.items()},
    **PLANT_COUNTERS,
}


def _constant(value: Value) -> InverterReading:
    return lambda _, __: value


def _inverter_kw(field: str, share: float = 1.0) -> InverterReading:
    return lambda _, inverter: getattr(inverter, field) * share / 1000


def _dc_current_a(direction: int) -> InverterReading:
    return lambda _, inverter: max(direction * inverter.dc_charger_w, 0) / VEHICLE_VOLTAGE_V


def _phase_voltage_v(plant: PlantState, _: InverterState) -> float:
    return plant.ac_voltage_v


def _line_voltage_v(plant: PlantState, _: InverterState) -> float:
    return plant.ac_voltage_v * LINE_TO_PHASE


def _phase_current_a(plant: PlantState, inverter: InverterState) -> float:
    voltage_v = plant.ac_voltage_v or RATED_VOLTAGE_V
    return inverter.output_w / 3 / voltage_v


def _string_voltage_v(_: PlantState, inverter: InverterState) -> float:
    return STRING_VOLTAGE_V - inverter.pv_w * 0.004 if inverter.pv_w else 0.0


def _string_current_a(plant: PlantState, inverter: InverterState) -> float:
    voltage_v = _string_voltage_v(plant, inverter)
    return inverter.pv_w / PV_STRINGS / voltage_v if voltage_v else 0.0


def _first_inverter_alarm(name: str) -> InverterReading:
    return lambda plant, inverter: plant.alarms[name] if inverter is plant.inverters[0] else 0


def _spread(inverter: InverterState) -> float:
    """Return how far apart cells are, 0 to 1: further under power."""
    load = abs(inverter.battery_w) / inverter.rated_battery_w if inverter.rated_battery_w else 0.0
    return 0.3 + 0.7 * load


INVERTER_ALARMS: Mapping[int, str] = {
    30605: "pcs_1",
    30606: "pcs_2",
    30607: "ess",
    30608: "gateway",
    30609: "dc_charger",
}

INVERTER_COUNTERS: Mapping[int, InverterReading] = {
    30566: lambda _, inverter: inverter.energy_today_kwh["charged"],
    30568: lambda _, inverter: inverter.energy_totals_kwh["charged"],
    30572: lambda _, inverter: inverter.energy_today_kwh["discharged"],
    30574: lambda _, inverter: inverter.energy_totals_kwh["discharged"],
    31509: lambda _, inverter: inverter.energy_today_kwh["pv"],
    31511: lambda _, inverter: inverter.energy_totals_kwh["pv"],
}

INVERTER_READINGS: Mapping[int, InverterReading] = {
    30500: lambda _, inverter: inverter.model,
    30515: lambda _, inverter: inverter.serial_number,
    30525: lambda _, inverter: inverter.firmware,
    30540: _inverter_kw("rated_w"),
    30542: _inverter_kw("rated_w", APPARENT_POWER_SHARE),
    30544: _inverter_kw("rated_w"),
    30546: _inverter_kw("rated_w"),
    30548: lambda _, inverter: inverter.capacity_kwh,
    30550: _inverter_kw("rated_battery_w"),
    30552: _inverter_kw("rated_battery_w"),
    30578: lambda _, inverter: inverter.running_state,
    30579: _inverter_kw("rated_w"),
    30581: _inverter_kw("rated_w", -1),
    30583: _inverter_kw("rated_w", 0.6),
    30585: _inverter_kw("rated_w", 0.6),
    30587: _inverter_kw("output_w"),
    30591: lambda _, inverter: inverter.charge_available_w / 1000,
    30593: lambda _, inverter: inverter.discharge_available_w / 1000,
    30595: lambda _, inverter: inverter.charge_available_kwh,
    30597: lambda _, inverter: inverter.discharge_available_kwh,
    30599: lambda _, inverter: inverter.battery_w / 1000,
    30601: lambda _, inverter: inverter.soc,
    30602: _constant(STATE_OF_HEALTH),
    30603: lambda _, inverter: inverter.cell_temperature_c,
    30604: lambda _, inverter: inverter.cell_voltage_v,
    30619: _constant(1.0),
    30620: lambda _, inverter: inverter.cell_temperature_c + 1.8 * _spread(inverter),
    30621: lambda _, inverter: inverter.cell_temperature_c - 1.4 * _spread(inverter),
    30622: lambda _, inverter: inverter.cell_voltage_v + 0.012 * _spread(inverter),
    30623: lambda _, inverter: inverter.cell_voltage_v - 0.010 * _spread(inverter),
    31000: _constant(RATED_VOLTAGE_V),
    31001: _constant(RATED_FREQUENCY_HZ),
    31002: lambda plant, _: plant.ac_frequency_hz,
    31003: lambda _, inverter: inverter.internal_temperature_c,
    31004: _constant(OUTPUT_TYPE_THREE_PHASE_WITH_NEUTRAL),
    31005: _line_voltage_v,
    31007: _line_voltage_v,
    31009: _line_voltage_v,
    31011: _phase_voltage_v,
    31013: _phase_voltage_v,
    31015: _phase_voltage_v,
    31017: _phase_current_a,
    31019: _phase_current_a,
    31021: _phase_current_a,
    31023: _constant(1.0),
    31024: _constant(PACKS),
    31025: _constant(PV_STRINGS),
    31026: _constant(PV_STRINGS),
    **{31027 + 2 * string: _string_voltage_v for string in range(PV_STRINGS)},
    **{31028 + 2 * string: _string_current_a for string in range(PV_STRINGS)},
    31035: lambda _, inverter: inverter.pv_w / 1000,
    31037: _constant(2.9),
    31500: lambda _, inverter: VEHICLE_VOLTAGE_V if inverter.dc_charger_rated_w else 0,
    31501: _dc_current_a(1),
    31502: _inverter_kw("dc_charger_w"),
    31504: lambda _, inverter: inverter.vehicle_soc,
    31505: lambda _, inverter: inverter.dc_charged_kwh,
    31513: lambda _, inverter: DC_CHARGING if inverter.dc_charger_w else DC_IDLE,
    31514: _dc_current_a(-1),
    31515: lambda _, inverter: inverter.dc_discharged_kwh,
    31519: lambda _, inverter: inverter.dc_charged_kwh,
    31521: lambda _, inverter: inverter.dc_discharged_kwh,
    31523: _inverter_kw("dc_charger_rated_w"),
    31525: _inverter_kw("dc_charger_rated_w"),
    **{address: _first_inverter_alarm(name) for address, name in INVERTER_ALARMS.items()},
    **INVERTER_COUNTERS,
}

AC_CHARGER_READINGS: Mapping[int, AcChargerReading] = {
    32000: lambda charger: charger.system_state,
    32001: lambda charger: charger.energy_kwh,
    32003: lambda charger: charger.power_w / 1000,
    32005: lambda _: AC_RATED_W / 1000,
    32007: lambda _: AC_RATED_A,
    32009: lambda _: AC_VOLTAGE_V,
    32010: lambda _: AC_RATED_A,
}

# What an inverter without a battery has nothing to say about.
BATTERY_REGISTERS = frozenset(
    {30548, 30550, 30552, 30566, 30568, 30572, 30574, *range(30591, 30605), *range(30620, 30624), 31024}
)
