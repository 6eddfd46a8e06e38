"""Others who write to the same plant: what they write, and how often."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from .registers import register_table
from .wire import WireClient, WireError

type Writes = tuple[tuple[int, float | None], ...]


@dataclass(frozen=True, slots=True)
class OtherWriter:
    """A script: address and value, in the register's own unit, in this order.

    `every_s` is simulated time; 0 writes once. One that `looks_first` writes only what reads otherwise.
    """

    description: str
    writes: Writes
    every_s: float = 0.0
    looks_first: bool = False
    at_end: Writes = ()


OTHER_WRITERS: Mapping[str, OtherWriter] = MappingProxyType(
    {
        "evcc_hold": OtherWriter(
            "evcc holds the battery at the state of charge it saw, and then sets its own minimum, not what it found",
            writes=((40048, 60.0),),
            at_end=((40048, 20.0),),
        ),
        "evcc_charge": OtherWriter(
            "evcc charges: the discharge cut-off goes above the state of charge",
            writes=((40048, 95.0),),
            at_end=((40048, 20.0),),
        ),
        "power_sync": OtherWriter(
            "A price optimiser charges, writes all of it every minute, and leaves it so",
            writes=((40029, 1.0), (40032, 10.0), (40031, 3.0)),
            every_s=60,
        ),
        "predbat_hold": OtherWriter(
            "An optimiser holds by standby, once, and leaves remote control on",
            writes=((40029, 1.0), (40031, 1.0)),
        ),
        "network_operator": OtherWriter(
            "A network operator's box limits the export", writes=((40038, 1.5),), every_s=10
        ),
        "owner_reserve": OtherWriter("The owner sets another reserve in the app", writes=((40048, 30.0),)),
        "owner_backup_reserve": OtherWriter(
            "The owner sets another backup reserve in the app", writes=((40046, 40.0),)
        ),
        "installer_export_limit": OtherWriter("An installer sets another export limit", writes=((40038, 4.0),)),
        "remote_control_off": OtherWriter("Somebody switches remote control off", writes=((40029, 0.0),)),
        "second_controller": OtherWriter(
            "A second controller charges at 3 kW, looks every 10 s, and puts right what is not as it wants it",
            writes=((40029, 1.0), (40032, 3.0), (40034, 10.0), (40031, 4.0)),
            every_s=10,
            looks_first=True,
            at_end=((40031, 2.0), (40032, 10.0), (40034, 10.0), (40029, 0.0)),
        ),
    }
)


class RegisterLink(Protocol):
    """How a writer reaches the plant."""

    async def read_holding_registers(self, address: int, count: int) -> list[int]:
        """Read."""

    async def write_registers(self, address: int, values: list[int]) -> None:
        """Write."""


class RunningWriter:
    """A writer at work on a link of its own."""

    def __init__(self, script: OtherWriter, link: RegisterLink, now_s: Callable[[], float]) -> None:
        """Be due at once."""
        self.script = script
        self._link = link
        self._now_s = now_s
        self._due_s: float | None = now_s()

    async def run_due(self) -> None:
        """Write, when it is time to. Raises what the link raises; the writer goes on at its next time."""
        if self._due_s is None or self._now_s() < self._due_s:
            return
        every_s = self.script.every_s
        self._due_s = self._now_s() + every_s if every_s else None
        await self._write(self.script.writes)

    async def end(self) -> None:
        """Write what it leaves behind. Raises what the link raises."""
        await self._write(self.script.at_end)

    async def _write(self, writes: Writes) -> None:
        for address, value in writes:
            register = register_table("plant").by_address[address]
            words = register.encode(value)
            if self.script.looks_first and await self._link.read_holding_registers(address, register.count) == words:
                continue
            await self._link.write_registers(address, words)


class OtherWriters:
    """Those that write to a served plant, over connections of their own."""

    def __init__(self, address: Callable[[], tuple[str, int]], now_s: Callable[[], float]) -> None:
        """Start with nobody."""
        self.wanted: tuple[str, ...] = ()
        self.names_by_port: dict[int, str] = {}
        self._address = address
        self._now_s = now_s
        self._running: dict[str, tuple[RunningWriter, WireClient]] = {}
        self._one_at_a_time = asyncio.Lock()

    async def run_due(self) -> None:
        """Start and end writers as wanted, and let those write that are due. A refusal is theirs to bear."""
        async with self._one_at_a_time:
            for name in [name for name in self._running if name not in self.wanted]:
                writer, client = self._running.pop(name)
                await _try(writer.end)
                await client.close()
                self._forget(name)
            for name in self.wanted:
                if name not in self._running:
                    self._running[name] = self._start(name)
                await _try(self._running[name][0].run_due)

    async def close(self) -> None:
        """Leave all of them where they are, as in a power cut."""
        for _, client in self._running.values():
            await client.close()
        self._running.clear()

    def _start(self, name: str) -> tuple[RunningWriter, WireClient]:
        host, port = self._address()
        client = WireClient(host, port, lambda local_port: self._connected(name, local_port))
        return RunningWriter(OTHER_WRITERS[name], client, self._now_s), client

    def _connected(self, name: str, local_port: int) -> None:
        self._forget(name)
        self.names_by_port[local_port] = name

    def _forget(self, name: str) -> None:
        """Leave no port behind that somebody else may get."""
        for port in [port for port, each in self.names_by_port.items() if each == name]:
            del self.names_by_port[port]


async def _try(write: Callable[[], Awaitable[None]]) -> None:
    try:
        await write()
    except WireError:
        return


def parse_other_writers(name: str, value: Any) -> tuple[str, ...]:
    """Return names of writers. Raises ValueError with a sentence that names them."""
    if isinstance(value, list | tuple) and all(isinstance(each, str) and each in OTHER_WRITERS for each in value):
        return tuple(value)
    raise ValueError(f"{name} must be a list of {', '.join(OTHER_WRITERS)}, not {value!r}.")
