"""The way from a request to a vehicle charger: judged by what it says now, recorded before, looked at after."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bench import Bench, BenchPlant
from modbus_connection import IllegalDataValueError, ModbusTimeoutError
import pytest

from custom_components.sigenstor_panel.control.alerts import Alert
from custom_components.sigenstor_panel.control.charger_guardrails import Charger, ChargerLimit, ChargerRequest
from custom_components.sigenstor_panel.control.chargers import Chargers
from custom_components.sigenstor_panel.control.memory import ControlMemory, ControlSettings
from custom_components.sigenstor_panel.control.record import Record
from custom_components.sigenstor_panel.control.waiting import NotDoneError, PreemptedError
from custom_components.sigenstor_panel.model.audit_entry import Outcome
from custom_components.sigenstor_panel.model.command import Actor, ChargerAction
from custom_components.sigenstor_panel.model.message import Message, plain, say
from custom_components.sigenstor_panel.model.telemetry import (
    AcChargerTelemetry,
    ChargerId,
    ChargerState,
    DcChargerTelemetry,
)
from custom_components.sigenstor_panel.plant.transport import told
from soak.simulated_time import SimulatedTimeLoop

AC, OTHER, DC = 5, 6, "INV1"
START, STOP, LIMIT = ChargerAction.START, ChargerAction.STOP, ChargerAction.LIMIT
WAITING = AcChargerTelemetry(
    power_w=0, state=ChargerState.CONNECTED, rated_power_w=11_000, rated_current_a=16.0, current_limit_a=16.0
)
CHARGING = replace(WAITING, power_w=7000, state=ChargerState.CHARGING)
DC_WAITING = DcChargerTelemetry(
    power_w=0,
    state=ChargerState.CONNECTED,
    rated_charge_power_w=25_000,
    rated_discharge_power_w=20_000,
    charge_limit_w=10_000,
    discharge_limit_w=5_000,
)
REFUSES, SILENT = IllegalDataValueError(3), ModbusTimeoutError("the simulated charger is away")


class Garage(BenchPlant):
    """Chargers that say what a test lets them say."""

    def __init__(self) -> None:
        super().__init__()
        self.says: dict[ChargerId, Charger] = {AC: WAITING, DC: DC_WAITING}
        self.looks: list[ChargerId] = []
        self.written: list[tuple[ChargerId, str, float]] = []
        self.error: Exception | None = None
        self.away: set[ChargerId] = set()
        self.obeys = True
        self.at_look: Callable[[int], None] = lambda _look: None
        self.at_write: Callable[[], None] = lambda: None

    async def read_charger(self, charger_id: ChargerId) -> Charger:
        self.looks.append(charger_id)
        self.at_look(len(self.looks))
        if charger_id in self.away:
            raise SILENT
        return self.says[charger_id]

    async def write_charger(self, charger_id: ChargerId, field: str, value: float) -> None:
        self.at_write()
        if self.error is not None:
            raise self.error
        self.written.append((charger_id, field, value))
        if not self.obeys:
            return
        charger = self.says[charger_id]
        if field == "stopped":
            state, power_w = (ChargerState.CONNECTED, 0) if value else (ChargerState.CHARGING, 7000)
            self.says[charger_id] = replace(charger, state=state, power_w=power_w)
        elif field == "current_limit":
            self.says[charger_id] = replace(charger, current_limit_a=value)
        else:
            self.says[charger_id] = replace(charger, **{f"{field}_w": value})


class House(Bench):
    """A house with two chargers, and the way to them."""

    def __init__(self, *, wait_s: float = 0.0, **limits: Any) -> None:
        settings = ControlSettings(acknowledge_after=timedelta(seconds=wait_s))
        settings = replace(settings, limits=replace(settings.limits, **limits))
        self.garage = Garage()
        super().__init__(ControlMemory(settings=settings), self.garage)
        self.record = Record(self.env, self.alerts, self.tasks, self.preempted)
        self.lock = asyncio.Lock()
        self.chargers = Chargers(self.env, self.state, self.alerts, self.record, self.preempted, lock=self.lock)
        self.see()

    def see(self, **telemetry: Any) -> None:
        """Let the plant have been read now."""
        ac = {each: charger for each, charger in self.garage.says.items() if isinstance(charger, AcChargerTelemetry)}
        dc = {each: charger for each, charger in self.garage.says.items() if isinstance(charger, DcChargerTelemetry)}
        self.read(**{"ac_chargers": ac, "dc_chargers": dc, **telemetry})

    async def ask(self, action: ChargerAction, charger_id: ChargerId = AC, **more: Any) -> None:
        await self.chargers.carry_out(ChargerRequest(charger_id=charger_id, name="Garage", action=action, **more))

    async def fails(self, action: ChargerAction, charger_id: ChargerId = AC, **more: Any) -> Message:
        """Return why a request was not done."""
        with pytest.raises(NotDoneError) as raised:
            await self.ask(action, charger_id, **more)
        return raised.value.message

    @property
    def rows(self) -> list[tuple[ChargerAction, list[tuple[Outcome, Any, Message | None]]]]:
        return [
            (attempt["action"], self.audit.outcomes.get(row, [])) for row, attempt in enumerate(self.audit.attempts)
        ]

    @property
    def outcomes(self) -> list[Outcome]:
        return [outcome for _, outcomes in self.rows for outcome, _, _ in outcomes]


@pytest.fixture
async def house() -> House:
    return House()


def simulate[T](scene: Callable[[], Any]) -> Any:
    """Play a scene in an event loop whose pauses cost nothing."""
    with asyncio.Runner(loop_factory=SimulatedTimeLoop) as runner:
        return runner.run(scene())


class TestWhatIsWritten:
    """One register, in the charger's own unit."""

    @pytest.mark.parametrize(
        ("action", "charger_id", "more", "written"),
        [
            (START, AC, {}, ("stopped", 0.0)),
            (STOP, AC, {}, ("stopped", 1.0)),
            (START, DC, {}, ("stopped", 0.0)),
            (LIMIT, AC, {"limit": ChargerLimit.CURRENT, "value": 10.5}, ("current_limit", 10.5)),
            (LIMIT, DC, {"limit": ChargerLimit.CHARGE, "value": 7000.4}, ("charge_limit", 7000)),
            (LIMIT, DC, {"limit": ChargerLimit.DISCHARGE, "value": 3000.0}, ("discharge_limit", 3000)),
        ],
    )
    async def test_it_is_what_was_asked_for(
        self, house: House, action: ChargerAction, charger_id: ChargerId, more: Any, written: tuple[str, float]
    ) -> None:
        await house.ask(action, charger_id, **more)
        assert house.garage.written == [(charger_id, *written)]
        assert house.outcomes == [Outcome.CONFIRMED]

    async def test_the_row_says_who_asked_what_the_charger_said_before_and_what_it_says_now(self, house: House) -> None:
        await house.ask(LIMIT, limit=ChargerLimit.CURRENT, value=10.0)
        (attempt,) = house.audit.attempts
        assert attempt == {
            "time": house.now,
            "actor": Actor.MANUAL,
            "owner": plain("Garage"),
            "action": LIMIT,
            "reason": say("word.action_charger_limit"),
            "power_w": None,
            "previous": {"charger_power_w": 0, "charger_current_limit_a": 16.0},
            "wanted": {"charger_current_limit_a": 10.0},
        }
        found = {"charger_power_w": 0, "charger_current_limit_a": 10.0}
        assert house.audit.outcomes[0] == [(Outcome.CONFIRMED, found, None)]

    async def test_the_row_of_a_dc_charger_has_its_limits(self, house: House) -> None:
        await house.ask(START, DC)
        (attempt,) = house.audit.attempts
        limits = {"charger_charge_limit_w": 10_000, "charger_discharge_limit_w": 5_000}
        assert (attempt["previous"], attempt["wanted"]) == ({"charger_power_w": 0, **limits}, {})

    async def test_the_row_is_there_before_the_charger_is_written(self, house: House) -> None:
        rows = []
        house.garage.at_write = lambda: rows.append(len(house.audit.attempts))
        await house.ask(START)
        assert rows == [1]

    @pytest.mark.parametrize(
        ("more", "is_now", "written"),
        [
            ({"limit": ChargerLimit.CURRENT, "value": 16.02}, {"current_limit_a": 16.0}, False),
            ({"limit": ChargerLimit.CURRENT, "value": 15.97}, {"current_limit_a": 16.0}, True),
            ({"limit": ChargerLimit.CURRENT, "value": 16.0}, {"current_limit_a": None}, True),
        ],
    )
    async def test_a_limit_that_stands_already_is_not_written(
        self, house: House, more: Any, is_now: Any, written: bool
    ) -> None:
        house.garage.says[AC] = replace(WAITING, rated_current_a=32.0, **is_now)
        house.see()
        await house.ask(LIMIT, **more)
        assert (house.garage.written != [], house.audit.attempts != []) == (written, written)

    @pytest.mark.parametrize(("limit_w", "written"), [(9998, False), (9997, True)])
    async def test_a_dc_charger_rounds_to_two_watts(self, house: House, limit_w: int, written: bool) -> None:
        await house.ask(LIMIT, DC, limit=ChargerLimit.CHARGE, value=limit_w)
        assert (house.garage.written != []) is written

    @pytest.mark.parametrize("state", [ChargerState.CHARGING, ChargerState.DISCHARGING])
    async def test_a_charger_that_charges_is_not_started_again(self, house: House, state: ChargerState) -> None:
        house.garage.says[AC] = replace(CHARGING, state=state)
        house.see()
        await house.ask(START)
        assert (house.garage.written, house.audit.attempts) == ([], [])

    async def test_one_at_rest_is_told_to_stop_all_the_same(self, house: House) -> None:
        await house.ask(STOP)
        assert house.garage.written == [(AC, "stopped", 1.0)]

    async def test_without_a_row_nothing_is_written_and_it_is_said(self, house: House) -> None:
        house.audit.fail()
        broken = plain("the simulated record is broken")
        assert await house.fails(START) == say("control.not_recordable", broken)
        assert house.said(Alert.NOT_RECORDED) == say("control.nothing_written", broken)
        assert house.garage.written == []

    async def test_after_control_has_ended_nothing_is(self, house: House) -> None:
        assert house.chargers.closed is False
        house.chargers.closed = True
        assert await house.fails(STOP) == say("control.has_ended")
        assert house.garage.looks == []

    async def test_a_charger_that_is_silent_is_not_written(self, house: House) -> None:
        house.garage.away = {AC}
        assert await house.fails(STOP) == say("control.charger_silent", told(SILENT))
        assert (house.garage.written, house.audit.attempts) == ([], [])


