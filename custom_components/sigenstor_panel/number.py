"""Numbers: what an override starts with, the safety limits, which can only be tightened here, and the optimiser's options."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from math import isnan
from typing import Any, override

from homeassistant.components.number import NumberDeviceClass, NumberEntity, NumberEntityDescription, NumberMode
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfPower, UnitOfTemperature, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .control.guardrails import DEFAULT_LIMITS
from .control.memory import ControlSettings
from .entities.charger_controls import charger_numbers
from .entities.optimiser_settings import OPTIMISER_NUMBERS, OptimiserNumberDescription
from .entity import ControlEntity, OptimiserEntity, async_add_in_steps, async_check_may_configure
from .errors import translated_errors
from .model.telemetry import Telemetry
from .model.validation import MAX_POWER_W, number_in
from .runtime import SigenStorConfigEntry

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class ControlNumberDescription(NumberEntityDescription):
    """Describes a setting of control; the owner may have loosened it beyond this range elsewhere."""

    native_min_value: float
    native_max_value: float
    setting: str
    value_fn: Callable[[ControlSettings], float]
    to_setting: Callable[[float], Any] = float
    rated_fn: Callable[[Telemetry], int | None] = lambda _telemetry: None
    """What the plant says is the most, where it does."""


def _soc(
    key: str, low: float, high: float, value_fn: Callable[[ControlSettings], float], **more: Any
) -> ControlNumberDescription:
    return ControlNumberDescription(
        key=key,
        translation_key=key,
        native_unit_of_measurement=PERCENTAGE,
        native_min_value=low,
        native_max_value=high,
        native_step=1,
        setting=key,
        value_fn=value_fn,
        **more,
    )


def _temperature(
    key: str, low: float, high: float, value_fn: Callable[[ControlSettings], float]
) -> ControlNumberDescription:
    return ControlNumberDescription(
        key=key,
        translation_key=key,
        device_class=NumberDeviceClass.TEMPERATURE,
        entity_category=EntityCategory.CONFIG,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        native_min_value=low,
        native_max_value=high,
        native_step=1,
        setting=f"{key}_c",
        value_fn=value_fn,
    )


def _rated_power_w(telemetry: Telemetry) -> int | None:
    known = [
        power_w
        for power_w in (telemetry.rated_charge_power_w, telemetry.rated_discharge_power_w)
        if power_w is not None
    ]
    return max(known, default=None)


NUMBERS: tuple[ControlNumberDescription, ...] = (
    ControlNumberDescription(
        key="override_power",
        translation_key="override_power",
        device_class=NumberDeviceClass.POWER,
        mode=NumberMode.BOX,
        native_unit_of_measurement=UnitOfPower.WATT,
        native_min_value=100,
        native_max_value=MAX_POWER_W,
        native_step=100,
        setting="override_power_w",
        value_fn=lambda settings: settings.override_power_w,
        to_setting=round,
        rated_fn=_rated_power_w,
    ),
    _soc("charge_target_soc", 10, 100, lambda settings: settings.charge_target_soc),
    _soc("export_floor_soc", 0, 90, lambda settings: settings.export_floor_soc),
    _soc(
        "min_soc",
        DEFAULT_LIMITS.min_soc,
        50,
        lambda settings: settings.limits.min_soc,
        entity_category=EntityCategory.CONFIG,
    ),
    _soc(
        "max_soc",
        50,
        DEFAULT_LIMITS.max_soc,
        lambda settings: settings.limits.max_soc,
        entity_category=EntityCategory.CONFIG,
    ),
    _temperature(
        "min_temperature", DEFAULT_LIMITS.min_temperature_c, 20, lambda settings: settings.limits.min_temperature_c
    ),
    _temperature(
        "max_temperature", 20, DEFAULT_LIMITS.max_temperature_c, lambda settings: settings.limits.max_temperature_c
    ),
    ControlNumberDescription(
        key="power_step",
        translation_key="power_step",
        device_class=NumberDeviceClass.POWER,
        entity_category=EntityCategory.CONFIG,
        mode=NumberMode.BOX,
        native_unit_of_measurement=UnitOfPower.WATT,
        native_min_value=100,
        native_max_value=DEFAULT_LIMITS.step_w,
        native_step=100,
        setting="step_w",
        value_fn=lambda settings: settings.limits.step_w,
        to_setting=round,
    ),
    ControlNumberDescription(
        key="cooldown",
        translation_key="cooldown",
        device_class=NumberDeviceClass.DURATION,
        entity_category=EntityCategory.CONFIG,
        mode=NumberMode.BOX,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        native_min_value=DEFAULT_LIMITS.cooldown.total_seconds(),
        native_max_value=600,
        native_step=1,
        setting="cooldown",
        value_fn=lambda settings: settings.limits.cooldown.total_seconds(),
        to_setting=lambda seconds: timedelta(seconds=seconds),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SigenStorConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the numbers."""
    runtime = entry.runtime_data
    of_control = [ControlNumber(runtime.control, description) for description in NUMBERS]
    of_optimiser = [OptimiserNumber(runtime.optimiser, description) for description in OPTIMISER_NUMBERS]
    await async_add_in_steps(async_add_entities, [*of_control, *of_optimiser, *charger_numbers(runtime)])


class ControlNumber(ControlEntity, NumberEntity):
    """A setting of control."""

    entity_description: ControlNumberDescription

    @property
    @override
    def native_value(self) -> float:
        """Return the setting."""
        return self.entity_description.value_fn(self.status.settings)

    @property
    @override
    def native_min_value(self) -> float:
        """Return the end of the range, or the setting where the owner set it beyond that."""
        return min(self.entity_description.native_min_value, self.native_value)

    @property
    @override
    def native_max_value(self) -> float:
        """Return the end of the range, or the setting where the owner set it beyond that."""
        rated = self.entity_description.rated_fn(self.coordinator.telemetry.data)
        return max(self.entity_description.native_max_value if rated is None else rated, self.native_value)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the setting."""
        description = self.entity_description
        if isnan(value):
            with translated_errors():
                number_in(description.setting, value, self.native_min_value, self.native_max_value)
        if self.entity_category is EntityCategory.CONFIG:
            await async_check_may_configure(self)
        await self.coordinator.async_change_settings(**{description.setting: description.to_setting(value)})


class OptimiserNumber(OptimiserEntity, NumberEntity):
    """An option of the optimiser."""

    entity_description: OptimiserNumberDescription

    @property
    @override
    def native_value(self) -> float:
        """Return the option."""
        return self.entity_description.value_fn(self.coordinator.options)

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the option, and decide again."""
        await async_check_may_configure(self)
        with translated_errors():
            await self.coordinator.async_change(**{self.entity_description.key: value})
