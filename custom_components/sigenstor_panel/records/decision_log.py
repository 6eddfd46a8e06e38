"""Keeps the decisions and the scores of the days, beside the audit log; the functions of `OptimiserLog` block."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
import json
from typing import Any, Final, Unpack, override
import zlib

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from ..model.audit_entry import UnavailableError
from ..model.command import Action
from ..model.message import Message, plain, say
from ..optimiser.contract import Degradation, Engine, Opinion, Strategy
from ..optimiser.decision import Decision
from .csv_text import InWords, csv_lines, escape_formula
from .database import MYSQL, Database, microseconds, moment_of, pages, storable
from .decision_rows import DayRecord, DecisionFilter, DecisionRow, Savings
from .trail import Log, Trail

KEEP: Final = timedelta(days=90)
KEEP_INPUTS: Final = timedelta(days=30)
"""How long a decision can be replayed: what it saw takes some kilobytes."""

_VERSION = 1
_METADATA = MetaData()
DECISIONS: Final = Table(
    "sigenstor_panel_decisions",
    _METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("plant", String(64), nullable=False),
    Column("time_us", BigInteger, nullable=False),
    Column("mode", String(16), nullable=False),
    Column("strategy", String(16), nullable=False),
    Column("action", String(16), nullable=False),
    Column("target_power_w", Integer, nullable=False),
    Column("export_limit_w", Integer),
    Column("reason", Text, nullable=False),
    Column("confidence", Float(53), nullable=False),
    Column("engine", String(16), nullable=False),
    Column("trigger_name", String(32), nullable=False),
    Column("soc", Float(53)),
    Column("buy", Float(53)),
    Column("sell", Float(53)),
    Column("marginal_per_kwh", Float(53)),
    Column("degradations", Text, nullable=False),
    Column("opinions", Text, nullable=False),
    Column("decision", LargeBinary(2**24 - 1)),
    Index("ix_sigenstor_panel_decisions_time", "plant", "time_us"),
    sqlite_autoincrement=True,
    **MYSQL,
)
SCORES: Final = Table(
    "sigenstor_panel_scores",
    _METADATA,
    Column("plant", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("mode", String(16), nullable=False),
    *(
        Column(name, Float(53), nullable=name in {"rules", "plan"} or name.startswith("share"))
        for name in (field.name for field in fields(DayRecord) if field.name not in {"day", "mode"})
    ),
    **MYSQL,
)
_ROW = [column for column in DECISIONS.c if column.name not in {"plant", "decision"}]
_NEWEST_FIRST = (DECISIONS.c.time_us.desc(), DECISIONS.c.id.desc())


class RecordsUnavailableError(UnavailableError):
    """The decisions or scores cannot be read or written; the message says why."""


def _silent(wait_s: float) -> RecordsUnavailableError:
    return RecordsUnavailableError(say("problem.decisions_silent", wait_s=wait_s))


class OptimiserLog(Log):
    """The decisions and scores of one plant; several plants can share a database."""

    def __init__(self, url: str, plant: str) -> None:
        """Take the SQLAlchemy URL of the database; nothing is opened yet."""
        super().__init__(plant, Database(url, DECISIONS, _VERSION, "decisions", RecordsUnavailableError))

    @override
    def open(self) -> None:
        """Create what is missing; after a failure it can be called again."""
        with self._database.opened():
            pass

    def purge(self) -> None:
        """Delete every decision and score of this plant."""
        with self._database.transaction("written") as connection:
            connection.execute(delete(DECISIONS).where(self._own))
            connection.execute(delete(SCORES).where(SCORES.c.plant == self._plant))

    def add(self, row: DecisionRow, decision: Decision | None) -> int:
        """Record a decision and return its id."""
        values = row.as_dict() | {
            "plant": self._plant,
            "time_us": microseconds(row.made_at),
            "reason": storable(row.reason.as_text()),
            "trigger_name": row.trigger,
            "degradations": json.dumps(row.degradations),
            "opinions": json.dumps([opinion.as_dict() for opinion in row.opinions]),
            "decision": None if decision is None else zlib.compress(json.dumps(decision.as_dict()).encode()),
        }
        for name in ("id", "made_at", "trigger"):
            del values[name]
        return self._database.insert(insert(DECISIONS).values(values))

    def query(self, *conditions: ColumnElement[bool], limit: int, offset: int = 0) -> list[DecisionRow]:
        """Return decisions, newest first."""
        rows = select(*_ROW).where(self._own, *conditions).order_by(*_NEWEST_FIRST).limit(limit).offset(offset)
        with self._database.transaction("read") as connection:
            return [_decision_row(row) for row in connection.execute(rows)]

    def count(self, *conditions: ColumnElement[bool]) -> int:
        """Return how many rows `query` would find without a limit."""
        rows = select(func.count()).select_from(DECISIONS).where(self._own, *conditions)
        with self._database.transaction("read") as connection:
            return connection.execute(rows).scalar_one()

    def export_csv(self, write: InWords, *conditions: ColumnElement[bool]) -> Iterator[str]:
        """Yield decisions as CSV, newest first: the header, then a page at a time; each step blocks."""
        yield csv_lines([[field.name for field in fields(DecisionRow)]])
        for page in pages(lambda more, limit: self.query(*conditions, *more, limit=limit), _before):
            yield csv_lines(_cells(row, write) for row in page)

    def decision(self, decision_id: int) -> Decision | None:
        """Return a decision with all that it depends on; None where that is not kept any more."""
        found = select(DECISIONS.c.decision).where(self._own, DECISIONS.c.id == decision_id)
        with self._database.transaction("read") as connection:
            packed = connection.execute(found).scalar_one_or_none()
        return None if packed is None else _unpacked(packed)

    def decisions(self, start: datetime, end: datetime, apart: timedelta) -> list[Decision]:
        """Return the decisions of [start, end), oldest first, leaving out those too soon after another."""
        rows = (
            select(DECISIONS.c.time_us, DECISIONS.c.decision)
            .where(self._own, *made_in(start, end), DECISIONS.c.decision.is_not(None))
            .order_by(*reversed(_NEWEST_FIRST))
        )
        chosen: list[Decision] = []
        next_at = start
        with self._database.transaction("read") as connection:
            for row in connection.execute(rows.order_by(None).order_by(DECISIONS.c.time_us, DECISIONS.c.id)):
                if (made_at := moment_of(row.time_us)) >= next_at:
                    chosen.append(_unpacked(row.decision))
                    next_at = made_at + apart
        return chosen

    def prune(self, now: datetime) -> None:
        """Forget decisions that are too old, and of others what they saw."""
        old = delete(DECISIONS).where(self._own, DECISIONS.c.time_us < microseconds(now - KEEP))
        seen = update(DECISIONS).where(
            self._own, DECISIONS.c.time_us < microseconds(now - KEEP_INPUTS), DECISIONS.c.decision.is_not(None)
        )
        with self._database.transaction("written") as connection:
            connection.execute(old)
            connection.execute(seen.values(decision=None))

    def add_day(self, record: DayRecord) -> None:
        """Record the score of a day, instead of an earlier one."""
        key = SCORES.c.plant == self._plant, SCORES.c.day == record.day.isoformat()
        with self._database.transaction("written") as connection:
            connection.execute(delete(SCORES).where(*key))
            connection.execute(insert(SCORES).values(plant=self._plant, **record.as_dict()))

    def days(self, start: date, end: date) -> list[DayRecord]:
        """Return the scores from one local day to another, oldest first."""
        between = SCORES.c.day.between(start.isoformat(), end.isoformat())
        rows = select(SCORES).where(SCORES.c.plant == self._plant, between).order_by(SCORES.c.day)
        with self._database.transaction("read") as connection:
            return [_day(row) for row in connection.execute(rows)]

    def savings(self) -> Savings:
        """Return what all days together saved."""
        days = self.days(date.min, date.max)
        return sum((Savings.of(day) for day in days), Savings())

    @property
    def _own(self) -> ColumnElement[bool]:
        return DECISIONS.c.plant == self._plant


class _Store(Trail[OptimiserLog]):
    """A part of the log; its methods raise `RecordsUnavailableError`."""

    def __init__(self, log: OptimiserLog) -> None:
        """Initialize; nothing is opened yet."""
        super().__init__(log, "decisions", _silent)


class DecisionStore(_Store):
    """Every decision."""

    async def add(self, row: DecisionRow, decision: Decision | None) -> int:
        """Record a decision and return its id."""
        return await self.run(lambda: self._log.add(row, decision))

    async def query(
        self, start: datetime, end: datetime, *, limit: int, offset: int = 0, **only: Unpack[DecisionFilter]
    ) -> list[DecisionRow]:
        """Return the decisions of [start, end) that the filter keeps, newest first."""
        conditions = made_in(start, end, **only)
        return await self.run(lambda: self._log.query(*conditions, limit=limit, offset=offset))

    async def count(self, start: datetime, end: datetime, **only: Unpack[DecisionFilter]) -> int:
        """Return how many decisions `query` would find without a limit."""
        return await self.run(lambda: self._log.count(*made_in(start, end, **only)))

    async def get(self, decision_id: int) -> Decision | None:
        """Return a decision with all that it depends on; None where that is not kept any more."""
        return await self.run(lambda: self._log.decision(decision_id))

    def export_csv(self, start: datetime, end: datetime, write: InWords) -> Iterator[str]:
        """Return the decisions as pieces of CSV; each step blocks, so take them with `run`."""
        return self._log.export_csv(write, *made_in(start, end))

    async def between(self, start: datetime, end: datetime, apart: timedelta) -> list[Decision]:
        """Return what the decisions of [start, end) depended on, oldest first, leaving out those too close."""
        return await self.run(lambda: self._log.decisions(start, end, apart))

    async def purge(self) -> None:
        """Delete every decision and score of the plant."""
        await self.run(self._log.purge)

    async def prune(self, now: datetime) -> None:
        """Forget what is too old."""
        await self.run(lambda: self._log.prune(now))


class ScoreStore(_Store):
    """The score of every day."""

    async def add(self, record: DayRecord) -> None:
        """Record the score of a day, instead of an earlier one."""
        await self.run(lambda: self._log.add_day(record))

    async def query(self, start_day: date, end_day: date) -> list[DayRecord]:
        """Return the scores from one local day to another, oldest first."""
        return await self.run(lambda: self._log.days(start_day, end_day))

    async def savings(self) -> Savings:
        """Return what all days together saved."""
        return await self.run(self._log.savings)

    def export_csv(self, days: Sequence[DayRecord]) -> Iterator[str]:
        """Yield days as CSV."""
        yield csv_lines([[field.name for field in fields(DayRecord)]])
        yield csv_lines(day.as_dict().values() for day in days)


def made_in(start: datetime, end: datetime, **only: Unpack[DecisionFilter]) -> list[ColumnElement[bool]]:
    """Return the conditions for decisions of [start, end) that the filter keeps."""
    conditions = [DECISIONS.c.time_us >= microseconds(start), DECISIONS.c.time_us < microseconds(end)]
    if action := only.get("action"):
        conditions.append(DECISIONS.c.action == action.value)
    if engine := only.get("engine"):
        conditions.append(DECISIONS.c.engine == engine.value)
    return conditions


def _before(row: DecisionRow) -> ColumnElement[bool]:
    return tuple_(DECISIONS.c.time_us, DECISIONS.c.id) < (microseconds(row.made_at), row.id)


def _unpacked(packed: bytes) -> Decision:
    return Decision.from_dict(json.loads(zlib.decompress(packed)))


def _decision_row(row: Row[Any]) -> DecisionRow:
    values = row._asdict()
    return DecisionRow(
        **values
        | {
            "made_at": moment_of(values.pop("time_us")),
            "trigger": values.pop("trigger_name"),
            "strategy": Strategy(row.strategy),
            "action": Action(row.action),
            "engine": Engine(row.engine),
            "reason": Message.from_text(row.reason),
            "degradations": tuple(Degradation(value) for value in json.loads(row.degradations)),
            "opinions": tuple(_opinion(value) for value in json.loads(row.opinions)),
        }
    )


def _opinion(values: dict[str, Any]) -> Opinion:
    told = values["reason"]
    return Opinion(
        **values
        | {
            "engine": Engine(values["engine"]),
            "action": Action(values["action"]),
            "reason": plain(told) if isinstance(told, str) else Message.from_dict(told),
        }
    )


def _day(row: Row[Any]) -> DayRecord:
    values = row._asdict()
    del values["plant"]
    return DayRecord(**values | {"day": date.fromisoformat(row.day)})


def _cells(row: DecisionRow, write: InWords) -> list[object]:
    told = row.in_words(lambda message: write(message, row.made_at))
    values = told | {
        "reason": escape_formula(told["reason"]),
        "trigger": escape_formula(row.trigger),
        "degradations": " ".join(row.degradations),
        "opinions": json.dumps(told["opinions"]),
    }
    return list(values.values())
