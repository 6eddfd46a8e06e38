"""Whose energy the home used."""

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.optimiser.self_powered import EnergySpan, self_powered_percent

NOON = EnergySpan(pv_kwh=5, used_kwh=1, imported_kwh=0, charged_kwh=4, discharged_kwh=0)
CLOUDY = EnergySpan(pv_kwh=1, used_kwh=2, imported_kwh=1, charged_kwh=0, discharged_kwh=0)
EVENING = EnergySpan(pv_kwh=0, used_kwh=4, imported_kwh=0, charged_kwh=0, discharged_kwh=4)
CHEAP = EnergySpan(pv_kwh=0, used_kwh=1, imported_kwh=5, charged_kwh=4, discharged_kwh=0)
SOLD = EnergySpan(pv_kwh=0, used_kwh=0, imported_kwh=0, charged_kwh=0, discharged_kwh=4)
KWH = st.floats(0, 20)


def test_solar_counts_at_once_and_out_of_the_battery() -> None:
    assert self_powered_percent([NOON, EVENING]) == 100
    assert self_powered_percent([CLOUDY]) == 50


def test_what_the_battery_bought_counts_as_bought_when_it_is_used() -> None:
    assert self_powered_percent([CHEAP, EVENING]) == 0
    assert self_powered_percent([NOON, CHEAP, EVENING]) == pytest.approx((1 + 4 / 2) / 6 * 100)


def test_what_is_bought_to_be_sold_takes_nothing_from_what_solar_covered_at_once() -> None:
    sunny = NOON._replace(charged_kwh=0)
    assert self_powered_percent([sunny, CHEAP._replace(used_kwh=0, imported_kwh=4), SOLD]) == 100


@given(st.lists(st.builds(EnergySpan, KWH, KWH, KWH, KWH, KWH)))
def test_it_is_a_share_whatever_was_counted(spans: list[EnergySpan]) -> None:
    found = self_powered_percent(spans)
    assert found is None or -1e-9 <= found <= 100 + 1e-9


def test_of_no_usage_there_is_no_share() -> None:
    assert self_powered_percent([]) is None
