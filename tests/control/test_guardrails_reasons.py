"""What the guardrails say to whoever asked, number by number."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from guardrail_examples import HOLD, LIMITS, NOW, RELEASE, UNRATED, ask, cells, charge, discharge
import pytest

from custom_components.sigenstor_panel.control.guardrails import judge
from custom_components.sigenstor_panel.model.command import Actor, Command
from custom_components.sigenstor_panel.model.message import say
from custom_components.sigenstor_panel.model.telemetry import AlarmGroup, ControlRegisters, GridStatus, Source
from tests.english import english

CHARGE, DISCHARGE = charge(), discharge()


@pytest.mark.parametrize(
    ("command", "telemetry", "reason"),
    [
        (CHARGE, {}, ""),
        (CHARGE, {"soc": None}, "The state of charge is unknown"),
        (CHARGE, {"soc": 98.04}, "No charging: the battery is at 98 %. Charging ends at 98 %, a safety limit."),
        (DISCHARGE, {"soc": 4.96}, "No discharging: the battery is at 5 %. Discharging ends at 5 %, a safety limit."),
        (CHARGE, {"average_cell_temperature_c": None, "inverters": {}}, "The battery’s temperature is unknown"),
        (
            CHARGE,
            {"inverters": {"A": cells(24.0, 45.12)}},
            "The battery is too warm: 45.1 °C. At most 45 °C are allowed.",
        ),
        (
            CHARGE,
            {"inverters": {"A": cells(-3.46, 26.0)}},
            "The battery is too cold: -3.5 °C. At least 0 °C are needed.",
        ),
        (
            CHARGE,
            {"alarms": {AlarmGroup.ESS: (say("alarm.thermal_runaway"), say("alarm.under_temperature"))}},
            "Battery alarm: thermal runaway, under-temperature",
        ),
        (HOLD, {"grid_status": GridStatus.OFF_GRID_AUTO}, "Off grid: the SigenStor supplies the house by itself"),
        (CHARGE, UNRATED, "The SigenStor does not say what its battery is rated for"),
        (
            replace(CHARGE, power_w=3000),
            {"battery_power_w": 3000, "available_charge_power_w": 2051},
            "The battery can take 2.1 kW",
        ),
        (
            replace(DISCHARGE, power_w=3000),
            {"battery_power_w": -3000, "available_discharge_power_w": 2051},
            "The battery can give 2.1 kW",
        ),
        (CHARGE, {"available_charge_power_w": 0}, "The battery can take 0 W"),
        (DISCHARGE, {"available_discharge_power_w": 0}, "The battery can give 0 W"),
        (
            CHARGE,
            {"source": Source.CLOUD},
            "The SigenStor is read through the cloud: nothing is controlled on such values",
        ),
        (
            CHARGE,
            {"timestamp": NOW - timedelta(seconds=42.4)},
            "The last reading is 42 s old. At most 30 s are allowed.",
        ),
        (
            CHARGE,
            {"timestamp": NOW + timedelta(seconds=0.5)},
            "The last reading is from the future: the clock was set back",
        ),
        (replace(CHARGE, power_w=4051), {}, "Ramping to 4.1 kW"),
    ],
)
def test_a_verdict_says_what_is_wrong(command: Command, telemetry: dict[str, Any], reason: str) -> None:
    assert english(ask(command, **telemetry).reason) == reason


def test_without_a_reading_it_says_so() -> None:
    verdict = judge(CHARGE, Actor.MANUAL, telemetry=None, limits=LIMITS, last=None, now=NOW)
    assert english(verdict.reason) == "There is no reading of the SigenStor"


def test_a_verdict_that_has_to_wait_says_how_long() -> None:
    verdict = ask(CHARGE, last=HOLD, since=timedelta(seconds=18.3))
    assert english(verdict.reason) == "Waiting 42 s. At most one change every 60 s."


@pytest.mark.parametrize(
    ("command", "telemetry", "reason"),
    [
        (CHARGE, {"grid_power_w": None}, "What the house takes from the grid is unknown"),
        (
            CHARGE,
            {"grid_power_w": 9_551},
            "The connection carries 10.1 kW, and the house takes 9.6 kW of it",
        ),
        (
            HOLD,
            {"grid_power_w": 12_051},
            "Holding, but the battery covers 2.5 kW: the house takes what the connection carries",
        ),
        # Nobody knows how warm the battery is: that is no reason to let the main fuse blow.
        (
            HOLD,
            {"grid_power_w": 12_051, "average_cell_temperature_c": None, "inverters": {}},
            "Holding, but the battery covers 2.5 kW: the house takes what the connection carries",
        ),
    ],
)
def test_a_verdict_says_what_the_connection_carries(command: Command, telemetry: dict[str, Any], reason: str) -> None:
    control = ControlRegisters(import_limit_w=10_051)
    assert english(ask(command, control=control, **telemetry).reason) == reason


def test_an_old_reading_makes_nothing_urgent() -> None:
    """What the house took half a minute ago says nothing about now."""
    crowded = {"control": ControlRegisters(import_limit_w=10_000), "grid_power_w": 12_000}
    assert ask(RELEASE, last=CHARGE, since=timedelta(0), **crowded).urgent
    old = NOW - timedelta(seconds=31)
    assert not ask(RELEASE, last=CHARGE, since=timedelta(0), timestamp=old, **crowded).urgent
