"""Systems of every kind, over real sockets: how they start, what they show of themselves, and how they change."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
import re
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant, State
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel import async_remove_config_entry_device
from custom_components.sigenstor_panel.const import (
    CONF_AC_CHARGER_UNIT_IDS,
    CONF_INVERTER_UNIT_IDS,
    CONF_PLANT_UNIT_ID,
    CONF_REPLACED,
    DOMAIN,
)
from custom_components.sigenstor_panel.control.intents import OverrideKind
from custom_components.sigenstor_panel.model.telemetry import Telemetry
from custom_components.sigenstor_panel.repairs import async_create_fix_flow
from simulator import Simulator, SimulatorSettings
from simulator.gateway import Gateway

type StateOf = Callable[..., State]
type Poll = Callable[[float], Awaitable[Telemetry]]


@pytest.fixture(autouse=True)
async def in_brisbane(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Home is where the simulated plant is, and nobody pauses between requests."""
    await hass.config.async_set_time_zone("Australia/Brisbane")
    monkeypatch.setattr("custom_components.sigenstor_panel.coordinator.connection.DEFAULT_MESSAGE_SPACING_S", 0.0)


@pytest.fixture
def poll(hass: HomeAssistant, entry: MockConfigEntry, simulator: Simulator, freezer: FrozenDateTimeFactory) -> Poll:
    """Let time pass for Home Assistant and for the plant, then poll; return the last reading."""

    async def act(seconds: float) -> Telemetry:
        freezer.tick(seconds)
        simulator.advance(seconds)
        await entry.runtime_data.telemetry.async_refresh()
        await hass.async_block_till_done(wait_background_tasks=True)
        reading = entry.runtime_data.telemetry.data
        assert isinstance(reading, Telemetry)
        return reading

    return act


async def set_up(hass: HomeAssistant, entry: ConfigEntry[Any], **data: Any) -> bool:
    """Set the entry up, with other data."""
    hass.config_entries.async_update_entry(entry, data={**entry.data, **data})
    done = await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    return done


async def add(hass: HomeAssistant, port: int, **advanced: Any) -> dict[str, Any]:
    """Add the plant at a port as a person does; return what the flow says."""
    flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    answers = {CONF_HOST: "127.0.0.1", CONF_PORT: port, "advanced": {CONF_PLANT_UNIT_ID: 247, **advanced}}
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], answers)
    await hass.async_block_till_done()
    return dict(result)


def issues(hass: HomeAssistant) -> set[str]:
    """Return what people are told about the system."""
    told = {issue.translation_key or "" for issue in ir.async_get(hass).issues.values() if issue.domain == DOMAIN}
    return told - {"left_behind"}


def string_sensors(hass: HomeAssistant, entry: ConfigEntry[Any], serial_number: str) -> list[str]:
    """Return the ids of the sensors of an inverter's PV strings."""
    sensors = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return [each.entity_id for each in sensors if f"inverter_{serial_number}_pv_string" in each.unique_id]


async def fix(hass: HomeAssistant, issue_id: str) -> Any:
    """Begin to fix an issue, as a person does with a click."""
    issue = ir.async_get(hass).issues[DOMAIN, issue_id]
    flow: Any = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    flow.hass, flow.issue_id = hass, issue.issue_id
    return flow


