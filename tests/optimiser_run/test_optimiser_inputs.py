"""What is known, made into the optimiser's inputs; and what becomes of what is missing, row by row."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import isclose
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.sigenstor_panel.coordinator.optimiser_inputs import (
    HORIZON,
    KnownNow,
    MissingDataError,
    PowerSpan,
    plan_inputs,
)
from custom_components.sigenstor_panel.model.command import Action, Command
from custom_components.sigenstor_panel.model.prices import Prices, PriceSlot
from custom_components.sigenstor_panel.model.solar import SolarForecast, SolarSlot
from custom_components.sigenstor_panel.optimiser.contract import Degradation
from custom_components.sigenstor_panel.optimiser.load.habits import LoadSlot, default_profile
from custom_components.sigenstor_panel.optimiser.model import PlanSlotInput
from custom_components.sigenstor_panel.optimiser.price_errors import PriceErrors
from custom_components.sigenstor_panel.optimiser.regimes import Market, Regime

NOW = datetime(2026, 1, 15, 2, 7, tzinfo=UTC)
"""12:07 in Brisbane."""
HALF_HOUR = timedelta(minutes=30)
MIDNIGHT = datetime(2026, 1, 14, 14, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def prices(start: datetime, count: int, buy: Callable[[datetime], float] = lambda _: 0.3) -> tuple[PriceSlot, ...]:
    starts = [start + index * HALF_HOUR for index in range(count)]
    return tuple(
        PriceSlot(start=at, end=at + HALF_HOUR, buy_per_kwh=buy(at), sell_per_kwh=buy(at) / 2) for at in starts
    )


def by_hour(moment: datetime) -> float:
    return 0.10 + moment.hour / 100


def sunny(start: datetime, hours: int) -> SolarForecast:
    slots = tuple(
        SolarSlot(start=start + index * HALF_HOUR, end=start + (index + 1) * HALF_HOUR, power_w=3000, cloud_cover=20)
        for index in range(2 * hours)
    )
    return SolarForecast(slots=slots, fetched_at=NOW, source="test")


LEARNED = replace(default_profile(24.0), is_default=False)
AHEAD = tuple(
    LoadSlot(start=MIDNIGHT + index * HALF_HOUR, end=MIDNIGHT + (index + 1) * HALF_HOUR, mean_w=800, spread_w=0)
    for index in range(96 + 24)
)
KNOWN = KnownNow(
    now=NOW,
    zone="Australia/Brisbane",
    soc=50.0,
    applied=None,
    battery_power_w=None,
    prices=Prices(slots=prices(MIDNIGHT, 96, by_hour), fetched_at=NOW, source="test"),
    prices_fresh=True,
    past_prices=(),
    likelihood=1.0,
    forecast=sunny(MIDNIGHT, 96),
    past_pv=(),
    pv_power_w=None,
    rated_pv_w=6000.0,
    latitude=-27.47,
    longitude=153.03,
    profile=LEARNED,
    load_ahead=AHEAD,
)


def slot_at(slots: tuple[PlanSlotInput, ...], moment: datetime) -> PlanSlotInput:
    start = NOW
    for slot in slots:
        if start <= moment < start + slot.duration:
            return slot
        start += slot.duration
    raise AssertionError(f"nothing is planned at {moment}")


@pytest.mark.parametrize("spot", [True, False])
def test_only_a_spot_market_is_reckoned_to_spike(spot: bool) -> None:
    dear = tuple(
        replace(slot, buy_per_kwh=5.0) if NOW - HALF_HOUR <= slot.end <= NOW else slot
        for slot in prices(MIDNIGHT, 96, by_hour)
    )
    market = plan_inputs(
        replace(KNOWN, prices=Prices(slots=dear, fetched_at=NOW, source="test", spot=spot), likelihood=2.5)
    ).market
    assert market == (Market(Regime.TENSE, 2.5) if spot else None)


@pytest.mark.parametrize(
    ("applied", "battery_w"),
    [
        (None, -700),
        (Command(action=Action.SELF_CONSUME), -700),
        (Command(action=Action.HOLD), 0),
        (Command(action=Action.CHARGE, power_w=2000), 2000),
        (Command(action=Action.DISCHARGE, power_w=3000), -3000),
    ],
)
def test_power_is_stepped_from_what_was_asked_for_or_else_from_what_the_battery_does(
    applied: Command | None, battery_w: int
) -> None:
    assert plan_inputs(replace(KNOWN, applied=applied, battery_power_w=-700)).battery_w == battery_w
    assert plan_inputs(replace(KNOWN, applied=None, battery_power_w=None)).battery_w == 0


def test_with_everything_known_nothing_is_degraded() -> None:
    inputs = plan_inputs(KNOWN)
    assert inputs.degradations == ()
    first = inputs.slots[0]
    assert first.duration == timedelta(minutes=23)
    assert (first.buy_per_kwh, first.sell_per_kwh) == pytest.approx((0.12, 0.06))
    assert (first.pv_w, first.load_w) == pytest.approx((3000, 800))
    assert first.cloud_cover == 20
    assert not first.extrapolated


def test_the_slots_cover_the_horizon_without_a_gap() -> None:
    slots = plan_inputs(KNOWN).slots
    assert sum((slot.duration for slot in slots), timedelta()) == HORIZON
    assert max(slot.duration for slot in slots) <= HALF_HOUR


def test_a_flat_tariff_is_planned_by_half_hours_because_house_and_sun_change_meanwhile() -> None:
    flat = PriceSlot(start=MIDNIGHT, end=MIDNIGHT + 3 * DAY, buy_per_kwh=0.3, sell_per_kwh=0.05)
    slots = plan_inputs(replace(KNOWN, prices=Prices(slots=(flat,), fetched_at=NOW, source="tariff"))).slots
    assert max(slot.duration for slot in slots) <= HALF_HOUR
    assert not any(slot.extrapolated for slot in slots)


def test_hours_without_a_price_have_that_of_the_typical_day_and_say_so() -> None:
    known = Prices(slots=prices(MIDNIGHT, 60, by_hour), fetched_at=NOW, source="test")
    slots = plan_inputs(replace(KNOWN, prices=known, past_prices=prices(MIDNIGHT - DAY, 48, by_hour))).slots
    tomorrow = slot_at(slots, NOW + DAY)
    assert tomorrow.extrapolated
    assert tomorrow.buy_per_kwh == pytest.approx(by_hour(NOW))


@pytest.mark.parametrize(
    ("missing", "degradation", "expected"),
    [
        (
            {"prices_fresh": False, "prices": None, "past_prices": prices(MIDNIGHT - DAY, 48, by_hour)},
            Degradation.STALE_PRICES,
            {"buy_per_kwh": by_hour(NOW), "extrapolated": True},
        ),
        (
            {"prices_fresh": False},
            Degradation.STALE_PRICES,
            {"buy_per_kwh": by_hour(NOW), "extrapolated": False},
        ),
        (
            {"forecast": None, "past_pv": [PowerSpan(MIDNIGHT - DAY, MIDNIGHT, 1234.0)]},
            Degradation.NO_PV_FORECAST,
            {"pv_w": 1234.0, "cloud_cover": None},
        ),
        (
            {"forecast": sunny(MIDNIGHT - 3 * DAY, 24), "past_pv": [PowerSpan(MIDNIGHT - DAY, MIDNIGHT, 1234.0)]},
            Degradation.NO_PV_FORECAST,
            {"pv_w": 1234.0},
        ),
        ({"forecast": None, "pv_power_w": 4200}, Degradation.NO_PV_FORECAST, {"pv_w": 4200.0}),
        (
            {"profile": default_profile(24.0), "load_ahead": ()},
            Degradation.NO_LOAD_PROFILE,
            {"load_w": 800.0},
        ),
    ],
    ids=["no prices for now", "stale", "no forecast", "forecast is over", "no PV at all", "no profile"],
)
def test_what_is_missing_is_replaced_and_said(
    missing: dict[str, Any], degradation: Degradation, expected: dict[str, Any]
) -> None:
    inputs = plan_inputs(replace(KNOWN, **missing))
    assert inputs.degradations == (degradation,)
    for name, value in expected.items():
        found = getattr(inputs.slots[0], name)
        assert isclose(found, value, rel_tol=0.15) if isinstance(value, float) else found == value, name


@pytest.mark.parametrize(("share", "now_w", "tomorrow_w"), [(1.0, 3000, 3000), (0.5, 1762, 3000), (1.5, 4238, 3000)])
def test_what_the_sun_gave_of_late_bends_the_forecast_of_the_next_hours(
    share: float, now_w: float, tomorrow_w: float
) -> None:
    slots = plan_inputs(replace(KNOWN, pv_share=share)).slots
    assert slots[0].pv_w == pytest.approx(now_w, rel=0.01)
    assert slot_at(slots, NOW + DAY).pv_w == pytest.approx(tomorrow_w)


def test_no_more_is_expected_of_the_panels_than_they_are_rated_for() -> None:
    assert max(slot.pv_w for slot in plan_inputs(replace(KNOWN, pv_share=3.0)).slots) == 6000


@pytest.mark.parametrize(("spot", "more_per_kwh"), [(True, 0.05), (False, 0.0)])
def test_forecasts_of_a_spot_market_are_put_right_by_what_they_were_off_lately(spot: bool, more_per_kwh: float) -> None:
    errors = PriceErrors()
    known = Prices(
        slots=tuple(replace(slot, forecast=slot.start > NOW) for slot in prices(MIDNIGHT, 96, by_hour)),
        fetched_at=NOW,
        source="test",
        spot=spot,
    )
    plain = plan_inputs(replace(KNOWN, prices=known)).slots
    errors.bias_per_kwh = lambda now: 0.05  # type: ignore[method-assign]
    slots = plan_inputs(replace(KNOWN, prices=known, price_errors=errors)).slots
    assert slots[0] == plain[0]
    assert slots[1].buy_per_kwh - plain[1].buy_per_kwh == pytest.approx(more_per_kwh)


@pytest.mark.parametrize("pv_power_w", [None, 0, 900, 4200])
def test_pv_that_nothing_is_known_of_goes_by_the_panels_now_and_by_the_height_of_the_sun(
    pv_power_w: int | None,
) -> None:
    slots = plan_inputs(replace(KNOWN, forecast=None, pv_power_w=pv_power_w)).slots
    noon, afternoon, night = (slot_at(slots, NOW + timedelta(hours=hours)).pv_w for hours in (0, 4, 12))
    expected_w = 3000 if pv_power_w is None else pv_power_w
    assert noon == pytest.approx(expected_w, rel=0.1)
    assert night == 0
    assert 0.3 * noon <= afternoon <= 0.8 * noon
    assert slot_at(slots, NOW + DAY).pv_w == pytest.approx(noon, rel=0.02)


def test_at_night_the_pv_of_tomorrow_is_half_of_what_is_rated_and_not_0() -> None:
    night = NOW + timedelta(hours=12)
    slots = plan_inputs(replace(KNOWN, now=night, forecast=None, pv_power_w=0)).slots
    assert slots[0].pv_w == 0
    assert max(slot.pv_w for slot in slots) == pytest.approx(3000, rel=0.1)


@pytest.mark.parametrize(
    ("missing", "degradation", "key"),
    [
        ({"soc": None}, Degradation.NO_TELEMETRY, "reason.no_telemetry"),
        ({"prices": None, "prices_fresh": False}, Degradation.NO_PRICES, "reason.no_prices"),
    ],
)
def test_without_the_battery_or_any_price_there_is_nothing_to_go_by(
    missing: dict[str, Any], degradation: Degradation, key: str
) -> None:
    with pytest.raises(MissingDataError, match=key) as caught:
        plan_inputs(replace(KNOWN, **missing))
    assert caught.value.degradation is degradation


def test_several_things_may_be_missing_at_once_and_are_named_by_the_damage_they_do() -> None:
    known = replace(KNOWN, prices_fresh=False, forecast=None, profile=default_profile(24.0))
    assert plan_inputs(known).degradations == (
        Degradation.STALE_PRICES,
        Degradation.NO_PV_FORECAST,
        Degradation.NO_LOAD_PROFILE,
    )


def test_beyond_the_end_of_a_forecast_the_sun_is_that_of_the_day_before() -> None:
    slots = plan_inputs(replace(KNOWN, forecast=sunny(MIDNIGHT, 30))).slots
    assert slot_at(slots, NOW + DAY).pv_w == pytest.approx(3000)
    assert slot_at(slots, NOW + DAY).cloud_cover is None


def test_prices_from_long_ago_make_no_typical_day() -> None:
    ancient = prices(MIDNIGHT - 30 * DAY, 48, lambda _: 9.0)
    slots = plan_inputs(replace(KNOWN, past_prices=ancient)).slots
    assert max(slot.buy_per_kwh for slot in slots) < 1


def test_a_forecast_that_begins_tomorrow_leaves_today_to_what_there_was_and_counts_tomorrow() -> None:
    later = sunny(MIDNIGHT + DAY, 48)
    past = (PowerSpan(MIDNIGHT - DAY, MIDNIGHT, 1234.0),)
    inputs = plan_inputs(replace(KNOWN, forecast=later, past_pv=past))
    assert inputs.slots[0].pv_w == pytest.approx(1234.0)
    assert Degradation.NO_PV_FORECAST in inputs.degradations
    assert slot_at(inputs.slots, MIDNIGHT + DAY + timedelta(hours=12)).pv_w == pytest.approx(3000.0)


FORECAST = tuple(replace(slot, forecast=True) for slot in prices(MIDNIGHT, 96, by_hour))


@pytest.mark.parametrize("spot", [True, False])
def test_until_the_market_says_it_the_price_in_force_is_an_estimate(spot: bool) -> None:
    source = Prices(slots=FORECAST, fetched_at=NOW, source="test", spot=spot)
    slots = plan_inputs(replace(KNOWN, prices=source)).slots
    assert [slot.estimate for slot in slots] == [spot] + [False] * (len(slots) - 1)
    assert not slots[0].extrapolated


@pytest.mark.parametrize(
    ("minutes", "changes", "guessed"),
    [
        (9, {}, False),
        (10, {}, True),
        (10, {"spot": False}, False),
        (10, {"slots": prices(MIDNIGHT, 96, by_hour)}, False),
    ],
    ids=["one answer missed", "two answers missed", "published a day ahead", "said, and still in force"],
)
def test_a_forecast_of_the_price_in_force_is_a_guess_once_it_is_old(
    minutes: int, changes: dict[str, Any], guessed: bool
) -> None:
    fetched_at = NOW - timedelta(minutes=minutes)
    source = Prices(**{"slots": FORECAST, "fetched_at": fetched_at, "source": "test", "spot": True, **changes})
    first, second, *_ = plan_inputs(replace(KNOWN, prices=source)).slots
    assert (first.extrapolated, second.extrapolated) == (guessed, False)
    assert not (guessed and first.estimate)
    assert first.buy_per_kwh == pytest.approx(by_hour(NOW))


@pytest.mark.parametrize("zone", ["Australia/Adelaide", "Asia/Kathmandu", "Pacific/Chatham", "Australia/Lord_Howe"])
@pytest.mark.parametrize("now", [datetime(2026, 4, 3, 20, tzinfo=UTC), datetime(2026, 10, 2, 20, tzinfo=UTC), NOW])
def test_the_typical_day_goes_by_the_clock_of_the_home_and_by_minutes(zone: str, now: datetime) -> None:
    """The evening is dear from 18:00 to 21:00 on the clock, on one day known by five minutes, before and after DST."""
    clock = ZoneInfo(zone)

    def dear(moment: datetime) -> float:
        return 1.0 if 18 <= moment.astimezone(clock).hour < 21 else 0.2

    past: list[PriceSlot] = []
    moment = now.replace(minute=0) - 7 * DAY
    while moment < now:
        step = timedelta(minutes=5 if moment > now - DAY else 15)
        past.append(PriceSlot(start=moment, end=moment + step, buy_per_kwh=dear(moment), sell_per_kwh=0.0))
        moment += step
    slots = plan_inputs(replace(KNOWN, now=now, zone=zone, prices=None, past_prices=tuple(past))).slots
    start = now
    for slot in slots:
        assert slot.buy_per_kwh == pytest.approx(dear(start))
        start += slot.duration


def test_a_day_of_five_minutes_weighs_as_much_as_a_day_of_half_hours() -> None:
    fine = [
        PriceSlot(
            start=MIDNIGHT - DAY + index * HALF_HOUR / 6,
            end=MIDNIGHT - DAY + (index + 1) * HALF_HOUR / 6,
            buy_per_kwh=0.5,
        )
        for index in range(288)
    ]
    slots = plan_inputs(replace(KNOWN, prices=None, past_prices=(*prices(MIDNIGHT - 2 * DAY, 48), *fine))).slots
    assert {round(slot.buy_per_kwh, 6) for slot in slots} == {0.4}


def test_a_feed_in_price_that_is_missing_is_that_of_other_days_but_nothing_is_sold_for_it_now() -> None:
    """A forecast of feed-in that ends before that of buying does not mean that feed-in earns nothing."""
    known = [replace(slot, sell_per_kwh=None) for slot in prices(MIDNIGHT, 96, by_hour)]
    past = prices(MIDNIGHT - DAY, 48, by_hour)
    source = Prices(slots=tuple(known), fetched_at=NOW, source="test")
    first, *later = plan_inputs(replace(KNOWN, prices=source, past_prices=past)).slots
    assert first.sell_per_kwh == 0
    assert [slot.sell_per_kwh for slot in later] == pytest.approx([slot.buy_per_kwh / 2 for slot in later])


def test_a_home_without_feed_in_earns_nothing_for_it() -> None:
    known = [replace(slot, sell_per_kwh=None) for slot in prices(MIDNIGHT - DAY, 144, by_hour)]
    source = Prices(slots=tuple(known), fetched_at=NOW, source="test")
    assert {slot.sell_per_kwh for slot in plan_inputs(replace(KNOWN, prices=source)).slots} == {0.0}
