"""The way from a command to the registers: remembered and recorded before, read back, remembered after."""

from dataclasses import replace
from datetime import timedelta
import logging
from typing import Any

from guardrail_examples import HOLD, NOW, RELEASE, SELF_CONSUME, TELEMETRY, charge
import pytest
from wired import OWNERS, REFUSES, WHY, Wired

from custom_components.sigenstor_panel.control.alerts import Alert
from custom_components.sigenstor_panel.control.environment import ControlEvent
from custom_components.sigenstor_panel.control.execution import PV_FREED, Done, rated_powers_w
from custom_components.sigenstor_panel.control.guardrails import LastWrite
from custom_components.sigenstor_panel.control.intents import EMERGENCY_STOP
from custom_components.sigenstor_panel.control.memory import LimitsDoubt
from custom_components.sigenstor_panel.control.ownership import ForeignChange
from custom_components.sigenstor_panel.control.waiting import PreemptedError
from custom_components.sigenstor_panel.model.audit_entry import Outcome
from custom_components.sigenstor_panel.model.command import Action, Actor
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.model.telemetry import GridStatus, RemoteEmsMode
from custom_components.sigenstor_panel.plant.register_writes import HoldMethod, blind_hold
from custom_components.sigenstor_panel.plant.transport import told

HELD = replace(OWNERS, remote_ems_enabled=True, charge_limit_w=0, discharge_limit_w=0)
OURS: dict[str, Any] = {
    "remote_ems_enabled": (True,),
    "remote_ems_mode": (RemoteEmsMode.SELF_CONSUMPTION,),
    "charge_limit_w": (0,),
    "discharge_limit_w": (0,),
}
AWAY = say("control.unreachable", plain("the simulated plant is away"))
STOP_FIRST = (Outcome.FAILED, None, say("control.stop_first"))
SAVED = replace(OWNERS, remote_ems_mode=RemoteEmsMode.SELF_CONSUMPTION)


@pytest.fixture
async def bench() -> Wired:
    return Wired()


@pytest.fixture
async def held() -> Wired:
    """A battery that was put on hold."""
    bench = Wired()
    assert await bench.apply(HOLD) == Done(True, changed=True, outcome=None)
    bench.audit.attempts.clear()
    bench.audit.outcomes.clear()
    bench.wire.written.clear()
    bench.events.clear()
    bench.read()
    return bench


async def limit_export(held: Wired) -> None:
    """Have an export limit to be given back, too."""
    await held.apply(HOLD, export_limit_w=2000)
    held.audit.attempts.clear()
    held.audit.outcomes.clear()
    held.wire.written.clear()
    held.read()


def refusal(*, register: str, number: str) -> Any:
    return say(
        "control.not_taken",
        say(
            "control.register_refused", register=say(f"control.register_{register}", number=number), cause=told(REFUSES)
        ),
    )


