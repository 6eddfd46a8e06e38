"""What is learned from actual PV power: never too much, never too soon, and kept across restarts."""

from datetime import UTC, date, datetime, timedelta
import json
from random import Random

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.optimiser.sun.correction import MIN_SAMPLES, AccuracyLog, PvCorrection
from custom_components.sigenstor_panel.optimiser.sun.meter import HourMeter, MeteredHour

START = datetime(2026, 1, 15, 2, tzinfo=UTC)

POWER_W = st.floats(-100, 1e6)
CLOUD = st.floats(0, 100)
ELEVATION = st.floats(-90, 90)


def learned(actual_w: float, samples: int = 20, cloud: float = 90, elevation: float = 40) -> PvCorrection:
    correction = PvCorrection()
    for _ in range(samples):
        correction.learn(1000, actual_w, cloud, elevation)
    return correction


def test_grey_days_that_give_less_are_forecast_with_less() -> None:
    assert learned(700).factor(95, 30) == pytest.approx(0.7)


def test_one_band_says_nothing_about_another() -> None:
    correction = learned(700)
    assert correction.factor(10, 40) == 1
    assert correction.factor(90, 5) == 1
    assert correction.range(10, 40) is None


def test_a_band_acts_only_when_it_has_seen_enough() -> None:
    assert learned(700, MIN_SAMPLES - 1).factor(90, 40) == 1
    assert learned(700, MIN_SAMPLES).factor(90, 40) == pytest.approx(0.7)


@pytest.mark.parametrize(("actual_w", "factor"), [(0, 0.5), (100, 0.5), (1800, 1.5), (50_000, 1.5)])
def test_no_correction_goes_beyond_its_bounds(actual_w: float, factor: float) -> None:
    assert learned(actual_w).factor(90, 40) == factor


@given(st.lists(st.tuples(POWER_W, POWER_W, CLOUD, ELEVATION), max_size=60), CLOUD, ELEVATION)
def test_the_factor_stays_within_its_bounds_whatever_comes(
    hours: list[tuple[float, float, float, float]], cloud: float, elevation: float
) -> None:
    correction = PvCorrection()
    for hour in hours:
        correction.learn(*hour)
    assert 0.5 <= correction.factor(cloud, elevation) <= 1.5
    shares = correction.range(cloud, elevation)
    assert shares is None or 0 <= shares[0] <= shares[1] <= 2
    restored = PvCorrection.from_dict(json.loads(json.dumps(correction.as_dict())))
    assert restored.as_dict() == correction.as_dict()
    assert restored.factor(cloud, elevation) == correction.factor(cloud, elevation)


@pytest.mark.parametrize("hours", [8, 20, 50, 400])
def test_8_of_10_hours_come_within_the_range(hours: int) -> None:
    chance = Random(11)

    def came_w() -> float:
        """Return an hour of 1000 W under broken clouds: mostly a little more, at times far less."""
        return 1000 * chance.choice([chance.gauss(1.05, 0.1), chance.uniform(0.2, 1.0)])

    within, trials = 0, 400
    for _ in range(trials):
        correction = PvCorrection()
        for _ in range(hours):
            correction.learn(1000, came_w(), 60, 40)
        shares = correction.range(60, 40)
        assert shares is not None
        within += shares[0] <= came_w() / 1000 <= shares[1]
    assert 0.75 <= within / trials <= 0.88


def test_hours_without_a_cloud_cover_are_a_band_of_their_own() -> None:
    correction = PvCorrection()
    for _ in range(MIN_SAMPLES):
        correction.learn(1000, 700, None, 40)
    assert correction.factor(None, 40) == pytest.approx(0.7)
    assert correction.factor(50, 40) == 1
    assert PvCorrection.from_dict(json.loads(json.dumps(correction.as_dict()))).range(None, 40) == (0.7, 0.7)


