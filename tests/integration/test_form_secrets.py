"""What is secret goes into a form and never comes out of one."""

from forecasts import CLOUDS, amber_option
from forms import choose, fill_in, suggested
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulator import Simulator

pytestmark = pytest.mark.parametrize("simulator_settings", [CLOUDS])


async def test_the_token_that_is_set_is_never_shown_and_an_empty_field_keeps_it(
    hass: HomeAssistant, forecasting: MockConfigEntry, simulator: Simulator
) -> None:
    form = await choose(hass, forecasting, "prices", "amber")
    assert suggested(form) == {"base_url": simulator.amber_url}
    result = await fill_in(hass, form, {"advanced": {"base_url": simulator.amber_url}})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert forecasting.options["prices"] == amber_option(simulator)


async def test_the_token_that_is_set_is_not_sent_to_another_server(
    hass: HomeAssistant, forecasting: MockConfigEntry, simulator: Simulator
) -> None:
    address = simulator.amber_url.replace("127.0.0.1", "localhost")
    form = await choose(hass, forecasting, "prices", "amber")
    form = await fill_in(hass, form, {"advanced": {"base_url": address}})
    assert form["errors"] == {"token": "invalid_token"}
    assert suggested(form) == {"base_url": address}


async def test_a_token_that_was_refused_is_not_sent_back(
    hass: HomeAssistant, forecasting: MockConfigEntry, simulator: Simulator
) -> None:
    form = await choose(hass, forecasting, "prices", "amber")
    form = await fill_in(hass, form, {"token": "psk_wrong", "advanced": {"base_url": simulator.amber_url}})
    assert suggested(form) == {"base_url": simulator.amber_url}


async def test_the_api_key_is_never_shown_and_an_empty_field_keeps_it_for_the_same_server(
    hass: HomeAssistant, forecasting: MockConfigEntry
) -> None:
    here, elsewhere = {"base_url": "http://127.0.0.1:9"}, {"base_url": "http://127.0.0.1:10"}
    for answers in ({**here, "api_key": "secret"}, here):
        form = await choose(hass, forecasting, "solar", "open_meteo")
        assert "api_key" not in suggested(form)
        await fill_in(hass, form, {"advanced": answers})
        assert forecasting.options["solar"]["api_key"] == "secret"
    await fill_in(hass, await choose(hass, forecasting, "solar", "open_meteo"), {"advanced": elsewhere})
    assert forecasting.options["solar"] == {"source": "open_meteo", **elsewhere}
