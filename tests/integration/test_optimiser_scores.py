"""What came true, from a real recorder, made into the score of a day and the savings of today."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain
import re

from forecasts import BRISBANE, CLOUDS, Move
from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.db_schema import Statistics, StatisticsShortTerm
from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.tasks import StopTask
from homeassistant.const import EVENT_RECORDER_5MIN_STATISTICS_GENERATED
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_purge_done,
    async_wait_recording_done,
)

from custom_components.sigenstor_panel.automation.reports import async_month, evening
from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.control.memory import ControlMode
from custom_components.sigenstor_panel.coordinator.optimiser import OptimiserCoordinator
from custom_components.sigenstor_panel.model.message import Message
from custom_components.sigenstor_panel.model.prices import PriceSlot
from custom_components.sigenstor_panel.panel.history import _source
from custom_components.sigenstor_panel.panel.rows import HistoryReader, Period, self_powered
from custom_components.sigenstor_panel.records.decision_rows import DayRecord, Savings
from custom_components.sigenstor_panel.texts import localize

pytestmark = [pytest.mark.parametrize("simulator_settings", [CLOUDS]), pytest.mark.usefixtures("recorder_mock")]

HOUR = timedelta(hours=1)
TODAY = datetime(2026, 1, 15, tzinfo=BRISBANE)
YESTERDAY = date(2026, 1, 14)

type StateOf = Callable[..., State]

# What a home does every hour, in kWh: it uses 1, the sun gives 3 from ten to three, and the battery never moves.
HOUSE_KWH, SUN_KWH = 1.0, 3.0


async def record(
    hass: HomeAssistant,
    entity_id: str,
    rows: list[StatisticData],
    *,
    counter: bool,
    table: type[Statistics | StatisticsShortTerm] = Statistics,
) -> None:
    """Put rows into the recorder's statistics of a sensor, by the hour unless said otherwise."""
    metadata = StatisticMetaData(
        statistic_id=entity_id,
        source="recorder",
        name=None,
        has_sum=counter,
        mean_type=StatisticMeanType.NONE if counter else StatisticMeanType.ARITHMETIC,
        unit_class="energy" if counter else "unitless",
        unit_of_measurement="kWh" if counter else "%",
    )
    get_instance(hass).async_import_statistics(metadata, rows, table)
    await async_wait_recording_done(hass)


@pytest.fixture
async def lived(
    recorder_mock: Recorder, hass: HomeAssistant, forecasting: MockConfigEntry, state_of: StateOf
) -> OptimiserCoordinator:
    """The optimiser of a home whose yesterday and morning are recorded."""
    await hass.async_block_till_done(wait_background_tasks=True)
    start = TODAY - timedelta(days=1, hours=1)
    hours = [start + index * HOUR for index in range(36)]

    def sums(per_hour: Callable[[datetime], float]) -> list[StatisticData]:
        total, rows = 100.0, []
        for hour in hours:
            total += per_hour(hour)
            rows.append(StatisticData(start=hour, state=total, sum=total))
        return rows

    def sun(hour: datetime) -> float:
        return SUN_KWH if 10 <= hour.hour < 15 else 0.0

    counted: dict[str, Callable[[datetime], float]] = {
        "house_energy": lambda _hour: HOUSE_KWH,
        "pv_energy": sun,
        "grid_import_energy": lambda hour: max(0.0, HOUSE_KWH - sun(hour)),
        "grid_export_energy": lambda hour: max(0.0, sun(hour) - HOUSE_KWH),
        "battery_discharged_energy": lambda _hour: 0.0,
    }
    for key, per_hour in counted.items():
        await record(hass, state_of(key).entity_id, sums(per_hour), counter=True)
    levels = [StatisticData(start=hour, mean=50.0, min=50.0, max=50.0) for hour in hours]
    await record(hass, state_of("state_of_charge").entity_id, levels, counter=False)
    # Amber's own daily look at the past week comes later in the day.
    settled = PriceSlot(start=start, end=TODAY, buy_per_kwh=0.30, sell_per_kwh=0.05)
    forecasting.runtime_data.prices.settled = (settled,)
    optimiser = forecasting.runtime_data.optimiser
    assert isinstance(optimiser, OptimiserCoordinator)
    return optimiser


