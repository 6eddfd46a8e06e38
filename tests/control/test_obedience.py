"""What is found out about a firmware, what is done with it, and what is forgotten when another one is installed."""

import logging
from typing import Any

from bench import Bench
from guardrail_examples import HOLD, SELF_CONSUME, charge, discharge
import pytest

from custom_components.sigenstor_panel.control.alerts import Alert
from custom_components.sigenstor_panel.control.memory import ControlMemory
from custom_components.sigenstor_panel.control.obedience import Obedience
from custom_components.sigenstor_panel.control.release import Release
from custom_components.sigenstor_panel.control.watch import EffectWatch
from custom_components.sigenstor_panel.model.command import ChargeSource, Command
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.plant.register_writes import HoldMethod

LEARNED: dict[str, Any] = {
    "charge_via_grid": True,
    "discharge_ess_first": True,
    "hold_method": HoldMethod.CUTOFFS,
    "limits_hidden": True,
    "pv_limit_obeyed": True,
}
UNKNOWN: dict[str, Any] = {
    "charge_via_grid": False,
    "discharge_ess_first": False,
    "hold_method": HoldMethod.LIMITS,
    "limits_hidden": False,
    "pv_limit_obeyed": None,
}


class Watched(Bench):
    """A plant that was told something, and the watch over whether it does it."""

    def __init__(self, **memory: Any) -> None:
        super().__init__(ControlMemory(**memory))
        self.effect = EffectWatch()
        self.release = self.part(Release, self.effect)
        self.obedience = Obedience(self.env, self.state, self.alerts, self.effect, self.release)
        self.effect.written(self.steady_s)

    async def show(self, command: Command, battery_w: int | None, times: int = 2) -> bool:
        """Let readings show this battery power after a command was given its time."""
        follows = True
        for _ in range(times):
            self.wait(30)
            follows = await self.obedience.judge(command, self.read(battery_power_w=battery_w))
        return follows

    def learned(self) -> dict[str, Any]:
        return {name: getattr(self.state.memory, name) for name in LEARNED}


class TestFirmware:
    """What was found out counts for the firmware that it was found out on."""

    async def test_another_firmware_makes_it_forget_what_it_found_out(self) -> None:
        bench = Watched(firmware="SPC110", **LEARNED)
        bench.alerts.set(Alert.PV_NOT_OBEYED, plain("PV does not follow"))
        bench.firmware = "SPC115"
        await bench.obedience.note_firmware()
        assert (bench.state.memory.firmware, bench.learned()) == ("SPC115", UNKNOWN)
        assert bench.disk == bench.state.memory
        assert bench.said(Alert.PV_NOT_OBEYED) is None

    async def test_the_first_firmware_that_is_known_keeps_what_was_found_out(self) -> None:
        bench = Watched(**LEARNED)
        bench.firmware = "SPC115"
        await bench.obedience.note_firmware()
        assert (bench.state.memory.firmware, bench.learned()) == ("SPC115", LEARNED)

    @pytest.mark.parametrize("firmware", ["", "SPC110"])
    async def test_the_same_or_an_unknown_firmware_changes_nothing(self, firmware: str) -> None:
        bench = Watched(firmware="SPC110", **LEARNED)
        bench.alerts.set(Alert.PV_NOT_OBEYED, plain("PV does not follow"))
        bench.firmware = firmware
        await bench.obedience.note_firmware()
        assert (bench.state.memory.firmware, bench.learned(), bench.saves) == ("SPC110", LEARNED, 0)
        assert bench.said(Alert.PV_NOT_OBEYED) is not None


class TestAsLearned:
    """Commands are given in the way in which the firmware obeys them."""

    @pytest.mark.parametrize(
        ("via_grid", "command", "source"),
        [
            (True, charge(), ChargeSource.GRID),
            (False, charge(), ChargeSource.SOLAR_FIRST),
            (True, discharge(), ChargeSource.SOLAR_FIRST),
        ],
    )
    async def test_a_charge_is_taken_from_the_grid_where_nothing_else_tops_up(
        self, via_grid: bool, command: Command, source: ChargeSource
    ) -> None:
        bench = Watched(charge_via_grid=via_grid)
        learned = bench.obedience.as_learned(command)
        assert learned.source is source
        assert (learned.action, learned.power_w) == (command.action, command.power_w)


