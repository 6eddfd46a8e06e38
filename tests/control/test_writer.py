"""The one that writes: register by register, rest, read back, and never over a stop."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from modbus_connection import IllegalDataValueError, ModbusTimeoutError
import pytest

from custom_components.sigenstor_panel.control.environment import Plant
from custom_components.sigenstor_panel.control.waiting import PreemptedError
from custom_components.sigenstor_panel.control.writer import Result, Writer
from custom_components.sigenstor_panel.model.audit_entry import Outcome
from custom_components.sigenstor_panel.model.telemetry import (
    AcChargerTelemetry,
    ControlRegisters,
    DcChargerTelemetry,
    Telemetry,
)
from custom_components.sigenstor_panel.plant.register_writes import Write
from custom_components.sigenstor_panel.plant.registers import NO_LIMIT, NO_LIMIT_WRITABLE
from tests.english import english

NOT_AT_ALL = timedelta(0)
SETTLED = timedelta(minutes=5)
"""How long the plant would be given; no test waits for it."""

HELD = ControlRegisters(remote_ems_enabled=True, charge_limit_w=3000, discharge_limit_w=0, pv_limit_w=700)
CHARGE = Write("charge_limit", 3000)
DISCHARGE = Write("discharge_limit", 0)
PV = Write("pv_limit", 700)
NO_CHARGE_LIMIT = Write("charge_limit", NO_LIMIT, (NO_LIMIT_WRITABLE, 9000))
OWNERS_MODE = Write("remote_ems_mode", 2, afterwards=True)
REFUSES = IllegalDataValueError(3)
SILENT = ModbusTimeoutError("the simulated plant")


class FakePlant(Plant):
    """Takes every write, except for what a test lets it do with the next ones."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, float]] = []
        self.fates: list[Exception | None] = []
        self.holds: ControlRegisters | Exception = HELD
        self.at_write: Callable[[], None] = lambda: None
        self.reads = 0

    def telemetry(self) -> Telemetry | None:
        return None

    async def read_control(self) -> ControlRegisters:
        self.reads += 1
        if isinstance(self.holds, Exception):
            raise self.holds
        return self.holds

    async def write(self, field: str, value: float) -> None:
        self.seen.append((field, value))
        self.at_write()
        if self.fates and (error := self.fates.pop(0)) is not None:
            raise error

    async def read_charger(self, charger_id: Any) -> DcChargerTelemetry | AcChargerTelemetry:
        raise NotImplementedError

    async def write_charger(self, charger_id: Any, field: str, value: float) -> None:
        raise NotImplementedError


class Desk:
    """A writer, its plant, its steady clock and the stop."""

    def __init__(self) -> None:
        self.plant, self.stop, self.now_s = FakePlant(), asyncio.Event(), 100.0
        self.writer = Writer(self.plant, lambda: self.now_s, self.stop)

    async def write(self, *writes: Write, targets: dict[str, Any] | None = None, **how: Any) -> Result:
        wanted = {"charge_limit_w": 3000, "discharge_limit_w": 0} if targets is None else targets
        return await self.writer.write(writes, wanted, **{"acknowledge_after": NOT_AT_ALL, **how})


@pytest.fixture
async def desk() -> Desk:
    return Desk()


class TestReadBack:
    """Nothing counts as done until the plant says that it holds it."""

    async def test_what_reads_back_as_it_was_written_is_confirmed(self, desk: Desk) -> None:
        assert await desk.write(CHARGE, DISCHARGE) == Result(Outcome.CONFIRMED, HELD, None)
        assert desk.plant.seen == [("charge_limit", 3000), ("discharge_limit", 0)]

    async def test_what_reads_back_otherwise_was_not_kept(self, desk: Desk) -> None:
        desk.plant.holds = found = replace(HELD, charge_limit_w=9000, discharge_limit_w=None)
        result = await desk.write(CHARGE, DISCHARGE)
        assert (result.outcome, result.found) == (Outcome.REVERTED, found)
        assert english(result.detail) == (
            "The SigenStor did not keep what was written. "
            "Register 40032 (charge limit) reads 9000 W instead of 3000 W. "
            "Register 40034 (discharge limit) reads no limit instead of 0 W."
        )

    async def test_where_it_cannot_be_read_back_it_failed(self, desk: Desk) -> None:
        desk.plant.holds = REFUSES
        result = await desk.write(CHARGE)
        assert (result.outcome, result.found) == (Outcome.FAILED, None)
        assert english(result.detail) == (
            "What was written could not be read back. The SigenStor refuses it (Modbus exception 3)."
        )

    async def test_it_is_read_back_once_the_plant_has_had_its_time(self, desk: Desk) -> None:
        loop = asyncio.get_running_loop()
        for preemptible in (True, False):
            began = loop.time()
            await desk.write(CHARGE, acknowledge_after=timedelta(milliseconds=30), preemptible=preemptible)
            assert loop.time() - began >= 0.029


