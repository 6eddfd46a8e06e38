"""The figures of money that a person can read at one minute, in several places, are of one story."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from forecasts import CLOUDS, Move
from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.db_schema import Statistics, StatisticsShortTerm
from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.core import HomeAssistant, State
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.sigenstor_panel.automation.reports import evening
from custom_components.sigenstor_panel.model.prices import PriceSlot
from custom_components.sigenstor_panel.panel.history import _source
from custom_components.sigenstor_panel.panel.live import live
from custom_components.sigenstor_panel.panel.rows import HistoryReader, Period, rows
from custom_components.sigenstor_panel.texts import localize

pytestmark = pytest.mark.parametrize("simulator_settings", [CLOUDS])

FIVE_MINUTES, HOUR = timedelta(minutes=5), timedelta(hours=1)
SYDNEY = ZoneInfo("Australia/Sydney")
COUNTED = ("house", "pv", "grid_import", "grid_export", "battery_charged", "battery_discharged")


def flows_w(moment: datetime) -> tuple[float, ...]:
    """Return what flows in five minutes, W, in the order of COUNTED: it charges at night and sells in the evening."""
    hour = moment.astimezone(SYDNEY).hour
    house, sun = 800.0, 3000.0 if 9 <= hour < 15 else 0.0
    battery = 2000.0 if hour < 3 else -3000.0 if 18 <= hour < 20 else 0.0
    grid = house + battery - sun
    return house, sun, max(0.0, grid), max(0.0, -grid), max(0.0, battery), max(0.0, -battery)


class Meter:
    """Counts on from a midnight, and has the recorder keep what it counted, by five minutes and by whole hours."""

    def __init__(self, hass: HomeAssistant, entity_ids: dict[str, str], midnight: datetime) -> None:
        self._hass, self._entity_ids = hass, entity_ids
        self._at = midnight - 2 * HOUR
        self._soc = 40.0
        self._kwh = dict.fromkeys(COUNTED, 1000.0)

    async def run_until(self, now: datetime) -> None:
        kept: dict[type[Statistics | StatisticsShortTerm], dict[str, list[StatisticData]]] = {
            table: {key: [] for key in (*COUNTED, "soc")} for table in (Statistics, StatisticsShortTerm)
        }
        while self._at + FIVE_MINUTES <= now:
            flows = dict(zip(COUNTED, flows_w(self._at), strict=True))
            self._kwh = {key: kwh + flows[key] / 12_000 for key, kwh in self._kwh.items()}
            self._soc += (flows["battery_charged"] - flows["battery_discharged"]) / 12_000 / 24 * 100
            ended = self._at + FIVE_MINUTES
            tables = [(StatisticsShortTerm, self._at)]
            if ended.minute == 0:
                tables.append((Statistics, ended - HOUR))
            for table, start in tables:
                for key, kwh in self._kwh.items():
                    kept[table][key].append(StatisticData(start=start, state=kwh, sum=kwh))
                kept[table]["soc"].append(StatisticData(start=start, mean=self._soc, min=self._soc, max=self._soc))
            self._at = ended
        for table, keys in kept.items():
            for key, found in keys.items():
                self._keep(table, key, found)
        await async_wait_recording_done(self._hass)

    def _keep(self, table: type[Statistics | StatisticsShortTerm], key: str, found: list[StatisticData]) -> None:
        counts = key != "soc"
        metadata = StatisticMetaData(
            statistic_id=self._entity_ids[key],
            source="recorder",
            name=None,
            has_sum=counts,
            mean_type=StatisticMeanType.NONE if counts else StatisticMeanType.ARITHMETIC,
            unit_class="energy" if counts else "unitless",
            unit_of_measurement="kWh" if counts else "%",
        )
        get_instance(self._hass).async_import_statistics(metadata, found, table)


@pytest.mark.parametrize("day", [(2026, 2, 10), (2026, 4, 5), (2026, 10, 4)], ids=["usual", "25 hours", "23 hours"])
async def test_what_the_day_cost_and_saved_is_the_same_wherever_it_is_read(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    forecasting: MockConfigEntry,
    state_of: Callable[..., State],
    move: Move,
    day: tuple[int, int, int],
) -> None:
    await hass.config.async_set_time_zone(SYDNEY.key)
    await hass.async_block_till_done(wait_background_tasks=True)
    midnight = datetime(*day, tzinfo=SYDNEY).astimezone(UTC)
    entity_ids = {key: state_of(f"{key}_energy").entity_id for key in COUNTED}
    entity_ids["soc"] = state_of("state_of_charge").entity_id
    meter = Meter(hass, entity_ids, midnight)
    runtime = forecasting.runtime_data

    async def history() -> float | None:
        source = _source(hass, forecasting)
        since, until = midnight, source.now
        found = await get_instance(hass).async_add_executor_job(
            lambda: list(chain.from_iterable(HistoryReader(hass, source).pieces(since, until, Period.DAY)))
        )
        [row] = rows(found, Period.DAY, SYDNEY) or [{"cost": None}]
        return None if row["cost"] is None else float(row["cost"])

    for minutes in (6, 31, 61, 5 * 60 + 7, 12 * 60 + 2, 20 * 60 + 59):
        now = midnight + timedelta(minutes=minutes)
        await move(now)
        half_hours = [midnight + index * timedelta(minutes=30) for index in range(-4, 48)]
        runtime.prices.settled = tuple(
            PriceSlot(
                start=at,
                end=at + timedelta(minutes=30),
                buy_per_kwh=0.20 + 0.01 * (index % 7),
                sell_per_kwh=0.05 + 0.02 * (index % 5),
            )
            for index, at in enumerate(half_hours)
        )
        await meter.run_until(now)
        await runtime.optimiser.async_optimise()
        await runtime.optimiser.afterwards.async_today()
        today = live(hass, forecasting)["today"]
        parts = today["parts"]
        assert parts is not None, minutes
        told = f"{minutes} min, as of {parts['until']}"
        # What the dashboard says of the grid is what the history says.
        assert today["cost"] == pytest.approx(await history(), abs=0.005), told
        # What was saved is made of what stands below it, and the entity says the same.
        saved = parts["no_battery_cost"] - today["cost"] + parts["stored_value"] - parts["wear"]
        assert today["saved_vs_no_battery"] == pytest.approx(saved, abs=0.005), told
        assert float(state_of("savings_today").state) == pytest.approx(today["saved_vs_no_battery"], abs=0.005), told
        assert float(state_of("expected_cost_today").state) == pytest.approx(today["expected_cost"], abs=0.005), told
    # And the summary of the evening says what the dashboard says.
    summary = evening(runtime, now)
    assert summary is not None
    way = "paid" if today["cost"] > 0 else "earned"
    assert f"Grid, so far: ${abs(today['cost']):.2f} {way}" in localize(hass, summary, currency="AUD")
