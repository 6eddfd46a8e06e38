"""Reads the forecasts that other integrations publish as attributes of their price entities."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any, Final

from ..prices import PriceSlot, without_overlap
from ..validation import InvalidInputError

FORECAST_ATTRIBUTES: Final = (
    ("raw_today", "raw_tomorrow"),  # Nordpool
    ("rates",),  # Octopus Energy
    ("forecasts",),  # Amber Electric
    ("forecast",),
    ("prices",),
    ("data",),
)
"""Where forecasts are found; the first that an entity has counts."""

_START_KEYS = ("start", "start_time")
_END_KEYS = ("end", "end_time")
_PRICE_KEYS = ("value", "value_inc_vat", "per_kwh", "price", "price_per_kwh")
_HUNDREDTHS = frozenset({"c", "¢", "ct", "cent", "cents", "p", "pence", "öre", "øre"})
_LONGEST_SLOT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One price of one entity in [start, end), per kWh of the home's currency."""

    start: datetime
    end: datetime
    per_kwh: float


def price_factor(unit: str | None) -> float:
    """Return what turns a price of this unit into one per kWh of the currency: c/kWh, EUR/MWh; none counts as 1."""
    money, _, energy = (unit or "").lower().partition("/")
    factor = 0.01 if money.strip() in _HUNDREDTHS else 1.0
    return factor * {"mwh": 0.001, "wh": 1000.0}.get(energy.strip(), 1.0)


def has_forecast(attributes: Mapping[str, Any]) -> bool:
    """Return whether an entity publishes a forecast in a shape that is known."""
    return any(attributes.get(name) is not None for names in FORECAST_ATTRIBUTES for name in names)


def forecast_rows(attributes: Mapping[str, Any], unit: str | None) -> tuple[PriceRow, ...]:
    """Return the forecast of an entity, sorted; prices that are not known yet (null) are left out.

    Raises InvalidInputError naming the row and its field, such as "raw_today[3].value".
    """
    for names in FORECAST_ATTRIBUTES:
        found = [name for name in names if attributes.get(name) is not None]
        if found:
            factor = price_factor(unit)
            rows = [row for name in found for row in _list_rows(name, attributes[name], factor)]
            return tuple(sorted(rows, key=lambda row: row.start))
    known = ", ".join(name for names in FORECAST_ATTRIBUTES for name in names)
    raise InvalidInputError("forecast", f"in one of the attributes {known}", None)


def slots_from_rows(buy: Sequence[PriceRow], sell: Sequence[PriceRow] | float | None) -> tuple[PriceSlot, ...]:
    """Return slots over what is known of the buy price; feed-in may be constant, a forecast, or none.

    Where the two change at different times, a slot is cut.
    """
    slots = without_overlap(PriceSlot(start=row.start, end=row.end, buy_per_kwh=row.per_kwh) for row in buy)
    if sell is None:
        return slots
    if isinstance(sell, int | float):
        return tuple(replace(slot, sell_per_kwh=float(sell)) for slot in slots)
    # Slots of the sell price, so that overlaps are settled the same way.
    sell_slots = without_overlap(PriceSlot(start=row.start, end=row.end, buy_per_kwh=row.per_kwh) for row in sell)
    edges = [edge for slot in sell_slots for edge in (slot.start, slot.end)]
    by_start = iter(sell_slots)
    current = next(by_start, None)
    joined = []
    for slot in _cut(slots, edges):
        while current is not None and current.end <= slot.start:
            current = next(by_start, None)
        covered = current is not None and current.start <= slot.start
        joined.append(replace(slot, sell_per_kwh=current.buy_per_kwh) if current is not None and covered else slot)
    return tuple(joined)


def _cut(slots: Iterable[PriceSlot], edges: Iterable[datetime]) -> Iterable[PriceSlot]:
    pending = sorted(set(edges), reverse=True)
    for slot in slots:
        start = slot.start
        while pending and pending[-1] < slot.end:
            edge = pending.pop()
            if edge > start:
                yield replace(slot, start=start, end=edge)
                start = edge
        yield replace(slot, start=start)


def _list_rows(name: str, value: object, factor: float) -> list[PriceRow]:
    if not isinstance(value, list | tuple):
        raise InvalidInputError(name, "a list of rows", value)
    rows = []
    for index, item in enumerate(value):
        field = f"{name}[{index}]"
        if not isinstance(item, Mapping):
            raise InvalidInputError(field, "an object with a start, an end and a price", item)
        price = item[_key(field, item, _PRICE_KEYS)]
        if price is None:
            continue
        start = _moment(field, item, _START_KEYS)
        end = _moment(field, item, _END_KEYS)
        if not start < end <= start + _LONGEST_SLOT:
            raise InvalidInputError(f"{field}.end", "after its start, by a day at most", end.isoformat())
        rows.append(PriceRow(start, end, _price(f"{field}.{_key(field, item, _PRICE_KEYS)}", price) * factor))
    return rows


def _key(field: str, item: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    key = next((key for key in keys if key in item), None)
    if key is None:
        raise InvalidInputError(f"{field}.{keys[0]}", "given", None)
    return key


def _price(field: str, value: object) -> float:
    try:
        number = None if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except TypeError, ValueError:
        number = None
    if number is None or not isfinite(number):
        raise InvalidInputError(field, "a number", value)
    return number


def _moment(field: str, item: Mapping[str, Any], keys: tuple[str, ...]) -> datetime:
    """Return a moment in UTC to the whole minute: Amber's starts are a second late."""
    key = _key(field, item, keys)
    value = item[key]
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise InvalidInputError(f"{field}.{key}", "a date and time with its offset", value)
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
