"""The load forecast in Home Assistant: a usual home at first, this home once the recorder knows it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from homeassistant.components.recorder import EVENT_RECORDER_5MIN_STATISTICS_GENERATED, Recorder
from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.core import HomeAssistant, State
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.sigenstor_panel.optimiser.load.habits import DEFAULT_DAILY_KWH

HOUR = timedelta(hours=1)
NOW = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)

type StateOf = Callable[..., State]


@pytest.fixture
async def plant(hass: HomeAssistant, clouds: MockConfigEntry) -> MockConfigEntry:
    """The entry, set up without prices and sun."""
    assert await hass.config_entries.async_setup(clouds.entry_id)
    await hass.async_block_till_done()
    return clouds


async def record(hass: HomeAssistant, entity_id: str, weeks: int) -> None:
    """Give the recorder a history of a house that uses 2 kW from 18:00 to 20:00 and 400 W else."""
    count = weeks * 7 * 24
    total_kwh, rows = 0.0, []
    for number in range(count):
        start = NOW - (count - number) * HOUR
        # Brisbane is ten hours ahead.
        total_kwh += 2.0 if start.hour in (8, 9) else 0.4
        rows.append(StatisticData(start=start, state=total_kwh, sum=total_kwh))
    metadata = StatisticMetaData(
        statistic_id=entity_id,
        source="recorder",
        name=None,
        unit_class="energy",
        unit_of_measurement="kWh",
        mean_type=StatisticMeanType.NONE,
        has_sum=True,
    )
    async_import_statistics(hass, metadata, rows)
    await async_wait_recording_done(hass)


def test_a_home_that_is_not_known_yet_has_the_profile_of_a_usual_one_for_two_days(
    plant: MockConfigEntry, state_of: StateOf
) -> None:
    state = state_of("load_forecast_now")
    assert state.attributes["default_profile"] is True
    rows = state.attributes["forecast"]
    assert {frozenset(row) for row in rows} == {frozenset({"start", "end", "power_w", "spread_w"})}
    assert rows[0]["start"] == NOW.isoformat()
    assert [row["start"] for row in rows[1:]] == [row["end"] for row in rows[:-1]]
    assert len(rows) == 96
    assert sum(row["power_w"] for row in rows) / 2 / 1000 == pytest.approx(2 * DEFAULT_DAILY_KWH, rel=0.02)
    assert float(state.state) == pytest.approx(rows[0]["power_w"], abs=1)


async def test_the_profile_is_this_homes_own_once_the_recorder_has_its_history(
    recorder_mock: Recorder, hass: HomeAssistant, plant: MockConfigEntry, state_of: StateOf
) -> None:
    assert state_of("load_forecast_now").attributes["default_profile"] is True
    await record(hass, state_of("house_energy").entity_id, weeks=5)
    hass.bus.async_fire(EVENT_RECORDER_5MIN_STATISTICS_GENERATED)
    await hass.async_block_till_done(wait_background_tasks=True)
    state = state_of("load_forecast_now")
    assert state.attributes["default_profile"] is False
    assert float(state.state) == pytest.approx(400, rel=0.15)
    evening = [row["power_w"] for row in state.attributes["forecast"] if row["start"][11:13] in ("08", "09")]
    assert len(evening) == 8
    assert evening == pytest.approx([2000] * 8, rel=0.25)
    assert float(state_of("load_forecast_error").state) < 100
