"""The way from the controller to the plant: the only one that writes."""

from collections.abc import Callable

from ..model.message import say
from ..model.telemetry import AcChargerTelemetry, ChargerId, ControlRegisters, DcChargerTelemetry, Telemetry
from ..plant.client import PlantClient
from ..plant.decode import charger_of, control_registers
from ..plant.transport import UnidentifiedPlantError


class ControlledPlant:
    """The plant as the controller reaches it."""

    def __init__(self, client: PlantClient, telemetry: Callable[[], Telemetry | None]) -> None:
        """Take the client, and what returns the last reading; nothing is read or written yet."""
        self._client = client
        self._telemetry = telemetry

    def telemetry(self) -> Telemetry | None:
        """Return the last reading; guardrails look at its age."""
        return self._telemetry()

    async def read_control(self) -> ControlRegisters:
        """Read the control registers now; those of another plant say nothing about this one."""
        if not self._client.identified:
            await self._client.async_confirm_identity()
        await self._client.async_read_control()
        if not self._client.identified:
            raise UnidentifiedPlantError(say("problem.connection_reopened"))
        return control_registers(self._client.control)

    async def write(self, field: str, value: float) -> None:
        """Write one control register."""
        await self._client.async_write(field, value)

    async def read_charger(self, charger_id: ChargerId) -> DcChargerTelemetry | AcChargerTelemetry:
        """Read a vehicle charger now."""
        return charger_of(await self._client.async_read_charger(charger_id), self._client.inverters)

    async def write_charger(self, charger_id: ChargerId, field: str, value: float) -> None:
        """Write one register of a vehicle charger."""
        await self._client.async_write_charger(charger_id, field, value)
