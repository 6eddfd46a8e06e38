"""Let the sun fill the battery, bridge clouds with it, and buy at the cheapest hours for a day without sun."""

from functools import partial
from typing import NamedTuple

from ...model.command import Action
from ...model.message import Message, say
from ..contract import Engine, OptimiserSettings
from ..reasons import feeding
from .outlook import EngineInputs, Outlook, View

_DAY = 24.0
_CLOUDS_WITHIN = 2.0
_CLEAR_PERCENT = 30.0
_CLOUDY_PERCENT = 70.0
_LOW_SUN = 0.5
"""A day is one of low sun where PV gives less than this share of what the house takes."""
_SHORTEST_WINDOW = 1 / 60
_UNSURE = 0.25
_HOUR_S = 3600


def view(inputs: EngineInputs, settings: OptimiserSettings, outlook: Outlook | None = None) -> View:
    """Return what the sun to come asks for."""
    outlook = outlook or Outlook(inputs, settings)
    rules, planner = settings.rules, settings.planner
    says = outlook.opinions_of(Engine.SOLAR, rules.solar_weight)

    day = outlook.ahead(_DAY)
    clouds = _clouds(outlook)
    if clouds is not None:
        because = partial(_because_clouds, outlook, *clouds)
        if outlook.house_w:
            return says(Action.DISCHARGE, because, 0.5 + 0.3 * clouds.cover_percent / 100, outlook.house_w)
        return says(Action.SELF_CONSUME, because, 0.5)

    hours = outlook.ahead(rules.solar_hours)
    columns = outlook.columns
    surplus_kwh = (hours.total(columns.pv_w) - hours.total(columns.load_w)) / 1000
    surplus_w = min(outlook.charge_w, int(-outlook.need_w))
    highest, in_hours = day.highest(columns.buy)
    if surplus_kwh > 0 and inputs.soc < rules.solar_max_soc and outlook.pays(highest) > outlook.slot.sell_per_kwh:
        confidence = 0.5 + 0.4 * min(1.0, surplus_kwh / outlook.room_kwh) if outlook.room_kwh else 0.5
        because = partial(_because_surplus, outlook, surplus_kwh, charges=surplus_w > 0)
        if surplus_w <= 0:
            return says(Action.SELF_CONSUME, because, confidence)
        return says(Action.CHARGE, because, confidence, surplus_w)

    pv_kwh, load_kwh = day.total(columns.pv_w) / 1000, day.total(columns.load_w) / 1000
    if pv_kwh < _LOW_SUN * load_kwh and outlook.charge_w:
        to_fill = outlook.room_kwh / (planner.charge_efficiency * outlook.charge_w / 1000)
        start, price = day.cheapest(columns.buy, max(to_fill, _SHORTEST_WINDOW))
        if price < outlook.pays(highest):
            cheapness = 1 - price / day.mean(columns.buy) if price > 0 else 1.0
            because = partial(_because_little_sun, outlook, (pv_kwh, load_kwh), (start, price), (in_hours, highest))
            if start <= 0:
                confidence = 0.5 + 0.4 * max(0.0, cheapness)
                return says(Action.CHARGE, because, confidence, outlook.charge_w)
            return says(Action.SELF_CONSUME, because, _UNSURE)
    return says(Action.SELF_CONSUME, lambda: say("reason.usual_sun", _sun(pv_kwh, load_kwh)), _UNSURE)


class _Clouds(NamedTuple):
    """In how many hours a clear sky clouds over, how much, and what the house then takes beyond the PV."""

    in_hours: float
    cover_percent: float
    need_w: float


def _clouds(outlook: Outlook) -> _Clouds | None:
    """Return when a clear sky clouds over; None where it does not soon, or what is stored cannot make up for it."""
    cover = outlook.slot.cloud_cover
    if cover is None or cover >= _CLEAR_PERCENT or outlook.slot.pv_w <= 0 or not outlook.held_kwh:
        return None
    soon = outlook.ahead(_CLOUDS_WITHIN)
    for index, slot in enumerate(soon.slots):
        clouded = slot.cloud_cover
        if clouded is not None and clouded >= _CLOUDY_PERCENT and slot.pv_w < slot.load_w:
            return _Clouds(soon.begins(index), clouded, slot.load_w - slot.pv_w)
    return None


def _because_clouds(outlook: Outlook, in_hours: float, cover_percent: float, need_w: float) -> Message:
    clouded_at = outlook.time(in_hours)
    until = say(
        "reason.clouds",
        cover_percent=round(outlook.slot.cloud_cover or 0.0),
        later_percent=round(cover_percent),
        clouded_at=clouded_at,
    )
    if outlook.house_w:
        return say("reason.use_before_clouds", until, clouded_at=clouded_at)
    after = say("reason.needed_after", need_w=round(need_w))
    return say("reason.wait_for_clouds", until, after, clouded_at=clouded_at)


def _because_surplus(outlook: Outlook, surplus_kwh: float, *, charges: bool) -> Message:
    within_s = round(outlook.rules.solar_hours * _HOUR_S)
    surplus = say("reason.surplus", surplus_kwh=round(surplus_kwh, 2), within_s=within_s)
    if not charges:
        return say("reason.wait_for_solar", surplus)
    return say("reason.charge_surplus", surplus, feeding(outlook.slot.sell_per_kwh))


def _because_little_sun(
    outlook: Outlook, day_kwh: tuple[float, float], cheapest: tuple[float, float], highest: tuple[float, float]
) -> Message:
    """Return that there is little sun, and in how many hours prices are at their best and worst."""
    sun, (start, price) = _sun(*day_kwh), cheapest
    cheap = say("reason.cheapest_hours", buy_per_kwh=round(price, 4))
    if start > 0:
        return say("reason.wait_little_sun", sun, cheap, cheapest_at=outlook.time(start))
    in_hours, dearest_per_kwh = highest
    return say("reason.charge_little_sun", sun, cheap, outlook.buying_at(dearest_per_kwh, in_hours))


def _sun(pv_kwh: float, load_kwh: float) -> Message:
    return say("reason.day_ahead", pv_kwh=round(pv_kwh, 2), load_kwh=round(load_kwh, 2))
