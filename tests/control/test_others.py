"""Beside other controllers, an owner's app, a network operator's box and a virtual power plant."""

from datetime import timedelta
from typing import Any

import pytest
from rig import Rig

from custom_components.sigenstor_panel.control.intents import Intent, OverrideKind, new_override
from custom_components.sigenstor_panel.control.memory import ControlMode, ControlSettings
from custom_components.sigenstor_panel.control.status import ControlState, status_of
from custom_components.sigenstor_panel.model.command import Action, Actor, Command
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.records.audit_log import Outcome
from simulator.disturbances import parse_disturbances
from tests.english import english

CHARGE, HOLD, EXPORT = OverrideKind.FORCE_CHARGE, OverrideKind.FORCE_HOLD, OverrideKind.FORCE_EXPORT


async def started(**plant: Any) -> Rig:
    """Return a plant without sun whose house takes half a kilowatt, and its controller."""
    rig = Rig(ControlSettings(mode=ControlMode.AUTO, acknowledge_after=timedelta(0)), **plant)
    rig.plant.pv_power_w, rig.plant.house_power_w = 0, 500
    rig.plant.settle()
    await rig.run(20)
    return rig


@pytest.fixture
async def rig() -> Rig:
    """A plant without sun whose house takes half a kilowatt."""
    return await started()


async def force(rig: Rig, kind: OverrideKind, power_w: int | None = 3000, seconds: int = 150) -> None:
    """Force something, and let it ramp up."""
    power_w = None if kind is HOLD else power_w
    await rig.controller.async_set_override(new_override(kind, now=rig.now, power_w=power_w))
    await rig.run(seconds)


def written_by_us(rig: Rig, address: int) -> list[tuple[int, ...]]:
    """Return what was written to a register by this controller."""
    return [write.words for write in rig.writes if write.address == address]


