"""Turns commands into register writes, in an order that is safe to be interrupted at any point.

What the modes do was measured by owners; see the project's documentation on control. Registers 40000, 41000 and
42000 (start/stop) are not among the writable fields and are never written.
"""

from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from ..command import Action, ChargeSource, Command
from ..telemetry import ControlRegisters, RemoteEmsMode, Telemetry
from .registers import NO_LIMIT

SMALLEST_EXPORT_LIMIT_W = 10
"""An export limit of exactly 0 made an inverter import 1.3 kW at night."""

_DISCHARGE_CUTOFF_MARGIN = 1.0
"""A discharge cut-off above the state of charge imports several kW from the grid (firmware bug)."""

_CHARGE_CUTOFF_MARGIN = 0.1

_OVERSHOOT = 1.0
"""How far past a cut-off the state of charge may be with the battery still resting at it."""

_PV_COVERS_EXPORT = 0.8

MODE_CODES = {
    RemoteEmsMode.SELF_CONSUMPTION: 2,
    RemoteEmsMode.CHARGE_GRID_FIRST: 3,
    RemoteEmsMode.CHARGE_PV_FIRST: 4,
    RemoteEmsMode.DISCHARGE_PV_FIRST: 5,
    RemoteEmsMode.DISCHARGE_ESS_FIRST: 6,
}
"""Register 40031, as far as it is written."""

_CHARGE_MODES = {
    ChargeSource.SOLAR_FIRST: RemoteEmsMode.CHARGE_PV_FIRST,
    ChargeSource.GRID: RemoteEmsMode.CHARGE_GRID_FIRST,
}


@dataclass(frozen=True, slots=True)
class Write:
    """One register write: a field of `PlantControl`, and its value in our units."""

    field: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The state of charge that the hardware itself is to keep to."""

    min_soc: float
    max_soc: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a translation depends on besides the command."""

    telemetry: Telemetry
    present: ControlRegisters
    """What the registers hold now."""

    saved: ControlRegisters
    """What they held before this controller first wrote."""

    bounds: Bounds
    export_limit_w: int | None = None
    """The export limit that is wanted besides the command."""


_CUTOFFS = ("charge_cutoff_soc", "discharge_cutoff_soc")
_LIMITS = ("charge_limit_w", "discharge_limit_w", "export_limit_w")
_SET_BY_COMMANDS = ("remote_ems_enabled", "remote_ems_mode", *_CUTOFFS, *_LIMITS)


def writes_for(command: Command, situation: Situation) -> tuple[Write, ...]:
    """Return the writes that bring the plant from its present registers to the command, in order.

    Control begins with the hardware cut-offs, so that they hold whatever happens after, and ends with them. A
    change of mode goes through self-consumption, which avoids a battery stop of 15–30 s. Registers that already
    hold their value are left alone, so a ramp step is a single write.
    """
    wanted, present = registers_for(command, situation), situation.present
    enabled, mode = bool(present.remote_ems_enabled), present.remote_ems_mode
    cutoffs, limits = _changed(_CUTOFFS, wanted, present), _changed(_LIMITS, wanted, present)
    through = [Write("remote_ems_mode", MODE_CODES[RemoteEmsMode.SELF_CONSUMPTION])]
    if command.action is Action.RELEASE:
        pause = through if enabled and mode is not RemoteEmsMode.SELF_CONSUMPTION else []
        return (*pause, *limits, *cutoffs, *([Write("remote_ems_enabled", 0)] if enabled else []))
    enable = [] if enabled else [Write("remote_ems_enabled", 1)]
    if enabled and mode is wanted.remote_ems_mode:
        return (*cutoffs, *limits)
    pause = through if mode is not RemoteEmsMode.SELF_CONSUMPTION else []
    assert wanted.remote_ems_mode is not None
    target = [Write("remote_ems_mode", MODE_CODES[wanted.remote_ems_mode])]
    return (*cutoffs, *enable, *pause, *limits, *(target if target != through else []))


