"""Where the home of the end-to-end tests stands."""

from datetime import UTC, datetime

import pytest

from demo.place import BRISBANE, where_it_is
from simulator.weather import Sky


@pytest.mark.parametrize("hour", range(24))
def test_somewhere_it_is_always_mid_morning_by_the_clock_and_by_the_sun(hour: int) -> None:
    now = datetime(2026, 11, 22, hour, 30, tzinfo=UTC)
    place = where_it_is(10, now)

    assert now.astimezone(place.zone).hour == 10
    sky = Sky(1, place.latitude, place.longitude)
    assert now.astimezone(sky.zone).hour == 10
    assert sky.at(now.timestamp(), cloud_cover=0.0).global_w_m2 > 500


def test_the_sun_in_brisbane_keeps_market_time() -> None:
    assert Sky(1, BRISBANE.latitude, BRISBANE.longitude).zone.utcoffset(None) == BRISBANE.zone.utcoffset(
        datetime(2026, 1, 1)
    )
