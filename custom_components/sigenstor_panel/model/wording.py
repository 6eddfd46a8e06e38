"""Writes messages as sentences, with their numbers and times as people write them. `frontend/src/message.ts` agrees."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from math import isfinite
import re
from typing import Final

from .message import PLAIN_TEXT, Message, Value
from .validation import DAY_NAMES

_HUNDREDTHS: Final = {"AUD": "c", "NZD": "c", "USD": "¢", "CAD": "¢", "EUR": "ct", "GBP": "p"}
"""How a hundredth of a currency is written behind a number; the others are written in whole units."""

_SYMBOLS: Final = {"AUD": "$", "NZD": "$", "USD": "$", "CAD": "$", "EUR": "€", "GBP": "£"}

_UNKNOWN: Final = "–"
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The language, clock and currency in which messages are written."""

    texts: Mapping[str, str]
    """By key; those of weekdays are `weekday.mon` and so on."""
    zone: tzinfo
    currency: str
    decimal_comma: bool

    def sentence(self, message: Message, now: datetime) -> str:
        """Return the message without its details; times are told as seen from `now`."""
        if message.key == PLAIN_TEXT:
            return str(message.values["text"])
        if (text := self.texts.get(message.key)) is None:
            return str(message)
        said = {name: self._value(name, value, now) for name, value in message.values.items()}
        return _PLACEHOLDER.sub(lambda found: said.get(found[1], found[0]), text)

    def text(self, message: Message, now: datetime) -> str:
        """Return the message with its details."""
        sentences = [self.sentence(part, now) for part in (message, *message.details)]
        return sentences[0] if len(sentences) == 1 else f"{'. '.join(sentences)}."

    def _value(self, name: str, value: Value, now: datetime) -> str:
        if isinstance(value, Message):
            return self.sentence(value, now)
        if isinstance(value, tuple):
            return ", ".join(self.sentence(message, now) for message in value)
        if isinstance(value, datetime):
            return self._time(value, now)
        if isinstance(value, str):
            return value
        if not isfinite(value * 100):
            return _UNKNOWN
        if name.endswith("_per_kwh"):
            return self._price(value)
        unit = name.rpartition("_")[2]
        if unit == "money":
            return self._money(value)
        write = _UNITS.get(unit, _number)
        text = write(value)
        return text.replace(".", ",") if self.decimal_comma else text

    def _price(self, per_kwh: float) -> str:
        hundredth = _HUNDREDTHS.get(self.currency)
        if hundredth is None:
            text = f"{_rounded(per_kwh, 2):.2f} {self.currency}"
        else:
            text = f"{_rounded(per_kwh * 100, 1 if abs(per_kwh) < 0.1 else 0)} {hundredth}"
        return text.replace(".", ",") if self.decimal_comma else text

    def _money(self, amount: float) -> str:
        """Return an amount, which only notifications tell: "$1.20" in English, "1,20 €" elsewhere."""
        number, symbol = f"{abs(_rounded(amount, 2)):.2f}", _SYMBOLS.get(self.currency)
        sign = "-" if _rounded(amount, 2) < 0 else ""
        if symbol is not None and not self.decimal_comma:
            return f"{sign}{symbol}{number}"
        text = f"{sign}{number} {symbol or self.currency}"
        return text.replace(".", ",") if self.decimal_comma else text

    def _time(self, moment: datetime, now: datetime) -> str:
        """Return "18:30", "18:30 tomorrow" or "Sunday 18:30"."""
        local, today = moment.astimezone(self.zone), now.astimezone(self.zone)
        time = f"{local:%H:%M}"
        days = local.toordinal() - today.toordinal()
        if days == 0:
            return time
        if days == 1:
            return self.texts.get("word.time_tomorrow", "{time}").replace("{time}", time)
        weekday = self.texts.get(f"weekday.{DAY_NAMES[local.weekday()]}", "")
        return f"{weekday} {time}"


def _rounded(value: float, digits: int) -> float | int:
    return round(value, digits) + 0.0 if digits else round(value)


def _number(value: float, digits: int = 1) -> str:
    """Return a number with so many digits, without zeros at its end."""
    text = f"{_rounded(value, digits):.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _power(watts: float) -> str:
    size = abs(watts)
    if size < 995:
        return f"{round(watts) if size < 100 else round(watts / 10) * 10} W"
    return f"{watts / 1000:.{1 if size < 99_950 else 0}f} kW"


def _energy(kwh: float) -> str:
    return f"{_rounded(kwh, 1):.1f} kWh" if abs(kwh) < 99.95 else f"{kwh:.0f} kWh"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{round(seconds)} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{_number(seconds / 3600)} h"


_UNITS: Final[Mapping[str, Callable[[float], str]]] = {
    "w": _power,
    "kwh": _energy,
    "soc": lambda value: f"{_number(value)} %",
    "percent": lambda value: f"{_number(value)} %",
    "a": lambda value: f"{_number(value)} A",
    "c": lambda value: f"{_number(value)} °C",
    "s": _duration,
}
"""How a number is written, by the unit at the end of its name."""
