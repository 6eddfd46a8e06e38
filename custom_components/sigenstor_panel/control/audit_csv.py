"""Audit entries as CSV (RFC 4180) that a spreadsheet can open without running anything."""

from collections.abc import Iterable
import csv
from dataclasses import fields
import io
import json

from .audit_entry import AuditEntry, RegisterValues

_TEXT_SIGN = "'"
_ESCAPED_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", _TEXT_SIGN)


def csv_header() -> str:
    """Return the line with the names of the columns."""
    return _lines([[field.name for field in fields(AuditEntry)]])


def csv_rows(entries: Iterable[AuditEntry]) -> str:
    """Return a line for each entry.

    A text that a spreadsheet could take for a formula has an apostrophe before it, and so has a text that
    begins with one: every text is what was recorded, without its first apostrophe.
    """
    return _lines(_cells(entry) for entry in entries)


def _cells(entry: AuditEntry) -> list[object]:
    return [
        entry.id,
        entry.time.isoformat(timespec="microseconds"),
        entry.actor.value,
        _harmless(entry.owner),
        entry.action.value,
        _harmless(entry.reason),
        entry.power_w,
        _registers(entry.previous),
        _registers(entry.wanted),
        _registers(entry.read_back),
        entry.outcome.value,
        _harmless(entry.detail),
    ]


def _harmless(text: str) -> str:
    return _TEXT_SIGN + text if text.startswith(_ESCAPED_STARTS) else text


def _registers(values: RegisterValues | None) -> str:
    return "" if values is None else json.dumps(dict(values))


def _lines(rows: Iterable[Iterable[object]]) -> str:
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(rows)
    return lines.getvalue()
