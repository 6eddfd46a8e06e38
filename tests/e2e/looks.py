"""What a person would see wrong with a page at once, and what a person who cannot see would stumble over."""

from importlib.resources import files
from typing import Any, Final

from playwright.async_api import Locator, Page

from demo.waiting import wait_until

AXE: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")

# Returns sentences: what stands out of the page to the side, what is cut off, and which labels of a drawing lie upon
# each other or leave it.
FLAWS: Final = """(root) => {
  const flaws = [];
  const text = (element) => element.textContent.trim().replace(/\\s+/g, " ").slice(0, 60);
  const name = (element) => `${element.localName}${[...element.classList].map((part) => "." + part).join("")} "${text(element)}"`;
  const wide = document.scrollingElement.scrollWidth;
  if (wide > innerWidth) flaws.push(`the page is ${wide} px wide on a screen of ${innerWidth}`);

  const labels = (drawing) => {
    const frame = drawing.getBoundingClientRect();
    const boxes = [...drawing.querySelectorAll("text")]
      .filter((label) => text(label) && getComputedStyle(label).visibility !== "hidden")
      .map((label) => [label, label.getBoundingClientRect()])
      .filter(([, box]) => box.width > 0);
    boxes.forEach(([label, box], index) => {
      if (box.left < frame.left - 2 || box.right > frame.right + 2 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2)
        flaws.push(`${name(label)} leaves its drawing`);
      for (const [other, second] of boxes.slice(index + 1)) {
        const across = Math.min(box.right, second.right) - Math.max(box.left, second.left);
        const down = Math.min(box.bottom, second.bottom) - Math.max(box.top, second.top);
        if (across > 1 && down > 3) flaws.push(`${name(label)} lies on ${name(other)}`);
      }
    });
  };

  const look = (element, scrolls) => {
    const style = getComputedStyle(element);
    if (style.display === "none" || style.visibility === "hidden" || style.opacity === "0") return;
    const box = element.getBoundingClientRect();
    if (style.display !== "contents" && (style.clipPath !== "none" || style.clip !== "auto" || (box.width <= 1 && box.height <= 1))) return;
    const ownText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (ownText && !scrolls && (box.right > innerWidth + 1 || box.left < -1)) flaws.push(`${name(element)} stands out of the screen`);
    if (ownText && style.overflowX !== "visible" && style.overflowX !== "auto" && style.overflowX !== "scroll"
        && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 3))
      flaws.push(`${name(element)} is cut off`);
    if (element.localName === "svg") return labels(element);
    const inside = scrolls || style.overflowX === "auto" || style.overflowX === "scroll";
    for (const child of (element.shadowRoot ?? element).children) look(child, inside);
    if (element.shadowRoot) for (const child of element.children) look(child, inside);
  };
  look(root, false);
  return flaws;
}"""

RULES: Final = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], "resultTypes": ["violations"]}
"""Best practices are looked at too; only what axe-core calls serious or critical is a fault."""


TURN: Final = (
    "direction => { document.dir = direction; document.querySelector('home-assistant').style.direction = direction; }"
)


async def flaws(part: Locator) -> list[str]:
    """Return what is cut off, stands out of the screen or lies on something else."""
    found: list[str] = await part.evaluate(FLAWS)
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
    for direction, theme in (("rtl", "dark"), ("ltr", "light")):
        await part.page.evaluate(TURN, direction)
        await part.page.emulate_media(color_scheme=theme)
        found += [f"{theme}, {direction}: {what}" for what in [*await flaws(part), *await barriers(part)]]
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
