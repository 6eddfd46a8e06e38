"""What is known of the control registers, and of the state of charge that commands go by."""

from dataclasses import replace
import logging

from guardrail_examples import HOLD, charge
import pytest
from wired import OWNERS, Wired, debugged

from custom_components.sigenstor_panel.control.ownership import ForeignChange
from custom_components.sigenstor_panel.control.waiting import PreemptedError


async def test_whether_the_registers_hold_a_command_is_told_without_writing(held: Wired) -> None:
    assert held.real.registers.held_by(HOLD, held.read(), None) is True
    assert held.real.registers.held_by(HOLD, held.read(), 1000) is False
    assert held.real.registers.held_by(charge(), held.read(), None) is False
    held.real.registers.present = None
    assert held.real.registers.held_by(HOLD, held.read(control=OWNERS), None) is False
    assert held.real.registers.held_by(HOLD, held.read(control=held.wire.holds), None) is True


async def test_the_state_of_charge_that_counts_is_the_one_that_two_readings_agree_on(bench: Wired) -> None:
    assert bench.real.registers.confirmed_soc == 50.0
    bench.read(soc=53.0)
    assert bench.real.registers.confirmed_soc is None
    bench.wire.reading = None
    assert bench.real.registers.confirmed_soc is None


class TestLooking:
    """What others wrote is theirs, and is what is given back."""

    async def test_registers_that_hold_what_was_written_say_nothing(self, held: Wired) -> None:
        before = held.wire.reads
        reading = held.read()
        assert await held.real.registers.look(reading) == []
        assert held.wire.reads == before
        assert held.real.registers.present is reading.control

    async def test_a_register_that_holds_something_else_is_read_again_and_is_theirs(self, held: Wired) -> None:
        held.wire.holds = replace(held.wire.holds, charge_limit_w=3000)
        assert await held.real.registers.look(held.read()) == [ForeignChange("charge_limit_w", 3000, 0)]
        memory = held.state.memory
        assert "charge_limit_w" not in memory.written
        assert memory.saved is not None
        assert memory.saved.charge_limit_w == 3000
        assert held.disk == memory

    async def test_a_reading_from_before_the_last_write_says_nothing(self, held: Wired) -> None:
        assert await held.real.registers.look(held.read(control=OWNERS)) == []
        assert held.real.registers.present == held.wire.holds
        assert "charge_limit_w" in held.state.memory.written

    async def test_where_they_cannot_be_read_again_nothing_is_made_of_it(self, held: Wired) -> None:
        held.wire.away = True
        reading = held.read(control=replace(held.wire.holds, charge_limit_w=3000))
        assert await held.real.registers.look(reading) == []
        assert "charge_limit_w" in held.state.memory.written
        assert held.real.registers.present is not reading.control

    async def test_why_they_could_not_be_read_stands_in_the_log_for_whoever_looks_for_it(
        self, held: Wired, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        held.wire.away = True
        await held.real.registers.look(held.read(control=OWNERS))
        assert debugged(caplog, "registers") == ["The control registers could not be read: the simulated plant is away"]

    async def test_a_stop_comes_first(self, held: Wired) -> None:
        held.preempted.set()
        with pytest.raises(PreemptedError):
            await held.real.registers.look(held.read(control=OWNERS))
