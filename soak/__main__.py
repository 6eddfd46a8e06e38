"""Prints what came of a soak: hours, commands, faults, violations, memory, handles and tasks."""

import argparse
import asyncio
from datetime import UTC, datetime, timedelta
import logging
from pathlib import Path
from random import Random
import resource
import sys
from tempfile import TemporaryDirectory

from custom_components.sigenstor_panel.control import memory as control_memory
from custom_components.sigenstor_panel.control.memory import ControlMode, ControlSettings
from custom_components.sigenstor_panel.plant import client

from .invariants import Invariants
from .life import Life
from .world import World

FIRMWARES = ("spc115", "spc110")
STARTS = (
    datetime(2026, 1, 15, 2, 0, tzinfo=UTC),
    datetime(2026, 4, 4, 10, 0, tzinfo=UTC),  # the night on which Adelaide's clocks go back
    datetime(2026, 10, 3, 12, 0, tzinfo=UTC),  # and the one on which they go forward
)


async def soak(days: float, seed: int, folder: Path) -> tuple[World, Invariants, Life]:
    """Let a plant live for some days."""
    random = Random(seed)
    # A soak has no time to wait for an acknowledgement, nor for a busy plant.
    client.BUSY_PAUSES_S = (0.0, 0.0, 0.0)
    control_memory.ACKNOWLEDGE_RANGE_S = (0.0, 10.0)
    settings = ControlSettings(mode=ControlMode.AUTO, acknowledge_after=timedelta(0))
    world = World(folder, start=STARTS[seed % 3], firmware=FIRMWARES[seed % 2], settings=settings)
    invariants = Invariants(world)
    life = Life(world, invariants, random)
    try:
        await world.run(60, invariants.check)
        await life.live(days * 24)
    finally:
        world.trouble.hangs.set()
        world.close()
    return world, invariants, life


def main() -> int:
    """Run, print, and return 1 where something was violated."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("days", nargs="?", type=float, default=30.0)
    parser.add_argument("seed", nargs="?", type=int, default=1)
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    with TemporaryDirectory() as folder:
        world, invariants, life, tasks = asyncio.run(_soak_and_count(arguments.days, arguments.seed, Path(folder)))
        handles = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0
    after_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"seed {arguments.seed}, firmware {world.firmware}: {arguments.days * 24:.0f} hours")
    print(f"  commands {world.commands}, writes {sum(write.ours for write in world.writes)}, faults {life.faults}")
    print(f"  checks {invariants.checks}, violations {len(invariants.violations)}")
    print(f"  memory {before_mb:.0f} → {after_mb:.0f} MB, handles {handles}, tasks {tasks}")
    for violation in invariants.violations[:20]:
        print(f"  ✗ {violation}")
    return 1 if invariants.violations else 0


async def _soak_and_count(days: float, seed: int, folder: Path) -> tuple[World, Invariants, Life, int]:
    return *await soak(days, seed, folder), len(asyncio.all_tasks())


if __name__ == "__main__":
    sys.exit(main())
