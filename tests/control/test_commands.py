"""Commands as register writes: which registers, in which order, and what an interruption leaves behind."""

import asyncio
from dataclasses import replace
from typing import Any

from command_examples import CONTROLLING, OWN, situation
from hypothesis import Phase, event, given, settings, strategies as st
import pytest
from rig import Rig

from custom_components.sigenstor_panel.model.command import Action, ChargeSource, Command
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, RemoteEmsMode
from custom_components.sigenstor_panel.plant.register_writes import (
    SET_BY_COMMANDS,
    HoldMethod,
    Situation,
    SocBounds,
    Write,
    blind_hold,
    differences,
    owner_registers,
    registers_for,
    stop_writes,
    tight_cutoffs,
    writes_for,
)
from custom_components.sigenstor_panel.plant.registers import NO_LIMIT, NO_LIMIT_WRITABLE, PlantControl

CHARGE = Command(action=Action.CHARGE, power_w=3000)
DISCHARGE = Command(action=Action.DISCHARGE, power_w=2000)
HOLD, RELEASE, SELF_CONSUME = (Command(action=each) for each in (Action.HOLD, Action.RELEASE, Action.SELF_CONSUME))
SUPPLY = replace(SELF_CONSUME, charging_allowed=False)
MOVING = (Action.CHARGE, Action.DISCHARGE)
CUTOFF_NAMES = ("charge_cutoff_soc", "discharge_cutoff_soc")
MODE = RemoteEmsMode

WRITABLE = {name: field.address for name, field in PlantControl.declared_fields.items() if field.writable}


def writes(command: Command, before: Situation) -> tuple[Write, ...]:
    return writes_for(command, registers_for(command, before), before)


def fields(writes: tuple[Write, ...]) -> list[str]:
    return [write.field for write in writes]


def after(command: Command, before: Situation) -> ControlRegisters:
    """Return the registers once a command was written in full."""
    return replace(before.present, **registers_for(command, before))


EACH_COMMAND = pytest.mark.parametrize(
    ("command", "expected"),
    [
        (CHARGE, {"remote_ems_mode": MODE.CHARGE_PV_FIRST, "charge_limit_w": 3000}),
        (
            replace(CHARGE, source=ChargeSource.GRID),
            {"remote_ems_mode": MODE.CHARGE_GRID_FIRST, "charge_limit_w": 3000},
        ),
        (DISCHARGE, {"remote_ems_mode": MODE.DISCHARGE_PV_FIRST, "discharge_limit_w": 2000}),
        (HOLD, {"charge_limit_w": 0, "discharge_limit_w": 0}),
        (replace(HOLD, cover_w=2500), {"charge_limit_w": 0, "discharge_limit_w": 2500}),
        (SELF_CONSUME, {}),
        (SUPPLY, {"charge_limit_w": 0}),
        (RELEASE, {"remote_ems_enabled": False, "charge_cutoff_soc": 100.0, "discharge_cutoff_soc": 0.0}),
    ],
)


@EACH_COMMAND
def test_each_command_sets_its_own_registers_and_leaves_the_owners_limits_elsewhere(
    command: Command, expected: dict[str, Any]
) -> None:
    in_control = replace(OWN, remote_ems_enabled=True, charge_cutoff_soc=98.0, discharge_cutoff_soc=5.0)
    ours = ControlRegisters(
        remote_ems_enabled=True,
        remote_ems_mode=MODE.DISCHARGE_ESS_FIRST,
        charge_limit_w=1234,
        discharge_limit_w=1234,
        export_limit_w=1234,
        charge_cutoff_soc=97.0,
        discharge_cutoff_soc=6.0,
    )
    taken_over = situation(ours, written=SET_BY_COMMANDS)
    assert after(command, taken_over) == replace(in_control, **expected)


@EACH_COMMAND
def test_a_command_names_only_the_registers_that_it_concerns(command: Command, expected: dict[str, Any]) -> None:
    if command == RELEASE:
        assert registers_for(RELEASE, situation()) == {}
        return
    control = {"remote_ems_enabled": True, "remote_ems_mode": MODE.SELF_CONSUMPTION}
    cutoffs = {"charge_cutoff_soc": 98.0, "discharge_cutoff_soc": 5.0}
    assert registers_for(command, situation()) == control | cutoffs | expected


