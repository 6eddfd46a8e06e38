"""What an entry holds while it is loaded; the parts are wired together here."""

from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry

from .coordinator.control import ControlService
from .coordinator.habits import HabitsCoordinator
from .coordinator.optimiser import OptimiserCoordinator
from .coordinator.prices import PricesCoordinator
from .coordinator.sun import SunCoordinator
from .coordinator.telemetry import TelemetryCoordinator


@dataclass(frozen=True, slots=True)
class SigenStorRuntimeData:
    """The running parts of one plant."""

    telemetry: TelemetryCoordinator
    control: ControlService
    habits: HabitsCoordinator
    prices: PricesCoordinator | None
    """None while the owner wants none."""

    sun: SunCoordinator | None
    """None while there is nothing to forecast."""

    optimiser: OptimiserCoordinator


type SigenStorConfigEntry = ConfigEntry[SigenStorRuntimeData]