class TestARefusal:
    """Said each time, and recorded once."""

    async def test_it_is_recorded_once_as_long_as_it_is_the_same(self, house: House) -> None:
        for _ in range(2):
            await house.fails(LIMIT, limit=ChargerLimit.CURRENT, value=99.0)
        why = say("control.charger_current_range", lowest_a=6.0, highest_a=16.0)
        assert house.rows == [(LIMIT, [(Outcome.REFUSED, None, why)])]
        assert house.audit.attempts[0]["previous"] == {"charger_power_w": 0, "charger_current_limit_a": 16.0}
        assert house.garage.written == []

    async def test_another_value_another_limit_or_another_charger_is_another_one(self, house: House) -> None:
        house.garage.says[OTHER] = WAITING
        house.see()
        for _ in range(2):
            await house.fails(LIMIT, limit=ChargerLimit.CURRENT, value=99.0)
            await house.fails(LIMIT, OTHER, limit=ChargerLimit.CURRENT, value=99.0)
            await house.fails(LIMIT, DC, limit=ChargerLimit.CHARGE, value=-1.0)
            await house.fails(LIMIT, DC, limit=ChargerLimit.DISCHARGE, value=-1.0)
        assert len(house.rows) == 4
        await house.fails(LIMIT, limit=ChargerLimit.CURRENT, value=98.0)
        assert len(house.rows) == 5

    async def test_after_a_request_that_was_carried_out_it_is_recorded_again(self, house: House) -> None:
        for value in (99.0, 10.0, 99.0):
            try:
                await house.ask(LIMIT, limit=ChargerLimit.CURRENT, value=value)
            except NotDoneError:
                continue
        assert house.outcomes == [Outcome.REFUSED, Outcome.CONFIRMED, Outcome.REFUSED]

    async def test_for_another_reason_it_is_recorded_again(self, house: House) -> None:
        house.wait(60)
        assert (await house.fails(START)).key == "control.old_reading"
        house.see()
        house.state.memory = replace(house.state.memory, emergency_stop=True)
        assert await house.fails(START) == say("control.stop_active")
        assert house.outcomes == [Outcome.REFUSED, Outcome.REFUSED]

    async def test_a_charger_that_is_in_no_reading_is_refused_without_what_it_says(self, house: House) -> None:
        house.see(ac_chargers={})
        assert await house.fails(START) == say("control.charger_silent")
        assert house.audit.attempts[0]["previous"] == {}

    async def test_before_the_first_reading_a_refusal_is_recorded_without_it_too(self, house: House) -> None:
        house.plant.reading = None
        await house.fails(START)
        assert house.audit.attempts[0]["previous"] == {}

    async def test_it_does_not_wait_for_the_record(self, house: House) -> None:
        house.audit.fail()
        assert (await house.fails(LIMIT, limit=ChargerLimit.CURRENT, value=99.0)).key == "control.charger_current_range"


