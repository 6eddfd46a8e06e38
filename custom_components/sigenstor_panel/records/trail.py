"""A record, reached from the event loop."""

from collections.abc import Callable
from typing import Protocol

from ..model.threads import Jobs


class Log(Protocol):
    """What a trail needs of the record that it keeps; everything blocks."""

    @property
    def is_open(self) -> bool:
        """Whether it need not be opened before its next use."""

    def open(self) -> object:
        """Create what is missing."""

    def close(self) -> None:
        """Close the database."""

    def take_lost(self) -> bool:
        """Return, once, that rows that were there are gone."""


class Trail[L: Log]:
    """A record, off the event loop; after whatever goes wrong, its next use opens it again.

    While the database does not answer, `UnavailableError` is raised at once. A caller that waits no longer does not end
    what it asked for.
    """

    def __init__(self, log: L, name: str, refuse: Callable[[float], Exception]) -> None:
        """Take the name of the threads, and what makes an error of the seconds without an answer; nothing is opened yet."""
        self._log = log
        self._jobs = Jobs(f"sigenstor_panel {name}", refuse)
        self.on_lost: Callable[[], None] | None = None
        """Called when it turns out that rows are gone: the database was deleted or replaced."""

    async def close(self) -> None:
        """Close the database, once what is under way is recorded; one that hangs is left behind."""
        await self._jobs.end(self._log.close)

    async def run[T](self, job: Callable[[], T]) -> T:
        """Run a job that needs the open log."""
        hangs = self._jobs.hanging_s > 0

        def opened() -> T:
            if hangs:
                # Connections that hang stay with the old engine.
                self._log.close()
            if not self._log.is_open:
                self._log.open()
            return job()

        try:
            return await self._jobs.run(opened)
        finally:
            if self._log.take_lost() and self.on_lost is not None:
                self.on_lost()
