"""Runs mutmut over one file after the other, and compares what survives with what scripts/mutate.toml accepts."""

from argparse import ArgumentParser
import ast
from collections import Counter
from contextlib import chdir
from dataclasses import dataclass
from hashlib import sha256
import os
from pathlib import Path
import shutil
import subprocess
import sys
import tomllib

from mutmut.configuration import reset_config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code

ROOT = Path(__file__).parents[2]
PACKAGE = Path("custom_components/sigenstor_panel")
CONFIGURATION = ROOT / "scripts" / "mutate.toml"
INPUTS = ("custom_components", "simulator", "soak", "tests")
LEAST_KILLED_PERCENT = 90.0
KILLED, SURVIVED = {"killed", "timeout", "segfault"}, {"survived", "no tests"}

SETTINGS = """\
[mutmut]
source_paths = custom_components
only_mutate = {source}
also_copy =
    simulator
    soak
pytest_add_cli_args_test_selection =
    {tests}
pytest_add_cli_args =
    -p
    pytest_asyncio.plugin
    -p
    _hypothesis_pytestplugin
    -p
    mutate_profile
    --hypothesis-profile=mutants
# A busy machine is no endless loop.
timeout_constant = 5
timeout_multiplier = 10
# Hypothesis objects to one process that runs its tests several times.
process_isolation = forkserver
use_git_change_detection = false
"""


@dataclass(frozen=True)
class Survivor:
    """A change that no test noticed."""

    path: str
    line: int
    function: str
    diff: tuple[str, ...]
    """The lines that differ, without their indentation."""


def main() -> int:
    """Mutate the chosen files, print what came of it and return the exit status."""
    configuration = tomllib.loads(CONFIGURATION.read_text())
    tests = {each["path"]: each["tests"] for each in configuration["file"]}
    parser = ArgumentParser(prog="scripts/mutate")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("files", nargs="*", metavar="FILE")
    arguments = parser.parse_args()
    if unknown := [path for path in arguments.files if path not in tests]:
        parser.error(f"{CONFIGURATION.name} does not list {', '.join(unknown)}, only {', '.join(tests)}")
    chosen = arguments.files or list(tests)
    accepted = {
        (each["path"], each["function"], changed_lines(diff)): each["reason"]
        for each in configuration.get("survivor", [])
        for diff in each["diff"].split("\n\n")
    }
    summary, failed = [], False
    for path in chosen:
        statuses = run_mutmut(path, tests[path], again=arguments.again)
        killed = sum(status in KILLED for status in statuses.values())
        survivors = [survivor(path, name) for name, status in statuses.items() if status in SURVIVED]
        percent = 100 * killed / max(1, len(statuses))
        unlisted = [each for each in survivors if (each.path, each.function, each.diff) not in accepted]
        for each in sorted(survivors, key=lambda each: each.line):
            reason = accepted.get((each.path, each.function, each.diff), "NOT LISTED in scripts/mutate.toml")
            print(f"\n{PACKAGE / each.path}:{each.line} in {each.function}: {reason}")
            print("\n".join(f"  {line}" for line in each.diff))
        seen = {(each.path, each.function, each.diff) for each in survivors}
        stale = [key for key in accepted if key[0] == path and key not in seen]
        for _, function, diff in stale:
            print(f"\n{PACKAGE / path} in {function}: listed in scripts/mutate.toml, but does not survive\n  ", *diff)
        undecided = len(statuses) - killed - len(survivors)
        summary.append(
            f"| `{path}` | {len(statuses)} | {killed} | {len(survivors)} | {percent:.1f} % |"
            + (f" {undecided} undecided: {Counter(statuses.values())}" if undecided else "")
        )
        failed |= bool(percent < LEAST_KILLED_PERCENT or unlisted or stale or undecided)
    print("\n| File | Mutants | Killed | Survived | |\n|---|---|---|---|---|", *summary, sep="\n")
    return int(failed)


def run_mutmut(path: str, tests: list[str], *, again: bool) -> dict[str, str]:
    """Return what became of every mutant of a file: its name → killed, survived, and so on."""
    folder, source = ROOT / ".cache" / "mutate" / path.replace("/", "."), PACKAGE / path
    stamp, inputs = folder / "inputs", fingerprint()
    if not again and (not stamp.exists() or stamp.read_text() != inputs):
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    if not again:
        stamp.write_text(inputs)
    for name in (*INPUTS, "pyproject.toml"):
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(ROOT / name)
    (folder / "setup.cfg").write_text(SETTINGS.format(source=source, tests="\n    ".join(tests)))
    with chdir(folder):
        names = []
        if again:
            names = [name for name, status in verdicts(source).items() if status in SURVIVED]
            Path("mutants/mutmut-stats.json").unlink(missing_ok=True)  # which test reaches what
        print(f"▸ {path}", file=sys.stderr)
        if names or not again:
            mutmut = Path(sys.executable).with_name("mutmut")
            # Pure code is tested without Home Assistant's own plugin, which does as much work for each test as the test.
            environment = {"PYTHONPATH": str(Path(__file__).parent), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
            command = [mutmut, "run", *names]
            subprocess.run(command, check=True, stdout=sys.stderr, env=os.environ | environment)  # noqa: S603
        return verdicts(source)


def verdicts(source: Path) -> dict[str, str]:
    """Read what mutmut keeps in the present folder."""
    reset_config()
    data = SourceFileMutationData(path=source)
    data.load()
    return {name: status_by_exit_code[code] for name, code in data.exit_code_by_key.items()}


def survivor(path: str, name: str) -> Survivor:
    """Return where a mutant is, and how it differs."""
    source = PACKAGE / path
    *parents, function = name.rpartition(".")[2].rpartition("__mutmut_")[0].removeprefix("x").strip("ǁ").split("ǁ")
    function = function if parents else function.removeprefix("_")
    with chdir(ROOT / ".cache" / "mutate" / path.replace("/", ".")):
        diff = get_diff_for_mutant(name, path=source)
    hunk = diff[diff.index("@@") :].splitlines()
    first = int(hunk[0].split()[1].lstrip("-").partition(",")[0])
    offset = next(index for index, line in enumerate(hunk[1:]) if line[0] in "-+")
    qualified = ".".join([*parents, function])
    return Survivor(path, first_line(source, qualified) + first + offset - 1, qualified, changed_lines(diff))


def first_line(source: Path, qualified: str) -> int:
    """Return the line that a function or a method begins in."""
    *parents, function = qualified.split(".")
    nodes: list[ast.stmt] = ast.parse((ROOT / source).read_text()).body
    for name in (*parents, function):
        node = next(each for each in nodes if getattr(each, "name", None) == name)
        nodes = getattr(node, "body", [])
    return min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])


def changed_lines(diff: str) -> tuple[str, ...]:
    """Return the lines of a diff that differ, without their indentation."""
    lines = (line for line in diff.splitlines() if line[:1] in "-+" and line[:3] not in {"---", "+++"} and line.strip())
    return tuple(f"{line[0]} {line[1:].strip()}" for line in lines)


def fingerprint() -> str:
    """Return a digest of everything that the verdicts depend on."""
    digest = sha256()
    files = [file for name in INPUTS for file in sorted((ROOT / name).rglob("*.py"))]
    for file in (*files, ROOT / "requirements/mutate.txt", ROOT / "pyproject.toml"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
