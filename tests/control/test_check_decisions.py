"""What a check makes of what it sees, step by step, and that it puts back what it asked for."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bench import Bench
from guardrail_examples import SELF_CONSUME
import pytest
from wired import SETTINGS, Steered

from custom_components.sigenstor_panel.control.check import Check, Doors
from custom_components.sigenstor_panel.control.check_result import CheckResult, Step, finding
from custom_components.sigenstor_panel.control.guardrails import Verdict, VerdictKind
from custom_components.sigenstor_panel.control.intents import Override, OverrideKind, new_override
from custom_components.sigenstor_panel.control.pv_test import PvTest
from custom_components.sigenstor_panel.control.waiting import NotDoneError
from custom_components.sigenstor_panel.model.message import Message, plain, say
from custom_components.sigenstor_panel.model.telemetry import Source

ENDED = say("control.check_ended")


class Checked(Steered):
    """A plant in the sun, and a check of it."""

    sun_w = 3000

    async def tick(self, seconds: float = 10.0, **telemetry: Any) -> None:
        limit_w = self.wire.holds.pv_limit_w
        pv_w = self.sun_w if limit_w is None else min(self.sun_w, limit_w)
        await super().tick(seconds, **{"pv_power_w": pv_w, "house_power_w": pv_w, "grid_power_w": 0, **telemetry})
        await self.settle()

    async def begin(self) -> None:
        await self.controller.async_check()
        await self.settle()

    async def until(self, step: Step | None, *, most: int = 200, **telemetry: Any) -> None:
        """Let time pass until a step runs; None: until the check is over."""
        for _ in range(most):
            if self.controller.check.step is step:
                return
            await self.tick(**telemetry)
        raise AssertionError(self.controller.check.step)

    def found(self, step: Step) -> tuple[bool | None, Message]:
        """Return what was found in a step."""
        result = self.controller.check.result
        assert result is not None
        (one,) = (each for each in result.findings if each.step is step)
        return one.obeyed, one.said


@pytest.fixture
async def home() -> AsyncIterator[Checked]:
    """Return a plant in the sun; a check that still runs at the end is ended."""
    home = Checked()
    home.firmware = "SPC115"
    for _ in range(2):
        await home.tick()
    yield home
    home.controller.check.end()
    await home.until(None)


async def again(home: Checked) -> None:
    """Let control do what is due on the reading that it has seen already."""
    home.wait(1)
    await home.controller.async_tick()
    await home.settle()


def says(step: Step, obeyed: bool | None, why: Message | None) -> tuple[bool | None, Message]:
    return obeyed, finding(step, obeyed, why).said


class TestAPlantThatObeys:
    """Every step is tried in its turn, and seen to be followed."""

    async def test_each_step_says_what_was_asked_and_what_was_seen(self, home: Checked) -> None:
        before = home.wire.holds
        await home.begin()
        await home.until(None)
        seen = lambda asked_w: say("control.check_seen", asked_w=asked_w, seen_w=asked_w)  # noqa: E731
        assert home.found(Step.READ) == says(Step.READ, True, say("control.check_reading", soc=50.0, seen_w=0))
        assert home.found(Step.HOLD) == says(Step.HOLD, True, seen(0))
        assert home.found(Step.CHARGE) == says(Step.CHARGE, True, seen(1000))
        assert home.found(Step.DISCHARGE) == says(Step.DISCHARGE, True, seen(-1000))
        assert home.found(Step.PV_LIMIT)[0] is True
        await home.tick(60)
        await home.tick(60)
        assert home.wire.holds == before
        assert (home.controller.memory.override, home.controller.memory.written) == (None, {})

    async def test_what_it_found_is_remembered_with_its_time_and_firmware(self, home: Checked) -> None:
        began = home.now
        assert home.controller.check.result is None
        await home.begin()
        assert home.controller.check.result == CheckResult(at=began, firmware="SPC115")
        await home.until(None)
        check = home.controller.memory.check
        assert check is not None
        assert (check.at, check.firmware, [each.step for each in check.findings]) == (began, "SPC115", list(Step))
        assert home.controller.check.result == check
        assert home.disk is not None
        assert home.disk.check == check

    async def test_a_step_has_to_be_followed_for_fifty_seconds(self, home: Checked) -> None:
        await home.begin()
        await home.until(Step.HOLD)
        began_s = home.steady_s
        await home.until(Step.CHARGE)
        assert home.steady_s - began_s == 50.0

    async def test_people_see_every_step_as_it_comes(self, home: Checked) -> None:
        home.seen_writing.clear()
        await home.begin()
        assert home.controller.check.step is Step.READ
        assert home.seen_writing != []
        await home.until(Step.HOLD)
        home.seen_writing.clear()
        await home.until(None)
        assert home.controller.check.step is None
        assert home.seen_writing != []

    async def test_it_asks_as_people_do_with_a_kilowatt_and_an_end(self, home: Checked) -> None:
        await home.begin()
        orders = {}
        for step in (Step.HOLD, Step.CHARGE, Step.DISCHARGE):
            await home.until(step)
            override = home.controller.memory.override
            if override is None or override.kind in [order.kind for order in orders.values()]:
                await home.tick()
                override = home.controller.memory.override
            assert override is not None
            orders[step] = override
        assert [(order.kind, order.power_w) for order in orders.values()] == [
            (OverrideKind.FORCE_HOLD, 0),
            (OverrideKind.FORCE_CHARGE, 1000),
            (OverrideKind.FORCE_EXPORT, 1000),
        ]
        for order in orders.values():
            assert order.expires_at is not None
            assert order.expires_at - order.started_at == timedelta(seconds=2 * 60 + 180 + 180)
        assert orders[Step.CHARGE].target_soc == SETTINGS.charge_target_soc
        assert orders[Step.DISCHARGE].target_soc == SETTINGS.export_floor_soc


class TestReading:
    """A plant that is not read is not tried."""

    async def test_one_reading_is_not_enough(self, home: Checked) -> None:
        await home.begin()
        await home.tick()
        assert home.controller.check.step is Step.READ
        await home.tick()
        assert home.controller.check.step is Step.HOLD

    async def test_the_same_reading_is_none(self, home: Checked) -> None:
        await home.begin()
        for _ in range(3):
            home.wait(1)
            await home.controller.async_tick()
            await home.settle()
        assert home.controller.check.step is Step.READ

    async def test_nor_is_a_new_one_that_is_seen_twice(self, home: Checked) -> None:
        await home.begin()
        await home.tick()
        for _ in range(3):
            await again(home)
        assert home.controller.check.step is Step.READ

    @pytest.mark.parametrize("reading", [{"soc": None}, {"battery_power_w": None}, {"source": Source.CLOUD}])
    async def test_a_reading_without_what_counts_is_none_and_after_a_minute_and_a_half_it_was_not_read(
        self, home: Checked, reading: dict[str, Any]
    ) -> None:
        await home.begin()
        for _ in range(8):
            await home.tick(**reading)
        assert home.controller.check.step is Step.READ
        await home.tick(9.5, **reading)
        assert home.controller.check.step is Step.READ
        await home.tick(0.5, **reading)
        assert home.controller.check.step is None
        why = say("control.cloud_reading") if "source" in reading else None
        assert home.found(Step.READ) == says(Step.READ, False, why)
        not_read = say("control.check_not_read")
        for step in list(Step)[1:]:
            assert home.found(step) == says(step, None, not_read)
        assert home.wire.written == []


class TestHowLong:
    """A step is followed for a while, in readings of its own."""

    async def test_two_readings_are_enough_where_they_are_far_apart(self, home: Checked) -> None:
        await home.begin()
        await home.until(Step.HOLD)
        for _ in range(2):
            assert home.controller.check.step is Step.HOLD
            await home.tick(29)
        assert home.controller.check.step is Step.CHARGE

    async def test_one_reading_that_is_seen_twice_is_one(self, home: Checked) -> None:
        await home.begin()
        await home.until(Step.HOLD)
        await home.tick(50)
        await again(home)
        assert home.controller.check.step is Step.HOLD
        await home.tick()
        assert home.controller.check.step is Step.CHARGE

    async def test_steps_of_less_than_a_kilowatt_are_waited_for(self, home: Checked) -> None:
        limits = replace(SETTINGS.limits, step_w=600)
        await home.controller.async_change(settings=replace(SETTINGS, limits=limits))
        await home.begin()
        await home.until(None)
        seen = say("control.check_seen", asked_w=1000, seen_w=1000)
        assert home.found(Step.CHARGE) == says(Step.CHARGE, True, seen)

    @pytest.mark.parametrize("step_w", [500, 900])
    @pytest.mark.parametrize("battery_w", [2500, -2500])
    async def test_a_battery_that_does_something_else_meanwhile_does_not_obey(
        self, home: Checked, step_w: int, battery_w: int
    ) -> None:
        limits = replace(SETTINGS.limits, step_w=step_w)
        await home.controller.async_change(settings=replace(SETTINGS, limits=limits))
        await home.begin()
        await home.until(Step.CHARGE)
        home.obeys = False
        await home.until(None, battery_power_w=battery_w)
        assert home.found(Step.CHARGE)[0] is False

    async def test_it_charges_and_discharges_within_what_the_owner_set(self, home: Checked) -> None:
        await home.controller.async_change(settings=replace(SETTINGS, charge_target_soc=80.0, export_floor_soc=30.0))
        await home.begin()
        targets = dict[OverrideKind, float | None]()
        while home.controller.check.step is not None:
            if override := home.controller.memory.override:
                targets[override.kind] = override.target_soc
            await home.tick()
        assert targets == {
            OverrideKind.FORCE_HOLD: None,
            OverrideKind.FORCE_CHARGE: 80.0,
            OverrideKind.FORCE_EXPORT: 30.0,
        }


class TestABatteryThatDoesNotFollow:
    """It is told what was asked and what was seen."""

    async def test_one_that_does_something_else_does_not_obey(self, home: Checked) -> None:
        home.obeys = False
        await home.begin()
        await home.until(None, battery_power_w=2500)
        for step, asked_w in ((Step.HOLD, 0), (Step.CHARGE, 1000), (Step.DISCHARGE, -1000)):
            seen = say("control.check_seen", asked_w=asked_w, seen_w=2500)
            assert home.found(step) == says(step, False, seen)

    async def test_each_step_is_judged_by_its_own_command_alone(self, home: Checked) -> None:
        home.obeys = False
        await home.begin()
        await home.until(Step.CHARGE, battery_power_w=2500)
        home.obeys = True
        await home.until(None)
        assert [home.found(step)[0] for step in (Step.HOLD, Step.CHARGE, Step.DISCHARGE)] == [False, True, True]

    async def test_one_that_rests_where_it_should_move_is_not_said_to_follow(self, home: Checked) -> None:
        await home.begin()
        await home.until(Step.CHARGE)
        await home.until(Step.DISCHARGE, battery_power_w=100)
        seen = say("control.check_seen", asked_w=1000, seen_w=100)
        assert home.found(Step.CHARGE) == says(Step.CHARGE, False, seen)

    @pytest.mark.parametrize(("battery_w", "follows"), [(300, False), (301, True)])
    async def test_one_that_is_held_down_by_something_else_is_not_said_to_follow(
        self, home: Checked, battery_w: int, follows: bool
    ) -> None:
        await home.begin()
        home.wire.holds = replace(home.wire.holds, charge_cutoff_soc=51.0)
        await home.until(Step.CHARGE)
        for _ in range(14):
            await home.tick(battery_power_w=battery_w)
        assert (home.controller.check.step is not Step.CHARGE) is follows

    async def test_two_readings_in_a_row_have_to_fit(self, home: Checked) -> None:
        await home.begin()
        await home.until(Step.HOLD)
        for battery_w in (0, 3000) * 4:
            await home.tick(battery_power_w=battery_w)
        assert home.controller.check.step is Step.HOLD

    async def test_a_plant_that_takes_nothing_does_not_obey(self, home: Checked) -> None:
        home.wire.refuses = {"charge_limit", "discharge_limit"}
        await home.begin()
        await home.until(Step.CHARGE)
        obeyed, said = home.found(Step.HOLD)
        assert obeyed is False
        assert "control.not_taken" in [detail.key for detail in said.details]
        await home.until(None)
        assert home.found(Step.CHARGE)[0] is None

    async def test_one_that_is_away_is_not_said_to_disobey(self, home: Checked) -> None:
        await home.begin()
        await home.until(Step.HOLD)
        home.wire.away = True
        home.wire.holds = replace(home.wire.holds, charge_limit_w=3000)
        await home.tick()
        home.wire.away = False
        await home.until(None)
        assert home.found(Step.CHARGE)[0] is not False

    async def test_a_step_that_shows_nothing_ends_after_its_time(self, home: Checked) -> None:
        await home.begin()
        await home.until(Step.HOLD)
        began_s = home.steady_s
        await home.until(Step.CHARGE, battery_power_w=None)
        assert home.steady_s - began_s == 300.0
        assert home.found(Step.HOLD) == says(Step.HOLD, None, say("control.check_seen", asked_w=0, seen_w=0))

    async def test_one_whose_last_reading_only_does_something_else_does_not_obey(self, home: Checked) -> None:
        await home.begin()
        await home.until(Step.HOLD)
        until_s = home.steady_s + 300
        while home.controller.check.step is Step.HOLD:
            await home.tick(battery_power_w=None if home.steady_s < until_s - 10 else 3000)
        seen = say("control.check_seen", asked_w=0, seen_w=3000)
        assert home.found(Step.HOLD) == says(Step.HOLD, False, seen)

    async def test_one_that_is_away_is_not_blamed_for_the_step_before(self, home: Checked) -> None:
        home.obeys = False
        await home.begin()
        home.wire.at_read = lambda: setattr(home.wire, "away", home.controller.check.step is Step.CHARGE)
        await home.until(None, battery_power_w=2500)
        assert home.found(Step.HOLD)[0] is False
        assert home.found(Step.CHARGE)[0] is None

    async def test_a_hand_back_that_is_refused_before_it_says_nothing_of_the_limit_on_pv(self, home: Checked) -> None:
        home.wire.at_write = lambda _field: home.wire.refuses.update(
            {"remote_ems_enabled"} if home.controller.check.step is Step.PV_LIMIT else ()
        )
        await home.begin()
        await home.until(Step.DISCHARGE)
        while home.controller.check.step is not None:
            await home.tick(30)
        assert home.found(Step.DISCHARGE)[0] is True
        assert home.found(Step.PV_LIMIT)[0] is None

    async def test_a_verdict_from_before_a_step_says_nothing_of_it(self) -> None:
        bench = Bench()
        before = Verdict(kind=VerdictKind.ADJUSTED, command=SELF_CONSUME, reason=plain("too cold"))

        async def ask(override: Override | None) -> None:
            await bench.state.keep(override=override)

        async def test_pv() -> PvTest:
            raise NotDoneError(plain("no sun"))

        check = bench.part(Check, Doors(override=ask, test_pv=test_pv, held=lambda _: None, verdict=lambda: before))
        check.begin()
        run = asyncio.ensure_future(check.run())
        for _ in range(4):
            for _ in range(30):
                await asyncio.sleep(0)
            bench.wait(10)
            bench.read()
            check.cycled()
        for _ in range(30):
            await asyncio.sleep(0)
        assert check.step is Step.HOLD
        check.end()
        await run

    async def test_a_full_battery_is_not_charged(self, home: Checked) -> None:
        await home.begin()
        await home.until(Step.DISCHARGE, soc=100.0)
        target_soc = SETTINGS.charge_target_soc
        label = OverrideKind.FORCE_CHARGE.label
        met = say("control.target_over", override=label, soc=100.0, target_soc=target_soc)
        assert home.found(Step.CHARGE) == says(Step.CHARGE, None, met)

    async def test_a_battery_that_a_guardrail_spares_is_not_tried(self, home: Checked) -> None:
        await home.begin()
        await home.until(Step.CHARGE)
        cold = {
            name: replace(inverter, min_cell_temperature_c=-20.0) for name, inverter in home.read().inverters.items()
        }
        await home.until(Step.DISCHARGE, inverters=cold)
        obeyed, said = home.found(Step.CHARGE)
        assert obeyed is None
        assert [detail.key for detail in said.details][:1] == ["control.too_cold"]


class TestItsEnd:
    """Whatever a person does instead ends it, and what it asked for is put back."""

    async def test_what_is_asked_for_instead_ends_it_and_stays(self, home: Checked) -> None:
        await home.begin()
        await home.until(Step.CHARGE)
        order = new_override(OverrideKind.FORCE_HOLD, now=home.now)
        await home.controller.async_set_override(order)
        await home.until(None)
        assert home.controller.memory.override == order
        assert home.found(Step.CHARGE) == says(Step.CHARGE, None, ENDED)
        assert home.found(Step.PV_LIMIT) == says(Step.PV_LIMIT, None, ENDED)

    async def test_a_person_who_clears_it_has_the_plant_given_back(self, home: Checked) -> None:
        await home.begin()
        await home.until(Step.CHARGE)
        await home.tick(60)
        await home.controller.async_set_override(None)
        await home.settle()
        assert home.controller.check.step is None
        assert home.controller.memory.override is None
        assert home.found(Step.READ)[0] is True

    async def test_without_a_check_there_is_none_to_end(self, home: Checked) -> None:
        home.controller.check.end()
        assert home.controller.check.ended is None

    async def test_another_check_begins_anew(self, home: Checked) -> None:
        await home.begin()
        await home.until(Step.CHARGE)
        await home.controller.async_set_override(None)
        await home.settle()
        await home.tick(120)
        await home.begin()
        await home.until(None)
        assert home.found(Step.DISCHARGE)[0] is True

    async def test_while_the_disk_does_not_take_it_it_is_put_back_later(self, home: Checked) -> None:
        home.sun_w = 100
        await home.begin()
        await home.until(Step.DISCHARGE)
        for _ in range(3):
            await home.tick()
        home.disk_error = OSError("full")
        for _ in range(15):
            await home.tick()
        assert home.controller.memory.override is not None
        home.disk_error = None
        for _ in range(3):
            await home.tick()
        assert home.controller.check.step is None
        assert home.controller.memory.override is None

    async def test_an_override_that_ended_by_itself_ends_its_step(self, home: Checked) -> None:
        await home.begin()
        await home.until(Step.CHARGE)
        await home.tick()
        await home.until(Step.DISCHARGE, soc=96.0)
        obeyed, said = home.found(Step.CHARGE)
        assert obeyed is None
        assert [detail.key for detail in said.details] == ["control.target_over"]
