"""A hybrid inverter with its battery, or one that has PV only."""

from __future__ import annotations

from dataclasses import dataclass

from .battery import CAPACITY_KWH, RATED_W, Battery
from .counters import INVERTER_HISTORY_KWH, Counters
from .registers import initial_holding

PV_STRINGS = 4
PV_PEAK_W = 10_000


@dataclass(frozen=True, slots=True)
class Rating:
    """The size of an inverter; its battery charges and discharges with the inverter's power."""

    power_w: int = RATED_W
    capacity_kwh: float = CAPACITY_KWH
    pv_peak_w: int = PV_PEAK_W


class Inverter:
    """An inverter and its share of the plant's flows."""

    def __init__(
        self, unit: int, rating: Rating, soc: float, temperature_c: float, *, has_battery: bool = True
    ) -> None:
        """Start with a battery at rest; one without a battery has one that holds nothing."""
        self.unit = unit
        self.rating = rating
        self.has_battery = has_battery
        self.serial_number = f"110A123B{unit:04d}"
        capacity_kwh = rating.capacity_kwh if has_battery else 0.0
        self.battery = Battery(
            capacity_kwh * soc / 100, temperature_c, capacity_kwh, rating.power_w if has_battery else 0
        )
        self.holding = initial_holding("inverter")
        self.counters = Counters(INVERTER_HISTORY_KWH)
        self.started = True
        self.pv_w = 0
        self.battery_w = 0

    @property
    def model(self) -> str:
        """Return the model that it reports."""
        series = "SigenStor EC" if self.has_battery else "Sigen PV Max"
        return f"{series} {self.rating.power_w / 1000:.1f} TP"

    def exchange(self) -> None:
        """Put another inverter in its place: a new serial number, and counters that begin at 0."""
        number = int(self.serial_number[-4:]) + 1000
        self.serial_number = f"{self.serial_number[:-4]}{number:04d}"
        self.holding = initial_holding("inverter")
        self.counters = Counters(dict.fromkeys(INVERTER_HISTORY_KWH, 0.0))
