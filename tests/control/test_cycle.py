"""One cycle of control: which request counts, when it is written, and what becomes of one that is not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from guardrail_examples import HOLD, NOW, RELEASE, SELF_CONSUME, charge
import pytest
from wired import OWNERS, SETTINGS, Steered, planned

from custom_components.sigenstor_panel.control.alerts import Alert
from custom_components.sigenstor_panel.control.environment import ControlEvent
from custom_components.sigenstor_panel.control.guardrails import LastWrite, Rule, VerdictKind
from custom_components.sigenstor_panel.control.intents import (
    SELF_CONSUMPTION,
    Intent,
    Override,
    OverrideKind,
    new_override,
)
from custom_components.sigenstor_panel.control.memory import ControlMode, LimitsDoubt
from custom_components.sigenstor_panel.control.waiting import NotDoneError
from custom_components.sigenstor_panel.model.audit_entry import Outcome
from custom_components.sigenstor_panel.model.command import Action, Actor, Command
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.model.telemetry import GridStatus, RemoteEmsMode, Source

AUTO = replace(SETTINGS, mode=ControlMode.AUTO)
CHARGE, FORCE_HOLD, EXPORT = OverrideKind.FORCE_CHARGE, OverrideKind.FORCE_HOLD, OverrideKind.FORCE_EXPORT


@pytest.fixture
async def home() -> Steered:
    """A plant that was read twice, and nobody asks anything of."""
    home = Steered(settings=AUTO)
    for _ in range(2):
        await home.tick()
    return home


def plan(home: Steered, command: Command | None) -> None:
    """Have the optimiser ask for something."""
    home.controller.automatic = None if command is None else planned(command)


async def refuse_a_hand_back(home: Steered) -> None:
    """Bring the home to where the plant refuses to give back a limit on export."""
    await home.controller.async_change(export_limit_w=2000)
    plan(home, HOLD)
    await home.tick(60)
    home.wire.refuses = {"export_limit"}
    plan(home, None)
    await home.controller.async_change(export_limit_w=None)
    await home.tick(60)


def override(home: Steered, kind: OverrideKind = FORCE_HOLD, **more: Any) -> Override:
    return new_override(kind, now=home.now, **more)


class TestWhichRequestCounts:
    """Whoever comes first has the battery."""

    async def test_where_nobody_asks_for_anything_nothing_is_written(self, home: Steered) -> None:
        assert home.wire.written == []
        assert home.controller.intent == SELF_CONSUMPTION
        assert home.controller.verdict is not None
        assert (home.controller.verdict.kind, home.controller.verdict.command) == (VerdictKind.ALLOWED, RELEASE)
        assert home.outcomes == []

    @pytest.mark.parametrize("mode", ControlMode)
    async def test_the_optimiser_counts_in_automatic_mode_only(self, mode: ControlMode) -> None:
        home = Steered(settings=replace(SETTINGS, mode=mode))
        plan(home, HOLD)
        await home.tick()
        assert (home.wire.written != []) is (mode is ControlMode.AUTO)

    async def test_an_override_comes_before_the_optimiser(self, home: Steered) -> None:
        plan(home, charge())
        await home.controller.async_set_override(override(home))
        assert home.wire.holds.charge_limit_w == 0
        assert home.controller.intent is not None
        assert home.controller.intent.actor is Actor.MANUAL

    async def test_whoever_ends_an_override_has_the_plant_given_back_at_once_when_the_cooldown_allows(
        self, home: Steered
    ) -> None:
        await home.controller.async_set_override(override(home))
        await home.tick(60)
        await home.controller.async_set_override(None)
        assert home.wire.holds == OWNERS
        assert home.controller.memory.written == {}

    async def test_what_is_asked_for_is_recorded_in_the_name_of_whoever_asks(self, home: Steered) -> None:
        plan(home, HOLD)
        await home.tick()
        (attempt,) = home.audit.attempts
        assert (attempt["actor"], attempt["owner"], attempt["reason"]) == (
            Actor.OPTIMISER,
            say("word.actor_optimiser"),
            plain("cheap"),
        )

    async def test_a_closed_controller_does_nothing(self, home: Steered) -> None:
        plan(home, HOLD)
        await home.controller.async_close(plain("ends"))
        await home.tick()
        assert home.wire.written == []

    async def test_a_hold_that_is_kept_down_to_a_state_of_charge_goes_on_within_its_margin(self, home: Steered) -> None:
        plan(home, HOLD)
        await home.tick()
        assert home.controller.memory.applied == LastWrite(command=HOLD, at=home.now)
        await home.controller.async_set_override(override(home, target_soc=50.0))
        assert home.controller.intent is not None
        assert home.controller.intent.command.action is Action.HOLD


class TestWhatWasLeftUndone:
    """What could not be saved or recorded is made up for, whatever is asked."""

    async def test_what_the_disk_did_not_take_is_saved_at_the_next_cycle(self, home: Steered) -> None:
        home.disk_error = OSError("full")
        await home.controller.async_emergency_stop()
        home.disk_error = None
        await home.tick()
        assert home.disk is not None
        assert home.disk.emergency_stop is True

    async def test_what_the_record_did_not_take_is_recorded_at_the_next_cycle(self, home: Steered) -> None:
        home.audit.fail()
        await home.controller.async_emergency_stop()
        home.audit.error = None
        await home.tick()
        await home.settle()
        assert home.outcomes == [("hold", "confirmed")]

    async def test_another_firmware_is_noted(self, home: Steered) -> None:
        home.firmware = "SPC115"
        await home.tick()
        assert home.controller.memory.firmware == "SPC115"


class TestTheEndOfAnOverride:
    """It never lasts longer than it was asked for."""

    async def test_it_ends_by_the_clock_and_that_is_told(self, home: Steered) -> None:
        order = override(home, duration=timedelta(minutes=10))
        await home.controller.async_set_override(order)
        await home.tick(599)
        assert home.controller.memory.override == order
        home.events.clear()
        await home.tick(1)
        assert home.controller.memory.override is None
        assert home.disk is not None
        assert home.disk.override is None
        label = FORCE_HOLD.label
        assert home.events[0] == ControlEvent(
            kind="override_ended",
            actor=Actor.MANUAL,
            owner=label,
            action=Action.RELEASE,
            power_w=0,
            reason=say("control.time_over", override=label),
        )

    async def test_a_clock_that_is_set_back_does_not_make_it_longer(self, home: Steered) -> None:
        await home.controller.async_set_override(override(home, duration=timedelta(minutes=10)))
        home.now -= timedelta(hours=1)
        await home.tick(599)
        assert home.controller.memory.override is not None
        home.events.clear()
        await home.tick(1)
        assert home.controller.memory.override is None
        assert home.events[0].reason == say("control.time_over", override=FORCE_HOLD.label)

    async def test_nor_does_one_that_is_set_back_over_a_restart(self) -> None:
        order = new_override(FORCE_HOLD, now=NOW, duration=timedelta(minutes=10))
        home = Steered(override=order)
        home.now = NOW - timedelta(hours=1)
        home.controller = type(home.controller)(home.env, home.controller.memory)
        await home.tick(599)
        assert home.controller.memory.override == order
        await home.tick(1)
        assert home.controller.memory.override is None

    async def test_what_is_left_of_it_after_a_restart_is_what_it_lasts(self) -> None:
        home = Steered(
            override=new_override(FORCE_HOLD, now=NOW - timedelta(minutes=4), duration=timedelta(minutes=10))
        )
        await home.tick(1)
        home.now -= timedelta(hours=1)
        await home.tick(358)
        assert home.controller.memory.override is not None
        await home.tick(1)
        assert home.controller.memory.override is None

    async def test_one_that_ended_while_nobody_watched_ends_at_once(self) -> None:
        home = Steered(override=new_override(FORCE_HOLD, now=NOW - timedelta(hours=1), duration=timedelta(minutes=10)))
        await home.tick(1)
        assert home.controller.memory.override is None
        assert home.wire.written == []

    async def test_one_without_an_end_goes_on(self, home: Steered) -> None:
        await home.controller.async_set_override(override(home, duration=timedelta(minutes=10)))
        await home.controller.async_set_override(override(home))
        for _ in range(10):
            await home.tick(3600)
        assert home.controller.memory.override is not None

    async def test_one_whose_target_is_reached_ends(self, home: Steered) -> None:
        await home.controller.async_set_override(override(home, CHARGE, target_soc=60.0, power_w=1000))
        for _ in range(2):
            await home.tick(soc=60.0)
        assert home.controller.memory.override is None
        assert home.events[-1].reason.key in ("control.target_over", "control.nothing_asked")

    async def test_one_for_which_there_is_nothing_to_do_is_refused_with_what_keeps_the_battery_there(
        self, home: Steered
    ) -> None:
        home.wire.holds = replace(OWNERS, charge_cutoff_soc=50.0)
        await home.tick()
        with pytest.raises(NotDoneError) as raised:
            await home.controller.async_set_override(override(home, CHARGE, power_w=1000, target_soc=90.0))
        ends = say("control.charging_ends_as_set", limit_soc=50.0)
        assert raised.value.message == say("control.target_met", ends, soc=50.0, target_soc=90.0)
        assert home.controller.memory.override is None
        assert home.wire.written == []

    async def test_one_that_is_not_carried_out_leaves_the_one_before_it(self, home: Steered) -> None:
        order = override(home, duration=timedelta(minutes=10))
        await home.controller.async_set_override(order)
        await home.tick(60)
        home.wire.away = True
        with pytest.raises(NotDoneError):
            await home.controller.async_set_override(override(home, CHARGE, power_w=1000))
        assert home.controller.memory.override == order
        assert home.controller.intent is not None
        assert home.controller.intent.requested_by == FORCE_HOLD.label


class TestARecordThatIsBroken:
    """It keeps nothing from being safe."""

    async def test_the_plant_is_handed_back_all_the_same(self, home: Steered) -> None:
        plan(home, HOLD)
        await home.tick()
        plan(home, None)
        home.audit.fail()
        await home.tick(60)
        assert home.wire.holds == OWNERS

    async def test_a_battery_that_is_too_warm_rests_all_the_same(self, home: Steered) -> None:
        plan(home, charge())
        await home.tick()
        home.audit.fail()
        warm = {name: replace(each, max_cell_temperature_c=60.0) for name, each in home.read().inverters.items()}
        await home.tick(10, inverters=warm)
        assert home.wire.holds.charge_limit_w == 0

    async def test_what_a_plan_asks_for_waits(self, home: Steered) -> None:
        home.audit.fail()
        plan(home, HOLD)
        await home.tick()
        assert home.wire.written == []

    async def test_a_refusal_is_told_all_the_same(self, home: Steered) -> None:
        home.audit.fail()
        plan(home, charge())
        await home.tick(source=Source.CLOUD)
        assert [event.kind for event in home.events] == ["refusal", "alert"]


class TestMovingTheBattery:
    """A single wrong state of charge moves nothing."""

    async def test_a_charge_waits_for_a_second_reading_of_the_state_of_charge(self) -> None:
        home = Steered(settings=AUTO)
        plan(home, charge())
        await home.tick()
        assert home.wire.written == []
        verdict = home.controller.verdict
        assert verdict is not None
        assert (verdict.kind, verdict.rule, verdict.reason) == (
            VerdictKind.WAIT,
            Rule.FRESH_DATA,
            say("control.second_soc"),
        )
        await home.tick()
        assert home.wire.holds.charge_limit_w == 1000

    async def test_a_hold_does_not(self) -> None:
        home = Steered(settings=AUTO)
        plan(home, HOLD)
        await home.tick()
        assert home.wire.holds.charge_limit_w == 0

    @pytest.mark.parametrize(("power_w", "waits"), [(900, False), (1100, True)])
    async def test_charging_with_less_does_not_charging_with_more_does(
        self, home: Steered, power_w: int, waits: bool
    ) -> None:
        plan(home, charge())
        await home.tick()
        await home.tick(60)
        plan(home, charge(power_w))
        await home.tick(soc=55.0)
        assert home.wire.holds.charge_limit_w == (1000 if waits else power_w)

    async def test_charging_with_as_much_again_does_not_wait(self, home: Steered) -> None:
        plan(home, charge())
        await home.tick()
        home.wire.holds = replace(home.wire.holds, charge_limit_w=0)
        await home.tick(60, soc=55.0)
        assert home.wire.holds.charge_limit_w == 1000

    async def test_turning_round_waits_too(self, home: Steered) -> None:
        plan(home, charge(1000))
        await home.tick()
        await home.tick(60)
        plan(home, Command(action=Action.DISCHARGE, power_w=500))
        await home.tick(soc=55.0)
        assert home.wire.holds.remote_ems_mode is RemoteEmsMode.CHARGE_PV_FIRST
        await home.tick(soc=55.0)
        assert home.wire.holds.remote_ems_mode is RemoteEmsMode.DISCHARGE_PV_FIRST

    async def test_a_charge_goes_up_by_steps_with_a_cooldown_between_them(self, home: Steered) -> None:
        plan(home, charge(2500))
        powers = []
        for _ in range(20):
            await home.tick()
            powers.append(home.wire.holds.charge_limit_w)
        assert powers == [1000] * 6 + [2000] * 6 + [2500] * 8


class TestWhatIsAppliedAlready:
    """Writing again what holds is wear."""

    async def test_it_is_not_written_again(self, home: Steered) -> None:
        plan(home, HOLD)
        for _ in range(100):
            await home.tick(60)
        assert home.outcomes == [("hold", "confirmed")]

    async def test_registers_that_do_not_hold_it_any_more_are_written_after_the_cooldown(self, home: Steered) -> None:
        plan(home, HOLD)
        await home.tick()
        home.wire.holds = replace(home.wire.holds, charge_limit_w=3000)
        await home.tick(59)
        assert home.wire.holds.charge_limit_w == 3000
        await home.tick(1)
        assert home.wire.holds.charge_limit_w == 0

    async def test_a_battery_that_tapers_is_not_followed_watt_by_watt(self, home: Steered) -> None:
        plan(home, charge())
        await home.tick()
        for available_w in (900, 600, 300):
            await home.tick(60, available_charge_power_w=available_w, battery_power_w=available_w)
        assert home.wire.holds.charge_limit_w == 1000
        assert home.outcomes == [("charge", "confirmed")]

    async def test_what_was_being_written_at_a_crash_is_written_again_after_the_cooldown(self) -> None:
        last = LastWrite(command=HOLD, at=NOW)
        held = replace(OWNERS, remote_ems_enabled=True, charge_limit_w=0, discharge_limit_w=0)
        written = {"remote_ems_enabled": (True,), "charge_limit_w": (0,), "discharge_limit_w": (0,)}
        home = Steered(settings=AUTO, applied=last, pending=last, written=written, saved=OWNERS)
        home.wire.holds = held
        plan(home, HOLD)
        await home.tick(59)
        assert home.controller.memory.pending == last
        await home.tick(1)
        assert home.controller.memory.pending is None

    async def test_a_clock_that_is_set_does_not_change_the_cooldown(self, home: Steered) -> None:
        plan(home, HOLD)
        await home.tick()
        home.now += timedelta(days=1)
        plan(home, SELF_CONSUME)
        await home.tick(59)
        assert home.wire.holds.charge_limit_w == 0
        await home.tick(1)
        assert home.wire.holds.charge_limit_w == 8000

    async def test_whether_the_last_command_stands_is_what_the_registers_say(self, home: Steered) -> None:
        cycle = home.controller._cycle
        assert cycle.held(home.read()) is None
        plan(home, HOLD)
        await home.tick()
        assert cycle.held(home.read()) == HOLD
        home.controller._execution.registers.present = None
        assert cycle.held(home.read(control=OWNERS)) is None


class TestARefusal:
    """Said once, and recorded once."""

    async def test_a_request_that_a_guardrail_refuses_is_told_and_recorded_once(self, home: Steered) -> None:
        plan(home, charge())
        for _ in range(3):
            await home.tick(source=Source.CLOUD)
        reason = say("control.cloud_reading")
        assert [(event.kind, event.reason, event.action) for event in home.events] == [
            ("refusal", reason, Action.CHARGE)
        ]
        assert home.outcomes == [("charge", "refused")]
        (attempt,) = home.audit.attempts
        assert (attempt["reason"], attempt["wanted"], attempt["owner"]) == (
            plain("cheap"),
            {},
            say("word.actor_optimiser"),
        )
        assert attempt["previous"]["charge_limit_w"] == 8000
        assert home.audit.outcomes[0] == [(Outcome.REFUSED, None, reason)]
        assert home.wire.written == []

    async def test_one_that_was_allowed_in_between_is_told_again(self, home: Steered) -> None:
        plan(home, charge())
        await home.tick(source=Source.CLOUD)
        await home.tick()
        await home.tick(source=Source.CLOUD)
        assert [event.kind for event in home.events] == ["refusal", "command", "refusal"]

    async def test_a_person_whose_request_is_refused_is_told_so(self, home: Steered) -> None:
        home.wait(60)
        with pytest.raises(NotDoneError) as raised:
            await home.controller.async_set_override(override(home, CHARGE, power_w=1000))
        assert raised.value.message.key == "control.old_reading"
        assert home.controller.memory.override is None

    async def test_before_the_first_reading_it_is_told_and_not_recorded(self) -> None:
        home = Steered(settings=AUTO)
        home.wire.reading = None
        plan(home, charge())
        await home.controller.async_tick()
        assert [event.kind for event in home.events] == ["refusal"]
        assert home.outcomes == []


class TestAPlantThatDoesNotTakeIt:
    """Given back, and left alone for a while."""

    async def test_a_refused_command_is_taken_back_and_nothing_is_asked_for_five_minutes(self, home: Steered) -> None:
        home.wire.refuses = {"discharge_limit"}
        plan(home, charge())
        home.wire.holds = replace(OWNERS, discharge_limit_w=0)
        plan(home, Command(action=Action.DISCHARGE, power_w=1000))
        await home.tick()
        assert home.alarmed(Alert.NOT_OBEYED) is not None
        assert home.wire.holds.remote_ems_enabled is False
        rows = len(home.outcomes)
        await home.tick(90)
        verdict = home.controller.verdict
        assert verdict is not None
        assert (verdict.kind, verdict.command, verdict.not_before) == (
            VerdictKind.WAIT,
            RELEASE,
            home.now + timedelta(seconds=210),
        )
        assert verdict.reason == say("control.trying_again", home.alarmed(Alert.NOT_OBEYED), wait_s=240)
        assert len(home.outcomes) == rows
        await home.tick(195)
        assert home.controller.verdict is not None
        assert home.controller.verdict.reason is not None
        assert home.controller.verdict.reason.values == {"wait_s": 60}
        home.wire.refuses = set()
        await home.tick(15)
        assert home.wire.holds.discharge_limit_w == 1000

    async def test_a_hand_back_that_is_refused_is_tried_again_until_it_is_taken(self, home: Steered) -> None:
        await refuse_a_hand_back(home)
        assert home.alarmed(Alert.NOT_RELEASED) is not None
        home.wire.refuses = set()
        await home.tick(30)
        assert home.wire.holds.export_limit_w == 5000
        assert home.alarmed(Alert.NOT_RELEASED) is None
        assert home.controller.memory.written == {}

    async def test_one_that_somebody_else_did_meanwhile_is_done(self, home: Steered) -> None:
        await refuse_a_hand_back(home)
        home.wire.holds = replace(home.wire.holds, export_limit_w=4000)
        await home.tick(1)
        assert home.controller.memory.written == {}
        await home.tick(1)
        assert home.alarmed(Alert.NOT_RELEASED) is None

    async def test_one_that_is_away_is_not_taken_for_one_that_refuses(self, home: Steered) -> None:
        plan(home, HOLD)
        home.wire.away = True
        await home.tick()
        assert home.controller.alert is None
        home.wire.away = False
        await home.tick()
        assert home.wire.holds.charge_limit_w == 0

    async def test_a_battery_that_does_not_follow_is_noticed(self, home: Steered) -> None:
        plan(home, charge())
        await home.tick()
        home.obeys = False
        for _ in range(5):
            await home.tick(battery_power_w=-3000)
        assert home.alarmed(Alert.NOT_OBEYED) is not None
        assert home.wire.holds.remote_ems_enabled is False

    async def test_one_whose_registers_do_not_hold_the_command_is_not_judged_by_it(self, home: Steered) -> None:
        plan(home, charge())
        await home.tick()
        await home.tick(25)
        home.wire.holds = replace(home.wire.holds, charge_limit_w=0)
        for _ in range(3):
            await home.tick(battery_power_w=-3000)
        assert home.alarmed(Alert.NOT_OBEYED) is None


class TestSharing:
    """Others, and what is theirs."""

    async def test_while_somebody_else_keeps_writing_it_is_waited(self, home: Steered) -> None:
        plan(home, HOLD)
        for _ in range(8):
            await home.tick(60)
            home.wire.holds = replace(home.wire.holds, charge_limit_w=3000)
        assert home.alarmed(Alert.OVERWRITTEN) is not None
        verdict = home.controller.verdict
        assert verdict is not None
        assert verdict.kind is VerdictKind.WAIT
        assert verdict.reason is not None
        assert verdict.reason.key == "control.trying_again"

    async def test_an_export_limit_of_the_owner_is_written_without_a_command_and_given_back(
        self, home: Steered
    ) -> None:
        await home.controller.async_change(export_limit_w=2000)
        assert home.wire.holds.export_limit_w == 2000
        await home.tick(60)
        rows = len(home.outcomes)
        for _ in range(5):
            await home.tick(60)
        assert len(home.outcomes) == rows
        await home.controller.async_change(export_limit_w=None)
        await home.tick(60)
        assert home.wire.holds.export_limit_w == 5000

    async def test_an_export_limit_that_lapses_by_itself_is_written_again(self, home: Steered) -> None:
        plan(home, HOLD)
        await home.controller.async_change(export_limit_w=2000)
        await home.tick(60)
        home.wire.holds = replace(home.wire.holds, export_limit_w=5000)
        await home.tick(60)
        assert home.wire.holds.export_limit_w == 2000

    async def test_limits_that_are_below_the_rating_are_told(self, home: Steered) -> None:
        assert home.controller.limits_below_rating == {"charge_limit_w": 8000, "discharge_limit_w": 9000}
        plan(home, HOLD)
        await home.tick()
        assert home.controller.limits_below_rating == {"charge_limit_w": 8000, "discharge_limit_w": 9000}
        home.wire.reading = None
        assert home.controller.limits_below_rating == {}

    @pytest.mark.parametrize(("limit_w", "doubt"), [(8000, LimitsDoubt.FOUND_UNDER_REMOTE), (10_000, LimitsDoubt.NONE)])
    async def test_nobody_is_asked_about_limits_that_are_none(self, limit_w: int, doubt: LimitsDoubt) -> None:
        home = Steered(limits_doubt=LimitsDoubt.FOUND_UNDER_REMOTE)
        home.wire.holds = replace(OWNERS, charge_limit_w=limit_w, discharge_limit_w=10_000)
        await home.tick()
        assert home.controller.memory.limits_doubt is doubt

    async def test_limits_that_were_never_read_stay_in_doubt(self) -> None:
        home = Steered(limits_doubt=LimitsDoubt.NEVER_READ)
        home.wire.holds = replace(OWNERS, charge_limit_w=10_000, discharge_limit_w=10_000)
        await home.tick()
        assert home.controller.memory.limits_doubt is LimitsDoubt.NEVER_READ


class TestPv:
    """A limit on PV is asked for by this cycle, or it ends with it."""

    LIMITED = replace(HOLD, pv_limit_w=1500)

    @pytest.fixture
    async def sunny(self) -> Steered:
        home = Steered(settings=AUTO, pv_limit_obeyed=True)
        for _ in range(2):
            await home.tick(pv_power_w=3000)
        plan(home, self.LIMITED)
        return home

    async def test_it_stands_while_it_is_asked_for_and_ends_when_it_is_not(self, sunny: Steered) -> None:
        await sunny.tick(pv_power_w=3000)
        assert sunny.wire.holds.pv_limit_w == 1500
        await sunny.tick(pv_power_w=1500)
        assert sunny.controller.pv_limit_w == 1500
        plan(sunny, HOLD)
        await sunny.tick(pv_power_w=1500)
        assert sunny.wire.holds.pv_limit_w is None

    async def test_one_that_the_plant_does_not_take_takes_nothing_else_with_it(self, sunny: Steered) -> None:
        sunny.wire.refuses = {"pv_limit"}
        await sunny.tick(pv_power_w=3000)
        assert (sunny.wire.holds.charge_limit_w, sunny.wire.holds.pv_limit_w) == (0, None)
        assert sunny.controller.alert is None
        verdict = sunny.controller.verdict
        assert verdict is not None
        assert verdict.command == HOLD
        assert sunny.controller.memory.applied == LastWrite(command=HOLD, at=sunny.now)

    async def test_a_request_that_is_refused_limits_nothing(self, sunny: Steered) -> None:
        await sunny.tick(pv_power_w=3000)
        for _ in range(2):
            await sunny.tick(pv_power_w=1500, source=Source.CLOUD)
        assert sunny.wire.holds.pv_limit_w is None

    async def test_a_test_of_it_asks_for_half_and_ends_when_pv_follows(self, home: Steered) -> None:
        await home.tick(pv_power_w=3000)
        test = await home.controller._begin_pv_test()
        assert home.wire.holds.pv_limit_w == 1500
        intent = home.controller.intent
        assert intent is not None
        assert intent == Intent(
            command=replace(SELF_CONSUME, pv_limit_w=1500),
            actor=Actor.MANUAL,
            requested_by=say("control.pv_test"),
            reason=say("control.pv_testing", limit_w=1500),
            expires_at=None,
        )
        for _ in range(3):
            await home.tick(pv_power_w=1500)
        assert test.obeyed is True
        assert test.over.is_set()
        assert home.wire.holds.pv_limit_w is None

    async def test_a_test_beside_a_plan_asks_for_what_the_plan_asks_for(self, home: Steered) -> None:
        plan(home, HOLD)
        await home.tick(pv_power_w=3000)
        await home.controller._begin_pv_test()
        assert home.controller.intent is not None
        assert home.controller.intent.command == replace(HOLD, pv_limit_w=1500)

    @pytest.mark.parametrize("first", ["stop", "override", "nothing"])
    async def test_a_test_ends_when_something_else_comes_first_and_says_so(self, home: Steered, first: str) -> None:
        await home.tick(pv_power_w=3000)
        test = await home.controller._begin_pv_test()
        if first == "stop":
            await home.controller.async_emergency_stop()
        elif first == "override":
            await home.tick(60, pv_power_w=3000)
            await home.controller.async_set_override(override(home))
        else:
            await home.tick(pv_power_w=3000, grid_status=GridStatus.OFF_GRID_AUTO)
        assert test.over.is_set()
        assert test.obeyed is None
        assert test.said is not None
        expected = {
            "stop": "control.something_first",
            "override": "control.something_first",
            "nothing": "control.off_grid",
        }[first]
        assert [detail.key for detail in test.said.details] == [expected]
        assert home.wire.holds.pv_limit_w is None


class TestAStop:
    """Under a stop, nothing else is done."""

    async def test_what_is_asked_for_waits_until_it_is_cleared(self, home: Steered) -> None:
        await home.controller.async_emergency_stop()
        plan(home, charge())
        for _ in range(10):
            await home.tick(60)
        assert home.wire.holds.charge_limit_w == 0
        await home.controller.async_clear_emergency_stop()
        await home.tick(60)
        assert home.wire.holds.charge_limit_w == 1000
