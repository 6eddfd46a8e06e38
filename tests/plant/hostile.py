"""A device that answers what a test tells it to."""

import asyncio
from collections.abc import Callable

PIECE_S = 0.01

type Answer = Callable[[bytes], list[bytes]]
"""Makes of a request what is sent back, piece by piece."""


def honest(request: bytes) -> list[bytes]:
    """Answer as a device does whose registers hold their own address."""
    transaction, unit, function = request[:2], request[6], request[7]
    address, count = int.from_bytes(request[8:10]), int.from_bytes(request[10:12])
    if function in {3, 4}:
        words = b"".join((address + offset).to_bytes(2) for offset in range(count))
        return [frame(transaction, unit, function, bytes([2 * count]) + words)]
    return [frame(transaction, unit, function, request[8:12])]


def frame(transaction: bytes, unit: int, function: int, data: bytes, *, protocol: int = 0) -> bytes:
    """Return a Modbus TCP frame."""
    return transaction + protocol.to_bytes(2) + (2 + len(data)).to_bytes(2) + bytes([unit, function]) + data


class HostileDevice:
    """A server that keeps all it was sent, and answers each request as the next of `answers` says, then honestly."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.requests: list[bytes] = []
        self.connections: list[asyncio.StreamWriter] = []
        self.asked = asyncio.Event()
        self.serving: set[asyncio.Task[None]] = set()
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one client until it leaves."""
        self.connections.append(writer)
        task = asyncio.current_task()
        assert task is not None
        self.serving.add(task)
        try:
            while True:
                header = await reader.readexactly(6)
                request = header + await reader.readexactly(int.from_bytes(header[4:6]))
                self.requests.append(request)
                self.asked.set()
                for piece in (self.answers.pop(0) if self.answers else honest)(request):
                    writer.write(piece)
                    await writer.drain()
                    # One after the other also at the other end, which reads as soon as something is there.
                    await asyncio.sleep(PIECE_S)
        except asyncio.IncompleteReadError, ConnectionError:
            pass
        finally:
            writer.close()
