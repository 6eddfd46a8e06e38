"""Forecasts are judged by what was said before the hour began."""

from datetime import UTC, date, datetime, timedelta
import json

import pytest

from custom_components.sigenstor_panel.optimiser.sun.forecast import PowerSlot
from custom_components.sigenstor_panel.optimiser.sun.learning import SunLearning
from custom_components.sigenstor_panel.optimiser.sun.meter import MeteredHour

PLACE = (-27.47, 153.03)
TEN = datetime(2026, 1, 15, 0, tzinfo=UTC)
"""Ten in the morning in Brisbane."""
DAY = date(2026, 1, 15)
HOUR = timedelta(hours=1)


def slots(power_w: float, *, start: datetime = TEN, hours: int = 24, cloud_cover: float | None = 30) -> list[PowerSlot]:
    step = timedelta(minutes=30)
    starts = [start + step * index for index in range(2 * hours)]
    return [PowerSlot(each, each + step, power_w, 2 * power_w, None, None, cloud_cover) for each in starts]


def came(start: datetime, power_w: float = 900) -> MeteredHour:
    return MeteredHour(start=start, power_w=power_w)


def test_an_hour_is_judged_by_the_latest_forecast_from_before_it_began() -> None:
    learning = SunLearning()
    learning.issue(slots(500), TEN - HOUR, *PLACE)
    learning.issue(slots(1000), TEN, *PLACE)
    learning.issue(slots(7000), TEN + timedelta(minutes=1), *PLACE)
    assert learning.compare(came(TEN), DAY)
    accuracy = learning.accuracy.day(DAY)
    assert accuracy is not None
    assert accuracy.bias_w == pytest.approx(100)


def test_the_correction_learns_from_the_model_and_not_from_what_it_corrected_itself() -> None:
    learning = SunLearning()
    learning.issue(slots(1000, hours=48), TEN, *PLACE)
    sunny = [TEN + HOUR * index for index in range(4)]
    for start in sunny * 3:
        learning.issue(slots(1000, hours=48), TEN, *PLACE)
        assert learning.compare(came(start, 1600), DAY)
    assert learning.correction.factor(30, 60) == pytest.approx(0.8)


def test_an_hour_counts_once_and_nights_and_surprises_do_not() -> None:
    learning = SunLearning()
    learning.issue(slots(1000), TEN, *PLACE)
    assert learning.compare(came(TEN), DAY)
    assert not learning.compare(came(TEN), DAY)
    assert not learning.compare(came(TEN + 12 * HOUR, 0), DAY)
    assert not learning.compare(came(TEN + 100 * HOUR), DAY)


def test_a_forecast_without_clouds_teaches_too() -> None:
    learning = SunLearning()
    for day in range(8):
        start = TEN + 24 * HOUR * day
        learning.issue(slots(1000, start=start, cloud_cover=None), start, *PLACE)
        assert learning.compare(came(start, 1600), DAY)
    assert learning.correction.factor(None, 60) == pytest.approx(0.8)


def test_half_an_hour_of_forecast_is_not_issued_as_an_hour() -> None:
    learning = SunLearning()
    learning.issue(slots(1000, start=TEN + timedelta(minutes=30)), TEN, *PLACE)
    assert not learning.compare(came(TEN), DAY)
    assert learning.compare(came(TEN + HOUR), DAY)


def test_everything_comes_back_after_a_restart() -> None:
    learning = SunLearning()
    learning.issue(slots(1000), TEN, *PLACE)
    learning.compare(came(TEN), DAY)
    restored = SunLearning.from_dict(json.loads(json.dumps(learning.as_dict())))
    assert restored.as_dict() == learning.as_dict()
    assert restored.compare(came(TEN + HOUR), DAY)
