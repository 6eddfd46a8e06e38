"""Keeps values that cannot be true away from everything else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

MAX_POWER_W = 1_000_000
"""The most that can flow where no inverter has said what it is rated for."""

_HOME_W = 200_000
_RATINGS = 4
"""No connection is laid for more than this many times what its inverters are rated for."""

_LIFETIME_H = 30 * 8766
_HOME_MEAN_W = 10_000
"""No home takes more than this on average, and no system more than its inverters' whole rating."""

_COUNTED_DAY_H = 25
_BATTERY_H = 24
"""No battery holds more hours of its inverters' rating."""

_HOUSE_TOLERANCE_W = 500
_HOUSE_TOLERANCE_SHARE = 0.1
_PV_NIGHT_NOISE_W = -200
_BATTERY_OVERLOAD = 2.0

_COUNTER_CONFIRM_AFTER = timedelta(minutes=10)
_COUNTER_RISE_KW = _HOME_W / 1000
_COUNTER_RISE_MARGIN_KWH = 1.0
_COUNTER_STEP_KWH = 0.01
_MIDNIGHT_MARGIN = timedelta(minutes=15)


def within[T: (int, float)](value: T | None, low: float, high: float) -> T | None:
    """Return the value when it lies in [low, high], else None."""
    return value if value is not None and low <= value <= high else None


@dataclass(frozen=True, slots=True)
class Bounds:
    """What can be true of a system whose inverters are rated for so much; a home's where nobody knows."""

    rated_w: int | None = None

    @property
    def most_w(self) -> int:
        """The most power that can flow anywhere."""
        return MAX_POWER_W if self.rated_w is None else max(_HOME_W, _RATINGS * self.rated_w)

    @property
    def rise_kw(self) -> float:
        """How fast a counter can rise."""
        return _COUNTER_RISE_KW if self.rated_w is None else self.most_w / 1000

    def power_w(self, value: int | None) -> int | None:
        """Return a power in W unless it cannot be true."""
        return plausible_power_w(value, self.most_w)

    def limit_w(self, value: int | None) -> int | None:
        """Return a limit or a rating in W; None where it is no limit to this system."""
        return within(value, 0, self.most_w)

    def total_kwh(self, value: float | None) -> float | None:
        """Return a lifetime total unless no system can have counted it."""
        mean_w = MAX_POWER_W if self.rated_w is None else max(_HOME_MEAN_W, self.rated_w)
        return within(value, 0, mean_w / 1000 * _LIFETIME_H)

    def day_kwh(self, value: float | None) -> float | None:
        """Return the energy of a day unless no day can have brought it."""
        return within(value, 0, self.most_w / 1000 * _COUNTED_DAY_H)

    def capacity_kwh(self, value: float | None) -> float | None:
        """Return the capacity of a battery unless no battery of these inverters has it."""
        return within(value, 0.1, 100_000 if self.rated_w is None else self.rated_w / 1000 * _BATTERY_H)

    def stored_kwh(self, value: float | None) -> float | None:
        """Return an energy that a battery has or has room for."""
        return 0.0 if value == 0 else self.capacity_kwh(value)


def plausible_power_w(value: int | None, most_w: int = MAX_POWER_W) -> int | None:
    """Return a power in W unless it is more than can flow."""
    return within(value, -most_w, most_w)


def plausible_battery_power_w(
    value: int | None, rated_charge_w: int | None, rated_discharge_w: int | None, most_w: int = MAX_POWER_W
) -> int | None:
    """Return a battery power in W unless it is far above what the battery is rated for."""
    most_w = min(most_w, round(max(rated_charge_w or 0, rated_discharge_w or 0) * _BATTERY_OVERLOAD) or most_w)
    return within(value, -most_w, most_w)


def pv_power_w(
    own_w: int | None, third_party_w: int | None, most_w: int = MAX_POWER_W, *, has_third_party: bool = False
) -> int | None:
    """Return the PV power in W, third-party inverters included; night-time noise below 0 is 0.

    Since 2025 firmware register 30035 leaves third-party PV out. Where there is such PV, a sum without it is none.
    """
    own_w = within(own_w, _PV_NIGHT_NOISE_W, most_w)
    third_party_w = within(third_party_w, _PV_NIGHT_NOISE_W, most_w)
    if own_w is None or (third_party_w is None and has_third_party):
        return None
    return max(0, own_w) + max(0, third_party_w or 0)


def house_power_w(
    reported_w: int | None,
    *,
    grid_w: int | None,
    pv_w: int | None,
    battery_w: int | None,
    vehicles_w: int | None = 0,
    most_w: int = MAX_POWER_W,
) -> int | None:
    """Return the house load in W: what the plant reports when the energy balance agrees, else the balance.

    Some firmware reports nonsense here (−373 kW was seen), and the balance is the design's definition:
    house = grid + PV − battery − vehicles. A balance below 0 is none: something that is not known feeds the house.
    Where it is not known what vehicles take (None), the house takes no more than what is left with them.
    """
    reported_w = within(reported_w, 0, most_w)
    if grid_w is None or pv_w is None or battery_w is None:
        return reported_w
    flows_w = abs(grid_w) + pv_w + abs(battery_w) + abs(vehicles_w or 0)
    balance_w = grid_w + pv_w - battery_w - (vehicles_w or 0)
    tolerance_w = _HOUSE_TOLERANCE_W + _HOUSE_TOLERANCE_SHARE * flows_w
    if vehicles_w is None:
        return within(reported_w, 0, balance_w + tolerance_w)
    if reported_w is not None and (abs(reported_w - balance_w) <= tolerance_w or balance_w < -tolerance_w):
        return reported_w
    return max(0, balance_w)


