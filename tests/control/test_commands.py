"""Commands as register writes: which registers, in which order, and what an interruption leaves behind."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import Phase, event, given, settings, strategies as st
import pytest
from rig import Rig

from custom_components.sigenstor_panel.command import Action, ChargeSource, Command
from custom_components.sigenstor_panel.plant.commands import (
    Bounds,
    Situation,
    Write,
    differences,
    registers_for,
    writes_for,
)
from custom_components.sigenstor_panel.plant.registers import NO_LIMIT, PlantControl
from custom_components.sigenstor_panel.telemetry import ControlRegisters, RemoteEmsMode, Source, Telemetry

CHARGE = Command(action=Action.CHARGE, power_w=3000)
DISCHARGE = Command(action=Action.DISCHARGE, power_w=2000)
HOLD, RELEASE, SELF_CONSUME = (Command(action=each) for each in (Action.HOLD, Action.RELEASE, Action.SELF_CONSUME))
MOVING = (Action.CHARGE, Action.DISCHARGE)
MODE = RemoteEmsMode

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
    remote_ems_mode=MODE.SELF_CONSUMPTION,
    charge_limit_w=8000,
    discharge_limit_w=7000,
    export_limit_w=5000,
    charge_cutoff_soc=100.0,
    discharge_cutoff_soc=0.0,
)
BOUNDS = Bounds(min_soc=5.0, max_soc=98.0)
WRITABLE = {name: field.address for name, field in PlantControl.declared_fields.items() if field.writable}


def situation(
    present: ControlRegisters = OWN,
    saved: ControlRegisters = OWN,
    *,
    export_limit_w: int | None = None,
    bounds: Bounds = BOUNDS,
    **telemetry: Any,
) -> Situation:
    return Situation(
        telemetry=replace(TELEMETRY, **telemetry),
        present=present,
        saved=saved,
        bounds=bounds,
        export_limit_w=export_limit_w,
    )


def fields(writes: tuple[Write, ...]) -> list[str]:
    return [write.field for write in writes]


def after(command: Command, before: Situation) -> ControlRegisters:
    """Return the registers once a command was written in full."""
    return registers_for(command, before)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (CHARGE, {"remote_ems_mode": MODE.CHARGE_PV_FIRST, "charge_limit_w": 3000}),
        (
            replace(CHARGE, source=ChargeSource.GRID),
            {"remote_ems_mode": MODE.CHARGE_GRID_FIRST, "charge_limit_w": 3000},
        ),
        (DISCHARGE, {"remote_ems_mode": MODE.DISCHARGE_PV_FIRST, "discharge_limit_w": 2000}),
        (HOLD, {"charge_limit_w": 0, "discharge_limit_w": 0}),
        (SELF_CONSUME, {}),
        (RELEASE, {"remote_ems_enabled": False, "charge_cutoff_soc": 100.0, "discharge_cutoff_soc": 0.0}),
    ],
)
def test_each_command_sets_its_own_registers_and_leaves_the_owners_limits_elsewhere(
    command: Command, expected: dict[str, Any]
) -> None:
    in_control = replace(OWN, remote_ems_enabled=True, charge_cutoff_soc=98.0, discharge_cutoff_soc=5.0)
    assert registers_for(command, situation()) == replace(in_control, **expected)


@pytest.mark.parametrize("command", [CHARGE, DISCHARGE, HOLD, SELF_CONSUME], ids=lambda command: command.action)
@pytest.mark.parametrize(("asked_w", "own_w", "expected_w"), [(0, 5000, 10), (800, None, 800), (9000, 5000, 5000)])
def test_a_command_may_limit_export_for_the_sake_of_the_price_but_never_beyond_the_owners_limit(
    command: Command, asked_w: int, own_w: int | None, expected_w: int
) -> None:
    own = replace(OWN, export_limit_w=own_w)
    assert registers_for(replace(command, export_limit_w=asked_w), situation(own, own)).export_limit_w == expected_w


def test_a_release_gives_the_owner_his_export_limit_back_whatever_the_command_asked_before() -> None:
    held = situation(replace(OWN, remote_ems_enabled=True, export_limit_w=10), OWN)
    assert registers_for(replace(RELEASE, export_limit_w=0), held).export_limit_w == 5000
    assert Write("export_limit", 5000) in writes_for(RELEASE, held)


@pytest.mark.parametrize("command", [CHARGE, DISCHARGE, HOLD, SELF_CONSUME, RELEASE])
@pytest.mark.parametrize(
    ("wanted_w", "own_w", "expected_w"),
    [(None, None, None), (None, 5000, 5000), (3000, 5000, 3000), (6000, 5000, 6000), (0, 5000, 10), (0, None, 10)],
)
def test_an_export_limit_of_0_becomes_10_watts_and_without_a_wish_the_owners_own_counts(
    command: Command, wanted_w: int | None, own_w: int | None, expected_w: int | None
) -> None:
    own = replace(OWN, export_limit_w=own_w)
    assert registers_for(command, situation(own, own, export_limit_w=wanted_w)).export_limit_w == expected_w


@pytest.mark.parametrize(
    ("meter_w", "pv_w", "limit_w", "mode"),
    [
        (4000, 3200, None, MODE.DISCHARGE_PV_FIRST),
        (4000, 3199, None, MODE.DISCHARGE_ESS_FIRST),
        (4000, None, None, MODE.DISCHARGE_ESS_FIRST),
        (4000, 0, 1000, MODE.DISCHARGE_ESS_FIRST),
        (1, None, None, MODE.DISCHARGE_ESS_FIRST),
        (0, 0, None, MODE.DISCHARGE_PV_FIRST),
    ],
)
def test_exporting_at_the_meter_takes_the_mode_that_the_sun_allows_and_the_smaller_limit(
    meter_w: int, pv_w: int | None, limit_w: int | None, mode: RemoteEmsMode
) -> None:
    command = replace(DISCHARGE, export_limit_w=meter_w)
    registers = registers_for(command, situation(export_limit_w=limit_w, pv_power_w=pv_w))
    assert registers.remote_ems_mode is mode
    assert registers.export_limit_w == max(10, min(meter_w, 5000 if limit_w is None else limit_w))


def test_limits_that_the_owner_never_set_become_the_rated_power_or_none() -> None:
    own = replace(OWN, charge_limit_w=None, discharge_limit_w=None, export_limit_w=None)
    before = situation(replace(own, charge_limit_w=0, discharge_limit_w=0, export_limit_w=100), own)
    registers = registers_for(RELEASE, before)
    assert (registers.charge_limit_w, registers.discharge_limit_w) == (9000, 10_000)
    assert registers.export_limit_w is None
    assert Write("export_limit", NO_LIMIT) in writes_for(RELEASE, before)


class TestOrder:
    """The order of writes, in which any prefix is safe."""

    def test_taking_over_begins_with_the_cutoffs_and_ends_with_the_mode(self) -> None:
        assert writes_for(CHARGE, situation()) == (
            Write("charge_cutoff_soc", 98.0),
            Write("discharge_cutoff_soc", 5.0),
            Write("remote_ems_enabled", 1),
            Write("charge_limit", 3000),
            Write("remote_ems_mode", 4),
        )

    def test_a_change_of_mode_goes_through_self_consumption_with_the_limits_in_between(self) -> None:
        charging = after(CHARGE, situation())
        assert writes_for(DISCHARGE, situation(charging)) == (
            Write("remote_ems_mode", 2),
            Write("charge_limit", 8000),
            Write("discharge_limit", 2000),
            Write("remote_ems_mode", 5),
        )

    def test_handing_back_ends_with_the_remote_ems_switch(self) -> None:
        charging = after(CHARGE, situation())
        assert writes_for(RELEASE, situation(charging)) == (
            Write("remote_ems_mode", 2),
            Write("charge_limit", 8000),
            Write("charge_cutoff_soc", 100.0),
            Write("discharge_cutoff_soc", 0.0),
            Write("remote_ems_enabled", 0),
        )

    def test_coming_to_rest_begins_with_the_mode_and_does_not_write_it_again(self) -> None:
        charging = after(CHARGE, situation())
        assert writes_for(HOLD, situation(charging)) == (
            Write("remote_ems_mode", 2),
            Write("charge_limit", 0),
            Write("discharge_limit", 0),
        )

    def test_a_plant_whose_remote_ems_someone_switched_off_is_handed_back_without_its_mode(self) -> None:
        charging = replace(after(CHARGE, situation()), remote_ems_enabled=False)
        before = situation(charging)
        assert fields(writes_for(RELEASE, before)) == ["charge_limit", "charge_cutoff_soc", "discharge_cutoff_soc"]
        assert registers_for(RELEASE, before).remote_ems_mode is MODE.CHARGE_PV_FIRST

    def test_a_ramp_step_is_the_limit_alone(self) -> None:
        charging = after(CHARGE, situation())
        step = writes_for(replace(CHARGE, power_w=4000), situation(charging))
        assert step == (Write("charge_limit", 4000),)

    def test_another_mode_that_someone_left_behind_is_left_before_any_limit_is_raised(self) -> None:
        foreign = replace(OWN, remote_ems_enabled=True, remote_ems_mode=MODE.DISCHARGE_ESS_FIRST)
        writes = writes_for(CHARGE, situation(foreign, foreign))
        assert fields(writes)[:3] == ["charge_cutoff_soc", "discharge_cutoff_soc", "remote_ems_mode"]
        assert writes[2].value == 2

    @pytest.mark.parametrize("command", [CHARGE, DISCHARGE, HOLD, SELF_CONSUME, RELEASE])
    def test_what_holds_already_is_not_written(self, command: Command) -> None:
        assert writes_for(command, situation(after(command, situation()))) == ()


class TestCutoffs:
    """The hardware's own bounds."""

    @pytest.mark.parametrize(
        ("soc", "discharge_cutoff"),
        [(50.0, 5.0), (6.0, 5.0), (5.9, 4.0), (5.0, 4.0), (1.5, 0.0), (0.4, 0.0), (0.0, 0.0)],
    )
    def test_the_discharge_cutoff_is_written_at_least_a_percent_below_the_state_of_charge(
        self, soc: float, discharge_cutoff: float
    ) -> None:
        assert registers_for(HOLD, situation(soc=soc)).discharge_cutoff_soc == discharge_cutoff

    @pytest.mark.parametrize(
        ("soc", "charge_cutoff"),
        [(50.0, 98.0), (97.9, 98.0), (98.0, 99.0), (98.9, 99.0), (99.5, 100.0), (100.0, 100.0)],
    )
    def test_the_charge_cutoff_is_written_above_the_state_of_charge(self, soc: float, charge_cutoff: float) -> None:
        assert registers_for(HOLD, situation(soc=soc)).charge_cutoff_soc == charge_cutoff

    @pytest.mark.parametrize("command", [CHARGE, DISCHARGE, HOLD, SELF_CONSUME])
    def test_they_are_never_looser_than_the_owners_own(self, command: Command) -> None:
        own = replace(OWN, charge_cutoff_soc=90.0, discharge_cutoff_soc=20.0)
        registers = registers_for(command, situation(own, own))
        assert (registers.charge_cutoff_soc, registers.discharge_cutoff_soc) == (90.0, 20.0)

    @pytest.mark.parametrize("command", [CHARGE, DISCHARGE, HOLD, SELF_CONSUME, RELEASE])
    @pytest.mark.parametrize(("low", "high"), [(20.0, 100.0), (0.0, 90.0)])
    def test_a_battery_that_rests_at_its_owners_cutoff_does_not_run_away_with_it(
        self, command: Command, low: float, high: float
    ) -> None:
        own = replace(OWN, charge_cutoff_soc=high, discharge_cutoff_soc=low)
        resting_at = low or high
        for soc in (resting_at - 0.4, resting_at, resting_at + 0.4):
            registers = registers_for(command, situation(own, own, soc=soc))
            mine = registers.discharge_cutoff_soc if low else registers.charge_cutoff_soc
            assert mine == resting_at

    @pytest.mark.parametrize("command", [CHARGE, HOLD, RELEASE])
    def test_without_a_state_of_charge_none_is_moved_towards_it(self, command: Command) -> None:
        own = replace(OWN, charge_cutoff_soc=60.0, discharge_cutoff_soc=40.0)
        present = replace(OWN, remote_ems_enabled=True, charge_cutoff_soc=98.0, discharge_cutoff_soc=5.0)
        found = registers_for(command, situation(present, own, soc=None))
        assert (found.charge_cutoff_soc, found.discharge_cutoff_soc) == (98.0, 5.0)

    @pytest.mark.parametrize(
        ("soc", "charge_cutoff", "discharge_cutoff"),
        [(99.0, 98.0, 5.0), (99.1, 100.0, 5.0), (100.0, 100.0, 5.0), (4.0, 98.0, 5.0), (3.9, 98.0, 2.0)],
    )
    def test_a_battery_rests_at_a_cutoff_until_it_is_a_percent_past_it(
        self, soc: float, charge_cutoff: float, discharge_cutoff: float
    ) -> None:
        present = replace(OWN, remote_ems_enabled=True, charge_cutoff_soc=98.0, discharge_cutoff_soc=5.0)
        registers = registers_for(HOLD, situation(present, soc=soc))
        assert (registers.charge_cutoff_soc, registers.discharge_cutoff_soc) == (charge_cutoff, discharge_cutoff)

    def test_a_bound_counts_to_a_tenth_of_a_percent(self) -> None:
        registers = registers_for(HOLD, situation(bounds=Bounds(min_soc=7.54, max_soc=92.46)))
        assert (registers.charge_cutoff_soc, registers.discharge_cutoff_soc) == (92.5, 7.5)

    def test_an_owner_who_sets_no_bounds_has_none(self) -> None:
        registers = registers_for(HOLD, situation(bounds=Bounds(min_soc=0.0, max_soc=100.0)))
        assert (registers.charge_cutoff_soc, registers.discharge_cutoff_soc) == (100.0, 0.0)

    def test_an_owner_gets_a_cutoff_back_only_as_far_as_the_state_of_charge_has_not_passed_it(self) -> None:
        own = replace(OWN, charge_cutoff_soc=90.0, discharge_cutoff_soc=20.0)
        present = replace(OWN, remote_ems_enabled=True, charge_cutoff_soc=98.0, discharge_cutoff_soc=5.0)
        for soc, charge_cutoff, discharge_cutoff in ((50.0, 90.0, 20.0), (95.0, 96.0, 20.0), (15.0, 90.0, 14.0)):
            registers = registers_for(RELEASE, situation(present, own, soc=soc))
            assert (registers.charge_cutoff_soc, registers.discharge_cutoff_soc) == (charge_cutoff, discharge_cutoff)

    def test_an_owner_gets_back_what_was_read_of_his_cutoffs_where_nothing_else_is_known(self) -> None:
        own = replace(OWN, charge_cutoff_soc=90.0, discharge_cutoff_soc=20.0)
        unread = replace(OWN, remote_ems_enabled=True, charge_cutoff_soc=None, discharge_cutoff_soc=None)
        registers = registers_for(RELEASE, situation(unread, own, soc=None))
        assert (registers.charge_cutoff_soc, registers.discharge_cutoff_soc) == (90.0, 20.0)
        registers = registers_for(RELEASE, situation(own, unread))
        assert (registers.charge_cutoff_soc, registers.discharge_cutoff_soc) == (None, None)

    @given(low=st.floats(0, 50), high=st.floats(50, 100))
    def test_any_bound_is_rounded_to_what_the_register_can_hold(self, low: float, high: float) -> None:
        registers = registers_for(HOLD, situation(bounds=Bounds(min_soc=low, max_soc=high)))
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
).map(lambda command: command if command.action in MOVING else Command(action=command.action))
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


