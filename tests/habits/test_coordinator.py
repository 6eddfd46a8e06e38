"""The habits coordinator over the statistics of a real recorder."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import EVENT_RECORDER_5MIN_STATISTICS_GENERATED
from homeassistant.components.recorder.db_schema import Statistics, StatisticsShortTerm
from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
from homes import SYDNEY, evening_home, history
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from sqlalchemy.exc import OperationalError

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.coordinator.habits import HabitsCoordinator
from custom_components.sigenstor_panel.optimiser.load.habits import DEFAULT_DAILY_KWH, LoadSample, default_profile
from custom_components.sigenstor_panel.statistics import energy as energy_statistics

NOW = datetime(2026, 3, 16, 2, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIVE_MINUTES = timedelta(minutes=5)


@pytest.fixture
async def sydney(recorder_mock: Any, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """A home that changes its clocks, at noon."""
    await hass.config.async_set_time_zone("Australia/Sydney")
    freezer.move_to(NOW)


@pytest.fixture
def house(hass: HomeAssistant) -> MockConfigEntry:
    """An entry whose house energy sensor has a name of its user's."""
    entry = MockConfigEntry(domain=DOMAIN, title="SigenStor", unique_id="110A123B0001")
    entry.add_to_hass(hass)
    er.async_get(hass).async_get_or_create(
        "sensor", DOMAIN, "110A123B0001_house_energy", config_entry=entry, suggested_object_id="everything"
    )
    return entry


async def record(hass: HomeAssistant, samples: Iterable[LoadSample], *, start_kwh: float = 500.0) -> None:
    """Put samples into the recorder's statistics as the sums they lead to, after one row that they start from."""
    ordered = list(samples)
    short = ordered[0].duration == FIVE_MINUTES
    total_kwh = start_kwh
    rows = [StatisticData(start=ordered[0].start - ordered[0].duration, state=total_kwh, sum=total_kwh)]
    for sample in ordered:
        total_kwh += sample.energy_kwh
        rows.append(StatisticData(start=sample.start, state=total_kwh, sum=total_kwh))
    metadata = StatisticMetaData(
        statistic_id="sensor.everything",
        source="recorder",
        name=None,
        has_sum=True,
        mean_type=StatisticMeanType.NONE,
        unit_class="energy",
        unit_of_measurement="kWh",
    )
    get_instance(hass).async_import_statistics(metadata, rows, StatisticsShortTerm if short else Statistics)
    await async_wait_recording_done(hass)


def hours(**more: Any) -> list[LoadSample]:
    """Return what the evening home used until the full hour before now."""
    samples = history(evening_home, zone=SYDNEY, until=NOW.date(), duration=HOUR, **more)
    return [sample for sample in samples if sample.start < NOW]


async def refreshed(hass: HomeAssistant, entry: MockConfigEntry) -> HabitsCoordinator:
    coordinator = HabitsCoordinator(hass, entry)
    await coordinator.async_refresh()
    assert coordinator.last_update_success
    return coordinator


async def test_habits_are_learned_from_the_long_term_statistics_of_the_house(
    sydney: None, hass: HomeAssistant, house: MockConfigEntry
) -> None:
    await record(hass, hours())
    coordinator = await refreshed(hass, house)

    assert not coordinator.data.is_default
    assert coordinator.data.weeks == pytest.approx(6, abs=0.1)
    assert coordinator.data.mean_w(datetime(2026, 3, 17, 18, tzinfo=SYDNEY)) == pytest.approx(2000, rel=0.03)
    assert coordinator.data.mean_w(datetime(2026, 3, 17, 12, tzinfo=SYDNEY)) == pytest.approx(400, rel=0.03)


