"""The blueprint that tells people about what happened, run by Home Assistant's own automations."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from homeassistant.components.blueprint.models import Blueprint, BlueprintInputs
from homeassistant.components.blueprint.schemas import BLUEPRINT_SCHEMA
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util, yaml as yaml_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed, async_mock_service

from custom_components.sigenstor_panel.event import EVENTS

BLUEPRINT = Path(__file__).parents[2] / "blueprints/automation/sigenstor_panel/notify.yaml"
CONTROL, SPIKE = "event.sigenstor_control", "binary_sensor.sigenstor_price_spike"


@pytest.fixture
async def told(hass: HomeAssistant) -> list[Any]:
    """What the blueprint's automation tells, with only the control event and the price spike filled in."""
    hass.states.async_set(CONTROL, "unknown")
    hass.states.async_set(SPIKE, "off")
    data = yaml_util.load_yaml_dict(str(BLUEPRINT))
    blueprint = Blueprint(data, path="notify.yaml", expected_domain="automation", schema=BLUEPRINT_SCHEMA)
    assert blueprint.validate() is None
    calls = async_mock_service(hass, "persistent_notification", "create")
    inputs = {"control_event": CONTROL, "price_spike": [SPIKE]}
    filled_in = BlueprintInputs(blueprint, {"use_blueprint": {"path": "notify.yaml", "input": inputs}})
    filled_in.validate()
    assert await async_setup_component(
        hass, "automation", {"automation": {"id": "told", **filled_in.async_substitute()}}
    )
    await hass.async_block_till_done()
    return calls


def happen(hass: HomeAssistant, kind: str, at: str | None = None) -> None:
    """Let the control event entity report something, now unless another time is given."""
    reason = f"Because of a {kind}"
    hass.states.async_set(CONTROL, at or dt_util.utcnow().isoformat(), {"event_type": kind, "reason": reason})


@pytest.mark.parametrize("kind", ["override_ended", "alert", "refusal"])
async def test_what_happens_to_control_is_told_with_its_reason(hass: HomeAssistant, told: list[Any], kind: str) -> None:
    assert EVENTS[0].event_types is not None
    assert kind in EVENTS[0].event_types
    happen(hass, kind)
    await hass.async_block_till_done()
    assert [call.data["message"] for call in told] == [f"Because of a {kind}"]


async def test_a_price_spike_is_told_when_it_begins(hass: HomeAssistant, told: list[Any]) -> None:
    for state in ("on", "off"):
        hass.states.async_set(SPIKE, state)
        await hass.async_block_till_done()
    assert [call.data["title"] for call in told] == ["Electricity is very expensive"]


async def test_every_day_commands_are_not_told(hass: HomeAssistant, told: list[Any]) -> None:
    happen(hass, "command")
    await hass.async_block_till_done()
    assert not told


async def test_an_event_from_before_a_restart_is_not_told_again(hass: HomeAssistant, told: list[Any]) -> None:
    hass.states.async_remove(CONTROL)
    happen(hass, "alert", at="2026-01-01T00:00:00+00:00")
    await hass.async_block_till_done()
    assert not told


async def test_a_time_pattern_lets_the_optimiser_decide(hass: HomeAssistant) -> None:
    path = BLUEPRINT.with_name("optimise_on_a_pattern.yaml")
    blueprint = Blueprint(
        yaml_util.load_yaml_dict(str(path)), path=path.name, expected_domain="automation", schema=BLUEPRINT_SCHEMA
    )
    assert blueprint.validate() is None
    calls = async_mock_service(hass, "sigenstor_panel", "optimise")
    filled_in = BlueprintInputs(blueprint, {"use_blueprint": {"path": path.name, "input": {"minutes": "/10"}}})
    filled_in.validate()
    assert await async_setup_component(hass, "automation", {"automation": filled_in.async_substitute()})
    now = dt_util.utcnow()
    async_fire_time_changed(hass, now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1, minutes=20))
    await hass.async_block_till_done()
    assert len(calls) == 1
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)
