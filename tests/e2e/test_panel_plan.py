"""The plan as people read it, and what-if: tried first, applied only when asked for."""

from collections.abc import AsyncIterator
import re
from typing import Any

from looks import barriers, dialog_on, faults, flaws
from playwright.async_api import Page, expect
import pytest
from visits import Visits

from demo.api import HassApi, HassApiError
from demo.browser import PHONE
from demo.config_folder import DOMAIN
from demo.stack import DemoStack

RESERVE = 40


async def plan_now(stack: DemoStack) -> dict[str, Any]:
    """Return the plan that counts."""
    plans: dict[str, dict[str, Any]] = await stack.api.command(f"{DOMAIN}/plan/what_if")
    return plans["current"]


@pytest.fixture
async def reserve(stack: DemoStack) -> AsyncIterator[float]:
    """Return the reserve that counts, and set it again afterwards."""
    before: float = (await plan_now(stack))["soc_min"]
    yield before
    await stack.api.post(f"/api/services/{DOMAIN}/set_optimiser_settings", {"reserve_soc": before})


async def try_reserve(page: Page) -> None:
    """Ask what another reserve would cost."""
    await page.get_by_role("heading", name="What if").click()
    field = page.get_by_label("Reserve (%)")
    await field.fill(str(RESERVE))
    await field.press("Tab")
    await expect(page.get_by_text("over the next")).to_be_visible()


async def test_plan_tells_each_moment_with_its_numbers_and_its_reason(visit: Visits) -> None:
    page = await visit("/sigenstor/plan")
    await expect(page.get_by_role("heading", name="Now in the plan")).to_be_visible()
    charge = page.get_by_role("definition").filter(has_text="→")
    await expect(charge).to_have_text(re.compile(r"\d+\s% → \d+\s%"))
    await page.get_by_role("button", name="Later").click()
    await expect(page.get_by_role("heading", name="Selected time")).to_be_visible()
    await page.get_by_role("radio", name="Table").check()

    await expect(page.get_by_role("columnheader", name="When")).to_be_visible()
    assert await page.get_by_role("row").count() > 10


async def test_what_if_compares_and_changes_nothing_until_it_is_applied(
    visit: Visits, stack: DemoStack, reserve: float
) -> None:
    page = await visit("/sigenstor/plan")
    await try_reserve(page)
    await expect(page.get_by_text("With changes").first).to_be_visible()
    view = page.locator("sigenstor-plan-view")
    assert await flaws(view) + await barriers(view) == []
    assert (await plan_now(stack))["soc_min"] == reserve

    await page.get_by_role("button", name="Apply").click()
    await expect(dialog_on(page)).to_contain_text(f"{RESERVE}")
    assert await faults(dialog_on(page)) == []
    assert (await plan_now(stack))["soc_min"] == reserve
    await dialog_on(page).get_by_role("button", name="Apply").click()
    await expect(dialog_on(page)).to_have_count(0)

    assert (await plan_now(stack))["soc_min"] == RESERVE


async def test_resident_may_compare_but_not_apply(visit: Visits, resident: HassApi, reserve: float) -> None:
    page = await visit("/sigenstor/plan", api=resident)
    await try_reserve(page)

    await expect(page.get_by_text("Only administrators can apply changes")).to_be_visible()
    await expect(page.get_by_role("button", name="Apply")).to_be_hidden()
    assert reserve != RESERVE
    with pytest.raises(HassApiError):
        await resident.post(f"/api/services/{DOMAIN}/set_optimiser_settings", {"reserve_soc": RESERVE})


@pytest.mark.usefixtures("released")
async def test_what_the_plan_does_now_can_be_replaced_knowing_what_that_costs(visit: Visits) -> None:
    page = await visit("/sigenstor/plan")
    await page.get_by_role("group", name="Instead of the plan").get_by_role("button", name="Hold").click()
    await expect(dialog_on(page)).to_contain_text(re.compile(r"\$\d.* (more|less)|no difference"))
    await expect(dialog_on(page)).to_contain_text("Starts now and ends at")
    await dialog_on(page).get_by_role("button", name="Hold").click()

    await expect(page.locator("sigenstor-alarm").get_by_role("alert")).to_contain_text("Force hold")


@pytest.mark.usefixtures("released")
async def test_what_the_plan_does_later_is_replaced_by_a_schedule(visit: Visits, stack: DemoStack) -> None:
    page = await visit("/sigenstor/plan")
    for _ in range(3):
        await page.get_by_role("button", name="Later").click()
    await (
        page.get_by_role("group", name="Instead of the plan").get_by_role("button", name=re.compile("^Charge")).click()
    )
    await expect(dialog_on(page)).to_contain_text("This adds a schedule for")
    await dialog_on(page).get_by_role("button", name="Charge").click()
    await expect(dialog_on(page)).to_have_count(0)

    [schedule] = (await stack.api.command(f"{DOMAIN}/schedules/list"))["schedules"]
    assert (schedule["action"], schedule["enabled"]) == ("charge", True)


async def test_phone_shows_half_a_day_of_the_plan_at_a_time(visit: Visits) -> None:
    page = await visit("/sigenstor/plan", size=PHONE)
    chart = page.locator("sigenstor-plan-view").get_by_role("slider").first
    hours = "chart => (chart.getRootNode().host.spec.end - chart.getRootNode().host.spec.start) / 3600000"
    assert await chart.evaluate(hours) <= 12.5
    first = await chart.evaluate("chart => chart.getRootNode().host.spec.start")
    await page.get_by_role("button", name="Later").first.click()
    await expect(page).to_have_url(re.compile("part=1"))
    assert await chart.evaluate("chart => chart.getRootNode().host.spec.start") > first
