"""Take pictures of the demo's Home Assistant in headless Chromium: `scripts/screenshot`."""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
import sys
from tempfile import TemporaryDirectory

from demo import pictures
from demo.api import HassApi
from demo.browser import LAPTOP, Size, chromium, log_in, picture
from demo.config_folder import DOMAIN, REPOSITORY
from demo.stack import DemoStack, StackSettings
from demo.waiting import DemoError


async def take(api: HassApi, path: str, *, size: Size, dark: bool) -> bytes:
    """Return a picture of this page, logged in, as soon as it is drawn."""
    async with chromium() as browser:
        context = await log_in(browser, api, size=size, dark=dark, motion="reduce")
        page = await context.new_page()
        await page.goto(f"{api.url}{path}")
        return await picture(page)


async def device_page(api: HassApi) -> str:
    """Return the path of the SigenStor's own page."""
    entries = await api.get(f"/api/config/config_entries/entry?domain={DOMAIN}")
    devices = await api.command("config/device_registry/list")
    for device in devices:
        if entries[0]["entry_id"] in device["config_entries"] and device["via_device_id"] is None:
            return f"/config/devices/device/{device['id']}"
    raise DemoError("Home Assistant has no SigenStor device.")


@asynccontextmanager
async def _demo() -> AsyncIterator[HassApi]:
    """Start a demo for the picture."""
    with TemporaryDirectory(prefix="sigenstor-") as folder:
        async with DemoStack(StackSettings.on_free_ports(Path(folder), auto=True)) as stack:
            yield stack.api


async def _run(options: argparse.Namespace) -> None:
    running = HassApi(options.url.rstrip("/")) if options.url else _demo()
    async with running as api:
        if options.all:
            await pictures.take_all(api, REPOSITORY / "docs" / "images")
        else:
            path = options.path or await device_page(api)
            options.output.write_bytes(await take(api, path, size=options.size, dark=options.dark))


def _size(text: str) -> Size:
    width, height = text.split("x")
    return int(width), int(height)


def main() -> int:
    """Take the picture; return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/screenshot", description="Take a picture of a page of the demo.")
    parser.add_argument("output", nargs="?", type=Path, metavar="OUT.png")
    parser.add_argument("--all", action="store_true", help="take the pictures of docs/images anew")
    parser.add_argument("--path", help="the page, such as /energy (default: the SigenStor's device page)")
    parser.add_argument("--url", help="a demo that already runs (default: start one for the picture)")
    parser.add_argument("--size", type=_size, default=LAPTOP, metavar="WxH", help="default: 1280x800")
    parser.add_argument("--dark", action="store_true", help="use the dark theme")
    options = parser.parse_args()
    if bool(options.output) == options.all:
        parser.error("say where the picture goes, or --all")
    try:
        asyncio.run(_run(options))
    except DemoError as err:
        print(err, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
