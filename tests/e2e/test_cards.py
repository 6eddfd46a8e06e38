"""The cards on a dashboard, for people who never open the panel, and in the hands of who arranges it."""

import re
from typing import Any

from looks import BOTH_LOOKS, EVERY_LOOK, barriers, flaws, flaws_at_every_size, settle, turn
from playwright.async_api import Locator, expect
import pytest
from visits import CARDS, Visits

from demo.api import HassApi
from demo.browser import LAPTOP, PHONE, TABLET
from demo.stack import DemoStack
from demo.waiting import wait_until

NAMES = (
    "SigenStor power flow",
    "SigenStor price and plan",
    "SigenStor control",
    "SigenStor tile",
    "SigenStor savings",
    "SigenStor schedules",
)


async def test_cards_work_on_a_dashboard_for_a_resident_who_never_opens_the_panel(
    visit: Visits, dashboard: str, resident: HassApi
) -> None:
    page = await visit(dashboard, api=resident)
    found = []
    for size in (LAPTOP, TABLET, PHONE):
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await expect(page.locator("sigenstor-flow-card")).to_contain_text("kWh")
        await expect(page.locator("sigenstor-plan-card")).to_contain_text("c/kWh")
        await expect(page.locator("sigenstor-control-card").get_by_role("button", name="Force charge")).to_be_enabled()
        for look in EVERY_LOOK:
            await turn(page, look)
            for kind in CARDS:
                card = page.locator(f"sigenstor-{kind}-card")
                found += [f"{size[0]} px, {look}, {kind}: {what}" for what in await flaws(card)]
                if (size, look) in zip((LAPTOP, PHONE), BOTH_LOOKS, strict=True):
                    found += [f"{size[0]} px, {look}, {kind}: {what}" for what in await barriers(card)]

    assert not found, "\n".join(found)


async def test_card_picker_shows_every_card_drawn(visit: Visits, dashboard: str) -> None:
    # Home Assistant shows its own picture cards with pictures from there.
    visit.expected += ["demo.home-assistant.io", "ERR_NAME_NOT_RESOLVED"]
    page = await visit(f"{dashboard}?edit=1")
    await page.get_by_role("button", name="Add card").first.click()
    picker = page.locator("hui-dialog-create-card")
    await picker.get_by_role("tab", name="By card").click()
    await picker.get_by_placeholder("Search cards").fill("SigenStor")
    for name in NAMES:
        await expect(picker.get_by_text(name, exact=True)).to_be_visible()
    await expect(picker.locator("sigenstor-flow-card")).to_contain_text("kWh")


async def test_card_is_suggested_for_an_entity_it_is_about(visit: Visits, dashboard: str) -> None:
    page = await visit(f"{dashboard}?edit=1")
    await page.get_by_role("button", name="Add card").first.click()
    picker = page.locator("hui-dialog-create-card")
    await picker.get_by_placeholder("Search entities").fill("Buy price")
    await picker.get_by_text("Buy price").first.click()

    await expect(picker.locator("sigenstor-plan-card")).to_contain_text("c/kWh")


async def test_card_is_changed_in_its_editor(visit: Visits, dashboard: str) -> None:
    page = await visit(f"{dashboard}?edit=1")
    card = page.locator("hui-card-edit-mode").filter(has=page.locator("sigenstor-plan-card"))
    await card.hover()
    await card.get_by_role("button", name="Edit card").click()
    editor = page.locator("hui-dialog-edit-card")
    await editor.get_by_role("textbox", name="Title").fill("What power costs")
    await editor.get_by_role("button", name="Save").click()

    await expect(card).to_contain_text("What power costs")


