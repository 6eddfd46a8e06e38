"""Whoever asks may be cancelled at any moment: what was asked for is done to its end, or was never begun.

Each request pauses at everything that it may wait for, and is cancelled one turn of the event loop later each time,
until it ends before that.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, override

import pytest
from rig import Record, Rig

from custom_components.sigenstor_panel.control.charger_guardrails import ChargerRequest
from custom_components.sigenstor_panel.control.intents import OverrideKind, new_override
from custom_components.sigenstor_panel.control.memory import ControlMemory, ControlMode
from custom_components.sigenstor_panel.control.schedules import parse_schedule
from custom_components.sigenstor_panel.control.status import ControlState, status_of
from custom_components.sigenstor_panel.control.waiting import NotDoneError
from custom_components.sigenstor_panel.model.command import ChargerAction
from custom_components.sigenstor_panel.model.message import plain
from custom_components.sigenstor_panel.records.audit_log import Outcome

CHARGE, HOLD, EXPORT = OverrideKind.FORCE_CHARGE, OverrideKind.FORCE_HOLD, OverrideKind.FORCE_EXPORT
CHARGER_UNIT = 5
MOST_TURNS = 400


class PausingRecord(Record):
    """A record that takes a turn of the event loop for everything."""

    @override
    async def begin(self, **row: Any) -> int:
        await asyncio.sleep(0)
        return await super().begin(**row)

    @override
    async def complete(self, *row: Any) -> None:
        await asyncio.sleep(0)
        await super().complete(*row)


class PausingRig(Rig):
    """A plant with a charger, a disk and a record that take a turn of the event loop for everything."""

    def __init__(self) -> None:
        super().__init__(ac_charger_units=(CHARGER_UNIT,))
        self.record = PausingRecord(self)
        self.controller = self._new_controller()
        self.owners = dict(self.plant.holding)

    @override
    async def before_request(self, *, writing: bool) -> None:
        await asyncio.sleep(0)
        if not writing:
            self.plant.step(1.0)
        await super().before_request(writing=writing)

    @override
    async def _save(self, memory: ControlMemory) -> None:
        await asyncio.sleep(0)
        await super()._save(memory)

    @property
    def holding(self) -> dict[int, Any]:
        """What the registers hold, of the plant and of its charger."""
        return {**self.plant.holding, **self.plant.ac_chargers[0].holding}

    async def settle(self) -> None:
        """Let what nobody waits for any more come to its end; no time passes."""
        for _ in range(MOST_TURNS):
            if len(asyncio.all_tasks()) == 1:
                return
            await asyncio.sleep(0)


async def started() -> PausingRig:
    """Return a plant in the sun with a vehicle that charges."""
    rig = PausingRig()
    rig.plant.pv_power_w, rig.plant.house_power_w = 2000, 500
    rig.plant.ac_chargers[0].wanted_w = 1_500
    rig.plant.ac_chargers[0].holding[42000] = 0
    rig.plant.settle()
    await rig.client.async_identify([1], charger_unit_ids=[CHARGER_UNIT])
    await rig.client.async_read(slow=True)
    await rig.run(20)
    return rig


type Ask = Callable[[PausingRig], Awaitable[Any]]


def force(kind: OverrideKind) -> Ask:
    power_w = None if kind is HOLD else 1000
    return lambda rig: rig.controller.async_set_override(new_override(kind, now=rig.now, power_w=power_w))


def charger(action: ChargerAction) -> Ask:
    request = ChargerRequest(charger_id=CHARGER_UNIT, name="Garage", action=action)
    return lambda rig: rig.controller.async_charger(request)


def stop(rig: PausingRig) -> Awaitable[None]:
    return rig.controller.async_emergency_stop()


def schedule(rig: PausingRig) -> Awaitable[None]:
    """A window that runs now (it is noon), of a charge."""
    data = {"name": "Noon", "action": "charge", "start": "11:00", "end": "13:00", "power_w": 1000}
    return rig.controller.async_change(schedules=(parse_schedule(data, now=rig.now),))


def mode(rig: PausingRig) -> Awaitable[None]:
    settings = replace(rig.controller.memory.settings, mode=ControlMode.AUTO)
    return rig.controller.async_change(settings=settings)


@dataclass(frozen=True)
class Case:
    """A request, and what the plant does when it comes."""

    ask: Ask
    before: Ask | None = None
    waits_s: int = 70
    """Until the request is done, where it waits for more than the plant."""


CASES = {
    "charge": Case(force(CHARGE)),
    "export": Case(force(EXPORT)),
    "hold": Case(force(HOLD)),
    "hold in place of a charge": Case(force(HOLD), force(CHARGE)),
    "release": Case(lambda rig: rig.controller.async_set_override(None), force(CHARGE)),
    "emergency stop": Case(stop, force(CHARGE)),
    "emergency stop once more": Case(stop, stop),
    "clear the stop": Case(lambda rig: rig.controller.async_clear_emergency_stop(), stop),
    "schedule on": Case(schedule),
    "schedule off": Case(lambda rig: rig.controller.async_change(schedules=()), schedule),
    "mode": Case(mode, force(CHARGE)),
    "export limit": Case(lambda rig: rig.controller.async_change(export_limit_w=1500)),
    "settle limits": Case(lambda rig: rig.controller.async_settle_limits(to_rated=True), force(CHARGE)),
    "stop a charger": Case(charger(ChargerAction.STOP)),
    "tick": Case(lambda rig: rig.controller.async_tick(), force(CHARGE)),
}


async def prepared(case: Case) -> PausingRig:
    """Return a plant on which the request comes next."""
    rig = await started()
    if case.before is not None:
        await case.before(rig)
        await rig.run(70)
    return rig


async def cancelled_after(turns: int, asked: Awaitable[Any]) -> bool:
    """Cancel who asks after so many turns of the event loop; return whether that came in time."""
    caller = asyncio.ensure_future(asked)
    for _ in range(turns):
        await asyncio.sleep(0)
    in_time = not caller.done()
    caller.cancel()
    with suppress(asyncio.CancelledError, NotDoneError):
        await caller
    return in_time


def open_rows(rig: Rig) -> list[Any]:
    return [row for row in rig.record.rows if row.outcome is Outcome.STARTED]


def agrees_with_the_plant(rig: PausingRig) -> bool:
    """Return whether nothing is under way, and the controller owes registers exactly while they are not the owner's."""
    memory = rig.controller.memory
    return memory.pending is None and bool(memory.written) == (rig.plant.holding != rig.owners)


