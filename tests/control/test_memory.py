"""A memory comes back from JSON as it was; what cannot be one is damaged, and never a crash later."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.control.check_result import CheckResult, Step, finding
from custom_components.sigenstor_panel.control.guardrails import LastWrite, SafetyLimits
from custom_components.sigenstor_panel.control.intents import OverrideKind, new_override
from custom_components.sigenstor_panel.control.memory import (
    COOLDOWN_RANGE_S,
    LIMIT_RANGES,
    MAIN_FUSE_RANGE_W,
    MAX_AGE_RANGE_S,
    SETTING_RANGES,
    ControlMemory,
    ControlMode,
    ControlSettings,
    DamagedMemoryError,
    LimitsDoubt,
    check_settings,
    known_values,
)
from custom_components.sigenstor_panel.control.schedules import Schedule, ScheduleAction
from custom_components.sigenstor_panel.model.command import Action, ChargeSource, Command
from custom_components.sigenstor_panel.model.message import Message, say
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, RemoteEmsMode
from custom_components.sigenstor_panel.model.validation import MAX_POWER_W, InvalidInputError
from custom_components.sigenstor_panel.plant.register_writes import ANY_VALUE, SET_BY_COMMANDS, HoldMethod

NOW = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
REGISTERS = ControlRegisters(
    remote_ems_enabled=False,
    remote_ems_mode=RemoteEmsMode.SELF_CONSUMPTION,
    charge_limit_w=8000,
    discharge_limit_w=None,
    export_limit_w=0xFFFF_FFFE,
    backup_soc=10.0,
    charge_cutoff_soc=100.0,
    discharge_cutoff_soc=6553.5,
)
COMMAND = Command(
    action=Action.DISCHARGE, power_w=3000, source=ChargeSource.GRID, export_limit_w=2000, floor_soc=20.0, cover_w=5
)
SCHEDULE = Schedule(
    id="one",
    name="Night",
    enabled=True,
    action=ScheduleAction.CHARGE,
    start=time(22, 30),
    end=time(5),
    days=frozenset({0, 6}),
    power_w=2500,
    target_soc=80.0,
    priority=-3,
    created_at=NOW,
)
FULL = ControlMemory(
    emergency_stop=True,
    override=new_override(OverrideKind.FORCE_EXPORT, now=NOW, power_w=500, duration=timedelta(hours=1)),
    schedules=(SCHEDULE, replace(SCHEDULE, id="two", action=ScheduleAction.HOLD, power_w=0, target_soc=None)),
    export_limit_w=0,
    settings=ControlSettings(
        mode=ControlMode.AUTO,
        limits=SafetyLimits(min_soc=12.5, cooldown=timedelta(seconds=75), main_fuse_w=14_500),
        hand_back_on_stop=False,
    ),
    saved=REGISTERS,
    written={
        "remote_ems_enabled": (True,),
        "remote_ems_mode": (RemoteEmsMode.STANDBY, RemoteEmsMode.DISCHARGE_PV_FIRST),
        "discharge_limit_w": (2000, None),
        "export_limit_w": (ANY_VALUE,),
        "charge_cutoff_soc": (98.0,),
    },
    limits_doubt=LimitsDoubt.FOUND_UNDER_REMOTE,
    applied=LastWrite(command=COMMAND, at=NOW),
    pending=LastWrite(command=Command(action=Action.HOLD), at=NOW + timedelta(seconds=1)),
    firmware="V100R001C22SPC112",
    charge_via_grid=True,
    discharge_ess_first=True,
    hold_method=HoldMethod.CUTOFFS,
    check=CheckResult(
        at=NOW,
        firmware="V100R001C22SPC112",
        findings=(
            finding(Step.HOLD, obeyed=True, why=say("control.check_seen", asked_w=0, seen_w=-20)),
            finding(Step.PV_LIMIT, obeyed=None, why=None),
        ),
    ),
    last_row=41,
)
MEMORIES = {"new": ControlMemory(), "full": FULL}


def through_json(memory: ControlMemory) -> Any:
    return json.loads(json.dumps(memory.as_dict()))


@pytest.mark.parametrize("memory", MEMORIES.values(), ids=MEMORIES)
def test_a_memory_comes_back_as_it_was(memory: ControlMemory) -> None:
    again = ControlMemory.from_dict(through_json(memory))
    assert again == memory
    assert repr(again) == repr(memory)


def test_a_file_of_version_0_1_0_comes_back_with_any_register_as_possibly_ours() -> None:
    stored = through_json(FULL)
    later = (
        "written",
        "limits_doubt",
        "pending",
        "firmware",
        "discharge_ess_first",
        "hold_method",
        "pv_limit_obeyed",
        "check",
        "last_row",
    )
    for name in later:
        del stored[name]
    for name in ("floor_soc", "cover_w", "charging_allowed", "pv_limit_w"):
        del stored["applied"]["command"][name]
    found = ControlMemory.from_dict(stored)
    assert set(found.written) == set(SET_BY_COMMANDS) - {"pv_limit_w"}
    assert found.saved == REGISTERS
    assert ControlMemory.from_dict({**stored, "saved": None}).written == {}


DAMAGES: dict[str, tuple[tuple[str | int, ...], Any]] = {
    "a stop that is a word": (("emergency_stop",), "true"),
    "a stop that is a number": (("emergency_stop",), 1),
    "a power above all": (("override", "power_w"), 5_000_001),
    "a target above 100 %": (("override", "target_soc"), 100.1),
    "a time without an offset": (("override", "started_at"), "2026-01-15T02:00:00"),
    "a check that is none": (("check",), 5),
    "a step that is unknown": (("check", "findings", 0, "step"), "dance"),
    "a finding that is a word": (("check", "findings", 0, "obeyed"), "yes"),
    "no time": (("override", "expires_at"), 17),
    "an unknown override": (("override", "kind"), "force_all"),
    "a schedule that is none": (("schedules", 0), 5),
    "schedules that are none": (("schedules",), 5),
    "a negative export limit": (("export_limit_w",), -1),
    "half a watt of export": (("export_limit_w",), 0.5),
    "an unknown mode": (("settings", "mode"), "everything"),
    "settings that are none": (("settings",), None),
    "a lowest SoC out of range": (("settings", "limits", "min_soc"), 50.1),
    "a main fuse of a lamp": (("settings", "limits", "main_fuse_w"), 999),
    "a cooldown of no time": (("settings", "limits", "cooldown"), 0),
    "a cooldown that is a word": (("settings", "limits", "cooldown"), "60"),
    "a cooldown beyond all time": (("settings", "limits", "cooldown"), 1e300),
    "an infinite temperature": (("settings", "limits", "max_temperature_c"), float("inf")),
    "a SoC that is no number": (("settings", "charge_target_soc"), float("nan")),
    "a hand-back that is a word": (("settings", "hand_back_on_stop"), "no"),
    "an unknown setting": (("settings", "colour"), "red"),
    "a register that is a word": (("saved", "charge_limit_w"), "8000"),
    "a register beyond its bits": (("saved", "charge_limit_w"), 0x1_0000_0000),
    "a cut-off beyond its bits": (("saved", "charge_cutoff_soc"), 6554),
    "an unknown register": (("saved", "start_stop"), 1),
    "an unknown remote mode": (("saved", "remote_ems_mode"), "full_power"),
    "written what no command sets": (("written", "import_limit_w"), [0]),
    "written nothing": (("written", "charge_limit_w"), []),
    "written a word": (("written", "charge_limit_w"), ["all"]),
    "written that is a list": (("written",), ["charge_limit_w"]),
    "a command without its action": (("applied", "command"), {"power_w": 1}),
    "a command with a negative power": (("pending", "command", "power_w"), -1),
    "a floor above 100 %": (("applied", "command", "floor_soc"), 101),
    "a write at no time": (("applied", "at"), None),
    "a firmware that is a number": (("firmware",), 112),
    "an unknown way to hold": (("hold_method",), "prayer"),
}


def changed(stored: Any, path: tuple[str | int, ...], value: Any) -> Any:
    changed = deepcopy(stored)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


@pytest.mark.parametrize(("path", "value"), DAMAGES.values(), ids=DAMAGES)
def test_a_value_that_cannot_be_is_damage(path: tuple[str | int, ...], value: Any) -> None:
    with pytest.raises(DamagedMemoryError, match=r"."):
        ControlMemory.from_dict(changed(through_json(FULL), path, value))


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Return the paths of all values, also of those that hold others."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inner:
        yield from leaves(one, (*path, step))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["auto", "hold"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=3,
)


@given(path=st.sampled_from(list(leaves(through_json(FULL)))), value=ANYTHING)
def test_any_value_anywhere_is_damage_or_a_memory_that_can_be_stored_again(
    path: tuple[str | int, ...], value: Any
) -> None:
    try:
        found = ControlMemory.from_dict(changed(through_json(FULL), path, value))
    except DamagedMemoryError:
        return
    assert ControlMemory.from_dict(through_json(found)) == found


@given(path=st.sampled_from(list(leaves(through_json(FULL)))))
def test_a_value_that_is_missing_is_damage_or_has_a_default(path: tuple[str | int, ...]) -> None:
    stored = through_json(FULL)
    inner = stored
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    try:
        found = ControlMemory.from_dict(stored)
    except DamagedMemoryError:
        return
    assert ControlMemory.from_dict(through_json(found)) == found


@pytest.mark.parametrize("stored", [{}, [], None, 5, "text"], ids=repr)
def test_something_else_is_damage(stored: Any) -> None:
    with pytest.raises(DamagedMemoryError):
        ControlMemory.from_dict(stored)


SETTINGS = ControlSettings()


def settings(name: str, value: Any) -> ControlSettings:
    """Return the settings with one of them changed, by its name."""
    if hasattr(SETTINGS, name):
        return replace(SETTINGS, **{name: value})
    return replace(SETTINGS, limits=replace(SETTINGS.limits, **{name: value}))


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


@pytest.mark.parametrize(
    ("name", "low", "high", "unit", "of"),
    [
        *((name, low, high, unit, float) for name, (low, high, unit) in {**LIMIT_RANGES, **SETTING_RANGES}.items()),
        ("main_fuse_w", *MAIN_FUSE_RANGE_W, "", int),
        ("cooldown", *COOLDOWN_RANGE_S, " s", seconds),
        ("max_age", *MAX_AGE_RANGE_S, " s", seconds),
        ("acknowledge_after", 0.0, 10.0, " s", seconds),
    ],
)
def test_every_setting_keeps_to_its_range_and_says_so_by_its_name(
    name: str, low: float, high: float, unit: str, of: Any
) -> None:
    for value in (low, high):
        check_settings(settings(name, of(value)))
    for value in (low - 1, high + 1):
        with pytest.raises(InvalidInputError) as raised:
            check_settings(settings(name, of(value)))
        assert raised.value.field == name
        allowed = raised.value.message.values["allowed"]
        assert isinstance(allowed, Message)
        assert allowed.values["low"] == low
        assert allowed.values["high"] == high
        assert str(allowed.values.get("unit", "")).strip() == unit.strip()


def test_a_fuse_is_optional() -> None:
    check_settings(settings("main_fuse_w", None))


def says(stored: Any) -> Message:
    """Return what is said of a memory that is damaged."""
    with pytest.raises(DamagedMemoryError) as raised:
        ControlMemory.from_dict(stored)
    return raised.value.message


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (("emergency_stop",), "emergency_stop"),
        (("export_limit_w",), "export_limit_w"),
        (("limits_doubt",), "limits_doubt"),
        (("firmware",), "firmware"),
        (("charge_via_grid",), "charge_via_grid"),
        (("discharge_ess_first",), "discharge_ess_first"),
        (("hold_method",), "hold_method"),
        (("limits_hidden",), "limits_hidden"),
        (("pv_limit_obeyed",), "pv_limit_obeyed"),
        (("last_row",), "last_row"),
        (("settings", "mode"), "mode"),
        (("settings", "optimiser_above_schedules"), "optimiser_above_schedules"),
        (("settings", "hand_back_on_stop"), "hand_back_on_stop"),
        (("saved", "remote_ems_enabled"), "remote_ems_enabled"),
        (("saved", "remote_ems_mode"), "remote_ems_mode"),
        (("saved", "charge_limit_w"), "charge_limit_w"),
        (("saved", "backup_soc"), "backup_soc"),
        (("written", "charge_cutoff_soc"), "charge_cutoff_soc"),
        (("applied", "at"), "at"),
        (("applied", "command", "action"), "action"),
        (("applied", "command", "power_w"), "power_w"),
        (("applied", "command", "source"), "source"),
        (("applied", "command", "export_limit_w"), "export_limit_w"),
        (("applied", "command", "pv_limit_w"), "pv_limit_w"),
        (("applied", "command", "floor_soc"), "floor_soc"),
        (("applied", "command", "cover_w"), "cover_w"),
        (("applied", "command", "charging_allowed"), "charging_allowed"),
    ],
)
def test_what_is_damaged_is_said_by_its_name_with_what_it_may_be(path: tuple[str, ...], field: str) -> None:
    message = says(changed(through_json(FULL), path, "nonsense" if field != "firmware" else 17))
    assert (message.key, message.values["field"]) == ("invalid.must_be", field)
    assert message.values["value"] in ("'nonsense'", "17")
    assert isinstance(message.values["allowed"], Message)


@pytest.mark.parametrize(
    ("path", "most", "unit"),
    [
        (("export_limit_w",), MAX_POWER_W, ""),
        (("last_row",), 2**63 - 1, ""),
        (("saved", "charge_limit_w"), 0xFFFF_FFFF, ""),
        (("saved", "backup_soc"), 6553.5, " %"),
        (("applied", "command", "power_w"), 0xFFFF_FFFF, ""),
        (("applied", "command", "export_limit_w"), 0xFFFF_FFFF, ""),
        (("applied", "command", "pv_limit_w"), 0xFFFF_FFFF, ""),
        (("applied", "command", "floor_soc"), 100, " %"),
        (("applied", "command", "cover_w"), 0xFFFF_FFFF, ""),
    ],
)
def test_what_is_within_its_range_can_be_remembered_and_nothing_beyond(
    path: tuple[str, ...], most: float, unit: str
) -> None:
    stored = through_json(FULL)
    for value in (0, most):
        ControlMemory.from_dict(changed(stored, path, value))
    for value in (-1, most + 1):
        message = says(changed(stored, path, value))
        if unit:
            assert message.values["allowed"] == say("invalid.range", low=0, high=most, unit=unit)


def test_a_field_that_is_missing_is_named() -> None:
    stored = through_json(FULL)
    del stored["schedules"]
    assert says(stored) == say("control.field_missing", field="'schedules'")


@pytest.mark.parametrize(
    ("name", "values", "allowed"),
    [
        ("import_limit_w", [0], say("invalid.set_registers")),
        ("charge_limit_w", [], say("invalid.written_values")),
        ("charge_limit_w", 0, say("invalid.written_values")),
    ],
)
def test_what_cannot_have_been_written_is_said(name: str, values: Any, allowed: Message) -> None:
    message = says(changed(through_json(FULL), ("written", name), values))
    assert message.values["allowed"] == allowed
    assert message.values["field"] == ("written" if name == "import_limit_w" else name)
    assert message.values["value"] == repr("import_limit_w" if name == "import_limit_w" else values)


def test_what_is_no_text_is_said() -> None:
    message = says(changed(through_json(FULL), ("firmware",), None))
    assert message == say("invalid.must_be", field="firmware", allowed=say("invalid.text"), value="None")


def test_what_an_older_version_did_not_store_is_what_it_did() -> None:
    stored = through_json(replace(FULL, written={"charge_limit_w": (0,)}))
    for name in ("limits_doubt", "pending", "firmware", "discharge_ess_first", "hold_method", "limits_hidden"):
        del stored[name]
    for name in ("pv_limit_obeyed", "check", "last_row"):
        del stored[name]
    for name in ("floor_soc", "cover_w", "charging_allowed", "pv_limit_w"):
        del stored["applied"]["command"][name]
    found = ControlMemory.from_dict(stored)
    assert found == replace(
        FULL,
        written={"charge_limit_w": (0,)},
        limits_doubt=LimitsDoubt.NONE,
        pending=None,
        firmware="",
        discharge_ess_first=False,
        hold_method=HoldMethod.LIMITS,
        check=None,
        last_row=None,
        applied=LastWrite(command=replace(COMMAND, floor_soc=None, cover_w=0), at=NOW),
    )


def test_a_file_of_version_0_1_0_may_hold_anything_of_ours() -> None:
    stored = through_json(FULL)
    del stored["written"]
    assert set(ControlMemory.from_dict(stored).written.values()) == {(ANY_VALUE,)}


@pytest.mark.parametrize("obeyed", [True, False, None])
def test_whether_a_limit_on_pv_is_obeyed_is_remembered(obeyed: bool | None) -> None:
    memory = replace(FULL, pv_limit_obeyed=obeyed, limits_hidden=True)
    assert ControlMemory.from_dict(through_json(memory)) == memory


def test_a_command_is_remembered_whole() -> None:
    command = replace(COMMAND, pv_limit_w=700, charging_allowed=False)
    memory = replace(FULL, applied=LastWrite(command=command, at=NOW))
    assert ControlMemory.from_dict(through_json(memory)) == memory


def test_what_could_not_be_read_is_not_among_the_known_values() -> None:
    known = known_values(replace(REGISTERS, unread=("backup_soc",)))
    assert "unread" not in known
    assert "backup_soc" not in known
    assert known["charge_limit_w"] == 8000
