"""The register space as a client sees it: units, addresses, rules for reading and writing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor
from typing import NoReturn

from .chargers import AcCharger
from .disturbances import Disturbance, RegisterSpan
from .inverter import Inverter
from .noise import lattice
from .options import contains
from .plant import SimulatedPlant
from .readings import (
    AC_CHARGER_READINGS,
    BATTERY_REGISTERS,
    INVERTER_COUNTERS,
    INVERTER_READINGS,
    LOAD_POWERS,
    PLANT_COUNTERS,
    PLANT_READINGS,
)
from .registers import Register, RegisterTable, Value, register_table

PLANT_UNIT = 247
BROADCAST_UNIT = 0
MAXIMUM_READ = 124
MAXIMUM_WRITE = 123

ILLEGAL_ADDRESS = 2
ILLEGAL_VALUE = 3
DEVICE_FAILURE = 4

# Before firmware SPC113 these need 40029 = 1.
GATED_BEFORE_SPC113 = frozenset({40031, 40032, 40034, 40036})
LIMITS = frozenset({40032, 40034})

NONSENSE_LOAD_KW = -373.0
NONSENSE_LASTS_S = 10
NONSENSE_SHARE = 0.15
_NONSENSE_CHANNEL = 60
_RANDOM_CHANNEL = 61


type Target = SimulatedPlant | Inverter | AcCharger
_KINDS = {SimulatedPlant: "plant", Inverter: "inverter", AcCharger: "ac_charger"}
COUNTERS = frozenset({*PLANT_COUNTERS, *INVERTER_COUNTERS})


class ModbusError(Exception):
    """An exception reply of the device."""

    def __init__(self, code: int) -> None:
        """Carry the Modbus exception code."""
        super().__init__(f"exception {code}")
        self.code = code


class NoAnswerError(Exception):
    """The device says nothing, and for some seconds to nobody."""

    def __init__(self, stalls_s: float = 0.0) -> None:
        """Carry for how long everybody has to wait."""
        super().__init__("no answer")
        self.stalls_s = stalls_s


class Device:
    """A plant's registers, by unit."""

    def __init__(self, plant: SimulatedPlant) -> None:
        """Show a plant and its inverters."""
        self._plant = plant
        self.connected_at_s: float | None = None

    def read(self, unit: int, address: int, count: int) -> list[int]:
        """Return registers; reserved gaps read 0 beside real ones.

        Raises ModbusError, or NoAnswerError. A register may be read with either function code.
        """
        self.disturb(RegisterSpan("read", unit, address, count))
        if not 1 <= count <= MAXIMUM_READ:
            raise ModbusError(ILLEGAL_VALUE)
        target = self._target(unit)
        registers = [register for register in _table(target).touching(address, count) if register.readable]
        missing = contains(self._plant.quirks["missing_registers"], address, count)
        if not registers or missing:
            raise ModbusError(ILLEGAL_ADDRESS)
        words = [0] * count
        for register in registers:
            encoded = self.disturbed(unit, register) or self._words(register, target)
            for address_of_word, word in enumerate(encoded, register.address):
                if 0 <= address_of_word - address < count:
                    words[address_of_word - address] = word
        return words

    def write(self, unit: int, address: int, words: Sequence[int]) -> None:
        """Write whole values, all of them or none. Raises ModbusError, or NoAnswerError."""
        self.disturb(RegisterSpan("write", unit, address, len(words)))
        if not 1 <= len(words) <= MAXIMUM_WRITE:
            raise ModbusError(ILLEGAL_VALUE)
        target = self._target(unit)
        plant = self._plant
        if contains(plant.quirks["missing_registers"], address, len(words)):
            raise ModbusError(ILLEGAL_ADDRESS)
        changes = self._parse(target, address, words)
        if contains(plant.quirks["refused_registers"], address, len(words)):
            raise ModbusError(DEVICE_FAILURE)
        holding = target.holding
        for register, value in changes:
            ignored = plant.quirks["silently_ignored_registers"]
            span = RegisterSpan("write", unit, register.address, register.count)
            if contains(ignored, span.address, span.count) or any(self._strikes(span, "ignored")):
                continue
            previous = holding[register.address]
            holding[register.address] = value
            if isinstance(target, SimulatedPlant):
                target.written(register.address, previous)
            elif isinstance(target, Inverter) and register.address == 40500:
                target.started = value == 1

    def broadcast(self, address: int, words: Sequence[int]) -> None:
        """Write to every unit that takes it; nobody answers."""
        for unit in (PLANT_UNIT, *(each.unit for each in self._units_beside_plant())):
            try:
                self.write(unit, address, words)
            except ModbusError, NoAnswerError:
                continue

    def delay_s(self, span: RegisterSpan) -> float:
        """Return how late a request is answered."""
        return sum(float(each.value) for each in self._strikes(span, "delay_s"))

    def _strikes(self, span: RegisterSpan, *effects: str) -> Iterator[Disturbance]:
        return self._plant.disturbances.strike(effects, span, self._plant.time_s)

    def disturb(self, span: RegisterSpan) -> None:
        """Refuse a request, or say nothing, where that was asked for."""
        if self._plant.rebooting:
            raise NoAnswerError
        for each in self._strikes(span, "exception", "silent", "stalls_s"):
            match each.effect:
                case "exception":
                    raise ModbusError(each.value)
                case "silent" if each.value:
                    raise NoAnswerError
                case "stalls_s":
                    raise NoAnswerError(each.value)

    def disturbed(self, unit: int, register: Register) -> list[int] | None:
        """Return what a register reads instead; None where nothing is wrong with it."""
        if not self._plant.disturbances.pending:
            return None
        for each in self._strikes(RegisterSpan("read", unit, register.address, register.count), "reads"):
            match each.value:
                case "all_ones":
                    return [0xFFFF] * register.count
                case "random":
                    return [
                        int(lattice(self._plant.seed, _RANDOM_CHANNEL, register.address + index) * 0x10000)
                        for index in range(register.count)
                    ]
            return register.encode(each.value)
        return None

    def kind(self, unit: int) -> str:
        """Return which table a unit has. Raises ModbusError, or NoAnswerError."""
        return _KINDS[type(self._target(unit))]

    def _target(self, unit: int) -> Target:
        """Return who answers at a unit, behind a proxy too."""
        plant = self._plant
        inner = plant.unit_map.get(unit) if plant.unit_map else unit
        if inner == PLANT_UNIT:
            return plant
        for each in self._units_beside_plant():
            if each.unit == inner:
                return each
        return self.answer_unknown_unit()

    def answer_unknown_unit(self) -> NoReturn:
        """Refuse, or say nothing, as a unit that is not there does. Raises ModbusError, or NoAnswerError."""
        if code := self._plant.quirks["unknown_unit"]:
            raise ModbusError(code)
        raise NoAnswerError

    def _units_beside_plant(self) -> list[Inverter | AcCharger]:
        return [*self._plant.inverters, *self._plant.ac_chargers]

    def _words(self, register: Register, target: Target) -> list[int]:
        """Return what a register reads. Raises ModbusError."""
        if isinstance(target, Inverter) and not target.has_battery and register.address in BATTERY_REGISTERS:
            answer = self._plant.quirks["battery_registers_without_battery"]
            if answer == "exception":
                raise ModbusError(ILLEGAL_ADDRESS)
            return [0xFFFF if answer == "all_ones" else 0] * register.count
        value = self._value(register, target)
        rounded_down = self._plant.quirks["rounded_down_registers"]
        if (
            rounded_down
            and contains(rounded_down, register.address, 1)
            and isinstance(value, int | float)
            and value > 0
        ):
            value -= 1 / register.gain
        return register.encode(value)

    def _value(self, register: Register, target: Target) -> Value:
        """Return the true value of a register, or what the firmware makes of it."""
        plant = self._plant
        address = register.address
        if address in COUNTERS and self._counters_read_zero:
            return 0
        if address in target.holding:
            off = address in LIMITS and plant.quirks["limits_read_zero_when_off"] and not plant.control.remote_ems
            return 0 if off else target.holding[address]
        if address in LOAD_POWERS and self._load_is_nonsense:
            return NONSENSE_LOAD_KW
        state = plant.state
        if isinstance(target, Inverter):
            reading = INVERTER_READINGS.get(address)
            return reading(state, state.inverters[plant.inverters.index(target)]) if reading else 0
        if isinstance(target, AcCharger):
            charger_reading = AC_CHARGER_READINGS.get(address)
            return charger_reading(state.ac_chargers[plant.ac_chargers.index(target)]) if charger_reading else 0
        plant_reading = PLANT_READINGS.get(address)
        return plant_reading(state) if plant_reading else 0

    @property
    def _counters_read_zero(self) -> bool:
        lasts_s = self._plant.quirks["counters_zero_after_reconnect_s"]
        if not lasts_s or self.connected_at_s is None:
            return False
        return bool(self._plant.time_s - self.connected_at_s < lasts_s)

    @property
    def _load_is_nonsense(self) -> bool:
        if not self._plant.quirks["load_power_nonsense"]:
            return False
        window = floor(self._plant.time_s / NONSENSE_LASTS_S)
        return lattice(self._plant.seed, _NONSENSE_CHANNEL, window) < NONSENSE_SHARE

    def _parse(self, target: Target, address: int, words: Sequence[int]) -> list[tuple[Register, float | None]]:
        """Return the values of a write, checked."""
        changes: list[tuple[Register, float | None]] = []
        registers = _table(target).touching(address, len(words))
        covered = sum(register.count for register in registers)
        if not registers or not all(register.writable for register in registers):
            raise ModbusError(ILLEGAL_ADDRESS)
        if registers[0].address < address or registers[-1].address + registers[-1].count > (address + len(words)):
            raise ModbusError(ILLEGAL_VALUE)
        if covered != len(words):
            raise ModbusError(ILLEGAL_ADDRESS)
        for register in registers:
            if isinstance(target, SimulatedPlant) and self._gated(register.address):
                raise ModbusError(ILLEGAL_ADDRESS)
            offset = register.address - address
            value = register.decode(words[offset : offset + register.count])
            if register.type == "U32" and self._refuses_unset(words[offset : offset + register.count]):
                raise ModbusError(ILLEGAL_VALUE)
            if isinstance(value, str) or not self._accepts(register, value):
                raise ModbusError(ILLEGAL_VALUE)
            changes.append((register, value))
        return changes

    def _refuses_unset(self, words: Sequence[int]) -> bool:
        refused = {"none": (), "all_ones": (0xFFFF,), "both": (0xFFFF, 0xFFFE)}
        return words[0] == 0xFFFF and words[1] in refused[self._plant.quirks["unset_limits_refused"]]

    def _gated(self, address: int) -> bool:
        return (
            address in GATED_BEFORE_SPC113
            and bool(self._plant.quirks["pre_spc113_gating"])
            and not self._plant.control.remote_ems
        )

    def _accepts(self, register: Register, value: float | None) -> bool:
        rated_kw = {
            40032: self._plant.rated_charge_w / 1000,
            40034: self._plant.rated_discharge_w / 1000,
            41002: self._plant.dc_charger.rated_w / 1000,
            41004: self._plant.dc_charger.rated_w / 1000,
        }.get(register.address)
        if rated_kw is not None:
            return value is not None and value <= rated_kw
        return register.accepts(value)


def _table(target: Target) -> RegisterTable:
    return register_table(_KINDS[type(target)])
