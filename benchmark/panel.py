"""How much the browser loads for the panel, and how soon a person sees it, in a real Chromium."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
import os
from pathlib import Path
import re
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from playwright.async_api import Browser

from benchmark.figures import Figure
from demo.browser import chromium, log_in
from demo.config_folder import DOMAIN, REPOSITORY
from demo.stack import DemoStack, StackSettings

BUNDLE: Final = REPOSITORY / "custom_components" / DOMAIN / "frontend"
LOADS: Final = 7
FRAMES_S: Final = 4
SETTLING_S: Final = 15
IDLE_S: Final = 60

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
            idle, idle_all = await _idle_shares(browser, stack)
    return [
        *bundle_figures(),
        Figure(
            key="first_draw_ms",
            value=round(median(loads)),
            budget=1000,
            unit="ms",
            detail=f"after Home Assistant's own frame, nothing cached; median of {LOADS}, at most {max(loads):.0f}; "
            f"flow animation {frames:.0f} frames a second",
        ),
        Figure(
            key="idle_tab_percent",
            value=round(idle * 100, 1),
            budget=2,
            unit="%",
            detail=f"of a core, in {IDLE_S} s of the visible dashboard: script, style, layout and paint of the page; all "
            f"of the browser's processes, which draw the animation without a graphics card, {idle_all * 100:.0f} %",
        ),
    ]


def bundle_figures() -> list[Figure]:
    """Count what goes over the wire: the scripts of the first page, and every script of the panel and the cards."""
    scripts = list(BUNDLE.rglob("*.js"))
    first = _with_imports(BUNDLE / "panel.js") | _with_imports(*BUNDLE.glob("chunks/dashboard-view-*.js"))

    def size(of: Collection[Path], ending: str = "") -> int:
        return sum(script.with_name(script.name + ending).stat().st_size for script in of)

    return [
        Figure(
            key=key,
            value=size(of, ".br"),
            budget=budget,
            unit="B",
            detail=f"{len(of)} scripts, Brotli; {size(of, '.gz')} B as gzip, {size(of)} B uncompressed",
        )
        for key, of, budget in (("first_page_bytes", first, 40_000), ("bundle_bytes", scripts, 75_000))
    ]


def _with_imports(*scripts: Path) -> set[Path]:
    """Return scripts and what they import at once."""
    found = set(scripts)
    for script in scripts:
        for name in re.findall(r'(?:from|import)"(\.[^"]+)"', script.read_text(encoding="utf-8")):
            found |= _with_imports((script.parent / name).resolve())
    return found


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


async def _idle_shares(browser: Browser, stack: DemoStack) -> tuple[float, float]:
    """Return what part of a core the page's main thread takes, and what all of the browser's processes take."""
    context = await log_in(browser, stack.api)
    page = await context.new_page()
    await page.goto(f"{stack.api.url}/sigenstor/dashboard")
    await page.locator("sigenstor-flow").wait_for()
    session = await context.new_cdp_session(page)
    await session.send("Performance.enable", {"timeDomain": "timeTicks"})

    async def used() -> tuple[float, float]:
        metrics = (await session.send("Performance.getMetrics"))["metrics"]
        return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"), _descendants_cpu_s()

    await asyncio.sleep(SETTLING_S)
    before, began = await used(), perf_counter()
    await asyncio.sleep(IDLE_S)
    after, took_s = await used(), perf_counter() - began
    await context.close()
    page_share, all_share = ((b - a) / took_s for a, b in zip(before, after, strict=True))
    return page_share, all_share


def _descendants_cpu_s() -> float:
    """Return the processor time of the browser's processes below this one."""
    parents, names, used = {}, {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = stat.read_text(encoding="ascii", errors="replace").partition("(")[2].rpartition(")")
            fields, pid = rest.split(), int(stat.parent.name)
            parents[pid], names[pid] = int(fields[1]), name
            used[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(used[pid] for pid in ours if "chrom" in names.get(pid, ""))
