"""What goes wrong with single requests: refused, silent, late, not taken, or answered with nonsense."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from .options import AddressRange, Option, addresses, contains, duration, on_off, parse_changes, whole, word

ALL_ADDRESSES: tuple[AddressRange, ...] = ((0, 0xFFFF),)


def _reading(value: Any) -> str | float:
    if value in ("all_ones", "random"):
        return str(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)


EFFECTS: Mapping[str, Option] = MappingProxyType(
    {
        "exception": Option("Answered with this exception", "an exception code from 1 to 11", whole(1, 11), off=None),
        "silent": on_off("Not answered"),
        "stalls_s": duration("Not answered, and for this many real seconds neither is any other request"),
        "delay_s": duration("Answered this many real seconds late"),
        "ignored": on_off("A write is answered as done and changes nothing"),
        "reads": Option(
            "What registers read instead, in their own unit",
            "a number, all_ones or random",
            _reading,
            off=None,
        ),
    }
)
_SCOPE: Mapping[str, Option] = MappingProxyType(
    {
        "access": Option("Which requests", "read, write or any", word("read", "write", "any"), off="any"),
        "unit": Option("Which unit; all where it is null", "a unit from 1 to 247", whole(1, 247), off=None),
        "addresses": Option("Which registers", "a list of addresses or ranges", addresses, off=ALL_ADDRESSES),
        "times": Option("How many requests; for ever where it is null", "1 or more", whole(1, 1_000_000), off=None),
        "for_s": duration("For how many simulated seconds; for ever where it is 0"),
    }
)


@dataclass(frozen=True, slots=True)
class RegisterSpan:
    """The registers of a unit that are read or written."""

    access: str
    unit: int
    address: int
    count: int


@dataclass(slots=True)
class Disturbance:
    """One effect on the requests that it meets."""

    effect: str
    value: Any
    access: str
    unit: int | None
    addresses: tuple[AddressRange, ...]
    times: int | None
    for_s: float
    until_s: float | None = None

    def meets(self, span: RegisterSpan, time_s: float) -> bool:
        """Return whether a request is disturbed."""
        return (
            self.times != 0
            and (self.until_s is None or time_s < self.until_s)
            and self.access in (span.access, "any")
            and self.unit in (span.unit, None)
            and contains(self.addresses, span.address, span.count)
        )


class Disturbances:
    """Those that are still to come, in the order in which they were set."""

    def __init__(self) -> None:
        """Start undisturbed."""
        self.pending: list[Disturbance] = []

    def add(self, disturbances: Iterable[Disturbance], time_s: float) -> None:
        """Let disturbances begin at a simulated time."""
        for each in disturbances:
            each.until_s = time_s + each.for_s if each.for_s else None
            self.pending.append(each)

    def strike(self, effects: Iterable[str], span: RegisterSpan, time_s: float) -> Iterator[Disturbance]:
        """Use up and yield what disturbs a request, one after the other."""
        for each in [each for each in self.pending if each.effect in effects]:
            if each.meets(span, time_s):
                if each.times is not None:
                    each.times -= 1
                yield each

    def as_list(self) -> list[dict[str, Any]]:
        """Return those that are left, as plain values."""
        return [asdict(each) for each in self.pending if each.times != 0]


def parse_disturbances(value: Any) -> list[Disturbance]:
    """Return disturbances from plain objects, each with one effect and what it applies to.

    Raises ValueError with a sentence that names the field and what it takes.
    """
    if not isinstance(value, list | tuple):
        raise ValueError("disturbances must be a list of objects.")  # noqa: TRY004
    return [_parse(f"disturbances[{index}]", each) for index, each in enumerate(value)]


def _parse(name: str, value: Any) -> Disturbance:
    changes = parse_changes(name, {**EFFECTS, **_SCOPE}, value)
    effects = [effect for effect in changes if effect in EFFECTS]
    if len(effects) != 1:
        raise ValueError(f"{name} must have one of {', '.join(EFFECTS)}.")
    scope = {key: changes.get(key, option.off) for key, option in _SCOPE.items()}
    return Disturbance(effects[0], changes[effects[0]], **scope)
