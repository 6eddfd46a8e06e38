"""Which registers are given back, to what, and what becomes of those that somebody else writes meanwhile."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from guardrail_examples import HOLD, RELEASE, TELEMETRY, charge, discharge
from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.control.guardrails import SUPPLY
from custom_components.sigenstor_panel.control.memory import ControlMemory, LimitsDoubt
from custom_components.sigenstor_panel.control.ownership import (
    ForeignChange,
    adopt,
    after_writing,
    before_writing,
    describe,
    register,
    without_lost,
)
from custom_components.sigenstor_panel.model.command import Action, Command
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, RemoteEmsMode
from custom_components.sigenstor_panel.plant.register_writes import (
    ANY_VALUE,
    BATTERY_LIMITS,
    MODE_CODES,
    SET_BY_COMMANDS,
    Situation,
    SocBounds,
    Write,
    owner_registers,
    registers_for,
    same,
    writes_for,
)
from tests.english import english

MODE = RemoteEmsMode
RATED = (9000, 10_000)
OWN = ControlRegisters(
    remote_ems_enabled=False,
    remote_ems_mode=MODE.SELF_CONSUMPTION,
    charge_limit_w=8000,
    discharge_limit_w=7000,
    export_limit_w=5000,
    charge_cutoff_soc=100.0,
    discharge_cutoff_soc=20.0,
)
OURS: dict[str, Any] = {
    "remote_ems_enabled": True,
    "remote_ems_mode": MODE.CHARGE_PV_FIRST,
    "charge_limit_w": 3000,
    "discharge_limit_w": 0,
    "export_limit_w": 10,
    "charge_cutoff_soc": 98.0,
    "discharge_cutoff_soc": 25.0,
}
HELD = replace(OWN, **OURS)


def wrote(
    targets: Mapping[str, Any] = OURS,
    present: ControlRegisters = OWN,
    memory: ControlMemory | None = None,
    *,
    rated: tuple[int | None, int | None] = RATED,
) -> ControlMemory:
    """Return the memory while targets are being written."""
    return before_writing(memory or ControlMemory(), present, targets, set(targets), rated)


def confirmed(targets: Mapping[str, Any] = OURS, present: ControlRegisters = OWN) -> ControlMemory:
    """Return the memory after targets were written and read back."""
    return after_writing(wrote(targets, present), replace(present, **targets), targets, released=False)


def given_back(memory: ControlMemory, present: ControlRegisters, name: str) -> Any:
    """Return what a register would be given back to; what it holds where it is left alone."""
    return getattr(owner_registers(memory.saved, memory.written, present), name)


class TestBeforeAndAfterWriting:
    """What is remembered before a write has to be enough for whoever comes after a crash."""

    def test_each_register_may_hold_what_it_held_or_what_is_written(self) -> None:
        memory = wrote()
        assert memory.written == {name: (getattr(OWN, name), ours) for name, ours in OURS.items()}
        assert all(getattr(memory.saved, name) == getattr(OWN, name) for name in OURS)

    def test_a_mode_may_be_left_at_self_consumption_on_the_way_to_another(self) -> None:
        memory = wrote({"remote_ems_mode": MODE.DISCHARGE_PV_FIRST}, HELD, confirmed())
        on_the_way = replace(HELD, remote_ems_mode=MODE.SELF_CONSUMPTION)
        assert adopt(memory, on_the_way) == (memory, [])

    def test_a_mode_that_is_only_left_needs_no_target(self) -> None:
        memory = before_writing(confirmed(), HELD, {"remote_ems_enabled": False}, {"remote_ems_mode"}, RATED)
        assert adopt(memory, replace(HELD, remote_ems_mode=MODE.SELF_CONSUMPTION)) == (memory, [])

    def test_once_it_was_read_back_only_our_value_counts(self) -> None:
        assert confirmed().written == {name: (ours,) for name, ours in OURS.items()}

    def test_a_ramp_step_keeps_what_the_owner_had(self) -> None:
        memory = wrote({"charge_limit_w": 4000}, HELD, confirmed())
        assert memory.written["charge_limit_w"] == (3000, 4000)
        assert memory.saved is not None
        assert memory.saved.charge_limit_w == 8000

    def test_what_could_not_be_read_back_may_hold_either(self) -> None:
        memory = wrote()
        assert after_writing(memory, None, OURS, released=False) is memory

    def test_writes_that_are_never_read_back_lose_none_of_the_values_that_may_stand_there(self) -> None:
        memory = confirmed({"charge_limit_w": 1000})
        holds = replace(OWN, charge_limit_w=1000)
        for power_w in (2000, 3000, 4000):
            memory = wrote({"charge_limit_w": power_w}, holds, memory)
        memory, changes = adopt(memory, holds)
        assert changes == []
        assert given_back(memory, holds, "charge_limit_w") == 8000

    def test_a_first_write_that_never_reached_the_plant_is_no_change_by_somebody_else(self) -> None:
        memory = wrote()
        assert adopt(memory, OWN) == (memory, [])

    def test_a_register_of_version_0_1_0_may_hold_anything_until_it_is_written(self) -> None:
        memory = ControlMemory(saved=OWN, written=dict.fromkeys(SET_BY_COMMANDS, (ANY_VALUE,)))
        assert adopt(memory, HELD) == (memory, [])
        memory = wrote({"charge_limit_w": 4000}, HELD, memory)
        assert memory.written["charge_limit_w"] == (3000, 4000)

    @pytest.mark.parametrize(
        ("limits", "saved"),
        [
            ((18_000, 20_000), (18_000, 20_000)),
            ((18_001, 20_001), (None, None)),
            ((4_294_967, 1), (None, 1)),
        ],
    )
    def test_a_limit_above_twice_the_rated_power_is_no_limit(
        self, limits: tuple[int, int], saved: tuple[int | None, int | None]
    ) -> None:
        present = replace(OWN, remote_ems_enabled=True, charge_limit_w=limits[0], discharge_limit_w=limits[1])
        found = wrote(present=present).saved
        assert found is not None
        assert (found.charge_limit_w, found.discharge_limit_w) == saved

    def test_where_the_rated_power_is_unknown_any_limit_may_be_one(self) -> None:
        found = wrote(present=replace(OWN, charge_limit_w=50_000), rated=(None, None)).saved
        assert found is not None
        assert found.charge_limit_w == 50_000

    def test_a_battery_that_another_controller_holds_is_not_given_back_held(self) -> None:
        found = wrote(present=replace(HELD, charge_limit_w=0)).saved
        assert found is not None
        assert (found.charge_limit_w, found.discharge_limit_w) == (None, None)

    def test_battery_limits_that_another_controller_sets_in_a_mode_of_its_own_are_not_the_owners(self) -> None:
        theirs = replace(HELD, remote_ems_mode=MODE.STANDBY, charge_limit_w=1500, discharge_cutoff_soc=30.0)
        memory, changes = adopt(confirmed(), theirs)
        assert {change.name for change in changes} >= {"remote_ems_mode", "charge_limit_w"}
        again = wrote(present=theirs, memory=memory).saved
        assert again is not None
        assert (again.charge_limit_w, again.discharge_cutoff_soc) == (OWN.charge_limit_w, 30.0)

    def test_remote_control_that_was_on_already_is_said_and_its_mode_is_not_given_back(self) -> None:
        theirs = replace(OWN, remote_ems_enabled=True, remote_ems_mode=MODE.DISCHARGE_ESS_FIRST)
        memory = wrote(present=theirs)
        assert memory.limits_doubt is LimitsDoubt.FOUND_UNDER_REMOTE
        assert memory.saved is not None
        assert memory.saved.remote_ems_mode is None
        assert wrote(present=OWN).limits_doubt is LimitsDoubt.NONE

    def test_remote_control_that_is_ours_or_is_not_written_raises_no_doubt(self) -> None:
        assert wrote(OURS, HELD, confirmed()).limits_doubt is LimitsDoubt.NONE
        theirs = replace(OWN, remote_ems_enabled=True)
        assert wrote({"charge_limit_w": 3000}, theirs).limits_doubt is LimitsDoubt.NONE

    def test_the_owners_mode_is_kept_while_remote_control_is_ours(self) -> None:
        memory = wrote(OURS, HELD, confirmed())
        assert memory.saved is not None
        assert memory.saved.remote_ems_mode is MODE.SELF_CONSUMPTION

    def test_limits_that_could_not_be_read_are_no_limits_that_are_known(self) -> None:
        assert wrote(present=ControlRegisters()).limits_doubt is LimitsDoubt.NEVER_READ


class TestOthersWrite:
    """Other controllers, the app, an installer and the network operator write too."""

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("remote_ems_enabled", False),
            ("remote_ems_mode", MODE.DISCHARGE_ESS_FIRST),
            ("charge_limit_w", 0),
            ("discharge_limit_w", 1200),
            ("export_limit_w", 1500),
            ("charge_cutoff_soc", 80.0),
            ("charge_cutoff_soc", 97.0),
            ("discharge_cutoff_soc", 60.0),
        ],
    )
    def test_a_change_is_told_and_the_register_is_not_ours_any_more(self, name: str, value: Any) -> None:
        found = replace(HELD, **{name: value})
        memory, changes = adopt(confirmed(), found)
        assert changes == [ForeignChange(name, value, OURS[name])]
        assert set(memory.written) == set(OURS) - {name}
        assert getattr(memory.saved, name) == value
        assert given_back(memory, found, name) == value

    @pytest.mark.parametrize(
        ("name", "value"), [("charge_limit_w", 1200), ("export_limit_w", 1500), ("discharge_cutoff_soc", 60.0)]
    )
    def test_what_they_set_is_given_back_after_ours_was_written_again(self, name: str, value: Any) -> None:
        found = replace(HELD, **{name: value})
        memory, _ = adopt(confirmed(), found)
        memory = wrote({name: OURS[name]}, found, memory)
        memory = after_writing(memory, HELD, {name: OURS[name]}, released=False)
        assert given_back(memory, HELD, name) == value

    def test_a_mode_that_they_set_is_of_the_moment_and_never_given_back(self) -> None:
        found = replace(HELD, remote_ems_mode=MODE.DISCHARGE_ESS_FIRST)
        memory, _ = adopt(confirmed(), found)
        memory = wrote({"remote_ems_mode": MODE.CHARGE_PV_FIRST}, found, memory)
        assert memory.saved is not None
        assert memory.saved.remote_ems_mode is None

    @pytest.mark.parametrize(("name", "value"), [("charge_limit_w", 2999), ("charge_cutoff_soc", 97.9)])
    def test_a_register_that_rounds_is_no_change(self, name: str, value: float) -> None:
        memory = confirmed()
        assert adopt(memory, replace(HELD, **{name: value})) == (memory, [])

    def test_limits_that_read_0_on_old_firmware_while_remote_ems_is_off_say_nothing(self) -> None:
        memory = confirmed()
        off = replace(HELD, remote_ems_enabled=False, charge_limit_w=0, discharge_limit_w=0)
        memory, changes = adopt(memory, off)
        assert [change.name for change in changes] == ["remote_ems_enabled"]
        assert given_back(memory, off, "charge_limit_w") == 8000

    def test_limits_that_say_nothing_hide_no_change_of_another_register(self) -> None:
        before = ControlMemory(saved=OWN, written={"charge_limit_w": (3000,), "discharge_cutoff_soc": (25.0,)})
        memory, changes = adopt(before, replace(OWN, charge_limit_w=0, discharge_cutoff_soc=60.0))
        assert changes == [ForeignChange("discharge_cutoff_soc", 60.0, 25.0)]
        assert set(memory.written) == {"charge_limit_w"}

    def test_a_limit_that_somebody_took_away_while_remote_ems_is_off_is_a_change(self) -> None:
        off = replace(HELD, remote_ems_enabled=False, charge_limit_w=None)
        memory, changes = adopt(confirmed(), off)
        assert {change.name for change in changes} == {"remote_ems_enabled", "charge_limit_w"}
        assert given_back(memory, off, "charge_limit_w") is None

    def test_an_export_limit_that_the_plant_lets_lapse_is_nobodys_change(self) -> None:
        lapsed = replace(HELD, export_limit_w=5000)
        memory, changes = adopt(confirmed(), lapsed)
        assert changes == []
        assert "export_limit_w" not in memory.written

    @pytest.mark.parametrize("found_w", [8000, 3000, 1000])
    def test_while_a_write_is_under_way_any_of_its_values_is_ours(self, found_w: int) -> None:
        memory = wrote({"charge_limit_w": 1000}, replace(HELD, charge_limit_w=3000), wrote({"charge_limit_w": 3000}))
        assert adopt(memory, replace(HELD, charge_limit_w=found_w)) == (memory, [])

    def test_a_third_value_is_left_to_whoever_wrote_it_but_nobody_is_blamed(self) -> None:
        found = replace(HELD, charge_limit_w=1234)
        memory, changes = adopt(wrote({"charge_limit_w": 3000}), found)
        assert changes == []
        assert memory.written == {}
        assert memory.saved is None

    def test_when_everything_was_taken_over_there_is_nothing_to_give_back(self) -> None:
        memory, changes = adopt(confirmed({"charge_limit_w": 3000}), replace(OWN, charge_limit_w=4000))
        assert len(changes) == 1
        assert (memory.written, memory.saved) == ({}, None)


class TestHandBack:
    """After a hand-back, only what the plant did not take yet is remembered."""

    def test_nothing_is_left_where_every_register_is_as_it_was(self) -> None:
        targets = {name: getattr(OWN, name) for name in OURS}
        memory = after_writing(confirmed(), OWN, targets, released=True)
        assert (memory.written, memory.saved) == ({}, None)

    @pytest.mark.parametrize("name", ["charge_limit_w", "export_limit_w", "charge_cutoff_soc", "remote_ems_enabled"])
    def test_what_was_not_taken_stays_to_be_given_back(self, name: str) -> None:
        targets = {each: getattr(OWN, each) for each in OURS}
        found = replace(OWN, **{name: OURS[name]})
        memory = after_writing(confirmed(), found, targets, released=True)
        left = {"remote_ems_enabled", "remote_ems_mode"} if name == "remote_ems_enabled" else {name}
        assert set(memory.written) == left
        assert all(given_back(memory, found, each) == getattr(OWN, each) for each in left)

    @pytest.mark.parametrize(("name", "so_far"), [("discharge_cutoff_soc", 14.0), ("charge_cutoff_soc", 99.0)])
    def test_a_cutoff_that_the_state_of_charge_does_not_allow_yet_is_a_debt(self, name: str, so_far: float) -> None:
        targets = {each: getattr(OWN, each) for each in OURS} | {name: so_far}
        found = replace(OWN, **{name: so_far})
        memory = after_writing(confirmed(), found, targets, released=True)
        assert set(memory.written) == {name}
        assert given_back(memory, found, name) == getattr(OWN, name)
        paid = after_writing(memory, OWN, {name: getattr(OWN, name)}, released=True)
        assert (paid.written, paid.saved) == ({}, None)

    def test_another_value_for_no_limit_is_one(self) -> None:
        own = replace(OWN, charge_limit_w=None)
        memory = after_writing(
            confirmed({"charge_limit_w": 3000}, own),
            replace(own, charge_limit_w=9000),
            {"charge_limit_w": 9000},
            released=True,
        )
        assert memory.written == {}

    def test_a_mode_that_the_plant_refuses_afterwards_is_no_debt(self) -> None:
        targets = {name: getattr(OWN, name) for name in OURS if name != "remote_ems_mode"}
        found = replace(OWN, remote_ems_mode=MODE.STANDBY)
        assert after_writing(confirmed(), found, targets, released=True).written == {}


class TestWhatWasLoaded:
    """A value that no register of the owner's can have held is lost: it is not given back."""

    @pytest.mark.parametrize(
        ("name", "value", "kept"),
        [
            ("charge_limit_w", 18_000, True),
            ("charge_limit_w", 18_001, False),
            ("discharge_limit_w", 0, True),
            ("discharge_limit_w", 20_001, False),
            ("charge_cutoff_soc", 100.0, True),
            ("charge_cutoff_soc", 100.1, False),
            ("discharge_cutoff_soc", 6553.5, False),
        ],
    )
    def test_each_value_is_held_against_the_rating_and_against_a_hundred_percent(
        self, name: str, value: float, kept: bool
    ) -> None:
        memory = confirmed()
        assert memory.saved is not None
        loaded = ControlMemory.from_dict(replace(memory, saved=replace(memory.saved, **{name: value})).as_dict())
        checked = without_lost(loaded, RATED)
        assert checked.saved == replace(memory.saved, **{name: value if kept else None})
        asked = not kept and name in BATTERY_LIMITS
        assert checked.limits_doubt is (LimitsDoubt.NEVER_READ if asked else LimitsDoubt.NONE)

    def test_where_nothing_is_owed_nothing_is_lost(self) -> None:
        assert without_lost(ControlMemory(), RATED) == ControlMemory()


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "remote_ems_enabled": st.booleans(),
    "remote_ems_mode": st.sampled_from(MODE),
    **dict.fromkeys(("charge_limit_w", "discharge_limit_w"), st.none() | st.sampled_from([0, 1000, 2000, 9000])),
    "pv_limit_w": st.none() | st.sampled_from([0, 500, 3000]),
    "export_limit_w": st.none() | st.sampled_from([10, 1500, 5000]),
    **dict.fromkeys(("charge_cutoff_soc", "discharge_cutoff_soc"), st.sampled_from([10.0, 20.0, 90.0, 100.0])),
}
REGISTER_VALUES = st.fixed_dictionaries(VALUES)
TARGETS = st.sets(st.sampled_from(SET_BY_COMMANDS), min_size=1).flatmap(
    lambda names: st.fixed_dictionaries({name: VALUES[name] for name in names})
)


