"""A seeded sky that can be asked for any moment, past or future."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, timezone
from math import cos, pi, radians, sin

from .noise import smooth
from .sun import (
    SECONDS_PER_DAY,
    PositionInSky,
    clear_sky_w_m2,
    diffuse_fraction,
    sun_position,
    tilted_w_m2,
)

SECONDS_PER_HOUR = 3600.0

# (channel, hours, weight): fronts, passing fields, single clouds.
_CLOUD_SCALES = ((1, 31.0, 0.52), (2, 5.0, 0.28), (3, 0.7, 0.13), (4, 0.08, 0.07))
_TEMPERATURE_CHANNEL = 5
_WIND_CHANNEL = 6


@dataclass(frozen=True, slots=True)
class Weather:
    """The sky over the plant at one moment."""

    cloud_cover: float
    temperature_c: float
    wind_m_s: float
    global_w_m2: float
    direct_normal_w_m2: float
    diffuse_w_m2: float
    sun: PositionInSky

    def on_plane_w_m2(self, tilt: float, azimuth: float) -> float:
        """Return irradiance on a plane; tilt from horizontal, azimuth clockwise from north."""
        return tilted_w_m2(
            direct_normal_w_m2=self.direct_normal_w_m2,
            diffuse_w_m2=self.diffuse_w_m2,
            global_w_m2=self.global_w_m2,
            position=self.sun,
            tilt=tilt,
            azimuth=azimuth,
        )


@dataclass(frozen=True, slots=True)
class Sky:
    """Weather as a pure function of a seed, a place and a Unix time."""

    seed: int
    latitude: float
    longitude: float

    @property
    def zone(self) -> timezone:
        """Return the clock of whole hours that is nearest to the sun's."""
        return timezone(timedelta(hours=round(self.longitude / 15)))

    def at(
        self,
        time_s: float,
        cloud_cover: float | None = None,
        temperature_c: float | None = None,
    ) -> Weather:
        """Return the weather at a moment; a given cloud cover or temperature replaces its own."""
        sun = sun_position(time_s, self.latitude, self.longitude)
        cover = self._cloud_cover(time_s) if cloud_cover is None else cloud_cover
        # Kasten and Czeplak (1980).
        global_w_m2 = clear_sky_w_m2(sun.elevation) * (1 - 0.75 * cover**3.4)
        if global_w_m2 > 0:
            diffuse_w_m2 = global_w_m2 * diffuse_fraction(global_w_m2, sun.elevation)
            # Near the horizon the division by the sine would exceed what reaches the ground.
            height = max(sin(radians(sun.elevation)), 0.05)
            direct_w_m2 = (global_w_m2 - diffuse_w_m2) / height
        else:
            diffuse_w_m2 = direct_w_m2 = 0.0
        return Weather(
            cloud_cover=cover,
            temperature_c=(self._temperature_c(time_s, cover) if temperature_c is None else temperature_c),
            wind_m_s=0.5 + 7 * smooth(self.seed, _WIND_CHANNEL, time_s / SECONDS_PER_HOUR / 4) ** 2,
            global_w_m2=global_w_m2,
            direct_normal_w_m2=direct_w_m2,
            diffuse_w_m2=diffuse_w_m2,
            sun=sun,
        )

    def _cloud_cover(self, time_s: float) -> float:
        hours = time_s / SECONDS_PER_HOUR
        noise = sum(weight * smooth(self.seed, channel, hours / scale) for channel, scale, weight in _CLOUD_SCALES)
        # Stretched beyond 0 and 1, so that there are blue days and grey ones.
        return min(max(0.42 + 2.4 * (noise - 0.5), 0.0), 1.0)

    def _temperature_c(self, time_s: float, cover: float) -> float:
        days = time_s / SECONDS_PER_DAY
        local_days = days + self.longitude / 360
        southern = self.latitude < 0
        warmest_day = 20 if southern else 202
        season = cos(2 * pi * (days - warmest_day) / 365.2425)
        hour = cos(2 * pi * (local_days % 1 - 15 / 24))
        return (
            30
            - 0.35 * abs(self.latitude)
            + 0.2 * abs(self.latitude) * season
            + (5.5 - 3 * cover) * hour
            + 6 * (smooth(self.seed, _TEMPERATURE_CHANNEL, days / 2.5) - 0.5)
        )
