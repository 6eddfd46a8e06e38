"""The ends of windows, to the second."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st

from custom_components.sigenstor_panel.control.schedules import windows
from tests.control.intents_examples import NOW, schedule

SYDNEY = ZoneInfo("Australia/Sydney")
SPRING = datetime(2026, 10, 4, tzinfo=SYDNEY)
"""The clock goes from 02:00 to 03:00."""


@given(seconds=st.integers(0, 3_599))
def test_a_time_that_the_clock_skips_is_the_first_second_after_the_gap(seconds: int) -> None:
    skipped = (datetime.combine(date(2026, 10, 4), time(2)) + timedelta(seconds=seconds)).time()
    [window] = windows(schedule(start=skipped, end="12:00", days=["sun"]), SPRING, SPRING + timedelta(hours=12), SYDNEY)
    assert window.start == datetime(2026, 10, 3, 16, tzinfo=UTC)


def test_both_ends_are_in_utc() -> None:
    [window] = windows(schedule(days=["wed"]), NOW, NOW + timedelta(hours=1), SYDNEY)
    assert window.start.tzinfo is UTC
    assert window.end.tzinfo is UTC


def test_a_window_that_begins_at_the_end_of_a_range_is_not_in_it() -> None:
    of = schedule(start="22:00", end="05:00")
    start = datetime(2026, 1, 15, 22, tzinfo=SYDNEY)
    assert list(windows(of, start - timedelta(hours=12), start, SYDNEY)) == []
    assert len(list(windows(of, start - timedelta(hours=12), start + timedelta(seconds=1), SYDNEY))) == 1
