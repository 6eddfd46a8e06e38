"""Settings: the integration's own forms, for those who may change them."""

from playwright.async_api import expect
from visits import Visits

from demo.api import HassApi
from demo.config_folder import DOMAIN
from demo.stack import DemoStack
from demo.waiting import wait_until


async def test_resident_is_offered_nothing_that_only_an_administrator_may_change(
    visit: Visits, resident: HassApi
) -> None:
    page = await visit("/sigenstor/settings?open=settings", api=resident)
    await expect(page.get_by_role("heading", name="Everyday settings")).to_be_visible()

    await expect(page.get_by_text("Polling, control and safety limits")).to_be_hidden()


async def test_setting_is_changed_through_the_integrations_own_form(visit: Visits, stack: DemoStack) -> None:
    page = await visit("/sigenstor/settings")
    await page.get_by_text("Polling, control and safety limits").click()
    interval = page.get_by_role("spinbutton", name="Poll interval")
    await interval.fill("11")
    await interval.press("Tab")
    await page.get_by_role("button", name="Save").click()
    [entry] = await stack.api.get(f"/api/config/config_entries/entry?domain={DOMAIN}")

    async def is_kept() -> bool:
        found = await stack.api.get(f"/api/diagnostics/config_entry/{entry['entry_id']}")
        return bool(found["data"]["entry"]["options"].get("polling", {}).get("poll_interval_s") == 11)

    await wait_until(is_kept, "the poll interval to be kept", deadline_s=20)
    await expect(page.get_by_role("heading", name="Everyday settings")).to_be_visible()
    await expect(page.locator("sigenstor-source-chip")).to_contain_text("Modbus", timeout=30_000)
