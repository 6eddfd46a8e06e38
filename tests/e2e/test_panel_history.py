"""What was: looked through on the page, and taken along as a file."""

import csv
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
import re
from typing import Any

from looks import dialog_on, settle
from playwright.async_api import expect
from visits import Visits

from demo.api import HassApi
from demo.stack import DemoStack
from demo.waiting import wait_until


async def test_history_of_a_day_is_downloaded_as_a_file_that_opens(
    visit: Visits, stack: DemoStack, tmp_path: Path
) -> None:
    zone = stack.settings.place.zone
    day = f"{datetime.now(zone) - timedelta(days=3):%Y-%m-%d}"
    page = await visit("/sigenstor/history")
    await page.get_by_role("button", name="Download CSV").click()
    dialog = dialog_on(page)
    await dialog.get_by_label("First day").fill(day)
    await dialog.get_by_label("Last day").fill(day)
    async with page.expect_download() as downloading:
        await dialog.get_by_role("button", name="Download", exact=True).click()
    download = await downloading.value
    file = tmp_path / download.suggested_filename
    await download.save_as(file)

    assert file.name == "sigenstor_history.csv"
    with file.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    starts = [datetime.fromisoformat(row["start"]).astimezone(zone) for row in rows]
    assert starts[0] == datetime.fromisoformat(day).replace(tzinfo=zone)
    assert [later - earlier for earlier, later in pairwise(starts)] == [timedelta(hours=1)] * 23
    assert sum(float(row["pv_kwh"]) for row in rows) > 5
    assert sum(float(row["house_kwh"]) for row in rows) > 5


async def test_every_span_of_the_history_shows_what_the_demo_remembers_and_a_year_no_forecast_of_two_hours(
    visit: Visits, stack: DemoStack
) -> None:
    await remember_a_forecast_of_two_hours(stack)
    page = await visit("/sigenstor/history")
    await settle(page)
    sun = page.locator(".grid:not(.old) dl", has_text="Solar").get_by_role("definition").first
    forecast = page.get_by_role("heading", name="Forecast vs actual")
    for span in ("Day", "Week", "Month"):
        await page.get_by_role("radio", name=span).check()
        await page.get_by_role("button", name="Previous").click()
        await expect(sun).to_have_text(re.compile(r"[1-9][\d,.]*\s(k|M)Wh"))
        if span == "Day":
            await expect(forecast).to_be_visible()
        await page.get_by_role("button", name="Today").click()
    await page.get_by_role("radio", name="Year").check()
    await expect(sun).to_have_text(re.compile(r"[1-9][\d,.]*\sMWh"))
    await expect(forecast).to_be_hidden()


async def test_whoever_may_read_the_system_is_offered_the_audit_log_as_a_file(visit: Visits, guest: HassApi) -> None:
    page = await visit("/sigenstor/history", api=guest)
    await page.get_by_role("button", name="Download CSV").click()

    await expect(dialog_on(page).get_by_role("option", name="Audit log")).to_have_count(1)


async def test_chart_of_a_day_leads_to_the_decision_of_that_minute(visit: Visits) -> None:
    page = await visit("/sigenstor/history")
    await settle(page)
    chart = page.locator("sigenstor-history-energy sigenstor-chart").first
    await chart.get_by_role("slider").focus()
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")

    await expect(page).to_have_url(re.compile(r"tab=decisions&at="))
    await expect(page.get_by_role("button", name=re.compile("Up to"))).to_be_visible()
    await expect(page.get_by_role("radio", name="Decisions")).to_be_checked()


async def test_money_keeps_the_day_and_adds_up_with_the_dashboard_and_the_entities_to_the_cent(
    visit: Visits, stack: DemoStack
) -> None:
    page = await visit("/sigenstor/dashboard")
    headline = page.locator("sigenstor-today .saved strong")
    await expect(headline).to_have_text(re.compile(r"^\$\d"))
    await page.get_by_text("How this adds up").click()
    rows = await page.locator("sigenstor-today details dd").all_inner_texts()
    grid, without, stored, wear = (signed(text) for text in rows)
    assert abs(abs(without - grid + stored + wear) - signed(await headline.inner_text())) < 0.001
    shown = signed(await headline.inner_text())
    so_far = rows[0]
    entity = float(await stack.api.state("sensor.sigenstor_savings_today") or "nan")
    assert abs(abs(entity) - shown) < 0.006

    await page.goto(f"{visit.home}/sigenstor/history")
    await expect(page.locator("sigenstor-history-energy .big")).to_have_text(so_far)
    await page.goto(f"{visit.home}/sigenstor/history?tab=money")
    await expect(page.get_by_role("radio", name="Day")).to_be_checked()
    await expect(page.locator("sigenstor-history-money sigenstor-today .saved strong")).to_have_text(f"${shown:.2f}")


