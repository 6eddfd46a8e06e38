"""What the emergency stop decides: when it counts as confirmed, when it stops again, how, and what it tells a person."""

from itertools import pairwise
from typing import Any

from bench import AWAY, REFUSED, Bench
import pytest

from custom_components.sigenstor_panel.control.alerts import Alert
from custom_components.sigenstor_panel.control.guardrails import RELEASE
from custom_components.sigenstor_panel.control.intents import EMERGENCY_STOP
from custom_components.sigenstor_panel.control.memory import ControlMemory
from custom_components.sigenstor_panel.control.ownership import reads_instead
from custom_components.sigenstor_panel.control.stop import EmergencyStop
from custom_components.sigenstor_panel.model.message import Message, say
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, GridStatus, Source
from custom_components.sigenstor_panel.plant import ModbusError
from custom_components.sigenstor_panel.plant.register_writes import HoldMethod, blind_hold

HELD = ControlRegisters(**blind_hold(HoldMethod.LIMITS))
LET_GO = ControlRegisters(**{**blind_hold(HoldMethod.LIMITS), "charge_limit_w": 9000})
OFF_GRID = GridStatus.OFF_GRID_AUTO


class Stopped(Bench):
    """A plant whose battery rests, and the stop."""

    def __init__(self, memory: ControlMemory | None = None) -> None:
        super().__init__(memory)
        self.stop = self.part(EmergencyStop)
        self.plant.registers = HELD

    @property
    def alert(self) -> Message | None:
        return self.said(Alert.NOT_STOPPED)

    @property
    def holds(self) -> int:
        """How often the hold was written."""
        return len(self.called("hold"))

    async def press(self) -> None:
        self.read(control=HELD)
        self.stop.begin()
        await self.stop.hold(pressed=True)

    async def tick(self, seconds: float = 10.0, **telemetry: Any) -> None:
        """Let time pass, have the plant read and let the stop look."""
        self.wait(seconds)
        self.read(**{"control": HELD, **telemetry})
        await self.stop.tick()

    async def look_again(self, seconds: float = 10.0) -> None:
        """Let time pass without a new reading."""
        self.wait(seconds)
        await self.stop.tick()


@pytest.fixture
async def bench() -> Stopped:
    return Stopped()


@pytest.fixture
async def stopped(bench: Stopped) -> Stopped:
    """A stop that was pressed and confirmed."""
    await bench.press()
    await bench.tick()
    assert bench.stop.confirmed is True
    return bench


class TestPressing:
    """The button."""

    async def test_a_press_holds_the_battery_at_once_by_what_is_known_to_hold_it(self) -> None:
        bench = Stopped(ControlMemory(hold_method=HoldMethod.STANDBY))
        await bench.press()
        (call,) = bench.execution.calls
        assert call.arguments == {"intent": EMERGENCY_STOP, "method": HoldMethod.STANDBY, "pressed": True}
        assert bench.stop.supplying is False
        assert bench.alert is None

    async def test_a_stop_that_is_repeated_by_itself_is_no_press(self, bench: Stopped) -> None:
        await bench.stop.hold()
        assert bench.called("hold")[0].arguments["pressed"] is False

    async def test_nothing_is_confirmed_before_a_reading_after_the_press_says_so(self, bench: Stopped) -> None:
        assert bench.stop.confirmed is False
        assert bench.stop.supplying is False
        await bench.press()
        assert bench.stop.confirmed is False
        await bench.look_again()
        assert bench.stop.confirmed is False
        await bench.tick()
        assert bench.stop.confirmed is True

    async def test_a_stop_that_is_pressed_again_has_to_be_confirmed_again(self, stopped: Stopped) -> None:
        stopped.stop.begin()
        assert stopped.stop.confirmed is False
        await stopped.look_again()
        assert stopped.stop.confirmed is False
        assert stopped.holds == 2

    async def test_a_stop_that_the_plant_does_not_take_is_said_with_the_reason_and_is_not_confirmed(
        self, stopped: Stopped
    ) -> None:
        stopped.execution.done = REFUSED
        await stopped.stop.hold(pressed=True)
        assert stopped.alert == say("control.stop_not_taken", REFUSED.detail)
        assert stopped.stop.confirmed is False

    async def test_a_press_is_written_before_the_plant_was_ever_read(self, bench: Stopped) -> None:
        bench.plant.reading = None
        await bench.stop.hold(pressed=True)
        assert bench.holds == 1
        await bench.stop.tick()
        assert bench.holds == 1
        assert bench.stop.confirmed is False

    async def test_what_a_hold_of_a_first_press_did_says_nothing_about_the_pause_after_the_next(
        self, stopped: Stopped
    ) -> None:
        for _ in range(20):
            await stopped.tick(control=LET_GO)
            stopped.plant.registers = LET_GO
        stopped.plant.registers = LET_GO
        await stopped.press()
        pressed_s = stopped.steady_s
        for _ in range(3):
            await stopped.tick(control=LET_GO)
        assert [call.steady_s - pressed_s for call in stopped.called("hold")[-3:]] == [0.0, 10.0, 20.0]


