"""Every page as it looks: in light and dark, on a phone and on a laptop."""

from contextlib import suppress
import json
import re
from typing import Literal

from looks import BOTH_LOOKS, EVERY_LOOK, barriers, dialog_on, faults, flaws, settle, turn
from playwright.async_api import TimeoutError as PlaywrightTimeoutError, expect
import pytest
from visits import Visits

from demo.browser import LAPTOP, PHONE, TABLET, Size
from demo.stack import DemoStack
from demo.waiting import wait_until

SMALL_PHONE: Size = (360, 740)
SIZES: tuple[Size, ...] = (LAPTOP, TABLET, PHONE)
MORE_SIZES: tuple[Size, ...] = (SMALL_PHONE, (1024, 768), (1440, 900))
MOVING = "flow => flow.shadowRoot.getAnimations().some((animation) => animation.playState === 'running')"
# How far each column of cards ends above the lowest, in px.
EMPTY = """(page) => {
  const cards = [...page.querySelectorAll(".card")].map((card) => card.getBoundingClientRect());
  const lowest = Math.max(...cards.map(({ bottom }) => bottom));
  const ends = (x) => Math.max(...cards.filter(({ left, right }) => left <= x && x <= right).map(({ bottom }) => bottom));
  return cards.map(({ left, right }) => lowest - ends((left + right) / 2));
}"""
PAGES = ("Dashboard", "Plan", "Schedules", "History", "Settings")


async def test_panel_opens_from_the_sidebar_on_the_dashboard(visit: Visits) -> None:
    page = await visit("/profile")
    await page.locator("ha-sidebar").get_by_role("link", name="SigenStor").click()

    await expect(page.locator("sigenstor-panel").get_by_role("link", name="Dashboard")).to_have_attribute(
        "aria-current", "page"
    )
    await expect(page.locator("sigenstor-source-chip")).to_contain_text("Modbus")


FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.mark.parametrize("path", [*PAGES, "History?tab=money&span=month", "History?tab=decisions", "History?tab=audit"])
async def test_nothing_is_cut_off_or_closed_to_anyone_on_the_page(visit: Visits, path: str) -> None:
    name = path.partition("?")[0]
    page = await visit(f"/sigenstor/{path.replace(name, name.lower())}")
    panel = page.locator("sigenstor-panel")
    await expect(panel.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")
    found = []
    for size in (*SIZES, *MORE_SIZES):
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        for look in EVERY_LOOK if size in SIZES else BOTH_LOOKS:
            await turn(page, look)
            await settle(page)
            # A slow machine may still be laying the page out for its new size; what stays too wide is found below.
            with suppress(PlaywrightTimeoutError):
                await page.wait_for_function(FITS, timeout=5_000)
            found += [f"{size[0]} px, {look}: {what}" for what in await flaws(panel)]
            if (size, look) in zip((LAPTOP, PHONE), BOTH_LOOKS, strict=True):
                found += [f"{size[0]} px, {look}: {what}" for what in await barriers(panel)]

    assert not found, "\n".join(found)


async def test_tabs_stay_where_they_are_while_the_age_of_the_numbers_counts(visit: Visits) -> None:
    page = await visit("/sigenstor/dashboard", size=(1440, 900))
    await settle(page)
    tab, age = page.get_by_role("link", name="Plan"), page.locator("sigenstor-source-chip .age")
    places = set()
    for text in ("now", "8s ago", "59 min. ago"):
        await age.evaluate("(age, text) => { age.textContent = text; }", text)
        places.add((await tab.bounding_box() or {})["x"])

    assert len(places) == 1


DIALOGS = (
    ("dashboard", "button", "Force charge"),
    ("dashboard", "button", "Force hold"),
    ("dashboard", "button", "Force export"),
    ("dashboard", "button", "Emergency stop"),
    ("dashboard", "radio", "Automatic"),
    ("plan", "button", "Hold|Charge"),  # whichever of them is not planned anyway
    ("schedules", "button", "Add"),
    ("history", "button", "Download CSV"),
    ("settings", "button", "Remove"),
)


@pytest.mark.parametrize(("path", "role", "opener"), DIALOGS)
async def test_nothing_is_cut_off_or_closed_to_anyone_in_the_dialog(
    visit: Visits, path: str, role: Literal["button", "radio"], opener: str
) -> None:
    page = await visit(f"/sigenstor/{path}", size=SMALL_PHONE)
    await page.get_by_role(role, name=re.compile(f"^({opener})")).first.click()
    dialog = dialog_on(page)
    await expect(dialog.get_by_role("button").last).to_be_visible()

    assert await faults(dialog) == []


@pytest.mark.parametrize("form", ["connection", "settings", "prices", "solar", "optimiser", "notifications", "cloud"])
async def test_nothing_is_cut_off_or_closed_to_anyone_in_the_form(visit: Visits, form: str) -> None:
    page = await visit(f"/sigenstor/settings?open={form}", size=SMALL_PHONE)
    part = page.locator("sigenstor-flow-form")
    await expect(part.get_by_role("button").last).to_be_visible()

    assert await faults(part) == []


@pytest.mark.parametrize("name", PAGES)
async def test_the_address_opens_the_page_again(visit: Visits, name: str) -> None:
    page = await visit("/sigenstor", size=PHONE)
    await page.locator("sigenstor-panel").get_by_role("link", name=name).click()
    await expect(page).to_have_url(f"{visit.home}/sigenstor/{name.lower()}")
    await page.reload()

    await expect(page.locator("sigenstor-panel").get_by_role("link", name=name)).to_have_attribute(
        "aria-current", "page"
    )


async def test_guide_of_the_first_run_stays_until_it_is_done(visit: Visits, stack: DemoStack) -> None:
    page = await visit("/sigenstor/dashboard")
    guide = page.get_by_role("region", name="Finish setting up")
    try:
        await expect(guide).to_contain_text("2 of 5 steps done")
        await guide.get_by_role("button", name=re.compile(r"Keep: 10\s%")).click()
        await expect(guide).to_contain_text("3 of 5 steps done")
        await guide.get_by_role("button", name="Skip").click()
        await expect(guide).to_contain_text("4 of 5 steps done")
        await page.reload()
        await expect(guide).to_contain_text("4 of 5 steps done")
        await guide.get_by_role("button", name="Keep: Manual").click()
        await expect(guide).to_be_hidden()
        await page.reload()
        await expect(page.locator("sigenstor-now .headline")).to_be_visible()
        await expect(guide).to_be_hidden()
    finally:
        await stack.api.command("frontend/set_user_data", key="sigenstor_panel_guide", value={})


async def test_nothing_moves_for_people_who_asked_for_less_motion(visit: Visits) -> None:
    for motion, moves in (("no-preference", True), ("reduce", False)):
        page = await visit("/sigenstor/dashboard", motion=motion)
        await expect(page.locator("sigenstor-flow")).to_contain_text("kWh")
        await page.locator("sigenstor-flow .picture").hover()

        assert await page.locator("sigenstor-flow").evaluate(MOVING) is moves


async def test_direction_of_a_flow_is_seen_without_motion(visit: Visits, stack: DemoStack) -> None:
    stack.simulator.set(pv_power_w=3000, house_power_w=800)
    try:
        page = await visit("/sigenstor/dashboard", motion="reduce")
        arrow = page.locator("sigenstor-flow [data-arrow=sunToHouse]")
        await expect(arrow).to_be_visible()
        await expect(arrow).to_have_attribute("transform", re.compile("rotate"))
    finally:
        stack.simulator.set(pv_power_w=None, house_power_w=None)


async def test_plan_is_sent_only_to_a_page_that_shows_it(visit: Visits) -> None:
    page = await visit("/profile")
    subscribed: set[int] = set()

    def note(text: str | bytes) -> None:
        message = json.loads(text)
        for each in message if isinstance(message, list) else [message]:
            if each["type"] == "sigenstor_panel/plan/subscribe":
                subscribed.add(each["id"])
            elif each["type"] == "unsubscribe_events":
                subscribed.discard(each["subscription"])

    page.on("websocket", lambda socket: socket.on("framesent", note))
    await page.goto(f"{visit.home}/sigenstor/history")
    panel = page.locator("sigenstor-panel")
    for name, count in (("History", 0), ("Plan", 1), ("Schedules", 0), ("Dashboard", 1), ("Settings", 0)):
        await panel.get_by_role("link", name=name).click()
        await settle(page)

        async def is_right(count: int = count) -> bool:
            return len(subscribed) == count

        await wait_until(is_right, f"{count} plans to be sent to {name}")


async def test_page_leaves_no_third_of_the_screen_empty(visit: Visits) -> None:
    page = await visit("/sigenstor/dashboard", size=(1440, 900))
    await settle(page)
    await expect(page.locator("sigenstor-outlook")).to_contain_text("c/kWh")
    empty = await page.locator("sigenstor-dashboard-view .page").evaluate(EMPTY)

    assert max(empty) < 48


async def test_flow_rests_again_so_that_an_open_tab_costs_next_to_nothing(visit: Visits) -> None:
    page = await visit("/sigenstor/dashboard", motion="no-preference")
    flow = page.locator("sigenstor-flow")
    await flow.locator(".picture").hover()

    async def is_at_rest() -> bool:
        return not await flow.evaluate(MOVING)

    await wait_until(is_at_rest, "the flow to rest", deadline_s=120)
    # Which way it flows is still to be seen.
    assert await flow.locator("[data-arrow]").count() > 0
