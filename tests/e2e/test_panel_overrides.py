"""A person's own orders: given in a dialog, seen by everyone at once, and overlooked by nobody."""

import re

from house import wait_for_battery
from looks import dialog_on, faults
from playwright.async_api import Locator, Page, expect
import pytest
from visits import Visits

from demo.api import HassApi
from demo.stack import DemoStack

EMERGENCY_STOP = "switch.sigenstor_emergency_stop"
OVERRIDE = "select.sigenstor_override"
MODE = "select.sigenstor_control_mode"

POWERS = """({ shadowRoot }) =>
  [["sigenstor-now", ".headline"], ["sigenstor-flow", ".power"]].map(
    ([name, part]) => shadowRoot.querySelector(name).shadowRoot.querySelector(part).textContent.match(/[\\d.,]+.k?W/)[0])"""

pytestmark = pytest.mark.usefixtures("released")


async def act(stack: DemoStack, action: str, **data: object) -> None:
    """Do what an automation does."""
    await stack.api.post(f"/api/services/sigenstor_panel/{action}", data)


def alarm(page: Page) -> Locator:
    """Return what stands above every page while something unusual goes on."""
    return page.locator("sigenstor-alarm").get_by_role("alert")


@pytest.mark.usefixtures("evening")
async def test_force_charge_ramps_the_battery_and_the_panel_shows_it_until_it_is_stopped(
    visit: Visits, stack: DemoStack
) -> None:
    page = await visit("/sigenstor/dashboard")
    await page.get_by_role("button", name="Force charge").click()
    dialog = dialog_on(page)
    await dialog.get_by_role("slider", name="Power").fill("8")
    await dialog.get_by_role("radio", name="2 hours").check()
    await expect(dialog).to_contain_text("Charges at 8.0 kW")
    await dialog.get_by_role("button", name="Force charge").click()
    await expect(alarm(page)).to_contain_text("OVERRIDE ACTIVE")
    await expect(page.get_by_text("Next: ramping to 8.0 kW")).to_be_visible()
    await wait_for_battery(stack, 900, 8100)
    await expect(page.get_by_text("Charging from the grid:")).to_be_visible()
    await expect(page.get_by_text("Manual override")).to_be_visible()
    # One flow has one power, at any moment.
    told, drawn = await page.locator("sigenstor-dashboard-view").evaluate(POWERS)
    assert told == drawn
    await alarm(page).get_by_role("button", name="Stop override").click()

    await expect(alarm(page)).to_be_hidden()
    await wait_for_battery(stack, -600, -400)


async def test_override_is_seen_in_a_second_tab_at_once_and_ends_in_both(visit: Visits) -> None:
    first = await visit("/sigenstor/dashboard")
    second = await first.context.new_page()
    await second.goto(f"{visit.home}/sigenstor/history")
    await expect(second.locator("sigenstor-source-chip")).to_contain_text("Modbus")
    await first.get_by_role("button", name="Force hold").click()
    await dialog_on(first).get_by_role("button", name="Force hold").click()
    await expect(alarm(first)).to_contain_text("OVERRIDE ACTIVE")
    await expect(alarm(second)).to_contain_text("OVERRIDE ACTIVE", timeout=1000)
    await expect(alarm(second)).to_contain_text("Force hold")
    await expect(first.locator("sigenstor-actions")).to_contain_text("The override comes before the optimiser")
    await expect(first.locator("sigenstor-actions")).not_to_contain_text("control the battery")
    await second.get_by_role("button", name="Stop override").click()

    await expect(alarm(second)).to_be_hidden()
    await expect(alarm(first)).to_be_hidden(timeout=1000)


async def test_emergency_stop_is_seen_on_every_page_until_it_is_cleared_there(visit: Visits, stack: DemoStack) -> None:
    page = await visit("/sigenstor/dashboard")
    await page.get_by_role("button", name="Emergency stop").click()
    await dialog_on(page).get_by_role("button", name="Emergency stop").click()
    for name in ("Plan", "Schedules", "History", "Settings", "Dashboard"):
        await page.locator("sigenstor-panel").get_by_role("link", name=name).click()
        await expect(alarm(page)).to_contain_text("EMERGENCY STOP")
        await expect(page.get_by_role("button", name="Stop", exact=True)).to_be_enabled()
    await expect(page.get_by_role("button", name="Force charge")).to_be_disabled()
    await expect(alarm(page)).to_contain_text(re.compile(r"Stopped by Demo at \d"))
    await alarm(page).get_by_role("button", name="Clear emergency stop").click()
    await expect(dialog_on(page)).to_contain_text("The battery is then no longer held")
    assert await faults(dialog_on(page)) == []
    await dialog_on(page).get_by_role("button", name="Clear emergency stop").click()

    await expect(alarm(page)).to_be_hidden()
    assert await stack.api.state(EMERGENCY_STOP) == "off"


