"""The mean PV power of each full hour, from samples, and whether the sun could be used in full."""

from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
_LONGEST_HOLD = timedelta(minutes=2)
"""How long a sample stands for what follows; a longer gap is not known."""

_LEAST_COVERED = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredHour:
    """The mean PV power of the hour that began at `start`."""

    start: datetime
    power_w: float


@dataclass(slots=True)
class HourMeter:
    """Turns samples of PV power into means of hours; hours with gaps or curtailed PV are left out."""

    _hour: datetime | None = None
    _last: tuple[datetime, float] | None = None
    _covered_s: float = 0.0
    _joule: float = 0.0
    _curtailed: bool = False

    def add(self, moment: datetime, power_w: float, *, curtailed: bool) -> MeteredHour | None:
        """Take in a sample; return the hour it completes when that hour can be learned from."""
        hour = moment.replace(minute=0, second=0, microsecond=0)
        completed = None
        if self._last is not None and self._hour is not None:
            since, held_w = self._last
            until = min(moment, since + _LONGEST_HOLD)
            self._hold(held_w, (min(until, self._hour + HOUR) - since).total_seconds())
            if hour != self._hour:
                completed = self._complete(self._hour)
                self._hold(held_w, (until - hour).total_seconds())
        self._hour, self._last = hour, (moment, power_w)
        self._curtailed = self._curtailed or curtailed
        return completed

    def _hold(self, power_w: float, seconds: float) -> None:
        if seconds > 0:
            self._covered_s += seconds
            self._joule += power_w * seconds

    def _complete(self, start: datetime) -> MeteredHour | None:
        usable = not self._curtailed and self._covered_s >= _LEAST_COVERED * HOUR.total_seconds()
        metered = MeteredHour(start=start, power_w=self._joule / self._covered_s) if usable else None
        self._covered_s = self._joule = 0.0
        self._curtailed = False
        return metered
