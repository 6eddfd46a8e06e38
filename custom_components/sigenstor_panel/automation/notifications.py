"""Tells people what happens to a plant, on the phones and other targets that the options name."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from homeassistant.components.notify import (
    ATTR_MESSAGE,
    ATTR_TITLE,
    DOMAIN as NOTIFY_DOMAIN,
    SERVICE_SEND_MESSAGE,
)
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_EVENTS,
    CONF_QUIET_FROM,
    CONF_QUIET_TO,
    CONF_TARGETS,
    LOGGER,
    OPTION_NOTIFICATIONS,
    NotificationEvent,
)
from ..control.controller import ControlEvent
from ..model.message import Message, say
from ..model.telemetry import GridStatus
from ..runtime import SigenStorConfigEntry, SigenStorRuntimeData
from ..texts import localize
from .following import async_follow, spikes

PAUSE: Final = timedelta(minutes=10)
"""The least time between two notifications of the same event."""
_SILENCE: Final = timedelta(minutes=10)
"""How long a plant may not answer before that is told: an inverter that restarts takes a few minutes."""
_AHEAD: Final = timedelta(minutes=30)
_SENT_WITHIN_S: Final = 60

_SAFETY: Final = frozenset({NotificationEvent.OUTAGE, NotificationEvent.ALARM, NotificationEvent.ALERT})
"""What is told in quiet hours too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trouble:
    """Something that begins, is told, and is told again when it is over."""

    is_so: Callable[[SigenStorRuntimeData, datetime], bool | None]
    """None: nobody can say."""

    begun: Callable[[SigenStorRuntimeData, datetime], Message]
    over: Message
    settled_after: timedelta = timedelta(0)
    """How long it must have been so before it is told."""


def _outage(runtime: SigenStorRuntimeData, _now: datetime) -> bool | None:
    """Return whether the grid is down; None too where somebody disconnected the home."""
    telemetry = runtime.telemetry
    if not telemetry.readable or telemetry.data.grid_status in (None, GridStatus.OFF_GRID_MANUAL):
        return None
    return telemetry.data.grid_status is GridStatus.OFF_GRID_AUTO


def _outage_begun(runtime: SigenStorRuntimeData, _now: datetime) -> Message:
    soc = runtime.telemetry.data.soc
    return say("notify.outage", *(() if soc is None else (say("notify.battery", soc=soc),)))


def _alarmed(runtime: SigenStorRuntimeData, _now: datetime) -> bool | None:
    telemetry = runtime.telemetry
    return any(telemetry.data.alarms.values()) if telemetry.readable and telemetry.data.alarms else None


def _spike_start(runtime: SigenStorRuntimeData, now: datetime) -> datetime | None:
    slots = () if runtime.prices is None or runtime.prices.data is None else runtime.prices.data.slots
    ahead = [slot.start for slot in slots if slot.end > now and slot.start <= now + _AHEAD and spikes(slot, None)]
    return min(ahead, default=None)


def _spike_begun(runtime: SigenStorRuntimeData, now: datetime) -> Message:
    start = _spike_start(runtime, now)
    return say("notify.price_spike") if start is None or start <= now else say("notify.price_spike_at", start_at=start)


_TROUBLES: Final[Mapping[NotificationEvent, _Trouble]] = {
    NotificationEvent.OUTAGE: _Trouble(is_so=_outage, begun=_outage_begun, over=say("notify.outage_over")),
    NotificationEvent.ALARM: _Trouble(
        is_so=_alarmed, begun=lambda _runtime, _now: say("notify.alarm"), over=say("notify.alarm_over")
    ),
    NotificationEvent.ALERT: _Trouble(
        is_so=lambda runtime, _now: runtime.control.data.alert is not None,
        begun=lambda runtime, _now: say("notify.alert", alert=runtime.control.data.alert or ""),
        over=say("notify.alert_over"),
    ),
    NotificationEvent.DATA_LOST: _Trouble(
        is_so=lambda runtime, _now: not runtime.telemetry.readable,
        begun=lambda _runtime, _now: say("notify.data_lost"),
        over=say("notify.data_lost_over"),
        settled_after=_SILENCE,
    ),
    NotificationEvent.PRICE_SPIKE: _Trouble(
        is_so=lambda runtime, now: _spike_start(runtime, now) is not None,
        begun=_spike_begun,
        over=say("notify.price_spike_over"),
    ),
}


@callback
def async_start_notifications(hass: HomeAssistant, entry: SigenStorConfigEntry) -> CALLBACK_TYPE:
    """Tell what the options ask for while the plant is loaded, and return what ends it."""
    options = entry.options.get(OPTION_NOTIFICATIONS)
    return _Notifications(hass, entry, options).async_start() if options else lambda: None


