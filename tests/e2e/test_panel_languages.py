"""The panel in languages with long words: nothing of it is English, and nothing is cut off."""

from looks import dialog_on, flaws, settle
from playwright.async_api import expect
import pytest
from reading import english_on
from visits import Visits

from demo.browser import LAPTOP, PHONE

PAGES = ("dashboard", "plan", "schedules", "history", "settings")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["de", "fi"])
async def test_a_page_is_in_the_language_of_its_reader_and_fits(visit: Visits, language: str, name: str) -> None:
    page = await visit(f"/sigenstor/{name}", language=language)
    panel = page.locator("sigenstor-panel")
    await settle(page)
    found = await english_on(panel, language)
    for width, height in (PHONE, LAPTOP):
        await page.set_viewport_size({"width": width, "height": height})
        await settle(page)
        found += [f"{width} px: {what}" for what in await flaws(panel)]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(("language", "opener", "cancel"), [("de", "Laden erzwingen", "Abbrechen")])
async def test_a_dialog_fits_in_the_language_of_its_reader(
    visit: Visits, language: str, opener: str, cancel: str
) -> None:
    page = await visit("/sigenstor/dashboard", size=PHONE, language=language)
    await page.get_by_role("button", name=opener).click()
    dialog = dialog_on(page)
    await expect(dialog.get_by_role("button", name=cancel)).to_be_visible()
    assert await flaws(dialog) == []
