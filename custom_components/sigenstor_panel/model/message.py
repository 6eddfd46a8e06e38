"""What people are told: the key of a text in `translations/`, and the values in it.

The text is looked up and the values are written where a person reads them: by the panel in the language, clock and
currency of its reader, by entities, events and the logbook in those of Home Assistant, prices in the currency of the contract.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
import json
from typing import Any, Final, Self

type Value = str | float | datetime | Message | tuple[Message, ...]

PLAIN_TEXT: Final = "word.text"
"""The key of a message that is its own text: a name that an owner chose, what another program said."""


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for people, and those that explain it.

    The end of a value's name is its unit: `_w`, `_kwh`, `_per_kwh`, `_soc`, `_percent`, `_a`, `_c`, `_s`, `_money`, and `_at`
    for a time. Other numbers and strings stand in the sentence as they are.
    """

    key: str
    """The group and the name below `config_panel` in `translations/`."""
    values: Mapping[str, Value] = field(default_factory=dict)
    details: tuple[Message, ...] = ()

    def __str__(self) -> str:
        """Return the message for a log: its text where it is one, its key and values otherwise."""
        if self.key == PLAIN_TEXT:
            return str(self.values["text"])
        values = (f"{name}={_logged(value)}" for name, value in self.values.items())
        return "; ".join((" ".join((self.key, *values)), *map(str, self.details)))

    def explained(self, *details: Message) -> Self:
        """Return the message with more sentences that explain it."""
        return replace(self, details=(*self.details, *details))

    def as_dict(self) -> dict[str, Any]:
        """Return the message as JSON can hold it."""
        data: dict[str, Any] = {"key": self.key}
        if self.values:
            data["values"] = {name: _as_json(value) for name, value in self.values.items()}
        if self.details:
            data["details"] = [detail.as_dict() for detail in self.details]
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the message that `as_dict` described. Raises KeyError, TypeError or ValueError for anything else."""
        if not isinstance(data["key"], str):
            raise TypeError(data["key"])
        values = {name: _from_json(name, value) for name, value in data.get("values", {}).items()}
        if data["key"] == PLAIN_TEXT and not isinstance(values["text"], str):
            raise TypeError(values["text"])
        return cls(data["key"], values, tuple(cls.from_dict(detail) for detail in data.get("details", ())))

    def as_text(self) -> str:
        """Return the message as a column of text can hold it."""
        return json.dumps(self.as_dict(), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the message that `as_text` described; any other text, as older versions stored it, is its own."""
        try:
            return cls.from_dict(json.loads(text, parse_constant=_refuse))
        except ValueError, TypeError, KeyError, AttributeError, RecursionError:
            return cls(PLAIN_TEXT, {"text": text})


class MessageError(Exception):
    """An error that people are told of."""

    def __init__(self, message: Message) -> None:
        """Keep what is told."""
        super().__init__(str(message))
        self.message = message


def say(key: str, *details: Message | None, **values: Value) -> Message:
    """Return the message with this key, these values, and the sentences that explain it, with those that explain them."""
    if not details:
        return Message(key, values)
    parts = [part for detail in details if detail is not None for part in (_alone(detail), *detail.details)]
    return Message(key, values, tuple(parts))


def plain(text: str) -> Message:
    """Return a message that is its own text."""
    return Message(PLAIN_TEXT, {"text": text})


def told_by(err: BaseException) -> Message:
    """Return what an error tells people; of other programs, what they said, without the path of a file."""
    message = getattr(err, "message", None)
    if isinstance(message, Message):
        return message
    # The path of some files holds a serial number.
    return plain(getattr(err, "strerror", None) or str(err) or type(err).__name__)


def _alone(message: Message) -> Message:
    return replace(message, details=()) if message.details else message


def _logged(value: Value) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _as_json(value: Value) -> Any:
    if isinstance(value, Message):
        return value.as_dict()
    if isinstance(value, tuple):
        return [message.as_dict() for message in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _refuse(constant: str) -> None:
    """Refuse NaN and infinities, which JSON cannot hold."""
    raise ValueError(constant)


def _from_json(name: str, value: Any) -> Value:
    if isinstance(value, Mapping):
        return Message.from_dict(value)
    if isinstance(value, list):
        return tuple(map(Message.from_dict, value))
    if name.endswith("_at") and isinstance(value, str):
        return datetime.fromisoformat(value)
    if not isinstance(value, str | int | float):
        raise TypeError(value)
    return value
