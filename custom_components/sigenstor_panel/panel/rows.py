"""Energies, prices and costs of the past from the recorder's statistics; call what reads them in its executor."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import groupby
from typing import Any, Final, Literal, NamedTuple

from homeassistant.components.recorder.statistics import StatisticsRow, statistics_during_period
from homeassistant.const import UnitOfEnergy, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..model.prices import PriceSlot, resample
from ..optimiser.self_powered import EnergySpan, self_powered_percent


class Period(StrEnum):
    """How long the rows of the history are."""

    FIVE_MINUTES = "5minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


ENERGIES: Final = {
    "pv_kwh": "pv_energy",
    "house_kwh": "house_energy",
    "import_kwh": "grid_import_energy",
    "export_kwh": "grid_export_energy",
    "charge_kwh": "battery_charged_energy",
    "discharge_kwh": "battery_discharged_energy",
}
"""The sensors that count each energy."""

MEANS: Final = {
    "soc": "state_of_charge",
    "pv_forecast_kwh": "pv_forecast_now",
    "house_forecast_kwh": "load_forecast_now",
}
"""The sensors whose means count; of the forecasts, which are powers, an energy is made."""

FORECASTS: Final = {"pv_forecast_kwh": "pv_kwh", "house_forecast_kwh": "house_kwh"}
"""What each forecast is of; one of a part of a row would look like one of all of it."""

VEHICLES: Final = {"vehicle_kwh": "charger_energy", "vehicle_given_kwh": "charger_discharged_energy"}
"""The sensors of each charger that count what vehicles took and gave."""

FIELDS: Final = (
    *("start", "end"),
    *ENERGIES,
    *("soc", "buy", "sell", "pv_forecast_kwh", "house_forecast_kwh", "cost"),
    *VEHICLES,
)
"""A row, in the order of its columns."""

_LEVELS: Final = frozenset({"soc", "buy", "sell"})
"""What does not add up: of it, the mean counts."""
_HOUR = timedelta(hours=1)
_QUARTER = timedelta(minutes=15)
_FIVE_MINUTES = timedelta(minutes=5)
_NOT_IN_HOURS_YET = timedelta(hours=2)
_UNITS: Final[dict[str, str]] = {"energy": UnitOfEnergy.KILO_WATT_HOUR, "power": UnitOfPower.WATT}

type _Kept = Literal["5minute", "hour"]
type _Values = dict[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySource:
    """Where the history of a plant is, and what is known of prices besides."""

    statistics: Mapping[str, str]
    """Statistic ids by the names of what they hold."""
    vehicles: Mapping[str, tuple[str, ...]]
    """Statistic ids of all chargers by the names of what they add up to."""
    slots: tuple[PriceSlot, ...]
    """Better resolved than the statistics, and newer."""
    zone: tzinfo
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How far a forecast was off; a bias above 0 W says too much was forecast."""

    mean_absolute_error_w: float
    bias_w: float
    hours: float


class HistoryPiece(NamedTuple):
    """What is known of five minutes or an hour."""

    start: datetime
    duration: timedelta
    values: _Values


