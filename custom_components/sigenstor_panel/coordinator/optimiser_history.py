"""What the optimiser wants to know of the past days, from the recorder."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from homeassistant.components.recorder.statistics import StatisticsRow, statistics_during_period
from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import DATA_INSTANCE
from homeassistant.util import dt as dt_util
from sqlalchemy.exc import SQLAlchemyError

from ..const import DOMAIN, LOGGER
from ..errors import cause
from ..model.prices import PriceSlot
from ..optimiser.efficiency import Span
from ..optimiser.regimes import SPIKES_FROM, likelihood
from ..statistics.energy import async_in_recorder, read_energy
from ..statistics.prices import buy_statistic_id, sell_statistic_id
from .optimiser_actual import BATTERY_ENERGIES, SOC, read_spans
from .optimiser_inputs import TYPICAL_DAYS, PowerSpan

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_PV_DAYS = timedelta(days=2)
_SPAN_DAYS = timedelta(days=10)
"""For how long the recorder keeps five minutes, unless told otherwise."""


class OptimiserHistory:
    """Past prices and PV, renewed once an hour; empty without a recorder."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        """Initialize; nothing is read yet."""
        self._hass = hass
        assert entry.unique_id is not None
        self._serial_number, self._title = entry.unique_id, entry.title
        self._read_at: datetime | None = None
        self.prices: tuple[PriceSlot, ...] = ()
        """The past week's, by the hour."""
        self.likelihood = 1.0
        """How much likelier than usual a spike is to begin, by the past months' prices."""
        self.pv: tuple[PowerSpan, ...] = ()
        """The PV power of the past two days."""
        self.spans: tuple[Span, ...] = ()
        """What went in and out of the battery in the past days; read once a day."""
        self._spans_read_at: datetime | None = None

    async def async_refresh(self, now: datetime) -> None:
        """Read again what is older than an hour."""
        if DATA_INSTANCE not in self._hass.data or (self._read_at and timedelta() <= now - self._read_at < _HOUR):
            return
        try:
            prices = await async_in_recorder(
                self._hass, read_prices, self._hass, self._serial_number, now - SPIKES_FROM
            )
            self.likelihood = await self._hass.async_add_executor_job(likelihood, prices, now)
            self.prices = tuple(slot for slot in prices if slot.end > now - TYPICAL_DAYS)
            if pv := statistic_id_of(self._hass, self._serial_number, "pv_energy"):
                self.pv = await async_in_recorder(self._hass, _powers, self._hass, pv, now - _PV_DAYS)
            await self._async_refresh_spans(now)
        except SQLAlchemyError as err:
            LOGGER.warning("The past prices and PV of %s could not be read: %s", self._title, cause(err))
            return
        self._read_at = now

    async def _async_refresh_spans(self, now: datetime) -> None:
        ids = {key: statistic_id_of(self._hass, self._serial_number, key) for key in (*BATTERY_ENERGIES, SOC)}
        found = {key: statistic_id for key, statistic_id in ids.items() if statistic_id is not None}
        if len(found) < len(ids) or (self._spans_read_at and timedelta() <= now - self._spans_read_at < _DAY):
            return
        self.spans = await async_in_recorder(self._hass, read_spans, self._hass, found, now - _SPAN_DAYS, now)
        self._spans_read_at = now


def statistic_id_of(hass: HomeAssistant, serial_number: str, key: str) -> str | None:
    """Return the statistic of a sensor of the plant, by its key; None where it has been removed."""
    return er.async_get(hass).async_get_entity_id(SENSOR_DOMAIN, DOMAIN, f"{serial_number}_{key}")


def _powers(hass: HomeAssistant, statistic_id: str, start: datetime) -> tuple[PowerSpan, ...]:
    return tuple(
        PowerSpan(sample.start, sample.start + sample.duration, sample.energy_kwh * 1000)
        for sample in read_energy(hass, statistic_id, start, "hour")
    )


def read_prices(hass: HomeAssistant, serial_number: str, start: datetime) -> tuple[PriceSlot, ...]:
    """Return the prices that were kept, by the hour; blocks."""
    buy, sell = buy_statistic_id(serial_number), sell_statistic_id(serial_number)
    found = statistics_during_period(hass, start, None, {buy, sell}, "hour", None, {"mean"})
    sells = dict(_means(found.get(sell, [])))
    return tuple(
        PriceSlot(start=hour, end=hour + _HOUR, buy_per_kwh=price, sell_per_kwh=sells.get(hour))
        for hour, price in _means(found.get(buy, []))
    )


def _means(rows: Iterable[StatisticsRow]) -> Iterator[tuple[datetime, float]]:
    for row in rows:
        if (mean := row.get("mean")) is not None:
            yield dt_util.utc_from_timestamp(row["start"]), mean