class TestConfirmation:
    """Registers and power say together that the battery rests."""

    @pytest.mark.parametrize("battery_w", [0, 200, -200])
    async def test_a_battery_at_rest_under_the_right_registers_confirms_the_stop(
        self, bench: Stopped, battery_w: int
    ) -> None:
        await bench.press()
        await bench.tick(battery_power_w=battery_w)
        assert bench.stop.confirmed is True
        assert bench.alert is None
        assert bench.execution.registers.present == HELD
        assert bench.plant.reads == 0

    @pytest.mark.parametrize(
        "reading", [{"source": Source.CLOUD}, {"battery_power_w": None}, {"battery_power_w": 3000}]
    )
    async def test_what_does_not_show_a_battery_at_rest_now_confirms_nothing(
        self, bench: Stopped, reading: dict[str, Any]
    ) -> None:
        await bench.press()
        await bench.tick(**reading)
        assert bench.stop.confirmed is False

    async def test_an_old_reading_confirms_nothing(self, bench: Stopped) -> None:
        await bench.press()
        bench.read(control=HELD)
        bench.wait(31)
        await bench.stop.tick()
        assert bench.stop.confirmed is False

    async def test_a_battery_that_happens_to_rest_under_other_registers_confirms_nothing(self, bench: Stopped) -> None:
        await bench.press()
        bench.plant.registers = LET_GO
        await bench.tick(control=LET_GO)
        assert bench.stop.confirmed is False
        wrong = reads_instead("charge_limit_w", 0, 9000)
        assert bench.alert == say("control.stop_overwritten", wrong)

    async def test_registers_that_a_reading_has_from_before_the_stop_are_read_once_more(self, bench: Stopped) -> None:
        await bench.press()
        await bench.tick(control=LET_GO)
        assert bench.plant.reads == 1
        assert bench.execution.registers.present == HELD
        assert bench.stop.confirmed is True
        assert bench.alert is None

    async def test_registers_that_cannot_be_read_once_more_change_nothing(self, stopped: Stopped) -> None:
        stopped.plant.registers = ModbusError("away")
        await stopped.tick(control=LET_GO)
        assert stopped.stop.confirmed is True
        assert stopped.alert is None
        assert stopped.holds == 1

    async def test_registers_that_somebody_wrote_over_end_the_confirmation_and_are_said(self, stopped: Stopped) -> None:
        stopped.plant.registers = LET_GO
        await stopped.tick(control=LET_GO)
        assert stopped.stop.confirmed is False
        assert stopped.execution.registers.present == LET_GO
        assert stopped.alert == say("control.stop_overwritten", reads_instead("charge_limit_w", 0, 9000))

    async def test_a_stop_of_before_a_restart_is_not_said_to_be_overwritten_by_anybody(self, bench: Stopped) -> None:
        bench.plant.registers = LET_GO
        await bench.tick(control=LET_GO)
        assert bench.alert is None
        assert bench.holds == 1

    async def test_the_registers_of_what_was_found_to_hold_are_those_that_count(self) -> None:
        bench = Stopped(ControlMemory(hold_method=HoldMethod.STANDBY))
        await bench.press()
        bench.plant.registers = HELD
        await bench.tick(control=HELD)
        assert bench.stop.confirmed is False
        await bench.tick(control=ControlRegisters(**blind_hold(HoldMethod.STANDBY)))
        assert bench.stop.confirmed is True

    async def test_a_confirmation_ends_the_alert(self, bench: Stopped) -> None:
        bench.execution.fates = [REFUSED]
        await bench.press()
        assert bench.alert is not None
        await bench.tick()
        assert bench.stop.confirmed is True
        assert bench.alert is None


class TestNoConfirmation:
    """A person is told when no reading shows a battery at rest."""

    @pytest.mark.parametrize(("seconds", "told"), [(89.0, False), (90.0, True)])
    async def test_a_stop_that_no_reading_confirms_is_said_after_a_minute_and_a_half(
        self, bench: Stopped, seconds: float, told: bool
    ) -> None:
        await bench.press()
        await bench.look_again(seconds)
        assert bench.alert == (say("control.stop_unconfirmed") if told else None)
        assert bench.holds == 1

    async def test_what_is_said_already_is_not_replaced_by_less(self, bench: Stopped) -> None:
        await bench.press()
        await bench.tick(battery_power_w=3000)
        await bench.tick(battery_power_w=3000)
        said = bench.alert
        assert said is not None
        await bench.look_again(200)
        assert bench.alert == said


