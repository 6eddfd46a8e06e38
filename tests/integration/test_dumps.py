"""Each diagnostics download in `dumps` is a system that is set up and read as it was then.

The first two were made with the simulator, to show what such a file is; those of owners come beside them.
"""

import json
from pathlib import Path
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.diagnostics import async_get_config_entry_diagnostics
from simulator import Simulator, SimulatorSettings

DUMPS = sorted((Path(__file__).parent / "dumps").glob("*.json"))
RECORDED: dict[Path, Any] = {path: json.loads(path.read_text(encoding="utf-8"))["data"] for path in DUMPS}
SHOWN = (
    *("soc", "battery_power_w", "grid_power_w", "pv_power_w", "house_power_w", "third_party_pv_power_w"),
    *("rated_capacity_kwh", "rated_charge_power_w", "state_of_health", "average_cell_temperature_c"),
    *("running_state", "ems_work_mode", "grid_status", "meter_connected", "control", "alarms"),
    *("inverters", "dc_chargers", "ac_chargers"),
)


def comparable(telemetry: dict[str, Any]) -> dict[str, Any]:
    """Return what a reading shows of a system, as JSON."""
    shown: dict[str, Any] = json.loads(json.dumps({name: telemetry[name] for name in SHOWN}, default=str))
    for charger in shown["dc_chargers"]:
        # A first 0 waits for ten minutes.
        charger |= {name: charger[name] or None for name in ("charged_kwh", "discharged_kwh")}
    return shown


def as_far_as(saw: Any, shown: Any) -> Any:
    """Return of what is shown only the fields that an owner's version had."""
    if isinstance(saw, dict) and isinstance(shown, dict):
        return {name: as_far_as(value, shown[name]) for name, value in saw.items() if name in shown}
    if isinstance(saw, list) and isinstance(shown, list) and len(saw) == len(shown):
        return [as_far_as(*both) for both in zip(saw, shown, strict=True)]
    return shown


@pytest.mark.parametrize("path", DUMPS, ids=lambda path: path.stem)
async def test_a_system_is_set_up_and_read_as_its_owner_saw_it(
    hass: HomeAssistant, socket_enabled: None, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.sigenstor_panel.coordinator.connection.DEFAULT_MESSAGE_SPACING_S", 0.0)
    recorded = RECORDED[path]
    units = recorded["entry"]["data"]
    async with Simulator(SimulatorSettings(realtime=False, dump=path)) as served:
        flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
        answers = {"host": "127.0.0.1", "port": served.modbus_port, "advanced": {"unit_id": units["unit_id"]}}
        result = await hass.config_entries.flow.async_configure(flow["flow_id"], answers)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["data"]["inverter_unit_ids"] == units["inverter_unit_ids"]
        assert result["data"].get("ac_charger_unit_ids") == units.get("ac_charger_unit_ids")
        await hass.async_block_till_done()
        entry: ConfigEntry[Any] = result["result"]
        assert entry.state is ConfigEntryState.LOADED
        await entry.runtime_data.telemetry.async_refresh()
        diagnostics = await async_get_config_entry_diagnostics(hass, entry)
        saw = comparable(recorded["telemetry"])
        assert as_far_as(saw, comparable(diagnostics["telemetry"])) == saw
        assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("simulator_settings", [{"units": (1, 4), "ac_charger_units": (5,), "firmware": "spc110"}])
async def test_a_download_tells_nothing_of_whose_system_it_is(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    simulator.set(dc_charger_power_w=5000)
    simulator.advance(5)
    old = simulator.plant.inverters[0].serial_number
    simulator.set(exchange_inverter=1)
    data = {
        **entry.data,
        "inverter_unit_ids": [1, 4],
        "ac_charger_unit_ids": [5],
        "replaced": {old: simulator.plant.inverters[0].serial_number},
    }
    hass.config_entries.async_update_entry(entry, data=data)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    text = json.dumps(await async_get_config_entry_diagnostics(hass, entry), default=str)
    for secret in (old, *(inverter.serial_number for inverter in simulator.plant.inverters), "127.0.0.1"):
        assert secret not in text
