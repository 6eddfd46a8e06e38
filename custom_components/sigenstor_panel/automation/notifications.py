"""Tells people what happens to a plant, on the phones and other targets that the options name."""

from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_change
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_EVENTS,
    CONF_QUIET_FROM,
    CONF_QUIET_TO,
    CONF_TARGETS,
    OPTION_NOTIFICATIONS,
    NotificationEvent,
)
from ..control.controller import ControlEvent
from ..model.message import Message, say
from ..model.telemetry import GridStatus
from ..runtime import SigenStorConfigEntry, SigenStorRuntimeData
from .buttons import offers
from .following import async_follow, spike_ahead, spike_until
from .notification_sender import Notice, async_tell
from .reports import PLAN_COUNTS_FOR, async_month, evening

PAUSE: Final = timedelta(minutes=10)
"""The least time between two notifications of the same event."""
_SILENCE: Final = timedelta(minutes=10)
"""How long a plant may not answer before that is told: an inverter that restarts takes a few minutes."""
_SETTLED: Final = timedelta(minutes=15)
"""How long plans must agree on what they foresee."""
_LONG_PAUSE: Final = timedelta(hours=3)
"""The pause of what plans foresee."""
_EVENING: Final = time(20)
_MONTHLY: Final = time(8)

_SAFETY: Final = frozenset(
    {
        NotificationEvent.OUTAGE,
        NotificationEvent.ALARM,
        NotificationEvent.ALERT,
        NotificationEvent.EMERGENCY_STOP,
    }
)
"""What is told in quiet hours too."""

