"""A small client for Home Assistant's own REST and websocket APIs, logged in as the demo's user or another."""

from collections.abc import Mapping
from http import HTTPStatus
import time
from typing import Any, Final, Self

import aiohttp

from demo.waiting import DemoError, wait_until

USER: Final = "demo"
PASSWORD: Final = "demo"
RENEW_BEFORE_S: Final = 600
"""An access token lasts half an hour."""

type Json = dict[str, Any]


class HassApiError(DemoError):
    """Home Assistant refused a request."""

    def __init__(self, status: int, message: str) -> None:
        """Keep the HTTP status beside the message."""
        super().__init__(message)
        self.status: Final = status


class HassApi:
    """Home Assistant over HTTP; an async context manager that logs in, and signs the demo's user up first."""

    def __init__(self, url: str, *, user: str = USER, password: str = PASSWORD) -> None:
        """Take the address of a Home Assistant that answers, and who logs in."""
        self.url: Final = url
        self.user: Final = user
        self._password = password
        self._tokens: Json = {}
        self._expire_at_s = 0.0
        self._client_id = f"{url}/"
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        """Log in and wait until Home Assistant has started."""
        self._session = aiohttp.ClientSession(self.url)
        try:
            await self._log_in()
            await wait_until(self._is_running, "Home Assistant to be ready")
        except BaseException:
            await self._session.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connection."""
        await self._session.close()

    async def tokens(self) -> Json:
        """Return tokens that last for a while, with the moment in ms at which they expire, as a browser keeps them."""
        if self._expire_at_s - time.time() < RENEW_BEFORE_S:
            renewal = {"grant_type": "refresh_token", "refresh_token": self._tokens["refresh_token"]}
            await self._fetch_tokens(renewal)
        return {**self._tokens, "expires": self._expire_at_s * 1000}

    async def get(self, path: str) -> Any:
        """Return the JSON at this path."""
        return await self._request("GET", path)

    async def post(self, path: str, data: Mapping[str, Any]) -> Any:
        """Send JSON to this path and return the JSON it answers."""
        return await self._request("POST", path, json=data)

    async def delete(self, path: str) -> Any:
        """Delete what is at this path and return the JSON that is answered."""
        return await self._request("DELETE", path)

    async def state(self, entity_id: str) -> str | None:
        """Return the state of an entity, or None where there is no such entity."""
        try:
            found: Json = await self.get(f"/api/states/{entity_id}")
        except HassApiError as err:
            if err.status != HTTPStatus.NOT_FOUND:
                raise
            return None
        return str(found["state"])

    async def command(self, kind: str, **data: Any) -> Any:
        """Send one websocket command and return its result, or None where Home Assistant refuses it."""
        async with self._session.ws_connect("/api/websocket") as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": (await self.tokens())["access_token"]})
            await socket.receive_json()
            await socket.send_json({"id": 1, "type": kind, **data})
            answer: Json = await socket.receive_json()
        return answer["result"] if answer["success"] else None

    async def _request(self, method: str, path: str, **body: Any) -> Any:
        headers = {}
        if self._tokens and not path.startswith("/auth/"):
            headers["Authorization"] = f"Bearer {(await self.tokens())['access_token']}"
        async with self._session.request(method, path, headers=headers, **body) as response:
            if not response.ok:
                text = await response.text()
                message = f"Home Assistant answered {response.status} to {path}: {text.strip()}"
                raise HassApiError(response.status, message)
            return await response.json()

    async def _log_in(self) -> None:
        code = await self._sign_up() or await self._authorize()
        await self._fetch_tokens({"grant_type": "authorization_code", "code": code})

    async def _fetch_tokens(self, grant: Json) -> None:
        fetched = await self._request("POST", "/auth/token", data=grant | {"client_id": self._client_id})
        self._tokens |= fetched
        self._expire_at_s = time.time() + fetched["expires_in"]

    async def _sign_up(self) -> str | None:
        try:
            steps = await self.get("/api/onboarding")
        except HassApiError:
            return None  # all of the onboarding was done in an earlier run
        if any(step["step"] == "user" and step["done"] for step in steps):
            return None
        user = {"name": "Demo", "username": USER, "password": PASSWORD}
        extra = {"client_id": self._client_id, "language": "en"}
        code: str = (await self.post("/api/onboarding/users", {**user, **extra}))["auth_code"]
        return code

    async def _authorize(self) -> str:
        flow = await self.post(
            "/auth/login_flow",
            {
                "client_id": self._client_id,
                "handler": ["homeassistant", None],
                "redirect_uri": self._client_id,
            },
        )
        step = await self.post(
            f"/auth/login_flow/{flow['flow_id']}",
            {"client_id": self._client_id, "username": self.user, "password": self._password},
        )
        if step["type"] != "create_entry":
            raise DemoError(
                f"The login {self.user} / {self._password} does not work any more: start over with --fresh."
            )
        code: str = step["result"]
        return code

    async def _is_running(self) -> bool:
        config: Json = await self.get("/api/config")
        if config["recovery_mode"]:
            raise DemoError("Home Assistant started in recovery mode.")
        return bool(config["state"] == "RUNNING")
