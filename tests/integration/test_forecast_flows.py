"""Choosing where prices and the PV forecast come from, and describing PV arrays, in the real dialogs."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from forecasts import ARRAY, CLOUDS, amber_option, array, until
from forms import Fields, choose, fill_in, suggested
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH, SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockModule, mock_integration, mock_platform

from custom_components.sigenstor_panel.clients.amber import TIMEOUT_S as AMBER_TIMEOUT_S
from custom_components.sigenstor_panel.const import DOMAIN
from simulator import Simulator
from simulator.amber import DEFAULT_TOKEN, NMI, SITE_IDS

pytestmark = pytest.mark.parametrize("simulator_settings", [CLOUDS])


@pytest.fixture
async def plant(hass: HomeAssistant, clouds: MockConfigEntry) -> MockConfigEntry:
    """The entry, set up without prices and forecast."""
    assert await hass.config_entries.async_setup(clouds.entry_id)
    await hass.async_block_till_done()
    return clouds


def amber_answers(simulator: Simulator, token: str = DEFAULT_TOKEN) -> Fields:
    return {"token": token, "advanced": {"base_url": simulator.amber_url}}


def keys(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the keys of the plant's entities."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {entity.unique_id.removeprefix(f"{entry.unique_id}_") for entity in entities}


class TestAmber:
    """The token is tried before it is kept."""

    async def test_one_home_is_taken_without_a_question_and_brings_its_prices_at_once(
        self, hass: HomeAssistant, plant: MockConfigEntry, simulator: Simulator, state_of: Callable[..., Any]
    ) -> None:
        assert "buy_price" not in keys(hass, plant)
        form = await choose(hass, plant, "prices", "amber")
        result = await fill_in(hass, form, amber_answers(simulator, f" {DEFAULT_TOKEN}\n"))
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert plant.options["prices"] == amber_option(simulator)
        assert plant.options["polling"]["message_spacing_s"] == 0
        await until(lambda: plant.runtime_data.prices.data, "prices")
        assert float(state_of("buy_price").state)

    async def test_more_than_one_home_asks_which(
        self, hass: HomeAssistant, plant: MockConfigEntry, simulator: Simulator
    ) -> None:
        simulator.set(quirks={"amber_sites": 2})
        question = await fill_in(hass, await choose(hass, plant, "prices", "amber"), amber_answers(simulator))
        assert question["step_id"] == "amber_site"
        [selector] = question["data_schema"].schema.values()
        assert selector.config["options"] == [
            {"value": site_id, "label": f"{int(NMI) + number} (Energex)"} for number, site_id in enumerate(SITE_IDS)
        ]
        result = await fill_in(hass, question, {"site_id": SITE_IDS[1]})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert plant.options["prices"] == amber_option(simulator, site_id=SITE_IDS[1])
        await until(lambda: plant.runtime_data.prices.data, "prices")
        assert simulator.amber is not None
        assert SITE_IDS[1] in simulator.amber.request_paths[-1]

    @pytest.mark.parametrize(
        ("quirks", "token", "errors"),
        [
            ({}, "psk_wrong", {"token": "invalid_token"}),
            ({}, "psk with blanks", {"token": "invalid_token"}),
            ({}, "", {"token": "invalid_token"}),
            ({"amber_outage": "http_500"}, DEFAULT_TOKEN, {"base": "amber_unavailable"}),
            ({"amber_outage": "bad_json"}, DEFAULT_TOKEN, {"base": "amber_unavailable"}),
            ({"amber_sites": 0}, DEFAULT_TOKEN, {"base": "amber_no_site"}),
        ],
    )
    async def test_what_does_not_work_is_said_and_can_be_corrected_in_the_same_form(
        self,
        hass: HomeAssistant,
        plant: MockConfigEntry,
        simulator: Simulator,
        quirks: Fields,
        token: str,
        errors: Fields,
    ) -> None:
        before = dict(plant.options)
        simulator.set(quirks=quirks)
        form = await fill_in(hass, await choose(hass, plant, "prices", "amber"), amber_answers(simulator, token))
        assert (form["step_id"], form["errors"]) == ("amber", errors)
        assert dict(plant.options) == before
        simulator.set(quirks=dict.fromkeys(quirks))
        result = await fill_in(hass, form, amber_answers(simulator))
        assert result["type"] is FlowResultType.CREATE_ENTRY

    async def test_silence_is_given_up_after_a_while_and_said(
        self, hass: HomeAssistant, plant: MockConfigEntry, simulator: Simulator, freezer: FrozenDateTimeFactory
    ) -> None:
        assert simulator.amber is not None
        simulator.set(quirks={"amber_outage": "timeout"})
        form = await choose(hass, plant, "prices", "amber")
        answer = hass.async_create_task(fill_in(hass, form, amber_answers(simulator)))
        await until(lambda: simulator.amber.request_paths, "the question to Amber")
        freezer.tick(AMBER_TIMEOUT_S + 1)
        assert (await answer)["errors"] == {"base": "amber_unavailable"}

    @pytest.mark.parametrize("address", ["nonsense", "http://", "http://127.0.0.1:1", "http://[", "ftp://127.0.0.1"])
    async def test_an_address_where_amber_is_not_is_said(
        self, hass: HomeAssistant, plant: MockConfigEntry, simulator: Simulator, address: str
    ) -> None:
        answers = {"token": DEFAULT_TOKEN, "advanced": {"base_url": address}}
        form = await fill_in(hass, await choose(hass, plant, "prices", "amber"), answers)
        assert form["errors"] == {"base": "amber_unavailable"}


class TestReauth:
    """A token that is not accepted any more is asked for again."""

    @pytest.fixture
    async def question(self, hass: HomeAssistant, forecasting: MockConfigEntry, simulator: Simulator) -> Fields:
        """The form that opens when the token of a home with prices is revoked, while Amber has the second home too."""
        simulator.set(quirks={"amber_token": "psk_new", "amber_sites": 2})
        prices = forecasting.runtime_data.prices
        prices._feed._asked_at = None  # it would not ask twice a minute
        await prices.async_refresh()
        await hass.async_block_till_done()
        [flow] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
        assert flow["context"]["source"] == SOURCE_REAUTH
        return await hass.config_entries.flow.async_configure(flow["flow_id"])

    async def test_the_new_token_is_kept_with_the_same_home_and_prices_are_fresh_again(
        self, hass: HomeAssistant, forecasting: MockConfigEntry, simulator: Simulator, question: Fields
    ) -> None:
        assert question["step_id"] == "reauth_confirm"
        assert forecasting.runtime_data.prices.data.stale
        result = await hass.config_entries.flow.async_configure(question["flow_id"], {"token": " psk_new "})
        assert result["reason"] == "reauth_successful"
        await hass.async_block_till_done()
        assert forecasting.options["prices"] == amber_option(simulator, token="psk_new")
        await until(lambda: forecasting.runtime_data.prices.fresh, "fresh prices")

    async def test_a_wrong_token_is_refused_and_the_next_one_taken(
        self, hass: HomeAssistant, forecasting: MockConfigEntry, simulator: Simulator, question: Fields
    ) -> None:
        form = await hass.config_entries.flow.async_configure(question["flow_id"], {"token": DEFAULT_TOKEN})
        assert form["errors"] == {"token": "invalid_token"}
        simulator.set(quirks={"amber_outage": "http_500"})
        form = await hass.config_entries.flow.async_configure(question["flow_id"], {"token": "psk_new"})
        assert form["errors"] == {"base": "amber_unavailable"}
        assert forecasting.options["prices"] == amber_option(simulator)
        simulator.set(quirks={"amber_outage": None})
        result = await hass.config_entries.flow.async_configure(question["flow_id"], {"token": "psk_new"})
        assert result["reason"] == "reauth_successful"
        await hass.async_block_till_done()

    async def test_the_token_of_another_account_is_refused(
        self, hass: HomeAssistant, forecasting: MockConfigEntry, simulator: Simulator, question: Fields
    ) -> None:
        other = {**forecasting.options, "prices": amber_option(simulator, site_id="01ANOTHERSITE")}
        hass.config_entries.async_update_entry(forecasting, options=other)
        form = await hass.config_entries.flow.async_configure(question["flow_id"], {"token": "psk_new"})
        assert form["errors"] == {"token": "another_account"}
        assert forecasting.options["prices"]["token"] == DEFAULT_TOKEN


class TestSupplyCharge:
    """What the contract costs each day."""

    async def test_it_is_kept_when_prices_come_from_elsewhere_and_goes_when_it_is_emptied(
        self, hass: HomeAssistant, plant: MockConfigEntry
    ) -> None:
        await fill_in(hass, await choose(hass, plant, "prices", "supply_charge"), {"supply_per_day": 1.1})
        await fill_in(hass, await choose(hass, plant, "prices", "tariff"), {"buy_per_kwh": 0.31})
        assert plant.options["supply_per_day"] == 1.1
        form = await choose(hass, plant, "prices", "supply_charge")
        assert suggested(form) == {"supply_per_day": 1.1}
        await fill_in(hass, form, {})
        assert "supply_per_day" not in plant.options

    async def test_it_is_not_negative(self, hass: HomeAssistant, plant: MockConfigEntry) -> None:
        form = await choose(hass, plant, "prices", "supply_charge")
        with pytest.raises(InvalidData):
            await fill_in(hass, form, {"supply_per_day": -1})


class TestTariff:
    """Prices entered by hand."""

    async def test_a_flat_price_without_feed_in(
        self, hass: HomeAssistant, plant: MockConfigEntry, state_of: Callable[..., Any]
    ) -> None:
        result = await fill_in(hass, await choose(hass, plant, "prices", "tariff"), {"buy_per_kwh": 0.31})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert state_of("buy_price").state == "0.31"
        assert state_of("buy_price").attributes["source"] == "tariff"
        assert state_of("sell_price").state == "unknown"

    async def test_bands_hold_at_their_times_and_the_form_shows_them_again(
        self, hass: HomeAssistant, plant: MockConfigEntry, state_of: Callable[..., Any]
    ) -> None:
        answers: Fields = {
            "buy_per_kwh": 0.3,
            "buy_bands": [
                {"start": "11:00:00", "end": "14:00:00", "days": ["thu"], "per_kwh": 0.1},
                {"start": "16:00:00", "end": "21:00:00", "per_kwh": 0.5},
            ],
            "sell_per_kwh": 0.05,
            "sell_bands": [{"start": "00:00:00", "end": "12:30:00", "per_kwh": -0.02}],
        }
        result = await fill_in(hass, await choose(hass, plant, "prices", "tariff"), answers)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        shown = [state_of(key).state for key in ("buy_price", "sell_price", "buy_price_today_max")]
        assert shown == ["0.1", "-0.02", "0.5"]
        form = await choose(hass, plant, "prices", "tariff")
        suggested = {str(field): field.description["suggested_value"] for field in form["data_schema"].schema}
        assert suggested == answers
        assert form["data_schema"].schema["sell_per_kwh"].config["unit_of_measurement"] == "AUD/kWh"

    @pytest.mark.parametrize(
        ("bad", "sentence"),
        [
            ({"buy_per_kwh": 1001}, "buy.flat_per_kwh must be from -1000 to 1000 per kWh"),
            ({"buy_bands": [{"start": "08:00:00", "end": "09:00:00", "days": [], "per_kwh": 1}]}, "buy.bands[0].days"),
            (
                {"sell_per_kwh": 0, "sell_bands": [{"start": "8:00", "end": "09:00:00", "per_kwh": 1}]},
                "sell.bands[0].st",
            ),
            ({"buy_bands": [{"start": "08:00:00", "end": "09:00:00", "per_kwh": -2000}]}, "buy.bands[0].per_kwh"),
        ],
    )
    async def test_a_tariff_that_cannot_be_is_refused_with_the_sentence_that_says_why(
        self, hass: HomeAssistant, plant: MockConfigEntry, bad: Fields, sentence: str
    ) -> None:
        form = await fill_in(hass, await choose(hass, plant, "prices", "tariff"), {"buy_per_kwh": 0.3, **bad})
        assert form["errors"] == {"base": "invalid_tariff"}
        assert sentence in form["description_placeholders"]["problem"]
        assert "prices" not in plant.options
        result = await fill_in(hass, form, {"buy_per_kwh": 0.3})
        assert result["type"] is FlowResultType.CREATE_ENTRY


class TestOtherPrices:
    """Prices of other integrations, and none at all."""

    async def test_entities_with_a_forecast_are_the_prices(
        self, hass: HomeAssistant, plant: MockConfigEntry, state_of: Callable[..., Any]
    ) -> None:
        rates = [{"start": "2026-01-15T02:00:00Z", "end": "2026-01-15T02:30:00Z", "value_inc_vat": 0.27}]
        hass.states.async_set("event.rates", "x", {"rates": rates})
        hass.states.async_set("sensor.feed_in", "4", {"unit_of_measurement": "c/kWh"})
        answers = {"buy_entity": "event.rates", "sell_entity": "sensor.feed_in"}
        result = await fill_in(hass, await choose(hass, plant, "prices", "entities"), answers)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert (state_of("buy_price").state, state_of("sell_price").state) == ("0.27", "0.04")
        form = await choose(hass, plant, "prices", "entities")
        suggested = {str(field): field.description["suggested_value"] for field in form["data_schema"].schema}
        assert suggested == answers

    async def test_going_without_prices_removes_their_entities_and_nothing_else(
        self, hass: HomeAssistant, plant: MockConfigEntry, simulator: Simulator
    ) -> None:
        before = keys(hass, plant)
        await fill_in(hass, await choose(hass, plant, "prices", "amber"), amber_answers(simulator))
        added = keys(hass, plant) - before
        assert {"buy_price", "price_spike", "price", "renewables"} <= added
        result = await choose(hass, plant, "prices", "no_prices")
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await hass.async_block_till_done()
        assert "prices" not in plant.options
        assert plant.options["polling"]
        assert keys(hass, plant) == before


async def add_array(hass: HomeAssistant, entry: MockConfigEntry, **changes: Any) -> Fields:
    """Fill in the form behind "Add PV array"."""
    form = await hass.config_entries.subentries.async_init(
        (entry.entry_id, "pv_array"), context={"source": SOURCE_USER}
    )
    assert form["step_id"] == "user"
    result = await hass.config_entries.subentries.async_configure(form["flow_id"], {**ARRAY, **changes})
    await hass.async_block_till_done()
    return result


class TestSolar:
    """Where the PV forecast comes from."""

    async def test_open_meteo_forecasts_once_there_is_an_array(
        self, hass: HomeAssistant, plant: MockConfigEntry, simulator: Simulator, state_of: Callable[..., Any]
    ) -> None:
        answers = {"inverter_limit_kw": 5.0, "advanced": {"base_url": simulator.open_meteo_url}}
        result = await fill_in(hass, await choose(hass, plant, "solar", "open_meteo"), answers)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert plant.options["solar"] == {
            "source": "open_meteo",
            "inverter_limit_kw": 5.0,
            "base_url": simulator.open_meteo_url,
        }
        assert plant.runtime_data.sun is None
        simulator.set(cloud_cover=0)
        await add_array(hass, plant)
        await until(lambda: plant.runtime_data.sun.data, "a PV forecast")
        assert max(row["power_w"] for row in state_of("pv_forecast_now").attributes["forecast"]) == 5000

    async def test_an_integration_without_a_solar_forecast_is_refused(
        self, hass: HomeAssistant, plant: MockConfigEntry
    ) -> None:
        MockConfigEntry(domain="sun", entry_id="other").add_to_hass(hass)
        result = await fill_in(hass, await choose(hass, plant, "solar", "energy"), {"energy_entry": "other"})
        assert result["errors"] == {"energy_entry": "no_solar_forecast"}
        assert "solar" not in plant.options or plant.options["solar"]["source"] != "energy"

    async def test_what_is_set_is_shown_again(self, hass: HomeAssistant, plant: MockConfigEntry) -> None:
        answers = {"inverter_limit_kw": 8.0, "advanced": {"base_url": "http://127.0.0.1:9"}}
        await fill_in(hass, await choose(hass, plant, "solar", "open_meteo"), answers)
        form = await choose(hass, plant, "solar", "open_meteo")
        assert suggested(form) == {"inverter_limit_kw": 8.0, "base_url": "http://127.0.0.1:9"}

    async def test_an_address_that_is_none_is_refused(self, hass: HomeAssistant, plant: MockConfigEntry) -> None:
        answers = {"advanced": {"base_url": "my server"}}
        result = await fill_in(hass, await choose(hass, plant, "solar", "open_meteo"), answers)
        assert result["errors"] == {"base": "invalid_base_url"}

    async def test_another_integrations_forecast_needs_no_array(
        self, hass: HomeAssistant, plant: MockConfigEntry
    ) -> None:
        async def forecast_of(_hass: HomeAssistant, _entry_id: str) -> None:
            """Know nothing yet."""

        mock_integration(hass, MockModule("other_solar"))
        mock_platform(hass, "other_solar.energy", SimpleNamespace(async_get_solar_forecast=forecast_of))
        assert await async_setup_component(hass, "other_solar", {})
        MockConfigEntry(domain="other_solar", entry_id="other").add_to_hass(hass)
        result = await fill_in(hass, await choose(hass, plant, "solar", "energy"), {"energy_entry": "other"})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert plant.options["solar"] == {"source": "energy", "energy_entry": "other"}
        assert plant.runtime_data.sun.config.energy_platform_entry_id == "other"

    async def test_going_without_a_forecast_removes_its_entities(
        self, hass: HomeAssistant, forecasting: MockConfigEntry
    ) -> None:
        assert {"pv_forecast_now", "cloud_cover"} <= keys(hass, forecasting)
        await choose(hass, forecasting, "solar", "no_forecast")
        await hass.async_block_till_done()
        assert "solar" not in forecasting.options
        assert not {key for key in keys(hass, forecasting) if key.startswith(("pv_forecast", "cloud"))}
        assert "buy_price" in keys(hass, forecasting)


class TestArrays:
    """PV arrays are described one by one."""

    @pytest.mark.parametrize(
        ("bad", "sentence"),
        [
            ({"peak_kw": 0}, "peak_kw must be from 0.1 to 1000 kW"),
            ({"azimuth": 400}, "azimuth must be from 0 to 360°"),
            ({"azimuth": -1}, "azimuth must be from 0 to 360°"),
            ({"tilt": 120}, "tilt must be from 0 to 90°"),
            ({"year_installed": 1800}, "year_installed must be"),
            ({"year_installed": 2025.5}, "year_installed must be"),
            ({"name": "  "}, "name must be"),
        ],
    )
    async def test_an_array_that_cannot_be_is_refused_at_its_field(
        self, hass: HomeAssistant, plant: MockConfigEntry, bad: Fields, sentence: str
    ) -> None:
        form = await add_array(hass, plant, **bad)
        assert form["errors"] == dict.fromkeys(bad, "invalid_value")
        assert sentence in form["description_placeholders"]["problem"]
        assert not plant.subentries
        result = await hass.config_entries.subentries.async_configure(form["flow_id"], ARRAY)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await hass.async_block_till_done()

    async def test_an_array_that_is_added_or_removed_renews_the_forecast(
        self, hass: HomeAssistant, forecasting: MockConfigEntry, state_of: Callable[..., Any]
    ) -> None:
        def today_kwh() -> float:
            return float(state_of("pv_forecast_today").state)

        one = today_kwh()
        result = await add_array(hass, forecasting, name=" Shed ", azimuth=270, peak_kw=5)
        assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "Shed")
        await until(lambda: forecasting.runtime_data.sun.data, "a PV forecast")
        both = today_kwh()
        assert both > 1.2 * one
        [shed] = [each for each in forecasting.subentries.values() if each.title == "Shed"]
        hass.config_entries.async_remove_subentry(forecasting, shed.subentry_id)
        await hass.async_block_till_done()
        await until(lambda: forecasting.runtime_data.sun.data, "a PV forecast")
        assert today_kwh() == pytest.approx(one)

    async def test_an_array_that_is_changed_renews_the_forecast(
        self, hass: HomeAssistant, forecasting: MockConfigEntry, state_of: Callable[..., Any]
    ) -> None:
        before = float(state_of("pv_forecast_today").state)
        [roof] = forecasting.subentries.values()
        form = await forecasting.start_subentry_reconfigure_flow(hass, roof.subentry_id)
        assert form["step_id"] == "reconfigure"
        suggested = {str(field): field.description["suggested_value"] for field in form["data_schema"].schema}
        assert suggested == ARRAY
        flow_id = form["flow_id"]
        form = await hass.config_entries.subentries.async_configure(flow_id, {**ARRAY, "tilt": 91})
        assert form["errors"] == {"tilt": "invalid_value"}
        half = {**ARRAY, "name": "Half", "peak_kw": ARRAY["peak_kw"] / 2}
        result = await hass.config_entries.subentries.async_configure(flow_id, half)
        assert result["reason"] == "reconfigure_successful"
        await hass.async_block_till_done()
        [roof] = forecasting.subentries.values()
        assert (roof.title, dict(roof.data)) == ("Half", half)
        await until(lambda: forecasting.runtime_data.sun.data, "a PV forecast")
        assert float(state_of("pv_forecast_today").state) == pytest.approx(before / 2, rel=0.1)

    async def test_an_array_without_a_source_changes_nothing(self, hass: HomeAssistant, plant: MockConfigEntry) -> None:
        hass.config_entries.async_add_subentry(plant, array())
        await hass.async_block_till_done()
        assert plant.runtime_data.sun is None
        assert "pv_forecast_now" not in keys(hass, plant)
