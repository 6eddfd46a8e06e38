"""What a person reads on a part of a page, and which of it is English."""

import json
import re
from typing import Any

from playwright.async_api import Locator

from demo.config_folder import DOMAIN, REPOSITORY

TRANSLATIONS = REPOSITORY / "custom_components" / DOMAIN / "translations"

PIECES = """(root) => {
  const pieces = [];
  const read = (node) => {
    if (node.nodeType === Node.TEXT_NODE) { if (node.data.trim()) pieces.push(node.data.trim()); return; }
    if (node.nodeType !== Node.ELEMENT_NODE || ["STYLE", "SCRIPT"].includes(node.tagName)) return;
    if (node.id === "remove-label") return; // Home Assistant's own, at a chip: it is English in every language.
    for (const name of ["aria-label", "title", "placeholder", "label"]) if (node.getAttribute(name)) pieces.push(node.getAttribute(name));
    for (const child of (node.shadowRoot ?? node).childNodes) read(child);
    if (node.shadowRoot) for (const child of node.childNodes) read(child);
  };
  read(root);
  return pieces;
}"""


def texts(language: str) -> dict[str, str]:
    """Return all texts of a language by their path."""
    found: dict[str, str] = {}

    def walk(node: dict[str, Any], path: str) -> None:
        for key, value in node.items():
            if isinstance(value, dict):
                walk(value, f"{path}{key}/")
            else:
                found[path + key] = value

    walk(json.loads((TRANSLATIONS / f"{language}.json").read_text(encoding="utf-8")), "")
    return found


def english_phrases(language: str) -> dict[str, str]:
    """Return the pieces of English texts that no text of the language has; each with the path of one it is from."""
    everything = "\n".join(texts(language).values())
    found: dict[str, str] = {}
    for path, text in texts("en").items():
        for piece in re.split(r"{\w+}", text):
            phrase = piece.strip(" .,:;()–-")
            if len(phrase) > 4 and re.search(r"[a-z]{3}", phrase) and phrase not in everything:
                found[phrase] = path
    return found


async def english_on(part: Locator, language: str) -> list[str]:
    """Return the English that stands on a part of a page: whole pieces, and phrases of several words in one."""
    phrases = english_phrases(language)
    pieces: list[str] = await part.evaluate(PIECES)
    assert pieces
    return [
        f"{phrase!r} ({path}) in {piece!r}"
        for phrase, path in phrases.items()
        for piece in pieces
        if piece == phrase or (" " in phrase and re.search(rf"\b{re.escape(phrase)}\b", piece))
    ]
