"""What hassfest would say, as far as it can be said without it, and what the README and the code promise each other."""

import ast
import json
from pathlib import Path
import re
import struct
from typing import Any

from homeassistant.components.sensor import SensorEntityDescription
import pytest
import yaml

from custom_components.sigenstor_panel import binary_sensor, config_flow, const, sensor_tables

ROOT = Path(__file__).parents[1]
INTEGRATION = ROOT / "custom_components" / const.DOMAIN
MANIFEST: dict[str, Any] = json.loads((INTEGRATION / "manifest.json").read_text())
TRANSLATIONS: dict[str, Any] = json.loads((INTEGRATION / "translations" / "en.json").read_text())
ICONS: dict[str, Any] = json.loads((INTEGRATION / "icons.json").read_text())
QUALITY_SCALE: dict[str, Any] = yaml.safe_load((INTEGRATION / "quality_scale.yaml").read_text())["rules"]

SENSORS: list[SensorEntityDescription] = [
    *sensor_tables.PLANT_SENSORS,
    *sensor_tables.INVERTER_SENSORS,
    *sensor_tables.LINK_SENSORS,
    *sensor_tables.string_sensors(1),
]
BINARY_SENSORS = [*binary_sensor.ALARM_SENSORS, *binary_sensor.PLANT_SENSORS, binary_sensor.CONNECTION_SENSOR]


def tracked(pattern: str) -> list[Path]:
    """Return the project's own files, without tools and environments."""
    ours = ("custom_components", "simulator", "demo", "benchmark", "tests", "scripts", "docs", "frontend", ".github")
    return [path for name in ours for path in (ROOT / name).rglob(pattern) if "node_modules" not in path.parts]


def test_the_manifest_has_what_hacs_and_hassfest_ask_for_in_their_order() -> None:
    keys = list(MANIFEST)
    assert keys[:2] == ["domain", "name"]
    assert keys[2:] == sorted(keys[2:])
    assert MANIFEST["domain"] == const.DOMAIN == INTEGRATION.name
    assert {"codeowners", "documentation", "issue_tracker", "iot_class", "version", "requirements"} <= MANIFEST.keys()
    assert re.fullmatch(r"\d+\.\d+\.\d+", MANIFEST["version"])


def test_no_requirement_has_an_upper_bound_because_a_pin_here_breaks_other_integrations() -> None:
    assert MANIFEST["requirements"]
    assert all(re.fullmatch(r"[a-z-]+(\[[a-z,]+\])?>=[\d.]+", requirement) for requirement in MANIFEST["requirements"])


def test_there_is_one_manifest_in_the_tree() -> None:
    assert tracked("manifest.json") == [INTEGRATION / "manifest.json"]


def test_there_are_translations_and_no_strings_file() -> None:
    assert not (INTEGRATION / "strings.json").exists()
    assert "[%key:" not in json.dumps(TRANSLATIONS)


def test_the_translations_are_sorted() -> None:
    def is_sorted(node: Any) -> bool:
        return not isinstance(node, dict) or (list(node) == sorted(node) and all(map(is_sorted, node.values())))

    assert is_sorted(TRANSLATIONS)
    assert is_sorted(ICONS)


def test_every_entity_has_a_name_and_every_name_an_entity() -> None:
    for platform, descriptions in (("sensor", SENSORS), ("binary_sensor", BINARY_SENSORS)):
        keys = {description.translation_key for description in descriptions}
        assert keys == TRANSLATIONS["entity"][platform].keys()
        assert ICONS["entity"][platform].keys() <= keys


def test_every_state_of_an_enum_sensor_is_translated() -> None:
    for description in SENSORS:
        states = TRANSLATIONS["entity"]["sensor"][description.translation_key or ""].get("state", {})
        assert set(description.options or ()) == states.keys(), description.key


def test_an_entity_has_an_icon_where_its_device_class_gives_none() -> None:
    for description in SENSORS:
        if description.device_class is None:
            assert description.translation_key in ICONS["entity"]["sensor"], description.key


@pytest.mark.parametrize(
    ("schema", "texts"),
    [
        (config_flow.CONNECTION_SCHEMA, TRANSLATIONS["config"]["step"]["user"]),
        (config_flow.CONNECTION_SCHEMA, TRANSLATIONS["config"]["step"]["reconfigure"]),
        (config_flow.OPTIONS_SCHEMA, TRANSLATIONS["options"]["step"]["init"]),
    ],
)
def test_every_field_of_a_form_has_a_name_and_a_description(schema: Any, texts: dict[str, Any]) -> None:
    fields, sections = set(), {}
    for key, value in schema.schema.items():
        if hasattr(value, "options") and hasattr(value, "schema"):
            sections[str(key)] = {str(inner) for inner in value.schema.schema}
        else:
            fields.add(str(key))
    assert fields == texts.get("data", {}).keys() == texts.get("data_description", {}).keys()
    assert sections.keys() == texts.get("sections", {}).keys()
    for name, inner in sections.items():
        assert inner == texts["sections"][name]["data"].keys() == texts["sections"][name]["data_description"].keys()


def test_every_error_that_is_raised_has_its_sentence() -> None:
    raised = {
        keyword.value.value
        for path in INTEGRATION.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "translation_key"
        and isinstance(keyword.value, ast.Constant)
        and any(other.arg == "translation_domain" for other in node.keywords)
    }
    assert raised == TRANSLATIONS["exceptions"].keys()


def test_all_54_rules_of_the_quality_scale_are_done_or_exempt_for_a_reason() -> None:
    assert len(QUALITY_SCALE) == 54
    for rule, status in QUALITY_SCALE.items():
        if status != "done":
            assert status["status"] == "exempt", rule
            assert status["comment"], rule


def test_the_platforms_state_their_parallel_updates() -> None:
    for platform in ("sensor", "binary_sensor"):
        assert re.search(r"^PARALLEL_UPDATES = 0$", (INTEGRATION / f"{platform}.py").read_text(), re.MULTILINE)


def test_the_icon_is_square_and_large_enough() -> None:
    for name, size in (("icon.png", 256), ("icon@2x.png", 512)):
        header = (INTEGRATION / "brand" / name).read_bytes()[:24]
        assert struct.unpack(">II", header[16:24]) == (size, size)


def test_no_python_file_grows_beyond_what_one_can_keep_in_mind() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in tracked("*.py")}
    assert {path: lines for path, lines in long.items() if lines > 450} == {}


def test_the_readme_shows_pictures_that_exist() -> None:
    for link in re.findall(r"!\[[^\]]*\]\((?!http)([^)]+)\)", (ROOT / "README.md").read_text()):
        assert (ROOT / link).is_file(), link