async def test_what_the_battery_makes_of_the_energy_is_learned_from_its_counters(
    recorder_mock: Recorder, hass: HomeAssistant, forecasting: MockConfigEntry, state_of: StateOf
) -> None:
    """Six hours of charging with 3 kW, of which 90 % are stored, then six of discharging, of which 80 % arrive."""
    optimiser = forecasting.runtime_data.optimiser
    believed = optimiser.settings_now().planner
    charged, discharged, level = [], [], []
    into, out, soc = 100.0, 100.0, 20.0
    start = TODAY - timedelta(days=4)
    for index in range(4 * 24 * 12):
        charging = index // 72 % 2 == 0
        into, out = into + charging * 0.25, out + (not charging) * 0.18
        # The mean of five minutes is what it was in the middle of them.
        change = (0.25 * 0.9 if charging else -0.18 / 0.8) / believed.capacity_kwh * 100
        moment, mean, soc = start + index * HOUR / 12, soc + change / 2, soc + change
        charged.append(StatisticData(start=moment, state=into, sum=into))
        discharged.append(StatisticData(start=moment, state=out, sum=out))
        level.append(StatisticData(start=moment, mean=mean, min=mean, max=mean))
    for key, rows in {"battery_charged_energy": charged, "battery_discharged_energy": discharged}.items():
        await record(hass, state_of(key).entity_id, rows, counter=True, table=StatisticsShortTerm)
    await record(hass, state_of("state_of_charge").entity_id, level, counter=False, table=StatisticsShortTerm)
    optimiser._history._read_at = optimiser._history._spans_read_at = None
    await optimiser.async_optimise()

    planner = optimiser.settings_now().planner
    assert believed.charge_efficiency == believed.discharge_efficiency == pytest.approx(0.9**0.5)
    assert planner.charge_efficiency == pytest.approx(0.9, abs=0.01)
    assert planner.discharge_efficiency == pytest.approx(0.8, abs=0.01)


async def scored(optimiser: OptimiserCoordinator) -> DayRecord:
    await optimiser.afterwards.async_score()
    [record] = await optimiser.scores.query(YESTERDAY, YESTERDAY)
    return record


def bill(optimiser: OptimiserCoordinator, start: datetime, hours: int) -> float:
    """Return what the metered energy of the home costs, hour by hour."""
    prices = [slot for slot in optimiser.afterwards.past_prices() if not slot.forecast]
    total = 0.0
    for index in range(hours * 12):
        moment = start + index * HOUR / 12
        price = next(slot for slot in prices if slot.start <= moment < slot.end)
        grid_kwh = (HOUSE_KWH - (SUN_KWH if 10 <= moment.astimezone(BRISBANE).hour < 15 else 0.0)) / 12
        total += grid_kwh * (price.buy_per_kwh if grid_kwh > 0 else price.sell_per_kwh or 0.0)
    return total


async def test_a_day_whose_details_the_recorder_has_purged_is_scored_by_the_hour(
    recorder_mock: Recorder, hass: HomeAssistant, lived: OptimiserCoordinator
) -> None:
    await hass.services.async_call("recorder", "purge", {"keep_days": 0}, blocking=True)
    await async_wait_purge_done(hass)
    assert (await scored(lived)).paid == pytest.approx(bill(lived, TODAY - timedelta(days=1), 24), abs=1e-3)


async def test_a_day_that_is_over_is_scored_with_what_was_really_paid(lived: OptimiserCoordinator) -> None:
    record = await scored(lived)
    assert record.paid == pytest.approx(bill(lived, TODAY - timedelta(days=1), 24), abs=0.02)


async def test_a_battery_that_rested_saved_nothing_against_none(lived: OptimiserCoordinator) -> None:
    record = await scored(lived)
    assert record.actual == pytest.approx(record.no_battery, abs=0.02)
    assert record.actual == pytest.approx(record.paid, abs=0.02)


async def test_what_a_vehicle_took_is_paid_without_a_battery_too(
    hass: HomeAssistant, lived: OptimiserCoordinator, state_of: StateOf
) -> None:
    entry = lived.config_entry
    charger = er.async_get(hass).async_get_or_create(
        "sensor", DOMAIN, f"{entry.unique_id}_ac_charger_5_charger_energy", config_entry=entry
    )
    hours = [TODAY - timedelta(days=1, hours=1) + index * HOUR for index in range(36)]
    for entity_id, kwh in ((state_of("house_energy").entity_id, 0.25), (charger.entity_id, HOUSE_KWH - 0.25)):
        rows = [StatisticData(start=hour, state=kwh * n, sum=kwh * n) for n, hour in enumerate(hours)]
        await record(hass, entity_id, rows, counter=True)
    scores = await scored(lived)
    assert scores.actual == pytest.approx(scores.no_battery, abs=0.02)
    assert scores.actual == pytest.approx(scores.paid, abs=0.02)


async def test_nothing_beats_perfect_foresight(lived: OptimiserCoordinator) -> None:
    record = await scored(lived)
    assert record.perfect_foresight <= min(record.actual, record.no_battery, record.self_consumption) + 0.001