class TestWhatComesOfIt:
    """The charger is looked at until it does what it was told."""

    async def test_what_the_charger_refuses_is_said(self, house: House) -> None:
        house.garage.error = REFUSES
        assert await house.fails(STOP) == told(REFUSES)
        assert house.rows == [(STOP, [(Outcome.FAILED, None, told(REFUSES))])]

    async def test_it_is_looked_at_four_times(self, house: House) -> None:
        house.garage.obeys = False
        house.garage.says[AC] = CHARGING
        house.see()
        why = say("control.charger_takes", power_w=7000)
        assert await house.fails(STOP) == why
        assert house.garage.looks == [AC] * 5
        found = {"charger_power_w": 7000, "charger_current_limit_a": 16.0}
        assert house.rows == [(STOP, [(Outcome.REVERTED, found, why)])]

    async def test_the_last_look_counts(self, house: House) -> None:
        house.garage.obeys = False
        house.garage.says[AC] = CHARGING
        house.see()

        def rest(look: int) -> None:
            if look == 5:
                house.garage.says[AC] = WAITING

        house.garage.at_look = rest
        await house.ask(STOP)
        assert house.outcomes == [Outcome.CONFIRMED]

    @pytest.mark.parametrize(
        ("says", "stopped"),
        [
            (replace(WAITING, power_w=100), True),
            (replace(WAITING, power_w=-100), True),
            (replace(WAITING, power_w=101), False),
            (replace(WAITING, power_w=-101), False),
            (replace(WAITING, power_w=None), True),
            (replace(CHARGING, power_w=0), False),
            (replace(CHARGING, power_w=None), False),
            (replace(WAITING, power_w=None, state=None), False),
            (replace(WAITING, power_w=0, state=None), True),
        ],
    )
    async def test_a_stop_is_done_when_the_charger_says_so(self, house: House, says: Charger, stopped: bool) -> None:
        house.garage.obeys = False
        house.garage.says[AC] = says
        house.see()
        if stopped:
            await house.ask(STOP)
        else:
            assert await house.fails(STOP) == say("control.charger_takes", power_w=says.power_w or 0)

    async def test_a_vehicle_that_does_not_charge_is_no_error(self, house: House) -> None:
        house.garage.obeys = False
        await house.ask(START)
        found = {"charger_power_w": 0, "charger_current_limit_a": 16.0}
        assert house.rows == [(START, [(Outcome.CONFIRMED, found, say("control.vehicle_waits"))])]

    async def test_a_charger_that_fails_at_it_is(self, house: House) -> None:
        house.garage.obeys = False

        def break_down(look: int) -> None:
            if look > 1:
                house.garage.says[AC] = replace(WAITING, state=ChargerState.FAULT)

        house.garage.at_look = break_down
        assert await house.fails(START) == say("control.charger_takes", power_w=0)
        assert house.outcomes == [Outcome.REVERTED]

    @pytest.mark.parametrize(
        ("charger_id", "limit", "reads", "why"),
        [
            (AC, ChargerLimit.CURRENT, {}, say("control.charger_current_reads", found_a=16.0, wanted_a=10.0)),
            (DC, ChargerLimit.CHARGE, {}, say("control.charger_power_reads", found_w=10_000, wanted_w=10.0)),
            (AC, ChargerLimit.CURRENT, {"current_limit_a": None}, say("control.charger_limit_unknown")),
        ],
    )
    async def test_a_limit_that_is_ignored_is_told_by_what_it_reads(
        self, house: House, charger_id: ChargerId, limit: ChargerLimit, reads: Any, why: Message
    ) -> None:
        house.garage.obeys = False
        house.garage.says[charger_id] = replace(house.garage.says[charger_id], **reads)
        house.see()
        assert await house.fails(LIMIT, charger_id, limit=limit, value=10.0) == why

    @pytest.mark.parametrize(("look", "found"), [(2, None), (3, {"charger_power_w": 7000})])
    async def test_one_that_falls_silent_meanwhile_has_failed(self, house: House, look: int, found: Any) -> None:
        house.garage.obeys = False
        house.garage.says[AC] = CHARGING
        house.see()

        def fall_silent(number: int) -> None:
            if number >= look:
                house.garage.away = {AC}

        house.garage.at_look = fall_silent
        assert await house.fails(STOP) == told(SILENT)
        ((outcome, seen, detail),) = house.rows[0][1]
        assert (outcome, detail) == (Outcome.FAILED, told(SILENT))
        assert seen == (None if found is None else {**found, "charger_current_limit_a": 16.0})

    def test_it_is_given_its_time_before_each_look(self) -> None:
        async def scene() -> float:
            house = House(wait_s=3.0)
            house.garage.obeys = False
            await house.ask(START)
            return asyncio.get_running_loop().time()

        assert simulate(scene) == 12.0

    async def test_the_next_request_waits_for_its_turn(self, house: House) -> None:
        asked = [asyncio.create_task(house.ask(action)) for action in (START, STOP)]
        await asyncio.gather(*asked)
        assert house.garage.written == [(AC, "stopped", 0.0), (AC, "stopped", 1.0)]
        assert [action for action, _ in house.rows] == [START, STOP]

    async def test_the_end_of_control_waits_for_what_is_under_way(self, house: House) -> None:
        asked = asyncio.create_task(house.ask(START))
        await asyncio.sleep(0)
        await house.chargers.ended()
        assert house.outcomes == [Outcome.CONFIRMED]
        await asked


