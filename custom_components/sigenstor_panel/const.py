"""Names and defaults that several parts share."""

from datetime import timedelta
from enum import StrEnum
import logging
from typing import Final

DOMAIN: Final = "sigenstor_panel"
LOGGER: Final = logging.getLogger(__package__)
MANUFACTURER: Final = "Sigenergy"
PANEL_URL_PATH: Final = "sigenstor"
EVENT_CONTROL: Final = f"{DOMAIN}_control"
"""Fired for what the logbook tells in sentences."""

SECTION_ADVANCED: Final = "advanced"
SECTION_POLLING: Final = "polling"
SECTION_CONTROL: Final = "control"
SECTION_SAFETY: Final = "safety"

OPTION_PRICES: Final = "prices"
OPTION_SUPPLY_PER_DAY: Final = "supply_per_day"
OPTION_SOLAR: Final = "solar"
OPTION_NOTIFICATIONS: Final = "notifications"
OPTION_CLOUD: Final = "cloud"
OPTION_OPTIMISER: Final = "optimiser"
CONF_SOURCE: Final = "source"
AMBER_SOURCE: Final = "amber"
CONF_TOKEN: Final = "token"  # noqa: S105  the name of an option
CONF_SITE_ID: Final = "site_id"
CONF_BASE_URL: Final = "base_url"
CONF_BUY_ENTITY: Final = "buy_entity"
CONF_SELL_ENTITY: Final = "sell_entity"
CONF_API_KEY: Final = "api_key"
CONF_INVERTER_LIMIT_KW: Final = "inverter_limit_kw"
CONF_REGION: Final = "region"
CONF_USERNAME: Final = "username"
CONF_PASSWORD: Final = "password"  # noqa: S105  the name of an option
CONF_ENERGY_ENTRY: Final = "energy_entry"
CONF_TARGETS: Final = "targets"
CONF_EVENTS: Final = "events"
CONF_QUIET_FROM: Final = "quiet_from"
CONF_QUIET_TO: Final = "quiet_to"
SUBENTRY_PV_ARRAY: Final = "pv_array"

CONF_PLANT_UNIT_ID: Final = "unit_id"
CONF_INVERTER_UNIT_IDS: Final = "inverter_unit_ids"
CONF_AC_CHARGER_UNIT_IDS: Final = "ac_charger_unit_ids"
CONF_UNITS_BY_HAND: Final = "units"
CONF_REPLACED: Final = "replaced"
"""Inverters that were exchanged: the serial number under which each is known, and that of the one in its place."""
CONF_POLL_INTERVAL_S: Final = "poll_interval_s"
CONF_MESSAGE_SPACING_S: Final = "message_spacing_s"
CONF_STALE_AFTER_S: Final = "stale_after_s"
CONF_PANEL_INTERVAL_S: Final = "panel_interval_s"
CONF_AUDIT_IN_RECORDER: Final = "audit_in_recorder"

DEFAULT_PORT: Final = 502
DEFAULT_PLANT_UNIT_ID: Final = 247
DEFAULT_POLL_INTERVAL_S: Final = 10
DEFAULT_MESSAGE_SPACING_S: Final = 0.25
DEFAULT_STALE_AFTER_S: Final = 60
DEFAULT_PANEL_INTERVAL_S: Final = 10

SLOW_INTERVAL: Final = timedelta(seconds=60)
"""How often identity and electrical details are read."""


class NotificationEvent(StrEnum):
    """What people can ask to be told of."""

    OUTAGE = "outage"
    ALARM = "alarm"
    ALERT = "alert"
    EMERGENCY_STOP = "emergency_stop"
    DATA_LOST = "data_lost"
    REFUSAL = "refusal"
    OVERRIDE_ENDED = "override_ended"
    PRICE_SPIKE_AHEAD = "price_spike_ahead"
    PRICE_SPIKE = "price_spike"
    BATTERY_SHORT = "battery_short"
    EVENING_SUMMARY = "evening_summary"
    MONTHLY_REPORT = "monthly_report"
