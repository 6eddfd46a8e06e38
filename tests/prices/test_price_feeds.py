"""The prices coordinator with a tariff, and with the entities of other integrations."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse
from homeassistant.helpers import device_registry as dr, entity_registry as er
from moments import START, Make, Move, at
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.coordinator.prices import EntityConfig, TariffConfig
from custom_components.sigenstor_panel.model.message import say
from custom_components.sigenstor_panel.price_sources.tariff import parse_tariff
from tests.english import english


async def test_a_tariff_gives_two_days_of_prices_and_goes_on(make: Make, move: Move) -> None:
    tariff = parse_tariff({"buy": {"flat_per_kwh": 0.3, "bands": [{"per_kwh": 0.5, "start": "16:00", "end": "21:00"}]}})
    prices = make(TariffConfig(tariff=tariff))
    await prices.async_config_entry_first_refresh()
    assert prices.fresh
    assert prices.data.source == "tariff"
    assert prices.data.slots[0].start == at(14, 0, day=14)
    assert prices.data.slots[-1].end == START.replace(minute=30, second=0) + timedelta(hours=48)
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
    hass.states.async_set("sensor.home_general_price", "16", amber_price(at(2, 0)))
    prices = make(EntityConfig(buy_entity=chosen))
    await prices.async_config_entry_first_refresh()
    assert [(slot.start, slot.buy_per_kwh, slot.forecast) for slot in prices.data.slots] == [
        (at(2, 0), 16.0, False),
        (at(2, 5), 0.3, True),
        (at(2, 10), 0.2, True),
    ]
    assert prices.data.spot


def amber_price(start: datetime, *, estimate: bool = False) -> dict[str, Any]:
    """Return the attributes of core's Amber price sensor."""
    return {
        "unit_of_measurement": "$/kWh",
        "duration": 5,
        "date": "2026-01-15",
        "per_kwh": 16.0,
        "nem_date": (start + timedelta(hours=10, minutes=5)).isoformat(),
        "spot_per_kwh": 14.0,
        "start_time": (start + timedelta(seconds=1)).isoformat(),
        "end_time": (start + timedelta(minutes=5)).isoformat(),
        "renewables": 40,
        "estimate": estimate,
        "spike_status": "none",
        "channel_type": "general",
    }


async def test_an_interval_that_is_over_is_not_the_one_in_force(hass: HomeAssistant, make: Make, move: Move) -> None:
    """At second 0 the price entity still says $16: that was the last interval."""
    together(hass, "amberelectric", "sensor.home_general_forecast", "sensor.home_general_price")
    hass.states.async_set("sensor.home_general_forecast", "0.3", {"forecasts": NEXT, "unit_of_measurement": "$/kWh"})
    hass.states.async_set("sensor.home_general_price", "16", amber_price(at(2, 0)))
    prices = make(EntityConfig(buy_entity="sensor.home_general_price"))
    await prices.async_config_entry_first_refresh()
    assert not prices.data.unconfirmed(START)
    await move(at(2, 5))
    current = prices.data.current(at(2, 5))
    assert current is not None
    assert (current.buy_per_kwh, current.forecast) == (0.3, True)
    assert prices.data.unconfirmed(at(2, 5))
    assert prices.next_poll_at == at(2, 5, 15)
    hass.states.async_set("sensor.home_general_price", "0.35", amber_price(at(2, 5)))
    await move(at(2, 5, 15))
    current = prices.data.current(at(2, 5, 15))
    assert current is not None
    assert (current.start, current.buy_per_kwh) == (at(2, 5), 0.35)
    assert not prices.data.unconfirmed(at(2, 5, 15))
    assert prices.next_poll_at == at(2, 6)


async def test_an_estimate_of_an_entity_is_one(hass: HomeAssistant, make: Make) -> None:
    together(hass, "amber_express", "sensor.general_price")
    hass.states.async_set("sensor.general_price", "16", amber_price(at(2, 0), estimate=True))
    prices = make(EntityConfig(buy_entity="sensor.general_price"))
    await prices.async_config_entry_first_refresh()
    assert prices.data.unconfirmed(START)
    hass.states.async_set("sensor.general_price", "16", amber_price(at(2, 0)))
    await prices.async_refresh()
    assert not prices.data.unconfirmed(START)


