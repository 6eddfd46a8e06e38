"""The guardrails, sentence by sentence and at their exact boundaries."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from guardrail_examples import HOLD, LIMITS, NOW, RELEASE, SELF_CONSUME, TELEMETRY, ask, cells, charge, discharge
import pytest

from custom_components.sigenstor_panel.control.guardrails import (
    SUPPLY,
    Rule,
    SafetyLimits,
    Verdict,
    VerdictKind,
    any_alarm,
    judge,
)
from custom_components.sigenstor_panel.model.command import Action, Actor, Command
from custom_components.sigenstor_panel.model.message import Message, say
from custom_components.sigenstor_panel.model.telemetry import (
    AlarmGroup,
    ControlRegisters,
    EmsWorkMode,
    GridStatus,
    InverterTelemetry,
    RemoteEmsMode,
    Source,
)
from tests.english import english

LONG_AGO = NOW - timedelta(hours=1)
PASSED = (VerdictKind.ALLOWED, VerdictKind.ADJUSTED)
AUTOMATIC = (Actor.SCHEDULE, Actor.OPTIMISER)
OFF_GRID = (GridStatus.OFF_GRID_AUTO, GridStatus.OFF_GRID_MANUAL)


def holds_because_of(verdict: Verdict, rule: Rule) -> bool:
    return (verdict.kind, verdict.command, verdict.rule) == (VerdictKind.ADJUSTED, HOLD, rule) and bool(verdict.reason)


class TestStateOfCharge:
    """Guardrail 1: no discharge at or below the minimum, no charge at or above the maximum."""

    @pytest.mark.parametrize(
        ("command", "soc", "allowed"),
        [
            (discharge(), 5.1, True),
            (discharge(), 5.0, False),
            (discharge(), 4.9, False),
            (discharge(), 0.0, False),
            (discharge(), 100.0, True),
            (charge(), 97.9, True),
            (charge(), 98.0, False),
            (charge(), 98.1, False),
            (charge(), 100.0, False),
            (charge(), 0.0, True),
            (charge(), None, False),
            (discharge(), None, False),
        ],
    )
    def test_the_bounds_hold_to_a_tenth_of_a_percent(self, command: Command, soc: float | None, allowed: bool) -> None:
        verdict = ask(command, soc=soc)
        if allowed:
            assert (verdict.kind, verdict.command) == (VerdictKind.ALLOWED, command)
        else:
            assert holds_because_of(verdict, Rule.STATE_OF_CHARGE)

    @pytest.mark.parametrize(
        ("command", "soc", "allowed"),
        [(discharge(), 20.1, True), (discharge(), 20.0, False), (charge(), 79.9, True), (charge(), 80.0, False)],
    )
    def test_the_owners_own_bounds_count(self, command: Command, soc: float, allowed: bool) -> None:
        verdict = ask(command, soc=soc, limits=SafetyLimits(min_soc=20, max_soc=80))
        assert (verdict.command == command) is allowed


class TestTemperature:
    """Guardrail 2: no charge or discharge above 45 °C or below 0 °C, whichever cell is worst."""

    @pytest.mark.parametrize("command", [charge(), discharge()])
    @pytest.mark.parametrize(
        ("inverters", "average", "found"),
        [
            ((cells(24.0, 45.0),), 25.0, "fit"),
            ((cells(24.0, 45.1),), 25.0, "warm"),
            ((cells(0.0, 26.0),), 25.0, "fit"),
            ((cells(-0.1, 26.0),), 25.0, "cold"),
            ((cells(-0.1, 45.1),), 25.0, "warm"),
            ((cells(24.0, 26.0), cells(24.0, 45.1, "B")), 25.0, "warm"),
            ((cells(-0.1, 26.0), cells(24.0, 26.0, "B")), 25.0, "cold"),
            ((cells(None, 45.1),), None, "warm"),
            ((cells(-0.1, None),), None, "cold"),
            ((cells(None, None), cells(None, 45.1, "B")), 25.0, "warm"),
            ((cells(None, 45.0),), None, "fit"),
            ((cells(None, None),), 45.0, "fit"),
            ((cells(None, None),), 45.1, "warm"),
            ((cells(None, None),), -0.1, "cold"),
            ((), 25.0, "fit"),
            ((), None, "unknown"),
            ((cells(None, None), cells(None, None, "B")), None, "unknown"),
        ],
    )
    def test_the_worst_cell_of_all_inverters_decides(
        self, command: Command, inverters: tuple[InverterTelemetry, ...], average: float | None, found: str
    ) -> None:
        by_name = {inverter.serial_number: inverter for inverter in inverters}
        verdict = ask(command, inverters=by_name, average_cell_temperature_c=average)
        if found == "fit":
            assert (verdict.kind, verdict.command) == (VerdictKind.ALLOWED, command)
        elif found == "cold" and command.action is Action.CHARGE:
            assert (verdict.kind, verdict.command) == (VerdictKind.ADJUSTED, SUPPLY)
            assert (verdict.rule, "too cold" in english(verdict.reason)) == (Rule.TEMPERATURE, True)
        else:
            assert holds_because_of(verdict, Rule.TEMPERATURE)

    def test_a_battery_that_is_too_cold_to_charge_supplies_the_house_and_takes_nothing(self) -> None:
        verdict = ask(replace(charge(), export_limit_w=800), inverters={"A": cells(-5.0, 2.0)})
        assert verdict.command == Command(action=Action.SELF_CONSUME, charging_allowed=False, export_limit_w=800)

    @pytest.mark.parametrize(("warmest", "allowed"), [(30.0, True), (30.1, False)])
    def test_the_owners_own_bounds_count(self, warmest: float, allowed: bool) -> None:
        limits = SafetyLimits(min_temperature_c=10, max_temperature_c=30)
        assert (ask(charge(), limits=limits, inverters={"A": cells(24.0, warmest)}).command == charge()) is allowed


class TestStep:
    """Guardrail 3: at most a step per cycle towards the wanted power."""

    @pytest.mark.parametrize(
        ("command", "last", "battery_w", "power_w"),
        [
            (charge(1000), HOLD, 0, 1000),
            (charge(1001), HOLD, 0, 1000),
            (charge(5000), None, 0, 1000),
            (charge(5000), RELEASE, 0, 1000),
            (charge(5000), RELEASE, 2500, 3500),
            (charge(5000), RELEASE, -2500, 1000),
            (charge(5000), RELEASE, None, 1000),
            (charge(5000), SELF_CONSUME, 2500, 3500),
            (charge(5000), charge(2000), 0, 3000),
            (charge(5000), charge(4000), 4000, 5000),
            (charge(1000), charge(4000), 4000, 1000),
            (discharge(500), discharge(9000), -9000, 500),
            (discharge(5000), replace(HOLD, cover_w=2500), -2000, 3500),
            (charge(5000), replace(HOLD, cover_w=2500), -2000, 1000),
            (charge(3000), discharge(4000), -4000, 1000),
            (discharge(3000), charge(4000), 4000, 1000),
            (discharge(5000), discharge(2000), -2000, 3000),
            (discharge(5000), RELEASE, -2500, 3500),
            (discharge(5000), HOLD, -2500, 1000),
        ],
    )
    def test_power_moves_by_a_kilowatt_from_where_it_is_and_from_0_in_a_new_direction(
        self, command: Command, last: Command | None, battery_w: int | None, power_w: int
    ) -> None:
        verdict = ask(command, last=last, battery_power_w=battery_w)
        assert verdict.command == replace(command, power_w=power_w)
        if power_w == command.power_w:
            assert (verdict.kind, verdict.ramping_to_w) == (VerdictKind.ALLOWED, None)
        else:
            assert (verdict.kind, verdict.rule) == (VerdictKind.ADJUSTED, Rule.STEP)
            assert verdict.ramping_to_w == command.power_w
            assert english(verdict.reason) == f"Ramping to {command.power_w / 1000:.1f} kW"

    @pytest.mark.parametrize(("step_w", "steps"), [(1000, 5), (2500, 2), (4999, 2), (5000, 1), (100, 50)])
    def test_the_target_is_reached_in_as_many_steps_as_it_takes(self, step_w: int, steps: int) -> None:
        last, taken = HOLD, 0
        while last != charge(5000):
            last = ask(charge(5000), last=last, limits=SafetyLimits(step_w=step_w)).command
            taken += 1
        assert taken == steps

    @pytest.mark.parametrize("power_w", [0, 100, 3999, 8999])
    @pytest.mark.parametrize("kind", [charge, discharge])
    def test_less_power_needs_no_steps(self, kind: Callable[[int], Command], power_w: int) -> None:
        verdict = ask(kind(power_w), last=kind(9000), battery_power_w=kind(9000).signed_power_w)
        assert (verdict.kind, verdict.command, verdict.ramping_to_w) == (VerdictKind.ALLOWED, kind(power_w), None)

    @pytest.mark.parametrize("last", [charge(9000), discharge(9000)])
    @pytest.mark.parametrize("rest", [HOLD, RELEASE, SELF_CONSUME])
    def test_stopping_and_self_consumption_need_no_steps(self, rest: Command, last: Command) -> None:
        verdict = ask(rest, last=last, battery_power_w=last.signed_power_w)
        assert (verdict.kind, verdict.command) == (VerdictKind.ALLOWED, rest)

    @pytest.mark.parametrize(
        ("control", "power_w"),
        [
            (ControlRegisters(), 4000),
            (ControlRegisters(remote_ems_mode=RemoteEmsMode.CHARGE_PV_FIRST, charge_limit_w=3000), 4000),
            (ControlRegisters(remote_ems_mode=RemoteEmsMode.CHARGE_PV_FIRST, charge_limit_w=1000), 2000),
            (ControlRegisters(remote_ems_mode=RemoteEmsMode.CHARGE_PV_FIRST, charge_limit_w=10_000), 4000),
            (ControlRegisters(remote_ems_mode=RemoteEmsMode.CHARGE_PV_FIRST, charge_limit_w=None), 4000),
            (ControlRegisters(remote_ems_mode=RemoteEmsMode.SELF_CONSUMPTION, charge_limit_w=3000), 1000),
            (ControlRegisters(remote_ems_enabled=False, charge_limit_w=3000), 1000),
        ],
    )
    def test_a_set_point_that_never_reached_the_plant_is_no_step(self, control: ControlRegisters, power_w: int) -> None:
        assert ask(charge(9000), last=charge(3000), control=control).command == charge(power_w)

    @pytest.mark.parametrize(("battery_power_w", "power_w"), [(1000, 4000), (-100, 4000), (-2000, 1000)])
    def test_a_set_point_against_which_the_battery_goes_is_no_step(self, battery_power_w: int, power_w: int) -> None:
        control = ControlRegisters(remote_ems_mode=RemoteEmsMode.CHARGE_PV_FIRST, charge_limit_w=10_000)
        verdict = ask(charge(9000), last=charge(3000), control=control, battery_power_w=battery_power_w)
        assert verdict.command == charge(power_w)


class TestCooldown:
    """Guardrail 4: at least a minute between write commands."""

    @pytest.mark.parametrize("command", [charge(), discharge(), HOLD, RELEASE, SELF_CONSUME])
    @pytest.mark.parametrize(("since_s", "waits"), [(0.0, True), (59.9, True), (60.0, False), (60.1, False)])
    def test_a_change_waits_until_a_minute_has_passed(self, command: Command, since_s: float, waits: bool) -> None:
        last = Command(action=Action.CHARGE, power_w=500)
        verdict = ask(command, last=last, since=timedelta(seconds=since_s))
        assert (verdict.kind is VerdictKind.WAIT) is waits
        if waits:
            assert verdict.rule is Rule.COOLDOWN
            assert verdict.not_before == NOW + timedelta(seconds=60 - since_s)

    def test_what_is_in_force_already_does_not_wait(self) -> None:
        assert ask(charge(), last=charge(), since=timedelta(0)).kind is VerdictKind.ALLOWED

    @pytest.mark.parametrize("command", [charge(), discharge(), HOLD, RELEASE, SELF_CONSUME])
    @pytest.mark.parametrize(
        "unfit",
        [
            {"alarms": {AlarmGroup.ESS: (say("alarm.thermal_runaway"),)}},
            {"grid_status": GridStatus.OFF_GRID_AUTO},
            {"inverters": {"A": cells(24.0, 45.1)}},
            {"inverters": {"A": cells(-0.1, 26.0)}},
        ],
        ids=["alarm", "off grid", "too warm", "too cold"],
    )
    def test_it_does_not_keep_up_a_battery_that_may_not_go_on(self, unfit: dict[str, Any], command: Command) -> None:
        verdict = ask(command, last=charge(9000), since=timedelta(0), **unfit)
        assert verdict.kind in PASSED
        assert verdict.command.action not in (Action.CHARGE, Action.DISCHARGE)
        assert verdict.urgent

    @pytest.mark.parametrize("soc", [98.0, None])
    def test_a_battery_that_is_full_waits_for_it(self, soc: float | None) -> None:
        verdict = ask(charge(), last=charge(9000), since=timedelta(seconds=30), soc=soc)
        assert (verdict.kind, verdict.command, verdict.urgent) == (VerdictKind.WAIT, HOLD, False)

    def test_a_longer_cooldown_counts(self) -> None:
        limits = SafetyLimits(cooldown=timedelta(minutes=5))
        assert ask(HOLD, last=charge(), since=timedelta(seconds=299), limits=limits).kind is VerdictKind.WAIT
        assert ask(HOLD, last=charge(), since=timedelta(seconds=300), limits=limits).kind is VerdictKind.ALLOWED


class TestHold:
    """A hold that must not go on is ended without a pause."""

    @pytest.mark.parametrize("last", [None, charge(9000), discharge(9000)])
    def test_a_battery_alarm_hands_back_at_once_instead(self, last: Command | None) -> None:
        alarms = {AlarmGroup.ESS: ("over_temperature",)}
        verdict = ask(HOLD, last=last, since=timedelta(0), alarms=alarms)
        assert (verdict.kind, verdict.command, verdict.rule) == (VerdictKind.ADJUSTED, RELEASE, Rule.BATTERY_ALARM)

    @pytest.mark.parametrize("grid_status", OFF_GRID)
    def test_off_the_grid_it_hands_back_at_once_instead(self, grid_status: GridStatus) -> None:
        verdict = ask(HOLD, last=charge(9000), since=timedelta(0), grid_status=grid_status)
        assert (verdict.kind, verdict.command, verdict.rule) == (VerdictKind.ADJUSTED, RELEASE, Rule.OFF_GRID)


class TestFreshData:
    """Guardrail 6: no automatic write on old telemetry or on the cloud's."""

    @pytest.mark.parametrize("actor", AUTOMATIC)
    @pytest.mark.parametrize("command", [charge(), discharge(), HOLD, RELEASE, SELF_CONSUME])
    @pytest.mark.parametrize(
        ("telemetry", "allowed"),
        [
            ({"timestamp": NOW - timedelta(seconds=30)}, True),
            ({"timestamp": NOW - timedelta(seconds=30.1)}, False),
            ({"timestamp": NOW + timedelta(seconds=1)}, False),
            ({"source": Source.CLOUD}, False),
        ],
    )
    def test_automatic_requests_need_data_of_the_last_30_s_from_the_plant(
        self, actor: Actor, command: Command, telemetry: dict[str, Any], allowed: bool
    ) -> None:
        verdict = ask(command, actor, **telemetry)
        expected = (VerdictKind.ALLOWED, None) if allowed else (VerdictKind.REFUSED, Rule.FRESH_DATA)
        assert (verdict.kind, verdict.rule) == expected
        assert allowed or verdict.reason

    @pytest.mark.parametrize("actor", Actor)
    @pytest.mark.parametrize("command", [charge(), discharge()])
    def test_nobody_moves_the_battery_without_fresh_data(self, command: Command, actor: Actor) -> None:
        assert ask(command, actor, timestamp=NOW - timedelta(seconds=30.1)).kind is VerdictKind.REFUSED
        verdict = judge(command, actor, telemetry=None, limits=LIMITS, last=None, now=NOW)
        assert (verdict.kind, verdict.rule) == (VerdictKind.REFUSED, Rule.FRESH_DATA)

    @pytest.mark.parametrize("actor", [Actor.MANUAL, Actor.SYSTEM])
    @pytest.mark.parametrize("command", [HOLD, RELEASE, SELF_CONSUME])
    def test_a_person_can_always_let_it_rest(self, command: Command, actor: Actor) -> None:
        assert ask(command, actor, timestamp=LONG_AGO).kind is VerdictKind.ALLOWED

    def test_the_owners_own_age_counts(self) -> None:
        limits = SafetyLimits(max_age=timedelta(seconds=10))
        assert ask(HOLD, Actor.OPTIMISER, limits=limits, timestamp=NOW - timedelta(seconds=10)).kind in PASSED
        assert (
            ask(HOLD, Actor.OPTIMISER, limits=limits, timestamp=NOW - timedelta(seconds=11)).kind is VerdictKind.REFUSED
        )


