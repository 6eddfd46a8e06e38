"""What reasons have in common: the prices behind them, and what is missing."""

from dataclasses import replace
from datetime import datetime

from ..model.message import Message, say
from .contract import Degradation


def with_details(message: Message, *details: Message) -> Message:
    """Return a message with further details."""
    return replace(message, details=(*message.details, *details))


def missing(degradation: Degradation) -> Message:
    """Return what is missing."""
    return say(f"word.degradation_{degradation}")


def buying(per_kwh: float) -> Message:
    """Return what a kWh from the grid costs, or earns where the price is negative."""
    if per_kwh < 0:
        return say("reason.buying_earns", earned_per_kwh=_money(-per_kwh))
    return say("reason.buying_costs", buy_per_kwh=_money(per_kwh))


def feeding(per_kwh: float) -> Message:
    """Return what a kWh to the grid earns, or costs where the price is negative."""
    if per_kwh < 0:
        return say("reason.feeding_costs", cost_per_kwh=_money(-per_kwh))
    return say("reason.feeding_earns", sell_per_kwh=_money(per_kwh))


def price_then(per_kwh: float, *, exported: bool, then_at: datetime) -> Message:
    """Return what a kWh to the grid earns, or one from it costs, at another time."""
    price = _money(per_kwh)
    if exported:
        return say("reason.feeding_then", sell_per_kwh=price, then_at=then_at)
    return say("reason.buying_then", buy_per_kwh=price, then_at=then_at)


def export_limited(sell_per_kwh: float, limit_w: float) -> Message:
    """Return what a negative feed-in price does."""
    return say("reason.export_limited", cost_per_kwh=_money(-sell_per_kwh), limit_w=round(limit_w))


def _money(per_kwh: float) -> float:
    return round(per_kwh, 4) + 0.0
