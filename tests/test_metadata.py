"""What hassfest would say, as far as it can be said without it, and what the README and the code promise each other."""

import ast
import importlib
from importlib.resources import files
import json
from pathlib import Path
import pkgutil
import re
import struct
from typing import Any

import pytest
import voluptuous as vol
import yaml

from custom_components import sigenstor_panel
from custom_components.sigenstor_panel import PLATFORMS, condition, services, trigger
from custom_components.sigenstor_panel.automation.following import SYSTEM_FIELD
from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.plants import Access

ROOT = Path(__file__).parents[1]
INTEGRATION = ROOT / "custom_components" / DOMAIN
MANIFEST: dict[str, Any] = json.loads((INTEGRATION / "manifest.json").read_text())
TRANSLATIONS: dict[str, Any] = json.loads((INTEGRATION / "translations" / "en.json").read_text())
ICONS: dict[str, Any] = json.loads((INTEGRATION / "icons.json").read_text())
AUTOMATION: dict[str, dict[str, Any]] = {
    kind: yaml.safe_load((INTEGRATION / f"{kind}.yaml").read_text()) for kind in ("triggers", "conditions")
}
SERVICES: dict[str, Any] = yaml.safe_load((INTEGRATION / "services.yaml").read_text())
QUALITY_SCALE: dict[str, Any] = yaml.safe_load((INTEGRATION / "quality_scale.yaml").read_text())["rules"]

FORM_STEPS: dict[str, dict[str, Any]] = {
    f"{name} {step}": texts
    for name, flow in {
        "config": TRANSLATIONS["config"],
        "options": TRANSLATIONS["options"],
        **TRANSLATIONS["config_subentries"],
    }.items()
    for step, texts in flow["step"].items()
    if "data" in texts or "sections" in texts
}
BUILT_WHEN_SHOWN = {"options amber_site", "options confirm_loosening"}
"""Steps of one field whose form depends on what was answered before."""
READ_ONLY = {"binary_sensor", "calendar", "event", "sensor"}
ASKED_FOR_BY_NAME = {
    "__init__",
    "backup",
    "condition",
    "config_flow",
    "diagnostics",
    "energy",
    "intent",
    "llm",
    "logbook",
    "repairs",
    "services",
    "system_health",
    "trigger",
    *PLATFORMS,
}
SHARED_BY_ALL = {"const", "entity", "errors", "plants", "runtime", "texts"}
"""As docs/architecture.md names them."""


def tracked(pattern: str) -> list[Path]:
    """Return the project's own files, without tools and environments."""
    ours = ("custom_components", "simulator", "demo", "benchmark", "tests", "scripts", "docs", "frontend", ".github")
    return [path for name in ours for path in (ROOT / name).rglob(pattern) if "node_modules" not in path.parts]


def test_the_manifest_has_what_hacs_and_hassfest_ask_for_in_their_order() -> None:
    keys = list(MANIFEST)
    assert keys[:2] == ["domain", "name"]
    assert keys[2:] == sorted(keys[2:])
    assert MANIFEST["domain"] == DOMAIN == INTEGRATION.name
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


def form_fields() -> list[dict[str, set[str]]]:
    """Return the fields of each form that the integration defines, by section; "" is none."""
    modules = [
        importlib.import_module(module.name)
        for module in pkgutil.walk_packages(sigenstor_panel.__path__, f"{sigenstor_panel.__name__}.")
    ]
    schemas = {
        id(value): value.schema
        for module in modules
        for value in vars(module).values()
        if isinstance(value, vol.Schema) and isinstance(value.schema, dict)
    }
    forms = []
    for schema in schemas.values():
        fields: dict[str, set[str]] = {"": set()}
        for key, value in schema.items():
            if hasattr(value, "options") and hasattr(value, "schema"):
                fields[str(key)] = {str(inner) for inner in value.schema.schema}
            else:
                fields[""].add(str(key))
        forms.append(fields)
    return forms


def described(texts: dict[str, Any], part: str) -> dict[str, set[str]]:
    """Return the fields of a step that have a text, by section."""
    sections = {name: set(section[part]) for name, section in texts.get("sections", {}).items()}
    return {"": set(texts.get(part, {})), **sections}


@pytest.mark.parametrize("step", FORM_STEPS)
def test_every_text_of_a_form_has_its_field(step: str) -> None:
    fields = described(FORM_STEPS[step], "data")
    assert fields == described(FORM_STEPS[step], "data_description")
    assert fields in form_fields() or step in BUILT_WHEN_SHOWN


def test_every_field_of_a_form_has_its_text() -> None:
    texts = [described(step, "data") for step in FORM_STEPS.values()]
    for fields in form_fields():
        assert any(all(names <= step.get(section, set()) for section, names in fields.items()) for step in texts), (
            fields
        )


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
    assert raised | set(Access) == TRANSLATIONS["exceptions"].keys()


