"""The measurements, each on a Home Assistant that has started and has nothing else to do."""

import _sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
import ctypes
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
import gc
import importlib
from pathlib import Path
import pkgutil
import resource
import sqlite3
from statistics import median, median_low
from time import perf_counter
from typing import Any, Final, Self
from unittest.mock import patch

from homeassistant.components.recorder import get_instance
from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from benchmark.home import Home, home
from benchmark.loop_watch import LoopWatch
from demo.config_folder import DOMAIN
from simulator import Simulator

POLL: Final = timedelta(seconds=10)
POLLS_PER_DAY: Final = 86_400 // 10
PACKAGE: Final = f"custom_components.{DOMAIN}"
RELOADS: Final = 500
STATISTICS_PER_DAY: Final = 288 + 24
"""Rows a day for one entity: every five minutes, and every hour."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A measured value and what it may be at most."""

    key: str
    value: float
    budget: float
    unit: str
    detail: str

    @property
    def over(self) -> bool:
        """Whether it is more than it may be."""
        return self.value > self.budget


async def measure() -> list[Figure]:
    """Measure everything, on one Home Assistant and one day of the simulated plant."""
    async with home() as running:
        # Home Assistant imports in threads, where it blocks nothing.
        await running.hass.async_add_executor_job(import_all, PACKAGE)
        with clock_of(running.simulator):
            with LoopWatch(PACKAGE) as at_setup:
                entry = await running.add_entry()
            return [
                *await entry_figures(running, entry, at_setup),
                *await day_figures(running, entry),
                await reload_figure(running, entry),
            ]


async def entry_figures(running: Home, entry: ConfigEntry[Any], at_setup: LoopWatch) -> list[Figure]:
    """Measure set-up, requests and blocking of the loop, with the pauses between requests as delivered."""
    with LoopWatch(PACKAGE) as at_polls:
        requests = await _requests_of_polls(running, entry, polls=60)
    setups = [await _setup_s(running, entry) for _ in range(3)]
    return [
        Figure(
            key="modbus_requests_per_fast_poll",
            value=median_low(requests),
            budget=4,
            unit="",
            detail=f"median of {len(requests)} polls; every minute a slower one with {max(requests)}",
        ),
        Figure(key="entry_setup_s", value=round(median(setups), 3), budget=1.5, unit="s", detail="median of 3"),
        Figure(
            key="longest_loop_block_ms",
            value=round(max(at_setup.longest_s, at_polls.longest_s) * 1000, 2),
            budget=5,
            unit="ms",
            detail=f"at set-up {at_setup}; in {len(requests)} polls {at_polls}",
        ),
    ]


async def day_figures(running: Home, entry: ConfigEntry[Any]) -> list[Figure]:
    """Count the rows that a day of polling leaves in the recorder's database, and the memory that it leaves in use."""
    hass, simulator = running.hass, running.simulator
    hass.config_entries.async_update_entry(entry, options={"polling": {"message_spacing_s": 0}})
    await hass.config_entries.async_reload(entry.entry_id)
    coordinator = _coordinator(entry)
    before = await _state_rows(running, entry)
    began_mb = 0.0
    for number in range(POLLS_PER_DAY):
        if number == POLLS_PER_DAY // 2:
            began_mb = await _settled_mb(running)
        simulator.advance(POLL.total_seconds())
        await coordinator.async_refresh()
        await entry.runtime_data.control.async_tick()
        assert coordinator.last_update_success
        assert coordinator.fresh
    grown_mb = await _settled_mb(running) - began_mb
    rows = await _state_rows(running, entry) - before
    with_statistics = sum(_has_statistics(running, entity_id) for entity_id in rows)
    states, statistics = rows.total(), with_statistics * STATISTICS_PER_DAY
    busiest = ", ".join(
        f"{entity_id.partition('.')[2].removeprefix('sigenstor_')} {count}" for entity_id, count in rows.most_common(3)
    )
    return [
        Figure(
            key="recorder_rows_per_day",
            value=states + statistics,
            budget=25_000,
            unit="",
            detail=f"{states} states of {len(rows)} entities (most: {busiest}), {statistics} statistics of {with_statistics}",
        ),
        Figure(
            key="memory_of_a_day_mb",
            value=round(grown_mb, 1),
            budget=10,
            unit="MB",
            detail=f"more in use after a day of {POLLS_PER_DAY} polls, each with a look of control, than after half of it, without SQLite",
        ),
    ]


