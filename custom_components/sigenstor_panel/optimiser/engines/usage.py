"""Ride the peaks of the house on the battery, and keep or fill it while the house sleeps."""

from ...model.command import Action
from ...model.message import say
from ..contract import Engine, Opinion, OptimiserSettings
from ..reasons import buying
from .outlook import EngineInputs, Outlook

_DAY = 24.0
_PEAK_WITHIN = 4.0
_PEAK = 1.5
"""A peak takes this many times the mean of the day ahead."""
_NIGHT_FROM, _NIGHT_UNTIL = 22, 6
_UNSURE = 0.2


def opinion(inputs: EngineInputs, settings: OptimiserSettings, outlook: Outlook | None = None) -> Opinion:
    """Return what the habits of the home ask for."""
    outlook = outlook or Outlook(inputs, settings)
    rules, slot = settings.rules, outlook.slot
    says = outlook.opinions_of(Engine.USAGE, rules.usage_weight)

    day = outlook.ahead(_DAY)
    columns = outlook.columns
    usual_w = day.mean(columns.load_w)
    soon = outlook.ahead(_PEAK_WITHIN)
    peak_w = max(_PEAK * usual_w, slot.load_w)
    peak: list[int] = []
    if inputs.soc > rules.usage_min_soc and soon.highest(columns.load_w)[0] > peak_w:
        peak = [index for index, load_w in enumerate(soon.values(columns.load_w)) if load_w > peak_w]
    buys = soon.values(columns.buy)
    costliest = max(peak, key=buys.__getitem__, default=None)
    if costliest is not None and buys[costliest] > slot.buy_per_kwh:
        slots, hours = soon.slots, soon.hours
        then = slots[costliest]
        needed_wh = sum(max(0.0, slots[index].load_w - slots[index].pv_w) * hours[index] for index in peak)
        needed_kwh = needed_wh / 1000 / settings.planner.discharge_efficiency
        keeps = outlook.held_kwh <= needed_kwh
        if keeps or outlook.house_w:
            peak_at = outlook.time(soon.begins(costliest))
            details = (
                say("reason.peak", peak_w=round(then.load_w), peak_at=peak_at),
                buying(slot.buy_per_kwh),
                outlook.buying_at(then.buy_per_kwh, soon.begins(costliest)),
            )
            confidence = 0.5 + 0.4 * min(1.0, then.load_w / (_PEAK * usual_w) - 1)
            if keeps:
                return says(outlook.keep(), say("reason.keep_for_peak", *details, peak_at=peak_at), confidence)
            reason = say("reason.use_before_peak", *details, peak_at=peak_at)
            return says(Action.DISCHARGE, reason, confidence, outlook.house_w)

    hour = inputs.now.astimezone(outlook.zone).hour
    quiet = slot.load_w <= usual_w and (hour >= _NIGHT_FROM or hour < _NIGHT_UNTIL)
    if quiet:
        night = outlook.ahead(_DAY / 2)
        morning, in_hours = night.highest(columns.buy)
        prices = buying(slot.buy_per_kwh), outlook.buying_at(morning, in_hours)
        if slot.buy_per_kwh < rules.cheap_buy_per_kwh and outlook.charge_w:
            return says(Action.CHARGE, say("reason.charge_at_night", *prices), 0.6, outlook.charge_w)
        if morning > slot.buy_per_kwh:
            return says(outlook.keep(), say("reason.keep_at_night", *prices), 0.4)
    usage = say("reason.usage_now", load_w=round(slot.load_w), mean_w=round(usual_w))
    return says(Action.SELF_CONSUME, say("reason.usual_usage", usage), _UNSURE)
