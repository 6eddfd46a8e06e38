"""The grid's energy since midnight, which no register holds, on a day that Home Assistant did not see from its start."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.sigenstor_panel.model.telemetry import EnergyCounters
from simulator import Simulator

MIDNIGHT = datetime(2026, 1, 14, 14, 0, tzinfo=UTC)
"""In Brisbane."""

COUNTERS = {"imported": "grid_import", "exported": "grid_export", "house": "house"}


@pytest.fixture
async def at_midnight(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> dict[str, float]:
    """Set the plant up at two in the morning, when the house has taken 3 kW from the grid; what counted until then."""
    await hass.config.async_set_time_zone("Australia/Brisbane")
    simulator.set(time=MIDNIGHT - timedelta(minutes=10), soc=5, house_power_w=3000, pv_power_w=0)
    simulator.advance(600)
    totals_kwh = simulator.plant.counters.totals_kwh
    simulator.advance(7200)
    freezer.move_to(MIDNIGHT + timedelta(hours=2))
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    return {key: totals_kwh[counter] for counter, key in COUNTERS.items()}


async def record(hass: HomeAssistant, shown_kwh: dict[str, float]) -> None:
    """Give the recorder what the counters showed at the end of the hour before midnight."""
    for key, kwh in shown_kwh.items():
        metadata = StatisticMetaData(
            statistic_id=f"sensor.sigenstor_{key}_energy",
            source="recorder",
            name=None,
            unit_class="energy",
            unit_of_measurement="kWh",
            mean_type=StatisticMeanType.NONE,
            has_sum=True,
        )
        row = StatisticData(start=MIDNIGHT - timedelta(hours=1), state=kwh, sum=0.0)
        async_import_statistics(hass, metadata, [row])
    await async_wait_recording_done(hass)


async def a_minute_later(
    hass: HomeAssistant, simulator: Simulator, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> EnergyCounters:
    """Return the energies once the plant had a chance to ask the recorder."""
    for seconds in (61, 10):
        freezer.tick(seconds)
        simulator.advance(seconds)
        await entry.runtime_data.telemetry.async_refresh()
        await hass.async_block_till_done(wait_background_tasks=True)
    energy = entry.runtime_data.telemetry.data.energy
    assert isinstance(energy, EnergyCounters)
    return energy


async def test_it_counts_from_what_the_recorder_has_of_midnight(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    at_midnight: dict[str, float],
) -> None:
    assert entry.runtime_data.telemetry.data.energy.grid_import_today_kwh is None
    await record(hass, at_midnight)
    energy = await a_minute_later(hass, simulator, entry, freezer)

    assert energy.grid_import_today_kwh == pytest.approx(6.06, abs=0.1)
    assert energy.grid_import_today_kwh == pytest.approx(energy.house_today_kwh, abs=0.1)
    assert energy.grid_export_today_kwh == pytest.approx(0, abs=0.02)


async def test_a_midnight_that_the_houses_own_counter_contradicts_is_not_believed(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    at_midnight: dict[str, float],
) -> None:
    await record(hass, {key: kwh - 8 for key, kwh in at_midnight.items()})  # those of the evening before

    assert (await a_minute_later(hass, simulator, entry, freezer)).grid_import_today_kwh is None


async def test_without_a_recorder_it_is_unknown_until_the_next_midnight(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    at_midnight: dict[str, float],
) -> None:
    energy = await a_minute_later(hass, simulator, entry, freezer)

    assert (energy.grid_import_today_kwh, energy.grid_export_today_kwh) == (None, None)
    assert energy.house_today_kwh == pytest.approx(6.06, abs=0.1)
