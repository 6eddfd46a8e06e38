"""A plant that goes on ignoring that it is handed back: how often it is asked again, and what makes it be asked at once."""

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from rig import Rig

from custom_components.sigenstor_panel.control.intents import Intent, OverrideKind, new_override
from custom_components.sigenstor_panel.control.memory import ControlMode, ControlSettings
from custom_components.sigenstor_panel.control.waiting import NotDoneError
from custom_components.sigenstor_panel.model.command import Action, Actor, Command
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.records.audit_log import Outcome
from tests.english import english

OFF = ((40029, 40029),)
"""The register that switches remote control off."""
LIMITS = ((40032, 40035),)
LONG_S = 800
"""So long that it is asked every five minutes only, and was not just now."""


@pytest.fixture
async def rig() -> Rig:
    """A plant that was on hold, and has just ignored for the first time that it is handed back."""
    rig = Rig(ControlSettings(mode=ControlMode.AUTO, acknowledge_after=timedelta(0)))
    await rig.run(20)
    await rig.controller.async_set_override(new_override(OverrideKind.FORCE_HOLD, now=rig.now))
    await rig.run(70)
    rig.plant.quirks["silently_ignored_registers"] = OFF
    with pytest.raises(NotDoneError, match="40029"):
        await rig.controller.async_set_override(None)
    return rig


def attempts_s(rig: Rig) -> list[float]:
    """Return when it was asked."""
    return [write.steady_s for write in rig.writes if write.address == 40029 and write.words == (0,)]


async def test_it_is_asked_again_after_half_a_minute_and_then_less_often_down_to_every_five_minutes(rig: Rig) -> None:
    await rig.run(1400)
    assert [after - before for before, after in pairwise(attempts_s(rig))] == [30, 60, 120, 240, 300, 300, 300]


async def test_after_it_was_taken_the_next_refusal_is_tried_quickly_again(rig: Rig) -> None:
    await rig.run(LONG_S)
    rig.plant.quirks["silently_ignored_registers"] = ()
    await rig.run(300)
    assert rig.register(40029) == 0
    rig.controller.automatic = Intent(
        command=Command(action=Action.HOLD),
        actor=Actor.OPTIMISER,
        requested_by=say("word.actor_optimiser"),
        reason=plain("test"),
        expires_at=None,
    )
    await rig.run(70)
    rig.plant.quirks["silently_ignored_registers"] = OFF
    before = len(attempts_s(rig))
    rig.controller.automatic = None
    await rig.run(50)
    assert len(attempts_s(rig)) == before + 2


async def test_it_is_asked_at_once_when_it_is_back_after_it_was_away(rig: Rig) -> None:
    await rig.run(LONG_S)
    rig.link_down = True
    await rig.run(60)
    rig.link_down = False
    rig.plant.quirks["silently_ignored_registers"] = ()
    await rig.run(10)
    assert rig.register(40029) == 0


@pytest.mark.parametrize("kind", [*OverrideKind, None])
async def test_it_is_asked_at_once_when_a_person_forces_something_or_clears_it(
    rig: Rig, kind: OverrideKind | None
) -> None:
    await rig.run(LONG_S)
    before = len(attempts_s(rig))
    with suppress(NotDoneError):
        await rig.controller.async_set_override(None if kind is None else new_override(kind, now=rig.now))
    assert len(attempts_s(rig)) == before + 1


async def test_half_a_minute_after_an_emergency_stop_that_failed_and_was_cleared_it_is_asked_again(rig: Rig) -> None:
    await rig.run(LONG_S)
    rig.plant.quirks["refused_registers"] = LIMITS
    await rig.controller.async_emergency_stop()
    await rig.controller.async_clear_emergency_stop()
    before = len(attempts_s(rig))
    rig.steady_s += 30
    await rig.controller.async_tick()
    assert len(attempts_s(rig)) == before + 1


async def test_an_emergency_stop_does_not_wait_for_it_and_is_tried_at_every_tick(rig: Rig) -> None:
    await rig.run(LONG_S)
    rig.plant.quirks["silently_ignored_registers"] = OFF + LIMITS
    await rig.controller.async_emergency_stop()
    await rig.run(100)
    assert [row.actor for row in rig.record.rows][-11:] == [Actor.SAFETY] * 11
    rig.plant.quirks["silently_ignored_registers"] = OFF
    await rig.run(10)
    assert (rig.register(40032), rig.register(40034)) == (0.0, 0.0)


