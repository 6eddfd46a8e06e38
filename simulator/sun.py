"""Position of the sun and clear-sky radiation."""

from __future__ import annotations

from math import acos, asin, atan2, cos, degrees, exp, pi, radians, sin
from typing import NamedTuple

SECONDS_PER_DAY = 86_400.0
SOLAR_CONSTANT_W_M2 = 1361.0
GROUND_ALBEDO = 0.2


class PositionInSky(NamedTuple):
    """Where the sun is, in degrees; azimuth clockwise from north."""

    elevation: float
    azimuth: float


def sun_position(time_s: float, latitude: float, longitude: float) -> PositionInSky:
    """Return the sun's position at a Unix time, within about half a degree.

    Source: Spencer (1971), Fourier series for declination and equation of time.
    """
    days = time_s / SECONDS_PER_DAY
    day_of_year = days % 365.2425
    angle = 2 * pi * day_of_year / 365.2425
    declination = (
        0.006918
        - 0.399912 * cos(angle)
        + 0.070257 * sin(angle)
        - 0.006758 * cos(2 * angle)
        + 0.000907 * sin(2 * angle)
        - 0.002697 * cos(3 * angle)
        + 0.00148 * sin(3 * angle)
    )
    equation_of_time_min = 229.18 * (
        0.000075 + 0.001868 * cos(angle) - 0.032077 * sin(angle) - 0.014615 * cos(2 * angle) - 0.040849 * sin(2 * angle)
    )
    solar_min = days % 1 * 1440 + 4 * longitude + equation_of_time_min
    hour_angle = radians(solar_min / 4 - 180)
    phi = radians(latitude)
    sin_elevation = sin(phi) * sin(declination) + cos(phi) * cos(declination) * cos(hour_angle)
    azimuth = atan2(
        sin(hour_angle),
        cos(hour_angle) * sin(phi) - sin(declination) / cos(declination) * cos(phi),
    )
    return PositionInSky(degrees(asin(min(max(sin_elevation, -1.0), 1.0))), (degrees(azimuth) + 180) % 360)


def clear_sky_w_m2(elevation: float) -> float:
    """Return global horizontal irradiance under a clear sky (Haurwitz, 1945)."""
    if elevation <= 0:
        return 0.0
    height = sin(radians(elevation))
    return 1098.0 * height * exp(-0.057 / height)


def diffuse_fraction(global_w_m2: float, elevation: float) -> float:
    """Return the diffuse share of global horizontal irradiance (Erbs, 1982)."""
    clearness = global_w_m2 / max(SOLAR_CONSTANT_W_M2 * sin(radians(elevation)), 1e-6)
    if clearness <= 0.22:
        return 1 - 0.09 * clearness
    if clearness <= 0.8:
        return 0.9511 - 0.1604 * clearness + 4.388 * clearness**2 - 16.638 * clearness**3 + 12.336 * clearness**4
    return 0.165


def incidence_angle(position: PositionInSky, tilt: float, azimuth: float) -> float:
    """Return the angle between the sun and the normal of a tilted plane, in degrees."""
    zenith = radians(90 - position.elevation)
    slope = radians(tilt)
    cosine = cos(zenith) * cos(slope) + sin(zenith) * sin(slope) * cos(radians(position.azimuth - azimuth))
    return degrees(acos(min(max(cosine, -1.0), 1.0)))


def tilted_w_m2(
    *,
    direct_normal_w_m2: float,
    diffuse_w_m2: float,
    global_w_m2: float,
    position: PositionInSky,
    tilt: float,
    azimuth: float,
) -> float:
    """Return irradiance on a tilted plane, diffuse light taken as isotropic."""
    slope = cos(radians(tilt))
    direct = direct_normal_w_m2 * max(cos(radians(incidence_angle(position, tilt, azimuth))), 0.0)
    return direct + diffuse_w_m2 * (1 + slope) / 2 + global_w_m2 * GROUND_ALBEDO * (1 - slope) / 2
