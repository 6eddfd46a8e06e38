"""What a home uses and when: a load profile by local time of day and day of week, learned from its own history."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from math import exp
from typing import Any, Self

from .statistics import SLOTS_PER_DAY, HalfHour, Week, relative_shape, usual_week

SLOT = timedelta(minutes=30)
DEFAULT_DAILY_KWH = 20.0

_SLOT_H = 0.5
_WEEKS_TO_LEARN = 2.0
_PRIOR_HOURS = 6.0
_COVERED = 0.8
_NUDGE_GAIN = 0.4
_NUDGE_MEMORY = timedelta(hours=1)
_NUDGE_DECAY = timedelta(hours=3)
_DEFAULT_SPREAD = 0.6
_EXACT = timedelta(minutes=15)
"""Time zones differ from UTC by whole quarters of an hour: within one, the local slot cannot change."""

# The share of an average half-hour, from midnight: a breakfast shoulder, people coming and going in the middle of
# the day, cooking and television from five to nine, and the hot water and the fridge overnight.
_DEFAULT_SHAPE = (
    *(0.66, 0.62, 0.58, 0.56, 0.54, 0.53, 0.53, 0.54, 0.57, 0.62, 0.72, 0.86),
    *(1.02, 1.18, 1.24, 1.20, 1.10, 1.02, 0.96, 0.92, 0.90, 0.89, 0.89, 0.90),
    *(0.92, 0.92, 0.91, 0.91, 0.92, 0.94, 0.98, 1.04, 1.14, 1.28, 1.48, 1.68),
    *(1.82, 1.88, 1.86, 1.78, 1.66, 1.54, 1.42, 1.28, 1.14, 1.00, 0.86, 0.74),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSample:
    """What the house used in one interval that begins at `start` (aware, UTC)."""

    start: datetime
    duration: timedelta
    energy_kwh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSlot:
    """What the house is expected to use from `start` to `end` (aware, UTC); the spread is one standard deviation."""

    start: datetime
    end: datetime
    mean_w: float
    spread_w: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileError:
    """How far a profile was from what the house used; a bias above 0 W says the profile was too high."""

    mean_absolute_w: float
    bias_w: float
    days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadProfile:
    """The mean and the spread of the load in W, [Monday…Sunday][half-hour of the local day]."""

    means_w: Week
    spreads_w: Week
    weeks: float
    is_default: bool

    @classmethod
    def learn(cls, samples: Sequence[LoadSample], zone: tzinfo, today: date) -> LoadProfile:
        """Return the profile of a home in `zone` as of `today`; the default one, scaled, before two weeks are known."""
        halves = _half_hours(samples, zone)
        if (weeks := len(halves) / (7 * SLOTS_PER_DAY)) < _WEEKS_TO_LEARN:
            return _scaled_default(halves, weeks)
        means_w, spreads_w = usual_week(halves, today)
        return cls(means_w=means_w, spreads_w=(spreads_w,) * 7, weeks=weeks, is_default=False)

    def mean_w(self, local: datetime) -> float:
        """Return the expected load in W at a local wall-clock time."""
        return self.means_w[local.weekday()][_slot_of_day(local)]

    def spread_w(self, local: datetime) -> float:
        """Return one standard deviation of the load in W at a local wall-clock time."""
        return self.spreads_w[local.weekday()][_slot_of_day(local)]

    def forecast(
        self, start: datetime, end: datetime, step: timedelta, *, recent: Sequence[LoadSample] = ()
    ) -> tuple[LoadSlot, ...]:
        """Return what to expect from `start` to `end`, one slot a step; the last slot may be shorter.

        `start` carries the time zone of the home. What differs from the profile in the recent samples lifts or
        lowers the next hours, less and less. Raises ValueError unless the step is longer than nothing.
        """
        zone = start.tzinfo
        nudge_w = self._nudge_w(start, recent)
        forecast = []
        for first, last in slots(start, end, step):
            mean_w, spread_w = self.over(first, last, zone)
            ahead = (first + (last - first) / 2 - start) / _NUDGE_DECAY
            mean_w = max(0.0, mean_w + nudge_w * exp(-ahead))
            forecast.append(LoadSlot(start=first, end=last, mean_w=mean_w, spread_w=spread_w))
        return tuple(forecast)

    def as_dict(self) -> dict[str, Any]:
        """Return the profile as JSON values."""
        return {
            "means_w": [list(day) for day in self.means_w],
            "spreads_w": [list(day) for day in self.spreads_w],
            "weeks": self.weeks,
            "is_default": self.is_default,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the profile that `as_dict` described."""
        return cls(
            means_w=tuple(tuple(day) for day in data["means_w"]),
            spreads_w=tuple(tuple(day) for day in data["spreads_w"]),
            weeks=data["weeks"],
            is_default=data["is_default"],
        )

    def over(self, start: datetime, end: datetime, zone: tzinfo | None) -> tuple[float, float]:
        """Return the mean and the spread in W over an interval; neighbouring slots count as fully correlated."""
        mean = spread = 0.0
        for first, last in _pieces(start, end, _EXACT):
            local = first.astimezone(zone)
            share = (last - first) / (end - start)
            mean += share * self.mean_w(local)
            spread += share * self.spread_w(local)
        return mean, spread

    def _nudge_w(self, now: datetime, recent: Iterable[LoadSample]) -> float:
        """Return by how many W the load has lately been above the profile, recent hours first."""
        total_w = total_weight = 0.0
        for sample in recent:
            end = sample.start + sample.duration
            if end > now or not sample.duration:
                continue
            expected_w, _ = self.over(sample.start, end, now.tzinfo)
            weight = sample.duration / _NUDGE_MEMORY * exp(-((now - end) / _NUDGE_MEMORY))
            total_w += weight * (_power_w(sample) - expected_w)
            total_weight += weight
        # Little evidence nudges little: a full memory weighs 1.
        return _NUDGE_GAIN * total_w / max(1.0, total_weight)


