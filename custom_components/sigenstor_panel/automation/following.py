"""Follows plants across reloads of their entries, for automations."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.typing import ConfigType
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
import voluptuous as vol

from ..const import DOMAIN
from ..model.message import say
from ..model.prices import PriceSlot, SpikeStatus
from ..model.telemetry import GridStatus
from ..plants import plants_of
from ..runtime import SigenStorConfigEntry, SigenStorRuntimeData
from ..texts import localize

CONF_ABOVE: Final = "above"
CONF_CONFIG_ENTRY_ID: Final = "config_entry_id"

SYSTEM_FIELD: Final = {vol.Optional(CONF_CONFIG_ENTRY_ID): cv.string}

_AHEAD: Final = timedelta(minutes=30)
"""How long before it begins a spike is told."""

_MINUTE = timedelta(minutes=1)

type Sources = Callable[[SigenStorRuntimeData], Iterable[DataUpdateCoordinator[Any] | None]]


@callback
def check_system(hass: HomeAssistant, options: dict[str, Any]) -> None:
    """Raise `vol.Invalid` where the options name a system that does not exist."""
    entry_id = options.get(CONF_CONFIG_ENTRY_ID)
    if entry_id is not None and all(entry.entry_id != entry_id for entry in plants_of(hass)):
        raise vol.Invalid(localize(hass, say("control.no_such_entry", entry_id=str(entry_id))))


@callback
def checked_config(hass: HomeAssistant, config: ConfigType, fields: Mapping[vol.Marker, Any]) -> ConfigType:
    """Return the configuration of a trigger or a condition with these options; raise `vol.Invalid` where it is none."""
    schema = vol.Schema({vol.Required(CONF_OPTIONS, default=dict): {**SYSTEM_FIELD, **fields}})
    checked = cast("ConfigType", schema(config))
    check_system(hass, checked[CONF_OPTIONS])
    return checked


@callback
def systems(hass: HomeAssistant, options: dict[str, Any]) -> list[SigenStorConfigEntry]:
    """Return the entry that the options name, or all of them."""
    entry_id = options.get(CONF_CONFIG_ENTRY_ID)
    return [entry for entry in plants_of(hass) if entry_id in (None, entry.entry_id)]


@callback
def async_follow(
    hass: HomeAssistant, entry: SigenStorConfigEntry, sources: Sources, listener: Callable[[], None]
) -> CALLBACK_TYPE:
    """Call `listener` now, on every change of what runs, and every minute, while the plant is loaded."""
    listening: list[CALLBACK_TYPE] = []

    def leave() -> None:
        while listening:
            listening.pop()()

    @callback
    def follow() -> None:
        leave()
        if entry.state is not ConfigEntryState.LOADED:
            return
        listening.extend(source.async_add_listener(listener) for source in sources(entry.runtime_data) if source)
        listening.append(async_track_time_interval(hass, every_minute, _MINUTE, name=f"{DOMAIN} automation"))
        listener()

    @callback
    def every_minute(_now: datetime) -> None:
        listener()

    stop = entry.async_on_state_change(follow)
    follow()

    @callback
    def end() -> None:
        stop()
        leave()

    return end


def spikes(slot: PriceSlot, above: float | None, *, warned: bool = False) -> bool | None:
    """Return whether a price spikes: by a price of one's own, or as the retailer says; None where it says nothing."""
    if above is not None:
        return slot.buy_per_kwh >= above
    if slot.spike is None:
        return None
    return slot.spike is SpikeStatus.SPIKE or (warned and slot.spike is SpikeStatus.POTENTIAL)


def spike_ahead(runtime: SigenStorRuntimeData, now: datetime) -> datetime | None:
    """Return when a spike begins within half an hour, by what the retailer says; None while there is one already."""
    starts = [slot.start for slot in _spikes_of(runtime) if now < slot.start <= now + _AHEAD]
    return min(starts, default=None) if spike_until(runtime, now) is None else None


def spike_until(runtime: SigenStorRuntimeData, now: datetime) -> datetime | None:
    """Return until when the present spike is known to last; None while there is none."""
    until = now
    for slot in _spikes_of(runtime):
        if slot.start <= until < slot.end:
            until = slot.end
    return until if until > now else None


def _spikes_of(runtime: SigenStorRuntimeData) -> list[PriceSlot]:
    slots = () if runtime.prices is None or runtime.prices.data is None else runtime.prices.data.slots
    return [slot for slot in slots if spikes(slot, None)]


def without_grid(runtime: SigenStorRuntimeData) -> bool | None:
    """Return whether the home is off the grid; None where no recent reading says so."""
    telemetry = runtime.telemetry
    if not telemetry.readable or telemetry.data.grid_status is None:
        return None
    return telemetry.data.grid_status is not GridStatus.ON_GRID
