"""What control remembers, in memory and on disk; the disk is first, and is never waited for without end."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..model.message import MessageError, say, told_by
from .alerts import Alert, Alerts
from .memory import ControlMemory
from .waiting import Tasks, wait_within

if TYPE_CHECKING:
    from asyncio import Event, Task

    from .environment import Environment

_SAVE_WITHIN_S = 5.0
_SAVE_WITHIN_FOR_SAFETY_S = 1.0


class SlowDiskError(MessageError, OSError):
    """The disk did not take what is to be remembered."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(say("problem.disk_slow", wait_s=_SAVE_WITHIN_S))


class State:
    """The memory of control."""

    def __init__(self, env: Environment, memory: ControlMemory, alerts: Alerts, tasks: Tasks, preempted: Event) -> None:
        """Take up the memory as it is on disk."""
        self.memory = memory
        self._env = env
        self._alerts = alerts
        self._tasks = tasks
        self._preempted = preempted
        self._unsaved = False
        self._saving: Task[None] | None = None
        self._follows = False
        """Whether what is in memory is written as soon as the save that hangs has ended."""

    async def remember(self, **changes: Any) -> None:
        """Change the memory, on disk first.

        Raises `OSError` or `PreemptedError`, and then nothing has changed.
        """
        memory = replace(self.memory, **changes)
        if memory == self.memory and not self._unsaved:
            return
        if self._saving is not None and not await wait_within(self._saving, _SAVE_WITHIN_S, self._preempted):
            raise SlowDiskError
        saving = self._hand_over(memory)
        # Until it ended, nobody knows which state is on disk: what counts is written once more.
        unsaved, self._unsaved = self._unsaved, True
        if not await wait_within(saving, _SAVE_WITHIN_S, self._preempted):
            # What was refused must not be what is found on disk one day.
            self._hand_over(self.memory)
            raise SlowDiskError
        self._unsaved = unsaved
        saving.result()
        self.memory, self._unsaved = memory, False
        self._alerts.clear(Alert.NOT_SAVED)

    async def keep(self, **changes: Any) -> None:
        """Change the memory even where the disk does not take it now; that is tried again."""
        memory = replace(self.memory, **changes)
        if memory == self.memory and not self._unsaved:
            return
        self.memory, self._unsaved = memory, True
        await self.flush()

    async def force(self, **changes: Any) -> None:
        """Change the memory, and write it to disk even if it seems to be there: somebody may have saved in between."""
        self.memory, self._unsaved = replace(self.memory, **changes), True
        await self.flush()

    async def flush(self) -> None:
        """Write to disk what is not there yet, and wait a second for it at most.

        While a save hangs, nobody waits for another one; what is in memory when that ends is written then.
        """
        if not self._unsaved:
            return
        if self._saving is not None and not self._saving.done():
            if not self._follows:
                self._follows = True
                self._saving.add_done_callback(self._follow)
            return
        memory = self.memory
        saving = self._hand_over(memory)
        if not await wait_within(saving, _SAVE_WITHIN_FOR_SAFETY_S):
            self._alerts.set(Alert.NOT_SAVED, say("control.not_saved"))
            return
        try:
            saving.result()
        except OSError as err:
            self._alerts.set(Alert.NOT_SAVED, say("control.not_saved", told_by(err)))
            return
        self._unsaved = memory is not self.memory
        self._alerts.clear(Alert.NOT_SAVED)

    def _hand_over(self, memory: ControlMemory) -> Task[None]:
        self._saving = saving = self._tasks.start(self._env.save(memory))
        return saving

    def _follow(self, _saved: Task[None]) -> None:
        self._follows = False
        if self._unsaved:
            self._hand_over(self.memory)
