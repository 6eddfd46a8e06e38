"""Sensors of the optimiser; what they show is in `optimiser_settings`."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import SensorEntity

from ..coordinator.optimiser import OptimiserCoordinator
from ..entity import OptimiserEntity
from ..model.message import Message
from ..texts import currency_of, localize
from .optimiser_settings import OPTIMISER_SENSORS, OptimiserSensorDescription
from .write_gate import SensorValue

_LONGEST_STATE = 255


def optimiser_sensors(optimiser: OptimiserCoordinator) -> Iterator[SensorEntity]:
    """Yield the sensors of the optimiser."""
    yield from (OptimiserSensor(optimiser, description) for description in OPTIMISER_SENSORS)


class OptimiserSensor(OptimiserEntity, SensorEntity):
    """A part of what the optimiser decided or saved."""

    entity_description: OptimiserSensorDescription
    _unrecorded_attributes = frozenset({"degradations", "plan", "problem", "score", "text"})

    @property
    def _currency(self) -> str:
        return currency_of(self.hass, self.coordinator.config_entry)

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        """The unit of its kind, or one of the currency."""
        return self.entity_description.unit_in(self._currency)

    @property
    @override
    def native_value(self) -> SensorValue:
        """What it is now."""
        value = self.entity_description.value_fn(self.coordinator.data)
        return self._written(replace(value, details=()))[:_LONGEST_STATE] if isinstance(value, Message) else value

    @property
    @override
    def last_reset(self) -> datetime | None:
        """When it began anew, where it does."""
        return self.coordinator.data.today.since if self.entity_description.of_today else None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """What belongs to it; never recorded."""
        attributes_fn = self.entity_description.attributes_fn
        if attributes_fn is None:
            return None
        return {
            name: self._written(value) if isinstance(value, Message) else value
            for name, value in attributes_fn(self.coordinator.data).items()
        }

    def _written(self, message: Message) -> str:
        """Return a message as text, with times as seen from the decision."""
        decision = self.coordinator.data.decision
        return localize(self.hass, message, now=None if decision is None else decision.made_at, currency=self._currency)
