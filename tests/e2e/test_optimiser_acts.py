"""The optimiser in charge of a plant: the battery does what it says, and nothing bad happens when something fails.

It decides by rules under which any usual price is cheap: it charges, whatever the hour. The owner lets the battery
be charged with so little that one step of the ramp reaches it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from datetime import datetime
import re
from typing import Any

from house import PAST, let_it_be_evening, shown
from playwright.async_api import Browser, expect
import pytest
from visits import Tabs, Visits

from demo.forecasts import OPTIONS
from demo.optimiser import MODE
from demo.place import Place
from demo.stack import DemoStack, StackSettings
from demo.waiting import wait_until
from simulator.market import MarketPrice, SimulatedMarket

CHARGE_W = 900
REMOTE, CHARGE_LIMIT, CHARGE_CUTOFF, DISCHARGE_CUTOFF = 40029, 40032, 40047, 40048
OWNERS = {REMOTE: 0.0, CHARGE_LIMIT: CHARGE_W / 1000, CHARGE_CUTOFF: 100.0, DISCHARGE_CUTOFF: 0.0}
"""What the owner has set; the cut-offs are wide open, so that those that count are the integration's."""

ALWAYS_CHARGE = {
    "strategy": "rules",
    "rules": {"solar_weight": 0, "usage_weight": 0, "cheap_buy_per_kwh": 2, "dear_buy_per_kwh": 5},
}


@asynccontextmanager
async def spike_ahead() -> AsyncIterator[None]:
    """Let the market have no spike but one that it forecasts in four hours, not dear yet for ALWAYS_CHARGE."""
    forecast, settled = SimulatedMarket.forecast, SimulatedMarket.settled

    def usual(price: MarketPrice) -> MarketPrice:
        return price._replace(general=min(price.general, 40.0), feed_in=min(price.feed_in, 20.0))

    def with_a_spike(market: SimulatedMarket, start_s: int, minutes: int, now_s: float) -> MarketPrice:
        price = usual(forecast(market, start_s, minutes, now_s))
        return price._replace(general=400.0) if 4 <= (start_s - now_s) / 3600 < 4.5 else price

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SimulatedMarket, "forecast", with_a_spike)
        patch.setattr(SimulatedMarket, "settled", lambda *asked: usual(settled(*asked)))
        yield


@pytest.fixture(scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory, place: Place) -> AsyncIterator[DemoStack]:
    """Return a stack of its own, whose optimiser will charge once it may act; a spike is forecast in four hours."""
    async with (
        spike_ahead(),
        DemoStack(StackSettings.on_free_ports(tmp_path_factory.mktemp("acting"), place=place, **PAST)) as stack,
    ):
        await let_it_be_evening(stack)
        stack.simulator.plant.holding.update(OWNERS)
        [entry] = await stack.api.get("/api/config/config_entries/entry?domain=sigenstor_panel")
        step = await stack.api.post(OPTIONS, {"handler": entry["entry_id"]})
        step = await stack.api.post(f"{OPTIONS}/{step['flow_id']}", {"next_step_id": "optimiser"})
        step = await stack.api.post(f"{OPTIONS}/{step['flow_id']}", ALWAYS_CHARGE)
        assert step["type"] == "create_entry", step
        yield stack


@pytest.fixture
async def acting(home: DemoStack) -> DemoStack:
    """Return the stack with its optimiser in charge, and the battery doing what it says."""
    await choose_mode(home, "auto")
    await wait_for_recommended_power(home)

    async def has_an_outcome() -> bool:
        return (await last_command(home))["outcome"] != "started"

    # The battery follows before the registers have been read back.
    await wait_until(has_an_outcome, "the command to have an outcome")
    return home


async def choose_mode(stack: DemoStack, mode: str) -> None:
    async def is_chosen() -> bool:
        await stack.api.post("/api/services/select/select_option", {"entity_id": MODE, "option": mode})
        return await stack.api.state(MODE) == mode

    await wait_until(is_chosen, f"the mode to be {mode}")


async def wait_for_recommended_power(stack: DemoStack) -> None:
    """Wait until the optimiser says to charge and the battery really does, no more and no less."""

    async def is_obeyed() -> bool:
        if await stack.api.state("sensor.sigenstor_recommendation") != "charge":
            return False
        recommended_w = await shown(stack, "sensor.sigenstor_recommended_battery_power")
        return recommended_w == CHARGE_W and abs(stack.simulator.plant.state.battery_w - recommended_w) <= 20

    # A command that could not be read back, as on a slow machine, is tried again after five minutes.
    await wait_until(is_obeyed, "the battery to do what is recommended", deadline_s=400)


async def decisions(stack: DemoStack) -> list[dict[str, Any]]:
    """Return the last decisions, latest first."""
    found = await stack.api.command("sigenstor_panel/decisions/query", limit=50)
    rows: list[dict[str, Any]] = [] if found is None else found["rows"]
    return rows


