"""The prices coordinator with a tariff, and with the entities of other integrations."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse
from homeassistant.helpers import entity_registry as er
from moments import START, Make, Move, at
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.coordinator.prices import EntityConfig, TariffConfig
from custom_components.sigenstor_panel.price_sources.tariff import parse_tariff
from tests.english import english


async def test_a_tariff_gives_two_days_of_prices_and_goes_on(make: Make, move: Move) -> None:
    tariff = parse_tariff({"buy": {"flat_per_kwh": 0.3, "bands": [{"per_kwh": 0.5, "start": "16:00", "end": "21:00"}]}})
    prices = make(TariffConfig(tariff=tariff))
    await prices.async_config_entry_first_refresh()
    assert prices.fresh
    assert prices.data.source == "tariff"
    assert prices.data.slots[0].start == at(14, 0, day=14)
    assert prices.data.until == START.replace(minute=30, second=0) + timedelta(hours=48)
    await move(at(6, 0))
    current = prices.data.current(at(6, 0))
    assert current is not None
    assert current.buy_per_kwh == 0.5
    assert prices.next_poll_at == at(6, 30)


def rates(first: datetime, count: int, price: float) -> list[dict[str, Any]]:
    half_hour = timedelta(minutes=30)
    return [
        {"start": first + n * half_hour, "end": first + (n + 1) * half_hour, "value_inc_vat": price + n / 100}
        for n in range(count)
    ]


async def test_entities_with_a_forecast_give_the_same_prices(hass: HomeAssistant, make: Make, move: Move) -> None:
    hass.states.async_set("event.import_rates", "x", {"rates": rates(at(2, 0), 48, 0.2)})
    hass.states.async_set("sensor.feed_in", "5", {"unit_of_measurement": "c/kWh"})
    prices = make(EntityConfig(buy_entity="event.import_rates", sell_entity="sensor.feed_in"))
    await prices.async_config_entry_first_refresh()
    current = prices.data.current(START)
    assert current is not None
    assert (current.buy_per_kwh, current.sell_per_kwh, current.forecast) == (0.2, 0.05, False)
    assert prices.data.slots[1].forecast
    assert prices.next_poll_at == at(2, 1)
    hass.states.async_set("event.import_rates", "x", {"rates": rates(at(2, 30), 48, 0.4)})
    await move(at(2, 31))
    assert [slot.buy_per_kwh for slot in prices.data.slots[:2]] == [0.2, 0.4]
    assert prices.data.at(at(2, 0)) is not None


async def test_a_forecast_that_begins_later_is_preceded_by_the_price_now(hass: HomeAssistant, make: Make) -> None:
    forecast = [{"time": "2026-01-15T02:05:00Z", "value": 0.4}, {"time": "2026-01-15T02:10:00Z", "value": 0.4}]
    hass.states.async_set("sensor.buy", "0.25", {"forecast": forecast, "unit_of_measurement": "$/kWh"})
    hass.states.async_set("sensor.sell", "0.1", {"forecast": forecast, "unit_of_measurement": "$/kWh"})
    prices = make(EntityConfig(buy_entity="sensor.buy", sell_entity="sensor.sell"))
    await prices.async_config_entry_first_refresh()
    assert [(slot.start, slot.buy_per_kwh, slot.sell_per_kwh) for slot in prices.data.slots[:2]] == [
        (at(2, 0), 0.25, 0.1),
        (at(2, 5), 0.4, 0.4),
    ]


NEXT = [
    {"start_time": "2026-01-15T02:05:01Z", "end_time": "2026-01-15T02:10:00Z", "per_kwh": 0.3},
    {"start_time": "2026-01-15T02:10:01Z", "end_time": "2026-01-15T02:40:00Z", "per_kwh": 0.2},
]


async def test_the_state_of_ambers_forecast_is_the_next_price_and_not_the_one_in_force(
    hass: HomeAssistant, make: Make
) -> None:
    """$16 are in force: 30 c, the state, come next."""
    hass.states.async_set("sensor.home_general_forecast", "0.3", {"forecasts": NEXT, "unit_of_measurement": "$/kWh"})
    prices = make(EntityConfig(buy_entity="sensor.home_general_forecast"))
    await prices.async_config_entry_first_refresh()
    assert prices.data.current(START) is None


@pytest.mark.parametrize("chosen", ["sensor.home_general_forecast", "sensor.home_general_price"])
async def test_ambers_price_and_forecast_are_read_together_whichever_is_chosen(
    hass: HomeAssistant, make: Make, chosen: str
) -> None:
    together(hass, "amberelectric", "sensor.home_general_forecast", "sensor.home_general_price")
    hass.states.async_set("sensor.home_general_forecast", "0.3", {"forecasts": NEXT, "unit_of_measurement": "$/kWh"})
    hass.states.async_set("sensor.home_general_price", "16", {"unit_of_measurement": "$/kWh"})
    prices = make(EntityConfig(buy_entity=chosen))
    await prices.async_config_entry_first_refresh()
    assert [(slot.start, slot.buy_per_kwh) for slot in prices.data.slots] == [
        (at(2, 0), 16.0),
        (at(2, 5), 0.3),
        (at(2, 10), 0.2),
    ]


async def test_octopus_rates_of_today_and_tomorrow_are_read_together(hass: HomeAssistant, make: Make) -> None:
    today, tomorrow = "event.meter_current_day_rates", "event.meter_next_day_rates"
    together(hass, "octopus_energy", today, tomorrow)
    hass.states.async_set(today, "x", {"rates": rates(at(2, 0), 4, 0.2)})
    hass.states.async_set(tomorrow, "x", {"rates": rates(at(4, 0), 4, 0.3)})
    prices = make(EntityConfig(buy_entity=today))
    await prices.async_config_entry_first_refresh()
    assert prices.data.until == at(6, 0)


async def test_an_entity_with_a_state_only_gives_the_price_in_force_and_no_other(
    hass: HomeAssistant, make: Make
) -> None:
    hass.states.async_set("sensor.buy", "31", {"unit_of_measurement": "c/kWh"})
    prices = make(EntityConfig(buy_entity="sensor.buy"))
    await prices.async_config_entry_first_refresh()
    (slot,) = prices.data.slots
    assert (slot.start, slot.end, slot.buy_per_kwh) == (at(2, 0), at(2, 5), 0.31)


@pytest.mark.parametrize(
    ("platform", "action", "answer"),
    [
        (
            "nordpool",
            "get_prices_for_date",
            {"SE3": [{"start": "2026-01-15T02:00:00+00:00", "end": "2026-01-15T02:15:00+00:00", "price": 310.0}]},
        ),
        (
            "tibber",
            "get_prices",
            {"prices": {"Home": [{"start_time": "2026-01-15T02:00:00.000+00:00", "price": 0.31}]}},
        ),
    ],
)
async def test_prices_of_an_action_that_answers_are_asked_for(
    hass: HomeAssistant, make: Make, platform: str, action: str, answer: dict[str, Any]
) -> None:
    together(hass, platform, "sensor.current_price")
    hass.states.async_set("sensor.current_price", "0.5", {"unit_of_measurement": "EUR/kWh"})
    asked: list[dict[str, Any]] = []

    async def answers(call: ServiceCall) -> dict[str, Any]:
        asked.append(dict(call.data))
        return answer

    hass.services.async_register(platform, action, answers, supports_response=SupportsResponse.ONLY)
    prices = make(EntityConfig(buy_entity="sensor.current_price"))
    await prices.async_config_entry_first_refresh()
    assert [(slot.start, slot.buy_per_kwh) for slot in prices.data.slots] == [(at(2, 0), pytest.approx(0.31))]
    assert asked
    times = len(asked)
    await prices.async_refresh()
    assert len(asked) == times


async def test_an_action_that_fails_leaves_the_state(hass: HomeAssistant, make: Make) -> None:
    together(hass, "nordpool", "sensor.current_price")
    hass.states.async_set("sensor.current_price", "0.5", {"unit_of_measurement": "EUR/kWh"})
    prices = make(EntityConfig(buy_entity="sensor.current_price"))
    await prices.async_config_entry_first_refresh()
    assert [slot.buy_per_kwh for slot in prices.data.slots] == [0.5]


@pytest.mark.parametrize("unit", ["points/kWh", "kWh"])
async def test_a_price_in_a_unit_that_is_not_known_is_refused(hass: HomeAssistant, make: Make, unit: str) -> None:
    hass.states.async_set("sensor.buy", "31", {"unit_of_measurement": unit})
    prices = make(EntityConfig(buy_entity="sensor.buy"))
    await prices.async_refresh()
    assert prices.problem is not None
    assert english(prices.problem).startswith("sensor.buy: unit_of_measurement must be")


def together(hass: HomeAssistant, platform: str, *entity_ids: str) -> None:
    """Register entities of one integration."""
    entry = MockConfigEntry(domain=platform)
    entry.add_to_hass(hass)
    for entity_id in entity_ids:
        domain, name = entity_id.split(".")
        er.async_get(hass).async_get_or_create(domain, platform, name, suggested_object_id=name, config_entry=entry)


@pytest.mark.parametrize(
    ("state", "attributes", "problem"),
    [
        ("unavailable", {}, "sensor.buy is not available"),
        ("soon", {}, "sensor.buy has neither a forecast nor a price"),
        ("0.3", {"rates": []}, "sensor.buy has an empty forecast"),
        ("0.3", {"rates": [{"start": 1, "end": 2, "value": 3}]}, r"sensor.buy: rates[0].start must be"),
    ],
)
async def test_an_entity_that_fails_leaves_its_last_prices_as_stale(
    hass: HomeAssistant, make: Make, move: Move, state: str, attributes: dict[str, Any], problem: str
) -> None:
    hass.states.async_set("sensor.buy", "0.2", {"rates": rates(at(2, 0), 4, 0.2)})
    prices = make(EntityConfig(buy_entity="sensor.buy"))
    await prices.async_config_entry_first_refresh()
    hass.states.async_set("sensor.buy", state, attributes)
    await move(at(2, 1))
    assert (prices.data.stale, len(prices.data.slots)) == (True, 4)
    assert prices.problem is not None
    assert english(prices.problem).startswith(problem)
    hass.states.async_set("sensor.buy", "0.2", {"rates": rates(at(2, 0), 4, 0.2)})
    assert prices.next_poll_at is not None
    await move(prices.next_poll_at + timedelta(seconds=1))
    assert prices.fresh


async def test_a_feed_in_entity_without_a_price_is_said(hass: HomeAssistant, make: Make) -> None:
    hass.states.async_set("sensor.buy", "0.2", {"rates": rates(at(2, 0), 4, 0.2)})
    hass.states.async_set("sensor.sell", "unknown")
    prices = make(EntityConfig(buy_entity="sensor.buy", sell_entity="sensor.sell"))
    await prices.async_refresh()
    assert prices.problem is not None
    assert english(prices.problem) == "sensor.sell has neither a forecast nor a price"
