"""What subscribers see of a plant as it changes, worked out once for all of them, across reloads of its entry."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util.hass_dict import HassKey

from ..const import CONF_PANEL_INTERVAL_S, DEFAULT_PANEL_INTERVAL_S, DOMAIN, SECTION_POLLING
from ..coordinator.unloaded_stop import STOP_TAKEN
from ..runtime import SigenStorConfigEntry, SigenStorRuntimeData

type Event = Mapping[str, Any]
type Send = Callable[[Event], None]
type Sources = Callable[[SigenStorRuntimeData], Iterable[DataUpdateCoordinator[Any] | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedKind:
    """Describes a feed: an event is `{key: value_fn(hass, entry)}`, with None while the plant is not loaded.

    While its entry reloads, what was sent last counts for a few seconds, but for an emergency stop that is pressed then.
    """

    key: str
    value_fn: Callable[[HomeAssistant, SigenStorConfigEntry], Any]
    slow: bool = False
    """Whether `value_fn` returns what makes the value, in the executor, instead of the value."""
    at_once: Sources
    """Whose changes are sent at once."""
    throttled: Sources = lambda _runtime: ()
    """Whose changes are sent as often as the owner chose."""
    stopped_fn: Callable[[Any], Any] | None = None
    """Returns what was sent last as it is once an emergency stop was taken; None where that shows nothing of it."""


_RELOAD_S = 10.0
"""How long what was sent last counts while an entry reloads: as long as it does between two polls."""

_RELOADING = (
    ConfigEntryState.UNLOAD_IN_PROGRESS,
    ConfigEntryState.NOT_LOADED,
    ConfigEntryState.SETUP_IN_PROGRESS,
)
"""What an entry passes through while it reloads; any other state but loaded is a failure."""

_FEEDS = HassKey[dict[tuple[str, str], "_Feed"]](f"{DOMAIN}_feeds")


@callback
def async_subscribe(hass: HomeAssistant, entry: SigenStorConfigEntry, kind: FeedKind, send: Send) -> CALLBACK_TYPE:
    """Send what there is now and whenever it changes; return what ends it."""
    feeds = hass.data.setdefault(_FEEDS, {})
    key = (entry.entry_id, kind.key)
    feed = feeds.get(key) or feeds.setdefault(key, _Feed(hass, entry, kind))
    # Each subscriber is an object of its own: two of them may well send to the same place.
    subscriber = [send]
    feed.add(subscriber)

    @callback
    def stop() -> None:
        feed.subscribers.remove(subscriber)
        if not feed.subscribers and feeds.get(key) is feed:
            del feeds[key]
            feed.stop()

    return stop


class _Feed:
    """One feed of one plant."""

    def __init__(self, hass: HomeAssistant, entry: SigenStorConfigEntry, kind: FeedKind) -> None:
        self._hass = hass
        self._entry = entry
        self._kind = kind
        self._interval_s: float = DEFAULT_PANEL_INTERVAL_S
        self._listening: list[CALLBACK_TYPE] = []
        self._pause: CALLBACK_TYPE | None = None
        self._reload: CALLBACK_TYPE | None = None
        """Ends what was sent last, while the entry reloads."""
        self._changed_in_pause = False
        self._stop_entry = entry.async_on_state_change(self._entry_changed)
        self._stop_stops = async_dispatcher_connect(hass, STOP_TAKEN, self._stop_taken)
        self._made = 0
        """Counts what was begun to be made: what is no longer the newest when it is ready is not sent."""
        self._latest: Event | None = None
        self.subscribers: list[list[Send]] = []
        self._follow()

    def add(self, subscriber: list[Send]) -> None:
        """Send a subscriber what there is to see now, as soon as it is made, and what comes."""
        self.subscribers.append(subscriber)
        if not self._kind.slow:
            if not self._reload or not self._latest:
                self._latest = self._event()
            subscriber[0](self._latest)
        elif self._latest is not None:
            subscriber[0](self._latest)
        elif len(self.subscribers) == 1:
            self._send()

    @callback
    def stop(self) -> None:
        """Send nothing more."""
        self._stop_entry()
        self._stop_stops()
        self._leave()
        self._end_reload()

    @callback
    def _entry_changed(self) -> None:
        showed_something = bool(self._listening or self._reload)
        self._leave()
        self._follow()
        if showed_something and self._entry.state in _RELOADING:
            self._reload = self._reload or async_call_later(self._hass, _RELOAD_S, self._reload_too_long)
            return
        self._end_reload()
        if showed_something or self._listening:
            self._send()

    @callback
    def _stop_taken(self, entry: SigenStorConfigEntry) -> None:
        key, stopped = self._kind.key, self._kind.stopped_fn
        if entry is self._entry and stopped and self._reload and self._latest and self._latest[key] is not None:
            self._deliver({key: stopped(self._latest[key])})

    @callback
    def _reload_too_long(self, _now: datetime) -> None:
        self._reload = None
        self._send()

    def _end_reload(self) -> None:
        if self._reload is not None:
            self._reload()
            self._reload = None

    def _follow(self) -> None:
        """Listen to what runs now, if it does."""
        if self._entry.state is not ConfigEntryState.LOADED:
            return
        polling = self._entry.options.get(SECTION_POLLING, {})
        self._interval_s = polling.get(CONF_PANEL_INTERVAL_S, DEFAULT_PANEL_INTERVAL_S)
        runtime = self._entry.runtime_data
        for sources, listener in ((self._kind.at_once, self._send), (self._kind.throttled, self._send_in_time)):
            self._listening += [source.async_add_listener(listener) for source in sources(runtime) if source]

    def _leave(self) -> None:
        # What is being made counts no more.
        self._made += 1
        while self._listening:
            self._listening.pop()()
        if self._pause is not None:
            self._pause()
            self._pause = None

    @callback
    def _send(self) -> None:
        if self._pause is not None:
            self._pause()
        self._changed_in_pause = False
        self._pause = async_call_later(self._hass, self._interval_s, self._pause_over) if self._listening else None
        self._made += 1
        if self._kind.slow and self._listening:
            job = self._kind.value_fn(self._hass, self._entry)
            self._hass.async_create_background_task(self._make(job, self._made), f"{DOMAIN} {self._kind.key}")
        else:
            self._deliver(self._event())

    async def _make(self, job: Callable[[], Any], number: int) -> None:
        value = await self._hass.async_add_executor_job(job)
        if number == self._made:
            self._deliver({self._kind.key: value})

    def _event(self) -> Event:
        """Return what there is to see now."""
        return {self._kind.key: self._kind.value_fn(self._hass, self._entry) if self._listening else None}

    def _deliver(self, event: Event) -> None:
        self._latest = event
        for (send,) in list(self.subscribers):
            send(event)

    @callback
    def _send_in_time(self) -> None:
        if self._pause is None:
            self._send()
        else:
            self._changed_in_pause = True

    @callback
    def _pause_over(self, _now: datetime) -> None:
        self._pause = None
        if self._changed_in_pause:
            self._send()
