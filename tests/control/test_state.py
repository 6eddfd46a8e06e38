"""What control remembers: on disk first, or as soon as the disk takes it, and never waited for without end."""

import asyncio

from bench import Bench, elapsed_s, simulate
import pytest

from custom_components.sigenstor_panel.control.alerts import Alert
from custom_components.sigenstor_panel.control.memory import ControlMemory
from custom_components.sigenstor_panel.control.state import SlowDiskError
from custom_components.sigenstor_panel.control.waiting import PreemptedError
from custom_components.sigenstor_panel.model.message import plain, say

FULL = OSError("no space left")


class Disk(Bench):
    """A memory, and the disk below it."""

    @property
    def on_disk_w(self) -> int | None:
        return None if self.disk is None else self.disk.export_limit_w

    @property
    def in_memory_w(self) -> int | None:
        return self.state.memory.export_limit_w

    async def settle(self) -> None:
        """Let what goes on in the background get as far as it can."""
        for _ in range(20):
            await asyncio.sleep(0)

    def hang(self) -> asyncio.Event:
        """Let the saves that begin from now on hang until the event that is returned is set."""
        self.disk_answers = asyncio.Event()
        return self.disk_answers

    def work(self) -> None:
        """Let the saves that begin from now on end at once."""
        self.hang().set()


@pytest.fixture
async def disk() -> Disk:
    return Disk()


@pytest.mark.parametrize("way", ["remember", "keep"])
async def test_what_is_known_already_is_not_saved_again(disk: Disk, way: str) -> None:
    for _ in range(2):
        await getattr(disk.state, way)(export_limit_w=1)
    assert disk.saves == 1
    await disk.state.flush()
    assert disk.saves == 1


class TestRemembering:
    """On disk first: what could not be saved has not changed."""

    async def test_what_is_remembered_is_on_disk_and_in_memory(self, disk: Disk) -> None:
        await disk.state.remember(export_limit_w=1)
        assert (disk.on_disk_w, disk.in_memory_w, disk.saves) == (1, 1, 1)

    async def test_what_the_disk_refuses_has_not_changed(self, disk: Disk) -> None:
        disk.disk_error = FULL
        with pytest.raises(OSError, match="no space left"):
            await disk.state.remember(export_limit_w=1)
        assert disk.in_memory_w is None

    async def test_a_refusal_leaves_nothing_to_be_saved(self, disk: Disk) -> None:
        disk.disk_error = FULL
        with pytest.raises(OSError, match="no space left"):
            await disk.state.remember(export_limit_w=1)
        await disk.state.flush()
        assert disk.saves == 1

    async def test_a_save_ends_the_alert(self, disk: Disk) -> None:
        disk.alerts.set(Alert.NOT_SAVED, plain("not saved"))
        await disk.state.remember(export_limit_w=1)
        assert disk.said(Alert.NOT_SAVED) is None

    async def test_what_is_not_on_disk_yet_is_saved_with_it_even_where_it_changes_nothing_more(
        self, disk: Disk
    ) -> None:
        disk.disk_error = FULL
        await disk.state.keep(export_limit_w=1)
        disk.disk_error = None
        await disk.state.remember(export_limit_w=1)
        assert disk.on_disk_w == 1
        await disk.state.flush()
        assert disk.saves == 2

    async def test_what_was_to_be_saved_before_a_refusal_still_is(self, disk: Disk) -> None:
        disk.disk_error = FULL
        await disk.state.keep(export_limit_w=1)
        with pytest.raises(OSError, match="no space left"):
            await disk.state.remember(export_limit_w=2)
        disk.disk_error = None
        await disk.state.flush()
        assert (disk.on_disk_w, disk.in_memory_w) == (1, 1)

    def test_a_disk_that_hangs_is_waited_for_for_five_seconds_and_then_nothing_has_changed(self) -> None:
        async def scene(disk: Disk) -> None:
            hangs = disk.hang()
            with pytest.raises(SlowDiskError) as raised:
                await disk.state.remember(export_limit_w=1)
            assert raised.value.message == say("problem.disk_slow", wait_s=5.0)
            assert isinstance(raised.value, OSError)
            assert (elapsed_s(), disk.in_memory_w) == (5.0, None)
            await disk.settle()
            hangs.set()
            await disk.settle()
            # What was refused is not what a restart finds.
            assert disk.disk == disk.state.memory

        simulate(Disk, scene)

    def test_behind_a_save_that_hangs_it_is_waited_for_for_five_seconds_and_not_handed_over(self) -> None:
        async def scene(disk: Disk) -> None:
            hangs = disk.hang()
            await disk.state.keep(export_limit_w=1)
            began_s = elapsed_s()
            with pytest.raises(SlowDiskError):
                await disk.state.remember(export_limit_w=2)
            assert (elapsed_s() - began_s, disk.in_memory_w, disk.saves) == (5.0, 1, 1)
            hangs.set()

        simulate(Disk, scene)

    def test_behind_a_save_that_ends_in_time_it_is_saved(self) -> None:
        async def scene(disk: Disk) -> None:
            hangs = disk.hang()
            await disk.state.keep(export_limit_w=1)
            asyncio.get_running_loop().call_later(2.0, hangs.set)
            await disk.state.remember(export_limit_w=2)
            assert (disk.on_disk_w, disk.in_memory_w) == (2, 2)

        simulate(Disk, scene)

    @pytest.mark.parametrize("behind", [False, True])
    def test_a_stop_does_not_wait_for_it(self, behind: bool) -> None:
        async def scene(disk: Disk) -> None:
            hangs = disk.hang()
            if behind:
                await disk.state.keep(export_limit_w=1)
            before, began_s = disk.state.memory, elapsed_s()
            disk.preempted.set()
            with pytest.raises(PreemptedError):
                await disk.state.remember(export_limit_w=2)
            assert (disk.state.memory, elapsed_s()) == (before, began_s)
            hangs.set()

        simulate(Disk, scene)

    async def test_what_a_stop_came_before_is_written_over_by_what_is_in_memory(self, disk: Disk) -> None:
        hangs = disk.hang()
        disk.preempted.set()
        with pytest.raises(PreemptedError):
            await disk.state.remember(export_limit_w=1)
        hangs.set()
        await disk.settle()
        await disk.state.flush()
        assert disk.disk == disk.state.memory == ControlMemory()


