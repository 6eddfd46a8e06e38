"""Saves states to a file until it is killed: `dying_saver.py PATH` says each number once it is on disk."""

from pathlib import Path
import sys
from types import ModuleType

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "custom_components" / "sigenstor_panel"

if "custom_components.sigenstor_panel" not in sys.modules:
    # Home Assistant is not loaded: the package's own `__init__` would, and this has to start fast.
    sys.path.insert(0, str(ROOT))
    for name, folder in (("custom_components", PACKAGE.parent), ("custom_components.sigenstor_panel", PACKAGE)):
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package

from custom_components.sigenstor_panel.control.state_file import StateFile  # noqa: E402


def check(data: dict[str, object]) -> None:
    """Refuse a state whose padding does not fit its number."""
    number, padding = data["number"], data["padding"]
    assert isinstance(number, int)
    assert isinstance(padding, str)
    if set(padding) != {str(number % 10)}:
        raise ValueError("a mixture of two states")


def main(path: str) -> None:
    """Save one state after the other."""
    file = StateFile(Path(path), check)
    stored = file.load()
    number = 0 if stored is None else int(stored["number"])
    while True:
        number += 1
        # Some blocks long, so that a write can be cut off in the middle.
        file.save({"number": number, "padding": str(number % 10) * 20_000})
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
