"""Sends notifications to phones and other targets; only the mobile app is sent buttons, and what a tap opens."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlencode

from homeassistant.components.notify import (
    ATTR_DATA,
    ATTR_MESSAGE,
    ATTR_TITLE,
    DOMAIN as NOTIFY_DOMAIN,
    SERVICE_SEND_MESSAGE,
)
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant

from ..const import DOMAIN, LOGGER, PANEL_URL_PATH
from ..model.message import Message, say
from ..runtime import SigenStorConfigEntry
from ..texts import currency_of, localize

_MOBILE_APP: Final = f"{NOTIFY_DOMAIN}.mobile_app_"
_SENT_WITHIN_S: Final = 60


class Button(StrEnum):
    """What can be done from a notification."""

    HOLD = "hold"
    EXPORT = "export"
    STOP = "stop"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A button, and the second that says what it is about."""

    button: Button
    about: int = 0
    """When the override of a stop began; else when it was offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told."""

    message: Message
    tag: str
    """On a phone, a later notice with the same tag takes the place of this one, with its buttons."""
    offers: tuple[Offer, ...] = ()
    page: str = "dashboard"
    """The page of the panel that a tap opens, with what it is asked to show."""
    query: tuple[tuple[str, str], ...] = ()


async def async_tell(
    hass: HomeAssistant, entry: SigenStorConfigEntry, targets: Iterable[str], notice: Notice, now: datetime
) -> None:
    """Send to every target; one that is gone, fails or hangs keeps no other from it."""
    text = localize(hass, notice.message, now=now, currency=currency_of(hass, entry))
    data = {ATTR_TITLE: entry.title, ATTR_MESSAGE: text}
    await asyncio.gather(
        *(_async_send(hass, target, data | _extras(hass, entry, target, notice)) for target in targets)
    )


def button_id(entry_id: str, offer: Offer, target: str) -> str:
    """Return what the app says when a button is tapped: all that is needed to act, also after a restart."""
    return ":".join((DOMAIN, entry_id, offer.button, str(offer.about), target))


def is_phone(target: str) -> bool:
    """Return whether a target is an action of the mobile app."""
    return target.startswith(_MOBILE_APP)


def _extras(hass: HomeAssistant, entry: SigenStorConfigEntry, target: str, notice: Notice) -> dict[str, Any]:
    if not is_phone(target):
        return {}
    path = f"/{PANEL_URL_PATH}/{notice.page}?{urlencode((('plant', entry.entry_id), *notice.query))}"
    actions = [
        {
            "title": localize(hass, say(f"notify.button_{offer.button.value}")),
            **(
                {"action": "URI", "uri": path}
                if offer.button is Button.OPEN
                # On iOS, a locked phone is unlocked first.
                else {"action": button_id(entry.entry_id, offer, target), "authenticationRequired": True}
            ),
        }
        for offer in notice.offers
    ]
    tag = f"{DOMAIN}-{entry.entry_id}-{notice.tag}"
    # A tap on the notification itself opens `url` on iOS, `clickAction` on Android.
    return {ATTR_DATA: {"tag": tag, "url": path, "clickAction": path, **({"actions": actions} if actions else {})}}


async def _async_send(hass: HomeAssistant, target: str, data: dict[str, Any]) -> None:
    action = target.removeprefix(f"{NOTIFY_DOMAIN}.")
    if not hass.services.has_service(NOTIFY_DOMAIN, action):
        data.pop(ATTR_DATA, None)
        action, data = SERVICE_SEND_MESSAGE, {**data, ATTR_ENTITY_ID: target}
    try:
        async with asyncio.timeout(_SENT_WITHIN_S):
            await hass.services.async_call(NOTIFY_DOMAIN, action, data, blocking=True)
    except Exception as err:  # noqa: BLE001  whatever an integration of somebody else's raises
        LOGGER.warning("%s could not be told: %s", target, str(err) or type(err).__name__)