async def reload_figure(running: Home, entry: ConfigEntry[Any]) -> Figure:
    """Measure the memory that many reloads leave in use."""
    began_mb = 0.0
    for number in range(RELOADS):
        if number == RELOADS // 5:
            began_mb = await _settled_mb(running)
        assert await running.hass.config_entries.async_reload(entry.entry_id)
        await running.hass.async_block_till_done()
    grown_mb = await _settled_mb(running) - began_mb
    return Figure(
        key="memory_of_reloads_mb",
        value=round(grown_mb, 1),
        budget=10,
        unit="MB",
        detail=f"more in use after {RELOADS} reloads than after {RELOADS // 5}, Home Assistant but not SQLite included",
    )


@contextmanager
def clock_of(simulator: Simulator) -> Iterator[None]:
    """Let Home Assistant and the readings go by the simulated clock, which moves only when the simulator is advanced."""

    class Simulated(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(simulator.plant.state.time.timestamp(), tz)

    metering = importlib.import_module(f"{PACKAGE}.plant.metering")
    with patch.object(dt_util, "utcnow", lambda: Simulated.now(UTC)), patch.object(metering, "datetime", Simulated):
        yield


async def _requests_of_polls(running: Home, entry: ConfigEntry[Any], *, polls: int) -> list[int]:
    coordinator, counted = _coordinator(entry), []
    for _ in range(polls):
        running.simulator.advance(POLL.total_seconds())
        before = running.simulator.request_count
        await coordinator.async_refresh()
        assert coordinator.last_update_success
        counted.append(running.simulator.request_count - before)
    return counted


async def _setup_s(running: Home, entry: ConfigEntry[Any]) -> float:
    manager = running.hass.config_entries
    await manager.async_unload(entry.entry_id)
    began = perf_counter()
    assert await manager.async_setup(entry.entry_id)
    return perf_counter() - began


def _coordinator(entry: ConfigEntry[Any]) -> Any:
    """Return the telemetry coordinator, polled by the caller from now on."""
    coordinator = entry.runtime_data.telemetry
    coordinator.update_interval = None
    return coordinator


def import_all(package: str) -> None:
    """Import every module of a package."""
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        importlib.import_module(module.name)


def _has_statistics(running: Home, entity_id: str) -> bool:
    state = running.hass.states.get(entity_id)
    if state is None or "state_class" not in state.attributes:
        return False
    return state.state not in {"unknown", "unavailable"}


async def _settled_mb(running: Home) -> float:
    """Return the memory in use once the recorder has written what it holds."""
    await get_instance(running.hass).async_block_till_done()
    return memory_mb()


def memory_mb() -> float:
    """Return the memory that this process has in use, without what it may reuse.

    And without SQLite's, as the recorder lets that cache grow to 16 MB.
    """
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    sqlite = ctypes.CDLL(_sqlite3.__file__)
    sqlite.sqlite3_memory_used.restype = ctypes.c_int64
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return (pages * resource.getpagesize() - int(sqlite.sqlite3_memory_used())) / 1e6


async def _state_rows(running: Home, entry: ConfigEntry[Any]) -> Counter[str]:
    hass = running.hass
    registry = er.async_get(hass)
    entity_ids = [item.entity_id for item in er.async_entries_for_config_entry(registry, entry.entry_id)]
    await get_instance(hass).async_block_till_done()
    return await hass.async_add_executor_job(_count, running.database, entity_ids)


def _count(database: Path, entity_ids: list[str]) -> Counter[str]:
    wanted = ",".join("?" * len(entity_ids))
    query = (
        "SELECT states_meta.entity_id, count(*) FROM states JOIN states_meta USING (metadata_id) "
        f"WHERE states_meta.entity_id IN ({wanted}) GROUP BY states_meta.entity_id"
    )
    connection = sqlite3.connect(database)
    try:
        return Counter(dict(connection.execute(query, entity_ids)))
    finally:
        connection.close()
