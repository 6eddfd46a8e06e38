"""The history of a plant as rows for charts, and as CSV."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Final

from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import DATA_INSTANCE, get_instance
from homeassistant.util import dt as dt_util
from sqlalchemy.exc import SQLAlchemyError
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator.issues import NEEDED_DAYS
from ..errors import cause, told, translated_errors
from ..model.message import Message, plain, say
from ..model.prices import merged
from ..model.validation import InvalidInputError, choice
from ..plants import time_range
from ..records.csv_text import csv_lines
from ..runtime import SigenStorConfigEntry
from ..statistics.chargers import charger_sensors
from ..statistics.prices import buy_statistic_id, sell_statistic_id
from ..statistics.sun import accuracy_statistic_id
from ..texts import localize
from .outages import outages
from .rows import (
    ENERGIES,
    FIELDS,
    MEANS,
    VEHICLES,
    HistoryReader,
    HistorySource,
    Period,
    house_accuracy,
    rows,
    self_powered,
    whole_periods,
)
from .websocket import WebsocketMessage, plant_command

LONGEST: Final = {
    Period.FIVE_MINUTES: timedelta(days=NEEDED_DAYS),
    Period.HOUR: timedelta(days=62),
    Period.DAY: timedelta(days=732),
    Period.MONTH: timedelta(days=7320),
}
"""What one answer may hold; a download may be as long as one likes."""


_NO_STATISTICS_BEFORE = datetime(2020, 1, 1, tzinfo=UTC)


@plant_command("history/query", {vol.Required(field): object for field in ("start", "end", "period")})
async def query(hass: HomeAssistant, entry: SigenStorConfigEntry, msg: WebsocketMessage) -> Mapping[str, Any]:
    """Return what is known of a time in the past: energies, prices, costs, how good its forecasts were, outages."""
    with translated_errors():
        period = choice("period", msg["period"], Period)
        start, end = time_range(msg["start"], msg["end"])
        if end - start > LONGEST[period]:
            allowed = say("invalid.history_span", days=LONGEST[period].days, period=period.value)
            raise InvalidInputError("end", allowed, msg["end"])
    source, grid_status = _source(hass, entry), _sensor(hass, entry, "grid_status")
    reader = HistoryReader(hass, source)
    since, until = _recorded(start, end, period, source)

    def read() -> dict[str, Any]:
        found = list(chain.from_iterable(reader.pieces(since, until, period)))
        accuracy = {"pv": reader.pv_accuracy(found, since, until), "house": house_accuracy(found, source.zone)}
        return {
            "rows": rows(found, period, source.zone),
            "accuracy": {name: each and asdict(each) for name, each in accuracy.items()},
            "self_powered_percent": self_powered(found),
            "outages": outages(hass, grid_status, since, until, source.zone),
        }

    return await in_recorder(hass, read)


COMMANDS = (query,)


def csv_pieces(
    hass: HomeAssistant, entry: SigenStorConfigEntry, start: datetime, end: datetime, period: Period
) -> Iterator[str]:
    """Return the history as pieces of CSV; each step blocks, so take them in the recorder's executor."""
    source = _source(hass, entry)
    reader = HistoryReader(hass, source)
    since, until = _recorded(start, end, period, source)

    def pieces() -> Iterator[str]:
        yield csv_lines([FIELDS])
        for found in reader.pieces(since, until, period):
            yield csv_lines([row[field] for field in FIELDS] for row in rows(found, period, source.zone))

    return pieces()


async def in_recorder[T](hass: HomeAssistant, job: Callable[[], T]) -> T:
    """Run a job in the recorder's executor. Raises `HomeAssistantError` where there is no history."""
    if DATA_INSTANCE not in hass.data:
        raise _unavailable(hass, say("problem.recorder_off"))
    try:
        return await get_instance(hass).async_add_executor_job(job)
    except SQLAlchemyError as err:
        raise _unavailable(hass, plain(cause(err))) from None


def _recorded(start: datetime, end: datetime, period: Period, source: HistorySource) -> tuple[datetime, datetime]:
    """Return the whole periods of a range as far as anything can be known of them."""
    return whole_periods(max(start, _NO_STATISTICS_BEFORE), min(end, source.now), period, source.zone)


def _unavailable(hass: HomeAssistant, why: Message) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="history_unavailable",
        translation_placeholders={"error": localize(hass, why), **told(say("problem.no_history", why))},
    )


def _sensor(hass: HomeAssistant, entry: SigenStorConfigEntry, key: str) -> str | None:
    """Return the entity id of a sensor of the plant, where it has that."""
    return er.async_get(hass).async_get_entity_id(SENSOR_DOMAIN, DOMAIN, f"{entry.unique_id}_{key}")


def _source(hass: HomeAssistant, entry: SigenStorConfigEntry) -> HistorySource:
    """Return where the history of a plant is."""
    runtime, now = entry.runtime_data, dt_util.utcnow()
    serial_number = entry.unique_id or ""
    sensors = {name: _sensor(hass, entry, key) for name, key in {**ENERGIES, **MEANS}.items()}
    known = () if runtime.prices is None or runtime.prices.data is None else runtime.prices.data.slots
    settled = () if runtime.prices is None else runtime.prices.settled
    return HistorySource(
        statistics={
            **{name: statistic_id for name, statistic_id in sensors.items() if statistic_id is not None},
            "buy": buy_statistic_id(serial_number),
            "sell": sell_statistic_id(serial_number),
            "pv_error_w": accuracy_statistic_id(entry, "error"),
            "pv_bias_w": accuracy_statistic_id(entry, "bias"),
        },
        vehicles={name: tuple(charger_sensors(hass, entry, key)) for name, key in VEHICLES.items()},
        slots=merged(settled, [slot for slot in known if slot.start <= now and not slot.forecast]),
        zone=dt_util.get_default_time_zone(),
        now=now,
    )
