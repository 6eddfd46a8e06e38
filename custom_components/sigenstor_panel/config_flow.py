"""Adds a plant, moves it to another address, and sets how it is polled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
)
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    TextSelector,
)
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from modbus_connection import ModbusConnectionError, ModbusError, ModbusTimeoutError, ServerDeviceBusyError
import voluptuous as vol

from .const import (
    CONF_AC_CHARGER_UNIT_IDS,
    CONF_BASE_URL,
    CONF_INVERTER_UNIT_IDS,
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
from .coordinator.connection import temporary_client
from .coordinator.inverters import serial_numbers_of_others
from .flows.fields import whole_number
from .flows.options import SigenStorOptionsFlow
from .flows.prices import TOKEN_SCHEMA, async_amber_sites
from .flows.solar import PvArrayFlow
from .model.telemetry import InverterInfo
from .plant.client import UNIT_IDS
from .plant.probing import NotASigenStorError

_TITLE = "SigenStor"


CONNECTION_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_HOST): TextSelector(),
        vol.Required(CONF_PORT, default=DEFAULT_PORT): whole_number(1, 65535),
        vol.Required(SECTION_ADVANCED): section(
            vol.Schema(
                {
                    vol.Required(CONF_PLANT_UNIT_ID, default=DEFAULT_PLANT_UNIT_ID): whole_number(1, 247),
                    vol.Optional(CONF_UNITS_BY_HAND): TextSelector(),
                }
            ),
            {"collapsed": True},
        ),
    }
)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found at an address."""

    inverters: tuple[InverterInfo, ...]
    ac_charger_unit_ids: list[int]

    @property
    def serial_numbers(self) -> set[str]:
        """The serial numbers of all inverters."""
        return {info.serial_number for info in self.inverters}

    @property
    def unique_id(self) -> str:
        """A plant is known by the serial number of its first inverter; it has none of its own."""
        return self.inverters[0].serial_number

    @property
    def units(self) -> dict[str, list[int]]:
        """The units of the inverters and, where there are any, of the AC chargers, as entry data."""
        chargers = {CONF_AC_CHARGER_UNIT_IDS: self.ac_charger_unit_ids} if self.ac_charger_unit_ids else {}
        return {CONF_INVERTER_UNIT_IDS: [info.unit_id for info in self.inverters], **chargers}


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
            found, errors = await self._async_look(data)
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
            found, errors = await self._async_look(data)
            if found is not None:
                replaced: dict[str, str] = entry.data.get(CONF_REPLACED, {})
                if replaced.get(entry.unique_id or "", entry.unique_id) not in found.serial_numbers:
                    return self.async_abort(reason="another_plant")
                if found.serial_numbers & serial_numbers_of_others(self.hass, entry):
                    return self.async_abort(reason="already_configured")
                kept = {CONF_REPLACED: replaced} if replaced else {}
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
        found, errors = await self._async_look(self._data)
        if found is None:
            return self.async_abort(reason=next(iter(errors.values())))
        await self.async_set_unique_id(found.unique_id)
        self._abort_if_unique_id_configured(updates={CONF_HOST: discovery_info.ip})
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

    async def _async_look(self, data: Mapping[str, Any]) -> tuple[_Found | None, dict[str, str]]:
        """Return the plant at an address, or the error to show."""
        if not _is_host(data[CONF_HOST]):
            return None, {CONF_HOST: "invalid_host"}
        unit_ids: Iterable[int] | None = UNIT_IDS
        if CONF_UNITS_BY_HAND in data and (unit_ids := _units(data[CONF_UNITS_BY_HAND])) is None:
            return None, {"base": "invalid_units"}
        assert unit_ids is not None
        async with temporary_client(self.hass, data) as client:
            try:
                await client.async_read(slow=False)
                inverters = await client.async_find_inverters(unit_ids)
            except ModbusConnectionError:
                return None, {"base": "cannot_connect"}
            except ModbusTimeoutError, ServerDeviceBusyError:
                return None, {"base": "busy"}
            except ModbusError, NotASigenStorError:
                return None, {"base": "not_a_sigenstor"}
            return _Found(tuple(inverters), [charger.unit_id for charger in client.ac_chargers]), {}


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


def _units(text: str) -> list[int] | None:
    """Return the units that a person named, such as "1, 4"; None where it is no list of units."""
    parts = text.replace(",", " ").split()
    if not parts or not all(part.isdecimal() and 1 <= int(part) <= 246 for part in parts):
        return None
    return list(dict.fromkeys(int(part) for part in parts))


def _is_host(host: str) -> bool:
    """Return whether this can be a host name or an address: not a URL, nothing with spaces."""
    return bool(host) and not any(character.isspace() or character in "/?#@" for character in host)
