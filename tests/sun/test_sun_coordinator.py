"""The solar forecast in Home Assistant: fetched, kept, marked stale, learned from, and given to the dashboard."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import logging
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    async_fire_time_changed,
    mock_integration,
    mock_platform,
)
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from roof import PANELS, Start

from custom_components.sigenstor_panel.coordinator.sun import SunCoordinator, pv_curtailed
from custom_components.sigenstor_panel.energy import async_get_solar_forecast
from custom_components.sigenstor_panel.model.telemetry import (
    ControlRegisters,
    GridStatus,
    RemoteEmsMode,
    RunningState,
    Source,
    Telemetry,
)
from custom_components.sigenstor_panel.statistics.sun import accuracy_statistic_id
from simulator import Simulator

BRISBANE = ZoneInfo("Australia/Brisbane")
TODAY = datetime(2026, 1, 14, 14, tzinfo=UTC)
"""Midnight in Brisbane."""
NOON = TODAY + timedelta(hours=12)


def possible_kwh(simulator: Simulator, start: datetime, hours: int) -> float:
    """Return what the simulated panels can give."""
    plant = simulator.plant
    moments = [start.timestamp() + minute * 60 for minute in range(1, hours * 60, 2)]
    skies = [plant.sky.at(moment, plant.cloud_cover, plant.ambient_temperature_c) for moment in moments]
    return sum(sum(plant._pv_available_w(sky)) for sky in skies) / len(skies) * hours / 1000


async def test_the_forecast_of_today_is_what_the_simulated_panels_can_give(start: Start, simulator: Simulator) -> None:
    forecast = (await start()).data
    assert forecast.source == "open_meteo"
    assert not forecast.stale
    assert forecast.accuracy is None
    assert forecast.today(NOON, BRISBANE) == pytest.approx(possible_kwh(simulator, TODAY, 24), rel=0.03)
    assert forecast.tomorrow(NOON, BRISBANE) == pytest.approx(
        possible_kwh(simulator, TODAY + timedelta(days=1), 24), rel=0.03
    )
    assert forecast.power_at(TODAY) == 0
    slot = forecast.slot_at(NOON)
    assert slot is not None
    assert slot.cloud_cover is not None


async def test_each_array_is_asked_for_by_itself(start: Start, simulator: Simulator) -> None:
    west = replace(PANELS, name="Shed", azimuth=270, tilt=10, peak_kw=3)
    one = (await start()).data
    both = (await start(arrays=(PANELS, west))).data
    assert simulator.open_meteo is not None
    assert [(query["azimuth"], query["tilt"]) for query in simulator.open_meteo.queries] == [
        ("-180", "22"),
        ("-180", "22"),
        ("90", "10"),
    ]
    assert both.today(NOON, BRISBANE) > 1.2 * one.today(NOON, BRISBANE)


async def test_the_inverter_limits_the_sum_of_its_arrays(start: Start, simulator: Simulator) -> None:
    simulator.set(cloud_cover=0)
    forecast = (await start(inverter_limit_w=5000)).data
    assert max(slot.power_w for slot in forecast.slots) == 5000


@pytest.mark.parametrize("outage", ["http_500", "http_429", "bad_json"])
async def test_an_outage_keeps_the_last_good_forecast_marked_stale(
    start: Start, simulator: Simulator, outage: str
) -> None:
    coordinator = await start()
    good = coordinator.data
    simulator.set(quirks={"open_meteo_outage": outage})
    await coordinator.async_refresh()
    assert coordinator.last_update_success
    assert coordinator.data == replace(good, stale=True)
    simulator.set(quirks={"open_meteo_outage": "none"})
    await coordinator.async_refresh()
    assert coordinator.data.stale is False


async def test_an_outage_is_logged_once_when_it_starts_and_once_when_it_ends(
    start: Start, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    coordinator = await start()
    caplog.clear()
    caplog.set_level(logging.INFO, logger="custom_components.sigenstor_panel")
    simulator.set(quirks={"open_meteo_outage": "http_500"})
    for _ in range(4):
        await coordinator.async_refresh()
    simulator.set(quirks={"open_meteo_outage": "none"})
    for _ in range(2):
        await coordinator.async_refresh()
    levels = [
        record.levelname
        for record in caplog.records
        if record.name == "custom_components.sigenstor_panel" and record.levelno >= logging.INFO
    ]
    assert levels == ["WARNING", "INFO"]


async def test_retries_come_soon_and_then_hourly_but_never_soon_after_too_many_requests(
    start: Start, simulator: Simulator
) -> None:
    def minutes(coordinator: SunCoordinator) -> float:
        assert coordinator.update_interval is not None
        return coordinator.update_interval.total_seconds() / 60

    coordinator = await start()
    assert minutes(coordinator) == pytest.approx(60, rel=0.06)
    simulator.set(quirks={"open_meteo_outage": "http_500"})
    waits = []
    for _ in range(6):
        await coordinator.async_refresh()
        waits.append(minutes(coordinator))
    assert waits == pytest.approx([5, 10, 20, 40, 60, 60], rel=0.06)
    simulator.set(quirks={"open_meteo_outage": "none"})
    await coordinator.async_refresh()
    simulator.set(quirks={"open_meteo_outage": "http_429"})
    await coordinator.async_refresh()
    assert minutes(coordinator) == pytest.approx(60, rel=0.06)


async def test_without_any_forecast_it_starts_and_finds_one_later(start: Start, simulator: Simulator) -> None:
    simulator.set(quirks={"open_meteo_outage": "http_500"})
    coordinator = await start()
    assert coordinator.data is None
    assert not coordinator.last_update_success
    simulator.set(quirks={"open_meteo_outage": "none"})
    await coordinator.async_refresh()
    assert coordinator.last_update_success
    assert coordinator.data.power_at(NOON) is not None


async def test_a_forecast_that_ends_before_now_is_none_at_all(
    start: Start, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    coordinator = await start()
    simulator.set(quirks={"open_meteo_outage": "http_500"})
    freezer.tick(timedelta(days=4))
    await coordinator.async_refresh()
    assert not coordinator.last_update_success


async def test_clouds_alone_make_a_forecast_where_radiation_is_missing(start: Start, simulator: Simulator) -> None:
    simulator.set(quirks={"open_meteo_outage": "no_radiation"}, cloud_cover=0.3)
    forecast = (await start()).data
    assert forecast.today(NOON, BRISBANE) == pytest.approx(possible_kwh(simulator, TODAY, 24), rel=0.05)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"latitude": 95.0}, "Latitude must be in range of -90 to 90°"),
        ({"longitude": 181.0}, "Longitude must be in range of -180 to 180°"),
        ({"arrays": ()}, "There is no PV array"),
        ({"base_url": "not a url"}, "The base URL is not a valid URL"),
        ({"energy_platform_entry_id": "gone"}, "The chosen solar forecast no longer exists"),
    ],
)
async def test_what_is_wrong_with_the_configuration_is_said(
    start: Start, changes: dict[str, Any], sentence: str
) -> None:
    coordinator = await start(**changes)
    assert coordinator.data is None
    error = coordinator.last_exception
    assert error is not None
    assert sentence in error.translation_placeholders["error"]


async def test_a_restart_takes_up_a_young_forecast_without_asking_again(
    start: Start, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    before = await start()
    await before.async_shutdown()
    freezer.tick(timedelta(minutes=20))
    after = await start()
    assert after.data.slots == before.data.slots
    assert after.data.fetched_at == before.data.fetched_at
    assert simulator.open_meteo is not None
    assert len(simulator.open_meteo.queries) == 1
    assert after.update_interval is not None
    assert timedelta(minutes=35) < after.update_interval < timedelta(minutes=45)


async def test_a_restart_in_an_outage_takes_up_an_old_forecast_marked_stale(
    start: Start, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    before = await start()
    await before.async_shutdown()
    freezer.tick(timedelta(hours=5))
    simulator.set(quirks={"open_meteo_outage": "http_500"})
    after = await start()
    assert after.data == replace(before.data, stale=True)


async def test_a_forecast_for_other_panels_is_not_taken_up(start: Start, simulator: Simulator) -> None:
    before = await start()
    before.learning.correction.learn(1000, 500, 50, 40)
    await before.async_shutdown()
    after = await start(arrays=(replace(PANELS, peak_kw=5),))
    assert after.data.today(NOON, BRISBANE) == pytest.approx(before.data.today(NOON, BRISBANE) / 2)
    assert after.learning.correction.samples(50, 40) == 0


async def test_listeners_hear_of_every_new_slot(
    hass: HomeAssistant, start: Start, freezer: FrozenDateTimeFactory
) -> None:
    coordinator = await start()
    heard: list[float | None] = []
    stop = coordinator.async_add_listener(lambda: heard.append(coordinator.data.power_at(dt_util.utcnow())))
    for _ in range(2):
        freezer.tick(timedelta(minutes=15))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
    stop()
    assert len(heard) == 2
    assert len(set(heard)) == 2
    await coordinator.async_shutdown()


async def live(
    coordinator: SunCoordinator, telemetry: Any, simulator: Simulator, freezer: FrozenDateTimeFactory, minutes: int
) -> None:
    """Let time pass for the plant, for Home Assistant and for the forecast."""
    for minute in range(minutes):
        freezer.tick(60)
        simulator.advance(60)
        await telemetry.async_refresh()
        if minute % 60 == 59:
            await coordinator.async_refresh()


async def test_actual_pv_is_compared_learned_from_and_kept_as_statistics(
    recorder_mock: Any,
    hass: HomeAssistant,
    start: Start,
    simulator: Simulator,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
) -> None:
    simulator.set(cloud_cover=0.3)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    telemetry = entry.runtime_data.telemetry
    coordinator = await start(telemetry)
    simulator.set(pv_power_w=2000)
    await live(coordinator, telemetry, simulator, freezer, 182)
    forecast_w = coordinator.data.power_at(dt_util.utcnow() - timedelta(minutes=15))
    assert forecast_w is not None
    assert coordinator.recent.share(dt_util.utcnow()) == pytest.approx(2000 / forecast_w, rel=0.15)
    accuracy = coordinator.data.accuracy
    assert accuracy is not None
    assert accuracy.hours == 3
    forecast_kwh = coordinator.data.energy_kwh(NOON, NOON + timedelta(hours=3))
    assert forecast_kwh is not None
    assert accuracy.bias_w == pytest.approx(forecast_kwh * 1000 / 3 - 2000, rel=0.01)
    assert accuracy.mean_absolute_error_w == pytest.approx(accuracy.bias_w)
    assert coordinator.learning.correction.samples(30, 60) + coordinator.learning.correction.samples(30, 40) == 3

    await async_wait_recording_done(hass)
    ids = {quantity: accuracy_statistic_id(entry, quantity) for quantity in ("error", "bias")}
    rows = await get_instance(hass).async_add_executor_job(
        statistics_during_period, hass, TODAY, None, set(ids.values()), "hour", None, {"mean"}
    )
    for statistic_id in ids.values():
        (row,) = rows[statistic_id]
        assert row["start"] == TODAY.timestamp()
        assert row["mean"] == pytest.approx(accuracy.bias_w)

    await coordinator.async_shutdown()
    again = await start()
    assert again.data.accuracy == accuracy


async def test_hours_in_which_export_was_limited_teach_nothing(
    hass: HomeAssistant, start: Start, simulator: Simulator, freezer: FrozenDateTimeFactory, loaded: ConfigEntry[Any]
) -> None:
    telemetry = loaded.runtime_data.telemetry
    simulator.set(soc=100, house_power_w=500, cloud_cover=0)
    simulator.plant.holding.update({40029: 1, 40031: 2, 40038: 1.0})
    simulator.plant.settle()
    coordinator = await start(telemetry)
    await live(coordinator, telemetry, simulator, freezer, 182)
    assert telemetry.data.control.export_limit_w == 1000
    assert coordinator.data.accuracy is None
    assert coordinator.recent.share(dt_util.utcnow()) == 1
    await coordinator.async_shutdown()


READING = Telemetry(
    timestamp=NOON,
    source=Source.MODBUS,
    soc=60,
    battery_power_w=2000,
    grid_power_w=-1000,
    pv_power_w=4000,
    house_power_w=1000,
    available_charge_power_w=8000,
    running_state=RunningState.RUNNING,
    grid_status=GridStatus.ON_GRID,
    alarms={},
    inverters={},
)


def control(mode: RemoteEmsMode | None = None, **limits: int) -> dict[str, Any]:
    return {"control": ControlRegisters(remote_ems_enabled=mode is not None, remote_ems_mode=mode, **limits)}


@pytest.mark.parametrize(
    ("changes", "curtailed"),
    [
        ({}, False),
        (control(RemoteEmsMode.CHARGE_GRID_FIRST), True),
        (control(RemoteEmsMode.DISCHARGE_ESS_FIRST), True),
        (control(RemoteEmsMode.CHARGE_PV_FIRST), False),
        (
            {"control": ControlRegisters(remote_ems_enabled=False, remote_ems_mode=RemoteEmsMode.CHARGE_GRID_FIRST)},
            False,
        ),
        (control(export_limit_w=5000), False),
        (control(export_limit_w=1000), False),
        (control(export_limit_w=1000) | {"battery_power_w": 0, "available_charge_power_w": 0}, True),
        (control(export_limit_w=1000) | {"available_charge_power_w": None}, True),
        (control(RemoteEmsMode.STANDBY, export_limit_w=1000), True),
        (control(pv_limit_w=4000), True),
        (control(pv_limit_w=9000), False),
        ({"grid_status": GridStatus.OFF_GRID_AUTO}, True),
        ({"running_state": RunningState.FAULT}, True),
    ],
)
def test_the_sun_counts_as_held_back_only_where_it_may_be(changes: dict[str, Any], curtailed: bool) -> None:
    assert pv_curtailed(replace(READING, **changes)) is curtailed


@pytest.fixture
def other(hass: HomeAssistant) -> Callable[[Any], str]:
    """Set up another integration with a solar forecast; return its entry's id."""

    def set_up(forecast: Any) -> str:
        async def forecast_of(hass: HomeAssistant, config_entry_id: str) -> Any:
            assert config_entry_id == other_entry.entry_id
            if isinstance(forecast, Exception):
                raise forecast
            return forecast

        mock_integration(hass, MockModule("other_solar"))
        mock_platform(hass, "other_solar.energy", SimpleNamespace(async_get_solar_forecast=forecast_of))
        hass.config.components.add("other_solar")
        other_entry = MockConfigEntry(domain="other_solar", title="Other")
        other_entry.add_to_hass(hass)
        return other_entry.entry_id

    return set_up


