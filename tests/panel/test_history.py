"""The history of a plant, from statistics of a real recorder."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
import csv
from datetime import UTC, date, datetime, timedelta
import io
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from browsers import Browser
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from sqlalchemy.exc import OperationalError

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.optimiser.sun.correction import DayAccuracy
from custom_components.sigenstor_panel.panel import history, rows as history_rows
from custom_components.sigenstor_panel.statistics.sun import add_day

HISTORY_CSV = f"/api/{DOMAIN}/history.csv"
HOUR = timedelta(hours=1)
FIVE_MINUTES = timedelta(minutes=5)
YESTERDAY = datetime(2026, 1, 13, 14, tzinfo=UTC)
"""Midnight in Brisbane; the plant is set up at noon of the day after."""

ENERGY = {
    "pv_energy": 2.0,
    "house_energy": 1.0,
    "grid_import_energy": 0.5,
    "grid_export_energy": 0.25,
    "battery_charged_energy": 1.0,
    "battery_discharged_energy": 0.75,
}
"""kWh of every hour."""

pytestmark = pytest.mark.usefixtures("recorder_mock")

type Seed = Callable[..., Awaitable[None]]


@pytest.fixture
async def yesterday(seed: Seed) -> None:
    """A day of equal hours, at 30 c until noon and 10 c after it."""
    await seed(
        YESTERDAY,
        {key: [kwh] * 24 for key, kwh in ENERGY.items()},
        {
            "buy": [0.3] * 12 + [0.1] * 12,
            "sell": [0.04] * 24,
            "state_of_charge": range(24),
            "pv_forecast_now": [2500] * 24,
            "load_forecast_now": [900] * 12 + [1200] * 12,
        },
    )


def day(of: date) -> dict[str, str]:
    """Return the range of a day on the clock of Home Assistant."""
    return {"start": f"{of}T00:00:00", "end": f"{of + timedelta(days=1)}T00:00:00"}


async def test_hours_hold_the_energies_the_prices_and_what_they_cost(yesterday: None, browser: Browser) -> None:
    found = (await browser.result("history/query", period="hour", **day(date(2026, 1, 14))))["rows"]
    assert len(found) == 24
    assert found[13] == {
        "start": "2026-01-14T13:00:00+10:00",
        "end": "2026-01-14T14:00:00+10:00",
        "pv_kwh": 2.0,
        "house_kwh": 1.0,
        "import_kwh": 0.5,
        "export_kwh": 0.25,
        "charge_kwh": 1.0,
        "discharge_kwh": 0.75,
        "soc": 13.0,
        "buy": 0.1,
        "sell": 0.04,
        "pv_forecast_kwh": 2.5,
        "house_forecast_kwh": 1.2,
        "cost": pytest.approx(0.5 * 0.1 - 0.25 * 0.04),
        "vehicle_kwh": None,
        "vehicle_given_kwh": None,
    }


async def test_a_day_adds_its_hours_up_and_each_is_paid_at_its_own_price(yesterday: None, browser: Browser) -> None:
    (found,) = (await browser.result("history/query", period="day", **day(date(2026, 1, 14))))["rows"]
    assert (found["start"], found["end"]) == ("2026-01-14T00:00:00+10:00", "2026-01-15T00:00:00+10:00")
    assert (found["pv_kwh"], found["import_kwh"], found["soc"]) == (48.0, 12.0, 11.5)
    assert found["buy"] == pytest.approx(0.2)
    assert found["cost"] == pytest.approx(12 * 0.5 * 0.3 + 12 * 0.5 * 0.1 - 24 * 0.25 * 0.04)


async def test_a_month_is_the_sum_of_its_days_from_its_first_to_its_last(yesterday: None, browser: Browser) -> None:
    answer = await browser.result("history/query", period="month", start="2026-01-10", end="2026-01-20")
    found = answer["rows"]
    assert [(row["start"], row["end"]) for row in found] == [("2026-01-01T00:00:00+10:00", "2026-02-01T00:00:00+10:00")]
    assert found[0]["house_kwh"] == 24.0
    assert answer["self_powered_percent"] == 50.0


async def test_a_forecast_of_a_part_of_a_day_is_none_of_the_day(seed: Seed, browser: Browser) -> None:
    await seed(YESTERDAY, {"house_energy": [1.0] * 24}, {"load_forecast_now": [1000] * 12})
    for period, known in (("hour", 12), ("day", 0)):
        found = (await browser.result("history/query", period=period, **day(date(2026, 1, 14))))["rows"]
        assert sum(row["house_forecast_kwh"] is not None for row in found) == known


async def test_what_was_not_measured_is_not_known_and_nothing_is_made_up(seed: Seed, browser: Browser) -> None:
    await seed(YESTERDAY, {"house_energy": [1.0] * 24})
    answer = await browser.result("history/query", period="day", **day(date(2026, 1, 14)))
    (found,) = answer["rows"]
    assert found["house_kwh"] == 24.0
    assert answer["self_powered_percent"] is None
    assert {name for name, value in found.items() if value is None} == {
        *("pv_kwh", "import_kwh", "export_kwh", "charge_kwh", "discharge_kwh"),
        *("soc", "buy", "sell", "pv_forecast_kwh", "house_forecast_kwh", "cost"),
        *("vehicle_kwh", "vehicle_given_kwh"),
    }


async def test_what_vehicles_take_is_no_usage_of_the_house(seed: Seed, browser: Browser) -> None:
    counted = {
        "house_energy": [1.0] * 24,
        "ac_charger_5_charger_energy": [0.0] * 12 + [7.0] * 12,
        "dc_charger_A_charger_energy": [0.0] * 23 + [1.0],
        "dc_charger_A_charger_discharged_energy": [0.0] * 23 + [3.0],
        "ac_charger_energy": [50.0] * 24,
    }
    await seed(YESTERDAY, counted, {"load_forecast_now": [1000] * 24})
    range_ = day(date(2026, 1, 14))
    answer = await browser.result("history/query", period="hour", **range_)
    last = answer["rows"][-1]
    assert (last["house_kwh"], last["vehicle_kwh"], last["vehicle_given_kwh"]) == (1.0, 8.0, 3.0)
    assert answer["accuracy"]["house"]["mean_absolute_error_w"] == 0.0
    (whole,) = (await browser.result("history/query", period="day", **range_))["rows"]
    assert (whole["house_kwh"], whole["vehicle_kwh"], whole["vehicle_given_kwh"]) == (24.0, 85.0, 3.0)


async def test_a_day_with_energy_of_unknown_price_has_no_cost(seed: Seed, browser: Browser) -> None:
    counted = {key: [kwh] * 24 for key, kwh in ENERGY.items()}
    await seed(YESTERDAY, counted, {"buy": [0.3] * 23, "sell": [0.04] * 23})
    range_ = day(date(2026, 1, 14))
    (found,) = (await browser.result("history/query", period="day", **range_))["rows"]
    assert (found["cost"], found["buy"]) == (None, 0.3)
    hours = (await browser.result("history/query", period="hour", **range_))["rows"]
    assert [row["cost"] is None for row in hours] == [False] * 23 + [True]


async def test_without_a_feed_in_price_export_earns_nothing(seed: Seed, browser: Browser) -> None:
    counted = {key: [kwh] * 24 for key, kwh in ENERGY.items()}
    await seed(YESTERDAY, counted, {"buy": [0.3] * 24})
    (found,) = (await browser.result("history/query", period="day", **day(date(2026, 1, 14))))["rows"]
    assert (found["cost"], found["sell"]) == (pytest.approx(24 * 0.5 * 0.3), None)


async def test_energy_of_hours_that_were_not_recorded_is_counted_when_it_is_known_again(
    seed: Seed, browser: Browser
) -> None:
    # The counter goes on in the plant; Home Assistant was off for four hours.
    await seed(YESTERDAY, {"pv_energy": [1.0] * 10 + [None] * 4 + [5.0] + [1.0] * 9})
    found = (await browser.result("history/query", period="hour", **day(date(2026, 1, 14))))["rows"]
    assert len(found) == 20
    assert sum(row["pv_kwh"] for row in found) == 24.0


async def test_a_counter_that_was_corrected_downwards_counts_no_negative_energy(seed: Seed, browser: Browser) -> None:
    await seed(YESTERDAY, {"pv_energy": [1.0] * 10 + [-8.0] + [1.0] * 13})
    found = (await browser.result("history/query", period="hour", **day(date(2026, 1, 14))))["rows"]
    assert [row["pv_kwh"] for row in found] == [1.0] * 10 + [None] + [1.0] * 13


async def test_five_minutes_are_paid_at_the_price_of_their_hour(seed: Seed, browser: Browser) -> None:
    counted = {key: [kwh / 12] * 24 for key, kwh in ENERGY.items()}
    await seed(YESTERDAY, counted, step=FIVE_MINUTES)
    await seed(YESTERDAY, means={"buy": [0.3, 0.1], "sell": [0.04, 0.04]})
    found = (await browser.result("history/query", period="5minute", **day(date(2026, 1, 14))))["rows"]
    assert len(found) == 24
    assert [row["buy"] for row in found] == [0.3] * 12 + [0.1] * 12
    assert found[0]["cost"] == pytest.approx((0.5 * 0.3 - 0.25 * 0.04) / 12, abs=1e-4)


async def test_today_reaches_to_the_last_five_minutes_at_the_price_in_force(seed: Seed, browser: Browser) -> None:
    midnight = YESTERDAY + timedelta(days=1)
    await seed(midnight, {key: [kwh] * 11 for key, kwh in ENERGY.items()})
    # The recorder has not made an hour of what was since eleven.
    last = midnight + 11 * HOUR
    await seed(midnight, means={"buy": [0.3] * 11, "sell": [0.05] * 11})
    for key, kwh in ENERGY.items():
        await seed(last, {key: [kwh / 12] * 12}, step=FIVE_MINUTES, before_kwh=100 + 11 * kwh)
    (found,) = (await browser.result("history/query", period="day", **day(date(2026, 1, 15))))["rows"]
    assert found["pv_kwh"] == pytest.approx(24.0)
    assert found["cost"] == pytest.approx(12 * (0.5 * 0.3 - 0.25 * 0.05))


async def test_days_are_those_of_the_clock_also_where_it_changes(
    hass: HomeAssistant, seed: Seed, browser: Browser
) -> None:
    await hass.config.async_set_time_zone("Australia/Sydney")
    start = datetime(2025, 10, 4, tzinfo=ZoneInfo("Australia/Sydney")).astimezone(UTC)
    await seed(start, {"house_energy": [1.0] * 71})
    found = (await browser.result("history/query", period="day", start="2025-10-04", end="2025-10-07"))["rows"]
    assert [row["house_kwh"] for row in found] == [24.0, 23.0, 24.0]
    assert found[1]["start"] == "2025-10-05T00:00:00+10:00"
    assert found[1]["end"] == "2025-10-06T00:00:00+11:00"


async def test_an_hour_that_the_clock_shows_twice_is_two(hass: HomeAssistant, seed: Seed, browser: Browser) -> None:
    await hass.config.async_set_time_zone("Australia/Sydney")
    start = datetime(2025, 4, 6, tzinfo=ZoneInfo("Australia/Sydney")).astimezone(UTC)
    await seed(start, {"house_energy": [1.0] * 25})
    found = (await browser.result("history/query", period="hour", start="2025-04-06", end="2025-04-07"))["rows"]
    assert [row["start"] for row in found[2:4]] == ["2025-04-06T02:00:00+11:00", "2025-04-06T02:00:00+10:00"]
    assert len(found) == 25


@pytest.mark.parametrize(
    ("zone", "of", "hours", "rows"),
    [
        ("Australia/Adelaide", "2026-01-14", 24, 24),
        ("Australia/Adelaide", "2025-10-05", 23, 23),
        ("Australia/Adelaide", "2025-04-06", 25, 25),
        ("Asia/Kathmandu", "2026-01-14", 24, 24),
        ("Pacific/Chatham", "2026-01-14", 24, 24),
        ("Australia/Eucla", "2026-01-14", 24, 24),
        ("Australia/Lord_Howe", "2026-01-14", 24, 24),
        ("Australia/Lord_Howe", "2025-10-05", 23.5, 24),
        ("Australia/Lord_Howe", "2025-04-06", 24.5, 25),
        ("Europe/Berlin", "2025-10-26", 25, 25),
    ],
)
async def test_a_day_is_the_hours_of_its_clock_where_that_is_off_by_half_or_quarter_hours(
    hass: HomeAssistant, seed: Seed, browser: Browser, zone: str, of: str, hours: float, rows: int
) -> None:
    await hass.config.async_set_time_zone(zone)
    midnight = datetime.fromisoformat(of).replace(tzinfo=ZoneInfo(zone))
    await seed(midnight.astimezone(UTC).replace(minute=0) - 2 * HOUR, {"house_energy": [1.0] * 30})
    after = (midnight + timedelta(days=1)).isoformat()
    asked = {"start": midnight.isoformat(), "end": after}
    found = (await browser.result("history/query", period="hour", **asked))["rows"]
    assert (len(found), found[0]["start"], found[-1]["end"]) == (rows, midnight.isoformat(), after)
    assert all(before["end"] == row["start"] for before, row in pairwise(found))
    assert sum(row["house_kwh"] for row in found) == pytest.approx(hours)
    (whole,) = (await browser.result("history/query", period="day", **asked))["rows"]
    assert whole["house_kwh"] == pytest.approx(hours)


async def test_the_accuracy_of_the_house_forecast_is_that_of_its_hours(yesterday: None, browser: Browser) -> None:
    accuracy = (await browser.result("history/query", period="day", **day(date(2026, 1, 14))))["accuracy"]
    assert accuracy["house"] == {"mean_absolute_error_w": 150.0, "bias_w": 50.0, "hours": 24}
    assert accuracy["pv"] is None


async def test_the_accuracy_of_the_pv_forecast_is_that_of_its_days(
    hass: HomeAssistant, yesterday: None, browser: Browser, plant: ConfigEntry[Any]
) -> None:
    for of, error_w in ((date(2026, 1, 13), 900.0), (date(2026, 1, 14), 300.0)):
        add_day(hass, plant, of, DayAccuracy(hours=14, mean_absolute_error_w=error_w, bias_w=-100.0))
    await async_wait_recording_done(hass)
    accuracy = (await browser.result("history/query", period="hour", **day(date(2026, 1, 14))))["accuracy"]
    assert accuracy["pv"] == {"mean_absolute_error_w": 300.0, "bias_w": -100.0, "hours": 24}


type Statuses = Callable[[Mapping[str, str]], Awaitable[None]]


@pytest.fixture
async def grid_status(
    hass: HomeAssistant, plant: ConfigEntry[Any], freezer: FrozenDateTimeFactory
) -> AsyncIterator[Statuses]:
    """Let the recorder see what the plant says of the grid: `await grid_status({"2026-01-15T14:00+10:00": "on_grid"})`."""
    entity_id = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, f"{plant.unique_id}_grid_status")
    assert entity_id is not None
    # The sensor itself has nothing more to say.
    await plant.runtime_data.telemetry.async_shutdown()

    async def put(statuses: Mapping[str, str]) -> None:
        for at, status in statuses.items():
            freezer.move_to(datetime.fromisoformat(at))
            hass.states.async_set(entity_id, status)
            await async_wait_recording_done(hass)

    yield put
    # What is due at the later moment reads the database too: a server keeps one that is in use.
    await hass.async_block_till_done(wait_background_tasks=True)
    await async_wait_recording_done(hass)


async def test_outages_are_listed_latest_first_and_end_when_the_grid_is_seen_again(
    freezer: FrozenDateTimeFactory, grid_status: Statuses, open_browser: Callable[..., Awaitable[Browser]]
) -> None:
    await grid_status(
        {
            "2026-01-15T14:00:00+10:00": "off_grid_auto",
            "2026-01-15T14:05:00+10:00": "unavailable",
            "2026-01-15T14:20:00+10:00": "off_grid_auto",
            "2026-01-15T15:00:00+10:00": "unknown",
            "2026-01-15T15:10:00+10:00": "on_grid",
            "2026-01-15T15:20:00+10:00": "unavailable",
            "2026-01-15T15:25:00+10:00": "on_grid",
            "2026-01-15T22:00:00+10:00": "off_grid_manual",
        }
    )
    freezer.move_to(datetime(2026, 1, 16, 1, tzinfo=ZoneInfo("Australia/Brisbane")))
    browser = await open_browser()
    found = await browser.result("history/query", period="hour", **day(date(2026, 1, 15)))
    assert found["outages"] == [
        {"start": "2026-01-15T22:00:00+10:00", "end": None, "by_hand": True},
        {"start": "2026-01-15T14:00:00+10:00", "end": "2026-01-15T15:10:00+10:00", "by_hand": False},
    ]
    found = await browser.result("history/query", period="hour", **day(date(2026, 1, 14)))
    assert found["outages"] == []
    found = await browser.result("history/query", period="hour", **day(date(2026, 1, 16)))
    assert found["outages"] == [{"start": "2026-01-15T22:00:00+10:00", "end": None, "by_hand": True}]


async def test_there_are_no_outages_without_the_sensor_that_sees_them(
    hass: HomeAssistant, plant: ConfigEntry[Any], browser: Browser
) -> None:
    registry = er.async_get(hass)
    entity_id = registry.async_get_entity_id("sensor", DOMAIN, f"{plant.unique_id}_grid_status")
    assert entity_id is not None
    registry.async_remove(entity_id)
    assert (await browser.result("history/query", period="hour", **day(date(2026, 1, 15))))["outages"] == []


BAD_QUESTIONS = [
    ({"period": "week"}, "invalid_input: period must be one of 5minute, hour, day, month, not 'week'"),
    ({"start": "soon"}, "invalid_input: start must be a date and time"),
    ({"end": "2026-01-13"}, "invalid_input: end must be after start"),
    ({"end": "2026-06-01"}, "invalid_input: end must be at most 62 days after start with the period hour"),
    ({"entry_id": "unknown"}, "service_config_entry_not_found"),
]


async def test_a_bad_question_is_refused_by_name(browser: Browser, subtests: pytest.Subtests) -> None:
    for fields, sentence in BAD_QUESTIONS:
        with subtests.test(fields=fields, sentence=sentence):
            asked = {"period": "hour", "start": "2026-01-14", "end": "2026-01-15", **fields}
            assert (await browser.refusal("history/query", **asked)).startswith(sentence)


async def test_a_database_that_fails_is_an_error_and_no_crash(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_more: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("the disk is gone"))

    monkeypatch.setattr(history.HistoryReader, "pieces", broken)
    refusal = await browser.refusal("history/query", period="day", **day(date(2026, 1, 14)))
    assert refusal.startswith("history_unavailable: The history cannot be read: ")
    assert "the disk is gone" in refusal


async def test_the_history_is_downloaded_as_csv_by_everybody_for_any_range(
    yesterday: None, hass_client: ClientSessionGenerator, token_of: Callable[[str], Awaitable[str]]
) -> None:
    client = await hass_client(await token_of("guest"))
    response = await client.get(HISTORY_CSV, params={"start": "2015-01-01", "end": "2026-01-15"})
    assert (response.status, response.content_type) == (200, "text/csv")
    assert response.headers["Content-Disposition"] == 'attachment;filename="sigenstor_history.csv"'
    found = list(csv.DictReader(io.StringIO(await response.text())))
    # The counters were first read in the hour before.
    first, *counted = found
    assert (first["start"], first["import_kwh"]) == ("2026-01-13T23:00:00+10:00", "")
    assert [row["start"] for row in counted[:2]] == ["2026-01-14T00:00:00+10:00", "2026-01-14T01:00:00+10:00"]
    assert len(counted) == 24
    assert sum(float(row["import_kwh"]) for row in counted) == 12.0


async def test_the_history_is_downloaded_by_the_day_when_asked_to(
    yesterday: None, hass_client: ClientSessionGenerator
) -> None:
    response = await (await hass_client()).get(HISTORY_CSV, params={"period": "day", **day(date(2026, 1, 14))})
    (found,) = csv.DictReader(io.StringIO(await response.text()))
    assert (found["end"], found["pv_kwh"], found["soc"]) == ("2026-01-15T00:00:00+10:00", "48.0", "11.5")


BAD_DOWNLOADS = [
    ({"period": "week"}, "period must be one of"),
    ({"start": "soon"}, "start must be a date and time"),
    ({"entry_id": "unknown"}, "not found"),
]


async def test_a_download_with_bad_input_is_refused_in_a_sentence(
    plant: ConfigEntry[Any], hass_client: ClientSessionGenerator, subtests: pytest.Subtests
) -> None:
    for params, sentence in BAD_DOWNLOADS:
        with subtests.test(params=params, sentence=sentence):
            response = await (await hass_client()).get(HISTORY_CSV, params=params)
            assert response.status == 400
            assert sentence in (await response.json())["message"]


async def test_a_download_that_cannot_be_read_says_so_before_it_starts(
    plant: ConfigEntry[Any], hass_client: ClientSessionGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_more: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("the disk is gone"))

    monkeypatch.setattr(history_rows, "statistics_during_period", broken)
    response = await (await hass_client()).get(HISTORY_CSV)
    assert response.status == 503
    assert "the disk is gone" in (await response.json())["message"]
