"""Every tab, dialog, form, banner and card for a reader of German: nothing of it is English, and nothing is cut off on a phone."""

from datetime import datetime, timedelta
import re
from typing import Any, Literal

from house import wait_until_handed_back
from looks import dialog_on, flaws, settle
from playwright.async_api import Locator, Page, expect
import pytest
from reading import english_on, texts
from visits import CARDS, Visits

from demo.api import HassApi
from demo.browser import PHONE
from demo.config_folder import DOMAIN
from demo.stack import DemoStack

LANGUAGE = "de"
SAID = texts(LANGUAGE)
NIGHT = "Nachtstrom"

type Step = tuple[Literal["button", "heading", "radio"], str]


def say(key: str, **values: str) -> str:
    """Return a text of the panel."""
    return SAID[f"config_panel/{key}"].format(**values)


def named(*keys: str, **values: str) -> re.Pattern[str]:
    """Return what matches the name of a control that begins with one of these texts."""
    return re.compile(f"^({'|'.join(re.escape(say(key, **values)) for key in keys)})")


async def faults(part: Locator) -> list[str]:
    """Return the English on a part of a page, and what does not fit."""
    return [*await english_on(part, LANGUAGE), *await flaws(part)]


async def press(page: Page, role: Literal["button", "heading", "radio"], name: re.Pattern[str]) -> None:
    """Press what has this name in the panel."""
    await page.locator("sigenstor-panel").get_by_role(role, name=name).first.click()


async def opened(page: Page) -> Locator:
    """Return the dialog that has just been opened."""
    dialog = dialog_on(page)
    await expect(dialog.get_by_role("button").last).to_be_visible()
    return dialog


@pytest.fixture
async def schedule(stack: DemoStack, released: None) -> str:
    """A schedule that is not due today; return its name."""
    tomorrow = f"{datetime.now(stack.settings.place.zone) + timedelta(days=1):%a}".lower()
    wanted = {"name": NIGHT, "action": "charge", "power_w": 1000, "start": "02:00", "end": "04:00", "days": [tomorrow]}
    await stack.api.post(f"/api/services/{DOMAIN}/set_schedule", wanted)
    return NIGHT


@pytest.mark.parametrize("path", ["?tab=money", "?tab=money&span=month", "?span=week", "?tab=decisions", "?tab=audit"])
async def test_a_tab_of_the_history(visit: Visits, path: str) -> None:
    page = await visit(f"/sigenstor/history{path}", size=PHONE, language=LANGUAGE)
    await settle(page)
    assert await faults(page.locator("sigenstor-panel")) == []


async def test_the_plan_as_a_table_and_what_if(visit: Visits) -> None:
    page = await visit("/sigenstor/plan", size=PHONE, language=LANGUAGE)
    await settle(page)
    await page.get_by_role("radio", name=say("plan/view_table")).check()
    await press(page, "heading", named("plan/what_if"))
    field = page.get_by_label(say("plan/field_reserve_soc"))
    await field.fill("40")
    await field.press("Tab")
    await expect(page.get_by_text(say("plan/tried_plan")).first).to_be_visible()
    assert await faults(page.locator("sigenstor-panel")) == []
    await press(page, "button", named("plan/apply"))
    assert await faults(await opened(page)) == []


@pytest.mark.parametrize(
    ("path", "role", "openers"),
    [
        ("dashboard", "button", ["word/override_force_charge"]),
        ("dashboard", "button", ["word/override_force_hold"]),
        ("dashboard", "button", ["word/override_force_export"]),
        ("dashboard", "button", ["dashboard/emergency_stop"]),
        ("dashboard", "radio", ["word/mode_auto"]),
        ("plan", "button", ["word/action_hold", "word/action_charge"]),  # whichever of them is not planned anyway
        ("history", "button", ["history/csv"]),
    ],
)
async def test_a_dialog(visit: Visits, path: str, role: Literal["button", "radio"], openers: list[str]) -> None:
    page = await visit(f"/sigenstor/{path}", size=PHONE, language=LANGUAGE)
    await settle(page)
    await press(page, role, named(*openers))
    assert await faults(await opened(page)) == []


async def test_the_dialog_of_what_is_planned_later(visit: Visits) -> None:
    page = await visit("/sigenstor/plan", size=PHONE, language=LANGUAGE)
    for _ in range(3):
        await page.get_by_role("button", name=say("plan/later")).last.click()
    await press(page, "button", named("word/action_charge", "word/action_hold"))
    assert await faults(await opened(page)) == []


@pytest.mark.parametrize("action", ["charge", "discharge", "hold", "self_consume"])
async def test_the_dialog_of_a_new_schedule_and_what_it_refuses(visit: Visits, released: None, action: str) -> None:
    page = await visit("/sigenstor/schedules", size=PHONE, language=LANGUAGE)
    await press(page, "button", named("schedules/add"))
    dialog = await opened(page)
    await dialog.get_by_role("radio", name=say(f"word/action_{action}"), exact=True).check()
    assert await faults(dialog) == []
    await dialog.get_by_label(say("schedules/name"), exact=True).fill("\u202e")
    await dialog.get_by_role("button", name=say("common/save")).click()
    await expect(dialog.get_by_role("alert")).to_be_visible()
    assert await faults(dialog) == []


@pytest.mark.parametrize("opener", ["edit_one", "copy_one", "delete_one"])
async def test_the_dialog_of_a_schedule(visit: Visits, schedule: str, opener: str) -> None:
    page = await visit("/sigenstor/schedules", size=PHONE, language=LANGUAGE)
    await settle(page)
    await page.get_by_role("button", name=say(f"schedules/{opener}", name=schedule)).first.click()
    assert await faults(await opened(page)) == []


