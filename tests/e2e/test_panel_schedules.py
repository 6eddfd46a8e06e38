"""A week of schedules: drawn with the mouse, changed with the keyboard, run by the battery."""

from datetime import datetime, timedelta

from house import wait_for_battery
from looks import dialog_on, faults, settle
from playwright.async_api import Locator, Page, expect
import pytest
from visits import Visits

from demo.api import HassApi, HassApiError
from demo.browser import Size
from demo.config_folder import DOMAIN
from demo.stack import DemoStack
from demo.waiting import wait_until

WHOLE_DAY: Size = (1280, 1300)
DAY_MIN = 24 * 60

pytestmark = pytest.mark.usefixtures("released")


def minutes_now(stack: DemoStack) -> float:
    now = datetime.now(stack.settings.place.zone)
    return now.hour * 60 + now.minute + now.second / 60


def block(page: Page, name: str) -> Locator:
    """Return a schedule in the grid."""
    return page.locator("sigenstor-week-grid").get_by_role("button", name=name).first


async def schedules(stack: DemoStack) -> list[dict[str, str]]:
    """Return what Home Assistant keeps."""
    found: list[dict[str, str]] = (await stack.api.command(f"{DOMAIN}/schedules/list"))["schedules"]
    return found


async def add_schedule(stack: DemoStack, **changes: object) -> None:
    """Add a schedule that is not due today."""
    tomorrow = f"{datetime.now(stack.settings.place.zone) + timedelta(days=1):%a}".lower()
    schedule = {"name": "Cheap night", "action": "hold", "start": "02:00", "end": "04:00", "days": [tomorrow]} | changes
    await stack.api.post(f"/api/services/{DOMAIN}/set_schedule", schedule)


async def draw(page: Page, start_min: float, end_min: float) -> None:
    """Draw with the mouse in today's column."""
    box = await page.locator("sigenstor-week-grid .column.today").bounding_box()
    assert box is not None
    x = box["x"] + box["width"] / 2
    await page.mouse.move(x, box["y"] + box["height"] * start_min / DAY_MIN)
    await page.mouse.down()
    await page.mouse.move(x, box["y"] + box["height"] * end_min / DAY_MIN, steps=5)
    await page.mouse.up()


async def drag(page: Page, what: Locator, down_min: float) -> None:
    """Drag a schedule in the grid to an earlier or a later time."""
    box, day = await what.bounding_box(), await page.locator("sigenstor-week-grid .column.today").bounding_box()
    assert box is not None
    assert day is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x, y + day["height"] * down_min / DAY_MIN, steps=5)
    await page.mouse.up()


@pytest.mark.usefixtures("evening")
async def test_schedule_drawn_with_the_mouse_around_the_present_time_runs_and_a_drag_of_it_is_undone(
    visit: Visits, stack: DemoStack
) -> None:
    page = await visit("/sigenstor/schedules", size=WHOLE_DAY)
    await settle(page)
    now = minutes_now(stack)
    await draw(page, now - 60, now + 60)
    dialog = dialog_on(page)
    await dialog.get_by_label("Name").fill("Charge now")
    await dialog.get_by_label("Power (kW)").fill("1")
    await dialog.get_by_role("button", name="Save").click()

    await expect(block(page, "Charge now")).to_be_visible()
    await wait_for_battery(stack, 900, 1100)
    await expect(page.get_by_text("Running now")).to_be_visible()
    [drawn] = await schedules(stack)
    assert drawn["name"] == "Charge now"

    async def is_where_it_was_drawn() -> bool:
        return await schedules(stack) == [drawn]

    async def is_elsewhere() -> bool:
        return not await is_where_it_was_drawn()

    await drag(page, block(page, "Charge now"), down_min=-30)
    await wait_until(is_elsewhere, "the schedule to have moved")
    await page.get_by_role("button", name="Undo").click()
    await wait_until(is_where_it_was_drawn, "the schedule to be back")


async def test_schedule_is_moved_changed_and_deleted_with_the_keyboard_alone(visit: Visits, stack: DemoStack) -> None:
    await add_schedule(stack)
    page = await visit("/sigenstor/schedules", size=WHOLE_DAY)
    night = block(page, "Cheap night")
    await night.focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Shift+ArrowDown")

    async def has_moved() -> bool:
        [schedule] = await schedules(stack)
        return (schedule["start"], schedule["end"]) == ("02:15:00", "04:30:00")

    await wait_until(has_moved, "the schedule to have moved")
    await page.keyboard.press("Enter")
    name = dialog_on(page).get_by_label("Name")
    await name.focus()
    await page.keyboard.press("End")
    await page.keyboard.type(" later")
    await page.keyboard.press("Enter")
    later = block(page, "Cheap night later")
    await expect(later).to_be_visible()
    await later.focus()
    await page.keyboard.press("Delete")
    assert await faults(dialog_on(page)) == []
    await dialog_on(page).get_by_role("button", name="Delete").press("Enter")

    await expect(later).to_be_hidden()

    async def is_gone() -> bool:
        return await schedules(stack) == []

    await wait_until(is_gone, "the schedule to be deleted")


async def test_refused_schedule_is_explained_at_its_field_and_not_kept(visit: Visits, stack: DemoStack) -> None:
    page = await visit("/sigenstor/schedules")
    await page.get_by_role("button", name="Add").click()
    dialog = dialog_on(page)
    await dialog.get_by_label("Power (kW)").fill("-3")
    await dialog.get_by_role("button", name="Save").click()

    await expect(dialog.get_by_role("alert")).to_be_visible()
    await expect(dialog.get_by_label("Power (kW)")).to_be_focused()
    assert await faults(dialog) == []
    assert await schedules(stack) == []


async def test_resident_sees_schedules_and_cannot_change_them(
    visit: Visits, stack: DemoStack, resident: HassApi
) -> None:
    await add_schedule(stack)
    page = await visit("/sigenstor/schedules", api=resident, size=WHOLE_DAY)
    await expect(page.get_by_text("Only administrators can add, change or delete schedules")).to_be_visible()
    await expect(page.get_by_role("button", name="Add")).to_be_hidden()
    await draw(page, 8 * 60, 10 * 60)
    await block(page, "Cheap night").click()

    await expect(dialog_on(page)).to_have_count(0)
    with pytest.raises(HassApiError):
        await resident.post(f"/api/services/{DOMAIN}/set_schedule", {"name": "Mine"})
    assert len(await schedules(stack)) == 1
