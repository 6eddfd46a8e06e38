"""The way out of control: given back until it is taken, less and less often, and left alone after it did not obey."""

from bench import AWAY, REFUSED, Bench
import pytest

from custom_components.sigenstor_panel.control.alerts import Alert
from custom_components.sigenstor_panel.control.guardrails import RELEASE
from custom_components.sigenstor_panel.control.intents import Intent
from custom_components.sigenstor_panel.control.release import Release
from custom_components.sigenstor_panel.control.watch import EffectWatch
from custom_components.sigenstor_panel.model.command import Actor
from custom_components.sigenstor_panel.model.message import Message, plain, say
from custom_components.sigenstor_panel.model.telemetry import Source

WHY = plain("the battery does not follow")


class Controlled(Bench):
    """A plant that is controlled, and the way out."""

    def __init__(self) -> None:
        super().__init__()
        self.effect = EffectWatch()
        self.effect.written(self.steady_s)
        self.release = self.part(Release, self.effect)

    @property
    def tries(self) -> int:
        """How often it was given back."""
        return len(self.called("apply"))

    async def again(self, seconds: float) -> bool:
        """Let time pass, and give it back if that is due."""
        self.wait(seconds)
        return await self.release.again(self.read())


@pytest.fixture
async def bench() -> Controlled:
    return Controlled()


def system_intent(requested_by: Message, reason: Message) -> Intent:
    return Intent(command=RELEASE, actor=Actor.SYSTEM, requested_by=requested_by, reason=reason, expires_at=None)


class TestReverting:
    """Something went wrong: the plant is given back, and left alone for a while."""

    async def test_the_plant_is_given_back_for_safety_at_once_and_the_person_is_told(self, bench: Controlled) -> None:
        await bench.release.revert(WHY)
        reason = say("control.reverting", WHY)
        (call,) = bench.execution.calls
        assert call.arguments == {
            "command": RELEASE,
            "intent": system_intent(say("control.safety"), reason),
            "reason": reason,
            "export_limit_w": None,
            "urgent": True,
            "again": False,
        }
        assert bench.said(Alert.NOT_OBEYED) == bench.release.back_off_reason == say("control.handed_back", WHY)
        assert bench.release.pending is False

    async def test_nothing_more_is_judged_until_something_is_written(self, bench: Controlled) -> None:
        bench.execution.done = REFUSED
        await bench.release.revert(WHY)
        assert bench.effect.due_s is None

    async def test_the_plant_is_left_alone_for_five_minutes_and_longer_each_time_up_to_an_hour(
        self, bench: Controlled
    ) -> None:
        pauses_s = []
        for _ in range(6):
            await bench.release.revert(WHY)
            pauses_s.append(bench.release.back_off_s)
            bench.wait(4000)
        assert pauses_s == [300.0, 600.0, 1200.0, 2400.0, 3600.0, 3600.0]

    async def test_the_pause_runs_down_to_nothing(self, bench: Controlled) -> None:
        assert (bench.release.back_off_s, bench.release.back_off_reason, bench.release.pending) == (0.0, None, False)
        await bench.release.revert(WHY)
        bench.wait(100)
        assert bench.release.back_off_s == 200.0
        bench.wait(1000)
        assert bench.release.back_off_s == 0.0

    async def test_right_after_the_machine_started_nothing_is_left_alone(self) -> None:
        bench = Controlled()
        bench.steady_s = 0.0
        assert bench.release.back_off_s == 0.0
        await bench.release.revert(WHY)
        bench.release.begin_anew()
        assert bench.release.back_off_s == 0.0

    async def test_a_battery_that_follows_ends_the_alert_and_the_next_pause_is_the_first_again(
        self, bench: Controlled
    ) -> None:
        await bench.release.revert(WHY)
        await bench.release.revert(WHY)
        bench.wait(600)
        bench.release.obeyed()
        assert bench.said(Alert.NOT_OBEYED) is None
        await bench.release.revert(WHY)
        assert bench.release.back_off_s == 300.0

    async def test_a_person_who_asks_for_something_ends_the_pause_the_alert_and_what_was_counted(
        self, bench: Controlled
    ) -> None:
        bench.execution.done = REFUSED
        for _ in range(3):
            await bench.release.revert(WHY)
        bench.release.begin_anew()
        assert bench.release.back_off_s == 0.0
        assert bench.said(Alert.NOT_OBEYED) is None
        bench.execution.writer.written_at_s = bench.steady_s
        await bench.again(29)
        assert bench.tries == 3
        await bench.again(1)
        assert bench.tries == 4
        await bench.release.revert(WHY)
        assert bench.release.back_off_s == 300.0


