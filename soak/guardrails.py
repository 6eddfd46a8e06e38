"""What the guardrails promise of each row of the record, worked out anew from what was known when it was begun. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from custom_components.sigenstor_panel.control.execution import PV_FREED
from custom_components.sigenstor_panel.control.guardrails import OFF_GRID, SafetyLimits
from custom_components.sigenstor_panel.model.audit_entry import Outcome
from custom_components.sigenstor_panel.model.command import AUTOMATIC_ACTORS, Action, Actor
from custom_components.sigenstor_panel.model.message import say
from custom_components.sigenstor_panel.model.telemetry import AlarmGroup, Source, Telemetry

from .world import Attempt

_MOVING: Final = (Action.CHARGE, Action.DISCHARGE)
_AT_ONCE: Final = (say("control.safety"), say("control.home_assistant"))
"""Who gives the plant back without waiting: after something went wrong, and when control ends."""

_ONE_COMMAND_S: Final = 5.0
"""Within this time, what goes on with a command is a part of it."""

_ONLY_SWITCHED_ON: Final = {"remote_ems_enabled", "remote_ems_mode"}


def broken_by(attempt: Attempt, before: Sequence[Attempt]) -> Iterator[str]:
    """Yield a sentence for each guardrail that a row does not keep to; `before` are the rows before it."""
    row = attempt.attempt
    # Nothing is wanted of the plant by what was refused, even where the process died before it could say so.
    if attempt.outcome is Outcome.REFUSED or not row["wanted"] or attempt.late:
        return
    what = f"{row['action']} at {row['power_w']} W by {row['owner']}"
    if (since_s := _too_soon(attempt, before)) is not None:
        yield f"{what}, {since_s:.0f} s after the write before"
    if row["action"] in _MOVING:
        yield from (f"{what} {problem}" for problem in _moving(attempt, before))
    elif row["actor"] in AUTOMATIC_ACTORS and (telemetry := attempt.telemetry) is not None:
        age_s = (row["time"] - telemetry.timestamp).total_seconds()
        if not 0 <= age_s <= attempt.limits.max_age.total_seconds() and not _off_grid(telemetry):
            yield f"{what} on a reading {age_s:.0f} s old"


def _too_soon(attempt: Attempt, before: Sequence[Attempt]) -> float | None:
    """Return how soon after the write before it a row came, if it should have waited."""
    row, limits = attempt.attempt, attempt.limits
    if attempt.last_write_s is None or attempt.after_death or row["actor"] is Actor.SAFETY or row["owner"] in _AT_ONCE:
        return None
    since_s = attempt.steady_s - attempt.last_write_s
    if since_s >= limits.cooldown.total_seconds() - 1 or _must_not_wait(attempt, before):
        return None
    last = before[-1].attempt if before else None
    goes_on = last is not None and since_s <= _ONE_COMMAND_S and _goes_on(row, last)
    return None if goes_on else since_s


def _goes_on(row: dict[str, Any], last: dict[str, Any]) -> bool:
    """Return whether a row is a step of the same command as the one before it."""
    if last["reason"] == PV_FREED and row["action"] is Action.RELEASE:
        # Old firmware lets PV go only while remote EMS is on: a release switches it on for that, and off.
        return True
    if last["owner"] != row["owner"]:
        return False
    # Where limits are hidden, they are read only after remote control is on; a release that they fail switches it on, and
    # is tried again.
    switched_on = set(last["wanted"]) == _ONLY_SWITCHED_ON
    switches_on = last["action"] is Action.RELEASE and set(row["wanted"]) == _ONLY_SWITCHED_ON
    releases = last["action"] is row["action"] is Action.RELEASE and row["wanted"].items() <= last["wanted"].items()
    without_pv = (last["action"], last["power_w"]) == (row["action"], row["power_w"]) and set(last["wanted"]) - set(
        row["wanted"]
    ) == {"pv_limit_w"}
    return switched_on or switches_on or releases or without_pv


def _must_not_wait(attempt: Attempt, before: Sequence[Attempt]) -> bool:
    """Return whether a guardrail puts something in place."""
    telemetry, limits = attempt.telemetry, attempt.limits
    if telemetry is None:
        return False
    if telemetry.alarms.get(AlarmGroup.ESS) or _off_grid(telemetry) or _unfit(telemetry, limits):
        return True
    last = next((one.attempt for one in reversed(before) if one.outcome is not Outcome.REFUSED), None)
    most_w = _connection_w(telemetry, limits)
    if most_w is None or last is None or telemetry.grid_power_w is None:
        return False
    charged_w = last["power_w"] if last["action"] is Action.CHARGE else 0
    battery_w = telemetry.battery_power_w or 0
    pv_w = telemetry.pv_power_w or 0
    return telemetry.grid_power_w + max(0, charged_w - battery_w) + pv_w > most_w or telemetry.grid_power_w > most_w


def _moving(attempt: Attempt, before: Sequence[Attempt]) -> Iterator[str]:
    """Yield what is wrong with charging or discharging: bounds, ratings, steps, the state of the battery."""
    row, telemetry, limits = attempt.attempt, attempt.telemetry, attempt.limits
    if telemetry is None:
        yield "without a reading"
        return
    charging = row["action"] is Action.CHARGE
    yield from _out_of_order(telemetry, limits)
    age_s = (row["time"] - telemetry.timestamp).total_seconds()
    if not 0 <= age_s <= limits.max_age.total_seconds() or telemetry.source is not Source.MODBUS:
        yield f"on a reading {age_s:.0f} s old, from {telemetry.source}"
    if telemetry.soc is None or (telemetry.soc >= limits.max_soc if charging else telemetry.soc <= limits.min_soc):
        yield f"at {telemetry.soc} %"
    reported = (
        (telemetry.rated_charge_power_w, telemetry.available_charge_power_w)
        if charging
        else (telemetry.rated_discharge_power_w, telemetry.available_discharge_power_w)
    )
    if row["power_w"] > min((value for value in reported if value is not None), default=0):
        yield f"above what the battery can do: {reported}"
    base_w = _base_w(attempt, before)
    if row["power_w"] > base_w + limits.step_w:
        yield f"more than a step of {limits.step_w} W above {base_w} W"
    most_w = _connection_w(telemetry, limits)
    taken_w = (telemetry.grid_power_w or 0) - (telemetry.battery_power_w or 0)
    if charging and most_w is not None and taken_w + row["power_w"] > most_w:
        yield f"with {taken_w} W taken from a connection of {most_w} W"
    if attempt.outcome is Outcome.CONFIRMED and attempt.readings_agree and telemetry.soc is not None:
        yield from _cutoffs(attempt, telemetry.soc)


def _out_of_order(telemetry: Telemetry, limits: SafetyLimits) -> Iterator[str]:
    """Yield why no battery may be moved at all."""
    if telemetry.alarms.get(AlarmGroup.ESS):
        yield "during a battery alarm"
    if _off_grid(telemetry):
        yield "off the grid"
    if _unfit(telemetry, limits):
        yield f"with cells at {_cells_c(telemetry)} °C"


def _base_w(attempt: Attempt, before: Sequence[Attempt]) -> int:
    """Return the power that a step may count from: what the plant was last confirmed to hold, or what is measured."""
    row, telemetry = attempt.attempt, attempt.telemetry
    direction = 1 if row["action"] is Action.CHARGE else -1
    measured_w = 0 if telemetry is None else direction * (telemetry.battery_power_w or 0)
    held_w = 0
    for one in reversed(before):
        if one.outcome is Outcome.REFUSED:
            continue
        if one.attempt["action"] is row["action"]:
            held_w = one.attempt["power_w"]
        elif one.attempt["action"] is Action.HOLD and direction < 0:
            held_w = one.attempt["wanted"].get("discharge_limit_w") or 0
        if one.outcome in (Outcome.CONFIRMED, Outcome.STARTED):
            break
    return max(0, measured_w, held_w)


def _cutoffs(attempt: Attempt, soc: float) -> Iterator[str]:
    """Yield which of the hardware's own bounds do not stand while the battery is moved."""
    found, limits = attempt.read_back or {}, attempt.limits
    lowest, highest = found.get("discharge_cutoff_soc"), found.get("charge_cutoff_soc")
    if lowest is not None and lowest < min(round(limits.min_soc, 1), soc - 3):
        yield f"with a discharge cut-off of {lowest} %"
    if highest is not None and highest > max(round(limits.max_soc, 1), soc + 3):
        yield f"with a charge cut-off of {highest} %"


def _connection_w(telemetry: Telemetry, limits: SafetyLimits) -> int | None:
    known = [limit for limit in (telemetry.control.import_limit_w, limits.main_fuse_w) if limit is not None]
    return min(known, default=None)


def _off_grid(telemetry: Telemetry) -> bool:
    return telemetry.grid_status in OFF_GRID


def _unfit(telemetry: Telemetry, limits: SafetyLimits) -> bool:
    cells_c = _cells_c(telemetry)
    return not cells_c or min(cells_c) < limits.min_temperature_c or max(cells_c) > limits.max_temperature_c


def _cells_c(telemetry: Telemetry) -> list[float]:
    highest = [inverter.max_cell_temperature_c for inverter in telemetry.inverters.values()]
    lowest = [inverter.min_cell_temperature_c for inverter in telemetry.inverters.values()]
    return [value for value in (*highest, *lowest) if value is not None]
