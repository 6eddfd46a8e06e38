"""The Amber client against payloads shaped like the real ones, with every trap that is known."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
import json
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer, unused_port
from amber_payloads import CURRENT, FEED_IN, FORECAST, LIMITS, SITE, TOKEN
import pytest

from custom_components.sigenstor_panel.clients import amber
from custom_components.sigenstor_panel.clients.amber import (
    AmberAuthError,
    AmberChannel,
    AmberClient,
    AmberOutageError,
    AmberRateLimitError,
    AmberReply,
    AmberRequestError,
    RateLimit,
)
from custom_components.sigenstor_panel.model.prices import PriceLevel, SpikeStatus
from simulator import Simulator, SimulatorSettings
from simulator.amber import SITE_IDS
from tests.english import english, says


class Wire:
    """A server that answers every request the same way, and remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[web.Request] = []
        self.status = 200
        self.body: Any = []
        self.headers: dict[str, str] = LIMITS

    async def answer(self, request: web.Request) -> web.Response:
        self.requests.append(request)
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return web.Response(text=text, status=self.status, headers=self.headers)


@pytest.fixture
async def wire(socket_enabled: None) -> AsyncIterator[tuple[Wire, str]]:
    served = Wire()
    app = web.Application()
    app.router.add_get("/{path:.*}", served.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        yield served, str(server.make_url("/v1"))


@pytest.fixture
def server(wire: tuple[Wire, str]) -> Wire:
    return wire[0]


@pytest.fixture
async def client_for(wire: tuple[Wire, str]) -> AsyncIterator[Callable[..., AmberClient]]:
    async with ClientSession() as session:
        yield lambda token=TOKEN, url=wire[1]: AmberClient(session, token, url)


@pytest.fixture
def client(client_for: Callable[..., AmberClient]) -> AmberClient:
    return client_for()


async def current(client: AmberClient) -> AmberReply:
    return await client.current_prices("01A", next_intervals=288, previous_intervals=3)


async def test_a_request_has_the_path_the_query_and_the_token(server: Wire, client: AmberClient) -> None:
    await current(client)
    await client.current_prices("01A", next_intervals=1, previous_intervals=0, resolution=30)
    await client.prices("01A", date(2026, 4, 1), date(2026, 4, 7))
    await client.sites()
    assert [request.path_qs for request in server.requests] == [
        "/v1/sites/01A/prices/current?next=288&previous=3",
        "/v1/sites/01A/prices/current?next=1&previous=0&resolution=30",
        "/v1/sites/01A/prices?startDate=2026-04-01&endDate=2026-04-07&resolution=30",
        "/v1/sites",
    ]
    assert {request.headers["Authorization"] for request in server.requests} == {f"Bearer {TOKEN}"}


async def test_a_site_id_cannot_leave_its_place_in_the_path(server: Wire, client: AmberClient) -> None:
    await client.current_prices("01A?next=1#", next_intervals=2, previous_intervals=0)
    assert server.requests[0].path == "/v1/sites/01A?next=1#/prices/current"
    assert server.requests[0].query["next"] == "2"


async def test_a_price_becomes_dollars_and_starts_its_duration_before_its_end(
    server: Wire, client: AmberClient
) -> None:
    server.body = [CURRENT]
    (slot,) = (await current(client)).slots
    assert slot.start == datetime(2025, 7, 16, 22, 25, tzinfo=UTC)
    assert slot.end == datetime(2025, 7, 16, 22, 30, tzinfo=UTC)
    assert slot.start.tzinfo is UTC
    assert slot.buy_per_kwh == pytest.approx(0.2432585)
    assert (slot.buy_low_per_kwh, slot.buy_high_per_kwh) == (0.2, 0.3)
    assert (slot.level, slot.spike, slot.renewables) == (PriceLevel.EXTREMELY_LOW, SpikeStatus.NONE, 34.03)
    assert (slot.estimate, slot.forecast, slot.demand_window) == (True, False, True)


async def test_a_missing_feed_in_channel_is_no_feed_in(server: Wire, client: AmberClient) -> None:
    server.body = [FORECAST]
    (slot,) = (await current(client)).slots
    assert (slot.sell_per_kwh, slot.sell_low_per_kwh, slot.sell_high_per_kwh) == (None, None, None)


async def test_feed_in_below_zero_is_money_for_you_and_the_prediction_counts_for_forecasts(
    server: Wire, client: AmberClient
) -> None:
    server.body = [FEED_IN, FORECAST]
    (slot,) = (await current(client)).slots
    assert slot.sell_per_kwh == pytest.approx(0.1113379)
    assert slot.sell_low_per_kwh == pytest.approx(0.0713763)
    assert slot.sell_high_per_kwh == pytest.approx(0.1492346)
    assert slot.buy_per_kwh == 0.25
    assert slot.forecast


async def test_feed_in_that_you_pay_for_is_below_zero_with_its_range_in_order(
    server: Wire, client: AmberClient
) -> None:
    paid = {**FEED_IN, "advancedPrice": {"low": 3.0, "predicted": 2.0, "high": 1.0}}
    server.body = [FORECAST, paid]
    (slot,) = (await current(client)).slots
    assert (slot.sell_low_per_kwh, slot.sell_per_kwh, slot.sell_high_per_kwh) == (-0.03, -0.02, -0.01)


async def test_a_feed_in_price_of_nothing_has_no_sign(server: Wire, client: AmberClient) -> None:
    server.body = [FORECAST, {**FEED_IN, "perKwh": 0, "advancedPrice": None}]
    (slot,) = (await current(client)).slots
    assert str(slot.sell_per_kwh) == "0.0"


@pytest.mark.parametrize("advanced", [None, {}, {"low": None, "predicted": None, "high": None}])
async def test_a_forecast_without_a_prediction_has_its_price(server: Wire, client: AmberClient, advanced: Any) -> None:
    server.body = [{**FORECAST, "advancedPrice": advanced}]
    (slot,) = (await current(client)).slots
    assert slot.buy_per_kwh == pytest.approx(0.2432585)
    assert slot.buy_low_per_kwh is None


async def test_rows_are_grouped_by_channel_whatever_their_order_and_controlled_load_is_left_out(
    server: Wire, client: AmberClient
) -> None:
    controlled = {**CURRENT, "channelType": "controlledLoad", "perKwh": 1.0}
    current_feed_in = {**CURRENT, "channelType": "feedIn", "perKwh": -5.0, "estimate": False}
    server.body = [FEED_IN, controlled, FORECAST, current_feed_in, CURRENT, {**CURRENT, "channelType": "teleport"}]
    found = (await current(client)).slots
    assert [(slot.buy_per_kwh, slot.sell_per_kwh) for slot in found] == [
        (pytest.approx(0.2432585), 0.05),
        (0.25, pytest.approx(0.1113379)),
    ]


async def test_mixed_durations_stay_as_they_are(server: Wire, client: AmberClient) -> None:
    server.body = [FORECAST, CURRENT]
    found = (await current(client)).slots
    assert [slot.duration for slot in found] == [timedelta(minutes=5), timedelta(minutes=30)]
    assert found[0].end == found[1].start


async def test_a_half_hour_that_overlaps_five_minute_rows_gives_way_to_them(server: Wire, client: AmberClient) -> None:
    fine = {**FORECAST, "duration": 5, "endTime": "2025-07-16T22:35:00Z"}
    server.body = [FORECAST, fine]
    found = (await current(client)).slots
    assert [(f"{slot.start:%H:%M}", f"{slot.end:%H:%M}") for slot in found] == [("22:30", "22:35"), ("22:35", "23:00")]


async def test_words_that_amber_did_not_have_before_are_unknown(server: Wire, client: AmberClient) -> None:
    server.body = [
        {**CURRENT, "descriptor": "sideways", "spikeStatus": None, "renewables": None, "tariffInformation": None}
    ]
    (slot,) = (await current(client)).slots
    assert (slot.level, slot.spike, slot.renewables, slot.demand_window) == (None, None, None, None)


async def test_every_word_for_a_level_is_known(server: Wire, client: AmberClient) -> None:
    words = ["extremelyLow", "veryLow", "low", "neutral", "high", "spike"]
    found = []
    for word in words:
        server.body = [{**CURRENT, "descriptor": word}]
        found.append((await current(client)).slots[0].level)
    assert found == list(PriceLevel)


async def test_an_answer_without_a_forecast_is_an_answer(server: Wire, client: AmberClient) -> None:
    server.body = [CURRENT]
    assert not any(slot.forecast for slot in (await current(client)).slots)
    server.body = []
    assert (await current(client)).slots == ()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (LIMITS, RateLimit(remaining=41, reset_s=123)),
        ({}, None),
        ({**LIMITS, "RateLimit-Reset": "soon"}, None),
        ({**LIMITS, "RateLimit-Remaining": "-1"}, None),
    ],
)
async def test_the_rate_limit_comes_from_the_headers(
    server: Wire, client: AmberClient, headers: dict[str, str], expected: RateLimit | None
) -> None:
    server.headers = headers
    assert (await current(client)).rate_limit == expected


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, '{"message":"Unauthorized"}'),
        (403, '{"message":"User is not authorized to access this resource with an explicit deny"}'),
    ],
)
async def test_a_token_that_amber_refuses_is_said_without_the_token(
    server: Wire, client: AmberClient, status: int, body: str
) -> None:
    server.status, server.body = status, body
    with pytest.raises(AmberAuthError, check=says(rf"^Amber does not accept the token\. HTTP {status}\.$")):
        await client.sites()


