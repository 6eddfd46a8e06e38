"""Forecasts of other integrations, in the shapes that they really have."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from custom_components.sigenstor_panel.model.validation import InvalidInputError
from custom_components.sigenstor_panel.price_sources.shapes import (
    PriceRow,
    forecast_rows,
    has_forecast,
    price_factor,
    price_interval,
    slots_from_rows,
    state_is_next,
)
from tests.english import says

MIDNIGHT = datetime(2026, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def row(hour: float, hours: float, per_kwh: float) -> PriceRow:
    return PriceRow(MIDNIGHT + hour * HOUR, MIDNIGHT + (hour + hours) * HOUR, per_kwh)


SHAPES: dict[str, tuple[dict[str, Any], str | None]] = {
    "nordpool": (
        {
            "raw_today": [
                {
                    "start": datetime(2026, 3, 9, 1, tzinfo=timezone(HOUR)),
                    "end": datetime(2026, 3, 9, 2, tzinfo=timezone(HOUR)),
                    "value": 0.21,
                }
            ],
            "raw_tomorrow": [
                {"start": "2026-03-09T02:00:00+01:00", "end": "2026-03-09T03:00:00+01:00", "value": -0.02},
                {"start": "2026-03-09T03:00:00+01:00", "end": "2026-03-09T04:00:00+01:00", "value": None},
            ],
        },
        "EUR/kWh",
    ),
    "nordpool in MWh, tomorrow unknown": (
        {
            "raw_today": [
                {"start": "2026-03-09T00:00:00Z", "end": "2026-03-09T01:00:00Z", "value": 210},
                {"start": "2026-03-09T01:00:00Z", "end": "2026-03-09T02:00:00Z", "value": -20.0},
            ],
            "raw_tomorrow": None,
        },
        "EUR/MWh",
    ),
    "octopus": (
        {
            "rates": [
                {"start": "2026-03-09T01:00:00+00:00", "end": "2026-03-09T02:00:00+00:00", "value_inc_vat": -0.02},
                {"start": "2026-03-09T00:00:00+00:00", "end": "2026-03-09T01:00:00+00:00", "value_inc_vat": 0.21},
            ]
        },
        None,
    ),
    "amber core": (
        {
            "forecasts": [
                {
                    "duration": 60,
                    "date": "2026-03-09",
                    "nem_date": f"2026-03-09T{11 + hour}:00:00+10:00",
                    "per_kwh": per_kwh,
                    "spot_per_kwh": 0.1,
                    "start_time": f"2026-03-09T{hour:02}:00:01+00:00",
                    "end_time": f"2026-03-09T{hour + 1:02}:00:00+00:00",
                    "renewables": 40,
                    "spike_status": "none",
                    "descriptor": "neutral",
                }
                for hour, per_kwh in ((0, 0.21), (1, -0.02))
            ],
            "channel_type": "general",
        },
        "$/kWh",
    ),
    "amber-express": (
        {
            "start_time": "2026-03-09T00:00:01+00:00",
            "end_time": "2026-03-09T01:00:00+00:00",
            "estimate": False,
            "descriptor": "neutral",
            "data_source": "websocket",
            "forecast": [
                {"time": "2026-03-09T00:00:01+00:00", "value": 0.21},
                {"time": "2026-03-09T01:00:01+00:00", "value": -0.02},
            ],
        },
        "$/kWh",
    ),
    "amber-express, detailed": (
        {
            "start_time": "2026-03-09T00:00:01+00:00",
            "end_time": "2026-03-09T01:00:00+00:00",
            "per_kwh": 0.21,
            "forecasts": [
                {
                    "start_time": "2026-03-09T00:00:01+00:00",
                    "end_time": "2026-03-09T01:00:00+00:00",
                    "per_kwh": 0.21,
                    "advanced_price_predicted": {"low": 0.2, "predicted": 0.22, "high": 0.3},
                },
                {"start_time": "2026-03-09T01:00:01+00:00", "end_time": "2026-03-09T02:00:00+00:00", "per_kwh": -0.02},
            ],
        },
        "$/kWh",
    ),
    "LocalVolts": (
        {
            "forecast": [
                {
                    "intervalEnd": "2026-03-09T01:00:00Z",
                    "costsFlexUp": 21.0,
                    "earningsFlexUp": 9.0,
                    "duration": 60,
                    "start_time": "2026-03-09T00:00:00+00:00",
                    "end_time": "2026-03-09T01:00:00+00:00",
                },
                {
                    "intervalEnd": "2026-03-09T02:00:00Z",
                    "costsFlexUp": -2.0,
                    "earningsFlexUp": -9.0,
                    "duration": 60,
                    "start_time": "2026-03-09T01:00:00+00:00",
                    "end_time": "2026-03-09T02:00:00+00:00",
                },
            ],
            "forecastcount": 2,
        },
        "c/kWh",
    ),
    "LocalVolts v2": (
        {
            "interpolation_mode": "previous",
            "forecast": [
                {"time": "2026-03-09T11:00:00+11:00", "value": 0.21},
                {"time": "2026-03-09T12:00:00+11:00", "value": -0.02},
            ],
            "forecast_entries": 2,
        },
        "$/kWh",
    ),
    "Flow Power": (
        {
            "region": "QLD1",
            "unit": "$/kWh",
            "forecast": [0.21, -0.02],
            "timestamps": ["2026-03-09 10:00:00+1000", "2026-03-09 11:00:00+1000"],
            "forecast_dict": {"2026-03-09 10:00:00+1000": 0.21, "2026-03-09 11:00:00+1000": -0.02},
        },
        "$/kWh",
    ),
    "ENTSO-e": (
        {
            "prices_today": [{"time": "2026-03-09T01:00:00+01:00", "price": 0.21}],
            "prices_tomorrow": [{"time": "2026-03-09T02:00:00+01:00", "price": -0.02}],
            "prices": [{"time": "2026-03-09T01:00:00+01:00", "price": 9}],
        },
        "EUR/kWh",
    ),
    "Energi Data Service": (
        {
            "raw_today": [{"hour": datetime(2026, 3, 9, 1, tzinfo=timezone(HOUR)), "price": 0.21}],
            "raw_tomorrow": [{"hour": datetime(2026, 3, 9, 2, tzinfo=timezone(HOUR)), "price": -0.02}],
            "forecast": None,
        },
        "DKK/kWh",
    ),
    "Zonneplan": (
        {
            "forecast": [
                {"datetime": "2026-03-09T00:00:00.000000Z", "electricity_price": 2100000, "tariff_group": "normal"},
                {"datetime": "2026-03-09T01:00:00.000000Z", "electricity_price": -200000, "tariff_group": "low"},
            ]
        },
        "€/kWh",
    ),
    "Tibber's action": (
        {
            "prices": [
                {"start_time": "2026-03-09T01:00:00.000+01:00", "price": 0.21},
                {"start_time": "2026-03-09T02:00:00.000+01:00", "price": -0.02},
            ]
        },
        "EUR/kWh",
    ),
    "EPEX spot": (
        {
            "data": [
                {"start_time": "2026-03-09T00:00:00Z", "end_time": "2026-03-09T01:00:00Z", "price_per_kwh": 0.21},
                {"start_time": "2026-03-09T01:00:00Z", "end_time": "2026-03-09T02:00:00Z", "price_per_kwh": -0.02},
            ]
        },
        "€/kWh",
    ),
    "a plain list in cents": (
        {
            "prices": [
                {"start": "2026-03-09T00:00:00Z", "end": "2026-03-09T01:00:00Z", "price": 21},
                {"start": "2026-03-09T01:00:00Z", "end": "2026-03-09T02:00:00Z", "price": "-2"},
            ]
        },
        "c/kWh",
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_rows(shape: str) -> None:
    attributes, unit = SHAPES[shape]
    assert has_forecast(attributes)
    found = forecast_rows(attributes, unit)
    assert [(each.start, each.end) for each in found] == [(row(n, 1, 0).start, row(n, 1, 0).end) for n in (0, 1)]
    assert [each.per_kwh for each in found] == pytest.approx([0.21, -0.02])


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("AUD/kWh", 1),
        ("$/kWh", 1),
        ("c/kWh", 0.01),
        ("öre/kWh", 0.01),
        ("GBP/kWh", 1),
        ("p/kWh", 0.01),
        ("EUR/MWh", 0.001),
        ("EUR/Wh", 1000),
    ],
)
def test_units_become_currency_a_kwh(unit: str, factor: float) -> None:
    assert price_factor(unit) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("attributes", "field"),
    [
        ({}, "forecast"),
        ({"rates": "soon"}, "rates"),
        ({"rates": [1]}, "rates[0]"),
        ({"rates": [{"start": "2026-03-09T00:00:00Z", "end": "2026-03-09T01:00:00Z"}]}, "rates[0].value_inc_vat"),
        ({"rates": [{"start": "2026-03-09T00:00:00", "end": "2026-03-09T01:00:00Z", "value": 1}]}, "rates[0].start"),
        ({"rates": [{"start": "soon", "end": "2026-03-09T01:00:00Z", "value": 1}]}, "rates[0].start"),
        ({"rates": [{"start": "2026-03-09T00:00:00Z", "end": "2026-03-08T01:00:00Z", "value": 1}]}, "rates[0].end"),
        ({"rates": [{"start": "2026-03-09T00:00:00Z", "end": "2027-03-08T01:00:00Z", "value": 1}]}, "rates[0].end"),
        (
            {"rates": [{"start": "2026-03-09T00:00:00Z", "end": "2026-03-09T01:00:00Z", "value": "nan"}]},
            "rates[0].value",
        ),
        (
            {"rates": [{"start": "2026-03-09T00:00:00Z", "end": "2026-03-09T01:00:00Z", "value": True}]},
            "rates[0].value",
        ),
        ({"rates": [{"start": "2026-03-09T00:00:00Z", "end": "2026-03-09T01:00:00Z", "value": []}]}, "rates[0].value"),
    ],
)
def test_a_bad_forecast_is_refused_with_the_row_and_field_named(attributes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        forecast_rows(attributes, None)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "unit", [None, "", "EUR", "kWh", "points/kWh", "EUR/MJ", "m³", "c/m³", "EUR/kW", "mEUR/kWh", "%"]
)
def test_a_unit_that_is_not_known_is_refused_and_not_taken_for_another(unit: str | None) -> None:
    with pytest.raises(InvalidInputError) as refused:
        price_factor(unit)
    assert refused.value.field == "unit_of_measurement"


@pytest.mark.parametrize("shape", [shape for shape, (attributes, _) in SHAPES.items() if "rates" not in attributes])
def test_prices_without_a_unit_are_refused_where_they_may_be_cents(shape: str) -> None:
    with pytest.raises(InvalidInputError, check=says("unit_of_measurement must be money per kWh")):
        forecast_rows(SHAPES[shape][0], None)


def test_of_rows_with_both_prices_feed_in_is_what_is_earned() -> None:
    attributes, unit = SHAPES["LocalVolts"]
    assert [each.per_kwh for each in forecast_rows(attributes, unit, sell=True)] == pytest.approx([0.09, -0.09])


@pytest.mark.parametrize(
    ("attributes", "interval"),
    [
        (SHAPES["amber-express"][0], (row(0, 1, 0).start, row(0, 1, 0).end)),
        ({"intervalEnd": "2026-03-09T00:05:00+00:00"}, (MIDNIGHT, MIDNIGHT + timedelta(minutes=5))),
        ({"intervalEnd": None}, None),
        ({"start_time": "soon", "end_time": "2026-03-09T00:05:00+00:00"}, None),
        ({"start_time": "2026-03-09T00:05:00Z", "end_time": "2026-03-09T00:05:00Z"}, None),
        (SHAPES["Flow Power"][0], None),
    ],
)
def test_the_interval_of_a_state_is_what_the_entity_says(
    attributes: dict[str, Any], interval: tuple[datetime, datetime] | None
) -> None:
    assert price_interval(attributes) == interval


@pytest.mark.parametrize("shape", SHAPES)
def test_the_state_of_a_sensor_of_forecasts_is_the_next_price(shape: str) -> None:
    assert state_is_next(SHAPES[shape][0]) is (shape in {"amber core", "Flow Power", "LocalVolts"})


GOOD = [
    {"start": f"2026-03-09T{hour:02}:00:00Z", "end": f"2026-03-09T{hour + 1:02}:00:00Z", "value": 1} for hour in (0, 2)
]


@pytest.mark.parametrize(
    "bad",
    [
        None,
        7,
        {},
        {"start": "2026-03-09T01:00:00Z", "end": "2026-03-09T02:00:00Z"},
        {"start": "soon", "end": "2026-03-09T02:00:00Z", "value": 1},
        {"start": "2026-03-09T01:00:00", "value": 1},
        {"start": "2026-03-09T01:00:00Z", "end": "2026-03-08T02:00:00Z", "value": 1},
        {"start": "2026-03-09T01:00:00Z", "end": "2026-03-09T02:00:00Z", "value": "much"},
        {"start": "2026-03-09T01:00:00Z", "end": "2026-03-09T02:00:00Z", "value": float("inf")},
    ],
)
def test_one_bad_row_leaves_a_hole_and_the_others_as_they_are(bad: object) -> None:
    found = forecast_rows({"rates": [GOOD[0], bad, GOOD[1]]}, None)
    assert found == (row(0, 1, 1), row(2, 1, 1))


def test_a_row_without_an_end_lasts_until_the_next_one_and_the_last_as_long_as_the_one_before() -> None:
    times = ("00:00", "00:05", "00:10", "00:30")
    rows = [{"time": f"2026-03-09T{time}:00Z", "value": 1} for time in times]
    found = forecast_rows({"forecast": rows}, "$/kWh")
    assert [(each.end - each.start) / timedelta(minutes=1) for each in found] == [5, 5, 20, 20]


def test_a_price_that_is_not_known_yet_ends_the_one_before() -> None:
    rows = [{"time": "2026-03-09T00:00:00Z", "value": 1}, {"time": "2026-03-09T00:05:00Z", "value": None}]
    assert forecast_rows({"forecast": rows}, "$/kWh") == (PriceRow(MIDNIGHT, MIDNIGHT + timedelta(minutes=5), 1),)


def test_after_a_hole_nothing_lasts_longer_than_an_hour() -> None:
    rows = [{"time": "2026-03-09T00:00:00Z", "value": 1}, {"time": "2026-03-09T09:00:00Z", "value": 2}]
    assert forecast_rows({"forecast": rows}, "$/kWh")[0].end == MIDNIGHT + HOUR


def test_a_list_without_times_gives_way_to_one_with_times() -> None:
    assert forecast_rows({"forecast": [1, 2, 3], "data": GOOD}, "$/kWh") == (row(0, 1, 1), row(2, 1, 1))


def test_a_home_without_feed_in_has_no_sell_price() -> None:
    (slot,) = slots_from_rows([row(0, 1, 0.2)], None)
    assert (slot.buy_per_kwh, slot.sell_per_kwh) == (0.2, None)


def test_a_constant_feed_in_price_counts_for_every_slot() -> None:
    assert [slot.sell_per_kwh for slot in slots_from_rows([row(0, 1, 0.2), row(1, 1, 0.3)], 0)] == [0.0, 0.0]


def test_slots_are_cut_where_buy_and_sell_change_at_different_times() -> None:
    found = slots_from_rows([row(0, 1, 0.2), row(1, 1, 0.3)], [row(0.5, 1, 0.05), row(1.5, 0.25, 0.07), row(9, 1, 1.0)])
    assert [((slot.start - MIDNIGHT) / HOUR, slot.buy_per_kwh, slot.sell_per_kwh) for slot in found] == [
        (0, 0.2, None),
        (0.5, 0.2, 0.05),
        (1, 0.3, 0.05),
        (1.5, 0.3, 0.07),
        (1.75, 0.3, None),
    ]
    assert found[-1].end == MIDNIGHT + 2 * HOUR


@pytest.mark.parametrize("price", [1e308, -1e308, 10**400, 100_001, "1e300"])
def test_a_price_that_cannot_be_in_any_currency_is_refused(price: Any) -> None:
    row = {"start": "2026-01-15T00:00:00+10:00", "end": "2026-01-15T01:00:00+10:00", "price": price}
    with pytest.raises(InvalidInputError, check=says(r"raw_today\[0\]\.price")):
        forecast_rows({"raw_today": [row]}, "EUR/kWh")


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-12:00", "1970-01-01T00:00:00Z"])
def test_a_moment_in_another_century_is_refused(start: str) -> None:
    with pytest.raises(InvalidInputError, check=says(r"raw_today\[0\]\.start")):
        forecast_rows({"raw_today": [{"start": start, "price": 0.1}]}, "EUR/kWh")


def test_a_forecast_of_ten_thousand_rows_is_refused() -> None:
    row = {"start": "2026-01-15T00:00:00+10:00", "price": 0.1}
    with pytest.raises(InvalidInputError, check=says("at most 3000, not 10000")):
        forecast_rows({"raw_today": [row] * 10_000}, "EUR/kWh")
