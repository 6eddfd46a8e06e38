"""An event loop that never waits: where nothing is left to do now, its clock jumps to the next thing that is."""

import asyncio
import selectors
from typing import override


class _NeverWaiting(selectors.DefaultSelector):
    """Tells the loop how long it would have waited."""

    def __init__(self, loop: SimulatedTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("Something waits for what never comes")
        self._loop.elapsed_s += max(0.0, timeout)
        return super().select(0)


class SimulatedTimeLoop(asyncio.SelectorEventLoop):
    """Simulated hangs and pauses cost no real seconds."""

    def __init__(self) -> None:
        """Begin at 0."""
        self.elapsed_s = 0.0
        super().__init__(_NeverWaiting(self))

    @override
    def time(self) -> float:
        """Return the simulated time in seconds."""
        return self.elapsed_s
