"""Whatever a service on the internet answers, the rest goes on, it is said once, and what was lost comes back by itself."""

from collections.abc import Callable
from datetime import timedelta
import logging

from forecasts import CLOUDS, START, Move
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.optimiser.contract import Engine
from simulator import Simulator
from simulator.endpoint import HTTP_FAULTS

pytestmark = pytest.mark.parametrize("simulator_settings", [CLOUDS])

ANSWERING = [fault for fault in HTTP_FAULTS if fault != "timeout"]
"""Silence takes as long as a request may, by the real clock: `test_price_entities.py` and `test_sun.py` wait for it."""
REFUSED_LOGIN = {"amber_outage": {"http_401", "http_403"}}

type StateOf = Callable[..., State]


@pytest.mark.parametrize("fault", ANSWERING)
@pytest.mark.parametrize(
    ("service", "source", "shown"),
    [("amber_outage", "prices", "buy_price"), ("open_meteo_outage", "sun", "pv_forecast_now")],
)
async def test_a_service_that_fails_is_said_once_and_is_asked_again_until_it_answers(
    hass: HomeAssistant,
    forecasting: MockConfigEntry,
    simulator: Simulator,
    move: Move,
    state_of: StateOf,
    caplog: pytest.LogCaptureFixture,
    service: str,
    source: str,
    shown: str,
    fault: str,
) -> None:
    coordinator = getattr(forecasting.runtime_data, source)
    caplog.clear()
    caplog.set_level(logging.INFO)
    simulator.set(quirks={service: fault})
    for minutes in (61, 66, 71, 80):
        await move(START + timedelta(minutes=minutes))

    assert coordinator.data.stale
    assert state_of(shown).state not in ("unavailable", "unknown"), "the last forecast still covers this hour"
    simulator.set(soc=42)
    await forecasting.runtime_data.telemetry.async_refresh()
    assert float(state_of("state_of_charge").state) == 42
    ours = [record for record in caplog.records if record.name.startswith(f"custom_components.{DOMAIN}")]
    # The clock leaps, so that the optimiser finds the readings of the plant old.
    warnings = [one for one in ours if one.levelno >= logging.WARNING and "optimiser" not in one.getMessage()]
    assert len(warnings) <= 1
    assert [record.exc_info for record in ours if record.exc_info] == []
    refused = [flow for flow in hass.config_entries.flow.async_progress() if flow["context"]["source"] == "reauth"]
    assert bool(refused) == (fault in REFUSED_LOGIN.get(service, ()))
    if refused:
        return

    simulator.set(quirks={service: None})
    await move(START + timedelta(hours=3))
    assert not coordinator.data.stale


@pytest.mark.parametrize("off", [timedelta(minutes=3), -timedelta(minutes=3)])
async def test_a_clock_that_is_minutes_off_still_has_a_price_and_a_forecast(
    forecasting: MockConfigEntry, simulator: Simulator, freezer: FrozenDateTimeFactory, off: timedelta
) -> None:
    freezer.move_to(START + timedelta(minutes=10) + off)
    simulator.set(time=START + timedelta(minutes=10))
    runtime = forecasting.runtime_data
    await runtime.prices.async_refresh()
    await runtime.sun.async_refresh()
    now = dt_util.utcnow()
    assert runtime.prices.fresh
    assert runtime.prices.data.current(now) is not None
    assert runtime.sun.data.power_at(now) is not None


@pytest.mark.parametrize("off", [timedelta(days=3), -timedelta(days=3)])
async def test_on_a_clock_that_is_days_off_nothing_is_traded_until_it_is_right_again(
    forecasting: MockConfigEntry, simulator: Simulator, freezer: FrozenDateTimeFactory, off: timedelta
) -> None:
    later = START + timedelta(minutes=10)
    freezer.move_to(later + off)
    simulator.set(time=later)
    runtime = forecasting.runtime_data
    await runtime.prices.async_refresh()
    await runtime.telemetry.async_refresh()
    state = await runtime.optimiser.async_optimise()
    assert not runtime.prices.fresh
    assert state.recommendation.engine is Engine.FALLBACK
    assert runtime.control.controller.automatic is None

    freezer.move_to(later + timedelta(minutes=5))
    simulator.set(time=later + timedelta(minutes=5))
    await runtime.prices.async_refresh()
    for _ in range(2):
        await runtime.telemetry.async_refresh()
    assert runtime.prices.fresh
    assert (await runtime.optimiser.async_optimise()).recommendation.engine is Engine.PLANNER
