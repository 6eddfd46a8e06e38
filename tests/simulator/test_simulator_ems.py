"""What each mode does, and what holds in every mode."""

from dataclasses import fields, replace

from hypothesis import given, strategies as st
import pytest

from simulator.ems import UNLIMITED_W, Conditions, Control, Firmware, Flows, Mode, dispatch

FIRMWARE = Firmware()
SUNNY = Conditions(
    house_w=1000,
    third_party_w=0,
    pv_available_w=6000,
    charge_available_w=10_000,
    discharge_available_w=10_000,
    soc=50,
    ac_limit_w=10_000,
)
NIGHT = replace(SUNNY, pv_available_w=0)


def flows(mode: Mode, conditions: Conditions = SUNNY, firmware: Firmware = FIRMWARE, **limits: float) -> Flows:
    """Dispatch under remote EMS."""
    return dispatch(Control(remote_ems=True, mode=mode, **limits), conditions, firmware)  # type: ignore[arg-type]


watts = st.integers(0, 12_000)
limit = st.one_of(st.just(UNLIMITED_W), watts)
percent = st.integers(0, 1000).map(lambda tenths: tenths / 10)
controls = st.builds(
    Control,
    remote_ems=st.booleans(),
    mode=st.sampled_from(Mode),
    active_power_target_w=st.integers(-12_000, 12_000),
    charge_limit_w=limit,
    discharge_limit_w=limit,
    pv_limit_w=limit,
    export_limit_w=limit,
    import_limit_w=limit,
    pcs_export_limit_w=limit,
    pcs_import_limit_w=limit,
    backup_soc=percent,
    charge_cut_off_soc=percent,
    discharge_cut_off_soc=percent,
)
conditions = st.builds(
    Conditions,
    house_w=watts,
    third_party_w=st.one_of(st.just(0), watts),
    pv_available_w=watts,
    charge_available_w=watts,
    discharge_available_w=watts,
    soc=percent,
    ac_limit_w=st.sampled_from([0, 10_000, 20_000]),
    on_grid=st.booleans(),
)
firmwares = st.builds(Firmware, *[st.booleans()] * len(fields(Firmware)))


def running(conditions: Conditions) -> Conditions:
    """Return conditions as the plant makes them: what is stopped can do nothing."""
    if conditions.ac_limit_w:
        return conditions
    return replace(conditions, pv_available_w=0, charge_available_w=0, discharge_available_w=0)


@given(controls, conditions.map(running), firmwares)
def test_power_balances_to_the_watt_and_stays_within_what_is_there(
    control: Control, conditions: Conditions, firmware: Firmware
) -> None:
    result = dispatch(control, conditions, firmware)
    assert result.grid_w == result.house_w + result.battery_w - result.pv_w - result.third_party_w
    assert all(isinstance(value, int) for value in result)
    assert 0 <= result.pv_w <= conditions.pv_available_w
    assert -conditions.discharge_available_w <= result.battery_w <= conditions.charge_available_w
    assert abs(result.pv_w - result.battery_w) <= conditions.ac_limit_w
    assert 0 <= result.house_w <= conditions.house_w
    if conditions.on_grid:
        assert result.house_w == conditions.house_w
        assert result.third_party_w == conditions.third_party_w
    else:
        assert result.grid_w == 0
        assert 0 <= result.third_party_w <= conditions.third_party_w


@given(controls, conditions.map(running))
def test_limits_hold_in_every_mode(control: Control, conditions: Conditions) -> None:
    result = dispatch(control, conditions, FIRMWARE)
    assert result.pv_w <= control.pv_limit_w
    assert -control.discharge_limit_w <= result.battery_w <= control.charge_limit_w
    if conditions.soc >= control.charge_cut_off_soc:
        assert result.battery_w <= 0
    if conditions.soc <= control.discharge_cut_off_soc:
        assert result.battery_w >= 0
    if conditions.on_grid:
        output_w = result.pv_w - result.battery_w
        assert output_w <= control.pcs_export_limit_w
        assert -output_w <= control.pcs_import_limit_w
        if result.battery_w > 0:
            assert result.grid_w <= max(control.import_limit_w, 0) or output_w >= 0
        # A third-party inverter is out of the plant's reach.
        assert -result.grid_w <= max(control.export_limit_w, conditions.third_party_w - conditions.house_w)


