"""The engines: each has its own look at the same inputs, and an opinion."""

from ..contract import Opinion, OptimiserSettings
from . import price, solar, usage
from .ahead import Columns
from .outlook import EngineInputs, LaterSlot, Outlook

__all__ = ["Columns", "LaterSlot", "opinions"]


def opinions(inputs: EngineInputs, settings: OptimiserSettings) -> tuple[Opinion, ...]:
    """Return what the engines of the rules think; those of weight 0 are not asked."""
    rules = settings.rules
    engines = (
        (price.opinion, rules.price_weight),
        (solar.opinion, rules.solar_weight),
        (usage.opinion, rules.usage_weight),
    )
    outlook = Outlook(inputs, settings)
    return tuple(opinion(inputs, settings, outlook) for opinion, weight in engines if weight > 0)
