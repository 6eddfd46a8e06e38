"""People who look at Home Assistant in a browser, where nothing may go wrong unnoticed."""

import re
from typing import Final, Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page

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


class Visits:
    """Opens pages, each in a browser of its own, and keeps what went wrong in any of them."""

    def __init__(self, browser: Browser, stack: DemoStack) -> None:
        self.expected: list[str] = []
        """Patterns of errors that the test brings about itself."""
        self.home: Final = stack.api.url
        self._browser = browser
        self._stack = stack
        self._contexts: list[BrowserContext] = []
        self._problems: list[str] = []

    async def __call__(
        self,
        path: str,
        *,
        api: HassApi | None = None,
        size: Size = LAPTOP,
        dark: bool = False,
        motion: Literal["reduce", "no-preference"] = "reduce",
        language: str = "en",
    ) -> Page:
        """Open a page as the demo's administrator, or as the user of `api`; nothing on it moves, where that is not asked for."""
        context = await log_in(
            self._browser, api or self._stack.api, size=size, dark=dark, motion=motion, language=language
        )
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)
        # Chromium resolves no other host, so whatever asks for one fails.
        context.on("requestfailed", lambda request: self._check_address(request.url))
        context.on("console", lambda message: self._note(message.text) if message.type == "error" else None)
        context.on("weberror", lambda error: self._note(f"{error.error}"))
        context.on("page", self._follow)
        page = await context.new_page()
        await page.goto(f"{self.home}{path}")
        return page

    async def close(self) -> None:
        """Close all browsers; fails when anything went wrong in one of them."""
        for context in self._contexts:
            await context.close()
        expected = [*NOISE, *self.expected]
        left = [text for text in self._problems if not any(re.search(pattern, text) for pattern in expected)]
        assert not left, "\n".join(left)

    def _follow(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._check_address(socket.url))

    def _check_address(self, url: str) -> None:
        address, home = urlsplit(url), urlsplit(self.home)
        if address.scheme not in {"data", "blob"} and address.netloc != home.netloc:
            self._note(f"It asked for {url}")

    def _note(self, problem: str) -> None:
        self._problems.append(problem)