@pytest.mark.parametrize("token", ["", "  ", "psk one", "psk\r\nX-Evil: 1", "psk_ä", "psk_\x00"])
async def test_a_token_that_cannot_be_one_is_never_sent(
    server: Wire, client_for: Callable[..., AmberClient], token: str
) -> None:
    with pytest.raises(AmberAuthError, check=says("empty or holds characters")):
        await client_for(token).sites()
    assert not server.requests


async def test_blanks_around_a_token_do_not_matter(server: Wire, client_for: Callable[..., AmberClient]) -> None:
    await client_for(f" {TOKEN}\n").sites()
    assert server.requests[0].headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("headers", "retry_after_s"),
    [(LIMITS, 123.0), ({}, None), ({"Retry-After": "30"}, 30.0), ({"Retry-After": "Fri"}, None)],
)
async def test_too_many_requests_say_when_to_come_back_if_amber_does(
    server: Wire, client: AmberClient, headers: dict[str, str], retry_after_s: float | None
) -> None:
    server.status, server.headers = 429, headers
    with pytest.raises(AmberRateLimitError, check=says("takes no more requests")) as refused:
        await client.sites()
    assert refused.value.retry_after_s == retry_after_s


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_error_is_an_outage(server: Wire, client: AmberClient, status: int) -> None:
    server.status, server.body = status, '{"message":"Internal server error"}'
    with pytest.raises(AmberOutageError, check=says(f"HTTP {status}")):
        await client.sites()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, '{"message":"Site not found"}'),
        (422, "Range requested is too large. Maximum 7 days."),
        (400, "\xff" * 5000),
    ],
)
async def test_a_refused_request_says_what_amber_said(
    server: Wire, client: AmberClient, status: int, body: str
) -> None:
    server.status, server.body = status, body
    with pytest.raises(AmberRequestError) as refused:
        await client.sites()
    assert body[:200] in english(refused.value.message)
    assert len(english(refused.value.message)) < 260


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>maintenance</html>",
        '[{"type":"CurrentInterval","dur',
        "null",
        "{}",
        "[1]",
        json.dumps([{**CURRENT, "perKwh": None}]),
        json.dumps([{**CURRENT, "perKwh": "12"}]),
        json.dumps([{**CURRENT, "perKwh": float("nan")}]),
        json.dumps([{**CURRENT, "duration": 0}]),
        json.dumps([{**CURRENT, "duration": True}]),
        json.dumps([{**CURRENT, "endTime": "2025-07-16T22:30:00"}]),
        json.dumps([{**CURRENT, "endTime": "soon"}]),
        json.dumps([{key: value for key, value in CURRENT.items() if key != "endTime"}]),
        json.dumps([{**CURRENT, "renewables": "many"}]),
    ],
)
async def test_an_answer_that_makes_no_sense_is_an_outage(server: Wire, client: AmberClient, body: str) -> None:
    server.body = body
    with pytest.raises(AmberOutageError, check=says(r"\.$")):
        await current(client)