@given(
    own=REGISTER_VALUES,
    steps=st.lists(st.tuples(TARGETS, st.sampled_from(["taken", "lost", "taken, not read back"])), max_size=6),
)
def test_while_nobody_else_writes_what_is_given_back_is_what_was_found(
    own: dict[str, Any], steps: list[tuple[dict[str, Any], str]]
) -> None:
    # A limit of 0 says nothing: on old firmware while remote EMS is off, and while it is on, it is another controller's.
    own |= {"charge_limit_w": own["charge_limit_w"] or None, "discharge_limit_w": own["discharge_limit_w"] or None}
    found = ControlRegisters(**own)
    memory, present = ControlMemory(), found
    for targets, fate in steps:
        memory, changes = adopt(memory, present)
        assert changes == []
        memory = before_writing(memory, present, targets, set(targets), (None, None))
        present = present if fate == "lost" else replace(present, **targets)
        memory = after_writing(memory, present if fate == "taken" else None, targets, released=False)
    assert adopt(memory, present) == (memory, [])
    owner = owner_registers(memory.saved, memory.written, present)
    for name in memory.written:
        mode_of_a_controller = name == "remote_ems_mode" and getattr(owner, name) is None
        assert mode_of_a_controller or same(name, getattr(owner, name), getattr(found, name))


