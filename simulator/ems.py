"""What the energy management decides: from control registers and conditions to power flows.

Signs: battery > 0 charging, grid > 0 import; grid = house + battery - pv - third party + chargers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple

UNLIMITED_W = 1_000_000_000

# What owners saw at the meter with 40048 above the state of charge: "several kW".
CUT_OFF_BUG_IMPORT_W = 4000

# What an owner measured at night with 40038 at 0.
ZERO_EXPORT_BUG_IMPORT_W = 1300


class Mode(IntEnum):
    """Remote EMS control mode (Sigenergy Modbus Protocol V2.9, 40031)."""

    PCS_REMOTE_CONTROL = 0
    STANDBY = 1
    SELF_CONSUMPTION = 2
    CHARGE_GRID_FIRST = 3
    CHARGE_PV_FIRST = 4
    DISCHARGE_PV_FIRST = 5
    DISCHARGE_ESS_FIRST = 6


CHARGE_MODES = frozenset({Mode.CHARGE_GRID_FIRST, Mode.CHARGE_PV_FIRST})
DISCHARGE_MODES = frozenset({Mode.DISCHARGE_PV_FIRST, Mode.DISCHARGE_ESS_FIRST})


@dataclass(frozen=True, slots=True)
class Control:
    """The control registers 40001 to 40048; a limit that is not set is unlimited."""

    remote_ems: bool = False
    mode: Mode = Mode.SELF_CONSUMPTION
    active_power_target_w: int = 0
    charge_limit_w: int = UNLIMITED_W
    discharge_limit_w: int = UNLIMITED_W
    pv_limit_w: int = UNLIMITED_W
    export_limit_w: int = UNLIMITED_W
    import_limit_w: int = UNLIMITED_W
    pcs_export_limit_w: int = UNLIMITED_W
    pcs_import_limit_w: int = UNLIMITED_W
    backup_soc: float = 0.0
    charge_cut_off_soc: float = 100.0
    discharge_cut_off_soc: float = 0.0


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the plant could do now; the inverters that run share one AC limit."""

    house_w: int
    third_party_w: int
    pv_available_w: int
    charge_available_w: int
    discharge_available_w: int
    soc: float
    ac_limit_w: int
    on_grid: bool = True


@dataclass(frozen=True, slots=True)
class Firmware:
    """Where one firmware decides differently from another."""

    limits_need_remote_ems: bool = False
    tops_up_from_grid: bool = True
    discharge_cut_off_imports: bool = False
    zero_export_limit_imports: bool = False
    limits_bound_to_mode: bool = False
    standby_holds: bool = True
    standby_lifts_export_limit: bool = False
    discharge_needs_pv: bool = False


class Flows(NamedTuple):
    """Power in whole watts; the balance holds exactly."""

    pv_w: int
    battery_w: int
    house_w: int
    third_party_w: int
    grid_w: int
    dc_charger_w: int = 0
    ac_charger_w: int = 0

    @property
    def inverters_w(self) -> int:
        """Return what the inverters give on their AC side."""
        return self.pv_w - self.battery_w - self.dc_charger_w


class _Limits(NamedTuple):
    """What is left of the conditions after the limits that hold in every mode."""

    pv_w: int
    charge_w: int
    discharge_w: int


class _Powers(NamedTuple):
    """What a mode asks for; surplus PV may add up to `absorb_w` to the battery's charge."""

    pv_w: int
    battery_w: int
    absorb_w: int


