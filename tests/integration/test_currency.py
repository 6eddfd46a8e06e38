"""Amounts are in the currency of the contract, whatever Home Assistant is set to."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.automation.skills import SKILLS, Asker, async_use
from custom_components.sigenstor_panel.model.message import say
from custom_components.sigenstor_panel.plants import in_words
from custom_components.sigenstor_panel.texts import currency_of

SOURCE = "sensor.of_a_supplier"
NOBODY = Asker(context=None, assistant=None)


@pytest.fixture(autouse=True)
def home(hass: HomeAssistant) -> None:
    hass.config.currency = "USD"


@pytest.mark.parametrize(
    ("options", "currency"),
    [
        ({}, "USD"),
        ({"prices": {"source": "amber"}}, "AUD"),
        ({"prices": {"source": "tariff"}}, "USD"),
        ({"prices": {"source": "entities", "buy_entity": SOURCE}}, "USD"),
    ],
)
def test_the_contract_names_the_currency(hass: HomeAssistant, options: dict[str, Any], currency: str) -> None:
    assert currency_of(hass, MockConfigEntry(options=options)) == currency


@pytest.mark.parametrize(
    ("unit", "currency"),
    [("EUR/kWh", "EUR"), ("p/kWh", "GBP"), ("öre/kWh", "SEK"), ("€/MWh", "EUR"), ("$/kWh", "USD"), ("kr/kWh", "USD")],
)
def test_an_entitys_unit_names_the_currency_unless_it_is_of_several(
    hass: HomeAssistant, unit: str, currency: str
) -> None:
    hass.states.async_set(SOURCE, "0.3", {"unit_of_measurement": unit})
    entry = MockConfigEntry(options={"prices": {"source": "entities", "buy_entity": SOURCE}})
    assert currency_of(hass, entry) == currency


@pytest.mark.parametrize(("platform", "currency"), [("amberelectric", "AUD"), ("octopus_energy", "GBP")])
def test_an_integration_of_one_country_has_its_currency(hass: HomeAssistant, platform: str, currency: str) -> None:
    source = er.async_get(hass).async_get_or_create("sensor", platform, "price", unit_of_measurement="$/kWh")
    entry = MockConfigEntry(options={"prices": {"source": "entities", "buy_entity": source.entity_id}})
    assert currency_of(hass, entry) == currency


def test_the_unit_is_known_before_the_entity_is_there(hass: HomeAssistant) -> None:
    source = er.async_get(hass).async_get_or_create("sensor", "nordpool", "price", unit_of_measurement="SEK/kWh")
    entry = MockConfigEntry(options={"prices": {"source": "entities", "buy_entity": source.entity_id}})
    assert currency_of(hass, entry) == "SEK"


async def test_sensors_sentences_and_assistants_all_say_it(
    hass: HomeAssistant, entry: MockConfigEntry, state_of: Callable[..., State]
) -> None:
    hass.states.async_set(SOURCE, "0.3", {"unit_of_measurement": "EUR/kWh"})
    prices = {"source": "entities", "buy_entity": SOURCE}
    hass.config_entries.async_update_entry(entry, options={**entry.options, "prices": prices})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    units = {key: state_of(key).attributes["unit_of_measurement"] for key in ("buy_price", "expected_cost_today")}
    assert units == {"buy_price": "EUR/kWh", "expected_cost_today": "EUR"}
    told = in_words(hass, entry)(say("reason.buying_costs", buy_per_kwh=0.3), None)
    assert "30 ct" in told
    for name in ("price", "savings"):
        assert (await async_use(hass, SKILLS[name], NOBODY, {}))["currency"] == "EUR"
