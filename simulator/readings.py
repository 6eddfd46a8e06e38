"""What each input register of the plant and of an inverter shows.

Source of the addresses: Sigenergy Modbus Protocol V2.9. A register without an entry reads 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .battery import CAPACITY_KWH, PACKS, RATED_W, STATE_OF_HEALTH
from .plant import AC_LIMIT_W, PV_STRINGS, RATED_FREQUENCY_HZ, RATED_VOLTAGE_V
from .registers import Value
from .state import InverterState, PlantState

APPARENT_POWER_SHARE = 1.1
STRING_VOLTAGE_V = 520.0
LINE_TO_PHASE = 3**0.5
OUTPUT_TYPE_THREE_PHASE_WITH_NEUTRAL = 2
REACTIVE_SHARE_OF_LOAD = 0.12

type PlantReading = Callable[[PlantState], Value]
type InverterReading = Callable[[PlantState, InverterState], Value]


def _kw(field: str) -> PlantReading:
    return lambda plant: getattr(plant, field) / 1000


def _reactive_kvar(plant: PlantState) -> float:
    return plant.house_w * REACTIVE_SHARE_OF_LOAD / 1000


def _total(name: str) -> PlantReading:
    return lambda plant: plant.energy_totals_kwh[name]


def _since_upgrade(name: str) -> PlantReading:
    return lambda plant: plant.energy_since_upgrade_kwh[name]


def _alarm(name: str) -> PlantReading:
    return lambda plant: plant.alarms[name]


def _grid_phase_kw(index: int) -> PlantReading:
    return lambda plant: plant.grid_phases_w[index] / 1000


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

PLANT_COUNTERS: Mapping[int, PlantReading] = {
    30088: _total("pv"),
    30092: lambda plant: plant.energy_today_kwh["house"],
    30094: _total("house"),
    30196: _total("third_party"),
    30200: _total("charged"),
    30204: _total("discharged"),
    30216: _total("imported"),
    30220: _total("exported"),
    30228: _since_upgrade("house"),
    30236: _since_upgrade("pv"),
    30240: _since_upgrade("third_party"),
    30244: _since_upgrade("charged"),
    30248: _since_upgrade("discharged"),
    30260: _since_upgrade("imported"),
    30264: _since_upgrade("exported"),
    30272: lambda plant: plant.energy_today_kwh["pv"],
    30274: lambda plant: plant.pv_yesterday_kwh,
}

LOAD_POWERS = frozenset({30282, 30284})

PLANT_READINGS: Mapping[int, PlantReading] = {
    30000: lambda plant: plant.time.timestamp() // 1,
    30002: lambda plant: plant.utc_offset_min,
    30003: lambda plant: plant.ems_mode,
    30004: lambda _: 1,
    30005: _kw("grid_w"),
    30007: _reactive_kvar,
    30009: lambda plant: plant.on_off_grid,
    30010: _kw("rated_power_w"),
    30012: lambda plant: plant.rated_power_w * APPARENT_POWER_SHARE / 1000,
    30014: lambda plant: plant.soc,
    30015: _inverter_phase_kw(0),
    30017: _inverter_phase_kw(1),
    30019: _inverter_phase_kw(2),
    30031: lambda plant: (plant.pv_w - plant.battery_w) / 1000,
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
    30058: lambda plant: _reactive_kvar(plant) / 3,
    30060: lambda plant: _reactive_kvar(plant) / 3,
    30062: lambda plant: _reactive_kvar(plant) / 3,
    30064: lambda plant: plant.charge_available_kwh,
    30066: lambda plant: plant.discharge_available_kwh,
    30068: _kw("rated_charge_w"),
    30070: _kw("rated_discharge_w"),
    30083: lambda plant: plant.capacity_kwh,
    30085: lambda plant: plant.control.charge_cut_off_soc,
    30086: lambda plant: plant.control.discharge_cut_off_soc,
    30087: lambda _: STATE_OF_HEALTH,
    30194: _kw("third_party_w"),
    30276: lambda _: RATED_FREQUENCY_HZ,
    30277: lambda _: RATED_VOLTAGE_V,
    30282: _kw("house_w"),
    30284: _kw("house_w"),
    30286: lambda plant: plant.cell_temperature_c,
    **{address: _alarm(name) for address, name in PLANT_ALARMS.items()},
    **PLANT_COUNTERS,
}


def _constant(value: Value) -> InverterReading:
    return lambda _, __: value


def _phase_voltage_v(plant: PlantState, _: InverterState) -> float:
    return plant.ac_voltage_v


def _line_voltage_v(plant: PlantState, _: InverterState) -> float:
    return plant.ac_voltage_v * LINE_TO_PHASE


def _phase_current_a(plant: PlantState, inverter: InverterState) -> float:
    voltage_v = plant.ac_voltage_v or RATED_VOLTAGE_V
    return (inverter.pv_w - inverter.battery_w) / 3 / voltage_v


def _string_voltage_v(_: PlantState, inverter: InverterState) -> float:
    return STRING_VOLTAGE_V - inverter.pv_w * 0.004 if inverter.pv_w else 0.0


def _string_current_a(plant: PlantState, inverter: InverterState) -> float:
    voltage_v = _string_voltage_v(plant, inverter)
    return inverter.pv_w / PV_STRINGS / voltage_v if voltage_v else 0.0


def _first_inverter_alarm(name: str) -> InverterReading:
    return lambda plant, inverter: plant.alarms[name] if inverter.unit == 1 else 0


def _spread(inverter: InverterState) -> float:
    """Return how far apart cells are, 0 to 1: further under power."""
    return 0.3 + 0.7 * abs(inverter.battery_w) / RATED_W


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
    30540: _constant(AC_LIMIT_W / 1000),
    30542: _constant(AC_LIMIT_W * APPARENT_POWER_SHARE / 1000),
    30544: _constant(AC_LIMIT_W / 1000),
    30546: _constant(AC_LIMIT_W / 1000),
    30548: _constant(CAPACITY_KWH),
    30550: _constant(RATED_W / 1000),
    30552: _constant(RATED_W / 1000),
    30578: lambda _, inverter: inverter.running_state,
    30579: _constant(AC_LIMIT_W / 1000),
    30581: _constant(-AC_LIMIT_W / 1000),
    30583: _constant(AC_LIMIT_W * 0.6 / 1000),
    30585: _constant(AC_LIMIT_W * 0.6 / 1000),
    30587: lambda _, inverter: (inverter.pv_w - inverter.battery_w) / 1000,
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
    **{address: _first_inverter_alarm(name) for address, name in INVERTER_ALARMS.items()},
    **INVERTER_COUNTERS,
}
