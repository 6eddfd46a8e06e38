"""What is read of the plant, an inverter and an AC charger, and when one is asked again after it was silent."""

from dataclasses import dataclass
from datetime import datetime

from modbus_connection import ModbusUnit

from ..model.backoff import Backoff
from ..model.telemetry import InverterInfo
from .registers import (
    AcChargerControl,
    AcChargerOrders,
    AcChargerStatus,
    DcChargerControl,
    DcChargerOrders,
    DcChargerStatus,
    InverterElectrical,
    InverterIdentity,
    InverterPvEnergy,
    InverterStatus,
    InverterStrings,
    PlantControl,
    PlantStatus,
    SigenComponent,
)

_SILENT_INVERTER_RETRY_S = 60.0
_SILENT_CHARGER_RETRY = Backoff(300.0, 3600.0)

_RATED_W = range(500, 1_000_001)
"""What inverters are built for; anything else is a misread rating."""


class InverterReader:
    """The components of one inverter, and of the DC charger at it."""

    def __init__(self, unit: ModbusUnit, unit_id: int) -> None:
        """Initialize the components."""
        self.unit_id = unit_id
        self.identity = InverterIdentity(unit)
        self.status = InverterStatus(unit)
        self.electrical = InverterElectrical(unit)
        self.strings = InverterStrings(unit)
        self.pv_energy = InverterPvEnergy(unit)
        self.dc_charger = DcChargerStatus(unit)
        self.dc_charger_control = DcChargerControl(unit)
        self.dc_charger_orders = DcChargerOrders(unit)
        self.answered = False
        self.had_battery = False
        self.has_dc_charger = False
        self.dc_charger_answered = False
        self.look_for_dc_charger_at = 0.0
        self.silent_until = 0.0

    def fall_silent(self, now_s: float) -> None:
        """Leave it alone for a minute, so that it cannot slow down everything else."""
        self.answered = False
        self.silent_until = now_s + _SILENT_INVERTER_RETRY_S

    @property
    def has_battery(self) -> bool:
        """Whether a battery is at it: one without answers 0, all ones or nothing for all of these."""
        self.had_battery = self.had_battery or any(
            (
                self.identity.rated_capacity,
                self.identity.rated_charge_power,
                self.electrical.pack_count,
                self.status.average_cell_voltage,
                self.status.soc,
            )
        )
        return self.had_battery

    @property
    def shows_dc_charger(self) -> bool:
        """Whether a DC charger was seen at it when that was last looked at; one without has 0 everywhere."""
        charger = self.dc_charger
        return self.dc_charger_answered and any((charger.rated_charge_power, charger.power, charger.state))

    @property
    def info(self) -> InverterInfo:
        """What the inverter said about itself when it was last asked."""
        rated_w = self.identity.rated_power
        return InverterInfo(
            unit_id=self.unit_id,
            serial_number=_text(self.identity.serial_number),
            model=_text(self.identity.model),
            firmware=_text(self.identity.firmware),
            rated_power_w=rated_w if rated_w in _RATED_W else None,
            rated_capacity_kwh=self.identity.rated_capacity or None,
            rated_charge_power_w=self.identity.rated_charge_power or None,
            has_battery=self.has_battery,
        )


class AcChargerReader:
    """The components of one AC charger; one that is offline can stall the plant's server, and is asked ever less."""

    def __init__(self, unit: ModbusUnit, unit_id: int) -> None:
        """Initialize the components."""
        self.unit_id = unit_id
        self.status = AcChargerStatus(unit)
        self.control = AcChargerControl(unit)
        self.orders = AcChargerOrders(unit)
        self.answered = False
        self.silent_until = 0.0
        self._failures = 0

    def answer(self) -> None:
        """Take note that it answered."""
        self.answered, self._failures = True, 0

    def fall_silent(self, now_s: float) -> None:
        """Leave it alone, each time longer."""
        self.answered = False
        self._failures += 1
        self.silent_until = now_s + _SILENT_CHARGER_RETRY.pause_s(self._failures)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantReading:
    """What one read of the plant found; its components hold it until the next read."""

    taken_at: datetime
    """UTC; when the first answer came."""
    status: PlantStatus
    control: PlantControl
    smart_loads: SigenComponent
    smart_loads_in_use: frozenset[int]
    """The numbers of those that have counted something."""
    inverters: tuple[InverterReader, ...]
    answering: tuple[InverterReader, ...]
    """Those of this plant that answered."""
    ac_chargers: tuple[AcChargerReader, ...]


def _text(text: str | None) -> str:
    """Return a text that the device knows: all ones are none."""
    return "" if text is None or not text.isascii() or not text.isprintable() else text.strip()
