"""The SigenStor itself: its registers, a client that reads them, and what the readings mean.

Nothing in here knows Home Assistant. Conversions to the project's units and signs happen here, once.
"""

from modbus_connection import ModbusError, ModbusExceptionError

__all__ = ["ModbusError", "ModbusExceptionError"]