@pytest.mark.parametrize(
    "bad",
    [
        1,
        None,
        {**CURRENT, "perKwh": None},
        {**CURRENT, "duration": 0},
        {**CURRENT, "endTime": "soon"},
        {**CURRENT, "renewables": "many"},
        {"channelType": "general"},
    ],
)
async def test_one_bad_row_costs_no_other_row(server: Wire, client: AmberClient, bad: Any) -> None:
    later = {**CURRENT, "endTime": "2025-07-16T23:30:00Z", "startTime": "2025-07-16T23:25:01Z"}
    server.body = json.dumps([bad, later])
    assert [slot.end.isoformat() for slot in (await current(client)).slots] == ["2025-07-16T23:30:00+00:00"]


async def test_a_bad_feed_in_price_costs_no_buy_price(server: Wire, client: AmberClient) -> None:
    server.body = [FORECAST, {**FEED_IN, "advancedPrice": None, "perKwh": None}]
    (slot,) = (await current(client)).slots
    assert (slot.buy_per_kwh, slot.sell_per_kwh) == (0.25, None)


async def test_feed_in_of_other_intervals_counts_where_they_overlap(server: Wire, client: AmberClient) -> None:
    """Half an hour of feed-in covers a buy price of five minutes, and five minutes cut half an hour."""
    five = {**CURRENT, "startTime": "2025-07-16T22:30:01Z", "endTime": "2025-07-16T22:35:00Z"}
    server.body = [five, FEED_IN]
    (slot,) = (await current(client)).slots
    assert slot.duration == timedelta(minutes=5)
    assert slot.sell_per_kwh == pytest.approx(0.1113379)
    server.body = [FORECAST, {**FEED_IN, "duration": 5, "endTime": "2025-07-16T22:35:00Z"}]
    first, rest = (await current(client)).slots
    assert (first.duration, rest.duration) == (timedelta(minutes=5), timedelta(minutes=25))
    assert (first.sell_per_kwh, rest.sell_per_kwh) == (pytest.approx(0.1113379), None)
    assert first.buy_per_kwh == rest.buy_per_kwh == 0.25


