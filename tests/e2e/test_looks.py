"""What the looks of a page are judged by finds what a person would see."""

from looks import FLAWS
from playwright.async_api import Browser
import pytest

BOX = "position: relative; width: 80px; border: 1px solid; font: 16px/20px monospace; white-space: nowrap;"
DRAWING = "<svg width=200 height=40 style='background: white'>"


@pytest.mark.parametrize(
    ("drawn", "found"),
    [
        (f"<div style='{BOX}'>It fits</div>", []),
        (f"<div style='{BOX}'>It does not fit</div>", ["stands out of"]),
        (f"<div style='{BOX} overflow: hidden'>It does not fit</div>", ["is cut off by"]),
        (f"<div style='{BOX} overflow: auto'>It scrolls here</div>", []),
        ("<p style='margin-left: -20px'>At the edge</p>", ["stands out of the screen"]),
        ("<p style='width: 2000px'>Wide</p>", ["px wide on a screen of"]),
        ("<b>One</b><b style='margin-left: -9px'>Two</b>", ["lies on"]),
        ("<b>One</b><b>Two</b>", ["lies on"]),
        ("<b>One</b> <b>Two</b>", []),
        ("<button>One</button><button style='margin-left: -9px'>Two</button>", ["lies on"]),
        ("<p dir=rtl>Not known.</p>", ["is written backwards"]),
        ("<p dir=rtl>24.1 kWh</p>", ["is written backwards"]),
        ("<p dir=rtl style='unicode-bidi: plaintext'>24.1 kWh</p>", []),
        (f"{DRAWING}<text y=20 fill='#bbb'>Pale</text></svg>", ["has a contrast of"]),
        (f"{DRAWING}<text y=20 x=180>Label</text></svg>", ["stands out of", "is cut off by"]),
        (f"{DRAWING}<text y=20>One</text><text y=22 x=9>Two</text></svg>", ["lies on"]),
        ("<details><summary>More</summary><p style='margin-left: -20px'>Closed</p></details>", []),
    ],
)
async def test_what_a_person_would_see_is_found(browser: Browser, drawn: str, found: list[str]) -> None:
    page = await browser.new_page()
    await page.set_content(f"<!DOCTYPE html><main>{drawn}</main>")
    flaws: list[str] = await page.locator("main").evaluate(FLAWS)
    await page.close()

    assert len(flaws) == min(len(found), 1), flaws
    assert not found or any(words in flaws[0] for words in found)
