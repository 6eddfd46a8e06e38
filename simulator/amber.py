"""A stand-in for Amber Electric's API v1 on loopback, on the simulator's clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from math import floor
from typing import Any, Final, override

from aiohttp import web

from .endpoint import HttpEndpoint
from .market import NEM, MarketPrice, SimulatedMarket, demand_window, predispatch_end_s
from .plant import SimulatedPlant

DEFAULT_TOKEN: Final = "psk_demo"  # noqa: S105  it opens nothing but this stand-in
NMI: Final = "3120000000"
SITE_IDS: Final = ("01SIMULATEDSITE00000000001", "01SIMULATEDSITE00000000002")

REQUESTS_A_WINDOW: Final = 50
WINDOW_S: Final = 300
MAX_RANGE_DAYS: Final = 7
HALF_HOUR_S: Final = 1800
FINE_AHEAD_S: Final = 3600
"""How far ahead a 5-minute site is forecast in 5-minute rows."""
MAX_INTERVALS: Final = 2048
PV_KW: Final = 6.6

_DESCRIPTORS: Final = (
    (5, "extremelyLow"),
    (15, "veryLow"),
    (22, "low"),
    (32, "neutral"),
    (60, "high"),
    (float("inf"), "spike"),
)
_LEVEL_OF_SPIKE_C: Final = 100.0
_LEVEL_OF_POTENTIAL_C: Final = 45.0

type Interval = tuple[int, int]
"""Start as Unix time, and duration in minutes."""
type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class AmberEndpoint(HttpEndpoint):
    """Serves the prices of the simulated home; quirks make it fail."""

    def __init__(self, plant: SimulatedPlant, host: str, port: int) -> None:
        """Prepare to listen; a port of 0 takes any free one and keeps it."""
        super().__init__(host, port)
        self.request_paths: list[str] = []
        """What was asked for so far, with its query."""
        self.middlewares = [self._gate]
        self._plant = plant
        self._market = SimulatedMarket(plant.seed, plant.sky)
        self._window = (0, 0)

    @property
    def url(self) -> str:
        """Return the base URL."""
        return f"{self.address}/v1"

    @override
    def routes(self) -> Iterable[web.RouteDef]:
        """Return what is served."""
        return [
            web.get("/v1/sites", self._sites),
            web.get("/v1/sites/{site}/prices/current", self._current),
            web.get("/v1/sites/{site}/prices", self._prices),
        ]

    @web.middleware
    async def _gate(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let through what is authorised and within the rate limit, unless there is an outage."""
        self.request_paths.append(request.path_qs)
        if (failure := await self.failed(request, self._plant.quirks["amber_outage"])) is not None:
            return failure
        credential = request.headers.get("Authorization")
        if credential is None:
            return web.json_response({"message": "Unauthorized"}, status=401)
        if credential != f"Bearer {self._plant.quirks['amber_token']}":
            message = "User is not authorized to access this resource with an explicit deny"
            return web.json_response({"Message": message}, status=403)
        headers, allowed = self._count()
        if not allowed:
            return web.json_response({"message": "Too Many Requests"}, status=429, headers=headers)
        try:
            response = await handler(request)
        except _HttpRefusalError as refusal:
            response = web.Response(text=str(refusal), status=refusal.status)
        response.headers.update(headers)
        return response

    def _count(self) -> tuple[dict[str, str], bool]:
        """Count a request; return the headers, and whether the account may still ask."""
        window, count = int(self._plant.time_s // WINDOW_S), 0
        if window == self._window[0]:
            count = self._window[1]
        self._window = window, count + 1
        headers = {
            "RateLimit-Policy": f"{REQUESTS_A_WINDOW};w={WINDOW_S}",
            "RateLimit-Limit": str(REQUESTS_A_WINDOW),
            "RateLimit-Remaining": str(max(0, REQUESTS_A_WINDOW - count - 1)),
            "RateLimit-Reset": str(round((window + 1) * WINDOW_S - self._plant.time_s)),
        }
        return headers, count < REQUESTS_A_WINDOW

    async def _sites(self, _: web.Request) -> web.Response:
        count: int = self._plant.quirks["amber_sites"]
        if count == 0:
            return web.json_response([])
        closed = _site("01SIMULATEDSITE00000000000", NMI, "closed") | {"closedOn": "2025-02-28"}
        sites = [_site(site_id, str(int(NMI) + number), "active") for number, site_id in enumerate(SITE_IDS[:count])]
        return web.json_response([closed, *sites])

    async def _current(self, request: web.Request) -> web.Response:
        self._known_site(request)
        now_s = self._plant.time_s
        minutes = _whole(request, "resolution", 5, (5, 30))
        length_s = minutes * 60
        current_s = floor(now_s / length_s) * length_s
        before = range(current_s - _whole(request, "previous", 0) * length_s, current_s, length_s)
        fine = "resolution" in request.query and minutes == 5
        ahead = list(_forecast_intervals(current_s, minutes, now_s, always_fine=fine))[: _whole(request, "next", 0)]
        if self._plant.quirks["amber_outage"] == "empty_forecast":
            ahead = []
        return self._rows([*((start_s, minutes) for start_s in before), (current_s, minutes), *ahead])

    async def _prices(self, request: web.Request) -> web.Response:
        self._known_site(request)
        first, last = _days(request)
        length_s = _whole(request, "resolution", 5, (5, 30)) * 60
        end_s = min(_midnight_s(last + timedelta(days=1)), predispatch_end_s(self._plant.time_s))
        return self._rows([(start_s, length_s // 60) for start_s in range(_midnight_s(first), end_s, length_s)])

    def _rows(self, intervals: list[Interval]) -> web.Response:
        rows = [self._row(channel, *each) for channel in ("general", "feedIn") for each in intervals]
        return web.json_response(rows)

    def _row(self, channel: str, start_s: int, minutes: int) -> dict[str, Any]:
        now_s, end_s = self._plant.time_s, start_s + minutes * 60
        row: dict[str, Any] = {**_times(start_s, minutes), "channelType": channel}
        if end_s <= now_s:
            price = self._market.settled(start_s, minutes)
            row["type"] = "ActualInterval"
        elif start_s <= now_s:
            # A half hour is final only when it is over.
            estimate = minutes == 30 or now_s - start_s < self._market.confirmed_after_s(start_s)
            price = (self._market.estimate if estimate else self._market.settled)(start_s, minutes)
            row |= {"type": "CurrentInterval", "estimate": estimate, **_ranges(channel, price, spread=0.03)}
        else:
            price = self._market.forecast(start_s, minutes, now_s)
            row |= {"type": "ForecastInterval", **_ranges(channel, price, spread=0.2)}
        return row | {
            "perKwh": round(_per_kwh(channel, price), 5),
            "spotPerKwh": round(price.spot, 5),
            "renewables": round(price.renewables, 2),
            "spikeStatus": "spike"
            if price.spot > _LEVEL_OF_SPIKE_C
            else "potential"
            if price.spot > _LEVEL_OF_POTENTIAL_C
            else "none",
            "descriptor": next(name for below, name in _DESCRIPTORS if price.general < below),
            "tariffInformation": {"demandWindow": demand_window(start_s)},
        }

    def _known_site(self, request: web.Request) -> None:
        if request.match_info["site"] not in SITE_IDS[: self._plant.quirks["amber_sites"]]:
            raise _HttpRefusalError(404, "Site not found.")


class _HttpRefusalError(Exception):
    """A request that Amber answers with a status and a plain sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def _site(site_id: str, nmi: str, status: str) -> dict[str, Any]:
    return {
        "id": site_id,
        "nmi": nmi,
        "channels": [
            {"identifier": "E1", "type": "general", "tariff": "6900"},
            {"identifier": "B1", "type": "feedIn", "tariff": "6900"},
        ],
        "network": "Energex",
        "status": status,
        "activeFrom": "2024-03-01",
        "intervalLength": 5,
    }


def _forecast_intervals(current_s: int, minutes: int, now_s: float, *, always_fine: bool) -> Iterator[Interval]:
    """Yield what follows the current interval: 5-minute rows for about an hour, then half hours."""
    start_s, end_s = current_s + minutes * 60, predispatch_end_s(now_s)
    while start_s < end_s:
        fine = minutes == 5 and (always_fine or start_s < now_s + FINE_AHEAD_S or start_s % HALF_HOUR_S)
        length = 5 if fine else 30
        yield start_s, length
        start_s += length * 60


def _times(start_s: int, minutes: int) -> dict[str, Any]:
    """Return an interval the way Amber writes it: its start a second late."""
    start, end = (datetime.fromtimestamp(time_s, UTC) for time_s in (start_s, start_s + minutes * 60))
    return {
        "duration": minutes,
        "date": start.astimezone(NEM).date().isoformat(),
        "startTime": f"{start + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}",
        "endTime": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "nemTime": end.astimezone(NEM).isoformat(),
    }


def _per_kwh(channel: str, price: MarketPrice) -> float:
    return price.general if channel == "general" else -price.feed_in


def _ranges(channel: str, price: MarketPrice, spread: float) -> dict[str, Any]:
    per_kwh, sign = _per_kwh(channel, price), 1 if channel == "general" else -1
    width = spread * (4 + abs(per_kwh))
    return {
        "range": {"min": round(price.spot - width, 5), "max": round(price.spot + width, 5)},
        "advancedPrice": {
            "low": round(per_kwh - sign * width, 5),
            "predicted": round(per_kwh * (1 + spread / 4), 5),
            "high": round(per_kwh + sign * 1.6 * width, 5),
        },
    }


def _whole(request: web.Request, name: str, default: int, allowed: tuple[int, ...] | None = None) -> int:
    text = request.query.get(name, str(default))
    if not text.isdecimal() or int(text) > MAX_INTERVALS or (allowed and int(text) not in allowed):
        raise _HttpRefusalError(422, f"Invalid {name}.")
    return int(text)


def _days(request: web.Request) -> tuple[date, date]:
    try:
        first, last = (date.fromisoformat(request.query[name]) for name in ("startDate", "endDate"))
    except KeyError, ValueError:
        raise _HttpRefusalError(422, "Invalid date range.") from None
    if last < first:
        raise _HttpRefusalError(422, "Invalid date range.")
    if (last - first).days >= MAX_RANGE_DAYS:
        raise _HttpRefusalError(422, "Range requested is too large. Maximum 7 days.")
    return first, last


def _midnight_s(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=NEM).timestamp())
