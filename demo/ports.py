"""Choosing ports on the loopback interface."""

import socket

from demo.waiting import DemoError

LOOPBACK = "127.0.0.1"


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
    """Return a port that nothing uses."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port
