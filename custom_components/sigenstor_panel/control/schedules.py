"""Schedules: what the battery is to do at which hours of which days, on the clock on the wall."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Final
import unicodedata
from uuid import uuid4

from ..model.message import say
from ..model.validation import (
    DAY_NAMES,
    MAX_POWER_W,
    InvalidInputError,
    choice,
    day_of,
    flag,
    instant,
    nothing_for_hold,
    power_w,
    required,
    soc,
    time_of_day,
    whole_number,
)

MAX_NAME_LENGTH: Final = 60
MAX_PRIORITY: Final = 100

_IDENTITY = frozenset({"id", "created_at"})
_DEFAULTS: Final[Mapping[str, Any]] = {
    "enabled": True,
    "days": DAY_NAMES,
    "power_w": None,
    "target_soc": None,
    "priority": 0,
    "only_on": None,
}
_FIELDS = frozenset({"name", "action", "start", "end", *_DEFAULTS})
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


class ScheduleAction(StrEnum):
    """What a schedule does with the battery."""

    CHARGE = "charge"
    DISCHARGE = "discharge"
    HOLD = "hold"
    SELF_CONSUME = "self_consume"
    """Leave the battery to the house and the sun, whatever the optimiser would do."""


_WITHOUT_POWER = (ScheduleAction.HOLD, ScheduleAction.SELF_CONSUME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One action at a time of day on some days of the week; it crosses midnight when end is before start."""

    id: str
    name: str
    enabled: bool
    action: ScheduleAction
    start: time
    end: time
    days: frozenset[int]
    """The days that a window starts on; 0 is Monday."""
    power_w: int
    """Above 0 for charge and discharge, else 0."""
    target_soc: float | None
    """Charge up to this, discharge down to this; None for no target."""
    priority: int
    """Of schedules that overlap the highest wins."""
    created_at: datetime
    only_on: date | None = None
    """The only day that a window starts on; None for every week."""

    def is_over(self, today: date) -> bool:
        """Return whether the only day that it ran on has been over for a whole day."""
        days = 1 if self.start < self.end else 2
        return self.only_on is not None and today - self.only_on > days * _DAY

    def as_dict(self) -> dict[str, Any]:
        """Return the schedule as JSON can hold it."""
        return {
            "id": self.id,
            "name": self.name,
            "enabled": self.enabled,
            "action": self.action.value,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "days": [DAY_NAMES[day] for day in sorted(self.days)],
            "power_w": self.power_w,
            "target_soc": self.target_soc,
            "priority": self.priority,
            "created_at": self.created_at.isoformat(),
            "only_on": None if self.only_on is None else self.only_on.isoformat(),
        }

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Schedule:
        """Return the schedule that `as_dict` described; what was damaged since is refused."""
        identifier = required(data, "id")
        if not isinstance(identifier, str) or not identifier:
            raise InvalidInputError("id", say("invalid.text"), identifier)
        # Written before there were schedules for one day, it has no such day.
        return _checked({"only_on": None, **data}, identifier, instant("created_at", required(data, "created_at")))


@dataclass(frozen=True, slots=True)
class Window:
    """One occurrence of a schedule; both ends are in UTC, and the end is no longer part of it."""

    schedule: Schedule
    start: datetime
    end: datetime


def parse_schedule(
    data: Mapping[str, Any], *, now: datetime, existing: Schedule | None = None, most_w: int = MAX_POWER_W
) -> Schedule:
    """Return the schedule that the input asks for, or the existing one with the input's changes.

    Every field is checked and an unknown one is refused. `id` and `created_at` are not the input's to
    choose and count for nothing, so that an editor can send back what it was given.
    """
    for field in data:
        if field not in _FIELDS | _IDENTITY:
            raise InvalidInputError(
                str(field), say("invalid.known_fields", fields=", ".join(sorted(_FIELDS))), data[field]
            )
    if data.get("days") is not None and data.get("only_on") is not None:
        only_on = day_of("only_on", data["only_on"])
        # An editor sends back the one that it was given.
        if _days(data["days"]) != {only_on.weekday()}:
            raise InvalidInputError("days", say("invalid.days_of_only_on"), data["days"])
    if existing is None:
        return _checked({**_DEFAULTS, **data}, uuid4().hex, now.astimezone(UTC), most_w)
    kept = existing.as_dict()
    if data.get("action") in _WITHOUT_POWER:
        kept |= {"power_w": 0, "target_soc": None}
    return _checked({**kept, **data}, existing.id, existing.created_at, most_w)


