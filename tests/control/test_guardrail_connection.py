"""The guardrail of the connection: what the home takes from the grid stays below its import limit and its main fuse."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from guardrail_examples import HOLD, NOW, RELEASE, SELF_CONSUME, TELEMETRY, ask, cells, charge, discharge
from hypothesis import example, given, settings, strategies as st
import pytest

from custom_components.sigenstor_panel.control.guardrails import (
    LastWrite,
    Rule,
    SafetyLimits,
    VerdictKind,
    connection_w,
    judge,
)
from custom_components.sigenstor_panel.model.command import Action, Actor, ChargeSource, Command
from custom_components.sigenstor_panel.model.message import say
from custom_components.sigenstor_panel.model.telemetry import ControlRegisters, Source
from tests.english import english

BIG_STEPS = SafetyLimits(step_w=10_000)
IMPORT_LIMIT = ControlRegisters(import_limit_w=10_000)


def house(power_w: int, *, battery_w: int = 0, pv_w: int = 0) -> dict[str, Any]:
    """Return what a house on a connection of 10 kW reads."""
    return {
        "house_power_w": power_w,
        "pv_power_w": pv_w,
        "battery_power_w": battery_w,
        "grid_power_w": power_w + battery_w - pv_w,
        "control": IMPORT_LIMIT,
    }


def cover(power_w: int) -> Command:
    return replace(HOLD, cover_w=power_w)


@pytest.mark.parametrize(
    ("import_limit_w", "main_fuse_w", "carries_w"),
    [(None, None, None), (10_000, None, 10_000), (None, 8000, 8000), (10_000, 8000, 8000), (7000, 8000, 7000)],
)
def test_the_smaller_one_of_import_limit_and_main_fuse_counts(
    import_limit_w: int | None, main_fuse_w: int | None, carries_w: int | None
) -> None:
    telemetry = replace(TELEMETRY, control=ControlRegisters(import_limit_w=import_limit_w))
    assert connection_w(telemetry, SafetyLimits(main_fuse_w=main_fuse_w)) == carries_w


class TestCharging:
    """Charging and the house together."""

    @pytest.mark.parametrize(
        ("house_w", "pv_w", "power_w"),
        [
            (5000, 0, 5000),
            (5001, 0, 4600),
            (7000, 0, 2700),
            (9600, 0, 100),
            (9601, 0, 0),
            (15_000, 10_000, 5000),
            (15_000, 8000, 2700),
        ],
    )
    def test_it_takes_what_the_house_leaves(self, house_w: int, pv_w: int, power_w: int) -> None:
        verdict = ask(charge(5000), limits=BIG_STEPS, **house(house_w, pv_w=pv_w))
        assert verdict.command == (charge(power_w) if power_w else HOLD)
        assert verdict.rule is (None if power_w == 5000 else Rule.CONNECTION)
        assert power_w == 5000 or "connection carries 10.0 kW" in english(verdict.reason)

    def test_it_counts_the_house_and_not_what_the_battery_takes_already(self) -> None:
        verdict = ask(charge(5000), last=charge(5000), **house(5000, battery_w=5000))
        assert (verdict.kind, verdict.command) == (VerdictKind.ALLOWED, charge(5000))

    def test_the_main_fuse_counts_like_the_import_limit(self) -> None:
        reading = house(5000) | {"control": ControlRegisters()}
        verdict = ask(charge(5000), limits=replace(BIG_STEPS, main_fuse_w=8000), **reading)
        assert verdict.command == charge(2700)

    def test_without_a_limit_a_house_of_any_size_holds_nothing_up(self) -> None:
        reading = house(30_000) | {"control": ControlRegisters()}
        assert ask(charge(5000), limits=BIG_STEPS, **reading).command == charge(5000)

    def test_grid_first_holds_the_suns_power_back_so_that_the_house_takes_all_from_the_grid(self) -> None:
        command = replace(charge(5000), source=ChargeSource.GRID)
        reading = house(9000, pv_w=6000)
        assert ask(command, limits=BIG_STEPS, **reading).command == replace(command, power_w=700)
        assert ask(charge(5000), limits=BIG_STEPS, **reading).command == charge(5000)
        third_party = ask(command, limits=BIG_STEPS, third_party_pv_power_w=6000, **reading)
        assert third_party.command == command

    def test_less_is_written_at_once_and_more_waits_for_the_cooldown(self) -> None:
        recently = timedelta(seconds=1)
        less = ask(charge(5000), last=charge(5000), since=recently, **house(7000, battery_w=5000))
        assert (less.kind, less.command, less.urgent) == (VerdictKind.ADJUSTED, charge(2700), True)
        none = ask(charge(5000), last=charge(5000), since=recently, **house(9900, battery_w=5000))
        assert (none.kind, none.command, none.urgent) == (VerdictKind.ADJUSTED, HOLD, True)
        more = ask(charge(5000), last=charge(2700), since=recently, **house(3000, battery_w=2700))
        assert more.kind is VerdictKind.WAIT
        rest = ask(charge(5000), last=discharge(5000), since=recently, **house(9900, battery_w=-5000))
        assert rest.kind is VerdictKind.WAIT

    @pytest.mark.parametrize("unknown", ["grid_power_w", "battery_power_w"])
    def test_it_rests_while_what_the_house_takes_is_unknown(self, unknown: str) -> None:
        reading = house(500) | {unknown: None}
        verdict = ask(charge(), **reading)
        assert (verdict.command, verdict.rule) == (HOLD, Rule.CONNECTION)
        assert ask(charge(), **(reading | {"control": ControlRegisters()})).command == charge()

    @pytest.mark.parametrize(
        ("last_w", "house_w", "asked_w", "power_w"),
        [
            (4000, 5000, 4900, 4000),  # 1 kW below what the house leaves
            (3999, 5000, 4900, 4700),
            (5000, 5000, 6000, 5000),
            (5001, 5000, 6000, 4700),
            (1, 9000, 1000, 1),
        ],
    )
    def test_it_stays_where_it_is_within_a_kilowatt_of_what_the_house_leaves(
        self, last_w: int, house_w: int, asked_w: int, power_w: int
    ) -> None:
        verdict = ask(charge(asked_w), limits=BIG_STEPS, last=charge(last_w), **house(house_w, battery_w=last_w))
        assert verdict.command == charge(power_w)

    @pytest.mark.parametrize(("house_w", "urgent"), [(5000, False), (5001, True)])
    def test_its_end_is_urgent_only_above_the_limit(self, house_w: int, *, urgent: bool) -> None:
        verdict = ask(RELEASE, last=charge(5000), since=timedelta(0), **house(house_w, battery_w=5000))
        assert (verdict.urgent, verdict.kind is VerdictKind.WAIT) == (urgent, not urgent)


class TestHold:
    """A hold keeps the battery from covering peaks; above the limit it covers them after all."""

    @pytest.mark.parametrize(
        ("house_w", "pv_w", "cover_w"),
        [(9999, 0, 0), (10_000, 0, 0), (10_001, 0, 500), (10_300, 0, 1000), (15_000, 0, 5500), (15_000, 6000, 0)],
    )
    @pytest.mark.parametrize("actor", [*Actor])
    def test_the_battery_covers_what_is_above_the_limit(
        self, actor: Actor, house_w: int, pv_w: int, cover_w: int
    ) -> None:
        verdict = ask(HOLD, actor, **house(house_w, pv_w=pv_w))
        assert verdict.command == cover(cover_w)
        assert verdict.rule is (Rule.CONNECTION if cover_w else None)
        assert ("battery covers" in english(verdict.reason)) is bool(cover_w)

    def test_what_it_covers_already_is_part_of_what_the_house_takes(self) -> None:
        verdict = ask(HOLD, last=cover(5500), **house(15_000, battery_w=-5500))
        assert verdict.command == cover(5500)

    def test_more_is_covered_at_once_and_less_waits_for_the_cooldown(self) -> None:
        recently = timedelta(seconds=1)
        more = ask(HOLD, last=cover(1000), since=recently, **house(14_000))
        assert (more.kind, more.command, more.urgent) == (VerdictKind.ADJUSTED, cover(4500), True)
        assert ask(HOLD, last=cover(4500), since=recently, **house(10_500)).kind is VerdictKind.WAIT

    @pytest.mark.parametrize(("soc", "covered"), [(5.1, True), (5.0, False), (0.0, False), (None, False)])
    def test_it_covers_nothing_at_the_lowest_state_of_charge(self, soc: float | None, *, covered: bool) -> None:
        assert bool(ask(HOLD, soc=soc, **house(15_000)).command.cover_w) is covered

    @pytest.mark.parametrize(("warmest", "covered"), [(45.0, True), (45.1, False)])
    def test_it_covers_nothing_with_a_battery_that_is_too_warm(self, warmest: float, *, covered: bool) -> None:
        verdict = ask(HOLD, inverters={"A": cells(24.0, warmest)}, **house(15_000))
        assert bool(verdict.command.cover_w) is covered

    def test_cold_cells_may_give(self) -> None:
        assert ask(HOLD, inverters={"A": cells(-5.0, 2.0)}, **house(15_000)).command == cover(5500)

    def test_it_covers_no_more_than_the_battery_is_rated_for(self) -> None:
        assert ask(HOLD, rated_discharge_power_w=3000, **house(15_000)).command == cover(3000)

    @pytest.mark.parametrize("rated_w", [0, -5])
    def test_it_covers_nothing_with_a_battery_that_is_rated_for_nothing(self, rated_w: int) -> None:
        assert ask(HOLD, rated_discharge_power_w=rated_w, **house(15_000)).command == HOLD

    @pytest.mark.parametrize("available_w", [0, 731, 730, 10_000])
    def test_what_the_battery_can_give_at_the_moment_is_no_write(self, available_w: int) -> None:
        assert ask(HOLD, available_discharge_power_w=available_w, **house(15_000)).command == cover(5500)

    @pytest.mark.parametrize(
        "reading",
        [
            {"grid_power_w": None},
            {"battery_power_w": None},
            {"timestamp": NOW - timedelta(minutes=5)},
            {"source": Source.CLOUD},
        ],
        ids=str,
    )
    def test_one_that_covers_goes_on_while_what_the_house_takes_is_unknown(self, reading: dict[str, Any]) -> None:
        assert ask(HOLD, last=cover(2500), **(house(500) | reading)).command == cover(2500)
        assert ask(HOLD, last=HOLD, **(house(15_000) | reading)).command == HOLD

    def test_a_charge_that_becomes_a_hold_covers_too(self) -> None:
        verdict = ask(charge(5000), last=charge(2000), since=timedelta(0), **house(12_000))
        assert (verdict.command, verdict.urgent) == (cover(2500), True)

    def test_grid_first_becomes_a_hold_in_which_the_sun_serves_the_house_again(self) -> None:
        command = replace(charge(5000), source=ChargeSource.GRID)
        assert ask(command, **house(12_000, pv_w=5000)).command == HOLD


class TestDischarge:
    """A discharge caps what the battery gives in all, the house included."""

    def test_one_below_what_the_house_takes_above_the_limit_covers_that_instead(self) -> None:
        verdict = ask(discharge(2000), last=discharge(2000), since=timedelta(0), **house(15_000, battery_w=-2000))
        assert (verdict.command, verdict.rule, verdict.urgent) == (cover(5500), Rule.CONNECTION, True)

    def test_one_above_it_goes_on(self) -> None:
        verdict = ask(discharge(6000), last=discharge(6000), **house(15_000, battery_w=-6000))
        assert (verdict.kind, verdict.command) == (VerdictKind.ALLOWED, discharge(6000))

    @pytest.mark.parametrize(("house_w", "goes_on"), [(10_600, True), (11_000, True), (11_001, False)])
    def test_one_that_covers_just_that_goes_on(self, house_w: int, *, goes_on: bool) -> None:
        verdict = ask(discharge(1000), last=discharge(1000), **house(house_w, battery_w=-1000))
        assert verdict.command == (discharge(1000) if goes_on else cover(1500))

    def test_it_goes_on_while_what_the_house_takes_is_unknown(self) -> None:
        reading = house(15_000) | {"grid_power_w": None}
        assert ask(discharge(1000), last=discharge(1000), **reading).command == discharge(1000)

    def test_a_small_one_does_not_end_a_cover_at_once(self) -> None:
        verdict = ask(discharge(100), last=cover(1000), **house(9_650, battery_w=-1000))
        assert (verdict.command, verdict.rule) == (HOLD, Rule.CONNECTION)
        assert verdict.reason == say("control.connection_exceeded")

    def test_an_empty_battery_is_told_as_one_whatever_the_house_takes(self) -> None:
        verdict = ask(discharge(1000), soc=5.0, **house(15_000))
        assert (verdict.kind, verdict.command, verdict.rule) == (VerdictKind.ADJUSTED, HOLD, Rule.STATE_OF_CHARGE)

    def test_it_takes_over_from_a_cover_without_giving_less(self) -> None:
        verdict = ask(discharge(9000), last=cover(5500), **house(15_000, battery_w=-5500))
        assert verdict.command == discharge(6500)

    @pytest.mark.parametrize("command", [SELF_CONSUME, RELEASE])
    def test_self_consumption_covers_the_house_by_itself(self, command: Command) -> None:
        assert ask(command, **house(30_000)).command == command


MOVES = [charge(500), charge(3000), charge(8000), discharge(1000), discharge(8000), HOLD, SELF_CONSUME, RELEASE]
COMMANDS = st.builds(
    lambda command, source: replace(command, source=source) if command.action is Action.CHARGE else command,
    st.sampled_from(MOVES),
    st.sampled_from(ChargeSource),
)


def _follow(requests: Iterable[Command], houses_w: Iterable[int], *, pv_w: int = 0) -> list[Command]:
    """Put commands to the guardrails every 10 s while the house changes; return what is written."""
    done, at = HOLD, NOW - timedelta(hours=1)
    written = list[Command]()
    for number, (command, house_w) in enumerate(zip(requests, houses_w, strict=True)):
        now = NOW + timedelta(seconds=10 * number)
        sun_w = 0 if done.action is Action.CHARGE and done.source is ChargeSource.GRID else pv_w
        free = done.action in (Action.SELF_CONSUME, Action.RELEASE)
        most_w = 10_000 if free else done.cover_w
        battery_w = done.signed_power_w or -min(most_w, max(0, house_w - sun_w))
        telemetry = replace(TELEMETRY, timestamp=now, **house(house_w, battery_w=battery_w, pv_w=sun_w))
        last = LastWrite(command=done, at=at)
        verdict = judge(command, Actor.MANUAL, telemetry=telemetry, limits=BIG_STEPS, last=last, now=now)
        if verdict.kind is not VerdictKind.WAIT and verdict.command != done:
            done, at = verdict.command, now
            written.append(done)
        if done.action not in (Action.SELF_CONSUME, Action.RELEASE):
            sun_w = 0 if done.action is Action.CHARGE and done.source is ChargeSource.GRID else sun_w
            asked_w = house_w - sun_w + done.signed_power_w - done.cover_w
            assert asked_w <= 10_000
    return written


@settings(max_examples=300)
@given(
    steps=st.lists(st.tuples(COMMANDS, st.integers(0, 20_000)), min_size=1, max_size=15),
    pv_w=st.sampled_from([0, 0, 3000, 9000]),
)
def test_whatever_is_requested_and_the_house_does_the_connection_is_never_asked_for_more_than_it_carries(
    steps: list[tuple[Command, int]], pv_w: int
) -> None:
    _follow((command for command, _ in steps), (house_w for _, house_w in steps), pv_w=pv_w)


@settings(max_examples=100)
@given(
    command=COMMANDS,
    around_w=st.integers(500, 16_000),
    changes_w=st.lists(st.integers(-120, 120), min_size=60, max_size=60),
)
@example(command=charge(5000), around_w=5000, changes_w=[-120, 120] * 30)
@example(command=HOLD, around_w=10_000, changes_w=[-120, 120] * 30)
@example(command=HOLD, around_w=10_200, changes_w=[-120, 120] * 30)
@example(command=charge(3000), around_w=9700, changes_w=[-120, 120] * 30)
@example(command=discharge(1000), around_w=11_000, changes_w=[-120, 120] * 30)
def test_a_house_that_varies_a_little_is_not_a_write_a_minute(
    command: Command, around_w: int, changes_w: list[int]
) -> None:
    written = _follow([command] * 60, (around_w + change_w for change_w in changes_w))
    assert len(written) <= 3
