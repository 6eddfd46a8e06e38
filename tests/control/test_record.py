"""The record of writes: a row before the plant is touched, and what came of it, however slow or broken the record is."""

import asyncio
from datetime import timedelta

from bench import Bench, elapsed_s, simulate
from guardrail_examples import NOW, charge
import pytest

from custom_components.sigenstor_panel.control.alerts import Alert
from custom_components.sigenstor_panel.control.intents import Intent
from custom_components.sigenstor_panel.control.record import Record, Row
from custom_components.sigenstor_panel.control.waiting import PreemptedError
from custom_components.sigenstor_panel.control.writer import Result
from custom_components.sigenstor_panel.model.audit_entry import (
    AlreadyCompletedError,
    AuditUnavailableError,
    Outcome,
)
from custom_components.sigenstor_panel.model.command import Actor, ChargerAction
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters

INTENT = Intent(command=charge(), actor=Actor.MANUAL, requested_by=plain("Anna"), reason=plain("why"), expires_at=None)
FOUND = ControlRegisters(charge_limit_w=3000, unread=("pv_limit_w",))
CONFIRMED = Result(Outcome.CONFIRMED, FOUND, None)
FAILED = Result(Outcome.FAILED, None, say("control.not_taken"))
OTHERWISE = Result(Outcome.FAILED, None, say("control.unreachable"))
REFUSED = Result(Outcome.REFUSED, None, plain("the battery is full"))
PREEMPTED = (Outcome.FAILED, None, say("control.stop_first"))


