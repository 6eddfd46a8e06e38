"""What the sky model learns from the PV power that really came, and how far off it was."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

CLOUD_BANDS = (20.0, 50.0, 80.0)
"""Cloud cover in percent at which the next band begins."""

HEIGHT_BANDS = (10.0, 25.0, 45.0)
"""Sun elevation in degrees at which the next band begins."""

MIN_FACTOR, MAX_FACTOR = 0.5, 1.5
MIN_SAMPLES = 8
"""A band acts after so many hours: below it, one odd day would bend the forecast."""

_MEMORY = 0.98
"""What an earlier hour still counts for when the next one comes in: about 50 hours of a band are remembered."""

_SURPRISE_LIMIT = 2.0
"""An hour counts as at most so many times its forecast."""

_KEPT_RATIOS = 50
_OUTSIDE = 0.1
"""How often less, and how often more, comes than the range says."""

_KEPT_DAYS = 30


@dataclass(slots=True)
class _Band:
    """Decaying sums of one band, and what came of the latest hours as a share of the model."""

    samples: int = 0
    forecast_w: float = 0.0
    actual_w: float = 0.0
    ratios: list[float] = field(default_factory=list)

    @property
    def factor(self) -> float:
        return min(max(self.actual_w / self.forecast_w, MIN_FACTOR), MAX_FACTOR)

    @property
    def range(self) -> tuple[float, float] | None:
        """The quantiles of the ratios; of n + 1 hours, the next one is as likely to be any, smallest to largest."""
        if len(self.ratios) < MIN_SAMPLES:
            return None
        ordered = sorted(self.ratios)
        skipped = max(int((len(ordered) + 1) * _OUTSIDE) - 1, 0)
        return ordered[skipped], ordered[-1 - skipped]


class PvCorrection:
    """A factor and a range per cloud band and sun height band, learned from actual PV power.

    Where nobody tells the cloud cover, that is a band of its own.
    """

    def __init__(self) -> None:
        """Start with nothing learned: every factor is 1."""
        self._bands: dict[str, _Band] = {}

    def learn(self, forecast_w: float, actual_w: float, cloud: float | None, elevation: float) -> None:
        """Take in one hour: what the model gave without correction, and what came, as hour means in W.

        Hours without sun, or without a forecast to scale, teach nothing.
        """
        if forecast_w <= 0 or elevation <= 0:
            return
        actual_w = min(max(actual_w, 0.0), _SURPRISE_LIMIT * forecast_w)
        band = self._bands.setdefault(_key(cloud, elevation), _Band())
        band.samples += 1
        band.forecast_w = band.forecast_w * _MEMORY + forecast_w
        band.actual_w = band.actual_w * _MEMORY + actual_w
        band.ratios = [*band.ratios, actual_w / forecast_w][-_KEPT_RATIOS:]

    def factor(self, cloud: float | None, elevation: float) -> float:
        """Return what to multiply the model by, from 0.5 to 1.5; 1 until the band has enough samples."""
        band = self._acting(cloud, elevation)
        return 1.0 if band is None else band.factor

    def range(self, cloud: float | None, elevation: float) -> tuple[float, float] | None:
        """Return between what shares of the model 8 of 10 hours of a band came; None while unknown."""
        band = self._acting(cloud, elevation)
        return None if band is None else band.range

    def samples(self, cloud: float | None, elevation: float) -> int:
        """Return how many hours a band has seen."""
        band = self._bands.get(_key(cloud, elevation))
        return 0 if band is None else band.samples

    def _acting(self, cloud: float | None, elevation: float) -> _Band | None:
        band = self._bands.get(_key(cloud, elevation))
        return band if elevation > 0 and band is not None and band.samples >= MIN_SAMPLES else None

    def as_dict(self) -> dict[str, list[Any]]:
        """Return what was learned as JSON values."""
        return {key: [band.samples, band.forecast_w, band.actual_w, band.ratios] for key, band in self._bands.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return a correction from what `as_dict` gave; earlier versions kept a mean error in place of the ratios."""
        correction = cls()
        correction._bands = {
            key: _Band(int(samples), forecast_w, actual_w, ratios if isinstance(ratios, list) else [])
            for key, (samples, forecast_w, actual_w, ratios) in data.items()
        }
        return correction


def _key(cloud: float | None, elevation: float) -> str:
    return f"{'unknown' if cloud is None else bisect_right(CLOUD_BANDS, cloud)}/{bisect_right(HEIGHT_BANDS, elevation)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAccuracy:
    """How far the forecast was off over the hours of some days; a bias > 0 means too much was forecast."""

    hours: int
    mean_absolute_error_w: float
    bias_w: float


@dataclass(slots=True)
class AccuracyLog:
    """The hourly errors of the forecast, summed per local day; the latest 30 days are kept."""

    _days: dict[date, tuple[int, float, float]] = field(default_factory=dict)

    def record(self, day: date, forecast_w: float, actual_w: float) -> None:
        """Take in one hour of a day, as hour means in W."""
        hours, absolute_w, signed_w = self._days.get(day, (0, 0.0, 0.0))
        error_w = forecast_w - actual_w
        self._days[day] = (hours + 1, absolute_w + abs(error_w), signed_w + error_w)
        for old in sorted(self._days)[:-_KEPT_DAYS]:
            del self._days[old]

    def day(self, day: date) -> DayAccuracy | None:
        """Return how far off a day was; None when none of its hours was compared."""
        return _accuracy([self._days[day]]) if day in self._days else None

    def overall(self) -> DayAccuracy | None:
        """Return how far off all kept days were; None when no hour was compared."""
        return _accuracy(list(self._days.values())) if self._days else None

    def as_dict(self) -> dict[str, list[float]]:
        """Return the log as JSON values."""
        return {day.isoformat(): list(sums) for day, sums in self._days.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return a log from what `as_dict` gave."""
        return cls(
            {
                date.fromisoformat(day): (int(hours), absolute_w, signed_w)
                for day, (hours, absolute_w, signed_w) in data.items()
            }
        )


def _accuracy(sums: list[tuple[int, float, float]]) -> DayAccuracy:
    hours = sum(each[0] for each in sums)
    return DayAccuracy(
        hours=hours,
        mean_absolute_error_w=sum(each[1] for each in sums) / hours,
        bias_w=sum(each[2] for each in sums) / hours,
    )
