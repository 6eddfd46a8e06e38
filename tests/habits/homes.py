"""Made-up homes whose habits are known."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from custom_components.sigenstor_panel.optimiser.load.habits import LoadSample

BRISBANE = ZoneInfo("Australia/Brisbane")
SYDNEY = ZoneInfo("Australia/Sydney")
TODAY = date(2026, 3, 16)
"""A Monday."""

type Habit = Callable[[datetime], float]
"""The load in W at a local time."""


def evening_home(local: datetime) -> float:
    """A home that uses 2000 W from 18:00 to 20:00 and 400 W else."""
    return 2000.0 if 18 <= local.hour < 20 else 400.0


def history(
    habit: Habit,
    *,
    zone: tzinfo = BRISBANE,
    until: date = TODAY,
    days: int = 42,
    duration: timedelta = timedelta(minutes=30),
) -> list[LoadSample]:
    """Return what a home used in the days before a date, in samples of one length."""
    start = datetime(until.year, until.month, until.day, tzinfo=zone).astimezone(UTC) - timedelta(days=days)
    count = timedelta(days=days) // duration
    return [sample(start + number * duration, duration, habit, zone) for number in range(count)]


def sample(start: datetime, duration: timedelta, habit: Habit, zone: tzinfo) -> LoadSample:
    """Return what a home used from a moment on, by the minute."""
    minutes = range(duration // timedelta(minutes=1))
    energy_kwh = sum(habit((start + timedelta(minutes=minute)).astimezone(zone)) for minute in minutes) / 60_000
    return LoadSample(start=start, duration=duration, energy_kwh=energy_kwh)
