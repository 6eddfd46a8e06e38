"""The steps that choose where the PV forecast comes from, and the flow that describes a PV array."""

from typing import Any

from homeassistant.components.energy.websocket_api import async_get_energy_platforms
from homeassistant.config_entries import (
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlowWithReload,
    SubentryFlowResult,
)
from homeassistant.helpers.selector import (
    ConfigEntrySelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..clients.open_meteo import OPEN_METEO_URL
from ..const import (
    CONF_API_KEY,
    CONF_BASE_URL,
    CONF_ENERGY_ENTRY,
    CONF_INVERTER_LIMIT_KW,
    CONF_SOURCE,
    DOMAIN,
    OPTION_SOLAR,
    SECTION_ADVANCED,
)
from ..model.solar import new_array
from ..model.validation import InvalidInputError, plain_name
from ..runtime import SigenStorConfigEntry
from ..texts import localize
from .fields import advanced, any_number, number

OPEN_METEO_SCHEMA = vol.Schema(
    {
        vol.Optional(CONF_INVERTER_LIMIT_KW): number(0.5, 1000, 0.1, "kW"),
        **advanced(
            {
                vol.Optional(CONF_API_KEY): TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD)),
                vol.Optional(CONF_BASE_URL): TextSelector(),
            }
        ),
    }
)
ENERGY_SCHEMA = vol.Schema({vol.Required(CONF_ENERGY_ENTRY): ConfigEntrySelector()})
ARRAY_SCHEMA = vol.Schema(
    {
        vol.Required("name"): TextSelector(),
        vol.Required("peak_kw"): any_number("kW"),
        vol.Required("azimuth", default=0): any_number("°"),
        vol.Required("tilt", default=20): any_number("°"),
        vol.Required("year_installed"): any_number(),
    }
)


class SolarSteps(OptionsFlowWithReload):
    """Chooses where the PV forecast comes from."""

    config_entry: SigenStorConfigEntry

    async def async_step_solar(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the kind of source."""
        return self.async_show_menu(step_id="solar", menu_options=["open_meteo", "energy", "no_forecast"])

    async def async_step_no_forecast(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Go without a forecast."""
        return self._with_solar(None)

    async def async_step_open_meteo(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask how Open-Meteo is reached; the present API key is kept, and stays with the server that it is for."""
        errors: dict[str, str] = {}
        chosen = self._solar
        if user_input is not None:
            chosen = {CONF_SOURCE: "open_meteo", **user_input, **user_input[SECTION_ADVANCED]}
            del chosen[SECTION_ADVANCED]
            base_url = chosen.get(CONF_BASE_URL)
            if _is_web_address(base_url):
                if CONF_API_KEY in self._solar and base_url == self._solar.get(CONF_BASE_URL):
                    chosen[CONF_API_KEY] = chosen.get(CONF_API_KEY) or self._solar[CONF_API_KEY]
                return self._with_solar(chosen)
            errors["base"] = "invalid_base_url"
        shown = {**chosen, SECTION_ADVANCED: {name: chosen[name] for name in (CONF_BASE_URL,) if name in chosen}}
        return self.async_show_form(
            step_id="open_meteo",
            data_schema=self.add_suggested_values_to_schema(OPEN_METEO_SCHEMA, shown),
            errors=errors,
            description_placeholders={"default_url": OPEN_METEO_URL},
        )

    async def async_step_energy(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which integration forecasts."""
        errors: dict[str, str] = {}
        if user_input is not None:
            chosen = self.hass.config_entries.async_get_entry(user_input[CONF_ENERGY_ENTRY])
            platforms = await async_get_energy_platforms(self.hass)
            if chosen is not None and chosen.domain != DOMAIN and chosen.domain in platforms:
                return self._with_solar({CONF_SOURCE: "energy", **user_input})
            errors[CONF_ENERGY_ENTRY] = "no_solar_forecast"
        return self.async_show_form(
            step_id="energy",
            data_schema=self.add_suggested_values_to_schema(ENERGY_SCHEMA, user_input or self._solar),
            errors=errors,
        )

    @property
    def _solar(self) -> dict[str, Any]:
        present: dict[str, Any] = self.config_entry.options.get(OPTION_SOLAR) or {}
        return present

    def _with_solar(self, value: dict[str, Any] | None) -> ConfigFlowResult:
        options = {name: kept for name, kept in self.config_entry.options.items() if name != OPTION_SOLAR}
        return self.async_create_entry(data=options if value is None else {**options, OPTION_SOLAR: value})


class PvArrayFlow(ConfigSubentryFlow):
    """Describes a PV array: one plane of panels."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for a new array."""
        errors, problem = self._check(user_input)
        if user_input is not None and not errors:
            return self.async_create_entry(title=user_input["name"].strip(), data=user_input)
        return self._form("user", user_input, errors, problem)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for changes to an array."""
        errors, problem = self._check(user_input)
        subentry = self._get_reconfigure_subentry()
        if user_input is not None and not errors:
            return self.async_update_and_abort(
                self._get_entry(), subentry, title=user_input["name"].strip(), data=user_input
            )
        return self._form("reconfigure", user_input or dict(subentry.data), errors, problem)

    def _form(
        self, step_id: str, values: dict[str, Any] | None, errors: dict[str, str], problem: str
    ) -> SubentryFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(ARRAY_SCHEMA, values),
            errors=errors,
            description_placeholders={"problem": problem},
        )

    def _check(self, user_input: dict[str, Any] | None) -> tuple[dict[str, str], str]:
        """Return the error at its field, and the sentence that says what is allowed."""
        if user_input is None:
            return {}, ""
        try:
            plain_name("name", user_input["name"])
            new_array({**user_input, "year_installed": _whole(user_input["year_installed"])})
        except InvalidInputError as err:
            return {err.field: "invalid_value"}, localize(self.hass, err.message)
        return {}, ""


def _is_web_address(text: str | None) -> bool:
    """Return whether this can be the address of a server; none at all is Open-Meteo's own."""
    return not text or (text.startswith(("http://", "https://")) and not any(letter.isspace() for letter in text))


def _whole(value: float) -> float:
    return int(value) if float(value).is_integer() else value
