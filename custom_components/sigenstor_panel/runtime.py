"""What an entry holds while it is loaded; the parts are wired together here."""

from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry

from .control.service import ControlService
from .coordinator.telemetry import TelemetryCoordinator


@dataclass(frozen=True, slots=True)
class SigenStorRuntimeData:
    """The running parts of one plant."""

    telemetry: TelemetryCoordinator
    control: ControlService
    plant_device_id: str


type SigenStorConfigEntry = ConfigEntry[SigenStorRuntimeData]
