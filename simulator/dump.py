"""An owner's registers from a diagnostics download, served as the device answered them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
import json
from pathlib import Path
from typing import Any, override

from .device import ILLEGAL_ADDRESS, ILLEGAL_VALUE, MAXIMUM_READ, PLANT_UNIT, Device, ModbusError
from .disturbances import RegisterSpan
from .plant import SimulatedPlant
from .registers import Register, register_table

type Words = dict[int, int]

_SERIAL_NUMBER = 30515


class DumpError(ValueError):
    """A file that is no dump of registers."""


class DumpDevice(Device):
    """Serves recorded words; a register that was not recorded is refused, and a write changes what is read."""

    def __init__(self, plant: SimulatedPlant, units: Mapping[int, Words]) -> None:
        """Show what was recorded; the plant only lends its clock and what goes wrong with requests."""
        super().__init__(plant)
        self._units = {unit: dict(words) for unit, words in units.items()}

    @override
    def read(self, unit: int, address: int, count: int) -> list[int]:
        self.disturb(RegisterSpan("read", unit, address, count))
        if not 1 <= count <= MAXIMUM_READ:
            raise ModbusError(ILLEGAL_VALUE)
        recorded = self._recorded(unit)
        span = range(address, address + count)
        registers = [each for each in register_table(self.kind(unit)).touching(address, count) if each.readable]
        asked = {each for register in registers for each in _addresses(register) if each in span}
        if not asked or not asked <= recorded.keys():
            raise ModbusError(ILLEGAL_ADDRESS)
        disturbed = {
            each: word
            for register in registers
            for each, word in zip(_addresses(register), self.disturbed(unit, register) or (), strict=False)
        }
        return [disturbed.get(each, recorded.get(each, 0)) for each in span]

    @override
    def write(self, unit: int, address: int, words: Sequence[int]) -> None:
        self.disturb(RegisterSpan("write", unit, address, len(words)))
        recorded = self._recorded(unit)
        registers = register_table(self.kind(unit)).touching(address, len(words))
        written = dict(enumerate(words, address))
        if [each for register in registers for each in _addresses(register)] != list(written):
            raise ModbusError(ILLEGAL_ADDRESS)
        if not all(register.writable for register in registers) or not written.keys() <= recorded.keys():
            raise ModbusError(ILLEGAL_ADDRESS)
        recorded.update(written)

    @override
    def kind(self, unit: int) -> str:
        return kind_of(unit, self._recorded(unit))

    def _recorded(self, unit: int) -> Words:
        if unit in self._units:
            return self._units[unit]
        return self.answer_unknown_unit()


def kind_of(unit: int, words: Words) -> str:
    """Return which table a recorded unit has."""
    if unit == PLANT_UNIT:
        return "plant"
    return "ac_charger" if any(32000 <= address < 33000 for address in words) else "inverter"


def load_dump(path: Path) -> dict[int, Words]:
    """Return recorded words by unit and address.

    Takes a diagnostics download, or its `registers` alone: {"247": {"input 30000": [words]}}. A serial number that was
    taken out becomes one that names the unit. Raises DumpError, or OSError.
    """
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DumpError(f"{path} is not JSON: {error}") from None
    for key in ("data", "registers"):
        if isinstance(content, dict) and key in content:
            content = content[key]
    try:
        units = {int(unit): _words(blocks) for unit, blocks in content.items()}
    except (AttributeError, TypeError, ValueError) as error:
        raise DumpError(f"{path} holds no registers by unit and block: {error}") from None
    if PLANT_UNIT not in units:
        raise DumpError(f"{path} holds no registers of the plant (unit {PLANT_UNIT}).")
    return {unit: _with_serial_number(unit, words) for unit, words in units.items()}


def _words(blocks: Mapping[str, Sequence[int | str]]) -> dict[int, int | None]:
    words: dict[int, int | None] = {}
    for name, values in blocks.items():
        first = int(name.split()[-1])
        for address, word in enumerate(values, first):
            if isinstance(word, int) and not 0 <= word <= 0xFFFF:
                raise ValueError(f"{word} is no 16-bit word")
            words[address] = word if isinstance(word, int) else None
    return words


def _with_serial_number(unit: int, words: Mapping[int, int | None]) -> Words:
    known = {address: word for address, word in words.items() if word is not None}
    serial_number = register_table("inverter").by_address[_SERIAL_NUMBER]
    stand_in = dict(zip(_addresses(serial_number), serial_number.encode(f"DUMP{unit:04d}"), strict=True))
    return {**{address: word for address, word in stand_in.items() if address in words}, **known}


def _addresses(register: Register) -> range:
    return range(register.address, register.address + register.count)
