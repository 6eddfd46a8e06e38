"""When PV is limited, what shows that it follows, and that it gets back all it can give."""

from dataclasses import replace
from typing import Any

from bench import AWAY, REFUSED, TAKEN, Bench
from guardrail_examples import HOLD, RELEASE
import pytest

from custom_components.sigenstor_panel.control.alerts import Alert
from custom_components.sigenstor_panel.control.execution import PV_FREED
from custom_components.sigenstor_panel.control.intents import Intent
from custom_components.sigenstor_panel.control.memory import ControlMemory
from custom_components.sigenstor_panel.control.pv_limit import PvLimit
from custom_components.sigenstor_panel.control.pv_test import PvTest
from custom_components.sigenstor_panel.model.command import Actor, Command
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, Source

LIMITED = replace(HOLD, pv_limit_w=1500)
UNDER_LIMIT = ControlRegisters(remote_ems_enabled=True, pv_limit_w=1500)
WHY = plain("the simulated plant refuses")


class Sunny(Bench):
    """A plant in the sun that was seen to obey a limit on PV."""

    def __init__(self, **memory: Any) -> None:
        super().__init__(ControlMemory(**{"pv_limit_obeyed": True, **memory}))
        self.pv = self.part(PvLimit)

    @property
    def obeyed(self) -> bool | None:
        return self.state.memory.pv_limit_obeyed

    def allowed(self, command: Command = LIMITED, *, others_set_it: bool = False) -> int | None:
        return self.pv.as_allowed(command, others_set_it=others_set_it).pv_limit_w

    async def watch(self, pv_w: int | None, *, after_s: float = 10.0, **telemetry: Any) -> None:
        self.wait(after_s)
        await self.pv.watch(self.read(pv_power_w=pv_w, **telemetry))

    async def limit(self, limit_w: int = 1500) -> None:
        """Have a limit of ours stand, and PV given the time to follow it."""
        await self.state.keep(written={"pv_limit_w": (limit_w,)})
        self.execution.registers.present = replace(UNDER_LIMIT, pv_limit_w=limit_w)
        await self.watch(3000)
        self.wait(30)

    def test(self) -> PvTest:
        self.pv.test = test = PvTest(before_w=3000, limit_w=1500, asked_s=self.steady_s)
        return test


@pytest.fixture
async def bench() -> Sunny:
    return Sunny()


class TestWhetherItIsLimited:
    """Only where the plant was seen to obey it, only below what PV can give, and only by one at a time."""

    async def test_the_limit_of_a_plant_that_obeys_stays_in_the_command(self, bench: Sunny) -> None:
        assert bench.pv.as_allowed(LIMITED, others_set_it=False) is LIMITED

    async def test_nothing_but_the_limit_is_taken_out_of_a_command(self, bench: Sunny) -> None:
        assert bench.pv.as_allowed(LIMITED, others_set_it=True) == HOLD
        assert bench.pv.as_allowed(HOLD, others_set_it=True) is HOLD

    @pytest.mark.parametrize("obeyed", [None, False])
    async def test_a_plant_that_was_not_seen_to_obey_is_not_limited_unless_that_is_tested(
        self, obeyed: bool | None
    ) -> None:
        bench = Sunny(pv_limit_obeyed=obeyed)
        assert bench.allowed() is None
        bench.test()
        assert bench.allowed() == 1500

    @pytest.mark.parametrize(("rated_w", "limit_w"), [(1501, 1500), (1500, None), (None, 1500)])
    async def test_what_the_inverters_are_rated_for_is_no_limit(
        self, bench: Sunny, rated_w: int | None, limit_w: int | None
    ) -> None:
        bench.rated_w = rated_w
        assert bench.allowed() == limit_w

    async def test_right_after_the_machine_started_none_is_held_back(self, bench: Sunny) -> None:
        bench.steady_s = 0.0
        assert bench.allowed() == 1500

    async def test_a_limit_of_nothing_is_one(self, bench: Sunny) -> None:
        assert bench.allowed(replace(HOLD, pv_limit_w=0)) == 0


