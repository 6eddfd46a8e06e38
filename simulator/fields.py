"""What can be set of a running simulator, by name: how it is checked, and what it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .disturbances import Disturbance, parse_disturbances
from .firmware import firmware_quirks
from .options import Option, parse_changes
from .other_writers import parse_other_writers
from .quirks import FAULTS, QUIRKS, REBOOT
from .vpp import VPP

if TYPE_CHECKING:
    from .simulator import Simulator


@dataclass(frozen=True, slots=True)
class Field:
    """A part of the truth; `parse` takes the name and the value, and raises ValueError with a sentence."""

    parse: Callable[[str, Any], Any]
    apply: Callable[[Simulator, Any], None]


def _number(
    lowest: float, highest: float, *, null: bool = False, whole: bool = False
) -> Callable[[str, Any], float | None]:
    def parse(name: str, value: Any) -> float | None:
        if value is None and null:
            return None
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not lowest <= value <= highest:
            also = ", or null for the simulation's own" if null else ""
            raise ValueError(f"{name} must be a number from {lowest} to {highest}{also}, not {value!r}.")
        return round(value) if whole else float(value)

    return parse


def _of_plant(name: str, lowest: float, highest: float, *, null: bool = False, whole: bool = True) -> Field:
    """Return a field that is an attribute of the plant."""
    return Field(
        _number(lowest, highest, null=null, whole=whole), lambda simulator, value: setattr(simulator.plant, name, value)
    )


def _options(options: Mapping[str, Option]) -> Callable[[str, Any], dict[str, Any]]:
    return lambda name, value: parse_changes(name, options, value)


def _parse_time(name: str, value: Any) -> datetime:
    try:
        time = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except TypeError, ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise ValueError(
            f"{name} must be a date and time with a time zone, such as 2026-01-10T06:00:00+10:00, not {value!r}."
        )
    return time.astimezone(UTC)


def _set_soc(simulator: Simulator, percent: float) -> None:
    for inverter in simulator.plant.inverters:
        inverter.battery.soc = percent


def _set_cell_temperature(simulator: Simulator, celsius: float) -> None:
    for inverter in simulator.plant.inverters:
        inverter.battery.temperature_c = celsius


def _set_disturbances(simulator: Simulator, disturbances: list[Disturbance]) -> None:
    plant = simulator.plant
    plant.disturbances.pending.clear()
    plant.disturbances.add(disturbances, plant.time_s)


def _set_quirks(simulator: Simulator, quirks: Mapping[str, Any]) -> None:
    simulator.plant.quirks.update(quirks)


def _set_vehicle_soc(simulator: Simulator, percent: float) -> None:
    simulator.plant.dc_charger.vehicle_soc = percent


def _set_ac_chargers(simulator: Simulator, power_w: int | None) -> None:
    for charger in simulator.plant.ac_chargers:
        charger.wanted_w = power_w


def _exchange_inverter(simulator: Simulator, unit: int) -> None:
    inverter = simulator.plant.inverter(unit)
    if inverter is None:
        raise ValueError(f"There is no inverter at unit {unit}.")
    inverter.exchange()


def _set_fuse(attribute: str) -> Callable[[Simulator, Any], None]:
    def apply(simulator: Simulator, value: Any) -> None:
        simulator.plant.fuse.replace()
        setattr(simulator.plant.fuse, attribute, value)

    return apply


def _set_other_writers(simulator: Simulator, names: tuple[str, ...]) -> None:
    simulator.other_writers.wanted = names


FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "soc": Field(_number(0, 100), _set_soc),
        "cell_temperature_c": Field(_number(-40, 90), _set_cell_temperature),
        "ambient_temperature_c": _of_plant("ambient_temperature_c", -40, 60, null=True, whole=False),
        "cloud_cover": _of_plant("cloud_cover", 0, 1, null=True, whole=False),
        "house_power_w": _of_plant("house_power_w", 0, 2_000_000, null=True),
        "pv_power_w": _of_plant("pv_power_w", 0, 2_000_000, null=True),
        "battery_power_w": _of_plant("battery_power_w", -2_000_000, 2_000_000, null=True),
        "third_party_power_w": _of_plant("third_party_power_w", 0, 2_000_000),
        "dc_charger_power_w": Field(
            _number(-25_000, 25_000, null=True, whole=True),
            lambda simulator, power_w: simulator.plant.fit_dc_charger(power_w),
        ),
        "vehicle_soc": Field(_number(0, 100), _set_vehicle_soc),
        "ac_charger_power_w": Field(_number(0, 22_000, null=True, whole=True), _set_ac_chargers),
        "device_clock_offset_s": _of_plant("device_clock_offset_s", -1e9, 1e9, whole=False),
        "device_utc_offset_min": _of_plant("device_utc_offset_min", -1440, 1440, null=True),
        "device_midnight_h": Field(_number(0, 24), lambda simulator, hour: simulator.plant.set_device_midnight(hour)),
        "add_inverter": Field(_number(1, 246, whole=True), lambda simulator, unit: simulator.plant.add_inverter(unit)),
        "remove_inverter": Field(
            _number(1, 246, whole=True), lambda simulator, unit: simulator.plant.remove_inverter(unit)
        ),
        "exchange_inverter": Field(_number(1, 246, whole=True), _exchange_inverter),
        "time": Field(_parse_time, lambda simulator, time: simulator.plant.set_time(time.timestamp())),
        "firmware": Field(lambda _, kind: parse_changes("quirks", QUIRKS, firmware_quirks(kind)), _set_quirks),
        "quirks": Field(_options(QUIRKS), _set_quirks),
        "faults": Field(_options(FAULTS), lambda simulator, faults: simulator.plant.faults.update(faults)),
        "disturbances": Field(lambda _, value: parse_disturbances(value), _set_disturbances),
        "vpp": Field(_options(VPP), lambda simulator, vpp: simulator.plant.dispatch_vpp(**vpp)),
        "main_fuse_a": Field(_number(0, 10_000, null=True), _set_fuse("rated_a")),
        "main_fuse_w": Field(_number(0, 10_000_000, null=True, whole=True), _set_fuse("rated_w")),
        "main_fuse_holds_s": Field(_number(0, 3600), _set_fuse("holds_s")),
        "other_writers": Field(parse_other_writers, _set_other_writers),
        "reboot": Field(_options(REBOOT), lambda simulator, reboot: simulator.reboot(**reboot)),
    }
)


def parse_fields(changes: Mapping[str, Any]) -> Iterable[tuple[Field, Any]]:
    """Return fields with their checked values. Raises ValueError with a sentence that names the field."""
    for name in changes:
        if name not in FIELDS:
            raise ValueError(f"There is no field {name!r}; there are {', '.join(sorted(FIELDS))}.")
    return [(FIELDS[name], FIELDS[name].parse(name, value)) for name, value in changes.items()]
