"""Counts the requests of a Modbus unit and remembers the last answer to each read."""

from asyncio import CancelledError
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from modbus_connection import ModbusError, ModbusUnit

_HOUR_S = 3600.0


@dataclass(slots=True)
class RequestMeter:
    """How many requests went out, and how many failed, in the last hour."""

    clock: Callable[[], float]
    first_answer_at: datetime | None = None
    """When the first answer came since `begin_reading`: the values are as old as the first of them."""

    _requests: deque[float] = field(default_factory=deque)
    _errors: deque[float] = field(default_factory=deque)

    @property
    def requests_per_hour(self) -> int:
        """Requests sent in the last hour."""
        return self._count(self._requests)

    @property
    def errors_per_hour(self) -> int:
        """Requests in the last hour that got no usable answer."""
        return self._count(self._errors)

    def record_request(self) -> None:
        """Count a request."""
        self._requests.append(self.clock())
        self._count(self._requests)

    def begin_reading(self) -> None:
        """Let the next answer be the first one."""
        self.first_answer_at = None

    def record_answer(self) -> None:
        """Take note that an answer came."""
        if self.first_answer_at is None:
            self.first_answer_at = datetime.now(UTC)

    def record_error(self) -> None:
        """Count a request that got no usable answer."""
        self._errors.append(self.clock())

    def _count(self, times: deque[float]) -> int:
        while times and times[0] < self.clock() - _HOUR_S:
            times.popleft()
        return len(times)


class MeteredUnit:
    """A Modbus unit that reports to a meter; everything else is the unit's own."""

    def __init__(self, unit: ModbusUnit, meter: RequestMeter) -> None:
        """Wrap a unit."""
        self._unit = unit
        self._meter = meter
        self._blocks: dict[tuple[str, int], list[int]] = {}

    @classmethod
    def wrap(cls, unit: ModbusUnit, meter: RequestMeter) -> tuple[ModbusUnit, MeteredUnit]:
        """Return the wrapped unit as what it stands for, and as itself."""
        metered = cls(unit, meter)
        return cast("ModbusUnit", metered), metered

    @property
    def blocks(self) -> Mapping[tuple[str, int], list[int]]:
        """The last answer to each read: (space, first address) → words."""
        return self._blocks

    async def read_input_registers(self, address: int, count: int) -> list[int]:
        """Read input registers (FC04)."""
        words = await self._metered(self._unit.read_input_registers(address, count))
        self._blocks["input", address] = words
        return words

    async def read_holding_registers(self, address: int, count: int) -> list[int]:
        """Read holding registers (FC03)."""
        words = await self._metered(self._unit.read_holding_registers(address, count))
        self._blocks["holding", address] = words
        return words

    async def write_register(self, address: int, value: int) -> None:
        """Write one holding register (FC06)."""
        await self._metered(self._unit.write_register(address, value))

    async def write_registers(self, address: int, values: list[int]) -> None:
        """Write several holding registers (FC16)."""
        await self._metered(self._unit.write_registers(address, values))

    async def _metered[T](self, request: Awaitable[T]) -> T:
        self._meter.record_request()
        try:
            answer = await request
        except ModbusError, CancelledError:
            self._meter.record_error()
            raise
        self._meter.record_answer()
        return answer

    def __getattr__(self, name: str) -> Any:
        """Pass on what is not metered."""
        return getattr(self._unit, name)
