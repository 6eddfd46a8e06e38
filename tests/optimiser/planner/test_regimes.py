"""How likely spikes are: by the prior, by the home's own past, by what is forecast."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.model.prices import PriceSlot, SpikeStatus
from custom_components.sigenstor_panel.optimiser.regimes import (
    Market,
    Regime,
    likelihood,
    moves,
    reached,
    regime_at,
    regime_of,
    warning,
)

NOW = datetime(2026, 1, 15, 7, 0, tzinfo=UTC)
"""17:00 in the market."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CALM = Market(Regime.USUAL, 1.0)


def priced(start: datetime, duration: timedelta, buy_per_kwh: float, *, forecast: bool = False) -> PriceSlot:
    return PriceSlot(start=start, end=start + duration, buy_per_kwh=buy_per_kwh, forecast=forecast)


@pytest.mark.parametrize(
    ("buy_per_kwh", "regime"),
    [(-1, Regime.USUAL), (0.99, Regime.USUAL), (1, Regime.DEAR), (3, Regime.SPIKE), (21, Regime.CAP)],
)
def test_a_price_by_itself_has_a_regime(buy_per_kwh: float, regime: Regime) -> None:
    assert regime_of(buy_per_kwh) is regime


@pytest.mark.parametrize(
    ("before", "current", "regime"),
    [
        ({}, 0.3, Regime.USUAL),
        ({10: 9.0}, 0.3, Regime.TENSE),
        ({70: 9.0}, 0.3, Regime.USUAL),
        ({10: 9.0}, 1.2, Regime.DEAR),
    ],
)
def test_a_spike_within_the_last_hour_leaves_the_market_tense(
    before: dict[int, float], current: float, regime: Regime
) -> None:
    past = [priced(NOW - minutes * MINUTE, 5 * MINUTE, price) for minutes, price in before.items()]
    assert regime_at(NOW, [*past, priced(NOW - 2 * MINUTE, 5 * MINUTE, current)]) is regime


@given(
    minutes=st.sampled_from((5, 30)),
    ahead=st.integers(0, 40 * 60),
    said=st.floats(-1, 22),
    often=st.floats(0, 30),
)
def test_from_every_regime_the_chances_sum_to_one(minutes: int, ahead: int, said: float, often: float) -> None:
    start = NOW + ahead * MINUTE
    rows = moves(start, start + minutes * MINUTE, said, NOW, Market(Regime.USUAL, often))
    for row in rows:
        assert sum(row) == pytest.approx(1)
        assert all(chance >= 0 for chance in row)


def chance(said_per_kwh: float, market: Market = CALM, *, at: datetime = NOW, lead: timedelta = HOUR) -> float:
    """Return the chance of a price above $1 in a half-hour."""
    rows = moves(at, at + 30 * MINUTE, said_per_kwh, at - lead, market)
    return reached([rows], market.regime, Regime.DEAR)


def test_a_spike_is_likelier_where_it_is_forecast_and_the_sooner_the_more() -> None:
    assert chance(0.3) < chance(5, lead=DAY) < chance(5, lead=HOUR) < chance(5, lead=5 * MINUTE) < 0.7


def test_a_forecast_of_a_spike_is_no_certainty_at_any_lead() -> None:
    assert chance(15, lead=DAY) < 0.15


@pytest.mark.parametrize("market_hour", range(24))
def test_a_spike_may_begin_at_every_hour_most_of_all_in_the_evening(market_hour: int) -> None:
    at = NOW.replace(hour=0) + timedelta(hours=market_hour - 10)
    assert 0 < chance(0.3, at=at) <= chance(0.3, at=NOW)


def test_dear_hours_spike_more_often_than_cheap_ones() -> None:
    assert chance(0.1) < chance(0.35) < chance(0.6)


def test_a_spike_lasts_likelier_than_one_begins() -> None:
    assert chance(0.3, Market(Regime.CAP, 1.0)) > 10 * chance(0.3)


def days(count: int, spiky: set[int], step: timedelta = HOUR) -> list[PriceSlot]:
    """Return so many days before today, some with an hour at $2."""
    midnight = NOW.replace(hour=14) - DAY
    return [
        priced(start, step, 2.0 if ago in spiky and hour == 18 else 0.2)
        for ago in range(count, 0, -1)
        for hour in range(24)
        for start in (midnight - ago * DAY + hour * HOUR + part * step for part in range(HOUR // step))
    ]


def test_on_the_first_day_the_prior_counts() -> None:
    assert likelihood([], NOW) == 1


def test_calm_months_make_a_spike_less_likely_and_a_spiky_week_more() -> None:
    assert likelihood(days(60, set()), NOW) < 0.3
    assert likelihood(days(60, {1, 2, 4, 5}), NOW) > 1
    assert likelihood(days(60, {1, 2, 4, 5}), NOW) > likelihood(days(60, {51, 52, 54, 55}), NOW)


def test_it_does_not_matter_by_which_minutes_the_past_is_kept() -> None:
    by_hours, by_minutes = days(20, {3, 9}), days(20, {3, 9}, 5 * MINUTE)
    assert likelihood(by_hours, NOW) == pytest.approx(likelihood(by_minutes, NOW))


def test_forecasts_are_no_past() -> None:
    ahead = [priced(NOW + hour * HOUR, HOUR, 9.0, forecast=True) for hour in range(-24, 24)]
    assert likelihood(ahead, NOW) == 1


@pytest.mark.parametrize(
    ("status", "highest_per_kwh", "likelier"),
    [
        (None, None, False),
        (SpikeStatus.NONE, 0.5, False),
        (SpikeStatus.POTENTIAL, None, True),
        (SpikeStatus.SPIKE, 0.5, True),
        (SpikeStatus.NONE, 14.0, True),
    ],
)
def test_a_retailers_warning_makes_a_spike_likelier(
    status: SpikeStatus | None, highest_per_kwh: float | None, likelier: bool
) -> None:
    warned = warning(status, highest_per_kwh)
    rows = moves(NOW, NOW + 30 * MINUTE, 0.3, NOW - HOUR, CALM, warned=warned)
    assert (reached([rows], Regime.USUAL, Regime.DEAR) > 1.5 * chance(0.3)) is likelier
