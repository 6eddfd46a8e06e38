"""A release gives back what this controller wrote, and touches nothing of what others did."""

from dataclasses import replace

from command_examples import situation

from custom_components.sigenstor_panel.model.command import Action, Command
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, RemoteEmsMode
from custom_components.sigenstor_panel.plant.register_writes import (
    Write,
    registers_for,
    writes_for,
)

RELEASE = Command(action=Action.RELEASE)
OWN = ControlRegisters(
    remote_ems_enabled=True,
    remote_ems_mode=RemoteEmsMode.CHARGE_PV_FIRST,
    charge_limit_w=8000,
    discharge_limit_w=7000,
    export_limit_w=5000,
    charge_cutoff_soc=100.0,
    discharge_cutoff_soc=0.0,
)


def test_remote_ems_that_someone_else_switched_on_goes_on() -> None:
    before = situation(replace(OWN, export_limit_w=10), OWN, written=["export_limit_w"])
    assert writes_for(RELEASE, registers_for(RELEASE, before), before) == (Write("export_limit", 5000),)


def test_a_mode_that_was_never_read_is_not_given_back() -> None:
    before = situation(OWN, replace(OWN, remote_ems_mode=None), written=["remote_ems_enabled", "remote_ems_mode"])
    assert registers_for(RELEASE, before) == {"remote_ems_enabled": False}


def test_an_export_limit_as_low_as_the_owners_own_is_left_alone() -> None:
    before = situation(OWN, OWN, written=[])
    for limit_w, expected in ((4999, {"export_limit_w": 4999}), (5000, {}), (6000, {})):
        targets = registers_for(Command(action=Action.HOLD, export_limit_w=limit_w), before)
        assert {name: value for name, value in targets.items() if name == "export_limit_w"} == expected
