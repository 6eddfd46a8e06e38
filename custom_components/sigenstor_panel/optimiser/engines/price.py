"""Charge when buying is cheap, give when it is dear, and keep what is stored for what is dear soon.

The score of a charge is how cheap now is among the prices of the day ahead × how much of the time that is as cheap is
needed to fill the battery; that of a discharge, the same the other way round.
"""

from datetime import timedelta

from ...model.command import Action
from ..contract import Engine, Opinion, OptimiserSettings
from ..reasons import cents, kilowatts
from .outlook import Known, Outlook, Stretch, Voice

_DAY = 24.0
_SOON = 12.0
_RULE = 0.5
"""How sure a threshold of the owner's makes by itself; the score adds as much again."""
_BETWEEN = 0.2


def opinion(inputs: Known, settings: OptimiserSettings, outlook: Outlook | None = None) -> Opinion:
    """Return what the prices ask for."""
    outlook = outlook or Outlook(inputs, settings)
    rules, slot = settings.rules, outlook.slot
    price, day = slot.buy_per_kwh, outlook.ahead(_DAY)
    buys = day.buy
    dearest, in_hours = day.highest(buys)
    says = outlook.voice(Engine.PRICE, rules.price_weight)

    def charges(now: str, later: str) -> Opinion:
        score = _score(day, buys, price, outlook.room_kwh, outlook.charge_w)
        if outlook.charge_w:
            power = kilowatts(outlook.charge_w)
            return says(Action.CHARGE, f"Charging at {power}: {now}, {later}.", _RULE + _RULE * score, outlook.charge_w)
        return says(outlook.keep(), f"Cannot charge at {inputs.soc:.0f} %, keeping it: {now}, {later}.", _RULE)

    if price < rules.cheap_buy_per_kwh or price < 0:
        return charges(
            f"{cents(price)} now",
            f"{cents(dearest)} at {outlook.clock(in_hours)}"
            if dearest > price
            else f"cheap is below {cents(rules.cheap_buy_per_kwh)}",
        )
    hour, later = outlook.ahead(1.0), outlook.ahead(_DAY, after=1.0)
    if later.slots:
        coming_hour = hour.mean(hour.buy)
        best_sale, in_hours = later.highest(later.sell)
        if outlook.pays(best_sale) > max(price, coming_hour):
            return charges(
                f"{cents(coming_hour)} for the next hour", f"feed-in {cents(best_sale)} at {outlook.clock(in_hours)}"
            )
    if price > rules.dear_buy_per_kwh and inputs.soc > rules.export_min_soc:
        power_w = outlook.discharge_w if slot.sell_per_kwh > 0 else outlook.house_w
        if power_w:
            score = _score(day, [-buy for buy in buys], -price, outlook.held_kwh, power_w)
            verb = "Exporting" if power_w > outlook.house_w else "Discharging"
            reason = f"{verb} at {kilowatts(power_w)}: buying costs {cents(price)} now, feed-in earns "
            reason += f"{cents(slot.sell_per_kwh)}, {inputs.soc:.0f} % stored."
            return says(Action.DISCHARGE, reason, _RULE + _RULE * score, power_w)
    return _between(outlook, day, says)


def _between(outlook: Outlook, day: Stretch, says: Voice) -> Opinion:
    """Hold for a dear price that is near; else keep the present state, and what is kept only until it is dearer."""
    price, rules = outlook.slot.buy_per_kwh, outlook.rules
    soon = outlook.ahead(_SOON)
    dear = [index for index, buy in enumerate(soon.buy) if buy > rules.dear_buy_per_kwh]
    if dear and price <= rules.dear_buy_per_kwh:
        first, in_hours = soon.slots[dear[0]], soon.begins[dear[0]]
        away = timedelta(hours=in_hours).total_seconds() / 3600
        reason = f"Keeping {outlook.inputs.soc:.0f} %: {cents(price)} now, {cents(first.buy_per_kwh)} at "
        reason += f"{outlook.clock(in_hours)}."
        return says(outlook.keep(), reason, _BETWEEN + 0.3 * (1 - away / _SOON))
    usual = day.mean(day.buy)
    keeps = outlook.inputs.present not in {Action.SELF_CONSUME, Action.RELEASE} and price <= usual
    action = outlook.keep() if keeps else Action.SELF_CONSUME
    verb = "Holding" if action is Action.HOLD else "Self-consumption"
    return says(action, f"{verb}: {cents(price)} now, {cents(usual)} is the mean of what comes.", _BETWEEN)


def _score(day: Stretch, prices: list[float], price: float, energy_kwh: float, power_w: int) -> float:
    """Return how good a price is among those of the day × how much of the time that is as good is needed, 0–1."""
    lowest, highest = min(prices), max(prices)
    if highest <= lowest or not power_w:
        return 0.0
    as_good = sum(hours for hours, each in zip(day.hours, prices, strict=True) if each <= price)
    return (highest - price) / (highest - lowest) * min(1.0, energy_kwh / (power_w / 1000 * as_good))
