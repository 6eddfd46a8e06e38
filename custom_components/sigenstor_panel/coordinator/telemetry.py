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
    CONF_AC_CHARGER_UNIT_IDS,
    CONF_INVERTER_UNIT_IDS,
    CONF_POLL_INTERVAL_S,
    CONF_STALE_AFTER_S,
    CONF_UNITS_BY_HAND,
    DEFAULT_POLL_INTERVAL_S,
    DEFAULT_STALE_AFTER_S,
    DOMAIN,
    LOGGER,
    OPTION_CLOUD,
    SECTION_POLLING,
    SLOW_INTERVAL,
)
from ..errors import cause
from ..model.backoff import Backoff
from ..model.telemetry import EnergyCounters, GridStatus, InverterInfo, Source, Telemetry
from ..plant import ModbusError
from ..plant.client import PlantClient
from ..plant.decode import TelemetryDecoder
from ..plant.probing import NotASigenStorError
from ..plant.readers import InverterReader
from ..plant.transport import told
from ..statistics.energy import async_in_recorder, read_counters
from ..texts import localize
from .cloud_fallback import CLOUD_STALE_AFTER, CloudFallback
from .inverters import KnownInverters, async_claim, async_forget_unit, serial_numbers_of_others
from .issues import (
    SystemIssues,
    async_ask_what_was_found,
    async_ask_whether_exchanged,
    async_keep_same_system,
    async_settle_exchanged,
    async_settle_found,
    async_settle_same_system,
    async_tell_new_firmware,
)

_STORAGE_VERSION = 1
_SAVE_DELAY_S = 60
_SAVE_INTERVAL = timedelta(minutes=15)
_LONGEST_RETRY_S = 60.0
_FAILURES_BEFORE_CLOUD = 3
_LOOK_INTERVAL = timedelta(hours=1)
_GONE_AFTER = timedelta(days=7)


