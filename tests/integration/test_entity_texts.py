"""Every entity of a plant with prices and a PV forecast has its name, its icon and a word for each of its states."""

import json
from pathlib import Path
from typing import Any

from forecasts import CLOUDS
from homeassistant.components.event import EventEntity
from homeassistant.components.select import SelectEntity
from homeassistant.components.sensor import SensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import async_get_platforms
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components import sigenstor_panel
from custom_components.sigenstor_panel import PLATFORMS
from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.model.command import Action, Actor
from simulator import Simulator
from tests.integration.conftest import NIGHT

FOLDER = Path(sigenstor_panel.__file__).parent
NAMES: dict[str, Any] = json.loads((FOLDER / "translations" / "en.json").read_text())["entity"]
ICONS: dict[str, Any] = json.loads((FOLDER / "icons.json").read_text())["entity"]


@pytest.fixture
def simulator_settings() -> dict[str, Any]:
    return {**CLOUDS, "ac_charger_units": (5,)}


@pytest.fixture
def clouds(hass: HomeAssistant, simulator: Simulator, clouds: MockConfigEntry) -> MockConfigEntry:
    """A plant with everything that one can have: both kinds of chargers, and a smart load."""
    simulator.set(dc_charger_power_w=5000)
    simulator.disturb(addresses=[30098], reads=123)
    hass.config_entries.async_update_entry(clouds, data={**clouds.data, "ac_charger_unit_ids": [5]})
    return clouds


@pytest.fixture
def all_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let entities be there that people have to enable."""
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)


@pytest.fixture
async def entities(
    all_enabled: None, hass: HomeAssistant, forecasting: MockConfigEntry
) -> dict[str, dict[str, Entity]]:
    """Every entity that a plant with a schedule has, by platform and translation key."""
    await forecasting.runtime_data.control.async_set_schedule(NIGHT)
    await hass.async_block_till_done()
    found: dict[str, dict[str, Entity]] = {}
    for platform in async_get_platforms(hass, DOMAIN):
        found.setdefault(platform.domain, {}).update(
            {entity.translation_key or entity.entity_id: entity for entity in platform.entities.values()}
        )
    return found


async def test_every_entity_has_its_texts_and_every_text_its_entity(entities: dict[str, dict[str, Entity]]) -> None:
    assert NAMES.keys() == entities.keys() == set(PLATFORMS)
    for platform, by_key in entities.items():
        assert by_key.keys() == NAMES[platform].keys()
        # Without a name, an entity has that of its device.
        assert all(text.get("name") or by_key[key].name is None for key, text in NAMES[platform].items())
        assert ICONS[platform].keys() <= by_key.keys()
        for key, entity in by_key.items():
            assert entity.device_class or key in ICONS[platform], f"{platform} {key} has no icon"
            states = NAMES[platform][key].get("state", {}).keys()
            if isinstance(entity, SensorEntity | SelectEntity):
                assert states == set(entity.options or ()), f"{platform} {key}"
            if isinstance(entity, EventEntity):
                kinds = NAMES[platform][key]["state_attributes"]["event_type"]["state"]
                assert kinds.keys() == set(entity.event_types), f"{platform} {key}"


async def test_the_attributes_that_say_why_have_names(entities: dict[str, dict[str, Entity]]) -> None:
    named = NAMES["sensor"]["control_state"]["state_attributes"]
    assert named.keys() == (entities["sensor"]["control_state"].extra_state_attributes or {}).keys()
    for name, kind in (("wanted", Action), ("applied", Action), ("actor", Actor)):
        assert named[name]["state"].keys() == set(kind)
