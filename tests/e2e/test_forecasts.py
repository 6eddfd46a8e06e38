"""Prices, PV forecast and load profile in the running demo, through the real clients; and the plug of each pulled."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
from house import optimise
from playwright.async_api import expect
import pytest
from visits import Visits

from demo.stack import DemoStack
from demo.waiting import wait_until

BUY_PRICE = "sensor.sigenstor_buy_price"
PV_FORECAST = "sensor.sigenstor_pv_forecast_now"
LOAD_FORECAST = "sensor.sigenstor_house_power_forecast_now"

type Plug = Callable[[str, str | None], Awaitable[None]]


@pytest.fixture
async def plug(stack: DemoStack) -> AsyncIterator[Plug]:
    """Pull a plug through the simulator's control endpoint, and put it back: `await plug("amber_outage", None)`."""
    url = f"http://127.0.0.1:{stack.settings.control_port}/plant"

    async def _plug(quirk: str, outage: str | None) -> None:
        async with aiohttp.ClientSession() as session, session.post(url, json={"quirks": {quirk: outage}}) as response:
            assert response.ok, await response.text()

    yield _plug
    for quirk in ("amber_outage", "open_meteo_outage"):
        await _plug(quirk, None)


async def attributes(stack: DemoStack, entity_id: str) -> dict[str, Any]:
    """Return the attributes that Home Assistant shows."""
    state: dict[str, Any] = await stack.api.get(f"/api/states/{entity_id}")
    return state["attributes"]


async def ask_again(stack: DemoStack, entity_id: str) -> None:
    """Do what a person does who does not want to wait for the next poll."""
    await stack.api.post("/api/services/homeassistant/update_entity", {"entity_id": entity_id})


async def wait_until_marked(stack: DemoStack, entity_id: str, *, stale: bool, asking: bool) -> None:
    """Wait until a forecast is marked stale or fresh, asking again meanwhile or leaving it to the integration."""

    async def is_marked() -> bool:
        if asking:
            await ask_again(stack, entity_id)
        return (await attributes(stack, entity_id)).get("stale") is stale

    what = f"{entity_id} to be marked {'stale' if stale else 'fresh'}"
    # Amber is asked once a minute at most, and the daily look at the past week may come first.
    await wait_until(is_marked, what, deadline_s=200, interval_s=1)


def covers(row: dict[str, Any], moment: datetime) -> bool:
    return datetime.fromisoformat(row["start"]) <= moment < datetime.fromisoformat(row["end"])


@pytest.mark.parametrize(
    ("entity_id", "source", "rows"),
    [(BUY_PRICE, "amber", 5), (PV_FORECAST, "open_meteo", 96), (LOAD_FORECAST, None, 96)],
)
async def test_a_forecast_from_now_on_comes_through_the_real_clients(
    stack: DemoStack, entity_id: str, source: str | None, rows: int
) -> None:
    async def has_forecast() -> bool:
        return bool((await attributes(stack, entity_id)).get("forecast"))

    await wait_until(has_forecast, f"{entity_id} to have a forecast")
    shown = await attributes(stack, entity_id)
    assert shown.get("source") == source
    assert len(shown["forecast"]) >= rows
    assert covers(shown["forecast"][0], datetime.now(UTC)) or covers(shown["forecast"][1], datetime.now(UTC))
    assert float(await stack.api.state(entity_id) or "") is not None


async def test_the_load_profile_is_learned_from_the_home(stack: DemoStack) -> None:
    async def is_learned() -> bool:
        await ask_again(stack, LOAD_FORECAST)
        return (await attributes(stack, LOAD_FORECAST)).get("default_profile") is False

    await wait_until(is_learned, "a load profile of this home", interval_s=1)


async def test_amber_unplugged_leaves_the_last_prices_stale_and_a_plan_on_them_until_it_is_back_by_itself(
    stack: DemoStack, plug: Plug, visit: Visits
) -> None:
    page = await visit("/sigenstor/dashboard")
    outlook = page.locator("sigenstor-outlook")
    await expect(outlook).to_contain_text("c/kWh")
    warning = page.locator("sigenstor-now").get_by_text("Amber")
    await wait_until_marked(stack, BUY_PRICE, stale=False, asking=False)
    before = {row["start"] for row in (await attributes(stack, BUY_PRICE))["forecast"]}
    await plug("amber_outage", "http_500")
    await wait_until_marked(stack, BUY_PRICE, stale=True, asking=True)
    assert await stack.api.state(BUY_PRICE) not in ("unknown", "unavailable")
    await expect(warning).to_be_visible()
    await expect(outlook).to_contain_text("c/kWh")
    kept = {row["start"] for row in (await attributes(stack, BUY_PRICE))["forecast"]}
    assert len(before & kept) >= len(before) - 2
    advice = await optimise(stack)
    assert "stale_prices" in advice["degradations"]
    assert advice["engine"] == "planner"
    await plug("amber_outage", None)
    await wait_until_marked(stack, BUY_PRICE, stale=False, asking=False)
    await expect(warning).to_be_hidden()


async def test_open_meteo_unplugged_leaves_the_last_forecast_stale_until_it_is_back(
    stack: DemoStack, plug: Plug
) -> None:
    await wait_until_marked(stack, PV_FORECAST, stale=False, asking=False)
    await plug("open_meteo_outage", "http_500")
    await wait_until_marked(stack, PV_FORECAST, stale=True, asking=True)
    assert await stack.api.state(PV_FORECAST) not in ("unknown", "unavailable")
    assert (await attributes(stack, PV_FORECAST))["forecast"]
    await plug("open_meteo_outage", None)
    await wait_until_marked(stack, PV_FORECAST, stale=False, asking=True)
