"""A check of control: what is found, that anything else ends it, and that everything is put back."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
import json
from typing import Any

import pytest
from rig import Rig

from custom_components.sigenstor_panel.control.check_result import Step
from custom_components.sigenstor_panel.control.intents import OverrideKind, new_override
from custom_components.sigenstor_panel.control.memory import ControlMemory, ControlSettings
from custom_components.sigenstor_panel.control.status import status_of
from custom_components.sigenstor_panel.control.waiting import NotDoneError
from custom_components.sigenstor_panel.model.command import Action, Actor
from custom_components.sigenstor_panel.model.message import plain
from custom_components.sigenstor_panel.records.audit_log import Outcome
from tests.english import english


async def started(*, pv_w: int = 3000, settings: ControlSettings | None = None, **plant: Any) -> Rig:
    """Return a plant in the sun that is left alone."""
    rig = Rig(settings, **plant)
    rig.firmware = "SPC115"
    rig.plant.pv_power_w, rig.plant.house_power_w = pv_w, 500
    rig.plant.settle()
    await rig.run(20)
    return rig


async def checked(rig: Rig, seconds: int = 700) -> dict[Step, bool | None]:
    """Run a check to its end, and return what is remembered of it."""
    await rig.controller.async_check()
    await rig.run(seconds)
    assert rig.controller.check.step is None
    return found(rig)


def found(rig: Rig) -> dict[Step, bool | None]:
    check = rig.controller.memory.check
    assert check is not None
    return {each.step: each.obeyed for each in check.findings}


def said(rig: Rig) -> list[str]:
    check = rig.controller.memory.check
    assert check is not None
    return [english(each.said) for each in check.findings]


ALL = dict.fromkeys(Step, True)


@pytest.mark.parametrize("firmware", ["spc115", "spc110"])
async def test_a_plant_that_obeys(firmware: str) -> None:
    rig = await started(firmware=firmware)
    before = dict(rig.plant.holding)
    assert await checked(rig) == ALL
    assert said(rig)[1].startswith("holds. Asked for 0 W, the battery was at")
    await rig.run(130)
    assert rig.plant.holding == before
    memory = rig.controller.memory
    assert (memory.override, memory.written, memory.pv_limit_obeyed) == (None, {}, True)
    assert rig.controller.alert is None
    check = ControlMemory.from_dict(json.loads(rig.disk)).check
    assert check == memory.check
    assert check is not None
    assert check.firmware == "SPC115"


async def test_it_takes_the_ordinary_way_with_its_cooldown_and_its_record() -> None:
    rig = await started()
    await checked(rig)
    rows = [row for row in rig.record.rows if row.actor is Actor.MANUAL]
    assert [row.action for row in rows[:3]] == [Action.HOLD, Action.CHARGE, Action.DISCHARGE]
    assert [row.power_w for row in rows[:3]] == [0, 1000, 1000]
    assert all(row.outcome is Outcome.CONFIRMED for row in rows)
    assert all(later.steady_s - row.steady_s >= 60 for row, later in pairwise(rows[:3]))
    assert all(write.row is not None for write in rig.writes)


async def test_the_status_follows_it() -> None:
    rig = await started()
    await rig.controller.async_check()
    steps = []
    for _ in range(70):
        status = status_of(rig.controller)
        assert status is not None
        steps.append((status.checking, 0 if status.check is None else len(status.check.findings)))
        await rig.run(10)
    assert list(dict.fromkeys(steps)) == [*((step, index) for index, step in enumerate(Step)), (None, 5)]


async def test_without_sun_the_limit_is_not_tried_and_why() -> None:
    rig = await started(pv_w=100)
    assert await checked(rig) == {**ALL, Step.PV_LIMIT: None}
    assert said(rig)[-1].startswith("solar limit not tried. Solar is at 100 W")


async def test_a_full_battery_is_not_charged() -> None:
    rig = await started(soc=97.0)
    assert await checked(rig) == {**ALL, Step.CHARGE: None}
    assert said(rig)[2].startswith("charging not tried. Force charge ended: the battery is at 97")


async def test_a_battery_that_a_guardrail_spares_is_not_tried() -> None:
    limits = replace(ControlSettings().limits, min_temperature_c=20.0)
    rig = await started(settings=ControlSettings(acknowledge_after=timedelta(0), limits=limits))
    for inverter in rig.plant.inverters:
        inverter.battery.temperature_c = 15.0
    result = await checked(rig)
    assert (result[Step.HOLD], result[Step.CHARGE]) == (True, None)
    assert "charging not tried" in said(rig)[2]


async def test_each_step_of_a_battery_that_does_not_obey_is_judged_by_its_own_command() -> None:
    rig = await started()
    rig.plant.quirks["disobeyed_registers"] = ((40029, 40034),)
    rig.plant.settle()
    assert await checked(rig, 2400) == dict.fromkeys(Step, False) | {Step.READ: True, Step.PV_LIMIT: None}
    assert said(rig)[1:4] == [
        "does not hold. Asked for 0 W, the battery was at 2.5 kW.",
        "does not charge. Asked for 1.0 kW, the battery was at 2.5 kW.",
        "does not discharge. Asked for -1.0 kW, the battery was at 2.5 kW.",
    ]
    await rig.run(200)
    assert rig.controller.memory.override is None
    assert rig.controller.memory.written == {}


async def test_a_plant_that_takes_nothing_does_not_obey_and_is_not_blamed_for_a_step_that_waited() -> None:
    rig = await started()
    rig.plant.quirks["refused_registers"] = ((40029, 40032),)
    result = await checked(rig, 1200)
    assert (result[Step.HOLD], result[Step.CHARGE]) == (False, None)
    assert "refuses it" in said(rig)[1]
    assert "Trying again" in said(rig)[2]
    assert rig.controller.memory.override is None


async def test_what_the_connection_holds_down_is_not_called_obedience() -> None:
    limits = replace(ControlSettings().limits, main_fuse_w=5_000)
    rig = await started(pv_w=0, settings=ControlSettings(acknowledge_after=timedelta(0), limits=limits))
    rig.plant.house_power_w = 4_900
    result = await checked(rig, 1200)
    assert result[Step.CHARGE] is None
    assert "The connection" in said(rig)[2]


async def test_nothing_is_tried_where_the_plant_is_not_read() -> None:
    rig = await started()
    await rig.controller.async_check()
    rig.link_down = True
    await rig.run(120)
    assert found(rig) == {Step.READ: False} | dict.fromkeys(list(Step)[1:], None)
    assert "The system could not be read" in said(rig)[1]
    assert rig.writes == []


ENDS: dict[str, Callable[[Rig], Awaitable[None]]] = {
    "cleared": lambda rig: rig.controller.async_set_override(None),
    "stopped": lambda rig: rig.controller.async_emergency_stop(),
    "another": lambda rig: rig.controller.async_set_override(new_override(OverrideKind.FORCE_HOLD, now=rig.now)),
}


@pytest.mark.parametrize("after_s", [0, 10, 40, 90, 150, 200])
@pytest.mark.parametrize("end", ENDS)
async def test_anything_else_ends_it(end: str, after_s: int) -> None:
    rig = await started()
    await rig.controller.async_check()
    await rig.run(after_s)
    assert rig.controller.check.step is not None
    await ENDS[end](rig)
    await rig.run(10)
    assert rig.controller.check.step is None
    override = rig.controller.memory.override
    assert (override is not None) == (end == "another")
    await rig.run(700)
    assert rig.controller.memory.override is override
    assert rig.controller.memory.emergency_stop == (end == "stopped")
    assert rig.register(40036) is None
    assert None in found(rig).values()
    assert "The check was ended before" in said(rig)[-1]
    if end == "cleared":
        assert rig.controller.memory.written == {}


async def test_a_person_who_asks_while_the_check_waits_its_turn_has_the_last_word() -> None:
    rig = await started()
    await rig.controller.async_check()
    await rig.run(10)
    async with rig.controller._lock:
        # The check reads once more, and asks for its first override next.
        rig.now, rig.steady_s = rig.now + timedelta(seconds=10), rig.steady_s + 10
        await rig.poll()
        rig.controller.check.cycled()
        for _ in range(5):
            await asyncio.sleep(0)
        assert rig.controller.check.step is Step.HOLD
        clearing = asyncio.create_task(rig.controller.async_set_override(None))
        await asyncio.sleep(0)
    await clearing
    await rig.run(300)
    assert rig.writes == []
    assert rig.controller.memory.override is None
    assert rig.controller.check.step is None


@pytest.mark.parametrize("after_s", [0, 40, 90, 150, 200])
async def test_control_that_ends_leaves_nothing_of_it(after_s: int) -> None:
    rig = await started()
    before = dict(rig.plant.holding)
    await rig.controller.async_check()
    await rig.run(after_s)
    await rig.controller.async_close(plain("test"))
    await rig.run(20)
    assert rig.controller.check.step is None
    assert rig.plant.holding == before
    assert ControlMemory.from_dict(json.loads(rig.disk)).override is None


async def test_after_a_restart_the_override_ends_by_itself() -> None:
    rig = await started()
    before = dict(rig.plant.holding)
    await rig.controller.async_check()
    await rig.run(90)
    disk = rig.disk
    await rig.controller.async_close(plain("test"))
    rig.disk = disk
    await rig.restart()
    assert rig.controller.memory.override is not None
    await rig.run(900)
    assert rig.controller.memory.override is None
    assert rig.plant.holding == before


async def test_a_full_disk_puts_it_back_as_soon_as_it_takes_it() -> None:
    rig = await started(pv_w=100)
    await rig.controller.async_check()
    await rig.run(90)
    rig.disk_full = True
    await rig.run(600)
    rig.disk_full = False
    await rig.run(200)
    assert rig.controller.check.step is None
    assert rig.controller.memory.override is None
    assert rig.controller.memory.written == {}


async def test_it_is_refused_where_it_would_be_in_the_way() -> None:
    rig = await started()
    await rig.controller.async_check()
    for ask in (rig.controller.async_check, rig.controller.async_test_pv_limit):
        with pytest.raises(NotDoneError, match="test_running"):
            await ask()
    await rig.controller.async_set_override(new_override(OverrideKind.FORCE_HOLD, now=rig.now))
    await rig.run(20)
    with pytest.raises(NotDoneError, match="override_active"):
        await rig.controller.async_check()
    await rig.controller.async_emergency_stop()
    with pytest.raises(NotDoneError, match="stop_active"):
        await rig.controller.async_check()
