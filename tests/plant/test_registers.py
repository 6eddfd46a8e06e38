"""The registers are the ones of the protocol, and are read in few requests."""

import csv
from pathlib import Path

from modbus_connection.model import NumberField
import pytest

from custom_components.sigenstor_panel.plant import registers
from custom_components.sigenstor_panel.plant.registers import MAX_REGISTERS_PER_READ, SigenComponent
import simulator

COMPONENTS = [
    component
    for component in vars(registers).values()
    if isinstance(component, type) and issubclass(component, SigenComponent) and component is not SigenComponent
]
OUR_UNIT = {"kW": 1000, "kWh": 1, "%": 1, "°C": 1, "V": 1, "A": 1, "Hz": 1, "MΩ": 1}
"""What a protocol unit is in ours: powers are W inside."""


def protocol() -> dict[int, dict[str, str]]:
    """The protocol's register table, by address; the simulator keeps its own copy of it."""
    with Path(simulator.__file__).with_name("registers.csv").open(encoding="utf-8") as table:
        return {int(row["address"]): row for row in csv.DictReader(table)}


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.__name__)
def test_every_field_has_the_protocols_address_size_sign_and_gain(component: type[SigenComponent]) -> None:
    table = protocol()
    for name, field in component.declared_fields.items():
        row = table[field.address]
        assert field.count == int(row["count"]), name
        assert row["table"] == component.register_space, name
        if isinstance(field, NumberField):
            assert field.signed == row["type"].startswith("S"), name
            gain = float(row["gain"] or 1)
            assert field.scale == pytest.approx(OUR_UNIT.get(row["unit"], 1) / gain), name


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.__name__)
def test_no_request_is_longer_than_the_device_allows(component: type[SigenComponent]) -> None:
    assert component.register_ranges is not None
    assert all(last - first < MAX_REGISTERS_PER_READ for first, last in component.register_ranges)
