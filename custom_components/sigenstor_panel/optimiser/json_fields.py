"""Fields of JSON objects, read so that what is missing or of the wrong kind is named."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import isfinite
from typing import Any

from ..model.message import Message, plain, say
from .contract import InputError


def as_object(field: str, value: object) -> Mapping[str, Any]:
    """Return a value that must be an object."""
    if not isinstance(value, Mapping):
        raise InputError(field, say("invalid.case_object"))
    return value


def get(data: Mapping[str, Any], field: str) -> Any:
    """Return a field that must be there."""
    if field not in data:
        raise InputError(field, say("invalid.case_missing"))
    return data[field]


def part(data: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    """Return a field that must be an object."""
    return as_object(field, get(data, field))


def items(data: Mapping[str, Any], field: str) -> list[Any]:
    """Return a field that must be a list."""
    value = get(data, field)
    if not isinstance(value, list):
        raise InputError(field, say("invalid.case_list"))
    return value


def text(data: Mapping[str, Any], field: str) -> str:
    """Return a field that must be text."""
    value = get(data, field)
    if not isinstance(value, str):
        raise InputError(field, say("invalid.case_text", value=repr(value)))
    return value


def message(data: Mapping[str, Any], field: str) -> Message:
    """Return a field that must be a message; what earlier versions wrote is plain text."""
    value = get(data, field)
    if isinstance(value, str):
        return plain(value)
    try:
        return Message.from_dict(as_object(field, value))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(field, say("invalid.case_message")) from None


def as_number(field: str, value: object) -> float:
    """Return a value that must be a finite number; an int stays one, so that it is written as it was."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise InputError(field, say("invalid.case_number", value=repr(value)))
    return value


def number(data: Mapping[str, Any], field: str) -> float:
    """Return a field that must be a finite number."""
    return as_number(field, get(data, field))


def whole(data: Mapping[str, Any], field: str) -> int:
    """Return a field that must be a whole number of at least 0."""
    value = number(data, field)
    if not isinstance(value, int) or value < 0:
        raise InputError(field, say("invalid.case_whole", value=repr(value)))
    return value


def moment(data: Mapping[str, Any], field: str) -> datetime:
    """Return a field that must be a time with offset, in UTC."""
    value = text(data, field)
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise InputError(field, say("invalid.case_time", value=repr(value))) from None
    if found.utcoffset() is None:
        raise InputError(field, say("invalid.case_time", value=repr(value)))
    return found.astimezone(UTC)


def as_choice[E: StrEnum](field: str, value: object, choices: type[E]) -> E:
    """Return a value that must be one of a set."""
    try:
        return choices(str(value))
    except ValueError:
        raise InputError(field, say("invalid.case_choice", choices=", ".join(choices), value=repr(value))) from None


def choice[E: StrEnum](data: Mapping[str, Any], field: str, choices: type[E]) -> E:
    """Return a field that must be one of a set."""
    return as_choice(field, get(data, field), choices)


def as_seconds(field: str, value: object) -> timedelta:
    """Return a number of seconds."""
    try:
        return timedelta(seconds=as_number(field, value))
    except OverflowError:
        raise InputError(field, say("invalid.case_long")) from None


def record[R](kind: type[R], data: Mapping[str, Any]) -> R:
    """Return a dataclass of numbers; what is missing has its default, what is not known is refused."""
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for name, value in data.items():
        if name not in known:
            raise InputError(name, say("invalid.case_unknown"))
        if value is not None and not isinstance(value, bool):
            as_number(name, value)
    for name, field in known.items():
        if name not in data and field.default is MISSING:
            raise InputError(name, say("invalid.case_missing"))
    try:
        return kind(**data)
    except TypeError:
        empty = ", ".join(name for name, value in data.items() if value is None)
        raise InputError(empty, say("invalid.case_number", value=repr(None))) from None