async def test_a_price_of_a_spot_market_that_does_not_come_is_a_guess(
    hass: HomeAssistant, make: Make, move: Move
) -> None:
    together(hass, "amberelectric", "sensor.home_general_price")
    hass.states.async_set("sensor.home_general_price", "16", amber_price(at(2, 0)))
    prices = make(EntityConfig(buy_entity="sensor.home_general_price"))
    await prices.async_config_entry_first_refresh()
    await move(at(2, 7))
    assert prices.data.unconfirmed(at(2, 7))
    assert not prices.data.guessed(at(2, 7))
    await move(at(2, 11))
    assert prices.data.guessed(at(2, 11))
    await move(at(2, 16))
    assert prices.data.current(at(2, 16)) is None


@pytest.mark.parametrize(
    ("first", "slots"),
    [
        (at(2, 0), [(at(2, 0), 16.0, False), (at(2, 5), 0.3, True), (at(2, 30), 0.4, True)]),
        (at(2, 30), [(at(2, 0), 16.0, False), (at(2, 5), 16.0, True), (at(2, 30), 0.3, True), (at(3, 0), 0.4, True)]),
    ],
    ids=["the forecast covers it", "the forecast begins later"],
)
async def test_flow_powers_price_is_a_fact_for_its_five_minutes_and_no_longer(
    hass: HomeAssistant, make: Make, first: datetime, slots: list[tuple[datetime, float, bool]]
) -> None:
    together(hass, "flow_power_ha", "sensor.import_price")
    forecast = {f"{first + timedelta(minutes=30 * n):%Y-%m-%d %H:%M:%S%z}": 0.3 + n / 10 for n in range(2)}
    hass.states.async_set("sensor.import_price", "16", {"forecast_dict": forecast, "unit_of_measurement": "$/kWh"})
    prices = make(EntityConfig(buy_entity="sensor.import_price"))
    await prices.async_config_entry_first_refresh()
    assert [(slot.start, slot.buy_per_kwh, slot.forecast) for slot in prices.data.slots] == [
        (start, pytest.approx(price), ahead) for start, price, ahead in slots
    ]


@pytest.mark.parametrize("platform", ["flow_power_ha", "template"])
async def test_a_state_without_an_interval_counts_for_one_only_once_it_was_written_in_it(
    hass: HomeAssistant, make: Make, move: Move, platform: str
) -> None:
    together(hass, platform, "sensor.import_price")
    hass.states.async_set("sensor.import_price", "16", {"unit_of_measurement": "$/kWh"})
    prices = make(EntityConfig(buy_entity="sensor.import_price"))
    await prices.async_config_entry_first_refresh()
    assert not prices.data.unconfirmed(START)
    await move(at(2, 5))
    assert prices.data.unconfirmed(at(2, 5))
    hass.states.async_set("sensor.import_price", "16", {"unit_of_measurement": "$/kWh"})
    await move(at(2, 6))
    assert not prices.data.unconfirmed(at(2, 6))


@pytest.mark.parametrize(("platform", "is_price"), [("flow_power_ha", False), ("template", True)])
async def test_only_on_a_spot_market_is_an_old_state_no_price(
    hass: HomeAssistant, make: Make, move: Move, platform: str, is_price: bool
) -> None:
    together(hass, platform, "sensor.import_price")
    hass.states.async_set("sensor.import_price", "16", {"unit_of_measurement": "$/kWh"})
    prices = make(EntityConfig(buy_entity="sensor.import_price"))
    await prices.async_config_entry_first_refresh()
    moment = START + timedelta(hours=9, minutes=2)
    await move(moment)
    assert (prices.data.current(moment) is not None) is is_price
    assert prices.problem == (
        None if is_price else say("problem.entity_old", entity="sensor.import_price", wait_s=600.0)
    )


async def test_the_feed_in_of_a_spot_market_is_that_of_its_interval_and_not_of_all_hours(
    hass: HomeAssistant, make: Make
) -> None:
    together(hass, "amberelectric", "sensor.general_forecast", "sensor.general_price", "sensor.feed_in_price")
    hass.states.async_set("sensor.general_forecast", "0.3", {"forecasts": NEXT, "unit_of_measurement": "$/kWh"})
    hass.states.async_set("sensor.general_price", "16", amber_price(at(2, 0)))
    hass.states.async_set("sensor.feed_in_price", "14", amber_price(at(2, 0)))
    prices = make(EntityConfig(buy_entity="sensor.general_price", sell_entity="sensor.feed_in_price"))
    await prices.async_config_entry_first_refresh()
    assert [slot.sell_per_kwh for slot in prices.data.slots] == [14.0, None, None]


