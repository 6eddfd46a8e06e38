"""The JSON endpoint through which a person or a script looks at and changes the simulation."""

from __future__ import annotations

from collections.abc import Iterable
import json
from typing import TYPE_CHECKING, Any, override

from aiohttp import web

from .endpoint import HttpEndpoint

if TYPE_CHECKING:
    from .simulator import Simulator


class ControlEndpoint(HttpEndpoint):
    """GET /plant reads the true state, POST /plant sets a part of it."""

    def __init__(self, simulator: Simulator, host: str, port: int) -> None:
        """Prepare to listen; a port of 0 takes any free one and keeps it."""
        super().__init__(host, port)
        self._simulator = simulator

    @override
    def routes(self) -> Iterable[web.RouteDef]:
        """Return what is served."""
        return [web.get("/plant", self._get), web.post("/plant", self._post)]

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