def dispatch(control: Control, conditions: Conditions, firmware: Firmware) -> Flows:
    """Return the power flows of this moment."""
    mode = control.mode if control.remote_ems else Mode.SELF_CONSUMPTION
    if mode is Mode.STANDBY:
        if firmware.standby_lifts_export_limit:
            control = replace(control, export_limit_w=UNLIMITED_W)
        if not firmware.standby_holds:
            mode = Mode.SELF_CONSUMPTION
    limits = _limits(control, mode, conditions, firmware)
    if not conditions.on_grid:
        return _off_grid(limits, conditions)
    import_limit_w = control.import_limit_w
    if firmware.discharge_cut_off_imports and conditions.soc < control.discharge_cut_off_soc:
        battery_w = min(conditions.charge_available_w, CUT_OFF_BUG_IMPORT_W)
        asked = _Powers(limits.pv_w, battery_w, battery_w)
        import_limit_w = UNLIMITED_W
    else:
        asked = _asked_of_mode(mode, control, conditions, limits, firmware)
    pv_w, battery_w, absorb_w = asked

    demand_w = conditions.house_w - conditions.third_party_w
    if firmware.zero_export_limit_imports and control.export_limit_w == 0 and pv_w == 0:
        imported_w = min(conditions.charge_available_w, ZERO_EXPORT_BUG_IMPORT_W - demand_w)
        battery_w = max(battery_w, imported_w)
    excess_w = demand_w + battery_w - pv_w - import_limit_w
    if battery_w > 0 and excess_w > 0:
        battery_w = max(battery_w - excess_w, 0)

    # What may leave the inverters: less battery output first, then charging, then less PV.
    ceiling_w = min(conditions.ac_limit_w, control.pcs_export_limit_w, control.export_limit_w + demand_w)
    if pv_w - battery_w > ceiling_w:
        battery_w = max(battery_w, min(absorb_w, pv_w - ceiling_w))
        pv_w = max(min(pv_w, ceiling_w + battery_w), 0)
    floor_w = -min(conditions.ac_limit_w, control.pcs_import_limit_w)
    battery_w = min(battery_w, pv_w - floor_w)

    return Flows(
        pv_w,
        battery_w,
        conditions.house_w,
        conditions.third_party_w,
        demand_w + battery_w - pv_w,
    )


def _asked_of_mode(
    mode: Mode, control: Control, conditions: Conditions, limits: _Limits, firmware: Firmware
) -> _Powers:
    """Return what a mode asks for on a firmware."""
    asked = _MODES[mode](control, conditions, limits)
    if mode is Mode.CHARGE_PV_FIRST and not firmware.tops_up_from_grid:
        surplus_w = max(limits.pv_w + conditions.third_party_w - conditions.house_w, 0)
        return asked._replace(battery_w=min(asked.battery_w, surplus_w))
    if mode is Mode.DISCHARGE_PV_FIRST and firmware.discharge_needs_pv and not limits.pv_w:
        return asked._replace(battery_w=0)
    return asked


def control_from(holding: Mapping[int, float | None]) -> Control:
    """Return what the plant's holding registers ask for."""

    def watts(address: int) -> int:
        kilowatts = holding[address]
        return UNLIMITED_W if kilowatts is None else round(kilowatts * 1000)

    def number(address: int) -> float:
        return holding[address] or 0.0

    return Control(
        remote_ems=number(40029) == 1,
        mode=Mode(int(number(40031))),
        active_power_target_w=watts(40001),
        charge_limit_w=watts(40032),
        discharge_limit_w=watts(40034),
        pv_limit_w=watts(40036),
        export_limit_w=watts(40038),
        import_limit_w=watts(40040),
        pcs_export_limit_w=watts(40042),
        pcs_import_limit_w=watts(40044),
        backup_soc=number(40046),
        charge_cut_off_soc=number(40047),
        discharge_cut_off_soc=number(40048),
    )


def _limits(control: Control, mode: Mode, conditions: Conditions, firmware: Firmware) -> _Limits:
    pv_w = conditions.pv_available_w
    charge_w = conditions.charge_available_w
    discharge_w = conditions.discharge_available_w
    if control.remote_ems or not firmware.limits_need_remote_ems:
        everywhere = not firmware.limits_bound_to_mode
        pv_w = min(pv_w, control.pv_limit_w)
        if everywhere or mode in CHARGE_MODES:
            charge_w = min(charge_w, control.charge_limit_w)
        if everywhere or mode in DISCHARGE_MODES:
            discharge_w = min(discharge_w, control.discharge_limit_w)
    if mode is Mode.STANDBY:
        charge_w = discharge_w = 0
    if conditions.soc >= control.charge_cut_off_soc:
        charge_w = 0
    if conditions.soc <= control.discharge_cut_off_soc:
        discharge_w = 0
    return _Limits(pv_w, charge_w, discharge_w)