async def goes_on(rig: PausingRig) -> None:
    """See that the controller takes a stop, the next command, and gives everything back."""
    await rig.controller.async_emergency_stop()
    await rig.run(20)
    assert rig.battery_w == 0
    status = status_of(rig.controller)
    assert status is not None
    assert status.state is ControlState.STOPPED
    await rig.controller.async_clear_emergency_stop()
    await rig.controller.async_change(schedules=(), export_limit_w=None)
    await rig.run(70)
    await force(CHARGE)(rig)
    await rig.run(70)
    assert rig.battery_w > 800
    await rig.controller.async_close(plain("test"))
    assert rig.register(40029) == 0
    assert open_rows(rig) == []


@pytest.mark.parametrize("name", CASES)
async def test_what_was_asked_for_is_done_to_its_end_and_control_goes_on(name: str) -> None:
    case = CASES[name]
    rig = await prepared(case)
    untouched = rig.holding
    await case.ask(rig)
    await rig.settle()
    at_once = rig.holding
    await rig.run(case.waits_s)
    afterwards = rig.holding
    for turns in range(MOST_TURNS):
        rig = await prepared(case)
        in_time = await cancelled_after(turns, case.ask(rig))
        await rig.settle()
        assert open_rows(rig) == []
        assert rig.holding in (untouched, at_once)
        assert agrees_with_the_plant(rig)
        await rig.run(case.waits_s)
        assert turns == 0 or rig.holding == afterwards
        if turns % 4 == 0 or not in_time:
            await goes_on(rig)
        if not in_time:
            break
    assert 3 < turns < MOST_TURNS - 1


