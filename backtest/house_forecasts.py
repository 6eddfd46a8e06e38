"""What could have been expected of the home: its load from its own habits, its PV from a forecast that errs."""

from collections.abc import Collection
from datetime import datetime, timedelta
from math import exp
from random import Random
from statistics import fmean

from backtest.series import MARKET, DataError, House
from custom_components.sigenstor_panel.optimiser.load.habits import LoadProfile, LoadSample
from custom_components.sigenstor_panel.optimiser.sun.nowcast import nowcast, share_of

_HALF_HOUR = timedelta(minutes=30)
_DAY = timedelta(days=1)
_HABIT_DAYS = 56
_RECENT_DAYS = 14
_RECENT = 8
_LAST_MINUTES = [timedelta(minutes=minutes) for minutes in (5, 10, 15)]
_OWN_WEATHER = 0.75
"""How much of a day's own weather the forecast sees; the rest is what the last two weeks gave at that time of day."""
_DAY_SPREAD = 0.15
"""How much the whole day is over- or underestimated, as a standard deviation of its logarithm."""


class HouseForecasts:
    """Load and PV as expected at the start of an interval; moments are asked for in order."""

    def __init__(self, house: House, seed: int, ahead: Collection[str] = ()) -> None:
        """Take the home that came true; its load and its PV may be known ahead."""
        self._ahead = ahead
        self._house = house
        self._seed = seed
        self._profile: tuple[datetime, LoadProfile] | None = None
        self._load: dict[datetime, float] = {}
        self._load_at: datetime | None = None
        self._pv: dict[datetime, float] = {}
        self._share_at: datetime | None = None
        self._share = 1.0

    def load_w(self, now: datetime, start: datetime, until: datetime) -> float:
        """Return the load in W that is expected, now, for the half-hour that something starts in."""
        if "load" in self._ahead:
            return self._house.around(start).load_w
        issued = _floor(now)
        if issued != self._load_at:
            self._load_at, self._load = issued, self._learned(issued, until)
        return self._load[_floor(start)]

    def pv_w(self, now: datetime, start: datetime, end: datetime) -> float:
        """Return the PV in W that is expected, now, between two moments of a half-hour."""
        if "pv" in self._ahead:
            return self._house.around(start).pv_w
        if now != self._share_at:
            self._share_at, self._share = now, self._share_of_late(now)
        return nowcast(self._forecast_pv_w(start), self._share, start + (end - start) / 2 - now)

    def _share_of_late(self, now: datetime) -> float:
        """Return what share of the forecast the sun gave in the last quarter of an hour."""
        moments = [now - before for before in _LAST_MINUTES]
        measured_w = fmean(self._house.around(moment).pv_w for moment in moments)
        return share_of(measured_w, fmean(self._forecast_pv_w(moment) for moment in moments))

    def _forecast_pv_w(self, moment: datetime) -> float:
        """Return the PV in W that was forecast for the half-hour that a moment is in."""
        block = _floor(moment)
        if block not in self._pv:
            self._pv[block] = self._forecast_pv(block)
        return self._pv[block]

    def _learned(self, issued: datetime, until: datetime) -> dict[datetime, float]:
        """Return the load by half-hour that the habits of the weeks before lead to expect."""
        own = self._house.paired(issued)
        midnight = own.replace(hour=0, minute=0)
        if self._profile is None or self._profile[0] != midnight:
            learned = LoadProfile.learn(self._samples(midnight, _HABIT_DAYS * 48), MARKET, midnight.date())
            self._profile = midnight, learned
        recent = self._samples(own, _RECENT)
        start = own.replace(tzinfo=MARKET)
        slots = self._profile[1].forecast(start, start + (until - issued) + _HALF_HOUR, _HALF_HOUR, recent=recent)
        return {issued + (slot.start - start): slot.mean_w for slot in slots}

    def _samples(self, before: datetime, count: int) -> list[LoadSample]:
        known = self._house.known(before - step * _HALF_HOUR for step in range(count, 0, -1))
        return [
            LoadSample(start=start.replace(tzinfo=MARKET), duration=_HALF_HOUR, energy_kwh=power.load_w / 2000)
            for start, power in known
        ]

    def _forecast_pv(self, block: datetime) -> float:
        around = [self._house.around(block + step * _HALF_HOUR).pv_w for step in range(-2, 3)]
        try:
            own = self._house.paired(block)
        except DataError:
            return fmean(around)
        lately = [power.pv_w for _, power in self._house.known(own - day * _DAY for day in range(1, _RECENT_DAYS + 1))]
        usual = fmean(lately) if lately else around[2]
        off = Random(f"{self._seed} {block.date()}").gauss(0, _DAY_SPREAD)
        return (_OWN_WEATHER * fmean(around) + (1 - _OWN_WEATHER) * usual) * exp(off - _DAY_SPREAD**2 / 2)


def _floor(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)
