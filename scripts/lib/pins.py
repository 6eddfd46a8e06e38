"""Prints the versions that a release of Home Assistant pins.

Usage: pins.py FOLDER FILE, where the release is installed and what an environment asks for. The pins of its
integrations count for what the file names: other integrations than those that are loaded pin other things.
"""

from collections import defaultdict
import json
from pathlib import Path
import re
import sys


def pins(home_assistant: Path, wanted: Path) -> list[str]:
    """Return the lines of the release's package_constraints.txt, and what its integrations pin of the packages wanted."""
    versions: defaultdict[str, set[str]] = defaultdict(set)
    for manifest in (home_assistant / "components").glob("*/manifest.json"):
        for requirement in json.loads(manifest.read_text()).get("requirements", []):
            versions[_name(requirement)].add(requirement.partition("==")[2])
    names = {_name(line) for line in wanted.read_text().splitlines() if line and not line.startswith("#")}
    return (home_assistant / "package_constraints.txt").read_text().splitlines() + [
        f"{name}=={version}" for name in sorted(names & versions.keys()) for version in versions[name] if version
    ]


def _name(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[=<>!~ ]", requirement)[0]).lower()


if __name__ == "__main__":
    print("\n".join(pins(Path(sys.argv[1]) / "homeassistant", Path(sys.argv[2]))))