async def test_localvolts_has_its_forecast_of_both_prices_in_one_entity(hass: HomeAssistant, make: Make) -> None:
    together(hass, "localvolts", "sensor.costsflexup", "sensor.earningsflexup", "sensor.forecasted_costs_flex_up")
    said = {"unit_of_measurement": "$/kWh", "intervalEnd": at(2, 5).isoformat(), "lastUpdate": at(2, 0, 20).isoformat()}
    hass.states.async_set("sensor.costsflexup", "0.31", said)
    hass.states.async_set("sensor.earningsflexup", "0.11", said)
    row = {
        "start_time": at(2, 5).isoformat(),
        "end_time": at(2, 10).isoformat(),
        "costsFlexUp": 40,
        "earningsFlexUp": 8,
    }
    forecast = {"unit_of_measurement": "c/kWh", "forecast": [row], "forecastcount": 1}
    hass.states.async_set("sensor.forecasted_costs_flex_up", "40", forecast)
    prices = make(EntityConfig(buy_entity="sensor.costsflexup", sell_entity="sensor.earningsflexup"))
    await prices.async_config_entry_first_refresh()
    assert [(slot.start, slot.buy_per_kwh, slot.sell_per_kwh) for slot in prices.data.slots] == [
        (at(2, 0), 0.31, 0.11),
        (at(2, 5), 0.4, 0.08),
    ]


async def test_a_published_forecast_that_covers_now_counts_over_a_state(hass: HomeAssistant, make: Make) -> None:
    attributes = {"forecast": [{"start": at(2, 0).isoformat(), "value": 0.2}], "unit_of_measurement": "EUR/kWh"}
    hass.states.async_set("sensor.buy", "0.5", attributes)
    prices = make(EntityConfig(buy_entity="sensor.buy"))
    await prices.async_config_entry_first_refresh()
    assert [slot.buy_per_kwh for slot in prices.data.slots] == [0.2]
    assert not prices.data.spot


async def test_a_forecast_that_cannot_be_read_leaves_the_state(hass: HomeAssistant, make: Make) -> None:
    hass.states.async_set("sensor.buy", "0.5", {"forecast": [1, 2], "unit_of_measurement": "EUR/kWh"})
    prices = make(EntityConfig(buy_entity="sensor.buy"))
    await prices.async_config_entry_first_refresh()
    assert [slot.buy_per_kwh for slot in prices.data.slots] == [0.5]


async def test_an_entity_beside_that_is_bad_leaves_the_one_that_was_chosen(hass: HomeAssistant, make: Make) -> None:
    today, tomorrow = "event.meter_current_day_rates", "event.meter_next_day_rates"
    together(hass, "octopus_energy", today, tomorrow)
    hass.states.async_set(today, "x", {"rates": rates(at(2, 0), 4, 0.2)})
    hass.states.async_set(tomorrow, "x", {"rates": "soon"})
    prices = make(EntityConfig(buy_entity=today))
    await prices.async_config_entry_first_refresh()
    assert prices.data.slots[-1].end == at(4, 0)


async def test_octopus_rates_of_today_and_tomorrow_are_read_together(hass: HomeAssistant, make: Make) -> None:
    today, tomorrow = "event.meter_current_day_rates", "event.meter_next_day_rates"
    together(hass, "octopus_energy", today, tomorrow)
    hass.states.async_set(today, "x", {"rates": rates(at(2, 0), 4, 0.2)})
    hass.states.async_set(tomorrow, "x", {"rates": rates(at(4, 0), 4, 0.3)})
    prices = make(EntityConfig(buy_entity=today))
    await prices.async_config_entry_first_refresh()
    assert prices.data.slots[-1].end == at(6, 0)


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
            {
                "FI": [{"start": "2026-01-15T02:00:00+00:00", "end": "2026-01-15T02:15:00+00:00", "price": 999.0}],
                "SE3": [{"start": "2026-01-15T02:00:00+00:00", "end": "2026-01-15T02:15:00+00:00", "price": 310.0}],
            },
        ),
        (
            "tibber",
            "get_prices",
            {
                "prices": {
                    "Cabin": [{"start_time": "2026-01-15T02:00:00.000+00:00", "price": 0.99}],
                    "Home": [{"start_time": "2026-01-15T02:00:00.000+00:00", "price": 0.31}],
                }
            },
        ),
    ],
)
async def test_of_the_answer_of_an_action_the_prices_of_the_entitys_own_area_or_home_count(
    hass: HomeAssistant, make: Make, platform: str, action: str, answer: dict[str, Any]
) -> None:
    of_area_or_home(hass, platform)
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


