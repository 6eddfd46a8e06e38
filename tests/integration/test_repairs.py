"""What a person can set right is set right under Repairs: a stop, the address of a system, an expired login."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp.test_utils import unused_port
from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.coordinator.cloud_fallback import CloudFallback
from custom_components.sigenstor_panel.repairs import async_create_fix_flow
from simulator import Simulator
from simulator.my_sigen import PASSWORD, USERNAME

type Act = Callable[..., Awaitable[Any]]


@pytest.fixture
def simulator_settings() -> dict[str, Any]:
    return {"my_sigen_port": 0}


def issue_of(hass: HomeAssistant, key: str, entry: ConfigEntry[Any]) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{key}_{entry.entry_id}")


async def flow_of(hass: HomeAssistant, key: str, entry: ConfigEntry[Any]) -> Any:
    """Begin to fix an issue, as a person does with a click."""
    issue = issue_of(hass, key, entry)
    assert issue is not None
    assert issue.is_fixable
    flow: RepairsFlow = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    flow.hass, flow.handler, flow.flow_id, flow.issue_id = hass, DOMAIN, "flow", issue.issue_id
    return flow


async def test_a_stop_is_lifted_where_it_is_shown(hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act) -> None:
    assert issue_of(hass, "emergency_stop", controlled) is None
    await act("emergency_stop")
    flow = await flow_of(hass, "emergency_stop", controlled)
    assert (await flow.async_step_init())["step_id"] == "lift"
    assert controlled.runtime_data.control.data.emergency_stop, "nothing happens before a yes"
    assert (await flow.async_step_lift({}))["type"] is FlowResultType.CREATE_ENTRY
    assert not controlled.runtime_data.control.data.emergency_stop
    assert issue_of(hass, "emergency_stop", controlled) is None


async def test_a_stop_of_a_system_that_is_not_loaded_is_not_lifted(
    hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act
) -> None:
    await act("emergency_stop")
    flow = await flow_of(hass, "emergency_stop", controlled)
    assert await hass.config_entries.async_unload(controlled.entry_id)
    result = await flow.async_step_lift({})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_lifted")


async def test_a_stop_that_waits_is_tried_again(
    hass: HomeAssistant, quick_control: dict[str, Any], entry: MockConfigEntry
) -> None:
    reachable = dict(entry.data)
    hass.config_entries.async_update_entry(entry, data={**entry.data, "port": unused_port()})
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.services.async_call(DOMAIN, "emergency_stop", {}, blocking=True)
    await hass.async_block_till_done()
    flow = await flow_of(hass, "emergency_stop_waits", entry)
    assert (await flow.async_step_init())["step_id"] == "try_again"
    result = await flow.async_step_try_again({})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_reached")
    assert issue_of(hass, "emergency_stop_waits", entry) is not None

    hass.config_entries.async_update_entry(entry, data=reachable)
    assert (await flow.async_step_try_again({}))["type"] is FlowResultType.CREATE_ENTRY
    assert entry.runtime_data.control.data.emergency_stop
    assert issue_of(hass, "emergency_stop_waits", entry) is None


async def test_a_system_that_moved_is_found_and_another_is_refused(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry
) -> None:
    serial_number = entry.unique_id
    hass.config_entries.async_update_entry(entry, unique_id="ANOTHER")
    assert not await hass.config_entries.async_setup(entry.entry_id)
    flow = await flow_of(hass, "wrong_plant", entry)
    form = await flow.async_step_init()
    assert (form["step_id"], form["description_placeholders"]) == ("address", {"plant": "SigenStor"})
    reachable = dict(entry.data)
    hass.config_entries.async_update_entry(entry, data={**reachable, "port": unused_port()})
    assert (await flow.async_step_address({"host": "127.0.0.1"}))["errors"] == {"base": "cannot_connect"}
    hass.config_entries.async_update_entry(entry, data=reachable)
    assert (await flow.async_step_address({"host": "127.0.0.1"}))["errors"] == {"host": "another_plant"}

    hass.config_entries.async_update_entry(entry, unique_id=serial_number)
    assert (await flow.async_step_address({"host": " localhost "}))["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert entry.data["host"] == "localhost"
    assert entry.state is ConfigEntryState.LOADED
    assert issue_of(hass, "wrong_plant", entry) is None


@pytest.mark.parametrize(
    ("simulator_settings", "data"),
    [
        pytest.param({}, {"replaced": {"OLD": "$1"}}, id="its inverter was exchanged"),
        pytest.param({"inverters": 2}, {"replaced": {"OLD": "$2"}}, id="it is known by its second inverter"),
        pytest.param({"units": (20,), "quirks": {"unknown_unit": 0}}, {"units": "20"}, id="its unit is named by hand"),
    ],
)
async def test_a_system_that_moved_is_found_wherever_reconfiguring_would_find_it(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, data: dict[str, Any]
) -> None:
    serials = {f"${number}": each.serial_number for number, each in enumerate(simulator.plant.inverters, 1)}
    replaced = {old: serials[new] for old, new in data.get("replaced", {}).items()}
    hass.config_entries.async_update_entry(
        entry,
        unique_id="OLD" if replaced else entry.unique_id,
        data={**entry.data, **data, **({"replaced": replaced} if replaced else {})},
    )
    flow = await async_create_fix_flow(hass, "wrong_plant", {"fix": "wrong_plant", "entry_id": entry.entry_id})
    flow.hass = hass
    result = await flow.async_step_address({"host": "localhost"})  # type: ignore[attr-defined]
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.data["host"] == "localhost"
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_a_login_that_expired_is_asked_for_and_tried(
    hass: HomeAssistant, loaded: ConfigEntry[Any], simulator: Simulator
) -> None:
    assert simulator.my_sigen is not None
    option = {"region": "aus", "username": USERNAME, "password": "old", "base_url": simulator.my_sigen.url}
    hass.config_entries.async_update_entry(loaded, options={**loaded.options, "cloud": option})
    assert await CloudFallback(hass, option).async_read(None) is None
    flow = await flow_of(hass, "cloud_login", loaded)
    assert (await flow.async_step_init())["step_id"] == "login"
    login = {"username": USERNAME, "password": "older"}
    assert (await flow.async_step_login(login))["errors"] == {"base": "invalid_cloud_login"}
    result = await flow.async_step_login({**login, "password": PASSWORD})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert loaded.options["cloud"] == {**option, "password": PASSWORD}

    reading = await CloudFallback(hass, loaded.options["cloud"]).async_read(None)
    assert reading is not None
    assert reading.timestamp <= dt_util.utcnow()
    assert issue_of(hass, "cloud_login", loaded) is None
