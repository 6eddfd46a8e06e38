"""Which registers this controller has to give back, and what others wrote meanwhile. Pure."""

from dataclasses import dataclass, replace
from typing import Any

from ..model.message import Message, say
from ..model.telemetry import ControlRegisters, RemoteEmsMode, Telemetry
from ..plant.register_writes import (
    ANY_VALUE,
    AT_REST,
    BATTERY_LIMITS,
    CUTOFFS,
    PV_LIMIT,
    SET_BY_COMMANDS,
    Targets,
    hides_limits,
    owner_registers,
    same,
)
from .memory import ControlMemory, LimitsDoubt

_MOST_OF_RATED = 2
"""A battery limit above this multiple of the rated power is no limit."""

type RatedPowers = tuple[int | None, int | None]
"""What the battery is rated for, in W: charging and discharging."""


@dataclass(frozen=True, slots=True)
class ForeignChange:
    """A register that somebody else, or the plant itself, wrote after it was confirmed to hold our value."""

    name: str
    found: Any
    ours: Any


def adopt(memory: ControlMemory, present: ControlRegisters) -> tuple[ControlMemory, list[ForeignChange]]:
    """Return the memory with what others wrote as what is given back, and their changes.

    A register that no longer holds our value is not ours any more. One that cannot be read says nothing, nor do battery
    limits that read 0 while remote EMS is off: on old firmware they always do. Battery limits of another controller are
    of the moment, as its mode is: what they were before stays what the owner gave them.
    """
    written, saved, changes = dict(memory.written), memory.saved or ControlRegisters(), list[ForeignChange]()
    of_others = _under_control_of_others(memory, present)
    for name, ours in memory.written.items():
        if name in present.unread:
            continue
        found = getattr(present, name)
        if any(same(name, value, found) for value in ours):
            continue
        if name in BATTERY_LIMITS and found == 0 and not present.remote_ems_enabled:
            continue
        del written[name]
        if len(ours) == 1 and not (name == "export_limit_w" and same(name, getattr(saved, name), found)):
            # The plant itself lets an export limit lapse after a while (firmware SPC113 and SPC115).
            changes.append(ForeignChange(name, found, ours[0]))
        if not of_others or name not in BATTERY_LIMITS:
            saved = replace(saved, **{name: found})
    if len(written) == len(memory.written):
        return memory, []
    return replace(memory, written=written, saved=saved if written else None), changes


def before_writing(
    memory: ControlMemory,
    present: ControlRegisters,
    targets: Targets,
    names: set[str],
    rated: RatedPowers,
) -> ControlMemory:
    """Return the memory as it has to be on disk before registers are written.

    It holds what each of them is given back to, and every value that each may hold until it is read back.
    """
    owner = owner_registers(memory.saved, memory.written, present)
    if _under_control_of_others(memory, present):
        # A limit of 0 is not believed: given back, it would leave a dead battery.
        before = memory.saved or owner
        limits_w: dict[str, Any] = {
            name: getattr(before, name) or None for name in BATTERY_LIMITS if name not in memory.written
        }
        owner = replace(owner, **limits_w)
    if "remote_ems_enabled" in names and "remote_ems_enabled" not in memory.written:
        if present.remote_ems_enabled:
            memory = replace(memory, limits_doubt=LimitsDoubt.FOUND_UNDER_REMOTE)
        elif present.remote_ems_enabled is None:
            memory = replace(memory, limits_doubt=LimitsDoubt.NEVER_READ)
    if present.remote_ems_enabled and "remote_ems_mode" not in memory.written:
        # A mode that a controller set is of the moment, and is not given back.
        owner = replace(owner, remote_ems_mode=None)
    written = dict(memory.written)
    for name in names:
        values = list[Any]()
        # A change of mode goes through self-consumption, even where a mode is only left and none is wanted.
        passed = (RemoteEmsMode.SELF_CONSUMPTION,) if name == "remote_ems_mode" else ()
        wanted = (targets[name],) if name in targets else ()
        held = () if name in present.unread else (getattr(present, name),)
        for value in (*written.get(name, ()), *held, *passed, *wanted):
            values = [other for other in values if other != ANY_VALUE and not same(name, other, value)] + [value]
        written[name] = tuple(values)
    return replace(memory, saved=replace(_believable(owner, rated), unread=()), written=written)


def after_writing(
    memory: ControlMemory, found: ControlRegisters | None, targets: Targets, *, released: bool
) -> ControlMemory:
    """Return the memory after registers were read back; `found` is None where they could not be."""
    if found is None:
        return memory
    written = {}
    for name, ours in memory.written.items():
        is_now = getattr(found, name)
        held = [value for value in ours if same(name, value, is_now) and name not in found.unread]
        written[name] = tuple(held[-1:]) or ours
    saved = memory.saved
    if released and saved is not None:
        hidden = memory.limits_hidden and hides_limits(found)
        written = {
            name: ours
            for name, ours in written.items()
            if not _given_back(name, saved, targets, found, limits_hidden=hidden)
        }
    return replace(memory, written=written, saved=saved if written else None)


def _under_control_of_others(memory: ControlMemory, present: ControlRegisters) -> bool:
    """Return whether remote EMS is on in a mode that is not ours."""
    ours = memory.written.get("remote_ems_mode", ())
    return bool(present.remote_ems_enabled) and not any(
        same("remote_ems_mode", value, present.remote_ems_mode) for value in ours
    )