class TestWhatIsGivenBack:
    """Exactly what was there, and what others wrote meanwhile."""

    @pytest.mark.parametrize("kind", OverrideKind)
    @pytest.mark.parametrize("firmware", ["spc115", "spc110"])
    async def test_all_registers_are_what_they_were_and_stay_so_for_two_hours(
        self, kind: OverrideKind, firmware: str
    ) -> None:
        rig = await started(firmware=firmware)
        rig.plant.holding.update({40031: 2.0, 40032: 8.0, 40034: 7.0, 40038: 5.0, 40047: 97.0, 40048: 12.0})
        await rig.run(20)
        before = dict(rig.plant.holding)
        await force(rig, kind, seconds=300)
        assert rig.register(40029) == 1
        await rig.controller.async_close(plain("test"))
        assert dict(rig.plant.holding) == before
        await rig.run(7200)
        assert dict(rig.plant.holding) == before

    async def test_a_register_that_the_command_does_not_concern_is_never_written(self, rig: Rig) -> None:
        rig.plant.holding[40038] = 5.0
        await force(rig, CHARGE)
        await rig.controller.async_set_override(None)
        await rig.run(120)
        assert written_by_us(rig, 40034) == written_by_us(rig, 40038) == []

    async def test_a_reserve_that_the_owner_sets_during_a_hold_stays(self, rig: Rig) -> None:
        await force(rig, HOLD)
        rig.let_others_write("owner_reserve")
        await rig.run(60)
        await rig.controller.async_set_override(None)
        await rig.run(120)
        assert rig.register(40048) == 30.0
        assert rig.register(40029) == 0

    async def test_an_operators_export_limit_is_neither_raised_nor_given_back_to_what_it_was(self, rig: Rig) -> None:
        rig.plant.holding[40038] = 10.0
        await rig.run(20)
        await rig.controller.async_change(export_limit_w=3000)
        assert rig.register(40038) == 3.0
        rig.let_others_write("network_operator")
        await force(rig, EXPORT, seconds=600)
        assert rig.register(40038) == 1.5
        await rig.controller.async_set_override(None)
        await rig.controller.async_change(export_limit_w=None)
        await rig.run(120)
        await rig.controller.async_close(plain("test"))
        assert rig.register(40038) == 1.5
        assert max(write[1] for write in written_by_us(rig, 40038)) <= 3000

    async def test_a_hold_by_another_controller_that_has_ended_is_not_brought_back(self, rig: Rig) -> None:
        rig.let_others_write("evcc_hold")
        await rig.run(20)
        assert rig.register(40048) == 60
        await force(rig, CHARGE)
        rig.device.write(247, 40048, [200])
        rig.let_others_write()
        await rig.run(120)
        await rig.controller.async_set_override(None)
        await rig.run(120)
        assert rig.register(40048) == 20.0

    async def test_a_cutoff_that_the_state_of_charge_does_not_allow_yet_is_written_when_it_does(self) -> None:
        rig = await started(soc=15.0)
        rig.plant.holding[40048] = 20.0
        await rig.run(20)
        await force(rig, HOLD)
        assert rig.register(40048) == 14.0
        await rig.controller.async_set_override(None)
        await rig.run(120)
        assert rig.register(40029) == 0
        assert rig.register(40048) == 14.0
        before = len(rig.writes)
        for soc in (16, 17, 18, 19, 20, 21.5):
            for inverter in rig.plant.inverters:
                inverter.battery.soc = soc
            rig.plant.settle()
            await rig.run(60)
        assert rig.register(40048) == 20.0
        assert len(rig.writes) == before + 1
        await rig.restart()
        assert rig.controller.memory.saved is None

    @pytest.mark.parametrize("refused", ["all_ones", "both"])
    async def test_a_plant_that_refuses_no_limit_gets_what_it_takes_and_is_switched_back(self, refused: str) -> None:
        rig = await started(quirks={"unset_limits_refused": refused})
        rig.plant.holding.update({40032: None, 40034: None})
        await rig.run(20)
        await force(rig, HOLD)
        await rig.controller.async_set_override(None)
        await rig.run(120)
        assert rig.register(40029) == 0
        assert rig.register(40032) in (None, 10.0)
        assert rig.controller.memory.saved is None
        assert rig.controller.alert is None

    @pytest.mark.parametrize("refused", [40031, 40032, 40034, 40047, 40048])
    async def test_remote_control_is_switched_off_whatever_else_is_refused(self, rig: Rig, refused: int) -> None:
        await force(rig, HOLD)
        rig.plant.disturbances.add(
            parse_disturbances([{"access": "write", "addresses": [refused], "exception": 4}]), rig.plant.time_s
        )
        await rig.controller.async_close(plain("test"))
        assert rig.register(40029) == 0

    async def test_a_reading_that_differs_is_not_believed_to_be_the_owners(self, rig: Rig) -> None:
        rig.plant.disturbances.add(
            parse_disturbances([{"access": "read", "addresses": [40032], "reads": 3.333, "times": 1}]), rig.plant.time_s
        )
        with pytest.raises(Exception, match="registers_change"):
            await rig.controller.async_set_override(new_override(HOLD, now=rig.now))
        assert rig.writes == []

    async def test_a_limit_that_no_such_battery_has_is_given_back_as_none(self, rig: Rig) -> None:
        rig.plant.holding[40032] = 4_000.0
        await rig.run(20)
        await force(rig, CHARGE)
        await rig.controller.async_close(plain("test"))
        assert rig.register(40032) in (None, 10.0)


class TestSomebodyElseIsThere:
    """A second controller, for people who come from another product."""

    async def test_two_on_one_register_do_not_fight_every_minute(self, rig: Rig) -> None:
        await force(rig, HOLD, seconds=0)
        rig.let_others_write("power_sync")
        await rig.run(3600)
        assert len(written_by_us(rig, 40031)) <= 8
        assert "40031" in english(rig.controller.alert) or "40032" in english(rig.controller.alert)
        status = status_of(rig.controller)
        assert status is not None
        assert status.state is ControlState.WAITING

    async def test_the_alert_ends_with_the_other_writer_and_control_goes_on(self, rig: Rig) -> None:
        await force(rig, HOLD, seconds=0)
        rig.let_others_write("power_sync")
        await rig.run(600)
        rig.let_others_write()
        await rig.run(3 * 3600)
        assert rig.controller.alert is None
        assert rig.battery_w == 0

    async def test_what_a_hold_left_at_zero_is_given_back_to_whoever_takes_over(self, rig: Rig) -> None:
        rig.plant.holding.update({40032: 8.0, 40034: 7.0})
        await rig.run(20)
        await force(rig, HOLD)
        for _ in range(40):
            rig.device.write(247, 40031, [3])
            await rig.run(20)
        assert rig.register(40034) == 7.0

    async def test_while_a_vpp_uses_the_battery_nothing_automatic_is_written(self, rig: Rig) -> None:
        rig.controller.automatic = Intent(
            command=Command(action=Action.CHARGE, power_w=2000),
            actor=Actor.OPTIMISER,
            requested_by=say("word.actor_optimiser"),
            reason=plain("test"),
            expires_at=None,
        )
        rig.plant.dispatch_vpp(power_w=-4000, for_s=1800)
        await rig.run(1500)
        assert rig.writes == []
        status = status_of(rig.controller)
        assert status is not None
        assert status.state is ControlState.WAITING
        assert "VPP" in english(status.reason)
        await rig.run(600)
        assert rig.register(40029) == 1

    async def test_remote_control_of_somebody_else_is_shown_as_such(self, rig: Rig) -> None:
        rig.let_others_write("power_sync")
        await rig.run(60)
        status = status_of(rig.controller)
        assert status is not None
        assert status.state is ControlState.EXTERNAL

    async def test_a_person_who_commands_a_battery_that_a_vpp_uses_is_warned_as_long_as_it_does(self, rig: Rig) -> None:
        rig.plant.dispatch_vpp(power_w=-4000, for_s=60)
        await rig.run(20)
        await rig.controller.async_set_override(new_override(HOLD, now=rig.now))
        assert rig.controller.alert == say("control.vpp_disturbed")
        await rig.run(120)
        assert rig.controller.alert is None


