"""A control register that the plant refuses to say: what is owed to it is not forgotten."""

from contextlib import suppress
from datetime import timedelta

import pytest
from rig import Rig

from custom_components.sigenstor_panel.control.intents import Intent, OverrideKind, new_override
from custom_components.sigenstor_panel.control.memory import ControlMode, ControlSettings
from custom_components.sigenstor_panel.control.waiting import NotDoneError
from custom_components.sigenstor_panel.model.command import Action, Actor, Command
from custom_components.sigenstor_panel.model.message import plain, say
from simulator.disturbances import Disturbances, parse_disturbances


def hold(rig: Rig, export_limit_w: int | None = None) -> None:
    """Have the optimiser ask for a hold."""
    rig.controller.automatic = Intent(
        command=Command(action=Action.HOLD, export_limit_w=export_limit_w),
        actor=Actor.OPTIMISER,
        requested_by=say("word.actor_optimiser"),
        reason=plain("test"),
        expires_at=None,
    )


async def refuse(rig: Rig, address: int, seconds: int = 60, **more: int) -> None:
    """Have a register refused for a while."""
    disturbance = {"access": "read", "unit": 247, "addresses": [[address, address + 1]], "exception": 2, **more}
    rig.plant.disturbances.add(parse_disturbances([disturbance]), rig.plant.time_s)
    await rig.run(seconds)
    rig.plant.disturbances = Disturbances()


async def an_hour(rig: Rig) -> None:
    """Let registers that were refused be asked for again."""
    rig.steady_s += 3600
    await rig.client.async_read(slow=True)
    await rig.run(310)


@pytest.fixture
async def rig() -> Rig:
    """A plant on hold, with an export limit."""
    rig = Rig(ControlSettings(mode=ControlMode.AUTO, acknowledge_after=timedelta(0)))
    rig.plant.holding[40038] = 5.0
    await rig.run(20)
    hold(rig, 0)
    await rig.run(150)
    assert [rig.register(address) for address in (40032, 40034, 40038)] == [0, 0, 0.01]
    return rig


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(("address", "owners"), [(40032, 10.0), (40034, 10.0), (40038, 5.0)])
async def test_what_was_there_is_given_back(rig: Rig, address: int, owners: float, restarted: bool) -> None:
    await refuse(rig, address)
    rig.controller.automatic = None
    if restarted:
        await rig.restart()
    await rig.run(300)
    assert rig.register(40029) == 0
    assert rig.controller.memory.written
    await an_hour(rig)
    assert (rig.register(address), rig.controller.memory.written) == (owners, {})


@pytest.mark.parametrize("address", [40032, 40034, 40038, 40047])
async def test_one_that_is_never_read_again_keeps_neither_the_hand_back_nor_the_next_command_waiting(
    rig: Rig, address: int
) -> None:
    rig.plant.disturbances.add(
        parse_disturbances([{"access": "read", "unit": 247, "addresses": [[address, address + 1]], "exception": 2}]),
        rig.plant.time_s,
    )
    await rig.run(60)
    rig.controller.automatic = None
    await rig.run(300)
    assert rig.register(40029) == 0
    # Why it was handed back is said; that it could not be is not.
    assert rig.controller.alert is not None
    assert rig.controller.alert.key == "control.handed_back"
    assert rig.controller.memory.written, "it is owed until somebody has read it"

    written = len(rig.writes)
    await rig.run(600)
    assert len(rig.writes) == written, "what the plant took is not written again and again"
    with suppress(NotDoneError):
        await rig.controller.async_set_override(new_override(OverrideKind.FORCE_HOLD, now=rig.now))
    assert (40029, (1,)) in {(write.address, write.words) for write in rig.writes[written:]}


async def test_one_that_is_neither_read_nor_taken_keeps_the_hand_back_waiting(rig: Rig) -> None:
    rig.plant.disturbances.add(
        parse_disturbances([{"unit": 247, "addresses": [[40032, 40033]], "exception": 2}]), rig.plant.time_s
    )
    await rig.run(60)
    rig.controller.automatic = None
    await rig.run(300)
    assert rig.register(40029) == 0
    assert rig.controller.alert is not None
    assert rig.controller.alert.key == "control.not_handed_back"


async def test_one_that_is_refused_is_not_taken_for_what_somebody_else_wrote(rig: Rig) -> None:
    await refuse(rig, 40032, 40)
    assert "charge_limit_w" in rig.controller.memory.written
    assert rig.controller.present is not None
    assert rig.controller.present.unread == ("charge_limit_w",)


async def test_refusals_with_good_readings_in_between_are_not_in_a_row(rig: Rig) -> None:
    for _ in range(4):
        await refuse(rig, 40032, 20, times=2)
        await rig.run(600)
        assert not rig.client.missing
