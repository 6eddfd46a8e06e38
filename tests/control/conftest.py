"""Control that need not wait for the plant to take up what was written, and an execution over registers in memory."""

from guardrail_examples import HOLD
import pytest
from wired import Wired

from custom_components.sigenstor_panel.control import memory
from custom_components.sigenstor_panel.control.execution import Done


@pytest.fixture(autouse=True)
def acknowledged_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a memory be loaded that reads back at once."""
    monkeypatch.setattr(memory, "ACKNOWLEDGE_RANGE_S", (0.0, 10.0))


@pytest.fixture
async def bench() -> Wired:
    return Wired()


@pytest.fixture
async def held() -> Wired:
    """A battery that was put on hold."""
    bench = Wired()
    assert await bench.apply(HOLD) == Done(True, changed=True, outcome=None)
    bench.forget()
    bench.read()
    return bench
