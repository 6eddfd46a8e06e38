"""The prices coordinator against the stand-in for Amber over real HTTP."""

from datetime import datetime, timedelta
from itertools import pairwise
import logging
from typing import Any

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.statistics import list_statistic_ids, statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed
from moments import SERIAL, START, Make, Move, at
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.sigenstor_panel.clients.amber import AmberClient
from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.coordinator.prices import (
    AmberConfig,
    PricesCoordinator,
    retry_after_s,
)
from custom_components.sigenstor_panel.statistics.prices import buy_statistic_id, sell_statistic_id
from simulator import Simulator
from simulator.amber import SITE_IDS
from tests.english import english

SECOND = timedelta(seconds=1)


def asked(amber: Simulator) -> list[str]:
    """Return what was asked of Amber since the last time."""
    assert amber.amber is not None
    paths = [path.removeprefix(f"/v1/sites/{SITE_IDS[0]}/") for path in amber.amber.request_paths]
    amber.amber.request_paths.clear()
    return paths


async def settle(prices: PricesCoordinator, move: Move, start: datetime = START) -> None:
    """Refresh, and let the past week be fetched too."""
    await prices.async_config_entry_first_refresh()
    await move(start + 60 * SECOND)
    assert prices.settled


async def test_the_first_refresh_has_today_and_the_forecast(prices: PricesCoordinator, amber: Simulator) -> None:
    await prices.async_config_entry_first_refresh()
    assert prices.fresh
    assert asked(amber) == ["prices/current?next=288&previous=288"]
    current = prices.data.current(START)
    assert current is not None
    assert (current.start, current.estimate, current.forecast) == (at(2, 0), False, False)
    assert prices.data.at(at(14, 0, day=14)) is not None
    assert prices.data.slots[-1].end == at(18, 0)
    assert prices.data.source == "amber"


async def test_a_confirmed_price_is_asked_for_again_in_the_next_interval(
    prices: PricesCoordinator, amber: Simulator, move: Move
) -> None:
    await settle(prices, move)
    assert prices.next_poll_at == at(2, 5, 25)
    asked(amber)
    await move(at(2, 5, 24))
    assert asked(amber) == []
    await move(at(2, 5, 40))
    assert asked(amber) == ["prices/current?next=288&previous=2"]
    assert prices.next_poll_at == at(2, 10, 25)


async def test_an_estimate_is_asked_for_again_a_minute_later(
    prices: PricesCoordinator, amber: Simulator, move: Move
) -> None:
    await settle(prices, move)
    asked(amber)
    await move(at(2, 5, 40))
    await move(at(2, 10, 10))
    await prices.async_refresh()
    current = prices.data.current(at(2, 10, 10))
    assert current is not None
    assert current.estimate
    assert prices.next_poll_at == at(2, 11, 10)
    await move(at(2, 11, 10))
    current = prices.data.current(at(2, 11, 10))
    assert current is not None
    assert not current.estimate
    assert prices.next_poll_at == at(2, 15, 25)


async def test_never_more_than_one_request_a_minute(prices: PricesCoordinator, amber: Simulator, move: Move) -> None:
    await prices.async_config_entry_first_refresh()
    moment, last_count, requests = START, 0, 0
    assert amber.amber is not None
    times = [START]
    for _ in range(1200):
        moment += SECOND
        await move(moment)
        if moment.second % 20 == 0:
            await prices.async_refresh()
        count = len(amber.amber.request_paths)
        if count > max(last_count, 1):
            times.append(moment)
            requests += count - max(last_count, 1)
        last_count = count
    assert len(times) == 1 + requests
    assert all(after - before >= timedelta(minutes=1) for before, after in pairwise(times))
    assert requests >= 6