class TestAStop:
    """An emergency stop of the battery does not wait for a charger."""

    async def test_nothing_is_read_or_written_before_it(self, house: House) -> None:
        house.preempted.set()
        with pytest.raises(PreemptedError):
            await house.ask(START)
        assert (house.garage.looks, house.garage.written) == ([], [])

    @pytest.mark.parametrize("moment", ["row", "look"])
    async def test_it_ends_what_is_under_way_and_the_row_says_so(self, house: House, moment: str) -> None:
        begin = house.audit.begin

        async def begin_and_stop(**attempt: Any) -> int:
            row = await begin(**attempt)
            house.preempted.set()
            return row

        if moment == "row":
            house.audit.begin = begin_and_stop  # type: ignore[method-assign]
        else:
            house.garage.at_write = house.preempted.set
        with pytest.raises(PreemptedError):
            await house.ask(START)
        for _ in range(20):
            await asyncio.sleep(0)
        assert (house.garage.written == []) is (moment == "row")
        assert house.rows == [(START, [(Outcome.FAILED, None, say("control.stop_first"))])]

    def test_it_ends_the_wait_for_the_next_look(self) -> None:
        async def scene() -> float:
            house = House(wait_s=3.0)
            asyncio.get_running_loop().call_later(1.0, house.preempted.set)
            with pytest.raises(PreemptedError):
                await house.ask(START)
            return asyncio.get_running_loop().time()

        assert simulate(scene) == 1.0

    async def test_the_battery_goes_first_while_a_charger_is_waited_for(self, house: House) -> None:
        free = []
        house.garage.obeys = False
        house.state.memory = replace(
            house.state.memory,
            settings=replace(house.state.memory.settings, acknowledge_after=timedelta(milliseconds=5)),
        )
        asked = asyncio.create_task(house.ask(START))
        for _ in range(4):
            await asyncio.sleep(0.004)
            free.append(not house.lock.locked())
        await asked
        assert any(free)