_TAGS: Final = {NotificationEvent.PRICE_SPIKE_AHEAD: NotificationEvent.PRICE_SPIKE}
"""Events that follow each other: on a phone, the later takes the place of the earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trouble:
    """Something that begins, is told, and is told again when it is over."""

    is_so: Callable[[SigenStorRuntimeData, datetime], bool | None]
    """None: nobody can say."""

    begun: Callable[[SigenStorRuntimeData, datetime], Message]
    over: Callable[[SigenStorRuntimeData, datetime], Message | None]
    """None: there is nothing to tell."""

    pause: timedelta = PAUSE
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


def _spike_ahead(runtime: SigenStorRuntimeData, now: datetime) -> Message:
    return say("notify.price_spike_at", start_at=spike_ahead(runtime, now) or now)


def _spike_gone(runtime: SigenStorRuntimeData, now: datetime) -> Message | None:
    return say("notify.price_spike_gone") if spike_until(runtime, now) is None else None


def _short(runtime: SigenStorRuntimeData, now: datetime) -> bool | None:
    """Return whether the plan says that the battery will not last; None without a plan of this hour."""
    state = runtime.optimiser.data
    if state.plan is None or state.inputs is None or now - state.inputs.now > PLAN_COUNTS_FOR:
        return None
    return (hours := state.expensive_hours) is not None and hours.empty_at is not None


def _short_begun(runtime: SigenStorRuntimeData, now: datetime) -> Message:
    hours = runtime.optimiser.data.expensive_hours
    assert hours is not None
    return say(
        "notify.battery_short",
        say("notify.battery_short_at", empty_at=max(hours.empty_at or now, now)),
        say("notify.battery_short_buys", bought_kwh=hours.bought_kwh, buy_per_kwh=hours.most_per_kwh),
        end_at=hours.end,
    )


def _short_over(runtime: SigenStorRuntimeData, _now: datetime) -> Message | None:
    # With the expensive hours over, there is nothing to tell.
    return say("notify.battery_short_over") if runtime.optimiser.data.expensive_hours is not None else None


_TROUBLES: Final[Mapping[NotificationEvent, _Trouble]] = {
    NotificationEvent.OUTAGE: _Trouble(
        is_so=_outage, begun=_outage_begun, over=lambda _runtime, _now: say("notify.outage_over")
    ),
    NotificationEvent.ALARM: _Trouble(
        is_so=_alarmed,
        begun=lambda _runtime, _now: say("notify.alarm"),
        over=lambda _runtime, _now: say("notify.alarm_over"),
    ),
    NotificationEvent.ALERT: _Trouble(
        is_so=lambda runtime, _now: runtime.control.data.alert is not None,
        begun=lambda runtime, _now: say("notify.alert", alert=runtime.control.data.alert or ""),
        over=lambda _runtime, _now: say("notify.alert_over"),
    ),
    NotificationEvent.EMERGENCY_STOP: _Trouble(
        is_so=lambda runtime, _now: runtime.control.data.emergency_stop,
        begun=lambda _runtime, _now: say("control.emergency_stop", say("control.stopped")),
        over=lambda _runtime, _now: say("notify.emergency_stop_over"),
    ),
    NotificationEvent.DATA_LOST: _Trouble(
        is_so=lambda runtime, _now: not runtime.telemetry.readable,
        begun=lambda _runtime, _now: say("notify.data_lost"),
        over=lambda _runtime, _now: say("notify.data_lost_over"),
        settled_after=_SILENCE,
    ),
    NotificationEvent.PRICE_SPIKE_AHEAD: _Trouble(
        is_so=lambda runtime, now: spike_ahead(runtime, now) is not None, begun=_spike_ahead, over=_spike_gone
    ),
    NotificationEvent.PRICE_SPIKE: _Trouble(
        is_so=lambda runtime, now: spike_until(runtime, now) is not None,
        begun=lambda _runtime, _now: say("notify.price_spike"),
        over=lambda _runtime, _now: say("notify.price_spike_over"),
    ),
    NotificationEvent.BATTERY_SHORT: _Trouble(
        is_so=_short, begun=_short_begun, over=_short_over, settled_after=_SETTLED, pause=_LONG_PAUSE
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
                lambda runtime: (runtime.telemetry, runtime.control, runtime.prices, runtime.optimiser),
                self._look,
            ),
            *self._at(NotificationEvent.EVENING_SUMMARY, _EVENING, self._on_evening, before_quiet=True),
            *self._at(NotificationEvent.MONTHLY_REPORT, _MONTHLY, self._on_morning, before_quiet=False),
        )

        @callback
        def end() -> None:
            for each in ends:
                each()

        return end

    def _at(
        self,
        event: NotificationEvent,
        clock: time,
        listener: Callable[[datetime], Coroutine[Any, Any, None] | None],
        *,
        before_quiet: bool,
    ) -> Iterator[CALLBACK_TYPE]:
        """Call `listener` every day at a time; where that is quiet, as the quiet hours begin or when they are over."""
        if event not in self._events:
            return
        if self._is_quiet(clock):
            clock = self._quiet[0 if before_quiet else 1]
        yield async_track_time_change(self._hass, listener, hour=clock.hour, minute=clock.minute, second=0)

    @callback
    def _on_evening(self, _now: datetime) -> None:
        runtime, now = self._entry.runtime_data, dt_util.utcnow()
        event = NotificationEvent.EVENING_SUMMARY
        if (message := evening(runtime, now)) is not None:
            self._tell(event, message, now, offers=offers(event, runtime, now))

    async def _on_morning(self, _now: datetime) -> None:
        if dt_util.now().day == 1 and (message := await async_month(self._entry.runtime_data)) is not None:
            yesterday = dt_util.now().date() - timedelta(days=1)
            query = (("tab", "money"), ("span", "month"), ("date", yesterday.isoformat()))
            self._tell(NotificationEvent.MONTHLY_REPORT, message, dt_util.utcnow(), page="history", query=query)

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
            is_so = trouble.is_so(runtime, now) if event in self._events else None
            if is_so is None or is_so is (event in self._told):
                self._since.pop(event, None)
                continue
            since = self._since.setdefault(event, now)
            message = trouble.begun(runtime, now) if is_so else trouble.over(runtime, now)
            if message is not None and (
                (is_so and now - since < trouble.settled_after) or not self._may_tell(event, now, trouble.pause)
            ):
                continue
            del self._since[event]
            self._told ^= {event}
            if message is not None:
                self._tell(event, message, now, offers=offers(event, runtime, now) if is_so else ())

    @callback
    def _on_control_event(self, event: ControlEvent) -> None:
        now = dt_util.utcnow()
        if event.kind == "refusal" and self._may_tell(NotificationEvent.REFUSAL, now):
            buttons = offers(NotificationEvent.REFUSAL, self._entry.runtime_data, now)
            self._tell(NotificationEvent.REFUSAL, say("notify.refusal", reason=event.reason), now, offers=buttons)
        elif event.kind == "override_ended" and self._may_tell(NotificationEvent.OVERRIDE_ENDED, now):
            self._tell(NotificationEvent.OVERRIDE_ENDED, say("notify.override_ended", reason=event.reason), now)

    def _may_tell(self, event: NotificationEvent, now: datetime, pause: timedelta = PAUSE) -> bool:
        """Return whether somebody wants to know it now."""
        told_at = self._told_at.get(event)
        return (
            event in self._events
            and (told_at is None or now - told_at >= pause)
            and (event in _SAFETY or not self._is_quiet(dt_util.as_local(now).time()))
        )

    def _is_quiet(self, clock: time) -> bool:
        if len(self._quiet) < 2:
            return False
        start, end = self._quiet
        return start <= clock < end if start <= end else clock >= start or clock < end

    def _tell(self, event: NotificationEvent, message: Message, now: datetime, **about: Any) -> None:
        self._told_at[event] = now
        notice = Notice(message=message, tag=_TAGS.get(event, event).value, **about)
        telling = async_tell(self._hass, self._entry, self._targets, notice, now)
        self._entry.async_create_background_task(self._hass, telling, f"{self._entry.title} {event}")
