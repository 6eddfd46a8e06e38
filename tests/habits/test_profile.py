"""What a profile learns from a home, and what it does not let itself be told by one odd day."""

from datetime import UTC, datetime, timedelta
import json

from homes import BRISBANE, SYDNEY, TODAY, evening_home, history
from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.optimiser.load.habits import (
    DEFAULT_DAILY_KWH,
    LoadProfile,
    LoadSample,
    default_profile,
    profile_error,
)

HALF_HOUR = timedelta(minutes=30)
HOUR = timedelta(hours=1)
MIDNIGHT = datetime(2026, 3, 16, tzinfo=BRISBANE)


def daily_kwh(profile: LoadProfile) -> float:
    forecast = profile.forecast(MIDNIGHT, MIDNIGHT + timedelta(days=1), HALF_HOUR)
    return sum(slot.mean_w for slot in forecast) / 2000


def test_a_regular_home_is_learned_exactly() -> None:
    profile = LoadProfile.learn(history(evening_home), BRISBANE, TODAY)

    assert not profile.is_default
    assert profile.weeks == pytest.approx(6)
    for hour, expected_w in ((3, 400), (17, 400), (18, 2000), (19, 2000), (20, 400)):
        local = MIDNIGHT.replace(hour=hour)
        assert profile.mean_w(local) == pytest.approx(expected_w, rel=0.02)
        assert profile.spread_w(local) < 40


def test_before_two_weeks_the_default_curve_takes_the_level_of_the_home() -> None:
    profile = LoadProfile.learn(history(lambda _: 2000.0, days=10), BRISBANE, TODAY)

    assert profile.is_default
    assert profile.weeks == pytest.approx(10 / 7)
    assert daily_kwh(profile) == pytest.approx(48, rel=0.03)
    assert profile.mean_w(MIDNIGHT.replace(hour=18)) > 2 * profile.mean_w(MIDNIGHT.replace(hour=3))


def test_one_hour_of_history_moves_the_default_curve_only_a_little() -> None:
    samples = history(lambda _: 8000.0)[-2:]

    assert DEFAULT_DAILY_KWH < daily_kwh(LoadProfile.learn(samples, BRISBANE, TODAY)) < 2.5 * DEFAULT_DAILY_KWH


def test_without_history_a_queensland_household_is_assumed() -> None:
    profile = LoadProfile.learn([], BRISBANE, TODAY)

    assert profile == default_profile(DEFAULT_DAILY_KWH)
    assert daily_kwh(profile) == pytest.approx(DEFAULT_DAILY_KWH)


@given(st.floats(0.1, 200))
def test_the_default_curve_holds_the_energy_it_is_given(expected_kwh: float) -> None:
    assert daily_kwh(default_profile(expected_kwh)) == pytest.approx(expected_kwh)


def test_weekends_are_learned_apart_from_workdays() -> None:
    samples = history(lambda local: 1500.0 if local.weekday() >= 5 else 500.0, days=84)
    profile = LoadProfile.learn(samples, BRISBANE, TODAY)

    assert profile.mean_w(datetime(2026, 3, 18, 12)) < 650
    assert profile.mean_w(datetime(2026, 3, 21, 12)) > 1200


def test_one_party_does_not_bend_the_profile() -> None:
    party = TODAY - timedelta(days=2)
    samples = history(lambda local: 9000.0 if local.date() == party else evening_home(local))
    usual = LoadProfile.learn(history(evening_home), BRISBANE, TODAY)
    profile = LoadProfile.learn(samples, BRISBANE, TODAY)

    assert daily_kwh(profile) == pytest.approx(daily_kwh(usual), rel=0.08)


def test_a_week_of_holidays_does_not_bend_the_profile() -> None:
    left = TODAY - timedelta(days=7)
    samples = history(lambda local: 150.0 if local.date() >= left else evening_home(local), days=70)
    usual = LoadProfile.learn(history(evening_home, days=70), BRISBANE, TODAY)
    profile = LoadProfile.learn(samples, BRISBANE, TODAY)

    assert daily_kwh(profile) == pytest.approx(daily_kwh(usual), rel=0.08)


def test_recent_weeks_count_more_than_old_ones() -> None:
    moved_in = TODAY - timedelta(days=28)
    samples = history(lambda local: 1000.0 if local.date() >= moved_in else 300.0, days=84)

    assert LoadProfile.learn(samples, BRISBANE, TODAY).mean_w(MIDNIGHT) == pytest.approx(1000, rel=0.05)