async def test_another_integrations_forecast_is_spread_over_slots_and_keeps_its_energy(
    start: Start, simulator: Simulator, other: Callable[[Any], str]
) -> None:
    wh_hours = {
        "2026-01-15T09:00:00+10:00": 1000,
        "2026-01-15T10:00:00+10:00": 1500,
        "2026-01-15T10:30:00+10:00": 1700.5,
        "2026-01-16T02:00:00+00:00": 5000,
    }
    forecast = (await start(energy_platform_entry_id=other({"wh_hours": wh_hours}))).data
    assert forecast.source == "energy_platform"
    assert forecast.today(NOON, BRISBANE) is None
    assert forecast.power_at(NOON + timedelta(hours=1)) is None
    midnight = datetime(2026, 1, 15, 14, tzinfo=UTC)
    assert forecast.energy_kwh(midnight - timedelta(hours=3), midnight) == 0
    noon = datetime(2026, 1, 16, 2, tzinfo=UTC)
    assert forecast.energy_kwh(noon, noon + timedelta(hours=1)) == pytest.approx(5)
    ten = datetime(2026, 1, 15, 0, tzinfo=UTC)
    assert forecast.energy_kwh(ten, ten + timedelta(hours=1)) == pytest.approx(3.2005)
    assert simulator.open_meteo is not None
    assert simulator.open_meteo.queries == []