@pytest.mark.parametrize("command", [CHARGE, DISCHARGE, HOLD, SELF_CONSUME, RELEASE])
def test_what_somebody_else_set_and_no_command_concerns_is_left_alone(command: Command) -> None:
    theirs = replace(OWN, charge_limit_w=1100, discharge_limit_w=1200, export_limit_w=1500)
    left = after(command, situation(theirs, written=()))
    concerned = {Action.CHARGE: {"charge_limit_w"}, Action.DISCHARGE: {"discharge_limit_w"}}.get(command.action, set())
    if command.action is Action.HOLD:
        concerned = {"charge_limit_w", "discharge_limit_w"}
    for name in {"charge_limit_w", "discharge_limit_w", "export_limit_w"} - concerned:
        assert getattr(left, name) == getattr(theirs, name)


@pytest.mark.parametrize("command", [CHARGE, DISCHARGE, HOLD, SELF_CONSUME], ids=lambda command: command.action)
@pytest.mark.parametrize(("asked_w", "own_w", "expected_w"), [(0, 5000, 10), (800, None, 800), (9000, 5000, 5000)])
def test_a_command_may_limit_export_for_the_sake_of_the_price_but_never_beyond_the_owners_limit(
    command: Command, asked_w: int, own_w: int | None, expected_w: int
) -> None:
    own = replace(OWN, export_limit_w=own_w)
    assert after(replace(command, export_limit_w=asked_w), situation(own, own)).export_limit_w == expected_w


def test_a_release_gives_the_owner_his_export_limit_back_whatever_the_command_asked_before() -> None:
    held = situation(replace(OWN, remote_ems_enabled=True, export_limit_w=10), OWN)
    assert registers_for(replace(RELEASE, export_limit_w=0), held)["export_limit_w"] == 5000
    assert Write("export_limit", 5000) in writes(RELEASE, held)


@pytest.mark.parametrize("command", [CHARGE, DISCHARGE, HOLD, SELF_CONSUME, RELEASE])
@pytest.mark.parametrize(
    ("wanted_w", "own_w", "expected_w"),
    [(None, None, None), (None, 5000, 5000), (3000, 5000, 3000), (6000, 5000, 5000), (0, 5000, 10), (0, None, 10)],
)
def test_an_export_limit_of_0_becomes_10_watts_and_is_only_ever_lowered(
    command: Command, wanted_w: int | None, own_w: int | None, expected_w: int | None
) -> None:
    own = replace(OWN, export_limit_w=own_w)
    before = situation(own, own, export_limit_w=wanted_w)
    assert after(command, before).export_limit_w == expected_w
    assert ("export_limit_w" in registers_for(command, before)) is (expected_w != own_w)


@pytest.mark.parametrize("command", [CHARGE, DISCHARGE, HOLD, SELF_CONSUME, RELEASE])
def test_a_limit_of_the_network_operators_below_ours_is_not_raised(command: Command) -> None:
    theirs = replace(OWN, export_limit_w=1500)
    before = situation(theirs, OWN, written=CONTROLLING, export_limit_w=3000)
    assert "export_limit_w" not in registers_for(command, before)


@pytest.mark.parametrize(
    ("meter_w", "pv_w", "limit_w", "mode"),
    [
        (4000, 3200, None, MODE.DISCHARGE_PV_FIRST),
        (4000, 3199, None, MODE.DISCHARGE_ESS_FIRST),
        (4000, None, None, MODE.DISCHARGE_ESS_FIRST),
        (4000, 0, 1000, MODE.DISCHARGE_ESS_FIRST),
        (0, 0, None, MODE.DISCHARGE_PV_FIRST),
    ],
)
def test_exporting_at_the_meter_takes_the_mode_that_the_sun_allows_and_the_smaller_limit(
    meter_w: int, pv_w: int | None, limit_w: int | None, mode: RemoteEmsMode
) -> None:
    command = replace(DISCHARGE, export_limit_w=meter_w)
    registers = after(command, situation(export_limit_w=limit_w, pv_power_w=pv_w))
    assert registers.remote_ems_mode is mode
    assert registers.export_limit_w == max(10, min(meter_w, 5000 if limit_w is None else limit_w))