@settings(max_examples=500, deadline=None)
@given(
    command=COMMANDS,
    present=registers(),
    saved=registers(),
    soc=st.none() | st.integers(0, 1000).map(lambda tenths: tenths / 10),
    pv_w=st.none() | POWER,
    export_limit_w=st.none() | st.integers(0, 10_000),
)
def test_any_command_writes_only_what_differs_and_only_what_may_be_written(
    command: Command,
    present: ControlRegisters,
    saved: ControlRegisters,
    soc: float | None,
    pv_w: int | None,
    export_limit_w: int | None,
) -> None:
    before = situation(present, saved, export_limit_w=export_limit_w, soc=soc, pv_power_w=pv_w)
    writes, wanted = writes_for(command, before), registers_for(command, before)
    assert {WRITABLE[write.field] for write in writes} <= {40029, 40031, 40032, 40034, 40038, 40047, 40048}
    changing = {name.removesuffix("_w") for name in differences(wanted, present)} | {"remote_ems_mode"}
    assert set(fields(writes)) <= changing
    assert Write("export_limit", 0) not in writes or saved.export_limit_w == 0  # the owner's own comes back as it was
    for write in writes:
        if write.field == "discharge_cutoff_soc" and soc is not None:
            assert write.value <= max(0.0, soc - 1)
        if write.field == "charge_cutoff_soc" and soc is not None:
            assert write.value >= min(100.0, soc + 0.1)
    if command.action is Action.RELEASE:
        assert "remote_ems_enabled" not in fields(writes)[:-1]
    elif "remote_ems_enabled" in fields(writes):
        before_it = fields(writes)[: fields(writes).index("remote_ems_enabled")]
        assert set(before_it) <= {"charge_cutoff_soc", "discharge_cutoff_soc"}


