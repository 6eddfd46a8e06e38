"""A panel that stays open: over restarts, silence of the plant, and a day of updates."""

from looks import settle
from playwright.async_api import Page, expect
from visits import Visits

from demo.stack import DemoStack

CHIP = "sigenstor-source-chip"
UPDATES = 300
COUNT = """() => {
  window.updates = 0;
  const { socket } = document.querySelector("home-assistant").hass.connection;
  socket.addEventListener("message", ({ data }) => { if (data.includes('"live"')) window.updates += 1; });
}"""


async def test_open_panel_recovers_by_itself_when_home_assistant_restarts(visit: Visits, stack: DemoStack) -> None:
    # The browser writes down each attempt to connect, and Home Assistant's page wants a part to say so that is not loaded.
    visit.expected += ["WebSocket connection", "ERR_CONNECTION_REFUSED", "Failed to fetch .*/frontend_latest/"]
    page = await visit("/sigenstor/dashboard")
    chip = page.locator(CHIP)
    await expect(chip).to_contain_text("Modbus")
    await page.evaluate("window.same = true")
    await stack.hass.stop()
    await expect(chip).to_contain_text("Connection lost")
    await expect(page.get_by_role("button", name="Force charge")).to_be_disabled()
    await expect(page.get_by_role("button", name="Stop", exact=True)).to_be_enabled()
    await expect(page.get_by_text("Controls are off until it is back")).to_be_visible()
    await stack.start_hass()

    await expect(chip).to_contain_text("Modbus")
    await expect(page.get_by_role("button", name="Force charge")).to_be_enabled()
    assert await page.evaluate("window.same"), "the page was loaded again"


async def test_hundreds_of_updates_leave_nothing_behind(visit: Visits, stack: DemoStack) -> None:
    page = await visit("/sigenstor/dashboard")
    await settle(page)
    await page.evaluate(COUNT)
    await update(stack, 50)
    before = await kept(page)
    await update(stack, UPDATES)
    after = await kept(page)

    assert await page.evaluate("window.updates") > UPDATES
    # What each update left would be there hundreds of times.
    assert after["Nodes"] - before["Nodes"] < UPDATES / 3
    assert after["JSEventListeners"] - before["JSEventListeners"] < UPDATES / 3
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < UPDATES * 5_000


async def update(stack: DemoStack, times: int) -> None:
    """Change something that is sent to the panel at once, so many times."""
    for number in range(times):
        change = {"entity_id": "number.sigenstor_override_power", "value": 1000 + 100 * (number % 10)}
        await stack.api.post("/api/services/number/set_value", change)


async def kept(page: Page) -> dict[str, float]:
    """Return what is still there after everything that can be thrown away was."""
    client = await page.context.new_cdp_session(page)
    await client.send("Performance.enable")
    await client.send("HeapProfiler.collectGarbage")
    metrics = (await client.send("Performance.getMetrics"))["metrics"]
    await client.detach()
    return {metric["name"]: metric["value"] for metric in metrics}
