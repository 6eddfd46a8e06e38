"""Records every attempt to write to the plant, for ever: before the device is touched, and what came of it.

The functions here block: call them in an executor.
"""

from collections.abc import Iterator
from datetime import datetime
import json
from typing import Any, Final, Unpack, override

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update

from ..model.audit_entry import (
    AlreadyCompletedError,
    Attempt,
    AuditEntry,
    AuditFilter,
    AuditQuery,
    AuditUnavailableError,
    Outcome,
    RegisterValues,
)
from ..model.command import Action, Actor, ChargerAction
from ..model.message import Message, say
from .audit_csv import csv_header, csv_rows
from .audit_table import AUDIT, MAX_OWNER_LENGTH, SCHEMA_VERSION
from .csv_text import InWords
from .database import Database, microseconds, moment_of, pages, storable
from .trail import Log

__all__ = [
    "AlreadyCompletedError",
    "Attempt",
    "AuditEntry",
    "AuditFilter",
    "AuditLog",
    "AuditQuery",
    "AuditUnavailableError",
    "Outcome",
    "RegisterValues",
]

_INTERRUPTED: Final = say("control.interrupted").as_text()
_ORDER = (AUDIT.c.time_us, AUDIT.c.id)


class AuditLog(Log):
    """The append-only log of one plant; several plants can share a database.

    No row is ever deleted, except with all others when the owner removes a system for good; and a row changes once: when
    its outcome is known.
    """

    def __init__(self, url: str, plant: str) -> None:
        """Take the SQLAlchemy URL of the database; nothing is opened yet."""
        super().__init__(plant, Database(url, AUDIT, SCHEMA_VERSION, "audit_log", AuditUnavailableError))
        self._begun = set[int]()
        """Rows of this process that wait for their outcome: no crash interrupted them."""

    @override
    def open(self) -> list[AuditEntry]:
        """Create what is missing, and return the rows that a crash left started, now marked interrupted.

        After a failure it can be called again.
        """
        with self._database.opened() as connection:
            return self._mark_interrupted(connection)

    def begin(self, **attempt: Unpack[Attempt]) -> int:
        """Record that a write is about to happen and return the row's id; it is on disk then."""
        values = insert(AUDIT).values(
            plant=self._plant,
            time_us=microseconds(attempt["time"]),
            actor=attempt["actor"].value,
            owner=_owner(attempt["owner"]),
            action=attempt["action"].value,
            reason=_text(attempt["reason"]),
            power_w=attempt["power_w"],
            previous=_as_json(attempt["previous"]),
            wanted=_as_json(attempt["wanted"]),
            outcome=Outcome.STARTED.value,
            detail="",
        )
        row = self._database.insert(values)
        self._begun.add(row)
        return row

    def complete(
        self,
        entry_id: int,
        outcome: Outcome,
        read_back: RegisterValues | None = None,
        detail: Message | None = None,
    ) -> None:
        """Record what came of a write that was begun; once."""
        if outcome is Outcome.STARTED:
            raise ValueError(outcome)
        completion = (
            update(AUDIT)
            .where(AUDIT.c.id == entry_id, *self._started())
            .values(outcome=outcome.value, read_back=_as_json(read_back), detail=_text(detail))
        )
        with self._database.transaction("written") as connection:
            completed = connection.execute(completion).rowcount
        self._begun.discard(entry_id)
        if not completed:
            raise AlreadyCompletedError(entry_id)

    def query(
        self,
        start: datetime,
        end: datetime,
        *,
        limit: int,
        offset: int = 0,
        newest_first: bool = False,
        **only: Unpack[AuditFilter],
    ) -> list[AuditEntry]:
        """Return the rows of [start, end), oldest first unless it is told otherwise; only those that the filter keeps."""
        in_range = self._in_range(start, end, **only)
        return self._read(*in_range, limit=limit, offset=offset, newest_first=newest_first)

    def count(self, start: datetime, end: datetime, **only: Unpack[AuditFilter]) -> int:
        """Return how many rows `query` would find without a limit."""
        rows = select(func.count()).select_from(AUDIT).where(*self._in_range(start, end, **only))
        with self._database.transaction("read") as connection:
            return connection.execute(rows).scalar_one()

    def attempts(self, *, after: int = 0) -> Iterator[AuditEntry]:
        """Yield the rows after one whose writes may have reached the plant, oldest first; each step may block."""
        not_refused = AUDIT.c.plant == self._plant, AUDIT.c.outcome != Outcome.REFUSED.value
        for page in self._pages(*not_refused, AUDIT.c.id > after):
            yield from page

    def purge(self) -> None:
        """Delete every row of this plant: nothing is left of its record."""
        with self._database.transaction("written") as connection:
            connection.execute(delete(AUDIT).where(AUDIT.c.plant == self._plant))

    def export_csv(self, start: datetime, end: datetime, tell: InWords) -> Iterator[str]:
        """Yield the rows of [start, end) as CSV, oldest first: the header, then a page at a time; each step blocks."""
        yield csv_header()
        for page in self._pages(*self._in_range(start, end)):
            yield csv_rows(page, tell)

    def _pages(self, *conditions: ColumnElement[bool]) -> Iterator[list[AuditEntry]]:
        return pages(lambda more, limit: self._read(*conditions, *more, limit=limit), _after)

    def _read(
        self, *conditions: ColumnElement[bool], limit: int, offset: int = 0, newest_first: bool = False
    ) -> list[AuditEntry]:
        order = [column.desc() for column in _ORDER] if newest_first else _ORDER
        rows = select(AUDIT).where(*conditions).order_by(*order).limit(limit).offset(offset)
        with self._database.transaction("read") as connection:
            return [_entry(row) for row in connection.execute(rows)]

    def _mark_interrupted(self, connection: Connection) -> list[AuditEntry]:
        left = (*self._started(), AUDIT.c.id.not_in(self._begun))
        ids = connection.execute(select(AUDIT.c.id).where(*left)).scalars().all()
        # Also where there is nothing to mark: a log that cannot be written says so before a write needs it.
        connection.execute(update(AUDIT).where(*left).values(outcome=Outcome.INTERRUPTED.value, detail=_INTERRUPTED))
        marked = connection.execute(select(AUDIT).where(AUDIT.c.id.in_(ids)).order_by(*_ORDER))
        return [_entry(row) for row in marked]

    def _started(self) -> tuple[ColumnElement[bool], ...]:
        return AUDIT.c.plant == self._plant, AUDIT.c.outcome == Outcome.STARTED.value

    def _in_range(self, start: datetime, end: datetime, **only: Unpack[AuditFilter]) -> list[ColumnElement[bool]]:
        conditions = [
            AUDIT.c.plant == self._plant,
            AUDIT.c.time_us >= microseconds(start),
            AUDIT.c.time_us < microseconds(end),
        ]
        if actor := only.get("actor"):
            conditions.append(AUDIT.c.actor == actor.value)
        if outcome := only.get("outcome"):
            conditions.append(AUDIT.c.outcome == outcome.value)
        return conditions


def _after(entry: AuditEntry) -> ColumnElement[bool]:
    time_us = microseconds(entry.time)
    return or_(AUDIT.c.time_us > time_us, (AUDIT.c.time_us == time_us) & (AUDIT.c.id > entry.id))


def _action(name: str) -> Action | ChargerAction:
    return ChargerAction(name) if name in ChargerAction else Action(name)


def _as_json(values: RegisterValues | None) -> str | None:
    return None if values is None else json.dumps(dict(values))


def _text(message: Message | None) -> str:
    return "" if message is None else storable(message.as_text())


def _owner(owner: Message) -> str:
    text = _text(owner)
    return text if len(text) <= MAX_OWNER_LENGTH else storable(str(owner))[:MAX_OWNER_LENGTH]


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        time=moment_of(row.time_us),
        actor=Actor(row.actor),
        owner=Message.from_text(row.owner),
        action=_action(row.action),
        reason=Message.from_text(row.reason),
        power_w=row.power_w,
        previous=json.loads(row.previous),
        wanted=json.loads(row.wanted),
        read_back=None if row.read_back is None else json.loads(row.read_back),
        outcome=Outcome(row.outcome),
        detail=Message.from_text(row.detail) if row.detail else None,
    )
