"""The grid at the house: voltage, frequency, and how power is spread over the phases."""

from __future__ import annotations

from .ems import Flows
from .noise import smooth
from .sharing import three_phases

RATED_VOLTAGE_V = 230.0
RATED_FREQUENCY_HZ = 50.0

_VOLTAGE_CHANNEL = 50
_FREQUENCY_CHANNEL = 51
_PHASES = ((52, 0.45), (53, 0.33), (54, 0.22))

type Phases = tuple[int, int, int]


def grid_supply(seed: int, time_s: float, grid_w: int) -> tuple[float, float]:
    """Return voltage and frequency while the grid is there."""
    swing = smooth(seed, _VOLTAGE_CHANNEL, time_s / 90) - 0.5
    drift = smooth(seed, _FREQUENCY_CHANNEL, time_s / 20) - 0.5
    # Feeding in lifts the voltage at the house.
    return RATED_VOLTAGE_V + 4 + 8 * swing - grid_w * 0.0004, RATED_FREQUENCY_HZ + 0.08 * drift


def inverter_phases_w(flows: Flows) -> Phases:
    """Return what the inverters give on each phase."""
    return three_phases(flows.inverters_w)


def grid_phases_w(flows: Flows, seed: int, time_s: float) -> Phases:
    """Return what the meter shows on each phase; the house loads them unevenly."""

    def weight(channel: int, share: float) -> int:
        return round(1000 * share * (0.7 + 0.6 * smooth(seed, channel, time_s / 300)))

    first, second, third = (weight(*phase) for phase in _PHASES)
    house = three_phases(flows.house_w, (first, second, third))
    others = [three_phases(power_w) for power_w in (flows.ac_charger_w, -flows.third_party_w, -flows.inverters_w)]
    first, second, third = (sum(phase) for phase in zip(house, *others, strict=True))
    return first, second, third
