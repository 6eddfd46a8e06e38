"""CSV (RFC 4180) that a spreadsheet can open without running anything."""

from collections.abc import Callable, Iterable
import csv
from datetime import datetime
import io

from ..model.message import Message

type InWords = Callable[[Message, datetime], str]
"""Returns a message as a sentence, with its times as seen from a moment."""

_TEXT_SIGN = "'"
_ESCAPED_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", _TEXT_SIGN)


def escape_formula(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, with an apostrophe before it where it could be.

    A text that begins with an apostrophe gets another: every text is what it was, without its first apostrophe.
    """
    return _TEXT_SIGN + text if text.startswith(_ESCAPED_STARTS) else text


def csv_lines(rows: Iterable[Iterable[object]]) -> str:
    """Return the rows as lines."""
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(rows)
    return lines.getvalue()
