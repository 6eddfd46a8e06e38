"""Events: every command, every refusal, every alert and the end of every override."""

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .control.controller import ControlEvent
from .entity import ControlEntity
from .runtime import SigenStorConfigEntry

PARALLEL_UPDATES = 0

EVENTS = (
    EventEntityDescription(
        key="control",
        translation_key="control",
        event_types=["command", "refusal", "alert", "override_ended"],
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: SigenStorConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the events."""
    control = entry.runtime_data.control
    async_add_entities(ControlEvents(control, description) for description in EVENTS)


class ControlEvents(ControlEntity, EventEntity):
    """What control does and refuses."""

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to what happens."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_listen_events(self._on_control_event))

    @callback
    def _on_control_event(self, event: ControlEvent) -> None:
        self._trigger_event(
            event.kind,
            {
                "owner": event.owner,
                "actor": event.actor.value,
                "action": event.action.value,
                "power_w": event.power_w,
                "reason": event.reason,
            },
        )
        self.async_write_ha_state()
