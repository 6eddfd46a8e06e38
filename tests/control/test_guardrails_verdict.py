"""What a verdict carries besides its reason: the decision, and the command as it may be written."""

from dataclasses import replace
from typing import Any

from guardrail_examples import HOLD, RELEASE, SELF_CONSUME, UNRATED, ask, cells, charge, discharge
import pytest

from custom_components.sigenstor_panel.control.guardrails import Rule, Verdict, VerdictKind
from custom_components.sigenstor_panel.model.command import Action, Actor, Command
from custom_components.sigenstor_panel.model.message import say
from custom_components.sigenstor_panel.model.telemetry import (
    AlarmGroup,
    ControlRegisters,
    EmsWorkMode,
    RemoteEmsMode,
    Source,
)


@pytest.mark.parametrize("command", [charge(1000), discharge(1000), HOLD])
def test_what_is_refused_is_named(command: Command) -> None:
    verdict = ask(command, Actor.OPTIMISER, source=Source.CLOUD)
    assert (verdict.kind, verdict.command, verdict.rule) == (VerdictKind.REFUSED, command, Rule.FRESH_DATA)


OWN_MODES = {
    Action.CHARGE: (RemoteEmsMode.CHARGE_PV_FIRST, RemoteEmsMode.CHARGE_GRID_FIRST, None),
    Action.DISCHARGE: (RemoteEmsMode.DISCHARGE_PV_FIRST, RemoteEmsMode.DISCHARGE_ESS_FIRST, None),
}
OWN_MODE = {action: modes[0] for action, modes in OWN_MODES.items()}


@pytest.mark.parametrize("command", [charge(1000), discharge(1000)])
def test_less_than_what_was_asked_for_is_an_adjustment(command: Command) -> None:
    verdict = ask(command, available_charge_power_w=640, available_discharge_power_w=640)
    assert (verdict.kind, verdict.command) == (VerdictKind.ADJUSTED, replace(command, power_w=640))
    assert verdict.rule is Rule.RATED_LIMITS


def test_nothing_is_added_to_a_power_of_0() -> None:
    assert ask(charge(0)) == Verdict(kind=VerdictKind.ALLOWED, command=charge(0))


@pytest.mark.parametrize(
    ("command", "control", "power_w"),
    [
        (charge(9000), ControlRegisters(charge_limit_w=1000, discharge_limit_w=3000), 2000),
        (discharge(9000), ControlRegisters(charge_limit_w=3000, discharge_limit_w=1000), 2000),
        (discharge(9000), ControlRegisters(charge_limit_w=1000, discharge_limit_w=3000), 4000),
    ],
)
def test_the_next_step_counts_from_the_limit_of_its_own_direction(
    command: Command, control: ControlRegisters, power_w: int
) -> None:
    control = replace(control, remote_ems_enabled=True, remote_ems_mode=OWN_MODE[command.action])
    last = replace(command, power_w=3000)
    assert ask(command, last=last, control=control).command == replace(command, power_w=power_w)


@pytest.mark.parametrize("command", [charge(9000), discharge(9000)])
@pytest.mark.parametrize("mode", [None, *RemoteEmsMode])
def test_in_a_mode_that_is_not_its_own_no_step_counts_from_the_set_point(
    command: Command, mode: RemoteEmsMode | None
) -> None:
    control = ControlRegisters(remote_ems_enabled=True, remote_ems_mode=mode)
    asked = ask(command, last=replace(command, power_w=3000), control=control, battery_power_w=0).command
    assert asked.power_w == (4000 if mode in OWN_MODES[command.action] else 1000)


@pytest.mark.parametrize("command", [HOLD, RELEASE, SELF_CONSUME])
@pytest.mark.parametrize(
    "unfit", [UNRATED, {"soc": None}, {"average_cell_temperature_c": 60.0}, {"inverters": {"A": cells(-5.0, 2.0)}}]
)
def test_whatever_the_battery_may_not_do_it_may_rest(command: Command, unfit: dict[str, Any]) -> None:
    assert ask(command, **unfit) == Verdict(kind=VerdictKind.ALLOWED, command=command)


def test_a_release_during_an_alarm_is_what_was_asked_for() -> None:
    verdict = ask(RELEASE, alarms={AlarmGroup.ESS: (say("alarm.thermal_runaway"),)})
    assert verdict == Verdict(kind=VerdictKind.ALLOWED, command=RELEASE, urgent=True)


def test_what_waits_for_a_vpp_says_so() -> None:
    verdict = ask(HOLD, Actor.OPTIMISER, ems_work_mode=EmsWorkMode.VPP)
    assert verdict.reason == say("control.vpp_waits")
