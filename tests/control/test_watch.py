"""What is done about a battery that does not follow, and about somebody else who keeps writing."""

from dataclasses import replace

from guardrail_examples import HOLD, SELF_CONSUME, TELEMETRY, charge, discharge
from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.control.guardrails import SUPPLY
from custom_components.sigenstor_panel.control.memory import ControlMemory
from custom_components.sigenstor_panel.control.ownership import ForeignChange, reads_instead
from custom_components.sigenstor_panel.control.watch import PAUSES, EffectWatch, ForeignWatch, Remedy
from custom_components.sigenstor_panel.model.command import Action, ChargeSource, Command
from custom_components.sigenstor_panel.model.message import say
from custom_components.sigenstor_panel.model.telemetry import Source
from custom_components.sigenstor_panel.plant.register_writes import HoldMethod
from tests.english import english

MEMORY = ControlMemory()


def judged(command: Command, battery_w: int | None, memory: ControlMemory = MEMORY) -> list[Remedy | None]:
    """Return what three readings half a minute after a command make of it."""
    watch = EffectWatch()
    watch.written(0.0)
    return [
        watch.judge(command, replace(TELEMETRY, battery_power_w=battery_w), memory, 30.0 + 10 * number)
        for number in range(3)
    ]


class TestEffect:
    """Whether the battery follows the last command."""

    def test_it_has_half_a_minute(self) -> None:
        watch = EffectWatch()
        watch.written(100.0)
        assert watch.judge(HOLD, replace(TELEMETRY, battery_power_w=5000), MEMORY, 129.9) is None
        assert not watch.doubtful

    def test_nothing_is_judged_before_anything_was_written_or_after_the_end(self) -> None:
        watch = EffectWatch()
        assert watch.judge(HOLD, replace(TELEMETRY, battery_power_w=5000), MEMORY, 1e9) is None
        watch.written(0.0)
        watch.end()
        assert watch.judge(HOLD, replace(TELEMETRY, battery_power_w=5000), MEMORY, 1e9) is None

    def test_one_reading_is_a_doubt_and_two_are_a_finding(self) -> None:
        assert judged(HOLD, 5000)[:2] == [None, Remedy.NEXT_HOLD_METHOD]

    def test_it_is_judged_from_half_a_minute_on(self) -> None:
        watch = EffectWatch()
        watch.written(100.0)
        assert watch.due_s == 130.0
        assert watch.judge(HOLD, TELEMETRY, MEMORY, 130.0) is Remedy.NONE

    def test_the_end_is_the_end_of_the_doubt(self) -> None:
        watch = EffectWatch()
        watch.written(0.0)
        watch.judge(HOLD, replace(TELEMETRY, battery_power_w=5000), MEMORY, 30.0)
        assert watch.doubtful
        watch.end()
        assert not watch.doubtful
        watch.written(100.0)
        assert watch.judge(HOLD, replace(TELEMETRY, battery_power_w=5000), MEMORY, 130.0) is None

    def test_a_finding_stands_while_nothing_is_done_about_it(self) -> None:
        assert judged(HOLD, 5000) == [None, Remedy.NEXT_HOLD_METHOD, Remedy.NEXT_HOLD_METHOD]

    def test_the_same_reading_seen_twice_is_one_reading(self) -> None:
        watch, reading = EffectWatch(), replace(TELEMETRY, battery_power_w=5000)
        watch.written(0.0)
        assert [watch.judge(HOLD, reading, MEMORY, 30.0 + number) for number in range(5)] == [None] * 5
        assert watch.doubtful

    def test_a_reading_that_fits_ends_the_doubt(self) -> None:
        watch = EffectWatch()
        watch.written(0.0)
        found = [
            watch.judge(HOLD, replace(TELEMETRY, battery_power_w=battery_w), MEMORY, 30.0 + number)
            for number, battery_w in enumerate([5000, 0, 5000, 5000])
        ]
        assert found == [None, Remedy.NONE, None, Remedy.NEXT_HOLD_METHOD]

    def test_a_new_command_has_its_own_half_minute(self) -> None:
        watch = EffectWatch()
        watch.written(0.0)
        watch.judge(HOLD, replace(TELEMETRY, battery_power_w=5000), MEMORY, 30.0)
        watch.written(31.0)
        assert not watch.doubtful
        assert watch.judge(HOLD, replace(TELEMETRY, battery_power_w=5000), MEMORY, 60.9) is None

    def test_an_unknown_power_says_nothing_and_ends_no_doubt(self) -> None:
        watch = EffectWatch()
        watch.written(0.0)
        readings = [
            replace(TELEMETRY, battery_power_w=5000),
            replace(TELEMETRY, battery_power_w=None),
            replace(TELEMETRY, battery_power_w=0, source=Source.CLOUD),
            replace(TELEMETRY, battery_power_w=5000),
        ]
        found = [watch.judge(HOLD, reading, MEMORY, 30.0 + number) for number, reading in enumerate(readings)]
        assert found == [None, None, None, Remedy.NEXT_HOLD_METHOD]

    @pytest.mark.parametrize(
        ("command", "battery_w", "memory", "remedy"),
        [
            (charge(3000), 3000, MEMORY, Remedy.NONE),
            (charge(3000), 0, MEMORY, Remedy.CHARGE_VIA_GRID),
            (charge(3000), 0, replace(MEMORY, charge_via_grid=True), Remedy.SAY_SO),
            (replace(charge(3000), source=ChargeSource.GRID), 0, MEMORY, Remedy.SAY_SO),
            (charge(3000), -3000, MEMORY, Remedy.REVERT),
            (discharge(3000), 0, MEMORY, Remedy.DISCHARGE_ESS_FIRST),
            (discharge(3000), 0, replace(MEMORY, discharge_ess_first=True), Remedy.SAY_SO),
            (discharge(3000), 3000, MEMORY, Remedy.REVERT),
            (HOLD, 3000, MEMORY, Remedy.NEXT_HOLD_METHOD),
            (HOLD, 3000, replace(MEMORY, hold_method=HoldMethod.STANDBY), Remedy.NEXT_HOLD_METHOD),
            (HOLD, 3000, replace(MEMORY, hold_method=HoldMethod.CUTOFFS), Remedy.SAY_SO),
            (replace(HOLD, cover_w=1000), -5000, MEMORY, Remedy.SAY_SO),
            (replace(HOLD, cover_w=1000), -1000, MEMORY, Remedy.NONE),
            (SUPPLY, 3000, MEMORY, Remedy.REVERT),
        ],
    )
    def test_each_fault_has_its_remedy(
        self, command: Command, battery_w: int, memory: ControlMemory, remedy: Remedy
    ) -> None:
        assert judged(command, battery_w, memory)[-1] is remedy

    def test_a_self_consumption_that_rests_with_a_surplus_is_given_back(self) -> None:
        watch = EffectWatch()
        watch.written(0.0)
        for now_s, remedy in ((30.0, None), (40.0, Remedy.REVERT)):
            reading = replace(TELEMETRY, battery_power_w=0, house_power_w=500, pv_power_w=5000)
            assert watch.judge(SELF_CONSUME, reading, MEMORY, now_s) is remedy

    @given(readings=st.lists(st.sampled_from([0, 150, -150, 5000, -5000]), max_size=12))
    def test_no_single_reading_ever_changes_anything(self, readings: list[int]) -> None:
        watch, before = EffectWatch(), 0
        watch.written(0.0)
        for number, battery_w in enumerate(readings):
            reading = replace(TELEMETRY, battery_power_w=battery_w)
            remedy = watch.judge(Command(action=Action.HOLD), reading, MEMORY, 30.0 + number)
            if abs(battery_w) > 200 >= abs(before):
                assert remedy is None
            before = battery_w


