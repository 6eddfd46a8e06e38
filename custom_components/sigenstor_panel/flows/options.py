"""Sets how the plant is polled, what control may do, and the safety limits; loosening a limit is confirmed."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import BooleanSelector
import voluptuous as vol

from ..const import (
    CONF_AUDIT_IN_RECORDER,
    CONF_MESSAGE_SPACING_S,
    CONF_PANEL_INTERVAL_S,
    CONF_POLL_INTERVAL_S,
    CONF_STALE_AFTER_S,
    DEFAULT_MESSAGE_SPACING_S,
    DEFAULT_PANEL_INTERVAL_S,
    DEFAULT_POLL_INTERVAL_S,
    DEFAULT_STALE_AFTER_S,
    SECTION_CONTROL,
    SECTION_POLLING,
    SECTION_SAFETY,
)
from ..control.guardrails import DEFAULT_LIMITS
from ..control.memory import LIMIT_RANGES, MAIN_FUSE_RANGE_W, ControlSettings
from .cloud import CloudSteps
from .fields import async_labels, collapsed, field_of, in_kw, in_w, number, power, whole_number
from .notifications import NotificationSteps
from .optimiser import OptimiserSteps
from .solar import SolarSteps

CONF_HAND_BACK = "hand_back_on_stop"
CONF_MAIN_FUSE_W = "main_fuse_w"
CONF_OPTIMISER_FIRST = "optimiser_above_schedules"
CONF_UNDERSTOOD = "understood"

_LOWER_IS_LOOSER = frozenset({"min_soc", "min_temperature_c"})


POLLING_SECTION = section(
    vol.Schema(
        {
            vol.Required(CONF_POLL_INTERVAL_S, default=DEFAULT_POLL_INTERVAL_S): whole_number(5, 60, "s"),
            vol.Required(CONF_STALE_AFTER_S, default=DEFAULT_STALE_AFTER_S): whole_number(15, 600, "s"),
            vol.Required(CONF_PANEL_INTERVAL_S, default=DEFAULT_PANEL_INTERVAL_S): whole_number(5, 60, "s"),
            vol.Required(CONF_MESSAGE_SPACING_S, default=DEFAULT_MESSAGE_SPACING_S): number(0, 1, 0.05, "s"),
        }
    )
)
CONTROL_SECTION = collapsed(
    {
        vol.Required(CONF_HAND_BACK, default=True): BooleanSelector(),
        vol.Required(CONF_OPTIMISER_FIRST, default=False): BooleanSelector(),
        vol.Required(CONF_AUDIT_IN_RECORDER, default=False): BooleanSelector(),
    }
)
SAFETY_SECTION = collapsed(
    {
        vol.Required(field_of(name), default=in_kw({name: getattr(DEFAULT_LIMITS, name)})[field_of(name)]): (
            power(low, high) if name.endswith("_w") else number(low, high, 0.5, unit.strip())
        )
        for name, (low, high, unit) in LIMIT_RANGES.items()
    }
    | {vol.Optional(field_of(CONF_MAIN_FUSE_W)): power(*MAIN_FUSE_RANGE_W)}
)
OPTIONS_SCHEMA = vol.Schema(
    {
        vol.Required(SECTION_POLLING): POLLING_SECTION,
        vol.Required(SECTION_CONTROL): CONTROL_SECTION,
        vol.Required(SECTION_SAFETY): SAFETY_SECTION,
    }
)
POLLING_SCHEMA = vol.Schema({vol.Required(SECTION_POLLING): POLLING_SECTION})


class SigenStorOptionsFlow(OptimiserSteps, NotificationSteps, SolarSteps, CloudSteps):
    """Lets people choose what to set; what control keeps itself is asked for only while it runs."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what to set."""
        return self.async_show_menu(
            step_id="init", menu_options=["settings", "prices", "solar", "optimiser", "notifications", "cloud"]
        )

    async def async_step_settings(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask how the plant is polled, and for control's options and limits."""
        if user_input is not None:
            self._answers = {**user_input, SECTION_SAFETY: in_w(user_input.get(SECTION_SAFETY, {}))}
            if _looser_than_default(self._answers[SECTION_SAFETY]):
                return await self.async_step_confirm_loosening()
            return await self._async_finish()
        running = self.config_entry.state is ConfigEntryState.LOADED
        return self.async_show_form(
            step_id="settings",
            data_schema=self.add_suggested_values_to_schema(
                OPTIONS_SCHEMA if running else POLLING_SCHEMA,
                self._settings_as_shown() if running else self.config_entry.options,
            ),
        )

    async def async_step_confirm_loosening(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask whether limits are really to be looser than the safe defaults."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if user_input[CONF_UNDERSTOOD]:
                return await self._async_finish()
            errors[CONF_UNDERSTOOD] = "not_understood"
        return self.async_show_form(
            step_id="confirm_loosening",
            data_schema=vol.Schema({vol.Required(CONF_UNDERSTOOD, default=False): BooleanSelector()}),
            errors=errors,
            description_placeholders={"limits": await self._async_looser_limits()},
        )

    async def _async_finish(self) -> ConfigFlowResult:
        control = dict(self._answers.get(SECTION_CONTROL, {}))
        options = {**self.config_entry.options, SECTION_POLLING: self._answers[SECTION_POLLING]}
        if control:
            options[SECTION_CONTROL] = {CONF_AUDIT_IN_RECORDER: control.pop(CONF_AUDIT_IN_RECORDER)}
            await self.config_entry.runtime_data.control.async_change_settings(
                **control, **{CONF_MAIN_FUSE_W: None, **self._answers[SECTION_SAFETY]}
            )
        return self.async_create_entry(data=options)

    async def _async_looser_limits(self) -> str:
        """Return the limits that are looser than their safe defaults, with these in brackets, as their fields show them."""
        labels = await async_labels(self.hass, "settings")
        limits = self._answers[SECTION_SAFETY]
        looser = _looser_than_default(limits)
        chosen, safe = (in_kw({name: each[name] for name in looser}) for each in (limits, asdict(DEFAULT_LIMITS)))
        units = {field_of(name): "kW" if name.endswith("_w") else LIMIT_RANGES[name][2].strip() for name in looser}
        return ", ".join(
            f"{labels[field]} {value:g} {units[field]} ({safe[field]:g} {units[field]})"
            for field, value in chosen.items()
        )

    def _settings_as_shown(self) -> dict[str, Any]:
        """Return what is set now, as the form shows it."""
        settings: ControlSettings = self.config_entry.runtime_data.control.controller.memory.settings
        options: Mapping[str, Any] = self.config_entry.options
        return {
            SECTION_POLLING: options.get(SECTION_POLLING, {}),
            SECTION_CONTROL: {
                CONF_HAND_BACK: settings.hand_back_on_stop,
                CONF_OPTIMISER_FIRST: settings.optimiser_above_schedules,
                **options.get(SECTION_CONTROL, {}),
            },
            SECTION_SAFETY: in_kw({name: getattr(settings.limits, name) for name in (*LIMIT_RANGES, CONF_MAIN_FUSE_W)}),
        }


def _looser_than_default(limits: Mapping[str, Any]) -> list[str]:
    """Return the names of the limits that are looser than their safe defaults."""
    defaults = asdict(DEFAULT_LIMITS)
    return [
        name
        for name, value in limits.items()
        if isinstance(default := defaults[name], int | float)
        and (value < default if name in _LOWER_IS_LOOSER else value > default)
    ]
