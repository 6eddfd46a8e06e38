"""What the documents name exists; what people can set and call is described, and a release has one version."""

from collections.abc import Iterator
from dataclasses import fields
import json
from pathlib import Path
import re
from typing import Any
from zipfile import ZipFile

import pytest

from custom_components.sigenstor_panel import services
from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.control.schedules import Schedule
from custom_components.sigenstor_panel.model.audit_entry import AuditEntry
from custom_components.sigenstor_panel.optimiser.contract import Opinion
from custom_components.sigenstor_panel.plants import AuditPage, ControlStatusDict
from custom_components.sigenstor_panel.records.decision_rows import DecisionRow
from scripts.lib import release

ROOT = Path(__file__).parents[1]
INTEGRATION = ROOT / "custom_components" / DOMAIN
ACTIONS = (ROOT / "docs" / "actions.md").read_text()
OPTIONS = (ROOT / "docs" / "options.md").read_text()
TRANSLATIONS: dict[str, Any] = json.loads((INTEGRATION / "translations" / "en.json").read_text())
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").rglob("*.md")])


def forms(node: Any) -> Iterator[dict[str, str]]:
    """Yield the fields of every form in a part of the translations, with their labels."""
    if isinstance(node, dict):
        for key, child in node.items():
            if key == "data":
                yield child
            else:
                yield from forms(child)


