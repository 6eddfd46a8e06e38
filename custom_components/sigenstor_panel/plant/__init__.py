"""The SigenStor itself: its registers, a client that reads them, and what the readings mean.

Nothing in here knows Home Assistant. Conversions to the project's units and signs happen here, once.
"""

from modbus_connection import (
    ModbusConnectionError,
    ModbusError,
    ModbusExceptionError,
    ModbusTimeoutError,
    ServerDeviceBusyError,
)

__all__ = [
    "ModbusConnectionError",
    "ModbusError",
    "ModbusExceptionError",
    "ModbusTimeoutError",
    "ServerDeviceBusyError",
]