def of_area_or_home(hass: HomeAssistant, platform: str) -> None:
    """Register a price entity as core's Nord Pool and Tibber do."""
    entry = MockConfigEntry(domain=platform)
    entry.add_to_hass(hass)
    home = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(platform, "a-home")}, name="Home"
    )
    er.async_get(hass).async_get_or_create(
        "sensor",
        platform,
        "SE3-current_price" if platform == "nordpool" else "96a14971-525a-4420-aae9-e5aedaa129ff",
        suggested_object_id="current_price",
        config_entry=entry,
        device_id=home.id,
    )
    hass.states.async_set("sensor.current_price", "0.5", {"unit_of_measurement": "EUR/kWh"})


PRICE_OF_2 = [{"start": "2026-01-15T02:00:00+00:00", "end": "2026-01-15T02:15:00+00:00", "price": 310.0}]


async def test_prices_of_others_are_refused_where_none_are_of_the_entitys_own_area(
    hass: HomeAssistant, make: Make
) -> None:
    of_area_or_home(hass, "nordpool")

    async def answers(_call: ServiceCall) -> dict[str, Any]:
        return {"FI": PRICE_OF_2, "SE1": PRICE_OF_2}

    hass.services.async_register("nordpool", "get_prices_for_date", answers, supports_response=SupportsResponse.ONLY)
    prices = make(EntityConfig(buy_entity="sensor.current_price"))
    for _ in range(2):
        await prices.async_refresh()
        assert prices.data is None
        assert english(prices.problem) == (
            "sensor.current_price is ambiguous: its integration gives the prices of FI, SE1"
        )


async def test_a_bad_day_of_an_action_leaves_the_other(hass: HomeAssistant, make: Make) -> None:
    of_area_or_home(hass, "nordpool")

    async def answers(call: ServiceCall) -> dict[str, Any]:
        return {"SE3": PRICE_OF_2 if call.data["date"] == "2026-01-15" else [{"start": "soon"}]}

    hass.services.async_register("nordpool", "get_prices_for_date", answers, supports_response=SupportsResponse.ONLY)
    prices = make(EntityConfig(buy_entity="sensor.current_price"))
    await prices.async_config_entry_first_refresh()
    assert [slot.buy_per_kwh for slot in prices.data.slots] == [pytest.approx(0.31)]


async def test_an_action_that_fails_leaves_the_state(hass: HomeAssistant, make: Make) -> None:
    together(hass, "nordpool", "sensor.current_price")
    hass.states.async_set("sensor.current_price", "0.5", {"unit_of_measurement": "EUR/kWh"})
    prices = make(EntityConfig(buy_entity="sensor.current_price"))
    await prices.async_config_entry_first_refresh()
    assert [slot.buy_per_kwh for slot in prices.data.slots] == [0.5]


@pytest.mark.parametrize("unit", ["points/kWh", "kWh", None])
async def test_a_price_in_a_unit_that_is_not_known_is_refused(
    hass: HomeAssistant, make: Make, unit: str | None
) -> None:
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
        ("unknown", {"rates": []}, "sensor.buy has an empty forecast"),
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


@pytest.mark.parametrize(
    ("state", "attributes", "problem"),
    [
        ("unknown", {}, "sensor.sell has neither a forecast nor a price"),
        ("unavailable", {}, "sensor.sell is not available"),
        ("5", {"unit_of_measurement": "points"}, "sensor.sell: unit_of_measurement must be"),
        ("x", {"forecast": "soon", "unit_of_measurement": "c/kWh"}, "sensor.sell: forecast must be"),
    ],
)
async def test_a_feed_in_entity_that_fails_is_said_and_the_buy_price_stays(
    hass: HomeAssistant, make: Make, state: str, attributes: dict[str, Any], problem: str
) -> None:
    hass.states.async_set("sensor.buy", "0.2", {"rates": rates(at(2, 0), 4, 0.2)})
    hass.states.async_set("sensor.sell", state, attributes)
    prices = make(EntityConfig(buy_entity="sensor.buy", sell_entity="sensor.sell"))
    await prices.async_refresh()
    assert prices.fresh
    assert [slot.sell_per_kwh for slot in prices.data.slots] == [None] * 4
    assert prices.problem is not None
    assert english(prices.problem).startswith(problem)
