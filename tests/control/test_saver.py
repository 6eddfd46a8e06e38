"""One write at a time, the latest state wins, and nobody who is cancelled or waits no longer ends a write."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
import threading
from typing import Any

import pytest

from custom_components.sigenstor_panel.control.saver import StateSaver
from custom_components.sigenstor_panel.control.state_file import StateFile


class Disk(StateFile):
    """A disk that a test can make hang and fail."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, lambda _: None)
        self.free = threading.Event()
        self.free.set()
        self.begun = threading.Event()
        self.problem: OSError | None = None
        self.saves = list[Any]()
        self.busy = 0

    def save(self, data: Mapping[str, Any]) -> None:
        self.busy += 1
        assert self.busy == 1
        self.begun.set()
        self.free.wait()
        if self.problem is not None:
            self.busy -= 1
            raise self.problem
        super().save(data)
        self.saves.append(data["number"])
        self.busy -= 1


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / "state")


@pytest.fixture
def saver(disk: Disk) -> StateSaver:
    return StateSaver(disk)


def stored(disk: Disk) -> Any:
    found = StateFile(disk.path, lambda _: None).load()
    return None if found is None else found["number"]


async def hang(disk: Disk, saver: StateSaver, number: int) -> asyncio.Task[None]:
    """Begin a write that hangs."""
    disk.free.clear()
    disk.begun.clear()
    hanging = asyncio.create_task(saver.save({"number": number}))
    await asyncio.to_thread(disk.begun.wait)
    return hanging


async def test_a_save_is_on_disk_when_it_returns(disk: Disk, saver: StateSaver) -> None:
    for number in range(3):
        await saver.save({"number": number})
        assert stored(disk) == number
    assert await saver.load() == {"number": 2}


async def test_of_what_waits_only_the_latest_is_written_and_everybody_gets_its_outcome(
    disk: Disk, saver: StateSaver
) -> None:
    first = await hang(disk, saver, 0)
    others = [asyncio.create_task(saver.save({"number": number})) for number in (1, 2, 3)]
    await asyncio.sleep(0)
    disk.free.set()
    await asyncio.gather(first, *others)
    assert disk.saves == [0, 3]
    assert stored(disk) == 3


async def test_a_write_that_hung_ends_before_a_newer_one(disk: Disk, saver: StateSaver) -> None:
    hanging = await hang(disk, saver, 0)
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    newer = asyncio.create_task(saver.save({"number": 1}))
    loading = asyncio.create_task(saver.load())
    await asyncio.sleep(0)
    assert not newer.done()
    disk.free.set()
    await newer
    assert disk.saves == [0, 1]
    assert stored(disk) == 1
    assert await loading == {"number": 1}


async def test_saving_again_and_again_while_a_write_hangs_piles_nothing_up(disk: Disk, saver: StateSaver) -> None:
    hanging = await hang(disk, saver, 0)
    threads = threading.active_count()
    for number in range(1, 50):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await saver.save({"number": number})
    assert threading.active_count() == threads
    disk.free.set()
    await hanging
    await saver.load()
    assert disk.saves == [0, 49]


async def test_a_failure_is_told_to_those_whose_state_was_not_written_and_to_nobody_else(
    disk: Disk, saver: StateSaver
) -> None:
    first = await hang(disk, saver, 0)
    second = asyncio.create_task(saver.save({"number": 1}))
    await asyncio.sleep(0)
    disk.problem = OSError("No space left on device")
    disk.free.set()
    for failed in (first, second):
        with pytest.raises(OSError, match="No space"):
            await failed
    disk.problem = None
    await saver.save({"number": 2})
    assert stored(disk) == 2


async def test_deleting_waits_for_what_is_being_written(disk: Disk, saver: StateSaver) -> None:
    hanging = await hang(disk, saver, 0)
    deleting = asyncio.create_task(saver.delete())
    await asyncio.sleep(0)
    disk.free.set()
    await asyncio.gather(hanging, deleting)
    assert stored(disk) is None
