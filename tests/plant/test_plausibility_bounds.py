"""What can be true of a system of a size, and powers that read −1 W."""

import pytest

from custom_components.sigenstor_panel.plant.plausibility import Bounds, house_power_w, powers_that_agree


@pytest.mark.parametrize(
    ("rated_w", "total_kwh", "day_kwh", "capacity_kwh", "rise_kw"),
    [
        # 30 years of a megawatt, of 10 kW or of the rating; 25 hours of a megawatt, of 200 kW, of four times the rating.
        (None, 262_980_000.0, 25_000.0, 100_000.0, 200.0),
        (5_000, 2_629_800.0, 5_000.0, 120.0, 200.0),
        (100_000, 26_298_000.0, 10_000.0, 2_400.0, 400.0),
    ],
)
def test_what_can_be_counted_and_stored_depends_on_the_rating(
    rated_w: int | None, total_kwh: float, day_kwh: float, capacity_kwh: float, rise_kw: float
) -> None:
    bounds = Bounds(rated_w)
    assert (bounds.total_kwh(0), bounds.total_kwh(total_kwh), bounds.total_kwh(total_kwh + 1)) == (0, total_kwh, None)
    assert (bounds.day_kwh(0), bounds.day_kwh(day_kwh), bounds.day_kwh(day_kwh + 0.01)) == (0, day_kwh, None)
    assert (bounds.total_kwh(-0.01), bounds.day_kwh(-0.01)) == (None, None)
    for kwh, expected in ((0.1, 0.1), (0.09, None), (capacity_kwh, capacity_kwh), (capacity_kwh + 0.01, None)):
        assert (bounds.capacity_kwh(kwh), bounds.stored_kwh(kwh)) == (expected, expected)
    assert bounds.rise_kw == rise_kw


def test_a_battery_has_a_capacity_but_may_hold_nothing() -> None:
    assert (Bounds().capacity_kwh(0), Bounds().stored_kwh(0), Bounds().stored_kwh(None)) == (None, 0.0, None)


@pytest.mark.parametrize(
    ("powers", "house_w", "agrees"),
    [
        ((-1, 2_400, 3_000), 599, True),
        ((-1, 2_400, 3_000), 9_000, False),
        ((-1, 2_400, 3_000), None, False),
        ((-1, 0, 0), 0, True),
        ((-1, 0, 0), -1, False),
        ((-1, 0, 9), 509, True),  # 501 W away from 8 W
        ((-1, 0, 9), 510, False),
        ((-1, 0, None), 0, False),
        ((-1, None, 0), 0, False),
        ((None, -1, 0), 0, False),
        ((-1, -1, -1), 0, True),
        ((-1, -1, -1), 502, False),
        ((5_000, -1, 0), 6_001, True),  # 500 W and a tenth of 5001 W away from 5001 W
        ((5_000, -1, 0), 6_002, False),
        ((5_000, -1, 0), 4_000, False),
        ((-5_000, -1, 10_000), 7_001, True),
        ((-5_000, -1, 10_000), 7_002, False),
        ((-5_000, -1, 10_000), 3_001, True),
        ((-5_000, -1, 10_000), 3_000, False),
        ((-1, -5_000, 0), 5_999, True),
        ((-1, -5_000, 0), 6_000, False),
    ],
)
def test_a_power_of_minus_1_w_counts_only_where_all_of_them_agree(
    powers: tuple[int | None, int | None, int | None], house_w: int | None, agrees: bool
) -> None:
    for third_party_w in (None, 0):
        read = *powers, third_party_w
        expected = read if agrees else tuple(None if power_w == -1 else power_w for power_w in read)
        assert powers_that_agree(read, house_w) == expected


@pytest.mark.parametrize(("house_w", "agrees"), [(600, True), (3_000, False), (None, False)])
def test_all_ones_of_third_party_pv_are_minus_1_w_where_the_others_agree(house_w: int | None, agrees: bool) -> None:
    assert powers_that_agree((600, 0, 0, -1), house_w) == (600, 0, 0, -1 if agrees else None)


def test_third_party_pv_is_part_of_what_the_powers_have_to_agree_with() -> None:
    assert powers_that_agree((-1, 0, 0, 3_000), 3_000) == (-1, 0, 0, 3_000)
    assert powers_that_agree((-1, 0, 0, 3_000), 0) == (None, 0, 0, 3_000)


@pytest.mark.parametrize("house_w", [None, 0, 9_000])
def test_other_powers_are_left_alone_whatever_the_house_takes(house_w: int | None) -> None:
    assert powers_that_agree((1, -2, 0, 0), house_w) == (1, -2, 0, 0)
    assert powers_that_agree((None, 500, None, None), house_w) == (None, 500, None, None)


def test_a_limit_of_0_is_one() -> None:
    assert (Bounds().limit_w(0), Bounds(10_000).limit_w(0)) == (0, 0)


def test_what_vehicles_take_is_not_the_houses_and_what_they_give_is() -> None:
    balance = {"grid_w": 4_000, "pv_w": 3_000, "battery_w": 1_000}
    assert house_power_w(None, **balance, vehicles_w=2_500) == 3_500
    assert house_power_w(None, **balance, vehicles_w=-2_500) == 8_500
    # 500 W and a tenth of the 10.5 kW that flow.
    for vehicles_w, house_w in ((2_500, 3_500), (-2_500, 8_500)):
        for off_w, kept in ((1_550, True), (1_551, False), (-1_550, True), (-1_551, False)):
            expected = house_w + off_w if kept else house_w
            assert house_power_w(house_w + off_w, **balance, vehicles_w=vehicles_w) == expected


def test_a_balance_is_below_0_by_more_than_its_tolerance_before_what_is_reported_counts() -> None:
    assert house_power_w(5_000, grid_w=200, pv_w=0, battery_w=800) == 0  # 600 W below 0, as much as is tolerated
    assert house_power_w(5_000, grid_w=200, pv_w=0, battery_w=802) == 5_000


@pytest.mark.parametrize(("reported_w", "house_w"), [(0, 0), (3_800, 3_800), (5_300, 5_300), (5_301, None), (-1, None)])
def test_where_nobody_knows_what_vehicles_take_the_house_takes_what_is_left_at_most(
    reported_w: int, house_w: int | None
) -> None:
    # 4 kW are left for house and vehicles, with a tolerance of 500 W and a tenth of 8 kW.
    assert house_power_w(reported_w, grid_w=3_000, pv_w=3_000, battery_w=2_000, vehicles_w=None) == house_w
    assert house_power_w(None, grid_w=3_000, pv_w=3_000, battery_w=2_000, vehicles_w=None) is None
