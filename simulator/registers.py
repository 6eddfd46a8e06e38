"""The register table of a SigenStor and the coding of its values."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

INTEGER_BITS = {"U16": 16, "S16": 16, "U32": 32, "S32": 32, "U64": 64}
RAW_RANGES = {
    name: (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if name.startswith("S") else (0, (1 << bits) - 1)
    for name, bits in INTEGER_BITS.items()
}

# Sigenergy Modbus Protocol V2.9: (-1, -0.8] U [0.8, 1].
POWER_FACTORS = frozenset({40007, 40157, 40158, 41507})

# "Not set", which is no limit, until somebody sets them.
UNSET_LIMITS = frozenset({40036, 40038, 40040, 40042, 40044})

type Value = float | str | None


@dataclass(frozen=True, slots=True)
class Register:
    """One value of the protocol, one or more 16-bit registers long."""

    address: int
    count: int
    access: str
    type: str
    gain: float
    unit: str
    name: str
    minimum: float | None
    maximum: float | None
    initial: float | None

    @property
    def readable(self) -> bool:
        """Return whether the device answers a read of this value."""
        return self.access != "WO"

    @property
    def writable(self) -> bool:
        """Return whether the device takes a write of this value."""
        return self.access != "RO"

    def encode(self, value: Value) -> list[int]:
        """Return the registers that carry a value in its own unit, high word first.

        A number outside the type's range is held at its end. None is "not set": all bits one.
        """
        if self.type == "STRING":
            text = str(value or "").encode("ascii")[: 2 * self.count]
            padded = text.ljust(2 * self.count, b"\0")
            return [int.from_bytes(padded[i : i + 2]) for i in range(0, len(padded), 2)]
        bits = INTEGER_BITS[self.type]
        if value is None:
            raw = (1 << bits) - 1
        else:
            lowest, highest = RAW_RANGES[self.type]
            raw = min(max(round(float(value) * self.gain), lowest), highest)
        return [raw >> shift & 0xFFFF for shift in range(bits - 16, -1, -16)]

    def decode(self, words: Sequence[int]) -> Value:
        """Return the value that registers carry, in its own unit; None where it is "not set"."""
        if self.type == "STRING":
            return b"".join(word.to_bytes(2) for word in words).rstrip(b"\0").decode("ascii")
        bits = INTEGER_BITS[self.type]
        raw = 0
        for word in words:
            raw = raw << 16 | word
        if self.type == "U32" and raw == 0xFFFFFFFF:
            return None
        if self.type.startswith("S") and raw >> (bits - 1):
            raw -= 1 << bits
        return raw / self.gain

    def accepts(self, value: Value) -> bool:
        """Return whether the protocol allows this value to be written."""
        if value is None or isinstance(value, str):
            return self.maximum is None
        if self.address in POWER_FACTORS:
            return -1 < value <= -0.8 or 0.8 <= value <= 1
        return (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum)


class RegisterTable:
    """The registers of one kind of device, by address."""

    def __init__(self, registers: Iterable[Register]) -> None:
        """Index registers that do not overlap."""
        self.by_address = {
            register.address: register for register in sorted(registers, key=lambda register: register.address)
        }
        self._starts = list(self.by_address)

    def covering(self, address: int) -> Register | None:
        """Return the value that an address is part of."""
        index = bisect_right(self._starts, address) - 1
        if index < 0:
            return None
        register = self.by_address[self._starts[index]]
        return register if address < register.address + register.count else None

    def touching(self, address: int, count: int) -> list[Register]:
        """Return the values that a span of addresses touches, in order."""
        first = self.covering(address)
        start = first.address if first else address
        low = bisect_right(self._starts, start - 1)
        high = bisect_right(self._starts, address + count - 1)
        return [self.by_address[self._starts[index]] for index in range(low, high)]


@cache
def register_table(device: str) -> RegisterTable:
    """Return the table of a kind of device, "plant", "inverter" or "ac_charger".

    Source: Sigenergy Modbus Protocol V2.9.
    """
    with (Path(__file__).parent / "registers.csv").open(encoding="utf-8", newline="") as file:
        return RegisterTable(
            Register(
                address=int(row["address"]),
                count=int(row["count"]),
                access=row["access"],
                type=row["type"],
                gain=float(row["gain"] or 1),
                unit=row["unit"],
                name=row["name"],
                minimum=_number(row["minimum"]),
                maximum=_number(row["maximum"]),
                initial=_number(row["initial"]),
            )
            for row in csv.DictReader(file)
            if row["device"] == device
        )


def initial_holding(device: str) -> dict[int, float | None]:
    """Return what a new device holds, by address, in the values' own units."""
    return {
        register.address: None if register.address in UNSET_LIMITS else register.initial or 0.0
        for register in register_table(device).by_address.values()
        if register.writable
    }


def _number(text: str) -> float | None:
    return float(text) if text else None
