"""The PV forecast in Home Assistant, from the stand-in for Open-Meteo over real HTTP: entities, outages, dashboard."""

from collections.abc import Callable
from datetime import datetime, timedelta
import json
from types import SimpleNamespace
from typing import Any

from forecasts import BRISBANE, CLOUDS, START, Move, array, solar_option, until
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.db_schema import StateAttributes, States, StatesMeta
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.recorder import session_scope
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    async_fire_time_changed,
    mock_integration,
    mock_platform,
)
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from simulator import Simulator

pytestmark = pytest.mark.parametrize("simulator_settings", [CLOUDS])

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 1, 15, tzinfo=BRISBANE)

type StateOf = Callable[..., State]


def value(state_of: StateOf, key: str) -> float:
    return float(state_of(key).state)


def stale(state_of: StateOf) -> bool:
    """Return whether the forecast says that it is not current."""
    marked = state_of("pv_forecast_now").attributes["stale"]
    assert isinstance(marked, bool)
    return marked


def possible_w(simulator: Simulator, start: datetime, duration: timedelta) -> float:
    """Return the mean of what the simulated panels can give."""
    plant = simulator.plant
    moments = [start.timestamp() + second for second in range(60, int(duration.total_seconds()), 120)]
    skies = [plant.sky.at(moment, plant.cloud_cover, plant.ambient_temperature_c) for moment in moments]
    return sum(sum(plant._pv_available_w(sky)) for sky in skies) / len(skies)


def test_today_and_tomorrow_are_what_the_simulated_panels_can_give(
    forecasting: MockConfigEntry, simulator: Simulator, state_of: StateOf
) -> None:
    for key, midnight in (("pv_forecast_today", MIDNIGHT), ("pv_forecast_tomorrow", MIDNIGHT + DAY)):
        assert value(state_of, key) == pytest.approx(possible_w(simulator, midnight, DAY) * 24 / 1000, rel=0.05)
    assert 0 < value(state_of, "pv_forecast_remaining") < value(state_of, "pv_forecast_today")
    assert value(state_of, "pv_forecast_next_hour") == pytest.approx(
        possible_w(simulator, START, HOUR) / 1000, rel=0.25
    )


def test_the_power_and_the_clouds_are_those_of_now(forecasting: MockConfigEntry, state_of: StateOf) -> None:
    rows = state_of("pv_forecast_now").attributes["forecast"]
    assert value(state_of, "pv_forecast_now") == pytest.approx(rows[0]["power_w"], abs=1)
    assert value(state_of, "cloud_cover") == rows[0]["cloud_cover"]
    assert 0 <= rows[0]["cloud_cover"] <= 100


def test_the_forecast_is_in_one_shape_from_now_on_without_a_gap(
    forecasting: MockConfigEntry, state_of: StateOf
) -> None:
    attributes = state_of("pv_forecast_now").attributes
    assert (attributes["source"], attributes["stale"]) == ("open_meteo", False)
    assert attributes["fetched_at"] == START.isoformat()
    rows = attributes["forecast"]
    assert {frozenset(row) for row in rows} == {frozenset({"start", "end", "power_w", "cloud_cover"})}
    assert rows[0]["start"] == "2026-01-15T02:00:00+00:00"
    assert [row["start"] for row in rows[1:]] == [row["end"] for row in rows[:-1]]
    assert rows[-1]["end"] >= (MIDNIGHT + 2 * DAY).astimezone(START.tzinfo).isoformat()
    json.dumps(rows)


def test_open_meteo_is_named_as_its_licence_asks(forecasting: MockConfigEntry, state_of: StateOf) -> None:
    for key in ("pv_forecast_now", "pv_forecast_today", "cloud_cover"):
        assert state_of(key).attributes["attribution"] == "Weather data by Open-Meteo.com"


def test_the_place_and_the_array_are_what_is_asked_for(forecasting: MockConfigEntry, simulator: Simulator) -> None:
    assert simulator.open_meteo is not None
    [query] = simulator.open_meteo.queries
    assert (query["latitude"], query["longitude"]) == ("-27.4700", "153.0300")
    assert (query["tilt"], query["azimuth"]) == ("22", "-180")