async def test_dialog_is_opened_filled_in_and_left_with_the_keyboard_alone(visit: Visits, stack: DemoStack) -> None:
    page = await visit("/sigenstor/dashboard")
    opener = page.get_by_role("button", name="Force hold")
    await opener.focus()
    await page.keyboard.press("Enter")
    dialog = dialog_on(page)
    await expect(dialog.get_by_role("button", name="Cancel")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(opener).to_be_focused()
    assert await stack.api.state(OVERRIDE) == "none"

    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("button", name="Cancel")).to_be_visible()
    for _ in range(8):
        if await dialog.get_by_role("button", name="Force hold").evaluate("button => button.matches(':focus')"):
            break
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    await expect(alarm(page)).to_contain_text("OVERRIDE ACTIVE")


async def test_resident_who_is_no_administrator_may_override(visit: Visits, resident: HassApi) -> None:
    page = await visit("/sigenstor/dashboard", api=resident)
    await page.get_by_role("button", name="Force hold").click()
    await dialog_on(page).get_by_role("button", name="Force hold").click()

    await expect(alarm(page)).to_contain_text("OVERRIDE ACTIVE")


async def test_guest_who_may_only_look_finds_every_control_off_but_the_stop(
    visit: Visits, stack: DemoStack, guest: HassApi
) -> None:
    page = await visit("/sigenstor/dashboard", api=guest)
    await expect(page.get_by_text("you do not have permission to control it")).to_be_visible()
    for name in ("Force charge", "Force hold", "Force export"):
        await expect(page.get_by_role("button", name=name)).to_be_disabled()
    for name in ("Automatic", "Manual", "Learning"):
        await expect(page.get_by_role("radio", name=name)).to_be_disabled()
    await expect(page.get_by_role("button", name="Stop", exact=True)).to_be_enabled()
    await expect(page.locator("sigenstor-source-chip")).to_contain_text("Modbus")
    assert await stack.api.state(OVERRIDE) == "none"


async def test_mode_says_what_it_changes_before_it_changes_it(visit: Visits, stack: DemoStack) -> None:
    before = await stack.api.state(MODE)
    page = await visit("/sigenstor/dashboard")
    await page.get_by_role("radio", name="Automatic").check()
    await expect(dialog_on(page)).to_contain_text("The optimiser and your schedules then control the battery")
    assert await stack.api.state(MODE) == before
    await dialog_on(page).get_by_role("button", name="Cancel").click()

    await expect(dialog_on(page)).to_have_count(0)
    await expect(page.get_by_role("radio", name="Automatic")).not_to_be_checked()
    assert await stack.api.state(MODE) == before


@pytest.mark.usefixtures("evening")
async def test_forced_charge_says_how_far_it_gets_what_it_costs_and_takes_typed_numbers(visit: Visits) -> None:
    page = await visit("/sigenstor/dashboard")
    await page.get_by_role("button", name="Force charge").click()
    dialog = dialog_on(page)
    # The rated power, not the least there is.
    await expect(dialog.get_by_role("spinbutton", name="Power (kW)")).to_have_value("10")
    await dialog.get_by_role("spinbutton", name="Power (kW)").fill("1")
    await dialog.get_by_role("spinbutton", name="Charge up to (%)").fill("80")
    await dialog.get_by_role("radio", name="2 hours").check()
    await expect(dialog).to_contain_text(re.compile(r"Reaches only 4\d\s% by .*(Costs|Earns) about \$\d"))
    await dialog.get_by_role("button", name="Full as soon as possible").click()
    await expect(dialog).to_contain_text(re.compile(r"Reaches 100\s% by"))


@pytest.mark.usefixtures("evening")
async def test_request_that_waits_is_told_apart_from_what_the_battery_does_now(visit: Visits, stack: DemoStack) -> None:
    page = await visit("/sigenstor/dashboard")
    await act(stack, "force_hold")
    await expect(alarm(page)).to_contain_text("OVERRIDE ACTIVE")
    await act(stack, "force_export", power_w=2000, target_soc=0)
    now = page.locator("sigenstor-now")
    await expect(now.locator(".next")).to_contain_text(re.compile(r"Next: discharging at 2.0\skW"))
    await expect(now.locator(".headline")).not_to_contain_text("Exporting")
    await expect(alarm(page)).to_contain_text("OVERRIDE REQUESTED, NOT ACTIVE YET")