class TestFirmware:
    """Every firmware obeys, or we know that it does not."""

    @pytest.mark.parametrize(
        ("firmware", "method"), [("spc115", "limits"), ("spc110", "standby"), ("only_cut_offs_hold", "cutoffs")]
    )
    async def test_a_hold_is_proved_by_the_battery_and_what_holds_is_remembered(
        self, firmware: str, method: str
    ) -> None:
        rig = await started(firmware=firmware)
        rig.firmware = firmware
        await force(rig, HOLD, seconds=3 * 3600)
        assert rig.battery_w == 0
        assert rig.controller.memory.hold_method == method
        await rig.controller.async_set_override(None)
        await rig.run(120)
        assert rig.register(40029) == 0
        await rig.restart()
        assert rig.controller.memory.hold_method == method

    async def test_a_new_firmware_is_tried_anew(self, rig: Rig) -> None:
        rig.firmware = "SPC110"
        await rig.run(10)
        await rig.controller.async_change(charge_via_grid=True)
        rig.firmware = "SPC115"
        await rig.run(10)
        assert not rig.controller.memory.charge_via_grid

    async def test_a_discharge_that_does_not_come_falls_back_to_the_battery_first_mode(self) -> None:
        rig = await started(quirks={"discharge_needs_pv": True})
        await force(rig, EXPORT, seconds=300)
        assert rig.register(40031) == 6
        assert rig.battery_w < -2000

    async def test_a_rated_value_that_reads_a_watt_less_is_the_same(self) -> None:
        rig = await started(quirks={"rounded_down_registers": [[40032, 40045], [30068, 30071]]})
        await force(rig, CHARGE, seconds=300)
        assert rig.battery_w == pytest.approx(3000, abs=150)
        assert rig.controller.alert is None
        await rig.controller.async_set_override(None)
        await rig.run(120)
        assert rig.controller.memory.saved is None

    async def test_a_reboot_that_forgets_remote_control_is_put_right(self, rig: Rig) -> None:
        await force(rig, CHARGE)
        rig.plant.reboot(silent_s=20)
        await rig.run(150)
        assert rig.battery_w > 1000