COMMANDS = st.sampled_from(
    [charge(3000), charge(4000), discharge(2000), replace(discharge(9000), export_limit_w=800), HOLD, SUPPLY, RELEASE]
)


@given(own=REGISTER_VALUES, commands=st.lists(COMMANDS, max_size=3), theirs=st.none() | VALUES["remote_ems_mode"])
def test_a_controller_that_dies_between_any_two_writes_blames_nobody_and_knows_what_the_owner_had(
    own: dict[str, Any], commands: list[Command], theirs: RemoteEmsMode | None
) -> None:
    remote = own["remote_ems_enabled"]
    own |= {name: (own[name] or None) if remote else None for name in ("charge_limit_w", "discharge_limit_w")}
    # The state of charge allows giving these back.
    own |= {"charge_cutoff_soc": 90.0, "discharge_cutoff_soc": 20.0}
    found = present = ControlRegisters(**own)
    memory = ControlMemory()
    for command in (*commands, RELEASE):
        memory, _ = adopt(memory, present)
        owner = owner_registers(memory.saved, memory.written, present)
        situation = Situation(
            telemetry=TELEMETRY,
            present=present,
            owner=owner,
            written=memory.written,
            bounds=SocBounds(min_soc=5, max_soc=98),
        )
        targets = registers_for(command, situation)
        writes = writes_for(command, targets, situation)
        names = {f"{write.field}_w" if write.field.endswith("_limit") else write.field for write in writes}
        if writes and command is not RELEASE:
            names |= {"remote_ems_enabled", "remote_ems_mode"}
        memory = before_writing(memory, present, targets, names, (None, None))
        for write in writes:
            assert adopt(memory, present) == (memory, [])
            present = replace(present, **_register(write))
        assert adopt(memory, present) == (memory, [])
        memory = after_writing(memory, present, targets, released=command.action is Action.RELEASE)
        if theirs is not None and command is not RELEASE:
            present = replace(present, remote_ems_mode=theirs)
    assert memory.written == {}
    for name in ("charge_limit_w", "discharge_limit_w", "export_limit_w", "charge_cutoff_soc", "discharge_cutoff_soc"):
        assert same(name, getattr(present, name), getattr(found, name))