def has_device(hass: HomeAssistant, entry: ConfigEntry[Any], name: str) -> bool:
    """Return whether the entry has a device."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return any((DOMAIN, f"{entry.unique_id}_{name}") in device.identifiers for device in devices)


class TestNumbers:
    """Numbers that cannot be true never reach an entity."""

    async def test_lifetime_pv_stays_while_a_part_of_it_reads_0(
        self, simulator: Simulator, hass: HomeAssistant, entry: MockConfigEntry, poll: Poll
    ) -> None:
        simulator.set(third_party_power_w=3000)
        simulator.advance(3600)
        assert await set_up(hass, entry)
        before = (await poll(10)).energy.pv_kwh
        assert before is not None
        simulator.disturb(addresses=[[30194, 30199], [30240, 30243]], reads=0, times=2)
        for _ in range(3):
            after = (await poll(10)).energy.pv_kwh
            assert after is not None
            assert before <= after < before + 0.1

    @pytest.mark.parametrize("reads", ["all_ones", "random"])
    async def test_a_first_reading_that_is_nonsense_shows_nothing_of_it(
        self, simulator: Simulator, hass: HomeAssistant, entry: MockConfigEntry, poll: Poll, reads: str
    ) -> None:
        simulator.advance(3600)
        counters = [30083, 30088, 30092, 30094, 30200, 30204, 30216, 30220, 30566, 30572, 40038, 40040]
        simulator.disturb(addresses=counters, reads=reads, times=len(counters) * 2)
        assert await set_up(hass, entry)
        first = entry.runtime_data.telemetry.data
        assert (first.rated_capacity_kwh, first.cycles) == (None, None)
        assert (first.energy.pv_kwh, first.energy.house_kwh, first.energy.grid_import_kwh) == (None, None, None)
        assert (first.control.import_limit_w or 0, first.control.export_limit_w or 0) <= (200_000, 200_000)
        simulator.set(disturbances=[])
        second = await poll(10)
        assert (second.energy.pv_kwh, second.energy.house_kwh, second.energy.grid_import_kwh) == (None, None, None)
        second = await poll(10)
        totals = simulator.plant.counters.totals_kwh
        assert second.energy.pv_kwh == pytest.approx(totals["pv"], abs=0.02)
        assert second.energy.house_kwh == pytest.approx(totals["house"], abs=0.02)

    @pytest.mark.parametrize("bad", [0, 100])
    @pytest.mark.parametrize("everywhere", [False, True])
    async def test_one_bad_sample_of_the_state_of_charge_is_not_shown(
        self, simulator: Simulator, loaded: ConfigEntry, poll: Poll, bad: int, everywhere: bool
    ) -> None:
        addresses = [30014, 30601] if everywhere else [30014]
        simulator.disturb(addresses=addresses, reads=bad, times=len(addresses))
        assert (await poll(10)).soc == pytest.approx(50, abs=0.5)
        assert (await poll(10)).soc == pytest.approx(50, abs=0.5)

    async def test_a_state_of_charge_that_really_jumps_is_shown_by_the_second_poll(
        self, simulator: Simulator, loaded: ConfigEntry, poll: Poll
    ) -> None:
        simulator.set(soc=100)
        assert (await poll(10)).soc == pytest.approx(50, abs=0.5)
        assert (await poll(10)).soc == pytest.approx(100, abs=0.5)

    @pytest.mark.parametrize("vehicle_w", [-12_500, 11_000])
    async def test_the_house_is_what_it_takes_whatever_a_vehicle_at_the_dc_charger_does(
        self, simulator: Simulator, hass: HomeAssistant, entry: MockConfigEntry, poll: Poll, vehicle_w: int
    ) -> None:
        simulator.set(house_power_w=1200, dc_charger_power_w=vehicle_w)
        simulator.advance(5)
        assert await set_up(hass, entry)
        reading = await poll(10)
        assert (reading.house_power_w, reading.vehicle_power_w) == (1200, vehicle_w)

    async def test_a_reading_is_as_old_as_the_first_answer(
        self, simulator: Simulator, loaded: ConfigEntry, poll: Poll, freezer: FrozenDateTimeFactory
    ) -> None:
        client = loaded.runtime_data.telemetry.client
        read = client._async_read_inverter

        async def slow_inverter(*args: Any, **kwargs: Any) -> None:
            freezer.tick(4)
            await read(*args, **kwargs)

        client._async_read_inverter = slow_inverter
        reading = await poll(10)
        assert loaded.runtime_data.telemetry.age == timedelta(seconds=4)
        assert reading.timestamp == client.meter.first_answer_at


class TestDays:
    """A day begins at the home's midnight, whatever the device thinks."""

    @pytest.mark.parametrize("hour", [23, 1])
    async def test_todays_energies_begin_at_the_homes_midnight(
        self,
        simulator: Simulator,
        hass: HomeAssistant,
        entry: MockConfigEntry,
        poll: Poll,
        freezer: FrozenDateTimeFactory,
        hour: float,
    ) -> None:
        evening = datetime(2026, 1, 15, 22, 50, tzinfo=dt_util.get_default_time_zone())
        freezer.move_to(evening)
        simulator.set(time=evening, device_midnight_h=hour, house_power_w=1000)
        simulator.advance(10)
        freezer.tick(10)
        assert await set_up(hass, entry)
        for seconds in (600, 600, 600, 600, 600, 600, 585):
            await poll(seconds)
        for ten_minutes in range(1, 8):
            energy = (await poll(605 if ten_minutes == 1 else 600)).energy
            assert energy.house_today_kwh == pytest.approx(ten_minutes / 6, abs=0.03)

    async def test_a_device_whose_clock_is_wrong_is_said_once_and_its_day_is_not_believed(
        self, simulator: Simulator, hass: HomeAssistant, entry: MockConfigEntry, poll: Poll
    ) -> None:
        simulator.set(device_clock_offset_s=-5400)
        simulator.advance(3600)
        assert await set_up(hass, entry)
        for _ in range(3):
            reading = await poll(10)
        assert reading.energy.house_today_kwh is None
        assert issues(hass) == {"device_clock_wrong"}
        simulator.set(device_clock_offset_s=0)
        await poll(10)
        # The plant was 3600 s ahead of Home Assistant from the start.
        assert issues(hass) == {"device_clock_wrong"}

    async def test_by_how_much_a_clock_is_off_needs_no_word_of_any_language(
        self, simulator: Simulator, hass: HomeAssistant, entry: MockConfigEntry, poll: Poll
    ) -> None:
        simulator.set(device_clock_offset_s=-200_000)
        assert await set_up(hass, entry)
        for _ in range(3):
            await poll(10)
        issue = ir.async_get(hass).async_get_issue(DOMAIN, f"device_clock_wrong_{entry.entry_id}")
        assert issue is not None
        assert issue.translation_placeholders is not None
        assert re.fullmatch(r"-55:3\d:\d\d", issue.translation_placeholders["off"])


