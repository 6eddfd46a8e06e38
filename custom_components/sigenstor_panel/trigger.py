"""Triggers: what begins or ends at a system, each described once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final, override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.trigger import Trigger, TriggerActionRunner, TriggerConfig
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .automation.following import (
    CONF_ABOVE,
    Sources,
    async_follow,
    checked_config,
    spikes,
    systems,
    without_grid,
)
from .model.command import Action
from .model.message import Message, say
from .plants import in_words
from .runtime import SigenStorConfigEntry, SigenStorRuntimeData
from .texts import localize

if TYPE_CHECKING:
    from homeassistant.helpers.trigger import TriggerNotTriggeredReporter  # newer than 2026.5

CONF_WITHIN: Final = "within"

_LONGEST = timedelta(days=1)

type _Options = Mapping[str, Any]
type _TriggerData = Mapping[str, Any] | None
"""What a trigger tells when it fires, while what it waits for is there; None while it is not."""


def _within(default: timedelta) -> Mapping[vol.Marker, Any]:
    return {
        vol.Optional(CONF_WITHIN, default=default): vol.All(
            cv.positive_time_period, vol.Range(min=timedelta(minutes=1), max=_LONGEST)
        )
    }


class _UnknownError(Exception):
    """It cannot be told at the moment; what was before counts on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerDescription:
    """Describes a trigger: it fires when what it looks for is found and was not found before."""

    find: Callable[[SigenStorRuntimeData, _Options, datetime], _TriggerData]
    """Returns what is found; raises _UnknownError."""

    sources: Sources
    fields: Mapping[vol.Marker, Any] = field(default_factory=dict)
    description: Message


def _spike(runtime: SigenStorRuntimeData, options: _Options, now: datetime) -> _TriggerData:
    slot = runtime.prices.data.current(now) if runtime.prices and runtime.prices.data else None
    if slot is None or (spiking := spikes(slot, options.get(CONF_ABOVE))) is None:
        raise _UnknownError
    return {"buy": slot.buy_per_kwh, "sell": slot.sell_per_kwh} if spiking else None


def _spike_ahead(runtime: SigenStorRuntimeData, options: _Options, now: datetime) -> _TriggerData:
    if runtime.prices is None or runtime.prices.data is None:
        raise _UnknownError
    until = now + options[CONF_WITHIN]
    for slot in runtime.prices.data.slots:
        if now < slot.start <= until and spikes(slot, options.get(CONF_ABOVE), warned=True):
            return {"start": slot.start.isoformat(), "buy": slot.buy_per_kwh, "sell": slot.sell_per_kwh}
    return None


def _charge_ahead(runtime: SigenStorRuntimeData, options: _Options, now: datetime) -> _TriggerData:
    state = runtime.optimiser.data
    if state.inputs is None or state.decision is None or (plan := state.decision.recommendation.plan) is None:
        raise _UnknownError
    until = now + options[CONF_WITHIN]
    before: Action | None = None
    for slot in plan.slots:
        start = state.inputs.now + slot.start
        if start > until:
            break
        if slot.action is Action.CHARGE and before is not Action.CHARGE and start > now:
            return {"start": start.isoformat(), "power_w": round(slot.charge_w)}
        before = slot.action
    return None


def _no_override(runtime: SigenStorRuntimeData, _options: _Options, _now: datetime) -> _TriggerData:
    status = runtime.control.data
    return (
        {"reason": in_words(runtime.control.hass, runtime.control.config_entry)(status.reason, None)}
        if status.override is None
        else None
    )


def _alert(runtime: SigenStorRuntimeData, _options: _Options, _now: datetime) -> _TriggerData:
    alert = runtime.control.data.alert
    return None if alert is None else {"message": localize(runtime.control.hass, alert)}


def _outage(runtime: SigenStorRuntimeData, _options: _Options, _now: datetime) -> _TriggerData:
    if (off_grid := without_grid(runtime)) is None:
        raise _UnknownError
    return {"soc": runtime.telemetry.data.soc} if off_grid else None


def _grid_back(runtime: SigenStorRuntimeData, options: _Options, now: datetime) -> _TriggerData:
    return None if _outage(runtime, options, now) is not None else {"soc": runtime.telemetry.data.soc}


_ABOVE: Mapping[vol.Marker, Any] = {
    vol.Optional(CONF_ABOVE): vol.All(vol.Coerce(float), vol.Range(min=-10, max=100_000))
}

DESCRIPTIONS: Mapping[str, TriggerDescription] = {
    "price_spike_started": TriggerDescription(
        find=_spike,
        fields=_ABOVE,
        sources=lambda runtime: (runtime.prices,),
        description=say("control.trigger_price_spike_started"),
    ),
    "price_spike_forecast": TriggerDescription(
        find=_spike_ahead,
        fields={**_ABOVE, **_within(timedelta(hours=2))},
        sources=lambda runtime: (runtime.prices,),
        description=say("control.trigger_price_spike_forecast"),
    ),
    "charge_planned": TriggerDescription(
        find=_charge_ahead,
        fields=_within(timedelta(minutes=15)),
        sources=lambda runtime: (runtime.optimiser,),
        description=say("control.trigger_charge_planned"),
    ),
    "override_ended": TriggerDescription(
        find=_no_override, sources=lambda runtime: (runtime.control,), description=say("control.trigger_override_ended")
    ),
    "alert_raised": TriggerDescription(
        find=_alert, sources=lambda runtime: (runtime.control,), description=say("control.trigger_alert_raised")
    ),
    "outage_started": TriggerDescription(
        find=_outage, sources=lambda runtime: (runtime.telemetry,), description=say("control.trigger_outage_started")
    ),
    "outage_ended": TriggerDescription(
        find=_grid_back, sources=lambda runtime: (runtime.telemetry,), description=say("control.trigger_outage_ended")
    ),
}


class SystemTrigger(Trigger):
    """Fires when something begins at one system, or at any of them."""

    about: ClassVar[TriggerDescription]

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Validate the options."""
        return checked_config(hass, config, cls.about.fields)

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Initialize the trigger."""
        super().__init__(hass, config)
        self._options: dict[str, Any] = config.options or {}

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        """Follow the systems."""
        ends = [self._follow(entry, run_action) for entry in systems(self._hass, self._options)]

        @callback
        def end() -> None:
            for each in ends:
                each()

        return end

    def _follow(self, entry: SigenStorConfigEntry, run_action: TriggerActionRunner) -> CALLBACK_TYPE:
        known, before = False, False

        @callback
        def look() -> None:
            nonlocal known, before
            try:
                found = self.about.find(entry.runtime_data, self._options, dt_util.utcnow())
            except _UnknownError:
                return
            fires = known and not before and found is not None
            known, before = True, found is not None
            if fires and found is not None:
                payload = {"config_entry_id": entry.entry_id, "system": entry.title, **found}
                run_action(payload, f"{entry.title}: {localize(self._hass, self.about.description)}")

        return async_follow(self._hass, entry, self.about.sources, look)


TRIGGERS: Mapping[str, type[Trigger]] = {
    key: type(f"{SystemTrigger.__name__}_{key}", (SystemTrigger,), {"about": description})
    for key, description in DESCRIPTIONS.items()
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return dict(TRIGGERS)
