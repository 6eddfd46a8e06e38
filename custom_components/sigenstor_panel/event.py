"""Events: every command, every refusal, every alert and the end of every override."""

from typing import override

from homeassistant.components.event import DOMAIN as EVENT_DOMAIN, EventEntity, EventEntityDescription
from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .const import EVENT_CONTROL
from .control.controller import ControlEvent
from .coordinator.prices import PricesCoordinator
from .entity import ControlEntity, SystemEntity, async_add_in_steps, async_remove_entities
from .model.prices import PriceSlot
from .runtime import SigenStorConfigEntry
from .texts import currency_of, localize

PARALLEL_UPDATES = 0

EVENTS = (
    EventEntityDescription(
        key="control",
        translation_key="control",
        name=None,
        event_types=["command", "refusal", "alert", "override_ended"],
    ),
)

PRICE_EVENT = EventEntityDescription(key="price", translation_key="price", event_types=["changed"])


async def async_setup_entry(
    hass: HomeAssistant, entry: SigenStorConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the events."""
    control = entry.runtime_data.control
    entities: list[EventEntity] = [ControlEvents(control, description) for description in EVENTS]
    if (prices := entry.runtime_data.prices) is None:
        async_remove_entities(hass, EVENT_DOMAIN, entry, [PRICE_EVENT])
    else:
        entities.append(PriceEvents(prices, PRICE_EVENT, entry.runtime_data.telemetry))
    await async_add_in_steps(async_add_entities, entities)


class ControlEvents(ControlEntity, EventEntity):
    """What control does and refuses."""

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to what happens."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_listen_events(self._on_control_event))

    @callback
    def _on_control_event(self, event: ControlEvent) -> None:
        entry, device = self.coordinator.config_entry, self.device_entry
        told = {
            "owner": localize(self.hass, event.owner),
            "actor": event.actor.value,
            "action": event.action.value,
            "power_w": event.power_w,
            "reason": localize(self.hass, event.reason, currency=currency_of(self.hass, entry)),
        }
        self._trigger_event(event.kind, told)
        self.async_write_ha_state()
        self.hass.bus.async_fire(
            EVENT_CONTROL,
            {
                ATTR_ENTITY_ID: self.entity_id,
                ATTR_DEVICE_ID: None if device is None else device.id,
                "system": entry.title,
                "kind": event.kind,
                **told,
            },
        )


class PriceEvents(SystemEntity[PricesCoordinator], EventEntity):
    """A price that is not what it was."""

    _before: tuple[float, float | None] | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Start from the price in force, where it is known already."""
        await super().async_added_to_hass()
        if (slot := self._slot) is not None:
            self._before = slot.buy_per_kwh, slot.sell_per_kwh

    @property
    def _slot(self) -> PriceSlot | None:
        return self.coordinator.data.current(dt_util.utcnow()) if self.coordinator.data else None

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        slot = self._slot
        if slot is not None and (present := (slot.buy_per_kwh, slot.sell_per_kwh)) != self._before:
            if self._before is not None:
                buy_before, sell_before = self._before
                self._trigger_event(
                    "changed",
                    {
                        "buy": slot.buy_per_kwh,
                        "sell": slot.sell_per_kwh,
                        "buy_before": buy_before,
                        "sell_before": sell_before,
                        "estimate": slot.estimate,
                    },
                )
            self._before = present
        self.async_write_ha_state()
