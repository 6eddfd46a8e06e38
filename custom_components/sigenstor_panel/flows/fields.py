"""The fields that forms are made of."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import NumberSelector, NumberSelectorConfig, NumberSelectorMode
from homeassistant.helpers.translation import async_get_translations
import voluptuous as vol

from ..const import DOMAIN, SECTION_ADVANCED


def number(low: float, high: float, step: float, unit: str | None = None) -> NumberSelector:
    """Return a field for a number in [low, high]."""
    config = NumberSelectorConfig(min=low, max=high, step=step, mode=NumberSelectorMode.BOX)
    if unit:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


def any_number(unit: str | None = None) -> NumberSelector:
    """Return a field for a number whose range the flow checks itself, to say at the field what is allowed."""
    config = NumberSelectorConfig(step="any", mode=NumberSelectorMode.BOX)
    if unit:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


def whole_number(low: int, high: int, unit: str | None = None) -> vol.All:
    """Return a field for a whole number in [low, high]."""
    return vol.All(number(low, high, 1, unit), vol.Coerce(int))


def power(low_w: float, high_w: float) -> NumberSelector:
    """Return a field for a power in [low, high], which people read and enter in kW."""
    config = NumberSelectorConfig(min=low_w / 1000, max=high_w / 1000, step="any", mode=NumberSelectorMode.BOX)
    config["unit_of_measurement"] = "kW"
    return NumberSelector(config)


def collapsed(fields: Mapping[vol.Marker, Any]) -> section:
    """Return a section of a form that is closed at first."""
    return section(vol.Schema(fields), {"collapsed": True})


def advanced(fields: Mapping[vol.Marker, Any]) -> dict[vol.Marker, Any]:
    """Return the section of what few people need, as a part of a form's fields."""
    return {vol.Required(SECTION_ADVANCED): collapsed(fields)}


def field_of(name: str) -> str:
    """Return the name of the field for a setting: `import_limit_kw` for `import_limit_w`."""
    return f"{name.removesuffix('_w')}_kw" if name.endswith("_w") else name


async def async_labels(hass: HomeAssistant, step: str) -> dict[str, str]:
    """Return what the fields of a step of the options are called, in Home Assistant's language."""
    texts = await async_get_translations(hass, hass.config.language, "options", {DOMAIN})
    prefix = f"component.{DOMAIN}.options.step.{step}."
    return {key.rpartition(".")[2]: text for key, text in texts.items() if key.startswith(prefix) and ".data." in key}


def in_kw(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings as their fields show them."""
    return {
        field_of(name): value / 1000 if name.endswith("_w") and value is not None else value
        for name, value in settings.items()
    }


def in_w(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was entered as settings."""
    return {
        f"{name.removesuffix('_kw')}_w" if name.endswith("_kw") else name: (
            round(value * 1000) if name.endswith("_kw") and value is not None else value
        )
        for name, value in fields.items()
    }