def cells(document: str) -> list[list[str]]:
    """Return the cells of every row of a document's tables."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in document.splitlines() if line[:1] == "|"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_to_a_file(document: Path) -> None:
    for link in re.findall(r"\]\((?!https?:|#)([^)#\s]+)[^)]*\)", document.read_text()):
        assert (document.parent / link).exists(), link


@pytest.mark.parametrize("name", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_every_file_that_is_named_exists(name: str) -> None:
    named = re.findall(r"`([\w./-]+/[\w.-]*)`", (ROOT / name).read_text())
    assert named
    missing = [path for path in named if not any((root / path).exists() for root in (ROOT, INTEGRATION))]
    assert not missing


@pytest.mark.parametrize("action", services.ACTIONS)
def test_every_field_of_an_action_is_described(action: str) -> None:
    described: dict[str, set[str]] = {}
    name = ""
    for row in cells(ACTIONS.split("## Fields")[1].split("## Responses")[0]):
        name = row[0].strip("`") or name
        described.setdefault(name, set()).update(re.findall(r"`(\w+)`", row[1]))
    spec = services.ACTIONS[action]
    assert described.get(action, set()) == {*spec.required, *spec.optional}
    assert f"| `{action}` |" in ACTIONS


@pytest.mark.parametrize(
    ("response", "keys"),
    [
        ("Status", ControlStatusDict.__annotations__),
        ("Schedule", {field.name for field in fields(Schedule)}),
        ("Decision", {field.name for field in (*fields(DecisionRow), *fields(Opinion))}),
        ("Audit rows", {*AuditPage.__annotations__, *(field.name for field in fields(AuditEntry))}),
    ],
)
def test_every_field_of_a_response_is_described(response: str, keys: set[str]) -> None:
    described = re.split(r"^##+ ", ACTIONS.split(f"### {response}\n")[1], flags=re.MULTILINE)[0]
    assert set(keys) <= set(re.findall(r"`(\w+)`", described))


def labels(node: Any) -> set[str]:
    """Return the labels of all fields of the forms in a part of the translations."""
    return {label for form in forms(node) for label in form.values()}


@pytest.mark.parametrize(
    ("document", "section", "shown"),
    [
        ("README.md", "Install", TRANSLATIONS["config"]),
        ("docs/options.md", "Installation", TRANSLATIONS["config"]),
        ("docs/options.md", "PV arrays", TRANSLATIONS["config_subentries"]),
    ],
)
def test_every_field_of_setting_up_is_described_under_the_name_that_its_form_shows(
    document: str, section: str, shown: Any
) -> None:
    described = cells((ROOT / document).read_text().split(f"\n## {section}\n")[1].split("\n## ")[0])
    names = {row[0].removesuffix(" (Advanced)") for row in described[2:]}
    # A new token is asked for under the name that the option has.
    assert names == labels(shown) - labels(TRANSLATIONS["options"])


def test_the_readme_names_every_card_and_every_action() -> None:
    readme = (ROOT / "README.md").read_text()
    kinds = re.findall(r'^    kind: "(\w+)",$', (ROOT / "frontend" / "src" / "cards.ts").read_text(), re.MULTILINE)
    cards = readme.split("\n### Cards\n")[1].split("\n#")[0]
    assert set(re.findall(r"`sigenstor-(\w+)-card`", cards)) == set(kinds)
    actions = readme.split("\n## Actions\n")[1].split("```")[0]
    assert set(re.findall(r"`(\w+)`", actions)) == services.ACTIONS.keys()


def test_no_rule_of_the_quality_scale_is_left_open() -> None:
    assert "Open:" not in (INTEGRATION / "quality_scale.yaml").read_text()


def test_every_option_is_described_under_the_name_that_its_form_shows() -> None:
    shown = sorted((label, f"`{key}`") for form in forms(TRANSLATIONS["options"]) for key, label in form.items())
    assert sorted((row[1], row[2]) for row in cells(OPTIONS) if row[2:3] and row[2].startswith("`")) == shown


def release_of(root: Path, *, manifest: str, project: str, changelog: str) -> Path:
    """Return a checkout that says these versions."""
    folder = release.integration(root)
    (folder / "frontend" / "__pycache__").mkdir(parents=True)
    (folder / "frontend" / "panel.js").write_text("panel")
    (folder / "frontend" / "__pycache__" / "left.pyc").write_text("left")
    (folder / "manifest.json").write_text(json.dumps({"version": manifest}))
    (root / "pyproject.toml").write_text(f'[project]\nversion = "{project}"\n')
    (root / "CHANGELOG.md").write_text(changelog)
    return root


CHANGELOG = (
    "# Changelog\n\n## [Unreleased]\n\n- Soon\n\n## [1.2.0] - 2026-01-15\n\n- Now\n\n[1.2.0]: https://example.org\n"
)


def test_the_versions_of_this_checkout_agree_and_the_changelog_has_something_to_say() -> None:
    assert release.notes(ROOT, None)


def test_the_notes_of_a_release_are_its_part_of_the_changelog(tmp_path: Path) -> None:
    root = release_of(tmp_path, manifest="1.2.0", project="1.2.0", changelog=CHANGELOG)
    assert release.notes(root, "1.2.0") == "- Now\n"
    assert release.notes(root, None) == "- Soon\n"


@pytest.mark.parametrize(
    ("manifest", "project", "changelog", "why"),
    [
        ("1.1.0", "1.2.0", CHANGELOG, "manifest.json says 1.1.0"),
        ("1.2.0", "1.1.0", CHANGELOG, "pyproject.toml says 1.1.0"),
        ("1.2.0", "1.2.0", "## [1.2.0]\n\n- No day\n", "no heading '## [1.2.0] - YYYY-MM-DD'"),
        ("1.2.0", "1.2.0", "## [1.2.0] - 2026-01-15\n\n## [1.1.0] - 2026-01-01\n\n- Before\n", "says nothing"),
    ],
)
def test_a_version_that_is_not_the_same_everywhere_is_not_released(
    tmp_path: Path, manifest: str, project: str, changelog: str, why: str
) -> None:
    root = release_of(tmp_path, manifest=manifest, project=project, changelog=changelog)
    with pytest.raises(release.ReleaseError, match=re.escape(why)):
        release.notes(root, "1.2.0")


def test_a_release_has_its_files_at_the_top_and_the_same_bytes_every_time(tmp_path: Path) -> None:
    root = release_of(tmp_path / "checkout", manifest="1.2.0", project="1.2.0", changelog=CHANGELOG)
    packed = [tmp_path / name for name in ("one.zip", "two.zip")]
    for target in packed:
        release.pack(root, target)
    with ZipFile(packed[0]) as archive:
        assert archive.namelist() == ["frontend/panel.js", "manifest.json"]
    assert packed[0].read_bytes() == packed[1].read_bytes()


def test_a_release_without_a_panel_is_not_packed(tmp_path: Path) -> None:
    release.integration(tmp_path).mkdir(parents=True)
    with pytest.raises(release.ReleaseError, match="no panel"):
        release.pack(tmp_path, tmp_path / "release.zip")


def test_every_rule_of_the_quality_scale_names_evidence_that_exists() -> None:
    text = (INTEGRATION / "quality_scale.yaml").read_text()
    for line in re.findall(r"^  [a-z-]+: done.*", text, re.MULTILINE):
        evidence = re.findall(r"[\w./@-]*(?:\w\.(?:py|md|json|png|toml|yaml)\b|\w/(?=[\s,;.]|$)|scripts/\w+)", line)
        assert evidence, line
        assert all(any((root / path).exists() for root in (ROOT, INTEGRATION)) for path in evidence), (line, evidence)
        for file, name in re.findall(r"([\w./]+\.py)::(\w+)", line):
            assert f"def {name}(" in (ROOT / file).read_text(), name