class TestStart:
    """A system starts as long as it is known."""

    @pytest.mark.parametrize("simulator_settings", [{"inverters": 2}])
    @pytest.mark.parametrize("silent", [1, 2])
    @pytest.mark.parametrize("answer", [{"exception": 11}, {"exception": 2}, {"exception": 6}, {"silent": True}])
    async def test_one_silent_inverter_does_not_keep_the_others_from_starting(
        self,
        simulator: Simulator,
        hass: HomeAssistant,
        loaded: ConfigEntry,
        state_of: StateOf,
        silent: int,
        answer: dict[str, Any],
    ) -> None:
        await hass.config_entries.async_unload(loaded.entry_id)
        simulator.disturb(unit=silent, **answer)
        assert await hass.config_entries.async_setup(loaded.entry_id)
        await hass.async_block_till_done()
        serials = [inverter.serial_number for inverter in simulator.plant.inverters]
        assert state_of("state_of_charge").state == "50.0"
        assert state_of("running_state", inverter=serials[silent - 1]).state == "unavailable"
        assert state_of("running_state", inverter=serials[2 - silent]).state == "running"
        assert state_of("emergency_stop", platform="switch").state == "off"

    @pytest.mark.parametrize("simulator_settings", [{"inverters": 2}])
    @pytest.mark.parametrize("silent", [1, 2])
    async def test_with_a_silent_inverter_what_was_left_under_control_is_given_back_after_a_crash(
        self,
        simulator: Simulator,
        hass: HomeAssistant,
        controlled: ConfigEntry[Any],
        freezer: FrozenDateTimeFactory,
        silent: int,
    ) -> None:
        before, control = dict(simulator.plant.holding), controlled.runtime_data.control
        await control.async_change_settings(hand_back_on_stop=False)
        await control.async_force(OverrideKind.FORCE_HOLD, duration=timedelta(hours=1))
        await hass.config_entries.async_unload(controlled.entry_id)
        assert simulator.plant.holding[40029] == 1
        freezer.tick(7200)
        simulator.advance(7200)
        simulator.disturb(unit=silent, exception=11)
        assert await hass.config_entries.async_setup(controlled.entry_id)
        await hass.async_block_till_done()
        assert simulator.plant.holding == before

    @pytest.mark.parametrize("simulator_settings", [{"inverters": 2}])
    async def test_the_strings_of_an_inverter_that_was_silent_at_the_start_appear_when_it_answers(
        self, simulator: Simulator, hass: HomeAssistant, entry: MockConfigEntry, poll: Poll
    ) -> None:
        simulator.disturb(unit=2, exception=11)
        assert await set_up(hass, entry)
        simulator.set(disturbances=[])
        for reader in entry.runtime_data.telemetry.client.inverters:
            reader.silent_until = 0
        await poll(61)
        assert string_sensors(hass, entry, simulator.plant.inverters[1].serial_number)

    async def test_the_strings_of_a_known_inverter_that_is_silent_at_the_start_appear_without_a_reload(
        self, simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry, poll: Poll
    ) -> None:
        serial = simulator.plant.inverters[0].serial_number
        await hass.config_entries.async_unload(loaded.entry_id)
        for sensor in string_sensors(hass, loaded, serial):
            er.async_get(hass).async_remove(sensor)
        simulator.disturb(unit=1, exception=11)
        assert await hass.config_entries.async_setup(loaded.entry_id)
        runtime = loaded.runtime_data
        simulator.set(disturbances=[])
        runtime.telemetry.client.inverters[0].silent_until = 0
        await poll(61)
        assert string_sensors(hass, loaded, serial)
        assert loaded.runtime_data is runtime

    async def test_a_system_whose_only_inverter_is_silent_starts_and_is_not_written_to(
        self, simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry, state_of: StateOf
    ) -> None:
        await hass.config_entries.async_unload(loaded.entry_id)
        simulator.disturb(unit=1, exception=11)
        assert await hass.config_entries.async_setup(loaded.entry_id)
        await hass.async_block_till_done()
        assert state_of("state_of_charge").state == "50.0"
        assert not loaded.runtime_data.telemetry.client.identified

    @pytest.mark.parametrize(
        "simulator_settings", [{"quirks": {"missing_registers": [[31005, 31010], [30031, 30034], [30228, 30231]]}}]
    )
    async def test_a_register_that_is_not_used_takes_nothing_away_and_is_asked_for_once(
        self, simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry, poll: Poll
    ) -> None:
        reading = await poll(10)
        (inverter,) = reading.inverters.values()
        assert None not in (reading.soc, reading.grid_power_w, reading.energy.grid_import_kwh)
        assert None not in (inverter.phase_a_voltage_v, inverter.internal_temperature_c)
        simulator.requests.clear()
        await poll(61)
        assert await hass.config_entries.async_reload(loaded.entry_id)
        assert {request.outcome for request in simulator.requests} == {"ok"}

    @pytest.mark.parametrize("simulator_settings", [{"units": (1, 2), "pv_only_units": (2,)}])
    @pytest.mark.parametrize("answer", ["zero", "all_ones", "exception"])
    async def test_a_pv_only_inverter_has_no_battery_and_spoils_nobody_elses(
        self, simulator: Simulator, hass: HomeAssistant, entry: MockConfigEntry, poll: Poll, answer: str
    ) -> None:
        simulator.set(quirks={"battery_registers_without_battery": answer})
        assert await set_up(hass, entry)
        reading = await poll(61)
        hybrid, solar = (reading.inverters[each.serial_number] for each in simulator.plant.inverters)
        assert (solar.soc, solar.max_cell_temperature_c, solar.average_cell_voltage_v) == (None, None, None)
        assert reading.average_cell_voltage_v == hybrid.average_cell_voltage_v
        assert reading.energy.battery_charged_today_kwh is not None
        unique_id = f"{entry.unique_id}_inverter_{solar.serial_number}_max_cell_temperature"
        assert er.async_get(hass).async_get_entity_id("sensor", DOMAIN, unique_id) is None


