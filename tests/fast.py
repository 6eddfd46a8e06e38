"""A choice of the unit tests that answers within a minute: `scripts/test unit --fast`."""

from hypothesis import settings
import pytest


def pytest_configure() -> None:
    """Let random tests try few examples."""
    settings.register_profile("fast", settings(), max_examples=5, stateful_step_count=10)
    settings.load_profile("fast")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what starts Home Assistant, and what is marked as slow."""
    chosen: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        slow = item.get_closest_marker("slow") or "hass" in getattr(item, "fixturenames", ())
        (left_out if slow else chosen).append(item)
    items[:] = chosen
    config.hook.pytest_deselected(items=left_out)
