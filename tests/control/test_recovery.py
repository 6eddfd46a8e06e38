"""Where the state on disk is lost, the record tells what the owner's registers are, and whether a stop is on."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings, strategies as st
import pytest

from custom_components.sigenstor_panel.control.guardrails import LastWrite
from custom_components.sigenstor_panel.control.intents import OverrideKind, new_override
from custom_components.sigenstor_panel.control.memory import ControlMemory, LimitsDoubt
from custom_components.sigenstor_panel.control.recovery import caught_up, recover
from custom_components.sigenstor_panel.control.waiting import NotDoneError
from custom_components.sigenstor_panel.model.audit_entry import AuditEntry, Outcome
from custom_components.sigenstor_panel.model.command import Action, Actor, ChargerAction, Command
from custom_components.sigenstor_panel.model.message import Message, plain
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters
from custom_components.sigenstor_panel.plant.register_writes import same
from custom_components.sigenstor_panel.records import database
from custom_components.sigenstor_panel.records.audit_log import AuditLog
from tests.control.rig import Died, Record, Rig

NOW = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
OWNERS = {
    "remote_ems_enabled": False,
    "remote_ems_mode": "self_consumption",
    "charge_limit_w": 8000,
    "discharge_limit_w": None,
    "pv_limit_w": None,
    "export_limit_w": 5000,
    "import_limit_w": None,
    "backup_soc": 0.0,
    "charge_cutoff_soc": 100.0,
    "discharge_cutoff_soc": 20.0,
}
NOTHING = ControlMemory(last_row=1)
HELD = {**OWNERS, "remote_ems_enabled": True, "charge_limit_w": 0, "discharge_limit_w": 0}


def row(action: Action, previous: dict[str, Any], wanted: dict[str, Any], **more: Any) -> AuditEntry:
    return AuditEntry(
        **{
            "id": 1,
            "time": NOW,
            "actor": Actor.MANUAL,
            "owner": plain("test"),
            "action": action,
            "reason": plain("test"),
            "power_w": 0,
            "previous": previous,
            "wanted": wanted,
            "read_back": None,
            "outcome": Outcome.CONFIRMED,
            "detail": None,
            **more,
        }
    )


HOLD = row(Action.HOLD, OWNERS, {"remote_ems_enabled": True, "charge_limit_w": 0, "discharge_limit_w": 0})
RELEASE = row(
    Action.RELEASE,
    HELD,
    {"remote_ems_enabled": False, "charge_limit_w": 8000, "discharge_limit_w": None},
    actor=Actor.SYSTEM,
)


def stopped(hold: AuditEntry) -> AuditEntry:
    return replace(hold, actor=Actor.SAFETY)


def test_without_a_row_there_is_nothing_to_recover() -> None:
    assert recover([]) is None


def test_the_owners_registers_are_what_stood_there_before_the_first_write() -> None:
    again = row(Action.HOLD, HELD, HOLD.wanted)
    found = recover([HOLD, again, again])
    assert found is not None
    assert found.saved is not None
    assert found.written == {"remote_ems_enabled": (True,), "charge_limit_w": (0,), "discharge_limit_w": (0,)}
    assert (found.saved.charge_limit_w, found.saved.discharge_limit_w) == (8000, None)
    assert found.limits_doubt is LimitsDoubt.NONE


def test_rows_of_version_0_1_0_which_name_every_register_tell_the_same() -> None:
    found = recover([replace(HOLD, wanted=HELD)])
    assert found == recover([HOLD])


def test_after_a_confirmed_hand_back_nothing_is_owed_and_the_next_write_begins_anew() -> None:
    found = recover([HOLD, RELEASE])
    assert found == NOTHING
    changed = {**OWNERS, "charge_limit_w": 6000}
    found = recover([HOLD, RELEASE, replace(HOLD, previous=changed)])
    assert found is not None
    assert found.saved is not None
    assert found.saved.charge_limit_w == 6000


@pytest.mark.parametrize("outcome", [one for one in Outcome if one not in (Outcome.CONFIRMED, Outcome.REFUSED)])
def test_a_hand_back_that_was_not_confirmed_is_still_owed(outcome: Outcome) -> None:
    before, found = recover([HOLD]), recover([HOLD, replace(RELEASE, outcome=outcome)])
    assert before is not None
    assert found is not None
    assert found.saved == before.saved
    assert found.written == {
        "remote_ems_enabled": (True, False),
        "charge_limit_w": (0, 8000),
        "discharge_limit_w": (0, None),
    }


def test_standing_back_gives_back_only_the_limits() -> None:
    standing_back = replace(RELEASE, wanted={"charge_limit_w": 8000, "discharge_limit_w": None})
    found = recover([HOLD, standing_back])
    assert found is not None
    assert found.written == {"remote_ems_enabled": (True,)}


PV_OFF = row(Action.HOLD, OWNERS, {**HOLD.wanted, "pv_limit_w": 0})
PV_FREED = row(Action.RELEASE, {**HELD, "pv_limit_w": 0}, {"pv_limit_w": None}, actor=Actor.SYSTEM)


def test_a_limit_on_pv_is_owed_until_it_was_given_back_by_a_row_of_its_own() -> None:
    found = recover([PV_OFF])
    assert found is not None
    assert found.saved is not None
    assert (found.written["pv_limit_w"], found.saved.pv_limit_w) == ((0,), None)
    assert recover([PV_OFF, PV_FREED]) == recover([HOLD])
    assert recover([PV_OFF, PV_FREED, RELEASE]) == NOTHING


def test_a_limit_on_pv_outlives_a_hand_back_that_could_not_end_it() -> None:
    found = recover([PV_OFF, replace(PV_FREED, outcome=Outcome.FAILED), RELEASE])
    assert found is not None
    assert found.saved is not None
    assert (found.written, found.saved.pv_limit_w) == ({"pv_limit_w": (0, None)}, None)


def test_an_emergency_stop_is_one_after_pv_was_freed_under_it() -> None:
    found = recover([PV_OFF, stopped(HOLD), stopped(PV_FREED)])
    assert found is not None
    assert found.emergency_stop


def test_an_export_limit_that_outlives_a_hand_back_is_still_owed() -> None:
    limited = row(Action.HOLD, OWNERS, {**HOLD.wanted, "export_limit_w": 1000})
    released = replace(
        RELEASE, previous={**HELD, "export_limit_w": 1000}, wanted={**RELEASE.wanted, "export_limit_w": 1000}
    )
    found = recover([limited, released])
    assert found is not None
    assert found.saved is not None
    assert (found.written, found.saved.export_limit_w) == ({"export_limit_w": (1000,)}, 5000)


def test_what_somebody_else_wrote_meanwhile_is_given_back() -> None:
    found = recover([HOLD, row(Action.HOLD, {**HELD, "discharge_limit_w": 3000}, HOLD.wanted)])
    assert found is not None
    assert found.saved is not None
    assert (found.saved.charge_limit_w, found.saved.discharge_limit_w) == (8000, 3000)


def test_limits_of_0_while_remote_control_is_off_say_nothing() -> None:
    off = {**OWNERS, "charge_limit_w": 0, "discharge_limit_w": 0}
    found = recover([row(Action.CHARGE, off, {"remote_ems_enabled": True, "charge_limit_w": 1000})])
    assert found is not None
    assert found.saved is not None
    assert found.saved.charge_limit_w is None
    assert found.limits_doubt is LimitsDoubt.NONE


def test_registers_found_under_somebody_elses_remote_control_are_not_taken_for_the_owners() -> None:
    found = recover([replace(HOLD, previous={**HELD, "charge_limit_w": 1000})])
    assert found is not None
    assert found.limits_doubt is LimitsDoubt.FOUND_UNDER_REMOTE


@pytest.mark.parametrize("unread", [{}, dict.fromkeys(OWNERS)], ids=["left out", "None"])
def test_what_a_blind_stop_did_not_read_is_not_made_up(unread: dict[str, Any]) -> None:
    found = recover([stopped(replace(HOLD, previous=unread))])
    assert found is not None
    assert found.limits_doubt is LimitsDoubt.FOUND_UNDER_REMOTE
    assert found.emergency_stop
    # Once it can be read, our own values are not the owner's.
    found = recover([stopped(replace(HOLD, previous=unread)), stopped(replace(HOLD, previous=HELD))])
    assert found is not None
    assert found.saved is not None
    assert found.limits_doubt is LimitsDoubt.FOUND_UNDER_REMOTE
    assert found.saved.charge_limit_w is None


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.REFUSED])
def test_a_stop_is_on_while_its_row_is_the_last_whatever_came_of_it(outcome: Outcome) -> None:
    found = recover([HOLD, stopped(replace(HOLD, previous=HELD, outcome=outcome))])
    assert found is not None
    assert found.emergency_stop


def test_a_stop_is_over_when_something_else_was_written_after_it() -> None:
    found = recover([stopped(HOLD), RELEASE])
    assert found is not None
    assert not found.emergency_stop


def test_values_that_no_register_can_hold_are_not_used() -> None:
    found = recover([replace(HOLD, previous={**OWNERS, "charge_limit_w": "many", "remote_ems_mode": 17})])
    assert found is not None
    assert found.saved is not None
    assert (found.saved.charge_limit_w, found.limits_doubt) == (None, LimitsDoubt.FOUND_UNDER_REMOTE)


def kept(*rows: AuditEntry) -> ControlMemory:
    """Return what rows tell."""
    found = recover(rows)
    assert found is not None
    return found


BLIND = row(Action.HOLD, {}, HOLD.wanted)
CUT_OFF = row(Action.HOLD, OWNERS, {**HOLD.wanted, "discharge_cutoff_soc": 25.0})


def test_what_only_chargers_were_told_leaves_no_doubt() -> None:
    assert kept(replace(HOLD, action=ChargerAction.STOP)) == NOTHING


def test_a_cut_off_counts_to_the_percent() -> None:
    again = row(Action.HOLD, {**OWNERS, "discharge_cutoff_soc": 22.0}, {"discharge_cutoff_soc": 22.5})
    found = kept(row(Action.HOLD, OWNERS, {"discharge_cutoff_soc": 21.0}), again)
    assert found.saved is not None
    assert (found.written, found.saved.discharge_cutoff_soc) == ({"discharge_cutoff_soc": (21.0, 22.5)}, 22.0)


def test_a_limit_of_0_under_remote_control_is_what_stood_there_though_it_may_not_be_the_owners() -> None:
    found = kept(row(Action.CHARGE, {**HELD, "charge_limit_w": 0}, {"charge_limit_w": 1000}))
    assert found.saved is not None
    assert (found.saved.charge_limit_w, found.limits_doubt) == (0, LimitsDoubt.FOUND_UNDER_REMOTE)


def test_what_a_hand_back_wants_of_a_limit_that_was_never_ours_is_not_ours() -> None:
    covered = row(Action.SELF_CONSUME, OWNERS, {"remote_ems_enabled": True})
    found = kept(covered, replace(RELEASE, previous={**HELD, "charge_limit_w": 5000}, outcome=Outcome.FAILED))
    assert found.written == {"remote_ems_enabled": (True, False)}


def test_a_whole_hand_back_settles_what_it_need_not_write() -> None:
    limited = row(Action.HOLD, OWNERS, {**HOLD.wanted, "export_limit_w": 1000})
    assert kept(limited, RELEASE) == NOTHING


def test_a_hand_back_settles_what_was_never_read() -> None:
    assert kept(BLIND, RELEASE) == NOTHING


@pytest.mark.parametrize(("given_back", "owed"), [(20.0, False), (21.0, True)])
def test_a_cut_off_is_owed_until_it_is_the_owners_again(given_back: float, owed: bool) -> None:
    wanted = {**RELEASE.wanted, "discharge_cutoff_soc": given_back}
    found = kept(CUT_OFF, replace(RELEASE, previous={**HELD, "discharge_cutoff_soc": 25.0}, wanted=wanted))
    assert found.written == ({"discharge_cutoff_soc": (25.0, given_back)} if owed else {})


def test_a_doubt_lasts_as_long_as_something_is_owed() -> None:
    blind = replace(BLIND, wanted=CUT_OFF.wanted)
    wanted = {**RELEASE.wanted, "discharge_cutoff_soc": 23.0}
    found = kept(blind, replace(RELEASE, previous={**HELD, "discharge_cutoff_soc": 25.0}, wanted=wanted))
    assert set(found.written) == {"discharge_cutoff_soc"}
    assert found.limits_doubt is LimitsDoubt.FOUND_UNDER_REMOTE


def test_what_stood_there_before_a_hand_back_is_not_taken_for_what_stood_there_after_it() -> None:
    found = kept(HOLD, RELEASE, BLIND)
    assert found.saved is not None
    assert (found.saved.charge_limit_w, found.limits_doubt) == (None, LimitsDoubt.FOUND_UNDER_REMOTE)


CHARGED = ControlMemory(
    override=new_override(OverrideKind.FORCE_CHARGE, now=NOW, power_w=2000),
    saved=ControlRegisters(charge_limit_w=8000, remote_ems_enabled=False),
    written={"remote_ems_enabled": (True,), "charge_limit_w": (2000,)},
    last_row=7,
)
STOP = row(Action.HOLD, {**HELD, "charge_limit_w": 2000, "discharge_limit_w": 9000}, HOLD.wanted, id=8)


def test_a_stop_that_only_the_record_holds_is_one_and_what_it_wrote_is_owed() -> None:
    found = caught_up(CHARGED, [replace(STOP, actor=Actor.SAFETY)])
    assert (found.emergency_stop, found.override, found.last_row) == (True, None, 8)
    assert found.written == {
        "remote_ems_enabled": (True,),
        "charge_limit_w": (2000, 0),
        "discharge_limit_w": (0,),
    }
    assert found.saved is not None
    assert (found.saved.charge_limit_w, found.saved.discharge_limit_w) == (8000, 9000)


def test_what_is_on_disk_stays_where_the_record_knows_nothing_beyond_it() -> None:
    assert caught_up(CHARGED, []) is CHARGED


def test_an_order_is_not_dropped_for_a_row_that_is_no_stop() -> None:
    found = caught_up(CHARGED, [STOP])
    assert (found.emergency_stop, found.override) == (False, CHARGED.override)


def test_a_stop_on_disk_is_ended_by_no_row_of_the_record() -> None:
    assert caught_up(replace(CHARGED, emergency_stop=True), [STOP]).emergency_stop


LATER = NOW + timedelta(minutes=1)


@pytest.mark.parametrize(("outcome", "base_w"), [(Outcome.CONFIRMED, 3000), (Outcome.INTERRUPTED, 0)])
def test_a_step_counts_from_what_the_rows_beyond_the_disk_say_was_read_back(outcome: Outcome, base_w: int) -> None:
    before = LastWrite(command=Command(action=Action.CHARGE, power_w=2000), at=NOW)
    charge = row(Action.CHARGE, HELD, {**HOLD.wanted, "charge_limit_w": 3000}, id=8, time=LATER, outcome=outcome)
    found = caught_up(replace(CHARGED, applied=before), [replace(charge, power_w=3000)])
    assert found.applied == LastWrite(command=Command(action=Action.CHARGE, power_w=base_w), at=LATER)


def test_a_row_of_single_limits_is_no_command() -> None:
    before = LastWrite(command=Command(action=Action.CHARGE, power_w=2000), at=NOW)
    assert caught_up(replace(CHARGED, applied=before), [replace(PV_FREED, id=8)]).applied == before


def test_what_the_owner_was_asked_about_is_still_asked_after_later_rows() -> None:
    asked = replace(CHARGED, limits_doubt=LimitsDoubt.NEVER_READ)
    assert caught_up(asked, [STOP]).limits_doubt is LimitsDoubt.NEVER_READ


def test_a_value_that_no_register_can_hold_hides_none_of_the_others() -> None:
    found = kept(replace(HOLD, previous={**OWNERS, "remote_ems_mode": 17}))
    assert found.saved is not None
    assert found.saved.charge_limit_w == 8000


class FullRecord(Record):
    """The audit, with all that the real one keeps."""

    def __init__(self, rig: Rig) -> None:
        super().__init__(rig)
        self.entries: list[AuditEntry] = []

    async def begin(self, **attempt: Any) -> int:
        number = await super().begin(**attempt) + 1
        in_json = json.loads(json.dumps({name: attempt[name] for name in ("previous", "wanted")}))
        self.entries.append(
            AuditEntry(**{**attempt, **in_json}, id=number, outcome=Outcome.STARTED, read_back=None, detail=None)
        )
        return number

    async def complete(
        self, row: int, outcome: Outcome, read_back: dict[str, Any] | None, detail: Message | None
    ) -> None:
        await super().complete(row - 1, outcome, read_back, detail)
        self.entries[row - 1] = replace(self.entries[row - 1], outcome=outcome)

    def attempts(self, after: int = 0) -> list[AuditEntry]:
        return [entry for entry in self.entries if entry.id > after and entry.outcome is not Outcome.REFUSED]

    def caught_up(self, on_disk: ControlMemory) -> ControlMemory:
        assert on_disk.last_row is not None
        return caught_up(on_disk, self.attempts(after=on_disk.last_row))


class World:
    """A controller that things happen to, and its record."""

    def __init__(self) -> None:
        self.rig = Rig()
        self.rig.plant.pv_power_w = 0
        self.rig.plant.holding.update({40032: 8.0, 40034: 9.0, 40038: 5.0, 40047: 95.0, 40048: 20.0})
        self.rig.record = self.record = FullRecord(self.rig)
        self.rig.recall = self.record.caught_up
        self.rig.controller = self.rig._new_controller()
        self.stop_is_recorded = False

    async def force(self, kind: OverrideKind) -> None:
        power = {} if kind is OverrideKind.FORCE_HOLD else {"power_w": 2000}
        with suppress(NotDoneError):
            await self.rig.controller.async_set_override(new_override(kind, now=self.rig.now, **power))

    async def clear(self) -> None:
        with suppress(NotDoneError):
            await self.rig.controller.async_set_override(None)

    async def limit(self, limit_w: int | None) -> None:
        await self.rig.controller.async_change(export_limit_w=limit_w)

    async def stop(self, on: bool) -> None:
        controller, rows = self.rig.controller, len(self.record.entries)
        await (controller.async_emergency_stop() if on else controller.async_clear_emergency_stop())
        # Where the battery was held already, nothing is written.
        self.stop_is_recorded = len(self.record.entries) > rows

    async def time(self, seconds: int) -> None:
        await self.rig.run(seconds)

    async def link(self, down: bool) -> None:
        self.rig.link_down = down

    async def disk(self, full: bool) -> None:
        self.rig.disk_full = full

    async def die(self, before_write: int) -> None:
        """End the process before one of the next writes, and start it again from its disk."""
        self.rig.dies_at_write = before_write
        with suppress(Died, NotDoneError):
            await self.rig.controller.async_set_override(
                new_override(OverrideKind.FORCE_HOLD, now=self.rig.now, duration=timedelta(minutes=1))
            )
        await self.rig.restart()
        for entry in self.record.entries:
            if entry.outcome is Outcome.STARTED:
                self.record.entries[entry.id - 1] = replace(entry, outcome=Outcome.INTERRUPTED)

    def check(self) -> None:
        """The record tells at least what the disk does."""
        on_disk = ControlMemory.from_dict(json.loads(self.rig.disk))
        self._knows(recover(self.record.attempts()) or ControlMemory(), on_disk)

    def check_catches_up(self) -> None:
        """Disk and record together tell at least what is in memory."""
        on_disk = ControlMemory.from_dict(json.loads(self.rig.disk))
        self._knows(self.record.caught_up(on_disk), self.rig.controller.memory)

    def _knows(self, found: ControlMemory, truth: ControlMemory) -> None:
        if truth.emergency_stop and self.stop_is_recorded:
            assert found.emergency_stop
        for name, ours in truth.written.items():
            owners = getattr(truth.saved, name)
            # One that was left as it was has nothing to be given back to.
            if not all(same(name, one, owners) for one in ours):
                assert name in found.written
                assert found.limits_doubt is not LimitsDoubt.NONE or same(name, getattr(found.saved, name), owners), (
                    name
                )


type Event = tuple[str, Any]
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.tuples(st.just("force"), st.sampled_from(OverrideKind)),
    st.tuples(st.just("clear"), st.none()),
    st.tuples(st.just("limit"), st.sampled_from([None, 1000, 3000])),
    st.tuples(st.just("stop"), st.booleans()),
    st.tuples(st.just("time"), st.sampled_from([10, 70, 300])),
    st.tuples(st.just("link"), st.booleans()),
    st.tuples(st.just("die"), st.integers(0, 5)),
)


async def happen(events: list[Event], check: Callable[[World], None]) -> None:
    world = World()
    await world.time(20)
    for name, argument in events:
        method = getattr(world, name)
        work: Coroutine[Any, Any, None] = method() if argument is None and name == "clear" else method(argument)
        with suppress(OSError):
            await work
        check(world)


@settings(max_examples=40)
@given(st.lists(EVENTS, max_size=12))
def test_whatever_happened_the_record_tells_what_the_disk_does(events: list[Event]) -> None:
    asyncio.run(happen(events, World.check))


@settings(max_examples=40)
@given(st.lists(EVENTS | st.tuples(st.just("disk"), st.booleans()), max_size=12))
@example([("force", OverrideKind.FORCE_CHARGE), ("disk", True), ("stop", True), ("die", 0)])
def test_whatever_happened_disk_and_record_together_tell_what_control_knows(events: list[Event]) -> None:
    asyncio.run(happen(events, World.check_catches_up))


def test_the_audit_log_hands_over_every_row_that_may_have_reached_the_plant_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_PAGE_ROWS", 7)
    log = AuditLog(f"sqlite:///{tmp_path / 'audit.db'}", "plant")
    other = AuditLog(f"sqlite:///{tmp_path / 'audit.db'}", "other")
    for one in (log, other):
        one.open()
    attempt = {"time": NOW, "actor": Actor.MANUAL, "owner": plain(""), "reason": plain(""), "power_w": 0}
    for number in range(50):
        action, moment = Action.HOLD, NOW + timedelta(seconds=number)
        given_registers = {"previous": OWNERS, "wanted": HOLD.wanted} | attempt | {"time": moment}
        row = log.begin(action=action, **given_registers)  # type: ignore[arg-type]
        if number < 40:
            log.complete(row, Outcome.FAILED if number % 5 else Outcome.REFUSED)
    other.begin(action=Action.CHARGE, **{"previous": OWNERS, "wanted": {}} | attempt)  # type: ignore[arg-type]
    found = [entry.time for entry in log.attempts()]
    assert found == [NOW + timedelta(seconds=number) for number in range(50) if number % 5 or number >= 40]
    assert recover(log.attempts()) == recover([replace(HOLD, id=50, outcome=Outcome.STARTED)])
    assert [entry.id for entry in log.attempts(after=45)] == [46, 47, 48, 49, 50]
    log.purge()
    assert list(log.attempts()) == []
    assert len(list(other.attempts())) == 1
