"""The controller on a simulated plant: ramps, stops, faults, restarts, and what it says about them."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from rig import POLL_S, Died, Rig
from wired import planned

from custom_components.sigenstor_panel.control.guardrails import DEFAULT_LIMITS, VerdictKind
from custom_components.sigenstor_panel.control.intents import Intent, Override, OverrideKind, new_override
from custom_components.sigenstor_panel.control.memory import ControlMode, ControlSettings
from custom_components.sigenstor_panel.control.waiting import NotDoneError
from custom_components.sigenstor_panel.model.command import Action, Actor, Command
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.records.audit_log import Outcome
from tests.english import english


@pytest.fixture
async def rig() -> Rig:
    """A plant without sun, that is read and left alone."""
    rig = Rig()
    rig.plant.pv_power_w = 0
    rig.plant.settle()
    for _ in range(2):
        await rig.poll()
        await rig.controller.async_tick()
    return rig


def force(rig: Rig, kind: OverrideKind, power_w: int | None = None, **more: object) -> Override:
    """Return an override that starts now."""
    return new_override(kind, now=rig.now, power_w=power_w, **more)


CHARGE, HOLD, EXPORT = OverrideKind.FORCE_CHARGE, OverrideKind.FORCE_HOLD, OverrideKind.FORCE_EXPORT


async def test_a_plant_that_nobody_asks_anything_of_is_never_written(rig: Rig) -> None:
    await rig.run(3600)
    assert rig.writes == []
    assert rig.record.rows == []


async def test_force_charge_ramps_a_kilowatt_a_minute_up_to_its_power(rig: Rig) -> None:
    await rig.controller.async_set_override(force(rig, CHARGE, 3000, target_soc=90))
    limits_kw = [rig.register(40032)]
    for _ in range(4):
        await rig.run(60)
        limits_kw.append(rig.register(40032))
    assert limits_kw[0] == 1.0
    assert all(after - before <= 1.0 for before, after in pairwise(limits_kw))
    assert limits_kw[-1] == 3.0
    assert rig.register(40029) == 1
    assert rig.register(40031) == 4
    assert rig.battery_w == pytest.approx(3000, abs=150)


async def test_a_ramp_step_is_one_write(rig: Rig) -> None:
    await rig.controller.async_set_override(force(rig, CHARGE, 3000, target_soc=90))
    await rig.run(60)
    before = len(rig.writes)
    await rig.run(60)
    assert [write.address for write in rig.writes[before:]] == [40032]


async def test_the_cutoffs_are_the_first_thing_that_is_written(rig: Rig) -> None:
    await rig.controller.async_set_override(force(rig, CHARGE, 1000, target_soc=90))
    assert [write.address for write in rig.writes] == [40047, 40029, 40032, 40031]
    assert rig.register(40047) == 98.0
    assert rig.register(40048) == 5.0


async def test_clearing_an_override_gives_the_owners_mode_and_limits_back(rig: Rig) -> None:
    rig.plant.holding[40032] = 8.0
    rig.plant.holding[40047] = 97.0
    await rig.poll()
    before = dict(rig.plant.holding)
    await rig.controller.async_set_override(force(rig, EXPORT, 2000, target_soc=10))
    await rig.run(180)
    assert rig.register(40031) == 5
    await rig.controller.async_set_override(None)
    await rig.run(120)
    after = dict(rig.plant.holding)
    assert {address for address in before if before[address] != after[address]} <= {40031}
    assert rig.register(40029) == 0
    assert rig.controller.memory.saved is None


async def test_force_hold_stops_the_battery_and_the_house_goes_on(rig: Rig) -> None:
    await rig.controller.async_set_override(force(rig, HOLD))
    await rig.run(120)
    assert rig.battery_w == 0
    assert (rig.register(40031), rig.register(40032), rig.register(40034)) == (2, 0.0, 0.0)
    assert rig.plant.state.house_w > 0


async def test_a_charge_ends_at_its_target_and_the_plant_is_handed_back(rig: Rig) -> None:
    await rig.controller.async_set_override(force(rig, CHARGE, 10_000, target_soc=52))
    await rig.run(1800)
    assert rig.controller.memory.override is None
    assert rig.register(40029) == 0
    assert [event.kind for event in rig.events if event.kind == "override_ended"] == ["override_ended"]


async def test_an_override_whose_target_is_met_already_is_refused_and_nothing_is_written(rig: Rig) -> None:
    await rig.run(20)
    for override in (force(rig, CHARGE, 1000, target_soc=50), force(rig, EXPORT, 1000, target_soc=50)):
        with pytest.raises(NotDoneError, match="target_met"):
            await rig.controller.async_set_override(override)
    assert rig.controller.memory.override is None
    assert rig.writes == []


@pytest.mark.parametrize(
    ("kind", "target_soc", "own", "ends_at", "says"),
    [
        (CHARGE, 100, {}, 52.0, "Charging ends at 52 %, a safety limit"),
        (CHARGE, 95, {40047: 51.0}, 51.0, "Charging ends at 51 %, as set in the SigenStor"),
        (EXPORT, 10, {}, 48.0, "Discharging ends at 48 %, a safety limit"),
        (EXPORT, 10, {40048: 49.0}, 49.0, "Discharging ends at 49 %, as set in the SigenStor"),
        (EXPORT, 10, {40046: 49.0}, 49.0, "Discharging ends at 49 %, as set in the SigenStor"),
    ],
)
async def test_an_override_whose_target_lies_beyond_what_is_allowed_ends_there_and_says_so(
    kind: OverrideKind, target_soc: float, own: dict[int, float], ends_at: float, says: str
) -> None:
    rig = Rig(ControlSettings(acknowledge_after=timedelta(0), limits=replace(DEFAULT_LIMITS, min_soc=48, max_soc=52)))
    rig.plant.pv_power_w, rig.plant.house_power_w = 0, 500
    rig.plant.holding.update(own)
    rig.plant.settle()
    await rig.run(20)
    await rig.controller.async_set_override(force(rig, kind, 10_000, target_soc=target_soc))
    assert rig.controller.intent is not None
    assert says in english(rig.controller.intent.reason)
    await rig.run(1800)
    assert rig.controller.memory.override is None
    (ended,) = (event for event in rig.events if event.kind == "override_ended")
    assert says in english(ended.reason)
    rig.plant.inverters[0].battery.soc = ends_at
    await rig.run(20)
    with pytest.raises(NotDoneError, match="target_met"):
        await rig.controller.async_set_override(force(rig, kind, 10_000, target_soc=target_soc))


async def test_a_charge_whose_target_is_met_ends_the_export_in_whose_place_it_is_pressed(rig: Rig) -> None:
    await rig.controller.async_set_override(force(rig, EXPORT, 1000, target_soc=10))
    await rig.run(20)
    await rig.controller.async_set_override(force(rig, CHARGE, 1000, target_soc=45))
    await rig.run(120)
    assert rig.controller.memory.override is None
    assert rig.register(40029) == 0


async def test_a_state_of_charge_that_jumps_does_not_keep_urgent_relief_waiting() -> None:
    rig = Rig(
        settings=ControlSettings(acknowledge_after=timedelta(0), limits=replace(DEFAULT_LIMITS, main_fuse_w=9000))
    )
    rig.plant.pv_power_w, rig.plant.house_power_w = 0, 500
    await rig.run(20)
    await rig.controller.async_set_override(force(rig, CHARGE, 5000, target_soc=90))
    await rig.run(330)
    assert rig.battery_w == 5000
    rig.plant.house_power_w = 7500
    rig.plant.inverters[0].battery.soc += 5
    await rig.run(20)
    assert rig.battery_w < 2000


async def test_a_state_of_charge_that_the_last_reading_contradicts_ends_no_override(rig: Rig) -> None:
    for soc, seconds in ((100.0, 3 * POLL_S), (40.0, POLL_S)):
        rig.plant.inverters[0].battery.soc = soc
        await rig.run(seconds)
    await rig.controller.async_set_override(force(rig, CHARGE, 1000, target_soc=90))
    await rig.run(120)
    assert rig.controller.memory.override is not None
    assert rig.battery_w > 0


async def test_a_duration_ends_an_override(rig: Rig) -> None:
    await rig.controller.async_set_override(force(rig, HOLD, duration=timedelta(minutes=5)))
    await rig.run(290)
    assert rig.register(40029) == 1
    await rig.run(90)
    assert rig.register(40029) == 0


async def test_the_newest_request_waits_for_the_cooldown_and_the_older_one_is_forgotten(rig: Rig) -> None:
    await rig.controller.async_set_override(force(rig, CHARGE, 1000, target_soc=90))
    writes = len(rig.writes)
    await rig.controller.async_set_override(force(rig, EXPORT, 1000, target_soc=10))
    await rig.controller.async_set_override(force(rig, HOLD))
    assert len(rig.writes) == writes
    assert rig.controller.verdict is not None
    assert rig.controller.verdict.kind is VerdictKind.WAIT
    await rig.run(70)
    assert (rig.register(40032), rig.register(40034)) == (0.0, 0.0)
    assert [row.action for row in rig.record.rows] == [Action.CHARGE, Action.HOLD]


class TestEmergencyStop:
    """The emergency stop."""

    async def test_it_takes_effect_at_once_in_the_middle_of_a_ramp(self, rig: Rig) -> None:
        await rig.controller.async_set_override(force(rig, CHARGE, 5000, target_soc=90))
        await rig.run(130)
        await rig.controller.async_emergency_stop()
        rig.plant.step(1.0)
        assert rig.battery_w == 0
        assert rig.record.rows[-1].actor is Actor.SAFETY

    async def test_nothing_is_written_until_a_person_clears_it(self, rig: Rig) -> None:
        await rig.controller.async_emergency_stop()
        writes = len(rig.writes)
        with pytest.raises(NotDoneError, match="stop_active"):
            await rig.controller.async_set_override(force(rig, CHARGE, 1000, target_soc=90))
        await rig.controller.async_change(export_limit_w=500)
        await rig.run(600)
        assert len(rig.writes) == writes
        await rig.controller.async_clear_emergency_stop()
        await rig.run(120)
        assert len(rig.writes) > writes

    async def test_it_survives_a_restart(self, rig: Rig) -> None:
        await rig.controller.async_emergency_stop()
        await rig.restart()
        await rig.run(300)
        assert rig.controller.memory.emergency_stop
        assert rig.battery_w == 0

    async def test_it_is_tried_again_until_the_plant_takes_it(self, rig: Rig) -> None:
        rig.link_down = True
        await rig.controller.async_emergency_stop()
        await rig.run(60)
        rig.link_down = False
        await rig.run(20)
        assert (rig.register(40029), rig.register(40032), rig.register(40034)) == (1, 0.0, 0.0)

    async def test_off_the_grid_it_leaves_the_house_its_battery(self, rig: Rig) -> None:
        await rig.controller.async_set_override(force(rig, CHARGE, 2000, target_soc=90))
        rig.plant.faults["on_off_grid"] = 1
        await rig.run(10)
        await rig.controller.async_emergency_stop()
        assert rig.register(40029) == 0


class TestFaults:
    """What goes wrong on the way to the plant and back."""

    async def test_a_value_that_the_plant_refuses_is_reverted_and_the_plant_left_alone(self, rig: Rig) -> None:
        rig.plant.quirks["refused_registers"] = ((40032, 40033),)
        with pytest.raises(NotDoneError, match="4003"):
            await rig.controller.async_set_override(force(rig, CHARGE, 1000, target_soc=90))
        assert rig.register(40029) == 0
        assert [row.outcome for row in rig.record.rows] == [Outcome.FAILED, Outcome.CONFIRMED]
        assert rig.controller.alert is not None
        writes = len(rig.writes)
        await rig.run(240)
        assert len(rig.writes) == writes

    async def test_a_value_that_is_silently_ignored_is_noticed_and_reverted(self, rig: Rig) -> None:
        rig.plant.quirks["silently_ignored_registers"] = ((40032, 40033),)
        with pytest.raises(NotDoneError, match="4003"):
            await rig.controller.async_set_override(force(rig, CHARGE, 1000, target_soc=90))
        assert rig.record.rows[0].outcome is Outcome.REVERTED
        assert rig.register(40029) == 0

    async def test_a_plant_that_goes_away_between_two_writes_is_handed_back_once_it_returns(self, rig: Rig) -> None:
        rig.plant.quirks["refused_registers"] = ((40031, 40031),)
        with pytest.raises(NotDoneError, match="4003"):
            await rig.controller.async_set_override(force(rig, CHARGE, 1000, target_soc=90))
        assert rig.register(40029) == 0 or rig.controller.alert
        rig.link_down = True
        await rig.run(60)
        rig.link_down = False
        rig.plant.quirks["refused_registers"] = ()
        await rig.run(60)
        assert rig.register(40029) == 0

    async def test_back_off_grows_and_a_persons_new_request_ends_it(self, rig: Rig) -> None:
        rig.plant.quirks["refused_registers"] = ((40032, 40033),)
        rig.controller.automatic = planned(Command(action=Action.CHARGE, power_w=1000))
        await rig.controller.async_change(settings=replace(rig.controller.memory.settings, mode=ControlMode.AUTO))
        await rig.run(310)
        assert len([row for row in rig.record.rows if row.action is Action.CHARGE]) == 2
        await rig.run(310)
        assert len([row for row in rig.record.rows if row.action is Action.CHARGE]) == 2
        rig.plant.quirks["refused_registers"] = ()
        await rig.controller.async_set_override(force(rig, CHARGE, 1000, target_soc=90))
        await rig.run(70)
        assert rig.register(40031) == 4

    async def test_a_battery_that_does_the_opposite_is_noticed_after_half_a_minute(self, rig: Rig) -> None:
        await rig.controller.async_set_override(force(rig, CHARGE, 1000, target_soc=90))
        rig.plant.battery_power_w = -500
        await rig.run(50)
        assert rig.controller.alert is not None
        assert "returned to its own mode" in english(rig.controller.alert)

    async def test_firmware_that_does_not_top_up_from_the_grid_is_charged_grid_first(self, rig: Rig) -> None:
        rig.plant.quirks["grid_charge_top_up_missing"] = True
        await rig.controller.async_set_override(force(rig, CHARGE, 1000, target_soc=90))
        await rig.run(180)
        assert rig.register(40031) == 3
        assert rig.battery_w == pytest.approx(1000, abs=100)

    async def test_an_export_limit_that_reverts_by_itself_is_written_again(self, rig: Rig) -> None:
        rig.plant.quirks["export_limit_reverts_s"] = 20.0
        await rig.controller.async_change(export_limit_w=0)
        assert rig.register(40038) == 0.01
        await rig.run(200)
        times = [write.steady_s for write in rig.writes if write.address == 40038]
        assert len(times) >= 3
        assert all(after - before >= 60 for before, after in pairwise(times))
        rig.plant.quirks["export_limit_reverts_s"] = 0.0
        await rig.controller.async_change(export_limit_w=None)
        await rig.run(120)
        assert rig.register(40038) is None

    async def test_the_optimisers_export_limit_is_written_once_and_taken_back_when_it_has_no_more_to_say(
        self, rig: Rig
    ) -> None:
        await rig.controller.async_change(settings=replace(rig.controller.memory.settings, mode=ControlMode.AUTO))
        own = rig.register(40038)
        rig.controller.automatic = Intent(
            command=Command(action=Action.SELF_CONSUME, export_limit_w=0),
            actor=Actor.OPTIMISER,
            requested_by=say("word.actor_optimiser"),
            reason=plain("Feeding in would cost money"),
            expires_at=rig.now + timedelta(minutes=30),
        )
        await rig.run(600)
        assert rig.register(40038) == 0.01
        assert [write.address for write in rig.writes].count(40038) == 1
        await rig.run(1800)
        assert rig.register(40038) == own
        assert rig.register(40029) == 0

    async def test_an_audit_that_fails_stops_what_is_not_for_safety(self, rig: Rig) -> None:
        rig.audit_broken = True
        with pytest.raises(NotDoneError, match="not_recordable"):
            await rig.controller.async_set_override(force(rig, CHARGE, 1000, target_soc=90))
        assert rig.writes == []
        assert rig.controller.alert is not None
        await rig.controller.async_emergency_stop()
        assert (rig.register(40032), rig.register(40034)) == (0.0, 0.0)

    async def test_a_request_that_cannot_be_stored_is_refused_and_changes_nothing(self, rig: Rig) -> None:
        rig.disk_full = True
        with pytest.raises(OSError, match="No space"):
            await rig.controller.async_set_override(force(rig, CHARGE, 1000, target_soc=90))
        assert rig.controller.memory.override is None
        assert rig.writes == []

    async def test_an_emergency_stop_on_a_full_disk_is_stored_as_soon_as_there_is_room(self, rig: Rig) -> None:
        rig.disk_full = True
        await rig.controller.async_emergency_stop()
        rig.disk_full = False
        await rig.run(10)
        await rig.restart()
        assert rig.controller.memory.emergency_stop


class TestGuardrailsInTime:
    """Guardrails while time passes."""

    async def test_a_battery_that_gets_too_warm_rests(self, rig: Rig) -> None:
        await rig.controller.async_set_override(force(rig, CHARGE, 2000, target_soc=90))
        await rig.run(70)
        for inverter in rig.plant.inverters:
            inverter.battery.temperature_c = 46.0
        await rig.run(70)
        assert (rig.register(40032), rig.register(40034)) == (0.0, 0.0)

    async def test_a_battery_alarm_ends_automatic_control(self, rig: Rig) -> None:
        await rig.controller.async_change(
            settings=ControlSettings(mode=ControlMode.AUTO, acknowledge_after=timedelta(0))
        )
        rig.controller.automatic = Intent(
            command=Command(action=Action.DISCHARGE, power_w=2000),
            actor=Actor.OPTIMISER,
            requested_by=say("word.actor_optimiser"),
            reason=plain("test"),
            expires_at=None,
        )
        await rig.run(70)
        assert rig.register(40031) == 5
        rig.plant.faults["ess"] = 4
        await rig.run(70)
        assert rig.register(40029) == 0

    async def test_stale_telemetry_refuses_an_automatic_request_once_and_in_words(self, rig: Rig) -> None:
        await rig.controller.async_change(
            settings=ControlSettings(mode=ControlMode.AUTO, acknowledge_after=timedelta(0))
        )
        rig.link_down = True
        await rig.run(60)
        rig.controller.automatic = Intent(
            command=Command(action=Action.CHARGE, power_w=2000),
            actor=Actor.OPTIMISER,
            requested_by=say("word.actor_optimiser"),
            reason=plain("test"),
            expires_at=None,
        )
        await rig.run(60)
        refusals = [event for event in rig.events if event.kind == "refusal"]
        assert len(refusals) == 1
        assert "s old" in english(refusals[0].reason)
        assert [row.outcome for row in rig.record.rows] == [Outcome.REFUSED]

    async def test_manual_mode_lets_the_optimiser_only_advise(self, rig: Rig) -> None:
        rig.controller.automatic = Intent(
            command=Command(action=Action.CHARGE, power_w=2000),
            actor=Actor.OPTIMISER,
            requested_by=say("word.actor_optimiser"),
            reason=plain("test"),
            expires_at=None,
        )
        await rig.run(120)
        assert rig.writes == []


class TestRestarts:
    """Restarts, crashes and set clocks."""

    async def test_an_override_goes_on_after_a_restart_in_the_middle_of_its_ramp(self, rig: Rig) -> None:
        await rig.controller.async_set_override(force(rig, CHARGE, 3000, target_soc=90))
        await rig.run(70)
        await rig.restart()
        await rig.run(180)
        assert rig.register(40032) == 3.0

    async def test_an_override_that_ran_out_while_nobody_watched_is_ended(self, rig: Rig) -> None:
        await rig.controller.async_set_override(force(rig, CHARGE, 2000, target_soc=90, duration=timedelta(minutes=5)))
        rig.now += timedelta(hours=1)
        rig.steady_s += 3600
        await rig.restart()
        await rig.run(70)
        assert rig.register(40029) == 0
        assert rig.controller.memory.saved is None

    @pytest.mark.parametrize("step", range(6))
    async def test_a_controller_that_dies_at_any_write_leaves_the_cutoffs_inside_the_bounds(
        self, rig: Rig, step: int
    ) -> None:
        rig.plant.holding[40047] = 100.0
        rig.plant.holding[40048] = 0.0
        rig.dies_at_write = step
        with suppress(Died):
            await rig.controller.async_set_override(force(rig, CHARGE, 1000, target_soc=90))
        controlled = rig.register(40029) == 1
        assert not controlled or (rig.register(40047), rig.register(40048)) == (98.0, 5.0)
        await rig.restart()
        await rig.run(130)
        assert rig.register(40031) == 4
        await rig.controller.async_set_override(None)
        await rig.run(130)
        assert (rig.register(40029), rig.register(40047), rig.register(40048)) == (0, 100.0, 0.0)

    async def test_setting_the_clock_back_does_not_stretch_the_cooldown(self, rig: Rig) -> None:
        await rig.controller.async_set_override(force(rig, CHARGE, 2000, target_soc=90))
        rig.now -= timedelta(hours=3)
        await rig.run(130)
        assert rig.register(40032) == 2.0

    async def test_handing_back_restores_the_limits_at_once(self, rig: Rig) -> None:
        before = dict(rig.plant.holding)
        await rig.controller.async_set_override(force(rig, CHARGE, 2000, target_soc=90))
        await rig.controller.async_close(plain("Home Assistant is stopping"))
        after = dict(rig.plant.holding)
        assert {address for address in before if before[address] != after[address]} <= {40031}

    async def test_a_closed_controller_writes_nothing_though_an_override_goes_on(self, rig: Rig) -> None:
        await rig.controller.async_set_override(force(rig, CHARGE, 2000, target_soc=90))
        await rig.controller.async_close(plain("Home Assistant is stopping"))
        writes = len(rig.writes)
        await rig.run(180)
        assert len(rig.writes) == writes
        await rig.restart()
        await rig.run(130)
        assert rig.register(40031) == 4

    async def test_an_owner_can_choose_that_the_plant_stays_as_it_is(self, rig: Rig) -> None:
        settings = ControlSettings(hand_back_on_stop=False, acknowledge_after=timedelta(0))
        await rig.controller.async_change(settings=settings)
        await rig.controller.async_set_override(force(rig, CHARGE, 1000, target_soc=90))
        await rig.controller.async_close(plain("Home Assistant is stopping"))
        assert rig.register(40031) == 4
