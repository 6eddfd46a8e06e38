"""Who else writes: when it is stood back, for how long, what is left to them, and what a person is told of it."""

from bench import Bench
from guardrail_examples import HOLD, RELEASE, charge
import pytest

from custom_components.sigenstor_panel.control.alerts import Alert
from custom_components.sigenstor_panel.control.intents import Intent
from custom_components.sigenstor_panel.control.memory import ControlMemory
from custom_components.sigenstor_panel.control.others import Others
from custom_components.sigenstor_panel.control.ownership import ForeignChange
from custom_components.sigenstor_panel.control.watch import EffectWatch
from custom_components.sigenstor_panel.model.command import Actor, Command
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, EmsWorkMode

CHARGE_LIMIT = ForeignChange("charge_limit_w", 0, 9000)
EXPORT_LIMIT = ForeignChange("export_limit_w", 0, 5000)
PV_LIMIT = ForeignChange("pv_limit_w", 700, 5000)
REMOTE = ControlRegisters(remote_ems_enabled=True)
LOCAL = ControlRegisters(remote_ems_enabled=False)


class Shared(Bench):
    """A plant that others write to, too."""

    def __init__(self) -> None:
        super().__init__(ControlMemory(written={"charge_limit_w": (0,)}))
        self.effect = EffectWatch()
        self.effect.written(self.steady_s)
        self.others = self.part(Others, self.effect)

    async def overwrite(self, *changes: ForeignChange, times: int = 3) -> None:
        """Let somebody change registers, once a minute."""
        for _ in range(times):
            self.wait(60)
            self.execution.registers.changes = list(changes)
            await self.others.look(self.read())
        self.execution.registers.changes = []

    def stand_back_s(self, command: Command = HOLD, *, seconds: float = 0.0) -> float:
        self.wait(seconds)
        return self.others.stand_back_s(intent(command))


def intent(command: Command, actor: Actor = Actor.MANUAL) -> Intent:
    return Intent(command=command, actor=actor, requested_by=plain("x"), reason=plain("x"), expires_at=None)


@pytest.fixture
async def bench() -> Shared:
    return Shared()


class TestStandingBack:
    """Whoever keeps changing what was written has the plant for a while."""

    async def test_two_changes_are_said_and_written_over_and_the_third_is_stood_back_from(self, bench: Shared) -> None:
        await bench.overwrite(CHARGE_LIMIT, times=1)
        assert bench.said(Alert.OVERWRITTEN) is None
        await bench.overwrite(CHARGE_LIMIT, times=1)
        assert bench.stand_back_s() == 0.0
        assert bench.said(Alert.OVERWRITTEN) is not None
        assert bench.effect.due_s is not None
        assert bench.execution.calls == []
        await bench.overwrite(CHARGE_LIMIT, times=1)
        assert bench.stand_back_s() == 300.0

    async def test_what_would_be_in_their_way_is_given_back_and_nothing_more_is_judged(self, bench: Shared) -> None:
        await bench.overwrite(CHARGE_LIMIT)
        assert [call.what for call in bench.execution.calls] == ["limits"]
        assert bench.effect.due_s is None

    async def test_the_person_is_told_who_keeps_changing_what(self, bench: Shared) -> None:
        assert bench.others.message is None
        await bench.overwrite(CHARGE_LIMIT)
        message = bench.others.message
        assert message is not None
        assert message.key == "control.overwritten"
        assert bench.said(Alert.OVERWRITTEN) == message

    async def test_nothing_is_changed_by_a_look_at_what_is_as_it_was_left(self, bench: Shared) -> None:
        await bench.others.look(bench.read())
        assert bench.execution.calls == []
        assert bench.said(Alert.OVERWRITTEN) is None

    async def test_the_pause_runs_down_and_its_alert_ends_a_quarter_of_an_hour_after_the_last_change(
        self, bench: Shared
    ) -> None:
        await bench.overwrite(CHARGE_LIMIT)
        assert bench.stand_back_s(seconds=299) == 1.0
        assert bench.said(Alert.OVERWRITTEN) is not None
        assert bench.stand_back_s(seconds=1) == 0.0
        assert bench.stand_back_s(seconds=599) == 0.0
        assert bench.said(Alert.OVERWRITTEN) is not None
        assert bench.stand_back_s(seconds=1) == 0.0
        assert bench.said(Alert.OVERWRITTEN) is None

    async def test_what_is_said_of_it_ends_after_a_quarter_of_an_hour(self, bench: Shared) -> None:
        await bench.overwrite(CHARGE_LIMIT)
        bench.stand_back_s(seconds=900)
        assert bench.said(Alert.OVERWRITTEN) is None

    async def test_a_plant_that_they_still_control_is_left_to_them_for_longer(self, bench: Shared) -> None:
        await bench.overwrite(CHARGE_LIMIT)
        bench.execution.registers.present = REMOTE
        assert bench.stand_back_s(seconds=300) == 600.0
        assert bench.said(Alert.OVERWRITTEN) is not None
        assert bench.stand_back_s(seconds=600) == 1200.0
        assert bench.stand_back_s(seconds=1200) == 2400.0
        assert bench.stand_back_s(seconds=2400) == 3600.0

    async def test_once_the_pause_is_over_remote_control_alone_begins_no_other(self, bench: Shared) -> None:
        await bench.overwrite(CHARGE_LIMIT)
        assert bench.stand_back_s(seconds=300) == 0.0
        bench.execution.registers.present = REMOTE
        assert bench.stand_back_s() == 0.0

    async def test_after_an_hour_it_is_tried_all_the_same(self, bench: Shared) -> None:
        await bench.overwrite(CHARGE_LIMIT)
        bench.execution.registers.present = REMOTE
        for pause_s in (300, 600, 1200, 2400):
            bench.stand_back_s(seconds=pause_s)
        assert bench.stand_back_s(seconds=3600) == 0.0
        assert bench.said(Alert.OVERWRITTEN) is None

    async def test_a_release_of_what_is_given_back_already_need_not_wait(self, bench: Shared) -> None:
        await bench.overwrite(CHARGE_LIMIT)
        assert bench.stand_back_s(RELEASE) == 300.0
        await bench.state.keep(written={})
        assert bench.stand_back_s(RELEASE) == 0.0
        assert bench.stand_back_s(HOLD) == 300.0

    async def test_a_person_who_asks_for_something_does_not_wait(self, bench: Shared) -> None:
        await bench.overwrite(CHARGE_LIMIT)
        bench.others.forget()
        assert bench.said(Alert.OVERWRITTEN) is None
        assert bench.others.message is None
        assert bench.stand_back_s() == 0.0
        await bench.overwrite(CHARGE_LIMIT, times=2)
        assert bench.stand_back_s() == 0.0


