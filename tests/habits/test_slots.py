"""The arithmetic of slots: no gap, no overlap, no energy lost."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.optimiser.load.habits import LoadSample, default_profile, resample, slots

ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("Australia/Brisbane", "Australia/Sydney", "Australia/Adelaide", "Asia/Kathmandu")]
)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
STEPS = st.sampled_from([timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 180)])
LENGTHS = st.integers(1, 48 * 3600).map(lambda seconds: timedelta(seconds=seconds))
SAMPLES = st.lists(
    st.builds(
        LoadSample,
        start=MOMENTS,
        duration=st.integers(1, 6 * 3600).map(lambda seconds: timedelta(seconds=seconds)),
        energy_kwh=st.floats(0, 20),
    ),
    max_size=20,
)


@given(MOMENTS, LENGTHS, STEPS)
def test_slots_cover_the_time_without_gap_or_overlap(start: datetime, length: timedelta, step: timedelta) -> None:
    found = list(slots(start, start + length, step))

    assert found[0][0] == start
    assert found[-1][1] == start + length
    assert all(before[1] == after[0] for before, after in pairwise(found))
    assert all(last - first == step for first, last in found[:-1])
    assert timedelta(0) < found[-1][1] - found[-1][0] <= step


@given(MOMENTS, LENGTHS, STEPS, ZONES)
def test_forecast_has_the_same_slots_in_every_time_zone(
    start: datetime, length: timedelta, step: timedelta, zone: ZoneInfo
) -> None:
    local = start.astimezone(zone)
    forecast = default_profile(20).forecast(local, start + length, step)

    assert [(slot.start, slot.end) for slot in forecast] == list(slots(start, start + length, step))
    assert all(slot.mean_w > 0 and slot.spread_w > 0 for slot in forecast)


@given(MOMENTS, LENGTHS, STEPS, ZONES)
def test_forecast_holds_the_same_energy_in_whatever_steps(
    start: datetime, length: timedelta, step: timedelta, zone: ZoneInfo
) -> None:
    def energy_wh(step: timedelta) -> float:
        forecast = default_profile(20).forecast(start.astimezone(zone), start + length, step)
        return sum(slot.mean_w * ((slot.end - slot.start) / timedelta(hours=1)) for slot in forecast)

    assert energy_wh(step) == pytest.approx(energy_wh(length))


@given(SAMPLES, STEPS)
def test_resampling_keeps_all_energy_and_all_time(samples: list[LoadSample], step: timedelta) -> None:
    found = resample(samples, step)

    assert sum(each.energy_kwh for each in found) == pytest.approx(sum(each.energy_kwh for each in samples))
    covered = sum((each.duration for each in found), timedelta(0))
    assert covered == sum((each.duration for each in samples), timedelta(0))
    assert all(before.start + step <= after.start for before, after in pairwise(found))


def test_a_step_of_nothing_is_refused() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)

    with pytest.raises(ValueError, match="0:00:00"):
        default_profile(20).forecast(now, now + timedelta(hours=1), timedelta(0))
