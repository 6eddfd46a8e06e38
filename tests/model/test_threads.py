"""A database that does not answer holds up neither the pool of Home Assistant, nor a stop, nor those who ask later."""

import asyncio
from collections.abc import AsyncGenerator
import threading

import pytest

from custom_components.sigenstor_panel.model.threads import Jobs, in_thread


class DoesNotAnswerError(Exception):
    """What is raised instead of waiting."""


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


class Database:
    """What the jobs wait for."""

    def __init__(self) -> None:
        self.answers = threading.Event()
        self.was_asked = threading.Event()
        self.asked = 0

    def ask(self) -> str:
        self.asked += 1
        self.was_asked.set()
        self.answers.wait()
        return "answer"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jobs(clock: Clock) -> Jobs:
    return Jobs("sigenstor_panel jobs under test", DoesNotAnswerError, clock)


@pytest.fixture
async def database() -> AsyncGenerator[Database]:
    database = Database()
    yield database
    database.answers.set()
    for thread in threading.enumerate():
        if thread.name == "sigenstor_panel jobs under test":
            thread.join()


async def give_up_on(jobs: Jobs, database: Database) -> None:
    """Ask, and wait no longer. Raises `DoesNotAnswerError` where that is refused."""
    database.was_asked.clear()
    waiting = asyncio.create_task(jobs.run(database.ask))
    await asyncio.sleep(0)
    if waiting.done():
        waiting.result()
    await asyncio.to_thread(database.was_asked.wait)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_job_returns_or_raises_what_it_did(jobs: Jobs) -> None:
    assert await jobs.run(lambda: 1 + 1) == 2
    with pytest.raises(ZeroDivisionError):
        await jobs.run(lambda: 1 // 0)


async def test_a_cancelled_caller_does_not_end_the_job(jobs: Jobs, database: Database) -> None:
    done = threading.Event()
    waiting = asyncio.create_task(jobs.run(lambda: (database.ask(), done.set())))
    await asyncio.to_thread(database.was_asked.wait)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    database.answers.set()
    assert await asyncio.to_thread(done.wait, 10)


async def test_threads_do_not_hold_up_the_end_of_the_process(database: Database) -> None:
    in_thread(database.ask, "sigenstor_panel jobs under test")
    (thread,) = [one for one in threading.enumerate() if one.name == "sigenstor_panel jobs under test"]
    assert thread.daemon


async def test_while_one_hangs_others_are_refused_at_once(jobs: Jobs, database: Database, clock: Clock) -> None:
    await give_up_on(jobs, database)
    clock.now_s += 12
    for _ in range(100):
        with pytest.raises(DoesNotAnswerError, match=r"^12\.0$"):
            await jobs.run(database.ask)
    assert database.asked == 1


async def test_slow_ones_are_not_taken_for_hanging_ones(jobs: Jobs, database: Database, clock: Clock) -> None:
    await give_up_on(jobs, database)
    clock.now_s += 9
    assert await jobs.run(lambda: "answer") == "answer"


async def test_less_and_less_often_one_is_tried_and_its_answer_opens_the_way(
    jobs: Jobs, database: Database, clock: Clock
) -> None:
    await give_up_on(jobs, database)
    began_s, tried_s = clock.now_s, list[float]()
    while clock.now_s < began_s + 4 * 3600:
        clock.now_s += 10
        try:
            if database.asked < 5:
                await give_up_on(jobs, database)
            else:
                await jobs.run(lambda: "answer")
                break
        except DoesNotAnswerError:
            continue
        tried_s.append(clock.now_s - began_s)
    assert tried_s == [60, 180, 420, 900]
    assert clock.now_s - began_s == 1860
    assert jobs.hanging_s == 0
    assert await jobs.run(lambda: "answer") == "answer"


async def test_ending_waits_for_what_is_under_way(jobs: Jobs) -> None:
    order = list[str]()
    begun, go_on = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait()
        order.append("work")

    working = asyncio.create_task(jobs.run(work))
    await asyncio.to_thread(begun.wait)
    ending = asyncio.create_task(jobs.end(lambda: order.append("end")))
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(working, ending)
    assert order == ["work", "end"]


async def test_ending_does_not_wait_for_one_that_hangs(jobs: Jobs, database: Database) -> None:
    await give_up_on(jobs, database)
    ended = list[str]()
    await jobs.end(lambda: ended.append("end"))
    assert ended == []