class TestALimitOfTheirs:
    """Whoever sets a limit on export or PV does not want the battery."""

    @pytest.mark.parametrize("change", [EXPORT_LIMIT, PV_LIMIT])
    async def test_their_limit_is_left_to_them_for_a_while_and_the_battery_is_not(
        self, bench: Shared, change: ForeignChange
    ) -> None:
        await bench.overwrite(change)
        left = (bench.others.set_export_limit, bench.others.set_pv_limit)
        assert left == (change is EXPORT_LIMIT, change is PV_LIMIT)
        assert bench.stand_back_s() == 0.0
        assert bench.said(Alert.OVERWRITTEN) is not None
        assert bench.execution.calls == []
        bench.stand_back_s(seconds=299)
        assert bench.said(Alert.OVERWRITTEN) is not None
        bench.stand_back_s(seconds=1)
        assert (bench.others.set_export_limit, bench.others.set_pv_limit) == (False, False)
        assert bench.said(Alert.OVERWRITTEN) is None


class TestControl:
    """Whether somebody else has the plant under remote control."""

    @pytest.mark.parametrize(
        ("present", "written", "theirs"),
        [
            (None, {}, False),
            (LOCAL, {}, False),
            (REMOTE, {}, True),
            (REMOTE, {"charge_limit_w": (0,)}, True),
            (REMOTE, {"remote_ems_mode": (2,)}, False),
        ],
    )
    async def test_remote_control_in_a_mode_that_is_not_ours_is_theirs(
        self, bench: Shared, present: ControlRegisters | None, written: dict[str, tuple[int, ...]], theirs: bool
    ) -> None:
        bench.execution.registers.present = present
        await bench.state.keep(written=written)
        assert bench.others.control is theirs


class TestVirtualPowerPlant:
    """Whoever commands a battery that earns money elsewhere is warned."""

    async def test_a_person_is_warned_as_long_as_the_command_lasts(self, bench: Shared) -> None:
        vpp = bench.read(ems_work_mode=EmsWorkMode.VPP)
        bench.others.say_whether_a_vpp_is_there(vpp, intent(charge()))
        assert bench.said(Alert.VPP) == say("control.vpp_disturbed")
        bench.others.say_whether_a_vpp_is_there(vpp, intent(charge(), Actor.SYSTEM))
        assert bench.said(Alert.VPP) is None

    async def test_without_a_virtual_power_plant_nobody_is_warned(self, bench: Shared) -> None:
        bench.others.say_whether_a_vpp_is_there(bench.read(ems_work_mode=EmsWorkMode.SELF_CONSUMPTION), intent(HOLD))
        bench.others.say_whether_a_vpp_is_there(None, intent(HOLD))
        assert bench.said(Alert.VPP) is None
