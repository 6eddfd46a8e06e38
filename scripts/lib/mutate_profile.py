"""A pytest plugin for scripts/mutate: the same few examples every time, and as little work per mutant as it takes."""

import gc
import os

from hypothesis import HealthCheck, Phase, settings
import pytest

settings.register_profile(
    "mutants",
    deadline=None,
    max_examples=30,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow],
)

# Every mutant is a fork of a process that has imported everything. pytest collects garbage five times when it ends,
# which took most of a mutant's time while it looked through all of that.
os.register_at_fork(after_in_child=gc.freeze)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of Home Assistant's plugin, which is not loaded, that tests/conftest.py asks for."""
    parser.addoption("--dburl", default="sqlite://")
