"""Whatever is put to the guardrails: what comes out keeps every one of them, by a check that was written apart."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import event, example, given, settings, strategies as st

from custom_components.sigenstor_panel.control.guardrails import LastWrite, SafetyLimits, Verdict, VerdictKind, judge
from custom_components.sigenstor_panel.model.command import Action, Actor, ChargeSource, Command
from custom_components.sigenstor_panel.model.telemetry import (
    AlarmGroup,
    ControlRegisters,
    EmsWorkMode,
    GridStatus,
    InverterTelemetry,
    RemoteEmsMode,
    Source,
    Telemetry,
)

NOW = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
PASSED = (VerdictKind.ALLOWED, VerdictKind.ADJUSTED)
MOVING = (Action.CHARGE, Action.DISCHARGE)
AUTOMATIC = (Actor.SCHEDULE, Actor.OPTIMISER)


class Case(NamedTuple):
    """Everything a verdict depends on."""

    command: Command
    actor: Actor
    telemetry: Telemetry | None
    limits: SafetyLimits
    last: LastWrite | None

    def verdict(self) -> Verdict:
        return judge(self.command, self.actor, telemetry=self.telemetry, limits=self.limits, last=self.last, now=NOW)


def mostly[T](sane: st.SearchStrategy[T], strange: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """Mostly what a plant in good order says: a case with everything wrong only ever meets the first guardrail."""
    return st.integers(0, 4).flatmap(lambda number: strange if number == 0 else sane)


def around(*marks: float) -> st.SearchStrategy[float | None]:
    """Values at and right beside the marks, where mistakes are, and any others."""
    beside = [None, *(mark + offset for mark in marks for offset in (-0.1, 0.0, 0.1))]
    return st.sampled_from(beside) | st.floats(0, 100)


SOC = mostly(st.floats(51, 97), around(5, 98))
CELSIUS = mostly(st.just(25.0), around(0, 45))
WATTS = mostly(
    st.sampled_from([5000, 10_000]), st.none() | st.integers(-10, 12_000) | st.sampled_from([0, 1, 1000, 1001])
)
COMMANDS = st.builds(
    Command,
    action=mostly(st.sampled_from(MOVING), st.sampled_from(Action)),
    power_w=st.integers(0, 20_000) | st.sampled_from([0, 1, 1000, 1001, 5000]),
    source=st.sampled_from(ChargeSource),
    export_limit_w=st.none() | st.integers(0, 10_000),
    pv_limit_w=st.none() | st.integers(-10, 10_000) | st.just(0),
).map(
    lambda command: (
        command if command.action in MOVING else Command(action=command.action, pv_limit_w=command.pv_limit_w)
    )
)
AGES = st.sampled_from([0.0, 5.0, 29.9, 30.0, 30.1, 61.0, -1.0, 7200.0])
COVERS = st.builds(Command, action=st.just(Action.HOLD), cover_w=st.integers(0, 20).map(lambda steps: steps * 500))
LAST = st.none() | st.builds(
    LastWrite,
    command=COMMANDS | COVERS,
    at=mostly(st.just(3600.0), st.sampled_from([0.0, 0.1, 30.0, 59.9, 60.0, 60.1])).map(
        lambda age: NOW - timedelta(seconds=age)
    ),
)
LIMITS = st.just(SafetyLimits()) | st.builds(
    SafetyLimits,
    min_soc=st.integers(0, 50),
    max_soc=st.integers(50, 100),
    min_temperature_c=st.integers(-10, 20),
    max_temperature_c=st.integers(20, 55),
    step_w=st.integers(100, 10_000),
    cooldown=st.integers(60, 600).map(lambda seconds: timedelta(seconds=seconds)),
    max_age=st.integers(10, 30).map(lambda seconds: timedelta(seconds=seconds)),
    main_fuse_w=st.none() | st.integers(0, 20_000),
)
CONTROL = st.just(ControlRegisters()) | st.builds(
    ControlRegisters,
    remote_ems_enabled=st.none() | st.booleans(),
    remote_ems_mode=st.none() | st.sampled_from(RemoteEmsMode),
    charge_limit_w=WATTS,
    discharge_limit_w=WATTS,
    import_limit_w=st.none() | st.integers(0, 15_000),
)
INVERTERS = st.lists(st.tuples(CELSIUS, CELSIUS), max_size=2).map(
    lambda pairs: {
        str(number): InverterTelemetry(
            serial_number=str(number), min_cell_temperature_c=coldest, max_cell_temperature_c=warmest
        )
        for number, (coldest, warmest) in enumerate(pairs)
    }
)


@st.composite
def telemetries(draw: st.DrawFn) -> Telemetry:
    rarely = draw(st.integers(0, 3)) == 0
    return Telemetry(
        timestamp=NOW - timedelta(seconds=draw(AGES) if rarely else 1),
        source=draw(st.sampled_from(Source)) if rarely else Source.MODBUS,
        soc=draw(SOC),
        battery_power_w=draw(st.none() | st.integers(-12_000, 12_000)),
        grid_power_w=draw(st.none() | st.integers(-12_000, 20_000)),
        pv_power_w=draw(st.none() | st.integers(0, 10_000)),
        house_power_w=None,
        ems_work_mode=draw(st.none() | st.sampled_from(EmsWorkMode)) if rarely else None,
        rated_charge_power_w=draw(WATTS),
        rated_discharge_power_w=draw(WATTS),
        available_charge_power_w=draw(WATTS),
        available_discharge_power_w=draw(WATTS),
        average_cell_temperature_c=draw(CELSIUS),
        grid_status=draw(st.none() | st.sampled_from(GridStatus)) if rarely else GridStatus.ON_GRID,
        control=draw(CONTROL),
        alarms={AlarmGroup.ESS: ("some alarm",)} if rarely and draw(st.booleans()) else {},
        inverters=draw(INVERTERS),
    )


CASES = st.builds(
    Case,
    command=COMMANDS,
    actor=st.sampled_from(sorted(set(Actor) - {Actor.SAFETY})),
    telemetry=mostly(telemetries(), telemetries() | st.none()),
    limits=LIMITS,
    last=LAST,
)


def broken_rules(case: Case, out: Command) -> Iterator[str]:
    """Name the guardrails that a command which may be written does not keep."""
    telemetry, limits = case.telemetry, case.limits
    off_grid = telemetry is not None and str(telemetry.grid_status).startswith("off_grid")
    if off_grid and out.action is not Action.RELEASE:
        yield "off the grid the battery belongs to the house"
    fresh = (
        telemetry is not None
        and telemetry.source is Source.MODBUS
        and timedelta(0) <= NOW - telemetry.timestamp <= limits.max_age
    )
    # Handing back an island is for safety, whoever's request it replaces.
    if not fresh and (out.action in MOVING or (case.actor in AUTOMATIC and not off_grid)):
        yield "data are not fresh"
    if _waits(case, out):
        yield "the last write was less than a cooldown ago"
    if out.cover_w and out.action is not Action.HOLD:
        yield "only a hold covers"
    yield from _broken_by_limiting_pv(case, out, fresh=fresh)
    if telemetry is None:
        assert out.action not in MOVING
        return
    if fresh:
        yield from _broken_by_what_is_seen(case, telemetry, out, off_grid=off_grid)
    if out.action in MOVING:
        yield from _broken_by_moving(case, telemetry, out)


def _broken_by_limiting_pv(case: Case, out: Command, *, fresh: bool) -> Iterator[str]:
    telemetry, limit_w = case.telemetry, out.pv_limit_w
    if limit_w is None:
        return
    if case.command.pv_limit_w is None or limit_w != max(0, case.command.pv_limit_w):
        yield "nobody asked for that limit on PV"
    if out.action is Action.RELEASE or case.actor not in (Actor.OPTIMISER, Actor.MANUAL):
        yield "PV is limited for the plan and for its test only"
    if not fresh or telemetry is None:
        yield "PV is limited on old data"
        return
    if telemetry.grid_status is not GridStatus.ON_GRID or any(telemetry.alarms.values()):
        yield "PV is limited off the grid, or during an alarm"
    if telemetry.ems_work_mode is EmsWorkMode.VPP:
        yield "PV is limited while a virtual power plant is at work"
    if (_above_connection_w(case, Command(action=Action.HOLD, pv_limit_w=limit_w)) or 0) > 0:
        yield "without PV the house takes more than the connection carries"


def _broken_by_what_is_seen(case: Case, telemetry: Telemetry, out: Command, *, off_grid: bool) -> Iterator[str]:
    alarm = any(telemetry.alarms.get(AlarmGroup.ESS, ()))
    if alarm and out.action is not Action.RELEASE:
        yield "the battery has an alarm"
    vpp = telemetry.ems_work_mode is EmsWorkMode.VPP and case.actor is not Actor.MANUAL
    if vpp and not off_grid and not alarm:
        yield "a virtual power plant is at work"
    above_w = _above_connection_w(case, out) or 0
    if out.action is Action.CHARGE and above_w > 0:
        yield "it asks more of the connection than it carries"
    if out.action in (Action.HOLD, Action.DISCHARGE) and above_w > 0 and _can_give_more(case, telemetry, out):
        yield "the battery does not cover what is above the connection's limit"


def _waits(case: Case, out: Command) -> bool:
    """Return whether a command comes too soon after the last one."""
    telemetry, last = case.telemetry, case.last
    if last is None or out == last.command or last.at + case.limits.cooldown <= NOW:
        return False
    if telemetry is None:
        return True
    if telemetry.alarms.get(AlarmGroup.ESS) or str(telemetry.grid_status).startswith("off_grid"):
        return False
    unfit = _unfit(case, last.command) or _unfit(case, case.command)
    return not unfit and (_above_connection_w(case, last.command) or 0) <= 0


def _unfit(case: Case, command: Command) -> bool:
    assert case.telemetry is not None
    if command.action not in MOVING:
        return False
    known = _degrees(case.telemetry)
    low, high = case.limits.min_temperature_c, case.limits.max_temperature_c
    return not known or any(not low <= value <= high for value in known)


def _degrees(telemetry: Telemetry) -> list[float]:
    degrees = [telemetry.average_cell_temperature_c]
    for inverter in telemetry.inverters.values():
        degrees += [inverter.min_cell_temperature_c, inverter.max_cell_temperature_c]
    return [value for value in degrees if value is not None]


def _above_connection_w(case: Case, command: Command) -> int | None:
    """What a command makes the home take above what its connection carries; None where that is unknown or no matter."""
    telemetry = case.telemetry
    if telemetry is None or command.action not in (*MOVING, Action.HOLD):
        return None
    known = [limit for limit in (telemetry.control.import_limit_w, case.limits.main_fuse_w) if limit is not None]
    if not known or telemetry.grid_power_w is None or telemetry.battery_power_w is None:
        return None
    without_battery_w = telemetry.grid_power_w - telemetry.battery_power_w
    if command.action is Action.CHARGE and command.source is ChargeSource.GRID:
        without_battery_w += telemetry.pv_power_w or 0
    elif command.pv_limit_w is not None:
        without_battery_w += max(0, (telemetry.pv_power_w or 0) - command.pv_limit_w)
    return without_battery_w + command.signed_power_w - command.cover_w - min(known)


def _can_give_more(case: Case, telemetry: Telemetry, out: Command) -> bool:
    if telemetry.soc is None or telemetry.soc <= case.limits.min_soc:
        return False
    if any(value > case.limits.max_temperature_c for value in _degrees(telemetry)):
        return False
    gives_w = out.cover_w if out.action is Action.HOLD else out.power_w
    return telemetry.rated_discharge_power_w is None or gives_w < telemetry.rated_discharge_power_w


def _broken_by_moving(case: Case, telemetry: Telemetry, out: Command) -> Iterator[str]:
    limits = case.limits
    if out.action is not case.command.action or out.source is not case.command.source:
        yield "nobody asked for that"
    if any(telemetry.alarms.get(AlarmGroup.ESS, ())):
        yield "the battery has an alarm"
    if _unfit(case, out):
        yield "the battery is too warm or too cold"
    charging = out.action is Action.CHARGE
    if telemetry.soc is None or (telemetry.soc >= limits.max_soc if charging else telemetry.soc <= limits.min_soc):
        yield "the battery is too full or too empty"
    most_w = [
        value
        for value in (
            (telemetry.rated_charge_power_w, telemetry.available_charge_power_w)
            if charging
            else (telemetry.rated_discharge_power_w, telemetry.available_discharge_power_w)
        )
        if value is not None
    ]
    if not most_w or not 0 <= out.power_w <= max(0, min(most_w)):
        yield "it is more than the battery is rated for, or able to"
    set_point_w = 0 if case.last is None else case.last.command.signed_power_w
    measured_w = telemetry.battery_power_w or 0
    rested = case.last is not None and case.last.command.action is Action.HOLD
    direction = 1 if charging else -1
    covered_w = 0 if case.last is None or charging else case.last.command.cover_w
    from_w = max(0, set_point_w * direction, covered_w, 0 if rested else measured_w * direction)
    if out.power_w > from_w + limits.step_w:
        yield "it is more than a step"
    if out.power_w > case.command.power_w:
        yield "it is more than what is asked for"


def _rated_below_zero(action: Action) -> Case:
    """Return a case found at random: no power is asked of a plant that says it can take or give less than none."""
    telemetry = Telemetry(
        timestamp=NOW,
        source=Source.MODBUS,
        soc=51.0,
        battery_power_w=None,
        grid_power_w=None,
        pv_power_w=None,
        house_power_w=None,
        rated_charge_power_w=-1,
        rated_discharge_power_w=-1,
        average_cell_temperature_c=25.0,
        alarms={},
        inverters={},
    )
    return Case(Command(action=action), Actor.MANUAL, telemetry, SafetyLimits(), None)


def _sunny(command: Command) -> Case:
    telemetry = _rated_below_zero(Action.CHARGE).telemetry
    assert telemetry is not None
    rated = replace(telemetry, rated_charge_power_w=10_000, rated_discharge_power_w=10_000, pv_power_w=3_000)
    return Case(command, Actor.OPTIMISER, replace(rated, grid_status=GridStatus.ON_GRID), SafetyLimits(), None)


@settings(max_examples=1500, deadline=None)
@given(case=CASES)
@example(case=_rated_below_zero(Action.CHARGE))
@example(case=_rated_below_zero(Action.DISCHARGE))
@example(case=_sunny(Command(action=Action.HOLD, pv_limit_w=-1)))
def test_what_may_be_written_keeps_every_guardrail(case: Case) -> None:
    verdict = case.verdict()
    event(f"{verdict.kind} {verdict.rule}")
    if verdict.kind in PASSED:
        assert list(broken_rules(case, verdict.command)) == []
    if verdict.kind is VerdictKind.ALLOWED:
        assert verdict.command == case.command
    else:
        assert verdict.reason
        assert verdict.rule is not None


@settings(max_examples=1000, deadline=None)
@given(case=CASES)
def test_judging_a_verdict_again_right_away_changes_nothing(case: Case) -> None:
    verdict = case.verdict()
    if verdict.kind is not VerdictKind.REFUSED:
        again = case._replace(command=verdict.command).verdict()
        assert again.command == verdict.command
        # What is urgent does not wait; the rest that it puts in place may.
        assert verdict.urgent or (again.kind is VerdictKind.WAIT) is (verdict.kind is VerdictKind.WAIT)


@settings(max_examples=1000, deadline=None)
@given(case=CASES)
def test_what_is_urgent_never_waits(case: Case) -> None:
    verdict = case.verdict()
    event(f"{verdict.urgent} {verdict.rule}")
    assert not verdict.urgent or verdict.kind in PASSED
