"""A limit on PV: only where it was seen to be obeyed, only while it is asked for, and back whatever happens."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
import json
from typing import Any

import pytest
from rig import Died, Rig

from custom_components.sigenstor_panel.control.intents import Intent, OverrideKind, new_override
from custom_components.sigenstor_panel.control.memory import ControlMemory, ControlMode, ControlSettings
from custom_components.sigenstor_panel.control.pv_test import PvTest
from custom_components.sigenstor_panel.control.status import status_of
from custom_components.sigenstor_panel.control.waiting import NotDoneError
from custom_components.sigenstor_panel.model.command import Action, Actor, Command
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.records.audit_log import Outcome
from simulator.disturbances import Disturbances, parse_disturbances
from tests.english import english, says

SETTINGS = ControlSettings(mode=ControlMode.AUTO, acknowledge_after=timedelta(0))
FIRMWARES = ["spc115", "spc110"]
REGISTER = ((40036, 40037),)


async def started(
    *, obeyed: bool | None = True, pv_w: int = 3000, settings: ControlSettings = SETTINGS, **plant: Any
) -> Rig:
    """Return a plant in the sun, and its controller, which has seen it obey a limit on PV."""
    rig = Rig(settings, **plant)
    rig.disk = json.dumps(ControlMemory(settings=settings, pv_limit_obeyed=obeyed).as_dict())
    rig.plant.pv_power_w, rig.plant.house_power_w = pv_w, 500
    rig.plant.settle()
    await rig.restart()
    await rig.run(20)
    return rig


def request(rig: Rig, limit_w: int | None = 0, action: Action = Action.HOLD, **more: Any) -> None:
    """Have the optimiser ask for something."""
    command = Command(action=action, pv_limit_w=limit_w, **more)
    rig.controller.automatic = Intent(
        command=command,
        actor=Actor.OPTIMISER,
        requested_by=say("word.actor_optimiser"),
        reason=plain("negative prices"),
        expires_at=None,
    )


async def limited(limit_w: int = 0, **plant: Any) -> Rig:
    """Return a plant whose PV is limited."""
    rig = await started(**plant)
    request(rig, limit_w)
    # Before firmware SPC113 the owner's battery limits are read first.
    await rig.run(150)
    assert rig.register(40036) == limit_w / 1000
    assert rig.plant.state.pv_w == limit_w
    return rig


def written(rig: Rig) -> list[tuple[int, ...]]:
    """Return what was written to the PV limit."""
    return [write.words for write in rig.writes if write.address == 40036]


class TestWhenItIsWritten:
    """Only where it was seen to be obeyed, and never above what stands there."""

    @pytest.mark.parametrize("firmware", FIRMWARES)
    async def test_a_full_battery_rests_and_the_house_is_paid_for_importing(self, firmware: str) -> None:
        rig = await limited(firmware=firmware)
        assert (rig.plant.state.pv_w, rig.battery_w, rig.plant.state.grid_w) == (0, 0, 500)
        status = status_of(rig.controller)
        assert status is not None
        assert (status.pv_limit_w, status.pv_limit_obeyed) == (0, True)

    @pytest.mark.parametrize("obeyed", [None, False])
    async def test_not_where_nobody_has_seen_it_obeyed(self, obeyed: bool | None) -> None:
        rig = await started(obeyed=obeyed)
        request(rig)
        await rig.run(300)
        assert rig.register(40029) == 1
        assert written(rig) == []

    async def test_not_above_what_stands_there(self) -> None:
        rig = await started()
        rig.plant.holding[40036] = 1.0
        await rig.run(20)
        request(rig, 2000)
        await rig.run(300)
        assert rig.register(40036) == 1.0
        assert written(rig) == []

    @pytest.mark.parametrize(("rated_w", "limit_kw"), [(10_000, 0.7), (700, None), (None, 0.7)])
    async def test_not_where_it_is_what_the_inverters_are_rated_for(
        self, rated_w: int | None, limit_kw: float | None
    ) -> None:
        rig = await started()
        rig.controller._pv._env = replace(rig.controller._env, rated_w=lambda: rated_w)
        request(rig, 700)
        await rig.run(150)
        assert rig.register(40036) == limit_kw

    async def test_another_firmware_has_to_show_it_anew(self) -> None:
        rig = await limited()
        rig.firmware = "SPC110"
        await rig.run(10)
        assert rig.controller.memory.pv_limit_obeyed is True  # none was known before
        rig.firmware = "SPC115"
        await rig.run(10)
        assert rig.controller.memory.pv_limit_obeyed is None
        assert rig.register(40036) is None

    async def test_the_same_limit_is_one_write(self) -> None:
        rig = await limited(800)
        await rig.run(900)
        assert written(rig) == [(0, 800)]
        assert rig.controller.alert is None


class TestItComesBack:
    """Within one poll, and to what was there."""

    @pytest.mark.parametrize("owners", [None, 4.0])
    @pytest.mark.parametrize("firmware", FIRMWARES)
    async def test_when_the_plant_is_handed_back(self, firmware: str, owners: float | None) -> None:
        rig = await started(firmware=firmware)
        rig.plant.holding[40036] = owners
        await rig.run(20)
        before = dict(rig.plant.holding)
        request(rig, 700)
        await rig.run(150)
        assert rig.register(40036) == 0.7
        rig.controller.automatic = None
        await rig.run(10)
        assert rig.register(40036) == owners
        await rig.run(120)
        assert rig.plant.holding == before
        assert rig.controller.memory.written == {}
        assert rig.controller.memory.saved is None
        assert rig.controller.alert is None

    @pytest.mark.parametrize("firmware", FIRMWARES)
    async def test_when_the_plan_asks_for_something_else_while_a_change_has_to_wait(self, firmware: str) -> None:
        rig = await limited(firmware=firmware)
        request(rig, None, Action.CHARGE, power_w=1000)
        await rig.run(10)
        assert rig.register(40036) is None
        assert rig.controller.memory.applied is not None
        assert rig.controller.memory.applied.command.pv_limit_w is None

    @pytest.mark.parametrize("firmware", FIRMWARES)
    async def test_off_the_grid(self, firmware: str) -> None:
        rig = await limited(firmware=firmware)
        rig.plant.faults["on_off_grid"] = 1
        await rig.run(10)
        assert rig.register(40036) is None
        assert rig.register(40029) == 0

    @pytest.mark.parametrize("fault", [{"ess": 4}, {"pcs_1": 2}, {"plant_1": 2}])
    async def test_on_an_alarm(self, fault: dict[str, Any]) -> None:
        rig = await limited()
        rig.plant.faults.update(fault)
        await rig.run(10)
        assert rig.register(40036) is None
        await rig.run(300)
        assert rig.register(40036) is None

    async def test_when_a_person_forces_something(self) -> None:
        rig = await limited()
        await rig.controller.async_set_override(new_override(OverrideKind.FORCE_HOLD, now=rig.now))
        assert rig.register(40036) is None
        assert rig.register(40029) == 1

    async def test_in_another_mode(self) -> None:
        rig = await limited()
        manual = replace(rig.controller.memory.settings, mode=ControlMode.MANUAL)
        await rig.controller.async_change(settings=manual)
        assert rig.register(40036) is None

    @pytest.mark.parametrize("firmware", FIRMWARES)
    async def test_under_an_emergency_stop_which_is_recorded_as_one(self, firmware: str) -> None:
        rig = await limited(firmware=firmware)
        await rig.controller.async_emergency_stop()
        assert rig.register(40036) is None
        assert rig.record.rows[-1].actor is Actor.SAFETY
        await rig.run(60)
        assert rig.controller.stop_confirmed
        assert (rig.register(40032), rig.register(40034), rig.battery_w) == (0, 0, 0)
        assert rig.plant.state.pv_w == 3000

    async def test_under_a_stop_as_soon_as_the_plant_takes_it(self) -> None:
        rig = await limited()
        rig.plant.quirks["refused_registers"] = REGISTER
        await rig.controller.async_emergency_stop()
        await rig.run(60)
        assert rig.controller.stop_confirmed
        assert rig.register(40036) == 0
        assert (
            rig.controller.alert == ("The limit on solar could not be removed yet: 40036 (PV limit): exception 4")
            or rig.controller.alert
        )
        rig.plant.quirks["refused_registers"] = ()
        await rig.run(310)
        assert rig.register(40036) is None
        assert rig.controller.alert is None

    @pytest.mark.parametrize("hand_back", [True, False])
    async def test_when_control_ends_whatever_else_is_left_as_it_is(self, hand_back: bool) -> None:
        rig = await limited(settings=replace(SETTINGS, hand_back_on_stop=hand_back))
        await rig.controller.async_close(plain("test"))
        assert rig.register(40036) is None
        assert rig.register(40029) == (0 if hand_back else 1)

    async def test_when_neither_disk_nor_record_answer(self) -> None:
        rig = await limited()
        rig.disk_full = rig.audit_broken = True
        rig.controller.automatic = None
        await rig.run(10)
        assert rig.register(40036) is None

    @pytest.mark.parametrize("refused", ["all_ones", "both"])
    async def test_where_the_plant_takes_no_value_for_no_limit(self, refused: str) -> None:
        rig = await limited()
        rig.plant.quirks["unset_limits_refused"] = refused
        rig.controller.automatic = None
        await rig.run(130)
        assert rig.register(40036) in (1000.0, None, 4294967.294)
        assert rig.plant.state.pv_w > 0
        assert rig.controller.memory.written == {}

    async def test_on_data_that_are_too_old_as_soon_as_the_plant_can_be_written(self) -> None:
        rig = await limited()
        silence = parse_disturbances([{"access": "read", "addresses": [[30000, 30100]], "silent": True}])
        rig.plant.disturbances.add(silence, rig.plant.time_s)
        await rig.run(60)
        rig.plant.disturbances = Disturbances()
        assert rig.register(40036) is None

    @pytest.mark.parametrize("firmware", FIRMWARES)
    @pytest.mark.parametrize("mode", [2, 6])
    async def test_what_somebody_else_does_about_remote_control(self, firmware: str, mode: int) -> None:
        """Before firmware SPC113 it is taken only while remote EMS is on, and counts for nothing without it."""
        rig = await limited(firmware=firmware)
        rig.controller.automatic = None
        rig.plant.holding.update({40029: 0.0, 40031: mode})
        rig.plant.settle()
        await rig.run(20)
        assert rig.register(40036) is None
        await rig.run(120)
        assert (rig.register(40029), rig.register(40036)) == (0, None)
        assert rig.controller.memory.written == {}
        assert rig.controller.alert is None

    @pytest.mark.parametrize("firmware", FIRMWARES)
    @pytest.mark.parametrize("writes", range(1, 6))
    async def test_and_a_death_while_it_is_given_back_with_remote_control_off(self, firmware: str, writes: int) -> None:
        rig = await limited(firmware=firmware)
        rig.controller.automatic = None
        rig.plant.holding[40029] = 0.0
        rig.plant.settle()
        await dies(rig, writes)
        await rig.restart()
        await rig.run(120)
        assert (rig.register(40029), rig.register(40036)) == (0, None)
        assert rig.controller.memory.written == {}


class TestAfterADeath:
    """A process that is killed right before any of its writes."""

    @pytest.mark.parametrize("firmware", FIRMWARES)
    @pytest.mark.parametrize("writes", range(8))
    async def test_while_it_is_being_limited(self, firmware: str, writes: int) -> None:
        rig = await started(firmware=firmware)
        before = dict(rig.plant.holding)
        request(rig)
        await dies(rig, writes)
        await rig.restart()
        await rig.run(130)
        assert rig.plant.holding == before
        assert rig.controller.memory.written == {}

    @pytest.mark.parametrize("firmware", FIRMWARES)
    @pytest.mark.parametrize("writes", range(6))
    async def test_while_it_is_being_given_back(self, firmware: str, writes: int) -> None:
        rig = await started(firmware=firmware)
        before = dict(rig.plant.holding)
        request(rig)
        await rig.run(150)
        rig.controller.automatic = None
        await dies(rig, writes)
        await rig.restart()
        await rig.run(130)
        assert rig.plant.holding == before
        assert rig.controller.memory.written == {}


async def dies(rig: Rig, writes: int) -> None:
    rig.dies_at_write = writes
    with suppress(Died):
        await rig.run(150)


class TestBesideOthers:
    """Somebody else writes the register too."""

    async def test_what_they_wrote_is_what_is_given_back(self) -> None:
        rig = await limited()
        rig.plant.holding[40036] = 2.0
        rig.controller.automatic = None
        await rig.run(130)
        assert rig.register(40036) == 2.0
        assert rig.controller.memory.written == {}

    async def test_it_is_lowered_again_and_theirs_is_given_back(self) -> None:
        rig = await limited()
        rig.plant.holding[40036] = 2.0
        await rig.run(70)
        assert rig.register(40036) == 0
        rig.controller.automatic = None
        await rig.run(10)
        assert rig.register(40036) == 2.0

    async def test_who_keeps_writing_it_has_it_and_the_rest_goes_on(self) -> None:
        rig = await limited()
        for _ in range(4):
            rig.plant.holding[40036] = 2.0
            await rig.run(80)
        assert rig.register(40036) == 2.0
        assert "40036 (solar limit)" in english(rig.controller.alert)
        assert (rig.register(40029), rig.register(40032), rig.register(40034)) == (1, 0, 0)


class TestWhetherItIsObeyed:
    """PV that goes on above its limit."""

    async def test_twice_in_a_row_ends_it_and_is_said_once(self) -> None:
        rig = await started()
        rig.plant.quirks["disobeyed_registers"] = REGISTER
        rig.plant.settle()
        request(rig)
        await rig.run(40)
        assert rig.register(40036) == 0
        await rig.run(600)
        assert rig.register(40036) is None
        assert rig.controller.memory.pv_limit_obeyed is False
        assert len(written(rig)) == 2
        said = [english(event.reason) for event in rig.events if event.kind == "alert"]
        assert len(said) == 1
        assert "It is at 3.0 kW, the limit is 0 W" in said[0]
        await rig.restart()
        request(rig)
        await rig.run(300)
        assert len(written(rig)) == 2

    async def test_pv_below_its_limit_is_obedience(self) -> None:
        rig = await limited(2000)
        rig.plant.pv_power_w = 300
        await rig.run(300)
        assert rig.controller.memory.pv_limit_obeyed is True


async def outcome(rig: Rig, seconds: int = 120) -> PvTest:
    task = asyncio.create_task(rig.controller.async_test_pv_limit())
    await asyncio.sleep(0)
    await rig.run(seconds)
    return await asyncio.wait_for(task, 1)


class TestTheTest:
    """A person finds out whether the plant obeys."""

    @pytest.mark.parametrize("firmware", FIRMWARES)
    async def test_a_plant_that_obeys(self, firmware: str) -> None:
        rig = await started(obeyed=None, firmware=firmware)
        before = dict(rig.plant.holding)
        result = await outcome(rig)
        assert (result.obeyed, result.before_w, result.limit_w, result.seen_w) == (True, 3000, 1500, 1500)
        assert (
            english(result.said)
            == "Solar followed its limit. It was at 3.0 kW and was limited to 1.5 kW. It was at 1.5 kW after 20 s."
        )
        assert rig.controller.memory.pv_limit_obeyed is True
        await rig.run(130)
        assert rig.plant.holding == before
        assert rig.controller.memory.written == {}

    @pytest.mark.parametrize("firmware", FIRMWARES)
    async def test_a_plant_that_does_not(self, firmware: str) -> None:
        rig = await started(obeyed=None, firmware=firmware)
        before = dict(rig.plant.holding)
        rig.plant.quirks["disobeyed_registers"] = REGISTER
        rig.plant.settle()
        result = await outcome(rig)
        assert (result.obeyed, result.seen_w) == (False, 3000)
        assert "did not follow" in english(result.said)
        assert rig.controller.memory.pv_limit_obeyed is False
        await rig.run(130)
        assert rig.plant.holding == before

    async def test_it_is_limited_for_a_minute_at_most(self) -> None:
        rig = await started(obeyed=None)
        rig.plant.quirks["disobeyed_registers"] = REGISTER
        rig.plant.settle()
        await outcome(rig)
        first, last = [write.steady_s for write in rig.writes if write.address == 40036]
        assert 40 <= last - first <= 60

    async def test_a_cloud_shows_nothing(self) -> None:
        rig = await started(obeyed=None)
        task = asyncio.create_task(rig.controller.async_test_pv_limit())
        await rig.run(10)
        rig.plant.pv_power_w = 200
        await rig.run(120)
        result = await asyncio.wait_for(task, 1)
        assert result.obeyed is None
        assert rig.controller.memory.pv_limit_obeyed is None
        assert rig.register(40036) is None

    async def test_a_request_of_the_plan_is_tested_as_it_is(self) -> None:
        rig = await started(obeyed=None)
        request(rig, None)
        await rig.run(80)
        await outcome(rig)
        assert (rig.register(40032), rig.register(40034)) == (0, 0)
        assert rig.controller.memory.pv_limit_obeyed is True

    @pytest.mark.parametrize("what", ["stop", "force", "off grid", "close", "somebody else"])
    async def test_what_comes_first_ends_it_and_nothing_is_remembered(self, what: str) -> None:
        rig = await started(obeyed=None)
        rig.plant.quirks["disobeyed_registers"] = REGISTER
        rig.plant.settle()
        task = asyncio.create_task(rig.controller.async_test_pv_limit())
        await asyncio.sleep(0)
        await rig.run(20)
        assert rig.register(40036) == 1.5
        match what:
            case "stop":
                await rig.controller.async_emergency_stop()
            case "force":
                await rig.controller.async_set_override(new_override(OverrideKind.FORCE_HOLD, now=rig.now))
            case "off grid":
                rig.plant.faults["on_off_grid"] = 1
                await rig.run(10)
            case "close":
                await rig.controller.async_close(plain("test"))
            case _:
                rig.plant.holding[40036] = 2.0
                await rig.run(20)
        result = await asyncio.wait_for(task, 1)
        assert result.obeyed is None
        assert english(result.said).startswith("The test showed nothing. ")
        assert rig.controller.memory.pv_limit_obeyed is None
        assert rig.register(40036) == (2.0 if what == "somebody else" else None)

    @pytest.mark.parametrize("writes", range(8))
    async def test_a_process_that_dies_during_it_leaves_nothing(self, writes: int) -> None:
        rig = await started(obeyed=None)
        before = dict(rig.plant.holding)
        rig.dies_at_write = writes
        task = asyncio.create_task(rig.controller.async_test_pv_limit())
        with suppress(Died):
            await rig.run(150)
        task.cancel()
        await rig.restart()
        await rig.run(130)
        assert rig.plant.holding == before

    @pytest.mark.parametrize(
        ("pv_w", "prepare", "why"),
        [
            (499, None, "At least 500 W"),
            (3000, "force", "manual override"),
            (3000, "stop", "emergency stop"),
            (3000, "off grid", "on the grid"),
            (3000, "alarm", "alarm"),
        ],
    )
    async def test_when_it_is_refused(self, pv_w: int, prepare: str | None, why: str) -> None:
        rig = await started(obeyed=None, pv_w=pv_w)
        match prepare:
            case "force":
                await rig.controller.async_set_override(new_override(OverrideKind.FORCE_HOLD, now=rig.now))
            case "stop":
                await rig.controller.async_emergency_stop()
            case "off grid":
                rig.plant.faults["on_off_grid"] = 1
            case "alarm":
                rig.plant.faults["pcs_1"] = 2
        await rig.run(20)
        with pytest.raises(NotDoneError, check=says(why)):
            await rig.controller.async_test_pv_limit()
        assert written(rig) == []

    async def test_two_at_a_time_are_one_too_many(self) -> None:
        rig = await started(obeyed=None)
        task = asyncio.create_task(rig.controller.async_test_pv_limit())
        await rig.run(10)
        with pytest.raises(NotDoneError, check=says("running already")):
            await rig.controller.async_test_pv_limit()
        await rig.run(100)
        assert (await asyncio.wait_for(task, 1)).obeyed is True


async def test_every_limit_has_a_row_and_so_has_its_end() -> None:
    rig = await limited()
    rig.controller.automatic = None
    await rig.run(130)
    rows = [row for row in rig.record.rows if 40036 in row.writes]
    assert [(row.action, row.outcome) for row in rows] == [
        (Action.HOLD, Outcome.CONFIRMED),
        (Action.RELEASE, Outcome.CONFIRMED),
    ]


class TestNotTaken:
    """A plant that obeyed once, and does not take the limit any more."""

    @pytest.mark.parametrize("quirk", ["refused_registers", "silently_ignored_registers"])
    async def test_the_rest_of_the_command_goes_on_without_it_and_it_is_unlearned(self, quirk: str) -> None:
        rig = await started()
        rig.plant.quirks[quirk] = REGISTER
        request(rig, 0, Action.CHARGE, power_w=3000)
        await rig.run(60)
        assert (rig.register(40029), rig.register(40032)) == (1, 3.0)
        assert rig.controller.memory.pv_limit_obeyed is True
        assert rig.controller.alert is None
        on = 0
        for _ in range(30):
            await rig.run(60)
            on += rig.register(40029) == 1
        assert on == 30
        assert rig.controller.memory.pv_limit_obeyed is False
        assert "40036" in english(rig.controller.alert)
        assert [event.kind for event in rig.events].count("alert") == 1
        assert len(written(rig)) <= 2
        rig.controller.automatic = None
        await rig.run(100)
        assert (rig.register(40029), rig.controller.memory.written) == (0, {})

    async def test_a_test_of_it_ends_and_says_so(self) -> None:
        rig = await started(obeyed=None)
        rig.plant.quirks["refused_registers"] = REGISTER
        test = asyncio.create_task(rig.controller.async_test_pv_limit())
        await rig.run(60)
        assert "40036" in english((await test).said)
        assert rig.controller.memory.pv_limit_obeyed is None
        await rig.run(60)
        assert (rig.register(40029), rig.controller.memory.written, rig.controller.alert) == (0, {}, None)
