"""Adding a plant, moving it, and setting how it is polled."""

from typing import Any

from forms import choose, suggested
from homeassistant.config_entries import SOURCE_DHCP, SOURCE_USER, ConfigEntry
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel import config_flow
from custom_components.sigenstor_panel.const import (
    CONF_INVERTER_UNIT_IDS,
    CONF_PLANT_UNIT_ID,
    CONF_REPLACED,
    DOMAIN,
)
from custom_components.sigenstor_panel.plants import status_as_dict
from simulator import Simulator, SimulatorSettings


def answers(simulator: Simulator, **changes: Any) -> dict[str, Any]:
    """Return what a person fills in for the simulated plant."""
    return {
        CONF_HOST: "127.0.0.1",
        CONF_PORT: simulator.modbus_port,
        "advanced": {CONF_PLANT_UNIT_ID: 247},
        **changes,
    }


async def start(hass: HomeAssistant) -> str:
    """Start adding a plant; return the flow's id."""
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    return result["flow_id"]


@pytest.mark.parametrize("simulator_settings", [{"inverters": 2}])
async def test_a_plant_is_added_under_its_first_inverters_serial_number(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    flow_id = await start(hass)
    result = await hass.config_entries.flow.async_configure(flow_id, answers(simulator, host=" 127.0.0.1 "))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "SigenStor"
    assert result["data"] == {
        CONF_HOST: "127.0.0.1",
        CONF_PORT: simulator.modbus_port,
        CONF_PLANT_UNIT_ID: 247,
        CONF_INVERTER_UNIT_IDS: [1, 2],
    }
    assert result["result"].unique_id == simulator.plant.inverters[0].serial_number
    await hass.async_block_till_done()


@pytest.mark.parametrize("host", ["http://127.0.0.1", "sigen stor", "", "user@box", "box/path"])
async def test_what_cannot_be_a_host_is_refused_at_its_field(
    hass: HomeAssistant, simulator: Simulator, host: str
) -> None:
    flow_id = await start(hass)
    result = await hass.config_entries.flow.async_configure(flow_id, answers(simulator, host=host))
    assert result["errors"] == {CONF_HOST: "invalid_host"}
    assert simulator.request_count == 0


async def test_a_closed_port_and_an_address_without_a_sigenstor_are_told_apart_and_can_be_corrected(
    hass: HomeAssistant, simulator: Simulator
) -> None:
    flow_id = await start(hass)
    await simulator.stop()
    result = await hass.config_entries.flow.async_configure(flow_id, answers(simulator))
    assert result["errors"] == {"base": "cannot_connect"}

    await simulator.start()
    wrong_unit = answers(simulator, advanced={CONF_PLANT_UNIT_ID: 99})
    result = await hass.config_entries.flow.async_configure(flow_id, wrong_unit)
    assert result["errors"] == {"base": "not_a_sigenstor"}

    simulator.set(quirks={"missing_registers": [[30500, 30553]]})
    result = await hass.config_entries.flow.async_configure(flow_id, answers(simulator))
    assert result["errors"] == {"base": "not_a_sigenstor"}

    simulator.set(quirks={"missing_registers": []})
    result = await hass.config_entries.flow.async_configure(flow_id, answers(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    "bad", [{CONF_PORT: 0}, {CONF_PORT: 70_000}, {"advanced": {CONF_PLANT_UNIT_ID: 0}}, {"advanced": {"unit_id": 248}}]
)
async def test_numbers_out_of_range_are_refused(hass: HomeAssistant, simulator: Simulator, bad: dict[str, Any]) -> None:
    flow_id = await start(hass)
    with pytest.raises(InvalidData, match=r"expected|between|at least|at most|range|Schema"):
        await hass.config_entries.flow.async_configure(flow_id, answers(simulator, **bad))


async def test_the_same_plant_is_not_added_twice(
    hass: HomeAssistant, loaded: ConfigEntry, simulator: Simulator
) -> None:
    flow_id = await start(hass)
    result = await hass.config_entries.flow.async_configure(flow_id, answers(simulator))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_looking_at_a_plant_that_is_set_up_shares_its_connection(
    hass: HomeAssistant, loaded: ConfigEntry, simulator: Simulator
) -> None:
    flow_id = await start(hass)
    await hass.config_entries.flow.async_configure(flow_id, answers(simulator))
    assert simulator.connection_count == 1


async def test_a_plant_that_moved_is_found_at_its_new_address(
    hass: HomeAssistant, loaded: ConfigEntry, simulator: Simulator
) -> None:
    await simulator.stop()
    async with Simulator(SimulatorSettings(realtime=False)) as moved:
        result = await loaded.start_reconfigure_flow(hass)
        assert result["step_id"] == "reconfigure"
        result = await hass.config_entries.flow.async_configure(result["flow_id"], answers(moved))
        assert result["reason"] == "reconfigure_successful"
        assert loaded.data[CONF_PORT] == moved.modbus_port
        await hass.async_block_till_done()
        assert loaded.runtime_data.telemetry.last_update_success


async def test_another_plant_is_refused_as_the_new_address_and_nothing_changes(
    hass: HomeAssistant, loaded: ConfigEntry, simulator: Simulator
) -> None:
    before = dict(loaded.data)
    async with Simulator(SimulatorSettings(realtime=False)) as other:
        other.plant.inverters[0].serial_number = "999Z999Z9999"
        other.advance(1)
        result = await loaded.start_reconfigure_flow(hass)
        result = await hass.config_entries.flow.async_configure(result["flow_id"], answers(other))
    assert result["reason"] == "another_plant"
    assert dict(loaded.data) == before


class TestDiscovery:
    """A device whose network card is Sigenergy's asks for an address."""

    @pytest.fixture(autouse=True)
    def _at_the_simulators_port(self, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(config_flow, "DEFAULT_PORT", simulator.modbus_port)

    @staticmethod
    async def discover(hass: HomeAssistant) -> dict[str, Any]:
        """Let Home Assistant see the device."""
        return await hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": SOURCE_DHCP},
            data=DhcpServiceInfo(ip="127.0.0.1", hostname="sigen", macaddress="0c47a9912345"),
        )

    async def test_it_is_added_after_a_confirmation(self, hass: HomeAssistant, simulator: Simulator) -> None:
        result = await self.discover(hass)
        assert result["step_id"] == "discovery_confirm"
        result = await hass.config_entries.flow.async_configure(result["flow_id"], {})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["data"][CONF_INVERTER_UNIT_IDS] == [1]
        await hass.async_block_till_done()

    async def test_a_known_plant_is_followed_to_its_new_address(
        self, hass: HomeAssistant, entry: MockConfigEntry
    ) -> None:
        hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_HOST: "192.0.2.1"})
        result = await self.discover(hass)
        assert result["reason"] == "already_configured"
        assert entry.data[CONF_HOST] == "127.0.0.1"

    @pytest.mark.parametrize("simulator_settings", [{"inverters": 2}])
    @pytest.mark.parametrize("known_by", [1, 2])
    async def test_a_known_plant_whose_inverter_was_exchanged_is_followed_and_is_no_new_one(
        self, hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, known_by: int
    ) -> None:
        replaced = {"OLD": simulator.plant.inverters[known_by - 1].serial_number}
        data = {**entry.data, CONF_HOST: "192.0.2.1", CONF_REPLACED: replaced}
        hass.config_entries.async_update_entry(entry, unique_id="OLD", data=data)
        result = await self.discover(hass)
        assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")
        assert entry.data[CONF_HOST] == "127.0.0.1"

    async def test_a_known_plant_behind_another_port_has_not_moved(
        self, hass: HomeAssistant, entry: MockConfigEntry
    ) -> None:
        data = {**entry.data, CONF_HOST: "192.0.2.1", CONF_PORT: 5020}
        hass.config_entries.async_update_entry(entry, data=data)
        result = await self.discover(hass)
        assert result["reason"] == "already_configured"
        assert entry.data[CONF_HOST] == "192.0.2.1"

    async def test_a_device_without_modbus_is_left_alone(self, hass: HomeAssistant, simulator: Simulator) -> None:
        await simulator.stop()
        result = await self.discover(hass)
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "cannot_connect"


