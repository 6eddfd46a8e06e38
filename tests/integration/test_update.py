"""An update finds what the version before it left on disk: settings, schedules, what was learned, and the record."""

import json
from pathlib import Path
import sqlite3
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.control.memory import ControlMemory, ControlMode
from custom_components.sigenstor_panel.control.state_file import StateFile
from custom_components.sigenstor_panel.records.audit_log import AuditLog
from simulator import Simulator

LATER = (
    "written",
    "limits_doubt",
    "pending",
    "firmware",
    "discharge_ess_first",
    "hold_method",
    "limits_hidden",
    "pv_limit_obeyed",
    "check",
)
"""What control remembers since version 0.1.0."""
NIGHT = {
    "id": "night",
    "name": "Night",
    "enabled": True,
    "action": "charge",
    "start": "22:30:00",
    "end": "05:00:00",
    "days": ["mon", "tue"],
    "power_w": 2500,
    "target_soc": 80.0,
    "priority": 0,
    "created_at": "2026-01-10T00:00:00+00:00",
}


@pytest.fixture
def from_0_1_0(
    entry: MockConfigEntry,
    state_file: StateFile,
    simulator: Simulator,
    hass_storage: dict[str, Any],
    hass_config_dir: str,
) -> MockConfigEntry:
    """The entry of a system whose files are those of version 0.1.0."""
    memory = ControlMemory().as_dict()
    for name in LATER:
        del memory[name]
    memory["schedules"] = [NIGHT]
    memory["settings"]["mode"] = "auto"
    memory["settings"]["limits"]["min_soc"] = 15.0
    # As Home Assistant's own store wrote it: one copy, without a number that counts.
    stored = {"version": 1, "minor_version": 1, "key": state_file.path.name, "data": memory}
    state_file.path.parent.mkdir(parents=True, exist_ok=True)
    state_file.path.write_text(json.dumps(stored))
    # Without the inverters, which are looked for.
    learned = {"firmware": simulator.plant.firmware, "missing": {}, "totals": {}}
    key = f"{DOMAIN}.{entry.entry_id}.telemetry"
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": learned}
    path = Path(hass_config_dir, f"{DOMAIN}_audit.db")
    record = AuditLog(f"sqlite:///{path}", entry.unique_id or "")
    record.open()
    record.close()
    with sqlite3.connect(path) as database:
        database.execute(
            "INSERT INTO sigenstor_panel_audit (plant, time_us, actor, owner, action, reason, power_w, previous, wanted,"
            " outcome, detail) VALUES (?, 1768435200000000, 'schedule', 'Night', 'charge', 'Charging at 3.0 kW', 3000,"
            " '{}', '{}', 'confirmed', '')",
            (entry.unique_id,),
        )
    return entry


async def test_all_of_it_is_taken_up_and_nothing_is_to_be_repaired(
    hass: HomeAssistant, from_0_1_0: MockConfigEntry, state_file: StateFile
) -> None:
    assert await hass.config_entries.async_setup(from_0_1_0.entry_id)
    await hass.async_block_till_done()
    assert from_0_1_0.state is ConfigEntryState.LOADED
    memory = from_0_1_0.runtime_data.control.controller.memory
    assert [schedule.name for schedule in memory.schedules] == ["Night"]
    assert memory.settings.mode is ControlMode.AUTO
    assert memory.settings.limits.min_soc == 15.0
    assert hass.states.get("switch.sigenstor_night") is not None
    found = await hass.services.async_call(
        DOMAIN, "query_audit", {"start": "2026-01-01"}, blocking=True, return_response=True
    )
    assert '"reason": "Charging at 3.0 kW"' in json.dumps(found)
    assert not [key for domain, key in ir.async_get(hass).issues if domain == DOMAIN]

    await hass.services.async_call(DOMAIN, "set_schedule", {"id": "night", "name": "Off-peak"}, blocking=True)
    assert state_file.path.with_name(f"{state_file.path.name}.copy").exists(), "the next save writes both copies"
    assert await hass.config_entries.async_reload(from_0_1_0.entry_id)
    await hass.async_block_till_done()
    [schedule] = from_0_1_0.runtime_data.control.controller.memory.schedules
    assert (schedule.id, schedule.name) == ("night", "Off-peak")