TESTS: dict[str, tuple[Ask, int]] = {
    "the check": (lambda rig: rig.controller.async_check(), 700),
    "the test of a limit on PV": (lambda rig: rig.controller.async_test_pv_limit(), 130),
}


@pytest.mark.parametrize("name", TESTS)
async def test_what_is_tested_ends_by_itself_and_leaves_nothing(name: str) -> None:
    ask, lasts_s = TESTS[name]
    for turns in range(0, 60, 15):
        rig = await started()
        await cancelled_after(turns, ask(rig))
        await rig.run(lasts_s)
        await rig.settle()
        assert rig.plant.holding == rig.owners
        assert open_rows(rig) == []
        assert agrees_with_the_plant(rig)
        await goes_on(rig)


@pytest.mark.parametrize("name", CASES)
async def test_an_emergency_stop_in_the_middle_of_anything_leaves_the_battery_at_rest(name: str) -> None:
    case = CASES[name]
    for turns in range(MOST_TURNS):
        rig = await prepared(case)
        asking = asyncio.ensure_future(case.ask(rig))
        for _ in range(turns):
            await asyncio.sleep(0)
        in_time = not asking.done()
        await rig.controller.async_emergency_stop()
        with suppress(NotDoneError):
            await asking
        await rig.settle()
        rig.plant.step(1.0)
        # Whoever clears the stop while it is being done has cleared it.
        assert rig.battery_w == 0 or not rig.controller.memory.emergency_stop
        assert open_rows(rig) == []
        assert agrees_with_the_plant(rig)
        if turns % 4 == 0 or not in_time:
            await goes_on(rig)
        if not in_time:
            break
    assert 3 < turns < MOST_TURNS - 1


CLOSES: dict[str, Ask | None] = {
    "charge": force(CHARGE),
    "export": force(EXPORT),
    "hold": force(HOLD),
    "stop": stop,
    "nothing": None,
}


def close(rig: PausingRig) -> Awaitable[None]:
    return rig.controller.async_close(plain("test"))


@pytest.mark.parametrize("name", CLOSES)
async def test_cancelling_what_stops_home_assistant_still_gives_the_plant_back_and_nothing_is_written_then(
    name: str,
) -> None:
    case = Case(close, CLOSES[name])
    for turns in range(1, MOST_TURNS):
        rig = await prepared(case)
        held = rig.plant.holding.copy()
        in_time = await cancelled_after(turns, close(rig))
        await rig.settle()
        assert rig.plant.holding == (held if name == "stop" else rig.owners)
        assert open_rows(rig) == []
        writes = len(rig.writes)
        await rig.run(70)
        assert len(rig.writes) == writes
        if not in_time:
            break
    assert turns < MOST_TURNS - 1


@pytest.mark.parametrize("name", CLOSES)
async def test_an_emergency_stop_at_any_moment_of_a_hand_back_ends_held_or_handed_back(name: str) -> None:
    case = Case(close, CLOSES[name])
    for turns in range(MOST_TURNS):
        rig = await prepared(case)
        closing = asyncio.ensure_future(close(rig))
        for _ in range(turns):
            await asyncio.sleep(0)
        in_time = not closing.done()
        stopping = asyncio.ensure_future(rig.controller.async_emergency_stop())
        await closing
        # Now the connection closes.
        rig.link_down = True
        rig.plant.step(1.0)
        assert rig.battery_w == 0 or rig.plant.holding == rig.owners
        await stopping
        await rig.settle()
        assert '"emergency_stop": true' in rig.disk
        assert open_rows(rig) == []
        if not in_time:
            break
    assert turns < MOST_TURNS - 1