async def _interrupted(first: Command, second: Command, k: int, world: dict[str, Any]) -> None:
    """Write one command in full and `k` registers of the next, then leave the plant alone for hours."""
    rig = Rig(soc=world["soc"])
    plant = rig.plant
    plant.holding.update(world["holding"])
    plant.pv_power_w, plant.house_power_w = world["pv_power_w"], world["house_power_w"]
    plant.quirks["discharge_cutoff_import_bug"] = world["import_bug"]
    plant.settle()
    await rig.poll()
    assert rig.telemetry is not None
    saved = rig.telemetry.control
    seen = [world["soc"]]

    async def write(command: Command, count: int | None) -> int:
        await rig.poll()
        assert rig.telemetry is not None
        seen.append(plant.state.soc)
        before = Situation(
            telemetry=rig.telemetry,
            present=rig.telemetry.control,
            saved=saved,
            bounds=BOUNDS,
            export_limit_w=world["export_limit_w"],
        )
        writes = writes_for(command, before)[:count]
        for each in writes:
            await rig.client.async_write(each.field, each.value)
        return len(writes)

    written = await write(first, None)
    for _ in range(120):
        plant.step(5.0)
        seen.append(plant.state.soc)
    written += await write(second, k)
    forced = plant.holding[40029] == 1 and plant.holding[40031] in (3, 4, 5, 6)
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
