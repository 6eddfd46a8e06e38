"""A message keeps its meaning on its way to a reader."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.model.message import Message, plain, say
from custom_components.sigenstor_panel.model.wording import Wording
from tests.english import NOON, WORDING, english, texts_of

SHARED = json.loads((Path(__file__).parent / "message_cases.json").read_text())
"""What `frontend/src/message.test.ts` reads too: both write the same."""
NAMES = st.sampled_from(["power_w", "price_per_kwh", "target_soc", "name", "wait_s"])
SIMPLE = st.dictionaries(
    NAMES, st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False), max_size=3
)
MESSAGES = st.recursive(
    st.builds(Message, st.text(min_size=1), SIMPLE),
    lambda inner: st.builds(
        Message,
        st.text(min_size=1),
        st.dictionaries(NAMES, inner | st.lists(inner, max_size=2).map(tuple), max_size=2),
        st.lists(inner, max_size=2).map(tuple),
    ),
    max_leaves=6,
)


@given(MESSAGES, st.datetimes(timezones=st.just(UTC)))
def test_a_message_is_the_same_after_a_database(message: Message, moment: datetime) -> None:
    timed = say("word.time_tomorrow", message, at_at=moment)
    assert Message.from_text(timed.as_text()) == timed


@pytest.mark.parametrize(
    "text",
    [
        "Force charge at 5.0 kW",
        "",
        "42",
        "null",
        '{"key": 1}',
        '{"key":"word.text"}',
        '{"key":"word.text","values":{"text":5}}',
        '{"key":"a","values":{"power_w":NaN}}',
        '{"key":"a","details":[1]}',
        "[" * 100_000,
        '{"kind": "x"}',
        '{"key": "a", "values": 3}',
    ],
)
def test_what_an_older_version_stored_is_shown_as_it_stands(text: str) -> None:
    assert english(Message.from_text(text)) == text


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("power_w", 5000, "5.0 kW"),
        ("power_w", 0, "0 W"),
        ("power_w", 850, "850 W"),
        ("energy_kwh", 12, "12.0 kWh"),
        ("price_per_kwh", 0.041, "4.1 c"),
        ("price_per_kwh", -0.38, "-38 c"),
        ("price_per_kwh", 16.5, "1650 c"),
        ("target_soc", 80.0, "80 %"),
        ("target_soc", 14.5, "14.5 %"),
        ("limit_c", 50.0, "50 °C"),
        ("wait_s", 40.4, "40 s"),
        ("wait_s", 300, "5 min"),
        ("wait_s", 5400 * 2, "3 h"),
        ("paid_money", 1.2, "$1.20"),
        ("paid_money", -1234.567, "-$1234.57"),
        ("paid_money", -0.001, "$0.00"),
        ("count", 3, "3"),
        ("name", "Night rate", "Night rate"),
        ("by_at", NOON + timedelta(hours=6, minutes=30), "18:30"),
        ("by_at", NOON + timedelta(hours=19), "07:00 tomorrow"),
        ("by_at", NOON + timedelta(days=3), "Sunday 12:00"),
    ],
)
def test_a_value_is_written_by_the_unit_in_its_name(name: str, value: float, written: str) -> None:
    wording = Wording(
        texts=texts_of("en") | {"a": f"{{{name}}}"}, zone=WORDING.zone, currency="AUD", decimal_comma=False
    )
    assert wording.text(Message("a", {name: value}), NOON) == written


def test_a_message_is_written_in_another_language_clock_and_currency() -> None:
    wording = Wording(
        texts=texts_of("fr") | {"a": "{power_w}, {price_per_kwh}, {paid_money}, {by_at}"},
        zone=ZoneInfo("Europe/Paris"),
        currency="SEK",
        decimal_comma=True,
    )
    message = say("a", power_w=5500, price_per_kwh=1.234, paid_money=20.5, by_at=NOON + timedelta(days=3))
    assert wording.text(message, NOON) == "5,5 kW, 1,23 SEK, 20,50 SEK, Dimanche 03:00"
    assert replace(wording, currency="EUR").text(say("common.paid", money=20.5), NOON) == "20,50 € payés"


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: case["written"])
def test_the_panel_writes_the_same(case: dict[str, Any]) -> None:
    wording = replace(WORDING, texts=texts_of("en") | {"case": case["text"]})
    message = Message.from_dict({**case, "key": "case"})
    assert wording.text(message, datetime.fromisoformat(SHARED["now"])) == case["written"]


def test_details_are_sentences_of_their_own() -> None:
    assert english(say("word.action_hold", plain("Because of this"), plain("And of that"))) == (
        f"{english(say('word.action_hold'))}. Because of this. And of that."
    )


def test_a_key_without_a_text_still_says_what_is_known() -> None:
    assert english(say("gone.in_this_version", power_w=5)) == "gone.in_this_version power_w=5"


@pytest.mark.parametrize("name", ["power_w", "energy_kwh", "price_per_kwh", "target_soc", "wait_s", "count"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.0, -0.04, 1e308, 10**30])
def test_an_odd_number_is_written_all_the_same(name: str, value: float) -> None:
    written = replace(WORDING, texts={"a": f"{{{name}}}"}).text(Message("a", {name: value}), NOON)
    assert written
    assert not written.startswith("-0 ")