async def test_an_hour_of_which_a_half_is_missing_is_not_known(start: Start, other: Callable[[Any], str]) -> None:
    halves = {(NOON + timedelta(minutes=30) * n).isoformat(): 700 for n in range(-4, 8) if n not in {1, 2}}
    forecast = (await start(energy_platform_entry_id=other({"wh_hours": halves}))).data
    energies = [forecast.energy_kwh(NOON + timedelta(hours=n), NOON + timedelta(hours=n + 1)) for n in range(-1, 4)]
    assert energies == [pytest.approx(1.4), None, None, pytest.approx(1.4), pytest.approx(1.4)]


async def test_periods_that_begin_with_the_sun_cover_their_hour(start: Start, other: Callable[[Any], str]) -> None:
    """Forecast.Solar's first period of a day begins at sunrise, here at 04:57, and its last ends at sunset."""
    sunrise = TODAY + timedelta(hours=4, minutes=57)
    hours = {(TODAY + timedelta(hours=n)).isoformat(): 1000 for n in range(5, 19)}
    forecast = (await start(energy_platform_entry_id=other({"wh_hours": {sunrise.isoformat(): 3, **hours}}))).data
    assert forecast.today(NOON, BRISBANE) == pytest.approx(14.003)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -5, 1e9, "much", None])
