"""Amber Electric's API v1: sites and prices, normalised once.

Amber quotes c/kWh with GST and counts a feed-in price below 0 as money for you; here it is $/kWh, and above 0
you are paid. Amber's interval starts are a second late: a slot starts its duration before its end.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from math import isfinite
import re
from typing import Any, Final, NoReturn

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from ..model.message import Message, MessageError, plain, say
from ..model.prices import PriceLevel, PriceSlot, SpikeStatus, without_overlap
from .answers import (
    TooLargeError,
    header_number,
    http,
    impossible,
    in_trouble,
    missing,
    not_json,
    rate_limited,
    read_json,
    read_reason,
    refused,
    too_late,
    too_many_rows,
    unreachable,
    unusable,
    wait_s,
)

AMBER_URL: Final = "https://api.amber.com.au/v1"
TIMEOUT_S: Final = 15.0
_NAME: Final = "Amber"
MAX_RANGE_DAYS: Final = 7
"""How many days, first and last included, one request for prices may cover."""

MAX_PRICE_PER_KWH: Final = 30.0
"""The market's cap is $20.30, with GST and losses about $22.50; its floor is closer to 0."""

_TOKEN = re.compile(r"[\x21-\x7e]+", re.ASCII)
_LONGEST_MESSAGE = 200
_LONGEST_NAME = 64
_MAX_ROWS = 10_000
_MAX_CENTS_PER_KWH = MAX_PRICE_PER_KWH * 100
_YEARS = range(2000, 2100)

type _Row = dict[str, Any]


class AmberError(MessageError):
    """Amber gave no usable answer; the message is without the token."""


class AmberAuthError(AmberError):
    """Amber does not accept the token (401, 403)."""


class AmberRateLimitError(AmberError):
    """The account has used up its requests (429)."""

    def __init__(self, retry_after_s: float | None) -> None:
        """Say when the next request may succeed; None when Amber did not say."""
        when = () if retry_after_s is None else (say("problem.service_again_in", wait_s=retry_after_s),)
        super().__init__(rate_limited(_NAME, *when))
        self.retry_after_s = retry_after_s


class AmberOutageError(AmberError):
    """Amber does not answer, or not with what it should."""


class AmberRequestError(AmberError):
    """Amber refuses the request itself, such as an unknown site (404) or too long a range (422)."""


class AmberChannel(StrEnum):
    """What a meter channel measures."""

    GENERAL = "general"
    CONTROLLED_LOAD = "controlledLoad"
    FEED_IN = "feedIn"


@dataclass(frozen=True, slots=True, kw_only=True)
class AmberSite:
    """A home that the account has, active or soon to be."""

    id: str
    nmi: str
    network: str
    active: bool
    channels: frozenset[AmberChannel]
    interval_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """How many requests are left until the window ends."""

    remaining: int
    reset_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AmberReply:
    """Prices around the present, and how many requests are left; None when Amber did not say."""

    slots: tuple[PriceSlot, ...]
    rate_limit: RateLimit | None


class AmberClient:
    """The three GETs of the API that a home needs; every call may raise an `AmberError`."""

    def __init__(self, session: ClientSession, token: str, base_url: str = AMBER_URL) -> None:
        """Keep what every request needs; nothing is sent yet."""
        self._session = session
        self._token = token.strip()
        self._base = URL(base_url)

    async def sites(self) -> tuple[AmberSite, ...]:
        """Return the sites that are not closed, one for each meter; none while the account is not active yet."""
        sites, _ = await self._get(_sites, "sites")
        return sites

    async def current_prices(
        self, site_id: str, *, next_intervals: int, previous_intervals: int, resolution: int | None = None
    ) -> AmberReply:
        """Return the price in force with so many intervals before and after it, each with its own duration."""
        query = {"next": next_intervals, "previous": previous_intervals}
        if resolution is not None:
            query["resolution"] = resolution
        slots, rate_limit = await self._get(_slots, "sites", site_id, "prices", "current", query=query)
        if len(slots) > 2 * (next_intervals + previous_intervals + 1):
            raise _unusable(say("problem.answer_more_than_asked"))
        return AmberReply(slots=slots, rate_limit=rate_limit)

    async def prices(self, site_id: str, start: date, end: date, resolution: int = 30) -> tuple[PriceSlot, ...]:
        """Return the prices of these days, both included, at most seven."""
        query = {**_day_range(start, end), "resolution": resolution}
        slots, _ = await self._get(_slots, "sites", site_id, "prices", query=query)
        return slots

    async def _get[T](
        self,
        parse_fn: Callable[[Any], T],
        *path: str,
        query: Mapping[str, str | int] | None = None,
    ) -> tuple[T, RateLimit | None]:
        if not _TOKEN.fullmatch(self._token):
            raise AmberAuthError(say("problem.amber_token", say("problem.token_characters")))
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        try:
            async with self._session.get(
                self._base.joinpath(*path),
                params=query,
                headers=headers,
                allow_redirects=False,
                timeout=ClientTimeout(total=TIMEOUT_S),
            ) as response:
                if response.status != 200:
                    await _refused(response, (self._token, *path[1:2]))
                return await read_json(response, parse_fn), _rate_limit(response)
        except TimeoutError as err:
            raise AmberOutageError(too_late(_NAME)) from err
        except (ClientError, OSError) as err:
            raise AmberOutageError(unreachable(_NAME, err)) from None
        except TooLargeError as err:
            raise _unusable(err.message) from None
        except ValueError:
            raise _unusable(not_json()) from None