class TestTheConnection:
    """It has to carry the battery, the house and every charger that may begin."""

    @pytest.fixture
    async def small(self) -> House:
        house = House(main_fuse_w=15_000)
        house.garage.says = {AC: WAITING, OTHER: replace(WAITING, state=ChargerState.NO_VEHICLE)}
        house.see()
        return house

    async def test_other_chargers_are_asked_what_they_say_now(self, small: House) -> None:
        small.garage.says[OTHER] = CHARGING
        assert (await small.fails(START)).key == "control.charger_beyond"
        assert small.garage.looks == [OTHER, AC]

    async def test_one_that_does_not_answer_may_take_what_it_is_rated_for(self, small: House) -> None:
        small.garage.says[OTHER] = replace(CHARGING, current_limit_a=8.0, power_w=1000)
        small.see()
        house_w = (await small.fails(START)).values["house_w"]
        small.garage.away = {OTHER}
        assert (await small.fails(START)).values["house_w"] > house_w  # type: ignore[operator]

    async def test_a_dc_charger_that_does_not_answer_too(self, small: House) -> None:
        small.garage.says = {AC: WAITING, DC: replace(DC_WAITING, state=ChargerState.CHARGING, charge_limit_w=1000)}
        small.see()
        await small.ask(START)
        await small.ask(STOP)
        small.see()
        small.garage.away = {DC}
        assert (await small.fails(START)).key == "control.charger_beyond"

    @pytest.mark.parametrize(
        ("action", "charger_id", "more"),
        [(STOP, AC, {}), (LIMIT, DC, {"limit": ChargerLimit.DISCHARGE, "value": 1000.0})],
    )
    async def test_what_takes_nothing_from_it_asks_nobody_else(
        self, small: House, action: ChargerAction, charger_id: ChargerId, more: Any
    ) -> None:
        small.garage.says = {AC: WAITING, DC: DC_WAITING, OTHER: WAITING}
        small.see()
        await small.ask(action, charger_id, **more)
        assert OTHER not in small.garage.looks

    async def test_without_a_limit_nobody_else_is_asked(self, house: House) -> None:
        house.garage.says[OTHER] = CHARGING
        house.see()
        await house.ask(START)
        assert set(house.garage.looks) == {AC}

    async def test_one_that_was_started_counts_while_it_is_silent(self, small: House) -> None:
        small.garage.says[OTHER] = WAITING
        small.see()
        small.garage.says[AC] = replace(WAITING, state=ChargerState.NO_VEHICLE)
        small.see()
        await small.ask(START, OTHER)
        small.garage.says[AC] = WAITING
        small.see(ac_chargers={AC: WAITING})
        assert (await small.fails(START)).key == "control.charger_beyond"

    async def test_one_that_was_seen_and_not_started_does_not(self, small: House) -> None:
        await small.ask(STOP, OTHER)
        small.see(ac_chargers={AC: WAITING})
        await small.ask(START)
        assert small.garage.written[-1] == (AC, "stopped", 0.0)

    async def test_one_whose_start_nobody_answered_may_have_begun(self, small: House) -> None:
        small.garage.says[OTHER] = WAITING
        small.garage.says[AC] = replace(WAITING, state=ChargerState.NO_VEHICLE)
        small.see()
        small.garage.error = SILENT
        await small.fails(START, OTHER)
        small.garage.error = None
        small.see(ac_chargers={AC: WAITING})
        small.garage.says[AC] = WAITING
        assert (await small.fails(START)).key == "control.charger_beyond"

    async def test_one_that_refused_to_start_has_not(self, small: House) -> None:
        small.garage.says[OTHER] = WAITING
        small.garage.says[AC] = replace(WAITING, state=ChargerState.NO_VEHICLE)
        small.see()
        small.garage.error = REFUSES
        await small.fails(START, OTHER)
        small.garage.error = None
        small.garage.says[AC] = WAITING
        small.see(ac_chargers={AC: WAITING})
        await small.ask(START)
        assert small.garage.written == [(AC, "stopped", 0.0)]


