"""The panel in languages with long words: nothing of it is English, and nothing is cut off."""

import json
import re
from typing import Any

from looks import dialog_on, flaws, settle
from playwright.async_api import expect
import pytest
from visits import Visits

from demo.browser import LAPTOP, PHONE
from demo.config_folder import DOMAIN, REPOSITORY

TRANSLATIONS = REPOSITORY / "custom_components" / DOMAIN / "translations"
PAGES = ("dashboard", "plan", "schedules", "history", "settings")

# What a person reads on a part of the page, piece by piece.
PIECES = """(root) => {
  const pieces = [];
  const read = (node) => {
    if (node.nodeType === Node.TEXT_NODE) { if (node.data.trim()) pieces.push(node.data.trim()); return; }
    if (node.nodeType !== Node.ELEMENT_NODE || ["STYLE", "SCRIPT"].includes(node.tagName)) return;
    for (const name of ["aria-label", "title", "placeholder", "label"]) if (node.getAttribute(name)) pieces.push(node.getAttribute(name));
    for (const child of (node.shadowRoot ?? node).childNodes) read(child);
    if (node.shadowRoot) for (const child of node.childNodes) read(child);
  };
  read(root);
  return pieces;
}"""


def panel_texts(language: str) -> dict[str, str]:
    """Return the texts of the panel by their key."""
    groups: dict[str, Any] = json.loads((TRANSLATIONS / f"{language}.json").read_text(encoding="utf-8"))["config_panel"]
    return {f"{group}.{key}": text for group, texts in groups.items() for key, text in texts.items()}


def english_phrases(language: str) -> dict[str, str]:
    """Return the pieces of English texts that no text of the language has; each with the key it is from."""
    other = panel_texts(language)
    everything = "\n".join(other.values())
    found: dict[str, str] = {}
    for key, text in panel_texts("en").items():
        for piece in re.split(r"{\w+}", text):
            phrase = piece.strip(" .,:;()–-")
            if len(phrase) > 4 and re.search(r"[a-z]{3}", phrase) and phrase not in everything:
                found[phrase] = key
    return found


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["de", "fi"])
async def test_a_page_is_in_the_language_of_its_reader_and_fits(visit: Visits, language: str, name: str) -> None:
    page = await visit(f"/sigenstor/{name}", motion="reduce", language=language)
    panel = page.locator("sigenstor-panel")
    await settle(page)
    english = english_phrases(language)
    pieces: list[str] = await panel.evaluate(PIECES)
    assert {piece: english[piece] for piece in pieces if piece in english} == {}
    found = [
        f"{phrase!r} ({key}) in {piece!r}"
        for phrase, key in english.items()
        if " " in phrase
        for piece in pieces
        if re.search(rf"\b{re.escape(phrase)}\b", piece)
    ]
    for width, height in (PHONE, LAPTOP):
        await page.set_viewport_size({"width": width, "height": height})
        await settle(page)
        found += [f"{width} px: {what}" for what in await flaws(panel)]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(("language", "opener", "cancel"), [("de", "Laden erzwingen", "Abbrechen")])
async def test_a_dialog_fits_in_the_language_of_its_reader(
    visit: Visits, language: str, opener: str, cancel: str
) -> None:
    page = await visit("/sigenstor/dashboard", motion="reduce", size=PHONE, language=language)
    await page.get_by_role("button", name=opener).click()
    dialog = dialog_on(page)
    await expect(dialog.get_by_role("button", name=cancel)).to_be_visible()
    assert await flaws(dialog) == []
