"""A controller that is killed right after any of its writes, on real TCP and real files."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from copy import deepcopy
import json
import os
from pathlib import Path
import signal
import sys
from typing import Any

import pytest

from simulator import Simulator

type Answer = dict[str, Any]
type Step = tuple[Any, ...]
"""What a child is asked to do, and with what."""

SCRIPT = Path(__file__).with_name("dying_controller.py")
PATIENCE_S = 30
OWNERS = {40032: 8.0, 40034: 9.0, 40036: None, 40038: None, 40047: 100.0, 40048: 0.0}
"""What the owner has set; the cut-offs are wide open, so that those that count are the controller's."""


class Child:
    """A controller in a process of its own."""

    def __init__(self, process: Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, simulator: Simulator, directory: Path) -> Child:
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, SCRIPT, str(simulator.modbus_port), str(directory), stdin=PIPE, stdout=PIPE
            )
        )

    async def ask(self, method: str, *arguments: object) -> Answer | None:
        """Have it do something; None when it died instead."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({method: arguments}).encode() + b"\n")
        async with asyncio.timeout(PATIENCE_S):
            line = await stdout.readline()
        return json.loads(line) if line else None

    async def end(self) -> int:
        """Close its input, which ends it, or take it as dead."""
        assert self.process.stdin is not None
        with suppress(ConnectionError):
            self.process.stdin.close()
        async with asyncio.timeout(PATIENCE_S):
            return await self.process.wait()


@pytest.fixture
async def children(simulator: Simulator, tmp_path: Path) -> AsyncGenerator[tuple[Child, Child]]:
    """The one that dies, and the one that comes after it; both wait to be told to begin."""
    both = (await Child.start(simulator, tmp_path), await Child.start(simulator, tmp_path))
    yield both
    for child in both:
        await child.end()


@pytest.fixture
def killed_at(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Callable[[Child, int], list[int]]:
    """Kill a child as soon as the plant has taken so many of its writes, before it learns of the last."""

    def arm(child: Child, nth: int) -> list[int]:
        device, taken = simulator.device, list[int]()
        write = device.write

        def take(unit: int, address: int, words: Sequence[int]) -> None:
            write(unit, address, words)
            taken.append(address)
            if len(taken) == nth:
                os.kill(child.process.pid, signal.SIGKILL)

        monkeypatch.setattr(device, "write", take)
        return taken

    return arm


@pytest.fixture
def night(simulator: Simulator) -> None:
    """No sun, and a house that draws 500 W."""
    simulator.set(pv_power_w=0, house_power_w=500)
    simulator.plant.holding.update(OWNERS)
    simulator.advance(1)


def leave_alone(simulator: Simulator, hours: int) -> None:
    """Let time pass with nobody in control; the battery stays inside 5 to 98 %.

    Unless the plant was told to discharge, it also stays above what its owner's own mode would have left.
    """
    plant = simulator.plant
    told_to_discharge = plant.holding[40029] == 1 and plant.holding[40031] in (5, 6)
    owners = deepcopy(plant)
    owners.holding.update({**OWNERS, 40029: 0.0})
    owners.settle()
    for _ in range(hours * 120):
        plant.step(30.0)
        owners.step(30.0)
        assert 5 - 0.5 <= plant.state.soc <= 98 + 0.5
        if not told_to_discharge:
            assert plant.state.soc >= owners.state.soc - 0.5


TAKE_OVER = [40047, 40048, 40029, 40032, 40031]
RAMP_STEP = [40032]
SWITCH = [40031, 40032, 40034, 40031]
LIMIT_PV = [40047, 40048, 40029, 40036]
FREE_PV = [40036, 40047, 40048, 40029]
HAND_BACK = [40031, 40032, 40047, 40048, 40029]
SCENARIOS: dict[str, tuple[list[Step], Step, list[int]]] = {
    "take-over": ([], ("force", "force_charge", 3000, 90.0), TAKE_OVER),
    "ramp step": ([("force", "force_charge", 3000, 90.0)], ("passes", 61), RAMP_STEP),
    "charge to export": (
        [("force", "force_charge", 1000, 90.0), ("passes", 61)],
        ("force", "force_export", 1000, 5.0),
        SWITCH,
    ),
    "limit on PV": ([], ("limit_pv", 0), LIMIT_PV),
    "end of a limit on PV": ([("limit_pv", 0), ("passes", 61)], ("limit_pv", None), FREE_PV),
    "hand-back": ([("force", "force_charge", 1000, 90.0), ("passes", 61)], ("clear",), HAND_BACK),
}
POINTS = [(name, nth) for name, (_, _, writes) in SCENARIOS.items() for nth in range(1, len(writes) + 1)]


@pytest.mark.usefixtures("night")
@pytest.mark.parametrize(("scenario", "nth"), POINTS, ids=[f"{name}, write {nth}" for name, nth in POINTS])
async def test_a_controller_killed_at_any_write_leaves_a_safe_plant_which_the_next_one_gives_back(
    simulator: Simulator,
    children: tuple[Child, Child],
    killed_at: Callable[[Child, int], list[int]],
    scenario: str,
    nth: int,
) -> None:
    preparation, deadly, writes = SCENARIOS[scenario]
    dying, heir = children
    assert await dying.ask("begin", 0)
    for step in preparation:
        assert await dying.ask(*step)
        simulator.advance(2)
    taken = killed_at(dying, nth)
    assert await dying.ask(*deadly) is None
    assert await dying.end() == -signal.SIGKILL
    assert taken == writes[:nth]

    leave_alone(simulator, 12)

    found = await heir.ask("begin", 12 * 3600)
    assert found is not None
    assert len(found["interrupted"]) == 1
    assert [row for row in found["rows"] if row[1] == "interrupted"] == [[found["interrupted"][0], "interrupted"]]
    assert "started" not in [outcome for _, outcome in found["rows"]]
    simulator.advance(2)
    assert await heir.ask("passes", 61)
    simulator.advance(2)
    assert await heir.ask("clear")
    given_back = await heir.ask("passes", 61)
    assert given_back is not None
    assert {address: simulator.plant.holding[address] for address in OWNERS} == OWNERS
    assert (simulator.plant.holding[40029], simulator.plant.holding[40031]) == (0, 2)
    assert given_back["memory"]["saved"] is None
    assert given_back["alert"] is None


@pytest.mark.usefixtures("night")
async def test_the_heir_of_a_killed_take_over_ramps_on_from_what_the_plant_holds(
    simulator: Simulator, children: tuple[Child, Child], killed_at: Callable[[Child, int], list[int]]
) -> None:
    dying, heir = children
    assert await dying.ask("begin", 0)
    killed_at(dying, 1)
    assert await dying.ask("force", "force_charge", 5000, 90.0) is None
    assert await heir.ask("begin", 61)
    limits_kw = [simulator.plant.holding[40032]]
    for _ in range(4):
        simulator.advance(2)
        assert await heir.ask("passes", 61)
        limits_kw.append(simulator.plant.holding[40032])
    assert limits_kw == [1.0, 2.0, 3.0, 4.0, 5.0]


@pytest.mark.usefixtures("night")
async def test_an_emergency_stop_outlives_a_kill(
    simulator: Simulator, children: tuple[Child, Child], killed_at: Callable[[Child, int], list[int]]
) -> None:
    dying, heir = children
    assert await dying.ask("begin", 0)
    assert await dying.ask("force", "force_charge", 5000, 90.0)
    killed_at(dying, 1)
    assert await dying.ask("emergency_stop") is None
    found = await heir.ask("begin", 1)
    assert found is not None
    assert found["memory"]["emergency_stop"] is True
    simulator.advance(1)
    assert simulator.plant.state.battery_w == 0
    assert (simulator.plant.holding[40032], simulator.plant.holding[40034]) == (0.0, 0.0)
