"""Home Assistant as a child process."""

import asyncio
from contextlib import suppress
import os
from pathlib import Path
import sys
from typing import Final, Self

import aiohttp
from homeassistant.const import RESTART_EXIT_CODE

from demo import config_folder
from demo.place import Place
from demo.ports import LOOPBACK
from demo.waiting import DemoError, wait_until

STAND_INS: Final = Path(__file__).parent / "stand_ins"
START_S: Final = 300
STOP_S: Final = 30


class HassProcess:
    """A real `hass` that serves a configuration folder on the loopback interface.

    Use it as an async context manager: inside, its web server answers; after it, the process is gone.
    """

    def __init__(self, folder: Path, *, port: int, place: Place, log: Path) -> None:
        """Take the configuration folder, the port, the home's place, and the file for all it prints."""
        self.url: Final = f"http://{LOOPBACK}:{port}"
        self._folder = folder
        self._port = port
        self._place = place
        self._log = log
        self._process: asyncio.subprocess.Process

    async def __aenter__(self) -> Self:
        """Start the process and wait until its web server answers."""
        config_folder.prepare(self._folder, port=self._port, place=self._place)
        self._log.unlink(missing_ok=True)
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop the process."""
        await self.stop()

    async def start(self) -> None:
        """Start the process and wait until its web server answers."""
        path = os.pathsep.join(filter(None, [str(STAND_INS), os.environ.get("PYTHONPATH")]))
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "homeassistant", "--config", "."),
                *("--skip-pip", "--log-no-color"),
                cwd=self._folder,
                env={**os.environ, "HA_DISABLE_LOG_FILE": "1", "PYTHONPATH": path},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C in the terminal is for the demo, which stops everything in order.
                start_new_session=True,
            )
        try:
            async with aiohttp.ClientSession() as session:
                await wait_until(
                    lambda: self._answers(session),
                    "Home Assistant to start",
                    deadline_s=START_S,
                )
        except DemoError as err:
            await self.stop()
            raise self.failed(str(err)) from None
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop the process; what it has not saved within half a minute is lost."""
        if self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await self._process.wait()
        except TimeoutError:
            pass
        finally:
            if self._process.returncode is None:
                self._process.kill()
                await self._process.wait()

    async def kill(self) -> None:
        """End the process as a power cut would: nothing more is written, saved or released."""
        self._process.kill()
        await self._process.wait()

    async def wait(self) -> None:
        """Wait for the process to end by itself, which it should not; start it again where somebody asked for that."""
        while (code := await self._process.wait()) == RESTART_EXIT_CODE:
            await self.start()
        raise self.failed(f"Home Assistant stopped by itself (exit code {code}).")

    def failed(self, sentence: str) -> DemoError:
        """Return an error that ends in the last lines of the log."""
        with suppress(OSError):
            return DemoError(f"{self.log_tail(15)}{sentence} Its log: {self._log}")
        return DemoError(sentence)

    def log_tail(self, count: int) -> str:
        """Return the last lines of the log, indented; raises OSError where there is none."""
        return "".join(f"    {line}\n" for line in self._log.read_text(errors="replace").splitlines()[-count:])

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        if self._process.returncode is not None:
            raise DemoError("Home Assistant stopped while it was starting.")
        try:
            async with session.get(f"{self.url}/manifest.json") as response:
                # Home Assistant listens once this page is there: with any other answer it could not have the port.
                if not response.ok:
                    raise DemoError(f"Another server answers on port {self._port}.")
                return True
        except aiohttp.ClientError:
            return False
