"""Keeps the daily accuracy of the PV forecast in the recorder's long-term statistics."""

from datetime import date, timedelta
from typing import Literal

from homeassistant.components.recorder import DOMAIN as RECORDER_DOMAIN
from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util, slugify
from homeassistant.util.unit_conversion import PowerConverter

from ..const import DOMAIN
from ..model.message import say
from ..optimiser.sun.forecast import DayAccuracy
from ..texts import localize

type Quantity = Literal["error", "bias"]


def accuracy_statistic_id(entry: ConfigEntry, quantity: Quantity) -> str:
    """Return the id of the statistic that holds the daily error or bias, in W."""
    return f"{DOMAIN}:{slugify(entry.unique_id or entry.entry_id)}_pv_forecast_{quantity}"


def add_day(hass: HomeAssistant, entry: ConfigEntry, day: date, accuracy: DayAccuracy) -> None:
    """Add a local day's accuracy, or replace what was known of the day so far."""
    if RECORDER_DOMAIN not in hass.config.components:
        return
    midnight = dt_util.as_utc(dt_util.start_of_local_day(day))
    # Statistics begin at full hours of UTC, local days in some places do not.
    start = midnight if midnight.minute == 0 else midnight.replace(minute=0) + timedelta(hours=1)
    values: dict[Quantity, float] = {"error": accuracy.mean_absolute_error_w, "bias": accuracy.bias_w}
    for quantity, value in values.items():
        metadata = StatisticMetaData(
            mean_type=StatisticMeanType.ARITHMETIC,
            has_sum=False,
            name=localize(hass, say(f"word.statistic_pv_{quantity}", system=entry.title)),
            source=DOMAIN,
            statistic_id=accuracy_statistic_id(entry, quantity),
            unit_class=PowerConverter.UNIT_CLASS,
            unit_of_measurement=UnitOfPower.WATT,
        )
        async_add_external_statistics(hass, metadata, [StatisticData(start=start, mean=value, min=value, max=value)])
