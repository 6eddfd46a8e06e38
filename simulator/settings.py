"""What a simulator starts with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .battery import CAPACITY_KWH, RATED_W
from .firmware import firmware_quirks
from .inverter import PV_PEAK_W
from .options import parse_changes
from .quirks import QUIRKS

MAXIMUM_INVERTERS = 30
HIGHEST_UNIT = 246
MAXIMUM_SPEED = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorSettings:
    """Settings of a simulated plant.

    A port of 0 takes any free one; a cloud service whose port is None is not served. `speed` is simulated seconds a
    second. `start` is the simulated clock at first start, the present when None. Without `realtime`, only
    `Simulator.advance` moves the clock.

    `units` are those of the inverters, 1, 2, 3… when None; `unit_map` is a proxy's, from the units that clients see to
    the plant's own. `rated_w`, `capacity_kwh` and `pv_peak_w` are an inverter's. The same plant answers at a second
    Modbus port where one is set. `dump` is an owner's registers, served instead of the simulation's (simulator.dump).
    """

    host: str = "127.0.0.1"
    modbus_port: int = 0
    control_port: int = 0
    amber_port: int | None = None
    open_meteo_port: int | None = None
    my_sigen_port: int | None = None
    speed: float = 1.0
    seed: int = 1
    inverters: int = 1
    units: tuple[int, ...] | None = None
    pv_only_units: tuple[int, ...] = ()
    ac_charger_units: tuple[int, ...] = ()
    dump: Path | None = None
    second_modbus_port: int | None = None
    unit_map: Mapping[int, int] = field(default_factory=dict)
    rated_w: int = RATED_W
    capacity_kwh: float = CAPACITY_KWH
    pv_peak_w: int = PV_PEAK_W
    start: datetime | None = None
    soc: float = 50.0
    latitude: float = -27.47
    longitude: float = 153.03
    time_zone: str = "Australia/Brisbane"
    realtime: bool = True
    firmware: str = "spc115"
    main_fuse_a: float | None = None
    main_fuse_w: int | None = None
    quirks: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse values that no plant has, with a sentence that names the field."""
        for name, lowest, highest in (
            ("modbus_port", 0, 65_535),
            ("second_modbus_port", 0, 65_535),
            ("control_port", 0, 65_535),
            ("amber_port", 0, 65_535),
            ("open_meteo_port", 0, 65_535),
            ("my_sigen_port", 0, 65_535),
            ("inverters", 1, MAXIMUM_INVERTERS),
            ("rated_w", 1000, 1_000_000),
            ("capacity_kwh", 1, 10_000),
            ("pv_peak_w", 0, 1_000_000),
            ("soc", 0, 100),
            ("latitude", -90, 90),
            ("longitude", -180, 180),
            ("main_fuse_a", 0, 10_000),
            ("main_fuse_w", 0, 10_000_000),
        ):
            value = getattr(self, name)
            if value is not None and not lowest <= value <= highest:
                raise ValueError(f"{name} must be from {lowest} to {highest}, not {value!r}.")
        taken = (*self.inverter_units, *self.ac_charger_units)
        if not self.inverter_units or len(set(taken)) != len(taken) or not all(1 <= u <= HIGHEST_UNIT for u in taken):
            raise ValueError(f"units and ac_charger_units must be different units from 1 to {HIGHEST_UNIT}.")
        if not 0 < self.speed <= MAXIMUM_SPEED:
            raise ValueError(f"speed must be above 0, up to {MAXIMUM_SPEED:g}, not {self.speed!r}.")
        if self.start is not None and self.start.tzinfo is None:
            raise ValueError("start must have a time zone, such as 2026-01-10T06:00:00+10:00.")
        try:
            ZoneInfo(self.time_zone)
        except ZoneInfoNotFoundError, ValueError, OSError:
            raise ValueError(f"time_zone {self.time_zone!r} is not a known time zone.") from None
        firmware_quirks(self.firmware)
        parse_changes("quirks", QUIRKS, self.quirks)

    @property
    def inverter_units(self) -> tuple[int, ...]:
        """Return the units of the inverters."""
        return tuple(range(1, self.inverters + 1)) if self.units is None else self.units

    @property
    def zone(self) -> ZoneInfo:
        """Return the plant's time zone."""
        return ZoneInfo(self.time_zone)
