"""A simulated SigenStor: physics, registers, server and control endpoint together."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any, Protocol, Self

from .amber import AmberEndpoint
from .control import ControlEndpoint
from .device import Device
from .disturbances import parse_disturbances
from .dump import DumpDevice, load_dump
from .fields import parse_fields
from .my_sigen import MySigenEndpoint
from .open_meteo import OpenMeteoEndpoint
from .other_writers import OtherWriters
from .plant import SimulatedPlant
from .request_log import Request, RequestLog, Written
from .server import DeviceServer
from .settings import SimulatorSettings
from .snapshot import snapshot

# How often the clock moves at most; faster simulated time takes more steps at once.
MINIMUM_TICK_S = 0.1
STEPS_BETWEEN_YIELDS = 200
# After a longer pause of this machine the clock goes on from where it was.
MAXIMUM_CATCH_UP_S = 10.0


class _Endpoint(Protocol):
    """Something that listens."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Simulator:
    """A SigenStor that an integration cannot tell from a real one."""

    def __init__(self, settings: SimulatorSettings | None = None) -> None:
        """Build the plant; nothing listens before `start`."""
        self.settings = settings or SimulatorSettings()
        self.plant: SimulatedPlant = SimulatedPlant(self.settings)
        self.other_writers = OtherWriters(lambda: (self.settings.host, self.modbus_port), lambda: self.plant.time_s)
        dump = self.settings.dump
        self.device = Device(self.plant) if dump is None else DumpDevice(self.plant, load_dump(dump))
        ports = [self.settings.modbus_port]
        if self.settings.second_modbus_port is not None:
            ports.append(self.settings.second_modbus_port)
        log = RequestLog(self.other_writers.names_by_port)
        self._servers = [DeviceServer(self.plant, self.device, log, self.settings.host, port) for port in ports]
        self._server = self._servers[0]
        self._control = ControlEndpoint(self, self.settings.host, self.settings.control_port)
        amber_port = self.settings.amber_port
        self.amber = None if amber_port is None else AmberEndpoint(self.plant, self.settings.host, amber_port)
        self._endpoints: list[_Endpoint] = [*self._servers, self._control]
        if self.amber is not None:
            self._endpoints.append(self.amber)
        self.open_meteo: OpenMeteoEndpoint | None = None
        if self.settings.open_meteo_port is not None:
            self.open_meteo = OpenMeteoEndpoint(self.plant, self.settings.host, self.settings.open_meteo_port)
            self._endpoints.append(self.open_meteo)
        self.my_sigen: MySigenEndpoint | None = None
        if self.settings.my_sigen_port is not None:
            self.my_sigen = MySigenEndpoint(self.plant, self.settings.host, self.settings.my_sigen_port)
            self._endpoints.append(self.my_sigen)
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    @property
    def modbus_port(self) -> int:
        """Return the Modbus port; any free one was taken where 0 was asked for."""
        return self._server.port

    @property
    def second_modbus_port(self) -> int | None:
        """Return the second Modbus port of the same plant; None where there is none."""
        return self._servers[1].port if len(self._servers) > 1 else None

    @property
    def control_port(self) -> int:
        """Return the control endpoint's port."""
        return self._control.port

    @property
    def amber_port(self) -> int | None:
        """Return the port of Amber's stand-in; None where it is not served."""
        return None if self.amber is None else self.amber.port

    @property
    def amber_url(self) -> str | None:
        """Return the base URL of Amber's stand-in; None where it is not served."""
        return None if self.amber is None else self.amber.url

    @property
    def open_meteo_port(self) -> int | None:
        """Return the port of Open-Meteo's stand-in; None where it is not served."""
        return None if self.open_meteo is None else self.open_meteo.port

    @property
    def open_meteo_url(self) -> str | None:
        """Return the base URL of Open-Meteo's stand-in; None where it is not served."""
        return None if self.open_meteo is None else self.open_meteo.url

    @property
    def requests(self) -> deque[Request]:
        """Return the latest Modbus requests, oldest first."""
        return self._server.log.requests

    @property
    def write_log(self) -> deque[Written]:
        """Return the latest writes of registers and who wrote them, oldest first."""
        return self._server.log.writes

    @property
    def fuse_blown(self) -> bool:
        """Return whether more was imported than the main fuse carries, for longer than it does."""
        return self.plant.fuse.blown

    @property
    def request_count(self) -> int:
        """Return how many Modbus requests have come in."""
        return self._server.log.request_count

    @property
    def connection_count(self) -> int:
        """Return how many clients are connected."""
        return sum(len(server.connections) for server in self._servers)

    async def start(self) -> None:
        """Listen and let the clock run. Raises OSError when an address cannot be had."""
        started: list[_Endpoint] = []
        try:
            for endpoint in self._endpoints:
                await endpoint.start()
                started.append(endpoint)
        except OSError:
            for endpoint in reversed(started):
                await endpoint.stop()
            raise
        if self.settings.realtime:
            self._tasks = [
                asyncio.create_task(self._run(), name="simulator clock"),
                asyncio.create_task(self._run_other_writers(), name="simulator's other writers"),
            ]

    async def stop(self) -> None:
        """Close everything; `start` brings the same device back on the same ports."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self.other_writers.close()
        for endpoint in reversed(self._endpoints):
            await endpoint.stop()

    def advance(self, seconds: float) -> None:
        """Run the physics forward by simulated seconds, without waiting."""
        whole = int(seconds)
        for _ in range(whole):
            self.plant.step(1.0)
        if seconds > whole:
            self.plant.step(seconds - whole)

    async def pass_time(self, seconds: int) -> None:
        """Run the physics forward by simulated seconds, and let others write meanwhile."""
        await self.other_writers.run_due()
        for _ in range(seconds):
            self.plant.step(1.0)
            await self.other_writers.run_due()

    async def drop_connections(self) -> None:
        """Close every client's socket now."""
        for server in self._servers:
            server.drop_connections()
        await asyncio.sleep(0)

    async def pause(self) -> None:
        """Stall: accept connections and requests, answer nothing."""
        for server in self._servers:
            server.paused = True

    async def resume(self) -> None:
        """Answer again; what came in meanwhile stays unanswered."""
        for server in self._servers:
            server.paused = False

    def reboot(self, silent_s: float = 0.0, *, forgets_limits: bool = False) -> None:
        """Start the inverters anew: clients are dropped, remote control is off, and nothing is answered for a time."""
        self.plant.reboot(silent_s, forgets_limits=forgets_limits)
        for server in self._servers:
            server.drop_connections()

    @property
    def house_is_dark(self) -> bool:
        """Return whether the house gets less than it uses."""
        return self.plant.house_is_dark

    def set(self, **changes: Any) -> None:
        """Set what is true of the plant; null gives an override back to the simulation.

        Raises ValueError with a sentence that names the field; then nothing has changed.
        """
        for field, value in parse_fields(changes):
            field.apply(self, value)
        self.plant.settle()

    def disturb(self, **disturbance: Any) -> None:
        """Add one disturbance to those that are still to come. Raises ValueError."""
        self.plant.disturbances.add(parse_disturbances([disturbance]), self.plant.time_s)

    def snapshot(self) -> dict[str, Any]:
        """Return the true state as JSON values, the same as GET /plant."""
        return snapshot(self)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        speed = self.settings.speed
        tick_s = max(1 / speed, MINIMUM_TICK_S)
        owed_s = 0.0
        last = loop.time()
        while True:
            await asyncio.sleep(tick_s)
            now = loop.time()
            owed_s = min(owed_s + (now - last) * speed, max(MAXIMUM_CATCH_UP_S * speed, 1.0))
            last = now
            for step in range(int(owed_s)):
                self.plant.step(1.0)
                if step % STEPS_BETWEEN_YIELDS == STEPS_BETWEEN_YIELDS - 1:
                    await asyncio.sleep(0)
            owed_s %= 1

    async def _run_other_writers(self) -> None:
        while True:
            await self.other_writers.run_due()
            await asyncio.sleep(MINIMUM_TICK_S)