class TestRefusal:
    """A plant that does not take a register."""

    async def test_the_first_refusal_ends_it(self, desk: Desk) -> None:
        desk.plant.fates = [REFUSES]
        result = await desk.write(CHARGE, DISCHARGE)
        assert (result.outcome, result.found, desk.plant.reads) == (Outcome.FAILED, None, 0)
        assert english(result.detail) == (
            "The SigenStor did not take what was written. "
            "Register 40032 (charge limit): The SigenStor refuses it (Modbus exception 3)."
        )
        assert desk.plant.seen == [("charge_limit", 3000)]

    async def test_a_register_without_a_unit_is_named_as_it_is(self, desk: Desk) -> None:
        desk.plant.fates = [SILENT]
        result = await desk.write(Write("remote_ems_enabled", 1))
        assert "Register 40029 (remote control): the simulated plant" in english(result.detail)

    async def test_where_each_is_to_be_tried_the_others_are_written_and_what_was_refused_once_more(
        self, desk: Desk
    ) -> None:
        desk.plant.fates = [REFUSES]
        assert await desk.write(CHARGE, DISCHARGE, every=True) == Result(Outcome.CONFIRMED, HELD, None)
        assert [field for field, _ in desk.plant.seen] == ["charge_limit", "discharge_limit", "charge_limit"]

    async def test_what_is_refused_twice_is_told_where_the_plant_does_not_hold_it(self, desk: Desk) -> None:
        desk.plant.fates = [REFUSES, None, REFUSES, REFUSES, REFUSES]
        desk.plant.holds = found = replace(HELD, charge_limit_w=9000)
        result = await desk.write(CHARGE, DISCHARGE, PV, every=True)
        assert (result.outcome, result.found) == (Outcome.FAILED, found)
        assert english(result.detail) == (
            "The SigenStor did not take what was written. "
            "Register 40032 (charge limit): The SigenStor refuses it (Modbus exception 3). "
            "Register 40036 (solar limit): The SigenStor refuses it (Modbus exception 3)."
        )

    async def test_what_is_refused_twice_is_told_where_the_plant_cannot_be_read(self, desk: Desk) -> None:
        desk.plant.fates = [REFUSES, REFUSES]
        desk.plant.holds = SILENT
        result = await desk.write(CHARGE, every=True)
        assert (result.outcome, result.found) == (Outcome.FAILED, None)
        assert "did not take what was written" in english(result.detail)

    async def test_what_is_refused_twice_but_holds_its_value_is_confirmed(self, desk: Desk) -> None:
        desk.plant.fates = [REFUSES, REFUSES]
        assert await desk.write(CHARGE, every=True) == Result(Outcome.CONFIRMED, HELD, None)

    async def test_after_two_silences_in_a_row_the_plant_is_away(self, desk: Desk) -> None:
        desk.plant.fates = [SILENT, SILENT]
        result = await desk.write(CHARGE, DISCHARGE, PV, every=True)
        assert (result.outcome, result.found, len(desk.plant.seen)) == (Outcome.FAILED, None, 2)
        assert english(result.detail) == (
            "The SigenStor did not take what was written. Register 40034 (discharge limit): the simulated plant."
        )

    @pytest.mark.parametrize("between", [None, REFUSES])
    async def test_an_answer_between_two_silences_is_an_answer(self, desk: Desk, between: Exception | None) -> None:
        desk.plant.fates = [SILENT, between, SILENT]
        assert (await desk.write(CHARGE, DISCHARGE, PV, every=True)).outcome is Outcome.CONFIRMED

    async def test_one_silence_is_none_of_a_plant_that_is_away(self, desk: Desk) -> None:
        desk.plant.fates = [SILENT, None, None, None]
        assert (await desk.write(CHARGE, DISCHARGE, PV, every=True)).outcome is Outcome.CONFIRMED
        assert [field for field, _ in desk.plant.seen].count("charge_limit") == 2