class HistoryReader:
    """Reads the history of a plant; its methods block."""

    def __init__(self, hass: HomeAssistant, source: HistorySource) -> None:
        """Initialize; nothing is read yet."""
        self._hass = hass
        self._source = source
        self._sums: dict[str, float] = {}
        """What each counter was at the end of what was read last."""

    def pieces(self, start: datetime, end: datetime, period: Period) -> Iterator[list[HistoryPiece]]:
        """Yield what is known of [start, end) in order, a local month at a time, of five minutes a local day."""
        zone, now = self._source.zone, self._source.now
        fine = period is Period.FIVE_MINUTES
        self._sums = {}
        for since, until in _chunks(start, end, zone, by_day=fine):
            found = self._read(since, until, "5minute" if fine else "hour")
            if not fine and until > now - _NOT_IN_HOURS_YET:
                # The recorder makes hours of five minutes only when they are over.
                known_until = found[-1].start + found[-1].duration if found else since
                found += self._read(max(known_until, _floor(now, _HOUR) - _HOUR), until, "5minute")
            yield found

    def pv_accuracy(self, found: Iterable[HistoryPiece], start: datetime, end: datetime) -> Accuracy | None:
        """Return how far the PV forecast was off on the days of [start, end); None where no day was compared.

        The figures are those of the days themselves, which leave out hours when the plant could not take all there was.
        """
        days = self._statistics(start, end, "hour", ("pv_error_w", "pv_bias_w"))
        errors_w, biases_w = (
            [mean for row in of_days.values() if (mean := row.get("mean")) is not None] for of_days in days.values()
        )
        if not errors_w or not biases_w:
            return None
        hours = rows(found, Period.HOUR, self._source.zone)
        sunny = [row for row in hours if row["pv_kwh"] and row["pv_forecast_kwh"]]
        return Accuracy(mean_absolute_error_w=_mean(errors_w), bias_w=_mean(biases_w), hours=len(sunny))

    def _read(self, start: datetime, end: datetime, period: _Kept) -> list[HistoryPiece]:
        step = _HOUR if period == "hour" else _FIVE_MINUTES
        before = _floor(start, _HOUR) - _HOUR
        zone = self._source.zone
        found = self._statistics(before, end, period, (*ENERGIES, *MEANS))
        vehicles = self._vehicles(before, end, period)
        # Prices are kept by the hour.
        prices = self._statistics(before, end, "hour", ("buy", "sell"))
        counted = {name: dict(self._counted(found[name].values(), name)) for name in ENERGIES}
        slots = {slot.start: slot for slot in resample(self._source.slots, step, before, end) if slot.duration == step}
        read: list[HistoryPiece] = []
        for moment in sorted({moment for of_name in found.values() for moment in of_name}):
            values: _Values = {name: counted[name].get(moment) for name in ENERGIES}
            values |= {name: of_name.get(moment) for name, of_name in vehicles.items()}
            values |= {name: _mean_at(found[name], moment) for name in MEANS}
            for name in FORECASTS:
                if (mean_w := values[name]) is not None:
                    values[name] = mean_w / 1000 * (step / _HOUR)
            if slot := slots.get(dt_util.utc_from_timestamp(moment)):
                values |= {"buy": slot.buy_per_kwh, "sell": slot.sell_per_kwh}
            else:
                values |= {name: _mean_at(prices[name], moment // 3600 * 3600) for name in prices}
            values["cost"] = _cost(values)
            piece = HistoryPiece(dt_util.utc_from_timestamp(moment), step, values)
            read += _cut(piece, zone) if period == "hour" else [piece]
        return [piece for piece in read if start <= piece.start < end]

    def _vehicles(self, start: datetime, end: datetime, period: _Kept) -> dict[str, dict[float, float]]:
        """Return what the chargers counted together, by name and by the timestamp of the start."""
        together: dict[str, dict[float, float]] = {name: {} for name in VEHICLES}
        for name, ids in self._source.vehicles.items():
            for statistic_id, found in self._found(start, end, period, dict(zip(ids, ids, strict=True))).items():
                for moment, kwh in self._counted(found.values(), statistic_id):
                    together[name][moment] = together[name].get(moment, 0.0) + kwh
        return together

    def _statistics(
        self, start: datetime, end: datetime, period: _Kept, names: Iterable[str]
    ) -> dict[str, dict[float, StatisticsRow]]:
        """Return rows by name and by the timestamp of their start, in order."""
        return self._found(start, end, period, {name: self._source.statistics.get(name) for name in names})

    def _found(
        self, start: datetime, end: datetime, period: _Kept, ids: Mapping[str, str | None]
    ) -> dict[str, dict[float, StatisticsRow]]:
        wanted = {each for each in ids.values() if each is not None}
        found = (
            statistics_during_period(self._hass, start, end, wanted, period, _UNITS, {"mean", "sum"}) if wanted else {}
        )
        return {name: {row["start"]: row for row in found.get(each or "", [])} for name, each in ids.items()}

    def _counted(self, found: Iterable[StatisticsRow], name: str) -> Iterator[tuple[float, float]]:
        """Yield what was counted up to the end of each row since the one before, which after a gap is long ago."""
        for row in found:
            if (total_kwh := row.get("sum")) is None:
                continue
            before_kwh = self._sums.get(name)
            self._sums[name] = total_kwh
            # A counter that was corrected downwards counted nothing.
            if before_kwh is not None and total_kwh >= before_kwh:
                yield row["start"], total_kwh - before_kwh


def rows(found: Iterable[HistoryPiece], period: Period, zone: tzinfo) -> list[dict[str, Any]]:
    """Return the rows that pieces add up to, as JSON values; what is not known is None."""
    groups = groupby(found, key=lambda piece: _span(piece.start, period, zone))
    return [_row(start.astimezone(zone), end.astimezone(zone), list(group)) for (start, end), group in groups]


def whole_periods(start: datetime, end: datetime, period: Period, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return a range in UTC that begins and ends where rows do."""
    return _span(start, period, zone)[0], _span(end - timedelta(microseconds=1), period, zone)[1]


def house_accuracy(found: Iterable[HistoryPiece], zone: tzinfo) -> Accuracy | None:
    """Return how far the load forecast was off, hour by hour; None where nothing can be compared."""
    errors_w = [
        (row["house_forecast_kwh"] - row["house_kwh"]) * 1000
        for row in rows(found, Period.HOUR, zone)
        if row["house_kwh"] is not None and row["house_forecast_kwh"] is not None
    ]
    if not errors_w:
        return None
    return Accuracy(
        mean_absolute_error_w=_mean([abs(error_w) for error_w in errors_w]), bias_w=_mean(errors_w), hours=len(errors_w)
    )


def self_powered(found: Iterable[HistoryPiece]) -> float | None:
    """Return the percentage of what the home and its vehicles used that was own solar; None where nothing is known."""
    known = (
        piece.values
        for piece in found
        if piece.values["house_kwh"] is not None and piece.values["import_kwh"] is not None
    )
    share = self_powered_percent(
        EnergySpan(
            pv_kwh=values["pv_kwh"] or 0.0,
            used_kwh=(values["house_kwh"] or 0.0) + (values["vehicle_kwh"] or 0.0),
            imported_kwh=values["import_kwh"] or 0.0,
            charged_kwh=values["charge_kwh"] or 0.0,
            discharged_kwh=values["discharge_kwh"] or 0.0,
        )
        for values in known
    )
    return None if share is None else round(share, 1)


def _mean_at(found: Mapping[float, StatisticsRow], moment: float) -> float | None:
    row = found.get(moment)
    return None if row is None else row.get("mean")


def _cost(values: _Values) -> float | None:
    """Return what was paid less what was earned; None where it is not known. Without a feed-in price nothing is earned."""
    imported_kwh, exported_kwh, buy = values["import_kwh"], values["export_kwh"], values["buy"]
    if imported_kwh is None or exported_kwh is None or buy is None:
        return None
    return imported_kwh * buy - exported_kwh * (values["sell"] or 0.0)


def _row(start: datetime, end: datetime, group: list[HistoryPiece]) -> dict[str, Any]:
    """Return the row that pieces add up to."""
    row: dict[str, Any] = {"start": start.isoformat(), "end": end.isoformat()}
    for name in FIELDS[2:]:
        known = [(value, piece.duration) for piece in group if (value := piece.values[name]) is not None]
        if not known:
            row[name] = None
        elif name in _LEVELS:
            weight = sum((duration for _, duration in known), timedelta(0))
            row[name] = round(sum(value * (duration / weight) for value, duration in known), 4)
        else:
            row[name] = round(sum(value for value, _ in known), 4)
    if any(
        piece.values["cost"] is None and (piece.values["import_kwh"] or piece.values["export_kwh"]) for piece in group
    ):
        # Energy whose price is not known: a part of a cost would look like all of it.
        row["cost"] = None
    for forecast, energy in FORECASTS.items():
        if any(piece.values[forecast] is None and piece.values[energy] is not None for piece in group):
            row[forecast] = None
    return row


def _cut(piece: HistoryPiece, zone: tzinfo) -> Iterator[HistoryPiece]:
    """Cut an hour of the recorder, which is one of UTC, where an hour of the clock ends: evenly, as nobody knows more."""
    if not piece.start.astimezone(zone).minute:
        yield piece
        return
    start, end = piece.start, piece.start + piece.duration
    while start < end:
        until = min(_span(start, Period.HOUR, zone)[1], end)
        share = (until - start) / piece.duration
        values = {
            name: value if value is None or name in _LEVELS else value * share for name, value in piece.values.items()
        }
        yield HistoryPiece(start, until - start, values)
        start = until


def _span(moment: datetime, period: Period, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the row that a moment lies in, in UTC: two hours that the clock calls the same are two."""
    if period is Period.FIVE_MINUTES:
        return _floor(moment, _FIVE_MINUTES), _floor(moment, _FIVE_MINUTES) + _FIVE_MINUTES
    moment = moment.astimezone(UTC)
    local = moment.astimezone(zone)
    if period is Period.HOUR:
        start = moment - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        # Where the clock is changed by half an hour, what is left of the hour is a row of its own.
        quarters = [start + index * _QUARTER for index in range(5)]
        same = [each for each in quarters if each.astimezone(zone).utcoffset() == local.utcoffset()]
        later = next((each for each in quarters if each > same[0] and each not in same), quarters[-1])
        return same[0], later
    start = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if period is Period.MONTH:
        start = start.replace(day=1)
        return start.astimezone(UTC), (start + timedelta(days=32)).replace(day=1).astimezone(UTC)
    return start.astimezone(UTC), (start + timedelta(days=1)).astimezone(UTC)


def _chunks(start: datetime, end: datetime, zone: tzinfo, *, by_day: bool) -> Iterator[tuple[datetime, datetime]]:
    while start < end:
        until = min(end, _span(start, Period.DAY if by_day else Period.MONTH, zone)[1])
        yield start, until
        start = until


def _floor(moment: datetime, step: timedelta) -> datetime:
    """Return the last full hour or five minutes in UTC, as statistics know them."""
    seconds = step.total_seconds()
    return dt_util.utc_from_timestamp(moment.timestamp() // seconds * seconds)


def _mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 1)
