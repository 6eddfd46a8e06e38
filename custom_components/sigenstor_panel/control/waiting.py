"""Waits that end: safety does not depend on what may never answer."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from ..model.message import MessageError


class NotDoneError(MessageError):
    """What was asked for was not written to the plant."""


class PreemptedError(Exception):
    """An emergency stop came first."""


async def wait_within(task: asyncio.Future[Any], limit_s: float, preempted: asyncio.Event | None = None) -> bool:
    """Wait for a task that goes on whatever happens here; return whether it is done.

    Raises `PreemptedError` as soon as `preempted` is set.
    """
    if preempted is None:
        await asyncio.wait((task,), timeout=limit_s)
        return task.done()
    interruption = asyncio.ensure_future(preempted.wait())
    try:
        await asyncio.wait((task, interruption), timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        interruption.cancel()
    if preempted.is_set() and not task.done():
        raise PreemptedError
    return task.done()


class Tasks:
    """Tasks that nobody waits for, or whose caller may be cancelled."""

    def __init__(self) -> None:
        """Initialize without a task."""
        self._tasks = set[asyncio.Task[Any]]()

    def start[T](self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a task and keep it alive until it ends."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def run[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Do something to its end, even where the caller is cancelled meanwhile."""
        return await asyncio.shield(self.start(work))

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        # Whoever waited has seen the error; where nobody does any more, it is not an error of the event loop.
        if not task.cancelled():
            task.exception()
