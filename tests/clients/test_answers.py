"""Whatever a service sends, each client answers in a sentence, soon, and without holding the event loop up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import date
import gzip
import json
import threading
import tracemalloc
from typing import Any
from urllib.parse import unquote

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from amber_payloads import CURRENT, FORECAST, SITE, TOKEN
import pytest

from custom_components.sigenstor_panel.clients import amber, answers, my_sigen, open_meteo
from custom_components.sigenstor_panel.clients.amber import AmberClient, AmberError, AmberOutageError
from custom_components.sigenstor_panel.clients.answers import MAX_BODY_BYTES
from custom_components.sigenstor_panel.clients.my_sigen import MySigenClient, MySigenError
from custom_components.sigenstor_panel.clients.open_meteo import OpenMeteoClient, OpenMeteoError
from custom_components.sigenstor_panel.model.solar import PvArray
from tests.english import english, says

T0 = 1_768_435_200
"""Midnight UTC on 2026-01-15."""

ERRORS = {"amber": AmberError, "open_meteo": OpenMeteoError, "my_sigen": MySigenError}
DEEP = "[" * 100_000 + "]" * 100_000

type Ask = Callable[[str], Awaitable[Any]]


class Server:
    """A server that answers every request with the same body, or with what `stream` writes."""

    def __init__(self) -> None:
        self.url = ""
        self.body: str | bytes = "[]"
        self.status = 200
        self.headers: dict[str, str] = {}
        self.repeats = False
        """Whether it refuses, and says what it was sent."""
        self.stream: Callable[[web.StreamResponse], Awaitable[None]] | None = None
        self.sent_bytes = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if self.repeats:
            sent = f"{request.headers.get('Authorization')} {request.path_qs} {await request.text()}"
            return web.json_response({"error": True, "reason": sent, "code": 1, "msg": sent}, status=self.status)
        if self.stream is None:
            body = self.body if isinstance(self.body, bytes) else self.body.encode()
            return web.Response(body=body, status=self.status, headers=self.headers)
        response = web.StreamResponse(headers=self.headers)
        await response.prepare(request)
        await self.stream(response)
        return response

    async def send_200_mb(self, response: web.StreamResponse) -> None:
        chunk = b"1," * 500_000
        await response.write(b"[")
        for _ in range(200):
            await response.write(chunk)
            self.sent_bytes += len(chunk)

    async def send_drops(self, response: web.StreamResponse) -> None:
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.02)


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[Server]:
    served = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", served.answer)
    async with TestServer(app, host="127.0.0.1") as running:
        served.url = str(running.make_url("/"))
        yield served


@pytest.fixture
async def ask(server: Server) -> AsyncIterator[Ask]:
    """Ask a service by its name for what is asked most."""
    url: str = server.url
    async with ClientSession() as session:

        async def _ask(name: str) -> Any:
            match name:
                case "amber":
                    client = AmberClient(session, TOKEN, url)
                    return await client.current_prices("01A", next_intervals=288, previous_intervals=288)
                case "open_meteo":
                    roof = PvArray(name="North", peak_kw=6.6, azimuth=0, tilt=22, year_installed=2021)
                    return await OpenMeteoClient(session, base_url=url).forecast(-27.47, 153.03, roof)
                case _:
                    return await MySigenClient(session, "me", "secret", region="aus", base_url=url).energy_flow()

        yield _ask


services = pytest.mark.parametrize("name", ERRORS)


@services
async def test_of_200_mb_no_more_is_read_than_an_answer_may_have(server: Server, ask: Ask, name: str) -> None:
    server.stream = server.send_200_mb
    tracemalloc.start()
    try:
        with pytest.raises(ERRORS[name], check=says("is larger than 2 MB")):
            await ask(name)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 20 * MAX_BODY_BYTES
    assert server.sent_bytes < 50_000_000


@services
async def test_a_small_answer_that_unpacks_to_a_large_one_is_too_large(server: Server, ask: Ask, name: str) -> None:
    server.headers = {"Content-Encoding": "gzip"}
    server.body = gzip.compress(b" " * 20_000_000)
    with pytest.raises(ERRORS[name], check=says("is larger than 2 MB")):
        await ask(name)


@services
async def test_an_answer_that_drips_ends_with_the_time_for_a_request(
    server: Server, ask: Ask, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(amber, "TIMEOUT_S", 0.3)
    monkeypatch.setattr(my_sigen, "TIMEOUT_S", 0.3)
    monkeypatch.setattr(open_meteo, "REQUEST_TIMEOUT_S", 0.3)
    server.stream = server.send_drops
    with pytest.raises(ERRORS[name], check=says(r"in time|cannot be reached")):
        await ask(name)


@services
@pytest.mark.parametrize(
    "body",
    [DEEP, "1" * 5_000, f"[{10**400}]", '{"code": 1' + "0" * 400 + "}", "[1e400]", "\xff\xfe", "[NaN]", '"text"', "\0"],
    ids=["deep", "long", "10^400", "code", "1e400", "bytes", "nan", "text", "nul"],
)
async def test_an_answer_that_means_nothing_is_one_short_sentence(
    server: Server, ask: Ask, name: str, body: str
) -> None:
    server.body = body.encode("latin-1")
    with pytest.raises(ERRORS[name], check=says(r"\.$")) as refused:
        await ask(name)
    assert len(english(refused.value.message)) < 300


SITE_ID = "01F5A5CRKMZ5BCX9P1S4V990AM"


@pytest.mark.parametrize(
    ("name", "status", "secrets"),
    [
        ("amber", 400, [TOKEN, SITE_ID]),
        ("open_meteo", 400, ["a-key-of-ours", "27.4698", "153.0251"]),
        ("my_sigen", 200, ["somebody@example.com"]),
    ],
)
async def test_a_refusal_that_repeats_what_was_sent_is_told_without_its_secrets(
    server: Server, name: str, status: int, secrets: list[str]
) -> None:
    server.repeats, server.status = True, status
    async with ClientSession() as session:
        ask = {
            "amber": lambda: AmberClient(session, TOKEN, server.url).prices(SITE_ID, date.min, date.min),
            "open_meteo": lambda: OpenMeteoClient(session, base_url=server.url, api_key="a-key-of-ours").forecast(
                -27.4698, 153.0251, PvArray(name="North", peak_kw=6.6, azimuth=0, tilt=22, year_installed=2021)
            ),
            "my_sigen": lambda: MySigenClient(
                session, "somebody@example.com", "secret", region="aus", base_url=server.url
            ).energy_flow(),
        }[name]
        with pytest.raises(ERRORS[name], check=says("…")) as refused:
            await ask()
    said = unquote(english(refused.value.message))
    assert [secret for secret in secrets if secret in said] == []


@pytest.mark.parametrize("name", ["amber", "my_sigen"])
async def test_a_redirect_takes_no_credential_elsewhere(server: Server, ask: Ask, name: str) -> None:
    server.status, server.headers = 307, {"Location": f"{server.url}elsewhere"}
    with pytest.raises(ERRORS[name], check=says("HTTP 307")):
        await ask(name)


@pytest.mark.parametrize("header", ["Retry-After", "RateLimit-Reset"])
async def test_a_wait_of_decades_is_an_hour(server: Server, ask: Ask, header: str) -> None:
    server.status, server.headers = 429, {"RateLimit-Remaining": "0", header: "1e9"}
    with pytest.raises(amber.AmberRateLimitError) as refused:
        await ask("amber")
    assert refused.value.retry_after_s == 3600


@pytest.mark.parametrize(
    "field",
    [
        {"perKwh": 1e308},
        {"perKwh": 10**400},
        {"perKwh": 3_100},
        {"perKwh": -3_100},
        {"renewables": 1e9},
        {"endTime": "0001-01-01T00:00:00+10:00"},
        {"endTime": "9999-12-31T23:59:59-10:00"},
        {"endTime": "1970-01-01T00:00:00Z"},
        {"duration": 1e308},
        {"advancedPrice": {"low": -1e300, "high": 1e300}},
    ],
)
async def test_a_price_or_a_moment_that_cannot_be_is_refused(server: Server, ask: Ask, field: dict[str, Any]) -> None:
    server.body = json.dumps([{**CURRENT, **field}])
    with pytest.raises(AmberOutageError, check=says(r"\.$")):
        await ask("amber")


@pytest.mark.parametrize("cents", [2_300, 2_030, -110])
async def test_the_market_may_go_to_its_cap_and_to_its_floor(server: Server, ask: Ask, cents: float) -> None:
    server.body = json.dumps([{**CURRENT, "perKwh": cents}])
    assert (await ask("amber")).slots[0].buy_per_kwh == cents / 100


class Rows(list[Any]):
    """Rows that note which thread looks at them."""

    threads: set[threading.Thread]

    def __iter__(self) -> Iterator[Any]:
        self.threads.add(threading.current_thread())
        return super().__iter__()


@pytest.fixture
def decoding(monkeypatch: pytest.MonkeyPatch) -> set[threading.Thread]:
    """The threads in which answers are decoded, and their rows are looked at."""
    threads, decode = set[threading.Thread](), answers._decode

    def decode_and_note(body: bytes) -> Any:
        threads.add(threading.current_thread())
        rows = Rows(decode(body))
        rows.threads = threads
        return rows

    monkeypatch.setattr(answers, "_decode", decode_and_note)
    return threads


async def test_tens_of_thousands_of_rows_are_refused_and_do_not_hold_the_loop(
    server: Server, ask: Ask, decoding: set[threading.Thread]
) -> None:
    server.body = json.dumps([{"channelType": "general"}] * 50_000)
    with pytest.raises(AmberOutageError, check=says("more than 10000 rows")):
        await ask("amber")
    assert decoding.isdisjoint({threading.current_thread()}), "the thread of the event loop decodes nothing"


async def test_rows_that_are_taken_do_not_hold_the_loop(
    server: Server, ask: Ask, decoding: set[threading.Thread]
) -> None:
    server.body = json.dumps([CURRENT])
    assert (await ask("amber")).slots
    assert decoding.isdisjoint({threading.current_thread()}), "the thread of the event loop looks at no row"


async def test_a_thousand_intervals_more_than_asked_for_are_refused(server: Server, ask: Ask) -> None:
    rows = [
        {
            **FORECAST,
            "duration": 5,
            "endTime": f"2026-01-{1 + index // 288:02}T{index // 12 % 24:02}:{index % 12 * 5:02}Z",
        }
        for index in range(5_000)
    ]
    server.body = json.dumps(
        [{name: row[name] for name in ("channelType", "duration", "endTime", "perKwh")} for row in rows]
    )
    with pytest.raises(AmberOutageError, check=says("more intervals than were asked for")):
        await ask("amber")


async def test_names_of_a_site_are_short(server: Server) -> None:
    server.body = json.dumps([{**SITE, "nmi": "3" * 10_000, "network": "N" * 10_000}])
    async with ClientSession() as session:
        (site,) = await AmberClient(session, TOKEN, server.url).sites()
    assert (len(site.nmi), len(site.network)) == (64, 64)


@pytest.mark.parametrize("hours", [100_000])
async def test_more_hours_than_can_be_asked_for_are_refused(server: Server, ask: Ask, hours: int) -> None:
    server.body = json.dumps({"hourly": {"time": [T0 + 3600 * index for index in range(hours)]}})
    with pytest.raises(OpenMeteoError, check=says("more than 2640 rows")):
        await ask("open_meteo")


@pytest.mark.parametrize(
    "flow",
    [
        {"pvPower": 1e308, "loadPower": 1e308},
        {"pvPower": 10**400},
        {"batterySoc": 1e999},
        {"batteryPower": -1e200, "buySellPower": 1e200},
    ],
)
async def test_powers_beyond_any_plant_are_refused(server: Server, ask: Ask, flow: dict[str, Any]) -> None:
    data = {"access_token": "t", "expires_in": 1e308, "stationId": "1", "batterySoc": 50}
    data |= {"pvPower": 0, "loadPower": 0, "batteryPower": 0, "buySellPower": 0, **flow}
    server.body = json.dumps({"code": 0, "data": data})
    with pytest.raises(MySigenError, check=says(r"\.$")):
        await ask("my_sigen")


@pytest.mark.parametrize("station", ["../../x", "1" * 65, "a b", {"a": 1}])
async def test_a_station_id_is_one_word(server: Server, ask: Ask, station: Any) -> None:
    data = {"access_token": "t", "expires_in": 100, "stationId": station}
    server.body = json.dumps({"code": 0, "data": data})
    with pytest.raises(MySigenError, check=says("shape is not known")):
        await ask("my_sigen")


def test_a_header_that_names_no_time_asks_for_no_wait() -> None:
    for text in ("", "soon", "-1", "nan", "inf"):
        assert answers.wait_s({"Retry-After": text}, "Retry-After") is None
