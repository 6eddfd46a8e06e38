"""What can be made to go wrong: quirks of firmware and network, faults of the plant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

type AddressRange = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Option:
    """A quirk or a fault: what it does, and which values it takes."""

    description: str
    allowed: str
    parse: Callable[[Any], Any]
    off: Any


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not 0 <= value <= 86_400:
        raise ValueError
    return float(value)


def _whole(lowest: int, highest: int) -> Callable[[Any], int]:
    def parse(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise ValueError
        return value

    return parse


def _one_of(*values: int) -> Callable[[Any], int]:
    def parse(value: Any) -> int:
        if isinstance(value, bool) or value not in values:
            raise ValueError
        return int(value)

    return parse


def _addresses(value: Any) -> tuple[AddressRange, ...]:
    address = _whole(0, 0xFFFF)
    if isinstance(value, str):
        raise TypeError
    ranges = []
    for item in value:
        first, last = (item, item) if isinstance(item, int) else item
        if address(first) > address(last):
            raise ValueError
        ranges.append((first, last))
    return tuple(ranges)


def _word(*words: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        if value not in words:
            raise ValueError
        return str(value)

    return parse


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    return value


def _any_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


_ON_OFF = "true or false"
_SECONDS = "a number of seconds from 0 to 86400"
_ADDRESSES = "a list of addresses or [first, last] ranges"
_BITS = "a whole number from 0 to 65535, one bit an alarm"


def _on_off(description: str) -> Option:
    return Option(description, _ON_OFF, _switch, off=False)


def _duration(description: str) -> Option:
    return Option(description, _SECONDS, _seconds, off=0.0)


def _ranges(description: str) -> Option:
    return Option(description, _ADDRESSES, _addresses, off=())


def _bits(description: str) -> Option:
    return Option(description, _BITS, _whole(0, 0xFFFF), off=0)


QUIRKS: Mapping[str, Option] = MappingProxyType(
    {
        "pre_spc113_gating": _on_off(
            "Firmware SPC110: 40031, 40032, 40034 and 40036 answer exception 2, and the limits "
            "do nothing, while 40029 is 0"
        ),
        "limits_bound_to_mode": _on_off("40032 counts in modes 3 and 4 only, 40034 in modes 5 and 6 only"),
        "limits_read_zero_when_off": _on_off("40032 and 40034 read 0 while 40029 is 0"),
        "standby_does_not_hold": _on_off(
            "Mode 1 is self-consumption; only the cut-offs 40047 and 40048 hold the battery"
        ),
        "standby_lifts_export_limit": _on_off("40038 does nothing in mode 1"),
        "discharge_needs_pv": _on_off("Mode 5 takes nothing from the battery without PV"),
        "firmware_version": Option("What 30525 reads; empty for the simulation's own", "text", _any_text, off=""),
        "export_limit_reverts_s": _duration(
            "40038 returns to its earlier value this many simulated seconds after a write"
        ),
        "discharge_cutoff_import_bug": _on_off(
            "40048 above the state of charge imports several kW, whatever 40040 says"
        ),
        "zero_export_limit_imports": _on_off("40038 at exactly 0 without PV imports 1.3 kW"),
        "counters_zero_after_reconnect_s": _duration(
            "Energy counters read 0 for this many simulated seconds after a client connects"
        ),
        "missing_registers": _ranges("A read or write that touches one answers exception 2"),
        "late_reply_s": _duration("Every reply comes this many seconds late"),
        "stalled": _on_off("Connections are accepted, requests are never answered"),
        "drop_after_requests": Option(
            "A connection is closed after this many requests; 0 never",
            "a whole number from 0 to 1000000",
            _whole(0, 1_000_000),
            off=0,
        ),
        "load_power_nonsense": _on_off("30282 and 30284 read -373 kW for 10 s now and then"),
        "grid_charge_top_up_missing": _on_off("Mode 4 charges from surplus PV only"),
        "silently_ignored_registers": _ranges("A write is answered as done and changes nothing"),
        "refused_registers": _ranges("A write answers exception 4"),
        "amber_outage": Option(
            "Amber fails: with an error, in silence, without a forecast, or with half an answer",
            "none, http_500, timeout, empty_forecast or bad_json",
            _word("none", "http_500", "timeout", "empty_forecast", "bad_json"),
            off="none",
        ),
        "cloud_outage": Option(
            "The mySigen cloud fails: with an error, blocked, in silence, or with powers that do not add up",
            "none, http_500, html_403, timeout or bad_balance",
            _word("none", "http_500", "html_403", "timeout", "bad_balance"),
            off="none",
        ),
        "open_meteo_outage": Option(
            "Open-Meteo fails: with an error, in silence, with half an answer, or without radiation",
            "none, http_500, http_429, timeout, bad_json or no_radiation",
            _word("none", "http_500", "http_429", "timeout", "bad_json", "no_radiation"),
            off="none",
        ),
        "amber_token": Option("The token that Amber accepts", "text", _text, off="psk_demo"),
        "amber_sites": Option(
            "How many sites the Amber account has; 0 is an account that is not active yet",
            "a whole number from 0 to 2",
            _whole(0, 2),
            off=1,
        ),
    }
)

FAULTS: Mapping[str, Option] = MappingProxyType(
    {
        "pcs_1": _bits("Alarm bits of 30027 and of the first inverter's 30605"),
        "pcs_2": _bits("Alarm bits of 30028 and of the first inverter's 30606"),
        "ess": _bits("Alarm bits of 30029 and of the first inverter's 30607"),
        "gateway": _bits("Alarm bits of 30030 and of the first inverter's 30608"),
        "dc_charger": _bits("Alarm bits of 30072 and of the first inverter's 30609"),
        "plant_1": _bits("Alarm bits of 30280"),
        "plant_2": _bits("Alarm bits of 30281"),
        "running_state": Option(
            "30051 and 30578; anything but 1 stops the inverters",
            "0 (standby), 1 (running), 2 (fault), 3 (shutdown) or 7 (environmental abnormality)",
            _one_of(0, 1, 2, 3, 7),
            off=1,
        ),
        "on_off_grid": Option(
            "30009; anything but 0 parts the plant from the grid",
            "0 (on grid), 1 (off grid, automatic) or 2 (off grid, manual)",
            _one_of(0, 1, 2),
            off=0,
        ),
        "grid_outage": _on_off("The grid fails: off grid (1), with the grid outage alarm"),
    }
)


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
