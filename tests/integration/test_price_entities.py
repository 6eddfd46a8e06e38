"""Prices in Home Assistant, from the stand-in for Amber over real HTTP: entities, outages, history, diagnostics."""

from collections.abc import Callable
from datetime import timedelta
import json

from forecasts import BRISBANE, CLOUDS, START, Move, amber_option, array, solar_option, until
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.sigenstor_panel.binary_sensor import PRICE_FLAGS
from custom_components.sigenstor_panel.diagnostics import async_get_config_entry_diagnostics
from custom_components.sigenstor_panel.entities.forecast_tables import PRICE_SENSORS, SUN_SENSORS
from simulator import Simulator
from simulator.amber import DEFAULT_TOKEN, SITE_IDS
from simulator.market import SimulatedMarket
from tests.english import english

pytestmark = pytest.mark.parametrize("simulator_settings", [CLOUDS])

MINUTE = timedelta(minutes=1)
INTERVAL = timedelta(minutes=5)

type StateOf = Callable[..., State]


@pytest.fixture
def market(simulator: Simulator) -> SimulatedMarket:
    """What the simulated market is really like."""
    return SimulatedMarket(simulator.plant.seed, simulator.plant.sky)


def value(state_of: StateOf, key: str) -> float:
    return float(state_of(key).state)


def stale(state_of: StateOf) -> bool:
    """Return whether the buy price says that it is not current."""
    marked = state_of("buy_price").attributes["stale"]
    assert isinstance(marked, bool)
    return marked


def test_the_prices_now_and_next_are_the_markets_own(
    forecasting: MockConfigEntry, market: SimulatedMarket, state_of: StateOf
) -> None:
    now_s = int(START.timestamp()) // 300 * 300
    price = market.settled(now_s, 5)
    assert value(state_of, "buy_price") == pytest.approx(price.general / 100, abs=1e-6)
    assert value(state_of, "sell_price") == pytest.approx(price.feed_in / 100, abs=1e-6)
    assert value(state_of, "renewables") == pytest.approx(price.renewables, abs=0.01)
    rows = state_of("buy_price").attributes["forecast"]
    assert value(state_of, "buy_price_next") == rows[1]["buy"]
    assert value(state_of, "sell_price_next") == rows[1]["sell"]
    forecast = market.forecast(now_s + 300, 5, START.timestamp())
    assert rows[1]["buy"] == pytest.approx(forecast.general / 100, rel=0.1)


def test_todays_extremes_and_mean_are_those_of_all_its_prices(forecasting: MockConfigEntry, state_of: StateOf) -> None:
    prices = forecasting.runtime_data.prices.data
    midnight = dt_util.start_of_local_day(START.astimezone(BRISBANE))
    day = [slot for slot in prices.slots if midnight <= slot.start < midnight + timedelta(days=1)]
    assert sum((slot.duration for slot in day), timedelta()) == timedelta(days=1)
    assert value(state_of, "buy_price_today_min") == min(slot.buy_per_kwh for slot in day)
    assert value(state_of, "buy_price_today_max") == max(slot.buy_per_kwh for slot in day)
    mean = sum(slot.buy_per_kwh * slot.duration / timedelta(days=1) for slot in day)
    assert value(state_of, "buy_price_today_mean") == pytest.approx(mean)


def test_prices_are_in_the_currency_of_the_home(forecasting: MockConfigEntry, state_of: StateOf) -> None:
    for key in ("buy_price", "sell_price", "buy_price_next", "buy_price_today_mean"):
        assert state_of(key).attributes["unit_of_measurement"] == "AUD/kWh"


def test_the_flags_and_the_level_are_what_amber_says_of_the_price_in_force(
    forecasting: MockConfigEntry, state_of: StateOf
) -> None:
    slot = forecasting.runtime_data.prices.data.current(START)
    assert state_of("price_level").state == slot.level
    flags = [state_of(each.key, platform="binary_sensor").state for each in PRICE_FLAGS]
    assert flags == ["on" if slot.spike == "spike" else "off", "on" if slot.demand_window else "off", "off"]


