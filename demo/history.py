"""History for the demo: what the simulated home would have done, imported as long-term statistics."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from demo.api import HassApi, Json
from demo.past import SLOT, STEP, PastOptimiser
from simulator import SimulatorSettings
from simulator.plant import SimulatedPlant
from simulator.state import PlantState

SENSOR: Final = "sensor.sigenstor_"

# The sensors that count energy, by the name of the simulator's counter.
TOTALS: Final[Mapping[str, str]] = {
    "pv": "pv_energy",
    "house": "house_energy",
    "imported": "grid_import_energy",
    "exported": "grid_export_energy",
    "charged": "battery_charged_energy",
    "discharged": "battery_discharged_energy",
}
LEVELS: Final[Mapping[str, Callable[[PlantState], float]]] = {
    "pv_power": lambda state: state.pv_w,
    "house_power": lambda state: state.house_w,
    "grid_power": lambda state: state.grid_w,
    "battery_power": lambda state: state.battery_w,
    "state_of_charge": lambda state: state.soc,
}
KWH: Final = {"unit_of_measurement": "kWh", "unit_class": "energy"}
WATT: Final = {"unit_of_measurement": "W", "unit_class": "power"}
PERCENT: Final = {"unit_of_measurement": "%", "unit_class": "unitless"}

_HOUR: Final = timedelta(hours=1)
_NO_MEAN: Final = 0
_ARITHMETIC_MEAN: Final = 1


@dataclass(slots=True)
class PastHour:
    """What happened in one hour: the energies in kWh by counter, and the samples of each level."""

    start: datetime
    energy_kwh: dict[str, float]
    samples: dict[str, list[float]]


async def seed_history(api: HassApi, settings: SimulatorSettings, days: int, optimised_days: int) -> bool:
    """Give Home Assistant a history of the simulated home, unless it has one already; return whether it had none.

    Call it when the sensors have values: the history of an energy ends where the live sensor begins to count.
    """
    now = datetime.now(UTC)
    if await _has_history(api, now - timedelta(days=days)):
        return False
    hours = await asyncio.to_thread(lambda: list(replay(settings, now, days, optimised_days)))
    states = {state["entity_id"]: state["state"] for state in await api.get("/api/states")}
    for counter, key in TOTALS.items():
        if (entity_id := SENSOR + key) in states:
            await _import(api, entity_id, KWH, totals(hours, counter, float(states[entity_id])), has_sum=True)
    for key in LEVELS:
        if (entity_id := SENSOR + key) in states:
            unit = WATT if key.endswith("_power") else PERCENT
            await _import(api, entity_id, unit, levels(hours, key), has_sum=False)
    return True


def replay(settings: SimulatorSettings, now: datetime, days: int, optimised_days: int = 0) -> Iterator[PastHour]:
    """Yield the hours of so many days and of today so far, the last one cut off at `now`.

    The optimiser runs the battery on the last of the days, and today.
    """
    midnight = now.astimezone(settings.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    first, stop = (moment.astimezone(UTC) for moment in (midnight - timedelta(days=days), now))
    plant = SimulatedPlant(replace(settings, start=first))
    optimiser, optimised_from = PastOptimiser(plant), stop - timedelta(days=optimised_days)
    while first < stop:
        last = min(first + _HOUR, stop)
        before_kwh = plant.counters.totals_kwh
        samples = defaultdict[str, list[float]](list)
        moment = first
        while moment < last:
            for key, level in LEVELS.items():
                samples[key].append(level(plant.state))
            if optimised_days and moment >= optimised_from and moment.timestamp() % SLOT.total_seconds() == 0:
                optimiser.decide()
            step = min(STEP, last - moment)
            plant.step(step.total_seconds())
            moment += step
        after_kwh = plant.counters.totals_kwh
        yield PastHour(first, {name: after_kwh[name] - before_kwh[name] for name in TOTALS}, samples)
        first = last


def totals(hours: list[PastHour], counter: str, now_kwh: float) -> list[Json]:
    """Return the statistics of a counter that shows `now_kwh` at the end of the last hour.

    Home Assistant's own sum starts at 0 with the first state that it sees, so the sums before it are below 0.
    """
    rows: list[Json] = []
    after_kwh = 0.0
    for hour in reversed(hours):
        # The hour that is not over is Home Assistant's own.
        if hour is not hours[-1]:
            rows.append({"start": hour.start.isoformat(), "state": now_kwh - after_kwh, "sum": -after_kwh})
        after_kwh += hour.energy_kwh[counter]
    return rows[::-1]


def levels(hours: list[PastHour], key: str) -> list[Json]:
    """Return the statistics of a power or a state of charge."""
    return [
        {
            "start": hour.start.isoformat(),
            "mean": sum(samples) / len(samples),
            "min": min(samples),
            "max": max(samples),
        }
        for hour in hours[:-1]
        if (samples := hour.samples[key])
    ]


async def _has_history(api: HassApi, since: datetime) -> bool:
    known = await api.command(
        "recorder/statistics_during_period",
        start_time=since.isoformat(),
        statistic_ids=[f"{SENSOR}house_energy"],
        period="hour",
        types=["sum"],
    )
    return bool(known)


async def _import(api: HassApi, entity_id: str, unit: Mapping[str, str], rows: list[Json], *, has_sum: bool) -> None:
    metadata = {
        "statistic_id": entity_id,
        "source": "recorder",
        "name": None,
        "has_sum": has_sum,
        "mean_type": _NO_MEAN if has_sum else _ARITHMETIC_MEAN,
        **unit,
    }
    await api.command("recorder/import_statistics", metadata=metadata, stats=rows)