class TestALimitThatIsNotTaken:
    """The rest of the command goes on without it."""

    async def test_it_is_asked_for_again_after_five_minutes(self, bench: Sunny) -> None:
        await bench.pv.not_taken(WHY)
        bench.wait(299)
        assert bench.allowed() is None
        bench.wait(1)
        assert bench.allowed() == 1500
        assert bench.obeyed is True
        assert bench.said(Alert.PV_NOT_OBEYED) is None

    async def test_the_second_time_in_a_row_ends_it_and_is_said(self, bench: Sunny) -> None:
        for _ in range(2):
            await bench.pv.not_taken(WHY)
        assert bench.obeyed is False
        assert bench.disk == bench.state.memory
        assert bench.said(Alert.PV_NOT_OBEYED) == say("control.pv_not_obeyed", WHY)

    async def test_after_it_was_shown_to_be_obeyed_the_count_begins_anew(self, bench: Sunny) -> None:
        for _ in range(2):
            await bench.pv.not_taken(WHY)
        await bench.state.keep(pv_limit_obeyed=True)
        await bench.pv.not_taken(WHY)
        assert bench.obeyed is True

    async def test_a_limit_that_stood_in_between_starts_the_count_again(self, bench: Sunny) -> None:
        await bench.pv.not_taken(WHY)
        await bench.limit()
        await bench.pv.not_taken(WHY)
        assert bench.obeyed is True

    async def test_a_test_of_it_ends_and_says_why(self, bench: Sunny) -> None:
        test = bench.test()
        await bench.pv.not_taken(WHY)
        assert test.said == say("control.pv_test_nothing", WHY)
        assert bench.pv.test is None
        await bench.pv.not_taken(WHY)
        assert bench.obeyed is True


class TestTheLimitThatStands:
    """It is ours, as long as the register holds it."""

    @pytest.mark.parametrize(
        ("written", "present", "limit_w"),
        [
            ({"pv_limit_w": (1500,)}, UNDER_LIMIT, 1500),
            ({"pv_limit_w": (700, 1500)}, UNDER_LIMIT, 1500),
            ({"pv_limit_w": (1499,)}, UNDER_LIMIT, 1500),
            ({"pv_limit_w": (700,)}, UNDER_LIMIT, None),
            ({}, UNDER_LIMIT, None),
            ({"pv_limit_w": (1500,)}, ControlRegisters(), None),
            ({"pv_limit_w": (1500,)}, None, None),
            ({"pv_limit_w": (0,)}, ControlRegisters(pv_limit_w=0), 0),
        ],
    )
    async def test_what_the_register_holds_counts_where_it_is_ours(
        self, bench: Sunny, written: Any, present: ControlRegisters | None, limit_w: int | None
    ) -> None:
        assert bench.pv.asked is False
        await bench.state.keep(written=written)
        bench.execution.registers.present = present
        assert bench.pv.limit_w == limit_w


class TestWatching:
    """PV that goes on above its limit does not obey it."""

    async def test_two_readings_above_it_end_it_and_are_said(self, bench: Sunny) -> None:
        await bench.limit()
        await bench.watch(3000)
        assert bench.obeyed is True
        await bench.watch(2900)
        assert bench.obeyed is False
        assert bench.disk == bench.state.memory
        powers = say("control.pv_powers", pv_w=2900, limit_w=1500)
        assert bench.said(Alert.PV_NOT_OBEYED) == say("control.pv_not_obeyed", powers)

    async def test_pv_has_half_a_minute_to_follow(self, bench: Sunny) -> None:
        await bench.state.keep(written={"pv_limit_w": (1500,)})
        bench.execution.registers.present = UNDER_LIMIT
        await bench.watch(3000)
        for _ in range(29):
            await bench.watch(3000, after_s=1.0)
        assert bench.obeyed is True
        await bench.watch(3000, after_s=1.0)
        assert bench.obeyed is True
        await bench.watch(3000, after_s=1.0)
        assert bench.obeyed is False

    async def test_another_limit_has_its_own_half_minute_and_its_own_count(self, bench: Sunny) -> None:
        await bench.limit()
        await bench.watch(3000)
        await bench.state.keep(written={"pv_limit_w": (1000,)})
        bench.execution.registers.present = replace(UNDER_LIMIT, pv_limit_w=1000)
        await bench.watch(3000)
        await bench.watch(3000)
        await bench.watch(3000, after_s=20.0)
        assert bench.obeyed is True
        await bench.watch(3000)
        assert bench.obeyed is False

    @pytest.mark.parametrize("between_w", [1700, 0])
    async def test_the_two_have_to_be_in_a_row(self, bench: Sunny, between_w: int) -> None:
        await bench.limit()
        for pv_w in (1701, between_w, 1701):
            await bench.watch(pv_w)
        assert bench.obeyed is True
        await bench.watch(1701)
        assert bench.obeyed is False

    async def test_the_same_reading_twice_is_one(self, bench: Sunny) -> None:
        await bench.limit()
        await bench.watch(3000)
        await bench.pv.watch(bench.plant.reading)
        assert bench.obeyed is True

    @pytest.mark.parametrize("nothing", [{"pv_w": None}, {"pv_w": 3000, "source": Source.CLOUD}])
    async def test_a_reading_that_does_not_say_what_pv_gives_now_counts_for_nothing(
        self, bench: Sunny, nothing: dict[str, Any]
    ) -> None:
        await bench.limit()
        for _ in range(3):
            await bench.watch(**nothing)
        assert bench.obeyed is True
        await bench.watch(3000)
        await bench.watch(**nothing)
        await bench.watch(3000)
        assert bench.obeyed is False

    async def test_without_a_limit_a_reading_or_beside_a_test_nothing_is_judged(self, bench: Sunny) -> None:
        for _ in range(8):
            await bench.watch(3000)
        await bench.limit()
        for _ in range(3):
            await bench.pv.watch(None)
        bench.test()
        for _ in range(3):
            await bench.watch(3000)
        assert bench.obeyed is True
        bench.pv.test = None
        await bench.watch(3000)
        assert bench.obeyed is True


