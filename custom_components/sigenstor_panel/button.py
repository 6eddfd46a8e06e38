"""Buttons: end the manual override, decide now, start and stop vehicle chargers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator.control import ControlService
from .entities.charger_controls import charger_buttons
from .entities.optimiser_settings import OPTIMISER_BUTTONS, OptimiserButtonDescription
from .entity import ControlEntity, OptimiserEntity, async_add_in_steps
from .runtime import SigenStorConfigEntry

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class ControlButtonDescription(ButtonEntityDescription):
    """Describes a button of control."""

    press_fn: Callable[[ControlService], Awaitable[None]]


BUTTONS = (
    ControlButtonDescription(
        key="clear_override",
        translation_key="clear_override",
        press_fn=lambda control: control.async_clear_override(),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SigenStorConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the buttons."""
    runtime = entry.runtime_data
    of_control = [ControlButton(runtime.control, description) for description in BUTTONS]
    of_optimiser = [OptimiserButton(runtime.optimiser, description) for description in OPTIMISER_BUTTONS]
    await async_add_in_steps(async_add_entities, [*of_control, *of_optimiser, *charger_buttons(runtime)])


class ControlButton(ControlEntity, ButtonEntity):
    """A button of control."""

    entity_description: ControlButtonDescription

    @override
    async def async_press(self) -> None:
        """Press it."""
        await self.entity_description.press_fn(self.coordinator)


class OptimiserButton(OptimiserEntity, ButtonEntity):
    """A button of the optimiser."""

    entity_description: OptimiserButtonDescription

    @override
    async def async_press(self) -> None:
        """Press it."""
        await self.entity_description.press_fn(self.coordinator)
