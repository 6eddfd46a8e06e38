"""Buttons: end the manual override."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .control.service import ControlService
from .entity import ControlEntity, async_add_in_steps
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
    control = entry.runtime_data.control
    await async_add_in_steps(async_add_entities, (ControlButton(control, description) for description in BUTTONS))


class ControlButton(ControlEntity, ButtonEntity):
    """A button of control."""

    entity_description: ControlButtonDescription

    @override
    async def async_press(self) -> None:
        """Press it."""
        await self.entity_description.press_fn(self.coordinator)
