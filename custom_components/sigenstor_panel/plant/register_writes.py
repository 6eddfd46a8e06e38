"""Turns commands into register writes, in an order that is safe to be interrupted at any point.

What the modes do was measured by owners; see the project's documentation on control. Register 40000 (start/stop of the
plant) is not among the writable fields and is never written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, floor
from typing import Any

from ..model.command import Action, ChargeSource, Command
from ..model.telemetry import ControlRegisters, RemoteEmsMode, Telemetry
from .plausibility import MAX_POWER_W
from .registers import NO_LIMIT, NO_LIMIT_WRITABLE

SMALLEST_EXPORT_LIMIT_W = 10
"""An export limit of exactly 0 made an inverter import 1.3 kW at night."""

_DISCHARGE_CUTOFF_MARGIN = 1.0
"""A discharge cut-off above the state of charge imports several kW from the grid (firmware bug)."""

_CHARGE_CUTOFF_MARGIN = 0.1

_OVERSHOOT = 1.0
"""How far past a cut-off the state of charge may be with the battery still resting at it."""

_PV_COVERS_EXPORT = 0.8
"""Below this share of the wanted export, the PV-first mode was seen not to draw on the battery."""

_HOME_PV_W = 100_000
_PV_OF_RATED = 4
"""What PV is limited to where the plant takes no value for "no limit": more than its inverters can make of the sun."""

_POWER_TOLERANCE_W = 2
"""Owners read 4999 for 5000 W, and 29.999 for 30 kW."""

_SOC_TOLERANCE = 0.1

MODE_CODES = {
    RemoteEmsMode.PCS_REMOTE: 0,
    RemoteEmsMode.STANDBY: 1,
    RemoteEmsMode.SELF_CONSUMPTION: 2,
    RemoteEmsMode.CHARGE_GRID_FIRST: 3,
    RemoteEmsMode.CHARGE_PV_FIRST: 4,
    RemoteEmsMode.DISCHARGE_PV_FIRST: 5,
    RemoteEmsMode.DISCHARGE_ESS_FIRST: 6,
    RemoteEmsMode.VEHICLE_TO_GRID: 8,
}
"""Register 40031. The first and the last are written only to give back what was found."""

_CHARGE_MODES = {
    ChargeSource.SOLAR_FIRST: RemoteEmsMode.CHARGE_PV_FIRST,
    ChargeSource.GRID: RemoteEmsMode.CHARGE_GRID_FIRST,
}

BATTERY_LIMITS = ("charge_limit_w", "discharge_limit_w")
CUTOFFS = ("charge_cutoff_soc", "discharge_cutoff_soc")
PV_LIMIT = "pv_limit_w"
LIMITS = (*BATTERY_LIMITS, PV_LIMIT, "export_limit_w")
SET_BY_COMMANDS = ("remote_ems_enabled", "remote_ems_mode", *CUTOFFS, *LIMITS)

ANY_VALUE = "any"
"""Stands for whatever a register holds, where it is not known what was written to it."""

type Targets = Mapping[str, Any]
"""What registers are to hold, by the name of the field of `ControlRegisters`; a limit of None is no limit."""

AT_REST = (RemoteEmsMode.SELF_CONSUMPTION, RemoteEmsMode.STANDBY)
"""The modes in which the battery does nothing else when remote EMS is switched on."""

type Written = Mapping[str, tuple[Any, ...]]
"""Fields of `ControlRegisters` that this controller wrote, and the values of ours that each may hold.

