"""Messages as an English reader in Brisbane is told them."""

from collections.abc import Callable
from datetime import UTC, datetime
import json
from pathlib import Path
import re
from typing import Any
from zoneinfo import ZoneInfo

from custom_components.sigenstor_panel.model.message import Message, MessageError
from custom_components.sigenstor_panel.model.wording import Wording

TRANSLATIONS = Path(__file__).parents[1] / "custom_components" / "sigenstor_panel" / "translations"
NOON = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
"""Midday in Brisbane, a Thursday."""


def texts_of(language: str) -> dict[str, str]:
    """Return the texts that messages are written with, by key."""
    data: dict[str, Any] = json.loads((TRANSLATIONS / f"{language}.json").read_text())
    texts = {f"{group}.{name}": text for group, keys in data["config_panel"].items() for name, text in keys.items()}
    days = data["selector"]["weekday"]["options"]
    return texts | {f"weekday.{day}": text for day, text in days.items()}


WORDING = Wording(texts=texts_of("en"), zone=ZoneInfo("Australia/Brisbane"), currency="AUD", decimal_comma=False)


def english(message: Message | None, now: datetime = NOON) -> str:
    """Return a message with its details in English; nothing where there is none."""
    return "" if message is None else WORDING.text(message, now)


def says(sentence: str) -> Callable[[MessageError], bool]:
    """Return a check of `pytest.raises`: whether an error's message matches this in English."""
    return lambda error: re.search(sentence, english(error.message)) is not None