def _unusable(why: Message) -> AmberOutageError:
    return AmberOutageError(unusable(_NAME, why))


async def _refused(response: ClientResponse, secrets: Iterable[str]) -> NoReturn:
    """Raise what a status other than 200 means."""
    reason = await read_reason(response, _LONGEST_MESSAGE, secrets)
    match response.status:
        # A web page is somebody else's: a firewall's, or the login of a public network.
        case 401 | 403 if response.content_type != "text/html":
            raise AmberAuthError(say("problem.amber_token", http(response.status)))
        case 429:
            limit = _rate_limit(response)
            raise AmberRateLimitError(wait_s(response.headers, "Retry-After") if limit is None else limit.reset_s)
        case status if 400 <= status < 500:
            raise AmberRequestError(refused(_NAME, http(status), *((plain(reason),) if reason else ())))
        case status:
            raise AmberOutageError(in_trouble(_NAME, status))


def _rate_limit(response: ClientResponse) -> RateLimit | None:
    remaining = header_number(response.headers, "RateLimit-Remaining")
    reset_s = wait_s(response.headers, "RateLimit-Reset")
    return None if remaining is None or reset_s is None else RateLimit(remaining=int(remaining), reset_s=reset_s)


def _day_range(start: date, end: date) -> dict[str, str | int]:
    if not timedelta() <= end - start < timedelta(days=MAX_RANGE_DAYS):
        raise AmberRequestError(
            refused(_NAME, say("problem.day_range", most=MAX_RANGE_DAYS, start=str(start), end=str(end)))
        )
    return {"startDate": start.isoformat(), "endDate": end.isoformat()}


def _rows(body: Any) -> list[dict[str, Any]]:
    rows = [row for row in body if isinstance(row, dict)] if isinstance(body, list) else []
    if not isinstance(body, list) or (body and not rows):
        raise _unusable(say("problem.answer_not_rows"))
    if len(rows) > _MAX_ROWS:
        raise _unusable(too_many_rows(_MAX_ROWS))
    return rows


def _sites(body: Any) -> tuple[AmberSite, ...]:
    by_nmi: dict[str, AmberSite] = {}
    for row in _rows(body):
        if row.get("status") == "closed":
            continue
        site = _site(row)
        known = by_nmi.get(site.nmi)
        if known is None or (site.active and not known.active):
            by_nmi[site.nmi] = site
    return tuple(by_nmi.values())


def _priced_rows(body: Any) -> list[dict[str, Any]]:
    """Return the rows of channels that are known; Amber may add others."""
    return [row for row in _rows(body) if row.get("channelType") in list(AmberChannel)]


def _slots(body: Any) -> tuple[PriceSlot, ...]:
    """Return a slot for each general interval, with the feed-in price of the same time, cut where that changes."""
    rows = _priced_rows(body)
    channels: dict[AmberChannel, dict[tuple[datetime, datetime], _Row]] = {each: {} for each in AmberChannel}
    for interval, row in _good(lambda row: (_interval(row), row), rows):
        channels[AmberChannel(row["channelType"])][interval] = row
    feed_in = channels[AmberChannel.FEED_IN]
    pairs = [
        (start, end, row, other)
        for interval, row in channels[AmberChannel.GENERAL].items()
        for start, end, other in _beside(interval, feed_in)
    ]
    return without_overlap(_good(lambda pair: _readable_slot(*pair), pairs))


def _beside(
    interval: tuple[datetime, datetime], rows: Mapping[tuple[datetime, datetime], _Row]
) -> Iterator[tuple[datetime, datetime, _Row | None]]:
    """Yield the row of the same interval, else the parts of the interval that rows cover, after all of it without one."""
    if interval in rows:
        yield *interval, rows[interval]
        return
    yield *interval, None
    for (start, end), row in rows.items():
        if start < interval[1] and end > interval[0]:
            yield max(start, interval[0]), min(end, interval[1]), row


