"""The physics over time."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from simulator import Simulator, SimulatorSettings
from simulator.battery import CAPACITY_KWH, EFFICIENCY, JOULES_PER_KWH, RATED_W, Battery
from simulator.plant import SimulatedPlant
from simulator.sharing import share_out

BRISBANE = ZoneInfo("Australia/Brisbane")
NIGHT = datetime(2026, 1, 10, 1, tzinfo=BRISBANE)

type Command = Callable[..., Simulator]

limit_kw = st.one_of(st.none(), st.integers(0, 12_000).map(lambda watts: watts / 1000))
holding = st.fixed_dictionaries(
    {
        40001: st.integers(-12_000, 12_000).map(lambda watts: watts / 1000),
        40029: st.sampled_from([0, 1]),
        40031: st.integers(0, 6),
        40032: limit_kw,
        40034: limit_kw,
        40036: limit_kw,
        40038: limit_kw,
        40040: limit_kw,
        40047: st.sampled_from([0.0, 50.0, 90.0, 100.0]),
        40048: st.sampled_from([0.0, 5.0, 50.0, 95.0]),
    }
)
weather = st.fixed_dictionaries(
    {
        "soc": st.floats(0, 100),
        "cloud_cover": st.one_of(st.none(), st.floats(0, 1)),
        "house_power_w": st.one_of(st.none(), st.integers(0, 20_000)),
        "third_party_power_w": st.sampled_from([0, 0, 3000]),
    }
)


@given(
    registers=holding,
    true=weather,
    hour=st.integers(0, 23),
    inverters=st.integers(1, 3),
    lengths=st.lists(st.sampled_from([0.25, 1.0, 1.0, 7.0, 60.0, 900.0]), min_size=1, max_size=20),
)
def test_energy_and_power_are_conserved_whatever_is_asked_for(
    registers: Mapping[int, float | None],
    true: Mapping[str, float | None],
    hour: int,
    inverters: int,
    lengths: list[float],
) -> None:
    start = datetime(2026, 1, 10, hour, tzinfo=BRISBANE)
    simulator = Simulator(SimulatorSettings(start=start, inverters=inverters, realtime=False))
    plant = simulator.plant
    plant.holding.update(registers)
    simulator.set(**true)
    counted_before = plant.state.energy_since_upgrade_kwh
    charged_j = discharged_j = 0.0
    for seconds in lengths:
        stored_kwh = sum(inverter.energy_kwh for inverter in plant.state.inverters)
        plant.step(seconds)
        state = plant.state
        assert state.grid_w == state.house_w + state.battery_w - state.pv_w - state.third_party_w
        assert sum(state.grid_phases_w) == state.grid_w
        assert sum(state.inverter_phases_w) == state.pv_w - state.battery_w
        assert sum(inverter.pv_w for inverter in state.inverters) == state.pv_w
        assert sum(inverter.battery_w for inverter in state.inverters) == state.battery_w
        assert all(0 <= inverter.soc <= 100 for inverter in state.inverters)
        stored_w = state.battery_w * EFFICIENCY if state.battery_w > 0 else state.battery_w / EFFICIENCY
        gained_kwh = sum(inverter.energy_kwh for inverter in state.inverters) - stored_kwh
        assert gained_kwh == pytest.approx(stored_w * seconds / JOULES_PER_KWH, abs=1e-9)
        charged_j += max(state.battery_w, 0) * seconds
        discharged_j += max(-state.battery_w, 0) * seconds
    counted = plant.state.energy_since_upgrade_kwh
    assert counted["charged"] - counted_before["charged"] == pytest.approx(charged_j / JOULES_PER_KWH, abs=1e-12)
    assert counted["discharged"] - counted_before["discharged"] == pytest.approx(
        discharged_j / JOULES_PER_KWH, abs=1e-12
    )
    balance = counted["house"] + counted["charged"] + counted["exported"]
    assert balance == pytest.approx(
        counted["imported"] + counted["discharged"] + counted["pv"] + counted["third_party"], abs=1e-9
    )


@given(st.floats(0, 100), st.floats(0.1, 3600))
def test_a_battery_never_offers_more_than_fits_or_is_there(soc: float, seconds: float) -> None:
    for direction in (1, -1):
        battery = Battery(CAPACITY_KWH * soc / 100, 25)
        offered_w = battery.charge_available_w(seconds) if direction > 0 else battery.discharge_available_w(seconds)
        assert 0 <= offered_w <= RATED_W
        before_kwh = battery.energy_kwh
        battery.run(direction * offered_w, seconds, 25)
        moved_kwh = offered_w * seconds / JOULES_PER_KWH * (EFFICIENCY if direction > 0 else 1 / EFFICIENCY)
        assert abs(battery.energy_kwh - before_kwh) == pytest.approx(moved_kwh, abs=1e-9)


def test_charging_tapers_near_full_and_discharging_near_empty() -> None:
    charge = [Battery(CAPACITY_KWH * soc / 100, 25).charge_available_w() for soc in (50, 90, 95, 99, 99.99, 100)]
    assert charge == [10_000, 10_000, 5000, 1000, 200, 0]
    discharge = [Battery(CAPACITY_KWH * soc / 100, 25).discharge_available_w() for soc in (50, 10, 5, 1, 0.01, 0)]
    assert discharge == [10_000, 10_000, 5000, 1000, 200, 0]


def test_ten_kilowatts_for_hours_warm_the_cells_by_about_twelve_degrees() -> None:
    battery = Battery(12, 20)
    for _ in range(6 * 60):
        battery.energy_kwh = 12
        battery.run(10_000, 60, 20)
    assert battery.temperature_c == pytest.approx(32, abs=0.5)
    for _ in range(12 * 60):
        battery.run(0, 60, 20)
    assert battery.temperature_c == pytest.approx(20, abs=0.1)


@given(st.integers(-(10**6), 10**6), st.lists(st.integers(0, 10_000), min_size=1, max_size=10))
def test_shares_add_up_and_none_is_above_its_weight(total: int, weights: list[int]) -> None:
    shares = share_out(total, weights)
    if sum(weights):
        assert sum(shares) == total
    if 0 <= total <= sum(weights):
        assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))


def test_daily_counters_restart_at_local_midnight_and_yesterday_is_kept(build: Command) -> None:
    simulator = build(start=datetime(2026, 1, 10, 23, 59, 50, tzinfo=BRISBANE))
    simulator.set(house_power_w=3600, pv_power_w=1800, soc=50)
    simulator.advance(10)
    state = simulator.plant.state
    assert state.time == datetime(2026, 1, 11, tzinfo=BRISBANE)
    assert state.energy_today_kwh["house"] == 0
    assert state.pv_yesterday_kwh == pytest.approx(0.005)
    assert state.inverters[0].energy_today_kwh["discharged"] == 0
    assert state.energy_since_upgrade_kwh["house"] == pytest.approx(0.010)
    simulator.advance(5)
    assert simulator.plant.state.energy_today_kwh["house"] == pytest.approx(0.005)


def test_a_day_of_25_hours_has_one_midnight() -> None:
    zone = ZoneInfo("Australia/Sydney")
    simulator = Simulator(
        SimulatorSettings(
            start=datetime(2026, 4, 5, 0, 0, 0, tzinfo=zone), time_zone="Australia/Sydney", realtime=False
        )
    )
    simulator.set(house_power_w=1000)
    for _ in range(25 * 60 - 1):
        simulator.plant.step(60)
    assert simulator.plant.state.energy_today_kwh["house"] == pytest.approx(25 - 1 / 60)
    simulator.plant.step(60)
    assert simulator.plant.state.energy_today_kwh["house"] == 0


def test_one_seed_and_start_give_one_history(build: Command) -> None:
    first, second, other = build(), build(), build(seed=2)
    for simulator in (first, second, other):
        simulator.advance(1800)
    assert first.plant.state == second.plant.state
    assert first.plant.state != other.plant.state


def test_how_time_is_cut_into_calls_changes_nothing(build: Command) -> None:
    at_once, in_parts = build(), build()
    at_once.advance(600)
    for _ in range(60):
        in_parts.advance(10)
    assert at_once.plant.state == in_parts.plant.state


def test_a_summer_day_fills_the_battery_and_the_night_empties_it_some(build: Command) -> None:
    simulator = build(start=datetime(2026, 1, 10, 0, tzinfo=BRISBANE))
    simulator.set(cloud_cover=0.0, soc=30)
    socs = []
    for _ in range(24 * 12):
        for _ in range(5):
            simulator.plant.step(60)
        socs.append(simulator.plant.state.soc)
    assert max(socs) == pytest.approx(100, abs=0.5)
    assert socs[5 * 12] < 30
    assert socs[-1] < 95
    pv_kwh = simulator.plant.state.energy_since_upgrade_kwh["pv"]
    assert 40 < pv_kwh < 75


def test_two_inverters_are_twice_one(build: Command) -> None:
    one, two = build().plant.state, build(inverters=2).plant.state
    assert two.capacity_kwh == 2 * one.capacity_kwh
    assert two.rated_charge_w == 2 * one.rated_charge_w
    assert two.pv_available_w == 2 * one.pv_available_w
    assert len({inverter.serial_number for inverter in two.inverters}) == 2


def test_a_plant_that_is_stopped_does_nothing_and_says_so(build: Command) -> None:
    simulator = build()
    plant: SimulatedPlant = simulator.plant
    plant.holding[40000] = 0
    plant.written(40000, None)
    simulator.advance(1)
    state = plant.state
    assert (state.pv_w, state.battery_w, state.running_state) == (0, 0, 3)
    assert state.grid_w == state.house_w
    plant.holding[40000] = 1
    plant.written(40000, 0)
    simulator.advance(1)
    assert plant.state.running_state == 1
    assert plant.state.pv_w > 0


def test_a_controller_that_goes_away_leaves_mode_and_limits_as_they_are(command: Command) -> None:
    simulator = command({40029: 1, 40031: 3, 40032: 1.8}, at=NIGHT, soc=20)
    simulator.advance(1800)
    assert simulator.plant.state.battery_w == 1800
    simulator.plant.holding[40031] = 4
    simulator.plant.written(40031, 3)
    simulator.advance(1)
    assert simulator.plant.state.battery_w == 1800


def test_charging_stops_at_the_charge_cut_off(command: Command) -> None:
    simulator = command({40029: 1, 40031: 3, 40047: 60}, at=NIGHT, soc=59.9)
    simulator.advance(120)
    assert simulator.plant.state.soc == pytest.approx(60, abs=0.02)
    assert simulator.plant.state.battery_w == 0
    assert simulator.plant.state.charge_available_w == 0


def test_discharging_stops_at_the_discharge_cut_off(command: Command) -> None:
    simulator = command({40029: 1, 40031: 6, 40048: 40}, at=NIGHT, soc=40.1)
    simulator.advance(120)
    assert simulator.plant.state.soc == pytest.approx(40, abs=0.02)
    assert simulator.plant.state.battery_w == 0


def test_a_grid_outage_leaves_the_house_on_the_battery_with_an_alarm(command: Command) -> None:
    simulator = command({}, at=NIGHT, soc=60, house_power_w=900, faults={"grid_outage": True})
    state = simulator.plant.state
    assert (state.grid_w, state.battery_w, state.house_w) == (0, -900, 900)
    assert state.on_off_grid == 1
    assert state.alarms["pcs_1"] == 1 << 9
    assert state.ac_voltage_v == 230


def test_the_clock_can_be_set_and_a_new_day_starts_new_daily_counters(build: Command) -> None:
    simulator = build()
    simulator.advance(60)
    simulator.set(time="2026-01-11T06:00:00+10:00")
    assert simulator.plant.state.time == datetime(2026, 1, 11, 6, tzinfo=BRISBANE)
    assert simulator.plant.state.energy_today_kwh["house"] == 0
    assert simulator.plant.state.pv_yesterday_kwh > 0


def test_a_step_of_no_length_is_refused(build: Command) -> None:
    with pytest.raises(ValueError, match="longer than 0"):
        build().plant.step(0)


def test_time_goes_on_by_what_is_asked_for(build: Command) -> None:
    simulator = build()
    before = simulator.plant.state.time
    simulator.advance(90.5)
    assert simulator.plant.state.time - before == timedelta(seconds=90.5)
