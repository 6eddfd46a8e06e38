"""The device on Modbus TCP, with what can go wrong on the way."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
import struct

from pymodbus.pdu import ExceptionResponse, ModbusPDU
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadHoldingRegistersResponse,
    ReadInputRegistersResponse,
    WriteMultipleRegistersRequest,
    WriteMultipleRegistersResponse,
    WriteSingleRegisterRequest,
    WriteSingleRegisterResponse,
)
from pymodbus.server import ModbusTcpServer
from pymodbus.server.requesthandler import ServerRequestHandler
from pymodbus.simulator import DataType, SimData, SimDevice

from .device import BROADCAST_UNIT, PLANT_UNIT, Device, ModbusError, NoAnswerError
from .disturbances import RegisterSpan
from .plant import SimulatedPlant
from .request_log import Request, RequestLog

ILLEGAL_FUNCTION = 1


class DeviceServer:
    """Serves a device's registers; may be started again after a stop."""

    def __init__(self, plant: SimulatedPlant, device: Device, log: RequestLog, host: str, port: int) -> None:
        """Prepare to listen; a port of 0 takes any free one and keeps it."""
        self.plant = plant
        self.device = device
        self.host = host
        self.port = port
        self.paused = False
        self.log = log
        self._stalled_until_s = 0.0
        self.connections: set[_Connection] = set()
        self._listener: _Listener | None = None

    @property
    def open(self) -> bool:
        """Return whether clients are welcome."""
        return self._listener is not None

    async def start(self) -> None:
        """Listen. Raises OSError when the address cannot be had."""
        listener = self._listener = _Listener(self)
        if not await listener.listen():
            self._listener = None
            raise OSError(f"cannot listen for Modbus on {self.host} port {self.port}")
        assert isinstance(listener.transport, asyncio.Server)
        self.port = listener.transport.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        if self._listener is None:
            return
        listener, self._listener = self._listener, None
        tcp_server = listener.transport
        assert isinstance(tcp_server, asyncio.Server)
        self.drop_connections()
        listener.close()
        await tcp_server.wait_closed()

    def drop_connections(self) -> None:
        """Close every client's socket at once."""
        for connection in list(self.connections):
            connection.drop()

    def answer(self, request: ModbusPDU, peer: tuple[str, int]) -> ModbusPDU | None:
        """Return the reply to a request, None where the device says nothing."""
        values = tuple(request.registers)
        count = len(values) or request.count
        reply: ModbusPDU | None = None
        if self.paused or self.plant.quirks["stalled"]:
            outcome = "stalled"
        elif request.dev_id == BROADCAST_UNIT:
            outcome = "broadcast"
            if values:
                self.device.broadcast(request.address, values)
        else:
            try:
                reply = self._execute(request)
                outcome = "ok"
            except ModbusError as error:
                reply = ExceptionResponse(request.function_code, error.code)
                outcome = str(error)
            except NoAnswerError as silence:
                self._stalled_until_s = asyncio.get_running_loop().time() + silence.stalls_s
                outcome = "silent"
        if reply is not None:
            reply.dev_id = request.dev_id
            reply.transaction_id = request.transaction_id
        self.log.add(
            Request(
                time=datetime.fromtimestamp(self.plant.time_s, UTC),
                unit=request.dev_id,
                function_code=request.function_code,
                address=request.address,
                count=count,
                outcome=outcome,
                values=values,
                monotonic_s=asyncio.get_running_loop().time(),
                client=self.log.client_name(peer),
            ),
            self._kind(request.dev_id),
        )
        return reply

    def late_s(self, request: ModbusPDU) -> float:
        """Return how long the reply to a request has to wait; a stalling one makes those after it wait."""
        now = asyncio.get_running_loop().time()
        access, count = ("write", len(request.registers)) if request.registers else ("read", request.count)
        span = RegisterSpan(access, request.dev_id, request.address, count)
        late_s = self.plant.quirks["late_reply_s"] + self.device.delay_s(span)
        return float(late_s + max(self._stalled_until_s - now, 0))

    def _kind(self, unit: int) -> str:
        try:
            return self.device.kind(unit or PLANT_UNIT)
        except ModbusError, NoAnswerError:
            return "plant"

    def _execute(self, request: ModbusPDU) -> ModbusPDU:
        unit, address = request.dev_id, request.address
        match request:
            case ReadHoldingRegistersRequest():
                words = self.device.read(unit, address, request.count)
                if request.function_code == ReadInputRegistersResponse.function_code:
                    return ReadInputRegistersResponse(registers=words)
                return ReadHoldingRegistersResponse(registers=words)
            case WriteSingleRegisterRequest():
                self.device.write(unit, address, request.registers)
                return WriteSingleRegisterResponse(address=address, registers=request.registers)
            case WriteMultipleRegistersRequest():
                self.device.write(unit, address, request.registers)
                return WriteMultipleRegistersResponse(address=address, count=len(request.registers))
        raise ModbusError(ILLEGAL_FUNCTION)


