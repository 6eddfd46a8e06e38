"""A Modbus gateway: units of one or several plants at one address, under numbers of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Self, override

from .device import Device, ModbusError
from .disturbances import RegisterSpan
from .plant import SimulatedPlant
from .request_log import Request, RequestLog
from .server import DeviceServer

if TYPE_CHECKING:
    from .simulator import Simulator

NO_RESPONSE = 11


class Gateway:
    """Listens on a port of its own, and passes on what is asked of its units: unit → plant, and unit there."""

    def __init__(self, units: Mapping[int, tuple[Simulator, int]]) -> None:
        """Prepare to listen."""
        plant = next(iter(units.values()))[0].plant
        device = _Passed(plant, {unit: (simulator.device, there) for unit, (simulator, there) in units.items()})
        self._server = DeviceServer(plant, device, RequestLog({}), "127.0.0.1", 0)

    async def __aenter__(self) -> Self:
        """Listen."""
        await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self._server.stop()

    @property
    def port(self) -> int:
        """Return the port that it listens on."""
        return self._server.port

    @property
    def requests(self) -> Iterable[Request]:
        """Return the latest requests, oldest first."""
        return self._server.log.requests


class _Passed(Device):
    """Answers for the devices behind a gateway."""

    def __init__(self, plant: SimulatedPlant, units: Mapping[int, tuple[Device, int]]) -> None:
        super().__init__(plant)
        self._units = units

    @override
    def read(self, unit: int, address: int, count: int) -> list[int]:
        device, there = self._behind(unit)
        return device.read(there, address, count)

    @override
    def write(self, unit: int, address: int, words: Sequence[int]) -> None:
        device, there = self._behind(unit)
        device.write(there, address, words)

    @override
    def delay_s(self, span: RegisterSpan) -> float:
        return 0.0

    @override
    def kind(self, unit: int) -> str:
        device, there = self._behind(unit)
        return device.kind(there)

    def _behind(self, unit: int) -> tuple[Device, int]:
        if unit not in self._units:
            raise ModbusError(NO_RESPONSE)
        return self._units[unit]
