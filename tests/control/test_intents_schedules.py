"""A schedule holds only what makes sense."""

from contextlib import nullcontext
from datetime import UTC, date, datetime, time, timedelta
import json
from math import inf, nan
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.control.intents import (
    InvalidInputError,
    Schedule,
    ScheduleAction,
    parse_schedule,
)
from custom_components.sigenstor_panel.control.schedules import check_day
from tests.control.intents_examples import COMPLETE, NOW, schedule, schedules
from tests.english import english, says

REQUIRED = ("name", "action", "start", "end", "power_w")

BAD_VALUES: list[tuple[str, Any]] = [
    *[("name", bad) for bad in ("", "   ", "x" * 61, "two\nlines", "nul\0", "\ud800", None, 5, ["x"])],
    *[("enabled", bad) for bad in (0, 1, "true", None, nan)],
    *[("action", bad) for bad in ("explode", "CHARGE", "", "release", None, 1, True, ["charge"])],
    *[
        (field, bad)
        for field in ("start", "end")
        for bad in ("25:00", "24:00", "12:60", "12:30:60", "9:30", "0930", "-1:00", "12:30\n", "١٢:٣٠", "", None, 570)
    ],
    ("start", nan),
    ("start", time(9, 30, tzinfo=UTC)),
    ("end", datetime(2026, 1, 1, 9, 30)),
    ("end", "22:00"),
    ("end", "22:00:00"),
    ("end", time(22, 0)),
    *[
        ("days", bad)
        for bad in ([], (), None, "mon", 3, {"mon": True}, ["monday"], [7], [-1], [True], [0.0], [nan], [[]])
    ],
    ("days", ["mon", "someday"]),
    *[
        ("power_w", bad)
        for bad in (nan, inf, -inf, -1, 0, 0.4, -0.0, 5_000_001, 10**9, 10**400, True, "3000", None, [])
    ],
    *[("target_soc", bad) for bad in (nan, inf, -1, 100.5, 10**9, True, "80", [])],
    *[("priority", bad) for bad in (nan, inf, 101, -101, 1.5, 10**9, True, "1", None)],
    *[("only_on", bad) for bad in ("", "tomorrow", "2026-02-30", "15.01.2026", 20260115, True, [])],
    ("colour", "red"),
    ("powr_w", 5_000),
]