class _Listener(ModbusTcpServer):
    """Pymodbus's TCP server, answering from a device's registers."""

    def __init__(self, server: DeviceServer) -> None:
        # Pymodbus wants a data store; the connections answer without it, because a store is
        # told neither the unit nor the connection of a request.
        unused = SimDevice(id=0, simdata=SimData(address=0, datatype=DataType.REGISTERS))
        super().__init__(unused, address=(server.host, server.port))
        self.device_server = server

    def callback_new_connection(self) -> _Connection:
        return _Connection(self)


class _Connection(ServerRequestHandler):
    """One client."""

    def __init__(self, listener: _Listener) -> None:
        super().__init__(listener, None, None, None)  # type: ignore[no-untyped-call]
        self.device_server = listener.device_server
        self._request_count = 0
        self._peer = ("", 0)
        self._late_replies: list[asyncio.TimerHandle] = []

    def callback_connected(self) -> None:
        super().callback_connected()
        server = self.device_server
        if not server.open:
            # Accepted by the system while the server was stopping.
            self.drop()
            return
        assert isinstance(self.transport, asyncio.Transport)
        self._peer = self.transport.get_extra_info("peername")[:2]
        server.connections.add(self)
        server.device.connected_at_s = server.plant.time_s

    def callback_disconnected(self, exc: Exception | None) -> None:
        super().callback_disconnected(exc)
        self.device_server.connections.discard(self)
        for reply in self._late_replies:
            reply.cancel()

    def callback_data(self, data: bytes, addr: tuple[str, int] | None = None) -> int:
        """Answer every complete request, also when several arrive together."""
        used = 0
        while True:
            length, unit, transaction, body = self.framer.decode(data[used:])
            if not length:
                return used
            used += length
            self._take(self._decode(unit, transaction, body))

    def drop(self) -> None:
        """Close the socket without waiting for the client."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    def _decode(self, unit: int, transaction: int, body: bytes) -> ModbusPDU:
        """Return a request; one that cannot be read becomes an empty one of its function code."""
        request: ModbusPDU | None = None
        with suppress(struct.error):
            request = self.framer.decoder.decode(body)
        if request is None:
            request = ModbusPDU()
            request.function_code = body[0] if body else 0
        request.dev_id = unit
        request.transaction_id = transaction
        return request

    def _take(self, request: ModbusPDU) -> None:
        server = self.device_server
        reply = server.answer(request, self._peer)
        late_s = server.late_s(request)
        self._request_count += 1
        drop_after = server.plant.quirks["drop_after_requests"]
        drop = bool(drop_after) and self._request_count >= drop_after
        if late_s:
            now = self.loop.time()
            self._late_replies = [late for late in self._late_replies if late.when() > now]
            self._late_replies.append(self.loop.call_later(late_s, self._reply, reply, drop))
        else:
            self._reply(reply, drop)

    def _reply(self, reply: ModbusPDU | None, drop: bool) -> None:
        if not isinstance(self.transport, asyncio.Transport):
            return
        if reply is not None:
            # Not through send(), which would throw away a request that is half received.
            self.transport.write(self.framer.buildFrame(reply))
        if drop:
            self.transport.close()
