"""Reads the forecasts that other integrations publish as attributes of their price entities."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import isfinite
from typing import Any, Final, NamedTuple

from ..model.message import say
from ..model.prices import MAX_PRICE_PER_KWH, PriceSlot, without_overlap
from ..model.validation import InvalidInputError, at_most

FORECAST_ATTRIBUTES: Final = (
    ("raw_today", "raw_tomorrow"),  # Nord Pool (HACS), Energi Data Service
    ("prices_today", "prices_tomorrow"),  # ENTSO-e
    ("rates",),  # Octopus Energy
    ("forecasts",),  # Amber Electric, amber-express
    ("forecast_dict",),  # Flow Power
    ("forecast",),  # LocalVolts, Zonneplan
    ("prices",),
    ("data",),  # EPEX spot
)
"""Where forecasts are found; the first that has a price counts."""
SPOT_MARKETS: Final = frozenset({"amberelectric", "amber_express", "localvolts", "localvolts_v2", "flow_power_ha"})
"""Integrations of Australia's market, which says what an interval costs only once it has begun."""
CURRENCIES_OF: Final[Mapping[str, str]] = {**dict.fromkeys(SPOT_MARKETS, "AUD"), "octopus_energy": "GBP"}
"""Of integrations whose prices have a currency that their units do not name."""
_STATE_IS_NEXT: Final = ("forecasts", "timestamps", "forecastcount")
"""Attributes of entities whose state is the price of the next interval: Amber's, Flow Power's and LocalVolts' forecasts."""
_WITHOUT_UNIT: Final = frozenset({"rates"})
"""Octopus Energy has no unit; its rates are in pounds."""

_START_KEYS = ("start", "start_time", "time", "datetime", "hour", "timestamp", "startsAt", "from", "period_start")
_END_KEYS = ("end", "end_time", "till", "to", "period_end")
_PRICE_KEYS = {
    "value_inc_vat": 1.0,
    "value": 1.0,
    "per_kwh": 1.0,
    "price": 1.0,
    "price_per_kwh": 1.0,
    "total": 1.0,
    "electricity_price": 1e-7,  # Zonneplan counts in ten millionths
}
"""The names of prices, and what each is to be multiplied by besides the unit."""
_BUY_KEYS = {**_PRICE_KEYS, "costsFlexUp": 1.0}
_SELL_KEYS = {"earningsFlexUp": 1.0, **_PRICE_KEYS}
"""LocalVolts has both prices in the same rows."""
_HUNDREDTHS = frozenset(
    {"c", "¢", "ct", "cts", "cent", "cents", "c€", "ct€", "eurocent", "p", "pence", "öre", "øre", "ore", "snt", "gr"}
)
_CURRENCIES = frozenset(
    [
        "$",
        "a$",
        "au$",
        "nz$",
        "us$",
        "c$",
        "€",
        "£",
        "kr",
        "kr.",
        "zł",
        "kč",
        "ft",
        "lei",
        "¥",
        "₹",
        "fr",
        "fr.",
        "aud",
        "nzd",
        "usd",
        "cad",
        "eur",
        "gbp",
        "sek",
        "nok",
        "dkk",
        "isk",
        "pln",
        "czk",
        "huf",
        "ron",
        "bgn",
        "chf",
        "try",
        "jpy",
        "cny",
        "inr",
        "krw",
        "zar",
        "brl",
        "mxn",
        "sgd",
        "hkd",
        "thb",
        "php",
        "idr",
        "myr",
        "vnd",
        "uah",
        "ils",
        "aed",
        "rsd",
    ]
)
_CURRENCY_NAMES = {
    **dict.fromkeys(("a$", "au$"), "AUD"),
    "nz$": "NZD",
    "us$": "USD",
    "c$": "CAD",
    **dict.fromkeys(("€", "c€", "ct€", "eurocent", "snt"), "EUR"),
    **dict.fromkeys(("£", "p", "pence"), "GBP"),
    "öre": "SEK",
    **dict.fromkeys(("zł", "gr"), "PLN"),
    "kč": "CZK",
    "ft": "HUF",
    "lei": "RON",
    "₹": "INR",
}
"""The units that are of one currency, besides the codes; $, kr and ct are of several."""
_ENERGIES = {"kwh": 1.0, "mwh": 0.001, "wh": 1000.0}
_LONGEST_SLOT = timedelta(days=1)
_MAX_ROWS = 3_000
"""More than ten days of 5-minute prices."""
_YEARS = range(2000, 2100)
_LONGEST_OPEN_SLOT = timedelta(hours=1)
_HALF_HOUR = timedelta(minutes=30)
_FIVE_MINUTES = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One price of one entity in [start, end), per kWh of the contract's currency."""

    start: datetime
    end: datetime
    per_kwh: float
    estimate: bool = False
    forecast: bool = False


