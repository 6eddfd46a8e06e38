"""Waits that end, and work that goes on whatever happens to whoever asked for it."""

import asyncio
from typing import Any

import pytest

from custom_components.sigenstor_panel.control.waiting import PreemptedError, Tasks, wait_within
from soak.simulated_time import SimulatedTimeLoop


async def after(seconds: float) -> float:
    await asyncio.sleep(seconds)
    return seconds


async def fails() -> None:
    raise OSError("full")


def waited_for(
    work_s: float, *, stop_after_s: float | None = None, stop: bool = False
) -> tuple[bool | str, float, bool]:
    """Return what came of a wait of 5 s at most for work: done, or preempted; how long it took; the work's own end."""

    async def scene() -> tuple[bool | str, float, bool]:
        loop, preempted = asyncio.get_running_loop(), asyncio.Event()
        task = asyncio.create_task(after(work_s))
        if stop_after_s is not None:
            loop.call_later(stop_after_s, preempted.set)
        came_of_it: bool | str
        try:
            came_of_it = await wait_within(task, 5.0, preempted if stop or stop_after_s is not None else None)
        except PreemptedError:
            came_of_it = "preempted"
        took_s = loop.time()
        await task
        left = [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
        await asyncio.sleep(0)
        return came_of_it, took_s, not [each for each in left if not each.done()]

    with asyncio.Runner(loop_factory=SimulatedTimeLoop) as runner:
        return runner.run(scene())


class TestWaiting:
    """Safety does not depend on what may never answer."""

    @pytest.mark.parametrize("stop", [False, True])
    def test_what_ends_in_time_is_done(self, stop: bool) -> None:
        assert waited_for(2.0, stop=stop) == (True, 2.0, True)

    @pytest.mark.parametrize("stop", [False, True])
    def test_what_does_not_end_in_time_goes_on_without_anybody_waiting(self, stop: bool) -> None:
        assert waited_for(60.0, stop=stop) == (False, 5.0, True)

    def test_a_stop_ends_the_wait_at_once_and_not_the_work(self) -> None:
        assert waited_for(60.0, stop_after_s=3.0) == ("preempted", 3.0, True)

    def test_what_is_done_when_the_stop_comes_is_done(self) -> None:
        assert waited_for(3.0, stop_after_s=3.0)[0] is True


class TestTasks:
    """What a script that is turned off asked for is done to its end."""

    async def test_what_is_done_says_what_came_of_it(self) -> None:
        assert await Tasks().run(after(0)) == 0

    async def test_it_is_kept_alive_until_it_ends_and_not_longer(self) -> None:
        tasks = Tasks()
        task = tasks.start(after(0))
        assert tasks._tasks == {task}
        await task
        await asyncio.sleep(0)
        assert tasks._tasks == set()

    async def test_a_caller_who_is_cancelled_does_not_end_it(self) -> None:
        tasks, done = Tasks(), list[float]()

        async def work() -> None:
            done.append(await after(0))

        caller = asyncio.create_task(tasks.run(work()))
        await asyncio.sleep(0)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        for _ in range(5):
            await asyncio.sleep(0)
        assert done == [0]

    async def test_an_error_that_nobody_waits_for_any_more_is_no_error_of_the_event_loop(self) -> None:
        said = list[dict[str, Any]]()
        asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context))
        tasks = Tasks()
        tasks.start(fails())
        cancelled = tasks.start(after(60))
        cancelled.cancel()
        for _ in range(5):
            await asyncio.sleep(0)
        del cancelled
        assert said == []
