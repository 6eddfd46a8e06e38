"""How long one piece of code keeps the event loop busy at a stretch.

The loop runs one handle at a time: a callback, or a task up to its next wait. Nothing else runs meanwhile, so the time
a handle spends in the integration is time the whole of Home Assistant stands still because of it. `sys.monitoring`
reports when a function of the integration starts, waits, goes on or ends; between the first start and the last end on
the stack, the clock counts, libraries and Home Assistant's own code called from there included. Other code is told
apart once per function and then costs nothing, so the figure is not made of its own measuring, as a profiler's is.
"""

import asyncio
from pathlib import Path
import sys
import threading
from time import perf_counter
from types import CodeType
from typing import Any, Final, Self
from unittest.mock import patch

_EVENTS: Final = sys.monitoring.events
_ENTERED: Final = (_EVENTS.PY_START, _EVENTS.PY_RESUME, _EVENTS.PY_THROW)
_LEFT: Final = (_EVENTS.PY_RETURN, _EVENTS.PY_YIELD, _EVENTS.PY_UNWIND)
# Python reports these for all code or none; the others can be switched off for code elsewhere.
_NEVER_OFF: Final = (_EVENTS.PY_THROW, _EVENTS.PY_UNWIND)


class LoopWatch:
    """Watches the running loop for code in one folder; a context manager."""

    def __init__(self, folder: str) -> None:
        """Take what the file names of the code to watch have in common."""
        self.longest_s = 0.0
        self.longest_in = ""
        self._folder = folder
        self._is_ours: dict[CodeType, bool] = {}
        self._thread = threading.get_ident()
        self._depth = 0
        self._entered_at = 0.0
        self._entered: CodeType | None = None
        self._handle_s = 0.0

    def __enter__(self) -> Self:
        """Start watching."""
        monitoring = sys.monitoring
        monitoring.use_tool_id(monitoring.PROFILER_ID, "sigenstor-benchmark")
        for event in _ENTERED:
            monitoring.register_callback(monitoring.PROFILER_ID, event, self._callback(event, self._enter))
        for event in _LEFT:
            monitoring.register_callback(monitoring.PROFILER_ID, event, self._callback(event, self._leave))
        monitoring.set_events(monitoring.PROFILER_ID, sum({*_ENTERED, *_LEFT}))
        run = asyncio.Handle._run

        def timed_run(handle: asyncio.Handle) -> None:
            self._handle_s = 0.0
            run(handle)
            self._end_of_handle()

        self._patch = patch.object(asyncio.Handle, "_run", timed_run)
        self._patch.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching."""
        self._patch.stop()
        sys.monitoring.set_events(sys.monitoring.PROFILER_ID, 0)
        sys.monitoring.free_tool_id(sys.monitoring.PROFILER_ID)

    def __str__(self) -> str:
        """Return the longest time, and where the integration was entered for it."""
        return f"{self.longest_s * 1000:.1f} ms in {self.longest_in}"

    def _callback(self, event: int, act: Any) -> Any:
        unwanted = None if event in _NEVER_OFF else sys.monitoring.DISABLE

        def callback(code: CodeType, *_: object) -> Any:
            ours = self._is_ours.get(code)
            if ours is None:
                ours = self._is_ours[code] = self._folder in code.co_filename
            if not ours:
                return unwanted
            if threading.get_ident() == self._thread:
                act(code)
            return None

        return callback

    def _enter(self, code: CodeType) -> None:
        if self._depth == 0:
            self._entered_at = perf_counter()
            self._entered = code
        self._depth += 1

    def _leave(self, _: CodeType) -> None:
        # What already ran when the watch began leaves without having entered.
        self._depth = max(0, self._depth - 1)
        if self._depth == 0:
            self._handle_s += perf_counter() - self._entered_at

    def _end_of_handle(self) -> None:
        if self._handle_s > self.longest_s:
            assert self._entered is not None
            self.longest_s = self._handle_s
            self.longest_in = f"{Path(self._entered.co_filename).name}, {self._entered.co_qualname}"
