"""What the simulator's HTTP endpoints share: listening on an address, and leaving it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Middleware

SHUTDOWN_TIMEOUT_S = 1.0


class HttpEndpoint:
    """Serves the routes of a subclass."""

    middlewares: Iterable[Middleware] = ()

    def __init__(self, host: str, port: int) -> None:
        """Prepare to listen; a port of 0 takes any free one and keeps it."""
        self.host = host
        self.port = port
        self._runner: web.AppRunner | None = None
        self._stopping = asyncio.Event()

    @property
    def address(self) -> str:
        """Return the address of the server."""
        return f"http://{self.host}:{self.port}"

    def routes(self) -> Iterable[web.RouteDef]:
        """Return what is served."""
        raise NotImplementedError

    async def start(self) -> None:
        """Listen. Raises OSError when the address cannot be had."""
        self._stopping.clear()
        app = web.Application(middlewares=self.middlewares)
        app.add_routes(self.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_TIMEOUT_S)
        await runner.setup()
        try:
            await web.TCPSite(runner, self.host, self.port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self.port = runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening; requests that were left waiting end."""
        self._stopping.set()
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def never(self) -> None:
        """Leave a request waiting until the endpoint stops."""
        await self._stopping.wait()