def test_hours_are_divided_as_the_half_hours_of_the_last_days_say() -> None:
    def habit(local: datetime) -> float:
        return 3000.0 if (local.hour, local.minute // 30) == (7, 1) else 300.0

    old = history(habit, until=TODAY - timedelta(days=10), duration=HOUR)
    recent = history(habit, days=10, duration=timedelta(minutes=5))
    profile = LoadProfile.learn([*old, *recent], BRISBANE, TODAY)

    assert profile.mean_w(MIDNIGHT.replace(hour=7)) < 700
    assert profile.mean_w(MIDNIGHT.replace(hour=7, minute=30)) > 2500


def test_hours_alone_give_a_profile_of_hours() -> None:
    profile = LoadProfile.learn(history(evening_home, duration=HOUR), BRISBANE, TODAY)

    assert profile.mean_w(MIDNIGHT.replace(hour=18)) == profile.mean_w(MIDNIGHT.replace(hour=18, minute=30))
    assert profile.mean_w(MIDNIGHT.replace(hour=18)) == pytest.approx(2000, rel=0.02)


@pytest.mark.parametrize("day", [datetime(2025, 10, 5), datetime(2026, 4, 5)], ids=["forward", "back"])
def test_habits_keep_to_the_clock_on_the_wall_when_daylight_saving_changes(day: datetime) -> None:
    until = day.date() + timedelta(days=1)
    profile = LoadProfile.learn(history(evening_home, zone=SYDNEY, until=until), SYDNEY, until)
    start = day.replace(tzinfo=SYDNEY)
    end = (day + timedelta(days=1)).replace(tzinfo=SYDNEY)
    forecast = profile.forecast(start, end, HALF_HOUR)

    assert len(forecast) == (46 if day.month == 10 else 50)
    evening = [slot.start.astimezone(SYDNEY).hour for slot in forecast if slot.mean_w > 1500]
    assert evening == [18, 18, 19, 19]


def test_a_spread_says_how_irregular_a_time_of_day_is() -> None:
    def habit(local: datetime) -> float:
        return 500.0 + (1000.0 * (local.toordinal() % 2) if local.hour == 12 else 0.0)

    profile = LoadProfile.learn(history(habit), BRISBANE, TODAY)

    assert profile.spread_w(MIDNIGHT.replace(hour=12)) == pytest.approx(500, rel=0.1)
    assert profile.spread_w(MIDNIGHT.replace(hour=3)) < 50


def test_a_busy_day_lifts_the_next_hours_less_and_less() -> None:
    profile = LoadProfile.learn(history(evening_home), BRISBANE, TODAY)
    noon = MIDNIGHT.replace(hour=12)
    recent = [
        LoadSample(start=noon.astimezone(UTC) - number * HALF_HOUR, duration=HALF_HOUR, energy_kwh=0.7)
        for number in range(1, 13)
    ]
    plain = profile.forecast(noon, noon + timedelta(days=1), HOUR)
    nudged = profile.forecast(noon, noon + timedelta(days=1), HOUR, recent=recent)
    lifts_w = [after.mean_w - before.mean_w for before, after in zip(plain, nudged, strict=True)]

    assert 300 < lifts_w[0] < 1000
    assert lifts_w == sorted(lifts_w, reverse=True)
    assert lifts_w[-1] < 20


def test_no_nudge_takes_the_load_below_nothing() -> None:
    profile = default_profile(20)
    recent = [LoadSample(start=MIDNIGHT.astimezone(UTC) - HOUR, duration=HOUR, energy_kwh=0.0)]

    assert all(
        slot.mean_w >= 0
        for slot in profile.forecast(MIDNIGHT, MIDNIGHT + timedelta(days=1), HALF_HOUR, recent=[*recent] * 20)
    )


def test_samples_that_are_not_over_do_not_nudge() -> None:
    profile = default_profile(20)
    running = [LoadSample(start=MIDNIGHT.astimezone(UTC) - HALF_HOUR, duration=HOUR, energy_kwh=9.0)]
    end = MIDNIGHT + timedelta(hours=6)

    assert profile.forecast(MIDNIGHT, end, HOUR, recent=running) == profile.forecast(MIDNIGHT, end, HOUR)


def test_a_profile_survives_json() -> None:
    profile = LoadProfile.learn(history(evening_home), BRISBANE, TODAY)

    assert LoadProfile.from_dict(json.loads(json.dumps(profile.as_dict()))) == profile


def test_the_error_tells_how_far_off_and_in_which_direction() -> None:
    profile = LoadProfile.learn(history(lambda _: 500.0), BRISBANE, TODAY)
    error = profile_error(profile, history(lambda _: 400.0, days=2, duration=timedelta(minutes=5)), BRISBANE)

    assert error is not None
    assert error.mean_absolute_w == pytest.approx(100, rel=0.02)
    assert error.bias_w == pytest.approx(100, rel=0.02)
    assert error.days == pytest.approx(2)


def test_without_samples_there_is_no_error_to_tell() -> None:
    assert profile_error(default_profile(20), [], BRISBANE) is None
