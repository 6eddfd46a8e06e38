"""Reads a SigenStor over Modbus in as few requests as it allows."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from time import monotonic

from modbus_connection import (
    IllegalDataAddressError,
    ModbusError,
    ModbusExceptionError,
    ModbusTimeoutError,
    ModbusUnit,
    ServerDeviceBusyError,
)

from ..model.message import say
from ..model.telemetry import ChargerId, InverterInfo
from .metering import MeteredUnit, RequestMeter
from .probing import NotASigenStorError, async_probe_fields, async_probe_gaps, async_refused_fields, split_around
from .readers import AcChargerReader, InverterReader, PlantReading
from .registers import (
    FIRST_PV_STRINGS,
    SMART_LOADS,
    InverterIdentity,
    PlantControl,
    PlantStatus,
    SigenComponent,
    SmartLoads,
)
from .transport import READ_TIMEOUT_S, DeadlineError, Link, NoReplyError, PlantError, UnidentifiedPlantError

PLANT_UNIT_ID = 247
CONTROL_DEADLINE_S = 3.0
"""How long a request of control may take, from the call on; the pause between messages comes on top."""

UNIT_IDS = range(1, 247)
_CHARGER_UNIT_IDS = range(1, 33)
"""Where inverters and AC chargers are looked for: not in sequence, not always from 1; a refusal costs nothing."""

_FAR_UNITS_AT_ONCE = 8
"""How many of the other units are looked at every time that somebody new is looked for: all of them in a good day."""
_LEAVE_ALONE_S = 86_400.0
"""For how long a unit that said nothing is not looked at again."""

_MOST_SILENCES = 5
_SILENCE_S = 1.0
"""How many units may say nothing, for how long, before nobody is looked for any more."""

_LOOK_FOR_MORE_S = 3600.0
_REFUSALS_OF_CONTROL = 3
"""After so many reads in a row that refuse the same control registers, the firmware lacks them."""
_ASK_AGAIN_S = 3600.0
"""How often registers that were refused are asked for again: some firmware refuses what it serves a minute later."""
_ASKED_AT_ONCE = 3
"""How many of them at a slow read, so that it is hardly later for that."""
BUSY_PAUSES_S = (0.2, 0.5, 1.0)
"""How long a read waits before it asks a busy device again."""

type MissingRegisters = dict[str, frozenset[str]]
"""What a device does not serve, by component and unit (`PlantStatus@247`): fields, and gaps such as `31005-31010`."""


class AnotherPlantError(PlantError):
    """Another plant answers at this address."""


class PlantClient:
    """Reads the plant and its inverters; knows which registers this firmware lacks."""

    def __init__(
        self,
        unit_for: Callable[[int], ModbusUnit],
        *,
        plant_unit_id: int = PLANT_UNIT_ID,
        message_spacing_s: float = 0.25,
        clock: Callable[[], float] = monotonic,
        link: Link | None = None,
    ) -> None:
        """Initialize the client; nothing is sent yet.

        Without a link there is no connection that could lead to another plant one day: units in memory.
        """
        self._unit_for = unit_for
        self._plant_unit_id = plant_unit_id
        self._message_spacing_s = message_spacing_s
        self._units: dict[int, tuple[ModbusUnit, MeteredUnit]] = {}
        self._missing: MissingRegisters = {}
        self._clock = clock
        self._link = link
        self._serial_numbers: dict[int, str] = {}
        self._identified_on = 0
        self.meter = RequestMeter(clock)
        unit = self._unit(plant_unit_id)
        self.status = PlantStatus(unit)
        self.control = PlantControl(unit)
        self.smart_loads = SmartLoads(unit)
        self._look_for_smart_loads_at = 0.0
        self.smart_loads_in_use = set[int]()
        """The numbers of the smart loads that have counted something."""
        self._left_alone_until: dict[int, float] = {}
        self._far_unit_ids = deque(unit_id for unit_id in UNIT_IDS if unit_id not in _CHARGER_UNIT_IDS)
        # What could not be read may be writable all the same: a stop tries every register.
        self._writable = PlantControl(unit)
        self._refused_control: tuple[frozenset[str], int] = (frozenset(), 0)
        self._ask_again_at = clock() + _ASK_AGAIN_S
        self._to_ask_again: list[tuple[str, str]] = []
        self.inverters: list[InverterReader] = []
        self.ac_chargers: list[AcChargerReader] = []
        self.written: dict[str, float] = {}
        """What control wrote last, by field."""

    @property
    def missing(self) -> Mapping[str, frozenset[str]]:
        """The fields that this device answered exception 2 for."""
        return self._missing

    @property
    def connection_generation(self) -> int:
        """How many times the connection has been opened; another device may answer after each."""
        return 0 if self._link is None else self._link.generation

    @property
    def identified(self) -> bool:
        """Whether an inverter of this plant has said its serial number on the connection that is open now."""
        if self._link is None:
            return True
        return self._link.connected and self._link.generation == self._identified_on

    @property
    def raw_blocks(self) -> dict[int, Mapping[tuple[str, int], list[int]]]:
        """The last answer to each read, by unit."""
        return {unit_id: metered.blocks for unit_id, (_, metered) in self._units.items() if metered.blocks}

    async def async_find_inverters(self, unit_ids: Iterable[int] = UNIT_IDS) -> list[InverterInfo]:
        """Ask units for an inverter, or an AC charger, until too many say nothing.

        Raises `NotASigenStorError` when there is no inverter, and `ModbusConnectionError` when
        nothing answers at all.
        """
        chargers = _CHARGER_UNIT_IDS if unit_ids is UNIT_IDS else UNIT_IDS
        self.inverters, self.ac_chargers = await self._async_look_at(unit_ids, chargers)
        if not self.inverters:
            raise NotASigenStorError
        return [reader.info for reader in self.inverters]

    async def async_find_more(self) -> tuple[list[InverterInfo], list[int]]:
        """Ask units where nobody is known; return the inverters and the units of the AC chargers found there.

        Those beyond 32 are asked a few at a time.
        """
        known = {each.unit_id for each in self.inverters} | {each.unit_id for each in self.ac_chargers}
        left_alone = {unit_id for unit_id, until in self._left_alone_until.items() if self._clock() < until}
        far = list(self._far_unit_ids)[:_FAR_UNITS_AT_ONCE]
        self._far_unit_ids.rotate(-_FAR_UNITS_AT_ONCE)
        # Beside polls and control: unhurried, and no more once a unit is silent, which costs the connection.
        found, chargers = await self._async_look_at(
            [unit_id for unit_id in (*_CHARGER_UNIT_IDS, *far) if unit_id not in known | left_alone],
            UNIT_IDS,
            most_silences=1,
            message_spacing_s=self._message_spacing_s,
        )
        return [reader.info for reader in found], [each.unit_id for each in chargers]

    async def _async_look_at(
        self,
        unit_ids: Iterable[int],
        charger_unit_ids: range = _CHARGER_UNIT_IDS,
        *,
        most_silences: int = _MOST_SILENCES,
        message_spacing_s: float = 0,
    ) -> tuple[list[InverterReader], list[AcChargerReader]]:
        """Return who answers at units; a proxy may show the same inverter at several."""
        inverters: dict[str, InverterReader] = {}
        chargers: list[AcChargerReader] = []
        silences = 0
        for unit_id in unit_ids:
            silent = False
            unit = self._unit(unit_id)
            unit.require_timeout(_SILENCE_S)
            unit.set_message_spacing(message_spacing_s)
            asked_s = self._clock()
            try:
                match await self._async_look_at_unit(unit, unit_id, charger_unit_ids):
                    case InverterReader() as inverter if inverter.info.serial_number:
                        inverters.setdefault(inverter.info.serial_number, inverter)
                    case AcChargerReader() as charger if charger.status.state is not None:
                        chargers.append(charger)
            except ServerDeviceBusyError:
                raise
            except ModbusExceptionError:
                # A gateway answers for a unit that is silent.
                silent = self._clock() - asked_s >= _SILENCE_S
            except ModbusTimeoutError:
                silent = True
            finally:
                unit.require_timeout(READ_TIMEOUT_S)
                unit.set_message_spacing(self._message_spacing_s)
            if silent:
                silences += 1
                self._left_alone_until[unit_id] = self._clock() + _LEAVE_ALONE_S
            if silences == most_silences:
                break
        return list(inverters.values()), chargers

    async def _async_look_at_unit(
        self, unit: ModbusUnit, unit_id: int, charger_unit_ids: range
    ) -> InverterReader | AcChargerReader:
        """Return the inverter, else the AC charger at a unit. Raises `ModbusError` where there is neither."""
        inverter = InverterReader(unit, unit_id)
        try:
            await _async_update(inverter.identity)
        except IllegalDataAddressError:
            serial_number = InverterIdentity.serial_number
            with suppress(IllegalDataAddressError):
                await unit.read_input_registers(serial_number.address, serial_number.count)
                await self._async_read(inverter.identity, unit_id)
                return inverter
        except ServerDeviceBusyError:
            raise
        except ModbusExceptionError:
            pass
        else:
            return inverter
        charger = AcChargerReader(unit, unit_id)
        if unit_id in charger_unit_ids:
            await _async_update(charger.status)
        return charger

    async def async_identify(
        self, unit_ids: Iterable[int], known: Mapping[int, str] | None = None, charger_unit_ids: Iterable[int] = ()
    ) -> list[InverterInfo]:
        """Ask known inverters what they are; from now on, this plant is the one with these serial numbers.

        Those in `known` by unit and serial number may be silent; without them, raises `ModbusError` when an inverter
        does not answer, `NotASigenStorError` when it has no serial number.
        """
        self.inverters = [InverterReader(self._unit(unit_id), unit_id) for unit_id in unit_ids]
        self.ac_chargers = [AcChargerReader(self._unit(unit_id), unit_id) for unit_id in charger_unit_ids]
        self._serial_numbers = dict(known or {})
        for reader in self.inverters:
            try:
                await self._async_read(reader.identity, reader.unit_id)
            except ModbusExceptionError, ModbusTimeoutError:
                if known is None:
                    raise
                reader.fall_silent(self._clock())
                continue
            if known is None and not reader.info.serial_number:
                raise NotASigenStorError
            if known is None:
                self._serial_numbers[reader.unit_id] = reader.info.serial_number
            self._note_identity(reader)
        return [reader.info for reader in self.inverters]

    def belongs(self, reader: InverterReader) -> bool:
        """Return whether an inverter is one of this plant's."""
        return reader.info.serial_number in self._serial_numbers.values()

    def assume_missing(self, missing: Mapping[str, frozenset[str]]) -> None:
        """Do not ask for registers that this firmware was found to lack."""
        for owner, name, unit_id in self._components():
            component = getattr(owner, name)
            self._drop(component, unit_id, missing.get(_key(component, unit_id), frozenset()))

    async def async_read(self, *, slow: bool) -> PlantReading:
        """Read what changes, and with `slow` also what hardly does.

        A plant that does not answer raises `ModbusError`. An inverter that does not answer is marked
        (`answered`) and left alone for a minute, so that it cannot slow down everything else.
        """
        self.meter.begin_reading()
        await self._async_read(self.status, self._plant_unit_id)
        await self._async_read(self.control, self._plant_unit_id)
        if slow:
            await self._async_read_smart_loads()
        for reader in self.inverters:
            if self._clock() < reader.silent_until:
                continue
            try:
                await self._async_read_inverter(reader, slow=slow)
            except ModbusExceptionError, ModbusTimeoutError:
                reader.fall_silent(self._clock())
            else:
                reader.answered = True
        await self._async_read_ac_chargers(slow=slow)
        if slow:
            await self._async_ask_again()
            self.smart_loads_in_use |= {
                number for number in SMART_LOADS if getattr(self.smart_loads, f"energy_{number}", None)
            }
        return PlantReading(
            taken_at=self.meter.first_answer_at or datetime.now(UTC),
            status=self.status,
            control=self.control,
            smart_loads=self.smart_loads,
            smart_loads_in_use=frozenset(self.smart_loads_in_use),
            inverters=tuple(self.inverters),
            answering=tuple(reader for reader in self.inverters if reader.answered and self.belongs(reader)),
            ac_chargers=tuple(self.ac_chargers),
        )

    async def _async_read_smart_loads(self) -> None:
        """Read the smart loads where there are any, which is looked for once an hour."""
        if not self.smart_loads_in_use and self._clock() < self._look_for_smart_loads_at:
            return
        self._look_for_smart_loads_at = self._clock() + _LOOK_FOR_MORE_S
        with suppress(ModbusExceptionError):
            await self._async_read(self.smart_loads, self._plant_unit_id)

    async def _async_read_ac_chargers(self, *, slow: bool) -> None:
        """Read the AC chargers, after everything else: one that is offline can stall the server."""
        for charger in self.ac_chargers:
            if self._clock() < charger.silent_until:
                continue
            try:
                await self._async_read(charger.status, charger.unit_id)
                if slow:
                    await self._async_read(charger.control, charger.unit_id)
            except ModbusError:
                charger.fall_silent(self._clock())
            else:
                charger.answer()

    async def async_read_control(self, *, deadline_s: float = CONTROL_DEADLINE_S) -> None:
        """Read only the control registers, now. Raises `ModbusError`, after the deadline `DeadlineError`."""
        async with self._deadline(deadline_s):
            await self._async_read(self.control, self._plant_unit_id)

    async def async_write(self, field: str, value: float, *, deadline_s: float = CONTROL_DEADLINE_S) -> None:
        """Write one control register; only the control service calls this.

        On a connection whose plant has not said yet who it is, it is asked first. Raises `ModbusError`, after the
        deadline `DeadlineError`: then, the plant may have done it or not.
        """
        async with self._deadline(deadline_s):
            if not self.identified:
                await self._async_confirm_identity()
            await self._writable.write(field, value)
            self.written[field] = value

    async def async_read_charger(
        self, charger_id: ChargerId, *, deadline_s: float = CONTROL_DEADLINE_S
    ) -> InverterReader | AcChargerReader:
        """Read one charger and its limits now, and return what they were read into. Raises `ModbusError`."""
        reader = self._charger(charger_id)
        async with self._deadline(deadline_s):
            if isinstance(reader, InverterReader):
                await self._async_read(reader.dc_charger, reader.unit_id)
                await self._async_read(reader.dc_charger_control, reader.unit_id)
            else:
                await self._async_read(reader.status, reader.unit_id)
                await self._async_read(reader.control, reader.unit_id)
        return reader

    async def async_write_charger(
        self, charger_id: ChargerId, field: str, value: float, *, deadline_s: float = CONTROL_DEADLINE_S
    ) -> None:
        """Write one register of a charger; only the control service calls this.

        The inverter that a DC charger is at says who it is first; an AC charger has no serial number, so the plant does.
        Raises `ModbusError`, after the deadline `DeadlineError`: then, the charger may have done it or not.
        """
        reader = self._charger(charger_id)
        async with self._deadline(deadline_s):
            if isinstance(reader, InverterReader):
                if not await self._async_read_identity(reader) or reader.info.serial_number != charger_id:
                    raise AnotherPlantError(say("problem.another_plant"))
                orders: SigenComponent = reader.dc_charger_orders
            else:
                if not self.identified:
                    await self._async_confirm_identity()
                orders = reader.orders
            if self._link is not None:
                self._link.allow_writes(reader.unit_id, self._identified_on)
            await orders.write(field, value)

    def _charger(self, charger_id: ChargerId) -> InverterReader | AcChargerReader:
        """Return what a charger is read into. Raises `ModbusError` where there is no such charger, or it is silent."""
        for inverter in self.inverters:
            if inverter.answered and inverter.dc_charger_answered and inverter.info.serial_number == charger_id:
                return inverter
        for charger in self.ac_chargers:
            if charger.answered and charger.unit_id == charger_id:
                return charger
        raise NoReplyError(say("control.charger_silent"))

    async def async_confirm_identity(self, *, deadline_s: float = CONTROL_DEADLINE_S) -> str:
        """Ask now whether this is still the plant that was identified, and return the serial number that answers.

        Raises `AnotherPlantError` when it is not, other `ModbusError`s when no inverter answers.
        """
        async with self._deadline(deadline_s):
            return await self._async_confirm_identity()

    async def _async_confirm_identity(self) -> str:
        another = False
        for reader in sorted(self.inverters, key=lambda reader: not reader.answered):
            try:
                if await self._async_read_identity(reader):
                    return reader.info.serial_number
            except ModbusExceptionError, ModbusTimeoutError:
                continue
            another = True
        if another:
            raise AnotherPlantError(say("problem.another_plant"))
        raise UnidentifiedPlantError(say("problem.nobody_identified"))

    @asynccontextmanager
    async def _deadline(self, deadline_s: float) -> AsyncGenerator[None]:
        try:
            async with asyncio.timeout(deadline_s + self._message_spacing_s):
                yield
        except ModbusError:
            raise
        except TimeoutError as err:
            raise DeadlineError(say("problem.deadline", wait_s=deadline_s)) from err

    async def _async_read_identity(self, reader: InverterReader) -> bool:
        """Ask an inverter who it is; return whether it belongs to this plant, which then may be written to."""
        await self._async_read(reader.identity, reader.unit_id)
        return self._note_identity(reader)

    def _note_identity(self, reader: InverterReader) -> bool:
        if reader.info.serial_number and reader.unit_id not in self._serial_numbers:
            # One that never answered before says nothing about which plant this is.
            self._serial_numbers[reader.unit_id] = reader.info.serial_number
            return True
        known = self.belongs(reader)
        if self._link is not None:
            self._identified_on = self._link.generation if known else 0
            self._link.allow_writes(self._plant_unit_id, self._identified_on)
        return known

    async def _async_read_inverter(self, reader: InverterReader, *, slow: bool) -> None:
        # One that was away may be another one now, and its slow values are old.
        slow = slow or not reader.answered
        if slow or not self.identified:
            await self._async_read_identity(reader)
        await self._async_read(reader.status, reader.unit_id)
        if slow:
            await self._async_read(reader.electrical, reader.unit_id)
            if (reader.electrical.string_count or 0) > len(FIRST_PV_STRINGS):
                with suppress(ModbusExceptionError):
                    await self._async_read(reader.strings, reader.unit_id)
            if self.status.pv_energy_today is None:
                await self._async_read(reader.pv_energy, reader.unit_id)
        if reader.has_dc_charger or (slow and self._clock() >= reader.look_for_dc_charger_at):
            await self._async_read_dc_charger(reader, slow=slow)

    async def _async_read_dc_charger(self, reader: InverterReader, *, slow: bool) -> None:
        charger = reader.dc_charger
        reader.look_for_dc_charger_at = self._clock() + _LOOK_FOR_MORE_S
        try:
            await self._async_read(charger, reader.unit_id)
            reader.dc_charger_answered = True
            reader.has_dc_charger = reader.has_dc_charger or reader.shows_dc_charger
            reader.dc_charger_answered = reader.has_dc_charger
            if slow and reader.has_dc_charger:
                await self._async_read(reader.dc_charger_control, reader.unit_id)
        except ModbusExceptionError:
            # The inverter itself answered: these registers are its charger's alone.
            reader.dc_charger_answered = False

    async def _async_read(self, component: SigenComponent, unit_id: int) -> None:
        """Read a component, finding out which of its registers this firmware lacks."""
        while True:
            try:
                await _async_update(component)
            except IllegalDataAddressError as err:
                lacking = frozenset[str]()
                if err.block:
                    lacking = await async_probe_fields(component, err.block)
                    lacking = lacking or await async_probe_gaps(component, err.block)
                if not lacking or (not component.optional and lacking >= component.resolved_fields.keys()):
                    raise
                if component is self.control and not self._always_refused(lacking):
                    raise
                self._drop(component, unit_id, lacking)
            else:
                if component is self.control:
                    self._refused_control = frozenset(), 0
                return

    def _always_refused(self, lacking: frozenset[str]) -> bool:
        """Return whether the same control registers were refused often enough to believe that the firmware lacks them.

        Without one of them, control would not see what the plant does: a refusal of the moment is a failed read.
        """
        before, times = self._refused_control
        self._refused_control = lacking, times + 1 if lacking == before else 1
        return self._refused_control[1] >= _REFUSALS_OF_CONTROL

    def _drop(self, component: SigenComponent, unit_id: int, lacking: frozenset[str]) -> None:
        gaps = split_around(component, lacking)
        kept = set(component.resolved_fields) - lacking
        if not gaps and len(kept) == len(component.resolved_fields):
            return
        component.restrict_fields(kept)
        key = _key(component, unit_id)
        self._missing[key] = self._missing.get(key, frozenset()) | lacking

    async def _async_ask_again(self) -> None:
        """Ask for a few of the fields that were refused so far; those that are served now are read from here on."""
        if not self._to_ask_again and self._clock() >= self._ask_again_at:
            self._ask_again_at = self._clock() + _ASK_AGAIN_S
            keys = [_key(getattr(owner, name), unit_id) for owner, name, unit_id in self._components()]
            self._to_ask_again = [(key, field) for key in keys for field in sorted(self._missing.get(key, ()))]
        asked, self._to_ask_again = self._to_ask_again[:_ASKED_AT_ONCE], self._to_ask_again[_ASKED_AT_ONCE:]
        for owner, name, unit_id in list(self._components()) if asked else ():
            component: SigenComponent = getattr(owner, name)
            key, fresh = _key(component, unit_id), type(component)(component.modbus_unit)
            missing = self._missing.get(key, frozenset())
            fields = missing & fresh.resolved_fields.keys() & {field for of, field in asked if of == key}
            if not fields or getattr(owner, "silent_until", 0) > self._clock():
                continue
            with suppress(ModbusError, NotASigenStorError):
                if (refused := await async_refused_fields(fresh, fields)) == fields:
                    continue
                self._missing[key] = missing - fields
                self._drop(fresh, unit_id, missing - fields | refused)
                # Empty until it is read, which is done at once: without its values nobody knows what is in use.
                await self._async_read(fresh, unit_id)
                setattr(owner, name, fresh)

    def _components(self) -> Iterable[tuple[object, str, int]]:
        """Yield whose attribute each component is, and the unit that it is read from."""
        yield from ((self, name, self._plant_unit_id) for name in ("status", "control", "smart_loads"))
        for reader in self.inverters:
            for name in ("status", "electrical", "strings", "pv_energy", "dc_charger", "dc_charger_control"):
                yield reader, name, reader.unit_id
        for charger in self.ac_chargers:
            yield from ((charger, name, charger.unit_id) for name in ("status", "control"))

    def _unit(self, unit_id: int) -> ModbusUnit:
        if unit_id not in self._units:
            unit, metered = MeteredUnit.wrap(self._unit_for(unit_id), self.meter)
            unit.require_timeout(READ_TIMEOUT_S)
            unit.set_message_spacing(self._message_spacing_s)
            self._units[unit_id] = (unit, metered)
        return self._units[unit_id][0]


async def _async_update(component: SigenComponent) -> None:
    """Read a component, giving a busy device a little time. Raises `ModbusError`."""
    for pause_s in BUSY_PAUSES_S:
        try:
            await component.async_update(notify=False)
        except ServerDeviceBusyError:
            await asyncio.sleep(pause_s)
        else:
            return
    await component.async_update(notify=False)


def _key(component: SigenComponent, unit_id: int) -> str:
    return f"{type(component).__name__}@{unit_id}"