class TestABatteryThatMoves:
    """The registers hold, and yet it charges or discharges."""

    async def test_right_after_the_write_it_may_still_be_on_its_way_to_rest(self, bench: Stopped) -> None:
        await bench.press()
        await bench.tick(battery_power_w=3000)
        assert bench.alert is None
        await bench.tick(battery_power_w=3000)
        assert bench.alert == say("control.moves_though_stopped", say("control.power", power_w=3000))

    async def test_one_that_was_at_rest_is_said_at_the_first_reading_that_shows_it_moving(
        self, stopped: Stopped
    ) -> None:
        await stopped.tick(battery_power_w=-3000)
        assert stopped.alert == say("control.moves_though_stopped", say("control.power", power_w=-3000))
        assert stopped.stop.confirmed is False

    async def test_an_unknown_power_is_said_to_be_unknown(self, stopped: Stopped) -> None:
        await stopped.tick(battery_power_w=None)
        assert stopped.alert == say("control.moves_though_stopped", say("control.power_unknown"))

    async def test_two_readings_of_it_are_needed_before_it_is_held_by_more(self, stopped: Stopped) -> None:
        await stopped.tick(60, battery_power_w=3000)
        assert stopped.holds == 1
        assert stopped.state.memory.hold_method is HoldMethod.LIMITS
        await stopped.look_again()
        assert stopped.holds == 1
        await stopped.tick(battery_power_w=3000)
        assert stopped.holds == 2
        assert stopped.state.memory.hold_method is HoldMethod.STANDBY
        assert stopped.disk is not None
        assert stopped.disk.hold_method is HoldMethod.STANDBY
        assert stopped.called("hold")[-1].arguments["method"] is HoldMethod.STANDBY

    async def test_a_rest_in_between_starts_the_count_again(self, stopped: Stopped) -> None:
        for battery_w in (3000, 0, 3000, 0):
            await stopped.tick(60, battery_power_w=battery_w)
        assert stopped.holds == 1
        assert stopped.stop.confirmed is True

    async def test_a_hold_in_between_starts_the_count_again(self, stopped: Stopped) -> None:
        await stopped.tick(60, battery_power_w=3000)
        await stopped.stop.hold()
        await stopped.tick(60, battery_power_w=3000)
        assert stopped.state.memory.hold_method is HoldMethod.LIMITS

    async def test_what_holds_most_goes_on_being_written(self) -> None:
        bench = Stopped(ControlMemory(hold_method=HoldMethod.CUTOFFS))
        standby = ControlRegisters(**blind_hold(HoldMethod.CUTOFFS))
        await bench.press()
        for _ in range(3):
            await bench.tick(60, control=standby, battery_power_w=3000)
        assert bench.holds >= 2
        assert bench.state.memory.hold_method is HoldMethod.CUTOFFS

    async def test_one_that_moves_since_the_registers_do_not_hold_any_more_is_not_held_by_more(
        self, bench: Stopped
    ) -> None:
        await bench.press()
        for _ in range(2):
            await bench.tick(3, battery_power_w=3000)
        bench.plant.registers = LET_GO
        await bench.tick(control=LET_GO, battery_power_w=3000)
        assert bench.holds == 2
        assert bench.state.memory.hold_method is HoldMethod.LIMITS


