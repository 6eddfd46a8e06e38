"""What a verdict carries besides its reason: the decision, and the command as it may be written."""

from dataclasses import replace

from guardrail_examples import HOLD, ask, charge, discharge
import pytest

from custom_components.sigenstor_panel.control.guardrails import Decision, Rule, Verdict
from custom_components.sigenstor_panel.model.command import Actor, Command
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, RemoteEmsMode, Source


@pytest.mark.parametrize("command", [charge(1000), discharge(1000), HOLD])
def test_what_is_refused_is_named(command: Command) -> None:
    verdict = ask(command, Actor.OPTIMISER, source=Source.CLOUD)
    assert (verdict.decision, verdict.command, verdict.rule) == (Decision.REFUSED, command, Rule.FRESH_DATA)


@pytest.mark.parametrize("command", [charge(1000), discharge(1000)])
def test_less_than_what_was_asked_for_is_an_adjustment(command: Command) -> None:
    verdict = ask(command, available_charge_power_w=640, available_discharge_power_w=640)
    assert (verdict.decision, verdict.command) == (Decision.ADJUSTED, replace(command, power_w=640))
    assert verdict.rule is Rule.RATED_LIMITS


def test_nothing_is_added_to_a_power_of_0() -> None:
    assert ask(charge(0)) == Verdict(decision=Decision.ALLOWED, command=charge(0))


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
    control = replace(control, remote_ems_enabled=True, remote_ems_mode=RemoteEmsMode.CHARGE_PV_FIRST)
    last = replace(command, power_w=3000)
    assert ask(command, last=last, control=control).command == replace(command, power_w=power_w)
