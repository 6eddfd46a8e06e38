"""Vehicle chargers on a simulated plant: what is written, recorded and read back, and what it does not touch."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any, override

import pytest
from rig import START as NOW, Rig

from custom_components.sigenstor_panel.control.alerts import Alert
from custom_components.sigenstor_panel.control.charger_guardrails import ChargerLimit, ChargerRequest
from custom_components.sigenstor_panel.control.intents import OverrideKind, new_override
from custom_components.sigenstor_panel.control.recovery import recover
from custom_components.sigenstor_panel.control.waiting import NotDoneError
from custom_components.sigenstor_panel.model.audit_entry import AuditEntry, Outcome
from custom_components.sigenstor_panel.model.command import Actor, ChargerAction
from custom_components.sigenstor_panel.model.message import plain
from custom_components.sigenstor_panel.model.telemetry import AcChargerTelemetry, ChargerId, DcChargerTelemetry
from tests.english import says

UNIT, OTHER = 5, 6


class Garage(Rig):
    """A plant with both kinds of chargers, where a second passes with every look at it."""

    @override
    async def before_request(self, *, writing: bool) -> None:
        if not writing:
            self.plant.step(1.0)
        await super().before_request(writing=writing)

    @property
    def dc(self) -> str:
        """What the DC charger is known by."""
        return self.plant.inverters[0].serial_number

    async def look(self) -> None:
        """Read everything, also what hardly changes."""
        await self.client.async_read(slow=True)
        await self.poll()
        await self.controller.async_tick()

    async def ask(self, action: ChargerAction, charger_id: ChargerId = UNIT, **limit: Any) -> None:
        """Ask something of a charger."""
        request = ChargerRequest(charger_id=charger_id, name="Garage", action=action, **limit)
        await self.controller.async_charger(request)

    def written(self) -> list[tuple[int, tuple[int, ...]]]:
        """Return what was written so far."""
        return [(write.address, write.words) for write in self.writes]


@pytest.fixture
async def garage() -> Garage:
    """A vehicle at each charger, that is told to charge with 7 kW and does not yet."""
    garage = Garage(ac_charger_units=(UNIT,))
    plant = garage.plant
    plant.pv_power_w, plant.house_power_w = 0, 500
    plant.ac_chargers[0].wanted_w = 7_000
    plant.fit_dc_charger(7_000)
    plant.ac_chargers[0].holding[42000] = plant.inverters[0].holding[41000] = 1
    plant.settle()
    await garage.client.async_identify([1], charger_unit_ids=[UNIT])
    for _ in range(2):
        await garage.look()
    assert garage.data is not None
    assert set(garage.data.ac_chargers) == {UNIT}
    assert set(garage.data.dc_chargers) == {garage.dc}
    return garage


START, STOP, LIMIT = ChargerAction.START, ChargerAction.STOP, ChargerAction.LIMIT


async def test_a_charger_is_started_and_stopped(garage: Garage) -> None:
    await garage.ask(START)
    assert garage.plant.ac_chargers[0].power_w == 7_000
    await garage.ask(STOP)
    assert garage.plant.ac_chargers[0].power_w == 0
    assert garage.written() == [(42000, (0,)), (42000, (1,))]
    assert [(row.action, row.owner, row.actor) for row in garage.record.rows] == [
        (START, plain("Garage"), Actor.MANUAL),
        (STOP, plain("Garage"), Actor.MANUAL),
    ]
    assert [row.outcome for row in garage.record.rows] == [Outcome.CONFIRMED] * 2


async def test_a_dc_charger_is_started_limited_and_stopped(garage: Garage) -> None:
    await garage.ask(START, garage.dc)
    assert garage.plant.dc_charger.power_w == 7_000
    await garage.ask(LIMIT, garage.dc, limit=ChargerLimit.CHARGE, value=3_000)
    assert garage.plant.dc_charger.power_w == 3_000
    await garage.ask(LIMIT, garage.dc, limit=ChargerLimit.DISCHARGE, value=2_000)
    await garage.ask(STOP, garage.dc)
    assert garage.plant.dc_charger.power_w == 0
    assert garage.written() == [(41000, (0,)), (41002, (0, 3_000)), (41004, (0, 2_000)), (41000, (1,))]
    assert [row.outcome for row in garage.record.rows] == [Outcome.CONFIRMED] * 4


async def test_the_current_of_an_ac_charger_is_limited_once(garage: Garage) -> None:
    for _ in range(2):
        await garage.ask(LIMIT, limit=ChargerLimit.CURRENT, value=10)
    assert garage.written() == [(42001, (0, 1_000))]
    assert len(garage.record.rows) == 1


async def test_a_row_is_there_before_the_charger_is_written(garage: Garage) -> None:
    await garage.ask(LIMIT, limit=ChargerLimit.CURRENT, value=10)
    assert garage.record.rows[0].writes == [42001]


async def test_a_charger_is_not_written_while_nothing_can_be_recorded(garage: Garage) -> None:
    garage.audit_broken = True
    with pytest.raises(NotDoneError, check=says("recorded")):
        await garage.ask(START)
    assert garage.writes == []
    assert Alert.NOT_RECORDED in garage.controller.alerts


async def test_a_refusal_is_recorded_once_and_nothing_is_written(garage: Garage) -> None:
    garage.plant.ac_chargers[0].wanted_w = None
    await garage.look()
    for _ in range(2):
        with pytest.raises(NotDoneError, check=says("No vehicle")):
            await garage.ask(START)
    assert garage.writes == []
    assert [row.outcome for row in garage.record.rows] == [Outcome.REFUSED]


async def test_a_charger_that_went_offline_is_not_written(garage: Garage) -> None:
    garage.client.ac_chargers[0].fall_silent(garage.steady_s)
    with pytest.raises(NotDoneError, check=says("does not respond")):
        await garage.ask(STOP)
    assert garage.writes == []


@pytest.mark.parametrize("action", [START, STOP])
async def test_what_the_charger_refuses_is_said(garage: Garage, action: ChargerAction) -> None:
    garage.plant.quirks["refused_registers"] = [(42000, 42000)]
    with pytest.raises(NotDoneError):
        await garage.ask(action)
    assert [row.outcome for row in garage.record.rows] == [Outcome.FAILED]


async def test_a_limit_and_a_stop_that_have_no_effect_are_said(garage: Garage) -> None:
    await garage.ask(START)
    garage.plant.quirks["silently_ignored_registers"] = [(42000, 42002)]
    with pytest.raises(NotDoneError, check=says("takes 7.0 kW")):
        await garage.ask(STOP)
    with pytest.raises(NotDoneError, check=says("instead of 10")):
        await garage.ask(LIMIT, limit=ChargerLimit.CURRENT, value=10)
    assert [row.outcome for row in garage.record.rows[1:]] == [Outcome.REVERTED] * 2


async def test_a_stop_of_a_charger_that_says_nothing_of_it_is_not_taken_for_done(
    garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_charger_id: ChargerId) -> AcChargerTelemetry:
        return AcChargerTelemetry(power_w=None)

    monkeypatch.setattr(garage.controlled_plant, "read_charger", nothing)
    with pytest.raises(NotDoneError):
        await garage.ask(STOP)
    assert garage.record.rows[0].outcome is Outcome.REVERTED


async def test_a_vehicle_that_does_not_want_to_charge_is_no_error(garage: Garage) -> None:
    garage.plant.ac_chargers[0].wanted_w = 0
    await garage.look()
    await garage.ask(START)
    assert garage.record.rows[0].outcome is Outcome.CONFIRMED
    assert garage.record.rows[0].detail


async def test_the_emergency_stop_does_not_touch_the_chargers(garage: Garage) -> None:
    await garage.ask(START)
    await garage.ask(START, garage.dc)
    await garage.controller.async_emergency_stop()
    await garage.run(60)
    assert not [write for write in garage.writes[2:] if write.address >= 41000]
    assert garage.plant.ac_chargers[0].power_w == 7_000
    with pytest.raises(NotDoneError, check=says("emergency stop")):
        await garage.ask(LIMIT, limit=ChargerLimit.CURRENT, value=6)
    await garage.ask(STOP)
    assert garage.plant.ac_chargers[0].power_w == 0


async def test_an_emergency_stop_does_not_wait_for_a_charger(garage: Garage) -> None:
    state = garage.controller._state
    settings = replace(state.memory.settings, acknowledge_after=timedelta(seconds=0.5))
    state.memory = replace(state.memory, settings=settings)
    stopping: asyncio.Task[None] | None = None

    async def press() -> None:
        nonlocal stopping
        stopping = asyncio.create_task(garage.controller.async_emergency_stop())

    garage.at_write = press
    with pytest.raises(NotDoneError, check=says("emergency stop")):
        await garage.ask(STOP)
    assert stopping is not None
    await stopping
    assert garage.record.rows[0].outcome is Outcome.FAILED
    assert 40034 in [write.address for write in garage.writes]


async def test_what_a_charger_was_told_is_neither_remembered_nor_given_back(garage: Garage) -> None:
    before = garage.disk
    await garage.ask(LIMIT, garage.dc, limit=ChargerLimit.CHARGE, value=3_000)
    await garage.controller.async_close(plain("test"))
    assert garage.disk == before
    assert garage.written() == [(41002, (0, 3_000))]


async def test_a_dc_charger_at_another_inverter_is_not_written(garage: Garage) -> None:
    serial_number = garage.dc
    garage.plant.inverters[0].exchange()
    with pytest.raises(NotDoneError):
        await garage.ask(STOP, serial_number)
    assert garage.writes == []


async def two_chargers(fuse_w: int = 25_000) -> Garage:
    """Return a home with two AC chargers, each of which may take 22 kW."""
    garage = Garage(ac_charger_units=(UNIT, OTHER))
    garage.plant.pv_power_w, garage.plant.house_power_w = 0, 500
    for charger in garage.plant.ac_chargers:
        charger.wanted_w, charger.holding[42000] = 20_000, 1
    garage.plant.settle()
    await garage.client.async_identify([1], charger_unit_ids=[UNIT, OTHER])
    for _ in range(2):
        await garage.look()
    settings = garage.controller.memory.settings
    limits = replace(settings.limits, main_fuse_w=fuse_w)
    await garage.controller.async_change(settings=replace(settings, limits=limits))
    return garage


def acknowledge_after(garage: Garage, seconds: float) -> None:
    """Let each look at a charger take a while."""
    state = garage.controller._state
    settings = replace(state.memory.settings, acknowledge_after=timedelta(seconds=seconds))
    state.memory = replace(state.memory, settings=settings)


async def test_a_second_charger_is_not_started_where_the_connection_carries_one() -> None:
    garage = await two_chargers()
    await garage.ask(STOP, OTHER)
    await garage.ask(START)
    with pytest.raises(NotDoneError, check=says("carries 25.0 kW")):
        await garage.ask(START, OTHER)
    garage.plant.step(5.0)
    assert garage.plant.state.grid_w <= 25_000


async def test_a_charger_whose_vehicle_waits_counts_until_it_is_stopped() -> None:
    garage = await two_chargers()
    garage.plant.ac_chargers[0].wanted_w = 0
    with pytest.raises(NotDoneError, check=says("carries")):
        await garage.ask(START, OTHER)
    await garage.ask(STOP, OTHER)
    await garage.ask(START)
    await garage.run(120)
    with pytest.raises(NotDoneError, check=says("carries")):
        await garage.ask(START, OTHER)
    await garage.ask(STOP)
    await garage.ask(START, OTHER)
    assert garage.plant.ac_chargers[1].power_w == 20_000


async def test_a_charger_that_was_started_counts_while_it_is_silent() -> None:
    garage = await two_chargers()
    await garage.ask(STOP, OTHER)
    garage.plant.ac_chargers[0].wanted_w = 0
    await garage.ask(START)
    garage.client.ac_chargers[0].fall_silent(garage.steady_s)
    await garage.poll()
    assert garage.data is not None
    assert UNIT not in garage.data.ac_chargers
    with pytest.raises(NotDoneError, check=says("carries")):
        await garage.ask(START, OTHER)


async def test_that_a_charger_was_stopped_does_not_count_for_its_next_vehicle() -> None:
    garage = await two_chargers()
    await garage.ask(STOP, OTHER)
    for wanted_w in (None, 0):
        garage.plant.ac_chargers[1].wanted_w = wanted_w
        await garage.run(20)
    with pytest.raises(NotDoneError, check=says("carries")):
        await garage.ask(START)


async def test_a_limit_is_judged_by_what_the_charger_says_now() -> None:
    garage = await two_chargers(fuse_w=14_000)
    garage.plant.house_power_w = 6_000
    await garage.ask(STOP, OTHER)
    await garage.run(60)
    garage.plant.ac_chargers[0].holding[42001] = 6.0  # by the app of the charger
    assert garage.data is not None
    assert garage.data.ac_chargers[UNIT].current_limit_a == 32
    with pytest.raises(NotDoneError, check=says("carries")):
        await garage.ask(LIMIT, limit=ChargerLimit.CURRENT, value=31)
    assert garage.plant.ac_chargers[0].holding[42001] == 6.0


async def test_another_charger_is_judged_by_what_it_says_now() -> None:
    garage = await two_chargers()
    for charger in garage.plant.ac_chargers:
        charger.holding[42001] = 12.0
    await garage.look()
    garage.plant.ac_chargers[1].holding[42001] = 32.0
    with pytest.raises(NotDoneError, check=says("carries")):
        await garage.ask(START)


async def test_a_refusal_whose_numbers_change_is_recorded_once() -> None:
    garage = await two_chargers()
    garage.plant.house_power_w = 9_000
    for _ in range(5):
        garage.plant.house_power_w += 10
        await garage.run(10)
        for charger_id in (UNIT, OTHER):
            with pytest.raises(NotDoneError):
                await garage.ask(START, charger_id)
    assert len(garage.record.rows) == 2
    with pytest.raises(NotDoneError):
        await garage.ask(LIMIT, limit=ChargerLimit.CURRENT, value=1)
    with pytest.raises(NotDoneError):
        await garage.ask(LIMIT, limit=ChargerLimit.CURRENT, value=2)
    assert len(garage.record.rows) == 4


async def test_control_goes_on_while_a_charger_is_looked_at(garage: Garage, monkeypatch: pytest.MonkeyPatch) -> None:
    looks, rested = asyncio.Event(), asyncio.Event()

    async def rest() -> None:
        looks.set()
        await rested.wait()

    monkeypatch.setattr(garage.controller._chargers, "_rest", rest)
    stopping = asyncio.create_task(garage.ask(STOP))
    async with asyncio.timeout(1):
        await looks.wait()
        await garage.controller.async_set_override(new_override(OverrideKind.FORCE_HOLD, now=garage.now))
        assert garage.register(40032) == 0
        closing = asyncio.create_task(garage.controller.async_close(plain("test")))
        while garage.register(40029):  # noqa: ASYNC110
            await asyncio.sleep(0)
        waiting = asyncio.create_task(garage.ask(STOP))
    for _ in range(10):
        await asyncio.sleep(0)
    assert not closing.done()
    rested.set()
    await stopping
    await closing
    assert garage.record.rows[0].outcome is Outcome.CONFIRMED
    with pytest.raises(NotDoneError, check=says("ended")):
        await waiting


async def test_requests_to_chargers_do_not_keep_control_from_giving_back() -> None:
    garage = await two_chargers()
    acknowledge_after(garage, 0.01)
    await garage.controller.async_set_override(new_override(OverrideKind.FORCE_HOLD, now=garage.now))
    await garage.run(60)
    assert garage.register(40032) == 0
    garage.plant.faults["on_off_grid"] = 1
    garage.plant.settle()
    for _ in range(2):
        garage.plant.step(10.0)
        garage.now += timedelta(seconds=10)
        garage.steady_s += 10
        await garage.client.async_read(slow=True)
        await garage.poll()
        asking = asyncio.create_task(garage.ask(STOP))
        for _ in range(2):
            await asyncio.sleep(0)
        await garage.controller.async_tick()
        await asyncio.gather(asking, return_exceptions=True)
    assert garage.register(40029) == 0


async def test_a_tick_that_comes_while_something_is_written_is_made_up_for_once(garage: Garage) -> None:
    cycles = 0
    bring_about = garage.controller._cycle._bring_about

    async def counted() -> None:
        nonlocal cycles
        cycles += 1
        await bring_about()

    garage.controller._cycle._bring_about = counted  # type: ignore[method-assign]
    async with garage.controller._lock:
        for _ in range(3):
            await garage.controller.async_tick()
        assert cycles == 0
    for _ in range(10):
        await asyncio.sleep(0)
    assert cycles == 1


async def test_an_emergency_stop_waits_for_one_look_and_not_for_the_requests_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    garage = await two_chargers()
    looked_at, answers = list[ChargerId](), asyncio.Event()
    read_charger = garage.controlled_plant.read_charger

    async def slow(charger_id: ChargerId) -> DcChargerTelemetry | AcChargerTelemetry:
        looked_at.append(charger_id)
        await answers.wait()
        return await read_charger(charger_id)

    monkeypatch.setattr(garage.controlled_plant, "read_charger", slow)
    asked = [asyncio.create_task(garage.ask(STOP, charger_id)) for charger_id in (UNIT, OTHER, UNIT, OTHER)]
    for _ in range(5):
        await asyncio.sleep(0)
    until_written = list[ChargerId]()

    async def written() -> None:
        until_written.extend(looked_at)

    garage.at_write = written
    stopping = asyncio.create_task(garage.controller.async_emergency_stop())
    for _ in range(5):
        await asyncio.sleep(0)
    answers.set()
    await stopping
    assert garage.register(40032) == 0
    assert garage.writes[0].address < 41000
    assert until_written == [UNIT]
    await asyncio.gather(*asked, return_exceptions=True)


async def test_nothing_is_started_by_a_request_from_before_an_emergency_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    garage = await two_chargers(fuse_w=50_000)
    read_charger = garage.controlled_plant.read_charger
    stopping: asyncio.Task[None] | None = None

    async def pressed(charger_id: ChargerId) -> DcChargerTelemetry | AcChargerTelemetry:
        nonlocal stopping
        stopping = stopping or asyncio.create_task(garage.controller.async_emergency_stop())
        return await read_charger(charger_id)

    monkeypatch.setattr(garage.controlled_plant, "read_charger", pressed)
    with pytest.raises(NotDoneError, check=says("emergency stop")):
        await garage.ask(START)
    assert stopping is not None
    await stopping
    assert not [write for write in garage.writes if write.address >= 41000]


def test_rows_of_chargers_are_no_registers_of_the_battery() -> None:
    row = AuditEntry(
        id=1,
        time=NOW,
        actor=Actor.MANUAL,
        owner="Garage",
        action=LIMIT,
        reason="",
        power_w=None,
        previous={"charge_limit_w": 7_000},
        wanted={"charge_limit_w": 3_000},
        read_back=None,
        outcome=Outcome.CONFIRMED,
        detail="",
    )
    recovered = recover([row])
    assert recovered is not None
    assert (recovered.written, recovered.emergency_stop) == ({}, False)
