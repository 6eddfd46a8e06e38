"""Values that cannot be true never get past the guards."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.model.message import say
from custom_components.sigenstor_panel.plant.alarms import ESS_ALARM, active_alarms
from custom_components.sigenstor_panel.plant.plausibility import (
    Bounds,
    CounterGuard,
    DailyDifference,
    house_power_w,
    near_midnight,
    plausible_battery_power_w,
    plausible_power_w,
    pv_power_w,
    within,
)
from custom_components.sigenstor_panel.plant.soc import SocGuard
from tests.english import english

NOON = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
ANY_POWER = st.integers(-(2**31), 2**31 - 1) | st.none()
HOME_POWER = st.integers(-30_000, 30_000)
MINUTE = timedelta(minutes=1)


def counting(**totals: float) -> CounterGuard:
    """Return a guard that has seen each of these twice at noon."""
    guard = CounterGuard()
    for key, value in totals.items():
        guard.accept(key, value, NOON)
        assert guard.accept(key, value, NOON) == value
    return guard


@given(value=st.floats(allow_nan=False) | st.none())
def test_a_state_of_charge_outside_0_to_100_is_no_value(value: float | None) -> None:
    shown = within(value, 0, 100)
    assert shown is None or 0 <= shown <= 100


@given(reported=ANY_POWER, grid=ANY_POWER, pv=st.integers(0, 2**31 - 1) | st.none(), battery=ANY_POWER)
def test_the_house_never_has_a_negative_load(
    reported: int | None, grid: int | None, pv: int | None, battery: int | None
) -> None:
    house = house_power_w(reported, grid_w=grid, pv_w=pv, battery_w=battery)
    assert house is None or house >= 0


@given(grid=HOME_POWER, pv=st.integers(0, 30_000), battery=HOME_POWER)
def test_a_nonsense_house_load_is_replaced_by_the_energy_balance(grid: int, pv: int, battery: int) -> None:
    assert house_power_w(-373_000, grid_w=grid, pv_w=pv, battery_w=battery) == max(0, grid + pv - battery)


def test_a_reported_house_load_that_agrees_with_the_balance_is_kept() -> None:
    assert house_power_w(2_100, grid_w=500, pv_w=3_000, battery_w=1_500) == 2_100


@pytest.mark.parametrize(
    ("grid", "pv", "battery", "tolerance"),
    [(0, 0, 0, 500), (4_000, 0, 0, 900), (-4_000, 5_000, 0, 1_400), (0, 5_000, 3_000, 1_300), (0, 0, -3_000, 800)],
)
def test_a_reported_house_load_agrees_within_500_w_and_a_tenth_of_all_that_flows(
    grid: int, pv: int, battery: int, tolerance: int
) -> None:
    balance = grid + pv - battery
    for reported, expected in (
        (balance + tolerance, balance + tolerance),
        (balance + tolerance + 1, balance),
        (balance - tolerance, balance - tolerance),
        (balance - tolerance - 1, balance),
    ):
        if reported >= 0:
            assert house_power_w(reported, grid_w=grid, pv_w=pv, battery_w=battery) == expected


def test_a_house_that_takes_nothing_takes_nothing() -> None:
    assert house_power_w(0, grid_w=100, pv_w=0, battery_w=0) == 0


@pytest.mark.parametrize("unknown", ["grid_w", "pv_w", "battery_w"])
def test_without_a_part_of_the_balance_the_house_is_what_is_reported(unknown: str) -> None:
    parts: dict[str, int | None] = {"grid_w": 500, "pv_w": 3_000, "battery_w": 1_500, unknown: None}
    assert house_power_w(9_000, **parts) == 9_000
    assert house_power_w(None, **parts) is None
    assert house_power_w(0, **parts) == 0
    assert house_power_w(1_000_001, **parts) is None


def test_a_reported_house_load_is_all_there_is_when_the_balance_is_unknown() -> None:
    assert house_power_w(2_100, grid_w=None, pv_w=3_000, battery_w=1_500) == 2_100
    assert house_power_w(-5, grid_w=None, pv_w=3_000, battery_w=1_500) is None


@pytest.mark.parametrize(
    ("own", "third_party", "expected"),
    [
        (3_000, None, 3_000),
        (3_000, 1_000, 4_000),
        (3_000, -200, 3_000),
        (3_000, -4_000, 3_000),
        (3_000, 1_000_001, 3_000),
        (-8, None, 0),
        (-8, 1_000, 1_000),
        (-4_000, None, None),
        (None, 1_000, None),
    ],
)
def test_pv_power_adds_third_party_inverters_and_is_never_negative(
    own: int | None, third_party: int | None, expected: int | None
) -> None:
    assert pv_power_w(own, third_party) == expected


def test_where_third_party_inverters_are_known_pv_without_them_is_unknown() -> None:
    for third_party_w, pv_w in (
        (0, 3_000),
        (-200, 3_000),
        (1_000, 4_000),
        (-201, None),
        (1_000_001, None),
        (None, None),
    ):
        assert pv_power_w(3_000, third_party_w, has_third_party=True) == pv_w


@pytest.mark.parametrize("megawatt", [-1_000_000, 1_000_000])
def test_a_power_of_more_than_a_megawatt_is_no_value(megawatt: int) -> None:
    assert plausible_power_w(megawatt) == megawatt
    assert plausible_power_w(megawatt + megawatt // 1_000_000) is None
    assert plausible_power_w(None) is None


def test_a_battery_power_far_above_its_rating_is_no_value() -> None:
    assert plausible_battery_power_w(9_900, 10_000, 10_000) == 9_900
    assert plausible_battery_power_w(-373_000, 10_000, 10_000) is None
    assert plausible_battery_power_w(50_000, None, None) == 50_000
    assert plausible_battery_power_w(1_000_001, None, 0) is None


@pytest.mark.parametrize(("charge", "discharge"), [(5_000, 10_000), (10_000, 5_000), (10_000, None), (None, 10_000)])
def test_a_battery_power_may_be_twice_the_greater_of_its_ratings(charge: int | None, discharge: int | None) -> None:
    for power, expected in ((20_000, 20_000), (20_001, None), (-20_000, -20_000), (-20_001, None)):
        assert plausible_battery_power_w(power, charge, discharge) == expected


class TestCounterGuard:
    """Energy counters."""

    def test_a_lifetime_counter_that_drops_to_0_keeps_its_value_for_as_long_as_it_reads_0(self) -> None:
        guard = counting(total=5_000.0)
        for minute in range(1, 120):
            assert guard.accept("total", 0.0, NOON + minute * MINUTE) == 5_000.0
        assert guard.accept("total", 5_003.2, NOON + 120 * MINUTE) == 5_003.2

    def test_a_first_reading_waits_for_a_second_one_that_agrees(self) -> None:
        guard = CounterGuard()
        readings = [(8_450_000.0, None), (12_000.0, None), (12_000.02, 12_000.02), (12_000.03, 12_000.03)]
        for n, (value, shown) in enumerate(readings):
            assert guard.accept("total", value, NOON + n * MINUTE) == shown

    def test_a_first_reading_that_falls_or_is_followed_by_nothing_is_confirmed_by_no_later_one(self) -> None:
        guard = CounterGuard()
        for value in (900.0, 0.0, 900.0, None, 900.0):
            assert guard.accept("total", value, NOON) is None
        assert guard.is_pending("total")
        assert guard.accept("total", 900.0, NOON) == 900.0
        assert not guard.is_pending("total")

    def test_a_first_reading_of_0_waits_until_it_has_lasted(self) -> None:
        guard = CounterGuard()
        assert guard.accept("total", 0.0, NOON) is None
        assert guard.accept("total", 0.0, NOON + 9 * MINUTE) is None
        assert guard.accept("total", 0.0, NOON + 10 * MINUTE) == 0.0

    def test_a_counter_that_starts_again_is_believed_once_it_has_counted_on_for_ten_minutes(self) -> None:
        guard = counting(total=5_000.0)
        shown = [guard.accept("total", 3.0 + minute / 100, NOON + minute * MINUTE) for minute in range(1, 13)]
        assert shown[:10] == [5_000.0] * 10
        assert shown[-1] == 3.12

    def test_a_daily_counter_restarts_at_midnight_and_only_then(self) -> None:
        guard = counting(today=18.4)
        assert guard.accept("today", 0.0, NOON + MINUTE) == 18.4
        assert guard.accept("today", 0.0, NOON + 2 * MINUTE, may_restart=True) == 0.0

    def test_a_counter_cannot_rise_faster_than_a_home_can_draw(self) -> None:
        guard = counting(total=100.0)
        assert guard.accept("total", 42_949_672.95, NOON + MINUTE) == 100.0
        assert guard.accept("total", 100.3, NOON + 2 * MINUTE) == 100.3

    @pytest.mark.parametrize(
        ("minutes", "most"),
        [(0, 101.0), (3, 111.0), (60, 301.0), (24 * 60, 4_901.0), (-5, 101.0)],
    )
    def test_that_is_200_kw_and_a_kwh_to_spare(self, minutes: int, most: float) -> None:
        for value, expected in ((most, most), (most + 0.01, 100.0)):
            guard = counting(total=100.0)
            assert guard.accept("total", value, NOON + minutes * MINUTE) == expected

    def test_a_rise_counts_from_the_last_reading_that_was_true(self) -> None:
        guard = counting(total=100.0)
        assert guard.accept("total", 300.0, NOON + 60 * MINUTE) == 300.0
        assert guard.accept("total", 302.0, NOON + 60 * MINUTE) == 300.0
        assert guard.accept("total", 302.0, NOON + 61 * MINUTE) == 302.0

    def test_a_last_digit_that_steps_back_is_no_restart(self) -> None:
        guard = counting(total=100.0)
        assert guard.accept("total", 99.995, NOON + MINUTE) == 99.995
        assert guard.accept("total", 99.98, NOON + 2 * MINUTE) == 99.995

    def test_a_restart_that_is_interrupted_waits_for_ten_minutes_again(self) -> None:
        guard = counting(total=5_000.0)
        readings = [(1, 3.0), (9, 3.1), (10, 0.5), (11, 0.6), (19, 0.7)]
        assert [guard.accept("total", value, NOON + minute * MINUTE) for minute, value in readings] == [5_000.0] * 5
        assert guard.accept("total", 0.8, NOON + 20 * MINUTE) == 0.8

    def test_one_true_reading_ends_the_suspicion(self) -> None:
        guard = counting(total=5_000.0)
        readings = [(1, 3.0, 5_000.0), (5, 5_000.1, 5_000.1), (6, 3.0, 5_000.1), (15, 3.1, 5_000.1), (16, 3.2, 3.2)]
        for minute, value, expected in readings:
            assert guard.accept("total", value, NOON + minute * MINUTE) == expected

    def test_at_midnight_a_counter_may_fall_but_not_jump_up(self) -> None:
        guard = counting(today=18.4)
        assert guard.accept("today", 900.0, NOON + MINUTE, may_restart=True) == 18.4
        assert guard.accept("today", 18.3, NOON + MINUTE, may_restart=True) == 18.3

    def test_a_counter_that_nobody_knows_restarts_at_0_at_midnight(self) -> None:
        assert CounterGuard().accept("today", 0.0, NOON, may_restart=True) == 0.0

    def test_counters_do_not_mix(self) -> None:
        guard = counting(**{"import": 5_000.0, "export": 3.0})
        assert guard.accept("export", 3.0, NOON) == 3.0
        assert guard.accept("import", 0.0, NOON + MINUTE) == 5_000.0

    def test_a_counter_that_is_not_served_has_no_value_and_loses_nothing(self) -> None:
        guard = CounterGuard()
        assert guard.accept("total", None, NOON) is None
        guard.accept("total", 100.0, NOON)
        guard.accept("total", 100.0, NOON)
        assert guard.accept("total", None, NOON + MINUTE) is None
        assert guard.accept("total", 0.0, NOON + 2 * MINUTE) == 100.0

    @given(
        st.lists(st.tuples(st.floats(0, 0.02), st.sampled_from(["read", "zero"])), min_size=1, max_size=60),
        st.floats(0.1, 10_000),
    )
    def test_momentary_zeros_never_show_and_never_add_energy(
        self, steps: list[tuple[float, str]], total: float
    ) -> None:
        """However reads and zeros alternate, what is shown only ever rises, and never above the truth."""
        guard, shown, now = CounterGuard(), [], NOON
        for step_kwh, kind in steps:
            now += MINUTE / 6
            total += step_kwh
            value = guard.accept("total", total if kind == "read" else 0.0, now)
            if value is not None:
                shown.append(value)
                assert 0 < value <= total
        assert shown == sorted(shown)


class TestDailyDifference:
    """The energy since midnight, of totals without a daily register."""

    def test_it_counts_from_the_last_reading_before_midnight(self) -> None:
        daily = DailyDifference(day=date(2026, 1, 15), at_midnight=100.0, latest=100.0)
        assert daily.since_midnight(104.5, date(2026, 1, 15)) == 4.5
        assert daily.since_midnight(104.6, date(2026, 1, 16)) == 0.1
        assert daily.since_midnight(106.5, date(2026, 1, 16)) == 2.0

    def test_a_day_whose_start_nobody_saw_is_not_known(self) -> None:
        daily = DailyDifference()
        assert daily.since_midnight(100.0, date(2026, 1, 15)) is None
        assert daily.since_midnight(104.5, date(2026, 1, 15)) is None
        assert daily.since_midnight(190.0, date(2026, 1, 20)) is None

    def test_a_total_that_is_not_known_for_a_moment_changes_nothing(self) -> None:
        daily = DailyDifference(day=date(2026, 1, 15), at_midnight=100.0, latest=104.0)
        assert daily.since_midnight(None, date(2026, 1, 16)) is None
        assert daily.since_midnight(104.5, date(2026, 1, 16)) == 0.5

    def test_a_day_that_was_missed_is_followed_by_one_that_is_known(self) -> None:
        daily = DailyDifference(day=date(2026, 1, 15), at_midnight=100.0, latest=104.0)
        assert daily.since_midnight(120.0, date(2026, 1, 17)) is None
        assert daily.since_midnight(121.0, date(2026, 1, 18)) == 1.0

    def test_a_clock_that_goes_back_a_day_makes_the_day_unknown(self) -> None:
        daily = DailyDifference(day=date(2026, 1, 15), at_midnight=100.0, latest=104.0)
        assert daily.since_midnight(104.0, date(2026, 1, 14)) is None

    def test_it_is_rounded_to_what_the_registers_hold(self) -> None:
        daily = DailyDifference(day=date(2026, 1, 15), at_midnight=100.1, latest=100.1)
        assert daily.since_midnight(100.334, date(2026, 1, 15)) == 0.23

    def test_a_total_that_starts_again_starts_the_day_again(self) -> None:
        daily = DailyDifference(day=date(2026, 1, 15), at_midnight=100.0, latest=100.0)
        assert daily.since_midnight(3.0, date(2026, 1, 15)) == 0.0
        assert daily.since_midnight(3.5, date(2026, 1, 15)) == 0.5

    @given(st.lists(st.floats(0, 50), min_size=1, max_size=50))
    def test_it_is_never_negative(self, steps: list[float]) -> None:
        daily, total = DailyDifference(day=date(2025, 12, 31), latest=1_000.0), 1_000.0
        for index, step in enumerate(steps):
            total += step
            since = daily.since_midnight(total, date(2026, 1, 1) + timedelta(days=index // 7))
            assert since is not None
            assert since >= 0


@pytest.mark.parametrize(
    ("hour", "minute", "second", "expected"),
    [
        (0, 0, 0, True),
        (0, 15, 0, True),
        (0, 15, 1, False),
        (1, 5, 0, False),
        (12, 0, 0, False),
        (23, 44, 59, False),
        (23, 45, 0, True),
        (23, 59, 59, True),
    ],
)
def test_midnight_is_a_quarter_of_an_hour_wide_on_both_sides(
    hour: int, minute: int, second: int, expected: bool
) -> None:
    assert near_midnight(datetime(2026, 1, 15, hour, minute, second)) is expected


def test_alarm_bits_are_named_and_unknown_ones_are_numbered() -> None:
    assert active_alarms(0b0100_0100, ESS_ALARM) == (say("alarm.temperature_too_high"), say("alarm.thermal_runaway"))
    assert [english(alarm) for alarm in active_alarms(1 << 15, ESS_ALARM)] == ["unknown (bit 15)"]
    assert active_alarms(0, ESS_ALARM) == ()


class TestSocGuard:
    """The state of charge, which a battery changes by tenths of a percent from poll to poll."""

    CLOCK = timedelta(seconds=10)

    def shown(self, *readings: float | None, of_inverters: float | None = None) -> list[float | None]:
        guard = SocGuard(10)
        return [
            guard.accept(soc, NOON + n * self.CLOCK, of_inverters=of_inverters, capacity_kwh=24, rated_w=10_000)
            for n, soc in enumerate(readings)
        ]

    @pytest.mark.parametrize("bad", [0.0, 100.0, 12.0])
    def test_a_single_bad_sample_is_never_shown(self, bad: float) -> None:
        assert self.shown(50.0, bad, 50.1, bad, 50.2) == [50.0, 50.0, 50.1, 50.1, 50.2]

    @pytest.mark.parametrize("bad", [0.0, 100.0])
    def test_0_and_100_percent_wait_even_where_the_inverters_say_so_too(self, bad: float) -> None:
        assert self.shown(50.0, bad, 50.0, of_inverters=bad) == [50.0, 50.0, 50.0]

    def test_a_jump_that_the_inverters_confirm_is_shown_at_once(self) -> None:
        assert self.shown(50.0, 73.0, of_inverters=73.4) == [50.0, 73.0]

    def test_a_jump_that_stays_is_shown_by_the_second_reading(self) -> None:
        assert self.shown(50.0, 100.0, 99.9) == [50.0, 50.0, 99.9]

    def test_two_bad_samples_that_do_not_agree_confirm_nothing(self) -> None:
        assert self.shown(50.0, 0.0, 100.0, 50.0) == [50.0, 50.0, 50.0, 50.0]

    def test_a_value_that_cannot_be_is_none_and_forgets_nothing(self) -> None:
        assert self.shown(50.0, None, 6553.5, 0.0) == [50.0, None, None, 50.0]

    @pytest.mark.parametrize("bad", [0.0, 100.0])
    def test_a_first_0_or_100_percent_waits_for_a_second_reading(self, bad: float) -> None:
        assert self.shown(bad, 50.0, bad, 50.0) == [None, 50.0, 50.0, 50.0]
        assert self.shown(bad, bad) == [None, bad]
        assert self.shown(bad, bad, of_inverters=bad) == [None, bad]

    @pytest.mark.parametrize(("poll_s", "held_s"), [(5, 60), (10, 60), (20, 60), (60, 180)])
    @pytest.mark.parametrize("bad", [0.0, 100.0, 12.0])
    def test_a_jump_is_held_back_for_a_minute_and_for_three_polls(self, poll_s: int, held_s: int, bad: float) -> None:
        for seconds, shown in ((held_s, 50.0), (held_s + 1, None)):
            guard = SocGuard(poll_s)
            guard.accept(50.0, NOON)
            assert guard.accept(bad, NOON + timedelta(seconds=seconds)) == shown
            assert guard.accept(bad, NOON + timedelta(seconds=seconds + poll_s)) == bad

    @pytest.mark.parametrize(("soc", "shown"), [(20.0, 20.0), (0.0, None), (100.0, None)])
    def test_after_hours_a_battery_may_be_anywhere_but_0_and_100_percent_wait(
        self, soc: float, shown: float | None
    ) -> None:
        guard = SocGuard(10)
        guard.accept(60.0, NOON)
        assert guard.accept(soc, NOON + timedelta(hours=3), capacity_kwh=24, rated_w=10_000) == shown

    def test_a_battery_that_was_full_hours_ago_may_be_full(self) -> None:
        guard = SocGuard(10)
        guard.accept(99.0, NOON)
        assert guard.accept(100.0, NOON + timedelta(hours=3)) == 100.0

    def test_a_doubt_from_before_an_outage_confirms_nothing(self) -> None:
        guard = SocGuard(10)
        assert guard.accept(0.0, NOON) is None
        assert guard.accept(0.0, NOON + timedelta(seconds=61)) is None

    @given(st.lists(st.floats(-0.2, 0.2), min_size=3, max_size=40), st.integers(1, 39), st.sampled_from([0.0, 100.0]))
    def test_whatever_a_battery_does_one_bad_sample_changes_nothing_that_is_shown(
        self, steps: list[float], at: int, bad: float
    ) -> None:
        true = [50.0]
        for step in steps:
            true.append(true[-1] + step)
        read = [bad if n == at else soc for n, soc in enumerate(true)]
        for n, shown in enumerate(self.shown(*read)):
            assert shown == (true[n - 1] if n == at else true[n])


@pytest.mark.parametrize(
    ("rated_w", "most_w"), [(None, 1_000_000), (5_000, 200_000), (50_000, 200_000), (1_200_000, 4_800_000)]
)
def test_what_can_flow_is_four_times_the_rating_and_at_least_a_homes(rated_w: int | None, most_w: int) -> None:
    bounds = Bounds(rated_w)
    assert bounds.most_w == most_w
    assert (bounds.power_w(-most_w), bounds.power_w(most_w + 1)) == (-most_w, None)
    assert (bounds.limit_w(most_w), bounds.limit_w(most_w + 1), bounds.limit_w(-1)) == (most_w, None, None)


@given(reported=ANY_POWER, grid=HOME_POWER, pv=st.integers(0, 30_000), battery=HOME_POWER)
def test_a_balance_below_0_never_beats_a_load_that_can_be_true(
    reported: int | None, grid: int, pv: int, battery: int
) -> None:
    house = house_power_w(reported, grid_w=grid, pv_w=pv, battery_w=battery)
    balance = grid + pv - battery
    if reported is not None and 0 <= reported <= 1_000_000 and balance < -20_000:
        assert house == reported
