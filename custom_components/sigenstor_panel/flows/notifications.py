"""The step that chooses who is told of what."""

from typing import Any

from homeassistant.components.notify import (
    DOMAIN as NOTIFY_DOMAIN,
    SERVICE_PERSISTENT_NOTIFICATION,
    SERVICE_SEND_MESSAGE,
)
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import SelectOptionDict, SelectSelector, SelectSelectorConfig, TimeSelector
import voluptuous as vol

from ..const import (
    CONF_EVENTS,
    CONF_QUIET_FROM,
    CONF_QUIET_TO,
    CONF_TARGETS,
    OPTION_NOTIFICATIONS,
    NotificationEvent,
)
from .prices import PricesSteps

_EVENTS = [event.value for event in NotificationEvent]
_REPORTS = (NotificationEvent.EVENING_SUMMARY, NotificationEvent.MONTHLY_REPORT)
"""What is sent whether or not something happens: only to who asks for it."""


def _targets(hass: HomeAssistant) -> list[SelectOptionDict]:
    """Return the actions and entities that notify, as they are called in Home Assistant."""
    general = {"notify", SERVICE_SEND_MESSAGE, SERVICE_PERSISTENT_NOTIFICATION}
    actions = [f"{NOTIFY_DOMAIN}.{name}" for name in hass.services.async_services_for_domain(NOTIFY_DOMAIN)]
    chosen = [action for action in actions if action.partition(".")[2] not in general]
    names = {action: action for action in chosen}
    names |= {state.entity_id: state.name for state in hass.states.async_all(NOTIFY_DOMAIN)}
    return [
        SelectOptionDict(value=target, label=name) for target, name in sorted(names.items(), key=lambda each: each[1])
    ]


def notifications_schema(targets: list[SelectOptionDict]) -> vol.Schema:
    """Return the form with these targets to choose from; others can be typed."""
    return vol.Schema(
        {
            vol.Optional(CONF_TARGETS, default=[]): SelectSelector(
                SelectSelectorConfig(options=targets, multiple=True, custom_value=True)
            ),
            vol.Required(CONF_EVENTS, default=[event for event in _EVENTS if event not in _REPORTS]): SelectSelector(
                SelectSelectorConfig(options=_EVENTS, multiple=True, translation_key="notification_event")
            ),
            vol.Optional(CONF_QUIET_FROM): TimeSelector(),
            vol.Optional(CONF_QUIET_TO): TimeSelector(),
        }
    )


NOTIFICATIONS_SCHEMA = notifications_schema([])


class NotificationSteps(PricesSteps):
    """Chooses who is told of what."""

    async def async_step_notifications(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for targets, events and quiet hours; without a target nobody is told."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if (CONF_QUIET_FROM in user_input) == (CONF_QUIET_TO in user_input):
                return self._with(OPTION_NOTIFICATIONS, user_input if user_input.get(CONF_TARGETS) else None)
            errors["base"] = "quiet_hours"
        shown = user_input or self.config_entry.options.get(OPTION_NOTIFICATIONS, {})
        return self.async_show_form(
            step_id="notifications",
            data_schema=self.add_suggested_values_to_schema(notifications_schema(_targets(self.hass)), shown),
            errors=errors,
        )
