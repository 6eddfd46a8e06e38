"""Messages as sentences in the language and clock of Home Assistant, and in the currency of a contract."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .const import AMBER_SOURCE, CONF_BUY_ENTITY, CONF_SOURCE, DOMAIN, OPTION_PRICES
from .model.message import Message
from .model.wording import Wording
from .price_sources.shapes import CURRENCIES_OF, price_currency

_WORDING: Final[HassKey[Wording]] = HassKey(f"{DOMAIN}_wording")
_CAPITAL_DAYS: Final = ("de", "en")
"""The languages that write days of the week with a capital letter within a sentence."""
_PREFIXES: Final = {"config_panel": ("", ""), "selector": ("weekday.options.", "weekday.")}
"""Which texts of a category are meant, and what stands before their keys in a message."""


async def async_load_texts(hass: HomeAssistant) -> None:
    """Load the texts of messages, and load them again when Home Assistant's language or place changes."""
    await _async_load(hass)

    async def load_again(_: Event) -> None:
        await _async_load(hass)

    hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, load_again)


async def _async_load(hass: HomeAssistant) -> None:
    config = hass.config
    texts: dict[str, str] = {}
    for category, (only, instead) in _PREFIXES.items():
        prefix = f"component.{DOMAIN}.{category}.{only}"
        loaded = await async_get_translations(hass, config.language, category, {DOMAIN})
        texts |= {
            f"{instead}{key.removeprefix(prefix)}": text for key, text in loaded.items() if key.startswith(prefix)
        }
    if not config.language.startswith(_CAPITAL_DAYS):
        texts |= {key: text.lower() for key, text in texts.items() if key.startswith("weekday.")}
    hass.data[_WORDING] = Wording(
        texts=texts,
        zone=dt_util.get_default_time_zone(),
        currency=config.currency,
        decimal_comma=not config.language.startswith("en"),
    )


@callback
def localize(hass: HomeAssistant, message: Message, *, now: datetime | None = None, currency: str | None = None) -> str:
    """Return a message in Home Assistant's language; times as seen from `now`, prices in the contract's currency."""
    wording = hass.data[_WORDING]
    if currency is not None:
        wording = replace(wording, currency=currency)
    return wording.text(message, now or dt_util.utcnow())


async def async_error_text(hass: HomeAssistant, err: HomeAssistantError) -> str:
    """Return what an error says, in Home Assistant's language."""
    domain = err.translation_domain
    texts = {} if domain is None else await async_get_translations(hass, hass.config.language, "exceptions", {domain})
    text = texts.get(f"component.{domain}.exceptions.{err.translation_key}.message")
    return (str(err) or type(err).__name__) if text is None else text.format(**err.translation_placeholders or {})


@callback
def currency_of(hass: HomeAssistant, entry: ConfigEntry[Any]) -> str:
    """Return the currency of an entry's contract, which is Home Assistant's where the source of prices names none."""
    prices = entry.options.get(OPTION_PRICES) or {}
    currency = None
    if prices.get(CONF_SOURCE) == AMBER_SOURCE:
        currency = "AUD"
    elif (entity_id := prices.get(CONF_BUY_ENTITY)) is not None:
        registered, state = er.async_get(hass).async_get(entity_id), hass.states.get(entity_id)
        currency = price_currency(None if state is None else state.attributes.get(ATTR_UNIT_OF_MEASUREMENT))
        if currency is None and registered is not None:
            currency = CURRENCIES_OF.get(registered.platform) or price_currency(registered.unit_of_measurement)
    return currency or hass.config.currency