@pytest.mark.parametrize(
    ("language", "faults"),
    [("en", {}), ("de", {"grid_outage": True}), ("fi", {"ess": 5})],
    ids=["usual", "outage", "alarms"],
)
async def test_card_fits_in_every_room_that_the_editor_lets_it_have(
    visit: Visits, stack: DemoStack, dashboard: str, language: str, faults: dict[str, Any]
) -> None:
    stack.simulator.set(faults=faults)
    try:
        found = []
        for size, look in zip((LAPTOP, PHONE), BOTH_LOOKS, strict=True):
            page = await visit(dashboard, size=size, language=language)
            await turn(page, look)
            for kind in CARDS:
                card = page.locator(f"sigenstor-{kind}-card")
                await expect(card.locator(".banner, .inside.danger" if faults else ".inside").first).to_be_visible()
                found += [f"{size[0]} px, {look}, {kind}, {what}" for what in await flaws_at_every_size(card)]
    finally:
        stack.simulator.set(faults={"grid_outage": False, "ess": 0})

    assert not found, "\n".join(found)


IN = {
    "flow": "Usage",
    "plan": "c/kWh",
    "control": "Automatic",
    "savings": "Energy from",
}


@pytest.mark.parametrize(
    ("faults", "title", "help_text"),
    [
        ({"grid_outage": True}, "GRID OUTAGE", "Switch off large loads so that the battery lasts longer."),
        ({"ess": 1}, "ALARM", "Contact your installer if the alarm stays."),
    ],
)
async def test_an_outage_and_an_alarm_of_the_battery_come_first_on_a_page_and_on_every_card(
    visit: Visits, stack: DemoStack, dashboard: str, faults: dict[str, Any], title: str, help_text: str
) -> None:
    stack.simulator.set(faults=faults)
    try:
        page = await visit("/sigenstor/plan")
        panel = page.locator("sigenstor-panel")
        for name in ("Plan", "Schedules", "History", "Settings", "Dashboard"):
            await panel.get_by_role("link", name=name).click()
            first = page.locator("sigenstor-alarm").get_by_role("alert").first
            await expect(first).to_contain_text(title)
            await expect(first).to_contain_text(help_text)
        if "grid_outage" in faults:
            await expect(page.locator("sigenstor-now .headline")).not_to_contain_text(
                re.compile("Export|Charging from the grid")
            )

            async def is_listed() -> bool:
                # It is recorded within seconds, and read when the page is opened.
                for name in ("Dashboard", "History"):
                    await panel.get_by_role("link", name=name).click()
                await settle(page)
                return await panel.get_by_role("table", name="Off the grid").get_by_text("Not over").count() == 1

            await wait_until(is_listed, "the outage to be in the list of outages")
        await page.goto(f"{visit.home}{dashboard}")
        for kind in CARDS:
            card = page.locator(f"sigenstor-{kind}-card")
            first = card.locator(".banner, .inside.danger").first
            await expect(first).to_contain_text(title)

            async def is_at_the_top(first: Locator = first, card: Locator = card) -> bool:
                top, whole = await first.bounding_box(), await card.bounding_box()
                return top is not None and whole is not None and top["y"] - whole["y"] < 4

            await wait_until(is_at_the_top, f"it to be the first on the card {kind}", deadline_s=30)
        tile = page.locator("sigenstor-tile-card")
        await expect(tile).to_contain_text("%")
        assert not await flaws(tile)
    finally:
        stack.simulator.set(faults={"grid_outage": False, "ess": 0})


async def test_tile_opens_the_panel(visit: Visits, dashboard: str) -> None:
    page = await visit(dashboard)
    await page.locator("sigenstor-tile-card").get_by_role("button").click()

    await expect(page.locator("sigenstor-panel").get_by_role("link", name="Dashboard")).to_have_attribute(
        "aria-current", "page"
    )


async def test_strategy_builds_a_whole_dashboard(visit: Visits, stack: DemoStack, dashboard: str) -> None:
    strategy = {"strategy": {"type": "custom:sigenstor"}}
    await stack.api.command("lovelace/config/save", url_path="our-house", config=strategy)
    page = await visit("/our-house")
    for kind in ("flow", "control", "plan", "savings"):
        await expect(page.locator(f"sigenstor-{kind}-card")).to_contain_text(IN[kind])
