"""PV power where neither a forecast nor the days before tell of it: what the panels give now, by the height of the sun."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from .geometry import horizontal_w_m2, sun_position

_ENOUGH_SUN_W_M2: Final = 100.0
"""Clear-sky irradiance on level ground from which on the power of the panels says something of the hours to come."""
_USUAL_SHARE: Final = 0.5
"""What comes of the rated power under a clear sky, over days of all kinds and panels of all directions."""


def guessed_pv(
    now: datetime, pv_w: float | None, rated_w: float, *, latitude: float, longitude: float
) -> Callable[[datetime, datetime], float]:
    """Return how to look up the PV power: in proportion to a clear sky, up to the rated power."""

    def clear_w_m2(moment: datetime) -> float:
        return horizontal_w_m2(sun_position(moment, latitude, longitude), 0.0)

    present_w_m2 = clear_w_m2(now)
    if pv_w is not None and present_w_m2 >= _ENOUGH_SUN_W_M2:
        per_w_m2 = max(pv_w, 0.0) / present_w_m2
    else:
        per_w_m2 = _USUAL_SHARE * rated_w / 1000
    return lambda start, end: min(per_w_m2 * clear_w_m2(start + (end - start) / 2), max(rated_w, pv_w or 0.0))
