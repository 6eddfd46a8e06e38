"""Finds out which registers of a refused block a device does not serve, so that the rest can be read around them."""

from collections.abc import Iterable
from itertools import pairwise

from modbus_connection import IllegalDataAddressError
from modbus_connection.exceptions import ReadBlock

from .registers import MAX_REGISTERS_PER_READ, SigenComponent


class NotASigenStorError(Exception):
    """Something answers Modbus at this address, but it is not a SigenStor."""


async def async_probe_fields(component: SigenComponent, block: ReadBlock) -> frozenset[str]:
    """Ask for each field of a refused block on its own; return those that are refused again.

    Raises `NotASigenStorError` as `async_refused_fields` does.
    """
    inside = range(block.address, block.address + block.count)
    fields = [name for name, field in component.resolved_fields.items() if field.address in inside]
    return await async_refused_fields(component, fields)


async def async_refused_fields(component: SigenComponent, fields: Iterable[str]) -> frozenset[str]:
    """Ask for each of these fields on its own; return those that are refused.

    Raises `NotASigenStorError` when one of them is a field that every SigenStor has.
    """
    refused = set[str]()
    for name in sorted(fields, key=lambda name: name not in component.required):
        field = component.resolved_fields[name]
        try:
            await _read(component, field.address, field.count)
        except IllegalDataAddressError as err:
            if name in component.required:
                raise NotASigenStorError from err
            refused.add(name)
    return frozenset(refused)


async def async_probe_gaps(component: SigenComponent, block: ReadBlock) -> frozenset[str]:
    """Ask for each field of a refused block together with the next one; return the gaps that are refused: `31005-31010`."""
    fields = sorted(
        (field.address, field.address + field.count)
        for field in component.resolved_fields.values()
        if block.address <= field.address < block.address + block.count
    )
    refused = set[str]()
    for (start, end), (next_start, next_end) in pairwise(fields):
        if next_start == end or next_end - start > MAX_REGISTERS_PER_READ:
            continue
        try:
            await _read(component, start, next_end - start)
        except IllegalDataAddressError:
            refused.add(f"{end}-{next_start - 1}")
    return frozenset(refused)


def split_around(component: SigenComponent, lacking: Iterable[str]) -> bool:
    """Leave gaps out of the blocks that are read; return whether there were any. Takes effect with `restrict_fields`."""
    gaps = [(int(first), int(last)) for first, _, last in (name.partition("-") for name in lacking) if last]
    for first, last in gaps:
        ranges = component.register_ranges or ()
        component.register_ranges = tuple(part for one in ranges for part in _without(one, first, last))
    return bool(gaps)


async def _read(component: SigenComponent, address: int, count: int) -> list[int]:
    unit = component.modbus_unit
    read = unit.read_input_registers if component.register_space == "input" else unit.read_holding_registers
    return await read(address, count)


def _without(span: tuple[int, int], first: int, last: int) -> Iterable[tuple[int, int]]:
    """Yield what is left of a range of registers without those from `first` to `last`."""
    start, end = span
    if last < start or first > end:
        yield span
        return
    if start < first:
        yield start, first - 1
    if last < end:
        yield last + 1, end
