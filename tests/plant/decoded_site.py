"""A plant whose registers a test sets, and what the fields of a reading may come from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from modbus_connection.mock import MockModbusConnection, MockModbusUnit

from custom_components.sigenstor_panel.model.telemetry import Telemetry
from custom_components.sigenstor_panel.plant.client import PlantClient
from custom_components.sigenstor_panel.plant.decode import TelemetryDecoder
from custom_components.sigenstor_panel.plant.registers import NO_LIMIT, NO_LIMIT_WRITABLE

BRISBANE = ZoneInfo("Australia/Brisbane")
NOON = datetime(2026, 1, 15, 12, 0, tzinfo=BRISBANE)
MINUTE = timedelta(minutes=1)
PLANT_UNIT_ID = 247
SERIAL_NUMBERS = {1: "110A118B0001", 2: "110A118B0002"}


class Site:
    """A plant whose registers a test sets, as raw values; all others hold 0.

    What a new decoder is shown first is shown to it twice, as first values wait for a second reading that agrees;
    with `confirmed=False`, it is not.
    """

    def __init__(
        self, *, inverters: Iterable[int] = (), ac_chargers: Iterable[int] = (), confirmed: bool = True
    ) -> None:
        self._now = NOON
        self._shown_to: TelemetryDecoder | None = None
        self._confirmed = confirmed
        self._connection = MockModbusConnection()
        self.client = PlantClient(self._connection.for_unit, message_spacing_s=0, clock=self._clock)
        self.decoder = TelemetryDecoder()
        self._inverters, self._ac_chargers = list(inverters), list(ac_chargers)
        self.set(30004, 1, 1)
        for unit_id in self._inverters:
            serial = SERIAL_NUMBERS[unit_id].ljust(20, "\0").encode()
            self.unit(unit_id).input[30515] = [int.from_bytes(serial[at : at + 2]) for at in range(0, 20, 2)]
            self.set(30548, 2, 800, unit_id)  # a battery of 8 kWh

    def unit(self, unit_id: int = PLANT_UNIT_ID) -> MockModbusUnit:
        """Return a unit, whose stores can be set."""
        return self._connection.for_unit(unit_id)

    def set(self, address: int, count: int, raw: int, unit_id: int = PLANT_UNIT_ID) -> None:
        """Let registers hold a number."""
        data = raw.to_bytes(2 * count, signed=raw < 0)
        store = self.unit(unit_id).input if address < 40000 else self.unit(unit_id).holding
        store[address] = [int.from_bytes(data[at : at + 2]) for at in range(0, 2 * count, 2)]

    def lacks(self, component: str, *fields: str) -> None:
        """Let the firmware not serve some fields; inverters have to be known by then."""
        self.client.assume_missing({component: frozenset(fields)})

    def _clock(self) -> float:
        return self._now.timestamp()

    async def identify(self) -> None:
        """Get to know the inverters and the chargers."""
        await self.client.async_identify(self._inverters, charger_unit_ids=self._ac_chargers)

    async def read(self, at: datetime = NOON) -> Telemetry:
        """Read everything and decode it; the plant is in Brisbane."""
        self._now = at
        if not self.client.inverters:
            await self.identify()
        reading = replace(await self.client.async_read(slow=True), taken_at=at.astimezone(UTC))
        if self._confirmed and self._shown_to is not self.decoder:
            self.decoder.decode(reading, BRISBANE)
        self._shown_to = self.decoder
        return self.decoder.decode(reading, BRISBANE)


@dataclass(frozen=True)
class Row:
    """A field, its register, what raw values of the register mean, and which of them cannot be true."""

    field: str
    address: int
    count: int
    meaning: Mapping[int, Any]
    refused: tuple[int, ...] = ()

    def readings(self) -> list[tuple[int, Any]]:
        """Return raw values, and what each of them is to become."""
        return [*self.meaning.items(), *((raw, None) for raw in self.refused)]


def power(field: str, address: int) -> Row:
    return Row(field, address, 2, {n: n for n in (-1_000_000, -1_500, 0, 4_200, 1_000_000)}, (-1_000_001, 1_000_001))


def rating(field: str, address: int) -> Row:
    return Row(field, address, 2, {n: n for n in (0, 10_000, 1_000_000)}, (1_000_001, NO_LIMIT))


def limit(field: str, address: int) -> Row:
    return Row(field, address, 2, {0: 0, 5_000: 5_000}, (NO_LIMIT, NO_LIMIT_WRITABLE))


def percent(field: str, address: int) -> Row:
    return Row(field, address, 1, {0: 0.0, 505: 50.5, 1000: 100.0}, (1001,))


def health(field: str, address: int) -> Row:
    return Row(field, address, 1, {10: 1.0, 985: 98.5, 1000: 100.0}, (0, 9, 1001))


def temperature(field: str, address: int) -> Row:
    return Row(field, address, 1, {-400: -40.0, 0: 0.0, 253: 25.3, 1200: 120.0}, (-401, 1201, 2000))


def cell_voltage(field: str, address: int) -> Row:
    return Row(field, address, 1, {500: 0.5, 3312: 3.312, 5000: 5.0}, (0, 499, 5001))


def phase_voltage(field: str, address: int) -> Row:
    return Row(field, address, 2, {0: 0.0, 23_145: 231.45, 100_000: 1000.0}, (100_001,))


def stored_energy(field: str, address: int) -> Row:
    return Row(field, address, 2, {0: 0.0, 1_234: 12.34, 10_000_000: 100_000.0}, (10_000_001,))


def lifetime_energy(field: str, address: int) -> Row:
    return Row(field, address, 4, {1: 0.01, 4_815_162_342: 48_151_623.42}, (0,))
