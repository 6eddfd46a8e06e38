"""A pytest plugin, `-p tests.late_threads`: now and then a thread begins late, as on a machine with too much to do."""

from collections.abc import Callable
from concurrent.futures import thread
from random import Random
import threading
import time
from typing import Any

LATEST_S = 0.3

_chance = Random(1)
_rest = time.sleep  # before a test stops the clocks


def _late[**P, R](work: Callable[P, R]) -> Callable[P, R]:
    def begin(*args: P.args, **kwargs: P.kwargs) -> R:
        if _chance.random() < 0.3:
            _rest(_chance.uniform(0, LATEST_S))
        return work(*args, **kwargs)

    return begin


threading.Thread.run = _late(threading.Thread.run)  # type: ignore[method-assign]
_work_item: Any = thread._WorkItem
_work_item.run = _late(_work_item.run)