class TestJudging:
    """The battery is watched, and what it does not do is remedied."""

    async def test_a_battery_that_follows_ends_the_alert(self) -> None:
        bench = Watched()
        bench.alerts.set(Alert.NOT_OBEYED, plain("it did not follow"))
        assert await bench.show(charge(), 1000, times=1) is True
        assert bench.said(Alert.NOT_OBEYED) is None

    async def test_before_a_command_had_its_time_nothing_is_said_or_ended(self) -> None:
        bench = Watched()
        bench.alerts.set(Alert.NOT_OBEYED, plain("it did not follow"))
        assert await bench.obedience.judge(charge(), bench.read(battery_power_w=1000)) is True
        assert bench.said(Alert.NOT_OBEYED) is not None

    async def test_a_charge_that_the_solar_first_mode_does_not_top_up_is_taken_from_the_grid_from_then_on(self) -> None:
        bench = Watched()
        assert await bench.show(charge(3000), 0) is True
        assert bench.state.memory.charge_via_grid is True
        assert bench.disk == bench.state.memory
        assert bench.learned() == {**UNKNOWN, "charge_via_grid": True}

    async def test_a_discharge_that_does_not_come_is_asked_for_battery_first_and_given_its_time_again(self) -> None:
        bench = Watched()
        assert await bench.show(discharge(3000), 0) is True
        assert bench.learned() == {**UNKNOWN, "discharge_ess_first": True}
        assert bench.effect.due_s == bench.steady_s + 30

    async def test_a_hold_under_which_the_battery_moves_is_held_by_more_and_given_its_time_again(self) -> None:
        bench = Watched()
        assert await bench.show(HOLD, -3000) is True
        assert bench.learned() == {**UNKNOWN, "hold_method": HoldMethod.STANDBY}
        assert bench.effect.due_s == bench.steady_s + 30
        assert await bench.show(HOLD, -3000) is True
        assert bench.state.memory.hold_method is HoldMethod.CUTOFFS

    @pytest.mark.parametrize(
        ("command", "battery_w", "logged"),
        [
            (charge(3000), 0, "The plant does not top up from the grid in its solar-first mode; using grid-first"),
            (discharge(3000), 0, "The battery does not discharge in the solar-first mode; using battery-first"),
            (HOLD, -3000, "The battery moves although it is held; holding it by standby"),
        ],
    )
    async def test_what_is_found_out_stands_in_the_log(
        self, command: Command, battery_w: int, logged: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        await Watched().show(command, battery_w)
        assert [(record.levelname, record.getMessage()) for record in caplog.records] == [("INFO", logged)]

    async def test_where_nothing_more_can_be_tried_the_person_is_told_what_the_battery_does(self) -> None:
        bench = Watched(hold_method=HoldMethod.CUTOFFS)
        assert await bench.show(HOLD, -3000) is True
        asked = say("control.asked_otherwise", action=say("word.action_hold"), power_w=-3000)
        assert bench.said(Alert.NOT_OBEYED) == say("control.not_obeyed", asked)
        assert bench.execution.calls == []

    async def test_a_battery_that_does_the_opposite_is_handed_back(self) -> None:
        bench = Watched()
        assert await bench.show(charge(3000), -3000) is False
        asked = say("control.asked_otherwise", action=say("word.action_charge"), power_w=-3000)
        assert bench.said(Alert.NOT_OBEYED) == say("control.handed_back", asked)
        assert bench.called("apply")[0].arguments["reason"] == say("control.reverting", asked)

    async def test_one_reading_that_does_not_fit_does_nothing(self) -> None:
        bench = Watched()
        assert await bench.show(charge(3000), -3000, times=1) is True
        assert bench.execution.calls == []
        assert bench.learned() == UNKNOWN

    async def test_a_battery_that_rests_where_it_should_serve_the_house_is_handed_back_by_its_name(self) -> None:
        bench = Watched()
        follows = True
        for _ in range(2):
            bench.wait(30)
            reading = bench.read(battery_power_w=0, house_power_w=4000, pv_power_w=0)
            follows = await bench.obedience.judge(SELF_CONSUME, reading)
        asked = say("control.asked_otherwise", action=say("word.action_self_consume"), power_w=0)
        assert (follows, bench.said(Alert.NOT_OBEYED)) == (False, say("control.handed_back", asked))