async def wait_for_decision(stack: DemoStack, trigger: str, after: int) -> dict[str, Any]:
    """Wait for a decision with a later id that was made for this reason, and return it."""

    async def made() -> dict[str, Any] | None:
        rows = await decisions(stack)
        return next((row for row in rows if row["trigger"] == trigger and row["id"] > after), None)

    found = await wait_until(made, f"a decision because of {trigger}", deadline_s=120)
    assert found is not None
    return found


async def last_command(stack: DemoStack) -> dict[str, Any]:
    """Return the last command of the optimiser, as the audit has it."""
    audit = await stack.api.post("/api/services/sigenstor_panel/query_audit?return_response", {"limit": 200})
    found: dict[str, Any] = [row for row in audit["service_response"]["rows"] if row["owner"] == "Optimiser"][-1]
    return found


async def last_decision(stack: DemoStack) -> int:
    return int((await decisions(stack))[0]["id"])


async def test_the_battery_does_what_is_recommended_and_the_audit_says_why(acting: DemoStack) -> None:
    written = await last_command(acting)
    assert (written["action"], written["outcome"]) == ("charge", "confirmed")
    assert written["reason"].startswith("Charging")


async def test_dashboard_says_why_in_one_line_when_the_plan_fills_the_battery_and_no_spike_squashes_its_prices(
    acting: DemoStack, browser: Browser
) -> None:
    visits = Visits(browser, Tabs(), acting)
    page = await visits("/sigenstor/dashboard")
    now = page.locator("sigenstor-now")
    await expect(page.get_by_text(re.compile("^Planned full at"))).to_be_visible()
    plan = await now.evaluate("({ plan }) => plan")
    full = next(slot["end"] for slot in plan["slots"] if slot["soc_after"] >= plan["soc_max"] - 0.5)
    shown_at = f"{datetime.fromisoformat(full).astimezone(acting.settings.place.zone):%-I:%M %p}"
    await expect(page.locator("sigenstor-dashboard-view .facts")).to_contain_text(shown_at, ignore_case=True)
    await expect(page.locator("sigenstor-dashboard-view .facts")).not_to_contain_text("at this rate")

    reason = await now.locator(".why").inner_text()
    assert len(reason) < 80
    assert not re.search(r"\d\sc\b", reason)
    await now.get_by_text("Why", exact=True).click()
    await expect(now.locator("details")).to_contain_text(re.compile(r"Buying costs \d+\sc"))

    outlook = page.locator("sigenstor-outlook")
    await expect(outlook).to_contain_text(re.compile(r"▲ 4\d\d"))
    ticks = await outlook.locator("text[text-anchor=end]").all_text_contents()
    assert max(float(tick) for tick in ticks if "%" not in tick) < 200
    await visits.close(alone=True)


async def test_an_override_that_ends_leaves_the_battery_to_a_new_decision(acting: DemoStack) -> None:
    before = await last_decision(acting)
    await acting.api.post("/api/services/sigenstor_panel/force_hold", {})

    async def rests() -> bool:
        return acting.simulator.plant.state.battery_w == 0

    await wait_until(rests, "the battery to rest", deadline_s=120)
    await acting.api.post("/api/services/sigenstor_panel/clear_override", {})
    assert (await wait_for_decision(acting, "override_ended", before))["action"] == "charge"
    await wait_for_recommended_power(acting)


async def test_home_assistant_killed_while_it_charges_leaves_a_safe_plant_and_takes_it_up_again(
    acting: DemoStack,
) -> None:
    before = await last_decision(acting)
    await acting.hass.kill()
    plant = acting.simulator.plant
    # The plant goes on charging by itself: what ends it is the cut-off in its own registers.
    assert plant.holding[REMOTE] == 1
    assert plant.holding[DISCHARGE_CUTOFF] >= 5
    alone = deepcopy(plant)
    for _ in range(48 * 120):
        alone.step(30.0)
        assert 5 <= alone.state.soc <= 98.5
        assert alone.state.battery_w <= CHARGE_W + 20
    assert alone.state.soc >= 97.5

    await acting.start_hass()
    assert (await wait_for_decision(acting, "start", before))["action"] == "charge"
    await wait_for_recommended_power(acting)
    await choose_mode(acting, "manual")

    async def is_given_back() -> bool:
        return {address: plant.holding[address] for address in OWNERS} == OWNERS

    await wait_until(is_given_back, "the plant to be as its owner had set it", deadline_s=120)


async def test_without_telemetry_nothing_is_requested_until_it_is_back(acting: DemoStack) -> None:
    before = await last_decision(acting)

    async def waits() -> bool:
        return await acting.api.state("sensor.sigenstor_optimiser_status") == "waiting"

    await acting.simulator.stop()
    try:
        await wait_until(waits, "the optimiser to wait", deadline_s=120)
        gone = await wait_for_decision(acting, "plant_gone", before)
        assert (gone["action"], gone["engine"]) == ("self_consume", "fallback")
    finally:
        await acting.simulator.start()
    back = await wait_for_decision(acting, "plant_back", gone["id"])
    assert (back["action"], back["engine"]) == ("charge", "price")
    await wait_for_recommended_power(acting)
