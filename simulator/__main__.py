"""Run a simulated SigenStor: python -m simulator."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from datetime import datetime
import logging
from pathlib import Path
import signal
import sys

from .dump import DumpError
from .firmware import FIRMWARE_KINDS
from .settings import SimulatorSettings
from .simulator import Simulator

MODBUS_PORT = 5020
CONTROL_PORT = 5021


def parse_arguments(arguments: Sequence[str] | None = None) -> SimulatorSettings:
    """Return the settings a command line asks for; leave with a sentence when it is wrong."""
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--modbus-port", type=int, default=MODBUS_PORT)
    parser.add_argument("--control-port", type=int, default=CONTROL_PORT)
    parser.add_argument("--amber-port", type=int, help="serve a stand-in for Amber Electric here")
    parser.add_argument("--open-meteo-port", type=int, help="serve a stand-in for Open-Meteo here")
    parser.add_argument("--my-sigen-port", type=int, help="serve a stand-in for the mySigen cloud here")
    parser.add_argument("--speed", type=float, default=1.0, help="simulated seconds a second")
    parser.add_argument("--seed", type=int, default=1, help="fixes the weather and the house")
    parser.add_argument("--inverters", type=int, default=1)
    parser.add_argument("--firmware", choices=FIRMWARE_KINDS, default="spc115", help="kind of firmware")
    parser.add_argument("--dump", type=Path, metavar="FILE", help="serve the registers of a diagnostics download")
    parser.add_argument("--start", help="simulated date and time, ISO 8601; local without a zone")
    parser.add_argument("--soc", type=float, default=50.0, help="state of charge, percent")
    values = vars(parser.parse_args(arguments))
    try:
        start = values.pop("start")
        return SimulatorSettings(**values, start=_parse_start(start) if start else None)
    except ValueError as error:
        parser.error(str(error))


def _parse_start(text: str) -> datetime:
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"start must be a date and time such as 2026-01-10T06:00:00, not {text!r}.") from None
    return start if start.tzinfo else start.replace(tzinfo=SimulatorSettings().zone)


async def _serve(settings: SimulatorSettings) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with Simulator(settings) as simulator:
        print(
            f"SigenStor simulator: Modbus TCP on {settings.host}:{simulator.modbus_port}, "
            f"control on http://{settings.host}:{simulator.control_port}/plant"
            + ("" if simulator.amber_url is None else f", Amber on {simulator.amber_url}")
            + ("" if simulator.open_meteo_url is None else f", Open-Meteo on {simulator.open_meteo_url}")
            + ("" if simulator.my_sigen is None else f", mySigen on {simulator.my_sigen.url}"),
            flush=True,
        )
        await stopped.wait()


def main() -> int:
    """Serve until interrupted; return the exit status."""
    settings = parse_arguments()
    # What a client sends wrong is the client's to report.
    logging.getLogger("pymodbus").setLevel(logging.CRITICAL)
    try:
        asyncio.run(_serve(settings))
    except (OSError, DumpError) as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
