"""PV arrays, the weather over them, and the PV forecast, in the units that the whole project uses."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Any

from .message import say
from .validation import InvalidInputError, number_in, required, whole_number

MIN_PEAK_KW, MAX_PEAK_KW = 0.1, 1000.0
FIRST_YEAR = 1990


@dataclass(frozen=True, slots=True, kw_only=True)
class PvArray:
    """Panels that face one way: azimuth in compass degrees (0 north, 90 east), tilt 0–90 from horizontal."""

    name: str
    peak_kw: float
    azimuth: float
    tilt: float
    year_installed: int


def new_array(data: Mapping[str, Any]) -> PvArray:
    """Return the array that a form or a program describes.

    Raises InvalidInputError, which names the field and says what is allowed.
    """
    name = required(data, "name")
    if not isinstance(name, str) or not name.strip():
        raise InvalidInputError("name", say("invalid.name"), name)
    this_year = datetime.now(UTC).year
    return PvArray(
        name=name.strip(),
        peak_kw=float(number_in("peak_kw", required(data, "peak_kw"), MIN_PEAK_KW, MAX_PEAK_KW, " kW")),
        azimuth=float(number_in("azimuth", required(data, "azimuth"), 0, 360, "°")),
        tilt=float(number_in("tilt", required(data, "tilt"), 0, 90, "°")),
        year_installed=whole_number("year_installed", required(data, "year_installed"), FIRST_YEAR, this_year),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherHour:
    """The weather of the hour [start, start + 1 h), UTC; every value is a mean of that hour.

    `tilted_w_m2` is the irradiance on the array that was asked for; cloud cover is in percent.
    """

    start: datetime
    tilted_w_m2: float | None = None
    shortwave_w_m2: float | None = None
    cloud_cover: float | None = None
    temperature_c: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolarSlot:
    """The mean PV power of [start, end); `low_w` and `high_w` bound what usually comes."""

    start: datetime
    end: datetime
    power_w: float
    low_w: float | None = None
    high_w: float | None = None
    cloud_cover: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastAccuracy:
    """How far the forecasts of past hours were off; a bias > 0 means too much was forecast."""

    hours: int
    mean_absolute_error_w: float
    bias_w: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SolarForecast:
    """A PV forecast in slots without overlap; what lies between them is not known. `stale`: a later one is missing."""

    slots: tuple[SolarSlot, ...]
    fetched_at: datetime
    source: str
    stale: bool = False
    accuracy: ForecastAccuracy | None = None

    def __post_init__(self) -> None:
        """Refuse slots that overlap: every sum below would be wrong."""
        for before, after in pairwise(self.slots):
            if before.end > after.start:
                raise ValueError(f"{after.start} < {before.end}")

    def slot_at(self, moment: datetime) -> SolarSlot | None:
        """Return the slot that a moment lies in; None outside the forecast."""
        index = bisect_right(self.slots, moment, key=lambda slot: slot.start) - 1
        return self.slots[index] if index >= 0 and moment < self.slots[index].end else None

    def power_at(self, moment: datetime) -> float | None:
        """Return the forecast PV power in W; None outside the forecast."""
        slot = self.slot_at(moment)
        return None if slot is None else slot.power_w

    def energy_kwh(self, start: datetime, end: datetime) -> float | None:
        """Return the energy of [start, end); None unless the forecast covers all of it."""
        total_ws, covered_s = 0.0, 0.0
        for slot in self.slots:
            if slot.start < end and slot.end > start:
                seconds = (min(slot.end, end) - max(slot.start, start)).total_seconds()
                total_ws, covered_s = total_ws + slot.power_w * seconds, covered_s + seconds
        return total_ws / (3600 * 1000) if covered_s >= (end - start).total_seconds() else None

    def next_hour(self, now: datetime) -> float | None:
        """Return the energy of the hour from now in kWh."""
        return self.energy_kwh(now, now + timedelta(hours=1))

    def today(self, now: datetime, zone: tzinfo) -> float | None:
        """Return the energy of the local day in kWh; None when its beginning or its end is not known."""
        day = now.astimezone(zone).date()
        return self.energy_kwh(_midnight(day, zone), _midnight(day + timedelta(days=1), zone))

    def remaining(self, now: datetime, zone: tzinfo) -> float | None:
        """Return the energy from now until local midnight in kWh."""
        return self.energy_kwh(now, _midnight(now.astimezone(zone).date() + timedelta(days=1), zone))

    def tomorrow(self, now: datetime, zone: tzinfo) -> float | None:
        """Return the energy of the next local day in kWh."""
        return self.today(_midnight(now.astimezone(zone).date() + timedelta(days=1), zone), zone)

    def watt_hours_by_hour(self, zone: tzinfo) -> dict[datetime, float]:
        """Return the energy of each hour of a clock, by its start in UTC, in Wh."""
        energies_wh: dict[datetime, float] = {}
        for slot in self.slots:
            past = slot.start.astimezone(zone).time()
            hour = slot.start - timedelta(minutes=past.minute, seconds=past.second, microseconds=past.microsecond)
            hours = (slot.end - slot.start).total_seconds() / 3600
            energies_wh[hour] = energies_wh.get(hour, 0.0) + slot.power_w * hours
        return energies_wh


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
