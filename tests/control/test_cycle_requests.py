"""What a cycle asks with: the request that counts and why, and what it hands on to the parts of control."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from guardrail_examples import HOLD, NOW, TELEMETRY, charge
from intents_examples import schedule
import pytest
from wired import OWNERS, SETTINGS, Steered, planned, refusal

from custom_components.sigenstor_panel.control.alerts import Alert
from custom_components.sigenstor_panel.control.intents import EMERGENCY_STOP, Intent, OverrideKind, new_override
from custom_components.sigenstor_panel.control.memory import ControlMode, LimitsDoubt
from custom_components.sigenstor_panel.model.command import Action, Actor
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.model.telemetry import EmsWorkMode, RemoteEmsMode

AUTO = replace(SETTINGS, mode=ControlMode.AUTO)
AT_NOON = {"start": "12:00", "end": "14:00", "power_w": 1000, "target_soc": 60}
"""In Brisbane, where it is noon."""


def home_with(*, above: bool = False, **memory: Any) -> Steered:
    return Steered(settings=replace(AUTO, optimiser_above_schedules=above), **memory)


def intent_of(home: Steered) -> Intent:
    intent = home.controller.intent
    assert intent is not None
    return intent


class TestSchedules:
    """By the clock of the home, before or after the optimiser."""

    @pytest.mark.parametrize(("above", "actor"), [(False, Actor.SCHEDULE), (True, Actor.OPTIMISER)])
    async def test_the_optimiser_comes_before_them_where_the_owner_wants_that(self, above: bool, actor: Actor) -> None:
        home = home_with(above=above, schedules=(schedule(**AT_NOON),))
        home.controller.automatic = planned(HOLD)
        await home.tick()
        assert intent_of(home).actor is actor

    async def test_one_that_reached_its_target_holds_and_goes_on_holding_within_its_margin(self) -> None:
        home = home_with(schedules=(schedule(**AT_NOON),))
        for _ in range(2):
            await home.tick(soc=59.5)
        assert intent_of(home).command.action is Action.CHARGE
        for _ in range(2):
            await home.tick(60, soc=60.0)
        assert home.wire.holds.charge_limit_w == 0
        for _ in range(2):
            await home.tick(60, soc=59.5)
            assert intent_of(home).command.action is Action.HOLD


class TestAStop:
    """What counts while it lasts."""

    async def test_it_is_the_request(self) -> None:
        home = home_with(emergency_stop=True)
        home.controller.automatic = planned(charge())
        await home.tick()
        assert intent_of(home) == EMERGENCY_STOP

    async def test_one_that_reached_nothing_and_is_cleared_leaves_the_plant_to_what_is_asked_for(self) -> None:
        home = home_with()
        await home.tick()
        home.wire.at_write = lambda _field: setattr(home.wire, "away", True)
        await home.controller.async_emergency_stop()
        assert home.controller.memory.applied is None
        assert home.controller.memory.written
        home.wire.away, home.wire.at_write = False, lambda _field: None
        home.controller.automatic = planned(HOLD)
        await home.controller.async_clear_emergency_stop()
        await home.tick(60)
        assert home.wire.holds.charge_limit_w == 0


class TestOverrides:
    """What ends one is said before."""

    async def test_one_that_ends_before_its_target_says_what_ends_it(self) -> None:
        home = home_with(override=new_override(OverrideKind.FORCE_CHARGE, now=NOW, power_w=1000, target_soc=100))
        await home.tick()
        assert intent_of(home).reason.details == (say("control.charging_ends", limit_soc=98.0),)

    async def test_one_that_reaches_it_does_not(self) -> None:
        home = home_with(override=new_override(OverrideKind.FORCE_CHARGE, now=NOW, power_w=1000, target_soc=90))
        await home.tick()
        assert intent_of(home).reason == say("control.force_charge", power_w=1000, target_soc=90.0)

    async def test_a_stop_that_comes_before_one_says_nothing_of_it(self) -> None:
        override = new_override(OverrideKind.FORCE_CHARGE, now=NOW, power_w=1000, target_soc=100)
        home = home_with(override=override, emergency_stop=True)
        await home.tick()
        assert intent_of(home) == EMERGENCY_STOP

    async def test_one_ends_where_the_owner_lets_the_battery_discharge_no_further(self) -> None:
        home = home_with(override=new_override(OverrideKind.FORCE_EXPORT, now=NOW, power_w=1000, target_soc=10))
        home.wire.holds = replace(OWNERS, discharge_cutoff_soc=30.0)
        for _ in range(2):
            await home.tick(soc=31.0)
        assert home.controller.memory.override is not None
        for _ in range(2):
            await home.tick(soc=30.0)
        assert home.controller.memory.override is None


class TestWhatIsHandedOn:
    """Each part sees the reading, the request and the reason."""

    async def test_whoever_forces_a_battery_that_a_virtual_power_plant_uses_is_warned(self) -> None:
        home = home_with(override=new_override(OverrideKind.FORCE_HOLD, now=NOW))
        await home.tick(ems_work_mode=EmsWorkMode.VPP)
        assert Alert.VPP in home.controller.alerts
        await home.controller.async_set_override(None)
        await home.tick(ems_work_mode=EmsWorkMode.VPP)
        assert Alert.VPP not in home.controller.alerts

    async def test_a_question_about_limits_is_not_settled_by_an_old_reading(self) -> None:
        home = home_with(limits_doubt=LimitsDoubt.FOUND_UNDER_REMOTE)
        home.wire.holds = replace(OWNERS, charge_limit_w=10_000, discharge_limit_w=10_000)
        home.read(control=home.wire.holds)
        home.wait(60)
        await home.controller.async_tick()
        assert home.controller.memory.limits_doubt is LimitsDoubt.FOUND_UNDER_REMOTE

    async def test_a_refusal_is_the_reason_for_handing_back(self) -> None:
        home = home_with()
        home.wire.refuses = {"charge_limit"}
        home.controller.automatic = planned(HOLD)
        await home.tick()
        refused = refusal(register="charge_limit_w", number="40032")
        assert home.alarmed(Alert.NOT_OBEYED) == say("control.handed_back", refused)

    async def test_whoever_keeps_writing_is_the_reason_for_waiting(self) -> None:
        home = home_with()
        home.controller.automatic = planned(HOLD)
        for _ in range(8):
            await home.tick(60)
            home.wire.holds = replace(home.wire.holds, charge_limit_w=3000)
        verdict, others = home.controller.verdict, home.alarmed(Alert.OVERWRITTEN)
        assert verdict is not None
        assert verdict.reason is not None
        assert others is not None
        assert verdict.reason.details == (replace(others, details=()), *others.details)

    async def test_what_is_held_already_is_not_even_read_again(self) -> None:
        home = home_with()
        home.controller.automatic = planned(HOLD)
        for _ in range(2):
            await home.tick(60)
        reads = home.wire.reads
        for _ in range(5):
            await home.tick(60)
        assert home.wire.reads == reads

    async def test_nor_is_an_export_limit_that_is_all_there_is(self) -> None:
        home = home_with(export_limit_w=2000)
        for _ in range(2):
            await home.tick(60)
        assert home.wire.holds.export_limit_w == 2000
        reads = home.wire.reads
        for _ in range(5):
            await home.tick(60)
        assert home.wire.reads == reads

    async def test_a_battery_has_its_time_to_follow_after_every_change(self) -> None:
        home = home_with()
        home.controller.automatic = planned(charge(500))
        for _ in range(2):
            await home.tick()
        await home.tick(50)
        home.controller.automatic = planned(charge(1000))
        await home.tick()
        for _ in range(5):
            await home.tick(5, battery_power_w=-3000)
        assert home.wire.holds.remote_ems_mode is RemoteEmsMode.CHARGE_PV_FIRST
        assert home.alarmed(Alert.NOT_OBEYED) is None

    async def test_a_battery_is_judged_after_a_restart_too(self) -> None:
        home = home_with()
        home.controller.automatic = planned(charge())
        for _ in range(2):
            await home.tick()
        home.controller = type(home.controller)(home.env, home.controller.memory)
        home.controller.automatic = planned(charge())
        home.obeys = False
        for _ in range(20):
            await home.tick(battery_power_w=-3000)
        assert home.alarmed(Alert.NOT_OBEYED) is not None

    async def test_what_is_owed_no_more_is_forgotten_once_the_plant_is_its_owners(self) -> None:
        home = home_with()
        home.controller.automatic = planned(HOLD)
        await home.tick()
        home.controller.automatic = None
        await home.tick(60)
        state = home.controller._state
        state.memory = replace(state.memory, written={"charge_limit_w": (0,)}, saved=OWNERS)
        await home.tick(60)
        assert home.controller.memory.written == {}


class TestAHandBackThatIsRefused:
    """Comes first, less and less often."""

    @pytest.fixture
    async def refused(self) -> tuple[Steered, list[str]]:
        """A home whose export limit cannot be given back, and the attempts to do so from now on."""
        home = home_with(export_limit_w=2000)
        await home.tick()
        home.wire.refuses = {"export_limit"}
        await home.controller.async_change(export_limit_w=None)
        await home.tick(60)
        assert home.alarmed(Alert.NOT_RELEASED) is not None
        attempts: list[str] = []
        home.wire.at_write = attempts.append
        return home, attempts

    async def test_nothing_else_is_written_until_it_is_taken(self, refused: tuple[Steered, list[str]]) -> None:
        home, _ = refused
        home.controller.automatic = planned(HOLD)
        for _ in range(12):
            await home.tick(10)
            assert home.wire.holds.charge_limit_w == OWNERS.charge_limit_w
        home.wire.refuses = set()
        for _ in range(2):
            await home.tick(300)
        assert home.wire.holds.export_limit_w == OWNERS.export_limit_w
        assert home.wire.holds.charge_limit_w == 0

    async def test_nothing_else_is_tried_in_the_cycle_that_finds_the_battery_disobeying(self) -> None:
        home = home_with()
        home.controller.automatic = planned(charge())
        for _ in range(2):
            await home.tick()
        home.obeys = False
        await home.tick(30, battery_power_w=-3000)
        reads = iter([True])
        home.wire.at_read = lambda: setattr(home.wire, "away", next(reads, False))
        await home.tick(battery_power_w=-3000)
        assert home.alarmed(Alert.NOT_OBEYED) is not None
        assert home.alarmed(Alert.NOT_RELEASED) is not None

    async def test_it_is_tried_less_and_less_often(self, refused: tuple[Steered, list[str]]) -> None:
        home, attempts = refused
        counts = []
        for _ in range(3):
            attempts.clear()
            for _ in range(60):
                await home.tick(10)
            counts.append(len(attempts))
        assert 0 < counts[2] < counts[0]


class TestPvThatIsNotLimited:
    """A limit that the plant does not take, or not keep to, takes nothing else with it."""

    LIMITED = replace(HOLD, pv_limit_w=1500)

    @pytest.fixture
    async def sunny(self) -> Steered:
        home = home_with(pv_limit_obeyed=True)
        for _ in range(2):
            await home.tick(pv_power_w=3000)
        home.controller.automatic = planned(self.LIMITED)
        return home

    async def test_the_rest_keeps_its_reason_and_the_owners_export_limit(self, sunny: Steered) -> None:
        sunny.wire.refuses = {"pv_limit"}
        await sunny.controller.async_change(export_limit_w=2000)
        assert sunny.wire.holds.export_limit_w == 2000
        await sunny.tick(60, pv_power_w=3000)
        assert [attempt["reason"] for attempt in sunny.audit.attempts][-2:] == [plain("cheap")] * 2
        assert "pv_limit_w" not in sunny.controller.memory.written

    async def test_one_that_is_refused_again_and_again_is_said_with_what_was_refused(self, sunny: Steered) -> None:
        sunny.wire.refuses = {"pv_limit"}
        for _ in range(40):
            await sunny.tick(60, pv_power_w=3000)
        refused = refusal(register="pv_limit_w", number="40036")
        assert sunny.alarmed(Alert.PV_NOT_OBEYED) == say("control.pv_not_obeyed", refused)

    async def test_pv_that_goes_on_above_its_limit_is_noticed(self, sunny: Steered) -> None:
        for _ in range(30):
            await sunny.tick(10, pv_power_w=3000)
        assert sunny.alarmed(Alert.PV_NOT_OBEYED) is not None

    async def test_one_that_somebody_else_keeps_setting_is_left_to_them(self, sunny: Steered) -> None:
        for _ in range(4):
            await sunny.tick(60, pv_power_w=1000)
            sunny.wire.holds = replace(sunny.wire.holds, pv_limit_w=2500)
        for _ in range(3):
            await sunny.tick(60, pv_power_w=1000)
        assert sunny.wire.holds.pv_limit_w == 2500

    async def test_one_that_cannot_be_taken_back_is_not_tried_at_every_reading(self, sunny: Steered) -> None:
        await sunny.tick(pv_power_w=1500)
        sunny.wire.refuses = {"pv_limit"}
        attempts: list[str] = []
        sunny.wire.at_write = attempts.append
        sunny.controller.automatic = planned(HOLD)
        for _ in range(30):
            await sunny.tick(1, pv_power_w=1500)
        assert 0 < attempts.count("pv_limit") < 10

    async def test_the_rest_is_as_urgent_as_the_whole(self) -> None:
        sunny = home_with(pv_limit_obeyed=True, export_limit_w=2000)
        sunny.wire.refuses = {"pv_limit"}
        sunny.controller.automatic = planned(replace(charge(), pv_limit_w=1500))
        sunny.audit.fail()
        warm = {name: replace(each, max_cell_temperature_c=60.0) for name, each in TELEMETRY.inverters.items()}
        await sunny.tick(pv_power_w=3000, inverters=warm)
        assert (sunny.wire.holds.charge_limit_w, sunny.wire.holds.export_limit_w) == (0, 2000)

    async def test_one_that_a_stop_could_not_take_back_is_taken_back_under_it(self, sunny: Steered) -> None:
        await sunny.tick(pv_power_w=1500)
        sunny.wire.refuses = {"pv_limit"}
        await sunny.controller.async_emergency_stop()
        assert sunny.wire.holds.pv_limit_w == 1500
        sunny.wire.refuses = set()
        for _ in range(40):
            await sunny.tick(pv_power_w=1500)
        assert sunny.wire.holds.pv_limit_w is None

    async def test_a_stop_does_not_wait_with_taking_it_back(self, sunny: Steered) -> None:
        await sunny.tick(pv_power_w=1500)
        sunny.wire.refuses = {"pv_limit"}
        sunny.controller.automatic = None
        for _ in range(20):
            await sunny.tick(1, pv_power_w=1500)
        attempts: list[str] = []
        sunny.wire.at_write = attempts.append
        await sunny.controller.async_emergency_stop()
        assert "pv_limit" in attempts

    async def test_taking_it_back_leaves_the_owners_export_limit(self, sunny: Steered) -> None:
        await sunny.controller.async_change(export_limit_w=2000)
        await sunny.tick(60, pv_power_w=1500)
        assert (sunny.wire.holds.pv_limit_w, sunny.wire.holds.export_limit_w) == (1500, 2000)
        sunny.wire.refuses = {"pv_limit"}
        sunny.controller.automatic = None
        await sunny.tick(60, pv_power_w=1500)
        assert (sunny.wire.holds.remote_ems_enabled, sunny.wire.holds.pv_limit_w) == (False, 1500)
        sunny.wire.refuses = set()
        for _ in range(5):
            await sunny.tick(pv_power_w=1500)
            assert sunny.wire.holds.export_limit_w == 2000
        assert sunny.wire.holds.pv_limit_w is None

    async def test_a_test_that_the_end_of_control_ends_says_so(self) -> None:
        home = home_with()
        for _ in range(3):
            await home.tick(pv_power_w=3000)
        test = await home.controller._begin_pv_test()
        await home.controller.async_close(plain("ends"))
        assert test.said is not None
        assert test.said.details == (plain("ends"),)


async def test_nothing_counts_before_the_first_cycle() -> None:
    home = home_with(override=new_override(OverrideKind.FORCE_HOLD, now=NOW - timedelta(minutes=1)))
    assert (home.controller.intent, home.controller.verdict) == (None, None)
