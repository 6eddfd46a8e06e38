"""What a person would see wrong with a page at once, and what a person who cannot see would stumble over."""

from contextlib import suppress
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any, Final, Literal

from playwright.async_api import Locator, Page, TimeoutError as PlaywrightTimeoutError

from demo.waiting import DemoError, wait_until

AXE: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")

FLAWS: Final = Path(__file__).with_name("flaws.js").read_text(encoding="utf-8")
RULES: Final = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], "resultTypes": ["violations"]}
"""Best practices are looked at too; only what axe-core calls serious or critical is a fault."""


type Look = tuple[Literal["ltr", "rtl"], Literal["light", "dark"]]

EVERY_LOOK: Final[tuple[Look, ...]] = tuple(product(("ltr", "rtl"), ("light", "dark")))
BOTH_LOOKS: Final[tuple[Look, ...]] = (("rtl", "dark"), ("ltr", "light"))
"""Each direction and each theme once."""


async def turn(page: Page, look: Look) -> None:
    """Write the page from this side, in this theme."""
    direction, theme = look
    await page.evaluate(
        "direction => { document.dir = direction; document.querySelector('home-assistant').style.direction = direction; }",
        direction,
    )
    await page.emulate_media(color_scheme=theme)


async def flaws(part: Locator) -> list[str]:
    """Return what `flaws.js` finds and goes on to find: a slow machine may still be drawing charts for another size."""
    found: list[str] = []

    async def is_clean() -> bool:
        found[:] = await part.evaluate(FLAWS)
        return not found

    with suppress(DemoError):
        await wait_until(is_clean, "the page to be drawn", deadline_s=5)
    return found


# In every width that the editor of Home Assistant's grid of sections lets a card have, as high as it wants to be, and in
# the heights from the least on in which something changes.
SIZES_OF_A_CARD: Final = f"""async (card) => {{
  const look = {FLAWS};
  let box = card;
  while (!box.classList.contains("card") || box.parentElement?.className.trim() !== "container")
    box = box.parentElement ?? box.getRootNode().host;
  const before = box.getAttribute("style");
  const {{ min_columns, min_rows }} = card.getGridOptions();
  const found = {{}};
  for (let columns = min_columns; columns <= 12; columns++)
    for (const rows of [-1, 0, 1, 2, 8].map((more) => Math.min(min_rows + more, 8))) {{
      const low = rows >= min_rows;
      box.classList.toggle("fit-rows", low);
      box.style.setProperty("--column-size", columns);
      box.style.setProperty("--row-size", low ? rows : 1);
      for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
      for (const flaw of look(card)) found[flaw] ??= `${{columns}} columns, ${{low ? rows : "all"}} rows: ${{flaw}}`;
    }}
  box.setAttribute("style", before);
  return Object.values(found);
}}"""


async def flaws_at_every_size(card: Locator) -> list[str]:
    """Return what `flaws.js` finds of a card on a dashboard at every size, each with the first that has it."""
    found: list[str] = await card.evaluate(SIZES_OF_A_CARD)
    return found


async def barriers(part: Locator) -> list[str]:
    """Return the serious and critical violations that axe-core finds, but for those in Home Assistant's own form fields."""
    page = part.page
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    result: dict[str, Any] = await part.evaluate("(element, rules) => axe.run(element, rules)", RULES)
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:160]} ({node['failureSummary']})"
        for violation in result["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
        if "ha-form" not in str(node["target"])
    ]


async def faults(part: Locator) -> list[str]:
    """Return the flaws and barriers in light and in dark, written from the left and from the right."""
    found = []
    for look in BOTH_LOOKS:
        await turn(part.page, look)
        await fit(part.page)
        found += [f"{look}: {what}" for what in [*await flaws(part), *await barriers(part)]]
    return found


def dialog_on(page: Page) -> Locator:
    """Return the open dialog. What stands in it is slotted, so that its role does not find it."""
    return page.locator("sigenstor-dialog[open]")


async def settle(page: Page) -> None:
    """Wait until the panel is there and nothing on it loads any more."""
    await page.locator("sigenstor-source-chip").wait_for()

    async def is_settled() -> bool:
        return await page.locator("sigenstor-spinner:visible, ha-spinner:visible").count() == 0

    await wait_until(is_settled, "the page to have loaded")
    await fit(page)


async def fit(page: Page) -> None:
    """Wait until the page is no wider than the screen: after a turn or another size, Home Assistant takes a moment.

    A page that stays too wide is told as a flaw.
    """
    with suppress(PlaywrightTimeoutError):
        await page.wait_for_function("document.documentElement.scrollWidth <= innerWidth", timeout=10_000)