def test_every_issue_that_is_raised_has_its_title_and_its_text() -> None:
    raised = set()
    for path in INTEGRATION.rglob("*.py"):
        tree = ast.parse(path.read_text())
        raised |= {
            keyword.value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("async_create_issue")
            for keyword in node.keywords
            if keyword.arg == "translation_key" and isinstance(keyword.value, ast.Constant)
        }
        calls = [
            node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "create_issue"
        ]
        raised |= {call.args[1].value for call in calls if isinstance(call.args[1], ast.Constant)}
        if any(not isinstance(call.args[1], ast.Constant) for call in calls):
            # Each pair of a loop that calls it begins with the name of an issue.
            loops = [
                node.iter
                for node in ast.walk(tree)
                if isinstance(node, ast.For) and any(call in ast.walk(node) for call in calls)
            ]
            raised |= {
                pair.elts[0].value
                for loop in loops
                for pair in ast.walk(loop)
                if isinstance(pair, ast.Tuple) and isinstance(pair.elts[0], ast.Constant)
            }
    assert raised == TRANSLATIONS["issues"].keys()
    informative = {
        "charger_silent",
        "control_alert",
        "device_clock_wrong",
        "firmware_changed",
        "meter_not_connected",
        "recorder_keeps_too_little",
        "remote_control_off",
        "same_system",
    }
    fixable = TRANSLATIONS["issues"].keys() - informative
    placeholders = {
        "charger_silent": {"units"},
        "device_clock_wrong": {"off"},
        "firmware_changed": {"before", "after"},
        "inverter_exchanged": {"known", "found"},
        "inverter_found": {"known", "found"},
        "same_system": {"other"},
        "left_behind": {"schedules", "emergency_stop"},
        "recorder_keeps_too_little": {"kept", "needed"},
    }
    for name, texts in TRANSLATIONS["issues"].items():
        assert texts.keys() == {"title", "fix_flow" if name in fixable else "description"}
        known = {"plant", *placeholders.get(name, {"message"})}
        assert set(re.findall(r"{(\w+)}", json.dumps(texts))) - {"error"} <= known


def test_every_action_is_described_with_all_its_fields() -> None:
    assert services.ACTIONS.keys() == SERVICES.keys() == TRANSLATIONS["services"].keys() == ICONS["services"].keys()
    for name, action in services.ACTIONS.items():
        fields = {services.ATTR_CONFIG_ENTRY_ID, *action.required, *action.optional}
        texts = TRANSLATIONS["services"][name]
        assert fields == SERVICES[name]["fields"].keys() == texts["fields"].keys(), name
        assert all(field["name"] and field["description"] for field in texts["fields"].values())
        required = {field for field, shown in SERVICES[name]["fields"].items() if shown.get("required")}
        assert required == set(action.required), name


@pytest.mark.parametrize(
    ("kind", "described"), [("triggers", trigger.DESCRIPTIONS), ("conditions", condition.DESCRIPTIONS)]
)
def test_every_trigger_and_condition_is_described_with_all_its_fields(kind: str, described: dict[str, Any]) -> None:
    assert described.keys() == AUTOMATION[kind].keys() == TRANSLATIONS[kind].keys() == ICONS[kind].keys()
    for name, about in described.items():
        fields = {str(field) for field in (*SYSTEM_FIELD, *about.fields)}
        texts = TRANSLATIONS[kind][name]
        assert fields == AUTOMATION[kind][name]["fields"].keys() == texts["fields"].keys(), name
        assert all(field["name"] and field["description"] for field in texts["fields"].values())


def test_every_choice_of_an_action_or_an_automation_is_translated() -> None:
    for action in (*SERVICES.values(), *AUTOMATION["triggers"].values(), *AUTOMATION["conditions"].values()):
        for field in action["fields"].values():
            if select_from := field["selector"].get("select"):
                options = TRANSLATIONS["selector"][select_from["translation_key"]]["options"]
                assert set(select_from["options"]) == options.keys()


def test_every_rule_of_the_quality_scale_is_done_or_exempt_for_a_reason() -> None:
    of_home_assistant = files("homeassistant.components") / "solaredge_modbus" / "quality_scale.yaml"
    assert QUALITY_SCALE.keys() == yaml.safe_load(of_home_assistant.read_text())["rules"].keys()
    for rule, status in QUALITY_SCALE.items():
        if status != "done":
            assert status["status"] == "exempt", rule
            assert status["comment"], rule


def test_the_platforms_state_their_parallel_updates() -> None:
    for platform in PLATFORMS:
        at_once = 0 if platform in READ_ONLY else 1
        code = (INTEGRATION / f"{platform}.py").read_text()
        assert re.search(rf"^PARALLEL_UPDATES = {at_once}$", code, re.MULTILINE), platform


def test_the_root_holds_what_home_assistant_asks_for_by_name_and_what_everything_shares() -> None:
    assert {path.stem for path in INTEGRATION.glob("*.py")} == ASKED_FOR_BY_NAME | SHARED_BY_ALL


def test_no_two_classes_have_the_same_name() -> None:
    found: dict[str, list[str]] = {}
    for folder in (INTEGRATION, ROOT / "simulator", ROOT / "demo", ROOT / "benchmark"):
        for path in sorted(folder.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef):
                    found.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}


def test_only_control_writes_to_the_plant() -> None:
    writing = re.compile(r"\.(async_write(_charger)?|write_registers?)\(")
    callers = {
        path.relative_to(INTEGRATION).parts[0] for path in INTEGRATION.rglob("*.py") if writing.search(path.read_text())
    }
    assert callers == {"control", "plant"}


def test_the_icon_is_square_and_large_enough() -> None:
    for name, size in (("icon.png", 256), ("icon@2x.png", 512)):
        header = (INTEGRATION / "brand" / name).read_bytes()[:24]
        assert struct.unpack(">II", header[16:24]) == (size, size)


def test_the_readme_shows_pictures_that_exist() -> None:
    for link in re.findall(r"!\[[^\]]*\]\((?!http)([^)]+)\)", (ROOT / "README.md").read_text()):
        assert (ROOT / link).is_file(), link
