"""The stand-in for Amber Electric: what it answers, refuses, and how it fails."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
import json
from typing import Any

from aiohttp import ClientSession
import pytest

from simulator import Simulator
from simulator.amber import NMI, SITE_IDS, _midnight_s
from simulator.market import NEM, SimulatedMarket

AUTH = {"Authorization": "Bearer psk_demo"}
MORNING = datetime(2026, 1, 10, 10, 2, 10, tzinfo=NEM)

type Get = Callable[..., Awaitable[tuple[int, str, Any]]]


@pytest.fixture
async def amber(socket_enabled: None, build: Callable[..., Simulator]) -> AsyncIterator[Simulator]:
    """A plant with Amber, at 10:02:10 market time."""
    async with build(start=MORNING, amber_port=0) as simulator:
        yield simulator


@pytest.fixture
async def get(amber: Simulator) -> AsyncIterator[Get]:
    """Ask the stand-in; return status, body and headers."""
    async with ClientSession() as session:

        async def ask(path: str, headers: dict[str, str] | None = None) -> tuple[int, str, Any]:
            sent = AUTH if headers is None else headers
            async with session.get(f"{amber.amber_url}/{path}", headers=sent) as response:
                return response.status, await response.text(), response.headers

        yield ask


async def rows(get: Get, path: str) -> list[dict[str, Any]]:
    status, body, _ = await get(path)
    assert status == 200, body
    parsed = json.loads(body)
    assert isinstance(parsed, list)
    return parsed


def site(path: str) -> str:
    return f"sites/{SITE_IDS[0]}/{path}"


def test_amber_is_not_served_unless_asked_for(build: Callable[..., Simulator]) -> None:
    simulator = build()
    assert (simulator.amber_port, simulator.amber_url) == (None, None)


async def test_it_listens_on_loopback_and_comes_back_on_the_same_port(amber: Simulator, get: Get) -> None:
    url = amber.amber_url
    assert url == f"http://127.0.0.1:{amber.amber_port}/v1"
    await amber.stop()
    await amber.start()
    assert amber.amber_url == url
    assert await rows(get, "sites")


async def test_an_account_has_a_closed_site_with_the_same_meter(get: Get) -> None:
    closed, active = await rows(get, "sites")
    assert (closed["status"], active["status"], active["id"]) == ("closed", "active", SITE_IDS[0])
    assert closed["nmi"] == active["nmi"] == NMI
    assert [channel["type"] for channel in active["channels"]] == ["general", "feedIn"]


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (2, 3)])
async def test_an_account_may_have_no_site_or_more_than_one(
    amber: Simulator, get: Get, count: int, expected: int
) -> None:
    amber.set(quirks={"amber_sites": count})
    assert len(await rows(get, "sites")) == expected


async def test_rows_have_mixed_durations_and_start_a_second_late(get: Get) -> None:
    found = await rows(get, site("prices/current?next=288&previous=3"))
    general = [row for row in found if row["channelType"] == "general"]
    assert [row["type"] for row in general[:5]] == [*["ActualInterval"] * 3, "CurrentInterval", "ForecastInterval"]
    assert {row["duration"] for row in general} == {5, 30}
    assert [row["duration"] for row in general] == sorted(row["duration"] for row in general)
    for row in general:
        start, end = datetime.fromisoformat(row["startTime"]), datetime.fromisoformat(row["endTime"])
        assert end - start == timedelta(minutes=row["duration"]) - timedelta(seconds=1)
        assert row["nemTime"].endswith("+10:00")
        assert datetime.fromisoformat(row["nemTime"]) == end
    ends = [datetime.fromisoformat(row["endTime"]) for row in general]
    assert all(
        after - before == timedelta(minutes=row["duration"])
        for before, after, row in zip(ends, ends[1:], general[1:], strict=False)
    )


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2026, 1, 10, 12, 29, tzinfo=NEM), datetime(2026, 1, 11, 4, tzinfo=NEM)),
        (datetime(2026, 1, 10, 12, 30, tzinfo=NEM), datetime(2026, 1, 12, 4, tzinfo=NEM)),
    ],
)
async def test_the_forecast_ends_at_four_and_grows_after_half_past_twelve(
    amber: Simulator, get: Get, now: datetime, until: datetime
) -> None:
    amber.set(time=now)
    found = await rows(get, site("prices/current?next=288"))
    assert datetime.fromisoformat(found[-1]["endTime"]) == until


async def test_the_price_is_an_estimate_for_the_first_half_minute(amber: Simulator, get: Get) -> None:
    async def current() -> tuple[bool, float]:
        (row,) = [row for row in await rows(get, site("prices/current")) if row["channelType"] == "general"]
        return row["estimate"], row["perKwh"]

    amber.set(time=MORNING.replace(minute=5, second=5))
    estimated = await current()
    amber.set(time=MORNING.replace(minute=5, second=36))
    confirmed = await current()
    assert (estimated[0], confirmed[0]) == (True, False)
    assert estimated[1] != confirmed[1]
    amber.set(time=MORNING.replace(minute=12))
    (settled, *_) = [
        row
        for row in await rows(get, site("prices/current?previous=1"))
        if row["endTime"].endswith("00:10:00Z") and row["channelType"] == "general"
    ]
    assert (settled["type"], settled["perKwh"]) == ("ActualInterval", confirmed[1])


async def test_a_resolution_of_thirty_gives_half_hours(get: Get) -> None:
    found = await rows(get, site("prices/current?next=10&previous=2&resolution=30"))
    assert {row["duration"] for row in found} == {30}
    assert [row["estimate"] for row in found if row["type"] == "CurrentInterval"] == [True, True]


async def test_no_credential_is_401_and_a_wrong_one_403(amber: Simulator, get: Get) -> None:
    assert (await get("sites", {}))[0] == 401
    status, body, _ = await get("sites", {"Authorization": "Bearer psk_revoked"})
    assert (status, "explicit deny" in body) == (403, True)
    amber.set(quirks={"amber_token": "psk_new"})
    assert (await get("sites"))[0] == 403
    assert (await get("sites", {"Authorization": "Bearer psk_new"}))[0] == 200


async def test_the_51st_request_in_five_minutes_is_refused(amber: Simulator, get: Get) -> None:
    for remaining in range(49, -1, -1):
        status, _, headers = await get("sites")
        assert (status, headers["RateLimit-Remaining"]) == (200, str(remaining))
    status, _, headers = await get("sites")
    assert (status, headers["RateLimit-Limit"], headers["RateLimit-Policy"]) == (429, "50", "50;w=300")
    assert headers["RateLimit-Reset"] == "170"
    amber.set(time=amber.plant.state.time + timedelta(seconds=170))
    assert (await get("sites"))[0] == 200


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("sites/nowhere/prices/current", 404, "Site not found."),
        (
            site("prices?startDate=2026-01-01&endDate=2026-01-08"),
            422,
            "Range requested is too large. Maximum 7 days.",
        ),
        (site("prices?startDate=2026-01-02&endDate=2026-01-01"), 422, "Invalid date range."),
        (site("prices?startDate=2026-01-02"), 422, "Invalid date range."),
        (site("prices/current?next=-1"), 422, "Invalid next."),
        (site("prices/current?resolution=15"), 422, "Invalid resolution."),
    ],
)
async def test_bad_requests_get_plain_text(get: Get, path: str, status: int, sentence: str) -> None:
    assert (await get(path))[:2] == (status, sentence)


async def test_seven_days_of_prices_are_whole(get: Get) -> None:
    found = await rows(get, site("prices?startDate=2026-01-03&endDate=2026-01-09&resolution=30"))
    assert len(found) == 7 * 48 * 2
    assert {row["type"] for row in found} == {"ActualInterval"}
    assert {row["date"] for row in found} == {f"2026-01-0{day}" for day in range(3, 10)}


@pytest.mark.parametrize(("outage", "status"), [("http_500", 500), ("bad_json", 200)])
async def test_an_outage_on_demand_begins_and_ends(amber: Simulator, get: Get, outage: str, status: int) -> None:
    amber.set(quirks={"amber_outage": outage})
    found, body, _ = await get("sites")
    assert found == status
    if status == 200:
        with pytest.raises(ValueError, match="Unterminated"):
            json.loads(body)
    amber.set(quirks={"amber_outage": None})
    assert await rows(get, "sites")


async def test_silence_lasts_until_the_stand_in_stops(amber: Simulator, get: Get) -> None:
    amber.set(quirks={"amber_outage": "timeout"})
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(get("sites"), 0.3)


async def test_a_market_outage_leaves_only_the_present(amber: Simulator, get: Get) -> None:
    amber.set(quirks={"amber_outage": "empty_forecast"})
    found = await rows(get, site("prices/current?next=288"))
    assert [row["type"] for row in found] == ["CurrentInterval", "CurrentInterval"]


def test_a_bad_outage_is_refused_with_a_sentence(build: Callable[..., Simulator]) -> None:
    with pytest.raises(ValueError, match=r"quirks\.amber_outage must be none, http_401"):
        build(quirks={"amber_outage": "sometimes"})


def test_a_month_has_negative_middays_dear_evenings_and_rare_spikes(build: Callable[..., Simulator]) -> None:
    plant = build(seed=1).plant
    market = SimulatedMarket(plant.seed, plant.sky)
    first_s = _midnight_s(datetime(2026, 1, 1, tzinfo=UTC).date())
    days = [
        [market.settled(first_s + 86_400 * day + 1800 * slot, 30).general for slot in range(48)] for day in range(31)
    ]
    assert any(min(day[20:28]) < 0 for day in days)
    assert all(max(day[34:40]) > max(day[20:28]) for day in days)
    assert 1 <= sum(max(day) > 100 for day in days) <= 8
    again = SimulatedMarket(plant.seed, plant.sky)
    assert again.settled(first_s, 30) == market.settled(first_s, 30)