class TestWhatIsShown:
    """State and power are what the plant holds."""

    async def test_a_record_that_fails_stops_the_ramp_where_it_is(self, rig: Rig) -> None:
        await force(rig, CHARGE, power_w=9000, seconds=70)
        rig.audit_broken = True
        await rig.run(160)
        held_w = rig.plant.holding[40032] * 1000
        rig.audit_broken = False
        await rig.run(10)
        assert rig.plant.holding[40032] * 1000 <= held_w + 1000
        status = status_of(rig.controller)
        assert status is not None
        assert status.power_w == rig.plant.holding[40032] * 1000

    async def test_a_record_that_fails_in_the_middle_of_a_command_has_one_row_of_it_with_its_outcome(
        self, rig: Rig
    ) -> None:
        async def fail() -> None:
            rig.audit_broken = True

        rig.at_write = fail
        await rig.controller.async_set_override(new_override(HOLD, now=rig.now))
        assert rig.controller.alert is not None
        assert [row.outcome for row in rig.record.rows] == [Outcome.STARTED]
        rig.audit_broken = False
        await rig.run(20)
        assert rig.controller.alert is None
        assert [row.outcome for row in rig.record.rows] == [Outcome.CONFIRMED]

    async def test_a_full_disk_alone_lets_nothing_begin(self, rig: Rig) -> None:
        rig.disk_full = True
        with pytest.raises(OSError, match="No space"):
            await rig.controller.async_set_override(new_override(CHARGE, now=rig.now, power_w=1000))
        rig.controller.automatic = Intent(
            command=Command(action=Action.CHARGE, power_w=2000),
            actor=Actor.OPTIMISER,
            requested_by=say("word.actor_optimiser"),
            reason=plain("test"),
            expires_at=None,
        )
        await rig.run(60)
        assert rig.writes == []
        status = status_of(rig.controller)
        assert status is not None
        assert status.state is ControlState.RELEASED
        rig.disk_full = False
        await rig.run(20)
        assert rig.register(40029) == 1
        assert rig.controller.alert is None

    async def test_an_action_on_an_old_reading_raises_and_has_no_effect_later(self, rig: Rig) -> None:
        rig.now += timedelta(seconds=60)
        with pytest.raises(Exception, match="old_reading age_s=60"):
            await rig.controller.async_set_override(new_override(CHARGE, now=rig.now, power_w=1000))
        await rig.run(120)
        assert rig.writes == []


class TestTime:
    """What cannot be undone needs two readings, and an override does not get longer."""

    async def test_one_wrong_state_of_charge_ends_no_export_and_moves_no_cutoff(self, rig: Rig) -> None:
        await force(rig, EXPORT)
        before = written_by_us(rig, 40048)
        rig.plant.disturbances.add(
            parse_disturbances([{"addresses": [30014], "reads": 0, "times": 1}]), rig.plant.time_s
        )
        await rig.run(120)
        assert rig.controller.memory.override is not None
        assert rig.battery_w < -2000
        assert written_by_us(rig, 40048) == before

    async def test_the_floor_of_an_export_stands_in_the_hardware(self, rig: Rig) -> None:
        await rig.controller.async_set_override(new_override(EXPORT, now=rig.now, power_w=2000, target_soc=40))
        await rig.run(30)
        assert rig.register(40048) == 40.0

    async def test_a_clock_that_is_set_back_does_not_make_an_override_longer(self, rig: Rig) -> None:
        duration = timedelta(minutes=30)
        await rig.controller.async_set_override(new_override(HOLD, now=rig.now, duration=duration))
        await rig.run(300)
        rig.now -= timedelta(hours=24)
        await rig.run(1600)
        assert rig.controller.memory.override is None
        assert rig.register(40029) == 0

    async def test_not_even_over_a_restart(self, rig: Rig) -> None:
        duration = timedelta(minutes=30)
        await rig.controller.async_set_override(new_override(HOLD, now=rig.now, duration=duration))
        rig.now -= timedelta(hours=24)
        await rig.restart()
        await rig.run(1900)
        assert rig.controller.memory.override is None
        assert rig.register(40029) == 0


class TestTheConnection:
    """A hold or a charge must not blow the main fuse."""

    async def test_a_hold_covers_what_the_connection_cannot_carry(self) -> None:
        rig = await started(main_fuse_w=10_500)
        rig.plant.holding[40040] = 10.0
        await rig.run(20)
        await force(rig, HOLD)
        assert rig.battery_w == 0
        rig.plant.house_power_w = 15_000
        rig.plant.settle()
        await rig.run(30)
        assert rig.plant.fuse is not None
        assert rig.battery_w <= -5_000
        status = status_of(rig.controller)
        assert status is not None
        assert status.state is ControlState.HOLDING
        assert "connection" in english(status.reason)
        rig.plant.house_power_w = 500
        rig.plant.settle()
        await rig.run(120)
        assert rig.battery_w == 0

    async def test_a_charge_leaves_the_house_its_share_at_once(self, rig: Rig) -> None:
        rig.plant.holding[40040] = 8.0
        await force(rig, CHARGE, power_w=6000, seconds=500)
        assert rig.battery_w == pytest.approx(6000, abs=200)
        rig.plant.house_power_w = 5_000
        rig.plant.settle()
        await rig.run(20)
        assert rig.battery_w + 5_000 <= 8_000