class TestNoLimit:
    """Plants differ in what they take for "no limit"."""

    async def test_the_first_value_that_is_taken_is_the_last_that_is_tried(self, desk: Desk) -> None:
        desk.plant.fates = [REFUSES]
        desk.plant.holds = replace(HELD, charge_limit_w=None)
        targets: dict[str, Any] = {"charge_limit_w": None}
        assert (await desk.write(NO_CHARGE_LIMIT, targets=targets)).outcome is Outcome.CONFIRMED
        assert desk.plant.seen == [("charge_limit", NO_LIMIT), ("charge_limit", NO_LIMIT_WRITABLE)]
        assert targets == {"charge_limit_w": None}

    async def test_a_power_that_stands_for_no_limit_is_what_is_read_back(self, desk: Desk) -> None:
        desk.plant.fates = [REFUSES, REFUSES]
        desk.plant.holds = replace(HELD, charge_limit_w=9000)
        targets: dict[str, Any] = {"charge_limit_w": None}
        assert (await desk.write(NO_CHARGE_LIMIT, targets=targets)).outcome is Outcome.CONFIRMED
        assert targets == {"charge_limit_w": 9000}

    async def test_so_is_one_that_is_taken_the_second_time(self, desk: Desk) -> None:
        desk.plant.fates = [REFUSES] * 5
        desk.plant.holds = replace(HELD, charge_limit_w=9000)
        targets: dict[str, Any] = {"charge_limit_w": None}
        assert (await desk.write(NO_CHARGE_LIMIT, targets=targets, every=True)).outcome is Outcome.CONFIRMED
        assert targets == {"charge_limit_w": 9000}

    async def test_the_values_for_no_limit_read_back_as_none(self, desk: Desk) -> None:
        for value, wanted in ((NO_LIMIT_WRITABLE, None), (0xFFFF_FFF0, None), (0xFFFF_FFEF, 0xFFFF_FFEF)):
            desk.plant.fates = [REFUSES]
            targets: dict[str, Any] = {}
            await desk.write(Write("charge_limit", NO_LIMIT, (value,)), targets=targets)
            assert targets == {"charge_limit_w": wanted}

    async def test_what_is_written_the_first_time_changes_no_target(self, desk: Desk) -> None:
        targets: dict[str, Any] = {"charge_limit_w": 3000}
        await desk.write(CHARGE, targets=targets)
        assert targets == {"charge_limit_w": 3000}

    async def test_where_every_value_is_refused_so_is_the_register(self, desk: Desk) -> None:
        desk.plant.fates = [REFUSES] * 3
        assert (await desk.write(NO_CHARGE_LIMIT)).outcome is Outcome.FAILED
        assert len(desk.plant.seen) == 3

    async def test_a_plant_that_is_silent_is_not_asked_for_another_value(self, desk: Desk) -> None:
        desk.plant.fates = [SILENT]
        assert (await desk.write(NO_CHARGE_LIMIT)).outcome is Outcome.FAILED
        assert len(desk.plant.seen) == 1


TARGETS = {"charge_limit_w": 3000, "remote_ems_mode": "something else"}


