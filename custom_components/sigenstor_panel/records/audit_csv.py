"""Audit entries as CSV."""

from collections.abc import Iterable
from dataclasses import fields
import json

from ..model.audit_entry import AuditEntry, RegisterValues
from .csv_text import InWords, csv_lines, escape_formula


def csv_header() -> str:
    """Return the line with the names of the columns."""
    return csv_lines([[field.name for field in fields(AuditEntry)]])


def csv_rows(entries: Iterable[AuditEntry], tell: InWords) -> str:
    """Return a line for each entry."""
    return csv_lines(_cells(entry, tell) for entry in entries)


def _cells(entry: AuditEntry, tell: InWords) -> list[object]:
    return [
        entry.id,
        entry.time.isoformat(timespec="microseconds"),
        entry.actor.value,
        escape_formula(tell(entry.owner, entry.time)),
        entry.action.value,
        escape_formula(tell(entry.reason, entry.time)),
        entry.power_w,
        _registers(entry.previous),
        _registers(entry.wanted),
        _registers(entry.read_back),
        entry.outcome.value,
        "" if entry.detail is None else escape_formula(tell(entry.detail, entry.time)),
    ]


def _registers(values: RegisterValues | None) -> str:
    return "" if values is None else json.dumps(dict(values))
