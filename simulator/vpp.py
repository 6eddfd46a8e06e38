"""A virtual power plant that takes the battery through the maker's cloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .ems import Flows
from .options import Option, duration, whole

EMS_MODE_VPP = 6

# What was measured at the handover, with a controller that kept on writing.
CONFLICT_IMPORT_W = 2000
CONFLICT_LASTS_S = 60

VPP: Mapping[str, Option] = MappingProxyType(
    {
        "power_w": Option(
            "Battery power while it runs, below 0 discharging",
            "a whole number of W",
            whole(-2_000_000, 2_000_000),
            off=-4000,
        ),
        "for_s": duration("For how many simulated seconds from now; 0 ends it"),
    }
)


@dataclass(slots=True)
class Vpp:
    """A dispatch of the battery that the control registers do not show."""

    power_w: int = 0
    until_s: float = 0.0
    conflict_until_s: float = 0.0

    def active(self, time_s: float) -> bool:
        """Return whether it runs."""
        return time_s < self.until_s

    def written(self, time_s: float) -> None:
        """Take note of somebody who writes control registers meanwhile."""
        if self.active(time_s):
            self.conflict_until_s = time_s + CONFLICT_LASTS_S

    def battery_w(self, flows: Flows, time_s: float) -> int:
        """Return what it has the battery do."""
        if time_s < self.conflict_until_s:
            return flows.battery_w + CONFLICT_IMPORT_W - flows.grid_w
        return self.power_w
