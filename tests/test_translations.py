"""Every language says everything that English says, with the same values in it."""

from collections.abc import Iterator
from importlib.resources import files
import json
from pathlib import Path
import re
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "custom_components" / "sigenstor_panel" / "translations"
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.json"))
OTHERS = [language for language in LANGUAGES if language != "en"]
MENUS = {
    "config_panel/common/no_plant_text": (
        "panel.config",
        "ui.panel.config.dashboard.devices.main",
        "ui.panel.config.integrations.add_integration",
    ),
    "config_panel/settings/notify_repairs": (
        "panel.config",
        "ui.panel.config.dashboard.system.main",
        "ui.panel.config.repairs.caption",
    ),
}
"""Texts that lead through menus of Home Assistant, and the keys of its own texts on the way."""


def texts(language: str) -> dict[str, str]:
    """Return the texts of a language by their path."""

    def walk(node: Any, path: str) -> Iterator[tuple[str, str]]:
        if isinstance(node, dict):
            for key, value in node.items():
                yield from walk(value, f"{path}/{key}" if path else key)
        else:
            yield path, node

    return dict(walk(json.loads((FOLDER / f"{language}.json").read_text()), ""))


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"{\w+}", text))


ENGLISH = texts("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_sorted_so_that_changes_are_easy_to_follow(language: str) -> None:
    content = (FOLDER / f"{language}.json").read_text()
    assert content == json.dumps(json.loads(content), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_text_and_no_other(language: str) -> None:
    assert texts(language).keys() == ENGLISH.keys()


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_has_the_same_values_in_every_language(language: str) -> None:
    other = texts(language)
    assert {path: placeholders(other[path]) for path in ENGLISH} == {
        path: placeholders(text) for path, text in ENGLISH.items()
    }


@pytest.mark.parametrize("language", OTHERS)
def test_a_long_text_is_translated(language: str) -> None:
    other = texts(language)
    assert [path for path, text in ENGLISH.items() if len(text.split()) > 5 and other[path] == text] == []


@pytest.mark.parametrize("language", OTHERS)
def test_names_of_entities_are_marked_alike_so_that_people_find_them(language: str) -> None:
    other = texts(language)
    assert [path for path, text in ENGLISH.items() if text.count("*") != other[path].count("*")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_a_straight_apostrophe_which_quotes_what_follows_it(language: str) -> None:
    assert [path for path, text in texts(language).items() if "'" in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("title", ["plan/both_title", "history/energy_pane", "history/mean_soc_pane"])
def test_the_title_of_a_drawing_fits_on_a_phone(language: str, title: str) -> None:
    assert len(texts(language)[f"config_panel/{title}"]) < 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_in_asterisks_is_called_so_in_the_language(language: str) -> None:
    said = texts(language)
    devices = {text for path, text in said.items() if path.startswith("device/")}
    entities = {text for path, text in said.items() if re.fullmatch(r"entity/\w+/\w+/name", path)}
    actions = {text for path, text in said.items() if re.fullmatch(r"services/\w+/name", path)}
    names = actions | entities | {f"{device} {entity}" for device in devices for entity in entities}
    names.add(".damaged")
    found = {name for text in said.values() for name in re.findall(r"\*([^*]+)\*", text)}
    assert found
    assert found <= names


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_way_through_home_assistants_menus_is_told_in_its_words(language: str) -> None:
    folder = Path(str(files("hass_frontend"))) / "static" / "translations"
    theirs: dict[str, str] = {}
    for part in (folder, folder / "config"):
        [file] = (path for path in part.glob("*.json") if re.fullmatch(rf"{language}-[0-9a-f]{{32}}", path.stem))
        theirs |= json.loads(file.read_text())
    said = texts(language)
    for path, steps in MENUS.items():
        assert " > ".join(theirs[step] for step in steps) in said[path]


@pytest.mark.parametrize("language", LANGUAGES)
def test_wherever_rules_can_be_chosen_it_is_said_that_they_may_cost_more_than_self_consumption(language: str) -> None:
    said = texts(language)
    self_consumption = said["options/step/optimiser/data_description/strategy"].rstrip(".").split()[-1]
    for path in ("settings/help_optimiser_strategy", "plan/what_if_text"):
        assert self_consumption in said[f"config_panel/{path}"]
