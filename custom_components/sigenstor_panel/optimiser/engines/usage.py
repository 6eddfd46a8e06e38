"""Ride the peaks of the house on the battery, and keep or fill it while the house sleeps."""

from functools import partial

from ...model.command import Action
from ...model.message import Message, say
from ..contract import Engine, OptimiserSettings
from ..model import PlanSlotInput
from ..reasons import buying
from .outlook import EngineInputs, Outlook, View

_DAY = 24.0
_PEAK_WITHIN = 4.0
_PEAK = 1.5
"""A peak takes this many times the mean of the day ahead."""
_NIGHT_FROM, _NIGHT_UNTIL = 22, 6
_UNSURE = 0.2


def view(inputs: EngineInputs, settings: OptimiserSettings, outlook: Outlook | None = None) -> View:
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
        hours, needed_w = soon.hours, columns.needed_w[soon.first : soon.last]
        then = soon.slots[costliest]
        needed_wh = sum([needed_w[index] * hours[index] for index in peak])
        needed_kwh = needed_wh / 1000 / settings.planner.discharge_efficiency
        keeps = outlook.held_kwh <= needed_kwh
        if keeps or outlook.house_w:
            confidence = 0.5 + 0.4 * min(1.0, then.load_w / (_PEAK * usual_w) - 1)
            in_hours = soon.begins(costliest)
            if keeps:
                because = partial(_because_peak, "reason.keep_for_peak", outlook, then, in_hours)
                return says(outlook.keep(), because, confidence)
            because = partial(_because_peak, "reason.use_before_peak", outlook, then, in_hours)
            return says(Action.DISCHARGE, because, confidence, outlook.house_w)

    if slot.load_w <= usual_w and _is_night(inputs.now.astimezone(outlook.zone).hour):
        night = outlook.ahead(_DAY / 2)
        morning, in_hours = night.highest(columns.buy)
        if slot.buy_per_kwh < rules.cheap_buy_per_kwh and outlook.charge_w:
            because = partial(_because_night, "reason.charge_at_night", outlook, morning, in_hours)
            return says(Action.CHARGE, because, 0.6, outlook.charge_w)
        if morning > slot.buy_per_kwh:
            return says(
                outlook.keep(), partial(_because_night, "reason.keep_at_night", outlook, morning, in_hours), 0.4
            )
    return says(Action.SELF_CONSUME, partial(_because_usual, slot.load_w, usual_w), _UNSURE)


def _because_peak(key: str, outlook: Outlook, then: PlanSlotInput, in_hours: float) -> Message:
    peak_at = outlook.time(in_hours)
    return say(
        key,
        say("reason.peak", peak_w=round(then.load_w), peak_at=peak_at),
        buying(outlook.slot.buy_per_kwh),
        outlook.buying_at(then.buy_per_kwh, in_hours),
        peak_at=peak_at,
    )


def _because_night(key: str, outlook: Outlook, morning: float, in_hours: float) -> Message:
    return say(key, buying(outlook.slot.buy_per_kwh), outlook.buying_at(morning, in_hours))


def _because_usual(load_w: float, usual_w: float) -> Message:
    return say("reason.usual_usage", say("reason.usage_now", load_w=round(load_w), mean_w=round(usual_w)))


def _is_night(hour: int) -> bool:
    return hour >= _NIGHT_FROM or hour < _NIGHT_UNTIL
