"""Forecasts of other integrations, in the shapes that they really have."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from custom_components.sigenstor_panel.price_sources.shapes import (
    PriceRow,
    forecast_rows,
    has_forecast,
    price_factor,
    slots_from_rows,
)
from custom_components.sigenstor_panel.validation import InvalidInputError

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
                {"start_time": "2026-03-09T00:00:01+00:00", "end_time": "2026-03-09T01:00:00+00:00", "per_kwh": 0.21},
                {"start_time": "2026-03-09T01:00:01+00:00", "end_time": "2026-03-09T02:00:00+00:00", "per_kwh": -0.02},
            ],
            "channel_type": "general",
        },
        "$/kWh",
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
        (None, 1),
    ],
)
def test_units_become_currency_a_kwh(unit: str | None, factor: float) -> None:
    assert price_factor(unit) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("attributes", "field"),
    [
        ({}, "forecast"),
        ({"rates": "soon"}, "rates"),
        ({"rates": [1]}, "rates[0]"),
        ({"rates": [{"start": "2026-03-09T00:00:00Z", "end": "2026-03-09T01:00:00Z"}]}, "rates[0].value"),
        ({"rates": [{"start": "2026-03-09T00:00:00Z", "value": 1}]}, "rates[0].end"),
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