class TestRatedLimits:
    """Guardrail 7: nothing above what the plant reports; battery alarms end control."""

    @pytest.mark.parametrize(
        ("rated_w", "available_w", "power_w"),
        [
            (10_000, 10_000, 3000),
            (3000, 10_000, 3000),
            (2999, 10_000, 2999),
            (10_000, 2999, 2999),
            (None, 2500, 2500),
            (2500, None, 2500),
            (10_000, 1, 1),
        ],
    )
    def test_no_more_is_asked_for_than_is_rated_and_available_and_that_needs_no_steps(
        self, rated_w: int | None, available_w: int | None, power_w: int
    ) -> None:
        as_charge = ask(
            charge(3000),
            last=charge(9000),
            rated_charge_power_w=rated_w,
            available_charge_power_w=available_w,
            limits=SafetyLimits(step_w=10_000),
        )
        assert as_charge.command == charge(power_w)
        as_discharge = ask(
            discharge(3000),
            last=discharge(3000),
            rated_discharge_power_w=rated_w,
            available_discharge_power_w=available_w,
        )
        assert as_discharge.command == discharge(power_w)
        assert as_discharge.rule is (None if power_w == 3000 else Rule.RATED_LIMITS)

    @pytest.mark.parametrize(("rated_w", "available_w"), [(None, None), (10_000, 0), (0, 10_000), (10_000, -5)])
    def test_a_battery_that_can_take_or_give_nothing_rests(self, rated_w: int | None, available_w: int | None) -> None:
        verdict = ask(charge(), rated_charge_power_w=rated_w, available_charge_power_w=available_w)
        assert holds_because_of(verdict, Rule.RATED_LIMITS)
        verdict = ask(discharge(), rated_discharge_power_w=rated_w, available_discharge_power_w=available_w)
        assert holds_because_of(verdict, Rule.RATED_LIMITS)

    @pytest.mark.parametrize("command", [charge(), discharge(), HOLD, SELF_CONSUME, SUPPLY])
    @pytest.mark.parametrize("actor", Actor)
    def test_a_battery_alarm_hands_the_plant_back(self, actor: Actor, command: Command) -> None:
        verdict = ask(command, actor, alarms={AlarmGroup.ESS: (say("alarm.thermal_runaway"),)})
        assert (verdict.kind, verdict.command, verdict.rule) == (VerdictKind.ADJUSTED, RELEASE, Rule.BATTERY_ALARM)
        assert english(verdict.reason) == "Battery alarm: thermal runaway"
        assert verdict.urgent

    @pytest.mark.parametrize("merged", [{AlarmGroup.ESS: ()}, {}, {AlarmGroup.ESS: (say("alarm.under_temperature"),)}])
    def test_the_alarm_of_one_inverter_does_too_whatever_the_merged_one_says(
        self, merged: dict[AlarmGroup, tuple[Message, ...]]
    ) -> None:
        inverter = replace(cells(24.0, 26.0), alarms={AlarmGroup.ESS: (say("alarm.under_temperature"),)})
        verdict = ask(charge(), alarms=merged, inverters={"A": cells(24.0, 26.0), "B": inverter})
        assert (verdict.command, verdict.rule) == (RELEASE, Rule.BATTERY_ALARM)
        assert english(verdict.reason) == "Battery alarm: under-temperature"
        assert any_alarm(replace(TELEMETRY, alarms=merged, inverters={"B": inverter}))

    def test_an_alarm_that_cannot_be_read_is_none(self) -> None:
        assert ask(charge(), alarms={}, inverters={"A": replace(cells(24.0, 26.0), alarms={})}).command == charge()

    @pytest.mark.parametrize("stale", [{"timestamp": LONG_AGO}, {"source": Source.CLOUD}])
    def test_an_alarm_that_may_be_over_changes_no_hold(self, stale: dict[str, Any]) -> None:
        assert ask(HOLD, alarms={AlarmGroup.ESS: (say("alarm.thermal_runaway"),)}, **stale).command == HOLD

    @pytest.mark.parametrize("group", [group for group in AlarmGroup if group is not AlarmGroup.ESS])
    def test_other_alarms_do_not(self, group: AlarmGroup) -> None:
        assert ask(charge(), alarms={group: ("something",)}).command == charge()


