"""The Modbus TCP connection to a device, through pymodbus: the one place where replies are checked.

`modbus_connection` brings the register model and the errors. Its own connection is not used: it keeps of a reply
only the values, so that nobody can tell what they answer, and it connects again between a check and a write.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
import logging
from random import randrange
import socket
import struct
from typing import Any, Final, Protocol, cast, override

from modbus_connection import (
    ClientClosedError,
    ModbusConnectionError,
    ModbusDesyncError,
    ModbusError,
    ModbusExceptionError,
    ModbusTimeoutError,
    ModbusUnit,
)
from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException
from pymodbus.pdu import ModbusPDU

from ..model.message import Message, MessageError, plain, say, told_by

READ_TIMEOUT_S: Final = 3.0
"""Wi-Fi sites see late replies (the protocol says to wait 1 s)."""

_NEVER_S: Final = 3600.0
"""Longer than anything waits here: pymodbus's own timeout, which would log an error each time."""

_READS: Final = (3, 4)
_EXCEPTION: Final = 0x80
_EXCEPTION_LENGTH: Final = 9
_WRITE_LENGTH: Final = 12
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)

type Ask = Callable[[AsyncModbusTcpClient], Coroutine[Any, Any, ModbusPDU]]
"""Sends one request by a client, and returns what pymodbus makes of the reply."""

_asking: ContextVar[bool] = ContextVar("asking", default=False)
"""Whether what runs belongs to a request or a connection of this module."""


class PlantError(MessageError, ModbusError):
    """The plant cannot be read or written as it is needed."""


class NoReplyError(MessageError, ModbusTimeoutError):
    """The device says nothing."""


class DeadlineError(NoReplyError):
    """The plant did not do what it was asked for within the deadline of the request."""


class NotConnectedError(MessageError, ModbusConnectionError):
    """There is no connection to the device."""


class UnidentifiedPlantError(NotConnectedError):
    """A write was held back: on this connection, the plant has not said yet who it is."""


