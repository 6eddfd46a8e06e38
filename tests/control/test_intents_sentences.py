"""What a refused request and a chosen one say, word by word."""

from datetime import UTC, datetime, timedelta
import json
from typing import Any

import pytest

from custom_components.sigenstor_panel.control.intents import (
    InvalidInputError,
    Override,
    OverrideKind,
    Requests,
    Schedule,
    arbitrate,
    new_override,
    parse_schedule,
)
from tests.control.intents_examples import COMPLETE, NOW, schedule
from tests.english import english


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "x" * 61, f"name must be 1 to 60 characters on one line, not '{'x' * 12}...{'x' * 13}'"),
        ("days", [], "days must be one or more days, from mon to sun or from 0 to 6, not []"),
        ("days", [7], "days must be one or more days, from mon to sun or from 0 to 6, not 7"),
        ("end", "22:00", "end must be another time than start, not '22:00:00'"),
        (
            "colour",
            "red",
            (
                "colour must be left out: "
                "the fields are action, days, enabled, end, name, only_on, power_w, priority, start, target_soc, not 'red'"
            ),
        ),
    ],
)
def test_a_refused_schedule_says_what_is_allowed_and_what_was_given(field: str, value: Any, sentence: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_schedule(COMPLETE | {field: value}, now=NOW)
    assert english(refused.value.message) == sentence


def test_a_schedule_on_disk_without_a_name_of_its_own_is_refused_in_a_sentence() -> None:
    with pytest.raises(InvalidInputError) as refused:
        Schedule.from_dict(schedule().as_dict() | {"id": 7})
    assert english(refused.value.message) == "id must be text, not 7"


def test_a_refused_duration_says_what_is_allowed_and_what_was_given() -> None:
    with pytest.raises(InvalidInputError) as refused:
        new_override(OverrideKind.FORCE_HOLD, now=NOW, duration=60)  # type: ignore[arg-type]
    assert english(refused.value.message) == "duration must be from 1 min to 24 h, not 60"


@pytest.mark.parametrize(
    ("power_w", "target_soc", "reason"),
    [
        (990, 80, "Force charge at 990 W until 80 %"),
        (1_000, 80, "Force charge at 1.0 kW until 80 %"),
        (4_051, 82.54, "Force charge at 4.1 kW until 82.5 %"),
    ],
)
def test_a_power_from_a_kilowatt_on_is_said_in_kilowatts_and_a_target_to_a_tenth_of_a_percent(
    power_w: int, target_soc: float, reason: str
) -> None:
    requests = Requests(
        override=new_override(OverrideKind.FORCE_CHARGE, now=NOW, power_w=power_w, target_soc=target_soc),
        schedules=(),
        automatic=None,
        optimiser_above_schedules=False,
        emergency_stop=False,
    )
    assert english(arbitrate(requests, soc=50.0, now=NOW, zone=UTC).reason) == reason


def test_a_forced_hold_comes_back_from_disk_as_it_was() -> None:
    override = new_override(OverrideKind.FORCE_HOLD, now=NOW, duration=timedelta(hours=1))
    assert Override.from_dict(json.loads(json.dumps(override.as_dict()))) == override


def test_a_name_may_be_60_characters_long() -> None:
    assert schedule(name="x" * 60).name == "x" * 60


def test_a_schedule_is_created_at_a_moment_in_utc_whatever_zone_that_comes_in() -> None:
    moment = datetime.fromisoformat("2026-01-15T03:00:00+11:00")
    created_at = parse_schedule(COMPLETE, now=moment).created_at
    assert created_at == moment
    assert created_at.tzinfo is UTC
