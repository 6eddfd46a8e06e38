"""A plant in good order, its owner's registers, and situations in which commands are translated."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, RemoteEmsMode, Source, Telemetry
from custom_components.sigenstor_panel.plant.register_writes import (
    ANY_VALUE,
    SET_BY_COMMANDS,
    HoldMethod,
    Situation,
    SocBounds,
    owner_registers,
)

CONTROLLING = ("remote_ems_enabled", "remote_ems_mode")
TELEMETRY = Telemetry(
    timestamp=datetime(2026, 1, 15, 2, 0, tzinfo=UTC),
    source=Source.MODBUS,
    soc=50.0,
    battery_power_w=0,
    grid_power_w=500,
    pv_power_w=0,
    house_power_w=500,
    rated_charge_power_w=9000,
    rated_discharge_power_w=10_000,
    alarms={},
    inverters={},
)
OWN = ControlRegisters(
    remote_ems_enabled=False,
    remote_ems_mode=RemoteEmsMode.SELF_CONSUMPTION,
    charge_limit_w=8000,
    discharge_limit_w=7000,
    export_limit_w=5000,
    charge_cutoff_soc=100.0,
    discharge_cutoff_soc=0.0,
)
BOUNDS = SocBounds(min_soc=5.0, max_soc=98.0)


def situation(
    present: ControlRegisters = OWN,
    saved: ControlRegisters = OWN,
    *,
    written: Iterable[str] | None = None,
    bounds: SocBounds = BOUNDS,
    export_limit_w: int | None = None,
    hold_method: HoldMethod = HoldMethod.LIMITS,
    discharge_ess_first: bool = False,
    **telemetry: Any,
) -> Situation:
    """Return a situation in which all that differs from what was saved was written, unless it is said what was."""
    if written is None:
        written = {name for name in SET_BY_COMMANDS if getattr(present, name) != getattr(saved, name)}
        written |= set(CONTROLLING) if written else set()
    ours = dict.fromkeys(written, (ANY_VALUE,))
    return Situation(
        telemetry=replace(TELEMETRY, **telemetry),
        present=present,
        owner=owner_registers(saved, ours, present),
        written=ours,
        bounds=bounds,
        export_limit_w=export_limit_w,
        hold_method=hold_method,
        discharge_ess_first=discharge_ess_first,
    )
