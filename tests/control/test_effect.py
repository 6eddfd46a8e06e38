"""Whether the battery does what it was commanded to: what counts as done, as too little, and as wrong."""

from dataclasses import replace
from typing import Any

from guardrail_examples import HOLD, RELEASE, SELF_CONSUME, TELEMETRY, charge, discharge
from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.control.effect import NOISE_W, Effect, effect_of, is_at_rest
from custom_components.sigenstor_panel.control.guardrails import SUPPLY
from custom_components.sigenstor_panel.model.command import Action, ChargeSource, Command
from custom_components.sigenstor_panel.model.telemetry import AcChargerTelemetry, ControlRegisters, Source

AS_COMMANDED, TOO_LITTLE, WRONG, UNKNOWN = Effect.AS_COMMANDED, Effect.TOO_LITTLE, Effect.WRONG, Effect.UNKNOWN


def effect(command: Command, battery_w: int | None, **telemetry: Any) -> Effect:
    """Judge a battery power; the grid supplies 500 W, and nothing else explains anything."""
    return effect_of(command, replace(TELEMETRY, battery_power_w=battery_w, **telemetry))


def registers(**limits: Any) -> ControlRegisters:
    return ControlRegisters(charge_cutoff_soc=98.0, discharge_cutoff_soc=5.0, **limits)


class TestCharge:
    """A charge is a target."""

    @pytest.mark.parametrize(
        ("battery_w", "expected"),
        [
            (3000, AS_COMMANDED),
            (3500, AS_COMMANDED),
            (3501, WRONG),
            (1300, AS_COMMANDED),
            (1299, TOO_LITTLE),
            (0, TOO_LITTLE),
            (-200, TOO_LITTLE),
            (-201, WRONG),
            (-3000, WRONG),
        ],
    )
    @pytest.mark.parametrize("source", ChargeSource)
    def test_the_battery_takes_about_what_it_is_told(
        self, source: ChargeSource, battery_w: int, expected: Effect
    ) -> None:
        assert effect(replace(charge(3000), source=source), battery_w) is expected

    @pytest.mark.parametrize(
        "explained",
        [
            {"available_charge_power_w": 0},
            {"available_charge_power_w": None},
            {"grid_power_w": 10_000, "control": registers(import_limit_w=10_000)},
            {"grid_power_w": 9_800, "control": registers(import_limit_w=10_000)},
            {"soc": 97.5, "control": registers()},
            {"soc": 99.0},
            {"soc": 98.0},
        ],
        ids=["battery takes no more", "unknown", "import limit", "close to it", "cut-off", "full", "nearly full"],
    )
    def test_less_is_no_wonder_where_something_else_holds_it_down(self, explained: dict[str, Any]) -> None:
        assert effect(charge(3000), 0, **explained) is AS_COMMANDED

    @pytest.mark.parametrize(("grid_w", "limit_w"), [(5000, 10_000), (9_799, 10_000), (None, 201)])
    def test_an_import_limit_that_is_far_away_explains_nothing(self, grid_w: int | None, limit_w: int) -> None:
        control = registers(import_limit_w=limit_w)
        assert effect(charge(3000), 0, grid_power_w=grid_w, control=control) is TOO_LITTLE

    @pytest.mark.parametrize(("battery_w", "expected"), [(1300, AS_COMMANDED), (1301, WRONG)])
    def test_a_tenth_more_and_the_noise_are_no_disobedience(self, battery_w: int, expected: Effect) -> None:
        assert effect(charge(1000), battery_w) is effect(discharge(1000), -battery_w, control=registers()) is expected

    def test_where_nobody_knows_what_the_battery_can_do_at_rest_it_does_what_it_is_told(self) -> None:
        assert effect(charge(3000), -200, available_charge_power_w=None) is AS_COMMANDED
        assert effect(discharge(3000), 200, available_discharge_power_w=None, control=registers()) is AS_COMMANDED


