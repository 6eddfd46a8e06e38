"""Asks Open-Meteo (v1) for the weather over one PV array.

Radiation there is the mean of the hour before its label; temperature and cloud cover are those of the moment.
Azimuth is 0 for south, −90 for east; ours is a compass direction. Licence: CC-BY 4.0.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout, InvalidURL, NonHttpUrlClientError

from ..model.message import Message, MessageError, plain, say
from ..model.solar import PvArray, WeatherHour
from .answers import (
    TooLargeError,
    http,
    in_trouble,
    missing,
    not_json,
    rate_limited,
    read_json,
    reason_of,
    refused,
    too_many_rows,
    unreachable,
    unusable,
)

OPEN_METEO_URL: Final = "https://api.open-meteo.com"
OPEN_METEO_CUSTOMER_URL: Final = "https://customer-api.open-meteo.com"

REQUEST_TIMEOUT_S = 20.0

_NAME = "Open-Meteo"
_PATH = "/v1/forecast"
_HOUR = timedelta(hours=1)
_MAX_HOURS = (16 + 92 + 2) * 24
"""What one request can ask for at most, with a day at either end."""
_LONGEST_REASON = 200
_POSSIBLE: Final[Mapping[str, tuple[float, float]]] = {
    "global_tilted_irradiance": (-50, 2000),
    "shortwave_radiation": (-50, 2000),
    "cloud_cover": (0, 100),
    "temperature_2m": (-90, 60),
}
"""What is asked for, and between what it lies; radiation can show small negative spikes."""


class OpenMeteoError(MessageError):
    """Open-Meteo did not give a forecast."""


class OpenMeteoRequestError(OpenMeteoError):
    """Open-Meteo refused the request; asking the same again will not help."""


class OpenMeteoRateLimitError(OpenMeteoError):
    """Too many requests were made from this address."""


class OpenMeteoOutageError(OpenMeteoError):
    """Open-Meteo is unreachable, or answers what cannot be used."""


class OpenMeteoClient:
    """One service: Open-Meteo's own, or one hosted elsewhere."""

    def __init__(self, session: ClientSession, *, base_url: str | None = None, api_key: str | None = None) -> None:
        """Take the session to use; a base URL may end in a slash, /v1 or /v1/forecast."""
        default = OPEN_METEO_CUSTOMER_URL if api_key else OPEN_METEO_URL
        base = (base_url or default).rstrip("/").removesuffix("/forecast").removesuffix("/v1")
        self._url = base + _PATH
        self._session = session
        self._api_key = api_key

    async def forecast(
        self, latitude: float, longitude: float, array: PvArray, *, forecast_days: int = 3, past_days: int = 1
    ) -> tuple[WeatherHour, ...]:
        """Return the weather over an array, hour by hour without gaps, from about UTC midnight `past_days` ago.

        Raises OpenMeteoRequestError, OpenMeteoRateLimitError or OpenMeteoOutageError.
        """
        query = {
            "latitude": f"{latitude:.4f}",
            "longitude": f"{longitude:.4f}",
            "tilt": f"{array.tilt:g}",
            "azimuth": f"{array.azimuth - 180:g}",
            "hourly": ",".join(_POSSIBLE),
            "timeformat": "unixtime",
            "forecast_days": str(forecast_days),
            "past_days": str(past_days),
        }
        if self._api_key:
            query["apikey"] = self._api_key
        return await self._get(query)

    async def _get(self, query: Mapping[str, str]) -> tuple[WeatherHour, ...]:
        try:
            async with self._session.get(
                self._url, params=query, timeout=ClientTimeout(total=REQUEST_TIMEOUT_S)
            ) as response:
                try:
                    return await read_json(response, partial(_answer, response.status, query))
                except TooLargeError as err:
                    raise _unusable(err.message) from None
                except ValueError:
                    return _answer(response.status, query, None)
        # The text of these errors may hold the URL, and with it the key: it is not passed on.
        except InvalidURL, NonHttpUrlClientError:
            raise OpenMeteoRequestError(refused(_NAME, say("problem.invalid_base_url"))) from None
        except (ClientError, OSError) as err:
            raise OpenMeteoOutageError(unreachable(_NAME, err)) from None


