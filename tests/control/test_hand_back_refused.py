"""A plant that goes on ignoring that it is handed back: how often it is asked again, and what makes it be asked at once."""

from datetime import timedelta
from itertools import pairwise

import pytest
from rig import Rig

from custom_components.sigenstor_panel.command import Action, Actor, Command
from custom_components.sigenstor_panel.control.intents import Intent, OverrideKind, new_override
from custom_components.sigenstor_panel.control.memory import ControlMode, ControlSettings

OFF = ((40029, 40029),)
"""The register that switches remote control off."""
LIMITS = ((40032, 40035),)
LONG_S = 800
"""So long that it is asked every five minutes only, and was not just now."""


@pytest.fixture
async def rig() -> Rig:
    """A plant that was on hold, and has just ignored for the first time that it is handed back."""
    rig = Rig(ControlSettings(mode=ControlMode.AUTO, acknowledge_after=timedelta(0)))
    await rig.poll()
    await rig.controller.async_set_override(new_override(OverrideKind.FORCE_HOLD, now=rig.now))
    await rig.run(70)
    rig.plant.quirks["silently_ignored_registers"] = OFF
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
        command=Command(action=Action.HOLD), actor=Actor.OPTIMISER, owner="Optimiser", reason="test", expires_at=None
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
