"""The words that reasons are made of: money, power and times as people say them."""

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from .contract import Degradation, InputError

MISSING = {
    Degradation.STALE_PRICES: "the prices are old",
    Degradation.NO_PV_FORECAST: "there is no PV forecast",
    Degradation.NO_LOAD_PROFILE: "the habits of the home are not known",
    Degradation.NO_PRICES: "no price is known",
    Degradation.NO_TELEMETRY: "the battery cannot be read",
}
"""What is missing, as people say it."""

NO_PRICE_NOW = "the price now is not known"

_EVENING = 17
_MORNING = 5


def home_zone(name: str) -> tzinfo:
    """Return the time zone of an IANA name; raise InputError where there is none."""
    try:
        return ZoneInfo(name)
    except KeyError, ValueError, OSError:
        raise InputError("zone", f"{name!r} is not a time zone") from None


def cents(per_kwh: float) -> str:
    """Return a price as people say it: "4.1 c", "38 c"."""
    value = per_kwh * 100
    if abs(value) >= 9.95:
        return f"{value:.0f} c"
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0") + " c"


def kilowatts(watts: float) -> str:
    """Return a power as people say it: "5.0 kW"."""
    return f"{watts / 1000:.1f} kW"


def export_limited(sell_per_kwh: float, limit_w: float) -> str:
    """Return what a negative feed-in price does: "Feed-in costs 3 c: export limited to 0 W."."""
    limit = f"{limit_w:.0f} W" if limit_w < 1000 else kilowatts(limit_w)
    return f"Feed-in costs {cents(-sell_per_kwh)}: export limited to {limit}."


def clock(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """Return a moment of the near future as people say it: "18:30", "07:00 tomorrow", "Sunday 07:00"."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    time = f"{local.hour:02}:{local.minute:02}"
    days = local.toordinal() - today.toordinal()
    if days == 0 or (days == 1 and local.hour < _MORNING and today.hour >= _EVENING):
        return time
    return f"{time} tomorrow" if days == 1 else f"{local:%A} {time}"


def day_word(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """Return the part of the near future that a moment is in: "today", "tonight", "tomorrow" or a weekday."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    evening = (local - timedelta(hours=_MORNING)).toordinal() - (today - timedelta(hours=_MORNING)).toordinal()
    if evening == 0 and (local.hour >= _EVENING or local.hour < _MORNING):
        return "tonight"
    days = local.toordinal() - today.toordinal()
    return "today" if days == 0 else "tomorrow" if days == 1 else f"on {local:%A}"
