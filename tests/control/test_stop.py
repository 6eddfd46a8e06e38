"""The emergency stop where it really runs: callers that are cancelled, records that hang, others who write, old firmware."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from rig import Rig

from custom_components.sigenstor_panel.control.intents import OverrideKind, new_override
from custom_components.sigenstor_panel.control.status import ControlState, status_of
from custom_components.sigenstor_panel.control.waiting import NotDoneError
from custom_components.sigenstor_panel.model.command import Action
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.plant.register_writes import HoldMethod
from custom_components.sigenstor_panel.records.audit_log import Outcome
from simulator.disturbances import Disturbances, parse_disturbances
from soak.simulated_time import SimulatedTimeLoop
from tests.english import english

CHARGE, HOLD, EXPORT = OverrideKind.FORCE_CHARGE, OverrideKind.FORCE_HOLD, OverrideKind.FORCE_EXPORT


@pytest.fixture
async def rig() -> Rig:
    """A plant without sun whose house takes half a kilowatt."""
    rig = Rig()
    rig.plant.pv_power_w, rig.plant.house_power_w = 0, 500
    rig.plant.settle()
    await rig.run(20)
    return rig


async def force(rig: Rig, kind: OverrideKind, power_w: int | None = 3000, seconds: int = 150) -> None:
    """Force something, and let it ramp up."""
    power_w = None if kind is HOLD else power_w
    await rig.controller.async_set_override(new_override(kind, now=rig.now, power_w=power_w))
    await rig.run(seconds)


def state(rig: Rig) -> ControlState:
    """Return what people see."""
    status = status_of(rig.controller)
    assert status is not None
    return status.state


def disturb(rig: Rig, **disturbance: object) -> None:
    """Let the plant answer some requests otherwise."""
    rig.plant.disturbances.add(parse_disturbances([disturbance]), rig.plant.time_s)


class TestACallerThatIsCancelled:
    """Scripts are restarted and turned off: what they asked for is done to its end, or not at all."""

    @pytest.mark.parametrize("write", range(6))
    async def test_cancelling_a_stop_at_any_write_still_stops_the_battery(self, rig: Rig, write: int) -> None:
        await force(rig, CHARGE)
        caller: asyncio.Task[None]

        async def cancel_at_write(left: int) -> None:
            if left:
                rig.at_write = lambda: cancel_at_write(left - 1)
            else:
                caller.cancel()
                await asyncio.sleep(0)

        rig.at_write = lambda: cancel_at_write(write)
        caller = asyncio.create_task(rig.controller.async_emergency_stop())
        with suppress(asyncio.CancelledError):
            await caller
        await rig.run(20)
        assert rig.battery_w == 0
        assert state(rig) is ControlState.STOPPED
        await rig.controller.async_clear_emergency_stop()
        await force(rig, CHARGE)
        assert rig.battery_w > 1000

    @pytest.mark.parametrize("write", range(4))
    async def test_cancelling_a_force_leaves_no_row_open_and_control_goes_on(self, rig: Rig, write: int) -> None:
        caller: asyncio.Task[None]

        async def cancel_at_write(left: int) -> None:
            if left:
                rig.at_write = lambda: cancel_at_write(left - 1)
            else:
                caller.cancel()
                await asyncio.sleep(0)

        rig.at_write = lambda: cancel_at_write(write)
        override = new_override(CHARGE, now=rig.now, power_w=1000)
        caller = asyncio.create_task(rig.controller.async_set_override(override))
        with suppress(asyncio.CancelledError):
            await caller
        await rig.run(120)
        assert [row.outcome for row in rig.record.rows if row.outcome is Outcome.STARTED] == []
        await rig.controller.async_set_override(None)
        await rig.run(70)
        assert rig.register(40029) == 0

    async def test_cancelling_a_close_still_hands_the_plant_back(self, rig: Rig) -> None:
        await force(rig, CHARGE)
        caller = asyncio.create_task(rig.controller.async_close(plain("test")))
        await asyncio.sleep(0)
        caller.cancel()
        with suppress(asyncio.CancelledError):
            await caller
        for _ in range(50):
            await asyncio.sleep(0)
        assert rig.register(40029) == 0


class TestWhatNeverAnswers:
    """The stop waits for nothing but the plant."""

    @pytest.mark.parametrize("hangs", ["audit_answers", "disk_answers"])
    async def test_a_stop_reaches_the_plant_while_disk_or_record_hang_and_is_recorded_later(
        self, rig: Rig, hangs: str
    ) -> None:
        await force(rig, EXPORT)
        getattr(rig, hangs).clear()
        async with asyncio.timeout(5):
            await rig.controller.async_emergency_stop()
        rig.plant.step(1.0)
        assert rig.battery_w == 0
        getattr(rig, hangs).set()
        await rig.run(20)
        assert state(rig) is ControlState.STOPPED
        assert rig.record.rows[-1].outcome is Outcome.CONFIRMED
        assert '"emergency_stop": true' in rig.disk
        await rig.restart()
        assert rig.controller.memory.emergency_stop

    @pytest.mark.parametrize("hangs", ["audit_answers", "disk_answers"])
    async def test_a_stop_overtakes_a_command_that_waits_for_disk_or_record(self, rig: Rig, hangs: str) -> None:
        await force(rig, CHARGE)
        await rig.run(60)
        getattr(rig, hangs).clear()
        waiting = asyncio.create_task(
            rig.controller.async_set_override(new_override(EXPORT, now=rig.now, power_w=1000))
        )
        await asyncio.sleep(0.05)
        async with asyncio.timeout(5):
            await rig.controller.async_emergency_stop()
        rig.plant.step(1.0)
        assert rig.battery_w == 0
        with pytest.raises(NotDoneError, match="stop_first"):
            await waiting
        getattr(rig, hangs).set()
        await rig.run(60)
        assert rig.controller.memory.override is None
        assert rig.battery_w == 0

    def test_a_disk_that_hangs_is_waited_for_for_a_second_at_most(self) -> None:
        async def seconds_to_the_first_write() -> float:
            rig, time_s = Rig(), asyncio.get_running_loop().time
            written_at_s = list[float]()

            async def note() -> None:
                written_at_s.append(time_s())

            await rig.run(20)
            await force(rig, CHARGE)
            rig.disk_answers.clear()
            rig.at_write, pressed_at_s = note, time_s()
            await rig.controller.async_emergency_stop()
            rig.disk_answers.set()
            await rig.run(20)
            assert '"emergency_stop": true' in rig.disk
            return written_at_s[0] - pressed_at_s

        with asyncio.Runner(loop_factory=SimulatedTimeLoop) as runner:
            assert runner.run(seconds_to_the_first_write()) == pytest.approx(1.0)

    async def test_a_hand_back_does_not_wait_for_the_record(self, rig: Rig) -> None:
        await force(rig, CHARGE)
        rig.audit_answers.clear()
        rig.disk_answers.clear()
        async with asyncio.timeout(8):
            await rig.controller.async_close(plain("test"))
        assert rig.register(40029) == 0
        rig.audit_answers.set()
        rig.disk_answers.set()


class TestAPlantThatIsAwkward:
    """What the plant refuses, or does not tell."""

    async def test_it_is_stopped_blindly_where_its_control_registers_cannot_be_read(self, rig: Rig) -> None:
        await force(rig, CHARGE)
        disturb(rig, access="read", addresses=[[40029, 40048]], exception=4)
        await rig.controller.async_emergency_stop()
        rig.plant.step(1.0)
        assert rig.battery_w == 0
        assert state(rig) is ControlState.STOPPING
        assert "not been taken" in english(rig.controller.alert)
        rig.plant.disturbances = Disturbances()
        await rig.run(30)
        assert state(rig) is ControlState.STOPPED
        assert rig.controller.alert is None

    @pytest.mark.parametrize("refused", [40029, 40031, 40032, 40034])
    async def test_every_register_is_tried_whichever_is_refused(self, rig: Rig, refused: int) -> None:
        await force(rig, CHARGE)
        before = len(rig.writes)
        disturb(rig, access="write", addresses=[refused], exception=4)
        await rig.controller.async_emergency_stop()
        written = {write.address for write in rig.writes[before:]}
        assert written == {40031, 40032, 40034} - {refused}

    async def test_before_spc113_remote_control_is_switched_on_and_what_was_refused_is_tried_again(self) -> None:
        rig = Rig(firmware="spc110")
        rig.plant.pv_power_w, rig.plant.house_power_w = 0, 500
        rig.plant.settle()
        await rig.run(20)
        assert rig.battery_w < -300
        await rig.controller.async_emergency_stop()
        await rig.run(120)
        assert rig.battery_w == 0
        assert rig.register(40031) == 1
        assert rig.controller.memory.hold_method.value == "standby"
        assert state(rig) is ControlState.STOPPED
        assert rig.controller.alert is None

    async def test_where_not_even_standby_holds_the_cutoffs_do(self) -> None:
        rig = Rig(firmware="only_cut_offs_hold")
        rig.plant.pv_power_w, rig.plant.house_power_w = 0, 500
        rig.plant.settle()
        await rig.run(20)
        await rig.controller.async_emergency_stop()
        await rig.run(4 * 3600)
        assert rig.battery_w == 0
        assert state(rig) is ControlState.STOPPED
        assert rig.plant.state.soc == pytest.approx(50, abs=2.5)

    async def test_the_state_is_stopping_until_the_battery_was_seen_to_rest(self, rig: Rig) -> None:
        await force(rig, CHARGE)
        await rig.controller.async_emergency_stop()
        assert state(rig) is ControlState.STOPPING
        await rig.run(10)
        assert state(rig) is ControlState.STOPPED

    async def test_a_plant_that_is_away_is_stopped_as_soon_as_it_answers(self, rig: Rig) -> None:
        await force(rig, CHARGE)
        rig.link_down = True
        await rig.controller.async_emergency_stop()
        await rig.run(60)
        assert state(rig) is ControlState.STOPPING
        assert rig.controller.alert is not None
        rig.link_down = False
        await rig.run(20)
        assert rig.battery_w == 0
        assert state(rig) is ControlState.STOPPED
        assert rig.controller.alert is None

    async def test_a_stop_that_no_reading_confirms_is_said_and_the_alert_ends_with_the_reading(self, rig: Rig) -> None:
        await force(rig, CHARGE)
        await rig.controller.async_emergency_stop()
        rig.link_down = True
        await rig.run(20)
        assert state(rig) is ControlState.STOPPING
        assert rig.controller.alert is None
        await rig.run(80)
        assert state(rig) is ControlState.STOPPING
        assert rig.controller.alert == say("control.stop_unconfirmed")
        rig.link_down = False
        await rig.run(20)
        assert state(rig) is ControlState.STOPPED
        assert rig.controller.alert is None


class TestItIsWatched:
    """Whatever moves the battery under a stop is seen, said and stopped again."""

    async def test_a_battery_that_moves_though_the_registers_hold_is_said_at_the_next_reading(self) -> None:
        rig = Rig(firmware="spc110")
        rig.plant.pv_power_w = rig.plant.house_power_w = 0
        rig.plant.settle()
        await rig.run(20)
        await rig.controller.async_emergency_stop()
        await rig.run(20)
        assert state(rig) is ControlState.STOPPED
        rig.plant.house_power_w = 3000
        rig.plant.settle()
        await rig.run(10)
        assert state(rig) is ControlState.STOPPING
        assert rig.controller.alert is not None

    async def test_another_controller_that_charges_every_minute_is_stopped_each_time(self, rig: Rig) -> None:
        await rig.controller.async_emergency_stop()
        await rig.run(20)
        rig.let_others_write("power_sync")
        moved_s = 0
        for _ in range(60):
            await rig.run(10)
            moved_s += 10 * (abs(rig.battery_w) > 200)
        assert rig.controller.memory.emergency_stop
        assert any("Register 4003" in english(event.reason) for event in rig.events if event.kind == "alert")
        assert moved_s <= 6 * 60
        written = {write.address: write.words for write in rig.writes}
        assert set(written) <= {40029, 40031, 40032, 40034}
        rig.let_others_write()
        await rig.run(120)
        assert rig.battery_w == 0
        assert state(rig) is ControlState.STOPPED
        assert rig.controller.alert is None

    async def test_it_is_stopped_again_after_ten_seconds_then_less_often_down_to_once_a_minute(self, rig: Rig) -> None:
        await rig.controller.async_emergency_stop()
        await rig.run(20)
        before = len(rig.writes)
        for _ in range(60):
            rig.device.write(247, 40032, [0, 10_000])
            await rig.run(10)
        times = [write.steady_s for write in rig.writes[before:] if write.address == 40032]
        gaps = [after - first for first, after in pairwise(times)]
        assert gaps[0] <= 20
        assert max(gaps) <= 70
        assert gaps[-1] >= 60

    async def test_nothing_but_a_hold_is_ever_written_under_a_stop(self, rig: Rig) -> None:
        await rig.controller.async_emergency_stop()
        rig.let_others_write("power_sync", "network_operator", "evcc_hold")
        await rig.run(900)
        for write in rig.writes:
            allowed = {40029: (1,), 40031: (2,), 40032: (0, 0), 40034: (0, 0)}
            assert write.words == allowed[write.address]

    async def test_a_reboot_that_forgets_remote_control_is_stopped_again(self, rig: Rig) -> None:
        await rig.controller.async_emergency_stop()
        await rig.run(20)
        rig.plant.reboot(silent_s=20)
        await rig.run(90)
        assert rig.register(40029) == 1
        assert rig.battery_w == 0
        assert state(rig) is ControlState.STOPPED


class TestOffTheGrid:
    """A battery on hold leaves the house dark when the grid is gone."""

    async def test_an_outage_during_a_stop_lets_the_battery_supply_the_house_and_its_end_holds_it_again(
        self, rig: Rig
    ) -> None:
        await rig.controller.async_emergency_stop()
        await rig.run(20)
        rig.plant.faults["on_off_grid"] = 1
        await rig.run(30)
        assert rig.register(40029) == 0
        assert state(rig) is ControlState.RELEASED
        assert "supplies the house" in english(rig.controller.alert)
        rig.plant.faults["on_off_grid"] = 0
        await rig.run(30)
        assert (rig.register(40029), rig.register(40032), rig.register(40034)) == (1, 0.0, 0.0)
        assert rig.battery_w == 0
        assert state(rig) is ControlState.STOPPED
        assert rig.controller.alert is None

    async def test_a_stop_that_is_pressed_off_the_grid_holds_once_the_grid_is_back(self, rig: Rig) -> None:
        await force(rig, HOLD)
        rig.plant.faults["on_off_grid"] = 1
        await rig.run(10)
        await rig.controller.async_emergency_stop()
        assert rig.register(40029) == 0
        rig.plant.faults["on_off_grid"] = 0
        await rig.run(30)
        assert rig.register(40029) == 1
        assert rig.battery_w == 0


class TestWhileHomeAssistantStops:
    """Held, or handed back; never left in a mode that moves the battery."""

    @pytest.mark.parametrize("write", range(8))
    async def test_a_stop_that_comes_at_any_write_of_the_hand_back(self, rig: Rig, write: int) -> None:
        await force(rig, CHARGE)
        stopping: list[asyncio.Task[None]] = []

        async def stop_at_write(left: int) -> None:
            if left:
                rig.at_write = lambda: stop_at_write(left - 1)
            else:
                stopping.append(asyncio.create_task(rig.controller.async_emergency_stop()))
                await asyncio.sleep(0)

        rig.at_write = lambda: stop_at_write(write)
        await rig.controller.async_close(plain("test"))
        await asyncio.gather(*stopping)
        rig.plant.step(1.0)
        if stopping:
            assert rig.battery_w == 0
            assert '"emergency_stop": true' in rig.disk
        else:
            assert rig.register(40029) == 0

    async def test_a_hold_before_a_stop_stays_when_home_assistant_stops(self, rig: Rig) -> None:
        await force(rig, CHARGE)
        await rig.controller.async_emergency_stop()
        await rig.controller.async_close(plain("test"))
        rig.plant.step(1.0)
        assert rig.battery_w == 0

    @pytest.mark.parametrize(("old_s", "cutoffs"), [(0, {40047, 40048}), (600, set())])
    async def test_cutoffs_are_never_written_from_an_old_state_of_charge(
        self, rig: Rig, old_s: int, cutoffs: set[int]
    ) -> None:
        rig.controller._state.memory = replace(rig.controller.memory, hold_method=HoldMethod.CUTOFFS)
        rig.now += timedelta(seconds=old_s)
        await rig.controller.async_emergency_stop()
        assert {write.address for write in rig.writes} & {40047, 40048} == cutoffs


@pytest.mark.parametrize(("lost_soc", "cutoffs"), [(0.0, {40047, 40048}), (2.5, set())])
async def test_after_a_gap_no_cutoff_is_written_from_the_state_of_charge_before_it(
    rig: Rig, lost_soc: float, cutoffs: set[int]
) -> None:
    rig.controller._state.memory = replace(rig.controller.memory, hold_method=HoldMethod.CUTOFFS)
    rig.link_down = True
    await rig.run(60)
    rig.plant.inverters[0].battery.soc -= lost_soc
    rig.plant.settle()
    rig.link_down = False
    await rig.poll()
    await rig.controller.async_emergency_stop()
    assert {write.address for write in rig.writes} & {40047, 40048} == cutoffs


async def test_clearing_the_stop_ends_its_alert_and_gives_back_what_was_there(rig: Rig) -> None:
    before = dict(rig.plant.holding)
    await force(rig, EXPORT)
    disturb(rig, access="write", addresses=[40034], exception=4, times=4)
    await rig.controller.async_emergency_stop()
    assert rig.controller.alert is not None
    await rig.controller.async_clear_emergency_stop()
    assert rig.controller.alert is None
    await rig.run(150)
    assert dict(rig.plant.holding) == before


async def test_a_force_that_is_being_saved_when_the_stop_comes_does_not_resume_after_it(rig: Rig) -> None:
    rig.disk_answers.clear()
    forcing = asyncio.create_task(rig.controller.async_set_override(new_override(CHARGE, now=rig.now, power_w=2000)))
    await asyncio.sleep(0.05)
    stopping = asyncio.create_task(rig.controller.async_emergency_stop())
    await asyncio.sleep(0.05)
    rig.disk_answers.set()
    await stopping
    with pytest.raises(NotDoneError):
        await forcing
    await rig.run(20)
    await rig.controller.async_clear_emergency_stop()
    await rig.run(300)
    assert rig.controller.memory.override is None
    assert [row.action for row in rig.record.rows if row.action is Action.CHARGE] == []
