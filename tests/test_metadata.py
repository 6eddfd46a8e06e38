"""What hassfest would say, as far as it can be said without it, and what the README and the code promise each other."""

import ast
import json
from pathlib import Path
import re
import struct
from typing import Any

from homeassistant.components.sensor import SensorEntityDescription
from homeassistant.helpers.entity import EntityDescription
import pytest
import yaml

from custom_components.sigenstor_panel import (
    PLATFORMS,
    binary_sensor,
    button,
    calendar,
    config_flow,
    const,
    event,
    flow_optimiser,
    flow_prices,
    flow_solar,
    forecast_tables,
    number,
    optimiser_tables,
    options_flow,
    select,
    sensor,
    sensor_tables,
    services,
    switch,
)
from custom_components.sigenstor_panel.command import Action, Actor

ROOT = Path(__file__).parents[1]
INTEGRATION = ROOT / "custom_components" / const.DOMAIN
MANIFEST: dict[str, Any] = json.loads((INTEGRATION / "manifest.json").read_text())
TRANSLATIONS: dict[str, Any] = json.loads((INTEGRATION / "translations" / "en.json").read_text())
ICONS: dict[str, Any] = json.loads((INTEGRATION / "icons.json").read_text())
SERVICES: dict[str, Any] = yaml.safe_load((INTEGRATION / "services.yaml").read_text())
QUALITY_SCALE: dict[str, Any] = yaml.safe_load((INTEGRATION / "quality_scale.yaml").read_text())["rules"]

SENSORS: list[SensorEntityDescription] = [
    *sensor_tables.PLANT_SENSORS,
    *sensor_tables.INVERTER_SENSORS,
    *sensor_tables.LINK_SENSORS,
    *sensor_tables.string_sensors(1),
    *sensor_tables.CONTROL_SENSORS,
    *forecast_tables.PRICE_SENSORS,
    *forecast_tables.SUN_SENSORS,
    *forecast_tables.HABIT_SENSORS,
    *optimiser_tables.OPTIMISER_SENSORS,
]
ENTITIES: dict[str, list[EntityDescription]] = {
    "binary_sensor": [
        *binary_sensor.ALARM_SENSORS,
        *binary_sensor.PLANT_SENSORS,
        binary_sensor.CONNECTION_SENSOR,
        *binary_sensor.CONTROL_SENSORS,
        *binary_sensor.PRICE_FLAGS,
    ],
    "button": [*button.BUTTONS, *optimiser_tables.OPTIMISER_BUTTONS],
    "calendar": list(calendar.CALENDARS),
    "event": [*event.EVENTS, event.PRICE_EVENT],
    "number": [*number.NUMBERS, *optimiser_tables.OPTIMISER_NUMBERS],
    "select": [*select.SELECTS, optimiser_tables.STRATEGY_SELECT],
    "sensor": list(SENSORS),
    "switch": [*switch.SWITCHES, switch.SCHEDULE_SWITCH],
}
READ_ONLY = {"binary_sensor", "calendar", "event", "sensor"}


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
    assert all(
        re.fullmatch(r"[A-Za-z-]+(\[[a-z,]+\])?>=[\d.]+", requirement) for requirement in MANIFEST["requirements"]
    )


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
    assert TRANSLATIONS["entity"].keys() == ENTITIES.keys() == set(PLATFORMS)
    for platform, descriptions in ENTITIES.items():
        keys = {description.translation_key for description in descriptions}
        assert keys == TRANSLATIONS["entity"][platform].keys()
        assert all(text["name"] for text in TRANSLATIONS["entity"][platform].values())
        assert ICONS["entity"][platform].keys() <= keys


def test_every_state_of_an_enum_is_translated() -> None:
    for platform, descriptions in (
        ("sensor", SENSORS),
        ("select", [*select.SELECTS, optimiser_tables.STRATEGY_SELECT]),
    ):
        for description in descriptions:
            states = TRANSLATIONS["entity"][platform][description.translation_key or ""].get("state", {})
            assert set(description.options or ()) == states.keys(), description.key
    for description in event.EVENTS:
        events = TRANSLATIONS["entity"]["event"][description.key]["state_attributes"]["event_type"]["state"]
        assert set(description.event_types or ()) == events.keys()


def test_the_attributes_that_say_why_have_names() -> None:
    named = TRANSLATIONS["entity"]["sensor"]["control_state"]["state_attributes"]
    assert named.keys() == set(sensor.CONTROL_ATTRIBUTES)
    for name, kind in (("wanted", Action), ("applied", Action), ("actor", Actor)):
        assert named[name]["state"].keys() == set(kind)