def default_profile(daily_kwh: float) -> LoadProfile:
    """Return the profile of a Queensland household that uses `daily_kwh` a day."""
    mean_w = daily_kwh / 24 * 1000
    shape_sum = sum(_DEFAULT_SHAPE) / SLOTS_PER_DAY
    day_w = tuple(mean_w * share / shape_sum for share in _DEFAULT_SHAPE)
    spread_w = tuple(_DEFAULT_SPREAD * slot_w for slot_w in day_w)
    return LoadProfile(means_w=(day_w,) * 7, spreads_w=(spread_w,) * 7, weeks=0.0, is_default=True)


def profile_error(profile: LoadProfile, samples: Sequence[LoadSample], zone: tzinfo) -> ProfileError | None:
    """Return how far the profile was from the samples, weighted by time; None without samples."""
    hours = absolute_wh = difference_wh = 0.0
    for sample in _merged(samples):
        expected_w, _ = profile.over(sample.start, sample.start + sample.duration, zone)
        sample_h = sample.duration / timedelta(hours=1)
        error_wh = (expected_w - _power_w(sample)) * sample_h
        hours += sample_h
        absolute_wh += abs(error_wh)
        difference_wh += error_wh
    if not hours:
        return None
    return ProfileError(mean_absolute_w=absolute_wh / hours, bias_w=difference_wh / hours, days=hours / 24)


def slots(start: datetime, end: datetime, step: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """Yield the slots from `start` to `end` in UTC, without gap or overlap; the last one may be shorter.

    Raises ValueError unless the step is longer than nothing.
    """
    if step <= timedelta(0):
        raise ValueError(step)
    first, stop = start.astimezone(UTC), end.astimezone(UTC)
    while first < stop:
        last = min(first + step, stop)
        yield first, last
        first = last


def resample(samples: Iterable[LoadSample], step: timedelta = SLOT) -> tuple[LoadSample, ...]:
    """Return the samples over intervals aligned to `step`, the energy spread evenly over time, none of it lost.

    An interval that the samples cover in part gets a sample as long as what they cover.
    """
    energy_kwh = defaultdict[datetime, float](float)
    covered = defaultdict[datetime, timedelta](timedelta)
    for sample in samples:
        for first, last in _pieces(sample.start, sample.start + sample.duration, step):
            aligned = _floor(first, step)
            energy_kwh[aligned] += sample.energy_kwh * ((last - first) / sample.duration)
            covered[aligned] += last - first
    return tuple(
        LoadSample(start=start, duration=covered[start], energy_kwh=energy_kwh[start]) for start in sorted(energy_kwh)
    )


def _floor(moment: datetime, step: timedelta) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (moment - epoch) // step * step


def _pieces(start: datetime, end: datetime, step: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """Cut an interval at the multiples of a step."""
    first, stop = start.astimezone(UTC), end.astimezone(UTC)
    while first < stop:
        last = min(_floor(first, step) + step, stop)
        yield first, last
        first = last


def _slot_of_day(local: datetime) -> int:
    return local.hour * 2 + local.minute // 30


def _power_w(sample: LoadSample) -> float:
    return sample.energy_kwh * 1000 / (sample.duration / timedelta(hours=1))


def _merged(samples: Iterable[LoadSample]) -> Iterator[LoadSample]:
    """Gather samples shorter than a slot into slots; leave longer ones as they are."""
    short = [sample for sample in samples if sample.duration < SLOT]
    yield from (sample for sample in samples if sample.duration >= SLOT)
    yield from (sample for sample in resample(short) if sample.duration >= _COVERED * SLOT)


def _half_hours(samples: Sequence[LoadSample], zone: tzinfo) -> list[HalfHour]:
    """Return the half-hours that the samples cover, in local time.

    A longer sample is divided as the half-hours of shorter samples at that time of day say, evenly without them.
    """
    fine: list[LoadSample] = []
    coarse: list[LoadSample] = []
    for sample in samples:
        (fine if sample.duration <= SLOT else coarse).append(sample)
    known = [
        _half(sample.start, _power_w(sample), zone) for sample in resample(fine) if sample.duration >= _COVERED * SLOT
    ]
    shape = relative_shape(known)
    for sample in coarse:
        pieces = list(_pieces(sample.start, sample.start + sample.duration, SLOT))
        shares = [shape[_slot_of_day(first.astimezone(zone))] * ((last - first) / SLOT) for first, last in pieces]
        scale_w = sample.energy_kwh * 1000 / _SLOT_H / sum(shares)
        known += [
            _half(first, scale_w * shape[_slot_of_day(first.astimezone(zone))], zone)
            for first, last in pieces
            if last - first >= _COVERED * SLOT
        ]
    return known


def _half(start: datetime, power_w: float, zone: tzinfo) -> HalfHour:
    local = start.astimezone(zone)
    return HalfHour(local.date(), _slot_of_day(local), power_w)


def _scaled_default(halves: Sequence[HalfHour], weeks: float) -> LoadProfile:
    """Return the default curve at the level of the few samples there are."""
    usual = default_profile(DEFAULT_DAILY_KWH)
    prior_w = DEFAULT_DAILY_KWH / 24 * 1000 * _PRIOR_HOURS / _SLOT_H
    actual_w = sum(half.power_w for half in halves)
    expected_w = sum(usual.means_w[0][half.slot] for half in halves)
    scaled = default_profile(DEFAULT_DAILY_KWH * (actual_w + prior_w) / (expected_w + prior_w))
    return replace(scaled, weeks=weeks)