async def test_the_power_moves_with_the_clock_between_two_fetches(
    forecasting: MockConfigEntry, simulator: Simulator, move: Move, state_of: StateOf
) -> None:
    rows = state_of("pv_forecast_now").attributes["forecast"]
    await move(START.replace(minute=45, second=0))
    assert value(state_of, "pv_forecast_now") == pytest.approx(rows[3]["power_w"], abs=1)
    assert simulator.open_meteo is not None
    assert len(simulator.open_meteo.queries) == 1


class TestOutages:
    """The forecast is kept, and says that it is old; nobody has to restart anything."""

    @pytest.mark.parametrize("outage", ["http_500", "http_429", "bad_json"])
    async def test_an_outage_marks_the_last_forecast_stale_and_ends_by_itself(
        self, forecasting: MockConfigEntry, simulator: Simulator, move: Move, state_of: StateOf, outage: str
    ) -> None:
        before = {row["start"]: row for row in state_of("pv_forecast_now").attributes["forecast"]}
        runtime = forecasting.runtime_data
        simulator.set(quirks={"open_meteo_outage": outage})
        await move(START + 1.1 * HOUR)
        assert stale(state_of)
        kept = {row["start"]: row for row in state_of("pv_forecast_now").attributes["forecast"]}
        assert kept
        assert kept.items() <= before.items()
        assert value(state_of, "pv_forecast_now") > 0
        simulator.set(quirks={"open_meteo_outage": None})
        await move(START + 2.3 * HOUR)
        assert not stale(state_of)
        assert forecasting.runtime_data is runtime

    async def test_silence_is_an_outage(
        self,
        hass: HomeAssistant,
        forecasting: MockConfigEntry,
        simulator: Simulator,
        freezer: FrozenDateTimeFactory,
        state_of: StateOf,
    ) -> None:
        assert simulator.open_meteo is not None
        simulator.set(quirks={"open_meteo_outage": "timeout"})
        freezer.tick(1.1 * HOUR)
        async_fire_time_changed(hass, START + 1.1 * HOUR)
        await until(lambda: len(simulator.open_meteo.queries) > 1, "the question to Open-Meteo")
        freezer.tick(31)
        await until(lambda: stale(state_of), "a stale forecast")

    async def test_a_server_that_is_gone_is_an_outage_and_may_come_back(
        self, forecasting: MockConfigEntry, simulator: Simulator, move: Move, state_of: StateOf
    ) -> None:
        assert simulator.open_meteo is not None
        await simulator.open_meteo.stop()
        await move(START + 1.1 * HOUR)
        assert stale(state_of)
        await simulator.open_meteo.start()
        await move(START + 1.3 * HOUR)
        assert not stale(state_of)

    async def test_without_any_forecast_yet_the_entities_are_unavailable_and_come_by_themselves(
        self, hass: HomeAssistant, clouds: MockConfigEntry, simulator: Simulator, move: Move, state_of: StateOf
    ) -> None:
        simulator.set(quirks={"open_meteo_outage": "http_500"})
        options = {**clouds.options, "solar": solar_option(simulator)}
        hass.config_entries.async_update_entry(clouds, options=options)
        hass.config_entries.async_add_subentry(clouds, array())
        assert await hass.config_entries.async_setup(clouds.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert state_of("pv_forecast_now").state == state_of("cloud_cover").state == "unavailable"
        simulator.set(quirks={"open_meteo_outage": None})
        await move(START + 0.1 * HOUR)
        assert value(state_of, "pv_forecast_now") > 0

    async def test_a_restart_during_an_outage_still_has_the_forecast(
        self, hass: HomeAssistant, forecasting: MockConfigEntry, simulator: Simulator, state_of: StateOf
    ) -> None:
        before = value(state_of, "pv_forecast_today")
        simulator.set(quirks={"open_meteo_outage": "http_500"})
        assert await hass.config_entries.async_reload(forecasting.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert value(state_of, "pv_forecast_today") == pytest.approx(before)


class TestEnergyPlatform:
    """The Energy dashboard gets this forecast, and this integration takes the dashboard's."""

    async def test_the_dashboard_gets_the_forecast_over_its_websocket_command(
        self,
        recorder_mock: Recorder,
        hass: HomeAssistant,
        forecasting: MockConfigEntry,
        hass_ws_client: WebSocketGenerator,
        state_of: StateOf,
    ) -> None:
        assert await async_setup_component(hass, "energy", {})
        await hass.async_block_till_done()
        client = await hass_ws_client(hass)

        async def ask(kind: str, **data: Any) -> Any:
            await client.send_json_auto_id({"type": kind, **data})
            answer = await client.receive_json()
            assert answer["success"], answer
            return answer["result"]

        assert "sigenstor_panel" in (await ask("energy/info"))["solar_forecast_domains"]
        solar = {
            "type": "solar",
            "stat_energy_from": state_of("pv_energy").entity_id,
            "config_entry_solar_forecast": [forecasting.entry_id],
        }
        await ask("energy/save_prefs", energy_sources=[solar])
        forecast = (await ask("energy/solar_forecast"))[forecasting.entry_id]["wh_hours"]
        energy_wh = {datetime.fromisoformat(hour): wh for hour, wh in forecast.items()}
        today_wh = sum(wh for hour, wh in energy_wh.items() if MIDNIGHT <= hour < MIDNIGHT + DAY)
        assert today_wh / 1000 == pytest.approx(value(state_of, "pv_forecast_today"), abs=0.01)

    async def test_another_integrations_forecast_is_shown_without_open_meteos_name(
        self, hass: HomeAssistant, clouds: MockConfigEntry, simulator: Simulator, state_of: StateOf
    ) -> None:
        hours = {(MIDNIGHT + hour * HOUR).isoformat(): 1000.0 for hour in (*range(5, 19), *range(29, 43))}

        async def forecast_of(hass: HomeAssistant, config_entry_id: str) -> Any:
            return {"wh_hours": hours}

        mock_integration(hass, MockModule("other_solar"))
        mock_platform(hass, "other_solar.energy", SimpleNamespace(async_get_solar_forecast=forecast_of))
        hass.config.components.add("other_solar")
        MockConfigEntry(domain="other_solar", entry_id="other").add_to_hass(hass)
        options = {**clouds.options, "solar": {"source": "energy", "energy_entry": "other"}}
        hass.config_entries.async_update_entry(clouds, options=options)
        assert await hass.config_entries.async_setup(clouds.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert value(state_of, "pv_forecast_today") == value(state_of, "pv_forecast_tomorrow") == pytest.approx(14)
        assert value(state_of, "pv_forecast_now") == pytest.approx(1000, rel=0.1)
        assert state_of("cloud_cover").state == "unknown"
        attributes = state_of("pv_forecast_now").attributes
        assert attributes["source"] == "energy_platform"
        assert "attribution" not in attributes
        assert simulator.open_meteo is not None
        assert simulator.open_meteo.queries == []


async def test_the_recorder_keeps_the_values_and_not_the_hours_to_come(
    recorder_mock: Recorder, hass: HomeAssistant, forecasting: MockConfigEntry, state_of: StateOf
) -> None:
    def recorded(entity_id: str) -> list[tuple[str, dict[str, Any]]]:
        with session_scope(hass=hass, read_only=True) as session:
            rows = (
                session.query(States.state, StateAttributes.shared_attrs)
                .join(StatesMeta, States.metadata_id == StatesMeta.metadata_id)
                .join(StateAttributes, States.attributes_id == StateAttributes.attributes_id)
                .filter(StatesMeta.entity_id == entity_id)
                .order_by(States.state_id)
            )
            return [(state, json.loads(attributes)) for state, attributes in rows]

    await async_wait_recording_done(hass)
    for key in ("buy_price", "pv_forecast_now", "load_forecast_now"):
        shown = state_of(key)
        assert len(shown.attributes["forecast"]) > 40
        states = await get_instance(hass).async_add_executor_job(recorded, shown.entity_id)
        assert states[-1][0] == shown.state
        assert states[-1][1]["unit_of_measurement"]
        for _, attributes in states:
            assert not {"forecast", "fetched_at", "stale", "source", "default_profile"} & set(attributes)
