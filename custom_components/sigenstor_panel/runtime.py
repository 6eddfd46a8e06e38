"""What an entry holds while it is loaded; the parts are wired together here."""

from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry

from .coordinator.telemetry import TelemetryCoordinator


@dataclass(frozen=True, slots=True)
class SigenStorRuntimeData:
    """The running parts of one plant."""

    telemetry: TelemetryCoordinator
    plant_device_id: str


type SigenStorConfigEntry = ConfigEntry[SigenStorRuntimeData]
