"""What the alarm bits mean (Sigenergy Modbus Protocol V2.9, appendices 2–5, 8–10 and 11–13)."""

from collections.abc import Mapping

from ..model.telemetry import AlarmGroup

type AlarmBits = Mapping[int, str]

PCS_ALARM_1: AlarmBits = {
    0: "software version mismatch",
    1: "low insulation resistance",
    2: "over-temperature",
    3: "equipment fault",
    4: "system grounding fault",
    5: "PV string over-voltage",
    6: "PV string reversed",
    7: "PV string back-filling",
    8: "AFCI fault",
    9: "grid outage",
    10: "grid over-voltage",
    11: "grid under-voltage",
    12: "grid over-frequency",
    13: "grid under-frequency",
    14: "grid voltage imbalance",
    15: "DC component of output current out of limit",
}
PCS_ALARM_2: AlarmBits = {
    0: "leak current out of limit",
    1: "communication abnormal",
    2: "internal protection",
    3: "AFCI self-check circuit fault",
    4: "off-grid protection",
    5: "manual operation protection",
    7: "abnormal phase sequence",
    8: "short circuit to PE",
    9: "soft start failure",
}
ESS_ALARM: AlarmBits = {
    0: "software version mismatch",
    1: "low insulation resistance",
    2: "temperature too high",
    3: "equipment fault",
    4: "under-temperature",
    5: "internal protection",
    6: "thermal runaway",
}
GATEWAY_ALARM: AlarmBits = {
    0: "software version mismatch",
    1: "temperature too high",
    2: "equipment fault",
    3: "excessive leakage off-grid",
    4: "N line grounding fault",
    5: "grid phase sequence",
    6: "inverter phase sequence",
    7: "grid phase loss",
}
DC_CHARGER_ALARM: AlarmBits = {
    0: "software version mismatch",
    1: "low insulation resistance",
    2: "over-temperature",
    3: "equipment fault",
    4: "charging fault",
    5: "equipment protection",
}
PLANT_ALARM_1: AlarmBits = {
    0: "gateway communication",
    1: "meter communication",
    2: "AC power sensor communication",
    6: "hard protection against feed-in limit exceedance",
    8: "generator start failure",
    10: "CLS fault",
}
PLANT_ALARM_2: AlarmBits = {0: "OVGR", 1: "RPR"}

AC_CHARGER_ALARM_1: AlarmBits = {
    0: "grid over-voltage",
    1: "grid under-voltage",
    2: "overload",
    3: "short circuit",
    4: "charging output overcurrent",
    5: "leak current out of limit",
    6: "grounding fault",
    7: "abnormal phase sequence of grid wiring",
    8: "PEN fault",
}
AC_CHARGER_ALARM_2: AlarmBits = {
    0: "leak current detection circuit fault",
    1: "relay stuck",
    2: "pilot circuit fault",
    3: "auxiliary power supply module fault",
    4: "electric lock fault",
    5: "lamp panel communication fault",
}
AC_CHARGER_ALARM_3: AlarmBits = {
    0: "too high internal temperature",
    1: "charging cable fault",
    2: "meter communication fault",
}

AC_CHARGER_ALARMS: tuple[tuple[str, AlarmBits], ...] = (
    ("alarm_1", AC_CHARGER_ALARM_1),
    ("alarm_2", AC_CHARGER_ALARM_2),
    ("alarm_3", AC_CHARGER_ALARM_3),
)
"""The `AcChargerStatus` fields (appendices 8–10)."""


ALARM_REGISTERS: Mapping[AlarmGroup, tuple[tuple[str, AlarmBits], ...]] = {
    AlarmGroup.PCS: (("alarm_1", PCS_ALARM_1), ("alarm_2", PCS_ALARM_2)),
    AlarmGroup.ESS: (("alarm_3", ESS_ALARM),),
    AlarmGroup.GATEWAY: (("alarm_4", GATEWAY_ALARM),),
    AlarmGroup.DC_CHARGER: (("alarm_5", DC_CHARGER_ALARM),),
    AlarmGroup.PLANT: (("alarm_6", PLANT_ALARM_1), ("alarm_7", PLANT_ALARM_2)),
}
"""The `PlantStatus` fields that make up each group."""


def active_alarms(bits: int, meanings: AlarmBits) -> tuple[str, ...]:
    """Return what the set bits say, lowest first; a bit without a meaning is named by its number."""
    return tuple(meanings.get(bit, f"unknown (bit {bit})") for bit in range(16) if bits >> bit & 1)


def alarms_of(component: object, registers: tuple[tuple[str, AlarmBits], ...]) -> tuple[str, ...] | None:
    """Return the alarms of a component; None where a register that may hold one cannot be read."""
    bits = [(getattr(component, field), meanings) for field, meanings in registers]
    active = tuple(alarm for raw, meanings in bits if raw is not None for alarm in active_alarms(raw, meanings))
    return None if not active and any(raw is None for raw, _ in bits) else active
