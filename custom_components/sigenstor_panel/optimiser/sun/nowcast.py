"""The PV of the next hours, from how much more or less than forecast the last minutes gave."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from typing import Final

_FADES: Final = timedelta(hours=1)
"""After this long, a third of what the last minutes told is left: clouds move on."""
_MEMORY: Final = timedelta(minutes=15)
_LONGEST_HOLD: Final = timedelta(minutes=2)
"""How long a sample stands for what follows."""
_LEAST_COVERED: Final = timedelta(minutes=5)
_LEAST_W: Final = 150.0
"""With less sun than this, a share of it says nothing."""
_MOST: Final = 3.0


def share_of(measured_w: float, forecast_w: float) -> float:
    """Return what came as a share of what was forecast, a third to three; 1 with too little sun to tell."""
    if forecast_w < _LEAST_W:
        return 1.0
    return min(max(measured_w / forecast_w, 1 / _MOST), _MOST)


def nowcast(forecast_w: float, share: float, ahead: timedelta) -> float:
    """Return what to expect, in W, of a forecast so far ahead, where the share of the forecast comes now."""
    return forecast_w * (1 + (share - 1) * exp(-max(ahead, timedelta()) / _FADES))


@dataclass(slots=True)
class RecentPv:
    """The PV of the last minutes, and what was forecast for them; what is older counts less and less."""

    _last: datetime | None = None
    _covered_s: float = 0.0
    _measured_j: float = 0.0
    _forecast_j: float = 0.0

    def add(self, moment: datetime, power_w: float, forecast_w: float | None, *, curtailed: bool) -> None:
        """Take in a sample; where the sun was not used in full, or nothing was forecast, it tells nothing."""
        since = timedelta() if self._last is None else max(moment - self._last, timedelta())
        self._last = moment
        kept = exp(-since / _MEMORY)
        self._covered_s, self._measured_j, self._forecast_j = (
            kept * each for each in (self._covered_s, self._measured_j, self._forecast_j)
        )
        if curtailed or forecast_w is None:
            return
        seconds = min(since, _LONGEST_HOLD).total_seconds()
        self._covered_s += seconds
        self._measured_j += power_w * seconds
        self._forecast_j += forecast_w * seconds

    def share(self, now: datetime) -> float:
        """Return what share of its forecast the sun gave of late; 1 while too little is known."""
        if self._last is None:
            return 1.0
        covered_s = self._covered_s * exp(-max(now - self._last, timedelta()) / _MEMORY)
        if covered_s < _LEAST_COVERED.total_seconds():
            return 1.0
        return share_of(self._measured_j / self._covered_s, self._forecast_j / self._covered_s)
