"""Selects: the manual override, what the optimiser may do, and how it decides."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .control.intents import OverrideKind
from .control.memory import ControlMode
from .control.status import ControlStatus
from .coordinator.control import ControlService
from .entities.optimiser_settings import STRATEGY_SELECT
from .entity import ControlEntity, OptimiserEntity, async_add_in_steps, async_check_may_configure
from .runtime import SigenStorConfigEntry

PARALLEL_UPDATES = 1

_NO_OVERRIDE = "none"


@dataclass(frozen=True, kw_only=True)
class ControlSelectDescription(SelectEntityDescription):
    """Describes a choice of control."""

    value_fn: Callable[[ControlStatus], str]
    set_fn: Callable[[ControlService, str], Awaitable[None]]


def _set_override(control: ControlService, option: str) -> Awaitable[None]:
    return control.async_clear_override() if option == _NO_OVERRIDE else control.async_force(OverrideKind(option))


SELECTS = (
    ControlSelectDescription(
        key="override",
        translation_key="override",
        options=[_NO_OVERRIDE, *OverrideKind],
        value_fn=lambda status: _NO_OVERRIDE if status.override is None else status.override.kind.value,
        set_fn=_set_override,
    ),
    ControlSelectDescription(
        key="control_mode",
        translation_key="control_mode",
        options=list(ControlMode),
        value_fn=lambda status: status.settings.mode.value,
        set_fn=lambda control, option: control.async_change_settings(mode=ControlMode(option)),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SigenStorConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the selects."""
    runtime = entry.runtime_data
    selects = [ControlSelect(runtime.control, description) for description in SELECTS]
    await async_add_in_steps(async_add_entities, [*selects, StrategySelect(runtime.optimiser, STRATEGY_SELECT)])


class ControlSelect(ControlEntity, SelectEntity):
    """A choice of control."""

    entity_description: ControlSelectDescription

    @property
    @override
    def current_option(self) -> str:
        """What is chosen."""
        return self.entity_description.value_fn(self.status)

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose."""
        await self.entity_description.set_fn(self.coordinator, option)


class StrategySelect(OptimiserEntity, SelectEntity):
    """How the optimiser decides."""

    @property
    @override
    def current_option(self) -> str:
        """What is chosen."""
        return self.coordinator.options.strategy.value

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose, and decide again."""
        await async_check_may_configure(self)
        await self.coordinator.async_change(strategy=option)
