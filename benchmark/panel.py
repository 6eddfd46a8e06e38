"""How much the browser loads for the panel, and how soon a person sees it, in a real Chromium."""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from playwright.async_api import Browser

from benchmark.figures import Figure
from demo.browser import chromium, log_in
from demo.config_folder import DOMAIN, REPOSITORY
from demo.stack import DemoStack, StackSettings

BUNDLE: Final = REPOSITORY / "custom_components" / DOMAIN / "frontend"
LOADS: Final = 7
FRAMES_S: Final = 4

# Notes when Home Assistant's own frame is painted, and when the battery's state of charge in the panel is.
WATCH: Final = """
const within = (...tags) => tags.reduce((found, tag) => found?.shadowRoot?.querySelector(tag), document.querySelector("home-assistant"));
const noted = {};
window.drawn = new Promise((resolve) => {
  const look = () => {
    if (!noted.shell && within("home-assistant-main", "ha-sidebar")?.shadowRoot?.childElementCount) noted.shell = performance.now();
    const soc = within("home-assistant-main", "sigenstor-panel", "sigenstor-dashboard-view", "sigenstor-flow", "strong");
    if (noted.shell && /\\d/.test(soc?.textContent ?? "")) requestAnimationFrame(() => resolve(performance.now() - noted.shell));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});
"""

FRAMES: Final = """(seconds) => new Promise((resolve) => {
  const began = performance.now();
  let frames = 0;
  const count = (now) => {
    if (now - began > seconds * 1000) resolve(frames / seconds);
    else { frames += 1; requestAnimationFrame(count); }
  };
  requestAnimationFrame(count);
})"""


async def measure_panel() -> list[Figure]:
    """Measure the bundle, and the panel of a demo that runs."""
    with TemporaryDirectory(prefix="sigenstor-") as folder:
        settings = StackSettings.on_free_ports(Path(folder))
        async with DemoStack(settings) as stack, chromium() as browser:
            loads = [await _first_draw_ms(browser, stack) for _ in range(LOADS)]
            frames = await _frames_per_second(browser, stack)
    return [
        bundle_figure(),
        Figure(
            key="first_draw_ms",
            value=round(median(loads)),
            budget=1000,
            unit="ms",
            detail=f"after Home Assistant's own frame, nothing cached; median of {LOADS}, at most {max(loads):.0f}; "
            f"flow animation {frames:.0f} frames a second",
        ),
    ]


def bundle_figure() -> Figure:
    """Count what a browser could load at most: every script of the panel and the cards."""
    scripts = list(BUNDLE.rglob("*.js"))
    size = sum(script.stat().st_size for script in scripts)
    return Figure(key="bundle_bytes", value=size, budget=200_000, unit="B", detail=f"{len(scripts)} scripts, minified")


async def _first_draw_ms(browser: Browser, stack: DemoStack) -> float:
    context = await log_in(browser, stack.api)
    await context.add_init_script(WATCH)
    page = await context.new_page()
    await page.goto(f"{stack.api.url}/sigenstor/dashboard")
    drawn_ms: float = await page.evaluate("window.drawn")
    await context.close()
    return drawn_ms


async def _frames_per_second(browser: Browser, stack: DemoStack) -> float:
    context = await log_in(browser, stack.api)
    page = await context.new_page()
    await page.goto(f"{stack.api.url}/sigenstor/dashboard")
    await page.locator("sigenstor-flow").wait_for()
    frames: float = await page.evaluate(FRAMES, FRAMES_S)
    await context.close()
    return frames