class TestTheRecord:
    """What the audit says of it."""

    def outcomes(self, rig: Rig) -> list[Outcome]:
        """Return what came of every hand-back."""
        return [row.outcome for row in rig.record.rows if row.action is Action.RELEASE]

    async def test_attempts_that_fail_alike_share_the_row_of_the_second_one(self, rig: Rig) -> None:
        assert self.outcomes(rig) == [Outcome.REVERTED]
        await rig.run(1400)
        assert self.outcomes(rig) == [Outcome.REVERTED, Outcome.STARTED]

    async def test_every_attempt_is_written_while_a_row_waits_for_its_outcome(self, rig: Rig) -> None:
        await rig.run(1400)
        rows = [write.row for write in rig.writes if write.address == 40029 and write.words == (0,)]
        assert [row.action for row in rows if row is not None] == [Action.RELEASE] * 8

    async def test_the_row_ends_with_how_often_and_how_long_it_was_tried_until_it_was_taken(self, rig: Rig) -> None:
        await rig.run(LONG_S)
        rig.plant.quirks["silently_ignored_registers"] = ()
        await rig.run(300)
        assert self.outcomes(rig) == [Outcome.REVERTED, Outcome.CONFIRMED]
        assert english(rig.record.rows[-1].detail) == "6 attempts in 17 min"

    async def test_another_reason_ends_the_row_and_the_next_attempts_share_another(self, rig: Rig) -> None:
        await rig.run(LONG_S)
        rig.plant.quirks.update(silently_ignored_registers=(), refused_registers=OFF)
        await rig.run(1400)
        assert self.outcomes(rig) == [Outcome.REVERTED, Outcome.FAILED, Outcome.STARTED]
        assert english(rig.record.rows[-2].detail).endswith(". 6 attempts in 17 min.")

    async def test_an_attempt_that_writes_something_else_has_a_row_of_its_own(self, rig: Rig) -> None:
        await rig.run(LONG_S)
        rig.plant.holding[40032] = 3.0
        await rig.run(300)
        assert self.outcomes(rig) == [Outcome.REVERTED, Outcome.REVERTED, Outcome.STARTED]
        assert english(rig.record.rows[-2].detail) == (
            "The SigenStor did not keep what was written. Register 40029 (remote control) reads on instead of off. "
            "5 attempts in 12 min."
        )

    async def test_a_plant_that_hands_itself_back_in_the_end_leaves_no_row_without_outcome(self, rig: Rig) -> None:
        await rig.run(LONG_S)
        rig.plant.holding[40029] = 0.0
        await rig.run(300)
        assert rig.controller.memory.saved is None
        assert self.outcomes(rig) == [Outcome.REVERTED, Outcome.REVERTED]

    async def test_an_emergency_stop_has_a_row_for_each_attempt_and_ends_the_one_that_waits(self, rig: Rig) -> None:
        await rig.run(LONG_S)
        rig.plant.quirks["refused_registers"] = LIMITS
        await rig.controller.async_emergency_stop()
        await rig.run(30)
        assert self.outcomes(rig) == [Outcome.REVERTED, Outcome.REVERTED]
        assert [row.outcome for row in rig.record.rows if row.actor is Actor.SAFETY] == [Outcome.FAILED] * 4

    async def test_a_controller_that_died_meanwhile_leaves_an_interrupted_row_and_the_next_one_goes_on(
        self, rig: Rig
    ) -> None:
        await rig.run(LONG_S)
        await rig.restart()
        rig.plant.quirks["silently_ignored_registers"] = ()
        await rig.run(120)
        assert rig.register(40029) == 0
        assert self.outcomes(rig) == [Outcome.REVERTED, Outcome.INTERRUPTED, Outcome.CONFIRMED]

    async def test_a_hand_back_that_is_taken_after_none_could_be_tried_is_recorded(self, rig: Rig) -> None:
        rig.plant.quirks["silently_ignored_registers"] = ()
        rig.plant.pv_power_w = 0
        await rig.run(100)
        charge = new_override(OverrideKind.FORCE_CHARGE, now=rig.now, power_w=1000)
        await rig.controller.async_set_override(charge)
        rig.plant.battery_power_w = -500
        await rig.run(30)
        rig.now += timedelta(seconds=10)
        rig.steady_s += 10
        await rig.poll()
        rig.link_down = True
        await rig.controller.async_tick()
        assert "could not be returned to its own mode" in english(rig.controller.alert)
        assert self.outcomes(rig) == [Outcome.REVERTED, Outcome.CONFIRMED]
        rig.link_down = False
        await rig.run(20)
        assert self.outcomes(rig) == [Outcome.REVERTED, Outcome.CONFIRMED, Outcome.CONFIRMED]


async def test_a_mode_that_moves_the_battery_and_was_refused_is_given_back_once_the_plant_takes_it() -> None:
    rig = Rig(ControlSettings(mode=ControlMode.AUTO, acknowledge_after=timedelta(0)))
    rig.plant.pv_power_w = 0
    await rig.run(20)
    await rig.controller.async_set_override(new_override(OverrideKind.FORCE_EXPORT, now=rig.now, power_w=1000))
    moving = rig.register(40031)
    await rig.run(70)
    rig.plant.quirks["refused_registers"] = ((40031, 40031),)
    with pytest.raises(NotDoneError, match="40031"):
        await rig.controller.async_set_override(None)
    assert (rig.register(40029), rig.register(40031)) == (0, moving)
    rig.plant.quirks["refused_registers"] = ()
    await rig.run(60)
    assert (rig.register(40029), rig.register(40031)) == (0, 2)
    assert rig.controller.alert is None


async def test_a_mode_that_the_plant_does_not_take_while_it_runs_on_its_own_is_let_be() -> None:
    rig = Rig(ControlSettings(mode=ControlMode.AUTO, acknowledge_after=timedelta(0)))
    rig.plant.pv_power_w = 0
    await rig.run(20)
    await rig.controller.async_set_override(new_override(OverrideKind.FORCE_EXPORT, now=rig.now, power_w=1000))
    await rig.run(70)
    rig.plant.quirks["refused_registers"] = ((40031, 40031),)
    with suppress(NotDoneError):
        await rig.controller.async_set_override(None)
    await rig.run(120)
    rows = len(rig.record.rows)
    await rig.run(600)
    assert len(rig.record.rows) == rows
    assert rig.controller.memory.written == {}
    assert rig.controller.alert is None