def price_factor(unit: str | None) -> float:
    """Return what turns a price of this unit into one per kWh of the currency: c/kWh, EUR/MWh.

    Raises InvalidInputError for none, or one that is not known: to take it for another would be wrong by a factor.
    """
    money, _, energy = (part.strip() for part in (unit or "").lower().partition("/"))
    factor = 0.01 if money in _HUNDREDTHS else 1.0 if money in _CURRENCIES else None
    if factor is None or energy not in _ENERGIES:
        raise InvalidInputError("unit_of_measurement", say("invalid.price_unit"), unit)
    return factor * _ENERGIES[energy]


def price_currency(unit: str | None) -> str | None:
    """Return the code of the currency of a price with this unit; None where the unit leaves it open."""
    money = (unit or "").lower().partition("/")[0].strip()
    if money in _CURRENCIES and len(money) == len("eur") and money.isalpha() and money not in _CURRENCY_NAMES:
        return money.upper()
    return _CURRENCY_NAMES.get(money)


def has_forecast(attributes: Mapping[str, Any]) -> bool:
    """Return whether an entity publishes a forecast in a shape that is known."""
    return any(attributes.get(name) is not None for names in FORECAST_ATTRIBUTES for name in names)


def price_interval(attributes: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    """Return the interval that the state of an entity is the price of; None where the entity does not say."""
    try:
        if "intervalEnd" in attributes:
            end = _moment("", attributes, ("intervalEnd",))
            return end - _FIVE_MINUTES, end
        start, end = (_moment("", attributes, names) for names in (("start_time", "start"), ("end_time", "end")))
    except InvalidInputError:
        return None
    return (start, end) if start < end <= start + _LONGEST_SLOT else None


def state_is_next(attributes: Mapping[str, Any]) -> bool:
    """Return whether the state of an entity is the price of the next interval, not of the one in force."""
    return price_interval(attributes) is None and any(name in attributes for name in _STATE_IS_NEXT)


def forecast_rows(attributes: Mapping[str, Any], unit: str | None, *, sell: bool = False) -> tuple[PriceRow, ...]:
    """Return the forecast of an entity, sorted; prices that are not known yet (null) and bad rows are left out.

    Raises InvalidInputError, which names a row and its field, such as "raw_today[3].value", where no row is good.
    """
    keys = _SELL_KEYS if sell else _BUY_KEYS
    problem: InvalidInputError | None = None
    empty = False
    for names in FORECAST_ATTRIBUTES:
        given: list[_Given] = []
        for name in names:
            if attributes.get(name) is not None:
                try:
                    factor = 1.0 if unit is None and name in _WITHOUT_UNIT else price_factor(unit)
                    rows, bad = _list_rows(name, attributes[name], factor, keys)
                except InvalidInputError as err:
                    rows, bad = [], err
                given += rows
                problem = problem or bad
                empty = empty or bad is None
        if found := _closed(given):
            return found
    if problem is not None and not empty:
        raise problem
    if empty:
        return ()
    known = ", ".join(name for names in FORECAST_ATTRIBUTES for name in names)
    raise InvalidInputError("forecast", say("invalid.forecast_attribute", names=known), None)


def slots_from_rows(buy: Sequence[PriceRow], sell: Sequence[PriceRow] | float | None) -> tuple[PriceSlot, ...]:
    """Return slots over what is known of the buy price; feed-in may be constant, a forecast, or none.

    Where the two change at different times, a slot is cut.
    """
    slots = without_overlap(map(_slot, buy))
    if sell is None:
        return slots
    if isinstance(sell, int | float):
        return tuple(replace(slot, sell_per_kwh=float(sell)) for slot in slots)
    # Slots of the sell price, so that overlaps are settled the same way.
    sell_slots = without_overlap(map(_slot, sell))
    edges = [edge for slot in sell_slots for edge in (slot.start, slot.end)]
    by_start = iter(sell_slots)
    current = next(by_start, None)
    joined = []
    for slot in _cut(slots, edges):
        while current is not None and current.end <= slot.start:
            current = next(by_start, None)
        if current is None or current.start > slot.start:
            joined.append(slot)
            continue
        joined.append(
            replace(
                slot,
                sell_per_kwh=current.buy_per_kwh,
                estimate=slot.estimate or current.estimate,
                forecast=slot.forecast or current.forecast,
            )
        )
    return tuple(joined)


def _slot(row: PriceRow) -> PriceSlot:
    return PriceSlot(
        start=row.start, end=row.end, buy_per_kwh=row.per_kwh, estimate=row.estimate, forecast=row.forecast
    )


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


class _Given(NamedTuple):
    """A row as it is given; without an end it lasts until the next one."""

    start: datetime
    end: datetime | None
    per_kwh: float | None


def _closed(given: Iterable[_Given]) -> tuple[PriceRow, ...]:
    """Return the rows that have a price, sorted, each with an end."""
    ordered = sorted(given, key=lambda row: row.start)
    starts = sorted({row.start for row in ordered})
    steps = {start: min(after - start, _LONGEST_OPEN_SLOT) for start, after in pairwise(starts)}
    last = steps[starts[-2]] if len(starts) > 1 else _HALF_HOUR
    return tuple(
        PriceRow(row.start, row.end or row.start + steps.get(row.start, last), row.per_kwh)
        for row in ordered
        if row.per_kwh is not None
    )


def _list_rows(
    name: str, value: object, factor: float, keys: Mapping[str, float]
) -> tuple[list[_Given], InvalidInputError | None]:
    """Return the good rows of a list or of a map from start to price, and what is wrong with the first bad one."""
    if isinstance(value, Mapping):
        value = [{"start": start, "price": price} for start, price in value.items()]
    if not isinstance(value, list | tuple):
        raise InvalidInputError(name, say("invalid.list"), value)
    at_most(name, value, _MAX_ROWS)
    rows: list[_Given] = []
    problem: InvalidInputError | None = None
    for index, item in enumerate(value):
        try:
            rows.append(_row(f"{name}[{index}]", item, factor, keys))
        except InvalidInputError as err:
            problem = problem or err
    return rows, problem


def _row(field: str, item: object, factor: float, keys: Mapping[str, float]) -> _Given:
    if not isinstance(item, Mapping):
        raise InvalidInputError(field, say("invalid.price_row"), item)
    key = _key(field, item, keys)
    start, end = _moment(field, item, _START_KEYS), None
    if any(name in item for name in _END_KEYS):
        end = _moment(field, item, _END_KEYS)
        if not start < end <= start + _LONGEST_SLOT:
            raise InvalidInputError(f"{field}.end", say("invalid.slot_end"), end.isoformat())
    price = item[key]
    per_kwh = None if price is None else _price(f"{field}.{key}", price) * factor * keys[key]
    if per_kwh is not None and not -MAX_PRICE_PER_KWH <= per_kwh <= MAX_PRICE_PER_KWH:
        raise InvalidInputError(f"{field}.{key}", say("invalid.most_per_kwh", most=MAX_PRICE_PER_KWH), price)
    return _Given(start, end, per_kwh)


def _key(field: str, item: Mapping[str, Any], keys: Iterable[str]) -> str:
    names = list(keys)
    key = next((key for key in names if key in item), None)
    if key is None:
        raise InvalidInputError(f"{field}.{names[0]}", say("invalid.given"), None)
    return key


def _price(field: str, value: object) -> float:
    try:
        number = None if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except TypeError, ValueError, OverflowError:
        number = None
    if number is None or not isfinite(number):
        raise InvalidInputError(field, say("invalid.number"), value)
    return number


def _moment(field: str, item: Mapping[str, Any], keys: tuple[str, ...]) -> datetime:
    """Return a moment in UTC to the whole minute: Amber's starts are a second late."""
    key = _key(field, item, keys)
    value = item[key]
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if not isinstance(moment, datetime) or moment.tzinfo is None or moment.year not in _YEARS:
        raise InvalidInputError(f"{field}.{key}", say("invalid.instant"), value)
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
