"""Keeps values that cannot be true away from everything else."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

MAX_POWER_W = 1_000_000
"""No home has a megawatt: more is a misread register."""

_HOUSE_TOLERANCE_W = 500
_HOUSE_TOLERANCE_SHARE = 0.1
_PV_NIGHT_NOISE_W = -200
_BATTERY_OVERLOAD = 2.0

_COUNTER_CONFIRM_AFTER = timedelta(minutes=10)
_COUNTER_RISE_KW = 200.0
_COUNTER_RISE_MARGIN_KWH = 1.0
_COUNTER_STEP_KWH = 0.01
_MIDNIGHT_MARGIN = timedelta(minutes=15)


def within[T: (int, float)](value: T | None, low: float, high: float) -> T | None:
    """Return the value when it lies in [low, high], else None."""
    return value if value is not None and low <= value <= high else None


def plausible_power_w(value: int | None) -> int | None:
    """Return a power in W unless no home can have it."""
    return within(value, -MAX_POWER_W, MAX_POWER_W)


def plausible_battery_power_w(
    value: int | None, rated_charge_w: int | None, rated_discharge_w: int | None
) -> int | None:
    """Return a battery power in W unless it is far above what the battery is rated for."""
    most_w = max(rated_charge_w or 0, rated_discharge_w or 0) * _BATTERY_OVERLOAD or MAX_POWER_W
    return within(value, -most_w, most_w)


def pv_power_w(own_w: int | None, third_party_w: int | None) -> int | None:
    """Return the PV power in W, third-party inverters included; night-time noise below 0 is 0.

    Since 2025 firmware register 30035 leaves third-party PV out.
    """
    own_w = within(own_w, _PV_NIGHT_NOISE_W, MAX_POWER_W)
    third_party_w = within(third_party_w, _PV_NIGHT_NOISE_W, MAX_POWER_W)
    if own_w is None:
        return None
    return max(0, own_w) + max(0, third_party_w or 0)


def house_power_w(reported_w: int | None, *, grid_w: int | None, pv_w: int | None, battery_w: int | None) -> int | None:
    """Return the house load in W: what the plant reports when the energy balance agrees, else the balance.

    Some firmware reports nonsense here (−373 kW was seen), and the balance is the design's definition:
    house = grid + PV − battery.
    """
    if grid_w is None or pv_w is None or battery_w is None:
        return within(reported_w, 0, MAX_POWER_W)
    balance_w = grid_w + pv_w - battery_w
    tolerance_w = _HOUSE_TOLERANCE_W + _HOUSE_TOLERANCE_SHARE * (abs(grid_w) + pv_w + abs(battery_w))
    if reported_w is not None and reported_w >= 0 and abs(reported_w - balance_w) <= tolerance_w:
        return reported_w
    return max(0, balance_w)


@dataclass(slots=True)
class _Counter:
    """What is known of one counter."""

    accepted: float | None = None
    accepted_at: datetime | None = None
    suspect: float | None = None
    suspect_since: datetime | None = None


class CounterGuard:
    """Lets an energy counter through only when it can be true.

    After a reconnect counters can read 0 for a moment; one owner got 187 kWh of phantom energy in a day
    that way. A reading that fell, or that rose faster than any home can, is held back until it has kept
    on counting for ten minutes. A counter that was above 0 never becomes 0 except at midnight.
    """

    def __init__(self) -> None:
        """Start with nothing known."""
        self._counters: dict[str, _Counter] = {}

    def accept(
        self, key: str, value: float | None, now: datetime, *, may_be_zero: bool = False, may_restart: bool = False
    ) -> float | None:
        """Return the counter's value in kWh, or the last one that could be true, or None.

        `may_be_zero` says that 0 is believable as the first value, `may_restart` that falling to 0 is what
        this counter does at this time of day.
        """
        if value is None:
            return None
        counter = self._counters.setdefault(key, _Counter())
        first = counter.accepted is None and (value > 0 or may_be_zero)
        if first or self._follows(counter, value, now) or (may_restart and value <= (counter.accepted or 0.0)):
            return self._take(counter, value, now)
        if self._confirms(counter, value, now):
            return self._take(counter, value, now)
        return counter.accepted

    @staticmethod
    def _follows(counter: _Counter, value: float, now: datetime) -> bool:
        if counter.accepted is None or counter.accepted_at is None:
            return False
        return _can_rise(counter.accepted, value, now - counter.accepted_at)

    @staticmethod
    def _confirms(counter: _Counter, value: float, now: datetime) -> bool:
        if (
            counter.suspect is None
            or counter.suspect_since is None
            or not _can_rise(counter.suspect, value, now - counter.suspect_since)
        ):
            counter.suspect_since = now
        counter.suspect = value
        assert counter.suspect_since is not None
        if value == 0 and counter.accepted:
            return False
        return now - counter.suspect_since >= _COUNTER_CONFIRM_AFTER

    @staticmethod
    def _take(counter: _Counter, value: float, now: datetime) -> float:
        counter.accepted, counter.accepted_at = value, now
        counter.suspect = counter.suspect_since = None
        return value


def _can_rise(before: float, value: float, elapsed: timedelta) -> bool:
    hours = max(0.0, elapsed.total_seconds()) / 3600
    # A last digit that steps back by rounding is not a restart.
    return before - _COUNTER_STEP_KWH / 2 <= value <= before + _COUNTER_RISE_MARGIN_KWH + _COUNTER_RISE_KW * hours


def near_midnight(local: datetime) -> bool:
    """Return whether the local time is within a quarter of an hour of midnight."""
    since = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
    return since <= _MIDNIGHT_MARGIN or since >= timedelta(days=1) - _MIDNIGHT_MARGIN


@dataclass(slots=True)
class DailyDifference:
    """Turns a lifetime total into the energy since local midnight, for totals without a daily register."""

    day: date | None = None
    at_midnight: float | None = None
    latest: float = 0.0

    def since_midnight(self, total: float | None, today: date) -> float | None:
        """Return the kWh since midnight; None on a day that was not seen from its start."""
        if total is None:
            return None
        if self.day is None or today != self.day:
            followed = self.day is not None and today - self.day == timedelta(days=1)
            self.at_midnight = self.latest if followed else None
            self.day = today
        self.latest = total
        if self.at_midnight is None:
            return None
        self.at_midnight = min(self.at_midnight, total)
        return round(total - self.at_midnight, 2)