@pytest.mark.parametrize("pv_w", [0, 9000])
def test_where_the_solar_first_mode_does_not_discharge_the_battery_goes_first(pv_w: int) -> None:
    command = replace(DISCHARGE, export_limit_w=4000)
    registers = after(command, situation(pv_power_w=pv_w, discharge_ess_first=True))
    assert registers.remote_ems_mode is MODE.DISCHARGE_ESS_FIRST


def test_a_limit_of_0_that_old_firmware_shows_while_remote_ems_is_off_is_no_limit_of_the_owners() -> None:
    off = replace(OWN, charge_limit_w=0, discharge_limit_w=0)
    owner = owner_registers(None, {}, off)
    assert (owner.charge_limit_w, owner.discharge_limit_w) == (None, None)
    on = replace(off, remote_ems_enabled=True)
    owner = owner_registers(None, {}, on)
    assert (owner.charge_limit_w, owner.discharge_limit_w) == (0, 0)


def test_limits_that_the_owner_never_set_become_none_or_what_the_plant_takes_for_it() -> None:
    own = replace(OWN, charge_limit_w=None, discharge_limit_w=None, export_limit_w=None)
    held = replace(own, remote_ems_enabled=True, charge_limit_w=0, discharge_limit_w=0, export_limit_w=100)
    before = situation(held, own)
    registers = registers_for(RELEASE, before)
    assert (registers["charge_limit_w"], registers["discharge_limit_w"]) == (None, None)
    assert registers["export_limit_w"] is None
    assert {
        Write("charge_limit", NO_LIMIT, (NO_LIMIT_WRITABLE, 9000)),
        Write("discharge_limit", NO_LIMIT, (NO_LIMIT_WRITABLE, 10_000)),
        Write("export_limit", NO_LIMIT, (NO_LIMIT_WRITABLE,)),
    } <= set(writes(RELEASE, before))


class TestOrder:
    """The order of writes, in which any prefix is safe."""

    def test_taking_over_begins_with_the_cutoffs_and_ends_with_the_mode(self) -> None:
        assert writes(CHARGE, situation()) == (
            Write("charge_cutoff_soc", 98.0),
            Write("discharge_cutoff_soc", 5.0),
            Write("remote_ems_enabled", 1),
            Write("charge_limit", 3000),
            Write("remote_ems_mode", 4),
        )

    def test_a_change_of_mode_goes_through_self_consumption_with_the_limits_in_between(self) -> None:
        charging = after(CHARGE, situation())
        assert writes(DISCHARGE, situation(charging)) == (
            Write("remote_ems_mode", 2),
            Write("charge_limit", 8000),
            Write("discharge_limit", 2000),
            Write("remote_ems_mode", 5),
        )

    def test_handing_back_ends_with_the_remote_ems_switch(self) -> None:
        charging = after(CHARGE, situation())
        assert writes(RELEASE, situation(charging)) == (
            Write("remote_ems_mode", 2),
            Write("charge_limit", 8000),
            Write("charge_cutoff_soc", 100.0),
            Write("discharge_cutoff_soc", 0.0),
            Write("remote_ems_enabled", 0),
        )

    @pytest.mark.parametrize("mode", [MODE.STANDBY, MODE.CHARGE_PV_FIRST, MODE.DISCHARGE_ESS_FIRST, MODE.PCS_REMOTE])
    @pytest.mark.parametrize("command", [CHARGE, DISCHARGE, HOLD])
    def test_a_mode_that_was_found_is_given_back_only_after_remote_ems_is_off_and_may_be_refused(
        self, command: Command, mode: RemoteEmsMode
    ) -> None:
        own = replace(OWN, remote_ems_mode=mode)
        taken_over = situation(after(command, situation(own, own)), own)
        *_, off, last = writes(RELEASE, taken_over)
        assert off == Write("remote_ems_enabled", 0)
        assert (last.field, last.afterwards) == ("remote_ems_mode", True)
        assert after(RELEASE, taken_over) == own

    def test_a_plant_whose_remote_ems_someone_switched_off_is_handed_back_with_its_mode_last(self) -> None:
        charging = replace(after(CHARGE, situation()), remote_ems_enabled=False)
        before = situation(charging, written={"remote_ems_mode", "charge_limit_w", *CUTOFF_NAMES})
        assert fields(writes(RELEASE, before)) == [
            "charge_limit",
            "charge_cutoff_soc",
            "discharge_cutoff_soc",
            "remote_ems_mode",
        ]
        assert writes(RELEASE, before)[-1].afterwards
        assert registers_for(RELEASE, before)["remote_ems_mode"] is MODE.SELF_CONSUMPTION

    def test_a_ramp_step_is_the_limit_alone(self) -> None:
        charging = after(CHARGE, situation())
        step = writes(replace(CHARGE, power_w=4000), situation(charging))
        assert step == (Write("charge_limit", 4000),)

    def test_another_mode_that_someone_left_behind_is_left_before_any_limit_is_raised(self) -> None:
        foreign = replace(OWN, remote_ems_enabled=True, remote_ems_mode=MODE.DISCHARGE_ESS_FIRST)
        order = writes(CHARGE, situation(foreign, foreign))
        assert fields(order)[:3] == ["charge_cutoff_soc", "discharge_cutoff_soc", "remote_ems_mode"]
        assert order[2].value == 2

    @pytest.mark.parametrize("command", [CHARGE, DISCHARGE, HOLD, SELF_CONSUME, SUPPLY, RELEASE])
    def test_what_holds_already_is_not_written(self, command: Command) -> None:
        assert writes(command, situation(after(command, situation()))) == ()

    @pytest.mark.parametrize(("wrote_w", "reads_w"), [(5000, 4999), (30_000, 29_999), (5000, 5001)])
    def test_a_limit_that_the_register_rounds_holds_already(self, wrote_w: int, reads_w: int) -> None:
        charging = after(replace(CHARGE, power_w=wrote_w), situation())
        rounded = situation(replace(charging, charge_limit_w=reads_w))
        assert writes(replace(CHARGE, power_w=wrote_w), rounded) == ()


