"""What the house uses: a daily rhythm with short bursts, fixed by a seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from math import exp
from zoneinfo import ZoneInfo

from .noise import lattice, smooth

MINIMUM_W = 300
MAXIMUM_W = 6000

_NOISE_CHANNEL = 20
_FRIDGE_CHANNEL = 21
_DAY_CHANNEL = 22
_APPLIANCE_CHANNEL = 30


@dataclass(frozen=True, slots=True)
class Appliance:
    """Something that runs now and then, at about the same time of day."""

    power_w: float
    hours: float
    earliest_hour: float
    latest_hour: float
    chance: float


APPLIANCES = (
    Appliance(2100, 0.06, 6.2, 7.5, 0.95),  # kettle
    Appliance(2100, 0.06, 9.5, 11.0, 0.7),
    Appliance(2100, 0.06, 14.5, 16.0, 0.6),
    Appliance(1200, 0.10, 6.5, 8.0, 0.6),  # toaster, microwave
    Appliance(2000, 0.60, 17.3, 18.8, 0.75),  # oven
    Appliance(1400, 0.40, 17.8, 19.0, 0.6),  # hob
    Appliance(1800, 0.50, 9.0, 13.0, 0.5),  # washing machine, heating phase
    Appliance(1600, 0.70, 20.0, 21.5, 0.6),  # dishwasher
    Appliance(1500, 2.00, 13.0, 16.5, 0.35),  # air conditioning
)


@lru_cache(maxsize=8)
def _runs(seed: int, day: date) -> tuple[tuple[float, float, float], ...]:
    """Return (first hour, last hour, power in W) of the appliances that run on a day."""
    number = day.toordinal()
    runs = []
    for index, appliance in enumerate(APPLIANCES):
        channel = _APPLIANCE_CHANNEL + 2 * index
        if lattice(seed, channel, number) < appliance.chance:
            span = appliance.latest_hour - appliance.earliest_hour
            start = appliance.earliest_hour + span * lattice(seed, channel + 1, number)
            runs.append((start, start + appliance.hours, appliance.power_w))
    return tuple(runs)


@dataclass(frozen=True, slots=True)
class House:
    """The use of a house as a pure function of a seed and a Unix time."""

    seed: int
    zone: ZoneInfo

    def power_w(self, time_s: float) -> int:
        """Return what the house uses at a moment, 300 to 6000 W, about 18 kWh a day."""
        local = datetime.fromtimestamp(time_s, UTC).astimezone(self.zone)
        day = local.date()
        hour = local.hour + local.minute / 60 + local.second / 3600
        busy = 0.8 + 0.4 * lattice(self.seed, _DAY_CHANNEL, day.toordinal())
        rhythm = (
            700 * exp(-(((hour - 7.2) / 1.1) ** 2))
            + 1200 * exp(-(((hour - 18.7) / 2.2) ** 2))
            + 150 * exp(-(((hour - 12.5) / 3.0) ** 2))
        )
        fridge = 110 if smooth(self.seed, _FRIDGE_CHANNEL, time_s / 1500) > 0.55 else 0
        murmur = 160 * smooth(self.seed, _NOISE_CHANNEL, time_s / 240)
        bursts = sum(power for first, last, power in _runs(self.seed, day) if first <= hour < last)
        return min(max(round(200 + busy * rhythm + fridge + murmur + bursts), MINIMUM_W), MAXIMUM_W)
