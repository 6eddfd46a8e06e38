"""Whether the battery lasts through the hours in which power costs much more than on average."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from examples import HOME, ahead

from custom_components.sigenstor_panel.optimiser.expensive_hours import ExpensiveHours, expensive_hours
from custom_components.sigenstor_panel.optimiser.planner.plan import plan

EVENING = {-1: 0.25, 6: 0.6, 7: 0.6, 8: 0.6}
"""From 18:00 to 21:00, seen from noon."""


def foreseen(**home: Any) -> ExpensiveHours | None:
    """Return what the plan of a home says that cannot charge more than it has."""
    settings = home.pop("settings", HOME)
    inputs = ahead(**{"buy": EVENING, "sell": 0.0, "load": 2_000.0, "soc": 10.0, **home})
    return expensive_hours(inputs, plan(inputs.case, settings), settings)


CANNOT_CHARGE = replace(HOME, charge_limit_w=0.0)


def test_a_battery_at_its_reserve_does_not_last() -> None:
    hours = foreseen(settings=CANNOT_CHARGE)
    assert hours is not None
    noon = ahead().now
    assert hours.end == noon + timedelta(hours=9)
    assert hours.empty_at == noon + timedelta(hours=6)
    assert (round(hours.bought_kwh, 1), hours.most_per_kwh) == (6.0, 0.6)


def test_a_battery_that_is_empty_halfway_does_not_last() -> None:
    hours = foreseen(settings=CANNOT_CHARGE, soc=30.0)
    assert hours is not None
    assert hours.empty_at is not None
    assert hours.empty_at > ahead().now + timedelta(hours=6)
    assert 1 < hours.bought_kwh < 2


def test_a_battery_that_can_be_charged_before_lasts() -> None:
    hours = foreseen()
    assert hours is not None
    assert hours.empty_at is None


def test_what_is_bought_for_want_of_power_is_no_shortage() -> None:
    hours = foreseen(soc=100.0, load={-1: 500.0, 6: 12_000.0, 7: 12_000.0})
    assert hours is not None
    assert hours.empty_at is None


def test_one_price_all_day_has_no_expensive_hours() -> None:
    assert foreseen(buy=0.6, settings=CANNOT_CHARGE) is None


def test_expensive_hours_beyond_half_a_day_are_not_told_yet() -> None:
    assert foreseen(buy={-1: 0.25, 13: 0.6}, settings=CANNOT_CHARGE) is None


def test_a_plan_that_sells_what_is_stored_knows_what_it_does() -> None:
    hours = foreseen(settings=CANNOT_CHARGE, soc=60.0, sell={-1: 0.0, 2: 5.0})
    assert hours is not None
    assert hours.bought_kwh > 1
    assert hours.empty_at is None
