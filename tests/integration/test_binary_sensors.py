"""Alarms and the link, as binary sensors."""

from collections.abc import Callable

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import State
import pytest

from simulator import Simulator

type StateOf = Callable[..., State]

GROUPS = ["pcs", "ess", "gateway", "dc_charger", "plant"]


async def test_a_healthy_plant_has_no_alarms(loaded: ConfigEntry, state_of: StateOf) -> None:
    assert {state_of(f"{group}_alarm", platform="binary_sensor").state for group in GROUPS} == {"off"}


@pytest.mark.parametrize(
    ("fault", "bits", "group", "alarms"),
    [
        ("pcs_1", 1 << 9, "pcs", ["grid outage"]),
        ("pcs_2", 1 << 1, "pcs", ["communication abnormal"]),
        ("ess", 0b100_0100, "ess", ["temperature too high", "thermal runaway"]),
        ("gateway", 1 << 7, "gateway", ["grid phase loss"]),
        ("dc_charger", 1 << 4, "dc_charger", ["charging fault"]),
        ("plant_1", 1 << 1, "plant", ["meter communication"]),
        ("plant_2", 1 << 0, "plant", ["OVGR"]),
    ],
)
async def test_an_alarm_turns_its_group_on_and_is_named(
    loaded: ConfigEntry,
    simulator: Simulator,
    state_of: StateOf,
    fault: str,
    bits: int,
    group: str,
    alarms: list[str],
) -> None:
    simulator.set(faults={fault: bits})
    await loaded.runtime_data.telemetry.async_refresh()
    on = {name for name in GROUPS if state_of(f"{name}_alarm", platform="binary_sensor").state == "on"}
    assert on == {group}
    assert state_of(f"{group}_alarm", platform="binary_sensor").attributes["alarms"] == alarms
    reporting = [] if group == "plant" else [simulator.plant.inverters[0].serial_number]
    assert state_of(f"{group}_alarm", platform="binary_sensor").attributes["inverters"] == reporting
