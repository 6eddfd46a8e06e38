"""Options that are set by name: what they are for, and which values they take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

type AddressRange = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Option:
    """A quirk or a fault: what it does, and which values it takes."""

    description: str
    allowed: str
    parse: Callable[[Any], Any]
    off: Any


def switch(value: Any) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise TypeError
    return value


def seconds(value: Any) -> float:
    """Return a time of up to a day."""
    if isinstance(value, bool) or not 0 <= value <= 86_400:
        raise ValueError
    return float(value)


def whole(lowest: int, highest: int) -> Callable[[Any], int]:
    """Return a parser of whole numbers in a range."""

    def parse(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise ValueError
        return value

    return parse


def one_of(*values: int) -> Callable[[Any], int]:
    """Return a parser of some numbers."""

    def parse(value: Any) -> int:
        if isinstance(value, bool) or value not in values:
            raise ValueError
        return int(value)

    return parse


def addresses(value: Any) -> tuple[AddressRange, ...]:
    """Return ranges of addresses, both ends included."""
    address = whole(0, 0xFFFF)
    if isinstance(value, str):
        raise TypeError
    ranges = []
    for item in value:
        first, last = (item, item) if isinstance(item, int) else item
        if address(first) > address(last):
            raise ValueError
        ranges.append((first, last))
    return tuple(ranges)


def word(*words: str) -> Callable[[Any], str]:
    """Return a parser of some words."""

    def parse(value: Any) -> str:
        if value not in words:
            raise ValueError
        return str(value)

    return parse


def text(value: Any) -> str:
    """Return a text that is not empty."""
    if not isinstance(value, str) or not value:
        raise ValueError
    return value


def any_text(value: Any) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise TypeError
    return value


_ON_OFF = "true or false"
_SECONDS = "a number of seconds from 0 to 86400"
_ADDRESSES = "a list of addresses or [first, last] ranges"
_BITS = "a whole number from 0 to 65535, one bit an alarm"


def on_off(description: str) -> Option:
    """Return an option that is on or off."""
    return Option(description, _ON_OFF, switch, off=False)


def duration(description: str) -> Option:
    """Return an option in seconds."""
    return Option(description, _SECONDS, seconds, off=0.0)


def ranges(description: str) -> Option:
    """Return an option of addresses."""
    return Option(description, _ADDRESSES, addresses, off=())


def bits(description: str) -> Option:
    """Return an option of alarm bits."""
    return Option(description, _BITS, whole(0, 0xFFFF), off=0)


def defaults(options: Mapping[str, Option]) -> dict[str, Any]:
    """Return every option switched off."""
    return {name: option.off for name, option in options.items()}


def parse_changes(kind: str, options: Mapping[str, Option], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes of options, checked; null switches one off.

    Raises ValueError with a sentence that names the option and what it takes.
    """
    if not isinstance(changes, Mapping):
        raise ValueError(f"{kind} must be an object of names and values.")  # noqa: TRY004
    parsed = {}
    for name, value in changes.items():
        option = options.get(name)
        if option is None:
            raise ValueError(f"{kind} has no {name!r}; there are {', '.join(sorted(options))}.")
        if value is None:
            parsed[name] = option.off
            continue
        try:
            parsed[name] = option.parse(value)
        except TypeError, ValueError:
            raise ValueError(f"{kind}.{name} must be {option.allowed}, not {value!r}.") from None
    return parsed


def contains(ranges: tuple[AddressRange, ...], address: int, count: int) -> bool:
    """Return whether a span of addresses touches one of the ranges."""
    return any(first < address + count and address <= last for first, last in ranges)