class ClosedError(MessageError, ClientClosedError):
    """The connection was closed for good."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(say("problem.connection_closed"))


class WrongReplyError(MessageError, ModbusDesyncError):
    """What came is no answer to the request."""


def told(err: ModbusError) -> Message:
    """Return what people are told of an error of the device or of the way to it."""
    if isinstance(err, ModbusExceptionError):
        code = "?" if err.exception_code is None else str(int(err.exception_code))
        return say("problem.modbus_exception", code=code)
    return told_by(err)


class Link(Protocol):
    """What the plant client knows of the connection itself."""

    @property
    def connected(self) -> bool:
        """Whether the connection is open."""

    @property
    def generation(self) -> int:
        """How many times it has been opened; another device may answer after each."""

    def allow_writes(self, unit_id: int, generation: int) -> None:
        """Let writes to a unit through as long as the connection is the one of this generation."""


class PlantConnection:
    """One TCP connection to a device, shared by everybody who talks to it and opened by the first request.

    Requests wait for each other. One that does not get the whole of its reply closes the connection, so that what
    comes late answers nobody; the next request opens a new one.
    """

    def __init__(self, host: str, port: int) -> None:
        """Initialize the connection; nothing is opened yet."""
        self._host = host
        self._port = port
        self._turn = asyncio.Lock()
        self._client: AsyncModbusTcpClient | None = None
        self._exchange: _Exchange | None = None
        self._generation = 0
        self._transaction = randrange(0xFFFF)  # noqa: S311  a number that the last start did not use
        self._writable: dict[int, int] = {}
        self._closed = False
        self._finished_at_s = 0.0
        self._spacing_s = 0.0

    @property
    def connected(self) -> bool:
        """Whether the connection is open."""
        return self._client is not None

    @property
    def generation(self) -> int:
        """How many times it has been opened; another device may answer after each."""
        return self._generation

    def allow_writes(self, unit_id: int, generation: int) -> None:
        """Let writes to a unit through as long as the connection is the one of this generation."""
        self._writable[unit_id] = generation

    def for_unit(self, unit_id: int) -> ModbusUnit:
        """Return a unit of the device: of `ModbusUnit`, what the registers of a plant need."""
        return cast("ModbusUnit", PlantUnit(self, unit_id))

    def close(self) -> None:
        """Close the connection for good. What is being asked at the moment raises `ClientClosedError`."""
        self._closed = True
        if self._exchange is not None:
            self._exchange.break_off(ClosedError())
        elif self._client is not None:
            self._client.close()
        self._client = None

    async def request(
        self,
        ask: Ask,
        *,
        writes_to: int | None = None,
        timeout_s: float,
        spacing_s: float,
    ) -> ModbusPDU:
        """Send a request when it is its turn, and return the reply once it was checked.

        Raises `ModbusError`: `ModbusExceptionError` when the device refuses, `ModbusTimeoutError` when it says nothing,
        `ModbusDesyncError` when what came is no answer to the request, `UnidentifiedPlantError` for a write that
        nobody allowed on this very connection.
        """
        token = _asking.set(True)
        try:
            async with self._turn:
                time_s = asyncio.get_running_loop().time
                if pause_s := max(self._spacing_s, spacing_s):
                    await asyncio.sleep(min(pause_s, self._finished_at_s + pause_s - time_s()))
                client = await self._open(timeout_s)
                if writes_to is not None and self._writable.get(writes_to) != self._generation:
                    raise UnidentifiedPlantError(say("problem.unidentified"))
                try:
                    reply = await self._ask(client, ask, timeout_s)
                finally:
                    self._finished_at_s, self._spacing_s = time_s(), spacing_s
        finally:
            _asking.reset(token)
        if reply.isError():
            raise ModbusExceptionError.from_code(reply.exception_code)
        return reply

    async def _open(self, timeout_s: float) -> AsyncModbusTcpClient:
        if self._client is not None:
            return self._client
        self._refuse_if_closed()
        client = AsyncModbusTcpClient(
            self._host,
            port=self._port,
            timeout=_NEVER_S,
            retries=0,
            reconnect_delay=0,
            trace_packet=self._on_packet,
            trace_connect=self._on_connect,
        )
        opened = False
        try:
            async with asyncio.timeout(timeout_s):
                # Not client.connect(), which sleeps for 0.1 s when it is done.
                opened = await client.ctx.connect() and client.connected
        except TimeoutError, OSError, ModbusException:
            pass
        finally:
            if not opened or self._closed:
                client.close()
        self._refuse_if_closed()
        if not opened:
            raise NotConnectedError(say("problem.port_closed", port=str(self._port)))
        self._client = client
        self._generation += 1
        return client

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise ClosedError

    async def _ask(self, client: AsyncModbusTcpClient, ask: Ask, timeout_s: float) -> ModbusPDU:
        exchange = self._exchange = _Exchange()
        asked = asyncio.create_task(ask(client))
        either: set[asyncio.Future[Any]] = {asked, exchange.broken}
        complete = False
        try:
            await asyncio.wait(either, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            if exchange.broken.done():
                raise exchange.broken.result()
            if not asked.done():
                raise NoReplyError(say("problem.no_reply", wait_s=timeout_s))
            reply = asked.result()
            if not exchange.checked:
                raise PlantError(say("problem.unchecked_reply"))
            complete = True
        except ModbusException as err:
            raise PlantError(plain(str(err))) from err
        finally:
            self._exchange = None
            exchange.broken.cancel()
            if not complete:
                asked.add_done_callback(_forget)
                asked.cancel()
                self._client = None
                _reset(client)
        return reply

    def _on_packet(self, sending: bool, data: bytes) -> bytes:
        """Take note of the request, and pass on of what was received only the reply to it, as soon as it is whole."""
        exchange = self._exchange
        if exchange is not None and sending:
            # Pymodbus counts from 1 on each connection; a gateway may still answer what came on an earlier one.
            self._transaction = self._transaction % 0xFFFF + 1
            exchange.own_transaction, exchange.request = data[:2], self._transaction.to_bytes(2) + data[2:]
            return exchange.request
        if exchange is None or exchange.checked or not exchange.request:
            return b""
        try:
            reply = whole_reply(exchange.request, data)
        except ModbusDesyncError as err:
            exchange.break_off(err)
            return b""
        if reply is None:
            return b""
        exchange.checked = True
        return exchange.own_transaction + reply[2:]

    def _on_connect(self, connecting: bool) -> None:
        """Take note that the device closed the connection."""
        if connecting:
            return
        self._client = None
        if self._exchange is not None and not self._exchange.checked:
            self._exchange.break_off(NotConnectedError(say("problem.device_closed_connection")))


class _Exchange:
    """A request that waits for its reply."""

    def __init__(self) -> None:
        self.request = self.own_transaction = b""
        self.checked = False
        self.broken: asyncio.Future[ModbusError] = asyncio.get_running_loop().create_future()
        """The reason why no reply will come."""

    def break_off(self, reason: ModbusError) -> None:
        """Give up at once."""
        if not self.broken.done():
            self.broken.set_result(reason)


class PlantUnit:
    """One unit of a device: of `ModbusUnit`, what the registers of a plant need."""

    def __init__(self, connection: PlantConnection, unit_id: int) -> None:
        """Initialize the unit; nothing is sent yet."""
        self._connection = connection
        self._unit_id = unit_id
        self._timeout_s = READ_TIMEOUT_S
        self._spacing_s = 0.0

    @property
    def connected(self) -> bool:
        """Whether the connection is open."""
        return self._connection.connected

    def set_message_spacing(self, seconds: float) -> None:
        """Keep the connection quiet for so long before and after this unit's requests."""
        self._spacing_s = seconds

    def require_timeout(self, seconds: float | None) -> None:
        """Wait so long for a reply."""
        self._timeout_s = READ_TIMEOUT_S if seconds is None else seconds

    async def read_input_registers(self, address: int, count: int) -> list[int]:
        """Read input registers (FC04). Raises `ModbusError`."""

        async def ask(client: AsyncModbusTcpClient) -> ModbusPDU:
            return await client.read_input_registers(address, count=count, device_id=self._unit_id)

        return list((await self._request(ask)).registers)

    async def read_holding_registers(self, address: int, count: int) -> list[int]:
        """Read holding registers (FC03). Raises `ModbusError`."""

        async def ask(client: AsyncModbusTcpClient) -> ModbusPDU:
            return await client.read_holding_registers(address, count=count, device_id=self._unit_id)

        return list((await self._request(ask)).registers)

    async def write_register(self, address: int, value: int) -> None:
        """Write one holding register (FC06). Raises `ModbusError`."""

        async def ask(client: AsyncModbusTcpClient) -> ModbusPDU:
            return await client.write_register(address, value, device_id=self._unit_id)

        await self._request(ask, writes_to=self._unit_id)

    async def write_registers(self, address: int, values: list[int]) -> None:
        """Write several holding registers (FC16). Raises `ModbusError`."""

        async def ask(client: AsyncModbusTcpClient) -> ModbusPDU:
            return await client.write_registers(address, values, device_id=self._unit_id)

        await self._request(ask, writes_to=self._unit_id)

    async def _request(self, ask: Ask, writes_to: int | None = None) -> ModbusPDU:
        return await self._connection.request(
            ask, writes_to=writes_to, timeout_s=self._timeout_s, spacing_s=self._spacing_s
        )


