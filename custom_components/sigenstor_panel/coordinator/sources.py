"""Turns an entry's options and subentries into what the prices and sun coordinators are built from."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..const import (
    CONF_API_KEY,
    CONF_BASE_URL,
    CONF_BUY_ENTITY,
    CONF_ENERGY_ENTRY,
    CONF_INVERTER_LIMIT_KW,
    CONF_SELL_ENTITY,
    CONF_SITE_ID,
    CONF_SOURCE,
    CONF_TOKEN,
    OPTION_PRICES,
    OPTION_SOLAR,
    SUBENTRY_PV_ARRAY,
)
from ..model.solar import PvArray, new_array
from ..price_sources.tariff import parse_tariff
from .price_feeds import AmberConfig, EntityConfig, PriceConfig, TariffConfig
from .sun import SunConfig


def price_config(entry: ConfigEntry[Any]) -> PriceConfig | None:
    """Return where the prices come from; None when the owner wants none."""
    option: dict[str, Any] = entry.options.get(OPTION_PRICES) or {}
    match option.get(CONF_SOURCE):
        case "amber":
            return AmberConfig(token=option[CONF_TOKEN], site_id=option[CONF_SITE_ID], base_url=option[CONF_BASE_URL])
        case "entities":
            return EntityConfig(buy_entity=option[CONF_BUY_ENTITY], sell_entity=option.get(CONF_SELL_ENTITY))
        case "tariff":
            return TariffConfig(tariff=parse_tariff(option))
        case _:
            return None


def pv_arrays(entry: ConfigEntry[Any]) -> tuple[PvArray, ...]:
    """Return the PV arrays that the owner described."""
    return tuple(
        new_array({**subentry.data, "year_installed": int(subentry.data["year_installed"])})
        for subentry in entry.subentries.values()
        if subentry.subentry_type == SUBENTRY_PV_ARRAY
    )


def sun_config(hass: HomeAssistant, entry: ConfigEntry[Any], rated_power_w: float | None) -> SunConfig | None:
    """Return where the PV forecast comes from; None when there is none, or no array to forecast."""
    option: dict[str, Any] = entry.options.get(OPTION_SOLAR) or {}
    source, arrays = option.get(CONF_SOURCE), pv_arrays(entry)
    if source is None or (source == "open_meteo" and not arrays):
        return None
    limit_kw = option.get(CONF_INVERTER_LIMIT_KW)
    return SunConfig(
        latitude=hass.config.latitude,
        longitude=hass.config.longitude,
        arrays=arrays,
        inverter_limit_w=rated_power_w if limit_kw is None else limit_kw * 1000,
        base_url=option.get(CONF_BASE_URL),
        api_key=option.get(CONF_API_KEY),
        energy_platform_entry_id=option.get(CONF_ENERGY_ENTRY),
    )