class TestKeeping:
    """In memory first: what must not be forgotten is saved as soon as the disk takes it."""

    async def test_what_is_kept_is_on_disk_and_in_memory(self, disk: Disk) -> None:
        await disk.state.keep(export_limit_w=1)
        assert (disk.on_disk_w, disk.in_memory_w, disk.said(Alert.NOT_SAVED)) == (1, 1, None)

    async def test_what_the_disk_refuses_is_kept_and_said_and_saved_once_the_disk_takes_it(self, disk: Disk) -> None:
        disk.disk_error = FULL
        await disk.state.keep(export_limit_w=1)
        assert (disk.in_memory_w, disk.disk) == (1, None)
        assert disk.said(Alert.NOT_SAVED) == say("control.not_saved", plain("no space left"))
        disk.disk_error = None
        await disk.state.keep(export_limit_w=1)
        assert (disk.on_disk_w, disk.said(Alert.NOT_SAVED)) == (1, None)

    async def test_what_is_forced_is_saved_even_where_it_is_there_already(self, disk: Disk) -> None:
        await disk.state.keep(export_limit_w=1)
        await disk.state.force(export_limit_w=1)
        assert disk.saves == 2
        await disk.state.force(export_limit_w=2)
        assert (disk.on_disk_w, disk.in_memory_w) == (2, 2)

    def test_a_disk_that_hangs_is_waited_for_for_a_second_and_said(self) -> None:
        async def scene(disk: Disk) -> None:
            hangs = disk.hang()
            await disk.state.keep(export_limit_w=1)
            assert (elapsed_s(), disk.in_memory_w) == (1.0, 1)
            assert disk.said(Alert.NOT_SAVED) == say("control.not_saved")
            hangs.set()
            await disk.settle()
            assert disk.on_disk_w == 1

        simulate(Disk, scene)

    def test_while_a_save_hangs_nobody_waits_for_another_and_what_is_in_memory_then_is_saved_after_it(self) -> None:
        async def scene(disk: Disk) -> None:
            hangs = disk.hang()
            await disk.state.keep(export_limit_w=1)
            for limit_w in (2, 3):
                await disk.state.keep(export_limit_w=limit_w)
            assert (elapsed_s(), disk.saves) == (1.0, 1)
            disk.work()
            hangs.set()
            await disk.settle()
            assert (disk.on_disk_w, disk.saves) == (3, 2)

        simulate(Disk, scene)

    def test_it_follows_a_save_that_hangs_each_time_one_does(self) -> None:
        async def scene(disk: Disk) -> None:
            for limit_w in (1, 3):
                hangs = disk.hang()
                await disk.state.keep(export_limit_w=limit_w)
                await disk.state.keep(export_limit_w=limit_w + 1)
                disk.work()
                hangs.set()
                await disk.settle()
                assert disk.on_disk_w == limit_w + 1
                await disk.state.flush()

        simulate(Disk, scene)

    def test_a_change_while_it_is_being_saved_is_saved_too(self) -> None:
        async def scene(disk: Disk) -> None:
            hangs = disk.hang()
            keeping = asyncio.create_task(disk.state.keep(export_limit_w=1))
            await disk.settle()
            disk.state.memory = ControlMemory(export_limit_w=2)
            disk.work()
            hangs.set()
            await keeping
            assert disk.on_disk_w == 1
            await disk.state.flush()
            assert disk.on_disk_w == 2
            saves = disk.saves
            await disk.state.flush()
            assert disk.saves == saves

        simulate(Disk, scene)

    def test_what_a_later_save_took_need_not_follow(self) -> None:
        async def scene(disk: Disk) -> None:
            hangs = disk.hang()
            await disk.state.keep(export_limit_w=1)
            disk.work()
            hangs.set()
            await disk.settle()
            await disk.state.flush()
            assert (disk.on_disk_w, disk.said(Alert.NOT_SAVED)) == (1, None)

        simulate(Disk, scene)
