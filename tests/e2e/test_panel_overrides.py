"""What nobody may overlook: overrides and the emergency stop, on every page and in every tab at once."""

from collections.abc import AsyncIterator

from playwright.async_api import Locator, Page, expect
import pytest
from visits import Visits

from demo.stack import DemoStack

EMERGENCY_STOP = "switch.sigenstor_emergency_stop"


@pytest.fixture(autouse=True)
async def released(stack: DemoStack) -> AsyncIterator[None]:
    """Leave no override and no emergency stop behind."""
    yield
    for action in ("clear_emergency_stop", "clear_override"):
        await act(stack, f"sigenstor_panel.{action}")


async def act(stack: DemoStack, action: str, **data: object) -> None:
    """Do what an automation does."""
    await stack.api.post(f"/api/services/{action.replace('.', '/')}", data)


async def test_override_is_seen_in_a_second_tab_at_once_and_ends_in_both(visit: Visits, stack: DemoStack) -> None:
    first, second = await visit("/sigenstor/history"), await visit("/sigenstor/plan")
    await act(stack, "sigenstor_panel.force_hold", duration={"minutes": 30})
    for page in (first, second):
        await expect(alarm(page)).to_contain_text("OVERRIDE ACTIVE", timeout=2000)
        await expect(alarm(page)).to_contain_text("Force hold")
    await first.get_by_role("button", name="Stop override").click()

    await expect(alarm(first)).to_be_hidden()
    await expect(alarm(second)).to_be_hidden(timeout=2000)


async def test_emergency_stop_is_seen_on_every_page_until_it_is_cleared_there(visit: Visits, stack: DemoStack) -> None:
    page = await visit("/sigenstor/dashboard")
    await act(stack, "sigenstor_panel.emergency_stop")
    for name in ("Plan", "Schedules", "History", "Settings", "Dashboard"):
        await page.locator("sigenstor-panel").get_by_role("link", name=name).click()
        await expect(alarm(page)).to_contain_text("EMERGENCY STOP")
    await page.get_by_role("button", name="Clear emergency stop").click()

    await expect(alarm(page)).to_be_hidden()
    assert await stack.api.state(EMERGENCY_STOP) == "off"


def alarm(page: Page) -> Locator:
    """Return what stands above every page while something unusual goes on."""
    return page.locator("sigenstor-alarm").get_by_role("alert")
