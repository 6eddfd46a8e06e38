"""Overrides are what was asked for, and of all requests the right one wins."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
import json
from math import inf, nan
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.control.intents import (
    Intent,
    InvalidInputError,
    Override,
    OverrideKind,
    Requests,
    Schedule,
    arbitrate,
    new_override,
    parse_schedule,
)
from custom_components.sigenstor_panel.control.memory import DEFAULT_SETTINGS
from custom_components.sigenstor_panel.model.command import Action, Actor, Command
from custom_components.sigenstor_panel.model.message import Message, plain, say
from tests.english import WORDING, english, says

SYDNEY = ZoneInfo("Australia/Sydney")
NOW = datetime(2026, 1, 14, 16, 0, tzinfo=UTC)  # 03:00 on Thursday in Sydney
HOUR = timedelta(hours=1)
CHARGE, HOLD, EXPORT = OverrideKind


def told(message: Message) -> str:
    """Return a message as a reader in Sydney is told it."""
    return replace(WORDING, zone=SYDNEY).text(message, NOW)


def night_schedule(**changes: Any) -> Schedule:
    data = {"name": "Night rate", "action": "charge", "start": "00:00", "end": "05:00", "power_w": 3_000}
    return parse_schedule(data | changes, now=NOW)


def optimiser(expires_at: datetime | None = NOW + HOUR) -> Intent:
    return Intent(
        command=Command(action=Action.DISCHARGE, power_w=5_000),
        actor=Actor.OPTIMISER,
        requested_by=say("word.actor_optimiser"),
        reason=plain("Selling at 5.0 kW: 62 c now"),
        expires_at=expires_at,
    )


def decide(
    *,
    override: Override | None = None,
    schedules: tuple[Schedule, ...] = (),
    automatic: Intent | None = None,
    above: bool = False,
    stop: bool = False,
    soc: float | None = 50.0,
    now: datetime = NOW,
) -> Intent:
    requests = Requests(
        override=override,
        schedules=schedules,
        automatic=automatic,
        optimiser_above_schedules=above,
        emergency_stop=stop,
    )
    return arbitrate(requests, soc=soc, now=now, zone=SYDNEY)


class TestNewOverride:
    """What a person orders."""

    @pytest.mark.parametrize(("kind", "target_soc"), [(CHARGE, 95.0), (EXPORT, 20.0)])
    def test_an_override_without_values_has_those_that_a_new_system_begins_with(
        self, kind: OverrideKind, target_soc: float
    ) -> None:
        override = new_override(kind, now=NOW)
        assert (override.power_w, override.target_soc, override.expires_at) == (1_000, target_soc, None)
        assert (DEFAULT_SETTINGS.override_power_w, DEFAULT_SETTINGS.export_floor_soc) == (1_000, 20.0)
        assert DEFAULT_SETTINGS.charge_target_soc == 95.0

    def test_a_forced_export_stops_at_the_floor_it_is_given(self) -> None:
        assert new_override(EXPORT, now=NOW, power_w=5_000, default_floor_soc=20.0).target_soc == 20.0
        assert new_override(EXPORT, now=NOW, power_w=5_000, target_soc=35).target_soc == 35.0

    def test_a_forced_hold_has_neither_power_nor_target(self) -> None:
        override = new_override(HOLD, now=NOW, duration=2 * HOUR)
        assert (override.power_w, override.target_soc, override.expires_at) == (0, None, NOW + 2 * HOUR)

    def test_moments_are_kept_in_utc_whatever_zone_they_come_in(self) -> None:
        override = new_override(HOLD, now=NOW.astimezone(SYDNEY), duration=HOUR)
        assert override.started_at.tzinfo is UTC
        assert override == new_override(HOLD, now=NOW, duration=HOUR)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            *[("power_w", bad) for bad in (nan, inf, -inf, 0, -1, -0.5, 0.9, 5_000_001, 10**9, 10**400, True, "5", [])],
            *[("target_soc", bad) for bad in (nan, inf, -0.1, 100.1, 10**9, False, "80", {})],
            *[("duration", bad) for bad in (timedelta(0), -HOUR, timedelta(seconds=59), timedelta(hours=25), 60, nan)],
        ],
    )
    @pytest.mark.parametrize("kind", [CHARGE, EXPORT])
    def test_bad_input_is_refused_in_a_sentence_that_names_the_field(
        self, kind: OverrideKind, field: str, value: Any
    ) -> None:
        with pytest.raises(InvalidInputError) as refusal:
            new_override(kind, now=NOW, **{field: value})
        assert refusal.value.field == field
        assert english(refusal.value.message).startswith(f"{field} must be ")
        assert len(english(refusal.value.message)) < 200

    def test_the_sentence_says_what_was_given(self) -> None:
        with pytest.raises(InvalidInputError, check=says(r"^power_w must be from 1 to 5000000 W, not nan$")):
            new_override(CHARGE, now=NOW, power_w=nan)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("power_w", 500),
            ("power_w", nan),
            ("power_w", []),
            ("power_w", False),
            ("target_soc", 101),
            ("target_soc", nan),
        ],
    )
    def test_a_power_or_an_impossible_target_for_a_hold_is_refused_rather_than_ignored(
        self, field: str, value: Any
    ) -> None:
        with pytest.raises(InvalidInputError) as refusal:
            new_override(HOLD, now=NOW, **{field: value})
        assert refusal.value.field == field

    @pytest.mark.parametrize("duration", [timedelta(minutes=1), timedelta(hours=24)])
    def test_the_shortest_and_the_longest_duration_are_allowed(self, duration: timedelta) -> None:
        assert new_override(HOLD, now=NOW, duration=duration).expires_at == NOW + duration


class TestFinished:
    """When an override is over."""

    def test_it_is_over_at_its_expiry_and_not_a_moment_before(self) -> None:
        override = new_override(HOLD, now=NOW, duration=HOUR)
        assert override.finished(50.0, NOW + HOUR - timedelta(microseconds=1)) is None
        assert english(override.finished(50.0, NOW + HOUR)) == "Force hold ended: its time is over"

    @pytest.mark.parametrize(
        ("kind", "soc", "over"),
        [
            (CHARGE, 79.9, False),
            (CHARGE, 80.0, True),
            (CHARGE, 95.0, True),
            (EXPORT, 80.1, False),
            (EXPORT, 80.0, True),
            (EXPORT, 12.0, True),
        ],
    )
    def test_it_is_over_when_the_battery_is_at_its_target_or_past_it(
        self, kind: OverrideKind, soc: float, over: bool
    ) -> None:
        reason = new_override(kind, now=NOW, target_soc=80).finished(soc, NOW)
        expected = f"{english(kind.label)} ended: the battery is at {soc:g} %, the target was 80 %"
        assert english(reason) == (expected if over else "")

    @pytest.mark.parametrize("soc", [None, nan])
    @pytest.mark.parametrize("kind", [CHARGE, EXPORT])
    def test_an_unknown_state_of_charge_ends_nothing_but_the_expiry_still_does(
        self, kind: OverrideKind, soc: float | None
    ) -> None:
        override = new_override(kind, now=NOW, duration=HOUR)
        assert override.finished(soc, NOW) is None
        assert override.finished(soc, NOW + HOUR) is not None

    def test_a_hold_without_duration_lasts_until_it_is_stopped(self) -> None:
        override = new_override(HOLD, now=NOW)
        assert all(override.finished(soc, NOW + timedelta(days=900)) is None for soc in (0.0, 100.0, None))


@given(
    kind=st.sampled_from([CHARGE, EXPORT]),
    power_w=st.integers(1, 100_000) | st.floats(1, 100_000),
    target_soc=st.floats(0, 100) | st.none(),
    duration=st.timedeltas(timedelta(minutes=1), timedelta(hours=24)) | st.none(),
    now=st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.timezones()),
)
def test_an_override_comes_back_from_disk_as_it_was(
    kind: OverrideKind, power_w: float, target_soc: float | None, duration: timedelta | None, now: datetime
) -> None:
    override = new_override(kind, now=now, power_w=power_w, target_soc=target_soc, duration=duration)
    assert Override.from_dict(json.loads(json.dumps(override.as_dict()))) == override


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "force_drop"),
        ("kind", None),
        ("power_w", -5),
        ("power_w", None),
        ("target_soc", None),
        ("started_at", "yesterday"),
        ("started_at", "2026-01-14T16:00:00"),
        ("expires_at", 17),
    ],
)
def test_a_damaged_override_on_disk_is_refused_by_the_field_that_is_damaged(field: str, value: Any) -> None:
    stored = new_override(CHARGE, now=NOW, duration=HOUR).as_dict()
    with pytest.raises(InvalidInputError) as refusal:
        Override.from_dict(stored | {field: value})
    assert refusal.value.field == field
    del stored[field]
    with pytest.raises(InvalidInputError, check=says(f"^{field} must be given")):
        Override.from_dict(stored)


@pytest.mark.parametrize(
    ("soc", "holding", "action"),
    [
        (80, False, Action.SELF_CONSUME),
        (50.1, False, Action.SELF_CONSUME),
        (50, False, Action.HOLD),
        (50.9, True, Action.HOLD),
        (51.1, True, Action.SELF_CONSUME),
        (None, False, Action.SELF_CONSUME),
        (None, True, Action.HOLD),
    ],
)
def test_a_hold_with_a_target_lets_the_battery_supply_the_house_down_to_it(
    soc: float | None, holding: bool, action: Action
) -> None:
    keep = new_override(HOLD, now=NOW, target_soc=50, duration=HOUR)
    assert Override.from_dict(json.loads(json.dumps(keep.as_dict()))) == keep
    requests = Requests(
        override=keep,
        schedules=(),
        automatic=None,
        optimiser_above_schedules=False,
        emergency_stop=False,
        holding=holding,
    )
    intent = arbitrate(requests, soc=soc, now=NOW, zone=SYDNEY)
    assert intent.command == Command(action=action, floor_soc=50 if action is Action.SELF_CONSUME else None)
    assert intent.actor is Actor.MANUAL
    assert told(intent.reason) == "Supplying the house, keeping at least 50 % until 04:00"


class TestArbitration:
    """Who wins."""

    def test_in_every_combination_the_highest_request_that_is_still_alive_wins(self) -> None:
        overrides = {
            None: False,
            new_override(CHARGE, now=NOW, duration=HOUR): True,
            new_override(HOLD, now=NOW): True,
            new_override(HOLD, now=NOW - 2 * HOUR, duration=HOUR): False,
            new_override(CHARGE, now=NOW, target_soc=40): False,
        }
        schedule_sets = {
            (): False,
            (night_schedule(),): True,
            (night_schedule(target_soc=40),): True,
            (night_schedule(enabled=False),): False,
            (night_schedule(start="05:00", end="06:00"),): False,
        }
        automatics = ((None, False), (optimiser(), True), (optimiser(None), True), (optimiser(NOW), False))
        for override, schedules, (automatic, asks), above, stop in product(
            overrides, schedule_sets, automatics, (False, True), (False, True)
        ):
            chosen = decide(override=override, schedules=schedules, automatic=automatic, above=above, stop=stop)
            by_rank = [(schedule_sets[schedules], "Night rate"), (asks, "Optimiser")]
            ladder = [
                (stop, "Emergency stop"),
                (overrides[override], english(override.kind.label) if override else ""),
                *(reversed(by_rank) if above else by_rank),
                (True, "Self-consumption"),
            ]
            assert english(chosen.requested_by) == next(owner for alive, owner in ladder if alive)

    def test_an_emergency_stop_holds_the_battery_for_safety_whatever_else_is_wanted(self) -> None:
        chosen = decide(
            override=new_override(CHARGE, now=NOW),
            schedules=(night_schedule(),),
            automatic=optimiser(),
            above=True,
            stop=True,
        )
        assert (chosen.command, chosen.actor) == (Command(action=Action.HOLD), Actor.SAFETY)
        assert chosen.expires_at is None

    def test_a_forced_hold_blocks_all_automatic_charging_and_discharging(self) -> None:
        for above in (False, True):
            chosen = decide(
                override=new_override(HOLD, now=NOW), schedules=(night_schedule(),), automatic=optimiser(), above=above
            )
            assert (chosen.command, chosen.actor) == (Command(action=Action.HOLD), Actor.MANUAL)
            assert english(chosen.reason) == "Force hold until it is stopped"

    def test_a_forced_hold_says_when_it_ends(self) -> None:
        chosen = decide(override=new_override(HOLD, now=NOW, duration=HOUR))
        assert told(chosen.reason) == "Force hold until 04:00"
        assert chosen.expires_at == NOW + HOUR

    @pytest.mark.parametrize(
        ("kind", "duration", "action", "reason"),
        [
            (CHARGE, None, Action.CHARGE, "Force charge at 3.0 kW until 80 %"),
            (CHARGE, HOUR, Action.CHARGE, "Force charge at 3.0 kW until 80 %, at most until 04:00"),
            (EXPORT, None, Action.DISCHARGE, "Force export at 3.0 kW down to 80 %"),
            (EXPORT, HOUR, Action.DISCHARGE, "Force export at 3.0 kW down to 80 %, at most until 04:00"),
        ],
    )
    def test_an_override_is_carried_out_as_asked_and_says_so_with_its_numbers(
        self, kind: OverrideKind, duration: timedelta | None, action: Action, reason: str
    ) -> None:
        override = new_override(kind, now=NOW, power_w=3_000, target_soc=80, duration=duration)
        chosen = decide(override=override, soc=50.0 if kind is CHARGE else 90.0)
        assert told(chosen.reason) == reason
        assert chosen == Intent(
            command=Command(action=action, power_w=3_000, floor_soc=80 if action is Action.DISCHARGE else None),
            actor=Actor.MANUAL,
            requested_by=kind.label,
            reason=chosen.reason,
            expires_at=override.expires_at,
        )

    @pytest.mark.parametrize(
        ("changes", "command", "reason"),
        [
            ({}, Command(action=Action.CHARGE, power_w=3_000), "Charging at 3.0 kW until 05:00"),
            (
                {"target_soc": 80, "power_w": 450},
                Command(action=Action.CHARGE, power_w=450),
                "Charging at 450 W until 80 %, at most until 05:00",
            ),
            (
                {"action": "discharge", "target_soc": 22.5},
                Command(action=Action.DISCHARGE, power_w=3_000, floor_soc=22.5),
                "Discharging at 3.0 kW down to 22.5 %, at most until 05:00",
            ),
            (
                {"action": "discharge"},
                Command(action=Action.DISCHARGE, power_w=3_000),
                "Discharging at 3.0 kW until 05:00",
            ),
            ({"action": "hold", "power_w": 0}, Command(action=Action.HOLD), "Holding until 05:00"),
        ],
    )
    def test_a_schedule_is_carried_out_until_its_window_ends(
        self, changes: dict[str, Any], command: Command, reason: str
    ) -> None:
        chosen = decide(schedules=(night_schedule(**changes),))
        assert (chosen.command, told(chosen.reason)) == (command, reason)
        assert (chosen.actor, chosen.requested_by) == (Actor.SCHEDULE, plain("Night rate"))
        assert chosen.expires_at == NOW + 2 * HOUR

    @pytest.mark.parametrize(
        ("action", "soc"), [("charge", 80.0), ("charge", 91.2), ("discharge", 80.0), ("discharge", 3.0)]
    )
    def test_a_schedule_that_has_reached_its_target_holds_until_its_window_ends(self, action: str, soc: float) -> None:
        chosen = decide(schedules=(night_schedule(action=action, target_soc=80),), automatic=optimiser(), soc=soc)
        assert chosen.command == Command(action=Action.HOLD)
        assert chosen.requested_by == plain("Night rate")
        assert told(chosen.reason) == "Target of 80 % reached: holding until 05:00"
        assert chosen.expires_at == NOW + 2 * HOUR

    def test_a_schedule_goes_on_while_the_state_of_charge_is_unknown(self) -> None:
        assert decide(schedules=(night_schedule(target_soc=80),), soc=None).command.action is Action.CHARGE

    def test_of_schedules_that_overlap_only_the_highest_priority_is_carried_out(self) -> None:
        chosen = decide(
            schedules=(night_schedule(), night_schedule(name="Guests", action="hold", power_w=0, priority=1))
        )
        assert (chosen.requested_by, chosen.command.action) == (plain("Guests"), Action.HOLD)

    def test_the_optimiser_is_passed_on_unchanged(self) -> None:
        assert decide(automatic=optimiser()) == optimiser()

    def test_when_nothing_is_asked_for_the_plant_is_handed_back_to_its_own_mode(self) -> None:
        chosen = decide()
        assert (chosen.command, chosen.actor) == (Command(action=Action.RELEASE), Actor.SYSTEM)
        assert english(chosen.reason) == "Nothing is asked for: the SigenStor runs its own mode"
