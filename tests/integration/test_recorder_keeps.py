"""A recorder that keeps less than is looked back at is said, and no other."""

from typing import Any

from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.const import DOMAIN


@pytest.fixture
def recorder_config(request: pytest.FixtureRequest) -> dict[str, Any]:
    """How the recorder is set up."""
    config: dict[str, Any] = request.param
    return config


@pytest.mark.parametrize(
    ("recorder_config", "placeholders"),
    [
        ({"purge_keep_days": 1}, {"kept": "1", "needed": "7"}),
        ({"purge_keep_days": 6}, {"kept": "6", "needed": "7"}),
        ({"purge_keep_days": 7}, None),
        ({}, None),
        ({"purge_keep_days": 1, "auto_purge": False}, None),
    ],
    indirect=["recorder_config"],
    ids=["a day", "six days", "a week", "as it is by default", "nothing is purged"],
)
async def test_it_is_said_where_details_are_gone_before_a_week_is_over(
    recorder_mock: Recorder, hass: HomeAssistant, entry: MockConfigEntry, placeholders: dict[str, str] | None
) -> None:
    assert await hass.config_entries.async_setup(entry.entry_id)
    issue = ir.async_get(hass).async_get_issue(DOMAIN, "recorder_keeps_too_little")
    assert (None if issue is None else issue.translation_placeholders) == placeholders
