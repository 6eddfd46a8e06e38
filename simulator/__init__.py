"""A SigenStor that speaks Modbus TCP, for tests, benchmarks and demonstrations."""

from .request_log import Request, Written
from .settings import SimulatorSettings
from .simulator import Simulator

__all__ = ["Request", "Simulator", "SimulatorSettings", "Written"]
