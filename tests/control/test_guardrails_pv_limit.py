"""When PV may be limited, and what becomes of the limit where the battery may not do what is asked."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from guardrail_examples import HOLD, LIMITS, NOW, SELF_CONSUME, TELEMETRY, ask, charge
import pytest

from custom_components.sigenstor_panel.control.guardrails import Rule, SafetyLimits, VerdictKind, judge, own_pv_w
from custom_components.sigenstor_panel.model.command import Action, Actor, Command
from custom_components.sigenstor_panel.model.message import say
from custom_components.sigenstor_panel.model.telemetry import AlarmGroup, EmsWorkMode, GridStatus, Source
from tests.english import english

PV_OFF = replace(HOLD, pv_limit_w=0)
SUNNY: dict[str, Any] = {"pv_power_w": 3000, "grid_power_w": -2500}
FUSE = SafetyLimits(main_fuse_w=5_000)


@pytest.mark.parametrize("actor", [Actor.OPTIMISER, Actor.MANUAL])
@pytest.mark.parametrize("command", [HOLD, SELF_CONSUME])
def test_on_the_grid_and_with_nothing_wrong_it_passes(command: Command, actor: Actor) -> None:
    wanted = replace(command, pv_limit_w=700)
    verdict = ask(wanted, actor, **SUNNY)
    assert (verdict.kind, verdict.command) == (VerdictKind.ALLOWED, wanted)


@pytest.mark.parametrize(
    ("telemetry", "why"),
    [
        ({"grid_status": None}, "not known to be on the grid"),
        ({"alarms": {AlarmGroup.PCS: ("leak",)}}, "There is an alarm"),
        ({"timestamp": NOW - timedelta(seconds=31)}, "s old"),
        ({"source": Source.CLOUD}, "through the cloud"),
        ({"ems_work_mode": EmsWorkMode.VPP}, "virtual power plant"),
    ],
)
def test_where_something_is_not_as_it_should_be_pv_gives_all_it_can(telemetry: dict[str, Any], why: str) -> None:
    verdict = ask(PV_OFF, Actor.MANUAL, **SUNNY, **telemetry)
    assert (verdict.kind, verdict.command, verdict.rule) == (VerdictKind.ADJUSTED, HOLD, Rule.PV_LIMIT)
    assert why in english(verdict.reason)


@pytest.mark.parametrize("actor", [Actor.SCHEDULE, Actor.SYSTEM, Actor.SAFETY])
def test_nobody_else_limits_it(actor: Actor) -> None:
    assert ask(PV_OFF, actor, **SUNNY).command == HOLD


def test_a_refusal_and_a_wait_for_a_vpp_do_not_limit_it() -> None:
    refused = ask(PV_OFF, Actor.OPTIMISER, **SUNNY, timestamp=NOW - timedelta(seconds=31))
    assert (refused.kind, refused.command.pv_limit_w) == (VerdictKind.REFUSED, None)
    waits = ask(PV_OFF, Actor.OPTIMISER, **SUNNY, ems_work_mode=EmsWorkMode.VPP)
    assert (waits.kind, waits.command.pv_limit_w) == (VerdictKind.WAIT, None)


def test_while_a_change_has_to_wait_a_limit_that_is_still_asked_for_stays() -> None:
    verdict = ask(replace(charge(), pv_limit_w=0), Actor.OPTIMISER, **SUNNY, last=PV_OFF, since=timedelta(seconds=10))
    assert (verdict.kind, verdict.command.pv_limit_w) == (VerdictKind.WAIT, 0)


def test_off_the_grid_the_plant_is_handed_back() -> None:
    assert ask(PV_OFF, Actor.OPTIMISER, grid_status=GridStatus.OFF_GRID_AUTO).command == Command(action=Action.RELEASE)


def test_a_limit_below_0_is_none() -> None:
    verdict = ask(replace(PV_OFF, pv_limit_w=-1), Actor.OPTIMISER, **SUNNY)
    assert (verdict.kind, verdict.command.pv_limit_w) == (VerdictKind.ADJUSTED, None)


def test_a_hold_in_place_of_a_charge_keeps_the_limit() -> None:
    assert ask(replace(charge(), pv_limit_w=0), Actor.OPTIMISER, **SUNNY, soc=99.0).command == PV_OFF


def test_a_charge_leaves_room_for_what_the_sun_does_not_give_then() -> None:
    wanted = replace(charge(4_800), pv_limit_w=0)
    last = replace(charge(4_000), pv_limit_w=0)
    assert ask(wanted, Actor.OPTIMISER, **SUNNY, limits=FUSE, last=last).command.power_w == 4_000
    assert ask(charge(4_800), Actor.OPTIMISER, **SUNNY, limits=FUSE, last=charge(4_000)).command.power_w == 4_800


def test_a_house_that_fills_the_connection_keeps_its_sun() -> None:
    """It ends below the limit, and begins again only well below it."""
    takes: dict[str, Any] = {"pv_power_w": 3000, "grid_power_w": 1_200}
    assert ask(PV_OFF, Actor.OPTIMISER, **takes, limits=FUSE).command == HOLD
    limited: dict[str, Any] = {"pv_power_w": 0, "grid_power_w": 4_200}
    assert ask(PV_OFF, Actor.OPTIMISER, **limited, limits=FUSE, last=PV_OFF).command == PV_OFF
    limited["grid_power_w"] = 4_800
    assert ask(PV_OFF, Actor.OPTIMISER, **limited, limits=FUSE, last=PV_OFF).command == HOLD


def test_a_third_partys_pv_is_not_what_is_limited() -> None:
    takes: dict[str, Any] = {"pv_power_w": 3000, "third_party_pv_power_w": 3000, "grid_power_w": 1_200}
    assert ask(PV_OFF, Actor.OPTIMISER, **takes, limits=FUSE).command == PV_OFF


@pytest.mark.parametrize(
    ("actor", "command", "telemetry", "reason"),
    [
        (Actor.SCHEDULE, PV_OFF, {}, "control.nobody_asks"),
        (Actor.MANUAL, PV_OFF, {"grid_status": None}, "control.grid_unknown"),
        (Actor.MANUAL, PV_OFF, {"alarms": {AlarmGroup.PCS: ("leak",)}}, "control.some_alarm"),
        (Actor.MANUAL, PV_OFF, {"ems_work_mode": EmsWorkMode.VPP}, "control.vpp_waits"),
        (Actor.MANUAL, PV_OFF, {"source": Source.CLOUD}, "control.cloud_reading"),
    ],
)
def test_it_is_told_why_pv_is_not_limited(
    actor: Actor, command: Command, telemetry: dict[str, Any], reason: str
) -> None:
    verdict = ask(command, actor, **SUNNY, **telemetry)
    assert (verdict.kind, verdict.rule) == (VerdictKind.ADJUSTED, Rule.PV_LIMIT)
    assert verdict.reason == say("control.pv_not_limited", say(reason))


def test_a_release_limits_nothing() -> None:
    verdict = ask(Command(action=Action.RELEASE, pv_limit_w=0), Actor.OPTIMISER, **SUNNY)
    assert verdict.command == Command(action=Action.RELEASE)
    assert verdict.reason == say("control.pv_not_limited", say("control.nobody_asks"))


def test_without_a_reading_nothing_is_limited() -> None:
    verdict = judge(PV_OFF, Actor.MANUAL, telemetry=None, limits=LIMITS, last=None, now=NOW)
    assert (verdict.kind, verdict.command, verdict.rule) == (VerdictKind.ADJUSTED, HOLD, Rule.PV_LIMIT)
    assert verdict.reason == say("control.pv_not_limited", say("control.no_reading"))


def test_where_the_battery_is_held_back_too_that_is_what_is_told() -> None:
    verdict = ask(replace(charge(), pv_limit_w=0), Actor.MANUAL, **SUNNY, grid_status=None, soc=99.0)
    assert (verdict.kind, verdict.command, verdict.rule) == (VerdictKind.ADJUSTED, HOLD, Rule.STATE_OF_CHARGE)
    assert "No charging" in english(verdict.reason)


def test_what_must_not_wait_does_not_wait_for_pv_either() -> None:
    hot: dict[str, Any] = {"average_cell_temperature_c": 60.0}
    last, since = replace(charge(), pv_limit_w=0), timedelta(seconds=1)
    for grid_status in (None, GridStatus.ON_GRID):
        assert ask(last, Actor.MANUAL, **SUNNY, **hot, grid_status=grid_status, last=last, since=since).urgent


@pytest.mark.parametrize(
    ("last", "demand_w", "limited"),
    [
        (None, 4_000, True),  # a band of 1 kW below the fuse
        (None, 4_001, False),
        (HOLD, 4_000, True),
        (HOLD, 4_001, False),
        (PV_OFF, 4_700, True),  # 300 W once it is limited
        (PV_OFF, 4_701, False),
    ],
)
def test_a_house_may_take_this_much_without_the_sun(last: Command | None, demand_w: int, *, limited: bool) -> None:
    """What the sun gives counts only as far as it would still give it."""
    for limit_w, pv_w, third_party_w in (
        (0, 0, None),
        (0, 3_000, None),
        (700, 3_000, None),
        (700, 500, None),
        (0, 3_000, 1_000),
    ):
        lost_w = max(0, pv_w - (third_party_w or 0) - limit_w)
        verdict = ask(
            replace(HOLD, pv_limit_w=limit_w),
            Actor.MANUAL,
            limits=FUSE,
            last=last,
            pv_power_w=pv_w,
            third_party_pv_power_w=third_party_w,
            grid_power_w=demand_w - lost_w - 1_000,
            battery_power_w=-1_000,
        )
        assert (verdict.command.pv_limit_w is not None) is limited, (limit_w, pv_w)
        if not limited:
            assert verdict.reason == say("control.pv_not_limited", say("control.connection_exceeded"))


@pytest.mark.parametrize("unknown", ["grid_power_w", "battery_power_w"])
def test_where_nobody_knows_what_the_house_takes_the_sun_is_not_limited(unknown: str) -> None:
    assert ask(PV_OFF, Actor.MANUAL, limits=FUSE, **(SUNNY | {unknown: None})).command == HOLD
    assert ask(PV_OFF, Actor.MANUAL, **(SUNNY | {unknown: None})).command == PV_OFF


def test_a_hold_that_covers_the_house_counts_on_nothing_that_the_sun_no_longer_gives() -> None:
    last = replace(PV_OFF, cover_w=500)
    takes: dict[str, Any] = {"pv_power_w": 3_000, "grid_power_w": 1_700}
    assert ask(PV_OFF, Actor.MANUAL, limits=FUSE, last=last, **takes).command == last
    assert ask(HOLD, Actor.MANUAL, limits=FUSE, last=last, **takes).command == HOLD


def test_what_the_sun_gives_is_not_below_0_and_may_be_unknown() -> None:
    for pv_w, third_party_w, own_w in ((3_000, 1_000, 2_000), (3_000, None, 3_000), (500, 1_000, 0), (None, 0, None)):
        telemetry = replace(TELEMETRY, pv_power_w=pv_w, third_party_pv_power_w=third_party_w)
        assert own_pv_w(telemetry) == own_w
