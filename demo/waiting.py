"""Waiting for something with a deadline, and the error for when it does not come."""

import asyncio
from collections.abc import Awaitable, Callable


class DemoError(Exception):
    """Something a person can act on; the message is the whole story."""


async def wait_until[T](
    probe: Callable[[], Awaitable[T]],
    what: str,
    *,
    deadline_s: float = 180,
    interval_s: float = 0.2,
) -> T:
    """Return the first truthy result of the probe.

    Raises DemoError, naming what was waited for, when the deadline passes.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + deadline_s
    while not (result := await probe()):
        if loop.time() > end:
            raise DemoError(f"Waited {deadline_s:.0f} s in vain for {what}.")
        await asyncio.sleep(interval_s)
    return result
