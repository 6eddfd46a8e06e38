"""Writes registers one by one, and reads them back."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ..model.audit_entry import Outcome
from ..model.message import Message, MessageError, say
from ..model.telemetry import ControlRegisters
from ..plant import ModbusError, ModbusExceptionError
from ..plant.register_writes import SET_BY_COMMANDS, Write, differences
from ..plant.transport import told
from .environment import Plant
from .ownership import reads_instead, register
from .waiting import PreemptedError

_MOST_SILENCES = 2
"""After so many writes in a row without an answer, the plant is away."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a write."""

    outcome: Outcome
    found: ControlRegisters | None
    """What was read back; None when it could not be."""

    detail: Message | None
    of_charger: dict[str, Any] | None = None
    """What was read back where a charger was written, as the record has it."""

    refused: str | None = None
    """The field whose refusal ended it."""


class _RefusedError(MessageError):
    """The plant did not take a register."""

    def __init__(self, message: Message, field: str | None) -> None:
        """Take what was not taken; the field is None where the plant did not answer."""
        super().__init__(message)
        self.field = field


class Writer:
    """The only caller of the plant's write method."""

    def __init__(self, plant: Plant, monotonic: Callable[[], float], preempted: asyncio.Event) -> None:
        """Initialize the writer; `preempted` ends what is being written at the next register."""
        self._plant = plant
        self._monotonic = monotonic
        self._preempted = preempted
        self.written_at_s: float | None = None
        """When the last register was written, by the steady clock."""

        self.taken: dict[str, float] = {}
        """What the plant was asked for last, by field, where it refused neither that nor what stands for it."""

    async def write(
        self,
        writes: tuple[Write, ...],
        targets: dict[str, Any],
        *,
        acknowledge_after: timedelta,
        limits_hidden: bool = False,
        every: bool = False,
        preemptible: bool = True,
    ) -> Result:
        """Write register by register, rest, and read back.

        With `every`, each register is tried whichever is refused, and what was refused once more at the end. Raises
        `PreemptedError`. `targets` takes up what the plant accepted instead of a value that it refused.
        """
        self.written_at_s = self._monotonic()
        try:
            problem = await self._write_all(writes, targets, every=every, preemptible=preemptible)
        except _RefusedError as err:
            return Result(Outcome.FAILED, None, err.message, refused=err.field)
        try:
            await self._rest(acknowledge_after, preemptible=preemptible)
            found = await self._plant.read_control()
        except ModbusError as err:
            return Result(Outcome.FAILED, None, problem or say("control.not_read_back", told(err)))
        wrong = differences(targets, found, limits_hidden=limits_hidden)
        if not wrong:
            return Result(Outcome.CONFIRMED, found, None)
        if problem is not None:
            return Result(Outcome.FAILED, found, problem)
        differing = (reads_instead(name, wanted, is_now) for name, (wanted, is_now) in wrong.items())
        return Result(Outcome.REVERTED, found, say("control.not_kept", *differing))

    async def switch_on(self) -> None:
        """Switch remote EMS on, before anything else. Raises `ModbusError`."""
        self.written_at_s = self._monotonic()
        await self._plant.write("remote_ems_enabled", 1)

    async def _write_all(
        self, writes: tuple[Write, ...], targets: dict[str, Any], *, every: bool, preemptible: bool
    ) -> Message | None:
        """Write; return what was refused in the end, if anything was."""
        refused = await self._write_each(writes, targets, every=every, preemptible=preemptible)
        if refused:
            # Old firmware takes some registers only once remote EMS is on.
            refused = await self._write_each(
                tuple(write for write, _ in refused), targets, every=every, preemptible=preemptible
            )
        return say("control.not_taken", *(_refusal(write, err) for write, err in refused)) if refused else None

    async def _write_each(
        self, writes: tuple[Write, ...], targets: dict[str, Any], *, every: bool, preemptible: bool
    ) -> list[tuple[Write, ModbusError]]:
        refused = list[tuple[Write, ModbusError]]()
        silences = 0
        for write in writes:
            self._yield_to_stop(preemptible=preemptible)
            if write.afterwards and refused:
                continue
            try:
                await self._write_one(write, targets)
            except ModbusError as err:
                answered = isinstance(err, ModbusExceptionError)
                silences = 0 if answered else silences + 1
                if write.afterwards and answered:
                    targets.pop(write.field, None)
                    continue
                if not every or silences == _MOST_SILENCES:
                    message = say("control.not_taken", _refusal(write, err))
                    raise _RefusedError(message, write.field if answered else None) from err
                refused.append((write, err))
            else:
                silences = 0
        return refused

    async def _write_one(self, write: Write, targets: dict[str, Any]) -> None:
        *others, last = (write.value, *write.or_else)
        self.taken.pop(write.field, None)
        for value in others:
            try:
                await self._plant.write(write.field, value)
            except ModbusExceptionError:
                continue
            self._note_taken(write)
            return
        await self._plant.write(write.field, last)
        self._note_taken(write)
        if others:
            # What stands for no limit on this plant.
            targets[f"{write.field}_w"] = round(last) if last < 0xFFFF_FFF0 else None

    def _note_taken(self, write: Write) -> None:
        self.written_at_s = self._monotonic()
        self.taken[write.field] = write.value

    def _yield_to_stop(self, *, preemptible: bool) -> None:
        if preemptible and self._preempted.is_set():
            raise PreemptedError

    async def _rest(self, duration: timedelta, *, preemptible: bool) -> None:
        """Wait, but not when a stop comes."""
        if not preemptible:
            await asyncio.sleep(duration.total_seconds())
            return
        try:
            async with asyncio.timeout(duration.total_seconds()):
                await self._preempted.wait()
        except TimeoutError:
            return
        raise PreemptedError


def _refusal(write: Write, err: ModbusError) -> Message:
    name = write.field if write.field in SET_BY_COMMANDS else f"{write.field}_w"
    return say("control.register_refused", register=register(name), cause=told(err))