async def test_a_day_on_which_nobody_decided_is_its_owners_with_the_share_of_what_was_done(
    lived: OptimiserCoordinator,
) -> None:
    state = lived.control.controller._state
    state.memory = replace(state.memory, settings=replace(state.memory.settings, mode=ControlMode.AUTO))
    record = await scored(lived)
    assert (record.mode, record.rules, record.plan) == ("manual", None, None)
    # The battery rested.
    assert record.share_vs_no_battery == pytest.approx(0, abs=1)


async def test_a_day_is_scored_once(lived: OptimiserCoordinator) -> None:
    record = await scored(lived)
    assert await scored(lived) == record
    assert lived.data.last_day == record
    assert lived.data.totals == Savings.of(record)


async def test_today_counts_from_midnight_to_the_last_statistics(
    lived: OptimiserCoordinator, state_of: StateOf
) -> None:
    await lived.afterwards.async_today()
    assert lived.data.today.cost == pytest.approx(bill(lived, TODAY, 11), abs=0.02)
    assert lived.data.today.savings is not None
    assert lived.data.today.savings.vs_no_battery == pytest.approx(0, abs=0.02)
    assert lived.data.today.expected_cost is not None
    parts = lived.data.today.parts
    assert parts is not None
    saved = parts.no_battery - parts.cost + parts.stored_value - parts.wear
    assert saved == pytest.approx(lived.data.today.savings.vs_no_battery)
    assert float(state_of("savings_today").state) == pytest.approx(0, abs=0.02)
    assert state_of("savings_today").attributes["last_reset"] == TODAY.isoformat()


@pytest.mark.parametrize("minutes", [-4, 0, 3, 50])
async def test_every_minute_counts_once_in_what_today_is_expected_to_cost(
    lived: OptimiserCoordinator, minutes: int
) -> None:
    await lived.async_optimise()
    await lived.afterwards.async_today()
    inputs, decision, today = lived.data.inputs, lived.data.decision, lived.data.today
    assert inputs is not None
    assert decision is not None
    assert today.parts is not None
    assert today.cost is not None
    plan = decision.recommendation.plan
    assert plan is not None
    # Statistics end before the plan was made, and later after that.
    until = inputs.now + timedelta(minutes=minutes)
    state = replace(lived.data, today=replace(today, parts=replace(today.parts, until=until)))
    left, midnight = 0.0, TODAY + timedelta(days=1)
    for index, slot in enumerate(plan.slots):
        begins = inputs.now + slot.start
        ends = min(midnight, begins + slot.duration)
        begins = until if index == 0 else max(until, begins)
        left += slot.cost * max(0.0, (ends - begins) / slot.duration)
    assert left != 0
    assert state.expected_cost(TODAY) == pytest.approx(today.cost + left)


async def test_a_day_begins_with_nothing_paid_and_with_yesterday_in_the_totals(
    hass: HomeAssistant, lived: OptimiserCoordinator, state_of: StateOf, move: Move
) -> None:
    await move(TODAY - timedelta(minutes=2))
    await lived.afterwards.async_today()
    assert state_of("savings_today").attributes["last_reset"] == (TODAY - timedelta(days=1)).isoformat()
    paid = lived.data.today.cost
    assert paid is not None
    assert paid > 1

    await move(TODAY + timedelta(seconds=10))
    await lived.async_optimise()
    assert lived.data.today.cost == paid
    until_midnight = lived.data.expected_cost(TODAY - timedelta(days=1))
    assert until_midnight is not None
    assert lived.data.today.expected_cost == pytest.approx(until_midnight - paid)

    hass.bus.async_fire(EVENT_RECORDER_5MIN_STATISTICS_GENERATED)
    await hass.async_block_till_done(wait_background_tasks=True)
    [record] = await lived.scores.query(YESTERDAY, YESTERDAY)
    assert lived.data.totals == Savings.of(record)
    assert lived.data.today.cost == pytest.approx(0, abs=0.01)
    assert state_of("savings_today").attributes["last_reset"] == TODAY.isoformat()
    assert float(state_of("savings_total").state) == pytest.approx(Savings.of(record).vs_no_battery, abs=0.001)


async def test_today_costs_nothing_until_its_first_statistics_are_due_and_is_unknown_without_them(
    lived: OptimiserCoordinator, move: Move
) -> None:
    tomorrow = TODAY + timedelta(days=1)
    for minutes, cost in ((1, 0.0), (15, None)):
        await move(tomorrow + timedelta(minutes=minutes))
        await lived.afterwards.async_today()
        assert lived.data.today.cost == cost


