"""The optimiser in charge of a plant: the battery does what it says."""

from datetime import datetime
import re

from charging import last_command, last_decision, wait_for_decision, wait_for_recommended_power
from playwright.async_api import Browser, expect
from visits import Tabs, Visits

from demo.stack import DemoStack
from demo.waiting import wait_until


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