class TestPauses:
    """Stopped again at once, and then less and less often."""

    async def test_a_hold_that_is_overwritten_again_and_again_is_written_less_and_less_often(
        self, stopped: Stopped
    ) -> None:
        stopped.plant.registers = LET_GO
        for _ in range(500):
            await stopped.tick(1, control=LET_GO)
        at_s = [call.steady_s for call in stopped.called("hold")]
        gaps_s = [after - before for before, after in pairwise(at_s)]
        assert gaps_s[:6] == [11.0, 10.0, 20.0, 40.0, 60.0, 60.0]

    async def test_a_hold_that_the_plant_does_not_take_is_tried_every_ten_seconds(self, bench: Stopped) -> None:
        bench.execution.done = AWAY
        await bench.press()
        for _ in range(60):
            await bench.look_again(1)
        assert [call.steady_s for call in bench.called("hold")] == [1000.0 + 10 * each for each in range(7)]

    @pytest.mark.parametrize(("quiet_s", "again_after_s"), [(600.0, 40.0), (601.0, 10.0)])
    async def test_after_ten_minutes_at_rest_a_disturbance_is_a_new_one(
        self, stopped: Stopped, quiet_s: float, again_after_s: float
    ) -> None:
        stopped.plant.registers = LET_GO
        await stopped.tick(control=LET_GO)
        await stopped.tick(control=LET_GO)
        assert stopped.holds == 3
        stopped.plant.registers = HELD
        await stopped.tick()
        await stopped.tick(quiet_s)
        stopped.plant.registers = LET_GO
        await stopped.tick(control=LET_GO)
        written_s = stopped.called("hold")[-1].steady_s
        assert written_s == stopped.steady_s
        for _ in range(50):
            await stopped.tick(1, control=LET_GO)
        assert stopped.called("hold")[4].steady_s - written_s == again_after_s

    async def test_a_battery_at_rest_under_the_right_registers_is_left_alone(self, stopped: Stopped) -> None:
        for _ in range(100):
            await stopped.tick(60)
        assert stopped.holds == 1

    async def test_after_a_restart_a_battery_at_rest_is_left_alone_and_one_that_is_not_is_stopped_at_once(self) -> None:
        resting, moving = Stopped(), Stopped()
        await resting.tick()
        assert (resting.stop.confirmed, resting.holds) == (True, 0)
        moving.plant.registers = LET_GO
        await moving.tick(control=LET_GO, battery_power_w=3000)
        assert (moving.stop.confirmed, moving.holds) == (False, 1)

    async def test_after_a_restart_a_plant_that_was_not_read_yet_is_stopped_at_once(self, bench: Stopped) -> None:
        bench.plant.reading = None
        await bench.stop.tick()
        assert bench.holds == 1

    async def test_after_a_restart_a_battery_that_moves_under_the_right_registers_has_two_readings_too(
        self, bench: Stopped
    ) -> None:
        await bench.tick(battery_power_w=3000)
        assert bench.holds == 0
        await bench.tick(battery_power_w=3000)
        assert bench.state.memory.hold_method is HoldMethod.STANDBY

    async def test_after_a_restart_the_pauses_begin_anew(self, bench: Stopped) -> None:
        bench.plant.registers = LET_GO
        for _ in range(100):
            await bench.tick(1, control=LET_GO)
        assert [call.steady_s for call in bench.called("hold")] == [1001.0, 1011.0, 1021.0, 1041.0, 1081.0]


class TestOffTheGrid:
    """A battery on hold would leave the house dark."""

    async def test_off_the_grid_the_plant_is_given_back_and_the_person_is_told(self, stopped: Stopped) -> None:
        await stopped.state.keep(written={"charge_limit_w": (0,)})
        await stopped.tick(grid_status=OFF_GRID)
        (call,) = stopped.called("apply")
        reason = say("control.stop_supplies")
        assert call.arguments == {
            "command": RELEASE,
            "intent": EMERGENCY_STOP,
            "reason": reason,
            "export_limit_w": None,
            "urgent": True,
        }
        assert stopped.alert == reason
        assert stopped.stop.supplying is True
        assert stopped.stop.confirmed is False

    async def test_a_stop_that_is_pressed_off_the_grid_gives_the_plant_back_at_once(self, bench: Stopped) -> None:
        bench.read(grid_status=OFF_GRID)
        await bench.stop.hold(pressed=True)
        assert [call.what for call in bench.execution.calls] == ["apply"]

    async def test_what_was_not_taken_is_said_and_tried_again(self, bench: Stopped) -> None:
        await bench.state.keep(written={"charge_limit_w": (0,)})
        bench.execution.done = AWAY
        await bench.tick(grid_status=OFF_GRID)
        assert bench.stop.supplying is False
        assert bench.alert == say("control.stop_supplies_not_yet", AWAY.detail)
        await bench.tick(grid_status=OFF_GRID)
        assert len(bench.called("apply")) == 2

    async def test_what_is_given_back_is_left_alone(self, stopped: Stopped) -> None:
        await stopped.tick(100, grid_status=OFF_GRID)
        await stopped.tick(100, grid_status=OFF_GRID)
        assert stopped.called("apply") == []
        assert stopped.holds == 1

    async def test_with_the_grid_back_the_battery_is_held_at_once(self, stopped: Stopped) -> None:
        await stopped.state.keep(written={"charge_limit_w": (0,)})
        await stopped.tick(grid_status=OFF_GRID)
        await stopped.state.keep(written={})
        stopped.plant.registers = LET_GO
        await stopped.tick(1, control=LET_GO)
        assert stopped.holds == 2
        assert stopped.stop.supplying is False

    @pytest.mark.parametrize("old", [{"source": Source.CLOUD}, {"timestamp": None}])
    async def test_what_an_old_reading_says_of_the_grid_gives_nothing_back(
        self, stopped: Stopped, old: dict[str, Any]
    ) -> None:
        await stopped.state.keep(written={"charge_limit_w": (0,)})
        if "source" in old:
            stopped.read(grid_status=OFF_GRID, **old)
        else:
            stopped.read(grid_status=OFF_GRID)
            stopped.wait(31)
        await stopped.stop.tick()
        assert stopped.called("apply") == []
