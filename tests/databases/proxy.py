"""A connection to a server that tests can let hang or cut."""

from collections.abc import Callable
from contextlib import suppress
import socket
import threading


class Proxy:
    """Passes connections on to a server on this machine."""

    def __init__(self, port: int) -> None:
        """Listen on a free port for connections to `port`."""
        self._target = port
        self._passes = threading.Event()
        self._passes.set()
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)

    def hang(self) -> None:
        """Take everything and answer nothing."""
        self._passes.clear()

    def resume(self) -> None:
        """Pass on what was held back, and all that comes."""
        self._passes.set()

    def cut(self) -> None:
        """End every connection there is; new ones are taken."""
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._sockets.clear()

    def close(self) -> None:
        """End."""
        self.resume()
        # Closing alone does not wake up the thread that waits for a connection.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _start(self, work: Callable[..., None], *args: socket.socket) -> None:
        threading.Thread(target=work, args=args, name="sigenstor_panel test proxy", daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                self._sockets += (client, server)
                for source, sink in ((client, server), (server, client)):
                    self._start(self._pass_on, source, sink)

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                self._passes.wait()
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
