"""The tables of the audit log, and the way to any database that Home Assistant's recorder supports."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    make_url,
    select,
)
from sqlalchemy.pool import NullPool

SCHEMA_VERSION: Final = 1
MAX_OWNER_LENGTH: Final = 255

_BUSY_TIMEOUT_MS = 5_000
# MariaDB and MySQL would otherwise take the server's character set, which may not hold a schedule's name.
_MYSQL: Final[dict[str, Any]] = {"mysql_engine": "InnoDB", "mysql_default_charset": "utf8mb4"}
_METADATA = MetaData()
_VERSION = Table(
    "sigenstor_panel_schema",
    _METADATA,
    Column("name", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
    **_MYSQL,
)
AUDIT: Final = Table(
    "sigenstor_panel_audit",
    _METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("plant", String(64), nullable=False),
    # Microseconds since 1970 in UTC: every engine orders and returns them exactly.
    Column("time_us", BigInteger, nullable=False),
    Column("actor", String(16), nullable=False),
    Column("owner", String(MAX_OWNER_LENGTH), nullable=False),
    Column("action", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("power_w", Integer),
    Column("previous", Text, nullable=False),
    Column("wanted", Text, nullable=False),
    Column("read_back", Text),
    Column("outcome", String(16), nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_sigenstor_panel_audit_time", "plant", "time_us"),
    Index("ix_sigenstor_panel_audit_outcome", "plant", "outcome"),
    sqlite_autoincrement=True,
    **_MYSQL,
)


class UnknownSchemaError(Exception):
    """The tables were made by a newer version than this one."""


def new_engine(url: str) -> Engine:
    """Return an engine whose commits are on disk when they return; nothing is connected yet."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    # A connection of its own for each transaction: a database that was deleted or replaced is noticed at once.
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "connect", _make_durable)
    return engine


def prepare_tables(connection: Connection) -> None:
    """Create the tables that are missing, and refuse those of a newer version."""
    _METADATA.create_all(connection)
    version = connection.execute(select(_VERSION.c.version).where(_VERSION.c.name == AUDIT.name)).scalar()
    if version is None:
        connection.execute(insert(_VERSION).values(name=AUDIT.name, version=SCHEMA_VERSION))
    elif version > SCHEMA_VERSION:
        raise UnknownSchemaError(
            f"its format is {version}, from a newer SigenStor Panel; this one knows {SCHEMA_VERSION}"
        )


def _make_durable(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (f"busy_timeout = {_BUSY_TIMEOUT_MS}", "journal_mode = WAL", "synchronous = FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
