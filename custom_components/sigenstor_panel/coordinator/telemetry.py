"""Polls the plant over Modbus and keeps the last known good reading."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import uniform
from typing import Any, override

from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.recorder import DATA_INSTANCE
from homeassistant.helpers.storage import Store
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util
from sqlalchemy.exc import SQLAlchemyError

from ..const import (
    CONF_INVERTER_UNIT_IDS,
    CONF_POLL_INTERVAL_S,
    CONF_STALE_AFTER_S,
    DEFAULT_POLL_INTERVAL_S,
    DEFAULT_STALE_AFTER_S,
    DOMAIN,
    LOGGER,
    OPTION_CLOUD,
    SECTION_POLLING,
    SLOW_INTERVAL,
)
from ..model.telemetry import EnergyCounters, GridStatus, InverterInfo, Source, Telemetry
from ..plant import ModbusError
from ..plant.client import NotASigenStorError, PlantClient
from ..plant.decode import TelemetryDecoder
from ..statistics.energy import async_in_recorder, read_counters
from .cloud_fallback import CLOUD_STALE_AFTER, CloudFallback

_STORAGE_VERSION = 1
_SAVE_DELAY_S = 60
_SAVE_INTERVAL = timedelta(minutes=15)
_LONGEST_RETRY_S = 60.0


def retry_after_s(failures: int, interval_s: float, jitter: Callable[[float, float], float] = uniform) -> float:
    """Return how long to wait after so many failures in a row: doubling, at most a minute, ±20 %."""
    return min(_LONGEST_RETRY_S, interval_s * 2.0 ** min(failures - 1, 10)) * jitter(0.8, 1.2)


class TelemetryCoordinator(DataUpdateCoordinator[Telemetry]):
    """Polls one plant; `data` is the last known good reading, `fresh` says whether it still counts."""

    config_entry: ConfigEntry[Any]

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], client: PlantClient) -> None:
        """Initialize the coordinator; nothing is read yet."""
        polling: Mapping[str, Any] = entry.options.get(SECTION_POLLING, {})
        self._interval_s: float = polling.get(CONF_POLL_INTERVAL_S, DEFAULT_POLL_INTERVAL_S)
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=f"{entry.title} telemetry",
            update_interval=timedelta(seconds=self._interval_s),
        )
        self.client = client
        self._stale_after = timedelta(seconds=polling.get(CONF_STALE_AFTER_S, DEFAULT_STALE_AFTER_S))
        cloud: Mapping[str, Any] | None = entry.options.get(OPTION_CLOUD)
        self._cloud = None if cloud is None else CloudFallback(hass, cloud)
        self.inverters: tuple[InverterInfo, ...] = ()
        self.off_grid_since: datetime | None = None
        """When the plant was seen to leave the grid; None while it is on it, or where nobody saw it."""

        self._decoder = TelemetryDecoder()
        self._store = telemetry_store(hass, entry.entry_id)
        self._saved_at = dt_util.utcnow()
        self._failures = 0
        self._next_slow_at = dt_util.utcnow()
        self._silent = set[str]()
        self._cancel_stale: CALLBACK_TYPE | None = None

    @property
    def stale_after(self) -> timedelta:
        """How old a reading may be; the cloud's come less often."""
        from_cloud = self.data is not None and self.data.source is Source.CLOUD
        return max(self._stale_after, CLOUD_STALE_AFTER) if from_cloud else self._stale_after

    @property
    def age(self) -> timedelta | None:
        """How old the last known good reading is."""
        return None if self.data is None else dt_util.utcnow() - self.data.timestamp

    @property
    def fresh(self) -> bool:
        """Whether the last known good reading is recent enough to show."""
        return (age := self.age) is not None and age <= self.stale_after

    @property
    def source(self) -> Source | None:
        """Where the values come from at the moment; None while there are none."""
        return self.data.source if self.fresh else None

    @property
    def readable(self) -> bool:
        """Whether the values are recent and the plant's own: nothing is decided on those of the cloud."""
        return self.source is Source.MODBUS

    @override
    async def _async_setup(self) -> None:
        """Find out who answers, and take up what was learned before."""
        try:
            self.inverters = tuple(await self.client.async_identify(self.config_entry.data[CONF_INVERTER_UNIT_IDS]))
        except ModbusError as err:
            raise self._no_answer(err) from err
        except NotASigenStorError as err:
            raise UpdateFailed(translation_domain=DOMAIN, translation_key="not_a_sigenstor") from err
        if self.inverters[0].serial_number != self.config_entry.unique_id:
            raise UpdateFailed(translation_domain=DOMAIN, translation_key="wrong_plant")
        memory = await self._store.async_load() or {}
        if memory.get("firmware") == self.inverters[0].firmware:
            self.client.assume_missing({key: frozenset(names) for key, names in memory["missing"].items()})
        self._decoder.remember(memory.get("totals", {}))

    @override
    async def _async_update_data(self) -> Telemetry:
        """Read the plant once."""
        now = dt_util.utcnow()
        slow = now >= self._next_slow_at
        try:
            await self.client.async_read(slow=slow)
        except ModbusError as err:
            raise self._failed(self._no_answer(err)) from err
        except NotASigenStorError as err:
            raise self._failed(UpdateFailed(translation_domain=DOMAIN, translation_key="not_a_sigenstor")) from err
        if not self._same_plant():
            raise self._failed(UpdateFailed(translation_domain=DOMAIN, translation_key="wrong_plant"))
        self._failures = 0
        self._cancel_stale_update()
        if self._cloud is not None:
            self._cloud.modbus_is_back()
        if slow:
            self._next_slow_at = now + SLOW_INTERVAL
            self._reload_on_new_firmware()
        self._log_silence()
        now = dt_util.utcnow()
        telemetry = self._decoder.decode(self.client, now=now, local=dt_util.as_local(now))
        self.off_grid_since = self._left_grid_at(telemetry)
        self._save()
        if slow and self._decoder.lacks_midnight:
            self.config_entry.async_create_background_task(
                self.hass, self._async_recall_midnight(telemetry.energy), f"{self.name} at midnight"
            )
        return telemetry

    def _left_grid_at(self, telemetry: Telemetry) -> datetime | None:
        """Return since when the plant is off the grid, where the readings say so."""
        if telemetry.grid_status in (None, GridStatus.ON_GRID):
            return None
        if not self.readable or self.data.grid_status is None:
            # It may have left the grid at any time since the last reading that counted.
            return self.off_grid_since
        return telemetry.timestamp if self.data.grid_status is GridStatus.ON_GRID else self.off_grid_since

    async def _async_recall_midnight(self, energy: EnergyCounters) -> None:
        """Ask the recorder what the counters showed at midnight, which this plant keeps no record of."""
        registry, serial_number = er.async_get(self.hass), self.config_entry.unique_id
        ids = {
            statistic_id: key
            for key in ("grid_import", "grid_export", "house")
            if (statistic_id := registry.async_get_entity_id(SENSOR_DOMAIN, DOMAIN, f"{serial_number}_{key}_energy"))
        }
        if DATA_INSTANCE not in self.hass.data or not ids:
            return
        midnight = dt_util.start_of_local_day()
        try:
            found = await async_in_recorder(self.hass, read_counters, self.hass, set(ids), midnight)
        except SQLAlchemyError as err:
            LOGGER.debug("What %s counted at midnight could not be read: %s", self.config_entry.title, err)
            return
        self._decoder.recall_midnight(midnight.date(), {ids[one]: kwh for one, kwh in found.items()}, energy)

    @override
    async def async_shutdown(self) -> None:
        """Stop polling and keep what was learned."""
        await super().async_shutdown()
        self._cancel_stale_update()
        if self.data is not None:
            await self._store.async_save(self._memory())

    def _no_answer(self, err: ModbusError) -> UpdateFailed:
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key="no_answer",
            translation_placeholders={"error": str(err) or type(err).__name__},
        )

    def _failed(self, failure: UpdateFailed) -> UpdateFailed:
        """Count a failure, slow down, and let entities know when the last reading gets stale."""
        self._failures += 1
        failure.retry_after = retry_after_s(self._failures, self._interval_s)
        # Whoever answers next has to say who it is before its values count.
        self._next_slow_at = dt_util.utcnow()
        if self.fresh and self._cancel_stale is None:
            self._tell_when_stale()
        if self._cloud is not None and self._cloud.due and self.source is not Source.MODBUS:
            self.config_entry.async_create_background_task(
                self.hass, self._async_ask(self._cloud), f"{self.name} from the cloud"
            )
        return failure

    async def _async_ask(self, cloud: CloudFallback) -> None:
        """Show what the cloud knows, unless Modbus answered meanwhile."""
        reading = await cloud.async_read(self.data)
        if reading is None or self.last_update_success or self._shutdown_requested:
            return
        self.data = reading
        self._cancel_stale_update()
        self._tell_when_stale()
        self.async_update_listeners()

    def _tell_when_stale(self) -> None:
        remaining = self.data.timestamp + self.stale_after - dt_util.utcnow()
        self._cancel_stale = async_call_later(self.hass, remaining + timedelta(seconds=1), self._gone_stale)

    @callback
    def _gone_stale(self, _now: object) -> None:
        self._cancel_stale = None
        self.async_update_listeners()

    def _cancel_stale_update(self) -> None:
        if self._cancel_stale is not None:
            self._cancel_stale()
            self._cancel_stale = None

    def _same_plant(self) -> bool:
        """Whether every inverter that answered is the one that was there at set-up."""
        known = {info.unit_id: info.serial_number for info in self.inverters}
        return all(
            reader.info.serial_number == known[reader.unit_id] for reader in self.client.inverters if reader.answered
        )

    def _reload_on_new_firmware(self) -> None:
        """New firmware may serve other registers, and the device page shows its version."""
        known = {info.unit_id: info.firmware for info in self.inverters}
        if any(reader.answered and reader.info.firmware != known[reader.unit_id] for reader in self.client.inverters):
            LOGGER.info("%s: the firmware changed, reloading", self.config_entry.title)
            self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)

    def _log_silence(self) -> None:
        """Log once when an inverter stops answering while the plant still does, and once when it is back."""
        silent = {f"inverter {reader.unit_id}" for reader in self.client.inverters if not reader.answered}
        for name in sorted(silent - self._silent):
            LOGGER.warning("%s: %s does not answer", self.config_entry.title, name)
        for name in sorted(self._silent - silent):
            LOGGER.info("%s: %s answers again", self.config_entry.title, name)
        self._silent = silent

    def _memory(self) -> dict[str, Any]:
        return {
            "firmware": self.inverters[0].firmware,
            "missing": {key: sorted(names) for key, names in self.client.missing.items()},
            "totals": self._decoder.memory(),
        }

    def _save(self) -> None:
        now = dt_util.utcnow()
        if now - self._saved_at >= _SAVE_INTERVAL:
            self._saved_at = now
            self._store.async_delay_save(self._memory, _SAVE_DELAY_S)


def telemetry_store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    """Return the store of what a plant's telemetry has learned."""
    return Store(hass, _STORAGE_VERSION, f"{DOMAIN}.{entry_id}.telemetry", atomic_writes=True)