POLLING = {"poll_interval_s": 10, "stale_after_s": 60, "message_spacing_s": 0.0, "panel_interval_s": 10}
CONTROL = {"hand_back_on_stop": True, "optimiser_above_schedules": False, "audit_in_recorder": False}
SAFETY = {"min_soc": 5, "max_soc": 98, "min_temperature_c": 0, "max_temperature_c": 45, "step_kw": 1}


def options(**changes: dict[str, Any]) -> dict[str, Any]:
    """Return what a person fills in, with changes by section."""
    sections = {"polling": POLLING, "control": CONTROL, "safety": SAFETY}
    return {name: {**values, **changes.get(name, {})} for name, values in sections.items()}


async def open_settings(hass: HomeAssistant, loaded: ConfigEntry) -> str:
    """Open the form behind "Polling, control and safety limits"; return the flow's id."""
    result = await hass.config_entries.options.async_init(loaded.entry_id)
    assert result["type"] is FlowResultType.MENU
    result = await hass.config_entries.options.async_configure(result["flow_id"], {"next_step_id": "settings"})
    assert result["step_id"] == "settings"
    return result["flow_id"]


async def answer_options(hass: HomeAssistant, loaded: ConfigEntry, **changes: dict[str, Any]) -> dict[str, Any]:
    """Fill in the options form."""
    flow_id = await open_settings(hass, loaded)
    return await hass.config_entries.options.async_configure(flow_id, options(**changes))


