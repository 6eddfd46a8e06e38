"""How long one piece of code keeps the event loop busy at a stretch.

The loop runs one handle at a time: a callback, or a task up to its next wait. Nothing else runs meanwhile, so the time
a handle spends in the integration is time the whole of Home Assistant stands still because of it. `sys.monitoring`
reports when a function of the integration starts, waits, goes on or ends; between the first start and the last end on
the stack, the clock counts, libraries and Home Assistant's own code called from there included. Other code runs at full
speed, so the figure is not made of its own measuring, as a profiler's is.
"""

import asyncio
import gc
from pathlib import Path
import sys
import threading
from time import thread_time
from types import CodeType, FunctionType
from typing import Final, Self
from unittest.mock import patch

_EVENTS: Final = sys.monitoring.events
_TOOL: Final = sys.monitoring.PROFILER_ID
_ENTERED: Final = (_EVENTS.PY_START, _EVENTS.PY_RESUME, _EVENTS.PY_THROW)
_LEFT: Final = (_EVENTS.PY_RETURN, _EVENTS.PY_YIELD, _EVENTS.PY_UNWIND)
# Python reports these two for all code or none, and they are rare.
_GLOBAL: Final = _EVENTS.PY_THROW | _EVENTS.PY_UNWIND


class LoopWatch:
    """Watches the running loop for the code of one package, which is imported already; a context manager."""

    def __init__(self, package: str) -> None:
        """Take the name of the package."""
        self.longest_s = 0.0
        self.longest_in = ""
        self._codes = _codes_of(package)
        self._thread = threading.get_ident()
        self._depth = 0
        self._entered_at = 0.0
        self._entered: CodeType | None = None
        self._handle_s = 0.0

    def __enter__(self) -> Self:
        """Start watching."""
        monitoring = sys.monitoring
        monitoring.use_tool_id(_TOOL, "sigenstor-benchmark")
        for event in _ENTERED:
            monitoring.register_callback(_TOOL, event, self._enter)
        for event in _LEFT:
            monitoring.register_callback(_TOOL, event, self._leave)
        for code in self._codes:
            monitoring.set_local_events(_TOOL, code, sum({*_ENTERED, *_LEFT}) - _GLOBAL)
        monitoring.set_events(_TOOL, _GLOBAL)
        run = asyncio.Handle._run

        def timed_run(handle: asyncio.Handle) -> None:
            run(handle)
            self._end_of_handle()

        self._patch = patch.object(asyncio.Handle, "_run", timed_run)
        self._patch.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching; the handle that is running counts up to here."""
        self._patch.stop()
        self._end_of_handle()
        sys.monitoring.set_events(_TOOL, 0)
        for code in self._codes:
            sys.monitoring.set_local_events(_TOOL, code, 0)
        sys.monitoring.free_tool_id(_TOOL)

    def __str__(self) -> str:
        """Return the longest time, and where the integration was entered for it."""
        return f"{self.longest_s * 1000:.1f} ms in {self.longest_in}"

    def _enter(self, code: CodeType, *_: object) -> None:
        if not self._counts(code):
            return
        if self._depth == 0:
            self._entered_at = thread_time()
            self._entered = code
        self._depth += 1

    def _leave(self, code: CodeType, *_: object) -> None:
        # What already ran when the watch began leaves without having entered.
        if self._depth == 0 or not self._counts(code):
            return
        self._depth -= 1
        if self._depth == 0:
            self._handle_s += thread_time() - self._entered_at

    def _counts(self, code: CodeType) -> bool:
        return code in self._codes and threading.get_ident() == self._thread

    def _end_of_handle(self) -> None:
        if self._depth:
            # Python does not report every end, such as that of a coroutine that is thrown away.
            self._depth = 0
            self._handle_s += thread_time() - self._entered_at
        if self._handle_s > self.longest_s:
            assert self._entered is not None
            self.longest_s = self._handle_s
            self.longest_in = f"{Path(self._entered.co_filename).name}, {self._entered.co_qualname}"
        self._handle_s = 0.0


def _codes_of(package: str) -> set[CodeType]:
    """Return the code of every function of a package, and of the functions inside them."""
    folder = f"/{package.replace('.', '/')}/"
    found: set[CodeType] = set()
    inside = [item.__code__ for item in gc.get_objects() if isinstance(item, FunctionType)]
    while inside:
        code = inside.pop()
        if folder in code.co_filename and code not in found:
            found.add(code)
            inside.extend(item for item in code.co_consts if isinstance(item, CodeType))
    return found