There are two values while a write is under way: whether it reached the plant is known only afterwards.
"""


class HoldMethod(StrEnum):
    """What keeps the battery at rest; each does what the one before it does, and more."""

    LIMITS = "limits"
    """Self-consumption with both limits at 0: PV goes on serving the house (firmware from SPC113 on)."""

    STANDBY = "standby"
    """The standby mode: before SPC113 limits count in the charge and discharge modes only."""

    CUTOFFS = "cutoffs"
    """The cut-offs right at the state of charge, which count on every firmware."""

    @property
    def next(self) -> HoldMethod:
        """Return the method to try where this one does not hold the battery; the last one has no next."""
        methods = list(HoldMethod)
        return methods[min(methods.index(self) + 1, len(methods) - 1)]


@dataclass(frozen=True, slots=True)
class Write:
    """One register write: a field of `PlantControl`, and its value in our units."""

    field: str
    value: float
    or_else: tuple[float, ...] = ()
    """What is written where the plant refuses the value."""

    afterwards: bool = False
    """Whether it is written only if the write before it was taken, and may be refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SocBounds:
    """The state of charge that the hardware itself is to keep to."""

    min_soc: float
    max_soc: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a translation depends on besides the command."""

    telemetry: Telemetry
    present: ControlRegisters
    """What the registers hold now."""

    owner: ControlRegisters
    """What the registers would hold without this controller; a limit of None is none."""

    written: Written
    """The registers that this controller has to give back."""

    bounds: SocBounds
    export_limit_w: int | None = None
    """The export limit that is wanted besides the command."""

    hold_method: HoldMethod = HoldMethod.LIMITS
    discharge_ess_first: bool = False
    """Whether the PV-first mode was found not to discharge the battery."""

    limits_hidden: bool = False
    """Whether this firmware was seen to read 0 for the battery limits while remote EMS is off."""


def same(name: str, one: Any, other: Any) -> bool:
    """Return whether two values of a register are the same, apart from how it rounds."""
    if ANY_VALUE in (one, other):
        return True
    if one is None or other is None or isinstance(one, str | bool) or isinstance(other, str | bool):
        return bool(one == other)
    return bool(abs(one - other) <= (_SOC_TOLERANCE + 1e-6 if name in CUTOFFS else _POWER_TOLERANCE_W))


def differences(
    targets: Targets, found: ControlRegisters, *, limits_hidden: bool = False
) -> dict[str, tuple[Any, Any]]:
    """Return the registers that do not hold what they are to, or do not say what they hold: name → (wanted, found).

    With `limits_hidden`, a battery limit of 0 says nothing while remote EMS is off.
    """
    hidden = BATTERY_LIMITS if limits_hidden and hides_limits(found) else ()
    return {
        name: (wanted, is_now)
        for name, wanted in targets.items()
        if (not same(name, wanted, is_now := getattr(found, name)) or name in found.unread)
        and not (name in hidden and is_now == 0)
    }


def hides_limits(present: ControlRegisters) -> bool:
    """Return whether the battery limits may read 0 only because remote EMS is off (firmware before SPC113)."""
    return not present.remote_ems_enabled and any(getattr(present, name) == 0 for name in BATTERY_LIMITS)


def seen_hiding(on: ControlRegisters, off: ControlRegisters) -> bool:
    """Return whether two readings, with nothing but remote EMS switched in between, show that it hides the limits."""
    if not on.remote_ems_enabled or off.remote_ems_enabled is not False:
        return False
    readable = set(BATTERY_LIMITS) - {*on.unread, *off.unread}
    return any(getattr(off, name) == 0 and getattr(on, name) != 0 for name in readable)


def owner_registers(saved: ControlRegisters | None, written: Written, present: ControlRegisters) -> ControlRegisters:
    """Return what each register would hold without this controller.

    On old firmware the battery limits read 0 while remote EMS is off: that is no limit of the owner's.
    """
    unbound: dict[str, Any] = (
        {} if present.remote_ems_enabled else {name: None for name in BATTERY_LIMITS if not getattr(present, name)}
    )
    owner = replace(present, **unbound)
    if saved is None:
        return owner
    return replace(owner, **{name: getattr(saved, name) for name in written})


def registers_for(command: Command, situation: Situation) -> dict[str, Any]:
    """Return what the registers that a command concerns, or that are given back, are to hold.

    The charge limit caps charging, the discharge limit caps the total battery output, house load included. A register
    that the command does not concern is given back if this controller wrote it, and is left alone otherwise. The PV
    limit is given back by a write of its own, which waits for nothing: see `pv_given_back`.
    """
    given_back = _given_back(situation)
    if command.action is Action.RELEASE:
        return given_back | _export_target(None, situation)
    return (
        given_back
        | _action_targets(command, situation)
        | _export_target(command.export_limit_w, situation)
        | _pv_target(command.pv_limit_w, situation)
    )


def pv_given_back(owner: ControlRegisters, rated_w: int | None) -> tuple[Write, dict[str, Any]]:
    """Return the write that ends a limit on PV, and what the register is to hold then.

    `rated_w` is what the inverters are rated for together.
    """
    write = _write(PV_LIMIT, owner.pv_limit_w, None)
    if owner.pv_limit_w is None:
        most_w = MAX_POWER_W if rated_w is None else max(_HOME_PV_W, _PV_OF_RATED * rated_w)
        write = replace(write, or_else=(*write.or_else, most_w))
    return write, {PV_LIMIT: owner.pv_limit_w}


def writes_for(command: Command, targets: Targets, situation: Situation) -> tuple[Write, ...]:
    """Return the writes that bring the plant from its present registers to the targets, in order.

    Control begins with the hardware cut-offs, so that they hold whatever happens after, and ends with them. A
    change of mode goes through self-consumption, which avoids a battery stop of 15–30 s. Registers that already
    hold their value are left alone, so a ramp step is a single write.
    """
    present, telemetry = situation.present, situation.telemetry
    changed = differences(targets, present, limits_hidden=situation.limits_hidden)
    enabled, mode = bool(present.remote_ems_enabled), present.remote_ems_mode
    cutoffs, limits = _writes(CUTOFFS, changed, telemetry), _writes(LIMITS, changed, telemetry)
    through = [_mode(RemoteEmsMode.SELF_CONSUMPTION)] if mode is not RemoteEmsMode.SELF_CONSUMPTION else []
    if command.action is Action.RELEASE:
        off = [Write("remote_ems_enabled", 0)] if "remote_ems_enabled" in changed else []
        through = through if enabled and off else []
        stands = RemoteEmsMode.SELF_CONSUMPTION if through else mode
        # The owner's mode counts for nothing once remote EMS is off; before that it must not move the battery.
        owners = situation.owner.remote_ems_mode if "remote_ems_mode" in situation.written else None
        last = [replace(_mode(owners), afterwards=True)] if owners and owners is not stands else []
        return (*through, *limits, *cutoffs, *off, *last)
    enable = [Write("remote_ems_enabled", 1)] if "remote_ems_enabled" in changed else []
    if not enable and "remote_ems_mode" not in changed:
        return (*cutoffs, *limits)
    wanted: RemoteEmsMode = targets["remote_ems_mode"]
    target = [] if wanted is RemoteEmsMode.SELF_CONSUMPTION else [_mode(wanted)]
    return (*cutoffs, *enable, *through, *limits, *target)


def blind_hold(method: HoldMethod) -> dict[str, Any]:
    """Return what a hold wants of the registers, without looking at anything."""
    mode = RemoteEmsMode.SELF_CONSUMPTION if method is HoldMethod.LIMITS else RemoteEmsMode.STANDBY
    return {"charge_limit_w": 0, "discharge_limit_w": 0, "remote_ems_mode": mode, "remote_ems_enabled": True}


def stop_writes(targets: Targets, present: ControlRegisters | None) -> tuple[Write, ...]:
    """Return the writes of a stop, the fastest first; `present` is None where it could not be read.

    The limits stop a battery that is charged or discharged right now. Before firmware SPC113 the plant refuses them
    while remote EMS is off: what it refused is tried again once it was switched on.
    """
    order = (*BATTERY_LIMITS, "remote_ems_mode", "remote_ems_enabled", *CUTOFFS)
    wrong = dict(targets if present is None else differences(targets, present))
    if present is not None and not present.remote_ems_enabled:
        # There, old firmware reads 0 whatever the limits are.
        wrong |= dict.fromkeys(BATTERY_LIMITS)
    return tuple(_write(name, targets[name], None) for name in order if name in wrong)


def _given_back(situation: Situation) -> dict[str, Any]:
    targets = {name: getattr(situation.owner, name) for name in situation.written if name != PV_LIMIT}
    for name in ("remote_ems_mode", *CUTOFFS):
        # One that was never read cannot be given back.
        if name in targets and targets[name] is None:
            del targets[name]
    if "remote_ems_enabled" in targets:
        # Whoever had switched it on wrote what it wanted then; the plant's own mode is what is safe without it.
        targets["remote_ems_enabled"] = False
    return targets | {name: value for name, value in _own_cutoffs(situation).items() if name in targets}


def _action_targets(command: Command, situation: Situation) -> dict[str, Any]:
    targets: dict[str, Any] = {"remote_ems_enabled": True, "remote_ems_mode": RemoteEmsMode.SELF_CONSUMPTION}
    targets |= _cutoffs(command, situation)
    match command.action:
        case Action.CHARGE:
            targets |= {"charge_limit_w": command.power_w, "remote_ems_mode": _CHARGE_MODES[command.source]}
        case Action.DISCHARGE:
            targets |= {"discharge_limit_w": command.power_w, "remote_ems_mode": _discharge_mode(command, situation)}
        case Action.HOLD:
            method = situation.hold_method
            targets |= {"charge_limit_w": 0, "discharge_limit_w": command.cover_w}
            # In standby the battery gives nothing: where the house needs it, self-consumption is the smaller danger.
            if method is not HoldMethod.LIMITS and not command.cover_w:
                targets["remote_ems_mode"] = RemoteEmsMode.STANDBY
            if method is HoldMethod.CUTOFFS and not command.cover_w:
                targets |= tight_cutoffs(situation.telemetry.soc, situation.present)
        case Action.SELF_CONSUME if not command.charging_allowed:
            targets["charge_limit_w"] = 0
    return targets


def _discharge_mode(command: Command, situation: Situation) -> RemoteEmsMode:
    meter_w, pv_w = command.export_limit_w, situation.telemetry.pv_power_w or 0
    little_pv = meter_w is not None and pv_w < _PV_COVERS_EXPORT * meter_w
    if little_pv or situation.discharge_ess_first:
        return RemoteEmsMode.DISCHARGE_ESS_FIRST
    return RemoteEmsMode.DISCHARGE_PV_FIRST


def _export_target(meter_w: int | None, situation: Situation) -> dict[str, Any]:
    """Return the export limit where it is to be lowered: what stands there may be the network operator's."""
    wanted = [limit for limit in (meter_w, situation.export_limit_w) if limit is not None]
    if not wanted:
        return {}
    limit_w = max(SMALLEST_EXPORT_LIMIT_W, min(wanted))
    owner_w = situation.owner.export_limit_w
    return {"export_limit_w": limit_w} if owner_w is None or limit_w < owner_w else {}