def test_an_entity_has_an_icon_where_its_device_class_gives_none() -> None:
    for platform, descriptions in ENTITIES.items():
        for description in descriptions:
            if getattr(description, "device_class", None) is None:
                assert description.translation_key in ICONS["entity"][platform], description.key


@pytest.mark.parametrize(
    ("schema", "texts"),
    [
        (config_flow.CONNECTION_SCHEMA, TRANSLATIONS["config"]["step"]["user"]),
        (config_flow.CONNECTION_SCHEMA, TRANSLATIONS["config"]["step"]["reconfigure"]),
        (flow_prices.TOKEN_SCHEMA, TRANSLATIONS["config"]["step"]["reauth_confirm"]),
        (options_flow.OPTIONS_SCHEMA, TRANSLATIONS["options"]["step"]["settings"]),
        (flow_prices.AMBER_SCHEMA, TRANSLATIONS["options"]["step"]["amber"]),
        (flow_prices.ENTITIES_SCHEMA, TRANSLATIONS["options"]["step"]["entities"]),
        (flow_prices.TARIFF_SCHEMA, TRANSLATIONS["options"]["step"]["tariff"]),
        (flow_optimiser.OPTIMISER_SCHEMA, TRANSLATIONS["options"]["step"]["optimiser"]),
        (flow_solar.OPEN_METEO_SCHEMA, TRANSLATIONS["options"]["step"]["open_meteo"]),
        (flow_solar.ENERGY_SCHEMA, TRANSLATIONS["options"]["step"]["energy"]),
        (flow_solar.ARRAY_SCHEMA, TRANSLATIONS["config_subentries"]["pv_array"]["step"]["user"]),
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


def test_every_issue_that_is_raised_has_its_title_and_its_text() -> None:
    raised = set()
    for path in INTEGRATION.rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef) and "async_create_issue" in ast.unparse(function):
                loops = [node.iter for node in ast.walk(function) if isinstance(node, ast.For)]
                raised |= {
                    pair.elts[0].value
                    for loop in loops
                    for pair in ast.walk(loop)
                    if isinstance(pair, ast.Tuple) and isinstance(pair.elts[0], ast.Constant)
                }
    fixable = {"learning_is_over"}
    assert raised | fixable == TRANSLATIONS["issues"].keys()
    assert TRANSLATIONS["issues"]["learning_is_over"].keys() == {"title", "fix_flow"}
    for name, texts in TRANSLATIONS["issues"].items():
        if name in fixable:
            continue
        assert texts.keys() == {"title", "description"}
        assert set(re.findall(r"{(\w+)}", "".join(texts.values()))) <= {"plant", "message"}


def test_every_action_is_described_with_all_its_fields() -> None:
    assert services.ACTIONS.keys() == SERVICES.keys() == TRANSLATIONS["services"].keys() == ICONS["services"].keys()
    for name, action in services.ACTIONS.items():
        fields = {services.ATTR_CONFIG_ENTRY_ID, *action.required, *action.optional}
        texts = TRANSLATIONS["services"][name]
        assert fields == SERVICES[name]["fields"].keys() == texts["fields"].keys(), name
        assert all(field["name"] and field["description"] for field in texts["fields"].values())
        required = {field for field, shown in SERVICES[name]["fields"].items() if shown.get("required")}
        assert required == set(action.required), name


def test_every_choice_of_an_action_is_translated() -> None:
    for action in SERVICES.values():
        for field in action["fields"].values():
            if select_from := field["selector"].get("select"):
                options = TRANSLATIONS["selector"][select_from["translation_key"]]["options"]
                assert set(select_from["options"]) == options.keys()


def test_all_54_rules_of_the_quality_scale_are_done_or_exempt_for_a_reason() -> None:
    assert len(QUALITY_SCALE) == 54
    for rule, status in QUALITY_SCALE.items():
        if status != "done":
            assert status["status"] == "exempt", rule
            assert status["comment"], rule


def test_the_platforms_state_their_parallel_updates() -> None:
    for platform in PLATFORMS:
        at_once = 0 if platform in READ_ONLY else 1
        code = (INTEGRATION / f"{platform}.py").read_text()
        assert re.search(rf"^PARALLEL_UPDATES = {at_once}$", code, re.MULTILINE), platform


def test_only_control_writes_to_the_plant() -> None:
    writing = re.compile(r"\.(async_write|write_registers?)\(")
    callers = {
        path.relative_to(INTEGRATION).parts[0] for path in INTEGRATION.rglob("*.py") if writing.search(path.read_text())
    }
    assert callers == {"control", "plant"}


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
