"""The JSON endpoint through which a person or a script looks at and changes the simulation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from .simulator import Simulator

SHUTDOWN_TIMEOUT_S = 1.0


class ControlEndpoint:
    """GET /plant reads the true state, POST /plant sets a part of it."""

    def __init__(self, simulator: Simulator, host: str, port: int) -> None:
        """Prepare to listen; a port of 0 takes any free one and keeps it."""
        self._simulator = simulator
        self.host = host
        self.port = port
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen. Raises OSError when the address cannot be had."""
        app = web.Application()
        app.add_routes([web.get("/plant", self._get), web.post("/plant", self._post)])
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
        """Stop listening."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def _get(self, _: web.Request) -> web.Response:
        return web.json_response(self._simulator.snapshot())

    async def _post(self, request: web.Request) -> web.Response:
        # A page of another origin cannot send this type without asking first.
        if request.content_type != "application/json":
            return _refusal("The content type must be application/json.", 415)
        try:
            changes: Any = json.loads(await request.text())
        except ValueError:
            return _refusal("The body must be a JSON object.", 400)
        if not isinstance(changes, dict):
            return _refusal("The body must be a JSON object.", 400)
        try:
            self._simulator.set(**changes)
        except ValueError as error:
            return _refusal(str(error), 400)
        return web.json_response(self._simulator.snapshot())


def _refusal(sentence: str, status: int) -> web.Response:
    return web.json_response({"error": sentence}, status=status)
