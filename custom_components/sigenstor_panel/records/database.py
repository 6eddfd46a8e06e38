"""The way to the database that nothing is ever lost from: any engine that Home Assistant's recorder supports.

The functions here block: call them in an executor.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
import threading
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Insert,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    func,
    insert,
    make_url,
    select,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from ..model.audit_entry import UnavailableError
from ..model.message import Message, MessageError, plain, say

_PAGE_ROWS = 1_000

# MariaDB and MySQL would otherwise take the server's character set, which may not hold a schedule's name.
MYSQL: Final[dict[str, Any]] = {"mysql_engine": "InnoDB", "mysql_default_charset": "utf8mb4"}
_VERSION: Final = Table(
    "sigenstor_panel_schema",
    MetaData(),
    Column("name", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
    **MYSQL,
)
_BUSY_TIMEOUT_MS = 5_000
_MAX_CAUSE_LENGTH = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Two plants may share a database and start together; one that hangs does not hold up the others for ever.
_PREPARING = defaultdict[str, threading.Lock](threading.Lock)
_PREPARING_WAIT_S = 10.0
_CONNECT_TIMEOUT_S = 5
_ANSWER_TIMEOUT_S = 30
_MYSQL_DRIVERS = {"mysqldb", "pymysql"}
_POSTGRESQL_DRIVERS = {"psycopg2", "psycopg"}


class _UnknownSchemaError(MessageError):
    """The tables were made by a newer version than this one."""


def pages[R](
    read: Callable[[Sequence[ColumnElement[bool]], int], list[R]], beyond: Callable[[R], ColumnElement[bool]]
) -> Iterator[list[R]]:
    """Yield what `read(conditions, limit)` finds, a page at a time; `beyond` is the condition for what follows a row.

    No connection stays open between pages: a client that stops reading holds nothing up.
    """
    page = read((), _PAGE_ROWS)
    while page:
        yield page
        page = read((beyond(page[-1]),), _PAGE_ROWS)


class Database:
    """Some tables of one format, in a database that others may share.

    It is to be opened again after whatever goes wrong: it may have been deleted, or replaced by another one.
    """

    def __init__(self, url: str, tables: Table, version: int, name: str, error: type[UnavailableError]) -> None:
        """Take the SQLAlchemy URL and a table, whose metadata is created and whose `id` only ever grows; nothing is opened yet.

        Whatever goes wrong is raised as `error`, with the text `problem.<name>_read` and so on.
        """
        self._url = url
        self._table = tables
        self._version = version
        self._name = name
        self._error = error
        self._engine: Engine | None = None
        self._highest_id = 0
        self._lost = False
        self.is_open = False

    @contextmanager
    def opened(self) -> Iterator[Connection]:
        """Create what is missing, and give a transaction to begin with; after a failure it can be tried again."""
        with self._unavailable_on_error("opened"), _one_at_a_time(self._url):
            engine = _new_engine(self._url)
            try:
                with engine.begin() as connection:
                    is_new = self._prepare(connection)
                    highest_id = connection.execute(select(func.max(self._table.c.id))).scalar() or 0
                    yield connection
            except BaseException:
                engine.dispose()
                raise
            self._note_highest(highest_id, lost=is_new and self._highest_id > 0)
            previous, self._engine, self.is_open = self._engine, engine, True
            if previous is not None:
                previous.dispose()

    def close(self) -> None:
        """Close the database, where it is open."""
        engine, self._engine, self.is_open = self._engine, None, False
        if engine is not None:
            engine.dispose()

    @contextmanager
    def transaction(self, doing: str) -> Iterator[Connection]:
        """Give a transaction, which is on disk when it ends; `doing` is "read" or "written"."""
        if (engine := self._engine) is None:
            raise self._error(say(f"problem.{self._name}_closed"))
        with self._unavailable_on_error(doing), engine.begin() as connection:
            yield connection

    def insert(self, row: Insert) -> int:
        """Write a row and return its id; it is on disk then."""
        known = self._highest_id
        with self.transaction("written") as connection:
            key = connection.execute(row).inserted_primary_key
        assert key is not None
        row_id = int(key[0])
        # An id that was given before is of another database.
        self._note_highest(row_id, lost=row_id <= known)
        return row_id

    def take_lost(self) -> bool:
        """Return, once, that rows that were there are gone."""
        lost, self._lost = self._lost, False
        return lost

    def _note_highest(self, row_id: int, *, lost: bool) -> None:
        self._lost |= lost
        self._highest_id = row_id if lost else max(row_id, self._highest_id)

    def _prepare(self, connection: Connection) -> bool:
        """Create what is missing, and return whether that was everything."""
        _VERSION.metadata.create_all(connection)
        self._table.metadata.create_all(connection)
        name = self._table.name
        version = connection.execute(select(_VERSION.c.version).where(_VERSION.c.name == name)).scalar()
        if version is None:
            connection.execute(insert(_VERSION).values(name=name, version=self._version))
        elif version > self._version:
            raise _UnknownSchemaError(say("problem.newer_format", format=version, known=self._version))
        return version is None

    @contextmanager
    def _unavailable_on_error(self, doing: str) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError, ImportError, _UnknownSchemaError) as err:
            self.is_open = False
            raise self._error(say(f"problem.{self._name}_{doing}", _cause(err))) from err


def _cause(err: Exception) -> Message:
    """Return what went wrong; what the database said is shortened."""
    if isinstance(err, MessageError):
        return err.message
    return plain(" ".join(str(getattr(err, "orig", None) or err).split())[:_MAX_CAUSE_LENGTH])


def microseconds(moment: datetime) -> int:
    """Return a moment as every engine orders and returns it exactly: microseconds since 1970 in UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(time_us: int) -> datetime:
    """Return the moment of `microseconds`."""
    return _EPOCH + time_us * _MICROSECOND