async def test_the_dialog_of_a_pv_array_that_is_removed(visit: Visits) -> None:
    page = await visit("/sigenstor/settings", size=PHONE, language=LANGUAGE)
    array = re.compile(say("settings/remove_array", name=".+"))
    await page.locator("sigenstor-arrays").get_by_role("button", name=array).first.click()
    assert await faults(await opened(page)) == []


MENUS = {
    "prices": ("amber", "entities", "tariff", "supply_charge"),
    "solar": ("energy", "open_meteo"),
    "cloud": ("my_sigen",),
}
"""What a form leads on to, without what would be saved at once."""
FORMS: list[tuple[str, str | None]] = [
    *((name, None) for name in ("connection", "settings", "optimiser", "notifications", *MENUS)),
    *((name, option) for name, options in MENUS.items() for option in options),
]


@pytest.mark.parametrize(("name", "option"), FORMS)
async def test_a_form(visit: Visits, name: str, option: str | None) -> None:
    page = await visit(f"/sigenstor/settings?open={name}", size=PHONE, language=LANGUAGE)
    form = page.locator("sigenstor-flow-form")
    if option is not None:
        await form.get_by_role("button", name=SAID[f"options/step/{name}/menu_options/{option}"]).click()
        await expect(form.locator("ha-form").first).to_be_visible()
    await expect(form.get_by_role("button").last).to_be_visible()
    assert await faults(form) == []


@pytest.mark.parametrize("action", ["force_charge", "force_hold", "force_export"])
async def test_the_banner_of_an_override(
    visit: Visits, stack: DemoStack, evening: None, released: None, action: str
) -> None:
    await stack.api.post(f"/api/services/{DOMAIN}/{action}", {"duration": "01:00:00"})
    page = await visit("/sigenstor/dashboard", size=PHONE, language=LANGUAGE)
    await settle(page)
    panel = page.locator("sigenstor-panel")
    await expect(panel.get_by_text(named("common/override_title", "common/override_pending")).first).to_be_visible()
    assert await faults(panel) == []


async def test_the_banner_of_an_emergency_stop_and_the_question_before_it_is_cleared(
    visit: Visits, stack: DemoStack, released: None
) -> None:
    await stack.api.post(f"/api/services/{DOMAIN}/emergency_stop", {})
    page = await visit("/sigenstor/dashboard", size=PHONE, language=LANGUAGE)
    panel = page.locator("sigenstor-panel")
    await expect(panel.get_by_text(say("common/emergency_title")).first).to_be_visible()
    await settle(page)
    assert await faults(panel) == []
    await press(page, "button", named("common/emergency_clear"))
    assert await faults(await opened(page)) == []


@pytest.mark.parametrize("failing", [{"grid_outage": True}, {"ess": 1}])
async def test_the_banner_of_an_outage_and_of_an_alarm(
    visit: Visits, stack: DemoStack, failing: dict[str, Any]
) -> None:
    stack.simulator.set(faults=failing)
    try:
        page = await visit("/sigenstor/dashboard", size=PHONE, language=LANGUAGE)
        panel = page.locator("sigenstor-panel")
        title = "common/outage_title" if "grid_outage" in failing else "common/alarm_title"
        await expect(panel.get_by_text(say(title)).first).to_be_visible()
        await settle(page)
        assert await faults(panel) == []
    finally:
        stack.simulator.set(faults={"grid_outage": False, "ess": 0})
        await wait_until_handed_back(stack)


async def test_what_a_guest_is_told(visit: Visits, guest: HassApi) -> None:
    found = []
    for name in ("dashboard", "plan", "schedules", "settings"):
        page = await visit(f"/sigenstor/{name}", api=guest, size=PHONE, language=LANGUAGE)
        await settle(page)
        found += [f"{name}: {what}" for what in await faults(page.locator("sigenstor-panel"))]
    assert not found, "\n".join(found)


async def test_every_card(visit: Visits, schedule: str, dashboard: str) -> None:
    page = await visit(dashboard, size=PHONE, language=LANGUAGE)
    await expect(page.locator("sigenstor-schedule-card")).to_contain_text(schedule)
    await expect(page.locator("sigenstor-plan-card")).to_contain_text("kWh")
    await expect(page.locator("sigenstor-control-card").get_by_role("button").first).to_be_visible()
    found = []
    for kind in CARDS:
        found += [f"{kind}: {what}" for what in await faults(page.locator(f"sigenstor-{kind}-card"))]
    assert not found, "\n".join(found)


async def test_every_card_in_the_picker_and_the_form_of_one(visit: Visits, dashboard: str) -> None:
    # Home Assistant shows its own picture cards with pictures from there.
    visit.expected += ["demo.home-assistant.io", "ERR_NAME_NOT_RESOLVED"]
    page = await visit(f"{dashboard}?edit=1", language=LANGUAGE)
    card = page.locator("hui-card-edit-mode").filter(has=page.locator("sigenstor-plan-card"))
    await card.hover()
    await card.get_by_role("button", name="Karte bearbeiten").click()
    editor = page.locator("hui-dialog-edit-card")
    await expect(editor.get_by_role("textbox").first).to_be_visible()
    assert await english_on(editor, LANGUAGE) == []
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Karte hinzufügen").first.click()
    picker = page.locator("hui-dialog-create-card")
    await picker.get_by_role("tab").nth(1).click()
    for kind in CARDS:
        await expect(picker.get_by_text(SAID[f"selector/card/options/{kind}"], exact=True).first).to_be_visible()