MODE_CHANGE = ForeignChange("charge_limit_w", 9000, 3000)
EXPORT_CHANGE = ForeignChange("export_limit_w", 1500, 10)
PV_CHANGE = ForeignChange("pv_limit_w", 3000, 0)


class TestForeign:
    """Somebody else who keeps writing is left to it, for longer and longer."""

    def test_the_third_rewrite_within_a_quarter_of_an_hour_is_one_too_many(self) -> None:
        watch = ForeignWatch()
        assert [watch.note([MODE_CHANGE], now_s) for now_s in (0.0, 400.0, 800.0)] == [False, False, True]
        assert watch.paused_until_s == 800.0 + 300.0

    @pytest.mark.parametrize("times_s", [(0.0, 400.0), (0.0, 500.0, 1000.0, 1500.0)])
    def test_a_change_now_and_then_is_no_fight(self, times_s: tuple[float, ...]) -> None:
        watch = ForeignWatch()
        assert not any(watch.note([MODE_CHANGE], now_s) for now_s in times_s)
        assert (watch.message, watch.paused_until_s) == (None, 0.0)

    def test_it_is_told_which_register_what_was_found_what_was_wanted_and_how_often(self) -> None:
        watch = ForeignWatch()
        for now_s in (0.0, 60.0, 120.0):
            watch.note([MODE_CHANGE], now_s)
        assert watch.message == say(
            "control.overwritten", reads_instead("charge_limit_w", 3000, 9000), say("control.seen", times=3)
        )
        for part in ("40032 (charge limit)", "9000 W", "3000 W", "3 times"):
            assert part in english(watch.message)

    def test_changes_of_different_registers_are_no_fight_over_one(self) -> None:
        watch = ForeignWatch()
        for number, name in enumerate(("charge_limit_w", "discharge_limit_w", "charge_cutoff_soc", "remote_ems_mode")):
            assert not watch.note([ForeignChange(name, 1, 2)], 10.0 * number)

    def test_after_a_pause_a_single_rewrite_is_enough_and_the_pauses_grow_up_to_an_hour(self) -> None:
        watch, now_s, pauses_s = ForeignWatch(), 0.0, list[float]()
        for _ in range(2):
            watch.note([MODE_CHANGE], now_s)
        for _ in range(7):
            assert watch.note([MODE_CHANGE], now_s)
            pauses_s.append(watch.paused_until_s - now_s)
            # The one who writes does so a minute after control took over again.
            now_s, watch.paused_until_s = watch.paused_until_s + 60.0, 0.0
        assert pauses_s == [300.0, 600.0, 1200.0, 2400.0, 3600.0, 3600.0, 3600.0]

    def test_a_pause_is_made_longer_until_an_hour_was_not_enough(self) -> None:
        watch = ForeignWatch()
        for now_s in (0.0, 60.0, 120.0):
            watch.note([MODE_CHANGE], now_s)
        longer = 0
        while watch.longer(watch.paused_until_s):
            longer += 1
        assert longer == 4
        assert watch.pauses == 5

    def test_an_export_limit_that_is_rewritten_pauses_the_export_limit_alone(self) -> None:
        watch = ForeignWatch()
        assert not any(watch.note([EXPORT_CHANGE], now_s) for now_s in (0.0, 60.0, 120.0))
        assert watch.paused_until_s == 0.0
        assert watch.export_paused_until_s == 120.0 + 300.0
        assert "40038 (export limit)" in english(watch.message)

    def test_a_solar_limit_that_is_rewritten_pauses_the_solar_limit_alone(self) -> None:
        watch = ForeignWatch()
        assert not any(watch.note([PV_CHANGE], now_s) for now_s in (0.0, 60.0, 120.0))
        assert (watch.paused_until_s, watch.export_paused_until_s) == (0.0, 0.0)
        assert watch.pv_paused_until_s == 120.0 + 300.0
        assert "40036 (solar limit)" in english(watch.message)

    def test_each_pause_is_longer_whichever_register_it_is_for(self) -> None:
        watch = ForeignWatch()
        for now_s in (0.0, 60.0, 120.0):
            watch.note([EXPORT_CHANGE, PV_CHANGE, MODE_CHANGE], now_s)
        pauses_s = (watch.export_paused_until_s, watch.pv_paused_until_s, watch.paused_until_s)
        assert pauses_s == (120.0 + 300.0, 120.0 + 600.0, 120.0 + 1200.0)

    @pytest.mark.parametrize(("third_s", "fight"), [(900.0, True), (900.1, False)])
    def test_three_rewrites_are_a_fight_within_exactly_a_quarter_of_an_hour(
        self, third_s: float, *, fight: bool
    ) -> None:
        watch = ForeignWatch()
        assert [watch.note([MODE_CHANGE], now_s) for now_s in (0.0, 450.0, third_s)] == [False, False, fight]

    @pytest.mark.parametrize(("quiet_s", "fight"), [(7200.0, True), (7200.1, False)])
    def test_after_two_hours_without_a_rewrite_the_next_one_is_a_new_beginning(
        self, quiet_s: float, *, fight: bool
    ) -> None:
        watch = ForeignWatch()
        for now_s in (0.0, 60.0, 120.0):
            watch.note([MODE_CHANGE], now_s)
        watch.paused_until_s = 0.0
        assert watch.note([MODE_CHANGE], 120.0 + quiet_s) is fight
        assert [watch.note([MODE_CHANGE], 120.0 + quiet_s + more_s) for more_s in (60.0, 120.0)][-1]

    def test_a_register_that_is_not_fought_over_hides_none_that_is(self) -> None:
        watch, other = ForeignWatch(), ForeignChange("discharge_limit_w", 1, 2)
        for now_s in (0.0, 60.0):
            watch.note([MODE_CHANGE], now_s)
        assert watch.note([other, MODE_CHANGE], 120.0)
        assert "40032" in english(watch.message)

    def test_two_changes_in_a_row_are_told_for_a_while_though_nobody_stands_back(self) -> None:
        watch = ForeignWatch()
        assert not any(watch.note([MODE_CHANGE], now_s) for now_s in (0.0, 60.0))
        watch.note([], 959.9)
        assert "Seen 2 times" in english(watch.message)
        watch.note([], 960.0)
        assert watch.message is None

    @pytest.mark.parametrize("change", [EXPORT_CHANGE, PV_CHANGE])
    def test_what_is_told_stays_until_the_pause_is_over(self, change: ForeignChange) -> None:
        watch = ForeignWatch()
        for now_s in (0.0, 60.0, 120.0):
            watch.note([change], now_s)
        watch.note([], 419.9)
        assert watch.message is not None
        watch.note([], 420.0)
        assert watch.message is None

    def test_while_control_stands_back_it_is_told_why(self) -> None:
        watch = ForeignWatch()
        for now_s in (0.0, 60.0, 120.0):
            watch.note([MODE_CHANGE], now_s)
        watch.note([], 10_000.0)
        assert watch.message is not None

    def test_a_pause_can_be_made_longer_before_there_was_one(self) -> None:
        watch = ForeignWatch()
        assert [watch.longer(100.0) for _ in range(6)] == [True, True, True, True, True, False]
        assert (watch.pauses, watch.paused_until_s) == (5, 100.0 + 3600.0)

    def test_the_first_pause_takes_five_minutes(self) -> None:
        watch = ForeignWatch()
        for pause_s in (300.0, 600.0, 1200.0):
            watch.longer(100.0)
            assert watch.paused_until_s == 100.0 + pause_s

    def test_what_is_over_is_not_told_of_the_next_change(self) -> None:
        watch = ForeignWatch()
        for now_s in (0.0, 60.0, 120.0):
            watch.note([EXPORT_CHANGE], now_s)
        watch.note([MODE_CHANGE], 130.0)
        assert "40038" in english(watch.message)
        watch.note([MODE_CHANGE], 100_000.0)
        assert watch.message is None

    def test_a_person_who_asks_for_something_begins_anew(self) -> None:
        watch = ForeignWatch()
        for now_s in (0.0, 60.0, 120.0):
            watch.note([MODE_CHANGE, EXPORT_CHANGE, PV_CHANGE], now_s)
        watch.forget()
        assert watch.pv_paused_until_s == 0.0
        assert (watch.pauses, watch.paused_until_s, watch.export_paused_until_s, watch.message) == (0, 0.0, 0.0, None)
        assert not watch.note([MODE_CHANGE], 130.0)

    @given(gaps_s=st.lists(st.floats(1.0, 600.0), min_size=1, max_size=200))
    def test_whoever_writes_whenever_control_does_is_met_ever_less_often(self, gaps_s: list[float]) -> None:
        watch, now_s, met_s = ForeignWatch(), 0.0, list[float]()
        for gap_s in gaps_s:
            now_s = max(now_s, watch.paused_until_s) + gap_s
            watch.paused_until_s = 0.0
            watch.note([MODE_CHANGE], now_s)
            met_s.append(now_s)
            assert watch.paused_until_s <= now_s + PAUSES.longest_s
        hours = (met_s[-1] - met_s[0]) / 3600
        # Up to two changes in a quarter of an hour are none of a fight; a fight costs seven, and then one an hour.
        assert len(met_s) <= 2 * (hours * 4 + 1) + 7