class TestGivingItBack:
    """PV gets back all it can give, again and again until the plant takes it."""

    async def test_what_is_not_limited_is_not_written_and_no_alert_stays(self, bench: Sunny) -> None:
        bench.alerts.set(Alert.PV_LIMITED, plain("PV is limited"))
        await bench.pv.free()
        assert bench.execution.calls == []
        assert bench.said(Alert.PV_LIMITED) is None

    @pytest.mark.parametrize(("stopped", "actor"), [(False, Actor.SYSTEM), (True, Actor.SAFETY)])
    @pytest.mark.parametrize("present", [UNDER_LIMIT, None])
    async def test_it_is_given_back_in_the_name_of_whoever_controls_the_plant(
        self, stopped: bool, actor: Actor, present: ControlRegisters | None
    ) -> None:
        bench = Sunny(emergency_stop=stopped, written={"pv_limit_w": (1500,)})
        bench.execution.registers.present = present
        await bench.pv.free()
        (call,) = bench.execution.calls
        assert (call.what, call.arguments) == ("free", {"actor": actor})

    @pytest.mark.parametrize(("stopped", "way"), [(False, "apply"), (True, "free")])
    async def test_with_remote_control_off_the_plant_is_handed_back_as_a_whole_unless_it_is_stopped(
        self, stopped: bool, way: str
    ) -> None:
        bench = Sunny(emergency_stop=stopped, written={"pv_limit_w": (1500,)})
        bench.execution.registers.present = replace(UNDER_LIMIT, remote_ems_enabled=False)
        await bench.pv.free()
        (call,) = bench.execution.calls
        assert call.what == way
        if way == "apply":
            assert call.arguments == {
                "command": RELEASE,
                "intent": Intent(
                    command=RELEASE,
                    actor=Actor.SYSTEM,
                    requested_by=say("control.safety"),
                    reason=PV_FREED,
                    expires_at=None,
                ),
                "reason": PV_FREED,
                "export_limit_w": None,
                "urgent": True,
            }

    async def test_what_the_plant_does_not_take_is_said_until_it_does(self, bench: Sunny) -> None:
        await bench.limit()
        bench.execution.done = REFUSED
        await bench.pv.free()
        assert bench.said(Alert.PV_LIMITED) == say("control.pv_still_limited", REFUSED.detail)
        bench.execution.done = TAKEN
        bench.wait(30)
        bench.execution.at_call = lambda: setattr(bench.state, "memory", ControlMemory())
        await bench.pv.free()
        assert bench.said(Alert.PV_LIMITED) is None

    async def test_it_is_tried_less_and_less_often_down_to_every_five_minutes(self, bench: Sunny) -> None:
        await bench.limit()
        bench.execution.done = REFUSED
        for _ in range(120):
            await bench.pv.free()
            bench.wait(10)
        at_s = [call.steady_s - bench.execution.calls[0].steady_s for call in bench.execution.calls]
        assert at_s == [0.0, 30.0, 90.0, 210.0, 450.0, 750.0, 1050.0]

    async def test_where_only_the_rest_is_given_back_it_is_tried_no_more_often(self, bench: Sunny) -> None:
        await bench.limit()
        bench.execution.registers.present = replace(UNDER_LIMIT, remote_ems_enabled=False)
        bench.execution.done = TAKEN
        for _ in range(12):
            await bench.pv.free(1500)
            bench.wait(10)
        assert len(bench.execution.calls) == 3
        assert {call.arguments["export_limit_w"] for call in bench.execution.calls} == {1500}

    async def test_a_plant_that_is_away_is_tried_each_time(self, bench: Sunny) -> None:
        await bench.limit()
        bench.execution.done = AWAY
        for _ in range(5):
            await bench.pv.free()
        assert len(bench.execution.calls) == 5

    async def test_when_it_has_to_be_at_once_it_does_not_wait(self, bench: Sunny) -> None:
        await bench.limit()
        bench.execution.done = REFUSED
        for _ in range(3):
            await bench.pv.free(at_once=True)
        assert len(bench.execution.calls) == 3

    async def test_once_it_is_taken_the_next_one_is_tried_at_once(self, bench: Sunny) -> None:
        await bench.limit()
        bench.execution.done = REFUSED
        await bench.pv.free()
        await bench.state.keep(written={})
        await bench.pv.free()
        await bench.state.keep(written={"pv_limit_w": (1500,)})
        await bench.pv.free()
        assert len(bench.execution.calls) == 2


