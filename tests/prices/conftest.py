"""The order in which a recorder and Home Assistant start."""

import pytest


@pytest.fixture(autouse=True)
def use_custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant load this integration; where a test has a recorder, that has to be there first."""
    for name in ("recorder_mock", "hass"):
        if name in request.fixturenames:
            request.getfixturevalue(name)
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")