@pytest.mark.parametrize("grid_status", OFF_GRID)
@pytest.mark.parametrize("actor", Actor)
@pytest.mark.parametrize("command", [charge(), discharge(), HOLD, SELF_CONSUME, RELEASE])
def test_off_the_grid_the_plant_is_always_handed_back(command: Command, actor: Actor, grid_status: GridStatus) -> None:
    verdict = ask(command, actor, grid_status=grid_status)
    assert verdict.command == RELEASE
    assert verdict.kind in PASSED
    assert verdict.rule is (None if command == RELEASE else Rule.OFF_GRID)
    assert verdict.urgent


class TestVirtualPowerPlant:
    """While 30003 says that a VPP uses the battery, what is automatic waits; a person may go on."""

    @pytest.mark.parametrize("command", [charge(), discharge(), HOLD, SELF_CONSUME, RELEASE])
    @pytest.mark.parametrize("actor", [*AUTOMATIC, Actor.SYSTEM])
    def test_what_is_automatic_waits_until_it_has_finished(self, actor: Actor, command: Command) -> None:
        verdict = ask(command, actor, ems_work_mode=EmsWorkMode.VPP)
        assert (verdict.kind, verdict.rule) == (VerdictKind.WAIT, Rule.VPP)
        assert "VPP" in english(verdict.reason)

    @pytest.mark.parametrize("command", [charge(), discharge(), HOLD, SELF_CONSUME, RELEASE])
    def test_what_a_person_asks_for_goes_on(self, command: Command) -> None:
        verdict = ask(command, Actor.MANUAL, ems_work_mode=EmsWorkMode.VPP)
        assert (verdict.kind, verdict.command) == (VerdictKind.ALLOWED, command)

    @pytest.mark.parametrize("actor", Actor)
    @pytest.mark.parametrize(
        "danger",
        [{"alarms": {AlarmGroup.ESS: (say("alarm.thermal_runaway"),)}}, {"grid_status": GridStatus.OFF_GRID_AUTO}],
    )
    def test_an_alarm_and_an_outage_do_not_wait_for_it(self, danger: dict[str, Any], actor: Actor) -> None:
        verdict = ask(charge(), actor, ems_work_mode=EmsWorkMode.VPP, **danger)
        assert (verdict.kind, verdict.command) == (VerdictKind.ADJUSTED, RELEASE)

    @pytest.mark.parametrize("mode", [mode for mode in EmsWorkMode if mode is not EmsWorkMode.VPP])
    def test_nothing_waits_for_another_mode(self, mode: EmsWorkMode) -> None:
        assert ask(charge(), Actor.OPTIMISER, ems_work_mode=mode).kind is VerdictKind.ALLOWED