def storable(text: str) -> str:
    """Return the text without what not every database takes: NUL and lone surrogates."""
    return text.replace("\0", "").encode(errors="replace").decode()


@contextmanager
def _one_at_a_time(url: str) -> Iterator[None]:
    locked = _PREPARING[url].acquire(timeout=_PREPARING_WAIT_S)
    try:
        yield
    finally:
        if locked:
            _PREPARING[url].release()


def _new_engine(url: str) -> Engine:
    """Return an engine whose commits are on disk when they return; nothing is connected yet."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=_timeouts(parsed))
        if parsed.get_driver_name() in _POSTGRESQL_DRIVERS:
            event.listen(engine, "begin", _limit_statements)
        return engine
    # A connection of its own for each transaction: a database that was deleted or replaced is noticed at once.
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "connect", _make_durable)
    return engine


def _timeouts(url: URL) -> dict[str, int]:
    """Return what ends the wait for a server that is gone; what the URL says about it counts."""
    known: dict[str, int] = {}
    if url.get_driver_name() in _MYSQL_DRIVERS:
        known = {
            "connect_timeout": _CONNECT_TIMEOUT_S,
            "read_timeout": _ANSWER_TIMEOUT_S,
            "write_timeout": _ANSWER_TIMEOUT_S,
        }
    elif url.get_driver_name() in _POSTGRESQL_DRIVERS:
        known = {
            "connect_timeout": _CONNECT_TIMEOUT_S,
            "tcp_user_timeout": _ANSWER_TIMEOUT_S * 1000,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 4,
        }
    return {name: value for name, value in known.items() if name not in url.query}


def _limit_statements(connection: Connection) -> None:
    # For this transaction only: poolers hand connections on.
    connection.exec_driver_sql(f"SET LOCAL statement_timeout = {_ANSWER_TIMEOUT_S * 1000}")


def _make_durable(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (f"busy_timeout = {_BUSY_TIMEOUT_MS}", "journal_mode = WAL", "synchronous = FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
