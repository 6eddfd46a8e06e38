"""How much of the usage the home's own solar covered, at once or through the battery."""

from collections.abc import Iterable
from typing import NamedTuple


class EnergySpan(NamedTuple):
    """What was counted in an hour or less, in kWh."""

    pv_kwh: float
    used_kwh: float
    imported_kwh: float
    charged_kwh: float
    discharged_kwh: float


def self_powered_percent(spans: Iterable[EnergySpan]) -> float | None:
    """Return how much of what was used was the home's own solar; None where nothing was used.

    Solar supplies the usage first and charges with the rest. What the battery gave is as much solar as what charged it in
    all the spans, so that energy that was bought to be used or sold later counts as bought.
    """
    used_kwh = solar_kwh = battery_kwh = charged_kwh = bought_kwh = 0.0
    for span in spans:
        from_grid_kwh = max(0.0, span.charged_kwh - max(0.0, span.pv_kwh - span.used_kwh))
        own_kwh = span.used_kwh - min(span.used_kwh, max(0.0, span.imported_kwh - from_grid_kwh))
        from_battery_kwh = min(own_kwh, span.discharged_kwh, max(0.0, span.used_kwh - span.pv_kwh))
        used_kwh += span.used_kwh
        solar_kwh += min(span.pv_kwh, own_kwh - from_battery_kwh)
        battery_kwh += from_battery_kwh
        charged_kwh += span.charged_kwh
        bought_kwh += from_grid_kwh
    if used_kwh <= 0:
        return None
    solar_share = 1 - bought_kwh / charged_kwh if charged_kwh > 0 else 1.0
    return (solar_kwh + solar_share * battery_kwh) / used_kwh * 100
