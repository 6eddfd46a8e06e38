"""Limits that a hand-back gives back, or that may not be the owner's at all."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from guardrail_examples import HOLD, TELEMETRY
import pytest

from custom_components.sigenstor_panel.control.guardrails import LastWrite
from custom_components.sigenstor_panel.control.memory import ControlMemory
from custom_components.sigenstor_panel.control.ownership import (
    RatedPowers,
    after_writing,
    limits_below_rating,
    owing_rated,
    rated_powers_w,
    reads_instead,
    register,
    without_pv_limit,
)
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, RemoteEmsMode
from tests.english import english

RATED = (9000, 10_000)
OWN = ControlRegisters(
    remote_ems_enabled=False,
    remote_ems_mode=RemoteEmsMode.SELF_CONSUMPTION,
    charge_limit_w=8000,
    discharge_limit_w=10_000,
    pv_limit_w=None,
    export_limit_w=5000,
)
PV_OFF = LastWrite(command=replace(HOLD, pv_limit_w=0), at=datetime(2026, 1, 15, tzinfo=UTC))


@pytest.mark.parametrize(
    ("limits", "rated", "low"),
    [
        ((8999, 9999), RATED, {"charge_limit_w": 8999, "discharge_limit_w": 9999}),
        ((9000, 10_000), RATED, {}),
        ((0, None), RATED, {"charge_limit_w": 0}),
        ((1, 1), (None, 0), {}),
        ((1, 1), (None, 2), {"discharge_limit_w": 1}),
    ],
)
def test_a_limit_below_the_rating_is_named(
    limits: tuple[int | None, int | None], rated: RatedPowers, low: dict[str, int]
) -> None:
    assert limits_below_rating(replace(OWN, charge_limit_w=limits[0], discharge_limit_w=limits[1]), rated) == low


class TestOwingTheRating:
    """An owner who says that the limits were not theirs gets what the battery is rated for."""

    def test_only_limits_below_it_are_replaced_and_then_given_back(self) -> None:
        memory = owing_rated(ControlMemory(), OWN, RATED)
        assert memory.saved == ControlRegisters(charge_limit_w=9000)
        assert memory.written == {"charge_limit_w": (8000,)}

    def test_what_was_written_and_saved_otherwise_stays(self) -> None:
        before = ControlMemory(
            saved=replace(OWN, charge_limit_w=1000),
            written={"charge_limit_w": (3000, 4000), "export_limit_w": (10,)},
        )
        memory = owing_rated(before, replace(OWN, charge_limit_w=4000), RATED)
        assert memory.saved == replace(OWN, charge_limit_w=9000)
        assert memory.written == before.written

    def test_what_counts_is_what_would_be_given_back_not_what_is_there(self) -> None:
        before = ControlMemory(saved=replace(OWN, charge_limit_w=1000), written={"charge_limit_w": (9500,)})
        assert owing_rated(before, replace(OWN, charge_limit_w=9500), RATED).saved == replace(OWN, charge_limit_w=9000)

    def test_without_low_limits_nothing_changes(self) -> None:
        before = ControlMemory(saved=OWN, written={"export_limit_w": (10,)})
        assert owing_rated(before, replace(OWN, charge_limit_w=9000), RATED) == before


class TestWithoutPvLimit:
    """The limit on PV is given back by itself."""

    def test_the_rest_is_still_ours(self) -> None:
        before = ControlMemory(saved=OWN, written={"charge_limit_w": (0,), "pv_limit_w": (0,)}, applied=PV_OFF)
        memory = without_pv_limit(before)
        assert (memory.written, memory.saved) == ({"charge_limit_w": (0,)}, OWN)
        assert memory.applied == LastWrite(command=HOLD, at=PV_OFF.at)

    def test_where_it_was_the_only_one_nothing_is_left_to_give_back(self) -> None:
        memory = without_pv_limit(ControlMemory(saved=OWN, written={"pv_limit_w": (0,)}))
        assert (memory.written, memory.saved, memory.applied) == ({}, None, None)


class TestHandBack:
    """What counts as given back, register by register."""

    @staticmethod
    def left(
        name: str,
        found: ControlRegisters,
        *,
        in_targets: bool = True,
        own: ControlRegisters = OWN,
        limits_hidden: bool = False,
    ) -> bool:
        """Return whether a register is still to be given back after a release."""
        ours = {"remote_ems_enabled": True, "remote_ems_mode": RemoteEmsMode.STANDBY}
        before = ControlMemory(saved=own, written={name: (ours.get(name, 3000),)}, limits_hidden=limits_hidden)
        targets = {name: getattr(found, name)} if in_targets else {}
        return name in after_writing(before, found, targets, released=True).written

    def test_the_solar_limit_only_once_the_plant_holds_the_owners(self) -> None:
        for in_targets in (True, False):
            assert not self.left("pv_limit_w", OWN, in_targets=in_targets)
            assert self.left("pv_limit_w", replace(OWN, pv_limit_w=3000), in_targets=in_targets)

        own = replace(OWN, pv_limit_w=2000)
        assert not self.left("pv_limit_w", own, own=own)
        assert self.left("pv_limit_w", replace(own, pv_limit_w=None), own=own)

    def test_any_other_also_where_it_is_no_target(self) -> None:
        found = replace(OWN, charge_limit_w=3000, export_limit_w=3000)
        for name in ("charge_limit_w", "export_limit_w"):
            assert self.left(name, found)
            assert not self.left(name, found, in_targets=False)

    def test_remote_control_and_its_mode_once_remote_control_is_off(self) -> None:
        for name in ("remote_ems_enabled", "remote_ems_mode"):
            for enabled, left in ((False, False), (True, True), (None, True)):
                found = replace(OWN, remote_ems_enabled=enabled, remote_ems_mode=RemoteEmsMode.STANDBY)
                assert self.left(name, found) is left
                assert self.left(name, found, in_targets=False) is left

    def test_battery_limits_that_old_firmware_hides(self) -> None:
        hidden = replace(OWN, charge_limit_w=0)
        assert not self.left("charge_limit_w", hidden, limits_hidden=True)
        assert self.left("charge_limit_w", hidden)
        assert self.left("charge_limit_w", replace(hidden, remote_ems_enabled=True))
        assert self.left("export_limit_w", replace(hidden, export_limit_w=3000))

    def test_another_value_for_no_limit_counts_for_battery_limits_only(self) -> None:
        own = replace(OWN, charge_limit_w=None, export_limit_w=None)
        assert not self.left("charge_limit_w", replace(own, charge_limit_w=9000), own=own)
        assert self.left("export_limit_w", replace(own, export_limit_w=9000), own=own)
        assert self.left("charge_limit_w", replace(OWN, charge_limit_w=9000))


def test_while_nothing_is_handed_back_what_was_saved_stays() -> None:
    before = ControlMemory(saved=OWN, written={"charge_limit_w": (8000, 3000)})
    for found_w, ours in ((3000, (3000,)), (8000, (8000,)), (5000, (8000, 3000))):
        found = replace(OWN, charge_limit_w=found_w)
        memory = after_writing(before, found, {"charge_limit_w": 3000}, released=False)
        assert (memory.saved, memory.written) == (OWN, {"charge_limit_w": ours})


def test_of_values_that_round_to_the_same_the_last_written_counts() -> None:
    before = ControlMemory(saved=OWN, written={"charge_limit_w": (3000, 3002)})
    memory = after_writing(before, replace(OWN, charge_limit_w=3001), {}, released=False)
    assert memory.written == {"charge_limit_w": (3002,)}


def test_cutoffs_a_percent_apart_are_not_the_same() -> None:
    before = ControlMemory(saved=OWN, written={"discharge_cutoff_soc": (20.0, 21.0)})
    memory = after_writing(before, replace(OWN, discharge_cutoff_soc=20.0), {}, released=False)
    assert memory.written == {"discharge_cutoff_soc": (20.0,)}


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("remote_ems_enabled", "40029 (remote control)"),
        ("remote_ems_mode", "40031 (remote mode)"),
        ("charge_limit_w", "40032 (charge limit)"),
        ("discharge_limit_w", "40034 (discharge limit)"),
        ("pv_limit_w", "40036 (solar limit)"),
        ("export_limit_w", "40038 (export limit)"),
        ("charge_cutoff_soc", "40047 (charge cut-off)"),
        ("discharge_cutoff_soc", "40048 (discharge cut-off)"),
    ],
)
def test_a_register_is_named_with_its_number(name: str, number: str) -> None:
    assert english(register(name)) == number


def test_a_register_that_holds_something_else_is_told_with_both_values() -> None:
    told = reads_instead("charge_cutoff_soc", 98.0, 80.0)
    assert english(told) == "Register 40047 (charge cut-off) reads 80 % instead of 98 %"


@pytest.mark.parametrize(("reading", "rated"), [(None, (None, None)), (TELEMETRY, (10_000, 10_000))])
def test_what_the_battery_is_rated_for(reading: Any, rated: Any) -> None:
    assert rated_powers_w(reading) == rated
    if reading is not None:
        assert rated_powers_w(replace(reading, rated_charge_power_w=1)) == (1, 10_000)