class TestDischarge:
    """A discharge that does not come was taken for one that is done."""

    @pytest.mark.parametrize(
        ("battery_w", "expected"),
        [
            (-3000, AS_COMMANDED),
            (-3500, AS_COMMANDED),
            (-3501, WRONG),
            (-1300, AS_COMMANDED),
            (-1299, TOO_LITTLE),
            (0, TOO_LITTLE),
            (200, TOO_LITTLE),
            (201, WRONG),
        ],
    )
    def test_the_battery_gives_about_what_it_is_told(self, battery_w: int, expected: Effect) -> None:
        assert effect(discharge(3000), battery_w, control=registers()) is expected

    @pytest.mark.parametrize(
        "explained",
        [
            {"grid_power_w": -2000, "control": registers(export_limit_w=2000)},
            {"grid_power_w": -2300, "control": registers(export_limit_w=5000)},
            {"grid_power_w": 0, "control": registers(export_limit_w=10)},
            {"grid_power_w": None, "control": registers(export_limit_w=400)},
            {"pv_power_w": 8000},
            {"pv_power_w": 5000},
            {"soc": 6.0, "control": registers()},
            {"soc": 30.5, "control": ControlRegisters(backup_soc=30.0)},
            {"soc": None},
            {"available_discharge_power_w": 0},
        ],
        ids=[
            *("export limit", "half of it", "no export", "unknown export", "PV", "half the inverter"),
            *("floor", "backup", "unknown charge", "battery gives no more"),
        ],
    )
    def test_less_is_no_wonder_where_something_else_holds_it_down(self, explained: dict[str, Any]) -> None:
        assert effect(discharge(3000), 0, **explained) is AS_COMMANDED

    @pytest.mark.parametrize(
        "unexplained",
        [
            {"grid_power_w": 500, "control": registers(export_limit_w=2000)},
            {"grid_power_w": 500, "control": registers(export_limit_w=10)},
            {"grid_power_w": -2299, "control": registers(export_limit_w=5000)},
            {"pv_power_w": 1000, "control": registers()},
            {"pv_power_w": 4999, "control": registers()},
            {"soc": 40.0, "control": registers()},
            {"soc": 1.5},
        ],
        ids=[
            *("far from the export limit", "importing", "less than half of the limit", "little PV"),
            *("less than half the inverter", "far from the floor", "no floor"),
        ],
    )
    def test_otherwise_it_is_too_little(self, unexplained: dict[str, Any]) -> None:
        assert effect(discharge(3000), 0, **unexplained) is TOO_LITTLE

    def test_the_limit_at_the_meter_that_the_command_asks_for_explains_too(self) -> None:
        command = replace(discharge(9000), export_limit_w=2000)
        assert effect(command, -500, grid_power_w=-2000, control=registers()) is AS_COMMANDED
        assert effect(command, -500, grid_power_w=300, control=registers()) is TOO_LITTLE


class TestHold:
    """A battery on hold rests, or covers what the connection cannot carry."""

    @pytest.mark.parametrize(
        ("battery_w", "expected"),
        [(0, AS_COMMANDED), (200, AS_COMMANDED), (-200, AS_COMMANDED), (201, WRONG), (-201, WRONG)],
    )
    def test_it_rests(self, battery_w: int, expected: Effect) -> None:
        assert effect(HOLD, battery_w) is expected

    @pytest.mark.parametrize(
        ("battery_w", "expected"),
        [(0, AS_COMMANDED), (-2500, AS_COMMANDED), (-2950, AS_COMMANDED), (-2951, WRONG), (201, WRONG)],
    )
    def test_one_that_covers_gives_up_to_that_and_takes_nothing(self, battery_w: int, expected: Effect) -> None:
        assert effect(replace(HOLD, cover_w=2500), battery_w) is expected

    def test_an_unknown_power_is_no_rest(self) -> None:
        assert not is_at_rest(replace(TELEMETRY, battery_power_w=None))


