"""The parts of the integration that need nothing but Python, without the integration's own set-up."""

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


def read_json(path: str) -> Any:
    """Return what a JSON file holds, or standard input for -; raise ValueError, with a sentence, where it is none."""
    try:
        return json.loads(sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from None
