"""The house: a daily rhythm that a seed fixes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st

from simulator.house import House

ZONE = ZoneInfo("Australia/Brisbane")
START = datetime(2026, 1, 1, tzinfo=ZONE).timestamp()


@given(st.integers(0, 1000), st.floats(START, START + 366 * 86_400))
def test_a_house_uses_300_to_6000_watts(seed: int, time_s: float) -> None:
    assert 300 <= House(seed, ZONE).power_w(time_s) <= 6000


def test_a_house_uses_about_18_kwh_a_day() -> None:
    for seed in range(4):
        house = House(seed, ZONE)
        days = [sum(house.power_w(START + day * 86_400 + i * 120) for i in range(720)) / 30_000 for day in range(20)]
        assert 16 < sum(days) / len(days) < 20
        assert min(days) > 10
        assert max(days) < 26


def test_evenings_are_busier_than_nights() -> None:
    house = House(1, ZONE)

    def mean_w(hour: int) -> float:
        return sum(house.power_w(START + day * 86_400 + hour * 3600 + i * 300) for day in range(20) for i in range(12))

    assert mean_w(18) > 2.5 * mean_w(3)
    assert mean_w(7) > 1.5 * mean_w(3)


def test_two_seeds_are_two_houses() -> None:
    moment = datetime(2026, 1, 10, 8, tzinfo=UTC).timestamp()
    assert len({House(seed, ZONE).power_w(moment) for seed in range(10)}) > 5
