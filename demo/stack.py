"""The demo's parts, started and stopped together: the simulator, Home Assistant, and the integration between them."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
import shutil
from typing import Any, Final, Self

from demo import config_folder, energy, forecasts, history, optimiser, ports
from demo.api import HassApi, Json
from demo.config_folder import DOMAIN
from demo.hass import HassProcess
from demo.past import live_through
from demo.place import BRISBANE, Place
from demo.waiting import DemoError, wait_until
from simulator import Simulator, SimulatorSettings

FLOW: Final = "/api/config/config_entries/flow"
SOC: Final = "sensor.sigenstor_state_of_charge"
FORECASTS: Final = ("sensor.sigenstor_buy_price", "sensor.sigenstor_pv_forecast_now")


@dataclass(frozen=True, kw_only=True)
class StackSettings:
    """Where the stack keeps its files, on which ports it serves, and where the simulated home stands."""

    folder: Path
    hass_port: int
    modbus_port: int
    control_port: int
    speed: float = 1.0
    place: Place = BRISBANE
    fresh: bool = False
    past_days: int = 60
    """So many days of history are made up where this is the first run."""
    optimised_days: int = 31
    """The optimiser ran the battery on the last of them."""
    auto: bool = False
    """Whether the optimiser acts, where this is the first run; otherwise it advises."""

    @classmethod
    def on_free_ports(cls, folder: Path, **more: Any) -> Self:
        """Return settings of a stack that is in nobody's way."""
        hass_port, modbus_port, control_port = (ports.any_free() for _ in range(3))
        return cls(folder=folder, hass_port=hass_port, modbus_port=modbus_port, control_port=control_port, **more)


class DemoStack:
    """A simulated SigenStor and a real Home Assistant that reads it.

    Use it as an async context manager: inside, the integration is loaded and its sensors have values. The simulator
    runs in this process, so a test can stop and start it; Home Assistant is a child process.
    """

    def __init__(self, settings: StackSettings) -> None:
        """Take the settings; nothing starts yet."""
        self.settings: Final = settings
        self.simulator: Simulator
        self.hass: HassProcess
        self.api: HassApi
        self._amber_port = ports.any_free()
        self._open_meteo_port = ports.any_free()
        self._running = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Start everything, in order."""
        try:
            await self._start()
        except BaseException:
            await self._running.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop everything, last started first."""
        await self._running.aclose()

    async def start_simulator(self) -> None:
        """Start a simulator on the stack's ports, after it has lived through a day and its day so far.

        After the first evening, its battery is as full as in the history of the demo, which begins much earlier.
        """
        place = self.settings.place
        now = datetime.now(place.zone)
        start = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
        try:
            settings = SimulatorSettings(
                host=ports.LOOPBACK,
                modbus_port=self.settings.modbus_port,
                control_port=self.settings.control_port,
                amber_port=self._amber_port,
                open_meteo_port=self._open_meteo_port,
                speed=self.settings.speed,
                start=start,
                **asdict(place),
            )
        except ValueError as err:
            raise DemoError(f"The simulator cannot start: {err}") from None
        simulator = Simulator(settings)
        await asyncio.to_thread(live_through, simulator, (now - start).total_seconds())
        await simulator.start()
        self.simulator = simulator

    async def start_hass(self) -> None:
        """Start Home Assistant again after it was stopped, and wait until the integration has values."""
        await self.hass.start()
        await wait_until(self._has_values, "the SigenStor's sensors to have values after the restart")

    async def _start(self) -> None:
        settings = self.settings
        config = settings.folder / "config"
        if settings.fresh:
            shutil.rmtree(config, ignore_errors=True)
        settings.folder.mkdir(parents=True, exist_ok=True)
        await self.start_simulator()
        self._running.push_async_callback(self._stop_simulator)
        config_folder.move_simulator(config, port=settings.modbus_port)
        log = settings.folder / "home-assistant.log"
        self.hass = await self._running.enter_async_context(
            HassProcess(config, port=settings.hass_port, place=settings.place, log=log)
        )
        try:
            self.api = await self._running.enter_async_context(HassApi(self.hass.url))
            self._make_sure_it_is_ours(config, await self.api.get("/api/config"))
            await self._add_integration()
            await wait_until(self._has_values, "the SigenStor's sensors to have values")
            [entry] = await self._entries()
            await forecasts.set_up(self.api, entry["entry_id"], self.simulator)
            # Each of the options has the integration loaded again; the forecast of the panels comes with the last of them.
            await wait_until(self._has_forecasts, "prices and the PV forecast to be there")
            await wait_until(self._has_values, "the SigenStor's sensors to have values")
            await energy.set_up(self.api)
            if await history.seed_history(
                self.api, self.simulator.settings, settings.past_days, settings.optimised_days
            ):
                await optimiser.seed_prices(self.api, self.simulator)
                # What starts now finds its past, and scores it.
                await self.api.post(f"/api/config/config_entries/entry/{entry['entry_id']}/reload", {})
                await wait_until(self._has_values, "the SigenStor's sensors to have values")
                if settings.auto:
                    await optimiser.let_it_act(self.api)
                    # Whoever lives there has long been through the guide.
                    seen_to = {entry["entry_id"]: ["reserve", "check"]}
                    await self.api.command("frontend/set_user_data", key=f"{DOMAIN}_guide", value=seen_to)
        except DemoError as err:
            raise self.hass.failed(str(err)) from None

    async def _stop_simulator(self) -> None:
        await self.simulator.stop()

    def _make_sure_it_is_ours(self, config: Path, running: Json) -> None:
        if not config.samefile(running["config_dir"]):
            raise DemoError(f"Another Home Assistant answers on port {self.settings.hass_port}.")

    async def _add_integration(self) -> None:
        if await self._entries():
            return
        step = await self.api.post(FLOW, {"handler": DOMAIN})
        answers: Json = {
            "host": ports.LOOPBACK,
            "port": self.settings.modbus_port,
            "advanced": {},
        }
        step = await self.api.post(f"{FLOW}/{step['flow_id']}", answers)
        if step["type"] != "create_entry":
            raise DemoError(f"The integration could not be added: {step.get('errors') or step}.")

    async def _entries(self) -> Any:
        return await self.api.get(f"/api/config/config_entries/entry?domain={DOMAIN}")

    async def _has_forecasts(self) -> bool:
        [entry] = await self._entries()
        states = [await self.api.state(entity_id) for entity_id in FORECASTS]
        return entry["state"] == "loaded" and not {None, "unknown", "unavailable"}.intersection(states)

    async def _has_values(self) -> bool:
        states = {state["entity_id"]: state["state"] for state in await self.api.get("/api/states")}
        # The energies may come with a later reading than the state of charge.
        energies = [states.get(history.SENSOR + key, "") for key in history.TOTALS.values()]
        return not {states.get(SOC, "unknown"), *energies} & {"unknown", "unavailable"}