class TestTesting:
    """A person wants to know whether PV follows."""

    async def test_a_test_takes_up_fresh_readings_under_its_limit(self, bench: Sunny) -> None:
        await bench.state.keep(pv_limit_obeyed=None)
        bench.alerts.set(Alert.PV_NOT_OBEYED, plain("PV does not follow"))
        await bench.limit()
        test = bench.test()
        for _ in range(2):
            bench.wait(10)
            await bench.pv.take_for_test(bench.read(pv_power_w=1500))
        assert (test.obeyed, test.lasted_s, bench.obeyed, bench.pv.test) == (True, 10.0, True, None)
        assert bench.said(Alert.PV_NOT_OBEYED) is None
        assert bench.disk == bench.state.memory

    @pytest.mark.parametrize("reading", [{"source": Source.CLOUD}, {"pv_power_w": None}])
    async def test_what_does_not_say_what_pv_gives_now_is_no_reading(
        self, bench: Sunny, reading: dict[str, Any]
    ) -> None:
        await bench.limit()
        test = bench.test()
        for _ in range(3):
            bench.wait(10)
            await bench.pv.take_for_test(bench.read(**{"pv_power_w": 1500, **reading}))
        await bench.pv.take_for_test(None)
        assert (test.readings, test.done) == (0, False)

    @pytest.mark.parametrize("stands", [{"pv_limit_w": (1000,)}, {}])
    async def test_under_another_limit_or_none_it_waits(self, bench: Sunny, stands: Any) -> None:
        await bench.limit(1000)
        await bench.state.keep(written=stands)
        test = bench.test()
        bench.wait(10)
        await bench.pv.take_for_test(bench.read(pv_power_w=2000))
        assert (test.readings, test.before_w) == (0, 2000)

    async def test_one_that_shows_nothing_changes_nothing(self, bench: Sunny) -> None:
        bench.alerts.set(Alert.PV_NOT_OBEYED, plain("PV does not follow"))
        test = bench.test()
        await bench.pv.end_test(WHY)
        assert (test.said, bench.obeyed, bench.saves) == (say("control.pv_test_nothing", WHY), True, 0)
        assert bench.said(Alert.PV_NOT_OBEYED) is not None

    async def test_whoever_waits_is_told_once_that_was_done_which_had_to_be(self, bench: Sunny) -> None:
        bench.pv.tell()
        test = bench.test()
        bench.pv.tell()
        assert not test.over.is_set()
        await bench.pv.end_test(None)
        assert not test.over.is_set()
        bench.pv.tell()
        assert test.over.is_set()
        test.over.clear()
        bench.pv.tell()
        assert not test.over.is_set()

    async def test_without_a_test_there_is_none_to_end(self, bench: Sunny) -> None:
        await bench.pv.take_for_test(bench.read())
        await bench.pv.end_test(WHY)
        bench.pv.tell()
        assert bench.saves == 0
