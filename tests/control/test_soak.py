"""A short soak: `scripts/soak` runs it for as long as you like."""

from pathlib import Path

import pytest

from soak.__main__ import soak


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_in_some_hours_of_trouble_nothing_happens_that_must_not(seed: int, tmp_path: Path) -> None:
    outcome = soak(0.2, seed, tmp_path)
    assert outcome.checks > 1_000
    assert outcome.violations == []
