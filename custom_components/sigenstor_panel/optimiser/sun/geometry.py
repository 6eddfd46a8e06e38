"""Where the sun stands, and how much of its light falls on a plane under a given sky."""

from datetime import UTC, datetime
from math import asin, atan2, cos, degrees, exp, pi, radians, sin
from typing import NamedTuple

_SOLAR_CONSTANT_W_M2 = 1361.0
_GROUND_ALBEDO = 0.2
_DAYS_PER_YEAR = 365.2425
_LEAST_SINE = 0.05
"""Near the horizon a division by the sine would exceed what reaches the ground."""


class SunPosition(NamedTuple):
    """Where the sun is, in degrees; azimuth clockwise from north."""

    elevation: float
    azimuth: float


def sun_position(moment: datetime, latitude: float, longitude: float) -> SunPosition:
    """Return the sun's elevation and compass azimuth in degrees, within about half a degree.

    Source: Spencer (1971), Fourier series for declination and equation of time.
    """
    days = moment.astimezone(UTC).timestamp() / 86_400
    angle = 2 * pi * (days % _DAYS_PER_YEAR) / _DAYS_PER_YEAR
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
    hour_angle = radians((days % 1 * 1440 + 4 * longitude + equation_of_time_min) / 4 - 180)
    phi = radians(latitude)
    sine = sin(phi) * sin(declination) + cos(phi) * cos(declination) * cos(hour_angle)
    azimuth = atan2(
        sin(hour_angle) * cos(declination),
        cos(hour_angle) * sin(phi) * cos(declination) - sin(declination) * cos(phi),
    )
    return SunPosition(degrees(asin(min(max(sine, -1.0), 1.0))), (degrees(azimuth) + 180) % 360)


def horizontal_w_m2(sun: SunPosition, cloud_cover: float) -> float:
    """Return global horizontal irradiance under a cloud cover in percent.

    Sources: Haurwitz (1945) for the clear sky, Kasten and Czeplak (1980) for clouds.
    """
    if sun.elevation <= 0:
        return 0.0
    height = sin(radians(sun.elevation))
    clear_w_m2 = 1098.0 * height * exp(-0.057 / height)
    passed: float = 1 - 0.75 * (cloud_cover / 100) ** 3.4
    return clear_w_m2 * passed


def plane_w_m2(sun: SunPosition, cloud_cover: float, tilt: float, azimuth: float) -> float:
    """Return irradiance on a plane (tilt from horizontal, compass azimuth), diffuse light taken as isotropic.

    Source: Erbs (1982) for the diffuse share.
    """
    global_w_m2 = horizontal_w_m2(sun, cloud_cover)
    if global_w_m2 <= 0:
        return 0.0
    zenith, slope = radians(90 - sun.elevation), radians(tilt)
    diffuse_w_m2 = global_w_m2 * _diffuse_share(global_w_m2 / (_SOLAR_CONSTANT_W_M2 * cos(zenith)))
    direct_normal_w_m2 = (global_w_m2 - diffuse_w_m2) / max(cos(zenith), _LEAST_SINE)
    incidence = cos(zenith) * cos(slope) + sin(zenith) * sin(slope) * cos(radians(sun.azimuth - azimuth))
    return (
        direct_normal_w_m2 * max(incidence, 0.0)
        + diffuse_w_m2 * (1 + cos(slope)) / 2
        + global_w_m2 * _GROUND_ALBEDO * (1 - cos(slope)) / 2
    )


def _diffuse_share(clearness: float) -> float:
    if clearness <= 0.22:
        return 1 - 0.09 * clearness
    if clearness <= 0.8:
        return 0.9511 - 0.1604 * clearness + 4.388 * clearness**2 - 16.638 * clearness**3 + 12.336 * clearness**4
    return 0.165