class TestHold:
    """What holds a battery depends on the firmware; each method does what the one before it does, and more."""

    def test_the_limits_are_enough_from_spc113_on_and_pv_goes_on_serving_the_house(self) -> None:
        registers = after(HOLD, situation())
        assert registers.remote_ems_mode is MODE.SELF_CONSUMPTION
        assert (registers.charge_limit_w, registers.discharge_limit_w) == (0, 0)

    @pytest.mark.parametrize("method", [HoldMethod.STANDBY, HoldMethod.CUTOFFS])
    def test_where_they_do_nothing_the_plant_stands_by(self, method: HoldMethod) -> None:
        registers = after(HOLD, situation(hold_method=method))
        assert registers.remote_ems_mode is MODE.STANDBY
        assert (registers.charge_limit_w, registers.discharge_limit_w) == (0, 0)
        assert writes(HOLD, situation(hold_method=method))[-1] == Write("remote_ems_mode", 1)

    def test_the_cutoffs_leave_about_a_percent_either_way(self) -> None:
        registers = after(HOLD, situation(hold_method=HoldMethod.CUTOFFS, soc=50.4))
        assert (registers.discharge_cutoff_soc, registers.charge_cutoff_soc) == (49.0, 51.0)

    @pytest.mark.parametrize("method", HoldMethod)
    def test_one_that_covers_the_house_lets_the_battery_give_whatever_the_method(self, method: HoldMethod) -> None:
        registers = after(replace(HOLD, cover_w=2500), situation(hold_method=method))
        assert registers.remote_ems_mode is MODE.SELF_CONSUMPTION
        assert (registers.charge_limit_w, registers.discharge_limit_w) == (0, 2500)
        assert (registers.discharge_cutoff_soc, registers.charge_cutoff_soc) == (5.0, 98.0)

    def test_the_methods_are_tried_in_their_order_and_the_last_one_stays(self) -> None:
        assert [method.next for method in HoldMethod] == [HoldMethod.STANDBY, HoldMethod.CUTOFFS, HoldMethod.CUTOFFS]

    @pytest.mark.parametrize("method", HoldMethod)
    def test_afterwards_the_owner_has_everything_back(self, method: HoldMethod) -> None:
        assert after(RELEASE, situation(after(HOLD, situation(hold_method=method)))) == OWN

    @given(soc=st.floats(0, 100), low=st.floats(0, 100), high=st.floats(0, 100))
    def test_tight_cutoffs_never_reach_the_state_of_charge_unless_they_rest_there(
        self, soc: float, low: float, high: float
    ) -> None:
        present = replace(OWN, charge_cutoff_soc=high, discharge_cutoff_soc=low)
        found = tight_cutoffs(soc, present)
        below, above = found["discharge_cutoff_soc"], found["charge_cutoff_soc"]
        assert below <= max(0.0, soc - 1.0) or (below == low and low <= soc + 1.0)
        assert above >= min(100.0, soc + 0.1) or (above == high and high >= soc - 1.0)
        assert below >= max(0.0, soc - 2.0)
        assert above <= min(100.0, soc + 1.2)

    def test_an_unknown_state_of_charge_moves_no_cutoff(self) -> None:
        assert tight_cutoffs(None, OWN) == {}


