"""The configuration folder of the demo's Home Assistant.

Home Assistant keeps its web server's settings and its onboarding in its own storage, not in YAML; both are written
there before it starts. Everything else is left to Home Assistant, and kept from one run to the next.
"""

from dataclasses import asdict
import json
from pathlib import Path
from typing import Any, Final

from demo.place import Place
from demo.ports import LOOPBACK

REPOSITORY: Final = Path(__file__).resolve().parent.parent
DOMAIN: Final = "sigenstor_panel"

CONFIGURATION: Final = """\
homeassistant:
  name: Home
  country: AU
  currency: AUD
  language: en
  latitude: {latitude}
  longitude: {longitude}
  elevation: 28
  time_zone: {time_zone}
  unit_system: metric

# What the pages of the demo need, and nothing that calls out: no analytics, no cloud, no update checks.
frontend:
config:
history:
logbook:
energy:
sun:
recorder:
"""


def prepare(folder: Path, *, port: int, place: Place) -> None:
    """Write what Home Assistant needs to start on this port and in this place with this repository's integration."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "configuration.yaml").write_text(CONFIGURATION.format(**asdict(place)))
    _link(folder / "custom_components", REPOSITORY / "custom_components")
    seed_web_server(folder, port=port)
    if not _stored(folder, "onboarding").exists():
        seed_onboarding(folder)


def seed_web_server(folder: Path, *, port: int) -> None:
    """Let the web server listen on this port of the loopback interface."""
    web_server = {
        "server_host": [LOOPBACK],
        "server_port": port,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": False,
        "ssl_profile": "intermediate_v6",
        "use_x_frame_options": True,
        "created_at": "2026-01-01T00:00:00+00:00",
        "error": None,
        "error_message": None,
    }
    _store(
        folder,
        "http",
        3,
        {"stable": web_server, "pending": None, "yaml_migration_done": True},
    )


def seed_onboarding(folder: Path) -> None:
    """Leave only the creation of a user to the onboarding."""
    done = ["core_config", "analytics", "integration"]
    _store(folder, "onboarding", 4, {"done": done})


def move_simulator(folder: Path, *, port: int) -> None:
    """Let an integration entry of an earlier run find the simulator on this port.

    Home Assistant must not be running.
    """
    if not (path := _stored(folder, "core.config_entries")).exists():
        return
    stored = json.loads(path.read_text())
    for entry in stored["data"]["entries"]:
        if entry["domain"] == DOMAIN:
            entry["data"]["port"] = port
    path.write_text(json.dumps(stored))


def _link(link: Path, target: Path) -> None:
    if link.is_symlink():
        link.unlink()
    link.symlink_to(target, target_is_directory=True)


def _stored(folder: Path, key: str) -> Path:
    return folder / ".storage" / key


def _store(folder: Path, key: str, version: int, data: dict[str, Any]) -> None:
    path = _stored(folder, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"version": version, "minor_version": 1, "key": key, "data": data}
    path.write_text(json.dumps(content))
