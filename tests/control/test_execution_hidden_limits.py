"""A command to a plant that hides its battery limits while remote EMS is off."""

from dataclasses import replace
from typing import Any

from guardrail_examples import HOLD, NOW, RELEASE, SELF_CONSUME, charge
import pytest
from wired import OURS, OWNERS, SAVED, WHY, Wired

from custom_components.sigenstor_panel.control.execution import Done
from custom_components.sigenstor_panel.control.guardrails import LastWrite
from custom_components.sigenstor_panel.control.memory import LimitsDoubt
from custom_components.sigenstor_panel.model.audit_entry import Outcome
from custom_components.sigenstor_panel.model.telemetry import GridStatus, RemoteEmsMode


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
        assert bench.real.registers.held_by(RELEASE, bench.read(control=hidden), None) is True

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
