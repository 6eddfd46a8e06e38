"""The steps that choose where prices come from: Amber, other entities, or a tariff entered by hand."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    ObjectSelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..clients.amber import AMBER_URL, AmberAuthError, AmberClient, AmberError, AmberSite
from ..const import (
    CONF_BASE_URL,
    CONF_BUY_ENTITY,
    CONF_SELL_ENTITY,
    CONF_SITE_ID,
    CONF_SOURCE,
    CONF_TOKEN,
    OPTION_PRICES,
    OPTION_SUPPLY_PER_DAY,
    SECTION_ADVANCED,
)
from ..model.validation import DAY_NAMES, PER_KWH, InvalidInputError
from ..price_sources.tariff import parse_tariff
from ..runtime import SigenStorConfigEntry
from ..texts import localize
from .fields import advanced, any_number

CONF_BUY_PER_KWH = "buy_per_kwh"
CONF_BUY_BANDS = "buy_bands"
CONF_SELL_PER_KWH = "sell_per_kwh"
CONF_SELL_BANDS = "sell_bands"

_PASSWORD = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
_ADDRESS = advanced({vol.Required(CONF_BASE_URL, default=AMBER_URL): TextSelector()})

TOKEN_SCHEMA = vol.Schema({vol.Required(CONF_TOKEN): _PASSWORD})
AMBER_SCHEMA = TOKEN_SCHEMA.extend(_ADDRESS)
AMBER_AGAIN_SCHEMA = vol.Schema({vol.Optional(CONF_TOKEN): _PASSWORD, **_ADDRESS})
"""Without a token the present one stays: no form ever shows it."""
ENTITIES_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_BUY_ENTITY): EntitySelector(EntitySelectorConfig(domain=["sensor", "event"])),
        vol.Optional(CONF_SELL_ENTITY): EntitySelector(EntitySelectorConfig(domain=["sensor", "event"])),
    }
)
BANDS = ObjectSelector(
    ObjectSelectorConfig(
        multiple=True,
        label_field="start",
        description_field="end",
        translation_key="tariff_band",
        fields={
            "start": {"selector": {"time": {}}, "required": True},
            "end": {"selector": {"time": {}}, "required": True},
            "days": {
                "selector": {"select": {"multiple": True, "options": list(DAY_NAMES), "translation_key": "weekday"}}
            },
            "per_kwh": {"selector": {"number": {"step": "any", "mode": "box"}}, "required": True},
        },
    )
)
SUPPLY_SCHEMA = vol.Schema(
    {
        vol.Optional(OPTION_SUPPLY_PER_DAY): NumberSelector(
            NumberSelectorConfig(min=0, step="any", mode=NumberSelectorMode.BOX)
        )
    }
)


def tariff_schema(currency: str) -> vol.Schema:
    """Return the form of a tariff in a currency."""
    price = any_number(currency + PER_KWH)
    return vol.Schema(
        {
            vol.Required(CONF_BUY_PER_KWH): price,
            vol.Optional(CONF_BUY_BANDS): BANDS,
            vol.Optional(CONF_SELL_PER_KWH): price,
            vol.Optional(CONF_SELL_BANDS): BANDS,
        }
    )


TARIFF_SCHEMA = tariff_schema("")


def tariff_of(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tariff that the form describes, as it is stored; no feed-in price is no feed-in."""
    sell_per_kwh = form.get(CONF_SELL_PER_KWH)
    return {
        "buy": {"flat_per_kwh": form[CONF_BUY_PER_KWH], "bands": form.get(CONF_BUY_BANDS, [])},
        "sell": None
        if sell_per_kwh is None
        else {"flat_per_kwh": sell_per_kwh, "bands": form.get(CONF_SELL_BANDS, [])},
    }