def _pv_target(limit_w: int | None, situation: Situation) -> dict[str, Any]:
    """Return the PV limit where it is to be lowered: what stands there is somebody else's."""
    if limit_w is None:
        return {}
    owner_w = situation.owner.pv_limit_w
    return {PV_LIMIT: max(0, limit_w)} if owner_w is None or limit_w < owner_w else {}


def tight_cutoffs(soc: float | None, present: ControlRegisters) -> dict[str, Any]:
    """Return the cut-offs that leave the battery about a percent either way; none while its charge is unknown."""
    if soc is None:
        return {}
    return {
        "charge_cutoff_soc": _charge_cutoff(0.0, soc, present.charge_cutoff_soc),
        "discharge_cutoff_soc": _discharge_cutoff(100.0, soc, present.discharge_cutoff_soc),
    }


def _cutoffs(command: Command, situation: Situation) -> dict[str, Any]:
    """Return the cut-offs for charging and discharging while this controller is in charge.

    They are the bounds, but never looser than the owner's own, and written at a distance from the present state
    of charge: whole percents, so that a drifting state of charge costs a write per percent at most. One that is in
    place stays when the battery comes to rest at it: following would let the battery run away with its own limit.
    """
    soc, owner, bounds, present = situation.telemetry.soc, situation.owner, situation.bounds, situation.present
    if soc is None:
        return {name: value for name in CUTOFFS if (value := getattr(present, name)) is not None}
    floor_soc = command.floor_soc or 0.0
    # The registers hold tenths: what they cannot hold would never read back as it was written.
    lowest = max(round(bounds.min_soc, 1), round(floor_soc, 1), owner.discharge_cutoff_soc or 0.0)
    highest = min(round(bounds.max_soc, 1), 100.0 if owner.charge_cutoff_soc is None else owner.charge_cutoff_soc)
    cutoffs = {
        "charge_cutoff_soc": _charge_cutoff(highest, soc, present.charge_cutoff_soc),
        "discharge_cutoff_soc": _discharge_cutoff(lowest, soc, present.discharge_cutoff_soc),
    }
    # What this firmware does not serve cannot be confirmed.
    return {name: cutoff for name, cutoff in cutoffs.items() if getattr(present, name) is not None}


