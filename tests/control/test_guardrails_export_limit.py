"""The export limit of a command outlives what the guardrails make of the command."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from guardrail_examples import HOLD, UNRATED, ask, charge, discharge
import pytest

from custom_components.sigenstor_panel.control.guardrails import Decision
from custom_components.sigenstor_panel.model.command import Action, Command
from custom_components.sigenstor_panel.model.telemetry import AlarmGroup, GridStatus

EXPORT_LIMIT_W = 800
MOVING = [
    replace(charge(3000), export_limit_w=EXPORT_LIMIT_W),
    replace(discharge(3000), export_limit_w=EXPORT_LIMIT_W),
]
RESTING = [
    Command(action=Action.HOLD, export_limit_w=EXPORT_LIMIT_W),
    Command(action=Action.SELF_CONSUME, export_limit_w=EXPORT_LIMIT_W),
]


@pytest.mark.parametrize("command", MOVING, ids=lambda command: command.action)
@pytest.mark.parametrize(
    "telemetry",
    [
        {"soc": None},
        {"average_cell_temperature_c": 60.0},
        UNRATED,
        {"available_charge_power_w": 0, "available_discharge_power_w": 0},
    ],
)
def test_a_hold_in_place_of_a_command_keeps_its_export_limit(command: Command, telemetry: dict[str, Any]) -> None:
    """What the battery may not do changes nothing about what may be fed in."""
    verdict = ask(command, **telemetry)
    assert verdict.decision is Decision.ADJUSTED
    assert verdict.command == Command(action=Action.HOLD, export_limit_w=EXPORT_LIMIT_W)


@pytest.mark.parametrize("command", MOVING, ids=lambda command: command.action)
def test_a_command_at_less_power_keeps_its_export_limit(command: Command) -> None:
    assert ask(command).command == replace(command, power_w=1000)
    able = {"available_charge_power_w": 500, "available_discharge_power_w": 500}
    assert ask(command, **able).command == replace(command, power_w=500)


@pytest.mark.parametrize("command", [*MOVING, *RESTING], ids=lambda command: command.action)
def test_a_plant_that_is_handed_back_has_its_owners_limit(command: Command) -> None:
    verdict = ask(command, grid_status=GridStatus.OFF_GRID_AUTO)
    assert verdict.command == Command(action=Action.RELEASE)
    if command in MOVING:
        verdict = ask(command, alarms={AlarmGroup.ESS: ("thermal runaway",)})
        assert verdict.command == Command(action=Action.RELEASE)


def test_an_export_limit_that_changes_is_a_change_that_waits() -> None:
    since = timedelta(seconds=30)
    assert ask(RESTING[0], last=HOLD, since=since).decision is Decision.WAIT
    assert ask(RESTING[0], last=RESTING[0], since=since).decision is Decision.ALLOWED
