"""Battery limits that read 0 while remote control is off: a true 0 leaves a dead battery, a hidden limit does not."""

from datetime import timedelta

import pytest
from rig import Rig

from custom_components.sigenstor_panel.control.intents import Intent
from custom_components.sigenstor_panel.control.memory import ControlMode, ControlSettings
from custom_components.sigenstor_panel.model.command import Action, Actor, Command
from custom_components.sigenstor_panel.model.message import plain, say

LIMITS = (40032, 40034)


async def holding(*, found_on: bool = False, **plant: object) -> Rig:
    """Return a plant on hold."""
    rig = Rig(ControlSettings(mode=ControlMode.AUTO, acknowledge_after=timedelta(0)), **plant)
    rig.plant.pv_power_w, rig.plant.house_power_w = 0, 500
    rig.plant.holding[40031] = 2.0
    rig.plant.holding[40029] = float(found_on)
    rig.plant.settle()
    await rig.run(20)
    rig.controller.automatic = Intent(
        command=Command(action=Action.HOLD),
        actor=Actor.OPTIMISER,
        requested_by=say("word.actor_optimiser"),
        reason=plain("test"),
        expires_at=None,
    )
    await rig.run(200)
    assert [rig.register(address) for address in LIMITS] == [0, 0]
    return rig


def switch_off(rig: Rig) -> None:
    """Switch remote control off as an app does."""
    rig.plant.holding[40029] = 0.0
    rig.plant.settle()


@pytest.mark.parametrize("request_number", [None, 1, 2, 3, 5, 9])
async def test_a_hold_that_somebody_switches_off_as_it_ends_leaves_no_dead_battery(request_number: int | None) -> None:
    rig = await holding()
    rig.controller.automatic = None
    requests = 0
    before_request = rig.before_request

    async def request(*, writing: bool) -> None:
        nonlocal requests
        requests += 1
        if requests == request_number:
            switch_off(rig)
        await before_request(writing=writing)

    rig.before_request = request  # type: ignore[method-assign]
    if request_number is None:
        switch_off(rig)
    await rig.run(400)
    assert [rig.register(address) for address in (40029, *LIMITS)] == [0, 10, 10]
    assert (rig.controller.memory.written, rig.controller.memory.limits_hidden) == ({}, False)
    rig.plant.house_power_w = 3000
    await rig.run(60)
    assert rig.battery_w < -2500


async def test_limits_that_are_ignored_while_remote_control_is_off_are_still_owed() -> None:
    rig = await holding()
    rig.plant.quirks["silently_ignored_registers"] = ((40032, 40035),)
    switch_off(rig)
    rig.controller.automatic = None
    await rig.run(400)
    assert {"charge_limit_w", "discharge_limit_w"} <= set(rig.controller.memory.written)
    assert rig.controller.alert is not None
    rig.plant.quirks["silently_ignored_registers"] = ()
    await rig.run(310)
    assert [rig.register(address) for address in LIMITS] == [10, 10]
    assert (rig.controller.memory.written, rig.controller.alert) == ({}, None)


async def test_old_firmware_is_seen_to_hide_them_before_control_begins() -> None:
    rig = await holding(firmware="spc110")
    assert rig.controller.memory.limits_hidden
    rig.controller.automatic = None
    await rig.run(100)
    assert [rig.register(address) for address in (40029, *LIMITS)] == [0, 10, 10]
    assert (rig.controller.memory.written, rig.controller.alert) == ({}, None)
    await rig.restart()
    assert rig.controller.memory.limits_hidden
    rig.firmware = "SPC110"
    await rig.run(10)
    rig.firmware = "SPC115"
    await rig.run(10)
    assert not rig.controller.memory.limits_hidden


async def test_old_firmware_that_was_found_under_remote_control_is_seen_to_hide_them_at_the_hand_back() -> None:
    rig = await holding(firmware="spc110", found_on=True)
    assert not rig.controller.memory.limits_hidden
    rig.controller.automatic = None
    await rig.run(100)
    assert [rig.register(address) for address in (40029, *LIMITS)] == [0, 10, 10]
    assert (rig.controller.memory.written, rig.controller.alert) == ({}, None)
    assert rig.controller.memory.limits_hidden


async def test_old_firmware_is_seen_to_hide_them_by_a_stop() -> None:
    rig = Rig(ControlSettings(acknowledge_after=timedelta(0)), firmware="spc110")
    rig.plant.holding[40031] = 2.0
    await rig.run(20)
    await rig.controller.async_emergency_stop()
    assert rig.controller.memory.limits_hidden
    await rig.controller.async_clear_emergency_stop()
    await rig.run(150)
    assert [rig.register(address) for address in (40029, *LIMITS)] == [0, 10, 10]


async def test_limits_that_are_taken_late_are_not_taken_for_hidden() -> None:
    rig = await holding()
    rig.plant.quirks["refused_registers"] = ((40032, 40035),)
    note_write = rig.note_write

    def note(address: int, values: list[int], *, before: float | None, ours: bool) -> None:
        if (address, values) == (40029, [1]):
            rig.plant.holding.update(dict.fromkeys(LIMITS, 10.0))
        note_write(address, values, before=before, ours=ours)

    rig.note_write = note  # type: ignore[method-assign]
    switch_off(rig)
    rig.controller.automatic = None
    await rig.run(600)
    assert [rig.register(address) for address in (40029, *LIMITS)] == [0, 10, 10]
    assert (rig.controller.memory.written, rig.controller.memory.limits_hidden) == ({}, False)
