"""Control that need not wait for the plant to take up what was written."""

import pytest

from custom_components.sigenstor_panel.control import memory


@pytest.fixture(autouse=True)
def acknowledged_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a memory be loaded that reads back at once."""
    monkeypatch.setattr(memory, "ACKNOWLEDGE_RANGE_S", (0.0, 10.0))
