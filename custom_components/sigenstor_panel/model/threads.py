"""Runs blocking jobs that may never return: each in a daemon thread, which fills no pool and holds up no exit."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from time import monotonic
from typing import Any, Final

from .backoff import Backoff

HANGS_AFTER_S: Final = 10.0
"""How long a job may take before nothing more is asked of what it waits for."""

_RETRY: Final = Backoff(60.0, 3_600.0)
_END_TIMEOUT_S = 1.0


def in_thread[T](job: Callable[[], T], name: str) -> asyncio.Future[T]:
    """Start a job in a thread of its own and return its outcome to come; cancelling that does not end the job."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()
    # Whoever asked may not wait for it any more.
    outcome.add_done_callback(lambda done: done.cancelled() or done.exception())

    def work() -> None:
        try:
            settle = partial(outcome.set_result, job())
        except BaseException as err:  # noqa: BLE001  raised where the outcome is awaited
            settle = partial(outcome.set_exception, err)
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(lambda: None if outcome.done() else settle())

    Thread(target=work, name=name, daemon=True).start()
    return outcome


class Jobs:
    """Runs the jobs of one resource; while one of them hangs, more are refused at once instead of piling up.

    A minute later, then less and less often, down to once an hour, one more is tried.
    """

    def __init__(self, name: str, refuse: Callable[[float], Exception], clock: Callable[[], float] = monotonic) -> None:
        """Take the name of the threads, and what makes an error of the seconds without an answer."""
        self._name = name
        self._refuse = refuse
        self._clock = clock
        self._started: dict[asyncio.Future[Any], float] = {}
        self._tries = 0
        self._not_before_s = 0.0

    @property
    def hanging_s(self) -> float:
        """For how long the oldest job has been hanging; 0 where none is."""
        now_s = self._clock()
        since_s = now_s - min(self._started.values(), default=now_s)
        return since_s if since_s >= HANGS_AFTER_S else 0.0

    async def run[T](self, job: Callable[[], T]) -> T:
        """Run a job; it goes on when its caller is cancelled. Raises what `refuse` makes while another one hangs."""
        now_s = self._clock()
        if hanging_s := self.hanging_s:
            if hanging_s < _RETRY.first_s or now_s < self._not_before_s:
                raise self._refuse(hanging_s)
            self._tries += 1
            self._not_before_s = now_s + _RETRY.pause_s(self._tries + 1)
        outcome = in_thread(job, self._name)
        self._started[outcome] = now_s
        outcome.add_done_callback(self._answered)
        await asyncio.wait([outcome])
        return outcome.result()

    async def end(self, job: Callable[[], None]) -> None:
        """Wait for what is running, and run a last job; not longer than a second each."""
        if self._started:
            await asyncio.wait(self._started, timeout=_END_TIMEOUT_S)
        if not self._started:
            await asyncio.wait([in_thread(job, self._name)], timeout=_END_TIMEOUT_S)

    def _answered(self, outcome: asyncio.Future[Any]) -> None:
        if (started_s := self._started.pop(outcome, None)) is None:
            return
        # What was asked earlier and has not been answered yet is not waited for any more.
        self._started = {one: since_s for one, since_s in self._started.items() if since_s > started_s}
        self._tries, self._not_before_s = 0, 0.0
