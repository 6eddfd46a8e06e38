"""Run the demo until Ctrl-C: `scripts/demo`."""

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
import fcntl
from pathlib import Path
import signal
import sys
from typing import Final

from demo import ports
from demo.api import PASSWORD, USER
from demo.config_folder import REPOSITORY
from demo.stack import DemoStack, StackSettings
from demo.waiting import DemoError

FOLDER: Final = REPOSITORY / ".demo"
HASS_PORT: Final = 8123
MODBUS_PORT: Final = 5020


def main() -> int:
    """Start everything, say where it is, and stop it when asked to; return the exit code."""
    options = _options()
    try:
        with only_one(FOLDER), suppress(asyncio.CancelledError):
            asyncio.run(_run(options))
    except DemoError as err:
        print(err, file=sys.stderr)
        return 1
    return 0


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the demo's folder; raises DemoError while another demo does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError("The demo already runs from this checkout: stop that one first.") from None
        yield


def settings(folder: Path, *, port: int | None, speed: float, fresh: bool) -> StackSettings:
    """Return settings with the usual ports, or the next free ones."""
    if port is not None and not ports.is_free(port):
        raise DemoError(f"Port {port} cannot be had: choose another with --port.")
    modbus_port = ports.first_free(MODBUS_PORT)
    return StackSettings(
        folder=folder,
        hass_port=port or ports.first_free(HASS_PORT),
        modbus_port=modbus_port,
        control_port=ports.first_free(modbus_port + 1),
        speed=speed,
        fresh=fresh,
        auto=True,
    )


async def _run(options: argparse.Namespace) -> None:
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Once only: impatience must not interrupt the orderly stop.
        loop.add_signal_handler(stop, lambda: task.cancelling() or task.cancel())
    print("Starting the simulator and Home Assistant…", flush=True)
    began_s = loop.time()
    chosen = settings(FOLDER, port=options.port, speed=options.speed, fresh=options.fresh)
    try:
        async with DemoStack(chosen) as stack:
            _welcome(stack, loop.time() - began_s)
            await stack.hass.wait()
    finally:
        print("\nStopped.", flush=True)


def _welcome(stack: DemoStack, took_s: float) -> None:
    control = f"http://{ports.LOOPBACK}:{stack.settings.control_port}/plant"
    print(
        f"""
  Open            {stack.hass.url}/sigenstor
  Login           {USER} / {PASSWORD}
  Simulator       {control}
                  curl --json '{{"soc": 20}}' {control}

Started in {took_s:.0f} s. Press Ctrl-C to stop.""",
        flush=True,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Start a simulated SigenStor and a real Home Assistant that reads it.",
    )
    parser.add_argument(
        "--port",
        type=int,
        help=f"Home Assistant's port (default: {HASS_PORT}, or the next free one)",
    )
    parser.add_argument(
        "--speed",
        type=float,
        default=1.0,
        help="how fast the simulator's time passes (default: 1)",
    )
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="forget what earlier runs recorded and configured",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
