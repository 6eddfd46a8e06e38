"""The days that the demo shows were run by the integration's own planner."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.sigenstor_panel.optimiser.model import Case, PlannerSettings
from custom_components.sigenstor_panel.optimiser.planner.plan import Plan, plan
from demo import past
from demo.history import PastHour, replay
from demo.past import live_through
from demo.place import BRISBANE
from simulator import Simulator, SimulatorSettings
from simulator.market import SimulatedMarket
from simulator.plant import SimulatedPlant

SETTINGS = SimulatorSettings(latitude=BRISBANE.latitude, longitude=BRISBANE.longitude, time_zone=BRISBANE.time_zone)
NOON = datetime(2026, 6, 10, 2, tzinfo=UTC)
DAYS = 2


def cost(hours: list[PastHour]) -> float:
    """Return what the grid cost in $, less what the energy in the battery would have been paid for in the end."""
    plant = SimulatedPlant(replace(SETTINGS, start=hours[0].start))
    market = SimulatedMarket(plant.seed, plant.sky)
    prices = [market.settled(int(hour.start.timestamp()), 60) for hour in hours]
    paid = sum(
        price.general * hour.energy_kwh["imported"] - price.feed_in * hour.energy_kwh["exported"]
        for price, hour in zip(prices, hours, strict=True)
    )
    stored_kwh = plant.capacity_kwh * hours[-1].samples["state_of_charge"][-1] / 100
    return (paid - stored_kwh * sum(price.feed_in for price in prices) / len(prices)) / 100


def upside_down(case: Case, settings: PlannerSettings) -> Plan:
    """Plan as if what is cheap were dear."""
    most = max(slot.buy_per_kwh for slot in case.slots)
    turned = (
        replace(slot, buy_per_kwh=most - slot.sell_per_kwh, sell_per_kwh=most - slot.buy_per_kwh) for slot in case.slots
    )
    return plan(replace(case, slots=tuple(turned)), settings)


def test_the_demo_earns_more_than_self_consumption_because_its_planner_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    def days(optimised: int) -> list[PastHour]:
        return list(replay(SETTINGS, NOON, DAYS, optimised))

    planned, left_alone = cost(days(DAYS)), cost(days(0))
    monkeypatch.setattr(past, "plan", upside_down)
    assert planned < left_alone < cost(days(DAYS))


def test_the_demo_begins_with_the_battery_that_its_history_ends_with() -> None:
    *_, last = replay(SETTINGS, NOON, DAYS, DAYS)
    midnight = NOON.astimezone(BRISBANE.zone).replace(hour=0)
    start = midnight - timedelta(days=1)
    simulator = Simulator(replace(SETTINGS, start=start))
    own = dict(simulator.plant.holding)
    live_through(simulator, (NOON - start).total_seconds())
    assert simulator.plant.state.soc == pytest.approx(last.samples["state_of_charge"][-1], abs=5)
    assert simulator.plant.holding == own
