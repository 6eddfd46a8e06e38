"""What the alarm bits mean (Sigenergy Modbus Protocol V2.9, appendices 2–5, 8–10 and 11–13)."""

from collections.abc import Mapping

from ..model.message import Message, say
from ..model.telemetry import AlarmGroup

type AlarmBits = Mapping[int, Message]

PCS_ALARM_1: AlarmBits = {
    0: say("alarm.software_version_mismatch"),
    1: say("alarm.low_insulation_resistance"),
    2: say("alarm.over_temperature"),
    3: say("alarm.equipment_fault"),
    4: say("alarm.system_grounding_fault"),
    5: say("alarm.pv_string_over_voltage"),
    6: say("alarm.pv_string_reversed"),
    7: say("alarm.pv_string_back_filling"),
    8: say("alarm.afci_fault"),
    9: say("alarm.grid_outage"),
    10: say("alarm.grid_over_voltage"),
    11: say("alarm.grid_under_voltage"),
    12: say("alarm.grid_over_frequency"),
    13: say("alarm.grid_under_frequency"),
    14: say("alarm.grid_voltage_imbalance"),
    15: say("alarm.dc_component_of_output_current_out_of_limit"),
}
PCS_ALARM_2: AlarmBits = {
    0: say("alarm.leak_current_out_of_limit"),
    1: say("alarm.communication_abnormal"),
    2: say("alarm.internal_protection"),
    3: say("alarm.afci_self_check_circuit_fault"),
    4: say("alarm.off_grid_protection"),
    5: say("alarm.manual_operation_protection"),
    7: say("alarm.abnormal_phase_sequence"),
    8: say("alarm.short_circuit_to_pe"),
    9: say("alarm.soft_start_failure"),
}
ESS_ALARM: AlarmBits = {
    0: say("alarm.software_version_mismatch"),
    1: say("alarm.low_insulation_resistance"),
    2: say("alarm.temperature_too_high"),
    3: say("alarm.equipment_fault"),
    4: say("alarm.under_temperature"),
    5: say("alarm.internal_protection"),
    6: say("alarm.thermal_runaway"),
}
GATEWAY_ALARM: AlarmBits = {
    0: say("alarm.software_version_mismatch"),
    1: say("alarm.temperature_too_high"),
    2: say("alarm.equipment_fault"),
    3: say("alarm.excessive_leakage_off_grid"),
    4: say("alarm.n_line_grounding_fault"),
    5: say("alarm.grid_phase_sequence"),
    6: say("alarm.inverter_phase_sequence"),
    7: say("alarm.grid_phase_loss"),
}
DC_CHARGER_ALARM: AlarmBits = {
    0: say("alarm.software_version_mismatch"),
    1: say("alarm.low_insulation_resistance"),
    2: say("alarm.over_temperature"),
    3: say("alarm.equipment_fault"),
    4: say("alarm.charging_fault"),
    5: say("alarm.equipment_protection"),
}
PLANT_ALARM_1: AlarmBits = {
    0: say("alarm.gateway_communication"),
    1: say("alarm.meter_communication"),
    2: say("alarm.ac_power_sensor_communication"),
    6: say("alarm.hard_protection_against_feed_in_limit_exceedance"),
    8: say("alarm.generator_start_failure"),
    10: say("alarm.cls_fault"),
}
PLANT_ALARM_2: AlarmBits = {0: say("alarm.ovgr"), 1: say("alarm.rpr")}

AC_CHARGER_ALARM_1: AlarmBits = {
    0: say("alarm.grid_over_voltage"),
    1: say("alarm.grid_under_voltage"),
    2: say("alarm.overload"),
    3: say("alarm.short_circuit"),
    4: say("alarm.charging_output_overcurrent"),
    5: say("alarm.leak_current_out_of_limit"),
    6: say("alarm.grounding_fault"),
    7: say("alarm.abnormal_phase_sequence_of_grid_wiring"),
    8: say("alarm.pen_fault"),
}
AC_CHARGER_ALARM_2: AlarmBits = {
    0: say("alarm.leak_current_detection_circuit_fault"),
    1: say("alarm.relay_stuck"),
    2: say("alarm.pilot_circuit_fault"),
    3: say("alarm.auxiliary_power_supply_module_fault"),
    4: say("alarm.electric_lock_fault"),
    5: say("alarm.lamp_panel_communication_fault"),
}
AC_CHARGER_ALARM_3: AlarmBits = {
    0: say("alarm.too_high_internal_temperature"),
    1: say("alarm.charging_cable_fault"),
    2: say("alarm.meter_communication_fault"),
}

AC_CHARGER_ALARMS: tuple[tuple[str, AlarmBits], ...] = (
    ("alarm_1", AC_CHARGER_ALARM_1),
    ("alarm_2", AC_CHARGER_ALARM_2),
    ("alarm_3", AC_CHARGER_ALARM_3),
)
"""The `AcChargerStatus` fields (appendices 8–10)."""


type AlarmRegisters = Mapping[AlarmGroup, tuple[tuple[str, AlarmBits], ...]]

ALARM_REGISTERS: AlarmRegisters = {
    AlarmGroup.PCS: (("alarm_1", PCS_ALARM_1), ("alarm_2", PCS_ALARM_2)),
    AlarmGroup.ESS: (("alarm_3", ESS_ALARM),),
    AlarmGroup.GATEWAY: (("alarm_4", GATEWAY_ALARM),),
    AlarmGroup.DC_CHARGER: (("alarm_5", DC_CHARGER_ALARM),),
    AlarmGroup.PLANT: (("alarm_6", PLANT_ALARM_1), ("alarm_7", PLANT_ALARM_2)),
}
"""The `PlantStatus` fields that make up each group."""

INVERTER_ALARM_REGISTERS: AlarmRegisters = {
    group: registers for group, registers in ALARM_REGISTERS.items() if group is not AlarmGroup.PLANT
}
"""The `InverterStatus` fields that make up each group."""


def active_alarms(bits: int, meanings: AlarmBits) -> tuple[Message, ...]:
    """Return what the set bits say, lowest first; a bit without a meaning is named by its number."""
    return tuple(meanings.get(bit) or say("alarm.unknown", bit=bit) for bit in range(16) if bits >> bit & 1)


def alarms_of(component: object, registers: tuple[tuple[str, AlarmBits], ...]) -> tuple[Message, ...] | None:
    """Return the alarms of a component; None where a register that may hold one cannot be read."""
    bits = [(getattr(component, field), meanings) for field, meanings in registers]
    active = tuple(alarm for raw, meanings in bits if raw is not None for alarm in active_alarms(raw, meanings))
    return None if not active and any(raw is None for raw, _ in bits) else active
