"""A stand-in for Open-Meteo's forecast API v1 on loopback: the simulator's own sky, as a weather service tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import floor, radians, sin
from typing import Any, Final, override

from aiohttp import web

from .endpoint import HttpEndpoint
from .plant import SimulatedPlant
from .weather import SECONDS_PER_HOUR, Weather

MAX_FORECAST_DAYS: Final = 16
MAX_PAST_DAYS: Final = 92

_DAY_S = 86_400
_SAMPLES_AN_HOUR = 12
_NIGHT_SPIKE_W_M2 = -0.4
_RADIATION: Mapping[str, str] = {
    "global_tilted_irradiance": "W/m²",
    "shortwave_radiation": "W/m²",
    "direct_radiation": "W/m²",
    "diffuse_radiation": "W/m²",
    "direct_normal_irradiance": "W/m²",
}
_UNITS: Mapping[str, str] = {**_RADIATION, "cloud_cover": "%", "temperature_2m": "°C", "wind_speed_10m": "m/s"}


class OpenMeteoEndpoint(HttpEndpoint):
    """Serves the simulated sky; a quirk makes it fail."""

    def __init__(self, plant: SimulatedPlant, host: str, port: int) -> None:
        """Prepare to listen; a port of 0 takes any free one and keeps it."""
        super().__init__(host, port)
        self.queries: list[dict[str, str]] = []
        """What was asked for so far."""
        self._plant = plant

    @property
    def url(self) -> str:
        """Return the base URL."""
        return self.address

    @override
    def routes(self) -> Iterable[web.RouteDef]:
        """Return what is served."""
        return [web.get("/v1/forecast", self._forecast)]

    async def _forecast(self, request: web.Request) -> web.StreamResponse:
        self.queries.append(dict(request.query))
        outage = self._plant.quirks["open_meteo_outage"]
        if (failure := await self.failed(request, outage)) is not None:
            return failure
        try:
            query = _Query(request.query)
        except ValueError as refused:
            return _refusal(str(refused))
        return web.json_response(self._answer(query, with_radiation=outage != "no_radiation"))

    def _answer(self, query: _Query, *, with_radiation: bool) -> dict[str, Any]:
        midnight_s = floor(self._plant.time_s / _DAY_S) * _DAY_S
        first_s = midnight_s - query.past_days * _DAY_S
        labels = range(first_s, midnight_s + query.forecast_days * _DAY_S, int(SECONDS_PER_HOUR))
        hourly: dict[str, list[Any]] = {
            "time": list(labels)
            if query.unix_time
            else [f"{datetime.fromtimestamp(t, UTC):%Y-%m-%dT%H:%M}" for t in labels]
        }
        hourly |= {name: [] for name in query.hourly}
        for label in labels:
            values = self._hour(label, query)
            for name in query.hourly:
                known = with_radiation or name not in _RADIATION
                hourly[name].append(round(values[name], 1) if known else None)
        return {
            "latitude": query.latitude,
            "longitude": query.longitude,
            "generationtime_ms": 0.2,
            "utc_offset_seconds": 0,
            "timezone": "GMT",
            "timezone_abbreviation": "GMT",
            "elevation": 28.0,
            "hourly_units": {"time": "unixtime" if query.unix_time else "iso8601"}
            | {name: _UNITS[name] for name in query.hourly},
            "hourly": hourly,
        }

    def _hour(self, label_s: int, query: _Query) -> dict[str, float]:
        """Return the values of a label: radiation as the mean of the hour before it, the rest as of that moment."""
        now = self._sky(label_s)
        step_s = SECONDS_PER_HOUR / _SAMPLES_AN_HOUR
        hour = [self._sky(label_s - (index + 0.5) * step_s) for index in range(_SAMPLES_AN_HOUR)]
        radiation = {
            "global_tilted_irradiance": [sky.on_plane_w_m2(query.tilt, query.azimuth + 180) for sky in hour],
            "shortwave_radiation": [sky.global_w_m2 for sky in hour],
            "direct_radiation": [sky.direct_normal_w_m2 * max(sin(radians(sky.sun.elevation)), 0) for sky in hour],
            "diffuse_radiation": [sky.diffuse_w_m2 for sky in hour],
            "direct_normal_irradiance": [sky.direct_normal_w_m2 for sky in hour],
        }
        # Weather models ring a little around zero at night.
        dark_w_m2 = _NIGHT_SPIKE_W_M2 if label_s // int(SECONDS_PER_HOUR) % 5 == 0 else 0.0
        return {name: sum(values) / len(values) or dark_w_m2 for name, values in radiation.items()} | {
            "cloud_cover": 100 * now.cloud_cover,
            "temperature_2m": now.temperature_c,
            "wind_speed_10m": now.wind_m_s,
        }

    def _sky(self, time_s: float) -> Weather:
        plant = self._plant
        return plant.sky.at(time_s, plant.cloud_cover, plant.ambient_temperature_c)


class _Query:
    """The parameters of a request. Raises ValueError with the reason that the service would give."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.latitude = _number(query, "latitude", -90, 90, "Latitude must be in range of -90 to 90°.")
        self.longitude = _number(query, "longitude", -180, 180, "Longitude must be in range of -180 to 180°.")
        self.tilt = _number(query, "tilt", 0, 90, "Tilt must be in range of 0 to 90°.", default=0.0)
        self.azimuth = _number(query, "azimuth", -180, 180, "Azimuth must be in range of -180 to 180°.", default=0.0)
        self.forecast_days = _days(query, "forecast_days", MAX_FORECAST_DAYS, default=7)
        self.past_days = _days(query, "past_days", MAX_PAST_DAYS, default=0)
        self.unix_time = query.get("timeformat", "iso8601") == "unixtime"
        self.hourly = [name for name in query.get("hourly", "").split(",") if name]
        for name in self.hourly:
            if name not in _UNITS:
                raise ValueError(
                    f"Data corrupted at path ''. Cannot initialize ForecastVariable from invalid String value {name}."
                )
        if query.get("wind_speed_unit") != "ms" and "wind_speed_10m" in self.hourly:
            raise ValueError("This stand-in knows wind_speed_unit=ms only.")


def _number(
    query: Mapping[str, str], name: str, lowest: float, highest: float, reason: str, *, default: float | None = None
) -> float:
    if name not in query:
        if default is None:
            raise ValueError(f"Parameter '{name}' is required.")
        return default
    try:
        value = float(query[name])
    except ValueError:
        raise ValueError(f"Value of type 'Float' required for key '{name}'.") from None
    if not lowest <= value <= highest:
        raise ValueError(f"{reason} Given: {value:g}.")
    return value


def _days(query: Mapping[str, str], name: str, most: int, *, default: int) -> int:
    reason = f"Parameter '{name}' is out of allowed range from 0 to {most}."
    return int(_number(query, name, 0, most, reason, default=default))


def _refusal(reason: str, status: int = 400) -> web.Response:
    return web.json_response({"error": True, "reason": reason}, status=status)