def test_a_mode_that_this_controller_never_wrote_is_not_written_after_a_release() -> None:
    foreign = replace(OWN, remote_ems_enabled=True, remote_ems_mode=MODE.CHARGE_PV_FIRST)
    assert writes(RELEASE, situation(foreign, written=["remote_ems_enabled"])) == (
        Write("remote_ems_mode", 2),
        Write("remote_ems_enabled", 0),
    )


class TestStop:
    """An emergency stop writes without looking, where it has to."""

    def test_without_a_reading_every_register_of_a_hold_is_written_the_limits_first(self) -> None:
        assert stop_writes(blind_hold(HoldMethod.LIMITS), None) == (
            Write("charge_limit", 0),
            Write("discharge_limit", 0),
            Write("remote_ems_mode", 2),
            Write("remote_ems_enabled", 1),
        )

    @pytest.mark.parametrize("method", [HoldMethod.STANDBY, HoldMethod.CUTOFFS])
    def test_it_holds_as_the_firmware_needs_it(self, method: HoldMethod) -> None:
        assert Write("remote_ems_mode", 1) in stop_writes(blind_hold(method), None)

    def test_the_cutoffs_come_last(self) -> None:
        targets = blind_hold(HoldMethod.CUTOFFS) | tight_cutoffs(50.0, OWN)
        assert fields(stop_writes(targets, None))[-2:] == ["charge_cutoff_soc", "discharge_cutoff_soc"]

    def test_with_a_reading_only_what_is_wrong_is_written(self) -> None:
        charging = after(CHARGE, situation())
        assert fields(stop_writes(blind_hold(HoldMethod.LIMITS), charging)) == [
            "charge_limit",
            "discharge_limit",
            "remote_ems_mode",
        ]
        assert stop_writes(blind_hold(HoldMethod.LIMITS), after(HOLD, situation())) == ()

    @pytest.mark.parametrize("limit_w", [0, 8000])
    def test_while_remote_ems_is_off_the_limits_are_written_whatever_they_read(self, limit_w: int) -> None:
        off = replace(OWN, charge_limit_w=limit_w, discharge_limit_w=limit_w)
        assert stop_writes(blind_hold(HoldMethod.LIMITS), off) == (
            Write("charge_limit", 0),
            Write("discharge_limit", 0),
            Write("remote_ems_enabled", 1),
        )


