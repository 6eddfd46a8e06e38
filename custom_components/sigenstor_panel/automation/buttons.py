"""The buttons of notifications: which are offered, and what a tap does, through the same actions and rights as all else."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import Context, Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, NotificationEvent
from ..control.intents import MAX_DURATION, MIN_DURATION, Override
from ..model.message import Message, plain, say
from ..plants import entry_of
from ..runtime import SigenStorConfigEntry, SigenStorRuntimeData
from ..texts import async_error_text
from .following import CONF_CONFIG_ENTRY_ID, spike_ahead, spike_until
from .notification_sender import Button, Notice, Offer, async_tell, is_phone

EVENT_TAPPED: Final = "mobile_app_notification_action"
VALID_FOR: Final = timedelta(minutes=30)
"""How long after it was told a button of a price spike still does something."""

_STOPPABLE: Final = frozenset(
    {
        NotificationEvent.REFUSAL,
        NotificationEvent.PRICE_SPIKE_AHEAD,
        NotificationEvent.PRICE_SPIKE,
        NotificationEvent.BATTERY_SHORT,
        NotificationEvent.EVENING_SUMMARY,
    }
)
"""Where an override that is in force is in the way, or may have been forgotten."""


@callback
def offers(event: NotificationEvent, runtime: SigenStorRuntimeData, now: datetime) -> tuple[Offer, ...]:
    """Return the buttons of a notification that something has begun."""
    if event in (NotificationEvent.ALERT, NotificationEvent.EMERGENCY_STOP):
        return (Offer(button=Button.OPEN),)
    if event in _STOPPABLE and runtime.control.data.override is not None:
        return (_stop(runtime.control.data.override),)
    if event is NotificationEvent.PRICE_SPIKE_AHEAD:
        return (Offer(button=Button.HOLD, about=int(now.timestamp())),)
    if event is NotificationEvent.PRICE_SPIKE and _pays_until(runtime, now) is not None:
        return (Offer(button=Button.EXPORT, about=int(now.timestamp())),)
    return ()


@callback
def async_listen_for_taps(hass: HomeAssistant) -> None:
    """Do from now on what the buttons of notifications say, or tell why not."""

    @callback
    def ours(data: Mapping[str, Any]) -> bool:
        return str(data.get("action")).startswith(f"{DOMAIN}:")

    async def tapped(event: Event[Any]) -> None:
        try:
            _, entry_id, button, about, target = event.data["action"].split(":", 4)
            offer = Offer(button=Button(button), about=int(about))
        except ValueError:
            return
        entry = hass.config_entries.async_get_entry(entry_id)
        # Whoever makes up a button may have a phone told of it, and nobody else.
        if entry is not None and entry.domain == DOMAIN and is_phone(target):
            notice = await _async_do(hass, entry, offer, event.context)
            await async_tell(hass, entry, (target,), notice, dt_util.utcnow())

    hass.bus.async_listen(EVENT_TAPPED, tapped, event_filter=ours)


async def _async_do(hass: HomeAssistant, entry: SigenStorConfigEntry, offer: Offer, context: Context) -> Notice:
    """Carry out what was tapped for whoever tapped it, and return what to tell of it."""
    tag = NotificationEvent.OVERRIDE_ENDED.value
    try:
        runtime = entry_of(hass, entry.entry_id).runtime_data
        order = _order_of(runtime, offer, dt_util.utcnow())
        if isinstance(order, Message):
            return Notice(message=order, tag=tag)
        action, data = order
        data = {CONF_CONFIG_ENTRY_ID: entry.entry_id, **data}
        await hass.services.async_call(DOMAIN, action, data, blocking=True, context=context)
    except HomeAssistantError as err:
        return Notice(message=plain(await async_error_text(hass, err)), tag=tag)
    status = runtime.control.data
    if status.override is None:
        return Notice(message=say("notify.override_stopped"), tag=tag)
    return Notice(message=status.request_reason, tag=tag, offers=(_stop(status.override),))


def _order_of(runtime: SigenStorRuntimeData, offer: Offer, now: datetime) -> tuple[str, dict[str, Any]] | Message:
    """Return the action that a button stands for, with its fields, or why there is none any more."""
    override = runtime.control.data.override
    if offer.button is Button.STOP:
        return ("clear_override", {}) if override and _stop(override) == offer else say("notify.no_override")
    replaced = override is not None and int(override.started_at.timestamp()) >= offer.about
    if replaced or not 0 <= int(now.timestamp()) - offer.about <= VALID_FOR.total_seconds():
        return say("notify.too_late")
    hold = offer.button is Button.HOLD
    until = spike_ahead(runtime, now) if hold else _pays_until(runtime, now)
    if until is None or until - now < MIN_DURATION:
        return say("notify.prices_changed")
    return "force_hold" if hold else "force_export", {"duration": min(until - now, MAX_DURATION)}


def _stop(override: Override) -> Offer:
    """Return the button that ends an override, and no later one."""
    return Offer(button=Button.STOP, about=int(override.started_at.timestamp()))


def _pays_until(runtime: SigenStorRuntimeData, now: datetime) -> datetime | None:
    """Return until when a spike is known to last, where it pays more than stored energy is worth later by the plan."""
    slots = () if runtime.prices is None or runtime.prices.data is None else runtime.prices.data.slots
    sell = next((slot.sell_per_kwh for slot in slots if slot.start <= now < slot.end), None)
    worth = runtime.optimiser.data.stored_per_kwh(now)
    return spike_until(runtime, now) if sell is not None and worth is not None and sell > worth else None
