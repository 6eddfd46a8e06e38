"""What a release is made of: one version everywhere, its notes, and a zip whose bytes depend on its files only."""

import json
from pathlib import Path
import re
import sys
import tomllib
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).resolve().parents[2]


class ReleaseError(Exception):
    """The checkout cannot be released as it is; the message says why."""


def notes(root: Path, version: str | None) -> str:
    """Return the part of the changelog for a version, or for what is not released yet.

    Raises ReleaseError where there is none, or the versions of manifest.json and pyproject.toml are others.
    """
    manifest = json.loads((integration(root) / "manifest.json").read_text(encoding="utf-8"))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {"manifest.json": manifest["version"], "pyproject.toml": project["version"]}
    wanted = manifest["version"] if version is None else version
    if wrong := [f"{name} says {found}" for name, found in named.items() if found != wanted]:
        raise ReleaseError(f"The version is to be {wanted}, but {', and '.join(wrong)}.")
    heading = "[Unreleased]" if version is None else f"[{version}] - YYYY-MM-DD"
    pattern = re.escape(heading).replace(re.escape("YYYY-MM-DD"), r"\d{4}-\d\d-\d\d")
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    if not (found := re.search(rf"^## {pattern}\n(.*?)(?=^## |^\[|\Z)", changelog, re.DOTALL | re.MULTILINE)):
        raise ReleaseError(f"CHANGELOG.md has no heading '## {heading}'.")
    if not (text := found.group(1).strip()):
        raise ReleaseError(f"CHANGELOG.md says nothing under '## {heading}'.")
    return text + "\n"


def pack(root: Path, target: Path) -> None:
    """Write the integration as a zip, its files at the top, as HACS unpacks it."""
    folder = integration(root)
    if not (folder / "frontend" / "panel.js").is_file():
        raise ReleaseError("There is no panel: scripts/build-frontend builds it.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                # A fixed time: the same files make the same bytes.
                entry = ZipInfo(path.relative_to(folder).as_posix())
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes(), ZIP_DEFLATED)


def integration(root: Path) -> Path:
    """Return the folder of the integration."""
    return root / "custom_components" / "sigenstor_panel"


def main(command: str, version: str | None = None) -> str:
    """Check, or check and pack; return what was done."""
    text = notes(ROOT, version)
    if command == "check":
        return "The versions agree."
    name = json.loads((ROOT / "hacs.json").read_text(encoding="utf-8"))["filename"]
    target = ROOT / ".cache" / "release"
    pack(ROOT, target / name)
    (target / "notes.md").write_text(text, encoding="utf-8")
    return f"Packed: .cache/release/{name}, {(target / name).stat().st_size / 1024:.0f} kB"


if __name__ == "__main__":
    try:
        print(main(*sys.argv[1:]))
    except ReleaseError as error:
        sys.exit(f"✗ {error}")
