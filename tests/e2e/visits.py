"""People who look at Home Assistant in a browser, where nothing may go wrong unnoticed."""

import re
from typing import Final, Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, expect

from demo.api import HassApi
from demo.browser import LAPTOP, Size, log_in
from demo.stack import DemoStack

CARDS: Final = ("flow", "plan", "control", "tile", "savings", "schedule")
PATIENCE_MS: Final = 120_000
"""How long a browser may take for what must come. A command may wait for a minute between two, and for a reading."""
NOISE: Final[dict[str, str]] = {
    "^1$": "ERR_CANNOT_CONNECT of home-assistant-js-websocket: the page was closed while it connected"
}
"""What Home Assistant's own pages print as errors, and why it is none."""

PANEL: Final = "/sigenstor"
MOST_OPEN: Final = 3
GO: Final = """path => {
  history.pushState(null, "", path);
  window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: false } }));
}"""
IS_CONNECTED: Final = "document.querySelector('home-assistant').hass.connected"
FORGET: Final = """() => {
  for (const name of Object.keys(localStorage))
    if (!["hassTokens", "selectedLanguage"].includes(name)) localStorage.removeItem(name);
  document.dir = "";
  document.querySelector("home-assistant").style.direction = "";
}"""

type Motion = Literal["reduce", "no-preference"]
type Reader = tuple[str, str]
"""Who looks at a tab, in which language."""


class Tab:
    """A tab of Home Assistant in a browser of its own, and what went wrong in it."""

    def __init__(self, reader: Reader, context: BrowserContext, home: str) -> None:
        self.reader: Final = reader
        self.page: Page
        self.problems: list[str] = []
        self._context: Final = context
        self._home: Final = urlsplit(home).netloc
        context.set_default_timeout(PATIENCE_MS)
        # Chromium resolves no other host, so whatever asks for one fails.
        context.on("requestfailed", lambda request: self._check_address(request.url))
        context.on("console", lambda message: self.problems.append(message.text) if message.type == "error" else None)
        context.on("weberror", lambda error: self.problems.append(f"{error.error}"))
        context.on("page", lambda page: page.on("websocket", lambda socket: self._check_address(socket.url)))

    async def open(self, url: str) -> None:
        """Load Home Assistant at this address."""
        self.page = await self._context.new_page()
        await self.page.goto(url)

    async def go(self, path: str, *, size: Size, dark: bool, motion: Motion) -> None:
        """Go on to a path as Home Assistant's own links do; the page on it is made anew."""
        width, height = size
        await self.page.set_viewport_size({"width": width, "height": height})
        await self.page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion=motion)
        self.problems.clear()
        await self.page.evaluate(GO, path)

    async def leave(self) -> None:
        """Leave the panel, and nothing behind that the next test could see."""
        for other in self._context.pages:
            if other is not self.page:
                await other.close()
        await self.page.evaluate(FORGET)
        await self.page.evaluate(GO, "/profile")
        await expect(self.page.locator("sigenstor-panel")).to_have_count(0)

    async def close(self) -> None:
        """Close it."""
        await self._context.close()

    def _check_address(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme not in {"data", "blob"} and address.netloc != self._home:
            self.problems.append(f"It asked for {url}")


class Tabs:
    """Tabs that stay open between tests, as people leave them open: Home Assistant takes three seconds to load."""

    def __init__(self) -> None:
        self._open: dict[Reader, Tab] = {}

    async def take(self, reader: Reader) -> Tab | None:
        """Return this reader's tab, which is the caller's now, if it did not lose Home Assistant, not even for a while.

        What a browser could not load then it does not ask for again.
        """
        tab = self._open.pop(reader, None)
        if tab is None or (not tab.problems and await tab.page.evaluate(IS_CONNECTED)):
            return tab
        await tab.close()
        return None

    async def keep(self, tab: Tab) -> None:
        """Keep a tab for the next who asks; the oldest is closed where there are many."""
        if tab.reader in self._open:
            await tab.close()
            return
        self._open[tab.reader] = tab
        if len(self._open) > MOST_OPEN:
            await self._open.pop(next(iter(self._open))).close()

    async def close(self) -> None:
        """Close them all."""
        while self._open:
            await self._open.popitem()[1].close()


class Visits:
    """Opens pages, and keeps what went wrong in any of them."""

    def __init__(self, browser: Browser, tabs: Tabs, stack: DemoStack) -> None:
        self.expected: list[str] = []
        """Patterns of errors that the test brings about itself."""
        self.home: Final = stack.api.url
        self._browser = browser
        self._tabs = tabs
        self._stack = stack
        self._visited: list[Tab] = []

    async def __call__(
        self,
        path: str,
        *,
        api: HassApi | None = None,
        size: Size = LAPTOP,
        dark: bool = False,
        motion: Motion = "reduce",
        language: str = "en",
    ) -> Page:
        """Open a page as the demo's administrator, or as the user of `api`; nothing on it moves, where that is not asked for.

        The panel opens in a tab that stayed open, where there is one.
        """
        api = api or self._stack.api
        reader = api.user, language
        tab = await self._tabs.take(reader) if path.startswith(PANEL) else None
        if tab is not None:
            self._visited.append(tab)
            await tab.go(path, size=size, dark=dark, motion=motion)
        else:
            context = await log_in(self._browser, api, size=size, dark=dark, motion=motion, language=language)
            self._visited.append(tab := Tab(reader, context, self.home))
            await tab.open(f"{self.home}{path}")
        return tab.page

    async def close(self, *, alone: bool) -> None:
        """Leave all pages; fails when anything went wrong in one of them. Alone, none of them stays open."""
        expected = [*NOISE, *self.expected]
        problems: list[str] = []
        for tab in self._visited:
            stays = not alone and PANEL in tab.page.url
            await (tab.leave() if stays else tab.close())
            new = [text for text in tab.problems if not any(re.search(pattern, text) for pattern in expected)]
            problems += new
            if stays:
                await (tab.close() if tab.problems else self._tabs.keep(tab))
        assert not problems, "\n".join(problems)