def debugged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what control noted for whoever looks for a fault."""
    names = [record.getMessage() for record in caplog.records if record.name.endswith("control.execution")]
    caplog.clear()
    return names


class TestACommand:
    """What is asked for is what the registers hold in the end, and everybody can tell."""

    async def test_it_is_taken_where_the_registers_read_back_as_they_were_written(self, bench: Wired) -> None:
        assert await bench.apply(HOLD) == Done(True, changed=True)
        assert (bench.wire.holds.remote_ems_enabled, bench.wire.holds.charge_limit_w) == (True, 0)
        assert bench.outcomes == [("hold", "confirmed")]
        assert bench.real.present == replace(bench.wire.holds)

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

    async def test_the_state_of_charge_that_counts_is_the_one_that_two_readings_agree_on(self, bench: Wired) -> None:
        assert bench.real.confirmed_soc == 50.0
        bench.read(soc=53.0)
        assert bench.real.confirmed_soc is None
        bench.wire.reading = None
        assert bench.real.confirmed_soc is None


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

    async def test_whether_the_registers_hold_a_command_is_told_without_writing(self, held: Wired) -> None:
        assert held.real.held_by(HOLD, held.read(), None) is True
        assert held.real.held_by(HOLD, held.read(), 1000) is False
        assert held.real.held_by(charge(), held.read(), None) is False
        held.real.present = None
        assert held.real.held_by(HOLD, held.read(control=OWNERS), None) is False
        assert held.real.held_by(HOLD, held.read(control=held.wire.holds), None) is True


class TestAPlantThatCannotBeRead:
    """What is not known is not written."""

    async def test_before_the_first_reading_nothing_is_written(self, bench: Wired) -> None:
        bench.wire.reading = None
        assert bench.real.present is None
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
        assert bench.real.present == OWNERS
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
        assert bench.real.present == bench.wire.holds

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


class TestHiddenLimits:
    """Firmware before SPC113 reads 0 for the battery limits, and refuses them, while remote EMS is off."""

    @pytest.fixture
    async def old(self) -> Wired:
        bench = Wired()
        bench.wire.hides_limits = True
        bench.read(control=replace(OWNERS, charge_limit_w=0, discharge_limit_w=0))
        return bench

    async def test_remote_control_is_switched_on_first_to_read_what_the_owner_has(self, old: Wired) -> None:
        assert (await old.apply(HOLD)).taken is True
        assert old.outcomes == [("self_consume", "confirmed"), ("hold", "confirmed")]
        assert old.audit.attempts[0]["wanted"] == {
            "remote_ems_enabled": True,
            "remote_ems_mode": RemoteEmsMode.SELF_CONSUMPTION,
        }
        memory = old.state.memory
        assert memory.saved is not None
        assert (memory.saved.charge_limit_w, memory.saved.discharge_limit_w) == (8000, 9000)
        assert (memory.limits_hidden, memory.limits_doubt) == (True, LimitsDoubt.NONE)
        assert [attempt["reason"] for attempt in old.audit.attempts] == [WHY, WHY]
        assert [event.reason for event in old.events] == [WHY]

    async def test_switching_it_on_waits_for_the_record_unless_it_is_urgent(self, old: Wired) -> None:
        old.audit.fail()
        assert (await old.apply(HOLD)).taken is False
        assert old.wire.written == []
        assert (await old.apply(HOLD, urgent=True)).taken is True
        assert old.wire.holds.charge_limit_w == 0

    async def test_the_export_limit_is_written_after_it_as_well(self, old: Wired) -> None:
        await old.apply(HOLD, export_limit_w=2000)
        assert old.wire.holds.export_limit_w == 2000

    async def test_where_it_cannot_be_switched_on_nothing_is_overwritten(self, old: Wired) -> None:
        old.wire.refuses = {"remote_ems_enabled"}
        done = await old.apply(HOLD)
        assert (done.taken, done.refused_by_plant) == (False, True)
        assert old.outcomes == [("self_consume", "failed")]
        assert "charge_limit" not in old.wire.fields

    async def test_each_attempt_to_switch_it_on_has_its_outcome(self, old: Wired) -> None:
        old.wire.refuses = {"remote_ems_enabled"}
        for _ in range(2):
            await old.apply(HOLD)
        assert old.outcomes == [("self_consume", "failed")] * 2

    async def test_where_only_its_mode_is_not_taken_nothing_is_overwritten_either(self, old: Wired) -> None:
        old.wire.holds = replace(old.wire.holds, remote_ems_mode=RemoteEmsMode.STANDBY)
        old.wire.ignores = {"remote_ems_mode"}
        assert (await old.apply(HOLD)).taken is False
        assert old.outcomes == [("self_consume", "reverted")]

    async def test_limits_of_ours_that_show_up_late_are_no_hiding(self, old: Wired) -> None:
        old.state.memory = replace(old.state.memory, written={"charge_limit_w": (0, 3000)}, saved=SAVED)
        old.wire.holds = replace(old.wire.holds, charge_limit_w=3000)
        assert (await old.apply(HOLD)).taken is True
        assert old.state.memory.limits_hidden is False

    async def test_once_the_hiding_is_known_limits_that_read_0_keep_nothing_waiting(self) -> None:
        ours = {"charge_limit_w": (0, 8000), "discharge_limit_w": (0, 9000)}
        bench = Wired(limits_hidden=True, written=ours, saved=SAVED)
        bench.wire.hides_limits = True
        hidden = replace(OWNERS, charge_limit_w=0, discharge_limit_w=0)
        assert bench.real.held_by(RELEASE, bench.read(control=hidden), None) is True

    async def test_a_hand_back_is_confirmed_though_the_limits_read_0_again(self, old: Wired) -> None:
        await old.apply(HOLD)
        old.read()
        assert (await old.apply(RELEASE)).taken is True
        assert old.state.memory.written == {}
        assert (old.wire.holds.charge_limit_w, old.wire.holds.discharge_limit_w) == (8000, 9000)

    async def test_a_limit_of_0_that_was_ours_a_moment_ago_shows_no_hiding(self, held: Wired) -> None:
        await held.apply(RELEASE)
        assert held.state.memory.limits_hidden is False

    async def test_limits_that_are_there_with_remote_control_on_and_not_after_it_are_hidden(self) -> None:
        bench = Wired()
        bench.wire.hides_limits = True
        bench.wire.holds = replace(OWNERS, remote_ems_enabled=True)
        bench.read()
        await bench.apply(SELF_CONSUME)
        bench.read()
        assert (await bench.apply(RELEASE)).taken is True
        assert bench.state.memory.limits_hidden is True

    @pytest.fixture
    async def owing(self) -> Wired:
        """A plant under our control whose limits are the owner's again, and not known to be."""
        ours = {"remote_ems_enabled": (True,), "charge_limit_w": (0, 8000), "discharge_limit_w": (0, 9000)}
        bench = Wired(written=ours, saved=SAVED)
        bench.wire.hides_limits = True
        bench.wire.holds = replace(OWNERS, remote_ems_enabled=True)
        bench.read()
        return bench

    async def test_a_hand_back_after_which_limits_of_the_owners_read_0_is_confirmed_and_the_hiding_learned(
        self, owing: Wired
    ) -> None:
        assert await owing.apply(RELEASE) == Done(True, changed=True)
        assert owing.outcomes == [("release", "confirmed")]
        ((_, found, _),) = owing.audit.outcomes[0]
        assert found is not None
        assert (found["remote_ems_enabled"], found["charge_limit_w"]) == (False, 0)
        assert (owing.state.memory.limits_hidden, owing.state.memory.written) == (True, {})
        assert owing.state.memory.applied == LastWrite(command=RELEASE, at=NOW)

    async def test_a_hiding_excuses_no_other_register(self, owing: Wired) -> None:
        owing.state.memory = replace(
            owing.state.memory, written={**owing.state.memory.written, "export_limit_w": (2000,)}
        )
        owing.wire.holds = replace(owing.wire.holds, export_limit_w=2000)
        owing.wire.ignores = {"export_limit"}
        owing.read()
        done = await owing.apply(RELEASE)
        assert (done.taken, done.outcome) == (False, Outcome.REVERTED)
        assert (owing.outcomes, owing.state.memory.limits_hidden) == ([("release", "reverted")], True)
        assert "export_limit_w" in owing.state.memory.written

    async def test_a_refusal_is_one_though_the_hiding_is_learned_by_it(self, owing: Wired) -> None:
        owing.state.memory = replace(
            owing.state.memory, written={**owing.state.memory.written, "export_limit_w": (2000, 5000)}
        )
        owing.wire.holds = replace(owing.wire.holds, export_limit_w=2000)
        owing.wire.refuses = {"export_limit"}
        owing.read()
        done = await owing.apply(RELEASE)
        assert (done.taken, done.outcome) == (False, Outcome.FAILED)
        assert owing.state.memory.limits_hidden is True

    async def test_limits_in_doubt_are_given_back_at_another_attempt(self, old: Wired) -> None:
        await old.apply(HOLD)
        old.state.memory = replace(old.state.memory, limits_hidden=False)
        old.read()
        old.audit.attempts.clear()
        done = await old.apply(RELEASE)
        assert done.taken is True
        assert old.state.memory.written == {}
        assert (old.wire.holds.charge_limit_w, old.wire.holds.discharge_limit_w) == (8000, 9000)

    async def test_limits_that_stay_at_0_are_tried_three_times(self, held: Wired) -> None:
        held.wire.ignores = {"charge_limit"}
        done = await held.apply(RELEASE, export_limit_w=2000)
        assert done.taken is False
        assert held.outcomes == [("release", "reverted")] * 3
        assert [attempt["reason"] for attempt in held.audit.attempts] == [WHY] * 3
        assert held.wire.holds.export_limit_w == 2000

    async def test_in_one_row_where_that_is_asked(self, held: Wired) -> None:
        held.wire.ignores = {"charge_limit"}
        await held.apply(RELEASE, again=True)
        assert held.outcomes == [("release", "reverted"), ("release", "started")]

    async def test_without_a_record_where_it_is_urgent(self, held: Wired) -> None:
        held.wire.ignores = {"charge_limit"}
        held.audit.fail()
        await held.apply(RELEASE, urgent=True)
        assert held.wire.fields.count("charge_limit") == 3

    async def test_a_limit_that_is_ignored_and_does_not_read_0_is_tried_once(self, bench: Wired) -> None:
        await bench.apply(charge(1000))
        bench.wire.ignores = {"charge_limit"}
        bench.read()
        assert (await bench.apply(RELEASE)).taken is False
        assert [action for action, _ in bench.outcomes] == ["charge", "release"]

    async def test_limits_of_0_that_are_the_owners_do_not_have_anything_else_tried_again(self) -> None:
        bench = Wired(written={"export_limit_w": (2000,)}, saved=SAVED)
        bench.wire.holds = replace(OWNERS, charge_limit_w=0, export_limit_w=2000)
        bench.wire.ignores = {"export_limit"}
        bench.read()
        assert (await bench.apply(RELEASE)).taken is False
        assert [action for action, _ in bench.outcomes] == ["release"]

    async def test_what_could_not_be_read_back_is_not_tried_again_at_once(self) -> None:
        bench = Wired(written={name: OURS[name] for name in ("charge_limit_w", "discharge_limit_w")}, saved=SAVED)
        bench.wire.holds = replace(OWNERS, charge_limit_w=0, discharge_limit_w=0)
        bench.read()
        bench.wire.at_write = lambda field: setattr(bench.wire, "away", field == "discharge_limit")
        bench.wire.at_read = lambda: None
        done = await bench.apply(RELEASE)
        assert (done.taken, done.outcome) == (False, None)
        assert [action for action, _ in bench.outcomes] == ["release"]

    async def test_and_less_often_where_that_is_asked(self, held: Wired) -> None:
        held.wire.ignores = {"charge_limit"}
        await held.apply(RELEASE, attempts=1)
        assert [action for action, _ in held.outcomes] == ["release"]

    async def test_limits_that_are_refused_are_tried_with_remote_control_on(self) -> None:
        bench = Wired(written={name: OURS[name] for name in ("charge_limit_w", "discharge_limit_w")}, saved=SAVED)
        bench.wire.hides_limits = True
        bench.wire.holds = replace(OWNERS, charge_limit_w=0, discharge_limit_w=0)
        bench.read()
        await bench.apply(RELEASE)
        assert bench.outcomes[:2] == [("release", "failed"), ("self_consume", "confirmed")]
        assert (bench.wire.holds.charge_limit_w, bench.wire.holds.discharge_limit_w) == (8000, 9000)
        assert bench.wire.holds.remote_ems_enabled is False
        bench.read()
        assert (await bench.apply(RELEASE)).taken is True
        assert bench.wire.holds.remote_ems_enabled is False
        assert (bench.state.memory.written, bench.state.memory.limits_hidden) == ({}, True)

    async def test_switching_it_on_for_that_does_not_wait_for_the_record(self) -> None:
        bench = Wired(written={name: OURS[name] for name in ("charge_limit_w", "discharge_limit_w")}, saved=SAVED)
        bench.wire.hides_limits = True
        bench.wire.holds = replace(OWNERS, charge_limit_w=0, discharge_limit_w=0)
        bench.read()
        bench.audit.fail()
        await bench.apply(RELEASE, urgent=True)
        assert (bench.wire.holds.charge_limit_w, bench.wire.holds.discharge_limit_w) == (8000, 9000)

    @pytest.mark.parametrize(
        "dangerous",
        [
            {"grid_status": GridStatus.OFF_GRID_AUTO},
            {"grid_status": None},
            {"mode": RemoteEmsMode.DISCHARGE_ESS_FIRST},
        ],
    )
    async def test_but_not_where_switching_it_on_might_move_the_battery(self, dangerous: dict[str, Any]) -> None:
        bench = Wired(written={name: OURS[name] for name in ("charge_limit_w", "discharge_limit_w")}, saved=SAVED)
        bench.wire.hides_limits = True
        mode = dangerous.pop("mode", RemoteEmsMode.SELF_CONSUMPTION)
        bench.wire.holds = replace(OWNERS, charge_limit_w=0, discharge_limit_w=0, remote_ems_mode=mode)
        bench.read(**dangerous)
        done = await bench.apply(RELEASE)
        assert done.taken is False
        assert [action for action, _ in bench.outcomes] == ["release"]
        assert bench.wire.holds.remote_ems_enabled is False


