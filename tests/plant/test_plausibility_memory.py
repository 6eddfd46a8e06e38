"""What the guards of counters know after a restart, and a midnight that the device's own counter gave."""

from datetime import UTC, date, datetime, timedelta
import json

from custom_components.sigenstor_panel.plant.plausibility import CounterGuard, DailyDifference

NOON = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
TODAY = date(2026, 1, 15)
MINUTE = timedelta(minutes=1)


def counting(**totals: float) -> CounterGuard:
    """Return a guard that has seen each of these twice at noon."""
    guard = CounterGuard()
    for key, value in totals.items():
        guard.accept(key, value, NOON)
        assert guard.accept(key, value, NOON) == value
    return guard


class TestCounterGuard:
    """Energy counters."""

    def test_the_last_value_is_the_last_that_could_be_true(self) -> None:
        guard = CounterGuard()
        assert guard.last("total") is None
        guard.accept("total", 0.0, NOON)
        assert guard.last("total") is None
        guard.accept("total", 100.0, NOON)
        guard.accept("total", 100.0, NOON)
        guard.accept("total", 0.0, NOON + MINUTE)
        assert (guard.last("total"), guard.last("other")) == (100.0, None)

    def test_what_was_accepted_is_remembered_with_its_time(self) -> None:
        guard = counting(**{"import": 100.0})
        guard.accept("export", 0.0, NOON)  # not believed yet
        assert guard.memory() == {"import": [100.0, "2026-01-15T02:00:00+00:00"]}

    def test_after_a_restart_it_goes_on_from_there(self) -> None:
        before = counting(total=100.0)
        guard = CounterGuard()
        guard.remember(json.loads(json.dumps(before.memory())))
        assert guard.last("total") == 100.0
        assert guard.accept("total", 0.0, NOON + MINUTE) == 100.0
        assert guard.accept("total", 302.0, NOON + 60 * MINUTE) == 100.0
        assert guard.accept("total", 301.0, NOON + 60 * MINUTE) == 301.0

    def test_a_counter_of_a_large_system_rises_faster(self) -> None:
        for rise_kw, most in ((4_000.0, 4_101.0), (10.0, 111.0)):
            guard = counting(total=100.0)
            assert guard.accept("total", most + 1, NOON + 60 * MINUTE, rise_kw=rise_kw) == 100.0
            assert guard.accept("total", most, NOON + 60 * MINUTE, rise_kw=rise_kw) == most

    def test_one_that_starts_again_is_confirmed_by_how_fast_it_can_rise(self) -> None:
        for rise_kw, shown in ((4_000.0, 500.0), (200.0, 5_000.0)):
            guard = counting(total=5_000.0)
            guard.accept("total", 3.0, NOON + MINUTE, rise_kw=rise_kw)
            assert guard.accept("total", 500.0, NOON + 11 * MINUTE, rise_kw=rise_kw) == shown


class TestDailyDifference:
    """The energy since midnight."""

    def test_the_devices_counter_of_the_day_says_what_the_total_was_at_midnight(self) -> None:
        daily = DailyDifference()
        daily.since_midnight(100.0, TODAY)
        daily.derive(4.5)
        assert (daily.at_midnight, daily.derived) == (95.5, True)
        assert daily.since_midnight(101.0, TODAY) == 5.5

    def test_a_midnight_that_the_device_gave_is_forgotten_and_one_that_was_seen_is_not(self) -> None:
        daily = DailyDifference()
        daily.since_midnight(100.0, TODAY)
        daily.derive(4.5)
        daily.forget_derived()
        assert (daily.at_midnight, daily.derived) == (None, False)
        seen = DailyDifference(day=TODAY, at_midnight=95.0, latest=100.0)
        seen.forget_derived()
        assert (seen.at_midnight, seen.derived) == (95.0, False)

    def test_what_the_device_gave_is_for_one_day(self) -> None:
        daily = DailyDifference()
        daily.since_midnight(100.0, TODAY)
        daily.derive(4.5)
        daily.since_midnight(101.0, TODAY + timedelta(days=1))
        daily.forget_derived()
        assert daily.at_midnight == 100.0
