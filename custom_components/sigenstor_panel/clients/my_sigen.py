"""The mySigen app's own cloud API, read only: what the plant does now, for when Modbus does not answer.

The API is undocumented. It counts battery power above 0 as charging, as here, and grid power above 0 as export: the
latter is turned round once, in this module.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
import re
from time import monotonic, time
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from yarl import URL

from ..model.message import Message, MessageError, plain, say
from .answers import (
    TooLargeError,
    http,
    impossible,
    in_trouble,
    missing,
    not_json,
    read_json,
    reason_of,
    refused,
    too_late,
    unreachable,
    unusable,
)

REGIONS: Final = ("aus", "apac", "eu", "us", "jp", "cn")
TIMEOUT_S: Final = 20.0

_NAME: Final = "mySigen"
_HOST: Final = "https://api-{region}.sigencloud.com"
_APP: Final = {"Authorization": f"Basic {b64encode(b'sigen:sigen').decode()}"}
_KEY: Final = b"sigensigensigenp"
_RENEW_BEFORE_S: Final = 60.0
_LONGEST_REASON: Final = 100
_BALANCE_KW: Final = 0.3
_BALANCE_SHARE: Final = 0.05
_MAX_KW: Final = 10_000.0
_MAX_LIFETIME_S: Final = 86_400.0
_STATION_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


class MySigenError(MessageError):
    """The cloud gave no usable answer; the message is without secrets."""


class MySigenAuthError(MySigenError):
    """The cloud does not accept the user name and the password in this region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyFlow:
    """What the cloud knows of the present: powers in W (battery > 0 charging, grid > 0 import), SoC in percent."""

    soc: float
    pv_w: int
    house_w: int
    battery_w: int
    grid_w: int


def region_url(region: str) -> str:
    """Return the address of a region's cloud."""
    return _HOST.format(region=region)


def encrypted(password: str) -> str:
    """Return a password as the app sends it: AES-128-CBC with the app's own key, base64."""
    padder = PKCS7(algorithms.AES.block_size).padder()
    padded = padder.update(password.encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES(_KEY), modes.CBC(_KEY)).encryptor()
    return b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


class MySigenClient:
    """Reads the energy flow of an account's first plant; every call may raise a `MySigenError`."""

    def __init__(
        self,
        session: ClientSession,
        username: str,
        password: str,
        *,
        region: str,
        base_url: str | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Keep what every request needs; nothing is sent yet."""
        self._session = session
        self._username = username
        self._password = password
        self._region = region
        self._base = URL(base_url or region_url(region))
        self._clock = clock
        self._token: str | None = None
        self._expires_at_s = 0.0
        self._station_id: str | None = None

    async def energy_flow(self) -> EnergyFlow:
        """Return what the plant does now."""
        if self._station_id is None:
            station = _fields(await self._get("device/owner/station/home"))
            if not station.get("stationId"):
                raise MySigenError(say("problem.my_sigen_no_plant"))
            if not _STATION_ID.fullmatch(station_id := str(station["stationId"])):
                raise _unusable(say("problem.answer_shape"))
            self._station_id = station_id
        return _energy_flow(_fields(await self._get("device/sigen/station/energyflow", id=self._station_id)))

    async def _get(self, path: str, **query: str) -> Any:
        if self._token is None or self._clock() >= self._expires_at_s:
            await self._log_in()
        headers = {
            "Authorization": f"Bearer {self._token}",
            "auth-client-id": "sigen",
            "client-server": self._region,
            "lang": "en_US",
            "sg-pkg": "sigen_app",
        }
        try:
            return await self._request("GET", path, params=query, headers=headers)
        except MySigenAuthError:
            # A login elsewhere ends this one: the next request logs in again.
            self._token = None
            raise

    async def _log_in(self) -> None:
        form = {
            "grant_type": "password",
            "scope": "server",
            "username": self._username,
            "password": encrypted(self._password),
            "userDeviceId": str(int(time() * 1000)),
        }
        answer = _fields(await self._request("POST", "auth/oauth/token", data=form, headers=_APP))
        token, lifetime_s = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or isinstance(lifetime_s, bool) or not isinstance(lifetime_s, int | float):
            raise MySigenAuthError(say("problem.my_sigen_login"))
        self._token = token
        self._expires_at_s = self._clock() + min(lifetime_s, _MAX_LIFETIME_S) - _RENEW_BEFORE_S

    async def _request(self, method: str, path: str, **request: Any) -> Any:
        try:
            async with self._session.request(
                method, self._base / path, allow_redirects=False, timeout=ClientTimeout(total=TIMEOUT_S), **request
            ) as response:
                if response.status == 403 and "html" in response.content_type:
                    raise MySigenError(say("problem.my_sigen_blocks", http(response.status)))
                if response.status in (401, 403):
                    raise MySigenAuthError(say("problem.my_sigen_login", http(response.status)))
                if response.status != 200:
                    raise MySigenError(in_trouble(_NAME, response.status))
                fields = await read_json(response, _fields)
        except TimeoutError as err:
            raise MySigenError(too_late(_NAME)) from err
        except (ClientError, OSError) as err:
            raise MySigenError(unreachable(_NAME, err)) from None
        except TooLargeError as err:
            raise _unusable(err.message) from None
        except ValueError:
            raise _unusable(not_json()) from None
        if fields.get("code") not in (0, None):
            secrets = (self._username, self._password, self._token, self._station_id)
            reason = reason_of(fields.get("msg", ""), _LONGEST_REASON, secrets)
            error = MySigenAuthError if "authentication" in reason.lower() else MySigenError
            raise error(refused(_NAME, plain(reason or str(fields["code"]))))
        return fields.get("data")


def _unusable(why: Message) -> MySigenError:
    return MySigenError(unusable(_NAME, why))


def _fields(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _unusable(say("problem.answer_shape"))
    return value


def _energy_flow(data: Mapping[str, Any]) -> EnergyFlow:
    """Return the flow; raise MySigenError where its powers cannot be true together."""
    soc = _number(data, "batterySoc")
    pv = _number(data, "pvPower") + _number(data, "thirdPvPower", default=0.0)
    house, battery, grid = _number(data, "loadPower"), _number(data, "batteryPower"), -_number(data, "buySellPower")
    tolerance = max(_BALANCE_KW, _BALANCE_SHARE * (pv + house + abs(battery)))
    if not 0 <= soc <= 100 or pv < 0 or house < 0 or abs(house + battery - pv - grid) > tolerance:
        raise _unusable(say("problem.answer_contradicts_itself"))
    return EnergyFlow(
        soc=soc,
        pv_w=round(pv * 1000),
        house_w=round(house * 1000),
        battery_w=round(battery * 1000),
        grid_w=round(grid * 1000),
    )


def _number(data: Mapping[str, Any], name: str, default: float | None = None) -> float:
    value = data.get(name, default)
    if value is None and default is not None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise _unusable(missing(name))
    if not -_MAX_KW <= value <= _MAX_KW:
        raise _unusable(impossible(name, value))
    return float(value)
