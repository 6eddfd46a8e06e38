"""Setting the plant up in the panel: by the same forms as Home Assistant's dialogs, for administrators only."""

from collections.abc import AsyncIterator
from contextlib import suppress

from playwright.async_api import Error, Page, Response, expect
import pytest
from visits import Visits

from demo.api import HassApi
from demo.waiting import wait_until
from simulator.amber import DEFAULT_TOKEN

SETTINGS = "/sigenstor/settings"
# Home Assistant loads each kind of field by itself: a switch further down may be there before the poll interval is.
FIRST_NUMBER = "ha-form input[type=number]"


@pytest.fixture
async def form(visit: Visits) -> AsyncIterator[Page]:
    """The form of polling, control and limits; left as it was found."""
    page = await visit(f"{SETTINGS}?open=settings")
    yield page
    await page.goto(f"{visit.home}{SETTINGS}?open=settings")
    await save_poll_interval(page, "10")


async def save_poll_interval(page: Page, seconds: str) -> None:
    """Fill in the first number and save; returns when the list of forms is there again."""
    await page.locator(FIRST_NUMBER).first.fill(seconds)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("button", name="Electricity prices")).to_be_visible()


async def test_what_is_saved_counts_and_the_page_goes_on_while_the_plant_is_loaded_again(form: Page) -> None:
    await save_poll_interval(form, "12")
    await expect(form.locator("sigenstor-quick-controls").get_by_text("Charge target")).to_be_visible()
    await form.get_by_role("button", name="Polling, control and safety limits").click()
    await expect(form.locator(FIRST_NUMBER).first).to_have_value("12")


async def test_an_address_where_no_plant_is_is_refused_in_the_same_form(visit: Visits) -> None:
    page = await visit(f"{SETTINGS}?open=connection")
    host = page.locator("ha-form input:not([type=number])").first
    await host.fill("http://nowhere")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Enter only a host name or an IP address")).to_be_visible()
    await expect(host).to_have_value("http://nowhere")


async def test_no_secret_reaches_the_browser_and_the_form_says_that_an_empty_field_keeps_it(visit: Visits) -> None:
    page = await visit(SETTINGS)
    bodies: list[str] = []

    async def read(response: Response) -> None:
        with suppress(Error):  # a page that is left takes its bodies along
            bodies.append(await response.text())

    page.on("response", read)
    await page.get_by_role("button", name="Electricity prices").click()
    await page.get_by_role("button", name="Amber Electric").click()
    await expect(page.get_by_text("leave the field empty to keep it")).to_be_visible()

    async def is_read() -> bool:
        return any('"step_id":"amber"' in body for body in bodies)

    await wait_until(is_read, "the form to be read")
    assert not [body for body in bodies if DEFAULT_TOKEN in body]


async def test_who_is_no_administrator_is_told_so_and_offered_no_form(visit: Visits, resident: HassApi) -> None:
    page = await visit(f"{SETTINGS}?open=settings", api=resident)
    await expect(page.get_by_text("are set up by an administrator")).to_be_visible()
    await expect(page.locator("sigenstor-flow-form")).to_have_count(0)