def _off_grid(limits: _Limits, conditions: Conditions) -> Flows:
    """Carry the house without the grid; what cannot be carried is shed."""
    ac_limit_w = conditions.ac_limit_w
    demand_w = conditions.house_w - conditions.third_party_w
    output_w = min(max(demand_w, 0), ac_limit_w, limits.pv_w + limits.discharge_w)
    absorbed_w = min(max(-demand_w, 0), ac_limit_w, limits.charge_w)
    pv_w = min(limits.pv_w, output_w + limits.charge_w - absorbed_w)
    battery_w = pv_w - output_w + absorbed_w
    # With nothing that forms a grid, a third-party inverter stops as well.
    third_party_w = conditions.third_party_w if ac_limit_w else 0
    if demand_w < 0:
        third_party_w = min(third_party_w, conditions.house_w + absorbed_w)
    return Flows(pv_w, battery_w, third_party_w + pv_w - battery_w, third_party_w, 0)


def _pcs_remote_control(control: Control, _: Conditions, limits: _Limits) -> _Powers:
    battery_w = limits.pv_w - control.active_power_target_w
    battery_w = min(max(battery_w, -limits.discharge_w), limits.charge_w)
    pv_w = max(min(limits.pv_w, control.active_power_target_w + battery_w), 0)
    return _Powers(pv_w, battery_w, limits.charge_w)


def _standby(_: Control, __: Conditions, limits: _Limits) -> _Powers:
    return _Powers(limits.pv_w, 0, 0)


def _self_consumption(_: Control, conditions: Conditions, limits: _Limits) -> _Powers:
    surplus_w = limits.pv_w + conditions.third_party_w - conditions.house_w
    battery_w = min(max(surplus_w, -limits.discharge_w), limits.charge_w)
    return _Powers(limits.pv_w, battery_w, limits.charge_w)


def _charge_grid_first(_: Control, __: Conditions, limits: _Limits) -> _Powers:
    return _Powers(0, limits.charge_w, limits.charge_w)


def _charge_pv_first(_: Control, __: Conditions, limits: _Limits) -> _Powers:
    return _Powers(limits.pv_w, limits.charge_w, limits.charge_w)


def _discharge_pv_first(control: Control, conditions: Conditions, limits: _Limits) -> _Powers:
    return _Powers(limits.pv_w, -_forced_discharge_w(control, conditions, limits, limits.pv_w), 0)


def _discharge_ess_first(control: Control, conditions: Conditions, limits: _Limits) -> _Powers:
    return _Powers(0, -_forced_discharge_w(control, conditions, limits, 0), 0)


def _forced_discharge_w(control: Control, conditions: Conditions, limits: _Limits, pv_w: int) -> int:
    """Return the battery's output; at the backup SoC (40046) it serves the house only."""
    if conditions.soc > control.backup_soc:
        return limits.discharge_w
    need_w = max(conditions.house_w - conditions.third_party_w - pv_w, 0)
    return min(limits.discharge_w, need_w)


_MODES: Mapping[Mode, Callable[[Control, Conditions, _Limits], _Powers]] = {
    Mode.PCS_REMOTE_CONTROL: _pcs_remote_control,
    Mode.STANDBY: _standby,
    Mode.SELF_CONSUMPTION: _self_consumption,
    Mode.CHARGE_GRID_FIRST: _charge_grid_first,
    Mode.CHARGE_PV_FIRST: _charge_pv_first,
    Mode.DISCHARGE_PV_FIRST: _discharge_pv_first,
    Mode.DISCHARGE_ESS_FIRST: _discharge_ess_first,
}
