"""What the last minutes of PV say of the next hours."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.optimiser.sun.nowcast import RecentPv, nowcast, share_of

NOON = datetime(2026, 1, 15, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
WATTS = st.floats(0, 20_000)


def seen(minutes: int, power_w: float, forecast_w: float | None = 4000, *, curtailed: bool = False) -> RecentPv:
    recent = RecentPv()
    for minute in range(minutes + 1):
        recent.add(NOON + minute * MINUTE, power_w, forecast_w, curtailed=curtailed)
    return recent


def test_clouds_now_mean_less_soon_and_nothing_for_tomorrow() -> None:
    expected_w = [nowcast(4000, 0.5, ahead) for ahead in (timedelta(), HOUR, 24 * HOUR)]
    assert expected_w == [2000, pytest.approx(4000 - 2000 * 0.368, rel=0.001), pytest.approx(4000)]


@given(WATTS, WATTS, WATTS, st.floats(0, 48))
def test_the_forecast_is_bent_to_what_comes_and_never_beyond(
    measured_w: float, forecast_w: float, later_w: float, hours: float
) -> None:
    share = share_of(measured_w, forecast_w)
    expected_w = nowcast(later_w, share, hours * HOUR)
    assert min(later_w, share * later_w) - 1e-6 <= expected_w <= max(later_w, share * later_w) + 1e-6
    assert 1 / 3 <= share <= 3


def test_the_share_is_what_came_of_the_forecast() -> None:
    assert seen(20, 3000).share(NOON + 20 * MINUTE) == pytest.approx(0.75)


@pytest.mark.parametrize(
    "recent",
    [
        RecentPv(),
        seen(3, 1000),
        seen(20, 1000, None),
        seen(20, 1000, curtailed=True),
        seen(20, 20, 100),
    ],
    ids=["nothing", "three minutes", "no forecast", "held back", "dusk"],
)
def test_what_says_nothing_of_the_sun_changes_nothing(recent: RecentPv) -> None:
    assert recent.share(NOON + 20 * MINUTE) == 1


def test_a_gap_in_the_readings_is_forgotten_and_not_filled() -> None:
    recent = seen(20, 1000)
    recent.add(NOON + 3 * HOUR, 4000, 4000, curtailed=False)
    assert recent.share(NOON + 3 * HOUR) == 1
    assert seen(20, 1000).share(NOON + HOUR) == 1


def test_the_last_minutes_count_more_than_those_before() -> None:
    recent = seen(30, 4000)
    for minute in range(31, 61):
        recent.add(NOON + minute * MINUTE, 1000, 4000, curtailed=False)
    assert 0.3 <= recent.share(NOON + HOUR) < 0.36