class TestLooking:
    """What others wrote is theirs, and is what is given back."""

    async def test_registers_that_hold_what_was_written_say_nothing(self, held: Wired) -> None:
        before = held.wire.reads
        reading = held.read()
        assert await held.real.look(reading) == []
        assert held.wire.reads == before
        assert held.real.present is reading.control

    async def test_a_register_that_holds_something_else_is_read_again_and_is_theirs(self, held: Wired) -> None:
        held.wire.holds = replace(held.wire.holds, charge_limit_w=3000)
        assert await held.real.look(held.read()) == [ForeignChange("charge_limit_w", 3000, 0)]
        memory = held.state.memory
        assert "charge_limit_w" not in memory.written
        assert memory.saved is not None
        assert memory.saved.charge_limit_w == 3000
        assert held.disk == memory

    async def test_a_reading_from_before_the_last_write_says_nothing(self, held: Wired) -> None:
        assert await held.real.look(held.read(control=OWNERS)) == []
        assert held.real.present == held.wire.holds
        assert "charge_limit_w" in held.state.memory.written

    async def test_where_they_cannot_be_read_again_nothing_is_made_of_it(self, held: Wired) -> None:
        held.wire.away = True
        reading = held.read(control=replace(held.wire.holds, charge_limit_w=3000))
        assert await held.real.look(reading) == []
        assert "charge_limit_w" in held.state.memory.written
        assert held.real.present is reading.control

    async def test_why_they_could_not_be_read_stands_in_the_log_for_whoever_looks_for_it(
        self, held: Wired, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        held.wire.away = True
        await held.real.look(held.read(control=OWNERS))
        assert debugged(caplog) == ["The control registers could not be read: the simulated plant is away"]

    async def test_a_stop_comes_first(self, held: Wired) -> None:
        held.preempted.set()
        with pytest.raises(PreemptedError):
            await held.real.look(held.read(control=OWNERS))


class TestFreeingPv:
    """PV gets back what it can give, and nothing that waits for a cooldown waits longer for it."""

    @pytest.fixture
    async def limited(self) -> Wired:
        bench = Wired()
        assert (await bench.apply(replace(HOLD, pv_limit_w=1500))).taken
        bench.audit.attempts.clear()
        bench.audit.outcomes.clear()
        bench.wire.written.clear()
        bench.read()
        return bench

    async def test_it_is_written_recorded_and_forgotten(self, limited: Wired) -> None:
        limited.real.writer.written_at_s = 17.0
        assert await limited.real.free_pv(Actor.OPTIMISER) == Done(True, changed=True)
        assert limited.wire.written == [("pv_limit", 0xFFFF_FFFF)]
        (attempt,) = limited.audit.attempts
        assert (attempt["actor"], attempt["owner"], attempt["reason"]) == (
            Actor.SYSTEM,
            say("control.safety"),
            PV_FREED,
        )
        assert (attempt["action"], attempt["wanted"]) == (Action.RELEASE, {"pv_limit_w": None})
        assert attempt["previous"]["pv_limit_w"] == 1500
        assert limited.outcomes == [("release", "confirmed")]
        memory = limited.state.memory
        assert "pv_limit_w" not in memory.written
        assert memory.applied == LastWrite(command=HOLD, at=NOW)
        assert limited.disk == memory
        assert limited.real.writer.written_at_s == 17.0
        assert limited.real.present == limited.wire.holds

    async def test_under_an_emergency_stop_it_is_recorded_as_part_of_it(self, limited: Wired) -> None:
        await limited.real.free_pv(Actor.SAFETY)
        assert limited.audit.attempts[0]["actor"] is Actor.SAFETY

    async def test_what_is_not_ours_is_left_alone_unread(self, held: Wired) -> None:
        before = held.wire.reads
        assert await held.real.free_pv(Actor.SYSTEM) == Done(True)
        assert (held.wire.reads, held.wire.written) == (before, [])

    async def test_what_somebody_changed_meanwhile_is_theirs(self, limited: Wired) -> None:
        limited.wire.holds = replace(limited.wire.holds, pv_limit_w=700)
        assert await limited.real.free_pv(Actor.SYSTEM) == Done(True)
        assert limited.wire.written == []
        assert "pv_limit_w" not in limited.state.memory.written
        assert limited.state.memory.applied == LastWrite(command=HOLD, at=NOW)
        assert limited.disk == limited.state.memory
        assert limited.real.present == limited.wire.holds

    async def test_what_else_they_changed_is_theirs_too(self, limited: Wired) -> None:
        limited.wire.holds = replace(limited.wire.holds, charge_limit_w=3000)
        await limited.real.free_pv(Actor.SYSTEM)
        memory = limited.state.memory
        assert "charge_limit_w" not in memory.written
        assert memory.saved is not None
        assert memory.saved.charge_limit_w == 3000

    async def test_what_stands_there_already_is_not_written(self, limited: Wired) -> None:
        saved = replace(limited.state.memory.saved, pv_limit_w=1500)  # type: ignore[type-var]
        limited.state.memory = replace(limited.state.memory, saved=saved)
        assert await limited.real.free_pv(Actor.SYSTEM) == Done(True)
        assert limited.wire.written == []
        assert "pv_limit_w" not in limited.state.memory.written
        assert limited.state.memory.applied == LastWrite(command=HOLD, at=NOW)

    async def test_a_plant_that_is_away_still_owes_it(self, limited: Wired) -> None:
        limited.wire.away = True
        assert await limited.real.free_pv(Actor.SYSTEM) == Done(False, AWAY)
        assert "pv_limit_w" in limited.state.memory.written

    async def test_a_plant_that_refuses_still_owes_it_and_says_why(self, limited: Wired) -> None:
        limited.wire.refuses = {"pv_limit"}
        done = await limited.real.free_pv(Actor.SYSTEM)
        assert done == Done(False, refusal(register="pv_limit_w", number="40036"), changed=True, refused_by_plant=True)
        assert limited.outcomes == [("release", "failed")]
        assert "pv_limit_w" in limited.state.memory.written

    async def test_every_value_for_no_limit_is_tried_twice(self, limited: Wired) -> None:
        tried = list[str]()
        limited.wire.at_write, limited.wire.refuses = tried.append, {"pv_limit"}
        await limited.real.free_pv(Actor.SYSTEM)
        assert tried == ["pv_limit"] * 6

    async def test_by_itself_it_does_not_switch_remote_control_on(self, limited: Wired) -> None:
        limited.wire.holds = replace(limited.wire.holds, remote_ems_enabled=False)
        limited.wire.refuses = {"pv_limit"}
        await limited.real.free_pv(Actor.SYSTEM)
        assert limited.outcomes == [("release", "failed")]

    async def test_a_stop_that_has_to_switch_it_on_stays_one_in_the_record(self, limited: Wired) -> None:
        limited.wire.holds = replace(limited.wire.holds, remote_ems_enabled=False)
        limited.read()

        def refuse_while_off(_field: str) -> None:
            limited.wire.refuses = set() if limited.wire.holds.remote_ems_enabled else {"pv_limit"}

        limited.wire.at_write = refuse_while_off
        await limited.apply(RELEASE, Actor.SAFETY)
        assert limited.wire.holds.pv_limit_w is None
        assert {attempt["actor"] for attempt in limited.audit.attempts} == {Actor.SAFETY}

    async def test_with_remote_control_on_already_a_hand_back_does_not_try_it_twice(self, limited: Wired) -> None:
        limited.wire.refuses = {"pv_limit"}
        await limited.apply(RELEASE)
        assert limited.outcomes == [("release", "failed"), ("release", "confirmed")]
        assert set(limited.state.memory.written) == {"pv_limit_w"}

    @pytest.mark.parametrize("found", ["ours", "changed by somebody", "there already"])
    async def test_what_else_is_ours_is_still_owed_and_nothing_else_is(self, limited: Wired, found: str) -> None:
        if found == "changed by somebody":
            limited.wire.holds = replace(limited.wire.holds, pv_limit_w=700)
        elif found == "there already":
            saved = replace(limited.state.memory.saved, pv_limit_w=1500)  # type: ignore[type-var]
            limited.state.memory = replace(limited.state.memory, saved=saved)
        await limited.real.free_pv(Actor.SYSTEM)
        assert limited.state.memory.saved is not None
        assert limited.state.memory.saved.charge_limit_w == 8000
        assert set(OURS) <= set(limited.state.memory.written)

    async def test_where_nothing_else_is_ours_nothing_is_owed_after_it(self, limited: Wired) -> None:
        limited.state.memory = replace(limited.state.memory, written={"pv_limit_w": (1500,)})
        await limited.real.free_pv(Actor.SYSTEM)
        assert (limited.state.memory.written, limited.state.memory.saved) == ({}, None)

    async def test_where_no_value_means_no_limit_more_than_the_sun_gives_is_written(self, limited: Wired) -> None:
        limited.rated_w = 60_000
        limited.wire.at_write = lambda _field: limited.wire.refuses.discard("pv_limit")
        real_write, refused = limited.wire.write, {float(0xFFFF_FFFF), float(0xFFFF_FFFE)}

        async def write(field: str, value: float) -> None:
            if value in refused:
                raise REFUSES
            await real_write(field, value)

        limited.wire.write = write  # type: ignore[method-assign]
        assert (await limited.real.free_pv(Actor.SYSTEM)).taken is True
        assert limited.wire.holds.pv_limit_w == 240_000

    async def test_it_does_not_wait_for_disk_or_record(self, limited: Wired) -> None:
        limited.audit.fail()
        limited.disk_error = OSError("full")
        assert (await limited.real.free_pv(Actor.SYSTEM)).taken is True

    async def test_a_stop_comes_first_and_ends_it(self, limited: Wired) -> None:
        limited.real.writer.written_at_s = 17.0
        limited.wire.at_write = lambda _field: limited.preempted.set()
        with pytest.raises(PreemptedError):
            await limited.real.free_pv(Actor.SYSTEM)
        await limited.record.flush_pending()
        for _ in range(3):
            await limited.tasks.run(limited.record.flush_pending())
        assert limited.audit.outcomes == {0: [STOP_FIRST]}
        assert limited.real.writer.written_at_s == 17.0

    async def test_any_command_without_a_limit_on_pv_gives_it_back_before_the_rest(self, limited: Wired) -> None:
        assert (await limited.apply(charge())).taken is True
        assert limited.wire.fields[0] == "pv_limit"
        assert [action for action, _ in limited.outcomes] == ["release", "charge"]
        assert limited.audit.attempts[0]["actor"] is Actor.SYSTEM

    async def test_a_command_with_the_limit_keeps_it(self, limited: Wired) -> None:
        await limited.apply(replace(charge(), pv_limit_w=1500))
        assert "pv_limit" not in limited.wire.fields
        assert limited.wire.holds.pv_limit_w == 1500

    @pytest.mark.parametrize(("command", "switched_on"), [(RELEASE, True), (HOLD, False)])
    async def test_where_it_is_taken_only_with_remote_control_on_a_hand_back_switches_that_on(
        self, limited: Wired, command: Any, switched_on: bool
    ) -> None:
        limited.wire.holds = replace(limited.wire.holds, remote_ems_enabled=False)
        limited.read()

        def refuse_while_off(field: str) -> None:
            off = not limited.wire.holds.remote_ems_enabled
            limited.wire.refuses = {"pv_limit"} if off and field == "pv_limit" else set()

        limited.wire.at_write = refuse_while_off
        await limited.apply(command)
        wanted = [attempt["wanted"] for attempt in limited.audit.attempts if attempt["reason"] == PV_FREED]
        on = {"remote_ems_enabled": True, "remote_ems_mode": RemoteEmsMode.SELF_CONSUMPTION}
        assert (on in wanted) is switched_on
        if switched_on:
            assert limited.wire.holds.pv_limit_w is None
            assert limited.wire.holds.remote_ems_enabled is False


class TestStandingBack:
    """What a hold of ours left at 0 would be in the way of whoever controls the plant now."""

    async def test_the_limits_are_given_back_and_mode_and_remote_control_are_left_to_them(self, held: Wired) -> None:
        await held.real.give_back_limits()
        assert (held.wire.holds.charge_limit_w, held.wire.holds.discharge_limit_w) == (8000, 9000)
        assert held.wire.holds.remote_ems_enabled is True
        (attempt,) = held.audit.attempts
        assert (attempt["action"], attempt["actor"], attempt["owner"], attempt["reason"]) == (
            Action.RELEASE,
            Actor.SYSTEM,
            say("control.safety"),
            say("control.standing_back"),
        )
        assert not {"remote_ems_enabled", "remote_ems_mode"} & set(attempt["wanted"])
        assert held.outcomes == [("release", "confirmed")]
        memory = held.state.memory
        assert set(memory.written) == {"remote_ems_enabled", "remote_ems_mode"}
        assert memory.saved is not None
        assert held.disk == memory

    async def test_where_nothing_else_is_ours_nothing_is_owed_after_it(self, held: Wired) -> None:
        written = {
            name: ours
            for name, ours in held.state.memory.written.items()
            if name not in ("remote_ems_enabled", "remote_ems_mode")
        }
        held.state.memory = replace(held.state.memory, written=written)
        await held.real.give_back_limits()
        assert (held.state.memory.written, held.state.memory.saved) == ({}, None)

    async def test_every_limit_is_tried_whichever_is_refused_and_what_is_not_taken_is_owed(self, held: Wired) -> None:
        held.wire.refuses = {"charge_limit"}
        await held.real.give_back_limits()
        assert held.wire.holds.discharge_limit_w == 9000
        assert held.outcomes == [("release", "failed")]
        assert {"charge_limit_w", "remote_ems_mode"} <= set(held.state.memory.written)

    async def test_of_the_modes_that_may_stand_there_the_one_that_does_is_ours(self, held: Wired) -> None:
        modes = (RemoteEmsMode.SELF_CONSUMPTION, RemoteEmsMode.STANDBY)
        held.state.memory = replace(held.state.memory, written={**held.state.memory.written, "remote_ems_mode": modes})
        await held.real.give_back_limits()
        assert held.state.memory.written["remote_ems_mode"] == (RemoteEmsMode.SELF_CONSUMPTION,)

    async def test_the_mode_is_owed_though_somebody_switched_remote_control_off(self, held: Wired) -> None:
        held.wire.holds = replace(held.wire.holds, remote_ems_enabled=False)
        await held.real.give_back_limits()
        assert "remote_ems_mode" in held.state.memory.written

    @pytest.mark.parametrize("missing", ["reading", "registers", "limits"])
    async def test_without_anything_to_give_back_nothing_is_written(self, held: Wired, missing: str) -> None:
        if missing == "reading":
            held.wire.reading = None
        elif missing == "registers":
            held.real.present = None
        else:
            written = {name: OURS[name] for name in ("remote_ems_enabled", "remote_ems_mode")}
            held.state.memory = replace(held.state.memory, written=written)
        await held.real.give_back_limits()
        assert (held.wire.written, held.outcomes) == ([], [])

    async def test_it_does_not_wait_for_the_record(self, held: Wired) -> None:
        held.audit.fail()
        await held.real.give_back_limits()
        assert held.wire.holds.charge_limit_w == 8000

    async def test_a_stop_comes_first(self, held: Wired) -> None:
        held.wire.at_write = lambda _field: held.preempted.set()
        with pytest.raises(PreemptedError):
            await held.real.give_back_limits()
        for _ in range(3):
            await held.tasks.run(held.record.flush_pending())
        assert held.audit.outcomes == {0: [STOP_FIRST]}


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
        held.real.present = None
        assert await self.hold(held, pressed=False) == Done(True)
        assert held.outcomes == []
        assert held.real.present == held.wire.holds
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
        assert debugged(caplog) == ["The control registers could not be read: the simulated plant is away"]
        assert bench.wire.fields == ["charge_limit", "discharge_limit", "remote_ems_mode", "remote_ems_enabled"]
        assert bench.audit.attempts[0]["previous"]["charge_limit_w"] == 8000

    async def test_and_what_was_read_last_is_what_is_owed(self, bench: Wired) -> None:
        bench.real.present = replace(OWNERS, charge_limit_w=7000)
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
        assert held.real.present == held.wire.holds

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
        assert debugged(caplog) == ["The owner's battery limits could not be read: the simulated plant is away"]


class TestWhatIsOwed:
    """What cannot be given back now is owed, and keeps nothing waiting."""

    @pytest.mark.parametrize("owners_soc", [60.0, 50.0])
    async def test_cut_offs_that_the_state_of_charge_does_not_allow_yet_are_not_written_percent_by_percent(
        self, bench: Wired, owners_soc: float
    ) -> None:
        bench.wire.holds = replace(OWNERS, discharge_cutoff_soc=40.0)
        saved = replace(OWNERS, discharge_cutoff_soc=owners_soc)
        bench.state.memory = replace(bench.state.memory, written={"discharge_cutoff_soc": (40.0,)}, saved=saved)
        bench.read()
        assert await bench.apply(RELEASE) == Done(True)
        assert bench.wire.written == []
        assert bench.real.held_by(RELEASE, bench.read(), None) is True
        assert "discharge_cutoff_soc" in bench.state.memory.written

    async def test_beside_a_limit_on_pv_that_is_given_back_by_itself_they_keep_nothing_waiting(self) -> None:
        owed = {"charge_cutoff_soc": (60.0,), "discharge_cutoff_soc": (40.0,), "pv_limit_w": (1500,)}
        bench = Wired(written=owed, saved=replace(OWNERS, charge_cutoff_soc=40.0, discharge_cutoff_soc=60.0))
        bench.wire.holds = replace(OWNERS, charge_cutoff_soc=60.0, discharge_cutoff_soc=40.0, pv_limit_w=1500)
        assert bench.real.held_by(RELEASE, bench.read(), None) is True

    async def test_an_export_limit_of_the_owner_does_not_wait_for_them(self, bench: Wired) -> None:
        bench.wire.holds = replace(OWNERS, discharge_cutoff_soc=40.0)
        saved = replace(OWNERS, discharge_cutoff_soc=60.0)
        bench.state.memory = replace(bench.state.memory, written={"discharge_cutoff_soc": (40.0,)}, saved=saved)
        bench.read()
        await bench.apply(RELEASE, export_limit_w=2000)
        assert bench.wire.holds.export_limit_w == 2000

    async def test_one_that_may_be_given_back_whole_is(self, bench: Wired) -> None:
        bench.wire.holds = replace(OWNERS, discharge_cutoff_soc=40.0)
        bench.state.memory = replace(
            bench.state.memory,
            written={"discharge_cutoff_soc": (40.0,)},
            saved=replace(OWNERS, discharge_cutoff_soc=20.0),
        )
        bench.read()
        assert bench.real.held_by(RELEASE, bench.read(), None) is False
        assert (await bench.apply(RELEASE)).taken is True
        assert bench.wire.holds.discharge_cutoff_soc == 20.0
        assert bench.state.memory.written == {}

    async def test_with_anything_else_it_goes_as_far_as_it_may(self, bench: Wired) -> None:
        bench.wire.holds = replace(OWNERS, discharge_cutoff_soc=40.0, charge_limit_w=0, remote_ems_enabled=True)
        bench.state.memory = replace(
            bench.state.memory,
            written={"discharge_cutoff_soc": (40.0,), "charge_limit_w": (0,)},
            saved=replace(OWNERS, discharge_cutoff_soc=60.0),
        )
        bench.read()
        assert (await bench.apply(RELEASE)).taken is True
        assert (bench.wire.holds.charge_limit_w, bench.wire.holds.discharge_cutoff_soc) == (8000, 49.0)

    async def test_a_limit_that_cannot_be_read_keeps_nothing_waiting_once_its_value_was_taken(
        self, held: Wired
    ) -> None:
        held.wire.unread = ("charge_limit_w",)
        await held.apply(RELEASE)
        assert ("charge_limit", 8000) in held.wire.written
        assert "charge_limit_w" in held.state.memory.written
        held.wire.written.clear()
        held.read()
        assert (await held.apply(RELEASE)).taken is True
        assert held.wire.written == []
        assert "charge_limit_w" in held.state.memory.written

    async def test_one_of_no_limit_neither(self) -> None:
        bench = Wired()
        bench.wire.holds = replace(OWNERS, charge_limit_w=None)
        bench.read()
        await bench.apply(HOLD)
        bench.wire.unread = ("charge_limit_w",)
        bench.read()
        await bench.apply(RELEASE)
        bench.wire.written.clear()
        assert (await bench.apply(RELEASE)).taken is True
        assert bench.wire.written == []

    async def test_one_for_which_another_value_was_taken_is_written(self, held: Wired) -> None:
        held.wire.unread = ("charge_limit_w",)
        held.real.writer.taken["charge_limit"] = 5000
        await held.apply(RELEASE)
        assert ("charge_limit", 8000) in held.wire.written

    async def test_the_same_value_is_written_for_a_command_all_the_same(self, held: Wired) -> None:
        held.wire.unread = ("charge_limit_w",)
        assert (await held.apply(HOLD)).taken is False
        assert ("charge_limit", 0) in held.wire.written


@pytest.mark.parametrize(("reading", "rated"), [(None, (None, None)), (TELEMETRY, (10_000, 10_000))])
def test_what_the_battery_is_rated_for(reading: Any, rated: Any) -> None:
    assert rated_powers_w(reading) == rated
    if reading is not None:
        assert rated_powers_w(replace(reading, rated_charge_power_w=1)) == (1, 10_000)
