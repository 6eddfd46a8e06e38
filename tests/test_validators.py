"""Nothing is here that Home Assistant's hassfest or HACS refuse; their own runs are in `.github/workflows/validate.yml`."""

from collections.abc import Iterator
from importlib.resources import files
import json
from pathlib import Path
import re
import string
from typing import Any

from awesomeversion import AwesomeVersion
from homeassistant.helpers import config_validation as cv, selector
import pytest
import yaml
from yarl import URL

from custom_components.sigenstor_panel.const import DOMAIN

ROOT = Path(__file__).parents[1]
INTEGRATION = ROOT / "custom_components" / DOMAIN
MANIFEST: dict[str, Any] = json.loads((INTEGRATION / "manifest.json").read_text())
HACS: dict[str, Any] = json.loads((ROOT / "hacs.json").read_text())
LANGUAGES = sorted(path.stem for path in (INTEGRATION / "translations").glob("*.json"))

KEY = re.compile(r"(?!.+[_-]{2})(?![_-])[a-z0-9-_]+(?<![_-])")
"""What the key of a text may be, where it is not the name of a step or a field."""
WEB_ADDRESS = re.compile(r"(\w+://|www\.)[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,5}", re.IGNORECASE)

FLOW = (
    r"(flow_title|(error|abort|progress|create_entry)/\w+"
    r"|step/\w+/(title|description|submit|(data|data_description|menu_options|menu_option_descriptions)/\w+"
    r"|sections/\w+/(name|description|(data|data_description)/\w+)))"
)
DESCRIBED = r"[\w-]+/(name|description|fields/[\w-]+/(name|description|example)|sections/[\w-]+/(name|description))"
STATES = r"(name|unit_of_measurement|state/[\w-]+|state_attributes/[\w-]+/(name|state/[\w-]+))"
TEXTS = re.compile(
    rf"(config|options)/{FLOW}"
    rf"|config_subentries/\w+/({FLOW}|entry_type|initiate_flow/\w+)"
    rf"|issues/\w+/(title|description|fix_flow/{FLOW})"
    rf"|selector/\w+/((options|choices|unit_of_measurement)/[\w-]+|fields/[\w-]+/(name|description))"
    rf"|(services|triggers|conditions)/{DESCRIBED}"
    rf"|entity/\w+/[\w-]+/{STATES}"
    r"|device/[\w-]+/name|exceptions/\w+/message|system_health/info/[\w-]+|config_panel(/[\w-]+)+"
)
"""Where a text may stand."""
ICONS = re.compile(
    r"services/\w+/(service|sections/\w+)|triggers/\w+/trigger|conditions/\w+/condition"
    r"|entity/\w+/[\w-]+/(default|(state|range)/[\w-]+|state_attributes/[\w-]+/(default|state/[\w-]+))"
)


def leaves(node: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the values of a tree with their paths."""
    for key, value in node.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{key}/")
        else:
            yield path + key, value


def texts(language: str) -> dict[str, str]:
    return dict(leaves(json.loads((INTEGRATION / "translations" / f"{language}.json").read_text())))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_stands_where_home_assistant_looks_for_one(language: str) -> None:
    assert [path for path in texts(language) if not TEXTS.fullmatch(path)] == []
    keyed = [path for path in texts(language) if not path.startswith(("config/", "options/", "config_sub", "issues/"))]
    assert {key for path in keyed for key in path.split("/") if not KEY.fullmatch(key)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_what_a_text_must_not_have(language: str) -> None:
    for path, text in texts(language).items():
        cv.string_with_no_html(text)
        assert text == text.strip(), path
        assert not WEB_ADDRESS.search(text), path
        assert "[%" not in text, path
        assert not re.search(r"'{\w+}'", text), path
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in names), path
        if re.search(r"^entity/.*/(state|state_attributes|unit_of_measurement)/", path):
            assert not names, path


@pytest.mark.parametrize("name", ["services", "triggers", "conditions"])
def test_every_field_that_a_person_fills_in_is_described_as_home_assistant_takes_it(name: str) -> None:
    described: dict[str, Any] = yaml.safe_load((INTEGRATION / f"{name}.yaml").read_text())
    for key, about in described.items():
        cv.slug(key)
        assert about.keys() <= {"target", "fields"}, key
        for field, form in about["fields"].items():
            assert form.keys() <= {"example", "default", "required", "selector"}, f"{key} {field}"
            assert None not in form.values(), f"{key} {field}"
            selector.validate_selector(form["selector"])


def test_every_icon_stands_where_home_assistant_looks_for_one_and_exists() -> None:
    found = dict(leaves(json.loads((INTEGRATION / "icons.json").read_text())))
    assert [path for path in found if not ICONS.fullmatch(path)] == []
    drawn: dict[str, Any] = {}
    for part in (Path(str(files("hass_frontend"))) / "static" / "mdi").glob("*.json"):
        if isinstance(paths := json.loads(part.read_text()), dict):
            drawn |= paths
    assert {icon for icon in found.values() if not icon.startswith("mdi:") or icon[4:] not in drawn} == set()


def test_the_manifest_is_one_that_hacs_and_hassfest_take() -> None:
    assert MANIFEST["integration_type"] in {"device", "hub", "service"}
    assert MANIFEST["iot_class"] == "local_polling"
    assert all(owner.startswith("@") for owner in MANIFEST["codeowners"])
    assert {URL(MANIFEST[name]).scheme for name in ("documentation", "issue_tracker")} == {"https"}
    assert AwesomeVersion(MANIFEST["version"]).valid
    assert all(matcher["macaddress"].isupper() and matcher["macaddress"][-1] == "*" for matcher in MANIFEST["dhcp"])
    assert not (Path(str(files("homeassistant.components"))) / DOMAIN).exists()


def test_the_repository_is_one_that_hacs_takes() -> None:
    known = {"name", "filename", "hide_default_branch", "homeassistant", "render_readme", "zip_release"}
    assert HACS.keys() <= known
    assert AwesomeVersion(HACS["homeassistant"]).valid
    assert [path.name for path in (ROOT / "custom_components").iterdir() if (path / "manifest.json").exists()] == [
        DOMAIN
    ]
    assert (ROOT / "README.md").exists()
    assert (INTEGRATION / "brand" / "icon.png").exists()


def test_the_file_that_hacs_looks_for_in_a_release_is_the_one_that_is_published() -> None:
    assert HACS["zip_release"]
    assert HACS["filename"] in (ROOT / ".github" / "workflows" / "release.yml").read_text()
