"""Switches: the emergency stop, and one for each schedule."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, override

from homeassistant.components.switch import DOMAIN as SWITCH_DOMAIN, SwitchEntity, SwitchEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .control.schedules import Schedule
from .control.status import ControlStatus
from .coordinator.control import ControlService
from .entity import ControlEntity, async_add_in_steps
from .runtime import SigenStorConfigEntry

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class ControlSwitchDescription(SwitchEntityDescription):
    """Describes a switch of control."""

    value_fn: Callable[[ControlStatus], bool]
    set_fn: Callable[[ControlService, bool], Awaitable[None]]


SWITCHES = (
    ControlSwitchDescription(
        key="emergency_stop",
        translation_key="emergency_stop",
        value_fn=lambda status: status.emergency_stop,
        set_fn=lambda control, on: control.async_emergency_stop() if on else control.async_clear_emergency_stop(),
    ),
)

SCHEDULE_SWITCH = SwitchEntityDescription(key="schedule", translation_key="schedule")
"""What all switches of schedules share; each has its schedule's id after the key."""


async def async_setup_entry(
    hass: HomeAssistant, entry: SigenStorConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the switches; those of schedules come and go with them."""
    control = entry.runtime_data.control
    await async_add_in_steps(async_add_entities, (ControlSwitch(control, description) for description in SWITCHES))
    known = set[str]()

    @callback
    def follow_schedules() -> None:
        present = {schedule.id for schedule in control.data.schedules}
        if present == known:
            return
        async_add_entities(ScheduleSwitch(control, schedule_id) for schedule_id in sorted(present - known))
        known.clear()
        known.update(present)
        _remove_switches_of_gone_schedules(hass, control)

    _remove_switches_of_gone_schedules(hass, control)
    follow_schedules()
    entry.async_on_unload(control.async_add_listener(follow_schedules))


class ControlSwitch(ControlEntity, SwitchEntity):
    """A switch of control."""

    entity_description: ControlSwitchDescription

    @property
    @override
    def is_on(self) -> bool:
        """Return whether it is switched on."""
        return self.entity_description.value_fn(self.status)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn it on."""
        await self.entity_description.set_fn(self.coordinator, True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn it off."""
        await self.entity_description.set_fn(self.coordinator, False)


class ScheduleSwitch(ControlEntity, SwitchEntity):
    """Whether a schedule is enabled; it carries the schedule's name."""

    def __init__(self, coordinator: ControlService, schedule_id: str) -> None:
        """Initialize the switch."""
        super().__init__(coordinator, replace(SCHEDULE_SWITCH, key=f"{SCHEDULE_SWITCH.key}_{schedule_id}"))
        self._schedule_id = schedule_id

    @property
    def _schedule(self) -> Schedule | None:
        return next((one for one in self.status.schedules if one.id == self._schedule_id), None)

    @property
    @override
    def available(self) -> bool:
        """Whether the schedule still exists."""
        return super().available and self._schedule is not None

    @property
    @override
    def name(self) -> str | None:
        """The schedule's name."""
        return None if (schedule := self._schedule) is None else schedule.name

    @property
    @override
    def is_on(self) -> bool | None:
        """Whether the schedule is enabled."""
        return None if (schedule := self._schedule) is None else schedule.enabled

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """The rest of the schedule."""
        if (schedule := self._schedule) is None:
            return None
        return {key: value for key, value in schedule.as_dict().items() if key not in ("name", "enabled", "created_at")}

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Enable the schedule."""
        await self.coordinator.async_set_schedule({"id": self._schedule_id, "enabled": True})

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Disable the schedule."""
        await self.coordinator.async_set_schedule({"id": self._schedule_id, "enabled": False})


def _remove_switches_of_gone_schedules(hass: HomeAssistant, control: ControlService) -> None:
    registry = er.async_get(hass)
    prefix = f"{control.config_entry.unique_id}_{SCHEDULE_SWITCH.key}_"
    present = {prefix + schedule.id for schedule in control.data.schedules}
    for entity in er.async_entries_for_config_entry(registry, control.config_entry.entry_id):
        if entity.domain == SWITCH_DOMAIN and entity.unique_id.startswith(prefix) and entity.unique_id not in present:
            registry.async_remove(entity.entity_id)
