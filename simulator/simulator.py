"""A simulated SigenStor: physics, registers, server and control endpoint together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Protocol, Self

from .amber import AmberEndpoint
from .control import ControlEndpoint
from .device import Device
from .disturbances import parse_disturbances
from .firmware import firmware_quirks
from .my_sigen import MySigenEndpoint
from .open_meteo import OpenMeteoEndpoint
from .options import parse_changes
from .plant import Plant
from .quirks import FAULTS, QUIRKS
from .server import DeviceServer, Request
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
        self.plant = Plant(self.settings)
        self._device = Device(self.plant)
        self._server = DeviceServer(self.plant, self._device, self.settings.host, self.settings.modbus_port)
        self._control = ControlEndpoint(self, self.settings.host, self.settings.control_port)
        amber_port = self.settings.amber_port
        self.amber = None if amber_port is None else AmberEndpoint(self.plant, self.settings.host, amber_port)
        self._endpoints: list[_Endpoint] = [self._server, self._control]
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
        self._clock: asyncio.Task[None] | None = None

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
        return self._server.requests

    @property
    def request_count(self) -> int:
        """Return how many Modbus requests have come in."""
        return self._server.request_count

    @property
    def connection_count(self) -> int:
        """Return how many clients are connected."""
        return len(self._server.connections)

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
            self._clock = asyncio.create_task(self._run(), name="simulator clock")

    async def stop(self) -> None:
        """Close everything; `start` brings the same device back on the same ports."""
        if self._clock is not None:
            self._clock.cancel()
            with suppress(asyncio.CancelledError):
                await self._clock
            self._clock = None
        for endpoint in reversed(self._endpoints):
            await endpoint.stop()

    def advance(self, seconds: float) -> None:
        """Run the physics forward by simulated seconds, without waiting."""
        whole = int(seconds)
        for _ in range(whole):
            self.plant.step(1.0)
        if seconds > whole:
            self.plant.step(seconds - whole)

    async def drop_connections(self) -> None:
        """Close every client's socket now."""
        self._server.drop_connections()
        await asyncio.sleep(0)

    async def pause(self) -> None:
        """Stall: accept connections and requests, answer nothing."""
        self._server.paused = True

    async def resume(self) -> None:
        """Answer again; what came in meanwhile stays unanswered."""
        self._server.paused = False

    def set(self, **changes: Any) -> None:
        """Set what is true of the plant; null gives an override back to the simulation.

        Raises ValueError with a sentence that names the field; then nothing has changed.
        """
        plant = self.plant
        parsed = _parse(changes, plant.time_s)
        for name, value in parsed.items():
            match name:
                case "soc":
                    for inverter in plant.inverters:
                        inverter.battery.soc = value
                case "cell_temperature_c":
                    for inverter in plant.inverters:
                        inverter.battery.temperature_c = value
                case "time":
                    plant.set_time(value.timestamp())
                case "firmware" | "quirks":
                    plant.quirks.update(value)
                case "disturbances":
                    plant.disturbances.pending = value
                case "faults":
                    plant.faults.update(value)
                case _:
                    setattr(plant, name, value)
        plant.settle()

    def disturb(self, **disturbance: Any) -> None:
        """Add one disturbance to those that are still to come. Raises ValueError."""
        self.plant.disturbances.pending += parse_disturbances([disturbance], self.plant.time_s)

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


def _parse(changes: Mapping[str, Any], time_s: float) -> dict[str, Any]:
    parsed: dict[str, Any] = {}
    for name, value in changes.items():
        if name in _NUMBERS:
            lowest, highest, optional, whole = _NUMBERS[name]
            if value is None and optional:
                parsed[name] = None
                continue
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not lowest <= value <= highest:
                also = ", or null for the simulation's own" if optional else ""
                raise ValueError(f"{name} must be a number from {lowest} to {highest}{also}, not {value!r}.")
            parsed[name] = round(value) if whole else float(value)
        elif name == "firmware":
            parsed[name] = parse_changes("quirks", QUIRKS, firmware_quirks(value))
        elif name == "quirks":
            parsed[name] = parse_changes(name, QUIRKS, value)
        elif name == "faults":
            parsed[name] = parse_changes(name, FAULTS, value)
        elif name == "disturbances":
            parsed[name] = parse_disturbances(value, time_s)
        elif name == "time":
            parsed[name] = _parse_time(value)
        else:
            known = ", ".join(sorted([*_NUMBERS, "disturbances", "firmware", "quirks", "faults", "time"]))
            raise ValueError(f"There is no field {name!r}; there are {known}.")
    return parsed


def _parse_time(value: Any) -> datetime:
    try:
        time = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except TypeError, ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise ValueError(
            f"time must be a date and time with a time zone, such as 2026-01-10T06:00:00+10:00, not {value!r}."
        )
    return time.astimezone(UTC)


# Field: (lowest, highest, may be null, whole numbers).
_NUMBERS: Mapping[str, tuple[float, float, bool, bool]] = {
    "soc": (0, 100, False, False),
    "cell_temperature_c": (-40, 90, False, False),
    "ambient_temperature_c": (-40, 60, True, False),
    "cloud_cover": (0, 1, True, False),
    "house_power_w": (0, 50_000, True, True),
    "pv_power_w": (0, 100_000, True, True),
    "battery_power_w": (-100_000, 100_000, True, True),
    "third_party_power_w": (0, 50_000, False, True),
}
