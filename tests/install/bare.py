"""A bare Home Assistant of one release in an environment of its own, which installs by itself what it needs."""

import asyncio
import os
from pathlib import Path
import shutil
from typing import Any, Final

import aiohttp

from demo import config_folder, ports
from demo.hass import STAND_INS
from demo.waiting import wait_until

REPOSITORY: Final = Path(__file__).parents[2]
WITHOUT_WHEELS: Final = {"pymicro-vad": "1.0.1", "pyspeex-noise": "1.0.2", "netifaces": "0.11.0"}
"""What both releases ask for and would have to build. Nothing here uses it; of the first two, the demo has stand-ins."""

NOWHERE: Final = "http://127.0.0.1:9/simple"
START_S: Final = 300
STOP_S: Final = 120

CONFIGURATION: Final = """\
homeassistant:
  name: Home
config:
recorder:
"""


class BareHome:
    """An installed Home Assistant and its configuration, to which only the integration was copied."""

    def __init__(self, folder: Path, *, configuration: str = "") -> None:
        """Take the folder for both, and what else stands in the configuration."""
        self.config = folder / "config"
        self.port = ports.any_free()
        self.url = f"http://{ports.LOOPBACK}:{self.port}"
        self.log = ""
        self._folder = folder
        self._venv = folder / "venv"
        self._configuration = CONFIGURATION + configuration
        self._process: asyncio.subprocess.Process | None = None

    @property
    def packages(self) -> Path:
        """The folder of what is installed."""
        (packages,) = self._venv.glob("lib/python*/site-packages")
        return packages

    def installed(self) -> dict[str, int]:
        """Return what is installed, each with the time at which it was."""
        return {folder.name: folder.stat().st_mtime_ns for folder in self.packages.glob("*.dist-info")}

    async def install(self, release: str) -> None:
        """Install exactly what belongs to a release, and copy the integration."""
        uv, python = os.environ["UV"], os.environ["PYTHON"]
        lock = REPOSITORY / "requirements" / f"{release}.txt"
        await _run(uv, "venv", "--quiet", "--no-project", "--python", python, str(self._venv))
        await _run(uv, "pip", "sync", "--quiet", "--require-hashes", "--python", self._python, str(lock))
        self._stand_in()
        custom = self.config / "custom_components"
        shutil.copytree(REPOSITORY / "custom_components" / "sigenstor_panel", custom / "sigenstor_panel")
        configuration = self._configuration
        if (self.packages / "homeassistant/components/http/config.py").exists():
            config_folder.seed_web_server(self.config, port=self.port)
        else:
            # Before 2026.8, the web server's settings stood in the configuration.
            configuration += f"http:\n  server_host: {ports.LOOPBACK}\n  server_port: {self.port}\n"
        config_folder.seed_onboarding(self.config)
        (self.config / "configuration.yaml").write_text(configuration)

    async def start(self, *, index: bool) -> None:
        """Start it, with or without a package index within reach, and wait until its web server answers."""
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "HA_DISABLE_LOG_FILE": "1"}
        if not index:
            unreachable = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
            environment |= dict.fromkeys(unreachable, NOWHERE)
            environment |= {"UV_CACHE_DIR": str(self._folder / "empty cache"), "UV_NO_CONFIG": "1"}
            environment |= {"UV_HTTP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
        with (self._folder / "log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(self._python, "-m", "homeassistant", "--config", ".", "--log-no-color"),
                cwd=self.config,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        async with aiohttp.ClientSession() as session:
            await wait_until(lambda: self._answers(session), "Home Assistant to start", deadline_s=START_S)

    async def stop(self) -> None:
        """Stop it, and keep what it logged."""
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.terminate()
        await self.ended()

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped."""
        return self._process is not None

    async def ended(self) -> None:
        """Wait until it has ended, and keep what it logged."""
        assert self._process is not None
        async with asyncio.timeout(STOP_S):
            await self._process.wait()
        self._process = None
        self.log = (self._folder / "log").read_text(errors="replace")

    @property
    def _python(self) -> str:
        return str(self._venv / "bin" / "python")

    def _stand_in(self) -> None:
        """Let Home Assistant find installed what has no wheel, so that it does not try to build it."""
        shutil.copytree(STAND_INS, self.packages, dirs_exist_ok=True)
        for name, version in WITHOUT_WHEELS.items():
            metadata = self.packages / f"{name.replace('-', '_')}-{version}.dist-info" / "METADATA"
            metadata.parent.mkdir()
            metadata.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        assert self._process is not None
        assert self._process.returncode is None, (self._folder / "log").read_text(errors="replace")[-3000:]
        try:
            async with session.get(f"{self.url}/api/onboarding") as response:
                return response.ok or response.status == 404
        except aiohttp.ClientError:
            return False


async def _run(*command: Any) -> None:
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0, f"{command[:3]} failed"