def whole_reply(request: bytes, received: bytes) -> bytes | None:
    """Return the reply at the start of what was received, None while some of it is still to come.

    Both are Modbus TCP frames: transaction (2 bytes), protocol (2), length of the rest (2), unit, function, data.
    Raises `ModbusDesyncError` when what was received is no reply to this request.
    """
    if len(received) < _EXCEPTION_LENGTH:
        return None
    function = request[7]
    refused = received[7] == function | _EXCEPTION
    if refused:
        length = _EXCEPTION_LENGTH
    elif function in _READS:
        length = _EXCEPTION_LENGTH + 2 * int.from_bytes(request[10:12])
    else:
        length = _WRITE_LENGTH
    wrong = (
        ("transaction", received[:4] != request[:4]),
        ("unit", received[6] != request[6]),
        ("function", received[7] != function and not refused),
        ("length", int.from_bytes(received[4:6]) != length - 6),
        ("byte_count", function in _READS and not refused and received[8] != length - _EXCEPTION_LENGTH),
    )
    for name, differs in wrong:
        if differs:
            raise WrongReplyError(say("problem.wrong_reply", part=say(f"problem.reply_{name}")))
    if len(received) < length:
        return None
    if function not in _READS and not refused and received[8:length] != request[8:length]:
        raise WrongReplyError(say("problem.other_write"))
    return received[:length]


def _reset(client: AsyncModbusTcpClient) -> None:
    """Close a connection so that the system, too, forgets what it has not sent yet: a late write is a wrong one."""
    transport = client.ctx.transport
    if isinstance(transport, asyncio.Transport):
        raw: socket.socket = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()
    client.close()


def _forget(asked: asyncio.Future[ModbusPDU]) -> None:
    """Take note of what became of a request that was given up: pymodbus turns a cancellation into an error."""
    if not asked.cancelled():
        asked.exception()


class _RaisedAnyway(logging.Filter):
    """Makes debug messages of what pymodbus logs about requests of this module: whatever goes wrong is raised."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log the record."""
        if _asking.get():
            record.levelno, record.levelname = logging.DEBUG, logging.getLevelName(logging.DEBUG)
            return logging.getLogger(record.name).isEnabledFor(logging.DEBUG)
        return True


logging.getLogger("pymodbus.logging").addFilter(_RaisedAnyway())