class _Notifications:
    """What was told, and what is to be."""

    def __init__(self, hass: HomeAssistant, entry: SigenStorConfigEntry, options: Mapping[str, Any]) -> None:
        """Initialize; nothing was told yet."""
        self._hass = hass
        self._entry = entry
        self._targets: list[str] = options[CONF_TARGETS]
        self._events = {NotificationEvent(event) for event in options[CONF_EVENTS]}
        self._quiet = [time.fromisoformat(options[key]) for key in (CONF_QUIET_FROM, CONF_QUIET_TO) if key in options]
        self._told: set[NotificationEvent] = set()
        """What was told to have begun, and not yet to be over."""
        self._told_at: dict[NotificationEvent, datetime] = {}
        self._alert: Message | None = None
        """The alert that was told last."""
        self._since: dict[NotificationEvent, datetime] = {}
        """Since when something is otherwise than was told."""

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow the plant; return what ends that."""
        ends = (
            self._entry.runtime_data.control.async_listen_events(self._on_control_event),
            async_follow(
                self._hass,
                self._entry,
                lambda runtime: (runtime.telemetry, runtime.control, runtime.prices),
                self._look,
            ),
        )

        @callback
        def end() -> None:
            for each in ends:
                each()

        return end

    @callback
    def _look(self) -> None:
        """Tell what is otherwise than was told; what waits is told later, if it still is so."""
        runtime, now = self._entry.runtime_data, dt_util.utcnow()
        if (alert := runtime.control.data.alert) is None or alert.key != (self._alert and self._alert.key):
            # Another one than was told begins anew.
            self._alert = alert
            if alert is not None:
                self._told.discard(NotificationEvent.ALERT)
        for event, trouble in _TROUBLES.items():
            is_so = trouble.is_so(runtime, now)
            if is_so is None or is_so is (event in self._told):
                self._since.pop(event, None)
                continue
            since = self._since.setdefault(event, now)
            if (is_so and now - since < trouble.settled_after) or not self._may_tell(event, now):
                continue
            del self._since[event]
            self._told ^= {event}
            self._tell(event, trouble.begun(runtime, now) if is_so else trouble.over, now)

    @callback
    def _on_control_event(self, event: ControlEvent) -> None:
        now = dt_util.utcnow()
        if event.kind == "refusal" and self._may_tell(NotificationEvent.REFUSAL, now):
            self._tell(NotificationEvent.REFUSAL, say("notify.refusal", reason=event.reason), now)
        elif event.kind == "override_ended" and self._may_tell(NotificationEvent.OVERRIDE_ENDED, now):
            self._tell(NotificationEvent.OVERRIDE_ENDED, say("notify.override_ended", reason=event.reason), now)

    def _may_tell(self, event: NotificationEvent, now: datetime) -> bool:
        """Return whether somebody wants to know it now."""
        told_at = self._told_at.get(event)
        return (
            event in self._events
            and (told_at is None or now - told_at >= PAUSE)
            and (event in _SAFETY or not self._is_quiet(dt_util.as_local(now).time()))
        )

    def _is_quiet(self, clock: time) -> bool:
        if len(self._quiet) < 2:
            return False
        start, end = self._quiet
        return start <= clock < end if start <= end else clock >= start or clock < end

    def _tell(self, event: NotificationEvent, message: Message, now: datetime) -> None:
        self._told_at[event] = now
        data = {ATTR_TITLE: self._entry.title, ATTR_MESSAGE: localize(self._hass, message, now=now)}
        self._entry.async_create_background_task(self._hass, self._async_send(data), f"{self._entry.title} {event}")

    async def _async_send(self, data: dict[str, str]) -> None:
        """Send to every target; one that is gone, fails or hangs keeps no other from it."""
        await asyncio.gather(*(self._async_send_to(target, data) for target in self._targets))

    async def _async_send_to(self, target: str, data: dict[str, str]) -> None:
        services, action = self._hass.services, target.removeprefix(f"{NOTIFY_DOMAIN}.")
        if not services.has_service(NOTIFY_DOMAIN, action):
            action, data = SERVICE_SEND_MESSAGE, {**data, ATTR_ENTITY_ID: target}
        try:
            async with asyncio.timeout(_SENT_WITHIN_S):
                await services.async_call(NOTIFY_DOMAIN, action, data, blocking=True)
        except Exception as err:  # noqa: BLE001  whatever an integration of somebody else's raises
            LOGGER.warning("%s could not be told: %s", target, str(err) or type(err).__name__)
