"""PV power from weather: hour means become slots that follow the sun, and keep each hour's energy.

Rated power × irradiance ratio × inverter efficiency × degradation, less what warm cells lose, up to what the
inverter passes on, times what was learned from actual PV power.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from .correction import AccuracyLog, DayAccuracy, PvCorrection
from .geometry import SunPosition, horizontal_w_m2, plane_w_m2, sun_position

__all__ = [
    "AccuracyLog",
    "Array",
    "DayAccuracy",
    "Hour",
    "PowerSlot",
    "PvCorrection",
    "SunPosition",
    "array_power_w",
    "forecast_slots",
    "slots_of_energy",
    "sun_position",
]

INVERTER_EFFICIENCY = 0.96
YEARLY_DEGRADATION = 0.98
LOSS_PER_C = 0.004
WARMING_C_M2_PER_W = 0.0342
RATED_CELL_C = 25.0
RATED_IRRADIANCE_W_M2 = 1000.0

_USUAL_TEMPERATURE_C = 20.0
_USUAL_CLOUD_COVER = 50.0
_NEXT_TO_NO_SUN_W_M2 = 100.0
"""Clear-sky irradiance on level ground that is only there shortly after sunrise and before sunset."""
_HOUR = timedelta(hours=1)
_GRAIN = timedelta(minutes=5)
_GRAINS = 12
_MIDDLE = _HOUR / 2


class Array(Protocol):
    """What the model needs to know of a PV array."""

    @property
    def peak_kw(self) -> float:
        """Rated power in kW."""

    @property
    def azimuth(self) -> float:
        """Compass direction it faces, in degrees."""

    @property
    def tilt(self) -> float:
        """Degrees from horizontal."""

    @property
    def year_installed(self) -> int:
        """The year it was installed."""


class Hour(Protocol):
    """What the model needs to know of the weather of the hour that begins at `start`."""

    @property
    def start(self) -> datetime:
        """The full hour, UTC."""

    @property
    def tilted_w_m2(self) -> float | None:
        """Mean irradiance on the array."""

    @property
    def shortwave_w_m2(self) -> float | None:
        """Mean global horizontal irradiance."""

    @property
    def cloud_cover(self) -> float | None:
        """Percent."""

    @property
    def temperature_c(self) -> float | None:
        """Air temperature."""


class PowerSlot(NamedTuple):
    """Mean PV power of [start, end): with what was learned, and as the model alone has it (`model_w`)."""

    start: datetime
    end: datetime
    power_w: float
    model_w: float
    low_w: float | None
    high_w: float | None
    cloud_cover: float | None


def array_power_w(*, peak_kw: float, irradiance_w_m2: float, temperature_c: float, years: int) -> float:
    """Return an array's AC power in W, before any limit of the inverter.

    Cell temperature Tc = Ta + 0.0342 G (Ross), 0.4 % less for each degree above 25 °C, inverter efficiency 0.96,
    0.98 for each year since installation.
    """
    irradiance_w_m2 = max(irradiance_w_m2, 0.0)
    cell_c = temperature_c + WARMING_C_M2_PER_W * irradiance_w_m2
    warmth = max(1 - LOSS_PER_C * (cell_c - RATED_CELL_C), 0.0)
    share = irradiance_w_m2 / RATED_IRRADIANCE_W_M2
    return peak_kw * 1000 * share * warmth * INVERTER_EFFICIENCY * YEARLY_DEGRADATION ** max(years, 0)


def forecast_slots(
    arrays: Iterable[tuple[Array, Sequence[Hour]]],
    *,
    latitude: float,
    longitude: float,
    step_min: int,
    inverter_limit_w: float | None = None,
    correction: PvCorrection | None = None,
) -> tuple[PowerSlot, ...]:
    """Return the PV power of all arrays together in slots of 5, 15 or 30 minutes, without gaps.

    Only hours that every array has weather for are forecast. Each hour's energy is that of its mean irradiance,
    less what the inverter's limit cuts off.
    """
    weather = [(array, {hour.start: hour for hour in hours}) for array, hours in arrays]
    if not weather:
        return ()
    starts = sorted(set.intersection(*(set(hours) for _, hours in weather)))
    slots: list[PowerSlot] = []
    cloud_cover = _first_cloud_cover(weather[0][1][start] for start in starts)
    for start in starts:
        # An hour without any weather is taken to be like the one before.
        cloud_cover = next((c for _, hours in weather if (c := hours[start].cloud_cover) is not None), cloud_cover)
        suns = _suns(start, latitude, longitude)
        grains_w = [0.0] * _GRAINS
        for array, hours in weather:
            clouds = _USUAL_CLOUD_COVER if cloud_cover is None else cloud_cover
            for index, power_w in enumerate(_array_grains_w(array, hours[start], suns, clouds)):
                grains_w[index] += power_w
        elevation = sun_position(start + _MIDDLE, latitude, longitude).elevation
        factor = 1.0 if correction is None else correction.factor(cloud_cover, elevation)
        shares = None if correction is None else correction.range(cloud_cover, elevation)
        for slot_start, model_w in _slots(start, grains_w, step_min):
            power_w = _limited(model_w * factor, inverter_limit_w)
            low_w, high_w = _bounds(power_w, model_w, shares, inverter_limit_w)
            slots.append(
                PowerSlot(
                    slot_start,
                    slot_start + timedelta(minutes=step_min),
                    power_w,
                    _limited(model_w, inverter_limit_w),
                    low_w,
                    high_w,
                    cloud_cover,
                )
            )
    return tuple(slots)


def slots_of_energy(
    energy_wh: Mapping[datetime, float],
    *,
    latitude: float,
    longitude: float,
    step_min: int,
    since: datetime | None = None,
    until: datetime | None = None,
    correction: PvCorrection | None = None,
) -> tuple[PowerSlot, ...]:
    """Return slots from the energy of each hour in Wh (UTC), spread by sun position as on level ground.

    What was learned bounds the power, and leaves it as it is.

    An hour that is not given has no energy while there is next to no sun; else it is not known, and has no slot.
    """
    if not energy_wh:
        return ()
    slots: list[PowerSlot] = []
    start, end = min(since or min(energy_wh), *energy_wh), until or max(energy_wh) + _HOUR
    while start < end:
        shape = [horizontal_w_m2(sun, 0.0) for sun in _suns(start, latitude, longitude)]
        given_wh = energy_wh.get(start)
        if given_wh is None and max(shape) > _NEXT_TO_NO_SUN_W_M2:
            start += _HOUR
            continue
        grains_w = _spread(max(given_wh or 0.0, 0.0), shape)
        elevation = sun_position(start + _MIDDLE, latitude, longitude).elevation
        shares = None if correction is None else correction.range(None, elevation)
        for slot_start, power_w in _slots(start, grains_w, step_min):
            slot_end = slot_start + timedelta(minutes=step_min)
            low_w, high_w = _bounds(power_w, power_w, shares, None)
            slots.append(PowerSlot(slot_start, slot_end, power_w, power_w, low_w, high_w, None))
        start += _HOUR
    return tuple(slots)


def _array_grains_w(array: Array, hour: Hour, suns: Sequence[SunPosition], cloud_cover: float) -> list[float]:
    """Return an array's power in each five minutes of an hour."""
    if hour.tilted_w_m2 == 0:
        return [0.0] * _GRAINS
    shape = [plane_w_m2(sun, cloud_cover, array.tilt, array.azimuth) for sun in suns]
    mean_w_m2 = hour.tilted_w_m2
    if mean_w_m2 is None:
        mean_w_m2 = sum(shape) / _GRAINS
        level_w_m2 = sum(horizontal_w_m2(sun, cloud_cover) for sun in suns) / _GRAINS
        if hour.shortwave_w_m2 is not None and level_w_m2 > 0:
            mean_w_m2 *= hour.shortwave_w_m2 / level_w_m2
    power_w = array_power_w(
        peak_kw=array.peak_kw,
        irradiance_w_m2=mean_w_m2,
        temperature_c=_USUAL_TEMPERATURE_C if hour.temperature_c is None else hour.temperature_c,
        years=hour.start.year - array.year_installed,
    )
    return _spread(power_w, shape)


