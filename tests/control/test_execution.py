"""The way from a command to the registers: remembered and recorded before, read back, remembered after."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from guardrail_examples import HOLD, NOW, RELEASE, charge
import pytest
from wired import AWAY, OURS, OWNERS, SAVED, STOP_FIRST, WHY, Wired, limit_export, refusal

from custom_components.sigenstor_panel.control.alerts import Alert
from custom_components.sigenstor_panel.control.environment import ControlEvent
from custom_components.sigenstor_panel.control.execution import Done
from custom_components.sigenstor_panel.control.guardrails import LastWrite
from custom_components.sigenstor_panel.control.waiting import PreemptedError
from custom_components.sigenstor_panel.model.audit_entry import Outcome
from custom_components.sigenstor_panel.model.command import Action, Actor
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.model.telemetry import RemoteEmsMode
from custom_components.sigenstor_panel.plant.register_writes import HoldMethod


class TestACommand:
    """What is asked for is what the registers hold in the end, and everybody can tell."""

    async def test_it_is_taken_where_the_registers_read_back_as_they_were_written(self, bench: Wired) -> None:
        assert await bench.apply(HOLD) == Done(True, changed=True)
        assert (bench.wire.holds.remote_ems_enabled, bench.wire.holds.charge_limit_w) == (True, 0)
        assert bench.outcomes == [("hold", "confirmed")]
        assert bench.real.registers.present == replace(bench.wire.holds)

    async def test_it_is_told_to_people_and_automations(self, bench: Wired) -> None:
        await bench.apply(charge(2000))
        assert bench.events == [
            ControlEvent(
                kind="command",
                actor=Actor.MANUAL,
                owner=plain("Anna"),
                action=Action.CHARGE,
                power_w=2000,
                reason=WHY,
            )
        ]

    async def test_its_row_says_who_asked_what_was_there_and_what_is_wanted(self, bench: Wired) -> None:
        await bench.apply(HOLD)
        (attempt,) = bench.audit.attempts
        assert (attempt["actor"], attempt["owner"], attempt["reason"]) == (Actor.MANUAL, plain("Anna"), WHY)
        assert attempt["previous"]["charge_limit_w"] == 8000
        assert (attempt["wanted"]["charge_limit_w"], attempt["wanted"]["remote_ems_enabled"]) == (0, True)

    async def test_afterwards_it_is_remembered_as_applied_and_what_it_overwrote_as_owed(self, bench: Wired) -> None:
        await bench.apply(HOLD)
        memory = bench.state.memory
        assert (memory.applied, memory.pending) == (LastWrite(command=HOLD, at=NOW), None)
        assert memory.saved is not None
        assert (memory.saved.charge_limit_w, memory.saved.discharge_limit_w) == (8000, 9000)
        assert {name: memory.written[name] for name in OURS} == OURS
        assert bench.disk == memory

    async def test_before_the_plant_is_touched_the_disk_knows_what_is_under_way(self, bench: Wired) -> None:
        on_disk = []
        bench.wire.at_write = lambda _field: on_disk.append((bench.disk, list(bench.audit.attempts)))
        await bench.apply(HOLD)
        memory, attempts = on_disk[0]
        assert memory is not None
        assert memory.pending == LastWrite(command=HOLD, at=NOW)
        assert memory.applied is None
        assert memory.saved is not None
        assert memory.saved.charge_limit_w == 8000
        assert {"remote_ems_enabled", "remote_ems_mode", "charge_limit_w", "discharge_limit_w"} <= set(memory.written)
        assert len(attempts) == 1

    async def test_a_limit_that_no_such_battery_can_have_is_not_what_is_given_back(self, bench: Wired) -> None:
        bench.wire.holds = replace(OWNERS, charge_limit_w=50_000)
        await bench.apply(HOLD)
        assert bench.state.memory.saved is not None
        assert bench.state.memory.saved.charge_limit_w is None

    async def test_a_command_that_writes_no_mode_is_responsible_for_the_mode_all_the_same(self) -> None:
        bench = Wired()
        bench.wire.holds = replace(OWNERS, remote_ems_enabled=True)
        bench.read()
        await bench.apply(HOLD)
        assert {"remote_ems_enabled", "remote_ems_mode"} <= set(bench.state.memory.written)
        assert "remote_ems_enabled" not in bench.wire.fields

    async def test_people_see_that_registers_are_being_written_while_they_are(self, bench: Wired) -> None:
        seen = []
        bench.wire.at_write = lambda _field: seen.append(bench.real.writing)
        assert bench.real.writing is False
        await bench.apply(HOLD)
        assert set(seen) == {True}
        assert bench.seen_writing[0] is True
        assert bench.real.writing is False

    async def test_the_export_limit_that_is_wanted_besides_is_written_with_it(self, bench: Wired) -> None:
        await bench.apply(HOLD, export_limit_w=2000)
        assert bench.wire.holds.export_limit_w == 2000

    async def test_what_holds_the_battery_on_this_firmware_is_what_is_written(self) -> None:
        bench = Wired(hold_method=HoldMethod.STANDBY)
        await bench.apply(HOLD)
        assert bench.wire.holds.remote_ems_mode is RemoteEmsMode.STANDBY

    async def test_what_discharges_the_battery_on_this_firmware_is_what_is_written(self) -> None:
        bench = Wired(discharge_ess_first=True)
        await bench.apply(replace(charge(), action=Action.DISCHARGE))
        assert bench.wire.holds.remote_ems_mode is RemoteEmsMode.DISCHARGE_ESS_FIRST

    async def test_the_cut_offs_keep_to_the_bounds_that_the_owner_set(self) -> None:
        bench = Wired()
        limits = replace(bench.state.memory.settings.limits, min_soc=12.0, max_soc=93.0)
        settings = replace(bench.state.memory.settings, limits=limits)
        bench.state.memory = replace(bench.state.memory, settings=settings)
        bench.wire.holds = replace(OWNERS, charge_cutoff_soc=100.0, discharge_cutoff_soc=0.0)
        await bench.apply(HOLD)
        assert (bench.wire.holds.charge_cutoff_soc, bench.wire.holds.discharge_cutoff_soc) == (93.0, 12.0)

    @pytest.mark.parametrize("how", ["old", "contradicted"])
    async def test_cut_offs_are_not_moved_by_a_state_of_charge_that_nobody_knows_now(
        self, bench: Wired, how: str
    ) -> None:
        if how == "old":
            bench.wait(31)
        else:
            bench.read(soc=53.0)
        await bench.apply(HOLD)
        assert not {"charge_cutoff_soc", "discharge_cutoff_soc"} & set(bench.wire.fields)


class TestNothingToWrite:
    """Registers that hold it already are left alone."""

    async def test_it_is_taken_without_a_write_or_a_row(self, held: Wired) -> None:
        assert await held.apply(HOLD) == Done(True)
        assert (held.wire.written, held.outcomes, held.events) == ([], [], [])

    async def test_the_same_command_was_applied_last_now(self, held: Wired) -> None:
        held.wait(100)
        held.read()
        await held.apply(HOLD)
        assert held.state.memory.applied == LastWrite(command=HOLD, at=NOW + timedelta(seconds=100))

    async def test_another_command_that_happens_to_be_held_does_not_start_the_cooldown_anew(self, held: Wired) -> None:
        held.wait(100)
        held.read()
        other = replace(HOLD, floor_soc=1.0)
        await held.apply(other)
        assert held.wire.written == []
        assert held.state.memory.applied == LastWrite(command=other, at=NOW)

    async def test_the_first_command_of_all_was_applied_now(self, held: Wired) -> None:
        held.state.memory = replace(held.state.memory, applied=None)
        held.wait(5)
        held.read()
        await held.apply(HOLD)
        assert held.state.memory.applied == LastWrite(command=HOLD, at=held.now)

    async def test_what_was_under_way_before_a_crash_is_settled(self, held: Wired) -> None:
        held.state.memory = replace(held.state.memory, pending=LastWrite(command=charge(), at=NOW))
        await held.apply(HOLD)
        assert held.state.memory.pending is None

    async def test_what_waited_for_another_attempt_has_its_outcome(self, held: Wired) -> None:
        await limit_export(held)
        held.wire.refuses = {"export_limit"}
        for _ in range(2):
            await held.apply(RELEASE, again=True)
        assert held.outcomes == [("release", "failed"), ("release", "started")]
        held.wire.holds = OWNERS
        await held.apply(RELEASE)
        assert held.outcomes == [("release", "failed"), ("release", "failed")]

    async def test_what_may_have_been_given_back_and_was_is_owed_no_more(self) -> None:
        bench = Wired(written={"export_limit_w": (2000, 5000)}, saved=SAVED)
        assert await bench.apply(RELEASE) == Done(True)
        assert (bench.wire.written, bench.state.memory.written, bench.state.memory.saved) == ([], {}, None)
        assert bench.disk == bench.state.memory

    async def test_what_stands_as_the_owner_had_it_is_still_owed_under_a_command(self, held: Wired) -> None:
        written = {**held.state.memory.written, "export_limit_w": (5000,)}
        held.state.memory = replace(held.state.memory, written=written)
        assert await held.apply(HOLD) == Done(True)
        assert held.state.memory.written == written
        assert held.state.memory.saved is not None

    async def test_a_release_of_what_was_never_ours_owes_nothing(self, bench: Wired) -> None:
        assert await bench.apply(RELEASE) == Done(True)
        assert (bench.wire.written, bench.state.memory.written) == ([], {})


class TestAPlantThatCannotBeRead:
    """What is not known is not written."""

    async def test_before_the_first_reading_nothing_is_written(self, bench: Wired) -> None:
        bench.wire.reading = None
        assert bench.real.registers.present is None
        assert await bench.apply(HOLD) == Done(False, say("control.not_read_yet"))
        assert bench.wire.reads == 0

    async def test_one_that_does_not_answer_is_not_written(self, bench: Wired) -> None:
        bench.wire.away = True
        assert await bench.apply(HOLD) == Done(False, AWAY)
        assert bench.outcomes == []

    @pytest.mark.parametrize("changes", [{"charge_limit_w": 7000}, {"unread": True}])
    async def test_registers_that_change_between_two_reads_are_not_taken_for_the_owners(
        self, bench: Wired, changes: dict[str, Any]
    ) -> None:
        def change() -> None:
            if bench.wire.reads == 2:
                if "unread" in changes:
                    bench.wire.unread = ("pv_limit_w",)
                else:
                    bench.wire.holds = replace(OWNERS, **changes)

        bench.wire.at_read = change
        done = await bench.apply(HOLD)
        assert done == Done(False, say("control.unreachable", say("problem.registers_change")))
        assert bench.wire.written == []

    async def test_a_register_that_rounds_between_two_reads_does_not_change(self, bench: Wired) -> None:
        def change() -> None:
            bench.wire.holds = replace(bench.wire.holds, charge_limit_w=8000 - bench.wire.reads % 2)

        bench.wire.at_read = change
        assert (await bench.apply(RELEASE)).taken is True

    async def test_a_cut_off_that_changes_by_a_percent_does(self, bench: Wired) -> None:
        def change() -> None:
            bench.wire.holds = replace(bench.wire.holds, discharge_cutoff_soc=10.0 + bench.wire.reads)

        bench.wire.at_read = change
        done = await bench.apply(HOLD)
        assert done == Done(False, say("control.unreachable", say("problem.registers_change")))

    async def test_what_is_owed_already_is_read_once(self, held: Wired) -> None:
        before = held.wire.reads
        await held.apply(HOLD)
        assert held.wire.reads == before + 1


class TestAPlantThatDoesNotTakeIt:
    """The reason is told, and what may hold our value is owed."""

    async def test_a_refusal_ends_it_at_that_register_and_is_said(self, bench: Wired) -> None:
        bench.wire.refuses = {"charge_limit"}
        done = await bench.apply(HOLD)
        assert done == Done(
            False, refusal(register="charge_limit_w", number="40032"), changed=True, refused_by_plant=True
        )
        assert "discharge_limit" not in bench.wire.fields
        assert bench.real.registers.present == OWNERS
        assert bench.outcomes == [("hold", "failed")]
        assert bench.events == []

    async def test_what_was_being_written_is_remembered_as_such(self, bench: Wired) -> None:
        bench.wire.refuses = {"charge_limit"}
        await bench.apply(HOLD)
        memory = bench.state.memory
        assert (memory.applied, memory.pending) == (None, LastWrite(command=HOLD, at=NOW))
        assert "charge_limit_w" in memory.written
        assert bench.disk == memory

    async def test_a_register_that_is_ignored_is_told_from_one_that_is_refused(self, bench: Wired) -> None:
        bench.wire.ignores = {"charge_limit"}
        done = await bench.apply(HOLD)
        assert (done.taken, done.refused_by_plant, done.changed, done.outcome) == (False, True, True, Outcome.REVERTED)
        assert done.detail is not None
        assert done.detail.key == "control.not_kept"
        assert bench.real.registers.present == bench.wire.holds

    async def test_a_hand_back_tries_every_register_whichever_is_refused(self, held: Wired) -> None:
        await limit_export(held)
        held.wire.refuses = {"export_limit"}
        done = await held.apply(RELEASE)
        assert (done.taken, done.outcome) == (False, Outcome.FAILED)
        assert {"charge_limit", "discharge_limit", "remote_ems_enabled"} <= set(held.wire.fields)
        assert held.outcomes == [("release", "failed")]

    async def test_one_that_goes_away_meanwhile_is_not_said_to_have_kept_anything(self, bench: Wired) -> None:
        def leave(field: str) -> None:
            bench.wire.away = field == "discharge_limit"

        bench.wire.at_write = leave
        done = await bench.apply(HOLD)
        assert (done.taken, done.outcome, done.refused_by_plant) == (False, None, True)

    async def test_an_attempt_that_fails_as_before_shares_its_row(self, held: Wired) -> None:
        await limit_export(held)
        held.wire.refuses = {"export_limit"}
        for _ in range(4):
            await held.apply(RELEASE, again=True)
        assert held.outcomes == [("release", "failed"), ("release", "started")]
        await held.apply(RELEASE)
        await held.apply(RELEASE)
        assert [outcome for _, outcome in held.outcomes] == ["failed", "failed", "failed"]


class TestOnlyPv:
    """A limit on PV that is not taken takes nothing else with it."""

    LIMITED = replace(HOLD, pv_limit_w=1500)

    @pytest.mark.parametrize(
        ("refuses", "ignores", "only_pv"),
        [
            ({"pv_limit"}, set(), True),
            (set(), {"pv_limit"}, True),
            ({"discharge_limit"}, set(), False),
            (set(), {"pv_limit", "discharge_limit"}, False),
            (set(), {"discharge_limit"}, False),
        ],
    )
    async def test_it_is_told_whether_nothing_but_the_limit_on_pv_was_not_taken(
        self, bench: Wired, refuses: set[str], ignores: set[str], only_pv: bool
    ) -> None:
        bench.wire.refuses, bench.wire.ignores = refuses, ignores
        done = await bench.apply(self.LIMITED)
        assert (done.taken, done.only_pv) == (False, only_pv)

    async def test_where_none_was_asked_for_it_is_not_pv(self, bench: Wired) -> None:
        bench.wire.ignores = {"charge_limit"}
        assert (await bench.apply(HOLD)).only_pv is False


class TestRecordAndDisk:
    """Nothing is written without a row and a memory, except for safety."""

    async def test_without_a_row_nothing_is_written_and_it_is_said(self, bench: Wired) -> None:
        bench.audit.fail()
        broken = plain("the simulated record is broken")
        assert await bench.apply(HOLD) == Done(False, say("control.not_recordable", broken))
        assert bench.wire.written == []
        assert bench.said(Alert.NOT_RECORDED) == say("control.nothing_written", broken)

    async def test_on_a_full_disk_nothing_is_written_and_it_is_said(self, bench: Wired) -> None:
        bench.disk_error = OSError("full")
        assert await bench.apply(HOLD) == Done(False, say("control.not_recordable", plain("full")))
        assert (bench.wire.written, bench.outcomes) == ([], [])
        assert bench.said(Alert.NOT_SAVED) == say("control.nothing_written", plain("full"))

    async def test_what_is_remembered_reaches_up_to_the_last_row(self, bench: Wired) -> None:
        await bench.apply(HOLD)
        await bench.apply(RELEASE)
        assert bench.disk is not None
        assert bench.disk.last_row == len(bench.audit.attempts) - 1 == 1

    async def test_without_a_row_since_a_restart_it_reaches_as_far_as_before(self) -> None:
        bench = Wired(last_row=7, written={"export_limit_w": (2000, 5000)}, saved=SAVED)
        await bench.apply(RELEASE)
        assert bench.outcomes == []
        assert bench.disk is not None
        assert bench.disk.last_row == 7

    @pytest.mark.parametrize("broken", ["record", "disk"])
    async def test_what_is_for_safety_is_written_all_the_same(self, held: Wired, broken: str) -> None:
        if broken == "record":
            held.audit.fail()
        else:
            held.disk_error = OSError("full")
        assert (await held.apply(RELEASE, urgent=True)).taken is True
        assert held.wire.holds.remote_ems_enabled is False
        assert held.state.memory.written == {}

    @pytest.mark.parametrize("broken", ["record", "disk"])
    async def test_a_hand_back_that_can_wait_does(self, held: Wired, broken: str) -> None:
        if broken == "record":
            held.audit.fail()
        else:
            held.disk_error = OSError("full")
        assert (await held.apply(RELEASE)).taken is False
        assert held.wire.written == []


class TestAStop:
    """An emergency stop comes first."""

    async def test_nothing_is_read_or_written_before_it(self, bench: Wired) -> None:
        bench.preempted.set()
        with pytest.raises(PreemptedError):
            await bench.apply(HOLD)
        assert (bench.wire.reads, bench.wire.written) == (0, [])

    @pytest.mark.parametrize("command", [HOLD, RELEASE])
    async def test_it_ends_what_is_being_written_and_the_row_says_so(self, held: Wired, command: Any) -> None:
        if command is HOLD:
            held.wire.holds = OWNERS
            held.state.memory = replace(held.state.memory, written={}, saved=None)
        held.wire.at_write = lambda _field: held.preempted.set()
        with pytest.raises(PreemptedError):
            await held.apply(command)
        assert len(held.wire.written) == 1
        assert held.real.writing is False
        await held.tasks.run(held.record.flush_pending())
        assert held.audit.outcomes == {0: [STOP_FIRST]}
