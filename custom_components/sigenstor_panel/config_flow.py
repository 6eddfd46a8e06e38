"""Adds a plant, moves it to another address, and sets how it is polled."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
)
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    TextSelector,
)
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
import voluptuous as vol

from .const import (
    CONF_BASE_URL,
    CONF_PLANT_UNIT_ID,
    CONF_REPLACED,
    CONF_SITE_ID,
    CONF_TOKEN,
    CONF_UNITS_BY_HAND,
    DEFAULT_PLANT_UNIT_ID,
    DEFAULT_PORT,
    DOMAIN,
    OPTION_PRICES,
    SECTION_ADVANCED,
    SUBENTRY_PV_ARRAY,
)
from .coordinator.address_probe import async_look, is_plant_of, why_not
from .coordinator.inverters import serial_numbers_of_others
from .flows.fields import advanced, whole_number
from .flows.options import SigenStorOptionsFlow
from .flows.prices import TOKEN_SCHEMA, async_amber_sites
from .flows.solar import PvArrayFlow

_TITLE = "SigenStor"


CONNECTION_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_HOST): TextSelector(),
        vol.Required(CONF_PORT, default=DEFAULT_PORT): whole_number(1, 65535),
        **advanced(
            {
                vol.Required(CONF_PLANT_UNIT_ID, default=DEFAULT_PLANT_UNIT_ID): whole_number(1, 247),
                vol.Optional(CONF_UNITS_BY_HAND): TextSelector(),
            }
        ),
    }
)


class SigenStorConfigFlow(ConfigFlow, domain=DOMAIN):
    """Adds a plant, or moves it to another address."""

    VERSION = 1

    def __init__(self) -> None:
        """Initialize the flow."""
        self._data: dict[str, Any] = {}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> SigenStorOptionsFlow:
        """Return the flow behind "Configure"."""
        return SigenStorOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what belongs to a plant and is added one by one."""
        return {SUBENTRY_PV_ARRAY: PvArrayFlow}

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask where the plant is, and look before accepting."""
        errors: dict[str, str] = {}
        if user_input is not None:
            data = _flattened(user_input)
            found, errors = await async_look(self.hass, data)
            if found is not None:
                await self.async_set_unique_id(found.unique_id)
                self._abort_if_unique_id_configured()
                if found.serial_numbers & serial_numbers_of_others(self.hass):
                    return self.async_abort(reason="already_configured")
                return self.async_create_entry(title=_TITLE, data={**data, **found.units})
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(CONNECTION_SCHEMA, user_input),
            errors=errors,
        )

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask where the same plant is now; another plant is refused."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            data = _flattened(user_input)
            found, errors = await async_look(self.hass, data)
            if found is not None:
                if (reason := why_not(self.hass, entry, found)) is not None:
                    return self.async_abort(reason=reason)
                kept = {key: entry.data[key] for key in (CONF_REPLACED,) if key in entry.data}
                return self.async_update_reload_and_abort(entry, data={**data, **found.units, **kept})
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(CONNECTION_SCHEMA, user_input or _nested(entry.data)),
            errors=errors,
        )

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Ask for a new Amber token; the old one is not accepted any more."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Try the new token, and keep everything else."""
        entry = self._get_reauth_entry()
        prices: dict[str, Any] = entry.options[OPTION_PRICES]
        errors: dict[str, str] = {}
        if user_input is not None:
            token = user_input[CONF_TOKEN].strip()
            sites, errors = await async_amber_sites(self.hass, token, prices[CONF_BASE_URL])
            if not errors and prices[CONF_SITE_ID] not in {site.id for site in sites}:
                errors = {CONF_TOKEN: "another_account"}
            if not errors:
                return self.async_update_reload_and_abort(
                    entry, options={**entry.options, OPTION_PRICES: {**prices, CONF_TOKEN: token}}
                )
        return self.async_show_form(step_id="reauth_confirm", data_schema=TOKEN_SCHEMA, errors=errors)

    @override
    async def async_step_dhcp(self, discovery_info: DhcpServiceInfo) -> ConfigFlowResult:
        """Look at a device whose network card is Sigenergy's."""
        self._data = {
            CONF_HOST: discovery_info.ip,
            CONF_PORT: DEFAULT_PORT,
            CONF_PLANT_UNIT_ID: DEFAULT_PLANT_UNIT_ID,
        }
        found, errors = await async_look(self.hass, self._data)
        if found is None:
            return self.async_abort(reason=next(iter(errors.values())))
        known = next((each for each in self._async_current_entries() if is_plant_of(each, found)), None)
        await self.async_set_unique_id(found.unique_id if known is None else known.unique_id)
        # Behind another port it is reached through something else, which has not moved.
        moved = known is not None and known.data.get(CONF_PORT) == self._data[CONF_PORT]
        self._abort_if_unique_id_configured(updates={CONF_HOST: discovery_info.ip} if moved else None)
        if found.serial_numbers & serial_numbers_of_others(self.hass):
            return self.async_abort(reason="already_configured")
        self._data |= found.units
        self.context["title_placeholders"] = {"host": discovery_info.ip}
        return await self.async_step_discovery_confirm()

    async def async_step_discovery_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask whether to add the plant that was found."""
        if user_input is not None:
            return self.async_create_entry(title=_TITLE, data=self._data)
        self._set_confirm_only()
        return self.async_show_form(
            step_id="discovery_confirm", description_placeholders={"host": self._data[CONF_HOST]}
        )


def _flattened(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a connection form holds as entry data: sections are the form's business."""
    by_hand = user_input[SECTION_ADVANCED].get(CONF_UNITS_BY_HAND, "").strip()
    return {
        CONF_HOST: user_input[CONF_HOST].strip(),
        CONF_PORT: user_input[CONF_PORT],
        CONF_PLANT_UNIT_ID: user_input[SECTION_ADVANCED][CONF_PLANT_UNIT_ID],
        **({CONF_UNITS_BY_HAND: by_hand} if by_hand else {}),
    }


def _nested(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return entry data as a connection form shows it."""
    return {
        CONF_HOST: data[CONF_HOST],
        CONF_PORT: data[CONF_PORT],
        SECTION_ADVANCED: {key: data[key] for key in (CONF_PLANT_UNIT_ID, CONF_UNITS_BY_HAND) if key in data},
    }