def _given_back(
    name: str, saved: ControlRegisters, targets: Targets, found: ControlRegisters, *, limits_hidden: bool
) -> bool:
    if name == "remote_ems_enabled":
        return found.remote_ems_enabled is False
    if name == "remote_ems_mode":
        # Old firmware does not take it once remote EMS is off; then it is no target any more.
        left = name in targets and not same(name, targets[name], found.remote_ems_mode)
        return found.remote_ems_enabled is False and not (left and found.remote_ems_mode not in AT_REST)
    owners, is_now = getattr(saved, name), getattr(found, name)
    if name in found.unread:
        # A cut-off that was never read cannot be given back; what was read is owed until it is read again.
        return owners is None and name in CUTOFFS
    if name == PV_LIMIT:
        return same(name, owners, is_now)
    if name not in targets or same(name, owners, is_now):
        return True
    if limits_hidden and name in BATTERY_LIMITS and is_now == 0:
        return True
    # The plant took another value for "no limit".
    return owners is None and name in BATTERY_LIMITS and same(name, targets[name], is_now)


def without_pv_limit(memory: ControlMemory) -> ControlMemory:
    """Return the memory after the PV limit was given back."""
    written = {name: ours for name, ours in memory.written.items() if name != PV_LIMIT}
    applied = memory.applied
    if applied is not None:
        applied = replace(applied, command=replace(applied.command, pv_limit_w=None))
    return replace(memory, written=written, saved=memory.saved if written else None, applied=applied)


def limits_below_rating(owner: ControlRegisters, rated: RatedPowers) -> dict[str, int]:
    """Return the battery limits, in W, that keep the battery below what it is rated for."""
    return {
        name: limit_w
        for name, rated_w in zip(BATTERY_LIMITS, rated, strict=True)
        if (limit_w := getattr(owner, name)) is not None and rated_w and limit_w < rated_w
    }


def owing_rated(memory: ControlMemory, present: ControlRegisters, rated: RatedPowers) -> ControlMemory:
    """Return the memory with the rated power as what limits below it are given back to."""
    low = limits_below_rating(owner_registers(memory.saved, memory.written, present), rated)
    rated_w: dict[str, Any] = {name: value for name, value in zip(BATTERY_LIMITS, rated, strict=True) if name in low}
    return replace(
        memory,
        saved=replace(memory.saved or ControlRegisters(), **rated_w),
        written={**{name: (getattr(present, name),) for name in low}, **memory.written},
    )


def without_lost(memory: ControlMemory, rated: RatedPowers) -> ControlMemory:
    """Return the memory as it was loaded, without values that no register of the owner's can have held.

    Battery limits that are lost are given back as none, and asked about.
    """
    if memory.saved is None:
        return memory
    saved = _believable(memory.saved, rated)
    lost = any(getattr(saved, name) != getattr(memory.saved, name) for name in BATTERY_LIMITS if name in memory.written)
    return replace(memory, saved=saved, limits_doubt=LimitsDoubt.NEVER_READ if lost else memory.limits_doubt)


def _believable(owner: ControlRegisters, rated: RatedPowers) -> ControlRegisters:
    """Return the registers without limits that no such battery can have, and percentages above 100."""
    most: dict[str, float | None] = dict.fromkeys(CUTOFFS, 100.0)
    for name, rated_w in zip(BATTERY_LIMITS, rated, strict=True):
        most[name] = _MOST_OF_RATED * rated_w if rated_w else None
    changes: dict[str, Any] = {
        name: None
        for name, highest in most.items()
        if highest is not None and (value := getattr(owner, name)) is not None and value > highest
    }
    return replace(owner, **changes) if changes else owner


def register(name: str) -> Message:
    """Return what people call a control register, with its number."""
    return say(f"control.register_{name}", number=_NUMBERS[name])


def describe(name: str, value: Any) -> Message:
    """Return what a register holds as people read it: "10000 W", "no limit", "20 %"."""
    if name.endswith("_w"):
        return say("control.no_limit") if value is None else say("control.limit", watts=value)
    if value is None:
        return say("control.unknown")
    if name.endswith("_soc"):
        return say("control.percentage", value_soc=value)
    if isinstance(value, bool):
        return say("control.on" if value else "control.off")
    return say(f"control.mode_{value}")


def reads_instead(name: str, wanted: Any, found: Any) -> Message:
    """Return that a register holds something else than it was given."""
    return say(
        "control.reads_instead",
        register=register(name),
        found=describe(name, found),
        wanted=describe(name, wanted),
    )


_NUMBERS = {
    "remote_ems_enabled": "40029",
    "remote_ems_mode": "40031",
    "charge_limit_w": "40032",
    "discharge_limit_w": "40034",
    "pv_limit_w": "40036",
    "export_limit_w": "40038",
    "charge_cutoff_soc": "40047",
    "discharge_cutoff_soc": "40048",
}
assert set(_NUMBERS) == set(SET_BY_COMMANDS)


def rated_powers_w(telemetry: Telemetry | None) -> RatedPowers:
    """Return what the battery is rated for."""
    return (None, None) if telemetry is None else (telemetry.rated_charge_power_w, telemetry.rated_discharge_power_w)
