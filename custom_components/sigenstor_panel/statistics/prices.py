"""Keeps prices for good, as external long-term statistics: charts reach back beyond the recorder's states."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..model.message import Message, say
from ..model.prices import PriceSlot, resample
from ..texts import localize

_HOUR = timedelta(hours=1)


def buy_statistic_id(serial_number: str) -> str:
    """Return the id of the statistics of a plant's buy price."""
    return f"{DOMAIN}:buy_price_{serial_number.lower()}"


def sell_statistic_id(serial_number: str) -> str:
    """Return the id of the statistics of a plant's feed-in price."""
    return f"{DOMAIN}:sell_price_{serial_number.lower()}"


def async_keep_prices(
    hass: HomeAssistant,
    serial_number: str,
    slots: Sequence[PriceSlot],
    since: datetime | None,
    now: datetime,
    *,
    currency: str,
) -> datetime | None:
    """Import the mean prices of the whole hours since a moment that are over, and return where they end.

    Importing an hour again replaces it. Without the recorder nothing is kept.
    """
    settled = [slot for slot in slots if not slot.forecast]
    if not settled or "recorder" not in hass.config.components:
        return since
    first = _hour(settled[0].start) if since is None else max(since, _hour(settled[0].start))
    hours = [slot for slot in resample(settled, _HOUR, first, _hour(now)) if slot.duration == _HOUR]
    for statistic_id, name, value_fn in (
        (buy_statistic_id(serial_number), say("word.statistic_buy"), lambda slot: slot.buy_per_kwh),
        (sell_statistic_id(serial_number), say("word.statistic_sell"), lambda slot: slot.sell_per_kwh),
    ):
        if data := list(_means(hours, value_fn)):
            async_add_external_statistics(hass, _metadata(hass, statistic_id, name, currency), data)
    return hours[-1].end if hours else since


def _means(hours: Sequence[PriceSlot], value_fn: Callable[[PriceSlot], float | None]) -> Iterator[StatisticData]:
    for hour in hours:
        if (value := value_fn(hour)) is not None:
            yield StatisticData(start=hour.start, mean=value)


def _metadata(hass: HomeAssistant, statistic_id: str, name: Message, currency: str) -> StatisticMetaData:
    return StatisticMetaData(
        mean_type=StatisticMeanType.ARITHMETIC,
        has_sum=False,
        name=localize(hass, name),
        source=DOMAIN,
        statistic_id=statistic_id,
        unit_class=None,
        unit_of_measurement=f"{currency}/kWh",
    )


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
