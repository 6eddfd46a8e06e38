"""A short soak: `scripts/soak` runs it for as long as you like."""

from pathlib import Path

import pytest

from custom_components.sigenstor_panel.control import memory
from custom_components.sigenstor_panel.plant import client
from soak.__main__ import soak


@pytest.mark.parametrize("seed", [1, 2])
async def test_in_some_hours_of_trouble_nothing_happens_that_must_not(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The soak sets both for its process; here they are put back.
    monkeypatch.setattr(memory, "ACKNOWLEDGE_RANGE_S", memory.ACKNOWLEDGE_RANGE_S)
    monkeypatch.setattr(client, "BUSY_PAUSES_S", client.BUSY_PAUSES_S)
    _, invariants, _ = await soak(0.1, seed, tmp_path)
    assert invariants.checks > 500
    assert invariants.violations == []
