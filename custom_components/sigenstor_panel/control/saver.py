"""Reads and writes the state of control off the event loop: one at a time, and of what is to be written the latest."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from ..model.threads import in_thread
from .state_file import StateFile

_THREAD = "sigenstor_panel state"


class StateSaver:
    """The only one that touches a state file.

    A plant keeps its saver as long as the process lives, so that no write that hangs can end after a newer one.
    """

    def __init__(self, file: StateFile) -> None:
        """Take the file; nothing is read yet."""
        self._file = file
        self._busy = asyncio.Lock()
        self._latest: Mapping[str, Any] = {}
        self._next: asyncio.Task[None] | None = None
        """The save that has not begun yet, and will take the latest state."""

        self._tasks = set[asyncio.Task[Any]]()

    async def load(self) -> dict[str, Any] | None:
        """Return the state, or None where there never was one. Raises as `StateFile.load`."""
        return await _outcome(self._start(self._alone(self._file.load)))

    async def save(self, data: Mapping[str, Any]) -> None:
        """Return when this state, or a later one, is on disk; cancelling the caller does not end the write.

        Raises as `StateFile.save`.
        """
        self._latest = data
        if self._next is None:
            self._next = self._start(self._save())
        await _outcome(self._next)

    async def delete(self) -> None:
        """Remove the state. Raises `OSError`."""
        await _outcome(self._start(self._alone(self._file.delete)))

    async def _save(self) -> None:
        async with self._busy:
            self._next = None
            await in_thread(partial(self._file.save, self._latest), _THREAD)

    async def _alone[T](self, job: Callable[[], T]) -> T:
        async with self._busy:
            return await in_thread(job, _THREAD)

    def _start[T](self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            # Whoever asked may not wait for it any more.
            task.exception()


async def _outcome[T](task: asyncio.Task[T]) -> T:
    """Wait for a task without cancelling it when the caller is cancelled."""
    await asyncio.wait([task])
    return task.result()
