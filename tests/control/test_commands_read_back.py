"""What a register was read as, compared with what it is to hold."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, RemoteEmsMode
from custom_components.sigenstor_panel.plant.register_writes import ANY_VALUE, differences, hides_limits, same

OFF = ControlRegisters(
    remote_ems_enabled=False,
    remote_ems_mode=RemoteEmsMode.SELF_CONSUMPTION,
    charge_limit_w=8000,
    discharge_limit_w=7000,
    export_limit_w=5000,
    charge_cutoff_soc=98.0,
    discharge_cutoff_soc=5.0,
)


@pytest.mark.parametrize(
    ("name", "one", "other", "expected"),
    [
        ("charge_limit_w", 5000, 5000, True),
        ("charge_limit_w", 5000, 4998, True),
        ("charge_limit_w", 5000, 4997, False),
        ("charge_limit_w", 4998, 5000, True),
        ("charge_limit_w", 5000, None, False),
        ("charge_limit_w", None, 0, False),
        ("charge_limit_w", None, None, True),
        ("charge_limit_w", ANY_VALUE, 17, True),
        ("charge_limit_w", None, ANY_VALUE, True),
        ("charge_cutoff_soc", 98.0, 97.9, True),
        ("charge_cutoff_soc", 98.0, 97.8, False),
        ("discharge_cutoff_soc", 16.0, 16.1, True),  # floats: 0.10000000000000142
        ("discharge_cutoff_soc", 5.0, 6.0, False),
        ("remote_ems_enabled", True, True, True),
        ("remote_ems_enabled", True, False, False),
        ("remote_ems_enabled", True, 0, False),
        ("remote_ems_mode", RemoteEmsMode.STANDBY, RemoteEmsMode.STANDBY, True),
        ("remote_ems_mode", RemoteEmsMode.STANDBY, RemoteEmsMode.SELF_CONSUMPTION, False),
    ],
)
def test_a_register_may_differ_by_as_much_as_the_plant_rounds(name: str, one: Any, other: Any, expected: bool) -> None:
    assert same(name, one, other) is expected


@pytest.mark.parametrize(
    ("enabled", "charge_w", "discharge_w", "hidden"),
    [
        (False, 0, 0, True),
        (False, 0, 7000, True),
        (False, 8000, 0, True),
        (False, 8000, 7000, False),
        (False, 1, 1, False),
        (None, 0, 0, True),
        (True, 0, 0, False),
    ],
)
def test_a_limit_of_0_may_be_no_limit_while_remote_ems_is_off(
    enabled: bool | None, charge_w: int, discharge_w: int, hidden: bool
) -> None:
    found = replace(OFF, remote_ems_enabled=enabled, charge_limit_w=charge_w, discharge_limit_w=discharge_w)
    assert hides_limits(found) is hidden


def test_only_a_limit_that_can_be_read_can_differ() -> None:
    wanted = {"charge_limit_w": 8000, "discharge_limit_w": 7000, "charge_cutoff_soc": 98.0}
    assert differences(wanted, OFF) == {}
    both = replace(OFF, charge_limit_w=0, discharge_limit_w=0)
    assert differences(wanted, both) == {"charge_limit_w": (8000, 0), "discharge_limit_w": (7000, 0)}
    assert differences(wanted, both, limits_hidden=True) == {}
    one = replace(OFF, charge_limit_w=0, discharge_limit_w=5000)
    assert differences(wanted, one, limits_hidden=True) == {"discharge_limit_w": (7000, 5000)}
    on = replace(both, remote_ems_enabled=True)
    assert differences(wanted, on, limits_hidden=True) == differences(wanted, both)
    assert differences(wanted, replace(OFF, remote_ems_enabled=True, charge_limit_w=0)) == {"charge_limit_w": (8000, 0)}
    assert differences(wanted, replace(OFF, charge_cutoff_soc=90.0)) == {"charge_cutoff_soc": (98.0, 90.0)}
