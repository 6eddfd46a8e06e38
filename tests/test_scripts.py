"""What the scripts for developers do where something cannot be had."""

from pathlib import Path
import shutil
import subprocess

SCRIPTS = Path(__file__).parents[1] / "scripts"
TOOLS = (
    "bash",
    "chown",
    "dirname",
    "find",
    "grep",
    "head",
    "id",
    "ls",
    "mkdir",
    "mktemp",
    "paste",
    "python3",
    "rm",
    "sed",
    "sort",
    "tail",
)


def test_a_database_server_that_cannot_be_had_is_skipped_with_the_reason(tmp_path: Path) -> None:
    """On a machine with neither server, nor Debian's packages."""
    shutil.copytree(SCRIPTS / "lib", tmp_path / "scripts" / "lib")
    shutil.copy(SCRIPTS / "test-databases", tmp_path / "scripts")
    servers = tmp_path / "scripts" / "lib" / "databases.sh"
    servers.write_text(servers.read_text().replace("/usr/", "/nowhere/"))
    with (tmp_path / "scripts" / "lib" / "common.sh").open("a") as common:
        common.write("\nensure_venv() { :; }\n")
    machine = tmp_path / "bin"
    machine.mkdir()
    for tool in TOOLS:
        if (found := shutil.which(tool)) is not None:
            (machine / tool).symlink_to(found)
    ran = subprocess.run(
        [machine / "bash", tmp_path / "scripts" / "test-databases"],
        env={"PATH": str(machine), "HOME": str(tmp_path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    for server in ("postgresql", "mariadb"):
        assert f"{server} is needed: install it (this machine could not download one" in ran.stderr
        assert f"{server} is skipped." in ran.stderr