def test_what_an_earlier_version_learned_counts_and_the_range_is_learned_anew() -> None:
    correction = PvCorrection.from_dict({"3/2": [20, 16_000.0, 11_200.0, 900.0]})
    assert correction.factor(90, 40) == pytest.approx(0.7)
    assert correction.range(90, 40) is None
    for _ in range(MIN_SAMPLES):
        correction.learn(1000, 700, 90, 40)
    assert correction.range(90, 40) == (0.7, 0.7)


def test_nights_and_hours_without_a_forecast_teach_nothing() -> None:
    correction = PvCorrection()
    correction.learn(0, 500, 50, 30)
    correction.learn(500, 0, 50, -2)
    assert correction.as_dict() == {}
    assert correction.samples(50, 30) == 0


def test_new_panels_are_learned_within_weeks() -> None:
    correction = learned(600, 200)
    for _ in range(120):
        correction.learn(1000, 1200, 90, 40)
    assert correction.factor(90, 40) == pytest.approx(1.15, abs=0.1)


def test_the_accuracy_of_a_day_is_the_mean_error_and_the_bias_of_its_hours() -> None:
    log = AccuracyLog()
    today = date(2026, 1, 15)
    log.record(today, 1000, 800)
    log.record(today, 500, 600)
    accuracy = log.day(today)
    assert accuracy is not None
    assert (accuracy.hours, accuracy.mean_absolute_error_w, accuracy.bias_w) == (2, 150, 50)
    assert log.day(date(2026, 1, 14)) is None
    assert AccuracyLog.from_dict(json.loads(json.dumps(log.as_dict()))) == log


def test_the_accuracy_forgets_what_is_older_than_a_month() -> None:
    log = AccuracyLog()
    assert log.overall() is None
    for day in range(40):
        log.record(date(2026, 1, 1) + timedelta(days=day), 100 if day >= 10 else 900, 0)
    overall = log.overall()
    assert overall is not None
    assert (overall.hours, overall.bias_w) == (30, 100)


def run(meter: HourMeter, minutes: list[float], power_w: float = 1000, *, curtailed: bool = False) -> list[MeteredHour]:
    hours = [meter.add(START + timedelta(minutes=minute), power_w, curtailed=curtailed) for minute in minutes]
    return [hour for hour in hours if hour is not None]


def test_an_hour_of_samples_gives_its_mean_power() -> None:
    meter = HourMeter()
    run(meter, [minute / 2 for minute in range(60)], 1000)
    (hour,) = run(meter, [minute / 2 for minute in range(60, 122)], 2000)
    assert hour.start == START
    assert hour.power_w == pytest.approx(1500)


def test_an_hour_with_a_gap_is_left_out() -> None:
    minutes = [minute for minute in range(62) if not 20 <= minute <= 35]
    assert run(HourMeter(), minutes) == []


def test_the_first_hour_after_a_start_is_left_out_and_the_second_is_not() -> None:
    assert [hour.start for hour in run(HourMeter(), list(range(30, 125)))] == [START + timedelta(hours=1)]


def test_an_hour_in_which_pv_was_curtailed_is_left_out() -> None:
    meter = HourMeter()
    run(meter, list(range(30)))
    run(meter, [30], curtailed=True)
    assert run(meter, list(range(31, 62))) == []
    assert [hour.start for hour in run(meter, list(range(62, 122)))] == [START + timedelta(hours=1)]


@given(st.lists(st.tuples(st.floats(1, 7200), st.floats(0, 10_000)), min_size=2, max_size=200))
def test_a_mean_lies_within_its_samples(samples: list[tuple[float, float]]) -> None:
    meter = HourMeter()
    moment = START
    for seconds, power_w in samples:
        moment += timedelta(seconds=seconds)
        hour = meter.add(moment, power_w, curtailed=False)
        if hour is not None:
            powers = [power for _, power in samples]
            assert min(powers) - 1e-6 <= hour.power_w <= max(powers) + 1e-6
            assert hour.start < moment
