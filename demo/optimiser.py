"""Lets the demo's optimiser act, with past days that it can score: the prices they really had, to the seeded energies."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

from demo.api import HassApi, Json
from demo.config_folder import DOMAIN
from demo.waiting import wait_until
from simulator import Simulator
from simulator.market import SimulatedMarket

DAYS: Final = 31
"""The optimiser looks back 30 days for days to score."""
MODE: Final = "select.sigenstor_control_mode"

_HOUR: Final = timedelta(hours=1)
_ARITHMETIC_MEAN: Final = 1


async def seed_prices(api: HassApi, simulator: Simulator) -> None:
    """Give Home Assistant the simulated market's prices of the last month, as the integration keeps them itself.

    Returns once the recorder has written them, and so all that it was given before.
    """
    plant = simulator.plant
    market = SimulatedMarket(plant.seed, plant.sky)
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    hours = [now - index * _HOUR for index in range(DAYS * 24, 0, -1)]
    settled = await asyncio.to_thread(lambda: [market.settled(int(hour.timestamp()), 60) for hour in hours])
    serial_number = plant.inverters[0].serial_number.lower()
    for name, label, cents in (
        ("buy_price", "Buy price", [price.general for price in settled]),
        ("sell_price", "Feed-in price", [price.feed_in for price in settled]),
    ):
        metadata: Json = {
            "statistic_id": f"{DOMAIN}:{name}_{serial_number}",
            "source": DOMAIN,
            "name": label,
            "has_sum": False,
            "mean_type": _ARITHMETIC_MEAN,
            "unit_class": None,
            "unit_of_measurement": "AUD/kWh",
        }
        rows = [{"start": hour.isoformat(), "mean": per_kwh / 100} for hour, per_kwh in zip(hours, cents, strict=True)]
        await api.command("recorder/import_statistics", metadata=metadata, stats=rows)

    async def are_written() -> bool:
        return bool(
            await api.command(
                "recorder/statistics_during_period",
                start_time=hours[0].isoformat(),
                statistic_ids=[metadata["statistic_id"]],
                period="hour",
                types=["mean"],
            )
        )

    await wait_until(are_written, "the recorder to write the past")


async def let_it_act(api: HassApi) -> None:
    """Put the plant's control into auto mode."""
    await api.post("/api/services/select/select_option", {"entity_id": MODE, "option": "auto"})
