"""A simulated plant at the end of a wire that can be cut, as the controller and as others reach it."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any, cast

from modbus_connection import ModbusConnectionError, ModbusError, ModbusExceptionError, ModbusTimeoutError, ModbusUnit

from custom_components.sigenstor_panel.control.controlled_plant import ControlledPlant
from custom_components.sigenstor_panel.model.audit_entry import Outcome
from custom_components.sigenstor_panel.model.command import Action, Actor
from custom_components.sigenstor_panel.model.message import Message, say
from custom_components.sigenstor_panel.model.telemetry import Telemetry
from custom_components.sigenstor_panel.plant.client import PLANT_UNIT_ID, AnotherPlantError, PlantClient
from custom_components.sigenstor_panel.plant.decode import TelemetryDecoder
from custom_components.sigenstor_panel.plant.transport import UnidentifiedPlantError
from simulator import SimulatorSettings
from simulator.device import Device, ModbusError as DeviceError, NoAnswerError
from simulator.other_writers import OTHER_WRITERS, RunningWriter
from simulator.plant import SimulatedPlant


@dataclass
class Row:
    """One row of the record, and what was known when it was begun."""

    actor: Actor
    owner: Message
    action: Action
    power_w: int
    steady_s: float
    telemetry: Telemetry | None
    last_write_s: float | None
    """When the plant was last written before this."""

    reason: Message | None = None
    wanted: dict[str, Any] = field(default_factory=dict)
    writes: list[int] = field(default_factory=list)
    outcome: Outcome = Outcome.STARTED
    detail: Message | None = None


@dataclass(frozen=True, slots=True)
class WriteSeen:
    """A write of the controller's that reached a plant."""

    address: int
    words: tuple[int, ...]
    steady_s: float
    soc: float
    row: Row | None
    """The row of the record that was open for it."""


class Link:
    """The connection of the controller: whoever answers on a new one has to say who it is."""

    def __init__(self) -> None:
        """Begin with an open connection."""
        self.connected = True
        self.generation = 1
        self._writable: dict[int, int] = {}

    def allow_writes(self, unit_id: int, generation: int) -> None:
        """Let writes to a unit through on this connection."""
        self._writable[unit_id] = generation

    def lost(self) -> None:
        """Close the connection; the next request opens another one."""
        self.generation += 1

    def check(self, unit_id: int) -> None:
        """Hold a write back on a connection on which the plant has not said who it is."""
        if self._writable.get(unit_id) != self.generation:
            raise UnidentifiedPlantError(say("problem.unidentified"))


class Unit:
    """One unit of the simulated plant; what others write passes by the controller's wire and its faults."""

    def __init__(self, home: Home, unit_id: int, *, ours: bool = True) -> None:
        """Take the home and the unit."""
        self._home = home
        self._unit_id = unit_id
        self._ours = ours

    def require_timeout(self, seconds: float | None) -> None:
        """There is no wire to wait for."""

    def set_message_spacing(self, seconds: float) -> None:
        """There is no wire to keep quiet."""

    async def read_input_registers(self, address: int, count: int) -> list[int]:
        """Read as the device does."""
        if self._ours:
            await self._home.before_request(writing=False)
        return self._answer(lambda: self._home.device.read(self._unit_id, address, count))

    read_holding_registers = read_input_registers

    async def write_register(self, address: int, value: int) -> None:
        """Write as the device does."""
        await self.write_registers(address, [value])

    async def write_registers(self, address: int, values: list[int]) -> None:
        """Write as the device does."""
        home = self._home
        if self._ours:
            await home.before_request(writing=True)
            home.link.check(self._unit_id)
        before = home.plant.holding.get(address)
        self._answer(lambda: home.device.write(self._unit_id, address, values))
        home.note_write(address, values, before=before, ours=self._ours)

    def _answer[T](self, ask: Callable[[], T]) -> T:
        home = self._home
        if self._ours and home.link_down:
            home.link.lost()
            raise ModbusConnectionError("the simulated plant is away")
        try:
            return ask()
        except DeviceError as err:
            raise ModbusExceptionError.from_code(err.code) from err
        except NoAnswerError as err:
            if self._ours:
                home.link.lost()
            raise ModbusTimeoutError("no answer") from err


class Home(ABC):
    """A plant, the wire to it, who else writes to it, and what was read last."""

    def __init__(self, settings: SimulatorSettings, zone: tzinfo) -> None:
        """Begin with a plant that nobody controls."""
        self.plant = SimulatedPlant(settings)
        self.device = Device(self.plant)
        self.link = Link()
        self.link_down = False
        self.data: Telemetry | None = None
        """The last reading; named as a coordinator names it."""

        self.client = PlantClient(
            lambda unit_id: cast("ModbusUnit", Unit(self, unit_id)),
            message_spacing_s=0,
            clock=lambda: self.steady_s,
            link=self.link,
        )
        self.controlled_plant = ControlledPlant(self.client, lambda: self.data)
        self.others: dict[str, RunningWriter] = {}
        self._decoder = TelemetryDecoder()
        self._zone = zone

    now: datetime
    steady_s: float

    @abstractmethod
    async def before_request(self, *, writing: bool) -> None:
        """Let happen what is to happen right before a request of the controller's."""

    @abstractmethod
    def note_write(self, address: int, values: list[int], *, before: float | None, ours: bool) -> None:
        """Remember a write that was taken."""

    def let_others_write(self, *names: str) -> None:
        """Let these write to the plant from now on, and nobody else."""
        unit = Unit(self, PLANT_UNIT_ID, ours=False)
        self.others = {name: RunningWriter(OTHER_WRITERS[name], unit, lambda: self.plant.time_s) for name in names}

    async def run_others(self) -> None:
        """Let others write what is due; a refusal is theirs to bear."""
        for other in self.others.values():
            with suppress(ModbusError):
                await other.run_due()

    async def poll(self) -> None:
        """Read the plant, as the telemetry coordinator does: another plant's values are not taken."""
        try:
            if not self.client.inverters:
                await self.client.async_identify(range(1, len(self.plant.inverters) + 1))
            reading = await self.client.async_read(slow=False)
            if not self.client.identified:
                raise AnotherPlantError(say("problem.another_plant"))
        except ModbusError:
            return
        self.data = self._decoder.decode(replace(reading, taken_at=self.now), self._zone)
