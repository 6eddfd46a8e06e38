"""Ride the peaks of the house on the battery, and keep or fill it while the house sleeps."""

from ...model.command import Action
from ..contract import Engine, Opinion, OptimiserSettings
from ..reasons import cents, kilowatts
from .outlook import Known, Outlook

_DAY = 24.0
_PEAK_WITHIN = 4.0
_PEAK = 1.5
"""A peak takes this many times the mean of the day ahead."""
_NIGHT_FROM, _NIGHT_UNTIL = 22, 6
_UNSURE = 0.2


def opinion(inputs: Known, settings: OptimiserSettings, outlook: Outlook | None = None) -> Opinion:
    """Return what the habits of the home ask for."""
    outlook = outlook or Outlook(inputs, settings)
    rules, slot = settings.rules, outlook.slot
    says = outlook.voice(Engine.USAGE, rules.usage_weight)

    day = outlook.ahead(_DAY)
    usual_w = day.mean(day.load_w)
    soon = outlook.ahead(_PEAK_WITHIN)
    peak_w = max(_PEAK * usual_w, slot.load_w)
    peak = [index for index, load_w in enumerate(soon.load_w) if load_w > peak_w]
    dearest = max(peak, key=lambda index: soon.slots[index].buy_per_kwh, default=None)
    if dearest is not None and inputs.soc > rules.usage_min_soc and soon.buy[dearest] > slot.buy_per_kwh:
        then, surplus_kwh = soon.slots[dearest], soon.surplus_kwh
        needed_kwh = sum(max(0.0, -surplus_kwh[index]) for index in peak) / settings.planner.discharge_efficiency
        text = (
            f"a peak of {kilowatts(then.load_w)} at {outlook.clock(soon.begins[dearest])}, "
            f"{cents(slot.buy_per_kwh)} now, {cents(then.buy_per_kwh)} then"
        )
        confidence = 0.5 + 0.4 * min(1.0, then.load_w / (_PEAK * usual_w) - 1)
        if outlook.held_kwh <= needed_kwh:
            reason = f"Keeping {inputs.soc:.0f} % for {text}."
            return says(outlook.keep(), reason, confidence)
        if outlook.house_w:
            reason = f"Discharging at {kilowatts(outlook.house_w)} into {text}."
            return says(Action.DISCHARGE, reason, confidence, outlook.house_w)

    hour = inputs.now.astimezone(outlook.zone).hour
    quiet = slot.load_w <= usual_w and (hour >= _NIGHT_FROM or hour < _NIGHT_UNTIL)
    if quiet:
        night = outlook.ahead(_DAY / 2)
        morning, in_hours = night.highest(night.buy)
        later = f"{cents(slot.buy_per_kwh)} now, {cents(morning)} at {outlook.clock(in_hours)}"
        if slot.buy_per_kwh < rules.cheap_buy_per_kwh and outlook.charge_w:
            reason = f"Quiet night: charging at {kilowatts(outlook.charge_w)}, {later}."
            return says(Action.CHARGE, reason, 0.6, outlook.charge_w)
        if morning > slot.buy_per_kwh:
            return says(outlook.keep(), f"Quiet night: keeping {inputs.soc:.0f} %, {later}.", 0.4)
    return says(
        Action.SELF_CONSUME,
        f"Self-consumption: {kilowatts(slot.load_w)} now, {kilowatts(usual_w)} is the mean of the day ahead.",
        _UNSURE,
    )
