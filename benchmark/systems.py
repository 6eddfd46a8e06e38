"""What 1, 5 and 20 systems cost a Home Assistant: processor time, memory, and how long its event loop stands still."""

import asyncio
from asyncio.subprocess import PIPE
from contextlib import AsyncExitStack
import json
import logging
import sys
from time import perf_counter, process_time
from typing import Final, NamedTuple

from homeassistant.runner import create_event_loop

from benchmark.figures import PACKAGE, Figure, import_all, memory_mb
from benchmark.home import home
from benchmark.loop_watch import LoopWatch
from simulator import Simulator, SimulatorSettings

COUNTS: Final = (1, 5, 20)
IDLE_S: Final = 30
POLLING_S: Final = 120
WATCHED_S: Final = 60


class Cost(NamedTuple):
    """What a number of systems cost."""

    cpu_s_per_hour: float
    """Processor time beyond that of a Home Assistant without any."""
    memory_mb: float
    """Resident memory beyond that of a Home Assistant without any, its packages imported."""
    longest_block_ms: float
    longest_in: str


async def measure_systems() -> list[Figure]:
    """Measure each number of systems in a Home Assistant of its own."""
    costs = {count: await _in_another_process(count) for count in COUNTS}
    one, most = costs[COUNTS[0]], costs[COUNTS[-1]]
    each = "; ".join(
        f"{count}: {cost.cpu_s_per_hour:.0f} s an hour, {cost.memory_mb:.0f} MB, {cost.longest_block_ms:.1f} ms"
        for count, cost in costs.items()
    )
    return [
        Figure(
            key=f"cpu_of_{COUNTS[-1]}_systems",
            value=round(most.cpu_s_per_hour / one.cpu_s_per_hour, 1),
            budget=COUNTS[-1] * 1.1,
            unit="x",
            detail=f"processor time in that of one system, polled every 10 s for {POLLING_S} s; {each}",
        ),
        Figure(
            key=f"longest_loop_block_{COUNTS[-1]}_ms",
            value=round(most.longest_block_ms, 1),
            budget=10,
            unit="ms",
            detail=f"in {WATCHED_S} s, in {most.longest_in}",
        ),
    ]


async def _in_another_process(count: int) -> Cost:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "benchmark.systems", str(count), stdout=PIPE)
    out, _ = await process.communicate()
    assert process.returncode == 0
    return Cost(*json.loads(out))


async def cost_of(count: int) -> Cost:
    """Add systems to a Home Assistant and measure what changes; their plants are simulated by another process."""
    plants = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmark.systems", "plants", str(count), stdin=PIPE, stdout=PIPE
    )
    assert plants.stdin is not None
    assert plants.stdout is not None
    try:
        ports: list[int] = json.loads(await plants.stdout.readline())
        async with home() as running:
            await running.hass.async_add_executor_job(import_all, PACKAGE)
            before_mb, idle = memory_mb(), await _cpu_share(IDLE_S)
            for port in ports:
                await running.add_entry(port)
            polling = await _cpu_share(POLLING_S)
            grown_mb = memory_mb() - before_mb
            with LoopWatch(PACKAGE) as watch:
                await asyncio.sleep(WATCHED_S)
            return Cost((polling - idle) * 3600, grown_mb, watch.longest_s * 1000, watch.longest_in)
    finally:
        plants.stdin.close()
        await plants.wait()


async def _cpu_share(seconds: float) -> float:
    began, used = perf_counter(), process_time()
    await asyncio.sleep(seconds)
    return (process_time() - used) / (perf_counter() - began)


async def _serve_plants(count: int) -> None:
    """Simulate plants, each with an inverter at a unit of its own, until the standard input ends."""
    async with AsyncExitStack() as stack:
        plants = [
            await stack.enter_async_context(Simulator(SimulatorSettings(units=(unit,)))) for unit in range(1, count + 1)
        ]
        print(json.dumps([plant.modbus_port for plant in plants]), flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    *what, number = sys.argv[1:]
    logging.basicConfig(handlers=[logging.NullHandler()])
    if what:
        asyncio.run(_serve_plants(int(number)))
    else:
        print(json.dumps(asyncio.run(cost_of(int(number)), loop_factory=create_event_loop)))
