"""A small Modbus TCP client, for those who write to the plant beside the integration."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
import struct

PLANT_UNIT = 247
TIMEOUT_S = 1.0
_READ, _WRITE_ONE, _WRITE = 3, 6, 16


class WireError(Exception):
    """A request was refused, or not answered."""


class WireClient:
    """One connection, made when it is needed and made again when it broke."""

    def __init__(self, host: str, port: int, on_connect: Callable[[int], None]) -> None:
        """Prepare; `on_connect` is told the local port."""
        self._host = host
        self._port = port
        self._on_connect = on_connect
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._transaction = 0

    async def read_holding_registers(self, address: int, count: int) -> list[int]:
        """Read. Raises WireError."""
        body = await self._ask(struct.pack(">BHH", _READ, address, count))
        return list(struct.unpack(f">{count}H", body[2:]))

    async def write_registers(self, address: int, values: Sequence[int]) -> None:
        """Write. Raises WireError."""
        if len(values) == 1:
            await self._ask(struct.pack(">BHH", _WRITE_ONE, address, values[0]))
            return
        header = struct.pack(">BHHB", _WRITE, address, len(values), 2 * len(values))
        await self._ask(header + struct.pack(f">{len(values)}H", *values))

    async def close(self) -> None:
        """Leave."""
        if self._streams is not None:
            streams, self._streams = self._streams, None
            streams[1].close()
            with suppress(OSError):
                await streams[1].wait_closed()

    async def _ask(self, body: bytes) -> bytes:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                reply = await self._exchange(body)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            await self.close()
            raise WireError(f"no answer: {error!r}") from error
        if reply[0] & 0x80:
            raise WireError(f"exception {reply[1]}")
        return reply

    async def _exchange(self, body: bytes) -> bytes:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
            self._on_connect(self._streams[1].get_extra_info("sockname")[1])
        reader, writer = self._streams
        self._transaction = self._transaction % 0xFFFF + 1
        writer.write(struct.pack(">HHHB", self._transaction, 0, len(body) + 1, PLANT_UNIT) + body)
        header = await reader.readexactly(7)
        return await reader.readexactly(struct.unpack(">H", header[4:6])[0] - 1)
