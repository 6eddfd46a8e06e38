"""Headless Chromium, logged in to the demo's Home Assistant."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
import os
from typing import Final, Literal

from playwright.async_api import Browser, BrowserContext, Page, StorageState, async_playwright

from demo.api import HassApi
from demo.waiting import wait_until

# No sandbox, because there is none for root in a container; nothing else than the demo is ever opened. The rest keeps
# Chromium from talking to anyone else.
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PHONE: Final = (390, 844)
TABLET: Final = (820, 1180)
LAPTOP: Final = (1280, 800)
SETTLE_S: Final = 0.7

type Size = tuple[int, int]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run the Chromium that the environment variable CHROMIUM names."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


async def log_in(
    browser: Browser,
    api: HassApi,
    *,
    size: Size = LAPTOP,
    dark: bool = False,
    motion: Literal["reduce", "no-preference"] = "no-preference",
    scale: float = 1,
    language: str = "en",
) -> BrowserContext:
    """Return a browser of its own, in which the user of `api` has logged in; Home Assistant follows its colour scheme.

    Its clock is that of the home.
    """
    config = await api.get("/api/config")
    tokens = {**await api.tokens(), "hassUrl": api.url, "clientId": f"{api.url}/"}
    kept = {"hassTokens": json.dumps(tokens), "selectedLanguage": json.dumps(language)}
    logged_in: StorageState = {
        "origins": [
            {"origin": api.url, "localStorage": [{"name": name, "value": value} for name, value in kept.items()]}
        ]
    }
    return await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=scale,
        locale="en-AU" if language == "en" else language,
        timezone_id=config["time_zone"],
        color_scheme="dark" if dark else "light",
        reduced_motion=motion,
        service_workers="block",
        storage_state=logged_in,
    )


async def picture(page: Page) -> bytes:
    """Return a picture of the page once nothing on it loads or moves."""
    await page.locator("home-assistant-main").wait_for(state="attached")
    latest = b""

    async def has_settled() -> bool:
        nonlocal latest
        previous, latest = latest, await page.screenshot()
        return previous == latest and await page.locator("ha-spinner:visible").count() == 0

    await wait_until(has_settled, "the page to be drawn", deadline_s=30, interval_s=SETTLE_S)
    return latest
