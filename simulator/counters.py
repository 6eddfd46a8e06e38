"""Energy counters: the sum of the same watts that the registers show."""

from __future__ import annotations

from collections.abc import Mapping

from .battery import JOULES_PER_KWH
from .ems import Flows

# What a plant of one inverter has counted in its first two years, in kWh.
PLANT_HISTORY_KWH: Mapping[str, float] = {
    "pv": 28_412.37,
    "house": 13_204.81,
    "third_party": 0.0,
    "charged": 9_871.22,
    "discharged": 8_902.64,
    "imported": 2_950.18,
    "exported": 17_189.16,
    "dc_charged": 0.0,
    "dc_discharged": 0.0,
    "ac_charged": 0.0,
}
INVERTER_HISTORY_KWH: Mapping[str, float] = {name: PLANT_HISTORY_KWH[name] for name in ("pv", "charged", "discharged")}


class Counters:
    """Lifetime, since the last firmware upgrade, and today, by name."""

    def __init__(self, history_kwh: Mapping[str, float], inverters: int = 1) -> None:
        """Start with a history; the newer statistics begin at 0."""
        # Joules are whole numbers at whole-second steps: the sums stay exact.
        self._history_j = {name: round(kwh * inverters * JOULES_PER_KWH) for name, kwh in history_kwh.items()}
        self._since_start_j = dict.fromkeys(history_kwh, 0.0)
        self._midnight_j = dict.fromkeys(history_kwh, 0.0)

    def add(self, name: str, power_w: int, seconds: float) -> None:
        """Count a power that flowed for a time; only what is positive counts."""
        if power_w > 0:
            self._since_start_j[name] += power_w * seconds

    def add_flows(self, flows: Flows, seconds: float) -> None:
        """Count the flows of a plant."""
        self.add("pv", flows.pv_w, seconds)
        self.add("house", flows.house_w, seconds)
        self.add("third_party", flows.third_party_w, seconds)
        self.add("charged", flows.battery_w, seconds)
        self.add("discharged", -flows.battery_w, seconds)
        self.add("imported", flows.grid_w, seconds)
        self.add("exported", -flows.grid_w, seconds)
        self.add("dc_charged", flows.dc_charger_w, seconds)
        self.add("dc_discharged", -flows.dc_charger_w, seconds)
        self.add("ac_charged", flows.ac_charger_w, seconds)

    def start_day(self) -> None:
        """Begin the daily counters anew."""
        self._midnight_j = dict(self._since_start_j)

    @property
    def totals_kwh(self) -> dict[str, float]:
        """Return the lifetime counters."""
        return {name: (self._history_j[name] + joules) / JOULES_PER_KWH for name, joules in self._since_start_j.items()}

    @property
    def since_upgrade_kwh(self) -> dict[str, float]:
        """Return the counters that restarted with the last firmware upgrade."""
        return {name: joules / JOULES_PER_KWH for name, joules in self._since_start_j.items()}

    @property
    def today_kwh(self) -> dict[str, float]:
        """Return what was counted since local midnight."""
        return {
            name: (joules - self._midnight_j[name]) / JOULES_PER_KWH for name, joules in self._since_start_j.items()
        }
