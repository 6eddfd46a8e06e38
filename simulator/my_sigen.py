"""A stand-in for the mySigen app's cloud on loopback: the simulated plant, as the app sees it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, override

from aiohttp import web

from .endpoint import HttpEndpoint
from .plant import SimulatedPlant

USERNAME: Final = "owner@example.com"
PASSWORD: Final = "hunter2"  # noqa: S105  it opens nothing but this stand-in
STATION_ID: Final = 100_200_300
TOKEN_LIFETIME_S: Final = 43_199

_ENCRYPTED: Final = "XMyyQmcAaoySfwGOwwCWIg=="
_APP: Final = "Basic c2lnZW46c2lnZW4="


class MySigenEndpoint(HttpEndpoint):
    """Serves the energy flow of the plant; a quirk makes it fail."""

    def __init__(self, plant: SimulatedPlant, host: str, port: int) -> None:
        """Prepare to listen; a port of 0 takes any free one and keeps it."""
        super().__init__(host, port)
        self.request_paths: list[str] = []
        """What was asked for so far."""
        self._plant = plant
        self._logins = 0

    @property
    def url(self) -> str:
        """Return the base URL."""
        return self.address

    @override
    def routes(self) -> Iterable[web.RouteDef]:
        """Return what is served."""
        return [
            web.post("/auth/oauth/token", self._log_in),
            web.get("/device/owner/station/home", self._home),
            web.get("/device/sigen/station/energyflow", self._energy_flow),
        ]

    async def _log_in(self, request: web.Request) -> web.StreamResponse:
        self.request_paths.append(request.path)
        if (refusal := await self.failed(request, self._plant.quirks["cloud_outage"])) is not None:
            return refusal
        form = await request.post()
        if request.headers.get("Authorization") != _APP or (form.get("username"), form.get("password")) != (
            USERNAME,
            _ENCRYPTED,
        ):
            return web.json_response({"code": 1, "msg": "User authentication failed", "data": None})
        self._logins += 1
        token = {"access_token": self._token, "refresh_token": "refresh", "expires_in": TOKEN_LIFETIME_S}
        return _answer(token)

    async def _home(self, request: web.Request) -> web.StreamResponse:
        return await self._authorised(request) or _answer({"stationId": STATION_ID, "stationName": "Home"})

    async def _energy_flow(self, request: web.Request) -> web.StreamResponse:
        if refusal := await self._authorised(request):
            return refusal
        if request.query.get("id") != str(STATION_ID):
            return web.json_response({"code": 1, "msg": "No such station", "data": None})
        state = self._plant.state
        lost_kw = 3.0 if self._plant.quirks["cloud_outage"] == "bad_balance" else 0.0
        return _answer(
            {
                "batterySoc": round(state.soc, 1),
                "pvPower": state.pv_w / 1000,
                "thirdPvPower": state.third_party_w / 1000,
                "loadPower": state.house_w / 1000 + lost_kw,
                "batteryPower": state.battery_w / 1000,
                "buySellPower": -state.grid_w / 1000,
            }
        )

    @property
    def _token(self) -> str:
        return f"token-{self._logins}"

    async def _authorised(self, request: web.Request) -> web.StreamResponse | None:
        """Return why a request is refused; None where it is not."""
        self.request_paths.append(request.path)
        if (refusal := await self.failed(request, self._plant.quirks["cloud_outage"])) is not None:
            return refusal
        if request.headers.get("Authorization") != f"Bearer {self._token}" or not self._logins:
            return web.json_response({"code": 424, "msg": "Token expired"}, status=401)
        return None


def _answer(data: Any) -> web.Response:
    return web.json_response({"code": 0, "msg": "success", "data": data})
