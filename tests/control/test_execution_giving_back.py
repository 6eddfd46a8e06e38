"""Giving back what is not ours to keep: the limit on PV, the limits that others need, and what is owed until it can be."""

from dataclasses import replace
from typing import Any

from guardrail_examples import HOLD, NOW, RELEASE, charge
import pytest
from wired import AWAY, OURS, OWNERS, REFUSES, STOP_FIRST, Wired, refusal

from custom_components.sigenstor_panel.control.execution import PV_FREED, Done
from custom_components.sigenstor_panel.control.guardrails import LastWrite
from custom_components.sigenstor_panel.control.waiting import PreemptedError
from custom_components.sigenstor_panel.model.command import Action, Actor
from custom_components.sigenstor_panel.model.message import say
from custom_components.sigenstor_panel.model.telemetry import RemoteEmsMode


class TestFreeingPv:
    """PV gets back what it can give, and nothing that waits for a cooldown waits longer for it."""

    @pytest.fixture
    async def limited(self) -> Wired:
        bench = Wired()
        assert (await bench.apply(replace(HOLD, pv_limit_w=1500))).taken
        bench.forget()
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
        assert limited.real.registers.present == limited.wire.holds

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
        assert limited.real.registers.present == limited.wire.holds

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
            held.real.registers.present = None
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
        assert bench.real.registers.held_by(RELEASE, bench.read(), None) is True
        assert "discharge_cutoff_soc" in bench.state.memory.written

    async def test_beside_a_limit_on_pv_that_is_given_back_by_itself_they_keep_nothing_waiting(self) -> None:
        owed = {"charge_cutoff_soc": (60.0,), "discharge_cutoff_soc": (40.0,), "pv_limit_w": (1500,)}
        bench = Wired(written=owed, saved=replace(OWNERS, charge_cutoff_soc=40.0, discharge_cutoff_soc=60.0))
        bench.wire.holds = replace(OWNERS, charge_cutoff_soc=60.0, discharge_cutoff_soc=40.0, pv_limit_w=1500)
        assert bench.real.registers.held_by(RELEASE, bench.read(), None) is True

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
        assert bench.real.registers.held_by(RELEASE, bench.read(), None) is False
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