def _good[Given, Read](read: Callable[[Given], Read], rows: Sequence[Given]) -> list[Read]:
    """Return what can be read of rows, without the bad ones; raise what is wrong with the first where none is good."""
    found: list[Read] = []
    problem: AmberOutageError | None = None
    for row in rows:
        try:
            found.append(read(row))
        except AmberOutageError as err:
            problem = problem or err
    if problem is not None and not found:
        raise problem
    return found


def _readable_slot(start: datetime, end: datetime, general: _Row, feed_in: _Row | None) -> PriceSlot:
    """Return a slot, without feed-in where its row is bad."""
    try:
        return _slot(start, end, general, feed_in)
    except AmberOutageError:
        return _slot(start, end, general, None)


def _slot(start: datetime, end: datetime, general: dict[str, Any], feed_in: dict[str, Any] | None) -> PriceSlot:
    buy_low, buy, buy_high = _prices(general, 1)
    sell_low, sell, sell_high = (None, None, None) if feed_in is None else _prices(feed_in, -1)
    return PriceSlot(
        start=start,
        end=end,
        buy_per_kwh=buy,
        sell_per_kwh=sell,
        buy_low_per_kwh=buy_low,
        buy_high_per_kwh=buy_high,
        sell_low_per_kwh=sell_low,
        sell_high_per_kwh=sell_high,
        estimate=general.get("estimate") is True or (feed_in is not None and feed_in.get("estimate") is True),
        spike=_one_of(SpikeStatus, general.get("spikeStatus")),
        level=_one_of(PriceLevel, general.get("descriptor")),
        renewables=_number(general, "renewables", 100) if general.get("renewables") is not None else None,
        demand_window=_demand_window(general),
        forecast=general.get("type") == "ForecastInterval",
    )


def _prices(row: dict[str, Any], sign: int) -> tuple[float | None, float, float | None]:
    """Return low, price and high in $/kWh; Amber's prediction counts for forecasts, the price itself once it is set."""
    advanced = row.get("advancedPrice")
    advanced = advanced if isinstance(advanced, dict) else {}

    def per_kwh(source: dict[str, Any], name: str) -> float:
        # + 0.0: a price of nothing has no sign.
        return sign * _number(source, name, _MAX_CENTS_PER_KWH) / 100 + 0.0

    predicted = row.get("type") == "ForecastInterval" and advanced.get("predicted") is not None
    price = per_kwh(advanced, "predicted") if predicted else per_kwh(row, "perKwh")
    if advanced.get("low") is None or advanced.get("high") is None:
        return None, price, None
    low, high = sorted((per_kwh(advanced, "low"), per_kwh(advanced, "high")))
    return low, price, high


def _interval(row: dict[str, Any]) -> tuple[datetime, datetime]:
    minutes = _number(row, "duration", 24 * 60)
    if minutes <= 0:
        raise _unusable(impossible("duration", minutes))
    try:
        end = datetime.fromisoformat(row["endTime"])
    except KeyError, TypeError, ValueError:
        raise _unusable(missing("endTime")) from None
    if end.tzinfo is None:
        raise _unusable(say("problem.answer_without_offset", name="endTime"))
    if end.year not in _YEARS:
        raise _unusable(impossible("endTime", end.year))
    end = end.astimezone(UTC)
    return end - timedelta(minutes=minutes), end


def _site(row: dict[str, Any]) -> AmberSite:
    if not isinstance(row.get("id"), str) or not 1 <= len(row["id"]) <= _LONGEST_NAME:
        raise _unusable(missing("id"))
    channels = row.get("channels") or []
    types = {channel.get("type") for channel in channels if isinstance(channel, dict)}
    return AmberSite(
        id=row["id"],
        nmi=str(row.get("nmi") or row["id"])[:_LONGEST_NAME],
        network=str(row.get("network") or "")[:_LONGEST_NAME],
        active=row.get("status") == "active",
        channels=frozenset(channel for channel in AmberChannel if channel in types),
        interval_min=int(_number(row, "intervalLength", 24 * 60)) if row.get("intervalLength") is not None else 30,
    )


def _demand_window(row: dict[str, Any]) -> bool | None:
    tariff = row.get("tariffInformation")
    window = tariff.get("demandWindow") if isinstance(tariff, dict) else None
    return window if isinstance(window, bool) else None


def _one_of[E: StrEnum](options: type[E], text: object) -> E | None:
    """Return the option that Amber's camelCase names; None for words it did not have before."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text).lower() if isinstance(text, str) else None
    return next((option for option in options if option == name), None)


def _number(row: dict[str, Any], name: str, most: float) -> float:
    """Return a number from −most to most."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise _unusable(missing(name))
    if not -most <= value <= most:
        raise _unusable(impossible(name, value))
    return float(value)