async def test_an_energy_that_cannot_be_is_not_known_and_spoils_no_other(
    start: Start, other: Callable[[Any], str], value: Any
) -> None:
    hours = {(NOON + timedelta(hours=n)).isoformat(): value if n == 1 else 2000 for n in range(3)}
    forecast = (await start(energy_platform_entry_id=other({"wh_hours": hours}))).data
    energies = [forecast.energy_kwh(NOON + timedelta(hours=n), NOON + timedelta(hours=n + 1)) for n in range(3)]
    assert energies == [pytest.approx(2), None, pytest.approx(2)]


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:00:00-12:00", "9999-06-01T00:00:00+10:00", "0001-01-01T00:00:00+14:00"]
)
async def test_a_period_of_another_century_is_left_out(start: Start, other: Callable[[Any], str], text: str) -> None:
    forecast = (await start(energy_platform_entry_id=other({"wh_hours": {NOON.isoformat(): 2000, text: 1}}))).data
    assert forecast.energy_kwh(NOON, NOON + timedelta(hours=1)) == pytest.approx(2)
    assert forecast.slots[-1].end <= TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("forecast", "sentence"),
    [
        (None, "Other has no forecast now"),
        ({"wh_hours": {}}, "Other has no forecast now"),
        ({"hours": {}}, "Other failed. KeyError."),
        ({"wh_hours": {"soon": 5}}, "Other failed. ValueError."),
        ({"wh_hours": {str(n): 5 for n in range(3001)}}, "Other failed. InvalidInputError."),
        (RuntimeError("broken"), "Other failed. RuntimeError."),
    ],
)
async def test_another_integration_without_a_forecast_is_named(
    start: Start, other: Callable[[Any], str], forecast: Any, sentence: str
) -> None:
    coordinator = await start(energy_platform_entry_id=other(forecast))
    error = coordinator.last_exception
    assert error is not None
    assert error.translation_placeholders == {"error": sentence}


async def test_the_energy_dashboard_gets_the_forecast(
    hass: HomeAssistant, start: Start, simulator: Simulator, entry: MockConfigEntry
) -> None:
    entry.runtime_data = SimpleNamespace(sun=await start())
    forecast = await async_get_solar_forecast(hass, entry.entry_id)
    assert forecast is not None
    energy_wh = {datetime.fromisoformat(hour): wh for hour, wh in forecast["wh_hours"].items()}
    assert all(hour.minute == 0 for hour in energy_wh)
    today = sum(wh for hour, wh in energy_wh.items() if TODAY <= hour < TODAY + timedelta(days=1))
    assert today / 1000 == pytest.approx(possible_kwh(simulator, TODAY, 24), rel=0.03)


async def test_the_energy_dashboard_gets_nothing_while_there_is_none(
    hass: HomeAssistant, start: Start, simulator: Simulator, entry: MockConfigEntry
) -> None:
    assert await async_get_solar_forecast(hass, "unknown") is None
    assert await async_get_solar_forecast(hass, entry.entry_id) is None
    simulator.set(quirks={"open_meteo_outage": "http_500"})
    entry.runtime_data = SimpleNamespace(sun=await start())
    assert await async_get_solar_forecast(hass, entry.entry_id) is None
