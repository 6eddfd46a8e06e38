"""Charge when the price is low, discharge when it is high, and keep what is stored for a high price soon.

The score of a charge is how cheap now is among the prices of the day ahead × how much of the time that is as cheap is
needed to fill the battery; that of a discharge, the same the other way round.
"""

from collections.abc import Callable

from ...model.command import Action
from ...model.message import Message, say
from ..contract import Engine, OptimiserSettings
from ..reasons import buying, feeding, price_then, with_details
from .ahead import HoursAhead
from .outlook import EngineInputs, Outlook, TakeView, View

_DAY = 24.0
_SOON = 12.0
_RULE = 0.5
"""How sure a threshold of the owner's makes by itself; the score adds as much again."""
_BETWEEN = 0.2


def view(inputs: EngineInputs, settings: OptimiserSettings, outlook: Outlook | None = None) -> View:
    """Return what the prices ask for."""
    outlook = outlook or Outlook(inputs, settings)
    rules, slot = settings.rules, outlook.slot
    price, day = slot.buy_per_kwh, outlook.ahead(_DAY)
    columns = outlook.columns
    highest, in_hours = day.highest(columns.buy)
    says = outlook.opinions_of(Engine.PRICE, rules.price_weight)

    def charges(why: Callable[[bool], Message]) -> View:
        """Charge, or keep what is stored where that is not possible: `why` is asked which of both it is."""
        if outlook.charge_w:
            score = _score(day, day.values(columns.buy), price, outlook.room_kwh, outlook.charge_w)
            return says(Action.CHARGE, lambda: why(True), _RULE + _RULE * score, outlook.charge_w)
        return says(outlook.keep(), lambda: why(False), _RULE)

    if price < rules.cheap_buy_per_kwh or price < 0:
        return charges(lambda charging: _because_cheap(outlook, highest, in_hours, charging=charging))
    if (later := outlook.between(1.0, _DAY)) is not None:
        coming_hour = outlook.ahead(1.0).mean(columns.buy)
        best_sale, sale_in_hours = later.highest(columns.sell)
        if outlook.pays(best_sale) > max(price, coming_hour):

            def because_it_sells(charging: bool) -> Message:
                sold_at = outlook.time(sale_in_hours)
                return say(
                    "reason.charge_grid_to_sell" if charging else "reason.hold_to_sell",
                    say("reason.buying_next_hour", buy_per_kwh=round(coming_hour, 4)),
                    price_then(best_sale, exported=True, then_at=sold_at),
                    used_at=sold_at,
                )

            return charges(because_it_sells)
    if price > rules.high_buy_per_kwh and inputs.soc > rules.export_min_soc:
        power_w = outlook.discharge_w if slot.sell_per_kwh > 0 else outlook.house_w
        if power_w:
            score = _score(day, [-buy for buy in day.values(columns.buy)], -price, outlook.held_kwh, power_w)

            def because_high() -> Message:
                return say(
                    "reason.sell_dear" if power_w > outlook.house_w else "reason.use_dear",
                    *(buying(price), feeding(slot.sell_per_kwh), say("reason.stored", stored_soc=round(inputs.soc, 1))),
                )

            return says(Action.DISCHARGE, because_high, _RULE + _RULE * score, power_w)
    return _between(outlook, day, says)


def _because_cheap(outlook: Outlook, highest: float, in_hours: float, *, charging: bool) -> Message:
    price, cheap_per_kwh = outlook.slot.buy_per_kwh, outlook.rules.cheap_buy_per_kwh
    charge = say("reason.charge_paid" if price < 0 else "reason.charge_cheap")
    return with_details(
        charge if charging else say("reason.keep_cheap", kept_soc=outlook.inputs.soc),
        buying(price),
        outlook.buying_at(highest, in_hours)
        if highest > price
        else say("reason.cheap_below", cheap_per_kwh=cheap_per_kwh),
    )


def _between(outlook: Outlook, day: HoursAhead, says: TakeView) -> View:
    """Hold for a high price that is near; else keep the present state, and what is kept only until it costs more."""
    price, rules = outlook.slot.buy_per_kwh, outlook.rules
    soon = outlook.ahead(_SOON)
    high = soon.first_above(outlook.columns.buy, rules.high_buy_per_kwh)
    if high is not None and price <= rules.high_buy_per_kwh:
        in_hours = soon.begins(high)

        def because_high_soon() -> Message:
            high_at = outlook.time(in_hours)
            details = buying(price), price_then(soon.slots[high].buy_per_kwh, exported=False, then_at=high_at)
            return say("reason.keep_for_dear", *details, dear_at=high_at)

        return says(outlook.keep(), because_high_soon, _BETWEEN + 0.3 * (1 - in_hours / _SOON))
    usual = day.mean(outlook.columns.buy)
    keeps = outlook.inputs.present not in {Action.SELF_CONSUME, Action.RELEASE} and price <= usual
    action = outlook.keep() if keeps else Action.SELF_CONSUME

    def because_usual() -> Message:
        details = buying(price), say("reason.mean_price", mean_per_kwh=round(usual, 4))
        return say("reason.hold_usual_price" if action is Action.HOLD else "reason.usual_price", *details)

    return says(action, because_usual, _BETWEEN)


def _score(day: HoursAhead, prices: list[float], price: float, energy_kwh: float, power_w: int) -> float:
    """Return how good a price is among those of the day × how much of the time that is as good is needed, 0–1."""
    lowest, highest = min(prices), max(prices)
    if highest <= lowest or not power_w:
        return 0.0
    as_good = sum([hours for hours, each in zip(day.hours, prices, strict=True) if each <= price])
    return (highest - price) / (highest - lowest) * min(1.0, energy_kwh / (power_w / 1000 * as_good))