def retry_after_s(failures: int, interval_s: float, jitter: Callable[[float, float], float] = uniform) -> float:
    """Return how long to wait after so many failures in a row: doubling, at most a minute, ±20 %."""
    return Backoff(interval_s, _LONGEST_RETRY_S).pause_s(failures) * jitter(0.8, 1.2)


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

        self._decoder = TelemetryDecoder(self._interval_s)
        self._store = telemetry_store(hass, entry.entry_id)
        self._saved_at = dt_util.utcnow()
        self._failures = 0
        self._next_slow_at = dt_util.utcnow()
        self._next_look_at = dt_util.utcnow() + _LOOK_INTERVAL
        self._due_s = 0.0
        self._dc_chargers: set[str] | None = None
        self._silent = set[int]()
        self._silent_since: dict[int, datetime] = {}
        self._issues = SystemIssues(hass, entry)
        self._known: KnownInverters
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
        memory = await self._store.async_load() or {}
        self._known = known = KnownInverters(self.config_entry, memory)
        try:
            await self.client.async_identify(known.unit_ids, known.serial_numbers, known.charger_unit_ids)
        except ModbusError as err:
            raise self._no_answer(err) from err
        if self._foreign() and not any(self.client.belongs(reader) for reader in self.client.inverters):
            self._ask_whether_exchanged()
            raise UpdateFailed(translation_domain=DOMAIN, translation_key="wrong_plant")
        known.take(self.client.inverters, self.client)
        self.inverters = known.infos
        if not async_claim(self.hass, self.config_entry, {info.serial_number for info in self.inverters}):
            raise UpdateFailed(translation_domain=DOMAIN, translation_key="controlled_elsewhere")
        if memory.get("firmware") == self.inverters[0].firmware:
            self.client.assume_missing({key: frozenset(names) for key, names in memory["missing"].items()})
        self._decoder.remember(memory.get("totals", {}))
        self._decoder.rated_w = sum(info.rated_power_w or 0 for info in self.inverters) or None
        self._silent_since = {
            int(unit_id): datetime.fromisoformat(since) for unit_id, since in memory.get("silent_since", {}).items()
        }

    @override
    async def _async_update_data(self) -> Telemetry:
        """Read the plant once."""
        began_s = self.hass.loop.time()
        slow = dt_util.utcnow() >= self._next_slow_at
        try:
            reading = await self.client.async_read(slow=slow)
        except ModbusError as err:
            raise self._failed(self._no_answer(err)) from err
        except NotASigenStorError as err:
            raise self._failed(UpdateFailed(translation_domain=DOMAIN, translation_key="not_a_sigenstor")) from err
        foreign = self._foreign()
        if foreign and not any(reader.answered and self.client.belongs(reader) for reader in self.client.inverters):
            self._ask_whether_exchanged()
            raise self._failed(UpdateFailed(translation_domain=DOMAIN, translation_key="wrong_plant"))
        self._failures = 0
        self._cancel_stale_update()
        if self._cloud is not None:
            self._cloud.modbus_is_back()
        now = dt_util.utcnow()
        if slow:
            self._next_slow_at = now + SLOW_INTERVAL
            self._look_for_changes(now, asked=bool(foreign))
        self._log_silence(now)
        telemetry = self._decoder.decode(reading, dt_util.get_default_time_zone())
        if self._dc_chargers is None:
            self._dc_chargers = set(telemetry.dc_chargers)
        self.off_grid_since = self._left_grid_at(telemetry)
        self._issues.update(
            telemetry,
            device_midnight_differs=self._decoder.energy.device_midnight_differs,
            switched_on=self.client.written.get("remote_ems_enabled") == 1,
        )
        async_keep_same_system(self.hass, self.config_entry)
        self._save()
        if slow and self._decoder.lacks_midnight:
            self.config_entry.async_create_background_task(
                self.hass, self._async_recall_midnight(telemetry.energy), name=f"{self.name} at midnight"
            )
        self._keep_pace(began_s)
        return telemetry

    def _keep_pace(self, began_s: float) -> None:
        """Let the next poll begin one interval after this one began, whatever this one took."""
        due_s = self._due_s if abs(began_s - self._due_s) < self._interval_s else began_s
        self._due_s = due_s + self._interval_s
        self.update_interval = timedelta(seconds=max(1.0, self._due_s - self.hass.loop.time()))

    @callback
    @override
    def _async_refresh_finished(self) -> None:
        """Show the interval that was asked for: the next poll has its moment."""
        self.update_interval = timedelta(seconds=self._interval_s)

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
            LOGGER.debug("What %s counted at midnight could not be read: %s", self.config_entry.title, cause(err))
            return
        self._decoder.recall_midnight(midnight.date(), {ids[one]: kwh for one, kwh in found.items()}, energy)

    @override
    async def async_shutdown(self) -> None:
        """Stop polling and keep what was learned."""
        await super().async_shutdown()
        self._cancel_stale_update()
        async_settle_same_system(self.hass, self.config_entry)
        if self.data is not None:
            await self._store.async_save(self._memory())

    def _no_answer(self, err: ModbusError) -> UpdateFailed:
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key="no_answer",
            translation_placeholders={"error": localize(self.hass, told(err))},
        )

    def _failed(self, failure: UpdateFailed) -> UpdateFailed:
        """Count a failure, slow down, and let entities know when the last reading gets stale."""
        self._failures += 1
        failure.retry_after = retry_after_s(self._failures, self._interval_s)
        # What answers next may be another plant: its serial number is read before its values count.
        self._next_slow_at = dt_util.utcnow()
        if self.fresh and self._cancel_stale is None:
            self._tell_when_stale()
        if self._cloud is not None and self._cloud.due and self._failures >= _FAILURES_BEFORE_CLOUD:
            self.config_entry.async_create_background_task(
                self.hass, self._async_ask(self._cloud), name=f"{self.name} from the cloud"
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

    def gone_unit(self, identifiers: set[tuple[str, str]]) -> int | None:
        """Return the unit of a device that does not answer any more; None for one that does, and for the system."""
        units = {f"{self.config_entry.unique_id}_inverter_{info.identity}": info.unit_id for info in self.inverters}
        silent = {reader.unit_id for reader in self.client.inverters if not reader.answered}
        for charger in self.client.ac_chargers:
            units[f"{self.config_entry.unique_id}_ac_charger_{charger.unit_id}"] = charger.unit_id
            if not charger.answered:
                silent.add(charger.unit_id)
        if silent >= set(self._known.unit_ids):
            return None
        return next((units[key] for _, key in identifiers if units.get(key) in silent), None)

    def lets_go_of_dc_charger(self, identifiers: set[tuple[str, str]]) -> bool:
        """Return whether a device is a DC charger that its inverter has no longer; one that is fitted again appears."""
        for reader in self.client.inverters:
            info = next((info for info in self.inverters if info.serial_number == reader.info.serial_number), None)
            if info is None or not reader.answered or reader.shows_dc_charger:
                continue
            if (DOMAIN, f"{self.config_entry.unique_id}_dc_charger_{info.identity}") in identifiers:
                self._dc_chargers = (self._dc_chargers or set()) - {info.serial_number}
                reader.has_dc_charger = False
                return True
        return False

    def _foreign(self) -> list[InverterReader]:
        """Return the inverters that answer with a serial number that is not one of this system's."""
        return [
            reader for reader in self.client.inverters if reader.info.serial_number and not self.client.belongs(reader)
        ]

    def _ask_whether_exchanged(self) -> None:
        """Ask about the first inverter that answers in the place of another one."""
        known = {info.unit_id: info for info in self._known.infos}
        for reader in self._foreign():
            if reader.unit_id in known:
                async_ask_whether_exchanged(
                    self.hass, self.config_entry, known[reader.unit_id], reader.info.serial_number
                )
                return

    def _look_for_changes(self, now: datetime, *, asked: bool) -> None:
        """Take note of inverters that were added, exchanged or are gone, and of new firmware."""
        if asked:
            self._ask_whether_exchanged()
        else:
            async_settle_exchanged(self.hass, self.config_entry)
        known = {info.serial_number: info for info in self.inverters}
        for reader in self.client.inverters:
            if not reader.answered or not self.client.belongs(reader):
                continue
            before = known.get(reader.info.serial_number)
            fitted = self._dc_chargers is not None and reader.info.serial_number not in self._dc_chargers
            if before is not None and reader.has_dc_charger and fitted:
                self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)
                return
            if before is not None and reader.info.firmware == before.firmware:
                continue
            if before is not None and before.firmware:
                LOGGER.info("%s: the firmware changed, reloading", self.config_entry.title)
                async_tell_new_firmware(self.hass, self.config_entry, before.firmware, reader.info.firmware)
            self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)
            return
        if now >= self._next_look_at and CONF_UNITS_BY_HAND not in self.config_entry.data:
            self._next_look_at = now + _LOOK_INTERVAL
            self.config_entry.async_create_background_task(
                self.hass, self._async_look_for_more(), name=f"{self.name} looks for more"
            )

    async def _async_look_for_more(self) -> None:
        """Take up inverters and AC chargers that were added, and inverters that are at another unit now."""
        try:
            inverters, chargers = await self.client.async_find_more()
        except ModbusError as err:
            LOGGER.debug("%s: nobody could be looked for: %s", self.config_entry.title, err)
            return
        others = serial_numbers_of_others(self.hass)
        here = {info.serial_number: info for info in self._known.infos}
        silent = [info for info in self._known.infos if info.unit_id in self._silent]
        moved = {here[info.serial_number].unit_id: info.unit_id for info in inverters if info.serial_number in here}
        moved = {before: after for before, after in moved.items() if before in self._silent}
        new = [info for info in inverters if info.serial_number not in others | here.keys()]
        if new and silent and not moved:
            # It may take the place of one that is silent, and keep its entities then: that is for a person to say.
            async_ask_what_was_found(self.hass, self.config_entry, silent[0], new[0])
            new = []
        else:
            async_settle_found(self.hass, self.config_entry)
        unit_ids = [info.unit_id for info in new]
        if not unit_ids and not chargers and not moved:
            return
        data = dict(self.config_entry.data)
        data[CONF_INVERTER_UNIT_IDS] = [moved.get(unit_id, unit_id) for unit_id in data[CONF_INVERTER_UNIT_IDS]]
        data[CONF_INVERTER_UNIT_IDS] += unit_ids
        if chargers:
            data[CONF_AC_CHARGER_UNIT_IDS] = [*data.get(CONF_AC_CHARGER_UNIT_IDS, []), *chargers]
        LOGGER.info("%s: found units %s", self.config_entry.title, [*moved.values(), *unit_ids, *chargers])
        self.hass.config_entries.async_update_entry(self.config_entry, data=data)
        self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)

    def _log_silence(self, now: datetime) -> None:
        """Log once when an inverter stops answering while the plant still does, and once when it is back.

        One that has been silent for a week is gone.
        """
        silent = {reader.unit_id for reader in self.client.inverters if not reader.answered}
        for unit_id in sorted(silent - self._silent):
            LOGGER.warning("%s: inverter %s does not answer", self.config_entry.title, unit_id)
        for unit_id in sorted(self._silent - silent):
            LOGGER.info("%s: inverter %s answers again", self.config_entry.title, unit_id)
        self._silent = silent
        self._silent_since = {unit_id: self._silent_since.get(unit_id, now) for unit_id in silent}
        gone = [unit_id for unit_id, since in self._silent_since.items() if now - since >= _GONE_AFTER]
        if gone and len(silent) < len(self.client.inverters):
            LOGGER.warning("%s: inverter %s is gone", self.config_entry.title, gone[0])
            async_forget_unit(self.hass, self.config_entry, gone[0])

    def _memory(self) -> dict[str, Any]:
        return {
            "firmware": self.inverters[0].firmware,
            "inverters": self._known.memory(),
            "silent_since": {str(unit_id): since.isoformat() for unit_id, since in self._silent_since.items()},
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