def windows(schedule: Schedule, since: datetime, until: datetime, zone: tzinfo) -> Iterator[Window]:
    """Yield the schedule's windows that touch [since, until), in order, whether it is enabled or not.

    The times are those of the clock on the wall. One that the clock skips is the first moment after the gap;
    one that it shows twice is the first of the two. A window that lies in a gap altogether does not happen.
    """
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    day = since.astimezone(zone).date() - _DAY
    last_day = until.astimezone(zone).date()
    while day <= last_day:
        if day.weekday() in schedule.days and schedule.only_on in {None, day}:
            window = _window(schedule, day, zone)
            if window is not None and window.start < until and window.end > since:
                yield window
        day += _DAY


def check_day(schedule: Schedule, now: datetime, zone: tzinfo) -> None:
    """Raise `InvalidInputError` for a schedule for one day that has no window any more, or never had one."""
    if schedule.only_on is None:
        return
    try:
        window = _window(schedule, schedule.only_on, zone)
    except OverflowError:
        window = None
    if window is None or window.end <= now:
        raise InvalidInputError("only_on", say("invalid.day_not_over"), schedule.only_on.isoformat())


def active_window(schedules: Iterable[Schedule], now: datetime, zone: tzinfo) -> Window | None:
    """Return the window that counts now: of enabled schedules the highest priority, then the newest."""
    running = (
        window
        for schedule in schedules
        if schedule.enabled
        for window in windows(schedule, now, now + _SECOND, zone)
        if window.start <= now
    )
    return max(running, key=_rank, default=None)


def _window(schedule: Schedule, day: date, zone: tzinfo) -> Window | None:
    """Return the window that starts on a day; None where it lies in a gap of the clock."""
    end_day = day if schedule.start < schedule.end else day + _DAY
    start, end = _moment(day, schedule.start, zone), _moment(end_day, schedule.end, zone)
    return Window(schedule, start, end) if start < end else None


def _rank(window: Window) -> tuple[int, datetime, str]:
    schedule = window.schedule
    return schedule.priority, schedule.created_at, schedule.id


def _moment(day: date, wall_time: time, zone: tzinfo) -> datetime:
    """Return the first moment, in UTC, at which the clock on the wall shows this time or has skipped it."""
    local = datetime.combine(day, wall_time, zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    # In a gap: fold 1 reads the time with the offset after it, which lands before it.
    before, after = local.replace(fold=1).astimezone(UTC), moment
    offset_before = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == offset_before:
            before = middle
        else:
            after = middle
    return after


def _checked(data: Mapping[str, Any], identifier: str, created_at: datetime, most_w: int = MAX_POWER_W) -> Schedule:
    action = choice("action", required(data, "action"), ScheduleAction)
    start = time_of_day("start", required(data, "start"))
    end = time_of_day("end", required(data, "end"))
    if end == start:
        raise InvalidInputError("end", say("invalid.another_time"), end.isoformat())
    only_on = None if required(data, "only_on") is None else day_of("only_on", data["only_on"])
    power, target = _power_and_target(action, required(data, "power_w"), required(data, "target_soc"), most_w)
    return Schedule(
        id=identifier,
        name=_name(required(data, "name")),
        enabled=flag("enabled", required(data, "enabled")),
        action=action,
        start=start,
        end=end,
        days=_days(required(data, "days")) if only_on is None else frozenset({only_on.weekday()}),
        power_w=power,
        target_soc=target,
        priority=whole_number("priority", required(data, "priority"), -MAX_PRIORITY, MAX_PRIORITY),
        created_at=created_at,
        only_on=only_on,
    )


def _power_and_target(action: ScheduleAction, power: object, target: object, most_w: int) -> tuple[int, float | None]:
    if action in _WITHOUT_POWER:
        nothing_for_hold(power, target)
        return 0, None
    return power_w("power_w", power, most_w), None if target is None else soc("target_soc", target)


def _name(value: object) -> str:
    name = value.strip() if isinstance(value, str) else ""
    if not 1 <= len(name) <= MAX_NAME_LENGTH or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in name):
        raise InvalidInputError("name", say("invalid.name_on_one_line", longest=MAX_NAME_LENGTH), value)
    return name


def _days(value: object) -> frozenset[int]:
    days = list(value) if isinstance(value, list | tuple | set | frozenset) else []
    if not days:
        raise InvalidInputError("days", say("invalid.days"), value)
    return frozenset(_day(day) for day in days)


def _day(value: object) -> int:
    if isinstance(value, str) and value.lower() in DAY_NAMES:
        return DAY_NAMES.index(value.lower())
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 6:
        raise InvalidInputError("days", say("invalid.days"), value)
    return value