async def test_listeners_hear_of_a_price_when_it_comes_into_force(
    prices: PricesCoordinator, amber: Simulator, move: Move
) -> None:
    await settle(prices, move)
    heard: list[datetime] = []
    prices.async_add_listener(lambda: heard.append(prices.data.current(at(2, 5)).start))  # type: ignore[union-attr]
    await move(at(2, 4, 59))
    assert not heard
    await move(at(2, 5))
    assert heard == [at(2, 5)]
    asked(amber)
    await move(at(2, 10))
    assert len(heard) >= 2


@pytest.mark.parametrize("outage", ["http_500", "bad_json"])
async def test_an_outage_keeps_the_last_prices_as_stale_with_growing_pauses(
    prices: PricesCoordinator, amber: Simulator, move: Move, outage: str, caplog: pytest.LogCaptureFixture
) -> None:
    await settle(prices, move)
    good = prices.data
    amber.set(quirks={"amber_outage": outage})
    caplog.clear()
    heard: list[bool] = []
    prices.async_add_listener(lambda: heard.append(prices.fresh))
    await move(at(2, 5, 1))
    await move(at(2, 5, 25))
    assert heard == [True, False]
    assert (prices.data.stale, prices.fresh, prices.data.slots) == (True, False, good.slots)
    assert prices.problem is not None
    pauses = []
    for _ in range(6):
        assert prices.next_poll_at is not None
        before = prices.next_poll_at
        await move(before)
        pauses.append((prices.next_poll_at - before) / SECOND)
    assert pauses == sorted(pauses) or max(pauses) >= 900
    assert all(60 <= pause <= 1080 for pause in pauses)
    assert [
        record.levelno for record in caplog.records if record.name.endswith(DOMAIN) and record.levelno > logging.DEBUG
    ] == [logging.WARNING]
    amber.set(quirks={"amber_outage": None})
    caplog.set_level(logging.INFO)
    await move(prices.next_poll_at)
    assert prices.fresh
    assert prices.problem is None
    assert "prices are current again" in caplog.text
    # What happened meanwhile is fetched too.
    assert prices.data.at(at(2, 30)) is not None
    assert all(not slot.forecast for slot in prices.data.slots if slot.end <= prices.data.fetched_at)


async def test_a_market_outage_keeps_the_forecast_and_still_takes_the_price_in_force(
    prices: PricesCoordinator, amber: Simulator, move: Move
) -> None:
    await settle(prices, move)
    until = prices.data.slots[-1].end
    amber.set(quirks={"amber_outage": "empty_forecast"})
    await move(at(2, 5, 50))
    current = prices.data.current(at(2, 5, 50))
    assert current is not None
    assert not current.forecast
    assert (prices.data.stale, prices.data.slots[-1].end) == (True, until)
    assert prices.problem is not None
    assert english(prices.problem) == "Amber sent no forecast"
    amber.set(quirks={"amber_outage": None})
    await move(at(2, 10, 50))
    assert prices.fresh