class TestOneThatWasStopped:
    """It counts for nothing until it charges again, its vehicle leaves or it falls silent."""

    @pytest.fixture
    async def two(self) -> House:
        house = House(main_fuse_w=15_000)
        house.garage.says = {AC: WAITING, OTHER: WAITING}
        house.see()
        await house.ask(STOP, OTHER)
        house.see()
        return house

    async def test_it_leaves_the_connection_to_another(self, two: House) -> None:
        two.wait(5)
        two.see()
        two.chargers.note()
        await two.ask(START)
        assert two.garage.written[-1] == (AC, "stopped", 0.0)

    @pytest.mark.parametrize("says", [replace(WAITING, state=ChargerState.NO_VEHICLE), CHARGING, None])
    async def test_afterwards_it_counts_again(self, two: House, says: Charger | None) -> None:
        two.see(ac_chargers={AC: WAITING} if says is None else {AC: WAITING, OTHER: says})
        two.chargers.note()
        two.see()
        two.chargers.note()
        assert (await two.fails(START)).key == "control.charger_beyond"

    async def test_the_reading_from_before_the_stop_says_nothing_of_it(self) -> None:
        house = House(main_fuse_w=15_000)
        house.garage.says = {AC: WAITING, OTHER: CHARGING}
        house.see()
        await house.ask(STOP, OTHER)
        house.chargers.note()
        house.plant.reading = None
        house.chargers.note()
        house.see()
        house.chargers.note()
        await house.ask(START)
        assert house.garage.written[-1] == (AC, "stopped", 0.0)

    async def test_one_that_is_started_again_counts_while_it_is_silent(self, two: House) -> None:
        two.garage.says[AC] = replace(WAITING, state=ChargerState.NO_VEHICLE)
        two.see()
        await two.ask(START, OTHER)
        two.see()
        two.chargers.note()
        two.garage.says[AC] = WAITING
        two.see(ac_chargers={AC: WAITING})
        assert (await two.fails(START)).key == "control.charger_beyond"

    async def test_one_that_is_started_again_counts_at_once(self, two: House) -> None:
        two.garage.obeys = False
        two.garage.says[AC] = replace(WAITING, state=ChargerState.NO_VEHICLE)
        two.see()
        await two.ask(START, OTHER)
        two.garage.says[AC] = WAITING
        two.see()
        two.chargers.note()
        assert (await two.fails(START)).key == "control.charger_beyond"

    async def test_one_that_is_found_charging_when_it_is_started_counts_as_started(self, two: House) -> None:
        two.garage.says[OTHER] = CHARGING
        two.garage.says[AC] = replace(WAITING, state=ChargerState.NO_VEHICLE)
        two.see()
        await two.ask(START, OTHER)
        two.garage.says = {AC: WAITING, OTHER: WAITING}
        two.see()
        assert (await two.fails(START)).key == "control.charger_beyond"