def _suns(start: datetime, latitude: float, longitude: float) -> list[SunPosition]:
    """Return the sun's position in the middle of each five minutes of an hour."""
    return [sun_position(start + _GRAIN * (index + 0.5), latitude, longitude) for index in range(_GRAINS)]


def _spread(mean: float, shape: Sequence[float]) -> list[float]:
    """Return values in proportion to a shape whose mean is `mean`; evenly where the shape is 0."""
    total = sum(shape)
    return [mean * len(shape) * each / total for each in shape] if total > 0 else [mean] * len(shape)


def _slots(start: datetime, grains_w: Sequence[float], step_min: int) -> Iterable[tuple[datetime, float]]:
    """Yield the start and the mean power of each slot of an hour."""
    grains = step_min // 5
    if step_min % 5 or grains < 1 or _GRAINS % grains:
        raise ValueError(step_min)
    for index in range(0, _GRAINS, grains):
        yield start + _GRAIN * index, sum(grains_w[index : index + grains]) / grains


def _limited(power_w: float, limit_w: float | None) -> float:
    return power_w if limit_w is None else min(power_w, limit_w)


def _bounds(
    power_w: float, model_w: float, shares: tuple[float, float] | None, limit_w: float | None
) -> tuple[float, float] | tuple[None, None]:
    """Return what usually comes at least and at most, around what is expected."""
    if shares is None:
        return None, None
    low, high = shares
    return min(low * model_w, power_w), max(_limited(high * model_w, limit_w), power_w)


def _first_cloud_cover(hours: Iterable[Hour]) -> float | None:
    return next((hour.cloud_cover for hour in hours if hour.cloud_cover is not None), None)