async def test_habits_keep_to_the_wall_clock_across_the_end_of_daylight_saving(
    sydney: None, hass: HomeAssistant, house: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(datetime(2026, 4, 12, 2, 5, tzinfo=UTC))  # a week after the clocks went back
    await record(hass, history(evening_home, zone=SYDNEY, until=datetime(2026, 4, 12).date(), duration=HOUR))
    coordinator = await refreshed(hass, house)

    for hour, expected_w in ((17, 400), (18, 2000), (19, 2000), (20, 400)):
        local = datetime(2026, 4, 14, hour, 30, tzinfo=SYDNEY)
        assert coordinator.data.mean_w(local) == pytest.approx(expected_w, rel=0.03)


async def test_statistics_of_five_minutes_give_half_hours(
    sydney: None, hass: HomeAssistant, house: MockConfigEntry
) -> None:
    def habit(local: datetime) -> float:
        return 3000.0 if (local.hour, local.minute // 30) == (7, 1) else 300.0

    await record(hass, history(habit, zone=SYDNEY, until=NOW.date(), duration=HOUR))
    fine = history(habit, zone=SYDNEY, until=NOW.date(), days=9, duration=FIVE_MINUTES)
    await record(hass, fine)
    coordinator = await refreshed(hass, house)

    assert coordinator.data.mean_w(datetime(2026, 3, 17, 7, 0)) < 700
    assert coordinator.data.mean_w(datetime(2026, 3, 17, 7, 30)) > 2500
    assert coordinator.data.weeks == pytest.approx(6, abs=0.1)


async def test_the_first_sum_and_gaps_are_not_taken_for_energy(
    sydney: None, hass: HomeAssistant, house: MockConfigEntry
) -> None:
    samples = hours()
    await record(hass, samples[:400] + samples[430:], start_kwh=28_000)
    coordinator = await refreshed(hass, house)

    assert coordinator.data.mean_w(datetime(2026, 3, 17, 18)) == pytest.approx(2000, rel=0.03)
    assert coordinator.data.spread_w(datetime(2026, 3, 17, 12)) < 50


async def test_the_error_is_measured_on_a_week_that_was_not_learned(
    sydney: None, hass: HomeAssistant, house: MockConfigEntry
) -> None:
    last_week = NOW - timedelta(days=7)
    doubled = [
        sample
        if sample.start < last_week
        else LoadSample(start=sample.start, duration=HOUR, energy_kwh=2 * sample.energy_kwh)
        for sample in hours()
    ]
    await record(hass, doubled)
    error = (await refreshed(hass, house)).profile_error

    assert error is not None
    assert error.days == pytest.approx(6.5, abs=0.6)
    assert error.bias_w == pytest.approx(-533, rel=0.1)
    assert error.mean_absolute_w == pytest.approx(533, rel=0.1)


async def test_todays_level_nudges_the_forecast(sydney: None, hass: HomeAssistant, house: MockConfigEntry) -> None:
    await record(hass, hours())
    busy = [
        LoadSample(start=NOW - (36 - number) * FIVE_MINUTES, duration=FIVE_MINUTES, energy_kwh=3 / 12)
        for number in range(36)
    ]
    await record(hass, busy)
    coordinator = await refreshed(hass, house)
    first, *_, last = coordinator.forecast(NOW, NOW + timedelta(days=1), HOUR)

    assert first.mean_w > 600
    assert last.mean_w == pytest.approx(400, rel=0.1)


async def test_an_empty_recorder_leaves_the_default_profile(
    sydney: None, hass: HomeAssistant, house: MockConfigEntry
) -> None:
    coordinator = await refreshed(hass, house)

    assert coordinator.data == default_profile(DEFAULT_DAILY_KWH)
    assert coordinator.profile_error is None
    assert len(coordinator.forecast(NOW, NOW + timedelta(days=1), HOUR)) == 24


async def test_no_recorder_leaves_the_default_profile(hass: HomeAssistant, house: MockConfigEntry) -> None:
    coordinator = await refreshed(hass, house)

    assert coordinator.data == default_profile(DEFAULT_DAILY_KWH)


async def test_a_profile_outlives_a_history_that_cannot_be_read(
    sydney: None,
    hass: HomeAssistant,
    house: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await record(hass, hours())
    coordinator = await refreshed(hass, house)
    learned = coordinator.data
    freezer.tick(timedelta(days=1))
    with patch.object(
        energy_statistics, "statistics_during_period", side_effect=OperationalError("", {}, Exception("locked"))
    ):
        await coordinator.async_refresh()

    assert coordinator.data is learned
    assert "could not be read" in caplog.text


async def test_new_statistics_are_taken_up_and_learned_from_once_a_day(
    sydney: None, hass: HomeAssistant, house: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    await record(hass, hours())
    coordinator = HabitsCoordinator(hass, house)
    house.mock_state(hass, ConfigEntryState.SETUP_IN_PROGRESS)
    await coordinator.async_config_entry_first_refresh()
    learned = coordinator.data

    async def statistics_come(after: timedelta) -> None:
        freezer.tick(after)
        hass.bus.async_fire(EVENT_RECORDER_5MIN_STATISTICS_GENERATED)
        await hass.async_block_till_done(wait_background_tasks=True)

    await record(hass, [LoadSample(start=NOW, duration=FIVE_MINUTES, energy_kwh=0.25)])
    await statistics_come(FIVE_MINUTES)
    assert coordinator.recent[-1].start == NOW
    assert coordinator.data is learned

    await statistics_come(timedelta(days=1))
    assert coordinator.data is not learned
    assert coordinator.data.weeks == pytest.approx(learned.weeks, abs=0.2)


def add_chargers_sensor(hass: HomeAssistant, entry: MockConfigEntry, *, with_power: bool = True) -> None:
    registry = er.async_get(hass)
    registry.async_get_or_create("sensor", DOMAIN, "110A123B0001_ac_charger_5_charger_power", config_entry=entry)
    if with_power:
        registry.async_get_or_create(
            "sensor", DOMAIN, "110A123B0001_house_power", config_entry=entry, suggested_object_id="house_power"
        )


async def record_power(hass: HomeAssistant, samples: list[LoadSample]) -> None:
    """Put samples into the recorder's statistics as the means of the power of the house."""
    rows = [StatisticData(start=one.start, mean=one.energy_kwh * 1000 / (one.duration / HOUR)) for one in samples]
    metadata = StatisticMetaData(
        statistic_id="sensor.house_power",
        source="recorder",
        name=None,
        has_sum=False,
        mean_type=StatisticMeanType.ARITHMETIC,
        unit_class="power",
        unit_of_measurement="W",
    )
    short = samples[0].duration == FIVE_MINUTES
    get_instance(hass).async_import_statistics(metadata, rows, StatisticsShortTerm if short else Statistics)
    await async_wait_recording_done(hass)


def with_a_vehicle(samples: list[LoadSample]) -> list[LoadSample]:
    """Return what the plant counts for the house while a vehicle takes 7 kW in the evening, too."""
    return [
        replace(one, energy_kwh=one.energy_kwh + 7 * (one.duration / HOUR) * (one.start.astimezone(SYDNEY).hour == 18))
        for one in samples
    ]


async def test_what_a_vehicle_takes_is_no_habit_of_the_house(
    sydney: None, hass: HomeAssistant, house: MockConfigEntry
) -> None:
    await record(hass, with_a_vehicle(hours()))
    await record_power(hass, hours())
    fine = [
        LoadSample(start=NOW - 6 * HOUR + number * FIVE_MINUTES, duration=FIVE_MINUTES, energy_kwh=0.4 / 12)
        for number in range(60)
    ]
    await record_power(hass, fine)
    evening = datetime(2026, 3, 17, 18, tzinfo=SYDNEY)
    assert (await refreshed(hass, house)).data.mean_w(evening) > 8000

    add_chargers_sensor(hass, house)
    coordinator = await refreshed(hass, house)

    assert not coordinator.data.is_default
    assert coordinator.data.mean_w(evening) == pytest.approx(2000, rel=0.03)
    assert [one.start for one in coordinator.recent[-60:]] == [one.start for one in fine]
    assert coordinator.recent[-1].energy_kwh == pytest.approx(0.4 / 12)


async def test_without_a_charger_the_energy_of_the_house_is_learned(
    sydney: None, hass: HomeAssistant, house: MockConfigEntry
) -> None:
    await record(hass, with_a_vehicle(hours()))
    await record_power(hass, hours())
    registry = er.async_get(hass)
    for domain, key in (("sensor", "ac_charger_energy"), ("binary_sensor", "dc_charger_alarm")):
        registry.async_get_or_create(domain, DOMAIN, f"110A123B0001_{key}", config_entry=house)
    registry.async_get_or_create(
        "sensor", DOMAIN, "110A123B0001_house_power", config_entry=house, suggested_object_id="house_power"
    )
    assert (await refreshed(hass, house)).data.mean_w(datetime(2026, 3, 17, 18, tzinfo=SYDNEY)) > 8000


async def test_with_a_charger_and_no_power_of_the_house_its_energy_is_learned(
    sydney: None, hass: HomeAssistant, house: MockConfigEntry
) -> None:
    await record(hass, hours())
    add_chargers_sensor(hass, house)
    coordinator = await refreshed(hass, house)

    assert coordinator.data.mean_w(datetime(2026, 3, 17, 18, tzinfo=SYDNEY)) == pytest.approx(2000, rel=0.03)
