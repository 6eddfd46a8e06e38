"""What a browser does with the websocket API."""

from typing import Any

from custom_components.sigenstor_panel.const import DOMAIN


def refusal_of(answer: Any) -> str:
    """Return the name and the sentence of the error that something was answered with."""
    assert not answer["success"], answer
    error = answer["error"]
    return f"{error.get('translation_key') or error['code']}: {error['message'].removeprefix('Validation error: ')}"


class Browser:
    """A websocket connection of somebody who is logged in."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def ask(self, command: str, /, **fields: Any) -> Any:
        """Send a command of the integration and return the whole answer."""
        await self._client.send_json_auto_id({"type": f"{DOMAIN}/{command}", **fields})
        return await self._client.receive_json()

    async def act(self, action: str, /, **data: Any) -> Any:
        """Perform an action of the integration and return the whole answer, with the action's response."""
        call = {"type": "call_service", "domain": DOMAIN, "service": action, "service_data": data}
        call["return_response"] = True
        await self._client.send_json_auto_id(call)
        return await self._client.receive_json()

    async def result(self, command: str, /, **fields: Any) -> Any:
        """Send a command that succeeds and return its result."""
        answer = await self.ask(command, **fields)
        assert answer["success"], answer
        return answer["result"]

    async def refusal(self, command: str, /, **fields: Any) -> str:
        """Send a command that is refused and return the error's name and sentence."""
        return refusal_of(await self.ask(command, **fields))

    async def subscribe(self, command: str, /, **fields: Any) -> int:
        """Subscribe and return the number of the subscription."""
        answer = await self.ask(command, **fields)
        assert answer["success"], answer
        number: int = answer["id"]
        return number

    async def unsubscribe(self, subscription: int) -> None:
        """End a subscription."""
        await self._client.send_json_auto_id({"type": "unsubscribe_events", "subscription": subscription})
        assert (await self._client.receive_json())["success"]

    async def event(self) -> Any:
        """Wait for the next event of a subscription."""
        message = await self._client.receive_json()
        assert message["type"] == "event", message
        return message["event"]

    async def written(self) -> Any:
        """Wait for the next event after a command is on its way no more."""
        while (event := await self.event())["live"]["control"]["state"] == "writing":
            pass
        return event