def _tariff_form(option: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored tariff as the form shows it."""
    if option.get(CONF_SOURCE) != "tariff":
        return {}
    buy, sell = option["buy"], option["sell"] or {}
    form = {
        CONF_BUY_PER_KWH: buy["flat_per_kwh"],
        CONF_BUY_BANDS: buy["bands"],
        CONF_SELL_PER_KWH: sell.get("flat_per_kwh"),
        CONF_SELL_BANDS: sell.get("bands"),
    }
    return {name: value for name, value in form.items() if value is not None}


async def async_amber_sites(
    hass: HomeAssistant, token: str, base_url: str
) -> tuple[tuple[AmberSite, ...], dict[str, str]]:
    """Return the sites that a token opens, or the error to show."""
    try:
        sites = await AmberClient(async_get_clientsession(hass), token, base_url).sites()
    except AmberAuthError:
        return (), {CONF_TOKEN: "invalid_token"}
    except AmberError, ValueError:
        return (), {"base": "amber_unavailable"}
    return sites, {} if sites else {"base": "amber_no_site"}


class PricesSteps(OptionsFlowWithReload):
    """Chooses where prices come from."""

    config_entry: SigenStorConfigEntry

    def __init__(self) -> None:
        """Initialize the flow."""
        self._answers: dict[str, Any] = {}
        self._sites: tuple[AmberSite, ...] = ()

    async def async_step_prices(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the kind of source."""
        return self.async_show_menu(
            step_id="prices", menu_options=["amber", "entities", "tariff", "no_prices", "supply_charge"]
        )

    async def async_step_no_prices(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Go without prices."""
        return self._with(OPTION_PRICES, None)

    async def async_step_amber(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the Amber token, and try it; the present one is kept, and stays with the server that it is for."""
        present = self._prices if self._prices.get(CONF_SOURCE) == "amber" else {}
        errors: dict[str, str] = {}
        if user_input is not None:
            token = user_input.get(CONF_TOKEN, "").strip()
            base_url = user_input[SECTION_ADVANCED][CONF_BASE_URL]
            if not token and base_url == present.get(CONF_BASE_URL):
                token = present[CONF_TOKEN]
            self._answers = {CONF_SOURCE: "amber", CONF_TOKEN: token, CONF_BASE_URL: base_url}
            self._sites, errors = await async_amber_sites(self.hass, token, base_url)
            if not errors:
                return await self.async_step_amber_site()
        shown = user_input[SECTION_ADVANCED] if user_input else present
        return self.async_show_form(
            step_id="amber",
            data_schema=self.add_suggested_values_to_schema(
                AMBER_AGAIN_SCHEMA if present else AMBER_SCHEMA, {SECTION_ADVANCED: shown}
            ),
            errors=errors,
        )

    async def async_step_amber_site(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which home, where the account has more than one."""
        if user_input is None and len(self._sites) == 1:
            user_input = {CONF_SITE_ID: self._sites[0].id}
        if user_input is not None:
            return self._with(OPTION_PRICES, {**self._answers, **user_input})
        homes = [SelectOptionDict(value=site.id, label=f"{site.nmi} ({site.network})") for site in self._sites]
        return self.async_show_form(
            step_id="amber_site",
            data_schema=vol.Schema({vol.Required(CONF_SITE_ID): SelectSelector(SelectSelectorConfig(options=homes))}),
        )

    async def async_step_entities(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the entities whose state and forecast are the prices."""
        if user_input is not None:
            return self._with(OPTION_PRICES, {CONF_SOURCE: "entities", **user_input})
        return self.async_show_form(
            step_id="entities",
            data_schema=self.add_suggested_values_to_schema(
                ENTITIES_SCHEMA, self._prices if self._prices.get(CONF_SOURCE) == "entities" else {}
            ),
        )

    async def async_step_tariff(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a tariff, flat or by time of use."""
        errors: dict[str, str] = {}
        placeholders: dict[str, str] = {"problem": ""}
        if user_input is not None:
            tariff = tariff_of(user_input)
            try:
                parse_tariff(tariff)
            except InvalidInputError as err:
                errors["base"] = "invalid_tariff"
                placeholders["problem"] = localize(self.hass, err.message)
            else:
                return self._with(OPTION_PRICES, {CONF_SOURCE: "tariff", **tariff})
        return self.async_show_form(
            step_id="tariff",
            data_schema=self.add_suggested_values_to_schema(
                tariff_schema(self.hass.config.currency), user_input or _tariff_form(self._prices)
            ),
            errors=errors,
            description_placeholders=placeholders,
        )

    async def async_step_supply_charge(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what the contract costs a day; it stays when prices come from elsewhere."""
        if user_input is not None:
            return self._with(OPTION_SUPPLY_PER_DAY, user_input.get(OPTION_SUPPLY_PER_DAY))
        return self.async_show_form(
            step_id="supply_charge",
            data_schema=self.add_suggested_values_to_schema(SUPPLY_SCHEMA, self.config_entry.options),
        )

    @property
    def _prices(self) -> dict[str, Any]:
        present: dict[str, Any] = self.config_entry.options.get(OPTION_PRICES) or {}
        return present

    def _with(self, option: str, value: Any) -> ConfigFlowResult:
        """Finish with one option changed, or without it."""
        options = {name: kept for name, kept in self.config_entry.options.items() if name != option}
        return self.async_create_entry(data=options if value is None else {**options, option: value})