class TestInput:
    """What a schedule can be made of."""

    def test_a_complete_schedule_is_taken_as_it_is(self) -> None:
        made = parse_schedule(COMPLETE, now=NOW)
        assert made == Schedule(
            id=made.id,
            name="Night rate",
            enabled=True,
            action=ScheduleAction.CHARGE,
            start=time(22),
            end=time(5),
            days=frozenset({0, 1, 2, 3, 4}),
            power_w=3_000,
            target_soc=80.0,
            priority=5,
            created_at=NOW,
        )

    def test_what_is_left_out_is_enabled_every_day_without_target_at_priority_0(self) -> None:
        made = parse_schedule({field: COMPLETE[field] for field in REQUIRED}, now=NOW)
        assert (made.enabled, made.days, made.target_soc, made.priority) == (True, frozenset(range(7)), None, 0)

    def test_every_new_schedule_has_an_id_of_its_own(self) -> None:
        assert len({parse_schedule(COMPLETE, now=NOW).id for _ in range(100)}) == 100

    @pytest.mark.parametrize(("field", "value"), BAD_VALUES)
    def test_bad_input_is_refused_in_a_sentence_that_names_the_field(self, field: str, value: Any) -> None:
        existing = parse_schedule(COMPLETE, now=NOW)
        before = existing.as_dict()
        for data, old in ((COMPLETE | {field: value}, None), ({field: value}, existing)):
            with pytest.raises(InvalidInputError) as refusal:
                parse_schedule(data, now=NOW, existing=old)
            assert refusal.value.field == field
            assert english(refusal.value.message).startswith(f"{field} must be ")
            assert len(english(refusal.value.message)) < 200
        assert existing.as_dict() == before

    @pytest.mark.parametrize("field", REQUIRED)
    def test_a_missing_field_is_refused_by_its_name(self, field: str) -> None:
        with pytest.raises(InvalidInputError, check=says(rf"^{field} must be ")):
            parse_schedule({key: value for key, value in COMPLETE.items() if key != field}, now=NOW)

    @pytest.mark.parametrize(("field", "value"), [("power_w", 3_000), ("power_w", nan), ("target_soc", 80)])
    @pytest.mark.parametrize("action", ["hold", "self_consume"])
    def test_an_action_without_power_refuses_a_power_or_target_rather_than_to_ignore_it(
        self, action: str, field: str, value: Any
    ) -> None:
        with pytest.raises(InvalidInputError) as refusal:
            schedule(**{"action": action, "power_w": 0, "target_soc": None} | {field: value})
        assert refusal.value.field == field

    @pytest.mark.parametrize(
        ("field", "value", "taken"),
        [
            ("name", "  Guests ", "Guests"),
            ("name", "👨‍👩‍👧 über Nacht", "👨‍👩‍👧 über Nacht"),
            ("start", "09:30:15", time(9, 30, 15)),
            ("start", time(9, 30), time(9, 30)),
            ("days", {0, 6}, frozenset({0, 6})),
            ("days", ["Sun", "sun", 6], frozenset({6})),
            ("power_w", 2_499.6, 2_500),
            ("power_w", 100_000, 100_000),
            ("target_soc", None, None),
            ("target_soc", 0, 0.0),
            ("priority", -100.0, -100),
            ("only_on", None, None),
            ("only_on", "2026-01-15", date(2026, 1, 15)),
        ],
    )
    def test_good_input_is_taken_in_each_of_its_forms(self, field: str, value: Any, taken: Any) -> None:
        assert getattr(schedule(**{field: value}), field) == taken

    @given(old=schedules(), power_w=st.integers(1, 100_000), priority=st.integers(-100, 100))
    def test_an_update_changes_what_it_names_and_nothing_else(self, old: Schedule, power_w: int, priority: int) -> None:
        changes = {"priority": priority} | ({"power_w": power_w} if old.power_w else {})
        new = parse_schedule(changes, now=NOW + timedelta(days=9), existing=old)
        assert new.as_dict() == old.as_dict() | changes

    @pytest.mark.parametrize("action", [ScheduleAction.HOLD, ScheduleAction.SELF_CONSUME])
    def test_a_schedule_that_becomes_one_without_power_loses_its_power_and_target(self, action: ScheduleAction) -> None:
        new = parse_schedule({"action": action.value}, now=NOW, existing=schedule())
        assert (new.action, new.power_w, new.target_soc) == (action, 0, None)

    def test_a_schedule_for_one_day_has_that_day_of_the_week(self) -> None:
        assert schedule(only_on="2026-01-15", days=["thu"]).days == frozenset({3})
        assert parse_schedule({"only_on": "2026-01-16"}, now=NOW, existing=schedule()).days == frozenset({4})

    @pytest.mark.parametrize("days", [["mon"], ["thu", "fri"], range(7)])
    def test_other_days_beside_that_one_are_refused(self, days: object) -> None:
        with pytest.raises(InvalidInputError, match="days_of_only_on"):
            schedule(only_on="2026-01-15", days=list(days))

    @pytest.mark.parametrize(
        ("only_on", "start", "end", "right"),
        [
            ("2026-01-15", "12:00", "13:00", True),
            ("2026-01-15", "11:00", "12:01", True),
            ("2026-01-15", "11:00", "12:00", False),
            ("2026-01-14", "13:00", "12:01", True),
            ("2026-01-14", "13:00", "12:00", False),
            ("2025-01-15", "12:00", "13:00", False),
            ("0001-01-01", "12:00", "13:00", False),
            ("9999-12-31", "13:00", "12:00", False),
            ("2026-10-04", "02:00", "03:00", False),
            ("2026-10-04", "02:00", "03:01", True),
        ],
    )
    def test_a_day_without_a_window_to_come_is_refused(self, only_on: str, start: str, end: str, right: bool) -> None:
        sydney = ZoneInfo("Australia/Sydney")
        noon = datetime(2026, 1, 15, 12, tzinfo=sydney)
        with nullcontext() if right else pytest.raises(InvalidInputError, match="day_not_over"):
            check_day(schedule(only_on=only_on, start=start, end=end), noon, sydney)

    def test_a_schedule_for_one_day_comes_back_from_disk_as_it_was(self) -> None:
        of = schedule(only_on="2026-01-15")
        assert Schedule.from_dict(json.loads(json.dumps(of.as_dict()))) == of

    def test_a_schedule_from_before_there_were_such_days_is_for_every_week(self) -> None:
        stored = schedule().as_dict()
        del stored["only_on"]
        assert Schedule.from_dict(stored).only_on is None

    def test_a_hold_that_becomes_a_charge_needs_a_power(self) -> None:
        hold = schedule(action="hold", power_w=0, target_soc=None)
        with pytest.raises(InvalidInputError, check=says(r"^power_w ")):
            parse_schedule({"action": "charge"}, now=NOW, existing=hold)

    @given(old=schedules())
    def test_an_editor_can_send_back_what_it_was_given(self, old: Schedule) -> None:
        assert parse_schedule(old.as_dict(), now=NOW + timedelta(days=9), existing=old) == old

    def test_the_input_chooses_neither_id_nor_date_of_creation(self) -> None:
        made = schedule(id="mine", created_at="2001-01-01T00:00:00+00:00")
        assert made.id != "mine"
        assert made.created_at == NOW

    @given(made=schedules())
    def test_a_schedule_comes_back_from_disk_as_it_was(self, made: Schedule) -> None:
        assert Schedule.from_dict(json.loads(json.dumps(made.as_dict()))) == made

    @pytest.mark.parametrize("field", [*COMPLETE, "id", "created_at"])
    def test_a_damaged_schedule_on_disk_is_refused_by_the_field_that_is_damaged(self, field: str) -> None:
        stored = schedule().as_dict()
        with pytest.raises(InvalidInputError) as refusal:
            Schedule.from_dict(stored | {field: nan})
        assert refusal.value.field == field
        del stored[field]
        with pytest.raises(InvalidInputError, check=says(f"^{field} must be given")):
            Schedule.from_dict(stored)
