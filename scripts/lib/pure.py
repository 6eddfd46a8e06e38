"""The parts of the integration that need nothing but Python, without the integration's own set-up."""

from datetime import UTC, datetime
import json
from pathlib import Path
import sys
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def without_home_assistant() -> None:
    """Let the parts that need no Home Assistant be imported without the integration's own set-up, which does."""
    name = "custom_components.sigenstor_panel"
    package = ModuleType(name)
    package.__path__ = [str(ROOT / "custom_components" / "sigenstor_panel")]
    sys.modules[name] = package
    sys.path.insert(0, str(ROOT))


def in_english(told: object) -> str:
    """Return a message, or what an error tells, in English with times in UTC; anything else as it is."""
    from custom_components.sigenstor_panel.model.message import Message
    from custom_components.sigenstor_panel.model.wording import Wording

    message = getattr(told, "message", told)
    if not isinstance(message, Message):
        return str(told)
    file = ROOT / "custom_components" / "sigenstor_panel" / "translations" / "en.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    texts = {f"{group}.{name}": text for group, names in data["config_panel"].items() for name, text in names.items()}
    texts |= {f"weekday.{day}": text for day, text in data["selector"]["weekday"]["options"].items()}
    wording = Wording(texts=texts, zone=UTC, currency="AUD", decimal_comma=False)
    return wording.text(message, datetime.now(UTC))


def read_json(path: str) -> Any:
    """Return what a JSON file holds, or standard input for -; raise ValueError, with a sentence, where it is none."""
    try:
        return json.loads(sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from None
