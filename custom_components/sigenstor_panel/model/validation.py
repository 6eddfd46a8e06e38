"""Turns what people and programs send into values that can be trusted, or refuses it in a message."""

from collections.abc import Mapping, Sized
from datetime import UTC, date, datetime, time
from enum import StrEnum
import re
import reprlib
from typing import Any, Final
from unicodedata import category

from .message import Message, MessageError, say

DAY_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

MAX_POWER_W = 5_000_000
"""The largest power that can be set anywhere; the plant's own limits are the guardrails' business."""

_HOME_POWER_W = 100_000

MAX_NAME_LENGTH: Final = 60

_LONGEST_FIELD = 60
_CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the direction of what is around them: a name with one can look like another sentence."""

PER_KWH: Final = "/kWh"
"""The unit of a price."""

_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)


class InvalidInputError(MessageError, ValueError):
    """A field holds what it must not; the message names the field and says what is allowed."""

    def __init__(self, field: str, allowed: Message, value: object) -> None:
        """Compose the message: "power_w must be from 1 to 100000 W, not nan"."""
        self.field = field[:_LONGEST_FIELD]
        super().__init__(say("invalid.must_be", field=self.field, allowed=allowed, value=reprlib.repr(value)))


def required(data: Mapping[str, Any], field: str) -> Any:
    """Return the field's value; a field that is missing is refused."""
    if field not in data:
        raise InvalidInputError(field, say("invalid.given"), None)
    return data[field]


def number_in(field: str, value: object, low: float, high: float, unit: str = "") -> float:
    """Return a number in [low, high]; NaN, infinities and booleans are no numbers here."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise InvalidInputError(field, _range(low, high, unit), value)
    return value


def plain_name(field: str, value: object, longest: int = MAX_NAME_LENGTH) -> str:
    """Return a name without blanks around it; it is on one line, and no character of it turns the direction of text."""
    text = value.strip() if isinstance(value, str) else ""
    if not 1 <= len(text) <= longest or any(category(sign) in _CONTROL or sign in _TURNING for sign in text):
        raise InvalidInputError(field, say("invalid.plain_name", longest=longest), value)
    return text


def at_most[T: Sized](field: str, value: T, most: int) -> T:
    """Return what has no more elements than this."""
    if len(value) > most:
        raise InvalidInputError(field, say("invalid.at_most", most=most), len(value))
    return value


def most_power_w(rated_w: int | None) -> int:
    """Return the largest power that can be asked of a system, by what its inverters are rated for together."""
    return MAX_POWER_W if rated_w is None else max(_HOME_POWER_W, rated_w)


def power_w(field: str, value: object, most_w: int = MAX_POWER_W) -> int:
    """Return a power in whole W, above 0."""
    return round(number_in(field, value, 1, most_w, " W"))


def soc(field: str, value: object) -> float:
    """Return a state of charge in percent."""
    return float(number_in(field, value, 0, 100, " %"))


def nothing_for_hold(power: object, target_soc: object) -> None:
    """Refuse a power or a target for a hold, which has neither."""
    if power is not None and (isinstance(power, bool) or power != 0):
        raise InvalidInputError("power_w", say("invalid.left_out_for_hold"), power)
    if target_soc is not None:
        raise InvalidInputError("target_soc", say("invalid.left_out_for_hold"), target_soc)


def whole_number(field: str, value: object, low: int, high: int) -> int:
    """Return a whole number in [low, high]; 2.0 is whole, because some forms send nothing else."""
    number = number_in(field, value, low, high)
    if number != int(number):
        raise InvalidInputError(field, say("invalid.whole_number", low=low, high=high), value)
    return int(number)


def flag(field: str, value: object) -> bool:
    """Return a boolean; nothing else counts as one."""
    if not isinstance(value, bool):
        raise InvalidInputError(field, say("invalid.true_or_false"), value)
    return value


def choice[E: StrEnum](field: str, value: object, options: type[E]) -> E:
    """Return the option with this value."""
    if not isinstance(value, str) or value not in options:
        raise InvalidInputError(field, say("invalid.one_of", options=", ".join(options)), value)
    return options(value)


def time_of_day(field: str, value: object) -> time:
    """Return a local wall-clock time in whole seconds, from "HH:MM", "HH:MM:SS" or a naive time."""
    if isinstance(value, time) and value.tzinfo is None:
        return value.replace(microsecond=0, fold=0)
    match = _TIME_OF_DAY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise InvalidInputError(field, say("invalid.time_of_day"), value)
    hour, minute, second = match.groups(default="0")
    return time(int(hour), int(minute), int(second))


def day_of(field: str, value: object) -> date:
    """Return a day from its ISO 8601 text."""
    try:
        if isinstance(value, str):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise InvalidInputError(field, say("invalid.day"), value)


def instant(field: str, value: object) -> datetime:
    """Return a moment in UTC from its ISO 8601 text."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except ValueError, OverflowError:
        pass
    raise InvalidInputError(field, say("invalid.instant"), value)


def _range(low: float, high: float, unit: str) -> Message:
    if unit == PER_KWH:
        return say("invalid.range_per_kwh", low=low, high=high)
    return say("invalid.range", low=low, high=high, unit=unit)
