"""The cut-offs that stand while a battery is controlled and when it is given back, to the tenth of a percent."""

from dataclasses import replace
from typing import Any

import command_examples
import pytest

from custom_components.sigenstor_panel.model.command import Action, Command
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, RemoteEmsMode
from custom_components.sigenstor_panel.plant.register_writes import (
    SET_BY_COMMANDS,
    Situation,
    SocBounds,
    Write,
    registers_for,
    tight_cutoffs,
    writes_for,
)

HOLD, RELEASE = Command(action=Action.HOLD), Command(action=Action.RELEASE)
OWN = ControlRegisters(
    remote_ems_enabled=False,
    remote_ems_mode=RemoteEmsMode.SELF_CONSUMPTION,
    charge_limit_w=8000,
    discharge_limit_w=7000,
    charge_cutoff_soc=90.0,
    discharge_cutoff_soc=20.0,
)
WIDE = replace(OWN, charge_cutoff_soc=100.0, discharge_cutoff_soc=0.0)
IN_CONTROL = replace(OWN, remote_ems_enabled=True, charge_cutoff_soc=98.0, discharge_cutoff_soc=5.0)


def situation(present: ControlRegisters, own: ControlRegisters, **more: Any) -> Situation:
    """Return a situation in which every register was written and the owner's values are known."""
    return command_examples.situation(present, own, written=SET_BY_COMMANDS, **more)


def cutoffs(command: Command, before: Situation) -> tuple[Any, Any]:
    """Return the cut-offs for charging and discharging that a command asks for."""
    targets = registers_for(command, before)
    return targets.get("charge_cutoff_soc"), targets.get("discharge_cutoff_soc")


@pytest.mark.parametrize(
    ("soc", "expected"),
    [(99.0, (98.0, 5.0)), (99.1, (100.0, 5.0)), (100.0, (100.0, 5.0)), (4.0, (98.0, 5.0)), (3.9, (98.0, 2.0))],
)
def test_a_battery_rests_at_a_cutoff_until_it_is_a_percent_past_it(soc: float, expected: tuple[float, float]) -> None:
    assert cutoffs(HOLD, situation(IN_CONTROL, WIDE, soc=soc)) == expected


def test_a_bound_counts_to_a_tenth_of_a_percent() -> None:
    assert cutoffs(HOLD, situation(WIDE, WIDE, bounds=SocBounds(min_soc=7.54, max_soc=92.46))) == (92.5, 7.5)


def test_an_owner_who_sets_no_bounds_has_none() -> None:
    assert cutoffs(HOLD, situation(WIDE, WIDE, bounds=SocBounds(min_soc=0.0, max_soc=100.0))) == (100.0, 0.0)


@pytest.mark.parametrize(("floor_soc", "expected"), [(None, 5.0), (3.0, 5.0), (35.04, 35.0), (35.06, 35.1)])
def test_a_discharge_stops_at_its_floor_or_at_the_bound_whichever_is_higher(
    floor_soc: float | None, expected: float
) -> None:
    discharge = Command(action=Action.DISCHARGE, power_w=2000, floor_soc=floor_soc)
    assert cutoffs(discharge, situation(WIDE, WIDE)) == (98.0, expected)


def test_without_a_state_of_charge_what_stands_stays() -> None:
    assert cutoffs(HOLD, situation(IN_CONTROL, WIDE, soc=None)) == (98.0, 5.0)
    unserved = replace(IN_CONTROL, discharge_cutoff_soc=None)
    assert cutoffs(HOLD, situation(unserved, unserved, soc=None)) == (98.0, None)


@pytest.mark.parametrize(
    ("soc", "expected"), [(50.0, (90.0, 20.0)), (95.0, (96.0, 20.0)), (15.0, (90.0, 14.0)), (None, (98.0, 5.0))]
)
def test_an_owner_gets_a_cutoff_back_only_as_far_as_the_state_of_charge_has_not_passed_it(
    soc: float | None, expected: tuple[float, float]
) -> None:
    assert cutoffs(RELEASE, situation(IN_CONTROL, OWN, soc=soc)) == expected


def test_an_owner_gets_back_what_was_read_of_his_cutoffs_where_nothing_else_is_known() -> None:
    unread = replace(IN_CONTROL, charge_cutoff_soc=None, discharge_cutoff_soc=None)
    assert cutoffs(RELEASE, situation(unread, OWN, soc=None)) == (90.0, 20.0)
    assert cutoffs(RELEASE, situation(IN_CONTROL, unread)) == (None, None)


def test_coming_to_rest_begins_with_the_mode_and_does_not_write_it_again() -> None:
    before = situation(replace(IN_CONTROL, remote_ems_mode=RemoteEmsMode.CHARGE_PV_FIRST), WIDE)
    assert writes_for(HOLD, registers_for(HOLD, before), before) == (
        Write("remote_ems_mode", 2),
        Write("charge_limit", 0),
        Write("discharge_limit", 0),
    )


def test_the_least_export_at_the_meter_takes_the_battery_first_where_there_is_no_sun() -> None:
    before = situation(IN_CONTROL, WIDE)
    discharge = Command(action=Action.DISCHARGE, power_w=2000, export_limit_w=1)
    assert registers_for(discharge, before)["remote_ems_mode"] is RemoteEmsMode.DISCHARGE_ESS_FIRST


def test_a_cutoff_that_the_firmware_does_not_serve_is_left_out() -> None:
    unserved = replace(WIDE, charge_cutoff_soc=None, discharge_cutoff_soc=None)
    assert cutoffs(HOLD, situation(unserved, unserved)) == (None, None)


def test_tight_cutoffs_at_which_the_battery_rests_stay() -> None:
    resting = {"charge_cutoff_soc": 49.5, "discharge_cutoff_soc": 50.5}
    assert tight_cutoffs(50.0, replace(WIDE, **resting)) == resting
    assert tight_cutoffs(50.0, WIDE) == {"charge_cutoff_soc": 51.0, "discharge_cutoff_soc": 49.0}
