"""The windows of schedules follow the clock on the wall, and one of them counts at a time."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.sigenstor_panel.control.intents import Schedule, Window, active_window, parse_schedule, windows
from tests.control.intents_examples import COMPLETE, NOW, schedule, schedules

YEAR = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
SYDNEY = ZoneInfo("Australia/Sydney")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
APIA = ZoneInfo("Pacific/Apia")
ZONES = st.sampled_from([SYDNEY, NEW_YORK, LORD_HOWE, ZoneInfo("UTC")])


def local_windows(of: Schedule, first: date, zone: ZoneInfo, days: int = 1) -> list[tuple[str, str]]:
    """Return the windows that start on the days from `first`, as the clock on the wall shows them."""
    since = datetime.combine(first, time(0), zone)
    until = datetime.combine(first + timedelta(days=days), time(0), zone)
    return [
        (window.start.astimezone(zone).isoformat(), window.end.astimezone(zone).isoformat())
        for window in windows(of, since, until, zone)
        if window.start >= since
    ]


class TestWindows:
    """When a schedule acts."""

    def test_a_window_that_crosses_midnight_belongs_to_the_day_it_starts_on(self) -> None:
        of = schedule(days=["wed"], start="22:00", end="05:00")
        assert local_windows(of, date(2026, 1, 12), SYDNEY, days=7) == [
            ("2026-01-14T22:00:00+11:00", "2026-01-15T05:00:00+11:00")
        ]

    def test_a_schedule_for_one_day_has_one_window_and_is_over_once_that_is(self) -> None:
        of = schedule(only_on="2026-01-14", start="22:00", end="05:00")
        assert local_windows(of, date(2025, 12, 1), SYDNEY, days=90) == [
            ("2026-01-14T22:00:00+11:00", "2026-01-15T05:00:00+11:00")
        ]
        # Its window ends in the morning of the 15th.
        assert [of.is_over(date(2026, 1, day)) for day in (13, 14, 15, 16, 17)] == [False, False, False, False, True]
        at_noon = schedule(only_on="2026-01-14", start="12:00", end="13:00")
        assert [at_noon.is_over(date(2026, 1, day)) for day in (14, 15, 16)] == [False, False, True]
        assert not schedule().is_over(date(2036, 1, 1))

    def test_a_window_that_began_before_the_range_is_still_in_it_and_one_that_ended_is_not(self) -> None:
        of = schedule(days=["wed"], start="22:00", end="05:00")
        end = datetime(2026, 1, 14, 18, 0, tzinfo=UTC)
        second = timedelta(seconds=1)
        assert len(list(windows(of, end - second, end + second, SYDNEY))) == 1
        assert list(windows(of, end, end + second, SYDNEY)) == []

    def test_a_disabled_schedule_has_windows_but_none_of_them_is_active(self) -> None:
        of = schedule(enabled=False, start="00:00", end="23:59")
        assert next(windows(of, NOW, NOW + timedelta(days=1), SYDNEY))
        assert active_window([of], NOW, SYDNEY) is None

    @pytest.mark.parametrize(
        ("zone", "day", "start", "end", "expected"),
        [
            # Sydney skips 02:00–03:00 on 4 October 2026 and repeats 02:00–03:00 on 5 April 2026.
            (SYDNEY, date(2026, 10, 4), "02:30", "05:00", ("2026-10-04T03:00:00+11:00", "2026-10-04T05:00:00+11:00")),
            (SYDNEY, date(2026, 10, 4), "01:00", "02:30", ("2026-10-04T01:00:00+10:00", "2026-10-04T03:00:00+11:00")),
            (
                SYDNEY,
                date(2026, 10, 4),
                "01:59:59",
                "02:00",
                ("2026-10-04T01:59:59+10:00", "2026-10-04T03:00:00+11:00"),
            ),
            (SYDNEY, date(2026, 10, 3), "22:00", "02:30", ("2026-10-03T22:00:00+10:00", "2026-10-04T03:00:00+11:00")),
            (SYDNEY, date(2026, 10, 4), "02:10", "02:50", None),
            (SYDNEY, date(2026, 10, 4), "02:00", "03:00", None),
            (
                SYDNEY,
                date(2026, 10, 4),
                "02:00",
                "03:00:01",
                ("2026-10-04T03:00:00+11:00", "2026-10-04T03:00:01+11:00"),
            ),
            (SYDNEY, date(2026, 4, 5), "02:30", "04:00", ("2026-04-05T02:30:00+11:00", "2026-04-05T04:00:00+10:00")),
            (SYDNEY, date(2026, 4, 5), "01:00", "02:30", ("2026-04-05T01:00:00+11:00", "2026-04-05T02:30:00+11:00")),
            (SYDNEY, date(2026, 4, 5), "02:10", "02:50", ("2026-04-05T02:10:00+11:00", "2026-04-05T02:50:00+11:00")),
            # New York skips 02:00–03:00 on 8 March 2026 and repeats 01:00–02:00 on 1 November 2026.
            (NEW_YORK, date(2026, 3, 8), "02:30", "06:00", ("2026-03-08T03:00:00-04:00", "2026-03-08T06:00:00-04:00")),
            (NEW_YORK, date(2026, 11, 1), "01:30", "03:00", ("2026-11-01T01:30:00-04:00", "2026-11-01T03:00:00-05:00")),
            # Lord Howe Island skips half an hour, and Samoa skipped the whole of 30 December 2011.
            (
                LORD_HOWE,
                date(2026, 10, 4),
                "02:10",
                "04:00",
                ("2026-10-04T02:30:00+11:00", "2026-10-04T04:00:00+11:00"),
            ),
            (APIA, date(2011, 12, 29), "23:00", "05:00", ("2011-12-29T23:00:00-10:00", "2011-12-31T00:00:00+14:00")),
        ],
    )
    def test_on_the_nights_the_clock_changes_a_window_keeps_to_the_clock_on_the_wall(
        self, zone: ZoneInfo, day: date, start: str, end: str, expected: tuple[str, str] | None
    ) -> None:
        of = schedule(start=start, end=end, days=[day.weekday()])
        since = datetime.combine(day, time(0), zone)
        found = [
            (window.start.astimezone(zone).isoformat(), window.end.astimezone(zone).isoformat())
            for window in windows(of, since, since + timedelta(hours=24), zone)
        ]
        assert found == ([] if expected is None else [expected])

    def test_samoa_had_no_windows_on_the_day_it_skipped(self) -> None:
        of = schedule(start="08:00", end="18:00", days=["fri"])
        since = datetime(2011, 12, 29, tzinfo=APIA)
        assert list(windows(of, since, since + timedelta(days=4), APIA)) == []

    @settings(max_examples=60, deadline=None)
    @given(of=schedules(), zone=st.sampled_from([SYDNEY, NEW_YORK]))
    def test_every_minute_of_a_year_belongs_to_at_most_one_window_of_a_schedule(
        self, of: Schedule, zone: ZoneInfo
    ) -> None:
        every = list(windows(of, *YEAR, zone))
        assert all(window.start < window.end for window in every)
        assert all(first.end <= second.start for first, second in pairwise(every))
        starts_per_week = len(of.days)
        assert 52 * starts_per_week - 1 <= len(every) <= 53 * starts_per_week + 1

    @given(of=schedules(), zone=ZONES, minutes=st.integers(0, 365 * 24 * 60))
    def test_on_days_without_a_clock_change_a_window_is_plain_wall_clock_time(
        self, of: Schedule, zone: ZoneInfo, minutes: int
    ) -> None:
        now = YEAR[0] + timedelta(minutes=minutes)
        offsets = {(now + timedelta(hours=hours)).astimezone(zone).utcoffset() for hours in range(-48, 49)}
        local = now.astimezone(zone)
        if of.start < of.end:
            acting = local.weekday() in of.days and of.start <= local.time() < of.end
        else:
            yesterday = (local.weekday() - 1) % 7
            acting = (local.weekday() in of.days and local.time() >= of.start) or (
                yesterday in of.days and local.time() < of.end
            )
        found = [window for window in windows(of, now, now + timedelta(seconds=1), zone) if window.start <= now]
        assert len(offsets) > 1 or bool(found) == acting


class TestActiveWindow:
    """Which of several schedules counts."""

    @given(
        several=st.lists(schedules(), max_size=6, unique_by=lambda one: one.id),
        zone=ZONES,
        now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
        # The hours around the clock changes.
        | st.sampled_from([datetime(2026, 10, 3, 15, tzinfo=UTC), datetime(2026, 4, 4, 15, tzinfo=UTC)]).flatmap(
            lambda hour: st.integers(0, 10_800).map(lambda seconds: hour + timedelta(seconds=seconds))
        ),
    )
    def test_it_is_the_highest_and_then_newest_of_the_windows_that_run_now(
        self, several: list[Schedule], zone: ZoneInfo, now: datetime
    ) -> None:
        reach = timedelta(days=3)
        running = [
            window
            for one in several
            if one.enabled
            for window in windows(one, now - reach, now + reach, zone)
            if window.start <= now < window.end
        ]
        active = active_window(several, now, zone)
        assert (active in running) if running else (active is None)
        for window in running:
            assert active is not None
            assert rank(active) >= rank(window)

    def test_a_window_counts_from_its_first_moment_and_not_at_its_last(self) -> None:
        of = schedule(start="10:00", end="11:00")
        [window] = windows(of, NOW, NOW + timedelta(hours=10), SYDNEY)
        moment = timedelta(microseconds=1)
        assert active_window([of], window.start - moment, SYDNEY) is None
        assert active_window([of], window.start, SYDNEY) == window
        assert active_window([of], window.end - moment, SYDNEY) == window
        assert active_window([of], window.end, SYDNEY) is None

    def test_of_equal_priorities_the_schedule_created_last_wins_whatever_the_order(self) -> None:
        older = parse_schedule(COMPLETE, now=NOW - timedelta(days=1))
        edited = parse_schedule({"name": "Edited"}, now=NOW + timedelta(days=1), existing=older)
        for older_id, newer_id in (("a", "b"), ("b", "a")):
            old = replace(edited, id=older_id)
            new = replace(parse_schedule(COMPLETE, now=NOW), id=newer_id)
            for several in ([new, old], [old, new]):
                active = active_window(several, NOW, SYDNEY)
                assert active is not None
                assert active.schedule is new


def rank(window: Window) -> tuple[int, datetime]:
    return window.schedule.priority, window.schedule.created_at
