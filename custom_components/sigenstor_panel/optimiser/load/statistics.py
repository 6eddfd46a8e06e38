"""The statistics behind a load profile: which days count how much, and the usual load of each half-hour."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

SLOTS_PER_DAY = 48

_HALF_LIFE_DAYS = 28.0
_LEVEL_HALF_LIFE_DAYS = 10.0
_KIND_PRIOR_DAYS = 4.0
_WEEKDAY_PRIOR_DAYS = 20.0
_SLOT_PRIOR_DAYS = 0.1
_SHAPE_PRIOR_DAYS = 4.0
_ODD_DAY = 2.0
_ODD_SLOT = 4.0
_LEAST_SPREAD = 0.1
_NORMAL_SPREAD = 1.4826
"""A standard deviation, in median absolute deviations."""

type Week = tuple[tuple[float, ...], ...]
"""A value for [Monday…Sunday][half-hour of the local day]."""


@dataclass(frozen=True, slots=True)
class HalfHour:
    """The load of one half-hour of a local day."""

    day: date
    slot: int
    power_w: float


def usual_week(halves: Sequence[HalfHour], today: date) -> tuple[Week, tuple[float, ...]]:
    """Return the mean W of each slot of the week and one standard deviation around it for each slot of the day.

    The shape of a day is remembered for months, its level for weeks: seasons change how much a home uses sooner
    than when. Raises ZeroDivisionError without half-hours.
    """
    weights = _day_weights(halves, today)
    means_w = _shrunk_means(list(_without_odd_slots(halves, weights)), weights)
    level = _level(halves, means_w, today)
    means_w = tuple(tuple(level * mean_w for mean_w in day) for day in means_w)
    return means_w, _spreads(halves, weights, means_w)


def relative_shape(halves: Iterable[HalfHour]) -> list[float]:
    """Return the relative load of each half-hour of the day, all 1 where nothing is known."""
    by_slot = defaultdict[int, list[float]](list)
    for half in halves:
        by_slot[half.slot].append(half.power_w)
    if not by_slot:
        return [1.0] * SLOTS_PER_DAY
    overall_w = max(1.0, sum(map(sum, by_slot.values())) / sum(map(len, by_slot.values())))
    return [
        (sum(by_slot[slot]) / overall_w + _SHAPE_PRIOR_DAYS) / (len(by_slot[slot]) + _SHAPE_PRIOR_DAYS)
        for slot in range(SLOTS_PER_DAY)
    ]


def _is_weekend(weekday: int) -> bool:
    return weekday >= 5


def _recency(day: date, today: date, half_life_days: float) -> float:
    return float(0.5 ** (max(0, (today - day).days) / half_life_days))


def _day_ratios(halves: Iterable[HalfHour], expected_w: Week) -> dict[date, float]:
    """Return how much was used on each day, relative to what was expected for the half-hours that are known."""
    actual = defaultdict[date, float](float)
    expected = defaultdict[date, float](float)
    for half in halves:
        actual[half.day] += half.power_w
        expected[half.day] += expected_w[half.day.weekday()][half.slot]
    return {day: actual[day] / max(1e-6, expected[day]) for day in actual}


def _day_weights(halves: Sequence[HalfHour], today: date) -> dict[date, float]:
    """Return each day's weight: less for old days, and for days unlike the others of their kind."""
    ratios = _day_ratios(halves, (tuple(relative_shape(halves)),) * 7)
    known = Counter(half.day for half in halves)
    recency = {day: _recency(day, today, _HALF_LIFE_DAYS) for day in ratios}

    def median(values: Mapping[date, float]) -> float:
        return _median((value, recency[day] * known[day]) for day, value in values.items())

    weights = {}
    for weekend in (False, True):
        kind = {day: ratio for day, ratio in ratios.items() if _is_weekend(day.weekday()) is weekend}
        if not kind:
            continue
        middle = median(kind)
        deviations = {day: abs(ratio - middle) for day, ratio in kind.items()}
        usual = _ODD_DAY * max(_NORMAL_SPREAD * median(deviations), _LEAST_SPREAD * middle)
        for day, deviation in deviations.items():
            weights[day] = recency[day] * (1.0 if deviation <= usual else usual / deviation)
    return weights