def _own_cutoffs(situation: Situation) -> dict[str, Any]:
    """Return the owner's cut-offs, as far as the present state of charge allows writing them.

    Where it is unknown, a cut-off is only moved away from it.
    """
    soc, owner, present = situation.telemetry.soc, situation.owner, situation.present
    charge, discharge = owner.charge_cutoff_soc, owner.discharge_cutoff_soc
    targets = {}
    if charge is not None:
        at_least = present.charge_cutoff_soc or 0.0
        charge = max(charge, at_least) if soc is None else _charge_cutoff(charge, soc, present.charge_cutoff_soc)
        targets["charge_cutoff_soc"] = charge
    if discharge is not None:
        at_most = 100.0 if present.discharge_cutoff_soc is None else present.discharge_cutoff_soc
        discharge = (
            min(discharge, at_most) if soc is None else _discharge_cutoff(discharge, soc, present.discharge_cutoff_soc)
        )
        targets["discharge_cutoff_soc"] = discharge
    return targets


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


def _writes(names: Iterable[str], changed: Mapping[str, tuple[Any, Any]], telemetry: Telemetry) -> list[Write]:
    return [_write(name, changed[name][0], telemetry) for name in names if name in changed]


def _write(name: str, value: Any, telemetry: Telemetry | None) -> Write:
    if name == "remote_ems_mode":
        return _mode(value)
    if name == "remote_ems_enabled":
        return Write(name, int(value))
    field = name.removesuffix("_w")
    if value is not None:
        return Write(field, value)
    rated = {
        "charge_limit_w": telemetry and telemetry.rated_charge_power_w,
        "discharge_limit_w": telemetry and telemetry.rated_discharge_power_w,
    }.get(name)
    return Write(field, NO_LIMIT, (NO_LIMIT_WRITABLE, *([rated] if rated else [])))


def _mode(mode: RemoteEmsMode) -> Write:
    return Write("remote_ems_mode", MODE_CODES[mode])