def _register(write: Write) -> dict[str, Any]:
    """Return what the plant holds after a write."""
    if write.field == "remote_ems_enabled":
        return {write.field: bool(write.value)}
    if write.field == "remote_ems_mode":
        return {write.field: next(mode for mode, code in MODE_CODES.items() if code == write.value)}
    if write.field.endswith("_limit"):
        return {f"{write.field}_w": None if write.or_else else write.value}
    return {write.field: write.value}


@given(own=REGISTER_VALUES, ours=TARGETS, theirs=TARGETS)
def test_whatever_others_write_is_never_written_over_at_the_end(
    own: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    memory = confirmed(ours, ControlRegisters(**own))
    found = replace(ControlRegisters(**(own | ours)), **theirs)
    adopted, _ = adopt(memory, found)
    for name, value in theirs.items():
        says_nothing = name.startswith(("charge_limit", "discharge_limit")) and value == 0
        still_ours = name in ours and same(name, ours[name], value)
        assert name not in adopted.written or still_ours or (says_nothing and not found.remote_ems_enabled)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("charge_limit_w", 1500, "1500 W"),
        ("export_limit_w", 10, "10 W"),
        ("export_limit_w", None, "no limit"),
        ("discharge_cutoff_soc", 20.0, "20 %"),
        ("discharge_cutoff_soc", None, "unknown"),
        ("remote_ems_enabled", True, "on"),
        ("remote_ems_enabled", False, "off"),
        ("remote_ems_mode", MODE.CHARGE_PV_FIRST, "charge, solar first"),
        ("remote_ems_mode", None, "unknown"),
    ],
)
def test_a_register_is_shown_as_people_read_it(name: str, value: Any, text: str) -> None:
    assert english(describe(name, value)) == text
    assert english(register(name)).startswith("400")
