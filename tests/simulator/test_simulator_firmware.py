"""Kinds of firmware: where limits count, and what holds the battery."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from modbus_connection.exceptions import ModbusExceptionError
from modbus_connection.pymodbus import ModbusConnection, PymodbusUnit
import pytest

from simulator import Simulator, SimulatorSettings
from simulator.firmware import FIRMWARE_KINDS

NIGHT = datetime(2026, 1, 10, 1, tzinfo=ZoneInfo("Australia/Brisbane"))
BEFORE_SPC113 = ["spc110", "standby_lifts_export_limit", "only_cut_offs_hold"]
HOLD_BY_LIMITS = {40031: 2, 40032: 0, 40034: 0}
HOLD_BY_STANDBY = {40031: 1}
HOLD_BY_CUT_OFFS = {40031: 2, 40047: 51, 40048: 50}


async def refusal(request: Awaitable[object]) -> int | None:
    """Return the exception code a request is refused with, None when it is done."""
    try:
        await request
    except ModbusExceptionError as error:
        return error.exception_code
    return None


@pytest.fixture
def plant(connection: ModbusConnection) -> PymodbusUnit:
    """The plant."""
    return connection.for_unit(247)


def battery_w(build: Any, firmware: str, registers: dict[int, float], **true: Any) -> int:
    """Return what the battery does a second after registers were set under remote EMS."""
    simulator: Simulator = build(start=NIGHT, firmware=firmware)
    simulator.plant.holding.update({40029: 1, **registers})
    simulator.set(**{"soc": 50, "house_power_w": 800, "pv_power_w": 0, **true})
    simulator.advance(1)
    return simulator.plant.state.battery_w


@pytest.mark.parametrize(
    ("registers", "holds_on"),
    [
        (HOLD_BY_LIMITS, {"spc115"}),
        (HOLD_BY_STANDBY, {"spc115", "spc110", "standby_lifts_export_limit"}),
        (HOLD_BY_CUT_OFFS, set(FIRMWARE_KINDS)),
    ],
)
def test_what_holds_the_battery_depends_on_the_firmware(
    build: Any, registers: dict[int, float], holds_on: set[str]
) -> None:
    assert {kind for kind in FIRMWARE_KINDS if battery_w(build, kind, registers) == 0} == holds_on


@pytest.mark.parametrize("firmware", BEFORE_SPC113)
def test_before_spc113_the_charge_limit_counts_in_charge_modes_only(build: Any, firmware: str) -> None:
    limits = {40032: 1.5, 40034: 2.5}
    assert [battery_w(build, firmware, {40031: mode, **limits}) for mode in (3, 4, 5, 6)] == [1500, 1500, -2500, -2500]
    assert battery_w(build, firmware, {40031: 2, **limits}, pv_power_w=5800) == 5000
    assert battery_w(build, firmware, {40031: 2, **limits}, house_power_w=4000) == -4000


@pytest.mark.parametrize("firmware", BEFORE_SPC113)
async def test_before_spc113_limits_are_refused_and_read_zero_while_remote_control_is_off(
    simulator: Simulator, plant: PymodbusUnit, firmware: str
) -> None:
    simulator.set(firmware=firmware)
    assert await plant.read_holding_registers(40032, 4) == [0, 0, 0, 0]
    for address, words in ((40031, [2]), (40032, [0, 1]), (40034, [0, 1]), (40036, [0, 1])):
        assert await refusal(plant.write_registers(address, words)) == 2
    await plant.write_register(40029, 1)
    assert await plant.read_holding_registers(40032, 4) == [0, 10_000, 0, 10_000]
    assert await refusal(plant.write_registers(40032, [0, 1])) is None


async def test_another_kind_of_firmware_takes_the_quirks_of_the_one_before_away(
    simulator: Simulator, plant: PymodbusUnit
) -> None:
    simulator.set(firmware="only_cut_offs_hold")
    simulator.set(firmware="spc115")
    assert await plant.read_holding_registers(40032, 2) == [0, 10_000]
    assert simulator.plant.quirks == Simulator(SimulatorSettings(realtime=False)).plant.quirks


def test_standby_may_let_the_export_limit_lapse(build: Any) -> None:
    for firmware, exported_w in (("spc110", 1000), ("standby_lifts_export_limit", 4200)):
        simulator: Simulator = build(firmware=firmware)
        simulator.plant.holding.update({40029: 1, 40031: 1, 40038: 1.0})
        simulator.set(pv_power_w=5000, house_power_w=800)
        assert simulator.plant.state.grid_w == -exported_w
        assert simulator.plant.state.battery_w == 0


@pytest.mark.parametrize(("pv_w", "discharged_w"), [(0, 0), (100, 3000)])
def test_mode_5_may_take_nothing_from_the_battery_without_pv(build: Any, pv_w: int, discharged_w: int) -> None:
    simulator: Simulator = build(quirks={"discharge_needs_pv": True})
    simulator.plant.holding.update({40029: 1, 40031: 5, 40034: 3.0})
    simulator.set(pv_power_w=pv_w)
    assert simulator.plant.state.battery_w == -discharged_w


@pytest.mark.parametrize("registers", [HOLD_BY_LIMITS, HOLD_BY_STANDBY, HOLD_BY_CUT_OFFS])
def test_a_battery_that_is_held_leaves_the_house_dark_off_the_grid(build: Any, registers: dict[int, float]) -> None:
    simulator: Simulator = build(start=NIGHT)
    simulator.plant.holding.update({40029: 1, **registers})
    simulator.set(soc=50, house_power_w=800, faults={"grid_outage": True})
    assert (simulator.plant.state.battery_w, simulator.plant.state.house_w) == (0, 0)


async def test_the_firmware_version_can_be_set(simulator: Simulator, connection: ModbusConnection) -> None:
    simulator.set(quirks={"firmware_version": "V100R001C00SPC116B001"})
    words = await connection.for_unit(1).read_input_registers(30525, 15)
    assert b"".join(word.to_bytes(2) for word in words).rstrip(b"\0") == b"V100R001C00SPC116B001"


@pytest.mark.parametrize("kind", ["spc1", 115, None])
def test_an_unknown_kind_of_firmware_is_refused_with_the_known_ones(simulator: Simulator, kind: Any) -> None:
    with pytest.raises(ValueError, match=r"firmware must be one of spc115, spc110"):
        simulator.set(firmware=kind)
    with pytest.raises(ValueError, match=r"firmware must be one of"):
        SimulatorSettings(firmware=kind)
