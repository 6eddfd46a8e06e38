"""What is remembered of the optimiser, as lists and as CSV, and what is shown of it now."""

from collections.abc import Awaitable, Callable
import csv
from datetime import UTC, date, datetime, timedelta
import io
from typing import Any

from browsers import Browser
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.http.auth import async_sign_path
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.model.message import plain
from custom_components.sigenstor_panel.records.decision_log import RecordsUnavailableError
from custom_components.sigenstor_panel.records.decision_rows import DayRecord

type Token = Callable[[str], Awaitable[str]]

SECONDS = timedelta(seconds=5)


def score(day: date, **changes: Any) -> DayRecord:
    values: dict[str, Any] = {
        "mode": "auto",
        "paid": 2.5,
        "actual": 2.0,
        "no_battery": 6.0,
        "self_consumption": 3.0,
        "rules": 2.2,
        "plan": 1.9,
        "perfect_foresight": 1.0,
        "share_vs_no_battery": 80.0,
        "share_vs_self_consumption": 50.0,
    }
    return DayRecord(day=day, **{**values, **changes})


@pytest.fixture
async def decided(freezer: FrozenDateTimeFactory, plant: ConfigEntry[Any]) -> list[str]:
    """Decisions some seconds apart, oldest first: why each was made."""
    optimiser = plant.runtime_data.optimiser
    for number in range(5):
        freezer.tick(SECONDS)
        await optimiser.async_optimise(f"asked {number}")
    return ["start", *(f"asked {number}" for number in range(5))]


@pytest.fixture
async def scored(plant: ConfigEntry[Any]) -> None:
    """The scores of three days."""
    for day in (date(2026, 1, 12), date(2026, 1, 13), date(2026, 1, 14)):
        await plant.runtime_data.optimiser.scores.add(score(day, actual=float(day.day)))


async def test_what_was_decided_last_is_live_with_all_opinions(
    decided: list[str], browser: Browser, plant: ConfigEntry[Any]
) -> None:
    await browser.subscribe("live/subscribe")
    optimiser = (await browser.event())["live"]["optimiser"]
    assert optimiser["status"] == "degraded"
    assert (optimiser["strategy"], optimiser["problem"]) == ("plan", None)
    decision = optimiser["decision"]
    assert decision["trigger"] == decided[-1]
    assert (decision["buy"], decision["sell"]) == (0.3, 0.05)
    assert {opinion["engine"] for opinion in decision["opinions"]} == {"planner", "price", "solar", "usage"}
    assert datetime.fromisoformat(optimiser["next_run_at"]) > datetime.fromisoformat(decision["made_at"])


async def test_a_decision_is_sent_at_once(browser: Browser, plant: ConfigEntry[Any]) -> None:
    await browser.subscribe("live/subscribe")
    await browser.event()
    await plant.runtime_data.optimiser.async_optimise("asked")
    while (live := (await browser.event())["live"])["optimiser"]["decision"]["trigger"] != "asked":
        pass
    assert live["optimiser"]["decision"]["id"] > 0


async def test_the_money_of_today_is_not_known_until_it_is(browser: Browser, plant: ConfigEntry[Any]) -> None:
    await browser.subscribe("live/subscribe")
    today = (await browser.event())["live"]["today"]
    assert today["saved_vs_no_battery"] is None
    assert today["share_of_possible_saving"] is None


async def test_decisions_are_found_latest_first_page_by_page(decided: list[str], browser: Browser) -> None:
    found = await browser.result("decisions/query", limit=4)
    assert found["total"] == len(decided)
    assert [row["trigger"] for row in found["rows"]] == decided[::-1][:4]
    rest = await browser.result("decisions/query", limit=4, offset=4)
    assert [row["trigger"] for row in rest["rows"]] == decided[::-1][4:]


async def test_decisions_are_found_by_time_by_action_and_by_engine(decided: list[str], browser: Browser) -> None:
    rows = (await browser.result("decisions/query"))["rows"]
    since = rows[1]["made_at"]
    assert [row["id"] for row in (await browser.result("decisions/query", start=since))["rows"]] == [
        rows[0]["id"],
        rows[1]["id"],
    ]
    action = rows[0]["action"]
    same = (await browser.result("decisions/query", action=action, engine="planner"))["rows"]
    assert same == [row for row in rows if row["action"] == action]
    assert (await browser.result("decisions/query", engine="usage")) == {"total": 0, "rows": []}