def _level(halves: Sequence[HalfHour], means_w: Week, today: date) -> float:
    """Return how much the latest weeks used, relative to the means; a median, so that no holiday sets it."""
    ratios = _day_ratios(halves, means_w)
    known = Counter(half.day for half in halves)
    return _median((ratio, known[day] * _recency(day, today, _LEVEL_HALF_LIFE_DAYS)) for day, ratio in ratios.items())


def _without_odd_slots(halves: Sequence[HalfHour], weights: Mapping[date, float]) -> Iterator[HalfHour]:
    """Yield the half-hours, with loads far above what is usual at that time of day cut down to it."""
    tallies = _tallies()
    for half in halves:
        tallies[half.slot].add(half.power_w, weights[half.day])
    limits = [tally.limit(_ODD_SLOT) if tally.weight else 0.0 for tally in tallies]
    for half in halves:
        yield HalfHour(half.day, half.slot, min(half.power_w, limits[half.slot]))


def _shrunk_means(halves: Iterable[HalfHour], weights: Mapping[date, float]) -> Week:
    """Return the mean W of each slot and day of week.

    A day of week departs from its kind (workdays, weekend), and that from all days, as far as the number of such
    days bears it out.
    """
    everyone, *kinds = (_tallies() for _ in range(3))
    weekdays = [_tallies() for _ in range(7)]
    for half in halves:
        weight, weekday = weights[half.day], half.day.weekday()
        for tallies in (everyone, kinds[_is_weekend(weekday)], weekdays[weekday]):
            tallies[half.slot].add(half.power_w, weight)
    overall_w = sum(tally.total for tally in everyone) / sum(tally.weight for tally in everyone)
    week = []
    for weekday, tallies in enumerate(weekdays):
        kind = kinds[_is_weekend(weekday)]
        day_w = []
        for slot, tally in enumerate(tallies):
            all_days_w = everyone[slot].mean_near(overall_w, _SLOT_PRIOR_DAYS)
            kind_w = kind[slot].mean_near(all_days_w, _KIND_PRIOR_DAYS)
            day_w.append(tally.mean_near(kind_w, _WEEKDAY_PRIOR_DAYS))
        week.append(tuple(day_w))
    return tuple(week)


def _spreads(halves: Iterable[HalfHour], weights: Mapping[date, float], means_w: Week) -> tuple[float, ...]:
    """Return one standard deviation in W around the means, for each half-hour of the day."""
    squares = _tallies()
    for half in halves:
        squares[half.slot].add((half.power_w - means_w[half.day.weekday()][half.slot]) ** 2, weights[half.day])
    overall = sum(tally.total for tally in squares) / sum(tally.weight for tally in squares)
    return tuple(sqrt(tally.mean_near(overall, _SLOT_PRIOR_DAYS)) for tally in squares)


@dataclass(slots=True)
class _Tally:
    """A weighted mean in the making."""

    weight: float = 0.0
    total: float = 0.0
    squares: float = 0.0

    def add(self, value: float, weight: float) -> None:
        self.weight += weight
        self.total += weight * value
        self.squares += weight * value * value

    def mean_near(self, expected: float, weight: float) -> float:
        """Return the mean, drawn to what was expected by as much as that weighs."""
        return (self.total + expected * weight) / (self.weight + weight)

    def limit(self, spreads: float) -> float:
        """Return the value that many standard deviations above the mean."""
        mean = self.total / self.weight
        return mean + spreads * sqrt(max(0.0, self.squares / self.weight - mean * mean))


def _tallies() -> list[_Tally]:
    return [_Tally() for _ in range(SLOTS_PER_DAY)]


def _median(values: Iterable[tuple[float, float]]) -> float:
    """Return the weighted median of (value, weight) pairs."""
    ordered = sorted(values)
    half = sum(weight for _, weight in ordered) / 2
    below = 0.0
    for value, weight in ordered:
        below += weight
        if below >= half:
            return value
    raise ValueError(values)
