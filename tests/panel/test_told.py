"""Errors carry what they tell as a message: the panel writes it in the language of its reader, at the field it is about."""

from typing import Any

from browsers import Browser
import pytest

from custom_components.sigenstor_panel.model.message import Message
from custom_components.sigenstor_panel.panel import history
from tests.english import english


def told(answer: dict[str, Any]) -> Message:
    """Return what an error tells."""
    return Message.from_text(answer["error"]["translation_placeholders"]["told"])


async def test_a_refused_value_is_told_with_its_field_and_what_is_allowed(browser: Browser) -> None:
    for answer, sentence in (
        (await browser.ask("plan/what_if", reserve_soc=120), "reserve_soc must be from 0 to 90 %, not 120"),
        (await browser.act("force_charge", power_w=0), "power_w must be from 1 to 100000 W, not 0"),
    ):
        error = answer["error"]
        assert (error["translation_domain"], error["translation_key"]) == ("sigenstor_panel", "invalid_input")
        assert error["translation_placeholders"]["message"] == sentence
        assert error["translation_placeholders"]["field"] == sentence.split()[0]
        assert english(told(answer)) == sentence
        assert told(answer).key == "invalid.must_be"
        assert told(answer).values.keys() == {"field", "allowed", "value"}


async def test_a_history_that_cannot_be_read_is_told(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "DATA_INSTANCE", "nothing")
    answer = await browser.ask("history/query", period="day", start="2026-01-14", end="2026-01-15")
    assert english(told(answer)) == "The history cannot be read. The recorder does not run."
