"""Choosing ports on the loopback interface."""

from collections.abc import Iterator
from random import sample
import socket
from typing import Final

from demo.waiting import DemoError

LOOPBACK: Final = "127.0.0.1"


def _claimed() -> Iterator[int]:
    """Yield ports that no other demo chooses: a hundred at a time, claimed by listening on the one before them.

    They are below what Linux and macOS give to servers that ask for any port and to outgoing connections: between the
    choice and the moment when Home Assistant listens, which a busy machine makes a minute, nobody else takes them.
    """
    for first in sample(range(20_000, 32_000, 100), 120):
        with socket.socket() as guard:
            try:
                guard.bind((LOOPBACK, first))
                guard.listen()
            except OSError:
                continue
            yield from range(first + 1, first + 100)


_CLAIMED: Final = _claimed()


def is_free(port: int) -> bool:
    """Return whether a server could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen()
        except OSError, OverflowError:
            return False
    return True


def first_free(port: int) -> int:
    """Return this port, or the next one that is free."""
    for candidate in range(port, port + 100):
        if is_free(candidate):
            return candidate
    raise DemoError(f"None of the ports {port} to {port + 99} is free.")


def any_free() -> int:
    """Return a port that nothing uses, another one each time."""
    return next(filter(is_free, _CLAIMED))
