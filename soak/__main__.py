"""Prints what came of a soak: hours, commands, faults, violations, memory, handles and tasks."""

import argparse
import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
import logging
from pathlib import Path
from random import Random
import resource
import sys
from tempfile import TemporaryDirectory

from custom_components.sigenstor_panel.control.memory import ControlMode, ControlSettings

from .invariants import Invariants
from .life import Life
from .simulated_time import SimulatedTimeLoop
from .world import World

MEMORY_DISK = Path("/dev/shm")  # noqa: S108  files in memory: flushing them costs nothing
HANDLES = Path("/proc/self/fd")
FIRMWARES = ("spc115", "spc110")
STARTS = (
    datetime(2026, 1, 15, 2, 0, tzinfo=UTC),
    datetime(2026, 4, 4, 10, 0, tzinfo=UTC),  # the night on which Adelaide's clocks go back
    datetime(2026, 10, 3, 12, 0, tzinfo=UTC),  # and the one on which they go forward
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a soak."""

    firmware: str
    commands: int
    writes: int
    faults: int
    checks: int
    violations: list[str]
    tasks: int


def soak(days: float, seed: int, folder: Path) -> Outcome:
    """Let a plant live for some days, in simulated time."""
    with asyncio.Runner(loop_factory=SimulatedTimeLoop) as runner:
        return runner.run(_soak(days, seed, folder))


async def _soak(days: float, seed: int, folder: Path) -> Outcome:
    settings = ControlSettings(mode=ControlMode.AUTO)
    world = World(folder, start=STARTS[seed % 3], firmware=FIRMWARES[seed % 2], settings=settings)
    invariants = Invariants(world)
    life = Life(world, invariants, Random(seed))
    try:
        await world.run(60, invariants.check)
        await life.live(days * 24)
    finally:
        world.trouble.answers.set()
        world.close()
    return Outcome(
        world.firmware,
        world.commands,
        world.our_writes,
        life.faults,
        invariants.checks,
        invariants.violations,
        len(asyncio.all_tasks()),
    )


def main() -> int:
    """Run, print, and return 1 where something was violated."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("days", nargs="?", type=float, default=30.0)
    parser.add_argument("seed", nargs="?", type=int, default=1)
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    with TemporaryDirectory(dir=MEMORY_DISK if MEMORY_DISK.exists() else None) as folder:
        outcome = soak(arguments.days, arguments.seed, Path(folder))
        handles = len(list(HANDLES.iterdir())) if HANDLES.exists() else 0
    after_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"seed {arguments.seed}, firmware {outcome.firmware}: {arguments.days * 24:.0f} hours")
    print(f"  commands {outcome.commands}, writes {outcome.writes}, faults {outcome.faults}")
    print(f"  checks {outcome.checks}, violations {len(outcome.violations)}")
    print(f"  memory {before_mb:.0f} → {after_mb:.0f} MB, handles {handles}, tasks {outcome.tasks}")
    for violation in outcome.violations[:20]:
        print(f"  ✗ {violation}")
    return 1 if outcome.violations else 0


if __name__ == "__main__":
    sys.exit(main())
