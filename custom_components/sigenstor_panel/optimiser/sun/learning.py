"""Compares what was forecast for an hour, before it began, with what then came."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self

from .correction import AccuracyLog, PvCorrection
from .forecast import PowerSlot
from .geometry import sun_position
from .meter import MeteredHour

_HOUR = timedelta(hours=1)
_LATEST_COMPARISON = timedelta(hours=3)


class IssuedHour(NamedTuple):
    """The latest forecast of an hour from before it began, as hour means in W."""

    power_w: float
    model_w: float
    cloud_cover: float | None
    elevation: float


class SunLearning:
    """What is remembered of forecasts: those still to be compared, the correction, the daily accuracy."""

    def __init__(self) -> None:
        """Start with nothing learned."""
        self.correction = PvCorrection()
        self.accuracy = AccuracyLog()
        self._issued: dict[datetime, IssuedHour] = {}

    def issue(self, slots: Sequence[PowerSlot], now: datetime, latitude: float, longitude: float) -> None:
        """Remember the forecast of every hour that has not begun; it takes the place of earlier ones."""
        hours: dict[datetime, list[PowerSlot]] = {}
        for slot in slots:
            hours.setdefault(slot.start.replace(minute=0, second=0, microsecond=0), []).append(slot)
        for start, of_hour in hours.items():
            if start >= now and of_hour[0].start == start and of_hour[-1].end == start + _HOUR:
                self._issued[start] = IssuedHour(
                    sum(slot.power_w for slot in of_hour) / len(of_hour),
                    sum(slot.model_w for slot in of_hour) / len(of_hour),
                    of_hour[0].cloud_cover,
                    sun_position(start + _HOUR / 2, latitude, longitude).elevation,
                )
        self._issued = {start: hour for start, hour in self._issued.items() if start >= now - _LATEST_COMPARISON}

    def compare(self, metered: MeteredHour, day: date) -> bool:
        """Learn from an hour of a local day; return whether it was forecast and had sun."""
        issued = self._issued.pop(metered.start, None)
        if issued is None or issued.elevation <= 0:
            return False
        self.accuracy.record(day, issued.power_w, metered.power_w)
        self.correction.learn(issued.model_w, metered.power_w, issued.cloud_cover, issued.elevation)
        return True

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "correction": self.correction.as_dict(),
            "accuracy": self.accuracy.as_dict(),
            "issued": {start.isoformat(): list(hour) for start, hour in self._issued.items()},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return what `as_dict` gave."""
        learning = cls()
        learning.correction = PvCorrection.from_dict(data["correction"])
        learning.accuracy = AccuracyLog.from_dict(data["accuracy"])
        learning._issued = {
            datetime.fromisoformat(start): IssuedHour(*values) for start, values in data["issued"].items()
        }
        return learning