class TestAfterwards:
    """What is written last, and may be refused."""

    async def test_its_refusal_is_no_failure(self, desk: Desk) -> None:
        desk.plant.fates = [None, REFUSES]
        targets = dict(TARGETS)
        result = await desk.write(CHARGE, OWNERS_MODE, DISCHARGE, targets=targets)
        assert result == Result(Outcome.CONFIRMED, HELD, None)
        assert targets == {"charge_limit_w": 3000}
        assert desk.plant.seen[-1] == ("discharge_limit", 0)

    async def test_one_that_is_no_target_may_be_refused(self, desk: Desk) -> None:
        desk.plant.fates = [REFUSES]
        assert (await desk.write(OWNERS_MODE)).outcome is Outcome.CONFIRMED

    async def test_a_silence_is_a_failure(self, desk: Desk) -> None:
        desk.plant.fates = [None, SILENT]
        targets = dict(TARGETS)
        assert (await desk.write(CHARGE, OWNERS_MODE, targets=targets)).outcome is Outcome.FAILED
        assert targets == TARGETS

    async def test_it_is_not_written_after_anything_was_refused(self, desk: Desk) -> None:
        desk.plant.fates = [REFUSES, None, None]
        await desk.write(CHARGE, OWNERS_MODE, DISCHARGE, every=True)
        assert [field for field, _ in desk.plant.seen] == ["charge_limit", "discharge_limit", "charge_limit"]


class TestStop:
    """A stop does not wait for what is being written."""

    async def test_nothing_is_written_once_it_came(self, desk: Desk) -> None:
        desk.stop.set()
        with pytest.raises(PreemptedError):
            await desk.write(CHARGE)
        assert desk.plant.seen == []

    async def test_no_register_is_written_after_the_one_at_which_it_came(self, desk: Desk) -> None:
        desk.plant.at_write = desk.stop.set
        with pytest.raises(PreemptedError):
            await desk.write(CHARGE, DISCHARGE)
        assert (desk.plant.seen, desk.plant.reads) == ([("charge_limit", 3000)], 0)

    async def test_what_was_refused_is_not_tried_again_once_it_came(self, desk: Desk) -> None:
        desk.plant.fates = [REFUSES]
        desk.plant.at_write = desk.stop.set
        with pytest.raises(PreemptedError):
            await desk.write(CHARGE, every=True)
        assert len(desk.plant.seen) == 1

    async def test_it_ends_the_rest_before_the_read_back(self, desk: Desk) -> None:
        asyncio.get_running_loop().call_later(0.01, desk.stop.set)
        with pytest.raises(PreemptedError):
            await asyncio.wait_for(desk.write(CHARGE, acknowledge_after=SETTLED), 5)
        assert (len(desk.plant.seen), desk.plant.reads) == (1, 0)

    async def test_the_stop_itself_is_written_to_its_end(self, desk: Desk) -> None:
        desk.stop.set()
        desk.plant.fates = [REFUSES]
        result = await desk.write(CHARGE, DISCHARGE, every=True, preemptible=False)
        assert (result.outcome, len(desk.plant.seen)) == (Outcome.CONFIRMED, 3)


class TestClock:
    """When the last register was written."""

    @pytest.fixture
    def desk(self) -> Desk:
        """A desk whose clock goes on by a second with every write."""
        desk = Desk()

        def tick() -> None:
            desk.now_s += 1.0

        desk.plant.at_write = tick
        return desk

    async def test_nothing_was_written_at_first(self, desk: Desk) -> None:
        assert desk.writer.written_at_s is None

    async def test_it_is_renewed_with_every_register(self, desk: Desk) -> None:
        await desk.write(CHARGE, DISCHARGE)
        assert desk.writer.written_at_s == 102.0

    @pytest.mark.parametrize(("fates", "at_s"), [([None], 101.0), ([REFUSES], 102.0), ([REFUSES] * 2, 103.0)])
    async def test_it_is_renewed_by_whichever_value_is_taken(
        self, desk: Desk, fates: list[Exception | None], at_s: float
    ) -> None:
        desk.plant.fates = fates
        await desk.write(NO_CHARGE_LIMIT)
        assert desk.writer.written_at_s == at_s

    async def test_what_is_only_tried_counts_from_its_beginning(self, desk: Desk) -> None:
        desk.plant.fates = [SILENT]
        await desk.write(CHARGE)
        assert desk.writer.written_at_s == 100.0

    async def test_remote_control_is_switched_on_by_itself(self, desk: Desk) -> None:
        await desk.writer.switch_on()
        assert desk.plant.seen == [("remote_ems_enabled", 1)]
        assert desk.writer.written_at_s == 100.0
        desk.plant.fates = [REFUSES]
        with pytest.raises(IllegalDataValueError):
            await desk.writer.switch_on()