class TestCutoffs:
    """The hardware's own bounds."""

    @pytest.mark.parametrize(
        ("soc", "discharge_cutoff"),
        [(50.0, 5.0), (6.0, 5.0), (5.9, 4.0), (5.0, 4.0), (1.5, 0.0), (0.4, 0.0), (0.0, 0.0)],
    )
    def test_the_discharge_cutoff_is_written_at_least_a_percent_below_the_state_of_charge(
        self, soc: float, discharge_cutoff: float
    ) -> None:
        assert after(HOLD, situation(soc=soc)).discharge_cutoff_soc == discharge_cutoff

    @pytest.mark.parametrize(
        ("soc", "charge_cutoff"),
        [(50.0, 98.0), (97.9, 98.0), (98.0, 99.0), (98.9, 99.0), (99.5, 100.0), (100.0, 100.0)],
    )
    def test_the_charge_cutoff_is_written_above_the_state_of_charge(self, soc: float, charge_cutoff: float) -> None:
        assert after(HOLD, situation(soc=soc)).charge_cutoff_soc == charge_cutoff

    @pytest.mark.parametrize(("floor_soc", "owners", "cutoff"), [(None, 0.0, 5.0), (30.0, 0.0, 30.0), (2.0, 0.0, 5.0)])
    def test_the_floor_of_a_discharge_stands_in_the_hardware(
        self, floor_soc: float | None, owners: float, cutoff: float
    ) -> None:
        own = replace(OWN, discharge_cutoff_soc=owners)
        registers = after(replace(DISCHARGE, floor_soc=floor_soc), situation(own, own))
        assert registers.discharge_cutoff_soc == cutoff

    @pytest.mark.parametrize(("soc", "written"), [(15.0, 14.0), (20.4, 19.0), (21.0, 20.0), (50.0, 20.0)])
    def test_an_owners_reserve_above_the_state_of_charge_is_given_back_as_far_as_that_allows(
        self, soc: float, written: float
    ) -> None:
        own = replace(OWN, discharge_cutoff_soc=20.0)
        held = replace(own, remote_ems_enabled=True, discharge_cutoff_soc=5.0)
        assert registers_for(RELEASE, situation(held, own, soc=soc))["discharge_cutoff_soc"] == written

    @pytest.mark.parametrize("command", [CHARGE, DISCHARGE, HOLD, SELF_CONSUME])
    def test_they_are_never_looser_than_the_owners_own(self, command: Command) -> None:
        own = replace(OWN, charge_cutoff_soc=90.0, discharge_cutoff_soc=20.0)
        registers = after(command, situation(own, own))
        assert (registers.charge_cutoff_soc, registers.discharge_cutoff_soc) == (90.0, 20.0)

    @pytest.mark.parametrize("command", [CHARGE, DISCHARGE, HOLD, SELF_CONSUME, RELEASE])
    @pytest.mark.parametrize(("low", "high"), [(20.0, 100.0), (0.0, 90.0)])
    def test_a_battery_that_rests_at_its_owners_cutoff_does_not_run_away_with_it(
        self, command: Command, low: float, high: float
    ) -> None:
        own = replace(OWN, charge_cutoff_soc=high, discharge_cutoff_soc=low)
        resting_at = low or high
        for soc in (resting_at - 0.4, resting_at, resting_at + 0.4):
            registers = after(command, situation(own, own, written=SET_BY_COMMANDS, soc=soc))
            mine = registers.discharge_cutoff_soc if low else registers.charge_cutoff_soc
            assert mine == resting_at

    @pytest.mark.parametrize("command", [CHARGE, HOLD, RELEASE])
    def test_without_a_state_of_charge_none_is_moved_towards_it(self, command: Command) -> None:
        own = replace(OWN, charge_cutoff_soc=60.0, discharge_cutoff_soc=40.0)
        present = replace(OWN, remote_ems_enabled=True, charge_cutoff_soc=98.0, discharge_cutoff_soc=5.0)
        found = after(command, situation(present, own, soc=None))
        assert (found.charge_cutoff_soc, found.discharge_cutoff_soc) == (98.0, 5.0)

    @given(low=st.floats(0, 50), high=st.floats(50, 100))
    def test_any_bound_is_rounded_to_what_the_register_can_hold(self, low: float, high: float) -> None:
        registers = after(HOLD, situation(bounds=SocBounds(min_soc=low, max_soc=high)))
        for value in (registers.discharge_cutoff_soc, registers.charge_cutoff_soc):
            assert value is not None
            assert round(value * 10) / 10 == value


POWER = st.integers(1, 10_000)
COMMANDS = st.builds(
    Command,
    action=st.sampled_from(Action),
    power_w=POWER,
    source=st.sampled_from(ChargeSource),
    export_limit_w=st.none() | POWER,
    floor_soc=st.none() | st.sampled_from([0.0, 12.5, 40.0]),
).map(lambda command: command if command.action in MOVING else Command(action=command.action))
COMMANDS |= st.sampled_from([SUPPLY, replace(HOLD, cover_w=500), replace(HOLD, cover_w=4000)])
METHODS = st.sampled_from(HoldMethod)
LIMIT = st.none() | st.sampled_from([0, 2000, 5000, 9000])
CUTOFFS = st.sampled_from([(0.0, 100.0), (10.0, 90.0), (5.0, 100.0), (20.0, 98.0), (0.0, 60.0)])