async def test_scores_come_with_what_the_contract_costs_each_day(
    hass: HomeAssistant, browser: Browser, plant: ConfigEntry[Any]
) -> None:
    assert (await browser.result("scores/query"))["supply_per_day"] is None
    hass.config_entries.async_update_entry(plant, options={**plant.options, "supply_per_day": 1.1})
    assert (await browser.result("scores/query"))["supply_per_day"] == 1.1


async def test_scores_are_found_by_day_oldest_first(browser: Browser, scored: None) -> None:
    rows = (await browser.result("scores/query", start="2026-01-13", end="2026-01-15"))["rows"]
    assert [(row["day"], row["actual"]) for row in rows] == [("2026-01-13", 13.0), ("2026-01-14", 14.0)]
    assert rows[0]["share_vs_no_battery"] == 80.0
    assert len((await browser.result("scores/query"))["rows"]) == 3


@pytest.mark.parametrize(
    ("command", "fields", "sentence"),
    [
        ("decisions/query", {"limit": 0}, "limit must be from 1 to 1000"),
        ("decisions/query", {"offset": -1}, "offset must be from 0 to"),
        (
            "decisions/query",
            {"action": "sleep"},
            "action must be one of self_consume, charge, hold, discharge",
        ),
        ("decisions/query", {"engine": "luck"}, "engine must be one of planner, price, solar, usage, fallback"),
        ("decisions/query", {"start": "soon"}, "start must be a date and time"),
        ("scores/query", {"end": "later"}, "end must be a date and time"),
        ("scores/query", {"start": "2026-02-01", "end": "2026-01-01"}, "end must be after start"),
    ],
)
async def test_a_bad_question_is_refused_by_name(
    browser: Browser, command: str, fields: dict[str, Any], sentence: str
) -> None:
    assert (await browser.refusal(command, **fields)).startswith(f"invalid_input: {sentence}")


async def test_records_that_cannot_be_read_are_an_error_and_no_crash(
    browser: Browser, plant: ConfigEntry[Any], hass_client: ClientSessionGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: Any, **_more: Any) -> Any:
        raise RecordsUnavailableError(plain("The record of decisions cannot be read: the disk is gone"))

    monkeypatch.setattr(plant.runtime_data.optimiser.decisions, "run", broken)
    refusal = await browser.refusal("decisions/query")
    assert refusal == "records_unavailable: The record of decisions cannot be read: the disk is gone"
    response = await (await hass_client()).get(f"/api/{DOMAIN}/decisions.csv")
    assert response.status == 503


async def test_decisions_are_downloaded_by_everybody(
    decided: list[str], hass_client: ClientSessionGenerator, token_of: Token
) -> None:
    client = await hass_client(await token_of("guest"))
    response = await client.get(f"/api/{DOMAIN}/decisions.csv", params={"start": "2026-01-01"})
    assert (response.status, response.content_type) == (200, "text/csv")
    rows = list(csv.DictReader(io.StringIO(await response.text())))
    assert [row["trigger"] for row in rows] == decided[::-1]
    assert datetime.fromisoformat(rows[0]["made_at"]).tzinfo == UTC


async def test_scores_are_downloaded_by_everybody(
    scored: None, hass_client: ClientSessionGenerator, token_of: Token
) -> None:
    client = await hass_client(await token_of("guest"))
    response = await client.get(f"/api/{DOMAIN}/scores.csv", params={"start": "2026-01-13", "end": "2026-01-15"})
    rows = list(csv.DictReader(io.StringIO(await response.text())))
    assert [(row["day"], row["actual"]) for row in rows] == [("2026-01-13", "13.0"), ("2026-01-14", "14.0")]


async def test_a_download_works_with_a_signed_address(
    hass: HomeAssistant, scored: None, hass_client_no_auth: ClientSessionGenerator
) -> None:
    path = f"/api/{DOMAIN}/scores.csv?start=2026-01-13&end=2026-01-15"
    signed = async_sign_path(hass, path, timedelta(minutes=1), use_content_user=True)
    client = await hass_client_no_auth()
    assert (await client.get(signed)).status == 200
    assert (await client.get(path)).status == 401
