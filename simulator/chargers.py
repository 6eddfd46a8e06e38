"""Vehicle chargers: a DC charger at the first inverter, and AC chargers at units of their own."""

from __future__ import annotations

from dataclasses import dataclass, field

from .battery import JOULES_PER_KWH
from .registers import initial_holding

DC_RATED_W = 25_000
DC_IDLE, DC_CHARGING = 0, 3
VEHICLE_CAPACITY_KWH = 60.0
VEHICLE_VOLTAGE_V = 400.0

AC_RATED_W = 22_000
AC_RATED_A = 32.0
AC_VOLTAGE_V = 230.0
# System states as in IEC 61851-1 (Sigenergy Modbus Protocol V2.9, appendix 7).
AC_NO_VEHICLE, AC_CONNECTED, AC_CHARGING = 1, 3, 5


@dataclass(slots=True)
class DcCharger:
    """A charger on the inverter's DC side, which may also feed the house; `wanted_w` is None without one."""

    wanted_w: int | None = None
    vehicle_soc: float = 60.0
    charged_kwh: float = 0.0
    discharged_kwh: float = 0.0
    power_w: int = 0

    @property
    def rated_w(self) -> int:
        """Return the rated power both ways; 0 without a charger."""
        return 0 if self.wanted_w is None else DC_RATED_W

    def decide(self, holding: dict[int, float | None], *, allowed: bool) -> int:
        """Return the power it takes (> 0) or gives (< 0) now; 41000 stops it, 41002 and 41004 limit it."""
        wanted_w = self.wanted_w or 0
        charge_w, discharge_w = (round((holding[address] or 0) * 1000) for address in (41002, 41004))
        wanted_w = min(max(wanted_w, -discharge_w), charge_w)
        full, empty = self.vehicle_soc >= 100 and wanted_w > 0, self.vehicle_soc <= 0 and wanted_w < 0
        self.power_w = wanted_w if allowed and not holding[41000] and not full and not empty else 0
        return self.power_w

    def run(self, seconds: float) -> None:
        """Count the energy, and let the vehicle's state of charge follow."""
        energy_kwh = self.power_w * seconds / JOULES_PER_KWH
        self.charged_kwh += max(energy_kwh, 0)
        self.discharged_kwh += max(-energy_kwh, 0)
        self.vehicle_soc = min(max(self.vehicle_soc + 100 * energy_kwh / VEHICLE_CAPACITY_KWH, 0), 100)


@dataclass(slots=True)
class AcCharger:
    """A charger with a unit of its own; `wanted_w` is None without a vehicle."""

    unit: int
    wanted_w: int | None = None
    energy_kwh: float = 1_234.5
    power_w: int = 0
    holding: dict[int, float | None] = field(default_factory=lambda: initial_holding("ac_charger"))

    @property
    def system_state(self) -> int:
        """Return what 32000 reads."""
        if self.wanted_w is None:
            return AC_NO_VEHICLE
        return AC_CHARGING if self.power_w else AC_CONNECTED

    def decide(self, *, allowed: bool) -> int:
        """Return the power it takes now; 42000 stops it, 42001 limits it."""
        limit_w = round((self.holding[42001] or 0) * AC_VOLTAGE_V * 3)
        self.power_w = min(self.wanted_w or 0, limit_w) if allowed and not self.holding[42000] else 0
        return self.power_w

    def run(self, seconds: float) -> None:
        """Count the energy."""
        self.energy_kwh += self.power_w * seconds / JOULES_PER_KWH