class Desk(Bench):
    """A record, and the audit behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.record = Record(self.env, self.alerts, self.tasks, self.preempted)

    async def begin(self, power_w: int = 1000, *, urgent: bool = False) -> Row:
        reason = plain("because")
        return await self.record.begin(charge(power_w), INTENT, reason, FOUND, {"charge_limit_w": 1}, urgent=urgent)

    async def settle(self) -> None:
        """Let what goes on in the background get as far as it can."""
        for _ in range(20):
            await asyncio.sleep(0)

    @property
    def outcomes(self) -> dict[int, list[Outcome]]:
        """The outcomes that each row was given."""
        return {row: [outcome for outcome, _, _ in rows] for row, rows in self.audit.outcomes.items()}


@pytest.fixture
async def desk() -> Desk:
    return Desk()


class TestARow:
    """Who wanted what, and what was there before."""

    async def test_it_says_who_wanted_what_and_what_the_registers_held_before(self, desk: Desk) -> None:
        await desk.begin()
        (attempt,) = desk.audit.attempts
        previous = attempt.pop("previous")
        assert (previous["charge_limit_w"], "pv_limit_w" in previous) == (3000, False)
        assert attempt == {
            "time": NOW,
            "actor": Actor.MANUAL,
            "owner": plain("Anna"),
            "action": charge().action,
            "reason": plain("because"),
            "power_w": 1000,
            "wanted": {"charge_limit_w": 1},
        }

    async def test_it_is_there_before_anything_is_written(self, desk: Desk) -> None:
        row = await desk.begin()
        assert row.beginning.result() == 0
        assert desk.outcomes == {}

    async def test_its_outcome_says_what_was_read_back_without_what_could_not_be_read(self, desk: Desk) -> None:
        await desk.record.complete(await desk.begin(), CONFIRMED)
        ((outcome, found, detail),) = desk.audit.outcomes[0]
        assert (outcome, detail) == (Outcome.CONFIRMED, None)
        assert found is not None
        assert (found["charge_limit_w"], "pv_limit_w" in found) == (3000, False)

    async def test_the_outcome_of_a_charger_says_what_the_charger_read(self, desk: Desk) -> None:
        row = await desk.record.begin_attempt({"action": ChargerAction.STOP})
        result = Result(Outcome.CONFIRMED, None, None, of_charger={"charger_power_w": 0})
        await desk.record.complete(row, result)
        assert desk.audit.outcomes[0] == [(Outcome.CONFIRMED, {"charger_power_w": 0}, None)]


class TestAnAttemptThatIsTriedAgain:
    """A plant that refuses for an hour makes one row, not hundreds."""

    async def test_what_fails_as_before_leaves_its_row_for_the_next_attempt(self, desk: Desk) -> None:
        await desk.record.complete(await desk.begin(), FAILED, again=True)
        assert desk.outcomes == {0: [Outcome.FAILED]}
        row = await desk.begin()
        await desk.record.complete(row, FAILED, again=True)
        assert await desk.begin() is row
        assert len(desk.audit.attempts) == 2
        assert desk.outcomes == {0: [Outcome.FAILED]}

    async def test_its_row_says_in_the_end_how_often_and_for_how_long_it_was_tried(self, desk: Desk) -> None:
        await desk.record.complete(await desk.begin(), FAILED, again=True)
        for _ in range(3):
            row = await desk.begin()
            await desk.record.complete(row, FAILED, again=True)
            desk.now += timedelta(seconds=30)
        await desk.record.complete(await desk.begin(), CONFIRMED, again=True)
        tried = say("control.attempts", attempts=4, spent_s=90.0)
        assert [detail for _, _, detail in desk.audit.outcomes[1]] == [tried]

    async def test_what_failed_is_explained_by_how_often_it_was_tried(self, desk: Desk) -> None:
        await desk.record.complete(await desk.begin(), FAILED, again=True)
        await desk.record.complete(await desk.begin(), FAILED, again=True)
        await desk.record.complete(await desk.begin(), OTHERWISE, again=True)
        tried = say("control.attempts", attempts=2, spent_s=0.0)
        assert desk.audit.outcomes[1] == [(Outcome.FAILED, None, say("control.unreachable", tried))]

    async def test_a_single_attempt_is_not_counted(self, desk: Desk) -> None:
        await desk.record.complete(await desk.begin(), FAILED)
        assert desk.audit.outcomes[0] == [(Outcome.FAILED, None, FAILED.detail)]

    async def test_what_fails_otherwise_has_its_outcome_at_once(self, desk: Desk) -> None:
        await desk.record.complete(await desk.begin(), FAILED, again=True)
        await desk.record.complete(await desk.begin(), OTHERWISE, again=True)
        assert desk.outcomes == {0: [Outcome.FAILED], 1: [Outcome.FAILED]}

    async def test_what_fails_again_after_a_success_is_a_new_failure(self, desk: Desk) -> None:
        for result in (FAILED, CONFIRMED, FAILED):
            await desk.record.complete(await desk.begin(), result, again=True)
        assert desk.outcomes == {0: [Outcome.FAILED], 1: [Outcome.CONFIRMED], 2: [Outcome.FAILED]}

    async def test_a_success_is_recorded_as_often_as_it_comes(self, desk: Desk) -> None:
        for _ in range(2):
            await desk.record.complete(await desk.begin(), CONFIRMED, again=True)
        assert desk.outcomes == {0: [Outcome.CONFIRMED], 1: [Outcome.CONFIRMED]}

    async def test_a_failure_that_is_not_tried_again_by_itself_has_its_outcome_at_once(self, desk: Desk) -> None:
        for _ in range(2):
            await desk.record.complete(await desk.begin(), FAILED)
        assert desk.outcomes == {0: [Outcome.FAILED], 1: [Outcome.FAILED]}

    async def test_another_command_is_another_row_and_the_one_before_gets_its_outcome(self, desk: Desk) -> None:
        for _ in range(2):
            await desk.record.complete(await desk.begin(), FAILED, again=True)
        row = await desk.begin(power_w=2000)
        assert desk.outcomes == {0: [Outcome.FAILED]}
        await desk.record.complete(row, CONFIRMED)
        assert desk.outcomes == {0: [Outcome.FAILED], 1: [Outcome.FAILED], 2: [Outcome.CONFIRMED]}

    async def test_what_waits_for_another_attempt_is_recorded_when_there_will_be_none(self, desk: Desk) -> None:
        for _ in range(2):
            await desk.record.complete(await desk.begin(), FAILED, again=True)
        await desk.record.flush_pending()
        assert desk.outcomes == {0: [Outcome.FAILED], 1: [Outcome.FAILED]}
        await desk.record.flush_pending()
        assert desk.outcomes == {0: [Outcome.FAILED], 1: [Outcome.FAILED]}


class TestARecordThatFails:
    """Nothing is written without a row, except for safety; outcomes are recorded once the record works again."""

    async def test_without_a_row_nothing_is_written(self, desk: Desk) -> None:
        desk.audit.fail()
        with pytest.raises(AuditUnavailableError):
            await desk.begin()

    async def test_without_the_row_of_an_attempt_nothing_is_written_to_a_charger(self, desk: Desk) -> None:
        desk.audit.fail()
        with pytest.raises(AuditUnavailableError):
            await desk.record.begin_attempt({"action": ChargerAction.START})

    async def test_what_is_for_safety_goes_on_without_a_row_and_gets_one_later(self, desk: Desk) -> None:
        desk.audit.fail()
        row = await desk.begin(urgent=True)
        desk.now += timedelta(minutes=5)
        await desk.record.complete(row, CONFIRMED)
        said = desk.said(Alert.NOT_RECORDED)
        assert said == say("control.not_recorded", plain("the simulated record is broken"))
        desk.audit.error = None
        desk.record.catch_up()
        await desk.settle()
        assert [attempt["time"] for attempt in desk.audit.attempts] == [NOW]
        assert desk.audit.attempts[0]["owner"] == plain("Anna")
        assert desk.outcomes == {0: [Outcome.CONFIRMED]}
        assert desk.said(Alert.NOT_RECORDED) is None

    async def test_an_outcome_that_could_not_be_recorded_is_recorded_later_in_its_own_row(self, desk: Desk) -> None:
        row = await desk.begin()
        desk.audit.fail()
        await desk.record.complete(row, CONFIRMED)
        assert desk.said(Alert.NOT_RECORDED) is not None
        desk.audit.error = None
        desk.record.catch_up()
        await desk.settle()
        assert (len(desk.audit.attempts), desk.outcomes) == (1, {0: [Outcome.CONFIRMED]})
        assert desk.said(Alert.NOT_RECORDED) is None
        desk.record.catch_up()
        await desk.settle()
        assert desk.outcomes == {0: [Outcome.CONFIRMED]}

    async def test_while_it_fails_every_outcome_waits_in_its_turn(self, desk: Desk) -> None:
        rows = [await desk.begin(power_w) for power_w in (1, 2)]
        desk.audit.fail()
        for row, result in zip(rows, (CONFIRMED, FAILED), strict=True):
            await desk.record.complete(row, result)
        desk.record.catch_up()
        await desk.settle()
        assert desk.outcomes == {}
        assert desk.said(Alert.NOT_RECORDED) is not None
        desk.audit.error = None
        desk.record.catch_up()
        await desk.settle()
        assert list(desk.outcomes.items()) == [(0, [Outcome.CONFIRMED]), (1, [Outcome.FAILED])]

    async def test_the_alert_stays_while_an_earlier_outcome_waits(self, desk: Desk) -> None:
        row = await desk.begin()
        desk.audit.fail()
        await desk.record.complete(row, CONFIRMED)
        desk.audit.error = None
        await desk.record.complete(await desk.begin(), CONFIRMED)
        assert desk.said(Alert.NOT_RECORDED) is not None

    async def test_a_record_that_works_again_ends_the_alert_of_a_write_that_it_prevented(self, desk: Desk) -> None:
        desk.alerts.set(Alert.NOT_RECORDED, plain("nothing was written"))
        await desk.record.complete(await desk.begin(), CONFIRMED)
        assert desk.said(Alert.NOT_RECORDED) is None

    async def test_a_refusal_that_could_not_be_recorded_is_said_and_not_tried_again(self, desk: Desk) -> None:
        row = await desk.begin()
        desk.audit.fail()
        await desk.record.complete(row, REFUSED)
        assert desk.said(Alert.NOT_RECORDED) is not None
        desk.audit.error = None
        desk.record.catch_up()
        await desk.settle()
        assert desk.outcomes == {}

    async def test_of_what_waits_the_last_five_hundred_are_kept(self, desk: Desk) -> None:
        rows = [await desk.begin(power_w) for power_w in range(502)]
        desk.audit.fail()
        for row in rows:
            await desk.record.complete(row, CONFIRMED)
        desk.audit.error = None
        desk.record.catch_up()
        for _ in range(200):
            await desk.settle()
        assert list(desk.outcomes) == list(range(2, 502))

    async def test_an_outcome_that_is_recorded_already_is_no_trouble(self, desk: Desk) -> None:
        row = await desk.begin()
        desk.audit.error = AlreadyCompletedError()
        await desk.record.complete(row, CONFIRMED)
        assert desk.said(Alert.NOT_RECORDED) is None

    async def test_what_turns_out_to_be_recorded_already_makes_way_for_what_waits_behind_it(self, desk: Desk) -> None:
        rows = [await desk.begin(power_w) for power_w in (1, 2)]
        desk.audit.fail()
        for row in rows:
            await desk.record.complete(row, CONFIRMED)
        desk.audit.error = AlreadyCompletedError()
        desk.record.catch_up()
        await desk.settle()
        assert desk.said(Alert.NOT_RECORDED) is None


class TestARecordThatHangs:
    """Nothing waits for it without end, and what is for safety waits for a second at most."""

    def test_a_command_waits_five_seconds_for_its_row_and_then_is_not_written(self) -> None:
        async def scene(desk: Desk) -> float:
            desk.audit.answers.clear()
            with pytest.raises(AuditUnavailableError) as raised:
                await desk.begin()
            waited_s = elapsed_s()
            assert raised.value.message == say("problem.record_slow")
            desk.audit.answers.set()
            await desk.settle()
            assert desk.audit.outcomes == {0: [(Outcome.FAILED, None, say("control.record_slow"))]}
            return waited_s

        assert simulate(Desk, scene) == 5.0

    def test_what_is_for_safety_waits_a_second_for_its_row(self) -> None:
        async def scene(desk: Desk) -> float:
            desk.audit.answers.clear()
            await desk.begin(urgent=True)
            waited_s = elapsed_s()
            desk.audit.answers.set()
            await desk.settle()
            return waited_s

        assert simulate(Desk, scene) == 1.0

    def test_an_outcome_is_waited_for_for_a_second_and_recorded_all_the_same(self) -> None:
        async def scene(desk: Desk) -> float:
            row = await desk.begin()
            desk.audit.answers.clear()
            await desk.record.complete(row, CONFIRMED)
            waited_s = elapsed_s()
            desk.audit.answers.set()
            await desk.settle()
            assert desk.outcomes == {0: [Outcome.CONFIRMED]}
            return waited_s

        assert simulate(Desk, scene) == 1.0

    def test_a_failure_whose_record_hangs_is_recorded_again_when_it_comes_again(self) -> None:
        async def scene(desk: Desk) -> None:
            row = await desk.begin()
            desk.audit.answers.clear()
            await desk.record.complete(row, FAILED, again=True)
            desk.audit.answers.set()
            await desk.record.complete(await desk.begin(), FAILED, again=True)
            assert desk.outcomes == {0: [Outcome.FAILED], 1: [Outcome.FAILED]}

        simulate(Desk, scene)

    def test_what_waits_for_another_attempt_is_waited_for_for_a_second(self) -> None:
        async def scene(desk: Desk) -> float:
            for _ in range(2):
                await desk.record.complete(await desk.begin(), FAILED, again=True)
            desk.audit.answers.clear()
            await desk.record.flush_pending()
            waited_s = elapsed_s()
            desk.audit.answers.set()
            await desk.settle()
            return waited_s

        assert simulate(Desk, scene) == 1.0

    def test_catching_up_is_done_once_at_a_time(self) -> None:
        async def scene(desk: Desk) -> None:
            row = await desk.begin()
            desk.audit.fail()
            await desk.record.complete(row, CONFIRMED)
            desk.audit.error = None
            desk.audit.answers.clear()
            for _ in range(3):
                desk.record.catch_up()
                await desk.settle()
            desk.audit.answers.set()
            await desk.settle()
            assert desk.outcomes == {0: [Outcome.CONFIRMED]}

        simulate(Desk, scene)


class TestAStop:
    """An emergency stop waits for no row of what it preempts."""

    async def test_a_stop_ends_the_wait_for_a_row_and_the_row_says_so(self, desk: Desk) -> None:
        desk.audit.answers.clear()
        desk.preempted.set()
        with pytest.raises(PreemptedError):
            await desk.begin()
        desk.audit.answers.set()
        await desk.settle()
        assert desk.audit.outcomes == {0: [PREEMPTED]}

    async def test_what_is_given_up_is_recorded_without_waiting_for_it(self, desk: Desk) -> None:
        row = await desk.begin()
        desk.record.give_up(row)
        assert desk.outcomes == {}
        await desk.settle()
        assert desk.audit.outcomes == {0: [PREEMPTED]}

    async def test_what_is_for_safety_gets_its_row_though_the_stop_is_on(self, desk: Desk) -> None:
        desk.preempted.set()
        row = await desk.begin(urgent=True)
        await desk.record.complete(row, CONFIRMED)
        assert desk.outcomes == {0: [Outcome.CONFIRMED]}