def _unusable(why: Message) -> OpenMeteoOutageError:
    return OpenMeteoOutageError(unusable(_NAME, why))


def _answer(status: int, query: Mapping[str, str], body: Any) -> tuple[WeatherHour, ...]:
    """Return the hours of a response that went well."""
    given = body.get("reason") if isinstance(body, Mapping) else None
    reason = () if given is None else (plain(reason_of(given, _LONGEST_REASON, _secrets(query))),)
    if status == 429:
        raise OpenMeteoRateLimitError(rate_limited(_NAME, *reason))
    if status >= 500:
        raise OpenMeteoOutageError(in_trouble(_NAME, status))
    if status != 200 or (isinstance(body, Mapping) and body.get("error")):
        raise OpenMeteoRequestError(refused(_NAME, *(reason or (http(status),))))
    if not isinstance(body, Mapping):
        raise _unusable(not_json())
    return _hours(body)


def _secrets(query: Mapping[str, str]) -> Iterator[str]:
    """Yield what of a request is not to be shown: the key, and the place however it is written."""
    yield query.get("apikey", "")
    for name in ("latitude", "longitude"):
        for text in (query[name].lstrip("-"), query[name].lstrip("-").rstrip("0")):
            yield f"-{text}"
            yield text


def _hours(body: Mapping[str, Any]) -> tuple[WeatherHour, ...]:
    """Return the hours of an answer; those at the end that nothing is known of are left off."""
    hourly = body.get("hourly")
    if not isinstance(hourly, Mapping):
        raise _unusable(missing("hourly"))
    labels = _labels(hourly.get("time"))
    columns = {name: _column(name, hourly.get(name), len(labels)) for name in _POSSIBLE}

    def radiation(name: str, index: int) -> float | None:
        value = columns[name][index]
        # Small negative spikes come from the weather models, not from the sky.
        return None if value is None else max(value, 0.0)

    def mean_of_hour(name: str, index: int) -> float | None:
        values = [value for value in columns[name][max(index - 1, 0) : index + 1] if value is not None]
        return sum(values) / len(values) if values else None

    hours = [
        WeatherHour(
            start=label - _HOUR,
            tilted_w_m2=radiation("global_tilted_irradiance", index),
            shortwave_w_m2=radiation("shortwave_radiation", index),
            cloud_cover=mean_of_hour("cloud_cover", index),
            temperature_c=mean_of_hour("temperature_2m", index),
        )
        for index, label in enumerate(labels)
    ]
    while (
        hours and hours[-1].tilted_w_m2 is None and hours[-1].shortwave_w_m2 is None and hours[-1].cloud_cover is None
    ):
        hours.pop()
    if not hours:
        raise _unusable(say("problem.answer_without_weather"))
    return tuple(hours)


def _labels(times: Any) -> list[datetime]:
    if not isinstance(times, Sequence) or not all(
        isinstance(each, int) and not isinstance(each, bool) and 0 <= each < 2**33 for each in times
    ):
        raise _unusable(say("problem.answer_times"))
    if len(times) > _MAX_HOURS:
        raise _unusable(too_many_rows(_MAX_HOURS))
    labels = [datetime.fromtimestamp(each, UTC) for each in times]
    steady = all(after - before == _HOUR for before, after in pairwise(labels))
    if not steady or any(label.minute or label.second for label in labels):
        raise _unusable(say("problem.answer_hours"))
    return labels


def _column(name: str, values: Any, length: int) -> list[float | None]:
    """Return a column of the answer; what is missing, or cannot be on Earth, is unknown."""
    lowest, highest = _POSSIBLE[name]
    if values is None:
        return [None] * length
    if not isinstance(values, Sequence) or len(values) != length:
        raise _unusable(say("problem.answer_other_hours", name=name))
    return [
        float(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and lowest <= value <= highest
        else None
        for value in values
    ]