async def test_expected_money_adds_up_to_the_cent_and_home_assistants_own_is_told_apart(
    visit: Visits, stack: DemoStack
) -> None:
    page = await visit("/sigenstor/dashboard")
    await expect(page.locator("sigenstor-today .saved strong")).to_have_text(re.compile(r"^\$\d"))
    now = page.locator("sigenstor-now")
    shown = page.locator("sigenstor-today dl", has_text="Expected by midnight").get_by_role("definition").first

    async def amounts() -> tuple[str, dict[str, Any], dict[str, Any]] | None:
        """Return what the page shows and knows, where that does not change meanwhile: each minute brings new amounts."""
        text = await shown.inner_text()
        today, plan = await now.evaluate("({ live, plan }) => [live.today, plan]")
        return (text, today, plan) if text == await shown.inner_text() else None

    found = await wait_until(amounts, "amounts that do not change while they are read")
    assert found is not None
    text, today, plan = found
    assert abs(signed(text) - today["expected_cost"]) < 0.006
    until, zone = datetime.fromisoformat(today["parts"]["until"]), stack.settings.place.zone
    midnight = (until.astimezone(zone) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    left = 0.0
    for index, slot in enumerate(plan["slots"]):
        start, end = (datetime.fromisoformat(slot[edge]) for edge in ("start", "end"))
        counted = min(midnight, end) - (max(start, until) if index else until)
        left += slot["cost"] * max(0.0, counted / (end - start))
    assert abs(today["cost"] + left - today["expected_cost"]) < 0.011

    # What Home Assistant counts itself is another sum, and the panel says why.
    await page.get_by_text("How this adds up").click()
    await expect(page.locator("sigenstor-today details")).to_contain_text("counts whole hours and no stored energy")

    await page.goto(f"{visit.home}/sigenstor/plan")
    amount = page.locator("sigenstor-plan-view .tile .amount").first
    await expect(amount).to_have_text(re.compile(r"\$\d"))
    planned = await page.locator("sigenstor-what-if").evaluate("view => view.plan")
    assert abs(sum(slot["cost"] for slot in planned["slots"]) - planned["cost"]) < 0.006
    assert abs(signed(await amount.inner_text()) - planned["cost"]) < 0.006


async def test_amounts_are_in_the_currency_of_the_contract_whatever_home_assistant_is_set_to(
    visit: Visits, stack: DemoStack
) -> None:
    await stack.api.command("config/core/update", currency="EUR")
    try:
        page = await visit("/sigenstor/dashboard")
        await expect(page.locator("sigenstor-today .saved strong")).to_have_text(re.compile(r"^\$\d"))
        await expect(page.locator("sigenstor-panel")).not_to_contain_text("€")
    finally:
        await stack.api.command("config/core/update", currency="AUD")


async def remember_a_forecast_of_two_hours(stack: DemoStack) -> None:
    """Have it recorded what the sun was expected to give in two hours of yesterday."""
    noon = (datetime.now(stack.settings.place.zone) - timedelta(days=1)).replace(
        hour=12, minute=0, second=0, microsecond=0
    )
    series = {
        "statistic_id": "sensor.sigenstor_pv_forecast_now",
        "source": "recorder",
        "name": None,
        "mean_type": 1,
        "has_sum": False,
        "unit_class": "power",
        "unit_of_measurement": "W",
    }
    rows = [{"start": (noon + timedelta(hours=hour)).isoformat(), "mean": 3000.0} for hour in range(2)]
    await stack.api.command("recorder/import_statistics", metadata=series, stats=rows)


def signed(text: str) -> float:
    """Return an amount with the sign that its word or its mark means: what is earned or taken off is below 0."""
    amount = float(re.sub(r"[^\d.]", "", text))
    return -amount if "earned" in text or "−" in text else amount
