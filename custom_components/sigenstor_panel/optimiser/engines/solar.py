"""Let the sun fill the battery, bridge clouds with it, and buy at the cheapest hours for a day without sun."""

from ...model.command import Action
from ...model.message import say
from ..contract import Engine, Opinion, OptimiserSettings
from ..reasons import feeding
from .outlook import EngineInputs, Outlook

_DAY = 24.0
_CLOUDS_WITHIN = 2.0
_CLEAR_PERCENT = 30.0
_CLOUDY_PERCENT = 70.0
_LOW_SUN = 0.5
"""A day is one of low sun where PV gives less than this share of what the house takes."""
_SHORTEST_WINDOW = 1 / 60
_UNSURE = 0.25
_HOUR_S = 3600


def opinion(inputs: EngineInputs, settings: OptimiserSettings, outlook: Outlook | None = None) -> Opinion:
    """Return what the sun to come asks for."""
    outlook = outlook or Outlook(inputs, settings)
    rules, planner = settings.rules, settings.planner
    says = outlook.opinions_of(Engine.SOLAR, rules.solar_weight)

    day = outlook.ahead(_DAY)
    clouds = _clouds(outlook)
    if clouds is not None:
        start, cover, need_w = clouds
        clouded_at = outlook.time(start)
        until = say(
            "reason.clouds",
            cover_percent=round(outlook.slot.cloud_cover or 0.0),
            later_percent=round(cover),
            clouded_at=clouded_at,
        )
        if outlook.house_w:
            reason = say("reason.use_before_clouds", until, clouded_at=clouded_at)
            return says(Action.DISCHARGE, reason, 0.5 + 0.3 * cover / 100, outlook.house_w)
        after = say("reason.needed_after", need_w=round(need_w))
        return says(Action.SELF_CONSUME, say("reason.wait_for_clouds", until, after, clouded_at=clouded_at), 0.5)

    hours = outlook.ahead(rules.solar_hours)
    columns = outlook.columns
    surplus_kwh = (hours.total(columns.pv_w) - hours.total(columns.load_w)) / 1000
    surplus_w = min(outlook.charge_w, int(-outlook.need_w))
    highest, in_hours = day.highest(columns.buy)
    if surplus_kwh > 0 and inputs.soc < rules.solar_max_soc and outlook.pays(highest) > outlook.slot.sell_per_kwh:
        confidence = 0.5 + 0.4 * min(1.0, surplus_kwh / outlook.room_kwh) if outlook.room_kwh else 0.5
        surplus = say("reason.surplus", surplus_kwh=round(surplus_kwh, 2), within_s=round(rules.solar_hours * _HOUR_S))
        if surplus_w <= 0:
            return says(Action.SELF_CONSUME, say("reason.wait_for_solar", surplus), confidence)
        reason = say("reason.charge_surplus", surplus, feeding(outlook.slot.sell_per_kwh))
        return says(Action.CHARGE, reason, confidence, surplus_w)

    pv_kwh, load_kwh = day.total(columns.pv_w) / 1000, day.total(columns.load_w) / 1000
    sun = say("reason.day_ahead", pv_kwh=round(pv_kwh, 2), load_kwh=round(load_kwh, 2))
    if pv_kwh < _LOW_SUN * load_kwh and outlook.charge_w:
        to_fill = outlook.room_kwh / (planner.charge_efficiency * outlook.charge_w / 1000)
        start, price = day.cheapest(columns.buy, max(to_fill, _SHORTEST_WINDOW))
        if price < outlook.pays(highest):
            cheap = say("reason.cheapest_hours", buy_per_kwh=round(price, 4))
            cheapness = 1 - price / day.mean(columns.buy) if price > 0 else 1.0
            if start <= 0:
                reason = say("reason.charge_little_sun", sun, cheap, outlook.buying_at(highest, in_hours))
                return says(Action.CHARGE, reason, 0.5 + 0.4 * max(0.0, cheapness), outlook.charge_w)
            reason = say("reason.wait_little_sun", sun, cheap, cheapest_at=outlook.time(start))
            return says(Action.SELF_CONSUME, reason, _UNSURE)
    return says(Action.SELF_CONSUME, say("reason.usual_sun", sun), _UNSURE)


def _clouds(outlook: Outlook) -> tuple[float, float, float] | None:
    """Return in how many hours a clear sky clouds over, how much, and what the house then takes beyond the PV in W."""
    cover = outlook.slot.cloud_cover
    if cover is None or cover >= _CLEAR_PERCENT or outlook.slot.pv_w <= 0 or not outlook.held_kwh:
        return None
    soon = outlook.ahead(_CLOUDS_WITHIN)
    for index, slot in enumerate(soon.slots):
        clouded = slot.cloud_cover
        if clouded is not None and clouded >= _CLOUDY_PERCENT and slot.pv_w < slot.load_w:
            return soon.begins(index), clouded, slot.load_w - slot.pv_w
    return None