class TestFinding:
    """Inverters and AC chargers are found wherever they are."""

    @pytest.mark.parametrize(
        "simulator_settings",
        [{"units": units} for units in [(1, 4), (3,), (20,), (11, 12), (246,)]],
        ids=lambda settings: str(settings["units"]),
    )
    async def test_inverters_are_found_at_any_unit(self, simulator: Simulator, hass: HomeAssistant) -> None:
        result = await add(hass, simulator.modbus_port)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["data"][CONF_INVERTER_UNIT_IDS] == [each.unit for each in simulator.plant.inverters]

    @pytest.mark.parametrize("simulator_settings", [{"units": (1, 2), "pv_only_units": (2,)}])
    async def test_an_inverter_that_refuses_the_registers_of_a_battery_is_found(
        self, simulator: Simulator, hass: HomeAssistant
    ) -> None:
        simulator.set(quirks={"battery_registers_without_battery": "exception"})
        result = await add(hass, simulator.modbus_port)
        assert result["data"][CONF_INVERTER_UNIT_IDS] == [1, 2]

    @pytest.mark.parametrize("simulator_settings", [{"units": (20,), "quirks": {"unknown_unit": 0}}])
    async def test_units_that_are_silent_are_named_by_hand(self, simulator: Simulator, hass: HomeAssistant) -> None:
        result = await add(hass, simulator.modbus_port, units="20")
        assert result["data"][CONF_INVERTER_UNIT_IDS] == [20]

    async def test_what_is_no_list_of_units_is_refused(self, simulator: Simulator, hass: HomeAssistant) -> None:
        for text in ("one", "0", "247", "1;2"):
            assert (await add(hass, simulator.modbus_port, units=text))["errors"] == {"base": "invalid_units"}

    @pytest.mark.parametrize("simulator_settings", [{"units": (1,), "unit_map": {100: 247, 31: 1, 32: 1}}])
    async def test_an_inverter_that_a_proxy_shows_twice_is_one(self, simulator: Simulator, hass: HomeAssistant) -> None:
        result = await add(hass, simulator.modbus_port, unit_id=100)
        assert result["data"][CONF_INVERTER_UNIT_IDS] == [31]

    async def test_a_busy_system_is_not_said_to_be_something_else(
        self, simulator: Simulator, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("custom_components.sigenstor_panel.plant.client.BUSY_PAUSES_S", (0.0,))
        for where in ({"unit": 247}, {"unit": 1}):
            simulator.set(disturbances=[{"exception": 6, **where}])
            assert (await add(hass, simulator.modbus_port))["errors"] == {"base": "busy"}

    @pytest.mark.parametrize("simulator_settings", [{"inverters": 2, "second_modbus_port": 0}])
    async def test_one_system_behind_two_addresses_is_added_once(
        self, simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry
    ) -> None:
        assert simulator.second_modbus_port is not None
        for units in ("", "1", "2"):
            result = await add(hass, simulator.second_modbus_port, units=units)
            assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")

    @pytest.mark.parametrize("simulator_settings", [{"inverters": 2, "second_modbus_port": 0}])
    async def test_two_entries_never_control_one_inverter(
        self, simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry
    ) -> None:
        other = MockConfigEntry(
            domain=DOMAIN,
            unique_id=simulator.plant.inverters[1].serial_number,
            data={**loaded.data, CONF_PORT: simulator.second_modbus_port, CONF_INVERTER_UNIT_IDS: [2]},
        )
        other.add_to_hass(hass)
        assert not await hass.config_entries.async_setup(other.entry_id)
        assert other.error_reason_translation_key == "controlled_elsewhere"
        assert loaded.state is ConfigEntryState.LOADED

    @pytest.mark.parametrize("simulator_settings", [{"inverters": 2, "second_modbus_port": 0}])
    async def test_two_entries_that_are_set_up_at_the_same_time_never_control_one_inverter(
        self, simulator: Simulator, hass: HomeAssistant, entry: MockConfigEntry
    ) -> None:
        other = MockConfigEntry(
            domain=DOMAIN,
            unique_id=simulator.plant.inverters[1].serial_number,
            data={**entry.data, CONF_PORT: simulator.second_modbus_port, CONF_INVERTER_UNIT_IDS: [2]},
        )
        other.add_to_hass(hass)
        assert await async_setup_component(hass, DOMAIN, {})
        await hass.async_block_till_done()
        first, second = sorted((entry, other), key=lambda each: each.state is not ConfigEntryState.LOADED)
        assert first.state is ConfigEntryState.LOADED
        assert second.error_reason_translation_key == "controlled_elsewhere"

        assert await hass.config_entries.async_unload(first.entry_id)
        assert await hass.config_entries.async_reload(second.entry_id), "what an entry leaves is free again"

    @pytest.mark.parametrize("simulator_settings", [{"soc": 30.0}])
    async def test_two_systems_behind_one_address_are_two_entries_and_each_is_written_to_alone(
        self, simulator: Simulator, hass: HomeAssistant, quick_control: dict[str, Any]
    ) -> None:
        settings = SimulatorSettings(realtime=False, start=simulator.settings.start, soc=70.0, inverters=2)
        async with Simulator(settings) as neighbour:
            for inverter in neighbour.plant.inverters:
                inverter.serial_number = f"B{inverter.serial_number[1:]}"
            neighbour.advance(1)
            units = {247: (simulator, 247), 1: (simulator, 1)}
            units |= {100: (neighbour, 247), 11: (neighbour, 1), 12: (neighbour, 2)}
            async with Gateway(units) as gateway:
                added = [
                    await add(hass, gateway.port, units="1"),
                    await add(hass, gateway.port, units="11 12", unit_id=100),
                ]
                assert [each["type"] for each in added] == [FlowResultType.CREATE_ENTRY] * 2
                first, second = (each["result"] for each in added)
                await hass.async_block_till_done(wait_background_tasks=True)
                assert [each.runtime_data.telemetry.data.soc for each in (first, second)] == [30, 70]
                assert {each.unit for each in gateway.requests} == set(units)
                await first.runtime_data.control.async_force(OverrideKind.FORCE_HOLD, duration=timedelta(hours=1))
                assert (simulator.plant.holding[40029], neighbour.plant.holding[40029]) == (1, 0)
                assert "same_system" not in issues(hass)
                for each in (first, second):
                    assert await hass.config_entries.async_unload(each.entry_id)

    @pytest.mark.parametrize("simulator_settings", [{"inverters": 2}])
    async def test_one_system_behind_two_addresses_that_show_one_inverter_each_is_said(
        self, simulator: Simulator, hass: HomeAssistant
    ) -> None:
        async with (
            Gateway({247: (simulator, 247), 1: (simulator, 1)}) as one,
            Gateway({247: (simulator, 247), 2: (simulator, 2)}) as two,
        ):
            entries = [(await add(hass, gateway.port))["result"] for gateway in (one, two)]
            await hass.async_block_till_done(wait_background_tasks=True)
            for entry in entries * 2:
                await entry.runtime_data.telemetry.async_refresh()
            assert "same_system" in issues(hass)
            for entry in entries:
                assert await hass.config_entries.async_unload(entry.entry_id)
            assert "same_system" not in issues(hass)


class TestChanges:
    """What is added appears, what is gone can be removed, and what is exchanged keeps its place."""

    async def test_an_inverter_and_an_ac_charger_that_were_added_appear(
        self, simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry, poll: Poll
    ) -> None:
        simulator.set(add_inverter=4)
        await poll(3601)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert loaded.data[CONF_INVERTER_UNIT_IDS] == [1, 4]
        assert len((await poll(10)).inverters) == 2
        assert len(dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)) == 5

    @pytest.mark.parametrize("simulator_settings", [{"inverters": 2}])
    async def test_an_inverter_that_is_gone_can_be_removed_and_one_that_answers_cannot(
        self, simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry, poll: Poll
    ) -> None:
        registry = dr.async_get(hass)
        devices = {each.serial_number: each for each in dr.async_entries_for_config_entry(registry, loaded.entry_id)}
        first, second = (devices[each.serial_number] for each in simulator.plant.inverters)
        simulator.set(remove_inverter=2)
        await poll(10)
        assert not await async_remove_config_entry_device(hass, loaded, first)
        assert not await async_remove_config_entry_device(hass, loaded, devices[None])
        assert await async_remove_config_entry_device(hass, loaded, second)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert loaded.data[CONF_INVERTER_UNIT_IDS] == [1]
        assert loaded.state is ConfigEntryState.LOADED

    @pytest.mark.parametrize("simulator_settings", [{"inverters": 2}])
    async def test_an_inverter_that_is_silent_for_a_week_is_gone(
        self,
        simulator: Simulator,
        hass: HomeAssistant,
        loaded: ConfigEntry,
        freezer: FrozenDateTimeFactory,
        poll: Poll,
    ) -> None:
        simulator.set(remove_inverter=2)
        await poll(10)
        for days, units in ((6, [1, 2]), (1.1, [1])):
            freezer.tick(timedelta(days=days))
            await poll(10)
            assert loaded.data[CONF_INVERTER_UNIT_IDS] == units

    @pytest.mark.parametrize(
        ("simulator_settings", "unit"), [({"inverters": 1}, 1), ({"inverters": 2}, 1), ({"inverters": 2}, 2)]
    )
    async def test_an_exchanged_inverter_keeps_the_place_of_the_old_one_once_it_is_confirmed(
        self, simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry, poll: Poll, state_of: StateOf, unit: int
    ) -> None:
        inverter = simulator.plant.inverter(unit)
        assert inverter is not None
        old, unique_id = inverter.serial_number, loaded.unique_id
        simulator.set(exchange_inverter=unit)
        await poll(61)
        # Where nobody is known who answers, it may be another system as well.
        nobody_is_known = len(simulator.plant.inverters) == 1
        assert issues(hass) == {"inverter_exchanged", *(["wrong_plant"] if nobody_is_known else [])}
        flow = await fix(hass, f"inverter_exchanged_{loaded.entry_id}")
        assert (await flow.async_step_init())["type"] is FlowResultType.FORM
        assert (await flow.async_step_init({}))["type"] is FlowResultType.CREATE_ENTRY
        await hass.async_block_till_done(wait_background_tasks=True)
        assert (loaded.state, loaded.unique_id) == (ConfigEntryState.LOADED, unique_id)
        assert loaded.data[CONF_REPLACED] == {old: inverter.serial_number}
        reading = await poll(10)
        assert inverter.serial_number in reading.inverters
        assert state_of("running_state", inverter=old).state == "running"
        assert loaded.runtime_data.telemetry.client.identified
        assert issues(hass) == set()

    @pytest.mark.parametrize(("simulator_settings", "unit"), [({"inverters": 1}, 1), ({"inverters": 2}, 2)])
    async def test_an_exchanged_inverter_at_another_unit_keeps_the_place_of_the_silent_one_once_it_is_confirmed(
        self, simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry, poll: Poll, state_of: StateOf, unit: int
    ) -> None:
        inverter = simulator.plant.inverter(unit)
        assert inverter is not None
        old, units = inverter.serial_number, loaded.data[CONF_INVERTER_UNIT_IDS]
        simulator.set(add_inverter=7)
        if unit > 1:
            simulator.set(remove_inverter=unit)
        else:
            simulator.disturb(unit=unit, exception=11)
        await poll(10)
        await poll(3601)
        assert loaded.data[CONF_INVERTER_UNIT_IDS] == units
        assert issues(hass) == {"inverter_found"}
        flow = await fix(hass, f"inverter_found_{loaded.entry_id}")
        assert (await flow.async_step_init())["menu_options"] == ["it_replaces", "it_is_one_more"]
        assert (await flow.async_step_it_replaces())["type"] is FlowResultType.CREATE_ENTRY
        await hass.async_block_till_done(wait_background_tasks=True)
        new = simulator.plant.inverters[-1].serial_number
        assert loaded.data[CONF_INVERTER_UNIT_IDS] == [7 if each == unit else each for each in units]
        assert loaded.data[CONF_REPLACED] == {old: new}
        assert new in (await poll(10)).inverters
        assert state_of("running_state", inverter=old).state == "running"
        assert loaded.runtime_data.telemetry.client.identified

    @pytest.mark.parametrize("simulator_settings", [{"inverters": 2}])
    async def test_an_inverter_that_was_found_while_one_is_silent_may_be_one_more(
        self, simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry, poll: Poll
    ) -> None:
        simulator.set(add_inverter=7)
        simulator.disturb(unit=2, exception=11)
        await poll(10)
        await poll(3601)
        flow = await fix(hass, f"inverter_found_{loaded.entry_id}")
        assert (await flow.async_step_it_is_one_more())["type"] is FlowResultType.CREATE_ENTRY
        await hass.async_block_till_done(wait_background_tasks=True)
        assert (loaded.data[CONF_INVERTER_UNIT_IDS], CONF_REPLACED in loaded.data) == ([1, 2, 7], False)

    @pytest.mark.parametrize("simulator_settings", [{"inverters": 2}])
    async def test_nobody_is_asked_any_more_once_the_silent_inverter_answers(
        self, simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry, poll: Poll
    ) -> None:
        simulator.set(add_inverter=7)
        simulator.disturb(unit=2, exception=11)
        await poll(10)
        await poll(3601)
        assert issues(hass) == {"inverter_found"}
        simulator.set(disturbances=[])
        loaded.runtime_data.telemetry.client.inverters[1].silent_until = 0
        await poll(3601)
        await poll(3601)
        assert (issues(hass), loaded.data[CONF_INVERTER_UNIT_IDS]) == (set(), [1, 2, 7])

    @pytest.mark.parametrize("simulator_settings", [{"inverters": 2}])
    async def test_an_inverter_that_has_another_unit_now_is_followed(
        self, simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry, poll: Poll, state_of: StateOf
    ) -> None:
        inverter = simulator.plant.inverters[1]
        inverter.unit = 9
        await poll(61)
        await poll(3601)
        assert loaded.data[CONF_INVERTER_UNIT_IDS] == [1, 9]
        assert issues(hass) == set()
        await poll(10)
        assert state_of("running_state", inverter=inverter.serial_number).state == "running"

    async def test_an_exchanged_inverter_is_no_other_system(
        self, simulator: Simulator, hass: HomeAssistant, entry: MockConfigEntry
    ) -> None:
        old = simulator.plant.inverters[0].serial_number
        simulator.set(exchange_inverter=1)
        assert await set_up(hass, entry, **{CONF_REPLACED: {old: simulator.plant.inverters[0].serial_number}})
        assert (await add(hass, simulator.modbus_port))["reason"] == "already_configured"

    async def test_a_meter_that_is_not_connected_is_said_once_and_its_power_is_unknown(
        self, simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry, poll: Poll
    ) -> None:
        simulator.set(faults={"meter_lost": True})
        readings = [await poll(10) for _ in range(4)]
        assert {reading.grid_power_w for reading in readings} == {None}
        assert issues(hass) == {"meter_not_connected"}
        simulator.set(faults={"meter_lost": False})
        assert (await poll(10)).grid_power_w is not None
        assert issues(hass) == set()

    async def test_remote_control_that_somebody_switched_off_is_said_once(
        self, simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry, poll: Poll
    ) -> None:
        client = loaded.runtime_data.telemetry.client
        await client.async_write("remote_ems_enabled", 1)
        for _ in range(4):
            await poll(10)
        assert issues(hass) == set()
        simulator.plant.holding[40029] = 0
        for _ in range(4):
            await poll(10)
        assert issues(hass) == {"remote_control_off"}
        await client.async_write("remote_ems_enabled", 0)
        await poll(10)
        assert issues(hass) == set()

    async def test_new_firmware_is_said_with_both_versions(
        self, simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry, poll: Poll
    ) -> None:
        before = simulator.plant.firmware
        simulator.set(quirks={"firmware_version": "V100R001C00SPC116"})
        await poll(61)
        await hass.async_block_till_done(wait_background_tasks=True)
        (issue,) = [each for each in ir.async_get(hass).issues.values() if each.domain == DOMAIN]
        assert issue.translation_placeholders == {
            "plant": "SigenStor",
            "before": before,
            "after": "V100R001C00SPC116",
        }


