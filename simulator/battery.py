"""One inverter's battery: energy, power limits and temperature."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import exp, floor

JOULES_PER_KWH = 3_600_000.0

CAPACITY_KWH = 24.0
PACKS = 3
RATED_W = 10_000
EFFICIENCY = 0.95
STATE_OF_HEALTH = 98.6

TAPER_PERCENT = 10.0
TRICKLE_SHARE = 0.02
WARMING_AT_RATED_C = 12.0
THERMAL_TIME_CONSTANT_S = 5400.0

# Open-circuit voltage of a lithium iron phosphate cell: (SoC, volts).
_CELL_VOLTAGES = (
    (0.0, 2.80),
    (5.0, 3.10),
    (10.0, 3.20),
    (30.0, 3.28),
    (60.0, 3.31),
    (90.0, 3.34),
    (97.0, 3.40),
    (100.0, 3.52),
)


@dataclass(slots=True)
class Battery:
    """A battery seen from the AC side, with the losses of each way."""

    energy_kwh: float
    temperature_c: float
    capacity_kwh: float = CAPACITY_KWH
    rated_w: int = RATED_W

    @property
    def soc(self) -> float:
        """Return the state of charge in percent."""
        return 100 * self.energy_kwh / self.capacity_kwh if self.capacity_kwh else 0.0

    @soc.setter
    def soc(self, percent: float) -> None:
        self.energy_kwh = self.capacity_kwh * percent / 100

    def charge_available_w(self, seconds: float = 1.0) -> int:
        """Return the most it can take for a time: a taper to a trickle near full."""
        share = min(max((100 - self.soc) / TAPER_PERCENT, TRICKLE_SHARE), 1.0)
        room_w = (self.capacity_kwh - self.energy_kwh) * JOULES_PER_KWH / seconds / EFFICIENCY
        return max(floor(min(self.rated_w * share, room_w)), 0)

    def discharge_available_w(self, seconds: float = 1.0) -> int:
        """Return the most it can give for a time: a taper to a trickle near empty."""
        share = min(max(self.soc / TAPER_PERCENT, TRICKLE_SHARE), 1.0)
        store_w = self.energy_kwh * JOULES_PER_KWH / seconds * EFFICIENCY
        return max(floor(min(self.rated_w * share, store_w)), 0)

    def run(self, power_w: int, seconds: float, ambient_c: float) -> None:
        """Charge (> 0) or discharge (< 0) for a time and let the temperature follow."""
        stored_w = power_w * EFFICIENCY if power_w > 0 else power_w / EFFICIENCY
        energy_kwh = self.energy_kwh + stored_w * seconds / JOULES_PER_KWH
        self.energy_kwh = min(max(energy_kwh, 0.0), self.capacity_kwh)
        # Heat goes with the square of the current.
        settled_c = ambient_c + WARMING_AT_RATED_C * self._load(power_w) ** 2
        kept = exp(-seconds / THERMAL_TIME_CONSTANT_S)
        self.temperature_c = settled_c + (self.temperature_c - settled_c) * kept

    def cell_voltage_v(self, power_w: int) -> float:
        """Return the average cell voltage while a power flows."""
        soc = self.soc
        for (low, low_v), (high, high_v) in pairwise(_CELL_VOLTAGES):
            if soc <= high:
                rest_v = low_v + (high_v - low_v) * (soc - low) / (high - low)
                break
        return rest_v + 0.06 * self._load(power_w)

    def _load(self, power_w: int) -> float:
        return power_w / self.rated_w if self.rated_w else 0.0