def registers_for(command: Command, situation: Situation) -> ControlRegisters:
    """Return what the control registers hold once a command has taken effect.

    The charge limit caps charging, the discharge limit caps the total battery output, house load included.
    """
    telemetry, saved = situation.telemetry, situation.saved
    charge_w = telemetry.rated_charge_power_w if saved.charge_limit_w is None else saved.charge_limit_w
    discharge_w = telemetry.rated_discharge_power_w if saved.discharge_limit_w is None else saved.discharge_limit_w
    export_w = saved.export_limit_w if situation.export_limit_w is None else _export_limit(situation.export_limit_w)
    if (meter_w := command.export_limit_w) is not None and command.action is not Action.RELEASE:
        export_w = _export_limit(meter_w if export_w is None else min(meter_w, export_w))
    charge_cutoff, discharge_cutoff = _cutoffs(situation)
    mode: RemoteEmsMode | None = RemoteEmsMode.SELF_CONSUMPTION
    match command.action:
        case Action.CHARGE:
            charge_w = command.power_w
            mode = _CHARGE_MODES[command.source]
        case Action.DISCHARGE:
            discharge_w = command.power_w
            mode = RemoteEmsMode.DISCHARGE_PV_FIRST
            if meter_w is not None and (telemetry.pv_power_w or 0) < _PV_COVERS_EXPORT * meter_w:
                mode = RemoteEmsMode.DISCHARGE_ESS_FIRST
        case Action.HOLD:
            charge_w = discharge_w = 0
        case Action.RELEASE:
            charge_cutoff, discharge_cutoff = _own_cutoffs(situation)
            if not situation.present.remote_ems_enabled:
                # Without remote EMS the mode counts for nothing, and old firmware refuses to have it written.
                mode = situation.present.remote_ems_mode
        case Action.SELF_CONSUME:
            pass
    return ControlRegisters(
        remote_ems_enabled=command.action is not Action.RELEASE,
        remote_ems_mode=mode,
        charge_limit_w=charge_w,
        discharge_limit_w=discharge_w,
        export_limit_w=export_w,
        charge_cutoff_soc=charge_cutoff,
        discharge_cutoff_soc=discharge_cutoff,
    )


def differences(wanted: ControlRegisters, found: ControlRegisters) -> dict[str, tuple[Any, Any]]:
    """Return the registers a command sets that do not hold what it wants: name → (wanted, found)."""
    return {
        name: (getattr(wanted, name), getattr(found, name))
        for name in _SET_BY_COMMANDS
        if getattr(wanted, name) != getattr(found, name)
    }


def _changed(names: tuple[str, ...], wanted: ControlRegisters, present: ControlRegisters) -> list[Write]:
    return [
        Write(name.removesuffix("_w"), NO_LIMIT if (value := getattr(wanted, name)) is None else value)
        for name in names
        if getattr(wanted, name) != getattr(present, name)
    ]


def _export_limit(wanted_w: int) -> int:
    return max(SMALLEST_EXPORT_LIMIT_W, wanted_w)


def _cutoffs(situation: Situation) -> tuple[float | None, float | None]:
    """Return the cut-offs for charging and discharging while this controller is in charge.

    They are the bounds, but never looser than the owner's own, and written at a distance from the present state
    of charge: whole percents, so that a drifting state of charge costs a write per percent at most. One that is in
    place stays when the battery comes to rest at it: following would let the battery run away with its own limit.
    """
    soc, saved, bounds, present = situation.telemetry.soc, situation.saved, situation.bounds, situation.present
    if soc is None:
        return present.charge_cutoff_soc, present.discharge_cutoff_soc
    # The registers hold tenths: what they cannot hold would never read back as it was written.
    lowest = max(round(bounds.min_soc, 1), saved.discharge_cutoff_soc or 0.0)
    highest = min(round(bounds.max_soc, 1), 100.0 if saved.charge_cutoff_soc is None else saved.charge_cutoff_soc)
    return (
        _charge_cutoff(highest, soc, present.charge_cutoff_soc),
        _discharge_cutoff(lowest, soc, present.discharge_cutoff_soc),
    )


def _own_cutoffs(situation: Situation) -> tuple[float | None, float | None]:
    """Return the owner's cut-offs, as far as the present state of charge allows writing them.

    Where it is unknown, a cut-off is only moved away from it.
    """
    soc, saved, present = situation.telemetry.soc, situation.saved, situation.present
    charge, discharge = saved.charge_cutoff_soc, saved.discharge_cutoff_soc
    if charge is not None:
        at_least = present.charge_cutoff_soc or 0.0
        charge = max(charge, at_least) if soc is None else _charge_cutoff(charge, soc, present.charge_cutoff_soc)
    if discharge is not None:
        at_most = 100.0 if present.discharge_cutoff_soc is None else present.discharge_cutoff_soc
        discharge = (
            min(discharge, at_most) if soc is None else _discharge_cutoff(discharge, soc, present.discharge_cutoff_soc)
        )
    return charge, discharge


def _charge_cutoff(wanted: float, soc: float, present: float | None) -> float:
    at_distance = min(100.0, max(wanted, float(ceil(soc + _CHARGE_CUTOFF_MARGIN))))
    if present is not None and wanted <= present <= at_distance and soc <= present + _OVERSHOOT:
        return present
    return at_distance


def _discharge_cutoff(wanted: float, soc: float, present: float | None) -> float:
    at_distance = max(0.0, min(wanted, float(floor(soc - _DISCHARGE_CUTOFF_MARGIN))))
    if present is not None and at_distance <= present <= wanted and soc >= present - _OVERSHOOT:
        return present
    return at_distance