class TestSelfConsumption:
    """A self-consumption that rests although there is something to do."""

    @pytest.mark.parametrize(("house_w", "pv_w"), [(500, 1001), (500, 9000), (1001, 500), (9000, 0)])
    def test_resting_with_a_surplus_or_a_deficit_is_too_little(self, house_w: int, pv_w: int) -> None:
        reading = {"house_power_w": house_w, "pv_power_w": pv_w, "control": registers()}
        assert effect(SELF_CONSUME, 0, **reading) is TOO_LITTLE
        for battery_w in (201, -201):
            assert effect(SELF_CONSUME, battery_w, **reading) is AS_COMMANDED

    @pytest.mark.parametrize(("house_w", "vehicle_w"), [(500, 4500), (5000, -5000)], ids=["charging", "feeding"])
    def test_what_a_vehicle_takes_or_gives_explains_a_battery_at_rest(self, house_w: int, vehicle_w: int) -> None:
        pv_w = house_w + vehicle_w
        reading = {"house_power_w": house_w, "pv_power_w": pv_w}
        assert effect(SELF_CONSUME, 0, **reading) is TOO_LITTLE
        vehicle = AcChargerTelemetry(power_w=vehicle_w)
        assert effect(SELF_CONSUME, 0, ac_chargers={2: vehicle}, **reading) is AS_COMMANDED

    @pytest.mark.parametrize(
        "surplus",
        [
            {"control": registers(charge_limit_w=500)},
            {"control": registers(), "soc": 97.0},
            {"control": registers(), "available_charge_power_w": 0},
            {"control": registers(), "available_charge_power_w": None},
            {"control": registers(), "soc": None},
            {"control": registers(), "house_power_w": None},
            {"control": registers(), "pv_power_w": None},
            {"control": registers(), "pv_power_w": 1000},
        ],
        ids=str,
    )
    def test_a_surplus_that_the_battery_may_not_take_is_no_fault(self, surplus: dict[str, Any]) -> None:
        assert effect(SELF_CONSUME, 0, **({"house_power_w": 500, "pv_power_w": 5000} | surplus)) is AS_COMMANDED

    @pytest.mark.parametrize(
        "deficit",
        [
            {"control": registers(discharge_limit_w=500)},
            {"control": registers(), "soc": 6.0},
            {"control": ControlRegisters(backup_soc=49.5)},
            {"control": registers(), "available_discharge_power_w": 0},
            {"control": registers(), "available_discharge_power_w": None},
            {"control": registers(), "house_power_w": 500},
        ],
        ids=str,
    )
    def test_a_deficit_that_the_battery_may_not_cover_is_no_fault(self, deficit: dict[str, Any]) -> None:
        assert effect(SELF_CONSUME, 0, **({"house_power_w": 5000, "pv_power_w": 0} | deficit)) is AS_COMMANDED

    def test_a_battery_that_is_too_cold_to_charge_takes_nothing(self) -> None:
        reading = {"house_power_w": 500, "pv_power_w": 5000, "control": registers(charge_limit_w=0)}
        assert effect(SUPPLY, 0, **reading) is AS_COMMANDED
        assert effect(SUPPLY, 201, **reading) is WRONG
        assert effect(SUPPLY, 200, **reading) is AS_COMMANDED
        assert effect(SUPPLY, -3000, **reading) is AS_COMMANDED


@pytest.mark.parametrize("command", [charge(), discharge(), HOLD, SELF_CONSUME, SUPPLY])
def test_nothing_is_said_of_a_power_that_is_unknown_or_the_clouds(command: Command) -> None:
    assert effect(command, None) is UNKNOWN
    assert effect(command, -9000, source=Source.CLOUD) is UNKNOWN


@given(battery_w=st.integers(-12_000, 12_000))
def test_a_plant_that_was_handed_back_may_do_anything(battery_w: int) -> None:
    assert effect(RELEASE, battery_w) is AS_COMMANDED


@given(
    command=st.sampled_from([charge(3000), discharge(3000), HOLD, replace(HOLD, cover_w=1500)]),
    battery_w=st.integers(-12_000, 12_000),
    soc=st.floats(0, 100),
    grid_w=st.integers(-12_000, 12_000),
    pv_w=st.integers(0, 10_000),
)
def test_a_battery_that_goes_the_other_way_or_too_far_is_wrong_whatever_else_is_true(
    command: Command, battery_w: int, soc: float, grid_w: int, pv_w: int
) -> None:
    lowest_w, highest_w = {
        Action.CHARGE: (0, 3300),
        Action.DISCHARGE: (-3300, 0),
        Action.HOLD: (-command.cover_w * 1.1, 0),
    }[command.action]
    inside = lowest_w - NOISE_W <= battery_w <= highest_w + NOISE_W
    found = effect(command, battery_w, soc=soc, grid_power_w=grid_w, pv_power_w=pv_w)
    assert (found is not WRONG) is inside