class TestSmartLoads:
    """Loads that the system switches have sensors from when they have counted something."""

    async def test_one_that_is_wired_later_appears_without_a_reload(
        self, simulator: Simulator, hass: HomeAssistant, entry: MockConfigEntry, poll: Poll
    ) -> None:
        assert await set_up(hass, entry)
        registry, client = er.async_get(hass), entry.runtime_data.telemetry.client
        unique_id = f"{entry.unique_id}_smart_load_energy_1"
        assert registry.async_get_entity_id("sensor", DOMAIN, unique_id) is None
        reloads = []
        entry.async_on_state_change(lambda: reloads.append(entry.state))
        simulator.disturb(addresses=[30098], reads=123)
        client._look_for_smart_loads_at = 0.0
        assert (await poll(60)).smart_loads.keys() == {1}
        assert registry.async_get_entity_id("sensor", DOMAIN, unique_id) is not None
        assert reloads == []


class TestChargers:
    """Vehicle chargers are devices of their own."""

    @pytest.mark.parametrize("simulator_settings", [{"ac_charger_units": (5,)}])
    async def test_an_ac_charger_is_found_and_shows_what_it_does(
        self, simulator: Simulator, hass: HomeAssistant
    ) -> None:
        simulator.set(ac_charger_power_w=7400, house_power_w=900)
        result = await add(hass, simulator.modbus_port)
        assert result["data"][CONF_AC_CHARGER_UNIT_IDS] == [5]
        simulator.advance(10)
        entry = result["result"]
        await entry.runtime_data.telemetry.async_refresh()
        reading = entry.runtime_data.telemetry.data
        charger = reading.ac_chargers[5]
        assert (charger.power_w, charger.state, charger.alarms) == (7400, "charging", ())
        assert reading.house_power_w == 900
        registry = er.async_get(hass)
        for key, shown in (("charger_power", "7400"), ("charger_state", "charging")):
            entity_id = registry.async_get_entity_id("sensor", DOMAIN, f"{entry.unique_id}_ac_charger_5_{key}")
            assert entity_id is not None
            state = hass.states.get(entity_id)
            assert state is not None
            assert state.state == shown

    @pytest.mark.parametrize("simulator_settings", [{"ac_charger_units": (5,)}])
    async def test_an_ac_charger_that_stalls_the_server_is_asked_ever_less(
        self, simulator: Simulator, hass: HomeAssistant, entry: MockConfigEntry, poll: Poll
    ) -> None:
        simulator.disturb(unit=5, exception=11)
        assert await set_up(hass, entry, **{CONF_AC_CHARGER_UNIT_IDS: [5]})
        client = entry.runtime_data.telemetry.client
        clock = [0.0]
        client._clock = lambda: clock[0]
        client.ac_chargers[0].silent_until = 0.0
        asked = []
        for _ in range(60):
            clock[0] += 60
            before = sum(request.unit == 5 for request in simulator.requests)
            reading = await poll(60)
            asked.append(sum(request.unit == 5 for request in simulator.requests) > before)
        assert sum(asked) == 3
        assert (reading.ac_chargers, reading.soc is None) == ({}, False)

    @pytest.mark.parametrize(
        "simulator_settings",
        [{"ac_charger_units": (5,), "quirks": {"missing_registers": [[30228, 30231], [30282, 30283]]}}],
    )
    async def test_one_that_is_silent_is_said_once_and_the_house_is_known_again(
        self, simulator: Simulator, hass: HomeAssistant, entry: MockConfigEntry, poll: Poll
    ) -> None:
        simulator.set(ac_charger_power_w=0, house_power_w=900)
        simulator.disturb(unit=5, exception=11, times=1)
        simulator.advance(10)
        assert await set_up(hass, entry, **{CONF_AC_CHARGER_UNIT_IDS: [5]})
        assert (await poll(600)).house_power_w is None
        assert issues(hass) == set()
        for _ in range(4):
            reading = await poll(300)
        assert reading.house_power_w == 900
        assert issues(hass) == {"charger_silent"}
        issue = ir.async_get(hass).async_get_issue(DOMAIN, f"charger_silent_{entry.entry_id}")
        assert issue is not None
        assert issue.translation_placeholders == {"plant": "SigenStor", "units": "5"}
        entry.runtime_data.telemetry.client.ac_chargers[0].silent_until = 0.0
        assert (await poll(10)).house_power_w == 900
        assert issues(hass) == set()

    @pytest.mark.parametrize("power_w", [11_000, -5_000])
    async def test_a_dc_charger_is_a_device_with_what_its_vehicle_says(
        self, simulator: Simulator, hass: HomeAssistant, entry: MockConfigEntry, poll: Poll, power_w: int
    ) -> None:
        simulator.set(dc_charger_power_w=power_w, vehicle_soc=70)
        simulator.advance(5)
        assert await set_up(hass, entry)
        (charger,) = (await poll(10)).dc_chargers.values()
        assert (charger.power_w, charger.state) == (power_w, "charging" if power_w > 0 else "discharging")
        assert charger.vehicle_soc == pytest.approx(70, abs=0.2)
        assert has_device(hass, entry, f"dc_charger_{entry.unique_id}")

    async def test_a_dc_charger_that_is_fitted_appears(
        self, simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry, poll: Poll
    ) -> None:
        assert loaded.runtime_data.telemetry.data.dc_chargers == {}
        simulator.set(dc_charger_power_w=3000)
        loaded.runtime_data.telemetry.client.inverters[0].look_for_dc_charger_at = 0.0
        await poll(61)
        await poll(61)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert has_device(hass, loaded, f"dc_charger_{loaded.unique_id}")

    async def test_a_dc_charger_that_was_taken_away_can_be_removed_and_appears_when_it_is_fitted_again(
        self, simulator: Simulator, hass: HomeAssistant, entry: MockConfigEntry, poll: Poll
    ) -> None:
        simulator.set(dc_charger_power_w=3000)
        assert await set_up(hass, entry)
        await poll(61)
        identifier = (DOMAIN, f"{entry.unique_id}_dc_charger_{entry.unique_id}")
        devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        (device,) = (each for each in devices if identifier in each.identifiers)
        assert not await async_remove_config_entry_device(hass, entry, device), "it is still there"
        simulator.set(dc_charger_power_w=None)
        await poll(10)
        simulator.disturb(unit=1, exception=11)
        await poll(10)
        assert not await async_remove_config_entry_device(hass, entry, device), "its inverter says nothing"
        simulator.set(disturbances=[])
        await poll(61)
        entry.runtime_data.telemetry.client.inverters[0].silent_until = 0
        await poll(61)
        assert await async_remove_config_entry_device(hass, entry, device)
        dr.async_get(hass).async_remove_device(device.id)

        simulator.set(dc_charger_power_w=3000)
        entry.runtime_data.telemetry.client.inverters[0].look_for_dc_charger_at = 0.0
        await poll(61)
        await poll(61)
        assert has_device(hass, entry, f"dc_charger_{entry.unique_id}")

    async def test_without_chargers_a_poll_takes_four_requests(
        self, simulator: Simulator, loaded: ConfigEntry, poll: Poll
    ) -> None:
        before = simulator.request_count
        await poll(10)
        assert simulator.request_count - before == 4


async def test_polls_keep_their_pace_whatever_one_takes(
    simulator: Simulator, hass: HomeAssistant, loaded: ConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    coordinator = loaded.runtime_data.telemetry
    now, waits = [1_000.0], []
    monkeypatch.setattr(hass.loop, "time", lambda: now[0], raising=False)
    for _ in range(5):
        began = now[0]
        coordinator._due_s = began if not waits else coordinator._due_s
        now[0] += 1.1
        coordinator._keep_pace(began)
        waits.append(coordinator.update_interval.total_seconds())
        now[0] += waits[-1]
    assert now[0] == pytest.approx(1_050)