def test_the_forecast_is_in_one_shape_from_now_on_without_a_gap(
    forecasting: MockConfigEntry, state_of: StateOf
) -> None:
    attributes = state_of("buy_price").attributes
    assert (attributes["source"], attributes["stale"], attributes["fetched_at"]) == ("amber", False, START.isoformat())
    rows = attributes["forecast"]
    assert {frozenset(row) for row in rows} == {frozenset({"start", "end", "buy", "sell", "estimate"})}
    assert rows[0]["start"] == "2026-01-15T02:00:00+00:00"
    assert [row["start"] for row in rows[1:]] == [row["end"] for row in rows[:-1]]
    assert rows[0]["buy"] == value(state_of, "buy_price")
    json.dumps(rows)


async def test_an_estimate_is_flagged_until_it_is_confirmed(
    forecasting: MockConfigEntry, move: Move, state_of: StateOf
) -> None:
    prices = forecasting.runtime_data.prices
    await move(START + INTERVAL)
    await move(START + 2 * INTERVAL - timedelta(seconds=35))
    prices._feed._asked_at = None
    await prices.async_refresh()
    assert state_of("price_estimate", platform="binary_sensor").state == "on"
    await move(START + 2 * INTERVAL + MINUTE)
    assert state_of("price_estimate", platform="binary_sensor").state == "off"


async def test_the_price_event_says_from_what_to_what_when_the_price_changes(
    hass: HomeAssistant, forecasting: MockConfigEntry, move: Move, state_of: StateOf
) -> None:
    assert state_of("price", platform="event").state == "unknown"
    before = value(state_of, "buy_price"), value(state_of, "sell_price")
    rows = state_of("buy_price").attributes["forecast"]
    assert rows[1]["buy"] != rows[0]["buy"]
    await move(START.replace(minute=4, second=59))
    assert state_of("price", platform="event").state == "unknown"
    await move(START.replace(minute=5, second=0))
    event = state_of("price", platform="event")
    assert event.attributes["event_type"] == "changed"
    assert (event.attributes["buy_before"], event.attributes["sell_before"]) == before
    assert (event.attributes["buy"], event.attributes["sell"]) == (rows[1]["buy"], rows[1]["sell"])
    assert value(state_of, "buy_price") == rows[1]["buy"]


async def test_the_first_change_of_a_tariff_is_an_event_too(
    hass: HomeAssistant, clouds: MockConfigEntry, move: Move, state_of: StateOf
) -> None:
    bands = [{"per_kwh": 0.5, "start": "12:30", "end": "14:00"}]
    tariff = {"source": "tariff", "buy": {"flat_per_kwh": 0.3, "bands": bands}, "sell": None}
    hass.config_entries.async_update_entry(clouds, options={**clouds.options, "prices": tariff})
    assert await hass.config_entries.async_setup(clouds.entry_id)
    await hass.async_block_till_done()
    await move(START.replace(minute=30, second=0))
    attributes = state_of("price", platform="event").attributes
    assert (attributes["buy_before"], attributes["buy"], attributes["sell"]) == (0.3, 0.5, None)


async def test_staying_the_same_is_no_event(
    hass: HomeAssistant, clouds: MockConfigEntry, move: Move, state_of: StateOf
) -> None:
    tariff = {"source": "tariff", "buy": {"flat_per_kwh": 0.3, "bands": []}, "sell": None}
    hass.config_entries.async_update_entry(clouds, options={**clouds.options, "prices": tariff})
    assert await hass.config_entries.async_setup(clouds.entry_id)
    await hass.async_block_till_done()
    for half_hours in range(1, 5):
        await move(START.replace(minute=0, second=0) + half_hours * timedelta(minutes=30))
    assert state_of("price", platform="event").state == "unknown"
    assert value(state_of, "buy_price") == 0.3