async def test_a_used_up_limit_waits_until_amber_says(prices: PricesCoordinator, amber: Simulator, move: Move) -> None:
    await settle(prices, move)
    assert amber.amber is not None
    amber.amber._window = int(at(2, 5, 25).timestamp() // 300), 50
    await move(at(2, 5, 25))
    assert prices.data.stale
    assert prices.next_poll_at is not None
    assert prices.next_poll_at >= at(2, 10)


async def test_the_last_requests_are_left_to_others(prices: PricesCoordinator, amber: Simulator, move: Move) -> None:
    await settle(prices, move)
    assert amber.amber is not None
    amber.amber._window = int(at(2, 6).timestamp() // 300), 47
    await move(at(2, 5, 50))
    assert prices.fresh
    assert prices.next_poll_at == at(2, 10, 25)
    amber.amber._window = int(at(2, 10).timestamp() // 300), 47
    await move(at(2, 10, 25))
    assert prices.next_poll_at is not None
    assert prices.next_poll_at >= at(2, 15)


async def test_a_revoked_token_asks_for_another_and_keeps_the_last_prices(
    hass: HomeAssistant, prices: PricesCoordinator, amber: Simulator, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    await settle(prices, move)
    started: list[str] = []
    monkeypatch.setattr(
        MockConfigEntry, "async_start_reauth_if_available", lambda self, _hass: started.append(self.entry_id)
    )
    amber.set(quirks={"amber_token": "psk_other"})
    await move(at(2, 5, 25))
    assert started == [prices.config_entry.entry_id]
    assert (prices.data.stale, prices.fresh) == (True, False)
    assert "psk_demo" not in str(prices.last_exception)
    assert prices.next_poll_at == at(2, 20, 25)


async def test_without_any_prices_yet_the_coordinator_keeps_trying(
    prices: PricesCoordinator, amber: Simulator, move: Move
) -> None:
    amber.set(quirks={"amber_outage": "http_500"})
    await prices.async_refresh()
    assert not prices.fresh
    assert not prices.last_update_success
    amber.set(quirks={"amber_outage": None})
    assert prices.next_poll_at is not None
    await move(prices.next_poll_at + SECOND)
    assert prices.fresh


async def test_an_error_that_nobody_foresaw_is_not_the_end(
    prices: PricesCoordinator, amber: Simulator, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    await settle(prices, move)
    with monkeypatch.context() as broken:
        broken.setattr(AmberClient, "current_prices", None)
        await move(at(2, 5, 25))
        assert not prices.fresh
    await move(at(2, 20, 50))
    assert prices.fresh


async def test_a_manual_refresh_within_a_minute_of_a_failure_does_not_make_old_prices_new(
    prices: PricesCoordinator, amber: Simulator, move: Move
) -> None:
    await settle(prices, move)
    amber.set(quirks={"amber_outage": "http_500"})
    await move(at(2, 5, 25))
    asked(amber)
    amber.set(quirks={"amber_outage": None})
    await move(at(2, 5, 35))
    await prices.async_refresh()
    assert (asked(amber), prices.data.stale) == ([], True)


async def test_refreshing_by_hand_in_vain_does_not_put_the_next_poll_off(
    prices: PricesCoordinator, amber: Simulator, move: Move
) -> None:
    await settle(prices, move)
    amber.set(quirks={"amber_outage": "http_500"})
    await move(at(2, 5, 25))
    planned = prices.next_poll_at
    for second in range(30, 55, 5):
        await move(at(2, 5, second))
        await prices.async_refresh()
    assert prices.next_poll_at == planned


async def test_the_past_week_is_fetched_once_a_day_in_the_quiet_of_an_interval(
    prices: PricesCoordinator, amber: Simulator, move: Move
) -> None:
    await prices.async_config_entry_first_refresh()
    asked(amber)
    await move(START + 60 * SECOND)
    assert asked(amber) == ["prices?startDate=2026-01-08&endDate=2026-01-14&resolution=30"]
    assert len(prices.settled) == 7 * 48

    async def paths_until(end: datetime) -> list[str]:
        paths: list[str] = []
        while prices.next_poll_at is not None and prices.next_poll_at < end:
            await move(prices.next_poll_at)
            paths += asked(amber)
        return paths

    paths = await paths_until(at(4, 0))
    # One an interval, and one more where the price was an estimate.
    assert 23 <= len(paths) <= 2 * 24
    assert all(path.startswith("prices/current?") for path in paths)
    # The meter data of the day before is there at six in the morning, market time.
    await move(at(19, 50))
    await paths_until(at(20, 0))
    paths = [path for path in await paths_until(at(20, 20)) if not path.startswith("prices/current?")]
    assert paths == ["prices?startDate=2026-01-09&endDate=2026-01-15&resolution=30"]


async def test_failing_to_get_the_past_week_leaves_the_prices_fresh(
    prices: PricesCoordinator, amber: Simulator, move: Move
) -> None:
    await prices.async_config_entry_first_refresh()
    amber.set(quirks={"amber_outage": "http_500"})
    await move(START + 60 * SECOND)
    assert prices.fresh
    assert prices.settled == ()
    amber.set(quirks={"amber_outage": None})
    assert prices.next_poll_at == at(2, 5, 25)


async def test_a_token_revoked_between_prices_asks_for_another_too(
    prices: PricesCoordinator, amber: Simulator, move: Move
) -> None:
    await prices.async_config_entry_first_refresh()
    amber.set(quirks={"amber_token": "psk_other"})
    await move(START + 60 * SECOND)
    assert isinstance(prices.last_exception, ConfigEntryAuthFailed)
    assert not prices.fresh


async def test_a_day_of_polling_leaves_neither_gap_nor_overlap(
    prices: PricesCoordinator, amber: Simulator, move: Move
) -> None:
    await prices.async_config_entry_first_refresh()
    moment = START
    while moment < START + timedelta(hours=5):
        moment = max(prices.next_poll_at or moment, moment + SECOND)
        await move(moment)
        slots = prices.data.slots
        assert all(before.end == after.start for before, after in pairwise(slots))
        assert prices.data.current(moment) is not None
    assert all(not slot.forecast for slot in prices.data.slots if slot.start <= moment - timedelta(minutes=5))


async def test_price_history_goes_to_long_term_statistics_and_again_changes_nothing(
    recorder_mock: Recorder, hass: HomeAssistant, make: Make, amber: Simulator, move: Move
) -> None:
    async def kept() -> dict[str, list[Any]]:
        await async_wait_recording_done(hass)
        ids = {buy_statistic_id(SERIAL), sell_statistic_id(SERIAL)}
        return await get_instance(hass).async_add_executor_job(
            statistics_during_period, hass, at(0, 0, day=1), None, ids, "hour", None, {"mean"}
        )

    assert amber.amber_url is not None
    config = AmberConfig(token="psk_demo", site_id=SITE_IDS[0], base_url=amber.amber_url)
    prices = make(config)
    await settle(prices, move)
    found = await kept()
    buy = found["sigenstor_panel:buy_price_110a118b0001"]
    # Seven market days, and the twelve hours of today.
    assert len(buy) == len(found["sigenstor_panel:sell_price_110a118b0001"]) == 7 * 24 + 12
    hour = [slot for slot in prices.settled if slot.start >= at(3, 0, day=10) and slot.end <= at(4, 0, day=10)]
    row = next(row for row in buy if row["start"] == at(3, 0, day=10).timestamp())
    assert row["mean"] == pytest.approx(sum(slot.buy_per_kwh for slot in hour) / 2)
    ids = await get_instance(hass).async_add_executor_job(list_statistic_ids, hass)
    assert {each["statistics_unit_of_measurement"] for each in ids} == {"AUD/kWh"}

    await prices.async_shutdown()
    await move(START + 600 * SECOND)
    again = make(config)
    await settle(again, move, START + 600 * SECOND)
    after = await kept()
    for statistic_id, rows in found.items():
        assert [row["start"] for row in after[statistic_id]] == [row["start"] for row in rows]
        assert [row["mean"] for row in after[statistic_id]] == pytest.approx([row["mean"] for row in rows])


def test_pauses_double_from_a_minute_to_a_quarter_of_an_hour_and_never_undercut_amber() -> None:
    pauses = [retry_after_s(failures, None, lambda low, _high: low) for failures in (1, 2, 3, 4, 5, 50)]
    assert pauses == [60, 120, 240, 480, 900, 900]
    assert retry_after_s(1, 290, lambda low, _high: low) == 290
    assert 60 <= retry_after_s(1, None) <= 72


def test_the_token_does_not_show_in_the_config() -> None:
    assert "psk_demo" not in repr(AmberConfig(token="psk_demo", site_id="01A"))
