"""Counts what the house uses without its vehicles, which the plant's counter of all loads has in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_LAG_KWH = 1.0
"""How far the counter of all loads may be behind those of the chargers."""


@dataclass(slots=True)
class HouseCounter:
    """What the house has counted, and what the counters showed at the last reading."""

    house_kwh: float | None = None
    all_kwh: float | None = None
    common_kwh: float | None = None
    vehicles_kwh: dict[str, float] = field(default_factory=dict)
    behind_kwh: float = 0.0

    def count(
        self, all_kwh: float | None, common_kwh: float | None, vehicles_kwh: Mapping[str, float | None]
    ) -> float | None:
        """Return what the house has counted; None while nobody knows it.

        `all_kwh` is the counter of all loads, `common_kwh` that of the loads that are no vehicles, which starts again
        with the firmware that brings it, `vehicles_kwh` what each charger counted, None where it is silent. The
        counters rise from what the first of them showed when there was a charger for the first time.
        """
        if not vehicles_kwh and self.house_kwh is None:
            return all_kwh
        rise_kwh = 0.0
        if self.house_kwh is None:
            if all_kwh is None:
                return None
            self.house_kwh = all_kwh
        elif common_kwh is not None and self.common_kwh is not None:
            rise_kwh = common_kwh - self.common_kwh
        elif all_kwh is None or None in vehicles_kwh.values():
            if common_kwh is None:
                return None
        elif self.all_kwh is not None:
            taken_kwh = sum(
                max(0.0, kwh - self.vehicles_kwh.get(charger, kwh))
                for charger, kwh in vehicles_kwh.items()
                if kwh is not None
            )
            rise_kwh = all_kwh - self.all_kwh - taken_kwh - self.behind_kwh
            self.behind_kwh = min(_LAG_KWH, max(0.0, -rise_kwh))
        self.house_kwh = round(self.house_kwh + max(0.0, rise_kwh), 2)
        self.all_kwh, self.common_kwh = all_kwh, common_kwh
        self.vehicles_kwh |= {charger: kwh for charger, kwh in vehicles_kwh.items() if kwh is not None}
        return self.house_kwh