type Powers = tuple[int | None, int | None, int | None, int | None]
"""Of the grid, the battery, the plant's own PV and that of third parties, in W."""


def powers_that_agree(powers: Powers, house_w: int | None) -> Powers:
    """Return the powers without a −1 W that the others contradict: all ones read as that, too."""
    if -1 not in powers:
        return powers
    grid_w, battery_w, own_pv_w, third_party_w = powers
    if grid_w is not None and battery_w is not None and own_pv_w is not None and house_w is not None and house_w >= 0:
        pv_w = own_pv_w + (third_party_w or 0)
        flows_w = abs(grid_w) + abs(battery_w) + abs(pv_w)
        if abs(grid_w + pv_w - battery_w - house_w) <= _HOUSE_TOLERANCE_W + _HOUSE_TOLERANCE_SHARE * flows_w:
            return powers
    grid_w, battery_w, own_pv_w, third_party_w = (None if power_w == -1 else power_w for power_w in powers)
    return grid_w, battery_w, own_pv_w, third_party_w


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
    on counting for ten minutes; a first one until a second agrees, a first 0 for ten minutes. A counter
    that was above 0 never becomes 0 except at midnight.
    """

    def __init__(self) -> None:
        """Start with nothing known."""
        self._counters: dict[str, _Counter] = {}

    def accept(
        self,
        key: str,
        value: float | None,
        now: datetime,
        *,
        may_restart: bool = False,
        rise_kw: float = _COUNTER_RISE_KW,
    ) -> float | None:
        """Return the counter's value in kWh, or the last one that could be true, or None.

        `may_restart` says that falling to 0 is what this counter does at this time of day, `rise_kw` how fast it
        can rise.
        """
        if value is None:
            if self.is_pending(key):
                del self._counters[key]
            return None
        counter = self._counters.setdefault(key, _Counter())
        if self._follows(counter, value, now, rise_kw) or (may_restart and value <= (counter.accepted or 0.0)):
            return self._take(counter, value, now)
        if self._confirms(counter, value, now, rise_kw):
            return self._take(counter, value, now)
        return counter.accepted

    def last(self, key: str) -> float | None:
        """Return the last value of a counter that could be true."""
        return None if (counter := self._counters.get(key)) is None else counter.accepted

    def is_pending(self, key: str) -> bool:
        """Return whether a first value waits for a second one that agrees."""
        return (counter := self._counters.get(key)) is not None and counter.accepted is None

    def memory(self) -> dict[str, Any]:
        """Return what must survive a restart, as JSON: the last values and their times."""
        return {
            key: [counter.accepted, counter.accepted_at.isoformat()]
            for key, counter in self._counters.items()
            if counter.accepted is not None and counter.accepted_at is not None
        }

    def remember(self, memory: Mapping[str, tuple[float, str]]) -> None:
        """Take up what `memory` returned before a restart."""
        for key, (accepted, at) in memory.items():
            self._counters[key] = _Counter(accepted=accepted, accepted_at=datetime.fromisoformat(at))

    @staticmethod
    def _follows(counter: _Counter, value: float, now: datetime, rise_kw: float) -> bool:
        if counter.accepted is None or counter.accepted_at is None:
            return False
        return _can_rise(counter.accepted, value, now - counter.accepted_at, rise_kw)

    @staticmethod
    def _confirms(counter: _Counter, value: float, now: datetime, rise_kw: float) -> bool:
        agrees = (
            counter.suspect is not None
            and counter.suspect_since is not None
            and _can_rise(counter.suspect, value, now - counter.suspect_since, rise_kw)
        )
        counter.suspect = value
        if not agrees or counter.suspect_since is None:
            counter.suspect_since = now
            return False
        if value == 0 and counter.accepted:
            return False
        if value > 0 and counter.accepted is None:
            return True
        return now - counter.suspect_since >= _COUNTER_CONFIRM_AFTER

    @staticmethod
    def _take(counter: _Counter, value: float, now: datetime) -> float:
        counter.accepted, counter.accepted_at = value, now
        counter.suspect = counter.suspect_since = None
        return value


def _can_rise(before: float, value: float, elapsed: timedelta, rise_kw: float) -> bool:
    hours = max(0.0, elapsed.total_seconds()) / 3600
    # A last digit that steps back by rounding is not a restart.
    return before - _COUNTER_STEP_KWH / 2 <= value <= before + _COUNTER_RISE_MARGIN_KWH + rise_kw * hours


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
    derived: bool = False
    """Whether the total at midnight was taken from the device's own counter of the day."""

    def since_midnight(self, total: float | None, today: date) -> float | None:
        """Return the kWh since midnight; None on a day that was not seen from its start."""
        if total is None:
            return None
        if self.day is None or today != self.day:
            followed = self.day is not None and today - self.day == timedelta(days=1)
            self.at_midnight = self.latest if followed else None
            self.day, self.derived = today, False
        self.latest = total
        if self.at_midnight is None:
            return None
        self.at_midnight = min(self.at_midnight, total)
        return round(total - self.at_midnight, 2)

    def derive(self, today_kwh: float) -> None:
        """Take the device's own counter of the day for the energy since midnight."""
        self.at_midnight, self.derived = self.latest - today_kwh, True

    def forget_derived(self) -> None:
        """Forget a midnight that the device's own counter gave: it does not begin at midnight."""
        if self.derived:
            self.at_midnight, self.derived = None, False
