"""The engines: each has its own view of the same inputs."""

from ..contract import Opinion, OptimiserSettings
from . import price, solar, usage
from .ahead import Columns
from .outlook import EngineInputs, LaterSlot, Outlook, View

__all__ = ["Columns", "LaterSlot", "opinions", "views"]


def opinions(inputs: EngineInputs, settings: OptimiserSettings) -> tuple[Opinion, ...]:
    """Return what the engines of the rules think; those of weight 0 are not asked."""
    return tuple(view.opinion() for view in views(inputs, settings))


def views(inputs: EngineInputs, settings: OptimiserSettings) -> list[View]:
    """Return the same without their reasons."""
    rules = settings.rules
    engines = (
        (price.view, rules.price_weight),
        (solar.view, rules.solar_weight),
        (usage.view, rules.usage_weight),
    )
    asked = [view for view, weight in engines if weight > 0]
    outlook = Outlook(inputs, settings) if asked else None
    return [view(inputs, settings, outlook) for view in asked]