@given(controls, conditions.map(running))
def test_without_remote_ems_every_mode_is_self_consumption(control: Control, conditions: Conditions) -> None:
    local = replace(control, remote_ems=False)
    assert dispatch(local, conditions, FIRMWARE) == dispatch(
        replace(local, mode=Mode.SELF_CONSUMPTION), conditions, FIRMWARE
    )


@given(controls, conditions.map(running))
def test_self_consumption_neither_charges_from_nor_discharges_to_the_grid(
    control: Control, conditions: Conditions
) -> None:
    result = dispatch(replace(control, mode=Mode.SELF_CONSUMPTION), conditions, FIRMWARE)
    if result.battery_w > 0:
        # With the inverter's output limited, PV charges while the grid serves the house.
        assert result.grid_w <= 0 or result.battery_w <= result.pv_w
    if result.battery_w < 0:
        assert result.grid_w >= 0


def test_self_consumption_serves_the_house_then_the_battery_then_the_grid() -> None:
    assert flows(Mode.SELF_CONSUMPTION) == Flows(6000, 5000, 1000, 0, 0)
    assert flows(Mode.SELF_CONSUMPTION, charge_limit_w=2000) == Flows(6000, 2000, 1000, 0, -3000)
    assert flows(Mode.SELF_CONSUMPTION, NIGHT) == Flows(0, -1000, 1000, 0, 0)
    assert flows(Mode.SELF_CONSUMPTION, NIGHT, discharge_limit_w=0) == Flows(0, 0, 1000, 0, 1000)


def test_standby_leaves_the_battery_idle() -> None:
    assert flows(Mode.STANDBY) == Flows(6000, 0, 1000, 0, -5000)
    assert flows(Mode.STANDBY, NIGHT) == Flows(0, 0, 1000, 0, 1000)


def test_charging_from_the_grid_first_holds_pv_at_zero() -> None:
    assert flows(Mode.CHARGE_GRID_FIRST, charge_limit_w=4000) == Flows(0, 4000, 1000, 0, 5000)


def test_charging_from_the_grid_honours_the_import_limit() -> None:
    assert flows(Mode.CHARGE_GRID_FIRST, import_limit_w=3000) == Flows(0, 2000, 1000, 0, 3000)
    assert flows(Mode.CHARGE_GRID_FIRST, import_limit_w=500) == Flows(0, 0, 1000, 0, 1000)


def test_charging_from_pv_first_takes_the_rest_of_its_target_from_the_grid() -> None:
    assert flows(Mode.CHARGE_PV_FIRST, charge_limit_w=8000) == Flows(6000, 8000, 1000, 0, 3000)
    assert flows(Mode.CHARGE_PV_FIRST, charge_limit_w=2000) == Flows(6000, 2000, 1000, 0, -3000)


def test_firmware_without_top_up_charges_from_surplus_only() -> None:
    stingy = Firmware(tops_up_from_grid=False)
    assert flows(Mode.CHARGE_PV_FIRST, firmware=stingy) == Flows(6000, 5000, 1000, 0, 0)
    assert flows(Mode.CHARGE_PV_FIRST, NIGHT, stingy) == Flows(0, 0, 1000, 0, 1000)


def test_discharging_pv_first_adds_the_battery_up_to_its_limit() -> None:
    assert flows(Mode.DISCHARGE_PV_FIRST, discharge_limit_w=2000) == Flows(6000, -2000, 1000, 0, -7000)
    assert flows(Mode.DISCHARGE_PV_FIRST) == Flows(6000, -4000, 1000, 0, -9000)


def test_surplus_pv_does_not_charge_while_discharging() -> None:
    assert flows(Mode.DISCHARGE_PV_FIRST, export_limit_w=0) == Flows(1000, 0, 1000, 0, 0)