class TestGivingBackAgain:
    """A plant that refuses is asked again, less and less often."""

    async def test_it_is_tried_again_in_the_row_of_before_and_says_that_it_is(self, bench: Controlled) -> None:
        assert await bench.again(30) is True
        reason = say("control.handing_back_again")
        (call,) = bench.execution.calls
        assert call.arguments == {
            "command": RELEASE,
            "intent": system_intent(say("control.safety"), reason),
            "reason": reason,
            "export_limit_w": None,
            "urgent": True,
            "again": True,
        }

    @pytest.mark.parametrize(
        ("refusals", "pause_s"), [(0, 30), (1, 30), (2, 60), (3, 120), (4, 240), (5, 300), (9, 300)]
    )
    async def test_the_pause_grows_from_half_a_minute_to_five(
        self, bench: Controlled, refusals: int, pause_s: float
    ) -> None:
        for _ in range(refusals):
            bench.release.refused(REFUSED)
        bench.execution.writer.written_at_s = bench.steady_s
        assert await bench.again(pause_s - 1) is False
        assert bench.tries == 0
        assert await bench.again(1) is True
        assert bench.tries == 1

    async def test_before_anything_was_written_it_is_due_at_once(self, bench: Controlled) -> None:
        bench.steady_s = 30.0
        assert await bench.again(0) is True

    async def test_right_after_the_machine_started_it_waits_for_the_first_pause(self, bench: Controlled) -> None:
        bench.steady_s = 29.5
        assert await bench.again(0) is False

    async def test_a_plant_that_does_not_answer_is_not_taken_for_one_that_refuses(self, bench: Controlled) -> None:
        for _ in range(5):
            bench.release.refused(AWAY)
        bench.execution.writer.written_at_s = bench.steady_s
        await bench.again(30)
        assert bench.tries == 1

    async def test_a_plant_that_was_away_may_take_now_what_it_refused_before(self, bench: Controlled) -> None:
        for _ in range(5):
            bench.release.refused(REFUSED)
        bench.execution.writer.written_at_s = bench.steady_s
        bench.wait(40)
        bench.execution.fates = [REFUSED]
        await bench.release.again(bench.read(source=Source.CLOUD))
        assert bench.tries == 1
        bench.execution.writer.written_at_s = bench.steady_s
        assert await bench.again(30) is True

    async def test_it_stays_to_be_done_and_is_said_until_the_plant_takes_it(self, bench: Controlled) -> None:
        bench.execution.fates = [REFUSED]
        assert await bench.again(30) is False
        assert bench.release.pending is True
        assert bench.said(Alert.NOT_RELEASED) == say("control.not_handed_back", REFUSED.detail)
        assert await bench.again(30) is True
        assert bench.release.pending is False
        assert bench.said(Alert.NOT_RELEASED) is None

    async def test_it_is_to_be_done_while_it_is_being_written(self, bench: Controlled) -> None:
        seen = []
        apply = bench.execution.apply

        async def look(*arguments: object, **how: object) -> object:
            seen.append(bench.release.pending)
            return await apply(*arguments, **how)  # type: ignore[arg-type]

        bench.execution.apply = look  # type: ignore[assignment, method-assign]
        await bench.again(30)
        assert seen == [True]

    async def test_a_plant_that_takes_it_begins_with_the_first_pause_the_next_time(self, bench: Controlled) -> None:
        for _ in range(5):
            bench.release.refused(REFUSED)
        await bench.again(400)
        bench.release.refused(REFUSED)
        bench.execution.writer.written_at_s = bench.steady_s
        assert await bench.again(30) is True

    async def test_a_release_that_somebody_else_wrote_ends_what_was_to_be_done(self, bench: Controlled) -> None:
        bench.release.refused(REFUSED)
        bench.effect.written(bench.steady_s)
        bench.release.taken()
        assert bench.release.pending is False
        assert bench.effect.due_s is None


class TestClosing:
    """The last word before nothing watches the battery any more."""

    async def test_it_is_said_to_come_from_home_assistant_with_its_reason(self, bench: Controlled) -> None:
        await bench.release.on_closing(WHY)
        (call,) = bench.execution.calls
        assert call.arguments["intent"] == system_intent(say("control.home_assistant"), WHY)
        assert (call.arguments["reason"], call.arguments["urgent"], call.arguments["again"]) == (WHY, True, False)

    @pytest.mark.parametrize(("refusals", "tries"), [(0, 1), (1, 2), (2, 3), (9, 3)])
    async def test_a_plant_that_refuses_is_asked_three_times(
        self, bench: Controlled, refusals: int, tries: int
    ) -> None:
        bench.execution.fates = [REFUSED] * refusals
        await bench.release.on_closing(WHY)
        assert bench.tries == tries