@st.composite
def registers(draw: st.DrawFn) -> ControlRegisters:
    low, high = draw(CUTOFFS)
    return ControlRegisters(
        remote_ems_enabled=draw(st.booleans()),
        remote_ems_mode=draw(st.sampled_from(list(MODE)[:7])),
        charge_limit_w=draw(LIMIT),
        discharge_limit_w=draw(LIMIT),
        export_limit_w=draw(LIMIT),
        charge_cutoff_soc=high,
        discharge_cutoff_soc=low,
    )


CONCERNED = {
    Action.CHARGE: {"charge_limit", "export_limit"},
    Action.DISCHARGE: {"discharge_limit", "export_limit"},
    Action.HOLD: {"charge_limit", "discharge_limit", "export_limit"},
    Action.SELF_CONSUME: {"export_limit"},
    Action.RELEASE: {"export_limit"},
}
"""The limits that each command may write even where nothing of ours is to be given back."""


@settings(max_examples=500, deadline=None)
@given(
    command=COMMANDS,
    present=registers(),
    saved=registers(),
    written=st.sets(st.sampled_from(SET_BY_COMMANDS)),
    soc=st.none() | st.integers(0, 1000).map(lambda tenths: tenths / 10),
    pv_w=st.none() | POWER,
    export_limit_w=st.none() | st.integers(0, 10_000),
    method=METHODS,
)
def test_any_command_writes_only_what_differs_and_only_what_may_be_written(
    command: Command,
    present: ControlRegisters,
    saved: ControlRegisters,
    written: set[str],
    soc: float | None,
    pv_w: int | None,
    export_limit_w: int | None,
    method: HoldMethod,
) -> None:
    before = situation(
        present, saved, written=written, export_limit_w=export_limit_w, hold_method=method, soc=soc, pv_power_w=pv_w
    )
    wanted, in_order = registers_for(command, before), writes(command, before)
    names = fields(in_order)
    assert {WRITABLE[name] for name in names} <= {40029, 40031, 40032, 40034, 40038, 40047, 40048}
    changing = {name.removesuffix("_w") for name in differences(wanted, present)} | {"remote_ems_mode"}
    assert set(names) <= changing
    ours = {name.removesuffix("_w") for name in written}
    if "remote_ems_enabled" in written:
        # On the way out, the mode of somebody else is left before any limit is raised.
        ours.add("remote_ems_mode")
    in_charge = {"remote_ems_enabled", "remote_ems_mode", *CUTOFF_NAMES} if command.action is not Action.RELEASE else ()
    supplying = {"charge_limit"} if not command.charging_allowed else set()
    assert set(names) <= ours | CONCERNED[command.action] | supplying | set(in_charge)
    for write in in_order:
        if write.field == "discharge_cutoff_soc" and soc is not None:
            assert write.value <= max(0.0, soc - 1)
        if write.field == "charge_cutoff_soc" and soc is not None:
            assert write.value >= min(100.0, soc + 0.1)
        if write.field == "export_limit":
            # The owner's own comes back as it was; whatever else stands there is only ever lowered.
            assert write.value != 0 or saved.export_limit_w == 0
            stands_w = saved.export_limit_w if "export_limit_w" in written else present.export_limit_w
            assert stands_w is None or write.value <= stands_w
    if command.action is Action.RELEASE:
        switched_off = names.index("remote_ems_enabled") if "remote_ems_enabled" in names else len(names)
        assert [write.afterwards for write in in_order[switched_off + 1 :]] in ([], [True])
        assert names[switched_off + 1 :] in ([], ["remote_ems_mode"])
    elif "remote_ems_enabled" in names:
        before_it = names[: names.index("remote_ems_enabled")]
        assert set(before_it) <= set(CUTOFF_NAMES)


@settings(max_examples=200, deadline=None)
@given(first=COMMANDS, second=COMMANDS, own=registers(), method=METHODS)
def test_whatever_was_commanded_a_release_gives_back_exactly_what_was_found(
    first: Command, second: Command, own: ControlRegisters, method: HoldMethod
) -> None:
    if not own.remote_ems_enabled:
        # On old firmware a limit of 0 says nothing while remote EMS is off; it comes back as no limit.
        own = replace(own, charge_limit_w=own.charge_limit_w or None, discharge_limit_w=own.discharge_limit_w or None)
    written, present = set[str](), own
    for command in (first, second, RELEASE):
        before = situation(present, own, written=written, hold_method=method)
        targets = registers_for(command, before)
        changed = {name for name in targets if targets[name] != getattr(present, name)}
        written |= changed | (set(CONTROLLING) if command.action is not Action.RELEASE else set())
        present = replace(present, **targets)
    assert present == (replace(own, remote_ems_enabled=False) if written else own)