async def test_options_change_the_poll_interval_at_once(hass: HomeAssistant, loaded: ConfigEntry) -> None:
    result = await answer_options(hass, loaded, polling={"poll_interval_s": 30})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    interval = loaded.runtime_data.telemetry.update_interval
    assert interval is not None
    assert interval.total_seconds() == 30


@pytest.mark.parametrize(
    ("section", "bad"),
    [
        ("polling", {"poll_interval_s": 1}),
        ("polling", {"stale_after_s": 5}),
        ("polling", {"message_spacing_s": 5}),
        ("safety", {"min_soc": -1}),
        ("safety", {"max_soc": 101}),
        ("safety", {"max_temperature_c": 90}),
        ("safety", {"step_kw": 0}),
        ("safety", {"main_fuse_kw": 0.999}),
        ("safety", {"main_fuse_kw": 5_000.001}),
    ],
)
async def test_options_out_of_range_are_refused_and_nothing_changes(
    hass: HomeAssistant, loaded: ConfigEntry, section: str, bad: dict[str, Any]
) -> None:
    before = dict(loaded.options)
    with pytest.raises(InvalidData, match=next(iter(bad))):
        await answer_options(hass, loaded, **{section: bad})
    assert dict(loaded.options) == before


async def test_a_tighter_limit_holds_at_once_and_after_a_restart(hass: HomeAssistant, loaded: ConfigEntry) -> None:
    result = await answer_options(hass, loaded, safety={"min_soc": 20, "step_kw": 0.5})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    limits = loaded.runtime_data.control.controller.memory.settings.limits
    assert (limits.min_soc, limits.step_w, limits.max_soc) == (20, 500, 98)


async def test_the_main_fuse_is_unknown_until_it_is_set_and_can_be_removed_again(
    hass: HomeAssistant, loaded: ConfigEntry
) -> None:
    async def shown_and_set() -> tuple[Any, int | None]:
        form = await choose(hass, loaded, "settings")
        hass.config_entries.options.async_abort(form["flow_id"])
        return suggested(form)[
            "main_fuse_kw"
        ], loaded.runtime_data.control.controller.memory.settings.limits.main_fuse_w

    assert await shown_and_set() == (None, None)
    result = await answer_options(hass, loaded, safety={"main_fuse_kw": 14.5})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert await shown_and_set() == (14.5, 14_500)
    assert status_as_dict(loaded.runtime_data.control.data)["settings"]["limits"]["main_fuse_w"] == 14_500
    await answer_options(hass, loaded)
    await hass.async_block_till_done()
    assert await shown_and_set() == (None, None)


async def test_a_looser_limit_is_taken_only_when_it_is_confirmed(hass: HomeAssistant, loaded: ConfigEntry) -> None:
    result = await answer_options(hass, loaded, safety={"max_temperature_c": 50, "step_kw": 1.5})
    assert result["step_id"] == "confirm_loosening"
    assert result["description_placeholders"] == {
        "limits": "Maximum battery temperature 50 °C (45 °C), Maximum power step 1.5 kW (1 kW)"
    }
    result = await hass.config_entries.options.async_configure(result["flow_id"], {"understood": False})
    assert result["errors"] == {"understood": "not_understood"}
    assert loaded.runtime_data.control.controller.memory.settings.limits.max_temperature_c == 45
    result = await hass.config_entries.options.async_configure(result["flow_id"], {"understood": True})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert loaded.runtime_data.control.controller.memory.settings.limits.max_temperature_c == 50


async def test_a_plant_that_is_not_loaded_still_has_its_polling_options(
    hass: HomeAssistant, loaded: ConfigEntry
) -> None:
    assert await hass.config_entries.async_unload(loaded.entry_id)
    flow_id = await open_settings(hass, loaded)
    result = await hass.config_entries.options.async_configure(flow_id, {"polling": POLLING})
    assert result["type"] is FlowResultType.CREATE_ENTRY