async def test_without_any_history_nothing_is_scored_and_nothing_is_made_up(
    recorder_mock: Recorder, hass: HomeAssistant, forecasting: MockConfigEntry
) -> None:
    await hass.async_block_till_done(wait_background_tasks=True)
    optimiser = forecasting.runtime_data.optimiser
    await optimiser.afterwards.async_score()
    assert await optimiser.scores.query(date.min, date.max) == []
    assert optimiser.data.today.cost is None
    assert optimiser.data.last_day is None


async def test_a_recorder_that_has_stopped_leaves_the_day_for_the_next_start(
    hass: HomeAssistant, lived: OptimiserCoordinator
) -> None:
    recorder = get_instance(hass)
    recorder.queue_task(StopTask())
    await hass.async_add_executor_job(recorder.join)
    await lived.afterwards.async_score()
    assert await lived.scores.query(YESTERDAY, YESTERDAY) == []


def told(hass: HomeAssistant, message: Message | None) -> str:
    """Return a notification as an owner with Amber's prices reads it."""
    return "" if message is None else localize(hass, message, currency="AUD")


async def test_the_evening_tells_what_today_cost_and_saved_and_what_the_optimiser_will_do_at_night(
    hass: HomeAssistant, forecasting: MockConfigEntry, lived: OptimiserCoordinator, move: Move
) -> None:
    runtime = forecasting.runtime_data
    await lived.afterwards.async_today()
    paid = bill(lived, TODAY, 11)
    so_far = f"Summary of today. Grid, so far: ${paid:.2f} paid. Saved compared with no battery: $"
    manual = told(hass, evening(runtime, dt_util.utcnow()))
    assert manual.startswith(so_far)
    assert "night" not in manual
    control, status = runtime.control, runtime.control.data
    status = replace(status, settings=replace(status.settings, mode=ControlMode.AUTO))
    control.async_set_updated_data(status)
    automatic = told(hass, evening(runtime, dt_util.utcnow()))
    assert automatic.startswith(so_far)
    assert re.search(r"Planned for the night: (\w+ \d\d:\d\d–\d\d:\d\d(, )?)+|Self-consumption", automatic)
    assert re.search(r"Expected state of charge at 07:00: \d+ %", automatic)
    control.async_set_updated_data(replace(status, emergency_stop=True))
    assert told(hass, evening(runtime, dt_util.utcnow())) == manual
    assert evening(runtime, dt_util.utcnow() + timedelta(days=1)) is not None
    await move(TODAY + timedelta(days=1, hours=20))
    assert evening(runtime, dt_util.utcnow()) is None


async def test_the_report_of_a_month_says_what_the_panel_shows(
    hass: HomeAssistant, forecasting: MockConfigEntry, lived: OptimiserCoordinator, move: Move
) -> None:
    """December cost 2.00 a day; of January two days are known besides the one that was lived."""
    lived_day = await scored(lived)
    for day, paid in (
        (date(2025, 12, 30), 2.0),
        (date(2026, 1, 1), 1.0),
        (date(2026, 1, 4), -0.5),
        (date(2026, 2, 1), 9.0),
    ):
        await lived.scores.add(
            replace(lived_day, day=day, paid=paid, actual=paid, no_battery=5.0, share_vs_no_battery=None)
        )
    hass.config_entries.async_update_entry(forecasting, options={**forecasting.options, "supply_per_day": 1.1})
    await move(datetime(2026, 2, 1, 8, tzinfo=BRISBANE))
    text = told(hass, await async_month(forecasting.runtime_data))
    paid = 0.5 + lived_day.paid
    source = _source(hass, forecasting)
    start, end = datetime(2026, 1, 1, tzinfo=BRISBANE), datetime(2026, 2, 1, tzinfo=BRISBANE)
    pieces = await get_instance(hass).async_add_executor_job(
        lambda: list(chain.from_iterable(HistoryReader(hass, source).pieces(start, end, Period.MONTH)))
    )
    shown = self_powered(pieces)
    assert shown is not None
    assert 10 < shown < 90
    assert text.split(". ") == [
        "Report of last month, 3 days",
        f"Grid: ${paid:.2f} paid",
        f"Grid with supply charge: ${paid + 3.3:.2f} paid",
        f"Grid, average per day: ${paid / 3:.2f} paid",
        "Month before: $2.00 paid a day",
        f"Saved compared with no battery: ${4 + 5.5 + Savings.of(lived_day).vs_no_battery:.2f}",
        f"Self-powered: {round(shown)} %",
        "Best day: Sunday 4 ($5.50 saved).",
    ]


async def test_a_month_of_which_nothing_is_known_has_no_report(
    recorder_mock: Recorder, hass: HomeAssistant, forecasting: MockConfigEntry
) -> None:
    await hass.async_block_till_done(wait_background_tasks=True)
    assert await async_month(forecasting.runtime_data) is None
