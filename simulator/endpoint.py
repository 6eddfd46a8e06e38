"""What the simulator's HTTP endpoints share: listening on an address, and leaving it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Middleware

SHUTDOWN_TIMEOUT_S = 1.0

HTTP_FAULTS = (
    "http_401",
    "http_403",
    "http_404",
    "http_422",
    "http_429",
    "http_500",
    "http_503",
    "html_200",
    "html_403",
    "bad_json",
    "empty",
    "drop",
    "timeout",
)
"""How a service can fail: with a status, a web page, half an answer or none, a lost connection, or in silence."""


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

    async def failed(self, request: web.Request, fault: str) -> web.StreamResponse | None:
        """Fail in one of the ways of `HTTP_FAULTS`; None for what is none of them."""
        if fault not in HTTP_FAULTS:
            return None
        match fault.partition("_"):
            case "timeout", _, _:
                await self.never()
            case "drop", _, _ if request.transport is not None:
                request.transport.abort()
            case "http", _, status:
                return web.json_response({"message": "Not now"}, status=int(status))
            case "html", _, status:
                return web.Response(status=int(status), text="<html>Please log in</html>", content_type="text/html")
            case "bad", _, _:
                return web.Response(text='{"data":[{"type":"CurrentInterval","dur', content_type="application/json")
        return web.Response()

    async def never(self) -> None:
        """Leave a request waiting until the endpoint stops."""
        await self._stopping.wait()
