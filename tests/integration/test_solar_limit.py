"""PV off while prices are negative: from the test of an administrator to the sun that comes back."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from forecasts import CLOUDS, START, Move
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.control.memory import ControlMode
from custom_components.sigenstor_panel.model.command import Action
from simulator import Simulator, market

pytestmark = pytest.mark.parametrize("simulator_settings", [{**CLOUDS, "soc": 98.0}])

NEGATIVE_UNTIL = START.replace(minute=30, second=0)


@pytest.fixture
def negative_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an hour in which importing is paid for and feeding in costs, between usual prices."""

    def price(_seed: int, _sky: object, start_s: int) -> market.MarketPrice:
        paid = START.replace(minute=0, second=0).timestamp() <= start_s < NEGATIVE_UNTIL.timestamp()
        return market.MarketPrice(*((-15.0, -10.0, -15.0, 90.0) if paid else (12.0, 30.0, 5.0, 40.0)))

    monkeypatch.setattr(market, "_price", price)


@pytest.fixture
async def home(
    hass: HomeAssistant,
    quick_control: dict[str, Any],
    negative_prices: None,
    forecasting: MockConfigEntry,
    simulator: Simulator,
) -> MockConfigEntry:
    """A full battery, 3 kW of sun, and a house that takes 500 W."""
    simulator.set(pv_power_w=3000, house_power_w=500)
    simulator.advance(1)
    await hass.async_block_till_done(wait_background_tasks=True)
    await forecasting.runtime_data.telemetry.async_refresh()
    await forecasting.runtime_data.control.async_tick()
    return forecasting


class Clock:
    """Lets the home live on in polls of 10 s."""

    def __init__(self, hass: HomeAssistant, home: MockConfigEntry, move: Move) -> None:
        self._runtime, self._move, self.now, self._hass = home.runtime_data, move, START, hass

    async def until(self, moment: datetime) -> None:
        while self.now < moment:
            self.now = min(moment, self.now + timedelta(seconds=10))
            await self._move(self.now)
            await self._runtime.telemetry.async_refresh()
            await self._runtime.control.async_tick()

    async def passes(self, seconds: int) -> None:
        await self.until(self.now + timedelta(seconds=seconds))


@pytest.fixture
def clock(hass: HomeAssistant, home: MockConfigEntry, move: Move) -> Clock:
    return Clock(hass, home, move)


async def outcome(hass: HomeAssistant, clock: Clock) -> dict[str, Any]:
    """Use the action, and let a minute and a half go by."""
    asked = hass.services.async_call("sigenstor_panel", "test_pv_limit", {}, blocking=True, return_response=True)
    task = asyncio.create_task(asked)
    await asyncio.sleep(0)
    await clock.passes(90)
    async with asyncio.timeout(10):
        return dict(await task or {})


async def test_a_full_battery_at_negative_prices_switches_pv_off_and_it_comes_back(
    hass: HomeAssistant, home: MockConfigEntry, clock: Clock, simulator: Simulator
) -> None:
    runtime, plant = home.runtime_data, simulator.plant
    before = dict(plant.holding)
    assert not runtime.optimiser.known_now().pv_limit_obeyed
    found = await outcome(hass, clock)
    assert (found["obeyed"], found["before_w"], found["limit_w"], found["seen_w"]) == (True, 3000, 1500, 1500)
    assert plant.holding[40036] is None
    assert runtime.optimiser.known_now().pv_limit_obeyed

    await runtime.control.async_change_settings(mode=ControlMode.AUTO)
    decided = await runtime.optimiser.async_optimise()
    assert decided.recommendation.pv_limit_w == 0
    await clock.passes(90)
    state = plant.state
    assert runtime.control.data.pv_limit_w == 0
    assert plant.holding[40036] == 0
    assert (state.pv_w, state.grid_w >= 500, state.battery_w >= 0) == (0, True, True)

    await clock.until(NEGATIVE_UNTIL + timedelta(seconds=40))
    await runtime.optimiser.async_optimise()
    await clock.passes(10)
    assert plant.holding[40036] is None
    assert plant.state.pv_w > 0
    await runtime.control.async_change_settings(mode=ControlMode.MANUAL)
    await clock.passes(130)
    assert dict(plant.holding) == before


async def test_nothing_is_planned_with_before_it_was_tried(
    hass: HomeAssistant, home: MockConfigEntry, clock: Clock, simulator: Simulator
) -> None:
    runtime = home.runtime_data
    await runtime.control.async_change_settings(mode=ControlMode.AUTO)
    decided = await runtime.optimiser.async_optimise()
    assert decided.recommendation.pv_limit_w is None
    await clock.passes(120)
    assert simulator.plant.holding[40036] is None


async def test_a_plant_that_does_not_obey_is_put_back_and_counts_as_such(
    hass: HomeAssistant, home: MockConfigEntry, clock: Clock, simulator: Simulator
) -> None:
    before = dict(simulator.plant.holding)
    simulator.set(quirks={"disobeyed_registers": [40036]})
    found = await outcome(hass, clock)
    assert found["obeyed"] is False
    assert "did not follow" in found["said"]
    assert not home.runtime_data.optimiser.known_now().pv_limit_obeyed
    await clock.passes(130)
    assert dict(simulator.plant.holding) == before


async def test_it_is_refused_without_sun(
    hass: HomeAssistant, home: MockConfigEntry, clock: Clock, simulator: Simulator
) -> None:
    simulator.set(pv_power_w=100)
    await clock.passes(10)
    with pytest.raises(HomeAssistantError, match="At least 500 W"):
        await outcome(hass, clock)


async def test_an_unloaded_entry_leaves_pv_free(
    hass: HomeAssistant, home: MockConfigEntry, clock: Clock, simulator: Simulator
) -> None:
    await outcome(hass, clock)
    await home.runtime_data.control.async_change_settings(mode=ControlMode.AUTO, hand_back_on_stop=False)
    await home.runtime_data.optimiser.async_optimise()
    await clock.passes(90)
    assert simulator.plant.holding[40036] == 0
    applied = home.runtime_data.control.controller.memory.applied
    assert applied is not None
    assert applied.command.action in (Action.HOLD, Action.CHARGE)
    assert await hass.config_entries.async_unload(home.entry_id)
    assert simulator.plant.holding[40036] is None
