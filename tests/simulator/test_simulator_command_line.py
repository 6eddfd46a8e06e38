"""The command line: python -m simulator."""

import asyncio
from pathlib import Path
import re
import signal
import sys

from aiohttp import ClientSession
import pytest

from simulator.__main__ import parse_arguments

ROOT = Path(__file__).parents[2]


def test_arguments_become_settings() -> None:
    settings = parse_arguments(
        ["--speed", "60", "--seed", "7", "--inverters", "2", "--start", "2026-01-10T06:00", "--soc", "33"]
    )
    assert (settings.speed, settings.seed, settings.inverters, settings.soc) == (60, 7, 2, 33)
    assert (settings.host, settings.modbus_port, settings.control_port) == ("127.0.0.1", 5020, 5021)
    assert settings.start is not None
    assert settings.start.isoformat() == "2026-01-10T06:00:00+10:00"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--soc", "101"], "soc must be from 0 to 100"),
        (["--speed", "-1"], "speed must be above 0"),
        (["--start", "soon"], "start must be a date and time such as"),
        (["--inverters", "x"], "invalid int value"),
    ],
)
def test_bad_arguments_give_a_sentence(capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_arguments(arguments)
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_it_says_where_it_listens_and_a_signal_stops_it_quietly(
    socket_enabled: None, how: signal.Signals
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "simulator", "--modbus-port", "0", "--control-port", "0", "--soc", "21"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    line = (await process.stdout.readline()).decode()
    listening = re.fullmatch(
        r"SigenStor simulator: Modbus TCP on 127\.0\.0\.1:\d+, control on (http://127\.0\.0\.1:\d+/plant)\n", line
    )
    assert listening, line
    async with ClientSession() as session, session.get(listening[1]) as response:
        assert (await response.json())["soc"] == pytest.approx(21, abs=1)
    process.send_signal(how)
    output, errors = await process.communicate()
    assert (process.returncode, output, errors) == (0, b"", b"")


async def test_an_address_that_cannot_be_had_gives_a_sentence(socket_enabled: None) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "simulator", "--modbus-port", str(port), "--control-port", "0"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    server.close()
    await server.wait_closed()
    assert process.returncode == 1
    assert output == b""
    assert errors.decode() == f"simulator: cannot listen for Modbus on 127.0.0.1 port {port}\n"
