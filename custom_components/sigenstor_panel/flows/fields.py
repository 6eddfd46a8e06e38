"""The fields that forms are made of."""

from homeassistant.helpers.selector import NumberSelector, NumberSelectorConfig, NumberSelectorMode
import voluptuous as vol


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
