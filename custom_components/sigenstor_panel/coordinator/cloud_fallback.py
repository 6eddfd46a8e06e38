"""Asks the mySigen cloud what the plant does, no more than once a minute, while Modbus does not answer."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util

from ..clients.my_sigen import MySigenAuthError, MySigenClient, MySigenError
from ..const import CONF_BASE_URL, CONF_PASSWORD, CONF_REGION, CONF_USERNAME, LOGGER
from ..model.telemetry import Source, Telemetry
from .fixable_issues import async_keep_cloud_login

CLOUD_INTERVAL: Final = timedelta(seconds=60)
_REFUSED_INTERVAL: Final = timedelta(hours=1)
"""Many refused logins would lock the account."""
CLOUD_STALE_AFTER: Final = timedelta(seconds=180)
"""The cloud is asked less often than the plant, and is itself a little behind."""


class CloudFallback:
    """The cloud of one account; logs once when it stands in, and once when it fails."""

    def __init__(self, hass: HomeAssistant, option: Mapping[str, Any]) -> None:
        """Initialize the fallback; nothing is sent before the first outage."""
        self._hass = hass
        self._option = option
        self._client = MySigenClient(
            async_get_clientsession(hass),
            option[CONF_USERNAME],
            option[CONF_PASSWORD],
            region=option[CONF_REGION],
            base_url=option.get(CONF_BASE_URL),
        )
        self._next_at = dt_util.utcnow()
        self._warned = False
        self._standing_in = False

    def modbus_is_back(self) -> None:
        """Let the next outage be a new one."""
        self._standing_in = self._warned = False

    @property
    def due(self) -> bool:
        """Whether the cloud may be asked now."""
        return dt_util.utcnow() >= self._next_at

    async def async_read(self, last: Telemetry | None) -> Telemetry | None:
        """Return what the cloud knows, with what does not change taken from the last reading; None when it fails."""
        self._next_at = dt_util.utcnow() + CLOUD_INTERVAL
        try:
            flow = await self._client.energy_flow()
        except MySigenError as err:
            if isinstance(err, MySigenAuthError):
                async_keep_cloud_login(self._hass, self._option, refused=True)
                self._next_at = dt_util.utcnow() + _REFUSED_INTERVAL
            if not self._warned:
                LOGGER.warning("The cloud cannot stand in for Modbus: %s", err)
            self._warned = True
            return None
        async_keep_cloud_login(self._hass, self._option, refused=False)
        if not self._standing_in:
            LOGGER.info("The cloud stands in for Modbus; nothing is controlled on its values")
        self._standing_in, self._warned = True, False
        return Telemetry(
            timestamp=dt_util.utcnow(),
            source=Source.CLOUD,
            soc=flow.soc,
            battery_power_w=flow.battery_w,
            grid_power_w=flow.grid_w,
            pv_power_w=flow.pv_w,
            house_power_w=flow.house_w,
            rated_capacity_kwh=None if last is None else last.rated_capacity_kwh,
            state_of_health=None if last is None else last.state_of_health,
            rated_charge_power_w=None if last is None else last.rated_charge_power_w,
            rated_discharge_power_w=None if last is None else last.rated_discharge_power_w,
            alarms={},
            inverters={},
        )