async def _interrupted(first: Command, second: Command, k: int, world: dict[str, Any]) -> None:
    """Write one command in full and `k` registers of the next, then leave the plant alone for hours."""
    rig = Rig(soc=world["soc"])
    plant = rig.plant
    plant.holding.update(world["holding"])
    plant.pv_power_w, plant.house_power_w = world["pv_power_w"], world["house_power_w"]
    plant.quirks["discharge_cutoff_import_bug"] = world["import_bug"]
    plant.settle()
    await rig.poll()
    assert rig.data is not None
    saved = rig.data.control
    ours, seen = set[str](), [world["soc"]]

    async def write(command: Command, count: int | None) -> list[str]:
        await rig.poll()
        assert rig.data is not None
        seen.append(plant.state.soc)
        before = replace(
            situation(
                rig.data.control,
                saved,
                written=ours,
                export_limit_w=world["export_limit_w"],
                hold_method=world["hold_method"],
            ),
            telemetry=rig.data,
        )
        order = writes(command, before)[:count]
        if order and command.action is not Action.RELEASE:
            ours.update(CONTROLLING)
        for each in order:
            ours.add(f"{each.field}_w" if each.field.endswith("_limit") else each.field)
            await rig.client.async_write(each.field, each.value)
        return fields(order)

    written = await write(first, None)
    for _ in range(120):
        plant.step(5.0)
        seen.append(plant.state.soc)
    written += await write(second, k)
    # Where somebody else forces the battery already, it is ours only once the cut-offs are written.
    taken_over = first.action is not Action.RELEASE or not set(written) <= {*CUTOFF_NAMES, "export_limit"}
    forced = taken_over and plant.holding[40029] == 1 and plant.holding[40031] in (3, 4, 5, 6)
    event(f"forced: {forced}, ends with an action of {second.action}")
    own_low, own_high = world["holding"][40048], world["holding"][40047]
    low, high = (max(5.0, own_low), min(98.0, own_high)) if forced else (own_low, own_high)
    # The cut-offs keep a percent away from where the battery is, and are whole percents.
    low, high = min(low, min(seen) - 2.0), max(high, max(seen) + 1.1)
    if forced and written:
        assert plant.holding[40048] >= max(0.0, min(max(5.0, own_low), min(seen) - 2.1))
        assert plant.holding[40047] <= min(100.0, max(min(98.0, own_high), max(seen) + 1.2))
    for _ in range(6 * 180):
        plant.step(20.0)
        assert low - 0.5 <= plant.state.soc <= high + 0.5


@settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink))
@given(
    first=COMMANDS,
    second=COMMANDS,
    k=st.integers(0, 6),
    world=st.fixed_dictionaries(
        {
            "soc": st.sampled_from([0.0, 3.0, 5.5, 9.0, 97.0, 98.5, 100.0]) | st.integers(10, 95).map(float),
            "pv_power_w": st.sampled_from([0, 0, 500, 4000, 9000]),
            "house_power_w": st.sampled_from([300, 2000, 8000]),
            "import_bug": st.booleans(),
            "hold_method": METHODS,
            "export_limit_w": st.sampled_from([None, None, 0, 3000]),
            "holding": st.builds(
                lambda enabled, mode, cutoffs, limit_kw: {
                    40029: enabled,
                    40031: mode,
                    40048: cutoffs[0],
                    40047: cutoffs[1],
                    40032: limit_kw,
                    40034: limit_kw,
                },
                enabled=st.sampled_from([0.0, 0.0, 0.0, 1.0]),
                mode=st.sampled_from([2.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
                cutoffs=CUTOFFS,
                limit_kw=st.sampled_from([10.0, 6.0]),
            ),
        }
    ),
)
def test_a_controller_that_dies_between_any_two_writes_leaves_the_battery_inside_its_bounds(
    first: Command, second: Command, k: int, world: dict[str, Any]
) -> None:
    asyncio.run(_interrupted(first, second, k, world))
