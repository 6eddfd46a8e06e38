"""However Home Assistant lets go of a plant, it leaves it as it found it, on both ends of the range that is promised."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from bare import BareHome
import pytest
import pytest_asyncio

from demo.api import HassApi
from demo.waiting import wait_until
from simulator import Simulator, SimulatorSettings
from simulator.wire import WireClient

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENTRIES = "/api/config/config_entries/entry"
FLOW = "/api/config/config_entries/flow"

OWN = {40032: [0, 8_000], 40034: [0, 7_000], 40038: [0, 5_000], 40047: [950], 40048: [120]}
"""What the owners have set: limits in W, cut-offs in tenths of a percent."""

MODES = {"hold": {2}, "charge": {4}, "export": {5, 6}}
"""What each plant is forced to, and the remote modes in which that is done."""


@dataclass
class PlantAtHome:
    """A plant, another client of it, and what it is forced to."""

    forced: str
    simulator: Simulator
    other: WireClient
    entry_id: str = ""

    async def registers(self) -> list[int]:
        """Return all that control writes, as another client reads it."""
        return await self.other.read_holding_registers(40029, 20)

    async def is_forced(self) -> bool:
        """Return whether it holds what it is forced to; after a write of before, that may take a cooldown."""
        enabled, _, mode, *_ = await self.registers()
        return enabled == 1 and mode in MODES[self.forced]


@dataclass
class Home:
    """A bare Home Assistant, and three plants."""

    hass: BareHome
    plants: list[PlantAtHome]

    async def start(self) -> None:
        """Have Home Assistant run, and the three plants loaded."""
        if not self.hass.running:
            await self.hass.start(index=True)
        async with HassApi(self.hass.url) as api:
            for plant in self.plants:
                await self._load(api, plant)

    async def _load(self, api: HassApi, plant: PlantAtHome) -> None:
        entry = await self._entry(api, plant)
        if entry is None:
            step = await api.post(FLOW, {"handler": "sigenstor_panel"})
            where = {"host": "127.0.0.1", "port": plant.simulator.modbus_port, "advanced": {}}
            step = await api.post(f"{FLOW}/{step['flow_id']}", where)
            assert step["type"] == "create_entry", step
            plant.entry_id = step["result"]["entry_id"]
        elif entry["disabled_by"]:
            await api.command("config_entries/disable", entry_id=plant.entry_id, disabled_by=None)

        async def loaded() -> bool:
            entry = await self._entry(api, plant)
            return entry is not None and entry["state"] == "loaded"

        await wait_until(loaded, "the plant to be set up")

    async def _entry(self, api: HassApi, plant: PlantAtHome) -> dict[str, Any] | None:
        entries: list[dict[str, Any]] = await api.get(f"{ENTRIES}?domain=sigenstor_panel")
        return next((entry for entry in entries if entry["entry_id"] == plant.entry_id), None)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["oldest", "newest"])
async def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Home]:
    """A bare Home Assistant at either end of the range that is promised."""
    folder: Path = tmp_path_factory.mktemp("home")
    hass = BareHome(folder)
    await hass.install(request.param)
    async with AsyncExitStack() as stack:
        plants = []
        for number, forced in enumerate(MODES):
            simulator = await stack.enter_async_context(Simulator(SimulatorSettings(soc=50.0)))
            for _ in range(number):
                simulator.set(exchange_inverter=1)
            other = WireClient("127.0.0.1", simulator.modbus_port, lambda _port: None)
            stack.push_async_callback(other.close)
            for address, words in OWN.items():
                await other.write_registers(address, words)
            plants.append(PlantAtHome(forced, simulator, other))
        yield Home(hass, plants)
        await hass.stop()


async def terminated(home: Home, _api: HassApi) -> None:
    """End it as the Supervisor, Docker and systemd do."""
    await home.hass.stop()


async def stopped(home: Home, api: HassApi) -> None:
    """Stop it as a person does."""
    await end_by("stop", home, api)


async def restarted(home: Home, api: HassApi) -> None:
    """Restart it as a person does; whoever started it starts it again."""
    await end_by("restart", home, api)


async def end_by(action: str, home: Home, api: HassApi) -> None:
    """Let an action of Home Assistant end it; that may be faster than its own answer."""
    with suppress(aiohttp.ClientError):
        await api.post(f"/api/services/homeassistant/{action}", {})
    await home.hass.ended()


async def reloaded(home: Home, api: HassApi) -> None:
    """Reload each entry: the override would go on after a cooldown, and a person ends it."""
    for plant in home.plants:
        plant.simulator.write_log.clear()
        await api.post(f"{ENTRIES}/{plant.entry_id}/reload", {})
        assert (40029, 0) in {(written.address, written.value) for written in plant.simulator.write_log}
        await api.post("/api/services/sigenstor_panel/clear_override", {"config_entry_id": plant.entry_id})


async def disabled(home: Home, api: HassApi) -> None:
    """Disable each entry."""
    for plant in home.plants:
        await api.command("config_entries/disable", entry_id=plant.entry_id, disabled_by="user")


async def deleted(home: Home, api: HassApi) -> None:
    """Delete each entry."""
    for plant in home.plants:
        await api.delete(f"{ENTRIES}/{plant.entry_id}")


@pytest.mark.parametrize("end", [reloaded, disabled, stopped, deleted, terminated, restarted])
async def test_the_registers_are_what_they_were_before_and_two_hours_later(
    home: Home, end: Callable[[Home, HassApi], Awaitable[None]]
) -> None:
    for plant in home.plants:
        plant.simulator.set(soc=50)
    await home.start()
    async with HassApi(home.hass.url) as api:
        before = {}
        for plant in home.plants:
            await api.post("/api/services/sigenstor_panel/clear_override", {"config_entry_id": plant.entry_id})
            before[plant.forced] = registers = await plant.registers()
            assert registers[0] == 0, "it was not given back before"
            assert all(registers[address - 40029 :][: len(words)] == words for address, words in OWN.items())
        for plant in home.plants:
            power = {} if plant.forced == "hold" else {"power_w": 1_000}
            data = {"config_entry_id": plant.entry_id, **power}
            await api.post(f"/api/services/sigenstor_panel/force_{plant.forced}", data)
        for plant in home.plants:
            await wait_until(plant.is_forced, f"the plant to {plant.forced}")
        await end(home, api)
    for plant in home.plants:
        assert await plant.registers() == before[plant.forced]
        plant.simulator.advance(7_200)
        assert await plant.registers() == before[plant.forced]
