"""The pictures of docs/images: the panel and the cards of a demo that has something to show."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from demo.api import HassApi, Json
from demo.browser import PHONE, Size, chromium, log_in, picture
from demo.config_folder import DOMAIN
from demo.place import BRISBANE

DASHBOARD: Final = "energy-cards"
TALL: Final = (1280, 1000)
SCHEDULES: Final[tuple[Json, ...]] = (
    {"name": "Cheap midday", "action": "charge", "start": "11:00", "end": "14:00", "power_w": 5000},
    {
        "name": "Evening peak",
        "action": "discharge",
        "start": "17:30",
        "end": "20:00",
        "power_w": 4000,
        "target_soc": 25,
    },
    {"name": "Quiet night", "action": "hold", "start": "22:30", "end": "05:00", "priority": -10},
)
DAYS: Final = (
    ["mon", "tue", "wed", "thu", "fri"],
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    ["fri", "sat"],
)


@dataclass(frozen=True)
class Shot:
    """One picture."""

    name: str
    path: str
    size: Size = TALL
    dark: bool = False


def shots() -> tuple[Shot, ...]:
    """Return all pictures."""
    yesterday = f"{datetime.now(BRISBANE.zone) - timedelta(days=1):%Y-%m-%d}"
    return (
        Shot("dashboard", "/sigenstor/dashboard"),
        Shot("dashboard-dark", "/sigenstor/dashboard", dark=True),
        Shot("phone", "/sigenstor/dashboard", size=PHONE),
        Shot("phone-dark", "/sigenstor/plan", size=PHONE, dark=True),
        Shot("plan", "/sigenstor/plan", size=(1280, 1100)),
        Shot("schedules", "/sigenstor/schedules"),
        Shot("history", f"/sigenstor/history?date={yesterday}"),
        Shot("settings", "/sigenstor/settings"),
        Shot("cards", f"/{DASHBOARD}/home"),
    )


async def take_all(api: HassApi, folder: Path) -> None:
    """Write all pictures into a folder, in few colours, so that the repository stays small."""
    await _prepare(api)
    async with chromium() as browser:
        for shot in shots():
            context = await log_in(browser, api, size=shot.size, dark=shot.dark, motion="reduce")
            page = await context.new_page()
            await page.goto(f"{api.url}{shot.path}")
            await page.locator("section.card, sigenstor-control-card").first.wait_for()
            taken = Image.open(BytesIO(await picture(page))).convert("RGB")
            taken.quantize(256, kmeans=3, dither=Image.Dither.NONE).save(folder / f"{shot.name}.png", optimize=True)
            await context.close()


async def _prepare(api: HassApi) -> None:
    """Give the demo what a home has after its first weeks: schedules and a dashboard."""
    for schedule, days in zip(SCHEDULES, DAYS, strict=True):
        await api.post(f"/api/services/{DOMAIN}/set_schedule", schedule | {"days": days})
    cards = [{"type": f"custom:sigenstor-{kind}-card"} for kind in ("flow", "plan", "control", "savings", "tile")]
    sections = [{"type": "grid", "cards": cards[:1]}, {"type": "grid", "cards": cards[1:]}]
    view = {"title": "Energy", "path": "home", "type": "sections", "max_columns": 2, "sections": sections}
    await api.command("lovelace/dashboards/create", url_path=DASHBOARD, title="Our house", mode="storage")
    await api.command("lovelace/config/save", url_path=DASHBOARD, config={"views": [view]})
