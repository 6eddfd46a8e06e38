"""The emergency stop on its way to the registers."""

from dataclasses import replace
import logging

from guardrail_examples import NOW, charge
import pytest
from wired import OURS, OWNERS, Wired, debugged

from custom_components.sigenstor_panel.control.execution import Done
from custom_components.sigenstor_panel.control.guardrails import LastWrite
from custom_components.sigenstor_panel.control.intents import EMERGENCY_STOP
from custom_components.sigenstor_panel.control.memory import LimitsDoubt
from custom_components.sigenstor_panel.model.telemetry import RemoteEmsMode
from custom_components.sigenstor_panel.plant.register_writes import HoldMethod, blind_hold


class TestHoldingNow:
    """The emergency stop's own way: whatever can be read, and whatever is refused."""

    async def hold(self, bench: Wired, method: HoldMethod = HoldMethod.LIMITS, *, pressed: bool = True) -> Done:
        return await bench.real.hold_now(EMERGENCY_STOP, method, pressed=pressed)

    async def test_the_limits_come_first_and_all_is_recorded_remembered_and_told(self, bench: Wired) -> None:
        assert await self.hold(bench) == Done(True, changed=True)
        assert bench.wire.fields == ["charge_limit", "discharge_limit", "remote_ems_enabled"]
        assert bench.outcomes == [("hold", "confirmed")]
        (attempt,) = bench.audit.attempts
        assert (attempt["actor"], attempt["owner"]) == (EMERGENCY_STOP.actor, EMERGENCY_STOP.requested_by)
        assert attempt["reason"] == EMERGENCY_STOP.reason
        assert attempt["previous"]["charge_limit_w"] == 8000
        assert attempt["wanted"] == blind_hold(HoldMethod.LIMITS)
        memory = bench.state.memory
        assert memory.applied == LastWrite(command=EMERGENCY_STOP.command, at=NOW)
        assert memory.pending is None
        assert memory.saved is not None
        assert memory.saved.charge_limit_w == 8000
        assert set(memory.written) == set(OURS)
        assert bench.disk == memory
        (event,) = bench.events
        assert (event.kind, event.owner, event.reason) == (
            "command",
            EMERGENCY_STOP.requested_by,
            EMERGENCY_STOP.reason,
        )
        assert (event.action, event.actor) == (EMERGENCY_STOP.command.action, EMERGENCY_STOP.actor)

    async def test_before_the_plant_is_touched_the_disk_knows_what_is_under_way(self, bench: Wired) -> None:
        on_disk = []
        bench.wire.at_write = lambda _field: on_disk.append(bench.disk)
        await self.hold(bench)
        assert on_disk[0] is not None
        assert on_disk[0].pending == LastWrite(command=EMERGENCY_STOP.command, at=NOW)
        assert set(on_disk[0].written) == set(OURS)

    async def test_a_battery_that_is_held_already_is_not_written_and_only_a_press_is_recorded(
        self, held: Wired
    ) -> None:
        held.real.registers.present = None
        assert await self.hold(held, pressed=False) == Done(True)
        assert held.outcomes == []
        assert held.real.registers.present == held.wire.holds
        assert await self.hold(held) == Done(True)
        assert held.outcomes == [("hold", "confirmed")]
        (attempt,) = held.audit.attempts
        assert (attempt["actor"], attempt["wanted"]) == (EMERGENCY_STOP.actor, blind_hold(HoldMethod.LIMITS))
        assert (attempt["reason"], attempt["previous"]["charge_limit_w"]) == (EMERGENCY_STOP.reason, 0)
        ((_, found, _),) = held.audit.outcomes[0]
        assert found is not None
        assert found["charge_limit_w"] == 0
        assert held.wire.written == []

    async def test_what_was_under_way_when_it_was_found_held_is_settled(self, held: Wired) -> None:
        under_way = LastWrite(command=charge(3000), at=NOW)
        held.state.memory = replace(
            held.state.memory,
            written={**held.state.memory.written, "charge_limit_w": (3000, 0)},
            pending=under_way,
        )
        assert await self.hold(held) == Done(True)
        memory = held.state.memory
        assert (memory.pending, memory.written["charge_limit_w"]) == (None, (0,))
        assert memory.applied is not None
        assert memory.applied.command == EMERGENCY_STOP.command

    async def test_registers_that_cannot_be_read_are_written_blindly(
        self, bench: Wired, caplog: pytest.LogCaptureFixture
    ) -> None:
        def answer_again(_field: str) -> None:
            bench.wire.away = False

        bench.wire.away, bench.wire.at_write = True, answer_again
        caplog.set_level(logging.DEBUG)
        assert await self.hold(bench) == Done(True, changed=True)
        assert debugged(caplog, "execution") == ["The control registers could not be read: the simulated plant is away"]
        assert bench.wire.fields == ["charge_limit", "discharge_limit", "remote_ems_mode", "remote_ems_enabled"]
        assert bench.audit.attempts[0]["previous"]["charge_limit_w"] == 8000

    async def test_and_what_was_read_last_is_what_is_owed(self, bench: Wired) -> None:
        bench.real.registers.present = replace(OWNERS, charge_limit_w=7000)
        bench.wire.away = True
        bench.wire.at_write = lambda _field: setattr(bench.wire, "away", False)
        await self.hold(bench)
        assert bench.audit.attempts[0]["previous"]["charge_limit_w"] == 7000
        assert bench.state.memory.saved is not None
        assert bench.state.memory.saved.charge_limit_w == 7000

    async def test_a_plant_that_was_never_read_is_stopped_and_its_limits_are_in_doubt(self, bench: Wired) -> None:
        bench.wire.reading = None
        bench.wire.away = True
        bench.wire.at_write = lambda _field: setattr(bench.wire, "away", False)
        assert (await self.hold(bench)).taken is True
        assert bench.state.memory.limits_doubt is LimitsDoubt.NEVER_READ
        assert bench.audit.attempts[0]["previous"]["charge_limit_w"] is None

    async def test_a_plant_that_is_away_is_not_stopped_and_did_not_refuse(self, bench: Wired) -> None:
        bench.wire.away = True
        done = await self.hold(bench)
        assert (done.taken, done.changed, done.refused_by_plant) == (False, True, False)
        assert done.detail is not None
        assert bench.outcomes == [("hold", "failed")]
        assert bench.events == []
        assert bench.state.memory.pending == LastWrite(command=EMERGENCY_STOP.command, at=NOW)

    async def test_every_register_is_tried_whichever_is_refused(self, bench: Wired) -> None:
        bench.wire.refuses = {"charge_limit"}
        done = await self.hold(bench)
        assert (done.taken, done.refused_by_plant) == (False, True)
        assert {"discharge_limit", "remote_ems_enabled"} <= set(bench.wire.fields)

    async def test_it_goes_on_whatever_preempts_it(self, bench: Wired) -> None:
        bench.preempted.set()
        assert (await self.hold(bench)).taken is True

    async def test_it_does_not_wait_for_disk_or_record(self, bench: Wired) -> None:
        bench.audit.fail()
        bench.disk_error = OSError("full")
        assert (await self.hold(bench)).taken is True
        # Nor where the battery is held already.
        assert (await self.hold(bench)).taken is True

    async def test_a_limit_that_no_such_battery_can_have_is_not_what_is_given_back(self, bench: Wired) -> None:
        bench.wire.holds = replace(OWNERS, charge_limit_w=50_000)
        await self.hold(bench)
        assert bench.state.memory.saved is not None
        assert bench.state.memory.saved.charge_limit_w is None

    async def test_the_cut_offs_close_even_where_the_registers_cannot_be_read(self, bench: Wired) -> None:
        bench.wire.away = True
        bench.wire.at_write = lambda _field: setattr(bench.wire, "away", False)
        assert (await self.hold(bench, HoldMethod.CUTOFFS)).taken is True
        assert (bench.wire.holds.charge_cutoff_soc, bench.wire.holds.discharge_cutoff_soc) == (51.0, 49.0)

    async def test_what_somebody_else_wrote_meanwhile_is_what_is_given_back(self, held: Wired) -> None:
        held.wire.holds = replace(held.wire.holds, charge_limit_w=3000)
        await self.hold(held)
        assert held.state.memory.saved is not None
        assert held.state.memory.saved.charge_limit_w == 3000
        assert held.real.registers.present == held.wire.holds

    async def test_the_cut_offs_close_around_a_state_of_charge_that_is_known(self, bench: Wired) -> None:
        assert (await self.hold(bench, HoldMethod.CUTOFFS)).taken is True
        assert (bench.wire.holds.charge_cutoff_soc, bench.wire.holds.discharge_cutoff_soc) == (51.0, 49.0)
        assert bench.wire.holds.remote_ems_mode is RemoteEmsMode.STANDBY

    async def test_they_are_left_alone_where_it_is_not_or_where_less_holds_it(self, bench: Wired) -> None:
        await self.hold(bench, HoldMethod.STANDBY)
        assert bench.wire.holds.charge_cutoff_soc == 100.0
        bench.wait(31)
        await self.hold(bench, HoldMethod.CUTOFFS)
        assert bench.wire.holds.charge_cutoff_soc == 100.0
        bench.wire.reading = None
        assert (await self.hold(bench, HoldMethod.CUTOFFS)).taken is True

    async def test_limits_that_read_0_are_uncovered_before_they_are_overwritten(self, bench: Wired) -> None:
        bench.wire.hides_limits = True
        assert (await self.hold(bench)).taken is True
        assert bench.wire.fields[0] == "remote_ems_enabled"
        memory = bench.state.memory
        assert memory.saved is not None
        assert (memory.saved.charge_limit_w, memory.saved.discharge_limit_w) == (8000, 9000)
        assert memory.limits_hidden is True
        assert bench.disk == memory

    async def test_a_limit_of_0_that_stays_one_is_not_believed(self, bench: Wired) -> None:
        bench.wire.holds = replace(OWNERS, charge_limit_w=0)
        await self.hold(bench)
        assert bench.state.memory.saved is not None
        assert bench.state.memory.saved.charge_limit_w is None
        assert bench.state.memory.saved.discharge_limit_w == 9000
        assert bench.state.memory.limits_hidden is False

    async def test_limits_that_are_ours_show_no_hiding_but_are_looked_at(self, held: Wired) -> None:
        held.wire.hides_limits = True
        held.wire.holds = replace(held.wire.holds, remote_ems_enabled=False, charge_limit_w=6000)
        await self.hold(held)
        assert held.state.memory.limits_hidden is False

    async def test_nothing_is_switched_on_first_where_its_mode_would_move_the_battery(self, bench: Wired) -> None:
        bench.wire.hides_limits = True
        bench.wire.holds = replace(OWNERS, remote_ems_mode=RemoteEmsMode.DISCHARGE_ESS_FIRST)
        await self.hold(bench)
        assert bench.wire.fields[0] == "remote_ems_mode"

    async def test_where_they_cannot_be_uncovered_the_battery_is_stopped_all_the_same(
        self, bench: Wired, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        bench.wire.holds = replace(OWNERS, charge_limit_w=0)
        answers = iter((True, False))

        def once(_field: str) -> None:
            bench.wire.away = next(answers, False)

        bench.wire.at_write = once
        assert (await self.hold(bench)).taken is True
        assert bench.state.memory.limits_hidden is False
        assert debugged(caplog, "execution") == [
            "The owner's battery limits could not be read: the simulated plant is away"
        ]