def test_discharging_the_battery_first_holds_pv_at_zero() -> None:
    assert flows(Mode.DISCHARGE_ESS_FIRST, discharge_limit_w=4000) == Flows(0, -4000, 1000, 0, -3000)


def test_an_export_limit_sets_the_power_at_the_meter() -> None:
    assert flows(Mode.DISCHARGE_ESS_FIRST, export_limit_w=2500).grid_w == -2500
    assert flows(Mode.DISCHARGE_PV_FIRST, export_limit_w=2500).grid_w == -2500


def test_an_export_limit_curtails_pv_when_the_battery_is_full() -> None:
    full = replace(SUNNY, charge_available_w=0, soc=100)
    assert flows(Mode.SELF_CONSUMPTION, full, export_limit_w=2000) == Flows(3000, 0, 1000, 0, -2000)


def test_the_backup_soc_stops_forced_export_on_grid() -> None:
    low = replace(NIGHT, soc=20)
    assert flows(Mode.DISCHARGE_ESS_FIRST, low, backup_soc=20).grid_w == 0
    assert flows(Mode.DISCHARGE_ESS_FIRST, low, backup_soc=19).grid_w < 0


def test_pcs_remote_control_follows_its_target_and_ignores_the_house() -> None:
    assert flows(Mode.PCS_REMOTE_CONTROL, active_power_target_w=8000) == Flows(6000, -2000, 1000, 0, -7000)
    assert flows(Mode.PCS_REMOTE_CONTROL, active_power_target_w=-3000) == Flows(6000, 9000, 1000, 0, 4000)


def test_pv_beyond_the_inverter_goes_into_the_battery_first() -> None:
    bright = replace(SUNNY, pv_available_w=12_000, house_w=11_000)
    assert flows(Mode.SELF_CONSUMPTION, bright) == Flows(12_000, 2000, 11_000, 0, 1000)
    full = replace(bright, charge_available_w=0)
    assert flows(Mode.SELF_CONSUMPTION, full) == Flows(10_000, 0, 11_000, 0, 1000)


def test_the_cut_off_bug_imports_whatever_the_import_limit_says() -> None:
    buggy = Firmware(discharge_cut_off_imports=True)
    result = flows(Mode.SELF_CONSUMPTION, NIGHT, buggy, discharge_cut_off_soc=51, import_limit_w=0)
    assert result == Flows(0, 4000, 1000, 0, 5000)
    assert flows(Mode.SELF_CONSUMPTION, NIGHT, buggy, discharge_cut_off_soc=50).grid_w == 1000


def test_an_export_limit_of_zero_imports_at_night_and_ten_watts_does_not() -> None:
    buggy = Firmware(zero_export_limit_imports=True)
    assert flows(Mode.SELF_CONSUMPTION, NIGHT, buggy, export_limit_w=0).grid_w == 1300
    assert flows(Mode.SELF_CONSUMPTION, NIGHT, buggy, export_limit_w=10).grid_w == 0


@pytest.mark.parametrize(("remote_ems", "charged_w"), [(False, 5000), (True, 2000)])
def test_before_spc113_limits_need_remote_ems(remote_ems: bool, charged_w: int) -> None:
    control = Control(remote_ems=remote_ems, charge_limit_w=2000)
    assert dispatch(control, SUNNY, Firmware(limits_need_remote_ems=True)).battery_w == charged_w


def test_off_grid_the_battery_carries_the_house_and_pv_is_curtailed_when_it_is_full() -> None:
    dark = replace(NIGHT, on_grid=False)
    assert dispatch(Control(), dark, FIRMWARE) == Flows(0, -1000, 1000, 0, 0)
    full = replace(SUNNY, on_grid=False, charge_available_w=0)
    assert dispatch(Control(), full, FIRMWARE) == Flows(1000, 0, 1000, 0, 0)


def test_off_grid_a_house_beyond_the_battery_is_shed() -> None:
    empty = replace(NIGHT, on_grid=False, discharge_available_w=400)
    assert dispatch(Control(), empty, FIRMWARE) == Flows(0, -400, 400, 0, 0)
