"""The export limit of a command outlives what the guardrails make of the command."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.sigenstor_panel.control.guardrails import Decision, LastWrite, SafetyLimits, Verdict, judge
from custom_components.sigenstor_panel.model.command import Action, Actor, Command
from custom_components.sigenstor_panel.model.telemetry import AlarmGroup, GridStatus, Source, Telemetry

NOW = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
EXPORT_LIMIT_W = 800
MOVING = [
    Command(action=Action.CHARGE, power_w=3000, export_limit_w=EXPORT_LIMIT_W),
    Command(action=Action.DISCHARGE, power_w=3000, export_limit_w=EXPORT_LIMIT_W),
]
RESTING = [
    Command(action=Action.HOLD, export_limit_w=EXPORT_LIMIT_W),
    Command(action=Action.SELF_CONSUME, export_limit_w=EXPORT_LIMIT_W),
]
TELEMETRY = Telemetry(
    timestamp=NOW,
    source=Source.MODBUS,
    soc=50.0,
    battery_power_w=0,
    grid_power_w=500,
    pv_power_w=0,
    house_power_w=500,
    rated_charge_power_w=10_000,
    rated_discharge_power_w=10_000,
    average_cell_temperature_c=25.0,
    alarms={},
    inverters={},
)


def ask(command: Command, *, last: LastWrite | None = None, **telemetry: Any) -> Verdict:
    found = replace(TELEMETRY, **telemetry)
    return judge(command, Actor.OPTIMISER, telemetry=found, limits=SafetyLimits(), last=last, now=NOW)


@pytest.mark.parametrize("command", MOVING, ids=lambda command: command.action)
@pytest.mark.parametrize(
    "telemetry",
    [
        {"soc": None},
        {"average_cell_temperature_c": 60.0},
        {"rated_charge_power_w": None, "rated_discharge_power_w": None},
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
    last = LastWrite(command=Command(action=Action.HOLD), at=NOW - timedelta(seconds=30))
    assert ask(RESTING[0], last=last).decision is Decision.WAIT
    assert ask(RESTING[0], last=replace(last, command=RESTING[0])).decision is Decision.ALLOWED
