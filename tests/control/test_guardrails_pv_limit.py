"""When PV may be limited, and what becomes of the limit where the battery may not do what is asked."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from guardrail_examples import HOLD, NOW, SELF_CONSUME, ask, charge
import pytest

from custom_components.sigenstor_panel.control.guardrails import Rule, SafetyLimits, VerdictKind
from custom_components.sigenstor_panel.model.command import Action, Actor, Command
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


def test_below_0_is_0() -> None:
    assert ask(replace(HOLD, pv_limit_w=-5), Actor.OPTIMISER, **SUNNY).command == PV_OFF


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
