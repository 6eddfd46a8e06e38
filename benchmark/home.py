"""A real Home Assistant in this process, with a simulated SigenStor on the loopback interface."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
import os
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
from typing import Any

from homeassistant.bootstrap import async_setup_hass
from homeassistant.config_entries import SOURCE_USER, ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.runner import RuntimeConfig

from demo import config_folder, ports
from demo.config_folder import DOMAIN
from demo.hass import STAND_INS
from demo.place import BRISBANE
from simulator import Simulator, SimulatorSettings

MIDNIGHT = datetime(datetime.now(BRISBANE.zone).year + 2, 1, 15, tzinfo=BRISBANE.zone)
"""When the simulated day begins. In summer, and in the future: in the past, all of Home Assistant's timers would be due."""


@dataclass(frozen=True)
class Home:
    """A started Home Assistant, and the plant it can reach."""

    hass: HomeAssistant
    simulator: Simulator

    @property
    def database(self) -> Path:
        """Return the recorder's database."""
        return Path(self.hass.config.path("home-assistant_v2.db"))

    async def add_entry(self, port: int | None = None) -> ConfigEntry[Any]:
        """Add the plant at a port, or the simulated one, the way a user does, and return its loaded entry."""
        flows = self.hass.config_entries.flow
        step = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
        answers = {"host": ports.LOOPBACK, "port": port or self.simulator.modbus_port, "advanced": {}}
        result = await flows.async_configure(step["flow_id"], answers)
        assert result["type"] == "create_entry", result
        await self.hass.async_block_till_done()
        return result["result"]


@asynccontextmanager
async def home() -> AsyncIterator[Home]:
    """Start Home Assistant with an empty database, and the simulator with a clock that only a caller moves."""
    hook = sys.excepthook
    sys.path.insert(0, str(STAND_INS))
    os.environ["HA_DISABLE_LOG_FILE"] = "1"
    with TemporaryDirectory(prefix="sigenstor-") as folder:
        config_folder.prepare(Path(folder), port=ports.any_free(), place=BRISBANE)
        async with Simulator(SimulatorSettings(start=MIDNIGHT, realtime=False)) as simulator:
            hass = await async_setup_hass(RuntimeConfig(config_dir=folder, skip_pip=True))
            assert hass is not None
            # Home Assistant logs what nobody caught; here it ends the benchmark, for all to see.
            sys.excepthook = hook
            await hass.async_start()
            await hass.async_block_till_done()
            try:
                yield Home(hass, simulator)
            finally:
                await hass.async_stop()