class TestOutages:
    """Prices are kept, and say that they are old; nobody has to restart anything."""

    @pytest.mark.parametrize("outage", ["http_500", "bad_json", "empty_forecast"])
    async def test_an_outage_marks_the_last_prices_stale_and_ends_by_itself(
        self, forecasting: MockConfigEntry, simulator: Simulator, move: Move, state_of: StateOf, outage: str
    ) -> None:
        before = state_of("buy_price").attributes["forecast"]
        runtime = forecasting.runtime_data
        simulator.set(quirks={"amber_outage": outage})
        # After the past week, which is asked for in between.
        for minutes in (1, 2, 5):
            await move(START + minutes * MINUTE)
        assert stale(state_of)
        kept = {row["start"]: row for row in state_of("buy_price").attributes["forecast"]}
        assert all(row["start"] in kept for row in before[2:])
        assert value(state_of, "buy_price") == pytest.approx(before[1]["buy"], abs=0.1)
        simulator.set(quirks={"amber_outage": None})
        assert runtime.prices.next_poll_at is not None
        await move(runtime.prices.next_poll_at + timedelta(seconds=15))
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
        assert simulator.amber is not None
        simulator.set(quirks={"amber_outage": "timeout"})
        asked = len(simulator.amber.request_paths)
        prices = forecasting.runtime_data.prices
        prices._feed._asked_at = None
        freezer.tick(INTERVAL)
        async_fire_time_changed(hass, START + INTERVAL)
        await until(lambda: len(simulator.amber.request_paths) > asked, "the question to Amber")
        freezer.tick(16)
        await until(lambda: prices.data.stale, "stale prices")
        await until(lambda: stale(state_of), "stale entities")

    async def test_a_server_that_is_gone_is_an_outage_and_may_come_back(
        self, forecasting: MockConfigEntry, simulator: Simulator, move: Move, state_of: StateOf
    ) -> None:
        assert simulator.amber is not None
        await simulator.amber.stop()
        for minutes in (1, 2, 5):
            await move(START + minutes * MINUTE)
        assert stale(state_of)
        assert english(forecasting.runtime_data.prices.problem).startswith("Amber cannot be reached")
        await simulator.amber.start()
        await move(forecasting.runtime_data.prices.next_poll_at + timedelta(seconds=15))
        assert not stale(state_of)

    async def test_stale_prices_go_on_with_the_clock_until_they_run_out(
        self, forecasting: MockConfigEntry, simulator: Simulator, move: Move, state_of: StateOf
    ) -> None:
        simulator.set(quirks={"amber_outage": "http_500"})
        rows = state_of("buy_price").attributes["forecast"]
        await move(START + timedelta(hours=3))
        [row] = [row for row in rows if row["start"] <= (START + timedelta(hours=3)).isoformat() < row["end"]]
        assert (value(state_of, "buy_price"), stale(state_of)) == (row["buy"], True)
        await move(START + timedelta(days=2))
        assert (state_of("buy_price").state, stale(state_of)) == ("unknown", True)

    async def test_without_any_prices_yet_the_entities_are_unavailable_and_come_by_themselves(
        self, hass: HomeAssistant, clouds: MockConfigEntry, simulator: Simulator, move: Move, state_of: StateOf
    ) -> None:
        simulator.set(quirks={"amber_outage": "http_500"})
        options = {**clouds.options, "prices": amber_option(simulator)}
        hass.config_entries.async_update_entry(clouds, options=options)
        assert await hass.config_entries.async_setup(clouds.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert state_of("buy_price").state == "unavailable"
        assert state_of("price_spike", platform="binary_sensor").state == "unavailable"
        simulator.set(quirks={"amber_outage": None})
        await move(clouds.runtime_data.prices.next_poll_at + timedelta(seconds=15))
        assert value(state_of, "buy_price")
        assert state_of("price_spike", platform="binary_sensor").state == "off"


async def test_set_up_does_not_wait_for_clouds_that_answer_nothing(
    hass: HomeAssistant, clouds: MockConfigEntry, simulator: Simulator, state_of: StateOf
) -> None:
    simulator.set(quirks={"amber_outage": "timeout", "open_meteo_outage": "timeout"})
    options = {**clouds.options, "prices": amber_option(simulator), "solar": solar_option(simulator)}
    hass.config_entries.async_update_entry(clouds, options=options)
    hass.config_entries.async_add_subentry(clouds, array())
    # The event loop's clock stands still: a set-up that waited for a time-out would never end.
    assert await hass.config_entries.async_setup(clouds.entry_id)
    await hass.async_block_till_done()
    assert clouds.state is ConfigEntryState.LOADED
    assert value(state_of, "state_of_charge") == 50
    for key in ("buy_price", "pv_forecast_now"):
        assert state_of(key).state == "unavailable"
    assert simulator.amber is not None
    assert simulator.open_meteo is not None
    await until(lambda: simulator.amber.request_paths and simulator.open_meteo.queries, "both questions")
    # Nor does unloading wait for them.
    assert await hass.config_entries.async_unload(clouds.entry_id)


def test_every_entity_that_was_promised_is_there(hass: HomeAssistant, forecasting: MockConfigEntry) -> None:
    registry = er.async_get(hass)
    entities = er.async_entries_for_config_entry(registry, forecasting.entry_id)
    keys = {entity.unique_id.removeprefix(f"{forecasting.unique_id}_") for entity in entities}
    assert {each.key for each in (*PRICE_SENSORS, *PRICE_FLAGS, *SUN_SENSORS)} <= keys
    assert "price" in keys


class TestDiagnostics:
    """Diagnostics say how the sources are doing, and nothing secret."""

    async def test_neither_token_nor_key_nor_home_is_told(
        self, hass: HomeAssistant, forecasting: MockConfigEntry, simulator: Simulator
    ) -> None:
        solar = solar_option(simulator, api_key="key-of-a-plan")
        hass.config_entries.async_update_entry(forecasting, options={**forecasting.options, "solar": solar})
        diagnostics = await async_get_config_entry_diagnostics(hass, forecasting)
        text = json.dumps(diagnostics, default=str)
        for secret in (DEFAULT_TOKEN, SITE_IDS[0], "key-of-a-plan", "127.0.0.1"):
            assert secret not in text
        assert diagnostics["entry"]["options"]["prices"]["source"] == "amber"

    async def test_a_source_that_fails_is_told_with_its_reason(
        self, hass: HomeAssistant, forecasting: MockConfigEntry, simulator: Simulator, move: Move
    ) -> None:
        diagnostics = await async_get_config_entry_diagnostics(hass, forecasting)
        good = {"stale": False, "problem": None, "fetched_at": START}
        assert diagnostics["prices"] == {"source": "amber", **good}
        assert diagnostics["sun"] == {"source": "open_meteo", **good}
        simulator.set(quirks={"amber_outage": "http_500", "open_meteo_outage": "http_500"})
        await move(START + timedelta(hours=2))
        diagnostics = await async_get_config_entry_diagnostics(hass, forecasting)
        for name, service in (("prices", "Amber"), ("sun", "Open-Meteo")):
            assert diagnostics[name]["stale"] is True
            assert diagnostics[name]["problem"].startswith(f"problem.service_in_trouble service={service}")

    async def test_a_plant_without_sources_says_so(self, hass: HomeAssistant, clouds: MockConfigEntry) -> None:
        assert await hass.config_entries.async_setup(clouds.entry_id)
        await hass.async_block_till_done()
        diagnostics = await async_get_config_entry_diagnostics(hass, clouds)
        assert (diagnostics["prices"], diagnostics["sun"]) == (None, None)
