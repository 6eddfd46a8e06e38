"""The logbook tells in sentences what control does, and the recorder keeps no table as an attribute."""

from collections.abc import Awaitable, Callable
import json
from types import SimpleNamespace
from typing import Any

from forecasts import CLOUDS
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.sigenstor_panel.const import DOMAIN, EVENT_CONTROL
from custom_components.sigenstor_panel.logbook import async_describe_events
from custom_components.sigenstor_panel.texts import async_load_texts

type Act = Callable[..., Awaitable[Any]]

RECORDED_CHARACTERS = 1_500


def described(hass: HomeAssistant, data: dict[str, Any]) -> dict[str, Any]:
    """Return what the logbook shows of an event of control."""
    found: dict[str, Any] = {}
    async_describe_events(hass, lambda domain, name, describe: found.update({name: describe, "domain": domain}))
    assert found["domain"] == DOMAIN
    shown: dict[str, Any] = found[EVENT_CONTROL](SimpleNamespace(data=data))
    return shown


async def test_a_command_and_the_end_of_an_override_are_sentences(
    hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act
) -> None:
    events = async_capture_events(hass, EVENT_CONTROL)
    await act("force_hold", duration="01:00:00")
    await act("clear_override")
    shown = [described(hass, dict(event.data)) for event in events]
    assert {one["name"] for one in shown} == {"SigenStor"}
    assert {one["entity_id"] for one in shown} == {"event.sigenstor_control"}
    assert any(one["message"].startswith("carried out a command from Force hold: Force hold until") for one in shown)
    entry = er.async_get(hass).async_get("event.sigenstor_control")
    assert entry is not None
    assert {event.data["device_id"] for event in events} == {entry.device_id}


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("refusal", "refused Night: The battery is too cold"),
        ("alert", "needs attention: The battery is too cold"),
        ("override_ended", "ended the override: The battery is too cold"),
        ("new", "The battery is too cold"),
    ],
)
async def test_every_kind_of_event_has_its_sentence(hass: HomeAssistant, kind: str, message: str) -> None:
    await async_load_texts(hass)
    data = {"kind": kind, "owner": "Night", "reason": "The battery is too cold", "system": "SigenStor"}
    assert described(hass, data)["message"] == message


@pytest.mark.parametrize("simulator_settings", [CLOUDS])
async def test_no_state_brings_a_table_into_the_recorder(hass: HomeAssistant, forecasting: MockConfigEntry) -> None:
    await forecasting.runtime_data.optimiser.async_optimise("test")
    await hass.async_block_till_done()
    for state in hass.states.async_all():
        assert state.state_info is not None
        left_out = state.state_info["unrecorded_attributes"]
        recorded = {name: value for name, value in state.attributes.items() if name not in left_out}
        assert len(json.dumps(recorded, default=str)) < RECORDED_CHARACTERS, state.entity_id
