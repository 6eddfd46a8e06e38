"""Options and moments for a plant with prices and a PV forecast, as their forms would store them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from freezegun.api import real_monotonic
from homeassistant.config_entries import ConfigSubentry

from simulator import Simulator
from simulator.amber import DEFAULT_TOKEN, SITE_IDS
from simulator.inverter import PV_PEAK_W
from simulator.plant import PV_AZIMUTH, PV_TILT

START: Final = datetime(2026, 1, 15, 2, 0, 40, tzinfo=UTC)
"""12:00:40 in Brisbane: the price of the interval is confirmed."""
BRISBANE: Final = ZoneInfo("Australia/Brisbane")
CLOUDS: Final = {"amber_port": 0, "open_meteo_port": 0, "start": START}
"""What a simulator starts with to have both stand-ins."""

ARRAY: Final = {
    "name": "Roof",
    "peak_kw": PV_PEAK_W / 1000,
    "azimuth": PV_AZIMUTH,
    "tilt": PV_TILT,
    "year_installed": 2026,
}

type Move = Callable[[datetime], Awaitable[None]]
"""Move every clock to a moment, and let what is due happen."""


def amber_option(simulator: Simulator, **changes: Any) -> dict[str, Any]:
    """Return the stored choice of the stand-in for Amber."""
    return {
        "source": "amber",
        "token": DEFAULT_TOKEN,
        "site_id": SITE_IDS[0],
        "base_url": simulator.amber_url,
        **changes,
    }


def solar_option(simulator: Simulator, **changes: Any) -> dict[str, Any]:
    """Return the stored choice of the stand-in for Open-Meteo."""
    return {"source": "open_meteo", "base_url": simulator.open_meteo_url, **changes}


def array(**changes: Any) -> ConfigSubentry:
    """Return the stored description of a PV array."""
    data = {**ARRAY, **changes}
    return ConfigSubentry(
        data=MappingProxyType(data), subentry_type="pv_array", title=str(data["name"]), unique_id=None
    )


async def until(condition: Callable[[], object], what: str, deadline_s: float = 10) -> None:
    """Wait for something that real HTTP brings, also while the clocks of tests and event loop stand still."""
    end = real_monotonic() + deadline_s
    while not condition():
        assert real_monotonic() < end, f"waited in vain for {what}"
        await asyncio.sleep(0)
