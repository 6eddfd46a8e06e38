"""Which requests came in, and who wrote what."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from .registers import Value, register_table

REQUESTS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in.

    `time` is the simulated clock, `monotonic_s` the real one; `values` the registers of a write; `outcome` "ok",
    "exception N", "broadcast", "silent" or "stalled"; `client` a known writer's name, else host and port.
    """

    time: datetime
    unit: int
    function_code: int
    address: int
    count: int
    outcome: str
    values: tuple[int, ...] = ()
    monotonic_s: float = 0.0
    client: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """One value that somebody wrote, in the register's own unit; None is "no limit"."""

    time: datetime
    client: str
    unit: int
    address: int
    value: Value
    outcome: str


class RequestLog:
    """The latest requests and writes, oldest first."""

    def __init__(self, names_by_port: Mapping[int, str]) -> None:
        """Start empty; clients are known by their port."""
        self.requests: deque[Request] = deque(maxlen=REQUESTS_KEPT)
        self.writes: deque[Written] = deque(maxlen=REQUESTS_KEPT)
        self.request_count = 0
        self._names_by_port = names_by_port

    def client_name(self, peer: tuple[str, int]) -> str:
        """Return who is at the other end."""
        return self._names_by_port.get(peer[1], f"{peer[0]}:{peer[1]}")

    def add(self, request: Request, kind: str) -> None:
        """Keep a request to a kind of device."""
        self.request_count += 1
        self.requests.append(request)
        self.writes.extend(_written(request, kind))


def _written(request: Request, kind: str) -> Iterator[Written]:
    """Return the values of a write, whatever came of it."""
    words = request.values
    for register in register_table(kind).touching(request.address, len(words)) if words else ():
        offset = register.address - request.address
        value_words = words[offset : offset + register.count] if offset >= 0 else ()
        if len(value_words) == register.count:
            value = register.decode(value_words)
            yield Written(request.time, request.client, request.unit, register.address, value, request.outcome)
