"""What the errors of the last hours say of the forecasts that stand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.model.prices import PriceSlot
from custom_components.sigenstor_panel.optimiser.price_errors import PriceErrors

START = datetime(2026, 1, 15, 2, tzinfo=UTC)
STEP = timedelta(minutes=5)
HOUR = timedelta(hours=1)


def ahead(now: datetime, price_now: float, said: float, **of_now: bool) -> list[PriceSlot]:
    """Return a price in force, and what is said of the three hours after it."""
    later = [
        PriceSlot(start=start, end=start + STEP, buy_per_kwh=said, sell_per_kwh=said - 0.1, forecast=True)
        for start in (now + step * STEP for step in range(1, 37))
    ]
    return [PriceSlot(start=now, end=now + STEP, buy_per_kwh=price_now, **of_now), *later]


def after(
    hours: float, came: Callable[[int], float], said: float = 0.2, **of_now: bool
) -> tuple[PriceErrors, datetime]:
    errors, now = PriceErrors(), START
    for step in range(int(hours * 12)):
        now = START + step * STEP
        errors.take(ahead(now, came(step), said, **of_now), now)
    return errors, now


def test_prices_that_keep_coming_higher_are_expected_higher() -> None:
    errors, now = after(13, lambda _: 0.3)
    assert 0.08 < errors.bias_per_kwh(now) < 0.1
    first, *later = errors.corrected(ahead(now, 0.3, 0.2), now)
    assert first.buy_per_kwh == 0.3
    for slot in later:
        assert slot.buy_per_kwh == pytest.approx(0.2 + errors.bias_per_kwh(now))
        assert slot.sell_per_kwh == pytest.approx(0.1 + errors.bias_per_kwh(now) / 1.1)


def test_nothing_is_put_right_before_there_is_something_to_compare() -> None:
    errors, now = after(1, lambda _: 0.3)
    assert errors.bias_per_kwh(now) == 0
    prices = ahead(now, 0.3, 0.2)
    assert list(errors.corrected(prices, now)) == prices


def test_what_was_learned_fades_while_nothing_comes() -> None:
    errors, now = after(13, lambda _: 0.3)
    assert errors.bias_per_kwh(now + 48 * HOUR) < 0.25 * errors.bias_per_kwh(now)


@pytest.mark.parametrize("of_now", [{"estimate": True}, {"forecast": True}])
def test_a_price_that_is_not_confirmed_teaches_nothing(of_now: dict[str, bool]) -> None:
    errors, now = after(13, lambda _: 0.3, **of_now)
    assert errors.bias_per_kwh(now) == 0


def test_a_price_that_is_confirmed_later_in_its_interval_counts_once() -> None:
    errors, _ = after(1, lambda _: 0.3)
    now = START + HOUR
    errors.take(ahead(now, 0.2, 0.2, estimate=True), now)
    assert errors.bias_per_kwh(now) == 0
    errors.take(ahead(now, 0.3, 0.2), now + timedelta(seconds=40))
    found = errors.bias_per_kwh(now + timedelta(seconds=40))
    assert found == pytest.approx(0.1 / 13)
    errors.take(ahead(now, 0.3, 0.2), now + timedelta(seconds=80))
    assert errors.bias_per_kwh(now + timedelta(seconds=40)) == pytest.approx(found)


def test_a_spike_and_an_announced_one_are_no_error_of_the_level() -> None:
    unforeseen, now = after(13, lambda step: 15.0 if step % 2 else 0.2)
    assert unforeseen.bias_per_kwh(now) == pytest.approx(0)
    announced, now = after(13, lambda _: 0.2, said=15.0)
    assert announced.bias_per_kwh(now) == 0
    errors, now = after(13, lambda _: 0.3)
    assert {slot.buy_per_kwh for slot in errors.corrected(ahead(now, 0.3, 15.0), now)} == {0.3, 15.0}


@given(st.lists(st.floats(-1, 20), min_size=13, max_size=60), st.floats(-1, 20))
def test_the_correction_is_never_larger_than_the_largest_error(came: list[float], said: float) -> None:
    errors, now = after(len(came) / 12, lambda step: came[step], said)
    largest = max(abs(price - said) for price in came)
    assert abs(errors.bias_per_kwh(now)) <= min(largest, 0.3)
