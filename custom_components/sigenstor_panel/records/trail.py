"""A record, reached from the event loop."""

from abc import ABC, abstractmethod
from collections.abc import Callable

from ..model.threads import Jobs
from .database import Database


class Log(ABC):
    """A record of one plant, whose database others may share; everything blocks."""

    def __init__(self, plant: str, database: Database) -> None:
        """Take where it is kept; nothing is opened yet."""
        self._plant = plant
        self._database = database

    @abstractmethod
    def open(self) -> object:
        """Create what is missing; after a failure it can be called again."""

    def close(self) -> None:
        """Close the database, where it is open."""
        self._database.close()

    @property
    def is_open(self) -> bool:
        """Whether it need not be opened before its next use."""
        return self._database.is_open

    def take_lost(self) -> bool:
        """Return, once, that rows that were there are gone."""
        return self._database.take_lost()


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
