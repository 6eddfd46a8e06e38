"""Battery limits that may not be the owner's: found while somebody else had control, hidden, or never read."""

from datetime import timedelta
from typing import Any

import pytest
from rig import Rig

from custom_components.sigenstor_panel.control.intents import OverrideKind, new_override
from custom_components.sigenstor_panel.control.memory import ControlMode, ControlSettings, LimitsDoubt
from custom_components.sigenstor_panel.control.status import ControlStatus, status_of
from custom_components.sigenstor_panel.control.waiting import NotDoneError
from simulator.disturbances import Disturbances, parse_disturbances

OTHERS_ARE_ON = {40029: 1.0, 40031: 2.0, 40032: 1.0, 40034: 10.0}


async def started(holding: dict[int, float], **plant: Any) -> Rig:
    """Return a plant without sun whose registers hold something, and its controller."""
    rig = Rig(ControlSettings(mode=ControlMode.AUTO, acknowledge_after=timedelta(0)), **plant)
    rig.plant.pv_power_w, rig.plant.house_power_w = 0, 500
    rig.plant.holding.update(holding)
    rig.plant.settle()
    await rig.run(20)
    return rig


async def hold(rig: Rig) -> None:
    await rig.controller.async_set_override(new_override(OverrideKind.FORCE_HOLD, now=rig.now))
    await rig.run(90)


def status(rig: Rig) -> ControlStatus:
    found = status_of(rig.controller)
    assert found is not None
    return found


class TestFoundUnderRemoteControl:
    """Somebody else had remote control on when control began: the limits may be of the moment."""

    async def test_it_is_said_as_soon_as_control_begins_and_after_it_was_handed_back_too(self) -> None:
        rig = await started(OTHERS_ARE_ON)
        assert status(rig).limits_doubt is LimitsDoubt.NONE
        await hold(rig)
        assert status(rig).limits_doubt is LimitsDoubt.FOUND_UNDER_REMOTE
        assert status(rig).limits_below_rating == {"charge_limit_w": 1000}
        await rig.controller.async_set_override(None)
        await rig.run(90)
        assert (rig.register(40029), rig.register(40032)) == (0, 1.0)
        await rig.restart()
        assert status(rig).limits_doubt is LimitsDoubt.FOUND_UNDER_REMOTE
        assert status(rig).limits_below_rating == {"charge_limit_w": 1000}

    @pytest.mark.parametrize("when", ["during a hold", "after it"])
    async def test_set_to_rated_they_are_given_back_as_that(self, when: str) -> None:
        rig = await started(OTHERS_ARE_ON)
        await hold(rig)
        if when == "during a hold":
            await rig.controller.async_settle_limits(to_rated=True)
            assert rig.register(40032) == 0
        await rig.controller.async_set_override(None)
        await rig.run(90)
        if when == "after it":
            await rig.controller.async_settle_limits(to_rated=True)
            await rig.run(90)
        assert (rig.register(40029), rig.register(40032)) == (0, 10.0)
        assert status(rig).limits_doubt is LimitsDoubt.NONE
        assert status(rig).limits_below_rating == {}
        assert rig.controller.memory.written == {}

    async def test_left_as_they_are_they_are_given_back_as_they_were_found(self) -> None:
        rig = await started(OTHERS_ARE_ON)
        await hold(rig)
        await rig.controller.async_settle_limits(to_rated=False)
        await rig.controller.async_set_override(None)
        await rig.run(90)
        assert rig.register(40032) == 1.0
        assert status(rig).limits_doubt is LimitsDoubt.NONE
        assert status(rig).limits_below_rating == {"charge_limit_w": 1000}

    async def test_it_is_said_no_more_when_somebody_lifts_them(self) -> None:
        rig = await started(OTHERS_ARE_ON)
        await hold(rig)
        await rig.controller.async_set_override(None)
        await rig.run(90)
        rig.plant.holding[40032] = 10.0
        await rig.run(20)
        assert status(rig).limits_doubt is LimitsDoubt.NONE

    async def test_nothing_is_changed_while_somebody_else_controls_the_plant(self) -> None:
        rig = await started(OTHERS_ARE_ON)
        with pytest.raises(NotDoneError, match="limits_of_others"):
            await rig.controller.async_settle_limits(to_rated=True)
        assert rig.writes == []

    async def test_an_owners_own_limit_is_shown_and_not_doubted(self) -> None:
        rig = await started(OTHERS_ARE_ON | {40029: 0.0})
        await hold(rig)
        assert status(rig).limits_doubt is LimitsDoubt.NONE
        assert status(rig).limits_below_rating == {"charge_limit_w": 1000}


class TestAStop:
    """It overwrites limits that it may not know."""

    async def test_limits_that_old_firmware_hides_come_back_after_a_stop(self) -> None:
        rig = await started({40031: 2.0, 40032: 4.0, 40034: 3.0}, firmware="spc110")
        before = dict(rig.plant.holding)
        await rig.controller.async_emergency_stop()
        await rig.run(90)
        assert rig.battery_w == 0
        await rig.controller.async_clear_emergency_stop()
        await rig.run(150)
        assert dict(rig.plant.holding) == before

    async def test_a_mode_that_would_move_the_battery_is_not_switched_on_for_that(self) -> None:
        rig = await started({40031: 3.0, 40032: 4.0, 40034: 3.0}, firmware="spc110")
        await rig.controller.async_emergency_stop()
        refused_at_first = [40032, 40034, 40031]
        assert [write.address for write in rig.writes][:4] == [40029, *refused_at_first]
        await rig.run(90)
        assert rig.battery_w == 0

    async def test_limits_that_nobody_read_come_back_as_what_it_is_rated_for_and_that_is_said(self) -> None:
        rig = Rig(ControlSettings(acknowledge_after=timedelta(0)))
        rig.plant.disturbances.add(
            parse_disturbances([{"access": "read", "addresses": [[40029, 40048]], "exception": 4}]), rig.plant.time_s
        )
        await rig.poll()
        await rig.controller.async_emergency_stop()
        rig.plant.disturbances = Disturbances()
        await rig.run(30)
        assert status(rig).limits_doubt is LimitsDoubt.NEVER_READ
        await rig.controller.async_clear_emergency_stop()
        await rig.run(150)
        assert (rig.register(40029), rig.register(40032), rig.register(40034)) == (0, 10.0, 10.0)
        assert status(rig).limits_doubt is LimitsDoubt.NEVER_READ
        await rig.controller.async_settle_limits(to_rated=False)
        assert status(rig).limits_doubt is LimitsDoubt.NONE


async def test_the_registers_of_another_plant_are_not_taken_for_what_others_wrote() -> None:
    rig = await started({40032: 8.0})
    await hold(rig)
    ours = rig.controller.memory.written
    another = Rig()
    another.plant.inverters[0].exchange()
    own, rig.device = rig.device, another.device
    rig.link.lost()
    await rig.run(60)
    with pytest.raises(NotDoneError):
        await rig.controller.async_set_override(None)
    await rig.run(60)
    assert rig.controller.memory.written == ours
    rig.device = own
    rig.link.lost()
    await rig.run(400)
    assert (rig.register(40029), rig.register(40032)) == (0, 8.0)
