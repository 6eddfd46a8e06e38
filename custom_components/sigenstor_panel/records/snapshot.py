"""Holds a SQLite file as it is while somebody copies it; what is written meanwhile goes into its log beside it.

The functions here block: call them in an executor.
"""

from contextlib import suppress
from pathlib import Path
import sqlite3
from typing import Final

_BUSY_TIMEOUT_S: Final = 5.0


class Snapshot:
    """A database file that does not change from `begin` to `end`; writers are not held up."""

    def __init__(self, path: Path) -> None:
        """Take the path of the database; nothing is opened yet."""
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def begin(self) -> None:
        """Move all that is in the log into the file, and keep both apart from now on. Raises `sqlite3.Error`."""
        self.end()
        if not self._path.exists():
            return
        connection = sqlite3.connect(self._path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            # A transaction that has read holds up every checkpoint, and no writer.
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        except sqlite3.Error:
            connection.close()
            raise
        self._connection = connection

    def end(self) -> None:
        """Let the file change again, where it may not."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()
