"""Filling in the forms behind "Configure", as people do."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, section
from pytest_homeassistant_custom_component.common import MockConfigEntry

type Fields = dict[str, Any]


async def choose(hass: HomeAssistant, entry: MockConfigEntry, *menu: str) -> Fields:
    """Open "Configure" and choose from its menus; return the step that follows."""
    step = await hass.config_entries.options.async_init(entry.entry_id)
    for choice in menu:
        assert step["type"] is FlowResultType.MENU
        step = await hass.config_entries.options.async_configure(step["flow_id"], {"next_step_id": choice})
    return step


async def fill_in(hass: HomeAssistant, step: Fields, answers: Fields) -> Fields:
    """Send a form of "Configure", and let the plant reload where that follows."""
    step = await hass.config_entries.options.async_configure(step["flow_id"], answers)
    await hass.async_block_till_done()
    return step


def suggested(form: Fields) -> Fields:
    """Return what a form shows in its fields, those of its sections too."""
    schemas = [form["data_schema"].schema]
    schemas += [part.schema.schema for part in schemas[0].values() if isinstance(part, section)]
    return {
        str(field): field.description["suggested_value"] for schema in schemas for field in schema if field.description
    }
