"""Conditions: what is so at a system now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Unpack, override

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_OPTIONS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import Condition, ConditionCheckParams, ConditionConfig
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .automation.following import CONF_ABOVE, checked_config, systems, without_grid
from .model.command import Actor
from .model.message import say
from .model.prices import PriceLevel
from .runtime import SigenStorRuntimeData
from .texts import localize

CONF_BECAUSE_OF: Final = "because_of"
CONF_BELOW: Final = "below"
CONF_LEVEL: Final = "level"

_CHARGES_FROM_W = 50
"""Less than this is the battery's own upkeep."""

type _Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionDescription:
    """Describes a condition; what is not known is not so."""

    holds: Callable[[SigenStorRuntimeData, _Options], bool]
    fields: Mapping[vol.Marker, Any]
    one_of: tuple[str, ...] = ()
    """At least one of these fields must be given."""


def _is_charging(runtime: SigenStorRuntimeData, options: _Options) -> bool:
    telemetry, causes = runtime.telemetry, options.get(CONF_BECAUSE_OF)
    if not telemetry.fresh or (telemetry.data.battery_power_w or 0) < _CHARGES_FROM_W:
        return False
    return not causes or runtime.control.data.actor in causes


def _price_is(runtime: SigenStorRuntimeData, options: _Options) -> bool:
    slot = runtime.prices.data.current(dt_util.utcnow()) if runtime.prices and runtime.prices.data else None
    if slot is None:
        return False
    levels, above, below = options.get(CONF_LEVEL), options.get(CONF_ABOVE), options.get(CONF_BELOW)
    return (
        (not levels or slot.level in levels)
        and (above is None or slot.buy_per_kwh > above)
        and (below is None or slot.buy_per_kwh < below)
    )


def _choices(field: str, options: tuple[str, ...]) -> Mapping[vol.Marker, Any]:
    return {vol.Optional(field): vol.All(cv.ensure_list, [vol.In(options)])}


_PRICE = vol.All(vol.Coerce(float), vol.Range(min=-100_000, max=100_000))
CAUSES: Final = (Actor.MANUAL, Actor.SCHEDULE, Actor.OPTIMISER, Actor.SAFETY, Actor.SYSTEM)

DESCRIPTIONS: Mapping[str, ConditionDescription] = {
    "is_charging": ConditionDescription(holds=_is_charging, fields=_choices(CONF_BECAUSE_OF, CAUSES)),
    "price_is": ConditionDescription(
        holds=_price_is,
        fields={
            **_choices(CONF_LEVEL, tuple(PriceLevel)),
            vol.Optional(CONF_ABOVE): _PRICE,
            vol.Optional(CONF_BELOW): _PRICE,
        },
        one_of=(CONF_LEVEL, CONF_ABOVE, CONF_BELOW),
    ),
    "is_outage": ConditionDescription(holds=lambda runtime, _options: without_grid(runtime) is True, fields={}),
}


class SystemCondition(Condition):
    """Holds where it holds for one system, or for any of them."""

    about: ClassVar[ConditionDescription]

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Validate the options."""
        checked = checked_config(hass, config, cls.about.fields)
        if cls.about.one_of and not any(checked[CONF_OPTIONS].get(name) not in (None, []) for name in cls.about.one_of):
            raise vol.Invalid(localize(hass, say("control.one_of_must_be_given", fields=", ".join(cls.about.one_of))))
        return checked

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Initialize the condition."""
        super().__init__(hass, config)
        self._options: dict[str, Any] = config.options or {}

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Return whether it holds now; a system that is not loaded is not asked."""
        return any(
            self.about.holds(entry.runtime_data, self._options)
            for entry in systems(self._hass, self._options)
            if entry.state is ConfigEntryState.LOADED
        )


CONDITIONS: Mapping[str, type[Condition]] = {
    key: type(f"{SystemCondition.__name__}_{key}", (SystemCondition,), {"about": description})
    for key, description in DESCRIPTIONS.items()
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions."""
    return dict(CONDITIONS)
