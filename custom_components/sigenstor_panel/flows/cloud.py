"""The step that lets the mySigen cloud stand in while Modbus does not answer."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..clients.my_sigen import REGIONS, MySigenAuthError, MySigenClient, MySigenError
from ..const import CONF_BASE_URL, CONF_PASSWORD, CONF_REGION, CONF_USERNAME, OPTION_CLOUD, SECTION_ADVANCED
from .fields import advanced

CLOUD_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_REGION, default=REGIONS[0]): SelectSelector(
            SelectSelectorConfig(options=list(REGIONS), mode=SelectSelectorMode.DROPDOWN, translation_key="region")
        ),
        vol.Required(CONF_USERNAME): TextSelector(
            TextSelectorConfig(type=TextSelectorType.EMAIL, autocomplete="username")
        ),
        vol.Required(CONF_PASSWORD): TextSelector(
            TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
        ),
        **advanced({vol.Optional(CONF_BASE_URL): TextSelector()}),
    }
)


class CloudSteps(OptionsFlowWithReload):
    """Chooses whether the cloud is asked while Modbus does not answer."""

    async def async_step_cloud(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask whether the cloud may stand in."""
        return self.async_show_menu(step_id="cloud", menu_options=["my_sigen", "no_cloud"])

    async def async_step_no_cloud(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Go without the cloud."""
        return self._with_cloud(None)

    async def async_step_my_sigen(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the mySigen login, and try it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            answers = {**user_input, **user_input[SECTION_ADVANCED]}
            del answers[SECTION_ADVANCED]
            client = MySigenClient(
                async_get_clientsession(self.hass),
                answers[CONF_USERNAME],
                answers[CONF_PASSWORD],
                region=answers[CONF_REGION],
                base_url=answers.get(CONF_BASE_URL),
            )
            try:
                await client.energy_flow()
            except MySigenAuthError:
                errors["base"] = "invalid_cloud_login"
            except MySigenError, ValueError:
                errors["base"] = "cloud_unavailable"
            else:
                return self._with_cloud(answers)
        # The password is never shown again.
        present = {**(self.config_entry.options.get(OPTION_CLOUD) or {}), **(user_input or {})}
        shown = {name: present[name] for name in (CONF_REGION, CONF_USERNAME) if name in present}
        if base_url := present.get(SECTION_ADVANCED, present).get(CONF_BASE_URL):
            shown[SECTION_ADVANCED] = {CONF_BASE_URL: base_url}
        return self.async_show_form(
            step_id="my_sigen", data_schema=self.add_suggested_values_to_schema(CLOUD_SCHEMA, shown), errors=errors
        )

    def _with_cloud(self, value: dict[str, Any] | None) -> ConfigFlowResult:
        options = {name: kept for name, kept in self.config_entry.options.items() if name != OPTION_CLOUD}
        return self.async_create_entry(data=options if value is None else {**options, OPTION_CLOUD: value})
