"""The table of the audit log."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

from .database import MYSQL

SCHEMA_VERSION: Final = 1
MAX_OWNER_LENGTH: Final = 255

AUDIT: Final = Table(
    "sigenstor_panel_audit",
    MetaData(),
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("plant", String(64), nullable=False),
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
    **MYSQL,
)