async def test_a_connection_that_fails_is_an_outage(client_for: Callable[..., AmberClient]) -> None:
    with pytest.raises(AmberOutageError, check=says("cannot be reached")):
        await client_for(url=f"http://127.0.0.1:{unused_port()}/v1").sites()


async def test_silence_is_an_outage(socket_enabled: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amber, "TIMEOUT_S", 0.2)
    quirks = {"amber_outage": "timeout"}
    async with (
        Simulator(SimulatorSettings(realtime=False, amber_port=0, quirks=quirks)) as simulator,
        ClientSession() as session,
    ):
        assert simulator.amber_url is not None
        with pytest.raises(AmberOutageError, check=says("in time")):
            await AmberClient(session, "psk_demo", simulator.amber_url).sites()


async def test_closed_sites_are_left_out_and_an_active_one_wins_over_another_of_its_meter(
    server: Wire, client: AmberClient
) -> None:
    server.body = [
        {**SITE, "id": "closed", "status": "closed", "closedOn": "2023-01-01"},
        {**SITE, "id": "pending", "status": "pending"},
        SITE,
        {**SITE, "id": "late", "status": "pending"},
        {**SITE, "id": "other", "nmi": "3222", "channels": [{"type": "controlledLoad"}, {"type": "new"}]},
    ]
    first, other = await client.sites()
    assert (first.id, first.nmi, first.network, first.active, first.interval_min) == ("01A", "3111", "Ausgrid", True, 5)
    assert first.channels == {AmberChannel.GENERAL, AmberChannel.FEED_IN}
    assert (other.id, other.channels) == ("other", frozenset({AmberChannel.CONTROLLED_LOAD}))


async def test_an_account_that_is_not_active_yet_has_no_sites(server: Wire, client: AmberClient) -> None:
    assert await client.sites() == ()
    server.body = [{**SITE, "id": None}]
    with pytest.raises(AmberOutageError, check=says("id is missing")):
        await client.sites()


@pytest.mark.parametrize(("first", "last"), [(1, 8), (2, 1)])
async def test_a_range_beyond_seven_days_is_not_even_asked_for(
    server: Wire, client: AmberClient, first: int, last: int
) -> None:
    with pytest.raises(AmberRequestError, check=says("1 to 7 days")):
        await client.prices("01A", date(2026, 4, first), date(2026, 4, last))
    assert not server.requests


async def test_a_day_when_sydneys_clock_changes_is_48_half_hours_without_a_gap(
    socket_enabled: None,
) -> None:
    """Market time knows no daylight saving, so a market day has 24 hours whatever the clock on the wall does."""
    start = datetime(2026, 4, 8, tzinfo=UTC)
    async with (
        Simulator(
            SimulatorSettings(realtime=False, amber_port=0, start=start, time_zone="Australia/Sydney")
        ) as simulator,
        ClientSession() as session,
    ):
        assert simulator.amber_url is not None
        client = AmberClient(session, "psk_demo", simulator.amber_url)
        found = await client.prices(SITE_IDS[0], date(2026, 4, 5), date(2026, 4, 5))
    assert (found[0].start, found[-1].end) == (
        datetime(2026, 4, 4, 14, tzinfo=UTC),
        datetime(2026, 4, 5, 14, tzinfo=UTC),
    )
    assert len(found) == 48
    assert all(before.end == after.start for before, after in pairwise(found))


def test_the_token_does_not_show(client_for: Callable[..., AmberClient]) -> None:
    assert TOKEN not in repr(client_for())
