"""How a limit on PV is written and given back."""

from dataclasses import replace

from command_examples import OWN, situation
import pytest

from custom_components.sigenstor_panel.model.command import Action, Command
from custom_components.sigenstor_panel.plant.register_writes import (
    Write,
    differences,
    pv_given_back,
    registers_for,
    same,
    writes_for,
)
from custom_components.sigenstor_panel.plant.registers import NO_LIMIT, NO_LIMIT_WRITABLE

HOLD = Command(action=Action.HOLD)


@pytest.mark.parametrize(
    ("owner_w", "limit_w", "expected"),
    [
        (None, 0, {"pv_limit_w": 0}),
        (None, 700, {"pv_limit_w": 700}),
        (None, -1, {"pv_limit_w": 0}),
        (3000, 2999, {"pv_limit_w": 2999}),
        (3000, 3000, {}),
        (3000, 3001, {}),
        (0, 0, {}),
        (None, None, {}),
    ],
)
def test_it_is_written_where_it_lowers_what_stands_there(
    owner_w: int | None, limit_w: int | None, expected: dict[str, int]
) -> None:
    before = situation(replace(OWN, pv_limit_w=owner_w), replace(OWN, pv_limit_w=owner_w), written=[])
    targets = registers_for(replace(HOLD, pv_limit_w=limit_w), before)
    assert {name: value for name, value in targets.items() if name == "pv_limit_w"} == expected


def test_it_is_written_between_the_limits_of_the_battery_and_of_the_export() -> None:
    before = situation()
    command = replace(HOLD, pv_limit_w=700, export_limit_w=100)
    fields = [write.field for write in writes_for(command, registers_for(command, before), before)]
    at = fields.index("pv_limit")
    assert (fields[at - 1], fields[at + 1]) == ("discharge_limit", "export_limit")
    assert Write("pv_limit", 700) in writes_for(command, registers_for(command, before), before)


@pytest.mark.parametrize("action", [Action.HOLD, Action.RELEASE])
def test_commands_leave_giving_it_back_to_a_write_of_its_own(action: Action) -> None:
    before = situation(replace(OWN, pv_limit_w=0), replace(OWN, pv_limit_w=3000), written=["pv_limit_w"])
    assert "pv_limit_w" not in registers_for(Command(action=action), before)


def test_it_is_given_back_to_the_owners_value() -> None:
    assert pv_given_back(replace(OWN, pv_limit_w=3000), 10_000) == (Write("pv_limit", 3000), {"pv_limit_w": 3000})


@pytest.mark.parametrize(
    ("rated_w", "most_w"), [(10_000, 100_000), (25_000, 100_000), (110_000, 440_000), (None, 1_000_000)]
)
def test_where_the_owner_has_none_a_plant_may_take_more_than_any_pv_of_its_size(
    rated_w: int | None, most_w: int
) -> None:
    write, targets = pv_given_back(replace(OWN, pv_limit_w=None), rated_w)
    assert write == Write("pv_limit", NO_LIMIT, (NO_LIMIT_WRITABLE, most_w))
    assert targets == {"pv_limit_w": None}


def test_one_that_reads_0_is_hidden_by_nothing() -> None:
    hidden = replace(OWN, charge_limit_w=0, pv_limit_w=0)
    targets = {"pv_limit_w": 700, "charge_limit_w": 8000}
    assert differences(targets, hidden, limits_hidden=True) == {"pv_limit_w": (700, 0)}
    assert differences(targets, hidden) == {"pv_limit_w": (700, 0), "charge_limit_w": (8000, 0)}
    assert same("pv_limit_w", 700, 698)
